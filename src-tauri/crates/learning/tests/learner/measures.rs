//! What is promised of the learner, measured: by the tests that guard it, by the measuring program and by the bench.
//!
//! Each lead is counted as it comes in, predicted, and learnt from afterwards, as in the app; the leads held back for testing are never learnt from. Every
//! figure depends on the file and the seed alone.

use super::lead_file::{Lead, auc, ece, shuffled};
use autoreach_domain::confidence::FeatureValue;
use autoreach_learning::monitor::{Alarm, SpotCheckMonitor};
use autoreach_learning::protocol::Session;
use autoreach_learning::threshold::{Arrival, Observed, Pair, Promise, WINDOW, select};
use autoreach_learning::{Learner, Prior, Verdict};
use serde_json::{Value, json};

const TEST_LEADS: usize = 4_000;
/// Verdicts after which the learner is measured.
pub(crate) const REPORTS: [usize; 4] = [100, 500, 1_000, 2_000];
/// Pairs at which a certificate is tried.
pub(crate) const LOOKS: [usize; 4] = [100, 200, 400, 800];
/// Leads a run that changes half way goes on for.
const CHANGING_RUN: usize = 4_000;

/// How well and how honestly the learner foretells.
#[derive(Default, Clone, Copy)]
pub(crate) struct Foresight {
    /// Mean surprise over the stream so far.
    pub(crate) log_loss: f64,
    /// On the leads held back.
    pub(crate) auc: f64,
    pub(crate) ece: f64,
}

/// One shuffle, measured at each of [`REPORTS`].
pub(crate) fn foresight(leads: &[Lead], seed: u64) -> Vec<Foresight> {
    let order = shuffled(leads.len(), seed);
    let (test, stream) = order.split_at(TEST_LEADS);
    let mut learner = Learner::new(Prior::default());
    let (mut loss, mut reports) = (0.0, Vec::new());
    for (number, lead) in stream.iter().take(REPORTS[3]).map(|index| &leads[*index]).enumerate() {
        learner.arrive(&lead.features);
        let p = learner.predict(&lead.features).confidence.p_cal;
        loss -= if lead.converted { p.ln() } else { (1.0 - p).ln() };
        learner.learn(&Verdict { features: &lead.features, accepted: lead.converted, weight: 1.0, reviewer: "r1" });
        if REPORTS.contains(&(number + 1)) {
            let scored: Vec<(f64, bool)> =
                test.iter().map(|index| (learner.predict(&leads[*index].features).confidence.p_cal, leads[*index].converted)).collect();
            reports.push(Foresight { log_loss: loss / (number + 1) as f64, auc: auc(&scored), ece: ece(&scored) });
        }
    }
    reports
}

/// The means over several shuffles.
pub(crate) fn mean_foresight(leads: &[Lead], seeds: u64) -> [Foresight; REPORTS.len()] {
    let mut sums = [Foresight::default(); REPORTS.len()];
    for seed in 0..seeds {
        for (sum, figures) in sums.iter_mut().zip(foresight(leads, seed)) {
            sum.log_loss += figures.log_loss / seeds as f64;
            sum.auc += figures.auc / seeds as f64;
            sum.ece += figures.ece / seeds as f64;
        }
    }
    sums
}

fn learn(learner: &mut Learner, lead: &Lead) {
    learner.arrive(&lead.features);
    learner.learn(&Verdict { features: &lead.features, accepted: lead.converted, weight: 1.0, reviewer: "r1" });
}

/// What became of a promise over several shuffles.
#[derive(Default, Clone, Copy)]
pub(crate) struct Tally {
    pub(crate) certified: u32,
    /// Mean share decided alone, 0 where nothing was certified.
    pub(crate) coverage: f64,
    pub(crate) broken: u32,
}

