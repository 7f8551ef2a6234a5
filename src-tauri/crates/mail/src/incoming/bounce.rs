//! Bounces: delivery reports (RFC 3464) field by field, and what servers without reports write.
//!
//! Hard is what will never arrive; a full mailbox, a delay and every 4.x.x are soft, even where the server has given up.
//! A report of success ("delivered", "relayed") is no bounce.

use super::letter::Letter;
use super::{Bounce, Cause, Finding, Kind, Severity, bounce_forms};
use autoreach_domain::lead::EmailAddress;

/// Most recipients of the original taken from a report.
const RECIPIENTS: usize = 20;
/// Lines of a report looked at.
const REPORT_LINES: usize = 500;
/// The types of the part that holds a delivery report's fields.
const REPORT_TYPES: [&str; 2] = ["message/delivery-status", "message/global-delivery-status"];

/// What a report says of one recipient.
#[derive(Debug, Default)]
struct Fate {
    action: String,
    status: Option<String>,
    diagnostic: String,
}

/// A bounce, or a report that everything went well (`Other`).
pub(super) fn find(letter: &Letter<'_>) -> Option<Finding> {
    let Some(report) = letter.part(&REPORT_TYPES) else { return bounce_forms::find(letter) };
    // Gateways break reports; the text beside one without any field still says what it is.
    let by_form = || fates(&report).iter().all(Fate::is_empty).then(|| bounce_forms::find(letter)).flatten();
    let found = of_report(&report, &letter.text).or_else(by_form);
    Some(found.unwrap_or_else(|| Finding::new(Kind::Other, [String::from("delivery report")])))
}

/// What the report says; where it names no code, the text for people beside it does.
fn of_report(report: &str, text: &str) -> Option<Finding> {
    let fates = fates(report);
    let failed = fates.iter().find(|fate| fate.is_failure());
    let fate = failed.or_else(|| fates.iter().find(|fate| fate.is_delay()))?;
    let is_delay = failed.is_none();
    // `5.0.0` says nothing; servers put the telling code into the diagnostic text.
    let own = fate.status.clone().filter(|status| !status.ends_with(".0.0"));
    let status = own.or_else(|| status_in(&fate.diagnostic)).or_else(|| fate.status.clone());
    let telling = if status.is_none() && fate.diagnostic.is_empty() { text } else { &fate.diagnostic };
    let bounce = judge(status, telling, is_delay);
    let words = [
        format!("Action: {}", fate.action),
        bounce.status.iter().map(|status| format!("Status: {status}")).collect(),
        fate.diagnostic.clone(),
    ];
    Some(Finding::new(Kind::Bounce(bounce), words))
}

impl Fate {
    fn is_empty(&self) -> bool {
        self.action.is_empty() && self.status.is_none()
    }

    fn is_failure(&self) -> bool {
        let is_class_five = self.status.as_deref().is_some_and(|status| status.starts_with('5'));
        self.action == "failed" || (self.action.is_empty() && is_class_five)
    }

    fn is_delay(&self) -> bool {
        let is_class_four = self.status.as_deref().is_some_and(|status| status.starts_with('4'));
        self.action == "delayed" || (self.action.is_empty() && is_class_four)
    }
}

/// The report's recipients, one group of fields each.
fn fates(report: &str) -> Vec<Fate> {
    let mut fates = vec![Fate::default()];
    for (name, value) in fields(report) {
        // Groups are told apart by their first field, not by the empty line that some servers leave out or double.
        let begins_group = matches!(name.as_str(), "original-recipient" | "final-recipient")
            && fates.last().is_some_and(|fate| !fate.action.is_empty() || fate.status.is_some());
        if begins_group && fates.len() < RECIPIENTS {
            fates.push(Fate::default());
        }
        let Some(fate) = fates.last_mut() else { break };
        match name.as_str() {
            "action" => fate.action = value.split([' ', '(', ';']).next().unwrap_or_default().to_ascii_lowercase(),
            "status" => fate.status = status_in(&value),
            "diagnostic-code" => fate.diagnostic = value,
            _ => {}
        }
    }
    fates
}

