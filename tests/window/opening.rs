//! The first thing a person sees: a workspace that opens, or the one screen that says why it does not.

use crate::{desktop, has_a_card, skip, take_the_demo, window};
use serde_json::json;

#[test]
fn the_window_opens_on_the_demo_and_asks_the_engine() {
    let Some(desktop) = desktop("the_window_opens_on_the_demo_and_asks_the_engine") else { return };
    let window = desktop.open();
    assert_eq!(window.title(), "AutoReach");
    assert_eq!(window.ask("startup", &json!({}))["ok"]["state"], "new", "there is no workspace yet");
    assert_eq!(window.ask("create_workspace", &json!({ "kind": "demo" }))["ok"]["recovery_key"], json!(null));
    let overview = window.ask("overview", &json!({}));
    assert_eq!((&overview["ok"]["is_demo"], &overview["ok"]["workflow_name"]), (&json!(true), &json!("Nordic freight")));
    assert_eq!(window.ask("undo", &json!({ "item": null }))["error"]["code"], "nothing_to_undo", "causes arrive by name");
}

#[test]
fn the_page_has_no_power_of_its_own() {
    let Some(desktop) = desktop("the_page_has_no_power_of_its_own") else { return };
    let window = desktop.open();
    for command in ["plugin:dialog|open", "plugin:opener|open_url", "plugin:fs|read_file", "plugin:shell|execute", "plugin:window|create"] {
        let answer = window.ask(command, &json!({}));
        assert!(answer["error"].is_string(), "{command}: {answer}");
    }
    let fetched = window.evaluate("fetch('https://orbital.example/').then(() => done('fetched'), () => done('refused'))");
    assert_eq!(fetched, "refused", "nothing is loaded from elsewhere");
    assert_eq!(window.evaluate("done(String(window.open('https://orbital.example/')))"), "null", "no second window opens");
    let evaluated = window.evaluate("try { new Function('return 1')(); done('ran') } catch { done('refused') }");
    assert_eq!(evaluated, "refused", "text never becomes program");
}

#[test]
fn the_demo_argument_opens_the_demo_at_once() {
    let test = "the_demo_argument_opens_the_demo_at_once";
    let Some(desktop) = desktop(test) else { return };
    let window = desktop.open_with(&["--demo"]);
    if !window.has_interface() {
        return skip(test, "the interface is not part of this build");
    }
    window.await_text("Demo: nothing is sent");
    window.await_that("its first card is there", || has_a_card(&window));
    window.save_screen("demo");
}

#[test]
fn each_trouble_of_the_keychain_has_its_screen_and_its_way_on() {
    let test = "each_trouble_of_the_keychain_has_its_screen_and_its_way_on";
    let Some(mut desktop) = desktop(test) else { return };
    if let Err(missing) = desktop.unlock_keychain() {
        return skip(test, missing);
    }
    let recovery_key = {
        let Some(window) = window(test, &desktop) else { return };
        window.click("button", "Set up your own");
        window.await_text("Keep this recovery key");
        window.save_screen("recovery-key");
        window.run_for_text("return document.querySelector('.key').textContent")
    };

    desktop.remove_keychain();
    {
        let window = desktop.open();
        window.await_text("This computer offers no keychain");
        window.save_screen("keychain-absent");
    }

    desktop.lock_keychain().expect("it was there before");
    {
        let window = desktop.open();
        window.await_text("The keychain is locked");
        window.save_screen("keychain-locked");
    }

    desktop.unlock_keychain().expect("it was there before").exchange_all_secrets();
    let window = desktop.open();
    window.await_text("The keychain’s key does not open this workspace");
    window.save_screen("keychain-wrong-key");
    window.click("button", "Enter the recovery key");
    window.fill("Recovery key", "AR-not-a-key");
    window.click("button", "Open");
    window.await_that("a wrong recovery key is said at the field", || window.has("textbox", "Recovery key"));
    window.fill("Recovery key", &recovery_key);
    window.click("button", "Open");
    window.await_text("Who do you look for?");
    drop(window);

    let window = desktop.open();
    window.await_text("Who do you look for?");
    take_nothing_for_granted(&window);
}

/// After the recovery the keychain opens the workspace again by itself.
fn take_nothing_for_granted(window: &crate::Window<'_>) {
    assert_eq!(window.ask("startup", &json!({}))["ok"]["state"], "ready");
}

#[test]
fn the_demo_is_reviewed_by_keys_and_is_found_again() {
    let test = "the_demo_is_reviewed_by_keys_and_is_found_again";
    let Some(desktop) = desktop(test) else { return };
    let Some(window) = window(test, &desktop) else { return };
    window.save_screen("first-start");
    take_the_demo(&window);
    let waiting = window.ask("overview", &json!({}))["ok"]["counts"]["open"].as_u64().expect("a number");
    window.press(&["x"]);
    let open = |window: &crate::Window<'_>| window.ask("overview", &json!({}))["ok"]["counts"]["open"].as_u64();
    window.await_that("the lead is rejected", || open(&window) == Some(waiting - 1));
    drop(window);
    let window = desktop.open();
    window.await_that("the queue is there", || has_a_card(&window));
    assert_eq!(open(&window), Some(waiting - 1), "a decision outlives the program");
    window.press(&["z"]);
    window.await_that("it is taken back", || open(&window) == Some(waiting));
}
