//! The weekly audit: a few of the week's unchecked releases, looked at blind, and what the result can and cannot say.

use super::bounds::{AUDIT_RISK, upper_bound};
use super::level::Level;
use super::marks::{MarkKey, audit_draw};
use crate::ids::ItemId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Items in a weekly audit (A7: "10-20", default 15).
pub const DEFAULT_SAMPLE: usize = 15;
/// Fewest that can be set.
pub const SMALLEST_SAMPLE: usize = 10;
/// Most that can be set.
pub const LARGEST_SAMPLE: usize = 20;
/// Days from the draw until an audit counts as missed.
pub const DAYS_TO_DO: i32 = 7;
/// Weeks missed in a row that cost a level (A7).
pub const MISSED_BEFORE_PULL_BACK: u32 = 2;

/// One week's audit as drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditDraw {
    /// The Monday of the week the items were released in.
    pub week: Date,
    /// What is to be looked at, in the order of the draw.
    pub items: Vec<ItemId>,
    /// Probability with which each of the week's items was drawn, 0 to 1: the recorded propensity.
    pub propensity: f64,
    /// The last day on which it counts as done.
    pub due: Date,
}

/// Is there a weekly audit at this level? Under an override there always is.
pub fn is_audited(level: Level, is_overridden: bool) -> bool {
    level >= Level::PeriodicAudit || is_overridden
}

/// Draws `sample` (kept within 10 and 20) of the week's unmarked releases, rejects included, all where there are fewer.
/// The draw is uniform and depends on the key, the week and the ids alone.
pub fn draw_audit(key: &MarkKey, week: Date, released: &[ItemId], sample: usize) -> AuditDraw {
    let mut drawn: Vec<(f64, ItemId)> = released.iter().map(|item| (audit_draw(key, week, *item), *item)).collect();
    drawn.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    drawn.dedup();
    let of = drawn.len();
    drawn.truncate(sample.clamp(SMALLEST_SAMPLE, LARGEST_SAMPLE));
    let propensity = if of == 0 { 1.0 } else { drawn.len() as f64 / of as f64 };
    let due = week.saturating_add(jiff::Span::new().days(6 + DAYS_TO_DO));
    AuditDraw { week, items: drawn.into_iter().map(|(_, item)| item).collect(), propensity, due }
}

/// An audit and what has been looked at of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditRecord {
    /// What was drawn.
    pub draw: AuditDraw,
    /// Did the reviewer agree, by item looked at?
    pub looked_at: BTreeMap<ItemId, bool>,
    /// Drawn items of which this stage is not asked any more: a person turned them down at an earlier one.
    #[serde(default)]
    pub not_asked: BTreeSet<ItemId>,
    /// Its time ran out.
    pub is_missed: bool,
}

impl AuditRecord {
    /// Nothing looked at yet.
    pub fn new(draw: AuditDraw) -> Self {
        Self { draw, looked_at: BTreeMap::new(), not_asked: BTreeSet::new(), is_missed: false }
    }

    /// Notes that an item was looked at, if it was drawn.
    pub fn note(&mut self, item: ItemId, agreed: bool) {
        if self.draw.items.contains(&item) {
            self.looked_at.insert(item, agreed);
            self.not_asked.remove(&item);
        }
    }

    /// Notes that nobody will be asked about an item: what was found of it is found at an earlier stage.
    pub fn note_not_asked(&mut self, item: ItemId) {
        if self.draw.items.contains(&item) && !self.looked_at.contains_key(&item) {
            self.not_asked.insert(item);
        }
    }

    /// Was everything looked at? A week in which nothing was released is done.
    pub fn is_done(&self) -> bool {
        self.looked_at.len() + self.not_asked.len() == self.draw.items.len()
    }

    /// What was found, in a sentence.
    pub fn result(&self) -> String {
        result_sentence(self.looked_at.values().filter(|agreed| !**agreed).count(), self.looked_at.len())
    }
}

impl AuditDraw {
    /// Was it not done in time?
    pub fn is_missed(&self, today: Date) -> bool {
        today > self.due
    }
}

/// What an audit found, in a sentence that says how little it proves.
pub fn result_sentence(wrong: usize, checked: usize) -> String {
    if checked == 0 {
        return "Nothing was released without a check this week, so there was nothing to audit.".to_owned();
    }
    let percent = (100.0 * upper_bound(wrong, checked, AUDIT_RISK)).round();
    format!("{wrong} wrong of {checked} still allows {percent} % (one-sided 95 % bound).")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use jiff::civil::date;

    fn items(count: u8) -> Vec<ItemId> {
        (0..count).map(|n| ItemId::new(Timestamp::UNIX_EPOCH, [n; 10])).collect()
    }

    #[test]
    fn none_wrong_of_fifteen_still_allows_eighteen_percent() {
        assert_eq!(result_sentence(0, 15), "0 wrong of 15 still allows 18 % (one-sided 95 % bound).");
        assert_eq!(result_sentence(1, 20), "1 wrong of 20 still allows 22 % (one-sided 95 % bound).");
    }

    #[test]
    fn a_mail_whose_lead_was_turned_down_keeps_no_audit_open() {
        let drawn = draw_audit(&MarkKey([4; 32]), date(2026, 3, 2), &items(2), DEFAULT_SAMPLE);
        let [first, second] = drawn.items[..] else { panic!("both are drawn") };
        let mut audit = AuditRecord::new(drawn);
        audit.note(first, true);
        assert!(!audit.is_done());
        audit.note_not_asked(second);
        assert!(audit.is_done());
        assert_eq!(audit.result(), result_sentence(0, 1), "it proves nothing about the mail either way");
        audit.note_not_asked(first);
        audit.note(second, false);
        assert_eq!((audit.is_done(), audit.result()), (true, result_sentence(1, 2)));
    }

    #[test]
    fn a_small_week_is_audited_whole_and_a_large_one_by_fifteen() {
        let draw = |count| draw_audit(&MarkKey([4; 32]), date(2026, 3, 2), &items(count), DEFAULT_SAMPLE);
        assert_eq!(draw(9).items.len(), 9);
        assert_eq!(draw(9).propensity, 1.0);
        assert_eq!(draw(60).items.len(), 15);
        assert_eq!(draw(60).propensity, 0.25);
        assert_eq!(draw(60), draw(60), "the same key draws the same items");
    }

    #[test]
    fn every_release_is_as_likely_to_be_drawn_as_any_other() {
        let week = date(2026, 3, 2);
        let mut hits = [0_u32; 60];
        for key in 0..=255 {
            let drawn = draw_audit(&MarkKey([key; 32]), week, &items(60), DEFAULT_SAMPLE).items;
            items(60).iter().enumerate().for_each(|(n, item)| hits[n] += u32::from(drawn.contains(item)));
        }
        assert!(hits.iter().all(|count| (35..=95).contains(count)), "64 expected of each: {hits:?}");
    }

    #[test]
    fn an_audit_is_missed_the_day_after_it_is_due() {
        let audit = draw_audit(&MarkKey([4; 32]), date(2026, 3, 2), &items(9), DEFAULT_SAMPLE);
        assert_eq!(audit.due, date(2026, 3, 15));
        assert!(!audit.is_missed(date(2026, 3, 15)) && audit.is_missed(date(2026, 3, 16)));
    }
}
