//! Answers on a workspace whose journal holds many verdicts on invented leads.

use super::CannotAnswer;
use super::view::{ProfileLine, RuleLine};
use crate::error::EngineError;
use crate::testing::{Desk, Invented};
use autoreach_domain::answers::{ProfileAnswer, ProfileVerdict};
use autoreach_domain::decision::Reason;
use autoreach_domain::icp::Industry;
use autoreach_domain::ids::WorkflowId;
use autoreach_domain::review::{Gesture, Part};
use autoreach_domain::workflow::WorkflowDefinition;

/// Logistics, which is wanted, and others are accepted; retail, which nobody named, is not.
async fn desk_that_rejects_retail() -> Desk {
    let desk = Desk::with_a_queue().await;
    desk.judge_invented(Invented::rounds(40, "industry", &["logistics", "food", "energy", "media"], "retail")).await;
    desk
}

async fn workflow(desk: &Desk) -> (WorkflowId, u32, WorkflowDefinition) {
    let workflow = desk.engine.workflow(None).await.expect("there is one");
    (workflow.id, workflow.version, workflow.definition)
}

async fn line(desk: &Desk, slot: &str) -> Option<ProfileLine> {
    let view = desk.engine.profile(workflow(desk).await.0).await.expect("reads");
    view.lines.into_iter().find(|line| line.slot == slot)
}

async fn answer(desk: &Desk, slot: &str, answer: ProfileAnswer) -> Result<String, EngineError> {
    desk.engine.answer_profile(workflow(desk).await.0, slot, answer).await.map(|outcome| outcome.words)
}

#[tokio::test]
async fn an_adopted_finding_is_a_new_version_and_can_be_taken_back() {
    let desk = desk_that_rejects_retail().await;
    let asked = line(&desk, "industry=retail").await.expect("is found");
    assert_eq!((asked.verdict, asked.is_asked, asked.adopt.as_deref()), (ProfileVerdict::Unstated, true, Some("rule out retail")));
    let said = answer(&desk, "industry=retail", ProfileAnswer::Adopt).await.expect("adopts");
    assert_eq!(said, "Adopted: rule out retail. Version 2 of the workflow says so.");
    let (_, version, definition) = workflow(&desk).await;
    assert_eq!((version, definition.icp.excluded_industries), (2, vec![Industry::Retail]));
    let adopted = line(&desk, "industry=retail").await.expect("is still told");
    assert_eq!((adopted.stated.as_str(), adopted.is_asked, adopted.adopt), ("ruled out", false, None));
    assert_eq!(adopted.answered.expect("stands").words, "Adopted in version 2.");
    assert!(desk.engine.verify().await.expect("verifies").is_clean());

    answer(&desk, "industry=retail", ProfileAnswer::AskAgain).await.expect("takes it back");
    let (_, version, definition) = workflow(&desk).await;
    assert_eq!((version, definition.icp.excluded_industries), (3, Vec::new()));
    assert!(line(&desk, "industry=retail").await.expect("is found again").is_asked);
}

#[tokio::test]
async fn a_role_that_is_really_accepted_is_put_into_the_profile_and_stated_from_then_on() {
    let desk = Desk::with_a_queue().await;
    let round = [("purchasing", true), ("sales", false), ("marketing", false)];
    let verdicts = (0..40).flat_map(|_| round).map(|(role, accepted)| Invented::with("role_function", role, accepted));
    desk.judge_invented(verdicts).await;
    let asked = line(&desk, "role_function=purchasing").await.expect("is found");
    assert_eq!(
        (asked.stated.as_str(), asked.verdict, asked.adopt.as_deref()),
        ("", ProfileVerdict::Unstated, Some("look for roles in purchasing"))
    );
    answer(&desk, "role_function=purchasing", ProfileAnswer::Adopt).await.expect("adopts");
    assert_eq!(workflow(&desk).await.2.icp.roles, ["purchasing"]);
    let adopted = line(&desk, "role_function=purchasing").await.expect("is still told");
    assert_eq!((adopted.stated.as_str(), adopted.is_asked), ("wanted", false));
    assert!(desk.engine.verify().await.expect("verifies").is_clean());
}

