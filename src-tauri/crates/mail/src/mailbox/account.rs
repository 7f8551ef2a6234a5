//! What a person sets up to have a mailbox listened to, and the limits of listening.

use crate::transport::Security;
use std::fmt;
use std::time::Duration;

/// How we prove to the server who asks. Never printed, never stored here.
pub enum Credential {
    /// A password or an app password: AUTHENTICATE PLAIN where offered, else LOGIN.
    Password(String),
    /// An OAuth 2 access token: AUTHENTICATE XOAUTH2 (Gmail, Microsoft 365).
    AccessToken(String),
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Password(_) => "Password(hidden)",
            Self::AccessToken(_) => "AccessToken(hidden)",
        })
    }
}

/// A mailbox as set up by the user, without its password.
#[derive(Debug, Clone)]
pub struct ImapAccount {
    /// Host name or address.
    pub host: String,
    /// 993 with [`Security::Tls`], 143 with [`Security::StartTls`], as a rule.
    pub port: u16,
    /// Encryption; none is for servers on this computer only.
    pub security: Security,
    /// The user name, often the address itself.
    pub username: String,
    /// A certificate (PEM) trusted besides the public ones: a company's own, or a test's.
    pub extra_root: Option<Vec<u8>>,
    /// Limits.
    pub limits: Limits,
}

/// How long we wait and how much we take. A server beyond them is left with a typed error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connecting, encrypting, greeting and login together.
    pub connect: Duration,
    /// Any one command up to its answer, however slowly it drips.
    pub command: Duration,
    /// Messages in one batch.
    pub batch: usize,
    /// Bytes fetched of one message; the rest (attachments, as a rule) stays on the server.
    pub message_bytes: u32,
    /// Bytes of one line of the server's; a search in a mailbox of 200,000 mails stays below it.
    pub line_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(60), command: Duration::from_secs(120), batch: 25, message_bytes: 1 << 20, line_bytes: 2 << 20 }
    }
}
