//! What one mail says for and against lessons: a person's edit compared with the draft, part by part.
//!
//! Phrases of two to five words are compared within what stands between punctuation marks, and sentences as wholes. Phrases with a digit or a
//! capital letter inside are left out: they are likely facts of one company, and no lesson.

use super::distance::distance;
use super::effect::Effect;
use super::features::{Feature, Numbers};
use super::letter::Letter;
use autoreach_domain::style::{OpeningKind, opening_kind};
use autoreach_domain::workflow::Language;
use std::collections::BTreeSet;

/// Fewest and most words of a phrase (`learning.md` 4.10).
const PHRASE_WORDS: std::ops::RangeInclusive<usize> = 2..=5;

/// Longest sentence that is one phrase, in words.
const LONGEST_WHOLE: usize = 25;
/// D below which a sentence is another one changed.
const ALIKE: f64 = 0.5;
/// Words of a phrase that must mean something.
const TELLING_WORDS: usize = 2;

/// For or against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stance {
    /// The edit does what the lesson says.
    Supports,
    /// The edit does the opposite.
    Contradicts,
}

/// One vote of one mail.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Signal {
    pub(super) effect: Effect,
    pub(super) stance: Stance,
}

fn supports(effect: Effect) -> Signal {
    Signal { effect, stance: Stance::Supports }
}

fn contradicts(effect: Effect) -> Signal {
    Signal { effect, stance: Stance::Contradicts }
}

/// Everything an edited mail says. The same mail twice says nothing here: see [`kept`].
pub(super) fn of_edit(before: &Letter, after: &Letter, language: Language) -> Vec<Signal> {
    let mut signals = Vec::new();
    if after.sentences.is_empty() {
        // Nothing is left: whatever that says, it is no way to write.
        return signals;
    }
    let change = Numbers::change(before, after);
    for feature in Feature::ALL {
        let moved = change.of(feature);
        if moved.abs() >= feature.notable() {
            signals.push(supports(Effect::Feature { feature, more: moved > 0.0 }));
            signals.push(contradicts(Effect::Feature { feature, more: moved < 0.0 }));
        }
    }
    of_parts(before, after, language, &mut signals);
    let (old, new) = (phrases(before), phrases(after));
    for phrase in changed(before, after).difference(&new) {
        signals.push(supports(Effect::Avoid(phrase.clone())));
        signals.push(contradicts(Effect::Say(phrase.clone())));
    }
    for phrase in changed(after, before).difference(&old) {
        signals.push(supports(Effect::Say(phrase.clone())));
        signals.push(contradicts(Effect::Avoid(phrase.clone())));
    }
    signals.extend(kept(before, after));
    signals
}

/// Opening, ending, greeting and sign-off, where they were changed.
fn of_parts(before: &Letter, after: &Letter, language: Language, signals: &mut Vec<Signal>) {
    let (old, new) = (before.traits(), after.traits());
    if old.opening != new.opening {
        signals.push(supports(Effect::Opening { kind: new.opening, wanted: true }));
        signals.push(contradicts(Effect::Opening { kind: new.opening, wanted: false }));
        signals.push(supports(Effect::Opening { kind: old.opening, wanted: false }));
        signals.push(contradicts(Effect::Opening { kind: old.opening, wanted: true }));
    }
    if praises(before) && !praises(after) && old.opening != OpeningKind::Compliment {
        signals.push(supports(Effect::Opening { kind: OpeningKind::Compliment, wanted: false }));
    }
    if old.cta != new.cta {
        signals.push(supports(Effect::Cta(new.cta)));
        signals.push(contradicts(Effect::Cta(old.cta)));
    }
    let greeting = |word: &str| Effect::Greeting { word: word.to_owned(), language };
    let sign_off = |line: &str| Effect::SignOff { line: line.to_owned(), language };
    let changed = |old: &str, new: &str| old.to_lowercase() != new.to_lowercase();
    if changed(&before.greeting, &after.greeting) {
        voted(&before.greeting, &after.greeting, greeting, signals);
    }
    if changed(&before.sign_off, &after.sign_off) {
        voted(&before.sign_off, &after.sign_off, sign_off, signals);
    }
}

/// Praise in any place: it is unwanted in the second sentence as it is in the first.
fn praises(letter: &Letter) -> bool {
    letter.sentences.iter().any(|sentence| opening_kind(sentence) == OpeningKind::Compliment)
}

/// The new word is wanted and the old one is not; a missing one is no word.
fn voted(old: &str, new: &str, effect: impl Fn(&str) -> Effect, signals: &mut Vec<Signal>) {
    if !new.is_empty() {
        signals.push(supports(effect(new)));
    }
    if !old.is_empty() {
        signals.push(contradicts(effect(old)));
    }
}

/// What a person left standing, in a mail that was accepted or edited, speaks against never writing it.
pub(super) fn kept(before: &Letter, after: &Letter) -> Vec<Signal> {
    let mut signals: Vec<Signal> =
        phrases(before).intersection(&phrases(after)).map(|phrase| contradicts(Effect::Avoid(phrase.clone()))).collect();
    let opening = before.traits().opening;
    if opening != OpeningKind::Compliment && praises(before) && praises(after) {
        signals.push(contradicts(Effect::Opening { kind: OpeningKind::Compliment, wanted: false }));
    }
    if opening == after.traits().opening && opening != OpeningKind::None {
        signals.push(contradicts(Effect::Opening { kind: opening, wanted: false }));
    }
    signals
}

/// The phrases of a mail, in lower case: each sentence as a whole and what stands in it.
fn phrases(letter: &Letter) -> BTreeSet<String> {
    letter.sentences.iter().flat_map(|sentence| parts(sentence).into_iter().chain(whole(sentence))).collect()
}

