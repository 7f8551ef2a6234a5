//! Complaints: the abuse reports of RFC 5965 that providers send when somebody presses "spam".

use super::letter::Letter;
use super::{Finding, Kind};

/// A report of feedback. Only the types that speak of an unwanted mail are complaints: `not-spam` is the opposite, and
/// `auth-failure` (RFC 6591) is about our own signature.
pub(super) fn find(letter: &Letter<'_>) -> Option<Finding> {
    let report = letter.part(&["message/feedback-report"])?;
    let field = |name: &str| {
        let mut lines = report.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(found, _)| found.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_ascii_lowercase())
    };
    let kind = field("Feedback-Type")?;
    let found = match kind.as_str() {
        "abuse" | "fraud" | "virus" | "other" | "miscategorized" => Kind::Complaint,
        "opt-out" | "opt-out-list" => Kind::OptOut,
        _ => Kind::Other,
    };
    Some(Finding::new(found, [format!("Feedback-Type: {kind}")]))
}
