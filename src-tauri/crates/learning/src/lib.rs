//! From decisions to calibrated confidence, certified thresholds and monitors.
//!
//! Reading order: `features` turns a lead into numbers, `adf` learns from verdicts, `calibration` makes the
//! probability honest, [`threshold`] certifies from where on the agent may decide alone, [`monitor`] notices when that
//! stops being true. [`fold`] puts them together as a pure function of the journal, and [`protocol`] exposes exactly
//! that function as a program, so that the numbers measured outside are the product's numbers.
//!
//! The crate is pure: no IO, no clock, no threads, no randomness of its own, and no map whose order could differ
//! between two runs. Exponentials and logarithms come from `libm`, not from the platform, so that two machines that
//! fold the same journal arrive at the same bytes. What a verdict means for oversight levels is not decided here.

mod adf;
mod calibration;
mod features;
pub mod fold;
mod matrix;
pub mod monitor;
mod numeric;
pub mod protocol;
pub mod style;
pub mod threshold;

pub use fold::{Contribution, Event, Learner, LearningError, LeftOut, Prediction, Prior, Verdict};
