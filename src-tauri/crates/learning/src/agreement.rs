//! Do people agree with each other, and the agent with them? And what do several verdicts on one lead amount to?
//!
//! Agreement by chance is taken out (Cohen's kappa for two, Fleiss' for more); every kappa comes with an interval by
//! resampling the items, drawn from a seed the caller gives. Formulas and limits are those of `learning.md` 4.11.

mod kappa;
mod labels;

pub use kappa::{Kappa, cohen, fleiss};
pub use labels::{LabelMethod, SoftLabel, soft_labels};

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use ts_rs::TS;

/// Below this kappa the team disagrees on what is qualified...
const SPLIT_BELOW: f64 = 0.4;
/// ...once this many items were judged by two people.
const SPLIT_FROM: usize = 30;

/// One person's verdict on one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rating<'a> {
    /// Which item; any stable name.
    pub item: &'a str,
    /// Who; any stable name.
    pub rater: &'a str,
    /// What they decided. Of several verdicts of a person on an item the last one counts.
    pub accepted: bool,
}

/// How well two sides agree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Agreement {
    /// Items both judged.
    pub items: usize,
    /// Items on which they agreed.
    pub agreed: usize,
    /// Agreement beyond chance; `None` for no items, or when both always said the same one thing.
    pub kappa: Option<Kappa>,
    /// The items they disagree on, by name.
    pub disagreements: Vec<Disagreement>,
}

/// An item that was judged both ways.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Disagreement {
    /// Which item.
    pub item: String,
    /// Who accepted it.
    pub accepted_by: Vec<String>,
    /// Who rejected it.
    pub rejected_by: Vec<String>,
}

/// How well a team agrees within itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TeamAgreement {
    /// Items at least two people judged.
    pub items: usize,
    /// Agreement beyond chance: Cohen's for two people, Fleiss' for more.
    pub kappa: Option<Kappa>,
    /// The items that were judged both ways, by name.
    pub disagreements: Vec<Disagreement>,
    /// "The team disagrees on what is qualified": kappa below 0.4 over at least 30 items.
    pub is_split: bool,
}

/// The agent's verdicts, recorded before any person saw the item, beside one person's.
pub fn with_agent(agent: &[Rating<'_>], ratings: &[Rating<'_>], person: &str, seed: u64) -> Agreement {
    let agent = by_item(agent);
    let person: Vec<Rating<'_>> = ratings.iter().filter(|rating| rating.rater == person).copied().collect();
    let person = by_item(&person);
    between(&agent, &person, seed)
}

/// Two people beside each other.
pub fn between_people(ratings: &[Rating<'_>], left: &str, right: &str, seed: u64) -> Agreement {
    let of = |name: &str| by_item(&ratings.iter().filter(|rating| rating.rater == name).copied().collect::<Vec<Rating<'_>>>());
    between(&of(left), &of(right), seed)
}

/// The whole team: everybody who judged an item someone else judged too.
pub fn in_team(ratings: &[Rating<'_>], seed: u64) -> TeamAgreement {
    let shared: Votes<'_> = by_item(ratings).into_iter().filter(|(_, votes)| votes.len() > 1).collect();
    let people: BTreeSet<&str> = shared.values().flat_map(BTreeMap::keys).copied().collect();
    let kappa = if people.len() == 2 {
        let pairs: Vec<(bool, bool)> = shared.values().filter_map(|votes| pair(votes.values().copied())).collect();
        cohen(&pairs, seed)
    } else {
        let counts: Vec<(u32, u32)> = shared.values().map(count).collect();
        fleiss(&counts, seed)
    };
    let is_split = shared.len() >= SPLIT_FROM && kappa.is_some_and(|kappa| kappa.value < SPLIT_BELOW);
    TeamAgreement { items: shared.len(), kappa, disagreements: disagreements(&shared), is_split }
}

/// Verdicts by item, then by person.
pub(crate) type Votes<'a> = BTreeMap<&'a str, BTreeMap<&'a str, bool>>;

pub(crate) fn by_item<'a>(ratings: &[Rating<'a>]) -> Votes<'a> {
    let mut votes = Votes::new();
    for rating in ratings {
        votes.entry(rating.item).or_default().insert(rating.rater, rating.accepted);
    }
    votes
}

