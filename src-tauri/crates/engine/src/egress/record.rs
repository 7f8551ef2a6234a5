//! Writing calls down.

use crate::Engine;
use crate::error::EngineError;
use autoreach_domain::egress::{EgressOutcome, EgressProfile, EgressPurpose, Reach};
use autoreach_domain::ids::{LeadId, RunId};
use autoreach_llm::{BudgetStop, ChatError, ChatReply, ChatRequest, Finish, HttpModel, Price, Traffic};
use autoreach_store::tables::egress_call::{self, CallEnd, EgressCall};
use autoreach_web::{Asked, AskedFor, AskedWhere};
use jiff::Timestamp;

/// A question that is about to be put to a model.
pub(crate) struct ModelCall<'a> {
    pub(crate) purpose: EgressPurpose,
    pub(crate) model: &'a HttpModel,
    /// The model as people call it.
    pub(crate) name: &'a str,
    pub(crate) profile: EgressProfile,
    /// About whom, in which run.
    pub(crate) about: Option<(LeadId, RunId)>,
    /// What of the lead it shows, by the names of the fields.
    pub(crate) shows: &'static [&'static str],
    /// The question as it will be sent.
    pub(crate) request: &'a ChatRequest,
}

impl Engine {
    /// Writes down what is about to be sent; its number. Nothing may be sent that is not on disk.
    pub(crate) async fn begin_model_call(&self, call: ModelCall<'_>) -> Result<i64, EngineError> {
        let endpoint = call.model.endpoint();
        let row = EgressCall {
            at: self.now(),
            purpose: call.purpose,
            host: endpoint.host().to_owned(),
            address: String::new(),
            lead_id: call.about.map(|(lead_id, _)| lead_id),
            run_id: call.about.map(|(_, run_id)| run_id),
            reach: if endpoint.is_local() { Reach::ThisComputer } else { Reach::LeftComputer },
            profile: Some(call.profile),
            model: Some(call.name.to_owned()),
            fields: call.shows.iter().map(|field| (*field).to_owned()).collect(),
            text_hash: None,
            bytes_up: call.model.question_bytes(call.request).unwrap_or(0),
            bytes_down: 0,
            tokens: None,
            cost_micros: None,
            outcome: EgressOutcome::UnderWay,
            detail: String::new(),
        };
        let tx = self.store.begin().await?;
        let id = egress_call::begin(&*tx, &row, &words_of(call.request)).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Writes down the requests for pages on their own, where there is no change of the lead to write them with.
    pub(crate) async fn note_pages(&self, calls: &[EgressCall]) -> Result<(), EngineError> {
        if calls.is_empty() {
            return Ok(());
        }
        let tx = self.store.begin().await?;
        egress_call::append(&*tx, calls).await?;
        Ok(tx.commit().await?)
    }
}

/// The requests for pages as rows, about one lead in a run or about nobody. `at` is the instant of a workspace whose clock is given, so that a replay
/// writes the same.
pub(crate) fn pages(asked: Vec<Asked>, about: Option<(LeadId, RunId)>, at: Option<Timestamp>) -> Vec<EgressCall> {
    let row = |asked: Asked| EgressCall {
        at: at.unwrap_or(asked.at),
        purpose: match asked.errand {
            AskedFor::Page => EgressPurpose::ReadPage,
            AskedFor::Robots => EgressPurpose::ReadRobots,
        },
        host: asked.url.host_str().unwrap_or_default().to_owned(),
        address: asked.url.to_string(),
        lead_id: about.map(|(lead_id, _)| lead_id),
        run_id: about.map(|(_, run_id)| run_id),
        reach: match asked.place {
            AskedWhere::Elsewhere => Reach::LeftComputer,
            AskedWhere::ThisComputer => Reach::ThisComputer,
            AskedWhere::Recording => Reach::Recording,
        },
        profile: None,
        model: None,
        fields: Vec::new(),
        text_hash: None,
        bytes_up: asked.bytes_up,
        bytes_down: asked.bytes_down,
        tokens: None,
        cost_micros: None,
        outcome: match (asked.status, asked.error) {
            (Some(_), None) => EgressOutcome::Answered,
            (Some(_), Some(_)) => EgressOutcome::Refused,
            (None, _) => EgressOutcome::Failed,
        },
        detail: asked.error.map(|error| error.to_string()).unwrap_or_default(),
    };
    asked.into_iter().map(row).collect()
}

/// The question as people read it in the ledger.
fn words_of(request: &ChatRequest) -> String {
    format!("{}\n\n----\n\n{}", request.system, request.user)
}

/// How a call to a model ended, for the ledger.
pub(crate) fn ending(outcome: &Result<ChatReply, ChatError>, traffic: &Traffic, price: Option<Price>) -> CallEnd {
    let usage = outcome.as_ref().ok().map(|reply| reply.usage);
    let (outcome, detail) = in_words(outcome, traffic);
    CallEnd {
        bytes_up: traffic.sent(),
        bytes_down: traffic.received(),
        tokens: usage.map(|usage| (usage.input_tokens, usage.output_tokens)),
        cost_micros: usage.as_ref().and_then(|usage| price.map(|price| price.of(usage).micros())),
        outcome,
        detail,
    }
}

fn in_words(outcome: &Result<ChatReply, ChatError>, traffic: &Traffic) -> (EgressOutcome, String) {
    let error = match outcome {
        Ok(reply) => {
            return match reply.finish {
                Finish::Complete => (EgressOutcome::Answered, String::new()),
                Finish::Length => (EgressOutcome::Answered, "The answer was cut at the token limit.".to_owned()),
                Finish::Refused => (EgressOutcome::Refused, "The model declined to answer.".to_owned()),
            };
        }
        Err(error) => error,
    };
    let ended = if traffic.exchanges() == 0 { EgressOutcome::HeldBack } else { ended_by(error) };
    (ended, error.to_string())
}

fn ended_by(error: &ChatError) -> EgressOutcome {
    match error {
        ChatError::Cancelled => EgressOutcome::Cancelled,
        ChatError::Unreachable
        | ChatError::UntrustedServer
        | ChatError::TimedOut
        | ChatError::Interrupted
        | ChatError::NoNetworkClient
        | ChatError::Busy { .. } => EgressOutcome::Failed,
        ChatError::BudgetStop(BudgetStop::CostLimit | BudgetStop::TokenLimit | BudgetStop::RunCostLimit | BudgetStop::RunTokenLimit) => {
            EgressOutcome::HeldBack
        }
        ChatError::BudgetStop(BudgetStop::SpendLimit | BudgetStop::Quota)
        | ChatError::KeyRefused
        | ChatError::NotFound
        | ChatError::BadRequest
        | ChatError::TooLong
        | ChatError::RateLimited { .. }
        | ChatError::Paused { .. }
        | ChatError::Malformed(_)
        | ChatError::Refused
        | ChatError::CutByLength
        | ChatError::OpenSchema(_)
        | ChatError::UnsafeAddress => EgressOutcome::Refused,
    }
}
