//! A lead beside those judged before: the accepted one most like a rejected one, and what nobody has been asked yet.
//!
//! Likeness is counted in what matters to this team: a difference weighs as much as it moves the prediction, and a
//! little by itself, so that among equals the lead with fewer differences is nearer.

use crate::features::Reading;
use crate::fold::{Learner, NamedReading};
use crate::head_counts::grouped;
use autoreach_domain::confidence::Features;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// What a difference weighs beside its effect on the logit.
const DIFFERENCE_ITSELF: f64 = 0.1;
/// Differences a sentence names.
const NAMED_IN_SENTENCE: usize = 3;
/// What a lead shows where the learner has no word for it.
const UNKNOWN: &str = "(not seen before)";

/// The accepted lead most like a rejected one.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbour {
    /// Its place among the leads asked about.
    pub place: usize,
    /// Where the two differ, the most telling difference first.
    pub differences: Vec<Difference>,
}

/// One property in which two leads differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The property, e.g. `head_count`.
    pub feature: String,
    /// What the rejected lead has there.
    pub here: String,
    /// What the accepted lead has there.
    pub there: String,
    /// How much more the rejected lead's reading speaks for accepting, in logits; usually negative.
    pub effect: f64,
}

/// A value the learner would learn most from being told about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct OpenQuestion {
    /// The property, e.g. `industry`.
    pub feature: String,
    /// The value, e.g. `energy`.
    pub reading: String,
    /// Leads of late that have it.
    pub seen: u32,
    /// Remembered verdicts on leads that have it.
    pub judged: u32,
    /// Expected information of a verdict as far as it is about this value, summed over the leads of late that have it and
    /// divided by all of them.
    pub information: f64,
}

impl Difference {
    /// `head count: 1,200 (not 240)`.
    pub fn words(&self) -> String {
        format!("{}: {} (not {})", self.feature.replace('_', " "), self.here.replace('_', " "), self.there.replace('_', " "))
    }
}

impl Neighbour {
    /// `differs in head count: 1,200 (not 240), industry: retail (not software)`; `None` when nothing tells them apart.
    pub fn sentence(&self) -> Option<String> {
        let named: Vec<String> = self.differences.iter().take(NAMED_IN_SENTENCE).map(Difference::words).collect();
        (!named.is_empty()).then(|| format!("differs in {}", named.join(", ")))
    }
}

impl Learner {
    /// Which of these accepted leads is most like this one, the last of equals; `None` where there are none.
    pub fn nearest<'a>(&self, features: &Features, accepted: impl IntoIterator<Item = &'a Features>) -> Option<Neighbour> {
        let here = self.sketch(features);
        let measured = accepted.into_iter().enumerate().map(|(place, features)| {
            let there = self.sketch(features);
            (place, distance(&here.readings, &there.readings), there)
        });
        let (place, _, there) = measured.min_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
        Some(Neighbour { place, differences: self.differences(&here, &there) })
    }

    /// How a property of a lead reads, as it is named in slots (`51-200`, `logistics`); `None` where the lead does not have it.
    pub fn reading_of(&self, features: &Features, feature: &str) -> Option<&str> {
        let vector = self.encoder.encode(&self.encoder.look(features).observation);
        let named = self.readings(&vector).into_iter().filter_map(|reading| self.encoder.words(reading.slot));
        named.into_iter().find(|(name, _)| *name == feature).map(|(_, reading)| reading)
    }

    /// The values most worth asking about: those that the expected information of verdicts on these leads is most about. `arrivals` are the features of the leads queued last.
    pub fn open_questions(&self, arrivals: &[Features], most: usize) -> Vec<OpenQuestion> {
        let counts = self.counts();
        let mut asked: BTreeMap<u32, (u32, f64)> = BTreeMap::new();
        for features in arrivals {
            let vector = self.encoder.encode(&self.encoder.look(features).observation);
            let parts: BTreeMap<u32, f64> = self.mixture.information_by_reading(&vector).into_iter().collect();
            for reading in self.readings(&vector) {
                let (seen, information) = asked.entry(reading.slot).or_default();
                *seen += 1;
                *information += reading.slots().filter_map(|slot| parts.get(&slot)).sum::<f64>() / arrivals.len() as f64;
            }
        }
        let mut ranked: Vec<(u32, (u32, f64))> = asked.into_iter().collect();
        ranked.sort_by(|a, b| b.1.1.total_cmp(&a.1.1).then(a.0.cmp(&b.0)));
        let question = |(slot, (seen, information)): (u32, (u32, f64))| {
            let (feature, reading) = self.encoder.words(slot)?;
            let judged = counts[slot as usize].judged;
            Some(OpenQuestion { feature: feature.to_owned(), reading: reading.to_owned(), seen, judged, information })
        };
        ranked.into_iter().filter_map(question).take(most).collect()
    }

    fn sketch(&self, features: &Features) -> Sketch {
        let observation = self.encoder.look(features).observation;
        let readings = self.readings(&self.encoder.encode(&observation));
        let numbers = observation.iter().filter_map(|(feature, reading)| match reading {
            Reading::Number(number) => Some((*feature, *number)),
            Reading::Slot(_) | Reading::Unslotted => None,
        });
        Sketch { readings, numbers: numbers.collect() }
    }

    fn differences(&self, here: &Sketch, there: &Sketch) -> Vec<Difference> {
        let mut differences: Vec<Difference> = gaps(&here.readings, &there.readings)
            .map(|(feature, effect)| Difference {
                feature: self.encoder.feature_name(feature).to_owned(),
                here: self.shown(here, feature),
                there: self.shown(there, feature),
                effect,
            })
            .collect();
        differences.sort_by(|a, b| b.effect.abs().total_cmp(&a.effect.abs()).then_with(|| a.feature.cmp(&b.feature)));
        differences
    }

    fn shown(&self, sketch: &Sketch, feature: u32) -> String {
        if let Some(number) = sketch.numbers.get(&feature) {
            return spoken(*number);
        }
        let reading = sketch.readings.iter().find(|reading| reading.feature == feature);
        let words = reading.and_then(|reading| self.encoder.words(reading.slot));
        words.map_or(UNKNOWN, |(_, words)| words).to_owned()
    }
}

