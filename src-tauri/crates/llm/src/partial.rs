//! An answer while it is still arriving, the same for every provider and for streamed and whole answers.
//!
//! It is complete when the provider said why it ended. A stream that stops before that was cut, however much text came.

use crate::chat::{ChatReply, ChatRequest, Finish, Usage};
use crate::error::{ChatError, ReplyFault};
use crate::structured::MAXIMUM_ANSWER_BYTES;

/// The answer so far.
#[derive(Default)]
pub(crate) struct Partial {
    text: String,
    prose: String,
    finish: Option<Finish>,
    /// Tokens of the question, once the provider said so.
    pub(crate) input_tokens: Option<u64>,
    /// Tokens of the answer, once the provider said so.
    pub(crate) output_tokens: Option<u64>,
    /// The model, as the provider names it.
    pub(crate) model: Option<String>,
}

impl Partial {
    /// A piece of the answer.
    pub(crate) fn write(&mut self, piece: &str) -> Result<(), ChatError> {
        append(&mut self.text, piece)
    }

    /// A piece of text outside the channel that was agreed for the answer.
    pub(crate) fn write_prose(&mut self, piece: &str) -> Result<(), ChatError> {
        append(&mut self.prose, piece)
    }

    /// The provider said why it ended. A refusal stays one, whatever is said afterwards.
    pub(crate) fn end(&mut self, finish: Finish) {
        if self.finish != Some(Finish::Refused) {
            self.finish = Some(finish);
        }
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.finish.is_some()
    }

    /// The whole answer, or [`ChatError::Interrupted`] if its end never came.
    pub(crate) fn into_reply(self, request: &ChatRequest, asked_model: &str) -> Result<ChatReply, ChatError> {
        let finish = self.finish.ok_or(ChatError::Interrupted)?;
        let is_prose_only = self.text.is_empty() && !self.prose.is_empty();
        let text = if is_prose_only { self.prose } else { self.text };
        let usage = match (self.input_tokens, self.output_tokens) {
            (Some(input_tokens), Some(output_tokens)) => Usage { input_tokens, output_tokens, is_estimated: false },
            _ => Usage::estimated(request, &text),
        };
        let model = self.model.unwrap_or_else(|| asked_model.to_owned());
        Ok(ChatReply { text, usage, finish, model, was_repaired: is_prose_only })
    }
}

fn append(text: &mut String, piece: &str) -> Result<(), ChatError> {
    if text.len() + piece.len() > MAXIMUM_ANSWER_BYTES {
        return Err(ReplyFault::TooLarge.into());
    }
    text.push_str(piece);
    Ok(())
}
