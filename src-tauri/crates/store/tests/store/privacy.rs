//! Nothing readable on disk.

use std::fs;
use std::path::{Path, PathBuf};

use autoreach_store::{BackupKind, SendLedger};

use crate::support::{MARKER, created, fill, folder, key, now};

fn all_files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(all_files(&path));
        } else {
            files.push(path);
        }
    }
    files
}

fn holds(content: &[u8], needle: &[u8]) -> bool {
    content.windows(needle.len()).any(|window| window == needle)
}

/// Shannon entropy in bits per byte.
fn entropy(content: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    content.iter().for_each(|byte| counts[usize::from(*byte)] += 1);
    let shares = counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) / content.len() as f64);
    -shares.map(|share| share * share.log2()).sum::<f64>()
}

fn check(path: &Path) {
    let content = fs::read(path).unwrap();
    let is_wal_index = path.extension().is_some_and(|extension| extension == "db-shm");
    for needle in [MARKER.as_bytes(), b"SQLite format", b"CREATE TABLE"] {
        assert!(!holds(&content, needle), "{} holds plaintext", path.display());
    }
    // The wal index holds page numbers only, and small files cannot show their entropy.
    if content.len() > 100_000 && !is_wal_index {
        let bits = entropy(&content);
        assert!(bits > 7.99, "{} has {bits} bits per byte", path.display());
    }
}

#[tokio::test]
async fn database_wal_backup_and_ledger_hold_no_plaintext() {
    let folder = folder();
    let store = created(folder.path()).await;
    fill(&store, 2_000).await;
    SendLedger::open(folder.path(), &key()).unwrap().append(MARKER).unwrap();
    store.backup(now(), BackupKind::Daily).await.unwrap();
    let wal = folder.path().join("autoreach.db-wal");
    assert!(fs::metadata(&wal).unwrap().len() > 1_000_000, "the test must see a filled write-ahead log");
    all_files(folder.path()).iter().for_each(|path| check(path));
    store.close().await;
    assert!(!wal.exists(), "closing moves the log into the database");
    assert!(fs::metadata(folder.path().join("autoreach.db")).unwrap().len() > 2_000_000);
    all_files(folder.path()).iter().for_each(|path| check(path));
}
