//! From lessons to what a writer is told, and whether a candidate would bring drafts nearer to what a person writes.

use super::effect::Effect;
use super::event::{Scope, Verification};
use super::evidence::LessonState;
use super::features::Feature;
use super::letter::{Letter, Mail};
use super::memory::{Lesson, PastMail, StyleMemory};
use super::stats::{band, median};
use autoreach_domain::draft::BODY_WORDS;
use autoreach_domain::style::{LengthBand, OpeningWeight, StyleGuide, StyleRule};
use autoreach_domain::workflow::Language;
use std::collections::BTreeSet;

/// Days in which a lesson that nobody confirms loses half its weight (`learning.md` 4.10).
const HALF_LIFE_DAYS: f64 = 60.0;
/// Past drafts a candidate is tried on (`learning.md` 4.10).
const TRIALS: usize = 2;
/// Edited mails a length is taken from, the latest ones.
const LENGTH_MAILS: usize = 30;
/// Votes at which a wanted opening is half of what it can be.
const OPENING_SHRINKAGE: f64 = 5.0;

/// The mail to be written.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    /// For whom it is written, who will judge it.
    pub reviewer: &'a str,
    /// In which workflow.
    pub workflow: &'a str,
    /// The reader's role; empty when not known.
    pub persona: &'a str,
    /// The language, for examples.
    pub language: Language,
    /// What the mail is about: see [`super::EmailVerdict::about`].
    pub about: &'a str,
}

impl StyleMemory {
    /// What to tell a writer: active lessons only. `age_days` says how long ago a lesson's latest evidence came; the
    /// memory knows no clock.
    pub fn guide(&self, occasion: &Occasion<'_>, age_days: impl Fn(&Lesson) -> f64) -> StyleGuide {
        self.guide_from(self.in_force(&self.lessons(), occasion, age_days), occasion)
    }

    /// Tries a candidate on the latest drafts that support it: `redraft` writes each again with a guide, as it would be
    /// written today. `None` when fewer than two could be written.
    pub fn verify(&self, candidate: &Lesson, mut redraft: impl FnMut(&PastMail, &StyleGuide) -> Option<Mail>) -> Option<Verification> {
        let lessons = self.lessons();
        let trials = self.mails.iter().rev().filter(|past| past.is_edited && candidate.examples.contains(&past.item));
        let (mut without, mut with) = (Vec::new(), Vec::new());
        for past in trials {
            let occasion = occasion_of(past);
            let known = self.in_force(&lessons, &occasion, |_| 0.0);
            let now = redraft(past, &self.guide_from(known.clone(), &occasion));
            let trial: Vec<Lesson> = std::iter::once(candidate.clone()).chain(known).collect();
            let tried = redraft(past, &self.guide_from(trial, &occasion));
            if let (Some(now), Some(tried)) = (now, tried) {
                without.push(super::distance::distance(&now.whole(), &past.finished.whole()).share());
                with.push(super::distance::distance(&tried.whole(), &past.finished.whole()).share());
            }
            if with.len() == TRIALS {
                break;
            }
        }
        let middle = |mut shares: Vec<f64>| {
            shares.sort_by(f64::total_cmp);
            median(&shares)
        };
        (with.len() == TRIALS).then(|| Verification { lesson: candidate.id.clone(), without: middle(without), with: middle(with) })
    }

