//! The learner alone, at about the size it has after a few months: two hundred slots.

use std::time::{Duration, Instant};

use autoreach_domain::confidence::Features;
use autoreach_learning::{Learner, Prior, Verdict};

use crate::figures::{Aim, Figures, percentile};
use crate::options::Options;

/// Open properties of a lead and values of each: together about two hundred slots.
const PROPERTIES: usize = 12;
const VALUES: usize = 16;
/// A verdict is learnt before the next card is on screen.
const MEDIAN: Aim = Aim::AtMost(1.0);

/// Times predictions and updates.
pub(crate) fn measure(options: &Options, figures: &mut Figures) {
    let rounds = if options.is_quick { 500 } else { 2_000 };
    let mut learner = Learner::new(Prior::default());
    let (mut predicting, mut updating) = (Vec::new(), Vec::new());
    (0..1_000).for_each(|number| learner.arrive(&features(number)));
    for number in 0..rounds {
        let features = features(number);
        let begun = Instant::now();
        let prediction = learner.predict(&features);
        predicting.push(begun.elapsed());
        let accepted = (prediction.confidence.p + noise(number)) > 1.0;
        let begun = Instant::now();
        learner.learn(&Verdict { features: &features, accepted, weight: 1.0, reviewer: "Ana" });
        updating.push(begun.elapsed());
    }
    add(figures, "predict", &mut predicting);
    add(figures, "update", &mut updating);
    let slowest = updating.last().copied().unwrap_or_default();
    figures.add_time("learner_update_max_ms", "  slowest update (a scheduled refit)", slowest, Aim::None);
}

fn add(figures: &mut Figures, what: &'static str, times: &mut [Duration]) {
    let keys = if what == "predict" {
        ["learner_predict_p50_ms", "learner_predict_p95_ms"]
    } else {
        ["learner_update_p50_ms", "learner_update_p95_ms"]
    };
    figures.add_time(keys[0], format!("learner, about 200 slots: {what}, p50"), percentile(times, 0.5), MEDIAN);
    figures.add_time(keys[1], format!("learner, about 200 slots: {what}, p95"), percentile(times, 0.95), Aim::None);
}

fn features(number: usize) -> Features {
    let mut features = Features::default();
    for property in 0..PROPERTIES {
        let value = number.wrapping_mul(2_654_435_761) >> (property * 2) & (VALUES - 1);
        features.category(&format!("property_{property}"), format!("value {value}"));
    }
    features.number("head_count", (20 + number * 37 % 700) as f64);
    features.flag("is_hiring", number.is_multiple_of(3));
    features
}

/// A number between 0 and 1 that looks drawn and is not.
fn noise(number: usize) -> f64 {
    (number.wrapping_mul(40_503) % 1_000) as f64 / 1_000.0
}
