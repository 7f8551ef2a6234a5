//! The system's notifications, observed on the session bus.

use crate::notifier::Notifier;
use crate::{await_the_demo, desktop, take_the_demo, window};
use serde_json::json;
use std::time::Duration;

#[test]
fn a_ready_queue_is_told_once_and_its_button_opens_the_item() {
    let test = "a_ready_queue_is_told_once_and_its_button_opens_the_item";
    let Some(desktop) = desktop(test) else { return };
    let notifier = Notifier::start(desktop.bus());
    let Some(window) = window(test, &desktop) else { return };
    window.click("button", "Use the demo workspace");
    desktop.look_away();
    await_the_demo(&window);
    let waiting = window.ask("overview", &json!({}))["ok"]["counts"]["open"].clone();
    let shown = notifier.next();
    assert!(shown.summary.starts_with(&format!("{waiting} leads ready")), "{shown:?}");
    assert_eq!(shown.buttons, ["Start", "Later"], "nothing approves");
    let page = window.ask("queue_page", &json!({ "split": "all", "filter": "", "offset": 0, "limit": 1 }));
    let first = page["ok"]["lines"][0]["company"].as_str().expect("a name");
    assert!(!shown.body.contains(first), "{shown:?}: no names unless they are allowed");

    window.press(&["j"]);
    window.press(&["j"]);
    window.await_that("another item is shown", || !window.has("heading", &format!("Review: {first}")));
    window.press(&["g"]);
    window.press(&["s"]);
    window.await_that("the settings are shown", || window.has("heading", "Settings"));
    notifier.press(&shown, "Start");
    window.await_that(&format!("{first} is shown"), || window.has("heading", &format!("Review: {first}")));

    notifier.click(&shown);
    assert_eq!(notifier.within(Duration::from_secs(1)), None, "nothing is told twice");
    assert_eq!(window.ask("overview", &json!({}))["ok"]["counts"]["open"], waiting, "a notification decides nothing");
}

#[test]
fn without_a_notification_service_the_inbox_has_the_line() {
    let test = "without_a_notification_service_the_inbox_has_the_line";
    let Some(desktop) = desktop(test) else { return };
    let Some(window) = window(test, &desktop) else { return };
    take_the_demo(&window);
    window.click("button", "Messages: 1");
    window.await_text("leads ready");
    window.save_screen("inbox");
}
