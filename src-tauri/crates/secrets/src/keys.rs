//! `keys.json`: the wrapped copies of the data key, and the ways to make, open and rewrap them.
//!
//! The body of the file (its envelope is described in `file`):
//!
//! ```json
//! {
//!   "workspace": "<id>",
//!   "slots": {
//!     "keychain":   { "nonce": "<hex>", "sealed": "<hex>" },
//!     "recovery":   { "nonce": "<hex>", "sealed": "<hex>" },
//!     "passphrase": { "cost": { "memory_kib": 65536, "passes": 3, "lanes": 1 }, "salt": "<hex>", "wrapped": { "nonce": ..., "sealed": ... } }
//!   },
//!   "key_check": "<hex>"
//! }
//! ```
//!
//! Each slot seals the same random data key under another key: one kept in the keychain, one derived from the recovery key,
//! one stretched from the passphrase by Argon2id. `key_check` is a keyed tag of workspace and slots under the data key.
//! So the causes stay apart: a broken checksum is damage, a slot that does not open is a wrong key, and a slot that opens
//! onto a tag that does not match is a file somebody changed. Rotation rewraps this file; the database is never re-encrypted.

use crate::{DataKey, KeychainTrouble, PlainId, RecoveryKey, Secret, SecretError, SecretName, SecretStore, file, probe, seal};
use argon2::{Algorithm, Argon2, Params, Version};
use seal::SealedBox;
use serde::{Deserialize, Serialize};
use std::{fmt, path::Path};
use subtle::ConstantTimeEq;
use ts_rs::TS;
use zeroize::Zeroizing;

/// The file of wrapped keys, in the workspace folder.
pub const KEYS_FILE: &str = "keys.json";

/// The database the data key opens, in the same folder. Its mere presence forbids making a new key.
pub const DATABASE_FILE: &str = "autoreach.db";

/// Fewest characters of a new passphrase.
pub const MINIMUM_PASSPHRASE: usize = 8;

/// Where a workspace lies and which one it is.
#[derive(Clone, Copy)]
pub struct StoreHome<'a> {
    /// The folder of `keys.json`, `vault.json` and the database.
    pub dir: &'a Path,
    /// The workspace; keys of another one do not open it.
    pub workspace: &'a PlainId,
}

/// How a new workspace is locked, besides the recovery key it always gets.
pub enum CreateWith<'a> {
    /// With a key kept in the keychain.
    Keychain(&'a dyn SecretStore),
    /// With a passphrase, where no keychain exists.
    Passphrase(&'a Secret, Argon2Cost),
}

/// What a workspace is opened with.
pub enum UnlockWith<'a> {
    /// The key in the keychain.
    Keychain(&'a dyn SecretStore),
    /// The passphrase.
    Passphrase(&'a Secret),
    /// The recovery key from paper.
    Recovery(&'a RecoveryKey),
}

/// A way into a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SlotKind {
    /// The operating system's keychain.
    Keychain,
    /// The recovery key.
    Recovery,
    /// A passphrase.
    Passphrase,
}

impl SlotKind {
    fn key(self) -> &'static str {
        match self {
            Self::Keychain => "keychain",
            Self::Recovery => "recovery",
            Self::Passphrase => "passphrase",
        }
    }
}

impl fmt::Display for SlotKind {
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str(match self {
            Self::Keychain => "the keychain",
            Self::Recovery => "a recovery key",
            Self::Passphrase => "a passphrase",
        })
    }
}

/// How much work a guess at the passphrase costs (Argon2id).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Argon2Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Parallel lanes.
    pub lanes: u32,
}

impl Argon2Cost {
    /// 64 MiB, three passes: RFC 9106's second recommendation with one lane; well below a second on an old laptop.
    pub const PRODUCTION: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 1 };

    /// Next to no work, for simulated workspaces and tests. Protects nothing.
    pub const SIMULATED: Self = Self { memory_kib: 64, passes: 1, lanes: 1 };

    /// The dearest settings run, so that a hostile file cannot take the machine's memory (512 MiB) or its afternoon.
    const DEAREST: Self = Self { memory_kib: 512 * 1024, passes: 16, lanes: 8 };

    fn params(self) -> Result<Params, SecretError> {
        let max = Self::DEAREST;
        if self.memory_kib > max.memory_kib || self.passes > max.passes || self.lanes > max.lanes {
            return Err(SecretError::CostOutOfBounds);
        }
        Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).map_err(|_| SecretError::CostOutOfBounds)
    }
}

