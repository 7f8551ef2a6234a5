//! What can go wrong in a use case, named after what the caller can do about it.
//!
//! The faces (command line, window) map [`EngineError::code`] to words and exit codes by one exhaustive match; messages
//! hold no lead data and no keys.

use crate::data::person::CannotErase;
use crate::discovery::CannotDiscover;
use crate::leads::edit::InvalidLeadChange;
use crate::profile::CannotAnswer;
use autoreach_domain::egress::NoPassage;
use autoreach_domain::icp::UnknownValue;
use autoreach_domain::market_note::InvalidNote;
use autoreach_domain::mute::CannotMute;
use autoreach_domain::oversight::override_::CannotOverride;
use autoreach_domain::review::CannotDecide;
use autoreach_domain::reviewer::{Reviewer, UnusableName};
use autoreach_domain::schedule::InvalidSchedule;
use autoreach_domain::sending::NotCleared;
use autoreach_domain::suppression::UnreadableScope;
use autoreach_domain::workflow::InvalidDefinition;
use autoreach_import::ImportError;
use autoreach_llm::ChatError;
use autoreach_mail::{ComposeError, SmtpError};
use autoreach_secrets::SecretError;
use autoreach_store::tables::TableError;
use autoreach_store::{LedgerError, StoreError};
use jiff::Timestamp;
use std::path::PathBuf;

/// What a parser said about a file that a person wrote, or the words of theirs that it did not understand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording(pub String);

