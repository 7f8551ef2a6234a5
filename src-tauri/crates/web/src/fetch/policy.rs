//! The rules of a fetch, one hop after the other, the same for every transport.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{CONTENT_LANGUAGE, CONTENT_TYPE, ETAG, HeaderName, LAST_MODIFIED, LOCATION};
use tokio::sync::OnceCell;
use tokio::time::{Instant, timeout};
use url::Url;

use super::asked::{Asked, AskedFor};
use super::charset::decode;
use super::politeness::{Politeness, Turn};
use super::transport::{Answer, Transport};
use super::{Budget, FetchError, FetchedPage, Limits, PageVersion};
use crate::guard::{self, Admitted};
use crate::robots::{LARGEST_ROBOTS, Rules};

/// Sites remembered before those whose wishes are out of date are forgotten.
const MOST_SITES: usize = 1_024;

/// Fetches pages by every rule.
pub(crate) struct Fetcher {
    transport: Transport,
    admitted: Admitted,
    limits: Limits,
    politeness: Politeness,
    sites: Mutex<HashMap<String, Arc<Site>>>,
}

/// What one site wishes, asked for once and shared by all who wait for it.
#[derive(Default)]
struct Site {
    wishes: OnceCell<Wishes>,
}

struct Wishes {
    rules: Result<Arc<Rules>, FetchError>,
    known_until: Instant,
}

/// What a request is for.
#[derive(Clone, Copy)]
enum Errand<'a> {
    /// A page, charged to a lead.
    Page(&'a Budget),
    /// A page, if it is no longer this version.
    NewerPage(&'a Budget, &'a PageVersion),
    /// A site's `robots.txt`, which serves all leads, asks nobody's leave and is charged to nobody.
    Robots(&'a Budget),
}

impl<'a> Errand<'a> {
    /// On whose account the request is noted.
    fn budget(self) -> &'a Budget {
        match self {
            Self::Page(budget) | Self::NewerPage(budget, _) | Self::Robots(budget) => budget,
        }
    }

    /// The version whose absence is asked for. Behind a redirect stands another page.
    fn known(self, redirects: usize) -> Option<&'a PageVersion> {
        match self {
            Self::NewerPage(_, version) if redirects == 0 => Some(version),
            Self::NewerPage(..) | Self::Page(_) | Self::Robots(_) => None,
        }
    }

    fn asked_for(self) -> AskedFor {
        match self {
            Self::Page(_) | Self::NewerPage(..) => AskedFor::Page,
            Self::Robots(_) => AskedFor::Robots,
        }
    }
}

/// What was seen of an answer, also of one that broke off.
#[derive(Default)]
struct Seen {
    status: Option<u16>,
    bytes: u64,
}

/// What came of one hop.
enum Hop {
    Arrived(Box<Arrival>),
    SentOn(Url),
    Unchanged,
}

/// Where a walk along redirects ended.
enum End {
    Arrived { arrival: Box<Arrival>, url: Url, redirects: Vec<Url> },
    Unchanged,
}

/// The answer at the end of the redirects.
struct Arrival {
    status: u16,
    media_type: String,
    charset: Option<String>,
    version: PageVersion,
    language: Option<String>,
    fetched_at: Timestamp,
    body: Vec<u8>,
}

/// The network time one page has left.
struct TimeLeft(Duration);

impl TimeLeft {
    async fn within<T>(&mut self, work: impl Future<Output = Result<T, FetchError>>) -> Result<T, FetchError> {
        let start = Instant::now();
        let outcome = timeout(self.0, work).await.unwrap_or(Err(FetchError::TooSlow));
        self.spend(start.elapsed());
        outcome
    }

    fn spend(&mut self, time: Duration) {
        self.0 = self.0.saturating_sub(time);
    }
}

impl Fetcher {
    pub(crate) fn new(transport: Transport, admitted: Admitted, limits: Limits) -> Self {
        let politeness = Politeness::new(limits.hosts_at_once);
        Self { transport, admitted, limits, politeness, sites: Mutex::default() }
    }

