//! The workbook parser as a program of its own: what the product's executables become behind their hidden argument.
//! The tests of this crate start it; nothing ships it.

use std::process::ExitCode;

fn main() -> ExitCode {
    autoreach_import::xlsx::run_parser_child(std::io::stdin().lock(), std::io::stdout().lock())
}
