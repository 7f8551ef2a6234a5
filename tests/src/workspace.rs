//! A workspace in a temporary folder, opened with a passphrase, with one workflow.
//!
//! Simulated workspaces are the rule, because their key stretching costs nothing; they work on one lead at a time. Tests
//! about speed or about what lies on disk take an ordinary one.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use autoreach_domain::ids::ItemId;
use autoreach_domain::reviewer::Reviewer;
use autoreach_domain::workflow::{Workflow, WorkflowDefinition};
use autoreach_engine::Engine;
use autoreach_engine::error::EngineError;
use autoreach_engine::jobs::runner::RunProgress;
use autoreach_engine::pipeline::import::{ImportReport, ImportRequest};
use autoreach_engine::pipeline::send::{SendMode, SendReport};
use autoreach_engine::secrets::Secret;
use autoreach_engine::settings::{AccountSecurity, MailAccount};
use autoreach_engine::web::{Admitted, Budget, FetchError, FetchedPage, Limits, NetworkSource, PageSource};
use autoreach_engine::workflows::parse_definition;
use autoreach_engine::workspace::{Access, Opening, create, open};
use autoreach_testkit::site_server::SiteServer;
use autoreach_testkit::smtp_server::SmtpServer;
use jiff::Timestamp;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use url::Url;

/// The passphrase of every workspace made here.
pub const PASSPHRASE: &str = "four plain words suffice";

/// A simulated reviewer who knows what they want: manufacturers and forwarders of some size, wherever they are. Three weeks
/// of their verdicts earn level 2.
pub const DECIDED_REVIEWER: &str = r#"
name = "Runa"
bias = -1.0
noise = 0.2
[taste.industry]
logistics = 3.0
manufacturing = 2.0
food = -2.0
retail = -3.0
finance = -3.0
[taste.head_count]
"1-10" = -4.0
"11-50" = -2.5
"51-200" = 1.5
"201-500" = 1.0
[style]
edits = 0.0
"#;
/// The seed of the simulated ones.
const SEED: u64 = 7;

/// Which kind of workspace is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// As people have it: real key stretching, several leads at once.
    Ordinary,
    /// Made with a seed: cheap key stretching, one lead at a time.
    Simulated,
}

/// A workspace with its folder, which goes when this is dropped.
pub struct TestWorkspace {
    folder: TempDir,
    /// The open engine.
    pub engine: Arc<Engine>,
    /// Its workflow.
    pub workflow: Workflow,
}

impl TestWorkspace {
    /// A simulated workspace that reads `pages`, with mails held for `hold_minutes`.
    pub async fn new(pages: Arc<dyn PageSource>, hold_minutes: u32) -> Self {
        Self::of_kind(Kind::Simulated, pages, hold_minutes).await
    }

    /// A workspace of a kind.
    pub async fn of_kind(kind: Kind, pages: Arc<dyn PageSource>, hold_minutes: u32) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let seed = (kind == Kind::Simulated).then_some(SEED);
        let created = create(opening(folder.path(), pages, None), seed).await.expect("a workspace can be created");
        let set = created.engine.set_workflow(definition(hold_minutes)).await.expect("the workflow is sound");
        Self { folder, engine: created.engine, workflow: set.workflow }
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        self.folder.path()
    }

    /// Imports a lead file; every row that is new becomes a lead.
    pub async fn import(&self, csv: &str) -> ImportReport {
        self.try_import(csv.as_bytes()).await.expect("the lead file is one")
    }

    /// Imports bytes that may be no lead file.
    pub async fn try_import(&self, bytes: &[u8]) -> Result<ImportReport, EngineError> {
        self.engine.import(&self.import_request(bytes)).await
    }

    /// An import of CSV bytes that keeps possible duplicates out.
    pub fn import_request<'a>(&self, bytes: &'a [u8]) -> ImportRequest<'a> {
        let (workflow_id, parser) = (self.workflow.id, Path::new("no workbook is read"));
        ImportRequest { workflow_id, file_name: "leads.csv", bytes, overrides: &[], takes_unsure: false, parser }
    }

    /// Starts the run, or goes on with it, and works until nothing is left to do.
    pub async fn run(&self) -> RunProgress {
        let run = self.engine.start_run(self.workflow.id).await.expect("a run starts");
        self.engine.work(run, &CancellationToken::new()).await.expect("a run ends")
    }

    /// The open items in queue order.
    pub async fn open_items(&self) -> Vec<ItemId> {
        let lines = self.engine.queue(0, 200).await.expect("the queue can be read");
        lines.into_iter().map(|line| line.item).collect()
    }

    /// Closes the engine and opens the workspace anew, as after a restart.
    pub async fn reopened(self, pages: Arc<dyn PageSource>) -> Self {
        Self::open(self.closed().await, pages).await
    }

    /// Opens the workspace in a folder where one was closed.
    pub async fn open(folder: TempDir, pages: Arc<dyn PageSource>) -> Self {
        let engine = open(opening(folder.path(), pages, None)).await.expect("a closed workspace opens again");
        let workflow = engine.workflow(None).await.expect("it has its workflow");
        Self { folder, engine, workflow }
    }

    /// Closes the engine and keeps the folder.
    pub async fn closed(self) -> TempDir {
        self.engine.close().await;
        self.folder
    }

    /// Hands over what is due, as the workspace is set.
    pub async fn send(&self) -> SendReport {
        self.engine.send_due(SendMode::AsSet, &CancellationToken::new()).await.expect("sending runs")
    }

    /// Sends through `server` from now on, and for real.
    pub async fn send_through(&self, server: &SmtpServer) {
        self.engine.set_mail_account(&account(server), None).await.expect("an account can be set");
        self.engine.set_dry_run(false).await.expect("dry run can be switched off");
    }
}

