//! Qualification: each row answered by a finding, else by the lead file, else unknown; and what the learner sees.

use autoreach_agents::qualify::feature;
use autoreach_agents::{prior, qualify};
use autoreach_domain::confidence::FeatureValue;
use autoreach_domain::dossier::Fact;
use autoreach_domain::icp::{Country, HeadCountRange, Icp, Industry, Signal};
use autoreach_domain::qualification::{Answer, Criterion, Qualification};
use autoreach_domain::workflow::WorkflowDefinition;

use crate::builders::{definition, dossier, lead};

fn country(code: &str) -> Country {
    Country::parse(code).expect("known")
}

fn profile() -> WorkflowDefinition {
    let icp = Icp {
        head_count: Some(HeadCountRange { min: 50, max: Some(500) }),
        industries: vec![Industry::Logistics],
        excluded_industries: vec![Industry::Finance],
        countries: vec![country("DK")],
        technologies: vec!["SAP".into()],
        signals: vec![Signal::Hiring],
        roles: vec!["operations".into()],
        ..Icp::default()
    };
    WorkflowDefinition { icp, ..definition() }
}

fn answer(qualification: &Qualification, criterion: Criterion) -> (Answer, bool) {
    let row = qualification.criteria.iter().find(|row| row.criterion == criterion).expect("asked");
    (row.answer, row.finding.is_some())
}

fn category(qualification: &Qualification, name: &str) -> Option<String> {
    match qualification.features.0.get(name) {
        Some(FeatureValue::Category(text)) => Some(text.clone()),
        _ => None,
    }
}

#[test]
fn findings_answer_before_the_lead_file_does() {
    let found = dossier(&[
        (Fact::HeadCount { low: 146, high: 146 }, "146 people", None),
        (Fact::Industry { industry: Industry::Logistics }, "freight", None),
        (Fact::Location { city: Some("Aarhus".into()), country: Some(country("DK")), headquarters: true }, "Aarhus", None),
        (Fact::Technology { name: "SAP S/4HANA".into() }, "SAP S/4HANA", None),
        (Fact::Hiring { role: "planner".into(), count: Some(4), place: None }, "4 planner", None),
    ]);
    let mut lead = lead();
    lead.head_count = Some(9_000);
    let qualification = qualify(&lead, &found, &profile());
    for criterion in [Criterion::HeadCount, Criterion::Industry, Criterion::Country, Criterion::Technology, Criterion::Signal] {
        assert_eq!(answer(&qualification, criterion), (Answer::Matched, true), "{criterion}");
    }
    assert_eq!(answer(&qualification, Criterion::Role), (Answer::Matched, false));
    assert_eq!(answer(&qualification, Criterion::Exclusion), (Answer::Matched, true));
    assert_eq!(qualification.fit.get(), 100);
}

#[test]
fn the_lead_files_claims_answer_without_a_finding() {
    let mut lead = lead();
    (lead.head_count, lead.industry) = (Some(5_000), Some("Financial Services".into()));
    let qualification = qualify(&lead, &dossier(&[]), &profile());
    assert_eq!(answer(&qualification, Criterion::HeadCount), (Answer::Missed, false));
    assert_eq!(answer(&qualification, Criterion::Country), (Answer::Matched, false));
    assert_eq!(answer(&qualification, Criterion::Exclusion), (Answer::Missed, false));
    assert!(qualification.fit.get() <= 10, "an exclusion applies");
}

#[test]
fn what_nobody_says_stays_unknown() {
    let mut lead = lead();
    (lead.country, lead.city, lead.person.role) = (None, None, String::new());
    let mut unread = dossier(&[]);
    unread.pages.clear();
    let qualification = qualify(&lead, &unread, &profile());
    assert!(qualification.criteria.iter().all(|row| row.answer == Answer::Unknown && row.found.is_empty()));
    assert_eq!(qualification.fit.get(), 50);
    assert!(!qualification.features.0.contains_key(feature::SIGNAL_HIRING), "an unread site gives no signal, not even a missing one");
}

#[test]
fn only_asked_rows_are_shown() {
    assert!(qualify(&lead(), &dossier(&[]), &definition()).criteria.is_empty());
    assert!(prior(&definition()).is_empty());
}

#[test]
fn the_learner_sees_the_rows_and_the_person() {
    let qualification = qualify(&lead(), &dossier(&[]), &profile());
    assert_eq!(category(&qualification, "icp_country").as_deref(), Some("matched"));
    assert_eq!(category(&qualification, feature::ROLE_SENIORITY).as_deref(), Some("vp"));
    assert_eq!(category(&qualification, feature::ROLE_FUNCTION).as_deref(), Some("operations"));
    assert_eq!(qualification.features.0.get(feature::MAIL_MATCHES_DOMAIN), Some(&FeatureValue::Flag(true)));
}

#[test]
fn every_slot_of_the_prior_is_one_the_learner_can_see() {
    let prior = prior(&profile());
    assert!(prior.contains(&("icp_head_count=matched".to_owned(), 0.7)));
    assert!(prior.contains(&("icp_exclusion=missed".to_owned(), -0.7)));
    let features = qualify(&lead(), &dossier(&[]), &profile()).features;
    for (slot, _) in prior {
        let (name, _) = slot.split_once('=').expect("a slot is feature=reading");
        assert!(features.0.contains_key(name), "{name}");
    }
}

#[test]
fn an_old_story_is_no_signal() {
    let mut profile = profile();
    profile.icp.signals = vec![Signal::News];
    let old = dossier(&[(Fact::News { headline: "Opened".into() }, "Opened", Some("2025-01-01"))]);
    assert_eq!(answer(&qualify(&lead(), &old, &profile), Criterion::Signal).0, Answer::Missed);
}
