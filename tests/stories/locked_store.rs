//! What lies on the disk is unreadable without the key, opens with it or with the recovery key, and says clearly why not.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use autoreach_acceptance::raw::Raw;
use autoreach_acceptance::workspace::{Kind, NoNetwork, TestWorkspace, opening, pages_of};
use autoreach_domain::review::{Gesture, Part};
use autoreach_engine::error::EngineError;
use autoreach_engine::review::decide::DecideRequest;
use autoreach_engine::secrets::Secret;
use autoreach_engine::workspace::{Access, Opening, create, open, recover, test_recovery_key};
use autoreach_store::BackupKind;
use autoreach_testkit::site_server::SiteServer;
use autoreach_testkit::smtp_server::{Faults, SmtpServer};
use jiff::Timestamp;

use crate::support::{accept, program, researched};

/// Never occurs by chance; one for each place a text can come from.
const COMPANY: &str = "Marker7f3acompany";
const NOTE: &str = "marker7f3anote";
const SUPPRESSED: &str = "marker7f3asuppressed";

fn files(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).expect("the folder is ours").map(|entry| entry.expect("the folder is ours").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The first of the lower-case words that a file holds, whatever the case. One pass: the ballast alone has 16 MB.
fn held_word(mut content: Vec<u8>, words: &[String]) -> Option<&String> {
    content.make_ascii_lowercase();
    let mut is_first = [false; 256];
    words.iter().for_each(|word| is_first[usize::from(word.as_bytes()[0])] = true);
    let candidates = content.iter().enumerate().filter(|(_, byte)| is_first[usize::from(**byte)]);
    candidates.filter_map(|(at, _)| words.iter().find(|word| content[at..].starts_with(word.as_bytes()))).next()
}

/// No file below the folder holds anything of what people wrote or read.
fn assert_nothing_readable(dir: &Path, when: &str) {
    let words = [COMPANY, NOTE, SUPPRESSED, "SQLite format", "CREATE TABLE", "portwise", "raovik"].map(str::to_lowercase);
    for path in files(dir) {
        let content = fs::read(&path).expect("the file is ours");
        assert_eq!(held_word(content, &words), None, "{when}: in {}", path.display());
    }
}

fn no_pages() -> Arc<NoNetwork> {
    Arc::new(NoNetwork::default())
}

/// The refusal of an opening that must not succeed. An engine cannot be printed, so `expect_err` does not serve.
async fn refusal(opening: Opening) -> EngineError {
    match open(opening).await {
        Ok(_) => panic!("the workspace opened"),
        Err(error) => error,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_file_of_a_workspace_holds_a_readable_word() {
    let sites = SiteServer::start(6, 5).expect("starts");
    let server = SmtpServer::start(Faults::none()).expect("starts");
    let workspace = TestWorkspace::of_kind(Kind::Ordinary, pages_of(&sites), 0).await;
    workspace.send_through(&server).await;
    workspace.engine.suppress(&[(format!("{SUPPRESSED}.example"), NOTE.into())]).await.expect("suppresses");
    workspace.import(&format!("{}{COMPANY},,Ana,Moor,CEO,ana@{COMPANY}.example,Denmark,Aarhus\n", sites.leads_csv())).await;
    workspace.run().await;
    let items = workspace.open_items().await;
    accept(&workspace, items[0]).await;
    workspace.send().await;
    let reject = DecideRequest { note: NOTE.into(), ..DecideRequest::plain(items[1], Gesture::Reject(Part::Lead)) };
    workspace.engine.decide(reject).await.expect("rejects");
    assert_eq!(server.accepted().len(), 1, "the ledger must hold something");
    assert!(
        files(workspace.dir()).iter().any(|path| path.to_string_lossy().ends_with("-wal")),
        "a write-ahead log must be there to be looked at"
    );
    assert_nothing_readable(workspace.dir(), "while open");

    let folder = workspace.closed().await;
    let raw = Raw::open(folder.path()).await;
    raw.store.backup(Timestamp::now(), BackupKind::Daily).await.expect("a backup can be taken");
    raw.store.close().await;
    assert!(files(&folder.path().join("backups")).len() == 1);
    assert_nothing_readable(folder.path(), "after closing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_passphrase_is_called_one_and_changes_nothing() {
    let (_sites, workspace) = researched(1, 10).await;
    let folder = workspace.closed().await;
    let before: Vec<_> = files(folder.path()).into_iter().map(|path| (fs::read(&path).expect("ours"), path)).collect();
    let wrong = Access::Passphrase(Secret::new("not the one".to_owned()));
    let error = refusal(Opening { access: wrong, ..opening(folder.path(), no_pages(), None) }).await;
    assert!(error.to_string().contains("passphrase"), "{error}");
    assert!(before.iter().all(|(content, path)| fs::read(path).is_ok_and(|now| now == *content)), "a wrong try leaves no trace");
    let workspace = TestWorkspace::open(folder, no_pages()).await;
    assert_eq!(workspace.open_items().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tampered_page_is_noticed_and_nothing_new_is_made_over_it() {
    let (_sites, workspace) = researched(3, 10).await;
    let folder = workspace.closed().await;
    let database = folder.path().join("autoreach.db");
    let sound = fs::read(&database).expect("ours");
    for place in [100, sound.len() / 2, sound.len() - 2_000] {
        let mut tampered = sound.clone();
        tampered[place] ^= 1;
        fs::write(&database, &tampered).expect("ours");
        match open(opening(folder.path(), no_pages(), None)).await {
            Err(error) => assert!(error.to_string().contains("damaged"), "{error}"),
            Ok(engine) => {
                let report = engine.verify().await;
                assert!(report.is_err() || report.is_ok_and(|report| !report.is_clean()), "byte {place} was changed and nobody noticed");
                engine.close().await;
            }
        }
        let again = create(opening(folder.path(), no_pages(), None), Some(1)).await;
        assert!(matches!(again, Err(EngineError::WorkspaceExists(_))), "no new workspace over one that does not open");
    }
    fs::write(&database, &sound).expect("ours");
    assert_eq!(TestWorkspace::open(folder, no_pages()).await.open_items().await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_program_is_told_that_the_workspace_is_in_use() {
    let (_sites, workspace) = researched(1, 10).await;
    let error = refusal(opening(workspace.dir(), no_pages(), None)).await;
    assert_eq!(error.code(), "store_in_use", "{error}");
    if let Some(program) = program("a_second_program_is_told_that_the_workspace_is_in_use", workspace.dir()) {
        let answer = program.for_workspace(workspace.dir().to_owned()).ask(&["queue"]);
        assert_eq!((answer.code, answer.error()), (Some(1), Some("store_in_use")), "{}", answer.json);
    }
    assert_eq!(workspace.open_items().await.len(), 1, "the first goes on undisturbed");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recovery_key_opens_what_a_lost_passphrase_cannot() {
    let folder = tempfile::tempdir().expect("a folder");
    let created = create(opening(folder.path(), no_pages(), None), Some(3)).await.expect("creates");
    let recovery_key = created.recovery_key;
    created.engine.close().await;
    test_recovery_key(folder.path(), &recovery_key).expect("it opens");
    let other = Access::Passphrase(Secret::new("a new passphrase from today".to_owned()));
    let engine = recover(Opening { access: other, ..opening(folder.path(), no_pages(), None) }, &recovery_key).await.expect("recovers");
    engine.close().await;
    let other = Access::Passphrase(Secret::new("a new passphrase from today".to_owned()));
    open(Opening { access: other, ..opening(folder.path(), no_pages(), None) }).await.expect("the new passphrase opens").close().await;
    let stranger = create(opening(&folder.path().join("other"), no_pages(), None), Some(4)).await.expect("creates").recovery_key;
    assert!(test_recovery_key(folder.path(), &stranger).is_err(), "another workspace's key does not");
}

#[test]
fn without_a_keychain_the_program_says_what_to_do_and_makes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(program) = program("without_a_keychain_the_program_says_what_to_do_and_makes_nothing", folder.path()) else { return };
    if !cfg!(target_os = "linux") {
        crate::support::skip("without_a_keychain_the_program_says_what_to_do_and_makes_nothing", "this system always has a keychain");
        return;
    }
    let mut command = program.command(&["init"]);
    // An address at which no bus can be: the desktop session of whoever runs the tests is not asked.
    command.env_remove("AUTOREACH_PASSPHRASE").env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    let answer = autoreach_acceptance::program::Answer::of(command.output().expect("starts"));
    let message = answer.json["error"]["message"].as_str().unwrap_or_default();
    assert_eq!(answer.code, Some(1), "{} {}", answer.json, answer.complaint);
    assert!(message.contains("--passphrase-file") || message.contains("AUTOREACH_PASSPHRASE"), "{message}");
    assert!(!program.workspace().join("keys.json").exists() && !program.workspace().join("autoreach.db").exists());
}

#[test]
fn the_logs_of_a_whole_run_name_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(program) = program("the_logs_of_a_whole_run_name_nobody", folder.path()) else { return };
    let sites = SiteServer::start(3, 4).expect("starts");
    let path = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("ours");
        path.to_string_lossy().into_owned()
    };
    let workflow = path("workflow.toml", &autoreach_acceptance::workspace::definition_toml(0));
    let (leads, resolve) = (path("leads.csv", &sites.leads_csv()), path("resolve.txt", &sites.resolve_lines()));
    program.must(&["init"]);
    program.must(&["workflow", "set", &workflow]);
    program.must(&["run", &leads, "--resolve-file", &resolve]);
    let queue = program.must(&["queue"]).json;
    let item = queue["items"][0]["item"].as_str().expect("an item").to_owned();
    program.must(&["decide", &item, "accept", "--vouch", "--note", NOTE]);
    let logs = files(&program.workspace().join("logs"));
    assert!(!logs.is_empty(), "a run at level debug leaves a log");
    let written: String = logs.iter().map(|log| fs::read_to_string(log).expect("text")).collect();
    for company in sites.companies() {
        for word in [&company.name, &company.host, &company.email] {
            assert!(!written.contains(word.as_str()), "the log names a lead");
        }
    }
    assert!(!written.contains(NOTE));
    assert_nothing_readable(program.workspace(), "after a run of the program");
}
