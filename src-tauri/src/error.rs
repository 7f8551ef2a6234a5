//! What a failed command says to the window: a stable code, and one sentence without lead data. The words people read
//! stand in the interface, one entry for each code.

use autoreach_engine::StoreError;
use autoreach_engine::TableError;
use autoreach_engine::error::EngineError;
use autoreach_engine::secrets::SecretError;
use serde::Serialize;
use ts_rs::TS;

/// The causes a window tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ErrorCode {
    /// A key, passphrase or recovery key does not open the workspace.
    Secrets,
    /// The keychain did not do what was asked.
    Keychain,
    /// Another program has the workspace open.
    StoreInUse,
    /// The key is not the workspace's.
    WrongKey,
    /// The database is damaged.
    StoreDamaged,
    /// Nothing can be changed.
    StoreReadOnly,
    /// The disk is full.
    DiskFull,
    /// The database did not answer.
    Store,
    /// It is no longer there.
    NotFound,
    /// A row could not be read or written.
    Table,
    /// The record of sent mails could not be written.
    SendLedger,
    /// There is no workspace, or none is open.
    NoWorkspace,
    /// There is one already.
    WorkspaceExists,
    /// `workspace.json` cannot be read.
    WorkspaceFile,
    /// A date was named in an ordinary workspace.
    NotSimulated,
    /// The system gave no random bytes.
    NoRandomness,
    /// A file could not be read or written.
    File,
    /// A lead file is no table.
    Import,
    /// A column was mapped to nothing.
    Mapping,
    /// The workflow cannot be used.
    WorkflowDefinition,
    /// An entry of the do-not-contact list names nobody.
    UnreadableScope,
    /// The disk is too full to record what is sent.
    NoRoomToSend,
    /// There is no workflow.
    NoWorkflow,
    /// Several items match.
    AmbiguousItem,
    /// The gesture does not fit the item.
    CannotDecide,
    /// The mail cannot go out as it is.
    NotCleared,
    /// The mail could not be composed.
    Compose,
    /// Nobody to write to.
    NoRecipient,
    /// Nothing to undo.
    NothingToUndo,
    /// Nothing to redo.
    NothingToRedo,
    /// The mail has left.
    AlreadySent,
    /// The mail has moved on.
    MailIsPast,
    /// The import was taken back before.
    ImportUndone,
    /// Mails of the import have left.
    ImportHasSent,
    /// A model could not be asked, or gave nothing usable.
    Model,
    /// The settings let nothing go to this model.
    ModelsNotAllowed,
    /// What a mail should be changed to is not understood.
    Instruction,
    /// The engine needs a key.
    NoEngineKey,
    /// A lead cannot be changed so.
    LeadChange,
    /// A mail to the lead waits in the outbox.
    MailWaits,
    /// The lead is not one whose pages are read again.
    NothingToReadAgain,
    /// The test mail did not go through.
    TestMail,
    /// No mail account.
    NoMailAccount,
    /// No password for it.
    NoMailPassword,
    /// The mail server refused.
    Smtp,
    /// No run is under way.
    NoRun,
    /// The part that reads pages did not start.
    NoNetworkClient,
    /// The evidence does not support the next level.
    NoStepUp,
    /// There is no lower level.
    LowestLevel,
    /// The override asked for is none.
    Override,
    /// No decision fits what was named.
    NothingToUnlearn,
    /// The learned profile cannot be answered so.
    CannotAnswer,
    /// A new era without a reason.
    EraWithoutReason,
    /// A name is none, is taken, or is nobody's.
    Reviewer,
    /// The kind of exception cannot be muted.
    CannotMute,
    /// A note about a market that says nothing, or stops everything.
    MarketNote,
    /// A schedule that can never begin.
    Schedule,
    /// Companies cannot be looked for so.
    CannotDiscover,
    /// The agent is at work on what would change.
    AgentAtWork,
    /// Somebody cannot be erased now.
    CannotErase,
    /// A backup is not sound, or of a newer program.
    BackupRejected,
    /// A name that is no backup.
    NoSuchBackup,
    /// The demo cannot be read.
    DemoPages,
    /// Something of the shell itself.
    Unexpected,
}