#[tokio::test]
async fn taking_back_what_was_changed_again_leaves_the_profile_alone() {
    let desk = desk_that_rejects_retail().await;
    answer(&desk, "industry=retail", ProfileAnswer::Adopt).await.expect("adopts");
    let mut changed = workflow(&desk).await.2;
    changed.icp.excluded_industries.push(Industry::Media);
    desk.engine.set_workflow(changed.clone()).await.expect("sets");
    answer(&desk, "industry=retail", ProfileAnswer::AskAgain).await.expect("takes it back");
    assert_eq!(workflow(&desk).await.2, changed, "a later change of one's own is not undone by the way");
}

#[tokio::test]
async fn what_is_kept_stays_as_stated_and_the_memory_is_still_the_fold_of_the_journal() {
    let desk = desk_that_rejects_retail().await;
    let before = desk.learner_digest().await;
    answer(&desk, "industry=retail", ProfileAnswer::Keep).await.expect("keeps");
    assert_ne!(desk.learner_digest().await, before, "the past is folded again");
    assert!(desk.engine.verify().await.expect("verifies").is_clean());
    let kept = line(&desk, "industry=retail").await.expect("is still told");
    assert!(!kept.is_asked && kept.answered.is_some_and(|given| given.answer == ProfileAnswer::Keep && !given.is_hidden));
    assert_eq!(workflow(&desk).await.1, 1, "keeping changes no profile");

    answer(&desk, "industry=retail", ProfileAnswer::AskAgain).await.expect("takes it back");
    assert_eq!(desk.learner_digest().await, before, "byte for byte as if it had never been kept");
    assert!(desk.engine.verify().await.expect("verifies").is_clean());
}

#[tokio::test]
async fn what_is_dismissed_or_put_off_changes_nothing_but_the_list() {
    let desk = desk_that_rejects_retail().await;
    let before = desk.learner_digest().await;
    for hiding in [ProfileAnswer::Dismiss, ProfileAnswer::Later] {
        answer(&desk, "industry=retail", hiding).await.expect("answers");
        let hidden = line(&desk, "industry=retail").await.expect("is listed").answered.expect("stands");
        assert!(hidden.is_hidden, "{hidden:?}");
        assert_eq!((desk.learner_digest().await, workflow(&desk).await.1), (before, 1));
        answer(&desk, "industry=retail", ProfileAnswer::AskAgain).await.expect("takes it back");
    }
    assert!(line(&desk, "industry=retail").await.expect("is found").is_asked);
}

#[tokio::test]
async fn what_was_put_off_comes_back_after_thirty_days() {
    let desk = desk_that_rejects_retail().await;
    answer(&desk, "industry=retail", ProfileAnswer::Later).await.expect("answers");
    let desk = desk.reopen(crate::testing::noon() + jiff::SignedDuration::from_hours(24 * 30 + 1)).await;
    assert!(line(&desk, "industry=retail").await.expect("is found").is_asked);
}

#[tokio::test]
async fn answers_that_fit_nothing_are_refused() {
    let desk = Desk::with_a_queue().await;
    desk.judge_invented(Invented::rounds(40, "founded", &["1970s", "1980s", "1990s", "2000s"], "2010s")).await;
    let found = line(&desk, "founded=2010s").await.expect("is found");
    assert!(found.is_asked && found.adopt.is_none() && found.no_place.is_some(), "{found:?}");
    let refused = |slot: &'static str, given| {
        let desk = &desk;
        async move {
            match answer(desk, slot, given).await {
                Err(EngineError::CannotAnswer(cause)) => cause,
                other => panic!("{slot}: {other:?}"),
            }
        }
    };
    assert_eq!(refused("founded=2010s", ProfileAnswer::Adopt).await, CannotAnswer::NoPlace);
    assert_eq!(refused("colour=red", ProfileAnswer::Dismiss).await, CannotAnswer::NoSuchFinding);
    assert_eq!(refused("industry=logistics", ProfileAnswer::Keep).await, CannotAnswer::NotAsked);
    assert_eq!(refused("founded=2010s", ProfileAnswer::AskAgain).await, CannotAnswer::NoAnswer);
    let entries = desk.engine.profile(workflow(&desk).await.0).await.expect("reads").lines;
    assert!(entries.iter().all(|line| line.answered.is_none()), "a refusal writes nothing");
}

/// Logistics is taken; shops are turned down for one reason, and notes say more.
async fn desk_with_reasons() -> Desk {
    let desk = Desk::with_a_queue().await;
    let turned_down = |note: &'static str| Invented {
        reasons: vec![Reason::NotOurIcp],
        note: note.into(),
        ..Invented::with("industry", "retail", false)
    };
    let notes = ["franchise chain", "a franchise chain", "No media. Part of a franchise chain"];
    desk.judge_invented(notes.map(turned_down).into_iter().chain([Invented::with("industry", "logistics", true)])).await;
    desk
}

