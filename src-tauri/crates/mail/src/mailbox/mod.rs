//! A mailbox that is only listened to: new messages, a mail looked up among the sent ones, and a draft laid down.
//!
//! Every folder is opened with EXAMINE and every message fetched with BODY.PEEK, so that nothing here marks a mail as
//! read, moves or deletes one; the single thing written is a new draft ([`Mailbox::append_draft`]), which people send
//! themselves. Between us and the IMAP library stands [`guard`], because the library would allocate half a gigabyte when
//! a server says so and takes a refused command for an empty answer: commands are therefore run and answered in
//! [`dialogue`], and only the library's parser reads what the server says. Deliberately absent: retries, schedules,
//! waiting for news (IDLE), and what a message means ([`crate::incoming`]). Nothing is logged; errors hold no content of
//! a mail and no password. The library itself traces every line, the login too, to the `log` crate: as long as nobody
//! installs a logger there, and nobody may, these go nowhere.

pub mod account;
mod connect;
mod dialogue;
mod drafts;
pub mod error;
mod folders;
mod guard;
mod reading;
mod sent;
mod wire;

pub use account::{Credential, ImapAccount, Limits};
pub use connect::{Mailbox, open};
pub use error::{Excess, ImapError, Words};
pub use folders::Folder;
pub use reading::{Batch, Cursor, Message, Reading, Stuck};
pub use sent::{SentSearch, SentTo};
