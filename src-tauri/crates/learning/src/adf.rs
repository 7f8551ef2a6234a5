//! Bayesian logistic regression by assumed-density filtering: two experts that differ in how much they expect of a
//! single property, mixed by how well each foretold the verdicts.
//!
//! A narrow prior is right when positives are rare and properties weak, a wide one when a few properties decide; which
//! of the two a workflow is, its verdicts tell. Each expert keeps a mean and a full covariance, so one verdict teaches
//! about every property that goes along with the lead's own. Refits at fixed numbers of verdicts remove the effects of
//! order and rounding and let the few strong properties have their way. Forgetting is deliberately absent: every rate of it was
//! worse when measured, and sudden change is the monitors' business.

use crate::features::{Slot, SlotKind, SparseVector};
use crate::matrix::{SymmetricMatrix, add_scaled};
use crate::numeric::{averaged_probability, inside, sigmoid};
use crate::prior::Prior;
use serde::{Deserialize, Serialize};

/// Prior variance of an ordinary slot, one per expert.
const PRIOR_VARIANCES: [f64; 2] = [0.1, 0.5];
/// The size of a number, on each of its two scales, says more than any one of its bins, and is believed in accordingly.
const SIZE_FACTOR: f64 = 1.5;
const BIAS_VARIANCE: f64 = 4.0;
const REVIEWER_VARIANCE: f64 = 0.25;
/// One person's own view of a criterion, beside the team's (`learning.md` 4.11).
const PERSONAL_VARIANCE: f64 = 0.1;
/// A criterion a person asked to keep (`learning.md` 4.9).
const KEPT_VARIANCE: f64 = 0.05;
/// Share of the evidence that is handed back to both experts at each verdict, so that neither dies for good.
const EVIDENCE_LEAK: f64 = 0.002;
/// Tails of the prior of a slot; fewer degrees let single properties be stronger.
const DEGREES_OF_FREEDOM: f64 = 2.0;
const MOST_NEWTON_STEPS: usize = 8;
const NEWTON_TOLERANCE: f64 = 1e-9;
const MOST_REFIT_STEPS: usize = 12;
const REFIT_TOLERANCE: f64 = 1e-8;
/// Rounding is tidied up after this many verdicts.
const TIDY_EVERY: u64 = 256;
const SMALLEST_VARIANCE: f64 = 1e-6;
/// Keeps the leave-one-out variance finite for a verdict that alone determines its prediction.
const SMALLEST_CAVITY: f64 = 0.001;

/// One verdict, encoded.
#[derive(Debug)]
pub(crate) struct Example {
    pub(crate) vector: SparseVector,
    /// 1 for accepted, 0 for rejected, between where several people together leave it open.
    pub(crate) target: f64,
    /// 1 for an ordinary verdict, less for a rushed one.
    pub(crate) weight: f64,
}

/// What the experts say of one lead, mixed by their weights.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Forecast {
    /// Probability of acceptance, averaged over what is not known.
    pub(crate) probability: f64,
    /// Variance of the logit.
    pub(crate) variance: f64,
    /// Expected reduction of that variance by one verdict.
    pub(crate) information: f64,
}

/// Readings without a slot still make a prediction less certain: their prior means.
pub(crate) type UnseenMeans = [f64];

/// The two experts and the evidence for each.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Mixture {
    experts: [Expert; 2],
    weights: [f64; 2],
    updates: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Expert {
    prior_variance: f64,
    prior_means: Vec<f64>,
    /// What each slot was given at first; the scale of its heavy-tailed prior.
    first_variances: Vec<f64>,
    /// What each slot is given now, after refits have seen how much it moves.
    prior_variances: Vec<f64>,
    /// Slots whose prior no refit may widen.
    is_kept: Vec<bool>,
    means: Vec<f64>,
    covariance: SymmetricMatrix,
}

impl Mixture {
    /// Two experts that have seen nothing.
    pub(crate) fn new() -> Self {
        Self { experts: PRIOR_VARIANCES.map(Expert::new), weights: [0.5; 2], updates: 0 }
    }

    /// Makes room for slots that were handed out since the last call.
    pub(crate) fn grow(&mut self, slots: &[Slot], prior: &Prior) {
        for expert in &mut self.experts {
            for slot in &slots[expert.means.len()..] {
                expert.add_slot(slot.kind, prior.mean(&slot.name), prior.is_kept(&slot.name));
            }
        }
    }

