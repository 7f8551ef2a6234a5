//! What happens to the trust of one stage: the events the ladder is a fold of, besides the verdicts themselves.
//!
//! Each carries the evidence it rests on, so that the journal answers "why?" without being computed again.

use super::audit::AuditDraw;
use super::level::Level;
use super::override_::Override;
use super::policy::Policy;
use super::segment::Segment;
use crate::icp::text_enum;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Something that happened to one workflow's trust in one stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OversightEvent {
    /// A look at the evidence: what it certified, and nothing where it certified nothing.
    Looked {
        /// Human verdicts since the last alarm.
        pairs: u64,
        /// At most one for each promise.
        certificates: Vec<Certificate>,
    },
    /// A person confirmed a step up.
    Promoted {
        /// The new level.
        to: Level,
        /// What it rests on, one sentence each.
        evidence: Vec<String>,
    },
    /// A step down.
    PulledBack {
        /// The new level.
        to: Level,
        /// Why.
        why: PullBack,
    },
    /// The lowest certainty that is enough fell.
    FloorLowered {
        /// The new floor, 0 to 1.
        to: f64,
        /// Human verdicts without an amber that it rests on.
        verdicts: usize,
    },
    /// A monitor raised or ended an alarm.
    Alarm(Alarm),
    /// A segment whose alarm ended may be decided alone again.
    SegmentTrusted {
        /// Which.
        segment: Segment,
    },
    /// The week's audit was drawn.
    AuditDrawn(AuditDraw),
    /// An audit was not done in time.
    AuditMissed {
        /// The Monday of its week.
        week: Date,
    },
    /// A person released more than is certified.
    OverrideGiven(Override),
    /// A person ended that.
    OverrideEnded,
    /// A person changed the settings of the stage.
    PolicySet(Policy),
}

/// A threshold that evidence has certified for a promise (`learning.md` 4.5).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct Certificate {
    /// The share of decisions that will agree with people, 0 to 1.
    pub promise: f64,
    /// The risk that the promise does not hold, 0 to 1.
    pub risk: f64,
    /// Certainty before calibration from which on it holds, 0.5 to 1.
    pub threshold: f64,
    /// Pairs of the look: human verdicts since the last alarm.
    pub pairs: u64,
    /// Share of the pairs above the threshold: what would be decided alone before the floor.
    pub coverage: f64,
    /// Version of the feature rules; another asks for a new certificate.
    pub feature_schema_version: u32,
    /// The learner's state at the look, as the number of journal entries folded.
    pub memory_version: u64,
}

/// An alarm of a monitor (`learning.md` 4.7).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "alarm", rename_all = "snake_case")]
pub enum Alarm {
    /// Spot checks disagree more often than promised: sample twice as much.
    Amber,
    /// The amber is over.
    AmberEnded,
    /// Spot checks disagree so often that decisions are taken back.
    Red {
        /// Checks that disagreed since the monitor started.
        disagreed: u64,
        /// Checks since then.
        checks: u64,
    },
    /// The model is wrong more often than it says.
    Miscalibrated {
        /// Verdicts observed since the monitor started.
        verdicts: u64,
        /// Of these, contradictions.
        disagreed: u64,
    },
    /// One segment's spot checks disagree: only that segment goes back to people.
    Segment {
        /// Which.
        segment: Segment,
    },
}

/// Why a stage was pulled back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PullBack {
    /// Spot checks broke the promise.
    SpotChecks,
    /// The model was wrong about itself.
    Calibration,
    /// A second red alarm within 14 days.
    SecondRed,
    /// Something was released that must never be.
    CriticalMiss,
    /// Two weekly audits in a row were missed.
    MissedAudits,
    /// Verdicts the level rested on were taken back.
    EvidenceUndone,
    /// A person said so.
    ByHand,
}

text_enum!(PullBack, "reason of a pull-back", {
    SpotChecks => "spot_checks", Calibration => "calibration", SecondRed => "second_red", CriticalMiss => "critical_miss",
    MissedAudits => "missed_audits", EvidenceUndone => "evidence_undone", ByHand => "by_hand",
});

impl PullBack {
    /// One clause for people: "pulled back because ...".
    pub fn words(self) -> &'static str {
        match self {
            Self::SpotChecks => "spot checks disagreed more often than was promised",
            Self::Calibration => "the agent was wrong more often than it said it would be",
            Self::SecondRed => "there was a second alarm within 14 days",
            Self::CriticalMiss => "something was released that must never be",
            Self::MissedAudits => "two weekly audits in a row were missed",
            Self::EvidenceUndone => "reviews this level rested on were taken back",
            Self::ByHand => "somebody decided so",
        }
    }
}
