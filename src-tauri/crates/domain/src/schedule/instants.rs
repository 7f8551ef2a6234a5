//! The instants at which calendars and clocks do something strange (`guarantees.md` C2), each with what must come of it.

use super::*;
use jiff::tz::TimeZone;

const DAILY: &str = "mon tue wed thu fri sat sun";
const WORKING: &str = "mon tue wed thu fri";

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("a zone of the database")
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn schedule(days: &str, hours: &str) -> Schedule {
    let (from, until) = hours.split_once('-').expect("two times");
    let days = days.split(' ').map(|day| day.parse().expect("a day")).collect();
    Schedule { days, from: from.parse().expect("a time"), until: until.parse().expect("a time"), ..Schedule::default() }
}

fn around(name: &str) -> Surroundings {
    Surroundings { zone: zone(name), persons_zone: zone(name), review: [None; 7], batch_takes: SignedDuration::from_mins(20), rest: None }
}

fn settled(through: &str) -> Progress {
    Progress { through: through.parse().expect("a date"), started: BTreeSet::new() }
}

fn span(text: &str) -> QuietSpan {
    let (from, to) = text.split_once('-').expect("two times");
    QuietSpan { from: from.parse().expect("a time"), to: to.parse().expect("a time") }
}

#[test]
fn every_strange_instant_has_one_next_batch() {
    // Zone, days, hours, settled through, now, the next batch.
    let table = [
        // An ordinary week.
        ("Europe/Berlin", WORKING, "06:00-20:00", "2026-11-26", "2026-11-27T04:00:00Z", "2026-11-27T05:00:00Z"),
        ("Europe/Berlin", WORKING, "06:00-20:00", "2026-11-26", "2026-11-27T05:00:00Z", "2026-11-27T05:00:00Z"),
        ("Europe/Berlin", WORKING, "06:00-20:00", "2026-11-26", "2026-11-27T18:59:59Z", "2026-11-27T18:59:59Z"),
        ("Europe/Berlin", WORKING, "06:00-20:00", "2026-11-26", "2026-11-27T19:00:00Z", "2026-11-30T05:00:00Z"),
        ("Europe/Berlin", WORKING, "06:00-20:00", "2026-11-27", "2026-11-28T09:00:00Z", "2026-11-30T05:00:00Z"),
        ("Europe/Berlin", WORKING, "06:00-20:00", "2026-11-27", "2026-11-29T23:30:00Z", "2026-11-30T05:00:00Z"),
        ("Europe/Berlin", "sun", "06:00-20:00", "2026-11-29", "2026-11-30T08:00:00Z", "2026-12-06T05:00:00Z"),
        ("Europe/Berlin", DAILY, "00:00-23:59", "2026-11-27", "2026-11-27T22:59:00Z", "2026-11-27T23:00:00Z"),
        // Clocks go forward: what does not exist comes as much later as the clocks moved.
        ("Europe/Berlin", DAILY, "02:30-20:00", "2026-03-28", "2026-03-28T23:30:00Z", "2026-03-29T01:30:00Z"),
        ("Europe/Berlin", DAILY, "02:30-20:00", "2026-03-29", "2026-03-29T20:00:00Z", "2026-03-30T00:30:00Z"),
        ("Europe/Berlin", DAILY, "02:10-02:50", "2026-03-28", "2026-03-29T00:00:00Z", "2026-03-29T01:10:00Z"),
        ("Europe/Berlin", DAILY, "02:10-02:50", "2026-03-28", "2026-03-29T01:30:00Z", "2026-03-29T01:30:00Z"),
        ("Europe/Berlin", DAILY, "02:10-02:50", "2026-03-28", "2026-03-29T01:50:00Z", "2026-03-30T00:10:00Z"),
        ("Europe/Berlin", DAILY, "03:00-20:00", "2026-03-28", "2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z"),
        ("Europe/Berlin", DAILY, "06:00-20:00", "2026-03-28", "2026-03-28T23:00:00Z", "2026-03-29T04:00:00Z"),
        ("America/New_York", DAILY, "02:15-12:00", "2026-03-07", "2026-03-08T06:00:00Z", "2026-03-08T07:15:00Z"),
        ("Australia/Lord_Howe", DAILY, "02:15-12:00", "2026-10-03", "2026-10-03T15:00:00Z", "2026-10-03T15:45:00Z"),
        ("America/Sao_Paulo", DAILY, "00:00-12:00", "2018-11-03", "2018-11-04T02:00:00Z", "2018-11-04T03:00:00Z"),
        // Clocks go back: the first pass counts, and the second begins nothing again.
        ("Europe/Berlin", DAILY, "02:30-20:00", "2026-10-24", "2026-10-24T22:30:00Z", "2026-10-25T00:30:00Z"),
        ("Europe/Berlin", DAILY, "02:30-20:00", "2026-10-24", "2026-10-25T01:10:00Z", "2026-10-25T01:10:00Z"),
        ("Europe/Berlin", DAILY, "02:30-20:00", "2026-10-25", "2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z"),
        ("Europe/Berlin", DAILY, "01:00-02:30", "2026-10-24", "2026-10-25T00:40:00Z", "2026-10-26T00:00:00Z"),
        ("America/New_York", DAILY, "01:30-12:00", "2026-10-31", "2026-11-01T05:00:00Z", "2026-11-01T05:30:00Z"),
        ("America/New_York", DAILY, "01:30-12:00", "2026-11-01", "2026-11-01T06:30:00Z", "2026-11-02T06:30:00Z"),
        ("Australia/Lord_Howe", DAILY, "01:45-12:00", "2026-04-04", "2026-04-04T14:00:00Z", "2026-04-04T14:45:00Z"),
        // Leap days and the ends of years.
        ("Europe/Berlin", DAILY, "06:00-20:00", "2028-02-28", "2028-02-28T20:00:00Z", "2028-02-29T05:00:00Z"),
        ("Europe/Berlin", DAILY, "06:00-20:00", "2027-02-28", "2027-02-28T20:00:00Z", "2027-03-01T05:00:00Z"),
        ("Europe/Berlin", DAILY, "06:00-20:00", "2100-02-28", "2100-02-28T20:00:00Z", "2100-03-01T05:00:00Z"),
        ("Europe/Berlin", DAILY, "06:00-20:00", "2026-12-31", "2026-12-31T22:59:59Z", "2027-01-01T05:00:00Z"),
        ("UTC", DAILY, "06:00-20:00", "2026-12-31", "2026-12-31T23:59:59Z", "2027-01-01T06:00:00Z"),
        ("Pacific/Kiritimati", DAILY, "06:00-20:00", "2026-12-31", "2026-12-31T12:00:00Z", "2026-12-31T16:00:00Z"),
        // Zones far from here, and a day that never was.
        ("Pacific/Pago_Pago", WORKING, "06:00-20:00", "2026-11-27", "2026-11-28T09:00:00Z", "2026-11-30T17:00:00Z"),
        ("Asia/Kathmandu", DAILY, "06:00-20:00", "2026-11-29", "2026-11-29T20:00:00Z", "2026-11-30T00:15:00Z"),
        ("Pacific/Apia", DAILY, "06:00-20:00", "2011-12-29", "2011-12-29T20:00:00Z", "2011-12-30T16:00:00Z"),
        // The clock is set back: what began does not begin again.
        ("Europe/Berlin", WORKING, "06:00-20:00", "2026-11-27", "2026-11-27T03:00:00Z", "2026-11-30T05:00:00Z"),
        ("Europe/Berlin", WORKING, "06:00-20:00", "2026-11-27", "2026-11-26T08:00:00Z", "2026-11-30T05:00:00Z"),
        ("Europe/Berlin", WORKING, "06:00-20:00", "2026-11-29", "2026-11-27T08:00:00Z", "2026-11-30T05:00:00Z"),
        // It was far in the future: that settles nothing, or the agent would rest for a year.
        ("Europe/Berlin", WORKING, "06:00-20:00", "2026-11-30", "2026-11-27T08:00:00Z", "2026-11-27T08:00:00Z"),
        ("Europe/Berlin", WORKING, "06:00-20:00", "2027-11-27", "2026-11-27T08:00:00Z", "2026-11-27T08:00:00Z"),
        // It goes forward, or the computer was off: one batch, in the hours of the schedule.
        ("Europe/Berlin", WORKING, "06:00-20:00", "2026-11-27", "2027-06-15T08:00:00Z", "2027-06-15T08:00:00Z"),
        ("Europe/Berlin", WORKING, "06:00-20:00", "2026-11-24", "2026-11-27T03:00:00Z", "2026-11-27T05:00:00Z"),
        ("Europe/Berlin", WORKING, "06:00-20:00", "2026-11-26", "2026-11-28T10:00:00Z", "2026-11-30T05:00:00Z"),
        // The zone is changed: the date that began there does not begin again here.
        ("Pacific/Pago_Pago", DAILY, "06:00-20:00", "2026-11-28", "2026-11-28T09:00:00Z", "2026-11-29T17:00:00Z"),
        ("America/New_York", DAILY, "06:00-20:00", "2026-11-27", "2026-11-27T12:00:00Z", "2026-11-28T11:00:00Z"),
    ];
    assert!(table.len() >= 40, "guarantees.md C2 asks for 40");
    for (name, days, hours, through, now, expected) in table {
        let next = next_start(&schedule(days, hours), &around(name), &settled(through), at(now)).expect("nothing is in its way");
        assert_eq!(next.at, at(expected), "{name} {days} {hours}, through {through}, at {now}: {next:?}");
    }
}

