//! Leads as people look at them, and as tables for other programs.

pub mod again;
pub mod edit;
pub mod page;

use crate::Engine;
use crate::error::EngineError;
use autoreach_domain::ids::WorkflowId;
use autoreach_domain::lead::Lead;
use autoreach_import::{ByteOrderMark, write_csv};
use autoreach_store::journal;
use autoreach_store::tables::lead::Shelf;
use autoreach_store::tables::{job, lead, outbox};
use serde::Serialize;
use ts_rs::TS;

/// One line of the list of leads.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct LeadLine {
    /// The lead.
    pub lead: Lead,
    /// What is missing, in words.
    pub missing: Vec<&'static str>,
}

/// A step that was given up.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct GivenUp {
    /// The company.
    pub company: String,
    /// The step.
    pub step: String,
    /// Why.
    pub cause: String,
}

impl Engine {
    /// The leads of a workflow that are worked on, oldest first.
    pub async fn leads(&self, workflow_id: WorkflowId) -> Result<Vec<LeadLine>, EngineError> {
        let leads = lead::of_workflow(self.store.read(), workflow_id, Shelf::Current).await?;
        let line = |lead: Lead| LeadLine { missing: lead.missing().into_iter().map(|missing| missing.words()).collect(), lead };
        Ok(leads.into_iter().map(line).collect())
    }

    /// Steps that were tried often enough and wait for a person.
    pub async fn given_up(&self) -> Result<Vec<GivenUp>, EngineError> {
        let mut lines = Vec::new();
        for dead in job::dead(self.store.read()).await? {
            let company = lead::get(self.store.read(), dead.lead_id).await?.company;
            lines.push(GivenUp { company, step: dead.step, cause: dead.cause });
        }
        Ok(lines)
    }

    /// The leads of a workflow, also those put away, as CSV that no spreadsheet program takes for formulas.
    pub async fn leads_as_csv(&self, workflow_id: WorkflowId) -> Result<Vec<u8>, EngineError> {
        let leads = lead::of_workflow(self.store.read(), workflow_id, Shelf::All).await?;
        Ok(write_csv(&COLUMNS.map(String::from), leads.into_iter().map(cells), ByteOrderMark::Written))
    }

    /// The mails of the outbox as CSV.
    pub async fn mails_as_csv(&self) -> Result<Vec<u8>, EngineError> {
        let header = ["Company", "Name", "Email", "Subject", "Body", "State", "Message-ID"];
        let mails = outbox::all(self.store.read(), u64::from(u32::MAX)).await?;
        let row = |mail: outbox::OutboxMail| {
            vec![mail.company, mail.to_name, mail.to.to_string(), mail.subject, mail.body, mail.state.to_string(), mail.message_id]
        };
        Ok(write_csv(&header.map(String::from), mails.into_iter().map(row), ByteOrderMark::Written))
    }

    /// The journal as JSON lines, entry by entry as stored, with its links.
    pub async fn decisions_as_jsonl(&self) -> Result<Vec<u8>, EngineError> {
        let (mut lines, mut after) = (Vec::new(), 0);
        loop {
            let page = journal::stored_after(self.store.read(), after, 1_000).await?;
            let Some(last) = page.last() else { return Ok(lines) };
            after = last.sequence;
            for entry in page {
                let head = serde_json::json!({
                    "sequence": entry.sequence, "recorded_at": entry.recorded_at,
                    "previous": format!("{:?}", entry.previous), "hash": format!("{:?}", entry.hash),
                });
                let head = head.to_string();
                let open = head.strip_suffix('}').unwrap_or(&head);
                lines.extend_from_slice(format!("{open},\"event\":{}}}\n", entry.event_json).as_bytes());
            }
        }
    }
}

/// The columns of [`cells`].
pub(crate) const COLUMNS: [&str; 10] =
    ["Company", "Website", "First name", "Last name", "Role", "Email", "Country", "City", "Industry", "Head count"];

/// A lead as a row of a table.
pub(crate) fn cells(lead: Lead) -> Vec<String> {
    let person = lead.person;
    vec![
        lead.company,
        lead.website.unwrap_or_default(),
        person.first_name,
        person.last_name,
        person.role,
        person.email.map(String::from).unwrap_or_default(),
        lead.country.unwrap_or_default(),
        lead.city.unwrap_or_default(),
        lead.industry.unwrap_or_default(),
        lead.head_count.map(|n| n.to_string()).unwrap_or_default(),
    ]
}
