//! A workspace folder for one test, and what the tests ask of it.

use autoreach_secrets::*;
use std::{collections::BTreeMap, fs, path::Path};

/// An empty workspace folder with an id.
pub(crate) struct Workspace {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) id: PlainId,
}

impl Workspace {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), id: PlainId::parse("acme-2.example").unwrap() }
    }

    pub(crate) fn home(&self) -> StoreHome<'_> {
        StoreHome { dir: self.dir.path(), workspace: &self.id }
    }

    /// Every file of the folder with its contents: what "left untouched" is measured by.
    pub(crate) fn contents(&self) -> BTreeMap<String, Vec<u8>> {
        contents(self.dir.path())
    }
}

pub(crate) fn contents(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(dir).unwrap().map(Result::unwrap);
    entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect()
}

pub(crate) fn passphrase() -> Secret {
    Secret::new("correct horse battery staple")
}

/// The value of a result whose success has no `Debug`, which `unwrap` on the error side would ask for.
pub(crate) fn error<T>(result: Result<T, SecretError>) -> SecretError {
    result.err().expect("this was to be refused")
}

/// The keychain state an operation failed with.
pub(crate) fn trouble<T>(result: Result<T, SecretError>) -> KeychainTrouble {
    match error(result) {
        SecretError::Keychain(trouble) => trouble,
        other => panic!("not a keychain state: {other}"),
    }
}

pub(crate) fn opens_to(result: Result<DataKey, SecretError>, data_key: &DataKey) -> bool {
    result.unwrap_or_else(|error| panic!("did not open: {error}")).expose() == data_key.expose()
}
