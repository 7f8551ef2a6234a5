//! The Trust, Audit and Insights screens.

use super::{Answer, Shell};
use crate::desk::Desk;
use crate::{events, tray};
use autoreach_engine::domain::answers::ProfileAnswer;
use autoreach_engine::domain::decision::Stage;
use autoreach_engine::domain::ids::{ItemId, WorkflowId};
use autoreach_engine::domain::oversight::policy::Policy;
use autoreach_engine::domain::oversight::routing::Routing;
use autoreach_engine::domain::style::LessonChange;
use autoreach_engine::insights::view::{InsightsView, ProofView};
use autoreach_engine::profile::view::{AnswerOutcome, ProfileExamples};
use autoreach_engine::review::neighbour::NeighbourView;
use autoreach_engine::trust::EraBegun;
use autoreach_engine::trust::view::{AuditView, ProfileRequest, ProfileView, ReplayRequest, ReplayView, TrustView};
use jiff::civil::Date;
use serde::Deserialize;
use tauri::AppHandle;

/// One stage.
#[derive(Deserialize)]
pub(crate) struct OneStage {
    stage: Stage,
}

/// An override as asked for.
#[derive(Deserialize)]
pub(crate) struct OverrideAsked {
    stage: Stage,
    threshold_percent: u8,
    minutes: Option<u32>,
    typed: Option<String>,
}

/// Settings of one stage.
#[derive(Deserialize)]
pub(crate) struct StagePolicy {
    stage: Stage,
    policy: Policy,
}

/// What shall no longer be learned from.
#[derive(Deserialize)]
pub(crate) struct Unlearning {
    day: Option<Date>,
    reviewer: Option<String>,
}

/// A person's word about a lesson.
#[derive(Deserialize)]
pub(crate) struct Lesson {
    change: LessonChange,
}

/// A line of the learned profile.
#[derive(Deserialize)]
pub(crate) struct ProfileSlot {
    slot: String,
}

/// An answer to what was learned of the profile.
#[derive(Deserialize)]
pub(crate) struct ProfileReply {
    slot: String,
    answer: ProfileAnswer,
}

/// A new era as asked for.
#[derive(Deserialize)]
pub(crate) struct EraAsked {
    why: String,
    old_weight: Option<f64>,
}

/// One item.
#[derive(Deserialize)]
pub(crate) struct OneReceipt {
    item: ItemId,
}

async fn workflow(desk: &Desk) -> Answer<WorkflowId> {
    Ok(desk.engine()?.workflow(None).await?.id)
}

/// What stands in the queue and the outbox may be other than before.
fn tell(app: &AppHandle) {
    events::queue_changed(app);
    events::outbox_changed(app);
    tray::refresh(app);
}

/// The trust in the workflow.
#[tauri::command]
pub(crate) async fn trust(desk: Shell<'_>) -> Answer<TrustView> {
    Ok(desk.engine()?.trust(workflow(&desk).await?).await?)
}

/// Confirms the step up that is proposed; how many waiting items the agent went on with.
#[tauri::command]
pub(crate) async fn promote(app: AppHandle, desk: Shell<'_>, request: OneStage) -> Answer<usize> {
    let (_, decided) = desk.engine_to_change()?.promote(workflow(&desk).await?, request.stage).await?;
    tell(&app);
    Ok(decided)
}

/// Goes one level down.
#[tauri::command]
pub(crate) async fn pull_back(app: AppHandle, desk: Shell<'_>, request: OneStage) -> Answer<()> {
    desk.engine_to_change()?.pull_back(workflow(&desk).await?, request.stage).await?;
    tell(&app);
    Ok(())
}

/// Releases more than is certified, for a while; how many waiting items the agent went on with.
#[tauri::command]
pub(crate) async fn set_override(app: AppHandle, desk: Shell<'_>, request: OverrideAsked) -> Answer<usize> {
    let OverrideAsked { stage, threshold_percent, minutes, typed } = request;
    let decided = desk.engine_to_change()?.set_override(workflow(&desk).await?, stage, threshold_percent, minutes, typed).await?;
    tell(&app);
    Ok(decided)
}

