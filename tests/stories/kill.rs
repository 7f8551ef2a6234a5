//! `kill -9` at random moments of everything: importing, researching, deciding, sending to a server with faults.
//!
//! The program under test runs in processes that are killed; the web server, the SMTP server and the person who decides
//! live in this one and remember what they saw. At the end nothing acknowledged is missing and nothing was done twice.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Child;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use autoreach_acceptance::program::{Answer, Program};
use autoreach_acceptance::workspace::definition_toml;
use autoreach_testkit::site_server::{SiteServer, Sites};
use autoreach_testkit::smtp_server::{Fault, Faults, Setup, SmtpServer, read_spool};
use serde_json::Value;

use crate::support::{figures, is_long, program};

const STORY: &str = "killed_at_random_moments_nothing_is_lost_and_nothing_done_twice";
/// Replies that must have been lost before the story may end.
const REPLIES_LOST: usize = 3;
/// Faults of one connection in this many; the others go well.
const FAULT_CYCLE: u64 = 12;

/// Numbers that look drawn. The seed is fixed; when a process is killed still differs from run to run, as clocks do.
struct Draws(u64);

impl Draws {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// A server that misbehaves until it is told to stop, and counts the replies it owed.
struct BadServer {
    server: SmtpServer,
    is_calm: Arc<AtomicBool>,
    lost_replies: Arc<AtomicUsize>,
}

impl BadServer {
    fn start(spool: &Path) -> Self {
        let (is_calm, lost_replies) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let (calm, lost) = (Arc::clone(&is_calm), Arc::clone(&lost_replies));
        let faults = Faults::by_connection(move |number| {
            let fault = if calm.load(Ordering::SeqCst) { Fault::None } else { fault_of(number % FAULT_CYCLE) };
            let is_reply_owed = matches!(fault, Fault::AcceptsAndStalls | Fault::AcceptsAndDrops | Fault::DropsInBody);
            lost.fetch_add(usize::from(is_reply_owed), Ordering::SeqCst);
            fault
        });
        let setup = Setup { login: None, spool: Some(spool.to_owned()) };
        Self { server: SmtpServer::start_with(faults, setup).expect("the server starts"), is_calm, lost_replies }
    }
}

/// The second connection already stalls after taking the mail: its client can only be killed between barrier and reply.
fn fault_of(place: u64) -> Fault {
    match place {
        1 | 10 => Fault::AcceptsAndStalls,
        3 => Fault::AcceptsAndDrops,
        4 => Fault::GreylistsRecipient,
        5 => Fault::DropsInBody,
        7 => Fault::DefersMail,
        8 => Fault::DropsBeforeGoAhead,
        9 => Fault::RepliesAfter(Duration::from_millis(120)),
        _ => Fault::None,
    }
}

/// What is done, and for how long it may live.
#[derive(Clone, Copy, PartialEq)]
enum Act {
    RunToSent,
    Send,
    Decide,
    Undo,
}

struct Scene {
    program: Program,
    arguments: BTreeMap<&'static str, String>,
    draws: Draws,
    /// Items last seen in the queue.
    open: Vec<String>,
    /// Gestures whose saving was reported.
    acknowledged: Vec<String>,
    kills: usize,
    kills_while_sending: usize,
    /// Acts killed since the last one that came to its end.
    killed_in_a_row: u32,
}

impl Scene {
    /// A workspace whose program sends to `server`, with nothing imported yet.
    fn set(program: Program, folder: &Path, sites: &SiteServer, server: &SmtpServer) -> Self {
        let write = |name: &str, text: String| {
            let path = folder.join(name);
            std::fs::write(&path, text).expect("the folder is ours");
            path.to_string_lossy().into_owned()
        };
        let arguments = BTreeMap::from([
            ("leads", write("leads.csv", sites.leads_csv())),
            ("resolve", write("resolve.txt", sites.resolve_lines())),
            ("workflow", write("workflow.toml", definition_toml(0))),
        ]);
        program.must(&["init"]);
        program.must(&["workflow", "set", &arguments["workflow"]]);
        let (host, port) = (server.addr().ip().to_string(), server.addr().port().to_string());
        program.must(&["account", "set", "--host", &host, "--port", &port, "--security", "none"]);
        program.must(&["dry-run", "off"]);
        let draws = Draws(20_261_122);
        Self { program, arguments, draws, open: Vec::new(), acknowledged: Vec::new(), kills: 0, kills_while_sending: 0, killed_in_a_row: 0 }
    }

