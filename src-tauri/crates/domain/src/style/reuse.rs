//! May a sentence that a person wrote to one company be written to another? Only if it says nothing of either.
//!
//! Whether a sentence is true of a reader cannot be told from its words alone, so this errs on the side of no: a
//! number, a name, a date, an address, or any statement about the reader keeps a sentence out. Only a question may name the
//! length and the day of the week of a meeting. Both the memory that offers a sentence and the writer that takes it ask here.

use super::kinds::speaks_to_reader;
use crate::text::word_count;

/// Longest sentence taken over, in words.
const LONGEST: usize = 30;

/// Why a sentence is not written to another company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotReusable {
    /// It is no sentence of ordinary length.
    #[error("it is no plain sentence")]
    NoSentence,
    /// It holds a number, in digits or in words.
    #[error("it holds a number")]
    Number,
    /// It holds a link or an address.
    #[error("it holds a link or an address")]
    Address,
    /// It holds a month or a day.
    #[error("it holds a date")]
    Date,
    /// It holds a word that may be a name.
    #[error("it may hold a name")]
    Name,
    /// It says something about its reader, which was found out about somebody else.
    #[error("it says something about its reader")]
    SaysSomething,
}

const NUMBER_WORDS: [&str; 40] = [
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "twenty",
    "thirty",
    "fifty",
    "hundred",
    "thousand",
    "million",
    "billion",
    "dozen",
    "dozens",
    "hundreds",
    "thousands",
    "millions",
    "percent",
    "half",
    "zwei",
    "drei",
    "vier",
    "fünf",
    "sechs",
    "sieben",
    "acht",
    "neun",
    "zehn",
    "elf",
    "zwölf",
    "hundert",
    "tausend",
    "millionen",
    "prozent",
];
const DATE_WORDS: [&str; 26] = [
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "today",
    "yesterday",
    "tomorrow",
    "januar",
    "februar",
    "märz",
    "mai",
    "juni",
    "juli",
    "oktober",
    "dezember",
    "heute",
    "gestern",
    "christmas",
    "easter",
];
/// Words a sentence may begin with: behind any other the capital letter may be a name's.
const BEGINNINGS: [&str; 111] = [
    "i",
    "we",
    "you",
    "it",
    "if",
    "is",
    "are",
    "would",
    "could",
    "can",
    "may",
    "do",
    "does",
    "did",
    "have",
    "has",
    "that",
    "this",
    "there",
    "these",
    "those",
    "the",
    "a",
    "an",
    "what",
    "how",
    "who",
    "when",
    "where",
    "which",
    "why",
    "no",
    "not",
    "just",
    "let",
    "happy",
    "glad",
    "open",
    "worth",
    "curious",
    "quick",
    "short",
    "maybe",
    "perhaps",
    "thanks",
    "thank",
    "sorry",
    "either",
    "any",
    "all",
    "our",
    "my",
    "so",
    "and",
    "but",
    "or",
    "as",
    "at",
    "in",
    "on",
    "to",
    "feel",
    "ich",
    "wir",
    "sie",
    "es",
    "wenn",
    "falls",
    "ist",
    "das",
    "dies",
    "der",
    "die",
    "ein",
    "wie",
    "was",
    "gern",
    "haben",
    "shall",
    "should",
    "will",
    "want",
    "interested",
    "sound",
    "sounds",
    "might",
    "keen",
    "send",
    "reply",
    "tell",
    "please",
    "more",
    "one",
    "for",
    "from",
    "by",
    "with",
    "here",
    "hope",
    "soll",
    "wäre",
    "darf",
    "dürfen",
    "hätten",
    "können",
    "passt",
    "lohnt",
    "bei",
    "kein",
    "keine",
    "nur",
];
const MINUTES: [&str; 6] = ["minute", "minutes", "min", "mins", "minuten", "minütiges"];
const WEEKDAYS: [&str; 14] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonntag",
];
/// Beginnings that make a sentence about the reader an invitation and not a statement.
const INVITATIONS: [&str; 7] = ["if ", "let me know", "feel free", "wenn ", "falls ", "melden sie sich", "sagen sie mir"];

/// May this sentence be written to any company? `is_own` knows (in lower case) the words of the writer's own workflow,
/// which may stand with a capital letter.
pub fn may_be_reused(sentence: &str, is_own: impl Fn(&str) -> bool) -> Result<(), NotReusable> {
    if sentence.trim_end().ends_with('?') {
        return is_harmless(&without_meeting_time(sentence), is_own);
    }
    is_harmless(sentence, is_own)
}

/// A question without the day of the week and the minutes it asks for: they say nothing of the reader, and ask for as much
/// in the next mail.
fn without_meeting_time(question: &str) -> String {
    let words: Vec<&str> = question.split_whitespace().collect();
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let is_number = |word: &str| (1..=3).contains(&word.len()) && word.chars().all(|c| c.is_ascii_digit());
    let is_minutes = |word: &str| MINUTES.contains(&word);
    let is_time = |(at, word): (usize, &&str)| {
        let word = bare(word);
        let length = word.split_once('-').is_some_and(|(number, unit)| is_number(number) && is_minutes(unit));
        let before = is_number(&word) && words.get(at + 1).is_some_and(|next| is_minutes(&bare(next)));
        let after = is_minutes(&word) && at > 0 && is_number(&bare(words[at - 1]));
        WEEKDAYS.contains(&word.as_str()) || length || before || after
    };
    let kept: Vec<&str> = words.iter().enumerate().filter(|(at, word)| !is_time((*at, word))).map(|(_, word)| *word).collect();
    let kept = kept.join(" ");
    if kept.ends_with('?') { kept } else { kept + "?" }
}

