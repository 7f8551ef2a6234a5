//! Which counted changes are worth being called a lesson.

use super::effect::Effect;
use super::evidence::LessonState;
use super::features::Feature;
use super::memory::Lesson;
use super::profile::Profile;
use std::collections::BTreeSet;

/// A mean change is a habit from this share of its spread on (`learning.md` 4.10).
const NOTABLE_SHARE: f64 = 0.5;
/// Edits a mean must rest on (`learning.md` 4.10).
const NEEDED_EDITS: u32 = 3;

/// Does the team or one of its reviewers change this feature this way?
pub(super) fn is_habit(profile: &Profile, feature: Feature, more: bool) -> bool {
    // The ratio of different words falls and rises with the length alone.
    feature != Feature::TypeTokenRatio
        && profile.habits(feature).any(|habit| {
            let moved = if more { habit.mean } else { -habit.mean };
            habit.edits >= NEEDED_EDITS && moved > NOTABLE_SHARE * habit.spread
        })
}

/// Leaves out phrases that are part of a longer one, or overlap one, with the same evidence: one removed sentence is
/// one lesson and not ten. What a person touched or what is in force is always left.
pub(super) fn without_echoes(lessons: Vec<Lesson>) -> Vec<Lesson> {
    let mut order: Vec<usize> = (0..lessons.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse((lessons[*index].state != LessonState::Candidate, words(&lessons[*index]))));
    let mut taken: Vec<usize> = Vec::new();
    for index in order {
        let lesson = &lessons[index];
        let is_echo = lesson.state == LessonState::Candidate && taken.iter().any(|other| is_echo(lesson, &lessons[*other]));
        if !is_echo {
            taken.push(index);
        }
    }
    let taken: BTreeSet<usize> = taken.into_iter().collect();
    lessons.into_iter().enumerate().filter(|(index, _)| taken.contains(index)).map(|(_, lesson)| lesson).collect()
}

fn phrase(lesson: &Lesson) -> Option<(bool, &str)> {
    match &lesson.effect {
        Effect::Avoid(phrase) => Some((false, phrase)),
        Effect::Say(phrase) => Some((true, phrase)),
        Effect::Feature { .. }
        | Effect::Opening { .. }
        | Effect::Cta(_)
        | Effect::Greeting { .. }
        | Effect::SignOff { .. }
        | Effect::Words { .. } => None,
    }
}

fn words(lesson: &Lesson) -> usize {
    phrase(lesson).map_or(0, |(_, phrase)| phrase.split(' ').count())
}

fn is_echo(lesson: &Lesson, other: &Lesson) -> bool {
    let (Some((side, text)), Some((other_side, longer))) = (phrase(lesson), phrase(other)) else { return false };
    let is_same_evidence = lesson.examples == other.examples;
    let part: Vec<&str> = text.split(' ').collect();
    let whole: Vec<&str> = longer.split(' ').collect();
    let is_part = whole.windows(part.len()).any(|window| window == part.as_slice()) && lesson.support <= other.support + 1;
    side == other_side && (is_part || (is_same_evidence && overlaps(&part, &whole)))
}

/// One ends with the two or more words that the other begins with.
fn overlaps(a: &[&str], b: &[&str]) -> bool {
    let continues = |a: &[&str], b: &[&str]| (2..=a.len().min(b.len())).any(|shared| a[a.len() - shared..] == b[..shared]);
    continues(a, b) || continues(b, a)
}