/// The body of `keys.json`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyFile {
    workspace: String,
    slots: Slots,
    #[serde(with = "seal::hex")]
    key_check: Vec<u8>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Slots {
    keychain: Option<SealedBox>,
    recovery: Option<SealedBox>,
    passphrase: Option<PassphraseSlot>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PassphraseSlot {
    cost: Argon2Cost,
    #[serde(with = "seal::hex")]
    salt: Vec<u8>,
    wrapped: SealedBox,
}

impl KeyFile {
    pub(crate) fn slot_kinds(&self) -> Vec<SlotKind> {
        let Slots { keychain, recovery, passphrase } = &self.slots;
        [(SlotKind::Keychain, keychain.is_some()), (SlotKind::Recovery, recovery.is_some()), (SlotKind::Passphrase, passphrase.is_some())]
            .into_iter()
            .filter_map(|(kind, is_there)| is_there.then_some(kind))
            .collect()
    }
}

/// Makes the data key of a new workspace and its `keys.json`, and returns both the key and the recovery key, which is
/// shown to the user once and kept nowhere. A keychain is tried out first.
///
/// Refuses with [`SecretError::StoreExists`] if a `keys.json` or a database lies in the folder, whatever its condition.
pub fn create(home: StoreHome<'_>, with: CreateWith<'_>) -> Result<(DataKey, RecoveryKey), SecretError> {
    refuse_if_a_store_exists(home.dir)?;
    let data_key = DataKey::generate(seal::random_bytes()?);
    let recovery_key = RecoveryKey::generate(seal::random_bytes()?);
    let mut slots = Slots { recovery: Some(recovery_slot(home, &data_key, &recovery_key)?), ..Slots::default() };
    match with {
        CreateWith::Keychain(keychain) => {
            probe(keychain)?;
            slots.keychain = Some(keychain_slot(home, &data_key, keychain)?);
        }
        CreateWith::Passphrase(passphrase, cost) => slots.passphrase = Some(passphrase_slot(home, &data_key, passphrase, cost)?),
    }
    save(home, &data_key, slots)?;
    Ok((data_key, recovery_key))
}

/// Opens an existing workspace. Writes nothing, whatever happens.
///
/// Fails with the keychain's state ([`SecretError::Keychain`]), [`SecretError::WrongPassphrase`] or
/// [`SecretError::WrongRecoveryKey`] if the key is the wrong one, [`SecretError::SlotMissing`] if there is no such way in,
/// and with [`SecretError::Damaged`], [`SecretError::Tampered`] or [`SecretError::KeysLost`] if the file is at fault.
pub fn unlock(home: StoreHome<'_>, with: UnlockWith<'_>) -> Result<DataKey, SecretError> {
    let keys = load(home)?;
    match with {
        UnlockWith::Keychain(keychain) => open_keychain_slot(home, &keys, keychain),
        UnlockWith::Passphrase(passphrase) => open_passphrase_slot(home, &keys, passphrase),
        UnlockWith::Recovery(recovery_key) => open_recovery_slot(home, &keys, recovery_key),
    }
}

/// Whether a recovery key, as it was written down, opens this workspace. Changes nothing.
pub fn test_recovery_key(home: StoreHome<'_>, recovery_key: &RecoveryKey) -> Result<(), SecretError> {
    unlock(home, UnlockWith::Recovery(recovery_key)).map(drop)
}

/// Adds the keychain as a way in, or mends it after it was emptied or replaced. The keychain's own entry is used if it is
/// whole, and never overwritten then: another copy of this workspace may depend on it.
pub fn relink_keychain(home: StoreHome<'_>, data_key: &DataKey, keychain: &dyn SecretStore) -> Result<(), SecretError> {
    let mut keys = load_as_owner(home, data_key)?;
    keys.slots.keychain = Some(keychain_slot(home, data_key, keychain)?);
    save(home, data_key, keys.slots)
}

/// Adds a passphrase as a way in, or replaces the one there is.
pub fn add_passphrase(home: StoreHome<'_>, data_key: &DataKey, passphrase: &Secret, cost: Argon2Cost) -> Result<(), SecretError> {
    let mut keys = load_as_owner(home, data_key)?;
    keys.slots.passphrase = Some(passphrase_slot(home, data_key, passphrase, cost)?);
    save(home, data_key, keys.slots)
}

/// Makes a new recovery key; the old one no longer opens the workspace.
pub fn rotate_recovery_key(home: StoreHome<'_>, data_key: &DataKey) -> Result<RecoveryKey, SecretError> {
    let mut keys = load_as_owner(home, data_key)?;
    let recovery_key = RecoveryKey::generate(seal::random_bytes()?);
    keys.slots.recovery = Some(recovery_slot(home, data_key, &recovery_key)?);
    save(home, data_key, keys.slots)?;
    Ok(recovery_key)
}

/// Reads `keys.json` and checks all that can be checked without a key.
pub(crate) fn load(home: StoreHome<'_>) -> Result<KeyFile, SecretError> {
    let Some(keys) = file::load::<KeyFile>(home.dir, KEYS_FILE)? else {
        let has_database = file::lies_in(home.dir, DATABASE_FILE)?;
        return Err(if has_database { SecretError::KeysLost } else { SecretError::NoStoreHere });
    };
    if keys.workspace != home.workspace.as_str() {
        return Err(SecretError::OtherWorkspace { file: KEYS_FILE });
    }
    Ok(keys)
}

pub(crate) fn open_keychain_slot(home: StoreHome<'_>, keys: &KeyFile, keychain: &dyn SecretStore) -> Result<DataKey, SecretError> {
    let slot = keys.slots.keychain.as_ref().ok_or(SecretError::SlotMissing { slot: SlotKind::Keychain })?;
    let entry = keychain.get(&SecretName::DataKeyWrap)?.ok_or(KeychainTrouble::Emptied)?;
    let wrapping_key = wrapping_key_from(&entry).ok_or(KeychainTrouble::WrongKey)?;
    let plain = seal::open(&wrapping_key, &bound_to(home, SlotKind::Keychain), slot).ok_or(KeychainTrouble::WrongKey)?;
    checked(keys, &plain)
}

fn open_passphrase_slot(home: StoreHome<'_>, keys: &KeyFile, passphrase: &Secret) -> Result<DataKey, SecretError> {
    let slot = keys.slots.passphrase.as_ref().ok_or(SecretError::SlotMissing { slot: SlotKind::Passphrase })?;
    let wrapping_key = stretch(passphrase, &slot.salt, slot.cost)?;
    let plain = seal::open(&wrapping_key, &bound_to(home, SlotKind::Passphrase), &slot.wrapped).ok_or(SecretError::WrongPassphrase)?;
    checked(keys, &plain)
}

fn open_recovery_slot(home: StoreHome<'_>, keys: &KeyFile, recovery_key: &RecoveryKey) -> Result<DataKey, SecretError> {
    let slot = keys.slots.recovery.as_ref().ok_or(SecretError::SlotMissing { slot: SlotKind::Recovery })?;
    let plain = seal::open(&recovery_key.wrapping_key(), &bound_to(home, SlotKind::Recovery), slot).ok_or(SecretError::WrongRecoveryKey)?;
    checked(keys, &plain)
}

fn keychain_slot(home: StoreHome<'_>, data_key: &DataKey, keychain: &dyn SecretStore) -> Result<SealedBox, SecretError> {
    let kept = keychain.get(&SecretName::DataKeyWrap)?;
    let wrapping_key = match kept.as_ref().and_then(wrapping_key_from) {
        Some(wrapping_key) => wrapping_key,
        None => new_wrapping_key(keychain)?,
    };
    seal::seal(&wrapping_key, &bound_to(home, SlotKind::Keychain), data_key.expose())
}

/// Makes a wrapping key and puts it into the keychain; it counts only once it reads back.
fn new_wrapping_key(keychain: &dyn SecretStore) -> Result<Zeroizing<[u8; 32]>, SecretError> {
    let wrapping_key = Zeroizing::new(seal::random_bytes::<32>()?);
    keychain.set(&SecretName::DataKeyWrap, &Secret::new(wrapping_key.as_slice()))?;
    let kept = keychain.get(&SecretName::DataKeyWrap)?;
    match kept {
        Some(kept) if kept.expose() == wrapping_key.as_slice() => Ok(wrapping_key),
        _ => Err(KeychainTrouble::Failing.into()),
    }
}

fn wrapping_key_from(entry: &Secret) -> Option<Zeroizing<[u8; 32]>> {
    entry.expose().try_into().ok().map(Zeroizing::new)
}

fn recovery_slot(home: StoreHome<'_>, data_key: &DataKey, recovery_key: &RecoveryKey) -> Result<SealedBox, SecretError> {
    seal::seal(&recovery_key.wrapping_key(), &bound_to(home, SlotKind::Recovery), data_key.expose())
}

fn passphrase_slot(home: StoreHome<'_>, data_key: &DataKey, passphrase: &Secret, cost: Argon2Cost) -> Result<PassphraseSlot, SecretError> {
    let length = passphrase.expose_text().map_or(passphrase.expose().len(), |text| text.chars().count());
    if length < MINIMUM_PASSPHRASE {
        return Err(SecretError::PassphraseTooShort { minimum: MINIMUM_PASSPHRASE });
    }
    let salt = seal::random_bytes::<16>()?;
    let wrapping_key = stretch(passphrase, &salt, cost)?;
    let wrapped = seal::seal(&wrapping_key, &bound_to(home, SlotKind::Passphrase), data_key.expose())?;
    Ok(PassphraseSlot { cost, salt: salt.to_vec(), wrapped })
}

fn stretch(passphrase: &Secret, salt: &[u8], cost: Argon2Cost) -> Result<Zeroizing<[u8; 32]>, SecretError> {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, cost.params()?);
    let mut key = Zeroizing::new([0; 32]);
    argon2.hash_password_into(passphrase.expose(), salt, key.as_mut_slice()).map_err(|_| SecretError::CostOutOfBounds)?;
    Ok(key)
}

