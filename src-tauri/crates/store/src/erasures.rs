//! The list of erased leads outside the database: what a backup that is put back must forget again (`guarantees.md` 4.5).
//!
//! A line holds the id of a lead and a keyed code of its mail address, so it tells nobody who was erased. Lines are only
//! ever added. A line torn by a crash is no line; its erasure is written again from the journal at the next opening.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

use autoreach_domain::ids::LeadId;

use crate::error::StoreError;
use crate::layout;

/// One erased lead.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Erasure {
    /// The lead.
    pub lead_id: LeadId,
    /// The keyed code of its mail address, hex; empty where it had none.
    pub code: String,
}

/// Adds the erasures that are not on the list yet. When this returns, they are on disk.
pub fn note_erasures(dir: &Path, erasures: &[Erasure]) -> Result<(), StoreError> {
    let noted: BTreeSet<Erasure> = noted_erasures(dir)?.into_iter().collect();
    let new: String = erasures.iter().filter(|one| !noted.contains(*one)).map(|one| format!("\n{} {}.", one.lead_id, one.code)).collect();
    if new.is_empty() {
        return Ok(());
    }
    let add = || {
        layout::create_private_dir(&layout::ledger_dir(dir))?;
        let mut file = OpenOptions::new().create(true).append(true).open(layout::erasures(dir))?;
        file.write_all(new.as_bytes())?;
        file.sync_all()
    };
    add().map_err(StoreError::file("note an erasure"))
}

/// The whole list.
pub fn noted_erasures(dir: &Path) -> Result<Vec<Erasure>, StoreError> {
    match std::fs::read_to_string(layout::erasures(dir)) {
        Ok(text) => Ok(text.lines().filter_map(read_line).collect()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(StoreError::file("read the list of erasures")(error)),
    }
}

/// `None` for a line that is not whole: each ends in a full stop.
fn read_line(line: &str) -> Option<Erasure> {
    let (lead, code) = line.strip_suffix('.')?.split_once(' ')?;
    Some(Erasure { lead_id: lead.parse().ok()?, code: code.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn erasure(byte: u8) -> Erasure {
        Erasure { lead_id: LeadId::new(jiff::Timestamp::UNIX_EPOCH, [byte; 10]), code: "ab12".to_owned() }
    }

    #[test]
    fn an_erasure_is_noted_once_and_a_torn_line_is_none() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(noted_erasures(folder.path()).unwrap(), []);
        note_erasures(folder.path(), &[erasure(1)]).unwrap();
        note_erasures(folder.path(), &[erasure(1), erasure(2)]).unwrap();
        assert_eq!(noted_erasures(folder.path()).unwrap(), [erasure(1), erasure(2)]);
        let path = layout::erasures(folder.path());
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() - 2]).unwrap();
        assert_eq!(noted_erasures(folder.path()).unwrap(), [erasure(1)]);
        note_erasures(folder.path(), &[erasure(2)]).unwrap();
        assert_eq!(noted_erasures(folder.path()).unwrap(), [erasure(1), erasure(2)], "a later line does not continue the torn one");
    }
}
