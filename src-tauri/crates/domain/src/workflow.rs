//! A workflow: whom we look for, how we write, who signs, and where a person must always look.
//!
//! The definition is what people write (TOML or JSON through `autoreach workflow set`); it is versioned whole, so that
//! every item can name the version it was made with. Levels and learned state are not part of it.

use crate::icp::{Icp, text_enum};
use crate::ids::WorkflowId;
use crate::lead::EmailAddress;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A workflow as stored: the definition and its running version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Workflow {
    /// Its id.
    pub id: WorkflowId,
    /// 1 for the first definition, one more at each change.
    pub version: u32,
    /// What people wrote.
    pub definition: WorkflowDefinition,
}

/// What people write about a workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct WorkflowDefinition {
    /// Its name.
    pub name: String,
    /// The ideal customer profile.
    #[serde(default)]
    pub icp: Icp,
    /// How mails are written.
    pub messaging: Messaging,
    /// Who signs and may be written back to.
    pub sender: Sender,
    /// What makes a lead good enough.
    #[serde(default)]
    pub quality_bar: QualityBar,
    /// Leads that always go to a person.
    #[serde(default)]
    pub high_value: HighValueLine,
    /// When and how much is sent.
    #[serde(default)]
    pub sending: SendingRules,
}

/// How mails are written: principles that are checked in code, not wishes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Messaging {
    /// How close the tone is.
    #[serde(default)]
    pub formality: Formality,
    /// What we offer, one or two sentences per language; the only sentences a draft may hold without a source.
    pub offer: Localized,
    /// The one question a mail ends with, per language.
    pub question: Localized,
    /// Words or phrases every mail must hold.
    #[serde(default)]
    pub always: Vec<String>,
    /// Words or phrases no mail may hold.
    #[serde(default)]
    pub never: Vec<String>,
    /// Opening facts by preference; those first in the list are tried first. Empty = the engine's own order.
    #[serde(default)]
    pub preferred_openers: Vec<Opener>,
}

/// One text in the two languages mails are written in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Localized {
    /// English.
    pub en: String,
    /// German; empty = this workflow writes English only.
    #[serde(default)]
    pub de: String,
}

impl Localized {
    /// The text in `language`, English where there is no German.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::German if !self.de.is_empty() => &self.de,
            Language::German | Language::English => &self.en,
        }
    }
}

/// The languages first mails are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English.
    English,
    /// German.
    German,
}

text_enum!(Language, "language", { English => "en", German => "de" });

/// How close the tone is. German: `formal` writes "Sie", the others "Sie" too on a first contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Formality {
    /// First names, contractions.
    Casual,
    /// First names, full forms.
    #[default]
    Neutral,
    /// Last names, full forms.
    Formal,
}

text_enum!(Formality, "formality", { Casual => "casual", Neutral => "neutral", Formal => "formal" });

/// What the first sentence of a mail hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Opener {
    /// Open roles on the company's careers page.
    Hiring,
    /// Money raised.
    Funding,
    /// A dated story.
    News,
    /// A technology they run.
    Technology,
    /// Places they work from.
    Locations,
    /// How many they are.
    HeadCount,
    /// What they make, in their own words.
    Product,
    /// Nothing was found: the mail opens with the offer.
    None,
}

text_enum!(Opener, "opener", {
    Hiring => "hiring", Funding => "funding", News => "news", Technology => "technology", Locations => "locations",
    HeadCount => "head_count", Product => "product", None => "none",
});

/// Who signs a mail. The postal address and the opt-out line are required by law before anything is sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Sender {
    /// The person's name.
    pub name: String,
    /// The mailbox that mails come from and replies go to.
    pub email: EmailAddress,
    /// The company on whose behalf.
    pub company: String,
    /// Its postal address, one line.
    pub postal_address: String,
    /// How to be left alone, per language.
    pub opt_out: Localized,
}

/// What makes a lead good enough, in a person's words and one number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
pub struct QualityBar {
    /// In words.
    pub words: String,
    /// The fit score from which the stated profile calls a lead good, 1 to 100.
    pub fit_score: u8,
}

impl Default for QualityBar {
    fn default() -> Self {
        Self { words: String::new(), fit_score: 60 }
    }
}

/// Leads that always go to a person, whatever the level.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
pub struct HighValueLine {
    /// Named accounts, by name or domain.
    pub accounts: Vec<String>,
    /// Estimated yearly value in `currency` from which a lead is high value; absent = no line.
    pub value_from: Option<u32>,
    /// Yearly price per employee of the customer, for the estimate; absent = value not known.
    pub price_per_seat: Option<u32>,
    /// ISO 4217 code of both numbers.
    pub currency: String,
}

/// When and how much is sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
pub struct SendingRules {
    /// Minutes an approved mail waits in the outbox before hand-over.
    pub hold_minutes: u32,
    /// Most mails a day; default 50, never above [`HARD_DAILY_CAP`].
    pub daily_cap: u32,
}

/// Mails per mailbox and day that no setting can exceed.
pub const HARD_DAILY_CAP: u32 = 2_000;

impl Default for SendingRules {
    fn default() -> Self {
        Self { hold_minutes: 10, daily_cap: 50 }
    }
}

