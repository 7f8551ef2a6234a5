//! The network is down: the program runs where there is none, and what needs none works.

use crate::{desktop, filled, has_a_card, skip, window};
use serde_json::json;
use std::path::Path;
use std::process::Command;

/// Names the workspace to the same test inside the place without a network.
const WORKSPACE: &str = "AUTOREACH_TEST_OFFLINE_WORKSPACE";

#[test]
fn with_the_network_down_the_queue_is_reviewed_and_the_window_says_what_waits() {
    let test = "with_the_network_down_the_queue_is_reviewed_and_the_window_says_what_waits";
    if let Some(workspace) = std::env::var_os(WORKSPACE) {
        return review_without_a_network(test, Path::new(&workspace));
    }
    if desktop(test).is_none() {
        return;
    }
    let enter = |script: &str| {
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--net", "sh", "-c", &format!("ip link set lo up && {script}")]);
        command
    };
    if !enter("true").status().is_ok_and(|status| status.success()) {
        return skip(test, "this computer has no place without a network (unshare, ip)");
    }
    let workspace = filled::workspace();
    let own = std::env::current_exe().expect("a program knows its own file");
    let mut inside = enter(&format!("exec \"$0\" --exact offline::{test} --nocapture"));
    let status = inside.arg(own).env(WORKSPACE, workspace.path()).status().expect("it was there a moment ago");
    assert!(status.success(), "the part without a network fails; its words stand above");
}

fn review_without_a_network(test: &str, workspace: &Path) {
    let desktop = desktop(test).expect("it was there outside");
    filled::lay_out(&desktop, workspace);
    let window = window(test, &desktop).expect("the interface was there outside");
    filled::unlock(&window);
    window.await_that("a card is there", || has_a_card(&window));
    window.await_text("Offline since");
    window.press(&[" "]);
    window.await_that("the proof comes from the stored page", || {
        !window.run_for_text("return document.querySelector('.proof mark')?.textContent ?? ''").is_empty()
    });
    window.save_screen("offline-review");
    window.press(&["x"]);
    let decided = || window.ask("overview", &json!({}))["ok"]["counts"]["decided"].as_u64();
    window.await_that("the lead is rejected", || decided() == Some(1));
    window.press(&["g"]);
    window.press(&["l"]);
    window.await_that("the leads are listed", || window.has("heading", "Leads"));
    window.press(&["g"]);
    window.press(&["o"]);
    window.await_text("You are offline. Mails wait and leave by themselves");
    window.save_screen("offline-outbox");
}
