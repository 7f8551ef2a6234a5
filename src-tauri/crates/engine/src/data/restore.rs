//! Putting a backup back: what it would do, in numbers, and what is settled before anything else can happen in it.
//!
//! A backup brings back mails as waiting that have left since. Whenever the epoch of the database is not that of the send
//! ledger, the store was put here from elsewhere: no mail of it leaves before a person releases it, and those that the
//! ledger knows are uncertain for good (`guarantees.md` 4.4). One transaction settles all of it and takes the next epoch; a crash
//! before it leaves everything to be settled at the next opening.

use super::backups::{BackupCheck, Holdings};
use super::person::{erase_again, note_what_the_journal_knows};
use crate::Engine;
use crate::clock::Randomness;
use crate::error::EngineError;
use autoreach_domain::ids::SuppressionId;
use autoreach_domain::sending::OutboxState;
use autoreach_store::tables::{outbox, store_meta};
use autoreach_store::{KeptAside, Restored, SendLedger, Store};
use jiff::Timestamp;
use serde::Serialize;
use std::path::Path;
use ts_rs::TS;

/// What putting a backup back would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct RestorePreview {
    /// The backup, checked.
    pub backup: BackupCheck,
    /// What the workspace holds now; it is kept aside as a backup.
    pub now: Holdings,
    /// Entries of the journal written since: they are in the copy kept aside and in use no longer.
    #[ts(type = "number")]
    pub journal_since: u64,
}

/// What became of the mails of a store that was put here from elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct Settled {
    /// Mails that wait until a person releases them.
    #[ts(type = "number")]
    pub held: u64,
    /// Mails that may have left already.
    #[ts(type = "number")]
    pub uncertain: u64,
    /// Persons who were erased since the backup was taken, and are again.
    #[ts(type = "number")]
    pub erased_again: u64,
}

/// What putting a backup back did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct RestoreReport {
    /// What is in use now.
    pub holds: Holdings,
    /// The file name of the backup that the former store became; `None` where it did not open.
    pub kept_aside: Option<String>,
    /// The folder with the files of a former store that did not open.
    pub damaged_kept_in: Option<String>,
    /// What became of the mails.
    pub settled: Settled,
}

impl RestoreReport {
    /// Of a restore and the workspace opened after it.
    pub fn new(restored: &Restored, engine: &Engine) -> Self {
        let (kept_aside, damaged_kept_in) = match &restored.kept_aside {
            KeptAside::Backup(file) => (file.path.file_name().map(|name| name.to_string_lossy().into_owned()), None),
            KeptAside::Damaged(folder) => (None, Some(folder.display().to_string())),
            KeptAside::Nothing => (None, None),
        };
        let nothing = Settled { held: 0, uncertain: 0, erased_again: 0 };
        let settled = engine.restored.unwrap_or(nothing);
        Self { holds: Holdings::of(&restored.contents.rows), kept_aside, damaged_kept_in, settled }
    }
}

impl Engine {
    /// What putting this backup back would do.
    pub async fn preview_restore(&self, backup: &Path) -> Result<RestorePreview, EngineError> {
        let backup = self.check_backup(backup).await?;
        let now = Holdings::of(&self.store.count_rows().await?);
        Ok(RestorePreview { journal_since: now.journal.saturating_sub(backup.holds.journal), backup, now })
    }
}

