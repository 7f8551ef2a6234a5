//! `import`, `imports` and `import-undo`: a file of leads in, looked at first if wished, taken back as a whole.

use super::run::parser;
use crate::answer::Answer;
use crate::args::{ImportArgs, MappingArgs};
use crate::error::CliError;
use crate::files;
use crate::view::lists;
use crate::view::text::{fitted, visible};
use crate::view::words::{counted, day};
use autoreach_engine::Engine;
use autoreach_engine::domain::ids::{ImportId, WorkflowId};
use autoreach_engine::pipeline::import::{ImportReport, ImportRequest};
use serde_json::{Value, json};
use std::path::Path;

/// Imports one file, or says what that would do.
pub(crate) async fn import(engine: &Engine, args: &ImportArgs) -> Result<Answer, CliError> {
    let workflow = engine.workflow(args.mapping.workflow.as_deref()).await?;
    let report = read(engine, &args.file, &args.mapping, workflow.id, args.preview).await?;
    Ok(Answer::new(&report, lists::import(&report, args.preview)))
}

/// Reads one file into the workspace, or only looks at it.
pub(crate) async fn read(
    engine: &Engine,
    file: &Path,
    mapping: &MappingArgs,
    workflow_id: WorkflowId,
    is_preview: bool,
) -> Result<ImportReport, CliError> {
    let bytes = files::read(file)?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let parser = parser()?;
    let request = ImportRequest {
        workflow_id,
        file_name: &name,
        bytes: &bytes,
        overrides: &mapping.mapping,
        takes_unsure: mapping.take_unsure,
        parser: &parser,
    };
    Ok(if is_preview { engine.preview_import(&request).await? } else { engine.import(&request).await? })
}

/// Every import, newest first.
pub(crate) async fn imports(engine: &Engine) -> Result<Answer, CliError> {
    let (mut rows, mut lines) = (Vec::<Value>::new(), Vec::new());
    for import in engine.imports().await? {
        let state = if import.undone_at.is_some() { "taken back" } else { "" };
        let leads = counted(u64::from(import.lead_count), "lead");
        lines.push(
            format!("{}  {}  {} {} {state}", import.id, day(import.created_at), fitted(&leads, 10), visible(&import.file_name))
                .trim_end()
                .to_owned(),
        );
        rows.push(json!({
            "id": import.id, "file": import.file_name, "sha256": import.file_hash, "leads": import.lead_count,
            "created_at": import.created_at, "undone_at": import.undone_at,
        }));
    }
    let text = if lines.is_empty() { "Nothing was imported yet.".into() } else { lines.join("\n") };
    Ok(Answer::new(&json!({ "imports": rows }), text))
}

/// Takes an import back.
pub(crate) async fn undo(engine: &Engine, id: ImportId) -> Result<Answer, CliError> {
    let withdrawn = engine.undo_import(id).await?;
    let text = format!("Took back {}, with open items and unsent mails. Decisions stay in the journal.", counted(withdrawn, "lead"));
    Ok(Answer::new(&json!({ "leads": withdrawn }), text))
}
