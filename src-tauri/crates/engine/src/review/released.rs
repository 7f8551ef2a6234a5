//! What becomes of a mail that the agent released when a person looks at it afterwards.
//!
//! A check that agrees leaves the mail where it is. One that disagrees takes it back, if it has not left; then the person's
//! own verdict counts, as on any other card. After hand-over a verdict teaches, and changes nothing else.

use crate::error::EngineError;
use autoreach_domain::decision::{Decision, Stage, Verdict};
use autoreach_domain::review::{ItemState, ReviewItem};
use autoreach_domain::sending::OutboxState;
use autoreach_store::WriteTransaction;
use autoreach_store::tables::outbox;

/// The mail of an item the agent released.
pub(crate) enum Released {
    /// The item was not released, or it has no mail: a lead that was turned down.
    NoMail,
    /// It waits in the outbox, in this row.
    Waits(i64),
    /// It has left, or is about to.
    HasLeft,
}

impl Released {
    /// Reads where the mail of `item` stands.
    pub(crate) async fn of(tx: &WriteTransaction, item: &ReviewItem) -> Result<Self, EngineError> {
        if item.state != ItemState::Released {
            return Ok(Self::NoMail);
        }
        let mail = outbox::of_item(&**tx, item.id).await?;
        Ok(match mail {
            None => Self::NoMail,
            Some(mail) => match mail.state {
                OutboxState::Cancelled | OutboxState::Suppressed => Self::NoMail,
                OutboxState::Held | OutboxState::Queued | OutboxState::Deferred => Self::Waits(mail.id),
                OutboxState::Sending if !mail.is_past_barrier => Self::Waits(mail.id),
                OutboxState::Sending | OutboxState::Sent | OutboxState::Bounced | OutboxState::Uncertain => Self::HasLeft,
            },
        })
    }

    /// Takes the mail back unless the person lets it go as it is; the row taken back.
    pub(crate) async fn recall_unless_it_stands(&self, tx: &WriteTransaction, decisions: &[Decision]) -> Result<Option<i64>, EngineError> {
        let Self::Waits(id) = self else { return Ok(None) };
        if stands(decisions) {
            return Ok(None);
        }
        let is_recalled = outbox::move_unsent(&**tx, *id, &OutboxState::RECALLABLE, OutboxState::Cancelled, None).await?;
        Ok(is_recalled.then_some(*id))
    }

    /// Needs the mail no new approval, because it goes as the agent released it or has gone?
    pub(crate) fn mail_stands(&self, recalled: Option<i64>, decisions: &[Decision]) -> bool {
        match self {
            Self::NoMail => false,
            Self::Waits(_) => recalled.is_none() && stands(decisions),
            Self::HasLeft => true,
        }
    }

    /// Has it left?
    pub(crate) fn has_left(&self) -> bool {
        matches!(self, Self::HasLeft)
    }
}

/// Does every verdict leave the mail as it is?
fn stands(decisions: &[Decision]) -> bool {
    decisions.iter().all(|decision| decision.verdict == Verdict::Accept) && decisions.iter().any(|decision| decision.stage == Stage::Email)
}
