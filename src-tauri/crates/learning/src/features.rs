//! From the properties of a lead to the sparse vector the learner sees.
//!
//! Every reading of a property owns a *slot*: a category value, a missing value, a bin of a number. A number has two
//! more slots for its standardised size: one on the scale of orders of magnitude, one in its natural unit, because an hour on a
//! site tells more than a minute in another way than a minute tells more than nothing. Slots are handed out at first sight and never depend on what a value is called.
//! What is remembered of a lead is its [`Observation`] rather than its vector, so that a refit can encode old leads
//! with today's means and bins. Running means count every queued lead, labelled or not; whoever calls decides when a
//! lead counts as queued. Text never comes in here: the agents turn it into flags and categories first.

use crate::bins::Bins;
use autoreach_domain::confidence::{FeatureValue, Features};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Slot 0 is on for every lead.
pub(crate) const BIAS: u32 = 0;
/// Most slots one workflow may have.
pub(crate) const MOST_SLOTS: usize = 512;
/// Once the slots are used up, a value seen fewer times than this shares its feature's `(rare)` slot.
const COMMON_ENOUGH: u32 = 3;
/// Values waiting to become common that are counted at all; bounds what an id-like column can cost.
const MOST_WAITING_VALUES: usize = 4096;
/// Verdicts after which a reviewer may have an own view of a reading (`learning.md` 4.11).
const VERDICTS_FOR_OWN_VIEW: u32 = 30;
/// Standardised numbers are clipped here.
const WIDEST_Z: f64 = 3.0;
/// Larger numbers count as this one in their natural unit.
const LARGEST_NUMBER: f64 = 1e15;
/// Reading of a property that a lead does not have.
const MISSING: &str = "(missing)";
/// Reading of a number in an explanation where no bin names it.
const SIZE_IN_WORDS: &str = "(size)";
/// Reading shared by values too rare for a slot of their own.
const RARE: &str = "(rare)";

/// Slots that are on, with their values. No slot occurs twice.
pub(crate) type SparseVector = Vec<(u32, f64)>;

/// What one slot stands for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Slot {
    /// `feature=reading`, the name a stated ICP and an explanation use.
    pub(crate) name: String,
    /// Whose strictness or which property.
    pub(crate) kind: SlotKind,
    /// Queued leads that had it.
    seen: u32,
}

/// Slots differ in how far the learner believes in them before any verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum SlotKind {
    /// On for every lead.
    Bias,
    /// A value, a bin or the absence of the feature with this number.
    Reading(u32),
    /// The standardised size of the number that this feature is.
    Size(u32),
    /// One reviewer's strictness.
    Reviewer,
    /// How much more or less than the team one reviewer makes of a reading.
    Personal,
}

#[cfg(test)]
impl Slot {
    /// A slot for tests of what does not look at names.
    pub(crate) fn invented(kind: SlotKind) -> Self {
        Self { name: String::new(), kind, seen: 0 }
    }
}

impl SlotKind {
    /// The feature a slot belongs to, by number.
    pub(crate) fn feature(self) -> Option<u32> {
        match self {
            Self::Reading(feature) | Self::Size(feature) => Some(feature),
            Self::Bias | Self::Reviewer | Self::Personal => None,
        }
    }
}

/// One lead as the encoder remembers it: readings by feature number, ascending.
pub(crate) type Observation = Vec<(u32, Reading)>;

/// One property of one lead.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) enum Reading {
    /// A value with a slot.
    #[serde(rename = "s")]
    Slot(u32),
    /// A number in its natural unit.
    #[serde(rename = "n")]
    Number(f64),
    /// There, but no slot was left for it.
    #[serde(rename = "u")]
    Unslotted,
}

/// A lead looked at without counting it: what it is, and the readings no slot exists for yet.
pub(crate) struct Look {
    pub(crate) observation: Observation,
    /// Names of the readings that would get a slot on arrival, with their feature number when that is known.
    pub(crate) unseen: Vec<(String, Option<u32>)>,
}

