//! What somebody who helps needs to know, and nothing about anybody: versions, settings without names, counts, whether the store is
//! sound, and the last errors by their code.
//!
//! It is put together from an allow-list: numbers, flags, and words out of our own enumerations. No text that a person, a
//! page, a model or a server wrote is copied, and of the log only level, part of the program and code.

use crate::Engine;
use crate::error::EngineError;
use autoreach_store::tables::{job, outbox, review_item, store_meta};
use autoreach_store::{BackupFile, journal};
use serde_json::{Map, Value, json};
use std::path::Path;

/// Lines of the log that are told, the latest ones.
const ERRORS_TOLD: usize = 50;
/// Log files begin so.
const LOG_PREFIX: &str = "autoreach";

impl Engine {
    /// The bundle as JSON text, to be read before it is saved.
    pub async fn diagnostics(&self) -> Result<String, EngineError> {
        let db = self.store.read();
        let integrity = self.store.integrity().await?;
        let chain = journal::verify(db).await?;
        let bundle = json!({
            "made_at": self.now(),
            "program": { "version": env!("CARGO_PKG_VERSION"), "system": std::env::consts::OS, "processor": std::env::consts::ARCH },
            "store": {
                "schema_version": self.store.schema_version(),
                "times_restored": store_meta::epoch(db).await?.saturating_sub(1),
                "is_read_only": self.read_only_reason().is_some(),
                "disk_was_full": self.store.is_ballast_spent(),
                "damaged_pages": integrity.damaged_pages,
                "structure_faults": integrity.structure_faults,
                "broken_references": integrity.broken_references,
                "journal_entries": chain.entries,
                "journal_is_whole": chain.broken.is_none(),
                "rows": self.store.count_rows().await?,
            },
            "settings": self.settings_without_names().await?,
            "queue": counted(review_item::counts(db).await?.into_iter().map(|(state, count)| (state.as_str(), count))),
            "mails": counted(outbox::counts(db).await?.into_iter().map(|(state, count)| (state.as_str(), count))),
            "steps": job::counts_by_step(db).await?.into_iter().map(|(step, state, count)| json!([step, state, count])).collect::<Vec<_>>(),
            "backups": self.store.backups()?.iter().map(backup_line).collect::<Vec<_>>(),
            "last_errors": last_errors(&self.dir().join("logs")),
        });
        Ok(serde_json::to_string_pretty(&bundle).unwrap_or_default())
    }

    async fn settings_without_names(&self) -> Result<Value, EngineError> {
        let preferences = self.preferences().await?;
        let account = self.mail_account().await?;
        Ok(json!({
            "workflows": self.workflows().await?.len(),
            "reviewers": self.reviewers().await?.names.len(),
            "engine": self.engine_choice().await?.kind,
            "has_mail_account": account.is_some(),
            "mail_security": account.map(|account| account.security),
            "is_dry_run": self.is_dry_run().await?,
            "is_simulated": self.is_simulated,
            "notifications": preferences.notifications,
            "quiet_hours": preferences.quiet_hours.is_some(),
            "changed_keys": preferences.keys.len(),
            "daily_goal": preferences.daily_goal,
        }))
    }
}

fn counted(counts: impl Iterator<Item = (&'static str, u64)>) -> Value {
    Value::Object(counts.map(|(name, count)| (name.to_owned(), json!(count))).collect::<Map<_, _>>())
}

fn backup_line(backup: &BackupFile) -> Value {
    json!({ "kind": backup.kind.as_str(), "taken_at": backup.taken_at, "bytes": backup.path.metadata().map_or(0, |file| file.len()) })
}

/// Level, part of the program, and code of the latest warnings and errors, oldest first.
fn last_errors(logs: &Path) -> Vec<Value> {
    let Ok(entries) = std::fs::read_dir(logs) else { return Vec::new() };
    let mut files: Vec<_> =
        entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(LOG_PREFIX)).map(|e| e.path()).collect();
    files.sort();
    let texts = files.iter().filter_map(|file| std::fs::read_to_string(file).ok());
    let mut told: Vec<Value> = texts.flat_map(|text| text.lines().filter_map(error_line).collect::<Vec<_>>()).collect();
    told.drain(..told.len().saturating_sub(ERRORS_TOLD));
    told
}

