//! A workspace written by an earlier release opens, whole, and goes on (`guarantees.md` G4).
//!
//! `tests/fixtures/schema-1` was written by the program of schema 1: two invented leads without a website, one of them
//! rejected. It is copied and never changed; a new schema gets a folder of its own.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use autoreach_acceptance::workspace::NoNetwork;
use autoreach_domain::reviewer::Reviewer;
use autoreach_engine::secrets::Secret;
use autoreach_engine::workspace::{Access, Opening, open};

/// What locks the fixture; nothing in it is confidential.
const PASSPHRASE: &str = "an old but sound passphrase";

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the folder is ours");
    for entry in fs::read_dir(from).expect("the fixture lies beside the tests") {
        let path = entry.expect("the fixture can be listed").path();
        let target = to.join(path.file_name().expect("entries have names"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a file can be copied");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_of_schema_1_opens_with_its_decisions_and_a_backup_was_taken_first() {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/schema-1"), folder.path());
    let access = Access::Passphrase(Secret::new(PASSPHRASE.to_owned()));
    let opening = Opening {
        dir: folder.path().to_owned(),
        access,
        pages: Arc::new(NoNetwork::default()),
        at: None,
        reviewer: Reviewer::from("Ana".to_owned()),
    };
    let engine = open(opening).await.expect("an older store opens");
    assert_eq!(engine.read_only_reason(), None, "and can be written");
    let counts = engine.queue_counts().await.expect("counts");
    assert_eq!((counts.open, counts.decided), (1, 1));
    assert!(engine.verify().await.expect("verifies").is_clean(), "the chain and the memory are those of before");
    let backups = fs::read_dir(folder.path().join("backups")).expect("a backup was taken before the upgrade").count();
    assert!(backups > 0);
    engine.undo(None).await.expect("an old decision can be taken back");
    assert_eq!(engine.queue_counts().await.expect("counts").open, 2);
    let workflow = engine.workflow(None).await.expect("there is one");
    let lead = engine.lead_page(workflow.id, "Orbital", false, 0, 1).await.expect("reads").rows.remove(0);
    assert_eq!((lead.tags.len(), lead.is_archived), (0, false), "what was added since has its usual value");
    engine.tag_lead(lead.line.lead.id, &["old friend".to_owned()]).await.expect("and can be changed");
}
