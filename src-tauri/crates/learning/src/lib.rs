//! From decisions to calibrated confidence, certified thresholds and monitors.
//!
//! Reading order: `features` turns a lead into numbers, `adf` learns from verdicts, `calibration` makes the
//! probability honest, [`threshold`] certifies from where on the agent may decide alone, [`monitor`] notices when that
//! stops being true. [`fold`] puts them together as a pure function of verdicts, [`trust`] folds a workflow's whole journal with one
//! learner and one ladder per stage, and [`protocol`] exposes exactly
//! that function as a program, so that the numbers measured outside are the product's numbers.
//!
//! The crate is pure: no IO, no clock, no threads, no randomness of its own, and no map whose order could differ
//! between two runs. Exponentials and logarithms come from `libm`, not from the platform, so that two machines that
//! fold the same journal arrive at the same bytes. What a verdict means for oversight levels is not decided here.

mod adf;
pub mod agreement;
pub mod behaviour;
mod bins;
mod calibration;
mod features;
pub mod fold;
pub mod head_counts;
pub mod held_out;
pub mod learned_icp;
mod matrix;
pub mod monitor;
pub mod neighbours;
mod numeric;
mod prior;
pub mod proposals;
pub mod protocol;
mod random;
pub mod replay;
mod snapshot;
pub mod style;
pub mod threshold;
pub mod trust;
pub mod waved_through;

pub use fold::{Contribution, Count, Event, Learner, LearningError, LeftOut, Prediction, Settled, Verdict};
pub use prior::Prior;
pub use trust::Trust;