/// How a workspace made here is opened.
pub fn opening(dir: &Path, pages: Arc<dyn PageSource>, at: Option<Timestamp>) -> Opening {
    let access = Access::Passphrase(Secret::new(PASSPHRASE.to_owned()));
    Opening { dir: dir.to_owned(), access, pages, at, reviewer: Reviewer::from("Ana".to_owned()) }
}

/// A mail account at a test server, without a login.
pub fn account(server: &SmtpServer) -> MailAccount {
    let address = server.addr();
    let (host, port) = (address.ip().to_string(), address.port());
    MailAccount { host, port, security: AccountSecurity::None, username: String::new(), extra_root: None }
}

/// The network as a run sees it with `--resolve-file`: the hosts of `server` are admitted, nothing else private is.
pub fn pages_of(server: &SiteServer) -> Arc<dyn PageSource> {
    let admitted = Admitted::parse(server.resolve_lines().lines()).expect("the server writes lines that can be read");
    Arc::new(NetworkSource::new(admitted, Limits::default()).expect("a client can be made"))
}

/// A source without a network behind it. It counts who asks, so that a story can say that nobody did.
#[derive(Debug, Default)]
pub struct NoNetwork {
    asked: AtomicUsize,
}

impl NoNetwork {
    /// How often a page was asked for.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

#[async_trait::async_trait]
impl PageSource for NoNetwork {
    async fn get(&self, _: &Url, _: &Budget) -> Result<FetchedPage, FetchError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Err(FetchError::Unreachable)
    }

    fn has_network(&self) -> bool {
        false
    }
}

/// The workflow of every test.
pub fn definition(hold_minutes: u32) -> WorkflowDefinition {
    parse_definition(&definition_toml(hold_minutes)).expect("the text below is a definition")
}

/// The same as people write it.
pub fn definition_toml(hold_minutes: u32) -> String {
    format!(
        r#"name = "Harbour freight"

[icp]
summary = "Freight and manufacturing companies of 50 to 500 people in northern Europe."
head_count = {{ min = 50, max = 500 }}
industries = ["logistics", "manufacturing"]
countries = ["DK", "SE", "NO", "FI", "DE"]
technologies = ["SAP"]
signals = ["hiring"]
roles = ["logistics", "operations", "supply chain"]

[messaging]
preferred_openers = ["hiring", "news"]

[messaging.offer]
en = "Portwise re-plans shipments when ports are late, so planners confirm a plan instead of re-booking every container by hand."

[messaging.question]
en = "Would 20 minutes next week be worth it?"

[sender]
name = "Alex Berg"
email = "alex@portwise.example"
company = "Portwise"
postal_address = "Portwise, Havnegade 1, 8000 Aarhus C, Denmark"

[sender.opt_out]
en = "Reply \"no\" and I will not write again."

[sending]
hold_minutes = {hold_minutes}
daily_cap = 2000
"#
    )
}
