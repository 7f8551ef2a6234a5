//! Composing: approved text becomes the final bytes of a mail, once, and their hash.
//!
//! Every text is brought into its safe form again, although import did so already: a line break in a display name makes
//! the mail library panic, and in a weaker library it would add a header. After composing, the bytes are read once more
//! by rules of our own (ASCII, CRLF, line length, exactly our headers), so that a surprise in the library ends in an
//! error and never on the wire. The instant and the key are arguments. Deliberately absent: HTML, attachments, blind
//! copies, and any choice of recipient.

use crate::error::{ComposeError, InvalidMessageId, NotTheApprovedMail};
use autoreach_domain::lead::EmailAddress;
use autoreach_domain::text::{TEXT_CHARACTERS, one_line, paragraphs};
use hmac::{Hmac, Mac};
use jiff::Timestamp;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, SystemTime};

/// Bytes of the HMAC that make a Message-ID; 160 bits never meet by chance.
const MESSAGE_ID_BYTES: usize = 20;
/// RFC 5322: longest line without its CRLF, in bytes.
const LINE_BYTES: usize = 998;
/// The headers a composed mail has, each exactly once.
const HEADERS: [&str; 9] =
    ["From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"];

/// A Message-ID with its angle brackets, fixed for ever at approval.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MessageId(String);

impl MessageId {
    /// Reads a stored Message-ID: `<hex@domain>`, ASCII, no spaces.
    pub fn parse(text: &str) -> Result<Self, InvalidMessageId> {
        let inner = text.strip_prefix('<').and_then(|text| text.strip_suffix('>')).ok_or(InvalidMessageId)?;
        let (left, domain) = inner.split_once('@').ok_or(InvalidMessageId)?;
        let atom = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
        if atom(left) && atom(domain) && text.len() <= 320 { Ok(Self(text.to_owned())) } else { Err(InvalidMessageId) }
    }

    /// The text with its angle brackets.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for MessageId {
    type Error = InvalidMessageId;
    fn try_from(text: String) -> Result<Self, InvalidMessageId> {
        Self::parse(&text)
    }
}

impl From<MessageId> for String {
    fn from(id: MessageId) -> Self {
        id.0
    }
}

/// From whom to whom, as the server is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The account's own mailbox.
    pub from: EmailAddress,
    /// The one recipient.
    pub to: EmailAddress,
}

/// Everything a mail consists of, before it is frozen.
#[derive(Debug, Clone)]
pub struct OutgoingMail {
    /// The signer's display name; may be empty.
    pub from_name: String,
    /// The signer's mailbox.
    pub from: EmailAddress,
    /// The recipient's display name; may be empty.
    pub to_name: String,
    /// The recipient, from the lead's own record.
    pub to: EmailAddress,
    /// One line.
    pub subject: String,
    /// Plain text; line ends of any kind.
    pub body: String,
    /// From [`message_id`].
    pub message_id: MessageId,
    /// When it was approved; becomes the Date header, whole seconds.
    pub date: Timestamp,
    /// Where a mail program's "unsubscribe" button writes to.
    pub list_unsubscribe_mailto: EmailAddress,
}

/// A mail whose bytes will not change any more. Hash and bytes always belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrozenMail {
    bytes: Vec<u8>,
    hash: [u8; 32],
    message_id: MessageId,
    envelope: Envelope,
}

impl FrozenMail {
    /// Takes a stored mail back; fails when the bytes are not those whose hash was approved.
    pub fn from_stored(bytes: Vec<u8>, hash: [u8; 32], message_id: MessageId, envelope: Envelope) -> Result<Self, NotTheApprovedMail> {
        let names_itself = header_lines(&bytes).any(|line| line == format!("Message-ID: {message_id}").as_bytes());
        if sha256(&bytes) == hash && names_itself { Ok(Self { bytes, hash, message_id, envelope }) } else { Err(NotTheApprovedMail) }
    }

    /// The mail in RFC 5322 form, CRLF line ends: what an `.eml` file holds and what the server stores.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// SHA-256 of [`Self::bytes`].
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// Its Message-ID.
    pub fn message_id(&self) -> &MessageId {
        &self.message_id
    }

    /// From whom to whom.
    pub fn envelope(&self) -> &Envelope {
        &self.envelope
    }
}

/// What a Message-ID and an approval are bound to: recipient, sender, subject and body, in their safe forms.
pub fn content_hash(from: &EmailAddress, to: &EmailAddress, subject: &str, body: &str) -> [u8; 32] {
    let parts = [from.as_str(), to.as_str(), &one_line(subject), &paragraphs(body)];
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().into()
}

