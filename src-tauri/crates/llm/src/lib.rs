//! One chat call with a structured answer, to whichever model provider the caller names.
//!
//! A caller builds a [`ChatRequest`] whose [`ReplySchema`] is closed and bounded, hands it to [`structured()`] with some
//! [`ChatModel`], and gets a typed value or a [`ChatError`] named after what can be done about it. [`HttpModel`] speaks
//! three dialects (OpenAI-compatible, Anthropic Messages, Ollama); [`scripted::ScriptedModel`] answers in tests.
//!
//! Whatever a model writes is data: it is size-capped, parsed strictly (no duplicate keys, no unknown fields, bounded
//! depth and lengths) and marked when it needed a repair, so that callers can keep repaired answers away from anything
//! automatic. Whatever it costs is reserved in a [`Budget`] before the call and settled after it.
//!
//! Deliberately absent: any notion of leads or mails, prompts, conversations of more than one turn, tools a model could
//! call, and keys at rest. Nothing here logs or puts into an error what was asked, what was answered, or a key.

mod anthropic;
mod budget;
mod chat;
mod detect;
mod endpoint;
mod error;
mod fault;
mod http;
mod key;
mod lines;
mod ollama;
mod openai;
mod partial;
mod retry;
mod schema;
pub mod scripted;
mod strict_json;
mod structured;
mod traffic;

pub use budget::{Budget, BudgetLimits, BudgetSpan, Cost, Price, Spending};
pub use chat::{ChatModel, ChatReply, ChatRequest, Finish, Usage};
pub use detect::{CloudProvider, LocalCandidates, LocalEngine, LocalEngineKind, find_local_engines};
pub use endpoint::{Dialect, Endpoint};
pub use error::{BudgetStop, ChatError, ReplyFault};
pub use http::{Deadlines, HttpModel, Manners};
pub use key::{ApiKey, UnusableKey};
pub use retry::{Breaker, RetryPolicy};
pub use schema::{GapKind, ReplySchema, SchemaGap};
pub use strict_json::parse_strictly;
pub use structured::{MAXIMUM_ANSWER_BYTES, Structured, structured};
pub use traffic::Traffic;
