//! The learner alone: how fast it is at about the size it has after a few months (two hundred slots), and whether it keeps
//! what `learning.md` promises of it. The promises are measured by the same code as the learner's own tests; those that
//! need the public leads file are left out where `AUTOREACH_DEV_DATA` is not set.

use std::path::Path;
use std::time::{Duration, Instant};

use autoreach_domain::confidence::Features;
use autoreach_learning::{Event, Learner, Prior, Verdict};

use crate::figures::{Aim, Figures, percentile};
use crate::options::Options;
use lead_file::{Lead, read_leads};

#[path = "../../../src-tauri/crates/learning/tests/learner/lead_file.rs"]
mod lead_file;
#[path = "../../../src-tauri/crates/learning/tests/learner/measures.rs"]
mod measures;

/// Open properties of a lead and values of each: together about two hundred slots.
const PROPERTIES: usize = 12;
const VALUES: usize = 16;
/// A verdict is learnt before the next card is on screen (`learning.md`).
const MEDIAN_UPDATE: Aim = Aim::AtMost(1.0);
const MEDIAN_PREDICTION: Aim = Aim::AtMost(0.2);
/// A rebuild from the journal of a busy year.
const FOLDED: usize = 10_000;
const FOLD: Aim = Aim::AtMost(5_000.0);

/// Times the learner, then measures what is promised of it.
pub(crate) fn measure(options: &Options, figures: &mut Figures) {
    measure_steps(options, figures);
    measure_fold(options, figures);
    measure_simulations(options, figures);
    let folder = std::env::var_os("AUTOREACH_DEV_DATA");
    if let Some(leads) = folder.and_then(|folder| read_leads(&Path::new(&folder).join("leads/Leads.csv")).ok()) {
        measure_foresight(&leads, options, figures);
        measure_promises(&leads, options, figures);
    }
}

fn measure_steps(options: &Options, figures: &mut Figures) {
    let rounds = if options.is_quick { 500 } else { 2_000 };
    let mut learner = Learner::new(Prior::default());
    let (mut predicting, mut updating) = (Vec::new(), Vec::new());
    (0..1_000).for_each(|number| learner.arrive(&features(number)));
    for number in 0..rounds {
        let features = features(number);
        let begun = Instant::now();
        let prediction = learner.predict(&features);
        predicting.push(begun.elapsed());
        let accepted = (prediction.confidence.p + noise(number)) > 1.0;
        let begun = Instant::now();
        learner.learn(&Verdict { features: &features, accepted, weight: 1.0, reviewer: "Ana" });
        updating.push(begun.elapsed());
    }
    add(figures, "predict", &mut predicting);
    add(figures, "update", &mut updating);
    let slowest = updating.last().copied().unwrap_or_default();
    figures.add_time("learner_update_max_ms", "  slowest update (a scheduled refit)", slowest, Aim::None);
}

fn add(figures: &mut Figures, what: &'static str, times: &mut [Duration]) {
    let (keys, aim) = if what == "predict" {
        (["learner_predict_p50_ms", "learner_predict_p95_ms"], MEDIAN_PREDICTION)
    } else {
        (["learner_update_p50_ms", "learner_update_p95_ms"], MEDIAN_UPDATE)
    };
    figures.add_time(keys[0], format!("learner, about 200 slots: {what}, p50"), percentile(times, 0.5), aim);
    figures.add_time(keys[1], format!("learner, about 200 slots: {what}, p95"), percentile(times, 0.95), Aim::None);
}

/// Every decision beside its arrival, as after a lost checkpoint. A quick run folds fewer and is not judged.
fn measure_fold(options: &Options, figures: &mut Figures) {
    let (decisions, aim) = if options.is_quick { (FOLDED / 5, Aim::None) } else { (FOLDED, FOLD) };
    let leads: Vec<Features> = (0..decisions).map(features).collect();
    let events = leads.iter().enumerate().flat_map(|(number, features)| {
        let verdict = Verdict { features, accepted: noise(number) > 0.5, weight: 1.0, reviewer: "Ana" };
        [Event::Arrived(features), Event::Decided(verdict)]
    });
    let begun = Instant::now();
    let learner = Learner::replay(Prior::default(), events);
    let folded = begun.elapsed();
    figures.add_time("learner_fold_ms", format!("  fold of {} decisions", learner.labels()), folded, aim);
}

