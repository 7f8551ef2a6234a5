//! Measures the built-in reader on the recorded pages with known facts: how many of its findings are true, and how many of the
//! truths it finds, per kind.
//!
//! `cargo run -p autoreach-agents --example facts_harness [-- tuning|held-out] [--faults]`. Without a name both parts are
//! scored. `--faults` lists what was missed and what is wrong, of the tuning part only.
#![allow(clippy::print_stdout, reason = "a measuring program prints its figures")]

#[path = "../tests/agents/facts/mod.rs"]
mod facts;

use facts::score::{Scores, scores, table};
use facts::truths::{Part, kinds};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let is_named = |name: &str| words.iter().any(|word| word == name);
    for (name, part) in [("tuning", Part::Tuning), ("held-out", Part::HeldOut)] {
        let other = if part == Part::Tuning { "held-out" } else { "tuning" };
        if is_named(other) && !is_named(name) {
            continue;
        }
        let scores = scores(part).await;
        println!("{name}\n{}\n", table(&scores));
        if part == Part::Tuning && is_named("--faults") {
            faults(&scores);
        }
    }
}

fn faults(scores: &Scores) {
    for kind in kinds() {
        let tally = &scores[kind];
        tally.wrong.iter().for_each(|line| println!("wrong  {kind:<16} {line}"));
        tally.missed.iter().for_each(|line| println!("missed {kind:<16} {line}"));
    }
}
