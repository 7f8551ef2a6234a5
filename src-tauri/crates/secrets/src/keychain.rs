//! The operating system's keychain: Keychain on macOS, Credential Manager on Windows, Secret Service on Linux.
//!
//! The platform's store talks to it and blocks while the user answers a prompt, or for ever if the service hangs. So every call runs
//! on a thread of its own and is given up after a set patience; while a given-up call is still under way, further calls
//! are answered at once instead of piling up behind it. What a platform says in an error is looked at only to tell the
//! states apart and is then dropped, because some of those texts carry the secret.
//!
//! One store per platform is compiled in; the Linux kernel keyring, which forgets at reboot, is not among them. A connection
//! is kept while it serves. One that fails is given up, and the next call connects anew, so that a Secret Service that is
//! started, or started again, while the program runs is found by "try again". (The crate `keyring` connects once per process
//! and remembers its first failure; its stores are used without it.)

use crate::{KeychainTrouble, PlainId, Secret, SecretError, SecretName, SecretStore};
#[cfg(target_os = "macos")]
use apple_native_keyring_store::keychain::Store as PlatformStore;
use keyring_core::{CredentialStore, Entry};
use std::{
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread::{self, JoinHandle},
    time::Duration,
};
#[cfg(windows)]
use windows_native_keyring_store::Store as PlatformStore;
#[cfg(all(unix, not(target_os = "macos")))]
use zbus_secret_service_keyring_store::Store as PlatformStore;

/// How long a call waits: long enough for a person to type a password into the keychain's prompt.
pub const DEFAULT_PATIENCE: Duration = Duration::from_secs(25);

/// The service name of all entries. Accounts are `<workspace id>/<secret name>`.
const SERVICE: &str = "autoreach";

/// The keychain entries of one workspace.
pub struct KeychainStore {
    workspace: PlainId,
    patience: Duration,
    given_up: Mutex<Vec<JoinHandle<()>>>,
}

impl KeychainStore {
    /// The entries of this workspace, with [`DEFAULT_PATIENCE`]. Touches nothing yet.
    pub fn new(workspace: PlainId) -> Self {
        Self::with_patience(workspace, DEFAULT_PATIENCE)
    }

    /// The same with another patience for each call.
    pub fn with_patience(workspace: PlainId, patience: Duration) -> Self {
        Self { workspace, patience, given_up: Mutex::new(Vec::new()) }
    }

    /// Asks the keychain on a thread of its own; `None` if it has no such entry.
    fn call<T: Send + 'static>(
        &self,
        name: &SecretName,
        operation: impl Fn(&Entry) -> keyring_core::Result<T> + Send + 'static,
    ) -> Result<Option<T>, SecretError> {
        let mut given_up = self.given_up.lock().unwrap_or_else(PoisonError::into_inner);
        given_up.retain(|call| !call.is_finished());
        if !given_up.is_empty() {
            return Err(KeychainTrouble::NotAnswering.into());
        }
        drop(given_up);
        let account = format!("{}/{}", self.workspace.as_str(), name.key());
        let (answer, waiting) = mpsc::channel();
        let ask = move || {
            let result = answer_of(&CONNECTION, || Ok(PlatformStore::new()?), &account, operation);
            // The caller may have given up; the answer is then dropped here, and wiped with it.
            let _ = answer.send(result);
        };
        let call = thread::Builder::new().name("keychain".to_owned()).spawn(ask).map_err(|_| KeychainTrouble::Failing)?;
        match waiting.recv_timeout(self.patience) {
            Ok(result) => result,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                self.given_up.lock().unwrap_or_else(PoisonError::into_inner).push(call);
                Err(KeychainTrouble::NotAnswering.into())
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(KeychainTrouble::Failing.into()),
        }
    }
}

impl SecretStore for KeychainStore {
    fn get(&self, name: &SecretName) -> Result<Option<Secret>, SecretError> {
        self.call(name, |entry| entry.get_secret().map(Secret::new))
    }

    fn set(&self, name: &SecretName, secret: &Secret) -> Result<(), SecretError> {
        let secret = Secret::new(secret.expose());
        self.call(name, move |entry| entry.set_secret(secret.expose())).map(drop)
    }

    fn delete(&self, name: &SecretName) -> Result<(), SecretError> {
        self.call(name, |entry| entry.delete_credential()).map(drop)
    }
}

/// The connection to the keychain that served last; `None` before the first one, while one is asked, and after one failed.
type Connection = Mutex<Option<Arc<CredentialStore>>>;

/// The connection of this process.
static CONNECTION: Connection = Mutex::new(None);

