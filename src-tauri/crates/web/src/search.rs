//! Asks a search engine for web addresses: a SearXNG server of one's own, or Brave's search interface with a key.
//!
//! Of an answer only titles and addresses are taken; everything else in it is left unread. Redirects are not followed, so
//! that neither key nor question travels to where an answer points, and everything read is capped while it is read. A
//! SearXNG server may lie on this computer or in the own network, because a person typed its address; nothing that an
//! answer names is fetched here, and the pages of results go through the guard like any other page.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use serde::Deserialize;
use url::{Host, Url};

use crate::fetch::FetchError;
use crate::fetch::cause_of;
use crate::guard::{is_local_name, is_public};

/// How we introduce ourselves.
const USER_AGENT: &str = concat!("AutoReach/", env!("CARGO_PKG_VERSION"));
/// Brave's interface.
const BRAVE: &str = "https://api.search.brave.com/";
/// Results asked for at once: the most Brave gives.
const RESULTS: usize = 20;
/// Most results taken of one answer, whatever a server sends.
const MOST_RESULTS: usize = 50;
/// Longest answer read, in bytes. Twenty results with their excerpts take about a tenth.
const LONGEST_ANSWER: usize = 1024 * 1024;
/// Longest question, in characters and words: Brave's limits.
const LONGEST_QUERY: usize = 400;
const MOST_QUERY_WORDS: usize = 50;
/// Longest title and address taken of a result, in bytes.
const LONGEST_TITLE: usize = 300;
const LONGEST_ADDRESS: usize = 2_048;
/// Lengths of a key that can be one.
const KEY_LENGTHS: std::ops::RangeInclusive<usize> = 8..=512;

/// A result: a title and an address, both as a stranger wrote them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchHit {
    /// Its title.
    pub title: String,
    /// Its address.
    pub address: String,
}

/// Why a search engine gave nothing. Each text is written for the person who searches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SearchFault {
    /// The address is none that may be asked.
    #[error("This is no address of a SearXNG server. Write https://…, or http://… for one on this computer or in your own network.")]
    UnsafeAddress,
    /// What was given is no key.
    #[error("This does not look like a key of Brave's search interface; copy it again, whole.")]
    UnusableKey,
    /// The question is empty or too long.
    #[error("Write at least one word to search for, and at most 50.")]
    UnusableQuery,
    /// No client could be set up.
    #[error("The network client could not be set up on this computer.")]
    NoNetworkClient,
    /// No connection.
    #[error("The search engine cannot be reached. Check its address and your connection.")]
    Unreachable,
    /// No safe connection.
    #[error("The search engine's certificate or encryption cannot be trusted.")]
    Untrusted,
    /// No answer in time.
    #[error("The search engine took too long to answer.")]
    TooSlow,
    /// The answer is larger than any answer may be.
    #[error("The search engine's answer is too large.")]
    TooLarge,
    /// The key is refused.
    #[error("Brave refused the key. Check it under api-dashboard.search.brave.com and keep it again.")]
    KeyRefused,
    /// Too many questions.
    #[error("The search engine asks for a pause{}.", words(*retry_after))]
    RateLimited {
        /// How long it asks to wait, when it says so.
        retry_after: Option<Duration>,
    },
    /// SearXNG answers pages only.
    #[error(
        "The SearXNG server does not answer programs. Switch its JSON format on: in its settings.yml under `search:` set `formats: [html, json]`, restart it, and search again."
    )]
    JsonSwitchedOff,
    /// The answer is not what this search engine answers.
    #[error("The search engine's answer could not be read.")]
    Malformed,
    /// Any other status.
    #[error("The search engine answered with status {0}.")]
    Status(u16),
}

fn words(retry_after: Option<Duration>) -> String {
    retry_after.map_or_else(String::new, |wait| format!(" of {} seconds", wait.as_secs().max(1)))
}

impl SearchFault {
    /// Was nothing sent?
    pub fn is_before_sending(self) -> bool {
        matches!(self, Self::UnsafeAddress | Self::UnusableKey | Self::UnusableQuery | Self::NoNetworkClient)
    }

    /// Did the other side answer and refuse, rather than not answer?
    pub fn is_refusal(self) -> bool {
        !matches!(self, Self::Unreachable | Self::Untrusted | Self::TooSlow)
    }
}

/// What one question gave, with what went to and fro.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchAnswer {
    /// The results.
    pub hits: Result<Vec<SearchHit>, SearchFault>,
    /// Bytes of the answer as far as it was read.
    pub bytes_down: u64,
}

/// How a search engine is asked.
enum Dialect {
    Searxng,
    Brave(HeaderValue),
}

