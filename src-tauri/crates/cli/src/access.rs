//! Which workspace is meant, with what it is opened, and where its pages come from.
//!
//! Secrets are taken from a file, the environment, the keychain or a hidden prompt, in this order. Commands that only
//! read or decide get a page source that refuses everything, so that "reviewing needs no network" holds by construction.
//! Where no workspace of one's own exists yet, the demo workspace is meant, so that `autoreach demo` followed by
//! `autoreach review` does what it says.

use crate::args::Global;
use crate::error::CliError;
use crate::{logs, prompt};
use autoreach_engine::domain::reviewer::Reviewer;
use autoreach_engine::error::EngineError;
use autoreach_engine::secrets::{KeychainState, RecoveryKey, Secret, SlotKind, read_passphrase_file};
use autoreach_engine::web::{Admitted, Limits, NetworkSource, PageSource, RecordedSource, admitted_lines};
use autoreach_engine::workspace::{self, Access, Opening};
use autoreach_engine::{Engine, demo};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The folder of a workspace in the data folder.
pub(crate) const OWN_FOLDER: &str = "autoreach";
/// The folder of the demo workspace beside it.
const DEMO_FOLDER: &str = "autoreach-demo";

/// Whether a command may ask for web pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Network {
    /// It researches.
    Used,
    /// It reads and decides.
    Untouched,
}

/// The workspace that is meant: the one named, else one's own, else the demo when only that exists.
pub(crate) fn workspace_dir(global: &Global) -> Result<PathBuf, CliError> {
    if let Some(named) = &global.workspace {
        return Ok(named.clone());
    }
    let (own, demo_dir) = (data_folder()?.join(OWN_FOLDER), default_demo_dir()?);
    let only_the_demo_exists = !workspace::exists(&own) && workspace::exists(&demo_dir);
    Ok(if only_the_demo_exists { demo_dir } else { own })
}

/// Where the demo workspace lies when nobody says otherwise.
pub(crate) fn default_demo_dir() -> Result<PathBuf, CliError> {
    Ok(data_folder()?.join(DEMO_FOLDER))
}

/// The folder in which the operating system keeps programs' data.
fn data_folder() -> Result<PathBuf, CliError> {
    let from = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = if cfg!(windows) {
        from("APPDATA")
    } else if cfg!(target_os = "macos") {
        from("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        from("XDG_DATA_HOME").or_else(|| from("HOME").map(|home| home.join(".local/share")))
    };
    folder.ok_or(CliError::NoDataFolder)
}

/// Opens the workspace that is meant.
pub(crate) async fn open(global: &Global, network: Network) -> Result<Arc<Engine>, CliError> {
    let dir = workspace_dir(global)?;
    if demo::is_demo(&dir) {
        return open_demo(global, &dir).await;
    }
    if !workspace::exists(&dir) {
        return Err(EngineError::NoWorkspace(dir).into());
    }
    let access = access(global, &dir)?;
    let opening = opening(global, dir, access, network)?;
    logs::begin(&opening.dir);
    let engine = workspace::open(opening).await?;
    take_turn(global, &engine).await?;
    Ok(engine)
}

/// Opens or creates the demo workspace, whose pages are recorded and whose passphrase lies beside it.
pub(crate) async fn open_demo(global: &Global, dir: &Path) -> Result<Arc<Engine>, CliError> {
    if global.at.is_some() {
        return Err(EngineError::NotSimulated.into());
    }
    let engine = demo::open_or_create(dir, login()).await?;
    take_turn(global, &engine).await?;
    logs::begin(dir);
    Ok(engine)
}

/// All that opening or creating needs.
pub(crate) fn opening(global: &Global, dir: PathBuf, access: Access, network: Network) -> Result<Opening, CliError> {
    let pages = match network {
        Network::Used => network_pages(global)?,
        Network::Untouched => no_pages()?,
    };
    Ok(Opening { dir, access, pages, at: global.at, reviewer: login() })
}

/// The passphrase given in a file or the environment, if any.
pub(crate) fn given_passphrase(global: &Global) -> Result<Option<Secret>, CliError> {
    if let Some(file) = &global.passphrase_file {
        return Ok(Some(read_passphrase_file(file)?));
    }
    Ok(secret_from_environment("AUTOREACH_PASSPHRASE"))
}

/// A secret out of an environment variable; an empty one is none.
pub(crate) fn secret_from_environment(name: &str) -> Option<Secret> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(|value| Secret::new(value.into_encoded_bytes()))
}

/// The recovery key from its file, else typed.
pub(crate) fn recovery_key(global: &Global) -> Result<RecoveryKey, CliError> {
    let typed = match &global.recovery_key_file {
        Some(file) => read_passphrase_file(file)?,
        None if prompt::can_ask() => prompt::ask("Recovery key (eight groups of five): ")?,
        None => return Err(CliError::NeedsRecoveryKey),
    };
    Ok(RecoveryKey::parse(&typed)?)
}

/// With what the workspace in `dir` is opened.
pub(crate) fn access(global: &Global, dir: &Path) -> Result<Access, CliError> {
    if global.recovery_key_file.is_some() {
        return Ok(Access::Recovery(recovery_key(global)?));
    }
    if let Some(passphrase) = given_passphrase(global)? {
        return Ok(Access::Passphrase(passphrase));
    }
    // What is wrong with the keys file is said by the attempt to open it.
    let Ok(status) = workspace::keys_status(dir) else { return Ok(Access::Keychain) };
    match status.keychain {
        KeychainState::Trouble(_) if status.slots.contains(&SlotKind::Passphrase) && prompt::can_ask() => typed_passphrase(),
        KeychainState::Ready | KeychainState::Trouble(_) => Ok(Access::Keychain),
        KeychainState::NotUsed if prompt::can_ask() => typed_passphrase(),
        KeychainState::NotUsed => Err(CliError::NeedsPassphrase),
    }
}

fn typed_passphrase() -> Result<Access, CliError> {
    Ok(Access::Passphrase(prompt::ask_hidden("Passphrase of the workspace: ")?))
}

/// Lets the one named decide in this command.
async fn take_turn(global: &Global, engine: &Engine) -> Result<(), EngineError> {
    match &global.reviewer {
        Some(reviewer) => engine.decide_as(reviewer.clone()).await,
        None => Ok(()),
    }
}

/// Who decides where nobody is named and the workspace knows no choice: the login name.
fn login() -> Reviewer {
    let name = ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
    Reviewer::from(name.unwrap_or_default())
}

/// The public web, plus what `--resolve` admits.
fn network_pages(global: &Global) -> Result<Arc<dyn PageSource>, CliError> {
    let mut entries = global.resolve.clone();
    if let Some(path) = &global.resolve_file {
        let text = std::fs::read_to_string(path).map_err(|cause| CliError::Read { path: path.clone(), cause })?;
        entries.extend(admitted_lines(&text).map(str::to_owned));
    }
    let admitted = Admitted::parse(&entries).map_err(|(place, cause)| CliError::Resolve { place, cause })?;
    let source = NetworkSource::new(admitted, Limits::default()).map_err(|_| EngineError::NoNetworkClient)?;
    Ok(Arc::new(source))
}

/// A source without a single page.
fn no_pages() -> Result<Arc<dyn PageSource>, CliError> {
    let nothing: [(&str, &[u8]); 0] = [];
    let source = RecordedSource::from_files(nothing).map_err(|_| EngineError::NoNetworkClient)?;
    Ok(Arc::new(source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_without_pages_can_be_made() {
        assert!(no_pages().is_ok());
    }
}
