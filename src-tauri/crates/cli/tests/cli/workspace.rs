//! Creating and opening workspaces, importing into them, errors and exit codes.

use crate::program::{Program, any_file_holds, ended};

const WORKFLOW: &str = r#"
name = "Test"
[messaging.offer]
en = "We re-plan shipments when a port is late."
[messaging.question]
en = "Would 20 minutes be worth it?"
[sender]
name = "Jonna"
email = "jonna@kelpline.example"
company = "Kelpline"
postal_address = "Tangkajen 14, 8000 Aarhus"
[sender.opt_out]
en = "Reply no and I will not write again."
"#;

fn with_workflow() -> Program {
    let (program, ran) = Program::with_workspace(&["--simulated", "7"]);
    assert_eq!(ran.code, 0, "{} {}", ran.out, ran.err);
    std::fs::write(program.path("workflow.toml"), WORKFLOW).expect("the folder is ours");
    program.json(&["workflow", "set", "workflow.toml"]);
    program
}

#[test]
fn a_workspace_opens_with_its_passphrase_and_with_no_other() {
    let (program, ran) = Program::with_workspace(&[]);
    assert_eq!(ran.code, 0, "{} {}", ran.out, ran.err);
    assert_eq!(program.json(&["status"])["queue"]["open"], 0);
    let mut wrong = program.command(&["status", "--json"]);
    wrong.env("AUTOREACH_PASSPHRASE", "four other test words");
    let refused = ended(wrong);
    assert_eq!((refused.code, refused.error_code().as_str()), (1, "secrets"));
    let mut none = program.command(&["status", "--json"]);
    none.env_remove("AUTOREACH_PASSPHRASE");
    assert_eq!(ended(none).error_code(), "needs_passphrase");
}

#[test]
fn the_recovery_key_shown_once_tests_and_opens() {
    let (program, ran) = Program::with_workspace(&["--simulated"]);
    let key = ran.json()["recovery_key"].as_str().expect("shown once").to_owned();
    assert_eq!(key.split('-').count(), 8);
    std::fs::write(program.path("key.txt"), &key).expect("the folder is ours");
    assert_eq!(program.json(&["recovery", "test", "--recovery-key-file", "key.txt"])["opens"], true);
    assert_eq!(program.json(&["status", "--recovery-key-file", "key.txt"])["queue"]["open"], 0);
    std::fs::write(program.path("other.txt"), key.replacen(&key[..1], if key.starts_with('2') { "3" } else { "2" }, 1)).expect("ours");
    let refused = program.run(&["recovery", "test", "--recovery-key-file", "other.txt", "--json"]);
    assert_eq!((refused.code, refused.error_code().as_str()), (1, "secrets"));
    assert!(!any_file_holds(&program.path("autoreach"), &key), "the key is kept nowhere");
}

#[test]
fn a_second_init_leaves_the_first_workspace_alone() {
    let (program, _) = Program::with_workspace(&["--simulated"]);
    assert_eq!(program.run(&["init", "--json"]).error_code(), "workspace_exists");
}

#[test]
fn errors_have_codes_and_exit_codes_tell_usage_from_trouble() {
    let program = Program::new();
    let ran = program.run(&["queue", "--json"]);
    assert_eq!((ran.code, ran.error_code().as_str(), ran.err.as_str()), (1, "no_workspace", ""));
    let plain = program.run(&["queue"]);
    assert!(plain.code == 1 && plain.out.is_empty() && plain.err.contains("autoreach demo"), "{}", plain.err);
    assert_eq!(program.run(&["queue", "--limit", "0"]).code, 2);
    assert_eq!(program.run(&["nonsense"]).code, 2);
}

#[test]
fn an_instant_can_only_be_named_in_a_simulated_workspace() {
    let (real, _) = Program::with_workspace(&[]);
    assert_eq!(real.run(&["status", "--at", "2026-03-02T09:00:00Z", "--json"]).error_code(), "not_simulated");
    let (simulated, _) = Program::with_workspace(&["--simulated", "--at", "2026-03-01T09:00:00Z"]);
    assert_eq!(simulated.run(&["status", "--at", "2026-03-02T09:00:00Z", "--json"]).code, 0);
}

