//! A mail taken apart: greeting, sentences, sign-off, and what stands below it.
//!
//! Signature and footer are nobody's style, so nothing is learned from them. A person who deletes the sign-off leaves
//! the signature behind; what stood below the draft's sign-off is therefore known when the final text is read.

use autoreach_domain::style::{CtaKind, OpeningKind, SentenceRole, cta_kind, opening_kind};
use autoreach_domain::text::{one_line, paragraphs};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A mail as text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Mail {
    /// The subject.
    pub subject: String,
    /// Everything below it: greeting, sentences, sign-off, signature, footer.
    pub body: String,
}

impl Mail {
    /// Subject and body as one text, for distances.
    pub fn whole(&self) -> String {
        format!("{}\n\n{}", self.subject, self.body)
    }
}

/// How a mail opens, ends and greets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traits {
    /// The kind of its first sentence.
    pub opening: OpeningKind,
    /// The kind of its last sentence.
    pub cta: CtaKind,
    /// The word it greets with, in lower case; empty without a greeting.
    pub greeting: String,
}

impl Traits {
    /// Those of a mail.
    pub fn of(mail: &Mail) -> Self {
        Letter::read(mail).traits()
    }
}

const GREETINGS: [&str; 20] = [
    "good morning",
    "good afternoon",
    "good day",
    "hi there",
    "hello",
    "hi",
    "hey",
    "dear",
    "greetings",
    "sehr geehrte",
    "sehr geehrter",
    "guten tag",
    "guten morgen",
    "hallo",
    "moin",
    "servus",
    "grüezi",
    "liebe",
    "lieber",
    "morning",
];
const SIGN_OFFS: [&str; 36] = [
    "best regards",
    "kind regards",
    "warm regards",
    "many regards",
    "regards",
    "all the best",
    "best wishes",
    "best",
    "cheers",
    "thanks",
    "many thanks",
    "thank you",
    "thanks a lot",
    "sincerely",
    "yours sincerely",
    "yours faithfully",
    "yours truly",
    "yours",
    "talk soon",
    "take care",
    "warmly",
    "cordially",
    "mit freundlichen grüßen",
    "freundliche grüße",
    "viele grüße",
    "beste grüße",
    "liebe grüße",
    "herzliche grüße",
    "schöne grüße",
    "mit besten grüßen",
    "gruß",
    "grüße",
    "vg",
    "lg",
    "mfg",
    "danke",
];
/// Most words of a line that is taken for a greeting.
const GREETING_WORDS: usize = 7;

/// A mail in its parts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Letter {
    pub(super) subject: String,
    /// The word it greets with as written, without the name.
    pub(super) greeting: String,
    /// The name in the greeting.
    pub(super) greeted: String,
    pub(super) sentences: Vec<String>,
    /// The line above the name as written, its comma included.
    pub(super) sign_off: String,
    /// The lines below the sign-off.
    tail: BTreeSet<String>,
}

impl Letter {
    pub(super) fn read(mail: &Mail) -> Self {
        Self::read_beside(mail, &BTreeSet::new())
    }

    /// A draft and what a person made of it.
    pub(super) fn read_edit(draft: &Mail, finished: &Mail) -> (Self, Self) {
        let before = Self::read(draft);
        let after = Self::read_beside(finished, &before.tail);
        (before, after)
    }

    fn read_beside(mail: &Mail, known_tail: &BTreeSet<String>) -> Self {
        let body = paragraphs(&mail.body);
        let mut lines: Vec<&str> = body.lines().collect();
        let mut letter = Self { subject: one_line(&mail.subject), ..Self::default() };
        if let Some((at, sign_off)) = lines.iter().enumerate().rev().find_map(|(at, line)| sign_off(line).map(|found| (at, found))) {
            letter.sign_off = sign_off;
            letter.tail = lines[at + 1..].iter().filter(|line| !line.is_empty()).map(|line| (*line).to_owned()).collect();
            lines.truncate(at);
        }
        lines.retain(|line| !known_tail.contains(*line));
        let text = letter.take_greeting(&lines);
        letter.sentences = text.split("\n\n").flat_map(sentences).collect();
        letter
    }

    /// Takes the greeting off and gives the rest.
    fn take_greeting(&mut self, lines: &[&str]) -> String {
        let Some(first) = lines.iter().position(|line| !line.is_empty()) else { return String::new() };
        let rest = |from: usize| lines[from..].join("\n");
        let line = lines[first];
        let (head, behind) = line.split_once([',', '!', ':']).unwrap_or((line, ""));
        let lower = head.to_lowercase();
        let word = GREETINGS.iter().filter(|word| begins_with_word(&lower, word)).max_by_key(|word| word.chars().count());
        let Some(word) = word.filter(|_| head.split_whitespace().count() <= GREETING_WORDS) else { return rest(first) };
        let letters = word.chars().count();
        self.greeting = head.chars().take(letters).collect();
        self.greeted = head.chars().skip(letters).collect::<String>().trim().to_owned();
        format!("{}\n\n{}", behind.trim(), rest(first + 1))
    }

