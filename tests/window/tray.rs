//! The tray, seen from the panel's side: an item that registers with the desktop, with its badge and its menu, whose lines do
//! what they say.

use crate::{desktop, take_the_demo, window};
use autoreach_acceptance::desktop::{PATIENCE, Window};
use serde_json::json;
use std::collections::HashMap;
use std::sync::mpsc::{self, Receiver, Sender};
use zbus::blocking::{Connection, connection};
use zbus::zvariant::{DynamicDeserialize, DynamicType, OwnedObjectPath, OwnedValue, Value};

/// What a menu answers: its revision, and its root with properties and lines.
type Layout = (u32, (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>));

/// The name under which a panel looks for items, and the item's own interface.
const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const ITEM: &str = "org.kde.StatusNotifierItem";
const MENU: &str = "com.canonical.dbusmenu";

#[test]
fn the_tray_registers_with_the_panel_and_its_lines_do_what_they_say() {
    let Some(desktop) = desktop("the_tray_registers_with_the_panel_and_its_lines_do_what_they_say") else { return };
    let panel = Panel::start(desktop.bus());
    let Some(window) = window("the_tray_registers_with_the_panel_and_its_lines_do_what_they_say", &desktop) else { return };
    let item = panel.next();
    take_the_demo(&window);
    let open = window.ask("overview", &json!({}))["ok"]["counts"]["open"].as_u64().expect("a number");
    window.await_that("the tray counts what waits", || label(&panel, &item, "Start review").contains(&open.to_string()));
    assert_eq!(panel.property::<String>(&item, "XAyatanaLabel"), open.to_string(), "the badge is text");
    let labels: Vec<String> = panel.lines(&item).into_iter().map(|line| line.label).collect();
    for wanted in ["Hold all sending", "Pause agents", "Open AutoReach", "Quit"] {
        assert!(labels.iter().any(|label| label == wanted), "{wanted}: {labels:?}");
    }
    assert!(labels.iter().any(|label| label.ends_with("exceptions")), "{labels:?}");
    assert!(!panel.line(&item, "Hold all sending").is_enabled, "no mail waits");

    accept_one(&window);
    window.await_that("a waiting mail can be held", || panel.line(&item, "Hold all sending").is_enabled);
    panel.choose(&item, "Hold all sending");
    window.await_that("it is offered back", || !label(&panel, &item, "Release 1 held mail").is_empty());

    window.press(&["g"]);
    window.press(&["s"]);
    window.await_that("the settings are shown", || window.has("heading", "Settings"));
    panel.choose(&item, "Start review");
    window.await_that("the review is shown", || window.has("heading", "Review"));
}

/// Accepts the first card, whatever it asks.
fn accept_one(window: &Window<'_>) {
    let page = window.ask("queue_page", &json!({ "split": "unsure", "filter": "", "offset": 0, "limit": 1 }));
    let page = if page["ok"]["total"] == 0 {
        window.ask("queue_page", &json!({ "split": "all", "filter": "", "offset": 0, "limit": 1 }))
    } else {
        page
    };
    let item = page["ok"]["lines"][0]["item"].clone();
    let card_version = window.ask("item", &json!({ "item": item }))["ok"]["item"]["card_version"].clone();
    let request = json!({
        "item": item, "gesture": { "gesture": "accept", "part": "all" }, "reasons": [], "note": "", "vouches": true,
        "confirms_recipient": true, "shown_at": "2026-01-01T08:00:00Z", "active_ms": 1, "tz_offset_minutes": 0,
        "shown_card_version": card_version,
    });
    let answer = window.ask("decide", &request);
    assert!(answer["ok"].is_object(), "{answer}");
}

fn label(panel: &Panel, item: &Item, beginning: &str) -> String {
    panel.lines(item).into_iter().map(|line| line.label).find(|label| label.starts_with(beginning)).unwrap_or_default()
}

