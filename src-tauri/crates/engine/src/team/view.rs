//! What is shown of a team. Every number comes with what it was counted from; under its minimum it is absent, and how much
//! is missing stands beside it.

use autoreach_domain::ids::{ItemId, WorkflowId};
use autoreach_learning::agreement::Kappa;
use serde::Serialize;
use ts_rs::TS;

/// A team at one workflow.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct TeamView {
    /// The workflow.
    pub workflow: WorkflowId,
    /// Who decides at present.
    pub active: String,
    /// Everybody, in the order in which they came.
    pub people: Vec<PersonLine>,
    /// Two people beside each other; empty for fewer than two people.
    pub pairs: Vec<PairLine>,
    /// The whole team within itself: what the disagreement is measured by.
    pub together: AgreementLine,
    /// Kappa below 0.4 over at least 30 items: the team disagrees on what is qualified.
    pub is_split: bool,
    /// Leads that were judged both ways, by company.
    pub disagreements: Vec<DisagreementLine>,
    /// Items the person whose turn it is is asked for a second opinion on.
    pub opinions_asked: u64,
    /// Leads settled by more than one person, which teach the agent as one.
    pub settled: u64,
    /// Of these settled by the word of a senior reviewer, for lack of a majority.
    pub settled_by_seniors: u64,
}

/// One person.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct PersonLine {
    /// The name.
    pub name: String,
    /// Their word settles leads that as many accept as reject.
    pub is_senior: bool,
    /// Verdicts on leads that hold, second opinions included.
    pub verdicts: u64,
    /// How many of them accepted the lead.
    pub accepted: u64,
    /// How much more readily than the team this person accepts, in logits; below 0 = stricter. `None` until it is known.
    pub leniency: Option<f64>,
    /// Verdicts missing until then.
    pub verdicts_missing: u64,
    /// The agent beside this person.
    pub with_agent: AgreementLine,
}

/// Two people beside each other.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct PairLine {
    /// One.
    pub left: String,
    /// The other.
    pub right: String,
    /// How well they agree.
    pub agreement: AgreementLine,
}

/// How well two or more agree.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct AgreementLine {
    /// Leads all of them judged.
    pub items: u64,
    /// Leads on which they agreed.
    pub agreed: u64,
    /// Agreement beyond chance with its 95 % interval; `None` until there are enough leads, and where everybody always said
    /// the same one thing.
    pub kappa: Option<Kappa>,
    /// Leads missing until it is shown.
    pub items_missing: u64,
}

/// A lead that was judged both ways.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DisagreementLine {
    /// The item.
    pub item: ItemId,
    /// The company.
    pub company: String,
    /// Who accepted it.
    pub accepted_by: Vec<String>,
    /// Who rejected it.
    pub rejected_by: Vec<String>,
}

/// When somebody reviews and how long they sit. For their eyes alone.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct PaceView {
    /// Whose.
    pub reviewer: String,
    /// Decisions it was read from.
    pub decisions: u64,
    /// Decisions missing before anything is said about hours.
    pub decisions_missing: u64,
    /// Items that make a good sitting.
    pub batch: u64,
    /// Learned from this person's own sittings; else the usual size.
    pub is_batch_learned: bool,
    /// The two hours in which most is decided, such as "9:00 to 11:00".
    pub busiest: Option<String>,
    /// Their share of all decisions, 0 to 1.
    pub busiest_share: Option<f64>,
    /// When a batch that is ready before then is told today, `HH:MM`.
    pub digest_today: Option<String>,
    /// Quiet hours worth having, with the reason.
    pub quiet: Option<QuietProposal>,
}

/// Quiet hours as they could be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct QuietProposal {
    /// When quiet begins, `HH:MM`.
    pub from: String,
    /// When it ends, `HH:MM`.
    pub to: String,
    /// Why, in one sentence.
    pub evidence: String,
}

/// A word after a verdict, for whoever gave it and nobody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "hint", rename_all = "snake_case")]
pub enum SittingHint {
    /// As many as go well in one sitting.
    GoodPlaceToStop {
        /// Decided in this sitting.
        decided: u32,
    },
    /// Ten in a row were decided faster than anybody reads.
    Rushed,
}
