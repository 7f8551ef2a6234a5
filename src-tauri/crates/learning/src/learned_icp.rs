//! Stated against real: what the verdicts say of every criterion of the profile, and of those nobody stated.
//!
//! Nothing here changes the stated profile or the learner. *Adopt* and *Keep mine* are a person's clicks, which come back
//! as another [`Prior`](crate::Prior); *Dismiss* is the caller's to remember. Formulas are those of `learning.md` 4.9.

use crate::features::SlotKind;
use crate::fold::{Count, Learner};
use crate::numeric::normal_cdf;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// A stated criterion is confirmed when its effect is beyond this...
const CONFIRMING_EFFECT: f64 = 0.2;
/// ...and one nobody stated is real when its effect is beyond this, either way.
const DISCOVERING_EFFECT: f64 = 0.4;
/// How probable the effect of a stated criterion must be, and how many deviations that takes.
const STATED_PROBABILITY: f64 = 0.9;
const STATED_DEVIATIONS: f64 = 1.281_551_6;
/// The same for a criterion nobody stated.
const DISCOVERY_PROBABILITY: f64 = 0.95;
const DISCOVERY_DEVIATIONS: f64 = 1.644_853_6;
/// Verdicts on leads with a property before it can be confirmed or discovered.
const FEWEST_JUDGED: u32 = 10;
/// Of the discoveries shown, at most this share is false (Benjamini-Hochberg).
const FALSE_DISCOVERIES: f64 = 0.10;
/// More reviews than this are not foretold.
const MOST_FORETOLD: f64 = 1_000.0;
/// "About N more" is told in steps of this.
const FORETOLD_STEP: f64 = 5.0;

/// Which way a criterion was stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The team says it looks for it.
    Wanted,
    /// The team says it rules a lead out.
    Unwanted,
}

impl Side {
    /// The side an effect is on.
    pub fn of(effect: f64) -> Self {
        if effect > 0.0 { Self::Wanted } else { Self::Unwanted }
    }
}

/// What was stated of a slot, and the effect it had before any verdict.
#[derive(Debug, Clone, Copy)]
struct Stated {
    side: Side,
    mean: f64,
}

/// What the verdicts make of a criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Standing {
    /// Stated, and the verdicts say so too.
    Confirmed,
    /// Stated, and the verdicts say the opposite.
    Contradicted,
    /// Never stated, and the verdicts follow it.
    UnstatedButReal,
    /// Too early to say.
    NotProvenYet {
        /// About how many more verdicts on leads with this property would settle it, should its effect stay as it looks.
        /// `None` when it looks as if it made no difference, when none was judged, or when it would take over 1,000.
        more_reviews: Option<u32>,
    },
}

/// One criterion: a value of a property, the absence of one, or a range of a number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Criterion {
    /// The property, e.g. `industry`.
    pub feature: String,
    /// What a lead has there, e.g. `software`, `51-200`, `(missing)`.
    pub reading: String,
    /// What the team stated of it, if anything.
    pub stated: Option<Side>,
    /// Somebody asked to keep it as stated.
    pub is_kept: bool,
    /// Change of the logit; positive speaks for accepting.
    pub effect: f64,
    /// Standard deviation of the effect.
    pub deviation: f64,
    /// Probability that the effect is positive.
    pub chance_wanted: f64,
    /// The remembered verdicts on leads that have it.
    pub count: Count,
    /// What the verdicts make of it.
    pub standing: Standing,
}

/// Every criterion: the stated ones first, then what was found beside them, then the rest; the strongest first in each.
/// `named` are slots the profile names one by one (`industry=food`, wanted): stated too, though the prior carries what was
/// stated of them in one slot for all.
pub fn learned_icp(learner: &Learner, named: &[(String, Side)]) -> Vec<Criterion> {
    let mut stated: BTreeMap<&str, Stated> = named.iter().map(|(slot, side)| (slot.as_str(), Stated { side: *side, mean: 0.0 })).collect();
    stated.extend(learner.prior.stated().map(|(slot, mean)| (slot, Stated { side: Side::of(mean), mean })));
    let mut criteria = seen(learner, &stated);
    criteria.extend(never_seen(learner, &stated));
    judge_stated(&mut criteria);
    judge_discoveries(&mut criteria);
    criteria.sort_by(|a, b| {
        let by_name = || (&a.feature, &a.reading).cmp(&(&b.feature, &b.reading));
        rank(a).cmp(&rank(b)).then(b.effect.abs().total_cmp(&a.effect.abs())).then_with(by_name)
    });
    criteria
}

fn rank(criterion: &Criterion) -> u8 {
    match (criterion.stated, criterion.standing) {
        (Some(_), _) => 0,
        (None, Standing::UnstatedButReal) => 1,
        (None, _) => 2,
    }
}

