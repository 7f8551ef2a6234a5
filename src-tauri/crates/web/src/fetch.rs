//! Fetches one page: the rules every answer passes, whether it comes from the network or from a file.
//!
//! One loop (`fetch/policy.rs`) owns every rule: guard, robots, politeness, redirects, caps, deadlines, content types,
//! decoding. A transport only carries one request and its answer, so a recorded site cannot behave more kindly than
//! a real one. Deliberately absent: retries (the caller's job table knows when), cookies, proxies and credentials.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use reqwest::dns::Resolve;
use reqwest::header::{HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use url::Url;

use crate::guard::{Admitted, GuardRefusal, SystemResolver};
use crate::route::has_way_out;
use crate::text::{PageText, TextError, page_text, plain_text};

mod asked;
mod charset;
mod network;
mod policy;
mod politeness;
mod transport;

pub use asked::{Asked, AskedFor, AskedWhere};
pub use network::NoNetworkClient;
pub(crate) use network::cause_of;
pub(crate) use policy::Fetcher;
pub(crate) use transport::{Answer, Body, Transport};

use network::NetworkTransport;

/// Somewhere pages come from.
#[async_trait::async_trait]
pub trait PageSource: Send + Sync {
    /// Fetches the page at `url`, following redirects, and charges it to `budget`. Drop the future to cancel.
    async fn get(&self, url: &Url, budget: &Budget) -> Result<FetchedPage, FetchError>;

    /// The same, or `None` when the site says that the page is still the one of `version`, which costs the budget no page. A
    /// source that knows no versions gives the page.
    async fn get_if_changed(&self, url: &Url, version: &PageVersion, budget: &Budget) -> Result<Option<FetchedPage>, FetchError> {
        let _ = version;
        self.get(url, budget).await.map(Some)
    }

    /// Is there a network that this source needs? Asking sends nothing.
    fn has_network(&self) -> bool;
}

/// How a site names a state of a page (RFC 9110, 8.8), as it sent it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageVersion {
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
}

impl PageVersion {
    /// The header that asks for the page only if it is another one now. `Last-Modified` is for servers without an `ETag`.
    pub(crate) fn condition(&self) -> Option<(HeaderName, &str)> {
        let by_tag = self.etag.as_deref().map(|tag| (IF_NONE_MATCH, tag));
        by_tag.or_else(|| self.last_modified.as_deref().map(|day| (IF_MODIFIED_SINCE, day)))
    }
}

/// A page as it was answered, decoded to text.
#[derive(Debug, Clone, PartialEq)]
pub struct FetchedPage {
    /// The address that answered, after redirects.
    pub url: Url,
    /// The address that was asked for.
    pub requested: Url,
    /// The HTTP status, 200 to 299.
    pub status: u16,
    /// The media type in lower case without parameters, such as `text/html`.
    pub content_type: String,
    /// The encoding `body` was decoded from, by its WHATWG name.
    pub charset: &'static str,
    /// How the site names this state of the page.
    pub version: PageVersion,
    /// The answer's `Content-Language`, as sent.
    pub language: Option<String>,
    /// When the answer was complete.
    pub fetched_at: Timestamp,
    /// The decoded body.
    pub body: String,
    /// Share of characters in `body` that could not be decoded, 0 to 1.
    pub replacement_ratio: f64,
    /// The addresses passed on the way, the first being `requested`; empty without a redirect.
    pub redirects: Vec<Url>,
}

impl FetchedPage {
    /// Whether so much of the body could not be decoded that nothing in it should be believed.
    pub fn is_garbled(&self) -> bool {
        self.replacement_ratio > 0.01
    }

    /// The page as a visitor reads it. CPU work of milliseconds to seconds: spawn it as blocking.
    pub fn text(&self) -> Result<PageText, TextError> {
        if self.content_type == "text/plain" { plain_text(&self.body) } else { page_text(&self.body) }
    }
}

/// Why there is no page. Each text is written for the person whose lead it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The address, or one it leads to, must not be asked.
    #[error("{reason}")]
    Refused {
        /// Why.
        reason: GuardRefusal,
    },
    /// The site asks programs to leave this page alone.
    #[error("The site asks programs not to read this page.")]
    RobotsDisallow,
    /// The site's wishes could not be read, so its pages were left alone.
    #[error("The site's rules for programs could not be read, so its pages were left alone.")]
    RobotsUnreadable,
    /// The answer is larger than a page may be.
    #[error("The page is too large.")]
    TooLarge,
    /// The answer was not complete in time.
    #[error("The site took too long to answer.")]
    TooSlow,
    /// The address leads to another and another.
    #[error("The address redirects too often.")]
    TooManyRedirects,
    /// There is no such page (404).
    #[error("The page does not exist.")]
    NotFound,
    /// The page was taken down for good (410).
    #[error("The page was taken down.")]
    Gone,
    /// Any other answer that is no page.
    #[error("The site answered with status {0} instead of a page.")]
    HttpStatus(u16),
    /// No connection could be made.
    #[error("The site cannot be reached.")]
    Unreachable,
    /// The connection broke off, or the answer was not HTTP.
    #[error("The site broke off its answer.")]
    Interrupted,
    /// The host's name is unknown.
    #[error("The site's name cannot be found. Check the address and your connection.")]
    Dns,
    /// No safe connection could be agreed on.
    #[error("The site's certificate or encryption cannot be trusted.")]
    Tls,
    /// The answer is a picture, a PDF or the like.
    #[error("The address holds a file, not a page of text.")]
    NotText,
    /// The lead's share of pages or bytes is used up.
    #[error("The limit of pages for one lead is reached.")]
    BudgetExhausted,
}

