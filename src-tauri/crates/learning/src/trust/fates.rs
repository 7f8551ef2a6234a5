//! What became of gestures by the end of the journal: which were taken back, and which were settled with the opinions of
//! others.
//!
//! A fold from the beginning must know it beforehand: what was taken back is left out as if it had never been, and what
//! several people settled is learned once, as one label, at the place of the first verdict. That is exact at the price of
//! folding again when an opinion comes, which happens for one marked item in twenty. Where as many accept a lead as reject it
//! the word of a senior reviewer settles it, if there is one who judged it (`learning.md` 4.11).

use crate::agreement::{Rating, soft_labels};
use autoreach_domain::decision::Event;
use autoreach_domain::ids::GestureId;
use autoreach_domain::opinion::Opinion;
use autoreach_domain::reviewer::Reviewer;
use std::collections::{BTreeMap, BTreeSet};

/// What became of one gesture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fate {
    /// It stands as it was given.
    Holds,
    /// It is not learned from.
    TakenBack,
    /// Others judged the lead too: what all of them amount to, 0 to 1 (`learning.md` 4.11). One half is open.
    Settled(f64),
}

/// What became of all gestures. Empty, it lets every gesture hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fates {
    taken_back: BTreeSet<GestureId>,
    opinions: Vec<Opinion>,
    settled: BTreeMap<GestureId, f64>,
    /// People whose word settles what a majority does not, in the order they were named.
    seniors: Vec<Reviewer>,
    by_seniors: BTreeSet<GestureId>,
}

impl Fates {
    /// The stored names of the events that have a say in it.
    pub const KINDS: [&'static str; 6] = ["undone", "redone", "unlearned", "relearned", "second_opinion", "senior_set"];

    /// Out of the events of a journal, oldest first.
    pub fn of(events: impl IntoIterator<Item = Event>) -> Self {
        let mut fates = Self::default();
        for event in events {
            match event {
                Event::Undone { gesture_id, .. } => drop(fates.taken_back.insert(gesture_id)),
                Event::Redone { gesture_id, .. } => drop(fates.taken_back.remove(&gesture_id)),
                Event::Unlearned { gestures, .. } => fates.taken_back.extend(gestures),
                Event::Relearned { gestures, .. } => fates.taken_back.retain(|gesture| !gestures.contains(gesture)),
                Event::SecondOpinion(opinion) => fates.opinions.push(*opinion),
                Event::SeniorSet { senior, is_senior, .. } => {
                    fates.seniors.retain(|known| !known.is_same_person(&senior));
                    if is_senior {
                        fates.seniors.push(senior);
                    }
                }
                Event::ProfileStated { .. }
                | Event::Instructed { .. }
                | Event::Arrived { .. }
                | Event::Routed(_)
                | Event::Decided(_)
                | Event::Explained { .. }
                | Event::Oversight { .. }
                | Event::Style { .. }
                | Event::ProfileAnswered { .. }
                | Event::EraBegun { .. }
                | Event::Erased { .. }
                | Event::ExceptionMuted { .. } => {}
            }
        }
        fates.settle();
        fates
    }

    /// What became of a gesture.
    pub fn fate(&self, gesture: GestureId) -> Fate {
        if self.taken_back.contains(&gesture) {
            return Fate::TakenBack;
        }
        self.settled.get(&gesture).map_or(Fate::Holds, |acceptance| Fate::Settled(*acceptance))
    }

    /// The people whose word settles what a majority does not.
    pub fn seniors(&self) -> &[Reviewer] {
        &self.seniors
    }

    /// Gestures that the word of a senior reviewer settled.
    pub fn settled_by_seniors(&self) -> usize {
        self.by_seniors.len()
    }

    /// The gestures that are not learned from.
    pub fn into_taken_back(self) -> BTreeSet<GestureId> {
        self.taken_back
    }

    /// The opinions that hold, on verdicts that hold, oldest first.
    pub fn opinions(&self) -> impl Iterator<Item = &Opinion> {
        self.opinions.iter().filter(|opinion| ![opinion.gesture_id, opinion.on].iter().any(|gesture| self.taken_back.contains(gesture)))
    }

    /// The gestures that are settled otherwise than in `other`, or in only one of the two.
    pub fn settled_otherwise(&self, other: &Self) -> BTreeSet<GestureId> {
        let either = self.settled.keys().chain(other.settled.keys());
        either.filter(|gesture| self.settled.get(gesture) != other.settled.get(gesture)).copied().collect()
    }

    fn settle(&mut self) {
        let standing: Vec<(&Opinion, String)> = self.opinions().map(|opinion| (opinion, opinion.on.to_string())).collect();
        let votes = |(opinion, item): &'_ (&Opinion, String)| {
            [&opinion.first, &opinion.vote].map(|vote| (item.clone(), vote.reviewer.to_string(), vote.accepts))
        };
        let votes: Vec<(String, String, bool)> = standing.iter().flat_map(votes).collect();
        let ratings: Vec<Rating<'_>> = votes.iter().map(|(item, rater, accepted)| Rating { item, rater, accepted: *accepted }).collect();
        let labels: BTreeMap<String, f64> = soft_labels(&ratings).1.into_iter().map(|label| (label.item, label.acceptance)).collect();
        let (mut settled, mut by_seniors) = (BTreeMap::new(), BTreeSet::new());
        for (opinion, item) in &standing {
            let Some(label) = labels.get(item) else { continue };
            let word = if is_open(*label) { self.word_of_seniors(opinion.on) } else { None };
            if word.is_some() {
                by_seniors.insert(opinion.on);
            }
            settled.insert(opinion.on, word.unwrap_or(*label));
        }
        (self.settled, self.by_seniors) = (settled, by_seniors);
    }

