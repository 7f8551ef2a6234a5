//! `cargo xtask run`: from a machine with nothing but Rust to the window on the demo workspace, or, where there is no
//! display, to the main job on it in the terminal.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use crate::error::XtaskError;
use crate::install;
use crate::interface::{self, Interface};
use crate::options::RunOptions;
use crate::progress::Steps;
use crate::system::{self, Platform, Role};
use crate::workspace::{Workspace, run_to_end};

/// Installs, builds, runs. The exit code is that of the program that was run.
pub(crate) fn run(workspace: &Workspace, options: &RunOptions) -> Result<ExitCode, XtaskError> {
    match place(options, |name| std::env::var_os(name)) {
        Place::Window => window(workspace, options),
        Place::Terminal => terminal(workspace, options),
    }
}

/// Where the main job is shown.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    Window,
    Terminal,
}

/// The window, unless it is not wanted or has nowhere to open. Arguments are for the command line's demo.
fn place(options: &RunOptions, environment: impl Fn(&str) -> Option<OsString>) -> Place {
    let is_set = |name| environment(name).is_some_and(|value| !value.is_empty());
    let has_display = cfg!(any(windows, target_os = "macos")) || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY");
    let is_wanted = !options.no_window && options.demo_arguments.is_empty();
    if has_display && is_wanted { Place::Window } else { Place::Terminal }
}

fn terminal(workspace: &Workspace, options: &RunOptions) -> Result<ExitCode, XtaskError> {
    let mut steps = Steps::new(3);
    steps.begin("System packages");
    install::make_present(&[Role::Build])?;
    steps.begin("Building autoreach (the first build takes some minutes)");
    if !run_to_end(build(workspace, options).args(["--package", "autoreach-cli"]))?.success() {
        return Ok(ExitCode::FAILURE);
    }
    steps.begin("The main job on the demo workspace");
    carried_out(&mut demo(workspace, options))
}

fn window(workspace: &Workspace, options: &RunOptions) -> Result<ExitCode, XtaskError> {
    let mut steps = Steps::new(4);
    steps.begin("System packages");
    install::make_present(&[Role::Build, Role::Window, Role::Interface])?;
    if let Some(part) = system::missing_parts(Platform::detect(), &[Role::Window]).first() {
        println!("      no window without {}: in the terminal instead", part.label());
        return terminal(workspace, options);
    }
    steps.begin("The window's interface");
    match interface::build(workspace)? {
        Interface::Ready(_) => {}
        Interface::Missing(reason) => {
            println!("      no window without its interface, and {reason}: in the terminal instead");
            return terminal(workspace, options);
        }
        Interface::Broken => return Ok(ExitCode::FAILURE),
    }
    steps.begin("Building the window (the first build takes some minutes)");
    if !run_to_end(build(workspace, options).args(["--package", "autoreach"]))?.success() {
        return Ok(ExitCode::FAILURE);
    }
    steps.begin("The window on the demo workspace");
    carried_out(Command::new(program(workspace, options, "autoreach-desktop")).arg("--demo"))
}

fn carried_out(command: &mut Command) -> Result<ExitCode, XtaskError> {
    let code = run_to_end(command)?.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
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

fn program(workspace: &Workspace, options: &RunOptions, name: &str) -> PathBuf {
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
        let options = RunOptions { release: true, no_window: true, demo_arguments: vec!["--json".into()] };
        let command = demo(&workspace, &options);
        assert!(Path::new(command.get_program()).starts_with("elsewhere/release"), "CARGO_TARGET_DIR and --release are honoured");
        assert_eq!(command.get_args().collect::<Vec<_>>(), ["demo", "--json"]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_window_opens_where_there_is_a_display_and_it_is_wanted() {
        let on = |display: &'static str, options: &RunOptions| place(options, |name| (name == "DISPLAY").then(|| display.into()));
        let plain = RunOptions::default();
        assert_eq!(on(":0", &plain), Place::Window);
        assert_eq!(on("", &plain), Place::Terminal, "an empty name is no display");
        assert_eq!(on(":0", &RunOptions { no_window: true, ..RunOptions::default() }), Place::Terminal);
        let with_arguments = RunOptions { demo_arguments: vec!["--json".into()], ..RunOptions::default() };
        assert_eq!(on(":0", &with_arguments), Place::Terminal, "arguments are for the command line");
    }
}
