//! The Settings screen.

use super::{Answer, Shell};
use crate::menu;
use crate::opening::secret;
use autoreach_engine::domain::egress::{EgressProfile, ModelRole};
use autoreach_engine::egress::view::{EgressDetail, EgressFilter, EgressView};
use autoreach_engine::settings::MailAccount;
use autoreach_engine::settings::engine::{EngineChoice, EngineKind, EngineTest, EngineView};
use autoreach_engine::settings::limits::SpendingLimits;
use autoreach_engine::settings::preferences::Preferences;
use autoreach_engine::settings::view::SettingsView;
use serde::Deserialize;
use tauri::AppHandle;

/// Preferences as changed.
#[derive(Deserialize)]
pub(crate) struct SetPreferences {
    preferences: Preferences,
}

/// The mail account, and its password when it changes.
#[derive(Deserialize)]
pub(crate) struct SetMailAccount {
    account: MailAccount,
    password: Option<String>,
}

/// Dry run on or off.
#[derive(Deserialize)]
pub(crate) struct SetDryRun {
    is_dry_run: bool,
}

/// All settings.
#[tauri::command]
pub(crate) async fn settings(desk: Shell<'_>) -> Answer<SettingsView> {
    Ok(desk.engine()?.settings().await?)
}

/// Replaces the preferences.
#[tauri::command]
pub(crate) async fn set_preferences(desk: Shell<'_>, request: SetPreferences) -> Answer<SettingsView> {
    let engine = desk.engine_to_change()?;
    engine.set_preferences(&request.preferences).await?;
    Ok(engine.settings().await?)
}

/// Sets the mail account; its password goes to the keychain or the vault.
#[tauri::command]
pub(crate) async fn set_mail_account(desk: Shell<'_>, request: SetMailAccount) -> Answer<SettingsView> {
    let engine = desk.engine_to_change()?;
    engine.set_mail_account(&request.account, request.password.map(secret).as_ref()).await?;
    Ok(engine.settings().await?)
}

/// Connects and logs in as a mail would.
#[tauri::command]
pub(crate) async fn test_mail_account(desk: Shell<'_>) -> Answer<()> {
    Ok(desk.engine()?.test_mail_account().await?)
}

/// Sends a mail from the account to itself; the address it went to.
#[tauri::command]
pub(crate) async fn send_test_mail(desk: Shell<'_>) -> Answer<String> {
    Ok(desk.engine_to_change()?.send_test_mail().await?)
}

/// Switches dry run on or off.
#[tauri::command]
pub(crate) async fn set_dry_run(desk: Shell<'_>, request: SetDryRun) -> Answer<SettingsView> {
    let engine = desk.engine_to_change()?;
    engine.set_dry_run(request.is_dry_run).await?;
    Ok(engine.settings().await?)
}

/// A key as pasted.
#[derive(Deserialize)]
pub(crate) struct SetEngineKey {
    kind: EngineKind,
    key: String,
}

/// For which engine.
#[derive(Deserialize)]
pub(crate) struct OneEngine {
    kind: EngineKind,
}

/// An engine to be used or tried.
#[derive(Deserialize)]
pub(crate) struct ChosenEngine {
    choice: EngineChoice,
}

/// Looks for models on this computer.
#[tauri::command]
pub(crate) async fn detect_engines(desk: Shell<'_>) -> Answer<EngineView> {
    Ok(desk.engine()?.detect_engines().await?)
}

/// Chooses who reads and writes.
#[tauri::command]
pub(crate) async fn set_engine(desk: Shell<'_>, request: ChosenEngine) -> Answer<EngineView> {
    Ok(desk.engine_to_change()?.set_engine(request.choice).await?)
}

/// An engine for one part of the work; none = as the one in use.
#[derive(Deserialize)]
pub(crate) struct StageEngine {
    role: ModelRole,
    choice: Option<EngineChoice>,
}

/// What models may cost.
#[derive(Deserialize)]
pub(crate) struct SetLimits {
    limits: SpendingLimits,
}

/// How much models may be shown.
#[derive(Deserialize)]
pub(crate) struct SetProfile {
    profile: EgressProfile,
}

/// A page of the ledger of calls.
#[derive(Deserialize)]
pub(crate) struct EgressPage {
    filter: EgressFilter,
    offset: u64,
    limit: u64,
}

/// One call.
#[derive(Deserialize)]
pub(crate) struct OneCall {
    call: i64,
}

/// Names an engine for one part of the work.
#[tauri::command]
pub(crate) async fn set_stage_engine(desk: Shell<'_>, request: StageEngine) -> Answer<EngineView> {
    Ok(desk.engine_to_change()?.set_stage_engine(request.role, request.choice).await?)
}

/// Sets what models may cost.
#[tauri::command]
pub(crate) async fn set_spending_limits(desk: Shell<'_>, request: SetLimits) -> Answer<EngineView> {
    let engine = desk.engine_to_change()?;
    engine.set_spending_limits(request.limits).await?;
    Ok(engine.engine_view().await?)
}

/// Sets how much models may be shown.
#[tauri::command]
pub(crate) async fn set_egress_profile(desk: Shell<'_>, request: SetProfile) -> Answer<EngineView> {
    let engine = desk.engine_to_change()?;
    engine.set_egress_profile(request.profile).await?;
    Ok(engine.engine_view().await?)
}

/// What left this computer, and what did not.
#[tauri::command]
pub(crate) async fn egress(desk: Shell<'_>, request: EgressPage) -> Answer<EgressView> {
    Ok(desk.engine()?.egress(&request.filter, request.offset, request.limit).await?)
}

/// What was sent with one call.
#[tauri::command]
pub(crate) async fn egress_detail(desk: Shell<'_>, request: OneCall) -> Answer<EgressDetail> {
    Ok(desk.engine()?.egress_detail(request.call).await?)
}

/// Keeps a key in the keychain or the vault.
#[tauri::command]
pub(crate) async fn set_engine_key(desk: Shell<'_>, request: SetEngineKey) -> Answer<EngineView> {
    Ok(desk.engine_to_change()?.set_engine_key(request.kind, &secret(request.key)).await?)
}

/// Forgets a key.
#[tauri::command]
pub(crate) async fn remove_engine_key(desk: Shell<'_>, request: OneEngine) -> Answer<EngineView> {
    Ok(desk.engine_to_change()?.remove_engine_key(request.kind).await?)
}

/// Asks an engine one small question.
#[tauri::command]
pub(crate) async fn test_engine(desk: Shell<'_>, request: ChosenEngine) -> Answer<EngineTest> {
    Ok(desk.engine()?.test_engine(&request.choice).await?)
}

/// Shows the workspace's folder in the file manager.
#[tauri::command]
pub(crate) fn open_data_folder(app: AppHandle) {
    menu::open_data_folder(&app);
}
