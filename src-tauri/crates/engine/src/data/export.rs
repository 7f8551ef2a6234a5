//! Everything that is a person's to take along, as files in a folder: tables for spreadsheets, the journal, the mails, and every
//! table of the store as JSON lines with a word on what it is. No key and no password is in it.

use crate::Engine;
use crate::error::EngineError;
use autoreach_domain::decision::Event;
use autoreach_import::{ByteOrderMark, write_csv};
use autoreach_store::tables::lead;
use autoreach_store::{journal, personal};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use ts_rs::TS;

const READ_ME: &str = "Everything in this AutoReach workspace, as files.\n\n\
    leads.csv       the leads of all workflows\n\
    decisions.csv   every verdict, who gave it, when and why\n\
    mails.csv       every mail of the outbox with where it stands\n\
    mails/          mails that have not left, as .eml files\n\
    journal.jsonl   the append-only journal with its hash chain, entry by entry\n\
    tables/         every table of the database as JSON lines: dossiers with quotes (artifact), cards (review_card), stored pages\n\
    \x20               (page_snapshot), what left the computer (egress_call), settings and the rest\n\n\
    These files are not encrypted. They hold personal data: keep them as carefully as the workspace, and delete them when done.\n";

/// One file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ExportedFile {
    /// Its name below the folder.
    pub name: String,
    /// Rows or entries in it.
    #[ts(type = "number")]
    pub rows: u64,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ExportReport {
    /// Where.
    pub folder: String,
    /// The files.
    pub files: Vec<ExportedFile>,
}

impl Engine {
    /// Writes everything into a new folder below `parent`. A folder that is there already is never written into.
    pub async fn export_everything(&self, parent: &Path) -> Result<ExportReport, EngineError> {
        let stamp = self.now().strftime("%Y-%m-%d-%H%M%S").to_string();
        let folder = parent.join(format!("autoreach-export-{stamp}"));
        let unfinished = parent.join(format!("autoreach-export-{stamp}.unfinished"));
        let mut files = Files { folder: &unfinished, written: Vec::new() };
        files.make("")?;
        self.write_spreadsheets(&mut files).await?;
        self.write_mails(&mut files).await?;
        let lines = self.decisions_as_jsonl().await?;
        files.write("journal.jsonl", lines.iter().filter(|byte| **byte == b'\n').count() as u64, &lines)?;
        files.make("tables")?;
        for (table, rows) in personal::everything(self.store.read()).await? {
            let text: String = rows.iter().map(|row| format!("{row}\n")).collect();
            files.write(&format!("tables/{table}.jsonl"), rows.len() as u64, text.as_bytes())?;
        }
        files.write("README.txt", 0, READ_ME.as_bytes())?;
        let written = files.written;
        std::fs::rename(&unfinished, &folder).map_err(|cause| EngineError::File { path: folder.clone(), action: "written", cause })?;
        Ok(ExportReport { folder: folder.display().to_string(), files: written })
    }

    async fn write_spreadsheets(&self, files: &mut Files<'_>) -> Result<(), EngineError> {
        let mut companies = BTreeMap::new();
        let mut rows = Vec::new();
        let mut decisions = Vec::new();
        for workflow in self.workflows().await? {
            for lead in lead::of_workflow(self.store.read(), workflow.id, lead::Shelf::All).await? {
                companies.insert(lead.id, lead.company.clone());
                let cells = std::iter::once(workflow.definition.name.clone()).chain(crate::leads::cells(lead));
                rows.push(cells.collect());
            }
            for entry in journal::events_of_kinds(self.store.read(), workflow.id, &["decided"]).await? {
                let Event::Decided(decision) = entry.event else { continue };
                let reasons: Vec<&str> = decision.reasons.iter().map(|reason| reason.words()).collect();
                decisions.push(vec![
                    decision.decided_at.to_string(),
                    workflow.definition.name.clone(),
                    companies.get(&decision.lead_id).cloned().unwrap_or_default(),
                    decision.stage.to_string(),
                    decision.verdict.to_string(),
                    decision.reviewer.to_string(),
                    reasons.join("; "),
                    decision.note,
                    decision.final_text,
                ]);
            }
        }
        let header = ["Workflow"].into_iter().chain(crate::leads::COLUMNS).map(String::from).collect::<Vec<_>>();
        let count = rows.len() as u64;
        files.write("leads.csv", count, &write_csv(&header, rows, ByteOrderMark::Written))?;
        let header = ["When", "Workflow", "Company", "Stage", "Verdict", "Who", "Reasons", "Note", "Text as approved"].map(String::from);
        let count = decisions.len() as u64;
        files.write("decisions.csv", count, &write_csv(&header, decisions, ByteOrderMark::Written))
    }

