//! Schedules on a clock that the test moves: what begins when, once, and what keeps it from beginning.

use super::*;
use crate::settings::preferences::{Preferences, QuietHours};
use crate::testing::{Desk, Switched};
use autoreach_domain::schedule::{Day, MOST_LEADS};
use autoreach_store::tables::{job, setting};
use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

/// Every day from 6 to 20, in the zone of a simulated workspace, which is UTC.
fn daily() -> Schedule {
    Schedule { days: Day::ALL.iter().copied().collect(), ..Schedule::default() }
}

async fn workflow(desk: &Desk) -> WorkflowId {
    desk.engine.workflow(None).await.expect("there is one").id
}

/// A workspace with three leads and a daily schedule, on Friday noon.
async fn scheduled() -> Desk {
    let desk = Desk::empty().await;
    desk.import_leads().await;
    desk.engine.set_schedule(workflow(&desk).await, Some(daily())).await.expect("sets");
    desk
}

#[tokio::test]
async fn a_batch_begins_in_the_morning_once_and_takes_up_no_more_leads_than_wanted() {
    let desk = Desk::empty().await;
    desk.import_leads().await;
    let view = desk.engine.set_schedule(workflow(&desk).await, Some(Schedule { leads_per_day: 2, ..daily() })).await.expect("sets");
    let next = view.next.expect("a batch");
    assert_eq!((next.at, next.when.as_str(), next.why.as_str()), (at("2026-11-21T06:00:00Z"), "Saturday 06:00", "its hours begin then"));
    assert_eq!(desk.engine.tick().await.expect("ticks").began, [], "today's time was past when the schedule was set");

    let desk = desk.reopen(at("2026-11-21T06:00:00Z")).await;
    let began = desk.engine.tick().await.expect("ticks").began;
    assert_eq!(began.iter().map(|began| began.leads).collect::<Vec<_>>(), [2]);
    assert_eq!(desk.engine.tick().await.expect("ticks").began, [], "once");
    let run = desk.engine.run_to_work().await.expect("reads").expect("a run");
    let ended = desk.engine.work(run, &CancellationToken::new()).await.expect("works");
    assert_eq!((ended.drafted, ended.state), (2, "finished"));

    let desk = desk.reopen(at("2026-11-22T07:00:00Z")).await;
    let tick = desk.engine.tick().await.expect("ticks");
    assert_eq!(tick.began[0].leads, 1, "the third lead on the next day");
    assert_eq!(tick.began[0].why, "this computer was off, asleep or kept from it at 06:00");
    assert_eq!(tick.next.expect("a batch").at, at("2026-11-23T06:00:00Z"));
}

#[tokio::test]
async fn after_three_days_of_sleep_five_workflows_make_up_for_it_with_one_batch_each() {
    let desk = Desk::empty().await;
    let first = desk.engine.workflow(None).await.expect("there is one");
    for number in 2..=5 {
        let mut definition = first.definition.clone();
        definition.name = format!("Freight {number}");
        desk.engine.set_workflow(definition).await.expect("sets");
    }
    desk.import_leads().await;
    for workflow in desk.engine.workflows().await.expect("reads") {
        desk.engine.set_schedule(workflow.id, Some(daily())).await.expect("sets");
    }
    let desk = desk.reopen(at("2026-11-24T09:00:00Z")).await;
    let tick = desk.engine.tick().await.expect("ticks");
    assert_eq!(tick.began.len(), 5, "one each, not three");
    assert!(tick.began.iter().all(|began| began.why == "it makes up for what was missed up to Monday 23 November"), "{:?}", tick.began);
    assert_eq!(tick.began.iter().map(|began| began.leads).sum::<u64>(), 3);
    for minute in 1..5 {
        let desk_now = at("2026-11-24T09:00:00Z") + SignedDuration::from_mins(minute);
        desk.engine.clock.wait_for(desk_now, std::time::Duration::ZERO).await;
        assert_eq!(desk.engine.tick().await.expect("ticks").began, []);
    }
    assert_eq!(desk.engine.next_batch().await.expect("reads").expect("a batch").at, at("2026-11-25T06:00:00Z"));
}

#[tokio::test]
async fn a_clock_that_is_set_back_begins_nothing_again() {
    let desk = scheduled().await.reopen(at("2026-11-21T08:00:00Z")).await;
    assert_eq!(desk.engine.tick().await.expect("ticks").began.len(), 1);
    let mut desk = desk;
    for earlier in ["2026-11-21T06:30:00Z", "2026-11-20T09:00:00Z"] {
        desk = desk.reopen(at(earlier)).await;
        assert_eq!(desk.engine.tick().await.expect("ticks").began, [], "{earlier}");
    }
}

#[tokio::test]
async fn nothing_begins_while_paused_and_what_is_due_begins_afterwards() {
    let desk = scheduled().await;
    desk.engine.pause_schedules(true).await.expect("pauses");
    let desk = desk.reopen(at("2026-11-21T08:00:00Z")).await;
    let tick = desk.engine.tick().await.expect("ticks");
    assert_eq!((tick.began.len(), tick.held_up), (0, Some(HeldUp::Paused)));
    let view = desk.engine.schedule(workflow(&desk).await).await.expect("reads");
    assert!(view.is_paused && view.held_up.is_some_and(|words| words.contains("paused")));
    desk.engine.pause_schedules(false).await.expect("goes on");
    assert_eq!(desk.engine.tick().await.expect("ticks").began.len(), 1);
}

