//! `cargo xtask bench`: optimised build, then the acceptance package's bench program prints the figures, those of the
//! interface in Chromium among them.

use std::process::{Command, ExitCode};

use crate::error::XtaskError;
use crate::interface::{self, Interface};
use crate::options::BenchOptions;
use crate::progress::Steps;
use crate::system::{self, Platform, Role};
use crate::workspace::{Workspace, run_to_end};

/// The program that holds the built-in reader against pages whose facts are known.
const READER: &str = "facts_harness";

/// Builds the programs and lets the bench program speak. Nothing is installed here: `run` and `test` do that.
pub(crate) fn bench(workspace: &Workspace, options: &BenchOptions) -> Result<ExitCode, XtaskError> {
    let mut steps = Steps::new(3);
    steps.begin("The window's interface");
    match interface::build(workspace)? {
        Interface::Ready(_) => {}
        Interface::Missing(reason) => println!("      measured without it: {reason}"),
        Interface::Broken => return Ok(ExitCode::FAILURE),
    }
    steps.begin("Building optimised");
    let mut build = workspace.cargo();
    build.args(["build", "--release", "--package", "autoreach-cli", "--package", "autoreach-acceptance", "--bins"]);
    build.args(["--package", "autoreach-agents", "--example", READER]);
    if system::missing_parts(Platform::detect(), &[Role::Window]).is_empty() {
        build.args(["--package", "autoreach"]);
    }
    if !run_to_end(&mut build)?.success() {
        return Ok(ExitCode::FAILURE);
    }
    steps.begin("Measuring");
    // The program that was built, and not `cargo run`, which would build it again with the features of its own package alone.
    // Without a choice among the parts, how well the built-in reader reads comes first: it takes seconds.
    if options.arguments.iter().all(|argument| argument != "--part") {
        let mut reader = Command::new(workspace.target.join("release/examples").join(READER));
        if !run_to_end(reader.current_dir(&workspace.root))?.success() {
            return Ok(ExitCode::FAILURE);
        }
    }
    let mut measure = Command::new(workspace.target.join("release/bench"));
    measure.args(&options.arguments).current_dir(&workspace.root);
    if let Some(browser) = system::browser() {
        measure.env("CHROMIUM", browser);
    }
    Ok(if run_to_end(&mut measure)?.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
