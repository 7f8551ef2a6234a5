//! The keychain states, each with the recovery key opening all the same, and nothing ever made over an existing store.

use crate::support::*;
use autoreach_secrets::*;
use std::fs;

/// A workspace made with a keychain, whose keychain then gets into a state.
fn check(spoil: impl FnOnce(&MemoryStore), expected: KeychainTrouble) {
    let workspace = Workspace::new();
    let keychain = MemoryStore::new();
    let (data_key, recovery_key) = create(workspace.home(), CreateWith::Keychain(&keychain)).ok().unwrap();
    spoil(&keychain);
    let before = workspace.contents();

    assert_eq!(trouble(unlock(workspace.home(), UnlockWith::Keychain(&keychain))), expected);
    assert_eq!(status(workspace.home(), &keychain).unwrap().keychain, KeychainState::Trouble(expected));
    let again = error(create(workspace.home(), CreateWith::Keychain(&keychain)));
    assert!(matches!(again, SecretError::StoreExists { file: KEYS_FILE }), "a new store was made over one that does not open");
    assert!(opens_to(unlock(workspace.home(), UnlockWith::Recovery(&recovery_key)), &data_key));
    assert_eq!(workspace.contents(), before, "a failed opening changed a file");

    keychain.set_trouble(None);
    relink_keychain(workspace.home(), &data_key, &keychain).unwrap();
    assert!(opens_to(unlock(workspace.home(), UnlockWith::Keychain(&keychain)), &data_key), "relinking did not mend it");
}

#[test]
fn an_absent_keychain_is_named_and_the_recovery_key_opens() {
    check(|keychain| keychain.set_trouble(Some(KeychainTrouble::Absent)), KeychainTrouble::Absent);
}

#[test]
fn a_locked_keychain_is_named_and_the_recovery_key_opens() {
    check(|keychain| keychain.set_trouble(Some(KeychainTrouble::Locked)), KeychainTrouble::Locked);
}

#[test]
fn a_refusing_keychain_is_named_and_the_recovery_key_opens() {
    check(|keychain| keychain.set_trouble(Some(KeychainTrouble::Denied)), KeychainTrouble::Denied);
}

#[test]
fn an_emptied_keychain_is_named_and_the_recovery_key_opens() {
    check(|keychain| keychain.delete(&SecretName::DataKeyWrap).unwrap(), KeychainTrouble::Emptied);
}

#[test]
fn a_keychain_entry_of_another_store_is_a_wrong_key_and_not_damage() {
    check(|keychain| keychain.set(&SecretName::DataKeyWrap, &Secret::new([9; 32])).unwrap(), KeychainTrouble::WrongKey);
    check(|keychain| keychain.set(&SecretName::DataKeyWrap, &Secret::new("short")).unwrap(), KeychainTrouble::WrongKey);
}

#[test]
fn relinking_never_overwrites_an_entry_another_copy_depends_on() {
    let (ours, other) = (Workspace::new(), Workspace::new());
    let (keychain, lost) = (MemoryStore::new(), MemoryStore::new());
    let (other_key, _) = create(other.home(), CreateWith::Keychain(&keychain)).ok().unwrap();
    let (our_key, _) = create(ours.home(), CreateWith::Keychain(&lost)).ok().unwrap();
    assert_eq!(trouble(unlock(ours.home(), UnlockWith::Keychain(&keychain))), KeychainTrouble::WrongKey);
    relink_keychain(ours.home(), &our_key, &keychain).unwrap();
    assert!(opens_to(unlock(ours.home(), UnlockWith::Keychain(&keychain)), &our_key));
    assert!(opens_to(unlock(other.home(), UnlockWith::Keychain(&keychain)), &other_key), "the other copy lost its way in");
}

#[test]
fn a_workspace_is_not_created_on_a_keychain_in_trouble() {
    let workspace = Workspace::new();
    let keychain = MemoryStore::new();
    keychain.set_trouble(Some(KeychainTrouble::Locked));
    assert_eq!(trouble(create(workspace.home(), CreateWith::Keychain(&keychain))), KeychainTrouble::Locked);
    assert!(workspace.contents().is_empty());
}