/// Settles a store that was put here from elsewhere; `None` for one that was not.
pub(crate) async fn settle_if_restored(
    store: &Store,
    ledger: &SendLedger,
    randomness: &Randomness,
    now: Timestamp,
) -> Result<Option<Settled>, EngineError> {
    let known = store_meta::epoch(store.read()).await?;
    if known == ledger.epoch() {
        note_what_the_journal_knows(store.read(), store.dir()).await?;
        return Ok(None);
    }
    let epoch = known.max(ledger.epoch()) + 1;
    let tx = store.begin().await?;
    let mut settled = Settled { held: 0, uncertain: 0, erased_again: 0 };
    for mail in outbox::in_states(&*tx, &OutboxState::RECALLABLE).await? {
        if ledger.contains(&mail.message_id) {
            outbox::mark_uncertain(&*tx, mail.id, "it was handed over after this backup was taken", now).await?;
            settled.uncertain += 1;
        }
    }
    let new_id = || Ok(SuppressionId::new(now, randomness.bytes()?));
    settled.erased_again = erase_again(&tx, store.dir(), new_id, now).await?;
    outbox::hold_all(&*tx, true).await?;
    settled.held = outbox::held_by_person(&*tx).await?;
    crate::suppression::keep_unsent(&tx).await?;
    store_meta::set_epoch(&*tx, epoch).await?;
    tx.commit().await?;
    ledger.set_epoch(epoch)?;
    tracing::warn!(held = settled.held, uncertain = settled.uncertain, "the store was put here from a backup; its mails wait for a person");
    Ok(Some(settled))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Desk, noon};
    use crate::workspace;
    use autoreach_domain::review::{Gesture, Part};
    use jiff::SignedDuration;

    /// Restores the only manual backup of the desk and gives what was said of it.
    async fn restored(desk: Desk, name: &str) -> (Desk, RestoreReport) {
        let Desk { engine, dir } = desk;
        let file = super::super::backups::file_of(dir.path(), Path::new(name)).expect("is there");
        let (engine, restored) = workspace::restore_open(engine, &file).await;
        let engine = engine.expect("opens");
        let report = RestoreReport::new(&restored.expect("restores"), &engine);
        (Desk { engine, dir }, report)
    }

    #[tokio::test]
    async fn a_mail_that_left_after_the_backup_is_never_sent_again_and_the_others_wait_for_a_person() {
        let desk = Desk::with_a_queue().await;
        desk.decide("Orbital", Gesture::Accept(Part::All)).await.expect("accepts");
        desk.decide("Vantage", Gesture::Accept(Part::All)).await.expect("accepts");
        let backup = desk.engine.back_up_now(None).await.expect("backs up").name;
        // As the barrier does it, in a program that was killed before it could tell the database.
        let mail = desk.engine.outbox().await.expect("reads").into_iter().find(|mail| mail.company.contains("Orbital")).expect("waits");
        desk.engine.ledger.append(&mail.message_id).expect("notes");
        let (desk, report) = restored(desk, &backup).await;
        assert_eq!((report.settled.uncertain, report.settled.held), (1, 1));
        let states: Vec<_> = desk.engine.outbox().await.expect("reads").into_iter().map(|mail| (mail.company, mail.state)).collect();
        assert!(states.contains(&("Orbital Freight".into(), OutboxState::Uncertain)), "{states:?}");
        assert!(states.contains(&("Vantage Lines".into(), OutboxState::Held)), "{states:?}");
        let desk = desk.reopen(noon() + SignedDuration::from_hours(30)).await;
        assert_eq!(desk.engine.restored, None, "settled once");
        assert_eq!(desk.engine.release_all().await.expect("releases"), 1, "until a person releases it");
    }

    #[tokio::test]
    async fn what_was_sent_and_who_was_blocked_since_the_backup_is_carried_into_it() {
        let desk = Desk::with_a_queue().await;
        let backup = desk.engine.back_up_now(None).await.expect("backs up").name;
        desk.decide("Orbital", Gesture::Accept(Part::All)).await.expect("accepts");
        desk.engine.suppress(&[("vantage.example".into(), String::new())]).await.expect("blocks");
        let mail = desk.engine.outbox().await.expect("reads")[0].mail;
        let tx = desk.engine.store.begin().await.expect("begins");
        outbox::mark_uncertain(&*tx, mail, "no answer", noon()).await.expect("marks");
        tx.commit().await.expect("commits");
        let (desk, report) = restored(desk, &backup).await;
        assert_eq!(report.settled, Settled { held: 0, uncertain: 0, erased_again: 0 });
        let mails = desk.engine.outbox().await.expect("reads");
        assert_eq!(mails.iter().map(|mail| mail.state).collect::<Vec<_>>(), [OutboxState::Uncertain]);
        let again = desk.decide("Orbital", Gesture::Accept(Part::All)).await.expect_err("was written to");
        assert_eq!(again.code(), "not_cleared");
        assert!(desk.decide("Vantage", Gesture::Accept(Part::All)).await.is_err(), "blocked since");
        desk.decide("Orbital", Gesture::Reject(Part::Lead)).await.expect("can be put away");
        assert!(desk.engine.verify().await.expect("verifies").is_clean());
    }

    #[tokio::test]
    async fn the_store_kept_aside_undoes_the_restore() {
        let desk = Desk::with_a_queue().await;
        let backup = desk.engine.back_up_now(None).await.expect("backs up").name;
        desk.decide("Orbital", Gesture::Reject(Part::Lead)).await.expect("rejects");
        let path = super::super::backups::file_of(desk.dir.path(), Path::new(&backup)).expect("is there");
        let preview = desk.engine.preview_restore(&path).await.expect("previews");
        assert!(preview.journal_since > 0 && preview.now.leads == 3, "{preview:?}");
        let (desk, report) = restored(desk, &backup).await;
        desk.item_of("Orbital").await;
        let (desk, _) = restored(desk, &report.kept_aside.expect("was sound")).await;
        assert!(desk.engine.find_item("Orbital").await.is_err() || desk.engine.history(5).await.expect("reads").len() == 1);
        assert!(desk.engine.verify().await.expect("verifies").is_clean());
    }

    #[tokio::test]
    async fn a_database_file_put_here_by_hand_from_before_a_restore_sends_nothing_by_itself() {
        let desk = Desk::with_a_queue().await;
        desk.decide("Orbital", Gesture::Accept(Part::All)).await.expect("accepts");
        let backup = desk.engine.back_up_now(None).await.expect("backs up").name;
        let (desk, _) = restored(desk, &backup).await;
        desk.engine.release_all().await.expect("releases");
        let Desk { engine, dir } = desk;
        engine.close().await;
        std::fs::copy(dir.path().join("backups").join(&backup), dir.path().join("autoreach.db")).expect("copies");
        let desk = Desk::opened(dir, noon() + SignedDuration::from_hours(1)).await;
        assert_eq!(desk.engine.restored.map(|settled| settled.held), Some(1), "its epoch is behind");
    }

    #[tokio::test]
    async fn while_somebody_else_has_hold_of_the_engine_nothing_is_restored() {
        let desk = Desk::with_a_queue().await;
        let backup = desk.engine.back_up_now(None).await.expect("backs up").name;
        let path = super::super::backups::file_of(desk.dir.path(), Path::new(&backup)).expect("is there");
        let other = std::sync::Arc::clone(&desk.engine);
        let (engine, outcome) = workspace::restore_open(desk.engine, &path).await;
        assert!(matches!(outcome, Err(EngineError::AgentAtWork)));
        drop((engine, other));
    }
}
