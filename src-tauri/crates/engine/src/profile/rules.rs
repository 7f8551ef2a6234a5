//! Rules that reasons and notes propose, as they are shown, with what adopting them makes of the workflow.

use crate::Engine;
use crate::error::EngineError;
use crate::profile::answers::Given;
use crate::profile::view::{RuleLine, RuleSource};
use autoreach_agents::adoption::{self, Adopted, NoPlace};
use autoreach_domain::answers::ProfileVerdict;
use autoreach_domain::confidence::Features;
use autoreach_domain::decision::{Decision, Event, Reason, Stage, Verdict};
use autoreach_domain::ids::{GestureId, WorkflowId};
use autoreach_domain::workflow::WorkflowDefinition;
use autoreach_learning::proposals::{Polarity, Proposal, Rule, Said, proposals};
use autoreach_store::journal;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// A proposed rule, with the workflow once it is adopted; `None` where that is not asked or has no place.
#[derive(Debug, Clone)]
pub(crate) struct ProposedRule {
    pub(crate) line: RuleLine,
    pub(crate) definition: Option<WorkflowDefinition>,
}

/// Everything said in one gesture.
#[derive(Default)]
struct Gesture {
    lead: Option<bool>,
    is_touched: bool,
    is_about_mail: bool,
    reasons: Vec<Reason>,
    note: String,
    features: Features,
}

impl Gesture {
    fn add(&mut self, decision: Decision) {
        self.is_touched |= decision.verdict != Verdict::Accept;
        match decision.stage {
            Stage::Qualification => {
                self.lead = Some(decision.verdict.is_acceptance());
                self.features = decision.features;
            }
            Stage::Email => self.is_about_mail = decision.verdict != Verdict::Accept,
            Stage::Research => {}
        }
        self.explain(decision.reasons, &decision.note);
    }

    fn explain(&mut self, reasons: Vec<Reason>, note: &str) {
        let new = reasons.into_iter().filter(|reason| !self.reasons.contains(reason)).collect::<Vec<_>>();
        self.reasons.extend(new);
        if !note.is_empty() {
            note.clone_into(&mut self.note);
        }
    }
}

impl Engine {
    /// The rules that the gestures that hold propose to a workflow.
    pub(crate) async fn proposed_rules(
        &self,
        workflow_id: WorkflowId,
        definition: &WorkflowDefinition,
        given: &Given,
    ) -> Result<Vec<ProposedRule>, EngineError> {
        let gestures = self.gestures_with_words(workflow_id).await?;
        let said = gestures.values().map(|gesture| Said {
            lead: gesture.lead,
            is_untouched: !gesture.is_touched,
            is_about_mail: gesture.is_about_mail,
            reasons: &gesture.reasons,
            note: &gesture.note,
            features: &gesture.features,
        });
        let said: Vec<Said<'_>> = said.collect();
        let now = self.now();
        Ok(proposals(&said).into_iter().filter_map(|proposal| proposed(proposal, definition, given, now)).collect())
    }

    async fn gestures_with_words(&self, workflow_id: WorkflowId) -> Result<BTreeMap<GestureId, Gesture>, EngineError> {
        let undone = crate::memory::undone_gestures(&self.store, workflow_id).await?;
        let mut gestures: BTreeMap<GestureId, Gesture> = BTreeMap::new();
        for entry in journal::events_of_kinds(self.store.read(), workflow_id, &["decided", "explained"]).await? {
            match entry.event {
                Event::Decided(decision) if !undone.contains(&decision.gesture_id) => {
                    gestures.entry(decision.gesture_id).or_default().add(*decision);
                }
                Event::Explained { gesture_id, reasons, note, .. } => {
                    if let Some(gesture) = gestures.get_mut(&gesture_id) {
                        gesture.explain(reasons, &note);
                    }
                }
                _ => {}
            }
        }
        Ok(gestures)
    }
}

