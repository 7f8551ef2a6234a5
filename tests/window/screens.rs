//! Every screen of the real window, kept as pictures in both themes for a person to look at, its empty and faulty states
//! among them.

use crate::{desktop, take_the_demo, window};
use autoreach_acceptance::desktop::Window;

#[test]
fn every_screen_can_be_looked_at_in_both_themes() {
    let test = "every_screen_can_be_looked_at_in_both_themes";
    let Some(desktop) = desktop(test) else { return };
    let unreadable = desktop.folder().join("fair.xlsx");
    std::fs::write(&unreadable, [0_u8, 159, 146, 150]).expect("a file can be written");
    let Some(window) = window(test, &desktop) else { return };
    take_the_demo(&window);
    window.press(&["j"]);
    window.save_screen("demo-review");

    window.fill("Filter the queue", "nobody");
    window.await_text("No item that waits matches this part of the queue.");
    window.save_screen("demo-review-nothing-matches");
    window.click("button", "Show all items");

    go(&window, "l", "Leads");
    window.press(&["j"]);
    window.await_that("a lead is open", || window.has("button", "Close the lead"));
    window.save_screen("demo-leads");
    window.click("button", "Import leads");
    window.await_text("Drop a file here, or choose one");
    window.save_screen("demo-import");
    window.choose_file(&unreadable);
    window.await_text("This file is not a table that can be read.");
    window.save_screen("demo-import-fault");

    go(&window, "w", "Nordic freight");
    window.save_screen("demo-workflows");
    go(&window, "o", "Outbox");
    window.await_text("Nothing to send");
    window.save_screen("demo-outbox-empty");
    go(&window, "t", "How far may the agent go alone?");
    window.await_text("At level 1 you review everything.");
    window.save_screen("demo-trust");
    go(&window, "a", "Audit");
    window.save_screen("demo-audit");
    go(&window, "i", "How is it going?");
    window.save_screen("demo-insights");
    go(&window, "s", "Settings");
    window.await_text("Built-in engine");
    window.save_screen("demo-settings");
    window.run_for_text("document.querySelector('#look-title').scrollIntoView()");
    window.save_screen("demo-settings-below");
    window.press(&[autoreach_acceptance::desktop::CONTROL, "k"]);
    window.await_text("Go to Review");
    window.save_screen("demo-palette");
}

fn go(window: &Window<'_>, key: &str, heading: &str) {
    window.run_for_text("document.activeElement?.blur()");
    window.press(&["g"]);
    window.press(&[key]);
    window.await_that(&format!("{heading} is shown"), || window.has("heading", heading));
}
