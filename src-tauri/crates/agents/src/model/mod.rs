//! The model-backed engine: a reader that turns one page into facts, a scorer that says how well facts fit the profile, a
//! writer that turns facts into the opening of a mail, and a checker that looks for words a person should see. Each has a prompt of
//! its own, in a file with a version.
//!
//! A model gets one page of one lead, or the verified facts of one lead, and nothing else: no history, no tool, no address,
//! no other lead. What it answers is data. Every fact must stand in the page word for word, or it is dropped; every sentence
//! goes through the same check as those of the built-in engine; recipient, links, greeting, offer, question and footer are
//! written by code. A scorer's number is one thing among others that the learner weighs; it decides nothing.
//!
//! Deliberately absent: choosing a model, keys, budgets and what an answer cost. The caller brings a [`ChatModel`].

mod checker;
mod prompts;
mod reader;
mod redact;
mod restraint;
mod scorer;
mod writer;

pub use checker::check_words;
pub use prompts::{Prompt, prompt, stamp};
pub(crate) use reader::read_page;
pub use redact::{Redaction, UnknownToken};
pub(crate) use restraint::leads_elsewhere;
pub use scorer::score;
pub use writer::{Change, Written, write};

use autoreach_domain::dossier::Taint;
use autoreach_domain::exception::ExceptionKind;
use autoreach_llm::{ChatError, ChatModel};
use tokio_util::sync::CancellationToken;

/// A model at work: whom to ask, under which stamp, and until when.
#[derive(Clone, Copy)]
pub struct ModelHand<'a> {
    /// Whom to ask.
    pub model: &'a dyn ChatModel,
    /// The name on everything it makes, with its part and the prompt's version: see [`stamp`].
    pub stamp: &'a str,
    /// Ends the asking.
    pub cancel: &'a CancellationToken,
}

/// Why a model made nothing usable. The built-in engine goes on; a person is told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelFault {
    /// The call failed.
    #[error(transparent)]
    Call(#[from] ChatError),
    /// The key it needs is not kept on this computer.
    #[error("Its key is not kept on this computer; add it again.")]
    NoKey,
    /// The keychain did not give the key it keeps.
    #[error("The keychain did not give its key.")]
    NoKeychain,
    /// No model is named, and the engine has no usual one.
    #[error("No model is named in the settings.")]
    NoModelNamed,
    /// The text holds a link or an address, which only code may put into a mail.
    #[error("Its text holds a link or an address.")]
    Address,
    /// There is nothing to open a mail with.
    #[error("It wrote no sentence that can be used.")]
    NothingToSay,
}

impl ModelFault {
    /// What it is called on the dossier of the pages it left unread.
    pub fn taint(&self) -> Taint {
        if self.is_about_money() { Taint::BudgetReached } else { Taint::ModelTrouble }
    }

    /// What it is called on the card of the mail it left unwritten.
    pub fn exception(&self) -> ExceptionKind {
        if self.is_about_money() { ExceptionKind::BudgetReached } else { ExceptionKind::ModelTrouble }
    }

    fn is_about_money(&self) -> bool {
        matches!(self, Self::Call(ChatError::BudgetStop(_)))
    }
}
