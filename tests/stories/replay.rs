//! A simulated workspace can be replayed: the same commands at the same instants give the same journal, byte for byte.

use std::path::Path;

use autoreach_acceptance::program::Program;
use autoreach_acceptance::workspace::definition_toml;
use autoreach_testkit::site_server::SiteServer;

use crate::support::program;

/// What a person types on three days; `resolve` and `leads` are files.
fn type_everything(program: &Program, folder: &Path) -> Vec<u8> {
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    program.at("2026-03-02T08:00:00Z").must(&["init", "--simulated", "7"]);
    program.at("2026-03-02T09:00:00Z").must(&["workflow", "set", &path("workflow.toml")]);
    program.at("2026-03-02T09:10:00Z").must(&["run", &path("leads.csv"), "--resolve-file", &path("resolve.txt")]);
    let queue = program.at("2026-03-02T10:00:00Z").must(&["queue"]).json;
    let items: Vec<String> =
        queue["items"].as_array().expect("a list").iter().map(|line| line["item"].as_str().expect("an id").to_owned()).collect();
    assert_eq!(items.len(), 5);
    program.at("2026-03-02T10:01:00Z").must(&["decide", &items[0], "accept", "--vouch"]);
    program.at("2026-03-02T10:02:00Z").must(&["decide", &items[1], "reject", "--part", "lead", "--reason", "7", "--note", "too small"]);
    program.at("2026-03-03T10:00:00Z").must(&["undo"]);
    program.at("2026-03-03T10:01:00Z").must(&["decide", &items[1], "edit", "--wrong-fact", "1"]);
    program.at("2026-03-03T10:02:00Z").must(&["decide", &items[1], "accept", "--vouch"]);
    program.at("2026-03-04T10:00:00Z").must(&["verify"]);
    program.at("2026-03-04T10:01:00Z").must(&["export", "decisions", "-"]).bytes
}

#[test]
fn the_same_commands_at_the_same_instants_give_the_same_journal() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(program) = program("the_same_commands_at_the_same_instants_give_the_same_journal", folder.path()) else { return };
    let sites = SiteServer::start(5, 4).expect("starts");
    for (name, text) in [("leads.csv", sites.leads_csv()), ("resolve.txt", sites.resolve_lines()), ("workflow.toml", definition_toml(10))] {
        std::fs::write(folder.path().join(name), text).expect("the folder is ours");
    }
    let once = type_everything(&program.for_workspace(folder.path().join("once")), folder.path());
    let twice = type_everything(&program.for_workspace(folder.path().join("twice")), folder.path());
    let lines = |export: &[u8]| String::from_utf8(export.to_vec()).expect("UTF-8").lines().map(str::to_owned).collect::<Vec<_>>();
    for (once, twice) in lines(&once).iter().zip(&lines(&twice)) {
        assert_eq!(once, twice);
    }
    assert_eq!(once, twice);
    assert!(lines(&once).len() >= 11, "one profile, five arrivals, at least five verdicts");
}

#[test]
fn an_instant_can_only_be_named_in_a_simulated_workspace() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(program) = program("an_instant_can_only_be_named_in_a_simulated_workspace", folder.path()) else { return };
    program.must(&["init"]);
    let answer = program.ask(&["queue", "--at", "2026-03-02T10:00:00Z"]);
    assert_eq!((answer.code, answer.error()), (Some(1), Some("not_simulated")), "{}", answer.json);
}
