//! The main job through the window, with nothing pretended: a real keychain, companies' sites and a mail server on this
//! computer, and a person who clicks and types.

use crate::{has_a_card, skip, window};
use autoreach_acceptance::desktop::{CONTROL, Desktop, ENTER, Window};
use autoreach_testkit::site_server::SiteServer;
use autoreach_testkit::smtp_server::{Faults, SmtpServer};
use serde_json::json;

/// Companies in the lead file.
const LEADS: u64 = 6;
/// What the edit adds to a mail.
const ADDED: &str = " Kind regards from the harbour.";

#[test]
fn a_person_goes_from_the_first_start_to_mails_that_arrived() {
    let test = "a_person_goes_from_the_first_start_to_mails_that_arrived";
    let sites = SiteServer::start(LEADS as usize, 5).expect("the sites can be served");
    let post = SmtpServer::start(Faults::none()).expect("a mail server can be started");
    let mut desktop = match Desktop::start_with(&sites.resolve_lines()) {
        Ok(desktop) => desktop,
        Err(missing) => return skip(test, missing),
    };
    if let Err(missing) = desktop.unlock_keychain() {
        return skip(test, missing);
    }
    let leads = desktop.folder().join("fair.csv");
    std::fs::write(&leads, sites.leads_csv()).expect("a file can be written");

    let Some(window) = window(test, &desktop) else { return };
    set_up_a_workspace(&window);
    bring_leads(&window, &leads);
    name_the_mail_server(&window, &post);
    let edited = decide(&window);
    drop(window);

    let window = desktop.open();
    window.await_that("the queue is there", || window.has("heading", "Review"));
    assert_eq!(counts(&window, "decided"), 3, "what was decided outlives the program");
    assert_eq!(counts(&window, "open"), LEADS - 3);
    window.await_text("accepted");
    send(&window, &post, &edited);
}

/// From the first screen to a described workflow and an engine.
fn set_up_a_workspace(window: &Window<'_>) {
    window.click("button", "Set up your own");
    keep_the_recovery_key(window);
    window.await_text("Who do you look for?");
    window.click("button", "Fill in an example");
    window.fill("Name of the workflow", "Harbour freight");
    window.save_screen("onboarding-profile");
    window.click("button", "Go on to messages");
    window.fill("What you offer", "Portwise re-plans shipments when ports are late, so planners confirm a plan instead of re-booking.");
    window.fill("The one question", "Would 20 minutes next week be worth it?");
    window.fill("Your name", "Alex Berg");
    window.fill("Your company", "Portwise");
    window.fill("Mails come from", "alex@portwise.example");
    window.fill("Postal address", "Portwise, Havnegade 1, 8000 Aarhus C, Denmark");
    window.save_screen("onboarding-messages");
    window.click("button", "Go on to the engine");
    window.await_that("the workflow is kept", || window.ask("overview", &json!({}))["ok"]["workflow_name"] == "Harbour freight");
    window.await_text("Built-in engine");
    window.save_screen("onboarding-engine");
    window.click("button", "Go on to leads");
}

/// Writes the key down and types two of its groups back.
fn keep_the_recovery_key(window: &Window<'_>) {
    window.await_text("Keep this recovery key");
    let key = window.run_for_text("return document.querySelector('.key').textContent");
    let groups: Vec<&str> = key.trim().split('-').collect();
    window.click("button", "I have written it down");
    window.fill("The third group", "0000");
    window.fill("The sixth group", groups[5]);
    window.click("button", "Go on");
    window.await_text("Not the same as on the key. Look again.");
    window.fill("The third group", groups[2]);
    window.click("button", "Go on");
}

/// Imports the file and lets the agent read the companies' sites; ends on a queue with items.
fn bring_leads(window: &Window<'_>, file: &std::path::Path) {
    window.choose_file(file);
    window.await_text("What becomes of the rows");
    window.save_screen("import-preview");
    window.click("button", &format!("Import {LEADS} leads"));
    window.click("button", &format!("Research {LEADS} leads"));
    window.await_that("every lead has its item", || counts(window, "open") == LEADS);
    window.await_that("the run has ended", || window.ask("overview", &json!({}))["ok"]["run"].is_null());
    window.await_that("the first start ends on a queue with items", || window.has("heading", "Review"));
    window.press(&["g"]);
    window.press(&["l"]);
    window.await_that("the leads are listed", || window.has("heading", "Leads"));
    window.save_screen("leads");
}