    fn run_to_sent(&self) -> Vec<String> {
        ["run", &self.arguments["leads"], "--to", "sent", "--yes", "--resolve-file", &self.arguments["resolve"]].map(str::to_owned).into()
    }

    fn refresh(&mut self) {
        let answer = self.program.must(&["queue", "--limit", "1000"]);
        let items = answer.json["items"].as_array().expect("a list of items");
        self.open = items.iter().map(|line| line["item"].as_str().expect("an id").to_owned()).collect();
    }

    /// A verdict on an item drawn from the queue: mostly an acceptance, sometimes a rejection or a wrong fact.
    fn verdict(&mut self) -> Vec<String> {
        let place = self.draws.below(self.open.len() as u64) as usize;
        let item = self.open.swap_remove(place);
        let rest: &[&str] = match self.draws.below(10) {
            0..7 => &["accept", "--vouch"],
            7..9 => &["reject", "--part", "lead", "--reason", "1"],
            _ => &["edit", "--wrong-fact", "1"],
        };
        ["decide", &item].into_iter().chain(rest.iter().copied()).map(str::to_owned).collect()
    }

    /// Does one thing that may be killed in the middle.
    fn act(&mut self) {
        if self.open.is_empty() && self.draws.below(2) == 0 && self.program.workspace().join("autoreach.db").exists() {
            self.refresh();
        }
        let act = match self.draws.below(10) {
            0..4 if !self.open.is_empty() => Act::Decide,
            4 if !self.acknowledged.is_empty() => Act::Undo,
            5..8 if !self.acknowledged.is_empty() => Act::Send,
            _ => Act::RunToSent,
        };
        let (arguments, longest) = match act {
            Act::Decide => (self.verdict(), 900),
            Act::Undo => (vec!["undo".to_owned()], 900),
            Act::Send => (vec!["send".to_owned()], 1_800),
            Act::RunToSent => (self.run_to_sent(), 2_500),
        };
        let child = self.program.command(&arguments).spawn().expect("the program starts");
        let pause = Duration::from_millis(self.draws.below(longest)) * self.stretch();
        let (answer, was_killed) = kill_after(child, pause);
        self.kills += usize::from(was_killed);
        self.killed_in_a_row = if was_killed { self.killed_in_a_row + 1 } else { 0 };
        self.kills_while_sending += usize::from(was_killed && matches!(act, Act::RunToSent | Act::Send));
        self.note(&answer);
    }

    /// On a slow or busy machine nothing would come to its end within the usual pauses: they double for every ten acts killed
    /// in a row.
    fn stretch(&self) -> u32 {
        1 << (self.killed_in_a_row / 10).min(6)
    }

    /// Remembers a verdict that was reported as saved, even by a process killed right after.
    fn note(&mut self, answer: &Answer) {
        self.acknowledged.extend(answer.json["outcome"]["gesture"].as_str().map(str::to_owned));
    }

    /// Decides whatever is left and sends it, undisturbed.
    fn finish(&mut self) {
        self.program.must(&self.run_to_sent());
        for _ in 0..20 {
            self.refresh();
            if self.open.is_empty() {
                break;
            }
            for item in self.open.clone() {
                let answer = self.program.must(&["decide", &item, "accept", "--vouch"]);
                self.note(&answer);
            }
            self.program.must(&self.run_to_sent());
        }
        let deferred: Vec<String> = self.mails("deferred").iter().map(|mail| mail["mail"].to_string()).collect();
        for mail in deferred {
            self.program.must(&["outbox", "release", &mail]);
        }
        self.program.must(&self.run_to_sent());
    }

