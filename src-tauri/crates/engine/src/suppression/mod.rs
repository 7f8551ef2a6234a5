//! The suppression list as people use it. A new entry acts at once: mails to those it covers that have not left are kept.

use crate::Engine;
use crate::error::EngineError;
use autoreach_domain::ids::SuppressionId;
use autoreach_domain::sending::OutboxState;
use autoreach_domain::suppression::{Addressee, Suppression, SuppressionScope};
use autoreach_domain::text::one_line;
use autoreach_store::WriteTransaction;
use autoreach_store::tables::{outbox, suppression};

impl Engine {
    /// Adds entries (`(address, domain or company, reason)`); how many were new.
    pub async fn suppress(&self, entries: &[(String, String)]) -> Result<u64, EngineError> {
        let tx = self.store.begin().await?;
        let mut added = 0;
        for (text, reason) in entries.iter().filter(|(text, _)| !text.trim().is_empty()) {
            let entry = Suppression {
                id: self.id(SuppressionId::new)?,
                scope: SuppressionScope::parse(text)?,
                reason: one_line(reason),
                added_at: self.now(),
            };
            added += u64::from(suppression::add(&*tx, &entry).await?);
        }
        keep_unsent(&tx).await?;
        tx.commit().await?;
        Ok(added)
    }

    /// The whole list, newest first.
    pub async fn suppressions(&self) -> Result<Vec<Suppression>, EngineError> {
        Ok(suppression::all(self.store.read()).await?)
    }
}

/// Keeps every unsent mail whose recipient the list covers now.
pub(crate) async fn keep_unsent(tx: &WriteTransaction) -> Result<(), EngineError> {
    let list = suppression::list(&**tx).await?;
    for mail in outbox::unsent_addressees(&**tx).await? {
        let addressee = Addressee { email: Some(mail.to), domain: mail.domain, company: mail.company };
        if list.covers(&addressee) {
            outbox::move_unsent(&**tx, mail.id, &OutboxState::RECALLABLE, OutboxState::Suppressed, None).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Desk;
    use autoreach_domain::review::{Gesture, Part};

    #[tokio::test]
    async fn a_new_entry_keeps_a_mail_that_has_not_left_and_a_lead_that_comes_later() {
        let desk = Desk::with_a_queue().await;
        desk.decide("Orbital", Gesture::Accept(Part::All)).await.expect("accepts");
        desk.engine.suppress(&[("orbital.example".into(), "asked".into())]).await.expect("adds");
        assert_eq!(desk.engine.outbox().await.expect("reads")[0].state, OutboxState::Suppressed);
        let report = desk.import("Company,Email\nOrbital,new.person@orbital.example\n").await;
        assert_eq!((report.new, report.suppressed.len()), (0, 1));
    }
}
