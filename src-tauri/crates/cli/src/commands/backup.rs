//! `backup`: copies of the workspace, and putting one back.

use crate::access::{self, Network};
use crate::answer::Answer;
use crate::args::{BackupCommand, Global};
use crate::error::CliError;
use crate::prompt;
use crate::view::words::counted;
use autoreach_engine::data::backups::{self, BackupCheck, BackupLine, Holdings};
use autoreach_engine::data::restore::RestoreReport;
use autoreach_engine::workspace;
use std::path::Path;

/// Lists, takes, checks, or puts back.
pub(crate) async fn backup(global: &Global, command: BackupCommand) -> Result<Answer, CliError> {
    match command {
        BackupCommand::List => list(&access::workspace_dir(global)?),
        BackupCommand::Now { to } => {
            super::in_workspace(global, Network::Untouched, async |engine| {
                let check = engine.back_up_now(to.as_deref()).await?;
                Ok(Answer::new(&check, format!("Taken and checked: {}.", check_words(&check))))
            })
            .await
        }
        BackupCommand::Check { file } => {
            super::in_workspace(global, Network::Untouched, async |engine| {
                let check = engine.check_backup(&backups::file_of(engine.dir(), &file)?).await?;
                Ok(Answer::new(&check, format!("Sound: {}.", check_words(&check))))
            })
            .await
        }
        BackupCommand::Restore { file, yes } => restore(global, &file, yes).await,
    }
}

fn list(dir: &Path) -> Result<Answer, CliError> {
    let list = backups::list(dir)?;
    let lines = list.backups.iter().map(line_words).collect::<Vec<_>>().join("\n");
    let text = match list.backups.len() as u64 {
        0 => format!("No backup in {} yet. `autoreach backup now` takes one.", list.folder),
        count => format!("{} in {}\n{lines}", counted(count, "backup"), list.folder),
    };
    Ok(Answer::new(&list, text))
}

fn line_words(line: &BackupLine) -> String {
    let megabytes = line.bytes as f64 / 1_000_000.0;
    format!("{}  {:<14} {megabytes:>7.1} MB  {}", line.taken_at.strftime("%Y-%m-%d %H:%M"), line.kind, line.name)
}

fn holdings(holds: Holdings) -> String {
    let Holdings { leads, journal, mails } = holds;
    format!("{}, {journal} journal entries, {}", counted(leads, "lead"), counted(mails, "mail"))
}

fn check_words(check: &BackupCheck) -> String {
    format!("{} with {} ({} rows in all)", check.name, holdings(check.holds), check.rows)
}

/// The workspace need not open: its backup may be all there is.
async fn restore(global: &Global, file: &Path, yes: bool) -> Result<Answer, CliError> {
    let dir = access::workspace_dir(global)?;
    let backup = backups::file_of(&dir, file)?;
    if !yes {
        agree(&backup)?;
    }
    let access = access::access(global, &dir)?;
    let opening = access::opening(global, dir, access, Network::Untouched)?;
    let (engine, restored) = workspace::restore_closed(opening, &backup).await?;
    let report = RestoreReport::new(&restored, &engine);
    engine.close().await;
    Ok(Answer::new(&report, report_words(&report)))
}

fn agree(backup: &Path) -> Result<(), CliError> {
    let name = backup.file_name().unwrap_or_default().to_string_lossy();
    let question = format!(
        "{name} takes the place of the workspace. What is in use now is kept aside as a backup, from which it comes back the same way.\nPut it back?"
    );
    if prompt::can_ask() && prompt::ask_yes(&question)? { Ok(()) } else { Err(CliError::NotAgreed) }
}

fn report_words(report: &RestoreReport) -> String {
    let kept = match (&report.kept_aside, &report.damaged_kept_in) {
        (Some(name), _) => format!("What was in use is kept as {name}; `autoreach backup restore {name}` undoes this."),
        (None, Some(folder)) => format!("What was in use did not open; its files are kept in {folder}."),
        (None, None) => "There was no database in use.".to_owned(),
    };
    let settled = report.settled;
    let mut text = format!("Restored: {}.\n{kept}", holdings(report.holds));
    if settled.held > 0 {
        text += &format!("\nHolding {}: look at `autoreach outbox`, then `autoreach outbox release-all`.", counted(settled.held, "mail"));
    }
    if settled.uncertain > 0 {
        text += &format!(
            "\n{} left after this backup and {} not sent again.",
            counted(settled.uncertain, "mail"),
            is_or_are(settled.uncertain)
        );
    }
    if settled.erased_again > 0 {
        text += &format!("\nErased again: {}.", counted(settled.erased_again, "person").replace("persons", "people"));
    }
    text
}

fn is_or_are(count: u64) -> &'static str {
    if count == 1 { "is" } else { "are" }
}
