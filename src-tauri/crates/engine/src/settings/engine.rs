//! Who reads and writes: the built-in engine, a model on this computer, or one in the cloud with the team's key.
//!
//! Keys lie in the keychain (or the vault) and are shown by their last four characters. Choosing sends nothing; only a test
//! does. Asking a model about a lead is in [`super::asking`].

#[cfg(test)]
mod tests;

use super::limits::{self, SpendingLimits};
use super::prices;
use super::stages::StageEngines;
use super::testing::Tested;
use crate::Engine;
use crate::error::EngineError;
use autoreach_domain::egress::{EgressProfile, ModelRole, passage};
use autoreach_llm::{
    ApiKey, Breaker, Budget, ChatError, ChatRequest, CloudProvider, Dialect, Endpoint, HttpModel, LocalCandidates, LocalEngineKind,
    Manners, Price, ReplySchema, Usage, find_local_engines, structured,
};
use autoreach_secrets::{PlainId, Secret, SecretName};
use autoreach_store::tables::{llm_call, setting};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::num::NonZeroU8;
use std::sync::{Arc, PoisonError};
use std::time::Instant;
use tokio_util::sync::CancellationToken;
use ts_rs::TS;

/// Setting: the engine in use.
const ENGINE: &str = "engine";
/// Models used where none is named.
const USUAL_OPENAI_MODEL: &str = "gpt-4o-mini";
const USUAL_ANTHROPIC_MODEL: &str = "claude-3-5-haiku-latest";
/// Questions a provider is asked at once: half of the hosts that pages come from at once, well below the usual limits of a paid key.
pub(crate) const QUESTIONS_AT_ONCE: usize = 8;
/// The same for a model on this computer. Ollama and llama.cpp answer one to four at once and let the rest wait in silence.
const LOCAL_QUESTIONS_AT_ONCE: usize = 2;
/// Tokens a lead usually takes: four pages read and one mail written. For estimates before the first real ones.
const USUAL_TOKENS_OF_A_LEAD: Usage = Usage { input_tokens: 14_000, output_tokens: 1_800, is_estimated: true };

/// Who reads and writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EngineKind {
    /// The built-in engine.
    Rules,
    /// Ollama on this computer.
    Ollama,
    /// A server with the interface of OpenAI.
    OpenaiCompatible,
    /// Anthropic.
    Anthropic,
}

/// The engine in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EngineChoice {
    /// Which.
    pub kind: EngineKind,
    /// Where it answers, when that is not given by the kind.
    pub base_url: Option<String>,
    /// The model, where there are several.
    pub model: Option<String>,
    /// Most questions asked at once; where nothing is said, what its place allows ([`EngineChoice::questions_at_once`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional = nullable)]
    pub at_once: Option<NonZeroU8>,
}

impl EngineChoice {
    /// Most questions this engine is asked at once. A provider answers many; a model on this computer shares its processor and
    /// lets the others wait so long that they look dead.
    pub fn questions_at_once(&self) -> usize {
        let usual = if is_local(self) { LOCAL_QUESTIONS_AT_ONCE } else { QUESTIONS_AT_ONCE };
        self.at_once.map_or(usual, |said| usize::from(said.get()))
    }
}

impl Default for EngineChoice {
    fn default() -> Self {
        Self { kind: EngineKind::Rules, base_url: None, model: None, at_once: None }
    }
}

/// A model server on this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DetectedEngine {
    /// Its kind.
    pub kind: EngineKind,
    /// Its name.
    pub name: String,
    /// Where it answers.
    pub base_url: String,
    /// Its models.
    pub models: Vec<String>,
}

/// A key in the keychain, by its last four characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct EngineKey {
    /// For which engine.
    pub kind: EngineKind,
    /// The last four characters.
    pub last_four: String,
}

/// The engine and what else could be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct EngineView {
    /// The one in use.
    pub choice: EngineChoice,
    /// Model servers found on this computer.
    pub detected: Vec<DetectedEngine>,
    /// Keys kept.
    pub keys: Vec<EngineKey>,
    /// Engines named for single parts.
    pub stages: StageEngines,
    /// How much models may be shown.
    pub profile: EgressProfile,
    /// What models may cost.
    pub limits: SpendingLimits,
    /// Chosen models that are not asked because of the profile, in words.
    pub not_asked: Option<String>,
    /// What models have cost today, beside the limits of a day, in words.
    pub spent_today: String,
    /// What models have cost so far, in words.
    pub cost_so_far: String,
    /// What a hundred leads would cost, in words.
    pub cost_per_hundred_leads: Option<String>,
}

