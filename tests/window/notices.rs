//! The system's notifications, observed on the session bus.

use crate::notifier::Notifier;
use crate::{await_the_demo, desktop, skip, take_the_demo, window};
use autoreach_acceptance::desktop::Window;
use autoreach_acceptance::program::Program;
use autoreach_acceptance::workspace::{definition, definition_toml};
use serde_json::{Value, json};
use std::time::Duration;

/// Where a program finds the session bus.
const BUS: &str = "DBUS_SESSION_BUS_ADDRESS";
/// One company without a website, which only a person can settle: `Company,First name,Last name,Role` and
/// `Orbital Freight,Wei,Rao,VP Operations`.
const ONE_LEAD: &str = "Q29tcGFueSxGaXJzdCBuYW1lLExhc3QgbmFtZSxSb2xlCk9yYml0YWwgRnJlaWdodCxXZWksUmFvLFZQIE9wZXJhdGlvbnMK";

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
fn what_only_a_person_can_settle_is_told_as_such_and_can_be_held_for_a_day() {
    let test = "what_only_a_person_can_settle_is_told_as_such_and_can_be_held_for_a_day";
    let Some(desktop) = desktop(test) else { return };
    let notifier = Notifier::start(desktop.bus());
    let Some(window) = window(test, &desktop) else { return };
    let workflow = begin_a_workspace(&window);
    desktop.look_away();
    let staged = window.ask("stage_lead_file", &json!({ "file_name": "one.csv", "content_base64": ONE_LEAD }));
    let request = json!({ "workflow_id": workflow, "file": staged["ok"]["file"], "overrides": [], "takes_unsure": false });
    assert_eq!(window.ask("import_leads", &request)["ok"]["new"], 1);
    window.ask("start_run", &json!({ "workflow_id": workflow }));

    let shown = notifier.next();
    assert_eq!((shown.summary.as_str(), shown.body.as_str()), ("1 lead needs you", "Nothing is sent until you decide."), "{shown:?}");
    assert_eq!(shown.buttons, ["Review", "Hold 1 day"], "nothing approves");
    let counts = || window.ask("overview", &json!({}))["ok"]["counts"].clone();
    assert_eq!((&counts()["open"], &counts()["snoozed"]), (&json!(1), &json!(0)));
    notifier.press(&shown, "Hold 1 day");
    window.await_that("the item sleeps", || counts()["open"] == 0 && counts()["snoozed"] == 1);
    assert_eq!(counts()["decided"], 0, "holding decides nothing");
}

/// A workspace of one's own behind a passphrase, with a workflow; gives the workflow's id.
fn begin_a_workspace(window: &Window<'_>) -> Value {
    let created = window.ask("create_workspace", &json!({ "kind": "own", "passphrase": "four words in a row" }));
    assert!(created["ok"]["recovery_key"].is_string(), "{created}");
    let definition = serde_json::to_value(definition(10)).expect("a definition is data");
    let set = window.ask("set_workflow", &json!({ "definition": definition }));
    assert!(set["ok"]["workflow"]["id"].is_string(), "{set}");
    set["ok"]["workflow"]["id"].clone()
}

#[test]
fn a_real_notification_service_shows_it_and_a_click_opens_the_item() {
    let test = "a_real_notification_service_shows_it_and_a_click_opens_the_item";
    let Some(mut desktop) = desktop(test) else { return };
    let dunst = match desktop.start_dunst() {
        Ok(dunst) => dunst,
        Err(missing) => return skip(test, missing),
    };
    let Some(window) = window(test, &desktop) else { return };
    window.click("button", "Use the demo workspace");
    desktop.look_away();
    await_the_demo(&window);
    window.await_that("the notification is on the screen", || dunst.shown() == 1);
    window.save_screen("notification");
    let first = window.run_for_text("return document.getElementById('review-title').textContent");
    window.press(&["g"]);
    window.press(&["s"]);
    window.await_that("the settings are shown", || window.has("heading", "Settings"));
    dunst.click_the_first();
    window.await_that("its item is shown", || window.has("heading", &first));
}

#[test]
fn a_worker_without_a_window_tells_of_what_only_a_person_can_settle() {
    let test = "a_worker_without_a_window_tells_of_what_only_a_person_can_settle";
    let Some(desktop) = desktop(test) else { return };
    let notifier = Notifier::start(desktop.bus());
    let Some(program) = Program::find(desktop.folder()) else { return skip(test, "the program is not built") };
    let write = |name: &str, text: &str| {
        let path = desktop.folder().join(name);
        std::fs::write(&path, text).expect("the folder is ours");
        path.to_string_lossy().into_owned()
    };
    let friday = program.at("2026-11-20T12:00:00Z");
    friday.must(&["init", "--simulated", "7"]);
    friday.must(&["workflow", "set", &write("workflow.toml", &definition_toml(10))]);
    friday.must(&["import", &write("leads.csv", "Company,First name,Last name,Role\nOrbital Freight,Wei,Rao,VP Operations\n")]);
    friday.must(&["schedule", "set", "--days", "mon,tue,wed,thu,fri,sat,sun"]);
    let worked = program.at("2026-11-21T06:00:00Z").command(&["worker", "--once"]).env(BUS, desktop.bus()).output().expect("it runs");
    assert!(worked.status.success(), "{}", String::from_utf8_lossy(&worked.stderr));
    let shown = notifier.next();
    assert_eq!((shown.summary.as_str(), shown.body.as_str()), ("1 lead needs you", "Nothing is sent until you decide."), "{shown:?}");
    assert_eq!(shown.buttons, Vec::<String>::new(), "there is no window that one could open");
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
