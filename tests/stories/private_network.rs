//! A lead file full of addresses that lead into the user's own network: not one connection, and every lead says why.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use autoreach_acceptance::raw::Raw;
use autoreach_acceptance::workspace::{Kind, TestWorkspace};
use autoreach_domain::ids::LeadId;
use autoreach_domain::lead::Lead;
use autoreach_engine::web::{Admitted, Limits, NetworkSource};
use autoreach_store::tables::lead;
use autoreach_testkit::site_server::Company;
use jiff::Timestamp;
use serde_json::Value;

use crate::support::development_data;

/// Counts whoever knocks at the ports that services of a computer and its network listen on.
fn listeners() -> (Arc<AtomicUsize>, usize) {
    let heard = Arc::new(AtomicUsize::new(0));
    let ports = [0, 22, 25, 80, 443, 3_000, 6_379, 8_000, 8_080, 8_443, 11_434];
    let wanted = ["127.0.0.1", "127.0.0.2", "[::1]"].iter().flat_map(|host| ports.map(|port| format!("{host}:{port}")));
    let bound: Vec<TcpListener> = wanted.filter_map(|address| TcpListener::bind(address).ok()).collect();
    let count = bound.len();
    for listener in bound {
        let heard = Arc::clone(&heard);
        // Ends with the test program.
        std::thread::spawn(move || {
            for _ in listener.incoming() {
                heard.fetch_add(1, Ordering::SeqCst);
            }
        });
    }
    (heard, count)
}

fn cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The addresses of the development data; where they are missing, the test says so and ends.
fn addresses(test: &str) -> Option<Vec<String>> {
    let rows: Vec<Value> = serde_json::from_str(&development_data(test, "security/ssrf/patt_ssrf_urls.json")?).expect("a list");
    Some(rows.iter().filter_map(|row| row["url"].as_str()).map(str::to_owned).collect())
}

/// An empty workspace on the network as people have it: nothing private is admitted.
async fn on_the_network() -> TestWorkspace {
    TestWorkspace::of_kind(Kind::Ordinary, network(), 10).await
}

fn network() -> Arc<NetworkSource> {
    Arc::new(NetworkSource::new(Admitted::none(), Limits::default()).expect("a client can be made"))
}

/// Runs the workspace and reads every item: no page was read, nobody knocked, and every card asks for a person. Gives
/// the number of leads whose website the fetcher refused.
async fn refused_by_the_fetcher(workspace: &TestWorkspace, leads: usize, heard: &AtomicUsize) -> usize {
    let progress = workspace.run().await;
    assert_eq!((progress.drafted, progress.given_up), (leads as u64, 0), "{progress:?}");
    assert_eq!(heard.load(Ordering::SeqCst), 0, "somebody knocked");
    let mut refused = 0;
    for item in workspace.open_items().await {
        let view = workspace.engine.item(item).await.expect("reads");
        let card = &view.item.card;
        assert!(card.dossier.pages.is_empty(), "{:?} was read", card.dossier.pages);
        assert!(!card.exceptions.is_empty(), "{} does not say why it needs a person", view.lead.company);
        refused += usize::from(!card.dossier.problems.is_empty());
    }
    refused
}

/// A lead file with these websites. The import turns most of them away.
async fn by_lead_file(urls: &[String]) -> TestWorkspace {
    let line = |(number, url): (usize, &String)| {
        let Company { name, first_name, last_name, .. } = Company::number(number);
        format!("{name},{},{first_name} {last_name}\n", cell(url))
    };
    let lines: String = urls.iter().enumerate().map(line).collect();
    let workspace = on_the_network().await;
    let report = workspace.import(&format!("Company,Website,Name\n{lines}")).await;
    assert_eq!(report.new, urls.len(), "a bad website costs no lead: {report:?}");
    workspace
}

/// Leads that have these websites although the import would not let them in: the fetcher must not rely on that.
async fn past_the_import(urls: &[String]) -> TestWorkspace {
    let workspace = on_the_network().await;
    workspace.import("Company,Name\nAlvmark Freight,Wei Raovik\n").await;
    let workflow_id = workspace.workflow.id;
    let folder = workspace.closed().await;
    let raw = Raw::open(folder.path()).await;
    let model = lead::of_workflow(raw.store.read(), workflow_id, autoreach_store::tables::lead::Shelf::All).await.expect("reads").remove(0);
    let with = |(number, url): (usize, &String)| {
        let mut random = [0; 10];
        random[2..].copy_from_slice(&(number as u64).to_be_bytes());
        Lead { id: LeadId::new(Timestamp::now(), random), website: Some(url.clone()), ..model.clone() }
    };
    let leads: Vec<Lead> = urls.iter().enumerate().map(with).collect();
    let tx = raw.store.begin().await.expect("begins");
    lead::insert_all(&*tx, &leads).await.expect("the rows fit");
    tx.commit().await.expect("commits");
    raw.store.close().await;
    TestWorkspace::open(folder, network()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_lead_makes_the_researcher_touch_the_users_own_network() {
    let Some(urls) = addresses("no_lead_makes_the_researcher_touch_the_users_own_network") else { return };
    let (heard, listening) = listeners();
    assert!(listening >= 10, "only {listening} ports could be listened on");
    let refused = refused_by_the_fetcher(&by_lead_file(&urls).await, urls.len(), &heard).await;
    assert!(refused > 10, "only {refused} addresses got past the import");
    let refused = refused_by_the_fetcher(&past_the_import(&urls).await, urls.len() + 1, &heard).await;
    assert!(refused > 80, "only {refused} addresses came as far as the fetcher");
}
