//! The learner as a program: one JSON object in, one out.
//!
//! The point is that the numbers anyone measures from outside are the product's numbers, so this file contains only
//! what turns predictions into decisions (the certified threshold, marks, both monitors) and no learning of its own.
//! It knows two levels: everything is verified, or what is certified is decided alone. There is no floor, no minimum of
//! days or segments and no confirmation in this mode: promotion happens at the look that certifies the promise.
//! Reading and writing lines is the caller's; nothing a line contains can do more harm than an error in reply, and no
//! reply repeats what a lead contained.

use crate::fold::{Learner, Prediction, Verdict};
use crate::monitor::{Alarm, CalibrationMonitor, SpotCheckMonitor};
use crate::prior::Prior;
use crate::threshold::{self, Arrival, Observed, Pair, Promise};
use autoreach_domain::confidence::{FeatureValue, Features};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::Sha256;
use std::collections::{BTreeMap, VecDeque};

const PROTOCOL: u64 = 1;
const NAME: &str = "autoreach";
/// Reviews before the first look at a promise of 80 %.
const REVIEW_MINIMUM: u64 = 100;
/// Doubled sampling goes no further than this (seed: "10-20 % random sample").
const HIGHEST_AMBER_RATE: f64 = 0.20;
/// Shown where nothing is decided alone: no certainty reaches it.
const OUT_OF_REACH: f64 = 1.0;

/// A conversation with one client, from its first line to `bye`.
#[derive(Default)]
pub struct Session {
    run: Option<Run>,
    is_over: bool,
}

impl Session {
    /// Answers one line with one line, without the line break. Never fails: what is wrong with a line is the answer.
    pub fn handle(&mut self, line: &str) -> String {
        let reply = self.answer(line).unwrap_or_else(|refusal| Reply::Error { error: refusal.to_string() });
        serde_json::to_string(&reply).expect("a reply is plain data")
    }

    /// The client said `bye`.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    fn answer(&mut self, line: &str) -> Result<Reply, Refusal> {
        let Ok(Value::Object(mut request)) = serde_json::from_str(line) else { return Err(Refusal::NotAnObject) };
        let Some(Value::String(op)) = request.remove("op") else { return Err(Refusal::UnknownOp) };
        match op.as_str() {
            "hello" => self.hello(&parse(request, Refusal::BadHello)?),
            "predict" => self.run()?.predict(parse(request, Refusal::BadPredict)?),
            "learn" => self.run()?.learn(&parse(request, Refusal::BadLearn)?),
            "state" => Ok(self.run()?.state()),
            "bye" => {
                self.is_over = true;
                Ok(Reply::Done { ok: true })
            }
            _ => Err(Refusal::UnknownOp),
        }
    }

    fn hello(&mut self, hello: &Hello) -> Result<Reply, Refusal> {
        self.run = Some(Run::new(hello).ok_or(Refusal::BadHello)?);
        Ok(Reply::Hello { ok: true, name: NAME })
    }

    fn run(&mut self) -> Result<&mut Run, Refusal> {
        self.run.as_mut().ok_or(Refusal::NoHello)
    }
}

fn parse<T: for<'de> Deserialize<'de>>(request: Map<String, Value>, otherwise: Refusal) -> Result<T, Refusal> {
    serde_json::from_value(Value::Object(request)).map_err(|_| otherwise)
}

/// Why a line was not obeyed.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("a line must be one JSON object")]
    NotAnObject,
    #[error("unknown op: hello, predict, learn, state and bye are known")]
    UnknownOp,
    #[error("say hello first")]
    NoHello,
    #[error(
        "hello needs protocol 1, target_agreement from 0.5 to below 1, delta between 0 and 1, spot_check_rate from 0 to 1 and a whole seed"
    )]
    BadHello,
    #[error("predict needs an id and features that are strings, numbers or booleans")]
    BadPredict,
    #[error("learn needs an id, a label of 0 or 1, and a route of review or spot_check")]
    BadLearn,
    #[error("no prediction of this id is waiting for a label")]
    NotPredicted,
}

#[derive(Deserialize)]
struct Hello {
    protocol: u64,
    #[serde(default = "default_agreement")]
    target_agreement: f64,
    #[serde(default = "default_delta")]
    delta: f64,
    #[serde(default = "default_spot_check_rate")]
    spot_check_rate: f64,
    #[serde(default)]
    seed: i64,
}

fn default_agreement() -> f64 {
    0.9
}

fn default_delta() -> f64 {
    0.1
}

fn default_spot_check_rate() -> f64 {
    0.15
}

