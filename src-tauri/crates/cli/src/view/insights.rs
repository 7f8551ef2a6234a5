//! How a workflow does, in plain lines: every number with what it was counted from, or "not known yet".

use crate::view::words::{counted, percent};
use autoreach_engine::insights::view::{InsightsView, ProofView, ProofWeek, WeekLine};
use autoreach_engine::learning::style::Interval;
use autoreach_engine::learning::style::proof::{EditCost, ReplayGain, Trend};
use autoreach_engine::trust::view::Share;

/// Weeks listed, the latest.
const WEEKS: usize = 12;
const NOT_KNOWN: &str = "not known yet";

/// The weeks, then whether the drafts learn.
pub(crate) fn insights_words(view: &InsightsView, proof: &ProofView) -> String {
    if view.decisions == 0 && proof.weeks.is_empty() {
        return "Nothing is known yet. Every number here is counted from your decisions.".to_owned();
    }
    let mut lines = vec![format!("How it goes, from {} on leads", counted(view.decisions, "decision")), String::new()];
    lines.push(format!("  {:<12}{:<28}{:<28}seconds a lead", "Week of", "leads accepted", "mails sent as drafted"));
    lines.extend(latest(&view.weeks).iter().map(week_words));
    if let Some(held_out) = &view.held_out {
        lines.push(format!(
            "  On your last {} decisions the memory foretold {} right; that of before them {}.",
            held_out.decisions, held_out.now, held_out.before
        ));
    }
    lines.push(String::new());
    lines.extend(proof_words(proof));
    lines.join("\n")
}

fn latest<T>(weeks: &[T]) -> &[T] {
    &weeks[weeks.len().saturating_sub(WEEKS)..]
}

fn week_words(week: &WeekLine) -> String {
    let seconds = week.seconds_per_lead.map_or_else(|| NOT_KNOWN.to_owned(), |seconds| format!("{seconds:.0} s"));
    format!("  {:<12}{:<28}{:<28}{seconds}", week.week.to_string(), share(week.accepted), share(week.unedited))
}

fn share(share: Share) -> String {
    if share.of == 0 { "none decided".to_owned() } else { format!("{} of {}", share.count, share.of) }
}

fn proof_words(proof: &ProofView) -> Vec<String> {
    let mut lines = vec!["Do the drafts learn?".to_owned(), format!("  {}", proof.words), String::new()];
    if !proof.weeks.is_empty() {
        lines.push(format!("  {:<12}{:<28}{:<28}decided", "Week of", "changed (median)", "approved as drafted"));
        lines.extend(latest(&proof.weeks).iter().map(proof_week));
    }
    lines.push(format!("  First and last 50 mails: {}", trend(&proof.trend)));
    lines.push(format!("  Old drafts written again: {}", gain(&proof.replay)));
    lines.push(format!("  Words changed in all: {}", cost(&proof.cost)));
    lines
}

fn proof_week(week: &ProofWeek) -> String {
    let known = |value: Option<Interval>| value.map_or_else(|| NOT_KNOWN.to_owned(), interval);
    format!("  {:<12}{:<28}{:<28}{}", week.week.to_string(), known(week.median), known(week.untouched_share), week.decided)
}

fn interval(Interval { value, low, high }: Interval) -> String {
    format!("{} ({:.0} to {})", percent(value), 100.0 * low, percent(high))
}

fn trend(trend: &Trend) -> String {
    match (trend.first, trend.last) {
        (Some(first), Some(last)) => format!("{} changed, then {}", interval(first), interval(last)),
        _ => format!("{NOT_KNOWN}, {} to go", counted(trend.mails_missing.into(), "approved mail")),
    }
}

fn gain(replay: &ReplayGain) -> String {
    let counts = format!(
        "{}, {} nearer to what was sent with the memory, {} farther",
        counted(replay.mails.into(), "mail"),
        replay.nearer,
        replay.farther
    );
    match (replay.gain, replay.p) {
        (Some(Interval { value, low, high }), Some(p)) => {
            format!("{counts}; gain {:.1} points ({:.1} to {:.1}), p = {p:.3}", 100.0 * value, 100.0 * low, 100.0 * high)
        }
        _ => format!("{NOT_KNOWN}, {} to go; {counts}", counted(replay.mails_missing.into(), "edited mail")),
    }
}

fn cost(cost: &EditCost) -> String {
    let spent = cost.points.last().map_or(0, |point| point.edits);
    match cost.line {
        Some(line) => {
            let mails = f64::from(cost.mails);
            format!(
                "{spent} in {}; at the pace of the first 20 it would be {:.0} ({:.0} to {:.0})",
                counted(cost.mails.into(), "mail"),
                mails * line.value,
                mails * line.low,
                mails * line.high
            )
        }
        None => format!(
            "{spent} in {}; what it would be without learning is {NOT_KNOWN}, {} to go",
            counted(cost.mails.into(), "mail"),
            counted(cost.mails_missing.into(), "approved mail")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use autoreach_engine::learning::style::proof::CostPoint;

    const TENTH: Interval = Interval { value: 0.1, low: 0.06, high: 0.2 };

    #[test]
    fn what_is_not_known_yet_says_how_much_is_missing() {
        assert_eq!(trend(&Trend { first: None, last: None, mails_missing: 1, is_reached: false }), "not known yet, 1 approved mail to go");
        let few = ReplayGain { mails: 3, nearer: 2, farther: 0, gain: None, p: None, mails_missing: 7 };
        assert!(gain(&few).starts_with("not known yet, 7 edited mails to go"), "{}", gain(&few));
        let cost_of = |line| cost(&EditCost { mails: 40, points: vec![CostPoint { mail: 40, edits: 90 }], line, mails_missing: 0 });
        assert_eq!(
            cost_of(Some(Interval { value: 4.0, low: 3.0, high: 5.5 })),
            "90 in 40 mails; at the pace of the first 20 it would be 160 (120 to 220)"
        );
    }

    #[test]
    fn what_is_known_stands_with_its_interval() {
        let both = Trend { first: Some(TENTH), last: Some(TENTH), mails_missing: 0, is_reached: false };
        assert_eq!(trend(&both), "10 % (6 to 20 %) changed, then 10 % (6 to 20 %)");
        let known = ReplayGain { mails: 40, nearer: 31, farther: 4, gain: Some(TENTH), p: Some(0.001), mails_missing: 0 };
        assert!(gain(&known).ends_with("gain 10.0 points (6.0 to 20.0), p = 0.001"), "{}", gain(&known));
    }
}