async fn rules(desk: &Desk) -> Vec<RuleLine> {
    desk.engine.profile(workflow(desk).await.0).await.expect("reads").rules
}

#[tokio::test]
async fn reasons_and_notes_propose_rules_and_none_applies_itself() {
    let desk = desk_with_reasons().await;
    let proposed = rules(&desk).await;
    let told: Vec<(&str, Option<&str>)> = proposed.iter().map(|rule| (rule.slot.as_str(), rule.adopt.as_deref())).collect();
    assert_eq!(told, [("reasons:industry=retail", Some("rule out retail")), ("notes:never-media", Some("rule out media"))]);
    assert_eq!(proposed[0].notes.len(), 3);
    assert_eq!(workflow(&desk).await.1, 1, "nothing changed");
    assert_eq!(desk.engine.insights(workflow(&desk).await.0).await.expect("reads").rules, proposed, "the screen shows the same");
}

#[tokio::test]
async fn an_adopted_rule_is_a_new_version_and_an_answer_can_be_taken_back() {
    let desk = desk_with_reasons().await;
    let slot = "reasons:industry=retail";
    assert!(matches!(answer(&desk, slot, ProfileAnswer::Keep).await, Err(EngineError::CannotAnswer(CannotAnswer::NothingToKeep))));
    let said = answer(&desk, slot, ProfileAnswer::Adopt).await.expect("adopts");
    assert_eq!(said, "Adopted: rule out retail. Version 2 of the workflow says so.");
    assert_eq!(workflow(&desk).await.2.icp.excluded_industries, [Industry::Retail]);
    assert_eq!(rules(&desk).await[0].answered.as_ref().map(|given| given.words.as_str()), Some("Adopted in version 2."));
    answer(&desk, slot, ProfileAnswer::AskAgain).await.expect("takes it back");
    assert!(workflow(&desk).await.2.icp.excluded_industries.is_empty() && rules(&desk).await[0].is_asked);
    answer(&desk, slot, ProfileAnswer::Dismiss).await.expect("dismisses");
    assert!(rules(&desk).await[0].answered.as_ref().is_some_and(|given| given.is_hidden));
    assert!(desk.engine.verify().await.expect("verifies").is_clean());
}

#[tokio::test]
async fn a_note_about_mails_becomes_a_phrase_that_no_mail_holds() {
    let desk = Desk::with_a_queue().await;
    let noted = Invented { note: "Never mention discounts".into(), ..Invented::with("industry", "logistics", true) };
    desk.judge_invented([noted]).await;
    answer(&desk, "notes:never-discounts", ProfileAnswer::Adopt).await.expect("adopts");
    assert_eq!(workflow(&desk).await.2.messaging.never, ["discounts"]);
    answer(&desk, "notes:never-discounts", ProfileAnswer::AskAgain).await.expect("takes it back");
    assert!(workflow(&desk).await.2.messaging.never.is_empty());
}

#[tokio::test]
async fn what_was_taken_back_proposes_nothing() {
    let desk = desk_with_reasons().await;
    desk.engine.unlearn(workflow(&desk).await.0, None, Some("Ana")).await.expect("unlearns");
    assert!(rules(&desk).await.is_empty());
}

#[tokio::test]
async fn a_line_names_leads_that_were_accepted_and_leads_that_were_not() {
    let desk = desk_that_rejects_retail().await;
    desk.decide("Vantage", Gesture::Accept(Part::All)).await.expect("accepts");
    let id = workflow(&desk).await.0;
    let examples = desk.engine.profile_examples(id, "industry=logistics").await.expect("reads");
    let companies: Vec<&str> = examples.accepted.iter().map(|lead| lead.company.as_str()).collect();
    assert_eq!(companies, ["Vantage Lines", "Orbital Freight"], "each lead once, the latest first");
    assert!(examples.rejected.is_empty() && examples.accepted[0].reads.ends_with("logistics"), "{examples:?}");
    let retail = desk.engine.profile_examples(id, "industry=retail").await.expect("reads");
    assert_eq!((retail.accepted.len(), retail.rejected.len()), (0, 1));
    let unknown = desk.engine.profile_examples(id, "industry=whaling").await;
    assert!(matches!(unknown, Err(EngineError::CannotAnswer(CannotAnswer::NoSuchFinding))), "{unknown:?}");
}
