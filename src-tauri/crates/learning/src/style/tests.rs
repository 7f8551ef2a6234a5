//! What the memory makes of a history of mails.

use super::*;
use autoreach_domain::style::{CtaKind, OpeningKind, SentenceRole, StyleGuide};
use autoreach_domain::workflow::Language;
use proptest::prelude::*;

const DRAFT: &str = "Hello Wei,\n\nCongratulations on the new site in Aarhus. We re-plan shipments. It is a long brochure, gladly sent.\n\n\
                     Would 20 minutes next week be worth it?\n\nBest regards,\nAlex Berg";
const FINAL: &str = "Hi Wei,\n\nIs re-planning on your list?\n\nWe re-plan shipments. If it is useful, just reply.\n\nCheers,\nAlex Berg";

fn mail(body: &str) -> Mail {
    Mail { subject: "Your planners".into(), body: body.into() }
}

fn verdict(number: usize, decision: EmailDecision) -> EmailVerdict {
    let draft = mail(DRAFT);
    EmailVerdict {
        item: format!("item {number}"),
        reviewer: "ana".into(),
        workflow: "freight".into(),
        persona: "VP Operations".into(),
        language: Language::English,
        about: "freight forwarder, planners".into(),
        traits: Traits::of(&draft),
        draft,
        decision,
    }
}

fn edited(number: usize, body: &str) -> StyleEvent {
    StyleEvent::Verdict(verdict(number, EmailDecision::Edited(mail(body))))
}

fn edits(count: usize) -> Vec<StyleEvent> {
    (0..count).map(|number| edited(number, FINAL)).collect()
}

fn lesson(memory: &StyleMemory, text: &str) -> Lesson {
    let lessons = memory.lessons();
    let texts: Vec<&String> = lessons.iter().map(|lesson| &lesson.text).collect();
    lessons.iter().find(|lesson| lesson.text == text).unwrap_or_else(|| panic!("{text} is not among {texts:?}")).clone()
}

fn knows(memory: &StyleMemory, text: &str) -> bool {
    memory.lessons().iter().any(|lesson| lesson.text == text)
}

fn occasion() -> Occasion<'static> {
    Occasion { reviewer: "ana", workflow: "freight", persona: "VP Operations", language: Language::English, about: "freight planners" }
}

fn guide(memory: &StyleMemory) -> StyleGuide {
    memory.guide(&occasion(), |_| 0.0)
}

/// A writer that takes over greeting, sign-off and opening from a guide and nothing else.
fn redraft(past: &PastMail, guide: &StyleGuide) -> Option<Mail> {
    let mut body = past.draft.body.clone();
    if let Some(line) = guide.sign_off.get(Language::English) {
        body = body.replace("Best regards,", line);
    }
    if let Some(word) = guide.greeting.get(Language::English) {
        body = body.replace("Hello", word);
    }
    if guide.opening_weight(OpeningKind::Compliment) < 1.0 {
        body = body.replace("Congratulations on the new site in Aarhus.", "Is planning on your list?");
    }
    Some(Mail { subject: past.draft.subject.clone(), body })
}

/// Tries everything that is due and tells the memory.
fn verified(mut events: Vec<StyleEvent>) -> Vec<StyleEvent> {
    let memory = StyleMemory::replay(&events);
    let outcomes = memory.due_for_trial().into_iter().filter_map(|lesson| memory.verify(&lesson, redraft));
    events.extend(outcomes.map(StyleEvent::Verified));
    events
}

#[test]
fn two_edits_are_no_lesson_and_three_are_a_candidate_that_changes_nothing() {
    assert!(!knows(&StyleMemory::replay(&edits(2)), "No compliment openings"));
    let memory = StyleMemory::replay(&edits(3));
    for text in
        ["No compliment openings", "Open with a question", "Sign off with \"Cheers,\"", "Greet with \"Hi\"", "End softly, without asking"]
    {
        let lesson = lesson(&memory, text);
        assert_eq!((lesson.state, lesson.support), (LessonState::Candidate, 3), "{text}");
    }
    let guide = guide(&memory);
    assert_eq!((guide.rules, guide.openings, guide.banned, guide.cta), (Vec::new(), Vec::new(), Vec::new(), None));
    assert_eq!(guide.sign_off.get(Language::English), None);
}

