//! `cargo xtask bench`: optimised build, then the acceptance package's bench program prints the figures, and Chromium those
//! of the interface on its in-memory backend.

use std::process::ExitCode;

use crate::error::XtaskError;
use crate::interface::{self, Interface};
use crate::options::BenchOptions;
use crate::progress::Steps;
use crate::system::{self, Platform, Role};
use crate::workspace::{Workspace, run_to_end};

/// Builds the programs and lets the bench program speak. Nothing is installed here: `run` and `test` do that.
pub(crate) fn bench(workspace: &Workspace, options: &BenchOptions) -> Result<ExitCode, XtaskError> {
    let mut steps = Steps::new(4);
    steps.begin("The window's interface");
    let interface = interface::build(workspace)?;
    steps.begin("Building optimised");
    let mut build = workspace.cargo();
    build.args(["build", "--release", "--package", "autoreach-cli", "--package", "autoreach-acceptance", "--bins"]);
    if system::missing_parts(Platform::detect(), &[Role::Window]).is_empty() {
        build.args(["--package", "autoreach"]);
    }
    if !run_to_end(&mut build)?.success() {
        return Ok(ExitCode::FAILURE);
    }
    steps.begin("Measuring");
    let mut measure = workspace.cargo();
    measure.args(["run", "--quiet", "--release", "--package", "autoreach-acceptance", "--bin", "bench", "--"]).args(&options.arguments);
    if !run_to_end(&mut measure)?.success() {
        return Ok(ExitCode::FAILURE);
    }
    steps.begin("Measuring the interface in Chromium");
    match (&interface, system::browser()) {
        (Interface::Ready(folder), Some(_)) => {
            run_to_end(&mut interface::npm(folder, &["run", "--silent", "screens", "--", "--built", "measure"]))?;
        }
        (Interface::Missing(reason), _) => println!("      not measured: {reason}"),
        (_, None) => println!("      not measured: Chromium is missing"),
        (Interface::Broken, _) => println!("      not measured: the interface does not build"),
    }
    Ok(ExitCode::SUCCESS)
}
