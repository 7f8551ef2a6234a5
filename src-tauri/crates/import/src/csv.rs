//! Delimited text: records with the line they start on, and the flaws a person wants to know of.
//!
//! Reading is done here and not by a library because the usual ones accept an unclosed quote silently: everything below
//! it becomes one value and the file looks short. This reader notices, leaves out that one row and goes on with the
//! next line. Anything else that spreadsheet programs write is read as they do: doubled quotes, line breaks inside
//! quotes, `\r\n`, `\n` or `\r` as line ends, text after a closing quote, a `sep=;` line at the top.

use crate::error::{ImportError, RowCause, RowProblem};
use crate::limits::{FIELD_BYTES, FILLED_CELLS, MOST_COLUMNS, MOST_ROWS};
use crate::sniff;
use crate::table::{Format, RawRow, Table, assemble};
use serde::{Deserialize, Serialize};

/// Unclosed quotes after which it is no longer guessed where rows begin; each costs one look at the rest of the file.
const MOST_UNCLOSED_QUOTES: usize = 20;

/// What stands between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Delimiter {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// Tab.
    Tab,
    /// `|`
    Bar,
}

impl Delimiter {
    pub(crate) const ALL: [Self; 4] = [Self::Comma, Self::Semicolon, Self::Tab, Self::Bar];

    /// The character.
    pub fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Bar => b'|',
        }
    }
}

/// Reads delimited text of any encoding.
pub(crate) fn read(bytes: &[u8]) -> Result<Table, ImportError> {
    let (text, encoding) = sniff::decode(bytes)?;
    if text.trim().is_empty() {
        return Err(ImportError::Empty);
    }
    let (text, first_line, named) = without_separator_line(&text);
    let delimiter = named.unwrap_or_else(|| sniff::delimiter_of(text));
    let (records, problems) = read_records(text, delimiter, first_line)?;
    assemble(Format::Csv { delimiter, encoding }, records, problems)
}

/// Excel's own hint: a first line `sep=;` names the delimiter and is no row.
fn without_separator_line(text: &str) -> (&str, u64, Option<Delimiter>) {
    let Some(rest) = text.strip_prefix("sep=") else {
        return (text, 1, None);
    };
    let line = rest.split(['\r', '\n']).next().unwrap_or_default();
    let Some(delimiter) = Delimiter::ALL.into_iter().find(|delimiter| line.as_bytes() == [delimiter.byte()]) else {
        return (text, 1, None);
    };
    let below = &rest[line.len()..];
    let below = below.strip_prefix("\r\n").or_else(|| below.strip_prefix(['\r', '\n'])).unwrap_or(below);
    (below, 2, Some(delimiter))
}

/// All records that can be believed, and the problems of the others.
fn read_records(text: &str, delimiter: Delimiter, first_line: u64) -> Result<(Vec<RawRow>, Vec<RowProblem>), ImportError> {
    let (mut rows, mut problems, mut unclosed, mut filled) = (Vec::new(), Vec::new(), 0, 0);
    let mut scanner = Scanner { line: first_line, ..Scanner::new(text, delimiter) };
    while let Some(record) = scanner.next() {
        if record.cells.len() > MOST_COLUMNS {
            return Err(ImportError::TooManyColumns);
        }
        if record.loses_its_rows() {
            unclosed += 1;
            if unclosed > MOST_UNCLOSED_QUOTES {
                problems.push(RowProblem { line: record.line, cause: RowCause::UnreadableRest { lines: lines_in(&text[record.start..]) } });
                break;
            }
            problems.push(RowProblem { line: record.line, cause: RowCause::UnclosedQuote });
            scanner.go_on_below(&record);
        } else if record.is_too_long() {
            problems.push(RowProblem { line: record.line, cause: RowCause::TooLong });
        } else if !record.is_blank() {
            let row = RawRow::new(record.line, record.cells);
            filled += row.cells.len();
            rows.push(row);
        }
        if filled > FILLED_CELLS {
            return Err(ImportError::TooManyCells);
        }
        if rows.len() as u64 > MOST_ROWS + 1 {
            return Err(ImportError::TooManyRows);
        }
    }
    Ok((rows, problems))
}

fn lines_in(text: &str) -> u64 {
    text.lines().count() as u64
}

