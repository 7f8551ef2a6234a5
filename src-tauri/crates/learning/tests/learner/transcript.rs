//! The program's conversation, as a client sees it.

use autoreach_learning::protocol::Session;
use serde_json::{Value, json};

const HELLO: &str = r#"{"op":"hello","protocol":1,"dataset":"d","target_agreement":0.8,"delta":0.1,"spot_check_rate":0.15,"seed":0}"#;

fn ask(session: &mut Session, line: impl AsRef<str>) -> Value {
    serde_json::from_str(&session.handle(line.as_ref())).expect("an answer is JSON")
}

fn greeted(hello: &str) -> Session {
    let mut session = Session::default();
    assert_eq!(ask(&mut session, hello), json!({"ok": true, "name": "autoreach"}));
    session
}

/// Predicts and, where a person would see the item, labels it. Even numbers are good leads.
fn work_through(session: &mut Session, numbers: std::ops::Range<u32>, label: impl Fn(u32) -> bool) -> Vec<Value> {
    let mut answers = Vec::new();
    for number in numbers {
        let kind = if number.is_multiple_of(2) { "good" } else { "bad" };
        let answer =
            ask(session, json!({"op": "predict", "id": number.to_string(), "features": {"kind": kind, "size": number % 7}}).to_string());
        if answer["auto"] == false || answer["spot_check"] == true {
            let route = if answer["auto"] == true { "spot_check" } else { "review" };
            let learn =
                json!({"op": "learn", "id": number.to_string(), "label": u8::from(label(number)), "reviewer": "r1", "route": route});
            assert_eq!(ask(session, learn.to_string()), json!({"ok": true}));
        }
        answers.push(answer);
    }
    answers
}

