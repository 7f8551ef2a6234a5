//! Choosing an engine: keys that are never shown, choices that send nothing, and one small question to a server.

use crate::program::{Program, any_file_holds};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

const KEY: &str = "sk-ant-api03-a-canary-of-a-key-WXYZ";

fn simulated() -> Program {
    let (program, ran) = Program::with_workspace(&["--simulated"]);
    assert_eq!(ran.code, 0, "{} {}", ran.out, ran.err);
    program
}

/// A model server that answers every question with `status` and `body`, on a thread that ends with the test.
fn answering(status: u16, body: &str) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
    let address = listener.local_addr().expect("is bound");
    let answer = format!(
        "HTTP/1.1 {status} Whatever\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("accepts");
            let mut asked = Vec::new();
            let mut block = [0; 4096];
            while !is_whole(&asked) {
                let read = stream.read(&mut block).expect("reads");
                asked.extend_from_slice(&block[..read]);
            }
            stream.write_all(answer.as_bytes()).expect("answers");
        }
    });
    format!("http://{address}")
}

/// Has the whole question come?
fn is_whole(asked: &[u8]) -> bool {
    let text = String::from_utf8_lossy(asked).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
    body.len() >= length.unwrap_or(0)
}

fn says_ready() -> String {
    let answer = r#"{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"{\"is_ready\":true}"}}"#;
    format!(
        r#"{{"id":"1","object":"chat.completion","model":"small","choices":[{answer}],"usage":{{"prompt_tokens":9,"completion_tokens":5}}}}"#
    )
}

#[test]
fn the_built_in_engine_is_in_use_until_another_is_chosen() {
    let program = simulated();
    assert_eq!(program.json(&["engine", "show"])["choice"]["kind"], "rules");
    assert!(program.run(&["engine", "show"]).out.contains("the built-in engine"));
    assert_eq!(program.json(&["engine", "test"])["took_ms"], 0);
}

#[test]
fn a_key_comes_from_standard_input_and_is_shown_by_its_end_alone() {
    let program = simulated();
    let kept = program.run_with(&["engine", "key"], &format!("{KEY}\n"));
    assert_eq!(kept.code, 0, "{} {}", kept.out, kept.err);
    assert!(kept.out.contains("Anthropic (…WXYZ)") && !kept.out.contains("canary"), "{}", kept.out);
    let view = program.json(&["engine", "set", "anthropic"]);
    assert_eq!((view["choice"]["kind"].as_str(), view["keys"][0]["last_four"].as_str()), (Some("anthropic"), Some("WXYZ")));
    assert!(!any_file_holds(&program.path("autoreach"), KEY), "it lies sealed");
    let forgotten = program.json(&["engine", "key", "anthropic", "--remove"]);
    assert_eq!((forgotten["choice"]["kind"].as_str(), forgotten["keys"].as_array().map(Vec::len)), (Some("rules"), Some(0)));
}

#[test]
fn what_is_missing_is_said_with_what_to_do_next() {
    let program = simulated();
    let unkeyed = program.run(&["engine", "set", "openai-compatible"]);
    assert!(unkeyed.code == 1 && unkeyed.err.contains("autoreach engine key"), "{}", unkeyed.err);
    assert_eq!(program.run(&["engine", "set", "anthropic", "--json"]).error_code(), "no_engine_key");
    let unnamed = program.run(&["engine", "set", "ollama"]);
    assert!(unnamed.err.contains("--model NAME"), "{}", unnamed.err);
    assert_eq!(program.run(&["engine", "key", "--json"]).error_code(), "needs_engine_key");
    let foreign = program.run_with(&["engine", "key", "--json"], "a-key-of-nobody-we-know-1234\n");
    assert_eq!(foreign.error_code(), "unknown_engine_key");
    let short = program.run_with(&["engine", "key", "anthropic", "--json"], "short\n");
    assert_eq!(short.error_code(), "no_engine_key");
    assert_eq!(program.run(&["engine", "key", "--remove"]).code, 2, "which key?");
    assert_eq!(program.run(&["engine", "test", "--model", "small"]).code, 2, "a model of which engine?");
    assert_eq!(program.json(&["engine", "show"])["choice"]["kind"], "rules", "nothing was chosen");
}

#[test]
fn an_engine_that_answers_passes_its_test_and_one_that_does_not_says_why() {
    let program = simulated();
    let test = |url: &str| program.run(&["engine", "test", "openai-compatible", "--model", "small", "--url", url, "--json"]);
    let good = test(&answering(200, &says_ready()));
    assert_eq!(good.code, 0, "{} {}", good.out, good.err);
    assert!(good.json()["words"].as_str().is_some_and(|words| words.contains("small answered")), "{}", good.out);
    let refused = test(&answering(401, r#"{"error":{"message":"bad key"}}"#));
    assert_eq!((refused.code, refused.error_code().as_str()), (1, "model"));
    assert!(refused.out.contains("refused the key. Copy the key again"), "{}", refused.out);
    let gone = test("http://127.0.0.1:1");
    assert!(gone.out.contains("cannot be reached. Check that the server runs"), "{}", gone.out);
    let unsafe_place = test("http://models.example");
    assert!(unsafe_place.code == 1 && unsafe_place.out.contains("no_engine_key"), "nothing is sent in the clear: {}", unsafe_place.out);
}

#[test]
fn a_choice_is_kept_and_the_next_command_knows_it() {
    let program = simulated();
    let url = answering(200, &says_ready());
    program.json(&["engine", "set", "openai-compatible", "--model", "small", "--url", &url]);
    let view = program.json(&["engine", "show"]);
    assert_eq!((view["choice"]["model"].as_str(), view["choice"]["base_url"].as_str()), (Some("small"), Some(url.as_str())));
    assert!(program.run(&["engine", "test"]).out.contains("small answered"));
    program.json(&["engine", "set", "rules"]);
    assert_eq!(program.json(&["engine", "show"])["choice"]["kind"], "rules");
}

#[test]
fn looking_for_engines_ends_soon_whatever_runs_here() {
    let program = simulated();
    assert!(program.json(&["engine", "detect"])["detected"].is_array());
}
