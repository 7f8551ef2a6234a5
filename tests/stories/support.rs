//! What several stories need: skipping with a reason, development data, and the usual beginning of a story.

use std::path::{Path, PathBuf};

use autoreach_acceptance::program::Program;
use autoreach_acceptance::workspace::{TestWorkspace, pages_of};
use autoreach_domain::ids::ItemId;
use autoreach_domain::review::{Gesture, Part};
use autoreach_engine::review::decide::{DecideOutcome, DecideRequest};
use autoreach_testkit::site_server::SiteServer;
use serde_json::Value;

/// Says that a story cannot be told here, and why.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub(crate) fn skip(test: &str, reason: &str) {
    eprintln!("skipped: {test}: {reason}");
}

/// Writes down what a story counted, for the report of the release gate.
#[expect(clippy::print_stderr, reason = "figures are what the long tests are run for")]
pub(crate) fn figures(test: &str, counted: &str) {
    eprintln!("figures: {test}: {counted}");
}

/// A file of the development data; where it is missing, the test says so and ends.
pub(crate) fn development_data(test: &str, path: &str) -> Option<String> {
    let read = std::env::var_os("AUTOREACH_DEV_DATA").and_then(|data| std::fs::read_to_string(PathBuf::from(data).join(path)).ok());
    if read.is_none() {
        skip(test, &format!("AUTOREACH_DEV_DATA holds no {path}"));
    }
    read
}

/// The built program; where it is missing, the test says so and ends.
pub(crate) fn program(test: &str, folder: &Path) -> Option<Program> {
    let program = Program::find(folder);
    if program.is_none() {
        skip(test, "the program autoreach is not built; `cargo xtask test` builds it first");
    }
    program
}

/// Are the figures of the release gate asked for?
pub(crate) fn is_long() -> bool {
    std::env::var_os("AUTOREACH_LONG").is_some_and(|value| value != "0")
}

/// A workspace whose queue holds an item for each of `leads` companies.
pub(crate) async fn researched(leads: usize, hold_minutes: u32) -> (SiteServer, TestWorkspace) {
    let server = SiteServer::start(leads, 5).expect("the server starts");
    let workspace = TestWorkspace::new(pages_of(&server), hold_minutes).await;
    workspace.import(&server.leads_csv()).await;
    let progress = workspace.run().await;
    assert_eq!((progress.drafted, progress.given_up), (leads as u64, 0), "{progress:?}");
    (server, workspace)
}

/// Accepts lead and mail, standing in for sentences without a source.
pub(crate) async fn accept(workspace: &TestWorkspace, item: ItemId) -> DecideOutcome {
    let request = DecideRequest { vouches: true, ..DecideRequest::plain(item, Gesture::Accept(Part::All)) };
    workspace.engine.decide(request).await.expect("the item can be accepted")
}

/// The journal as exported, an object per entry.
pub(crate) async fn journal(workspace: &TestWorkspace) -> Vec<Value> {
    let export = workspace.engine.decisions_as_jsonl().await.expect("the journal can be exported");
    export
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).expect("a line of JSON"))
        .collect()
}
