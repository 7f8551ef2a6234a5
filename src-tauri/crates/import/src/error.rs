//! What a file, a row or a field can have wrong with it, in words for the person who chose the file.
//!
//! Three grades: an [`ImportError`] ends the import, a [`RowProblem`] keeps one row out, a [`RowNote`] tells what of a
//! kept row was not used. None of them repeats a value of the file.

use crate::presets::LeadField;
use autoreach_domain::account::InvalidDomain;
use autoreach_domain::lead::InvalidEmail;
use serde::{Deserialize, Serialize};

/// Why a file cannot be read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum ImportError {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// A header and nothing below it.
    #[error("the file has a header but no rows")]
    OnlyHeader,
    /// More than [`crate::FILE_BYTES`]: split it.
    #[error("the file is larger than 64 MB; split it into smaller ones")]
    TooLarge,
    /// More than [`crate::MOST_ROWS`] rows: split it.
    #[error("the file has more than 200,000 rows; split it into smaller ones")]
    TooManyRows,
    /// More than [`crate::MOST_COLUMNS`] columns: delete those not needed.
    #[error("the file has more than 200 columns; delete those you do not need")]
    TooManyColumns,
    /// More cells with something in them than fit in memory: split it or delete columns.
    #[error("the file has more than 4 million filled cells; split it or delete columns you do not need")]
    TooManyCells,
    /// A known kind of file that is not read: save it as another.
    #[error("{} cannot be read; save it as .xlsx or .csv", .0.words())]
    Unsupported(Unsupported),
    /// No text and no workbook.
    #[error("this is neither a table of text (CSV) nor a workbook (XLSX)")]
    NotATable,
    /// A workbook that is damaged or not built as workbooks are.
    #[error("the workbook is damaged; open it in your spreadsheet program and save it anew")]
    BrokenWorkbook,
    /// A workbook that unpacks to more than [`crate::UNPACKED_BYTES`], or claims to.
    #[error("the workbook unpacks to more than 64 MB; save the one sheet you need as .csv")]
    WorkbookTooLarge,
    /// No visible sheet with anything in it.
    #[error("the workbook has no visible sheet with rows in it")]
    NoSheet,
    /// The parser process took longer than its time.
    #[error("the workbook took too long to read; save the one sheet you need as .csv")]
    ParserTooSlow,
    /// The parser process ended badly or took too much memory: as a rule, the file is hostile or damaged.
    #[error("the workbook could not be read safely; save the one sheet you need as .csv")]
    ParserDied,
    /// The parser process could not be started: the installation is damaged.
    #[error("the part of the program that reads workbooks could not be started")]
    ParserMissing,
}

/// Kinds of files known by their first bytes and not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unsupported {
    /// The old binary format, or a workbook with a password (both look alike from outside).
    OldOrLockedExcel,
    /// OpenDocument.
    OpenDocument,
    /// XLSB.
    BinaryExcel,
    /// PDF.
    Pdf,
    /// A plain archive or another kind of document.
    Archive,
}

impl Unsupported {
    fn words(self) -> &'static str {
        match self {
            Self::OldOrLockedExcel => "an old Excel file (.xls) or one with a password",
            Self::OpenDocument => "an OpenDocument table (.ods)",
            Self::BinaryExcel => "a binary Excel file (.xlsb)",
            Self::Pdf => "a PDF",
            Self::Archive => "an archive",
        }
    }
}

/// A row that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowProblem {
    /// The line of the file it starts on; the row number of a sheet. 1 is the first.
    pub line: u64,
    /// Why.
    pub cause: RowCause,
}

/// Why a row was left out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum RowCause {
    /// More cells than the header, and not only empty ones: a delimiter inside an unquoted value, as a rule.
    #[error("this row has {found} cells, the header has {expected}: put values with a delimiter in quotes")]
    TooManyCells {
        /// Cells of the row.
        found: usize,
        /// Cells of the header.
        expected: usize,
    },
    /// Less than half the cells of the header: most likely a broken line.
    #[error("this row has only {found} of {expected} cells")]
    TooFewCells {
        /// Cells of the row.
        found: usize,
        /// Cells of the header.
        expected: usize,
    },
    /// A quote opens here and never closes where it should: reading goes on with the next line.
    #[error("a quote opens in this row and never closes; only this row was left out")]
    UnclosedQuote,
    /// Too many unclosed quotes to guess where rows begin: nothing from here on was read.
    #[error("too many quotes that never close; the {lines} lines from here on could not be read")]
    UnreadableRest {
        /// Lines not read.
        lines: u64,
    },
    /// A field or line beyond [`crate::FIELD_BYTES`].
    #[error("this row holds a value of more than 1 MB")]
    TooLong,
    /// Neither a company nor an address from which one could be read.
    #[error("this row names no company and has no website or company mail address")]
    NoCompany,
}

/// What of a kept row was changed or not used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum RowNote {
    /// Cells at its end are missing and were taken as empty.
    #[error("cells missing at the end of the row were taken as empty ({0})")]
    Padded(usize),
    /// The mail address cannot be used.
    #[error("mail address not used: {}", invalid_email(.0))]
    Email(InvalidEmailNote),
    /// The website cannot be used.
    #[error("website not used: {}", invalid_domain(.0))]
    Website(InvalidDomainNote),
    /// The website was read from the mail address.
    #[error("website taken from the mail address")]
    WebsiteFromEmail,
    /// The company's name was read from its domain.
    #[error("company name taken from its web address")]
    CompanyFromDomain,
    /// First and last name were split at a guess.
    #[error("first and last name split from the full name")]
    NameSplit,
    /// The head count is no number or range.
    #[error("head count not used: it is no number")]
    HeadCount,
    /// A text was longer than what is kept.
    #[error("{} was too long and was cut", .0.words())]
    Cut(LeadField),
}

/// [`InvalidEmail`] in a form that can be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum InvalidEmailNote {
    /// No `@`, or several addresses.
    Shape,
    /// Bad characters before the `@`.
    LocalPart,
    /// No domain behind the `@`.
    Domain,
}

impl From<InvalidEmail> for InvalidEmailNote {
    fn from(why: InvalidEmail) -> Self {
        match why {
            InvalidEmail::Empty | InvalidEmail::Shape => Self::Shape,
            InvalidEmail::LocalPart => Self::LocalPart,
            InvalidEmail::Domain => Self::Domain,
        }
    }
}

/// [`InvalidDomain`] in a form that can be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum InvalidDomainNote {
    /// No host name.
    NotAHost,
    /// A public suffix or bare label.
    NoCompany,
    /// A provider's domain.
    Provider,
}

impl From<InvalidDomain> for InvalidDomainNote {
    fn from(why: InvalidDomain) -> Self {
        match why {
            InvalidDomain::NotAHost => Self::NotAHost,
            InvalidDomain::NoCompany => Self::NoCompany,
            InvalidDomain::Provider => Self::Provider,
        }
    }
}

/// The domain crate's own words for it.
fn invalid_email(note: &InvalidEmailNote) -> InvalidEmail {
    match note {
        InvalidEmailNote::Shape => InvalidEmail::Shape,
        InvalidEmailNote::LocalPart => InvalidEmail::LocalPart,
        InvalidEmailNote::Domain => InvalidEmail::Domain,
    }
}

/// The domain crate's own words for it.
fn invalid_domain(note: &InvalidDomainNote) -> InvalidDomain {
    match note {
        InvalidDomainNote::NotAHost => InvalidDomain::NotAHost,
        InvalidDomainNote::NoCompany => InvalidDomain::NoCompany,
        InvalidDomainNote::Provider => InvalidDomain::Provider,
    }
}
