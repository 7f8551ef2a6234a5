//! What is known of a team's style, as a pure function of what happened.
//!
//! The same events in the same order give the same bytes; undoing one is folding again without it. The state holds the
//! latest mails as text, because lessons are tried on them and mails like a new one are looked up among them.

use super::effect::{Effect, LessonKind};
use super::event::{Command, EmailDecision, EmailVerdict, Scope, StyleEvent, Verification};
use super::evidence::{EditCounts, Evidence, LessonState, NEEDED_SUPPORT, Source, Standing, Voter};
use super::features::{Feature, Numbers};
use super::letter::{Letter, Mail};
use super::profile::{Habit, Profile};
use super::sentences::{Avoided, Place, Sentences};
use super::signals::{self, Signal, Stance};
use super::stats::Approvals;
use autoreach_domain::workflow::Language;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Mails kept as text, the latest ones.
const REMEMBERED_MAILS: usize = 500;
/// Lessons counted at once; beyond, those with one vote and longest ago go first.
const COUNTED_LESSONS: usize = 20_000;

/// An approved mail that is kept as text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PastMail {
    /// The item it belongs to.
    pub item: String,
    /// Who approved it.
    pub reviewer: String,
    /// In which workflow.
    pub workflow: String,
    /// The reader's role.
    pub persona: String,
    /// Its language.
    pub language: Language,
    /// What it is about.
    pub about: String,
    /// As it was shown.
    pub draft: Mail,
    /// As it was approved.
    pub finished: Mail,
    /// Something was changed.
    pub is_edited: bool,
}

impl PastMail {
    fn voter(&self) -> Voter<'_> {
        Voter { item: &self.item, reviewer: &self.reviewer, workflow: &self.workflow, persona: &self.persona }
    }
}

/// One thing learned, as people read it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lesson {
    /// Its stable name, for commands.
    pub id: String,
    /// The rule as an English sentence: "No compliment openings".
    pub text: String,
    /// What it is about.
    pub kind: LessonKind,
    /// Where it holds.
    pub scope: Scope,
    /// Edits for it.
    pub support: u32,
    /// Edits and approvals against it.
    pub contradictions: u32,
    /// Items of the latest edits for it, latest last, at most five.
    pub examples: Vec<String>,
    /// Where it comes from.
    pub source: Source,
    /// What it does now.
    pub state: LessonState,
    /// A person pinned it.
    pub pinned: bool,
    /// What it says, as a value.
    pub effect: Effect,
}

impl Lesson {
    /// The rule with its evidence: "No compliment openings: from 9 edits".
    pub fn with_evidence(&self) -> String {
        let edits = |count| if count == 1 { "1 edit".to_owned() } else { format!("{count} edits") };
        let against = if self.contradictions == 0 { String::new() } else { format!(", {} against", self.contradictions) };
        match (self.source, self.support) {
            (Source::User, 0) => format!("{}: your own rule", self.text),
            (_, support) => format!("{}: from {}{against}", self.text, edits(support)),
        }
    }
}

/// The style memory of a team.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct StyleMemory {
    events: u64,
    evidence: BTreeMap<String, Evidence>,
    pub(super) profile: Profile,
    pub(super) sentences: Sentences,
    pub(super) approvals: Approvals,
    pub(super) mails: VecDeque<PastMail>,
    edits: EditCounts,
    /// Votes taken back, as item and lesson.
    discarded: BTreeSet<(String, String)>,
}

