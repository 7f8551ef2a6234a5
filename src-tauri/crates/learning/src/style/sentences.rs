//! Every sentence a person kept, wrote or took out, with counts: approved ones become candidates, removed ones lose
//! weight (`experience.md` 5).

use super::letter::Letter;
use autoreach_domain::style::{LearnedSentence, SentenceRole, may_be_reused};
use autoreach_domain::workflow::Language;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Mails in which a sentence must have been written or removed before it counts (`learning.md` 4.10: support of 3).
const NEEDED: u32 = 3;
/// Most sentences of a kind given to a writer.
const MOST_GIVEN: usize = 20;
/// Sentences remembered; beyond, those seen once and longest ago go first.
const MOST_REMEMBERED: usize = 4_000;

/// What persons did with one sentence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Tally {
    text: String,
    workflow: String,
    role: SentenceRole,
    language: Language,
    /// Left standing in a draft.
    kept: u32,
    /// Taken out of a draft.
    removed: u32,
    /// Put in by a person.
    written: u32,
    /// Mails in which somebody put it in or took it out, latest last.
    examples: Vec<String>,
    last: u64,
}

/// The sentences of a team by their words.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Sentences(BTreeMap<String, Tally>);

/// A sentence people take out, with the evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Avoided {
    /// The sentence.
    pub sentence: String,
    /// Drafts it was taken out of.
    pub removed: u32,
    /// Drafts it was left in.
    pub kept: u32,
    /// Some of the mails, latest last.
    pub examples: Vec<String>,
}

impl Tally {
    fn backed(&self) -> u32 {
        self.kept + self.written
    }

    /// Share of the times it stood, one made-up mail on each side.
    fn weight(&self) -> f64 {
        f64::from(self.backed() + 1) / f64::from(self.backed() + self.removed + 2)
    }

    fn learned(&self, count: u32) -> LearnedSentence {
        LearnedSentence { text: self.text.clone(), role: self.role, language: self.language, count, weight: self.weight() }
    }
}

impl Sentences {
    /// Counts what became of a draft's sentences.
    pub(super) fn add(&mut self, place: Place<'_>, before: &Letter, after: &Letter, now: u64) {
        let names = |letter: &Letter| letter.sentences.iter().map(|text| place.key(text)).collect::<Vec<_>>();
        let (old, new) = (names(before), names(after));
        for (role, text) in before.placed() {
            let is_kept = new.contains(&place.key(text));
            let tally = self.entry(place, text, role, now);
            if is_kept {
                tally.kept += 1;
            } else {
                tally.removed += 1;
                remember(&mut tally.examples, place.item);
            }
        }
        for (role, text) in after.placed().filter(|(_, text)| !old.contains(&place.key(text))) {
            let tally = self.entry(place, text, role, now);
            tally.written += 1;
            tally.role = role;
            remember(&mut tally.examples, place.item);
        }
        self.make_room();
    }

    fn entry(&mut self, place: Place<'_>, text: &str, role: SentenceRole, now: u64) -> &mut Tally {
        let fresh = || Tally {
            text: text.to_owned(),
            workflow: place.workflow.to_owned(),
            role,
            language: place.language,
            kept: 0,
            removed: 0,
            written: 0,
            examples: Vec::new(),
            last: now,
        };
        let tally = self.0.entry(place.key(text)).or_insert_with(fresh);
        tally.last = now;
        tally
    }

    fn make_room(&mut self) {
        if self.0.len() <= MOST_REMEMBERED {
            return;
        }
        let mut order: Vec<(bool, u64, String)> =
            self.0.iter().map(|(name, tally)| (tally.backed() + tally.removed > 1, tally.last, name.clone())).collect();
        order.sort();
        order.iter().take(MOST_REMEMBERED / 4).for_each(|(.., name)| {
            self.0.remove(name);
        });
    }

    /// Knows nothing of a sentence any more, wherever it stood.
    pub(super) fn forget(&mut self, text: &str) {
        let words = bare(text);
        self.0.retain(|_, tally| bare(&tally.text) != words);
    }