/// What a test call gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct EngineTest {
    /// How long it took.
    pub took_ms: u64,
    /// Which model answered, and what the call cost.
    pub words: String,
}

/// The smallest question there is.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Ready {
    is_ready: bool,
}

impl Engine {
    /// The engine in use; the built-in one before another was chosen.
    pub async fn engine_choice(&self) -> Result<EngineChoice, EngineError> {
        Ok(setting::get(self.store.read(), ENGINE).await?.unwrap_or_default())
    }

    /// Chooses the engine. Nothing is sent.
    pub async fn set_engine(&self, choice: EngineChoice) -> Result<EngineView, EngineError> {
        if choice.kind != EngineKind::Rules {
            self.check_choice(&choice)?;
        }
        let tx = self.store.begin().await?;
        setting::set(&*tx, ENGINE, &choice).await?;
        tx.commit().await?;
        self.forget_models().await;
        self.engine_view().await
    }

    /// Keeps a key where secrets lie.
    pub async fn set_engine_key(&self, kind: EngineKind, key: &Secret) -> Result<EngineView, EngineError> {
        ApiKey::parse(key.expose_text().unwrap_or_default()).map_err(|_| EngineError::UnusableEngineKey)?;
        self.secrets.set(&key_name(kind)?, key)?;
        self.forget_models().await;
        self.engine_view().await
    }

    /// For which engine a key is, by how it begins; `None` when that tells nothing and a person must say.
    pub fn engine_of_key(key: &Secret) -> Option<EngineKind> {
        let key = ApiKey::parse(key.expose_text().unwrap_or_default()).ok()?;
        CloudProvider::of_key(&key).map(|provider| match provider.dialect() {
            Dialect::Anthropic => EngineKind::Anthropic,
            Dialect::OpenAi | Dialect::Ollama => EngineKind::OpenaiCompatible,
        })
    }

    /// Forgets a key. An engine that needed it gives way to the built-in one.
    pub async fn remove_engine_key(&self, kind: EngineKind) -> Result<EngineView, EngineError> {
        self.secrets.delete(&key_name(kind)?)?;
        self.free_stages_of(kind).await?;
        let choice = self.engine_choice().await?;
        if needs_key(&choice, kind) { self.set_engine(EngineChoice::default()).await } else { self.engine_view().await }
    }

    /// Looks for model servers on this computer; takes about a third of a second.
    pub async fn detect_engines(&self) -> Result<EngineView, EngineError> {
        let host = std::env::var("OLLAMA_HOST").ok();
        let found = find_local_engines(&LocalCandidates::usual(host.as_deref())).await.map_err(EngineError::Model)?;
        let detected = found.into_iter().map(|engine| DetectedEngine {
            kind: if engine.kind == LocalEngineKind::Ollama { EngineKind::Ollama } else { EngineKind::OpenaiCompatible },
            name: name_of(engine.kind).to_owned(),
            base_url: engine.base_url,
            models: engine.models,
        });
        *self.detected.lock().unwrap_or_else(PoisonError::into_inner) = detected.collect();
        self.engine_view().await
    }

    /// Asks the engine one small question.
    pub async fn test_engine(&self, choice: &EngineChoice) -> Result<EngineTest, EngineError> {
        if choice.kind == EngineKind::Rules {
            return Ok(EngineTest { took_ms: 0, words: "The built-in engine is always ready.".to_owned() });
        }
        let profile = self.egress_profile().await?;
        passage(profile, is_local(choice))?;
        let Prepared { model, price, name } = self.prepared(choice)?;
        let request = ChatRequest {
            system: "Answer that you are ready.".to_owned(),
            user: "Are you ready?".to_owned(),
            schema: ReplySchema::of::<Ready>().map_err(ChatError::from)?,
            max_output_tokens: 200,
            temperature: 0.0,
        };
        let begun = Instant::now();
        let tested = Tested { engine: self, model: &model, price, name: &name, profile };
        let answer = structured::<Ready>(&tested, &request, &CancellationToken::new()).await?;
        let readiness = if answer.value.is_ready { "answered" } else { "answered that it is not ready" };
        let cost = price.map_or_else(|| "price not known".to_owned(), |price| in_dollars(price.of(&answer.usage).micros()));
        let took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(EngineTest { took_ms, words: format!("{} {readiness}; this call cost {cost}.", answer.model) })
    }

