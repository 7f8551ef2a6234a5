//! A parsed mail with the few things that every rule asks for.

use super::quotes;
use autoreach_domain::lead::EmailAddress;
use autoreach_domain::text::one_line;
use mail_parser::decoders::html::html_to_text;
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};

/// Longest text looked at, in bytes.
const TEXT_BYTES: usize = 200_000;
/// Most parts looked at.
const PARTS: usize = 200;

/// A mail, opened.
pub(super) struct Letter<'a> {
    pub(super) mail: Message<'a>,
    pub(super) from: Option<EmailAddress>,
    /// On one line.
    pub(super) subject: String,
    /// The whole text, quotes and all.
    pub(super) text: String,
    /// What the sender wrote, without quoted mails and signature.
    pub(super) own_text: String,
}

impl<'a> Letter<'a> {
    /// Parses `raw`; `None` when it is no mail at all.
    pub(super) fn open(raw: &'a [u8]) -> Option<Self> {
        let mail = MessageParser::default().parse(raw)?;
        let from = mail.from().and_then(|from| from.first()).and_then(|first| first.address());
        let from = from.and_then(|address| EmailAddress::parse(address).ok());
        let subject = one_line(mail.subject().unwrap_or_default());
        let (text, own_text) = texts(&mail);
        Some(Self { from, subject, text, own_text, mail })
    }

    /// The value of a header, on one line.
    pub(super) fn header(&self, name: &str) -> Option<String> {
        header_of(&self.mail, name)
    }

    /// The sender as written, in small letters: for machines whose address is no proper one.
    pub(super) fn raw_from(&self) -> String {
        self.header("From").unwrap_or_default().to_ascii_lowercase()
    }

    /// `true` when the envelope named no sender, as reports and automatic answers do.
    pub(super) fn has_null_sender(&self) -> bool {
        self.header("Return-Path").is_some_and(|path| matches!(path.trim(), "<>" | "< >"))
    }

    /// The type of the whole mail, like `multipart/report`, and one of its attributes.
    pub(super) fn report_type(&self) -> Option<String> {
        let kind = self.mail.content_type()?;
        let is_report = kind.ctype().eq_ignore_ascii_case("multipart") && kind.subtype()?.eq_ignore_ascii_case("report");
        is_report.then(|| kind.attribute("report-type").unwrap_or_default().to_ascii_lowercase())
    }

    /// The content of the first part of one of these types (`type/subtype`, in small letters).
    pub(super) fn part(&self, types: &[&str]) -> Option<String> {
        let mut parts = self.mail.parts.iter().take(PARTS);
        parts.find(|part| types.contains(&type_of(part).as_str())).map(|part| bounded(&String::from_utf8_lossy(part.contents())).to_owned())
    }

    /// The mail within the mail, when one is attached as a whole.
    pub(super) fn enclosed(&self) -> Option<&Message<'a>> {
        self.mail.parts.iter().take(PARTS).find_map(|part| match &part.body {
            PartType::Message(enclosed) => Some(enclosed),
            _ => None,
        })
    }
}

/// The value of a header of `mail`, on one line.
pub(super) fn header_of(mail: &Message<'_>, name: &str) -> Option<String> {
    mail.headers_raw().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| one_line(value))
}

/// `type/subtype` of a part, in small letters.
fn type_of(part: &MessagePart<'_>) -> String {
    let Some(kind) = part.content_type() else { return String::from("text/plain") };
    format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()).to_ascii_lowercase()
}

/// The whole text and the sender's own, from the plain part, or from the HTML part where there is no plain one.
fn texts(mail: &Message<'_>) -> (String, String) {
    let plain = mail.text_bodies().find_map(|part| match &part.body {
        PartType::Text(text) if !text.trim().is_empty() => Some(bounded(text).to_owned()),
        _ => None,
    });
    if let Some(plain) = plain {
        let own = quotes::own_text(&plain);
        return (plain, own);
    }
    let html = mail.html_bodies().find_map(|part| match &part.body {
        PartType::Html(html) => Some(bounded(html)),
        _ => None,
    });
    let html = html.unwrap_or_default();
    let own = quotes::own_text(&html_to_text(&quotes::without_quoted_html(html)));
    (html_to_text(html), own)
}

/// The beginning of `text`, at a border between characters.
fn bounded(text: &str) -> &str {
    text.get(..text.floor_char_boundary(TEXT_BYTES)).unwrap_or(text)
}
