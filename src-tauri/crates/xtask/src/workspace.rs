//! Where the checkout and its build output lie, and how cargo and other programs are called from there.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use crate::error::XtaskError;

/// The checkout this program was started in.
pub(crate) struct Workspace {
    /// The folder with the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Where cargo puts what it builds; absolute, `CARGO_TARGET_DIR` when that is set.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// Looks for the workspace from the current folder upwards.
    pub(crate) fn find() -> Result<Self, XtaskError> {
        let here = std::env::current_dir().map_err(|_| XtaskError::NoWorkspace)?;
        let root = here.ancestors().find(|folder| is_workspace_root(folder)).ok_or(XtaskError::NoWorkspace)?.to_owned();
        let target = target_folder(&here, &root, std::env::var_os("CARGO_TARGET_DIR").as_deref());
        Ok(Self { root, target })
    }

    /// A cargo call in the root. What cargo told *this* program about its own package is taken back first: build scripts
    /// that watch those variables would otherwise run again each time `cargo xtask` and plain `cargo` alternate.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        for (name, _) in std::env::vars_os() {
            if is_about_this_package(&name.to_string_lossy()) {
                cargo.env_remove(name);
            }
        }
        cargo.current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
        cargo
    }

    /// Third-party development data: what the environment says, else the usual neighbour of the checkout if it exists.
    pub(crate) fn development_data(&self) -> Option<PathBuf> {
        if let Some(stated) = std::env::var_os("AUTOREACH_DEV_DATA").filter(|value| !value.is_empty()) {
            return Some(stated.into());
        }
        self.root.join("../shared/data").canonicalize().ok()
    }
}

fn is_workspace_root(folder: &Path) -> bool {
    std::fs::read_to_string(folder.join("Cargo.toml")).is_ok_and(|manifest| manifest.lines().any(|line| line.trim() == "[workspace]"))
}

/// A relative `CARGO_TARGET_DIR` counts from where the user stands, as it does for cargo itself.
fn target_folder(here: &Path, root: &Path, stated: Option<&OsStr>) -> PathBuf {
    match stated.filter(|value| !value.is_empty()) {
        Some(stated) => here.join(stated),
        None => root.join("target"),
    }
}

fn is_about_this_package(name: &str) -> bool {
    name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || matches!(name, "CARGO_BIN_NAME" | "CARGO_CRATE_NAME")
}

/// Runs a program to its end with the terminal as its own.
pub(crate) fn run_to_end(command: &mut Command) -> Result<ExitStatus, XtaskError> {
    command.status().map_err(|source| XtaskError::CannotStart { program: program_name(command), source })
}

/// What a quiet program printed, if it started and succeeded.
pub(crate) fn output_of(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The program's name as a person would type it.
pub(crate) fn program_name(command: &Command) -> String {
    Path::new(command.get_program()).file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stated_target_folder_counts_from_where_the_user_stands() {
        let (here, root) = (Path::new("checkout/src-tauri"), Path::new("checkout"));
        assert_eq!(target_folder(here, root, Some(OsStr::new("out"))), here.join("out"));
        assert_eq!(target_folder(here, root, None), root.join("target"));
        assert_eq!(target_folder(here, root, Some(OsStr::new(""))), root.join("target"));
    }

    #[test]
    fn only_what_describes_this_package_is_taken_from_the_environment() {
        assert!(is_about_this_package("CARGO_PKG_NAME") && is_about_this_package("CARGO_MANIFEST_DIR"));
        assert!(
            !is_about_this_package("CARGO_TERM_COLOR")
                && !is_about_this_package("CARGO_BUILD_JOBS")
                && !is_about_this_package("CARGO_HOME")
        );
    }
}
