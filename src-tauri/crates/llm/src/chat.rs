//! The one call every model answers: a question with a schema in, a text with its cost out.
//!
//! There is one turn only. A reader of foreign pages must not carry a conversation from page to page, so there is no
//! history to pass. `Debug` shows sizes, never words: questions and answers hold what leads and pages said.

use std::fmt;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::error::{ChatError, ReplyFault};
use crate::schema::ReplySchema;

/// Bytes of text per token, at the low end: English has about 4.2, most other languages and JSON about 3.
const BYTES_PER_TOKEN: u64 = 3;

/// Tokens a provider adds around a question for roles and the schema's frame.
const FRAME_TOKENS: u64 = 64;

/// Something that answers a question: a provider over HTTP, or a script in tests.
#[async_trait]
pub trait ChatModel: Send + Sync {
    /// Asks once. Returns [`ChatError::Cancelled`] soon after `cancel` fires, whatever the provider does.
    async fn chat(&self, request: &ChatRequest, cancel: &CancellationToken) -> Result<ChatReply, ChatError>;
}

/// One question.
#[derive(Clone, PartialEq)]
pub struct ChatRequest {
    /// The instructions. Never holds text from pages or replies.
    pub system: String,
    /// What to work on.
    pub user: String,
    /// The closed shape of the answer.
    pub schema: ReplySchema,
    /// The longest answer, in tokens. An answer that reaches it counts as a failure.
    pub max_output_tokens: u32,
    /// 0 for the most likely words, up to 2. Left out for models that refuse to be told.
    pub temperature: f32,
}

impl ChatRequest {
    /// The most tokens the question may count, for estimates and reservations before the call.
    pub fn input_tokens_at_most(&self) -> u64 {
        let bytes = self.system.len() + self.user.len() + self.schema.size();
        (bytes as u64).div_ceil(BYTES_PER_TOKEN) + FRAME_TOKENS
    }

    /// The same question with a note that its first answer could not be used. The note is ours alone: what the first
    /// answer said is not repeated, so a hostile answer gets no second hearing.
    pub(crate) fn asked_again(&self, fault: ReplyFault) -> Self {
        let note = format!(
            "\n\nYour previous answer could not be used: {fault} Answer again with one JSON object that follows the schema exactly, \
             with no text, comment or code fence around it."
        );
        Self { user: format!("{}{note}", self.user), ..self.clone() }
    }
}

impl fmt::Debug for ChatRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ChatRequest")
            .field("system_bytes", &self.system.len())
            .field("user_bytes", &self.user.len())
            .field("max_output_tokens", &self.max_output_tokens)
            .field("temperature", &self.temperature)
            .finish_non_exhaustive()
    }
}

/// One answer, not yet checked against the schema; [`crate::structured()`] does that.
#[derive(Clone, PartialEq)]
pub struct ChatReply {
    /// The answer's text, at most 256 KB.
    pub text: String,
    /// What it cost in tokens.
    pub usage: Usage,
    /// Why it ended.
    pub finish: Finish,
    /// The model that answered, as the provider names it.
    pub model: String,
    /// The answer came outside the agreed channel (as prose where a tool call was asked for) and had to be picked up there.
    pub was_repaired: bool,
}

impl fmt::Debug for ChatReply {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ChatReply")
            .field("text_bytes", &self.text.len())
            .field("usage", &self.usage)
            .field("finish", &self.finish)
            .field("was_repaired", &self.was_repaired)
            .finish_non_exhaustive()
    }
}

/// Tokens of a call, or of several calls added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens of the question.
    pub input_tokens: u64,
    /// Tokens of the answer.
    pub output_tokens: u64,
    /// The provider did not say, so these are our own upper estimates.
    pub is_estimated: bool,
}

impl Usage {
    /// Both calls together.
    pub fn plus(self, other: Self) -> Self {
        Self {
            input_tokens: self.input_tokens.saturating_add(other.input_tokens),
            output_tokens: self.output_tokens.saturating_add(other.output_tokens),
            is_estimated: self.is_estimated || other.is_estimated,
        }
    }

    /// What a call may have used when its provider does not say.
    pub(crate) fn estimated(request: &ChatRequest, text: &str) -> Self {
        let output_tokens = (text.len() as u64).div_ceil(BYTES_PER_TOKEN);
        Self { input_tokens: request.input_tokens_at_most(), output_tokens, is_estimated: true }
    }
}

/// Why an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// The model was done.
    Complete,
    /// The token limit was reached; the text is a fragment.
    Length,
    /// The model or its provider declined; the text is not an answer.
    Refused,
}
