//! What the Trust and Audit screens and the command line show.

use autoreach_domain::decision::{Stage, Verdict};
use autoreach_domain::icp::Icp;
use autoreach_domain::ids::{ItemId, WorkflowId};
use autoreach_domain::oversight::event::Certificate;
use autoreach_domain::oversight::level::Level;
use autoreach_domain::oversight::line::Line;
use autoreach_domain::oversight::policy::Policy;
use autoreach_domain::oversight::steps::Requirement;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A share with what it was counted from and what it proves.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, TS)]
pub struct Share {
    /// How many.
    pub count: u64,
    /// Of how many; 0 = not known yet.
    pub of: u64,
    /// Lower end of the 95 % interval, 0 to 1.
    pub low: f64,
    /// Upper end, 0 to 1.
    pub high: f64,
}

/// The trust in one workflow.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct TrustView {
    /// The workflow.
    pub workflow: WorkflowId,
    /// Its name.
    pub name: String,
    /// Stage by stage.
    pub stages: Vec<StageView>,
    /// What happened, newest first.
    pub events: Vec<TrustEvent>,
}

/// The trust in one stage.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct StageView {
    /// The stage.
    pub stage: Stage,
    /// Its level.
    pub level: Level,
    /// Since when; `None` = from the start.
    #[ts(type = "string | null")]
    pub since: Option<Timestamp>,
    /// The next level; `None` at the top.
    pub next: Option<Level>,
    /// What the next level asks for.
    pub requirements: Vec<Requirement>,
    /// All of it is there: a person may confirm the step.
    pub is_proposed: bool,
    /// The line in force; `None` where the agent never goes on alone.
    pub line: Option<Line>,
    /// What the line rests on, or why there is none, in one sentence.
    pub line_words: String,
    /// The floor under certified thresholds, 0 to 1.
    pub floor: f64,
    /// The certificates held.
    pub certificates: Vec<Certificate>,
    /// Human verdicts since the last alarm.
    pub pairs: u64,
    /// At how many the evidence is looked at next.
    pub next_look: u64,
    /// Spot checks in which the reviewer agreed, of the last 100.
    pub checks: Share,
    /// Outputs decided alone, of all routed in the last 30 days.
    pub alone: Share,
    /// The promise checks are held against, 0 to 1.
    pub promise: f64,
    /// Sampling is doubled because checks disagreed.
    pub is_amber: bool,
    /// Kinds of accounts that are back with people, in words.
    pub segments_back: Vec<String>,
    /// More is released than is certified, from this certainty on, 0 to 1.
    pub override_threshold: Option<f64>,
    /// When that ends by itself; `None` = until somebody ends it.
    #[ts(type = "string | null")]
    pub override_until: Option<Timestamp>,
    /// The settings.
    pub policy: Policy,
}

/// One line of the history of trust.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct TrustEvent {
    /// When.
    #[ts(type = "string")]
    pub at: Timestamp,
    /// The stage; `None` = all of them.
    pub stage: Option<Stage>,
    /// Who; `None` = it happened by itself.
    pub by: Option<String>,
    /// Up, down, or neither.
    pub direction: Direction,
    /// What, in one sentence with its evidence.
    pub words: String,
}

/// What an event means for trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More may be decided alone.
    Up,
    /// Less may be.
    Down,
    /// Neither.
    Neutral,
}

/// A question to the past: what would have been released?
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, TS)]
pub struct ReplayRequest {
    /// The stage.
    pub stage: Stage,
    /// The certainty from which on it would have been, 0 to 1.
    pub threshold: f64,
    /// Over how many of the latest human decisions.
    pub last: u32,
    /// At which level; `None` = whatever may be decided alone at all.
    #[serde(default)]
    pub level: Option<Level>,
}

/// A question to the past about the profile: what would the agent have made of these leads under another one?
#[derive(Debug, Clone, PartialEq, Deserialize, TS)]
pub struct ProfileRequest {
    /// The profile.
    pub icp: Icp,
    /// The certainty from which on it would have gone on alone, 0 to 1.
    pub threshold: f64,
    /// Over how many of the latest human decisions on leads.
    pub last: u32,
}

