//! Delimited text: encodings, delimiters, headers, broken rows, limits.

use crate::{cells, import};
use autoreach_import::{
    ByteOrderMark, Delimiter, FIELD_BYTES, FILE_BYTES, Format, ImportError, MOST_COLUMNS, RowCause, RowProblem, Table, read_table,
    write_csv,
};
use proptest::prelude::*;
use std::time::Instant;

fn read(bytes: &[u8]) -> Table {
    read_table(bytes).expect("a table")
}

fn delimiter_and_encoding(table: &Table) -> (Delimiter, &str) {
    match &table.format {
        Format::Csv { delimiter, encoding } => (*delimiter, encoding.name()),
        Format::Xlsx { .. } => panic!("not a text"),
    }
}

/// A table of four rows in German, with letters that tell encodings apart.
const GERMAN: &str =
    "Firma;Stadt;Ansprechpartner\r\nMüller & Söhne;Köln;Jörg Weiß\r\nÖlmühle Groß;Düsseldorf;Änne Übel\r\nCafé Zürich;Zürich;René\r\n";

fn utf16(text: &str, big_endian: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

fn encoded(text: &str, label: &str) -> Vec<u8> {
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).expect("a known label");
    let (bytes, _, unmappable) = encoding.encode(text);
    assert!(!unmappable, "{label}");
    bytes.into_owned()
}

#[test]
fn one_table_reads_the_same_in_every_encoding() {
    let with_mark = |mark: &[u8], text: Vec<u8>| [mark, &text].concat();
    let files = [
        ("UTF-8", GERMAN.as_bytes().to_vec()),
        ("UTF-8", with_mark(&[0xEF, 0xBB, 0xBF], GERMAN.as_bytes().to_vec())),
        ("UTF-16LE", with_mark(&[0xFF, 0xFE], utf16(GERMAN, false))),
        ("UTF-16BE", with_mark(&[0xFE, 0xFF], utf16(GERMAN, true))),
        ("UTF-16LE", utf16(GERMAN, false)),
        ("UTF-16BE", utf16(GERMAN, true)),
        ("windows-1252", encoded(GERMAN, "windows-1252")),
    ];
    for (name, bytes) in files {
        let table = read(&bytes);
        assert_eq!(delimiter_and_encoding(&table), (Delimiter::Semicolon, name));
        assert_eq!(cells(&table)[1], ["Ölmühle Groß", "Düsseldorf", "Änne Übel"], "{name}");
        assert_eq!(table.header[0], "Firma", "{name}: the mark is no part of the header");
    }
}

#[test]
fn other_scripts_are_told_from_each_other() {
    let check = |label: &str, text: &str| {
        let table = read(&encoded(text, label));
        assert_eq!(delimiter_and_encoding(&table).1, label);
        assert_eq!(cells(&table)[0][0], text.lines().nth(1).and_then(|line| line.split(',').next()).expect("a cell"), "{label}");
    };
    check("windows-1251", "Компания,Город\nСеверная логистика,Москва\nВосточный порт,Владивосток\nМорские перевозки,Мурманск\n");
    check("Shift_JIS", "会社名,市区町村\n株式会社東京運輸サービス,東京都\n横浜港湾ターミナル株式会社,横浜市\n大阪倉庫,大阪市\n");
    check("GBK", "公司名称,城市\n上海国际物流有限公司,上海市\n深圳港口集团,深圳市\n北方运输公司,哈尔滨\n");
    check("windows-1250", "Firma,Město\nŽelezniční přeprava Příbram,Plzeň\nČeská pošta služby,Ústí nad Labem\nŘízení dopravy,Třebíč\n");
}