/// Why a definition cannot be used, naming the field and what to write there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDefinition {
    /// No name.
    #[error("name: give the workflow a name")]
    Name,
    /// No offer.
    #[error("messaging.offer.en: say in one or two sentences what you offer")]
    Offer,
    /// No question, or not exactly one.
    #[error("messaging.question: write exactly one question, ending with '?'")]
    Question,
    /// No signer.
    #[error("sender.name and sender.company: say who signs the mails")]
    Signature,
    /// Head-count range upside down.
    #[error("icp.head_count: min is above max")]
    HeadCount,
    /// Fit score outside 1..=100.
    #[error("quality_bar.fit_score: a number from 1 to 100")]
    FitScore,
    /// Daily cap outside 1..=[`HARD_DAILY_CAP`].
    #[error("sending.daily_cap: a number from 1 to 2000")]
    DailyCap,
    /// The definition breaks its own rule.
    #[error("messaging.never: one of these phrases stands in your own offer, question or opt-out line")]
    NeverInOwnWords,
}

impl InvalidDefinition {
    /// The field that has to be corrected, as a path through the definition.
    pub fn field(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Offer => "messaging.offer.en",
            Self::Question => "messaging.question",
            Self::Signature => "sender.name",
            Self::HeadCount => "icp.head_count",
            Self::FitScore => "quality_bar.fit_score",
            Self::DailyCap => "sending.daily_cap",
            Self::NeverInOwnWords => "messaging.never",
        }
    }
}

impl WorkflowDefinition {
    /// Checks what the types alone do not; the first fault found.
    pub fn check(&self) -> Result<(), InvalidDefinition> {
        let one_question = |text: &str| text.trim_end().ends_with('?') && text.matches('?').count() == 1;
        let faults = [
            (self.name.trim().is_empty(), InvalidDefinition::Name),
            (self.messaging.offer.en.trim().is_empty(), InvalidDefinition::Offer),
            (!one_question(&self.messaging.question.en), InvalidDefinition::Question),
            (!self.messaging.question.de.is_empty() && !one_question(&self.messaging.question.de), InvalidDefinition::Question),
            (self.sender.name.trim().is_empty() || self.sender.company.trim().is_empty(), InvalidDefinition::Signature),
            (self.icp.head_count.is_some_and(|range| range.max.is_some_and(|max| max < range.min)), InvalidDefinition::HeadCount),
            (!(1..=100).contains(&self.quality_bar.fit_score), InvalidDefinition::FitScore),
            (!(1..=HARD_DAILY_CAP).contains(&self.sending.daily_cap), InvalidDefinition::DailyCap),
            (self.breaks_its_own_never_rule(), InvalidDefinition::NeverInOwnWords),
        ];
        faults.into_iter().find(|(found, _)| *found).map_or(Ok(()), |(_, fault)| Err(fault))
    }

    fn breaks_its_own_never_rule(&self) -> bool {
        let Messaging { offer, question, never, .. } = &self.messaging;
        let opt_out = &self.sender.opt_out;
        let own = [&offer.en, &offer.de, &question.en, &question.de, &opt_out.en, &opt_out.de].map(|text| text.to_lowercase());
        never.iter().any(|phrase| !phrase.trim().is_empty() && own.iter().any(|text| text.contains(&phrase.to_lowercase())))
    }

    /// Is everything there that the law asks of a mail before it may leave?
    pub fn may_send(&self) -> bool {
        !self.sender.postal_address.trim().is_empty() && !self.sender.opt_out.en.trim().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition() -> WorkflowDefinition {
        WorkflowDefinition {
            name: "Nordic freight".into(),
            icp: Icp::default(),
            messaging: Messaging {
                formality: Formality::Neutral,
                offer: Localized { en: "We re-plan shipments when ports are late.".into(), de: String::new() },
                question: Localized { en: "Worth 15 minutes next week?".into(), de: String::new() },
                always: Vec::new(),
                never: vec!["synergy".into()],
                preferred_openers: Vec::new(),
            },
            sender: Sender {
                name: "Alex Berg".into(),
                email: EmailAddress::parse("alex@portwise.example").expect("valid"),
                company: "Portwise".into(),
                postal_address: "Havnegade 1, 8000 Aarhus".into(),
                opt_out: Localized { en: "Reply 'no' and I will not write again.".into(), de: String::new() },
            },
            quality_bar: QualityBar::default(),
            high_value: HighValueLine::default(),
            sending: SendingRules::default(),
        }
    }

    #[test]
    fn a_complete_definition_passes() {
        assert_eq!(definition().check(), Ok(()));
        assert!(definition().may_send());
    }

    #[test]
    fn each_fault_is_named() {
        let check = |change: fn(&mut WorkflowDefinition), fault| {
            let mut broken = definition();
            change(&mut broken);
            assert_eq!(broken.check(), Err(fault));
        };
        check(|d| d.name = " ".into(), InvalidDefinition::Name);
        check(|d| d.messaging.question.en = "Call me. Ok? Now?".into(), InvalidDefinition::Question);
        check(|d| d.quality_bar.fit_score = 0, InvalidDefinition::FitScore);
        check(|d| d.sending.daily_cap = 2_001, InvalidDefinition::DailyCap);
        check(|d| d.messaging.never = vec!["Ports".into()], InvalidDefinition::NeverInOwnWords);
    }

    #[test]
    fn nothing_may_be_sent_without_a_postal_address() {
        let mut homeless = definition();
        homeless.sender.postal_address.clear();
        assert!(!homeless.may_send());
    }
}