/// A search engine that can be asked. Holds a key without a way to print it.
pub struct SearchClient {
    dialect: Dialect,
    address: Url,
    client: Client,
    is_local: bool,
}

impl SearchClient {
    /// A SearXNG server. Plain http is allowed only on this computer and in the own network.
    pub fn searxng(base: &str) -> Result<Self, SearchFault> {
        Self::new(Dialect::Searxng, base, "search")
    }

    /// Brave with a key.
    pub fn brave(key: &str) -> Result<Self, SearchFault> {
        Self::brave_at(BRAVE, key)
    }

    /// The same at another address, for tests against a server on this computer.
    pub fn brave_at(base: &str, key: &str) -> Result<Self, SearchFault> {
        let key = key.trim();
        let is_plausible = KEY_LENGTHS.contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
        let mut header = HeaderValue::from_str(key).ok().filter(|_| is_plausible).ok_or(SearchFault::UnusableKey)?;
        header.set_sensitive(true);
        Self::new(Dialect::Brave(header), base, "res/v1/web/search")
    }

    fn new(dialect: Dialect, base: &str, path: &str) -> Result<Self, SearchFault> {
        let base = Url::parse(base.trim()).map_err(|_| SearchFault::UnsafeAddress)?;
        let is_near = is_near(&base);
        let is_safe = base.scheme() == "https" || (base.scheme() == "http" && is_near);
        if !is_safe || !base.username().is_empty() || base.password().is_some() || base.host().is_none() {
            return Err(SearchFault::UnsafeAddress);
        }
        let mut address = base.clone();
        let folder = base.path().trim_end_matches('/').trim_end_matches("/search");
        address.set_path(&format!("{folder}/{path}"));
        address.set_query(None);
        address.set_fragment(None);
        Ok(Self { dialect, is_local: is_this_computer(&base), client: client(is_near)?, address })
    }

    /// The host that is asked.
    pub fn host(&self) -> &str {
        self.address.host_str().unwrap_or_default()
    }

    /// The address that is asked, without the question.
    pub fn address(&self) -> &str {
        self.address.as_str()
    }

    /// Does nothing that is asked leave this computer?
    pub fn is_local(&self) -> bool {
        self.is_local
    }

    /// Bytes of the question as it stands in the address.
    pub fn question_bytes(&self, query: &str, page: u32) -> u64 {
        self.question(query, page).as_str().len() as u64
    }

    /// Asks for a page of results, counted from 0. Drop the future to cancel.
    pub async fn search(&self, query: &str, page: u32) -> SearchAnswer {
        let mut bytes_down = 0;
        let hits = self.asked(query, page, &mut bytes_down).await;
        SearchAnswer { hits, bytes_down }
    }

    async fn asked(&self, query: &str, page: u32, received: &mut u64) -> Result<Vec<SearchHit>, SearchFault> {
        let count = query.split_whitespace().count();
        if count == 0 || count > MOST_QUERY_WORDS || query.chars().count() > LONGEST_QUERY {
            return Err(SearchFault::UnusableQuery);
        }
        let request = self.client.get(self.question(query, page)).header(ACCEPT, "application/json");
        let request = match &self.dialect {
            Dialect::Searxng => request,
            Dialect::Brave(key) => request.header(HeaderName::from_static("x-subscription-token"), key.clone()),
        };
        let mut response = request.send().await.map_err(|error| fault_of(cause_of(&error)))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        if status != 200 {
            return Err(self.refusal(status, &headers));
        }
        let body = whole(&mut response, received).await?;
        match &self.dialect {
            Dialect::Searxng if !is_json(&headers) => Err(SearchFault::JsonSwitchedOff),
            Dialect::Searxng => hits(serde_json::from_slice::<SearxngAnswer>(&body).map(|answer| answer.results)),
            Dialect::Brave(_) => hits(serde_json::from_slice::<BraveAnswer>(&body).map(|answer| answer.web.unwrap_or_default().results)),
        }
    }

    fn question(&self, query: &str, page: u32) -> Url {
        let mut url = self.address.clone();
        match &self.dialect {
            Dialect::Searxng => {
                let number = (page + 1).to_string();
                url.query_pairs_mut().append_pair("q", query).append_pair("format", "json").append_pair("pageno", &number);
            }
            Dialect::Brave(_) => {
                let (count, offset) = (RESULTS.to_string(), page.min(9).to_string());
                url.query_pairs_mut().append_pair("q", query).append_pair("count", &count).append_pair("offset", &offset);
            }
        }
        url
    }

