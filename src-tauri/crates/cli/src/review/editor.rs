//! Editing a mail in the person's own editor, by way of a file that only they can read.
//!
//! The file lies in the system's folder for temporary files and goes when the editor ends well; when it does not, the
//! file stays and its name is told, because somebody's words are in it.

use crate::error::CliError;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Editors tried when none is named.
const USUAL: &[&str] = if cfg!(windows) { &["notepad"] } else { &["vi", "nano"] };

/// Has `text` edited; `None` when it came back unchanged. `has_terminal` = the editor may use the keyboard.
pub(crate) fn edit(text: &str, has_terminal: bool) -> Result<Option<String>, CliError> {
    let mut file = tempfile::Builder::new().prefix("autoreach-mail-").suffix(".txt").tempfile().map_err(CliError::Terminal)?;
    file.write_all(text.as_bytes()).and_then(|()| file.flush()).map_err(CliError::Terminal)?;
    let path = file.into_temp_path();
    let program = open(&path, has_terminal);
    let edited = std::fs::read_to_string(&path).ok();
    match (program, edited) {
        (Ok(()), Some(edited)) => Ok(Some(edited).filter(|edited| edited != text)),
        (outcome, _) => {
            let program = outcome.err().map(|DidNotEndWell(program)| program).unwrap_or_default();
            let kept = path.keep().map_err(|error| CliError::Terminal(error.error))?;
            Err(CliError::Editor { program, kept })
        }
    }
}

/// The editor that could not be started or said that it failed.
struct DidNotEndWell(String);

/// Runs the editor to its end.
fn open(path: &Path, has_terminal: bool) -> Result<(), DidNotEndWell> {
    let named = ["VISUAL", "EDITOR"].iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.trim().is_empty()));
    let candidates: Vec<String> = named.map_or_else(|| USUAL.iter().map(|name| (*name).to_owned()).collect(), |named| vec![named]);
    let mut last = String::new();
    for candidate in candidates {
        match start(&candidate, path, has_terminal) {
            Ok(true) => return Ok(()),
            Ok(false) => return Err(DidNotEndWell(candidate)),
            // Not installed: the next one may be.
            Err(_) => last = candidate,
        }
    }
    Err(DidNotEndWell(last))
}

/// Did the editor end well? An error means that it could not be started.
fn start(editor: &str, path: &Path, has_terminal: bool) -> std::io::Result<bool> {
    let mut words = editor.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words).arg(path);
    if !has_terminal {
        // Standard input carries the review's own commands.
        command.stdin(Stdio::null());
    }
    Ok(command.status()?.success())
}
