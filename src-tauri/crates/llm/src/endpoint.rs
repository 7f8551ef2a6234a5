//! Where a model is: dialect, address, name and key, checked so that a key never travels in the clear.

use std::net::IpAddr;

use url::{Host, Url};

use crate::error::ChatError;
use crate::key::ApiKey;

/// How a server wants to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `/v1/chat/completions`, spoken by OpenAI, most other clouds, LM Studio, llama.cpp and vLLM.
    OpenAi,
    /// Anthropic's `/v1/messages`.
    Anthropic,
    /// Ollama's own `/api/chat`.
    Ollama,
}

/// A model somewhere.
pub struct Endpoint {
    pub(crate) dialect: Dialect,
    pub(crate) model: String,
    pub(crate) key: Option<ApiKey>,
    url: Url,
    models_url: Url,
    is_local: bool,
}

impl Endpoint {
    /// Checks the address. `base` may or may not end in the dialect's version (`https://api.openai.com` and
    /// `https://api.openai.com/v1` are the same). Fails with [`ChatError::UnsafeAddress`] on anything but http(s), on a user
    /// name in the address, and on plain http to another machine.
    pub fn new(dialect: Dialect, base: &str, model: impl Into<String>, key: Option<ApiKey>) -> Result<Self, ChatError> {
        let base = Url::parse(base).map_err(|_| ChatError::UnsafeAddress)?;
        let is_local = is_this_computer(&base);
        let is_safe = base.scheme() == "https" || (base.scheme() == "http" && is_local);
        if !is_safe || !base.username().is_empty() || base.password().is_some() || base.host().is_none() {
            return Err(ChatError::UnsafeAddress);
        }
        let (url, models_url) = (address(dialect, &base, Purpose::Chat), address(dialect, &base, Purpose::List));
        Ok(Self { dialect, model: model.into(), key, url, models_url, is_local })
    }

    /// The call's full address.
    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// Where the provider lists its models.
    pub(crate) fn models_url(&self) -> &Url {
        &self.models_url
    }

    /// The host that is asked, for a ledger of what left the machine.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Nothing sent to this endpoint leaves the computer.
    pub fn is_local(&self) -> bool {
        self.is_local
    }
}

/// Only addresses that are the computer's own by definition, and `localhost`, which the client pins to them.
pub(crate) fn is_this_computer(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// What an address is asked for.
#[derive(Clone, Copy)]
enum Purpose {
    Chat,
    List,
}

fn address(dialect: Dialect, base: &Url, purpose: Purpose) -> Url {
    let given = base.path().trim_end_matches('/');
    let path = match (dialect, purpose) {
        (Dialect::OpenAi, Purpose::Chat) => format!("{}/chat/completions", or_v1(given)),
        (Dialect::Anthropic, Purpose::Chat) => format!("{}/messages", or_v1(given)),
        (Dialect::OpenAi | Dialect::Anthropic, Purpose::List) => format!("{}/models", or_v1(given)),
        (Dialect::Ollama, Purpose::Chat) => format!("{given}/api/chat"),
        (Dialect::Ollama, Purpose::List) => format!("{given}/api/tags"),
    };
    let mut url = base.clone();
    url.set_path(&path);
    url.set_query(None);
    url.set_fragment(None);
    url
}

fn or_v1(path: &str) -> &str {
    if path.is_empty() { "/v1" } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(dialect: Dialect, base: &str) -> Option<String> {
        Endpoint::new(dialect, base, "m", None).ok().map(|endpoint| endpoint.url().to_string())
    }

    #[test]
    fn a_base_address_may_name_the_version_or_not() {
        let expected = Some("https://models.example/v1/chat/completions".to_owned());
        for base in ["https://models.example", "https://models.example/", "https://models.example/v1", "https://models.example/v1/?q#f"] {
            assert_eq!(url(Dialect::OpenAi, base), expected, "{base}");
        }
        assert_eq!(url(Dialect::Anthropic, "https://models.example").as_deref(), Some("https://models.example/v1/messages"));
        assert_eq!(url(Dialect::Ollama, "http://localhost:11434").as_deref(), Some("http://localhost:11434/api/chat"));
        assert_eq!(
            url(Dialect::OpenAi, "https://models.example/openai/v1/").as_deref(),
            Some("https://models.example/openai/v1/chat/completions")
        );
    }

    #[test]
    fn plain_http_stays_on_this_computer() {
        for base in ["http://127.0.0.1:1234", "http://[::1]:1234", "http://localhost:1234"] {
            assert!(Endpoint::new(Dialect::OpenAi, base, "m", None).is_ok_and(|endpoint| endpoint.is_local()), "{base}");
        }
        for base in [
            "http://models.example",
            "http://192.168.0.5:1234",
            "http://localhost.models.example",
            "ftp://127.0.0.1",
            "https://user:word@models.example",
            "file:///etc",
            "nonsense",
        ] {
            assert!(url(Dialect::OpenAi, base).is_none(), "{base}");
        }
        assert!(Endpoint::new(Dialect::OpenAi, "https://models.example", "m", None).is_ok_and(|endpoint| !endpoint.is_local()));
    }
}
