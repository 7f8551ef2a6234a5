//! Counts what happens to the leads of a simulation, beside what the persona would have made of them.

use super::market::Company;
use super::report::{StepKind, StepLine, WeekReport};
use super::reviewer::Reviewer;
use crate::Engine;
use crate::error::EngineError;
use crate::trust::step_in_words;
use autoreach_domain::decision::{Channel, Event, Stage, Verdict};
use autoreach_domain::ids::{ItemId, WorkflowId};
use autoreach_domain::oversight::event::OversightEvent;
use autoreach_domain::oversight::routing::Outcome;
use autoreach_domain::review::ReviewItem;
use autoreach_learning::Trust;
use autoreach_learning::fold::FEATURE_SCHEMA_VERSION;
use autoreach_store::journal;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// One lead with what became of it.
#[derive(Debug, Clone)]
struct Followed {
    company: Company,
    week: u32,
    /// Would the persona take it, in the week it came in?
    is_wanted: bool,
    /// Would they edit its mail?
    is_edited: bool,
    /// Would they change so much that it must not go out as it is?
    is_objected: bool,
    /// What the agent decided alone of the lead.
    alone: Option<Verdict>,
    /// The mail left without a person.
    mail_alone: bool,
    /// What a person said of the lead, and of the mail.
    lead: Option<Verdict>,
    mail: Option<Verdict>,
}

/// The count so far.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    week: u32,
    leads: BTreeMap<ItemId, Followed>,
    active_ms: u64,
    reviewed: u64,
    week_began: Option<Timestamp>,
}

impl Tally {
    pub(crate) fn begin_week(&mut self, week: u32) {
        (self.week, self.active_ms, self.reviewed, self.week_began) = (week, 0, 0, None);
    }

    pub(crate) fn company(&self, item: ItemId) -> Option<Company> {
        self.leads.get(&item).map(|followed| followed.company.clone())
    }

    /// A lead came in and was routed.
    pub(crate) fn arrived(&mut self, reviewer: &Reviewer<'_>, company: &Company, item: &ReviewItem) {
        let (alone, mail_alone) = decided_alone(item);
        let followed = Followed {
            company: company.clone(),
            week: self.week,
            is_wanted: reviewer.wants(company),
            is_edited: item.card.draft.as_ref().is_some_and(|draft| reviewer.edited(company, draft).is_some()),
            is_objected: item.card.draft.as_ref().is_some_and(|draft| reviewer.objects(company, draft)),
            alone,
            mail_alone,
            lead: None,
            mail: None,
        };
        self.week_began.get_or_insert(item.opened_at);
        self.leads.insert(item.id, followed);
    }

    /// Leads that nobody decided yet.
    pub(crate) fn waiting(&self) -> Vec<ItemId> {
        let waits = |followed: &Followed| followed.alone.is_none() && followed.lead.is_none();
        self.leads.iter().filter(|(_, followed)| waits(followed)).map(|(id, _)| *id).collect()
    }

    /// A waiting lead was routed again.
    pub(crate) fn routed_again(&mut self, item: &ReviewItem) {
        if let Some(followed) = self.leads.get_mut(&item.id) {
            (followed.alone, followed.mail_alone) = decided_alone(item);
        }
    }

    /// The persona decided.
    pub(crate) fn decided(&mut self, item: &ReviewItem, verdicts: &[(Stage, Verdict)], active_ms: u64) {
        self.active_ms += active_ms;
        self.reviewed += 1;
        let Some(followed) = self.leads.get_mut(&item.id) else { return };
        for (stage, verdict) in verdicts {
            match stage {
                Stage::Research => {}
                Stage::Qualification => followed.lead = Some(*verdict),
                Stage::Email => followed.mail = Some(*verdict),
            }
        }
    }

    /// The week as it stands.
    pub(crate) fn report(&self, trust: &Trust, now: Timestamp, days: u32) -> WeekReport {
        let mut report = WeekReport { week: self.week, reviewed: self.reviewed, ..WeekReport::default() };
        for followed in self.leads.values().filter(|followed| followed.week == self.week) {
            count(followed, &mut report);
        }
        report.minutes_per_day = self.active_ms as f64 / 60_000.0 / f64::from(days);
        report.seconds_per_lead = self.active_ms as f64 / 1_000.0 / report.leads.max(1) as f64;
        self.add_trust(trust, now, &mut report);
        report
    }

