//! Discovery at the desk: what is proposed, what stays out, what a budget stops, and what a lead that was taken carries.

use super::CannotDiscover;
use super::view::{ChosenCompany, DiscoveryReport, WhyLeftOut};
use crate::error::EngineError;
use crate::testing::{Desk, noon};
use autoreach_domain::discovery::{PAGES_PER_DAY, PAGES_PER_RUN, SEARCHES_PER_RUN, SearchEngine};
use autoreach_domain::egress::{EgressOutcome, EgressPurpose};
use autoreach_domain::ids::WorkflowId;
use autoreach_domain::lead::Missing;
use autoreach_secrets::Secret;
use autoreach_store::tables::egress_call::{self, CallFilter};
use autoreach_store::tables::lead::{self, Shelf};
use autoreach_store::tables::lead_origin;
use autoreach_web::{RecordedSource, SearchClient, SearchFault};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Arc;

const LIST: &str = "https://www.fair.example/exhibitors";

/// A fair with these rows, each name and host.
fn fair(rows: &[(&str, &str)]) -> Arc<RecordedSource> {
    let rows: String = rows.iter().map(|(name, host)| format!("<li><a href='https://{host}/'>{name}</a> Hall 3</li>")).collect();
    let more = "<a href='?page=2'>2</a>";
    let page = format!("GET {LIST}\nHTTP/1.1 200 OK\ncontent-type: text/html\n\n<h1>Exhibitors</h1><ul>{rows}</ul>{more}");
    Arc::new(RecordedSource::from_files_dated([("fair.http", page)], noon()).expect("well formed"))
}

const ROWS: [(&str, &str); 7] = [
    ("Orbital Freight", "orbital.example"),
    ("Vantage Lines A/S", "vantage-lines.example"),
    ("Acme Pumps GmbH", "acme.example"),
    ("Globex Ltd", "globex.example"),
    ("Blocked Lines", "blocked.example"),
    ("Portwise", "portwise.example"),
    ("Initech A/S", "initech.example"),
];

async fn at_the_fair() -> (Desk, WorkflowId) {
    let desk = Desk::empty_with(fair(&ROWS)).await;
    desk.import_leads().await;
    desk.engine.suppress(&[("blocked.example".into(), "asked".into())]).await.expect("adds");
    let workflow_id = desk.engine.workflow(None).await.expect("there is one").id;
    (desk, workflow_id)
}

fn names(report: &DiscoveryReport) -> Vec<&str> {
    report.found.iter().map(|line| line.name.as_str()).collect()
}

fn all(report: &DiscoveryReport) -> Vec<ChosenCompany> {
    report.found.iter().map(ChosenCompany::from).collect()
}

#[tokio::test]
async fn only_companies_nobody_knows_are_proposed_and_each_other_one_says_why_not() {
    let (desk, workflow_id) = at_the_fair().await;
    let report = desk.engine.discover_from_page(workflow_id, "www.fair.example/exhibitors").await.expect("reads");
    assert_eq!(names(&report), ["Acme Pumps GmbH", "Globex Ltd", "Initech A/S"]);
    let why: Vec<(&str, WhyLeftOut)> = report.left_out.iter().map(|left| (left.domain.as_str(), left.why)).collect();
    assert_eq!(
        why,
        [
            ("orbital.example", WhyLeftOut::IsALead),
            ("vantage-lines.example", WhyLeftOut::MayBeALead),
            ("blocked.example", WhyLeftOut::Suppressed),
            ("portwise.example", WhyLeftOut::Own),
        ]
    );
    assert_eq!(report.label, format!("list page {LIST}"));
    assert!(report.notes.iter().any(|note| note.contains("does not exist")), "the second page is missing: {:?}", report.notes);
    assert_eq!(lead::of_workflow(desk.engine.store.read(), workflow_id, Shelf::All).await.expect("reads").len(), 3, "nothing is stored");
}