#[test]
fn the_delimiter_is_found_behind_quotes_and_decimals() {
    let check = |text: &str, delimiter: Delimiter, columns: usize| {
        let table = read(text.as_bytes());
        assert_eq!((delimiter_and_encoding(&table).0, table.header.len()), (delimiter, columns), "{text}");
    };
    check("Company,City\n\"a;b;c;d\",x\n\"e;f;g;h\",y\n", Delimiter::Comma, 2);
    check("Firma;Umsatz;Wachstum\nA;1,5;2,5\nB;3,5;4,5\n", Delimiter::Semicolon, 3);
    check("Company\tNote\nA\tone, two, three\nB\tfour, five\n", Delimiter::Tab, 2);
    check("Company|City\nA|B\n", Delimiter::Bar, 2);
    check("Company\nAcme, Inc.\nOrbital\nBrightleaf\n", Delimiter::Comma, 1);
    check("sep=;\r\nA,x;B,x\r\n1,2;3,4\r\n", Delimiter::Semicolon, 2);
    check("Company,Note\nA,\"first\nsecond; third; x\nfourth; fifth; y\"\n", Delimiter::Comma, 2);
}

#[test]
fn an_unclosed_quote_costs_its_own_row_only() {
    let table = read(b"Company,City\nA,x\n\"B,y\nC,z\nD,w\n");
    assert_eq!(table.problems, [RowProblem { line: 3, cause: RowCause::UnclosedQuote }]);
    assert_eq!(cells(&table), [["A", "x"], ["C", "z"], ["D", "w"]]);
    assert_eq!(table.rows[1].line, 4);
}

#[test]
fn a_quote_that_closes_in_another_row_is_noticed_too() {
    let table = read(b"Company,City\nA,x\n\"B,y\nC,z\n\"D\",w\nE,v\n");
    assert_eq!(table.problems, [RowProblem { line: 3, cause: RowCause::UnclosedQuote }]);
    assert_eq!(cells(&table), [["A", "x"], ["C", "z"], ["D", "w"], ["E", "v"]]);
}

#[test]
fn a_file_of_unclosed_quotes_ends_quickly_and_is_named() {
    let mut file = String::from("Company,City\n");
    for row in 0..50_000 {
        file.push_str(&format!("\"broken {row},x y\"z\n"));
    }
    file.push('"');
    let started = Instant::now();
    let table = read_table(file.as_bytes()).expect("a table with problems");
    assert!(
        table.problems.iter().any(|problem| matches!(problem.cause, RowCause::UnreadableRest { lines } if lines > 10_000))
            || table.rows.len() == 50_000
    );
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
}

#[test]
fn rows_of_another_length_are_named_and_short_ones_completed() {
    let table = read(b"a,b,c,d\n1,2,3,4\n1,2,3,4,5\n1,2,3\n1\n1,2,3,4,,\n");
    assert_eq!(table.rows.iter().map(|row| (row.line, row.missing_cells)).collect::<Vec<_>>(), [(2, 0), (4, 1), (6, 0)]);
    let causes = [RowCause::TooManyCells { found: 5, expected: 4 }, RowCause::TooFewCells { found: 1, expected: 4 }];
    assert_eq!(table.problems, [3, 5].into_iter().zip(causes).map(|(line, cause)| RowProblem { line, cause }).collect::<Vec<_>>());
}

#[test]
fn line_numbers_count_breaks_inside_quotes() {
    for end in ["\n", "\r\n", "\r"] {
        let text = format!("a,b{end}\"x{end}{end}y\",1{end}{end}2,3{end}");
        assert_eq!(read(text.as_bytes()).rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 6], "{end:?}");
    }
}

#[test]
fn headers_become_distinct_names() {
    assert_eq!(read(b"Email,email,,Email\n1,2,3,4\n").header, ["Email", "email (2)", "Column 3", "Email (3)"]);
}

#[test]
fn a_file_without_header_is_noticed_and_its_columns_named() {
    let table = read(b"Orbital,wei@orbital.example,https://orbital.example\nAcme,jo@acme.example,https://acme.example\n");
    assert!(!table.has_own_header);
    assert_eq!((table.header.as_slice(), table.rows.len()), (["Column 1", "Email", "Website"].map(String::from).as_slice(), 2));
    assert!(read(b"Company,Contact\nOrbital,Wei\n").has_own_header);
}

