//! Which model does which part: the reader and the writer are the chosen engine unless another is named for them; a scorer and a
//! checker are asked only where one is named.

use super::engine::{EngineChoice, EngineKind, EngineView, needs_key};
use crate::Engine;
use crate::error::EngineError;
use autoreach_domain::egress::ModelRole;
use autoreach_store::tables::setting;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Setting: the engines of single parts.
const STAGES: &str = "engine_stages";

/// The engines of single parts. `None`: as the chosen engine; for scorer and checker, that none is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
pub struct StageEngines {
    /// Reads pages.
    pub reader: Option<EngineChoice>,
    /// Scores leads.
    pub scorer: Option<EngineChoice>,
    /// Writes mails.
    pub writer: Option<EngineChoice>,
    /// Looks for words in mails that a person should see.
    pub checker: Option<EngineChoice>,
}

impl StageEngines {
    /// The engine named for a part.
    pub fn of(&self, role: ModelRole) -> Option<&EngineChoice> {
        match role {
            ModelRole::Reader => self.reader.as_ref(),
            ModelRole::Scorer => self.scorer.as_ref(),
            ModelRole::Writer => self.writer.as_ref(),
            ModelRole::Checker => self.checker.as_ref(),
        }
    }

    fn slot(&mut self, role: ModelRole) -> &mut Option<EngineChoice> {
        match role {
            ModelRole::Reader => &mut self.reader,
            ModelRole::Scorer => &mut self.scorer,
            ModelRole::Writer => &mut self.writer,
            ModelRole::Checker => &mut self.checker,
        }
    }
}

impl Engine {
    /// The engines named for single parts.
    pub async fn stage_engines(&self) -> Result<StageEngines, EngineError> {
        Ok(setting::get(self.store.read(), STAGES).await?.unwrap_or_default())
    }

    /// Names an engine for one part, or none. Nothing is sent.
    pub async fn set_stage_engine(&self, role: ModelRole, choice: Option<EngineChoice>) -> Result<EngineView, EngineError> {
        if let Some(choice) = choice.as_ref().filter(|choice| choice.kind != EngineKind::Rules) {
            self.check_choice(choice)?;
        }
        let mut stages = self.stage_engines().await?;
        *stages.slot(role) = choice;
        self.keep_stages(&stages).await?;
        self.engine_view().await
    }

    /// The engine that does a part.
    pub(crate) async fn choice_for(&self, role: ModelRole) -> Result<EngineChoice, EngineError> {
        if let Some(named) = self.stage_engines().await?.of(role) {
            return Ok(named.clone());
        }
        if role.is_extra() { Ok(EngineChoice::default()) } else { self.engine_choice().await }
    }

    /// Parts that needed a key that is forgotten fall back to the chosen engine.
    pub(super) async fn free_stages_of(&self, kind: EngineKind) -> Result<(), EngineError> {
        let mut stages = self.stage_engines().await?;
        for role in ModelRole::ALL {
            let slot = stages.slot(*role);
            if slot.as_ref().is_some_and(|choice| needs_key(choice, kind)) {
                *slot = None;
            }
        }
        self.keep_stages(&stages).await
    }

    async fn keep_stages(&self, stages: &StageEngines) -> Result<(), EngineError> {
        let tx = self.store.begin().await?;
        setting::set(&*tx, STAGES, stages).await?;
        tx.commit().await?;
        self.forget_models().await;
        Ok(())
    }
}