fn is_harmless(sentence: &str, is_own: impl Fn(&str) -> bool) -> Result<(), NotReusable> {
    let words = bare_words(sentence);
    let lower = sentence.to_lowercase();
    if words.len() < 2 || word_count(sentence) > LONGEST || !sentence.trim_end().ends_with(['.', '?']) || sentence.contains(['\n', '\r']) {
        return Err(NotReusable::NoSentence);
    }
    if lower.contains(['@', '/', '\\', '<', '>', '{', '}', '[', ']']) || lower.contains("www.") || has_inner_dot(sentence) {
        return Err(NotReusable::Address);
    }
    if sentence.chars().any(char::is_numeric) || holds(&words, &NUMBER_WORDS) {
        return Err(NotReusable::Number);
    }
    if holds(&words, &DATE_WORDS) || holds(&words, &WEEKDAYS) {
        return Err(NotReusable::Date);
    }
    if may_hold_a_name(&words, is_own) || sentence.contains(['"', '“', '”', '„', '«', '»']) {
        return Err(NotReusable::Name);
    }
    let is_invitation = INVITATIONS.iter().any(|beginning| lower.trim_start().starts_with(beginning));
    let is_question = sentence.trim_end().ends_with('?');
    if speaks_to_reader(&lower) && !is_question && !is_invitation { Err(NotReusable::SaysSomething) } else { Ok(()) }
}

fn bare_words(sentence: &str) -> Vec<&str> {
    let bare = sentence.split(|c: char| c.is_whitespace() || "-–—,;:()".contains(c));
    bare.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric())).filter(|word| !word.is_empty()).collect()
}

fn holds(words: &[&str], list: &[&str]) -> bool {
    words.iter().any(|word| list.contains(&word.to_lowercase().as_str()))
}

/// A dot between two letters: "portwise.example", "e.g." too, which is no loss.
fn has_inner_dot(sentence: &str) -> bool {
    let characters: Vec<char> = sentence.chars().collect();
    characters.windows(3).any(|three| three[0].is_alphanumeric() && three[1] == '.' && three[2].is_alphanumeric())
}

/// A capital letter where none belongs, a first word that is no ordinary one, or letters of a script without capitals.
fn may_hold_a_name(words: &[&str], is_own: impl Fn(&str) -> bool) -> bool {
    const POLITE: [&str; 5] = ["Sie", "Ihr", "Ihre", "Ihnen", "Ihrer"];
    let is_capital =
        |word: &str| word.chars().any(char::is_uppercase) && *word != *"I" && !word.starts_with("I'") && !word.starts_with("I’");
    let has_case = |word: &str| word.chars().all(|c| !c.is_alphabetic() || c.is_lowercase() || c.is_uppercase());
    words.iter().enumerate().any(|(index, word)| {
        let lower = word.to_lowercase();
        let stem = lower.split(['\'', '’']).next().unwrap_or_default();
        let is_plain = POLITE.contains(word) || is_own(&lower) || (index == 0 && BEGINNINGS.contains(&stem));
        !is_plain && (is_capital(word) || !has_case(word) || index == 0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(sentence: &str) -> Result<(), NotReusable> {
        may_be_reused(sentence, |word| word == "portwise" || word == "sendungen")
    }

    #[test]
    fn sentences_that_say_nothing_of_a_company_may_be_written_to_another() {
        for sentence in [
            "Is re-planning on your list this year?",
            "Worth a short look?",
            "Shall I send an example?",
            "If it is useful, just reply.",
            "We built Portwise for exactly that.",
            "I'm happy to share how it works.",
            "Wie planen Sie Ihre Sendungen?",
            "Let me know if you would like an example.",
            "Could we speak for 15 minutes on Tuesday?",
            "Haben Sie am Dienstag 15 Minuten?",
            "Would a 20-minute call on Friday be of use?",
        ] {
            assert_eq!(verdict(sentence), Ok(()), "{sentence}");
        }
    }

    #[test]
    fn anything_that_may_be_a_fact_of_one_company_stays_there() {
        for (sentence, why) in [
            ("You are hiring 4 planners.", NotReusable::Number),
            ("You need four planners.", NotReusable::Number),
            ("I read it in October.", NotReusable::Date),
            ("Shall we talk in October?", NotReusable::Date),
            ("I will call on Tuesday.", NotReusable::Date),
            ("Do your 15 planners meet on Tuesday?", NotReusable::Number),
            ("I saw it on orbital.example.", NotReusable::Address),
            ("See https://orbital.example/x for it.", NotReusable::Address),
            ("I read about Orbital and liked it.", NotReusable::Name),
            ("Orbital does this well.", NotReusable::Name),
            ("is it true of iPhone users?", NotReusable::Name),
            ("我们 会 帮忙.", NotReusable::Name),
            ("You are growing quickly in freight.", NotReusable::SaysSomething),
            ("I like your new warehouse.", NotReusable::SaysSomething),
            ("Happy to see you are expanding.", NotReusable::SaysSomething),
            ("Cheers", NotReusable::NoSentence),
            ("", NotReusable::NoSentence),
            ("I said \"this line\" before.", NotReusable::Name),
        ] {
            assert_eq!(verdict(sentence), Err(why), "{sentence}");
        }
    }
}
