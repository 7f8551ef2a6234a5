//! The send ledger: an append-only file outside the database that remembers which messages were handed to a server.
//!
//! An old backup brings back messages as "queued" that were sent since; the ledger is what still knows. It holds keyed
//! codes of Message-IDs and nothing else, so it tells a thief nothing. A record counts once it has reached the disk; a
//! record torn by a crash is cut off at open, a changed one in the middle is an error.

use std::collections::HashSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use zeroize::Zeroizing;

use crate::key::{StoreKey, mac};
use crate::layout;

const MAGIC: &[u8; 8] = b"ARSENT01";
const HEADER_BYTES: usize = 32;
const RECORD_BYTES: usize = 40;
const CODE_BYTES: usize = 32;
/// Kind of a record: the body of the message was about to go to the server.
const HANDED_OVER: u8 = 1;
/// Kind of a record: the server answered that it did not take the message after all.
const REFUSED: u8 = 2;

/// What can go wrong with the send ledger.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The file is gone: treat every message that is not final as possibly sent, then create a new ledger.
    #[error("the send ledger is missing")]
    Missing,
    /// A ledger is already there: open it.
    #[error("a send ledger already exists")]
    AlreadyExists,
    /// Somebody else in this or another process has it open.
    #[error("the send ledger is in use")]
    InUse,
    /// Its header or a record before the last does not fit the key: it was changed, or belongs to another store.
    #[error("the send ledger is damaged or belongs to another store")]
    Damaged,
    /// The system refused to read or write it. The message in hand must not be sent.
    #[error("the send ledger could not be read or written")]
    File(#[from] io::Error),
}

/// An open send ledger, held by one owner at a time.
pub struct SendLedger {
    key: Zeroizing<[u8; 32]>,
    epoch: AtomicU64,
    records: Mutex<Records>,
}

struct Records {
    file: File,
    codes: HashSet<[u8; CODE_BYTES]>,
    /// Where the next record goes. It moves only after a record has reached the disk, so a failed one is overwritten.
    end: u64,
}

impl SendLedger {
    /// Starts an empty ledger for the store in `dir`. `epoch` counts the restores of the store.
    pub fn create(dir: &Path, key: &StoreKey, epoch: u64) -> Result<Self, LedgerError> {
        if layout::ledger(dir).exists() {
            return Err(LedgerError::AlreadyExists);
        }
        layout::create_private_dir(&layout::ledger_dir(dir))?;
        layout::write_synced(&layout::ledger(dir), &header(&key.for_ledger(), epoch))?;
        Self::open(dir, key)
    }

    /// Opens the ledger of the store in `dir` and cuts off a record torn by a crash.
    pub fn open(dir: &Path, key: &StoreKey) -> Result<Self, LedgerError> {
        let key = key.for_ledger();
        let mut file = open_locked(&layout::ledger(dir))?;
        let mut content = Vec::new();
        file.read_to_end(&mut content)?;
        let (head, body) = content.split_at_checked(HEADER_BYTES).ok_or(LedgerError::Damaged)?;
        let epoch = read_header(&key, head)?;
        let stored = read_records(&key, body)?;
        let end = (HEADER_BYTES + stored.len() * RECORD_BYTES) as u64;
        file.set_len(end)?;
        let mut codes = HashSet::new();
        for (kind, code) in stored {
            if kind == HANDED_OVER {
                codes.insert(code)
            } else {
                codes.remove(&code)
            };
        }
        Ok(Self { key, epoch: AtomicU64::new(epoch), records: Mutex::new(Records { file, codes, end }) })
    }

    /// How often the store was restored, beginning with 1. A database that names another epoch was put here from elsewhere.
    pub fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// Notes that the store was restored. The header is smaller than what a disk writes at once; when this returns, it is there.
    pub fn set_epoch(&self, epoch: u64) -> Result<(), LedgerError> {
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        records.file.seek(SeekFrom::Start(0))?;
        records.file.write_all(&header(&self.key, epoch))?;
        records.file.sync_data()?;
        self.epoch.store(epoch, Ordering::Release);
        Ok(())
    }

    /// Remembers that a message is about to be handed over. When this returns, the record is on disk; until then, and on
    /// any error, the message must not be sent. Blocks for one disk write.
    pub fn append(&self, message_id: &str) -> Result<(), LedgerError> {
        self.write(HANDED_OVER, message_id)
    }

    /// Remembers that the server certainly did not take a message that was handed over, so that it may be tried again.
    pub fn append_refused(&self, message_id: &str) -> Result<(), LedgerError> {
        self.write(REFUSED, message_id)
    }

