//! Weeks of work with a reviewer whose mind is known: trust is earned by evidence, every receipt holds, and the same seed
//! tells the same story.

use autoreach_engine::simulation::{Persona, SimulationReport, SimulationRequest, StepKind, simulate};
use std::path::PathBuf;

/// A reviewer who knows what they want: manufacturers and forwarders of some size, wherever they are.
const DECIDED: &str = r#"
name = "Runa"
bias = -1.0
noise = 0.2
[taste.industry]
logistics = 3.0
manufacturing = 2.0
food = -2.0
retail = -3.0
finance = -3.0
[taste.head_count]
"1-10" = -4.0
"11-50" = -2.5
"51-200" = 1.5
"201-500" = 1.0
[style]
edits = 0.0
"#;

fn persona() -> Persona {
    Persona::parse(DECIDED).expect("is well formed")
}

async fn simulated(dir: PathBuf, weeks: u32, leads_per_day: usize, seed: u64) -> SimulationReport {
    let request = SimulationRequest { dir, persona: persona(), weeks, leads_per_day, seed };
    simulate(request, |_| ()).await.expect("simulates")
}

#[tokio::test]
async fn the_same_seed_writes_the_same_journal_and_another_seed_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let once = simulated(folder.path().join("once"), 2, 10, 7).await;
    let twice = simulated(folder.path().join("twice"), 2, 10, 7).await;
    assert_eq!(once, twice);
    assert!(once.entries > 400, "{} entries", once.entries);
    let other = simulated(folder.path().join("other"), 1, 10, 8).await;
    assert_ne!(once.head, other.head);
    assert_ne!(once.weeks[0], other.weeks[0]);
}

#[tokio::test]
async fn level_2_is_reached_by_evidence_and_every_receipt_holds() {
    let folder = tempfile::tempdir().expect("a folder");
    let report = simulated(folder.path().join("earned"), 3, 22, 1).await;
    assert!(report.is_verified, "the engine's own check finds nothing");
    assert_eq!((report.receipts.count, report.receipts.of), (330, 330), "an outcome follows from the numbers on its receipt");
    let first = report.steps.iter().find(|step| step.kind == StepKind::Up).expect("a level was earned");
    assert!(first.words.contains("level 2") && first.words.contains("certified"), "{}", first.words);
    assert!(first.week >= 2, "five days of use come first");
    let [first_week, .., last_week] = &report.weeks[..] else { panic!("three weeks") };
    assert_eq!(first_week.leads_alone.count, 0);
    assert!(last_week.leads_alone.count > 0, "{}", report.table());
    assert!(last_week.seconds_per_lead < first_week.seconds_per_lead, "{}", report.table());
    let alone: u64 = report.weeks.iter().map(|week| week.leads_alone.count).sum();
    let wrong: u64 = report.weeks.iter().map(|week| week.wrong_leads.count).sum();
    assert!(wrong * 5 <= alone, "{wrong} of {alone}: worse than the promise of 80 %");
}
