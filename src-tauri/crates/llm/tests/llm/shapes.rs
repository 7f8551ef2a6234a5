//! The answers' shapes as the providers send them, around a text the test chooses, and the question all tests ask.

use std::sync::Arc;
use std::time::Duration;

use autoreach_llm::{
    ApiKey, Breaker, Budget, ChatError, ChatModel, ChatReply, ChatRequest, Deadlines, Dialect, Endpoint, HttpModel, Manners, Price,
    ReplySchema, RetryPolicy, Structured, structured,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::server::{Server, json_answer, stream_answer};

pub(crate) const KEY: &str = "sk-canary-3141592653";

#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Verdict {
    pub(crate) fits: bool,
    #[schemars(range(min = 0.0, max = 1.0))]
    pub(crate) score: f64,
    #[schemars(length(max = 400))]
    pub(crate) reason: String,
    #[schemars(length(max = 8))]
    pub(crate) facts: Vec<Fact>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fact {
    #[schemars(length(max = 40))]
    pub(crate) title: String,
    pub(crate) line: u32,
    #[schemars(length(max = 40))]
    pub(crate) note: Option<String>,
}

pub(crate) const GOOD: &str =
    r#"{"fits": true, "score": 0.75, "reason": "Makes pumps – “für Öl”.", "facts": [{"title": "Pumps", "line": 3, "note": null}]}"#;

pub(crate) fn good() -> Verdict {
    serde_json::from_str(GOOD).expect("is a verdict")
}

pub(crate) fn request() -> ChatRequest {
    ChatRequest {
        system: "Judge the company.".into(),
        user: "Pumps Ltd, pumps.example".into(),
        schema: ReplySchema::of::<Verdict>().expect("is closed"),
        max_output_tokens: 500,
        temperature: 0.0,
    }
}

/// Impatient: everything ends within a second or so.
pub(crate) fn quick() -> Manners {
    Manners {
        deadlines: Deadlines {
            connect: Duration::from_millis(500),
            silence: Duration::from_millis(300),
            one_try: Duration::from_secs(5),
            whole_call: Duration::from_secs(20),
        },
        retry: RetryPolicy { first_ceiling: Duration::from_millis(1), highest_ceiling: Duration::from_millis(4), ..RetryPolicy::default() },
        breaker: Breaker::new(1_000, Duration::from_secs(30)),
        budget: Budget::unlimited(),
        price: Price { input_per_million_micros: 1_000_000, output_per_million_micros: 1_000_000 },
    }
}

pub(crate) fn model(dialect: Dialect, base: &str, manners: Manners) -> HttpModel {
    let key = ApiKey::parse(KEY).ok();
    let endpoint = Endpoint::new(dialect, base, "pocket-1", key).expect("is this computer");
    HttpModel::new(endpoint, manners).expect("the client builds")
}

pub(crate) async fn ask(dialect: Dialect, server: &Server) -> Result<Structured<Verdict>, ChatError> {
    ask_with(dialect, server, quick()).await
}

pub(crate) async fn ask_with(dialect: Dialect, server: &Server, manners: Manners) -> Result<Structured<Verdict>, ChatError> {
    structured(&model(dialect, &server.base(), manners), &request(), &CancellationToken::new()).await
}

pub(crate) async fn chat(dialect: Dialect, server: &Server) -> Result<ChatReply, ChatError> {
    model(dialect, &server.base(), quick()).chat(&request(), &CancellationToken::new()).await
}

pub(crate) fn manners_with(budget: &Arc<Budget>) -> Manners {
    Manners { budget: budget.clone(), ..quick() }
}

/// An answer on the wire: how it is framed, and the events of which it consists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    OpenAiStream,
    OpenAiWhole,
    AnthropicStream,
    AnthropicWhole,
    Ollama,
}

pub(crate) const WIRES: [Wire; 5] = [Wire::OpenAiStream, Wire::OpenAiWhole, Wire::AnthropicStream, Wire::AnthropicWhole, Wire::Ollama];

impl Wire {
    pub(crate) fn dialect(self) -> Dialect {
        match self {
            Self::OpenAiStream | Self::OpenAiWhole => Dialect::OpenAi,
            Self::AnthropicStream | Self::AnthropicWhole => Dialect::Anthropic,
            Self::Ollama => Dialect::Ollama,
        }
    }

    /// The body of a complete answer with this text.
    pub(crate) fn body(self, text: &str) -> Vec<u8> {
        match self {
            Self::OpenAiStream => openai_stream(text, "stop"),
            Self::OpenAiWhole => openai_whole(text, "stop").to_string(),
            Self::AnthropicStream => anthropic_stream(text, "tool_use"),
            Self::AnthropicWhole => anthropic_whole(text),
            Self::Ollama => ollama_stream(text, "stop"),
        }
        .into_bytes()
    }

