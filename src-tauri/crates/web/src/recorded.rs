//! A web made of recorded answers, for the demo, for tests and for showing the product without a network.
//!
//! Each file holds one answer:
//! ```text
//! GET https://acme.example/about
//! @fetched 2026-10-02T09:00:00Z
//! HTTP/1.1 200 OK
//! content-type: text/html; charset=iso-8859-1
//!
//! <h1>About us</h1>
//! ```
//! The second line may be missing. Instead of a status line there may be `FAIL timeout`, `refused`, `dns`, `tls` or
//! `reset`. The answers pass the same rules as those of the network: guard, robots, redirects, caps, decoding.
//! Deliberately absent: compressed or chunked bodies, other methods, and pauses between requests.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use jiff::Timestamp;
use reqwest::header::{ETAG, HeaderMap, HeaderName, HeaderValue, LAST_MODIFIED};
use url::Url;

use crate::fetch::{Answer, Body, Budget, FetchError, FetchedPage, Fetcher, Limits, PageSource, PageVersion, Transport};
use crate::guard::Admitted;

/// A recorded answer that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {cause}")]
pub struct RecordedError {
    /// The name the file was handed in under.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub cause: RecordedCause,
}

/// What is wrong with a recorded answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordedCause {
    /// The first line is not `GET ` and an absolute address.
    #[error("expected `GET https://host.example/path`")]
    RequestLine,
    /// The `@fetched` line holds no instant.
    #[error("expected `@fetched 2026-10-02T09:00:00Z`")]
    FetchedAt,
    /// Neither a status line nor a failure follows.
    #[error("expected `HTTP/1.1 200 OK` or `FAIL timeout|refused|dns|tls|reset`")]
    StatusLine,
    /// A header line has no colon or a bad name or value.
    #[error("expected `name: value`")]
    Header,
    /// Another file already answers this address.
    #[error("this address is recorded twice")]
    Twice,
}

/// A web made of recorded answers. What is not recorded answers 404.
pub struct RecordedSource {
    fetcher: Fetcher,
}

impl RecordedSource {
    /// Reads recorded answers, each with its file name. Names that do not end in `.http` are passed over.
    pub fn from_files<N: AsRef<str>, B: AsRef<[u8]>>(files: impl IntoIterator<Item = (N, B)>) -> Result<Self, RecordedError> {
        Self::read(files, None)
    }

    /// As [`RecordedSource::from_files`], with answers that carry no `@fetched` line dated `now` instead of when
    /// they are asked for, so that a simulated run can be replayed.
    pub fn from_files_dated<N: AsRef<str>, B: AsRef<[u8]>>(
        files: impl IntoIterator<Item = (N, B)>,
        now: Timestamp,
    ) -> Result<Self, RecordedError> {
        Self::read(files, Some(now))
    }

    fn read<N: AsRef<str>, B: AsRef<[u8]>>(files: impl IntoIterator<Item = (N, B)>, now: Option<Timestamp>) -> Result<Self, RecordedError> {
        let mut answers = HashMap::new();
        for (file, content) in files {
            let file = file.as_ref();
            if !file.ends_with(".http") {
                continue;
            }
            record(&mut answers, content.as_ref(), now).map_err(|(line, cause)| RecordedError { file: file.into(), line, cause })?;
        }
        let transport = Transport::Recorded(RecordedTransport { answers });
        Ok(Self { fetcher: Fetcher::new(transport, Admitted::none(), Limits::default()) })
    }
}

#[async_trait::async_trait]
impl PageSource for RecordedSource {
    async fn get(&self, url: &Url, budget: &Budget) -> Result<FetchedPage, FetchError> {
        self.fetcher.page(url, budget).await
    }

    async fn get_if_changed(&self, url: &Url, version: &PageVersion, budget: &Budget) -> Result<Option<FetchedPage>, FetchError> {
        self.fetcher.page_if_changed(url, version, budget).await
    }

    /// Recorded pages are always at hand.
    fn has_network(&self) -> bool {
        true
    }
}

/// The recorded answers by address.
pub(crate) struct RecordedTransport {
    answers: HashMap<Url, Recording>,
}

/// One recorded answer.
enum Recording {
    Answer { at: Option<Timestamp>, status: u16, headers: HeaderMap, body: Arc<[u8]> },
    Failure(FetchError),
}

