//! The chosen model at work: asked about one lead at a time, within what a day may cost.
//!
//! What it answers is kept before it is used, so that a kill never pays for an answer twice. When it fails, or cannot be asked
//! at all, the built-in engine does its part and the item says so in words. The demo never asks a model.

use super::engine::{EngineChoice, EngineKind, Prepared, model_name};
use crate::Engine;
use crate::demo;
use crate::error::EngineError;
use autoreach_agents::{ModelFault, ModelHand, model};
use autoreach_domain::ids::LeadId;
use autoreach_llm::{Budget, BudgetLimits, ChatError, ChatModel, ChatReply, ChatRequest, Cost, Finish, HttpModel, Price, Spending, Usage};
use autoreach_store::tables::llm_call::{self, LlmCall};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// What models may cost in a day, and how many tokens they may use, whatever they cost. Then the built-in engine goes on.
const DAILY_COST: Cost = Cost::from_dollars(5);
const DAILY_TOKENS: u64 = 2_000_000;

/// The chosen model, ready to be asked; kept until the choice, the key or the day changes.
pub(crate) struct ModelAtWork {
    choice: EngineChoice,
    day: Date,
    model: HttpModel,
    price: Option<Price>,
    name: String,
    stamp: String,
}

impl ModelAtWork {
    fn new(choice: EngineChoice, day: Date, prepared: Prepared) -> Self {
        let Prepared { model, price, name } = prepared;
        let stamp = model::stamp(&name);
        Self { choice, day, model, price, name, stamp }
    }

    /// The model as people call it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Is every answer paid for? A price that is not known is not taken for none.
    pub(crate) fn is_paid(&self) -> bool {
        self.price != Some(Price::default())
    }
}

/// A model was chosen and cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unready {
    /// The model as people call it, where it is known.
    pub(crate) name: String,
    /// Why.
    pub(crate) fault: ModelFault,
}

/// The model as it is asked about one lead: what it answers is kept before it is used.
pub(crate) struct Asking<'a> {
    engine: &'a Engine,
    at_work: &'a ModelAtWork,
    lead_id: LeadId,
}

impl<'a> Asking<'a> {
    pub(crate) fn about(engine: &'a Engine, at_work: &'a ModelAtWork, lead_id: LeadId) -> Self {
        Self { engine, at_work, lead_id }
    }

    /// The hand that the agents work with.
    pub(crate) fn hand(&'a self, cancel: &'a CancellationToken) -> ModelHand<'a> {
        ModelHand { model: self, stamp: &self.at_work.stamp, cancel }
    }

    fn key(&self, request: &ChatRequest) -> [u8; 32] {
        let mut hasher = Sha256::new();
        for part in [self.at_work.model.endpoint().host(), &self.at_work.stamp, &self.lead_id.to_string(), &request.system, &request.user] {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        hasher.finalize().into()
    }

    async fn keep(&self, key: [u8; 32], reply: &ChatReply) -> Result<(), EngineError> {
        let call = LlmCall {
            key,
            lead_id: self.lead_id,
            host: self.at_work.model.endpoint().host().to_owned(),
            model: reply.model.clone(),
            reply: reply.text.clone(),
            was_repaired: reply.was_repaired,
            input_tokens: reply.usage.input_tokens,
            output_tokens: reply.usage.output_tokens,
            is_estimated: reply.usage.is_estimated,
            cost_micros: self.at_work.price.map_or(0, |price| price.of(&reply.usage).micros()),
            called_at: self.engine.now(),
        };
        let tx = self.engine.store.begin().await?;
        llm_call::keep(&*tx, &call).await?;
        Ok(tx.commit().await?)
    }
}

#[async_trait::async_trait]
impl ChatModel for Asking<'_> {
    async fn chat(&self, request: &ChatRequest, cancel: &CancellationToken) -> Result<ChatReply, ChatError> {
        let key = self.key(request);
        if let Ok(Some(kept)) = llm_call::get(self.engine.store.read(), key).await {
            let usage = Usage { input_tokens: kept.input_tokens, output_tokens: kept.output_tokens, is_estimated: kept.is_estimated };
            return Ok(ChatReply { text: kept.reply, usage, finish: Finish::Complete, model: kept.model, was_repaired: kept.was_repaired });
        }
        let reply = self.at_work.model.chat(request, cancel).await?;
        if reply.finish == Finish::Complete
            && let Err(error) = self.keep(key, &reply).await
        {
            // An answer that is not on disk may not be used: after a kill it would be paid for again.
            tracing::error!(lead = %self.lead_id, code = error.code(), "a model's answer could not be kept");
            return Err(ChatError::Interrupted);
        }
        Ok(reply)
    }
}

impl Engine {
    /// The chosen model; `None` when the built-in engine is chosen. An error is a reason to go on with the built-in engine.
    pub(crate) async fn model_at_work(&self) -> Result<Option<Arc<ModelAtWork>>, Unready> {
        if demo::is_demo(&self.dir) {
            return Ok(None);
        }
        let choice = self.engine_choice().await.map_err(|error| unready(None, error))?;
        if choice.kind == EngineKind::Rules {
            return Ok(None);
        }
        let name = model_name(&choice).map(str::to_owned);
        self.at_work_as(choice).await.map(Some).map_err(|error| unready(name, error))
    }

    async fn at_work_as(&self, choice: EngineChoice) -> Result<Arc<ModelAtWork>, EngineError> {
        let now = self.now();
        let day = now.to_zoned(TimeZone::UTC).date();
        let mut kept = self.model.lock().await;
        if let Some(known) = kept.as_ref().filter(|known| known.choice == choice && known.day == day) {
            return Ok(Arc::clone(known));
        }
        let midnight = day.to_zoned(TimeZone::UTC).map_or(now, |start| start.timestamp());
        let spent = llm_call::totals_since(self.store.read(), midnight).await?;
        let spent = Spending { cost: Cost::from_micros(spent.cost_micros), tokens: spent.tokens };
        let limits = BudgetLimits { cost: Some(DAILY_COST), tokens: Some(DAILY_TOKENS) };
        let prepared = self.prepare(&choice, &Budget::new(limits, spent))?;
        let at_work = Arc::new(ModelAtWork::new(choice, day, prepared));
        *kept = Some(Arc::clone(&at_work));
        Ok(at_work)
    }
}

/// Why the chosen model cannot even be asked, as its fault.
fn unready(name: Option<String>, error: EngineError) -> Unready {
    let fault = match error {
        EngineError::Model(error) => error.into(),
        EngineError::NoEngineKey | EngineError::UnusableEngineKey => ModelFault::NoKey,
        EngineError::Secrets(_) => ModelFault::NoKeychain,
        EngineError::NoModelNamed => ModelFault::NoModelNamed,
        // What is left is the store, whose trouble ends the run by itself.
        _ => ChatError::Interrupted.into(),
    };
    Unready { name: name.unwrap_or_else(|| "The model".to_owned()), fault }
}
