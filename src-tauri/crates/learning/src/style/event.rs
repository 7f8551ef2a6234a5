//! What the style memory is a function of: verdicts on mails, a person's commands, and the outcomes of verification.

use super::effect::LessonKind;
use super::letter::{Mail, Traits};
use autoreach_domain::workflow::Language;
use serde::{Deserialize, Serialize};

/// Something that happened, in the order it did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StyleEvent {
    /// A person gave a verdict on a mail.
    Verdict(EmailVerdict),
    /// A person said something about a lesson.
    Command(Command),
    /// A language model read an edit and proposes a rule for it.
    Proposed {
        /// The edited item.
        item: String,
        /// The rule.
        text: String,
        /// What it is about.
        kind: LessonKind,
    },
    /// A candidate was tried on past drafts. What was written in the trial may come from a model and cannot be computed
    /// again, hence its outcome is an event.
    Verified(Verification),
}

/// A verdict on one mail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EmailVerdict {
    /// The item, by which the caller finds again what the mail was written from.
    pub item: String,
    /// Who judged.
    pub reviewer: String,
    /// In which workflow.
    pub workflow: String,
    /// The reader's role, as free text; empty when not known.
    pub persona: String,
    /// The language of the mail.
    pub language: Language,
    /// What the mail is about, for finding mails like it: industry, role, workflow, research summary.
    pub about: String,
    /// The mail as it was shown.
    pub draft: Mail,
    /// How the draft opened, ended and greeted.
    pub traits: Traits,
    /// What was decided.
    pub decision: EmailDecision,
}

/// What a person did with a mail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmailDecision {
    /// Approved as it was.
    Accepted,
    /// Approved with these words.
    Edited(Mail),
    /// Refused.
    Rejected,
}

/// A person's word about a lesson; it wins over everything counted. A lesson that is not known is passed over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// In force whatever edits say, and first in every prompt.
    Pin(String),
    /// No longer pinned; still in force.
    Unpin(String),
    /// Not in force, until switched on.
    SwitchOff(String),
    /// In force.
    SwitchOn(String),
    /// Evidence so far does not count; new edits may bring it back as a candidate.
    Forget(String),
    /// Says something else from now on.
    Edit {
        /// The lesson.
        lesson: String,
        /// Its new words.
        text: String,
    },
    /// A rule of the person's own.
    Add {
        /// Its words.
        text: String,
        /// What it is about.
        kind: LessonKind,
        /// Where it holds.
        scope: Scope,
    },
    /// A lesson of one edit that the person confirms.
    Keep {
        /// The lesson.
        lesson: String,
    },
    /// A lesson of one edit that was not meant: this edit's vote is taken back.
    Discard {
        /// The edited item.
        item: String,
        /// The lesson.
        lesson: String,
    },
    /// A sentence is neither offered nor avoided any more.
    ForgetSentence(String),
}

/// Where a lesson holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// In every mail.
    Global,
    /// In mails to readers of this role.
    Persona(String),
    /// In mails of this workflow.
    Workflow(String),
}

/// A candidate tried on past drafts: distances to what the person made of them (`learning.md` 4.10).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verification {
    /// The lesson.
    pub lesson: String,
    /// Median D of drafts written as now.
    pub without: f64,
    /// Median D of drafts written with the lesson.
    pub with: f64,
}

impl Verification {
    /// The lesson brings drafts nearer to what the person writes.
    pub fn holds(&self) -> bool {
        self.with < self.without
    }
}