/// The phrases that one mail may have alone: a sentence that has no like in the other is one phrase where it holds no
/// fact, so that one removed sentence is one lesson and not ten; of any other the parts are.
fn changed(letter: &Letter, other: &Letter) -> BTreeSet<String> {
    let is_alike = |a: &str, b: &str| distance(a, b).share() < ALIKE;
    let mut found = BTreeSet::new();
    for sentence in letter.sentences.iter().filter(|sentence| !other.sentences.contains(sentence)) {
        let whole = whole(sentence).filter(|_| !other.sentences.iter().any(|known| is_alike(sentence, known)));
        match whole {
            Some(whole) => {
                found.insert(whole);
            }
            None => found.extend(parts(sentence)),
        }
    }
    found
}

/// A sentence that holds no likely fact, without its last mark.
fn whole(sentence: &str) -> Option<String> {
    let words: Vec<&str> = sentence.split_whitespace().collect();
    let fits = words.len() >= *PHRASE_WORDS.start() && words.len() <= LONGEST_WHOLE && is_phrase(&words, true);
    fits.then(|| words.join(" ").trim_end_matches(['.', '!', '?']).to_lowercase())
}

/// Phrases of two to five words within a sentence.
fn parts(sentence: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut is_first = true;
    for run in sentence.split(|c: char| !(c.is_alphanumeric() || c == ' ' || "'’-".contains(c))) {
        let words: Vec<&str> = run.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).collect();
        for length in PHRASE_WORDS {
            for (at, phrase) in words.windows(length).enumerate() {
                if is_phrase(phrase, is_first && at == 0) {
                    found.insert(phrase.join(" ").to_lowercase());
                }
            }
        }
        is_first &= words.is_empty();
    }
    found
}

/// No likely fact, and words that mean something: "you work" and "on your site" are nobody's habit.
fn is_phrase(words: &[&str], is_first: bool) -> bool {
    let is_fact = |(index, word): (usize, &&str)| {
        let is_capital = word.starts_with(char::is_uppercase)
            && !(index == 0 && is_first)
            && **word != *"I"
            && !["I'", "I’"].iter().any(|contraction| word.starts_with(contraction));
        is_capital || word.chars().any(char::is_numeric)
    };
    let means_something = |word: &&&str| word.chars().count() >= 4 && !FILLERS.contains(&word.to_lowercase().as_str());
    !words.iter().enumerate().any(is_fact) && words.iter().filter(means_something).count() >= TELLING_WORDS
}

/// Words of four and more letters that mean nothing alone.
const FILLERS: [&str; 44] = [
    "that", "this", "with", "from", "your", "have", "been", "what", "when", "where", "which", "they", "them", "then", "than", "there",
    "these", "those", "would", "could", "should", "will", "about", "into", "over", "just", "also", "very", "were", "does", "eine", "einen",
    "einer", "oder", "aber", "auch", "nicht", "dass", "sich", "wenn", "wird", "sind", "haben", "ihnen",
];

#[cfg(test)]
mod tests {
    use super::super::letter::Mail;
    use super::*;
    use autoreach_domain::style::CtaKind;

    fn letter(body: &str) -> Letter {
        Letter::read(&Mail { subject: "S".into(), body: body.into() })
    }

    fn said(before: &str, after: &str, stance: Stance) -> Vec<Effect> {
        let signals = of_edit(&letter(before), &letter(after), Language::English);
        signals.into_iter().filter(|signal| signal.stance == stance).map(|signal| signal.effect).collect()
    }

    #[test]
    fn an_edit_votes_for_what_it_does_and_against_what_it_undoes() {
        let before = "Hello Wei,\n\nCongratulations on the new site. Would 20 minutes next week do?\n\nBest regards,\nAlex";
        let after = "Hi Wei,\n\nIs planning on your list?\n\nIf it is useful, just reply.\n\nCheers,\nAlex";
        let supported = said(before, after, Stance::Supports);
        for effect in [
            Effect::Opening { kind: OpeningKind::Question, wanted: true },
            Effect::Opening { kind: OpeningKind::Compliment, wanted: false },
            Effect::Cta(CtaKind::Soft),
            Effect::Greeting { word: "Hi".into(), language: Language::English },
            Effect::SignOff { line: "Cheers,".into(), language: Language::English },
            Effect::Avoid("congratulations on the new site".into()),
            Effect::Say("if it is useful, just reply".into()),
        ] {
            assert!(supported.contains(&effect), "{effect:?} in {supported:?}");
        }
        let contradicted = said(before, after, Stance::Contradicts);
        assert!(contradicted.contains(&Effect::SignOff { line: "Best regards,".into(), language: Language::English }));
        assert!(contradicted.contains(&Effect::Opening { kind: OpeningKind::Question, wanted: false }));
    }

    #[test]
    fn what_stays_speaks_against_never_writing_it() {
        let contradicted = said("We plan every day. It ends.", "We plan every day. It does not end.", Stance::Contradicts);
        assert!(contradicted.contains(&Effect::Avoid("plan every day".into())), "{contradicted:?}");
    }

    #[test]
    fn phrases_with_names_or_numbers_are_no_lesson() {
        let found = phrases(&letter("You work from Aarhus with 40 people, gladly and well done."));
        assert!(found.contains("gladly and well done"), "{found:?}");
        assert!(found.iter().all(|phrase| !phrase.contains("aarhus") && !phrase.contains("40")), "{found:?}");
    }

    #[test]
    fn an_emptied_mail_teaches_nothing() {
        assert_eq!(said("We plan. It ends.", " \n ", Stance::Supports), []);
    }
}
