//! The main job on the demo workspace, from one command to mails that could be sent.

use crate::program::Program;
use serde_json::Value;
use std::process::Stdio;

fn items(program: &Program) -> Vec<Value> {
    program.json(&["queue", "--limit", "200"])["items"].as_array().expect("a list").clone()
}

/// An item without exceptions, so that everything about it can be accepted.
fn plain_item(program: &Program) -> String {
    let plain = items(program).into_iter().find(|item| item["chip"].is_null()).expect("the demo has plain leads");
    plain["item"].as_str().expect("an id").to_owned()
}

#[test]
fn the_demo_ends_with_items_to_review_and_the_next_command() {
    let program = Program::new();
    let ran = program.run(&["demo", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let summary = ran.json();
    assert!(summary["queue"]["open"].as_u64().expect("a number") >= 30, "{summary}");
    assert_eq!((summary["finished"].as_bool(), summary["next"].as_str()), (Some(true), Some("autoreach review")));
    let again = program.run(&["demo"]);
    assert!(again.code == 0 && again.out.contains("No new lead to work on."), "{}", again.out);
    assert_eq!(program.json(&["doctor"])["well"], true);
    assert_eq!(program.json(&["verify"])["broken"], Value::Null);
}

#[test]
fn fresh_never_deletes_what_is_no_demo() {
    let program = Program::new();
    std::fs::create_dir(program.path("mine")).expect("the folder is ours");
    std::fs::write(program.path("mine/thesis.txt"), "years of work").expect("the folder is ours");
    assert_eq!(program.run(&["demo", "--fresh", "--dir", "mine", "--json"]).error_code(), "not_a_demo");
    assert!(program.path("mine/thesis.txt").exists());
}

#[test]
fn a_verdict_is_given_taken_back_and_given_again() {
    let program = Program::with_demo();
    let item = plain_item(&program);
    let decided = program.json(&["decide", &item, "accept", "--note", "good one"]);
    assert_eq!(decided["outcome"]["verdicts"].as_array().map(Vec::len), Some(3));
    assert_eq!(program.run(&["decide", &item, "accept", "--json"]).error_code(), "cannot_decide");
    assert_eq!(program.json(&["outbox"])["mails"][0]["state"], "held");
    assert_eq!(program.json(&["history"])["history"].as_array().map(Vec::len), Some(1));
    program.json(&["undo", &item]);
    assert_eq!(program.json(&["outbox"])["mails"][0]["state"], "cancelled");
    program.json(&["redo"]);
    assert_eq!(program.json(&["status"])["queue"]["decided"], 1);
    assert_eq!(program.run(&["redo", "--json"]).error_code(), "nothing_to_redo");
}

#[test]
fn what_a_blind_item_hides_is_hidden_in_json_too() {
    let program = Program::with_demo();
    let (blind, open): (Vec<_>, Vec<_>) = items(&program).into_iter().partition(|item| item["confidence"].is_null());
    assert!(!open.is_empty());
    for item in blind.iter().take(3).chain(open.iter().take(1)) {
        let id = item["item"].as_str().expect("an id");
        let shown = program.json(&["show", id]);
        let qualified = &shown["item"]["card"]["qualified"];
        let is_blind = shown["confidence_is_hidden"] == true;
        assert_eq!(is_blind, item["confidence"].is_null());
        assert_eq!(is_blind, qualified["confidence"].is_null() && qualified["qualification"]["fit"].is_null());
        let text = program.run(&["show", id]).out;
        assert_eq!(is_blind, text.contains("Confidence: hidden"), "{text}");
    }
}

#[test]
fn an_item_is_named_by_company_id_or_the_end_of_its_id() {
    let program = Program::with_demo();
    let item = plain_item(&program);
    let shown = program.json(&["show", &item]);
    let company = shown["lead"]["company"].as_str().expect("a name");
    assert_eq!(program.json(&["show", &company.to_lowercase()])["item"]["id"], shown["item"]["id"]);
    assert_eq!(program.json(&["show", &item[item.len() - 6..]])["item"]["id"], shown["item"]["id"]);
    assert_eq!(program.run(&["show", "no such company", "--json"]).error_code(), "not_found");
}

#[test]
fn a_wrong_fact_leaves_the_card_and_the_mail_is_written_anew() {
    let program = Program::with_demo();
    let item = plain_item(&program);
    let before = program.json(&["show", &item]);
    let decided = program.json(&["decide", &item, "edit", "--wrong-fact", "1"]);
    assert!(decided["outcome"]["redraft"].is_string(), "a run of its own wrote the new draft");
    let after = program.json(&["show", &item]);
    assert!(after["item"]["card_version"].as_u64() > before["item"]["card_version"].as_u64());
    assert!(!after["proofs"].as_array().expect("a list").contains(&before["proofs"][0]));
    let missing = program.run(&["decide", &item, "edit", "--wrong-fact", "99", "--json"]);
    assert_eq!(missing.error_code(), "no_such_proof");
}

#[test]
fn an_edited_mail_is_frozen_exported_and_not_sent_on_dry_run() {
    let program = Program::with_demo();
    let item = plain_item(&program);
    let draft = &program.json(&["show", &item])["item"]["card"]["draft"];
    let footer =
        draft["sentences"].as_array().and_then(|all| all.last()).and_then(|last| last["text"].as_str()).expect("a footer").to_owned();
    std::fs::write(program.path("mail.txt"), format!("Subject: My own words\n\nHello,\n\nthis is mine.\n\n{footer}\n")).expect("ours");
    program.json(&["decide", &item, "edit", "--final", "mail.txt"]);
    let mails = program.json(&["outbox"]);
    assert_eq!((mails["mails"][0]["subject"].as_str(), mails["dry_run"].as_bool()), (Some("My own words"), Some(true)));
    let number = mails["mails"][0]["mail"].to_string();
    program.json(&["outbox", "release", &number]);
    let sent = program.json(&["send"]);
    assert_eq!((sent["is_dry_run"].as_bool(), sent["sent"].as_array().map(Vec::len)), (Some(true), Some(1)));
    assert_eq!(program.run(&["send", "--really", "--json"]).error_code(), "no_mail_account");
    assert_eq!(program.json(&["status"])["dry_run"], true, "--really is for once");
    assert_eq!(program.json(&["export", "mails", "out"])["mails"], 1);
    assert!(program.path("out/mails.csv").exists());
    let journal = program.run(&["export", "decisions", "-"]).out;
    assert!(journal.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()) && journal.contains("\"decided\""));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let program = Program::with_demo();
    for arguments in [&["queue", "--limit", "200"][..], &["queue", "--json"], &["review"], &["export", "decisions", "-"]] {
        let mut child = program.command(arguments).stdout(Stdio::piped()).spawn().expect("the program was built");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it was started");
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && err.is_empty(), "{arguments:?}: {err}");
    }
}
