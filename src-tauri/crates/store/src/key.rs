//! The store's data key and the values derived from it.
//!
//! The key is 32 random bytes made by the caller; how it is kept (keychain, passphrase, recovery key) is not known here.
//! Derived values use HMAC-SHA256 with a label, so that the file beside the database and the send ledger never hold
//! anything the key itself could be read from.

use std::fs;
use std::path::Path;

use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use crate::error::StoreError;
use crate::layout;

const KEY_CHECK_LABEL: &[u8] = b"autoreach store key check 1";
const PERSON_LABEL: &[u8] = b"autoreach erased persons 1";
const LEDGER_LABEL: &[u8] = b"autoreach send ledger 1";

/// The random 256-bit key of one store. Wiped from memory when dropped; neither printable nor clonable.
pub struct StoreKey(Zeroizing<[u8; 32]>);

impl StoreKey {
    /// Takes over 32 random bytes.
    pub fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// The statement that hands the raw key to SQLCipher: a raw key costs no key derivation at open.
    pub(crate) fn pragma(&self) -> KeyPragma {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let mut text = Zeroizing::new(String::with_capacity(96));
        text.push_str("PRAGMA key = \"x'");
        for byte in self.0.iter() {
            text.push(char::from(HEX[usize::from(byte >> 4)]));
            text.push(char::from(HEX[usize::from(byte & 15)]));
        }
        text.push_str("'\"");
        KeyPragma(text)
    }

    /// The key of the send ledger's codes.
    pub(crate) fn for_ledger(&self) -> Zeroizing<[u8; 32]> {
        self.derive(LEDGER_LABEL)
    }

    /// The key of codes that stand for erased people, hex, as the database keeps it.
    pub(crate) fn for_persons(&self) -> Zeroizing<String> {
        Zeroizing::new(self.derive(PERSON_LABEL).iter().map(|byte| format!("{byte:02x}")).collect())
    }

    fn derive(&self, label: &[u8]) -> Zeroizing<[u8; 32]> {
        let mut output = mac(&self.0, &[label]);
        let derived = Zeroizing::new(output);
        output.zeroize();
        derived
    }
}

/// `PRAGMA key = …` as text, wiped when the last connection pool using it is gone. It is kept out of sqlx's connect
/// options, which are clonable and printable.
pub(crate) struct KeyPragma(Zeroizing<String>);

impl KeyPragma {
    /// The statement that opens a second database on a connection under the name `kept`. Its place is bound as a parameter.
    pub(crate) fn attach_as_kept(&self) -> String {
        let key = self.0.trim_start_matches("PRAGMA key = ");
        format!("ATTACH DATABASE ? AS kept KEY {key}")
    }

    /// One copy for one connection. The driver's copy cannot be wiped; it lives for one statement.
    pub(crate) fn statement(&self) -> String {
        self.0.as_str().to_owned()
    }
}

/// HMAC-SHA256 over the parts, one after the other.
pub(crate) fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut hmac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    parts.iter().for_each(|part| hmac.update(part));
    hmac.finalize().into_bytes().into()
}

/// What the key check file says about a key. SQLCipher answers a wrong key and a damaged first page with the same words;
/// this file tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyCheck {
    Matches,
    Differs,
    /// The file is missing or has the wrong size, so it proves nothing.
    Unknown,
}

pub(crate) fn check_key(dir: &Path, key: &StoreKey) -> Result<KeyCheck, StoreError> {
    let stored = match fs::read(layout::key_check(dir)) {
        Ok(stored) => stored,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(KeyCheck::Unknown),
        Err(error) => return Err(StoreError::file("read the key check file")(error)),
    };
    if stored.len() != 32 {
        return Ok(KeyCheck::Unknown);
    }
    Ok(if stored == *key.derive(KEY_CHECK_LABEL) { KeyCheck::Matches } else { KeyCheck::Differs })
}

pub(crate) fn write_key_check(dir: &Path, key: &StoreKey) -> Result<(), StoreError> {
    layout::write_synced(&layout::key_check(dir), &*key.derive(KEY_CHECK_LABEL)).map_err(StoreError::file("write the key check file"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> StoreKey {
        StoreKey::new(Zeroizing::new([byte; 32]))
    }

    #[test]
    fn the_raw_key_is_written_in_full() {
        let mut bytes = [0; 32];
        (bytes[0], bytes[31]) = (0x0f, 0xa0);
        let statement = StoreKey::new(Zeroizing::new(bytes)).pragma().statement();
        assert_eq!(statement, format!("PRAGMA key = \"x'0f{}a0'\"", "00".repeat(30)));
    }

    #[test]
    fn the_files_beside_the_database_never_hold_the_key() {
        let folder = tempfile::tempdir().unwrap();
        write_key_check(folder.path(), &key(7)).unwrap();
        let stored = fs::read(layout::key_check(folder.path())).unwrap();
        assert_ne!(stored, [7; 32]);
        assert_ne!(*key(7).for_ledger(), [7; 32]);
        assert_ne!(stored, *key(7).for_ledger(), "each purpose has its own value");
    }

    #[test]
    fn a_key_check_matches_its_own_key_only_and_a_torn_one_proves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(check_key(folder.path(), &key(7)).unwrap(), KeyCheck::Unknown);
        write_key_check(folder.path(), &key(7)).unwrap();
        assert_eq!(check_key(folder.path(), &key(7)).unwrap(), KeyCheck::Matches);
        assert_eq!(check_key(folder.path(), &key(8)).unwrap(), KeyCheck::Differs);
        fs::write(layout::key_check(folder.path()), [1; 31]).unwrap();
        assert_eq!(check_key(folder.path(), &key(7)).unwrap(), KeyCheck::Unknown);
    }
}