    fn add_trust(&self, trust: &Trust, now: Timestamp, report: &mut WeekReport) {
        let is_new = |at: Timestamp| self.week_began.is_some_and(|began| at >= began);
        let leads = trust.on(Stage::Qualification);
        let checks = leads.ladder.judgements().iter().filter(|judgement| is_new(judgement.at) && !judgement.is_undone);
        let checks = checks.filter(|judgement| matches!(judgement.channel, Channel::Mark | Channel::Audit));
        checks.for_each(|judgement| report.checks_wrong.add(!judgement.agreed));
        report.promise = leads.ladder.promise();
        let line = leads.ladder.line(now, FEATURE_SCHEMA_VERSION, |threshold| leads.memory.learner().calibrated(threshold));
        report.line = line.map(|line| line.threshold);
        for (place, stage) in Stage::ALL.iter().enumerate() {
            report.levels[place] = trust.on(*stage).ladder.level();
        }
    }
}

/// What the agent decided alone of a lead, and whether its mail leaves without a person.
fn decided_alone(item: &ReviewItem) -> (Option<Verdict>, bool) {
    let outcome = |stage| item.routing.as_ref().and_then(|routing| routing.on(stage)).map(|route| route.outcome);
    let lead = match outcome(Stage::Qualification) {
        Some(Outcome::Accepted) => Some(Verdict::Accept),
        Some(Outcome::Rejected) => Some(Verdict::Reject),
        Some(Outcome::Review | Outcome::Parked | Outcome::NotAsked) | None => None,
    };
    (lead, outcome(Stage::Email) == Some(Outcome::Accepted))
}

fn count(followed: &Followed, report: &mut WeekReport) {
    report.leads += 1;
    let accepts = |verdict: Option<Verdict>| verdict.is_some_and(Verdict::is_acceptance);
    report.leads_alone.add(followed.alone.is_some());
    if let Some(verdict) = followed.alone {
        report.wrong_leads.add(verdict.is_acceptance() != followed.is_wanted);
    }
    match followed.alone {
        Some(Verdict::Reject) => {}
        Some(Verdict::Accept | Verdict::Edit) => report.accepted.add(followed.is_wanted),
        None if followed.lead.is_some() => report.accepted.add(accepts(followed.lead)),
        None => {}
    }
    if followed.mail_alone {
        report.mails_alone.add(true);
        report.wrong_mails.add(followed.is_objected || !followed.is_wanted);
        report.unedited.add(!followed.is_edited);
    } else if accepts(followed.mail) {
        report.mails_alone.add(false);
        report.unedited.add(followed.mail == Some(Verdict::Accept));
    }
}

/// Every step up and down, and every alarm, in the journal.
pub(crate) async fn steps(engine: &Engine, workflow_id: WorkflowId, first_day: Date) -> Result<Vec<StepLine>, EngineError> {
    let entries = journal::events_of_kinds(engine.store.read(), workflow_id, &["oversight"]).await?;
    let steps = entries.into_iter().filter_map(|entry| {
        let Event::Oversight { stage, change, .. } = entry.event else { return None };
        let kind = kind_of(&change)?;
        let day = entry.at.to_zoned(TimeZone::UTC).date();
        let days = day.since(first_day).map_or(0, |span| span.get_days());
        Some(StepLine { week: u32::try_from(days / 7).unwrap_or(0) + 1, kind, stage, day, words: step_in_words(stage, &change) })
    });
    Ok(steps.collect())
}

fn kind_of(change: &OversightEvent) -> Option<StepKind> {
    match change {
        OversightEvent::Promoted { .. } => Some(StepKind::Up),
        OversightEvent::PulledBack { .. } => Some(StepKind::Down),
        OversightEvent::Alarm(_) => Some(StepKind::Alarm),
        OversightEvent::Looked { .. }
        | OversightEvent::FloorLowered { .. }
        | OversightEvent::SegmentTrusted { .. }
        | OversightEvent::AuditDrawn(_)
        | OversightEvent::AuditMissed { .. }
        | OversightEvent::OverrideGiven(_)
        | OversightEvent::OverrideEnded
        | OversightEvent::PolicySet(_) => None,
    }
}

/// Counts the steps of each week into its report.
pub(crate) fn note_steps(steps: &[StepLine], weeks: &mut [WeekReport]) {
    for report in weeks {
        let of = |kind| steps.iter().filter(|step| step.week == report.week && step.kind == kind).count();
        report.promotions = u32::try_from(of(StepKind::Up)).unwrap_or(u32::MAX);
        report.pull_backs = u32::try_from(of(StepKind::Down)).unwrap_or(u32::MAX);
    }
}
