//! Lead files handed over by the window and not yet imported. They are kept in memory under a token, so that the window
//! never names a path and a preview reads the bytes once.

use crate::error::{CommandError, ErrorCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use std::collections::VecDeque;
use std::sync::Arc;
use ts_rs::TS;

/// Files kept; the oldest gives way.
const KEPT: usize = 4;
/// Largest file taken. A lead file of 100,000 rows has about 20 MB.
const MOST_BYTES: usize = 64 << 20;

/// A file handed to the program and not yet imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub(crate) struct StagedFile {
    /// Its token.
    pub(crate) file: String,
    /// Its name, without a folder.
    pub(crate) file_name: String,
    /// Its size.
    pub(crate) bytes: usize,
}

/// A kept file.
#[derive(Clone)]
pub(crate) struct Kept {
    /// Its token.
    token: String,
    /// Its name.
    pub(crate) file_name: String,
    /// Its content.
    pub(crate) bytes: Arc<[u8]>,
}

/// The files kept.
#[derive(Default)]
pub(crate) struct StagedFiles {
    files: VecDeque<Kept>,
    staged_so_far: u64,
}

impl StagedFiles {
    /// Keeps a file. Fails when it is too large or not what the window says it is.
    pub(crate) fn stage(&mut self, file_name: &str, content_base64: &str) -> Result<StagedFile, CommandError> {
        if content_base64.len() / 4 * 3 > MOST_BYTES {
            return Err(refused("this file is larger than 64 MB; split it"));
        }
        let bytes = STANDARD.decode(content_base64).map_err(|_| refused("the file did not arrive whole; choose it again"))?;
        self.staged_so_far += 1;
        let kept = Kept { token: format!("file-{}", self.staged_so_far), file_name: base_name(file_name), bytes: bytes.into() };
        let staged = StagedFile { file: kept.token.clone(), file_name: kept.file_name.clone(), bytes: kept.bytes.len() };
        self.files.push_back(kept);
        self.files.drain(..self.files.len().saturating_sub(KEPT));
        Ok(staged)
    }

    /// The file behind a token.
    pub(crate) fn file(&self, token: &str) -> Result<Kept, CommandError> {
        let found = self.files.iter().find(|kept| kept.token == token);
        found.cloned().ok_or_else(|| refused("this file is no longer at hand; choose it again"))
    }
}

fn refused(message: &str) -> CommandError {
    CommandError { code: ErrorCode::Import, message: message.to_owned() }
}

fn base_name(name: &str) -> String {
    name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_staged_file_is_found_by_its_token_until_four_later_ones_came() {
        let mut files = StagedFiles::default();
        let first = files.stage("C:\\lists\\leads.csv", "YSxi").expect("stages");
        assert_eq!((first.file_name.as_str(), first.bytes), ("leads.csv", 3));
        assert_eq!(&*files.file(&first.file).expect("is there").bytes, b"a,b");
        for _ in 0..KEPT {
            files.stage("next.csv", "").expect("stages");
        }
        assert!(files.file(&first.file).is_err());
    }

    #[test]
    fn half_a_file_is_refused() {
        assert!(StagedFiles::default().stage("leads.csv", "YSx").is_err());
    }
}