/// The dictionary of slots and the running statistics behind them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Encoder {
    slots: Vec<Slot>,
    features: Vec<Feature>,
    feature_numbers: BTreeMap<String, u32>,
    reviewers: Vec<Reviewer>,
    arrivals: u64,
    /// The slots were used up once; rare values share slots from then on.
    crowded: bool,
    waiting: BTreeMap<String, u32>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Feature {
    name: String,
    values: BTreeMap<String, u32>,
    number: Option<NumberSlots>,
    missing: Option<u32>,
    rare: Option<u32>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct NumberSlots {
    /// Its standardised sizes, one on each of [`SCALES`].
    sizes: [Size; SCALES.len()],
    bins: [Option<u32>; 8],
}

/// A number's standardised size on one scale.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Size {
    moments: Welford,
    slot: Option<u32>,
}

/// What a size is measured on.
#[derive(Clone, Copy)]
enum Scale {
    Magnitude,
    NaturalUnit,
}

/// The scales of a number, in the order of its slots.
const SCALES: [Scale; 2] = [Scale::Magnitude, Scale::NaturalUnit];

impl Scale {
    /// A number on this scale. In its natural unit it is cut, so that no square of it overflows.
    fn of(self, value: f64) -> f64 {
        match self {
            Self::Magnitude => libm::asinh(value),
            Self::NaturalUnit => value.clamp(-LARGEST_NUMBER, LARGEST_NUMBER),
        }
    }

    /// The last part of a slot's name.
    fn name(self) -> &'static str {
        match self {
            Self::Magnitude => "z",
            Self::NaturalUnit => "unit z",
        }
    }
}

impl NumberSlots {
    /// Where a number stands among all queued leads, on one of [`SCALES`].
    fn z(&self, scale: usize, value: f64) -> f64 {
        self.sizes[scale].moments.standardise(SCALES[scale].of(value)).clamp(-WIDEST_Z, WIDEST_Z)
    }

    /// The bin a number falls into under today's statistics.
    fn bin(&self, bins: Bins, value: f64) -> usize {
        let [magnitude, _] = &self.sizes;
        bins.index(value, magnitude.moments.standardise(Scale::Magnitude.of(value)))
    }

