//! Measures the learner on a public lead-scoring file: how fast it learns, how honest its probabilities are, how much
//! a certified threshold hands over and how often its promise is broken.
//!
//! `AUTOREACH_DEV_DATA=<folder> cargo run -p autoreach-learning --example leads_harness [-- SHUFFLES]`. Each lead is
//! predicted first and learnt from afterwards; the leads held back for testing are never learnt from. Columns that
//! were filled in after the label was known are dropped.
#![allow(clippy::print_stdout, reason = "a measuring program prints its figures")]

use autoreach_learning::{Event, Learner, Prior, Verdict};
use lead_file::{Lead, read_leads, shuffled};
use measures::{LOOKS, REPORTS, Tally, autonomous_run, broken_strata, certificates, mean_foresight, red_alarms, run_with_a_change};
use std::path::Path;
use std::time::Instant;

const SEEDS: u64 = 20;

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
    report_simulations(shuffles);
    Ok(())
}

#[path = "../tests/learner/lead_file.rs"]
mod lead_file;
#[path = "../tests/learner/measures.rs"]
mod measures;

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

fn report_learning(leads: &[Lead]) {
    for (at, figures) in REPORTS.iter().zip(mean_foresight(leads, SEEDS)) {
        println!("@{at:<5} log-loss {:.4}  AUC {:.4}  ECE {:.4}", figures.log_loss, figures.auc, figures.ece);
    }
}

fn report_certificates(leads: &[Lead], shuffles: u64) {
    for agreement in [0.80, 0.90] {
        for (look, tally) in LOOKS.iter().zip(certificates(leads, agreement, shuffles)) {
            println!("promise {agreement:.2} certified at {look:<4} {}", sentence(tally, shuffles));
        }
    }
}

fn sentence(Tally { certified, coverage, broken }: Tally, shuffles: u64) -> String {
    format!("in {certified} of {shuffles} shuffles, coverage {coverage:.2}, promise broken in {broken}")
}

/// The whole program, level by level.
fn report_autonomy(leads: &[Lead], shuffles: u64) {
    for agreement in [0.80, 0.90] {
        let (mut tally, mut disturbed) = (Tally::default(), 0);
        for seed in 0..shuffles {
            let run = autonomous_run(leads, &shuffled(leads.len(), seed)[..3_000], agreement, seed, None);
            tally.certified += u32::from(run.coverage > 0.0);
            tally.coverage += run.coverage / shuffles as f64;
            tally.broken += u32::from(run.coverage > 0.0 && run.agreement < agreement);
            disturbed += u32::from(run.pulled_back_after.is_some());
        }
        println!("promise {agreement:.2} over 3,000 leads: {}, pulled back in {disturbed}", sentence(tally, shuffles));
    }
}

fn report_change(leads: &[Lead], shuffles: u64) {
    for agreement in [0.80, 0.90] {
        let runs: Vec<_> = (0..shuffles).map(|seed| run_with_a_change(leads, agreement, seed)).collect();
        let mut waits: Vec<usize> = runs.iter().filter_map(|run| run.pulled_back_after).collect();
        waits.sort_unstable();
        let (median, most) = (waits.get(waits.len() / 2).copied(), waits.last().copied());
        let least = runs.iter().map(|run| run.agreement).fold(1.0, f64::min);
        println!(
            "promise {agreement:.2}, a segment turned: noticed in {} of {shuffles} shuffles, after {median:?} leads at the median and {most:?} at most; agreement before at least {least:.3}",
            waits.len()
        );
    }
}

fn report_simulations(shuffles: u64) {
    for agreement in [0.80, 0.90] {
        let (certified, broken) = broken_strata(agreement, 10 * shuffles);
        println!("promise {agreement:.2} with marked strata: certified in {certified} of {} runs, broken in {broken}", 10 * shuffles);
    }
    let (false_reds, delay) = red_alarms(20 * shuffles);
    println!("spot checks: false red in {false_reds:.3} of quiet runs of 500, red after {delay} checks at 30 %");
}
