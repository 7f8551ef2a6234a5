//! How long a card was really looked at, and how long the rest will take.
//!
//! Time stops counting after a minute without a key, so that a phone call is no slow decision. The estimate is the
//! median of what this sitting showed, and there is none before five decisions.

use std::time::{Duration, Instant};

/// Seconds without a key after which time stops counting (`experience.md` 2.2).
const IDLE_AFTER: Duration = Duration::from_secs(60);
/// Decisions before an estimate is made.
const FIRST_ESTIMATE: usize = 5;
/// Decisions that an estimate rests on.
const REMEMBERED: usize = 30;

/// Measures how long one card was looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Watch {
    last: Instant,
    active: Duration,
}

impl Watch {
    /// A card came on screen.
    pub(crate) fn start(now: Instant) -> Self {
        Self { last: now, active: Duration::ZERO }
    }

    /// A key was pressed, or the card is left.
    pub(crate) fn touch(&mut self, now: Instant) {
        self.active += now.saturating_duration_since(self.last).min(IDLE_AFTER);
        self.last = now;
    }

    /// Time looked at, up to the last touch.
    pub(crate) fn active(&self) -> Duration {
        self.active
    }
}

/// The pace of a sitting.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pace {
    decisions: Vec<Duration>,
}

impl Pace {
    /// A card was decided after `active`.
    pub(crate) fn add(&mut self, active: Duration) {
        if self.decisions.len() == REMEMBERED {
            self.decisions.remove(0);
        }
        self.decisions.push(active);
    }

    /// Seconds that `left` cards will take; `None` before there is anything to go by.
    pub(crate) fn seconds_for(&self, left: u64) -> Option<f64> {
        if self.decisions.len() < FIRST_ESTIMATE {
            return None;
        }
        let mut sorted = self.decisions.clone();
        sorted.sort();
        Some(sorted[sorted.len() / 2].as_secs_f64() * left as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_call_counts_one_minute() {
        let start = Instant::now();
        let mut watch = Watch::start(start);
        watch.touch(start + Duration::from_secs(10));
        watch.touch(start + Duration::from_secs(1_810));
        watch.touch(start + Duration::from_secs(1_815));
        assert_eq!(watch.active(), Duration::from_secs(75));
    }

    #[test]
    fn the_estimate_is_a_median_after_five() {
        let mut pace = Pace::default();
        for seconds in [20, 20, 20, 600] {
            pace.add(Duration::from_secs(seconds));
        }
        assert_eq!(pace.seconds_for(12), None);
        pace.add(Duration::from_secs(25));
        assert_eq!(pace.seconds_for(12), Some(240.0));
    }
}
