//! `init` and `recovery`: making a workspace, and the recovery key that opens it when the keychain does not.
//!
//! The recovery key is shown once, on standard output, and kept nowhere. A keychain is tried out before anything is
//! written, so that a computer without one gets a passphrase instead of half a workspace.

use crate::access::{self, Network};
use crate::answer::Answer;
use crate::args::{Global, InitArgs, RecoveryCommand};
use crate::error::CliError;
use crate::{logs, prompt};
use autoreach_engine::secrets::{KeychainStore, KeychainTrouble, PlainId, RecoveryKey, SecretError, probe};
use autoreach_engine::workspace::{self, Access, Created};
use serde_json::json;
use std::path::Path;

/// The name under which a keychain is tried out before a workspace has an id.
const TRIAL: &str = "trial";

/// Creates a workspace.
pub(crate) async fn init(global: &Global, args: &InitArgs) -> Result<Answer, CliError> {
    let dir = match &global.workspace {
        Some(named) => named.clone(),
        // One's own, even where only the demo exists yet.
        None => own_dir()?,
    };
    if workspace::exists(&dir) {
        return Err(autoreach_engine::error::EngineError::WorkspaceExists(dir).into());
    }
    let access = new_access(global)?;
    let lock = lock_words(&access);
    let opening = access::opening(global, dir.clone(), access, Network::Untouched)?;
    let Created { engine, recovery_key } = workspace::create(opening, args.simulated).await?;
    logs::begin(&dir);
    engine.close().await;
    Ok(created(&dir, lock, &recovery_key))
}

fn own_dir() -> Result<std::path::PathBuf, CliError> {
    // The demo lies beside one's own workspace.
    Ok(access::default_demo_dir()?.with_file_name(access::OWN_FOLDER))
}

/// With what a new workspace is locked: a given passphrase, the keychain, or a passphrase typed now.
fn new_access(global: &Global) -> Result<Access, CliError> {
    if let Some(passphrase) = access::given_passphrase(global)? {
        return Ok(Access::Passphrase(passphrase));
    }
    let trial = PlainId::parse(TRIAL)?;
    match probe(&KeychainStore::new(trial)) {
        Ok(()) => Ok(Access::Keychain),
        Err(SecretError::Keychain(trouble)) if prompt::can_ask() => {
            Ok(Access::Passphrase(prompt::ask_new_passphrase(no_keychain_words(trouble))?))
        }
        Err(SecretError::Keychain(_)) => Err(CliError::NoKeychainForANewWorkspace),
        Err(error) => Err(error.into()),
    }
}

/// Why a passphrase is asked for. The keychain's own words are about a workspace that exists, which this one does not.
fn no_keychain_words(trouble: KeychainTrouble) -> &'static str {
    match trouble {
        KeychainTrouble::Absent => {
            "This computer offers no keychain (on Linux: no Secret Service such as GNOME Keyring or KWallet).\nThe workspace will be locked with a passphrase instead."
        }
        KeychainTrouble::Locked | KeychainTrouble::Denied | KeychainTrouble::NotAnswering => {
            "The keychain is there but did not let AutoReach in.\nCtrl-C leaves, so that you can unlock it and try again; or lock the workspace with a passphrase now."
        }
        KeychainTrouble::Emptied | KeychainTrouble::WrongKey | KeychainTrouble::Failing => {
            "The keychain does not keep what it is given.\nThe workspace will be locked with a passphrase instead."
        }
    }
}

fn lock_words(access: &Access) -> &'static str {
    match access {
        Access::Keychain => "the keychain",
        Access::Passphrase(_) => "your passphrase",
        Access::Recovery(_) => "the recovery key",
    }
}

fn created(dir: &Path, lock: &str, recovery_key: &RecoveryKey) -> Answer {
    let revealed = recovery_key.reveal();
    let key = revealed.expose_text().unwrap_or_default();
    let text = format!(
        "Created {} · opens with {lock}.\n\nRecovery key, shown this once. Write it on paper:\n\n  {key}\n\nTest it now with `autoreach recovery test`. Without it, losing the {} is losing the data.\nNext: `autoreach workflow set FILE`, then `autoreach run LEADS.csv`.",
        dir.display(),
        lock.trim_start_matches("the ").trim_start_matches("your "),
    );
    Answer::new(&json!({ "workspace": dir, "opens_with": lock, "recovery_key": key }), text)
}

/// Tests or uses the recovery key.
pub(crate) async fn recovery(global: &Global, command: RecoveryCommand) -> Result<Answer, CliError> {
    let dir = access::workspace_dir(global)?;
    let key = access::recovery_key(global)?;
    match command {
        RecoveryCommand::Test => {
            workspace::test_recovery_key(&dir, &key)?;
            Ok(Answer::new(&json!({ "opens": true }), "This recovery key opens the workspace. Keep it where a fire does not reach it."))
        }
        RecoveryCommand::Use => use_key(global, &dir, &key).await,
    }
}

/// Opens with the key and locks anew: with a passphrase that is given or typed, else with the keychain.
async fn use_key(global: &Global, dir: &Path, key: &RecoveryKey) -> Result<Answer, CliError> {
    let access = new_access(global)?;
    let lock = lock_words(&access);
    let opening = access::opening(global, dir.to_owned(), access, Network::Untouched)?;
    workspace::recover(opening, key).await?.close().await;
    Ok(Answer::new(&json!({ "opens_with": lock }), format!("The workspace opens with {lock} again. Nothing in it was changed.")))
}
