//! The Outbox screen.

use super::{Answer, Shell};
use crate::tray;
use autoreach_engine::outbox::{MailText, OutboxLine, UncertainAnswer};
use serde::Deserialize;
use tauri::AppHandle;

/// One mail.
#[derive(Deserialize)]
pub(crate) struct OneMail {
    mail: i64,
}

/// What a person says about a mail that left without an answer.
#[derive(Deserialize)]
pub(crate) struct Resolution {
    mail: i64,
    answer: UncertainAnswer,
}

/// The mails, newest first.
#[tauri::command]
pub(crate) async fn outbox(desk: Shell<'_>) -> Answer<Vec<OutboxLine>> {
    Ok(desk.engine()?.outbox().await?)
}

/// The text of one mail.
#[tauri::command]
pub(crate) async fn mail_text(desk: Shell<'_>, request: OneMail) -> Answer<MailText> {
    Ok(desk.engine()?.mail_text(request.mail).await?)
}

/// Takes a mail back for good.
#[tauri::command]
pub(crate) async fn recall_mail(app: AppHandle, desk: Shell<'_>, request: OneMail) -> Answer<()> {
    desk.engine_to_change()?.recall_mail(request.mail).await?;
    tray::refresh(&app);
    Ok(())
}

/// Ends the hold time of a mail.
#[tauri::command]
pub(crate) async fn release_mail(desk: Shell<'_>, request: OneMail) -> Answer<()> {
    Ok(desk.engine_to_change()?.release_mail(request.mail).await?)
}

/// Holds every mail that has not left.
#[tauri::command]
pub(crate) async fn hold_all(app: AppHandle, desk: Shell<'_>) -> Answer<u64> {
    let mails = desk.engine_to_change()?.hold_all().await?;
    tray::refresh(&app);
    Ok(mails)
}

/// Lets them go on.
#[tauri::command]
pub(crate) async fn release_all(app: AppHandle, desk: Shell<'_>) -> Answer<u64> {
    let mails = desk.engine_to_change()?.release_all().await?;
    tray::refresh(&app);
    Ok(mails)
}

/// Settles a mail that left without an answer.
#[tauri::command]
pub(crate) async fn resolve_uncertain(desk: Shell<'_>, request: Resolution) -> Answer<()> {
    Ok(desk.engine_to_change()?.resolve_uncertain(request.mail, request.answer).await?)
}
