//! Why a call gave no usable answer, named after what the caller may do about it.
//!
//! No variant carries text from the network: not the address, not the provider's message, not a word of the question or
//! the answer, so that any of them may be logged and stored.

use std::time::Duration;

use crate::schema::SchemaGap;

/// A call that gave no usable answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChatError {
    /// The caller asked to stop. What was sent until then may be billed.
    #[error("The call was cancelled.")]
    Cancelled,
    /// 401 or 403: ask the user for another key; no retry helps.
    #[error("The provider refused the key.")]
    KeyRefused,
    /// The provider does not accept this request in any form we know. A bug or a model too small for the task.
    #[error("The provider did not accept the request.")]
    BadRequest,
    /// The address answers, but knows no such model or is no model server.
    #[error("The model was not found at this address.")]
    NotFound,
    /// Question and answer do not fit into the model's context: send less text.
    #[error("The question is too long for this model.")]
    TooLong,
    /// Too many calls; the provider says when to come back, and that is further away than a call may wait.
    #[error("The provider asks to wait {} s.", retry_after.as_secs())]
    RateLimited {
        /// The least time to wait.
        retry_after: Duration,
    },
    /// Overloaded or broken on the provider's side, still so after all tries.
    #[error("The provider is overloaded.")]
    Busy {
        /// The least time to wait, when the provider named one.
        retry_after: Option<Duration>,
    },
    /// The last calls to this provider failed, or it asked to be left alone, so this one was not made.
    #[error("The provider asked for a pause or failed repeatedly; it is not asked for another {} s.", retry_after.as_secs())]
    Paused {
        /// When the next call will be let through.
        retry_after: Duration,
    },
    /// Money or tokens are used up. Never retried.
    #[error("The budget is used up: {0}")]
    BudgetStop(BudgetStop),
    /// No connection: offline, or no server at this address.
    #[error("The provider cannot be reached.")]
    Unreachable,
    /// The server's certificate is not trusted by this computer.
    #[error("The provider's certificate is not trusted.")]
    UntrustedServer,
    /// No answer within the deadline, still so after all tries.
    #[error("The provider did not answer in time.")]
    TimedOut,
    /// The connection broke off in the middle of an answer, more than once.
    #[error("The answer broke off.")]
    Interrupted,
    /// The answer is not what was asked for, even after one repair.
    #[error("The answer is unusable: {0}")]
    Malformed(ReplyFault),
    /// The model or its provider declined to answer.
    #[error("The model declined to answer.")]
    Refused,
    /// The answer reached the token limit, so it is incomplete.
    #[error("The answer was cut at the token limit.")]
    CutByLength,
    /// The type asked for would let an answer grow or carry fields without bound. A bug of the caller.
    #[error("The schema is not closed: {0}")]
    OpenSchema(SchemaGap),
    /// The address is not http(s), carries a user name, or would send a key in the clear over a network.
    #[error("The address is not safe to send to.")]
    UnsafeAddress,
    /// The network could not be set up on this computer.
    #[error("The network client could not be set up on this computer.")]
    NoNetworkClient,
}

/// Whose budget stopped a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BudgetStop {
    /// Our own money limit: this call at its dearest would pass it.
    #[error("the cost limit is reached.")]
    CostLimit,
    /// Our own token limit: this call at its longest would pass it.
    #[error("the token limit is reached.")]
    TokenLimit,
    /// The money limit of the run under way: this call at its dearest would pass it.
    #[error("the cost limit of this run is reached.")]
    RunCostLimit,
    /// The token limit of the run under way: this call at its longest would pass it.
    #[error("the token limit of this run is reached.")]
    RunTokenLimit,
    /// The provider says the account's money or spend limit is used up.
    #[error("the provider's spend limit is reached.")]
    SpendLimit,
    /// 429 without saying when to come back: providers answer so when a quota, not the rate, is used up.
    #[error("the provider's quota is used up.")]
    Quota,
}

/// What is wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ReplyFault {
    /// Nothing was answered.
    #[error("it is empty.")]
    Empty,
    /// Above the size cap.
    #[error("it is too large.")]
    TooLarge,
    /// Nested deeper than any honest answer.
    #[error("it is nested too deeply.")]
    TooDeep,
    /// Bytes that are no UTF-8.
    #[error("it is not valid UTF-8.")]
    NotUtf8,
    /// Not JSON, or JSON with something around it.
    #[error("it is not exactly one JSON value.")]
    NotJson,
    /// An object names the same key twice, so two readers could see two answers.
    #[error("an object has the same key twice.")]
    DuplicateKey,
    /// A type is wrong, a field is missing or unknown.
    #[error("its fields do not match the schema.")]
    WrongShape,
    /// A text, list or number passes the bounds of the schema.
    #[error("a value exceeds the limits of the schema.")]
    OverLimit,
    /// It ended for a reason we do not know.
    #[error("it ended for an unknown reason.")]
    UnknownEnding,
}

impl ChatError {
    /// What a person can do about it, in a sentence that stands behind the message.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Cancelled => "Start it again when you like.",
            Self::KeyRefused => "Copy the key again, whole, or make a new one with the provider.",
            Self::BadRequest | Self::Malformed(_) | Self::CutByLength | Self::TooLong => "Choose a larger model.",
            Self::NotFound => "Check the address and the model's name.",
            Self::RateLimited { .. } | Self::Busy { .. } | Self::Paused { .. } | Self::Interrupted => "Try again later.",
            Self::BudgetStop(BudgetStop::CostLimit | BudgetStop::TokenLimit) => "It is asked again tomorrow.",
            Self::BudgetStop(BudgetStop::RunCostLimit | BudgetStop::RunTokenLimit) => "Raise the limit of a run, or start another run.",
            Self::BudgetStop(BudgetStop::SpendLimit | BudgetStop::Quota) => "Look at the limits of your account with the provider.",
            Self::Unreachable => "Check that the server runs and that you are online.",
            Self::UntrustedServer | Self::UnsafeAddress => "Check the address: https, or http on this computer only.",
            Self::TimedOut => "Check that the server is not overloaded, or choose a smaller model.",
            Self::Refused => "Try again, or choose another model.",
            Self::OpenSchema(_) | Self::NoNetworkClient => "This is a fault in the program; please report it.",
        }
    }

    /// The least time to wait before asking again, where one is known.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after } | Self::Paused { retry_after } => Some(*retry_after),
            Self::Busy { retry_after } => *retry_after,
            _ => None,
        }
    }
}

impl From<ReplyFault> for ChatError {
    fn from(fault: ReplyFault) -> Self {
        Self::Malformed(fault)
    }
}

impl From<BudgetStop> for ChatError {
    fn from(stop: BudgetStop) -> Self {
        Self::BudgetStop(stop)
    }
}

impl From<SchemaGap> for ChatError {
    fn from(gap: SchemaGap) -> Self {
        Self::OpenSchema(gap)
    }
}
