//! Schedules and the worker as a person types them.

use crate::program::Program;
use serde_json::Value;

#[test]
fn a_schedule_is_set_shown_changed_and_ended() {
    let program = Program::with_demo();
    assert!(program.run(&["schedule", "show"]).out.contains("No batch begins by itself"));
    let set = program.json(&["schedule", "set", "--days", "mon,wed", "--from", "06:30", "--leads", "40", "--zone", "Europe/Copenhagen"]);
    assert_eq!(set["schedule"]["days"], serde_json::json!(["mon", "wed"]));
    assert_eq!((&set["schedule"]["from"], &set["schedule"]["until"]), (&"06:30".into(), &"20:00".into()));
    let changed =
        program.json(&["schedule", "set", "--until", "12:00", "--zone", "here", "--quiet-hours", "22:00-07:00", "--rest", "true"]);
    assert_eq!((&changed["schedule"]["from"], &changed["schedule"]["zone"]), (&"06:30".into(), &Value::Null), "the rest stays");
    let shown = program.run(&["schedule", "show"]).out;
    for said in
        ["mon wed, 06:30 to 12:00", "at most 40 leads", "Next batch:", "no batch begins in them", "while this computer is on and awake"]
    {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    program.json(&["schedule", "pause"]);
    assert!(program.run(&["schedule", "show"]).out.contains("paused"));
    program.json(&["schedule", "resume"]);
    program.json(&["schedule", "off"]);
    assert_eq!(program.json(&["schedule", "show"])["schedule"], Value::Null);
}

#[test]
fn what_cannot_be_a_schedule_is_refused_with_its_reason() {
    let program = Program::with_demo();
    for wrong in [["--zone", "Europe/Atlantis"], ["--leads", "0"], ["--until", "05:00"]] {
        let ran = program.run(&["schedule", "set", wrong[0], wrong[1], "--json"]);
        assert_eq!((ran.code, ran.error_code().as_str()), (1, "schedule"), "{wrong:?}");
    }
    assert_eq!(program.run(&["schedule", "set", "--days", "someday"]).code, 2);
    assert_eq!(program.run(&["schedule", "set", "--quiet-hours", "late"]).code, 2);
    assert_eq!(program.json(&["schedule", "show"])["schedule"], Value::Null);
}

#[test]
fn a_worker_says_what_it_can_promise_and_when_the_next_batch_begins() {
    let program = Program::with_demo();
    let idle = program.run(&["worker", "--once"]);
    assert_eq!(idle.code, 0, "{}", idle.err);
    assert!(idle.err.contains("while this computer is on and awake") && idle.err.contains("No schedule begins a batch"), "{}", idle.err);
    program.json(&["schedule", "set"]);
    let once = program.run(&["worker", "--once"]);
    assert!(once.code == 0 && once.err.contains("next batch") && once.err.contains("because"), "{}", once.err);
    let quiet = program.run(&["worker", "--once", "--quiet"]);
    assert_eq!((quiet.code, quiet.err.as_str()), (0, ""));
}
