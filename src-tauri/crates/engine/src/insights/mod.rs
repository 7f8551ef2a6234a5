//! How a workflow does: counted from the journal, with what each number was counted from.
//!
//! What people decided and what became of mails are never mixed, and nothing is shown as a number before there is enough to
//! count. The bands are the owner's and are reference, never a promise.

mod exceptions;
mod proof;
pub mod view;
mod weeks;

use crate::Engine;
use crate::error::EngineError;
use crate::profile::{self, answers::Given};
use crate::trust::view::Share;
use crate::trust::{certainty_points, past};
use autoreach_domain::confidence::Features;
use autoreach_domain::decision::{Decision, Event, Stage};
use autoreach_domain::ids::WorkflowId;
use autoreach_domain::oversight::judgement::{agreed, was_right};
use autoreach_learning::Verdict;
use autoreach_learning::fold::{self, Learner};
use autoreach_learning::held_out::held_out_of_the_era;
use autoreach_learning::replay::{PastDecision, reliability};
use autoreach_learning::style::LessonState;
use autoreach_store::journal;
use autoreach_store::tables::review_item::{self, ReleasedRow};
use autoreach_store::tables::workflow;
use jiff::ToSpan;
use view::{Anchoring, HeldOut, InsightsView, LessonLine, OpenQuestion, ReliabilityBin};

/// Certainty from which on the agent calls itself sure (`learning.md` 4.4).
const SURE: f64 = 0.85;
/// Arrivals the learned profile is averaged over (`learning.md` 4.9).
const RECENT_ARRIVALS: usize = 500;
/// Questions shown (`product.md` row 26: "the 5 most useful questions").
const QUESTIONS: usize = 5;
/// Verdicts from which on a value is no open question any more (`learning.md` 4.9: 10 make a finding).
const KNOWN_FROM: u32 = 10;
/// Decisions on each side before the anchoring gap means anything.
const FEWEST_FOR_ANCHORING: usize = 25;
/// Days over which the share decided alone is counted.
const DAYS: i64 = 30;
/// Lessons shown.
const LESSONS: usize = 50;

impl Engine {
    /// How the workflow does.
    pub async fn insights(&self, workflow_id: WorkflowId) -> Result<InsightsView, EngineError> {
        let workflow = workflow::get(self.store.read(), workflow_id).await?;
        let leads = self.standing_decisions(workflow_id, Stage::Qualification).await?;
        let mails = self.standing_decisions(workflow_id, Stage::Email).await?;
        let (from, until) = (jiff::Timestamp::MIN, jiff::Timestamp::MAX);
        let routed = review_item::released_between(self.store.read(), workflow_id, from, until).await?;
        let lately = self.now().checked_sub((24 * DAYS).hours()).unwrap_or(from);
        let rejections = self.rejections(workflow_id, Stage::Qualification).await?;
        let past: Vec<PastDecision> = leads.iter().map(past).collect();
        let arrivals = recent_arrivals(&routed);
        let held_out = self.held_out(workflow_id).await?;
        let given = Given::of(&self.store, workflow_id).await?;
        let rules = self.rule_lines(&workflow, &given).await?;
        let mut memory = self.memory.lock().await;
        let trust = &memory.of(&self.store, workflow_id).await?.trust;
        let learner = trust.on(Stage::Qualification).memory.learner();
        let reliability = reliability(&past);
        let bin = |bin: &autoreach_learning::replay::ReliabilityBin| ReliabilityBin {
            foretold: bin.confidence,
            accepted: Share { count: bin.accepted as u64, of: bin.n as u64, low: bin.low, high: bin.high },
        };
        Ok(InsightsView {
            workflow: workflow_id,
            decisions: leads.len() as u64,
            weeks: weeks::weeks(&leads, &mails, &routed),
            bands: weeks::BANDS.to_vec(),
            alone: weeks::alone(routed.iter().filter(|row| row.routing.at >= lately)),
            reliability: reliability.bins.iter().map(bin).collect(),
            calibration_error: reliability.ece,
            confident_overruled: confident_overruled(&leads),
            risk_coverage: certainty_points(&past, rejections),
            profile: profile::shown(profile::lines::findings(learner, &workflow.definition, &arrivals, &given, self.now())),
            rules,
            lessons: lessons(trust.style()),
            questions: questions(learner, &arrivals),
            anchoring: anchoring(&leads),
            exceptions: exceptions::lines(&leads, &mails, &routed),
            held_out,
        })
    }

