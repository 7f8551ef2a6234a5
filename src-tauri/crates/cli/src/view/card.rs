//! One review card as text, in the order the eye should take: why you see it, fit, proof, mail, checks.
//!
//! Scores of blind items are left out here and nowhere else has to remember it. A number never stands alone: it comes
//! with what it measures and how sure it is.

use super::proofs::{cited, proofs, reference};
use super::text::{Ink, Page, fitted};
use super::words::{day, percent};
use autoreach_engine::domain::confidence::Confidence;
use autoreach_engine::domain::dossier::Finding;
use autoreach_engine::domain::draft::{Draft, DraftChecks, Instruction, Proof, StandInReason};
use autoreach_engine::domain::exception::Exception;
use autoreach_engine::domain::oversight::route::WhyReview;
use autoreach_engine::domain::qualification::{Answer, Criterion, CriterionResult, QualifiedLead};
use autoreach_engine::domain::review::{Card, ItemState, ReviewItem, Verdicts};
use autoreach_engine::review::queue::ItemView;

/// Columns of the wanted value in the fit table.
const WANTED_COLUMNS: usize = 24;
/// Bytes of a stored page shown before and after a quote.
const CONTEXT_BYTES: usize = 400;

/// How much of the evidence is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Every proof, for `show`.
    Everything,
    /// The proofs that the mail rests on: what a verdict needs. The others are a key away.
    ForAVerdict,
}

/// The whole card.
pub(crate) fn card_page(view: &ItemView, detail: Detail) -> Page {
    let mut page = Page::default();
    let findings = proofs(&view.item.card);
    heading(&mut page, view);
    why(&mut page, &view.item);
    fit(&mut page, view, &findings);
    confidence(&mut page, view);
    proof_list(&mut page, &view.item.card, &findings, detail);
    mail(&mut page, view, &findings);
    origin(&mut page, &view.item);
    page
}

/// The stored page around the quote of a finding, the quote between » and «.
pub(crate) fn proof_page(number: usize, finding: &Finding, stored_text: &str) -> Page {
    let mut page = Page::default();
    page.add(Ink::Strong, &format!("Proof {number}: {}", fact_words(finding)));
    page.add(Ink::Quiet, &source_words(finding));
    page.gap();
    for line in quoted_in_context(stored_text, finding.source.offset, &finding.source.quote).lines() {
        page.add_indented(Ink::Plain, 2, 0, line.trim());
    }
    page
}