fn seen(learner: &Learner, stated: &BTreeMap<&str, Stated>) -> Vec<Criterion> {
    let counts = learner.counts();
    let slots = learner.encoder.slots().iter().enumerate();
    let readings = slots.filter(|(_, slot)| matches!(slot.kind, SlotKind::Reading(_)));
    let criterion = |number: usize, name: &str| {
        let (feature, reading) = learner.encoder.words(number as u32)?;
        let (effect, variance) = learner.mixture.joint_effect(&learner.encoder.criterion(number as u32));
        let said = Said { feature, reading, stated: stated.get(name).map(|stated| stated.side), is_kept: learner.prior.is_kept(name) };
        Some(said.with(effect, variance.max(0.0).sqrt(), counts[number]))
    };
    readings.filter_map(|(number, slot)| criterion(number, &slot.name)).collect()
}

/// Stated criteria no queued lead ever had.
fn never_seen(learner: &Learner, stated: &BTreeMap<&str, Stated>) -> Vec<Criterion> {
    let is_seen = |name: &str| learner.encoder.slots().iter().any(|slot| slot.name == name);
    let unseen = stated.iter().filter(|(name, _)| !is_seen(name));
    let criterion = |(name, Stated { side, mean }): (&&str, &Stated)| {
        let (feature, reading) = name.split_once('=').unwrap_or((name, ""));
        let said = Said { feature, reading, stated: Some(*side), is_kept: learner.prior.is_kept(name) };
        said.with(*mean, learner.mixture.deviation_of_unseen(), Count::default())
    };
    unseen.map(criterion).collect()
}

/// What is known of a criterion without the verdicts.
struct Said<'a> {
    feature: &'a str,
    reading: &'a str,
    stated: Option<Side>,
    is_kept: bool,
}

impl Said<'_> {
    fn with(&self, effect: f64, deviation: f64, count: Count) -> Criterion {
        Criterion {
            feature: self.feature.to_owned(),
            reading: self.reading.to_owned(),
            stated: self.stated,
            is_kept: self.is_kept,
            effect,
            deviation,
            chance_wanted: chance_above(effect, deviation, 0.0),
            count,
            standing: Standing::NotProvenYet { more_reviews: None },
        }
    }
}

fn judge_stated(criteria: &mut [Criterion]) {
    for criterion in criteria {
        let towards_stated = match criterion.stated {
            Some(Side::Wanted) => criterion.effect,
            Some(Side::Unwanted) => -criterion.effect,
            None => continue,
        };
        let (judged, deviation) = (criterion.count.judged, criterion.deviation);
        let is_confirmed = chance_above(towards_stated, deviation, CONFIRMING_EFFECT) >= STATED_PROBABILITY && judged >= FEWEST_JUDGED;
        let is_contradicted = chance_above(-towards_stated, deviation, 0.0) >= STATED_PROBABILITY;
        let margin = if towards_stated < 0.0 { -towards_stated } else { towards_stated - CONFIRMING_EFFECT };
        criterion.standing = match (is_confirmed, is_contradicted) {
            (true, _) => Standing::Confirmed,
            (_, true) => Standing::Contradicted,
            _ => Standing::NotProvenYet { more_reviews: more_reviews(judged, margin, deviation, STATED_DEVIATIONS) },
        };
    }
}

/// Benjamini-Hochberg over everything that was looked at: criteria nobody stated, with enough verdicts to say anything.
fn judge_discoveries(criteria: &mut [Criterion]) {
    let unstated = criteria.iter_mut().filter(|criterion| criterion.stated.is_none());
    let mut ranked: Vec<(f64, &mut Criterion)> = unstated.map(|criterion| (chance_of_no_matter(criterion), criterion)).collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
    let tested = ranked.iter().filter(|(_, criterion)| criterion.count.judged >= FEWEST_JUDGED).count();
    let (mut place, mut limit) = (0, 0.0);
    for (chance, _) in ranked.iter().filter(|(_, criterion)| criterion.count.judged >= FEWEST_JUDGED) {
        place += 1;
        if *chance <= FALSE_DISCOVERIES * f64::from(place) / tested as f64 {
            limit = *chance;
        }
    }
    let limit = f64::min(limit, 1.0 - DISCOVERY_PROBABILITY);
    for (chance, criterion) in ranked {
        let is_real = place > 0 && chance <= limit && criterion.count.judged >= FEWEST_JUDGED;
        let margin = criterion.effect.abs() - DISCOVERING_EFFECT;
        let more = || more_reviews(criterion.count.judged, margin, criterion.deviation, DISCOVERY_DEVIATIONS);
        criterion.standing = if is_real { Standing::UnstatedButReal } else { Standing::NotProvenYet { more_reviews: more() } };
    }
}

