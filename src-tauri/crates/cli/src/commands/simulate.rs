//! `simulate`: weeks of work with a simulated reviewer, and the table of what the agent earned.

use crate::answer::Answer;
use crate::args::{Global, SimulateArgs};
use crate::error::CliError;
use autoreach_engine::simulation::{Persona, SimulationRequest, WeekReport, simulate as run};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

/// Runs the simulation in the folder named, or in one that is gone afterwards.
pub(crate) async fn simulate(global: &Global, args: &SimulateArgs) -> Result<Answer, CliError> {
    let persona = persona(&args.persona)?;
    let folder = tempfile::tempdir().map_err(|cause| CliError::Write { path: std::env::temp_dir(), cause })?;
    let dir = global.workspace.clone().unwrap_or_else(|| folder.path().join("simulation"));
    let request = SimulationRequest { dir, persona, weeks: args.weeks, leads_per_day: usize::from(args.leads_per_day), seed: args.seed };
    let is_watched = !global.quiet && std::io::stderr().is_terminal();
    let report = run(request, |week| show_progress(week, is_watched)).await?;
    let table = report.table();
    Ok(Answer::new(&report, table))
}

/// A shipped persona by its name, else a file.
fn persona(text: &str) -> Result<Persona, CliError> {
    if let Some(shipped) = Persona::shipped(text) {
        return Ok(shipped?);
    }
    let path = PathBuf::from(text);
    let toml = std::fs::read_to_string(Path::new(text)).map_err(|cause| CliError::Read { path, cause })?;
    Ok(Persona::parse(&toml)?)
}

/// One line on standard error that grows by a word a week; a terminal that is gone is no reason to stop.
fn show_progress(week: &WeekReport, is_watched: bool) {
    if is_watched {
        let _ = writeln!(std::io::stderr().lock(), "week {} is over", week.week);
    }
}
