//! Second opinions: what another person makes of a lead somebody has decided already.
//!
//! An opinion is asked for blind and changes nothing that happened: the decision stands, and so does its mail. It says how
//! well people agree, and settles with the first verdict what the agent learns of the lead.

use crate::decision::Reason;
use crate::ids::{GestureId, ItemId, LeadId, WorkflowId};
use crate::reviewer::Reviewer;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// An opinion is asked for this long after the decision: later the market may be another, and with it the right answer.
pub const ASKED_FOR: SignedDuration = SignedDuration::from_hours(24 * 30);

/// One person's yes or no to a lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// Who.
    pub reviewer: Reviewer,
    /// They take it.
    pub accepts: bool,
}

/// What a further person makes of a lead, as the journal keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opinion {
    /// Its own gesture, by which it can be taken back.
    pub gesture_id: GestureId,
    /// The gesture it is a second opinion on.
    pub on: GestureId,
    /// The verdict of that gesture on the lead.
    pub first: Vote,
    /// What this person says.
    pub vote: Vote,
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// The lead.
    pub lead_id: LeadId,
    /// The item.
    pub item_id: ItemId,
    /// Why, in their words; may be empty.
    pub note: String,
    /// Why, by number key.
    pub reasons: Vec<Reason>,
    /// When it came on screen.
    pub shown_at: Timestamp,
    /// When it was given.
    pub decided_at: Timestamp,
    /// Milliseconds on screen, idle time over 60 s removed.
    pub active_ms: u64,
    /// The reviewer's offset from UTC in minutes.
    pub tz_offset_minutes: i32,
}

/// Is another opinion wanted, and may `reviewer` give it? Everybody is asked once; two are enough where they agree, and
/// more are asked while as many say yes as no.
pub fn is_wanted_from(votes: &[Vote], reviewer: &Reviewer) -> bool {
    let accepting = votes.iter().filter(|vote| vote.accepts).count();
    let is_open = votes.len() < 2 || 2 * accepting == votes.len();
    is_open && votes.iter().all(|vote| !vote.reviewer.is_same_person(reviewer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vote(name: &str, accepts: bool) -> Vote {
        Vote { reviewer: Reviewer::from(name.to_owned()), accepts }
    }

    #[test]
    fn a_second_person_is_asked_and_a_third_only_where_two_disagree() {
        let is_wanted = |votes: &[Vote], name: &str| is_wanted_from(votes, &Reviewer::from(name.to_owned()));
        assert!(is_wanted(&[vote("Ana", true)], "Ben"));
        assert!(!is_wanted(&[vote("Ana", true)], "Ana"), "nobody is asked twice");
        assert!(!is_wanted(&[vote("Ana", true), vote("Ben", true)], "Carl"));
        assert!(is_wanted(&[vote("Ana", true), vote("Ben", false)], "Carl"));
        assert!(!is_wanted(&[vote("Ana", true), vote("Ben", false), vote("Carl", false)], "Dora"), "two of three settle it");
    }
}
