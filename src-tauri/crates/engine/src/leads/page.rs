//! The list of leads a page at a time, and one lead with its dossier.

use super::LeadLine;
use crate::Engine;
use crate::error::EngineError;
use crate::jobs::job::Step;
use autoreach_domain::decision::Verdict;
use autoreach_domain::dossier::Dossier;
use autoreach_domain::ids::{ItemId, LeadId, WorkflowId};
use autoreach_domain::lead::Lead;
use autoreach_domain::review::ItemState;
use autoreach_domain::sending::OutboxState;
use autoreach_store::tables::lead::{Shelf, ShelvedLead};
use autoreach_store::tables::lead_origin::{self, LeadOrigin};
use autoreach_store::tables::review_item::Standing;
use autoreach_store::tables::{artifact, job, lead, outbox, review_item, workflow};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::{BTreeSet, HashMap, HashSet};
use ts_rs::TS;

/// Most rows of one page.
const PAGE_ROWS: u64 = 200;
/// Mails looked at to tell which leads were written to.
const MAILS_LOOKED_AT: u64 = 100_000;

/// How far a lead has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LeadStage {
    /// Nothing was done yet, or the agent is at it.
    New,
    /// The agent is at it.
    Researching,
    /// Waits for a person, now or later; also while whoever looks is asked for a second opinion on it.
    InReview,
    /// Accepted.
    Accepted,
    /// Rejected.
    Rejected,
    /// Its mail has left.
    Sent,
    /// A step was given up.
    GivenUp,
}

/// A line of the list with where the lead stands.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct LeadRow {
    /// The lead.
    pub line: LeadLine,
    /// How far it has come.
    pub stage: LeadStage,
    /// Words a person put on it.
    pub tags: Vec<String>,
    /// Put away.
    pub is_archived: bool,
    /// Its item.
    pub item: Option<ItemId>,
}

/// A page of the list.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct LeadPage {
    /// Its rows.
    pub rows: Vec<LeadRow>,
    /// Rows of the whole list.
    pub total: u64,
}

/// Where a lead was found that came from no file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct LeadFound {
    /// How, in words: "list page https://…", "search Brave: …".
    pub label: String,
    /// The page that named it; empty for a list of domains.
    pub page: String,
    /// The words it was named with.
    pub quote: String,
    /// When.
    #[ts(type = "string")]
    pub found_at: Timestamp,
}

impl From<LeadOrigin> for LeadFound {
    fn from(origin: LeadOrigin) -> Self {
        Self { label: origin.source.label(), page: origin.page, quote: origin.quote, found_at: origin.found_at }
    }
}

/// One lead with its dossier.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct LeadDetail {
    /// Its row.
    pub row: LeadRow,
    /// What was found out; `None` before it was researched.
    pub dossier: Option<Dossier>,
    /// Its workflow.
    pub workflow_name: String,
    /// Where it was found; `None` for one out of a file or entered by hand.
    pub found: Option<LeadFound>,
}

/// What the tables say of the leads of a workflow, read at once instead of lead by lead.
struct Standings {
    items: HashMap<LeadId, Standing>,
    sent: HashSet<LeadId>,
    given_up: HashSet<LeadId>,
    /// Items whose verdict whoever looks must not learn yet.
    hidden: BTreeSet<ItemId>,
}

impl Engine {
    /// One page of a workflow's leads whose company, person or tag holds `filter`, oldest first; at most 200 rows. Either
    /// those that are worked on or those put away.
    pub async fn lead_page(
        &self,
        workflow_id: WorkflowId,
        filter: &str,
        archived: bool,
        offset: u64,
        limit: u64,
    ) -> Result<LeadPage, EngineError> {
        let wanted = filter.trim().to_lowercase();
        let shelf = if archived { Shelf::Archived } else { Shelf::Current };
        let mut leads = lead::shelved_of_workflow(self.store.read(), workflow_id, shelf).await?;
        leads.retain(|shelved| holds(shelved, &wanted));
        let total = leads.len() as u64;
        let standings = self.standings(workflow_id).await?;
        let (skipped, taken) = (usize::try_from(offset).unwrap_or(usize::MAX), limit.min(PAGE_ROWS) as usize);
        let rows = leads.into_iter().skip(skipped).take(taken).map(|lead| standings.row(lead)).collect();
        Ok(LeadPage { rows, total })
    }

    /// One lead with its dossier.
    pub async fn lead_detail(&self, id: LeadId) -> Result<LeadDetail, EngineError> {
        let shelved = lead::shelved(self.store.read(), id).await?;
        let workflow_id = shelved.lead.workflow_id;
        let workflow_name = workflow::get(self.store.read(), workflow_id).await?.definition.name;
        let dossier = artifact::latest::<Dossier>(self.store.read(), id, Step::Research.as_str()).await?.map(|(_, dossier)| dossier);
        let row = self.standings(workflow_id).await?.row(shelved);
        let found = lead_origin::of_lead(self.store.read(), id).await?.map(LeadFound::from);
        Ok(LeadDetail { row, dossier, workflow_name, found })
    }

