//! When somebody reviews, how long they sit and how fast they decide: read from the journal for that person alone, and told
//! to nobody else. Nothing here changes what the agent does; quiet hours are proposed and never set.

use crate::Engine;
use crate::error::EngineError;
use crate::memory::Memory;
use crate::team::view::{PaceView, QuietProposal, SittingHint};
use autoreach_domain::decision::{Decision, Event, Stage};
use autoreach_domain::ids::WorkflowId;
use autoreach_domain::reviewer::Reviewer;
use autoreach_learning::behaviour::{Habits, HourSpan};
use autoreach_store::journal;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Zoned};
use std::sync::PoisonError;

/// Verdicts the habits are read from, the latest ones: more than the hours remember, which forget half in three weeks.
const LATEST: u64 = 3_000;

/// How many items make a good sitting, as found out when the sitting had begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownBatch {
    reviewer: Reviewer,
    sitting: i64,
    size: u32,
}

impl Engine {
    /// The habits of whoever decides at present.
    pub async fn pace(&self, workflow_id: WorkflowId) -> Result<PaceView, EngineError> {
        let reviewer = self.reviewer();
        let habits = self.habits(workflow_id, &reviewer).await?;
        let (batch, is_batch_learned) = habits.batch();
        let today = self.local_now();
        let digest = habits.digest_minute(day_of(&today)).map(clock);
        let busiest = habits.busiest();
        Ok(PaceView {
            reviewer: reviewer.into(),
            decisions: habits.decisions() as u64,
            decisions_missing: habits.missing() as u64,
            batch: batch as u64,
            is_batch_learned,
            busiest: busiest.map(|(span, _)| span_words(span)),
            busiest_share: busiest.map(|(_, share)| share),
            digest_today: digest,
            quiet: busiest.zip(habits.quiet()).map(|((busiest, _), quiet)| QuietProposal {
                from: clock(60 * u16::from(quiet.from)),
                to: clock(60 * u16::from(quiet.to)),
                evidence: format!("You decide mostly {}, and hardly ever {}.", span_words(busiest), span_words(quiet)),
            }),
        })
    }

    /// How long a batch that came may wait, so that it is told shortly before somebody usually begins; zero when it is to be
    /// told at once.
    pub async fn wait_for_digest(&self, workflow_id: WorkflowId) -> Result<SignedDuration, EngineError> {
        if !self.preferences().await?.waits_for_usual_hour {
            return Ok(SignedDuration::ZERO);
        }
        let now = self.local_now();
        let minute = self.habits(workflow_id, &self.reviewer()).await?.digest_minute(day_of(&now));
        let since_midnight = SignedDuration::from_mins(60 * i64::from(now.hour()) + i64::from(now.minute()));
        let wait = minute.map(|minute| SignedDuration::from_mins(i64::from(minute)) - since_midnight);
        Ok(wait.filter(SignedDuration::is_positive).unwrap_or(SignedDuration::ZERO))
    }

    /// A word after a verdict, for the person alone: that this is a good place to stop, or that the last ten were faster
    /// than anybody reads. Each is said once.
    pub(crate) async fn hint(
        &self,
        memory: &mut Memory,
        workflow_id: WorkflowId,
        sitting: i64,
        position: u32,
    ) -> Result<Option<SittingHint>, EngineError> {
        let reviewer = self.reviewer();
        let trust = &memory.of(&self.store, workflow_id).await?.trust;
        let pace = trust.on(Stage::Qualification).memory.pace(reviewer.as_str());
        if pace.is_some_and(autoreach_learning::behaviour::Pace::is_time_for_a_word) {
            return Ok(Some(SittingHint::Rushed));
        }
        let batch = self.batch(workflow_id, reviewer, sitting).await?;
        Ok((position == batch).then_some(SittingHint::GoodPlaceToStop { decided: position }))
    }

    /// Found out once a sitting, so that the sitting itself does not move its end.
    async fn batch(&self, workflow_id: WorkflowId, reviewer: Reviewer, sitting: i64) -> Result<u32, EngineError> {
        let known = self.batch.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known.filter(|known| known.sitting == sitting && known.reviewer == reviewer) {
            return Ok(known.size);
        }
        let size = self.habits(workflow_id, &reviewer).await?.batch().0 as u32;
        *self.batch.lock().unwrap_or_else(PoisonError::into_inner) = Some(KnownBatch { reviewer, sitting, size });
        Ok(size)
    }

    async fn habits(&self, workflow_id: WorkflowId, reviewer: &Reviewer) -> Result<Habits, EngineError> {
        let entries = journal::latest_of_kind(self.store.read(), workflow_id, "decided", LATEST).await?;
        let theirs = entries.into_iter().filter_map(|entry| match entry.event {
            Event::Decided(decision) if decision.stage == Stage::Qualification && decision.reviewer == *reviewer => Some(*decision),
            _ => None,
        });
        Ok(Habits::of(&theirs.collect::<Vec<Decision>>()))
    }

    /// The minute of each day, from Monday on, at which a batch should be ready; `None` where it is not known.
    pub(crate) async fn digest_minutes(&self, workflow_id: WorkflowId) -> Result<[Option<u16>; 7], EngineError> {
        let habits = self.habits(workflow_id, &self.reviewer()).await?;
        Ok([0, 1, 2, 3, 4, 5, 6].map(|day| habits.digest_minute(day)))
    }

    /// The time on this person's clock.
    fn local_now(&self) -> Zoned {
        self.now().to_zoned(self.persons_zone())
    }

    /// The zone of this person's clock; UTC in a simulated workspace.
    pub(crate) fn persons_zone(&self) -> TimeZone {
        if self.is_simulated { TimeZone::UTC } else { TimeZone::system() }
    }
}

/// Monday = 0.
fn day_of(now: &Zoned) -> u8 {
    now.weekday().to_monday_zero_offset().unsigned_abs()
}

/// `08:50`.
pub(crate) fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60 % 24, minute % 60)
}

/// `9:00 to 11:00`.
fn span_words(span: HourSpan) -> String {
    format!("{}:00 to {}:00", span.from, span.to)
}