#[derive(Deserialize)]
struct Predict {
    id: ItemId,
    features: BTreeMap<String, Option<FeatureValue>>,
    #[serde(default)]
    dry: bool,
}

#[derive(Deserialize)]
struct Learn {
    id: ItemId,
    label: u8,
    #[serde(default)]
    reviewer: String,
    #[serde(default)]
    route: LearnRoute,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum LearnRoute {
    #[default]
    Review,
    SpotCheck,
}

/// An id as the client wrote it, and as it is given back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
enum ItemId {
    Number(i64),
    Text(String),
}

impl ItemId {
    fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum Reply {
    Done { ok: bool },
    Hello { ok: bool, name: &'static str },
    Predicted { id: ItemId, p: f64, decision: Decision, auto: bool, spot_check: bool },
    State { level: u8, threshold: f64, labels: u64 },
    Error { error: String },
}

#[derive(Serialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Decision {
    Accept,
    Reject,
}

/// One data set being learnt.
struct Run {
    promise: Promise,
    spot_check_rate: f64,
    mark_key: [u8; 32],
    learner: Learner,
    /// The certified threshold on uncalibrated certainty. There is one exactly while the agent decides alone.
    certified: Option<f64>,
    waiting: BTreeMap<ItemId, Waiting>,
    /// Since the last alarm, or since the start.
    evidence: Evidence,
    spot_checks: SpotCheckMonitor,
    calibration: CalibrationMonitor,
}

/// A prediction that may still get its label.
struct Waiting {
    features: Features,
    certainty: f64,
    decision: Decision,
    observed: Observed,
    /// Alarms before it: spot checks of decisions that were pulled back prove nothing about the present ones.
    alarms: u32,
    arrival: usize,
}

/// What the next look will judge by.
#[derive(Default)]
struct Evidence {
    alarms: u32,
    labels: u64,
    /// The latest pairs: how each was observed, and which arrival it was.
    pairs: VecDeque<(Observed, usize)>,
    /// Every arrival: what it was, and how it would come before a person.
    arrivals: Vec<(Features, Observed)>,
}

impl Run {
    fn new(hello: &Hello) -> Option<Self> {
        let is_valid = hello.protocol == PROTOCOL && (0.0..=1.0).contains(&hello.spot_check_rate);
        let promise = Promise::new(hello.target_agreement, hello.delta).filter(|_| is_valid)?;
        Some(Self {
            promise,
            spot_check_rate: hello.spot_check_rate,
            mark_key: keyed(b"autoreach spot checks", &hello.seed.to_be_bytes()),
            learner: Learner::new(Prior::default()),
            certified: None,
            waiting: BTreeMap::new(),
            evidence: Evidence::default(),
            spot_checks: SpotCheckMonitor::new(promise.tolerated_disagreement()),
            calibration: CalibrationMonitor::new(),
        })
    }

    fn predict(&mut self, request: Predict) -> Result<Reply, Refusal> {
        let known = request.features.into_iter().filter_map(|(name, value)| value.map(|value| (name, value)));
        let features = Features(known.collect());
        // As in the app: a lead is counted when it comes in, and judged then.
        if !request.dry && !self.waiting.contains_key(&request.id) {
            self.learner.arrive(&features);
        }
        let prediction = self.learner.predict(&features);
        let auto = self.decides_alone(&prediction);
        let spot_check = auto && self.is_marked(&request.id);
        let p = prediction.confidence.p_cal;
        let decision = if prediction.confidence.leans_to_accept() { Decision::Accept } else { Decision::Reject };
        if !request.dry {
            let observed = if auto { Observed::OnlyWhenMarked } else { Observed::Always };
            self.queue(request.id.clone(), features, prediction.confidence.certainty(), decision, observed);
        }
        Ok(Reply::Predicted { id: request.id, p, decision, auto, spot_check })
    }

    fn queue(&mut self, id: ItemId, features: Features, certainty: f64, decision: Decision, observed: Observed) {
        if !self.waiting.contains_key(&id) {
            self.evidence.arrivals.push((features.clone(), observed));
        }
        let arrival = self.evidence.arrivals.len().saturating_sub(1);
        let alarms = self.evidence.alarms;
        self.waiting.insert(id, Waiting { features, certainty, decision, observed, alarms, arrival });
    }

