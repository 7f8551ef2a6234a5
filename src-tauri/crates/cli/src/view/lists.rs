//! Tables and reports as text: queue, leads, outbox, imports, suppression list, what an import and a sending run did.

use super::text::{Ink, Inks, Page, fitted, visible};
use super::words::{clock_time, counted, day, percent, until};
use autoreach_engine::domain::lead::Lead;
use autoreach_engine::domain::suppression::Suppression;
use autoreach_engine::leads::LeadLine;
use autoreach_engine::outbox::OutboxLine;
use autoreach_engine::pipeline::import::{ImportReport, RowLine};
use autoreach_engine::pipeline::send::{SendReport, SentLine};
use autoreach_engine::review::queue::{HistoryLine, QueueCounts, QueueLine};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Last characters of an id that the queue shows: random ones, while the first tell the time and are shared by a run.
pub(crate) const SHORT_ID: usize = 6;
/// Rows of each kind that an import's report names.
const ROWS_NAMED: usize = 10;

/// Lays a page out for standard output that nobody resizes.
fn plain(page: &Page) -> String {
    page.to_text(100, Inks::Left)
}

/// The queue, a line an item.
pub(crate) fn queue(lines: &[QueueLine], counts: &QueueCounts) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(queue_row(line).trim_end());
        text.push('\n');
    }
    text + &queue_summary(lines.len() as u64, counts)
}

/// The items one is asked for a second opinion on.
pub(crate) fn second_opinions(lines: &[QueueLine]) -> String {
    let rows = lines.iter().map(|line| queue_row(line).trim_end().to_owned()).collect::<Vec<_>>().join("\n");
    format!("For your second opinion, blind; what was decided stands:\n{rows}")
}

/// One row of the queue in 80 columns.
fn queue_row(line: &QueueLine) -> String {
    let confidence = line.confidence.map_or_else(|| "blind".to_owned(), percent);
    let fit = line.fit.map_or_else(String::new, |fit| format!("fit {fit}"));
    let overdue = if line.is_overdue { ", overdue" } else { "" };
    let chip = line.chip.map_or_else(String::new, |chip| format!("! {chip}{overdue}"));
    let id = line.item.to_string();
    let short = &id[id.len() - SHORT_ID..];
    format!("{short} {} {} {confidence:>5} {fit:>7}  {chip}", fitted(&line.company, 24), fitted(&line.person, 16))
}

fn queue_summary(shown: u64, counts: &QueueCounts) -> String {
    if counts.open == 0 {
        let later = if counts.snoozed > 0 { format!(" {} put off.", counts.snoozed) } else { String::new() };
        return format!("Nothing to review.{later} Import leads with `autoreach run FILE`.");
    }
    let more = counts.open.saturating_sub(shown);
    let rest = if more > 0 { format!(", {more} more not listed") } else { String::new() };
    format!("{} to review{rest} · {} put off · {} decided. Begin with `autoreach review`.", counts.open, counts.snoozed, counts.decided)
}

/// The last verdicts.
pub(crate) fn history(lines: &[HistoryLine], zone: &TimeZone) -> String {
    if lines.is_empty() {
        return "No verdict yet.".into();
    }
    let row = |line: &HistoryLine| format!("{} {}  {}", day(line.decided_at), clock_time(line.decided_at, zone), visible(&line.summary));
    lines.iter().map(row).collect::<Vec<_>>().join("\n")
}

/// The leads, a line each, what is missing below.
pub(crate) fn leads(lines: &[LeadLine]) -> String {
    if lines.is_empty() {
        return "No lead here. Import some with `autoreach run FILE`.".into();
    }
    let mut page = Page::default();
    for line in lines {
        page.add(Ink::Plain, &lead_row(&line.lead));
        for missing in &line.missing {
            page.add_indented(Ink::Plain, 2, 2, &format!("! {missing}"));
        }
    }
    page.add(Ink::Plain, &counted(lines.len() as u64, "lead"));
    plain(&page)
}

fn lead_row(lead: &Lead) -> String {
    let email = lead.person.email.as_ref().map_or("", |address| address.as_str());
    format!("{} {} {email}", fitted(&lead.company, 32), fitted(&lead.person.full_name(), 24))
}

/// The outbox, a line a mail, and what it waits for.
pub(crate) fn outbox(lines: &[OutboxLine], now: Timestamp, is_dry_run: bool) -> String {
    if lines.is_empty() {
        return "The outbox is empty. Mails you accept in `autoreach review` wait here.".into();
    }
    let mut page = Page::default();
    for line in lines {
        let when = line.not_before.map_or_else(String::new, |at| until(at, now));
        page.add(Ink::Plain, &format!("{:>4} {} {} {when}", line.mail, fitted(line.state.as_str(), 10), fitted(&line.company, 30)));
        page.add_indented(Ink::Plain, 5, 2, &format!("{} · {}", line.subject, line.what));
    }
    if is_dry_run {
        page.add(Ink::Plain, "Dry run is on: no mail leaves until `autoreach dry-run off`.");
    }
    plain(&page)
}

/// The suppression list.
pub(crate) fn suppressions(entries: &[Suppression]) -> String {
    if entries.is_empty() {
        return "Nobody is on the list. Add entries with `autoreach suppress add ADDRESS`.".into();
    }
    let row = |entry: &Suppression| {
        let row = format!(
            "{} {} {}  {}",
            day(entry.added_at),
            fitted(entry.scope.kind(), 8),
            visible(&entry.scope.key()),
            visible(&entry.reason)
        );
        row.trim_end().to_owned()
    };
    entries.iter().map(row).collect::<Vec<_>>().join("\n")
}