#[test]
fn a_lesson_speaks_as_a_sentence_with_its_evidence() {
    let memory = StyleMemory::replay(&edits(9));
    assert_eq!(lesson(&memory, "No compliment openings").with_evidence(), "No compliment openings: from 9 edits");
    let mut events = edits(9);
    events.push(StyleEvent::Verdict(verdict(20, EmailDecision::Accepted)));
    let memory = StyleMemory::replay(&events);
    assert_eq!(lesson(&memory, "No compliment openings").with_evidence(), "No compliment openings: from 9 edits, 1 against");
}

#[test]
fn a_candidate_becomes_active_only_when_past_drafts_come_nearer_with_it() {
    let memory = StyleMemory::replay(&verified(edits(3)));
    assert_eq!(lesson(&memory, "Sign off with \"Cheers,\"").state, LessonState::Active);
    assert_eq!(lesson(&memory, "No compliment openings").state, LessonState::Active);
    assert_eq!(lesson(&memory, "End softly, without asking").state, LessonState::Candidate, "this writer cannot, so nothing came nearer");
    let guide = guide(&memory);
    assert_eq!(guide.sign_off.get(Language::English), Some("Cheers,"));
    assert_eq!(guide.sign_off.get(Language::German), None);
    assert_eq!((guide.opening_weight(OpeningKind::Compliment), guide.opening_weight(OpeningKind::Question)), (0.0, 1.0));
    assert!(guide.rules.iter().any(|rule| rule.text == "No compliment openings."));
}

#[test]
fn a_trial_that_failed_is_repeated_at_twice_the_support() {
    let due =
        |events: &[StyleEvent]| StyleMemory::replay(events).due_for_trial().iter().any(|lesson| lesson.text == "Open with a question");
    let mut events = verified(edits(3));
    assert!(!due(&events));
    events.extend((3..5).map(|number| edited(number, FINAL)));
    assert!(!due(&events));
    events.push(edited(5, FINAL));
    assert!(due(&events));
}

#[test]
fn contradictions_beyond_half_the_support_retire_a_lesson() {
    let mut events = verified(edits(4));
    let state = |events: &[StyleEvent]| lesson(&StyleMemory::replay(events), "No compliment openings").state;
    events.extend((10..12).map(|number| StyleEvent::Verdict(verdict(number, EmailDecision::Accepted))));
    assert_eq!(state(&events), LessonState::Active, "2 of 4 is not more than half");
    events.push(StyleEvent::Verdict(verdict(12, EmailDecision::Accepted)));
    assert_eq!(state(&events), LessonState::Retired);
    assert_eq!(guide(&StyleMemory::replay(&events)).opening_weight(OpeningKind::Compliment), 1.0);
}

#[test]
fn a_persons_word_wins_over_every_count() {
    let mut events = edits(4);
    let id = lesson(&StyleMemory::replay(&events), "No compliment openings").id;
    let after = |events: &[StyleEvent], command: Command| {
        let mut memory = StyleMemory::replay(events);
        memory.apply(&StyleEvent::Command(command));
        memory
    };
    assert_eq!(lesson(&after(&events, Command::Pin(id.clone())), "No compliment openings").state, LessonState::Active, "unverified");
    assert_eq!(lesson(&after(&events, Command::Keep { lesson: id.clone() }), "No compliment openings").state, LessonState::Active);
    assert_eq!(lesson(&after(&verified(edits(4)), Command::SwitchOff(id.clone())), "No compliment openings").state, LessonState::Off);
    assert!(!knows(&after(&events, Command::Forget(id.clone())), "No compliment openings"));
    let own = after(&events, Command::Edit { lesson: id.clone(), text: "Never write \"congratulations\"".into() });
    assert!(!knows(&own, "No compliment openings"));
    assert_eq!(guide(&own).banned, ["congratulations"]);
    events.push(StyleEvent::Command(Command::Pin(id)));
    events.extend((10..40).map(|number| StyleEvent::Verdict(verdict(number, EmailDecision::Accepted))));
    let pinned = StyleMemory::replay(&events);
    assert_eq!(lesson(&pinned, "No compliment openings").state, LessonState::Active, "30 approvals against it do not matter");
    assert_eq!(guide(&pinned).rules[0].text, "No compliment openings.", "pinned ones come first");
}

#[test]
fn an_own_rule_is_in_force_at_once_where_it_was_given() {
    let add = |text: &str| Command::Add { text: text.into(), kind: LessonKind::Tone, scope: Scope::Workflow("freight".into()) };
    let memory = StyleMemory::replay(&[add("Sign off with \"Yours,\"."), add("Mention the weather"), add("  ")].map(StyleEvent::Command));
    assert_eq!(memory.lessons().len(), 2);
    assert_eq!(lesson(&memory, "Mention the weather").with_evidence(), "Mention the weather: your own rule");
    assert_eq!(guide(&memory).sign_off.get(Language::English), Some("Yours,"));
    let elsewhere = memory.guide(&Occasion { workflow: "bakeries", ..occasion() }, |_| 0.0);
    assert_eq!(elsewhere.rules, []);
}

