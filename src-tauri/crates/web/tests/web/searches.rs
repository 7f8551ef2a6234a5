//! Search engines against servers on this computer: what is taken of an answer, and what each refusal is called.

use std::time::Duration;

use autoreach_web::{SearchClient, SearchFault, SearchHit};

use crate::server::Server;

const BRAVE: &str = r#"{"type":"search","query":{"original":"x"},"web":{"type":"search","results":[
    {"title":"Acme Pumps","url":"https://www.acme.example/","description":"<b>ignored</b>","profile":{"name":"x"}},
    {"title":"Globex","url":"https://globex.example/about"}]},"mixed":{}}"#;

fn answer(head: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()).into_bytes()
}

async fn ask(searxng: bool, head: &str, body: &str) -> Result<Vec<SearchHit>, SearchFault> {
    let server = Server::answering(answer(head, body)).await;
    let base = format!("http://127.0.0.1:{}/", server.address.port());
    let client = if searxng { SearchClient::searxng(&base) } else { SearchClient::brave_at(&base, "BSA-12345678") };
    client?.search("pumps", 0).await.hits
}

#[tokio::test]
async fn only_titles_and_addresses_are_taken() {
    let hits = ask(false, "200 OK\r\ncontent-type: application/json", BRAVE).await.expect("answers");
    assert_eq!(
        hits.iter().map(|hit| (hit.title.as_str(), hit.address.as_str())).collect::<Vec<_>>(),
        [("Acme Pumps", "https://www.acme.example/"), ("Globex", "https://globex.example/about"),]
    );
    let own = r#"{"query":"x","number_of_results":1,"results":[{"url":"https://acme.example/","title":"Acme","engine":"x","score":1.0}]}"#;
    assert_eq!(ask(true, "200 OK\r\ncontent-type: application/json", own).await.expect("answers").len(), 1);
    assert_eq!(ask(false, "200 OK\r\ncontent-type: application/json", r#"{"type":"search"}"#).await, Ok(Vec::new()), "nothing found");
}

#[tokio::test]
async fn a_server_that_answers_pages_says_what_to_switch_on() {
    let page = "<html><title>SearXNG</title>";
    for head in ["200 OK\r\ncontent-type: text/html", "403 Forbidden\r\ncontent-type: text/html"] {
        let fault = ask(true, head, page).await.expect_err("is no data");
        assert_eq!(fault, SearchFault::JsonSwitchedOff, "{head}");
        assert!(fault.to_string().contains("formats: [html, json]"));
    }
}

#[tokio::test]
async fn each_refusal_has_its_name() {
    let cases = [
        ("429 Too Many Requests\r\nretry-after: 7", SearchFault::RateLimited { retry_after: Some(Duration::from_secs(7)) }),
        ("429 Too Many Requests", SearchFault::RateLimited { retry_after: None }),
        ("401 Unauthorized", SearchFault::KeyRefused),
        ("302 Found\r\nlocation: http://127.0.0.1:9/", SearchFault::Status(302)),
        ("500 Oops", SearchFault::Status(500)),
    ];
    for (head, fault) in cases {
        assert_eq!(ask(false, head, "").await, Err(fault), "{head}");
    }
    for body in ["", "[]", "{\"web\":{\"results\":[{\"title\":3}]}}", "{\"web\":{\"results\":{}}}", "<html>"] {
        assert_eq!(ask(false, "200 OK\r\ncontent-type: application/json", body).await, Err(SearchFault::Malformed), "{body}");
    }
    let large = format!("{{\"web\":null,\"x\":\"{}\"}}", "x".repeat(1024 * 1024));
    assert_eq!(ask(false, "200 OK\r\ncontent-type: application/json", &large).await, Err(SearchFault::TooLarge));
}

#[tokio::test]
async fn nobody_there_and_nothing_asked_are_told_apart() {
    let Ok(client) = SearchClient::searxng("http://127.0.0.1:1") else { panic!("may be asked") };
    assert_eq!(client.search("pumps", 0).await.hits, Err(SearchFault::Unreachable));
    assert_eq!(client.search("  ", 0).await.hits, Err(SearchFault::UnusableQuery));
    assert_eq!(client.search(&"word ".repeat(51), 0).await.hits, Err(SearchFault::UnusableQuery));
}
