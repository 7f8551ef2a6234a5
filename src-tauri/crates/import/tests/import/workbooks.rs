//! Workbooks: what spreadsheet programs write, and what attackers do, both in this process and in the child.

use crate::cells;
use autoreach_import::{Format, ImportError, MOST_COLUMNS, Table, read_file, read_table, xlsx};
use rust_xlsxwriter::{ExcelDateTime, Format as CellFormat, Formula, Workbook};
use std::io::{Cursor, Write};
use std::path::Path;
use std::time::Instant;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The parser as a program of its own.
const PARSER: &str = env!("CARGO_BIN_EXE_autoreach-parse-xlsx");

/// Reads in this process and in the child, which must agree.
fn read(bytes: &[u8]) -> Result<Table, ImportError> {
    let here = read_table(bytes);
    assert_eq!(read_file(bytes, Path::new(PARSER)), here);
    here
}

fn workbook(fill: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    fill(&mut workbook);
    workbook.save_to_buffer().expect("a workbook")
}

#[test]
fn cells_are_read_as_a_person_sees_them() {
    let date = CellFormat::new().set_num_format("yyyy-mm-dd");
    let bytes = workbook(|workbook| {
        let sheet = workbook.add_worksheet();
        sheet.write_row(0, 0, ["Company", "Employees", "Since", "Met", "Share", "Customer", "Sum"]).expect("a row");
        sheet.write_string(1, 0, "Ærø Shipping").expect("a cell");
        sheet.write_number(1, 1, 1200.0).expect("a cell");
        sheet.write_datetime_with_format(1, 2, ExcelDateTime::from_ymd(2024, 3, 5).expect("a date"), &date).expect("a cell");
        let met = ExcelDateTime::parse_from_str("2024-03-05T14:30:00").expect("an instant");
        sheet.write_datetime_with_format(1, 3, met, &CellFormat::new().set_num_format("yyyy-mm-dd hh:mm")).expect("a cell");
        sheet.write_number(1, 4, 0.25).expect("a cell");
        sheet.write_boolean(1, 5, true).expect("a cell");
        sheet.write_formula(1, 6, Formula::new("=B2*2").set_result("2400")).expect("a cell");
    });
    let table = read(&bytes).expect("a table");
    assert_eq!(cells(&table), [["Ærø Shipping", "1200", "2024-03-05", "2024-03-05 14:30", "0.25", "TRUE", "2400"]]);
    assert_eq!((table.format, table.rows[0].line), (Format::Xlsx { sheet: "Sheet1".into() }, 2));
}

#[test]
fn the_first_visible_sheet_with_something_in_it_counts() {
    let bytes = workbook(|workbook| {
        workbook.add_worksheet().set_name("Hidden").expect("a name").set_hidden(true).write_row(0, 0, ["Secret", "x"]).expect("a row");
        workbook.add_worksheet().set_name("Empty").expect("a name").set_active(true);
        let sheet = workbook.add_worksheet().set_name("Leads").expect("a name");
        sheet.write_string(0, 0, "Export of March").expect("a cell");
        sheet.write_row(2, 1, ["Company", "City"]).expect("a row");
        sheet.write_row(4, 1, ["Orbital", "Aarhus"]).expect("a row");
    });
    let table = read(&bytes).expect("a table");
    assert_eq!(table.format, Format::Xlsx { sheet: "Leads".into() });
    assert_eq!(table.header, ["Column 1", "Company", "City"], "a title above the header is no header");
    assert_eq!((cells(&table), table.rows[0].line), (vec![vec!["", "Orbital", "Aarhus"]], 5));
}

#[test]
fn a_workbook_without_rows_is_refused_by_name() {
    let empty = workbook(|workbook| {
        workbook.add_worksheet();
    });
    assert_eq!(read(&empty), Err(ImportError::NoSheet));
    let only_header = workbook(|workbook| {
        workbook.add_worksheet().write_row(0, 0, ["Company", "City"]).expect("a row");
    });
    assert_eq!(read(&only_header), Err(ImportError::OnlyHeader));
}

/// A workbook by hand: one sheet with this XML between its `sheetData` tags, and further parts.
fn by_hand(sheet_data: &str, further: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let sheet = format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{sheet_data}</sheetData></worksheet>"#
    );
    let types = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;
    let relations = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    let book = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#;
    let sheets = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let parts = [
        ("[Content_Types].xml", types),
        ("_rels/.rels", relations),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", sheets),
        ("xl/worksheets/sheet1.xml", &sheet),
    ];
    for (name, content) in
        parts.into_iter().map(|(name, text)| (name, text.as_bytes())).chain(further.iter().map(|(name, bytes)| (*name, bytes.as_slice())))
    {
        archive.start_file(name, SimpleFileOptions::default()).expect("a part");
        archive.write_all(content).expect("a part");
    }
    archive.finish().expect("an archive").into_inner()
}