#[tokio::test]
async fn what_is_taken_is_a_lead_with_its_source_and_without_a_recipient_and_can_be_taken_back() {
    let (desk, workflow_id) = at_the_fair().await;
    let report = desk.engine.discover_from_page(workflow_id, LIST).await.expect("reads");
    let added = desk.engine.add_discovered(workflow_id, &report.source, &all(&report)).await.expect("adds");
    assert_eq!((added.added, added.left_out.len()), (3, 0));
    let leads = lead::of_workflow(desk.engine.store.read(), workflow_id, Shelf::All).await.expect("reads");
    let acme = leads.iter().find(|lead| lead.company == "Acme Pumps GmbH").expect("is a lead");
    assert_eq!(acme.website.as_deref(), Some("https://acme.example/"));
    assert!(acme.missing().contains(&Missing::Email), "no page names a recipient");
    let origin = lead_origin::of_lead(desk.engine.store.read(), acme.id).await.expect("reads").expect("was found");
    assert_eq!((origin.source.label(), origin.page.as_str()), (report.label.clone(), LIST));
    assert!(origin.found_at >= noon());
    assert!(origin.quote.starts_with("Acme Pumps GmbH"));
    let found = desk.engine.lead_detail(acme.id).await.expect("reads").found.expect("says where");
    assert_eq!((found.label, found.page.as_str()), (report.label.clone(), LIST));
    let again = desk.engine.discover_from_page(workflow_id, LIST).await.expect("reads");
    assert_eq!(names(&again), Vec::<&str>::new(), "what was taken is not proposed again");
    let twice = desk.engine.add_discovered(workflow_id, &report.source, &all(&report)).await.expect("adds nothing");
    assert_eq!((twice.added, twice.left_out.len()), (0, 3));
    let import = added.import.expect("is a batch");
    assert_eq!(desk.engine.undo_import(import).await.expect("takes back"), 3);
}

#[tokio::test]
async fn what_was_suppressed_since_it_was_found_stays_out() {
    let (desk, workflow_id) = at_the_fair().await;
    let report = desk.engine.discover_from_page(workflow_id, LIST).await.expect("reads");
    desk.engine.suppress(&[("acme.example".into(), "asked".into()), ("Globex".into(), "asked".into())]).await.expect("adds");
    let added = desk.engine.add_discovered(workflow_id, &report.source, &all(&report)).await.expect("adds");
    assert_eq!(added.added, 1);
    assert!(added.left_out.iter().all(|left| left.why == WhyLeftOut::Suppressed));
}

#[tokio::test]
async fn every_page_stands_in_the_ledger_about_nobody_and_the_day_has_an_end() {
    let (desk, workflow_id) = at_the_fair().await;
    desk.engine.discover_from_page(workflow_id, LIST).await.expect("reads");
    let (calls, _) = egress_call::list(desk.engine.store.read(), &CallFilter::default(), 0, 50).await.expect("reads");
    let pages: Vec<_> = calls.iter().filter(|stored| stored.call.purpose == EgressPurpose::ReadPage).collect();
    assert_eq!(pages.len(), 2);
    assert!(pages.iter().all(|stored| stored.call.lead_id.is_none() && stored.call.host == "www.fair.example"));
    let spent = vec![pages[0].call.clone(); usize::try_from(PAGES_PER_DAY).expect("is small")];
    desk.engine.note_pages(&spent).await.expect("writes");
    let refused = desk.engine.discover_from_page(workflow_id, LIST).await;
    assert!(matches!(refused, Err(EngineError::CannotDiscover(CannotDiscover::PagesSpent))), "{refused:?}");
    const { assert!(PAGES_PER_RUN < PAGES_PER_DAY) };
    let tomorrow = desk.reopen("2026-11-21T00:00:01Z".parse().expect("an instant")).await;
    let refused = tomorrow.engine.discover_from_page(workflow_id, "http://127.0.0.1/").await;
    assert!(matches!(refused, Err(EngineError::CannotDiscover(CannotDiscover::Unread(_)))), "a new day, and the guard stands: {refused:?}");
}

