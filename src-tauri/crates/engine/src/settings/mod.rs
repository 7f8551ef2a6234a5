//! Settings of a workspace: the mail account, dry run, and header mappings that were used before.
//!
//! The account's password lies in the keychain (or the vault, where there is none), never in the database.

pub(crate) mod asking;
pub(crate) mod at_work;
pub mod engine;
pub mod estimate;
pub mod limits;
pub mod preferences;
mod prices;
pub mod stages;
mod testing;
#[cfg(test)]
mod tests;
pub mod view;

use crate::Engine;
use crate::error::EngineError;
use autoreach_domain::icp::UnknownValue;
use autoreach_domain::sending::Mailbox;
use autoreach_mail::{Outcome, Security, SmtpAccount, Timeouts, compose_test, connect, message_id, test_connection};
use autoreach_secrets::{PlainId, Secret, SecretName};
use autoreach_store::tables::setting;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Setting: the mail account.
const MAIL_ACCOUNT: &str = "mail_account";
/// Setting: nothing is handed over.
const DRY_RUN: &str = "dry_run";
/// The step of a test mail in its Message-ID; mails to leads count from 1.
const TEST_MAIL: u32 = 0;
/// The one mailbox of this version.
const MAILBOX: &str = "default";

/// A mail account without its password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct MailAccount {
    /// Host of the SMTP server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: AccountSecurity,
    /// Login name; empty = the server asks for none.
    pub username: String,
    /// A certificate (PEM) to trust besides the public ones, for a server with its own.
    pub extra_root: Option<String>,
}

/// How a connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AccountSecurity {
    /// TLS from the first byte (port 465).
    Tls,
    /// STARTTLS before anything is said (port 587).
    Starttls,
    /// None; only to a server on this computer.
    None,
}

impl std::str::FromStr for AccountSecurity {
    type Err = UnknownValue;
    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        match text {
            "tls" => Ok(Self::Tls),
            "starttls" => Ok(Self::Starttls),
            "none" => Ok(Self::None),
            _ => Err(UnknownValue { noun: "security", text: text.to_owned(), known: "tls, starttls, none".into() }),
        }
    }
}

impl MailAccount {
    /// As the transport wants it.
    pub(crate) fn to_transport(&self) -> SmtpAccount {
        SmtpAccount {
            host: self.host.clone(),
            port: self.port,
            security: match self.security {
                AccountSecurity::Tls => Security::Tls,
                AccountSecurity::Starttls => Security::StartTls,
                AccountSecurity::None => Security::None,
            },
            username: self.username.clone(),
            extra_root: self.extra_root.as_ref().map(|pem| pem.clone().into_bytes()),
            timeouts: Timeouts::default(),
        }
    }
}

impl Engine {
    /// Sets the mail account and keeps its password where secrets lie.
    pub async fn set_mail_account(&self, account: &MailAccount, password: Option<&Secret>) -> Result<(), EngineError> {
        if let Some(password) = password {
            self.secrets.set(&mailbox_secret()?, password)?;
        }
        let tx = self.store.begin().await?;
        setting::set(&*tx, MAIL_ACCOUNT, account).await?;
        Ok(tx.commit().await?)
    }

    /// The mail account; `None` before one is set.
    pub async fn mail_account(&self) -> Result<Option<MailAccount>, EngineError> {
        Ok(setting::get(self.store.read(), MAIL_ACCOUNT).await?)
    }

    /// Connects and logs in as a mail would.
    pub async fn test_mail_account(&self) -> Result<(), EngineError> {
        let account = self.mail_account().await?.ok_or(EngineError::NoMailAccount)?.to_transport();
        let password = self.mail_password(&account.username)?;
        Ok(test_connection(&account, password.expose_text().unwrap_or_default()).await?)
    }

    /// Sends a mail from the workflow's sender to itself, also on dry run, because it is asked for by name. Gives the address
    /// it went to.
    pub async fn send_test_mail(&self) -> Result<String, EngineError> {
        let account = self.mail_account().await?.ok_or(EngineError::NoMailAccount)?.to_transport();
        let password = self.mail_password(&account.username)?;
        let sender = self.workflow(None).await?.definition.sender;
        let own = Mailbox { name: sender.name, address: sender.email };
        let seed: [u8; 32] = self.randomness.bytes()?;
        let id = message_id(&self.mail_key.0, &seed, TEST_MAIL, &seed, &own.address);
        let mail = compose_test(&own, &id, self.now())?;
        let session = connect(&account, password.expose_text().unwrap_or_default()).await?;
        match session.offer(mail).await?.deliver().await {
            Outcome::Accepted(_) => Ok(own.address.to_string()),
            Outcome::RefusedForNow(reply) | Outcome::RefusedForGood(reply) => {
                Err(EngineError::TestMailRefused { code: reply.code, text: reply.text })
            }
            Outcome::NoReply => Err(EngineError::TestMailUnanswered),
        }
    }

    /// The account's password; an account without a login needs none.
    pub(crate) fn mail_password(&self, username: &str) -> Result<Secret, EngineError> {
        if username.is_empty() {
            return Ok(Secret::new(Vec::new()));
        }
        self.secrets.get(&mailbox_secret()?)?.filter(|password| password.expose_text().is_some()).ok_or(EngineError::NoMailPassword)
    }

    /// Is nothing handed over? The default of a new workspace.
    pub async fn is_dry_run(&self) -> Result<bool, EngineError> {
        dry_run_setting(self.store.read()).await
    }

    /// Switches dry run on or off.
    pub async fn set_dry_run(&self, is_dry_run: bool) -> Result<(), EngineError> {
        let tx = self.store.begin().await?;
        setting::set(&*tx, DRY_RUN, &is_dry_run).await?;
        Ok(tx.commit().await?)
    }
}

/// Dry run as set, on this connection: the barrier reads it inside its own transaction.
pub(crate) async fn dry_run_setting(db: &impl autoreach_store::TableConnection) -> Result<bool, EngineError> {
    Ok(setting::get(db, DRY_RUN).await?.unwrap_or(true))
}

fn mailbox_secret() -> Result<SecretName, EngineError> {
    Ok(SecretName::SmtpPassword(PlainId::parse(MAILBOX)?))
}
