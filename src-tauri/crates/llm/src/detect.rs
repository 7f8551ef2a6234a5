//! What could answer without anybody typing an address: engines on this computer, and the provider a key belongs to.
//!
//! Only this computer is probed, each place for a third of a second, all at once, without a proxy. A port alone proves
//! nothing (8080 is everybody's), so only an answer that is a list of models counts. Nothing is sent but the question.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use serde_json::Value;
use url::{Host, Url};

use crate::endpoint::Dialect;
use crate::error::ChatError;
use crate::http::only_this_computer;
use crate::key::ApiKey;
use crate::strict_json::parse_strictly;

/// How long each place may take to answer.
const PATIENCE: Duration = Duration::from_millis(300);

/// The longest list of models that is read.
const LONGEST_LIST: usize = 1024 * 1024;

/// Names of model families that turn text into vectors and cannot answer. A name that contains one is not offered.
const EMBEDDING_WORDS: [&str; 8] = ["embed", "minilm", "bge-", "e5-", "gte-", "rerank", "bert", "sentence-t5"];

/// A kind of engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LocalEngineKind {
    /// Ollama, spoken to in its own dialect.
    Ollama,
    /// LM Studio.
    LmStudio,
    /// The server of llama.cpp.
    LlamaCpp,
}

impl LocalEngineKind {
    /// How it wants to be asked.
    pub fn dialect(self) -> Dialect {
        match self {
            Self::Ollama => Dialect::Ollama,
            Self::LmStudio | Self::LlamaCpp => Dialect::OpenAi,
        }
    }
}

/// An engine that answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalEngine {
    /// Which.
    pub kind: LocalEngineKind,
    /// Its address, fit for [`crate::Endpoint::new`].
    pub base_url: String,
    /// The models that can answer questions, as the engine names them. May be empty: the engine runs, but has none yet.
    pub models: Vec<String>,
}

/// Where to look. Every address is this computer's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalCandidates {
    ollama: SocketAddr,
    lm_studio: SocketAddr,
    llama_cpp: SocketAddr,
}

impl LocalCandidates {
    /// The engines' usual ports. `ollama_host` is the value of the variable `OLLAMA_HOST`, honoured when it names this
    /// computer (or all its addresses) and passed over otherwise.
    pub fn usual(ollama_host: Option<&str>) -> Self {
        let own = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Self { ollama: ollama_host.and_then(own_address).unwrap_or(own(11_434)), lm_studio: own(1_234), llama_cpp: own(8_080) }
    }

    /// The same engines at other ports.
    pub fn at_ports(ollama: u16, lm_studio: u16, llama_cpp: u16) -> Self {
        let own = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Self { ollama: own(ollama), lm_studio: own(lm_studio), llama_cpp: own(llama_cpp) }
    }
}

/// Reads `host`, `host:port` or an address; `None` when it is another computer.
fn own_address(text: &str) -> Option<SocketAddr> {
    let text = text.trim();
    let has_scheme = text.contains("://");
    let url = Url::parse(&if has_scheme { text.to_owned() } else { format!("http://{text}") }).ok()?;
    let address = match url.host()? {
        Host::Ipv4(address) => IpAddr::V4(address),
        Host::Ipv6(address) => IpAddr::V6(address),
        Host::Domain("localhost") => Ipv4Addr::LOCALHOST.into(),
        Host::Domain(_) => return None,
    };
    let address = if address.is_unspecified() { Ipv4Addr::LOCALHOST.into() } else { address };
    let port = url.port().unwrap_or(if has_scheme { url.port_or_known_default()? } else { 11_434 });
    address.is_loopback().then(|| SocketAddr::new(address, port))
}

/// Asks all candidates at once and returns those that answered with a list of models, within about a third of a second.
pub async fn find_local_engines(candidates: &LocalCandidates) -> Result<Vec<LocalEngine>, ChatError> {
    let client = client()?;
    let probes = [
        probe(&client, LocalEngineKind::Ollama, candidates.ollama),
        probe(&client, LocalEngineKind::LmStudio, candidates.lm_studio),
        probe(&client, LocalEngineKind::LlamaCpp, candidates.llama_cpp),
    ];
    let engines: Vec<LocalEngine> = futures::future::join_all(probes).await.into_iter().flatten().collect();
    tracing::debug!(engines = engines.len(), "looked for local models");
    Ok(engines)
}

