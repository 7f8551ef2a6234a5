//! The contract between the engine and the interface, as TypeScript: written by this test, committed, and stale when a
//! committed file differs. `AUTOREACH_WRITE_BINDINGS=1 cargo test -p autoreach bindings` writes it anew.

use crate::commands::bindings as requests;
use crate::error::CommandError;
use crate::inbox::Notice;
use crate::opening::{OpenWith, Startup};
use crate::staging::StagedFile;
use autoreach_engine::overview::Overview;
use autoreach_engine::pipeline::send::SendReport;
use autoreach_engine::review::decide::{DecideOutcome, DecideRequest};
use autoreach_engine::review::queue::{HistoryLine, ItemView, QueuePage};
use autoreach_engine::review::undo::UndoOutcome;
use autoreach_engine::{
    LeadImport, StoredPage, context, data, discovery, domain, insights, jobs, leads, outbox, pipeline, profile, schedule, settings, team,
    trust, workflows,
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use ts_rs::{Config, ExportError, TS};

/// Writes every type that crosses the border, with all it holds.
fn write_all(config: &Config) -> Result<(), ExportError> {
    Startup::export_all(config)?;
    OpenWith::export_all(config)?;
    requests::export_all(config)?;
    CommandError::export_all(config)?;
    Notice::export_all(config)?;
    StagedFile::export_all(config)?;
    Overview::export_all(config)?;
    QueuePage::export_all(config)?;
    ItemView::export_all(config)?;
    StoredPage::export_all(config)?;
    DecideRequest::export_all(config)?;
    DecideOutcome::export_all(config)?;
    UndoOutcome::export_all(config)?;
    HistoryLine::export_all(config)?;
    domain::suppression::Suppression::export_all(config)?;
    pipeline::import::ImportReport::export_all(config)?;
    LeadImport::export_all(config)?;
    leads::GivenUp::export_all(config)?;
    leads::page::LeadPage::export_all(config)?;
    leads::page::LeadDetail::export_all(config)?;
    leads::edit::LeadChange::export_all(config)?;
    jobs::runner::RunProgress::export_all(config)?;
    workflows::DefinitionFault::export_all(config)?;
    workflows::WorkflowSet::export_all(config)?;
    workflows::WorkflowVersion::export_all(config)?;
    schedule::view::ScheduleView::export_all(config)?;
    outbox::OutboxLine::export_all(config)?;
    outbox::MailText::export_all(config)?;
    outbox::UncertainAnswer::export_all(config)?;
    SendReport::export_all(config)?;
    trust::view::TrustView::export_all(config)?;
    autoreach_engine::review::neighbour::NeighbourView::export_all(config)?;
    trust::view::ProfileRequest::export_all(config)?;
    trust::view::ProfileView::export_all(config)?;
    trust::view::ReplayRequest::export_all(config)?;
    trust::view::ReplayView::export_all(config)?;
    trust::view::AuditView::export_all(config)?;
    insights::view::InsightsView::export_all(config)?;
    discovery::view::DiscoveryReport::export_all(config)?;
    discovery::view::ChosenCompany::export_all(config)?;
    discovery::view::Added::export_all(config)?;
    discovery::search::SearchView::export_all(config)?;
    discovery::examples::ExampleReport::export_all(config)?;
    domain::discovery::SearchQuery::export_all(config)?;
    context::exceptions::ExceptionDesk::export_all(config)?;
    context::contacts::ContactList::export_all(config)?;
    context::contacts::ContactsAdded::export_all(config)?;
    domain::market_note::MarketNote::export_all(config)?;
    domain::market_note::NewMarketNote::export_all(config)?;
    insights::view::ProofView::export_all(config)?;
    profile::view::AnswerOutcome::export_all(config)?;
    profile::view::ProfileExamples::export_all(config)?;
    trust::EraBegun::export_all(config)?;
    team::view::TeamView::export_all(config)?;
    team::view::PaceView::export_all(config)?;
    domain::oversight::routing::Routing::export_all(config)?;
    domain::style::LessonChange::export_all(config)?;
    data::backups::BackupList::export_all(config)?;
    data::backups::BackupCheck::export_all(config)?;
    data::restore::RestorePreview::export_all(config)?;
    data::restore::RestoreReport::export_all(config)?;
    data::export::ExportReport::export_all(config)?;
    data::person::FoundPerson::export_all(config)?;
    data::person::PersonHeld::export_all(config)?;
    data::person::Erased::export_all(config)?;
    autoreach_engine::review::instruct::InstructRequest::export_all(config)?;
    autoreach_engine::review::instruct::InstructOutcome::export_all(config)?;
    autoreach_engine::egress::view::EgressFilter::export_all(config)?;
    autoreach_engine::egress::view::EgressView::export_all(config)?;
    autoreach_engine::egress::view::EgressDetail::export_all(config)?;
    settings::estimate::RunEstimate::export_all(config)?;
    settings::engine::EngineTest::export_all(config)?;
    settings::view::SettingsView::export_all(config)
}

/// Numbers stay numbers: nothing that is counted here comes near 2^53.
fn config(folder: &Path) -> Config {
    Config::new().with_large_int("number").with_out_dir(folder)
}

fn committed_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/lib/ipc/bindings")
}

fn files(folder: &Path) -> BTreeMap<String, String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return BTreeMap::new() };
    let named = entries.flatten().map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()));
    named.filter_map(|(name, path)| Some((name, std::fs::read_to_string(path).ok()?))).collect()
}

/// One line a type, so that the interface imports from one place.
fn index(names: impl Iterator<Item = String>) -> String {
    names
        .filter(|name| name != "index.ts")
        .map(|name| name.replace(".ts", ""))
        .map(|name| format!("export type {{ {name} }} from \"./{name}\";\n"))
        .collect()
}

#[test]
fn the_committed_bindings_are_those_of_the_engine() {
    let (fresh, committed) = (tempfile::tempdir().expect("a temporary folder"), committed_folder());
    write_all(&config(fresh.path())).expect("every type can be written");
    let generated = files(fresh.path());
    if std::env::var_os("AUTOREACH_WRITE_BINDINGS").is_some() {
        std::fs::create_dir_all(&committed).expect("the folder can be made");
        for (name, text) in &generated {
            std::fs::write(committed.join(name), text).expect("a binding can be written");
        }
        std::fs::write(committed.join("index.ts"), index(files(&committed).into_keys())).expect("the index can be written");
    }
    let known = files(&committed);
    let stale: Vec<_> = generated.iter().filter(|(name, text)| known.get(*name) != Some(text)).map(|(name, _)| name).collect();
    assert!(stale.is_empty(), "stale, write them anew with AUTOREACH_WRITE_BINDINGS=1: {stale:?}");
    assert_eq!(known.get("index.ts"), Some(&index(known.keys().cloned())), "index.ts leaves a type out");
}
