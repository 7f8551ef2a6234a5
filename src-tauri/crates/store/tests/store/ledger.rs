//! The send ledger: what it remembered stays remembered, whatever happened to the last record.

use std::fs;
use std::path::{Path, PathBuf};

use autoreach_store::{LedgerError, SendLedger};

use crate::support::{created, folder, key, key_of};

fn file(dir: &Path) -> PathBuf {
    dir.join("ledger").join("sent.log")
}

fn fresh(dir: &Path) -> SendLedger {
    SendLedger::create(dir, &key(), 1).unwrap()
}

#[tokio::test]
async fn every_store_is_born_with_a_ledger() {
    let folder = folder();
    let _store = created(folder.path()).await;
    let ledger = SendLedger::open(folder.path(), &key()).unwrap();
    assert_eq!(ledger.epoch(), 1);
    assert!(!ledger.contains("<one@sender.example>"));
}

#[test]
fn a_message_once_handed_over_is_known_after_reopening() {
    let folder = folder();
    let ledger = fresh(folder.path());
    ledger.append("<one@sender.example>").unwrap();
    assert!(ledger.contains("<one@sender.example>"));
    drop(ledger);
    let ledger = SendLedger::open(folder.path(), &key()).unwrap();
    assert!(ledger.contains("<one@sender.example>"));
    assert!(ledger.contains("one@sender.example"), "angle brackets make no difference");
    assert!(!ledger.contains("<two@sender.example>"));
}

#[test]
fn a_torn_last_record_is_cut_off_at_every_length() {
    let folder = folder();
    let ledger = fresh(folder.path());
    ledger.append("one").unwrap();
    let whole = fs::read(file(folder.path())).unwrap();
    ledger.append("two").unwrap();
    drop(ledger);
    let both = fs::read(file(folder.path())).unwrap();
    for length in whole.len()..both.len() {
        fs::write(file(folder.path()), &both[..length]).unwrap();
        let ledger = SendLedger::open(folder.path(), &key()).unwrap();
        assert!(ledger.contains("one"), "cut at {length}");
        assert!(!ledger.contains("two"), "cut at {length}");
        assert_eq!(fs::metadata(file(folder.path())).unwrap().len(), whole.len() as u64, "cut at {length}");
        ledger.append("three").unwrap();
        drop(ledger);
        assert!(SendLedger::open(folder.path(), &key()).unwrap().contains("three"), "cut at {length}");
    }
}

#[test]
fn a_record_whose_bytes_never_reached_the_disk_is_cut_off() {
    let folder = folder();
    let ledger = fresh(folder.path());
    ledger.append("one").unwrap();
    drop(ledger);
    let mut bytes = fs::read(file(folder.path())).unwrap();
    bytes.extend([0; 40]);
    fs::write(file(folder.path()), bytes).unwrap();
    assert!(SendLedger::open(folder.path(), &key()).unwrap().contains("one"));
}

#[test]
fn every_changed_byte_of_a_whole_record_is_noticed() {
    let folder = folder();
    let ledger = fresh(folder.path());
    for message in ["one", "two", "three"] {
        ledger.append(message).unwrap();
    }
    drop(ledger);
    let sound = fs::read(file(folder.path())).unwrap();
    for offset in 0..sound.len() {
        let mut bytes = sound.clone();
        bytes[offset] ^= 0x10;
        fs::write(file(folder.path()), bytes).unwrap();
        assert!(matches!(SendLedger::open(folder.path(), &key()), Err(LedgerError::Damaged)), "offset {offset}");
    }
}

#[test]
fn records_cannot_be_reordered() {
    let folder = folder();
    let ledger = fresh(folder.path());
    ledger.append("one").unwrap();
    ledger.append("two").unwrap();
    drop(ledger);
    let mut bytes = fs::read(file(folder.path())).unwrap();
    let (first, second) = bytes[32..].split_at_mut(40);
    first.swap_with_slice(second);
    fs::write(file(folder.path()), bytes).unwrap();
    assert!(matches!(SendLedger::open(folder.path(), &key()), Err(LedgerError::Damaged)));
}

#[test]
fn a_ledger_has_one_owner_one_key_and_is_never_silently_replaced() {
    let folder = folder();
    assert!(matches!(SendLedger::open(folder.path(), &key()), Err(LedgerError::Missing)));
    let ledger = fresh(folder.path());
    assert!(matches!(SendLedger::open(folder.path(), &key()), Err(LedgerError::InUse)));
    assert!(matches!(SendLedger::create(folder.path(), &key(), 2), Err(LedgerError::AlreadyExists)));
    drop(ledger);
    assert!(matches!(SendLedger::open(folder.path(), &key_of(8)), Err(LedgerError::Damaged)));
}

#[tokio::test]
async fn a_message_the_server_refused_may_be_handed_over_again_also_after_a_restart() {
    let dir = folder();
    created(dir.path()).await.close().await;
    let ledger = SendLedger::open(dir.path(), &key()).unwrap();
    ledger.append("<1@portwise.example>").unwrap();
    ledger.append("<2@portwise.example>").unwrap();
    ledger.append_refused("<1@portwise.example>").unwrap();
    drop(ledger);
    let ledger = SendLedger::open(dir.path(), &key()).unwrap();
    assert!(!ledger.contains("<1@portwise.example>"));
    assert!(ledger.contains("<2@portwise.example>"));
    ledger.append("<1@portwise.example>").unwrap();
    assert!(ledger.contains("<1@portwise.example>"));
}
