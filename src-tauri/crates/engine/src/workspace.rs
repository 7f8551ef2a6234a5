//! Creating and opening a workspace: its folder, its key, its store.
//!
//! The folder holds `workspace.json` (which workspace this is; no secret), `keys.json` (wrapped copies of the data key),
//! the encrypted database and the send ledger. A new key is never made where a database lies, and a workspace whose
//! creation was cut short is finished at the next try.

use crate::clock::{Clock, Randomness};
use crate::error::EngineError;
use crate::memory::Memory;
use crate::network::Network;
use crate::{Engine, MailKey};
use autoreach_domain::ids::WorkspaceId;
use autoreach_domain::reviewer::Reviewer;
use autoreach_secrets::{
    Argon2Cost, CreateWith, DATABASE_FILE, DataKey, KEYS_FILE, KeychainStore, PlainId, RecoveryKey, Secret, SecretStore, StoreHome,
    UnlockWith, VaultStore,
};
use autoreach_store::tables::{job, outbox, setting};
use autoreach_store::{LedgerError, Restored, SendLedger, Store, StoreError, StoreKey};
use autoreach_web::PageSource;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zeroize::Zeroizing;

/// The file that says which workspace a folder is.
const WORKSPACE_FILE: &str = "workspace.json";
/// The epoch of a ledger begun anew.
const FIRST_EPOCH: u64 = 1;
/// Setting: how often a simulated workspace was opened; moves its seeded stream on.
const SESSIONS: &str = "sessions";

/// What `workspace.json` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WorkspaceFile {
    id: WorkspaceId,
    /// The seed of a simulated workspace; absent in an ordinary one.
    simulated: Option<u64>,
    /// `false` until the database exists.
    is_complete: bool,
}

/// With what a workspace is locked and unlocked.
pub enum Access {
    /// The operating system's keychain.
    Keychain,
    /// A passphrase, where no keychain exists.
    Passphrase(Secret),
    /// The recovery key from paper.
    Recovery(RecoveryKey),
}

/// Which of them it was; secrets that the agent uses are kept in the keychain or beside the store accordingly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lock {
    Keychain,
    Vault,
}

impl Access {
    fn lock(&self) -> Lock {
        match self {
            Self::Keychain => Lock::Keychain,
            Self::Passphrase(_) | Self::Recovery(_) => Lock::Vault,
        }
    }
}

/// How a workspace is opened.
pub struct Opening {
    /// Its folder.
    pub dir: PathBuf,
    /// With what.
    pub access: Access,
    /// Where pages come from.
    pub pages: Arc<dyn PageSource>,
    /// The instant it is, in a simulated workspace.
    pub at: Option<Timestamp>,
    /// Who decides where nobody was chosen in the workspace.
    pub reviewer: Reviewer,
}

/// A workspace just created.
pub struct Created {
    /// It, opened.
    pub engine: Arc<Engine>,
    /// To be shown once.
    pub recovery_key: RecoveryKey,
}

/// Does the folder hold a workspace? One whose creation was cut short before it had a key holds nothing and may be begun
/// again; one with a key is finished when it is opened.
pub fn exists(dir: &Path) -> bool {
    let has_key = dir.join(KEYS_FILE).exists() || dir.join(DATABASE_FILE).exists();
    has_key || (dir.join(WORKSPACE_FILE).exists() && !read_file(dir).is_ok_and(|file| !file.is_complete))
}

/// Creates a workspace. `simulated` is the seed of one whose clock and draws can be replayed.
pub async fn create(opening: Opening, simulated: Option<u64>) -> Result<Created, EngineError> {
    if exists(&opening.dir) {
        return Err(EngineError::WorkspaceExists(opening.dir));
    }
    if opening.at.is_some() && simulated.is_none() {
        return Err(EngineError::NotSimulated);
    }
    std::fs::create_dir_all(&opening.dir).map_err(|cause| written(&opening.dir, cause))?;
    let randomness = simulated.map_or(Randomness::System, |seed| Randomness::seeded(seed, 0));
    let id = WorkspaceId::new(opening.at.unwrap_or_else(Timestamp::now), randomness.bytes()?);
    let file = WorkspaceFile { id, simulated, is_complete: false };
    write_file(&opening.dir, &file)?;
    let workspace = PlainId::parse(&id.to_string())?;
    let home = StoreHome { dir: &opening.dir, workspace: &workspace };
    let (data_key, recovery_key) = make_key(home, &opening.access, simulated.is_some())?;
    let clock = opening.at.map_or(Clock::System, Clock::named);
    Store::create(&opening.dir, &store_key(&data_key), clock.now()).await?.close().await;
    write_file(&opening.dir, &WorkspaceFile { is_complete: true, ..file })?;
    let engine = open_with_key(opening, simulated, &workspace, data_key).await?;
    Ok(Created { engine, recovery_key })
}