impl StyleMemory {
    /// A memory of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The whole fold: the memory after these events.
    pub fn replay<'a>(events: impl IntoIterator<Item = &'a StyleEvent>) -> Self {
        let mut memory = Self::new();
        events.into_iter().for_each(|event| memory.apply(event));
        memory
    }

    /// Takes in what happened next.
    pub fn apply(&mut self, event: &StyleEvent) {
        self.events += 1;
        match event {
            StyleEvent::Verdict(verdict) => self.judge(verdict),
            StyleEvent::Command(command) => self.obey(command),
            StyleEvent::Proposed { item, text, kind } => self.propose(item, text, *kind),
            StyleEvent::Verified(verification) => self.conclude(verification),
        }
    }

    /// Events folded.
    pub fn version(&self) -> u64 {
        self.events
    }

    /// SHA-256 over the exact state: equal digests mean that everything the memory will ever say is equal.
    pub fn digest(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        serde_json::to_writer(&mut hasher, self).expect("the state is plain data and a hash takes every byte");
        hasher.finalize().into()
    }

    fn judge(&mut self, verdict: &EmailVerdict) {
        let finished = match &verdict.decision {
            EmailDecision::Accepted => Some(&verdict.draft),
            EmailDecision::Edited(finished) => Some(finished),
            EmailDecision::Rejected => None,
        };
        let parts = finished.map(|finished| (finished, Letter::read_edit(&verdict.draft, finished)));
        self.approvals.add(verdict, parts.as_ref().map(|(_, (_, after))| after));
        let Some((finished, (before, after))) = parts.filter(|(_, (_, after))| !after.sentences.is_empty()) else { return };
        let past = PastMail {
            item: verdict.item.clone(),
            reviewer: verdict.reviewer.clone(),
            workflow: verdict.workflow.clone(),
            persona: verdict.persona.clone(),
            language: verdict.language,
            about: verdict.about.clone(),
            draft: verdict.draft.clone(),
            finished: finished.clone(),
            is_edited: super::distance::distance(&verdict.draft.whole(), &finished.whole()).edits > 0,
        };
        self.learn(&past, &before, &after);
        self.mails.push_back(past);
        if self.mails.len() > REMEMBERED_MAILS {
            self.mails.pop_front();
        }
    }

    fn learn(&mut self, past: &PastMail, before: &Letter, after: &Letter) {
        let place = Place { item: &past.item, workflow: &past.workflow, language: past.language };
        self.sentences.add(place, before, after, self.events);
        let signals = if past.is_edited {
            self.profile.add(&past.reviewer, &Numbers::change(before, after));
            self.edits.add(past.voter());
            signals::of_edit(before, after, past.language)
        } else {
            signals::kept(before, after)
        };
        for Signal { effect, stance } in signals {
            let id = effect.id();
            let now = self.events;
            match (stance, self.evidence.get_mut(&id)) {
                (_, Some(known)) => known.vote(past.voter(), stance, now),
                // What nobody ever asked for needs no evidence against it.
                (Stance::Contradicts, None) => {}
                (Stance::Supports, None) => {
                    let mut fresh = Evidence::new(effect, Source::Feature, now);
                    fresh.vote(past.voter(), stance, now);
                    self.evidence.insert(id, fresh);
                }
            }
        }
        self.make_room();
    }

    /// A model's reading of one edit is one vote, and what it votes for needs the same support as everything else.
    fn propose(&mut self, item: &str, text: &str, kind: LessonKind) {
        let Some(effect) = Effect::from_sentence(text, kind) else { return };
        let Some(past) = self.mails.iter().rev().find(|past| past.item == item && past.is_edited).cloned() else { return };
        let known = self.evidence.entry(effect.id()).or_insert_with(|| Evidence::new(effect, Source::Model, self.events));
        if !known.examples.contains(&past.item) {
            known.vote(past.voter(), Stance::Supports, self.events);
        }
    }

    fn make_room(&mut self) {
        if self.evidence.len() <= COUNTED_LESSONS {
            return;
        }
        let untouched = self.evidence.iter().filter(|(_, evidence)| !evidence.is_touched());
        let mut order: Vec<(bool, u64, String)> =
            untouched.map(|(id, evidence)| (evidence.votes.support > 1, evidence.last, id.clone())).collect();
        order.sort();
        for (.., id) in order.iter().take(COUNTED_LESSONS / 4) {
            self.evidence.remove(id);
        }
    }

    fn obey(&mut self, command: &Command) {
        match command {
            Command::Pin(id) => self.change(id, |lesson| {
                lesson.is_pinned = true;
                lesson.standing = Standing::Confirmed;
            }),
            Command::Unpin(id) => self.change(id, |lesson| lesson.is_pinned = false),
            Command::SwitchOff(id) => self.change(id, |lesson| {
                lesson.is_pinned = false;
                lesson.standing = Standing::Off;
            }),
            Command::SwitchOn(id) | Command::Keep { lesson: id } => self.change(id, |lesson| lesson.standing = Standing::Confirmed),
            Command::Forget(id) => {
                self.evidence.remove(id);
            }
            Command::Edit { lesson, text } => self.reword(lesson, text),
            Command::Add { text, kind, scope } => {
                if let Some(effect) = Effect::from_sentence(text, *kind) {
                    let stated = Evidence::stated(effect, Some(scope.clone()), self.events);
                    self.evidence.insert(stated.effect.id(), stated);
                }
            }
            Command::Discard { item, lesson } => self.discard(item, lesson),
            Command::ForgetSentence(sentence) => self.sentences.forget(sentence),
        }
    }

    fn change(&mut self, id: &str, how: impl FnOnce(&mut Evidence)) {
        if let Some(known) = self.evidence.get_mut(id) {
            how(known);
        }
    }

    fn reword(&mut self, id: &str, text: &str) {
        let Some(known) = self.evidence.get(id) else { return };
        let Some(effect) = Effect::from_sentence(text, known.effect.kind()) else { return };
        if let Some(known) = self.evidence.remove(id) {
            let reworded = known.reworded(effect);
            self.evidence.insert(reworded.effect.id(), reworded);
        }
    }

    fn discard(&mut self, item: &str, id: &str) {
        let Some(past) = self.mails.iter().rev().find(|past| past.item == item && past.is_edited) else { return };
        let (before, after) = Letter::read_edit(&past.draft, &past.finished);
        let votes = signals::of_edit(&before, &after, past.language);
        let voted = votes.iter().any(|signal| signal.stance == Stance::Supports && signal.effect.id() == id);
        if voted
            && self.discarded.insert((item.to_owned(), id.to_owned()))
            && let Some(known) = self.evidence.get_mut(id)
        {
            known.take_back(past.voter());
        }
    }

    fn conclude(&mut self, verification: &Verification) {
        let edits = &self.edits;
        let Some(known) = self.evidence.get_mut(&verification.lesson) else { return };
        let (_, votes) = known.scope(edits);
        if !known.wants_trial(votes) {
            return;
        }
        if verification.holds() {
            known.standing = Standing::Verified;
        } else {
            known.tried_at = votes.support;
        }
    }

    /// Everything that was learned, most supported first. Candidates are among them; they change nothing.
    pub fn lessons(&self) -> Vec<Lesson> {
        let mut lessons: Vec<Lesson> = self.evidence.values().filter(|evidence| self.is_shown(evidence)).map(|e| self.lesson(e)).collect();
        lessons.sort_by(|a, b| b.pinned.cmp(&a.pinned).then(b.support.cmp(&a.support)).then_with(|| a.id.cmp(&b.id)));
        super::candidates::without_echoes(lessons)
    }

    /// What a person touched or what was in force once is shown always; a candidate while its votes hold.
    fn is_shown(&self, evidence: &Evidence) -> bool {
        if evidence.is_touched() {
            return true;
        }
        if evidence.votes.support < NEEDED_SUPPORT {
            return false;
        }
        let (_, votes) = evidence.scope(&self.edits);
        let is_habit = match &evidence.effect {
            Effect::Feature { feature, more } => super::candidates::is_habit(&self.profile, *feature, *more),
            Effect::Opening { .. }
            | Effect::Cta(_)
            | Effect::Greeting { .. }
            | Effect::SignOff { .. }
            | Effect::Avoid(_)
            | Effect::Say(_)
            | Effect::Words { .. } => true,
        };
        votes.support >= NEEDED_SUPPORT && !votes.is_refuted() && is_habit
    }

    fn lesson(&self, evidence: &Evidence) -> Lesson {
        let (scope, votes) = evidence.scope(&self.edits);
        Lesson {
            id: evidence.effect.id(),
            text: evidence.effect.sentence(),
            kind: evidence.effect.kind(),
            scope,
            support: votes.support,
            contradictions: votes.contradictions,
            examples: evidence.examples.clone(),
            source: evidence.source,
            state: evidence.state(votes),
            pinned: evidence.is_pinned,
            effect: evidence.effect.clone(),
        }
    }

    /// What edits of this reviewer do to a feature on average, drawn to the team's habit while they are few.
    pub fn habit(&self, reviewer: &str, feature: Feature) -> Habit {
        self.profile.reviewer(reviewer, feature)
    }

    /// Candidates that have support enough to be tried on past drafts.
    pub fn due_for_trial(&self) -> Vec<Lesson> {
        let is_due =
            |lesson: &Lesson| self.evidence.get(&lesson.id).is_some_and(|evidence| evidence.wants_trial(evidence.scope(&self.edits).1));
        self.lessons().into_iter().filter(is_due).collect()
    }

    /// Is a team's lesson none of this reviewer's?
    pub(super) fn is_opposed(&self, lesson: &Lesson, reviewer: &str) -> bool {
        self.evidence.get(&lesson.id).is_some_and(|evidence| evidence.is_opposed_by(reviewer))
    }

    /// Sentences and angles people take out, with the mails they did it in (`product.md` row 61).
    pub fn avoided(&self) -> Vec<Avoided> {
        self.sentences.avoided()
    }
}
