//! Exceptions: named reasons why a person must look, whatever the agent's confidence.
//!
//! An exception says what was crossed and on what evidence, until when somebody should look, what happens when nobody does
//! (nothing is released) and what would make the agent sure. The kinds that no level removes are hard floors;
//! `ExceptionKind::is_hard_floor` is the only list of them. Other kinds can be muted for a while ([`crate::mute`]).

use crate::icp::text_enum;
use crate::ids::FindingId;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use ts_rs::TS;

/// The kinds of exceptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExceptionKind {
    /// On the suppression list.
    Suppressed,
    /// Nobody to write to.
    NoRecipient,
    /// A recipient was found on the company's page and waits for a person's yes.
    RecipientToConfirm,
    /// An existing customer.
    ExistingCustomer,
    /// Somebody the team already writes with.
    KnownContact,
    /// A competitor.
    Competitor,
    /// A sentence of the draft has no source.
    UnsourcedClaim,
    /// A sentence rests on a source older than 180 days.
    StaleClaim,
    /// The pages hold words addressed to a machine reader.
    SuspectedInjection,
    /// A model's reply had to be repaired.
    RepairedReply,
    /// The mail touches a crisis, a negotiation or the law.
    SensitiveTopic,
    /// Site, mail domain and name do not fit together.
    WrongCompany,
    /// The domain is parked or for sale.
    ParkedDomain,
    /// The contact has left.
    ContactGone,
    /// Layoffs, insolvency, merger and the like in the last 30 days.
    IllTimed,
    /// A note of the team about this market is in force.
    MarketNote,
    /// Words of the mail may hurt or sound out of place.
    ToneDeaf,
    /// Two sources contradict each other.
    ConflictingFacts,
    /// Too little was found to judge.
    ThinEvidence,
    /// A named account or above the high-value line.
    HighValue,
    /// The draft breaks a rule of the workflow (length, question, always/never words).
    DraftRule,
    /// The model has not seen leads of this kind.
    UnknownKindOfLead,
    /// The chosen language model gave nothing usable; the built-in engine did its part.
    ModelTrouble,
    /// What models may cost is spent; the built-in engine did its part.
    BudgetReached,
}

text_enum!(ExceptionKind, "exception", {
    Suppressed => "suppressed", NoRecipient => "no_recipient", RecipientToConfirm => "recipient_to_confirm",
    ExistingCustomer => "existing_customer", KnownContact => "known_contact", Competitor => "competitor",
    UnsourcedClaim => "unsourced_claim", StaleClaim => "stale_claim", SuspectedInjection => "suspected_injection",
    RepairedReply => "repaired_reply", SensitiveTopic => "sensitive_topic", WrongCompany => "wrong_company", ParkedDomain => "parked_domain",
    ContactGone => "contact_gone", IllTimed => "ill_timed", MarketNote => "market_note", ToneDeaf => "tone_deaf", ConflictingFacts => "conflicting_facts",
    ThinEvidence => "thin_evidence", HighValue => "high_value", DraftRule => "draft_rule", UnknownKindOfLead => "unknown_kind_of_lead",
    ModelTrouble => "model_trouble", BudgetReached => "budget_reached",
});

