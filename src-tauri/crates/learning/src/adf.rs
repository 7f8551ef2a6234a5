//! Bayesian logistic regression by assumed-density filtering: two experts that differ in how much they expect of a
//! single property, mixed by how well each foretold the verdicts.
//!
//! A narrow prior is right when positives are rare and properties weak, a wide one when a few properties decide; which
//! of the two a workflow is, its verdicts tell. Each expert keeps a mean and a full covariance, so one verdict teaches
//! about every property that goes along with the lead's own. Forgetting is deliberately absent: every rate of it was
//! worse when measured, and sudden change is the monitors' business.

use crate::features::{Slot, SlotKind, SparseVector};
use crate::matrix::{SymmetricMatrix, add_scaled};
use crate::numeric::{averaged_probability, inside, sigmoid};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Prior variance of an ordinary slot, one per expert.
const PRIOR_VARIANCES: [f64; 2] = [0.1, 0.5];
const BIAS_VARIANCE: f64 = 4.0;
const REVIEWER_VARIANCE: f64 = 0.25;
/// Share of the evidence that is handed back to both experts at each verdict, so that neither dies for good.
const EVIDENCE_LEAK: f64 = 0.002;
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
pub(crate) struct Example {
    pub(crate) vector: SparseVector,
    pub(crate) accepted: bool,
    /// 1 for an ordinary verdict, less for a rushed one.
    pub(crate) weight: f64,
}

impl Example {
    fn target(&self) -> f64 {
        f64::from(u8::from(self.accepted))
    }
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
    prior_variances: Vec<f64>,
    means: Vec<f64>,
    covariance: SymmetricMatrix,
}

impl Mixture {
    /// Two experts that have seen nothing.
    pub(crate) fn new() -> Self {
        Self { experts: PRIOR_VARIANCES.map(Expert::new), weights: [0.5; 2], updates: 0 }
    }

    /// Makes room for slots that were handed out since the last call; `stated` holds the prior mean by slot name.
    pub(crate) fn grow(&mut self, slots: &[Slot], stated: &BTreeMap<String, f64>) {
        for expert in &mut self.experts {
            for slot in &slots[expert.means.len()..] {
                expert.add_slot(slot.kind, stated.get(&slot.name).copied().unwrap_or(0.0));
            }
        }
    }

    /// Back to the prior over these slots; the evidence for each expert stays.
    pub(crate) fn restart(&mut self, slots: &[Slot], stated: &BTreeMap<String, f64>) {
        self.experts = PRIOR_VARIANCES.map(Expert::new);
        self.grow(slots, stated);
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
            let foretold = expert.update(example);
            *weight *= libm::pow(foretold, example.weight);
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
            prior_variances: Vec::new(),
            means: Vec::new(),
            covariance: SymmetricMatrix::default(),
        }
    }

    fn add_slot(&mut self, kind: SlotKind, prior_mean: f64) {
        let variance = match kind {
            SlotKind::Bias => BIAS_VARIANCE,
            SlotKind::Feature(_) => self.prior_variance,
            SlotKind::Reviewer => REVIEWER_VARIANCE,
        };
        self.prior_means.push(prior_mean);
        self.prior_variances.push(variance);
        self.means.push(prior_mean);
        self.covariance.grow(variance);
    }

    fn mean(&self, vector: &SparseVector) -> f64 {
        vector.iter().map(|(slot, value)| self.means[*slot as usize] * value).sum()
    }

    fn variance(&self, vector: &SparseVector) -> f64 {
        let quadratic = vector.iter().map(|(slot, value)| {
            let row = self.covariance.row(*slot as usize);
            value * vector.iter().map(|(other, factor)| row[*other as usize] * factor).sum::<f64>()
        });
        quadratic.sum::<f64>().max(0.0)
    }

    fn logit(&self, vector: &SparseVector, unseen: &UnseenMeans) -> (f64, f64) {
        let mean = self.mean(vector) + unseen.iter().sum::<f64>();
        (mean, self.variance(vector) + self.prior_variance * unseen.len() as f64)
    }

    /// Moves mean and covariance; returns the probability with which the verdict was foretold.
    fn update(&mut self, example: &Example) -> f64 {
        let (target, weight) = (example.target(), example.weight);
        let direction = self.direction(&example.vector);
        let mean = self.mean(&example.vector);
        let variance = example.vector.iter().map(|(slot, value)| direction[*slot as usize] * value).sum::<f64>().max(0.0);

        let step = newton_step(mean, variance, target, weight);
        let certain = sigmoid(mean + step * variance);
        let curvature = weight * certain * (1.0 - certain);
        add_scaled(&mut self.means, step, &direction);
        self.covariance.subtract_outer(curvature / (1.0 + curvature * variance), &direction);

        let acceptance = averaged_probability(mean, variance);
        if example.accepted { acceptance } else { 1.0 - acceptance }
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
        let cavity_mean = mean - cavity_variance * example.weight * (example.target() - certain);
        averaged_probability(cavity_mean, cavity_variance)
    }

    /// Laplace fit by Newton's method with halved steps where a whole one overshoots.
    fn refit(&mut self, examples: &[Example]) {
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
        let misfit: f64 = examples.iter().map(|example| example.weight * surprise(self.mean(&example.vector), example.accepted)).sum();
        let spread = self.means.iter().zip(&self.prior_means).zip(&self.prior_variances);
        misfit + spread.map(|((mean, prior), variance)| (mean - prior) * (mean - prior) / (2.0 * variance)).sum::<f64>()
    }

    fn gradient(&self, examples: &[Example]) -> Vec<f64> {
        let spread = self.means.iter().zip(&self.prior_means).zip(&self.prior_variances);
        let mut gradient: Vec<f64> = spread.map(|((mean, prior), variance)| (prior - mean) / variance).collect();
        for example in examples {
            let residual = example.weight * (example.target() - sigmoid(self.mean(&example.vector)));
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
fn surprise(logit: f64, accepted: bool) -> f64 {
    let against = if accepted { -logit } else { logit };
    against.max(0.0) + libm::log1p(libm::exp(-against.abs()))
}
