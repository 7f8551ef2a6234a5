//! A new era: trust is taken away and earned again, and never given.

use crate::builders::Climb;
use autoreach_domain::oversight::event::OversightEvent;
use autoreach_domain::oversight::level::Level;
use autoreach_domain::oversight::override_::{Lasts, Override, OverrideRequest};
use autoreach_domain::oversight::steps::requirements;

#[test]
fn a_new_era_leaves_no_certificate_and_no_level_above_the_first() {
    for mut climb in [Climb::new(), Climb::at_level_2(), Climb::at_level_3(), Climb::at_level_4()] {
        climb.ladder.begin_era(climb.now);
        assert_eq!(climb.ladder.level(), Level::VerifyEverything);
        assert!(climb.ladder.certificates().is_empty() && climb.ladder.line(climb.now, 2, |threshold| threshold).is_none());
        assert!(climb.settle().is_empty(), "nothing follows by itself");
    }
}

#[test]
fn an_override_ends_with_the_era_it_was_given_in() {
    let mut climb = Climb::at_level_2();
    let request = OverrideRequest { threshold_percent: 80, lasts: Lasts::UntilRevoked, typed: Some("release".into()) };
    let given = Override::new(&request, climb.now).expect("is confirmed");
    climb.ladder.apply(climb.now, &OversightEvent::OverrideGiven(given)).expect("can be given");
    assert!(climb.ladder.override_at(climb.now).is_some());
    climb.ladder.begin_era(climb.now);
    assert!(climb.ladder.override_at(climb.now).is_none());
}

#[test]
fn verdicts_from_before_support_no_step() {
    let mut climb = Climb::at_level_4();
    climb.ladder.begin_era(climb.now);
    let have = |climb: &Climb| requirements(&climb.ladder, climb.now)[0].have as usize;
    assert_eq!(have(&climb), 0);
    climb.agree(30);
    assert_eq!(have(&climb), 30, "only those of the new era count");
    let before = Climb::gesture(1);
    climb.ladder.set_undone(|gesture| gesture == before, true);
    assert!(climb.settle().is_empty(), "what is taken back from before concerns no level of this era");
    assert_eq!(have(&climb), 30);
}