#[test]
fn quiet_hours_push_a_batch_to_their_end_on_the_person_s_clock() {
    let table = [
        // Zone of the schedule, zone of the person, hours, quiet, now, the next batch.
        ("Europe/Berlin", "Europe/Berlin", "06:00-20:00", "22:00-07:00", "2026-11-27T23:00:00Z", "2026-11-28T06:00:00Z"),
        ("Europe/Berlin", "America/New_York", "06:00-20:00", "22:00-07:00", "2026-11-27T23:00:00Z", "2026-11-28T12:00:00Z"),
        ("Europe/Berlin", "Europe/Berlin", "00:00-20:00", "01:00-02:30", "2026-03-29T00:10:00Z", "2026-03-29T01:30:00Z"),
        ("Europe/Berlin", "Europe/Berlin", "00:00-20:00", "01:00-02:30", "2026-10-24T23:30:00Z", "2026-10-25T01:30:00Z"),
        ("Europe/Berlin", "Europe/Berlin", "00:00-20:00", "01:00-02:30", "2026-10-25T01:10:00Z", "2026-10-25T01:30:00Z"),
    ];
    for (theirs, persons, hours, quiet, now, expected) in table {
        let around = Surroundings { persons_zone: zone(persons), rest: Some(span(quiet)), ..around(theirs) };
        let through = at(now).to_zoned(zone(theirs)).date().yesterday().expect("a day before").to_string();
        let next = next_start(&schedule(DAILY, hours), &around, &settled(&through), at(now)).expect("some hours are left");
        assert_eq!((next.at, next.why), (at(expected), Why::QuietEnds), "{theirs} {persons} {hours} {quiet} at {now}");
    }
}