    /// What the seniors who judged this lead amount to; `None` where none did, or as many of them say yes as no.
    fn word_of_seniors(&self, on: GestureId) -> Option<f64> {
        let votes = self.opinions().filter(|opinion| opinion.on == on).flat_map(|opinion| [&opinion.first, &opinion.vote]);
        let words: BTreeMap<&Reviewer, bool> = votes
            .filter(|vote| self.seniors.iter().any(|senior| senior.is_same_person(&vote.reviewer)))
            .map(|vote| (&vote.reviewer, vote.accepts))
            .collect();
        let accepting = words.values().filter(|accepts| **accepts).count();
        (2 * accepting != words.len()).then_some(f64::from(u8::from(2 * accepting > words.len())))
    }
}

/// As many accept it as reject it.
fn is_open(label: f64) -> bool {
    (label - 0.5).abs() < f64::EPSILON
}

#[cfg(test)]
mod tests {
    use super::*;
    use autoreach_domain::ids::{ItemId, LeadId, WorkflowId};
    use autoreach_domain::opinion::Vote;
    use autoreach_domain::reviewer::Reviewer;
    use jiff::Timestamp;

    fn gesture(number: u8) -> GestureId {
        GestureId::new(Timestamp::UNIX_EPOCH, [number; 10])
    }

    fn workflow() -> WorkflowId {
        WorkflowId::new(Timestamp::UNIX_EPOCH, [1; 10])
    }

    /// Ana's verdict on lead 1 is joined by somebody's opinion.
    fn opinion(number: u8, name: &str, (first, accepts): (bool, bool)) -> Event {
        let vote = |name: &str, accepts| Vote { reviewer: Reviewer::from(name.to_owned()), accepts };
        Event::SecondOpinion(Box::new(Opinion {
            gesture_id: gesture(number),
            on: gesture(1),
            first: vote("Ana", first),
            vote: vote(name, accepts),
            workflow_id: workflow(),
            lead_id: LeadId::new(Timestamp::UNIX_EPOCH, [1; 10]),
            item_id: ItemId::new(Timestamp::UNIX_EPOCH, [1; 10]),
            note: String::new(),
            reasons: Vec::new(),
            shown_at: Timestamp::UNIX_EPOCH,
            decided_at: Timestamp::UNIX_EPOCH,
            active_ms: 0,
            tz_offset_minutes: 0,
        }))
    }

