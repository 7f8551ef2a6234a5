//! Opening the workspace, in the background, and saying what stands in the way: each state of the keychain is a screen
//! of its own with its own next step. Nothing here ever makes a new workspace where one lies.

use crate::desk::{Desk, Door, OpenWorkspace};
use crate::error::{CommandError, ErrorCode};
use crate::{logs, pages, worker};
use autoreach_engine::data::restore::RestoreReport;
use autoreach_engine::domain::reviewer::Reviewer;
use autoreach_engine::error::EngineError;
use autoreach_engine::secrets::{
    KeychainState, KeychainStore, KeychainTrouble, PlainId, RecoveryKey, Secret, SecretError, SlotKind, probe,
};
use autoreach_engine::workspace::{self, Access, Created, Opening};
use autoreach_engine::{Engine, StoreError, demo, places};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tauri::{AppHandle, Manager};
use ts_rs::TS;

/// The name under which a keychain is tried out before a workspace has an id.
const TRIAL: &str = "trial";

/// How long what is in hand may take before a restore is called off.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// What the window shows first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(crate) enum Startup {
    /// The workspace is open.
    Ready,
    /// There is none yet.
    New,
    /// The keychain does not open it.
    Keychain {
        /// Why.
        trouble: KeychainTrouble,
        /// The ways in that were set up.
        slots: Vec<SlotKind>,
    },
    /// It opens with a passphrase and no keychain was ever asked.
    Passphrase {
        /// The ways in that were set up.
        slots: Vec<SlotKind>,
    },
    /// Another program has it open.
    InUse,
    /// The database is damaged.
    Damaged,
    /// Something else; retry, or put a backup back.
    Trouble {
        /// The cause.
        code: ErrorCode,
        /// One sentence.
        message: String,
    },
}

/// A way into the workspace.
#[derive(Deserialize, TS)]
#[serde(tag = "way", rename_all = "snake_case")]
pub(crate) enum OpenWith {
    /// Asks the keychain again.
    Keychain,
    /// A passphrase.
    Passphrase {
        /// As typed.
        passphrase: String,
    },
    /// The recovery key from paper.
    RecoveryKey {
        /// As typed.
        recovery_key: String,
    },
}

/// Opens the workspace that is meant, in the background.
pub(crate) fn begin(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let door = match open_meant().await {
            Ok(engine) => Door::Open(OpenWorkspace { engine, is_for_reading: false }),
            Err(startup) => Door::Shut(startup),
        };
        settle(&app, door);
    });
}

/// Opens the demo, in the background, whatever else there is; the first time it is made.
pub(crate) fn begin_demo(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let Err(CommandError { code, message }) = create_demo(&app).await else { return };
        let in_the_way = if code == ErrorCode::StoreInUse { Startup::InUse } else { Startup::Trouble { code, message } };
        settle(&app, Door::Shut(in_the_way));
    });
}

/// Opens with what a person gave. A wrong passphrase or recovery key is an error at the field; everything else is a state.
pub(crate) async fn open_with(app: &AppHandle, with: OpenWith, is_for_reading: bool) -> Result<Startup, CommandError> {
    let desk = app.state::<Desk>();
    if desk.engine().is_ok() {
        return Ok(Startup::Ready);
    }
    let dir = meant_dir()?;
    let opened = match with {
        OpenWith::Keychain => open_meant().await,
        OpenWith::Passphrase { passphrase } => {
            let opening = opening(dir.clone(), Access::Passphrase(secret(passphrase)))?;
            typed(workspace::open(opening).await, &dir)?
        }
        OpenWith::RecoveryKey { recovery_key } => {
            let key = RecoveryKey::parse(&secret(recovery_key)).map_err(EngineError::from)?;
            typed(open_with_recovery_key(&dir, &key).await, &dir)?
        }
    };
    settle(
        app,
        match opened {
            Ok(engine) => Door::Open(OpenWorkspace { engine, is_for_reading }),
            Err(startup) => Door::Shut(startup),
        },
    );
    Ok(desk.startup().await)
}

