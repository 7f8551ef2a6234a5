//! A lead file full of addresses that lead into the user's own network: not one connection, and every lead says why.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use autoreach_acceptance::workspace::{Kind, TestWorkspace};
use autoreach_engine::web::{Admitted, Limits, NetworkSource};
use autoreach_testkit::site_server::Company;
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

#[tokio::test(flavor = "multi_thread")]
async fn no_lead_file_makes_the_researcher_touch_the_users_own_network() {
    let name = "no_lead_file_makes_the_researcher_touch_the_users_own_network";
    let Some(json) = development_data(name, "security/ssrf/patt_ssrf_urls.json") else { return };
    let rows: Vec<Value> = serde_json::from_str(&json).expect("a list");
    let urls: Vec<&str> = rows.iter().filter_map(|row| row["url"].as_str()).collect();
    let (heard, listening) = listeners();
    assert!(listening >= 10, "only {listening} ports could be listened on");
    let line = |(number, url): (usize, &&str)| {
        let Company { name, first_name, last_name, .. } = Company::number(number);
        format!("{name},{},{first_name} {last_name}\n", cell(url))
    };
    let lines: String = urls.iter().enumerate().map(line).collect();

    let source = NetworkSource::new(Admitted::none(), Limits::default()).expect("a client can be made");
    let workspace = TestWorkspace::of_kind(Kind::Ordinary, Arc::new(source), 10).await;
    let report = workspace.import(&format!("Company,Website,Name\n{lines}")).await;
    assert_eq!(report.new, urls.len(), "a bad website costs no lead: {report:?}");
    let progress = workspace.run().await;
    assert_eq!((progress.drafted, progress.given_up), (urls.len() as u64, 0), "{progress:?}");
    assert_eq!(heard.load(Ordering::SeqCst), 0, "somebody knocked");

    let mut refused = 0;
    for item in workspace.open_items().await {
        let view = workspace.engine.item(item).await.expect("reads");
        let card = &view.item.card;
        assert!(card.dossier.pages.is_empty(), "{:?} was read", card.dossier.pages);
        refused += usize::from(view.lead.website.is_some());
        let says_why = !card.dossier.problems.is_empty() || view.lead.website.is_none();
        assert!(says_why && !card.exceptions.is_empty(), "{} does not say why", view.lead.company);
    }
    assert!(refused > 10, "only {refused} addresses got past the import");
}