fn client() -> Result<Client, ChatError> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder().redirect(Policy::none()).retry(reqwest::retry::never()).tls_certs_only([]);
    only_this_computer(builder).build().map_err(|_| ChatError::NoNetworkClient)
}

async fn probe(client: &Client, kind: LocalEngineKind, address: SocketAddr) -> Option<LocalEngine> {
    let base_url = format!("http://{address}");
    let asking = async {
        if kind == LocalEngineKind::LlamaCpp {
            get(client, &format!("{base_url}/health")).await?;
        }
        let path = if kind == LocalEngineKind::Ollama { "api/tags" } else { "v1/models" };
        get(client, &format!("{base_url}/{path}")).await
    };
    let answer = tokio::time::timeout(PATIENCE, asking).await.ok()??;
    let models = listed_models(kind.dialect(), &answer)?;
    Some(LocalEngine { kind, base_url, models })
}

async fn get(client: &Client, url: &str) -> Option<Value> {
    let mut response = client.get(url).send().await.ok().filter(|response| response.status() == 200)?;
    let body = read(&mut response).await?;
    parse_strictly(&body).ok()
}

async fn read(response: &mut Response) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST_LIST {
            return None;
        }
    }
    Some(body)
}

/// The models of a list that can answer; `None` if it is no list of models.
pub(crate) fn listed_models(dialect: Dialect, answer: &Value) -> Option<Vec<String>> {
    match dialect {
        Dialect::Ollama => ollama_models(answer),
        Dialect::OpenAi | Dialect::Anthropic => openai_models(answer),
    }
}

/// `{"models": [{"name": …, "details": {"family": …}}]}`; `None` if it is anything else.
fn ollama_models(answer: &Value) -> Option<Vec<String>> {
    let listed = answer.get("models")?.as_array()?;
    let mut models = Vec::new();
    for model in listed {
        let name = model.get("name")?.as_str()?;
        let family = model.pointer("/details/family").and_then(Value::as_str).unwrap_or_default();
        if can_answer(name) && can_answer(family) {
            models.push(name.to_owned());
        }
    }
    Some(models)
}

/// `{"data": [{"id": …}]}`; `None` if it is anything else.
fn openai_models(answer: &Value) -> Option<Vec<String>> {
    let listed = answer.get("data")?.as_array()?;
    let names: Option<Vec<&str>> = listed.iter().map(|model| model.get("id")?.as_str()).collect();
    Some(names?.into_iter().filter(|name| can_answer(name)).map(str::to_owned).collect())
}

fn can_answer(name: &str) -> bool {
    let name = name.to_lowercase();
    !EMBEDDING_WORDS.iter().any(|word| name.contains(word))
}

/// A provider whose keys are recognised by how they begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CloudProvider {
    /// `sk-ant-`
    Anthropic,
    /// `sk-or-`
    OpenRouter,
    /// `gsk_`
    Groq,
    /// `xai-`
    XAi,
    /// `AIza`
    Google,
    /// `csk-`
    Cerebras,
    /// `fw_`
    Fireworks,
    /// `sk-`, which others use as well: what is left when none of the above fits.
    OpenAi,
}

impl CloudProvider {
    /// All, the more telling prefix first.
    const BY_PREFIX: [(&str, Self); 8] = [
        ("sk-ant-", Self::Anthropic),
        ("sk-or-", Self::OpenRouter),
        ("gsk_", Self::Groq),
        ("xai-", Self::XAi),
        ("AIza", Self::Google),
        ("csk-", Self::Cerebras),
        ("fw_", Self::Fireworks),
        ("sk-", Self::OpenAi),
    ];

    /// The provider a key most likely belongs to; `None` when its beginning tells nothing and a person must say.
    pub fn of_key(key: &ApiKey) -> Option<Self> {
        Self::BY_PREFIX.iter().find(|(prefix, _)| key.starts_with(prefix)).map(|(_, provider)| *provider)
    }