/// As it is shown; `None` where the workflow says so already and nobody answered it.
fn proposed(proposal: Proposal, definition: &WorkflowDefinition, given: &Given, now: Timestamp) -> Option<ProposedRule> {
    let change = adopted(&proposal.rule, definition);
    if matches!(change, Err(NoPlace::SaysSo)) && !given.stands(&proposal.id) {
        return None;
    }
    // A rule is proposed or it is not; the verdict that stands in the journal with an answer is always the same.
    let answered = given.answered(&proposal.id, ProfileVerdict::Unstated, now);
    let is_asked = answered.is_none();
    let (adopt, no_place, definition) = match change {
        Ok((words, definition)) if is_asked => (Some(words), None, Some(definition)),
        Err(cause) if is_asked => (None, Some(cause.to_string()), None),
        Ok(_) | Err(_) => (None, None, None),
    };
    let line = RuleLine {
        words: words(&proposal.rule, proposal.gestures),
        source: if matches!(proposal.rule, Rule::Unwanted { .. }) { RuleSource::Reasons } else { RuleSource::Notes },
        slot: proposal.id,
        gestures: proposal.gestures as u64,
        notes: proposal.notes,
        is_asked,
        adopt,
        no_place,
        answered,
    };
    Some(ProposedRule { line, definition })
}

/// The rule in words, with what it rests on.
fn words(rule: &Rule, gestures: usize) -> String {
    let times = if gestures == 1 { "once".to_owned() } else { format!("in {gestures} notes") };
    match rule {
        Rule::Unwanted { feature, reading, reason, rejected, accepted } => {
            let what = adoption::slot_in_words(feature, reading);
            let taken = if *accepted == 0 { "never accepted".to_owned() } else { format!("accepted {accepted} times") };
            format!("Rule out \u{201c}{what}\u{201d}: rejected {rejected} times as \u{201c}{}\u{201d}, {taken}.", reason.words())
        }
        Rule::Spoken { polarity: Polarity::Never, what, .. } => format!("Never: {what}. You said so {times}."),
        Rule::Spoken { polarity: Polarity::Always, what, .. } => format!("Always: {what}. You said so {times}."),
        Rule::Spoken { polarity: Polarity::Only, what, .. } => format!("Only: {what}. You said so {times}."),
        Rule::Repeated { what } => {
            format!("\u{201c}{what}\u{201d} comes back {times} about what you did not take, and in none about what you took.")
        }
    }
}

/// The workflow once the rule is in it, and what that does, as an instruction.
fn adopted(rule: &Rule, definition: &WorkflowDefinition) -> Result<(String, WorkflowDefinition), NoPlace> {
    let icp = &definition.icp;
    let profile = match rule {
        Rule::Unwanted { feature, reading, .. } => adoption::adopt(icp, feature, reading, false),
        Rule::Spoken { polarity, what, .. } => adoption::adopt_words(icp, what, *polarity != Polarity::Never),
        Rule::Repeated { what } => adoption::adopt_words(icp, what, false),
    };
    match (profile, rule) {
        (Ok(Adopted { icp, words }), _) => Ok((words, WorkflowDefinition { icp, ..definition.clone() })),
        (Err(NoPlace::NoWords), Rule::Spoken { polarity, what, is_about_mail: true }) => in_mails(*polarity, what, definition),
        (Err(cause), _) => Err(cause),
    }
}

/// The rule as a phrase that every mail holds, or none does.
fn in_mails(polarity: Polarity, phrase: &str, definition: &WorkflowDefinition) -> Result<(String, WorkflowDefinition), NoPlace> {
    let mut changed = definition.clone();
    let (list, verb) = match polarity {
        Polarity::Never => (&mut changed.messaging.never, "never write"),
        Polarity::Always => (&mut changed.messaging.always, "always write"),
        Polarity::Only => return Err(NoPlace::NoWords),
    };
    if list.iter().any(|known| known.to_lowercase() == phrase.to_lowercase()) {
        return Err(NoPlace::SaysSo);
    }
    list.push(phrase.to_owned());
    // A phrase of one's own offer cannot be one that is never written.
    let is_usable = changed.check().is_ok();
    if is_usable { Ok((format!("{verb} \u{201c}{phrase}\u{201d}"), changed)) } else { Err(NoPlace::NoWords) }
}
