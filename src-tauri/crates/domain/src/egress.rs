//! What leaves the computer: what a call was for, whom it went to, and how much of a lead a model may be shown.
//!
//! [`passage`] is the one rule that says whether a text may go to a model, and whether the lead's own identifiers are taken
//! out of it first. The ledger of calls is kept by the store; hiding and putting back is done by the engine.

use crate::icp::text_enum;

/// A model's part in the work on a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ModelRole {
    /// Reads one page and lists the facts on it.
    Reader,
    /// Says how well a lead fits, from verified facts.
    Scorer,
    /// Opens a mail, from verified facts.
    Writer,
    /// Reads a mail once more for words that a person should look at.
    Checker,
}

text_enum!(ModelRole, "part of a model", { Reader => "reader", Scorer => "scorer", Writer => "writer", Checker => "checker" });

impl ModelRole {
    /// What its calls are for.
    pub fn purpose(self) -> EgressPurpose {
        match self {
            Self::Reader => EgressPurpose::FindFacts,
            Self::Scorer => EgressPurpose::ScoreLead,
            Self::Writer => EgressPurpose::WriteMail,
            Self::Checker => EgressPurpose::CheckMail,
        }
    }

    /// Is a model asked in this part only where a person has named one, rather than the engine in use?
    pub fn is_extra(self) -> bool {
        match self {
            Self::Reader | Self::Writer => false,
            Self::Scorer | Self::Checker => true,
        }
    }
}

/// What a call asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EgressPurpose {
    /// A page of a company's site.
    ReadPage,
    /// A site's wishes about programs (`robots.txt`).
    ReadRobots,
    /// A search engine is asked for companies.
    Search,
    /// A model finds the facts on one page.
    FindFacts,
    /// A model opens a mail.
    WriteMail,
    /// A model says how well a lead fits.
    ScoreLead,
    /// A model looks for words in a mail that a person should look at.
    CheckMail,
    /// One small question, to see whether a model answers.
    TestModel,
}

text_enum!(EgressPurpose, "purpose of a call", {
    ReadPage => "read_page", ReadRobots => "read_robots", Search => "search", FindFacts => "find_facts", WriteMail => "write_mail",
    ScoreLead => "score_lead", CheckMail => "check_mail", TestModel => "test_model",
});

impl EgressPurpose {
    /// Is a model asked, rather than a site?
    pub fn is_of_model(self) -> bool {
        match self {
            Self::ReadPage | Self::ReadRobots | Self::Search => false,
            Self::FindFacts | Self::WriteMail | Self::ScoreLead | Self::CheckMail | Self::TestModel => true,
        }
    }

    /// The purpose as people read it.
    pub fn words(self) -> &'static str {
        match self {
            Self::ReadPage => "read a page",
            Self::ReadRobots => "read a site's rules for programs",
            Self::Search => "search for companies",
            Self::FindFacts => "find the facts on a page",
            Self::WriteMail => "write a mail",
            Self::ScoreLead => "score a lead",
            Self::CheckMail => "check the words of a mail",
            Self::TestModel => "test a model",
        }
    }
}

/// Where a call went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// To another computer.
    LeftComputer,
    /// To a server on this computer (loopback).
    ThisComputer,
    /// Nowhere: a recording answered.
    Recording,
}

text_enum!(Reach, "reach of a call", {
    LeftComputer => "left_computer", ThisComputer => "this_computer", Recording => "recording",
});

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EgressOutcome {
    /// Written down before anything was sent; what came of it is not known, because the program ended before the answer.
    UnderWay,
    /// There was an answer.
    Answered,
    /// The other side refused, or answered something that cannot be used.
    Refused,
    /// No connection, no answer in time, or it broke off.
    Failed,
    /// The caller stopped it.
    Cancelled,
    /// A limit, or a pause the other side had asked for, held it back before anything was sent.
    HeldBack,
}

text_enum!(EgressOutcome, "outcome of a call", {
    UnderWay => "under_way", Answered => "answered", Refused => "refused", Failed => "failed", Cancelled => "cancelled",
    HeldBack => "held_back",
});

/// How much models may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum EgressProfile {
    /// Models are shown what they need, wherever they are.
    #[default]
    Full,
    /// A model elsewhere is not told who the lead is: name, mail addresses, phone numbers, company and site are replaced.
    Redact,
    /// Only models on this computer are asked.
    Block,
    /// No model is asked.
    Off,
}

text_enum!(EgressProfile, "egress profile", { Full => "full", Redact => "redact", Block => "block", Off => "off" });

impl EgressProfile {
    /// What it means, in one sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Full => "Models see what they need to read pages and write mails.",
            Self::Redact => {
                "A model on another computer is not told who the lead is: name, mail addresses, phone numbers, company and site are replaced, and put back here. A model on this computer sees everything."
            }
            Self::Block => "Only models on this computer are asked; nothing is sent to any other.",
            Self::Off => "No model is asked. The built-in engine does all the work.",
        }
    }
}

/// How a text may go to a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    /// As it is.
    AsItIs,
    /// With the lead's identifiers replaced.
    Redacted,
}

/// Why a text may not go to a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoPassage {
    /// The profile is [`EgressProfile::Off`].
    #[error("Models are switched off in the settings.")]
    ModelsAreOff,
    /// The profile is [`EgressProfile::Block`] and the model is on another computer.
    #[error("The settings allow only models on this computer, and this one is not.")]
    OnlyThisComputer,
}

/// May a model be asked, and may it know whom it is about? `is_local`: nothing sent to it leaves the computer.
pub fn passage(profile: EgressProfile, is_local: bool) -> Result<Passage, NoPassage> {
    match (profile, is_local) {
        (EgressProfile::Off, _) => Err(NoPassage::ModelsAreOff),
        (EgressProfile::Block, false) => Err(NoPassage::OnlyThisComputer),
        (EgressProfile::Redact, false) => Ok(Passage::Redacted),
        (EgressProfile::Full, _) | (EgressProfile::Redact | EgressProfile::Block, true) => Ok(Passage::AsItIs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_passes_to_another_computer_under_block_and_nothing_at_all_when_off() {
        for is_local in [true, false] {
            assert_eq!(passage(EgressProfile::Off, is_local), Err(NoPassage::ModelsAreOff));
            assert_eq!(passage(EgressProfile::Full, is_local), Ok(Passage::AsItIs));
        }
        assert_eq!(passage(EgressProfile::Block, false), Err(NoPassage::OnlyThisComputer));
        assert_eq!(passage(EgressProfile::Block, true), Ok(Passage::AsItIs));
        assert_eq!(passage(EgressProfile::Redact, false), Ok(Passage::Redacted));
        assert_eq!(passage(EgressProfile::Redact, true), Ok(Passage::AsItIs), "what stays here need not be hidden");
    }
}