impl RecordedTransport {
    pub(crate) fn ask(&self, url: &Url, known: Option<&PageVersion>) -> Result<Answer, FetchError> {
        match self.answers.get(&without_fragment(url.clone())) {
            None => Err(FetchError::NotFound),
            Some(Recording::Failure(cause)) => Err(*cause),
            Some(Recording::Answer { at, headers, .. }) if known.is_some_and(|known| known.is_of(headers)) => {
                Ok(Answer { status: 304, headers: HeaderMap::new(), answered_at: *at, body: Body::Ready(Arc::new([])) })
            }
            Some(Recording::Answer { at, status, headers, body }) => {
                Ok(Answer { status: *status, headers: headers.clone(), answered_at: *at, body: Body::Ready(body.clone()) })
            }
        }
    }
}

impl PageVersion {
    /// Is this the version that an answer with these headers names, as a server compares it?
    fn is_of(&self, headers: &HeaderMap) -> bool {
        let sent = |name| headers.get(name).and_then(|value| value.to_str().ok());
        match (&self.etag, &self.last_modified) {
            (Some(tag), _) => sent(ETAG) == Some(tag),
            (None, Some(day)) => sent(LAST_MODIFIED) == Some(day),
            (None, None) => false,
        }
    }
}

fn without_fragment(mut url: Url) -> Url {
    url.set_fragment(None);
    url
}

/// A line number and what is wrong there.
type Fault = (usize, RecordedCause);

fn record(answers: &mut HashMap<Url, Recording>, content: &[u8], now: Option<Timestamp>) -> Result<(), Fault> {
    let mut lines = Lines { rest: content, number: 0 };
    let url = request_line(lines.next()).ok_or((1, RecordedCause::RequestLine))?;
    let (at, start) = fetched_line(&mut lines, now)?;
    let recording = match start.strip_prefix("FAIL ") {
        Some(kind) => failure(kind.trim()).map(Recording::Failure).ok_or((lines.number, RecordedCause::StatusLine))?,
        None => answer(start, &mut lines, at)?,
    };
    match answers.entry(without_fragment(url)) {
        Entry::Occupied(_) => Err((1, RecordedCause::Twice)),
        Entry::Vacant(place) => {
            place.insert(recording);
            Ok(())
        }
    }
}

fn request_line(line: Option<&str>) -> Option<Url> {
    Url::parse(line?.strip_prefix("GET ")?.trim()).ok()
}

/// Reads the optional `@fetched` line; hands back its instant and the line that follows.
fn fetched_line<'a>(lines: &mut Lines<'a>, now: Option<Timestamp>) -> Result<(Option<Timestamp>, &'a str), Fault> {
    let line = lines.next().unwrap_or_default();
    let Some(instant) = line.strip_prefix("@fetched ") else { return Ok((now, line)) };
    let at = instant.trim().parse().map_err(|_| (lines.number, RecordedCause::FetchedAt))?;
    Ok((Some(at), lines.next().unwrap_or_default()))
}

fn failure(kind: &str) -> Option<FetchError> {
    match kind {
        "timeout" => Some(FetchError::TooSlow),
        "refused" => Some(FetchError::Unreachable),
        "dns" => Some(FetchError::Dns),
        "tls" => Some(FetchError::Tls),
        "reset" => Some(FetchError::Interrupted),
        _ => None,
    }
}

fn answer(status_line: &str, lines: &mut Lines<'_>, at: Option<Timestamp>) -> Result<Recording, Fault> {
    let status = status_of(status_line).ok_or((lines.number.max(2), RecordedCause::StatusLine))?;
    let mut headers = HeaderMap::new();
    while let Some(line) = lines.next().filter(|line| !line.is_empty()) {
        let (name, value) = header(line).ok_or((lines.number, RecordedCause::Header))?;
        headers.append(name, value);
    }
    Ok(Recording::Answer { at, status, headers, body: lines.rest.into() })
}

fn status_of(line: &str) -> Option<u16> {
    let mut words = line.split_ascii_whitespace();
    words.next().filter(|word| word.starts_with("HTTP/"))?;
    words.next()?.parse().ok().filter(|status| (100..600).contains(status))
}

fn header(line: &str) -> Option<(HeaderName, HeaderValue)> {
    let (name, value) = line.split_once(':')?;
    Some((name.trim().parse().ok()?, value.trim().parse().ok()?))
}

/// The lines at the head of a file, ended by LF or CRLF. The body after them may be any bytes.
struct Lines<'a> {
    rest: &'a [u8],
    number: usize,
}

