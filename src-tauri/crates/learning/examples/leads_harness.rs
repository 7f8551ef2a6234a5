//! Measures the learner on a public lead-scoring file: how fast it learns, how honest its probabilities are, how much
//! a certified threshold hands over and how often its promise is broken.
//!
//! `AUTOREACH_DEV_DATA=<folder> cargo run -p autoreach-learning --example leads_harness [-- SHUFFLES]`. Each lead is
//! predicted first and learnt from afterwards; the leads held back for testing are never learnt from. Columns that
//! were filled in after the label was known are dropped.
#![allow(clippy::print_stdout, reason = "a measuring program prints its figures")]

use autoreach_domain::confidence::Features;
use autoreach_learning::{Learner, Prior, Verdict};
use std::path::Path;
use std::time::Instant;

const SEEDS: u64 = 5;
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
    report_learning(&leads);
    Ok(())
}

struct Lead {
    features: Features,
    converted: bool,
}

include!("../tests/support/leads.rs");

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
            let scored: Vec<(f64, bool)> = test.iter().map(|index| (learner.predict(&leads[*index].features).confidence.p_cal, leads[*index].converted)).collect();
            reports.push(Figures { log_loss: loss / (number + 1) as f64, auc: auc(&scored), ece: ece(&scored) });
        }
    }
    reports
}

fn chance_of(p: f64, happened: bool) -> f64 {
    if happened { p } else { 1.0 - p }
}
