//! Decisions: what a person said about one stage of one item, and the journal they are kept in.
//!
//! Decisions are append-only. Undo is an event of its own, so that everything learned can be folded again without the
//! decision that was taken back. Entries are chained by hash; [`verify_chain`] says where a chain was broken. The bytes
//! that are hashed are the stored ones: nothing is re-serialised to verify.

use crate::answers::{ProfileAnswer, ProfileVerdict};
use crate::confidence::Features;
use crate::exception::ExceptionKind;
use crate::icp::text_enum;
use crate::ids::{DecisionId, FindingId, GestureId, ItemId, LeadId, WorkflowId};
use crate::opinion::Opinion;
use crate::oversight::event::OversightEvent;
use crate::oversight::level::Level;
use crate::oversight::routing::Routing;
use crate::oversight::segment::Segment;
use crate::reviewer::Reviewer;
use crate::style::LessonChange;
use crate::workflow::Language;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt;

/// The three stages of an item, each with its own verdict, level and numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Are the facts right?
    Research,
    /// Is this a lead for us?
    Qualification,
    /// May this mail go out?
    Email,
}

text_enum!(Stage, "stage", { Research => "research", Qualification => "qualification", Email => "email" });

/// What was said about a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// As it is.
    Accept,
    /// Not at all.
    Reject,
    /// With a change.
    Edit,
}

text_enum!(Verdict, "verdict", { Accept => "accept", Reject => "reject", Edit => "edit" });

impl Verdict {
    /// The learner's label: was it taken, as it is or changed?
    pub fn is_acceptance(self) -> bool {
        matches!(self, Self::Accept | Self::Edit)
    }
}

/// Reasons a reviewer gives by number key, 1 to 9 (`experience.md` 2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// 1.
    NotOurIcp,
    /// 2.
    WrongPerson,
    /// 3.
    BadTiming,
    /// 4.
    FactsWrong,
    /// 5.
    InTalks,
    /// 6.
    Tone,
    /// 7.
    WrongSize,
    /// 8.
    Competitor,
    /// 9.
    DoNotContact,
}

text_enum!(Reason, "reason", {
    NotOurIcp => "not_our_icp", WrongPerson => "wrong_person", BadTiming => "bad_timing", FactsWrong => "facts_wrong",
    InTalks => "in_talks", Tone => "tone", WrongSize => "wrong_size", Competitor => "competitor", DoNotContact => "do_not_contact",
});

impl Reason {
    /// The reason of number key `number`, 1 to 9.
    pub fn by_number(number: usize) -> Option<Self> {
        number.checked_sub(1).and_then(|index| Self::ALL.get(index)).copied()
    }

    /// The words on its chip.
    pub fn words(self) -> &'static str {
        match self {
            Self::NotOurIcp => "Not our ICP",
            Self::WrongPerson => "Wrong person",
            Self::BadTiming => "Bad timing",
            Self::FactsWrong => "Facts wrong",
            Self::InTalks => "In talks",
            Self::Tone => "Tone",
            Self::WrongSize => "Too small or large",
            Self::Competitor => "Competitor",
            Self::DoNotContact => "Do not contact",
        }
    }
}

/// How an item came before a person, or past them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// The level or the confidence asked for a person.
    Review,
    /// An exception asked for one.
    Exception,
    /// Drawn for a check on arrival.
    Mark,
    /// Drawn for the weekly audit.
    Audit,
    /// They overruled what the agent had decided alone while they looked at something else: a choice of theirs, and so
    /// no sample of anything.
    Overrule,
}

text_enum!(Channel, "channel", { Review => "review", Exception => "exception", Mark => "mark", Audit => "audit", Overrule => "overrule" });

