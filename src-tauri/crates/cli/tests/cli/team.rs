//! The people who review: adding them, taking turns, and names that cannot be used.

use crate::program::Program;
use serde_json::json;

#[test]
fn people_take_turns_and_the_choice_is_kept() {
    let (program, _) = Program::with_workspace(&[]);
    assert_eq!(program.run(&["--reviewer", "Ana", "team", "add", "Ben", "--json"]).json()["names"], json!(["Ana", "Ben"]));
    let chosen = program.run(&["team", "use", "ben", "--json"]).json();
    assert_eq!(chosen["active"], "Ben");
    assert_eq!(program.run(&["team", "list"]).out, "  Ana\n* Ben\n");
    let once = program.run(&["--reviewer", "ANA", "team", "list", "--json"]).json();
    assert_eq!(once["active"], "Ana", "for this command, in the spelling that is known");
    assert_eq!(program.run(&["team", "list", "--json"]).json()["active"], "Ben");
}

#[test]
fn a_senior_is_named_and_is_one_no_longer() {
    let program = Program::with_demo();
    program.run(&["--reviewer", "Ana", "team", "add", "Ben"]);
    let named = program.run(&["team", "senior", "ben", "--json"]);
    assert_eq!(named.json()["seniors"], json!(["Ben"]), "{} {}", named.out, named.err);
    assert!(program.run(&["team", "list"]).out.contains("Ben (senior)"));
    assert!(program.run(&["team"]).out.contains("Ben (senior): 0 verdicts"));
    assert_eq!(program.run(&["team", "senior", "Ben", "--off", "--json"]).json()["seniors"], json!([]));
    assert_eq!(program.run(&["team", "senior", "Carla"]).code, 1);
}

#[test]
fn whether_the_drafts_learn_is_not_known_before_there_are_mails() {
    let program = Program::with_demo();
    program.run(&["--reviewer", "Ana", "decide", "nordvimpel", "accept"]);
    let said = program.run(&["insights"]);
    assert!(said.code == 0 && said.out.contains("Do the drafts learn?\n  Not known yet:"), "{} {}", said.out, said.err);
    assert_eq!(program.run(&["insights", "--json"]).json()["style"]["is_claimed"], json!(false));
}

#[test]
fn names_that_cannot_be_used_say_why() {
    let (program, _) = Program::with_workspace(&[]);
    program.run(&["team", "add", "Ben"]);
    let taken = program.run(&["team", "add", "BEN", "--json"]);
    assert_eq!((taken.code, taken.error_code().as_str()), (1, "reviewer"));
    let unknown = program.run(&["team", "use", "Carla"]);
    assert!(unknown.code == 1 && unknown.err.contains("nobody called Carla is on the team"), "{}", unknown.err);
    let empty = program.run(&["team", "add", " "]);
    assert!(empty.code == 2 && empty.err.contains("a reviewer needs a name"), "{}", empty.err);
    let long = program.run(&["--reviewer", &"x".repeat(61), "team"]);
    assert!(long.code == 2 && long.err.contains("the longest has 60"), "{}", long.err);
}

#[test]
fn the_demo_says_what_is_not_known_of_a_team_yet() {
    let program = Program::with_demo();
    program.run(&["--reviewer", "Ana", "decide", "nordvimpel", "accept"]);
    program.run(&["team", "add", "Ben"]);
    let team = program.run(&["--reviewer", "Ben", "team"]);
    assert!(team.code == 0 && team.out.contains("Deciding now: Ben."), "{} {}", team.out, team.err);
    assert!(team.out.contains("not known yet, 30 more to be judged by both"), "{}", team.out);
}
