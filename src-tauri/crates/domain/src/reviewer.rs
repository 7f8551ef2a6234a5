//! Reviewers: who gives verdicts. A name is enough until several devices share a workspace.

use crate::text::one_line;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Letters of the longest name; a longer one would not fit where names stand.
pub const LONGEST_NAME: usize = 60;

/// The name a reviewer's verdicts are kept under: one line, never empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Reviewer(String);

/// Why a text is no name for a reviewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnusableName {
    /// Nothing was typed.
    #[error("a reviewer needs a name")]
    Empty,
    /// Longer than [`LONGEST_NAME`].
    #[error("this name has {0} letters; the longest has {LONGEST_NAME}")]
    TooLong(usize),
}

impl Reviewer {
    /// A reviewer as a person names one.
    pub fn named(name: &str) -> Result<Self, UnusableName> {
        let name = one_line(name);
        match name.chars().count() {
            0 => Err(UnusableName::Empty),
            letters if letters > LONGEST_NAME => Err(UnusableName::TooLong(letters)),
            _ => Ok(Self(name)),
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Do both names mean one person? Small and capital letters make no difference, because nobody could tell the two apart.
    pub fn is_same_person(&self, other: &Self) -> bool {
        self.0.to_lowercase() == other.0.to_lowercase()
    }
}

impl From<String> for Reviewer {
    fn from(name: String) -> Self {
        let name = one_line(&name);
        Self(if name.is_empty() { "me".into() } else { name })
    }
}

impl From<Reviewer> for String {
    fn from(reviewer: Reviewer) -> Self {
        reviewer.0
    }
}

impl fmt::Display for Reviewer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_of_at_most_sixty_letters() {
        assert_eq!(Reviewer::named("  Ana\n Berg ").map(String::from), Ok("Ana Berg".to_owned()));
        assert_eq!(Reviewer::named(" \t "), Err(UnusableName::Empty));
        assert!(Reviewer::named(&"ä".repeat(60)).is_ok());
        assert_eq!(Reviewer::named(&"ä".repeat(61)), Err(UnusableName::TooLong(61)));
    }

    #[test]
    fn small_and_capital_letters_name_one_person() {
        let named = |name: &str| Reviewer::named(name).expect("a name");
        assert!(named("ANA").is_same_person(&named("ana")) && !named("Ana").is_same_person(&named("Anna")));
    }
}
