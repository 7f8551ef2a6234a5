//! What leaves the computer, what models may see and cost, and mails written anew: as a person types it.

use crate::program::Program;
use serde_json::Value;

fn simulated() -> Program {
    let (program, ran) = Program::with_workspace(&["--simulated"]);
    assert_eq!(ran.code, 0, "{} {}", ran.out, ran.err);
    program
}

#[test]
fn the_demo_reads_recordings_and_the_ledger_says_that_nothing_left() {
    let program = Program::with_demo();
    let view = program.json(&["egress", "--limit", "500"]);
    assert!(view["count"].as_u64().is_some_and(|count| count > 100), "{}", view["count"]);
    assert_eq!((view["left"].as_u64(), view["left_to_models"].as_u64()), (Some(0), Some(0)));
    let first = view["lines"][0]["id"].to_string();
    let shown = program.run(&["egress", "show", &first]);
    assert!(shown.code == 0 && shown.out.contains("recording") && shown.out.contains("https://"), "{}", shown.out);
    let queue = program.json(&["queue", "--limit", "1"]);
    let item = queue["items"][0]["item"].as_str().expect("an id");
    let of_lead = program.json(&["egress", "--lead", item]);
    assert!(of_lead["count"].as_u64() > Some(0) && of_lead["count"].as_u64() < view["count"].as_u64());
    assert_eq!(program.json(&["egress", "--models"])["count"], 0, "the demo asks no model");
    assert_eq!(program.run(&["egress", "show", "999999", "--json"]).error_code(), "not_found");
}

#[test]
fn a_mail_is_written_anew_as_it_is_said_and_undo_brings_the_old_one_back() {
    let program = Program::with_demo();
    let queue = program.json(&["queue", "--limit", "200"]);
    let plain = queue["items"].as_array().expect("a list").iter().find(|item| item["chip"].is_null()).expect("the demo has plain leads");
    let item = plain["item"].as_str().expect("an id");
    let body = |program: &Program| program.json(&["show", item])["item"]["card"]["draft"]["sentences"].clone();
    let before = body(&program);
    let ran = program.run(&["redraft", item, "more formal, make it pop"]);
    assert_eq!(ran.code, 0, "{} {}", ran.out, ran.err);
    assert!(ran.out.contains("Done: more formal.") && ran.out.contains("Not done: make it pop"), "{}", ran.out);
    assert_ne!(body(&program), before);
    assert!(program.run(&["show", item]).out.contains("You asked: \"more formal, make it pop\"."));
    assert_eq!(program.json(&["status"])["queue"]["decided"], 0, "no verdict was given");
    program.json(&["undo"]);
    assert_eq!(body(&program), before);
    let refused = program.run(&["redraft", item, "make it pop", "--json"]);
    assert_eq!(refused.error_code(), "instruction");
    assert!(refused.out.contains("other question"), "it says what it knows: {}", refused.out);
    assert_eq!(program.json(&["verify"])["broken"], Value::Null);
}

#[test]
fn the_profile_the_parts_and_the_limits_are_kept_and_shown() {
    let program = simulated();
    assert_eq!(program.json(&["egress", "profile"])["profile"], "full");
    assert_eq!(program.json(&["egress", "profile", "block"])["profile"], "block");
    assert_eq!(program.run(&["egress", "profile", "everything"]).code, 2);
    program.json(&["engine", "set", "ollama", "--model", "small", "--for", "reader"]);
    let shown = program.run(&["engine", "show"]).out;
    for words in [
        "The reader: Ollama, model small",
        "The scorer: none",
        "The writer: as above",
        "Models may see: block.",
        "A day: $5.00, 2000000 tokens.",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert_eq!(program.json(&["engine", "follow", "reader"])["stages"]["reader"], Value::Null);
    let limits = program.json(&["engine", "limits", "--run", "0.50", "--day", "none"]);
    assert_eq!((limits["run_micros"].as_u64(), limits["day_micros"].is_null()), (Some(500_000), true));
    assert_eq!(program.json(&["engine", "limits"])["run_micros"], 500_000);
    assert_eq!(program.run(&["engine", "limits", "--day", "a lot"]).code, 2);
}

#[test]
fn a_run_is_estimated_before_it_begins() {
    let program = simulated();
    assert!(program.run(&["estimate", "--leads", "100"]).out.contains("the built-in engine does all of it"));
    program.json(&["engine", "set", "ollama", "--model", "small"]);
    let estimate = program.json(&["estimate", "--leads", "100"]);
    assert_eq!((estimate["cost_micros"].as_u64(), estimate["stages"][0]["calls"].as_u64()), (Some(0), Some(400)));
    let text = program.run(&["estimate", "--leads", "100"]).out;
    assert!(text.contains("reader") && text.contains("on this computer, costs nothing"), "{text}");
}
