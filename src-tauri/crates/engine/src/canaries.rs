//! Canaries in every lead and every secret: what is asked of a model about one lead tells of no other, and keys turn up neither
//! in the log at its finest, nor in errors, exports or files (`guarantees.md` G11).
//!
//! 500 leads with `AUTOREACH_LONG=1`, 100 otherwise. The reviewer puts each lead's canary into the mail to it, because edited
//! mails are what the writer is shown as examples.
#![expect(clippy::print_stdout, reason = "a suite prints its figures")]

use crate::error::EngineError;
use crate::injected_pages::Wire;
use crate::review::decide::DecideRequest;
use crate::settings::engine::{EngineChoice, EngineKind};
use crate::settings::{AccountSecurity, MailAccount};
use crate::testing::{Desk, noon};
use autoreach_domain::review::{Gesture, Part};
use autoreach_secrets::Secret;
use autoreach_testkit::injected::Company;
use autoreach_testkit::injected::companies::{LEAD_COLUMNS, canaries_in};
use autoreach_testkit::injected::obedient::ObedientModel;
use autoreach_web::RecordedSource;
use std::fmt::{Debug, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer};

/// Leads that wait at a time.
const AT_A_TIME: usize = 20;
/// Of so many leads in a row one mail is edited.
const EDITED_EVERY: usize = 2;

const MODEL_KEY: &str = "sk-canary-of-a-model-key-2718281828";
const MAIL_PASSWORD: &str = "canary-of-a-mail-password-1618033";
/// The passphrase of every desk.
const PASSPHRASE: &str = "a long passphrase";

/// Everything that is logged by our own crates, at whatever level, as the log file would hold it.
#[derive(Default)]
struct Log(Mutex<String>);

struct Listener(Arc<Log>);

