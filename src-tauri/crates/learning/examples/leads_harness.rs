//! Measures the learner on a public lead-scoring file: how fast it learns, how honest its probabilities are, how much
//! a certified threshold hands over and how often its promise is broken.
//!
//! `AUTOREACH_DEV_DATA=<folder> cargo run -p autoreach-learning --example leads_harness [-- SHUFFLES]`. Each lead is
//! predicted first and learnt from afterwards; the leads held back for testing are never learnt from. Columns that
//! were filled in after the label was known are dropped.
#![allow(clippy::print_stdout, reason = "a measuring program prints its figures")]

use autoreach_domain::confidence::FeatureValue;
use autoreach_learning::protocol::Session;
use autoreach_learning::threshold::{Observed, Pair, Promise, WINDOW, select};
use autoreach_learning::{Event, Learner, Prior, Verdict};
use lead_file::{Lead, auc, ece, read_leads, shuffled};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Instant;

const SEEDS: u64 = 20;
const TEST_LEADS: usize = 4_000;
const STREAM: usize = 2_000;
const REPORTS: [usize; 4] = [100, 500, 1_000, 2_000];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Some(folder) = std::env::var_os("AUTOREACH_DEV_DATA") else {
        println!("AUTOREACH_DEV_DATA is not set: nothing to measure");
        return Ok(());
    };
    let leads = read_leads(&Path::new(&folder).join("leads/Leads.csv"))?;
    println!("{} leads", leads.len());
    report_rebuild(&leads);
    let shuffles = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(20);
    report_learning(&leads);
    report_certificates(&leads, shuffles);
    report_autonomy(&leads, shuffles);
    report_change(&leads, shuffles);
    Ok(())
}

#[path = "../tests/learner/lead_file.rs"]
mod lead_file;

/// How long it takes to fold ten thousand arrivals and decisions.
fn report_rebuild(leads: &[Lead]) {
    const DECISIONS: usize = 10_000;
    let events = leads.iter().cycle().take(DECISIONS).flat_map(|lead| {
        let verdict = Verdict { features: &lead.features, accepted: lead.converted, weight: 1.0, reviewer: "r1" };
        [Event::Arrived(&lead.features), Event::Decided(verdict)]
    });
    let start = Instant::now();
    let learner = Learner::replay(Prior::default(), events);
    let folded = start.elapsed();
    let snapshot = learner.to_snapshot();
    println!("folding {DECISIONS} decisions: {folded:.1?}; snapshot {} KiB, read back in {:.1?}", snapshot.len() / 1_024, {
        let start = Instant::now();
        let read = Learner::from_snapshot(&snapshot).map(|learner| learner.labels());
        assert!(read.is_ok(), "a snapshot just taken must be readable");
        start.elapsed()
    });
}

#[derive(Default, Clone, Copy)]
struct Figures {
    log_loss: f64,
    auc: f64,
    ece: f64,
}

fn report_learning(leads: &[Lead]) {
    let mut sums = [Figures::default(); REPORTS.len()];
    let mut times = Vec::new();
    for seed in 0..SEEDS {
        let order = shuffled(leads.len(), seed);
        let run = run_stream(leads, &order, &mut times);
        for (sum, figures) in sums.iter_mut().zip(run) {
            sum.log_loss += figures.log_loss / SEEDS as f64;
            sum.auc += figures.auc / SEEDS as f64;
            sum.ece += figures.ece / SEEDS as f64;
        }
    }
    for (at, figures) in REPORTS.iter().zip(sums) {
        println!("@{at:<5} log-loss {:.4}  AUC {:.4}  ECE {:.4}", figures.log_loss, figures.auc, figures.ece);
    }
    times.sort_unstable();
    println!("update: median {} us, worst {} us", times[times.len() / 2], times[times.len() - 1]);
}

fn run_stream(leads: &[Lead], order: &[usize], times: &mut Vec<u128>) -> Vec<Figures> {
    let (test, stream) = order.split_at(TEST_LEADS);
    let mut learner = Learner::new(Prior::default());
    let mut loss = 0.0;
    let mut reports = Vec::new();
    for (number, lead) in stream.iter().take(STREAM).map(|index| &leads[*index]).enumerate() {
        loss -= chance_of(learner.predict(&lead.features).confidence.p_cal, lead.converted).ln();
        let start = Instant::now();
        learner.arrive(&lead.features);
        learner.learn(&Verdict { features: &lead.features, accepted: lead.converted, weight: 1.0, reviewer: "r1" });
        times.push(start.elapsed().as_micros());
        if REPORTS.contains(&(number + 1)) {
            let scored: Vec<(f64, bool)> =
                test.iter().map(|index| (learner.predict(&leads[*index].features).confidence.p_cal, leads[*index].converted)).collect();
            reports.push(Figures { log_loss: loss / (number + 1) as f64, auc: auc(&scored), ece: ece(&scored) });
        }
    }
    reports
}

fn chance_of(p: f64, happened: bool) -> f64 {
    if happened { p } else { 1.0 - p }
}