    /// The engine in use, what was found on this computer last, the keys that are kept, and what models have cost.
    pub async fn engine_view(&self) -> Result<EngineView, EngineError> {
        let choice = self.engine_choice().await?;
        let totals = llm_call::totals_since(self.store.read(), Timestamp::UNIX_EPOCH).await?;
        let price = self.prepared(&choice).ok().and_then(|prepared| prepared.price);
        let per_hundred = match (choice.kind, price, totals.leads) {
            (EngineKind::Rules, ..) | (_, None, _) => None,
            (_, Some(price), 0) => Some(price.of(&USUAL_TOKENS_OF_A_LEAD).micros() * 100),
            (_, Some(_), leads) => Some(totals.cost_micros * 100 / leads),
        };
        let mut keys = Vec::new();
        for kind in [EngineKind::OpenaiCompatible, EngineKind::Anthropic] {
            let kept = self.secrets.get(&key_name(kind)?).ok().flatten();
            keys.extend(kept.as_ref().and_then(Secret::expose_text).map(|key| EngineKey { kind, last_four: last_four(key) }));
        }
        let (stages, profile, limits) = (self.stage_engines().await?, self.egress_profile().await?, self.spending_limits().await?);
        Ok(EngineView {
            spent_today: limits::today(self.spent_today().await?, &limits),
            not_asked: not_asked(&choice, &stages, profile),
            stages,
            profile,
            limits,
            choice,
            detected: self.detected.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            keys,
            cost_so_far: if totals.cost_micros == 0 { "nothing".to_owned() } else { in_dollars(totals.cost_micros) },
            cost_per_hundred_leads: per_hundred.map(in_dollars),
        })
    }

    /// The client for a choice, its price where one is known, and the model's name. Nothing is sent.
    pub(super) fn prepare(
        &self,
        choice: &EngineChoice,
        budget: &Arc<Budget>,
        breaker: impl FnOnce(&str) -> Arc<Breaker>,
    ) -> Result<Prepared, EngineError> {
        let name = model_name(choice).ok_or(EngineError::NoModelNamed)?.to_owned();
        let key = self.key_for(choice)?;
        let (dialect, usual_base) = match choice.kind {
            EngineKind::Rules | EngineKind::Ollama => (Dialect::Ollama, "http://127.0.0.1:11434"),
            EngineKind::OpenaiCompatible => {
                (Dialect::OpenAi, key.as_ref().and_then(CloudProvider::of_key).unwrap_or(CloudProvider::OpenAi).base_url())
            }
            EngineKind::Anthropic => (Dialect::Anthropic, CloudProvider::Anthropic.base_url()),
        };
        let base = choice.base_url.as_deref().unwrap_or(usual_base);
        let is_local = is_on_this_computer(base);
        if !is_local && key.is_none() {
            return Err(EngineError::NoEngineKey);
        }
        let endpoint = Endpoint::new(dialect, base, name.clone(), key)?;
        let price = if is_local { Some(Price::default()) } else { prices::of(&name) };
        let breaker = breaker(endpoint.host());
        let manners = Manners { budget: Arc::clone(budget), breaker, price: price.unwrap_or_default(), ..Manners::default() };
        Ok(Prepared { model: HttpModel::new(endpoint, manners)?, price, name })
    }

    /// The same for one call that counts against no budget.
    fn prepared(&self, choice: &EngineChoice) -> Result<Prepared, EngineError> {
        self.prepare(choice, &Budget::unlimited(), |_| Breaker::usual())
    }

    /// Can this choice be asked at all? Nothing is sent.
    pub(super) fn check_choice(&self, choice: &EngineChoice) -> Result<(), EngineError> {
        self.prepared(choice).map(drop)
    }

    /// The price of a choice, where one is known; a model on this computer costs nothing.
    pub(super) fn price_of(&self, choice: &EngineChoice) -> Option<Price> {
        if is_local(choice) { Some(Price::default()) } else { model_name(choice).and_then(prices::of) }
    }

