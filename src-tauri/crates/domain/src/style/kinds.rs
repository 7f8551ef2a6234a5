//! What kind of opening line and what kind of ending a mail has: word lists in both languages.
//!
//! A sentence that fits several lists is taken for the first that fits, in the order of the declaration, because the
//! most telling comes first: a question stays a question whatever it asks about.

use crate::icp::text_enum;

/// How a mail opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OpeningKind {
    /// Asks something.
    Question,
    /// Praises or congratulates.
    Compliment,
    /// Names an event: money raised, people sought, news.
    Trigger,
    /// Says something else about the reader.
    Observation,
    /// Says nothing about the reader.
    None,
}

text_enum!(OpeningKind, "opening", {
    Question => "question", Compliment => "compliment", Trigger => "trigger", Observation => "observation", None => "none",
});

/// How a mail ends: what it asks of the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CtaKind {
    /// Leads to a page.
    Link,
    /// Offers or asks for time: minutes, a call, a day.
    TimeOffer,
    /// Asks something else.
    Question,
    /// Leaves it to the reader without asking.
    Soft,
    /// Asks for nothing.
    None,
}

text_enum!(CtaKind, "ending", {
    Link => "link", TimeOffer => "time_offer", Question => "question", Soft => "soft", None => "none",
});

const PRAISE: [&str; 22] = [
    "congrat",
    "impress",
    "love ",
    "loved",
    "admire",
    "amazing",
    "fantastic",
    "awesome",
    "great work",
    "great to see",
    "well done",
    "kudos",
    "inspiring",
    "excellent",
    "remarkable",
    "glückw",
    "gratulier",
    "beeindruck",
    "großartig",
    "toll",
    "hut ab",
    "spannend",
];
const EVENTS: [&str; 24] = [
    "raised",
    "funding",
    "series ",
    "round",
    "hiring",
    "looking for",
    "search for",
    "open role",
    "need a",
    "recruit",
    "news",
    "announce",
    "launch",
    "opened",
    "acqui",
    "expan",
    "eingeworben",
    "finanzierung",
    "stelle",
    "ausgeschrieben",
    "suchen",
    "eröffnet",
    "meldung",
    "neuigkeit",
];
const READER: [&str; 8] = ["you", "your", "yours", "sie", "ihr", "ihre", "ihrer", "ihnen"];
const TIME: [&str; 24] = [
    "minute",
    "a call",
    "quick call",
    "short call",
    "a chat",
    "quick chat",
    "next week",
    "this week",
    "tomorrow",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "calendar",
    "meeting",
    "minuten",
    "gespräch",
    "telefonat",
    "nächste woche",
    "termin",
    "montag",
    "morgen",
    "freitag",
];
const SOFT: [&str; 18] = [
    "let me know",
    "reply",
    "happy to",
    "glad to",
    "interest",
    "feel free",
    "if it ",
    "if this",
    "if that",
    "no rush",
    "whenever",
    "curious",
    "melden sie",
    "antwort",
    "gern",
    "wenn es",
    "falls",
    "bei interesse",
];

/// How a mail with this first sentence opens; an empty one opens with nothing.
pub fn opening_kind(sentence: &str) -> OpeningKind {
    let lower = sentence.to_lowercase();
    let holds = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if lower.trim_end().ends_with('?') {
        OpeningKind::Question
    } else if holds(&PRAISE) {
        OpeningKind::Compliment
    } else if speaks_to_reader(&lower) {
        if holds(&EVENTS) { OpeningKind::Trigger } else { OpeningKind::Observation }
    } else {
        OpeningKind::None
    }
}

/// How a mail with this last sentence ends; an empty one asks for nothing.
pub fn cta_kind(sentence: &str) -> CtaKind {
    let lower = sentence.to_lowercase();
    let holds = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if holds(&["http://", "https://", "www."]) {
        CtaKind::Link
    } else if holds(&TIME) {
        CtaKind::TimeOffer
    } else if lower.trim_end().ends_with('?') {
        CtaKind::Question
    } else if holds(&SOFT) {
        CtaKind::Soft
    } else {
        CtaKind::None
    }
}

/// Does a text in lower case speak to its reader?
pub(super) fn speaks_to_reader(lower: &str) -> bool {
    lower.split(|c: char| !c.is_alphanumeric()).any(|word| READER.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openings_are_told_apart_in_both_languages() {
        let cases = [
            ("Are you still looking for planners?", OpeningKind::Question),
            ("Congratulations on raising €12 million.", OpeningKind::Compliment),
            ("I was impressed by your warehouse.", OpeningKind::Compliment),
            ("ich habe von Ihrer Runde gelesen, herzlichen Glückwunsch.", OpeningKind::Compliment),
            ("You are hiring four planners.", OpeningKind::Trigger),
            ("bei Ihnen ist derzeit die Stelle „Disponent“ ausgeschrieben.", OpeningKind::Trigger),
            ("You work from Aarhus.", OpeningKind::Observation),
            ("I will come straight to the point.", OpeningKind::None),
            ("", OpeningKind::None),
        ];
        for (text, kind) in cases {
            assert_eq!(opening_kind(text), kind, "{text}");
        }
    }

    #[test]
    fn endings_are_told_apart_in_both_languages() {
        let cases = [
            ("Would 20 minutes next week be worth it?", CtaKind::TimeOffer),
            ("I am free for a short call.", CtaKind::TimeOffer),
            ("Is that on your list?", CtaKind::Question),
            ("If it sounds useful, just reply.", CtaKind::Soft),
            ("Bei Interesse genügt eine kurze Antwort.", CtaKind::Soft),
            ("See https://portwise.example for more.", CtaKind::Link),
            ("We plan shipments.", CtaKind::None),
            ("", CtaKind::None),
        ];
        for (text, kind) in cases {
            assert_eq!(cta_kind(text), kind, "{text}");
        }
    }
}