    async fn standings(&self, workflow_id: WorkflowId) -> Result<Standings, EngineError> {
        let items = review_item::standings(self.store.read(), workflow_id).await?;
        let mails = outbox::all(self.store.read(), MAILS_LOOKED_AT).await?;
        let dead = job::dead(self.store.read()).await?;
        Ok(Standings {
            items: items.into_iter().map(|standing| (standing.lead_id, standing)).collect(),
            sent: mails.into_iter().filter(|mail| mail.state == OutboxState::Sent).map(|mail| mail.lead_id).collect(),
            given_up: dead.into_iter().map(|dead| dead.lead_id).collect(),
            hidden: self.verdicts_hidden().await?,
        })
    }
}

impl Standings {
    fn row(&self, shelved: ShelvedLead) -> LeadRow {
        let ShelvedLead { lead, tags, is_archived } = shelved;
        LeadRow {
            stage: self.stage(lead.id),
            tags,
            is_archived,
            item: self.items.get(&lead.id).map(|standing| standing.item_id),
            line: LeadLine { missing: lead.missing().into_iter().map(|missing| missing.words()).collect(), lead },
        }
    }

    fn stage(&self, lead: LeadId) -> LeadStage {
        if self.items.get(&lead).is_some_and(|standing| self.hidden.contains(&standing.item_id)) {
            return LeadStage::InReview;
        }
        if self.sent.contains(&lead) {
            return LeadStage::Sent;
        }
        let Some(standing) = self.items.get(&lead) else {
            return if self.given_up.contains(&lead) { LeadStage::GivenUp } else { LeadStage::New };
        };
        match (standing.state, standing.qualification) {
            (ItemState::Open | ItemState::Snoozed | ItemState::Parked, _) => LeadStage::InReview,
            (ItemState::Redrafting, _) => LeadStage::Researching,
            (ItemState::Decided | ItemState::Released, Some(Verdict::Reject)) | (ItemState::Withdrawn, _) => LeadStage::Rejected,
            (ItemState::Decided | ItemState::Released, _) => LeadStage::Accepted,
        }
    }
}

fn holds(shelved: &ShelvedLead, wanted: &str) -> bool {
    let Lead { company, person, .. } = &shelved.lead;
    let texts = [company, &person.first_name, &person.last_name].into_iter().chain(&shelved.tags);
    texts.into_iter().any(|text| text.to_lowercase().contains(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Desk;
    use autoreach_domain::review::{Gesture, Part};

    #[tokio::test]
    async fn the_list_says_how_far_each_lead_has_come() {
        let desk = Desk::with_a_queue().await;
        desk.decide("Orbital", Gesture::Reject(Part::Lead)).await.expect("rejects");
        let workflow = desk.engine.workflow(None).await.expect("there is one");
        let page = desk.engine.lead_page(workflow.id, "", false, 0, 10).await.expect("reads");
        let stage = |company: &str| page.rows.iter().find(|row| row.line.lead.company.contains(company)).map(|row| row.stage);
        assert_eq!((stage("Orbital"), stage("Vantage")), (Some(LeadStage::Rejected), Some(LeadStage::InReview)));
        assert_eq!(desk.engine.lead_page(workflow.id, "ORBIT", false, 0, 10).await.expect("reads").total, 1);
        let detail = desk.engine.lead_detail(page.rows[0].line.lead.id).await.expect("reads");
        assert!(detail.dossier.is_some_and(|dossier| !dossier.findings.is_empty()));
    }

    #[tokio::test]
    async fn whoever_is_asked_for_a_second_opinion_does_not_read_the_first_one_in_the_list() {
        let (desk, company) = Desk::with_a_shared_item().await;
        desk.decide(&company, Gesture::Accept(Part::All)).await.expect("accepts");
        let workflow = desk.engine.workflow(None).await.expect("there is one").id;
        let stage = async || {
            let page = desk.engine.lead_page(workflow, &company, false, 0, 10).await.expect("reads");
            let detail = desk.engine.lead_detail(page.rows[0].line.lead.id).await.expect("reads");
            assert_eq!(page.rows[0].stage, detail.row.stage);
            page.rows[0].stage
        };
        assert_eq!(stage().await, LeadStage::Accepted, "Ana knows what she said");
        desk.turn_of("Ben").await;
        assert_eq!(stage().await, LeadStage::InReview);
        desk.decide(&company, Gesture::Reject(Part::Lead)).await.expect("gives an opinion");
        assert_eq!(stage().await, LeadStage::Accepted, "what was decided stands, and may be read now");
    }
}
