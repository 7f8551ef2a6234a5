//! What holds for every history, told by thousands of random ones.

use crate::builders::Climb;
use autoreach_domain::oversight::event::{Alarm, OversightEvent, PullBack};
use autoreach_domain::oversight::level::Level;
use autoreach_domain::oversight::override_::{Lasts, Override, OverrideRequest};
use autoreach_domain::oversight::steps::requirements;
use jiff::SignedDuration;
use proptest::prelude::*;

/// One thing that may happen.
#[derive(Debug, Clone)]
enum Act {
    Verdicts { count: u8, agreed_percent: u8, marked: bool },
    Wait(u8),
    Look,
    AskFor(Level),
    Alarm(u8),
    Undo(u8),
    Redo(u8),
    Override(u8),
    Audit,
    Settle,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => (1_u8..40, 60_u8..=100, any::<bool>())
            .prop_map(|(count, agreed_percent, marked)| Act::Verdicts { count, agreed_percent, marked }),
        3 => (1_u8..20).prop_map(Act::Wait),
        2 => Just(Act::Look),
        4 => (0_usize..4).prop_map(|level| Act::AskFor(Level::ALL[level])),
        1 => (0_u8..4).prop_map(Act::Alarm),
        1 => any::<u8>().prop_map(Act::Undo),
        1 => any::<u8>().prop_map(Act::Redo),
        1 => (70_u8..=100).prop_map(Act::Override),
        1 => Just(Act::Audit),
        3 => Just(Act::Settle),
    ]
}

fn perform(climb: &mut Climb, act: &Act) {
    match act {
        Act::Verdicts { count, agreed_percent, marked } => {
            (0..*count).for_each(|n| climb.verdict(u32::from(n) * 37 % 100 < u32::from(*agreed_percent), *marked));
        }
        Act::Wait(days) => climb.wait(i64::from(*days)),
        Act::Look => climb.certify(),
        Act::AskFor(to) => drop(climb.ladder.apply(climb.now, &OversightEvent::Promoted { to: *to, evidence: Vec::new() })),
        Act::Alarm(kind) => {
            let alarm = [
                Alarm::Amber,
                Alarm::AmberEnded,
                Alarm::Red { disagreed: 5, checks: 9 },
                Alarm::Miscalibrated { verdicts: 9, disagreed: 5 },
            ];
            climb.ladder.apply(climb.now, &OversightEvent::Alarm(alarm[usize::from(*kind)].clone())).expect("always possible");
        }
        Act::Undo(number) => climb.ladder.set_undone(|gesture| gesture == Climb::gesture(u32::from(*number)), true),
        Act::Redo(number) => climb.ladder.set_undone(|gesture| gesture == Climb::gesture(u32::from(*number)), false),
        Act::Override(percent) => {
            let request = OverrideRequest { threshold_percent: *percent, lasts: Lasts::For(SignedDuration::from_hours(1)), typed: None };
            let given = Override::new(&request, climb.now).expect("70 and above need no typing");
            climb.ladder.apply(climb.now, &OversightEvent::OverrideGiven(given)).expect("always possible");
        }
        Act::Audit => climb.audit(),
        Act::Settle => drop(climb.settle()),
    }
}

/// 5,000 histories, and 100,000 where there is time.
fn many() -> ProptestConfig {
    let long = std::env::var_os("AUTOREACH_LONG").is_some();
    ProptestConfig { cases: if long { 100_000 } else { 5_000 }, max_shrink_iters: 2_000, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(many())]

    /// However a history goes, a level rises only by one step, by a promotion, and only when everything it asks for is there.
    #[test]
    fn no_path_raises_a_level_without_its_evidence(acts in prop::collection::vec(act(), 1..40)) {
        let mut climb = Climb::new();
        for act in &acts {
            let before = climb.ladder.level();
            let is_supported = requirements(&climb.ladder, climb.now).iter().all(|requirement| requirement.is_met);
            perform(&mut climb, act);
            let after = climb.ladder.level();
            if after > before {
                prop_assert!(matches!(act, Act::AskFor(to) if *to == after), "{act:?} raised {before:?} to {after:?}");
                prop_assert!(is_supported && before.above() == Some(after));
            }
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// An override releases more for a while and is no level.
    #[test]
    fn an_override_never_changes_a_level(acts in prop::collection::vec(act(), 1..20), percent in 70_u8..=100) {
        let mut climb = Climb::new();
        acts.iter().for_each(|act| perform(&mut climb, act));
        let before = climb.ladder.level();
        perform(&mut climb, &Act::Override(percent));
        prop_assert_eq!(climb.ladder.level(), before);
    }

    /// Nothing that happens by itself ever leads up, and everything that is due can be done and comes to an end.
    #[test]
    fn what_happens_by_itself_only_leads_down(acts in prop::collection::vec(act(), 1..30)) {
        let mut climb = Climb::new();
        acts.iter().for_each(|act| perform(&mut climb, act));
        let before = climb.ladder.level();
        climb.settle();
        prop_assert!(climb.ladder.level() <= before);
        prop_assert!(climb.ladder.due(climb.now, climb.today()).is_empty());
    }

    /// A snapshot is the state.
    #[test]
    fn a_ladder_survives_its_stored_form(acts in prop::collection::vec(act(), 1..20)) {
        let mut climb = Climb::new();
        acts.iter().for_each(|act| perform(&mut climb, act));
        let stored = serde_json::to_string(&climb.ladder).expect("plain data");
        let read = serde_json::from_str(&stored).expect("plain data");
        prop_assert_eq!(climb.ladder, read);
    }
}

#[test]
fn by_hand_one_click_leads_down_from_every_level() {
    let mut climb = Climb::at_level_3();
    let down = OversightEvent::PulledBack { to: Level::VerifyExceptions, why: PullBack::ByHand };
    climb.ladder.apply(climb.now, &down).expect("down is always possible");
    assert_eq!(climb.ladder.level(), Level::VerifyExceptions);
    let up = OversightEvent::PulledBack { to: Level::StrategicOversight, why: PullBack::ByHand };
    assert!(climb.ladder.apply(climb.now, &up).is_err());
}
