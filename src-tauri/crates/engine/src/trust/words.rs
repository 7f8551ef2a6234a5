//! Events of trust as sentences, each with the evidence it carries.

use crate::trust::view::Direction;
use autoreach_domain::decision::Stage;
use autoreach_domain::oversight::event::{Alarm, OversightEvent};
use autoreach_domain::oversight::level::Level;

/// The stage as people call it.
pub(crate) fn of_stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Research => "Facts",
        Stage::Qualification => "Leads",
        Stage::Email => "Mails",
    }
}

fn level(level: Level) -> String {
    format!("level {} ({})", level.number(), level.words())
}

fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

/// What happened, and whether it led up or down.
pub(crate) fn of_event(event: &OversightEvent) -> (Direction, String) {
    match event {
        OversightEvent::Looked { pairs, certificates } if certificates.is_empty() => {
            (Direction::Neutral, format!("Looked at {pairs} reviews: no promise can be certified yet."))
        }
        OversightEvent::Looked { pairs, certificates } => {
            let certified = certificates.iter().map(|held| {
                format!(
                    "the {} promise from {} certainty on, {} of what came in",
                    percent(held.promise),
                    percent(held.threshold),
                    percent(held.coverage)
                )
            });
            (Direction::Neutral, format!("Looked at {pairs} reviews and certified {}.", certified.collect::<Vec<_>>().join(" and ")))
        }
        OversightEvent::Promoted { to, evidence } => {
            (Direction::Up, format!("Moved up to {}. {}", level(*to), evidence.join(" ")).trim_end().to_owned())
        }
        OversightEvent::PulledBack { to, why } => (Direction::Down, format!("Pulled back to {}: {}.", level(*to), why.words())),
        OversightEvent::FloorLowered { to, verdicts } => {
            (Direction::Up, format!("The floor fell to {}: {verdicts} reviews without an alarm.", percent(*to)))
        }
        OversightEvent::Alarm(alarm) => of_alarm(alarm),
        OversightEvent::SegmentTrusted { segment } => (Direction::Up, format!("{} may be decided alone again.", segment.words())),
        OversightEvent::AuditDrawn(draw) => (
            Direction::Neutral,
            format!("Drew {} releases of the week of {} for the audit, due {}.", draw.items.len(), draw.week, draw.due),
        ),
        OversightEvent::AuditMissed { week } => (Direction::Down, format!("The audit of the week of {week} was not done in time.")),
        OversightEvent::OverrideGiven(given) => {
            let until = given.until().map_or_else(|| "until it is ended".to_owned(), |until| format!("until {until}"));
            (
                Direction::Up,
                format!(
                    "Override: everything from {} certainty on is released {until}. Nothing certifies this.",
                    percent(given.threshold())
                ),
            )
        }
        OversightEvent::OverrideEnded => (Direction::Down, "The override ended.".to_owned()),
        OversightEvent::PolicySet(policy) => {
            let rejects = if policy.rejects_alone { "leads may be turned down alone" } else { "only people turn leads down" };
            let words =
                format!("Settings: {} reviews before level 2, audits of {}, {rejects}.", policy.review_minimum, policy.audit_sample);
            (Direction::Neutral, words)
        }
    }
}

fn of_alarm(alarm: &Alarm) -> (Direction, String) {
    match alarm {
        Alarm::Amber => (Direction::Down, "Spot checks disagree more often than promised: twice as many are drawn.".to_owned()),
        Alarm::AmberEnded => (Direction::Up, "Spot checks agree again as often as promised.".to_owned()),
        Alarm::Red { disagreed, checks } => (Direction::Down, format!("Alarm: {disagreed} of {checks} spot checks disagreed.")),
        Alarm::Miscalibrated { verdicts, disagreed } => {
            (Direction::Down, format!("Alarm: the agent was wrong in {disagreed} of {verdicts} reviews, more often than it had said."))
        }
        Alarm::Segment { segment } => {
            (Direction::Down, format!("Spot checks disagree about {}: these leads are back with people.", segment.words()))
        }
    }
}
