//! Segments: the kinds of accounts that are watched, and taken back, one by one.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Most segments watched by themselves; the rest are pooled (`learning.md` 4.7).
pub const MOST_SEGMENTS: usize = 12;
/// Spot checks before a segment is watched by itself (`learning.md` 4.7).
pub const WATCHED_FROM: usize = 20;

/// A value of industry group and head-count bin.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
pub struct Segment {
    /// The industry group, empty = not known.
    pub industry: String,
    /// The head-count bin in words ("51-200"), empty = not known.
    pub head_count: String,
}

impl Segment {
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
    fn the_thirteenth_segment_is_pooled() {
        let segment = |number: usize| Segment { industry: format!("industry {number}"), head_count: "51-200".into() };
        let mut tracked = Tracked::default();
        let watched: Vec<Segment> = (0..14).map(|number| tracked.admit(&segment(number))).collect();
        assert_eq!(watched[11], segment(11));
        assert_eq!(watched[12], Segment::pooled());
        assert_eq!(tracked.watched_as(&segment(3)), segment(3));
    }
}