/// Opens a workspace and puts in order what a crash left behind.
pub async fn open(opening: Opening) -> Result<Arc<Engine>, EngineError> {
    let file = read_file(&opening.dir)?;
    if opening.at.is_some() && file.simulated.is_none() {
        return Err(EngineError::NotSimulated);
    }
    let workspace = PlainId::parse(&file.id.to_string())?;
    let home = StoreHome { dir: &opening.dir, workspace: &workspace };
    let data_key = unlock(home, &opening.access)?;
    if !file.is_complete {
        finish_creation(&opening, &file, &data_key).await?;
    }
    open_with_key(opening, file.simulated, &workspace, data_key).await
}

/// Opens with the recovery key and locks the workspace anew with `access`: a new keychain entry, or a new passphrase.
pub async fn recover(opening: Opening, recovery_key: &RecoveryKey) -> Result<Arc<Engine>, EngineError> {
    let file = read_file(&opening.dir)?;
    let workspace = PlainId::parse(&file.id.to_string())?;
    let home = StoreHome { dir: &opening.dir, workspace: &workspace };
    let data_key = autoreach_secrets::unlock(home, UnlockWith::Recovery(recovery_key))?;
    match &opening.access {
        Access::Keychain => autoreach_secrets::relink_keychain(home, &data_key, &KeychainStore::new(workspace.clone()))?,
        Access::Passphrase(passphrase) => autoreach_secrets::add_passphrase(home, &data_key, passphrase, Argon2Cost::PRODUCTION)?,
        Access::Recovery(_) => {}
    }
    open_with_key(opening, file.simulated, &workspace, data_key).await
}

/// Does the recovery key open the workspace? Changes nothing.
pub fn test_recovery_key(dir: &Path, recovery_key: &RecoveryKey) -> Result<(), EngineError> {
    let workspace = PlainId::parse(&read_file(dir)?.id.to_string())?;
    Ok(autoreach_secrets::test_recovery_key(StoreHome { dir, workspace: &workspace }, recovery_key)?)
}

/// What the keys file and the keychain say, without opening anything.
pub fn keys_status(dir: &Path) -> Result<autoreach_secrets::KeysStatus, EngineError> {
    let workspace = PlainId::parse(&read_file(dir)?.id.to_string())?;
    let keychain = KeychainStore::new(workspace.clone());
    Ok(autoreach_secrets::status(StoreHome { dir, workspace: &workspace }, &keychain)?)
}

fn make_key(home: StoreHome<'_>, access: &Access, is_simulated: bool) -> Result<(DataKey, RecoveryKey), EngineError> {
    let cost = if is_simulated { Argon2Cost::SIMULATED } else { Argon2Cost::PRODUCTION };
    Ok(match access {
        Access::Passphrase(passphrase) => autoreach_secrets::create(home, CreateWith::Passphrase(passphrase, cost))?,
        Access::Keychain | Access::Recovery(_) => {
            autoreach_secrets::create(home, CreateWith::Keychain(&KeychainStore::new(home.workspace.clone())))?
        }
    })
}

fn unlock(home: StoreHome<'_>, access: &Access) -> Result<DataKey, EngineError> {
    Ok(match access {
        Access::Keychain => autoreach_secrets::unlock(home, UnlockWith::Keychain(&KeychainStore::new(home.workspace.clone())))?,
        Access::Passphrase(passphrase) => autoreach_secrets::unlock(home, UnlockWith::Passphrase(passphrase))?,
        Access::Recovery(key) => autoreach_secrets::unlock(home, UnlockWith::Recovery(key))?,
    })
}

