//! Several people, a profile someone holds on to, and a business that changes.

use autoreach_domain::confidence::Features;
use autoreach_learning::fold::USUAL_ERA_WEIGHT;
use autoreach_learning::{Event, Learner, LearningError, Prior, Settled, Verdict};

fn lead(industry: &str) -> Features {
    let mut features = Features::default();
    features.category("industry", industry);
    features
}

/// Every lead of these industries arrived once.
fn learner(prior: Prior, industries: &[&str]) -> Learner {
    let mut learner = Learner::new(prior);
    industries.iter().for_each(|industry| learner.arrive(&lead(industry)));
    learner
}

fn judge(learner: &mut Learner, reviewer: &str, industry: &str, accepted: bool, times: usize) {
    for _ in 0..times {
        learner.learn(&Verdict { features: &lead(industry), accepted, weight: 1.0, reviewer });
    }
}

fn p(learner: &Learner, industry: &str) -> f64 {
    learner.predict(&lead(industry)).confidence.p
}

#[test]
fn a_kept_criterion_keeps_its_weight_against_verdicts_that_turn_a_stated_one() {
    let effect_after_refusals = |is_kept: bool| {
        let mut prior = Prior::default();
        prior.wanted("industry=software");
        if is_kept {
            prior.keep("industry=software");
        }
        let mut learner = learner(prior, &["software", "retail"]);
        (0..30).for_each(|_| {
            judge(&mut learner, "r1", "software", false, 1);
            judge(&mut learner, "r1", "retail", true, 1);
        });
        let prediction = learner.predict(&lead("software"));
        prediction.in_favour.iter().chain(&prediction.against).map(|contribution| contribution.effect).sum::<f64>()
    };
    let (kept, stated) = (effect_after_refusals(true), effect_after_refusals(false));
    assert!(kept > 0.0 && stated < 0.0, "kept {kept}, only stated {stated}");
}

#[test]
fn a_new_era_lets_new_verdicts_have_their_way_sooner() {
    let after = |era: Option<f64>| {
        let mut learner = learner(Prior::default(), &["software", "retail"]);
        judge(&mut learner, "r1", "software", true, 120);
        judge(&mut learner, "r1", "retail", false, 120);
        era.into_iter().for_each(|weight| learner.begin_era(weight));
        judge(&mut learner, "r1", "software", false, 20);
        (learner.labels(), p(&learner, "software"))
    };
    let (labels, unchanged) = after(None);
    let (_, usual) = after(Some(USUAL_ERA_WEIGHT));
    let (_, forgotten) = after(Some(0.0));
    assert_eq!(labels, 260);
    assert!(forgotten < usual && usual < unchanged - 0.02, "{forgotten} {usual} {unchanged}");
    assert_eq!(after(Some(1.0)).0, 260, "nothing is taken out of the count");
}

#[test]
fn a_new_era_is_part_of_the_fold() {
    let (software, retail) = (lead("software"), lead("retail"));
    let verdict = |features, accepted| Event::Decided(Verdict { features, accepted, weight: 1.0, reviewer: "r1" });
    let events =
        [Event::Arrived(&software), Event::Arrived(&retail), verdict(&software, true), Event::NewEra(0.5), verdict(&retail, false)];
    let mut by_hand = learner(Prior::default(), &["software", "retail"]);
    judge(&mut by_hand, "r1", "software", true, 1);
    by_hand.begin_era(0.5);
    judge(&mut by_hand, "r1", "retail", false, 1);
    assert_eq!(Learner::replay(Prior::default(), events).digest(), by_hand.digest());
}

#[test]
fn what_several_people_settled_is_one_verdict_between_theirs() {
    let settled = |acceptance: f64| {
        let mut learner = learner(Prior::default(), &["software"]);
        learner.settle(&Settled { features: &lead("software"), acceptance });
        (learner.labels(), p(&learner, "software"))
    };
    let mut agreed = learner(Prior::default(), &["software"]);
    judge(&mut agreed, "r1", "software", true, 1);
    assert_eq!(settled(1.0), (1, p(&agreed, "software")), "unanimous is an ordinary verdict");
    assert!(settled(0.7).1 > 0.5 && settled(0.7).1 < settled(1.0).1);
    assert!((settled(0.5).1 - 0.5).abs() < 1e-12, "an even split teaches no side");
}

/// Ana likes software and dislikes retail like everyone; Ben accepts retail as well.
fn two_tastes(rounds: usize) -> Learner {
    let mut learner = learner(Prior::default(), &["software", "retail", "energy"]);
    for _ in 0..rounds {
        judge(&mut learner, "ana", "software", true, 1);
        judge(&mut learner, "ana", "retail", false, 1);
        judge(&mut learner, "ana", "energy", false, 1);
        judge(&mut learner, "ben", "software", true, 1);
        judge(&mut learner, "ben", "retail", true, 1);
        judge(&mut learner, "ben", "energy", false, 1);
    }
    learner
}

#[test]
fn a_colleague_of_another_opinion_is_told_apart_from_the_team() {
    let learner = two_tastes(50);
    let personal = |reviewer: &str| learner.predict_for(reviewer, &lead("retail")).confidence.p;
    let (team, ana, ben) = (p(&learner, "retail"), personal("ana"), personal("ben"));
    assert!(ana < 0.2 && ben > 0.8 && team > ana && team < ben, "team {team}, Ana {ana}, Ben {ben}");
    let shared = ["ana", "ben"].map(|reviewer| learner.predict_for(reviewer, &lead("energy")).confidence.p);
    assert!(shared.iter().all(|p| *p < 0.2), "what they agree on stays agreed: {shared:?}");
}

#[test]
fn before_thirty_verdicts_a_colleague_has_a_strictness_and_no_own_view() {
    let (few, many) = (two_tastes(9), two_tastes(20));
    let gap = |learner: &Learner| {
        let difference = |industry| {
            let of = |reviewer| learner.predict_for(reviewer, &lead(industry)).confidence;
            libm::log(of("ben").p / (1.0 - of("ben").p)) - libm::log(of("ana").p / (1.0 - of("ana").p))
        };
        difference("retail") - difference("energy")
    };
    assert!(gap(&few).abs() < 0.2, "the same offset everywhere: {}", gap(&few));
    assert!(gap(&many) > 0.5, "retail is where they differ: {}", gap(&many));
}

#[test]
fn a_stranger_is_expected_to_judge_like_the_team() {
    let learner = two_tastes(20);
    assert_eq!(learner.predict_for("nobody yet", &lead("retail")), learner.predict(&lead("retail")));
}

#[test]
fn a_snapshot_of_the_form_before_is_refused_and_not_guessed_at() {
    let mut learner = learner(Prior::default(), &["software"]);
    judge(&mut learner, "r1", "software", true, 3);
    let snapshot: serde_json::Value = serde_json::from_slice(&learner.to_snapshot()).expect("plain data");
    let with = |change: fn(&mut serde_json::Value)| {
        let mut changed = snapshot.clone();
        change(&mut changed);
        Learner::from_snapshot(changed.to_string().as_bytes())
    };
    assert!(with(|_| {}).is_ok());
    let old_forms: [fn(&mut serde_json::Value); 2] = [
        |old| old["prior"] = serde_json::json!({"industry=software": 0.7}),
        |old| old["history"][0] = serde_json::json!({"observation": [[0, {"s": 1}]], "accepted": true, "weight": 1.0, "reviewer": 0}),
    ];
    for old_form in old_forms {
        assert!(matches!(with(old_form), Err(LearningError::SnapshotUnreadable(_))));
    }
}
