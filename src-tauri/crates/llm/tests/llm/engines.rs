//! Engines on this computer are found by what they answer, quickly, and nothing else is mistaken for one.

use std::time::{Duration, Instant};

use autoreach_llm::{LocalCandidates, LocalEngineKind, find_local_engines};
use serde_json::json;

use crate::server::{Act, Server, answer, json_answer};

fn ollama() -> Act {
    Act::Send(json_answer(
        200,
        &json!({"models": [
            {"name": "llama3.2:3b", "model": "llama3.2:3b", "size": 1, "details": {"family": "llama", "families": ["llama"]}},
            {"name": "nomic-embed-text:latest", "model": "nomic-embed-text:latest", "details": {"family": "nomic-bert"}},
        ]}),
    ))
}

fn models(names: &[&str]) -> Act {
    let data: Vec<_> = names.iter().map(|name| json!({"id": name, "object": "model", "owned_by": "me"})).collect();
    Act::Send(json_answer(200, &json!({"object": "list", "data": data})))
}

async fn closed_port() -> u16 {
    Server::start(vec![ollama()]).await.port
}

#[tokio::test]
async fn all_three_engines_are_found_with_the_models_that_can_answer() {
    let health = Act::Send(json_answer(200, &json!({"status": "ok"})));
    let ollama = Server::start(vec![ollama()]).await;
    let lm_studio = Server::start(vec![models(&["qwen2.5-7b", "text-embedding-bge-m3"])]).await;
    let llama_cpp = Server::start(vec![health, models(&["pocket.gguf"])]).await;
    let candidates = LocalCandidates::at_ports(ollama.port, lm_studio.port, llama_cpp.port);
    let engines = find_local_engines(&candidates).await.expect("the client builds");
    let found: Vec<_> = engines.iter().map(|engine| (engine.kind, engine.models.join(","))).collect();
    assert_eq!(
        found,
        [
            (LocalEngineKind::Ollama, "llama3.2:3b".to_owned()),
            (LocalEngineKind::LmStudio, "qwen2.5-7b".to_owned()),
            (LocalEngineKind::LlamaCpp, "pocket.gguf".to_owned()),
        ]
    );
    assert_eq!(engines[0].base_url, ollama.base());
    assert!(ollama.asked()[0].head.starts_with("get /api/tags"));
    assert!(llama_cpp.asked()[0].head.starts_with("get /health") && llama_cpp.asked()[1].head.starts_with("get /v1/models"));
}

#[tokio::test]
async fn other_servers_on_these_ports_are_no_engines() {
    let page = Server::start(vec![Act::Send(answer(200, &[("content-type", "text/html")], "<html>It works</html>"))]).await;
    let other = Server::start(vec![Act::Send(json_answer(200, &json!({"data": [{"name": "not a model"}]})))]).await;
    let moved = Server::start(vec![Act::Send(answer(302, &[("location", "/v1/models")], ""))]).await;
    let candidates = LocalCandidates::at_ports(page.port, other.port, moved.port);
    assert_eq!(find_local_engines(&candidates).await, Ok(Vec::new()));
    assert_eq!(moved.asked().len(), 1, "a redirect is not followed");
    let failing = Server::start(vec![Act::Send(json_answer(500, &json!({"models": [], "data": []})))]).await;
    let candidates = LocalCandidates::at_ports(failing.port, failing.port, failing.port);
    assert_eq!(find_local_engines(&candidates).await, Ok(Vec::new()), "a list inside an error is none");
}

#[tokio::test]
async fn silent_dripping_and_endless_servers_cost_a_third_of_a_second() {
    let silent = Server::start(vec![Act::SendThenHang(Vec::new())]).await;
    let dripping = Server::start(vec![Act::SendThenHang(answer(200, &[], "{\"data\": [").to_vec())]).await;
    let endless = Server::start(vec![Act::Flood(answer(200, &[], "")[..17].to_vec(), b'x', 50 * 1024 * 1024)]).await;
    let start = Instant::now();
    let candidates = LocalCandidates::at_ports(silent.port, dripping.port, endless.port);
    assert_eq!(find_local_engines(&candidates).await, Ok(Vec::new()));
    assert!(start.elapsed() < Duration::from_millis(900), "{:?}", start.elapsed());
}

#[tokio::test]
async fn nobody_there_is_no_error() {
    let candidates = LocalCandidates::at_ports(closed_port().await, closed_port().await, closed_port().await);
    assert_eq!(find_local_engines(&candidates).await, Ok(Vec::new()));
}

#[test]
fn a_proxy_never_sees_what_is_meant_for_this_computer() {
    // The proxy is read from the environment when a client is made, so the other tests run once more with one that is dead.
    let tests = [
        "providers::every_dialect_gives_the_same_value_streamed_or_whole",
        "engines::all_three_engines_are_found_with_the_models_that_can_answer",
    ];
    let mut child = std::process::Command::new(std::env::current_exe().expect("a test has a file"));
    for name in ["NO_PROXY", "no_proxy"] {
        child.env_remove(name);
    }
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        child.env(name, "http://127.0.0.1:1");
    }
    let outcome = child.arg("--exact").args(tests).output().expect("runs");
    let told = String::from_utf8_lossy(&outcome.stdout).into_owned();
    assert!(outcome.status.success() && told.contains("2 passed"), "{told}");
}