fn inline(cell: &str, text: &str) -> String {
    format!(r#"<c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

#[test]
fn a_workbook_by_hand_is_a_workbook() {
    let rows =
        format!("<row r=\"1\">{}{}</row><row r=\"2\">{}</row>", inline("A1", "Company"), inline("B1", "City"), inline("A2", "Orbital"));
    assert_eq!(cells(&read(&by_hand(&rows, &[])).expect("a table")), [["Orbital", ""]]);
}

#[test]
fn far_cells_are_refused_before_memory_is_taken_for_them() {
    let check = |cell: &str, row: u32, why| {
        let rows = format!("<row r=\"1\">{}</row><row r=\"{row}\">{}</row>", inline("A1", "Company"), inline(cell, "x"));
        let started = Instant::now();
        assert_eq!(read(&by_hand(&rows, &[])), Err(why), "{cell}");
        assert!(started.elapsed().as_secs() < 5);
    };
    check("XFD1048576", 1_048_576, ImportError::TooManyRows);
    check("A1048576", 1_048_576, ImportError::TooManyRows);
    check("XFD2", 2, ImportError::TooManyColumns);
    check("GS2", 2, ImportError::TooManyColumns);
    assert_eq!(MOST_COLUMNS, 200, "GR is the last column allowed");
    for broken in ["A4294967299", "ZZZZZZZZZZZZZZ1", "A0", "1", "", "A-1"] {
        let rows = format!("<row>{}{}</row>", inline("A1", "Company"), inline(broken, "x"));
        assert!(read(&by_hand(&rows, &[])).is_err(), "{broken}");
    }
}

#[test]
fn a_string_table_that_promises_the_world_is_refused() {
    let promise = |count: &str| {
        format!("<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" uniqueCount=\"{count}\"><si><t>x</t></si></sst>")
    };
    let read_with =
        |table: Vec<u8>| read(&by_hand("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>", &[("xl/sharedStrings.xml", table)]));
    assert_eq!(read_with(promise("1").into_bytes()), Err(ImportError::OnlyHeader));
    assert_eq!(read_with(promise("99999999999").into_bytes()), Err(ImportError::WorkbookTooLarge));
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(promise("18446744073709551615").encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(read_with(utf16), Err(ImportError::WorkbookTooLarge));
}

/// 70 MB of blanks in one part: 70 kB of archive.
fn bomb() -> Vec<u8> {
    by_hand("", &[("xl/media/blank.xml", vec![b' '; 70 * 1024 * 1024])])
}

#[test]
fn an_archive_that_unpacks_to_too_much_is_refused() {
    let bytes = bomb();
    assert!(bytes.len() < 200 * 1024);
    assert_eq!(read(&bytes), Err(ImportError::WorkbookTooLarge));
}

#[test]
fn an_archive_that_lies_about_its_sizes_is_refused_too() {
    let mut bytes = bomb();
    let size = (70_u32 * 1024 * 1024).to_le_bytes();
    let places: Vec<usize> = bytes.windows(4).enumerate().filter(|(_, window)| *window == size).map(|(at, _)| at).collect();
    assert!(!places.is_empty(), "the directory names the size");
    for at in places {
        bytes[at..at + 4].copy_from_slice(&1_000_u32.to_le_bytes());
    }
    assert!(matches!(read(&bytes), Err(ImportError::WorkbookTooLarge | ImportError::BrokenWorkbook)));
}

#[test]
fn one_long_text_in_very_many_cells_is_refused() {
    let strings = format!("<sst uniqueCount=\"1\"><si><t>{}</t></si></sst>", "x".repeat(30_000));
    let row = |row: usize| format!("<row r=\"{row}\"><c r=\"A{row}\" t=\"s\"><v>0</v></c></row>");
    let rows: String = (1..=10_000).map(row).collect();
    assert_eq!(read(&by_hand(&rows, &[("xl/sharedStrings.xml", strings.into_bytes())])), Err(ImportError::TooManyCells));
}

#[test]
fn damaged_archives_end_well() {
    let whole = workbook(|workbook| {
        workbook.add_worksheet().write_row(0, 0, ["Company", "City"]).expect("a row");
    });
    for length in (4..whole.len()).step_by(whole.len() / 40) {
        assert!(read_table(&whole[..length]).is_err(), "cut at {length}");
    }
    for at in (0..whole.len()).step_by(whole.len() / 200) {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x55;
        let _ = read_table(&flipped);
    }
}

#[test]
fn other_documents_in_archives_are_named() {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for name in ["mimetype", "content.xml"] {
        archive.start_file(name, SimpleFileOptions::default()).expect("a part");
    }
    assert!(matches!(read(&archive.finish().expect("an archive").into_inner()), Err(ImportError::Unsupported(_))));
}

#[test]
fn a_parser_that_dies_hangs_or_is_missing_is_told_apart() {
    let bytes = by_hand("", &[]);
    assert_eq!(xlsx::read_in_child(Path::new("no/such/parser"), &bytes), Err(ImportError::ParserMissing));
    if cfg!(unix) {
        assert_eq!(xlsx::read_in_child(Path::new("/bin/false"), &bytes), Err(ImportError::ParserDied));
        assert_eq!(xlsx::read_in_child(Path::new("/bin/true"), &bytes), Err(ImportError::ParserDied), "no answer is no table");
    }
}