/// The Message-ID of one step to one lead: the same content gives the same id for ever, so a second copy of a mail is
/// recognisable anywhere, and nobody without the key can guess or link ids.
pub fn message_id(workspace_key: &[u8; 32], lead_id: &[u8], step: u32, content_hash: &[u8; 32], sender: &EmailAddress) -> MessageId {
    let mut mac = Hmac::<Sha256>::new_from_slice(workspace_key).expect("HMAC takes keys of any length");
    mac.update(&(lead_id.len() as u64).to_be_bytes());
    mac.update(lead_id);
    mac.update(&step.to_be_bytes());
    mac.update(content_hash);
    let code = mac.finalize().into_bytes();
    let hex: String = code[..MESSAGE_ID_BYTES].iter().map(|byte| format!("{byte:02x}")).collect();
    MessageId(format!("<{hex}@{}>", sender.domain()))
}

/// Freezes a mail. The same input gives the same bytes.
pub fn compose(mail: &OutgoingMail) -> Result<FrozenMail, ComposeError> {
    let subject = one_line(&mail.subject);
    if subject.is_empty() {
        return Err(ComposeError::EmptySubject);
    }
    let body = body_text(&mail.body)?;
    let date = header_date(mail.date)?;
    // The mail library panics on input it did not foresee; a panic here must cost one mail, not the outbox.
    let built = catch_unwind(AssertUnwindSafe(|| build(mail, subject, body, date)));
    let bytes = built.map_err(|_| ComposeError::Library)??;
    if !is_well_formed(&bytes) {
        return Err(ComposeError::Malformed);
    }
    let envelope = Envelope { from: mail.from.clone(), to: mail.to.clone() };
    Ok(FrozenMail { hash: sha256(&bytes), bytes, message_id: mail.message_id.clone(), envelope })
}

/// The body in its safe form, with `\r\n` line ends and one at the end.
fn body_text(body: &str) -> Result<String, ComposeError> {
    if body.chars().count() > TEXT_CHARACTERS {
        return Err(ComposeError::BodyTooLong);
    }
    let text = paragraphs(body);
    if text.is_empty() {
        return Err(ComposeError::EmptyBody);
    }
    Ok(text.replace('\n', "\r\n") + "\r\n")
}

/// The library's date type covers 1970 to 9999 and panics beyond.
fn header_date(date: Timestamp) -> Result<SystemTime, ComposeError> {
    let last = 253_402_300_799_i64;
    let seconds = u64::try_from(date.as_second()).map_err(|_| ComposeError::Date)?;
    if date.as_second() > last { Err(ComposeError::Date) } else { Ok(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)) }
}

fn build(mail: &OutgoingMail, subject: String, body: String, date: SystemTime) -> Result<Vec<u8>, ComposeError> {
    let message = Message::builder()
        .from(mailbox(&mail.from_name, &mail.from)?)
        .to(mailbox(&mail.to_name, &mail.to)?)
        .subject(subject)
        .date(date)
        .raw_header(ready_header("Message-ID", mail.message_id.as_str()))
        .raw_header(ready_header("List-Unsubscribe", &unsubscribe_link(&mail.list_unsubscribe_mailto)))
        .raw_header(ready_header("MIME-Version", "1.0"))
        .header(ContentType::TEXT_PLAIN)
        .body(body)
        .map_err(|_| ComposeError::Library)?;
    Ok(message.formatted())
}

/// A mailbox with a display name of one line, or none.
fn mailbox(name: &str, address: &EmailAddress) -> Result<Mailbox, ComposeError> {
    let name = one_line(name);
    let address = address.as_str().parse().map_err(|_| ComposeError::Library)?;
    Ok(Mailbox::new((!name.is_empty()).then_some(name), address))
}

/// A header whose value is printable ASCII without spaces and must not be folded or re-encoded.
fn ready_header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), value.to_owned(), value.to_owned())
}

/// `<mailto:...>` with every character that has a meaning in a link written as `%XX`.
fn unsubscribe_link(address: &EmailAddress) -> String {
    let mut link = String::from("<mailto:");
    for byte in address.as_str().bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'@' => link.push(char::from(byte)),
            _ => link.push_str(&format!("%{byte:02X}")),
        }
    }
    link + "?subject=unsubscribe>"
}

/// ASCII, CRLF only, lines within their limit, and exactly our headers before the first empty line.
fn is_well_formed(bytes: &[u8]) -> bool {
    let bare_break = |pair: &[u8]| (pair[0] == b'\r') != (pair[1] == b'\n');
    let ascii = bytes.iter().all(|byte| byte.is_ascii() && *byte != 0);
    let breaks = bytes.ends_with(b"\r\n") && !bytes.starts_with(b"\n") && !bytes.windows(2).any(bare_break);
    let lengths = bytes.split(|byte| *byte == b'\n').all(|line| line.len() <= LINE_BYTES + 1);
    let mut names: Vec<&[u8]> = header_lines(bytes)
        .filter(|line| !line.starts_with(b" ") && !line.starts_with(b"\t"))
        .map(|line| line.split(|byte| *byte == b':').next().unwrap_or_default())
        .collect();
    names.sort_unstable();
    let mut expected: Vec<&[u8]> = HEADERS.iter().map(|name| name.as_bytes()).collect();
    expected.sort_unstable();
    ascii && breaks && lengths && names == expected
}

/// Lines up to the first empty one, without their ends.
fn header_lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)).take_while(|line| !line.is_empty())
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