#[tokio::test]
async fn a_list_of_domains_is_sorted_like_any_other_and_asks_nobody() {
    let (desk, workflow_id) = at_the_fair().await;
    let text = "acme.example # met\nhttps://orbital.example/\nblocked.example\nwhat\n";
    let report = desk.engine.discover_from_domains(workflow_id, "wishes.txt", text).await.expect("reads");
    assert_eq!((names(&report), report.left_out.len()), (vec!["Acme"], 2));
    assert_eq!(report.notes, ["Line 4 holds no web address of a company: what"]);
    let empty = desk.engine.discover_from_domains(workflow_id, "wishes.txt", "none\n").await;
    assert!(matches!(empty, Err(EngineError::CannotDiscover(CannotDiscover::EmptyList))));
    let (calls, _) = egress_call::list(desk.engine.store.read(), &CallFilter::default(), 0, 50).await.expect("reads");
    assert!(calls.is_empty());
}

#[tokio::test]
async fn queries_come_from_the_profile_before_anything_was_judged() {
    let (desk, workflow_id) = at_the_fair().await;
    let queries = desk.engine.discovery_queries(workflow_id).await.expect("reads");
    let words: Vec<&str> = queries.iter().map(|query| query.words.as_str()).collect();
    assert_eq!(words, ["freight forwarding and logistics company Denmark", "Spedition Logistikunternehmen Deutschland"]);
}

/// A search engine on this computer that gives every question the same answer.
fn search_engine(head: &'static str, body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
    let address = listener.local_addr().expect("is bound");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut lines = BufReader::new(stream.try_clone().expect("a socket")).lines();
            while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            let _ = write!(stream, "HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
        }
    });
    format!("http://{address}/")
}

const RESULTS: &str = r#"{"results":[{"url":"https://www.acme.example/","title":"Home | Acme Pumps GmbH"},
    {"url":"https://orbital.example/","title":"Orbital"},{"url":"https://www.linkedin.com/company/acme","title":"Acme"},
    {"url":"http://192.168.0.1/","title":"Router"},{"url":"https://blocked.example/","title":"Blocked"}]}"#;

#[tokio::test]
async fn results_become_companies_and_each_question_stands_in_the_ledger_with_its_words() {
    let (desk, workflow_id) = at_the_fair().await;
    let own = search_engine("200 OK\r\ncontent-type: application/json", RESULTS);
    let view = desk.engine.set_searxng(Some(&own)).await.expect("sets");
    assert_eq!(view.asked_first, Some(SearchEngine::Searxng));
    let queries: Vec<String> = (0..20).map(|n| format!("pumps {n}")).collect();
    let report = desk.engine.discover_by_search(workflow_id, &queries, None).await.expect("asks");
    assert_eq!((names(&report), report.left_out.len()), (vec!["Acme Pumps GmbH"], 2));
    assert!(report.notes.iter().any(|note| note.starts_with("Stopped after 10 requests")), "{:?}", report.notes);
    let (calls, count) = egress_call::list(desk.engine.store.read(), &CallFilter::default(), 0, 50).await.expect("reads");
    assert_eq!(count, u64::from(SEARCHES_PER_RUN));
    assert!(calls.iter().all(|stored| stored.call.purpose == EgressPurpose::Search && stored.call.outcome == EgressOutcome::Answered));
    let hash = calls[0].call.text_hash.expect("has words");
    assert_eq!(egress_call::text(desk.engine.store.read(), &hash).await.expect("reads").as_deref(), Some("pumps 4"));
    assert_eq!(desk.engine.search_view().await.expect("reads").left_today, 50);
}

#[tokio::test]
async fn a_pause_that_brave_asks_for_is_told_and_ends_the_asking() {
    let (desk, workflow_id) = at_the_fair().await;
    let brave = search_engine("429 Too Many Requests\r\nretry-after: 9", "");
    let Ok(client) = SearchClient::brave_at(&brave, "BSA-12345678") else { panic!("it is a key") };
    let refused = desk.engine.discover_with(&client, SearchEngine::Brave, workflow_id, &["pumps".into(), "valves".into()]).await;
    let Err(EngineError::CannotDiscover(CannotDiscover::Search(fault @ SearchFault::RateLimited { .. }))) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(fault.to_string(), "The search engine asks for a pause of 9 seconds.");
    let (calls, _) = egress_call::list(desk.engine.store.read(), &CallFilter::default(), 0, 50).await.expect("reads");
    assert_eq!(calls.iter().map(|stored| stored.call.outcome).collect::<Vec<_>>(), [EgressOutcome::Refused]);
}

