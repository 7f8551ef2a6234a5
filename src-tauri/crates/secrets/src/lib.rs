//! Secrets of a workspace: the data key of its database and the passwords it needs.
//!
//! Two questions are answered here. *How is the database opened?* A random [`DataKey`] encrypts it; the file `keys.json`
//! beside it holds only wrapped copies of that key, one for each way in: the operating system's keychain, a recovery key
//! on paper, a passphrase (`keys`). *Where do passwords lie?* Behind the small trait [`SecretStore`]: in the keychain, or,
//! where there is none, in `vault.json`, sealed under the data key.
//!
//! Losing the keychain must not be losing the data, so each of its failures is a state of its own with its own next step
//! ([`KeychainTrouble`]), the recovery key opens in all of them, and nothing here ever writes a new key over a store that
//! does not open or over a file it cannot read.
//!
//! Deliberately absent: the database itself, any prompt or screen, any log line, and the Linux kernel keyring, which
//! forgets at reboot. The caller holds the lock on the workspace folder; two writers at once are not guarded against here.

mod error;
mod file;
mod keychain;
mod keys;
mod memory;
mod recovery;
mod seal;
mod secret;
mod state;
mod vault;

pub use error::SecretError;
pub use keychain::{DEFAULT_PATIENCE, KeychainStore};
pub use keys::{
    Argon2Cost, CreateWith, DATABASE_FILE, KEYS_FILE, MINIMUM_PASSPHRASE, SlotKind, StoreHome, UnlockWith, add_passphrase, create,
    relink_keychain, rotate_recovery_key, test_recovery_key, unlock,
};
pub use memory::MemoryStore;
pub use recovery::RecoveryKey;
pub use secret::{DataKey, PlainId, Secret, SecretName, SecretStore, read_passphrase_file};
pub use state::{KeychainState, KeychainTrouble, KeysStatus, probe, status};
pub use vault::{VAULT_FILE, VaultStore};
