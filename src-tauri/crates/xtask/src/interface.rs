//! The window's interface: `ui` becomes `ui/dist`, which the shell embeds. A checkout without `ui/package.json`, or a
//! machine without npm, gets the placeholder that the shell's build script writes.

use std::path::Path;
use std::process::{Command, ExitStatus};

use crate::error::XtaskError;
use crate::system;
use crate::workspace::{Workspace, run_to_end};

/// Builds the interface. `Ok(None)` when there is nothing to build it from or with.
pub(crate) fn build(workspace: &Workspace) -> Result<Option<ExitStatus>, XtaskError> {
    let folder = workspace.root.join("ui");
    if !folder.join("package.json").is_file() {
        return Ok(None);
    }
    if !system::has_program("npm") {
        println!("      npm is missing: the window shows a placeholder. Node 20 or newer brings it.");
        return Ok(None);
    }
    if !folder.join("node_modules").is_dir() {
        let installed = run_to_end(&mut npm(&folder, &["ci"]))?;
        if !installed.success() {
            return Ok(Some(installed));
        }
    }
    run_to_end(&mut npm(&folder, &["run", "build"])).map(Some)
}

/// On Windows npm is a script, which only its full name starts.
fn npm(folder: &Path, arguments: &[&str]) -> Command {
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.arg("--prefix").arg(folder).args(arguments);
    npm
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkout_without_an_interface_is_no_failure() {
        let folder = std::env::temp_dir().join("autoreach-no-interface-here");
        let workspace = Workspace { root: folder.clone(), target: folder };
        assert!(matches!(build(&workspace), Ok(None)));
    }

    #[test]
    fn npm_is_told_the_folder_instead_of_being_started_in_it() {
        let command = npm(Path::new("checkout/ui"), &["run", "build"]);
        assert_eq!(command.get_args().collect::<Vec<_>>(), ["--prefix", "checkout/ui", "run", "build"]);
    }
}
