//! `cargo xtask check`: everything a change has to satisfy besides its tests. All parts run even when one fails, so
//! that one call shows all there is to mend.

use std::process::{Command, ExitCode};

use crate::error::XtaskError;
use crate::interface::{self, Interface};
use crate::lint::{self, SourceFile};
use crate::options::CheckOptions;
use crate::progress::Steps;
use crate::workspace::{Workspace, output_of, run_to_end};

/// Runs all parts and names the ones that failed.
pub(crate) fn check(workspace: &Workspace, options: &CheckOptions) -> Result<ExitCode, XtaskError> {
    let checks = if options.rules_only { Vec::new() } else { checks(workspace)? };
    let mut steps = Steps::new(checks.len() + 1);
    let mut failed = Vec::new();
    for (name, mut command) in checks {
        steps.begin(name);
        if !run_to_end(&mut command)?.success() {
            failed.push(name);
        }
    }
    steps.begin("textual rules");
    if !textual_rules_hold(workspace)? {
        failed.push("textual rules");
    }
    println!("\nTook {}", steps.elapsed());
    Ok(verdict(&failed))
}

fn checks(workspace: &Workspace) -> Result<Vec<(&'static str, Command)>, XtaskError> {
    let (mut format, mut clippy, mut documentation) = (workspace.cargo(), workspace.cargo(), workspace.cargo());
    format.args(["fmt", "--all", "--check"]);
    clippy.args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]);
    documentation
        .args(["doc", "--workspace", "--no-deps", "--document-private-items"])
        .env("RUSTDOCFLAGS", "-D warnings -A rustdoc::private-intra-doc-links");
    let mut checks = vec![("formatting", format), ("clippy", clippy), ("documentation", documentation)];
    match interface::prepare(workspace)? {
        Interface::Ready(folder) => checks.push(("the interface's types", interface::npm(&folder, &["run", "check"]))),
        Interface::Missing(reason) => println!("the interface's types are not checked: {reason}"),
        // Once more as a check of its own, so that its failure counts like any other.
        Interface::Broken => checks.push(("the interface's packages", interface::npm(&workspace.root.join("ui"), &["ci"]))),
    }
    Ok(checks)
}

fn verdict(failed: &[&str]) -> ExitCode {
    if failed.is_empty() {
        println!("check: all clean");
        return ExitCode::SUCCESS;
    }
    println!("check: failed in {}", failed.join(", "));
    ExitCode::FAILURE
}

fn textual_rules_hold(workspace: &Workspace) -> Result<bool, XtaskError> {
    let files = text_files(workspace)?;
    let findings = lint::lint(&files);
    findings.iter().for_each(|finding| println!("{finding}"));
    println!("      {} files, {} findings", files.len(), findings.len());
    Ok(findings.is_empty())
}

/// What is tracked or about to be, as far as it is text. Generated and ignored files are nobody's style.
fn text_files(workspace: &Workspace) -> Result<Vec<SourceFile>, XtaskError> {
    let mut git = Command::new("git");
    git.current_dir(&workspace.root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let listing = output_of(&mut git).ok_or(XtaskError::NoFileList)?;
    let paths = listing.split('\0').filter(|path| !path.is_empty());
    paths.filter_map(|path| text_file(workspace, path).transpose()).collect()
}

/// `None` for what is not text, and for a file deleted but not yet committed as such.
fn text_file(workspace: &Workspace, path: &str) -> Result<Option<SourceFile>, XtaskError> {
    let on_disk = workspace.root.join(path);
    if !on_disk.is_file() {
        return Ok(None);
    }
    let bytes = std::fs::read(&on_disk).map_err(|source| XtaskError::CannotRead { path: on_disk, source })?;
    Ok(String::from_utf8(bytes).ok().map(|text| SourceFile { path: path.to_owned(), text }))
}