    pub(super) fn words(&self) -> usize {
        self.sentences.iter().map(|sentence| autoreach_domain::text::word_count(sentence)).sum()
    }

    pub(super) fn traits(&self) -> Traits {
        let opening = self.sentences.first().map_or(OpeningKind::None, |sentence| opening_kind(sentence));
        let cta = self.sentences.last().map_or(CtaKind::None, |sentence| cta_kind(sentence));
        Traits { opening, cta, greeting: self.greeting.to_lowercase() }
    }

    /// Sentences with their place; a mail of one sentence opens with it.
    pub(super) fn placed(&self) -> impl Iterator<Item = (SentenceRole, &str)> {
        let last = self.sentences.len().saturating_sub(1);
        self.sentences.iter().enumerate().map(move |(at, text)| {
            let role = if at == 0 {
                SentenceRole::Opening
            } else if at == last {
                SentenceRole::Closing
            } else {
                SentenceRole::Body
            };
            (role, text.as_str())
        })
    }
}

fn begins_with_word(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// The sign-off in a line that is one: "Cheers,", "Best regards", "Cheers, Alex".
fn sign_off(line: &str) -> Option<String> {
    let line = line.trim();
    let (head, comma) = line.split_once(',').map_or((line, ""), |(head, _)| (head, ","));
    let bare = head.trim_end_matches(['.', '!']).trim().to_lowercase();
    let is_alone = comma.is_empty() || line.split_whitespace().count() <= GREETING_WORDS;
    (is_alone && SIGN_OFFS.contains(&bare.as_str())).then(|| format!("{}{comma}", head.trim_end_matches('.').trim()))
}

/// A paragraph cut behind its full stops, question and exclamation marks.
pub(super) fn sentences(paragraph: &str) -> Vec<String> {
    let text = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut found = Vec::new();
    let mut start = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let is_end = matches!(c, '.' | '!' | '?' | '…' | '؟' | '。' | '？' | '！');
        let ends_here = is_end && characters.peek().is_none_or(|(_, next)| *next == ' ' || !c.is_ascii());
        if ends_here {
            let end = at + c.len_utf8();
            found.push(text[start..end].trim().to_owned());
            start = end;
        }
    }
    found.push(text[start..].trim().to_owned());
    found.retain(|sentence| sentence.chars().any(char::is_alphanumeric));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mail(body: &str) -> Mail {
        Mail { subject: "Your planners".into(), body: body.into() }
    }

    #[test]
    fn a_mail_falls_into_its_parts() {
        let letter =
            Letter::read(&mail("Hi Wei,\n\nYou work from Aarhus. We plan.\n\nWorth a look?\n\nBest regards,\nAlex Berg\n\nHavnegade 1"));
        assert_eq!((letter.greeting.as_str(), letter.greeted.as_str(), letter.sign_off.as_str()), ("Hi", "Wei", "Best regards,"));
        assert_eq!(letter.sentences, ["You work from Aarhus.", "We plan.", "Worth a look?"]);
        assert_eq!(letter.words(), 9);
        assert_eq!(letter.traits(), Traits { opening: OpeningKind::Observation, cta: CtaKind::Question, greeting: "hi".into() });
    }

    #[test]
    fn a_greeting_in_the_first_line_and_a_name_behind_the_sign_off_are_seen() {
        let letter = Letter::read(&mail("Hello Wei, is it true?\nCheers, Alex"));
        assert_eq!((letter.greeting.as_str(), letter.sign_off.as_str()), ("Hello", "Cheers,"));
        assert_eq!(letter.sentences, ["is it true?"]);
        assert_eq!(Letter::read(&mail("Guten Tag Frau Rao,\n\nwir planen.\n\nViele Grüße\nAlex")).sign_off, "Viele Grüße");
    }

    #[test]
    fn a_deleted_sign_off_does_not_make_sentences_of_the_signature() {
        let draft = mail("Hi Wei,\n\nWe plan.\n\nBest,\nAlex Berg\n\nHavnegade 1\nReply no.");
        let (_, after) = Letter::read_edit(&draft, &mail("Hi Wei,\n\nWe plan.\n\nAlex Berg\n\nHavnegade 1\nReply no."));
        assert_eq!(after.sentences, ["We plan."]);
    }

    #[test]
    fn thanks_in_a_sentence_are_no_sign_off() {
        assert_eq!(Letter::read(&mail("Thanks for your time.\nWe plan.")).sign_off, "");
    }

    proptest! {
        #[test]
        fn any_text_can_be_taken_apart(body in "\\PC{0,80}|(Hi|Best,|🎉|\u{202E}|\u{0627}|[.!?\n ,]){0,40}") {
            let letter = Letter::read(&mail(&body));
            prop_assert!(letter.sentences.iter().all(|sentence| !sentence.is_empty()));
        }
    }
}