/// Rejections and acceptances.
pub(crate) fn count(votes: &BTreeMap<&str, bool>) -> (u32, u32) {
    let accepted = votes.values().filter(|accepted| **accepted).count() as u32;
    (votes.len() as u32 - accepted, accepted)
}

fn pair(mut votes: impl Iterator<Item = bool>) -> Option<(bool, bool)> {
    Some((votes.next()?, votes.next()?))
}

fn between(left: &Votes<'_>, right: &Votes<'_>, seed: u64) -> Agreement {
    let mut both = Votes::new();
    for (item, votes) in left {
        if let Some(others) = right.get(item) {
            both.insert(item, votes.iter().chain(others).map(|(rater, accepted)| (*rater, *accepted)).collect());
        }
    }
    let side = |votes: &Votes<'_>, item: &str| votes.get(item).and_then(|votes| votes.values().next().copied());
    let pairs: Vec<(bool, bool)> = both.keys().filter_map(|item| Some((side(left, item)?, side(right, item)?))).collect();
    let agreed = pairs.iter().filter(|(left, right)| left == right).count();
    Agreement { items: pairs.len(), agreed, kappa: cohen(&pairs, seed), disagreements: disagreements(&both) }
}

fn disagreements(votes: &Votes<'_>) -> Vec<Disagreement> {
    let split = votes.iter().filter(|(_, votes)| votes.values().any(|accepted| *accepted) && votes.values().any(|accepted| !accepted));
    let who = |votes: &BTreeMap<&str, bool>, side: bool| {
        votes.iter().filter(|(_, accepted)| **accepted == side).map(|(rater, _)| (*rater).to_owned()).collect()
    };
    split
        .map(|(item, votes)| Disagreement { item: (*item).to_owned(), accepted_by: who(votes, true), rejected_by: who(votes, false) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rating<'a>(item: &'a str, rater: &'a str, accepted: bool) -> Rating<'a> {
        Rating { item, rater, accepted }
    }

    #[test]
    fn a_disagreement_names_who_said_what() {
        let ratings = [rating("a", "ana", true), rating("a", "ben", false), rating("b", "ana", true), rating("b", "ben", true)];
        let agreement = between_people(&ratings, "ana", "ben", 1);
        assert_eq!((agreement.items, agreement.agreed), (2, 1));
        let expected = Disagreement { item: "a".into(), accepted_by: vec!["ana".into()], rejected_by: vec!["ben".into()] };
        assert_eq!(agreement.disagreements, [expected]);
    }

    #[test]
    fn the_agent_is_measured_on_the_items_a_person_judged() {
        let agent = [rating("a", "agent", true), rating("b", "agent", false), rating("c", "agent", true)];
        let people = [rating("a", "ana", true), rating("b", "ana", true), rating("c", "ben", true)];
        let agreement = with_agent(&agent, &people, "ana", 1);
        assert_eq!((agreement.items, agreement.agreed), (2, 1));
        assert_eq!(agreement.disagreements[0].rejected_by, ["agent"]);
    }

    #[test]
    fn a_second_thought_replaces_the_first() {
        let ratings = [rating("a", "ana", true), rating("a", "ben", false), rating("a", "ben", true)];
        assert_eq!(in_team(&ratings, 1).disagreements, []);
    }

    #[test]
    fn a_team_that_agrees_no_more_than_by_chance_is_split_from_thirty_items_on() {
        let names: Vec<String> = (0..32).map(|number| format!("item {number}")).collect();
        let ratings = |items: usize| {
            let each = names.iter().take(items).enumerate();
            each.flat_map(|(number, item)| [rating(item, "ana", number % 2 == 0), rating(item, "ben", number % 4 < 2)])
                .collect::<Vec<Rating<'_>>>()
        };
        let team = in_team(&ratings(32), 1);
        assert!(team.is_split && team.kappa.is_some_and(|kappa| kappa.value.abs() < 1e-12), "{:?}", team.kappa);
        assert_eq!(team.disagreements.len(), 16);
        assert!(!in_team(&ratings(28), 1).is_split, "too few to say");
    }

    #[test]
    fn items_only_one_person_saw_say_nothing_about_agreement() {
        let ratings = [rating("a", "ana", true), rating("b", "ben", false), rating("c", "carl", false)];
        let team = in_team(&ratings, 1);
        assert_eq!((team.items, team.kappa, team.is_split), (0, None, false));
    }
}
