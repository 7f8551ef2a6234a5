//! Rules in notes: those a note speaks ("never mention discounts"), and words that notes about what was not taken repeat.

use super::{FEWEST_GESTURES, Proposal, Rule, Said, notes_of, ranked};
use std::collections::{BTreeMap, BTreeSet};

/// How a note speaks of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Polarity {
    /// Never, no, avoid, do not.
    Never,
    /// Only.
    Only,
    /// Always.
    Always,
}

impl Polarity {
    /// The word for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Only => "only",
            Self::Always => "always",
        }
    }
}

/// How a rule begins, in English and German; the longer beginnings first.
const BEGINNINGS: [(&str, Polarity); 19] = [
    ("please do not", Polarity::Never),
    ("please don't", Polarity::Never),
    ("do not", Polarity::Never),
    ("don't", Polarity::Never),
    ("dont", Polarity::Never),
    ("never", Polarity::Never),
    ("avoid", Polarity::Never),
    ("no", Polarity::Never),
    ("niemals", Polarity::Never),
    ("nie", Polarity::Never),
    ("keinen", Polarity::Never),
    ("keiner", Polarity::Never),
    ("keine", Polarity::Never),
    ("kein", Polarity::Never),
    ("always", Polarity::Always),
    ("immer", Polarity::Always),
    ("only", Polarity::Only),
    ("nur", Polarity::Only),
    ("ausschließlich", Polarity::Only),
];
/// Verbs of writing: what follows (in German, what stands before) is what shall stand in a mail, or not.
const WRITING: [&str; 26] = [
    "mention",
    "mentioning",
    "say",
    "saying",
    "use",
    "using",
    "write",
    "writing",
    "promise",
    "promising",
    "include",
    "including",
    "add",
    "put",
    "talk",
    "open",
    "erwähnen",
    "erwähne",
    "nennen",
    "nenne",
    "schreiben",
    "schreibe",
    "sagen",
    "verwenden",
    "verwende",
    "versprechen",
];
/// Words between a verb and what is meant.
const BETWEEN: [&str; 21] = [
    "the", "a", "an", "any", "our", "to", "about", "with", "in", "contact", "write", "email", "der", "die", "das", "den", "ein", "eine",
    "einen", "von", "mit",
];
/// Words a rule may have; a longer sentence is a story.
const MOST_WORDS: usize = 8;
/// Letters of a word that carries meaning.
const CONTENT_LETTERS: usize = 4;
/// Longer words that carry none, in English and German.
const EMPTY_WORDS: [&str; 66] = [
    "about", "after", "again", "also", "already", "another", "because", "been", "before", "being", "both", "could", "does", "down", "each",
    "even", "from", "have", "here", "into", "just", "know", "lead", "like", "mail", "more", "most", "much", "need", "only", "other",
    "over", "really", "same", "should", "some", "still", "such", "than", "that", "their", "them", "then", "there", "these", "they", "this",
    "those", "very", "want", "well", "were", "what", "when", "which", "will", "with", "would", "your", "nicht", "auch", "eine", "sind",
    "wird", "haben", "noch",
];