/// Creates one's own workspace, locked by the keychain, or by a passphrase where there is none. Gives the recovery key.
pub(crate) async fn create_own(app: &AppHandle, passphrase: Option<String>) -> Result<String, CommandError> {
    let dir = places::own_dir().ok_or_else(CommandError::no_data_folder)?;
    let access = match passphrase {
        Some(passphrase) => Access::Passphrase(secret(passphrase)),
        None => {
            let trial = PlainId::parse(TRIAL).map_err(EngineError::from)?;
            probe(&KeychainStore::new(trial)).map_err(EngineError::from)?;
            Access::Keychain
        }
    };
    let Created { engine, recovery_key } = workspace::create(opening(dir, access)?, None).await?;
    settle(app, Door::Open(OpenWorkspace { engine, is_for_reading: false }));
    Ok(recovery_key.reveal().expose_text().unwrap_or_default().to_owned())
}

/// Opens or creates the demo, imports its leads and lets the agent begin.
pub(crate) async fn create_demo(app: &AppHandle) -> Result<(), CommandError> {
    let dir = demo_dir()?;
    let engine = demo::open_or_create(&dir, reviewer()).await?;
    let workflow = engine.workflow(None).await?;
    demo::import_leads(&engine, &workflow, &this_program()?).await?;
    engine.start_run(workflow.id).await?;
    settle(app, Door::Open(OpenWorkspace { engine, is_for_reading: false }));
    Ok(())
}

/// Closes the workspace, puts a backup in the place of its store, and opens it again, whatever came of that.
pub(crate) async fn restore(app: &AppHandle, backup: &Path) -> Result<RestoreReport, CommandError> {
    let desk = app.state::<Desk>();
    desk.engine_to_change()?;
    let OpenWorkspace { engine, is_for_reading } = desk.take_out()?;
    await_others(&engine).await;
    let dir = engine.dir().to_owned();
    let (opened, restored) = workspace::restore_open(engine, backup).await;
    let report = match (&opened, restored) {
        (Ok(engine), Ok(restored)) => Ok(RestoreReport::new(&restored, engine)),
        (_, Err(error)) => Err(error.into()),
        (Err(_), Ok(_)) => Err(CommandError::unexpected("the backup is in place but does not open")),
    };
    settle(
        app,
        match opened {
            Ok(engine) => Door::Open(OpenWorkspace { engine, is_for_reading }),
            Err(error) => Door::Shut(startup_of(&error, &dir)),
        },
    );
    report
}