impl ErrorCode {
    /// The code of an engine's error.
    pub(crate) fn of(error: &EngineError) -> Self {
        match error {
            EngineError::Secrets(SecretError::Keychain(_)) => Self::Keychain,
            EngineError::Secrets(_) => Self::Secrets,
            EngineError::Store(error) => Self::of_store(error),
            EngineError::Table(TableError::NotFound { .. }) | EngineError::NoSuchItem => Self::NotFound,
            EngineError::Table(_) => Self::Table,
            EngineError::Ledger(_) => Self::SendLedger,
            EngineError::NoWorkspace(_) => Self::NoWorkspace,
            EngineError::WorkspaceExists(_) => Self::WorkspaceExists,
            EngineError::WorkspaceFile => Self::WorkspaceFile,
            EngineError::NotSimulated => Self::NotSimulated,
            EngineError::NoRandomness(_) => Self::NoRandomness,
            EngineError::File { .. } => Self::File,
            EngineError::Import(_) => Self::Import,
            EngineError::Mapping(_) => Self::Mapping,
            EngineError::DefinitionUnreadable(_) | EngineError::Definition(_) | EngineError::UnknownValue(_) => Self::WorkflowDefinition,
            EngineError::UnreadableScope(_) => Self::UnreadableScope,
            EngineError::NoRoomToSend => Self::NoRoomToSend,
            EngineError::NoWorkflow => Self::NoWorkflow,
            EngineError::AmbiguousItem => Self::AmbiguousItem,
            EngineError::CannotDecide(_) => Self::CannotDecide,
            EngineError::NotCleared(_) => Self::NotCleared,
            EngineError::Compose(_) => Self::Compose,
            EngineError::NoRecipientFound => Self::NoRecipient,
            EngineError::NothingToUndo => Self::NothingToUndo,
            EngineError::NothingToRedo => Self::NothingToRedo,
            EngineError::AlreadySent { .. } => Self::AlreadySent,
            EngineError::MailIsPast { .. } => Self::MailIsPast,
            EngineError::ImportUndone => Self::ImportUndone,
            EngineError::ImportHasSent { .. } => Self::ImportHasSent,
            EngineError::Model(_) | EngineError::NoModelNamed => Self::Model,
            EngineError::ModelsNotAllowed(_) => Self::ModelsNotAllowed,
            EngineError::InstructionNotUnderstood { .. } | EngineError::EmptyInstruction => Self::Instruction,
            EngineError::NoEngineKey | EngineError::UnusableEngineKey => Self::NoEngineKey,
            EngineError::LeadChange(_) => Self::LeadChange,
            EngineError::MailWaits => Self::MailWaits,
            EngineError::NothingToReadAgain => Self::NothingToReadAgain,
            EngineError::TestMailRefused { .. } | EngineError::TestMailUnanswered => Self::TestMail,
            EngineError::NoMailAccount => Self::NoMailAccount,
            EngineError::NoMailPassword => Self::NoMailPassword,
            EngineError::Smtp(_) => Self::Smtp,
            EngineError::NoRun => Self::NoRun,
            EngineError::NoNetworkClient => Self::NoNetworkClient,
            EngineError::NoStepUp => Self::NoStepUp,
            EngineError::LowestLevel => Self::LowestLevel,
            EngineError::Override(_) => Self::Override,
            EngineError::NothingNamed | EngineError::NothingToUnlearn => Self::NothingToUnlearn,
            EngineError::CannotAnswer(_) => Self::CannotAnswer,
            EngineError::EraWithoutReason => Self::EraWithoutReason,
            EngineError::CannotMute(_) => Self::CannotMute,
            EngineError::MarketNote(_) => Self::MarketNote,
            EngineError::Schedule(_) => Self::Schedule,
            EngineError::CannotDiscover(_) => Self::CannotDiscover,
            EngineError::AgentAtWork => Self::AgentAtWork,
            EngineError::CannotErase(_) => Self::CannotErase,
            EngineError::NoSuchBackup => Self::NoSuchBackup,
            EngineError::DemoPages => Self::DemoPages,
            EngineError::Reviewer(_) | EngineError::ReviewerExists(_) | EngineError::NoSuchReviewer(_) => Self::Reviewer,
            EngineError::Persona(_) => Self::Unexpected,
        }
    }

    fn of_store(error: &StoreError) -> Self {
        match error {
            StoreError::InUse => Self::StoreInUse,
            StoreError::WrongKey => Self::WrongKey,
            StoreError::Damaged | StoreError::DamagedOrWrongKey => Self::StoreDamaged,
            StoreError::ReadOnly { .. } => Self::StoreReadOnly,
            StoreError::DiskFull(_) => Self::DiskFull,
            StoreError::BackupRejected { .. } | StoreError::TooNew { .. } => Self::BackupRejected,
            _ => Self::Store,
        }
    }
}

/// A failed command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub(crate) struct CommandError {
    /// The cause, for the program.
    pub(crate) code: ErrorCode,
    /// One sentence, for people who read on.
    pub(crate) message: String,
}

impl CommandError {
    /// A failure of the shell itself.
    pub(crate) fn unexpected(message: &str) -> Self {
        Self { code: ErrorCode::Unexpected, message: message.to_owned() }
    }

    /// No workspace is open.
    pub(crate) fn not_open() -> Self {
        Self { code: ErrorCode::NoWorkspace, message: "no workspace is open".to_owned() }
    }

    /// The workspace was opened to look only.
    pub(crate) fn opened_for_reading() -> Self {
        Self { code: ErrorCode::StoreReadOnly, message: "the workspace was opened for reading only".to_owned() }
    }

    /// The system names no data folder.
    pub(crate) fn no_data_folder() -> Self {
        Self { code: ErrorCode::File, message: "the system names no folder for programs' data".to_owned() }
    }
}

impl From<EngineError> for CommandError {
    fn from(error: EngineError) -> Self {
        Self { code: ErrorCode::of(&error), message: error.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_and_the_command_line_call_a_cause_by_the_same_name() {
        for error in [EngineError::NoRun, EngineError::NothingToUndo, EngineError::NoSuchItem, EngineError::Store(StoreError::InUse)] {
            let said = serde_json::to_value(ErrorCode::of(&error)).expect("codes are texts");
            assert_eq!(said, error.code());
        }
    }
}