/// One record as it stands in the text.
pub(crate) struct Record {
    /// Where it starts, in bytes.
    start: usize,
    /// Where the next one starts.
    end: usize,
    /// The line it starts on.
    line: u64,
    /// The line it ends on.
    last_line: u64,
    pub(crate) cells: Vec<String>,
    quotes: Quotes,
}

/// How the quotes of a record came out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quotes {
    /// Every quote closes before a delimiter or the end of the line.
    Balanced,
    /// Text follows a closing quote.
    TextBehind,
    /// The text ends inside a quote.
    Unclosed,
}

impl Record {
    /// An unclosed quote, or one that closed only where another row opens its own.
    fn loses_its_rows(&self) -> bool {
        self.quotes == Quotes::Unclosed || (self.quotes == Quotes::TextBehind && self.last_line > self.line)
    }

    fn is_too_long(&self) -> bool {
        self.end - self.start > FIELD_BYTES
    }

    fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

/// Walks over the records of a text.
pub(crate) struct Scanner<'t> {
    text: &'t str,
    at: usize,
    line: u64,
    delimiter: u8,
}

impl<'t> Scanner<'t> {
    pub(crate) fn new(text: &'t str, delimiter: Delimiter) -> Self {
        Self { text, at: 0, line: 1, delimiter: delimiter.byte() }
    }

    /// Continues on the line below the one a record starts on, as if the record were that line only.
    fn go_on_below(&mut self, record: &Record) {
        let rest = &self.text[record.start..];
        self.at = record.start + rest.find(['\n', '\r']).unwrap_or(rest.len());
        self.line = record.line;
        self.end_of_line();
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Steps over a line end, if one is here.
    fn end_of_line(&mut self) {
        let ends = match (self.peek(), self.text.as_bytes().get(self.at + 1)) {
            (Some(b'\r'), Some(b'\n')) => 2,
            (Some(b'\r' | b'\n'), _) => 1,
            _ => 0,
        };
        self.at += ends;
        self.line += u64::from(ends > 0);
    }

    /// The text up to the next byte that `stops`, which is not taken.
    fn take_until(&mut self, stops: impl Fn(u8) -> bool) -> &'t str {
        let start = self.at;
        let rest = &self.text.as_bytes()[start..];
        self.at = start + rest.iter().position(|byte| stops(*byte)).unwrap_or(rest.len());
        &self.text[start..self.at]
    }

    fn cell(&mut self) -> (String, Quotes) {
        let delimiter = self.delimiter;
        let ends = |byte: u8| byte == delimiter || byte == b'\r' || byte == b'\n';
        if self.peek() != Some(b'"') {
            return (self.take_until(ends).to_owned(), Quotes::Balanced);
        }
        self.at += 1;
        let mut value = String::new();
        loop {
            let inside = self.take_until(|byte| byte == b'"');
            self.line += line_ends_in(inside);
            value.push_str(inside);
            if self.peek().is_none() {
                return (value, Quotes::Unclosed);
            }
            self.at += 1;
            if self.peek() != Some(b'"') {
                break;
            }
            self.at += 1;
            value.push('"');
        }
        let behind = self.take_until(ends);
        if behind.trim().is_empty() {
            return (value, Quotes::Balanced);
        }
        value.push_str(behind);
        (value, Quotes::TextBehind)
    }
}

/// Line ends inside a quoted value; `\r\n` counts once.
fn line_ends_in(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let lone_returns = bytes.iter().enumerate().filter(|(at, byte)| **byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')).count();
    (bytes.iter().filter(|byte| **byte == b'\n').count() + lone_returns) as u64
}

impl Iterator for Scanner<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        self.peek()?;
        let (start, line) = (self.at, self.line);
        let (mut cells, mut quotes) = (Vec::new(), Quotes::Balanced);
        loop {
            let (cell, of_cell) = self.cell();
            cells.push(cell);
            if of_cell != Quotes::Balanced {
                quotes = of_cell;
            }
            if self.peek() != Some(self.delimiter) || cells.len() > MOST_COLUMNS {
                break;
            }
            self.at += 1;
        }
        let last_line = self.line;
        self.end_of_line();
        Some(Record { start, end: self.at, line, last_line, cells, quotes })
    }
}
