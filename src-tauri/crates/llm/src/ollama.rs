//! Ollama's own dialect: `/api/chat`, one JSON object a line.
//!
//! Ollama silently cuts the beginning of a question that does not fit its context, which would be our instructions. So the
//! context is asked for in the size the question needs, and a question beyond the largest size is not sent.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::chat::{ChatRequest, Finish};
use crate::error::{ChatError, ReplyFault};
use crate::fault::{Concessions, Shape, meaning_in_stream};
use crate::partial::Partial;
use crate::schema::in_words;

/// The smallest context asked for. Sizes are powers of two, because another size makes Ollama load the model anew.
const SMALLEST_CONTEXT: u64 = 4_096;

/// More does not fit the memory of an ordinary computer.
const LARGEST_CONTEXT: u64 = 32_768;

/// The request's body. Fails with [`ChatError::TooLong`] if no context would hold question and answer.
pub(crate) fn body(request: &ChatRequest, model: &str, concessions: Concessions) -> Result<Value, ChatError> {
    let needed = request.input_tokens_at_most().saturating_add(request.max_output_tokens.into());
    if needed > LARGEST_CONTEXT {
        return Err(ChatError::TooLong);
    }
    let (format, words) = match concessions.shape {
        Shape::Bounded => (request.schema.sent().clone(), String::new()),
        Shape::Unbounded => (request.schema.without_bounds().clone(), String::new()),
        Shape::AnyObject => ("json".into(), in_words(&request.schema)),
    };
    Ok(json!({
        "model": model,
        "messages": [
            {"role": "system", "content": format!("{}{words}", request.system)},
            {"role": "user", "content": request.user},
        ],
        "format": format,
        "stream": true,
        "options": {
            "temperature": request.temperature,
            "num_predict": request.max_output_tokens,
            "num_ctx": needed.next_power_of_two().max(SMALLEST_CONTEXT),
        },
    }))
}

#[derive(Deserialize)]
struct Line {
    error: Option<Value>,
    model: Option<String>,
    message: Option<Piece>,
    #[serde(default)]
    done: bool,
    done_reason: Option<String>,
    prompt_eval_count: Option<u64>,
    eval_count: Option<u64>,
}

#[derive(Deserialize)]
struct Piece {
    content: Option<String>,
}

/// Adds a line to the answer. A whole answer is a single line.
pub(crate) fn take(partial: &mut Partial, line: Value) -> Result<(), ChatError> {
    let line: Line = serde_json::from_value(line).map_err(|_| ReplyFault::WrongShape)?;
    if let Some(error) = line.error {
        return Err(meaning_in_stream(&error));
    }
    partial.model = partial.model.take().or(line.model);
    partial.write(&line.message.and_then(|piece| piece.content).unwrap_or_default())?;
    if line.done {
        partial.input_tokens = line.prompt_eval_count;
        partial.output_tokens = line.eval_count;
        partial.end(finish(line.done_reason.as_deref())?);
    }
    Ok(())
}

/// Older versions name no reason.
fn finish(reason: Option<&str>) -> Result<Finish, ChatError> {
    match reason {
        None | Some("stop") => Ok(Finish::Complete),
        Some("length") => Ok(Finish::Length),
        Some(_) => Err(ReplyFault::UnknownEnding.into()),
    }
}
