//! A lead file comes in whole or not at all, says of every row what became of it, and can be taken back.

use std::sync::Arc;

use autoreach_acceptance::workspace::{NoNetwork, TestWorkspace};
use autoreach_domain::sending::OutboxState;
use autoreach_engine::error::EngineError;
use autoreach_engine::pipeline::import::ImportReport;
use autoreach_testkit::smtp_server::{Faults, SmtpServer};

use crate::support::{accept, journal, program, researched};

async fn empty() -> TestWorkspace {
    TestWorkspace::new(Arc::new(NoNetwork::default()), 0).await
}

async fn leads(workspace: &TestWorkspace) -> usize {
    workspace.engine.leads(workspace.workflow.id).await.expect("lists").len()
}

fn rows_accounted_for(report: &ImportReport) -> usize {
    report.new + report.same.len() + report.unsure.len() + report.suppressed.len() + report.problems.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_is_accounted_for() {
    let workspace = empty().await;
    workspace.engine.suppress(&[("quiet.example".into(), "asked us to stop".into())]).await.expect("suppresses");
    let file = "Company,First Name,Last Name,Email,Website\n\
        Fenmark Freight,Wei,Raovik,wei@fenmark.example,fenmark.example\n\
        Fenmark Freight,Wei,Raovik,wei@fenmark.example,fenmark.example\n\
        Quiet Lines,Ina,Moor,ina@quiet.example,quiet.example\n\
        ,,,,\n\
        Lonely Valves,,,,\n\
        Torvik Foods,Mette,Damgren,not an address,torvik.example\n";
    let report = workspace.import(file).await;
    assert_eq!((report.new, report.same.len(), report.suppressed.len()), (3, 1, 1), "{report:?}");
    let incomplete: Vec<u64> = report.incomplete.iter().map(|row| row.line).collect();
    assert_eq!(incomplete, [6, 7], "a row without an address or a website is kept and says what is missing");
    assert!(report.notes.iter().any(|note| note.line == 7), "what was left out is said: {:?}", report.notes);
    assert_eq!(leads(&workspace).await, 3);
    let again = workspace.import(file).await;
    assert_eq!((again.new, again.import, leads(&workspace).await), (0, None, 3), "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_stores_nothing() {
    let workspace = empty().await;
    let bytes = b"Company,Email\nFenmark Freight,wei@fenmark.example\n";
    let preview = workspace.engine.preview_import(&workspace.import_request(bytes)).await.expect("looks");
    assert_eq!((preview.new, preview.import, leads(&workspace).await), (1, None, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_file_brings_nothing_or_says_what_became_of_each_row() {
    let workspace = empty().await;
    let good = "Company,Email\nFenmark Freight,wei@fenmark.example\n";
    let row_of = |bytes: usize| format!("{good}Long,{}\n", "x".repeat(bytes)).into_bytes();
    let hostile: [(&str, Vec<u8>); 9] = [
        ("empty", Vec::new()),
        ("a header alone", b"Company,Email\n".to_vec()),
        ("an unclosed quote", format!("{good}\"Torvik,a@torvik.example\nNesk,b@nesk.example\n").into_bytes()),
        ("a line of two megabytes", row_of(2_000_000)),
        ("bytes that are no text", (0..4_096_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect()),
        ("zero bytes", format!("{good}Tor\0vik,a@torvik.example\n").into_bytes()),
        ("a zip that is no workbook", [b"PK\x03\x04".as_slice(), &[0; 512]].concat()),
        ("rows of other lengths", format!("{good}only one cell\na,b,c,d,e\n").into_bytes()),
        ("three hundred columns", format!("{}\n{}\n", "Company,".repeat(300), "x,".repeat(300)).into_bytes()),
    ];
    for (what, bytes) in hostile {
        let before = leads(&workspace).await;
        match workspace.try_import(&bytes).await {
            Err(error) => {
                assert_eq!(leads(&workspace).await, before, "{what} was refused and left something behind");
                assert!(!error.to_string().contains("fenmark"), "{what}: messages hold no lead data");
            }
            Ok(report) => {
                assert_eq!(leads(&workspace).await, before + report.new, "{what}");
                assert!(rows_accounted_for(&report) > 0 || bytes.iter().filter(|byte| **byte == b'\n').count() <= 1, "{what}: {report:?}");
                if let Some(import) = report.import {
                    workspace.engine.undo_import(import).await.expect("can be taken back");
                }
            }
        }
    }
    assert!(workspace.engine.verify().await.expect("verifies").is_clean());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_taken_back_with_its_items_and_unsent_mails() {
    let (sites, workspace) = researched(4, 10).await;
    let import = workspace.engine.imports().await.expect("lists")[0].id;
    accept(&workspace, workspace.open_items().await[0]).await;
    let decisions = journal(&workspace).await.len();
    assert_eq!(workspace.engine.undo_import(import).await.expect("takes back"), 4);
    assert_eq!((leads(&workspace).await, workspace.open_items().await.len()), (0, 0));
    let outbox = workspace.engine.outbox().await.expect("lists");
    assert!(outbox.iter().all(|mail| !OutboxState::RECALLABLE.contains(&mail.state)), "nothing of it can leave: {outbox:?}");
    assert_eq!(journal(&workspace).await.len(), decisions, "what was decided stays on record");
    let again = workspace.engine.undo_import(import).await;
    assert!(matches!(again, Err(EngineError::ImportUndone)), "{again:?}");
    let report = workspace.import(&sites.leads_csv()).await;
    assert_eq!(report.new, 4, "the file can be imported again: {report:?}");
    assert_eq!(workspace.run().await.drafted, 4);
    assert!(workspace.engine.verify().await.expect("verifies").is_clean());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_stays_once_one_of_its_mails_has_left() {
    let (_sites, workspace) = researched(2, 0).await;
    let server = SmtpServer::start(Faults::none()).expect("starts");
    workspace.send_through(&server).await;
    accept(&workspace, workspace.open_items().await[0]).await;
    workspace.send().await;
    let import = workspace.engine.imports().await.expect("lists")[0].id;
    let refused = workspace.engine.undo_import(import).await;
    assert!(matches!(refused, Err(EngineError::ImportHasSent { sent: 1 })), "{refused:?}");
    assert_eq!(leads(&workspace).await, 2);
}

#[test]
fn a_workbook_is_read_by_a_process_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(program) = program("a_workbook_is_read_by_a_process_of_its_own", folder.path()) else { return };
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    std::fs::write(folder.path().join("workflow.toml"), autoreach_acceptance::workspace::definition_toml(10)).expect("ours");
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in
        [["Company", "Email"], ["Fenmark Freight", "wei@fenmark.example"], ["Torvik Foods", "mette@torvik.example"]].iter().enumerate()
    {
        for (column, cell) in cells.iter().enumerate() {
            sheet.write_string(row as u32, column as u16, *cell).expect("fits");
        }
    }
    book.save(path("leads.xlsx")).expect("saves");
    program.must(&["init"]);
    program.must(&["workflow", "set", &path("workflow.toml")]);
    let report = program.must(&["import", &path("leads.xlsx")]).json;
    assert_eq!((&report["new"], report["format"].as_str().is_some_and(|format| format.starts_with("XLSX"))), (&2.into(), true), "{report}");
}