/// A creation that was cut short between the key and the database.
async fn finish_creation(opening: &Opening, file: &WorkspaceFile, data_key: &DataKey) -> Result<(), EngineError> {
    match Store::create(&opening.dir, &store_key(data_key), opening.at.unwrap_or_else(Timestamp::now)).await {
        Ok(store) => store.close().await,
        Err(StoreError::AlreadyExists) => {}
        Err(error) => return Err(error.into()),
    }
    write_file(&opening.dir, &WorkspaceFile { is_complete: true, ..file.clone() })
}

async fn open_with_key(
    opening: Opening,
    simulated: Option<u64>,
    workspace: &PlainId,
    data_key: DataKey,
) -> Result<Arc<Engine>, EngineError> {
    let lock = opening.access.lock();
    let way = Way { dir: opening.dir, lock, pages: opening.pages, at: opening.at, reviewer: opening.reviewer };
    open_by(way, simulated, workspace, data_key).await
}

/// How an unlocked workspace is opened.
struct Way {
    dir: PathBuf,
    lock: Lock,
    pages: Arc<dyn PageSource>,
    at: Option<Timestamp>,
    reviewer: Reviewer,
}

/// Closes the workspace, puts the backup in the place of its store, and opens it again. Whatever comes of the restore, the
/// workspace is opened; the first answer is that, the second what the restore did. While anybody else has hold of the engine
/// nothing is done and it is given back.
pub async fn restore_open(engine: Arc<Engine>, backup: &Path) -> (Result<Arc<Engine>, EngineError>, Result<Restored, EngineError>) {
    let engine = match Arc::try_unwrap(engine) {
        Ok(engine) => engine,
        Err(shared) => return (Ok(shared), Err(EngineError::AgentAtWork)),
    };
    let (now, reviewer) = (engine.now(), engine.reviewer());
    let Engine { dir, store, ledger, data_key, lock, pages, clock, .. } = engine;
    store.close().await;
    drop(ledger);
    let restored = autoreach_store::restore(&dir, &store_key(&data_key), backup, now).await.map_err(EngineError::from);
    let at = clock.named_instant();
    let opened = open_unlocked(Way { dir, lock, pages, at, reviewer }, data_key).await;
    (opened, restored)
}

async fn open_unlocked(way: Way, data_key: DataKey) -> Result<Arc<Engine>, EngineError> {
    let file = read_file(&way.dir)?;
    let workspace = PlainId::parse(&file.id.to_string())?;
    open_by(way, file.simulated, &workspace, data_key).await
}

/// Puts a backup in the place of the store of a closed workspace, which need not open, and opens it.
pub async fn restore_closed(opening: Opening, backup: &Path) -> Result<(Arc<Engine>, Restored), EngineError> {
    let file = read_file(&opening.dir)?;
    let workspace = PlainId::parse(&file.id.to_string())?;
    let home = StoreHome { dir: &opening.dir, workspace: &workspace };
    let data_key = unlock(home, &opening.access)?;
    let now = opening.at.unwrap_or_else(Timestamp::now);
    let restored = autoreach_store::restore(&opening.dir, &store_key(&data_key), backup, now).await?;
    let engine = open_with_key(opening, file.simulated, &workspace, data_key).await?;
    Ok((engine, restored))
}

