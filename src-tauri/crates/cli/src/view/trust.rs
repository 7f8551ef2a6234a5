//! Trust, receipts and checks in plain lines.

use crate::view::words::percent;
use autoreach_engine::domain::decision::Stage;
use autoreach_engine::domain::oversight::route::WhyReview;
use autoreach_engine::domain::oversight::routing::{Outcome, Routing, StageRoute};
use autoreach_engine::insights::view::LessonLine;
use autoreach_engine::review::neighbour::NeighbourView;
use autoreach_engine::trust::view::{AuditView, ProfileView, ReplayView, Share, StageView, TrustView};

/// Events listed.
const EVENTS: usize = 12;
/// Wrong releases named.
const NAMED: usize = 20;

/// Stage by stage: where it stands, what the next level needs, what happened.
pub(crate) fn trust_words(view: &TrustView) -> String {
    let mut lines = vec![format!("Trust in {}", view.name), String::new()];
    for stage in &view.stages {
        lines.extend(stage_lines(stage));
        lines.push(String::new());
    }
    if !view.events.is_empty() {
        lines.push("What happened, newest first:".to_owned());
        lines.extend(view.events.iter().take(EVENTS).map(|event| {
            let by = event.by.as_ref().map(|by| format!(" ({by})")).unwrap_or_default();
            format!("  {}  {}{by}", event.at.strftime("%Y-%m-%d %H:%M"), event.words)
        }));
    }
    lines.join("\n").trim_end().to_owned()
}

fn stage_lines(stage: &StageView) -> Vec<String> {
    let mut lines = vec![format!("{}: level {}, {}", stage_name(stage.stage), stage.level.number(), stage.level.words())];
    lines.push(format!("  {}", stage.line_words));
    if stage.alone.of > 0 {
        lines.push(format!("  Decided alone in the last 30 days: {}.", share(stage.alone)));
    }
    if let Some(threshold) = stage.override_threshold {
        let until = stage.override_until.map_or_else(|| "until it is ended".to_owned(), |until| format!("until {until}"));
        lines.push(format!("  OVERRIDE: released from {} on, {until}. Nothing certifies this.", percent(threshold)));
    }
    if stage.is_amber {
        lines.push("  Spot checks disagree more often than promised: twice as many are drawn.".to_owned());
    }
    lines.extend(stage.segments_back.iter().map(|segment| format!("  Back with you: {segment}.")));
    match stage.next {
        None => lines.push("  The highest level.".to_owned()),
        Some(next) if stage.is_proposed => {
            lines.push(format!("  Ready for level {}. `autoreach trust up {}` confirms it:", next.number(), stage_word(stage.stage)));
        }
        Some(next) => lines.push(format!("  Level {} needs:", next.number())),
    }
    lines.extend(stage.requirements.iter().map(|needed| format!("    [{}] {}", if needed.is_met { "x" } else { " " }, needed.words)));
    lines
}

fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Research => "Facts",
        Stage::Qualification => "Leads",
        Stage::Email => "Mails",
    }
}

fn stage_word(stage: Stage) -> String {
    stage_name(stage).to_lowercase()
}

fn share(share: Share) -> String {
    format!("{} of {} ({} to {}, 95 %)", share.count, share.of, percent(share.low), percent(share.high))
}

/// The answer of a replay.
pub(crate) fn replay_words(view: &ReplayView) -> String {
    let mut lines = vec![view.words.clone()];
    if view.excepted > 0 {
        lines.push(format!("{} came to you for a named reason and would have at any threshold.", view.excepted));
    }
    if view.wrong.of > 0 {
        lines.push(format!("Wrong: {}.", share(view.wrong)));
    }
    lines.extend(
        view.wrong_items
            .iter()
            .take(NAMED)
            .map(|line| format!("  {:<40} agent {}, {} sure; you {}", line.company, line.agent, percent(line.certainty), line.person)),
    );
    lines.join("\n")
}

/// The accepted lead most like one that is turned down.
pub(crate) fn neighbour_words(neighbour: &NeighbourView) -> String {
    let mut lines = vec![format!("Why not? The most similar lead you accepted is {}.", neighbour.company)];
    lines.extend(neighbour.differences.iter().map(|differs| format!("  here {:<36} there {}", differs.here, differs.there)));
    if neighbour.differences.is_empty() {
        lines.push("  Nothing the agent knows tells the two apart.".to_owned());
    }
    lines.join("\n")
}

