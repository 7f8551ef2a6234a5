//! A small simulated workspace for the tests beside the use cases: three invented companies on recorded pages.

use crate::Engine;
use crate::pipeline::import::ImportRequest;
use crate::review::decide::{DecideOutcome, DecideRequest};
use crate::workspace::{Access, Opening, create, open};
use autoreach_domain::confidence::Features;
use autoreach_domain::decision::{Decision, Event, Reason, Stage, Verdict};
use autoreach_domain::ids::{DecisionId, GestureId, ItemId};
use autoreach_domain::oversight::marks::is_shared;
use autoreach_domain::review::{Gesture, Part};
use autoreach_domain::reviewer::Reviewer;
use autoreach_secrets::Secret;
use autoreach_store::journal;
use autoreach_store::tables::workflow;
use autoreach_web::{Budget, FetchError, FetchedPage, PageSource, RecordedSource};
use jiff::Timestamp;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use url::Url;

const WORKFLOW: &str = r#"
name = "Nordic freight"
[icp]
head_count = { min = 50, max = 500 }
industries = ["logistics"]
countries = ["DK", "DE"]
[messaging]
offer = { en = "We read the delay feeds of 60 ports and write the changed arrival times back into your plan. Planners then see only the shipments that need a decision, and the rest of the plan moves by itself." }
question = { en = "Worth a look next week?" }
[sender]
name = "Alex Berg"
email = "alex@portwise.example"
company = "Portwise"
postal_address = "Havnegade 1, 8000 Aarhus"
opt_out = { en = "Reply 'no' and I will not write again." }
"#;

const LEADS: &str = "Company,Website,First Name,Last Name,Title,Email,Country\n\
    Orbital Freight,https://orbital.example,Wei,Rao,VP Operations,wei.rao@orbital.example,Denmark\n\
    Vantage Lines,https://vantage.example,Ada,Costa,Head of Supply Chain,ada.costa@vantage.example,Denmark\n\
    Quanta Cargo,https://quanta.example,Jo,Lind,Logistics Lead,,Denmark\n";

/// A simulated workspace with its folder.
pub(crate) struct Desk {
    pub(crate) engine: Arc<Engine>,
    pub(crate) dir: TempDir,
}

pub(crate) fn noon() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().expect("an instant")
}

fn page(company: &str, host: &str, people: u32) -> (String, Vec<u8>) {
    let body = format!(
        "<html lang=en><title>{company}</title><h1>{company}</h1><p>{company} is a freight forwarding and logistics company. \
         We employ {people} people in Aarhus, Denmark.</p><p>We plan our shipments with SAP S/4HANA.</p>\
         <p>Write to us: <a href='mailto:info@{host}'>info@{host}</a></p><footer>© 2026 {company} A/S, Havnegade 9, Aarhus, Denmark</footer>"
    );
    let answer = format!("GET https://{host}/\nHTTP/1.1 200 OK\ncontent-type: text/html; charset=utf-8\n\n{body}");
    (format!("{host}.http"), answer.into_bytes())
}

fn pages() -> Arc<dyn PageSource> {
    let sites = [
        page("Orbital Freight", "orbital.example", 146),
        page("Vantage Lines", "vantage.example", 80),
        page("Quanta Cargo", "quanta.example", 210),
    ];
    Arc::new(RecordedSource::from_files_dated(sites, noon()).expect("the recordings are well formed"))
}

/// A network that is away until it is switched on.
pub(crate) struct Switched {
    pages: Arc<dyn PageSource>,
    is_on: AtomicBool,
    refused: AtomicUsize,
}

impl Switched {
    pub(crate) fn off() -> Arc<Self> {
        Arc::new(Self { pages: pages(), is_on: AtomicBool::new(false), refused: AtomicUsize::new(0) })
    }

    pub(crate) fn switch_on(&self) {
        self.is_on.store(true, Ordering::SeqCst);
    }