/// Opens with everything in hand.
async fn open_by(opening: Way, simulated: Option<u64>, workspace: &PlainId, data_key: DataKey) -> Result<Arc<Engine>, EngineError> {
    let lock = opening.lock;
    let clock = opening.at.map_or(Clock::System, Clock::named);
    let key = store_key(&data_key);
    let store = Store::open(&opening.dir, &key, clock.now()).await?;
    let ledger = open_ledger(&store, &opening.dir, &key).await?;
    let restored = if store.read_only_reason().is_none() {
        tidy_after_crash(&store, clock.now()).await?;
        crate::data::restore::settle_if_restored(&store, &ledger, &Randomness::System, clock.now()).await?
    } else {
        None
    };
    let home = StoreHome { dir: &opening.dir, workspace };
    let secrets: Box<dyn SecretStore> = match lock {
        Lock::Keychain => Box::new(KeychainStore::new(workspace.clone())),
        Lock::Vault => Box::new(VaultStore::new(home, &data_key)),
    };
    let randomness = match simulated {
        Some(seed) => Randomness::seeded(seed, next_session(&store).await?),
        None => Randomness::System,
    };
    let reviewer = crate::team::chosen(&store).await?.unwrap_or(opening.reviewer);
    let instance = hex(&Randomness::System.bytes::<8>()?);
    Ok(Arc::new(Engine {
        dir: opening.dir,
        store,
        ledger,
        mail_key: mail_key(&data_key),
        data_key,
        lock,
        restored,
        secrets,
        clock,
        randomness,
        is_simulated: simulated.is_some(),
        memory: tokio::sync::Mutex::new(Memory::default()),
        sending: tokio::sync::Mutex::new(()),
        pages: opening.pages,
        network: Network::default(),
        models: tokio::sync::Mutex::new(None),
        detected: std::sync::Mutex::default(),
        instance,
        batch: std::sync::Mutex::default(),
        reviewer: std::sync::RwLock::new(reviewer),
    }))
}

/// The send ledger. Where it is gone, nobody knows any more what was handed over: every mail that has not ended waits for
/// a person before a new ledger is begun.
async fn open_ledger(store: &Store, dir: &Path, key: &StoreKey) -> Result<SendLedger, EngineError> {
    match SendLedger::open(dir, key) {
        Err(LedgerError::Missing) if store.read_only_reason().is_none() => {
            let tx = store.begin().await?;
            outbox::hold_all(&*tx, true).await?;
            tx.commit().await?;
            tracing::error!("the send ledger was missing; unsent mails are held");
            Ok(SendLedger::create(dir, key, FIRST_EPOCH)?)
        }
        outcome => Ok(outcome?),
    }
}

/// One process holds the store, so whatever is marked as in hand belongs to one that ended.
async fn tidy_after_crash(store: &Store, now: Timestamp) -> Result<(), EngineError> {
    let tx = store.begin().await?;
    job::free_all_running(&*tx).await?;
    outbox::recover(&*tx, now).await?;
    Ok(tx.commit().await?)
}

async fn next_session(store: &Store) -> Result<u64, EngineError> {
    let tx = store.begin().await?;
    let session = setting::get::<u64>(&*tx, SESSIONS).await?.unwrap_or(0) + 1;
    setting::set(&*tx, SESSIONS, &session).await?;
    tx.commit().await?;
    Ok(session)
}

fn store_key(data_key: &DataKey) -> StoreKey {
    StoreKey::new(Zeroizing::new(*data_key.expose()))
}

/// The key of Message-IDs: derived, so that the data key itself signs nothing that leaves the computer.
fn mail_key(data_key: &DataKey) -> MailKey {
    MailKey(Zeroizing::new(Sha256::new().chain_update(b"autoreach message ids 1\0").chain_update(data_key.expose()).finalize().into()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read_file(dir: &Path) -> Result<WorkspaceFile, EngineError> {
    let path = dir.join(WORKSPACE_FILE);
    match std::fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|_| EngineError::WorkspaceFile),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Err(EngineError::NoWorkspace(dir.to_owned())),
        Err(cause) => Err(EngineError::File { path, action: "read", cause }),
    }
}

/// Written whole under another name, then renamed: a crash leaves the old file or the new one.
fn write_file(dir: &Path, file: &WorkspaceFile) -> Result<(), EngineError> {
    let path = dir.join(WORKSPACE_FILE);
    let draft = dir.join(format!("{WORKSPACE_FILE}.new"));
    let text = serde_json::to_vec_pretty(file).map_err(|_| EngineError::WorkspaceFile)?;
    std::fs::write(&draft, text).map_err(|cause| written(&draft, cause))?;
    std::fs::File::open(&draft).and_then(|file| file.sync_all()).map_err(|cause| written(&draft, cause))?;
    std::fs::rename(&draft, &path).map_err(|cause| written(&path, cause))
}

fn written(path: &Path, cause: std::io::Error) -> EngineError {
    EngineError::File { path: path.to_owned(), action: "written", cause }
}