/// What a slot's box is sealed for; a box moved to another slot, workspace or format does not open.
fn bound_to(home: StoreHome<'_>, slot: SlotKind) -> String {
    format!("autoreach keys v{} slot {} workspace {}", file::VERSION, slot.key(), home.workspace.as_str())
}

/// The data key from an opened slot, if the whole file is as its owner wrote it.
fn checked(keys: &KeyFile, plain: &[u8]) -> Result<DataKey, SecretError> {
    let data_key = DataKey::from_slot(plain).ok_or(SecretError::Tampered)?;
    if is_written_by(keys, &data_key) { Ok(data_key) } else { Err(SecretError::Tampered) }
}

/// The file as it stands, if `data_key` is its key: only the owner may rewrap, and only a file that reads whole.
fn load_as_owner(home: StoreHome<'_>, data_key: &DataKey) -> Result<KeyFile, SecretError> {
    let keys = load(home)?;
    if is_written_by(&keys, data_key) { Ok(keys) } else { Err(SecretError::WrongDataKey) }
}

fn is_written_by(keys: &KeyFile, data_key: &DataKey) -> bool {
    key_check(data_key, &keys.workspace, &keys.slots).ct_eq(&keys.key_check).into()
}

fn key_check(data_key: &DataKey, workspace: &str, slots: &Slots) -> Vec<u8> {
    let slots = serde_json::to_vec(slots).expect("slots hold only text and numbers");
    let key = seal::derive(data_key.expose(), "key check");
    seal::mac(key.as_slice(), &[&file::VERSION.to_be_bytes(), workspace.as_bytes(), &slots]).to_vec()
}

