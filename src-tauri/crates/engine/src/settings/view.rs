//! All settings in one view, and the engine in use.

use super::MailAccount;
use super::preferences::Preferences;
use crate::Engine;
use crate::error::EngineError;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Who reads and writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EngineKind {
    /// The built-in engine.
    Rules,
    /// Ollama on this computer.
    Ollama,
    /// A server with the interface of OpenAI.
    OpenaiCompatible,
    /// Anthropic.
    Anthropic,
}

/// The engine in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EngineChoice {
    /// Which.
    pub kind: EngineKind,
    /// Where it answers, when that is not given by the kind.
    pub base_url: Option<String>,
    /// The model, where there are several.
    pub model: Option<String>,
}

/// A model server on this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DetectedEngine {
    /// Its kind.
    pub kind: EngineKind,
    /// Its name.
    pub name: String,
    /// Where it answers.
    pub base_url: String,
    /// Its models.
    pub models: Vec<String>,
}

/// A key in the keychain, by its last four characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct EngineKey {
    /// For which engine.
    pub kind: EngineKind,
    /// The last four characters.
    pub last_four: String,
}

/// The engine and what else could be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct EngineView {
    /// The one in use.
    pub choice: EngineChoice,
    /// Model servers found on this computer.
    pub detected: Vec<DetectedEngine>,
    /// Keys kept.
    pub keys: Vec<EngineKey>,
    /// What models have cost so far, in words.
    pub cost_so_far: String,
    /// What a hundred leads would cost, in words.
    pub cost_per_hundred_leads: Option<String>,
}

/// All settings.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct SettingsView {
    /// What one person likes.
    pub preferences: Preferences,
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
        let has_mail_password = mail_account.as_ref().is_some_and(|account| self.mail_password(&account.username).is_ok());
        Ok(SettingsView {
            preferences: self.preferences().await?,
            engine: built_in(),
            mail_account,
            has_mail_password,
            is_dry_run: self.is_dry_run().await?,
            data_dir: self.dir().display().to_string(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        })
    }
}

/// The engine that is always there and costs nothing.
fn built_in() -> EngineView {
    EngineView {
        choice: EngineChoice { kind: EngineKind::Rules, base_url: None, model: None },
        detected: Vec::new(),
        keys: Vec::new(),
        cost_so_far: "nothing".to_owned(),
        cost_per_hundred_leads: None,
    }
}
