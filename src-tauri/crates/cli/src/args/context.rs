//! `exceptions`, `notes`, `contacts`: what stops the agent, and what it is told around a lead.

use autoreach_engine::domain::exception::ExceptionKind;
use autoreach_engine::domain::icp::{Country, Industry};
use autoreach_engine::domain::ids::{ContactId, MarketNoteId};
use clap::{Args, Subcommand};
use jiff::civil::Date;
use std::path::PathBuf;

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum ExceptionsCommand {
    /// Let a kind hold nothing up for some days; it is still found and named
    #[command(after_help = "Example:\n  autoreach exceptions mute thin_evidence --days 14")]
    Mute {
        /// The kind, as `autoreach exceptions` names it in brackets
        kind: ExceptionKind,
        /// For how many days, 1 to 90
        #[arg(long, default_value_t = 14)]
        days: u16,
    },
    /// Let a muted kind stop the agent again
    #[command(after_help = "Example:\n  autoreach exceptions unmute thin_evidence")]
    Unmute {
        /// The kind
        kind: ExceptionKind,
    },
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum NotesCommand {
    /// Add a note: every lead of the market goes to a person until its last day
    #[command(
        after_help = "Example:\n  autoreach notes add \"Port strike\" --country DK --until 2026-12-31\n  autoreach notes add \"New tariff\" --industry logistics --until 2026-12-31"
    )]
    Add(NoteArgs),
    /// Let a note end
    #[command(after_help = "Example:\n  autoreach notes end 0192f0c1-7d3e-7a3b-8a55-0c7b7f2e9d10")]
    End {
        /// The note's id, as `autoreach notes` shows it
        id: MarketNoteId,
    },
}

#[derive(Debug, Clone, Args)]
pub(crate) struct NoteArgs {
    /// What everybody who writes there should know
    pub(crate) text: String,
    /// Leads of this industry
    #[arg(long)]
    pub(crate) industry: Option<Industry>,
    /// Leads in this country, by name or code
    #[arg(long, value_parser = Country::parse)]
    pub(crate) country: Option<Country>,
    /// The last day on which it holds
    #[arg(long, value_name = "DAY")]
    pub(crate) until: Date,
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum ContactsCommand {
    /// Add the people and companies of a file (CSV or XLSX): a lead among them goes to a person
    #[command(after_help = "Example:\n  autoreach contacts import address-book.csv --note \"CRM export of November\"")]
    Import {
        /// The file, with the columns of a lead file
        file: PathBuf,
        /// How they are known
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Take somebody off
    #[command(after_help = "Example:\n  autoreach contacts remove 0192f0c1-7d3e-7a3b-8a55-0c7b7f2e9d10")]
    Remove {
        /// The contact's id, as `autoreach contacts` shows it
        id: ContactId,
    },
}
