//! What stops the agent, and what it is told around a lead, in plain lines.

use crate::view::words::day;
use autoreach_engine::context::contacts::ContactList;
use autoreach_engine::context::exceptions::ExceptionDesk;
use autoreach_engine::domain::market_note::MarketNote;

/// The kinds of exceptions: those that wait, then the others.
pub(crate) fn exceptions_words(desk: &[ExceptionDesk]) -> String {
    let (waiting, quiet): (Vec<&ExceptionDesk>, Vec<&ExceptionDesk>) = desk.iter().partition(|line| line.waiting > 0);
    let mut lines: Vec<String> = Vec::new();
    if waiting.is_empty() {
        lines.push("No exception waits.".to_owned());
    }
    lines.extend(waiting.into_iter().map(|line| {
        let overdue = if line.overdue == 0 { String::new() } else { format!(", {} overdue", line.overdue) };
        format!("{} waiting{overdue}: {}", line.waiting, kind_words(line))
    }));
    lines.push(String::new());
    lines.push("Nothing of these waits:".to_owned());
    lines.extend(quiet.into_iter().map(|line| format!("  {}", kind_words(line))));
    lines.join("\n")
}

fn kind_words(line: &ExceptionDesk) -> String {
    let state = match line.muted_until {
        Some(until) => format!("muted until {} by {}", day(until), line.muted_by.as_deref().unwrap_or("somebody")),
        None if line.is_hard_floor => "always goes to a person".to_owned(),
        None => format!("due within {} hours", line.due_hours),
    };
    format!("{} ({}), {state}", line.words, line.kind)
}

/// The notes about markets.
pub(crate) fn notes_words(notes: &[MarketNote]) -> String {
    if notes.is_empty() {
        return "No note holds. Add one with `autoreach notes add TEXT --country CODE --until DAY`.".to_owned();
    }
    let line = |note: &MarketNote| format!("{}, until {}: {} ({}; {})", note.market(), note.until, note.text, note.by, note.id);
    notes.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Whom the team knows.
pub(crate) fn contacts_words(list: &ContactList) -> String {
    if list.total == 0 {
        return "No contacts. Add an export of your address book with `autoreach contacts import FILE`; leads among them go to you."
            .to_owned();
    }
    let mut lines: Vec<String> = list
        .lines
        .iter()
        .map(|line| {
            let who = [line.name.as_str(), line.company.as_str(), line.address.as_str(), line.note.as_str()];
            format!("{} ({})", who.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(", "), line.id)
        })
        .collect();
    if list.total > list.lines.len() as u64 {
        lines.push(format!("... and {} more", list.total - list.lines.len() as u64));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use autoreach_engine::domain::exception::ExceptionKind;

    fn line(kind: ExceptionKind, waiting: u64, overdue: u64) -> ExceptionDesk {
        ExceptionDesk {
            kind,
            words: kind.words(),
            is_hard_floor: kind.is_hard_floor(),
            waiting,
            overdue,
            due_hours: 24,
            if_ignored: kind.if_ignored(),
            muted_until: None,
            muted_by: None,
        }
    }

    #[test]
    fn what_waits_is_told_first_with_what_is_overdue() {
        let words = exceptions_words(&[line(ExceptionKind::IllTimed, 3, 1), line(ExceptionKind::Competitor, 0, 0)]);
        let mut lines = words.lines();
        assert_eq!(lines.next(), Some("3 waiting, 1 overdue: bad timing (ill_timed), due within 24 hours"));
        assert_eq!(lines.last(), Some("  competitor (competitor), always goes to a person"));
    }

    #[test]
    fn an_empty_list_says_what_comes_next() {
        assert!(notes_words(&[]).contains("autoreach notes add"));
        assert!(contacts_words(&ContactList { lines: Vec::new(), total: 0 }).contains("autoreach contacts import"));
    }
}