#[test]
fn a_lesson_of_one_workflow_only_stays_there() {
    let mut events = edits(4);
    events.extend((10..14).map(|number| {
        let other = EmailVerdict {
            workflow: "bakeries".into(),
            ..verdict(number, EmailDecision::Edited(mail(&DRAFT.replace("gladly sent", "sent with pleasure"))))
        };
        StyleEvent::Verdict(other)
    }));
    let lesson = lesson(&StyleMemory::replay(&events), "Sign off with \"Cheers,\"");
    assert_eq!((lesson.scope, lesson.support), (Scope::Workflow("freight".into()), 4));
}

#[test]
fn a_reviewer_who_does_the_opposite_is_not_told_the_teams_lesson() {
    let mut events = verified(edits(12));
    events.extend(
        (20..23).map(|number| StyleEvent::Verdict(EmailVerdict { reviewer: "bo".into(), ..verdict(number, EmailDecision::Accepted) })),
    );
    let memory = StyleMemory::replay(&events);
    assert_eq!(guide(&memory).opening_weight(OpeningKind::Compliment), 0.0);
    let bo = memory.guide(&Occasion { reviewer: "bo", ..occasion() }, |_| 0.0);
    assert_eq!(bo.opening_weight(OpeningKind::Compliment), 1.0);
}

#[test]
fn older_evidence_weighs_less_in_the_order_of_rules() {
    let memory = StyleMemory::replay(&verified(edits(3)));
    let old = "Sign off with \"Cheers,\"";
    let rules = memory.guide(&occasion(), |lesson| if lesson.text == old { 300.0 } else { 0.0 }).rules;
    assert_eq!(rules.last().map(|rule| rule.text.as_str()), Some("Sign off with \"Cheers,\"."), "{rules:?}");
}

#[test]
fn undoing_a_verdict_leaves_no_trace() {
    let mut events = verified(edits(5));
    let before = StyleMemory::replay(&events).digest();
    events.insert(2, edited(99, "Hey Wei,\n\nNothing of the kind!\n\nThanks,\nAlex"));
    assert_ne!(StyleMemory::replay(&events).digest(), before);
    events.remove(2);
    assert_eq!(StyleMemory::replay(&events).digest(), before);
    let snapshot = serde_json::to_vec(&StyleMemory::replay(&events)).expect("is plain data");
    let read: StyleMemory = serde_json::from_slice(&snapshot).expect("reads back");
    assert_eq!(read.digest(), before);
}

#[test]
fn sentences_written_again_and_again_are_offered_and_can_be_forgotten() {
    let mut memory = StyleMemory::replay(&edits(3));
    let offered = guide(&memory).preferred;
    let found = offered.iter().find(|known| known.text == "If it is useful, just reply.").expect("is offered");
    assert_eq!((found.role, found.count), (SentenceRole::Closing, 3));
    assert!(guide(&memory).disliked.iter().any(|known| known.text.contains("long brochure")));
    assert_eq!(memory.avoided()[0].removed, 3);
    memory.apply(&StyleEvent::Command(Command::ForgetSentence("If it is useful, just reply.".into())));
    assert!(guide(&memory).preferred.iter().all(|known| known.text != "If it is useful, just reply."));
}

#[test]
fn one_edit_falls_into_typed_lessons_that_can_be_kept_or_discarded() {
    let split = split(&mail(DRAFT), &mail(FINAL), Language::English);
    let kinds: std::collections::BTreeSet<LessonKind> = split.lessons.iter().map(|lesson| lesson.kind).collect();
    for kind in [LessonKind::Opening, LessonKind::Cta, LessonKind::Length, LessonKind::Tone] {
        assert!(kinds.contains(&kind), "{:?}", split.lessons);
    }
    let question = split.lessons.iter().find(|lesson| lesson.text == "Open with a question").expect("is proposed");
    assert_eq!(question.before, "Congratulations on the new site in Aarhus.");
    assert_eq!(question.after, "Is re-planning on your list?");
    let mut memory = StyleMemory::replay(&edits(3));
    let discard = StyleEvent::Command(Command::Discard { item: "item 1".into(), lesson: question.id.clone() });
    memory.apply(&discard);
    assert!(!knows(&memory, "Open with a question"), "two votes are left");
    memory.apply(&discard);
    memory.apply(&edited(7, FINAL));
    assert_eq!(lesson(&memory, "Open with a question").support, 3, "a vote is taken back once");
    memory.apply(&StyleEvent::Command(Command::Keep { lesson: question.id.clone() }));
    assert_eq!(lesson(&memory, "Open with a question").state, LessonState::Active);
}