    /// Back to the prior over these slots; the evidence for each expert stays.
    pub(crate) fn restart(&mut self, slots: &[Slot], prior: &Prior) {
        self.experts = PRIOR_VARIANCES.map(Expert::new);
        self.grow(slots, prior);
    }

    /// What both experts together say of a lead.
    pub(crate) fn predict(&self, vector: &SparseVector, unseen: &UnseenMeans) -> Forecast {
        let mut mixed = Forecast::default();
        for (expert, weight) in self.experts.iter().zip(self.weights) {
            let (mean, variance) = expert.logit(vector, unseen);
            let certain = sigmoid(mean);
            mixed.probability += weight * averaged_probability(mean, variance);
            mixed.variance += weight * variance;
            mixed.information += weight * certain * (1.0 - certain) * variance;
        }
        mixed
    }

    /// Learns from one verdict.
    pub(crate) fn update(&mut self, example: &Example) {
        self.updates += 1;
        let tidy = self.updates.is_multiple_of(TIDY_EVERY);
        for (expert, weight) in self.experts.iter_mut().zip(&mut self.weights) {
            let acceptance = expert.update(example);
            *weight *= libm::pow(acceptance, example.weight * example.target);
            *weight *= libm::pow(1.0 - acceptance, example.weight * (1.0 - example.target));
            if tidy {
                expert.covariance.tidy(SMALLEST_VARIANCE);
            }
        }
        let total: f64 = self.weights.iter().sum();
        self.weights = self.weights.map(|weight| (1.0 - EVIDENCE_LEAK) * weight / total + EVIDENCE_LEAK / 2.0);
    }

    /// Fits both experts afresh to these verdicts, free of the order in which they came.
    pub(crate) fn refit(&mut self, examples: &[Example]) {
        self.experts.iter_mut().for_each(|expert| expert.refit(examples));
    }

    /// Probability of acceptance of a learnt lead as if its own verdict had not been learnt.
    pub(crate) fn left_out(&self, example: &Example) -> f64 {
        let each = self.experts.iter().zip(self.weights);
        inside(each.map(|(expert, weight)| weight * expert.left_out(example)).sum())
    }

    /// Effect of a slot on the logit, averaged over the experts.
    pub(crate) fn effect(&self, slot: u32) -> f64 {
        self.experts.iter().zip(self.weights).map(|(expert, weight)| weight * expert.means[slot as usize]).sum()
    }

    /// Mean and variance of the effect these readings have together, averaged over the experts.
    pub(crate) fn joint_effect(&self, readings: &[(u32, f64)]) -> (f64, f64) {
        let each = self.experts.iter().zip(self.weights);
        each.fold((0.0, 0.0), |(mean, variance), (expert, weight)| {
            (mean + weight * expert.mean(readings), variance + weight * expert.variance(readings))
        })
    }

    /// The information of a verdict on a lead, shared out to the readings whose uncertainty it is of; sums to
    /// [`Forecast::information`] for a lead without unseen readings.
    pub(crate) fn information_by_reading(&self, vector: &SparseVector) -> Vec<(u32, f64)> {
        let by_reading = vector.iter().map(|(slot, value)| {
            let each = self.experts.iter().zip(self.weights);
            let parts =
                each.map(|(expert, weight)| weight * expert.certainty_slope(vector) * value * expert.covariance_with(*slot, vector));
            (*slot, parts.sum())
        });
        by_reading.collect()
    }

    /// Standard deviation of the effect of an ordinary reading no lead ever had.
    pub(crate) fn deviation_of_unseen(&self) -> f64 {
        self.experts.iter().zip(self.weights).map(|(expert, weight)| weight * expert.prior_variance).sum::<f64>().sqrt()
    }

    /// Slots the experts have room for.
    pub(crate) fn size(&self) -> usize {
        self.experts[0].means.len()
    }
}

impl Expert {
    fn new(prior_variance: f64) -> Self {
        Self {
            prior_variance,
            prior_means: Vec::new(),
            first_variances: Vec::new(),
            prior_variances: Vec::new(),
            is_kept: Vec::new(),
            means: Vec::new(),
            covariance: SymmetricMatrix::default(),
        }
    }