impl ExceptionKind {
    /// Two or three words for a chip.
    pub fn words(self) -> &'static str {
        match self {
            Self::Suppressed => "do not contact",
            Self::NoRecipient => "no recipient",
            Self::RecipientToConfirm => "recipient to confirm",
            Self::ExistingCustomer => "existing customer",
            Self::KnownContact => "you know them",
            Self::Competitor => "competitor",
            Self::UnsourcedClaim => "unsourced claim",
            Self::StaleClaim => "stale source",
            Self::SuspectedInjection => "suspicious page",
            Self::RepairedReply => "repaired reply",
            Self::SensitiveTopic => "sensitive topic",
            Self::WrongCompany => "wrong company?",
            Self::ParkedDomain => "parked domain",
            Self::ContactGone => "contact has left",
            Self::IllTimed => "bad timing",
            Self::MarketNote => "market note",
            Self::ToneDeaf => "tone",
            Self::ConflictingFacts => "facts conflict",
            Self::ThinEvidence => "little found",
            Self::HighValue => "high value",
            Self::DraftRule => "draft breaks a rule",
            Self::UnknownKindOfLead => "new kind of lead",
            Self::ModelTrouble => "model trouble",
            Self::BudgetReached => "budget reached",
        }
    }

    /// What a person could add or say to settle it.
    pub fn what_would_make_me_sure(self) -> &'static str {
        match self {
            Self::Suppressed => "Take the entry off the suppression list if it is a mistake.",
            Self::NoRecipient => "Add a mail address to the lead.",
            Self::RecipientToConfirm => "Confirm the mail address found on their page, or enter another.",
            Self::ExistingCustomer => "Tell me whether customers may be written to in this workflow.",
            Self::KnownContact => "Tell me whether the earlier thread is over.",
            Self::Competitor => "Take them off the competitor list if they are none.",
            Self::UnsourcedClaim => "Edit or remove the sentence, or vouch for it.",
            Self::StaleClaim => "Vouch for the sentence if it still holds, or remove it.",
            Self::SuspectedInjection => "Read the marked words on their page and decide yourself.",
            Self::RepairedReply => "Read the draft; the model's answer was cut or malformed.",
            Self::SensitiveTopic => "Write this one yourself, or take the subject out.",
            Self::WrongCompany => "Say whether this site belongs to the company you mean.",
            Self::ParkedDomain => "Enter the company's real website.",
            Self::ContactGone => "Name who has the role now.",
            Self::IllTimed => "Say whether to write now or after the cool-off of 30 days.",
            Self::MarketNote => "Say whether to write in spite of your note, or let the note end.",
            Self::ToneDeaf => "Find other words for what is marked, or accept them.",
            Self::ConflictingFacts => "Say which of the two facts is right.",
            Self::ThinEvidence => "Add a website with more to read, or a fact you know.",
            Self::HighValue => "Decide yourself: leads of this value are yours.",
            Self::DraftRule => "Edit the draft so that it keeps your rule.",
            Self::UnknownKindOfLead => "Judge a few leads like this one.",
            Self::ModelTrouble => "Test the engine in Settings, or ask for another draft.",
            Self::BudgetReached => "Raise what models may cost in Settings, or go on with the built-in engine.",
        }
    }

    /// Never decided by the agent alone, at any level (`learning.md` 4.5, the floors of `product.md`).
    pub fn is_hard_floor(self) -> bool {
        match self {
            Self::Suppressed
            | Self::NoRecipient
            | Self::RecipientToConfirm
            | Self::ExistingCustomer
            | Self::KnownContact
            | Self::Competitor
            | Self::UnsourcedClaim
            | Self::StaleClaim
            | Self::SuspectedInjection
            | Self::RepairedReply
            | Self::SensitiveTopic
            | Self::WrongCompany
            | Self::ParkedDomain
            | Self::HighValue
            | Self::UnknownKindOfLead => true,
            Self::ContactGone
            | Self::IllTimed
            | Self::MarketNote
            | Self::ToneDeaf
            | Self::ConflictingFacts
            | Self::ThinEvidence
            | Self::DraftRule
            | Self::ModelTrouble
            | Self::BudgetReached => false,
        }
    }

    /// Does it say something about the mail only, so that facts and lead can be judged without it?
    pub fn is_about_the_mail(self) -> bool {
        matches!(self, Self::DraftRule | Self::ToneDeaf | Self::SensitiveTopic)
    }

    /// How long it may wait for a person before it is overdue: what happened at a company, and what somebody tried on its
    /// pages, is of today.
    pub fn due_after(self) -> SignedDuration {
        match self {
            Self::IllTimed | Self::SuspectedInjection => DUE_SOON,
            _ => DUE_USUALLY,
        }
    }

    /// What happens when nobody answers. Nothing is ever released for want of an answer.
    pub fn if_ignored(self) -> &'static str {
        match self {
            Self::Suppressed => "Nobody is written to.",
            kind if kind.due_after() == DUE_SOON => "Nothing is sent; after one day it is overdue and comes first.",
            _ => "Nothing is sent; after three days it is overdue and comes first.",
        }
    }

    /// Does it make a mail impossible, so that no draft is written?
    pub fn excludes_a_draft(self) -> bool {
        matches!(self, Self::Suppressed | Self::ParkedDomain)
    }
}

