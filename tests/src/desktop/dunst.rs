//! A real notification service on the desktop's bus: dunst, which paints what it is shown onto the virtual screen.

use super::PATIENCE;
use std::process::{Child, Command};
use std::time::{Duration, Instant};
use zbus::blocking::{Connection, Proxy, connection};

const SERVICE: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
/// What dunst offers beside the specification.
const OWN_INTERFACE: &str = "org.dunstproject.cmd0";

/// A line to the running service, which ends with its desktop.
pub struct Dunst {
    bus: Connection,
}

impl Dunst {
    /// Starts it on `bus`; `None` where it is not installed.
    pub(super) fn start(command: &mut Command, bus: &str) -> Option<(Child, Self)> {
        let process = command.spawn().ok()?;
        let bus = connection::Builder::address(bus).and_then(connection::Builder::build).expect("the bus can be spoken to");
        let dunst = Self { bus };
        let begun = Instant::now();
        while dunst.own().get_property::<u32>("displayedLength").is_err() {
            assert!(begun.elapsed() < PATIENCE, "dunst does not start");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some((process, dunst))
    }

    /// Notifications on the screen now.
    pub fn shown(&self) -> u32 {
        self.own().get_property("displayedLength").expect("dunst answers")
    }

    /// Clicks the first one's text, which is its default action.
    pub fn click_the_first(&self) {
        self.own().call_method("NotificationAction", &(0_u32,)).expect("dunst answers");
    }

    fn own(&self) -> Proxy<'_> {
        Proxy::new(&self.bus, SERVICE, PATH, OWN_INTERFACE).expect("the names are valid")
    }
}
