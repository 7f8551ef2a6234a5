//! The context checks: each reason is found, said in a concrete sentence, and not found where it does not hold.

use autoreach_agents::{Known, exceptions, qualify, recipient_on_page};
use autoreach_domain::dossier::{Dossier, Fact, Trouble};
use autoreach_domain::exception::ExceptionKind;
use autoreach_domain::icp::Country;
use autoreach_domain::ids::MarketNoteId;
use autoreach_domain::lead::{EmailAddress, Lead};
use autoreach_domain::market_note::MarketNote;
use autoreach_domain::reviewer::Reviewer;
use autoreach_domain::workflow::WorkflowDefinition;

use crate::builders::{definition, dossier, lead, now};

fn told(lead: &Lead, dossier: &Dossier, definition: &WorkflowDefinition) -> Vec<(ExceptionKind, String)> {
    let qualification = qualify(lead, dossier, definition);
    let exceptions = exceptions(lead, dossier, &qualification, definition, &Known::default(), now());
    exceptions.into_iter().map(|exception| (exception.kind, exception.reason)).collect()
}

/// Enough unremarkable facts for a lead that nobody needs to look at.
fn plain_facts() -> Vec<(Fact, &'static str, Option<&'static str>)> {
    vec![
        (Fact::HeadCount { low: 146, high: 146 }, "146 people", None),
        (Fact::FoundedYear { year: 1987 }, "since 1987", None),
        (Fact::Technology { name: "SAP".into() }, "we run on SAP", None),
    ]
}

fn with(fact: Fact, quote: &'static str, published: Option<&'static str>) -> Dossier {
    let mut facts = plain_facts();
    facts.push((fact, quote, published));
    dossier(&facts)
}

fn mail(address: &str, shared: bool) -> Fact {
    Fact::MailAddress { address: EmailAddress::parse(address).expect("valid"), shared }
}

#[test]
fn an_ordinary_lead_has_no_exception() {
    assert_eq!(told(&lead(), &dossier(&plain_facts()), &definition()), []);
}

#[test]
fn trouble_counts_for_thirty_days_and_without_a_date() {
    let merger = |published| with(Fact::Trouble { trouble: Trouble::Merger, summary: "to merge".into() }, "to merge", published);
    let expected = (ExceptionKind::IllTimed, "A merger or take-over reported on 28 October 2026, 25 days ago.".to_owned());
    assert_eq!(told(&lead(), &merger(Some("2026-10-28")), &definition()), [expected]);
    assert_eq!(told(&lead(), &merger(Some("2026-10-22")), &definition()), [], "31 days ago");
    let undated = told(&lead(), &merger(None), &definition());
    assert_eq!(undated[0].0, ExceptionKind::IllTimed);
}

#[test]
fn a_mail_domain_that_is_not_the_websites_is_named() {
    let mut lead = lead();
    lead.person.email = EmailAddress::parse("wei@elsewhere.example").ok();
    let expected = (ExceptionKind::WrongCompany, "The mail address is at elsewhere.example, the website at nordvimpel.example.".to_owned());
    assert_eq!(told(&lead, &dossier(&plain_facts()), &definition()), [expected]);
}

#[test]
fn lists_are_matched_by_name_and_by_domain() {
    for (entry, is_hit) in [("nordvimpel freight", true), ("www.nordvimpel.example", true), ("Nordvimpel Shipyards", false), ("", false)] {
        let mut definition = definition();
        definition.icp.competitors = vec![entry.into()];
        definition.high_value.accounts = vec![entry.into()];
        let kinds: Vec<_> = told(&lead(), &dossier(&plain_facts()), &definition).into_iter().map(|(kind, _)| kind).collect();
        let expected: &[ExceptionKind] = if is_hit { &[ExceptionKind::Competitor, ExceptionKind::HighValue] } else { &[] };
        assert_eq!(kinds, expected, "{entry}");
    }
}

#[test]
fn a_competitor_their_pages_speak_of_is_named() {
    let mut definition = definition();
    definition.icp.competitors = vec!["Dockshift".into()];
    let told_of = |quote| told(&lead(), &with(Fact::News { headline: "Live".into() }, quote, Some("2026-11-01")), &definition);
    let expected = "Their page https://nordvimpel.example/page speaks of the competitor 'Dockshift'.".to_owned();
    assert_eq!(told_of("We go live with Dockshift."), [(ExceptionKind::Competitor, expected)]);
    assert_eq!(told_of("The dockshifters' union met."), []);
}

#[test]
fn a_value_above_the_line_is_told_with_its_numbers() {
    let mut definition = definition();
    definition.high_value.value_from = Some(10_000);
    definition.high_value.price_per_seat = Some(100);
    definition.high_value.currency = "EUR".into();
    let told = told(&lead(), &dossier(&plain_facts()), &definition);
    assert_eq!(told[0], (ExceptionKind::HighValue, "Estimated at up to 14,600 EUR a year; your line is 10,000 EUR.".to_owned()));
}

#[test]
fn a_contact_named_as_former_is_gone_and_a_namesake_is_not() {
    let former = |name: &str| Fact::ContactRole { name: name.into(), role: "VP Operations".into(), departed: true };
    assert_eq!(
        told(&lead(), &with(former("Wei Rao"), "Wei Rao, former VP Operations", None), &definition())[0].0,
        ExceptionKind::ContactGone
    );
    assert_eq!(told(&lead(), &with(former("Wei Raon"), "Wei Raon", None), &definition()), []);
}

