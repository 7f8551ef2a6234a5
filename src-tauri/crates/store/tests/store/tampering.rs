//! A changed file is noticed, wherever the change is.

use std::fs;
use std::path::Path;

use autoreach_store::{BackupFault, BackupKind, Store, StoreError, verify_backup};

use crate::support::{created, fill, folder, key, now, opened, refusal};

const PAGE: usize = 4096;

/// Flips one bit and says how it was noticed: refused at opening, or found by the integrity check.
async fn is_noticed(dir: &Path, sound: &[u8], offset: usize, bit: u8) -> bool {
    let mut bytes = sound.to_vec();
    bytes[offset] ^= 1 << bit;
    fs::write(dir.join("autoreach.db"), bytes).unwrap();
    let store = match Store::open(dir, &key(), now()).await {
        Err(StoreError::Damaged) => return true,
        Err(other) => panic!("flipping bit {bit} at {offset} gave {other:?}"),
        Ok(store) => store,
    };
    let report = store.integrity().await;
    store.close().await;
    match report {
        Ok(report) => !report.is_sound(),
        Err(StoreError::Damaged) => true,
        Err(other) => panic!("flipping bit {bit} at {offset} gave {other:?}"),
    }
}

#[tokio::test]
async fn every_flipped_bit_is_noticed() {
    let folder = folder();
    let store = created(folder.path()).await;
    fill(&store, 60).await;
    store.close().await;
    let sound = fs::read(folder.path().join("autoreach.db")).unwrap();
    let pages = sound.len() / PAGE;
    assert!(pages > 15);
    // A stride that is no divisor of the page size walks through salts, rows, vectors and authentication codes.
    let offsets = (0..200).map(|step| (step * 2_311 + step * step * 37) % sound.len());
    for (step, offset) in offsets.enumerate() {
        assert!(is_noticed(folder.path(), &sound, offset, (step % 8) as u8).await, "offset {offset} of {}", sound.len());
    }
    fs::write(folder.path().join("autoreach.db"), &sound).unwrap();
    assert!(opened(folder.path()).await.integrity().await.unwrap().is_sound(), "the untouched file is sound");
}

#[tokio::test]
async fn a_damaged_first_page_is_damage_and_not_a_wrong_key() {
    let folder = folder();
    created(folder.path()).await.close().await;
    let path = folder.path().join("autoreach.db");
    let mut bytes = fs::read(&path).unwrap();
    bytes[100] ^= 1;
    fs::write(&path, &bytes).unwrap();
    assert!(matches!(refusal(folder.path(), &key()).await, StoreError::Damaged));
    assert_eq!(fs::read(&path).unwrap(), bytes, "a file that does not open is left as it is");
}

#[tokio::test]
async fn damaged_pages_are_counted() {
    let folder = folder();
    let store = created(folder.path()).await;
    fill(&store, 60).await;
    store.close().await;
    let path = folder.path().join("autoreach.db");
    let mut bytes = fs::read(&path).unwrap();
    for page in [7, 9, 11] {
        bytes[page * PAGE + 500] ^= 0x80;
    }
    fs::write(&path, &bytes).unwrap();
    assert_eq!(opened(folder.path()).await.integrity().await.unwrap().damaged_pages, 3);
}

#[tokio::test]
async fn swapped_pages_are_noticed() {
    let folder = folder();
    let store = created(folder.path()).await;
    fill(&store, 60).await;
    store.close().await;
    let path = folder.path().join("autoreach.db");
    let mut bytes = fs::read(&path).unwrap();
    let (front, back) = bytes.split_at_mut(9 * PAGE);
    front[8 * PAGE..].swap_with_slice(&mut back[..PAGE]);
    fs::write(&path, &bytes).unwrap();
    let report = opened(folder.path()).await.integrity().await;
    assert!(!report.is_ok_and(|report| report.is_sound()), "a page is bound to its place");
}

#[tokio::test]
async fn a_tampered_backup_is_rejected() {
    let folder = folder();
    let store = created(folder.path()).await;
    fill(&store, 60).await;
    let backup = store.backup(now(), BackupKind::Manual).await.unwrap();
    let sound = fs::read(&backup.path).unwrap();
    for offset in [5, 100, 5 * PAGE + 17, sound.len() - 20] {
        let mut bytes = sound.clone();
        bytes[offset] ^= 4;
        fs::write(&backup.path, bytes).unwrap();
        let refused = verify_backup(&backup.path, &key()).await.unwrap_err();
        let StoreError::BackupRejected { fault, .. } = refused else { panic!("{refused:?}") };
        assert!(matches!(fault, BackupFault::DoesNotOpen | BackupFault::Damaged));
    }
}