    fn refusal(&self, status: u16, headers: &HeaderMap) -> SearchFault {
        match (&self.dialect, status) {
            (_, 429) => SearchFault::RateLimited { retry_after: retry_after(headers) },
            (Dialect::Searxng, 403 | 406) => SearchFault::JsonSwitchedOff,
            (Dialect::Brave(_), 401 | 403 | 422) => SearchFault::KeyRefused,
            (Dialect::Searxng | Dialect::Brave(_), _) => SearchFault::Status(status),
        }
    }
}

#[derive(Deserialize)]
struct SearxngAnswer {
    results: Vec<Hit>,
}

#[derive(Deserialize)]
struct BraveAnswer {
    web: Option<BraveWeb>,
}

#[derive(Deserialize, Default)]
struct BraveWeb {
    results: Vec<Hit>,
}

/// Of a result only these two are looked at.
#[derive(Deserialize)]
struct Hit {
    #[serde(default)]
    title: String,
    url: String,
}

fn hits(answer: Result<Vec<Hit>, serde_json::Error>) -> Result<Vec<SearchHit>, SearchFault> {
    let results = answer.map_err(|_| SearchFault::Malformed)?;
    let usable = results.into_iter().filter(|hit| hit.url.len() <= LONGEST_ADDRESS).take(MOST_RESULTS);
    Ok(usable
        .map(|hit| {
            let title = &hit.title[..hit.title.floor_char_boundary(hit.title.len().min(LONGEST_TITLE))];
            SearchHit { title: title.to_owned(), address: hit.url }
        })
        .collect())
}

async fn whole(response: &mut Response, received: &mut u64) -> Result<Vec<u8>, SearchFault> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|error| fault_of(cause_of(&error)))? {
        *received += piece.len() as u64;
        if body.len() + piece.len() > LONGEST_ANSWER {
            return Err(SearchFault::TooLarge);
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

fn is_json(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|value| value.trim_start().starts_with("application/json"))
}

/// Seconds to wait; a date there is read as no number and so as none.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

fn fault_of(cause: FetchError) -> SearchFault {
    match cause {
        FetchError::TooSlow => SearchFault::TooSlow,
        FetchError::Tls => SearchFault::Untrusted,
        _ => SearchFault::Unreachable,
    }
}

fn is_this_computer(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// On this computer or in the own network, as far as the address itself says so.
fn is_near(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => !is_public(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => !is_public(IpAddr::V6(address)),
        Some(Host::Domain(name)) => is_local_name(name),
        None => false,
    }
}

fn client(is_near: bool) -> Result<Client, SearchFault> {
    // A second installation fails because the first one stands, which is all we want.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = || {
        let builder = Client::builder()
            .user_agent(USER_AGENT)
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(Duration::from_secs(8))
            .timeout(Duration::from_secs(20));
        if is_near { builder.no_proxy() } else { builder }
    };
    // A computer without any root certificates can still ask a server of its own; https then fails as untrusted.
    builder().build().or_else(|_| builder().tls_certs_only([]).build()).map_err(|_| SearchFault::NoNetworkClient)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_of_ones_own_may_be_near_and_a_far_one_needs_encryption() {
        for base in [
            "http://127.0.0.1:8888",
            "http://localhost:8888/",
            "http://192.168.1.5/searxng",
            "http://nas.local",
            "https://search.acme.example",
        ] {
            assert!(SearchClient::searxng(base).is_ok(), "{base}");
        }
        for base in
            ["http://search.acme.example", "ftp://127.0.0.1", "https://me:word@search.acme.example", "file:///etc/passwd", "search", ""]
        {
            assert_eq!(SearchClient::searxng(base).err(), Some(SearchFault::UnsafeAddress), "{base}");
        }
        assert!(SearchClient::searxng("http://[::1]:8080").is_ok_and(|client| client.is_local()));
        assert!(SearchClient::searxng("http://10.0.0.2").is_ok_and(|client| !client.is_local()));
    }

    #[test]
    fn a_question_stands_in_the_address_and_the_key_does_not() {
        let Ok(client) = SearchClient::brave("BSA-12345678") else { panic!("it is a key") };
        let question = client.question("freight & Denmark", 1).to_string();
        assert_eq!(question, "https://api.search.brave.com/res/v1/web/search?q=freight+%26+Denmark&count=20&offset=1");
        let Ok(own) = SearchClient::searxng("https://search.acme.example/sx/search") else { panic!("it is an address") };
        assert_eq!(own.question("pumps", 0).as_str(), "https://search.acme.example/sx/search?q=pumps&format=json&pageno=1");
        assert_eq!(SearchClient::brave("short").err(), Some(SearchFault::UnusableKey));
    }
}
