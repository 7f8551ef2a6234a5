//! The outbox as people use it: what waits and until when, recall, hold, and the word on uncertain mails.

use crate::Engine;
use crate::error::EngineError;
use autoreach_domain::sending::OutboxState;
use autoreach_store::tables::outbox::{self, OutboxMail};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Most mails a listing shows.
const MOST_LISTED: u64 = 1_000;

/// One mail of the outbox.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct OutboxLine {
    /// Its number, for recall and release.
    pub mail: i64,
    /// The company.
    pub company: String,
    /// The recipient.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// Where it stands.
    pub state: OutboxState,
    /// Why it stands there and what comes next, in words.
    pub what: String,
    /// When it may leave, for those that wait.
    pub not_before: Option<Timestamp>,
    /// Its Message-ID.
    pub message_id: String,
}

/// The frozen text of a mail.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct MailText {
    /// Its number.
    pub mail: i64,
    /// The sender.
    pub from: String,
    /// The recipient.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The body.
    pub body: String,
}

/// What a person says about a mail that left without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum UncertainAnswer {
    /// It arrived.
    WasSent,
    /// It did not; give it up.
    WasNotSent,
}

impl Engine {
    /// The mails of the outbox, newest first. A mail says that its lead was accepted: whoever is asked for a second opinion on
    /// that lead is not shown it, unless a person must say what became of it.
    pub async fn outbox(&self) -> Result<Vec<OutboxLine>, EngineError> {
        let mut mails = outbox::all(self.store.read(), MOST_LISTED).await?;
        let hidden = self.verdicts_hidden().await?;
        mails.retain(|mail| mail.state == OutboxState::Uncertain || !hidden.contains(&mail.item_id));
        let is_dry_run = self.is_dry_run().await?;
        Ok(mails.into_iter().map(|mail| outbox_line(mail, is_dry_run)).collect())
    }

    /// The text of one mail, as it leaves or left.
    pub async fn mail_text(&self, id: i64) -> Result<MailText, EngineError> {
        let mail = outbox::get(self.store.read(), id).await?;
        Ok(MailText { mail: mail.id, from: mail.from.to_string(), to: mail.to.to_string(), subject: mail.subject, body: mail.body })
    }

    /// How many mails stand where.
    pub async fn outbox_counts(&self) -> Result<Vec<(OutboxState, u64)>, EngineError> {
        Ok(outbox::counts(self.store.read()).await?)
    }

    /// How many mails a person holds, until [`Engine::release_all`].
    pub async fn held_mails(&self) -> Result<u64, EngineError> {
        Ok(outbox::held_by_person(self.store.read()).await?)
    }

    /// Takes one mail back for good.
    pub async fn recall_mail(&self, id: i64) -> Result<(), EngineError> {
        let tx = self.store.begin().await?;
        let mail = outbox::get(&*tx, id).await?;
        if !outbox::move_unsent(&*tx, id, &OutboxState::RECALLABLE, OutboxState::Cancelled, None).await? {
            return Err(EngineError::MailIsPast { state: mail.state });
        }
        Ok(tx.commit().await?)
    }

    /// Holds every mail that has not left, until [`Engine::release_all`]; how many.
    pub async fn hold_all(&self) -> Result<u64, EngineError> {
        self.set_held(true).await
    }

    /// Lets the mails that a person held go on; how many.
    pub async fn release_all(&self) -> Result<u64, EngineError> {
        self.set_held(false).await
    }

    async fn set_held(&self, is_held: bool) -> Result<u64, EngineError> {
        let tx = self.store.begin().await?;
        let moved = outbox::hold_all(&*tx, is_held).await?;
        tx.commit().await?;
        Ok(moved)
    }

    /// Ends the hold time of one mail now.
    pub async fn release_mail(&self, id: i64) -> Result<(), EngineError> {
        let tx = self.store.begin().await?;
        let mail = outbox::get(&*tx, id).await?;
        if !outbox::release(&*tx, id, self.now()).await? {
            return Err(EngineError::MailIsPast { state: mail.state });
        }
        Ok(tx.commit().await?)
    }

