//! How this team wants its mails to read: what a writer is told of it, how lessons are tried, and what people say of them.
//!
//! A lesson with enough support is tried before it changes anything: two past drafts are written again with it, and it
//! comes into force only if they come nearer to what the person had sent (`learning.md` 4.10). The outcome is journaled.

use crate::Engine;
use crate::error::EngineError;
use crate::memory::{Memory, WorkflowMemory};
use autoreach_agents::draft::{draft, language_of};
use autoreach_agents::{Brief, DraftSeed};
use autoreach_domain::confidence::FeatureValue;
use autoreach_domain::decision::{Event, MailContext};
use autoreach_domain::dossier::Dossier;
use autoreach_domain::ids::{DraftId, ItemId, WorkflowId};
use autoreach_domain::lead::Lead;
use autoreach_domain::qualification::QualifiedLead;
use autoreach_domain::review::ReviewItem;
use autoreach_domain::style::{LessonChange, StyleGuide};
use autoreach_domain::workflow::{Workflow, WorkflowDefinition};
use autoreach_learning::style::{Lesson, Mail, Occasion, PastMail};
use autoreach_store::journal;
use autoreach_store::tables::{lead, review_item, workflow};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Lessons tried after one verdict, at most.
const TRIALS_AT_ONCE: usize = 2;
/// Characters kept of what a mail is about.
const ABOUT_CHARACTERS: usize = 300;
/// Facts named in what a mail is about.
const FACTS_NAMED: usize = 6;

/// What a mail to this lead is about.
pub(crate) fn context(lead: &Lead, dossier: &Dossier, qualified: &QualifiedLead, definition: &WorkflowDefinition) -> MailContext {
    let industry = match qualified.qualification.features.0.get("industry") {
        Some(FeatureValue::Category(industry)) => Some(industry.clone()),
        Some(FeatureValue::Flag(_) | FeatureValue::Number(_)) | None => None,
    };
    let facts = dossier.findings.iter().take(FACTS_NAMED).map(|finding| format!("{} {}", finding.fact.kind(), finding.fact.value()));
    let parts = industry.into_iter().chain([lead.person.role.clone(), definition.name.clone()]).chain(facts);
    let about: String = parts.collect::<Vec<_>>().join(" ").chars().take(ABOUT_CHARACTERS).collect();
    MailContext { language: language_of(lead, dossier, &definition.messaging), role: lead.person.role.clone(), about }
}

impl Engine {
    /// What the writer of this mail is told of the team's style.
    pub(crate) fn guide(&self, memory: &WorkflowMemory, workflow_id: WorkflowId, context: &MailContext) -> StyleGuide {
        let (workflow, reviewer) = (workflow_id.to_string(), self.reviewer());
        let occasion = Occasion {
            reviewer: reviewer.as_str(),
            workflow: &workflow,
            persona: &context.role,
            language: context.language,
            about: &context.about,
        };
        let now = self.now();
        memory.trust.style().guide(&occasion, |lesson| days_since_last_example(lesson, now))
    }

    /// Tries the lessons that are due on past drafts and journals what came of it.
    pub(crate) async fn try_lessons(&self, memory: &mut Memory, workflow_id: WorkflowId) -> Result<(), EngineError> {
        if self.read_only_reason().is_some() {
            return Ok(());
        }
        let known = memory.of(&self.store, workflow_id).await?;
        let due: Vec<Lesson> = known.trust.style().due_for_trial().into_iter().take(TRIALS_AT_ONCE).collect();
        if due.is_empty() {
            return Ok(());
        }
        let workflow = workflow::get(self.store.read(), workflow_id).await?;
        let past = self.past_items(&due).await?;
        let redraft = |mail: &PastMail, guide: &StyleGuide| past.get(&mail.item).map(|(lead, item)| again(&workflow, lead, item, guide));
        let style = known.trust.style();
        let tried = due.iter().filter_map(|lesson| style.verify(lesson, redraft)).map(|outcome| Event::Style {
            workflow_id,
            by: None,
            change: LessonChange::Tried { lesson: outcome.lesson, without: outcome.without, with: outcome.with },
        });
        let tried: Vec<Event> = tried.collect();
        if tried.is_empty() {
            return Ok(());
        }
        let tx = self.store.begin().await?;
        journal::append(&*tx, &tried, self.now()).await?;
        tx.commit().await?;
        memory.of(&self.store, workflow_id).await?;
        Ok(())
    }

    /// The items the lessons' examples were written for.
    async fn past_items(&self, lessons: &[Lesson]) -> Result<BTreeMap<String, (Lead, ReviewItem)>, EngineError> {
        let mut past = BTreeMap::new();
        for example in lessons.iter().flat_map(|lesson| &lesson.examples) {
            let Ok(id) = example.parse::<ItemId>() else { continue };
            let item = review_item::get(self.store.read(), id).await?;
            let lead = lead::get(self.store.read(), item.lead_id).await?;
            past.insert(example.clone(), (lead, item));
        }
        Ok(past)
    }

    /// A person's word about a lesson.
    pub async fn change_lesson(&self, workflow_id: WorkflowId, change: LessonChange) -> Result<(), EngineError> {
        let mut memory = self.memory.lock().await;
        let tx = self.store.begin().await?;
        journal::append(&*tx, &[Event::Style { workflow_id, by: Some(self.reviewer()), change }], self.now()).await?;
        tx.commit().await?;
        memory.of(&self.store, workflow_id).await?;
        Ok(())
    }
}

/// The built-in engine's mail for a past item, with another guide and otherwise as it was.
pub(crate) fn again(workflow: &Workflow, lead: &Lead, item: &ReviewItem, guide: &StyleGuide) -> Mail {
    let brief = Brief { lead, dossier: &item.card.dossier, definition: &workflow.definition, style: guide };
    let written_at = item.card.draft.as_ref().map_or(item.opened_at, |draft| draft.written_at);
    let mail = draft(brief, written_at, DraftId::new(written_at, [0; 10]), DraftSeed(*lead.id.as_bytes()));
    Mail { subject: mail.subject.clone(), body: mail.body() }
}

/// Item ids carry the instant they were made at.
pub(crate) fn days_since_last_example(lesson: &Lesson, now: Timestamp) -> f64 {
    let made_at = |item: &String| {
        let bytes = *item.parse::<ItemId>().ok()?.as_bytes();
        let millis = bytes[..6].iter().fold(0_i64, |millis, byte| (millis << 8) | i64::from(*byte));
        Timestamp::from_millisecond(millis).ok()
    };
    let latest = lesson.examples.iter().filter_map(made_at).max();
    latest.map_or(0.0, |latest| now.duration_since(latest).as_secs_f64() / 86_400.0)
}
