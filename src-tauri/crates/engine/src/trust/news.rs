//! What somebody should be told of trust without asking: a pull-back, a step that can be confirmed, something to check.

use crate::Engine;
use crate::error::EngineError;
use crate::trust::words;
use autoreach_domain::decision::Event;
use autoreach_domain::ids::WorkflowId;
use autoreach_domain::oversight::event::{Alarm, OversightEvent, PullBack};
use autoreach_domain::oversight::level::Level;
use autoreach_store::journal;

/// One thing to tell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum TrustNews {
    /// A stage was pulled back by itself.
    PulledBack {
        /// The stage as people call it.
        stage: &'static str,
        /// The level it is at now.
        level: Level,
        /// Why, in one sentence.
        why: String,
    },
    /// A stage can move up, if a person confirms it.
    CanMoveUp {
        /// The workflow's name.
        workflow: String,
        /// The stage as people call it.
        stage: &'static str,
        /// To which level.
        to: Level,
        /// What it rests on.
        receipt: String,
    },
    /// Released items wait for a blind look.
    ToCheck {
        /// How many.
        items: usize,
    },
}

impl Engine {
    /// What happened to the trust in a workflow after place `after` of the journal and by itself, what can be confirmed, and
    /// what is to be checked; with the place to ask from the next time.
    pub async fn trust_news(&self, workflow_id: WorkflowId, after: u64) -> Result<(u64, Vec<TrustNews>), EngineError> {
        let entries = journal::events_of_kinds(self.store.read(), workflow_id, &["oversight"]).await?;
        let place = entries.last().map_or(after, |entry| entry.sequence.max(after));
        let happened = entries.iter().filter(|entry| entry.sequence > after);
        let mut alarm = String::new();
        let mut news = Vec::new();
        for entry in happened {
            let Event::Oversight { stage, change, .. } = &entry.event else { continue };
            match change {
                OversightEvent::Alarm(Alarm::Red { .. } | Alarm::Miscalibrated { .. }) => alarm = words::of_event(change).1,
                OversightEvent::PulledBack { to, why } if *why != PullBack::ByHand => {
                    let why = if alarm.is_empty() { words::of_event(change).1 } else { std::mem::take(&mut alarm) };
                    news.push(TrustNews::PulledBack { stage: words::of_stage(*stage), level: *to, why });
                }
                _ => {}
            }
        }
        let view = self.trust(workflow_id).await?;
        let proposed = view.stages.iter().filter(|stage| stage.is_proposed).filter_map(|stage| {
            let receipt = stage.requirements.iter().map(|needed| needed.words.as_str()).collect::<Vec<_>>().join(" ");
            Some(TrustNews::CanMoveUp { workflow: view.name.clone(), stage: words::of_stage(stage.stage), to: stage.next?, receipt })
        });
        news.extend(proposed);
        let audit = self.audit(workflow_id).await?;
        let items = audit.checks.len() + audit.audits.iter().flat_map(|week| &week.items).filter(|item| !item.is_done).count();
        news.extend((items > 0).then_some(TrustNews::ToCheck { items }));
        Ok((place, news))
    }

    /// The place in the journal from which [`Engine::trust_news`] has nothing old to tell.
    pub async fn trust_news_from_now(&self, workflow_id: WorkflowId) -> Result<u64, EngineError> {
        let entries = journal::events_of_kinds(self.store.read(), workflow_id, &["oversight"]).await?;
        Ok(entries.last().map_or(0, |entry| entry.sequence))
    }
}