#[test]
fn a_lead_file_is_looked_at_imported_and_taken_back() {
    let program = with_workflow();
    let rows =
        "Company,Website,Email\nOrbital,orbital.example,wei@orbital.example\n=cmd|' /C calc'!A0,,\n\u{202E}x\u{1b}[31m,red.example,\n";
    std::fs::write(program.path("leads.csv"), rows).expect("the folder is ours");
    assert_eq!(program.json(&["import", "leads.csv", "--preview"])["new"], 3);
    assert_eq!(program.json(&["leads"])["leads"].as_array().map(Vec::len), Some(0), "a preview stores nothing");
    let import = program.json(&["import", "leads.csv"])["import"].as_str().expect("an id").to_owned();
    let listed = program.run(&["leads", "--missing"]);
    assert!(!listed.out.contains(['\u{1b}', '\u{202E}']) && listed.out.contains("website missing"), "{:?}", listed.out);
    let exported = program.run(&["export", "leads", "-"]);
    assert!(exported.out.contains("'=cmd"), "no spreadsheet takes it for a formula: {}", exported.out);
    assert_eq!(program.json(&["import-undo", &import])["leads"], 3);
    assert_eq!(program.run(&["import-undo", &import, "--json"]).error_code(), "import_undone");
}

#[test]
fn a_mapping_that_names_no_column_is_said() {
    let program = with_workflow();
    std::fs::write(program.path("leads.csv"), "Firma,Web\nOrbital,orbital.example\n").expect("the folder is ours");
    assert_eq!(program.run(&["import", "leads.csv", "--map", "Nothing=company", "--json"]).error_code(), "mapping");
    assert_eq!(program.json(&["import", "leads.csv", "--map", "Firma=company"])["new"], 1);
}

#[test]
fn a_workflow_shown_can_be_set_again() {
    let program = with_workflow();
    let shown = program.run(&["workflow", "show"]);
    std::fs::write(program.path("again.toml"), &shown.out).expect("the folder is ours");
    assert_eq!(program.json(&["workflow", "set", "again.toml"])["is_new"], false);
    std::fs::write(program.path("bad.toml"), "name = 7").expect("the folder is ours");
    assert_eq!(program.run(&["workflow", "set", "bad.toml", "--json"]).error_code(), "workflow_definition");
}

#[test]
fn the_mail_password_is_kept_sealed_and_never_shown() {
    let program = with_workflow();
    let mut set =
        program.command(&["account", "set", "--host", "127.0.0.1", "--port", "2525", "--security", "none", "--username", "wei", "--json"]);
    set.env("AUTOREACH_MAIL_PASSWORD", "a very secret password");
    let ran = ended(set);
    assert_eq!(ran.code, 0, "{} {}", ran.out, ran.err);
    let shown = program.run(&["account", "show"]);
    assert!(shown.out.contains("127.0.0.1:2525") && !format!("{}{}", shown.out, ran.out).contains("secret"));
    assert!(!any_file_holds(&program.path("autoreach"), "a very secret password"));
    let unasked = program.run(&["account", "set", "--host", "x.example", "--username", "wei", "--json"]);
    assert_eq!(unasked.error_code(), "needs_mail_password");
}

#[test]
fn the_doctor_works_where_nothing_does() {
    let program = Program::new();
    assert_eq!(program.json(&["doctor"])["well"], true, "no workspace yet is no trouble");
    let (program, _) = Program::with_workspace(&["--simulated"]);
    std::fs::write(program.path("autoreach/keys.json"), "{}").expect("the folder is ours");
    let ran = program.run(&["doctor", "--json"]);
    assert_eq!((ran.code, ran.json()["well"].as_bool()), (1, Some(false)));
}

#[test]
fn what_resolve_admits_must_be_an_exact_address() {
    let program = with_workflow();
    let ran = program.run(&["run", "--resolve", "orbital.example:80:everywhere", "--json"]);
    assert_eq!((ran.code, ran.error_code().as_str()), (1, "resolve"));
}

#[test]
fn the_parser_child_reads_no_command_line() {
    let program = Program::new();
    let ran = program.run_with(&["--parse-xlsx"], "this is no workbook");
    assert!(ran.code == 0 && ran.json()["Err"].is_object() || ran.json()["Err"].is_string(), "{}", ran.out);
}

#[test]
fn the_learner_answers_line_by_line() {
    let ran = Program::new().run_with(&["learner", "--jsonl"], "{\"op\":\"hello\",\"protocol\":1}\n{\"op\":\"bye\"}\n");
    assert_eq!((ran.code, ran.out.lines().count()), (0, 2));
}

