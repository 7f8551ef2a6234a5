//! All settings in one view.

use super::MailAccount;
use super::engine::EngineView;
use super::preferences::Preferences;
use crate::Engine;
use crate::error::EngineError;
use crate::team::Reviewers;
use serde::Serialize;
use ts_rs::TS;

/// All settings.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct SettingsView {
    /// What one person likes.
    pub preferences: Preferences,
    /// Who reviews here, and whose turn it is.
    pub reviewers: Reviewers,
    /// The engine.
    pub engine: EngineView,
    /// The mail account.
    pub mail_account: Option<MailAccount>,
    /// Its password is kept.
    pub has_mail_password: bool,
    /// Nothing is handed over.
    pub is_dry_run: bool,
    /// Where the workspace lies.
    pub data_dir: String,
    /// The program's version.
    pub version: String,
}

impl Engine {
    /// All settings.
    pub async fn settings(&self) -> Result<SettingsView, EngineError> {
        let mail_account = self.mail_account().await?;
        let has_mail_password =
            mail_account.as_ref().is_some_and(|account| !account.username.is_empty() && self.mail_password(&account.username).is_ok());
        Ok(SettingsView {
            preferences: self.preferences().await?,
            reviewers: self.reviewers().await?,
            engine: self.engine_view().await?,
            mail_account,
            has_mail_password,
            is_dry_run: self.is_dry_run().await?,
            data_dir: self.dir().display().to_string(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        })
    }
}
