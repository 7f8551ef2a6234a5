//! First mails over many combinations of facts, offers and tones: each passes the domain's own check.

use autoreach_agents::{Brief, DraftSeed, draft};
use autoreach_domain::dossier::{Dossier, Fact, Taint, Trouble};
use autoreach_domain::draft::{BODY_WORDS, Draft, MAX_CLAIMS, SentenceKind, check};
use autoreach_domain::exception::Exception;
use autoreach_domain::icp::{Country, Industry};
use autoreach_domain::lead::Lead;
use autoreach_domain::style::StyleGuide;
use autoreach_domain::workflow::{Formality, Language, Opener, WorkflowDefinition};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use crate::builders::{definition, dossier, draft_id, lead, now};

pub(crate) fn facts() -> Vec<(Fact, &'static str, Option<&'static str>)> {
    let place = |city: &str, headquarters| Fact::Location { city: Some(city.into()), country: Country::parse("DK").ok(), headquarters };
    vec![
        (Fact::Hiring { role: "supply planner".into(), count: Some(4), place: Some("Aarhus".into()) }, "4 × supply planner (Aarhus)", None),
        (Fact::Hiring { role: "Disponent/in Seefracht".into(), count: Some(3), place: None }, "3 × Disponent/in Seefracht (m/w/d)", None),
        (Fact::Hiring { role: "export coordinator".into(), count: None, place: None }, "we are recruiting an export coordinator", None),
        (Fact::Funding { amount: "€12 million".into(), round: Some("Series A".into()) }, "raised €12 million Series A", Some("2026-11-03")),
        (Fact::Funding { amount: "4,5 Millionen Euro".into(), round: None }, "hat 4,5 Millionen Euro eingesammelt", Some("2026-11-03")),
        (Fact::News { headline: "Third weekly call at Klaipėda".into() }, "Third weekly call at Klaipėda", Some("2026-10-14")),
        (Fact::News { headline: "Mühlentag mit 1.800 Gästen".into() }, "5. Mai 2026 Mühlentag mit 1.800 Gästen", Some("2026-10-05")),
        (Fact::Technology { name: "SAP S/4HANA".into() }, "we run on SAP S/4HANA for finance", None),
        (place("Aarhus", true), "Our headquarters are in Aarhus", None),
        (place("Gothenburg", false), "Branch offices are in Gothenburg", None),
        (Fact::HeadCount { low: 2300, high: 2300 }, "more than 2.300 Mitarbeiter", None),
        (Fact::HeadCount { low: 50, high: 80 }, "between 50 and 80 employees", None),
        (
            Fact::Product { sentence: "Nordvimpel moves pallets for 300 shippers.".into() },
            "Nordvimpel moves pallets for 300 shippers.",
            None,
        ),
        (Fact::Industry { industry: Industry::Logistics }, "a freight forwarder", None),
        (Fact::FoundedYear { year: 1987 }, "since 1987", None),
        (Fact::Layoffs { summary: "34 jobs cut".into() }, "34 jobs cut", Some("2026-11-07")),
        (Fact::Trouble { trouble: Trouble::Merger, summary: "to merge".into() }, "to merge", Some("2026-11-07")),
    ]
}

/// Facts that give a mail something to hang on.
const USABLE: std::ops::Range<usize> = 0..13;

fn written(lead: &Lead, dossier: &Dossier, definition: &WorkflowDefinition, seed: u8) -> (Draft, Vec<Exception>) {
    let brief = Brief { lead, dossier, definition, style: &StyleGuide::default() };
    let draft = draft(brief, now(), draft_id(), DraftSeed([seed; 16]));
    let exceptions = check(&draft, dossier, &definition.messaging, now()).exceptions();
    (draft, exceptions)
}

fn opening(draft: &Draft) -> String {
    draft.sentences[1].text.clone()
}

#[test]
fn a_mail_hangs_on_each_kind_of_fact_in_both_languages() {
    for index in USABLE {
        for language in [Language::English, Language::German] {
            for seed in 0..12 {
                let mut found = dossier(&facts()[index..=index]);
                found.language = Some(language);
                let (draft, exceptions) = written(&lead(), &found, &definition(), seed);
                assert_eq!(exceptions, [], "{}", draft.body());
                assert_eq!(draft.language, language);
                assert_ne!(draft.opener, Opener::None, "{}", draft.body());
                assert!(
                    draft.subject.chars().count() <= 60 && draft.subject.chars().next().is_some_and(|c| !c.is_lowercase()),
                    "{}",
                    draft.subject
                );
            }
        }
    }
}

