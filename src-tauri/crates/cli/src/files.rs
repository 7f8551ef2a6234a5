//! Files of the caller's: read whole, written whole, `-` meaning the standard streams.

use crate::error::CliError;
use std::io::{self, Read, Write};
use std::path::Path;

/// The bytes of a file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    std::fs::read(path).map_err(|cause| CliError::Read { path: path.to_owned(), cause })
}

/// The text of a file, or of standard input for `-`.
pub(crate) fn read_text(path: &Path) -> Result<String, CliError> {
    let failed = |cause| CliError::Read { path: path.to_owned(), cause };
    if path.as_os_str() != "-" {
        return std::fs::read_to_string(path).map_err(failed);
    }
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}

/// Writes a file, or standard output for `-`.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    if path.as_os_str() != "-" {
        return std::fs::write(path, bytes).map_err(|cause| CliError::Write { path: path.to_owned(), cause });
    }
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).map_err(CliError::Output)
}

/// Makes a folder with all above it.
pub(crate) fn make_dir(path: &Path) -> Result<(), CliError> {
    std::fs::create_dir_all(path).map_err(|cause| CliError::Write { path: path.to_owned(), cause })
}