/// One verdict on one stage with the context it was given in (`learning.md` 4.1).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Its id.
    pub id: DecisionId,
    /// The gesture it belongs to; undo takes back whole gestures.
    pub gesture_id: GestureId,
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// The lead.
    pub lead_id: LeadId,
    /// The item.
    pub item_id: ItemId,
    /// The stage.
    pub stage: Stage,
    /// SHA-256 of what was shown, hex.
    pub artifact_hash: String,
    /// Who decided.
    pub reviewer: Reviewer,
    /// How the item came before them.
    pub channel: Channel,
    /// What they said.
    pub verdict: Verdict,
    /// Why, in their words; may be empty.
    pub note: String,
    /// Why, by number key.
    pub reasons: Vec<Reason>,
    /// Exactly what the learner saw.
    pub features: Features,
    /// The encoder's version.
    pub feature_schema_version: u32,
    /// The learner's probability before the verdict.
    pub p_before: f64,
    /// The confidence before the verdict.
    pub p_cal_before: f64,
    /// The threshold in force; `None` when nothing is certified.
    pub threshold_used: Option<f64>,
    /// The level in force.
    pub level: Level,
    /// The engine that made what was shown.
    pub model_version: String,
    /// The learner's state: number of events folded.
    pub memory_version: u64,
    /// Probability with which this item came before a person.
    pub propensity: f64,
    /// Drawn for a check on arrival.
    pub mark: bool,
    /// Score and verdict were hidden until now.
    pub blind: bool,
    /// The draft as shown; empty for other stages.
    pub draft_text: String,
    /// The text as approved; empty unless edited.
    pub final_text: String,
    /// Share of the words that changed, 0 to 1; 0 unless edited.
    pub edit_distance: f64,
    /// Findings the reviewer called wrong.
    pub wrong_facts: Vec<FindingId>,
    /// The reviewer vouched for sentences without a fresh source.
    pub vouched: bool,
    /// When it came on screen.
    pub shown_at: Timestamp,
    /// When it was decided.
    pub decided_at: Timestamp,
    /// Seconds on screen in milliseconds, idle time over 60 s removed.
    pub active_ms: u64,
    /// The sitting: the instant of its first decision, in milliseconds.
    pub sitting_id: i64,
    /// Place in the sitting, from 1.
    pub position_in_sitting: u32,
    /// The reviewer's offset from UTC in minutes.
    pub tz_offset_minutes: i32,
    /// The agent had already decided the stage alone: this is a check of what was released.
    #[serde(default)]
    pub after_release: bool,
    /// The kind of account; entries from before trust was counted have none.
    #[serde(default)]
    pub segment: Option<Segment>,
    /// What the mail was about; of the mail stage only.
    #[serde(default)]
    pub mail: Option<MailContext>,
}

/// What a mail was about, for learning how this team writes such mails. No address and no name of a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MailContext {
    /// Its language.
    pub language: Language,
    /// The reader's role; may be empty.
    pub role: String,
    /// Industry, role and facts in a few words.
    pub about: String,
}

