//! The ledger as people read it: the latest calls, totals by day and host, and the words of one call.

use crate::Engine;
use crate::error::EngineError;
use autoreach_domain::egress::{EgressOutcome, EgressProfile, EgressPurpose, Reach};
use autoreach_domain::ids::LeadId;
use autoreach_store::tables::egress_call::{self, CallFilter, DayTotal, StoredCall};
use autoreach_store::tables::lead;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use ts_rs::TS;

/// Lines of totals that are shown at most.
const MOST_TOTALS: u64 = 60;

/// Which calls are asked for.
#[derive(Debug, Clone, Default, Deserialize, TS)]
pub struct EgressFilter {
    /// About this lead.
    pub lead: Option<LeadId>,
    /// From this instant on.
    pub since: Option<Timestamp>,
    /// To hosts that hold these letters.
    pub host: Option<String>,
    /// Only those that left the computer.
    pub left_only: bool,
    /// Only those that asked a model.
    pub models_only: bool,
}

impl EgressFilter {
    fn to_store(&self) -> CallFilter {
        CallFilter {
            lead_id: self.lead,
            since: self.since,
            host: self.host.as_deref().map(str::trim).filter(|host| !host.is_empty()).map(str::to_lowercase),
            left_only: self.left_only,
            models_only: self.models_only,
        }
    }
}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct EgressLine {
    /// Its number.
    #[ts(type = "number")]
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// What for.
    pub purpose: EgressPurpose,
    /// The same in words.
    pub purpose_words: String,
    /// Who was asked.
    pub host: String,
    /// The address of a page; empty for a model.
    pub address: String,
    /// The lead it was about.
    pub lead: Option<LeadId>,
    /// Its company; the lead may be gone.
    pub company: Option<String>,
    /// Where it went.
    pub reach: Reach,
    /// The profile in force.
    pub profile: Option<EgressProfile>,
    /// The model.
    pub model: Option<String>,
    /// What of the lead was shown.
    pub fields: Vec<String>,
    /// SHA-256 of the words shown, hex.
    pub text_hash: Option<String>,
    /// Bytes sent.
    #[ts(type = "number")]
    pub bytes_up: u64,
    /// Bytes received.
    #[ts(type = "number")]
    pub bytes_down: u64,
    /// Tokens of question and answer.
    #[ts(type = "[number, number] | null")]
    pub tokens: Option<(u64, u64)>,
    /// What it cost, in millionths of a US dollar; `None` = not known, or nothing was asked that costs.
    #[ts(type = "number | null")]
    pub cost_micros: Option<u64>,
    /// How it ended.
    pub outcome: EgressOutcome,
    /// The same in words; may be empty.
    pub detail: String,
}

/// The calls of one day to one host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct EgressTotal {
    /// The day, UTC.
    pub day: String,
    /// The host.
    pub host: String,
    /// Where they went.
    pub reach: Reach,
    /// How many.
    #[ts(type = "number")]
    pub calls: u64,
    /// Bytes sent.
    #[ts(type = "number")]
    pub bytes_up: u64,
    /// Bytes received.
    #[ts(type = "number")]
    pub bytes_down: u64,
    /// Tokens.
    #[ts(type = "number")]
    pub tokens: u64,
    /// What they cost as far as prices are known, in millionths of a US dollar.
    #[ts(type = "number")]
    pub cost_micros: u64,
    /// Calls whose price is not known.
    #[ts(type = "number")]
    pub unpriced: u64,
}

/// A page of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct EgressView {
    /// How much models may be shown now.
    pub profile: EgressProfile,
    /// Calls, the latest first.
    pub lines: Vec<EgressLine>,
    /// How many there are in all.
    #[ts(type = "number")]
    pub count: u64,
    /// How many of all left the computer.
    #[ts(type = "number")]
    pub left: u64,
    /// How many of all asked a model on another computer.
    #[ts(type = "number")]
    pub left_to_models: u64,
    /// By day and host, the latest day first.
    pub totals: Vec<EgressTotal>,
}

/// One call with the words that were shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct EgressDetail {
    /// The call.
    pub line: EgressLine,
    /// What the model was shown, word for word, besides the fixed description of the answer's form; `None` for a page, and
    /// after the words were forgotten.
    pub text: Option<String>,
}

impl Engine {
    /// The ledger, filtered.
    pub async fn egress(&self, filter: &EgressFilter, offset: u64, limit: u64) -> Result<EgressView, EngineError> {
        let (db, wanted) = (self.store.read(), filter.to_store());
        let (calls, count) = egress_call::list(db, &wanted, offset, limit).await?;
        let left = egress_call::count(db, &CallFilter { left_only: true, ..wanted.clone() }).await?;
        let left_to_models = egress_call::count(db, &CallFilter { left_only: true, models_only: true, ..wanted.clone() }).await?;
        let totals = egress_call::totals(db, &wanted, MOST_TOTALS).await?;
        Ok(EgressView {
            profile: self.egress_profile().await?,
            lines: self.egress_lines(calls).await?,
            count,
            left,
            left_to_models,
            totals: totals.into_iter().map(total).collect(),
        })
    }

    /// One call and what was shown.
    pub async fn egress_detail(&self, id: i64) -> Result<EgressDetail, EngineError> {
        let call = egress_call::get(self.store.read(), id).await?;
        let text = match &call.call.text_hash {
            Some(hash) => egress_call::text(self.store.read(), hash).await?,
            None => None,
        };
        let line = self.egress_lines(vec![call]).await?.pop().ok_or(autoreach_store::tables::TableError::NotFound { noun: "call" })?;
        Ok(EgressDetail { line, text })
    }

    async fn egress_lines(&self, calls: Vec<StoredCall>) -> Result<Vec<EgressLine>, EngineError> {
        let mut companies: HashMap<LeadId, Option<String>> = HashMap::new();
        for id in calls.iter().filter_map(|stored| stored.call.lead_id) {
            if let Entry::Vacant(unread) = companies.entry(id) {
                unread.insert(lead::get(self.store.read(), id).await.ok().map(|lead| lead.company));
            }
        }
        let company = |id: Option<LeadId>| id.and_then(|id| companies.get(&id).cloned().flatten());
        Ok(calls.into_iter().map(|stored| line(stored, company)).collect())
    }
}

fn line(StoredCall { id, call }: StoredCall, company: impl Fn(Option<LeadId>) -> Option<String>) -> EgressLine {
    EgressLine {
        id,
        at: call.at,
        purpose: call.purpose,
        purpose_words: call.purpose.words().to_owned(),
        host: call.host,
        address: call.address,
        lead: call.lead_id,
        company: company(call.lead_id),
        reach: call.reach,
        profile: call.profile,
        model: call.model,
        fields: call.fields,
        text_hash: call.text_hash.map(|hash| hash.iter().map(|byte| format!("{byte:02x}")).collect()),
        bytes_up: call.bytes_up,
        bytes_down: call.bytes_down,
        tokens: call.tokens,
        cost_micros: call.cost_micros,
        outcome: call.outcome,
        detail: call.detail,
    }
}

fn total(total: DayTotal) -> EgressTotal {
    let DayTotal { day, host, reach, calls, bytes_up, bytes_down, tokens, cost_micros, unpriced } = total;
    EgressTotal { day, host, reach, calls, bytes_up, bytes_down, tokens, cost_micros, unpriced }
}
