//! Servers that answer too much, too slowly, too long or not at all.

use std::io::Write;
use std::time::{Duration, Instant};

use autoreach_web::{Budget, FetchError, FetchedPage, Limits, PageSource};
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::server::{NOT_FOUND, Server, ok, reply};

/// Short enough for a test, long enough that a busy machine does not time out by itself where it should not.
const DEADLINE: Duration = Duration::from_secs(2);

/// A generous bound on "stopped by its deadline"; without one these servers would keep us for minutes.
const SOON: Duration = Duration::from_secs(20);

fn quick() -> Limits {
    Limits { page_deadline: DEADLINE, connect_deadline: DEADLINE, ..Limits::default() }
}

fn patient() -> Limits {
    Limits { page_deadline: Duration::from_secs(60), ..Limits::default() }
}

async fn get(server: &Server, limits: Limits) -> Result<FetchedPage, FetchError> {
    server.source(limits).get(&server.url("/"), &Budget::per_lead()).await
}

/// A server that writes `piece` again and again with `pause` in between, after `head`.
async fn endless(head: &'static str, piece: Vec<u8>, pause: Duration) -> Server {
    Server::start(move |path, mut stream| {
        let piece = piece.clone();
        async move {
            if path == "/robots.txt" {
                return reply(stream, NOT_FOUND.into()).await;
            }
            stream.write_all(head.as_bytes()).await?;
            loop {
                stream.write_all(&piece).await?;
                stream.flush().await?;
                tokio::time::sleep(pause).await;
            }
        }
    })
    .await
}

#[tokio::test]
async fn a_slow_drip_is_stopped_by_the_deadline() {
    let server = endless("HTTP/1.1 200 OK\r\n\r\n", b"x".to_vec(), Duration::from_millis(20)).await;
    let start = Instant::now();
    assert_eq!(get(&server, quick()).await, Err(FetchError::TooSlow));
    assert!(start.elapsed() < SOON);
}

#[tokio::test]
async fn a_server_that_never_answers_is_stopped_by_the_deadline() {
    let server = Server::start(|path, stream| async move {
        if path == "/robots.txt" {
            return reply(stream, NOT_FOUND.into()).await;
        }
        let _open: TcpStream = stream;
        std::future::pending().await
    })
    .await;
    let start = Instant::now();
    assert_eq!(get(&server, quick()).await, Err(FetchError::TooSlow));
    assert!(start.elapsed() < SOON);
}

#[tokio::test]
async fn robots_that_never_come_cost_the_page_its_time_only_once() {
    let server = Server::start(|_, stream| async move {
        let _open: TcpStream = stream;
        std::future::pending().await
    })
    .await;
    let source = server.source(quick());
    for _ in 0..3 {
        assert_eq!(source.get(&server.url("/"), &Budget::per_lead()).await, Err(FetchError::TooSlow));
    }
    assert_eq!(server.connections(), 1, "the failure is remembered");
}

#[tokio::test]
async fn an_endless_body_is_cut_off_at_the_cap() {
    let server = endless("HTTP/1.1 200 OK\r\n\r\n", vec![b'x'; 64 * 1024], Duration::ZERO).await;
    assert_eq!(get(&server, patient()).await, Err(FetchError::TooLarge));
}

#[tokio::test]
async fn a_compressed_bomb_is_cut_off_at_the_cap() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..64 {
        encoder.write_all(&vec![0; 1024 * 1024]).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    assert!(bomb.len() < 100 * 1024, "64 MB in {} bytes", bomb.len());
    let server = Server::answering(ok("content-encoding: gzip\r\n", &bomb)).await;
    assert_eq!(get(&server, patient()).await, Err(FetchError::TooLarge));
}

#[tokio::test]
async fn a_compressed_page_is_read() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all("<p>Grüße</p>".as_bytes()).unwrap();
    let server =
        Server::answering(ok("content-encoding: gzip\r\ncontent-type: text/html; charset=utf-8\r\n", &encoder.finish().unwrap())).await;
    assert_eq!(get(&server, patient()).await.unwrap().body, "<p>Grüße</p>");
}