    /// Fetches one page.
    pub(crate) async fn page(&self, url: &Url, budget: &Budget) -> Result<FetchedPage, FetchError> {
        // Who did not ask whether it changed may not be told so.
        self.fetch(url, Errand::Page(budget)).await?.ok_or(FetchError::HttpStatus(304))
    }

    /// Fetches one page unless it is still this version.
    pub(crate) async fn page_if_changed(
        &self,
        url: &Url,
        version: &PageVersion,
        budget: &Budget,
    ) -> Result<Option<FetchedPage>, FetchError> {
        self.fetch(url, Errand::NewerPage(budget, version)).await
    }

    async fn fetch(&self, url: &Url, errand: Errand<'_>) -> Result<Option<FetchedPage>, FetchError> {
        guard::check_url(url, &self.admitted)?;
        errand.budget().take_page()?;
        let mut time = TimeLeft(self.limits.page_deadline);
        match self.follow(url, errand, &mut time).await? {
            End::Unchanged => {
                errand.budget().return_page();
                Ok(None)
            }
            End::Arrived { arrival, url: at_end, redirects } => {
                let requested = url.clone();
                // Guessing at an encoding is processor work that must not hold up the other fetches.
                let decoding = tokio::task::spawn_blocking(move || page_of(*arrival, requested, at_end, redirects)).await;
                decoding.map(Some).map_err(|_| FetchError::NotText)
            }
        }
    }

    /// Walks from redirect to redirect. The guard and the site's wishes are asked anew at each step.
    async fn follow(&self, url: &Url, errand: Errand<'_>, time: &mut TimeLeft) -> Result<End, FetchError> {
        let mut at = url.clone();
        let mut passed = Vec::new();
        loop {
            guard::check_url(&at, &self.admitted)?;
            let gap = self.leave_to_ask(&at, errand, time).await?;
            match self.hop(&at, errand, gap, passed.len(), time).await? {
                Hop::Arrived(arrival) => return Ok(End::Arrived { arrival, url: at, redirects: passed }),
                Hop::Unchanged => return Ok(End::Unchanged),
                Hop::SentOn(_) if passed.len() == self.limits.redirects => return Err(FetchError::TooManyRedirects),
                Hop::SentOn(next) => passed.push(std::mem::replace(&mut at, next)),
            }
        }
    }

    /// Asks the site's wishes about `url`; on leave, the pause to keep.
    async fn leave_to_ask(&self, url: &Url, errand: Errand<'_>, time: &mut TimeLeft) -> Result<Duration, FetchError> {
        let crawl_delay = match errand {
            Errand::Robots(_) => None,
            Errand::Page(budget) | Errand::NewerPage(budget, _) => {
                let rules = self.wishes_of(url, budget, time).await?;
                if !rules.allow(url) {
                    return Err(FetchError::RobotsDisallow);
                }
                rules.crawl_delay
            }
        };
        let is_admitted = self.admitted.addresses(url).is_some();
        Ok(if is_admitted { Duration::ZERO } else { pause(&self.limits, crawl_delay) })
    }

    async fn hop(&self, url: &Url, errand: Errand<'_>, gap: Duration, redirects: usize, time: &mut TimeLeft) -> Result<Hop, FetchError> {
        let known = errand.known(redirects);
        let _turn = self.turn(url, gap).await;
        let (at, mut seen) = (Timestamp::now(), Seen::default());
        let outcome = time.within(self.exchange(url, errand, known, &mut seen)).await;
        errand.budget().note(Asked {
            url: url.clone(),
            errand: errand.asked_for(),
            place: self.transport.place(self.admitted.addresses(url)),
            at,
            bytes_up: self.transport.question_bytes(url, known),
            bytes_down: seen.bytes,
            status: seen.status,
            error: outcome.as_ref().err().copied(),
        });
        outcome
    }

