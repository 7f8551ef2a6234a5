//! A workspace that is opened for reading: everything can be looked at, nothing can be changed, and the window says so
//! instead of pretending.

use crate::{desktop, filled, window};
use serde_json::json;

#[test]
fn a_workspace_opened_for_reading_is_seen_whole_and_stays_as_it_is() {
    let test = "a_workspace_opened_for_reading_is_seen_whole_and_stays_as_it_is";
    let Some(desktop) = desktop(test) else { return };
    let workspace = filled::workspace();
    filled::lay_out(&desktop, workspace.path());
    let Some(window) = window(test, &desktop) else { return };
    window.await_text("This workspace opens with your passphrase");
    window.save_screen("passphrase");
    window.click("checkbox", "Open read-only");
    filled::unlock(&window);
    window.await_text("You can look at everything; nothing changes and no mail leaves.");
    let counts = window.ask("overview", &json!({}))["ok"]["counts"].clone();
    window.save_screen("read-only-review");
    window.press(&["x"]);
    window.await_text("This workspace can only be read.");
    for (key, heading, locked) in [
        ("l", "Leads", "Import leads"),
        ("w", "Harbour freight", "Save as version"),
        ("o", "Outbox", "Hold all sending"),
        ("s", "Settings", "Save account"),
    ] {
        window.press(&["g"]);
        window.press(&[key]);
        window.await_that(&format!("{heading} is shown"), || window.has("heading", heading));
        assert!(!window.has("button", locked), "{locked} cannot be pressed");
        window.save_screen(&format!("read-only-{}", if key == "w" { "workflows".to_owned() } else { heading.to_lowercase() }));
    }
    assert_eq!(window.ask("overview", &json!({}))["ok"]["counts"], counts);
}