    fn outbox(&self) -> Vec<Value> {
        self.program.must(&["outbox"]).json["mails"].as_array().expect("a list of mails").clone()
    }

    fn mails(&self, state: &str) -> Vec<Value> {
        self.outbox().into_iter().filter(|mail| mail["state"] == state).collect()
    }

    fn journal(&self) -> Vec<Value> {
        let export = self.program.must(&["export", "decisions", "-"]);
        let lines = export.bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines.map(|line| serde_json::from_slice(line).expect("a line of JSON")).collect()
    }
}

/// Lets a process live that long. `SIGKILL` goes to the process itself: reading CSV starts no other.
fn kill_after(mut child: Child, pause: Duration) -> (Answer, bool) {
    let end = Instant::now() + pause;
    let mut has_ended = false;
    while Instant::now() < end && !has_ended {
        has_ended = child.try_wait().expect("it is our child").is_some();
        std::thread::sleep(Duration::from_millis(3));
    }
    if !has_ended {
        child.kill().expect("it is our child");
    }
    let answer = Answer::of(child.wait_with_output().expect("it is our child"));
    let was_killed = answer.code.is_none();
    (answer, was_killed)
}

/// How often each text occurs.
fn counted(texts: impl IntoIterator<Item = String>) -> BTreeMap<String, usize> {
    texts.into_iter().fold(BTreeMap::new(), |mut counts, text| {
        *counts.entry(text).or_default() += 1;
        counts
    })
}

fn texts(entries: &[Value], kind: &str, field: &str) -> Vec<String> {
    let of_kind = entries.iter().filter(|entry| entry["event"]["event"] == kind);
    of_kind.map(|entry| entry["event"][field].as_str().expect("a text").to_owned()).collect()
}

#[test]
fn killed_at_random_moments_nothing_is_lost_and_nothing_done_twice() {
    let (leads, kills) = if is_long() { (100, 100) } else { (30, 25) };
    let folder = tempfile::tempdir().expect("a folder");
    let Some(program) = program(STORY, folder.path()) else { return };
    let sites =
        SiteServer::start_with(Sites { companies: leads, pages: 4, latency: Duration::from_millis(15) }).expect("the server starts");
    let spool = folder.path().join("spool");
    std::fs::create_dir(&spool).expect("the folder is ours");
    let bad = BadServer::start(&spool);
    let mut scene = Scene::set(program, folder.path(), &sites, &bad.server);

    // The mails must get as far as a stalled reply, or the killing would prove nothing about them.
    while scene.kills < kills || bad.lost_replies.load(Ordering::SeqCst) < REPLIES_LOST {
        scene.act();
    }
    bad.is_calm.store(true, Ordering::SeqCst);
    scene.finish();

    let journal = scene.journal();
    let gestures: BTreeSet<String> = texts(&journal, "decided", "gesture_id").into_iter().collect();
    let lost: Vec<_> = scene.acknowledged.iter().filter(|gesture| !gestures.contains(*gesture)).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    assert!(scene.acknowledged.len() >= leads / 2, "the story must have decided something");

    let arrivals = counted(texts(&journal, "arrived", "lead_id"));
    assert_eq!((arrivals.len(), arrivals.values().max()), (leads, Some(&1)), "every lead was qualified exactly once");
    assert_eq!(
        scene.program.must(&["leads"]).json["leads"].as_array().map(Vec::len),
        Some(leads),
        "imported once, however often it was tried"
    );

    assert_outbox_is_true(&scene, &spool, &bad);
    let verified = scene.program.must(&["verify"]);
    assert_eq!((&verified.json["broken"], &verified.json["database_is_sound"]), (&Value::Null, &Value::Bool(true)));
    let status = scene.program.must(&["status"]).json;
    assert_eq!((&status["run"], &status["queue"]["open"]), (&Value::Null, &Value::from(0)), "the run ended and nothing waits");
}

/// The outbox against what the server answers for.
fn assert_outbox_is_true(scene: &Scene, spool: &Path, bad: &BadServer) {
    let accepted = read_spool(spool).expect("the spool can be read");
    let ids = counted(accepted.iter().filter_map(|mail| mail.message_id()));
    assert!(ids.values().all(|times| *times == 1), "accepted twice: {ids:?}");
    let recipients = counted(accepted.iter().flat_map(|mail| mail.to.clone()));
    assert!(recipients.values().all(|times| *times == 1), "written to twice: {recipients:?}");

    let outbox = scene.outbox();
    let in_state = |state: &str| -> BTreeSet<String> {
        outbox.iter().filter(|mail| mail["state"] == state).filter_map(|mail| mail["message_id"].as_str().map(str::to_owned)).collect()
    };
    let (sent, uncertain) = (in_state("sent"), in_state("uncertain"));
    assert!(sent.iter().all(|id| ids.contains_key(id)), "shown as sent, never accepted");
    assert!(ids.keys().all(|id| sent.contains(id) || uncertain.contains(id)), "accepted, and the outbox does not know");
    assert!(!uncertain.is_empty(), "the story must have left a mail without an answer");
    let most = bad.lost_replies.load(Ordering::SeqCst) + scene.kills_while_sending;
    assert!(uncertain.len() <= most, "{} uncertain, at most {most} explained", uncertain.len());
    let ends = ["sent", "bounced", "uncertain", "cancelled", "deferred"];
    assert!(outbox.iter().all(|mail| ends.iter().any(|end| mail["state"] == *end)), "every mail has come to an end: {outbox:?}");
    assert!(sent.len() > outbox.len() / 3, "the story must have sent something");
    let lost = bad.lost_replies.load(Ordering::SeqCst);
    figures(
        STORY,
        &format!(
            "{} kills ({} while running or sending), {} acknowledged verdicts, {} connections to the mail server, {} mails accepted, {} sent, \
             {} uncertain, {lost} replies lost",
            scene.kills,
            scene.kills_while_sending,
            scene.acknowledged.len(),
            bad.server.connections(),
            accepted.len(),
            sent.len(),
            uncertain.len(),
        ),
    );
}

#[test]
fn an_import_killed_in_the_middle_leaves_all_leads_or_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(program) = program("an_import_killed_in_the_middle_leaves_all_leads_or_none", folder.path()) else { return };
    let (rows, rounds) = if is_long() { (20_000, 20) } else { (3_000, 6) };
    let file = folder.path().join("leads.csv");
    let row = |number: usize| format!("Company {number},{number}@company-{number}.example\n");
    std::fs::write(&file, format!("Company,Email\n{}", (0..rows).map(row).collect::<String>())).expect("the folder is ours");
    let workflow = folder.path().join("workflow.toml");
    std::fs::write(&workflow, definition_toml(0)).expect("the folder is ours");
    let path = |path: &Path| path.to_string_lossy().into_owned();
    program.must(&["init"]);
    program.must(&["workflow", "set", &path(&workflow)]);
    let mut draws = Draws(7);
    for _ in 0..rounds {
        let child = program.command(&["import", &path(&file)]).spawn().expect("the program starts");
        kill_after(child, Duration::from_millis(250 + draws.below(2_000)));
        let leads = program.must(&["leads"]).json["leads"].as_array().map_or(0, Vec::len);
        assert!(leads == 0 || leads == rows, "{leads} of {rows} leads");
        let imports = program.must(&["imports"]).json["imports"].clone();
        let standing: Vec<_> = imports.as_array().expect("a list").iter().filter(|import| import["undone_at"].is_null()).cloned().collect();
        assert_eq!(standing.len(), usize::from(leads > 0), "an import is listed exactly when its leads are there");
        if let Some(import) = standing.first() {
            program.must(&["import-undo", import["id"].as_str().expect("an id")]);
        }
    }
}