    /// The key of a choice. A model on this computer may do without one, so a keychain that is away does not stop it.
    fn key_for(&self, choice: &EngineChoice) -> Result<Option<ApiKey>, EngineError> {
        let kept = match choice.kind {
            EngineKind::Rules | EngineKind::Ollama => return Ok(None),
            EngineKind::OpenaiCompatible | EngineKind::Anthropic => self.engine_key(choice.kind),
        };
        if choice.base_url.as_deref().is_some_and(is_on_this_computer) { Ok(kept.unwrap_or(None)) } else { kept }
    }

    fn engine_key(&self, kind: EngineKind) -> Result<Option<ApiKey>, EngineError> {
        let kept = self.secrets.get(&key_name(kind)?)?;
        let parse = |secret: Secret| ApiKey::parse(secret.expose_text().unwrap_or_default()).map_err(|_| EngineError::UnusableEngineKey);
        kept.map(parse).transpose()
    }
}

/// A model that can be asked.
pub(super) struct Prepared {
    pub(super) model: HttpModel,
    pub(super) price: Option<Price>,
    pub(super) name: String,
}

/// Which chosen models the profile keeps from being asked.
fn not_asked(choice: &EngineChoice, stages: &StageEngines, profile: EgressProfile) -> Option<String> {
    let named = ModelRole::ALL.iter().filter_map(|role| stages.of(*role));
    let models = std::iter::once(choice).chain(named).filter(|choice| choice.kind != EngineKind::Rules);
    let kept_back = models.filter_map(|choice| Some((model_name(choice)?, passage(profile, is_local(choice)).err()?)));
    let (mut names, reasons): (Vec<&str>, Vec<_>) = kept_back.unzip();
    names.dedup();
    let reason = reasons.first()?;
    Some(format!("{} is not asked. {reason} The built-in engine does its part.", names.join(", ")))
}

/// The model of a choice: the one named, else the usual one of its kind, if it has one.
pub(super) fn model_name(choice: &EngineChoice) -> Option<&str> {
    let usual = match choice.kind {
        EngineKind::Rules | EngineKind::Ollama => None,
        EngineKind::OpenaiCompatible => Some(USUAL_OPENAI_MODEL),
        EngineKind::Anthropic => Some(USUAL_ANTHROPIC_MODEL),
    };
    choice.model.as_deref().or(usual)
}

/// Does nothing that this choice is asked leave the computer?
pub(super) fn is_local(choice: &EngineChoice) -> bool {
    match (choice.kind, choice.base_url.as_deref()) {
        (EngineKind::Rules, _) | (EngineKind::Ollama, None) => true,
        (EngineKind::OpenaiCompatible | EngineKind::Anthropic, None) => false,
        (EngineKind::Ollama | EngineKind::OpenaiCompatible | EngineKind::Anthropic, Some(base)) => is_on_this_computer(base),
    }
}

/// Would this choice be lost with the key of `kind`?
pub(super) fn needs_key(choice: &EngineChoice, kind: EngineKind) -> bool {
    choice.kind == kind && choice.base_url.is_none()
}

/// Stays what is sent to this address on this computer?
fn is_on_this_computer(base: &str) -> bool {
    Endpoint::new(Dialect::OpenAi, base, "", None).is_ok_and(|endpoint| endpoint.is_local())
}

fn key_name(kind: EngineKind) -> Result<SecretName, EngineError> {
    let id = match kind {
        EngineKind::Rules => "rules",
        EngineKind::Ollama => "ollama",
        EngineKind::OpenaiCompatible => "openai-compatible",
        EngineKind::Anthropic => "anthropic",
    };
    Ok(SecretName::ApiKey(PlainId::parse(id)?))
}

fn name_of(kind: LocalEngineKind) -> &'static str {
    match kind {
        LocalEngineKind::Ollama => "Ollama",
        LocalEngineKind::LmStudio => "LM Studio",
        LocalEngineKind::LlamaCpp => "llama.cpp",
    }
}

pub(crate) fn last_four(key: &str) -> String {
    let characters: Vec<char> = key.trim().chars().collect();
    characters[characters.len().saturating_sub(4)..].iter().collect()
}

/// Money in words; small sums keep the digits that say something.
pub(super) fn in_dollars(micros: u64) -> String {
    match micros {
        0 => "nothing".to_owned(),
        1..10_000 => format!("${:.4}", micros as f64 / 1e6),
        _ => format!("${:.2}", micros as f64 / 1e6),
    }
}