    fn add_slot(&mut self, kind: SlotKind, prior_mean: f64, is_kept: bool) {
        let of_kind = match kind {
            SlotKind::Bias => BIAS_VARIANCE,
            SlotKind::Reading(_) => self.prior_variance,
            SlotKind::Size(_) => SIZE_FACTOR * self.prior_variance,
            SlotKind::Reviewer => REVIEWER_VARIANCE,
            SlotKind::Personal => PERSONAL_VARIANCE,
        };
        let variance = if is_kept { KEPT_VARIANCE } else { of_kind };
        self.prior_means.push(prior_mean);
        self.first_variances.push(variance);
        self.prior_variances.push(variance);
        self.is_kept.push(is_kept);
        self.means.push(prior_mean);
        self.covariance.grow(variance);
    }

    fn mean(&self, vector: &[(u32, f64)]) -> f64 {
        vector.iter().map(|(slot, value)| self.means[*slot as usize] * value).sum()
    }

    fn variance(&self, vector: &[(u32, f64)]) -> f64 {
        vector.iter().map(|(slot, value)| value * self.covariance_with(*slot, vector)).sum::<f64>().max(0.0)
    }

    /// Covariance of one slot's effect with the logit.
    fn covariance_with(&self, slot: u32, vector: &[(u32, f64)]) -> f64 {
        let row = self.covariance.row(slot as usize);
        vector.iter().map(|(other, factor)| row[*other as usize] * factor).sum()
    }

    /// How much a verdict can tell: the slope of the logistic function at the mean.
    fn certainty_slope(&self, vector: &[(u32, f64)]) -> f64 {
        let certain = sigmoid(self.mean(vector));
        certain * (1.0 - certain)
    }

    fn logit(&self, vector: &SparseVector, unseen: &UnseenMeans) -> (f64, f64) {
        let mean = self.mean(vector) + unseen.iter().sum::<f64>();
        (mean, self.variance(vector) + self.prior_variance * unseen.len() as f64)
    }

    /// Moves mean and covariance; returns the probability with which acceptance was foretold.
    fn update(&mut self, example: &Example) -> f64 {
        let (target, weight) = (example.target, example.weight);
        let direction = self.direction(&example.vector);
        let mean = self.mean(&example.vector);
        let variance = example.vector.iter().map(|(slot, value)| direction[*slot as usize] * value).sum::<f64>().max(0.0);

        let step = newton_step(mean, variance, target, weight);
        let certain = sigmoid(mean + step * variance);
        let curvature = weight * certain * (1.0 - certain);
        add_scaled(&mut self.means, step, &direction);
        self.covariance.subtract_outer(curvature / (1.0 + curvature * variance), &direction);

        averaged_probability(mean, variance)
    }

    /// Covariance times the vector, by the rows it touches.
    fn direction(&self, vector: &SparseVector) -> Vec<f64> {
        let mut direction = vec![0.0; self.means.len()];
        for (slot, value) in vector {
            add_scaled(&mut direction, *value, self.covariance.row(*slot as usize));
        }
        direction
    }

    fn left_out(&self, example: &Example) -> f64 {
        let mean = self.mean(&example.vector);
        let variance = self.variance(&example.vector);
        let certain = sigmoid(mean);
        let curvature = example.weight * certain * (1.0 - certain);
        let cavity_variance = variance / (1.0 - curvature * variance).max(SMALLEST_CAVITY);
        let cavity_mean = mean - cavity_variance * example.weight * (example.target - certain);
        averaged_probability(cavity_mean, cavity_variance)
    }

    /// Laplace fit under a Student prior: a fit, a look at which slots moved further than expected, and a fit that lets
    /// them. A few strong properties among many idle ones are the rule, which one common variance cannot express.
    fn refit(&mut self, examples: &[Example]) {
        self.fit(examples);
        self.adapt_prior_variances();
        self.fit(examples);
    }

    /// One step of expectation maximisation for the scales; the bias and what people keep have theirs for good.
    fn adapt_prior_variances(&mut self) {
        for slot in (1..self.means.len()).filter(|slot| !self.is_kept[*slot]) {
            let moved = self.means[slot] - self.prior_means[slot];
            let second_moment = moved * moved + self.covariance.row(slot)[slot];
            let tails = DEGREES_OF_FREEDOM;
            self.prior_variances[slot] = (tails * self.first_variances[slot] + second_moment) / (tails + 1.0);
        }
    }

