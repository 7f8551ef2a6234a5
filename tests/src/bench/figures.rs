//! Figures with their aims: collected in order, shown as a table and as one line of JSON.

use std::time::Duration;

use serde_json::{Value, json};

use crate::options::Options;

/// What a figure is measured against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Aim {
    /// At least this much.
    AtLeast(f64),
    /// At most this much.
    AtMost(f64),
    /// Shown, not judged.
    None,
}

#[derive(Debug, Clone)]
struct Figure {
    key: &'static str,
    what: String,
    value: f64,
    unit: &'static str,
    aim: Aim,
}

/// The figures so far.
#[derive(Debug, Default)]
pub(crate) struct Figures(Vec<Figure>);

impl Figures {
    /// Adds a figure; `key` names it in the JSON line.
    pub(crate) fn add(&mut self, key: &'static str, what: impl Into<String>, value: f64, unit: &'static str, aim: Aim) {
        self.0.push(Figure { key, what: what.into(), value, unit, aim });
    }

    /// Adds a time in milliseconds.
    pub(crate) fn add_time(&mut self, key: &'static str, what: impl Into<String>, time: Duration, aim: Aim) {
        self.add(key, what, millis(time), "ms", aim);
    }

    /// A line per figure: what, how much, what is aimed at.
    pub(crate) fn table(&self) -> String {
        let widest = self.0.iter().map(|figure| figure.what.chars().count()).max().unwrap_or(0);
        let lines = self.0.iter().map(|figure| {
            let value = format!("{} {}", shown(figure.value), figure.unit);
            format!("{:<widest$}  {value:>14}  {}", figure.what, figure.verdict()).trim_end().to_owned()
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Every figure by its key, with the size of the run.
    pub(crate) fn json(&self, options: &Options) -> Value {
        let figures: serde_json::Map<String, Value> = self.0.iter().map(|figure| (figure.key.to_owned(), json!(figure.value))).collect();
        json!({ "bench": figures, "quick": options.is_quick, "leads": options.leads, "items": options.items })
    }
}

impl Figure {
    fn verdict(&self) -> String {
        let (is_met, words) = match self.aim {
            Aim::AtLeast(least) => (self.value >= least, format!("aim >= {} {}", shown(least), self.unit)),
            Aim::AtMost(most) => (self.value <= most, format!("aim < {} {}", shown(most), self.unit)),
            Aim::None => return String::new(),
        };
        if is_met { words } else { format!("{words}, MISSED") }
    }
}

/// Three digits that matter, no more.
fn shown(value: f64) -> String {
    match value.abs() {
        v if v >= 100.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        v if v >= 0.1 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}

pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// The time within which `share` (0 to 1) of the runs stayed.
pub(crate) fn percentile(times: &mut [Duration], share: f64) -> Duration {
    times.sort_unstable();
    let last = times.len().saturating_sub(1);
    times.get((last as f64 * share).round() as usize).copied().unwrap_or_default()
}
