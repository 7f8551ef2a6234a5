//! The first minute: the demo without an account or a network, from nothing to a verdict.

use std::io::Write;
use std::process::Stdio;
use std::time::{Duration, Instant};

use autoreach_acceptance::program::Answer;

use crate::support::program;

#[test]
fn the_demo_leads_to_a_first_verdict_within_a_minute() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(program) = program("the_demo_leads_to_a_first_verdict_within_a_minute", folder.path()) else { return };
    let begun = Instant::now();
    let dir = program.workspace().to_string_lossy().into_owned();
    let demo = program.must(&["demo", "--dir", &dir]);
    assert!(begun.elapsed() < Duration::from_secs(60), "the first item took {:?}", begun.elapsed());
    let waiting = demo.json["queue"]["open"].as_u64().unwrap_or(0);
    assert!(waiting >= 30, "{}", demo.json);

    let mut command = program.command(&["review"]);
    let mut review = command.stdin(Stdio::piped()).spawn().expect("starts");
    review.stdin.take().expect("it was piped").write_all(b"x\nz\nx\nq\n").expect("it listens");
    let answer = Answer::of(review.wait_with_output().expect("it is our child"));
    assert_eq!(answer.code, Some(0), "{}", answer.complaint);
    let counts = program.must(&["queue"]).json["counts"].clone();
    assert_eq!((counts["open"].as_u64(), counts["decided"].as_u64()), (Some(waiting - 1), Some(1)), "rejected, taken back, rejected");
    assert_eq!(program.must(&["history"]).json["history"].as_array().map(Vec::len), Some(1));
    program.must(&["verify"]);
    let again = program.must(&["demo", "--dir", &dir]);
    assert_eq!(again.json["queue"]["open"].as_u64(), Some(waiting - 1), "a second call goes on where the first ended");
}