    /// Active lessons for an occasion: pinned ones, then those of this very place, then by log(1 + support) x recency.
    fn in_force(&self, lessons: &[Lesson], occasion: &Occasion<'_>, age_days: impl Fn(&Lesson) -> f64) -> Vec<Lesson> {
        let applies = |lesson: &Lesson| {
            lesson.state == LessonState::Active && is_in_scope(&lesson.scope, occasion) && !self.is_opposed(lesson, occasion.reviewer)
        };
        let rank = |lesson: &Lesson| {
            let recency = libm::exp2(-age_days(lesson).max(0.0) / HALF_LIFE_DAYS);
            (lesson.pinned, lesson.scope != Scope::Global, libm::log(1.0 + f64::from(lesson.support)) * recency, lesson.clone())
        };
        let mut ranked: Vec<(bool, bool, f64, Lesson)> = lessons.iter().filter(|lesson| applies(lesson)).map(rank).collect();
        ranked.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.cmp(&a.1)).then(b.2.total_cmp(&a.2)).then_with(|| a.3.id.cmp(&b.3.id)));
        ranked.into_iter().map(|(.., lesson)| lesson).collect()
    }

    /// Of lessons that exclude each other the first wins.
    fn guide_from(&self, lessons: Vec<Lesson>, occasion: &Occasion<'_>) -> StyleGuide {
        let mut decided = BTreeSet::new();
        let mut guide = StyleGuide { memory_version: self.version(), ..StyleGuide::default() };
        for lesson in lessons {
            if question_of(&lesson.effect).is_none_or(|question| decided.insert(question)) {
                self.put(&lesson, occasion, &mut guide);
                guide.rules.push(StyleRule { id: lesson.id, text: format!("{}.", lesson.text) });
            }
        }
        let is_free = |text: &str| !guide.banned.iter().any(|phrase| text.to_lowercase().contains(phrase.as_str()));
        let unwanted = self.switched_off_phrases();
        let is_wanted = |text: &str| !unwanted.iter().any(|phrase| text.to_lowercase().contains(phrase.as_str()));
        guide.preferred = self
            .sentences
            .preferred(occasion.workflow)
            .into_iter()
            .filter(|known| is_free(&known.text) && is_wanted(&known.text))
            .collect();
        guide.disliked = self.sentences.disliked(occasion.workflow);
        guide.examples = self.examples(self.nearest(occasion.about, occasion.reviewer, occasion.language));
        guide
    }

    fn put(&self, lesson: &Lesson, occasion: &Occasion<'_>, guide: &mut StyleGuide) {
        match &lesson.effect {
            Effect::Opening { kind, wanted } => {
                let support = f64::from(lesson.support.max(1));
                let weight = if *wanted { 1.0 + support / (support + OPENING_SHRINKAGE) } else { 0.0 };
                guide.openings.push(OpeningWeight { kind: *kind, weight });
            }
            Effect::Cta(kind) => guide.cta = Some(*kind),
            Effect::Greeting { word, language } => *guide.greeting.slot(*language) = Some(word.clone()),
            Effect::SignOff { line, language } => *guide.sign_off.slot(*language) = Some(line.clone()),
            Effect::Avoid(phrase) => guide.banned.push(phrase.clone()),
            Effect::Feature { feature: Feature::LogWords, more } => guide.words = Some(self.length_band(*more, occasion)),
            Effect::Feature { .. } | Effect::Say(_) | Effect::Words { .. } => {}
        }
    }

    /// How long edited mails of this workflow are left; without any, the half of what is allowed.
    fn length_band(&self, more: bool, occasion: &Occasion<'_>) -> LengthBand {
        let edited = || self.mails.iter().rev().filter(|past| past.is_edited);
        let words = |past: &PastMail| Letter::read_edit(&past.draft, &past.finished).1.words() as u32;
        let here: Vec<u32> = edited().filter(|past| past.workflow == occasion.workflow).take(LENGTH_MAILS).map(words).collect();
        let found = if here.is_empty() { edited().take(LENGTH_MAILS).map(words).collect() } else { here };
        let (low, high) = (*BODY_WORDS.start() as u32, *BODY_WORDS.end() as u32);
        let middle = u32::midpoint(low, high);
        let half = if more { LengthBand { low: middle, high } } else { LengthBand { low, high: middle } };
        band(found).unwrap_or(half)
    }

    fn switched_off_phrases(&self) -> Vec<String> {
        let off = self.lessons().into_iter().filter(|lesson| lesson.state == LessonState::Off);
        off.filter_map(|lesson| if let Effect::Say(phrase) = lesson.effect { Some(phrase) } else { None }).collect()
    }
}

fn occasion_of(past: &PastMail) -> Occasion<'_> {
    Occasion { reviewer: &past.reviewer, workflow: &past.workflow, persona: &past.persona, language: past.language, about: &past.about }
}

fn is_in_scope(scope: &Scope, occasion: &Occasion<'_>) -> bool {
    match scope {
        Scope::Global => true,
        Scope::Persona(persona) => persona == occasion.persona,
        Scope::Workflow(workflow) => workflow == occasion.workflow,
    }
}

/// What two lessons would both answer, differently.
fn question_of(effect: &Effect) -> Option<String> {
    match effect {
        Effect::Feature { feature, .. } => Some(format!("{feature:?}")),
        Effect::Opening { kind, .. } => Some(format!("opening {kind}")),
        Effect::Cta(_) => Some("ending".to_owned()),
        Effect::Greeting { language, .. } => Some(format!("greeting {language}")),
        Effect::SignOff { language, .. } => Some(format!("sign-off {language}")),
        Effect::Avoid(phrase) | Effect::Say(phrase) => Some(format!("phrase {phrase}")),
        Effect::Words { .. } => None,
    }
}
