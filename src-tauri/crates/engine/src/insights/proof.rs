//! Does what is learned of a team's style help? Counted from the journal, and tried on old drafts (`learning.md` 4.10).
//!
//! Old drafts are written again by the built-in engine alone: it costs nothing, gives the same mail for the same guide, and so
//! the two mails that are compared differ in the memory and in nothing else. Only mails that somebody edited are: one that went
//! out as drafted was written with the memory, and would find the memory nearer to itself. The wording is drawn anew for both,
//! so that neither is helped by being what the person had before them.

use crate::Engine;
use crate::error::EngineError;
use crate::insights::view::{ProofView, ProofWeek};
use crate::memory::undone_gestures;
use crate::style::{again, days_since_last_example};
use crate::trust::monday;
use autoreach_domain::decision::{Decision, Event, Stage, Verdict};
use autoreach_domain::ids::{DecisionId, WorkflowId};
use autoreach_domain::lead::Lead;
use autoreach_domain::oversight::judgement::local_day;
use autoreach_domain::review::ReviewItem;
use autoreach_domain::style::StyleGuide;
use autoreach_domain::workflow::Workflow;
use autoreach_learning::style::proof::{self, Judged, ReplayGain, Replayed, Trend};
use autoreach_learning::style::{Distance, Occasion, StyleMemory, distance};
use autoreach_learning::trust::style_event;
use autoreach_store::journal;
use autoreach_store::tables::{lead, review_item, workflow};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What resampling and drawing start from: the same numbers at every look.
const SEED: u64 = 410;
/// Weeks of which old drafts are written again, the latest with an edited mail.
const REPLAYED_WEEKS: usize = 12;
/// Events folded before others get their turn.
const EVENTS_AT_ONCE: usize = 20;

/// A mail that is written again.
struct Old {
    lead: Lead,
    item: ReviewItem,
}

impl Engine {
    /// Whether the style memory helps. Takes a second for a thousand mails; nothing is changed and no model is asked.
    pub async fn style_proof(&self, workflow_id: WorkflowId) -> Result<ProofView, EngineError> {
        let mails = self.standing_decisions(workflow_id, Stage::Email).await?;
        let mondays: BTreeSet<Date> = mails.iter().map(week_of).collect();
        let mondays: Vec<Date> = mondays.into_iter().collect();
        let judged: Vec<Judged> = mails.iter().map(|mail| judged(mail, &mondays)).collect();
        let trend = proof::trend(&judged, SEED);
        let replay = proof::replay_gain(&self.written_again(workflow_id, &drawn(&mails)).await?, SEED);
        Ok(ProofView {
            workflow: workflow_id,
            weeks: proof::weeks(&judged, SEED).iter().map(|week| line(week, &mondays)).collect(),
            cost: proof::edit_cost(&judged, SEED),
            is_claimed: proof::claims_learning(&trend, &replay),
            words: words(&trend, &replay),
            trend,
            replay,
        })
    }

    /// Each of these mails written again with the memory of before it, and with none.
    async fn written_again(&self, workflow_id: WorkflowId, drawn: &BTreeSet<DecisionId>) -> Result<Vec<Replayed>, EngineError> {
        let workflow = workflow::get(self.store.read(), workflow_id).await?;
        let undone = undone_gestures(&self.store, workflow_id).await?;
        let (mut memory, mut replayed) = (StyleMemory::new(), Vec::new());
        let entries = journal::events_of_kinds(self.store.read(), workflow_id, &["decided", "style"]).await?;
        for (entry, number) in entries.iter().zip(1_usize..) {
            if let Event::Decided(decision) = &entry.event {
                if undone.contains(&decision.gesture_id) {
                    continue;
                }
                if drawn.contains(&decision.id) {
                    replayed.extend(compared(&memory, decision, &workflow, &self.old(decision).await?));
                }
            }
            if let Some(event) = style_event(&entry.event) {
                memory.apply(&event);
            }
            if number.is_multiple_of(EVENTS_AT_ONCE) {
                tokio::task::yield_now().await;
            }
        }
        Ok(replayed)
    }

    async fn old(&self, decision: &Decision) -> Result<Old, EngineError> {
        let item = review_item::get(self.store.read(), decision.item_id).await?;
        Ok(Old { lead: lead::get(self.store.read(), decision.lead_id).await?, item })
    }
}

