//! The folder of sent mails: whether one mail is there, and to whom mails went.
//!
//! Not finding a mail is no proof that it was not sent: many servers do not file what went out over SMTP. For the
//! relationship memory nothing but addresses and days are read, never a subject or a text.

use super::connect::Mailbox;
use super::dialogue::Command;
use super::error::ImapError;
use super::folders::Folder;
use super::guard::Allowance;
use super::reading::{Cursor, imap_date};
use crate::message::MessageId;
use async_imap::imap_proto::{AttributeValue, Response};
use autoreach_domain::lead::EmailAddress;
use jiff::Timestamp;
use jiff::civil::Date;
use mail_parser::{Address, MessageParser};
use std::collections::BTreeMap;

/// Bytes of the few headers asked for; a mail to 500 people has less.
const HEADER_BYTES: u32 = 64 << 10;
/// Messages whose headers are asked for at once.
const AT_ONCE: usize = 50;
/// Hits of a search by Message-ID that are looked at; more than a copy or two means the server ignores the search.
const HITS: usize = 20;
/// Most sent mails read in one go.
const SENT_MAILS: usize = 5_000;

/// Whether a mail is among the sent ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SentSearch {
    /// It was sent: a mail with this very Message-ID lies in the folder.
    Found(Folder),
    /// It is not there, which proves nothing.
    NotFound,
}

/// Somebody who was written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentTo {
    /// The address.
    pub address: EmailAddress,
    /// When last, by the mail's own date.
    pub last_at: Option<Timestamp>,
    /// In how many of the mails read.
    pub mails: u32,
}

impl Mailbox {
    /// Looks for a mail of ours among the sent ones, and where there is a folder of all mails (Gmail), there too.
    pub async fn find_in_sent(&mut self, message_id: &MessageId) -> Result<SentSearch, ImapError> {
        let folders = self.folders().await?;
        let places: Vec<Folder> = [folders.sent, folders.all].into_iter().flatten().collect();
        if places.is_empty() {
            return Err(ImapError::NoSentFolder);
        }
        for folder in places {
            if self.holds(&folder, message_id).await? {
                return Ok(SentSearch::Found(folder));
            }
        }
        Ok(SentSearch::NotFound)
    }

    /// To whom mails went since a day (address and last date only), and where the next reading may go on. At most the
    /// last 5,000 mails are looked at.
    pub async fn sent_recipients(&mut self, since: Date) -> Result<(Vec<SentTo>, Cursor), ImapError> {
        let folder = self.folders().await?.sent.ok_or(ImapError::NoSentFolder)?;
        let examined = self.examine(&folder).await?;
        let found = self.search(&format!("SINCE {}", imap_date(since))).await?;
        let uids = found.get(found.len().saturating_sub(SENT_MAILS)..).unwrap_or_default();
        let mut people: BTreeMap<String, SentTo> = BTreeMap::new();
        for some in uids.chunks(AT_ONCE) {
            for header in self.headers(some, "TO CC BCC DATE").await? {
                note_recipients(&mut people, &header);
            }
        }
        let next_uid = found.last().map_or(1, |uid| uid.saturating_add(1));
        Ok((people.into_values().collect(), Cursor { uid_validity: examined.uid_validity, next_uid }))
    }

    async fn holds(&mut self, folder: &Folder, message_id: &MessageId) -> Result<bool, ImapError> {
        self.examine(folder).await?;
        // A Message-ID of ours is letters, digits, dots and hyphens in brackets, so that it needs no escape in quotes.
        let query = if self.can.has("X-GM-EXT-1") {
            format!("X-GM-RAW \"rfc822msgid:{}\"", message_id.as_str().trim_matches(['<', '>']))
        } else {
            format!("HEADER Message-ID \"{message_id}\"")
        };
        let hits = self.search(&query).await?;
        let some = hits.get(..hits.len().min(HITS)).unwrap_or_default();
        if some.is_empty() {
            return Ok(false);
        }
        // The search is for a part of the header and some servers ignore it: only the very Message-ID is proof.
        let headers = self.headers(some, "MESSAGE-ID").await?;
        Ok(headers.iter().any(|header| {
            let parsed = MessageParser::default().parse(header);
            parsed.as_ref().and_then(|mail| mail.message_id()) == Some(message_id.as_str().trim_matches(['<', '>']))
        }))
    }

    /// The named headers of some messages.
    async fn headers(&mut self, uids: &[u32], fields: &str) -> Result<Vec<Vec<u8>>, ImapError> {
        let set = uids.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        let text = format!("UID FETCH {set} (UID BODY.PEEK[HEADER.FIELDS ({fields})])");
        let command =
            Command { text: &text, asked: "show the addresses of mails", allowance: Allowance::literals(uids.len(), HEADER_BYTES) };
        let mut headers = Vec::new();
        self.dialogue
            .ask(&command, |response| {
                if let Response::Fetch(_, attributes) = response
                    && headers.len() < uids.len()
                    && attributes.iter().any(|attribute| matches!(attribute, AttributeValue::Uid(uid) if uids.contains(uid)))
                {
                    headers.extend(attributes.iter().find_map(|attribute| match attribute {
                        AttributeValue::BodySection { data: Some(data), .. } => Some(data.to_vec()),
                        _ => None,
                    }));
                }
                Ok(())
            })
            .await?;
        Ok(headers)
    }
}

/// Adds the recipients of one mail.
fn note_recipients(people: &mut BTreeMap<String, SentTo>, header: &[u8]) {
    let Some(mail) = MessageParser::default().parse(header) else { return };
    let at = mail.date().and_then(|date| Timestamp::from_second(date.to_timestamp()).ok());
    let mut addresses: Vec<EmailAddress> = [mail.to(), mail.cc(), mail.bcc()]
        .into_iter()
        .flatten()
        .flat_map(Address::iter)
        .filter_map(|found| EmailAddress::parse(found.address()?).ok())
        .collect();
    addresses.sort_by_key(EmailAddress::comparable);
    addresses.dedup_by_key(|address| address.comparable());
    for address in addresses {
        let known = people.entry(address.comparable()).or_insert(SentTo { address, last_at: None, mails: 0 });
        known.mails = known.mails.saturating_add(1);
        known.last_at = known.last_at.max(at);
    }
}
