//! Small JSON files that are either read whole and unchanged or refused: the envelope of `keys.json` and `vault.json`.
//!
//! ```json
//! { "version": 1, "checksum": "<SHA-256 of version and body, hex>", "body": { ... } }
//! ```
//!
//! A file must read back byte for byte as this program would write it; so any flipped byte, cut, doubled key or unknown
//! field is [`SecretError::Damaged`], never a half-understood file. The checksum holds off accidents only; against people
//! stand the keyed tags inside the body. Writing goes to a new file first (mode 0600 on Unix), is flushed to disk, and
//! then takes the old one's name, so a crash leaves the old contents or the new, never a mixture.

use crate::{SecretError, seal};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    path::Path,
};

/// The format this program reads and writes.
pub(crate) const VERSION: u32 = 1;

/// Largest file read. A thousand vault entries fit; a hostile file cannot fill the memory.
const LARGEST_FILE: u64 = 1 << 20;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<Body> {
    version: u32,
    #[serde(with = "seal::hex")]
    checksum: Vec<u8>,
    body: Body,
}

/// Read before everything else, so that a newer file is called newer and not damaged.
#[derive(Deserialize)]
struct VersionOnly {
    version: u32,
}

/// The body of `dir/file`; `None` if there is no such file.
pub(crate) fn load<Body: Serialize + DeserializeOwned>(dir: &Path, file: &'static str) -> Result<Option<Body>, SecretError> {
    let Some(bytes) = read_bounded(&dir.join(file)).map_err(|source| SecretError::File { file, source })? else {
        return Ok(None);
    };
    let damaged = || SecretError::Damaged { file };
    let VersionOnly { version } = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
    if version > VERSION {
        return Err(SecretError::Newer { file, version });
    }
    let envelope: Envelope<Body> = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
    let is_as_written = version == VERSION && bytes == render(&envelope);
    if !is_as_written || envelope.checksum != checksum_of(&envelope.body) {
        return Err(damaged());
    }
    Ok(Some(envelope.body))
}

/// Writes `dir/file` whole or not at all. The caller has read the old contents first; this does not look at them.
pub(crate) fn save<Body: Serialize>(dir: &Path, file: &'static str, body: &Body) -> Result<(), SecretError> {
    let envelope = Envelope { version: VERSION, checksum: checksum_of(body), body };
    replace(dir, file, &render(&envelope)).map_err(|source| SecretError::File { file, source })
}

/// Whether something of this name lies in the folder, be it unreadable or a dangling link: all of these are "there".
pub(crate) fn lies_in(dir: &Path, file: &'static str) -> Result<bool, SecretError> {
    match fs::symlink_metadata(dir.join(file)) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(source) => Err(SecretError::File { file, source }),
    }
}

fn read_bounded(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    // One byte more than allowed is read, so that a longer file fails to parse instead of passing as its beginning.
    file.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST_FILE {
        bytes.clear();
    }
    Ok(Some(bytes))
}

fn checksum_of<Body: Serialize>(body: &Body) -> Vec<u8> {
    let body = serde_json::to_vec(body).expect("bodies hold only text, numbers and maps with text keys");
    seal::checksum(&[VERSION.to_string().as_bytes(), b"\n", &body].concat())
}

fn render<Body: Serialize>(envelope: &Envelope<Body>) -> Vec<u8> {
    let mut text = serde_json::to_vec_pretty(envelope).expect("bodies hold only text, numbers and maps with text keys");
    text.push(b'\n');
    text
}

fn replace(dir: &Path, file: &str, bytes: &[u8]) -> io::Result<()> {
    let fresh = dir.join(format!("{file}.new"));
    // A leftover of a crash between writing and renaming was never anybody's only copy.
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut writing = private_options().write(true).create_new(true).open(&fresh)?;
    writing.write_all(bytes)?;
    writing.sync_all()?;
    drop(writing);
    fs::rename(&fresh, dir.join(file))?;
    sync_folder(dir)
}

#[cfg(unix)]
fn private_options() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    options.mode(0o600);
    options
}

#[cfg(not(unix))]
fn private_options() -> OpenOptions {
    OpenOptions::new()
}

/// Makes the rename itself survive a power loss. Windows has no such call and needs none.
#[cfg(unix)]
fn sync_folder(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_dir: &Path) -> io::Result<()> {
    Ok(())
}