    /// Where it is asked, fit for [`crate::Endpoint::new`].
    pub fn base_url(self) -> &'static str {
        match self {
            Self::Anthropic => "https://api.anthropic.com",
            Self::OpenRouter => "https://openrouter.ai/api/v1",
            Self::Groq => "https://api.groq.com/openai/v1",
            Self::XAi => "https://api.x.ai/v1",
            Self::Google => "https://generativelanguage.googleapis.com/v1beta/openai",
            Self::Cerebras => "https://api.cerebras.ai/v1",
            Self::Fireworks => "https://api.fireworks.ai/inference/v1",
            Self::OpenAi => "https://api.openai.com/v1",
        }
    }

    /// How it wants to be asked.
    pub fn dialect(self) -> Dialect {
        match self {
            Self::Anthropic => Dialect::Anthropic,
            Self::OpenRouter | Self::Groq | Self::XAi | Self::Google | Self::Cerebras | Self::Fireworks | Self::OpenAi => Dialect::OpenAi,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_key_names_its_provider_by_how_it_begins() {
        let of = |text: &str| CloudProvider::of_key(&ApiKey::parse(text).expect("is a key"));
        assert_eq!(of("sk-ant-api03-abcdef"), Some(CloudProvider::Anthropic));
        assert_eq!(of("sk-or-v1-abcdef"), Some(CloudProvider::OpenRouter));
        assert_eq!(of("sk-proj-abcdef"), Some(CloudProvider::OpenAi));
        assert_eq!(of("gsk_abcdefgh"), Some(CloudProvider::Groq));
        assert_eq!(of("0123456789abcdef"), None);
    }

    #[test]
    fn every_provider_has_an_address_that_may_be_asked() {
        for (_, provider) in CloudProvider::BY_PREFIX {
            let endpoint = crate::Endpoint::new(provider.dialect(), provider.base_url(), "m", None);
            assert!(endpoint.is_ok_and(|endpoint| !endpoint.is_local()), "{provider:?}");
        }
    }

    #[test]
    fn ollama_host_is_honoured_on_this_computer_only() {
        let own = |text: &str| own_address(text).map(|address| address.to_string());
        assert_eq!(own("127.0.0.1:9999").as_deref(), Some("127.0.0.1:9999"));
        assert_eq!(own("http://localhost:9999/").as_deref(), Some("127.0.0.1:9999"));
        assert_eq!(own("localhost").as_deref(), Some("127.0.0.1:11434"));
        assert_eq!(own("0.0.0.0").as_deref(), Some("127.0.0.1:11434"));
        assert_eq!(own("[::1]:9999").as_deref(), Some("[::1]:9999"));
        for elsewhere in ["192.168.0.7:11434", "models.example", "http://models.example:11434", "", "::::"] {
            assert_eq!(own(elsewhere), None, "{elsewhere:?}");
        }
        assert_eq!(LocalCandidates::usual(Some("models.example")), LocalCandidates::usual(None));
    }

    #[test]
    fn models_that_cannot_answer_are_not_offered() {
        let listed = json!({"models": [
            {"name": "llama3.2:3b", "details": {"family": "llama"}},
            {"name": "nomic-embed-text:latest", "details": {"family": "nomic-bert"}},
            {"name": "my-vectors:latest", "details": {"family": "bert"}},
        ]});
        assert_eq!(ollama_models(&listed), Some(vec!["llama3.2:3b".to_owned()]));
        let listed = json!({"object": "list", "data": [{"id": "qwen2.5-7b"}, {"id": "text-embedding-nomic-embed-text-v1.5"}]});
        assert_eq!(openai_models(&listed), Some(vec!["qwen2.5-7b".to_owned()]));
        assert_eq!(openai_models(&json!({"data": []})), Some(Vec::new()), "an engine without a model is an engine");
    }

    #[test]
    fn json_that_is_no_list_of_models_is_no_engine() {
        for other in [json!({}), json!([]), json!({"data": "x"}), json!({"data": [{"name": "x"}]}), json!({"models": [1]}), json!("ok")] {
            assert_eq!((ollama_models(&other), openai_models(&other)), (None, None), "{other}");
        }
    }
}
