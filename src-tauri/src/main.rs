//! The desktop program: starts the shell, or, when asked with the parser's argument, reads one workbook and ends.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(autoreach::PARSER_ARGUMENT) {
        return autoreach::parse_workbook_child();
    }
    autoreach::run()
}
