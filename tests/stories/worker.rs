//! Round the clock without a window: the built program begins the batch of the day, is told to end in the middle of it, and
//! the next one goes on. Nothing is lost and nothing is begun twice.

use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use autoreach_acceptance::program::{Answer, Program};
use autoreach_acceptance::workspace::definition_toml;
use autoreach_testkit::site_server::{SiteServer, Sites};

use crate::support::program;

const COMPANIES: usize = 24;

/// A workspace on a Friday noon with leads of slow sites and a schedule that begins on Saturday at six.
fn scheduled(program: &Program, folder: &Path, sites: &SiteServer) -> String {
    let write = |name: &str, text: String| {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("the folder is ours");
        path.to_string_lossy().into_owned()
    };
    let friday = program.at("2026-11-20T12:00:00Z");
    friday.must(&["init", "--simulated", "7"]);
    friday.must(&["workflow", "set", &write("workflow.toml", definition_toml(10))]);
    friday.must(&["import", &write("leads.csv", sites.leads_csv())]);
    let set = friday.must(&["schedule", "set", "--days", "mon,tue,wed,thu,fri,sat,sun"]);
    assert_eq!(set.json["next"]["at"], "2026-11-21T06:00:00Z", "{}", set.json);
    write("resolve.txt", sites.resolve_lines())
}

fn worker(program: &Program, resolve: &str) -> Child {
    program.command(&["worker", "--resolve-file", resolve]).spawn().expect("the program was found")
}

fn terminate(child: &Child) {
    let ended = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("every Unix has kill");
    assert!(ended.success());
}

#[test]
fn a_worker_told_to_end_loses_nothing_and_the_next_one_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(program) = program("a_worker_told_to_end_loses_nothing_and_the_next_one_goes_on", folder.path()) else { return };
    let latency = Duration::from_millis(40);
    let sites = SiteServer::start_with(Sites { companies: COMPANIES, pages: 4, latency }).expect("the server starts");
    let resolve = scheduled(&program, folder.path(), &sites);

    let child = worker(&program.at("2026-11-21T06:00:00Z"), &resolve);
    while sites.requests() < 20 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let refused = program.at("2026-11-21T06:00:00Z").ask(&["status"]);
    assert_eq!(refused.error(), Some("store_in_use"));
    let message = refused.json["error"]["message"].as_str().expect("words");
    assert!(message.contains("tray") && message.contains("autoreach worker"), "it says what to close: {message}");
    terminate(&child);
    let told = Answer::of(child.wait_with_output().expect("it was started"));
    assert_eq!((told.code, &told.json["finished"]), (Some(0), &true.into()), "{} {}", told.json, told.complaint);
    assert_eq!((&told.json["batches"], &told.json["leads"]), (&1.into(), &COMPANIES.into()), "{}", told.json);
    let drafted = told.json["drafted"].as_u64().expect("a count");
    assert!(drafted < COMPANIES as u64, "it was told to end in the middle");

    let later = program.at("2026-11-21T06:30:00Z");
    let rest = later.must(&["worker", "--once", "--resolve-file", &resolve]);
    assert_eq!((&rest.json["batches"], &rest.json["drafted"]), (&0.into(), &(COMPANIES as u64 - drafted).into()), "{}", rest.json);
    let status = later.must(&["status"]);
    assert_eq!((&status.json["queue"]["open"], &status.json["run"]), (&COMPANIES.into(), &serde_json::Value::Null), "{}", status.json);
    later.must(&["verify"]);
}

#[test]
fn a_worker_that_was_off_for_days_makes_up_for_them_with_one_batch() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(program) = program("a_worker_that_was_off_for_days_makes_up_for_them_with_one_batch", folder.path()) else { return };
    let sites = SiteServer::start(4, 2).expect("the server starts");
    let resolve = scheduled(&program, folder.path(), &sites);
    let once = |at: &str| program.at(at).must(&["worker", "--once", "--resolve-file", &resolve]).json;
    let caught_up = once("2026-11-24T09:00:00Z");
    assert_eq!((&caught_up["batches"], &caught_up["drafted"]), (&1.into(), &4.into()), "{caught_up}");
    assert_eq!(caught_up["next"]["at"], "2026-11-25T06:00:00Z");
    assert_eq!(once("2026-11-24T10:00:00Z")["batches"], 0);
    assert_eq!(once("2026-11-23T10:00:00Z")["batches"], 0, "the clock was set back");
}
