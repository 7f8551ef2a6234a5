//! A file that exists to be deleted: 16 MB that are given up when the disk is full, so that the decision in hand can
//! still be saved.
//!
//! It is filled with noise, because some file systems store zeros without using space. Laying it down never fails an
//! open: a disk too full for the ballast is still good for reading.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use crate::layout;

/// Guarantees 4.1: enough for the decision in hand and a clean shutdown.
const BALLAST_BYTES: usize = 16 * 1024 * 1024;
const CHUNK_BYTES: usize = 64 * 1024;

/// Lays the ballast down if it is missing. On failure the space is given back and the ballast stays absent.
pub(crate) fn lay(dir: &Path) {
    let path = layout::ballast(dir);
    if path.exists() {
        return;
    }
    if write_noise(&path).is_err() && layout::remove_if_present(&path).is_err() {
        tracing::warn!("a partial ballast file could not be removed");
    }
}

/// Gives the ballast up. `true` if there was one, so that trying again makes sense.
pub(crate) fn release(dir: &Path) -> bool {
    std::fs::remove_file(layout::ballast(dir)).is_ok()
}

/// Whether the ballast is still there.
pub(crate) fn is_laid(dir: &Path) -> bool {
    layout::ballast(dir).exists()
}

fn write_noise(path: &Path) -> io::Result<()> {
    let mut file = File::create(path)?;
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut chunk = vec![0_u8; CHUNK_BYTES];
    for _ in 0..BALLAST_BYTES / CHUNK_BYTES {
        fill_with_noise(&mut chunk, &mut state);
        file.write_all(&chunk)?;
    }
    Ok(())
}

/// One xorshift step per eight bytes: only incompressible, not random.
fn fill_with_noise(chunk: &mut [u8], state: &mut u64) {
    for bytes in chunk.chunks_exact_mut(8) {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        bytes.copy_from_slice(&state.to_le_bytes());
    }
}
