//! The use cases: the only crate that sees all the others.
//!
//! One lead runs along one straight path, a file per arrow in [`pipeline`], a durable row per arrow in [`jobs`]. The
//! other folders are use cases by noun; their requests and views are what the command line and the window exchange with
//! the engine. A use case is one transaction: effect, journal entry and next job together, or nothing.
//!
//! Reading a queue and deciding never touch the network. Rules live in `autoreach-domain`; an `if` about business in
//! here is a rule looking for its home.

#[cfg(test)]
mod canaries;
pub mod clock;
pub mod context;
pub mod data;
pub mod demo;
pub mod discovery;
pub mod egress;
pub mod error;
#[cfg(test)]
mod injected_pages;
pub mod insights;
pub mod jobs;
pub mod leads;
mod memory;
mod network;
pub mod notices;
pub mod outbox;
pub mod overview;
pub mod pipeline;
pub mod places;
pub mod profile;
pub mod review;
pub mod schedule;
pub mod settings;
pub mod simulation;
mod style;
pub mod suppression;
pub mod team;
#[cfg(test)]
mod testing;
pub mod trust;
pub mod upkeep;
pub mod verify;
pub mod workflows;
pub mod workspace;

pub use autoreach_domain as domain;
pub use autoreach_learning as learning;
pub use autoreach_secrets as secrets;
pub use autoreach_store::StoreError;
pub use autoreach_store::tables::TableError;
pub use autoreach_store::tables::lead_import::LeadImport;
pub use autoreach_store::tables::page_snapshot::StoredPage;
pub use autoreach_web as web;

use autoreach_domain::reviewer::Reviewer;
use autoreach_secrets::{DataKey, SecretStore};
use autoreach_store::{ReadOnlyReason, SendLedger, Store};
use autoreach_web::PageSource;
use clock::{Clock, Randomness};
use error::EngineError;
use jiff::Timestamp;
use memory::Memory;
use network::Network;
use settings::at_work::Models;
use settings::engine::DetectedEngine;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zeroize::Zeroizing;

/// The key of Message-IDs, derived from the data key.
struct MailKey(Zeroizing<[u8; 32]>);

/// An open workspace. Cheap to share; every use case is a method in the file of its noun.
pub struct Engine {
    dir: PathBuf,
    store: Store,
    ledger: SendLedger,
    mail_key: MailKey,
    data_key: DataKey,
    lock: workspace::Lock,
    /// What became of the mails when this opening was the first after a backup was put back.
    restored: Option<data::restore::Settled>,
    secrets: Box<dyn SecretStore>,
    clock: Clock,
    randomness: Randomness,
    is_simulated: bool,
    memory: tokio::sync::Mutex<Memory>,
    /// One sending run at a time.
    sending: tokio::sync::Mutex<()>,
    pages: Arc<dyn PageSource>,
    network: Network,
    /// The chosen models, once they were needed.
    models: tokio::sync::Mutex<Option<Models>>,
    /// Model servers that were found on this computer last.
    detected: std::sync::Mutex<Vec<DetectedEngine>>,
    /// Names this process as an owner of jobs and mails.
    instance: String,
    /// How many items make a good sitting, of the sitting under way.
    batch: std::sync::Mutex<Option<team::pace::KnownBatch>>,
    /// Who decides at present; people at one computer take turns.
    reviewer: std::sync::RwLock<Reviewer>,
}

/// The argument with which a process is started that reads one workbook and nothing else.
pub const PARSER_ARGUMENT: &str = autoreach_import::xlsx::PARSER_ARGUMENT;

/// The work of such a process: a workbook on standard input, the table as JSON on standard output.
pub fn parse_workbook_child() -> std::process::ExitCode {
    autoreach_import::xlsx::run_parser_child(std::io::stdin().lock(), std::io::stdout().lock())
}

impl Engine {
    /// The workspace's folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The instant it is for this workspace.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Why nothing can be changed, or `None`.
    pub fn read_only_reason(&self) -> Option<ReadOnlyReason> {
        self.store.read_only_reason()
    }

    /// A new id of any kind.
    fn id<T>(&self, new: impl Fn(Timestamp, [u8; 10]) -> T) -> Result<T, EngineError> {
        Ok(new(self.clock.now(), self.randomness.bytes()?))
    }

    /// Closes the store, so that everything lies in the one file and the lock is free.
    pub async fn close(self: Arc<Self>) {
        if let Some(engine) = Arc::into_inner(self) {
            engine.store.close().await;
        }
    }
}
