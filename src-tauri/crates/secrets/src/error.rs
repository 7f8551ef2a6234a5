//! Everything that can go wrong with keys and secrets, each named after its cause.
//!
//! No variant carries key material, a passphrase, or what a platform library said: those texts may quote the secret.

use crate::{KeychainTrouble, SlotKind};

/// Why a key or secret could not be read or kept. Each message says what happened, what it means and what to do next.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The operating system's keychain did not give or keep the secret.
    #[error(transparent)]
    Keychain(#[from] KeychainTrouble),
    /// A new workspace was asked for where one lies already. Open that one, or choose another folder.
    #[error(
        "This folder already holds a workspace ({file} is there). Nothing was changed: a new one is never made over it. Open the existing workspace or choose an empty folder."
    )]
    StoreExists {
        /// The file that shows a workspace is here.
        file: &'static str,
    },
    /// There is no workspace in the folder yet. Create one.
    #[error("There is no workspace in this folder. Create one, or choose the folder that holds yours.")]
    NoStoreHere,
    /// The database is there without its key file. Put `keys.json` back from a backup.
    #[error(
        "The database is here, but its key file keys.json is gone, so it cannot be opened. The data is untouched. Put keys.json back from a backup of this folder."
    )]
    KeysLost,
    /// A file is cut, changed or not ours. It was left as it is; put it back from a backup.
    #[error(
        "The contents of {file} are damaged. It was left untouched and nothing was overwritten. Put it back from a backup of this folder."
    )]
    Damaged {
        /// The file.
        file: &'static str,
    },
    /// A file was written by a later version of AutoReach. Update before opening it.
    #[error(
        "{file} was written by a newer AutoReach (format {version}). It was left untouched. Update AutoReach, then open the workspace again."
    )]
    Newer {
        /// The file.
        file: &'static str,
        /// The format version it names.
        version: u32,
    },
    /// A file belongs to another workspace. Put the right one back.
    #[error("{file} belongs to another workspace. It was left untouched. Put the file of this workspace back from a backup.")]
    OtherWorkspace {
        /// The file.
        file: &'static str,
    },
    /// This way in was never set up. Use another one.
    #[error("This workspace cannot be opened by {slot}: that way in was never set up. Use another way in.")]
    SlotMissing {
        /// The way in that was asked for.
        slot: SlotKind,
    },
    /// The passphrase does not open this workspace. Try again, or use the recovery key.
    #[error(
        "This passphrase does not open the workspace. Nothing was changed. Check the keyboard layout and capital letters, or use the recovery key."
    )]
    WrongPassphrase,
    /// The recovery key is well formed but belongs to another workspace or was replaced.
    #[error(
        "This recovery key is complete but does not open this workspace. It may belong to another one, or a newer recovery key has replaced it. Look for a later one."
    )]
    WrongRecoveryKey,
    /// The key opened its slot, but somebody changed the file around it.
    #[error(
        "keys.json was changed outside AutoReach: the key in it opens, but the rest does not match. It was left untouched. Put it back from a backup of this folder."
    )]
    Tampered,
    /// The data key given does not belong to this `keys.json`, so nothing was rewrapped.
    #[error("The open workspace and keys.json do not belong together. Nothing was changed. Close the workspace and open it again.")]
    WrongDataKey,
    /// The new passphrase is too short to protect anything.
    #[error("A passphrase needs at least {minimum} characters. Choose a longer one; four unrelated words are good.")]
    PassphraseTooShort {
        /// The fewest characters accepted.
        minimum: usize,
    },
    /// Argon2 settings outside what this program will run, in a call or in a hostile file.
    #[error(
        "The passphrase settings ask for more memory or time than AutoReach allows. keys.json was left untouched. Put it back from a backup."
    )]
    CostOutOfBounds,
    /// The typed recovery key has the wrong number of characters.
    #[error("A recovery key has 40 letters and digits; this one has {found}. Compare it with the paper, group by group.")]
    RecoveryKeyLength {
        /// Letters and digits found.
        found: usize,
    },
    /// One group of the typed recovery key holds too many or too few characters.
    #[error("Group {group} of the recovery key does not have 5 letters and digits. Compare it with the paper.")]
    RecoveryKeyGroupLength {
        /// The group, counted from 1.
        group: usize,
    },
    /// One group of the typed recovery key holds a character that recovery keys never use.
    #[error("Group {group} of the recovery key holds a character that does not occur in recovery keys. Compare it with the paper.")]
    RecoveryKeySymbol {
        /// The group, counted from 1.
        group: usize,
    },
    /// One group of the typed recovery key has a typing mistake, or groups are in the wrong order.
    #[error(
        "There is a typing mistake in group {group} of the recovery key, or the groups are in another order. Compare it with the paper."
    )]
    RecoveryKeyTypo {
        /// The group, counted from 1.
        group: usize,
    },
    /// An id with characters or a length that files and keychain accounts cannot carry.
    #[error("An id may have 1 to 64 letters, digits, dots, dashes and underscores.")]
    UnusableId,
    /// The keychain of this system cannot hold a secret of this length.
    #[error("This password or key is longer than the keychain can hold ({limit}). Use a shorter one.")]
    TooLong {
        /// The platform's limit.
        limit: u32,
    },
    /// A vault entry does not open under this workspace's data key. Type the password in again.
    #[error(
        "A saved password in vault.json does not open with this workspace's key. It was left untouched. Enter the password again to replace it."
    )]
    VaultEntryRefused,
    /// A file could not be read or written.
    #[error("AutoReach could not read or write {file}. Check the disk and the permissions of the folder, then try again.")]
    File {
        /// The file.
        file: &'static str,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The operating system gave no random bytes; without them no key may be made.
    #[error("The operating system gave no random numbers, so no key was made. Restart the computer and try again.")]
    NoRandomness,
}
