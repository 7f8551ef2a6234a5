//! The steps of the pipeline as jobs, and the key that makes adding one twice the same as adding it once.

use autoreach_domain::egress::ModelRole;
use autoreach_domain::ids::{LeadId, RunId, WorkflowId};
use autoreach_store::tables::job::NewJob;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::str::FromStr;

/// A step of the pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Reads the company's pages.
    Research,
    /// Compares the lead with the profile and asks the learner.
    Qualify,
    /// Writes the mail and routes the item.
    Draft,
    /// Writes another mail for an item that is already in the queue.
    Redraft,
}

/// A stored step that this program does not know.
#[derive(Debug, thiserror::Error)]
#[error("a job has a step this program does not know; update the program")]
pub struct UnknownStep;

impl Step {
    /// The stored text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Research => "research",
            Self::Qualify => "qualify",
            Self::Draft => "draft",
            Self::Redraft => "redraft",
        }
    }
}

impl Step {
    /// The part of a model in this step.
    pub const fn role(self) -> ModelRole {
        match self {
            Self::Research => ModelRole::Reader,
            Self::Qualify => ModelRole::Scorer,
            Self::Draft | Self::Redraft => ModelRole::Writer,
        }
    }
}

impl FromStr for Step {
    type Err = UnknownStep;
    fn from_str(text: &str) -> Result<Self, UnknownStep> {
        match text {
            "research" => Ok(Self::Research),
            "qualify" => Ok(Self::Qualify),
            "draft" => Ok(Self::Draft),
            "redraft" => Ok(Self::Redraft),
            _ => Err(UnknownStep),
        }
    }
}

/// What a job is about.
#[derive(Debug, Clone, Copy)]
pub struct Subject {
    /// The run.
    pub run_id: RunId,
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// The lead.
    pub lead_id: LeadId,
}

/// A job for a step of a lead. `input` is what the step works on, `made_by` the engine with its version, and with a model that
/// of its prompt; a change of either is another job (`guarantees.md` 4.2: workflow/lead/step/version/input_hash).
pub fn new_job(subject: Subject, step: Step, version: u32, made_by: &str, input: &[u8], run_at: Timestamp) -> NewJob {
    let input_hash: [u8; 32] = Sha256::new().chain_update(made_by).chain_update(input).finalize().into();
    let short: String = input_hash[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    NewJob {
        run_id: subject.run_id,
        workflow_id: subject.workflow_id,
        lead_id: subject.lead_id,
        step: step.as_str(),
        input_hash,
        idempotency_key: format!("{}/{}/{}/{version}/{short}", subject.workflow_id, subject.lead_id, step.as_str()),
        run_at,
    }
}