    fn learn(&mut self, request: &Learn) -> Result<Reply, Refusal> {
        let accepted = match request.label {
            0 => false,
            1 => true,
            _ => return Err(Refusal::BadLearn),
        };
        let item = self.waiting.remove(&request.id).ok_or(Refusal::NotPredicted)?;
        let is_calibrated = self.learner.labels() >= CalibrationMonitor::STARTS_AFTER;
        self.learner.learn(&Verdict { features: &item.features, accepted, weight: 1.0, reviewer: &request.reviewer });
        self.evidence.count(&item);

        let disagreed = (item.decision == Decision::Accept) != accepted;
        let is_wrong_about_itself = is_calibrated && self.calibration.observe(item.certainty, disagreed);
        let breaks_promise = self.is_spot_check(&item, request.route) && self.spot_checks.observe(disagreed) == Alarm::Red;
        if is_wrong_about_itself {
            self.learner.keep_latest(CalibrationMonitor::REFIT_ON);
        }
        if is_wrong_about_itself || breaks_promise {
            self.pull_back();
        } else if threshold::is_look(self.evidence.labels, REVIEW_MINIMUM, &self.promise) {
            self.look();
        }
        Ok(Reply::Done { ok: true })
    }

    fn state(&self) -> Reply {
        let threshold = self.certified.map_or(OUT_OF_REACH, |certified| self.learner.calibrated(certified));
        Reply::State { level: if self.certified.is_some() { 2 } else { 1 }, threshold, labels: self.learner.labels() }
    }

    fn decides_alone(&self, prediction: &Prediction) -> bool {
        let is_certified = |certified| prediction.confidence.certainty() >= self.learner.calibrated(certified);
        !prediction.is_unfamiliar && self.certified.is_some_and(is_certified)
    }

    fn is_spot_check(&self, item: &Waiting, route: LearnRoute) -> bool {
        item.observed == Observed::OnlyWhenMarked && item.alarms == self.evidence.alarms && route == LearnRoute::SpotCheck
    }

    /// The draw depends on the id and the seed alone, so that no model can choose what is checked.
    fn is_marked(&self, id: &ItemId) -> bool {
        let rate = match self.spot_checks.alarm() {
            Alarm::Calm => self.spot_check_rate,
            Alarm::Amber | Alarm::Red => (2.0 * self.spot_check_rate).min(HIGHEST_AMBER_RATE).max(self.spot_check_rate),
        };
        unit(&keyed(&self.mark_key, id.text().as_bytes())) < rate
    }

    fn pull_back(&mut self) {
        self.certified = None;
        self.evidence = Evidence { alarms: self.evidence.alarms + 1, ..Evidence::default() };
        self.spot_checks = SpotCheckMonitor::new(self.promise.tolerated_disagreement());
        self.calibration = CalibrationMonitor::new();
    }

    /// A look that certifies nothing leaves the threshold in force as it is.
    fn look(&mut self) {
        let left_out = self.learner.left_out(self.evidence.pairs.len());
        let pairs = left_out.iter().zip(&self.evidence.pairs);
        let pairs = pairs.map(|(pair, (observed, _))| Pair {
            certainty: pair.p.max(1.0 - pair.p),
            agreed: (pair.p > 0.5) == pair.accepted,
            observed: *observed,
        });
        let pairs: Vec<Pair> = pairs.collect();
        self.certified = threshold::select(&pairs, &self.arrivals(), &self.promise).or(self.certified);
    }

