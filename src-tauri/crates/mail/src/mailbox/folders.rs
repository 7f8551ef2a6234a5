//! Which folder is which: by what the server says of it (SPECIAL-USE, RFC 6154), else by its name in many languages.

use super::connect::Mailbox;
use super::dialogue::Command;
use super::error::ImapError;
use super::guard::Allowance;
use async_imap::imap_proto::{MailboxDatum, NameAttribute, Response};

/// Most folders looked at; a mailbox with more has its Sent folder among the first.
const FOLDERS: usize = 2_000;

/// Names of the folder for sent mails where the server says nothing, as they go over the wire (modified UTF-7), in
/// small letters: English, German, French, Spanish, Dutch, Swedish, Danish, Norwegian, Italian, Portuguese, Polish,
/// Finnish, Czech.
const SENT_NAMES: [&str; 31] = [
    "sent",
    "sent items",
    "sent messages",
    "sent mail",
    "gesendet",
    "gesendete elemente",
    "gesendete objekte",
    "gesendete nachrichten",
    "envoy&aok-s",
    "&amk-l&aok-ments envoy&aok-s",
    "&aok-l&aok-ments envoy&aok-s",
    "messages envoy&aok-s",
    "enviados",
    "elementos enviados",
    "mensajes enviados",
    "verzonden",
    "verzonden items",
    "verzonden berichten",
    "skickat",
    "skickade objekt",
    "skickade",
    "sendt",
    "sendt post",
    "sendte elementer",
    "inviata",
    "posta inviata",
    "itens enviados",
    "wys&auu-ane",
    "elementy wys&auu-ane",
    "l&aoq-hetetyt",
    "odeslan&aok-",
];

/// The same for drafts.
const DRAFT_NAMES: [&str; 14] = [
    "drafts",
    "draft",
    "entw&apw-rfe",
    "brouillons",
    "borradores",
    "concepten",
    "utkast",
    "kladder",
    "kladde",
    "bozze",
    "rascunhos",
    "kopie robocze",
    "luonnokset",
    "koncepty",
];

/// A folder by its name on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder(String);

impl Folder {
    /// Where new mail arrives.
    pub fn inbox() -> Self {
        Self(String::from("INBOX"))
    }

    /// A folder by its name, as the server wrote it. `None` when it holds what cannot be sent back.
    pub fn named(name: &str) -> Option<Self> {
        let is_sayable = !name.is_empty() && name.len() <= 500 && !name.chars().any(|c| c.is_control() || c == '\u{FFFD}');
        is_sayable.then(|| Self(name.to_owned()))
    }

    /// Its name on the wire.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// The name as a quoted string.
    pub(super) fn quoted(&self) -> String {
        format!("\"{}\"", self.0.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

/// The folders that mean something to us.
#[derive(Debug, Clone, Default)]
pub(super) struct Folders {
    pub(super) sent: Option<Folder>,
    pub(super) drafts: Option<Folder>,
    /// A folder that holds every mail (Gmail).
    pub(super) all: Option<Folder>,
}

/// What a folder is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Sent,
    Drafts,
    All,
}

/// One folder as listed.
struct Listed {
    folder: Folder,
    announced: Option<Purpose>,
    by_name: Option<Purpose>,
}

impl Mailbox {
    /// Asks for the folders; what the server announces goes before what only a name suggests.
    pub(super) async fn folders(&mut self) -> Result<Folders, ImapError> {
        let announces = self.can.has("SPECIAL-USE") && self.can.has("LIST-EXTENDED");
        let text = if announces { "LIST \"\" \"*\" RETURN (SPECIAL-USE)" } else { "LIST \"\" \"*\"" };
        let command = Command { text, asked: "list its folders", allowance: Allowance::lines() };
        let mut listed = Vec::new();
        self.dialogue
            .ask(&command, |response| {
                if let Response::MailboxData(MailboxDatum::List(list)) = response
                    && listed.len() < FOLDERS
                {
                    listed.extend(read(&list.name, list.delimiter.as_deref(), &list.name_attributes));
                }
                Ok(())
            })
            .await?;
        let find = |purpose| {
            let announced = listed.iter().find(|listed| listed.announced == Some(purpose));
            announced.or_else(|| listed.iter().find(|listed| listed.by_name == Some(purpose))).map(|listed| listed.folder.clone())
        };
        Ok(Folders { sent: find(Purpose::Sent), drafts: find(Purpose::Drafts), all: find(Purpose::All) })
    }
}

fn read(name: &str, delimiter: Option<&str>, attributes: &[NameAttribute<'_>]) -> Option<Listed> {
    if attributes.contains(&NameAttribute::NoSelect) {
        return None;
    }
    let folder = Folder::named(name)?;
    let announced = attributes.iter().find_map(|attribute| match attribute {
        NameAttribute::Sent => Some(Purpose::Sent),
        NameAttribute::Drafts => Some(Purpose::Drafts),
        NameAttribute::All => Some(Purpose::All),
        _ => None,
    });
    let last = delimiter.filter(|mark| !mark.is_empty()).and_then(|mark| name.rsplit(mark).next()).unwrap_or(name).to_ascii_lowercase();
    let by_name = match last.as_str() {
        last if SENT_NAMES.contains(&last) => Some(Purpose::Sent),
        last if DRAFT_NAMES.contains(&last) => Some(Purpose::Drafts),
        _ => None,
    };
    Some(Listed { folder, announced, by_name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_known_by_what_is_announced_and_by_name() {
        let purpose =
            |name, attributes: &[NameAttribute<'_>]| read(name, Some("/"), attributes).map(|listed| (listed.announced, listed.by_name));
        assert_eq!(purpose("Weg", &[NameAttribute::Sent]), Some((Some(Purpose::Sent), None)));
        assert_eq!(purpose("INBOX/Gesendete Elemente", &[]), Some((None, Some(Purpose::Sent))));
        assert_eq!(purpose("&AMk-l&AOk-ments envoy&AOk-s", &[]), Some((None, Some(Purpose::Sent))));
        assert_eq!(purpose("Entw&APw-rfe", &[]), Some((None, Some(Purpose::Drafts))));
        assert_eq!(purpose("[Gmail]", &[NameAttribute::NoSelect, NameAttribute::Sent]), None);
        assert_eq!(purpose("Sent\r\nA1 DELETE INBOX", &[]), None);
    }

    #[test]
    fn a_name_cannot_end_its_quotes() {
        assert_eq!(Folder::named("a\"b\\").map(|folder| folder.quoted()), Some(String::from("\"a\\\"b\\\\\"")));
    }
}