/// What the journal keeps. New kinds are added, none is ever changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The stated profile changed: the learner's prior from here on.
    ProfileStated {
        /// The workflow.
        workflow_id: WorkflowId,
        /// Its version.
        version: u32,
        /// Prior means by slot name.
        prior: Vec<(String, f64)>,
    },
    /// A lead was qualified and queued: what the feature encoder needs of it, labelled or not.
    Arrived {
        /// The workflow.
        workflow_id: WorkflowId,
        /// The lead.
        lead_id: LeadId,
        /// What the learner saw.
        features: Features,
    },
    /// A verdict was given.
    Decided(Box<Decision>),
    /// A gesture was taken back, with everything learned from it.
    Undone {
        /// The workflow.
        workflow_id: WorkflowId,
        /// The gesture.
        gesture_id: GestureId,
        /// Who took it back.
        reviewer: Reviewer,
    },
    /// A gesture that was taken back holds again.
    Redone {
        /// The workflow.
        workflow_id: WorkflowId,
        /// The gesture.
        gesture_id: GestureId,
        /// Who.
        reviewer: Reviewer,
    },
    /// Reasons or a note were added to a gesture afterwards.
    Explained {
        /// The workflow.
        workflow_id: WorkflowId,
        /// The gesture.
        gesture_id: GestureId,
        /// Reasons by number key.
        reasons: Vec<Reason>,
        /// The note; empty = unchanged.
        note: String,
    },
    /// A person wanted the mail of an item to be written anew, and said how. No verdict; what it teaches is for later.
    Instructed {
        /// The workflow.
        workflow_id: WorkflowId,
        /// The gesture.
        gesture_id: GestureId,
        /// The item.
        item_id: ItemId,
        /// The lead.
        lead_id: LeadId,
        /// Who.
        reviewer: Reviewer,
        /// What they said.
        text: String,
    },
    /// An item was routed, by the agent alone or to a person: the receipt.
    Routed(Box<Routing>),
    /// Something happened to the trust in a stage.
    Oversight {
        /// The workflow.
        workflow_id: WorkflowId,
        /// The stage.
        stage: Stage,
        /// Who did it; `None` = it happened by itself.
        by: Option<Reviewer>,
        /// What.
        change: OversightEvent,
    },
    /// A lesson about how mails should read was tried, or a person said something about it.
    Style {
        /// The workflow.
        workflow_id: WorkflowId,
        /// Who; `None` = it was tried on past drafts.
        by: Option<Reviewer>,
        /// What.
        change: LessonChange,
    },
    /// Another person gave an opinion on a lead that was decided.
    SecondOpinion(Box<Opinion>),
    /// Gestures are no longer learned from, though what they did stands.
    Unlearned {
        /// The workflow.
        workflow_id: WorkflowId,
        /// The gestures.
        gestures: Vec<GestureId>,
        /// Who decided so.
        reviewer: Reviewer,
        /// What was chosen, in words ("all of 2 March").
        what: String,
    },
    /// The same gestures are learned from again.
    Relearned {
        /// The workflow.
        workflow_id: WorkflowId,
        /// The gestures.
        gestures: Vec<GestureId>,
        /// Who decided so.
        reviewer: Reviewer,
    },
    /// A person answered what the verdicts say of the profile.
    ProfileAnswered {
        /// The workflow.
        workflow_id: WorkflowId,
        /// Who.
        reviewer: Reviewer,
        /// What was answered: a slot of the learner, or a proposed rule.
        slot: String,
        /// The answer.
        answer: ProfileAnswer,
        /// What the verdicts said of it then.
        verdict: ProfileVerdict,
        /// The version of the workflow that the answer made; `None` = it left the workflow as it was.
        version: Option<u32>,
    },
    /// The market, the product or the profile changed: what was decided before counts less from here on.
    EraBegun {
        /// The workflow.
        workflow_id: WorkflowId,
        /// Who said so.
        reviewer: Reviewer,
        /// What changed, in their words.
        why: String,
        /// What every earlier verdict counts of what it counted, 0 to 1.
        old_weight: f64,
    },
    /// A kind of exception holds nothing up until an instant; one that has passed ends a mute.
    ExceptionMuted {
        /// The workflow.
        workflow_id: WorkflowId,
        /// Who.
        reviewer: Reviewer,
        /// What.
        kind: ExceptionKind,
        /// Until when.
        until: Timestamp,
    },
    /// People were erased: what earlier entries said about them is emptied for good.
    Erased {
        /// The workflow.
        workflow_id: WorkflowId,
        /// Who erased them.
        reviewer: Reviewer,
        /// The leads they were; ids tell nobody who.
        leads: Vec<LeadId>,
        /// The entries of this workflow that were emptied, and what they read now.
        entries: Vec<ErasedEntry>,
    },
    /// A person's word settles leads that as many accept as reject, or does so no longer.
    SeniorSet {
        /// The workflow.
        workflow_id: WorkflowId,
        /// Who said so.
        reviewer: Reviewer,
        /// Whose word.
        senior: Reviewer,
        /// It does; `false` = no longer.
        is_senior: bool,
    },
}

impl Event {
    /// The workflow it belongs to.
    pub fn workflow_id(&self) -> WorkflowId {
        match self {
            Self::ProfileStated { workflow_id, .. }
            | Self::Arrived { workflow_id, .. }
            | Self::Undone { workflow_id, .. }
            | Self::Redone { workflow_id, .. }
            | Self::Explained { workflow_id, .. }
            | Self::Instructed { workflow_id, .. }
            | Self::Oversight { workflow_id, .. }
            | Self::Style { workflow_id, .. }
            | Self::Unlearned { workflow_id, .. }
            | Self::Relearned { workflow_id, .. }
            | Self::ProfileAnswered { workflow_id, .. }
            | Self::EraBegun { workflow_id, .. }
            | Self::ExceptionMuted { workflow_id, .. }
            | Self::Erased { workflow_id, .. }
            | Self::SeniorSet { workflow_id, .. } => *workflow_id,
            Self::Decided(decision) => decision.workflow_id,
            Self::Routed(routing) => routing.workflow_id,
            Self::SecondOpinion(opinion) => opinion.workflow_id,
        }
    }