/// A tray item: who offers it, and where.
struct Item {
    service: String,
    path: String,
}

/// A line of its menu.
#[derive(Debug)]
struct Line {
    number: i32,
    label: String,
    is_enabled: bool,
}

/// The part of a panel that tray items register with.
struct Panel {
    bus: Connection,
    registered: Receiver<Item>,
}

impl Panel {
    fn start(bus: &str) -> Self {
        let (sender, registered) = mpsc::channel();
        let bus = connection::Builder::address(bus)
            .and_then(|bus| bus.name(WATCHER))
            .and_then(|bus| bus.serve_at("/StatusNotifierWatcher", Watcher { sender }))
            .and_then(connection::Builder::build)
            .expect("the panel can be offered");
        Self { bus, registered }
    }

    fn next(&self) -> Item {
        self.registered.recv_timeout(PATIENCE).expect("a tray item registers")
    }

    fn property<T: TryFrom<OwnedValue>>(&self, item: &Item, name: &str) -> T
    where
        T::Error: std::fmt::Debug,
    {
        let value: OwnedValue = self.call(item, &item.path, "org.freedesktop.DBus.Properties", "Get", &(ITEM, name));
        T::try_from(value).expect("it is of the interface's type")
    }

    /// All lines of its menu, those of submenus too.
    fn lines(&self, item: &Item) -> Vec<Line> {
        let menu: OwnedObjectPath = self.property(item, "Menu");
        let arguments = (0_i32, -1_i32, Vec::<&str>::new());
        let (_, (_, _, lines)): Layout = self.call(item, menu.as_str(), MENU, "GetLayout", &arguments);
        let mut all = Vec::new();
        lines.iter().for_each(|line| collect(line, &mut all));
        all
    }

    fn line(&self, item: &Item, label: &str) -> Line {
        let lines = self.lines(item);
        lines.into_iter().find(|line| line.label.starts_with(label)).unwrap_or_else(|| panic!("the menu has no line {label:?}"))
    }

    fn choose(&self, item: &Item, label: &str) {
        let menu: OwnedObjectPath = self.property(item, "Menu");
        let line = self.line(item, label);
        let () = self.call(item, menu.as_str(), MENU, "Event", &(line.number, "clicked", Value::from(0_i32), 0_u32));
    }

    fn call<T>(&self, item: &Item, path: &str, interface: &str, method: &str, arguments: &(impl serde::Serialize + DynamicType)) -> T
    where
        T: for<'d> DynamicDeserialize<'d>,
    {
        let answer = self.bus.call_method(Some(item.service.as_str()), path, Some(interface), method, arguments);
        let answer = answer.unwrap_or_else(|error| panic!("{method}: {error}"));
        answer.body().deserialize().expect("the item keeps to its interface")
    }
}

/// A line is a number, its properties, and the lines below it.
fn collect(line: &Value<'_>, all: &mut Vec<Line>) {
    let Value::Structure(line) = line else { return };
    let [Value::I32(number), Value::Dict(properties), Value::Array(below)] = line.fields() else { return };
    let label: Option<String> = properties.get(&"label").ok().flatten();
    let is_enabled: Option<bool> = properties.get(&"enabled").ok().flatten();
    // An underscore before a letter marks the key that chooses the line.
    let label = label.unwrap_or_default().replace('_', "");
    all.push(Line { number: *number, label, is_enabled: is_enabled.unwrap_or(true) });
    for line in below.iter() {
        let Value::Value(line) = line else { continue };
        collect(line, all);
    }
}

struct Watcher {
    sender: Sender<Item>,
}

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, path: String, #[zbus(header)] header: zbus::message::Header<'_>) {
        let service = header.sender().map(ToString::to_string).unwrap_or_default();
        // A test that has ended listens no more.
        let _ = self.sender.send(Item { service, path });
    }

    fn register_status_notifier_host(&self, _service: String) {}

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        Vec::new()
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}