    /// The slots of a number's size with their values.
    fn encode_sizes(&self, value: f64) -> impl Iterator<Item = (u32, f64)> + '_ {
        self.sizes.iter().enumerate().filter_map(move |(scale, size)| Some((size.slot?, self.z(scale, value))))
    }

    /// A number in the middle of a bin.
    fn typical(&self, bins: Bins, bin: usize) -> f64 {
        let [magnitude, _] = &self.sizes;
        bins.typical(bin, |z| libm::sinh(magnitude.moments.number_at(z)))
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Reviewer {
    name: String,
    slot: Option<u32>,
    verdicts: u32,
    /// Slots of the reviewer's own view, each beside the slot of the reading it is about.
    own_views: Vec<OwnView>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct OwnView {
    of: u32,
    slot: u32,
}

/// Running mean and variance, one pass.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Welford {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Welford {
    fn add(&mut self, value: f64) {
        self.count += 1.0;
        let before = value - self.mean;
        self.mean += before / self.count;
        self.squares += before * (value - self.mean);
    }

    fn deviation(&self) -> f64 {
        (self.squares / self.count.max(1.0)).sqrt()
    }

    fn standardise(&self, value: f64) -> f64 {
        let deviation = self.deviation();
        if deviation > 0.0 { (value - self.mean) / deviation } else { 0.0 }
    }

    /// The number that lies `z` deviations from the mean.
    fn number_at(&self, z: f64) -> f64 {
        self.mean + z * self.deviation()
    }
}

impl Encoder {
    /// Knows nothing but the bias.
    pub(crate) fn new() -> Self {
        Self {
            slots: vec![Slot { name: "(bias)".to_owned(), kind: SlotKind::Bias, seen: 0 }],
            features: Vec::new(),
            feature_numbers: BTreeMap::new(),
            reviewers: Vec::new(),
            arrivals: 0,
            crowded: false,
            waiting: BTreeMap::new(),
        }
    }

    /// Every slot, by number.
    pub(crate) fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Share of the queued leads that had this slot on.
    pub(crate) fn share(&self, slot: u32) -> f64 {
        f64::from(self.slots[slot as usize].seen) / (self.arrivals.max(1) as f64)
    }

    /// Counts a queued lead: moves the running statistics and hands out slots for what is new.
    pub(crate) fn arrive(&mut self, features: &Features) -> Observation {
        self.arrivals += 1;
        let mut observation = Observation::new();
        for (name, value) in present(features) {
            let feature = self.feature_number(name);
            let reading = match value {
                FeatureValue::Flag(flag) => self.count_value(feature, if *flag { "true" } else { "false" }),
                FeatureValue::Category(value) => self.count_value(feature, value),
                FeatureValue::Number(number) => self.count_number(feature, *number),
            };
            observation.push((feature, reading));
        }
        observation.sort_by_key(|(feature, _)| *feature);
        self.count_missing(&observation);
        observation
    }

    /// Reads a lead without counting it.
    pub(crate) fn look(&self, features: &Features) -> Look {
        let mut look = Look { observation: Observation::new(), unseen: Vec::new() };
        for (name, value) in present(features) {
            let feature = self.feature_numbers.get(name).copied();
            let reading = match value {
                FeatureValue::Number(number) => Reading::Number(*number),
                FeatureValue::Flag(flag) => self.known_value(feature, if *flag { "true" } else { "false" }),
                FeatureValue::Category(value) => self.known_value(feature, value),
            };
            if matches!(reading, Reading::Unslotted) {
                look.unseen.push((unseen_name(name, value), feature));
            }
            look.observation.extend(feature.map(|feature| (feature, reading)));
        }
        look.observation.sort_by_key(|(feature, _)| *feature);
        look
    }

    /// The vector of a lead under today's statistics. Reviewers are added by [`Encoder::add_reviewer`].
    pub(crate) fn encode(&self, observation: &[(u32, Reading)]) -> SparseVector {
        let mut vector = vec![(BIAS, 1.0)];
        let mut readings = observation.iter().peekable();
        for (number, feature) in self.features.iter().enumerate() {
            match readings.next_if(|(present, _)| *present as usize == number) {
                Some((_, Reading::Slot(slot))) => vector.push((*slot, 1.0)),
                Some((_, Reading::Number(value))) => feature.encode_number(*value, &mut vector),
                Some((_, Reading::Unslotted)) => {}
                None => vector.extend(feature.missing.map(|slot| (slot, 1.0))),
            }
        }
        vector
    }

    /// The number by which a reviewer is remembered. From the second reviewer on, each has a strictness slot; one
    /// reviewer alone *is* the team, and a slot would only take weight from the bias.
    pub(crate) fn reviewer_number(&mut self, name: &str) -> u32 {
        let known = self.reviewers.iter().position(|reviewer| reviewer.name == name);
        let number = known.unwrap_or_else(|| {
            self.reviewers.push(Reviewer { name: name.to_owned(), slot: None, verdicts: 0, own_views: Vec::new() });
            self.reviewers.len() - 1
        });
        if self.reviewers.len() > 1 {
            (0..self.reviewers.len()).for_each(|each| self.give_reviewer_slot(each));
        }
        number as u32
    }

    /// The number of a reviewer who decided before.
    pub(crate) fn known_reviewer(&self, name: &str) -> Option<u32> {
        self.reviewers.iter().position(|reviewer| reviewer.name == name).map(|number| number as u32)
    }

    /// The slot of a reviewer's strictness; `None` for a reviewer alone, who is the team.
    pub(crate) fn strictness_slot(&self, reviewer: u32) -> Option<u32> {
        self.reviewers.get(reviewer as usize).and_then(|reviewer| reviewer.slot)
    }

    /// Adds to the vector of a lead what is the reviewer's own: strictness, once there are several, and own views.
    pub(crate) fn add_reviewer(&self, reviewer: u32, vector: &mut SparseVector) {
        let Some(Reviewer { slot, own_views, .. }) = self.reviewers.get(reviewer as usize) else { return };
        let value_of = |wanted: u32| vector.iter().find(|(slot, _)| *slot == wanted).map(|(_, value)| *value);
        let own: SparseVector = own_views.iter().filter_map(|view| Some((view.slot, value_of(view.of)?))).collect();
        vector.extend(slot.map(|slot| (slot, 1.0)));
        vector.extend(own);
    }

    /// Counts a verdict of a reviewer. True when the reviewer, one of several, has now given enough of them to be
    /// believed an own view.
    pub(crate) fn count_verdict(&mut self, reviewer: u32) -> bool {
        let reviewer = &mut self.reviewers[reviewer as usize];
        reviewer.verdicts = reviewer.verdicts.saturating_add(1);
        reviewer.slot.is_some() && reviewer.verdicts >= VERDICTS_FOR_OWN_VIEW && reviewer.own_views.is_empty()
    }

    /// Hands out the slots of a reviewer's own view of these readings, as far as there is room.
    pub(crate) fn give_own_views(&mut self, reviewer: u32, readings: &[u32]) {
        for of in readings {
            if self.slots.len() < MOST_SLOTS {
                let name = format!("reviewer={} x {}", self.reviewers[reviewer as usize].name, self.slots[*of as usize].name);
                self.slots.push(Slot { name, kind: SlotKind::Personal, seen: 0 });
                self.reviewers[reviewer as usize].own_views.push(OwnView { of: *of, slot: self.slots.len() as u32 - 1 });
            }
        }
    }

    /// What a reading of a property amounts to: its slot alone or, for a bin of a number, the bin with the size it stands
    /// for, beside the bins of the average lead.
    pub(crate) fn criterion(&self, slot: u32) -> SparseVector {
        let feature = self.slots[slot as usize].kind.feature().map(|feature| &self.features[feature as usize]);
        feature.and_then(|feature| self.bin_criterion(feature, slot)).unwrap_or_else(|| vec![(slot, 1.0)])
    }

    fn bin_criterion(&self, feature: &Feature, slot: u32) -> Option<SparseVector> {
        let number = feature.number.as_ref()?;
        let bin = number.bins.iter().position(|bin| *bin == Some(slot))?;
        let typical = number.typical(Bins::of(&feature.name), bin);
        let all: f64 = number.bins.iter().flatten().map(|bin| self.share(*bin)).sum();
        let bins = number.bins.iter().flatten();
        let beside_average = bins.map(|bin| (*bin, f64::from(u8::from(*bin == slot)) - self.share(*bin) / all));
        Some(number.encode_sizes(typical).chain(beside_average).collect())
    }

    /// The slot of one bin of a number, once something fell into it.
    pub(crate) fn bin_slot(&self, feature: u32, bin: usize) -> Option<u32> {
        self.features[feature as usize].number.as_ref().and_then(|number| number.bins.get(bin).copied().flatten())
    }

    /// The number of a feature that arrived before.
    pub(crate) fn known_feature(&self, name: &str) -> Option<u32> {
        self.feature_numbers.get(name).copied()
    }

    /// Feature by number.
    pub(crate) fn feature_name(&self, feature: u32) -> &str {
        &self.features[feature as usize].name
    }

    /// Feature and reading of a slot in words; `None` for the bias and for reviewers.
    pub(crate) fn words(&self, slot: u32) -> Option<(&str, &str)> {
        let Slot { name, kind, .. } = &self.slots[slot as usize];
        let feature = self.features[kind.feature()? as usize].name.as_str();
        let reading = if matches!(kind, SlotKind::Size(_)) { SIZE_IN_WORDS } else { &name[feature.len() + 1..] };
        Some((feature, reading))
    }

    /// All slots are taken for the first time: rare values must now share.
    pub(crate) fn is_full(&self) -> bool {
        !self.crowded && self.slots.len() >= MOST_SLOTS
    }

    /// Moves every value seen fewer than three times to its feature's `(rare)` slot and closes the gaps. Returns where
    /// each old slot went.
    pub(crate) fn merge_rare_values(&mut self) -> Vec<u32> {
        self.crowded = true;
        let old = std::mem::take(&mut self.slots);
        let mut moved = vec![BIAS; old.len()];
        let mut rare_of: BTreeMap<u32, u32> = BTreeMap::new();
        for (number, slot) in old.into_iter().enumerate() {
            moved[number] = match slot.kind {
                SlotKind::Reading(feature) if self.is_rare_value(feature, number as u32, slot.seen) => {
                    let rare = *rare_of.entry(feature).or_insert(self.slots.len() as u32);
                    self.join_rare(feature, rare, slot.seen);
                    rare
                }
                _ => {
                    self.slots.push(slot);
                    self.slots.len() as u32 - 1
                }
            };
        }
        self.renumber(&moved, &rare_of);
        moved
    }

    fn is_rare_value(&self, feature: u32, slot: u32, seen: u32) -> bool {
        seen < COMMON_ENOUGH && self.features[feature as usize].values.values().any(|value| *value == slot)
    }

    fn join_rare(&mut self, feature: u32, rare: u32, seen: u32) {
        if rare as usize == self.slots.len() {
            let name = format!("{}={RARE}", self.features[feature as usize].name);
            self.slots.push(Slot { name, kind: SlotKind::Reading(feature), seen: 0 });
        }
        self.slots[rare as usize].seen += seen;
    }

    fn renumber(&mut self, moved: &[u32], rare_of: &BTreeMap<u32, u32>) {
        let to = |slot: u32| moved[slot as usize];
        for (number, feature) in self.features.iter_mut().enumerate() {
            feature.rare = rare_of.get(&(number as u32)).copied();
            feature.missing = feature.missing.map(to);
            feature.values.values_mut().for_each(|slot| *slot = to(*slot));
            feature.values.retain(|_, slot| Some(*slot) != feature.rare);
            if let Some(number) = &mut feature.number {
                number.sizes.iter_mut().for_each(|size| size.slot = size.slot.map(to));
                number.bins = number.bins.map(|slot| slot.map(to));
            }
        }
        for reviewer in &mut self.reviewers {
            reviewer.slot = reviewer.slot.map(to);
            for view in &mut reviewer.own_views {
                *view = OwnView { of: to(view.of), slot: to(view.slot) };
            }
        }
    }

    fn feature_number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.feature_numbers.get(name) {
            return *number;
        }
        let number = self.features.len() as u32;
        self.feature_numbers.insert(name.to_owned(), number);
        self.features.push(Feature { name: name.to_owned(), values: BTreeMap::new(), number: None, missing: None, rare: None });
        if self.arrivals > 1 {
            self.features[number as usize].missing = self.new_slot(SlotKind::Reading(number), MISSING, 0);
        }
        number
    }

    fn new_slot(&mut self, kind: SlotKind, reading: &str, seen: u32) -> Option<u32> {
        let feature = &self.features[kind.feature()? as usize].name;
        let joint = if matches!(kind, SlotKind::Size(_)) { '|' } else { '=' };
        if self.slots.len() >= MOST_SLOTS {
            return None;
        }
        self.slots.push(Slot { name: format!("{feature}{joint}{reading}"), kind, seen });
        Some(self.slots.len() as u32 - 1)
    }

    fn give_reviewer_slot(&mut self, reviewer: usize) {
        if self.reviewers[reviewer].slot.is_none() && self.slots.len() < MOST_SLOTS {
            let name = format!("reviewer={}", self.reviewers[reviewer].name);
            self.slots.push(Slot { name, kind: SlotKind::Reviewer, seen: 0 });
            self.reviewers[reviewer].slot = Some(self.slots.len() as u32 - 1);
        }
    }

    fn see(&mut self, slot: Option<u32>) {
        if let Some(slot) = slot {
            self.slots[slot as usize].seen += 1;
        }
    }

    fn count_value(&mut self, feature: u32, value: &str) -> Reading {
        let known = self.features[feature as usize].values.get(value).copied();
        let slot = known.or_else(|| self.slot_for_new_value(feature, value));
        self.see(slot);
        slot.map_or(Reading::Unslotted, Reading::Slot)
    }

    fn slot_for_new_value(&mut self, feature: u32, value: &str) -> Option<u32> {
        let seen_before = if self.crowded { self.count_waiting(feature, value) } else { 0 };
        if self.crowded && seen_before + 1 < COMMON_ENOUGH {
            return self.rare_slot(feature);
        }
        match self.new_slot(SlotKind::Reading(feature), value, seen_before) {
            Some(slot) => {
                self.features[feature as usize].values.insert(value.to_owned(), slot);
                Some(slot)
            }
            None => self.rare_slot(feature),
        }
    }

    /// How often a value without a slot was seen before this time.
    fn count_waiting(&mut self, feature: u32, value: &str) -> u32 {
        let name = format!("{}={value}", self.features[feature as usize].name);
        let has_room = self.waiting.len() < MOST_WAITING_VALUES;
        match self.waiting.get_mut(&name) {
            Some(seen) => std::mem::replace(seen, seen.saturating_add(1)),
            None => {
                if has_room {
                    self.waiting.insert(name, 1);
                }
                0
            }
        }
    }

    fn rare_slot(&mut self, feature: u32) -> Option<u32> {
        if self.features[feature as usize].rare.is_none() {
            self.features[feature as usize].rare = self.new_slot(SlotKind::Reading(feature), RARE, 0);
        }
        self.features[feature as usize].rare
    }

    fn count_number(&mut self, feature: u32, value: f64) -> Reading {
        let mut number = self.features[feature as usize].number.take().unwrap_or_default();
        for (size, scale) in number.sizes.iter_mut().zip(SCALES) {
            size.moments.add(scale.of(value));
            size.slot = size.slot.or_else(|| self.new_slot(SlotKind::Size(feature), scale.name(), 0));
            self.see(size.slot);
        }
        let bins = Bins::of(&self.features[feature as usize].name);
        let index = number.bin(bins, value);
        number.bins[index] = number.bins[index].or_else(|| self.new_slot(SlotKind::Reading(feature), bins.words(index), 0));
        self.see(number.bins[index]);
        self.features[feature as usize].number = Some(number);
        Reading::Number(value)
    }

    fn count_missing(&mut self, observation: &[(u32, Reading)]) {
        let mut present = observation.iter().map(|(feature, _)| *feature).peekable();
        for feature in 0..self.features.len() as u32 {
            if present.next_if_eq(&feature).is_some() {
                continue;
            }
            if self.features[feature as usize].missing.is_none() {
                self.features[feature as usize].missing = self.new_slot(SlotKind::Reading(feature), MISSING, 0);
            }
            self.see(self.features[feature as usize].missing);
        }
    }

    fn known_value(&self, feature: Option<u32>, value: &str) -> Reading {
        let feature = feature.map(|feature| &self.features[feature as usize]);
        let slot = feature.and_then(|feature| feature.values.get(value).copied().or(feature.rare));
        slot.map_or(Reading::Unslotted, Reading::Slot)
    }
}

