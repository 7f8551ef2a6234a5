//! `cargo xtask bench`: optimised build, then the acceptance package's bench program prints the figures.

use std::process::ExitCode;

use crate::error::XtaskError;
use crate::options::BenchOptions;
use crate::progress::Steps;
use crate::workspace::{Workspace, run_to_end};

/// Builds both programs and lets the bench program speak. Nothing is installed here: `run` and `test` do that.
pub(crate) fn bench(workspace: &Workspace, options: &BenchOptions) -> Result<ExitCode, XtaskError> {
    let mut steps = Steps::new(2);
    steps.begin("Building optimised");
    let mut build = workspace.cargo();
    build.args(["build", "--release", "--package", "autoreach-cli", "--package", "autoreach-acceptance", "--bins"]);
    if !run_to_end(&mut build)?.success() {
        return Ok(ExitCode::FAILURE);
    }
    steps.begin("Measuring");
    let mut measure = workspace.cargo();
    measure.args(["run", "--quiet", "--release", "--package", "autoreach-acceptance", "--bin", "bench", "--"]).args(&options.arguments);
    let succeeded = run_to_end(&mut measure)?.success();
    Ok(if succeeded { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