/// The fields of a report, names in small letters, folded lines joined.
fn fields(report: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in report.lines().take(REPORT_LINES) {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut()
                && value.len() < 1_000
            {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    fields
}

/// The first enhanced status code (RFC 3463) in a text: `5.1.1`, and not a part of an address on the internet.
pub(super) fn status_in(text: &str) -> Option<String> {
    let tokens = text.split(|c: char| !c.is_ascii_digit() && c != '.').map(|token| token.trim_end_matches('.'));
    tokens.into_iter().find(|token| is_status(token)).map(str::to_owned)
}

fn is_status(token: &str) -> bool {
    let parts: Vec<&str> = token.split('.').collect();
    let [class, subject, detail] = parts.as_slice() else { return false };
    matches!(*class, "2" | "4" | "5")
        && [subject, detail].iter().all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
}

/// What a status code and a text come to.
pub(super) fn judge(status: Option<String>, text: &str, is_delay: bool) -> Bounce {
    let by_words = bounce_forms::cause_in(text);
    let by_code = status.as_deref().and_then(cause_of);
    let cause = if is_delay { Cause::Delayed } else { by_code.or(by_words).unwrap_or(Cause::Other) };
    let class = status.as_deref().and_then(|status| status.chars().next()).or_else(|| bounce_forms::reply_class(text));
    let severity = match (cause, class) {
        (Cause::Delayed | Cause::MailboxFull, _) | (_, Some('4')) => Severity::Soft,
        (_, Some('5')) | (Cause::UnknownAddress | Cause::UnknownDomain, _) => Severity::Hard,
        _ => Severity::Soft,
    };
    Bounce { severity, cause, status }
}

/// What a status code is about; `None` where the code leaves it open.
fn cause_of(status: &str) -> Option<Cause> {
    let (_, rest) = status.split_once('.')?;
    match rest {
        "1.1" | "1.0" | "1.3" | "1.6" | "1.10" | "2.1" => Some(Cause::UnknownAddress),
        "1.2" | "1.9" | "4.4" | "4.3" => Some(Cause::UnknownDomain),
        "2.2" => Some(Cause::MailboxFull),
        "2.3" | "3.4" => Some(Cause::TooLarge),
        "1.8" => Some(Cause::Blocked),
        _ if rest.starts_with("7.") => Some(Cause::Blocked),
        _ => None,
    }
}

/// For a report: to whom the original went, as the report, its headers and the enclosed original say.
pub(super) fn original_recipients(letter: &Letter<'_>, kind: &Kind) -> Vec<EmailAddress> {
    if !matches!(kind, Kind::Bounce(_) | Kind::Complaint) {
        return Vec::new();
    }
    let mut texts: Vec<String> = Vec::new();
    for part in REPORT_TYPES.iter().chain(&["message/feedback-report"]) {
        let report = letter.part(&[part]).unwrap_or_default();
        let named = fields(&report).into_iter().filter(|(name, _)| {
            matches!(name.as_str(), "final-recipient" | "original-recipient" | "original-rcpt-to" | "removal-recipient")
        });
        texts.extend(named.map(|(_, value)| value));
    }
    texts.extend(letter.header("X-Failed-Recipients"));
    let mut found: Vec<EmailAddress> = texts.iter().flat_map(|text| addresses_in(text)).collect();
    if found.is_empty() {
        let enclosed = letter.enclosed().and_then(|mail| mail.to()).into_iter().flat_map(mail_parser::Address::iter);
        found.extend(enclosed.filter_map(|to| EmailAddress::parse(to.address()?).ok()));
    }
    if found.is_empty() && matches!(kind, Kind::Bounce(_)) {
        found.extend(bounce_forms::recipients_in(&letter.text));
    }
    let own = letter.from.as_ref().map(EmailAddress::comparable);
    let mut unique: Vec<EmailAddress> = Vec::new();
    for address in found {
        let is_new = Some(address.comparable()) != own && unique.iter().all(|known| known.comparable() != address.comparable());
        if is_new && unique.len() < RECIPIENTS {
            unique.push(address);
        }
    }
    unique
}

/// The addresses in a short text.
pub(super) fn addresses_in(text: &str) -> Vec<EmailAddress> {
    let tokens = text.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | ';' | ',' | '(' | ')' | '"' | '[' | ']'));
    let bare = tokens.map(|token| token.trim_start_matches("mailto:").trim_end_matches([':', '.', '\'']).trim_start_matches('\''));
    bare.filter(|token| token.contains('@')).filter_map(|token| EmailAddress::parse(token).ok()).take(RECIPIENTS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_codes_are_found_and_addresses_of_computers_are_not() {
        assert_eq!(status_in("smtp; 550 5.1.1 <x@y.example>: no").as_deref(), Some("5.1.1"));
        assert_eq!(status_in("550-5.7.26 unauthenticated").as_deref(), Some("5.7.26"));
        assert_eq!(status_in("host 5.2.10.33 said 5 times"), None);
        assert_eq!(status_in("version 15.1.2"), None);
    }

    #[test]
    fn severity_follows_the_class_but_a_full_mailbox_is_soft() {
        let severity = |status: &str| judge(Some(status.into()), "", false).severity;
        assert_eq!([severity("5.1.1"), severity("5.7.1")], [Severity::Hard, Severity::Hard]);
        assert_eq!([severity("5.2.2"), severity("4.4.7"), judge(None, "", true).severity], [Severity::Soft; 3]);
        assert_eq!(judge(None, "550 User unknown", false), Bounce { severity: Severity::Hard, cause: Cause::UnknownAddress, status: None });
    }
}
