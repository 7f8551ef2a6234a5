//! What the window may ask for: one file a screen, one function a command. A command translates: request in, one engine
//! call, view out. Each takes one argument, `request`, and fails with a `CommandError`.

mod context;
mod data;
mod discovery;
mod leads;
mod onboarding;
mod outbox;
mod review;
mod runs;
mod schedule;
mod settings;
mod start;
mod team;
mod trust;
mod workflows;

use crate::desk::Desk;
use tauri::ipc::Invoke;
use tauri::{State, Wry};

pub(crate) use crate::error::CommandError;

/// The shell's state as commands get it.
pub(crate) type Shell<'a> = State<'a, Desk>;
/// What every command gives.
pub(crate) type Answer<T> = Result<T, CommandError>;

/// Every command there is. What is not listed here cannot be asked for.
pub(crate) fn handler() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        start::startup,
        start::open_workspace,
        start::overview,
        start::notices,
        start::dismiss_notices,
        onboarding::create_workspace,
        review::queue_page,
        review::item,
        review::stored_page,
        review::decide,
        review::instruct,
        review::explain,
        review::snooze,
        review::undo,
        review::redo,
        review::history,
        review::suppress,
        review::suppressions,
        review::open_source,
        leads::lead_page,
        leads::lead,
        leads::change_lead,
        leads::read_again,
        leads::tag_lead,
        leads::archive_lead,
        leads::stage_lead_file,
        leads::preview_import,
        leads::import_leads,
        leads::imports,
        leads::undo_import,
        leads::given_up,
        discovery::discover_page,
        discovery::discover_domains,
        discovery::discover_search,
        discovery::discovery_queries,
        discovery::profile_from_examples,
        discovery::profile_with,
        discovery::add_discovered,
        discovery::search_settings,
        discovery::set_searxng,
        discovery::set_brave_key,
        runs::start_run,
        runs::estimate_run,
        runs::pause_run,
        runs::resume_run,
        runs::cancel_run,
        workflows::workflows,
        workflows::check_workflow,
        workflows::set_workflow,
        workflows::workflow_versions,
        schedule::schedule,
        schedule::set_schedule,
        schedule::pause_schedules,
        outbox::outbox,
        outbox::mail_text,
        outbox::recall_mail,
        outbox::release_mail,
        outbox::hold_all,
        outbox::release_all,
        outbox::resolve_uncertain,
        trust::trust,
        trust::promote,
        trust::pull_back,
        trust::set_override,
        trust::end_override,
        trust::set_policy,
        trust::replay,
        trust::what_if_profile,
        trust::neighbour,
        trust::audit,
        trust::insights,
        trust::style_proof,
        trust::unlearn,
        trust::change_lesson,
        trust::answer_profile,
        trust::profile_examples,
        trust::begin_era,
        trust::receipt,
        context::exception_desk,
        context::mute_exception,
        context::unmute_exception,
        context::market_notes,
        context::add_market_note,
        context::end_market_note,
        context::contacts,
        context::import_contacts,
        context::remove_contact,
        team::team,
        team::pace,
        team::add_reviewer,
        team::set_senior,
        team::use_reviewer,
        settings::settings,
        settings::set_preferences,
        settings::set_mail_account,
        settings::test_mail_account,
        settings::send_test_mail,
        settings::set_dry_run,
        settings::detect_engines,
        settings::set_engine,
        settings::set_stage_engine,
        settings::set_spending_limits,
        settings::set_egress_profile,
        settings::egress,
        settings::egress_detail,
        settings::set_engine_key,
        settings::remove_engine_key,
        settings::test_engine,
        settings::open_data_folder,
        data::backups,
        data::back_up,
        data::preview_restore,
        data::restore_backup,
        data::export_everything,
        data::find_people,
        data::person_held,
        data::save_person,
        data::erase_person,
        data::diagnostics,
        data::save_diagnostics,
    ]
}

/// The requests and views that are the shell's own, for the bindings.
#[cfg(test)]
pub(crate) mod bindings {
    use super::{leads, onboarding, review};
    use ts_rs::{Config, ExportError, TS};

    /// Writes them.
    pub(crate) fn export_all(config: &Config) -> Result<(), ExportError> {
        onboarding::Created::export_all(config)?;
        onboarding::WorkspaceKind::export_all(config)?;
        review::SuppressEntry::export_all(config)?;
        leads::ImportRequest::export_all(config)
    }
}