fn level(session: &mut Session) -> Value {
    ask(session, r#"{"op":"state"}"#)["level"].clone()
}

fn is_good(number: u32) -> bool {
    number.is_multiple_of(2)
}

#[test]
fn an_easy_team_is_promoted_at_the_hundredth_review_and_not_before() {
    let mut session = greeted(HELLO);
    let answers = work_through(&mut session, 0..99, is_good);
    assert!(answers.iter().all(|answer| answer["auto"] == false && answer["spot_check"] == false));
    assert_eq!(ask(&mut session, r#"{"op":"state"}"#), json!({"level": 1, "threshold": 1.0, "labels": 99}));
    work_through(&mut session, 99..100, is_good);
    let state = ask(&mut session, r#"{"op":"state"}"#);
    assert_eq!((&state["level"], &state["labels"]), (&json!(2), &json!(100)));
    assert!(state["threshold"].as_f64().is_some_and(|threshold| threshold > 0.5 && threshold < 1.0));
}

#[test]
fn the_stricter_promise_waits_for_two_hundred() {
    let mut session = greeted(&HELLO.replace("0.8", "0.9"));
    work_through(&mut session, 0..199, is_good);
    assert_eq!(level(&mut session), 1);
    work_through(&mut session, 199..200, is_good);
    assert_eq!(level(&mut session), 2);
}

#[test]
fn at_level_two_the_agent_decides_alone_and_about_every_seventh_is_checked() {
    let mut session = greeted(HELLO);
    work_through(&mut session, 0..100, is_good);
    let answers = work_through(&mut session, 100..1_100, is_good);
    let alone: Vec<&Value> = answers.iter().filter(|answer| answer["auto"] == true).collect();
    let checked = alone.iter().filter(|answer| answer["spot_check"] == true).count();
    assert!(alone.len() > 600, "{} decided alone", alone.len());
    let rate = checked as f64 / alone.len() as f64;
    assert!((0.11..0.19).contains(&rate), "spot checks: {rate}");
    assert!(alone.iter().all(|answer| (answer["decision"] == "accept") == (answer["p"].as_f64() > Some(0.5))));
}

#[test]
fn a_team_that_changes_its_mind_takes_decisions_back() {
    let mut session = greeted(HELLO);
    work_through(&mut session, 0..100, is_good);
    assert_eq!(level(&mut session), 2);
    let mut judged_until_pulled_back = 0;
    for number in 100..2_000 {
        let answers = work_through(&mut session, number..number + 1, |number| !is_good(number));
        judged_until_pulled_back += u32::from(answers[0]["auto"] == false || answers[0]["spot_check"] == true);
        if level(&mut session) == 1 {
            break;
        }
    }
    assert_eq!(level(&mut session), 1);
    assert!(judged_until_pulled_back < 40, "after {judged_until_pulled_back} verdicts");
}

#[test]
fn a_prediction_asked_for_twice_is_one_arrival() {
    let (mut twice, mut once) = (greeted(HELLO), greeted(HELLO));
    let odd = r#"{"op":"predict","id":"odd","features":{"kind":"good","size":40}}"#;
    assert_eq!(ask(&mut twice, odd)["id"], ask(&mut once, odd)["id"]);
    ask(&mut twice, odd);
    assert_eq!(work_through(&mut twice, 0..30, is_good), work_through(&mut once, 0..30, is_good));
}

#[test]
fn a_dry_prediction_changes_nothing_and_cannot_be_labelled() {
    let (mut dry, mut plain) = (greeted(HELLO), greeted(HELLO));
    let line = r#"{"op":"predict","id":"x","dry":true,"features":{"kind":"other","size":9.5}}"#;
    ask(&mut dry, line);
    assert!(ask(&mut dry, r#"{"op":"learn","id":"x","label":1,"reviewer":"r1","route":"review"}"#)["error"].is_string());
    assert_eq!(work_through(&mut dry, 0..30, is_good), work_through(&mut plain, 0..30, is_good));
}

#[test]
fn the_same_conversation_gives_the_same_answers_and_another_seed_other_checks() {
    let run = |hello: &str| {
        let mut session = greeted(hello);
        work_through(&mut session, 0..400, is_good)
    };
    assert_eq!(run(HELLO), run(HELLO));
    assert_ne!(run(HELLO), run(&HELLO.replace("\"seed\":0", "\"seed\":1")));
}

#[test]
fn hello_starts_from_nothing() {
    let mut session = greeted(HELLO);
    work_through(&mut session, 0..100, is_good);
    ask(&mut session, HELLO);
    assert_eq!(ask(&mut session, r#"{"op":"state"}"#), json!({"level": 1, "threshold": 1.0, "labels": 0}));
}

#[test]
fn missing_and_mixed_features_are_welcome() {
    let mut session = greeted(HELLO);
    for features in [json!({}), json!({"a": null}), json!({"a": 1}), json!({"a": "x", "b": true}), json!({"a": -1e308, "": ""})] {
        let answer = ask(&mut session, json!({"op": "predict", "id": "m", "features": features}).to_string());
        assert!(answer["p"].as_f64().is_some_and(|p| p > 0.0 && p < 1.0), "{answer}");
    }
}

#[test]
fn an_id_comes_back_as_it_was_written() {
    let mut session = greeted(HELLO);
    for id in [json!("17"), json!(17), json!("\u{202e}\u{0}é")] {
        assert_eq!(ask(&mut session, json!({"op": "predict", "id": id, "features": {}}).to_string())["id"], id);
    }
}

#[test]
fn bad_input_is_answered_without_repeating_it_and_changes_nothing() {
    let mut session = greeted(HELLO);
    let bad = [
        "",
        "secret",
        "[]",
        "null",
        r#"{"op":"secret"}"#,
        r#"{"op":7}"#,
        r#"{"id":"1"}"#,
        r#"{"op":"predict"}"#,
        r#"{"op":"predict","id":"1"}"#,
        r#"{"op":"predict","id":"1","features":["secret"]}"#,
        r#"{"op":"predict","id":"1","features":{"a":["secret"]}}"#,
        r#"{"op":"predict","id":"1","features":{"a":1e999}}"#,
        r#"{"op":"learn","id":"secret","label":1,"reviewer":"r1","route":"review"}"#,
        r#"{"op":"learn","id":"1","label":2,"reviewer":"r1","route":"review"}"#,
        r#"{"op":"learn","id":"1","label":1,"reviewer":"r1","route":"secret"}"#,
        r#"{"op":"hello","protocol":2}"#,
        r#"{"op":"hello","protocol":1,"target_agreement":1.0}"#,
        r#"{"op":"hello","protocol":1,"delta":0}"#,
        r#"{"op":"hello","protocol":1,"spot_check_rate":-1}"#,
    ];
    for line in bad {
        let answer = session.handle(line);
        assert!(answer.starts_with("{\"error\":\"") && !answer.contains("secret"), "{line} -> {answer}");
    }
    let deep = format!(r#"{{"op":"predict","id":"1","features":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert!(session.handle(&deep).starts_with("{\"error\":"));
    assert_eq!(ask(&mut session, r#"{"op":"state"}"#)["labels"], 0);
}

#[test]
fn a_label_is_taken_once_and_only_after_a_prediction() {
    let mut session = Session::default();
    let learn = r#"{"op":"learn","id":"1","label":1,"reviewer":"r1","route":"review"}"#;
    assert!(ask(&mut session, learn)["error"].is_string());
    ask(&mut session, HELLO);
    assert!(ask(&mut session, learn)["error"].is_string());
    ask(&mut session, r#"{"op":"predict","id":"1","features":{}}"#);
    assert_eq!(ask(&mut session, learn), json!({"ok": true}));
    assert!(ask(&mut session, learn)["error"].is_string());
    assert!(!session.is_over());
    assert_eq!(ask(&mut session, r#"{"op":"bye"}"#), json!({"ok": true}));
    assert!(session.is_over());
}
