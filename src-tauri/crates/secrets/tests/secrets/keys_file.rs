//! `keys.json`: every way in opens the same key, rewrapping keeps it, and a changed file is refused and left alone.

use crate::support::*;
use autoreach_secrets::*;
use proptest::prelude::*;
use std::fs;

const CHEAP: Argon2Cost = Argon2Cost::SIMULATED;

#[test]
fn all_three_ways_in_open_the_same_key() {
    let workspace = Workspace::new();
    let keychain = MemoryStore::new();
    let (data_key, recovery_key) = create(workspace.home(), CreateWith::Keychain(&keychain)).ok().unwrap();
    add_passphrase(workspace.home(), &data_key, &passphrase(), CHEAP).unwrap();
    for with in [UnlockWith::Keychain(&keychain), UnlockWith::Passphrase(&passphrase()), UnlockWith::Recovery(&recovery_key)] {
        assert!(opens_to(unlock(workspace.home(), with), &data_key));
    }
}

#[test]
fn two_workspaces_have_two_keys() {
    let make = || create(Workspace::new().home(), CreateWith::Passphrase(&passphrase(), CHEAP)).ok().unwrap();
    assert_ne!(make().0.expose(), make().0.expose());
}

#[test]
fn the_file_holds_the_key_only_wrapped_and_is_readable_by_its_owner_only() {
    let workspace = Workspace::new();
    let (data_key, _) = create(workspace.home(), CreateWith::Passphrase(&passphrase(), CHEAP)).ok().unwrap();
    let path = workspace.dir.path().join(KEYS_FILE);
    let text = fs::read_to_string(&path).unwrap();
    let in_hex: String = data_key.expose().iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(!text.contains(&in_hex) && !text.contains("horse"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(workspace.contents().len(), 1, "a temporary file was left behind");
}

#[test]
fn a_wrong_passphrase_and_a_wrong_recovery_key_are_told_from_damage() {
    let workspace = Workspace::new();
    let (data_key, recovery_key) = create(workspace.home(), CreateWith::Passphrase(&passphrase(), CHEAP)).ok().unwrap();
    let wrong = Secret::new("incorrect horse");
    assert!(matches!(error(unlock(workspace.home(), UnlockWith::Passphrase(&wrong))), SecretError::WrongPassphrase));
    let stranger = RecoveryKey::generate([3; 20]);
    assert!(matches!(test_recovery_key(workspace.home(), &stranger), Err(SecretError::WrongRecoveryKey)));
    let retyped = RecoveryKey::parse(&recovery_key.reveal()).ok().unwrap();
    test_recovery_key(workspace.home(), &retyped).unwrap();
    assert!(opens_to(unlock(workspace.home(), UnlockWith::Recovery(&retyped)), &data_key));
}

#[test]
fn a_new_recovery_key_replaces_the_old_one_and_keeps_the_data_key() {
    let workspace = Workspace::new();
    let (data_key, old) = create(workspace.home(), CreateWith::Passphrase(&passphrase(), CHEAP)).ok().unwrap();
    let new = rotate_recovery_key(workspace.home(), &data_key).ok().unwrap();
    assert!(opens_to(unlock(workspace.home(), UnlockWith::Recovery(&new)), &data_key));
    assert!(matches!(test_recovery_key(workspace.home(), &old), Err(SecretError::WrongRecoveryKey)));
    assert!(opens_to(unlock(workspace.home(), UnlockWith::Passphrase(&passphrase())), &data_key), "another way in was lost");
}

#[test]
fn a_new_passphrase_replaces_the_old_one_and_a_short_one_is_refused() {
    let workspace = Workspace::new();
    let (data_key, _) = create(workspace.home(), CreateWith::Passphrase(&passphrase(), CHEAP)).ok().unwrap();
    let short = add_passphrase(workspace.home(), &data_key, &Secret::new("short"), CHEAP);
    assert!(matches!(short, Err(SecretError::PassphraseTooShort { minimum: MINIMUM_PASSPHRASE })));
    let new = Secret::new("another long passphrase");
    add_passphrase(workspace.home(), &data_key, &new, CHEAP).unwrap();
    assert!(opens_to(unlock(workspace.home(), UnlockWith::Passphrase(&new)), &data_key));
    assert!(matches!(error(unlock(workspace.home(), UnlockWith::Passphrase(&passphrase()))), SecretError::WrongPassphrase));
}

#[test]
fn a_stranger_to_the_file_cannot_rewrap_it() {
    let workspace = Workspace::new();
    create(workspace.home(), CreateWith::Passphrase(&passphrase(), CHEAP)).ok().unwrap();
    let before = workspace.contents();
    let stranger = DataKey::generate([1; 32]);
    assert!(matches!(error(rotate_recovery_key(workspace.home(), &stranger)), SecretError::WrongDataKey));
    assert!(matches!(relink_keychain(workspace.home(), &stranger, &MemoryStore::new()), Err(SecretError::WrongDataKey)));
    assert_eq!(workspace.contents(), before);
}

#[test]
fn a_file_of_a_newer_format_is_called_newer_and_left_alone() {
    let workspace = Workspace::new();
    let newer = br#"{"version": 2, "body": {"something": "new"}}"#;
    fs::write(workspace.dir.path().join(KEYS_FILE), newer).unwrap();
    let refused = error(unlock(workspace.home(), UnlockWith::Passphrase(&passphrase())));
    assert!(matches!(refused, SecretError::Newer { file: KEYS_FILE, version: 2 }));
    assert_eq!(workspace.contents()[KEYS_FILE], newer);
}

#[test]
fn a_crash_before_the_renaming_leaves_the_old_file_and_does_not_block_the_next_writing() {
    let workspace = Workspace::new();
    let (data_key, _) = create(workspace.home(), CreateWith::Passphrase(&passphrase(), CHEAP)).ok().unwrap();
    fs::write(workspace.dir.path().join("keys.json.new"), b"half a fi").unwrap();
    assert!(opens_to(unlock(workspace.home(), UnlockWith::Passphrase(&passphrase())), &data_key));
    let recovery_key = rotate_recovery_key(workspace.home(), &data_key).ok().unwrap();
    assert!(opens_to(unlock(workspace.home(), UnlockWith::Recovery(&recovery_key)), &data_key));
    assert_eq!(workspace.contents().len(), 1);
}

#[test]
fn a_file_too_large_to_be_ours_is_refused_without_reading_it_all() {
    let workspace = Workspace::new();
    let path = workspace.dir.path().join(KEYS_FILE);
    fs::File::create(&path).unwrap().set_len(1 << 30).unwrap();
    let refused = error(unlock(workspace.home(), UnlockWith::Passphrase(&passphrase())));
    assert!(matches!(refused, SecretError::Damaged { file: KEYS_FILE }));
}

/// Every way to use the folder, each of which must refuse the file without touching it.
fn assert_refused_everywhere(workspace: &Workspace, data_key: &DataKey, recovery_key: &RecoveryKey, keychain: &MemoryStore) {
    let before = workspace.contents();
    let home = workspace.home();
    let refusals = [
        error(unlock(home, UnlockWith::Keychain(keychain))),
        error(unlock(home, UnlockWith::Recovery(recovery_key))),
        error(status(home, keychain)),
        error(relink_keychain(home, data_key, keychain)),
        error(add_passphrase(home, data_key, &passphrase(), CHEAP)),
        error(rotate_recovery_key(home, data_key)),
    ];
    for refusal in refusals {
        let is_named = matches!(refusal, SecretError::Damaged { file: KEYS_FILE } | SecretError::Newer { file: KEYS_FILE, .. });
        assert!(is_named, "refused under another name: {refusal}");
    }
    assert!(matches!(error(create(home, CreateWith::Keychain(keychain))), SecretError::StoreExists { file: KEYS_FILE }));
    assert_eq!(workspace.contents(), before, "a damaged file was touched");
}

#[test]
fn any_one_flipped_byte_is_refused_and_the_file_left_untouched() {
    let workspace = Workspace::new();
    let keychain = MemoryStore::new();
    let (data_key, recovery_key) = create(workspace.home(), CreateWith::Keychain(&keychain)).ok().unwrap();
    let path = workspace.dir.path().join(KEYS_FILE);
    let whole = fs::read(&path).unwrap();
    for at in 0..whole.len() {
        for flip in [1, 0x20, 0x80] {
            let mut damaged = whole.clone();
            damaged[at] ^= flip;
            fs::write(&path, &damaged).unwrap();
            assert_refused_everywhere(&workspace, &data_key, &recovery_key, &keychain);
        }
    }
    fs::write(&path, &whole).unwrap();
    assert!(opens_to(unlock(workspace.home(), UnlockWith::Keychain(&keychain)), &data_key));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_cut_or_scribbled_file_is_refused(cut in any::<prop::sample::Index>(), scribble in proptest::collection::vec(any::<u8>(), 0..40)) {
        let workspace = Workspace::new();
        let keychain = MemoryStore::new();
        let (data_key, recovery_key) = create(workspace.home(), CreateWith::Keychain(&keychain)).ok().unwrap();
        let path = workspace.dir.path().join(KEYS_FILE);
        let whole = fs::read(&path).unwrap();
        let mut damaged = whole[..cut.index(whole.len())].to_vec();
        damaged.extend(scribble);
        fs::write(&path, &damaged).unwrap();
        assert_refused_everywhere(&workspace, &data_key, &recovery_key, &keychain);
    }

    #[test]
    fn any_passphrase_long_enough_opens_what_it_locked(text in "\\PC{8,40}", other in "\\PC{8,40}") {
        prop_assume!(text != other);
        let workspace = Workspace::new();
        let (data_key, _) = create(workspace.home(), CreateWith::Passphrase(&Secret::new(text.clone()), CHEAP)).ok().unwrap();
        prop_assert!(opens_to(unlock(workspace.home(), UnlockWith::Passphrase(&Secret::new(text))), &data_key));
        let refused = error(unlock(workspace.home(), UnlockWith::Passphrase(&Secret::new(other))));
        prop_assert!(matches!(refused, SecretError::WrongPassphrase));
    }
}