/// What an import did or would do.
pub(crate) fn import(report: &ImportReport, is_preview: bool) -> String {
    let mut page = Page::default();
    page.add(Ink::Plain, &format!("{}, read as {}", report.format, report.preset));
    let mapped: Vec<String> = report.mapping.iter().map(|(header, field)| format!("{header} = {field}")).collect();
    page.add_indented(Ink::Plain, 2, 2, &format!("Columns: {}", mapped.join(", ")));
    if !report.unmapped.is_empty() {
        page.add_indented(Ink::Plain, 2, 2, &format!("Kept as they are: {}", report.unmapped.join(", ")));
    }
    if is_preview {
        preview(&mut page, report);
    }
    page.add(Ink::Plain, &import_counts(report, is_preview));
    rows(&mut page, "Problems", &report.problems);
    rows(&mut page, "May be duplicates (kept out; --take-unsure takes them)", &report.unsure);
    rows(&mut page, "On the suppression list", &report.suppressed);
    rows(&mut page, "To be completed", &report.incomplete);
    rows(&mut page, "Notes", &report.notes);
    plain(&page)
}

fn preview(page: &mut Page, report: &ImportReport) {
    for lead in &report.preview {
        let row = [&lead.company, &lead.person, &lead.role, &lead.email, &lead.website];
        page.add_indented(Ink::Plain, 2, 2, &row.into_iter().filter(|cell| !cell.is_empty()).cloned().collect::<Vec<_>>().join(" · "));
    }
}

/// How many rows became what.
pub(crate) fn import_counts(report: &ImportReport, is_preview: bool) -> String {
    let verb = if is_preview { "would be new" } else { "new" };
    format!(
        "{} {verb}, {} known already, {} unsure, {} suppressed, {} with problems",
        counted(report.new as u64, "lead"),
        report.same.len(),
        report.unsure.len(),
        report.suppressed.len(),
        report.problems.len()
    )
}

fn rows(page: &mut Page, title: &str, rows: &[RowLine]) {
    if rows.is_empty() {
        return;
    }
    page.add(Ink::Plain, &format!("{title}:"));
    for row in rows.iter().take(ROWS_NAMED) {
        page.add_indented(Ink::Plain, 2, 2, &format!("line {}: {}", row.line, row.what));
    }
    if rows.len() > ROWS_NAMED {
        page.add_indented(Ink::Plain, 2, 0, &format!("and {} more (all with --json)", rows.len() - ROWS_NAMED));
    }
}

/// What a sending run did or would do.
pub(crate) fn send(report: &SendReport) -> String {
    let mut page = Page::default();
    let sent = if report.is_dry_run { "Dry run, nothing left. Would be handed over" } else { "Taken by the server" };
    sent_lines(&mut page, sent, &report.sent);
    sent_lines(&mut page, "Refused for now, will be tried again", &report.deferred);
    sent_lines(&mut page, "Refused", &report.bounced);
    sent_lines(&mut page, "Left without an answer: look into your Sent folder, then `autoreach outbox resolve`", &report.uncertain);
    sent_lines(&mut page, "Kept here", &report.kept);
    if report.waiting > 0 {
        page.add(Ink::Plain, &format!("{} still within the hold time, or held by you.", counted(report.waiting, "mail")));
    }
    let text = plain(&page);
    if text.is_empty() { "Nothing to send.".into() } else { text }
}

fn sent_lines(page: &mut Page, title: &str, lines: &[SentLine]) {
    if lines.is_empty() {
        return;
    }
    page.add(Ink::Plain, &format!("{title}: {}", counted(lines.len() as u64, "mail")));
    for line in lines {
        page.add_indented(Ink::Plain, 2, 2, &format!("{:>4} {}: {}", line.mail, line.company, line.what));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::text::columns;
    use autoreach_engine::domain::ids::ItemId;

    fn line(company: &str) -> QueueLine {
        let now = Timestamp::UNIX_EPOCH;
        QueueLine {
            item: ItemId::new(now, [0xab; 10]),
            company: company.into(),
            person: "Wei Rao, VP Operations".into(),
            confidence: Some(0.62),
            fit: Some(82),
            chip: Some("recipient to confirm"),
            opened_at: now,
            due_at: None,
            is_overdue: false,
        }
    }

    #[test]
    fn a_queue_row_fits_80_columns_whatever_the_name() {
        for company in [
            "Orbital Freight",
            "日本語の会社名株式会社日本語の会社名株式会社",
            "\u{1b}[31m\u{202E}x",
            "شركة الشحن الدولية والخدمات اللوجستية",
        ] {
            let row = queue_row(&line(company));
            assert!(columns(&row) <= 86, "{row}");
            assert!(!row.contains(['\u{1b}', '\u{202E}']));
        }
    }

    #[test]
    fn a_blind_item_shows_no_number() {
        let row = queue_row(&QueueLine { confidence: None, fit: None, ..line("Orbital") });
        assert!(row.contains("blind") && !row.contains('%') && !row.contains("fit"));
    }

    #[test]
    fn an_empty_queue_says_what_comes_next() {
        assert!(queue(&[], &QueueCounts::default()).contains("autoreach run FILE"));
    }
}