#[test]
fn a_keychain_that_forgets_what_it_is_given_is_found_out_before_a_key_is_trusted_to_it() {
    struct Forgetful;
    impl SecretStore for Forgetful {
        fn get(&self, _: &SecretName) -> Result<Option<Secret>, SecretError> {
            Ok(None)
        }
        fn set(&self, _: &SecretName, _: &Secret) -> Result<(), SecretError> {
            Ok(())
        }
        fn delete(&self, _: &SecretName) -> Result<(), SecretError> {
            Ok(())
        }
    }
    let workspace = Workspace::new();
    assert_eq!(trouble(create(workspace.home(), CreateWith::Keychain(&Forgetful))), KeychainTrouble::Failing);
    assert!(workspace.contents().is_empty());
}

#[test]
fn a_keychain_that_reads_an_old_entry_but_no_longer_writes_is_not_trusted_with_a_new_workspace() {
    struct ReadOnly(MemoryStore);
    impl SecretStore for ReadOnly {
        fn get(&self, name: &SecretName) -> Result<Option<Secret>, SecretError> {
            self.0.get(name)
        }
        fn set(&self, _: &SecretName, _: &Secret) -> Result<(), SecretError> {
            Err(KeychainTrouble::Denied.into())
        }
        fn delete(&self, _: &SecretName) -> Result<(), SecretError> {
            Err(KeychainTrouble::Denied.into())
        }
    }
    let keychain = MemoryStore::new();
    keychain.set(&SecretName::DataKeyWrap, &Secret::new([9; 32])).unwrap();
    let workspace = Workspace::new();
    let refused = create(workspace.home(), CreateWith::Keychain(&ReadOnly(keychain)));
    assert_eq!(trouble(refused), KeychainTrouble::Denied);
    assert!(workspace.contents().is_empty());
}

#[test]
fn a_workspace_without_a_keychain_slot_does_not_ask_the_keychain() {
    let workspace = Workspace::new();
    create(workspace.home(), CreateWith::Passphrase(&passphrase(), Argon2Cost::SIMULATED)).ok().unwrap();
    let keychain = MemoryStore::new();
    keychain.set_trouble(Some(KeychainTrouble::Failing));
    let found = status(workspace.home(), &keychain).unwrap();
    let slots = vec![SlotKind::Recovery, SlotKind::Passphrase];
    assert_eq!(found, KeysStatus { slots, keychain: KeychainState::NotUsed, has_database: false });
    let refused = error(unlock(workspace.home(), UnlockWith::Keychain(&keychain)));
    assert!(matches!(refused, SecretError::SlotMissing { slot: SlotKind::Keychain }));
}

#[test]
fn a_database_without_its_key_file_is_called_lost_keys_and_nothing_is_made_over_it() {
    let workspace = Workspace::new();
    let keychain = MemoryStore::new();
    assert!(matches!(error(unlock(workspace.home(), UnlockWith::Keychain(&keychain))), SecretError::NoStoreHere));
    fs::write(workspace.dir.path().join(DATABASE_FILE), b"old data").unwrap();
    assert!(matches!(error(unlock(workspace.home(), UnlockWith::Keychain(&keychain))), SecretError::KeysLost));
    let refused = error(create(workspace.home(), CreateWith::Keychain(&keychain)));
    assert!(matches!(refused, SecretError::StoreExists { file: DATABASE_FILE }));
    assert!(keychain.get(&SecretName::DataKeyWrap).ok().unwrap().is_none(), "a refused creation left a key in the keychain");
    assert_eq!(workspace.contents().len(), 1);
}

#[cfg(unix)]
#[test]
fn a_dangling_link_in_the_databases_place_still_forbids_a_new_store() {
    let workspace = Workspace::new();
    std::os::unix::fs::symlink("/nonexistent/disk/autoreach.db", workspace.dir.path().join(DATABASE_FILE)).unwrap();
    let refused = error(create(workspace.home(), CreateWith::Keychain(&MemoryStore::new())));
    assert!(matches!(refused, SecretError::StoreExists { file: DATABASE_FILE }));
}

#[test]
fn the_kernel_keyring_that_forgets_at_reboot_is_not_linked() {
    let lock_file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../Cargo.lock");
    let linked = fs::read_to_string(lock_file).unwrap();
    assert!(linked.contains("zbus-secret-service-keyring-store") && !linked.contains("linux-keyutils"));
}
