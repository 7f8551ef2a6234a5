//! The four levels of oversight, per workflow and stage.

use crate::icp::text_enum;

/// How much a person looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Level {
    /// 1: a person reviews every output.
    #[default]
    VerifyEverything,
    /// 2: the agent decides what it is certain of; marked items wait for a blind verdict.
    VerifyExceptions,
    /// 3: the agent decides most; marked items are checked afterwards, with a weekly audit.
    PeriodicAudit,
    /// 4: the agent decides or parks; people set the strategy.
    StrategicOversight,
}

text_enum!(Level, "level", {
    VerifyEverything => "verify_everything", VerifyExceptions => "verify_exceptions", PeriodicAudit => "periodic_audit",
    StrategicOversight => "strategic_oversight",
});

impl Level {
    /// One level up; `None` at the top.
    pub fn above(self) -> Option<Self> {
        Self::ALL.get(usize::from(self.number())).copied()
    }

    /// One level down; `None` at the bottom.
    pub fn below(self) -> Option<Self> {
        usize::from(self.number()).checked_sub(2).and_then(|index| Self::ALL.get(index)).copied()
    }

    /// 1 to 4.
    pub fn number(self) -> u8 {
        match self {
            Self::VerifyEverything => 1,
            Self::VerifyExceptions => 2,
            Self::PeriodicAudit => 3,
            Self::StrategicOversight => 4,
        }
    }

    /// The name for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::VerifyEverything => "verify everything",
            Self::VerifyExceptions => "verify exceptions",
            Self::PeriodicAudit => "periodic audit",
            Self::StrategicOversight => "strategic oversight",
        }
    }
}