    /// Sentences that people wrote in at least three mails and that say nothing of a company, most often first.
    pub(super) fn preferred(&self, workflow: &str) -> Vec<LearnedSentence> {
        let is_wanted = |tally: &&Tally| {
            let is_usual = tally.workflow == workflow && tally.written >= NEEDED && tally.weight() > 0.5;
            is_usual && may_be_reused(&tally.text, |_| false).is_ok()
        };
        let mut found: Vec<LearnedSentence> = self.0.values().filter(is_wanted).map(|tally| tally.learned(tally.backed())).collect();
        found.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text)));
        found.truncate(MOST_GIVEN);
        found
    }

    /// Sentences that people took out at least three times and more often than not.
    pub(super) fn disliked(&self, workflow: &str) -> Vec<LearnedSentence> {
        let is_disliked = |tally: &&Tally| tally.workflow == workflow && tally.removed >= NEEDED && tally.weight() < 0.5;
        let mut found: Vec<LearnedSentence> = self.0.values().filter(is_disliked).map(|tally| tally.learned(tally.removed)).collect();
        found.sort_by(|a, b| a.weight.total_cmp(&b.weight).then_with(|| a.text.cmp(&b.text)));
        found.truncate(MOST_GIVEN);
        found
    }

    /// What was taken out at least twice and more often than left, most often first.
    pub(super) fn avoided(&self) -> Vec<Avoided> {
        let is_avoided = |tally: &&Tally| tally.removed >= 2 && tally.removed > tally.backed();
        let mut found: Vec<Avoided> = self.0.values().filter(is_avoided).map(avoided).collect();
        found.sort_by(|a, b| b.removed.cmp(&a.removed).then_with(|| a.sentence.cmp(&b.sentence)));
        found
    }
}

fn avoided(tally: &Tally) -> Avoided {
    Avoided { sentence: tally.text.clone(), removed: tally.removed, kept: tally.kept, examples: tally.examples.clone() }
}

/// Sentences that differ in case, spaces or their last mark only are one.
fn bare(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ").trim_end_matches(['.', '!']).to_owned()
}

/// The mail a sentence stood in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) item: &'a str,
    pub(super) workflow: &'a str,
    pub(super) language: Language,
}

impl Place<'_> {
    /// Offers and questions are one workflow's, so sentences are counted for each.
    fn key(&self, text: &str) -> String {
        format!("{}\n{}\n{}", self.workflow, self.language, bare(text))
    }
}

/// Examples kept of one lesson or sentence.
const EXAMPLES: usize = 5;

/// Keeps the latest few.
pub(super) fn remember(examples: &mut Vec<String>, item: &str) {
    examples.retain(|known| known != item);
    examples.push(item.to_owned());
    if examples.len() > EXAMPLES {
        examples.remove(0);
    }
}

#[cfg(test)]
mod tests {
    use super::super::letter::Mail;
    use super::*;

    fn letter(body: &str) -> Letter {
        Letter::read(&Mail { subject: String::new(), body: body.into() })
    }

    fn place(item: &str) -> Place<'_> {
        Place { item, workflow: "w", language: Language::English }
    }

    fn edited(times: u32, before: &str, after: &str) -> Sentences {
        let mut sentences = Sentences::default();
        for number in 0..times {
            sentences.add(place(&format!("i{number}")), &letter(before), &letter(after), u64::from(number));
        }
        sentences
    }

    #[test]
    fn a_sentence_is_given_from_the_third_mail_on_and_not_before() {
        let (before, after) = ("We plan. Shall we talk?", "We plan. Worth a short look?");
        assert_eq!(edited(2, before, after).preferred("w"), []);
        let preferred = edited(3, before, after).preferred("w");
        assert_eq!((preferred.len(), preferred[0].text.as_str(), preferred[0].role), (1, "Worth a short look?", SentenceRole::Closing));
        assert_eq!(edited(3, before, after).preferred("another workflow"), []);
        assert_eq!(edited(3, before, after).disliked("w")[0].text, "Shall we talk?");
    }

    #[test]
    fn a_sentence_about_one_company_is_never_given() {
        for fact in ["You moved to Aarhus.", "You have 40 planners.", "You moved in May 2026.", "See www.orbital.example for it."] {
            assert_eq!(edited(9, "We plan.", &format!("{fact} We plan.")).preferred("w"), [], "{fact}");
        }
    }

    #[test]
    fn what_is_left_standing_more_often_than_removed_is_not_disliked() {
        let mut sentences = edited(3, "We plan. It is short.", "We plan.");
        assert_eq!(sentences.disliked("w")[0].text, "It is short.");
        assert_eq!(sentences.avoided()[0].examples, ["i0", "i1", "i2"]);
        let whole = letter("We plan. It is short.");
        (0..4).for_each(|number| sentences.add(place("k"), &whole, &whole, 10 + number));
        assert_eq!((sentences.disliked("w"), sentences.avoided()), (Vec::new(), Vec::new()));
    }
}
