//! What can keep a command from doing its work at all. A failing test or a lint finding is not an error: it is a result.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why a command could not be carried out.
#[derive(Debug)]
pub(crate) enum XtaskError {
    /// Neither this folder nor one above it is the root of a cargo workspace: go to the checkout and try again.
    NoWorkspace,
    /// A program did not start: it is not installed or not executable.
    CannotStart { program: String, source: io::Error },
    /// The output of a running program could not be read to its end.
    OutputLost { program: String, source: io::Error },
    /// A file of the checkout could not be read.
    CannotRead { path: PathBuf, source: io::Error },
    /// The checkout's list of files could not be had from git.
    NoFileList,
}

impl fmt::Display for XtaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoWorkspace => write!(f, "no cargo workspace here or in any folder above; run this inside the checkout"),
            Self::CannotStart { program, source } => {
                write!(f, "{program} does not start ({source}); `cargo xtask doctor` lists what is missing")
            }
            Self::OutputLost { program, source } => write!(f, "the output of {program} broke off: {source}"),
            Self::CannotRead { path, source } => write!(f, "{} cannot be read: {source}", path.display()),
            Self::NoFileList => write!(f, "git could not list the files of this checkout; the textual checks need it"),
        }
    }
}