/// What notes say as a rule; with the places of the gestures that do.
pub(super) fn spoken(said: &[Said<'_>]) -> (Vec<Proposal>, BTreeSet<usize>) {
    let mut found: BTreeMap<(Polarity, String), (bool, BTreeSet<usize>)> = BTreeMap::new();
    for (place, one) in said.iter().enumerate() {
        for sentence in one.note.split(['.', '!', '?', ';', '\n']) {
            let Some((polarity, what, is_writing)) = rule_in(sentence) else { continue };
            let (is_about_mail, places) = found.entry((polarity, what)).or_default();
            *is_about_mail |= is_writing || one.is_about_mail;
            places.insert(place);
        }
    }
    let told = found.values().flat_map(|(_, places)| places.iter().copied()).collect();
    let proposal = |((polarity, what), (is_about_mail, places)): ((Polarity, String), (bool, BTreeSet<usize>))| Proposal {
        id: format!("notes:{}-{}", polarity.words(), what.replace(' ', "-")),
        gestures: places.len(),
        notes: notes_of(places.iter().map(|place| &said[*place])),
        rule: Rule::Spoken { polarity, what, is_about_mail },
    };
    (ranked(found.into_iter().map(proposal).collect()), told)
}

/// The rule a sentence begins with: its polarity, what it is about, and whether it speaks of writing.
fn rule_in(sentence: &str) -> Option<(Polarity, String, bool)> {
    let lower = sentence.trim().to_lowercase().replace('’', "'");
    let begins =
        |beginning: &str| lower.strip_prefix(beginning).filter(|rest| rest.starts_with(|c: char| !c.is_alphanumeric() && c != '\''));
    let (polarity, rest) = BEGINNINGS.iter().find_map(|(beginning, polarity)| Some((*polarity, begins(beginning)?)))?;
    let all: Vec<&str> = words(rest).collect();
    let is_writing = all.iter().any(|word| WRITING.contains(word));
    let what = quoted(rest).unwrap_or_else(|| {
        let mut left: &[&str] = &all;
        while let Some((_, rest)) = left.split_first().filter(|(first, _)| WRITING.contains(first) || BETWEEN.contains(first)) {
            left = rest;
        }
        while let Some((_, rest)) = left.split_last().filter(|(last, _)| WRITING.contains(last)) {
            left = rest;
        }
        left.join(" ")
    });
    let length = what.split(' ').filter(|word| !word.is_empty()).count();
    ((1..=MOST_WORDS).contains(&length)).then_some((polarity, what, is_writing))
}

/// What stands between quotation marks.
fn quoted(text: &str) -> Option<String> {
    let (_, from) = text.split_once(['"', '“', '„', '«'])?;
    let (inside, _) = from.split_once(['"', '”', '“', '»'])?;
    let inside = inside.split_whitespace().collect::<Vec<_>>().join(" ");
    (!inside.is_empty()).then_some(inside)
}

/// Words and pairs of words that the notes of at least three gestures share, all about what was not taken as it was, and that
/// no note about something taken holds. A gesture is told once: what speaks a rule is left out, and of words that come from
/// the same gestures the longest is kept.
pub(super) fn repeated(said: &[Said<'_>], told: &BTreeSet<usize>) -> Vec<Proposal> {
    let taken: BTreeSet<String> = said.iter().filter(|one| one.is_untouched).flat_map(|one| shared(one.note)).collect();
    let mut places: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (place, one) in said.iter().enumerate().filter(|(place, one)| !one.is_untouched && !told.contains(place)) {
        for words in shared(one.note).into_iter().filter(|words| !taken.contains(words)) {
            places.entry(words).or_default().insert(place);
        }
    }
    let mut candidates: Vec<(String, BTreeSet<usize>)> = places.into_iter().filter(|(_, places)| places.len() >= FEWEST_GESTURES).collect();
    candidates.sort_by_key(|(words, places)| std::cmp::Reverse((places.len(), words.contains(' '), words.chars().count())));
    let mut kept: Vec<(String, BTreeSet<usize>)> = Vec::new();
    for (words, places) in candidates {
        if !kept.iter().any(|(_, of_kept)| places.is_subset(of_kept)) {
            kept.push((words, places));
        }
    }
    let proposal = |(what, places): (String, BTreeSet<usize>)| Proposal {
        id: format!("notes:{}", what.replace(' ', "-")),
        gestures: places.len(),
        notes: notes_of(places.iter().map(|place| &said[*place])),
        rule: Rule::Repeated { what },
    };
    ranked(kept.into_iter().map(proposal).collect())
}

/// Content words of a note, and pairs of neighbours that both are.
fn shared(note: &str) -> BTreeSet<String> {
    let lower = note.to_lowercase().replace('’', "'");
    let all: Vec<&str> = words(&lower).collect();
    let single = all.iter().filter(|word| is_content(word)).map(|word| (*word).to_owned());
    let pairs = all.windows(2).filter(|pair| pair.iter().all(|word| is_content(word))).map(|pair| pair.join(" "));
    single.chain(pairs).collect()
}

fn is_content(word: &str) -> bool {
    word.chars().count() >= CONTENT_LETTERS && word.chars().all(char::is_alphabetic) && !EMPTY_WORDS.contains(&word)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::proposals;
    use super::*;
    use autoreach_domain::confidence::Features;

    /// Notes on leads: taken as they were, or not.
    fn rules(notes: &[(&str, bool)]) -> Vec<Proposal> {
        let features = Features::default();
        let said = notes.iter().map(|(note, is_untouched)| Said {
            lead: Some(*is_untouched),
            is_untouched: *is_untouched,
            is_about_mail: false,
            reasons: &[],
            note,
            features: &features,
        });
        proposals(&said.collect::<Vec<_>>())
    }

    fn ids(notes: &[(&str, bool)]) -> Vec<String> {
        rules(notes).into_iter().map(|proposal| proposal.id).collect()
    }

    fn spoken_in(note: &str) -> Option<(Polarity, String, bool)> {
        rule_in(note)
    }

    #[test]
    fn a_note_that_begins_like_a_rule_is_one() {
        let said = |note| {
            spoken_in(note)
                .map(|(polarity, what, is_writing)| format!("{} {what}{}", polarity.words(), if is_writing { " (mail)" } else { "" }))
        };
        assert_eq!(said("Never mention discounts").as_deref(), Some("never discounts (mail)"));
        assert_eq!(said("Don’t say “quick win” again").as_deref(), Some("never quick win (mail)"));
        assert_eq!(said("no retail").as_deref(), Some("never retail"));
        assert_eq!(said("only Denmark").as_deref(), Some("only denmark"));
        assert_eq!(said("Keine Preise nennen").as_deref(), Some("never preise (mail)"));
        assert_eq!(said("immer die Referenz erwähnen").as_deref(), Some("always referenz (mail)"));
        assert_eq!(said("Nordic companies are nice"), None, "a word that only begins like one is none");
        assert_eq!(said("no"), None);
        assert_eq!(said("no idea why they would ever want to talk to us about this at all"), None, "a story is no rule");
    }

    #[test]
    fn a_rule_is_told_once_with_the_notes_behind_it() {
        let proposed = rules(&[("never mention discounts", false), ("Nice. Never mention discounts!", true), ("good", true)]);
        assert_eq!((proposed.len(), proposed[0].gestures), (1, 2));
        assert_eq!(proposed[0].notes, ["Nice. Never mention discounts!", "never mention discounts"]);
    }

    #[test]
    fn what_three_notes_repeat_is_proposed_in_the_longest_words_they_share() {
        let notes = [("part of a franchise chain", false), ("franchise chain again", false), ("another franchise chain", false)];
        assert_eq!(ids(&notes), ["notes:franchise-chain"]);
        assert!(ids(&notes[..2]).is_empty());
    }

    #[test]
    fn a_word_in_a_note_about_a_lead_that_was_taken_proposes_nothing() {
        let notes = [("franchise", false), ("franchise", false), ("franchise", false), ("a franchise, but a good one", true)];
        assert!(ids(&notes).is_empty());
    }

    #[test]
    fn the_order_of_the_notes_does_not_matter() {
        let mut notes = vec![("no retail", false), ("franchise store", false), ("a franchise", false), ("old franchise store", false)];
        let forwards = ids(&notes);
        notes.reverse();
        assert_eq!(ids(&notes), forwards);
        assert_eq!(forwards, ["notes:never-retail", "notes:franchise"]);
    }
}
