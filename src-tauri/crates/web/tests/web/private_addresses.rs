//! Not one connection into the user's own network, whatever an address looks like or leads to.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use autoreach_web::{Admitted, Budget, FetchError, GuardRefusal, Limits, NetworkSource, PageSource};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Url;

use crate::server::{NOT_FOUND, Server, ok, reply};

/// A resolver that knows exactly one answer for every name, as a hostile name server would.
struct Answering(Vec<SocketAddr>);

impl Resolve for Answering {
    fn resolve(&self, _: Name) -> Resolving {
        let addresses = self.0.clone();
        Box::pin(async move { Ok(Box::new(addresses.into_iter()) as Addrs) })
    }
}

fn quick() -> Limits {
    Limits { page_deadline: Duration::from_secs(5), host_gap: Duration::ZERO, ..Limits::default() }
}

/// The network without exceptions, where every name leads to `addresses`.
fn network(addresses: &[SocketAddr]) -> NetworkSource {
    NetworkSource::with_resolver(Admitted::none(), quick(), Arc::new(Answering(addresses.to_vec()))).expect("a client can be set up")
}

/// Listeners that must never hear anything: loopback of both families, and the web ports where they may be bound.
async fn listeners() -> Vec<Server> {
    let mut servers = Vec::new();
    for address in ["127.0.0.1:0", "[::1]:0", "127.0.0.1:80", "127.0.0.1:443", "[::1]:80", "[::1]:443"] {
        let page = |_, stream| reply(stream, ok("", b"private"));
        servers.extend(Server::start_at(address, page).await.ok());
    }
    assert!(!servers.is_empty());
    servers
}

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn development_data(test: &str, path: &str) -> Option<String> {
    let read = std::env::var_os("AUTOREACH_DEV_DATA").and_then(|data| std::fs::read_to_string(PathBuf::from(data).join(path)).ok());
    if read.is_none() {
        eprintln!("skipped: {test}: AUTOREACH_DEV_DATA holds no {path}");
    }
    read
}

/// Asks for every address while all names lead to loopback, and counts what the listeners hear.
async fn ask_all(addresses: impl IntoIterator<Item = String>) -> (usize, usize) {
    let servers = listeners().await;
    let loopback: Vec<SocketAddr> = servers.iter().map(|server| SocketAddr::new(server.address.ip(), 0)).collect();
    let source = network(&loopback);
    let mut asked = 0;
    for text in addresses {
        let Ok(url) = Url::parse(&text) else { continue };
        let outcome = source.get(&url, &Budget::per_lead()).await;
        assert!(matches!(outcome, Err(FetchError::Refused { .. })), "{text}: {outcome:?}");
        asked += 1;
    }
    (asked, servers.iter().map(Server::connections).sum())
}

#[tokio::test]
async fn no_known_ssrf_address_reaches_a_listener() {
    let Some(json) = development_data("no_known_ssrf_address_reaches_a_listener", "security/ssrf/patt_ssrf_urls.json") else { return };
    let rows: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    let (asked, connections) = ask_all(rows.iter().filter_map(|row| row["url"].as_str().map(str::to_owned))).await;
    assert!(asked > 80, "only {asked} of {} parsed as addresses", rows.len());
    assert_eq!(connections, 0);
}

#[tokio::test]
async fn no_address_of_the_url_standard_reaches_a_listener() {
    let Some(json) = development_data("no_address_of_the_url_standard_reaches_a_listener", "security/url/urltestdata.json") else { return };
    let rows: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    let addresses = rows.iter().filter_map(|row| {
        let base = row["base"].as_str().and_then(|base| Url::parse(base).ok());
        Url::options().base_url(base.as_ref()).parse(row["input"].as_str()?).ok().map(String::from)
    });
    // Public literals among them would leave this machine, so they are only looked at.
    let (public, others): (Vec<String>, Vec<String>) = addresses.partition(|text| is_public_literal(text));
    let (asked, connections) = ask_all(others).await;
    assert!(asked > 400 && public.len() < 60, "{asked} asked, {} public", public.len());
    assert_eq!(connections, 0);
}

fn is_public_literal(text: &str) -> bool {
    let url: Url = text.parse().expect("it was an address before");
    match url.host() {
        Some(url::Host::Ipv4(address)) => autoreach_web::is_public(address.into()),
        Some(url::Host::Ipv6(address)) => autoreach_web::is_public(address.into()),
        _ => false,
    }
}

