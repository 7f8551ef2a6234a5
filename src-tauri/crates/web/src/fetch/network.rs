//! The real network: clients that follow nothing, remember nothing and resolve names only to admitted places.

use std::collections::HashMap;
use std::error::Error;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::Resolve;
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};
use url::Url;

use super::transport::{Answer, Body};
use super::{FetchError, Limits, PageVersion};
use crate::guard::{Admitted, AdmittedResolver, GuardRefusal, OnlyPrivateAddresses, PublicResolver, is_public};

/// How we introduce ourselves to every site.
const USER_AGENT: &str = concat!("AutoReach/", env!("CARGO_PKG_VERSION"), " (+research of public company pages; respects robots.txt)");

/// What we can read, most welcome first.
const ACCEPT: &str = "text/html,application/xhtml+xml,text/plain;q=0.8,application/xml;q=0.7,text/xml;q=0.7,*/*;q=0.1";

/// Kept short: a lead's pages come in one burst, and an idle connection helps nobody afterwards.
const IDLE_CONNECTION: Duration = Duration::from_secs(15);

/// The encodings the client offers by itself.
const ACCEPT_ENCODING: &str = "gzip,deflate,br";

/// All that a request says, as HTTP/1.1 writes it.
pub(super) fn question(url: &Url, known: Option<&PageVersion>) -> String {
    let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let host = &url[url::Position::BeforeHost..url::Position::AfterPort];
    let condition = known.and_then(PageVersion::condition).map(|(name, value)| format!("{name}: {value}\r\n")).unwrap_or_default();
    format!(
        "GET {path} HTTP/1.1\r\naccept: {ACCEPT}\r\n{condition}user-agent: {USER_AGENT}\r\naccept-encoding: {ACCEPT_ENCODING}\r\nhost: {host}\r\n\r\n"
    )
}

/// The network could not be set up on this computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The network client could not be set up on this computer.")]
pub struct NoNetworkClient;

/// One client for the public web, and one for each set of addresses an exception names. An exception's client is
/// used for its own host and port only, so its resolver may answer every name with the same addresses.
pub(crate) struct NetworkTransport {
    public: Client,
    exceptions: HashMap<Vec<IpAddr>, Client>,
    admitted: Admitted,
}

impl NetworkTransport {
    pub(crate) fn new(admitted: &Admitted, limits: &Limits, resolver: Arc<dyn Resolve>) -> Result<Self, NoNetworkClient> {
        // A second installation fails because the first one stands, which is all we want.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let public = client(limits, Arc::new(PublicResolver::new(resolver)))?;
        let mut exceptions = HashMap::new();
        for addresses in admitted.all_addresses() {
            let resolver = Arc::new(AdmittedResolver { addresses: addresses.to_vec() });
            exceptions.insert(addresses.to_vec(), client(limits, resolver)?);
        }
        Ok(Self { public, exceptions, admitted: admitted.clone() })
    }

    pub(crate) async fn ask(&self, url: &Url, known: Option<&PageVersion>) -> Result<Answer, FetchError> {
        let mut request = self.client_for(url).get(url.clone()).header(reqwest::header::ACCEPT, ACCEPT);
        if let Some((name, value)) = known.and_then(PageVersion::condition) {
            request = request.header(name, value);
        }
        let response = request.send().await.map_err(|error| cause_of(&error))?;
        self.check_peer(url, response.remote_addr())?;
        Ok(Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            answered_at: None,
            body: Body::Streaming(response),
        })
    }

    fn client_for(&self, url: &Url) -> &Client {
        let exception = self.admitted.addresses(url).and_then(|addresses| self.exceptions.get(addresses));
        exception.unwrap_or(&self.public)
    }

    /// The last word on where an answer came from, whatever the resolver and the client did before.
    fn check_peer(&self, url: &Url, peer: Option<SocketAddr>) -> Result<(), FetchError> {
        let Some(peer) = peer else { return Err(FetchError::Interrupted) };
        let is_admitted = match self.admitted.addresses(url) {
            Some(addresses) => addresses.contains(&peer.ip()),
            None => is_public(peer.ip()),
        };
        if is_admitted { Ok(()) } else { Err(GuardRefusal::PrivateAddress.into()) }
    }
}

fn client(limits: &Limits, resolver: Arc<dyn Resolve>) -> Result<Client, NoNetworkClient> {
    if let Ok(client) = builder(limits, resolver.clone()).build() {
        return Ok(client);
    }
    // A computer without any root certificates can still read plain http; https then fails as untrusted.
    builder(limits, resolver).tls_certs_only([]).build().map_err(|_| NoNetworkClient)
}

fn builder(limits: &Limits, resolver: Arc<dyn Resolve>) -> ClientBuilder {
    Client::builder()
        .user_agent(USER_AGENT)
        .no_proxy()
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(limits.connect_deadline)
        .http1_max_headers(limits.headers)
        .http2_max_header_list_size(limits.header_bytes.try_into().unwrap_or(u32::MAX))
        .pool_max_idle_per_host(1)
        .pool_idle_timeout(IDLE_CONNECTION)
        .dns_resolver(resolver)
}

/// What a client's error means. Its text holds the address and is never passed on.
pub(crate) fn cause_of(error: &reqwest::Error) -> FetchError {
    if chain(error).any(|cause| cause.is::<OnlyPrivateAddresses>()) {
        return GuardRefusal::PrivateAddress.into();
    }
    if error.is_timeout() {
        return FetchError::TooSlow;
    }
    if error.is_dns() {
        return FetchError::Dns;
    }
    if chain(error).any(is_from_tls) {
        return FetchError::Tls;
    }
    if error.is_connect() { FetchError::Unreachable } else { FetchError::Interrupted }
}

fn chain<'a>(error: &'a reqwest::Error) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(error.source(), |&cause| cause.source())
}

/// An [`io::Error`] hides what it wraps from its chain of sources, so it is unwrapped by hand.
fn is_from_tls(cause: &(dyn Error + 'static)) -> bool {
    let mut cause = cause;
    while let Some(wrapped) = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        cause = wrapped;
    }
    cause.is::<rustls::Error>()
}