fn measure_simulations(options: &Options, figures: &mut Figures) {
    let runs = if options.is_quick { 50 } else { 200 };
    let (false_reds, delay) = measures::red_alarms(runs);
    let reds = "false red in 500 spot checks at 5 % error, share of runs";
    figures.add("false_red_share", reds, false_reds, "", Aim::AtMost(0.05));
    figures.add("red_delay_checks", "  spot checks until red at 30 % error, median", delay as f64, "", Aim::AtMost(30.0));
    let (certified, broken) = measures::broken_strata(0.80, runs);
    let share = |count: u32| f64::from(count) / runs as f64;
    figures.add("strata_certified_share", "promise 0.80 on marked strata: certified, share of runs", share(certified), "", Aim::None);
    figures.add("strata_broken_share", "  and missed", share(broken), "", Aim::AtMost(0.10));
}

fn measure_foresight(leads: &[Lead], options: &Options, figures: &mut Figures) {
    let shuffles = if options.is_quick { 5 } else { 20 };
    const KEYS: [[&str; 3]; 4] = [
        ["log_loss_100", "auc_100", "ece_100"],
        ["log_loss_500", "auc_500", "ece_500"],
        ["log_loss_1000", "auc_1000", "ece_1000"],
        ["log_loss_2000", "auc_2000", "ece_2000"],
    ];
    /// `learning.md`, numbers to beat: log-loss at most, AUC at least.
    const AIMS: [Option<(f64, f64)>; 4] = [Some((0.58, 0.82)), Some((0.48, 0.865)), Some((0.45, 0.875)), None];
    const ECE_AT_500: Aim = Aim::AtMost(0.045);
    for (place, foresight) in measures::mean_foresight(leads, shuffles).into_iter().enumerate() {
        let (labels, [log_loss, auc, ece]) = (measures::REPORTS[place], KEYS[place]);
        let (loss_aim, auc_aim) = AIMS[place].map_or((Aim::None, Aim::None), |(loss, auc)| (Aim::AtMost(loss), Aim::AtLeast(auc)));
        let ece_aim = if labels == 500 { ECE_AT_500 } else { Aim::None };
        figures.add(log_loss, format!("leads file, {labels} labels, {shuffles} shuffles: log-loss"), foresight.log_loss, "", loss_aim);
        figures.add(auc, "  AUC on leads held back", foresight.auc, "", auc_aim);
        figures.add(ece, "  calibration error", foresight.ece, "", ece_aim);
    }
}

fn measure_promises(leads: &[Lead], options: &Options, figures: &mut Figures) {
    let shuffles = if options.is_quick { 10 } else { 40 };
    const KEYS: [[&str; 2]; 4] =
        [["coverage_100", "missed_100"], ["coverage_200", "missed_200"], ["coverage_400", "missed_400"], ["coverage_800", "missed_800"]];
    // The first look is not taken at this promise.
    for (place, tally) in measures::certificates(leads, 0.90, shuffles).into_iter().enumerate().skip(1) {
        let (look, [coverage, missed]) = (measures::LOOKS[place], KEYS[place]);
        let coverage_aim = if look == 400 { Aim::AtLeast(0.25) } else { Aim::None };
        let certified = format!("promise 0.90 at {look}: coverage (certified in {} of {shuffles})", tally.certified);
        figures.add(coverage, certified, tally.coverage, "", coverage_aim);
        figures.add(missed, "  missed, share of shuffles", f64::from(tally.broken) / shuffles as f64, "", Aim::AtMost(0.10));
    }
    let runs: Vec<measures::Run> = (0..6).map(|seed| measures::run_with_a_change(leads, 0.90, seed)).collect();
    let in_time = runs.iter().filter(|run| run.pulled_back_after.is_some_and(|leads| leads <= 300)).count();
    let agreement = runs.iter().map(|run| run.agreement).fold(1.0, f64::min);
    let coverage = runs.iter().map(|run| run.coverage).sum::<f64>() / runs.len() as f64;
    figures.add("turned_in_time", "a turned segment: pulled back within 300 leads, of 6", in_time as f64, "", Aim::AtLeast(6.0));
    figures.add("agreement_before", "  agreement before, worst run", agreement, "", Aim::AtLeast(0.90));
    figures.add("turned_coverage", "  decided alone, mean share", coverage, "", Aim::None);
}

fn features(number: usize) -> Features {
    let mut features = Features::default();
    for property in 0..PROPERTIES {
        let value = number.wrapping_mul(2_654_435_761) >> (property * 2) & (VALUES - 1);
        features.category(&format!("property_{property}"), format!("value {value}"));
    }
    features.number("head_count", (20 + number * 37 % 700) as f64);
    features.flag("is_hiring", number.is_multiple_of(3));
    features
}

/// A number between 0 and 1 that looks drawn and is not.
fn noise(number: usize) -> f64 {
    (number.wrapping_mul(40_503) % 1_000) as f64 / 1_000.0
}
