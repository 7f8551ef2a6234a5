//! What is promised of the learner (`learning.md`), kept on a public file and in simulations.

use crate::lead_file::{Lead, read_leads};
use crate::measures::{broken_strata, certificates, mean_foresight, red_alarms, run_with_a_change};
use std::path::Path;

/// The public leads, or `None` with a line that says so.
#[allow(clippy::print_stderr, reason = "a skipped test says so")]
fn leads(test: &str) -> Option<Vec<Lead>> {
    let Some(folder) = std::env::var_os("AUTOREACH_DEV_DATA") else {
        eprintln!("skipped: {test}: AUTOREACH_DEV_DATA is not set");
        return None;
    };
    Some(read_leads(&Path::new(&folder).join("leads/Leads.csv")).expect("the file is readable"))
}

#[test]
fn a_team_is_learnt_as_fast_and_as_honestly_as_promised() {
    let Some(leads) = leads("a_team_is_learnt_as_fast_and_as_honestly_as_promised") else { return };
    let [at_100, at_500, at_1000, _] = mean_foresight(&leads, 5);
    let losses = [at_100, at_500, at_1000].map(|foresight| foresight.log_loss);
    assert!(losses[0] <= 0.58 && losses[1] <= 0.48 && losses[2] <= 0.45, "{losses:?}");
    let aucs = [at_100, at_500, at_1000].map(|foresight| foresight.auc);
    assert!(aucs[0] >= 0.82 && aucs[1] >= 0.865 && aucs[2] >= 0.875, "{aucs:?}");
    assert!(at_500.ece <= 0.045, "{}", at_500.ece);
}

#[test]
fn a_promise_of_ninety_percent_is_kept_and_hands_over_a_quarter_after_four_hundred_reviews() {
    let Some(leads) = leads("a_promise_of_ninety_percent_is_kept_and_hands_over_a_quarter_after_four_hundred_reviews") else { return };
    let [_, at_200, at_400, at_800] = certificates(&leads, 0.90, 40);
    assert!([at_200, at_400, at_800].iter().all(|tally| tally.broken <= 4), "of 40 shuffles");
    assert!(at_400.coverage >= 0.25, "{}", at_400.coverage);
}

#[test]
fn a_segment_that_turns_half_way_takes_decisions_back_within_three_hundred_leads() {
    let Some(leads) = leads("a_segment_that_turns_half_way_takes_decisions_back_within_three_hundred_leads") else { return };
    for seed in 0..6 {
        let run = run_with_a_change(&leads, 0.90, seed);
        assert!(run.pulled_back_after.is_some_and(|leads| leads <= 300), "seed {seed}: {:?}", run.pulled_back_after);
        assert!(run.agreement >= 0.90 && run.coverage > 0.1, "seed {seed}: {} before the change", run.agreement);
    }
}

#[test]
fn pairs_that_only_marks_show_break_no_more_promises_than_agreed() {
    let (certified, broken) = broken_strata(0.80, 200);
    assert!(certified >= 50, "the rule must certify to prove anything: {certified}");
    assert!(broken <= 20, "{broken} of 200 shuffles");
}

#[test]
fn red_is_rarely_wrong_and_comes_within_thirty_checks_when_it_is_right() {
    let (false_reds, delay) = red_alarms(400);
    assert!(false_reds <= 0.05, "{false_reds}");
    assert!(delay <= 30, "{delay}");
}
