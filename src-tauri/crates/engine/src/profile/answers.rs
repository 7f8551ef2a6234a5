//! The answers of the journal: the last one to a thing stands.

use crate::error::EngineError;
use crate::profile::view::Answered;
use autoreach_domain::answers::{ProfileAnswer, ProfileVerdict};
use autoreach_domain::decision::Event;
use autoreach_domain::ids::WorkflowId;
use autoreach_domain::reviewer::Reviewer;
use autoreach_store::{Store, journal};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// One answer.
#[derive(Debug, Clone)]
struct GivenAnswer {
    answer: ProfileAnswer,
    by: Reviewer,
    at: Timestamp,
    verdict: ProfileVerdict,
    version: Option<u32>,
}

/// What was answered, by what it was answered to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Given(BTreeMap<String, GivenAnswer>);

impl Given {
    /// Reads the answers of a workflow.
    pub(crate) async fn of(store: &Store, workflow_id: WorkflowId) -> Result<Self, EngineError> {
        let mut given = BTreeMap::new();
        for entry in journal::events_of_kinds(store.read(), workflow_id, &["profile_answered"]).await? {
            if let Event::ProfileAnswered { reviewer, slot, answer, verdict, version, .. } = entry.event {
                given.insert(slot, GivenAnswer { answer, by: reviewer, at: entry.at, verdict, version });
            }
        }
        Ok(Self(given))
    }

    /// Was it answered, and the answer not taken back?
    pub(crate) fn stands(&self, slot: &str) -> bool {
        self.0.get(slot).is_some_and(|given| given.answer != ProfileAnswer::AskAgain)
    }

    /// The version of the workflow that adopting it made.
    pub(crate) fn version_made(&self, slot: &str) -> Option<u32> {
        self.0.get(slot).and_then(|given| given.version)
    }

    /// The answer that settles what the verdicts say now.
    pub(crate) fn answered(&self, slot: &str, is: ProfileVerdict, now: Timestamp) -> Option<Answered> {
        let given = self.0.get(slot).filter(|_| self.stands(slot))?;
        let is_settled = given.answer.settles(given.at, given.verdict, is, now);
        // What was adopted is stated from then on, so that the verdicts on it read differently.
        let is_adopted = given.answer == ProfileAnswer::Adopt && !is.is_finding();
        (is_settled || is_adopted).then(|| Answered {
            answer: given.answer,
            by: given.by.to_string(),
            at: given.at,
            words: given.words(),
            is_hidden: matches!(given.answer, ProfileAnswer::Dismiss | ProfileAnswer::Later),
        })
    }
}

impl GivenAnswer {
    fn words(&self) -> String {
        match (self.answer, self.version) {
            (ProfileAnswer::Adopt, Some(version)) => format!("Adopted in version {version}."),
            (ProfileAnswer::Adopt, None) => "Adopted.".to_owned(),
            (ProfileAnswer::Keep, _) => "Kept as you wrote it.".to_owned(),
            (ProfileAnswer::Dismiss, _) => "Dismissed.".to_owned(),
            (ProfileAnswer::Later, _) => format!("Asked again from {} on.", date(ProfileAnswer::asked_again_at(self.at))),
            (ProfileAnswer::AskAgain, _) => "Asked again.".to_owned(),
        }
    }
}

/// The day of an instant, in UTC.
pub(crate) fn date(at: Timestamp) -> jiff::civil::Date {
    at.to_zoned(jiff::tz::TimeZone::UTC).date()
}
