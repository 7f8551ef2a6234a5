//! Whether an automatic answer speaks of an absence, and until when.

use super::dates::end_of_absence;
use super::letter::Letter;
use super::phrases::{AWAY, LEFT};
use super::words::{clauses, find as find_phrase};
use super::{Finding, Kind};
use jiff::civil::Date;

/// Characters of a note that are searched.
const SEARCHED_CHARACTERS: usize = 3_000;

/// What an automatic answer says; `evidence` is what showed that it is automatic.
pub(super) fn of_automatic(letter: &Letter<'_>, received: Date, evidence: String, subject_says_away: bool) -> Finding {
    let text: String = format!("{}\n\n{}", letter.subject, letter.own_text).chars().take(SEARCHED_CHARACTERS).collect();
    let parts = clauses(&text);
    if let Some(words) = find_phrase(&text, &parts, LEFT, 0) {
        return Finding::new(Kind::AutoReply { has_left: true }, [evidence, words]);
    }
    let end = end_of_absence(&text, received);
    let words = find_phrase(&text, &parts, AWAY, 0);
    let is_away = subject_says_away || words.is_some() || end.is_some_and(|(_, is_marked)| is_marked);
    if !is_away {
        return Finding::new(Kind::AutoReply { has_left: false }, [evidence]);
    }
    let until = end.map(|(date, _)| date);
    Finding::new(Kind::OutOfOffice { until }, [evidence, words.unwrap_or_default()])
}
