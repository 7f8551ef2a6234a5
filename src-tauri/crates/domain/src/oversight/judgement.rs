//! Judgements: what one human verdict says about the agent, as the ladder counts it.
//!
//! The one definition of agreement is in here. The learner's label, the monitors and the ladder all ask [`was_right`],
//! so that no two of them can ever disagree about what an edit means.

use super::segment::Segment;
use crate::decision::{Channel, Decision, Reason, Stage, Verdict};
use crate::ids::{GestureId, ItemId};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Share of the words an edit may change and still count as agreement (`product.md`, definition of agreement).
pub const MINOR_EDIT: f64 = 0.20;

/// Feature rules from which on every stage is judged by features of its own.
const FIRST_SCHEMA_WITH_STAGES: u32 = 2;

/// One human verdict on one stage of one item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// The gesture it was part of.
    pub gesture_id: GestureId,
    /// The item.
    pub item_id: ItemId,
    /// When.
    pub at: Timestamp,
    /// The reviewer's calendar day.
    pub day: Date,
    /// How the item came before them.
    pub channel: Channel,
    /// Drawn for a check on arrival: part of the only unbiased sample.
    pub mark: bool,
    /// Score and verdict were hidden.
    pub blind: bool,
    /// The agent's own verdict was the same.
    pub agreed: bool,
    /// The agent had already decided this alone when the reviewer looked.
    pub after_release: bool,
    /// The kind of account.
    pub segment: Segment,
    /// The reviewer found what must never happen.
    pub is_critical: bool,
    /// Taken back since, and no evidence any more.
    pub is_undone: bool,
}

impl Judgement {
    /// What a decision says; `None` where the agent had no verdict of its own on the stage.
    pub fn of(decision: &Decision) -> Option<Self> {
        has_own_verdict(decision).then(|| Self {
            gesture_id: decision.gesture_id,
            item_id: decision.item_id,
            at: decision.decided_at,
            day: local_day(decision.decided_at, decision.tz_offset_minutes),
            channel: decision.channel,
            mark: decision.mark,
            blind: decision.blind,
            agreed: agreed(decision),
            after_release: decision.after_release,
            segment: decision.segment.clone().unwrap_or_else(Segment::pooled),
            is_critical: is_critical(decision.after_release, agreed(decision), &decision.reasons),
            is_undone: false,
        })
    }

    /// Reasons given afterwards can turn a disagreement into a critical miss.
    pub fn explain(&mut self, reasons: &[Reason]) {
        self.is_critical |= is_critical(self.after_release, self.agreed, reasons);
    }
}

/// Had the agent a verdict of its own on this stage when the person decided? Early journals know one for leads only.
pub fn has_own_verdict(decision: &Decision) -> bool {
    decision.stage == Stage::Qualification || decision.feature_schema_version >= FIRST_SCHEMA_WITH_STAGES
}

/// Would it have been right to let this stage go as the agent had made it? The learner's label: a lead that was taken,
/// facts of which none was called wrong, a mail that went out as it was or with a minor edit.
pub fn was_right(decision: &Decision) -> bool {
    match (decision.stage, decision.verdict) {
        (_, Verdict::Accept) | (Stage::Qualification, Verdict::Edit) => true,
        (_, Verdict::Reject) | (Stage::Research, Verdict::Edit) => false,
        (Stage::Email, Verdict::Edit) => {
            decision.edit_distance <= MINOR_EDIT && !changes_substance(&decision.draft_text, &decision.final_text)
        }
    }
}

/// Was the agent's verdict, recorded before the person saw the item, the person's?
pub fn agreed(decision: &Decision) -> bool {
    (decision.p_before > 0.5) == was_right(decision)
}

/// Does an edit change a number or what is asked for, however few words it changes?
pub fn changes_substance(draft: &str, approved: &str) -> bool {
    numbers(draft) != numbers(approved) || questions(draft) != questions(approved)
}

fn numbers(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| word.chars().any(|c| c.is_numeric())).collect()
}

fn questions(text: &str) -> Vec<String> {
    let sentences = text.split_inclusive(['.', '!', '?', '\n']).filter(|sentence| sentence.trim_end().ends_with('?'));
    sentences.map(|sentence| sentence.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()).collect()
}

/// A wrong person or company written to, an invented claim sent, or somebody written to who must not be (`learning.md`
/// 4.8): found in something that had been released.
fn is_critical(after_release: bool, agreed: bool, reasons: &[Reason]) -> bool {
    let names_a_critical_one = reasons.iter().any(|reason| match reason {
        Reason::WrongPerson | Reason::FactsWrong | Reason::DoNotContact => true,
        Reason::NotOurIcp | Reason::BadTiming | Reason::InTalks | Reason::Tone | Reason::WrongSize | Reason::Competitor => false,
    });
    after_release && !agreed && names_a_critical_one
}

/// The calendar day at an offset from UTC in minutes; UTC where the offset makes no sense.
pub fn local_day(at: Timestamp, offset_minutes: i32) -> Date {
    let offset = Offset::from_seconds(offset_minutes.saturating_mul(60)).unwrap_or(Offset::UTC);
    offset.to_datetime(at).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_of_a_number_or_of_the_question_changes_what_is_said() {
        let draft = "You employ 146 people. Worth a look next week?";
        assert!(!changes_substance(draft, "You have 146 people. Worth a look next week?"));
        assert!(changes_substance(draft, "You employ 140 people. Worth a look next week?"));
        assert!(changes_substance(draft, "You employ 146 people. Shall I call on Monday?"));
        assert!(!changes_substance("", ""));
    }

    #[test]
    fn only_a_disagreement_about_something_released_is_a_critical_miss() {
        assert!(is_critical(true, false, &[Reason::WrongPerson]));
        assert!(!is_critical(false, false, &[Reason::WrongPerson]), "nothing had left");
        assert!(!is_critical(true, true, &[Reason::WrongPerson]), "they agreed");
        assert!(!is_critical(true, false, &[Reason::Tone]));
    }

    #[test]
    fn the_day_is_the_reviewers_own() {
        let late = "2026-03-02T23:30:00Z".parse().expect("an instant");
        assert_eq!(local_day(late, 60).to_string(), "2026-03-03");
        assert_eq!(local_day(late, 0).to_string(), "2026-03-02");
    }
}
