//! Composing: a cleared draft becomes the final bytes of a mail, once, and their hash.
//!
//! Nothing is sent without an approval: [`compose`] takes a [`ClearedDraft`], which only an approval can make, and
//! nothing else makes a mail to somebody ([`compose_test`] writes to its own sender). Sender, recipient, texts and date all come out of it, so that no caller can swap one.
//! Every text is brought into its safe form again, although clearing did so already: a line break in a display name makes
//! the mail library panic, and in a weaker library it would add a header. Header texts are encoded here, because the
//! library passes on encoded words that stand in a name or subject literally. After composing, the bytes are read once more
//! by rules of our own (ASCII, CRLF, line length, exactly our headers), so that a surprise in the library ends in an
//! error and never on the wire. The key of the Message-ID is an argument. Deliberately absent: HTML, attachments, blind
//! copies, and any choice of recipient.

use crate::error::{ComposeError, InvalidMessageId, NotTheApprovedMail};
use autoreach_domain::lead::EmailAddress;
use autoreach_domain::sending::{ClearedDraft, Mailbox};
use autoreach_domain::text::{TEXT_CHARACTERS, one_line, paragraphs};
use hmac::{Hmac, Mac};
use jiff::Timestamp;
use lettre::message::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, SystemTime};

/// Bytes of the HMAC that make a Message-ID; 160 bits never meet by chance.
const MESSAGE_ID_BYTES: usize = 20;
/// RFC 5322: longest line without its CRLF, in bytes.
const LINE_BYTES: usize = 998;
/// Longest ASCII text put into a header unfolded, in bytes.
const PLAIN_HEADER_BYTES: usize = 60;
/// Longest content of an encoded word: RFC 2047 allows 75 bytes with its frame of 12.
const ENCODED_WORD_BYTES: usize = 60;
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

/// What a mail consists of, before it is frozen. It stays private: outside this file there is only the cleared draft.
#[derive(Debug, Clone)]
struct Parts<'a> {
    from: Mailbox,
    to: Mailbox,
    subject: &'a str,
    body: &'a str,
    message_id: MessageId,
    date: Timestamp,
}

