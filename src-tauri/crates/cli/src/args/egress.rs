//! `egress` and `estimate`: what leaves the computer, and what a run will cost.

use autoreach_engine::domain::egress::EgressProfile;
use clap::{Args, Subcommand};
use jiff::civil::Date;

#[derive(Debug, Clone, Args)]
pub(crate) struct EgressArgs {
    #[command(subcommand)]
    pub(crate) command: Option<EgressCommand>,
    /// Only calls about this lead: its item by id, or the beginning of the company's name
    #[arg(long, value_name = "ITEM")]
    pub(crate) lead: Option<String>,
    /// Only calls from this day on, such as 2026-03-02
    #[arg(long, value_name = "DATE")]
    pub(crate) since: Option<Date>,
    /// Only calls to hosts that hold these letters
    #[arg(long, value_name = "TEXT")]
    pub(crate) host: Option<String>,
    /// Only calls that left this computer
    #[arg(long)]
    pub(crate) left: bool,
    /// Only calls that asked a model
    #[arg(long)]
    pub(crate) models: bool,
    /// Most calls listed
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: u64,
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum EgressCommand {
    /// Show one call: what was sent, word for word, while it is kept (30 days)
    #[command(after_help = "Example:\n  autoreach egress show 12")]
    Show {
        /// Number as listed
        call: i64,
    },
    /// Show or set how much models may be shown: full, redact, block or off
    #[command(
        after_help = "Example:\n  autoreach egress profile\n  autoreach egress profile redact\n\nfull: what they need. redact: a model on another computer is not told who the lead is. block: only models on this computer. off: no model."
    )]
    Profile {
        /// full, redact, block or off
        profile: Option<EgressProfile>,
    },
}

#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct EstimateArgs {
    /// As if so many leads waited [default: those that do]
    #[arg(long, value_name = "N")]
    pub(crate) leads: Option<u64>,
}