    /// Newton's method with halved steps where a whole one overshoots.
    fn fit(&mut self, examples: &[Example]) {
        let mut loss = self.loss(examples);
        for _ in 0..MOST_REFIT_STEPS {
            let Some(factor) = self.precision(examples).cholesky() else { return };
            let mut step = self.gradient(examples);
            factor.solve(&mut step);
            loss = self.descend(&step, loss, examples);
            if step.iter().all(|change| change.abs() < REFIT_TOLERANCE) {
                break;
            }
        }
        if let Some(factor) = self.precision(examples).cholesky() {
            self.covariance = factor.inverse();
            self.covariance.tidy(SMALLEST_VARIANCE);
        }
    }

    fn descend(&mut self, step: &[f64], loss: f64, examples: &[Example]) -> f64 {
        let start = self.means.clone();
        let mut length = 1.0;
        for _ in 0..MOST_NEWTON_STEPS {
            add_scaled(&mut self.means, length, step);
            let next = self.loss(examples);
            if next <= loss {
                return next;
            }
            self.means.copy_from_slice(&start);
            length *= 0.5;
        }
        loss
    }

    fn loss(&self, examples: &[Example]) -> f64 {
        let misfit: f64 = examples.iter().map(|example| example.weight * surprise(self.mean(&example.vector), example.target)).sum();
        let spread = self.means.iter().zip(&self.prior_means).zip(&self.prior_variances);
        misfit + spread.map(|((mean, prior), variance)| (mean - prior) * (mean - prior) / (2.0 * variance)).sum::<f64>()
    }

    fn gradient(&self, examples: &[Example]) -> Vec<f64> {
        let spread = self.means.iter().zip(&self.prior_means).zip(&self.prior_variances);
        let mut gradient: Vec<f64> = spread.map(|((mean, prior), variance)| (prior - mean) / variance).collect();
        for example in examples {
            let residual = example.weight * (example.target - sigmoid(self.mean(&example.vector)));
            example.vector.iter().for_each(|(slot, value)| gradient[*slot as usize] += residual * value);
        }
        gradient
    }

    fn precision(&self, examples: &[Example]) -> SymmetricMatrix {
        let mut precision = SymmetricMatrix::diagonal(self.prior_variances.iter().map(|variance| 1.0 / variance));
        for example in examples {
            let certain = sigmoid(self.mean(&example.vector));
            let curvature = example.weight * certain * (1.0 - certain);
            for (slot, value) in &example.vector {
                let row = precision.row_mut(*slot as usize);
                example.vector.iter().for_each(|(other, factor)| row[*other as usize] += curvature * value * factor);
            }
        }
        precision
    }
}

/// How far the mean moves along its direction: the root of `a = weight (target - sigmoid(mean + a variance))`.
fn newton_step(mean: f64, variance: f64, target: f64, weight: f64) -> f64 {
    let mut step = 0.0;
    for _ in 0..MOST_NEWTON_STEPS {
        let certain = sigmoid(mean + step * variance);
        let gap = step - weight * (target - certain);
        step -= gap / (1.0 + weight * variance * certain * (1.0 - certain));
        if gap.abs() < NEWTON_TOLERANCE {
            break;
        }
    }
    step
}

