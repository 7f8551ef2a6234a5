//! Lead files in, formula-safe tables out.
//!
//! The way of a file: [`read_file`] finds out what it is and turns it into a [`Table`] of plain texts with a list of
//! rows it could not use; [`guess_mapping`] says which column is what; [`map_rows`] makes leads of the rows and says of
//! each what was left out and why; [`find_duplicates`] compares them with the leads already there. Every stage is a
//! pure function of bytes, except that a workbook is parsed in a child process that can be killed. Deliberately absent:
//! storing anything, suppression, ids and the all-or-nothing transaction; those are the engine's.

pub mod error;
mod limits;
mod sniff;
mod table;

mod csv;
pub mod xlsx;

mod presets;

mod mapping;
mod numbers;

mod duplicates;

mod export;

pub use crate::csv::Delimiter;
pub use duplicates::{Candidate, Comparison, Duplicate, Match, Place, compare, find_duplicates};
pub use error::{ImportError, RowCause, RowNote, RowProblem};
pub use export::{ByteOrderMark, write_csv};
pub use limits::{FIELD_BYTES, FILE_BYTES, MOST_COLUMNS, MOST_ROWS, UNPACKED_BYTES};
pub use mapping::{Mapped, MappedLead, map_rows, preview, web_address};
pub use presets::{InvalidOverride, LeadField, Mapping, Preset, fingerprint, guess_mapping};
pub use sniff::{TextEncoding, looks_like_a_workbook};
pub use table::{Format, Row, Table, read_file, read_table};
