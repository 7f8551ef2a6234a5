//! Mails that others collected to break parsers, when the development data is there.

use autoreach_mail::incoming::{Kind, Severity, read};
use jiff::Timestamp;
use std::fs;
use std::path::{Path, PathBuf};

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("is a folder").flatten();
    entries.flat_map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { vec![entry.path()] }).collect()
}

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
#[expect(clippy::print_stdout, reason = "the figures are what the test is for")]
#[test]
fn the_mails_of_others_are_read_without_a_panic_and_their_reports_for_what_they_are() {
    let test = "the_mails_of_others_are_read_without_a_panic_and_their_reports_for_what_they_are";
    let Some(folder) = std::env::var_os("AUTOREACH_DEV_DATA").map(|data| PathBuf::from(data).join("security/mail")) else {
        eprintln!("skipped: {test}: AUTOREACH_DEV_DATA is not set");
        return;
    };
    let files = files(&folder);
    assert!(files.len() > 20, "{} in {}", files.len(), folder.display());
    for file in &files {
        let incoming = read(&fs::read(file).expect("is read"), Timestamp::UNIX_EPOCH);
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        println!("{name}: {:?}", incoming.kind);
        match name.as_str() {
            "delivery-status.txt"
            | "delivery-status2.txt"
            | "delivery-status-multiple-blank-lines.txt"
            | "delivery-status-no-blank-line.txt" => {
                assert!(matches!(&incoming.kind, Kind::Bounce(bounce) if bounce.severity == Severity::Hard), "{name}: {incoming:?}");
            }
            // A gateway encoded half of its report: only the text beside it says what it is.
            "bounce.txt" => assert!(matches!(incoming.kind, Kind::Bounce(_)), "{incoming:?}"),
            "feedback-report.txt" => assert_eq!(incoming.kind, Kind::Complaint),
            "disposition-notification.txt" => assert_eq!(incoming.kind, Kind::AutoReply { has_left: false }),
            _ => assert!(
                !matches!(incoming.kind, Kind::Bounce(_) | Kind::Complaint | Kind::OptOut) || name.contains("delivery-status"),
                "{name}: {incoming:?}"
            ),
        }
    }
}
