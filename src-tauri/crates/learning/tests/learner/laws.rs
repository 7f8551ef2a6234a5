//! What must be true of the fold whatever happened.

use autoreach_domain::confidence::Features;
use autoreach_learning::fold::FEATURE_SCHEMA_VERSION;
use autoreach_learning::{Event, Learner, LearningError, Prior, Verdict};
use proptest::prelude::*;

#[derive(Debug, Clone)]
struct Case {
    industry: usize,
    size: Option<f64>,
    is_hiring: Option<bool>,
    accepted: bool,
    reviewer: usize,
    is_judged: bool,
}

const INDUSTRIES: [&str; 4] = ["software", "retail", "logistics", "energy"];
const RENAMED: [&str; 4] = ["zebra", "apple", "mango", "quince"];
const REVIEWERS: [&str; 2] = ["r1", "r2"];

fn cases(most: usize) -> impl Strategy<Value = Vec<Case>> {
    let case = (0..4_usize, prop::option::of(0.0..50_000.0_f64), prop::option::of(any::<bool>()), any::<bool>(), 0..2_usize, any::<bool>());
    let case = case.prop_map(|(industry, size, is_hiring, accepted, reviewer, is_judged)| Case {
        industry,
        size,
        is_hiring,
        accepted,
        reviewer,
        is_judged,
    });
    prop::collection::vec(case, 1..most)
}

fn features(case: &Case, names: &[&str; 4]) -> Features {
    let mut features = Features::default();
    features.category("industry", names[case.industry]);
    if let Some(size) = case.size {
        features.number("head_count", size);
        features.number("visits", size / 7.0);
    }
    if let Some(is_hiring) = case.is_hiring {
        features.flag("hiring", is_hiring);
    }
    features
}

fn fold(prior: &Prior, cases: &[Case], names: &[&str; 4]) -> Learner {
    let each: Vec<(Features, &Case)> = cases.iter().map(|case| (features(case, names), case)).collect();
    let events = each.iter().flat_map(|(features, case)| {
        let verdict = Verdict { features, accepted: case.accepted, weight: 1.0, reviewer: REVIEWERS[case.reviewer] };
        let decided = case.is_judged.then_some(Event::Decided(verdict));
        [Some(Event::Arrived(features)), decided].into_iter().flatten()
    });
    Learner::replay(prior.clone(), events)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn folding_the_same_events_gives_the_same_bytes(cases in cases(130)) {
        let prior = Prior::default();
        prop_assert_eq!(fold(&prior, &cases, &INDUSTRIES).digest(), fold(&prior, &cases, &INDUSTRIES).digest());
    }

    #[test]
    fn a_snapshot_continues_as_if_it_had_never_been_taken(cases in cases(130), split in 0..130_usize) {
        let (before, after) = cases.split_at(split.min(cases.len()));
        let whole = fold(&Prior::default(), &cases, &INDUSTRIES);
        let snapshot = fold(&Prior::default(), before, &INDUSTRIES).to_snapshot();
        let mut resumed = Learner::from_snapshot(&snapshot).expect("own snapshot");
        for case in after {
            let features = features(case, &INDUSTRIES);
            resumed.arrive(&features);
            if case.is_judged {
                resumed.learn(&Verdict { features: &features, accepted: case.accepted, weight: 1.0, reviewer: REVIEWERS[case.reviewer] });
            }
        }
        prop_assert_eq!(resumed.digest(), whole.digest());
    }

    #[test]
    fn an_undone_verdict_leaves_no_trace(cases in cases(110), undone in 0..110_usize) {
        let mut undone_later = cases.clone();
        let undone = undone.min(cases.len() - 1);
        undone_later[undone].is_judged = false;
        let mut never_judged = undone_later.clone();
        never_judged[undone].accepted = !never_judged[undone].accepted;
        let digest = |cases: &[Case]| fold(&Prior::default(), cases, &INDUSTRIES).digest();
        prop_assert_eq!(digest(&undone_later), digest(&never_judged));
        if cases[undone].is_judged {
            prop_assert_ne!(digest(&undone_later), digest(&cases));
        }
    }

    #[test]
    fn what_values_are_called_makes_no_difference(cases in cases(120)) {
        let (plain, renamed) = (fold(&Prior::default(), &cases, &INDUSTRIES), fold(&Prior::default(), &cases, &RENAMED));
        for case in &cases {
            let left = plain.predict(&features(case, &INDUSTRIES)).confidence;
            let right = renamed.predict(&features(case, &RENAMED)).confidence;
            prop_assert_eq!(left, right);
        }
    }

    #[test]
    fn a_prediction_is_a_probability_and_changes_nothing(cases in cases(120), strange in any::<f64>()) {
        let learner = fold(&Prior::default(), &cases, &INDUSTRIES);
        let before = learner.digest();
        let mut lead = features(&cases[0], &INDUSTRIES);
        lead.number("visits", strange);
        lead.category("never seen", "before");
        let confidence = learner.predict(&lead).confidence;
        prop_assert!(confidence.p > 0.0 && confidence.p < 1.0);
        prop_assert!(confidence.p_cal > 0.0 && confidence.p_cal < 1.0);
        prop_assert!(confidence.variance >= 0.0 && confidence.variance.is_finite());
        prop_assert_eq!(learner.digest(), before);
    }
}

