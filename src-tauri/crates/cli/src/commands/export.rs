//! `export`: what is in the workspace as files for other programs.

use crate::answer::Answer;
use crate::args::ExportCommand;
use crate::error::CliError;
use crate::files;
use crate::view::words::counted;
use autoreach_engine::Engine;
use serde_json::json;
use std::path::Path;

/// The table of mails in the export folder.
const MAIL_TABLE: &str = "mails.csv";

/// Writes leads, decisions or mails.
pub(crate) async fn export(engine: &Engine, command: ExportCommand) -> Result<Answer, CliError> {
    match command {
        ExportCommand::Leads { file, workflow } => {
            let workflow = engine.workflow(workflow.as_deref()).await?;
            write_file(&file, &engine.leads_as_csv(workflow.id).await?)
        }
        ExportCommand::Decisions { file } => write_file(&file, &engine.decisions_as_jsonl().await?),
        ExportCommand::Diagnostics { file } => write_file(&file, engine.diagnostics().await?.as_bytes()),
        ExportCommand::All { dir } => everything(engine, &dir).await,
        ExportCommand::Mails { dir } => mails(engine, &dir).await,
    }
}

/// To standard output nothing is added: it is the file.
fn write_file(path: &Path, bytes: &[u8]) -> Result<Answer, CliError> {
    files::write(path, bytes)?;
    if path.as_os_str() == "-" {
        return Ok(Answer::silent());
    }
    Ok(Answer::new(&json!({ "file": path, "bytes": bytes.len() }), format!("Wrote {}.", path.display())))
}

async fn everything(engine: &Engine, dir: &Path) -> Result<Answer, CliError> {
    files::make_dir(dir)?;
    let report = engine.export_everything(dir).await?;
    let files = counted(report.files.len() as u64, "file");
    let text = format!("Wrote {files} to {}.\nThey are not encrypted: keep them as carefully as the workspace.", report.folder);
    Ok(Answer::new(&report, text))
}

async fn mails(engine: &Engine, dir: &Path) -> Result<Answer, CliError> {
    files::make_dir(dir)?;
    let messages = engine.mails_as_files().await?;
    for (name, bytes) in &messages {
        files::write(&dir.join(name), bytes)?;
    }
    files::write(&dir.join(MAIL_TABLE), &engine.mails_as_csv().await?)?;
    let text = format!("Wrote {} as .eml and {MAIL_TABLE} to {}.", counted(messages.len() as u64, "unsent mail"), dir.display());
    Ok(Answer::new(&json!({ "dir": dir, "mails": messages.len(), "table": MAIL_TABLE }), text))
}
