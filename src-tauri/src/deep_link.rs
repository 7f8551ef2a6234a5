//! Links into the program: `autoreach://item/<id>` shows an item. A link navigates and never acts: anybody can write one
//! into a mail or a web page.

use crate::desk::Desk;
use crate::{events, window};
use autoreach_engine::domain::ids::ItemId;
use tauri::{AppHandle, Manager};
use tauri_plugin_deep_link::DeepLinkExt;
use url::Url;

/// Listens for links, and notes the one the program was started with.
pub(crate) fn listen(app: &AppHandle) {
    let links = app.deep_link();
    if let Ok(Some(urls)) = links.get_current() {
        urls.iter().filter_map(item_of).for_each(|item| app.state::<Desk>().set_destination(item));
    }
    let to_tell = app.clone();
    links.on_open_url(move |event| {
        for item in event.urls().iter().filter_map(item_of) {
            go_to(&to_tell, item);
        }
    });
}

/// Shows the window with this item; where the page does not listen yet, as soon as it does.
pub(crate) fn go_to(app: &AppHandle, item: ItemId) {
    window::show(app);
    let desk = app.state::<Desk>();
    if desk.is_page_listening() {
        events::open_item(app, item);
    } else {
        desk.set_destination(item);
    }
}

/// The item a link names; `None` for everything that is not exactly such a link.
fn item_of(url: &Url) -> Option<ItemId> {
    let is_plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.port().is_none();
    if url.scheme() != "autoreach" || url.host_str() != Some("item") || !is_plain {
        return None;
    }
    let text = url.path().strip_prefix('/')?;
    // Ids have one spelling; the other ways to write a UUID are no link of ours.
    text.parse().ok().filter(|item: &ItemId| item.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0192f0c1-7d3e-7a3b-8a55-0c7b7f2e9d10";

    #[test]
    fn a_link_names_an_item_and_nothing_else() {
        let item = |text: &str| item_of(&Url::parse(text).expect("the test's own link"));
        assert_eq!(item(&format!("autoreach://item/{ID}")).map(|item| item.to_string()).as_deref(), Some(ID));
        for other in [
            format!("autoreach://item/{ID}/accept"),
            format!("autoreach://item/{ID}?accept=1"),
            format!("autoreach://item/{ID}#accept"),
            format!("autoreach://accept/{ID}"),
            format!("https://item/{ID}"),
            format!("autoreach://item/urn:uuid:{ID}"),
            format!("autoreach://item/{}", ID.replace('-', "")),
            format!("autoreach://item/{}", ID.to_uppercase()),
            "autoreach://item/".to_owned(),
            "autoreach://item/../settings".to_owned(),
        ] {
            assert_eq!(item(&other), None, "{other}");
        }
    }
}
