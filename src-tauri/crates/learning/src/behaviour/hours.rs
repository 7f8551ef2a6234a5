//! The hours of the week in which someone reviews.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

const HOURS: usize = 24;
const DAYS: usize = 7;
const HOURS_OF_WEEK: usize = HOURS * DAYS;
const MINUTES_OF_WEEK: u32 = 60 * HOURS_OF_WEEK as u32;
/// A decision counts half after this long.
const HALF_LIFE_DAYS: f64 = 21.0;
const SECONDS_PER_DAY: f64 = 86_400.0;
/// What every hour starts with.
const PRIOR: f64 = 0.2;
/// What a decision adds to the hour before and the hour after.
const SPREAD: f64 = 0.25;
/// A digest comes this much before the busiest window of the day begins.
const MINUTES_BEFORE: u32 = 10;
/// An hour of the day with less than this share of the week's reviewing is quiet.
const QUIET_BELOW: f64 = 0.01;

/// An hour of the week in the person's own time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HourOfWeek(u8);

impl HourOfWeek {
    /// `day` counts from Monday = 0, `hour` from midnight = 0; `None` beyond Sunday or 23.
    pub fn new(day: u8, hour: u8) -> Option<Self> {
        let is_real = usize::from(day) < DAYS && usize::from(hour) < HOURS;
        is_real.then(|| Self(day * HOURS as u8 + hour))
    }

    /// The hour of an instant (Unix seconds) where clocks stand `offset_minutes` before UTC.
    pub fn at(unix_seconds: i64, offset_minutes: i32) -> Self {
        let local = unix_seconds.saturating_add(60 * i64::from(offset_minutes));
        // The Unix epoch was a Thursday.
        let hours = local.div_euclid(3_600) + 3 * HOURS as i64;
        Self(hours.rem_euclid(HOURS_OF_WEEK as i64) as u8)
    }
}

/// When a digest should come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DigestTime {
    /// Day, Monday = 0. The day before where the busiest window begins at midnight.
    pub day: u8,
    /// Minute of that day.
    pub minute: u16,
}

/// How reviewing is spread over the week: counts that fade, a little of each in the neighbouring hours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HourProfile {
    /// As of `as_of`.
    counts: Vec<f64>,
    /// Unix time of the latest decision, in seconds.
    as_of: Option<i64>,
}

impl HourProfile {
    /// Nothing seen: every hour is alike.
    pub fn new() -> Self {
        Self { counts: vec![0.0; HOURS_OF_WEEK], as_of: None }
    }

    /// Counts one decision made at this Unix time (seconds) and hour. One that comes late in order counts as old as it is.
    pub fn observe(&mut self, hour: HourOfWeek, at: i64) {
        let as_of = self.as_of.unwrap_or(at).max(at);
        let faded = fading(as_of - self.as_of.unwrap_or(as_of));
        self.counts.iter_mut().for_each(|count| *count *= faded);
        self.as_of = Some(as_of);
        let (hour, weight) = (usize::from(hour.0), fading(as_of - at));
        self.counts[hour] += weight;
        for beside in [hour + 1, hour + HOURS_OF_WEEK - 1] {
            self.counts[beside % HOURS_OF_WEEK] += SPREAD * weight;
        }
    }

    /// Share of the week's reviewing that happens in an hour; all hours sum to 1.
    pub fn share(&self, hour: HourOfWeek) -> f64 {
        self.mass(usize::from(hour.0)) / self.total()
    }

    /// Share of the week's reviewing that happens in this hour of the day (0 to 23), whatever the day.
    pub fn share_of_hour(&self, hour: u8) -> f64 {
        (0..DAYS).map(|day| self.mass(day * HOURS + usize::from(hour) % HOURS)).sum::<f64>() / self.total()
    }

    /// When to send the digest of a day (Monday = 0): ten minutes before its busiest two hours. `None` on days on which
    /// nothing is usually reviewed.
    pub fn digest_time(&self, day: u8) -> Option<DigestTime> {
        let first = usize::from(day) * HOURS;
        let of_day = self.counts.get(first..first + HOURS)?;
        if of_day.iter().sum::<f64>() < 1.0 {
            return None;
        }
        let window = |hour: usize| of_day[hour] + of_day[hour + 1];
        let densest = (0..HOURS - 1).max_by(|a, b| window(*a).total_cmp(&window(*b)).then(b.cmp(a)))?;
        let minute = (60 * (first + densest) as u32 + MINUTES_OF_WEEK - MINUTES_BEFORE) % MINUTES_OF_WEEK;
        Some(DigestTime { day: (minute / (60 * HOURS as u32)) as u8, minute: (minute % (60 * HOURS as u32)) as u16 })
    }

