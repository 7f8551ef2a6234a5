//! Carries one request and its answer, from the network or from a recording. Knows no rule but the caps on a body.

use std::net::IpAddr;
use std::sync::Arc;

use jiff::Timestamp;
use reqwest::header::{HeaderMap, HeaderName};
use url::Url;

use super::asked::AskedWhere;
use super::network::{NetworkTransport, cause_of, question};
use super::{Budget, FetchError, PageVersion};
use crate::recorded::RecordedTransport;

/// Where answers come from.
pub(crate) enum Transport {
    Network(NetworkTransport),
    Recorded(RecordedTransport),
}

impl Transport {
    /// Asks for `url` once, without following anything; where a version is `known`, only for another one.
    pub(crate) async fn ask(&self, url: &Url, known: Option<&PageVersion>) -> Result<Answer, FetchError> {
        match self {
            Self::Network(network) => network.ask(url, known).await,
            Self::Recorded(recorded) => recorded.ask(url, known),
        }
    }

    /// Whether there is a real host at the other end, to be treated politely.
    pub(crate) fn reaches_hosts(&self) -> bool {
        match self {
            Self::Network(_) => true,
            Self::Recorded(_) => false,
        }
    }

    /// Where a request goes, given the addresses that an exception admits for it.
    pub(crate) fn place(&self, admitted: Option<&[IpAddr]>) -> AskedWhere {
        match self {
            Self::Recorded(_) => AskedWhere::Recording,
            Self::Network(_) if admitted.is_some_and(|addresses| addresses.iter().all(IpAddr::is_loopback)) => AskedWhere::ThisComputer,
            Self::Network(_) => AskedWhere::Elsewhere,
        }
    }

    /// Bytes that asking for `url` takes.
    pub(crate) fn question_bytes(&self, url: &Url, known: Option<&PageVersion>) -> u64 {
        match self {
            Self::Network(_) => question(url, known).len() as u64,
            Self::Recorded(_) => 0,
        }
    }
}

/// One answer with its body still to come.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// When it was given; `None` means now.
    pub(crate) answered_at: Option<Timestamp>,
    pub(crate) body: Body,
}

impl Answer {
    /// The value of a header that is plain text.
    pub(crate) fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Bytes of all header names and values.
    pub(crate) fn header_bytes(&self) -> usize {
        self.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum()
    }
}

/// A body on its way.
pub(crate) enum Body {
    Streaming(reqwest::Response),
    Ready(Arc<[u8]>),
}

impl Body {
    /// Reads the whole body in pieces and gives up as soon as it passes `cap` or what `budget` has left.
    /// `received` counts what came, also of a body that is given up.
    pub(crate) async fn read(self, cap: usize, budget: Option<&Budget>, received: &mut u64) -> Result<Vec<u8>, FetchError> {
        let mut kept = Kept { bytes: Vec::new(), cap, budget, received };
        match self {
            Self::Ready(bytes) => kept.take(&bytes)?,
            Self::Streaming(mut response) => {
                while let Some(piece) = response.chunk().await.map_err(|error| cause_of(&error))? {
                    kept.take(&piece)?;
                }
            }
        }
        Ok(kept.bytes)
    }
}

struct Kept<'a> {
    bytes: Vec<u8>,
    cap: usize,
    budget: Option<&'a Budget>,
    received: &'a mut u64,
}

impl Kept<'_> {
    fn take(&mut self, piece: &[u8]) -> Result<(), FetchError> {
        *self.received += piece.len() as u64;
        if self.bytes.len() + piece.len() > self.cap {
            return Err(FetchError::TooLarge);
        }
        self.budget.map_or(Ok(()), |budget| budget.take_bytes(piece.len()))?;
        self.bytes.extend_from_slice(piece);
        Ok(())
    }
}
