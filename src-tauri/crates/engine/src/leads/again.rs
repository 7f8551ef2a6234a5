//! A lead begun anew: because a person corrected it, or wants to know what its company's pages say by now.
//!
//! An item that waits leaves the queue and comes back made anew; one that was decided stays as it was decided.

use super::page::LeadDetail;
use crate::Engine;
use crate::error::EngineError;
use crate::jobs::job::{Step, Subject, new_job};
use autoreach_domain::dossier::Dossier;
use autoreach_domain::ids::{LeadId, RunId};
use autoreach_domain::lead::Lead;
use autoreach_domain::review::ItemState;
use autoreach_store::WriteTransaction;
use autoreach_store::tables::review_item::{self, ItemProgress};
use autoreach_store::tables::run::{self, Purpose, Run, RunState};
use autoreach_store::tables::{artifact, job, lead};
use jiff::Timestamp;

/// A lead whose pages are read again.
#[derive(Debug, Clone)]
pub struct ReadAgain {
    /// The run that reads them and writes the mail anew.
    pub run: RunId,
    /// The lead.
    pub detail: LeadDetail,
}

impl Engine {
    /// Has the pages of a lead's company read again; what has not changed there is not read anew. The item comes back with new
    /// facts, or with the old ones dated today. Only for leads that were researched and are not decided.
    pub async fn read_again(&self, id: LeadId) -> Result<ReadAgain, EngineError> {
        let tx = self.store.begin().await?;
        let shelved = lead::shelved(&*tx, id).await?;
        let begun = if shelved.is_archived { None } else { self.begin_anew(&tx, &shelved.lead, self.now()).await? };
        let run = begun.ok_or(EngineError::NothingToReadAgain)?;
        tx.commit().await?;
        Ok(ReadAgain { run, detail: self.lead_detail(id).await? })
    }

    /// What an earlier research found out about the lead as it is now. `None` for a lead that was corrected since: another company
    /// may have to be looked at with other eyes.
    pub(crate) async fn earlier_research(&self, id: LeadId) -> Result<Option<Dossier>, EngineError> {
        let db = self.store.read();
        let Some((_, dossier)) = artifact::latest::<Dossier>(db, id, Step::Research.as_str()).await? else { return Ok(None) };
        let was_corrected = lead::was_edited_since(db, id, dossier.researched_at).await?;
        Ok((!was_corrected).then_some(dossier))
    }

    /// Researches the lead again unless nothing was begun, or its item is decided.
    pub(super) async fn begin_anew(&self, tx: &WriteTransaction, lead: &Lead, now: Timestamp) -> Result<Option<RunId>, EngineError> {
        let item = review_item::of_lead(&**tx, lead.id).await?;
        match &item {
            Some(item) if matches!(item.state, ItemState::Decided | ItemState::Released | ItemState::Withdrawn) => return Ok(None),
            Some(item) => {
                let progress = ItemProgress { state: ItemState::Redrafting, snoozed_until: None, verdicts: item.verdicts };
                review_item::set_progress(&**tx, item.id, &progress, None).await?;
            }
            None => {
                let begun = job::leads_begun(&**tx, lead.workflow_id, Step::Research.as_str()).await?;
                if !begun.contains(&lead.id) {
                    return Ok(None);
                }
            }
        }
        job::cancel_leads(&**tx, &[lead.id]).await?;
        let run_id = self.id(RunId::new)?;
        let run = Run { id: run_id, workflow_id: lead.workflow_id, purpose: Purpose::Redraft, state: RunState::Running, started_at: now };
        run::insert(&**tx, &run).await?;
        let version = artifact::next_version(&**tx, lead.id, Step::Research.as_str()).await?;
        let subject = Subject { run_id, workflow_id: lead.workflow_id, lead_id: lead.id };
        let made_by = self.made_by(Step::Research).await?;
        // The run is part of the input: a second correction before the first was worked off is another job.
        job::add(&**tx, &[new_job(subject, Step::Research, version, &made_by, run_id.as_bytes(), now)]).await?;
        Ok(Some(run_id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Desk, noon};
    use autoreach_domain::review::{Gesture, Part};
    use jiff::ToSpan;
    use tokio_util::sync::CancellationToken;

    async fn lead_of(desk: &Desk, company: &str) -> LeadId {
        desk.engine.item(desk.item_of(company).await).await.expect("reads").item.lead_id
    }

    async fn dossier_of(desk: &Desk, company: &str) -> Dossier {
        desk.engine.item(desk.item_of(company).await).await.expect("reads").item.card.dossier
    }

    #[tokio::test]
    async fn a_lead_that_waits_leaves_the_queue_and_comes_back_with_its_facts_dated_anew() {
        let desk = Desk::with_a_queue().await;
        let before = dossier_of(&desk, "Vantage").await;
        let desk = desk.reopen(noon() + 4_800.hours()).await;
        let again = desk.engine.read_again(lead_of(&desk, "Vantage").await).await.expect("begins");
        assert_eq!(desk.engine.queue_counts().await.expect("counts").open, 2, "the old card is not decided any more");
        desk.engine.work(again.run, &CancellationToken::new()).await.expect("works");
        let after = dossier_of(&desk, "Vantage").await;
        assert_eq!(
            after.findings.iter().map(|finding| finding.id).collect::<Vec<_>>(),
            before.findings.iter().map(|finding| finding.id).collect::<Vec<_>>()
        );
        assert!(after.researched_at > before.researched_at);
        assert!(after.findings.iter().all(|finding| finding.source.fetched_at == after.researched_at));
        assert!(desk.engine.verify().await.expect("verifies").is_clean());
    }

    #[tokio::test]
    async fn a_decided_lead_and_one_never_begun_are_left_alone() {
        let desk = Desk::with_a_queue().await;
        let decided = lead_of(&desk, "Vantage").await;
        desk.decide("Vantage", Gesture::Reject(Part::Lead)).await.expect("decides");
        assert!(matches!(desk.engine.read_again(decided).await, Err(EngineError::NothingToReadAgain)));
        let fresh = Desk::empty().await;
        fresh.import_leads().await;
        let lead = fresh.engine.leads(fresh.engine.workflow(None).await.expect("reads").id).await.expect("reads").remove(0).lead;
        assert!(matches!(fresh.engine.read_again(lead.id).await, Err(EngineError::NothingToReadAgain)));
    }
}