    /// Pages asked for in vain.
    pub(crate) fn refused(&self) -> usize {
        self.refused.load(Ordering::SeqCst)
    }
}

#[async_trait::async_trait]
impl PageSource for Switched {
    async fn get(&self, url: &Url, budget: &Budget) -> Result<FetchedPage, FetchError> {
        if self.has_network() {
            return self.pages.get(url, budget).await;
        }
        self.refused.fetch_add(1, Ordering::SeqCst);
        Err(FetchError::Unreachable)
    }

    fn has_network(&self) -> bool {
        self.is_on.load(Ordering::SeqCst)
    }
}

fn opening(dir: &Path, at: Timestamp) -> Opening {
    let access = Access::Passphrase(Secret::new("a long passphrase"));
    Opening { dir: dir.to_owned(), access, pages: pages(), at: Some(at), reviewer: Reviewer::from("Ana".to_owned()) }
}

impl Desk {
    /// A new workspace with the workflow and nothing else.
    pub(crate) async fn empty() -> Self {
        Self::empty_with(pages()).await
    }

    /// The same on other pages.
    pub(crate) async fn empty_with(pages: Arc<dyn PageSource>) -> Self {
        Self::begun(pages, 7).await
    }

    async fn begun(pages: Arc<dyn PageSource>, seed: u64) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let opening = Opening { pages, ..opening(dir.path(), noon()) };
        let engine = create(opening, Some(seed)).await.expect("creates").engine;
        let definition = crate::workflows::parse_definition(WORKFLOW).expect("well formed");
        engine.set_workflow(definition).await.expect("sets");
        Self { engine, dir }
    }

    /// With three leads researched and waiting for review.
    pub(crate) async fn with_a_queue() -> Self {
        let desk = Self::empty().await;
        desk.import_leads().await;
        desk.work().await;
        desk
    }

    /// With three leads waiting, the one of this company drawn to be judged by a second person too.
    pub(crate) async fn with_a_shared_item() -> (Self, String) {
        for seed in 1.. {
            let desk = Self::begun(pages(), seed).await;
            desk.import_leads().await;
            desk.work().await;
            let workflow_id = desk.engine.workflow(None).await.expect("there is one").id;
            let key = workflow::mark_key(desk.engine.store.read(), workflow_id).await.expect("has a key");
            // A lead with a mail address, so that it can be accepted as it is.
            for company in ["Orbital", "Vantage"] {
                if is_shared(&key, desk.item_of(company).await) {
                    return (desk, company.to_owned());
                }
            }
        }
        unreachable!("one item in twenty is shared")
    }

    /// Lets somebody decide, who is added where they are new.
    pub(crate) async fn turn_of(&self, name: &str) {
        if !self.engine.reviewers().await.expect("reads").names.iter().any(|known| known == name) {
            self.engine.add_reviewer(name).await.expect("adds");
        }
        self.engine.use_reviewer(name).await.expect("uses");
    }

    /// Imports the three leads.
    pub(crate) async fn import_leads(&self) {
        self.import(LEADS).await;
    }

    pub(crate) async fn import(&self, csv: &str) -> crate::pipeline::import::ImportReport {
        let workflow_id = self.engine.workflow(None).await.expect("there is one").id;
        let request = ImportRequest {
            workflow_id,
            file_name: "leads.csv",
            bytes: csv.as_bytes(),
            overrides: &[],
            takes_unsure: false,
            parser: Path::new("no-workbooks-here"),
        };
        self.engine.import(&request).await.expect("imports")
    }

    /// Works off all that is due.
    pub(crate) async fn work(&self) {
        let workflow_id = self.engine.workflow(None).await.expect("there is one").id;
        let run = self.engine.start_run(workflow_id).await.expect("starts");
        self.engine.work(run, &CancellationToken::new()).await.expect("works");
    }

    /// Closes the workspace and opens it again at `at`.
    pub(crate) async fn reopen(self, at: Timestamp) -> Self {
        let Self { engine, dir } = self;
        engine.close().await;
        Self::opened(dir, at).await
    }

    /// The workspace in a folder, opened at `at`.
    pub(crate) async fn opened(dir: TempDir, at: Timestamp) -> Self {
        let engine = open(opening(dir.path(), at)).await.expect("opens");
        Self { engine, dir }
    }

    pub(crate) async fn item_of(&self, company: &str) -> ItemId {
        self.engine.find_item(company).await.expect("is in the queue")
    }

    pub(crate) async fn decide(&self, company: &str, gesture: Gesture) -> Result<DecideOutcome, crate::error::EngineError> {
        let item = self.item_of(company).await;
        self.engine.decide(DecideRequest::plain(item, gesture)).await
    }

    /// Digest of what was learned.
    pub(crate) async fn learner_digest(&self) -> [u8; 32] {
        let workflow_id = self.engine.workflow(None).await.expect("there is one").id;
        let mut memory = self.engine.memory.lock().await;
        memory.of(&self.engine.store, workflow_id).await.expect("folds").trust.digest()
    }

    /// Accepts Orbital Freight, then journals the same verdict again for invented leads with these properties: accepted or
    /// not, with reasons and a note.
    pub(crate) async fn judge_invented(&self, verdicts: impl IntoIterator<Item = Invented>) {
        self.decide("Orbital", Gesture::Accept(Part::All)).await.expect("accepts");
        let workflow_id = self.engine.workflow(None).await.expect("there is one").id;
        let decided = journal::events_of_kinds(self.engine.store.read(), workflow_id, &["decided"]).await.expect("reads");
        let of_leads = decided.into_iter().find_map(|entry| match entry.event {
            Event::Decided(decision) if decision.stage == Stage::Qualification => Some(*decision),
            _ => None,
        });
        let template = of_leads.expect("the lead was judged");
        let events = verdicts.into_iter().zip(0_u32..).flat_map(|(invented, number)| {
            let Invented { features, accepted, reasons, note } = invented;
            let id: [u8; 10] = std::array::from_fn(|place| if place < 4 { number.to_be_bytes()[place] } else { 9 });
            let verdict = if accepted { Verdict::Accept } else { Verdict::Reject };
            let gesture_id = GestureId::new(noon(), id);
            let arrived = Event::Arrived { workflow_id, lead_id: template.lead_id, features: features.clone() };
            let decision = Decision { id: DecisionId::new(noon(), id), gesture_id, features, verdict, reasons, note, ..template.clone() };
            [arrived, Event::Decided(Box::new(decision))]
        });
        let events: Vec<Event> = events.collect();
        let tx = self.engine.store.begin().await.expect("begins");
        journal::append(&*tx, &events, noon()).await.expect("appends");
        tx.commit().await.expect("commits");
        self.engine.settle_trust(workflow_id).await.expect("looks at the evidence");
    }
}

/// A verdict on a lead that was never imported.
pub(crate) struct Invented {
    pub(crate) features: Features,
    pub(crate) accepted: bool,
    pub(crate) reasons: Vec<Reason>,
    pub(crate) note: String,
}

impl Invented {
    /// A lead with one property, without a reason or a note.
    pub(crate) fn with(name: &str, reading: &str, accepted: bool) -> Self {
        let mut features = Features::default();
        features.category(name, reading);
        Self { features, accepted, reasons: Vec::new(), note: String::new() }
    }

    /// So many rounds in which each of some readings is accepted and one is not.
    pub(crate) fn rounds(rounds: usize, name: &str, accepted: &[&str], rejected: &str) -> Vec<Self> {
        let round = || accepted.iter().map(|reading| (*reading, true)).chain([(rejected, false)]);
        (0..rounds).flat_map(|_| round()).map(|(reading, accepted)| Self::with(name, reading, accepted)).collect()
    }
}
