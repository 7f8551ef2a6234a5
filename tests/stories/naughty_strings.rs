//! Every naughty string in every imported field: imported, shown, exported and mailed, without a panic and without a
//! header that is not ours.

use std::collections::BTreeSet;
use std::sync::Arc;

use autoreach_acceptance::workspace::TestWorkspace;
use autoreach_domain::review::{Gesture, Part};
use autoreach_domain::text::one_line;
use autoreach_engine::pipeline::import::ImportRequest;
use autoreach_engine::review::decide::DecideRequest;
use autoreach_engine::web::{Budget, FetchError, FetchedPage, PageSource, PageVersion};
use autoreach_testkit::smtp_server::{Faults, SmtpServer};
use jiff::Timestamp;
use url::Url;

use crate::support::development_data;

/// The headers a mail of ours has.
const HEADERS: [&str; 9] =
    ["content-transfer-encoding", "content-type", "date", "from", "list-unsubscribe", "message-id", "mime-version", "subject", "to"];
/// Characters with which a spreadsheet program takes a cell for a formula.
const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Naughty strings on one page; together the pages hold each of them.
const ON_A_PAGE: usize = 12;

/// A web on which every company has one page, with some of the naughty strings on it.
struct NaughtyWeb {
    strings: Vec<String>,
}

impl NaughtyWeb {
    /// The page of `naughty-12.example` begins with string 12.
    fn home(&self, url: &Url) -> String {
        let host = url.host_str().unwrap_or_default();
        let first: usize = host.split(['-', '.']).nth(1).and_then(|number| number.parse().ok()).unwrap_or(0);
        let shown = self.strings.iter().cycle().skip(first % self.strings.len()).take(ON_A_PAGE);
        let paragraphs: String = shown.map(|text| format!("<p>{}</p>", escaped(text))).collect();
        format!("<!DOCTYPE html><title>Naughty</title><body><p>We employ 80 people.</p>{paragraphs}")
    }
}

#[async_trait::async_trait]
impl PageSource for NaughtyWeb {
    async fn get(&self, url: &Url, _: &Budget) -> Result<FetchedPage, FetchError> {
        if url.path() != "/" {
            return Err(FetchError::NotFound);
        }
        Ok(FetchedPage {
            url: url.clone(),
            requested: url.clone(),
            status: 200,
            content_type: "text/html".into(),
            charset: "UTF-8",
            version: PageVersion::default(),
            language: None,
            fetched_at: Timestamp::now(),
            body: self.home(url),
            replacement_ratio: 0.0,
            redirects: Vec::new(),
        })
    }

    fn has_network(&self) -> bool {
        true
    }
}

