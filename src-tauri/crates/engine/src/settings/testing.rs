//! One small question that shows whether a model answers; it stands in the ledger like any other.

use crate::Engine;
use crate::egress::{ModelCall, ending};
use crate::error::EngineError;
use autoreach_domain::egress::{EgressProfile, EgressPurpose};
use autoreach_llm::{ChatError, ChatModel, ChatReply, ChatRequest, HttpModel, Price, Traffic};
use autoreach_store::tables::egress_call;
use tokio_util::sync::CancellationToken;

/// A model under test.
pub(super) struct Tested<'a> {
    pub(super) engine: &'a Engine,
    pub(super) model: &'a HttpModel,
    pub(super) price: Option<Price>,
    pub(super) name: &'a str,
    pub(super) profile: EgressProfile,
}

impl Tested<'_> {
    async fn end(&self, id: i64, outcome: &Result<ChatReply, ChatError>, traffic: &Traffic) -> Result<(), EngineError> {
        let tx = self.engine.store.begin().await?;
        egress_call::complete(&*tx, id, &ending(outcome, traffic, self.price)).await?;
        Ok(tx.commit().await?)
    }
}

#[async_trait::async_trait]
impl ChatModel for Tested<'_> {
    async fn chat(&self, request: &ChatRequest, cancel: &CancellationToken) -> Result<ChatReply, ChatError> {
        let Self { model, name, profile, .. } = *self;
        let call = ModelCall { purpose: EgressPurpose::TestModel, model, name, profile, about: None, shows: &[], request };
        // A workspace that is open for reading only has no ledger to write into, and so sends nothing.
        let id = self.engine.begin_model_call(call).await.map_err(|_| ChatError::Interrupted)?;
        let traffic = Traffic::default();
        let outcome = model.chat_within(request, &[], &traffic, cancel).await;
        self.end(id, &outcome, &traffic).await.map_err(|_| ChatError::Interrupted)?;
        outcome
    }
}
