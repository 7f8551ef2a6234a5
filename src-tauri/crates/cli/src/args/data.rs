//! `backup` and `erase`: copies of the workspace, and people who want to be forgotten.

use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum BackupCommand {
    /// List the backups, newest first
    #[command(after_help = "Example:\n  autoreach backup list")]
    List,
    /// Take a backup now and check it
    #[command(after_help = "Example:\n  autoreach backup now\n  autoreach backup now --to /media/stick/autoreach")]
    Now {
        /// Copies it on into this folder, with the wrapped keys it opens with
        #[arg(long, value_name = "DIR")]
        to: Option<PathBuf>,
    },
    /// Check every page, table and index of a backup
    #[command(after_help = "Example:\n  autoreach backup check 20261120T120000.000Z-daily.db")]
    Check {
        /// Name of a listed backup, or a file
        file: PathBuf,
    },
    /// Put a backup back in the place of the workspace, which is kept aside as a backup of its own
    #[command(
        after_help = "Example:\n  autoreach backup restore 20261120T120000.000Z-daily.db\n  autoreach backup restore /media/stick/autoreach/20261120T120000.000Z-manual.db --yes\n\nIt works also where the workspace does not open any more, with passphrase, keychain or recovery key. Mails that have left since are not sent again; all others wait for `autoreach outbox release-all`. People erased since are erased again."
    )]
    Restore {
        /// Name of a listed backup, or a file
        file: PathBuf,
        /// Does not ask
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Clone, Args)]
pub(crate) struct EraseArgs {
    /// Their address, or their name
    pub(crate) who: String,
    /// Writes everything held about them as JSON and erases nothing (`-` = standard output)
    #[arg(long, value_name = "FILE")]
    pub(crate) extract: Option<PathBuf>,
    /// Does not ask
    #[arg(long)]
    pub(crate) yes: bool,
}