/// A lead file with a row per string, which stands in every field that takes text.
fn lead_file(strings: &[String]) -> Vec<u8> {
    let mut file = csv::Writer::from_writer(Vec::new());
    let header = ["Company", "First Name", "Last Name", "Title", "Country", "City", "Industry", "Employees", "Notes", "Website", "Email"];
    file.write_record(header).expect("a vector takes everything");
    for (number, text) in strings.iter().enumerate() {
        let company = if one_line(text).is_empty() { "Nameless" } else { text };
        let email = format!("person@naughty-{number}.example");
        let website = if number % 2 == 0 { format!("naughty-{number}.example") } else { text.clone() };
        let row = [company, text, text, text, text, text, text, text, text, &website, &email];
        file.write_record(row).expect("a vector takes everything");
    }
    file.into_inner().expect("a vector takes everything")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// Names of the header lines of a message, lower case, folded lines joined to theirs.
fn header_names(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let head = text.split("\r\n\r\n").next().unwrap_or_default().to_owned();
    let lines = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    let mut names: Vec<String> = lines.map(|line| line.split(':').next().unwrap_or_default().to_lowercase()).collect();
    names.sort();
    names
}

/// Accepts the item; a card on which nothing can be accepted is rejected. `true` when a mail came of it.
async fn decided(workspace: &TestWorkspace, item: autoreach_domain::ids::ItemId, note: &str) -> bool {
    let accept = DecideRequest { vouches: true, note: note.to_owned(), ..DecideRequest::plain(item, Gesture::Accept(Part::All)) };
    match workspace.engine.decide(accept).await {
        Ok(outcome) => outcome.mail.is_some(),
        Err(_) => {
            let reject = DecideRequest { note: note.to_owned(), ..DecideRequest::plain(item, Gesture::Reject(Part::All)) };
            workspace.engine.decide(reject).await.expect("anything can be rejected");
            false
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn naughty_strings_are_imported_shown_exported_and_mailed() {
    let Some(json) = development_data("naughty_strings_are_imported_shown_exported_and_mailed", "security/naughty/blns.json") else {
        return;
    };
    let strings: Vec<String> = serde_json::from_str(&json).expect("a list of texts");
    let web = NaughtyWeb { strings: strings.clone() };
    let workspace = TestWorkspace::new(Arc::new(web), 0).await;
    let server = SmtpServer::start(Faults::none()).expect("starts");
    workspace.send_through(&server).await;

    let bytes = lead_file(&strings);
    let request = ImportRequest { takes_unsure: true, ..workspace.import_request(&bytes) };
    let report = workspace.engine.import(&request).await.expect("a lead file is a lead file");
    let accounted = report.new + report.same.len() + report.unsure.len() + report.suppressed.len() + report.problems.len();
    assert_eq!((report.new, accounted), (strings.len(), strings.len()), "{:?} {:?} {:?}", report.same, report.unsure, report.problems);
    let progress = workspace.run().await;
    assert_eq!((progress.drafted, progress.given_up), (strings.len() as u64, 0), "{progress:?}");

    let mut mails = 0;
    for text in strings.iter().cycle() {
        let Some(line) = workspace.engine.queue(0, 1).await.expect("reads").pop() else { break };
        let view = workspace.engine.item(line.item).await.expect("reads");
        assert!(serde_json::to_string(&view).is_ok_and(|json| json.contains(&view.item.id.to_string())));
        mails += usize::from(decided(&workspace, line.item, text).await);
    }
    assert!(mails > strings.len() / 2, "only {mails} mails were approved");
    let report = workspace.send().await;
    assert_eq!(report.sent.len(), mails, "{:?} {:?}", report.bounced, report.kept);

    let arrived = server.accepted();
    assert_eq!(arrived.len(), mails);
    for mail in &arrived {
        assert_eq!(header_names(&mail.bytes), HEADERS, "{}", String::from_utf8_lossy(&mail.bytes));
        assert!(mail.to.len() == 1 && mail.to[0].starts_with("person@naughty-"), "{:?}", mail.to);
        let read = mail_parser::MessageParser::default().parse(&mail.bytes[..]).expect("a message");
        assert!(read.subject().is_some_and(|subject| !subject.contains(['\r', '\n'])));
    }
    assert_export_is_safe(&workspace, &strings).await;
    assert!(workspace.engine.verify().await.expect("verifies").is_clean());
}

/// The exported leads hold every string again, and no cell that a spreadsheet program would calculate.
async fn assert_export_is_safe(workspace: &TestWorkspace, strings: &[String]) {
    let export = workspace.engine.leads_as_csv(workspace.workflow.id).await.expect("exports");
    let text = String::from_utf8(export).expect("UTF-8");
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{FEFF}').as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("what was written can be read");
    assert_eq!(rows.len(), strings.len());
    let cells = || rows.iter().flat_map(csv::StringRecord::iter);
    let formulas: Vec<&str> = cells().filter(|cell| cell.trim_start().starts_with(FORMULA_STARTS)).collect();
    assert!(formulas.is_empty(), "{formulas:?}");
    let exported: BTreeSet<&str> = rows.iter().map(|row| row[3].strip_prefix('\'').unwrap_or(&row[3])).collect();
    let missing: Vec<String> =
        strings.iter().map(|text| one_line(text)).filter(|text| !exported.contains(text.trim_start_matches('\''))).collect();
    assert!(missing.is_empty(), "{missing:?}");
    for table in [workspace.engine.mails_as_csv().await.expect("exports"), workspace.engine.decisions_as_jsonl().await.expect("exports")] {
        assert!(String::from_utf8(table).is_ok());
    }
}
