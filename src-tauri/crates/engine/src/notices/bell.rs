//! When a person is told: at once, after a silence, or shortly before they usually begin to review. Pure.

use autoreach_domain::ids::ItemId;
use jiff::{SignedDuration, Timestamp};
use std::mem::take;

/// Nothing rings twice within this time; what comes between is counted in the next one.
const SILENCE: SignedDuration = SignedDuration::from_mins(10);

/// What came and was not told yet: items in the order of the queue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arrivals {
    /// All of them.
    pub items: Vec<ItemId>,
    /// Those that only a person can settle.
    pub exceptions: Vec<ItemId>,
}

/// When something last rang, and what waits to be told.
#[derive(Debug, Default)]
pub struct Bell {
    last_told: Option<Timestamp>,
    waiting: Arrivals,
    /// When what waits is told.
    set_for: Option<Timestamp>,
}

/// What an arrival leads to.
#[derive(Debug, PartialEq)]
pub enum Ring {
    /// Tell this now.
    Now(Arrivals),
    /// Tell what has come by then.
    After(SignedDuration),
    /// It is told with what came before.
    Counted,
}

impl Bell {
    /// Something came. A batch waits until shortly before its person usually begins; what only a person can settle does not.
    pub fn ring(&mut self, arrived: Arrivals, now: Timestamp, until_digest: SignedDuration) -> Ring {
        let since = self.last_told.map(|last| now.duration_since(last));
        let silence = since.filter(|since| *since < SILENCE).map_or(SignedDuration::ZERO, |since| SILENCE - since);
        let wait = if arrived.exceptions.is_empty() { silence.max(until_digest) } else { silence };
        self.waiting.items.extend(arrived.items);
        self.waiting.exceptions.extend(arrived.exceptions);
        if wait.is_zero() {
            return Ring::Now(self.strike(now));
        }
        let due = now.checked_add(wait).unwrap_or(Timestamp::MAX);
        if self.set_for.is_some_and(|set_for| set_for <= due) {
            return Ring::Counted;
        }
        self.set_for = Some(due);
        Ring::After(wait)
    }

    /// Is it time to tell what waits?
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.set_for.is_some_and(|set_for| set_for <= now)
    }

    /// The silence is over: everything that came.
    pub fn strike(&mut self, now: Timestamp) -> Arrivals {
        if !self.waiting.items.is_empty() {
            self.last_told = Some(now);
        }
        self.set_for = None;
        take(&mut self.waiting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(number: u8) -> ItemId {
        ItemId::new(Timestamp::UNIX_EPOCH, [number; 10])
    }

    #[test]
    fn what_comes_within_ten_minutes_is_counted_into_the_next_notification() {
        let (mut bell, start) = (Bell::default(), Timestamp::UNIX_EPOCH);
        let after = |minutes| start.checked_add(SignedDuration::from_mins(minutes)).expect("a small step");
        let came = |number| Arrivals { items: vec![item(number)], exceptions: vec![item(number)] };
        let at_once = SignedDuration::ZERO;
        assert_eq!(bell.ring(came(1), start, at_once), Ring::Now(came(1)));
        assert_eq!(
            bell.ring(came(2), after(4), at_once),
            Ring::After(SignedDuration::from_mins(6)),
            "one clock is set, to the end of the silence"
        );
        assert_eq!(bell.ring(came(3), after(9), at_once), Ring::Counted);
        assert!(!bell.is_due(after(9)) && bell.is_due(after(10)));
        let both = Arrivals { items: vec![item(2), item(3)], exceptions: vec![item(2), item(3)] };
        assert_eq!(bell.strike(after(10)), both, "nothing is lost");
        assert_eq!(bell.ring(came(4), after(11), at_once), Ring::After(SignedDuration::from_mins(9)), "the silence begins anew");
        assert_eq!(bell.strike(after(20)), came(4));
        assert_eq!(bell.ring(came(5), after(31), at_once), Ring::Now(came(5)));
    }

    #[test]
    fn a_batch_waits_for_the_usual_hour_and_what_needs_a_person_takes_it_along() {
        let (mut bell, start) = (Bell::default(), Timestamp::UNIX_EPOCH);
        let after = |minutes| start.checked_add(SignedDuration::from_mins(minutes)).expect("a small step");
        let (batch, needs_you) = (
            |number| Arrivals { items: vec![item(number)], exceptions: Vec::new() },
            Arrivals { items: vec![item(9)], exceptions: vec![item(9)] },
        );
        let hour = SignedDuration::from_mins(60);
        assert_eq!(bell.ring(batch(1), start, hour), Ring::After(hour));
        assert_eq!(bell.ring(batch(2), after(20), SignedDuration::from_mins(40)), Ring::Counted);
        let all = Arrivals { items: vec![item(1), item(2), item(9)], exceptions: vec![item(9)] };
        assert_eq!(bell.ring(needs_you, after(30), SignedDuration::from_mins(30)), Ring::Now(all));
        assert_eq!(bell.strike(after(60)), Arrivals::default(), "nothing is told twice");
        assert_eq!(bell.ring(batch(3), after(61), SignedDuration::ZERO), Ring::Now(batch(3)), "where nothing was told, no silence begins");
    }
}
