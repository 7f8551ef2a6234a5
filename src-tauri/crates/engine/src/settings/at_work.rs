//! The chosen models, ready to be asked; kept until a choice, a key, a limit or the day changes. Models of one provider share
//! what it asks for (a pause after failures) and the places for questions, and all models share what a day and a run may cost. The demo never asks a model.

use super::engine::{EngineChoice, EngineKind, Prepared, is_local, model_name};
use super::limits::SpendingLimits;
use crate::Engine;
use crate::demo;
use crate::error::EngineError;
use crate::jobs::job::Step;
use autoreach_agents::{ModelFault, RULES_ENGINE, model};
use autoreach_domain::egress::{ModelRole, passage};
use autoreach_domain::ids::RunId;
use autoreach_llm::{Breaker, Budget, BudgetSpan, ChatError, Cost, HttpModel, Price, Spending};
use autoreach_store::tables::{egress_call, llm_call};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_util::sync::CancellationToken;

/// All models at work on a day.
pub(crate) struct Models {
    pub(super) day: Date,
    pub(super) limits: SpendingLimits,
    pub(super) budget: Arc<Budget>,
    pub(super) runs: HashMap<RunId, Arc<Budget>>,
    pub(super) breakers: HashMap<String, Arc<Breaker>>,
    pub(super) places: HashMap<String, Arc<Semaphore>>,
    pub(super) ready: Vec<Arc<ModelAtWork>>,
}

/// One model, ready to be asked.
pub(crate) struct ModelAtWork {
    choice: EngineChoice,
    model: HttpModel,
    price: Option<Price>,
    name: String,
    /// Nothing it is asked leaves this computer.
    is_local: bool,
    /// One for each question its host is asked at once.
    places: Arc<Semaphore>,
}

impl ModelAtWork {
    pub(super) fn new(choice: EngineChoice, prepared: Prepared) -> Self {
        let Prepared { model, price, name } = prepared;
        let is_local = model.endpoint().is_local();
        let places = Arc::new(Semaphore::new(choice.questions_at_once()));
        Self { choice, model, price, name, is_local, places }
    }

    /// Waits until another question may be asked. Waiting here costs no deadline, as waiting in a busy server's queue would.
    pub(super) async fn place(&self, cancel: &CancellationToken) -> Result<SemaphorePermit<'_>, ChatError> {
        tokio::select! {
            place = self.places.acquire() => place.map_err(|_| ChatError::Cancelled),
            () = cancel.cancelled() => Err(ChatError::Cancelled),
        }
    }

    /// The model as people call it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Who is told what it is asked.
    pub(super) fn host(&self) -> &str {
        self.model.endpoint().host()
    }

    /// Nothing it is asked leaves this computer.
    pub(super) fn is_local(&self) -> bool {
        self.is_local
    }

    pub(super) fn model(&self) -> &HttpModel {
        &self.model
    }

    pub(super) fn price(&self) -> Option<Price> {
        self.price
    }

    /// Is every answer paid for? A price that is not known is not taken for none.
    pub(crate) fn is_paid(&self) -> bool {
        self.price != Some(Price::default())
    }
}

/// A model was chosen and cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unready {
    /// The model as people call it, where it is known.
    pub(crate) name: String,
    /// Why.
    pub(crate) fault: ModelFault,
}

impl Engine {
    /// The model chosen for a part of the work; `None` when the built-in engine does it, by choice or because the settings let
    /// nothing go to that model. An error is a reason to go on with the built-in engine.
    pub(crate) async fn model_at_work(&self, role: ModelRole) -> Result<Option<Arc<ModelAtWork>>, Unready> {
        if demo::is_demo(&self.dir) {
            return Ok(None);
        }
        let choice = self.choice_for(role).await.map_err(|error| unready(None, error))?;
        if choice.kind == EngineKind::Rules {
            return Ok(None);
        }
        let profile = self.egress_profile().await.map_err(|error| unready(None, error))?;
        if passage(profile, is_local(&choice)).is_err() {
            return Ok(None);
        }
        let name = model_name(&choice).map(str::to_owned);
        self.at_work_as(choice).await.map(Some).map_err(|error| unready(name, error))
    }

    /// What makes the result of a step: the built-in engine, and the model of the step with the version of its prompt.
    pub(crate) async fn made_by(&self, step: Step) -> Result<String, EngineError> {
        let choice = self.choice_for(step.role()).await?;
        let of_model = model_name(&choice).filter(|_| choice.kind != EngineKind::Rules).map(|name| model::stamp(name, step.role()));
        Ok(of_model.map_or_else(|| RULES_ENGINE.to_owned(), |stamp| format!("{RULES_ENGINE}, {stamp}")))
    }

