//! What was asked of whom, one entry for each request, so that a caller can keep a ledger of what left the computer.

use jiff::Timestamp;
use url::Url;

use super::FetchError;

/// What a request was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedFor {
    /// A page.
    Page,
    /// The site's wishes about programs.
    Robots,
}

/// Where a request went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedWhere {
    /// To another computer.
    Elsewhere,
    /// To a server on this computer, which an exception admits.
    ThisComputer,
    /// Nowhere: a recording answered.
    Recording,
}

/// One request. Redirects are requests of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The address asked for. A request for a page says nothing else.
    pub url: Url,
    /// What for.
    pub errand: AskedFor,
    /// Where it went.
    pub place: AskedWhere,
    /// When.
    pub at: Timestamp,
    /// Bytes of the request's head as HTTP/1.1 writes it, encryption not counted; 0 for a recording.
    pub bytes_up: u64,
    /// Bytes of the body as far as it was read, decompressed.
    pub bytes_down: u64,
    /// The answer's status; `None` when none came.
    pub status: Option<u16>,
    /// What went wrong; `None` for a page or a redirect that was followed.
    pub error: Option<FetchError>,
}