/// One look at each of [`LOOKS`] while everything is reviewed, its promise judged on the leads held back.
pub(crate) fn certificates(leads: &[Lead], agreement: f64, shuffles: u64) -> [Tally; LOOKS.len()] {
    let promise = Promise::new(agreement, 0.10).expect("a sensible promise");
    let mut tallies = [Tally::default(); LOOKS.len()];
    for seed in 0..shuffles {
        let order = shuffled(leads.len(), seed);
        let (test, stream) = order.split_at(TEST_LEADS);
        let mut learner = Learner::new(Prior::default());
        for (number, lead) in stream.iter().map(|index| &leads[*index]).take(LOOKS[3]).enumerate() {
            learn(&mut learner, lead);
            if let Some(look) = LOOKS.iter().position(|look| *look == number + 1) {
                let (coverage, agreed) = certificate(&learner, &promise, leads, test);
                tallies[look].certified += u32::from(coverage > 0.0);
                tallies[look].coverage += coverage / shuffles as f64;
                tallies[look].broken += u32::from(coverage > 0.0 && agreed < agreement);
            }
        }
    }
    tallies
}

/// Coverage and agreement, on the leads held back, of what the present learner would certify.
fn certificate(learner: &Learner, promise: &Promise, leads: &[Lead], test: &[usize]) -> (f64, f64) {
    let pair = |pair: &autoreach_learning::LeftOut| Pair {
        certainty: pair.p.max(1.0 - pair.p),
        agreed: (pair.p > 0.5) == pair.accepted,
        observed: Observed::Always,
    };
    let pairs: Vec<Pair> = learner.left_out(WINDOW).iter().map(pair).collect();
    let Some(threshold) = select(&pairs, &[], promise) else { return (0.0, 1.0) };
    let scored = test.iter().map(|index| (learner.predict(&leads[*index].features).confidence.p, leads[*index].converted));
    let alone: Vec<bool> = scored.filter(|(p, _)| p.max(1.0 - p) >= threshold).map(|(p, accepted)| (p > 0.5) == accepted).collect();
    let agreed = alone.iter().filter(|agreed| **agreed).count() as f64;
    (alone.len() as f64 / test.len() as f64, agreed / (alone.len() as f64).max(1.0))
}

/// The whole program over a stream: what is decided alone gets no label unless it is spot-checked.
pub(crate) struct Run {
    /// Share decided alone.
    pub(crate) coverage: f64,
    /// Share of these that was right; before the change where there is one.
    pub(crate) agreement: f64,
    /// Leads that came from the change on, or from the start where there is none, until decisions were taken back.
    pub(crate) pulled_back_after: Option<usize>,
}

/// From half way on the team judges one segment, the leads that came by API, the other way round.
pub(crate) fn run_with_a_change(leads: &[Lead], agreement: f64, seed: u64) -> Run {
    autonomous_run(leads, &shuffled(leads.len(), seed)[..CHANGING_RUN], agreement, seed, Some(CHANGING_RUN / 2))
}

