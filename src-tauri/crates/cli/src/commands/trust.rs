//! `trust`, `override`, `replay`, `audit`, `unlearn`: what the agent may do alone, and what people do about it.

use crate::answer::Answer;
use crate::args::{LessonCommand, LessonNumber, OverrideArgs, ReplayArgs, StageArg, TrustCommand, UnlearnArgs};
use crate::error::CliError;
use crate::files;
use crate::view::trust::{audit_words, lesson_words, profile_words, replay_words, trust_words};
use autoreach_engine::Engine;
use autoreach_engine::domain::decision::Stage;
use autoreach_engine::domain::ids::WorkflowId;
use autoreach_engine::domain::style::LessonChange;
use autoreach_engine::trust::view::{ProfileRequest, ReplayRequest};
use autoreach_engine::workflows::parse_definition;
use serde_json::json;

/// Shows the trust, or changes it by one step.
pub(crate) async fn trust(engine: &Engine, command: Option<TrustCommand>) -> Result<Answer, CliError> {
    let workflow = workflow(engine).await?;
    match command {
        None => {
            let view = engine.trust(workflow).await?;
            Ok(Answer::new(&view, trust_words(&view)))
        }
        Some(TrustCommand::Up { stage }) => {
            let (level, decided) = engine.promote(workflow, stage.into()).await?;
            let text = format!("{} moved up to level {}: {}.{}", stage.words(), level.number(), level.words(), went_on(decided));
            Ok(Answer::new(&json!({ "stage": Stage::from(stage), "level": level, "decided_alone": decided }), text))
        }
        Some(TrustCommand::Down { stage }) => {
            let level = engine.pull_back(workflow, stage.into()).await?;
            let text = format!(
                "{} pulled back to level {}: {}. Mails the agent had released alone and that have not left wait for you again.",
                stage.words(),
                level.number(),
                level.words()
            );
            Ok(Answer::new(&json!({ "stage": Stage::from(stage), "level": level }), text))
        }
        Some(TrustCommand::Set(args)) => {
            let mut policy = engine.trust(workflow).await?.stages.swap_remove(Stage::from(args.stage) as usize).policy;
            policy.review_minimum = args.reviews.unwrap_or(policy.review_minimum);
            policy.mark_rate = args.mark_percent.map(|percent| f64::from(percent) / 100.0).or(policy.mark_rate);
            policy.audit_sample = args.audit.unwrap_or(policy.audit_sample);
            policy.rejects_alone = args.rejects_alone.unwrap_or(policy.rejects_alone);
            let set = engine.set_policy(workflow, args.stage.into(), policy).await?;
            Ok(Answer::new(
                &json!({ "stage": Stage::from(args.stage), "policy": set }),
                "Set. Values outside the limits were moved to the nearest.",
            ))
        }
    }
}

/// Releases more than is certified for a while, or ends that.
pub(crate) async fn set_override(engine: &Engine, args: &OverrideArgs) -> Result<Answer, CliError> {
    let (workflow, stage) = (workflow(engine).await?, Stage::from(args.stage));
    let Some(percent) = args.threshold else {
        engine.end_override(workflow, stage).await?;
        return Ok(Answer::new(
            &json!({ "stage": stage, "override": null }),
            "The override is over. What it released and has not left waits for you again.",
        ));
    };
    let minutes = if args.until_ended { None } else { Some(args.minutes) };
    let decided = engine.set_override(workflow, stage, percent, minutes, args.confirm.clone()).await?;
    let until =
        minutes.map_or_else(|| "until you end it (`autoreach override ... --end`)".to_owned(), |minutes| format!("for {minutes} minutes"));
    let text = format!(
        "{}: everything from {percent} % certainty on is released {until}. Nothing certifies this. \
         What needs a person at every level still comes to you, and checks go on.{}",
        args.stage.words(),
        went_on(decided)
    );
    Ok(Answer::new(&json!({ "stage": stage, "threshold_percent": percent, "minutes": minutes, "decided_alone": decided }), text))
}

/// What became of the items that waited.
fn went_on(decided: usize) -> String {
    match decided {
        0 => String::new(),
        1 => " The agent went on with 1 lead that waited.".to_owned(),
        n => format!(" The agent went on with {n} leads that waited."),
    }
}

/// What another threshold would have released.
pub(crate) async fn replay(engine: &Engine, args: &ReplayArgs) -> Result<Answer, CliError> {
    if let Some(file) = &args.profile {
        let icp = parse_definition(&files::read_text(file)?)?.icp;
        let request = ProfileRequest { icp, threshold: args.threshold, last: args.last };
        let view = engine.what_if_profile(workflow(engine).await?, &request).await?;
        return Ok(Answer::new(&view, profile_words(&view)));
    }
    let request = ReplayRequest { stage: args.stage.into(), threshold: args.threshold, last: args.last, level: args.level };
    let view = engine.replay(workflow(engine).await?, &request).await?;
    Ok(Answer::new(&view, replay_words(&view)))
}

/// What there is to check.
pub(crate) async fn audit(engine: &Engine) -> Result<Answer, CliError> {
    let view = engine.audit(workflow(engine).await?).await?;
    Ok(Answer::new(&view, audit_words(&view)))
}

/// What edits taught, and a person's word about it.
pub(crate) async fn lessons(engine: &Engine, command: Option<LessonCommand>) -> Result<Answer, CliError> {
    let workflow = workflow(engine).await?;
    if let Some(command) = command {
        let lessons = engine.insights(workflow).await?.lessons;
        let named = |LessonNumber { number }: LessonNumber| {
            let lesson = number.checked_sub(1).and_then(|index| lessons.get(index)).map(|lesson| lesson.id.clone());
            lesson.ok_or(CliError::NoSuchLesson { number, lessons: lessons.len() })
        };
        let change = match command {
            LessonCommand::Pin(number) => LessonChange::Pinned { lesson: named(number)? },
            LessonCommand::Unpin(number) => LessonChange::Unpinned { lesson: named(number)? },
            LessonCommand::Off(number) => LessonChange::SwitchedOff { lesson: named(number)? },
            LessonCommand::On(number) => LessonChange::SwitchedOn { lesson: named(number)? },
            LessonCommand::Forget(number) => LessonChange::Forgotten { lesson: named(number)? },
        };
        engine.change_lesson(workflow, change).await?;
    }
    let lessons = engine.insights(workflow).await?.lessons;
    Ok(Answer::new(&json!({ "lessons": lessons }), lesson_words(&lessons)))
}

/// Learns no longer from a day or a reviewer.
pub(crate) async fn unlearn(engine: &Engine, args: &UnlearnArgs) -> Result<Answer, CliError> {
    let count = engine.unlearn(workflow(engine).await?, args.day, args.by.as_deref()).await?;
    let text = format!("{count} decisions are no longer learned from; what they did stands. The memory was built again without them.");
    Ok(Answer::new(&json!({ "unlearned": count }), text))
}

async fn workflow(engine: &Engine) -> Result<WorkflowId, CliError> {
    Ok(engine.workflow(None).await?.id)
}

impl From<StageArg> for Stage {
    fn from(stage: StageArg) -> Self {
        match stage {
            StageArg::Facts => Self::Research,
            StageArg::Leads => Self::Qualification,
            StageArg::Mails => Self::Email,
        }
    }
}

impl StageArg {
    fn words(self) -> &'static str {
        match self {
            Self::Facts => "Facts",
            Self::Leads => "Leads",
            Self::Mails => "Mails",
        }
    }
}
