//! Research, qualify, draft: evidence in, checked domain value with sources out.
//!
//! Reading order: [`research()`] reads a company's own pages into a dossier, [`qualify()`] holds the dossier against the
//! stated profile, [`exceptions`] names why a person must look, [`draft()`] writes the first mail, [`tone()`] reads it once more. The built-in engine
//! behind them is [`rules`]: word lists and patterns, no model, no network of its own, the same bytes for the same
//! pages. Beside it [`model`] reads and writes with a language model behind the same checks. What a
//! person wants changed in a mail is read by [`wishes`]. Companies that are no leads yet are found on list pages by [`discover`](mod@discover); a first
//! profile out of companies that a person calls good or bad is proposed by [`example_profile`](mod@example_profile). Every fact carries the verbatim words of the page, and a fact whose words are not there is dropped.
//!
//! Deliberately absent: deciding (the engine routes), storing and sending.

pub mod adoption;
pub mod context_checks;
pub mod discover;
pub mod draft;
pub mod example_profile;
mod figures;
pub mod model;
pub mod outlook;
pub mod qualify;
pub mod research;
pub mod rules;
pub mod tone;
pub mod wishes;

pub use context_checks::{Known, exceptions, recipient_on_page};
pub use draft::{Brief, DraftSeed, draft, language_of};
pub use model::{ModelFault, ModelHand};
pub use outlook::{email_features, research_features};
pub use qualify::{prior, qualify};
pub use research::{Research, research, research_again};
pub use rules::RULES_ENGINE;
pub use tone::tone;
pub use wishes::{Wishes, Workbench};
