//! Links into the program: a second start hands its link to the window that is open, which shows the item and does nothing
//! else with it.

use crate::{desktop, take_the_demo, window};
use serde_json::json;

#[test]
fn a_second_start_hands_its_link_to_the_open_window() {
    let test = "a_second_start_hands_its_link_to_the_open_window";
    let Some(desktop) = desktop(test) else { return };
    let Some(window) = window(test, &desktop) else { return };
    take_the_demo(&window);
    let page = window.ask("queue_page", &json!({ "split": "all", "filter": "", "offset": 0, "limit": 9 }));
    let (item, company) = (page["ok"]["lines"][6]["item"].clone(), page["ok"]["lines"][6]["company"].clone());
    let (item, company) = (item.as_str().expect("an id"), company.as_str().expect("a name"));
    let before = window.ask("overview", &json!({}))["ok"]["counts"].clone();

    window.press(&["g"]);
    window.press(&["l"]);
    window.await_that("the leads are shown", || window.has("heading", "Leads"));
    for other in [format!("autoreach://item/{item}/accept"), format!("autoreach://accept/{item}"), format!("autoreach://item/{item}?key=a")]
    {
        assert!(desktop.start_again(&[&other]).success(), "the second start ends by itself");
    }
    assert!(window.has("heading", "Leads"), "what is no plain link to an item leads nowhere");

    assert!(desktop.start_again(&[&format!("autoreach://item/{item}")]).success());
    window.await_that(&format!("{company} is shown"), || window.has("heading", &format!("Review: {company}")));
    assert_eq!(window.ask("overview", &json!({}))["ok"]["counts"], before, "a link decides nothing");
    window.save_screen("link-to-an-item");
}