#[tokio::test]
async fn broken_compression_is_named() {
    let server = Server::answering(ok("content-encoding: gzip\r\n", b"this is not gzip at all")).await;
    assert_eq!(get(&server, patient()).await, Err(FetchError::Interrupted));
}

#[tokio::test]
async fn endless_headers_are_refused() {
    let many = endless("HTTP/1.1 200 OK\r\n", b"x-more: and more\r\n".repeat(1_000), Duration::ZERO).await;
    assert_eq!(get(&many, patient()).await, Err(FetchError::Interrupted));
    let long = endless("HTTP/1.1 200 OK\r\nx-long: ", vec![b'x'; 64], Duration::from_millis(20)).await;
    assert_eq!(get(&long, quick()).await, Err(FetchError::TooSlow));
}

#[tokio::test]
async fn large_headers_are_refused() {
    let header = format!("x-big: {}\r\n", "x".repeat(8 * 1024)).repeat(10);
    let server = Server::answering(ok(&header, b"x")).await;
    assert_eq!(get(&server, patient()).await, Err(FetchError::TooLarge));
}

#[tokio::test]
async fn failures_are_named_by_their_cause() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut server = Server::answering("").await;
    assert_eq!(get(&server, patient()).await, Err(FetchError::Interrupted), "an answer that is none");
    server.address = nobody.local_addr().unwrap();
    drop(nobody);
    assert_eq!(get(&server, patient()).await, Err(FetchError::Unreachable), "nobody listens");
}

#[tokio::test]
async fn a_plain_server_asked_for_https_has_no_trusted_encryption() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut server = Server::answering("").await;
    server.address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.read_buf(&mut Vec::with_capacity(64 * 1024)).await.ok();
            reply(stream, b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()).await.ok();
        }
    });
    let mut url = server.url("/");
    url.set_scheme("https").unwrap();
    assert_eq!(server.source(patient()).get(&url, &Budget::per_lead()).await, Err(FetchError::Tls));
}

#[tokio::test]
async fn an_unknown_name_is_named() {
    struct Unknown;
    impl reqwest::dns::Resolve for Unknown {
        fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
            Box::pin(async { Err(std::io::Error::other("no such host").into()) })
        }
    }
    let source =
        autoreach_web::NetworkSource::with_resolver(autoreach_web::Admitted::none(), patient(), std::sync::Arc::new(Unknown)).unwrap();
    assert_eq!(source.get(&"https://acme.example/".parse().unwrap(), &Budget::per_lead()).await, Err(FetchError::Dns));
}

#[tokio::test]
async fn robots_are_asked_once_and_obeyed() {
    let server = Server::start(|path, stream| {
        let response = match path.as_str() {
            "/robots.txt" => ok("", b"User-agent: AutoReach\nDisallow: /private"),
            _ => ok("content-type: text/html\r\n", b"<p>x"),
        };
        reply(stream, response)
    })
    .await;
    let (source, budget) = (server.source(patient()), Budget::per_lead());
    assert!(source.get(&server.url("/"), &budget).await.is_ok());
    assert!(source.get(&server.url("/about"), &budget).await.is_ok());
    assert_eq!(source.get(&server.url("/private/x"), &budget).await, Err(FetchError::RobotsDisallow));
    assert_eq!(server.connections(), 3, "one for robots.txt, two for pages");
    assert_eq!(budget.pages_left(), Budget::PAGES_PER_LEAD - 3, "robots.txt costs the lead no page");
}

#[tokio::test]
async fn an_admitted_host_waits_for_no_gap() {
    let server = Server::answering(ok("content-type: text/html\r\n", b"<p>x")).await;
    let limits = Limits { host_gap: Duration::from_secs(600), page_deadline: Duration::from_secs(60), ..Limits::default() };
    let (source, start) = (server.source(limits), Instant::now());
    for _ in 0..10 {
        source.get(&server.url("/"), &Budget::per_lead()).await.unwrap();
    }
    assert!(start.elapsed() < Duration::from_secs(60));
}
