//! `vault.json`: passwords and API keys of a workspace whose computer has no keychain.
//!
//! The body of the file is `{ "workspace": "<id>", "entries": { "<name>": { "nonce": ..., "sealed": ... } } }`, in the
//! envelope described in `file`. Entries are sealed under a key derived from the data key, each bound to its name and
//! workspace, so the vault opens with whatever opened the workspace and needs no passphrase of its own.
//!
//! A file that does not read whole is never written over. Names are not hidden: they hold ids only.

use crate::{
    DataKey, PlainId, Secret, SecretError, SecretName, SecretStore, StoreHome, file,
    seal::{self, SealedBox},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};
use zeroize::Zeroizing;

/// The vault, in the workspace folder. It appears with the first secret kept.
pub const VAULT_FILE: &str = "vault.json";

/// Secrets in a file, sealed under the data key.
pub struct VaultStore {
    dir: PathBuf,
    workspace: PlainId,
    key: Zeroizing<[u8; 32]>,
    /// Held over reading, changing and writing, so that two threads do not lose each other's entry.
    writing: Mutex<()>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vault {
    workspace: String,
    entries: BTreeMap<String, SealedBox>,
}

impl VaultStore {
    /// The vault of an opened workspace. Touches no file.
    pub fn new(home: StoreHome<'_>, data_key: &DataKey) -> Self {
        Self {
            dir: home.dir.to_owned(),
            workspace: home.workspace.clone(),
            key: seal::derive(data_key.expose(), "vault"),
            writing: Mutex::new(()),
        }
    }

    fn load(&self) -> Result<Vault, SecretError> {
        let workspace = self.workspace.as_str();
        let empty = || Vault { workspace: workspace.to_owned(), entries: BTreeMap::new() };
        let vault = file::load(&self.dir, VAULT_FILE)?.unwrap_or_else(empty);
        if vault.workspace == workspace { Ok(vault) } else { Err(SecretError::OtherWorkspace { file: VAULT_FILE }) }
    }

    fn bound_to(&self, name: &SecretName) -> String {
        format!("autoreach vault v{} workspace {} name {}", file::VERSION, self.workspace.as_str(), name.key())
    }

    fn change(&self, change: impl FnOnce(&mut BTreeMap<String, SealedBox>)) -> Result<(), SecretError> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut vault = self.load()?;
        change(&mut vault.entries);
        file::save(&self.dir, VAULT_FILE, &vault)
    }
}

impl SecretStore for VaultStore {
    fn get(&self, name: &SecretName) -> Result<Option<Secret>, SecretError> {
        let vault = self.load()?;
        let Some(sealed) = vault.entries.get(&name.key()) else { return Ok(None) };
        let mut plain = seal::open(&self.key, &self.bound_to(name), sealed).ok_or(SecretError::VaultEntryRefused)?;
        Ok(Some(Secret::new(std::mem::take(&mut *plain))))
    }

    fn set(&self, name: &SecretName, secret: &Secret) -> Result<(), SecretError> {
        let sealed = seal::seal(&self.key, &self.bound_to(name), secret.expose())?;
        self.change(|entries| {
            entries.insert(name.key(), sealed);
        })
    }

    fn delete(&self, name: &SecretName) -> Result<(), SecretError> {
        let is_kept = self.load()?.entries.contains_key(&name.key());
        if !is_kept {
            return Ok(());
        }
        self.change(|entries| {
            entries.remove(&name.key());
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_moved_to_another_name_or_workspace_does_not_open_even_with_a_mended_checksum() {
        let dir = tempfile::tempdir().unwrap();
        let key = DataKey::generate([5; 32]);
        let [ours, other] = ["ours", "other"].map(|id| PlainId::parse(id).unwrap());
        let [from, to] = ["mailbox-1", "mailbox-2"].map(|id| SecretName::SmtpPassword(PlainId::parse(id).unwrap()));
        let vault = VaultStore::new(StoreHome { dir: dir.path(), workspace: &ours }, &key);
        vault.set(&from, &Secret::new("password")).unwrap();

        let mut forged = vault.load().ok().unwrap();
        forged.entries.insert(to.key(), forged.entries[&from.key()].clone());
        file::save(dir.path(), VAULT_FILE, &forged).unwrap();
        assert!(vault.get(&from).is_ok());
        assert!(matches!(vault.get(&to), Err(SecretError::VaultEntryRefused)));

        let foreign = VaultStore::new(StoreHome { dir: dir.path(), workspace: &other }, &key);
        assert!(matches!(foreign.get(&from), Err(SecretError::OtherWorkspace { file: VAULT_FILE })));
        forged.workspace = "other".to_owned();
        file::save(dir.path(), VAULT_FILE, &forged).unwrap();
        assert!(matches!(foreign.get(&from), Err(SecretError::VaultEntryRefused)));
    }
}