impl Log {
    fn text(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("autoreach")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut line = Line(span.metadata().name().to_owned());
        span.record(&mut line);
        self.write(&line.0);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut line = Line(String::new());
        values.record(&mut line);
        self.write(&line.0);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().target().to_owned());
        event.record(&mut line);
        self.write(&line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl Listener {
    fn write(&self, line: &str) {
        let mut log = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        log.push_str(line);
        log.push('\n');
    }
}

/// Listens from now on; a process has one listener, so the first test that asks is the one that hears.
fn listen() -> Arc<Log> {
    let log = Arc::new(Log::default());
    let _ = tracing::subscriber::set_global_default(Listener(Arc::clone(&log)));
    log
}

/// A desk with the obedient model at work, which needs the key, and a mail account with its password.
async fn desk_with_secrets(model: &Arc<ObedientModel>, companies: &[Company]) -> (Desk, MockServer) {
    let recordings: Vec<_> = companies.iter().map(|company| company.recorded(&company.page())).collect();
    let pages = RecordedSource::from_files_dated(recordings, noon()).expect("the recordings are well formed");
    let desk = Desk::empty_with(Arc::new(pages)).await;
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(Wire(Arc::clone(model))).mount(&server).await;
    desk.engine.set_engine_key(EngineKind::OpenaiCompatible, &Secret::new(MODEL_KEY)).await.expect("keeps the key");
    let choice = EngineChoice {
        kind: EngineKind::OpenaiCompatible,
        base_url: Some(server.uri()),
        model: Some("obedient".to_owned()),
        at_once: None,
    };
    desk.engine.set_engine(choice).await.expect("a model on this computer can be chosen");
    desk.engine.set_mail_account(&account(1), Some(&Secret::new(MAIL_PASSWORD))).await.expect("keeps the password");
    (desk, server)
}

fn account(port: u16) -> MailAccount {
    MailAccount { host: "127.0.0.1".to_owned(), port, security: AccountSecurity::None, username: "alex".to_owned(), extra_root: None }
}

/// Accepts a lead, now and then with a sentence in the mail that only this lead's mail has.
async fn judge(desk: &Desk, company: &Company) {
    let item = desk.item_of(&company.name).await;
    let draft = desk.engine.item(item).await.expect("reads").item.card.draft.expect("every lead has its draft");
    let gesture = if company.number.is_multiple_of(EDITED_EVERY) {
        let own = format!("Kim, the {} project at {} is yours, is it not.", company.canary, company.name);
        let body = draft.body().replacen("\n\n", &format!("\n\n{own} "), 1);
        assert!(body.contains(&company.canary));
        Gesture::EditMail { subject: draft.subject.clone(), body }
    } else {
        Gesture::Accept(Part::All)
    };
    let request = DecideRequest { vouches: true, ..DecideRequest::plain(item, gesture) };
    desk.engine.decide(request).await.expect("is decided");
}

#[track_caller]
fn check_no_secret(what: &str, text: &str) {
    for secret in [MODEL_KEY, MAIL_PASSWORD, PASSPHRASE] {
        assert!(!text.contains(secret), "{what} holds a secret");
    }
}

/// Everything below a folder, byte by byte.
fn check_files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).expect("reads").map(|entry| entry.expect("reads").path());
    let check = |path: std::path::PathBuf| {
        if path.is_dir() {
            return check_files(&path);
        }
        let bytes = std::fs::read(&path).expect("reads");
        for secret in [MODEL_KEY, MAIL_PASSWORD, PASSPHRASE] {
            let is_there = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!is_there, "{} holds a secret", path.display());
        }
        1
    };
    entries.map(check).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_question_tells_of_another_lead_and_no_secret_gets_out() {
    let log = listen();
    let leads = if std::env::var_os("AUTOREACH_LONG").is_some() { 500 } else { 100 };
    let companies: Vec<Company> = (0..leads).map(Company::numbered).collect();
    let model = Arc::new(ObedientModel::forgetful());
    let (desk, server) = desk_with_secrets(&model, &companies).await;
    for some in companies.chunks(AT_A_TIME) {
        let rows = some.iter().fold(LEAD_COLUMNS.to_owned(), |rows, company| rows + &company.row());
        desk.import(&rows).await;
        desk.work().await;
        for company in some {
            judge(&desk, company).await;
        }
    }

    let questions = model.asked();
    let (mut with_examples, mut foreign) = (0, Vec::new());
    for question in &questions {
        let named = companies.iter().find(|company| question.contains(&company.name));
        let found = canaries_in(question);
        let is_own = found.len() <= 1 && found.iter().all(|word| named.is_none_or(|company| company.canary == *word));
        with_examples += usize::from(!question.contains("\"examples\":[]") && question.contains("\"examples\":["));
        if !is_own {
            foreign.push(found);
        }
        check_no_secret("a question", question);
    }
    let sent = server.received_requests().await.expect("are recorded");
    let with_key = sent.iter().filter(|request| format!("{:?}", request.headers.get("authorization")).contains(MODEL_KEY)).count();
    println!(
        "{} leads, {} questions, {with_examples} with examples, {} with another lead's canary, {with_key} with the key in their header",
        companies.len(),
        questions.len(),
        foreign.len()
    );
    assert_eq!(foreign, Vec::new(), "a question about one lead tells of another");
    assert!(with_examples > 0, "without examples of other mails this shows nothing");
    assert!(with_key > 0, "without the key in use this shows nothing");

    check_everything_that_leaves(&desk).await;
    let log = log.text();
    assert!(log.lines().count() >= companies.len(), "the log is at its finest: {} lines", log.lines().count());
    check_no_secret("the log", &log);
    assert_eq!(canaries_in(&log), std::collections::BTreeSet::new(), "the log tells ids and counts, never leads");
    println!("{} lines of log", log.lines().count());
}

/// Errors, views, exports and files.
async fn check_everything_that_leaves(desk: &Desk) {
    let told = |error: &EngineError| format!("{error} {error:?}");
    let mail = desk.engine.test_mail_account().await.expect_err("nobody listens at port 1");
    check_no_secret("an error of the mail account", &told(&mail));
    let nobody = EngineChoice {
        kind: EngineKind::OpenaiCompatible,
        base_url: Some("http://127.0.0.1:1".to_owned()),
        model: Some("obedient".to_owned()),
        at_once: None,
    };
    let model = desk.engine.test_engine(&nobody).await.expect_err("nobody listens at port 1");
    check_no_secret("an error of the model", &told(&model));
    check_no_secret("the engine's view", &format!("{:?}", desk.engine.engine_view().await.expect("reads")));
    check_no_secret("the account's view", &format!("{:?}", desk.engine.mail_account().await.expect("reads")));
    let workflow = desk.engine.workflow(None).await.expect("there is one").id;
    let exports = [
        desk.engine.leads_as_csv(workflow).await.expect("exports"),
        desk.engine.mails_as_csv().await.expect("exports"),
        desk.engine.decisions_as_jsonl().await.expect("exports"),
    ];
    for export in exports {
        assert!(!export.is_empty());
        check_no_secret("an export", &String::from_utf8_lossy(&export));
    }
    assert!(check_files(desk.dir.path()) > 0);
}
