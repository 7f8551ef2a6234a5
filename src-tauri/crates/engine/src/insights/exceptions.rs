//! How people answer each kind of exception, and which kinds have grown quiet.

use super::view::ExceptionLine;
use crate::Engine;
use crate::error::EngineError;
use crate::trust::view::Share;
use autoreach_domain::decision::{Channel, Decision, Stage, Verdict};
use autoreach_domain::exception::ExceptionKind;
use autoreach_domain::ids::{ItemId, WorkflowId};
use autoreach_learning::waved_through::{Answered, quiet_kinds};
use autoreach_store::tables::review_item::{self, ReleasedRow};
use std::collections::{BTreeMap, BTreeSet};

impl Engine {
    /// Kinds of exceptions that are always waved through and need not call for anybody.
    pub async fn quiet_exceptions(&self, workflow_id: WorkflowId) -> Result<BTreeSet<ExceptionKind>, EngineError> {
        let (from, until) = (jiff::Timestamp::MIN, jiff::Timestamp::MAX);
        let routed = review_item::released_between(self.store.read(), workflow_id, from, until).await?;
        let leads = self.standing_decisions(workflow_id, Stage::Qualification).await?;
        let mails = self.standing_decisions(workflow_id, Stage::Email).await?;
        let answers = answers(leads.iter().chain(&mails), &routed);
        Ok(quiet_kinds(answers.into_iter().map(|(answer, _)| answer)).into_keys().collect())
    }
}

/// How each kind was answered, the most frequent first.
pub(super) fn lines(leads: &[Decision], mails: &[Decision], routed: &[ReleasedRow]) -> Vec<ExceptionLine> {
    let answers = answers(leads.iter().chain(mails), routed);
    let quiet = quiet_kinds(answers.iter().map(|(answer, _)| *answer));
    let mut counted: BTreeMap<ExceptionKind, (usize, usize)> = BTreeMap::new();
    for (answer, is_accepted) in answers {
        let (accepted, of) = counted.entry(answer.kind).or_default();
        *accepted += usize::from(is_accepted);
        *of += 1;
    }
    let line = |(kind, (accepted, of)): (ExceptionKind, (usize, usize))| ExceptionLine {
        kind: kind.words().to_owned(),
        accepted: Share::of(accepted, of),
        waved_through: quiet.get(&kind).copied(),
    };
    let mut lines: Vec<ExceptionLine> = counted.into_iter().map(line).collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.accepted.of));
    lines
}

/// Every flag that a person answered, oldest first, and whether what it was about was accepted at all. Flags about the mail
/// are answered by the verdict on the mail, all others by the one on the lead.
fn answers<'a>(decisions: impl Iterator<Item = &'a Decision>, routed: &[ReleasedRow]) -> Vec<(Answered, bool)> {
    let flags: BTreeMap<ItemId, BTreeSet<ExceptionKind>> =
        routed.iter().map(|row| (row.id, row.routing.stages.iter().flat_map(|route| route.exceptions.iter().copied()).collect())).collect();
    let mut flagged: Vec<&Decision> = decisions.filter(|decision| decision.channel == Channel::Exception).collect();
    flagged.sort_by_key(|decision| decision.decided_at);
    let of = |decision: &'a Decision| {
        let kinds = flags.get(&decision.item_id).into_iter().flatten();
        let kinds = kinds.filter(|kind| kind.is_about_the_mail() == (decision.stage == Stage::Email));
        let (waved_through, is_accepted) = (decision.verdict == Verdict::Accept, decision.verdict.is_acceptance());
        kinds.map(move |kind| (Answered { kind: *kind, waved_through }, is_accepted)).collect::<Vec<_>>()
    };
    flagged.into_iter().flat_map(of).collect()
}