impl std::fmt::Display for Wording {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Failures of the engine's use cases.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The workspace's key could not be had.
    #[error(transparent)]
    Secrets(#[from] SecretError),
    /// The database did not open or refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A row could not be read or written.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The send ledger could not be read or written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// There is no workspace in the folder.
    #[error("there is no workspace in {}; create one with `autoreach init`, or try `autoreach demo`", .0.display())]
    NoWorkspace(PathBuf),
    /// The folder already holds one.
    #[error("{} already holds a workspace; it was left untouched", .0.display())]
    WorkspaceExists(PathBuf),
    /// `workspace.json` is not what this program writes.
    #[error("the file workspace.json cannot be read; it was left untouched, put it back from a backup")]
    WorkspaceFile,
    /// A named instant outside a simulated workspace.
    #[error("an instant can only be named in a workspace created with --simulated: decisions carry real times")]
    NotSimulated,
    /// The system gave no random bytes.
    #[error("the operating system gave no random bytes; nothing was done")]
    NoRandomness(#[from] getrandom::Error),
    /// A file could not be read or written.
    #[error("{} could not be {action}: {cause}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// "read" or "written".
        action: &'static str,
        /// What the system said.
        cause: std::io::Error,
    },
    /// A lead file is no table.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A column was mapped to something that does not exist.
    #[error("'{0}' is no mapping; write it as `Header of the file=field`")]
    Mapping(Wording),
    /// The workflow file is not one.
    #[error("the workflow file cannot be read: {0}")]
    DefinitionUnreadable(Wording),
    /// The workflow's content cannot be used.
    #[error("the workflow cannot be used: {0}")]
    Definition(#[from] InvalidDefinition),
    /// A value of an enumeration is not one.
    #[error(transparent)]
    UnknownValue(#[from] UnknownValue),
    /// A text names nobody who could be suppressed.
    #[error(transparent)]
    UnreadableScope(#[from] UnreadableScope),
    /// The disk is full: the room set free is for decisions.
    #[error("the disk is full; nothing is sent until there is room again, deciding still works")]
    NoRoomToSend,
    /// There is no workflow yet.
    #[error("there is no workflow yet; describe one with `autoreach workflow set FILE`")]
    NoWorkflow,
    /// No item matches what was typed.
    #[error("no review item matches this; `autoreach queue` lists them")]
    NoSuchItem,
    /// Several items match.
    #[error("several review items match this; type more of the id or the company's name")]
    AmbiguousItem,
    /// The gesture does not fit the item.
    #[error(transparent)]
    CannotDecide(#[from] CannotDecide),
    /// The mail cannot go out as it is.
    #[error("the mail cannot be approved: {0}")]
    NotCleared(#[from] NotCleared),
    /// The mail could not be composed.
    #[error(transparent)]
    Compose(#[from] ComposeError),
    /// No address was found on the company's own page.
    #[error("no mail address was found on the company's own page; add one to the lead")]
    NoRecipientFound,
    /// Nothing to take back.
    #[error("there is nothing to undo")]
    NothingToUndo,
    /// Nothing to give again.
    #[error("there is nothing to redo")]
    NothingToRedo,
    /// The mail has left.
    #[error("the mail was handed over at {at} and cannot be undone")]
    AlreadySent {
        /// When.
        at: Timestamp,
    },
    /// The mail is not in a state that allows this.
    #[error("this mail cannot be changed any more: it is {state}")]
    MailIsPast {
        /// Where it stands.
        state: autoreach_domain::sending::OutboxState,
    },
    /// An import was taken back before, or does not exist.
    #[error("this import was already taken back")]
    ImportUndone,
    /// Mails of the import have left.
    #[error("{sent} mails to leads of this import have left already; the import stays")]
    ImportHasSent {
        /// How many.
        sent: u64,
    },
    /// A model could not be asked, or gave nothing usable.
    #[error("{0} {next}", next = .0.next_step())]
    Model(#[from] ChatError),
    /// Several models answer there and none was named.
    #[error("name the model that shall be used, in Settings or with `autoreach engine set KIND --model NAME`")]
    NoModelNamed,
    /// The settings let nothing go to this model.
    #[error("{0}")]
    ModelsNotAllowed(#[from] NoPassage),
    /// The built-in engine writes, and understands nothing of what was asked.
    #[error("the built-in engine does not understand this; it knows: {known}")]
    InstructionNotUnderstood {
        /// What it knows.
        known: String,
    },
    /// Nothing was asked for.
    #[error("say what shall be different, such as \"shorter, no compliment\"")]
    EmptyInstruction,
    /// The engine needs a key.
    #[error("this engine needs a key; add it in Settings or with `autoreach engine key`, then choose it again")]
    NoEngineKey,
    /// What was given is no key.
    #[error("this does not look like a key; copy it again, whole")]
    UnusableEngineKey,
    /// A lead cannot be changed so.
    #[error(transparent)]
    LeadChange(#[from] InvalidLeadChange),
    /// A mail to the lead was approved and has not left.
    #[error("a mail to this lead is approved and waits in the outbox; take it back first, then change the lead")]
    MailWaits,
    /// A lead that is decided, archived or was never researched is not read again.
    #[error("pages are read again only for leads that were researched and wait for your review")]
    NothingToReadAgain,
    /// The server did not take the test mail.
    #[error("the server refused the test mail: {code} {text}")]
    TestMailRefused {
        /// The server's code.
        code: u16,
        /// The server's words.
        text: String,
    },
    /// The server took the test mail and never answered.
    #[error("the server took the test mail but never answered; look into your inbox")]
    TestMailUnanswered,
    /// No mail account.
    #[error("no mail account is set up; add one with `autoreach account set`, or export the mails with `autoreach export`")]
    NoMailAccount,
    /// The account's password is not in the keychain.
    #[error("the password of the mail account is not in the keychain; set it again with `autoreach account set`")]
    NoMailPassword,
    /// The mail server refused the account.
    #[error(transparent)]
    Smtp(#[from] SmtpError),
    /// No run is under way in this workspace.
    #[error("no run is under way")]
    NoRun,
    /// The network client could not be built.
    #[error("the part that reads web pages could not be started")]
    NoNetworkClient,
    /// No step up is proposed.
    #[error("the evidence does not support the next level yet; the Trust screen and `autoreach trust` say what is missing")]
    NoStepUp,
    /// There is no lower level.
    #[error("this stage is at level 1 already: you review everything")]
    LowestLevel,
    /// The override asked for is not one.
    #[error(transparent)]
    Override(#[from] CannotOverride),
    /// Neither a day nor a reviewer was named.
    #[error("name a day or a reviewer whose decisions shall no longer be learned from")]
    NothingNamed,
    /// Nothing was decided then, or by them.
    #[error("no decision that is learned from fits this; nothing was changed")]
    NothingToUnlearn,
    /// An answer to the learned profile that cannot be given.
    #[error(transparent)]
    CannotAnswer(#[from] CannotAnswer),
    /// A new era without a reason.
    #[error("say what changed, so that everybody knows why earlier verdicts count less; nothing was changed")]
    EraWithoutReason,
    /// A text that is no reviewer's name.
    #[error("{0}; nothing was changed")]
    Reviewer(#[from] UnusableName),
    /// The name is taken.
    #[error("{0} is on the team already; nothing was changed")]
    ReviewerExists(Reviewer),
    /// Nobody of this name is on the team.
    #[error("nobody called {0} is on the team; `autoreach team list` lists everybody, `autoreach team add` adds somebody")]
    NoSuchReviewer(Reviewer),
    /// A kind of exception that cannot be muted.
    #[error("{0}; nothing was changed")]
    CannotMute(#[from] CannotMute),
    /// A note about a market that cannot be kept.
    #[error("{0}; nothing was changed")]
    MarketNote(#[from] InvalidNote),
    /// A schedule that can never begin.
    #[error("{0}; nothing was changed")]
    Schedule(#[from] InvalidSchedule),
    /// Companies cannot be looked for so.
    #[error(transparent)]
    CannotDiscover(#[from] CannotDiscover),
    /// A persona file of a simulation is not one.
    #[error("the persona cannot be used: {0}")]
    Persona(Wording),
    /// Something is being worked on that must end first.
    #[error("the agent is at work; pause it, wait a moment and try again, nothing was changed")]
    AgentAtWork,
    /// Somebody cannot be erased now.
    #[error(transparent)]
    CannotErase(#[from] CannotErase),
    /// A name that is no backup of this workspace.
    #[error("there is no backup of this name; `autoreach backup list` lists them")]
    NoSuchBackup,
    /// The demo's recorded pages are not readable: a broken build.
    #[error("the demo's recorded pages cannot be read")]
    DemoPages,
}

impl EngineError {
    /// The stable name of the cause, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Secrets(_) => "secrets",
            Self::Store(StoreError::InUse) => "store_in_use",
            Self::Store(StoreError::WrongKey) => "wrong_key",
            Self::Store(StoreError::Damaged | StoreError::DamagedOrWrongKey) => "store_damaged",
            Self::Store(StoreError::ReadOnly { .. }) => "store_read_only",
            Self::Store(StoreError::DiskFull(_)) => "disk_full",
            Self::Store(StoreError::BackupRejected { .. } | StoreError::TooNew { .. }) => "backup_rejected",
            Self::Store(_) => "store",
            Self::Table(TableError::NotFound { .. }) | Self::NoSuchItem => "not_found",
            Self::Table(_) => "table",
            Self::Ledger(_) => "send_ledger",
            Self::NoWorkspace(_) => "no_workspace",
            Self::WorkspaceExists(_) => "workspace_exists",
            Self::WorkspaceFile => "workspace_file",
            Self::NotSimulated => "not_simulated",
            Self::NoRandomness(_) => "no_randomness",
            Self::File { .. } => "file",
            Self::Import(_) => "import",
            Self::Mapping(_) => "mapping",
            Self::DefinitionUnreadable(_) | Self::Definition(_) | Self::UnknownValue(_) => "workflow_definition",
            Self::UnreadableScope(_) => "unreadable_scope",
            Self::NoRoomToSend => "no_room_to_send",
            Self::NoWorkflow => "no_workflow",
            Self::AmbiguousItem => "ambiguous_item",
            Self::CannotDecide(_) => "cannot_decide",
            Self::NotCleared(_) => "not_cleared",
            Self::Compose(_) => "compose",
            Self::NoRecipientFound => "no_recipient",
            Self::NothingToUndo => "nothing_to_undo",
            Self::NothingToRedo => "nothing_to_redo",
            Self::AlreadySent { .. } => "already_sent",
            Self::MailIsPast { .. } => "mail_is_past",
            Self::ImportUndone => "import_undone",
            Self::ImportHasSent { .. } => "import_has_sent",
            Self::Model(_) | Self::NoModelNamed => "model",
            Self::ModelsNotAllowed(_) => "models_not_allowed",
            Self::InstructionNotUnderstood { .. } | Self::EmptyInstruction => "instruction",
            Self::NoEngineKey | Self::UnusableEngineKey => "no_engine_key",
            Self::LeadChange(_) => "lead_change",
            Self::MailWaits => "mail_waits",
            Self::NothingToReadAgain => "nothing_to_read_again",
            Self::TestMailRefused { .. } | Self::TestMailUnanswered => "test_mail",
            Self::NoMailAccount => "no_mail_account",
            Self::NoMailPassword => "no_mail_password",
            Self::Smtp(_) => "smtp",
            Self::NoRun => "no_run",
            Self::NoNetworkClient => "no_network_client",
            Self::NoStepUp => "no_step_up",
            Self::LowestLevel => "lowest_level",
            Self::Override(_) => "override",
            Self::NothingNamed | Self::NothingToUnlearn => "nothing_to_unlearn",
            Self::CannotAnswer(_) => "cannot_answer",
            Self::EraWithoutReason => "era_without_reason",
            Self::Reviewer(_) | Self::ReviewerExists(_) | Self::NoSuchReviewer(_) => "reviewer",
            Self::CannotMute(_) => "cannot_mute",
            Self::MarketNote(_) => "market_note",
            Self::Schedule(_) => "schedule",
            Self::CannotDiscover(_) => "cannot_discover",
            Self::Persona(_) => "persona",
            Self::AgentAtWork => "agent_at_work",
            Self::CannotErase(_) => "cannot_erase",
            Self::NoSuchBackup => "no_such_backup",
            Self::DemoPages => "demo_pages",
        }
    }
}
