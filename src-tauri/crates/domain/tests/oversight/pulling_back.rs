//! Down the ladder: at once, by itself, and with a reason.

use crate::builders::Climb;
use autoreach_domain::decision::Reason;
use autoreach_domain::oversight::audit::AuditDraw;
use autoreach_domain::oversight::event::{Alarm, OversightEvent, PullBack};
use autoreach_domain::oversight::level::Level;
use autoreach_domain::oversight::override_::{Lasts, Override, OverrideRequest};
use jiff::SignedDuration;

const RED: Alarm = Alarm::Red { disagreed: 9, checks: 20 };

fn alarm(climb: &mut Climb, alarm: Alarm) -> Vec<OversightEvent> {
    climb.ladder.apply(climb.now, &OversightEvent::Alarm(alarm)).expect("an alarm is always possible");
    climb.settle()
}

#[test]
fn a_red_alarm_costs_one_level_and_everything_certified() {
    let mut climb = Climb::at_level_3();
    assert_eq!(alarm(&mut climb, RED), vec![OversightEvent::PulledBack { to: Level::VerifyExceptions, why: PullBack::SpotChecks }]);
    assert_eq!(climb.ladder.level(), Level::VerifyExceptions);
    assert!(climb.ladder.line(climb.now, 2, |threshold| threshold).is_none(), "nothing is decided alone until it is certified anew");
}

#[test]
fn a_second_red_within_fourteen_days_costs_every_level_and_a_later_one_does_not() {
    for (days, level) in [(14, Level::VerifyEverything), (15, Level::VerifyExceptions)] {
        let mut climb = Climb::at_level_4();
        alarm(&mut climb, RED);
        assert_eq!(climb.ladder.level(), Level::PeriodicAudit);
        climb.wait(days);
        alarm(&mut climb, RED);
        assert_eq!(climb.ladder.level(), level, "after {days} days");
    }
}

#[test]
fn an_amber_doubles_the_checks_and_stops_the_floor() {
    let mut climb = Climb::at_level_2();
    climb.agree(40);
    assert!(alarm(&mut climb, Alarm::Amber).is_empty());
    assert!(climb.ladder.is_amber());
    climb.agree(60);
    assert!(climb.settle().is_empty(), "no lower floor during an amber");
    assert!(alarm(&mut climb, Alarm::AmberEnded).is_empty(), "what came before it does not count");
    climb.agree(50);
    assert_eq!(climb.settle().len(), 1);
}

#[test]
fn a_critical_miss_costs_every_level_even_when_the_reason_comes_later() {
    let mut climb = Climb::at_level_3();
    climb.verdict(false, true);
    let mut miss = climb.ladder.judgements().last().expect("just given").clone();
    (miss.gesture_id, miss.after_release) = (Climb::gesture(77_777), true);
    climb.ladder.judge(miss.clone());
    climb.settle();
    assert_eq!(climb.ladder.level(), Level::PeriodicAudit, "a disagreement alone is the monitors' business");
    climb.ladder.explain(miss.gesture_id, &[Reason::WrongPerson]);
    assert_eq!(climb.settle(), vec![OversightEvent::PulledBack { to: Level::VerifyEverything, why: PullBack::CriticalMiss }]);
}

#[test]
fn two_missed_audits_in_a_row_cost_a_level_and_one_does_not() {
    let mut climb = Climb::at_level_3();
    for week in 0..2 {
        let monday = climb.today();
        let draw = AuditDraw {
            week: monday,
            items: vec![Climb::item(500_000 + week)],
            propensity: 1.0,
            due: monday.saturating_add(jiff::Span::new().days(13)),
        };
        climb.ladder.apply(climb.now, &OversightEvent::AuditDrawn(draw)).expect("possible");
        climb.wait(14);
        let happened = climb.settle();
        let is_pulled_back = happened.iter().any(|event| matches!(event, OversightEvent::PulledBack { why: PullBack::MissedAudits, .. }));
        assert_eq!(is_pulled_back, week == 1, "week {week}: {happened:?}");
    }
}

#[test]
fn undoing_the_reviews_a_level_rests_on_takes_the_level_back() {
    let mut climb = Climb::at_level_2();
    climb.agree(5);
    climb.ladder.set_undone(|gesture| gesture == Climb::gesture(3), true);
    assert_eq!(
        climb.settle(),
        vec![OversightEvent::PulledBack { to: Level::VerifyEverything, why: PullBack::EvidenceUndone }],
        "99 reviews are left of those that counted"
    );
}

#[test]
fn an_undo_that_is_taken_back_before_anything_happened_changes_nothing() {
    let mut climb = Climb::at_level_2();
    let before = climb.ladder.clone();
    climb.ladder.set_undone(|gesture| gesture == Climb::gesture(3), true);
    climb.ladder.set_undone(|gesture| gesture == Climb::gesture(3), false);
    assert_eq!(climb.ladder, before);
}

#[test]
fn an_alarm_ends_an_override_at_level_1() {
    let mut climb = Climb::new();
    let request = OverrideRequest { threshold_percent: 90, lasts: Lasts::For(SignedDuration::from_hours(8)), typed: None };
    let given = Override::new(&request, climb.now).expect("90 needs no typing");
    climb.ladder.apply(climb.now, &OversightEvent::OverrideGiven(given)).expect("possible");
    assert_eq!(climb.ladder.level(), Level::VerifyEverything, "an override is no level");
    assert_eq!(alarm(&mut climb, RED), vec![OversightEvent::OverrideEnded]);
    assert!(climb.ladder.override_at(climb.now).is_none());
}

#[test]
fn an_alarm_at_level_1_has_nothing_to_take_and_stands_in_no_way_for_ever() {
    let mut climb = Climb::at_level_2();
    alarm(&mut climb, RED);
    assert_eq!(climb.ladder.level(), Level::VerifyEverything);
    climb.wait(1);
    assert!(alarm(&mut climb, RED).is_empty());
    climb.agree(120);
    assert!(climb.ladder.proposal(climb.now).is_none(), "nothing is certified yet");
    climb.certify();
    assert!(climb.promote(), "the way up is open again");
    assert!(climb.settle().iter().all(|event| !matches!(event, OversightEvent::PulledBack { .. })), "the old alarm is over");
    assert_eq!(climb.ladder.level(), Level::VerifyExceptions);
}

#[test]
fn an_alarm_at_level_1_ends_the_override_it_finds_and_none_that_is_given_later() {
    let request = OverrideRequest { threshold_percent: 80, lasts: Lasts::For(SignedDuration::from_hours(1)), typed: None };
    let give = |climb: &mut Climb| {
        let given = Override::new(&request, climb.now).expect("80 needs no typing");
        climb.ladder.apply(climb.now, &OversightEvent::OverrideGiven(given)).expect("always possible");
    };
    let mut climb = Climb::new();
    assert!(alarm(&mut climb, RED).is_empty());
    give(&mut climb);
    assert!(climb.settle().is_empty(), "it was given after the alarm");
    assert_eq!(alarm(&mut climb, RED), vec![OversightEvent::OverrideEnded]);
    give(&mut climb);
    assert!(climb.settle().is_empty());
}