#[test]
fn without_findings_the_mail_claims_nothing_and_still_passes() {
    for language in [Language::English, Language::German] {
        for seed in 0..20 {
            let mut empty = dossier(&[]);
            empty.language = Some(language);
            let (draft, exceptions) = written(&lead(), &empty, &definition(), seed);
            assert_eq!(exceptions, [], "{}", draft.body());
            assert_eq!((draft.opener, draft.claims().count(), draft.subject_findings.len()), (Opener::None, 0, 0));
        }
    }
}

#[test]
fn layoffs_and_trouble_are_never_mentioned() {
    let (draft, _) = written(&lead(), &dossier(&facts()[15..17]), &definition(), 1);
    assert_eq!(draft.opener, Opener::None);
    assert_eq!(draft.claims().count(), 0);
}

#[test]
fn a_fresh_fact_is_taken_before_a_stale_one() {
    let facts = [
        (Fact::Hiring { role: "planner".into(), count: None, place: None }, "planner wanted", Some("2025-01-10")),
        (Fact::Technology { name: "SAP".into() }, "we run on SAP", None),
    ];
    assert_eq!(written(&lead(), &dossier(&facts), &definition(), 1).0.opener, Opener::Technology);
    let (draft, exceptions) = written(&lead(), &dossier(&facts[..1]), &definition(), 1);
    assert_eq!((draft.opener, exceptions.len()), (Opener::Hiring, 1), "nothing else is there: said, and flagged as stale");
}

#[test]
fn nothing_is_claimed_from_a_site_that_may_be_another_companys() {
    let mut tainted = dossier(&facts()[..3]);
    tainted.taints.push((Taint::WrongCompany, "The site belongs to somebody else.".into()));
    assert_eq!(written(&lead(), &tainted, &definition(), 1).0.claims().count(), 0);
}

#[test]
fn the_workflows_preference_decides_what_a_mail_opens_with() {
    let mut definition = definition();
    definition.messaging.preferred_openers = vec![Opener::Locations, Opener::Technology];
    assert_eq!(written(&lead(), &dossier(&facts()), &definition, 1).0.opener, Opener::Locations);
}

#[test]
fn equal_facts_do_not_read_equal_and_one_seed_reads_the_same_twice() {
    let found = dossier(&facts()[..1]);
    let openings: std::collections::BTreeSet<String> =
        (0..40).map(|seed| opening(&written(&lead(), &found, &definition(), seed).0)).collect();
    assert!(openings.len() >= 5, "{openings:?}");
    assert_eq!(written(&lead(), &found, &definition(), 7), written(&lead(), &found, &definition(), 7));
}

#[test]
fn greetings_follow_language_tone_and_what_is_known_of_the_name() {
    let greeted = |language, formality, first: &str, last: &str| {
        let mut lead = lead();
        (lead.person.first_name, lead.person.last_name) = (first.into(), last.into());
        let mut definition = definition();
        definition.messaging.formality = formality;
        let mut found = dossier(&[]);
        found.language = Some(language);
        written(&lead, &found, &definition, 1).0.sentences[0].text.clone()
    };
    assert_eq!(greeted(Language::English, Formality::Casual, "Wei", "Rao"), "Hi Wei,");
    assert_eq!(greeted(Language::English, Formality::Formal, "Wei", "Rao"), "Dear Wei Rao,");
    assert_eq!(greeted(Language::English, Formality::Neutral, "", ""), "Hello,");
    assert_eq!(greeted(Language::German, Formality::Formal, "Wei", "Rao"), "Guten Tag Wei Rao,");
    assert_eq!(greeted(Language::German, Formality::Neutral, "", ""), "Guten Tag,");
    assert_eq!(greeted(Language::English, Formality::Neutral, "<b>Win $1</b>", ""), "Hello,", "no name, no greeting by name");
}

