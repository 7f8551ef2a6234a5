//! A workspace whose trust was earned: three simulated weeks with a reviewer who knows what they want, in the real window.

use crate::{desktop, filled, window};
use autoreach_acceptance::desktop::{Desktop, Window};
use autoreach_acceptance::workspace::DECIDED_REVIEWER;
use autoreach_engine::simulation::{PASSPHRASE, Persona, SimulationRequest, simulate};

/// Three weeks of 22 leads a day; level 2 is reached in the second.
fn simulated(desktop: &Desktop) {
    let dir = desktop.folder().join("simulated");
    let persona = Persona::parse(DECIDED_REVIEWER).expect("is well formed");
    let request = SimulationRequest { dir: dir.clone(), persona, weeks: 3, leads_per_day: 22, seed: 1 };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be built");
    let report = runtime.block_on(simulate(request, |_| ())).expect("simulates");
    assert!(report.weeks[2].leads_alone.count > 0, "{}", report.table());
    filled::lay_out(desktop, &dir);
}

fn go(window: &Window<'_>, key: &str, heading: &str) {
    window.run_for_text("document.activeElement?.blur()");
    window.press(&["g"]);
    window.press(&[key]);
    window.await_that(&format!("{heading} is shown"), || window.has("heading", heading));
}

#[test]
fn earned_trust_is_shown_asked_about_and_given_up_with_one_click() {
    let test = "earned_trust_is_shown_asked_about_and_given_up_with_one_click";
    let Some(desktop) = desktop(test) else { return };
    simulated(&desktop);
    let Some(window) = window(test, &desktop) else { return };
    window.fill("Passphrase", PASSPHRASE);
    window.click("button", "Open");
    window.await_that("the workspace is open", || window.has("heading", "Review") || window.text().contains("Nothing waits"));

    go(&window, "t", "How far may the agent go alone?");
    window.await_text("decided alone");
    window.save_screen("trusted-trust");
    window.run_for_text("document.querySelector('#what-if-title').scrollIntoView()");
    window.save_screen("trusted-what-if");

    go(&window, "a", "Audit");
    window.save_screen("trusted-audit");
    go(&window, "i", "How is it going?");
    window.await_text("Week by week");
    window.save_screen("trusted-insights");
    window.run_for_text("document.querySelector('#exceptions-title').scrollIntoView()");
    window.save_screen("trusted-insights-below");

    go(&window, "w", "Nordic freight");
    window.click("button", "Remove Logistics");
    window.click("button", "What would this change?");
    window.await_text("Leaned your way");
    window.save_screen("trusted-profile-trial");

    go(&window, "t", "How far may the agent go alone?");
    window.click("button", "Go down to level 1");
    window.await_text("Leads are at level 1");
    window.await_text("At level 1 you review everything.");
}
