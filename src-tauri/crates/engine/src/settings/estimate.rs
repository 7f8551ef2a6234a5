//! What a run will cost, said before it begins: calls, tokens and money by part, from what such calls took before, and from usual
//! figures until there were any. A price that is not known is said to be not known.

use super::engine::{EngineKind, in_dollars, is_local, model_name};
use super::limits::grouped;
use crate::Engine;
use crate::error::EngineError;
use crate::jobs::job::Step;
use autoreach_domain::egress::{ModelRole, passage};
use autoreach_domain::ids::WorkflowId;
use autoreach_llm::Usage;
use autoreach_store::tables::lead::Shelf;
use autoreach_store::tables::{egress_call, job, lead};
use serde::Serialize;
use ts_rs::TS;

/// Calls that are looked back on for what one takes.
const CALLS_LOOKED_AT: u64 = 400;
/// Pages a model reads of a company at most (`agents::research`); until there are figures, all of them.
const USUAL_PAGES: u64 = 4;

/// What one part of the work will take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct StageEstimate {
    /// Which part.
    pub role: ModelRole,
    /// The model that does it; `None` = the built-in engine, which costs nothing and sends nothing.
    pub model: Option<String>,
    /// Is the model on this computer?
    pub is_local: bool,
    /// Calls.
    #[ts(type = "number")]
    pub calls: u64,
    /// Tokens of the questions.
    #[ts(type = "number")]
    pub input_tokens: u64,
    /// Tokens of the answers.
    #[ts(type = "number")]
    pub output_tokens: u64,
    /// Millionths of a US dollar; `None` where the price of the model is not known.
    #[ts(type = "number | null")]
    pub cost_micros: Option<u64>,
    /// From calls of this workspace, rather than usual figures.
    pub is_measured: bool,
}

/// What a run will take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct RunEstimate {
    /// Leads that will be worked on.
    #[ts(type = "number")]
    pub leads: u64,
    /// By part.
    pub stages: Vec<StageEstimate>,
    /// All of it; `None` where one price is not known.
    #[ts(type = "number | null")]
    pub cost_micros: Option<u64>,
    /// The same in one or two sentences.
    pub words: String,
}

impl Engine {
    /// What a run over the leads of a workflow that wait for research would take. Sends nothing.
    pub async fn estimate_run(&self, workflow_id: WorkflowId) -> Result<RunEstimate, EngineError> {
        let db = self.store.read();
        let begun = job::leads_begun(db, workflow_id, Step::Research.as_str()).await?;
        let waiting = lead::of_workflow(db, workflow_id, Shelf::Current).await?.into_iter().filter(|lead| !begun.contains(&lead.id));
        self.estimate_for(waiting.count() as u64).await
    }

    /// What a run over so many leads would take.
    pub async fn estimate_for(&self, leads: u64) -> Result<RunEstimate, EngineError> {
        let mut stages = Vec::new();
        for role in ModelRole::ALL {
            stages.extend(self.estimate_stage(*role, leads).await?);
        }
        let cost_micros = stages.iter().map(|stage| stage.cost_micros).try_fold(0_u64, |sum, cost| Some(sum.saturating_add(cost?)));
        let limits = self.spending_limits().await?;
        let over = |limit: Option<u64>| limit.zip(cost_micros).is_some_and(|(limit, cost)| cost > limit);
        let stop = match (over(limits.run_micros), over(limits.day_micros)) {
            (true, _) => {
                limits.run_micros.map(|limit| format!(" The limit of {} for a run will stop the models before the end.", in_dollars(limit)))
            }
            (false, true) => {
                limits.day_micros.map(|limit| format!(" The limit of {} a day will stop the models before the end.", in_dollars(limit)))
            }
            (false, false) => None,
        };
        let words = format!("{}{}", words(leads, &stages, cost_micros), stop.unwrap_or_default());
        Ok(RunEstimate { leads, stages, cost_micros, words })
    }

    /// `None` for a scorer or checker where none is chosen.
    async fn estimate_stage(&self, role: ModelRole, leads: u64) -> Result<Option<StageEstimate>, EngineError> {
        let choice = self.choice_for(role).await?;
        let is_asked = choice.kind != EngineKind::Rules
            && !crate::demo::is_demo(&self.dir)
            && passage(self.egress_profile().await?, is_local(&choice)).is_ok();
        let Some(model) = model_name(&choice).filter(|_| is_asked) else {
            let built_in = StageEstimate {
                role,
                model: None,
                is_local: true,
                calls: 0,
                input_tokens: 0,
                output_tokens: 0,
                cost_micros: Some(0),
                is_measured: false,
            };
            return Ok((!role.is_extra()).then_some(built_in));
        };
        let past = egress_call::latest_of(self.store.read(), role.purpose(), CALLS_LOOKED_AT).await?;
        let per_lead = |n: u64| (n * leads).div_ceil(past.leads.max(1));
        let (calls, usage) = match past.leads {
            0 => usual(role, leads),
            _ => (
                per_lead(past.calls),
                Usage { input_tokens: per_lead(past.input_tokens), output_tokens: per_lead(past.output_tokens), is_estimated: true },
            ),
        };
        Ok(Some(StageEstimate {
            role,
            model: Some(model.to_owned()),
            is_local: is_local(&choice),
            calls,
            input_tokens: usage.input_tokens,
            output_tokens: usage.output_tokens,
            cost_micros: self.price_of(&choice).map(|price| price.of(&usage).micros()),
            is_measured: past.leads > 0,
        }))
    }
}

/// Calls and tokens before there were any: a page is about 3,200 tokens and brings 350 back.
fn usual(role: ModelRole, leads: u64) -> (u64, Usage) {
    let (calls, input, output) = match role {
        ModelRole::Reader => (USUAL_PAGES, 12_800, 1_400),
        ModelRole::Scorer => (1, 900, 20),
        ModelRole::Writer => (1, 1_200, 400),
        ModelRole::Checker => (1, 500, 20),
    };
    (calls * leads, Usage { input_tokens: input * leads, output_tokens: output * leads, is_estimated: true })
}

fn words(leads: u64, stages: &[StageEstimate], cost_micros: Option<u64>) -> String {
    let asked: Vec<&StageEstimate> = stages.iter().filter(|stage| stage.model.is_some()).collect();
    let of_leads = if leads == 1 { "1 lead".to_owned() } else { format!("{leads} leads") };
    if leads == 0 {
        return "No lead waits for a run.".to_owned();
    }
    if asked.is_empty() {
        return format!("{of_leads}: the built-in engine does all of it; models cost nothing.");
    }
    let calls: u64 = asked.iter().map(|stage| stage.calls).sum();
    let tokens: u64 = asked.iter().map(|stage| stage.input_tokens + stage.output_tokens).sum();
    let cost = match cost_micros {
        _ if asked.iter().all(|stage| stage.is_local) => "nothing, for the models are on this computer".to_owned(),
        Some(micros) => format!("about {}", in_dollars(micros)),
        None => {
            let unknown = asked.iter().filter(|stage| stage.cost_micros.is_none()).filter_map(|stage| stage.model.as_deref());
            let mut unknown: Vec<&str> = unknown.collect();
            unknown.dedup();
            format!("an amount that is not known: the price of {} is not listed here", unknown.join(" and "))
        }
    };
    let basis = if asked.iter().all(|stage| stage.is_measured) { "from earlier calls" } else { "from usual figures" };
    format!("{of_leads}: about {} calls to models, about {} tokens ({basis}), {cost}.", grouped(calls), grouped(tokens))
}
