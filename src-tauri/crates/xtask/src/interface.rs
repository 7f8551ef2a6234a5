//! The window's interface: `ui` becomes `ui/dist`, which the shell embeds. A machine without a recent Node gets the
//! placeholder that the shell's build script writes.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::error::XtaskError;
use crate::system::{self, NPM, Part, Platform};
use crate::workspace::{Workspace, run_to_end};

/// What the build of the interface reads, below `ui`.
const SOURCES: [&str; 7] = ["src", "public", "index.html", "package-lock.json", "vite.config.ts", "svelte.config.js", "tsconfig.json"];

/// What came of an attempt to have the interface.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Interface {
    /// It is there; the folder of its sources.
    Ready(PathBuf),
    /// This machine cannot have it, for this reason.
    Missing(&'static str),
    /// npm or the build failed and has said why.
    Broken,
}

/// Makes sure that the interface's packages are installed as its lock file names them.
pub(crate) fn prepare(workspace: &Workspace) -> Result<Interface, XtaskError> {
    let folder = workspace.root.join("ui");
    if !Part::Node.is_present(Platform::detect()) {
        return Ok(Interface::Missing("there is no Node 20 or newer with npm"));
    }
    let (wanted, installed) = (folder.join("package-lock.json"), folder.join("node_modules/.package-lock.json"));
    let is_installed = newest(&installed).is_some_and(|installed| newest(&wanted).is_some_and(|wanted| wanted <= installed));
    if !is_installed && !run_to_end(&mut npm(&folder, &["ci", "--no-audit", "--no-fund"]))?.success() {
        return Ok(Interface::Broken);
    }
    Ok(Interface::Ready(folder))
}

/// Builds the interface unless what lies there is newer than everything it is made of: the shell is compiled anew for
/// every build of the interface.
pub(crate) fn build(workspace: &Workspace) -> Result<Interface, XtaskError> {
    let ready = prepare(workspace)?;
    let Interface::Ready(folder) = &ready else { return Ok(ready) };
    if is_fresh(folder) {
        println!("      nothing has changed");
        return Ok(ready);
    }
    let is_built = run_to_end(&mut npm(folder, &["run", "build"]))?.success();
    Ok(if is_built { ready } else { Interface::Broken })
}

/// One of the interface's own commands, told the folder instead of being started in it.
pub(crate) fn npm(folder: &Path, arguments: &[&str]) -> Command {
    let mut npm = Command::new(NPM);
    npm.arg("--prefix").arg(folder).args(arguments);
    if let Some(browser) = system::browser() {
        npm.env("CHROMIUM", browser);
    }
    npm
}

/// The placeholder has no assets.
fn is_fresh(folder: &Path) -> bool {
    let Some(built) = newest(&folder.join("dist/assets")) else { return false };
    SOURCES.iter().filter_map(|source| newest(&folder.join(source))).all(|changed| changed <= built)
}

/// When a file, or anything in a folder, was last written; `None` when there is none. A folder's own time tells of files
/// that are gone.
fn newest(path: &Path) -> Option<SystemTime> {
    let own = path.metadata().and_then(|about| about.modified()).ok()?;
    let entries = std::fs::read_dir(path).into_iter().flatten().filter_map(Result::ok);
    entries.filter_map(|entry| newest(&entry.path())).chain([own]).max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn an_interface_is_fresh_until_one_of_its_sources_changes() {
        let folder = std::env::temp_dir().join(format!("autoreach-interface-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("src/features")).expect("a folder can be made");
        std::fs::create_dir_all(folder.join("dist")).expect("a folder can be made");
        std::fs::write(folder.join("dist/index.html"), "a placeholder").expect("a file can be written");
        assert!(!is_fresh(&folder), "a placeholder is no interface");
        std::fs::create_dir_all(folder.join("dist/assets")).expect("a folder can be made");
        let later = SystemTime::now() + Duration::from_secs(60);
        assert!(is_fresh(&folder));
        let changed = std::fs::File::create(folder.join("src/features/a.ts")).expect("a file can be written");
        changed.set_modified(later).expect("a time can be set");
        assert!(!is_fresh(&folder), "a source deep inside counts");
        std::fs::remove_dir_all(folder).expect("the folder is ours");
    }

    #[test]
    fn npm_is_told_the_folder_instead_of_being_started_in_it() {
        let command = npm(Path::new("checkout/ui"), &["run", "build"]);
        assert_eq!(command.get_args().collect::<Vec<_>>(), ["--prefix", "checkout/ui", "run", "build"]);
    }
}