/// Minus the logarithm of the probability given to what happened.
fn surprise(logit: f64, target: f64) -> f64 {
    logit.max(0.0) - target * logit + libm::log1p(libm::exp(-logit.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn expert(slots: usize) -> Expert {
        let mut expert = Expert::new(0.5);
        expert.add_slot(SlotKind::Bias, 0.0, false);
        (1..slots).for_each(|_| expert.add_slot(SlotKind::Reading(0), 0.0, false));
        expert
    }

    fn example(slots: &[u32], accepted: bool) -> Example {
        let bias = std::iter::once((0, 1.0));
        Example { vector: bias.chain(slots.iter().map(|slot| (*slot, 1.0))).collect(), target: f64::from(u8::from(accepted)), weight: 1.0 }
    }

    fn examples() -> impl Strategy<Value = Vec<Example>> {
        let one = (prop::collection::btree_set(1..6_u32, 1..4), -3.0..3.0_f64, any::<bool>(), 0.1..1.0_f64);
        let one = one.prop_map(|(slots, size, accepted, weight)| {
            let mut example = example(&slots.into_iter().collect::<Vec<u32>>(), accepted);
            example.vector.push((6, size));
            Example { weight, ..example }
        });
        prop::collection::vec(one, 1..40)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_verdict_never_makes_anything_less_certain(examples in examples()) {
            let mut expert = expert(7);
            for example in &examples {
                let before: Vec<f64> = (0..7).map(|slot| expert.covariance.row(slot)[slot]).collect();
                let predicted = expert.variance(&example.vector);
                expert.update(example);
                for (slot, before) in before.iter().enumerate() {
                    prop_assert!(expert.covariance.row(slot)[slot] <= before + 1e-12);
                    prop_assert!(expert.covariance.row(slot)[slot] > 0.0);
                }
                prop_assert!(expert.variance(&example.vector) <= predicted + 1e-12);
            }
        }

        #[test]
        fn a_verdict_moves_its_own_prediction_towards_itself(examples in examples()) {
            let mut expert = expert(7);
            for example in &examples {
                let before = expert.mean(&example.vector);
                expert.update(example);
                let after = expert.mean(&example.vector);
                let moved_towards_it = if example.target > 0.5 { after >= before } else { after <= before };
                prop_assert!(moved_towards_it);
            }
        }

        #[test]
        fn a_refit_does_not_depend_on_the_order_of_verdicts(examples in examples()) {
            let fitted = |order: &[Example]| {
                let mut expert = expert(7);
                for example in order {
                    expert.update(example);
                }
                expert.refit(order);
                expert
            };
            let forwards = fitted(&examples);
            let backwards = fitted(&examples.into_iter().rev().collect::<Vec<Example>>());
            for slot in 0..7 {
                prop_assert!((forwards.means[slot] - backwards.means[slot]).abs() < 1e-6);
                prop_assert!((forwards.covariance.row(slot)[slot] - backwards.covariance.row(slot)[slot]).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn the_fitted_mean_is_where_the_loss_is_flat() {
        let mut expert = expert(4);
        let examples: Vec<Example> = (0..30).map(|number| example(&[1 + number % 3], number % 4 != 0)).collect();
        expert.refit(&examples);
        assert!(expert.gradient(&examples).iter().all(|slope| slope.abs() < 1e-6), "{:?}", expert.gradient(&examples));
    }

    #[test]
    fn a_strong_property_is_given_room_and_an_idle_one_is_held() {
        let mut expert = expert(6);
        let verdicts: Vec<Example> = (0..200).map(|number| example(&[1 + number % 2, 3 + number % 3], number % 2 == 0)).collect();
        expert.refit(&verdicts);
        let room = |slot: usize| expert.prior_variances[slot] / expert.first_variances[slot];
        assert!(room(1) > 1.5 && room(2) > 1.5 && (3..6).all(|slot| room(slot) < 0.9), "{:?}", expert.prior_variances);
        assert_eq!(room(0), 1.0);
    }

    #[test]
    fn one_step_of_the_filter_solves_its_equation() {
        for (mean, variance, target, weight) in [(0.0, 4.5, 1.0, 1.0), (-3.0, 0.2, 1.0, 0.5), (2.0, 9.0, 0.0, 1.0)] {
            let step = newton_step(mean, variance, target, weight);
            assert!((step - weight * (target - sigmoid(mean + step * variance))).abs() < 1e-9);
        }
    }

    #[test]
    fn leaving_a_verdict_out_comes_close_to_never_having_learnt_it() {
        let verdicts: Vec<Example> = (0..60).map(|number| example(&[1 + number % 5], number % 3 == 0)).collect();
        let mut whole = expert(6);
        whole.refit(&verdicts);
        for left_out in [0, 7, 31] {
            let others: Vec<Example> =
                (0..60).filter(|number| *number != left_out).map(|number| example(&[1 + number % 5], number % 3 == 0)).collect();
            let mut without = expert(6);
            without.refit(&others);
            let vector = &verdicts[left_out as usize].vector;
            let exact = averaged_probability(without.mean(vector), without.variance(vector));
            assert!((whole.left_out(&verdicts[left_out as usize]) - exact).abs() < 0.01);
        }
    }

    #[test]
    fn the_expert_that_foretells_better_gets_the_word() {
        let mut mixture = Mixture::new();
        let slot = |kind| Slot::invented(kind);
        mixture.grow(&[slot(SlotKind::Bias), slot(SlotKind::Reading(0)), slot(SlotKind::Reading(0))], &Prior::default());
        (0..80).for_each(|number| mixture.update(&example(&[1 + number % 2], number % 2 == 0)));
        assert!(mixture.weights[1] > 0.9, "strong properties suit the wide prior: {:?}", mixture.weights);
        assert!((mixture.weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
}