#[test]
fn german_goes_on_in_lower_case_after_the_greeting_and_begins_sentences_large() {
    for seed in 0..20 {
        let mut found = dossier(&facts()[7..8]);
        found.language = Some(Language::German);
        let (draft, _) = written(&lead(), &found, &definition(), seed);
        let first = opening(&draft);
        let is_polite = ["Sie", "Ihre", "SAP"].iter().any(|word| first.starts_with(word));
        assert!(first.starts_with(char::is_lowercase) || is_polite, "{first}");
        assert!(draft.sentences[2..].iter().all(|sentence| !sentence.text.starts_with(char::is_lowercase)), "{}", draft.body());
    }
}

#[test]
fn the_mail_ends_with_who_writes_and_how_to_be_left_alone() {
    let (draft, _) = written(&lead(), &dossier(&facts()), &definition(), 1);
    let kinds: Vec<SentenceKind> = draft.sentences.iter().rev().take(3).map(|sentence| sentence.kind).collect();
    assert_eq!(kinds, [SentenceKind::Footer, SentenceKind::SignOff, SentenceKind::Question]);
    assert!(
        draft.body().ends_with("Best regards,\nAlex Berg\nPortwise\n\nHavnegade 1, 8000 Aarhus\nReply \"no\" and I will not write again.")
    );
}

#[test]
fn forbidden_words_choose_another_wording_and_wanted_sentences_are_added() {
    let mut definition = definition();
    definition.messaging.never = vec!["on your site".into(), "brochure".into(), "best regards".into()];
    definition.messaging.always = vec!["We work from Aarhus ourselves.".into()];
    for seed in 0..12 {
        let (draft, exceptions) = written(&lead(), &dossier(&facts()[..1]), &definition, seed);
        assert_eq!(exceptions, [], "{}", draft.body());
    }
}

#[test]
fn a_subject_never_says_a_number_without_a_source() {
    let mut lead = lead();
    lead.company = "Studio 54 ApS".into();
    let (draft, exceptions) = written(&lead, &dossier(&[]), &definition(), 1);
    assert_eq!(exceptions, []);
    assert!(!draft.subject.contains("54"));
}

#[test]
fn a_guide_of_nothing_changes_no_byte() {
    let mut hasher = Sha256::new();
    for seed in 0..40 {
        for (from, to) in [(0, 17), (0, 3), (3, 7), (7, 13), (5, 6), (12, 17), (16, 17)] {
            for language in [Language::English, Language::German] {
                let mut found = dossier(&facts()[from..to]);
                found.language = Some(language);
                let (draft, _) = written(&lead(), &found, &definition(), seed);
                hasher.update(format!("{}\n{}\n{}\n", draft.subject, draft.body(), draft.opener));
            }
        }
    }
    let digest: String = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    // Taken before there were guides. It changes with the sentence bank's wording, and for nothing else.
    assert_eq!(digest, "0301111ddf3bf45ba1a77b663ecf7f19c27c19de9485049aeebe77bda40a1e5c");
}

fn offer(words: usize) -> String {
    let first = "We plan.".to_owned();
    let more =
        (2..words).fold(String::new(), |text, at| if at % 14 == 13 { format!("{text} again. Then we") } else { format!("{text} plan") });
    format!("{first} We{more}.")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn every_mail_from_a_usable_fact_passes_every_check(
        chosen in proptest::sample::subsequence((0..17).collect::<Vec<usize>>(), 1..8),
        offer_words in 3_usize..90,
        german: bool,
        formality in proptest::sample::select(vec![Formality::Casual, Formality::Neutral, Formality::Formal]),
        seed: [u8; 16],
    ) {
        let all = facts();
        let taken: Vec<_> = chosen.iter().map(|index| all[*index].clone()).collect();
        let mut found = dossier(&taken);
        found.language = Some(if german { Language::German } else { Language::English });
        let mut definition = definition();
        definition.messaging.formality = formality;
        definition.messaging.offer.en = offer(offer_words);
        definition.messaging.offer.de = offer(offer_words);
        let brief = Brief { lead: &lead(), dossier: &found, definition: &definition, style: &StyleGuide::default() };
        let draft = draft(brief, now(), draft_id(), DraftSeed(seed));
        let exceptions = check(&draft, &found, &definition.messaging, now()).exceptions();
        prop_assert!(exceptions.is_empty(), "{exceptions:?}\n{}", draft.body());
        prop_assert!(draft.claims().count() <= MAX_CLAIMS && BODY_WORDS.contains(&draft.body_words()));
    }
}
