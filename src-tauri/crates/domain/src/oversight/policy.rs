//! What a team may set of one stage's ladder, each within the limits of the method.

use super::audit::{DEFAULT_SAMPLE, LARGEST_SAMPLE, SMALLEST_SAMPLE};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Fewest human reviews before level 2 that can be set (the owner: "after 50-100 human reviews").
pub const FEWEST_REVIEWS: u64 = 50;
/// Most, and what holds when nothing is set.
pub const MOST_REVIEWS: u64 = 100;

/// Settings of one workflow and stage.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Policy {
    /// Human reviews before level 2.
    #[ts(type = "number")]
    pub review_minimum: u64,
    /// Share of items drawn for a check; `None` = the level's own.
    pub mark_rate: Option<f64>,
    /// Items in a weekly audit.
    pub audit_sample: usize,
    /// May the agent turn leads down alone?
    pub rejects_alone: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self { review_minimum: MOST_REVIEWS, mark_rate: None, audit_sample: DEFAULT_SAMPLE, rejects_alone: true }
    }
}

impl Policy {
    /// The same within the limits. What lies outside is moved to the nearest limit; rates are limited per level by
    /// [`super::marks::rate_in_force`].
    pub fn within_limits(self) -> Self {
        Self {
            review_minimum: self.review_minimum.clamp(FEWEST_REVIEWS, MOST_REVIEWS),
            mark_rate: self.mark_rate.filter(|rate| rate.is_finite()).map(|rate| rate.clamp(0.0, 1.0)),
            audit_sample: self.audit_sample.clamp(SMALLEST_SAMPLE, LARGEST_SAMPLE),
            rejects_alone: self.rejects_alone,
        }
    }
}
