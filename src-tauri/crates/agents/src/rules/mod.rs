//! The built-in engine: what a page says, by word lists and patterns; what a mail says, by a sentence bank.
//!
//! [`plan`] chooses the pages worth reading, [`statements`] cuts a page into sentences with their place and date,
//! [`facts`] reads facts out of them, one file per kind, and [`sentences`] holds the words of mails. Everything is a
//! pure function of its input. Precision comes before recall throughout: a missed fact costs a row of the profile, a
//! wrong one costs a reader's trust. Deliberately absent: guessing from hidden data. Metadata may point at a sentence,
//! but only visible words become a fact.

pub(crate) mod facts;
pub(crate) mod plan;
pub(crate) mod sentences;
pub(crate) mod statements;
pub(crate) mod voices;

/// The stamp on everything this engine made; the number rises whenever the same pages could give another result.
pub const RULES_ENGINE: &str = "rules 1";