/// A lead by its named readings and its plain numbers.
struct Sketch {
    readings: Vec<NamedReading>,
    numbers: BTreeMap<u32, f64>,
}

/// The features whose readings differ, and how much more the first speaks for accepting. Both are in feature order.
fn gaps<'a>(here: &'a [NamedReading], there: &'a [NamedReading]) -> impl Iterator<Item = (u32, f64)> + 'a {
    let (mut left, mut right) = (here.iter().peekable(), there.iter().peekable());
    std::iter::from_fn(move || {
        loop {
            let feature = [left.peek(), right.peek()].into_iter().flatten().map(|reading| reading.feature).min()?;
            let ours = left.next_if(|reading| reading.feature == feature);
            let theirs = right.next_if(|reading| reading.feature == feature);
            let slot = |reading: Option<&NamedReading>| reading.map(|reading| reading.slot);
            if slot(ours) != slot(theirs) {
                let effect = |reading: Option<&NamedReading>| reading.map_or(0.0, |reading| reading.effect);
                return Some((feature, effect(ours) - effect(theirs)));
            }
        }
    })
}

fn distance(here: &[NamedReading], there: &[NamedReading]) -> f64 {
    gaps(here, there).map(|(_, effect)| DIFFERENCE_ITSELF + effect.abs()).sum()
}

/// A number as people write it: whole ones with their thousands apart, others with two digits.
fn spoken(number: f64) -> String {
    let is_whole = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
    if is_whole { grouped(number as u32) } else { format!("{number:.2}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Prior, Verdict};

    fn lead(industry: &str, head_count: f64, is_hiring: bool) -> Features {
        let mut features = Features::default();
        features.category("industry", industry);
        features.number("head_count", head_count);
        features.flag("hiring", is_hiring);
        features
    }

    /// Software of any size is accepted, retail is not; hiring makes no difference.
    fn learner() -> Learner {
        let mut learner = Learner::new(Prior::default());
        for number in 0..40_u32 {
            let industry = if number % 2 == 0 { "software" } else { "retail" };
            let features = lead(industry, if number % 4 < 2 { 120.0 } else { 1_200.0 }, number % 3 == 0);
            learner.arrive(&features);
            learner.learn(&Verdict { features: &features, accepted: number % 2 == 0, weight: 1.0, reviewer: "r1" });
        }
        learner
    }

    /// Software of two sizes, of which only the larger hires.
    fn accepted() -> [Features; 3] {
        [lead("software", 120.0, false), lead("software", 1_200.0, true), lead("software", 120.0, false)]
    }

    #[test]
    fn a_rejected_lead_is_told_what_sets_it_apart_from_the_accepted_one_most_like_it() {
        let neighbour = learner().nearest(&lead("retail", 1_200.0, true), &accepted()).expect("some were accepted");
        assert_eq!(neighbour.sentence().as_deref(), Some("differs in industry: retail (not software)"));
        assert!(neighbour.differences[0].effect < -0.5);
        assert_eq!(neighbour.place, 1);
        let smaller = learner().nearest(&lead("retail", 120.0, false), &accepted()).expect("some were accepted");
        assert_eq!(smaller.place, 2, "the last of equals");
    }

    #[test]
    fn a_number_is_named_as_people_write_it() {
        let learner = learner();
        assert_eq!(learner.nearest(&lead("retail", 120.0, true), &[]), None, "nothing was accepted");
        let neighbour = learner.nearest(&lead("software", 1_200.0, false), &[lead("software", 120.0, false)]).expect("one was accepted");
        assert_eq!(neighbour.sentence().as_deref(), Some("differs in head count: 1,200 (not 120)"));
    }

    #[test]
    fn a_lead_like_an_accepted_one_differs_in_nothing() {
        let neighbour = learner().nearest(&lead("software", 120.0, false), &accepted()).expect("some were accepted");
        assert_eq!(neighbour.sentence(), None);
    }

    #[test]
    fn a_reading_is_named_as_its_slot_is() {
        let learner = learner();
        let lead = lead("software", 120.0, true);
        assert_eq!(learner.reading_of(&lead, "industry"), Some("software"));
        assert_eq!(learner.reading_of(&lead, "head_count"), Some("51-200"));
        assert_eq!(learner.reading_of(&lead, "country"), None);
    }

    #[test]
    fn a_value_nobody_judged_is_the_first_question() {
        let mut learner = learner();
        let mut arrivals: Vec<Features> = (0..20).map(|_| lead("software", 120.0, true)).collect();
        arrivals.extend((0..20).map(|_| lead("energy", 120.0, true)));
        arrivals.iter().for_each(|features| learner.arrive(features));
        let questions = learner.open_questions(&arrivals, 3);
        assert_eq!(questions.len(), 3);
        let first = &questions[0];
        assert_eq!((first.feature.as_str(), first.reading.as_str(), first.seen, first.judged), ("industry", "energy", 20, 0));
        assert!(questions.windows(2).all(|pair| pair[0].information >= pair[1].information));
    }
}
