//! Tables out: CSV that no spreadsheet program takes for formulas.
//!
//! A cell that a program could read as a formula gets an apostrophe before it, which those programs take as "this is
//! text" and do not show. Reading such a file back takes the apostrophe off again. Deliberately absent: XLSX.

use ::csv::{Terminator, WriterBuilder};

/// Whether a file begins with the mark by which Excel recognises UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteOrderMark {
    /// For people who open the file with Excel.
    Written,
    /// For programs.
    Absent,
}

/// A table as CSV: comma, CRLF, quotes where needed, every cell guarded against being read as a formula.
pub fn write_csv(header: &[String], rows: impl IntoIterator<Item = Vec<String>>, mark: ByteOrderMark) -> Vec<u8> {
    let start = match mark {
        ByteOrderMark::Written => "\u{FEFF}".as_bytes().to_vec(),
        ByteOrderMark::Absent => Vec::new(),
    };
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).flexible(true).from_writer(start);
    for row in std::iter::once(header.to_vec()).chain(rows) {
        writer.write_record(row.iter().map(|cell| guarded(cell))).expect("writing into memory does not fail");
    }
    writer.into_inner().expect("writing into memory does not fail")
}

/// The cell with an apostrophe before it, when it could be taken for a formula.
fn guarded(cell: &str) -> String {
    if needs_guard(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// The cell as it was before [`write_csv`] guarded it.
pub(crate) fn without_formula_guard(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| needs_guard(rest)).unwrap_or(cell)
}

/// A formula, or one behind apostrophes: those get one more, so that taking one off gives the very same text again.
fn needs_guard(cell: &str) -> bool {
    begins_a_formula(cell.trim_start_matches('\''))
}

/// `= + - @` in their narrow and full-width forms, also behind blanks and characters that are not shown; a tab or line
/// break at the very beginning. The dashes are those that some programs turn into a minus.
fn begins_a_formula(cell: &str) -> bool {
    let is_shown = |c: &char| {
        !(c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}'))
    };
    let signs = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫', '–', '—', '−'];
    cell.starts_with(['\t', '\r', '\n']) || cell.chars().find(is_shown).is_some_and(|c| signs.contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn whatever_could_start_a_formula_is_guarded() {
        for cell in ["=1+1", "+45 12", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\0=1", "\u{FEFF}=1", "＝1", "– x", "\tplain"] {
            assert_eq!(guarded(cell), format!("'{cell}"), "{cell:?}");
        }
        for cell in ["", "Acme", "a=b", "wei@orbital.example", "'quoted'", "5-7"] {
            assert_eq!(guarded(cell), cell);
        }
    }

    #[test]
    fn the_mark_is_written_on_request() {
        let header = ["a".to_owned()];
        assert!(write_csv(&header, [], ByteOrderMark::Written).starts_with(&[0xEF, 0xBB, 0xBF]));
        assert_eq!(write_csv(&header, [vec!["x,\"y\"".to_owned()]], ByteOrderMark::Absent), b"a\r\n\"x,\"\"y\"\"\"\r\n");
    }

    proptest! {
        #[test]
        fn the_guard_comes_off_again(cell in "['= +@\\-a\\t]{0,6}") {
            let guarded = guarded(&cell);
            prop_assert_eq!(without_formula_guard(&guarded), cell.as_str());
            prop_assert!(!begins_a_formula(&guarded));
        }
    }
}
