//! The real window, driven from outside: the built desktop program on a virtual screen, with a session bus and a folder of
//! its own, through the same automation interface that browsers have. What the engine does is told by the stories; here it
//! is shown that the window opens on a workspace and that its page has no power beyond the commands.

mod desktop;
mod screen;

use desktop::Desktop;
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

#[test]
fn the_window_opens_on_the_demo_and_asks_the_engine() {
    let Some(desktop) = desktop("the_window_opens_on_the_demo_and_asks_the_engine") else { return };
    assert_eq!(desktop.title(), "AutoReach");
    assert_eq!(desktop.ask("startup", &json!({}))["ok"]["state"], "new", "there is no workspace yet");
    assert_eq!(desktop.ask("create_workspace", &json!({ "kind": "demo" }))["ok"]["recovery_key"], json!(null));
    let overview = desktop.ask("overview", &json!({}));
    assert_eq!((&overview["ok"]["is_demo"], &overview["ok"]["workflow_name"]), (&json!(true), &json!("Nordic freight")));
    assert_eq!(desktop.ask("undo", &json!({ "item": null }))["error"]["code"], "nothing_to_undo", "causes arrive by name");
    desktop.save_screen("window");
}

#[test]
fn the_page_has_no_power_of_its_own() {
    let Some(desktop) = desktop("the_page_has_no_power_of_its_own") else { return };
    for command in ["plugin:dialog|open", "plugin:opener|open_url", "plugin:fs|read_file", "plugin:shell|execute", "plugin:window|create"] {
        let answer = desktop.ask(command, &json!({}));
        assert!(answer["error"].is_string(), "{command}: {answer}");
    }
    let fetched = desktop.evaluate("fetch('https://orbital.example/').then(() => done('fetched'), () => done('refused'))");
    assert_eq!(fetched, "refused", "nothing is loaded from elsewhere");
    assert_eq!(desktop.evaluate("done(String(window.open('https://orbital.example/')))"), "null", "no second window opens");
    let evaluated = desktop.evaluate("try { new Function('return 1')(); done('ran') } catch { done('refused') }");
    assert_eq!(evaluated, "refused", "text never becomes program");
}
