//! A real keychain on the desktop's bus: gnome-keyring as the Secret Service, and a hand that exchanges what it keeps.

use super::PATIENCE;
use std::collections::HashMap;
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use zbus::blocking::{Connection, connection};
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

const SERVICE: &str = "org.freedesktop.secrets";
const PATH: &str = "/org/freedesktop/secrets";

/// The running keychain; dropping it ends it.
pub struct Keychain {
    daemon: Child,
    bus: Connection,
}

impl Keychain {
    /// Starts it on `bus`; `None` where it is not installed. Locked means: nobody has typed the password yet.
    pub(super) fn start(command: &mut Command, bus: &str, is_unlocked: bool) -> Option<Self> {
        command.args(["--foreground", "--components=secrets"]).stdin(Stdio::piped());
        if is_unlocked {
            command.arg("--unlock");
        }
        let mut daemon = command.spawn().ok()?;
        let mut password = daemon.stdin.take().expect("its input is piped");
        password.write_all(if is_unlocked { b"the password of the login" } else { b"" }).expect("it reads the password");
        drop(password);
        let bus = connection::Builder::address(bus).and_then(connection::Builder::build).expect("the bus can be spoken to");
        let keychain = Self { daemon, bus };
        keychain.await_service(true);
        Some(keychain)
    }

    /// Puts another secret into every entry, as a restored or foreign keychain would hold.
    pub fn exchange_all_secrets(&self) {
        let (_, session): (OwnedValue, OwnedObjectPath) = self.call(PATH, "Service", "OpenSession", &("plain", Value::from("")));
        let wanted: HashMap<&str, &str> = HashMap::new();
        let (entries, _): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) = self.call(PATH, "Service", "SearchItems", &(wanted,));
        assert!(!entries.is_empty(), "the keychain holds something");
        for entry in entries {
            let secret = (session.clone(), Vec::<u8>::new(), b"the key of somebody else".to_vec(), "text/plain");
            let () = self.call(entry.as_str(), "Item", "SetSecret", &(secret,));
        }
    }

    fn call<T>(&self, path: &str, interface: &str, method: &str, arguments: &(impl serde::Serialize + zbus::zvariant::DynamicType)) -> T
    where
        T: for<'d> zbus::zvariant::DynamicDeserialize<'d>,
    {
        let interface = format!("org.freedesktop.Secret.{interface}");
        let answer = self.bus.call_method(Some(SERVICE), path, Some(interface.as_str()), method, arguments);
        let answer = answer.unwrap_or_else(|error| panic!("{method}: {error}"));
        answer.body().deserialize().expect("the service keeps to its interface")
    }

    fn await_service(&self, is_wanted: bool) {
        let begun = Instant::now();
        loop {
            let answer = self.bus.call_method(
                Some("org.freedesktop.DBus"),
                "/org/freedesktop/DBus",
                Some("org.freedesktop.DBus"),
                "NameHasOwner",
                &(SERVICE,),
            );
            let is_there: bool = answer.expect("the bus answers").body().deserialize().expect("yes or no");
            if is_there == is_wanted {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "the keychain does not {}", if is_wanted { "start" } else { "end" });
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Keychain {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
        if !std::thread::panicking() {
            self.await_service(false);
        }
    }
}