    /// The body with its headers.
    pub(crate) fn framed(self, body: &[u8]) -> Vec<u8> {
        match self {
            Self::OpenAiStream | Self::AnthropicStream => stream_answer("text/event-stream; charset=utf-8", body),
            Self::OpenAiWhole | Self::AnthropicWhole => stream_answer("application/json", body),
            Self::Ollama => stream_answer("application/x-ndjson", body),
        }
    }
}

/// The text in pieces of a few characters, as tokens come.
fn pieces(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let size = (characters.len() / 40).max(5);
    characters.chunks(size).map(|piece| piece.iter().collect()).collect()
}

pub(crate) fn openai_stream(text: &str, finish: &str) -> String {
    let chunk = |delta: Value, finish: Value| {
        json!({"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "pocket-1-2026", "system_fingerprint": null,
               "choices": [{"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish}], "usage": null})
    };
    let mut events = vec![chunk(json!({"role": "assistant", "content": "", "refusal": null}), Value::Null)];
    events.extend(pieces(text).into_iter().map(|piece| chunk(json!({"content": piece}), Value::Null)));
    events.push(chunk(json!({}), json!(finish)));
    events.push(json!({"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "pocket-1-2026", "choices": [],
                       "usage": {"prompt_tokens": 120, "completion_tokens": 30, "total_tokens": 150}}));
    let body: String = events.iter().map(|event| format!("data: {event}\n\n")).collect();
    format!("{body}data: [DONE]\n\n")
}

pub(crate) fn openai_whole(text: &str, finish: &str) -> Value {
    json!({"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "pocket-1-2026",
           "choices": [{"index": 0, "message": {"role": "assistant", "content": text, "refusal": null}, "finish_reason": finish}],
           "usage": {"prompt_tokens": 120, "completion_tokens": 30, "total_tokens": 150}})
}

pub(crate) fn anthropic_stream(text: &str, reason: &str) -> String {
    let mut events = vec![
        json!({"type": "message_start", "message": {"id": "msg_1", "type": "message", "role": "assistant", "model": "pocket-1-2026",
               "content": [], "stop_reason": null, "stop_sequence": null,
               "usage": {"input_tokens": 100, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 20, "output_tokens": 1}}}),
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "tool_use", "id": "toolu_1", "name": "answer", "input": {}}}),
        json!({"type": "ping"}),
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": ""}}),
    ];
    events.extend(
        pieces(text)
            .into_iter()
            .map(|piece| json!({"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": piece}})),
    );
    events.push(json!({"type": "content_block_stop", "index": 0}));
    events.push(json!({"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": null}, "usage": {"output_tokens": 30}}));
    events.push(json!({"type": "message_stop"}));
    let name = |event: &Value| event["type"].as_str().unwrap_or_default().to_owned();
    events.iter().map(|event| format!("event: {}\ndata: {event}\n\n", name(event))).collect()
}

/// The text stands in the envelope as JSON, as it came from the model; what is no JSON breaks the envelope.
pub(crate) fn anthropic_whole(text: &str) -> String {
    let envelope = json!({"id": "msg_1", "type": "message", "role": "assistant", "model": "pocket-1-2026",
        "content": [{"type": "tool_use", "id": "toolu_1", "name": "answer", "input": "INPUT"}],
        "stop_reason": "tool_use", "stop_sequence": null, "usage": {"input_tokens": 120, "output_tokens": 30}});
    envelope.to_string().replace("\"INPUT\"", text)
}

pub(crate) fn ollama_stream(text: &str, reason: &str) -> String {
    let line = |piece: &str| json!({"model": "pocket-1-2026", "created_at": "2026-03-01T12:00:00Z", "message": {"role": "assistant", "content": piece}, "done": false});
    let mut lines: Vec<Value> = pieces(text).iter().map(|piece| line(piece)).collect();
    lines.push(json!({"model": "pocket-1-2026", "created_at": "2026-03-01T12:00:01Z", "message": {"role": "assistant", "content": ""},
        "done": true, "done_reason": reason, "total_duration": 1, "load_duration": 1, "prompt_eval_count": 120, "eval_count": 30}));
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// A JSON error answer of the OpenAI kind.
pub(crate) fn refusal(status: u16, param: &str, message: &str) -> Vec<u8> {
    json_answer(status, &json!({"error": {"message": message, "type": "invalid_request_error", "param": param, "code": null}}))
}