impl<'a> Lines<'a> {
    /// The next line without its end; `None` at the end of the file. A line that is not UTF-8 reads as `\u{FFFD}`,
    /// which no reader of lines accepts.
    fn next(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        let end = self.rest.iter().position(|&byte| byte == b'\n');
        let (line, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        self.number += 1;
        Some(std::str::from_utf8(line.strip_suffix(b"\r").unwrap_or(line)).unwrap_or("\u{FFFD}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn site(files: &[&str]) -> RecordedSource {
        let named = files.iter().enumerate().map(|(n, content)| (format!("{n}.http"), content.as_bytes()));
        RecordedSource::from_files(named).unwrap()
    }

    async fn get(source: &RecordedSource, address: &str) -> Result<FetchedPage, FetchError> {
        source.get(&url(address), &Budget::per_lead()).await
    }

    #[tokio::test]
    async fn a_recorded_page_is_answered_with_its_date_and_headers() {
        let page = "GET https://acme.example/about\n@fetched 2026-10-02T09:00:00Z\nHTTP/1.1 200 OK\n\
                    Content-Type: text/html; charset=utf-8\nETag: \"v1\"\nContent-Language: de\n\n<p>Grüße</p>\n";
        let page = get(&site(&[page]), "https://acme.example/about#team").await.unwrap();
        assert_eq!(page.body, "<p>Grüße</p>\n");
        assert_eq!(page.fetched_at, "2026-10-02T09:00:00Z".parse().unwrap());
        assert_eq!((page.version.etag.as_deref(), page.language.as_deref()), (Some("\"v1\""), Some("de")));
        assert_eq!((page.status, page.content_type.as_str(), page.charset), (200, "text/html", "UTF-8"));
    }

    #[tokio::test]
    async fn a_body_of_other_bytes_is_decoded_by_its_header() {
        let file = b"GET https://acme.example/\r\nHTTP/1.1 200 OK\r\ncontent-type: text/html; charset=iso-8859-1\r\n\r\nM\xFCller";
        let source = RecordedSource::from_files([("a.http", file)]).unwrap();
        assert_eq!(get(&source, "https://acme.example/").await.unwrap().body, "Müller");
    }

    #[tokio::test]
    async fn redirects_are_followed_and_remembered() {
        let source = site(&[
            "GET http://acme.example/\nHTTP/1.1 301 Moved\nlocation: https://www.acme.example/\n\n",
            "GET https://www.acme.example/\nHTTP/1.1 302 Found\nlocation: /de/#start\n\n",
            "GET https://www.acme.example/de/\nHTTP/1.1 200 OK\n\n<p>Hallo",
        ]);
        let page = get(&source, "http://acme.example/").await.unwrap();
        assert_eq!(page.url, url("https://www.acme.example/de/"));
        assert_eq!(page.redirects, [url("http://acme.example/"), url("https://www.acme.example/")]);
    }

    #[tokio::test]
    async fn a_circle_of_redirects_ends() {
        let source = site(&["GET https://acme.example/\nHTTP/1.1 302 Found\nlocation: /\n\n"]);
        assert_eq!(get(&source, "https://acme.example/").await, Err(FetchError::TooManyRedirects));
    }

    #[tokio::test]
    async fn a_redirect_into_the_own_network_is_refused() {
        for target in ["http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest", "file:///etc/passwd", "//router/"] {
            let source = site(&[&format!("GET https://acme.example/\nHTTP/1.1 302 Found\nlocation: {target}\n\n")]);
            let outcome = get(&source, "https://acme.example/").await;
            assert!(matches!(outcome, Err(FetchError::Refused { .. })), "{target}: {outcome:?}");
        }
    }

    #[tokio::test]
    async fn recorded_failures_are_named_by_their_cause() {
        for (kind, error) in [
            ("timeout", FetchError::TooSlow),
            ("refused", FetchError::Unreachable),
            ("dns", FetchError::Dns),
            ("tls", FetchError::Tls),
            ("reset", FetchError::Interrupted),
        ] {
            let source = site(&[&format!("GET https://acme.example/\nFAIL {kind}\n")]);
            assert_eq!(get(&source, "https://acme.example/").await, Err(error));
        }
    }

    #[tokio::test]
    async fn statuses_and_media_types_that_are_no_page_are_named() {
        for (head, error) in [
            ("404 Not Found", FetchError::NotFound),
            ("410 Gone", FetchError::Gone),
            ("503 Busy", FetchError::HttpStatus(503)),
            ("301 Moved", FetchError::HttpStatus(301)),
            ("200 OK\ncontent-type: application/pdf", FetchError::NotText),
            ("200 OK\ncontent-type: image/png", FetchError::NotText),
        ] {
            let source = site(&[&format!("GET https://acme.example/\nHTTP/1.1 {head}\n\nx")]);
            assert_eq!(get(&source, "https://acme.example/").await, Err(error), "{head}");
        }
        assert_eq!(get(&site(&[]), "https://acme.example/").await, Err(FetchError::NotFound), "unrecorded");
    }

    #[tokio::test]
    async fn robots_are_obeyed_and_their_absence_allows() {
        let robots = "GET https://acme.example/robots.txt\nHTTP/1.1 200 OK\n\nUser-agent: *\nDisallow: /team";
        let team = "GET https://acme.example/team\nHTTP/1.1 200 OK\n\nx";
        assert_eq!(get(&site(&[robots, team]), "https://acme.example/team").await, Err(FetchError::RobotsDisallow));
        assert!(get(&site(&[team]), "https://acme.example/team").await.is_ok());
    }

    #[tokio::test]
    async fn robots_are_asked_of_the_host_a_redirect_leads_to() {
        let source = site(&[
            "GET https://acme.example/\nHTTP/1.1 302 Found\nlocation: https://other.example/x\n\n",
            "GET https://other.example/robots.txt\nHTTP/1.1 200 OK\n\nUser-agent: AutoReach\nDisallow: /",
            "GET https://other.example/x\nHTTP/1.1 200 OK\n\nx",
        ]);
        assert_eq!(get(&source, "https://acme.example/").await, Err(FetchError::RobotsDisallow));
    }

    #[tokio::test]
    async fn unreadable_robots_forbid_the_site_and_forbidden_ones_allow_it() {
        let page = "GET https://acme.example/\nHTTP/1.1 200 OK\n\nx";
        for (head, is_allowed) in
            [("HTTP/1.1 500 Oops\n", false), ("HTTP/1.1 403 No\n", true), ("FAIL timeout", false), ("FAIL dns", false)]
        {
            let source = site(&[page, &format!("GET https://acme.example/robots.txt\n{head}\n")]);
            assert_eq!(get(&source, "https://acme.example/").await.is_ok(), is_allowed, "{head}");
        }
    }

    #[tokio::test]
    async fn a_large_page_and_a_used_up_budget_are_refused() {
        let page = |bytes: usize| format!("GET https://acme.example/\nHTTP/1.1 200 OK\n\n{}", "x".repeat(bytes));
        assert_eq!(get(&site(&[&page(2 * 1024 * 1024 + 1)]), "https://acme.example/").await, Err(FetchError::TooLarge));
        let (source, budget, address) = (site(&[&page(600)]), Budget::new(5, 1_000), url("https://acme.example/"));
        assert!(source.get(&address, &budget).await.is_ok());
        assert_eq!((budget.pages_left(), budget.bytes_left()), (4, 400));
        assert_eq!(source.get(&address, &budget).await, Err(FetchError::BudgetExhausted), "bytes");
        assert_eq!(source.get(&address, &Budget::new(0, 1_000)).await, Err(FetchError::BudgetExhausted), "pages");
    }

    #[tokio::test]
    async fn answers_without_a_date_can_be_dated_from_outside() {
        let now: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
        let source = RecordedSource::from_files_dated([("a.http", "GET https://acme.example/\nHTTP/1.1 200 OK\n\n")], now).unwrap();
        assert_eq!(get(&source, "https://acme.example/").await.unwrap().fetched_at, now);
    }

    #[track_caller]
    fn check_fault(content: &str, line: usize, cause: RecordedCause) {
        let error = RecordedSource::from_files([("sites/a.http", content)]).err().expect("the recording is faulty");
        assert_eq!(error, RecordedError { file: "sites/a.http".into(), line, cause });
    }

    #[test]
    fn a_faulty_recording_names_its_file_and_line() {
        check_fault("", 1, RecordedCause::RequestLine);
        check_fault("POST https://acme.example/\n", 1, RecordedCause::RequestLine);
        check_fault("GET /about\n", 1, RecordedCause::RequestLine);
        check_fault("GET https://acme.example/\n@fetched yesterday\n", 2, RecordedCause::FetchedAt);
        check_fault("GET https://acme.example/\n", 2, RecordedCause::StatusLine);
        check_fault("GET https://acme.example/\nFAIL badly\n", 2, RecordedCause::StatusLine);
        check_fault("GET https://acme.example/\n@fetched 2026-10-02T09:00:00Z\n200 OK\n", 3, RecordedCause::StatusLine);
        check_fault("GET https://acme.example/\nHTTP/1.1 200 OK\nno colon\n\n", 3, RecordedCause::Header);
    }

    #[test]
    fn an_address_recorded_twice_is_a_fault_and_other_files_are_passed_over() {
        let page = "GET https://acme.example/\nHTTP/1.1 200 OK\n\n";
        assert!(RecordedSource::from_files([("a.http", page), ("README.md", "notes")]).is_ok());
        let error = RecordedSource::from_files([("a.http", page), ("b.http", page)]).err().unwrap();
        assert_eq!((error.file.as_str(), error.cause), ("b.http", RecordedCause::Twice));
    }
}