/// Waits a while until nobody else has hold of the engine: who asks now is told that no workspace is open.
async fn await_others(engine: &Arc<Engine>) {
    let deadline = tokio::time::Instant::now() + LONGEST_WAIT;
    while Arc::strong_count(engine) > 1 && tokio::time::Instant::now() < deadline {
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// This executable, which reads workbooks in a process of its own.
pub(crate) fn this_program() -> Result<PathBuf, CommandError> {
    std::env::current_exe().map_err(|_| CommandError::unexpected("the program does not find its own file"))
}

/// A typed secret, moved and never copied.
pub(crate) fn secret(typed: String) -> Secret {
    Secret::new(typed.into_bytes())
}

fn settle(app: &AppHandle, door: Door) {
    if let Door::Open(open) = &door {
        logs::begin(open.engine.dir());
    }
    app.state::<Desk>().set_door(door);
    worker::begin(app);
}

async fn open_meant() -> Result<Arc<Engine>, Startup> {
    let dir = meant_dir().map_err(|error| Startup::Trouble { code: error.code, message: error.message })?;
    if demo::is_demo(&dir) {
        return demo::open_or_create(&dir, reviewer()).await.map_err(|error| startup_of(&error, &dir));
    }
    if !workspace::exists(&dir) {
        return Err(Startup::New);
    }
    let status = workspace::keys_status(&dir).map_err(|error| startup_of(&error, &dir))?;
    if status.keychain == KeychainState::NotUsed {
        return Err(Startup::Passphrase { slots: status.slots });
    }
    let opening = opening(dir.clone(), Access::Keychain).map_err(|error| startup_of(&error, &dir))?;
    workspace::open(opening).await.map_err(|error| startup_of(&error, &dir))
}

/// Links the keychain anew where there is one; where there is none, opens with the key alone.
async fn open_with_recovery_key(dir: &Path, key: &RecoveryKey) -> Result<Arc<Engine>, EngineError> {
    match workspace::recover(opening(dir.to_owned(), Access::Keychain)?, key).await {
        Err(EngineError::Secrets(SecretError::Keychain(_))) => {
            let access = Access::Recovery(RecoveryKey::parse(&key.reveal())?);
            workspace::recover(opening(dir.to_owned(), access)?, key).await
        }
        outcome => outcome,
    }
}

/// What a person typed is wrong: they are told so at the field. Everything else is a state of the start screen.
fn typed(outcome: Result<Arc<Engine>, EngineError>, dir: &Path) -> Result<Result<Arc<Engine>, Startup>, CommandError> {
    match outcome {
        Ok(engine) => Ok(Ok(engine)),
        Err(error @ EngineError::Secrets(_)) => Err(error.into()),
        Err(error) => Ok(Err(startup_of(&error, dir))),
    }
}

fn startup_of(error: &EngineError, dir: &Path) -> Startup {
    match error {
        EngineError::Secrets(SecretError::Keychain(trouble)) => Startup::Keychain { trouble: *trouble, slots: slots_of(dir) },
        EngineError::Store(StoreError::WrongKey) => Startup::Keychain { trouble: KeychainTrouble::WrongKey, slots: slots_of(dir) },
        EngineError::Store(StoreError::InUse) => Startup::InUse,
        EngineError::Store(StoreError::Damaged | StoreError::DamagedOrWrongKey) => Startup::Damaged,
        other => Startup::Trouble { code: ErrorCode::of(other), message: other.to_string() },
    }
}

fn slots_of(dir: &Path) -> Vec<SlotKind> {
    workspace::keys_status(dir).map(|status| status.slots).unwrap_or_default()
}

fn opening(dir: PathBuf, access: Access) -> Result<Opening, EngineError> {
    Ok(Opening { dir, access, pages: pages::source()?, at: None, reviewer: reviewer() })
}

/// The folder named by the environment, for tests and for people with several; else the usual one.
pub(crate) fn meant_dir() -> Result<PathBuf, CommandError> {
    named_dir().or_else(places::meant_dir).ok_or_else(CommandError::no_data_folder)
}

fn demo_dir() -> Result<PathBuf, CommandError> {
    named_dir().or_else(places::demo_dir).ok_or_else(CommandError::no_data_folder)
}

fn named_dir() -> Option<PathBuf> {
    std::env::var_os("AUTOREACH_WORKSPACE").filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Who decides: the login name.
fn reviewer() -> Reviewer {
    let login = ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
    Reviewer::from(login.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trouble_of_the_keychain_is_a_screen_of_its_own() {
        let nowhere = Path::new("nowhere");
        for trouble in [KeychainTrouble::Absent, KeychainTrouble::Locked, KeychainTrouble::Emptied, KeychainTrouble::WrongKey] {
            let error = EngineError::from(SecretError::Keychain(trouble));
            assert_eq!(startup_of(&error, nowhere), Startup::Keychain { trouble, slots: Vec::new() });
        }
        assert_eq!(startup_of(&EngineError::Store(StoreError::InUse), nowhere), Startup::InUse);
        let other = startup_of(&EngineError::WorkspaceFile, nowhere);
        assert!(matches!(other, Startup::Trouble { code: ErrorCode::WorkspaceFile, .. }), "{other:?}");
    }

    #[test]
    fn a_wrong_passphrase_is_said_at_the_field() {
        let said = typed(Err(SecretError::WrongPassphrase.into()), Path::new("nowhere"));
        assert!(said.is_err());
    }
}