/// Ends an override.
#[tauri::command]
pub(crate) async fn end_override(app: AppHandle, desk: Shell<'_>, request: OneStage) -> Answer<()> {
    desk.engine_to_change()?.end_override(workflow(&desk).await?, request.stage).await?;
    tell(&app);
    Ok(())
}

/// Changes the settings of a stage.
#[tauri::command]
pub(crate) async fn set_policy(desk: Shell<'_>, request: StagePolicy) -> Answer<()> {
    desk.engine_to_change()?.set_policy(workflow(&desk).await?, request.stage, request.policy).await?;
    Ok(())
}

/// What another threshold would have released.
#[tauri::command]
pub(crate) async fn replay(desk: Shell<'_>, request: ReplayRequest) -> Answer<ReplayView> {
    Ok(desk.engine()?.replay(workflow(&desk).await?, &request).await?)
}

/// What another profile would have made of the latest decided leads.
#[tauri::command]
pub(crate) async fn what_if_profile(desk: Shell<'_>, request: ProfileRequest) -> Answer<ProfileView> {
    Ok(desk.engine()?.what_if_profile(workflow(&desk).await?, &request).await?)
}

/// What there is to check.
#[tauri::command]
pub(crate) async fn audit(desk: Shell<'_>) -> Answer<AuditView> {
    Ok(desk.engine()?.audit(workflow(&desk).await?).await?)
}

/// How the workflow does.
#[tauri::command]
pub(crate) async fn insights(desk: Shell<'_>) -> Answer<InsightsView> {
    Ok(desk.engine()?.insights(workflow(&desk).await?).await?)
}

/// Whether what is learned of the team's style helps; old drafts are written again for it.
#[tauri::command]
pub(crate) async fn style_proof(desk: Shell<'_>) -> Answer<ProofView> {
    Ok(desk.engine()?.style_proof(workflow(&desk).await?).await?)
}

/// Learns no longer from a day or a reviewer; how many gestures that are.
#[tauri::command]
pub(crate) async fn unlearn(app: AppHandle, desk: Shell<'_>, request: Unlearning) -> Answer<usize> {
    let count = desk.engine_to_change()?.unlearn(workflow(&desk).await?, request.day, request.reviewer.as_deref()).await?;
    tell(&app);
    Ok(count)
}

/// Pins, switches off or forgets what edits taught.
#[tauri::command]
pub(crate) async fn change_lesson(desk: Shell<'_>, request: Lesson) -> Answer<()> {
    desk.engine_to_change()?.change_lesson(workflow(&desk).await?, request.change).await?;
    Ok(())
}

/// The accepted lead most like one that is turned down.
#[tauri::command]
pub(crate) async fn neighbour(desk: Shell<'_>, request: OneReceipt) -> Answer<Option<NeighbourView>> {
    Ok(desk.engine()?.neighbour(request.item).await?)
}

/// Answers what the verdicts say of a criterion, or a rule that reasons and notes propose.
#[tauri::command]
pub(crate) async fn answer_profile(app: AppHandle, desk: Shell<'_>, request: ProfileReply) -> Answer<AnswerOutcome> {
    let outcome = desk.engine_to_change()?.answer_profile(workflow(&desk).await?, &request.slot, request.answer).await?;
    tell(&app);
    Ok(outcome)
}

/// Leads behind a line of the learned profile.
#[tauri::command]
pub(crate) async fn profile_examples(desk: Shell<'_>, request: ProfileSlot) -> Answer<ProfileExamples> {
    Ok(desk.engine()?.profile_examples(workflow(&desk).await?, &request.slot).await?)
}

/// Begins a new era.
#[tauri::command]
pub(crate) async fn begin_era(app: AppHandle, desk: Shell<'_>, request: EraAsked) -> Answer<EraBegun> {
    let begun = desk.engine_to_change()?.begin_era(workflow(&desk).await?, &request.why, request.old_weight).await?;
    tell(&app);
    Ok(begun)
}

/// The receipt of an item, unless what the agent made of it is still to be judged blind.
#[tauri::command]
pub(crate) async fn receipt(desk: Shell<'_>, request: OneReceipt) -> Answer<Option<Routing>> {
    Ok(desk.engine()?.receipt(request.item).await?)
}
