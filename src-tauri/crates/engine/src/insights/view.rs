//! What the Insights screen shows. Every number comes with what it was counted from; under its minimum it is absent.

use crate::profile::view::{ProfileLine, RuleLine};
use crate::trust::view::{CurvePoint, Share};
use autoreach_domain::ids::WorkflowId;
use autoreach_learning::style::Interval;
use autoreach_learning::style::proof::{EditCost, ReplayGain, Trend};
use jiff::civil::Date;
use serde::Serialize;
use ts_rs::TS;

/// How one workflow does.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct InsightsView {
    /// The workflow.
    pub workflow: WorkflowId,
    /// Human decisions counted.
    pub decisions: u64,
    /// Week by week, oldest first.
    pub weeks: Vec<WeekLine>,
    /// What the owner names as usual, for reference and never as a promise.
    pub bands: Vec<Band>,
    /// Leads that no person decided, of all leads of the last 30 days.
    pub alone: Share,
    /// How often what was foretold came true.
    pub reliability: Vec<ReliabilityBin>,
    /// Mean gap between the two, 0 to 1; `None` below 200 decisions.
    pub calibration_error: Option<f64>,
    /// Decisions the agent was at least 85 % sure of in which the person said otherwise.
    pub confident_overruled: Share,
    /// What any threshold would have decided alone, and how often wrongly.
    pub risk_coverage: Vec<CurvePoint>,
    /// Stated and learned profile side by side.
    pub profile: Vec<ProfileLine>,
    /// What reasons and notes propose; none is in force.
    pub rules: Vec<RuleLine>,
    /// What the style memory holds.
    pub lessons: Vec<LessonLine>,
    /// What a few verdicts would teach most about.
    pub questions: Vec<OpenQuestion>,
    /// Does seeing the score change verdicts?
    pub anchoring: Option<Anchoring>,
    /// Exceptions by kind, most frequent first.
    pub exceptions: Vec<ExceptionLine>,
    /// On the latest decisions, the memory of today beside that of before them.
    pub held_out: Option<HeldOut>,
}

/// One week.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct WeekLine {
    /// Its Monday.
    #[ts(type = "string")]
    pub week: Date,
    /// 1 for the first week in use.
    pub number: u32,
    /// Leads accepted, of those decided by people.
    pub accepted: Share,
    /// Mails that went out as drafted, of those decided by people.
    pub unedited: Share,
    /// Median active seconds per lead; `None` below 5.
    pub seconds_per_lead: Option<f64>,
    /// Active minutes per day with decisions; `None` without any.
    pub minutes_per_day: Option<f64>,
    /// Leads decided alone, of all routed.
    pub alone: Share,
}

/// What the owner names as usual in a week.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, TS)]
pub struct Band {
    /// The week.
    pub week: u32,
    /// Accepted leads, percent.
    pub accepted: (u32, u32),
    /// Mails without edits, percent.
    pub unedited: (u32, u32),
    /// Seconds per lead.
    pub seconds: (u32, u32),
    /// Minutes per day.
    pub minutes: (u32, u32),
}

/// One bin of the reliability diagram.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, TS)]
pub struct ReliabilityBin {
    /// Mean foretold probability of acceptance, 0 to 1.
    pub foretold: f64,
    /// What came true.
    pub accepted: Share,
}

/// One lesson of the style memory.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct LessonLine {
    /// Names it.
    pub id: String,
    /// The lesson as a sentence.
    pub text: String,
    /// Edits it rests on.
    pub support: u32,
    /// Edits against it.
    pub contradictions: u32,
    /// In use, not sure yet, switched off.
    pub state: String,
    /// Pinned by a person.
    pub is_pinned: bool,
}

/// Something a few verdicts would settle.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct OpenQuestion {
    /// In words: "Energy companies: 12 seen, none judged."
    pub words: String,
    /// Leads seen.
    pub seen: u64,
    /// Of these judged.
    pub judged: u64,
}

/// Agreement with the score in view and without it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, TS)]
pub struct Anchoring {
    /// Agreement when the agent's view was shown.
    pub shown: Share,
    /// Agreement when it was hidden.
    pub blind: Share,
}

/// How one kind of exception was answered.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ExceptionLine {
    /// The kind, in words.
    pub kind: String,
    /// Leads or mails accepted in spite of it, of those decided.
    pub accepted: Share,
    /// It was waved through so often in a row that it no longer calls for anybody; `None` while it does.
    pub waved_through: Option<u32>,
}

/// Two memories on the same decisions, neither of which had seen them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, TS)]
pub struct HeldOut {
    /// Decisions looked at.
    pub decisions: u64,
    /// Right by the memory that had learned up to each.
    pub now: u64,
    /// Right by the memory of before the first of them.
    pub before: u64,
}

/// Whether what is learned of a team's style helps.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ProofView {
    /// The workflow.
    pub workflow: WorkflowId,
    /// Week by week, oldest first; weeks without a decided mail are left out.
    pub weeks: Vec<ProofWeek>,
    /// The first 50 approved mails beside the last 50.
    pub trend: Trend,
    /// What all changes add up to.
    pub cost: EditCost,
    /// Old drafts written again with the memory and without it.
    pub replay: ReplayGain,
    /// Both say so: the drafts learn.
    pub is_claimed: bool,
    /// What may be said, for people.
    pub words: String,
}

/// How much of the drafts was changed in one week.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ProofWeek {
    /// Its Monday.
    #[ts(type = "string")]
    pub week: Date,
    /// 1 for the first week with a decided mail.
    pub number: u32,
    /// Mails decided.
    pub decided: u32,
    /// Of these approved, with an edit or without.
    pub approved: u32,
    /// Of these without an edit.
    pub untouched: u32,
    /// Median share of the words that was changed, 0 to 1, of those approved; `None` below eight.
    pub median: Option<Interval>,
    /// Share approved without an edit of those decided; `None` below eight.
    pub untouched_share: Option<Interval>,
}
