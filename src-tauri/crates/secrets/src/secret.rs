//! The types a secret may live in, the names secrets are kept under, and the trait of the places that keep them.
//!
//! [`Secret`] and [`DataKey`] wipe their memory when dropped and implement neither `Debug`, `Display`, `Clone` nor any
//! serde trait, so a secret cannot slip into a log line, an error text or a file by accident; reading one takes a visible
//! `expose`. The bytes sit on the heap, so that moving the value leaves no copy behind on the stack.

use crate::SecretError;
use std::{fs, path::Path};
use zeroize::{Zeroize, Zeroizing};

/// Bytes that must not be seen: a password, an API key, a passphrase. Wiped on drop.
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes ownership of the bytes (`Vec<u8>` or `String`), so that no second copy stays with the caller.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(bytes.into()))
    }

    /// The bytes themselves, for the one call that needs them.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The bytes as text; `None` if they are not UTF-8.
    pub fn expose_text(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }
}

/// The random 256-bit key that encrypts the database. Exists in the clear only in memory. Wiped on drop.
pub struct DataKey(Box<Zeroizing<[u8; 32]>>);

impl DataKey {
    /// A key made of 32 bytes from the operating system's random source.
    pub fn generate(mut random: [u8; 32]) -> Self {
        let key = Self(Box::new(Zeroizing::new(random)));
        random.zeroize();
        key
    }

    /// The key itself, for opening the database.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// A key read back from a slot; `None` if the slot did not hold 32 bytes.
    pub(crate) fn from_slot(bytes: &[u8]) -> Option<Self> {
        Some(Self::generate(bytes.try_into().ok()?))
    }
}

/// A short identifier fit for file contents and keychain accounts: 1 to 64 of `a-z A-Z 0-9 . _ -`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PlainId(String);

impl PlainId {
    /// Checks the identifier. Fails with [`SecretError::UnusableId`] on any other character or length.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        let fits = (1..=64).contains(&text.len()) && text.chars().all(is_plain);
        if fits { Ok(Self(text.to_owned())) } else { Err(SecretError::UnusableId) }
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a kept secret is for. The set is closed, so that a reader can tell all secrets a workspace may own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SecretName {
    /// The random key that wraps the data key for the keychain slot of `keys.json`.
    DataKeyWrap,
    /// The password of the mailbox with this id at its SMTP server.
    SmtpPassword(PlainId),
    /// The API key of the model provider with this id.
    ApiKey(PlainId),
    /// Written, read and removed once, to prove that a keychain really keeps what it is given.
    Probe,
}

impl SecretName {
    /// The name as it stands in keychain accounts and in `vault.json`. Never changes for a released variant.
    pub fn key(&self) -> String {
        match self {
            Self::DataKeyWrap => "data-key-wrap".to_owned(),
            Self::SmtpPassword(mailbox) => format!("smtp-password:{}", mailbox.as_str()),
            Self::ApiKey(provider) => format!("api-key:{}", provider.as_str()),
            Self::Probe => "probe".to_owned(),
        }
    }
}

/// A place that keeps secrets by name: the keychain, the vault file, or memory.
pub trait SecretStore: Send + Sync {
    /// The secret kept under this name; `None` if the place is in order and holds none.
    fn get(&self, name: &SecretName) -> Result<Option<Secret>, SecretError>;

    /// Keeps the secret under this name, replacing an earlier one.
    fn set(&self, name: &SecretName, secret: &Secret) -> Result<(), SecretError>;

    /// Forgets the secret of this name. Forgetting one that is not there is no failure.
    fn delete(&self, name: &SecretName) -> Result<(), SecretError>;
}

/// Longest passphrase file read, in bytes: a wrong path must not pull a large file into memory.
const LONGEST_PASSPHRASE_FILE: u64 = 4096;

/// The first line of a passphrase file, without its line end. Fails with [`SecretError::File`] if the file cannot be read
/// and with [`SecretError::Damaged`] if it is larger than a passphrase can be.
pub fn read_passphrase_file(path: &Path) -> Result<Secret, SecretError> {
    let failed = |source| SecretError::File { file: "the passphrase file", source };
    if fs::metadata(path).map_err(failed)?.len() > LONGEST_PASSPHRASE_FILE {
        return Err(SecretError::Damaged { file: "the passphrase file" });
    }
    let bytes = Zeroizing::new(fs::read(path).map_err(failed)?);
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    Ok(Secret::new(line.strip_suffix(b"\r").unwrap_or(line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compiles only while `$type` does not implement `$forbidden`: with it, the blanket call below becomes ambiguous.
    macro_rules! never_implements {
        ($type:ty: $($forbidden:path),+) => { $({
            trait Ambiguous<Marker> { fn check() {} }
            impl<T: ?Sized> Ambiguous<()> for T {}
            #[allow(dead_code)]
            struct Implemented;
            impl<T: ?Sized + $forbidden> Ambiguous<Implemented> for T {}
            <$type as Ambiguous<_>>::check();
        })+ };
    }

    #[test]
    fn secrets_can_be_neither_printed_cloned_nor_serialised() {
        never_implements!(Secret: std::fmt::Debug, std::fmt::Display, Clone, serde::Serialize);
        never_implements!(DataKey: std::fmt::Debug, std::fmt::Display, Clone, serde::Serialize);
        never_implements!(crate::RecoveryKey: std::fmt::Debug, std::fmt::Display, Clone, serde::Serialize);
    }

    #[test]
    fn an_id_that_could_reach_into_another_account_is_refused() {
        for bad in ["", "a/b", "a b", "ä", "a:b", "..\\", &"x".repeat(65)] {
            assert!(PlainId::parse(bad).is_err(), "{bad:?} was accepted");
        }
        assert!(PlainId::parse("acme-2.example_1").is_ok());
    }

    #[test]
    fn a_passphrase_file_gives_its_first_line_only() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("passphrase");
        for text in ["open sesame", "open sesame\n", "open sesame\r\nsecond line\n"] {
            fs::write(&path, text).unwrap();
            assert_eq!(read_passphrase_file(&path).ok().unwrap().expose(), b"open sesame", "from {text:?}");
        }
    }
}