/// One look at each of these sizes while everything is reviewed, its promise judged on the leads held back.
fn report_certificates(leads: &[Lead], shuffles: u64) {
    const LOOKS: [usize; 4] = [100, 200, 400, 800];
    for agreement in [0.80, 0.90] {
        let promise = Promise::new(agreement, 0.10).expect("a sensible promise");
        let mut tallies = [Tally::default(); LOOKS.len()];
        for seed in 0..shuffles {
            let order = shuffled(leads.len(), seed);
            let (test, stream) = order.split_at(TEST_LEADS);
            let mut learner = Learner::new(Prior::default());
            for (number, lead) in stream.iter().map(|index| &leads[*index]).take(LOOKS[3]).enumerate() {
                learner.arrive(&lead.features);
                learner.learn(&Verdict { features: &lead.features, accepted: lead.converted, weight: 1.0, reviewer: "r1" });
                if let Some(look) = LOOKS.iter().position(|look| *look == number + 1) {
                    tallies[look].add(certificate(&learner, &promise, leads, test), agreement);
                }
            }
        }
        for (look, tally) in LOOKS.iter().zip(tallies) {
            println!("promise {agreement:.2} certified at {look:<4} {}", tally.sentence(shuffles));
        }
    }
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

#[derive(Default, Clone, Copy)]
struct Tally {
    certified: u32,
    coverage: f64,
    broken: u32,
}

impl Tally {
    fn add(&mut self, (coverage, agreement): (f64, f64), promised: f64) {
        self.certified += u32::from(coverage > 0.0);
        self.coverage += coverage;
        self.broken += u32::from(coverage > 0.0 && agreement < promised);
    }

    fn sentence(self, shuffles: u64) -> String {
        let coverage = self.coverage / shuffles as f64;
        format!("in {} of {shuffles} shuffles, coverage {coverage:.2}, promise broken in {}", self.certified, self.broken)
    }
}

/// The whole program, level by level: what is decided alone gets no label unless it is spot-checked.
fn report_autonomy(leads: &[Lead], shuffles: u64) {
    for agreement in [0.80, 0.90] {
        let mut tally = Tally::default();
        let mut disturbed = 0;
        for seed in 0..shuffles {
            let run = autonomous_run(leads, &shuffled(leads.len(), seed)[..3_000], agreement, seed, usize::MAX);
            tally.add((run.coverage, run.agreement), agreement);
            disturbed += u32::from(run.pulled_back_after.is_some());
        }
        println!("promise {agreement:.2} over 3,000 leads: {}, pulled back in {disturbed}", tally.sentence(shuffles));
    }
}

/// From lead 1,500 on the team judges one segment the other way round: how many labels until decisions are taken back?
fn report_change(leads: &[Lead], shuffles: u64) {
    const CHANGE: usize = 1_500;
    let mut waits: Vec<usize> = Vec::new();
    for seed in 0..shuffles {
        let run = autonomous_run(leads, &shuffled(leads.len(), seed)[..4_000], 0.80, seed, CHANGE);
        waits.extend(run.pulled_back_after);
    }
    waits.sort_unstable();
    let median = waits.get(waits.len() / 2).copied().unwrap_or_default();
    println!("a turned segment was noticed in {} of {shuffles} shuffles, after {median} labels at the median", waits.len());
}

struct Run {
    coverage: f64,
    agreement: f64,
    /// Labels given from the change on, or from the start where there is none, until the first pull-back.
    pulled_back_after: Option<usize>,
}

fn autonomous_run(leads: &[Lead], stream: &[usize], promised: f64, seed: u64, change: usize) -> Run {
    let mut session = Session::default();
    let hello = json!({"op": "hello", "protocol": 1, "target_agreement": promised, "delta": 0.1, "spot_check_rate": 0.15, "seed": seed});
    session.handle(&hello.to_string());
    let (mut alone, mut agreed, mut labels, mut was_up) = (0.0, 0.0, 0, false);
    let mut pulled_back_after = None;
    for (number, index) in stream.iter().enumerate() {
        let lead = &leads[*index];
        let is_turned = number >= change && lead.features.0.get("Lead Origin") == Some(&FeatureValue::Category("API".to_owned()));
        let accepts = lead.converted != is_turned;
        let answer = session.handle(&json!({"op": "predict", "id": index.to_string(), "features": lead.features}).to_string());
        let answer: Value = serde_json::from_str(&answer).expect("the protocol answers in JSON");
        let is_alone = answer["auto"] == true;
        if is_alone {
            alone += 1.0;
            agreed += f64::from(u8::from((answer["decision"] == "accept") == accepts));
        }
        if !is_alone || answer["spot_check"] == true {
            let route = if is_alone { "spot_check" } else { "review" };
            let learn = json!({"op": "learn", "id": index.to_string(), "label": u8::from(accepts), "reviewer": "r1", "route": route});
            session.handle(&learn.to_string());
            labels += usize::from(change == usize::MAX || number >= change);
        }
        let is_up = session.handle(r#"{"op":"state"}"#).contains("\"level\":2");
        if was_up && !is_up && (change == usize::MAX || number >= change) {
            pulled_back_after = pulled_back_after.or(Some(labels));
        }
        was_up = is_up;
    }
    Run { coverage: alone / stream.len() as f64, agreement: agreed / f64::max(alone, 1.0), pulled_back_after }
}