/// The keychain's answer, on the kept connection where there is one. A kept connection may lead to a service that has ended
/// since; then the question is asked once more on a new one. Nothing a person was asked about is asked twice.
fn answer_of<T>(
    kept: &Connection,
    connect: impl Fn() -> keyring_core::Result<Arc<CredentialStore>>,
    account: &str,
    operation: impl Fn(&Entry) -> keyring_core::Result<T>,
) -> Result<Option<T>, SecretError> {
    let ask = |store: &Arc<CredentialStore>| found(store.build(SERVICE, account, None).and_then(|entry| operation(&entry)));
    // Taken out while it is asked, so that a call which hangs holds nobody else up.
    let last = kept.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(store) = last {
        let answer = ask(&store);
        if !answer.as_ref().is_err_and(is_of_a_lost_service) {
            keep(kept, store);
            return answer;
        }
    }
    let store = connect().map_err(|error| cause(&error))?;
    let answer = ask(&store)?;
    keep(kept, store);
    Ok(answer)
}

fn keep(kept: &Connection, store: Arc<CredentialStore>) {
    *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(store);
}

/// Would the same question have another answer on a new connection?
fn is_of_a_lost_service(error: &SecretError) -> bool {
    matches!(error, SecretError::Keychain(KeychainTrouble::Absent | KeychainTrouble::Failing))
}

fn found<T>(result: keyring_core::Result<T>) -> Result<Option<T>, SecretError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(keyring_core::Error::NoEntry) => Ok(None),
        Err(error) => Err(cause(&error)),
    }
}

/// Which of our causes a keychain error is. Only platform errors are read as text; the others may hold the secret.
fn cause(error: &keyring_core::Error) -> SecretError {
    match error {
        keyring_core::Error::TooLong(_, limit) => SecretError::TooLong { limit: *limit },
        keyring_core::Error::NoStorageAccess(platform) => {
            trouble_named_in(&format!("{platform:?} {platform}")).unwrap_or(KeychainTrouble::Locked).into()
        }
        keyring_core::Error::PlatformFailure(platform) => {
            trouble_named_in(&format!("{platform:?} {platform}")).unwrap_or(KeychainTrouble::Failing).into()
        }
        keyring_core::Error::NoDefaultStore | keyring_core::Error::NotSupportedByStore(_) => KeychainTrouble::Absent.into(),
        _ => KeychainTrouble::Failing.into(),
    }
}

/// Marks by which platform errors are told apart, first match wins: names from the D-Bus and Secret Service
/// specifications, codes from Apple's `SecBase.h` and Microsoft's system error list.
const MARKS: &[(&str, KeychainTrouble)] = &[
    // The bus, its socket or a policy on it forbids us to talk to the service.
    ("kind: PermissionDenied", KeychainTrouble::Denied),
    ("DBus.Error.AccessDenied", KeychainTrouble::Denied),
    ("DBus.Error.AuthFailed", KeychainTrouble::Denied),
    // Nobody offers a Secret Service, or there is no bus at all.
    ("DBus.Error.ServiceUnknown", KeychainTrouble::Absent),
    ("DBus.Error.NameHasNoOwner", KeychainTrouble::Absent),
    ("DBus.Error.Spawn", KeychainTrouble::Absent),
    ("Unavailable", KeychainTrouble::Absent),
    ("Zbus(Connection(", KeychainTrouble::Absent),
    ("InputOutput", KeychainTrouble::Absent),
    // The service holds no default keyring to write to.
    ("NoResult", KeychainTrouble::Absent),
    ("DBus.Error.NoReply", KeychainTrouble::NotAnswering),
    ("DBus.Error.Timeout", KeychainTrouble::NotAnswering),
    ("Secret.Error.IsLocked", KeychainTrouble::Locked),
    // macOS: no interaction allowed (locked), authorisation failed, cancelled by the user, no write permission.
    ("code: -25308", KeychainTrouble::Locked),
    ("code: -25293", KeychainTrouble::Denied),
    ("code: -128", KeychainTrouble::Denied),
    ("code: -61", KeychainTrouble::Denied),
    // macOS: no keychain service, no such keychain. Windows: no logon session, access denied.
    ("code: -25291", KeychainTrouble::Absent),
    ("code: -25294", KeychainTrouble::Absent),
    ("PlatformError(1312)", KeychainTrouble::Absent),
    ("PlatformError(5)", KeychainTrouble::Denied),
];