    /// Hours of the day, 0 to 23, in which less than one hundredth of the week's reviewing happens, whatever the day.
    /// None are until enough was seen to tell.
    pub fn quiet_hours(&self) -> Vec<u8> {
        (0..HOURS as u8).filter(|hour| self.share_of_hour(*hour) < QUIET_BELOW).collect()
    }

    fn mass(&self, hour: usize) -> f64 {
        PRIOR + self.counts[hour]
    }

    fn total(&self) -> f64 {
        PRIOR * HOURS_OF_WEEK as f64 + self.counts.iter().sum::<f64>()
    }
}

impl Default for HourProfile {
    fn default() -> Self {
        Self::new()
    }
}

/// What is left of a count after this many seconds.
fn fading(seconds: i64) -> f64 {
    libm::exp2(-(seconds as f64) / (HALF_LIFE_DAYS * SECONDS_PER_DAY))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(day: u8, hour: u8) -> HourOfWeek {
        HourOfWeek::new(day, hour).expect("a real hour")
    }

    /// Weeks of a person who reviews at these hours on weekdays, twenty items each.
    fn weeks(profile: &mut HourProfile, from_week: i64, count: i64, hours: &[u8]) {
        for (week, day, of_day) in (from_week..from_week + count).flat_map(|week| (0..5_u8).map(move |day| (week, day, hours))) {
            for each in of_day {
                let at = (week * 7 + i64::from(day)) * 86_400 + i64::from(*each) * 3_600;
                (0..20).for_each(|_| profile.observe(hour(day, *each), at));
            }
        }
    }

    #[test]
    fn the_digest_comes_ten_minutes_before_the_busiest_two_hours() {
        let mut profile = HourProfile::new();
        weeks(&mut profile, 0, 3, &[9, 10, 15]);
        assert_eq!(profile.digest_time(2), Some(DigestTime { day: 2, minute: 8 * 60 + 50 }));
        assert_eq!(profile.digest_time(6), None, "nobody reviews on a Sunday");
        assert_eq!(profile.digest_time(7), None);
    }

    #[test]
    fn who_starts_at_midnight_is_told_the_day_before() {
        let mut profile = HourProfile::new();
        weeks(&mut profile, 0, 1, &[0, 1]);
        assert_eq!(profile.digest_time(0), Some(DigestTime { day: 6, minute: 23 * 60 + 50 }));
    }

    #[test]
    fn a_new_habit_overtakes_the_old_one() {
        let mut profile = HourProfile::new();
        weeks(&mut profile, 0, 8, &[9, 10]);
        weeks(&mut profile, 8, 4, &[20, 21]);
        assert_eq!(profile.digest_time(0), Some(DigestTime { day: 0, minute: 19 * 60 + 50 }));
    }

    #[test]
    fn half_is_left_after_three_weeks() {
        let mut profile = HourProfile::new();
        profile.observe(hour(0, 9), 0);
        let late = 21 * 86_400;
        profile.observe(hour(3, 9), late);
        assert!((profile.counts[9] - 0.5).abs() < 1e-12);
        profile.observe(hour(0, 9), 0);
        assert!((profile.counts[9] - 1.0).abs() < 1e-12, "what comes late in order counts as old as it is");
    }

    #[test]
    fn nights_become_quiet_once_enough_was_seen() {
        let mut profile = HourProfile::new();
        assert!(profile.quiet_hours().is_empty());
        weeks(&mut profile, 0, 3, &[9, 10, 15]);
        let quiet = profile.quiet_hours();
        assert!([0, 3, 22].iter().all(|night| quiet.contains(night)), "{quiet:?}");
        assert!([9, 10, 15, 8, 11].iter().all(|day| !quiet.contains(day)), "{quiet:?}");
    }

    #[test]
    fn the_shares_of_all_hours_sum_to_one() {
        let mut profile = HourProfile::new();
        weeks(&mut profile, 0, 2, &[6, 23]);
        let sum: f64 = (0..7).flat_map(|day| (0..24).map(move |of_day| hour(day, of_day))).map(|hour| profile.share(hour)).sum();
        assert!((sum - 1.0).abs() < 1e-12);
        assert_eq!(HourOfWeek::new(7, 0), None);
    }

    #[test]
    fn an_instant_falls_into_the_hour_of_the_persons_own_clock() {
        let monday_noon: jiff::Timestamp = "2026-03-02T12:30:00Z".parse().expect("an instant");
        let at = |offset| HourOfWeek::at(monday_noon.as_second(), offset);
        assert_eq!(
            (Some(at(0)), Some(at(60)), Some(at(-13 * 60))),
            (HourOfWeek::new(0, 12), HourOfWeek::new(0, 13), HourOfWeek::new(6, 23))
        );
    }
}
