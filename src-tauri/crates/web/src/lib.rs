//! Fetch a public page safely and turn it into text with offsets.
//!
//! The way of a page: [`guard`] decides which addresses may be asked at all, [`fetch`] asks within caps and
//! deadlines (or [`recorded`] answers from files, through the same rules), [`robots`] keeps the site's own wishes,
//! [`text`] turns markup into visible text whose byte offsets can be quoted, and [`snapshot`] is what is kept of it.
//!
//! A page is data written by a stranger. Nothing read here can name a recipient, a tool or a rule; markup that hides
//! text or speaks to a machine only raises flags. Deliberately absent: anything about sales, a browser, scripts,
//! cookies, logins, proxies and retries. A caller that gives up drops the future; nothing goes on behind its back.

pub mod fetch;
pub mod guard;
pub mod recorded;
pub mod robots;
mod route;
pub mod search;
pub mod snapshot;
pub mod text;

pub use fetch::{
    Asked, AskedFor, AskedWhere, Budget, FetchError, FetchedPage, Limits, NetworkSource, NoNetworkClient, PageSource, PageVersion,
};
pub use guard::{Admitted, AdmittedError, AdmittedHost, GuardRefusal, admitted_lines, is_public, is_same_site, registrable_domain};
pub use recorded::{RecordedCause, RecordedError, RecordedSource};
pub use search::{SearchAnswer, SearchClient, SearchFault, SearchHit};
pub use snapshot::{PageSnapshot, content_hash};
pub use text::{
    Block, BlockKind, Link, MailLink, Marked, PageText, Picture, Region, SitemapEntry, Span, TextError, TimeMark, page_text, plain_text,
    sitemap,
};