/// Two profiles beside each other.
pub(crate) fn profile_words(view: &ProfileView) -> String {
    let mut lines = vec![view.words.clone()];
    if !view.differences.is_empty() {
        lines.push("Where the two differ, latest first:".to_owned());
    }
    lines.extend(view.differences.iter().take(NAMED).map(|line| {
        format!(
            "  {:<40} {} to accept as it is, {} with this profile; you {}",
            line.company,
            percent(line.now),
            percent(line.then),
            line.person
        )
    }));
    lines.join("\n")
}

/// What there is to check, without a word of what the agent made of it.
pub(crate) fn audit_words(view: &AuditView) -> String {
    let mut lines = Vec::new();
    if view.checks.is_empty() && view.audits.is_empty() {
        lines.push(
            "Nothing to check. Audits begin at level 3; until then you see everything, or the marked items before they leave.".to_owned(),
        );
    }
    if !view.checks.is_empty() {
        lines
            .push(format!("{} released items to check, blind: decide each with `autoreach decide ITEM accept|reject`.", view.checks.len()));
        lines.extend(view.checks.iter().map(|line| format!("  {}  {}, {}", line.item, line.company, line.person)));
    }
    for audit in &view.audits {
        let done = audit.items.iter().filter(|item| item.is_done).count();
        lines.push(format!("Audit of the week of {}: {done} of {} done, due {}.", audit.week, audit.items.len(), audit.due));
        lines.extend(
            audit.items.iter().filter(|item| !item.is_done).map(|line| format!("  {}  {}, {}", line.item, line.company, line.person)),
        );
    }
    lines.extend(view.past.iter().map(|past| {
        let missed = if past.is_missed { " Not done in time." } else { "" };
        format!("{} {}: {}{missed}", past.week, stage_name(past.stage), past.words)
    }));
    lines.join("\n")
}

/// What edits taught, numbered as commands name it.
pub(crate) fn lesson_words(lessons: &[LessonLine]) -> String {
    if lessons.is_empty() {
        return "No lesson yet. One is kept when three edits say the same.".to_owned();
    }
    let line = |(index, lesson): (usize, &LessonLine)| {
        let pinned = if lesson.is_pinned { ", pinned" } else { "" };
        let against = if lesson.contradictions == 0 { String::new() } else { format!(", {} against it", lesson.contradictions) };
        let edits = if lesson.support == 1 { "1 edit".to_owned() } else { format!("{} edits", lesson.support) };
        format!("{:>3}  {} ({}{pinned}; from {edits}{against})", index + 1, lesson.text, lesson.state)
    };
    lessons.iter().enumerate().map(line).collect::<Vec<_>>().join("\n")
}

/// The receipt of an item in plain lines.
pub(crate) fn receipt_words(routing: &Routing) -> String {
    let mut lines = vec![format!("Receipt: where this went on {}, and why", routing.at.strftime("%Y-%m-%d %H:%M UTC"))];
    lines.extend(routing.stages.iter().flat_map(stage_receipt));
    lines.push(format!("  Kind of account: {}. Made by {}.", routing.segment.words(), routing.engine));
    lines.join("\n")
}

fn stage_receipt(route: &StageRoute) -> Vec<String> {
    let what = match route.outcome {
        Outcome::Accepted => "accepted by the agent alone".to_owned(),
        Outcome::Rejected => "turned down by the agent alone".to_owned(),
        Outcome::Review => format!("to a person: {}", route.why.as_ref().map(why).unwrap_or_default()),
        Outcome::Parked => "put aside".to_owned(),
        Outcome::NotAsked => "not asked, because a stage before it was not decided alone".to_owned(),
    };
    let mut lines = vec![format!("  {}: {what}", stage_name(route.stage))];
    let confidence = &route.confidence;
    let leans = if route.leans_to_accept() { "accept" } else { "reject" };
    lines.push(format!(
        "    would {leans}; confidence {:.4}, certainty {:.4}, variance {:.2}; level {} ({})",
        confidence.p_cal,
        confidence.certainty(),
        confidence.variance,
        route.level.number(),
        route.level.words()
    ));
    lines.push(format!("    {}", route.line.map_or_else(|| "No line: nothing is certified.".to_owned(), |line| line.words())));
    let exceptions = route.exceptions.iter().map(|kind| kind.words()).collect::<Vec<_>>().join(", ");
    lines.push(format!("    exceptions: {}", if exceptions.is_empty() { "none" } else { &exceptions }));
    let drawn = if route.draw.is_marked() { "drawn for a check" } else { "not drawn" };
    lines.push(format!("    draw {:.4} against {:.2}: {drawn}; memory {}", route.draw.unit, route.draw.rate, route.memory_version));
    lines
}

fn why(why: &WhyReview) -> String {
    crate::view::card::why_words(why)
}