#[test]
fn what_is_approved_is_counted_by_kind() {
    let mut events = edits(6);
    events.extend((10..16).map(|number| StyleEvent::Verdict(verdict(number, EmailDecision::Accepted))));
    let memory = StyleMemory::replay(&events);
    let openings = memory.openings();
    assert_eq!((openings[0].what.as_str(), openings[0].samples, openings[0].approved), ("compliment", 12, 6));
    assert!(openings[0].share.is_some_and(|share| share.low > 0.2 && share.high < 0.8));
    assert_eq!(memory.endings()[0].what, CtaKind::TimeOffer.to_string());
    assert_eq!(memory.greetings()[0].what, "hello");
    assert!(memory.length().mean.is_some() && memory.usual_words().is_some());
    assert_eq!(StyleMemory::replay(&edits(7)).length().mean, None, "seven samples say nothing");
}

#[test]
fn a_models_proposal_is_one_vote_and_needs_the_same_support() {
    let mut events = edits(3);
    let propose = |item: &str| StyleEvent::Proposed { item: item.into(), text: "Mention the port".into(), kind: LessonKind::Opening };
    events.extend([propose("item 0"), propose("item 0"), propose("item 1"), propose("item 77")]);
    assert!(!knows(&StyleMemory::replay(&events), "Mention the port"));
    events.push(propose("item 2"));
    let lesson = lesson(&StyleMemory::replay(&events), "Mention the port");
    assert_eq!((lesson.source, lesson.support, lesson.state), (Source::Model, 3, LessonState::Candidate));
}

#[test]
fn the_nearest_edited_mails_are_shown_without_what_only_one_lead_has() {
    let mut events = edits(3);
    events.push(StyleEvent::Verdict(EmailVerdict {
        about: "bakery chain, ovens".into(),
        ..verdict(9, EmailDecision::Edited(mail("Hi Bo,\n\nIs re-planning your 14 ovens in Kolding useful?\n\nCheers,\nAlex")))
    }));
    let memory = StyleMemory::replay(&events);
    let examples = memory.guide(&Occasion { about: "a bakery with ovens", ..occasion() }, |_| 0.0).examples;
    assert_eq!(examples[0], "Is re-planning your \u{2026} useful?", "the nearest, in words that three mails share");
    assert_eq!(examples[1], "Is re-planning on your list? We re-plan shipments. If it is useful, just reply.");
    assert_eq!(StyleMemory::replay(&edits(2)).guide(&occasion(), |_| 0.0).examples, Vec::<String>::new(), "two mails share nothing yet");
}

#[test]
fn strange_edits_teach_nothing_strange() {
    let long = "word and more, ".repeat(140);
    for body in ["", " \n\t ", "🎉🎉🎉", "\u{202E}مرحبا كيف الحال؟ نحن نخطط.", &format!("Hi,\n\n{long}"), "?!?!…。", "Hi"]
    {
        let events: Vec<StyleEvent> = (0..4).map(|number| edited(number, body)).collect();
        let memory = StyleMemory::replay(&verified(events));
        let guide = guide(&memory);
        assert!(guide.preferred.iter().all(|known| known.text.is_ascii()), "{:?}", guide.preferred);
        split(&mail(DRAFT), &mail(body), Language::English);
    }
    let spaced = StyleMemory::replay(&(0..5).map(|number| edited(number, &DRAFT.replace(' ', "  "))).collect::<Vec<_>>());
    assert_eq!(spaced.lessons(), []);
    assert_eq!(split(&mail(DRAFT), &mail(&DRAFT.replace('\n', "\r\n")), Language::English).lessons, []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn any_history_folds_to_the_same_bytes_twice(bodies in proptest::collection::vec("(Hi Wei,\n\n)?[a-e .?!,🎉]{0,60}(\n\nCheers,)?", 1..8)) {
        let events: Vec<StyleEvent> = bodies.iter().enumerate().map(|(number, body)| edited(number, body)).collect();
        let (once, again) = (StyleMemory::replay(&events), StyleMemory::replay(&events));
        prop_assert_eq!(once.digest(), again.digest());
        prop_assert!(guide(&once).rules.is_empty(), "nothing is in force without a trial or a word");
    }
}