    fn undone(number: u8) -> Event {
        Event::Undone { workflow_id: workflow(), gesture_id: gesture(number), reviewer: Reviewer::from("Ana".to_owned()) }
    }

    #[test]
    fn two_who_disagree_leave_it_open_and_a_third_settles_it() {
        let fate = |events: Vec<Event>| Fates::of(events).fate(gesture(1));
        assert_eq!(fate(Vec::new()), Fate::Holds);
        assert_eq!(fate(vec![opinion(2, "Ben", (true, true))]), Fate::Settled(1.0));
        assert_eq!(fate(vec![opinion(2, "Ben", (true, false))]), Fate::Settled(0.5));
        assert_eq!(fate(vec![opinion(2, "Ben", (true, false)), opinion(3, "Carl", (true, false))]), Fate::Settled(0.0));
    }

    fn senior(name: &str, is_senior: bool) -> Event {
        let named = |name: &str| Reviewer::from(name.to_owned());
        Event::SeniorSet { workflow_id: workflow(), reviewer: named("Ana"), senior: named(name), is_senior }
    }

    #[test]
    fn the_word_of_a_senior_settles_what_no_majority_does() {
        let open = || opinion(2, "Ben", (true, false));
        let fates = |events: Vec<Event>| Fates::of(events);
        assert_eq!(fates(vec![open(), senior("BEN", true)]).fate(gesture(1)), Fate::Settled(0.0), "whoever is named before or after");
        assert_eq!(fates(vec![senior("Ana", true), open()]).fate(gesture(1)), Fate::Settled(1.0));
        assert_eq!(fates(vec![senior("Ana", true), open()]).settled_by_seniors(), 1);
        let without_a_word = [vec![open(), senior("Carl", true)], vec![open(), senior("Ben", true), senior("ben", false)]];
        assert!(without_a_word.into_iter().all(|events| fates(events).fate(gesture(1)) == Fate::Settled(0.5)));
        let both = fates(vec![open(), senior("Ana", true), senior("Ben", true)]);
        assert_eq!((both.fate(gesture(1)), both.settled_by_seniors()), (Fate::Settled(0.5), 0), "two seniors who disagree leave it open");
    }

    #[test]
    fn a_majority_stands_against_a_senior() {
        let outvoted = vec![senior("Ana", true), opinion(2, "Ben", (true, false)), opinion(3, "Carl", (true, false))];
        let fates = Fates::of(outvoted);
        assert_eq!((fates.fate(gesture(1)), fates.settled_by_seniors()), (Fate::Settled(0.0), 0));
    }

    #[test]
    fn an_opinion_taken_back_settles_nothing_and_one_on_a_verdict_taken_back_neither() {
        let both = || vec![opinion(2, "Ben", (true, false))];
        assert_eq!(Fates::of(both().into_iter().chain([undone(2)])).fate(gesture(1)), Fate::Holds);
        let without_first = Fates::of(both().into_iter().chain([undone(1)]));
        assert_eq!((without_first.fate(gesture(1)), without_first.opinions().count()), (Fate::TakenBack, 0));
        assert_eq!(Fates::of(both()).fate(gesture(2)), Fate::Holds, "an opinion has no place of its own");
    }

    #[test]
    fn what_changed_between_two_journals_is_named() {
        let (one, two) = (Fates::of([opinion(2, "Ben", (true, false))]), Fates::of([opinion(2, "Ben", (true, false)), undone(2)]));
        assert_eq!(one.settled_otherwise(&two), BTreeSet::from([gesture(1)]));
        assert_eq!(one.settled_otherwise(&one.clone()), BTreeSet::new());
    }
}