fn heading(page: &mut Page, view: &ItemView) {
    let lead = &view.lead;
    page.add(Ink::Strong, &lead.company);
    let email = lead.person.email.as_ref().map_or_else(|| "no mail address".to_owned(), ToString::to_string);
    let parts = [lead.person.full_name(), lead.person.role.clone(), email, lead.website.clone().unwrap_or_else(|| "no website".into())];
    page.add(Ink::Quiet, &parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "));
    if let Some(words) = state_words(&view.item) {
        page.add(Ink::Plain, &words);
    }
    page.gap();
}

/// Where an item stands, when it is not simply waiting.
fn state_words(item: &ReviewItem) -> Option<String> {
    let given = verdict_words(&item.verdicts);
    match item.state {
        ItemState::Open if given.is_empty() => None,
        ItemState::Open => Some(format!("So far: {given}.")),
        ItemState::Snoozed => Some("Put off until later.".into()),
        ItemState::Redrafting => Some("The agent is writing a new draft.".into()),
        ItemState::Decided => Some(format!("Decided: {given}. `undo` takes it back.")),
        ItemState::Released => Some(format!("Decided by the agent alone: {given}. A verdict of yours is a check.")),
        ItemState::Parked => Some("Put aside: not certain enough to go on alone.".into()),
        ItemState::Withdrawn => Some("Withdrawn with its import.".into()),
    }
}

fn verdict_words(verdicts: &Verdicts) -> String {
    let parts = [("facts", verdicts.research), ("lead", verdicts.qualification), ("mail", verdicts.email)];
    let given = parts.iter().filter_map(|(part, verdict)| verdict.map(|verdict| format!("{part} {verdict}")));
    given.collect::<Vec<_>>().join(", ")
}

fn why(page: &mut Page, item: &ReviewItem) {
    if item.card.exceptions.is_empty() {
        page.add(Ink::Strong, &format!("Why you see this: {}", why_words(&item.why)));
    }
    for (index, Exception { kind, reason, muted, .. }) in item.card.exceptions.iter().enumerate() {
        let label = match (muted, index) {
            (true, _) => "Muted",
            (false, 0) => "! Why you see this",
            (false, _) => "! Also",
        };
        let words = kind.words();
        let stop = if words.ends_with('?') { "" } else { ":" };
        page.add_indented(Ink::Strong, 0, 2, &format!("{label}: {words}{stop} {reason}"));
        page.add_indented(Ink::Quiet, 2, 0, &format!("{} {}", kind.what_would_make_me_sure(), kind.if_ignored()));
    }
    page.gap();
}

/// Why a person sees an item, in a few words.
pub(crate) fn why_words(why: &WhyReview) -> String {
    match why {
        WhyReview::Exception { kind } => kind.words().to_owned(),
        WhyReview::VerifyEverything => "level 1, you look at everything".to_owned(),
        WhyReview::Marked => "drawn for a check".to_owned(),
        WhyReview::Check => "decided by the agent alone; your verdict is a check".to_owned(),
        WhyReview::SegmentBack => "spot checks disagreed about such companies".to_owned(),
        WhyReview::RejectsAreYours => "only you turn leads down".to_owned(),
        WhyReview::SecondOpinion => "somebody else has decided this; you are asked for a second opinion, blind".to_owned(),
        WhyReview::PulledBack => "taken back before it left, because the level was pulled back".to_owned(),
        WhyReview::BelowThreshold { certainty, threshold: Some(line) } => {
            format!("{} sure; your line is {}", percent(*certainty), percent(*line))
        }
        WhyReview::BelowThreshold { certainty, threshold: None } => format!("{} sure; no line is certified yet", percent(*certainty)),
    }
}

fn fit(page: &mut Page, view: &ItemView, findings: &[&Finding]) {
    let qualification = &view.item.card.qualified.qualification;
    let score =
        if view.confidence_is_hidden { "score hidden until you decide".to_owned() } else { format!("{} of 100", qualification.fit.get()) };
    page.add(Ink::Strong, &format!("Fit with your profile: {score}"));
    for result in &qualification.criteria {
        page.add_indented(Ink::Plain, 2, 12, &criterion_row(result, findings));
    }
    if let Some(value) = &qualification.value {
        let range = if value.low == value.high { value.low.to_string() } else { format!("{}-{}", value.low, value.high) };
        page.add_indented(Ink::Quiet, 2, 0, &format!("Estimated value: {range} {} a year", value.currency));
    }
    page.gap();
}

/// Sign and word, name, wanted, found: the sign is never alone.
fn criterion_row(result: &CriterionResult, findings: &[&Finding]) -> String {
    let (sign, word) = answer_words(result.criterion, result.answer);
    let found = if result.found.is_empty() { "not found".to_owned() } else { format!("found {}", result.found) };
    let numbers = result.finding.map(|id| reference(findings, &[id])).unwrap_or_default();
    let wanted = if result.criterion == Criterion::Exclusion { result.wanted.clone() } else { format!("want {}", result.wanted) };
    format!("{sign} {} {} {} {found} {numbers}", fitted(word, 7), fitted(result.criterion.words(), 8), fitted(&wanted, WANTED_COLUMNS))
}

/// "yes" to an exclusion would read as its opposite.
fn answer_words(criterion: Criterion, answer: Answer) -> (char, &'static str) {
    match (criterion, answer) {
        (Criterion::Exclusion, Answer::Matched) => ('+', "clear"),
        (Criterion::Exclusion, Answer::Missed) => ('-', "applies"),
        (_, Answer::Matched) => ('+', "yes"),
        (_, Answer::Missed) => ('-', "no"),
        (_, Answer::Unknown) => ('?', "unknown"),
    }
}

fn confidence(page: &mut Page, view: &ItemView) {
    let QualifiedLead { confidence, speaks_for, speaks_against, memory_version, .. } = &view.item.card.qualified;
    if view.confidence_is_hidden {
        page.add(Ink::Strong, "Confidence: hidden until you decide (a blind check keeps the numbers honest)");
        page.gap();
        return;
    }
    page.add(Ink::Strong, &confidence_words(confidence));
    for (label, words) in [("for:", speaks_for), ("against:", speaks_against)] {
        if !words.is_empty() {
            page.add_indented(Ink::Quiet, 2, 9, &format!("{label:<8} {}", words.join("; ")));
        }
    }
    if *memory_version == 0 {
        page.add_indented(Ink::Quiet, 2, 0, "So far only your stated profile speaks; verdicts will.");
    }
    page.gap();
}

fn confidence_words(confidence: &Confidence) -> String {
    let leaning = if confidence.leans_to_accept() { "would accept" } else { "would reject" };
    format!("Confidence: {} that you accept · {}, {leaning}", percent(confidence.p_cal), confidence.band().words())
}

fn proof_list(page: &mut Page, card: &Card, findings: &[&Finding], detail: Detail) {
    page.add(Ink::Strong, if findings.is_empty() { "Proofs: none, nothing was found" } else { "Proofs" });
    let shown = match detail {
        Detail::Everything => findings.len(),
        Detail::ForAVerdict => cited(card),
    };
    for (index, finding) in findings.iter().enumerate().take(shown) {
        let number = (index + 1).to_string();
        page.add_indented(Ink::Plain, 4 - number.len().min(3), number.len() + 1, &format!("{number} {}", fact_words(finding)));
        page.add_indented(Ink::Plain, 5, 1, &format!("\"{}\"", finding.source.quote));
        page.add_indented(Ink::Quiet, 5, 1, &source_words(finding));
    }
    if shown < findings.len() {
        page.add_indented(
            Ink::Quiet,
            2,
            0,
            &format!("{} more answer your profile or were found besides: Space walks through all", findings.len() - shown),
        );
    }
    page.gap();
}

fn fact_words(finding: &Finding) -> String {
    format!("{}: {}", finding.fact.kind(), finding.fact.value())
}

fn source_words(finding: &Finding) -> String {
    let source = &finding.source;
    let dated = source.published.map_or_else(|| format!("read {}", day(source.fetched_at)), |date| format!("published {date}"));
    let title = if source.title.is_empty() { "untitled page" } else { &source.title };
    format!("{title} · {} · {dated}", source.url)
}

/// What the mail's heading begins with, for jumping to it.
pub(crate) const MAIL_HEADING: &str = "Mail to ";

fn mail(page: &mut Page, view: &ItemView, findings: &[&Finding]) {
    let card = &view.item.card;
    let Some(draft) = &card.draft else {
        page.add(Ink::Strong, "No mail: this lead is excluded from writing");
        page.gap();
        return;
    };
    page.add(Ink::Strong, &format!("{MAIL_HEADING}{}", recipient_words(view)));
    page.add_indented(Ink::Quiet, 2, 2, &stamp_words(draft));
    if let Some(instruction) = &draft.instruction {
        page.add_indented(Ink::Plain, 2, 2, &instruction_words(instruction));
    }
    if let Some(address) = &view.recipient_to_confirm {
        page.add_indented(Ink::Plain, 2, 2, &format!("! {address} was found on their page: confirm it (Y, or --confirm-recipient)"));
    }
    let subject_numbers = reference(findings, &draft.subject_findings);
    page.add_indented(Ink::Strong, 2, 2, &format!("Subject: {} {subject_numbers}", draft.subject));
    page.gap();
    for line in numbered_body(draft, card.checks.as_ref(), findings).lines() {
        page.add_indented(Ink::Plain, 2, 0, line);
    }
    page.gap();
    if let Some(checks) = &card.checks {
        page.add(Ink::Plain, &checks_words(checks));
    }
}

/// Who wrote the mail, and for whom it stood in.
fn stamp_words(draft: &Draft) -> String {
    let Some(stand_in) = &draft.stood_in_for else { return format!("Written by {}", draft.engine) };
    let why = match stand_in.reason {
        StandInReason::ModelTrouble => "see above why",
        StandInReason::NothingToOpenWith => "nothing proven was there to open with",
        StandInReason::LeansToReject => "it is paid for and writes once you accept the lead",
    };
    format!("Written by {}: built-in engine instead of {} ({why})", draft.engine, stand_in.model)
}

/// What was asked of a mail that was written anew, and what became of it.
pub(crate) fn instruction_words(instruction: &Instruction) -> String {
    let Instruction { text, done, not_done, to_model } = instruction;
    let mut parts = vec![format!("You asked: \"{text}\".")];
    let lists = [("Done", done, ", "), ("Not done", not_done, "; "), ("Told to the model as you said it", to_model, ", ")];
    parts.extend(
        lists.iter().filter(|(_, list, _)| !list.is_empty()).map(|(what, list, between)| format!("{what}: {}.", list.join(between))),
    );
    parts.join(" ")
}

fn recipient_words(view: &ItemView) -> String {
    let person = &view.lead.person;
    let address = person.email.as_ref().map_or("nobody yet: no mail address", |address| address.as_str());
    let name = person.full_name();
    if name.is_empty() { address.to_owned() } else { format!("{name} · {address}") }
}

/// The body as it would be sent, each claim followed by the numbers of its proofs or by what is wrong with them.
fn numbered_body(draft: &Draft, checks: Option<&DraftChecks>, findings: &[&Finding]) -> String {
    let mut body = String::new();
    for (index, sentence) in draft.sentences.iter().enumerate() {
        if !body.is_empty() {
            body.push_str(if sentence.starts_paragraph { "\n\n" } else { " " });
        }
        body.push_str(&sentence.text);
        let numbers = reference(findings, &sentence.findings);
        let fault = checks.and_then(|checks| checks.claims.iter().find(|(at, _)| *at == index)).and_then(|(_, proof)| fault_words(*proof));
        for mark in [Some(numbers).filter(|numbers| !numbers.is_empty()), fault.map(str::to_owned)].into_iter().flatten() {
            body.push(' ');
            body.push_str(&mark);
        }
    }
    body
}

fn fault_words(proof: Proof) -> Option<&'static str> {
    match proof {
        Proof::Sourced => None,
        Proof::Stale => Some("[! stale source]"),
        Proof::Unsourced => Some("[! no source]"),
    }
}