impl<'a> Parts<'a> {
    fn of(cleared: &'a ClearedDraft, message_id: &MessageId) -> Self {
        Self {
            from: cleared.from().clone(),
            to: cleared.to().clone(),
            subject: cleared.subject(),
            body: cleared.body(),
            message_id: message_id.clone(),
            date: cleared.approval().approved_at(),
        }
    }
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
    /// Takes a stored mail back; fails when the bytes are not those whose hash was approved, or when id or envelope are
    /// not those the bytes speak of: a recipient changed in the outbox voids the approval.
    pub fn from_stored(bytes: Vec<u8>, hash: [u8; 32], message_id: MessageId, envelope: Envelope) -> Result<Self, NotTheApprovedMail> {
        let is_approved = sha256(&bytes) == hash
            && header_ends_with(&bytes, "Message-ID", message_id.as_str())
            && header_ends_with(&bytes, "From", &format!("<{}>", envelope.from))
            && header_ends_with(&bytes, "To", &format!("<{}>", envelope.to));
        if is_approved { Ok(Self { bytes, hash, message_id, envelope }) } else { Err(NotTheApprovedMail) }
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

/// The Message-ID of one step to one lead: the same content gives the same id for ever, so a second copy of a mail is
/// recognisable anywhere, and nobody without the key can guess or link ids. `content_hash` is that of the cleared draft.
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

/// Freezes a cleared draft. Its date is the instant of the approval, whole seconds; a mail program's "unsubscribe" button
/// writes to its sender. The same input gives the same bytes.
pub fn compose(cleared: &ClearedDraft, message_id: &MessageId) -> Result<FrozenMail, ComposeError> {
    freeze(Parts::of(cleared, message_id))
}

/// The one mail that needs no approval, because it goes from a mailbox to itself with a fixed text: it shows its owner that
/// the account works.
pub fn compose_test(own: &Mailbox, message_id: &MessageId, now: Timestamp) -> Result<FrozenMail, ComposeError> {
    freeze(Parts {
        from: own.clone(),
        to: own.clone(),
        subject: "AutoReach: your mail account works",
        body: "This mail was sent by AutoReach from your account to yourself, because you pressed \"Send a test mail\". \
               Mails to leads leave the same way, after you have accepted them.",
        message_id: message_id.clone(),
        date: now,
    })
}

fn freeze(parts: Parts<'_>) -> Result<FrozenMail, ComposeError> {
    let subject = one_line(parts.subject);
    if subject.is_empty() {
        return Err(ComposeError::EmptySubject);
    }
    let body = body_text(parts.body)?;
    let date = header_date(parts.date)?;
    // The mail library panics on input it did not foresee; a panic here must cost one mail, not the outbox.
    let built = catch_unwind(AssertUnwindSafe(|| build(&parts, &subject, body, date)));
    let bytes = built.map_err(|_| ComposeError::Library)??;
    if !is_well_formed(&bytes) {
        return Err(ComposeError::Malformed);
    }
    let envelope = Envelope { from: parts.from.address, to: parts.to.address };
    Ok(FrozenMail { hash: sha256(&bytes), bytes, message_id: parts.message_id, envelope })
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

fn build(parts: &Parts<'_>, subject: &str, body: String, date: SystemTime) -> Result<Vec<u8>, ComposeError> {
    let message = Message::builder()
        .raw_header(mailbox("From", &parts.from))
        .raw_header(mailbox("To", &parts.to))
        .raw_header(ready_header("Subject", subject, &header_text(subject)))
        .date(date)
        .raw_header(ready_header("Message-ID", parts.message_id.as_str(), parts.message_id.as_str()))
        .raw_header(ready_header("List-Unsubscribe", "", &unsubscribe_link(&parts.from.address)))
        .raw_header(ready_header("MIME-Version", "1.0", "1.0"))
        .header(ContentType::TEXT_PLAIN)
        .body(body)
        .map_err(|_| ComposeError::Library)?;
    let mut bytes = message.formatted();
    // A base64 body ends without a line break; a mail on the wire always has one before the final dot.
    if !bytes.ends_with(b"\r\n") {
        bytes.extend_from_slice(b"\r\n");
    }
    Ok(bytes)
}

/// A mailbox header with a display name of one line, or none. The library is shown the bare address only.
fn mailbox(header: &'static str, mailbox: &Mailbox) -> HeaderValue {
    let (name, address) = (one_line(&mailbox.name), &mailbox.address);
    let value = match name.as_str() {
        "" => format!("<{address}>"),
        name if is_plain(name) => format!("\"{}\"{}<{address}>", name.replace('\\', "\\\\").replace('"', "\\\""), fold_before(address)),
        name => format!("{}\r\n <{address}>", encoded_words(name)),
    };
    ready_header(header, address.as_str(), &value)
}

/// A space, or a fold where the address would make the line long.
fn fold_before(address: &EmailAddress) -> &'static str {
    if address.as_str().len() > 40 { "\r\n " } else { " " }
}

/// A header whose `encoded` value is ASCII, folded and final; `raw` is what the library reads when it looks for addresses.
fn ready_header(name: &'static str, raw: &str, encoded: &str) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), raw.to_owned(), encoded.to_owned())
}

/// A line of text as a header value.
fn header_text(line: &str) -> String {
    if is_plain(line) { line.to_owned() } else { encoded_words(line) }
}

/// May stand in a header as it is: short ASCII in which no reader can see an encoded word. The library writes the
/// latter as it finds it, and a reader would then decode a name or subject that nobody approved.
fn is_plain(line: &str) -> bool {
    line.len() <= PLAIN_HEADER_BYTES && line.bytes().all(|byte| matches!(byte, b' '..=b'~')) && !line.contains("=?")
}

/// RFC 2047 encoded words, one per folded line, none splitting a character.
fn encoded_words(line: &str) -> String {
    let mut words = vec![String::new()];
    for c in line.chars() {
        let encoded = encoded_character(c);
        if words.last().is_some_and(|word| word.len() + encoded.len() > ENCODED_WORD_BYTES) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push_str(&encoded);
        }
    }
    words.iter().map(|word| format!("=?utf-8?Q?{word}?=")).collect::<Vec<_>>().join("\r\n ")
}

/// A character in Q encoding: letters and digits as they are, a space as `_`, every other byte as `=XX`.
fn encoded_character(c: char) -> String {
    match c {
        ' ' => "_".to_owned(),
        c if c.is_ascii_alphanumeric() => c.to_string(),
        c => c.encode_utf8(&mut [0; 4]).bytes().map(|byte| format!("={byte:02X}")).collect(),
    }
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

/// Does the header of this name, folds included, end with `value`?
fn header_ends_with(bytes: &[u8], name: &str, value: &str) -> bool {
    let start = format!("{name}: ");
    let mut lines = header_lines(bytes).skip_while(|line| !line.starts_with(start.as_bytes()));
    let first = lines.next().unwrap_or_default();
    let last = lines.take_while(|line| line.starts_with(b" ")).last().unwrap_or(first);
    last.ends_with(value.as_bytes())
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: [u8; 32] = [7; 32];

    fn address(text: &str) -> EmailAddress {
        EmailAddress::parse(text).expect("valid")
    }

    fn mailbox_of(name: &str, address_text: &str) -> Mailbox {
        Mailbox { name: name.into(), address: address(address_text) }
    }

    /// Raw texts, not cleaned by clearing, so that the rules of this file are tested by themselves.
    fn parts<'a>(subject: &'a str, body: &'a str) -> Parts<'a> {
        let from = mailbox_of("Alex Berg", "alex@portwise.example");
        Parts {
            to: mailbox_of("Wei Rao", "wei.rao@orbital.example"),
            subject,
            body,
            message_id: message_id(&KEY, &[1; 16], 1, &[2; 32], &from.address),
            date: "2026-03-05T09:30:00Z".parse().expect("an instant"),
            from,
        }
    }

    #[test]
    fn a_mail_has_exactly_its_headers_and_its_text() {
        let frozen = freeze(parts("Late ports", "Hi Wei,\n\n.a line with a dot\nWorth a call?")).expect("composes");
        let text = String::from_utf8(frozen.bytes().to_vec()).expect("ASCII");
        let (head, body) = text.split_once("\r\n\r\n").expect("an empty line");
        let id = frozen.message_id();
        for line in [
            "From: \"Alex Berg\" <alex@portwise.example>",
            "To: \"Wei Rao\" <wei.rao@orbital.example>",
            "Subject: Late ports",
            "Date: Thu, 05 Mar 2026 09:30:00 +0000",
            "List-Unsubscribe: <mailto:alex@portwise.example?subject=unsubscribe>",
            "Content-Type: text/plain; charset=utf-8",
            &format!("Message-ID: {id}"),
        ] {
            assert!(head.lines().any(|found| found == line), "{line} in\n{head}");
        }
        assert_eq!(body, "Hi Wei,\r\n\r\n.a line with a dot\r\nWorth a call?\r\n");
    }

    #[test]
    fn the_same_mail_freezes_to_the_same_bytes() {
        let mail = parts("Späte Häfen", "Grüße aus Århus");
        assert_eq!(freeze(mail.clone()), freeze(mail));
    }

    #[test]
    fn a_mail_without_words_is_refused() {
        assert_eq!(freeze(parts(" \u{200B}\r\n", "x")), Err(ComposeError::EmptySubject));
        assert_eq!(freeze(parts("x", "\n \u{FEFF}")), Err(ComposeError::EmptyBody));
        assert_eq!(freeze(parts("x", &"x".repeat(TEXT_CHARACTERS + 1))), Err(ComposeError::BodyTooLong));
    }

    #[test]
    fn a_date_no_header_can_carry_is_refused() {
        let early = Parts { date: Timestamp::MIN, ..parts("x", "x") };
        assert_eq!(freeze(early), Err(ComposeError::Date));
        let last = Parts { date: Timestamp::MAX, ..parts("x", "x") };
        assert!(freeze(last).is_ok());
    }

    #[test]
    fn a_message_id_depends_on_everything_it_is_bound_to() {
        let from = address("alex@portwise.example");
        let base = message_id(&KEY, &[1; 16], 1, &[2; 32], &from);
        assert_eq!(base, message_id(&KEY, &[1; 16], 1, &[2; 32], &from));
        assert_eq!(MessageId::parse(base.as_str()), Ok(base.clone()));
        assert!(base.as_str().ends_with("@portwise.example>") && base.as_str().len() == 40 + "<@portwise.example>".len());
        for other in [
            message_id(&[8; 32], &[1; 16], 1, &[2; 32], &from),
            message_id(&KEY, &[3; 16], 1, &[2; 32], &from),
            message_id(&KEY, &[1; 16], 2, &[2; 32], &from),
            message_id(&KEY, &[1; 16], 1, &[3; 32], &from),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn stored_bytes_that_changed_are_not_the_approved_mail() {
        let frozen = freeze(parts("Late ports", "Hi")).expect("composes");
        let back = |bytes: Vec<u8>| FrozenMail::from_stored(bytes, frozen.hash(), frozen.message_id().clone(), frozen.envelope().clone());
        assert_eq!(back(frozen.bytes().to_vec()), Ok(frozen.clone()));
        let mut changed = frozen.bytes().to_vec();
        changed[10] ^= 1;
        assert_eq!(back(changed), Err(NotTheApprovedMail));
        let other_id = MessageId::parse("<other@portwise.example>").expect("an id");
        let swapped = FrozenMail::from_stored(frozen.bytes().to_vec(), frozen.hash(), other_id, frozen.envelope().clone());
        assert_eq!(swapped, Err(NotTheApprovedMail));
        let elsewhere = Envelope { to: address("i.rao@orbital.example"), ..frozen.envelope().clone() };
        let redirected = FrozenMail::from_stored(frozen.bytes().to_vec(), frozen.hash(), frozen.message_id().clone(), elsewhere);
        assert_eq!(redirected, Err(NotTheApprovedMail), "another recipient");
    }

    #[test]
    fn a_stored_mail_comes_back_whatever_its_names_look_like() {
        for name in ["", "Wei", "Jörg Weiß", "a name so long that it has to be folded over several lines, and on and on", "\"q\" \\"] {
            let to = mailbox_of(name, &format!("{}@orbital.example", "w".repeat(60)));
            let from = mailbox_of(name, "alex@portwise.example");
            let frozen = freeze(Parts { from, to, ..parts("Late ports", "Hi") }).expect("composes");
            let back =
                FrozenMail::from_stored(frozen.bytes().to_vec(), frozen.hash(), frozen.message_id().clone(), frozen.envelope().clone());
            assert_eq!(back, Ok(frozen), "{name}");
        }
    }

    #[test]
    fn an_unsubscribe_link_cannot_be_extended_by_its_address() {
        let link = unsubscribe_link(&address("a+b&cc=x?y%z@portwise.example"));
        assert_eq!(link, "<mailto:a%2Bb%26cc%3Dx%3Fy%25z@portwise.example?subject=unsubscribe>");
    }

    #[test]
    fn what_is_no_message_id_is_not_read_as_one() {
        for text in ["", "<>", "a@b", "<a>", "<a@b c>", "<a@b>\r\nBcc: x", "<a@@b>", "<ä@b>"] {
            assert_eq!(MessageId::parse(text), Err(InvalidMessageId), "{text:?}");
        }
    }

    /// What a foreign parser finds in a mail: number of headers, both display names, subject and text.
    fn read_back(frozen: &FrozenMail) -> (usize, String, String, String, String) {
        let read = mail_parser::MessageParser::default().parse(frozen.bytes()).expect("a mail");
        let name = |found: Option<&mail_parser::Address<'_>>| {
            found.and_then(|list| list.first()).and_then(|mailbox| mailbox.name()).unwrap_or_default().to_owned()
        };
        let text = read.body_text(0).expect("a text part").replace("\r\n", "\n");
        (read.headers().len(), name(read.from()), name(read.to()), read.subject().unwrap_or_default().into(), text.trim_end().into())
    }

    fn freeze_raw(name: &str, subject: &str, body: &str) -> Result<FrozenMail, ComposeError> {
        let (from, to) = (mailbox_of(name, "alex@portwise.example"), mailbox_of(name, "wei.rao@orbital.example"));
        freeze(Parts { from, to, ..parts(subject, body) })
    }

    #[test]
    fn texts_that_nobody_cleaned_before_are_cleaned_here() {
        let hostile = ["Wei\r\nBcc: all@acme.example", "a\n\n<b>", "Wei\u{202E}\u{200B}\0 Rao", "\r\n\t x \r", "=?utf-8?Q?=0D=0ABcc:?="];
        for text in hostile {
            let frozen = freeze_raw(text, text, text).expect("composes");
            let line = one_line(text);
            assert_eq!(read_back(&frozen), (HEADERS.len(), line.clone(), line.clone(), line, paragraphs(text)), "{text:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn any_text_arrives_in_its_safe_form_or_is_refused_by_name(name in "\\PC{0,40}|[\\x00-\\x7f]{0,40}", subject in "\\PC{0,200}|[\\x00-\\x7f]{0,200}", body in "(?s).{0,400}") {
            match freeze_raw(&name, &subject, &body) {
                Ok(frozen) => {
                    prop_assert!(is_well_formed(frozen.bytes()));
                    let safe = (HEADERS.len(), one_line(&name), one_line(&name), one_line(&subject), paragraphs(&body));
                    prop_assert_eq!(read_back(&frozen), safe);
                }
                Err(why) => prop_assert!(matches!(why, ComposeError::EmptySubject | ComposeError::EmptyBody), "{why}"),
            }
        }
    }
}
