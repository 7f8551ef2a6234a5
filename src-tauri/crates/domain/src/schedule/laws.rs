//! What holds whatever the clock does: laws over random sequences of ticks, sleeps and jumps.

use super::*;
use proptest::prelude::*;

const ZONES: [&str; 6] =
    ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Sao_Paulo"];

/// A schedule with some days and some hours, and what stands around it.
fn scheduled() -> impl Strategy<Value = (Schedule, Surroundings)> {
    let times = (0..1380_u16, 30..720_u16);
    let quiet = proptest::option::of((0..1440_u16, 0..1440_u16));
    let review = proptest::option::of(0..1440_u16);
    (proptest::collection::btree_set(0..7_usize, 1..=7), times, 0..ZONES.len(), 0..ZONES.len(), quiet, review, 0..300_i64).prop_map(
        |(days, (from, long), zone, persons, quiet, review, takes)| {
            let time = |minute| ClockTime::from_minute(minute).expect("a minute of the day");
            let schedule = Schedule {
                days: days.into_iter().map(|day| Day::ALL[day]).collect(),
                from: time(from),
                until: time((from + long).min(1439)),
                ..Schedule::default()
            };
            let around = Surroundings {
                zone: TimeZone::get(ZONES[zone]).expect("a zone"),
                persons_zone: TimeZone::get(ZONES[persons]).expect("a zone"),
                review: [review.map(time); 7],
                batch_takes: SignedDuration::from_mins(takes),
                rest: quiet.map(|(from, to)| QuietSpan { from: time(from), to: time(to) }),
            };
            (schedule, around)
        },
    )
}

/// Minutes the clock moves between two ticks: mostly a few, sometimes a sleep, sometimes it is set, also backwards.
fn moves() -> impl Strategy<Value = Vec<i64>> {
    let one = prop_oneof![6 => 1..90_i64, 3 => 90..6_000_i64, 2 => -6_000..0_i64, 1 => -700_000..700_000_i64];
    proptest::collection::vec(one, 1..120)
}

fn start() -> Timestamp {
    "2026-03-20T00:00:00Z".parse().expect("an instant")
}

/// Ticks after each move; the slots that began and when.
fn live(schedule: &Schedule, around: &Surroundings, moves: &[i64]) -> Vec<(Date, Timestamp)> {
    let (mut now, mut began) = (start(), Vec::new());
    let mut progress = Progress::new(schedule, around, now);
    for minutes in moves {
        now += SignedDuration::from_mins(*minutes);
        if let Some(next) = next_start(schedule, around, &progress, now).filter(|next| next.at <= now) {
            progress.start(next.slot);
            began.push((next.slot, now));
        }
    }
    began
}

proptest! {
    #[test]
    fn no_slot_begins_twice_whatever_the_clock_does((schedule, around) in scheduled(), moves in moves()) {
        let mut slots: Vec<Date> = live(&schedule, &around, &moves).into_iter().map(|(slot, _)| slot).collect();
        let began = slots.len();
        slots.sort();
        slots.dedup();
        prop_assert_eq!(slots.len(), began);
    }

    #[test]
    fn a_batch_begins_in_its_hours_and_never_in_quiet_ones((schedule, around) in scheduled(), moves in moves()) {
        for (slot, at) in live(&schedule, &around, &moves) {
            prop_assert!(schedule.days.contains(&Day::of(slot)));
            prop_assert!(instant(slot, schedule.from, &around.zone) <= at && at < instant(slot, schedule.until, &around.zone));
            prop_assert!(around.rest.is_none_or(|rest| !rest.holds(at.to_zoned(around.persons_zone.clone()).time())));
        }
    }

    #[test]
    fn a_missed_slot_is_made_up_for_exactly_once((schedule, around) in scheduled(), sleeps in proptest::collection::vec(1..20_000_i64, 1..40)) {
        let around = Surroundings { rest: None, ..around };
        let mut now = start();
        let mut progress = Progress::new(&schedule, &around, now);
        let mut days_begun = BTreeSet::new();
        for minutes in sleeps {
            now += SignedDuration::from_mins(minutes);
            let today = now.to_zoned(around.zone.clone()).date();
            let is_open = instant(today, schedule.from, &around.zone) <= now && now < instant(today, schedule.until, &around.zone);
            let due = |progress: &Progress| next_start(&schedule, &around, progress, now).filter(|next| next.at <= now);
            if let Some(next) = due(&progress) {
                progress.start(next.slot);
                prop_assert!(days_begun.insert(today), "one batch a day, however many were missed");
            }
            prop_assert_eq!(due(&progress), None, "and not a second one at the next tick");
            if is_open && schedule.days.contains(&Day::of(today)) && planned(&schedule, &around, today).0 <= now && today > start().to_zoned(around.zone.clone()).date() {
                prop_assert!(days_begun.contains(&today), "nothing that is due is forgotten");
            }
        }
    }

    #[test]
    fn the_next_batch_is_due_when_its_time_comes((schedule, around) in scheduled(), later in 0..20_000_i64) {
        let now = start() + SignedDuration::from_mins(later);
        let progress = Progress::new(&schedule, &around, now);
        if let Some(next) = next_start(&schedule, &around, &progress, now) {
            prop_assert!(next.at >= now);
            let then = next_start(&schedule, &around, &progress, next.at).expect("what was told");
            prop_assert_eq!((then.at, then.slot), (next.at, next.slot));
        }
    }
}