/// The checks line; every part of it comes from the one value behind the exceptions too.
fn checks_words(checks: &DraftChecks) -> String {
    let (sourced, claims) = checks.sourced();
    let mut parts = vec![
        format!("{sourced} of {claims} claims sourced"),
        format!("{} words", checks.words),
        format!("{} {}", checks.questions, if checks.questions == 1 { "question" } else { "questions" }),
        if checks.has_opt_out { "opt-out line there".to_owned() } else { "! no opt-out line".to_owned() },
    ];
    parts.extend(checks.never_hit.iter().map(|phrase| format!("! holds '{phrase}'")));
    parts.extend(checks.always_missing.iter().map(|phrase| format!("! lacks '{phrase}'")));
    format!("Checks: {}", parts.join(" · "))
}

/// Which engine, memory and workflow version made the card, and which pages could not be read.
fn origin(page: &mut Page, item: &ReviewItem) {
    let card = &item.card;
    for problem in &card.dossier.problems {
        page.add_indented(Ink::Quiet, 0, 2, &format!("Not read: {} ({})", problem.url, problem.cause));
    }
    let parts = [
        format!("Engine {}", card.dossier.engine),
        format!("memory {}", card.qualified.memory_version),
        format!("workflow version {}", item.workflow_version),
        format!("level {} {}", item.level.number(), item.level.words()),
        format!("card {}", item.card_version),
        item.id.to_string(),
    ];
    page.add(Ink::Quiet, &parts.join(" · "));
}

