//! What the window says when a person decides, and what it is told.

use crate::team::view::SittingHint;
use autoreach_domain::decision::{Reason, Stage, Verdict};
use autoreach_domain::ids::{FindingId, GestureId, ItemId, RunId};
use autoreach_domain::review::{Gesture, Part};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;

/// A gesture as the window says it.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(tag = "gesture", rename_all = "snake_case")]
#[ts(rename = "Gesture")]
enum GestureMessage {
    Accept { part: Part },
    Reject { part: Part },
    EditMail { subject: String, body: String },
    RemoveFacts { findings: Vec<FindingId> },
    AskForRedraft,
}

impl GestureMessage {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Gesture, D::Error> {
        Ok(match Self::deserialize(deserializer)? {
            Self::Accept { part } => Gesture::Accept(part),
            Self::Reject { part } => Gesture::Reject(part),
            Self::EditMail { subject, body } => Gesture::EditMail { subject, body },
            Self::RemoveFacts { findings } => Gesture::RemoveFacts(findings),
            Self::AskForRedraft => Gesture::AskForRedraft,
        })
    }
}

/// What a person does to an item.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct DecideRequest {
    /// The item.
    pub item: ItemId,
    /// The gesture.
    #[serde(deserialize_with = "GestureMessage::read")]
    #[ts(as = "GestureMessage")]
    pub gesture: Gesture,
    /// Reasons by number key.
    pub reasons: Vec<Reason>,
    /// A note; may be empty.
    pub note: String,
    /// Stands in for sentences without a fresh source.
    pub vouches: bool,
    /// Says yes to the mail address found on the company's own page.
    pub confirms_recipient: bool,
    /// When it came on screen; `None` = just now.
    pub shown_at: Option<Timestamp>,
    /// Milliseconds on screen, idle time removed.
    pub active_ms: u64,
    /// The reviewer's offset from UTC in minutes.
    pub tz_offset_minutes: i32,
    /// The version of the card that was looked at; a newer one must be looked at first. `None` = whatever there is.
    pub shown_card_version: Option<u32>,
}

impl DecideRequest {
    /// A gesture with nothing said about it.
    pub fn plain(item: ItemId, gesture: Gesture) -> Self {
        Self {
            item,
            gesture,
            reasons: Vec::new(),
            note: String::new(),
            vouches: false,
            confirms_recipient: false,
            shown_at: None,
            active_ms: 0,
            tz_offset_minutes: 0,
            shown_card_version: None,
        }
    }
}

/// What a gesture did.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct DecideOutcome {
    /// The gesture, for reasons given afterwards.
    pub gesture: GestureId,
    /// The item.
    pub item: ItemId,
    /// What was done, for the history strip.
    pub summary: String,
    /// The verdicts given.
    pub verdicts: Vec<(Stage, Verdict)>,
    /// The outbox row of an accepted mail, and when it may leave.
    pub mail: Option<(i64, Timestamp)>,
    /// The agent's confidence in this lead before the verdict, and after having learnt from it; `None` when no verdict
    /// on the lead was given.
    pub learned: Option<(f64, f64)>,
    /// The run that writes a new draft, when the gesture asked for one; to be given to [`Engine::work`](crate::Engine::work).
    pub redraft: Option<RunId>,
    /// A private word about the sitting.
    pub hint: Option<SittingHint>,
}
