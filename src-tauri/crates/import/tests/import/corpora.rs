//! Third-party files from the development data: CSV dialects, formula injections, naughty strings, a large real export.

use crate::{cells, import};
use autoreach_domain::text::one_line;
use autoreach_import::{ByteOrderMark, ImportError, MappedLead, read_table, write_csv};
use std::path::PathBuf;

/// A file or folder of the development data; `None` and a line on stderr when there is none.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn data(test: &str, path: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("AUTOREACH_DEV_DATA").map(PathBuf::from) else {
        eprintln!("skipped: {test}: AUTOREACH_DEV_DATA is not set");
        return None;
    };
    Some(folder.join(path))
}

fn texts(path: PathBuf) -> Vec<String> {
    serde_json::from_slice(&std::fs::read(path).expect("the file is there")).expect("a list of texts")
}

#[test]
fn every_dialect_of_the_csv_spectrum_reads_as_expected() {
    let Some(folder) = data("every_dialect_of_the_csv_spectrum_reads_as_expected", "security/csv/spectrum") else { return };
    let mut files = 0;
    for entry in std::fs::read_dir(folder.join("csvs")).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let table = read_table(&std::fs::read(&path).expect("readable")).unwrap_or_else(|why| panic!("{name}: {why}"));
        let expected = std::fs::read(folder.join("json").join(format!("{name}.json"))).expect("the expectation is there");
        let expected: serde_json::Value = serde_json::from_slice(&expected).expect("JSON");
        let expected = expected.as_array().cloned().unwrap_or_else(|| vec![expected]);
        assert_eq!((table.rows.len(), table.problems.len()), (expected.len(), 0), "{name}");
        for (row, expected) in cells(&table).iter().zip(&expected) {
            for (header, cell) in table.header.iter().zip(row) {
                // The corpus contradicts itself in this one column of location_coordinates.
                if header != "Contact Phone Number" {
                    assert_eq!(Some(*cell), expected[header].as_str(), "{name}, {header}");
                }
            }
        }
        files += 1;
    }
    assert_eq!(files, 12);
}

/// A file with `text` in every field there is.
fn file_with(text: &str) -> Vec<u8> {
    let header =
        ["Company", "Website", "First name", "Last name", "Job title", "Email", "Country", "City", "Industry", "Employees", "Notes", "Fax"];
    let mut file = header.join(",").into_bytes();
    file.extend_from_slice(b"\r\n");
    let quoted = format!("\"{}\"", text.replace('"', "\"\""));
    file.extend_from_slice(vec![quoted; header.len()].join(",").as_bytes());
    file.extend_from_slice(b"\r\n");
    file
}

/// The texts of a lead that a table of leads would show.
fn shown(lead: &MappedLead) -> Vec<String> {
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    let other = |name: &str| lead.other_columns.get(name).cloned().unwrap_or_default();
    let person = &lead.person;
    vec![
        lead.company.clone(),
        person.first_name.clone(),
        person.last_name.clone(),
        person.role.clone(),
        optional(&lead.country),
        optional(&lead.city),
        optional(&lead.industry),
        other("Notes"),
        other("Fax"),
    ]
}

/// Import, export, import again: every text is the safe form of the one in the file, and stays it.
fn check_round_trip(text: &str) {
    let header: Vec<String> =
        ["Company", "First name", "Last name", "Job title", "Country", "City", "Industry", "Notes", "Fax"].map(String::from).to_vec();
    let expected = one_line(text);
    let mapped = match import(&file_with(text)) {
        Err(ImportError::OnlyHeader) if expected.is_empty() => return,
        came_to => came_to.unwrap_or_else(|why| panic!("{text:?}: {why}")),
    };
    let Some(lead) = mapped.leads.first() else {
        assert!(expected.is_empty(), "{text:?} was left out: {:?}", mapped.problems);
        return;
    };
    assert_eq!(shown(lead), vec![expected; 9], "{text:?}");
    let exported = write_csv(&header, [shown(lead)], ByteOrderMark::Written);
    let again = import(&exported).unwrap_or_else(|why| panic!("{text:?} again: {why}"));
    assert_eq!(again.leads.first().map(shown), Some(shown(lead)), "{text:?} after export");
}

#[test]
fn naughty_strings_in_every_field_survive_import_and_export() {
    let Some(path) = data("naughty_strings_in_every_field_survive_import_and_export", "security/naughty/blns.json") else { return };
    let texts = texts(path);
    assert!(texts.len() >= 500);
    for text in texts {
        check_round_trip(&text);
    }
}

#[test]
fn formulas_come_in_as_text_and_go_out_guarded() {
    let Some(path) = data("formulas_come_in_as_text_and_go_out_guarded", "security/csv/patt_csv_injection.json") else { return };
    let formulas = texts(path);
    for text in &formulas {
        check_round_trip(text);
    }
    let rows = formulas.iter().map(|text| vec![text.clone(), format!(" \t{text}")]);
    let exported = write_csv(&["one".into(), "two".into()], rows, ByteOrderMark::Absent);
    let read = read_table(&exported).expect("a table");
    assert_eq!(read.rows.len(), formulas.len());
    for cell in cells(&read).into_iter().flatten() {
        let first = cell.trim_start().chars().next();
        assert!(!matches!(first, Some('=' | '+' | '-' | '@' | '–')), "{cell:?}");
    }
}

#[test]
fn a_large_real_export_is_read_whole() {
    let Some(path) = data("a_large_real_export_is_read_whole", "leads/Leads.csv") else { return };
    let table = read_table(&std::fs::read(path).expect("readable")).expect("a table");
    assert_eq!((table.rows.len(), table.problems.len()), (9_240, 0));
}
