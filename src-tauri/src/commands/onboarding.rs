//! The first start: one's own workspace, or the demo.

use super::Answer;
use crate::opening;
use serde::{Deserialize, Serialize};
use tauri::AppHandle;
use ts_rs::TS;

/// Which workspace is wanted.
#[derive(Clone, Copy, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WorkspaceKind {
    /// Invented companies on recorded pages; no network, no mail.
    Demo,
    /// One's own.
    Own,
}

/// The wish.
#[derive(Deserialize)]
pub(crate) struct CreateWorkspace {
    kind: WorkspaceKind,
    /// Locks the workspace where there is no keychain.
    #[serde(default)]
    passphrase: Option<String>,
}

/// A new workspace.
#[derive(Serialize, TS)]
pub(crate) struct Created {
    /// To be shown once; `None` for the demo.
    pub(crate) recovery_key: Option<String>,
}

/// Creates a workspace and opens it.
#[tauri::command]
pub(crate) async fn create_workspace(app: AppHandle, request: CreateWorkspace) -> Answer<Created> {
    match request.kind {
        WorkspaceKind::Demo => opening::create_demo(&app).await.map(|()| Created { recovery_key: None }),
        WorkspaceKind::Own => {
            let recovery_key = opening::create_own(&app, request.passphrase).await?;
            Ok(Created { recovery_key: Some(recovery_key) })
        }
    }
}