    async fn turn(&self, url: &Url, gap: Duration) -> Option<Turn> {
        let host = url.host_str().filter(|_| self.transport.reaches_hosts())?;
        Some(self.politeness.turn(host, gap).await)
    }

    async fn exchange(&self, url: &Url, errand: Errand<'_>, known: Option<&PageVersion>, seen: &mut Seen) -> Result<Hop, FetchError> {
        let answer = self.transport.ask(url, known).await?;
        seen.status = Some(answer.status);
        if answer.header_bytes() > self.limits.header_bytes || answer.headers.len() > self.limits.headers {
            return Err(FetchError::TooLarge);
        }
        match answer.status {
            200..=299 => self.arrive(answer, errand, &mut seen.bytes).await.map(|arrival| Hop::Arrived(Box::new(arrival))),
            301 | 302 | 303 | 307 | 308 => sent_on(url, &answer).map(Hop::SentOn),
            304 if known.is_some() => Ok(Hop::Unchanged),
            404 => Err(FetchError::NotFound),
            410 => Err(FetchError::Gone),
            status => Err(FetchError::HttpStatus(status)),
        }
    }

    async fn arrive(&self, answer: Answer, errand: Errand<'_>, received: &mut u64) -> Result<Arrival, FetchError> {
        let (media_type, charset) = media_type_of(&answer);
        let (cap, budget) = match errand {
            Errand::Robots(_) => (LARGEST_ROBOTS, None),
            Errand::Page(_) | Errand::NewerPage(..) if !is_text(&media_type) => return Err(FetchError::NotText),
            Errand::Page(budget) | Errand::NewerPage(budget, _) => (self.limits.body_bytes, Some(budget)),
        };
        let text = |name: &HeaderName| answer.header(name).map(str::to_owned);
        Ok(Arrival {
            status: answer.status,
            version: PageVersion { etag: text(&ETAG), last_modified: text(&LAST_MODIFIED) },
            language: text(&CONTENT_LANGUAGE),
            media_type,
            charset,
            body: answer.body.read(cap, budget, received).await?,
            fetched_at: answer.answered_at.unwrap_or_else(Timestamp::now),
        })
    }

    /// The wishes of `url`'s site, from memory or by asking. Asking is charged to the page that caused it.
    async fn wishes_of(&self, url: &Url, budget: &Budget, time: &mut TimeLeft) -> Result<Arc<Rules>, FetchError> {
        let site = self.site(&url.origin().ascii_serialization());
        let mut asking = TimeLeft(time.0 / 2);
        let before = asking.0;
        let wishes = site.wishes.get_or_init(|| self.ask_wishes(url, budget, &mut asking)).await;
        time.spend(before.saturating_sub(asking.0));
        wishes.rules.clone()
    }

    async fn ask_wishes(&self, url: &Url, budget: &Budget, time: &mut TimeLeft) -> Wishes {
        let rules = self.read_rules(url, budget, time).await.map(Arc::new);
        let lifetime = if rules.is_ok() { self.limits.robots_lifetime } else { self.limits.robots_failure_lifetime };
        Wishes { rules, known_until: Instant::now() + lifetime }
    }

    /// A missing `robots.txt` allows everything; one that cannot be read allows nothing (RFC 9309, 2.3.1).
    async fn read_rules(&self, url: &Url, budget: &Budget, time: &mut TimeLeft) -> Result<Rules, FetchError> {
        let address = url.join("/robots.txt").map_err(|_| FetchError::RobotsUnreadable)?;
        // Boxed because a page asks for the wishes, and asking walks the same way as a page.
        match Box::pin(self.follow(&address, Errand::Robots(budget), time)).await {
            Ok(End::Arrived { arrival, .. }) => Rules::parse(&arrival.body).ok_or(FetchError::RobotsUnreadable),
            Ok(End::Unchanged) => Err(FetchError::RobotsUnreadable),
            Err(FetchError::NotFound | FetchError::Gone | FetchError::TooManyRedirects | FetchError::HttpStatus(400..=499)) => {
                Ok(Rules::allow_all())
            }
            Err(cause) if says_why_the_page_fails(cause) => Err(cause),
            Err(_) => Err(FetchError::RobotsUnreadable),
        }
    }

