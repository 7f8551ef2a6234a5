//! What the learned profile shows, and what an answer to it did.

use crate::trust::view::Share;
use autoreach_domain::answers::{ProfileAnswer, ProfileVerdict};
use autoreach_domain::ids::{ItemId, WorkflowId};
use jiff::Timestamp;
use serde::Serialize;
use ts_rs::TS;

/// The stated profile beside the learned one.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ProfileView {
    /// The workflow.
    pub workflow: WorkflowId,
    /// The version of it that states the profile.
    pub version: u32,
    /// Criterion by criterion, those that ask for an answer first.
    pub lines: Vec<ProfileLine>,
    /// What reasons and notes propose; none is in force.
    pub rules: Vec<RuleLine>,
}

/// Leads behind a line of the learned profile, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ProfileExamples {
    /// Some that were accepted.
    pub accepted: Vec<Example>,
    /// Some that were not.
    pub rejected: Vec<Example>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Example {
    /// Its item.
    pub item: ItemId,
    /// Its company.
    pub company: String,
    /// What it has there ("people: 51-200").
    pub reads: String,
}

/// A rule that reasons and notes propose.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct RuleLine {
    /// Names it.
    pub slot: String,
    /// The rule with what it rests on, for people.
    pub words: String,
    /// Where it comes from.
    pub source: RuleSource,
    /// Gestures behind it.
    pub gestures: u64,
    /// Notes behind it, at most five.
    pub notes: Vec<String>,
    /// It can be answered now.
    pub is_asked: bool,
    /// What adopting it would do, as an instruction ("never write ..."); `None` where it cannot be adopted.
    pub adopt: Option<String>,
    /// Why it cannot be adopted though it is asked.
    pub no_place: Option<String>,
    /// The answer that stands.
    pub answered: Option<Answered>,
}

/// What proposes a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RuleSource {
    /// Reasons by number key.
    Reasons,
    /// Notes.
    Notes,
}

/// One line of the stated profile beside the learned one.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ProfileLine {
    /// Names it: a slot of the learner.
    pub slot: String,
    /// The criterion, for people.
    pub criterion: String,
    /// What was stated; empty = nothing.
    pub stated: String,
    /// What is really accepted, in one sentence with counts.
    pub learned: String,
    /// How sure that is.
    pub verdict: ProfileVerdict,
    /// Leads accepted, of those judged that have it.
    pub accepted: Share,
    /// Reviews until it can be said; `None` where it can, or never will be.
    pub reviews_needed: Option<u64>,
    /// It can be answered now.
    pub is_asked: bool,
    /// What adopting it would do, as an instruction ("rule out retail"); `None` where it cannot be adopted.
    pub adopt: Option<String>,
    /// Why it cannot be adopted though it is asked.
    pub no_place: Option<String>,
    /// The answer that stands.
    pub answered: Option<Answered>,
}

/// The answer that stands to a line.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct Answered {
    /// The answer.
    pub answer: ProfileAnswer,
    /// Who gave it.
    pub by: String,
    /// When.
    #[ts(type = "string")]
    pub at: Timestamp,
    /// What it means, in one sentence.
    pub words: String,
    /// The line is put aside.
    pub is_hidden: bool,
}

/// What an answer did.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct AnswerOutcome {
    /// What was answered.
    pub slot: String,
    /// The answer.
    pub answer: ProfileAnswer,
    /// The version of the workflow it made; `None` = the workflow is as it was.
    pub version: Option<u32>,
    /// What happened, in one sentence.
    pub words: String,
}
