//! Anthropic Messages: the answer is the input of the one tool the model must use.
//!
//! A forced tool is understood by every model of this provider, and its input follows the schema. A model that writes
//! prose instead is still heard, but its answer is marked as repaired.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::chat::{ChatRequest, Finish};
use crate::error::{ChatError, ReplyFault};
use crate::fault::{Concessions, Shape, meaning_in_stream};
use crate::partial::Partial;

/// The version of the interface this file speaks.
pub(crate) const VERSION: &str = "2023-06-01";

/// The request's body.
pub(crate) fn body(request: &ChatRequest, model: &str, concessions: Concessions) -> Value {
    let schema = match concessions.shape {
        Shape::Bounded => request.schema.sent(),
        Shape::Unbounded | Shape::AnyObject => request.schema.without_bounds(),
    };
    let mut body = json!({
        "model": model,
        "max_tokens": request.max_output_tokens,
        "system": request.system,
        "messages": [{"role": "user", "content": request.user}],
        "tools": [{"name": "answer", "description": "Gives the answer.", "input_schema": schema}],
        "tool_choice": {"type": "tool", "name": "answer"},
        "stream": true,
    });
    if !concessions.without_temperature {
        body["temperature"] = request.temperature.into();
    }
    body
}

/// An event of a stream. A whole answer is the event `message`.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Event {
    Message(Message),
    MessageStart {
        message: Message,
    },
    ContentBlockStart {
        content_block: Block,
    },
    ContentBlockDelta {
        delta: Delta,
    },
    MessageDelta {
        delta: Ending,
        usage: Option<Tokens>,
    },
    Error {
        error: Value,
    },
    /// Pings, ends of blocks, and whatever is added to the interface later.
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Message {
    model: Option<String>,
    #[serde(default)]
    content: Vec<Block>,
    stop_reason: Option<String>,
    usage: Option<Tokens>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Block {
    ToolUse {
        input: Value,
    },
    Text {
        text: String,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Delta {
    #[serde(rename = "input_json_delta")]
    InputJson { partial_json: String },
    #[serde(rename = "text_delta")]
    Text { text: String },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Ending {
    stop_reason: Option<String>,
}

#[derive(Deserialize)]
struct Tokens {
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    cache_creation_input_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
}

/// Adds an event to the answer.
pub(crate) fn take(partial: &mut Partial, event: Value) -> Result<(), ChatError> {
    let event: Event = serde_json::from_value(event).map_err(|_| ReplyFault::WrongShape)?;
    match event {
        Event::Message(message) | Event::MessageStart { message } => take_message(partial, message),
        Event::ContentBlockStart { content_block } => take_block(partial, content_block),
        Event::ContentBlockDelta { delta: Delta::InputJson { partial_json } } => partial.write(&partial_json),
        Event::ContentBlockDelta { delta: Delta::Text { text } } => partial.write_prose(&text),
        Event::MessageDelta { delta, usage } => {
            take_tokens(partial, usage);
            end(partial, delta.stop_reason.as_deref())
        }
        Event::Error { error } => Err(meaning_in_stream(&error)),
        Event::ContentBlockDelta { delta: Delta::Other } | Event::Other => Ok(()),
    }
}

fn take_message(partial: &mut Partial, message: Message) -> Result<(), ChatError> {
    partial.model = message.model;
    take_tokens(partial, message.usage);
    for block in message.content {
        take_block(partial, block)?;
    }
    end(partial, message.stop_reason.as_deref())
}

fn take_block(partial: &mut Partial, block: Block) -> Result<(), ChatError> {
    match block {
        // In a stream the input begins as an empty object and comes in pieces afterwards.
        Block::ToolUse { input } if input.as_object().is_some_and(serde_json::Map::is_empty) => Ok(()),
        Block::ToolUse { input } => partial.write(&input.to_string()),
        Block::Text { text } => partial.write_prose(&text),
        Block::Other => Ok(()),
    }
}

fn take_tokens(partial: &mut Partial, tokens: Option<Tokens>) {
    let Some(tokens) = tokens else { return };
    if let Some(input) = tokens.input_tokens {
        let cached = tokens.cache_creation_input_tokens.unwrap_or(0).saturating_add(tokens.cache_read_input_tokens.unwrap_or(0));
        partial.input_tokens = Some(input.saturating_add(cached));
    }
    partial.output_tokens = tokens.output_tokens.or(partial.output_tokens);
}

fn end(partial: &mut Partial, reason: Option<&str>) -> Result<(), ChatError> {
    let finish = match reason {
        None => return Ok(()),
        Some("tool_use" | "end_turn" | "stop_sequence") => Finish::Complete,
        Some("max_tokens" | "model_context_window_exceeded") => Finish::Length,
        Some("refusal") => Finish::Refused,
        Some(_) => return Err(ReplyFault::UnknownEnding.into()),
    };
    partial.end(finish);
    Ok(())
}