    fn site(&self, origin: &str) -> Arc<Site> {
        let mut sites = self.sites.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let is_current = |site: &Arc<Site>| site.wishes.get().is_none_or(|wishes| wishes.known_until > now);
        if sites.len() >= MOST_SITES || sites.get(origin).is_some_and(|site| !is_current(site)) {
            sites.retain(|_, site| is_current(site));
        }
        sites.entry(origin.to_owned()).or_default().clone()
    }
}

/// The pause between two requests to a public host, given what its site asks for.
fn pause(limits: &Limits, crawl_delay: Option<Duration>) -> Duration {
    crawl_delay.unwrap_or_default().min(limits.longest_crawl_delay).max(limits.host_gap)
}

/// Failures that would meet the page itself just so; naming them helps more than naming `robots.txt`.
fn says_why_the_page_fails(cause: FetchError) -> bool {
    use FetchError::{Dns, Interrupted, Refused, Tls, TooSlow, Unreachable};
    matches!(cause, Dns | Unreachable | Tls | TooSlow | Interrupted | Refused { .. })
}

fn sent_on(url: &Url, answer: &Answer) -> Result<Url, FetchError> {
    let target = answer.header(&LOCATION).ok_or(FetchError::HttpStatus(answer.status))?;
    let mut next = url.join(target).map_err(|_| guard::GuardRefusal::NotAnAddress)?;
    next.set_fragment(None);
    Ok(next)
}

/// The media type in lower case and the charset it names. An answer that names no type is taken for a page, as
/// browsers do.
fn media_type_of(answer: &Answer) -> (String, Option<String>) {
    let Some(value) = answer.header(&CONTENT_TYPE) else { return ("text/html".to_owned(), None) };
    let mut parts = value.split(';');
    let media_type = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    let charset = parts.filter_map(|part| part.split_once('=')).find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    (media_type, charset.map(|(_, label)| label.trim().trim_matches(['"', '\'']).to_owned()))
}

fn is_text(media_type: &str) -> bool {
    matches!(media_type, "text/html" | "application/xhtml+xml" | "text/plain" | "application/xml" | "text/xml")
}

fn page_of(arrival: Arrival, requested: Url, url: Url, redirects: Vec<Url>) -> FetchedPage {
    let decoded = decode(&arrival.body, arrival.charset.as_deref(), url.host_str());
    FetchedPage {
        url,
        requested,
        status: arrival.status,
        content_type: arrival.media_type,
        charset: decoded.charset,
        version: arrival.version,
        language: arrival.language,
        fetched_at: arrival.fetched_at,
        body: decoded.text,
        replacement_ratio: decoded.replacement_ratio,
        redirects,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_may_ask_for_a_longer_pause_but_not_for_an_endless_one() {
        let after = |seconds| pause(&Limits::default(), seconds).as_secs();
        assert_eq!(after(None), 1);
        assert_eq!(after(Some(Duration::ZERO)), 1, "no site can lift our own pause");
        assert_eq!(after(Some(Duration::from_secs(5))), 5);
        assert_eq!(after(Some(Duration::from_secs(3_600))), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_has_its_time_once_not_once_per_redirect() {
        let mut time = TimeLeft(Duration::from_secs(20));
        let hop = || async {
            tokio::time::sleep(Duration::from_secs(8)).await;
            Ok(())
        };
        assert_eq!(time.within(hop()).await, Ok(()));
        assert_eq!(time.within(hop()).await, Ok(()));
        assert_eq!(time.within(hop()).await, Err(FetchError::TooSlow), "only four seconds were left");
    }
}