#[test]
fn quiet_hours_over_the_whole_window_leave_no_batch() {
    let around = Surroundings { rest: Some(span("05:00-21:00")), ..around("Europe/Berlin") };
    assert_eq!(next_start(&schedule(DAILY, "06:00-20:00"), &around, &settled("2026-11-26"), at("2026-11-27T08:00:00Z")), None);
}

#[test]
fn a_batch_begins_so_early_that_it_is_ready_for_the_review() {
    let ten_to_nine: ClockTime = "08:50".parse().expect("a time");
    let known = Surroundings { review: [Some(ten_to_nine); 7], ..around("Europe/Berlin") };
    let next = |around: &Surroundings, hours: &str| {
        next_start(&schedule(WORKING, hours), around, &settled("2026-11-27"), at("2026-11-29T20:00:00Z")).expect("a batch")
    };
    let early = next(&known, "06:00-20:00");
    assert_eq!((early.at, early.why), (at("2026-11-30T07:30:00Z"), Why::ReadyForReview(ten_to_nine)), "20 minutes before 8:50");
    let slow = Surroundings { batch_takes: SignedDuration::from_hours(4), ..known.clone() };
    assert_eq!(next(&slow, "06:00-20:00").at, at("2026-11-30T05:00:00Z"), "never before its hours");
    assert_eq!(next(&known, "10:00-20:00").at, at("2026-11-30T09:00:00Z"));
    let abroad = Surroundings { persons_zone: zone("America/New_York"), ..known.clone() };
    assert_eq!(next(&abroad, "06:00-20:00").at, at("2026-11-30T13:30:00Z"), "the review is on the person's clock");
    let unknown = Surroundings { review: [None; 7], ..known };
    assert_eq!(next(&unknown, "06:00-20:00").why, Why::HoursBegin);
}