    /// The stored name of its kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ProfileStated { .. } => "profile_stated",
            Self::Arrived { .. } => "arrived",
            Self::Decided(_) => "decided",
            Self::Undone { .. } => "undone",
            Self::Redone { .. } => "redone",
            Self::Explained { .. } => "explained",
            Self::Instructed { .. } => "instructed",
            Self::Routed(_) => "routed",
            Self::Oversight { .. } => "oversight",
            Self::Style { .. } => "style",
            Self::SecondOpinion(_) => "second_opinion",
            Self::Unlearned { .. } => "unlearned",
            Self::Relearned { .. } => "relearned",
            Self::ProfileAnswered { .. } => "profile_answered",
            Self::EraBegun { .. } => "era_begun",
            Self::ExceptionMuted { .. } => "exception_muted",
            Self::SeniorSet { .. } => "senior_set",
            Self::Erased { .. } => "erased",
        }
    }

    /// The lead it is about, where it names one.
    pub fn lead_id(&self) -> Option<LeadId> {
        match self {
            Self::Arrived { lead_id, .. } | Self::Instructed { lead_id, .. } => Some(*lead_id),
            Self::Decided(decision) => Some(decision.lead_id),
            Self::Routed(routing) => Some(routing.lead_id),
            Self::SecondOpinion(opinion) => Some(opinion.lead_id),
            Self::ProfileStated { .. }
            | Self::Undone { .. }
            | Self::Redone { .. }
            | Self::Explained { .. }
            | Self::Oversight { .. }
            | Self::Style { .. }
            | Self::Unlearned { .. }
            | Self::Relearned { .. }
            | Self::ProfileAnswered { .. }
            | Self::EraBegun { .. }
            | Self::ExceptionMuted { .. }
            | Self::Erased { .. }
            | Self::SeniorSet { .. } => None,
        }
    }

    /// The same without anything written about or to a person: verdicts, numbers and the kind of account stay. A mail without words
    /// teaches no style.
    #[must_use]
    pub fn without_words(self) -> Self {
        match self {
            Self::Decided(decision) => Self::Decided(Box::new(Decision {
                artifact_hash: String::new(),
                note: String::new(),
                draft_text: String::new(),
                final_text: String::new(),
                mail: None,
                ..*decision
            })),
            Self::Explained { workflow_id, gesture_id, reasons, note: _ } => {
                Self::Explained { workflow_id, gesture_id, reasons, note: String::new() }
            }
            Self::Instructed { workflow_id, gesture_id, item_id, lead_id, reviewer, text: _ } => {
                Self::Instructed { workflow_id, gesture_id, item_id, lead_id, reviewer, text: String::new() }
            }
            Self::SecondOpinion(opinion) => Self::SecondOpinion(Box::new(Opinion { note: String::new(), ..*opinion })),
            wordless => wordless,
        }
    }
}

/// An entry that was emptied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasedEntry {
    /// Its place.
    pub sequence: u64,
    /// SHA-256 of what it reads now, hex.
    pub reads: String,
}

impl ErasedEntry {
    /// An entry whose text is now `text`.
    pub fn now_reading(sequence: u64, text: &str) -> Self {
        Self { sequence, reads: hex_digest(text) }
    }
}

fn hex_digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What emptied entries read, by place: the last word of the journal's own entries about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Erasures(BTreeMap<u64, String>);

impl Erasures {
    /// Out of the journal's events, in their order.
    pub fn of(events: impl IntoIterator<Item = Event>) -> Self {
        let entries = events.into_iter().flat_map(|event| match event {
            Event::Erased { entries, .. } => entries,
            _ => Vec::new(),
        });
        Self(entries.map(|entry| (entry.sequence, entry.reads)).collect())
    }

    fn allows(&self, entry: &StoredEntry) -> bool {
        self.0.get(&entry.sequence).is_some_and(|reads| *reads == hex_digest(&entry.event_json))
    }
}

/// A link of the chain: SHA-256 over the link before it and the entry's own bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ChainHash(pub [u8; 32]);

impl ChainHash {
    /// What the first entry is chained to.
    pub const GENESIS: Self = Self([0; 32]);

    /// The link of an entry: its place, its instant and its stored bytes, bound to the link before.
    pub fn next(self, sequence: u64, recorded_at: Timestamp, event_json: &[u8]) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"autoreach journal 1\0");
        hasher.update(self.0);
        hasher.update(sequence.to_be_bytes());
        hasher.update(recorded_at.as_millisecond().to_be_bytes());
        hasher.update(event_json);
        Self(hasher.finalize().into())
    }
}

impl fmt::Debug for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// One stored entry as the verifier reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEntry {
    /// Its place, from 1 without gaps.
    pub sequence: u64,
    /// When it was written.
    pub recorded_at: Timestamp,
    /// Its stored bytes.
    pub event_json: String,
    /// The link it claims to continue.
    pub previous: ChainHash,
    /// The link it claims to be.
    pub hash: ChainHash,
}

/// Where a chain is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BrokenChain {
    /// An entry is missing before this one, or entries changed places.
    #[error("entry {0} is missing or out of place")]
    Gap(u64),
    /// The entry's content or links were changed after it was written.
    #[error("entry {0} was changed after it was written")]
    Changed(u64),
}