#[tokio::test]
async fn nothing_is_searched_before_an_engine_is_set_up_and_a_key_is_shown_by_its_end() {
    let (desk, workflow_id) = at_the_fair().await;
    let refused = desk.engine.discover_by_search(workflow_id, &["pumps".into()], None).await;
    assert!(matches!(refused, Err(EngineError::CannotDiscover(CannotDiscover::NoSearchEngine))));
    let view = desk.engine.set_brave_key(Some(&Secret::new("BSA-secret-9876"))).await.expect("keeps");
    assert_eq!((view.brave_key.as_deref(), view.asked_first), (Some("9876"), Some(SearchEngine::Brave)));
    assert!(desk.engine.set_brave_key(Some(&Secret::new("x"))).await.is_err());
    assert_eq!(desk.engine.set_brave_key(None).await.expect("forgets").brave_key, None);
    assert!(desk.engine.set_searxng(Some("http://search.acme.example")).await.is_err(), "no questions in the clear");
}

/// A company's home page in the words a site uses of itself.
fn site(host: &str, words: &str) -> (String, String) {
    let page =
        format!("GET https://{host}/\nHTTP/1.1 200 OK\ncontent-type: text/html\n\n<html lang=en><title>{host}</title><p>{words}</p>");
    (format!("{host}.http"), page)
}

/// Four freight companies with 80 to 300 people against four shops, one of which has no site.
async fn with_examples() -> Desk {
    let good = (1..=4).map(|n| {
        site(
            &format!("freight{n}.example"),
            &format!("We are a freight forwarding and logistics company with {} employees. Headquarters: Aarhus, Denmark.", 20 + 60 * n),
        )
    });
    let bad = (1..=3).map(|n| {
        site(&format!("shop{n}.example"), "We are an online shop and retailer for fashion with 4 employees. Headquarters: Lyon, France.")
    });
    let sites = Arc::new(RecordedSource::from_files_dated(good.chain(bad), noon()).expect("well formed"));
    Desk::empty_with(sites).await
}

const GOOD: &str = "freight1.example\nfreight2.example\nfreight3.example\nfreight4.example\n";
const BAD: &str = "shop1.example\nshop2.example\nshop3.example\nshop4.example\n";

#[tokio::test]
async fn what_sets_good_companies_apart_is_proposed_with_its_counts_and_nothing_is_stored() {
    let desk = with_examples().await;
    let report = desk.engine.profile_from_examples(GOOD, BAD).await.expect("reads");
    let words: Vec<(&str, bool)> = report.statements.iter().map(|one| (one.words.as_str(), one.is_advised)).collect();
    assert!(words.contains(&("look for logistics", true)), "{words:?}");
    assert!(words.contains(&("look for 50+ people", true)), "{words:?}");
    assert!(words.contains(&("rule out retail", false)), "{words:?}");
    let logistics = report.statements.iter().find(|one| one.words == "look for logistics").expect("is there");
    assert_eq!((logistics.good.have, logistics.good.known, logistics.bad.have, logistics.bad.known), (4, 4, 0, 3));
    assert!(report.companies.iter().any(|one| one.domain == "shop4.example" && one.problem.is_some()), "a site that is not there is named");
    assert_eq!(report.ranking.pairs, 16);
    assert!(report.ranking.right >= 12, "{}", report.test);
    assert!(desk.engine.workflows().await.expect("reads").iter().all(|workflow| workflow.version == 1));
    let (calls, _) = egress_call::list(desk.engine.store.read(), &CallFilter::default(), 0, 100).await.expect("reads");
    assert!(calls.iter().any(|call| call.call.host == "shop4.example"), "every request stands in the ledger");
}

#[tokio::test]
async fn examples_that_tell_nothing_are_refused_in_words() {
    let desk = with_examples().await;
    let few = desk.engine.profile_from_examples("freight1.example", BAD).await.expect_err("too few");
    assert!(few.to_string().contains("only 1 of the good companies"), "{few}");
    let both = desk.engine.profile_from_examples(GOOD, &format!("{BAD}freight2.example\n")).await.expect_err("in both");
    assert!(both.to_string().contains("freight2.example stands in both lists"), "{both}");
}