    /// Settles a mail that left without an answer.
    pub async fn resolve_uncertain(&self, id: i64, answer: UncertainAnswer) -> Result<(), EngineError> {
        let state = match answer {
            UncertainAnswer::WasSent => OutboxState::Sent,
            UncertainAnswer::WasNotSent => OutboxState::Cancelled,
        };
        let tx = self.store.begin().await?;
        let mail = outbox::get(&*tx, id).await?;
        if !outbox::resolve_uncertain(&*tx, id, state, self.reviewer().as_str(), self.now()).await? {
            return Err(EngineError::MailIsPast { state: mail.state });
        }
        Ok(tx.commit().await?)
    }

    /// The frozen messages that have not been sent or taken back, as `(file name, bytes)`, for `.eml` export.
    pub async fn mails_as_files(&self) -> Result<Vec<(String, Vec<u8>)>, EngineError> {
        let mails = outbox::in_states(self.store.read(), &OutboxState::RECALLABLE).await?;
        Ok(mails.into_iter().map(|mail| (file_name(&mail), mail.mime)).collect())
    }
}

/// `0007-orbital-freight.eml`: sorts by number, names no path.
fn file_name(mail: &OutboxMail) -> String {
    let plain: String = mail.company.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).take(6).collect();
    format!("{:04}-{}.eml", mail.id, words.join("-"))
}

fn outbox_line(mail: OutboxMail, is_dry_run: bool) -> OutboxLine {
    let waits = mail.state.waits().then_some(mail.not_before);
    let what = match mail.state {
        OutboxState::Held | OutboxState::Queued if mail.is_held_by_person => "held by you; release it to let it go".to_owned(),
        OutboxState::Held | OutboxState::Queued if is_dry_run => "dry run: nothing is handed over".to_owned(),
        OutboxState::Held | OutboxState::Queued => {
            mail.smtp_text.clone().unwrap_or_else(|| "waits out its hold time; recall is possible".to_owned())
        }
        OutboxState::Sending => "being handed over".to_owned(),
        OutboxState::Sent => "taken by the server; cannot be undone".to_owned(),
        OutboxState::Deferred => format!("refused for now, will be tried again: {}", mail.smtp_text.clone().unwrap_or_default()),
        OutboxState::Bounced => format!("refused: {}", mail.smtp_text.clone().unwrap_or_default()),
        OutboxState::Uncertain => "the server took the mail but never answered; look into your Sent folder, then say which".to_owned(),
        OutboxState::Cancelled => "taken back".to_owned(),
        OutboxState::Suppressed => "kept here: the recipient is on the suppression list".to_owned(),
    };
    OutboxLine {
        mail: mail.id,
        company: mail.company,
        to: mail.to.to_string(),
        subject: mail.subject,
        state: mail.state,
        what,
        not_before: waits,
        message_id: mail.message_id,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Desk;
    use autoreach_domain::review::{Gesture, Part};

    #[tokio::test]
    async fn a_mail_says_that_its_lead_was_accepted_so_whoever_is_asked_about_the_lead_does_not_see_it() {
        let (desk, company) = Desk::with_a_shared_item().await;
        desk.decide(&company, Gesture::Accept(Part::All)).await.expect("accepts");
        let shown = async || desk.engine.outbox().await.expect("reads");
        assert_eq!(shown().await.len(), 1, "Ana sees what she released");
        desk.turn_of("Ben").await;
        assert_eq!(shown().await, []);
        assert_eq!(desk.engine.hold_all().await.expect("holds"), 1, "nothing is kept from being held back");
        desk.decide(&company, Gesture::Accept(Part::Lead)).await.expect("gives an opinion");
        assert_eq!(shown().await.len(), 1);
    }
}
