//! What one person likes: look, keys, when to be told, and how much to decide in a day. Nothing here changes what the
//! agent does; where its person wants quiet it may rest as well.

use crate::Engine;
use crate::error::EngineError;
use autoreach_store::tables::setting;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// Setting: the preferences.
const PREFERENCES: &str = "preferences";
/// Decisions a day that a person sets out to make, before they say otherwise.
const USUAL_GOAL: u32 = 20;

/// Light, dark, or as the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Local times, `HH:MM`, between which nothing rings; over midnight when `from` is the later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuietHours {
    /// When quiet begins.
    pub from: String,
    /// When it ends.
    pub to: String,
}

/// What one person likes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Preferences {
    /// Light or dark.
    pub theme: Theme,
    /// The system's notifications are used.
    pub notifications: bool,
    /// Companies may be named in them, also on a locked screen.
    pub names_in_notifications: bool,
    /// When nothing rings.
    pub quiet_hours: Option<QuietHours>,
    /// No batch begins by itself in them either.
    pub rests_in_quiet_hours: bool,
    /// A batch is told shortly before its person usually begins.
    pub waits_for_usual_hour: bool,
    /// Single letters act outside text fields.
    pub single_keys: bool,
    /// Keys that were changed, by action.
    #[ts(type = "Record<string, string>")]
    pub keys: BTreeMap<String, String>,
    /// Decisions a day.
    pub daily_goal: u32,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            notifications: true,
            names_in_notifications: false,
            quiet_hours: None,
            rests_in_quiet_hours: false,
            waits_for_usual_hour: true,
            single_keys: true,
            keys: BTreeMap::new(),
            daily_goal: USUAL_GOAL,
        }
    }
}

impl Engine {
    /// The preferences; the usual ones before any were set.
    pub async fn preferences(&self) -> Result<Preferences, EngineError> {
        Ok(setting::get(self.store.read(), PREFERENCES).await?.unwrap_or_default())
    }

    /// Replaces them.
    pub async fn set_preferences(&self, preferences: &Preferences) -> Result<(), EngineError> {
        let tx = self.store.begin().await?;
        setting::set(&*tx, PREFERENCES, preferences).await?;
        Ok(tx.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Desk;

    #[tokio::test]
    async fn preferences_are_the_usual_ones_until_they_are_set() {
        let desk = Desk::with_a_queue().await;
        assert_eq!(desk.engine.preferences().await.expect("reads"), Preferences::default());
        let quiet = Some(QuietHours { from: "22:00".into(), to: "07:00".into() });
        let wished = Preferences { theme: Theme::Dark, quiet_hours: quiet, ..Preferences::default() };
        desk.engine.set_preferences(&wished).await.expect("sets");
        assert_eq!(desk.engine.preferences().await.expect("reads"), wished);
    }
}
