//! The import crate from outside: files as people, exporters and attackers make them.

mod corpora;
mod texts;
mod workbooks;

use autoreach_import::{ImportError, Mapped, Table, guess_mapping, map_rows, read_table};

/// Reads and maps with the guessed mapping.
fn import(bytes: &[u8]) -> Result<Mapped, ImportError> {
    let table = read_table(bytes)?;
    Ok(map_rows(&table, &guess_mapping(&table.header)))
}

/// The texts of a table, row by row, as wide as its header.
fn cells(table: &Table) -> Vec<Vec<&str>> {
    table.rows.iter().map(|row| (0..table.header.len()).map(|column| row.cell(column)).collect()).collect()
}