#[test]
fn a_column_of_ids_neither_outgrows_the_model_nor_hides_what_matters() {
    let mut learner = Learner::new(Prior::default());
    let lead = |number: usize| {
        let mut features = Features::default();
        features.category("id", format!("row {number}"));
        features.category("industry", INDUSTRIES[number % 2]);
        features
    };
    for number in 0..1_200 {
        learner.arrive(&lead(number));
        learner.learn(&Verdict { features: &lead(number), accepted: number % 2 == 0, weight: 1.0, reviewer: "r1" });
    }
    assert!(learner.predict(&lead(5_000)).confidence.p > 0.9);
    assert!(learner.predict(&lead(5_001)).confidence.p < 0.1);
}

#[test]
fn a_stated_criterion_speaks_before_the_first_verdict() {
    let mut prior = Prior::default();
    prior.wanted("industry=software");
    prior.unwanted("industry=retail");
    let mut learner = Learner::new(prior);
    let lead = |industry: &str| {
        let mut features = Features::default();
        features.category("industry", industry);
        features
    };
    let before = ["software", "energy", "retail"].map(|industry| learner.predict(&lead(industry)).confidence.p);
    ["software", "energy", "retail"].iter().for_each(|industry| learner.arrive(&lead(industry)));
    let after = ["software", "energy", "retail"].map(|industry| learner.predict(&lead(industry)).confidence.p);
    for [software, energy, retail] in [before, after] {
        assert!(software > 0.55 && (energy - 0.5).abs() < 1e-12 && retail < 0.45, "{software} {energy} {retail}");
    }
}

#[test]
fn an_explanation_names_what_moved_the_prediction_on_each_side() {
    let mut learner = Learner::new(Prior::default());
    let lead = |industry: &str, size: f64| {
        let mut features = Features::default();
        features.category("industry", industry);
        features.number("head_count", size);
        features
    };
    for number in 0..40 {
        let (industry, size) = if number % 2 == 0 { ("software", 120.0) } else { ("retail", 9_000.0) };
        learner.arrive(&lead(industry, size));
        learner.learn(&Verdict { features: &lead(industry, size), accepted: number % 2 == 0, weight: 1.0, reviewer: "r1" });
    }
    let prediction = learner.predict(&lead("software", 9_000.0));
    let (wanted, unwanted) = (&prediction.in_favour[0], &prediction.against[0]);
    assert_eq!((wanted.feature.as_str(), wanted.reading.as_str()), ("industry", "software"));
    assert_eq!((unwanted.feature.as_str(), unwanted.reading.as_str()), ("head_count", "5,001-10,000"));
    assert!(wanted.effect > 0.2 && unwanted.effect < -0.2);
}

#[test]
fn a_strict_colleague_does_not_make_the_team_strict() {
    let mut learner = Learner::new(Prior::default());
    let mut features = Features::default();
    features.category("industry", "software");
    for number in 0..60 {
        learner.arrive(&features);
        let (reviewer, accepted) = if number % 3 == 0 { ("strict", false) } else { ("fair", true) };
        learner.learn(&Verdict { features: &features, accepted, weight: 1.0, reviewer });
    }
    let mut alone = Learner::new(Prior::default());
    for number in 0..60 {
        alone.arrive(&features);
        alone.learn(&Verdict { features: &features, accepted: number % 3 != 0, weight: 1.0, reviewer: "one" });
    }
    let (told_apart, mixed_up) = (learner.predict(&features).confidence.p, alone.predict(&features).confidence.p);
    assert!((mixed_up - 2.0 / 3.0).abs() < 0.05, "{mixed_up}");
    assert!(told_apart < 0.75, "strictness is an offset around the team, not around the fairest member: {told_apart}");
    assert_ne!(told_apart, mixed_up);
}

#[test]
fn a_rushed_verdict_counts_half() {
    let moved = |weight: f64| {
        let mut learner = Learner::new(Prior::default());
        let mut features = Features::default();
        features.category("industry", "software");
        learner.arrive(&features);
        learner.learn(&Verdict { features: &features, accepted: true, weight, reviewer: "r1" });
        learner.predict(&features).confidence.p - 0.5
    };
    assert!(moved(0.5) > 0.0 && moved(0.5) < moved(1.0));
    assert_eq!(moved(f64::NAN), 0.0);
}

#[test]
fn a_snapshot_of_other_rules_is_refused_with_its_version() {
    let snapshot = String::from_utf8(Learner::new(Prior::default()).to_snapshot()).expect("text");
    let present = format!("\"schema\":{FEATURE_SCHEMA_VERSION}");
    let outdated = snapshot.replacen(&present, "\"schema\":77", 1);
    assert!(matches!(Learner::from_snapshot(outdated.as_bytes()), Err(LearningError::SnapshotOutdated { found: 77 })));
    assert!(matches!(Learner::from_snapshot(format!("{{{present}}}").as_bytes()), Err(LearningError::SnapshotUnreadable(_))));
    assert!(matches!(Learner::from_snapshot(b"no"), Err(LearningError::SnapshotUnreadable(_))));
}
