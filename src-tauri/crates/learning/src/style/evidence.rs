//! What speaks for and against one lesson, and what follows: candidate, active, retired or off.

use super::effect::Effect;
use super::event::Scope;
use super::sentences::remember;
use super::signals::Stance;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Votes that make a candidate, and that an active lesson must have (`learning.md` 4.10).
pub const NEEDED_SUPPORT: u32 = 3;

/// Votes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Votes {
    pub(super) support: u32,
    pub(super) contradictions: u32,
}

impl Votes {
    fn add(&mut self, stance: Stance) {
        match stance {
            Stance::Supports => self.support += 1,
            Stance::Contradicts => self.contradictions += 1,
        }
    }

    /// Contradicted by more than half as many as support it (`learning.md` 4.10).
    pub(super) fn is_refuted(self) -> bool {
        2 * self.contradictions > self.support
    }

    fn is_proven(self) -> bool {
        self.support >= NEEDED_SUPPORT && !self.is_refuted()
    }
}

/// How far a lesson has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Standing {
    /// Votes are counted.
    Learning,
    /// Past drafts came nearer with it.
    Verified,
    /// A person wants it.
    Confirmed,
    /// A person does not want it.
    Off,
}

/// Where a lesson comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Counted from edits.
    Feature,
    /// Proposed by a language model.
    Model,
    /// Written by a person.
    User,
}

/// The state of a lesson, as people see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LessonState {
    /// Changes nothing yet.
    Candidate,
    /// Honoured in drafts.
    Active,
    /// Contradicted too often.
    Retired,
    /// Switched off by a person.
    Off,
}

/// Everything known of one lesson.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Evidence {
    pub(super) effect: Effect,
    pub(super) votes: Votes,
    workflows: BTreeMap<String, Votes>,
    personas: BTreeMap<String, Votes>,
    reviewers: BTreeMap<String, Votes>,
    pub(super) examples: Vec<String>,
    pub(super) standing: Standing,
    pub(super) is_pinned: bool,
    pub(super) source: Source,
    /// The scope a person gave it.
    stated_scope: Option<Scope>,
    /// Support at the last trial that failed.
    pub(super) tried_at: u32,
    pub(super) last: u64,
}

/// Who voted where.
#[derive(Debug, Clone, Copy)]
pub(super) struct Voter<'a> {
    pub(super) item: &'a str,
    pub(super) reviewer: &'a str,
    pub(super) workflow: &'a str,
    pub(super) persona: &'a str,
}

impl Evidence {
    pub(super) fn new(effect: Effect, source: Source, now: u64) -> Self {
        Self {
            effect,
            votes: Votes::default(),
            workflows: BTreeMap::new(),
            personas: BTreeMap::new(),
            reviewers: BTreeMap::new(),
            examples: Vec::new(),
            standing: Standing::Learning,
            is_pinned: false,
            source,
            stated_scope: None,
            tried_at: 0,
            last: now,
        }
    }

    /// A rule of a person's own.
    pub(super) fn stated(effect: Effect, scope: Option<Scope>, now: u64) -> Self {
        Self { standing: Standing::Confirmed, stated_scope: scope, ..Self::new(effect, Source::User, now) }
    }

    /// The same evidence for what a person says instead.
    pub(super) fn reworded(self, effect: Effect) -> Self {
        Self { effect, source: Source::User, standing: Standing::Confirmed, ..self }
    }

    pub(super) fn vote(&mut self, voter: Voter<'_>, stance: Stance, now: u64) {
        self.votes.add(stance);
        self.workflows.entry(voter.workflow.to_owned()).or_default().add(stance);
        self.personas.entry(voter.persona.to_owned()).or_default().add(stance);
        self.reviewers.entry(voter.reviewer.to_owned()).or_default().add(stance);
        if stance == Stance::Supports {
            remember(&mut self.examples, voter.item);
            self.last = now;
        }
    }

    /// Takes one supporting vote back.
    pub(super) fn take_back(&mut self, voter: Voter<'_>) {
        let places = [
            Some(&mut self.votes),
            self.workflows.get_mut(voter.workflow),
            self.personas.get_mut(voter.persona),
            self.reviewers.get_mut(voter.reviewer),
        ];
        places.into_iter().flatten().for_each(|votes| votes.support = votes.support.saturating_sub(1));
        self.examples.retain(|item| item != voter.item);
    }

    /// Where the lesson holds, and the votes there. What holds everywhere is global, unless all support comes from one
    /// place while at least as many edits elsewhere say nothing; what does not hold everywhere may hold in one place.
    pub(super) fn scope(&self, edits: &EditCounts) -> (Scope, Votes) {
        if let Some(scope) = &self.stated_scope {
            return (scope.clone(), self.votes);
        }
        let only = |places: &BTreeMap<String, Votes>, counts: &BTreeMap<String, u32>| {
            let best = places.iter().filter(|(name, votes)| !name.is_empty() && votes.is_proven()).max_by_key(|(_, votes)| votes.support);
            best.filter(|(name, votes)| {
                let elsewhere: u32 = counts.iter().filter(|(other, _)| other != name).map(|(_, edits)| edits).sum();
                self.votes.is_refuted() || (votes.support == self.votes.support && elsewhere >= NEEDED_SUPPORT)
            })
            .map(|(name, votes)| (name.clone(), *votes))
        };
        if let Some((name, votes)) = only(&self.workflows, &edits.workflows) {
            return (Scope::Workflow(name), votes);
        }
        match only(&self.personas, &edits.personas) {
            Some((name, votes)) => (Scope::Persona(name), votes),
            None => (Scope::Global, self.votes),
        }
    }

    /// What the votes and the person make of it.
    pub(super) fn state(&self, votes: Votes) -> LessonState {
        match self.standing {
            Standing::Off => LessonState::Off,
            Standing::Confirmed => LessonState::Active,
            Standing::Learning | Standing::Verified if self.is_pinned => LessonState::Active,
            Standing::Learning | Standing::Verified if votes.is_refuted() => LessonState::Retired,
            Standing::Verified if votes.support >= NEEDED_SUPPORT => LessonState::Active,
            Standing::Learning | Standing::Verified => LessonState::Candidate,
        }
    }

    /// A reviewer who does the opposite is not told the team's lesson.
    pub(super) fn is_opposed_by(&self, reviewer: &str) -> bool {
        let own = self.reviewers.get(reviewer).copied().unwrap_or_default();
        !self.is_pinned && self.standing != Standing::Confirmed && own.contradictions >= NEEDED_SUPPORT && own.is_refuted()
    }

    /// A trial is due: enough support, and twice that of a trial that failed.
    pub(super) fn wants_trial(&self, votes: Votes) -> bool {
        let is_candidate = self.standing == Standing::Learning && self.state(votes) == LessonState::Candidate;
        is_candidate && votes.support >= NEEDED_SUPPORT && votes.support >= 2 * self.tried_at
    }

    /// A person touched it, so that it is kept and shown however little speaks for it.
    pub(super) fn is_touched(&self) -> bool {
        self.is_pinned || self.standing != Standing::Learning || self.source == Source::User
    }
}

/// Edits seen by place.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct EditCounts {
    pub(super) workflows: BTreeMap<String, u32>,
    pub(super) personas: BTreeMap<String, u32>,
}

impl EditCounts {
    pub(super) fn add(&mut self, voter: Voter<'_>) {
        *self.workflows.entry(voter.workflow.to_owned()).or_default() += 1;
        *self.personas.entry(voter.persona.to_owned()).or_default() += 1;
    }
}