#[tokio::test]
async fn our_own_list_of_odd_spellings_reaches_no_listener() {
    let addresses = [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://0x7f.1/",
        "http://127.0.0.1./",
        "http://①②⑦.⓪.⓪.①/",
        "http://127。0。0。1/",
        "http://１２７.０.０.１/",
        "http://%31%32%37.0.0.1/",
        "http://0/",
        "http://[::]/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::127.0.0.1]/",
        "http://[64:ff9b:1::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[2001:0:7f00:1::]/",
        "http://[fe80::1]/",
        "http://[fc00::1]/",
        "http://[ff02::1]/",
        "http://10.0.0.1/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://198.18.0.1/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://localhost/",
        "http://LOCALHOST./",
        "http://a.localhost/",
        "http://printer.local/",
        "http://nas.home.arpa/",
        "http://metadata.google.internal/",
        "http://router/",
        "http://acme.example:11434/",
        "http://acme.example:22/",
        "http://user@acme.example/",
        "http://user:word@acme.example/",
        "http://acme.example@127.0.0.1/",
        "http://acme.example/",
        "https://acme.example/",
        "ftp://acme.example/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "data:text/html,x",
        "javascript:alert(1)",
        "blob:http://127.0.0.1/x",
    ];
    let (asked, connections) = ask_all(addresses.map(str::to_owned)).await;
    assert_eq!((asked, connections), (addresses.len(), 0));
}

#[tokio::test]
async fn a_name_that_leads_to_a_private_address_is_refused() {
    let servers = listeners().await;
    for server in &servers {
        let source = network(&[server.address]);
        let outcome = source.get(&"http://rebound.example/".parse().unwrap(), &Budget::per_lead()).await;
        assert_eq!(outcome, Err(FetchError::Refused { reason: GuardRefusal::PrivateAddress }));
    }
    assert_eq!(servers.iter().map(Server::connections).sum::<usize>(), 0);
}

#[tokio::test]
async fn a_redirect_to_loopback_is_refused() {
    let target = Server::answering(ok("", b"private")).await;
    for location in [
        format!("http://127.0.0.1:{}/", target.address.port()),
        format!("http://other.example:{}/", target.address.port()),
        "http://127.0.0.1/".to_owned(),
        "http://localhost/".to_owned(),
        "http://[::ffff:127.0.0.1]/".to_owned(),
        "//127.0.0.1/".to_owned(),
        "file:///etc/passwd".to_owned(),
    ] {
        let response = format!("HTTP/1.1 302 Found\r\nlocation: {location}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
        let server = Server::answering(response).await;
        let outcome = server.source(quick()).get(&server.url("/"), &Budget::per_lead()).await;
        assert!(matches!(outcome, Err(FetchError::Refused { .. })), "{location}: {outcome:?}");
    }
    assert_eq!(target.connections(), 0);
}

#[tokio::test]
async fn an_admitted_host_is_reached_and_only_it() {
    let server = Server::answering(ok("content-type: text/html\r\n", b"<p>hello")).await;
    let source = server.source(quick());
    let page = source.get(&server.url("/"), &Budget::per_lead()).await.unwrap();
    assert_eq!(page.body, "<p>hello");
    let heard = server.connections();
    let port = server.address.port();
    for other in [
        format!("http://acme.example:{}/", port.wrapping_add(1).max(1_024)),
        format!("http://www.acme.example:{port}/"),
        format!("http://acme.example.evil.example:{port}/"),
        format!("http://127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
        format!("http://user@acme.example:{port}/"),
    ] {
        let outcome = source.get(&other.parse().unwrap(), &Budget::per_lead()).await;
        assert!(matches!(outcome, Err(FetchError::Refused { .. })), "{other}: {outcome:?}");
    }
    assert_eq!(server.connections(), heard);
}

#[tokio::test]
async fn an_admitted_host_on_a_usual_port_still_resolves_publicly_only() {
    let server = Server::answering(ok("", b"private")).await;
    let admitted = Admitted::parse([server.exception("acme.example")]).unwrap();
    let source = NetworkSource::with_resolver(admitted, quick(), Arc::new(Answering(vec![server.address]))).unwrap();
    let outcome = source.get(&"http://acme.example/".parse().unwrap(), &Budget::per_lead()).await;
    assert_eq!(outcome, Err(FetchError::Refused { reason: GuardRefusal::PrivateAddress }));
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn robots_that_redirect_to_loopback_forbid_the_site() {
    let target = Server::answering(ok("", b"User-agent: *")).await;
    let location = format!("http://127.0.0.1:{}/robots.txt", target.address.port());
    let server = Server::start(move |path, stream| {
        let redirect = format!("HTTP/1.1 301 Moved\r\nlocation: {location}\r\nconnection: close\r\n\r\n");
        reply(stream, if path == "/robots.txt" { redirect.into() } else { NOT_FOUND.into() })
    })
    .await;
    let outcome = server.source(quick()).get(&server.url("/"), &Budget::per_lead()).await;
    assert!(matches!(outcome, Err(FetchError::Refused { .. })), "{outcome:?}");
    assert_eq!(target.connections(), 0);
}
