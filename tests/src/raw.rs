//! The store of a closed workspace, opened past the engine: for states that no use case makes, such as a stale
//! checkpoint, a damaged page or a queue of ten thousand items.

use std::path::Path;

use autoreach_domain::ids::WorkspaceId;
use autoreach_engine::secrets::{PlainId, Secret, StoreHome, UnlockWith, unlock};
use autoreach_store::{Store, StoreKey};
use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::workspace::PASSPHRASE;

/// An open store without an engine.
pub struct Raw {
    /// The store.
    pub store: Store,
}

impl Raw {
    /// Opens the store in the folder of a closed workspace made by [`crate::workspace`].
    pub async fn open(dir: &Path) -> Self {
        Self::open_with(dir, PASSPHRASE).await
    }

    /// The same with another passphrase.
    pub async fn open_with(dir: &Path, passphrase: &str) -> Self {
        let file = std::fs::read(dir.join("workspace.json")).expect("a workspace has its file");
        let file: serde_json::Value = serde_json::from_slice(&file).expect("the file is JSON");
        let id: WorkspaceId = serde_json::from_value(file["id"].clone()).expect("the file names its workspace");
        let workspace = PlainId::parse(&id.to_string()).expect("ids are plain");
        let home = StoreHome { dir, workspace: &workspace };
        let passphrase = Secret::new(passphrase.to_owned());
        let key = unlock(home, UnlockWith::Passphrase(&passphrase)).expect("the passphrase is right");
        let key = StoreKey::new(Zeroizing::new(*key.expose()));
        Self { store: Store::open(dir, &key, Timestamp::now()).await.expect("the store opens") }
    }
}
