//! Muting: people do not want to be stopped by a kind of exception for a while.
//!
//! A muted kind is still found, named on the card and kept in the receipt; it only holds nothing up. It always ends by itself, and
//! hard floors cannot be muted.

use crate::exception::ExceptionKind;
use crate::ids::WorkflowId;
use crate::reviewer::Reviewer;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use ts_rs::TS;

/// The longest a kind stays muted without being asked again.
pub const LONGEST_DAYS: u16 = 90;

/// One kind of exception, muted in one workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Mute {
    /// Where.
    pub workflow_id: WorkflowId,
    /// What.
    pub kind: ExceptionKind,
    /// Until when.
    pub until: Timestamp,
    /// Who muted it.
    #[ts(type = "string")]
    pub by: Reviewer,
}

/// Why a kind cannot be muted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CannotMute {
    /// A hard floor.
    #[error("'{}' always goes to a person and cannot be muted", .0.words())]
    HardFloor(ExceptionKind),
    /// No time, or too long a time.
    #[error("mute a kind for 1 to {LONGEST_DAYS} days")]
    Days,
}

impl Mute {
    /// Mutes a kind from `now` on for some days.
    pub fn new(workflow_id: WorkflowId, kind: ExceptionKind, days: u16, by: Reviewer, now: Timestamp) -> Result<Self, CannotMute> {
        if kind.is_hard_floor() {
            return Err(CannotMute::HardFloor(kind));
        }
        if !(1..=LONGEST_DAYS).contains(&days) {
            return Err(CannotMute::Days);
        }
        let until = now.checked_add(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MAX);
        Ok(Self { workflow_id, kind, until, by })
    }
}

/// The kinds muted in a workflow at an instant.
pub fn muted_at(mutes: &[Mute], workflow_id: WorkflowId, now: Timestamp) -> BTreeSet<ExceptionKind> {
    let holds = |mute: &&Mute| mute.workflow_id == workflow_id && now < mute.until && !mute.kind.is_hard_floor();
    mutes.iter().filter(holds).map(|mute| mute.kind).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mute(kind: ExceptionKind, days: u16) -> Result<Mute, CannotMute> {
        Mute::new(workflow(), kind, days, Reviewer::named("Ana").expect("a name"), Timestamp::UNIX_EPOCH)
    }

    fn workflow() -> WorkflowId {
        WorkflowId::new(Timestamp::UNIX_EPOCH, [0; 10])
    }

    #[test]
    fn a_mute_ends_by_itself_and_holds_in_its_workflow_alone() {
        let mutes = [mute(ExceptionKind::ThinEvidence, 2).expect("may be muted")];
        let after = |hours| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours);
        assert_eq!(muted_at(&mutes, workflow(), after(47)), BTreeSet::from([ExceptionKind::ThinEvidence]));
        assert!(muted_at(&mutes, workflow(), after(48)).is_empty());
        let other = WorkflowId::new(Timestamp::UNIX_EPOCH, [1; 10]);
        assert!(muted_at(&mutes, other, after(1)).is_empty());
    }

    #[test]
    fn no_hard_floor_is_muted_and_nothing_for_ever() {
        assert_eq!(mute(ExceptionKind::Competitor, 2), Err(CannotMute::HardFloor(ExceptionKind::Competitor)));
        assert_eq!((mute(ExceptionKind::IllTimed, 0), mute(ExceptionKind::IllTimed, 91)), (Err(CannotMute::Days), Err(CannotMute::Days)));
        assert!(mute(ExceptionKind::IllTimed, 90).is_ok());
    }
}
