//! How fast one person decides one stage, beside their own usual pace.

use autoreach_domain::decision::Decision;
use autoreach_domain::text::word_count;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use ts_rs::TS;

/// Decisions the usual pace is taken from, the latest ones.
const WINDOW: usize = 200;
/// Decisions before there is a usual pace.
const FEWEST: usize = 20;
/// The spread is taken to be at least this, in logarithms of time: nobody is that regular.
const SMALLEST_SPREAD: f64 = 0.05;
const RUSHED_BELOW: f64 = -2.0;
const HARD_ABOVE: f64 = 1.5;
/// A verdict is not rushed when it took this long, whatever there was to read...
const LONG_ENOUGH_MS: f64 = 2_000.0;
/// ...or long enough to read this many words a second.
const WORDS_PER_SECOND: f64 = 8.0;
/// Rushed verdicts in a row after which the person is told, privately.
const ROW_OF_RUSHED: u32 = 10;
/// What a rushed verdict teaches (`learning.md` 4.3).
const RUSHED_WEIGHT: f64 = 0.5;

/// One person's pace at one stage. Feed it active time only: without idle spells over a minute and without the window in
/// the background.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Pace {
    /// Natural logarithms of the active milliseconds, oldest first.
    latest: VecDeque<f64>,
    rushed_in_a_row: u32,
}

/// What one decision's time says.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct Speed {
    /// Median absolute deviations above the person's own median, in logarithms of time; `None` for their first twenty.
    pub z: Option<f64>,
    /// Faster than this person ever reads and than anyone could.
    pub is_rushed: bool,
    /// Much slower than usual: the item was hard.
    pub is_hard: bool,
    /// The tenth rushed verdict in a row: time for one soft, private word. True once a row.
    pub is_time_for_a_word: bool,
}

/// Words of evidence on a card (`experience.md` 2.2).
const WORDS_OF_EVIDENCE: usize = 60;

/// How many words there were to read before a verdict: the mail, or else the evidence.
pub fn words_to_read(decision: &Decision) -> usize {
    if decision.draft_text.is_empty() { WORDS_OF_EVIDENCE } else { word_count(&decision.draft_text) }
}

impl Speed {
    /// How much the verdict teaches the learner: 1, or 0.5 when it was rushed.
    pub fn weight(&self) -> f64 {
        if self.is_rushed { RUSHED_WEIGHT } else { 1.0 }
    }
}

impl Pace {
    /// Judges one decision by the pace before it, then counts it in. `words` is how many there were to read.
    pub fn observe(&mut self, active_ms: u64, words: usize) -> Speed {
        let logarithm = libm::log(active_ms.max(1) as f64);
        let z = self.usual().map(|(median, spread)| (logarithm - median) / spread);
        let readable_ms = LONG_ENOUGH_MS.max(1_000.0 * words as f64 / WORDS_PER_SECOND);
        let is_rushed = z.is_some_and(|z| z < RUSHED_BELOW) && (active_ms as f64) < readable_ms;
        self.rushed_in_a_row = if is_rushed { self.rushed_in_a_row.saturating_add(1) } else { 0 };
        self.latest.push_back(logarithm);
        if self.latest.len() > WINDOW {
            self.latest.pop_front();
        }
        let is_hard = z.is_some_and(|z| z > HARD_ABOVE);
        Speed { z, is_rushed, is_hard, is_time_for_a_word: self.is_time_for_a_word() }
    }

    /// Was the last verdict the tenth rushed one in a row?
    pub fn is_time_for_a_word(&self) -> bool {
        self.rushed_in_a_row == ROW_OF_RUSHED
    }

    /// Median and median absolute deviation.
    fn usual(&self) -> Option<(f64, f64)> {
        if self.latest.len() < FEWEST {
            return None;
        }
        let centre = median(self.latest.iter().copied().collect());
        let spread = median(self.latest.iter().map(|time| (time - centre).abs()).collect());
        Some((centre, spread.max(SMALLEST_SPREAD)))
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len().is_multiple_of(2) { 0.5 * (values[middle - 1] + values[middle]) } else { values[middle] }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Someone who takes 8 to 18 seconds.
    fn settled() -> Pace {
        let mut pace = Pace::default();
        for number in 0..40 {
            pace.observe(8_000 + 1_000 * (number * 7 % 11), 80);
        }
        pace
    }

    #[test]
    fn a_glance_at_a_long_item_is_rushed_and_teaches_half() {
        let speed = settled().observe(1_500, 80);
        assert!(speed.is_rushed && speed.z.is_some_and(|z| z < -2.0), "{speed:?}");
        assert_eq!(speed.weight(), 0.5);
        assert_eq!(settled().observe(12_000, 80).weight(), 1.0);
    }

    #[test]
    fn a_quick_reader_of_a_short_item_is_not_rushed() {
        assert!(!settled().observe(2_100, 10).is_rushed, "two seconds are enough for ten words");
        assert!(settled().observe(2_100, 80).is_rushed, "eighty words take ten");
    }

    #[test]
    fn nobody_is_rushed_before_there_is_a_usual_pace() {
        let mut pace = Pace::default();
        let first: Vec<Speed> = (0..20).map(|_| pace.observe(500, 200)).collect();
        assert!(first.iter().all(|speed| speed.z.is_none() && !speed.is_rushed));
        assert_eq!(pace.observe(500, 200).z, Some(0.0), "who is always that fast is at their own pace");
    }

    #[test]
    fn after_ten_rushed_in_a_row_there_is_one_word() {
        let mut pace = settled();
        let words = |pace: &mut Pace, count| (0..count).filter(|_| pace.observe(600, 80).is_time_for_a_word).count();
        assert_eq!(words(&mut pace, 9), 0);
        assert_eq!(words(&mut pace, 5), 1, "at the tenth and no more");
        pace.observe(12_000, 80);
        assert_eq!(words(&mut pace, 9), 0, "a slow one ends the row");
    }

    #[test]
    fn what_took_far_longer_than_usual_was_hard() {
        assert!(settled().observe(60_000, 80).is_hard);
        assert!(!settled().observe(13_000, 80).is_hard);
    }

    #[test]
    fn the_median_of_an_even_count_lies_between() {
        assert_eq!(median(vec![4.0, 1.0, 3.0, 2.0]), 2.5);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
    }
}