fn week_of(mail: &Decision) -> Date {
    monday(local_day(mail.decided_at, mail.tz_offset_minutes))
}

/// Weeks are numbered by their place among those with a decision.
fn judged(mail: &Decision, mondays: &[Date]) -> Judged {
    let change = match mail.verdict {
        Verdict::Accept => Some(Distance { edits: 0, ..distance(&mail.draft_text, &mail.draft_text) }),
        Verdict::Edit => Some(distance(&mail.draft_text, &mail.final_text)),
        Verdict::Reject => None,
    };
    Judged { week: mondays.partition_point(|monday| *monday < week_of(mail)) as i64, change }
}

fn line(week: &proof::EditedWeek, mondays: &[Date]) -> ProofWeek {
    let monday = mondays[week.week as usize];
    let since_first = mondays.first().and_then(|first| monday.since(*first).ok()).map_or(0, |span| span.get_days() / 7);
    ProofWeek {
        week: monday,
        number: since_first.unsigned_abs() + 1,
        decided: week.decided,
        approved: week.approved,
        untouched: week.untouched,
        median: week.median,
        untouched_share: week.untouched_share,
    }
}

/// The edited mails that are written again: of each of the latest weeks at most ten.
fn drawn(mails: &[Decision]) -> BTreeSet<DecisionId> {
    let mut weeks: BTreeMap<Date, Vec<DecisionId>> = BTreeMap::new();
    let edited = mails.iter().filter(|mail| mail.verdict == Verdict::Edit && mail.mail.is_some());
    edited.for_each(|mail| weeks.entry(week_of(mail)).or_default().push(mail.id));
    let latest = weeks.into_iter().rev().take(REPLAYED_WEEKS).zip(SEED..);
    latest.flat_map(|((_, mails), seed)| proof::drawn(mails.len(), seed).into_iter().map(move |place| mails[place])).collect()
}

/// `None` for a mail of before it was kept what mails are about.
fn compared(memory: &StyleMemory, decision: &Decision, workflow: &Workflow, old: &Old) -> Option<Replayed> {
    let about = decision.mail.as_ref()?;
    let id = decision.workflow_id.to_string();
    let occasion = Occasion {
        reviewer: decision.reviewer.as_str(),
        workflow: &id,
        persona: &about.role,
        language: about.language,
        about: &about.about,
    };
    let guide = memory.guide(&occasion, |lesson| days_since_last_example(lesson, decision.decided_at));
    let from_sent = |guide: &StyleGuide| {
        let written = again(workflow, &old.lead, &old.item, guide);
        distance(&written.whole(), &decision.final_text).share()
    };
    Some(Replayed { with: from_sent(&guide), without: from_sent(&StyleGuide::default()) })
}

/// What may be said of it, in one or two sentences.
fn words(trend: &Trend, replay: &ReplayGain) -> String {
    let missing = [
        (trend.mails_missing, "approved", "to compare the first 50 with the last 50"),
        (replay.mails_missing, "edited", "to write old drafts again"),
    ];
    let missing: Vec<String> = missing
        .iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, what, why)| format!("{count} more {what} mail{} {why}", if *count == 1 { "" } else { "s" }))
        .collect();
    if !missing.is_empty() {
        return format!("Not known yet: {}.", missing.join(", and "));
    }
    let verdict =
        if proof::claims_learning(trend, replay) { "The drafts learn from your edits." } else { "That the drafts learn is not shown." };
    format!("{verdict} {} {}", trend_words(trend), replay_words(replay))
}

fn trend_words(trend: &Trend) -> String {
    let percent = |end: Option<autoreach_learning::style::Interval>| end.map_or(0.0, |end| (100.0 * end.value).round());
    format!("Of a draft you change {} % now (median of the last 50), and changed {} % at first.", percent(trend.last), percent(trend.first))
}

