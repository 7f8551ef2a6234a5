//! The real window, driven from outside: the built desktop program on a virtual screen, with a session bus, a keychain, a
//! notification service and a folder of its own, through the same automation interface that browsers have. What the engine
//! does is told by the stories; here it is shown that a person gets it done with keys and clicks, and that the page has no
//! power beyond the commands. Pictures of what stood on the screen land in `window-screens` beside the built programs.
#![cfg(target_os = "linux")]

mod filled;
mod links;
mod notices;
mod notifier;
mod offline;
mod opening;
mod reading;
mod screens;
mod tray;
mod trusted;
mod whole_job;

use autoreach_acceptance::desktop::{Desktop, Window};
use serde_json::json;

/// Says that a test cannot run here, and why.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn skip(test: &str, reason: &str) {
    eprintln!("skipped: {test}: {reason}");
}

/// A desktop on which the program runs; where a part is missing, the test says so and ends.
fn desktop(test: &str) -> Option<Desktop> {
    Desktop::start().map_err(|missing| skip(test, missing)).ok()
}

/// The same for a test that needs the interface in the window.
fn window<'a>(test: &str, desktop: &'a Desktop) -> Option<Window<'a>> {
    let window = desktop.open();
    if !window.has_interface() {
        skip(test, "the interface is not part of this build; Node 20 or newer builds it");
        return None;
    }
    Some(window)
}

/// Does a card wait for its verdict? One without a mail has only its lead to accept.
fn has_a_card(window: &Window<'_>) -> bool {
    window.has("button", "Accept all") || window.has("button", "Accept lead")
}

/// Lets the demo in, as the first screen offers it, and waits for its first card.
fn take_the_demo(window: &Window<'_>) {
    window.click("button", "Use the demo workspace");
    await_the_demo(window);
}

fn await_the_demo(window: &Window<'_>) {
    window.await_that("the demo's first card is there", || has_a_card(window));
    window.await_that("the demo is researched", || window.ask("overview", &json!({}))["ok"]["run"].is_null());
}
