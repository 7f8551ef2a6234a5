//! Reviewing through pipes: the same keys, a line each.

use crate::program::Program;

#[test]
fn cards_are_decided_reasoned_and_taken_back_line_by_line() {
    let program = Program::with_demo();
    let open = program.json(&["status"])["queue"]["open"].as_u64().expect("a number");
    let ran = program.run_with(&["review"], "x\n1\nx\nz\nq\n");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("rejected the lead") && ran.out.contains("Not our ICP") && ran.out.contains("Taken back"), "{}", ran.out);
    assert!(ran.out.contains("1 item decided in this sitting"), "{}", ran.out);
    assert_eq!(program.json(&["status"])["queue"]["open"].as_u64(), Some(open - 1));
}

#[test]
fn what_is_not_a_command_decides_nothing() {
    let program = Program::with_demo();
    let ran = program.run_with(&["review"], "accept\naa\n\u{1b}[A\nw\n7\nf 999\nb everybody\n");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(program.json(&["status"])["queue"]["decided"], 0);
    assert!(ran.out.contains("A reason belongs to a verdict"));
}

#[test]
fn cards_put_off_leave_the_queue_and_next_comes_round() {
    let program = Program::with_demo();
    let ran = program.run_with(&["review", "--json"], "s\nj\nk\nq\n");
    assert_eq!(ran.json()["decided"], 0);
    assert_eq!(program.json(&["status"])["queue"]["snoozed"], 1);
}

#[test]
fn do_not_contact_rejects_and_suppresses() {
    let program = Program::with_demo();
    let before = program.json(&["suppress", "list"])["suppressions"].as_array().map(Vec::len);
    let ran = program.run_with(&["review", "--json"], "b company\nq\n");
    assert_eq!(ran.json()["decided"], 1);
    assert_eq!(program.json(&["suppress", "list"])["suppressions"].as_array().map(Vec::len), before.map(|n| n + 1));
}

/// Commands that bring the first card without exceptions on screen.
fn to_a_plain_card(program: &Program) -> String {
    let queue = program.json(&["queue", "--limit", "200"]);
    let items = queue["items"].as_array().expect("a list");
    "j\n".repeat(items.iter().position(|item| item["chip"].is_null()).expect("the demo has plain leads"))
}

#[cfg(unix)]
#[test]
fn the_editors_changes_are_accepted_and_its_failure_decides_nothing() {
    let program = Program::with_demo();
    std::fs::write(program.path("editor.sh"), "sed -i 's/^Subject:.*/Subject: Edited by hand/' \"$1\"\n").expect("the folder is ours");
    let input = to_a_plain_card(&program) + "e\nq\n";
    let review = |editor: &str| {
        let mut command = program.command(&["review"]);
        command.env("EDITOR", editor).env("PATH", "/usr/bin:/bin").env("TMPDIR", program.path(""));
        program.feed(command, &input).out
    };
    let failed = review("false");
    assert!(failed.contains("your text is kept in"), "{failed}");
    assert!(review("true").contains("Nothing was changed."));
    assert_eq!(program.json(&["status"])["queue"]["decided"], 0);
    let edited = review(&format!("sh {}", program.path("editor.sh").display()));
    assert!(edited.contains("accepted with an edit"), "{edited}");
    assert_eq!(program.json(&["outbox"])["mails"][0]["subject"], "Edited by hand");
}