#[test]
fn what_is_no_table_is_refused_by_name() {
    let check = |bytes: &[u8], why| assert_eq!(read_table(bytes), Err(why), "{:?}", &bytes[..bytes.len().min(20)]);
    check(b"", ImportError::Empty);
    check(b" \r\n\r\n", ImportError::Empty);
    check(&[0xEF, 0xBB, 0xBF], ImportError::Empty);
    check(b"Company,Email\r\n", ImportError::OnlyHeader);
    check(&[0, 1, 2, 3, 4, 5, 6, 0x7F, 0x80, 0xFE].repeat(100), ImportError::NotATable);
    check(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\0\0\x01\0\x08\x06\0\0\0", ImportError::NotATable);
    check(&vec![b'a'; FILE_BYTES + 1], ImportError::TooLarge);
    check(",".repeat(MOST_COLUMNS).as_bytes(), ImportError::TooManyColumns);
    check(&[b',', b'\n'].repeat(10), ImportError::Empty);
    for magic in [b"%PDF-1.7".as_slice(), &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], &[0x1F, 0x8B, 8, 0]] {
        assert!(matches!(read_table(magic), Err(ImportError::Unsupported(_))));
    }
}

#[test]
fn too_long_a_value_costs_its_row_only() {
    let file = format!("a,b\n1,{}\n2,3\n", "x".repeat(FIELD_BYTES));
    let table = read(file.as_bytes());
    assert_eq!(table.problems, [RowProblem { line: 2, cause: RowCause::TooLong }]);
    assert_eq!(table.rows.len(), 1);
}

#[test]
fn too_many_rows_or_cells_end_the_import() {
    assert_eq!(read_table("a,b\n1,2\n".repeat(110_000).as_bytes()), Err(ImportError::TooManyRows));
    let wide = format!("{}\n", vec!["x"; 150].join(",")).repeat(30_000);
    assert_eq!(read_table(wide.as_bytes()), Err(ImportError::TooManyCells));
}

#[test]
fn zeros_in_a_text_do_no_harm() {
    let mapped = import(b"Company,City\nAc\0me,Aar\0hus\nB,Oslo and a longer text around it\n").expect("a table");
    assert_eq!((mapped.leads[0].company.as_str(), mapped.leads[0].city.as_deref()), ("Ac me", Some("Aar hus")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn whatever_the_bytes_reading_them_ends_well(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = import(&bytes);
    }

    #[test]
    fn whatever_the_text_reading_it_ends_well(text in "[a\",;\\t|\r\n\0é= ]{0,200}") {
        let _ = import(text.as_bytes());
    }

    #[test]
    fn what_is_written_is_read_again(rows in prop::collection::vec(prop::collection::vec("[a-z\",;\\t|\r\n' =é-]{0,12}", 3), 1..12)) {
        let rows: Vec<Vec<String>> = rows.into_iter().map(|row| [vec!["x".to_owned()], row].concat()).collect();
        let header: Vec<String> = ["key", "a", "b", "c"].map(String::from).to_vec();
        let written = write_csv(&header, rows.clone(), ByteOrderMark::Absent);
        let table = read_table(&written).expect("our own table");
        prop_assert_eq!(table.problems.len(), 0);
        let guarded = |cell: &str| cell.strip_prefix('\'').unwrap_or(cell).to_owned();
        for (read, row) in cells(&table).iter().zip(&rows) {
            for (cell, text) in read.iter().zip(row) {
                let blank_at_the_end = text.trim().is_empty() && cell.is_empty();
                prop_assert!(blank_at_the_end || cell == text || guarded(cell) == *text, "{:?} became {:?}", text, cell);
            }
        }
        prop_assert_eq!(table.rows.len(), rows.len());
    }
}
