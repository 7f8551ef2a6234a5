//! Secrets in memory: for tests and for simulated workspaces, which must not leave entries in a real keychain.
//!
//! It can be told to be in trouble, so that every keychain state can be shown without a broken computer.

use crate::{KeychainTrouble, Secret, SecretError, SecretName, SecretStore};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Keeps secrets until it is dropped; answers every call with its trouble while it is in one.
#[derive(Default)]
pub struct MemoryStore {
    contents: Mutex<Contents>,
}

#[derive(Default)]
struct Contents {
    secrets: HashMap<SecretName, Secret>,
    trouble: Option<KeychainTrouble>,
}

impl MemoryStore {
    /// An empty store in good order.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts the store into a trouble, or with `None` back into order; what it keeps stays.
    pub fn set_trouble(&self, trouble: Option<KeychainTrouble>) {
        self.contents().trouble = trouble;
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn in_order(&self) -> Result<MutexGuard<'_, Contents>, SecretError> {
        let contents = self.contents();
        match contents.trouble {
            Some(trouble) => Err(trouble.into()),
            None => Ok(contents),
        }
    }
}

impl SecretStore for MemoryStore {
    fn get(&self, name: &SecretName) -> Result<Option<Secret>, SecretError> {
        Ok(self.in_order()?.secrets.get(name).map(|secret| Secret::new(secret.expose())))
    }

    fn set(&self, name: &SecretName, secret: &Secret) -> Result<(), SecretError> {
        self.in_order()?.secrets.insert(name.clone(), Secret::new(secret.expose()));
        Ok(())
    }

    fn delete(&self, name: &SecretName) -> Result<(), SecretError> {
        self.in_order()?.secrets.remove(name);
        Ok(())
    }
}