    /// The memory of before the latest decisions of this era beside an earlier one, each learning from them in turn.
    async fn held_out(&self, workflow_id: WorkflowId) -> Result<Option<HeldOut>, EngineError> {
        let lived = self.lived(workflow_id).await?;
        let stated = crate::memory::latest_prior(&self.store, workflow_id).await?;
        let arrived = journal::events_of_kinds(self.store.read(), workflow_id, &["arrived"]).await?;
        let arrived: Vec<Features> = arrived
            .into_iter()
            .filter_map(|entry| if let Event::Arrived { features, .. } = entry.event { Some(features) } else { None })
            .collect();
        let events: Vec<fold::Event<'_>> = lived.iter().map(as_learned).collect();
        let outcome = held_out_of_the_era(&stated, &arrived, &events);
        Ok(outcome.map(|outcome| HeldOut {
            decisions: u64::from(outcome.decisions),
            now: u64::from(outcome.new_right),
            before: u64::from(outcome.old_right),
        }))
    }

    /// The verdicts on leads that hold, with the new eras between them.
    async fn lived(&self, workflow_id: WorkflowId) -> Result<Vec<Lived>, EngineError> {
        let mut lived: Vec<(u64, Lived)> = self
            .standing_entries(workflow_id, Stage::Qualification)
            .await?
            .into_iter()
            .map(|(at, decision)| (at, Lived::Decided(decision)))
            .collect();
        for entry in journal::events_of_kinds(self.store.read(), workflow_id, &["era_begun"]).await? {
            if let Event::EraBegun { old_weight, .. } = entry.event {
                lived.push((entry.sequence, Lived::NewEra(old_weight)));
            }
        }
        lived.sort_by_key(|(at, _)| *at);
        Ok(lived.into_iter().map(|(_, one)| one).collect())
    }
}

/// What the learner of leads lived through.
enum Lived {
    Decided(Box<Decision>),
    NewEra(f64),
}

fn as_learned(lived: &Lived) -> fold::Event<'_> {
    match lived {
        Lived::Decided(decision) => fold::Event::Decided(verdict(decision)),
        Lived::NewEra(old_weight) => fold::Event::NewEra(*old_weight),
    }
}

fn verdict(decision: &Decision) -> Verdict<'_> {
    Verdict { features: &decision.features, accepted: was_right(decision), weight: 1.0, reviewer: decision.reviewer.as_str() }
}

/// What the learner saw of the leads queued last, oldest first.
pub(crate) fn recent_arrivals(routed: &[ReleasedRow]) -> Vec<Features> {
    let features = routed.iter().filter_map(|row| row.routing.on(Stage::Qualification)).map(|route| route.features.clone());
    let all: Vec<Features> = features.collect();
    all[all.len().saturating_sub(RECENT_ARRIVALS)..].to_vec()
}

fn confident_overruled(leads: &[Decision]) -> Share {
    let confident = leads.iter().filter(|decision| decision.p_cal_before.max(1.0 - decision.p_cal_before) >= SURE);
    let confident: Vec<&Decision> = confident.collect();
    Share::of(confident.iter().filter(|decision| !agreed(decision)).count(), confident.len())
}

/// Agreement when the agent's view was shown, and when it was hidden (`learning.md` 4.6).
fn anchoring(leads: &[Decision]) -> Option<Anchoring> {
    let (blind, shown): (Vec<&Decision>, Vec<&Decision>) = leads.iter().partition(|decision| decision.blind);
    if blind.len() < FEWEST_FOR_ANCHORING || shown.len() < FEWEST_FOR_ANCHORING {
        return None;
    }
    let share = |decisions: &[&Decision]| Share::of(decisions.iter().filter(|decision| agreed(decision)).count(), decisions.len());
    Some(Anchoring { shown: share(&shown), blind: share(&blind) })
}

fn questions(learner: &Learner, arrivals: &[Features]) -> Vec<OpenQuestion> {
    let is_asked = |question: &autoreach_learning::neighbours::OpenQuestion| {
        question.judged < KNOWN_FROM && !autoreach_agents::qualify::is_of_the_record(&question.feature)
    };
    let open = learner.open_questions(arrivals, usize::MAX).into_iter().filter(is_asked);
    let asked = open.take(QUESTIONS).map(|question| {
        let what = autoreach_agents::qualify::in_words(&question.feature, &question.reading);
        let words = match question.judged {
            0 => format!("{what}: {} seen, none judged.", question.seen),
            judged => format!("{what}: {} seen, {judged} judged.", question.seen),
        };
        OpenQuestion { words, seen: u64::from(question.seen), judged: u64::from(question.judged) }
    });
    asked.collect()
}

fn lessons(style: &autoreach_learning::style::StyleMemory) -> Vec<LessonLine> {
    let shown = style.lessons().into_iter().filter(|lesson| lesson.state != LessonState::Retired).take(LESSONS);
    let line = |lesson: autoreach_learning::style::Lesson| LessonLine {
        text: lesson.text.clone(),
        support: lesson.support,
        contradictions: lesson.contradictions,
        state: match lesson.state {
            LessonState::Candidate => "not sure yet",
            LessonState::Active => "in use",
            LessonState::Retired => "retired",
            LessonState::Off => "switched off",
        }
        .to_owned(),
        is_pinned: lesson.pinned,
        id: lesson.id,
    };
    shown.map(line).collect()
}
