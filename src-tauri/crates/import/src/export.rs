//! Tables out: CSV that no spreadsheet program takes for formulas.
//!
//! A cell that a program could read as a formula gets an apostrophe before it, which those programs take as "this is
//! text" and do not show. Reading such a file back takes the apostrophe off again. Deliberately absent: XLSX.

use crate::error::ImportError;
use csv::{QuoteStyle, Terminator, WriterBuilder};

/// Whether a file begins with the mark by which Excel recognises UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteOrderMark {
    /// For people who open the file with Excel.
    Written,
    /// For programs.
    Absent,
}
