//! `schedule` and `worker`: when batches begin by themselves, and the program that stays to begin them.

use autoreach_engine::domain::schedule::{ClockTime, Day};
use clap::{Args, Subcommand};

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum ScheduleCommand {
    /// Show when the next batch begins, and why then
    #[command(after_help = "Example:\n  autoreach schedule show\n  autoreach schedule show --workflow \"Nordic freight\" --json")]
    Show {
        /// The workflow [default: the first]
        #[arg(long, value_name = "NAME")]
        workflow: Option<String>,
    },
    /// Set a schedule, or change what is named of it
    #[command(
        after_help = "Example:\n  autoreach schedule set\n  autoreach schedule set --days mon,wed,fri --from 06:00 --until 12:00 --leads 40\n  autoreach schedule set --zone Europe/Copenhagen --quiet-hours 22:00-07:00 --rest true\n\nWithout options: on working days from 06:00 to 20:00, at most 50 leads, ready before you usually review."
    )]
    Set(ScheduleArgs),
    /// End a schedule: no batch begins by itself any more
    #[command(after_help = "Example:\n  autoreach schedule off")]
    Off {
        /// The workflow [default: the first]
        #[arg(long, value_name = "NAME")]
        workflow: Option<String>,
    },
    /// Let no batch of any workflow begin by itself for now
    #[command(after_help = "Example:\n  autoreach schedule pause")]
    Pause,
    /// Let batches begin again
    #[command(after_help = "Example:\n  autoreach schedule resume")]
    Resume,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct ScheduleArgs {
    /// The workflow [default: the first]
    #[arg(long, value_name = "NAME")]
    pub(crate) workflow: Option<String>,
    /// Days of the week, such as mon,tue,fri
    #[arg(long, value_delimiter = ',', value_name = "DAYS")]
    pub(crate) days: Vec<Day>,
    /// Not before this time of the day
    #[arg(long, value_name = "HH:MM")]
    pub(crate) from: Option<ClockTime>,
    /// Not at or after this time of the day
    #[arg(long, value_name = "HH:MM")]
    pub(crate) until: Option<ClockTime>,
    /// The zone of these times, such as Europe/Copenhagen; `here` for that of this computer
    #[arg(long)]
    pub(crate) zone: Option<String>,
    /// Most leads a day
    #[arg(long, value_name = "N")]
    pub(crate) leads: Option<u32>,
    /// Begin so early that the batch is ready before you usually review
    #[arg(long, value_name = "BOOL")]
    pub(crate) ready: Option<bool>,
    /// Your quiet hours, such as 22:00-07:00, or none; nothing rings in them
    #[arg(long, value_name = "HH:MM-HH:MM")]
    pub(crate) quiet_hours: Option<QuietArgument>,
    /// No batch begins in your quiet hours either
    #[arg(long, value_name = "BOOL")]
    pub(crate) rest: Option<bool>,
}

/// Quiet hours, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct QuietArgument(pub(crate) Option<(ClockTime, ClockTime)>);

/// What are no quiet hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write quiet hours such as 22:00-07:00, or none")]
pub(crate) struct NoQuietHours;

impl std::str::FromStr for QuietArgument {
    type Err = NoQuietHours;
    fn from_str(text: &str) -> Result<Self, NoQuietHours> {
        if text == "none" {
            return Ok(Self(None));
        }
        let (from, to) = text.split_once('-').ok_or(NoQuietHours)?;
        let time = |text: &str| text.parse::<ClockTime>().map_err(|_| NoQuietHours);
        Ok(Self(Some((time(from)?, time(to)?))))
    }
}

#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct WorkerArgs {
    /// Does what is due now and ends
    #[arg(long)]
    pub(crate) once: bool,
}