fn in_review(program: &Program) {
    std::fs::write(
        program.path("leads.csv"),
        "Company,First Name,Last Name,Email\nOrbital,Wei,Rao,wei.rao@orbital.example\nVantage,Ada,Costa,ada@vantage.example\n",
    )
    .expect("the folder is ours");
    program.json(&["import", "leads.csv"]);
}

#[test]
fn a_backup_is_taken_listed_checked_and_put_back_and_that_can_be_undone() {
    let program = with_workflow();
    let backup = program.json(&["backup", "now", "--to", "stick"])["name"].as_str().expect("a name").to_owned();
    assert!(program.path("stick/keys.json").exists() && program.path("stick").join(&backup).exists());
    assert_eq!(program.json(&["backup", "check", &backup])["holds"]["leads"], 0);
    in_review(&program);
    assert_eq!(program.run(&["backup", "restore", &backup, "--json"]).error_code(), "not_agreed", "nobody said yes");
    let restored = program.json(&["backup", "restore", &format!("stick/{backup}"), "--yes"]);
    assert_eq!(program.json(&["leads"])["leads"].as_array().map(Vec::len), Some(0));
    let kept = restored["kept_aside"].as_str().expect("kept aside").to_owned();
    let listed = program.run(&["backup", "list"]);
    assert!(listed.out.contains(&kept) && listed.out.contains("before-restore"), "{}", listed.out);
    program.json(&["backup", "restore", &kept, "--yes"]);
    assert_eq!(program.json(&["leads"])["leads"].as_array().map(Vec::len), Some(2), "the restore is undone");
    assert_eq!(program.json(&["verify"])["broken"], serde_json::Value::Null);
    assert_eq!(program.run(&["backup", "restore", "nothing.db", "--yes", "--json"]).error_code(), "no_such_backup");
}

#[test]
fn a_workspace_that_does_not_open_any_more_comes_back_from_its_backup_with_the_recovery_key() {
    let (program, ran) = Program::with_workspace(&["--simulated"]);
    let key = ran.json()["recovery_key"].as_str().expect("shown once").to_owned();
    std::fs::write(program.path("key.txt"), &key).expect("the folder is ours");
    let backup = program.json(&["backup", "now"])["name"].as_str().expect("a name").to_owned();
    let database = program.path("autoreach/autoreach.db");
    let mut bytes = std::fs::read(&database).expect("ours");
    bytes[100] ^= 1;
    std::fs::write(&database, bytes).expect("ours");
    assert_eq!(program.run(&["status", "--json"]).error_code(), "store_damaged");
    let restored = program.json(&["backup", "restore", &backup, "--yes", "--recovery-key-file", "key.txt"]);
    assert!(restored["damaged_kept_in"].as_str().is_some_and(|folder| std::path::Path::new(folder).join("autoreach.db").exists()));
    assert_eq!(program.json(&["status"])["queue"]["open"], 0);
}

#[test]
fn a_person_is_shown_what_is_held_and_erased_for_good() {
    let program = with_workflow();
    in_review(&program);
    let backup = program.json(&["backup", "now"])["name"].as_str().expect("a name").to_owned();
    let extract = program.run(&["erase", "wei.rao@orbital.example", "--extract", "-"]);
    assert!(extract.out.contains("\"first_name\": \"Wei\""), "{}", extract.out);
    assert_eq!(program.run(&["erase", "Wei Rao", "--json"]).error_code(), "not_agreed");
    assert_eq!(program.json(&["erase", "Wei Rao", "--yes"])["is_suppressed"], true);
    assert_eq!(program.run(&["erase", "Wei Rao", "--yes", "--json"]).error_code(), "cannot_erase");
    program.json(&["export", "all", "out"]);
    assert!(!any_file_holds(&program.path("out"), "orbital.example") && any_file_holds(&program.path("out"), "vantage.example"));
    assert_eq!(program.json(&["import", "leads.csv", "--preview"])["suppressed"].as_array().map(Vec::len), Some(1), "never again");
    assert_eq!(program.json(&["backup", "restore", &backup, "--yes"])["settled"]["erased_again"], 1);
    assert_eq!(program.run(&["erase", "wei.rao@orbital.example", "--yes", "--json"]).error_code(), "cannot_erase");
    assert_eq!(program.json(&["verify"])["broken"], serde_json::Value::Null);
}