fn save(home: StoreHome<'_>, data_key: &DataKey, slots: Slots) -> Result<(), SecretError> {
    let workspace = home.workspace.as_str().to_owned();
    let key_check = key_check(data_key, &workspace, &slots);
    file::save(home.dir, KEYS_FILE, &KeyFile { workspace, slots, key_check })
}

fn refuse_if_a_store_exists(dir: &Path) -> Result<(), SecretError> {
    for file in [KEYS_FILE, DATABASE_FILE] {
        if file::lies_in(dir, file)? {
            return Err(SecretError::StoreExists { file });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemoryStore;
    use std::fs;

    /// A workspace in a temporary folder, open, with all three ways in.
    struct Fixture {
        dir: tempfile::TempDir,
        workspace: PlainId,
        keychain: MemoryStore,
    }

    impl Fixture {
        fn new() -> Self {
            let fixture =
                Self { dir: tempfile::tempdir().unwrap(), workspace: PlainId::parse("acme").unwrap(), keychain: MemoryStore::new() };
            let (data_key, _) = create(fixture.home(), CreateWith::Keychain(&fixture.keychain)).ok().unwrap();
            add_passphrase(fixture.home(), &data_key, &passphrase(), Argon2Cost::SIMULATED).unwrap();
            fixture
        }

        fn home(&self) -> StoreHome<'_> {
            StoreHome { dir: self.dir.path(), workspace: &self.workspace }
        }

        /// Changes the file as somebody would who knows its format and mends the checksum, then opens both slots.
        fn after(&self, forge: impl FnOnce(&mut KeyFile)) -> [SecretError; 2] {
            let mut keys = load(self.home()).ok().unwrap();
            forge(&mut keys);
            file::save(self.dir.path(), KEYS_FILE, &keys).unwrap();
            let by_passphrase = unlock(self.home(), UnlockWith::Passphrase(&passphrase())).err().unwrap();
            [by_passphrase, unlock(self.home(), UnlockWith::Keychain(&self.keychain)).err().unwrap()]
        }
    }

    fn passphrase() -> Secret {
        Secret::new("correct horse battery staple")
    }

    #[test]
    fn a_removed_slot_is_tampering_even_with_a_mended_checksum() {
        let errors = Fixture::new().after(|keys| keys.slots.recovery = None);
        assert!(matches!(errors, [SecretError::Tampered, SecretError::Tampered]));
    }

    #[test]
    fn a_slot_moved_to_another_place_does_not_open() {
        let errors = Fixture::new().after(|keys| keys.slots.keychain = keys.slots.recovery.clone());
        assert!(matches!(errors, [SecretError::Tampered, SecretError::Keychain(KeychainTrouble::WrongKey)]));
    }

    #[test]
    fn a_file_of_another_workspace_is_called_so_and_its_slots_do_not_open_under_our_name() {
        let errors = Fixture::new().after(|keys| keys.workspace = "other".to_owned());
        assert!(errors.iter().all(|error| matches!(error, SecretError::OtherWorkspace { file: KEYS_FILE })));
    }

    #[test]
    fn a_hostile_file_cannot_demand_memory_or_time() {
        for cost in [
            Argon2Cost { memory_kib: 100 << 20, passes: 3, lanes: 1 },
            Argon2Cost { memory_kib: 64, passes: u32::MAX, lanes: 1 },
            Argon2Cost { memory_kib: 64, passes: 1, lanes: 1 << 20 },
            Argon2Cost { memory_kib: 0, passes: 0, lanes: 0 },
        ] {
            let started = std::time::Instant::now();
            let [by_passphrase, _] = Fixture::new().after(|keys| keys.slots.passphrase.as_mut().unwrap().cost = cost);
            assert!(matches!(by_passphrase, SecretError::CostOutOfBounds), "{cost:?} was run");
            assert!(started.elapsed().as_secs() < 2);
        }
    }

    #[test]
    fn a_short_salt_or_a_nonce_of_the_wrong_length_is_refused_without_a_panic() {
        let [short_salt, _] = Fixture::new().after(|keys| keys.slots.passphrase.as_mut().unwrap().salt = vec![1]);
        assert!(matches!(short_salt, SecretError::CostOutOfBounds));
        let path = "\"nonce\": \"";
        let fixture = Fixture::new();
        let text = fs::read_to_string(fixture.dir.path().join(KEYS_FILE)).unwrap();
        let cut = text.replacen(path, &format!("{path}00"), 1);
        fs::write(fixture.dir.path().join(KEYS_FILE), cut).unwrap();
        assert!(matches!(load(fixture.home()).err(), Some(SecretError::Damaged { file: KEYS_FILE })));
    }

    #[test]
    fn production_settings_are_within_the_bounds_read_back() {
        assert!(Argon2Cost::PRODUCTION.params().is_ok());
        assert!(Argon2Cost::DEAREST.params().is_ok());
        let slow = stretch(&passphrase(), &[7; 16], Argon2Cost::PRODUCTION).ok().unwrap();
        let cheap = stretch(&passphrase(), &[7; 16], Argon2Cost::SIMULATED).ok().unwrap();
        assert_ne!(*slow, *cheap);
    }
}
