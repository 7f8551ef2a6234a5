//! What edits do on average, by reviewer and for the team: means that few edits cannot move far.
//!
//! A reviewer's mean is shrunk by k/(k+5) to the team's, the team's by K/(K+5) to no change; measured, this predicts the
//! next edit best at every k (`learning.md`, "What was measured").

use super::features::{FEATURES, Feature, Numbers};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Edits at which a mean is believed by half.
const SHRINKAGE: f64 = 5.0;

/// Running mean and spread of each feature's change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Running {
    edits: u32,
    means: [f64; FEATURES],
    squares: [f64; FEATURES],
}

impl Default for Running {
    fn default() -> Self {
        Self { edits: 0, means: [0.0; FEATURES], squares: [0.0; FEATURES] }
    }
}

impl Running {
    /// Welford's step.
    fn add(&mut self, change: &Numbers) {
        self.edits += 1;
        for (index, value) in change.0.iter().enumerate() {
            let gap = value - self.means[index];
            self.means[index] += gap / f64::from(self.edits);
            self.squares[index] += gap * (value - self.means[index]);
        }
    }

    fn trust(&self) -> f64 {
        f64::from(self.edits) / (f64::from(self.edits) + SHRINKAGE)
    }
}

/// The average changes of a team and its reviewers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Profile {
    team: Running,
    reviewers: BTreeMap<String, Running>,
}

/// What one feature's change is believed to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Habit {
    /// Edits behind it.
    pub edits: u32,
    /// Mean change, shrunk.
    pub mean: f64,
    /// Standard deviation of the team's changes, never below what a reader would notice.
    pub spread: f64,
}

impl Profile {
    pub(super) fn add(&mut self, reviewer: &str, change: &Numbers) {
        self.team.add(change);
        self.reviewers.entry(reviewer.to_owned()).or_default().add(change);
    }

    /// The team's habit.
    pub(super) fn team(&self, feature: Feature) -> Habit {
        let index = feature as usize;
        let variance = if self.team.edits < 2 { 0.0 } else { self.team.squares[index] / f64::from(self.team.edits - 1) };
        let spread = variance.max(0.0).sqrt().max(feature.notable());
        Habit { edits: self.team.edits, mean: self.team.trust() * self.team.means[index], spread }
    }

    /// A reviewer's habit; the team's for one who never edited.
    pub(super) fn reviewer(&self, reviewer: &str, feature: Feature) -> Habit {
        let team = self.team(feature);
        let Some(own) = self.reviewers.get(reviewer) else { return Habit { edits: 0, ..team } };
        let mean = own.trust() * own.means[feature as usize] + (1.0 - own.trust()) * team.mean;
        Habit { edits: own.edits, mean, ..team }
    }

    /// The team's habit and those of all reviewers.
    pub(super) fn habits(&self, feature: Feature) -> impl Iterator<Item = Habit> {
        let reviewers = self.reviewers.keys().map(move |name| self.reviewer(name, feature));
        std::iter::once(self.team(feature)).chain(reviewers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(words: f64) -> Numbers {
        let mut numbers = [0.0; FEATURES];
        numbers[Feature::LogWords as usize] = words;
        Numbers(numbers)
    }

    #[test]
    fn few_edits_move_a_mean_little_and_many_move_it_all_the_way() {
        let mut profile = Profile::default();
        profile.add("ana", &change(-1.0));
        let early = profile.reviewer("ana", Feature::LogWords);
        assert_eq!(early.edits, 1);
        assert!((profile.team(Feature::LogWords).mean + 1.0 / 6.0).abs() < 1e-12);
        assert!((early.mean + 1.0 / 6.0 + 5.0 / 36.0).abs() < 1e-12, "own sixth and the rest from the team: {}", early.mean);
        (0..200).for_each(|_| profile.add("ana", &change(-1.0)));
        assert!(profile.reviewer("ana", Feature::LogWords).mean < -0.97);
    }

    #[test]
    fn a_newcomer_is_taken_for_one_of_the_team() {
        let mut profile = Profile::default();
        (0..5).for_each(|_| profile.add("ana", &change(-1.0)));
        let habit = profile.reviewer("bo", Feature::LogWords);
        assert_eq!((habit.edits, habit.mean), (0, profile.team(Feature::LogWords).mean));
    }
}