#[test]
fn two_head_counts_far_apart_conflict_and_little_is_thin() {
    let other = with(Fact::HeadCount { low: 900, high: 900 }, "900 employees", None);
    assert_eq!(told(&lead(), &other, &definition())[0].0, ExceptionKind::ConflictingFacts);
    let seat =
        |city: &str, country: &str| Fact::Location { city: Some(city.into()), country: Country::parse(country).ok(), headquarters: true };
    let seats = |a: Fact, b: Fact| dossier(&[(a, "Our headquarters", None), (b, "Head office", None)]).conflicts().len();
    assert_eq!(seats(seat("Aarhus", "DK"), seat("Hamburg", "DE")), 1, "a company has one seat");
    assert_eq!(seats(seat("Köln", "DE"), seat("Cologne", "DE")), 0, "two spellings are no conflict");
    let thin = told(&lead(), &dossier(&plain_facts()[..2]), &definition());
    assert_eq!(thin, [(ExceptionKind::ThinEvidence, "Only 2 facts were found on their pages.".to_owned())]);
}

#[test]
fn a_suppressed_lead_says_why() {
    let known = Known { suppressed: Some("Asked in March not to be written to.".into()), ..Known::default() };
    let found = dossier(&plain_facts());
    let qualification = qualify(&lead(), &found, &definition());
    let exceptions = exceptions(&lead(), &found, &qualification, &definition(), &known, now());
    assert_eq!(exceptions[0].kind, ExceptionKind::Suppressed);
    assert_eq!(exceptions[0].reason, "Asked in March not to be written to.");
}

#[test]
fn only_the_companys_own_mailboxes_are_proposed_and_the_persons_first() {
    let mut lead = lead();
    lead.person.email = None;
    let proposed = |facts: &[Fact]| {
        let facts: Vec<_> = facts.iter().map(|fact| (fact.clone(), "mail", None)).collect();
        recipient_on_page(&lead, &dossier(&facts)).map(|finding| finding.fact.value())
    };
    assert_eq!(
        proposed(&[mail("info@nordvimpel.example", true), mail("w.rao@nordvimpel.example", false)]).as_deref(),
        Some("w.rao@nordvimpel.example")
    );
    assert_eq!(
        proposed(&[mail("jobs@nordvimpel.example", true), mail("info@nordvimpel.example", true)]).as_deref(),
        Some("info@nordvimpel.example")
    );
    assert_eq!(proposed(&[mail("w.rao@evil.example", false)]), None, "another domain than the page's");
    assert_eq!(proposed(&[mail("ann.sand@nordvimpel.example", false)]), None, "somebody else's mailbox");
    assert_eq!(
        recipient_on_page(&self::lead(), &dossier(&[(mail("info@nordvimpel.example", true), "mail", None)])),
        None,
        "nothing is missing"
    );
}

#[test]
fn a_note_about_the_market_stops_until_its_last_day() {
    let note = |country: &str, until: &str| MarketNote {
        id: MarketNoteId::new(now(), [0; 10]),
        text: "Port strike".into(),
        industry: None,
        country: Some(Country::parse(country).expect("a country")),
        until: until.parse().expect("a day"),
        by: Reviewer::named("Ana").expect("a name"),
    };
    let told = |notes: Vec<MarketNote>| {
        let (lead, dossier) = (Lead { country: Some("Denmark".into()), ..lead() }, dossier(&plain_facts()));
        let known = Known { market_notes: notes, ..Known::default() };
        let found = exceptions(&lead, &dossier, &qualify(&lead, &dossier, &definition()), &definition(), &known, now());
        found
            .into_iter()
            .filter(|exception| exception.kind == ExceptionKind::MarketNote)
            .map(|exception| exception.reason)
            .collect::<Vec<_>>()
    };
    let expected = "Your note about Denmark, until 30 November 2026: \"Port strike\". One more note holds.";
    assert_eq!(
        told(vec![note("DK", "2026-12-31"), note("DK", "2026-11-30"), note("DK", "2026-11-21"), note("SE", "2026-12-31")]),
        [expected]
    );
    assert!(told(vec![note("SE", "2026-12-31")]).is_empty());
}

#[test]
fn a_mistyped_entry_of_a_list_is_named_as_similar_and_says_what_to_keep_in_mind() {
    let mut definition = definition();
    definition.icp.customers = vec!["Nordvimpel Frieght".into()];
    definition.icp.competitors = vec!["Nordvimpel Freight | cheaper, no port feeds".into()];
    let told = told(&lead(), &dossier(&plain_facts()), &definition);
    let similar = format!("'{}' looks like 'Nordvimpel Frieght' on the list of customers.", lead().company);
    assert!(told.contains(&(ExceptionKind::ExistingCustomer, similar)), "{told:?}");
    let listed = "'Nordvimpel Freight' is on the list of competitors. Keep in mind: cheaper, no port feeds.".to_owned();
    assert!(told.contains(&(ExceptionKind::Competitor, listed)), "{told:?}");
}

#[test]
fn a_reason_that_comes_from_their_pages_names_its_findings() {
    let dossier = with(Fact::Layoffs { summary: "40 leave".into() }, "40 leave", Some("2026-11-01"));
    let found = exceptions(&lead(), &dossier, &qualify(&lead(), &dossier, &definition()), &definition(), &Known::default(), now());
    let shown: Vec<&str> =
        found[0].evidence.iter().filter_map(|id| dossier.finding(*id)).map(|finding| finding.source.quote.as_str()).collect();
    assert_eq!((found[0].kind, shown), (ExceptionKind::IllTimed, vec!["40 leave"]));
}