#[tokio::test]
async fn a_paused_run_is_not_taken_up_by_a_schedule() {
    let desk = scheduled().await;
    desk.engine.start_run(workflow(&desk).await).await.expect("starts");
    desk.engine.pause_run().await.expect("pauses");
    let desk = desk.reopen(at("2026-11-21T08:00:00Z")).await;
    assert_eq!(desk.engine.tick().await.expect("ticks").held_up, Some(HeldUp::RunPaused));
    assert_eq!(desk.engine.run_to_work().await.expect("reads"), None);
}

#[tokio::test]
async fn nothing_begins_in_quiet_hours_where_their_person_wants_rest() {
    let desk = scheduled().await;
    let quiet = Some(QuietHours { from: "20:00".into(), to: "09:00".into() });
    let rests = Preferences { quiet_hours: quiet, rests_in_quiet_hours: true, ..Preferences::default() };
    desk.engine.set_preferences(&rests).await.expect("sets");
    let desk = desk.reopen(at("2026-11-21T08:00:00Z")).await;
    let tick = desk.engine.tick().await.expect("ticks");
    let next = tick.next.expect("a batch");
    assert_eq!((tick.began.len(), next.at, next.why.as_str()), (0, at("2026-11-21T09:00:00Z"), "your quiet hours end then"));
    desk.engine.set_preferences(&Preferences { rests_in_quiet_hours: false, ..rests }).await.expect("sets");
    assert_eq!(desk.engine.tick().await.expect("ticks").began.len(), 1, "quiet alone is no rest");
}

#[tokio::test]
async fn without_a_network_a_batch_waits_and_begins_when_it_is_back() {
    let switched = Switched::off();
    let desk = Desk::empty_with(switched.clone()).await;
    desk.import_leads().await;
    let id = workflow(&desk).await;
    desk.engine.set_schedule(id, Some(daily())).await.expect("sets");
    desk.engine.clock.wait_for(at("2026-11-21T07:00:00Z"), std::time::Duration::ZERO).await;
    let tick = desk.engine.tick().await.expect("ticks");
    assert_eq!((tick.began.len(), tick.held_up), (0, Some(HeldUp::Offline)));
    switched.switch_on();
    assert_eq!(desk.engine.tick().await.expect("ticks").began.len(), 1);
}

#[tokio::test]
async fn a_batch_takes_up_neither_what_a_person_cancelled_nor_what_was_given_up() {
    let desk = scheduled().await;
    desk.engine.start_run(workflow(&desk).await).await.expect("starts");
    desk.engine.cancel_run().await.expect("cancels");
    let desk = desk.reopen(at("2026-11-21T08:00:00Z")).await;
    let began = desk.engine.tick().await.expect("ticks").began;
    assert_eq!((began[0].leads, began[0].run_id), (0, None), "the day is settled without a run");
    assert_eq!(desk.engine.tick().await.expect("ticks").began, []);
}

#[tokio::test]
async fn a_batch_begins_with_its_day_and_its_jobs_or_not_at_all() {
    let desk = scheduled().await.reopen(at("2026-11-21T08:00:00Z")).await;
    let began = desk.engine.tick().await.expect("ticks").began;
    let run_id = began[0].run_id.expect("a run");
    let counts = job::counts(desk.engine.store.read(), run_id).await.expect("reads");
    assert_eq!(counts, [("research".to_owned(), "ready".to_owned(), 3)]);
    let desk = desk.reopen(at("2026-11-21T08:05:00Z")).await;
    assert_eq!(desk.engine.tick().await.expect("ticks").began, [], "the day is remembered over a restart");
    assert_eq!(desk.engine.run_to_work().await.expect("reads"), Some(run_id), "and its run goes on");
}

#[tokio::test]
async fn the_pace_of_a_batch_that_ended_is_measured() {
    let desk = scheduled().await.reopen(at("2026-11-21T08:00:00Z")).await;
    let run = desk.engine.tick().await.expect("ticks").began[0].run_id.expect("a run");
    desk.engine.work(run, &CancellationToken::new()).await.expect("works");
    desk.engine.tick().await.expect("ticks");
    let kept: Kept = setting::get(desk.engine.store.read(), SCHEDULES).await.expect("reads").expect("is kept");
    let seconds = kept.schedules[0].seconds_per_lead.expect("was measured");
    assert!(seconds > 0.0 && seconds < 60.0, "{seconds}");
    let view = desk.engine.schedule(kept.schedules[0].workflow_id).await.expect("reads");
    assert!(view.last.is_some_and(|last| last.starts_with("Saturday 08:00: 3 leads, done at")), "it says how it went");
}

#[tokio::test]
async fn what_cannot_be_a_schedule_is_refused_and_an_ended_one_begins_nothing() {
    let desk = scheduled().await;
    let id = workflow(&desk).await;
    for wrong in [
        Schedule { days: std::collections::BTreeSet::new(), ..daily() },
        Schedule { leads_per_day: MOST_LEADS + 1, ..daily() },
        Schedule { zone: Some("Europe/Atlantis".into()), ..daily() },
    ] {
        let refused = desk.engine.set_schedule(id, Some(wrong)).await;
        assert!(matches!(refused, Err(EngineError::Schedule(_))), "{refused:?}");
    }
    assert_eq!(desk.engine.schedule(id).await.expect("reads").schedule, Some(daily()), "the old one holds");
    desk.engine.set_schedule(id, None).await.expect("ends");
    let desk = desk.reopen(at("2026-11-21T08:00:00Z")).await;
    let tick = desk.engine.tick().await.expect("ticks");
    assert_eq!((tick.began.len(), tick.next), (0, None));
}

#[tokio::test]
async fn a_tick_takes_the_backups_of_the_day() {
    let desk = Desk::empty().await;
    assert_eq!(desk.engine.tick().await.expect("ticks").backups, 2, "one of the day and one of the week");
    assert_eq!(desk.engine.tick().await.expect("ticks").backups, 0);
}