#[test]
fn what_was_missed_says_so() {
    let why = |through: &str, now: &str| {
        next_start(&schedule(WORKING, "06:00-20:00"), &around("Europe/Berlin"), &settled(through), at(now)).expect("a batch").why
    };
    assert_eq!(why("2026-11-26", "2026-11-27T14:00:00Z"), Why::Late { planned: at("2026-11-27T05:00:00Z") });
    assert_eq!(why("2026-11-26", "2026-11-27T05:01:00Z"), Why::HoursBegin, "a minute is not late");
    assert_eq!(why("2026-11-24", "2026-11-27T14:00:00Z"), Why::MadeUpFor { missed: "2026-11-26".parse().expect("a date") });
    assert_eq!(why("2026-11-26", "2026-11-27T19:30:00Z"), Why::MadeUpFor { missed: "2026-11-27".parse().expect("a date") });
}

#[test]
fn a_schedule_set_in_the_afternoon_begins_on_the_next_day() {
    let (daily, around) = (schedule(DAILY, "06:00-20:00"), around("Europe/Berlin"));
    let next = |now: &str| next_start(&daily, &around, &Progress::new(&daily, &around, at(now)), at(now)).expect("a batch");
    assert_eq!(next("2026-11-27T14:00:00Z").at, at("2026-11-28T05:00:00Z"));
    assert_eq!(next("2026-11-27T04:00:00Z").at, at("2026-11-27T05:00:00Z"));
}

#[test]
fn a_changed_schedule_does_not_begin_the_day_again() {
    let (daily, around) = (schedule(DAILY, "06:00-20:00"), around("Europe/Berlin"));
    let mut progress = settled("2026-11-26");
    progress.start("2026-11-27".parse().expect("a date"));
    let later = schedule(DAILY, "16:00-20:00");
    let progress = progress.under(&later, &around, at("2026-11-27T09:00:00Z"));
    let next = next_start(&later, &around, &progress, at("2026-11-27T09:00:00Z")).expect("a batch");
    assert_eq!(next.at, at("2026-11-28T15:00:00Z"));
    assert_ne!(
        next_start(&daily, &around, &progress, at("2026-11-27T09:00:00Z")).expect("a batch").slot,
        "2026-11-27".parse().expect("a date")
    );
}

#[test]
fn sleep_is_told_from_a_clock_that_was_set_back() {
    let minutes = SignedDuration::from_mins;
    let minute = minutes(1);
    assert_eq!(slept(minutes(61), minute, minute), Some(minutes(60)), "the steady clock stood still");
    assert_eq!(slept(minutes(61), minutes(61), minute), Some(minutes(60)), "both went on");
    assert_eq!(slept(minutes(2), minutes(2), minute), None, "a slow round");
    assert_eq!(slept(minutes(-60), minute, minute), None, "the clock was set back");
}

#[test]
fn a_schedule_that_can_never_begin_is_refused() {
    let usual = Schedule::default();
    assert_eq!(usual.check(), Ok(()));
    assert_eq!(Schedule { days: BTreeSet::new(), ..usual.clone() }.check(), Err(InvalidSchedule::NoDay));
    assert!(matches!(Schedule { until: usual.from, ..usual.clone() }.check(), Err(InvalidSchedule::NoHours { .. })));
    assert_eq!(Schedule { leads_per_day: 0, ..usual }.check(), Err(InvalidSchedule::Leads));
    assert!("24:00".parse::<ClockTime>().is_err() && "noon".parse::<ClockTime>().is_err());
    assert_eq!("7:05".parse::<ClockTime>().expect("a time").to_string(), "07:05");
}
