//! The vault and the in-memory store behind the same trait, and what the vault file withstands.

use crate::support::*;
use autoreach_secrets::*;
use proptest::prelude::*;
use std::fs;

fn smtp() -> SecretName {
    SecretName::SmtpPassword(PlainId::parse("mailbox-1").unwrap())
}

fn kept(store: &dyn SecretStore, name: &SecretName) -> Option<Vec<u8>> {
    store.get(name).unwrap_or_else(|error| panic!("{error}")).map(|secret| secret.expose().to_vec())
}

/// What every place that keeps secrets promises.
fn keeps_replaces_and_forgets(store: &dyn SecretStore) {
    assert_eq!(kept(store, &smtp()), None);
    store.delete(&smtp()).unwrap();
    store.set(&smtp(), &Secret::new("first")).unwrap();
    store.set(&smtp(), &Secret::new("second")).unwrap();
    let other = SecretName::ApiKey(PlainId::parse("mailbox-1").unwrap());
    store.set(&other, &Secret::new("key")).unwrap();
    assert_eq!(kept(store, &smtp()).as_deref(), Some(&b"second"[..]));
    store.delete(&smtp()).unwrap();
    assert_eq!(kept(store, &smtp()), None);
    assert_eq!(kept(store, &other).as_deref(), Some(&b"key"[..]), "forgetting one secret took another along");
}

#[test]
fn vault_and_memory_keep_replace_and_forget() {
    let workspace = Workspace::new();
    keeps_replaces_and_forgets(&VaultStore::new(workspace.home(), &DataKey::generate([5; 32])));
    keeps_replaces_and_forgets(&MemoryStore::new());
}

#[test]
fn the_vault_opens_again_with_its_data_key_and_with_no_other() {
    let workspace = Workspace::new();
    VaultStore::new(workspace.home(), &DataKey::generate([5; 32])).set(&smtp(), &Secret::new("hunter2 canary")).unwrap();
    let text = fs::read_to_string(workspace.dir.path().join(VAULT_FILE)).unwrap();
    assert!(!text.contains("canary"));
    let again = VaultStore::new(workspace.home(), &DataKey::generate([5; 32]));
    assert_eq!(kept(&again, &smtp()).as_deref(), Some(&b"hunter2 canary"[..]));
    let stranger = VaultStore::new(workspace.home(), &DataKey::generate([6; 32]));
    assert!(matches!(error(stranger.get(&smtp())), SecretError::VaultEntryRefused));
}

#[test]
fn an_entry_renamed_by_hand_is_damage() {
    let workspace = Workspace::new();
    let vault = VaultStore::new(workspace.home(), &DataKey::generate([5; 32]));
    vault.set(&smtp(), &Secret::new("password")).unwrap();
    let path = workspace.dir.path().join(VAULT_FILE);
    let renamed = fs::read_to_string(&path).unwrap().replace("smtp-password:mailbox-1", "smtp-password:mailbox-2");
    fs::write(&path, renamed).unwrap();
    assert!(matches!(error(vault.get(&smtp())), SecretError::Damaged { file: VAULT_FILE }));
}

#[test]
fn a_vault_that_does_not_read_whole_is_never_written_over() {
    let workspace = Workspace::new();
    let vault = VaultStore::new(workspace.home(), &DataKey::generate([5; 32]));
    fs::write(workspace.dir.path().join(VAULT_FILE), b"{\"version\": 1, ").unwrap();
    let before = workspace.contents();
    assert!(matches!(error(vault.set(&smtp(), &Secret::new("new"))), SecretError::Damaged { file: VAULT_FILE }));
    assert!(matches!(error(vault.delete(&smtp())), SecretError::Damaged { file: VAULT_FILE }));
    assert_eq!(workspace.contents(), before);
}

#[test]
fn two_threads_do_not_lose_each_others_entry() {
    let workspace = Workspace::new();
    let vault = VaultStore::new(workspace.home(), &DataKey::generate([5; 32]));
    let name = |number: usize| SecretName::ApiKey(PlainId::parse(&format!("provider-{number}")).unwrap());
    std::thread::scope(|scope| {
        for number in 0..8 {
            let vault = &vault;
            scope.spawn(move || vault.set(&name(number), &Secret::new(vec![number as u8])).unwrap());
        }
    });
    for number in 0..8 {
        assert_eq!(kept(&vault, &name(number)), Some(vec![number as u8]));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_secret_comes_back_as_it_was_and_any_flipped_byte_is_refused(
        secret in proptest::collection::vec(any::<u8>(), 0..300), at in any::<prop::sample::Index>(), bit in 0_u8..8,
    ) {
        let workspace = Workspace::new();
        let vault = VaultStore::new(workspace.home(), &DataKey::generate([5; 32]));
        vault.set(&smtp(), &Secret::new(secret.clone())).unwrap();
        prop_assert_eq!(kept(&vault, &smtp()), Some(secret));
        let path = workspace.dir.path().join(VAULT_FILE);
        let mut bytes = fs::read(&path).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        fs::write(&path, &bytes).unwrap();
        let refused = error(vault.get(&smtp()));
        let is_named = matches!(refused, SecretError::Damaged { file: VAULT_FILE } | SecretError::Newer { file: VAULT_FILE, .. });
        prop_assert!(is_named, "refused under another name: {}", refused);
        prop_assert!(vault.set(&smtp(), &Secret::new("new")).is_err());
        prop_assert_eq!(fs::read(&path).unwrap(), bytes);
    }
}
