//! `team`: the people who review here.

use autoreach_engine::domain::reviewer::{Reviewer, UnusableName};
use clap::Subcommand;

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum TeamCommand {
    /// List the people; a star stands before whoever decides at present
    #[command(after_help = "Example:\n  autoreach team list")]
    List,
    /// Show when you review, how many items make a good sitting, and quiet hours worth having; for your eyes alone
    #[command(after_help = "Example:\n  autoreach team pace\n  autoreach --reviewer Ben team pace")]
    Pace,
    /// Add a person
    #[command(after_help = "Example:\n  autoreach team add \"Ben Okafor\"")]
    Add {
        /// Their name
        #[arg(value_parser = reviewer)]
        name: Reviewer,
    },
    /// Let a person decide from now on; `--reviewer NAME` does so for one command
    #[command(after_help = "Example:\n  autoreach team use Ben\n  autoreach --reviewer Ben review")]
    Use {
        /// Their name
        #[arg(value_parser = reviewer)]
        name: Reviewer,
    },
    /// Let a person's word settle leads that as many accept as reject; `--off` ends it
    #[command(after_help = "Example:\n  autoreach team senior Ana\n  autoreach team senior Ana --off")]
    Senior {
        /// Their name
        #[arg(value_parser = reviewer)]
        name: Reviewer,
        /// Their word counts like any other again
        #[arg(long)]
        off: bool,
    },
}

/// A reviewer's name.
pub(crate) fn reviewer(text: &str) -> Result<Reviewer, UnusableName> {
    Reviewer::named(text)
}
