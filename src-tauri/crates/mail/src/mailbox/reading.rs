//! New messages since a cursor, in bounded batches.
//!
//! The cursor is what makes reading repeatable: the folder's UIDVALIDITY and the lowest UID not yet read. Nothing on the
//! server says that we have read something. A message that cannot be read does not make the mailbox deaf: the batch
//! before it is handed over with [`Stuck`], and the caller may step over it.

use super::connect::Mailbox;
use super::dialogue::Command;
use super::error::ImapError;
use super::folders::Folder;
use super::guard::Allowance;
use async_imap::imap_proto::{AttributeValue, MailboxDatum, Response, ResponseCode, Status};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::fmt::strtime;
use serde::{Deserialize, Serialize};

/// How far a folder has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The folder's numbering; another one voids every UID.
    pub uid_validity: u32,
    /// Lowest UID not yet read, from 1.
    pub next_uid: u32,
}

impl Cursor {
    /// The place behind message `uid`.
    pub fn after(self, uid: u32) -> Self {
        Self { next_uid: uid.saturating_add(1), ..self }
    }
}

/// One message as it lies on the server, or its beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its number in the folder.
    pub uid: u32,
    /// When the server got it.
    pub received_at: Option<Timestamp>,
    /// Its bytes, at most [`super::Limits::message_bytes`].
    pub bytes: Vec<u8>,
    /// `true` when there is more of it on the server.
    pub is_cut: bool,
}

/// A message at which reading stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    /// Its number: [`Cursor::after`] steps over it.
    pub uid: u32,
    /// Why. The connection is of no use any more.
    pub why: ImapError,
}

/// Some new messages, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The messages.
    pub messages: Vec<Message>,
    /// Where to go on.
    pub cursor: Cursor,
    /// `true` when more are waiting.
    pub has_more: bool,
    /// Set when a message could not be read.
    pub stuck: Option<Stuck>,
}

/// What reading from a cursor gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// New messages, perhaps none.
    New(Batch),
    /// The folder was numbered anew (moved, restored): begin again with [`Mailbox::begin`], and expect messages that are
    /// known already.
    Renumbered,
}

/// A folder as EXAMINE opened it.
pub(super) struct Examined {
    pub(super) uid_validity: u32,
    /// Some servers leave it out.
    uid_next: Option<u32>,
}

impl Mailbox {
    /// Where to begin in a folder that was never read: at the first message of `since`, or with the next to come.
    pub async fn begin(&mut self, folder: &Folder, since: Option<Date>) -> Result<Cursor, ImapError> {
        let examined = self.examine(folder).await?;
        let found = match since {
            Some(since) => self.search(&format!("SINCE {}", imap_date(since))).await?.first().copied(),
            None => None,
        };
        let next_uid = match found.or(examined.uid_next) {
            Some(uid) => uid,
            None => self.search("ALL").await?.last().map_or(1, |uid| uid.saturating_add(1)),
        };
        Ok(Cursor { uid_validity: examined.uid_validity, next_uid })
    }

    /// The next messages from `cursor` on.
    pub async fn read_new(&mut self, folder: &Folder, cursor: Cursor) -> Result<Reading, ImapError> {
        let examined = self.examine(folder).await?;
        let is_behind = examined.uid_next.is_some_and(|uid_next| uid_next < cursor.next_uid);
        if examined.uid_validity != cursor.uid_validity || is_behind {
            return Ok(Reading::Renumbered);
        }
        if examined.uid_next == Some(cursor.next_uid) {
            return Ok(Reading::New(Batch { messages: Vec::new(), cursor, has_more: false, stuck: None }));
        }
        // `n:*` names the last message even where its UID is below n.
        let mut waiting = self.search(&format!("UID {}:*", cursor.next_uid)).await?;
        waiting.retain(|&uid| uid >= cursor.next_uid);
        let has_more = waiting.len() > self.limits.batch;
        waiting.truncate(self.limits.batch);
        Ok(Reading::New(self.fetch_each(&waiting, cursor, has_more).await))
    }

    async fn fetch_each(&mut self, uids: &[u32], mut cursor: Cursor, has_more: bool) -> Batch {
        let mut messages = Vec::new();
        for &uid in uids {
            match self.fetch_one(uid).await {
                // A message may have gone since the search.
                Ok(found) => messages.extend(found),
                Err(why) => return Batch { messages, cursor, has_more: true, stuck: Some(Stuck { uid, why }) },
            }
            cursor = cursor.after(uid);
        }
        Batch { messages, cursor, has_more, stuck: None }
    }