/// The answer: both profiles learned from the same verdicts, in the same order.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ProfileView {
    /// Decisions looked at.
    pub considered: u64,
    /// With the profile as it is.
    pub now: ProfileOutcome,
    /// With the other one.
    pub then: ProfileOutcome,
    /// Leads that only one of the two would have decided alone, or that they would have decided differently, latest first.
    pub differences: Vec<ProfileDifference>,
    /// The whole in one sentence.
    pub words: String,
}

/// What a profile would have done.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, TS)]
pub struct ProfileOutcome {
    /// Leads the agent would have leaned the way the person decided.
    pub right: Share,
    /// Leads it would have decided alone.
    pub released: Share,
    /// Of these, those in which the person had said otherwise.
    pub wrong: Share,
}

/// A lead of which two profiles make different things.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ProfileDifference {
    /// The item.
    pub item: ItemId,
    /// The company.
    pub company: String,
    /// What the person did.
    pub person: Verdict,
    /// Confidence that the team accepts, with the profile as it is, 0 to 1.
    pub now: f64,
    /// With the other one.
    pub then: f64,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ReplayView {
    /// Decisions looked at.
    pub considered: u64,
    /// Those that would have been decided alone.
    pub released: Share,
    /// Of these, those that a mark would have brought before a person afterwards; 0 where no level was asked for.
    pub checked: u64,
    /// Those of them in which the person had said otherwise.
    pub wrong: Share,
    /// The wrong ones by name, surest first.
    pub wrong_items: Vec<ReplayLine>,
    /// Held back whatever the threshold, because of an exception.
    pub excepted: u64,
    /// The whole in one sentence.
    pub words: String,
    /// What every other threshold would have done, from the strictest on.
    pub curve: Vec<CurvePoint>,
}

/// One decision the agent would have got wrong.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ReplayLine {
    /// The item.
    pub item: ItemId,
    /// The company.
    pub company: String,
    /// What the agent would have done.
    pub agent: Verdict,
    /// What the person did.
    pub person: Verdict,
    /// How certain the agent was, 0.5 to 1.
    pub certainty: f64,
    /// When it was decided.
    #[ts(type = "string")]
    pub decided_at: Timestamp,
}

/// One point of the risk-coverage curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, TS)]
pub struct CurvePoint {
    /// Certainty from which on the agent would have gone on alone, 0.5 to 1.
    pub threshold: f64,
    /// Share it would have decided, 0 to 1.
    pub coverage: f64,
    /// Share of these in which the person had said otherwise, 0 to 1.
    pub risk: f64,
    /// How many that is.
    pub released: u64,
}

/// What there is to check.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct AuditView {
    /// Released items drawn for a check on arrival.
    pub checks: Vec<CheckLine>,
    /// The weekly audits that are open, oldest first.
    pub audits: Vec<AuditWeek>,
    /// Those that are over, newest first.
    pub past: Vec<AuditResult>,
}

/// One item to be looked at blind.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct CheckLine {
    /// The item.
    pub item: ItemId,
    /// The company.
    pub company: String,
    /// Who it is about, with their role.
    pub person: String,
    /// It was looked at.
    pub is_done: bool,
}

/// A weekly audit that is open.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct AuditWeek {
    /// The Monday of the week the items were released in.
    #[ts(type = "string")]
    pub week: Date,
    /// The last day on which it counts as done.
    #[ts(type = "string")]
    pub due: Date,
    /// What is to be looked at.
    pub items: Vec<CheckLine>,
    /// Released in that week, of which these were drawn.
    pub of: u64,
}

/// A weekly audit that is over.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct AuditResult {
    /// The Monday of its week.
    #[ts(type = "string")]
    pub week: Date,
    /// The stage.
    pub stage: Stage,
    /// Items looked at.
    pub checked: u64,
    /// In how many the reviewer disagreed.
    pub wrong: u64,
    /// It was not done in time.
    pub is_missed: bool,
    /// What that proves, in one sentence.
    pub words: String,
}
