//! Reviewers: who gives verdicts. A name is enough until several devices share a workspace.

use crate::text::one_line;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The name a reviewer's verdicts are kept under: one line, never empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Reviewer(String);

impl Reviewer {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
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
