//! Segments: the kinds of accounts that are watched, and taken back, one by one.

use crate::confidence::{FeatureValue, Features};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Most segments watched by themselves; the rest are pooled (`learning.md` 4.7).
pub const MOST_SEGMENTS: usize = 12;
/// Spot checks before a segment is watched by itself (`learning.md` 4.7).
pub const WATCHED_FROM: usize = 20;

/// Upper ends of the head-count bins, the last one open (`learning.md` 4.2).
pub const HEAD_COUNT_EDGES: [f64; 7] = [10.0, 50.0, 200.0, 500.0, 1_000.0, 5_000.0, 10_000.0];
/// The bins in words.
pub const HEAD_COUNT_BINS: [&str; 8] = ["1-10", "11-50", "51-200", "201-500", "501-1,000", "1,001-5,000", "5,001-10,000", "10,001+"];

/// A value of industry group and head-count bin.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
pub struct Segment {
    /// The industry group, empty = not known.
    pub industry: String,
    /// The head-count bin in words ("51-200"), empty = not known.
    pub head_count: String,
}

impl Segment {
    /// The kind of account these features of a lead describe.
    pub fn of(features: &Features) -> Self {
        let industry = match features.0.get("industry") {
            Some(FeatureValue::Category(industry)) => industry.clone(),
            Some(FeatureValue::Flag(_) | FeatureValue::Number(_)) | None => String::new(),
        };
        let head_count = match features.0.get("head_count") {
            Some(FeatureValue::Number(people)) => {
                HEAD_COUNT_BINS[HEAD_COUNT_EDGES.iter().take_while(|edge| people > *edge).count()].to_owned()
            }
            Some(FeatureValue::Flag(_) | FeatureValue::Category(_)) | None => String::new(),
        };
        Self { industry, head_count }
    }

    /// What everything beyond the tracked segments is pooled into.
    pub fn pooled() -> Self {
        Self { industry: "(others)".to_owned(), head_count: String::new() }
    }

    /// The words for people.
    pub fn words(&self) -> String {
        let or_unknown = |text: &str, unknown: &str| if text.is_empty() { unknown.to_owned() } else { text.to_owned() };
        if *self == Self::pooled() {
            return "all other segments".to_owned();
        }
        let industry = or_unknown(&self.industry, "unknown industry");
        format!("{industry}, {} people", or_unknown(&self.head_count, "unknown number of"))
    }
}

/// The segments watched by themselves, in the order they were first seen.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tracked(Vec<Segment>);

impl Tracked {
    /// Counts a segment in while there is room; gives the segment it is watched as.
    pub fn admit(&mut self, segment: &Segment) -> Segment {
        if !self.0.contains(segment) && self.0.len() < MOST_SEGMENTS {
            self.0.push(segment.clone());
        }
        self.watched_as(segment)
    }

    /// The segment itself where it is tracked, otherwise the pool.
    pub fn watched_as(&self, segment: &Segment) -> Segment {
        if self.0.contains(segment) { segment.clone() } else { Segment::pooled() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_is_read_off_the_features() {
        let mut features = Features::default();
        assert_eq!(Segment::of(&features).words(), "unknown industry, unknown number of people");
        features.category("industry", "logistics");
        features.number("head_count", 200.0);
        assert_eq!(Segment::of(&features).words(), "logistics, 51-200 people");
    }

    #[test]
    fn the_thirteenth_segment_is_pooled() {
        let segment = |number: usize| Segment { industry: format!("industry {number}"), head_count: "51-200".into() };
        let mut tracked = Tracked::default();
        let watched: Vec<Segment> = (0..14).map(|number| tracked.admit(&segment(number))).collect();
        assert_eq!(watched[11], segment(11));
        assert_eq!(watched[12], Segment::pooled());
        assert_eq!(tracked.watched_as(&segment(3)), segment(3));
    }
}
