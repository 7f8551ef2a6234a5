//! What a person's answer wants: to be left alone, not now, or to talk.
//!
//! Only answers are searched (In-Reply-To, References, or a subject that begins like an answer), with two exceptions for
//! people who write anew: a mail that is nothing but the wish, as mail programs make from List-Unsubscribe, and a short
//! mail that asks to be left alone. A no and a yes, or a doubt and a yes, in one text are neither.

use super::letter::Letter;
use super::phrases::{DOUBTS, NOT_INTERESTED, OPT_OUT, OPT_OUT_ALONE, POSITIVE};
use super::words::{Clause, clauses, find as find_phrase, fold};
use super::{Finding, Kind};

/// Characters of a text that are searched: what people want stands at the beginning.
const SEARCHED_CHARACTERS: usize = 3_000;
/// Most words of a mail that answers nothing and is still read as a wish to be left alone.
const SHORT_WORDS: usize = 60;

/// Marks with which subjects of answers begin, folded: English, German, Dutch, Scandinavian, French, Spanish, Italian,
/// Polish, Portuguese, Finnish, Hungarian, Turkish, Greek.
const ANSWER_MARKS: [&str; 15] = ["re", "aw", "antw", "antwort", "sv", "vs", "ref", "rif", "r", "odp", "res", "rv", "va", "ynt", "απ"];

/// Beginnings of words that speak of mails and lists, folded.
const MAIL_WORDS: [&str; 16] = [
    "list",
    "mail",
    "email",
    "newsletter",
    "unsubscri",
    "verteil",
    "liste",
    "lista",
    "lijst",
    "correo",
    "courriel",
    "desabonn",
    "abmeld",
    "datenbank",
    "database",
    "posta",
];

/// A person's answer, or a wish to be left alone; `None` when it is neither.
pub(super) fn find(letter: &Letter<'_>) -> Option<Finding> {
    let is_answer = is_answer(letter);
    let text: String = letter.own_text.chars().take(SEARCHED_CHARACTERS).collect();
    let parts = clauses(&text);
    if let Some(words) = opt_out(letter, &text, &parts, is_answer) {
        return Some(Finding::new(Kind::OptOut, [words]));
    }
    if !is_answer {
        return None;
    }
    // A no is often said beside a reason, so that only what stands right before it can turn it round.
    let no = find_phrase(&text, &parts, NOT_INTERESTED, 0);
    let yes = find_phrase(&text, &parts, POSITIVE, 3);
    let no = no.or_else(|| yes.as_ref().and_then(|_| find_phrase(&text, &parts, DOUBTS, 0)));
    Some(match (no, yes) {
        (Some(no), None) => Finding::new(Kind::NotInterested, [no]),
        (None, Some(yes)) => Finding::new(Kind::Positive, [yes]),
        (Some(no), Some(yes)) => Finding::new(Kind::Reply, [no, yes]),
        (None, None) => Finding::new(Kind::Reply, []),
    })
}

fn opt_out(letter: &Letter<'_>, text: &str, parts: &[Clause], is_answer: bool) -> Option<String> {
    let subject = clauses(&letter.subject);
    if !is_answer && let Some(words) = find_phrase(&letter.subject, &subject, OPT_OUT_ALONE, 0) {
        return Some(words);
    }
    let words = parts.iter().map(Vec::len).sum::<usize>();
    if !is_answer && (is_bulk(letter) || words > SHORT_WORDS) {
        return None;
    }
    // Whoever writes anew means us only when they speak of mails or a list, not of a meeting.
    if !is_answer && !parts.iter().flatten().any(|word| MAIL_WORDS.iter().any(|known| word.folded.starts_with(known))) {
        return None;
    }
    let alone = parts.first().map(std::slice::from_ref).unwrap_or_default();
    find_phrase(text, alone, OPT_OUT_ALONE, 0).or_else(|| find_phrase(text, parts, OPT_OUT, 1))
}

/// `true` when it names a mail that it answers, or says so in its subject. A group address puts a list's headers on what
/// people write to it, so that these count against the subject only; whether the mail answered is ours is not known here.
fn is_answer(letter: &Letter<'_>) -> bool {
    let names_a_mail = ["In-Reply-To", "References"].iter().any(|name| letter.header(name).is_some_and(|value| value.contains('@')));
    names_a_mail || (!is_bulk(letter) && begins_like_an_answer(&letter.subject))
}

/// `Re: …`, `AW: …`, `Re[2]: …`, in any of the languages.
fn begins_like_an_answer(subject: &str) -> bool {
    let Some((mark, _)) = subject.split_once([':', '\u{ff1a}']) else { return false };
    let mark = fold(mark);
    let mark = mark.trim().split(['[', '(']).next().unwrap_or_default().trim();
    ANSWER_MARKS.contains(&mark)
}

/// `true` for what is sent to many: a newsletter says "unsubscribe" in every issue.
fn is_bulk(letter: &Letter<'_>) -> bool {
    let precedence = letter.header("Precedence").map(|value| value.to_ascii_lowercase());
    letter.header("List-Unsubscribe").is_some()
        || letter.header("List-Id").is_some()
        || precedence.is_some_and(|value| matches!(value.trim(), "bulk" | "list" | "junk"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_of_answers_are_known_in_many_languages() {
        for subject in
            ["Re: Late ports", "AW: Späte Häfen", "RE[2]: ports", "Antw: haven", "SV: hamnar", "Réf : ports", "Odp: porty", "Re (2): x"]
        {
            assert!(begins_like_an_answer(subject), "{subject}");
        }
        for subject in ["Late ports", "Reminder: pay", "Report: Q3", ""] {
            assert!(!begins_like_an_answer(subject), "{subject}");
        }
    }
}