/// Probability that the effect is too small to matter, or on the other side.
fn chance_of_no_matter(criterion: &Criterion) -> f64 {
    let (effect, deviation) = (criterion.effect.abs(), criterion.deviation);
    1.0 - chance_above(effect, deviation, DISCOVERING_EFFECT) - chance_above(-effect, deviation, DISCOVERING_EFFECT)
}

/// Probability that an effect is above a limit.
pub(crate) fn chance_above(effect: f64, deviation: f64, limit: f64) -> f64 {
    if deviation > 0.0 { normal_cdf((effect - limit) / deviation) } else { f64::from(u8::from(effect > limit)) }
}

/// The deviation shrinks with the root of the verdicts: how many more until the margin is wide enough?
fn more_reviews(judged: u32, margin: f64, deviation: f64, deviations: f64) -> Option<u32> {
    if judged == 0 || margin <= 0.0 {
        return None;
    }
    let needed = f64::from(judged) * (deviations * deviation / margin).powi(2);
    let more = (needed.max(f64::from(FEWEST_JUDGED)) - f64::from(judged)).max(1.0);
    (more <= MOST_FORETOLD).then(|| ((more / FORETOLD_STEP).ceil() * FORETOLD_STEP) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn criterion(stated: Option<Side>, effect: f64, deviation: f64, judged: u32) -> Criterion {
        let said = Said { feature: "industry", reading: "software", stated, is_kept: false };
        said.with(effect, deviation, Count { judged, accepted: judged / 2 })
    }

    fn standing(stated: Option<Side>, effect: f64, deviation: f64, judged: u32) -> Standing {
        let mut criteria = [criterion(stated, effect, deviation, judged)];
        judge_stated(&mut criteria);
        if stated.is_none() {
            judge_discoveries(&mut criteria);
        }
        criteria[0].standing
    }

    #[test]
    fn a_stated_criterion_is_confirmed_by_effect_certainty_and_ten_verdicts() {
        let wanted = Some(Side::Wanted);
        assert_eq!(standing(wanted, 0.6, 0.3, 10), Standing::Confirmed, "0.4 beyond the limit is 1.33 deviations");
        assert_eq!(standing(wanted, 0.6, 0.3, 9), Standing::NotProvenYet { more_reviews: Some(5) });
        assert!(matches!(standing(wanted, 0.5, 0.3, 10), Standing::NotProvenYet { .. }));
        assert_eq!(standing(wanted, -0.4, 0.3, 4), Standing::Contradicted);
    }

    #[test]
    fn an_exclusion_is_the_mirror_of_a_wish() {
        let unwanted = Some(Side::Unwanted);
        assert_eq!(standing(unwanted, -0.6, 0.3, 10), Standing::Confirmed);
        assert_eq!(standing(unwanted, 0.4, 0.3, 10), Standing::Contradicted);
    }

    #[test]
    fn what_nobody_stated_is_real_only_when_strong_and_sure() {
        assert_eq!(standing(None, -1.2, 0.3, 40), Standing::UnstatedButReal);
        assert!(matches!(standing(None, 0.45, 0.1, 400), Standing::NotProvenYet { .. }), "it may be too weak to matter");
        assert!(matches!(standing(None, 1.2, 0.3, 9), Standing::NotProvenYet { .. }));
    }

    #[test]
    fn what_the_profile_names_one_by_one_is_stated_though_the_prior_has_no_slot_for_it() {
        let named = [("industry=food".to_owned(), Side::Wanted)];
        let criteria = learned_icp(&Learner::new(crate::Prior::default()), &named);
        assert_eq!(criteria.len(), 1);
        assert_eq!((criteria[0].stated, criteria[0].effect), (Some(Side::Wanted), 0.0));
    }

    #[test]
    fn many_criteria_ask_for_stronger_proof_of_each() {
        let judged = |others: usize| {
            let mut criteria = vec![criterion(None, 0.92, 0.3, 40)];
            criteria.extend((0..others).map(|_| criterion(None, 0.0, 0.3, 40)));
            judge_discoveries(&mut criteria);
            criteria[0].standing
        };
        assert_eq!(judged(0), Standing::UnstatedButReal);
        assert!(matches!(judged(20), Standing::NotProvenYet { .. }));
    }

    #[test]
    fn the_reviews_still_needed_follow_the_square_of_the_deviation() {
        // 0.2 beyond the limit needs a deviation of 0.156; it is 0.312 after 20: four times as many, 60 more.
        assert_eq!(more_reviews(20, 0.2, 0.312, STATED_DEVIATIONS), Some(60));
        assert_eq!(more_reviews(20, -0.1, 0.3, STATED_DEVIATIONS), None);
        assert_eq!(more_reviews(20, 0.001, 0.3, STATED_DEVIATIONS), None);
        assert_eq!(more_reviews(0, 0.2, 0.3, STATED_DEVIATIONS), None);
    }
}