/// Kinds that cannot wait are overdue after this.
const DUE_SOON: SignedDuration = SignedDuration::from_hours(24);
/// All others.
const DUE_USUALLY: SignedDuration = SignedDuration::from_hours(72);

/// One reason why a person must look at one item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Exception {
    /// What kind.
    pub kind: ExceptionKind,
    /// What exactly, in one sentence for the reviewer.
    pub reason: String,
    /// The findings that show it; none where it does not come from their pages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<FindingId>>")]
    pub evidence: Vec<FindingId>,
    /// The words of the mail that are meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub phrase: Option<String>,
    /// People do not want to be stopped by this kind for now: it is named, and holds nothing up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(optional, as = "Option<bool>")]
    pub muted: bool,
}

impl Exception {
    /// An exception with its sentence.
    pub fn new(kind: ExceptionKind, reason: impl Into<String>) -> Self {
        Self { kind, reason: reason.into(), evidence: Vec::new(), phrase: None, muted: false }
    }

    /// The same, with a finding that shows it.
    #[must_use]
    pub fn shown_by(mut self, finding: FindingId) -> Self {
        self.evidence.push(finding);
        self
    }

    /// The same, with the words of the mail that are meant.
    #[must_use]
    pub fn about(self, phrase: impl Into<String>) -> Self {
        Self { phrase: Some(phrase.into()), ..self }
    }
}

/// Marks what is muted, and nothing else. Hard floors cannot be.
pub fn mute(exceptions: &mut [Exception], muted: &BTreeSet<ExceptionKind>) {
    for exception in exceptions {
        exception.muted = muted.contains(&exception.kind) && !exception.kind.is_hard_floor();
    }
}

/// How long the first of these may wait for a person; `None` where nothing stops the agent.
pub fn due_after(exceptions: &[Exception]) -> Option<SignedDuration> {
    exceptions.iter().filter(|exception| !exception.muted).map(|exception| exception.kind.due_after()).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_survives_its_stored_text_and_says_what_would_settle_it() {
        for kind in ExceptionKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
            assert!(kind.what_would_make_me_sure().ends_with('.') && kind.if_ignored().ends_with('.'));
        }
    }

    #[test]
    fn a_hard_floor_cannot_be_muted_and_what_is_muted_is_never_due() {
        let mut exceptions: Vec<Exception> = ExceptionKind::ALL.iter().map(|kind| Exception::new(*kind, "")).collect();
        mute(&mut exceptions, &ExceptionKind::ALL.iter().copied().collect());
        assert!(exceptions.iter().all(|exception| exception.muted != exception.kind.is_hard_floor()));
        exceptions.retain(|exception| exception.muted);
        assert_eq!(due_after(&exceptions), None);
        mute(&mut exceptions, &BTreeSet::new());
        assert_eq!(due_after(&exceptions), Some(SignedDuration::from_hours(24)), "bad timing is among them");
    }

    #[test]
    fn an_exception_of_an_older_card_is_read() {
        let old: Exception = serde_json::from_str(r#"{"kind":"ill_timed","reason":"Layoffs."}"#).expect("reads");
        assert_eq!(old, Exception::new(ExceptionKind::IllTimed, "Layoffs."));
        assert_eq!(serde_json::to_string(&old).expect("writes"), r#"{"kind":"ill_timed","reason":"Layoffs."}"#);
    }
}