fn error_line(line: &str) -> Option<Value> {
    let mut words = line.split_whitespace();
    let at: jiff::Timestamp = words.next()?.parse().ok()?;
    let level = words.next().filter(|level| ["WARN", "ERROR"].contains(level))?;
    let part = words.next()?.trim_end_matches(':');
    let is_ours = part.starts_with(LOG_PREFIX) && part.bytes().all(|byte| byte.is_ascii_lowercase() || b"_:".contains(&byte));
    let code = words.find_map(|word| word.strip_prefix("code=")).map(|code| code.trim_matches('"'));
    let code = code.filter(|code| code.len() <= 40 && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
    is_ours.then(|| json!({ "at": at, "level": level, "part": part, "code": code }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{AccountSecurity, MailAccount};
    use crate::testing::Desk;
    use autoreach_domain::review::{Gesture, Part};
    use autoreach_secrets::Secret;

    const CANARIES: [&str; 22] = [
        "wei",
        "rao",
        "orbital",
        "vantage",
        "quanta",
        "146",
        "aarhus",
        "sap",
        "nordic",
        "portwise",
        "alex",
        "havnegade",
        "planners",
        "ana",
        "bendix",
        "smtp.",
        "hemlig",
        "a note nobody",
        "s/4hana",
        "freight",
        "worth a look",
        "autoreach-test-folder",
    ];

    #[tokio::test]
    async fn no_name_address_company_key_or_word_of_a_mail_is_in_the_bundle() {
        let desk = Desk::with_a_queue().await;
        desk.turn_of("Bendix").await;
        desk.decide("Orbital", Gesture::Accept(Part::All)).await.expect("accepts");
        desk.engine.suppress(&[("vantage.example".into(), "a note nobody".into())]).await.expect("blocks");
        let account = MailAccount {
            host: "smtp.portwise.example".into(),
            port: 465,
            security: AccountSecurity::Tls,
            username: "alex@portwise.example".into(),
            extra_root: None,
        };
        desk.engine.set_mail_account(&account, Some(&Secret::new("hemlig"))).await.expect("sets");
        let logs = desk.dir.path().join("logs");
        std::fs::create_dir_all(&logs).expect("ours");
        let log = "2026-11-20T12:00:00.000Z  WARN autoreach_engine::jobs: Wei Rao said no code=\"store\"\n\
            2026-11-20T12:00:01.000Z ERROR autoreach_lib: orbital.example refused code=wei.rao\n\
            2026-11-20T12:00:02.000Z  INFO autoreach_lib: Vantage code=x\nOrbital Freight\n";
        std::fs::write(logs.join("autoreach-desktop.2026-11-20.log"), log).expect("ours");
        let bundle = desk.engine.diagnostics().await.expect("is made");
        let read: Value = serde_json::from_str(&bundle).expect("is JSON");
        assert_eq!(
            (&read["queue"]["open"], &read["store"]["journal_is_whole"], &read["settings"]["has_mail_account"]),
            (&json!(2), &json!(true), &json!(true))
        );
        assert_eq!((&read["last_errors"][0]["code"], &read["last_errors"][1]["code"]), (&json!("store"), &Value::Null));
        let lower = bundle.to_lowercase();
        let words: Vec<&str> = lower.split(|letter: char| !letter.is_alphanumeric()).collect();
        for canary in CANARIES {
            let is_word = canary.chars().all(char::is_alphanumeric);
            let is_there = if is_word { words.contains(&canary) } else { lower.contains(canary) };
            assert!(!is_there, "{canary} is in {bundle}");
        }
        let folder = desk.dir.path().display().to_string();
        assert!(!bundle.contains(&folder), "the folder may name its owner");
    }
}