    fn write(&self, kind: u8, message_id: &str) -> Result<(), LedgerError> {
        let code = self.code(message_id);
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        let Records { file, codes, end } = &mut *records;
        let index = (*end - HEADER_BYTES as u64) / RECORD_BYTES as u64;
        file.seek(SeekFrom::Start(*end))?;
        file.write_all(&record(&self.key, index, kind, &code))?;
        file.sync_data()?;
        *end += RECORD_BYTES as u64;
        if kind == HANDED_OVER {
            codes.insert(code)
        } else {
            codes.remove(&code)
        };
        Ok(())
    }

    /// Whether the message was handed over before, whatever the database says.
    pub fn contains(&self, message_id: &str) -> bool {
        let code = self.code(message_id);
        self.records.lock().unwrap_or_else(PoisonError::into_inner).codes.contains(&code)
    }

    /// The same Message-ID with and without its angle brackets has one code.
    fn code(&self, message_id: &str) -> [u8; CODE_BYTES] {
        let bare = message_id.trim().trim_start_matches('<').trim_end_matches('>');
        mac(&self.key, &[b"message", bare.as_bytes()])
    }
}

impl Drop for Records {
    /// As with the store's lock: a child process just being started may still hold a copy of the file.
    fn drop(&mut self) {
        if self.file.unlock().is_err() {
            tracing::warn!("the lock of the send ledger was not given back by name; it goes with the file");
        }
    }
}

/// Starts the ledger of a store that is being created, replacing an empty one left by an attempt that did not finish.
pub(crate) fn create_fresh(dir: &Path, key: &StoreKey, epoch: u64) -> Result<(), LedgerError> {
    layout::remove_if_present(&layout::ledger(dir))?;
    SendLedger::create(dir, key, epoch).map(drop)
}

/// Whether a ledger lies in `dir` that holds, or might hold, a record.
pub(crate) fn has_records(dir: &Path) -> io::Result<bool> {
    match layout::ledger(dir).metadata() {
        Ok(metadata) => Ok(metadata.len() > HEADER_BYTES as u64),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn open_locked(path: &Path) -> Result<File, LedgerError> {
    let file = OpenOptions::new().read(true).write(true).open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => LedgerError::Missing,
        _ => LedgerError::File(error),
    })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(LedgerError::InUse),
        Err(TryLockError::Error(error)) => Err(LedgerError::File(error)),
    }
}

/// Magic word, epoch, and half a code over both.
fn header(key: &[u8; 32], epoch: u64) -> [u8; HEADER_BYTES] {
    let mut header = [0; HEADER_BYTES];
    header[..8].copy_from_slice(MAGIC);
    header[8..16].copy_from_slice(&epoch.to_le_bytes());
    let check = mac(key, &[b"header", &header[..16]]);
    header[16..].copy_from_slice(&check[..16]);
    header
}

fn read_header(key: &[u8; 32], stored: &[u8]) -> Result<u64, LedgerError> {
    let epoch = stored[8..16].try_into().map(u64::from_le_bytes).map_err(|_| LedgerError::Damaged)?;
    if stored == header(key, epoch) { Ok(epoch) } else { Err(LedgerError::Damaged) }
}

/// Kind, code, and seven bytes that bind both to their place in the file.
fn record(key: &[u8; 32], index: u64, kind: u8, code: &[u8; CODE_BYTES]) -> [u8; RECORD_BYTES] {
    let mut record = [0; RECORD_BYTES];
    record[0] = kind;
    record[1..=CODE_BYTES].copy_from_slice(code);
    let check = mac(key, &[b"record", &index.to_le_bytes(), &record[..=CODE_BYTES]]);
    record[CODE_BYTES + 1..].copy_from_slice(&check[..RECORD_BYTES - CODE_BYTES - 1]);
    record
}

/// The codes of all whole records. Only the last record may be torn, short or with its check still zero: it never
/// counted, so it is left out.
fn read_records(key: &[u8; 32], body: &[u8]) -> Result<Vec<(u8, [u8; CODE_BYTES])>, LedgerError> {
    let count = body.len().div_ceil(RECORD_BYTES);
    let mut codes = Vec::with_capacity(count);
    for (index, stored) in body.chunks(RECORD_BYTES).enumerate() {
        match read_record(key, index as u64, stored) {
            Some(code) => codes.push(code),
            None if index + 1 == count && is_torn(stored) => break,
            None => return Err(LedgerError::Damaged),
        }
    }
    Ok(codes)
}

fn is_torn(stored: &[u8]) -> bool {
    stored.len() < RECORD_BYTES || stored.ends_with(&[0; RECORD_BYTES - CODE_BYTES - 1])
}

fn read_record(key: &[u8; 32], index: u64, stored: &[u8]) -> Option<(u8, [u8; CODE_BYTES])> {
    let kind = *stored.first().filter(|kind| [HANDED_OVER, REFUSED].contains(kind))?;
    let code = stored.get(1..=CODE_BYTES)?.try_into().ok()?;
    (stored == record(key, index, kind, &code)).then_some((kind, code))
}
