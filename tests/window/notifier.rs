//! A notification service on the desktop's bus. It keeps what it is shown and answers as a person would: by a button, or
//! by a click on the text.

use autoreach_acceptance::desktop::PATIENCE;
use std::collections::HashMap;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;
use zbus::blocking::{Connection, connection};
use zbus::zvariant::OwnedValue;

const PATH: &str = "/org/freedesktop/Notifications";
const INTERFACE: &str = "org.freedesktop.Notifications";

/// A notification as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    number: u32,
    pub(crate) summary: String,
    pub(crate) body: String,
    /// The labels of its buttons, without the click on the text.
    pub(crate) buttons: Vec<String>,
    actions: Vec<(String, String)>,
}

/// The running service; dropping it takes it off the bus.
pub(crate) struct Notifier {
    bus: Connection,
    shown: Receiver<Shown>,
}

impl Notifier {
    /// Offers the service on a bus.
    pub(crate) fn start(bus: &str) -> Self {
        let (sender, shown) = mpsc::channel();
        let service = Service { sender, shown_so_far: 0 };
        let bus = connection::Builder::address(bus)
            .and_then(|bus| bus.name(INTERFACE))
            .and_then(|bus| bus.serve_at(PATH, service))
            .and_then(connection::Builder::build)
            .expect("the service can be offered");
        Self { bus, shown }
    }

    /// The next notification.
    pub(crate) fn next(&self) -> Shown {
        self.shown.recv_timeout(PATIENCE).expect("a notification is shown")
    }

    /// A notification that came within a while, if any.
    pub(crate) fn within(&self, time: Duration) -> Option<Shown> {
        self.shown.recv_timeout(time).ok()
    }

    /// Presses one of its buttons.
    pub(crate) fn press(&self, shown: &Shown, button: &str) {
        let action = shown.actions.iter().find(|(_, label)| label == button).expect("it has this button");
        self.invoke(shown, &action.0);
    }

    /// Clicks on its text.
    pub(crate) fn click(&self, shown: &Shown) {
        self.invoke(shown, "default");
    }

    fn invoke(&self, shown: &Shown, action: &str) {
        let closed_by_the_person = 2_u32;
        self.signal("ActionInvoked", &(shown.number, action));
        self.signal("NotificationClosed", &(shown.number, closed_by_the_person));
    }

    fn signal(&self, name: &str, body: &(impl serde::Serialize + zbus::zvariant::DynamicType)) {
        self.bus.emit_signal(None::<()>, PATH, INTERFACE, name, body).expect("the bus carries it");
    }
}

struct Service {
    sender: Sender<Shown>,
    shown_so_far: u32,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Service {
    #[expect(clippy::too_many_arguments, reason = "the specification's own list")]
    fn notify(
        &mut self,
        _app_name: String,
        _replaces: u32,
        _icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _timeout: i32,
    ) -> u32 {
        self.shown_so_far += 1;
        let actions: Vec<_> = actions.chunks(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect();
        let buttons = actions.iter().filter(|(key, _)| key != "default").map(|(_, label)| label.clone()).collect();
        // A test that has ended listens no more.
        let _ = self.sender.send(Shown { number: self.shown_so_far, summary, body, buttons, actions });
        self.shown_so_far
    }

    fn close_notification(&self, _number: u32) {}

    fn get_capabilities(&self) -> Vec<&str> {
        vec!["actions", "body"]
    }

    fn get_server_information(&self) -> (&str, &str, &str, &str) {
        ("test", "autoreach", "1", "1.2")
    }
}