impl Feature {
    fn encode_number(&self, value: f64, vector: &mut SparseVector) {
        let Some(number) = &self.number else { return };
        vector.extend(number.encode_sizes(value));
        vector.extend(number.bins[number.bin(Bins::of(&self.name), value)].map(|slot| (slot, 1.0)));
    }
}

/// The properties a lead has. A number that is not finite was not measured.
fn present(features: &Features) -> impl Iterator<Item = (&String, &FeatureValue)> {
    let is_measured = |value: &FeatureValue| !matches!(value, FeatureValue::Number(number) if !number.is_finite());
    features.0.iter().filter(move |(_, value)| is_measured(value))
}

fn unseen_name(feature: &str, value: &FeatureValue) -> String {
    match value {
        FeatureValue::Flag(flag) => format!("{feature}={flag}"),
        FeatureValue::Category(value) => format!("{feature}={value}"),
        FeatureValue::Number(_) => format!("{feature}|z"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lead(industry: &str) -> Features {
        let mut features = Features::default();
        features.category("industry", industry);
        features
    }

    fn sized(head_count: f64, visits: f64) -> Features {
        let mut features = Features::default();
        features.number("head_count", head_count);
        features.number("visits", visits);
        features
    }

    fn names(encoder: &Encoder, features: &Features) -> Vec<String> {
        let vector = encoder.encode(&encoder.look(features).observation);
        vector.iter().map(|(slot, _)| encoder.slots()[*slot as usize].name.clone()).collect()
    }

    #[test]
    fn a_value_owns_a_slot_from_its_first_sight() {
        let mut encoder = Encoder::new();
        assert_eq!(encoder.look(&lead("retail")).unseen, [("industry=retail".to_owned(), None)]);
        encoder.arrive(&lead("retail"));
        assert_eq!(names(&encoder, &lead("retail")), ["(bias)", "industry=retail"]);
        assert_eq!(encoder.look(&lead("energy")).unseen, [("industry=energy".to_owned(), Some(0))]);
    }

    #[test]
    fn a_property_that_is_not_there_says_so() {
        let mut encoder = Encoder::new();
        encoder.arrive(&lead("retail"));
        assert_eq!(names(&encoder, &Features::default()), ["(bias)"], "always there so far: no slot needed");
        encoder.arrive(&Features::default());
        assert_eq!(names(&encoder, &Features::default()), ["(bias)", "industry=(missing)"]);
    }

    #[test]
    fn a_property_first_seen_later_was_missing_before() {
        let mut encoder = Encoder::new();
        let early = encoder.arrive(&lead("retail"));
        let mut later = lead("retail");
        later.flag("hiring", true);
        encoder.arrive(&later);
        let again: Vec<u32> = encoder.encode(&early).iter().map(|(slot, _)| *slot).collect();
        assert!(again.iter().any(|slot| encoder.slots()[*slot as usize].name == "hiring=(missing)"));
    }

    #[test]
    fn head_counts_fall_into_business_bins_and_other_numbers_beside_their_kind() {
        let mut encoder = Encoder::new();
        let leads = [(10.0, 20.0), (11.0, 22.0), (500.0, 24.0), (10_001.0, 400.0), (10.0, 1.0), (10.0, 400.0)];
        leads.iter().for_each(|(head_count, visits)| drop(encoder.arrive(&sized(*head_count, *visits))));
        let bin = |head_count, visits, position: usize| names(&encoder, &sized(head_count, visits))[position].clone();
        assert_eq!(bin(10.0, 1.0, 3), "head_count=1-10");
        assert_eq!(bin(11.0, 1.0, 3), "head_count=11-50");
        assert_eq!(bin(500.0, 1.0, 3), "head_count=201-500");
        assert_eq!(bin(1e9, 1.0, 3), "head_count=10,001+");
        assert_eq!(bin(10.0, 400.0, 6), "visits=far above usual");
        assert_eq!(bin(10.0, 1.0, 6), "visits=far below usual");
    }

    #[test]
    fn an_extreme_number_is_clipped() {
        let mut encoder = Encoder::new();
        (0..20).for_each(|visits| drop(encoder.arrive(&sized(20.0, f64::from(visits)))));
        let vector = encoder.encode(&encoder.look(&sized(20.0, 1e300)).observation);
        assert!(vector.iter().any(|(_, value)| *value == WIDEST_Z));
        assert!(vector.iter().all(|(_, value)| value.abs() <= WIDEST_Z));
    }

    #[test]
    fn an_hour_and_a_minute_differ_more_in_their_unit_than_in_magnitude() {
        let mut encoder = Encoder::new();
        (0..=60).for_each(|minutes| drop(encoder.arrive(&sized(20.0, f64::from(minutes * 60)))));
        let sizes = |visits: f64| {
            let vector = encoder.encode(&encoder.look(&sized(20.0, visits)).observation);
            let size = |name: &str| vector.iter().find(|(slot, _)| encoder.slots()[*slot as usize].name == name).map(|(_, value)| *value);
            (size("visits|z").expect("a slot"), size("visits|unit z").expect("a slot"))
        };
        let (nothing, minute, half_hour, hour) = (sizes(0.0), sizes(60.0), sizes(1_800.0), sizes(3_600.0));
        assert!(minute.0 - nothing.0 > hour.0 - half_hour.0, "magnitude");
        assert!(minute.1 - nothing.1 < hour.1 - half_hour.1, "natural unit");
    }

    #[test]
    fn one_absurd_number_leaves_every_size_finite() {
        let mut encoder = Encoder::new();
        [1.0, 2.0, f64::MAX, -f64::MAX, 3.0].iter().for_each(|visits| drop(encoder.arrive(&sized(20.0, *visits))));
        let vector = encoder.encode(&encoder.look(&sized(20.0, f64::MAX)).observation);
        assert!(vector.iter().all(|(_, value)| value.abs() <= WIDEST_Z), "{vector:?}");
    }

    #[test]
    fn a_number_that_is_not_finite_was_not_measured() {
        let mut encoder = Encoder::new();
        (0..3).for_each(|visits| drop(encoder.arrive(&sized(20.0, f64::from(visits)))));
        let mut strange = lead("retail");
        strange.0.insert("visits".to_owned(), FeatureValue::Number(f64::NAN));
        encoder.arrive(&strange);
        assert!(names(&encoder, &strange).contains(&"visits=(missing)".to_owned()));
        let vector = encoder.encode(&encoder.look(&sized(20.0, 2.0)).observation);
        assert!(vector.iter().all(|(_, value)| value.is_finite()));
    }

    #[test]
    fn running_moments_equal_those_of_the_whole() {
        let values = [3.0, -1.5, 8.25, 0.0, 2.0];
        let mut moments = Welford::default();
        values.iter().for_each(|value| moments.add(*value));
        let mean = values.iter().sum::<f64>() / 5.0;
        let deviation = (values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / 5.0).sqrt();
        assert!((moments.standardise(4.0) - (4.0 - mean) / deviation).abs() < 1e-12);
    }

    #[test]
    fn a_number_that_never_varies_has_no_size() {
        let mut moments = Welford::default();
        (0..3).for_each(|_| moments.add(7.0));
        assert_eq!(moments.standardise(7.0), 0.0);
    }

    #[test]
    fn rare_values_share_a_slot_once_all_are_taken() {
        let mut encoder = Encoder::new();
        (0..5).for_each(|_| drop(encoder.arrive(&lead("common"))));
        let rare = encoder.arrive(&lead("rare"));
        for number in 0.. {
            encoder.arrive(&lead(&format!("value {number}")));
            if encoder.is_full() {
                break;
            }
        }
        assert_eq!(encoder.slots().len(), MOST_SLOTS);
        let moved = encoder.merge_rare_values();
        assert!(!encoder.is_full() && encoder.slots().len() < 5);
        assert_eq!(names(&encoder, &lead("common")), ["(bias)", "industry=common"]);
        assert_eq!(names(&encoder, &lead("rare")), ["(bias)", "industry=(rare)"]);
        let [(_, Reading::Slot(slot))] = rare[..] else { panic!("one value was read") };
        assert_eq!(encoder.slots()[moved[slot as usize] as usize].name, "industry=(rare)");
    }

    #[test]
    fn a_value_that_became_common_gets_its_own_slot_back() {
        let mut encoder = Encoder::new();
        encoder.arrive(&lead("first"));
        encoder.merge_rare_values();
        let seen: Vec<Vec<String>> = (0..3)
            .map(|_| {
                encoder.arrive(&lead("late"));
                names(&encoder, &lead("late"))
            })
            .collect();
        assert_eq!(seen[1], ["(bias)", "industry=(rare)"]);
        assert_eq!(seen[2], ["(bias)", "industry=late"]);
        (0..3).for_each(|_| drop(encoder.arrive(&lead("first"))));
        assert_eq!(names(&encoder, &lead("first")), ["(bias)", "industry=first"]);
    }

    #[test]
    fn one_reviewer_alone_is_the_team() {
        let mut encoder = Encoder::new();
        let first = encoder.reviewer_number("r1");
        assert_eq!(encoder.reviewers[0].slot, None);
        let second = encoder.reviewer_number("r2");
        assert_ne!(encoder.reviewers[first as usize].slot, encoder.reviewers[second as usize].slot);
        assert!(encoder.reviewers[0].slot.is_some() && encoder.reviewer_number("r1") == first);
    }
}