impl FetchError {
    /// Whether asking again later may help: the site or the way to it failed, rather than refused.
    pub fn may_pass(self) -> bool {
        match self {
            Self::TooSlow | Self::Unreachable | Self::Interrupted | Self::Dns | Self::RobotsUnreadable => true,
            Self::HttpStatus(status) => status >= 500 || status == 429,
            Self::Refused { .. }
            | Self::RobotsDisallow
            | Self::TooLarge
            | Self::TooManyRedirects
            | Self::NotFound
            | Self::Gone
            | Self::Tls
            | Self::NotText
            | Self::BudgetExhausted => false,
        }
    }
}

impl From<GuardRefusal> for FetchError {
    fn from(reason: GuardRefusal) -> Self {
        Self::Refused { reason }
    }
}

/// How much one lead may cost, shared by all its fetches, and what was asked on its account.
#[derive(Debug)]
pub struct Budget {
    pages: AtomicU32,
    bytes: AtomicU64,
    asked: Mutex<Vec<Asked>>,
}

impl Budget {
    /// Most pages for one lead.
    pub const PAGES_PER_LEAD: u32 = 30;
    /// Most decompressed bytes for one lead.
    pub const BYTES_PER_LEAD: u64 = 10 * 1024 * 1024;

    /// A fresh budget for one lead.
    pub fn per_lead() -> Self {
        Self::new(Self::PAGES_PER_LEAD, Self::BYTES_PER_LEAD)
    }

    /// A budget of `pages` pages and `bytes` bytes.
    pub fn new(pages: u32, bytes: u64) -> Self {
        Self { pages: AtomicU32::new(pages), bytes: AtomicU64::new(bytes), asked: Mutex::default() }
    }

    /// Pages that may still be asked for.
    pub fn pages_left(&self) -> u32 {
        self.pages.load(Ordering::Relaxed)
    }

    /// Bytes that may still be received.
    pub fn bytes_left(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// The requests made on this budget since this was last called, in order. A site's wishes are asked for once and stand on
    /// the budget of whoever asked first.
    pub fn take_asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn note(&self, asked: Asked) {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
    }

    pub(crate) fn take_page(&self) -> Result<(), FetchError> {
        let taken = self.pages.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        taken.map(drop).map_err(|_| FetchError::BudgetExhausted)
    }

    /// Gives a page back that was asked for and not sent.
    pub(crate) fn return_page(&self) {
        self.pages.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn take_bytes(&self, count: usize) -> Result<(), FetchError> {
        let taken = self.bytes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(count as u64));
        taken.map(drop).map_err(|_| FetchError::BudgetExhausted)
    }
}

/// The figures a fetch keeps to. The defaults are the promised ones; tests inject shorter times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Most decompressed bytes of one body.
    pub body_bytes: usize,
    /// Most bytes of all header names and values of one answer.
    pub header_bytes: usize,
    /// Most headers of one answer.
    pub headers: usize,
    /// Most redirects followed for one page.
    pub redirects: usize,
    /// Longest time for one page, redirects included, waiting for the host's turn not.
    pub page_deadline: Duration,
    /// Longest time to make a connection.
    pub connect_deadline: Duration,
    /// Most hosts asked at once.
    pub hosts_at_once: usize,
    /// Shortest pause between two requests to one host.
    pub host_gap: Duration,
    /// Longest pause a site may ask for by `Crawl-delay`.
    pub longest_crawl_delay: Duration,
    /// How long a site's wishes are remembered.
    pub robots_lifetime: Duration,
    /// How long it is remembered that they could not be read.
    pub robots_failure_lifetime: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 2 * 1024 * 1024,
            header_bytes: 64 * 1024,
            headers: 100,
            redirects: 5,
            page_deadline: Duration::from_secs(20),
            connect_deadline: Duration::from_secs(8),
            hosts_at_once: 16,
            host_gap: Duration::from_secs(1),
            longest_crawl_delay: Duration::from_secs(10),
            robots_lifetime: Duration::from_secs(60 * 60),
            robots_failure_lifetime: Duration::from_secs(60),
        }
    }
}

/// The public web. Cheap to share: one value serves every lead of a run.
pub struct NetworkSource {
    fetcher: Fetcher,
}

impl NetworkSource {
    /// The public web, plus what `admitted` adds, by the operating system's resolver.
    pub fn new(admitted: Admitted, limits: Limits) -> Result<Self, NoNetworkClient> {
        Self::with_resolver(admitted, limits, Arc::new(SystemResolver))
    }

    /// As [`NetworkSource::new`], with names resolved by `resolver`, whose private answers are dropped like anyone's.
    pub fn with_resolver(admitted: Admitted, limits: Limits, resolver: Arc<dyn Resolve>) -> Result<Self, NoNetworkClient> {
        let transport = Transport::Network(NetworkTransport::new(&admitted, &limits, resolver)?);
        Ok(Self { fetcher: Fetcher::new(transport, admitted, limits) })
    }
}

#[async_trait::async_trait]
impl PageSource for NetworkSource {
    async fn get(&self, url: &Url, budget: &Budget) -> Result<FetchedPage, FetchError> {
        self.fetcher.page(url, budget).await
    }

    async fn get_if_changed(&self, url: &Url, version: &PageVersion, budget: &Budget) -> Result<Option<FetchedPage>, FetchError> {
        self.fetcher.page_if_changed(url, version, budget).await
    }

    fn has_network(&self) -> bool {
        has_way_out()
    }
}