    async fn fetch_one(&mut self, uid: u32) -> Result<Option<Message>, ImapError> {
        let bytes = self.limits.message_bytes;
        let text = format!("UID FETCH {uid} (UID RFC822.SIZE INTERNALDATE BODY.PEEK[]<0.{bytes}>)");
        let command = Command { text: &text, asked: "show a message", allowance: Allowance::literals(1, bytes) };
        let mut found = None;
        self.dialogue
            .ask(&command, |response| {
                if let Response::Fetch(_, attributes) = response {
                    found = found.take().or(message_of(attributes, uid)?);
                }
                Ok(())
            })
            .await?;
        Ok(found)
    }

    /// Opens a folder for reading only.
    pub(super) async fn examine(&mut self, folder: &Folder) -> Result<Examined, ImapError> {
        let text = format!("EXAMINE {}", folder.quoted());
        let command = Command { text: &text, asked: "open a folder", allowance: Allowance::lines() };
        let (mut uid_validity, mut uid_next) = (None, None);
        self.dialogue
            .ask(&command, |response| {
                if let Response::Data { status: Status::Ok, outcome } = response {
                    match outcome.code {
                        Some(ResponseCode::UidValidity(found)) => uid_validity = Some(found),
                        Some(ResponseCode::UidNext(found)) => uid_next = Some(found),
                        _ => {}
                    }
                }
                Ok(())
            })
            .await?;
        // Numbers start at 1; without a UIDVALIDITY no UID means anything tomorrow.
        match (uid_validity, uid_next) {
            (None | Some(0), _) | (_, Some(0)) => Err(ImapError::NumbersContradict),
            (Some(uid_validity), uid_next) => Ok(Examined { uid_validity, uid_next }),
        }
    }

    /// The UIDs that a search finds, in rising order.
    pub(super) async fn search(&mut self, query: &str) -> Result<Vec<u32>, ImapError> {
        let text = format!("UID SEARCH {query}");
        let command = Command { text: &text, asked: "search a folder", allowance: Allowance::search() };
        let mut uids = Vec::new();
        self.dialogue
            .ask(&command, |response| {
                if let Response::MailboxData(MailboxDatum::Search(found)) = response {
                    uids.extend_from_slice(found);
                }
                Ok(())
            })
            .await?;
        uids.sort_unstable();
        uids.dedup();
        // 0 is no UID, and behind the last number a cursor cannot stand.
        let is_sane = uids.first() != Some(&0) && uids.last() != Some(&u32::MAX);
        if is_sane { Ok(uids) } else { Err(ImapError::NumbersContradict) }
    }
}

/// `5-Mar-2026`, in English whatever the system speaks.
pub(super) fn imap_date(date: Date) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = usize::try_from(date.month() - 1).ok().and_then(|month| MONTHS.get(month)).copied().unwrap_or("Jan");
    format!("{}-{month}-{:04}", date.day(), date.year())
}

/// The message in a FETCH response. Without a body it is news of some message's flags; the body of another message than
/// the one asked for must never be taken for it.
fn message_of(attributes: &[AttributeValue<'_>], asked: u32) -> Result<Option<Message>, ImapError> {
    let is_asked = attributes.iter().any(|attribute| matches!(attribute, AttributeValue::Uid(uid) if *uid == asked));
    let bytes = attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::BodySection { section: None, data, .. } => Some(data.as_deref().unwrap_or_default().to_vec()),
        _ => None,
    });
    let Some(bytes) = bytes else { return Ok(None) };
    if !is_asked {
        return Err(ImapError::NumbersContradict);
    }
    let size = attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::Rfc822Size(size) => usize::try_from(*size).ok(),
        _ => None,
    });
    let received_at = attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::InternalDate(text) => received_at(text),
        _ => None,
    });
    Ok(Some(Message { uid: asked, received_at, is_cut: size.is_some_and(|size| size > bytes.len()), bytes }))
}

/// ` 5-Mar-2026 09:30:00 +0100`.
fn received_at(text: &str) -> Option<Timestamp> {
    strtime::parse("%d-%b-%Y %H:%M:%S %z", text.trim()).ok()?.to_timestamp().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_and_read_as_imap_does() {
        assert_eq!(imap_date(jiff::civil::date(2026, 3, 5)), "5-Mar-2026");
        assert_eq!(received_at(" 5-Mar-2026 09:30:00 +0100").map(Timestamp::as_second), Some(1_772_699_400));
        assert_eq!(received_at("yesterday"), None);
    }

    #[test]
    fn a_cursor_survives_being_stored_and_never_wraps() {
        let cursor = Cursor { uid_validity: 7, next_uid: 12 };
        let stored = serde_json::to_string(&cursor).expect("is written");
        assert_eq!(serde_json::from_str::<Cursor>(&stored).expect("is read"), cursor);
        assert_eq!(cursor.after(u32::MAX).next_uid, u32::MAX);
    }
}
