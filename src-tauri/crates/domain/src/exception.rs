//! Exceptions: named reasons why a person must look, whatever the agent's confidence.
//!
//! An exception says what was crossed, what happens when nobody answers (nothing is released) and what would make the
//! agent sure. The kinds that no level removes are hard floors; `Exception::is_hard_floor` is the only list of them.

use crate::icp::text_enum;
use serde::{Deserialize, Serialize};
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
    /// Site, mail domain and name do not fit together.
    WrongCompany,
    /// The domain is parked or for sale.
    ParkedDomain,
    /// The contact has left.
    ContactGone,
    /// Layoffs, insolvency, merger and the like in the last 30 days.
    IllTimed,
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
}

text_enum!(ExceptionKind, "exception", {
    Suppressed => "suppressed", NoRecipient => "no_recipient", RecipientToConfirm => "recipient_to_confirm",
    ExistingCustomer => "existing_customer", KnownContact => "known_contact", Competitor => "competitor",
    UnsourcedClaim => "unsourced_claim", StaleClaim => "stale_claim", SuspectedInjection => "suspected_injection",
    RepairedReply => "repaired_reply", WrongCompany => "wrong_company", ParkedDomain => "parked_domain",
    ContactGone => "contact_gone", IllTimed => "ill_timed", ConflictingFacts => "conflicting_facts",
    ThinEvidence => "thin_evidence", HighValue => "high_value", DraftRule => "draft_rule", UnknownKindOfLead => "unknown_kind_of_lead",
    ModelTrouble => "model_trouble",
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
            Self::WrongCompany => "wrong company?",
            Self::ParkedDomain => "parked domain",
            Self::ContactGone => "contact has left",
            Self::IllTimed => "bad timing",
            Self::ConflictingFacts => "facts conflict",
            Self::ThinEvidence => "little found",
            Self::HighValue => "high value",
            Self::DraftRule => "draft breaks a rule",
            Self::UnknownKindOfLead => "new kind of lead",
            Self::ModelTrouble => "model trouble",
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
            Self::WrongCompany => "Say whether this site belongs to the company you mean.",
            Self::ParkedDomain => "Enter the company's real website.",
            Self::ContactGone => "Name who has the role now.",
            Self::IllTimed => "Say whether to write now or after the cool-off of 30 days.",
            Self::ConflictingFacts => "Say which of the two facts is right.",
            Self::ThinEvidence => "Add a website with more to read, or a fact you know.",
            Self::HighValue => "Decide yourself: leads of this value are yours.",
            Self::DraftRule => "Edit the draft so that it keeps your rule.",
            Self::UnknownKindOfLead => "Judge a few leads like this one.",
            Self::ModelTrouble => "Test the engine in Settings, or ask for another draft.",
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
            | Self::WrongCompany
            | Self::ParkedDomain
            | Self::HighValue
            | Self::UnknownKindOfLead => true,
            Self::ContactGone | Self::IllTimed | Self::ConflictingFacts | Self::ThinEvidence | Self::DraftRule | Self::ModelTrouble => {
                false
            }
        }
    }

    /// Does it say something about the mail only, so that facts and lead can be judged without it?
    pub fn is_about_the_mail(self) -> bool {
        self == Self::DraftRule
    }

    /// Does it make a mail impossible, so that no draft is written?
    pub fn excludes_a_draft(self) -> bool {
        matches!(self, Self::Suppressed | Self::ParkedDomain)
    }
}

/// One reason why a person must look at one item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Exception {
    /// What kind.
    pub kind: ExceptionKind,
    /// What exactly, in one sentence for the reviewer.
    pub reason: String,
}

impl Exception {
    /// An exception with its sentence.
    pub fn new(kind: ExceptionKind, reason: impl Into<String>) -> Self {
        Self { kind, reason: reason.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_survives_its_stored_text_and_says_what_would_settle_it() {
        for kind in ExceptionKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
            assert!(kind.what_would_make_me_sure().ends_with('.'));
        }
    }
}