    async fn write_mails(&self, files: &mut Files<'_>) -> Result<(), EngineError> {
        let count = self.outbox().await?.len() as u64;
        files.write("mails.csv", count, &self.mails_as_csv().await?)?;
        files.make("mails")?;
        for (name, bytes) in self.mails_as_files().await? {
            files.write(&format!("mails/{name}"), 1, &bytes)?;
        }
        Ok(())
    }
}

/// The folder under construction.
struct Files<'a> {
    folder: &'a Path,
    written: Vec<ExportedFile>,
}

impl Files<'_> {
    fn make(&self, name: &str) -> Result<(), EngineError> {
        let path = self.folder.join(name);
        std::fs::create_dir_all(&path).map_err(|cause| EngineError::File { path, action: "written", cause })
    }

    fn write(&mut self, name: &str, rows: u64, bytes: &[u8]) -> Result<(), EngineError> {
        let path = self.folder.join(name);
        let write = || {
            let mut file = std::fs::File::create(&path)?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().map_err(|cause| EngineError::File { path: path.clone(), action: "written", cause })?;
        self.written.push(ExportedFile { name: name.to_owned(), rows });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Desk;
    use autoreach_domain::review::{Gesture, Part};

    #[tokio::test]
    async fn everything_comes_out_as_files_and_no_key_does() {
        let desk = Desk::with_a_queue().await;
        desk.decide("Orbital", Gesture::Accept(Part::All)).await.expect("accepts");
        let parent = tempfile::tempdir().expect("a folder");
        let report = desk.engine.export_everything(parent.path()).await.expect("exports");
        let rows = |name: &str| report.files.iter().find(|file| file.name == name).map(|file| file.rows);
        assert_eq!((rows("leads.csv"), rows("mails.csv"), rows("tables/review_card.jsonl")), (Some(3), Some(1), Some(3)));
        assert!(rows("decisions.csv") >= Some(3) && rows("journal.jsonl") > Some(6));
        let folder = Path::new(&report.folder);
        let text = |name: &str| std::fs::read_to_string(folder.join(name)).expect("reads");
        assert!(text("decisions.csv").contains("Orbital Freight") && text("tables/artifact.jsonl").contains("We employ 146 people"));
        assert!(text("mails.csv").contains("wei.rao@orbital.example"));
        assert!(!text("tables/workflow.jsonl").contains("mark_key"), "the key of the draws stays here");
        for table in personal::TABLES.iter().filter(|table| !["store_meta", "learner_checkpoint"].contains(&table.name)) {
            assert!(folder.join(format!("tables/{}.jsonl", table.name)).exists(), "{}", table.name);
        }
        assert!(!parent.path().join(format!("{}.unfinished", report.folder)).exists());
    }

    #[tokio::test]
    async fn where_nothing_can_be_written_it_says_so() {
        let desk = Desk::with_a_queue().await;
        let parent = tempfile::tempdir().expect("a folder");
        let file = parent.path().join("a file");
        std::fs::write(&file, b"").expect("ours");
        assert_eq!(desk.engine.export_everything(&file).await.expect_err("is no folder").code(), "file");
    }
}
