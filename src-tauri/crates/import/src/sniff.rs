//! What the bytes are: a workbook or text, in which encoding, with which delimiter, with a header or without.
//!
//! The file's name plays no part: names lie, first bytes do not. Encodings are tried from certain to likely: byte order
//! mark, UTF-16 by its zeros, valid UTF-8, statistics. The delimiter is the one that makes the most even table, with
//! quoted values respected.

use crate::csv::{Delimiter, Scanner};
use crate::error::{ImportError, Unsupported};
use crate::presets::is_known_header;
use autoreach_domain::lead::EmailAddress;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Bytes looked at to tell text from other things.
const SAMPLE_BYTES: usize = 4_096;
/// Bytes and records looked at to find the delimiter.
const DELIMITER_BYTES: usize = 64 * 1024;
const DELIMITER_RECORDS: usize = 50;

/// The WHATWG name of a text encoding, `UTF-8` or `windows-1252`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextEncoding(String);

impl TextEncoding {
    /// The name.
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// What a file is, by its first bytes.
pub(crate) enum Kind {
    Workbook,
    Text,
}

/// Workbook, text, or a kind that is refused by name.
pub(crate) fn kind_of(bytes: &[u8]) -> Result<Kind, ImportError> {
    const OLE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    if bytes.starts_with(OLE) {
        return Err(ImportError::Unsupported(Unsupported::OldOrLockedExcel));
    }
    if bytes.starts_with(b"%PDF-") {
        return Err(ImportError::Unsupported(Unsupported::Pdf));
    }
    if bytes.starts_with(&[0x1F, 0x8B]) || bytes.starts_with(b"7z\xBC\xAF") || bytes.starts_with(b"Rar!") {
        return Err(ImportError::Unsupported(Unsupported::Archive));
    }
    Ok(if looks_like_a_workbook(bytes) { Kind::Workbook } else { Kind::Text })
}

/// `true` when the bytes are a ZIP archive, which is what an XLSX file is from outside.
pub fn looks_like_a_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// The bytes as text, and the encoding they were in. Invalid sequences become U+FFFD.
pub(crate) fn decode(bytes: &[u8]) -> Result<(String, TextEncoding), ImportError> {
    let encoding = encoding_of(bytes);
    let (text, encoding, _) = encoding.decode(bytes);
    if is_binary(&text) {
        return Err(ImportError::NotATable);
    }
    Ok((text.into_owned(), TextEncoding(encoding.name().to_owned())))
}

fn encoding_of(bytes: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    if let Some(encoding) = utf16_by_zeros(bytes) {
        return encoding;
    }
    if std::str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// Latin text in UTF-16 has a zero in every second byte, and hardly any in the others.
fn utf16_by_zeros(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    let zeros = |from: usize| sample.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, pairs) = (zeros(0), zeros(1), sample.len() / 2);
    match pairs {
        0 => None,
        _ if odd * 10 >= pairs * 4 && even * 20 <= pairs => Some(UTF_16LE),
        _ if even * 10 >= pairs * 4 && odd * 20 <= pairs => Some(UTF_16BE),
        _ => None,
    }
}

/// A first line with one character in ten that is no text, or zeros all over: a picture, a program, anything but a
/// table. Values further down may hold whatever they like; they are made safe where they are used.
fn is_binary(text: &str) -> bool {
    let is_strange = |c: &char| (c.is_control() && *c != '\t') || *c == '\u{FFFD}';
    let first_line = || text.trim_start().chars().take_while(|c| !matches!(c, '\r' | '\n')).take(SAMPLE_BYTES);
    let sample = || text.chars().take(SAMPLE_BYTES);
    let zeros = sample().filter(|c| *c == '\0').count();
    first_line().filter(is_strange).count() * 10 > first_line().count() || zeros * 10 > sample().count()
}

/// The delimiter that makes the most even table of the beginning; comma when there is but one column.
pub(crate) fn delimiter_of(text: &str) -> Delimiter {
    let mut end = text.len().min(DELIMITER_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let sample = &text[..end];
    let mut best = (Delimiter::Comma, 0.0);
    for delimiter in Delimiter::ALL {
        let evenness = evenness(sample, delimiter, end < text.len());
        if evenness > best.1 {
            best = (delimiter, evenness);
        }
    }
    best.0
}

/// Share of records with the most frequent number of cells, a little more for many columns; 0 for a single column.
fn evenness(sample: &str, delimiter: Delimiter, is_cut: bool) -> f64 {
    let mut widths: Vec<usize> = Scanner::new(sample, delimiter).take(DELIMITER_RECORDS).map(|record| record.cells.len()).collect();
    if is_cut && widths.len() > 1 {
        widths.pop();
    }
    let mut counts: HashMap<usize, usize> = HashMap::new();
    for width in &widths {
        *counts.entry(*width).or_default() += 1;
    }
    let Some((width, count)) = counts.into_iter().max_by_key(|(width, count)| (*count, *width)) else {
        return 0.0;
    };
    if width < 2 {
        return 0.0;
    }
    (count as f64 / widths.len() as f64) * (1.0 - 0.1 / width as f64)
}

/// `true` when the first record is a lead and not a header: no known header in it, but an address, a link or a number.
pub(crate) fn is_data(first: &[String]) -> bool {
    let is_number =
        |cell: &str| cell.chars().any(|c| c.is_ascii_digit()) && cell.chars().all(|c| c.is_ascii_digit() || " .,+-".contains(c));
    let is_link = |cell: &str| cell.starts_with("http://") || cell.starts_with("https://") || cell.starts_with("www.");
    let is_value = |cell: &String| {
        let cell = cell.trim();
        is_number(cell) || is_link(cell) || EmailAddress::parse(cell).is_ok()
    };
    !first.iter().any(|cell| is_known_header(cell)) && first.iter().any(is_value)
}
