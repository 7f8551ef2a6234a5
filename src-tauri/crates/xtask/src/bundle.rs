//! `cargo xtask bundle`: the window as packages, by the Tauri command line that comes with the interface's packages.

use std::process::{Command, ExitCode};

use crate::error::XtaskError;
use crate::install;
use crate::interface::{self, Interface};
use crate::progress::Steps;
use crate::system::Role;
use crate::workspace::{Workspace, run_to_end};

/// Builds the interface, then the program optimised and its packages, and says where they lie.
pub(crate) fn bundle(workspace: &Workspace) -> Result<ExitCode, XtaskError> {
    let mut steps = Steps::new(3);
    steps.begin("System packages");
    install::make_present(&[Role::Build, Role::Window, Role::Interface])?;
    steps.begin("The window's interface");
    match interface::build(workspace)? {
        Interface::Ready(_) => {}
        Interface::Missing(reason) => {
            println!("no packages without the interface, and {reason}");
            return Ok(ExitCode::FAILURE);
        }
        Interface::Broken => return Ok(ExitCode::FAILURE),
    }
    steps.begin("The packages (the optimised build takes about ten minutes)");
    if !run_to_end(&mut tauri(workspace))?.success() {
        return Ok(ExitCode::FAILURE);
    }
    println!("\nPackages: {}", workspace.target.join("release/bundle").display());
    Ok(ExitCode::SUCCESS)
}

/// Named as a script of Node's, which starts the same way on every system. The workspace's default members leave the shell
/// out, so it is named.
fn tauri(workspace: &Workspace) -> Command {
    let mut tauri = Command::new("node");
    tauri.current_dir(&workspace.root).env("CARGO_TARGET_DIR", &workspace.target);
    tauri.arg(workspace.root.join("ui/node_modules/@tauri-apps/cli/tauri.js"));
    tauri.args(["build", "--ci", "--", "--package", "autoreach"]);
    tauri
}
