//! What each step up asks for, with the exact numbers.

use crate::builders::{Climb, certificate};
use autoreach_domain::oversight::event::OversightEvent;
use autoreach_domain::oversight::ladder::Refused;
use autoreach_domain::oversight::level::Level;
use autoreach_domain::oversight::policy::Policy;
use autoreach_domain::oversight::steps::requirements;

#[test]
fn ninety_nine_reviews_are_refused_and_the_hundredth_is_proposed_with_a_readable_receipt() {
    let mut climb = Climb::new();
    climb.agree(99);
    climb.certify();
    assert!(!climb.promote());
    assert_eq!(climb.ladder.level(), Level::VerifyEverything);
    climb.verdict(true, true);
    let (next, evidence) = climb.ladder.proposal(climb.now).expect("everything is there");
    assert_eq!(next, Level::VerifyExceptions);
    let words: Vec<&str> = evidence.iter().map(|requirement| requirement.words.as_str()).collect();
    assert!(words.contains(&"100 reviews, 100 needed."), "{words:?}");
    assert!(words.contains(&"The 80 % promise is certified for 29 % of leads."), "{words:?}");
    assert!(climb.promote());
}

#[test]
fn forty_nine_are_refused_at_the_lowest_setting_and_less_cannot_be_set() {
    let mut climb = Climb::new();
    let policy = Policy { review_minimum: 10, ..Policy::default() };
    climb.ladder.apply(climb.now, &OversightEvent::PolicySet(policy)).expect("settings can be set");
    assert_eq!(climb.ladder.policy().review_minimum, 50);
    (0..49).for_each(|number| {
        if number % 9 == 8 {
            climb.wait(1);
        }
        climb.verdict(true, true);
    });
    climb.certify();
    assert!(!climb.promote());
    climb.verdict(true, true);
    assert!(climb.promote());
}

#[test]
fn reviews_alone_are_not_enough() {
    let mut uncertified = Climb::new();
    uncertified.agree(300);
    assert!(!uncertified.promote(), "no threshold is certified");
    let mut one_day = Climb::new();
    (0..150).for_each(|_| one_day.verdict(true, true));
    one_day.certify();
    assert!(!one_day.promote(), "all on one day");
}

#[test]
fn eighty_five_of_a_hundred_spot_checks_are_refused_and_eighty_six_pass() {
    for (agreed, passes) in [(85, false), (86, true)] {
        let mut climb = Climb::at_level_2();
        climb.wait(14);
        // The disagreements are spread out, so that every block of 25 stays at or above 80 %.
        let wrong = 100 - agreed;
        (0..100).for_each(|number| {
            if number % 20 == 0 {
                climb.wait(1);
            }
            climb.verdict((number * wrong) / 100 == ((number + 1) * wrong) / 100, true);
        });
        assert_eq!(climb.promote(), passes, "{agreed} of 100: {:?}", requirements(&climb.ladder, climb.now));
    }
}

#[test]
fn one_weak_block_of_twenty_five_is_refused_however_good_the_others() {
    let mut climb = Climb::at_level_2();
    climb.wait(14);
    climb.agree(75);
    (0..25).for_each(|number| climb.verdict(number >= 6, true));
    assert!(!climb.promote());
    let weak = requirements(&climb.ladder, climb.now).into_iter().find(|requirement| !requirement.is_met).expect("one is not met");
    assert!(weak.words.contains("76 %"), "{}", weak.words);
}

#[test]
fn fourteen_days_are_needed_at_level_2() {
    let mut climb = Climb::at_level_2();
    climb.agree(100);
    climb.wait(7);
    assert!(!climb.promote());
    climb.wait(7);
    assert!(climb.promote());
}

#[test]
fn one_hundred_and_ninety_nine_agreed_reviews_are_refused_and_two_hundred_are_offered_level_4() {
    let mut climb = Climb::at_level_3();
    for week in 0..4 {
        climb.wait(7);
        if week > 0 {
            climb.audit();
            climb.agree(10);
        }
    }
    climb.agree(60);
    let agreed = |climb: &Climb| climb.ladder.judgements().iter().filter(|judgement| judgement.agreed && !judgement.is_undone).count();
    let surplus = agreed(&climb) - 199;
    let first = climb.ladder.judgements()[..surplus].iter().map(|judgement| judgement.gesture_id).collect::<Vec<_>>();
    climb.ladder.set_undone(|gesture| first.contains(&gesture), true);
    climb.ladder.set_undone(|gesture| gesture == first[0], true);
    assert_eq!(agreed(&climb), 199);
    assert!(!climb.promote(), "199");
    let mut enough = climb.clone();
    enough.ladder.set_undone(|gesture| first.contains(&gesture), false);
    assert!(enough.promote(), "{:?}", requirements(&enough.ladder, enough.now));
    assert_eq!(enough.ladder.level(), Level::StrategicOversight);
}

#[test]
fn a_step_over_a_level_is_refused() {
    let mut climb = Climb::new();
    climb.agree(100);
    climb.certify();
    let jump = OversightEvent::Promoted { to: Level::PeriodicAudit, evidence: Vec::new() };
    assert_eq!(climb.ladder.apply(climb.now, &jump), Err(Refused::Unsupported));
}

#[test]
fn the_floor_falls_every_fifty_verdicts_and_never_without_them() {
    let mut climb = Climb::at_level_2();
    climb.settle();
    assert_eq!(climb.ladder.floor(), 0.90);
    let early = OversightEvent::FloorLowered { to: 0.85, verdicts: 50 };
    assert_eq!(climb.ladder.apply(climb.now, &early), Err(Refused::FloorTooEarly));
    climb.agree(50);
    assert_eq!(climb.settle(), vec![early]);
    climb.agree(600);
    climb.settle();
    assert_eq!(climb.ladder.floor(), 0.60);
}

#[test]
fn the_line_is_the_higher_of_certificate_and_floor_and_a_certificate_of_other_features_counts_for_nothing() {
    let mut climb = Climb::at_level_2();
    let line = |climb: &Climb, schema| climb.ladder.line(climb.now, schema, |threshold| threshold).map(|line| line.threshold);
    assert_eq!(line(&climb, 2), Some(0.90), "the floor");
    assert_eq!(line(&climb, 3), None);
    climb.agree(200);
    climb.settle();
    assert_eq!(line(&climb, 2), Some(0.85), "the certificate");
    let strict = OversightEvent::Looked { pairs: 200, certificates: vec![certificate(0.90)] };
    climb.ladder.apply(climb.now, &strict).expect("it makes sense");
    assert_eq!(climb.ladder.promise(), 0.90, "level 2 is held to the stricter promise where there is one");
}
