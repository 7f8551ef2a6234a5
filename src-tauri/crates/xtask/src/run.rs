//! `cargo xtask run`: from a machine with nothing but Rust to the main job on the demo workspace.

use std::process::{Command, ExitCode};

use crate::error::XtaskError;
use crate::install;
use crate::interface;
use crate::options::RunOptions;
use crate::progress::Steps;
use crate::system::Role;
use crate::workspace::{Workspace, run_to_end};

/// Installs, builds, runs. The exit code is the demo's own.
pub(crate) fn run(workspace: &Workspace, options: &RunOptions) -> Result<ExitCode, XtaskError> {
    if options.window {
        return window(workspace, options);
    }
    let mut steps = Steps::new(3);
    steps.begin("System packages");
    install::make_present(&[Role::Build])?;
    steps.begin("Building autoreach (the first build takes some minutes)");
    if !run_to_end(build(workspace, options).args(["--package", "autoreach-cli"]))?.success() {
        return Ok(ExitCode::FAILURE);
    }
    steps.begin("The main job on the demo workspace");
    let status = run_to_end(&mut demo(workspace, options))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Builds the interface and the shell around it, and opens the window.
fn window(workspace: &Workspace, options: &RunOptions) -> Result<ExitCode, XtaskError> {
    let mut steps = Steps::new(4);
    steps.begin("System packages");
    install::make_present(&[Role::Build])?;
    steps.begin("The window's interface");
    if interface::build(workspace)?.is_some_and(|status| !status.success()) {
        return Ok(ExitCode::FAILURE);
    }
    steps.begin("Building the window (the first build takes some minutes)");
    if !run_to_end(build(workspace, options).args(["--package", "autoreach"]))?.success() {
        return Ok(ExitCode::FAILURE);
    }
    steps.begin("The window");
    let status = run_to_end(&mut Command::new(program(workspace, options, "autoreach-desktop")))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn build(workspace: &Workspace, options: &RunOptions) -> Command {
    let mut cargo = workspace.cargo();
    cargo.arg("build");
    if options.release {
        cargo.arg("--release");
    }
    cargo
}

fn demo(workspace: &Workspace, options: &RunOptions) -> Command {
    let mut demo = Command::new(program(workspace, options, "autoreach"));
    demo.arg("demo").args(&options.demo_arguments);
    demo
}

fn program(workspace: &Workspace, options: &RunOptions, name: &str) -> std::path::PathBuf {
    let profile = if options.release { "release" } else { "debug" };
    workspace.target.join(profile).join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn the_demo_is_the_program_just_built_with_the_users_arguments() {
        let workspace = Workspace { root: "checkout".into(), target: "elsewhere".into() };
        let options = RunOptions { release: true, window: false, demo_arguments: vec!["--json".into()] };
        let command = demo(&workspace, &options);
        assert!(Path::new(command.get_program()).starts_with("elsewhere/release"), "CARGO_TARGET_DIR and --release are honoured");
        assert_eq!(command.get_args().collect::<Vec<_>>(), ["demo", "--json"]);
    }
}
