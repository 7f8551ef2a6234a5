//! Leads a second: a lead file imported, its sites read, the leads qualified and drafted until all wait for review.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use autoreach_acceptance::workspace::{Kind, TestWorkspace};
use autoreach_domain::exception::ExceptionKind;
use autoreach_domain::qualification::Answer;
use autoreach_engine::review::queue::PAGE_ROWS;
use autoreach_engine::web::{Admitted, Limits, NetworkSource};
use autoreach_testkit::site_server::SiteServer;
use serde_json::{Value, json};

use crate::figures::{Aim, Figures};
use crate::options::Options;

/// Pages of each site.
const PAGES: usize = 5;
const LEADS_FILE: &str = "leads.csv";
const RESOLVE_FILE: &str = "resolve.txt";

/// Serves the sites here and lets another process do the work.
pub(crate) async fn measure(options: &Options, figures: &mut Figures) {
    let server = SiteServer::start(options.leads, PAGES).expect("the server starts");
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    std::fs::write(folder.path().join(LEADS_FILE), server.leads_csv()).expect("the folder is ours");
    std::fs::write(folder.path().join(RESOLVE_FILE), server.resolve_lines()).expect("the folder is ours");
    let own = std::env::current_exe().expect("a program knows where it lies");
    let worker = Command::new(own).arg("--read-sites").arg(folder.path()).arg(options.leads.to_string()).stderr(Stdio::inherit()).output();
    let said: Value = serde_json::from_slice(&worker.expect("it starts").stdout).expect("the worker answers in JSON");
    let number = |name: &str| said[name].as_f64().unwrap_or(f64::NAN);
    let size = format!("{} leads x {PAGES} pages", options.leads);
    figures.add("leads_per_second", format!("{size}: research, qualify, draft"), number("leads_per_second"), "leads/s", Aim::AtLeast(20.0));
    figures.add("pipeline_peak_rss_mb", "  peak memory of that process (RSS)", number("peak_rss_mb"), "MB", Aim::AtMost(300.0));
    figures.add("pipeline_pss_mb", "  its memory at the end (PSS)", number("pss_mb"), "MB", Aim::AtMost(300.0));
    figures.add("pipeline_cpu_seconds", "  processor time it took", number("cpu_seconds"), "s", Aim::None);
    figures.add("import_seconds", "  import of the lead file before it", number("import_seconds"), "s", Aim::None);
    figures.add(
        "evidence_filled",
        "  fields of evidence on the cards that hold something",
        100.0 * number("filled") / number("fields"),
        "%",
        Aim::None,
    );
    figures.add("evidence_unsaid", "  fields that are neither filled nor said to be unknown", number("unsaid"), "fields", Aim::AtMost(0.0));
    figures.add("pages_served", "  pages the server gave", server.pages_served() as f64, "pages", Aim::None);
}

/// The work itself, in a process of its own; answers on standard output.
pub(crate) async fn read_sites(folder: &Path, leads: usize) {
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("the caller wrote it");
    let admitted = Admitted::parse(read(RESOLVE_FILE).lines()).expect("the server writes lines that can be read");
    let source = NetworkSource::new(admitted, Limits::default()).expect("a client can be made");
    let workspace = TestWorkspace::of_kind(Kind::Ordinary, Arc::new(source), 10).await;
    let begun = Instant::now();
    let report = workspace.import(&read(LEADS_FILE)).await;
    let imported = begun.elapsed();
    assert_eq!(report.new, leads, "every row is a lead");
    let begun = Instant::now();
    let progress = workspace.run().await;
    let seconds = begun.elapsed().as_secs_f64();
    assert_eq!((progress.drafted, progress.given_up), (leads as u64, 0), "{progress:?}");
    let fields = fields(&workspace).await;
    let kib = |file: &str, name: &str| memory(file, name).map_or(f64::NAN, |kib| kib / 1_024.0);
    let answer = json!({
        "fields": fields.all,
        "filled": fields.filled,
        "unsaid": fields.unsaid,
        "leads_per_second": leads as f64 / seconds,
        "import_seconds": imported.as_secs_f64(),
        "peak_rss_mb": kib("/proc/self/status", "VmHWM:"),
        "pss_mb": kib("/proc/self/smaps_rollup", "Pss:"),
        "cpu_seconds": cpu_seconds().unwrap_or(f64::NAN),
    });
    println!("{answer}");
}

/// The fields of evidence on all cards.
#[derive(Default)]
struct Fields {
    all: usize,
    /// With a value, from a page or from the lead file.
    filled: usize,
    /// Without a value and without the word that it was not found, or on a card that proves nothing and does not say so.
    unsaid: usize,
}

async fn fields(workspace: &TestWorkspace) -> Fields {
    let mut fields = Fields::default();
    let engine = &workspace.engine;
    let mut items = Vec::new();
    loop {
        let page = engine.queue(items.len() as u64, PAGE_ROWS).await.expect("the queue can be read");
        if page.is_empty() {
            break;
        }
        items.extend(page.into_iter().map(|line| line.item));
    }
    for id in items {
        let card = engine.item(id).await.expect("reads").item.card;
        for row in &card.qualified.qualification.criteria {
            let is_filled = !row.found.is_empty();
            fields.all += 1;
            fields.filled += usize::from(is_filled);
            fields.unsaid += usize::from(is_filled == (row.answer == Answer::Unknown));
        }
        let says_so = card.exceptions.iter().any(|exception| exception.kind == ExceptionKind::ThinEvidence);
        fields.unsaid += usize::from(card.dossier.findings.is_empty() && !says_so);
    }
    fields
}

/// A line of a file below `/proc` that gives kibibytes; `None` where there is no such file.
fn memory(file: &str, name: &str) -> Option<f64> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// User and system time of this process; the kernel counts hundredths of a second.
fn cpu_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: f64 = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    Some(ticks / 100.0)
}