    async fn at_work_as(&self, choice: EngineChoice) -> Result<Arc<ModelAtWork>, EngineError> {
        let mut models = self.models.lock().await;
        let models = self.of_today(&mut models).await?;
        if let Some(known) = models.ready.iter().find(|known| known.choice == choice) {
            return Ok(Arc::clone(known));
        }
        let breakers = &mut models.breakers;
        let breaker = |host: &str| Arc::clone(breakers.entry(host.to_owned()).or_insert_with(Breaker::usual));
        let prepared = self.prepare(&choice, &models.budget, breaker)?;
        let mut at_work = ModelAtWork::new(choice, prepared);
        let places = models.places.entry(at_work.host().to_owned()).or_insert_with(|| Arc::clone(&at_work.places));
        at_work.places = Arc::clone(places);
        let at_work = Arc::new(at_work);
        models.ready.push(Arc::clone(&at_work));
        Ok(at_work)
    }

    /// What models may still cost in a run.
    pub(super) async fn run_budget(&self, run_id: RunId) -> Result<Arc<Budget>, EngineError> {
        let mut models = self.models.lock().await;
        let models = self.of_today(&mut models).await?;
        if let Some(known) = models.runs.get(&run_id) {
            return Ok(Arc::clone(known));
        }
        let (micros, tokens) = egress_call::spent_by_run(self.store.read(), run_id).await?;
        let spent = Spending { cost: Cost::from_micros(micros), tokens };
        let budget = Budget::of(BudgetSpan::Run, models.limits.of_run(), spent);
        models.runs.insert(run_id, Arc::clone(&budget));
        Ok(budget)
    }

    /// The models of this day; with a new day they begin anew, with what the day has cost already.
    async fn of_today<'m>(&self, models: &'m mut Option<Models>) -> Result<&'m mut Models, EngineError> {
        let day = self.now().to_zoned(TimeZone::UTC).date();
        let known = models.take().filter(|known| known.day == day);
        let today = match known {
            Some(known) => known,
            None => {
                let limits = self.spending_limits().await?;
                let spent = self.spent_today().await?;
                let budget = Budget::new(limits.of_day(), spent);
                Models { day, limits, budget, runs: HashMap::new(), breakers: HashMap::new(), places: HashMap::new(), ready: Vec::new() }
            }
        };
        Ok(models.insert(today))
    }

    /// What models have cost on this day (UTC).
    pub(super) async fn spent_today(&self) -> Result<Spending, EngineError> {
        let now = self.now();
        let midnight = now.to_zoned(TimeZone::UTC).date().to_zoned(TimeZone::UTC).map_or(now, |start| start.timestamp());
        let answers = llm_call::totals_since(self.store.read(), midnight).await?;
        let (micros, tokens) = egress_call::spent_since(self.store.read(), midnight).await?;
        // The ledger also knows of answers that could not be used; answers also of days before there was a ledger.
        Ok(Spending { cost: Cost::from_micros(micros.max(answers.cost_micros)), tokens: tokens.max(answers.tokens) })
    }

    /// Takes a model as it is, instead of the one its choice would be made ready as.
    #[cfg(test)]
    pub(super) async fn employ(&self, at_work: ModelAtWork) {
        let mut models = self.models.lock().await;
        self.of_today(&mut models).await.expect("reads").ready.push(Arc::new(at_work));
    }

    /// What the day may still cost.
    #[cfg(test)]
    pub(super) async fn day_budget(&self) -> Arc<Budget> {
        let mut models = self.models.lock().await;
        Arc::clone(&self.of_today(&mut models).await.expect("reads").budget)
    }

    /// Treats the model of a choice as if it were on another computer, where it listens on this one.
    #[cfg(test)]
    pub(crate) async fn employ_as_if_elsewhere(&self, choice: &EngineChoice) {
        let budget = Budget::unlimited();
        let prepared = self.prepare(choice, &budget, |_| Breaker::usual()).expect("can be asked");
        let at_work = ModelAtWork { is_local: false, ..ModelAtWork::new(choice.clone(), prepared) };
        self.employ(at_work).await;
    }

    /// What is chosen has changed: models are made ready anew.
    pub(super) async fn forget_models(&self) {
        *self.models.lock().await = None;
    }
}

/// Why the chosen model cannot even be asked, as its fault.
fn unready(name: Option<String>, error: EngineError) -> Unready {
    let fault = match error {
        EngineError::Model(error) => error.into(),
        EngineError::NoEngineKey | EngineError::UnusableEngineKey => ModelFault::NoKey,
        EngineError::Secrets(_) => ModelFault::NoKeychain,
        EngineError::NoModelNamed => ModelFault::NoModelNamed,
        // What is left is the store, whose trouble ends the run by itself.
        _ => ChatError::Interrupted.into(),
    };
    Unready { name: name.unwrap_or_else(|| "The model".to_owned()), fault }
}