/// The text around a quote. An offset that does not fit the text (a damaged page) shows the text's beginning.
fn quoted_in_context(text: &str, offset: usize, quote: &str) -> String {
    let end = offset + quote.len();
    if text.get(offset..end) != Some(quote) {
        return text.chars().take(2 * CONTEXT_BYTES).collect();
    }
    let from = text.floor_char_boundary(offset.saturating_sub(CONTEXT_BYTES));
    let to = text.ceil_char_boundary((end + CONTEXT_BYTES).min(text.len()));
    let (before, after) = (&text[from..offset], &text[end..to]);
    let (cut_before, cut_after) = (if from > 0 { "… " } else { "" }, if to < text.len() { " …" } else { "" });
    format!("{cut_before}{before}»{quote}«{after}{cut_after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_is_shown_where_it_stands() {
        let text = format!("{}Orbital employs 146 people.{}", "é".repeat(500), "ü".repeat(500));
        let offset = text.find("146").expect("it is there");
        let shown = quoted_in_context(&text, offset, "146 people");
        assert!(shown.contains("employs »146 people«.") && shown.starts_with('…') && shown.ends_with('…'));
    }

    #[test]
    fn a_quote_that_is_not_there_breaks_nothing() {
        assert_eq!(quoted_in_context("kurz", 1_000, "x"), "kurz");
        assert_eq!(quoted_in_context("é", 1, "x"), "é");
    }
}
