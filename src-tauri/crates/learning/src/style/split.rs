//! One edit split into the lessons it may hold, each to be kept or discarded (`product.md`, "What no other product has",
//! 6). Keeping and discarding are commands; this only reads.

use super::candidates::without_echoes;
use super::distance::{Distance, distance};
use super::effect::{Effect, LessonKind};
use super::event::Scope;
use super::evidence::{LessonState, Source};
use super::features::{Feature, Numbers};
use super::letter::{Letter, Mail};
use super::memory::Lesson;
use super::signals::{self, Stance};
use autoreach_domain::workflow::Language;

/// Most lessons of one edit; more would not be read.
const MOST_LESSONS: usize = 10;
/// Most of them about phrases, of each side.
const MOST_PHRASES: usize = 3;

/// What an edit may teach.
#[derive(Debug, Clone, PartialEq)]
pub struct EditSplit {
    /// How much was changed.
    pub distance: Distance,
    /// The lessons, the broadest first.
    pub lessons: Vec<ProposedLesson>,
}

/// One lesson of one edit.
#[derive(Debug, Clone, PartialEq)]
pub struct ProposedLesson {
    /// Its name, for [`super::Command::Keep`] and [`super::Command::Discard`].
    pub id: String,
    /// The rule as a sentence.
    pub text: String,
    /// What it is about.
    pub kind: LessonKind,
    /// What stood in the draft; empty where nothing did.
    pub before: String,
    /// What stands there now; empty where nothing does.
    pub after: String,
}

/// Splits an edit. An edit that only moves white space teaches nothing.
pub fn split(draft: &Mail, finished: &Mail, language: Language) -> EditSplit {
    let distance = distance(&draft.whole(), &finished.whole());
    if distance.edits == 0 {
        return EditSplit { distance, lessons: Vec::new() };
    }
    let (before, after) = Letter::read_edit(draft, finished);
    let signals = signals::of_edit(&before, &after, language);
    let supported = signals.into_iter().filter(|signal| signal.stance == Stance::Supports).map(|signal| signal.effect);
    let mut lessons = without_echoes(supported.filter(is_telling).map(lesson).collect());
    lessons.sort_by_key(|lesson| breadth(&lesson.effect));
    let (mut said, mut avoided) = (0, 0);
    lessons.retain(|lesson| match lesson.effect {
        Effect::Say(_) => within(&mut said),
        Effect::Avoid(_) => within(&mut avoided),
        Effect::Feature { .. }
        | Effect::Opening { .. }
        | Effect::Cta(_)
        | Effect::Greeting { .. }
        | Effect::SignOff { .. }
        | Effect::Words { .. } => true,
    });
    lessons.truncate(MOST_LESSONS);
    EditSplit { distance, lessons: lessons.into_iter().map(|lesson| proposed(lesson, &before, &after)).collect() }
}

fn within(count: &mut usize) -> bool {
    *count += 1;
    *count <= MOST_PHRASES
}

/// An opening or ending that says nothing is missed, not wanted; numbers that follow from others are left out.
fn is_telling(effect: &Effect) -> bool {
    !matches!(effect, Effect::Feature { feature: Feature::TypeTokenRatio | Feature::SentenceSpread | Feature::WordLength, .. })
}

fn breadth(effect: &Effect) -> u8 {
    match effect {
        Effect::Opening { .. } => 0,
        Effect::Cta(_) => 1,
        Effect::Feature { feature: Feature::LogWords, .. } => 2,
        Effect::Greeting { .. } | Effect::SignOff { .. } => 3,
        Effect::Words { .. } => 4,
        Effect::Avoid(_) => 5,
        Effect::Say(_) => 6,
        Effect::Feature { .. } => 7,
    }
}

fn lesson(effect: Effect) -> Lesson {
    Lesson {
        id: effect.id(),
        text: effect.sentence(),
        kind: effect.kind(),
        scope: Scope::Global,
        support: 1,
        contradictions: 0,
        examples: Vec::new(),
        source: Source::Feature,
        state: LessonState::Candidate,
        pinned: false,
        effect,
    }
}

fn proposed(lesson: Lesson, before: &Letter, after: &Letter) -> ProposedLesson {
    let end = |text: Option<&String>| text.cloned().unwrap_or_default();
    let (was, is) = match &lesson.effect {
        Effect::Opening { .. } => (end(before.sentences.first()), end(after.sentences.first())),
        Effect::Cta(_) => (end(before.sentences.last()), end(after.sentences.last())),
        Effect::Greeting { .. } => (before.greeting.clone(), after.greeting.clone()),
        Effect::SignOff { .. } => (before.sign_off.clone(), after.sign_off.clone()),
        Effect::Feature { feature: Feature::LogWords, .. } => (format!("{} words", before.words()), format!("{} words", after.words())),
        Effect::Feature { feature, .. } => (number(before, *feature), number(after, *feature)),
        Effect::Avoid(phrase) => (sentence_with(before, phrase), String::new()),
        Effect::Say(phrase) => (String::new(), sentence_with(after, phrase)),
        Effect::Words { .. } => (String::new(), String::new()),
    };
    ProposedLesson { id: lesson.id, text: lesson.text, kind: lesson.kind, before: was, after: is }
}

fn number(letter: &Letter, feature: Feature) -> String {
    let numbers: Numbers = super::features::measure(letter);
    format!("{:.1}", numbers.of(feature))
}

fn sentence_with(letter: &Letter, phrase: &str) -> String {
    letter.sentences.iter().find(|sentence| sentence.to_lowercase().contains(phrase)).cloned().unwrap_or_default()
}
