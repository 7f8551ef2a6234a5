//! `doctor`: what is in order and what is not, each with its next step, also when the store does not open.
//!
//! Each check is one line; a later check that needs an earlier one is left out when that failed. Nothing is changed.

use crate::access::{self, Network};
use crate::answer::Answer;
use crate::args::Global;
use crate::error::CliError;
use crate::view::words::counted;
use autoreach_engine::secrets::{KeychainState, KeysStatus};
use autoreach_engine::{Engine, demo, workspace};
use serde::Serialize;
use serde_json::json;
use std::path::Path;

/// Free space below which a note is made: a run of 1,000 leads needs about this much.
const LITTLE_SPACE: u64 = 500 * 1024 * 1024;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Health {
    Ok,
    /// To know, not to mend.
    Note,
    Trouble,
}

/// One line of the doctor.
#[derive(Debug, Clone, Serialize)]
struct Finding {
    check: &'static str,
    health: Health,
    what: String,
}

fn finding(check: &'static str, health: Health, what: impl Into<String>) -> Finding {
    Finding { check, health, what: what.into() }
}

/// Looks at everything.
pub(crate) async fn doctor(global: &Global) -> Result<Answer, CliError> {
    let dir = access::workspace_dir(global)?;
    let mut findings = vec![folder(&dir), disk(&dir)];
    if workspace::exists(&dir) {
        findings.extend(keys(&dir));
        findings.extend(store(global).await);
    }
    let is_well = findings.iter().all(|finding| finding.health != Health::Trouble);
    let text = findings.iter().map(finding_words).collect::<Vec<_>>().join("\n");
    let answer = Answer::new(&json!({ "workspace": dir, "well": is_well, "checks": findings }), text);
    Ok(if is_well { answer } else { answer.unfinished() })
}

fn finding_words(finding: &Finding) -> String {
    let sign = match finding.health {
        Health::Ok => "ok  ",
        Health::Note => "--  ",
        Health::Trouble => "!!  ",
    };
    format!("{sign}{:<10} {}", finding.check, finding.what)
}

fn folder(dir: &Path) -> Finding {
    let place = dir.display();
    if !workspace::exists(dir) {
        return finding(
            "workspace",
            Health::Note,
            format!("none in {place} yet; `autoreach demo` shows one, `autoreach init` creates yours"),
        );
    }
    let kind = if demo::is_demo(dir) { " (the demo: nothing in it is confidential)" } else { "" };
    finding("workspace", Health::Ok, format!("{place}{kind}"))
}

fn disk(dir: &Path) -> Finding {
    let existing = dir.ancestors().find(|folder| folder.exists()).unwrap_or(dir);
    match fs4::available_space(existing) {
        Ok(bytes) if bytes < LITTLE_SPACE => {
            finding("disk", Health::Note, format!("only {} MB free; decisions are still saved, runs may stop", bytes / 1_000_000))
        }
        Ok(bytes) => finding("disk", Health::Ok, format!("{} GB free", bytes / 1_000_000_000)),
        Err(cause) => finding("disk", Health::Note, format!("free space is not known: {cause}")),
    }
}

fn keys(dir: &Path) -> Vec<Finding> {
    match workspace::keys_status(dir) {
        Ok(status) => vec![slots(&status), keychain(&status)],
        Err(error) => vec![finding("keys", Health::Trouble, error.to_string())],
    }
}

fn slots(status: &KeysStatus) -> Finding {
    let slots = status.slots.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let health = if status.has_database { Health::Ok } else { Health::Trouble };
    let database = if status.has_database { "" } else { "; the database itself is missing: put it back from a backup" };
    finding("keys", health, format!("opens with {slots}{database}"))
}

fn keychain(status: &KeysStatus) -> Finding {
    match status.keychain {
        KeychainState::NotUsed => finding("keychain", Health::Ok, "not used by this workspace"),
        KeychainState::Ready => finding("keychain", Health::Ok, "opens the workspace"),
        KeychainState::Trouble(trouble) => finding("keychain", Health::Trouble, trouble.to_string()),
    }
}

/// Opens the store and looks inside.
async fn store(global: &Global) -> Vec<Finding> {
    let engine = match access::open(global, Network::Untouched).await {
        Ok(engine) => engine,
        Err(error) => return vec![finding("store", Health::Trouble, format!("does not open: {error}"))],
    };
    let inside = inside(&engine).await;
    engine.close().await;
    inside.unwrap_or_else(|error| vec![finding("store", Health::Trouble, error.to_string())])
}

async fn inside(engine: &Engine) -> Result<Vec<Finding>, CliError> {
    let opens = match engine.read_only_reason() {
        None => finding("store", Health::Ok, "opens"),
        Some(_) => finding("store", Health::Note, "opens for reading only: it was written by a newer AutoReach; update to change anything"),
    };
    Ok(vec![opens, integrity(engine).await?, account(engine).await?, dry_run(engine).await?, run(engine).await?])
}

async fn integrity(engine: &Engine) -> Result<Finding, CliError> {
    let report = engine.verify().await?;
    Ok(match report.is_clean() {
        true => finding(
            "integrity",
            Health::Ok,
            format!("sound, {} in the journal", counted(report.entries, "entry").replace("entrys", "entries")),
        ),
        false => finding("integrity", Health::Trouble, "something is not what was written; `autoreach verify` says what"),
    })
}

async fn account(engine: &Engine) -> Result<Finding, CliError> {
    Ok(match engine.mail_account().await? {
        Some(account) => finding("account", Health::Ok, format!("{}:{}; `autoreach account test` tries it", account.host, account.port)),
        None => finding("account", Health::Note, "none; `autoreach account set` adds one, `autoreach export mails` works without"),
    })
}

async fn dry_run(engine: &Engine) -> Result<Finding, CliError> {
    Ok(match engine.is_dry_run().await? {
        true => finding("dry run", Health::Note, "on: no mail leaves; `autoreach dry-run off` when you are ready"),
        false => finding("dry run", Health::Ok, "off: `autoreach send` hands mails over"),
    })
}

async fn run(engine: &Engine) -> Result<Finding, CliError> {
    let Some(run_id) = engine.current_run().await? else { return Ok(finding("run", Health::Ok, "none under way")) };
    let progress = engine.run_progress(run_id).await?;
    let what = format!("{}, {} of {} drafted; `autoreach resume` goes on", progress.state, progress.drafted, progress.leads);
    Ok(finding("run", Health::Note, what))
}
