//! `schedule`: when batches begin by themselves.

use crate::answer::Answer;
use crate::args::{ScheduleArgs, ScheduleCommand};
use crate::error::CliError;
use crate::view::text::visible;
use autoreach_engine::Engine;
use autoreach_engine::domain::schedule::Schedule;
use autoreach_engine::schedule::view::ScheduleView;
use autoreach_engine::settings::preferences::QuietHours;
use serde_json::json;

/// Shows, sets or ends a schedule, or pauses all of them.
pub(crate) async fn schedule(engine: &Engine, command: ScheduleCommand) -> Result<Answer, CliError> {
    match command {
        ScheduleCommand::Show { workflow } => {
            let id = engine.workflow(workflow.as_deref()).await?.id;
            told(engine, engine.schedule(id).await?).await
        }
        ScheduleCommand::Set(args) => set(engine, args).await,
        ScheduleCommand::Off { workflow } => {
            let id = engine.workflow(workflow.as_deref()).await?.id;
            told(engine, engine.set_schedule(id, None).await?).await
        }
        ScheduleCommand::Pause => {
            engine.pause_schedules(true).await?;
            Ok(Answer::new(&json!({ "paused": true }), "No batch begins by itself. `autoreach schedule resume` lets them begin again."))
        }
        ScheduleCommand::Resume => {
            engine.pause_schedules(false).await?;
            Ok(Answer::new(&json!({ "paused": false }), "Batches begin by themselves again."))
        }
    }
}

async fn set(engine: &Engine, args: ScheduleArgs) -> Result<Answer, CliError> {
    let id = engine.workflow(args.workflow.as_deref()).await?.id;
    let before = engine.schedule(id).await?.schedule.unwrap_or_default();
    let schedule = Schedule {
        days: if args.days.is_empty() { before.days } else { args.days.into_iter().collect() },
        from: args.from.unwrap_or(before.from),
        until: args.until.unwrap_or(before.until),
        zone: args.zone.map_or(before.zone, |zone| (zone != "here").then_some(zone)),
        leads_per_day: args.leads.unwrap_or(before.leads_per_day),
        ready_for_review: args.ready.unwrap_or(before.ready_for_review),
    };
    // First what can be refused: quiet hours stay as they were where the schedule cannot be used.
    engine.set_schedule(id, Some(schedule)).await?;
    if args.quiet_hours.is_some() || args.rest.is_some() {
        let mut preferences = engine.preferences().await?;
        if let Some(quiet) = args.quiet_hours {
            preferences.quiet_hours = quiet.0.map(|(from, to)| QuietHours { from: from.to_string(), to: to.to_string() });
        }
        preferences.rests_in_quiet_hours = args.rest.unwrap_or(preferences.rests_in_quiet_hours);
        engine.set_preferences(&preferences).await?;
    }
    told(engine, engine.schedule(id).await?).await
}

async fn told(engine: &Engine, view: ScheduleView) -> Result<Answer, CliError> {
    let preferences = engine.preferences().await?;
    let quiet = preferences.quiet_hours.map(|quiet| {
        let rests = if preferences.rests_in_quiet_hours { "no batch begins in them" } else { "nothing rings in them, batches begin" };
        format!("Quiet hours {} to {}: {rests}.", quiet.from, quiet.to)
    });
    Ok(Answer::new(&view, words(&view, quiet)))
}

fn words(view: &ScheduleView, quiet: Option<String>) -> String {
    let Some(schedule) = &view.schedule else {
        return "No batch begins by itself. `autoreach schedule set` sets a schedule.".to_owned();
    };
    let days: Vec<&str> = schedule.days.iter().map(|day| day.as_str()).collect();
    let zone = schedule.zone.as_deref().unwrap_or(&view.zone);
    let mut lines = vec![format!(
        "Schedule: {}, {} to {} ({zone}), at most {} leads a day.",
        days.join(" "),
        schedule.from,
        schedule.until,
        schedule.leads_per_day
    )];
    lines.extend(view.next.as_ref().map(|next| format!("Next batch: {}, because {}.", next.when, next.why)));
    lines.extend(view.held_up.clone());
    lines.extend(view.last.as_ref().map(|last| format!("Latest batch: {last}")));
    if schedule.ready_for_review && view.review_at.is_none() {
        lines.push("When you usually review is not known yet; until then a batch begins with its hours.".to_owned());
    }
    lines.extend(quiet);
    lines.push(view.honestly.clone());
    lines.push("It begins while the window is open or in the tray, or while `autoreach worker` runs.".to_owned());
    visible(&lines.join("\n"))
}
