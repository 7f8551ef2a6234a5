//! A model that says what a test told it to, and remembers what it was asked.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::chat::{ChatModel, ChatReply, ChatRequest, Finish, Usage};
use crate::error::ChatError;

type Script = dyn Fn(&ChatRequest) -> Result<ChatReply, ChatError> + Send + Sync;

/// The scripted model.
pub struct ScriptedModel {
    script: Box<Script>,
    asked: Mutex<Vec<ChatRequest>>,
}

impl ScriptedModel {
    /// Answers every question by a function of it.
    pub fn answering(script: impl Fn(&ChatRequest) -> Result<ChatReply, ChatError> + Send + Sync + 'static) -> Self {
        Self { script: Box::new(script), asked: Mutex::default() }
    }

    /// Gives these outcomes in order, then [`ChatError::Unreachable`].
    pub fn replying(outcomes: impl IntoIterator<Item = Result<ChatReply, ChatError>>) -> Self {
        let outcomes: Mutex<VecDeque<_>> = Mutex::new(outcomes.into_iter().collect());
        Self::answering(move |_| {
            let next = outcomes.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            next.unwrap_or(Err(ChatError::Unreachable))
        })
    }

    /// Every question so far, in order.
    pub fn asked(&self) -> Vec<ChatRequest> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl ChatModel for ScriptedModel {
    async fn chat(&self, request: &ChatRequest, cancel: &CancellationToken) -> Result<ChatReply, ChatError> {
        if cancel.is_cancelled() {
            return Err(ChatError::Cancelled);
        }
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
        (self.script)(request)
    }
}

/// A complete answer with this text, for 10 tokens in and 5 out.
pub fn reply(text: &str) -> ChatReply {
    ChatReply {
        text: text.to_owned(),
        usage: Usage { input_tokens: 10, output_tokens: 5, is_estimated: false },
        finish: Finish::Complete,
        model: "scripted".to_owned(),
        was_repaired: false,
    }
}
