//! The table every file becomes: a header of distinct names, rows of plain text, and the rows that could not be used.

use crate::csv;
use crate::error::{ImportError, RowCause, RowProblem};
use crate::limits::{FILE_BYTES, HEADER_CHARACTERS, MOST_ROWS};
use crate::sniff::{self, Kind, TextEncoding};
use crate::xlsx;
use autoreach_domain::lead::EmailAddress;
use autoreach_domain::text::one_line;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::path::Path;

/// Rows looked at to name a column that has no header.
const NAMING_ROWS: usize = 20;

/// What a table was read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// Delimited text.
    Csv {
        /// What stood between the values.
        delimiter: csv::Delimiter,
        /// How letters were written.
        encoding: TextEncoding,
    },
    /// A sheet of a workbook.
    Xlsx {
        /// The sheet's name.
        sheet: String,
    },
}

/// One row below the header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The line of the file it starts on; the row number of a sheet. 1 is the first.
    pub line: u64,
    /// Its cells up to the last filled one; ask [`Self::cell`], which knows the others are empty.
    pub cells: Vec<String>,
    /// Cells at its end that the header has and the file does not; 0 for sheets, where that is no flaw.
    pub missing_cells: usize,
}

impl Row {
    /// The text of a column, empty when there is none.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// A lead file as a table of texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// What it was read from.
    pub format: Format,
    /// Distinct, non-empty names, one per column.
    pub header: Vec<String>,
    /// `false` when the file has no header and the names were made up.
    pub has_own_header: bool,
    /// The rows that can be used, in file order.
    pub rows: Vec<Row>,
    /// The rows that cannot, in file order.
    pub problems: Vec<RowProblem>,
}

/// A record before it is known what the header is.
pub(crate) struct RawRow {
    line: u64,
    /// Up to the last filled one: a file of empty cells must not become a table of empty texts.
    pub(crate) cells: Vec<String>,
    /// How many the file has.
    found: usize,
}

impl RawRow {
    pub(crate) fn new(line: u64, mut cells: Vec<String>) -> Self {
        let found = cells.len();
        while cells.last().is_some_and(|cell| cell.trim().is_empty()) {
            cells.pop();
        }
        Self { line, cells, found }
    }
}

/// Reads a lead file in this process. For files from outside prefer [`read_file`], which keeps workbooks at arm's length.
pub fn read_table(bytes: &[u8]) -> Result<Table, ImportError> {
    check_size(bytes)?;
    match sniff::kind_of(bytes)? {
        Kind::Workbook => xlsx::read(bytes),
        Kind::Text => csv::read(bytes),
    }
}

/// Reads a lead file; a workbook is parsed by `parser`, an executable of ours that answers to [`xlsx::PARSER_ARGUMENT`].
pub fn read_file(bytes: &[u8], parser: &Path) -> Result<Table, ImportError> {
    check_size(bytes)?;
    match sniff::kind_of(bytes)? {
        Kind::Workbook => xlsx::read_in_child(parser, bytes),
        Kind::Text => csv::read(bytes),
    }
}

fn check_size(bytes: &[u8]) -> Result<(), ImportError> {
    match bytes.len() {
        0 => Err(ImportError::Empty),
        1..=FILE_BYTES => Ok(()),
        _ => Err(ImportError::TooLarge),
    }
}

/// Makes a table of records: the first is the header, unless it reads like a lead.
pub(crate) fn assemble(format: Format, mut records: Vec<RawRow>, mut problems: Vec<RowProblem>) -> Result<Table, ImportError> {
    let first = records.first().ok_or(ImportError::Empty)?;
    let has_own_header = !sniff::is_data(&first.cells);
    let width = first.found;
    let mut names = if has_own_header { records.remove(0).cells } else { Vec::new() };
    names.resize(width, String::new());
    if records.is_empty() && problems.is_empty() {
        return Err(ImportError::OnlyHeader);
    }
    if records.len() as u64 > MOST_ROWS {
        return Err(ImportError::TooManyRows);
    }
    let header = distinct_names(&names, &records);
    let is_sheet = matches!(format, Format::Xlsx { .. });
    let mut rows = Vec::with_capacity(records.len());
    for record in records {
        match fit(record, header.len(), is_sheet) {
            Ok(row) => rows.push(row),
            Err(problem) => problems.push(problem),
        }
    }
    problems.sort_by_key(|problem| problem.line);
    Ok(Table { format, header, has_own_header, rows, problems })
}

/// A record as a row of `width` columns, or why it is none.
fn fit(record: RawRow, width: usize, is_sheet: bool) -> Result<Row, RowProblem> {
    let RawRow { line, cells, found } = record;
    if cells.len() > width {
        return Err(RowProblem { line, cause: RowCause::TooManyCells { found, expected: width } });
    }
    if !is_sheet && found * 2 < width {
        return Err(RowProblem { line, cause: RowCause::TooFewCells { found, expected: width } });
    }
    let missing_cells = if is_sheet { 0 } else { width.saturating_sub(found) };
    Ok(Row { line, cells, missing_cells })
}

/// One non-empty, distinct name per column; columns without one are named after what is in them, or numbered.
fn distinct_names(names: &[String], records: &[RawRow]) -> Vec<String> {
    let mut taken: HashSet<String> = HashSet::new();
    let mut distinct = Vec::with_capacity(names.len());
    for (column, name) in names.iter().enumerate() {
        let short: String = one_line(name).chars().take(HEADER_CHARACTERS).collect();
        let wished = if short.trim().is_empty() { name_by_content(column, records) } else { short };
        let mut name = wished.clone();
        let mut number = 2;
        while !taken.insert(name.to_lowercase()) {
            name = format!("{wished} ({number})");
            number += 1;
        }
        distinct.push(name);
    }
    distinct
}

/// "Email" or "Website" where most of a nameless column's values are such, else its number.
fn name_by_content(column: usize, records: &[RawRow]) -> String {
    let values = || {
        records
            .iter()
            .take(NAMING_ROWS)
            .filter_map(|record| record.cells.get(column))
            .map(|cell| cell.trim())
            .filter(|cell| !cell.is_empty())
    };
    let most = |is: &dyn Fn(&str) -> bool| values().filter(|cell| is(cell)).count() * 2 > values().count();
    if most(&|cell| EmailAddress::parse(cell).is_ok()) {
        return "Email".to_owned();
    }
    if most(&|cell| cell.starts_with("http") || cell.starts_with("www.")) {
        return "Website".to_owned();
    }
    format!("Column {}", column + 1)
}
