//! The states a keychain can be in, how to find out which, and the words for each.
//!
//! They are kept apart because the next step differs: a locked keychain wants unlocking, an emptied one wants the recovery
//! key once. A keychain library that reports "available" proves nothing (on Linux a service without a default keyring
//! reads well and cannot write), so before a first key is trusted to a keychain it is tried out by [`probe`]; later starts
//! never write to it.

use crate::{SecretError, SecretName, SecretStore, SlotKind, StoreHome, file, keys, seal};
use serde::Serialize;
use ts_rs::TS;

/// Why the keychain does not open the workspace. Each message: what happened, what it means, what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeychainTrouble {
    /// There is no keychain: no Secret Service on this desktop, or it has no keyring. Offer the passphrase or recovery key.
    #[error(
        "This computer offers no keychain at the moment. Your data is safe but cannot be opened this way. Start the keychain (on Linux a Secret Service such as GNOME Keyring or KWallet) and try again, or open with your passphrase or recovery key."
    )]
    Absent,
    /// The keychain is there and locked, and nobody unlocked it when asked. Ask again after unlocking.
    #[error(
        "The keychain is locked and was not unlocked. Your data is safe but stays closed. Unlock the keychain and try again, or open with your passphrase or recovery key."
    )]
    Locked,
    /// The keychain or the system refused this program. The user must allow it.
    #[error(
        "The keychain refused access to AutoReach. Your data is safe but stays closed. Allow AutoReach in the keychain's settings and try again, or open with your passphrase or recovery key."
    )]
    Denied,
    /// The keychain works, but this workspace's entry is gone. Open with the recovery key, then link the keychain again.
    #[error(
        "The keychain works, but the entry for this workspace is gone from it. Your data is safe. Open with your recovery key or passphrase once; AutoReach then stores a new entry."
    )]
    Emptied,
    /// The keychain's entry is there and does not open this workspace. Open with the recovery key, then link again.
    #[error(
        "The keychain's entry does not open this workspace: it was replaced or belongs to another copy. Your data is safe. Open with your recovery key or passphrase once; AutoReach then links the keychain again."
    )]
    WrongKey,
    /// The keychain gave no answer in time; often its question waits behind another window.
    #[error(
        "The keychain did not answer in time. Your data is safe but stays closed. Look for a window of the keychain that waits for you and try again, or open with your passphrase or recovery key."
    )]
    NotAnswering,
    /// The keychain answers with errors of its own, or does not keep what it is given. Use another way in.
    #[error(
        "The keychain reports an error of its own or does not keep what it is given. Your data is safe. Restart the keychain and try again, or open with your passphrase or recovery key."
    )]
    Failing,
}

/// What the keychain means for one workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeychainState {
    /// The workspace was set up without a keychain, which was therefore not asked.
    NotUsed,
    /// The keychain opens the workspace.
    Ready,
    /// It does not, for this reason.
    Trouble(KeychainTrouble),
}

/// Which ways into a workspace exist, for the doctor and the start screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeysStatus {
    /// The ways in that were set up.
    pub slots: Vec<SlotKind>,
    /// The keychain, as it is now.
    pub keychain: KeychainState,
    /// Whether the database file lies beside the keys.
    pub has_database: bool,
}

/// Looks at the keys of a workspace without opening or changing anything. The operating system may ask the user to unlock
/// its keychain. Fails like [`crate::unlock`] if `keys.json` is missing, damaged or not ours.
pub fn status(home: StoreHome<'_>, keychain: &dyn SecretStore) -> Result<KeysStatus, SecretError> {
    let keys = keys::load(home)?;
    let keychain = match keys::open_keychain_slot(home, &keys, keychain) {
        Ok(_) => KeychainState::Ready,
        Err(SecretError::SlotMissing { .. }) => KeychainState::NotUsed,
        Err(SecretError::Keychain(trouble)) => KeychainState::Trouble(trouble),
        Err(other) => return Err(other),
    };
    Ok(KeysStatus { slots: keys.slot_kinds(), keychain, has_database: file::lies_in(home.dir, keys::DATABASE_FILE)? })
}

/// Proves that a keychain keeps a secret: writes one, reads it back, removes it. For the first start only.
pub fn probe(keychain: &dyn SecretStore) -> Result<(), SecretError> {
    let written = crate::Secret::new(seal::random_bytes::<16>()?);
    keychain.set(&SecretName::Probe, &written)?;
    let read = keychain.get(&SecretName::Probe);
    keychain.delete(&SecretName::Probe)?;
    match read? {
        Some(read) if read.expose() == written.expose() => Ok(()),
        _ => Err(KeychainTrouble::Failing.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_trouble_has_its_own_words_and_reassures() {
        use KeychainTrouble::*;
        let all = [Absent, Locked, Denied, Emptied, WrongKey, NotAnswering, Failing];
        let texts: HashSet<String> = all.iter().map(ToString::to_string).collect();
        assert_eq!(texts.len(), all.len());
        assert!(texts.iter().all(|text| text.contains("Your data is safe") && text.contains("recovery key")));
    }
}
