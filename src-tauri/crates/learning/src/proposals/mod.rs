//! Rules that reasons and notes propose, for a person to adopt or to dismiss (`product.md` row 66: "note is parsed to a rule
//! proposal, never applied silently").
//!
//! A pure function of the gestures that hold: the same gestures in any order propose the same rules. Nothing here changes a
//! profile or a mail, and nothing is learned from a proposal. Whether a profile has a place for one is the caller's to know.

mod notes;
mod readings;

pub use notes::Polarity;

use autoreach_domain::confidence::Features;
use autoreach_domain::decision::Reason;

/// Gestures that must say the same before a rule is proposed, as for a lesson about mails (`learning.md` 4.10: support >= 3).
pub const FEWEST_GESTURES: usize = 3;
/// Rules proposed at once.
const MOST_RULES: usize = 12;
/// Notes shown behind a rule.
const MOST_NOTES: usize = 5;

/// One gesture that holds, with what was said about it then or later.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// Was the lead taken? `None` where the gesture was about something else.
    pub lead: Option<bool>,
    /// Everything was accepted as it was.
    pub is_untouched: bool,
    /// The mail was rejected or edited.
    pub is_about_mail: bool,
    /// Why, by number key.
    pub reasons: &'a [Reason],
    /// Why, in words; may be empty.
    pub note: &'a str,
    /// What the learner saw of the lead.
    pub features: &'a Features,
}

/// What is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// Leads with this reading are turned down for this reason.
    Unwanted {
        /// The property, e.g. `industry`.
        feature: String,
        /// What the leads have there, e.g. `retail`.
        reading: String,
        /// The reason given.
        reason: Reason,
        /// Leads turned down for it.
        rejected: usize,
        /// Leads with the reading that were taken all the same.
        accepted: usize,
    },
    /// A note says it as a rule.
    Spoken {
        /// Never, only, always.
        polarity: Polarity,
        /// What, without the words around it.
        what: String,
        /// It is about how mails are written.
        is_about_mail: bool,
    },
    /// Notes about what was not taken as it was repeat this.
    Repeated {
        /// A word, or two.
        what: String,
    },
}

/// A proposed rule with what is behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Names it, the same as long as it is proposed: `reasons:industry=retail`, `notes:never-discounts`.
    pub id: String,
    /// The rule.
    pub rule: Rule,
    /// Gestures behind it.
    pub gestures: usize,
    /// Their notes, each once, at most five.
    pub notes: Vec<String>,
}

/// What reasons and notes propose: rules of the reasons first, then those notes speak, then those they repeat; the better
/// supported first in each.
pub fn proposals(said: &[Said<'_>]) -> Vec<Proposal> {
    let (spoken, told) = notes::spoken(said);
    let mut all = readings::ruled_out(said);
    all.extend(spoken);
    all.extend(notes::repeated(said, &told));
    all.truncate(MOST_RULES);
    all
}

/// The notes of some gestures, each once, in the order of the alphabet.
fn notes_of<'a>(said: impl Iterator<Item = &'a Said<'a>>) -> Vec<String> {
    let notes: std::collections::BTreeSet<&str> = said.map(|one| one.note.trim()).filter(|note| !note.is_empty()).collect();
    notes.into_iter().take(MOST_NOTES).map(str::to_owned).collect()
}

/// The better supported first, then by name.
fn ranked(mut proposals: Vec<Proposal>) -> Vec<Proposal> {
    proposals.sort_by(|a, b| b.gestures.cmp(&a.gestures).then_with(|| a.id.cmp(&b.id)));
    proposals
}