/// Checks a run of entries that continues `previous` from place `first`; gives the last link. An entry that was emptied keeps the
/// link it had, by which the next one is bound to it, and must read what the erasure says.
pub fn verify_chain(previous: ChainHash, first: u64, entries: &[StoredEntry], erasures: &Erasures) -> Result<ChainHash, BrokenChain> {
    entries.iter().zip(first..).try_fold(previous, |previous, (entry, sequence)| {
        if entry.sequence != sequence {
            return Err(BrokenChain::Gap(sequence));
        }
        let expected = previous.next(sequence, entry.recorded_at, entry.event_json.as_bytes());
        if entry.previous != previous || (entry.hash != expected && !erasures.allows(entry)) {
            return Err(BrokenChain::Changed(sequence));
        }
        Ok(entry.hash)
    })
}

/// Share of words and punctuation marks that differ between two texts, 0 to 1: token Levenshtein distance over the
/// longer text (`learning.md` 4.10).
pub fn edit_distance(shown: &str, approved: &str) -> f64 {
    let (a, b) = (tokens(shown), tokens(approved));
    let longest = a.len().max(b.len());
    if longest == 0 { 0.0 } else { levenshtein(&a, &b) as f64 / longest as f64 }
}

fn tokens(text: &str) -> Vec<&str> {
    use unicode_segmentation::UnicodeSegmentation;
    text.split_word_bounds().filter(|token| !token.trim().is_empty()).collect()
}

/// Two-row dynamic programme.
fn levenshtein(a: &[&str], b: &[&str]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn chain(texts: &[&str]) -> Vec<StoredEntry> {
        let mut previous = ChainHash::GENESIS;
        let entry = |(text, sequence): (&&str, u64)| {
            let recorded_at = Timestamp::from_second(i64::try_from(sequence).expect("small")).expect("in range");
            let hash = previous.next(sequence, recorded_at, text.as_bytes());
            let entry = StoredEntry { sequence, recorded_at, event_json: (*text).to_owned(), previous, hash };
            previous = hash;
            entry
        };
        texts.iter().zip(1..).map(entry).collect()
    }

    #[test]
    fn an_untouched_chain_verifies() {
        let entries = chain(&["a", "b", "c"]);
        assert_eq!(verify_chain(ChainHash::GENESIS, 1, &entries, &Erasures::default()), Ok(entries[2].hash));
    }

    #[test]
    fn a_changed_entry_is_named() {
        let mut entries = chain(&["a", "b", "c"]);
        entries[1].event_json = "B".into();
        assert_eq!(verify_chain(ChainHash::GENESIS, 1, &entries, &Erasures::default()), Err(BrokenChain::Changed(2)));
    }

    #[test]
    fn an_emptied_entry_verifies_only_as_the_erasure_says_it_reads() {
        let mut entries = chain(&["a", "b", "c"]);
        let (workflow_id, reviewer) = (WorkflowId::new(Timestamp::UNIX_EPOCH, [1; 10]), Reviewer::from("Ana".to_owned()));
        let named = vec![ErasedEntry::now_reading(2, "-")];
        let erasures = Erasures::of([Event::Erased { workflow_id, reviewer, leads: Vec::new(), entries: named }]);
        entries[1].event_json = "-".into();
        assert_eq!(verify_chain(ChainHash::GENESIS, 1, &entries, &erasures), Ok(entries[2].hash));
        entries[1].event_json = "else".into();
        assert_eq!(verify_chain(ChainHash::GENESIS, 1, &entries, &erasures), Err(BrokenChain::Changed(2)));
    }

    #[test]
    fn a_removed_entry_is_named() {
        let mut entries = chain(&["a", "b", "c"]);
        entries.remove(1);
        assert_eq!(verify_chain(ChainHash::GENESIS, 1, &entries, &Erasures::default()), Err(BrokenChain::Gap(2)));
    }

    #[test]
    fn number_keys_name_reasons() {
        assert_eq!(Reason::by_number(1), Some(Reason::NotOurIcp));
        assert_eq!(Reason::by_number(9), Some(Reason::DoNotContact));
        assert_eq!(Reason::by_number(0), None);
        assert_eq!(Reason::by_number(10), None);
    }

    #[test]
    fn one_word_in_five_is_a_fifth() {
        assert!((edit_distance("one two three four five", "one two three four six") - 0.2).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn edit_distance_is_a_share_and_zero_only_for_equal_words(a in "[a-c ]{0,30}", b in "[a-c ]{0,30}") {
            let distance = edit_distance(&a, &b);
            prop_assert!((0.0..=1.0).contains(&distance));
            prop_assert_eq!(distance == 0.0, tokens(&a) == tokens(&b));
            prop_assert!((distance - edit_distance(&b, &a)).abs() < 1e-12);
        }
    }
}
