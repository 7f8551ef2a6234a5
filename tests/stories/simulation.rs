//! Weeks of work with a reviewer whose mind is known: trust is earned by evidence, every receipt holds, and the same seed
//! tells the same story.

use autoreach_acceptance::raw::Raw;
use autoreach_acceptance::workspace::DECIDED_REVIEWER;
use autoreach_domain::decision::Event;
use autoreach_engine::simulation::{PASSPHRASE, Persona, SimulationReport, SimulationRequest, StepKind, simulate};
use autoreach_store::journal;
use autoreach_store::tables::workflow;
use jiff::tz::TimeZone;
use std::path::PathBuf;

fn persona() -> Persona {
    Persona::parse(DECIDED_REVIEWER).expect("is well formed")
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

#[tokio::test]
async fn what_waits_is_gone_on_with_the_morning_a_step_up_is_confirmed() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("waiting");
    let report = simulated(dir.clone(), 3, 22, 1).await;
    let store = Raw::open_with(&dir, PASSPHRASE).await.store;
    let workflow = workflow::all(store.read()).await.expect("reads").remove(0);
    let routed = journal::events_of_kinds(store.read(), workflow.id, &["routed"]).await.expect("reads");
    let again = routed.iter().filter_map(|entry| match &entry.event {
        Event::Routed(routing) if routing.again => Some((entry.at, routing)),
        _ => None,
    });
    let again: Vec<_> = again.collect();
    assert!(!again.is_empty(), "the leads of that morning waited when the step was confirmed");
    let first_step = report.steps.iter().find(|step| step.kind == StepKind::Up).expect("a level was earned").day;
    for (at, routing) in again {
        assert!(at.to_zoned(TimeZone::UTC).date() >= first_step);
        assert!(routing.decided_alone().next().is_some(), "an item is routed again only where that frees a person of something");
        let first = routed.iter().find_map(|entry| match &entry.event {
            Event::Routed(first) if first.item_id == routing.item_id && !first.again => Some(first),
            _ => None,
        });
        assert!(first.expect("it had waited").asks_a_person());
    }
}
