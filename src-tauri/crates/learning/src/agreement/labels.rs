//! What several verdicts on one item amount to.
//!
//! A majority, until there are enough items with enough verdicts to tell careful people from careless ones; then the
//! two-coin model of Dawid and Skene, where each person has a chance of recognising a good lead and one of recognising
//! a bad one.

use super::{Rating, Votes, by_item, count};
use crate::numeric::inside;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// Verdicts an item needs to say something about the people.
const FEWEST_VERDICTS: usize = 3;
/// Such items needed before the people are weighed.
const FEWEST_ITEMS: usize = 200;
const STEPS: usize = 50;
/// What every count starts with, so that nobody is infallible after three verdicts.
const PSEUDO_COUNT: f64 = 0.25;

/// One item with what its verdicts amount to; ready for [`Settled`](crate::Settled).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SoftLabel {
    /// Which item.
    pub item: String,
    /// Probability that it is acceptable, 0 to 1. An even split without weighing is one half.
    pub acceptance: f64,
    /// Verdicts behind it.
    pub verdicts: usize,
}

/// How the labels were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LabelMethod {
    /// One person, one vote.
    Majority,
    /// Two-coin Dawid-Skene: people weigh as much as they turned out to be right.
    Weighed,
}

/// The label of every item, by name. People are weighed from 200 items with at least three verdicts on, and only those
/// items are labelled by weight; the others keep their majority.
pub fn soft_labels(ratings: &[Rating<'_>]) -> (LabelMethod, Vec<SoftLabel>) {
    let votes = by_item(ratings);
    let rich: Votes<'_> =
        votes.iter().filter(|(_, votes)| votes.len() >= FEWEST_VERDICTS).map(|(item, votes)| (*item, votes.clone())).collect();
    let is_enough = rich.len() >= FEWEST_ITEMS;
    let weighed = if is_enough { weigh(&rich) } else { BTreeMap::new() };
    let label = |(item, votes): (&&str, &BTreeMap<&str, bool>)| SoftLabel {
        item: (*item).to_owned(),
        acceptance: weighed.get(item).copied().unwrap_or_else(|| majority(votes)),
        verdicts: votes.len(),
    };
    (if is_enough { LabelMethod::Weighed } else { LabelMethod::Majority }, votes.iter().map(label).collect())
}

fn majority(votes: &BTreeMap<&str, bool>) -> f64 {
    let (rejected, accepted) = count(votes);
    match accepted.cmp(&rejected) {
        std::cmp::Ordering::Greater => 1.0,
        std::cmp::Ordering::Equal => 0.5,
        std::cmp::Ordering::Less => 0.0,
    }
}

/// One person: the chance of accepting a good lead, and of rejecting a bad one.
#[derive(Clone, Copy)]
struct Coins {
    on_good: f64,
    on_bad: f64,
}

/// Expectation maximisation from the majority.
fn weigh<'a>(votes: &Votes<'a>) -> BTreeMap<&'a str, f64> {
    let mut labels: BTreeMap<&str, f64> = votes.iter().map(|(item, votes)| (*item, majority(votes))).collect();
    for _ in 0..STEPS {
        let good = labels.values().sum::<f64>();
        let prevalence = (good + PSEUDO_COUNT) / (labels.len() as f64 + 2.0 * PSEUDO_COUNT);
        let people = coins(votes, &labels);
        labels = votes.iter().map(|(item, votes)| (*item, posterior(votes, &people, prevalence))).collect();
    }
    labels
}

fn coins<'a>(votes: &Votes<'a>, labels: &BTreeMap<&str, f64>) -> BTreeMap<&'a str, Coins> {
    let mut seen: BTreeMap<&str, [f64; 4]> = BTreeMap::new();
    for (item, votes) in votes {
        for (rater, accepted) in votes {
            let [right_on_good, good, right_on_bad, bad] = seen.entry(rater).or_default();
            let label = labels[item];
            *good += label;
            *bad += 1.0 - label;
            if *accepted { *right_on_good += label } else { *right_on_bad += 1.0 - label }
        }
    }
    let chance = |right: f64, all: f64| (right + PSEUDO_COUNT) / (all + 2.0 * PSEUDO_COUNT);
    let of = |[right_on_good, good, right_on_bad, bad]: [f64; 4]| Coins {
        on_good: chance(right_on_good, good),
        on_bad: chance(right_on_bad, bad),
    };
    seen.into_iter().map(|(rater, counts)| (rater, of(counts))).collect()
}

fn posterior(votes: &BTreeMap<&str, bool>, people: &BTreeMap<&str, Coins>, prevalence: f64) -> f64 {
    let mut log_odds = libm::log(inside(prevalence)) - libm::log(inside(1.0 - prevalence));
    for (rater, accepted) in votes {
        let Coins { on_good, on_bad } = people[rater];
        let (if_good, if_bad) = if *accepted { (on_good, 1.0 - on_bad) } else { (1.0 - on_good, on_bad) };
        log_odds += libm::log(inside(if_good)) - libm::log(inside(if_bad));
    }
    crate::numeric::sigmoid(log_odds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Draws;

    /// Careful people are right 19 times in 20, careless ones 11 times in 20; every second lead is good.
    fn ratings<'a>(names: &'a [String], careless: &[&'a str], careful: &[&'a str]) -> Vec<Rating<'a>> {
        let mut draws = Draws::new(11);
        let mut ratings = Vec::new();
        for (number, item) in names.iter().enumerate() {
            for (people, right_of_twenty) in [(careless, 11), (careful, 19)] {
                for rater in people {
                    let is_right = draws.below(20) < right_of_twenty;
                    ratings.push(Rating { item, rater, accepted: is_right == is_good(number) });
                }
            }
        }
        ratings
    }

    fn is_good(number: usize) -> bool {
        number.is_multiple_of(2)
    }

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("{number:04}")).collect()
    }

    fn right(labels: &[SoftLabel]) -> usize {
        labels.iter().enumerate().filter(|(number, label)| (label.acceptance > 0.5) == is_good(*number)).count()
    }

    #[test]
    fn two_careful_people_outweigh_three_careless_ones() {
        let names = names(400);
        let ratings = ratings(&names, &["c1", "c2", "c3"], &["ana", "ben"]);
        let (method, labels) = soft_labels(&ratings);
        let by_vote = by_item(&ratings).values().enumerate().filter(|(number, votes)| (majority(votes) > 0.5) == is_good(*number)).count();
        assert_eq!(method, LabelMethod::Weighed);
        assert!(right(&labels) > by_vote + 15, "weighed {} right, by majority {by_vote}", right(&labels));
        assert!(labels.iter().all(|label| (0.0..=1.0).contains(&label.acceptance) && label.verdicts == 5));
    }

    #[test]
    fn before_two_hundred_items_the_majority_decides() {
        let names = names(199);
        let (method, labels) = soft_labels(&ratings(&names, &["c1"], &["ana", "ben"]));
        assert_eq!(method, LabelMethod::Majority);
        assert!(labels.iter().all(|label| label.acceptance == 0.0 || label.acceptance == 1.0));
    }

    #[test]
    fn an_even_split_is_open() {
        let ratings = [Rating { item: "a", rater: "ana", accepted: true }, Rating { item: "a", rater: "ben", accepted: false }];
        assert_eq!(soft_labels(&ratings).1[0].acceptance, 0.5);
        assert_eq!(soft_labels(&[]).1, []);
    }
}