fn name_the_mail_server(window: &Window<'_>, post: &SmtpServer) {
    window.press(&["g"]);
    window.press(&["s"]);
    window.fill("Server (SMTP)", "127.0.0.1");
    window.click("radio", "None (this computer only)");
    window.fill("Port", &post.addr().port().to_string());
    window.click("button", "Save account");
    window.await_text("The account is saved.");
    window.click("switch", "Dry run");
    window.await_text("Dry run is off");
    window.save_screen("settings-mail");
}

/// Accepts one, edits one, rejects one with a reason, sends one back for a wrong fact, and takes one rejection back. Gives
/// the company of the edited mail.
fn decide(window: &Window<'_>) -> String {
    window.press(&["g"]);
    window.press(&["r"]);
    window.await_that("a card is there", || has_a_card(window));
    window.save_screen("review");

    accept(window, &["a"]);
    window.await_that("the first is accepted", || counts(window, "decided") == 1);

    let edited = company(window);
    window.press(&["e"]);
    window.append("Text", ADDED);
    window.await_that("the edit is taken", || window.has("button", "Accept edit"));
    window.save_screen("review-edit");
    accept(window, &[CONTROL, ENTER]);
    window.await_that("the edit is accepted", || counts(window, "decided") == 2);

    window.press(&["x"]);
    window.await_that("the third is rejected", || counts(window, "decided") == 3);
    window.press(&["3"]);
    window.await_that("its reason is kept", || last_gesture(window).contains("bad timing"));

    let doubted = company(window);
    window.press(&[" "]);
    window.press(&["f"]);
    window.await_text("marked wrong. Remove and ask for a new draft?");
    window.save_screen("review-wrong-fact");
    window.press(&[ENTER]);
    window.await_that(&format!("{doubted} has left the queue for a new draft"), || company(window) != doubted);
    window.await_that("the new draft is there", || counts(window, "open") == LEADS - 3 && counts(window, "redrafting") == 0);

    let rejected = company(window);
    window.press(&["x"]);
    window.await_that("another is rejected", || counts(window, "decided") == 4);
    window.press(&["z"]);
    window.await_that(&format!("{rejected} is back"), || counts(window, "decided") == 3 && company(window) == rejected);
    edited
}

/// Accepts, and vouches where the window asks for it.
fn accept(window: &Window<'_>, keys: &[&str]) {
    let before = company(window);
    window.press(keys);
    window.await_that("it is accepted or asked about", || company(window) != before || window.text().contains("Do you vouch"));
    if company(window) == before {
        window.press(&[ENTER]);
        window.await_that("the next card is there", || company(window) != before);
    }
}

/// Lets the accepted mails go now instead of after their hold time, and reads what arrived.
fn send(window: &Window<'_>, post: &SmtpServer, edited: &str) {
    window.press(&["g"]);
    window.press(&["o"]);
    window.await_text("Waiting to leave");
    window.click("button", "Hold all sending");
    window.click("button", "Release 2 mails");
    window.await_that("nothing is held any more", || window.has("button", "Hold all sending"));
    window.save_screen("outbox");
    for mail in window.ask("outbox", &json!({}))["ok"].as_array().expect("a list") {
        window.ask("release_mail", &json!({ "mail": mail["mail"] }));
    }
    window.await_that("both mails have arrived", || post.accepted().len() == 2);
    let texts: Vec<String> = post.accepted().iter().map(|mail| String::from_utf8_lossy(&mail.bytes).replace("=\r\n", "")).collect();
    assert_eq!(texts.iter().filter(|text| text.contains(ADDED.trim())).count(), 1, "the edit of {edited} left as it was typed: {texts:?}");
    window.await_text("Gone, refused or kept");
    window.save_screen("outbox-sent");
}

/// The company of the card that is shown.
fn company(window: &Window<'_>) -> String {
    window.run_for_text("return document.getElementById('review-title')?.textContent.replace('Review: ', '') ?? ''")
}

fn counts(window: &Window<'_>, state: &str) -> u64 {
    window.ask("overview", &json!({}))["ok"]["counts"][state].as_u64().unwrap_or_default()
}

/// The newest line of the strip of decisions, as it is read.
fn last_gesture(window: &Window<'_>) -> String {
    window.run_for_text("return document.querySelector('.history li')?.textContent.toLowerCase() ?? ''")
}