fn replay_words(replay: &ReplayGain) -> String {
    let p = match replay.p {
        Some(p) if p < 0.001 => "p < 0.001".to_owned(),
        Some(p) => format!("p = {p:.3}"),
        None => String::new(),
    };
    format!(
        "Of {} old drafts written again, {} came nearer to what you sent with the memory than without it and {} farther ({p}).",
        replay.mails, replay.nearer, replay.farther
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Desk, noon};
    use autoreach_domain::ids::GestureId;
    use autoreach_domain::review::{Gesture, Part};
    use autoreach_domain::style::LessonChange;
    use autoreach_domain::workflow::Language;
    use autoreach_learning::style::Effect;
    use jiff::SignedDuration;

    /// So many mails in a row whose sign-off was changed, a day apart; from `taught` on a lesson says so.
    async fn edited(mails: u32, taught: Option<u32>) -> (Desk, WorkflowId) {
        let desk = Desk::with_a_queue().await;
        desk.decide("Orbital", Gesture::Accept(Part::All)).await.expect("accepts");
        let workflow_id = desk.engine.workflow(None).await.expect("there is one").id;
        let template = desk.engine.standing_decisions(workflow_id, Stage::Email).await.expect("reads").remove(0);
        let sign_off =
            template.draft_text.lines().find(|line| line.ends_with(',') && !line.starts_with("H")).expect("signs off").to_owned();
        let final_text = template.draft_text.replace(&sign_off, "Cheers,");
        let id = Effect::SignOff { line: "Cheers,".to_owned(), language: Language::English }.id();
        let mut events = Vec::new();
        for number in 0..mails {
            if taught == Some(number) {
                let change = LessonChange::Pinned { lesson: id.clone() };
                events.push(Event::Style { workflow_id, by: None, change });
            }
            let bytes: [u8; 10] = std::array::from_fn(|place| if place < 4 { number.to_be_bytes()[place] } else { 9 });
            events.push(Event::Decided(Box::new(Decision {
                id: DecisionId::new(noon(), bytes),
                gesture_id: GestureId::new(noon(), bytes),
                verdict: Verdict::Edit,
                final_text: final_text.clone(),
                decided_at: noon() + SignedDuration::from_hours(24 * i64::from(number)),
                ..template.clone()
            })));
        }
        let tx = desk.engine.store.begin().await.expect("begins");
        journal::append(&*tx, &events, noon()).await.expect("appends");
        tx.commit().await.expect("commits");
        (desk, workflow_id)
    }

    #[tokio::test]
    async fn a_lesson_that_was_learned_brings_old_drafts_nearer_to_what_was_sent() {
        let (desk, id) = edited(28, Some(7)).await;
        let view = desk.engine.style_proof(id).await.expect("looks");
        let ReplayGain { mails, nearer, farther, gain, .. } = view.replay;
        assert_eq!((mails, farther), (28, 0));
        assert_eq!(nearer, 21, "the memory of before a mail has not seen it: the first seven change nothing");
        assert!(view.replay.is_proven() && gain.is_some_and(|gain| gain.value > 0.0), "{gain:?}");
        assert!(!view.is_claimed && view.words.starts_with("Not known yet: 71 more approved mails"), "{}", view.words);
    }

    #[tokio::test]
    async fn without_a_lesson_there_is_no_gain_and_asking_changes_nothing() {
        let (desk, id) = edited(28, None).await;
        let before = desk.learner_digest().await;
        let view = desk.engine.style_proof(id).await.expect("looks");
        assert_eq!((view.replay.nearer, view.replay.p), (0, Some(1.0)), "{:?}", view.replay);
        assert_eq!(view, desk.engine.style_proof(id).await.expect("looks again"), "the same numbers at every look");
        assert_eq!(desk.learner_digest().await, before);
    }

    #[tokio::test]
    async fn at_most_ten_mails_of_a_week_are_written_again_and_weeks_are_told_from_eight_mails_on() {
        let (desk, id) = edited(1, None).await;
        let few = desk.engine.style_proof(id).await.expect("looks");
        assert_eq!((few.weeks.len(), few.weeks[0].median, few.replay.gain), (1, None, None));
        assert_eq!((few.replay.mails_missing, few.cost.mails_missing), (9, 19));
        let (desk, id) = edited(21, None).await;
        let view = desk.engine.style_proof(id).await.expect("looks");
        let known: Vec<(u32, bool)> = view.weeks.iter().map(|week| (week.decided, week.median.is_some())).collect();
        assert!(known.iter().all(|(decided, is_known)| (*decided >= 8) == *is_known), "{known:?}");
        assert_eq!(view.weeks.iter().map(|week| week.decided).sum::<u32>(), 22);
        assert_eq!(view.cost.line.map(|line| line.value > 0.0), Some(true));
    }
}
