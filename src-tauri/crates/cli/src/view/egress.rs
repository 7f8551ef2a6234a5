//! The ledger of calls and the estimate of a run in plain lines. Hosts, addresses and what was sent are foreign text.

use crate::view::text::visible;
use crate::view::words::counted;
use autoreach_engine::domain::egress::{EgressOutcome, Reach};
use autoreach_engine::egress::view::{EgressDetail, EgressLine, EgressTotal, EgressView};
use autoreach_engine::settings::estimate::{RunEstimate, StageEstimate};

/// Lines of totals shown.
const TOTALS: usize = 12;

/// Totals first, then the latest calls.
pub(crate) fn ledger_words(view: &EgressView) -> String {
    if view.count == 0 {
        return format!("No call fits. Models: {} ({})", view.profile, view.profile.words());
    }
    let mut lines = vec![
        format!(
            "{}, {} left this computer, {} of them to models. Models: {}.",
            counted(view.count, "call"),
            view.left,
            view.left_to_models,
            view.profile
        ),
        String::new(),
    ];
    lines.extend(view.totals.iter().take(TOTALS).map(total));
    lines.push(String::new());
    lines.extend(view.lines.iter().map(line));
    if view.count > view.lines.len() as u64 {
        lines.push(format!("... {} more; --limit N lists them", view.count - view.lines.len() as u64));
    }
    lines.push("\n`autoreach egress show N` shows what was sent.".to_owned());
    lines.join("\n")
}

/// One call with what was sent.
pub(crate) fn call_words(detail: &EgressDetail) -> String {
    let EgressDetail { line: call, text } = detail;
    let mut lines = vec![line(call)];
    if let (Some(model), Some(profile)) = (&call.model, call.profile) {
        lines.push(format!("Model {}, profile {profile}. Shown of the lead: {}.", visible(model), shown(call)));
    }
    if !call.address.is_empty() {
        lines.push(format!("Address: {}", visible(&call.address)));
    }
    if !call.detail.is_empty() {
        lines.push(visible(&call.detail));
    }
    if let Some(hash) = &call.text_hash {
        lines.push(format!("SHA-256 of the words: {hash}"));
    }
    match (text, &call.text_hash) {
        (Some(text), _) => lines.push(format!("\n{}", text.lines().map(visible).collect::<Vec<_>>().join("\n"))),
        (None, Some(_)) => lines.push("The words themselves are no longer kept.".to_owned()),
        (None, None) => {}
    }
    lines.join("\n")
}

/// What a run will take, part by part.
pub(crate) fn estimate_words(estimate: &RunEstimate) -> String {
    let mut lines = vec![estimate.words.clone()];
    if estimate.leads > 0 {
        lines.extend(estimate.stages.iter().map(stage));
    }
    lines.join("\n")
}

fn stage(stage: &StageEstimate) -> String {
    let Some(model) = &stage.model else { return format!("  {:<7} the built-in engine", stage.role.as_str()) };
    let cost = match stage.cost_micros {
        _ if stage.is_local => "on this computer, costs nothing".to_owned(),
        Some(micros) => dollars(micros),
        None => "price not known".to_owned(),
    };
    format!(
        "  {:<7} {}: {}, {} tokens in, {} out, {cost}",
        stage.role.as_str(),
        visible(model),
        counted(stage.calls, "call"),
        stage.input_tokens,
        stage.output_tokens
    )
}

fn shown(call: &EgressLine) -> String {
    if call.fields.is_empty() { "nothing".to_owned() } else { call.fields.join(", ") }
}

fn total(total: &EgressTotal) -> String {
    let cost = match (total.tokens, total.unpriced) {
        (0, 0) => String::new(),
        (tokens, 0) => format!(", {tokens} tokens, {}", dollars(total.cost_micros)),
        (tokens, unpriced) => format!(", {tokens} tokens, {} and {unpriced} without a known price", dollars(total.cost_micros)),
    };
    format!(
        "{}  {:<32} {:<14} {:>5} calls, {} up, {} down{cost}",
        total.day,
        visible(&total.host),
        reach(total.reach),
        total.calls,
        bytes(total.bytes_up),
        bytes(total.bytes_down)
    )
}

fn line(call: &EgressLine) -> String {
    let about = call.company.as_deref().map(|company| format!(" for {}", visible(company))).unwrap_or_default();
    let ended = match call.outcome {
        EgressOutcome::Answered => String::new(),
        EgressOutcome::UnderWay => ", no answer known".to_owned(),
        EgressOutcome::Refused => ", refused".to_owned(),
        EgressOutcome::Failed => ", failed".to_owned(),
        EgressOutcome::Cancelled => ", stopped".to_owned(),
        EgressOutcome::HeldBack => ", held back: nothing was sent".to_owned(),
    };
    let cost = match (call.tokens, call.cost_micros) {
        (Some((asked, answered)), Some(micros)) => format!(", {asked}+{answered} tokens, {}", dollars(micros)),
        (Some((asked, answered)), None) => format!(", {asked}+{answered} tokens, price not known"),
        (None, _) => String::new(),
    };
    format!(
        "{:>5}  {}  {:<32} {:<14} {}{about}, {} up, {} down{cost}{ended}",
        call.id,
        call.at.strftime("%Y-%m-%d %H:%M:%S"),
        visible(&call.host),
        reach(call.reach),
        call.purpose_words,
        bytes(call.bytes_up),
        bytes(call.bytes_down)
    )
}

fn reach(reach: Reach) -> &'static str {
    match reach {
        Reach::LeftComputer => "left",
        Reach::ThisComputer => "this computer",
        Reach::Recording => "recording",
    }
}

fn bytes(count: u64) -> String {
    match count {
        0..1_000 => format!("{count} B"),
        1_000..1_000_000 => format!("{:.1} kB", count as f64 / 1e3),
        _ => format!("{:.1} MB", count as f64 / 1e6),
    }
}

fn dollars(micros: u64) -> String {
    match micros {
        0 => "$0".to_owned(),
        1..10_000 => format!("${:.4}", micros as f64 / 1e6),
        _ => format!("${:.2}", micros as f64 / 1e6),
    }
}