fn trouble_named_in(text: &str) -> Option<KeychainTrouble> {
    MARKS.iter().find(|(mark, _)| text.contains(mark)).map(|(_, trouble)| *trouble)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Error {
        #[expect(dead_code, reason = "read through Debug, as in the platform's own type")]
        code: i32,
    }
    impl std::fmt::Display for Error {
        fn fmt(&self, text: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            text.write_str("words in the user's language")
        }
    }
    impl std::error::Error for Error {}

    fn trouble(error: &keyring_core::Error) -> KeychainTrouble {
        match cause(error) {
            SecretError::Keychain(trouble) => trouble,
            other => panic!("{other} is no keychain state"),
        }
    }

    #[test]
    fn a_macos_keychain_that_may_not_ask_is_locked_and_one_that_refuses_is_denied() {
        let failure = |code| keyring_core::Error::PlatformFailure(Box::new(Error { code }));
        assert_eq!(trouble(&failure(-25308)), KeychainTrouble::Locked);
        assert_eq!(trouble(&failure(-128)), KeychainTrouble::Denied);
        assert_eq!(trouble(&failure(-25293)), KeychainTrouble::Denied);
        assert_eq!(trouble(&failure(-1)), KeychainTrouble::Failing);
    }

    #[test]
    fn a_forbidden_bus_is_denied_and_a_missing_one_absent() {
        let connection = |kind| format!("Zbus(Connection(Os {{ code: 0, kind: {kind}, message: \"\" }}, Address {{ }}))");
        assert_eq!(trouble_named_in(&connection("PermissionDenied")), Some(KeychainTrouble::Denied));
        assert_eq!(trouble_named_in(&connection("NotFound")), Some(KeychainTrouble::Absent));
        assert_eq!(trouble_named_in("a text nobody has seen yet"), None);
    }

    #[test]
    fn a_platform_without_a_store_is_absent() {
        assert_eq!(trouble(&keyring_core::Error::NoDefaultStore), KeychainTrouble::Absent);
    }

    #[test]
    fn an_error_that_carries_the_secret_is_not_read() {
        let canary = keyring_core::Error::BadEncoding(b"DBus.Error.AccessDenied".to_vec());
        assert_eq!(trouble(&canary), KeychainTrouble::Failing);
    }

    fn store() -> keyring_core::Result<Arc<CredentialStore>> {
        Ok(keyring_core::mock::Store::new()?)
    }

    fn absent() -> keyring_core::Error {
        keyring_core::Error::PlatformFailure("org.freedesktop.DBus.Error.ServiceUnknown".into())
    }

    #[test]
    fn a_keychain_that_was_absent_is_found_at_the_next_call() {
        let kept = Connection::default();
        let answer = answer_of(&kept, || Err(absent()), "a", Entry::get_secret).err();
        assert!(matches!(answer, Some(SecretError::Keychain(KeychainTrouble::Absent))));
        assert!(matches!(answer_of(&kept, store, "a", Entry::get_secret), Ok(None)), "it is there now");
        assert!(kept.lock().unwrap().is_some(), "and its connection is kept");
    }

    #[test]
    fn a_question_on_a_lost_connection_is_asked_again_and_one_that_was_refused_is_not() {
        let asked = std::cell::Cell::new(0);
        let kept = Connection::new(Some(store().unwrap()));
        let lost_once = |entry: &Entry| {
            asked.set(asked.get() + 1);
            if asked.get() == 1 { Err(absent()) } else { entry.get_secret() }
        };
        assert!(matches!(answer_of(&kept, store, "a", lost_once), Ok(None)));
        assert_eq!(asked.get(), 2);
        let locked = |_: &Entry| {
            asked.set(asked.get() + 1);
            Err::<(), _>(keyring_core::Error::NoStorageAccess("Prompt".into()))
        };
        let answer = answer_of(&kept, store, "a", locked).err();
        assert!(matches!(answer, Some(SecretError::Keychain(KeychainTrouble::Locked))));
        assert_eq!(asked.get(), 3, "nobody is shown a second window");
    }

    #[test]
    fn a_call_that_hangs_is_given_up_and_the_next_one_does_not_wait() {
        let keychain = KeychainStore::with_patience(PlainId::parse("w").unwrap(), Duration::from_millis(50));
        let (release, held) = mpsc::channel::<()>();
        keychain.given_up.lock().unwrap().push(thread::spawn(move || held.recv().unwrap_or_default()));
        let started = std::time::Instant::now();
        let answer = keychain.get(&SecretName::Probe).err();
        assert!(matches!(answer, Some(SecretError::Keychain(KeychainTrouble::NotAnswering))));
        assert!(started.elapsed() < Duration::from_millis(40), "the second call waited behind the first");
        drop(release);
    }
}
