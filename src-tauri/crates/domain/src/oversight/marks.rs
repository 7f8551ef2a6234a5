//! Marks: the keyed draw that picks items for a check on arrival, without knowing anything of the model.
//!
//! The draw is a function of a secret key per workflow and the item's id, so that it can be replayed and not be
//! steered. What is done with a marked item is [`super::route`]'s business.

use super::level::Level;
use crate::ids::ItemId;
use hmac::{Hmac, Mac};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use ts_rs::TS;

/// The secret of one workflow's draws, drawn once and kept in the encrypted store.
pub struct MarkKey(pub [u8; 32]);

/// Share of items drawn for a check at each level (`learning.md` 4.6): every item at level 1, then 15, 10 and 5 %.
pub fn mark_rate(level: Level) -> f64 {
    match level {
        Level::VerifyEverything => 1.0,
        Level::VerifyExceptions => 0.15,
        Level::PeriodicAudit => 0.10,
        Level::StrategicOversight => 0.05,
    }
}

/// What a workflow may set, and what an amber does to it (`learning.md` 4.6, 4.7).
const RATES_AT_LEVELS_2_AND_3: (f64, f64) = (0.10, 0.20);
const RATES_AT_LEVEL_4: (f64, f64) = (0.02, 0.20);

/// The rate in force: what is set (default [`mark_rate`]) kept within the level's range, doubled while an amber lasts
/// but never above 20 %. Under an override level 4's range holds at every level.
pub fn rate_in_force(level: Level, is_overridden: bool, set: Option<f64>, is_amber: bool) -> f64 {
    let (default, (lowest, highest)) = match level {
        _ if is_overridden => (mark_rate(Level::StrategicOversight), RATES_AT_LEVEL_4),
        Level::VerifyEverything => return mark_rate(level),
        Level::VerifyExceptions | Level::PeriodicAudit => (mark_rate(level), RATES_AT_LEVELS_2_AND_3),
        Level::StrategicOversight => (mark_rate(level), RATES_AT_LEVEL_4),
    };
    let rate = set.filter(|rate| rate.is_finite()).unwrap_or(default).clamp(lowest, highest);
    if is_amber { (2.0 * rate).min(highest) } else { rate }
}

/// Share of items shown blind at level 1, where every item is marked: it measures the anchoring gap (`learning.md` 4.6).
const BLIND_RATE_AT_LEVEL_1: f64 = 0.15;

/// Is the item drawn for a check at `rate`?
pub fn is_marked(key: &MarkKey, item: ItemId, rate: f64) -> bool {
    MarkDraw::of(key, item, rate).is_marked()
}

/// One draw with the rate it was compared to, kept on the receipt so that it can be drawn again.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct MarkDraw {
    /// The item's number, 0 to below 1.
    pub unit: f64,
    /// The rate in force on arrival.
    pub rate: f64,
}

impl MarkDraw {
    /// Draws for an item.
    pub fn of(key: &MarkKey, item: ItemId, rate: f64) -> Self {
        Self { unit: unit_draw(key, b"mark", item), rate }
    }

    /// Is the item to be checked?
    pub fn is_marked(self) -> bool {
        self.unit < self.rate
    }
}

/// The number by which a week's audit is drawn, lowest first; independent of the mark and of other weeks.
pub(super) fn audit_draw(key: &MarkKey, week: Date, item: ItemId) -> f64 {
    unit_draw(key, format!("audit {week}").as_bytes(), item)
}

/// Are score and verdict hidden from the reviewer until they have decided? Marked items are shown blind above level 1;
/// at level 1 a fixed share is.
pub fn is_blind(key: &MarkKey, item: ItemId, level: Level, marked: bool) -> bool {
    match level {
        Level::VerifyEverything => unit_draw(key, b"blind", item) < BLIND_RATE_AT_LEVEL_1,
        Level::VerifyExceptions | Level::PeriodicAudit | Level::StrategicOversight => marked,
    }
}

/// Share of the marked items that a second person judges too (`learning.md` 4.11).
pub const OVERLAP_RATE: f64 = 0.05;

/// Is a marked item drawn to be judged by a second person too? Independent of the mark and of what is shown blind.
pub fn is_shared(key: &MarkKey, item: ItemId) -> bool {
    unit_draw(key, b"second opinion", item) < OVERLAP_RATE
}

/// A number in 0..1 from the key and the item: the first 53 bits of HMAC-SHA256.
fn unit_draw(key: &MarkKey, purpose: &[u8], item: ItemId) -> f64 {
    let mut mac = Hmac::<Sha256>::new_from_slice(&key.0).expect("HMAC takes keys of any length");
    mac.update(purpose);
    mac.update(item.as_bytes());
    let digest = mac.finalize().into_bytes();
    let first = u64::from_be_bytes(digest[..8].try_into().expect("a digest has 32 bytes"));
    (first >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    fn items(count: u16) -> impl Iterator<Item = ItemId> {
        let bytes = |n: u16| [0, 0, 0, 0, 0, 0, 0, 0, n.to_be_bytes()[0], n.to_be_bytes()[1]];
        (0..count).map(move |n| ItemId::new(Timestamp::UNIX_EPOCH, bytes(n)))
    }

    #[test]
    fn of_1000_items_at_15_percent_between_121_and_179_are_marked() {
        for key in 0..20 {
            let marked = items(1_000).filter(|item| is_marked(&MarkKey([key; 32]), *item, 0.15)).count();
            assert!((121..=179).contains(&marked), "key {key}: {marked}");
        }
    }

    #[test]
    fn at_level_1_every_item_counts() {
        assert!(items(1_000).all(|item| is_marked(&MarkKey([1; 32]), item, mark_rate(Level::VerifyEverything))));
    }

    #[test]
    fn the_rate_stays_in_its_level_s_range_and_doubles_on_amber() {
        let check = |level, set, amber, expected: f64| assert!((rate_in_force(level, false, set, amber) - expected).abs() < 1e-12);
        check(Level::VerifyExceptions, None, false, 0.15);
        check(Level::VerifyExceptions, None, true, 0.20);
        check(Level::PeriodicAudit, Some(0.01), false, 0.10);
        check(Level::StrategicOversight, None, true, 0.10);
        check(Level::StrategicOversight, Some(0.0), false, 0.02);
        check(Level::VerifyEverything, Some(0.1), false, 1.0);
        assert_eq!(rate_in_force(Level::VerifyEverything, true, Some(0.0), false), 0.02);
    }

    #[test]
    fn one_item_in_twenty_is_shared_whether_marked_or_not() {
        let key = MarkKey([3; 32]);
        let shared: Vec<ItemId> = items(4_000).filter(|item| is_shared(&key, *item)).collect();
        assert!((160..=240).contains(&shared.len()), "expected about 200 of 4,000, got {}", shared.len());
        let marked = shared.iter().filter(|item| is_marked(&key, **item, 0.15)).count();
        assert!((12..=50).contains(&marked), "expected about 30 of {}, got {marked}", shared.len());
        assert!(shared.iter().all(|item| is_shared(&key, *item)), "the draw can be replayed");
    }

    #[test]
    fn the_blind_draw_is_independent_of_the_mark() {
        let key = MarkKey([3; 32]);
        let blind = |item: &ItemId| is_blind(&key, *item, Level::VerifyEverything, true);
        let both = items(2_000).filter(blind).filter(|item| is_marked(&key, *item, 0.15)).count();
        assert!((20..=75).contains(&both), "expected about 45 of 2,000, got {both}");
    }
}
