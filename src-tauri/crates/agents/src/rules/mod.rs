//! The built-in engine: what a page says, by word lists and patterns; what a mail says, by a sentence bank.
//!
//! [`plan`] chooses the pages worth reading, [`statements`] cuts a page into sentences with their place and date,
//! [`facts`] reads facts out of them, one file per kind, and [`sentences`] holds the words of mails. Everything is a
//! pure function of its input. Precision comes before recall throughout: a missed fact costs a row of the profile, a
//! wrong one costs a reader's trust. What a page says to
//! machines only is read by [`data`] and marked as unseen: it may warn, never speak for a company.

pub(crate) mod data;
pub(crate) mod facts;
pub(crate) mod plan;
pub(crate) mod sentences;
pub(crate) mod statements;
pub(crate) mod voices;

/// The stamp on everything this engine made; the number rises whenever the same pages could give another result.
pub const RULES_ENGINE: &str = "rules 2";
