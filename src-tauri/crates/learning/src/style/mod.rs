//! How a team wants its mails to read, learned from what people do to drafts.
//!
//! Reading order: `distance` says how much was changed, `letter` takes a mail apart, `features` measures it, `signals`
//! turns one edit into votes for and against lessons (`effect`), `memory` counts the votes as a pure fold over events
//! and obeys the person's commands, `guide` tells a writer what is in force, `stats` what is approved how often,
//! [`split()`] what one edit may teach, [`proof`] whether any of it helps.
//!
//! A lesson changes drafts only when three edits ask for it **and** past drafts written with it came nearer to what the
//! person sent, or when a person says so. A person's word wins over every count. Deliberately absent: a clock (ages come
//! from the caller), writing (the caller redrafts), and any memory of who the mails went to.

mod candidates;
mod distance;
mod effect;
mod event;
mod evidence;
mod features;
mod guide;
mod letter;
mod memory;
mod nearest;
mod profile;
pub mod proof;
mod sentences;
mod signals;
mod split;
mod stats;

pub use distance::{Distance, distance};
pub use effect::{Effect, LessonKind};
pub use event::{Command, EmailDecision, EmailVerdict, Scope, StyleEvent, Verification};
pub use evidence::{LessonState, NEEDED_SUPPORT, Source};
pub use features::{Feature, Numbers};
pub use guide::Occasion;
pub use letter::{Mail, Traits};
pub use memory::{Lesson, PastMail, StyleMemory};
pub use profile::Habit;
pub use sentences::Avoided;
pub use split::{EditSplit, ProposedLesson, split};
pub use stats::{FEWEST_SAMPLES, Interval, Preference, Rate};

#[cfg(test)]
mod tests;
