//! What can go wrong in the terminal itself, and how any failure reaches the person or the program that called.
//!
//! Failures of use cases come from the engine with their own words and codes; here are only those of files, prompts and
//! pipes. Messages name the next step and hold no secret.

use autoreach_engine::error::EngineError;
use autoreach_engine::secrets::SecretError;
use autoreach_engine::web::AdmittedError;
use std::io;
use std::path::PathBuf;

/// Why a command ended early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// A use case failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// Standard output could not be written.
    #[error("the output could not be written: {0}")]
    Output(#[source] io::Error),
    /// The terminal did not give or take what it should.
    #[error("the terminal could not be used: {0}")]
    Terminal(#[source] io::Error),
    /// A file of the caller's could not be read.
    #[error("{} could not be read: {cause}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A file could not be written.
    #[error("{} could not be written: {cause}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// There is no data folder to put a workspace into.
    #[error("this account has no data folder; name one with --workspace DIR")]
    NoDataFolder,
    /// The workspace wants a passphrase and nobody can be asked.
    #[error("this workspace opens with a passphrase; give it with --passphrase-file FILE or AUTOREACH_PASSPHRASE")]
    NeedsPassphrase,
    /// No keychain to lock a new workspace with, and nobody can be asked for a passphrase.
    #[error(
        "this computer offers no keychain; give a passphrase for the new workspace with --passphrase-file FILE or AUTOREACH_PASSPHRASE"
    )]
    NoKeychainForANewWorkspace,
    /// The two passphrases typed differ.
    #[error("the two passphrases differ; nothing was done, try again")]
    PassphrasesDiffer,
    /// The recovery key is needed and nobody can be asked.
    #[error("give the recovery key with --recovery-key-file FILE, or type it at a terminal")]
    NeedsRecoveryKey,
    /// The password is needed and nobody can be asked.
    #[error("give the password with --password-file FILE or AUTOREACH_MAIL_PASSWORD, or type it at a terminal")]
    NeedsMailPassword,
    /// The key is needed and none was given.
    #[error("give the key on standard input, such as `autoreach engine key < key.txt`, or type it at a terminal")]
    NeedsEngineKey,
    /// Nobody can tell from the key whose it is.
    #[error("this key does not tell whose it is; say so, as in `autoreach engine key openai-compatible`")]
    UnknownEngineKey,
    /// `--resolve` is not HOST:PORT:ADDRESS.
    #[error("--resolve, entry {}: {cause}", place + 1)]
    Resolve {
        /// Which, from 0.
        place: usize,
        /// What is wrong.
        cause: AdmittedError,
    },
    /// `edit` without what to edit.
    #[error("say what to change: --final FILE with the mail as you want it, or --wrong-fact N")]
    NothingEdited,
    /// `--final` or `--wrong-fact` with a verdict that takes none.
    #[error("--final and --wrong-fact go with the verdict `edit`")]
    NotAnEdit,
    /// A proof that is not on the card.
    #[error("there is no proof {number} on this card; it has {proofs}")]
    NoSuchProof {
        /// What was asked for.
        number: usize,
        /// How many there are.
        proofs: usize,
    },
    /// A lesson that is not listed.
    #[error("there is no lesson {number}; `autoreach lessons` lists {lessons}")]
    NoSuchLesson {
        /// What was asked for.
        number: usize,
        /// How many there are.
        lessons: usize,
    },
    /// The edited mail has no body.
    #[error("the edited mail is empty; nothing was decided")]
    EmptyMail,
    /// The editor could not be started or failed.
    #[error("the editor {program} did not end well; your text is kept in {}", kept.display())]
    Editor {
        /// What was started.
        program: String,
        /// Where the text is.
        kept: PathBuf,
    },
    /// `--fresh` over a folder that is no demo.
    #[error("{} is not a demo workspace; it was left untouched", .0.display())]
    NotADemo(PathBuf),
    /// Something would go for good and nobody said so.
    #[error("nothing was done; add --yes to say that it shall be")]
    NotAgreed,
    /// The words fit several people.
    #[error("{0} people fit this; give the address")]
    SeveralPeople(usize),
    /// Mails would leave and nobody said so.
    #[error("mails would be handed over; add --yes to say so")]
    NeedsYes,
}

impl CliError {
    /// The stable name of the cause, for programs.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Engine(error) => error.code(),
            Self::Output(_) => "output",
            Self::Terminal(_) => "terminal",
            Self::Read { .. } => "file_unreadable",
            Self::Write { .. } => "file_unwritable",
            Self::NoDataFolder => "no_data_folder",
            Self::NotAgreed => "not_agreed",
            Self::SeveralPeople(_) => "several_people",
            Self::NeedsPassphrase => "needs_passphrase",
            Self::NoKeychainForANewWorkspace => "no_keychain",
            Self::PassphrasesDiffer => "passphrases_differ",
            Self::NeedsRecoveryKey => "needs_recovery_key",
            Self::NeedsMailPassword => "needs_mail_password",
            Self::NeedsEngineKey => "needs_engine_key",
            Self::UnknownEngineKey => "unknown_engine_key",
            Self::Resolve { .. } => "resolve",
            Self::NothingEdited => "nothing_edited",
            Self::NotAnEdit => "not_an_edit",
            Self::NoSuchProof { .. } => "no_such_proof",
            Self::NoSuchLesson { .. } => "no_such_lesson",
            Self::EmptyMail => "empty_mail",
            Self::Editor { .. } => "editor",
            Self::NotADemo(_) => "not_a_demo",
            Self::NeedsYes => "needs_yes",
        }
    }

    /// Did the reader of our output go away? That is their right and no failure.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(cause) if cause.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl From<SecretError> for CliError {
    fn from(error: SecretError) -> Self {
        Self::Engine(error.into())
    }
}