/// Every lead of the stream in order; `change` is where the team turns.
pub(crate) fn autonomous_run(leads: &[Lead], stream: &[usize], promised: f64, seed: u64, change: Option<usize>) -> Run {
    let mut session = Session::default();
    let hello = json!({"op": "hello", "protocol": 1, "target_agreement": promised, "delta": 0.1, "spot_check_rate": 0.15, "seed": seed});
    session.handle(&hello.to_string());
    let (mut alone, mut counted, mut agreed, mut was_up, mut pulled_back_after) = (0.0, 0.0, 0.0, false, None);
    for (number, index) in stream.iter().enumerate() {
        let lead = &leads[*index];
        let has_turned = change.is_some_and(|change| number >= change);
        let accepts = lead.converted != (has_turned && came_by_api(lead));
        let answer = session.handle(&json!({"op": "predict", "id": index.to_string(), "features": lead.features}).to_string());
        let answer: Value = serde_json::from_str(&answer).expect("the protocol answers in JSON");
        let is_alone = answer["auto"] == true;
        alone += f64::from(u8::from(is_alone));
        if is_alone && !has_turned {
            counted += 1.0;
            agreed += f64::from(u8::from((answer["decision"] == "accept") == accepts));
        }
        if !is_alone || answer["spot_check"] == true {
            let route = if is_alone { "spot_check" } else { "review" };
            let learn = json!({"op": "learn", "id": index.to_string(), "label": u8::from(accepts), "reviewer": "r1", "route": route});
            session.handle(&learn.to_string());
        }
        let is_up = session.handle(r#"{"op":"state"}"#).contains("\"level\":2");
        if was_up && !is_up && (change.is_none() || has_turned) {
            pulled_back_after = pulled_back_after.or(Some(number + 1 - change.unwrap_or_default()));
        }
        was_up = is_up;
    }
    Run { coverage: alone / stream.len() as f64, agreement: agreed / f64::max(counted, 1.0), pulled_back_after }
}

fn came_by_api(lead: &Lead) -> bool {
    lead.features.0.get("Lead Origin") == Some(&FeatureValue::Category("API".to_owned()))
}

/// In how many of these runs the rule for pairs of two strata certifies, and in how many of them a threshold whose true
/// agreement is below the promise. A model that is eight points less right than it says decides alone from 0.85 on, where
/// only a mark of 15 % shows an item to a person; the look comes after 600 verdicts.
pub(crate) fn broken_strata(agreement: f64, runs: u64) -> (u32, u32) {
    const IN_FORCE: f64 = 0.85;
    const MARK: f64 = 0.15;
    const OVERSTATED: f64 = 0.08;
    let promise = Promise::new(agreement, 0.10).expect("a sensible promise");
    let (mut certified, mut broken) = (0, 0);
    for run in 0..runs {
        let mut draws = Draws::new(run);
        let (mut arrivals, mut seen) = (Vec::new(), Vec::new());
        while seen.len() < WINDOW {
            // Half of the items lie above 0.875, as on the leads file.
            let certainty = 1.0 - 0.5 * draws.unit().powi(2);
            let observed = if certainty >= IN_FORCE { Observed::OnlyWhenMarked } else { Observed::Always };
            arrivals.push(Arrival { certainty, observed });
            if observed == Observed::Always || draws.unit() < MARK {
                seen.push(Pair { certainty, agreed: draws.unit() < certainty - OVERSTATED, observed });
            }
        }
        if let Some(threshold) = select(&seen, &arrivals, &promise) {
            certified += 1;
            let true_agreement = 1.0 - (1.0 - threshold) / 3.0 - OVERSTATED;
            broken += u32::from(true_agreement < agreement);
        }
    }
    (certified, broken)
}

/// The spot-check monitor under a promise of 90 %: share of runs of 500 checks at 5 % error that end in a false red, and
/// the median number of checks until red at 30 % error.
pub(crate) fn red_alarms(runs: u64) -> (f64, usize) {
    let first_red = |seed: u64, error: f64, most: usize| {
        let (mut monitor, mut draws) = (SpotCheckMonitor::new(0.10), Draws::new(seed));
        (1..=most).find(|_| monitor.observe(draws.unit() < error) == Alarm::Red)
    };
    let false_reds = (0..runs).filter(|seed| first_red(*seed, 0.05, 500).is_some()).count();
    let mut delays: Vec<usize> = (0..runs).map(|seed| first_red(seed + runs, 0.30, 10_000).unwrap_or(10_000)).collect();
    delays.sort_unstable();
    (false_reds as f64 / runs as f64, delays[delays.len() / 2])
}

/// Draws from a seed, the same everywhere.
struct Draws(u64);

impl Draws {
    fn new(seed: u64) -> Self {
        Self(seed << 32)
    }

    fn unit(&mut self) -> f64 {
        (super::lead_file::next_random(&mut self.0) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