    /// The arrivals since the oldest pair in the window, scored by the present model.
    fn arrivals(&self) -> Vec<Arrival> {
        let oldest = self.evidence.pairs.iter().map(|(_, arrival)| *arrival).min().unwrap_or_default();
        let arrivals = self.evidence.arrivals.iter().skip(oldest);
        let score = |(features, observed): &(Features, Observed)| {
            let p = self.learner.predict(features).confidence.p;
            Arrival { certainty: p.max(1.0 - p), observed: *observed }
        };
        arrivals.map(score).collect()
    }
}

impl Evidence {
    fn count(&mut self, item: &Waiting) {
        self.labels += 1;
        // An arrival from before the last alarm is no longer listed; its label still counts, from the first one listed.
        let arrival = if item.alarms == self.alarms { item.arrival } else { 0 };
        self.pairs.push_back((item.observed, arrival));
        if self.pairs.len() > threshold::WINDOW {
            self.pairs.pop_front();
        }
    }
}

fn keyed(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// The first 53 bits as a number from 0 to below 1.
fn unit(bytes: &[u8; 32]) -> f64 {
    let leading = bytes.iter().take(8).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    (leading >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(spot_check_rate: f64) -> Run {
        let hello = Hello { protocol: PROTOCOL, target_agreement: 0.9, delta: 0.1, spot_check_rate, seed: 7 };
        Run::new(&hello).expect("a sensible hello")
    }

    fn request(number: i64, kind: &str) -> Predict {
        let side = kind.trim_start_matches("unknown ");
        let features = [("kind", kind), ("twin", side), ("third", side), ("fourth", side)];
        let features = features.map(|(name, value)| (name.to_owned(), Some(FeatureValue::Category(value.to_owned()))));
        Predict { id: ItemId::Number(number), features: features.into(), dry: false }
    }

    /// Predicts and labels one lead.
    fn judge(run: &mut Run, number: i64, kind: &str, accepted: bool, route: LearnRoute) {
        run.predict(request(number, kind)).expect("a prediction is always possible");
        let learn = Learn { id: ItemId::Number(number), label: u8::from(accepted), reviewer: "r1".to_owned(), route };
        run.learn(&learn).expect("it was predicted");
    }

    /// A run that decides everything alone, about a team that tosses coins.
    fn overconfident_run(spot_check_rate: f64) -> Run {
        let mut run = run(spot_check_rate);
        (0..60).for_each(|number| judge(&mut run, number, "same", number % 2 == 0, LearnRoute::Review));
        run.certified = Some(0.5);
        run
    }

    #[test]
    fn failed_spot_checks_alone_take_decisions_back() {
        let mut run = overconfident_run(1.0);
        let checks = (60..99).take_while(|number| {
            judge(&mut run, *number, "same", number % 2 == 0, LearnRoute::SpotCheck);
            run.certified.is_some()
        });
        assert!(checks.count() < 35, "the calibration monitor does not watch before label 100");
        assert_eq!((run.certified, run.evidence.alarms, run.evidence.labels), (None, 1, 0));
    }

    #[test]
    fn an_unknown_value_of_what_decides_goes_to_a_person_however_sure_the_rest_makes_it() {
        let mut run = run(0.15);
        let kind = |number: i64| if number % 2 == 0 { "good" } else { "bad" };
        (0..100).for_each(|number| judge(&mut run, number, kind(number), number % 2 == 0, LearnRoute::Review));
        run.certified = Some(0.7);
        let decided_alone = |run: &mut Run, kind: &str| match run.predict(request(1_000, kind)) {
            Ok(Reply::Predicted { p, auto, .. }) => (p > 0.8, auto),
            _ => panic!("a prediction is answered"),
        };
        assert_eq!(decided_alone(&mut run, "good"), (true, true));
        assert_eq!(decided_alone(&mut run, "unknown good"), (true, false));
    }

    #[test]
    fn an_ordinary_review_is_no_spot_check() {
        let mut run = overconfident_run(1.0);
        (60..99).for_each(|number| judge(&mut run, number, "same", number % 2 == 0, LearnRoute::Review));
        assert!(run.certified.is_some());
    }

    #[test]
    fn an_amber_doubles_the_spot_checks_up_to_a_fifth() {
        let marked = |run: &Run| (0..2_000).filter(|number| run.is_marked(&ItemId::Number(*number))).count();
        for (rate, calm, amber) in [(0.05, 100, 200), (0.15, 300, 400), (0.5, 1_000, 1_000)] {
            let mut run = run(rate);
            assert!(marked(&run).abs_diff(calm) < 60, "calm at {rate}: {}", marked(&run));
            while run.spot_checks.observe(true) == Alarm::Calm {}
            assert!(marked(&run).abs_diff(amber) < 60, "amber at {rate}: {}", marked(&run));
        }
    }

    #[test]
    fn a_model_wrong_about_itself_is_fitted_to_the_latest_five_hundred_verdicts() {
        let mut run = run(0.15);
        let kind = |number: i64| if number % 2 == 0 { "good" } else { "bad" };
        (0..600).for_each(|number| judge(&mut run, number, kind(number), number % 2 == 0, LearnRoute::Review));
        let until_alarm = (600..800).take_while(|number| {
            judge(&mut run, *number, kind(*number), number % 2 != 0, LearnRoute::Review);
            run.evidence.alarms == 0
        });
        assert!(until_alarm.count() < 30);
        assert_eq!(run.learner.left_out(5_000).len(), CalibrationMonitor::REFIT_ON);
        assert_eq!(run.certified, None);
    }

    #[test]
    fn a_unit_draw_spans_the_unit_interval() {
        assert_eq!(unit(&[0; 32]), 0.0);
        assert!(unit(&[255; 32]) < 1.0 && unit(&[255; 32]) > 0.999_999);
    }
}
