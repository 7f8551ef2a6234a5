//! The OpenAI-compatible dialect: `/v1/chat/completions`, streamed or whole.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::chat::{ChatRequest, Finish};
use crate::error::{ChatError, ReplyFault};
use crate::fault::{Concessions, Shape, meaning_in_stream};
use crate::partial::Partial;
use crate::schema::in_words;

/// The request's body.
pub(crate) fn body(request: &ChatRequest, model: &str, concessions: Concessions) -> Value {
    let schema = match concessions.shape {
        Shape::Bounded => Some(request.schema.sent()),
        Shape::Unbounded => Some(request.schema.without_bounds()),
        Shape::AnyObject => None,
    };
    let format = match schema {
        Some(schema) => json!({"type": "json_schema", "json_schema": {"name": "answer", "strict": true, "schema": schema}}),
        None => json!({"type": "json_object"}),
    };
    let words = if schema.is_none() { in_words(&request.schema) } else { String::new() };
    let mut body = json!({
        "model": model,
        "messages": [
            {"role": "system", "content": format!("{}{words}", request.system)},
            {"role": "user", "content": request.user},
        ],
        "response_format": format,
        "stream": true,
    });
    let limit = if concessions.names_completion_tokens { "max_completion_tokens" } else { "max_tokens" };
    body[limit] = request.max_output_tokens.into();
    if !concessions.without_temperature {
        body["temperature"] = request.temperature.into();
    }
    if !concessions.without_stream_options {
        body["stream_options"] = json!({"include_usage": true});
    }
    body
}

/// A chunk of a stream, or a whole answer: they differ in `delta` and `message` only.
#[derive(Deserialize)]
struct Event {
    error: Option<Value>,
    model: Option<String>,
    #[serde(default)]
    choices: Vec<Choice>,
    usage: Option<Tokens>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(alias = "message")]
    delta: Option<Piece>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Piece {
    content: Option<String>,
    refusal: Option<String>,
}

#[derive(Deserialize)]
struct Tokens {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
}

/// Adds an event to the answer.
pub(crate) fn take(partial: &mut Partial, event: Value) -> Result<(), ChatError> {
    let event: Event = serde_json::from_value(event).map_err(|_| ReplyFault::WrongShape)?;
    if let Some(error) = event.error {
        return Err(meaning_in_stream(&error));
    }
    if let Some(tokens) = event.usage {
        partial.input_tokens = tokens.prompt_tokens;
        partial.output_tokens = tokens.completion_tokens;
    }
    partial.model = partial.model.take().or(event.model);
    event.choices.into_iter().next().map_or(Ok(()), |choice| take_choice(partial, choice))
}

fn take_choice(partial: &mut Partial, choice: Choice) -> Result<(), ChatError> {
    if let Some(piece) = choice.delta {
        partial.write(&piece.content.unwrap_or_default())?;
        if piece.refusal.is_some_and(|refusal| !refusal.is_empty()) {
            partial.end(Finish::Refused);
        }
    }
    match choice.finish_reason.as_deref() {
        None | Some("") => {}
        Some(reason) => partial.end(finish(reason)?),
    }
    Ok(())
}

fn finish(reason: &str) -> Result<Finish, ChatError> {
    match reason {
        "stop" | "eos" | "eos_token" | "stop_sequence" => Ok(Finish::Complete),
        "length" => Ok(Finish::Length),
        "content_filter" => Ok(Finish::Refused),
        _ => Err(ReplyFault::UnknownEnding.into()),
    }
}
