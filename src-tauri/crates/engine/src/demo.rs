//! The demo workspace: 40 invented companies with recorded pages, one workflow, no account and no network.
//!
//! The pages go through the same fetch rules as the web. The workspace is an ordinary encrypted one; because nobody has
//! to remember anything for a demo, its passphrase lies beside it in `demo-passphrase`. Nothing in it is confidential.

use crate::Engine;
use crate::error::EngineError;
use crate::pipeline::import::{ImportReport, ImportRequest};
use crate::workflows::parse_definition;
use crate::workspace::{Access, Opening, create, exists, open};
use autoreach_domain::reviewer::Reviewer;
use autoreach_domain::workflow::Workflow;
use autoreach_secrets::{Secret, read_passphrase_file};
use autoreach_web::{PageSource, RecordedSource};
use include_dir::{Dir, include_dir};
use jiff::Timestamp;
use std::path::Path;
use std::sync::Arc;

/// Everything the demo ships.
static DEMO: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../demo");
/// Where the passphrase of a demo workspace lies.
const PASSPHRASE_FILE: &str = "demo-passphrase";
/// The name its leads' file is known by.
const LEAD_FILE: &str = "leads.csv";

/// The recorded pages, as if read at `now`, so that a demo never goes stale.
pub fn pages(now: Timestamp) -> Result<Arc<dyn PageSource>, EngineError> {
    let sites = DEMO.get_dir("sites").ok_or(EngineError::DemoPages)?;
    let mut files = Vec::new();
    for site in sites.dirs() {
        files.extend(site.files().map(|file| (file.path().to_string_lossy().into_owned(), file.contents())));
    }
    let source = RecordedSource::from_files_dated(files, now).map_err(|_| EngineError::DemoPages)?;
    Ok(Arc::new(source))
}

/// Opens the demo workspace in `dir`, or creates it with its workflow and its suppression list.
pub async fn open_or_create(dir: &Path, reviewer: Reviewer) -> Result<Arc<Engine>, EngineError> {
    let passphrase_file = dir.join(PASSPHRASE_FILE);
    let is_new = !exists(dir);
    if is_new && !passphrase_file.exists() {
        write_passphrase(dir, &passphrase_file)?;
    }
    let passphrase = read_passphrase_file(&passphrase_file)?;
    let opening =
        Opening { dir: dir.to_owned(), access: Access::Passphrase(passphrase), pages: pages(Timestamp::now())?, at: None, reviewer };
    let engine = if is_new { create(opening, None).await?.engine } else { open(opening).await? };
    // Not only when new: a first start that was cut short is made good at the next.
    if engine.workflows().await?.is_empty() {
        furnish(&engine).await?;
    }
    Ok(engine)
}

async fn furnish(engine: &Engine) -> Result<(), EngineError> {
    engine.set_workflow(parse_definition(text("workflow.toml")?)?).await?;
    let listed = text("suppression.csv")?.lines().skip(1).filter_map(|line| line.split_once(','));
    let entries: Vec<(String, String)> = listed.map(|(entry, reason)| (unquoted(entry), unquoted(reason))).collect();
    engine.suppress(&entries).await?;
    Ok(())
}

/// Is the folder a demo workspace?
pub fn is_demo(dir: &Path) -> bool {
    dir.join(PASSPHRASE_FILE).exists()
}

/// Imports the demo's leads; on the second call every row is known already.
pub async fn import_leads(engine: &Engine, workflow: &Workflow, parser: &Path) -> Result<ImportReport, EngineError> {
    let bytes = text(LEAD_FILE)?.as_bytes();
    let request = ImportRequest { workflow_id: workflow.id, file_name: LEAD_FILE, bytes, overrides: &[], takes_unsure: false, parser };
    engine.import(&request).await
}

fn text(name: &str) -> Result<&'static str, EngineError> {
    DEMO.get_file(name).and_then(include_dir::File::contents_utf8).ok_or(EngineError::DemoPages)
}

fn unquoted(cell: &str) -> String {
    cell.trim().trim_matches('"').to_owned()
}

fn write_passphrase(dir: &Path, file: &Path) -> Result<(), EngineError> {
    let failed = |cause| EngineError::File { path: file.to_owned(), action: "written", cause };
    std::fs::create_dir_all(dir).map_err(failed)?;
    let random: [u8; 16] = crate::clock::Randomness::System.bytes()?;
    let text: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    std::fs::write(file, Secret::new(text).expose()).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use autoreach_domain::review::{Gesture, Part};
    use tokio_util::sync::CancellationToken;

    #[tokio::test(flavor = "multi_thread")]
    async fn the_demo_runs_from_leads_to_an_approved_mail() {
        let dir = tempfile::tempdir().expect("a folder");
        let engine = open_or_create(dir.path(), Reviewer::from("Ana".to_owned())).await.expect("opens");
        let workflow = engine.workflow(None).await.expect("there is one");
        let report = import_leads(&engine, &workflow, Path::new("unused")).await.expect("imports");
        assert!(report.new >= 36, "{report:?}");
        let run = engine.start_run(workflow.id).await.expect("starts");
        let progress = engine.work(run, &CancellationToken::new()).await.expect("works");
        assert_eq!((progress.drafted, progress.given_up), (progress.leads, 0), "{progress:?}");
        let mut accepted = 0;
        for line in engine.queue(0, 200).await.expect("reads") {
            let request = crate::review::decide::DecideRequest::plain(line.item, Gesture::Accept(Part::All));
            accepted += usize::from(engine.decide(request).await.is_ok());
        }
        assert!(accepted >= 20, "only {accepted} could be accepted as they are");
        assert!(engine.verify().await.expect("verifies").is_clean());
    }
}
