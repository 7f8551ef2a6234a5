//! Invariant 1 seen from the mail crate: the one way to a mail goes through a person's decision and a cleared draft.
//!
//! Also what the other files of this binary compose from: [`cleared`] and [`composed`].

use autoreach_domain::confidence::Features;
use autoreach_domain::decision::{Channel, Decision, Stage, Verdict};
use autoreach_domain::icp::Icp;
use autoreach_domain::ids::{AccountId, DecisionId, GestureId, ItemId, LeadId, WorkflowId};
use autoreach_domain::lead::{EmailAddress, Lead, Person};
use autoreach_domain::oversight::level::Level;
use autoreach_domain::reviewer::Reviewer;
use autoreach_domain::sending::{Approval, ClearedDraft, MailContent, NotCleared};
use autoreach_domain::workflow::{Formality, HighValueLine, Localized, Messaging, QualityBar, Sender, SendingRules, WorkflowDefinition};
use autoreach_mail::{FrozenMail, MessageId, compose, message_id};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Postal address and opt-out line, as every body of these tests ends.
pub(crate) const LAW_TEXTS: &str = "Havnegade 1, 8000 Aarhus\nReply 'no' and I will not write again.";

/// When the mails of these tests were approved: 2026-03-05, 09:30 UTC.
const APPROVED_AT: i64 = 1_772_703_000;

fn approved_at() -> Timestamp {
    Timestamp::from_second(APPROVED_AT).expect("in range")
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("a valid address")
}

fn localized(english: &str) -> Localized {
    Localized { en: english.into(), de: String::new() }
}

/// Wei at Orbital, by the name `name`.
fn lead(name: &str) -> Lead {
    let email = Some(address("wei.rao@orbital.example"));
    Lead {
        id: LeadId::new(approved_at(), [1; 10]),
        workflow_id: WorkflowId::new(approved_at(), [2; 10]),
        account_id: AccountId::new(approved_at(), [3; 10]),
        import_id: None,
        company: "Orbital".into(),
        website: None,
        person: Person { first_name: name.into(), email, ..Person::default() },
        country: None,
        city: None,
        industry: None,
        head_count: None,
        other_columns: BTreeMap::new(),
        created_at: approved_at(),
    }
}

/// Alex's workflow, signed with the name `name`.
fn definition(name: &str) -> WorkflowDefinition {
    let (postal_address, opt_out) = LAW_TEXTS.split_once('\n').expect("two lines");
    WorkflowDefinition {
        name: "Nordic freight".into(),
        icp: Icp::default(),
        messaging: Messaging {
            formality: Formality::Neutral,
            offer: localized("We re-plan shipments when ports are late."),
            question: localized("Worth a call?"),
            always: Vec::new(),
            never: Vec::new(),
            preferred_openers: Vec::new(),
        },
        sender: Sender {
            name: name.into(),
            email: address("alex@portwise.example"),
            company: "Portwise".into(),
            postal_address: postal_address.into(),
            opt_out: localized(opt_out),
        },
        quality_bar: QualityBar::default(),
        high_value: HighValueLine::default(),
        sending: SendingRules::default(),
    }
}

/// What a person said about `stage` of the item of `lead`.
fn decision(lead: &Lead, stage: Stage, verdict: Verdict) -> Decision {
    Decision {
        id: DecisionId::new(approved_at(), [4; 10]),
        gesture_id: GestureId::new(approved_at(), [5; 10]),
        workflow_id: lead.workflow_id,
        lead_id: lead.id,
        item_id: ItemId::new(approved_at(), [6; 10]),
        stage,
        artifact_hash: String::new(),
        reviewer: Reviewer::from(String::from("Alex")),
        channel: Channel::Review,
        verdict,
        note: String::new(),
        reasons: Vec::new(),
        features: Features::default(),
        feature_schema_version: 1,
        p_before: 0.5,
        p_cal_before: 0.5,
        threshold_used: None,
        level: Level::VerifyEverything,
        model_version: "test".into(),
        memory_version: 0,
        propensity: 1.0,
        mark: false,
        blind: false,
        draft_text: String::new(),
        final_text: String::new(),
        edit_distance: 0.0,
        wrong_facts: Vec::new(),
        vouched: false,
        shown_at: approved_at(),
        decided_at: approved_at(),
        active_ms: 4_000,
        sitting_id: APPROVED_AT * 1_000,
        position_in_sitting: 1,
        tz_offset_minutes: 60,
        after_release: false,
        segment: None,
        mail: None,
    }
}

fn approval(lead: &Lead) -> Approval {
    Approval::by_person(&decision(lead, Stage::Email, Verdict::Accept)).expect("an accepted mail")
}

/// A mail accepted by a person, from and to somebody of that name; the law's texts are put under `body`.
pub(crate) fn cleared(name: &str, subject: &str, body: &str) -> Result<ClearedDraft, NotCleared> {
    cleared_between(&definition(name), &lead(name), subject, body)
}

fn cleared_between(definition: &WorkflowDefinition, lead: &Lead, subject: &str, body: &str) -> Result<ClearedDraft, NotCleared> {
    let body = format!("{body}\n\n{LAW_TEXTS}");
    ClearedDraft::clear(approval(lead), lead, definition, MailContent { subject, body: &body }, false)
}

/// The Message-ID of a draft's first mail.
pub(crate) fn id_of(draft: &ClearedDraft) -> MessageId {
    message_id(&[7; 32], draft.approval().lead_id().as_bytes(), 1, &draft.content_hash(), &draft.from().address)
}

/// A cleared mail, frozen.
pub(crate) fn composed(name: &str, subject: &str, body: &str) -> FrozenMail {
    let draft = cleared(name, subject, body).expect("is cleared");
    compose(&draft, &id_of(&draft)).expect("composes")
}

#[test]
fn a_mail_says_what_its_draft_was_cleared_with_and_nothing_else() {
    let draft = cleared_between(&definition("Alex Berg"), &lead("Wei Rao"), "Late ports", "Hi Wei,").expect("is cleared");
    let id = id_of(&draft);
    let frozen = compose(&draft, &id).expect("composes");
    let text = String::from_utf8(frozen.bytes().to_vec()).expect("ASCII");
    let (head, body) = text.split_once("\r\n\r\n").expect("an empty line");
    for line in [
        "From: \"Alex Berg\" <alex@portwise.example>",
        "To: \"Wei Rao\" <wei.rao@orbital.example>",
        "Subject: Late ports",
        "Date: Thu, 05 Mar 2026 09:30:00 +0000",
        "List-Unsubscribe: <mailto:alex@portwise.example?subject=unsubscribe>",
        &format!("Message-ID: {id}"),
    ] {
        assert!(head.lines().any(|found| found == line), "{line} in\n{head}");
    }
    assert_eq!(body.replace("\r\n", "\n"), format!("{}\n", draft.body()));
    assert_eq!((frozen.message_id(), &frozen.envelope().from), (&id, &draft.from().address));
    assert_eq!(frozen.envelope().to, draft.to().address);
}

#[test]
fn without_an_accepted_mail_there_is_nothing_to_compose() {
    let lead = lead("Wei Rao");
    for (stage, verdict) in [(Stage::Email, Verdict::Reject), (Stage::Research, Verdict::Accept), (Stage::Qualification, Verdict::Edit)] {
        assert_eq!(Approval::by_person(&decision(&lead, stage, verdict)), None, "{stage:?} {verdict:?}");
    }
    assert!(Approval::by_person(&decision(&lead, Stage::Email, Verdict::Edit)).is_some());
}

#[test]
fn an_approval_clears_its_own_lead_only_and_nobody_on_the_list() {
    let lead = lead("Wei Rao");
    let content = MailContent { subject: "Late ports", body: LAW_TEXTS };
    let clear = |lead: &Lead, approval, suppressed| ClearedDraft::clear(approval, lead, &definition("Alex Berg"), content, suppressed);
    let other = Lead { id: LeadId::new(approved_at(), [9; 10]), ..lead.clone() };
    assert_eq!(clear(&other, approval(&lead), false), Err(NotCleared::OtherLead));
    assert_eq!(clear(&lead, approval(&lead), true), Err(NotCleared::Suppressed));
    assert!(clear(&lead, approval(&lead), false).is_ok());
}

#[test]
fn content_moves_between_fields_are_seen() {
    let hash = |definition: &WorkflowDefinition, lead: &Lead, subject, body| {
        cleared_between(definition, lead, subject, body).expect("is cleared").content_hash()
    };
    let (alex, wei) = (definition("Alex"), lead("Wei"));
    assert_eq!(hash(&alex, &wei, "ab", "c"), hash(&alex, &wei, "ab", "c"));
    assert_ne!(hash(&alex, &wei, "ab", "c"), hash(&alex, &wei, "a", "bc"));
    let (mut swapped_from, mut swapped_to) = (alex.clone(), wei.clone());
    swapped_from.sender.email = address("wei.rao@orbital.example");
    swapped_to.person.email = Some(address("alex@portwise.example"));
    assert_ne!(hash(&alex, &wei, "s", "t"), hash(&swapped_from, &swapped_to, "s", "t"), "sender and recipient");
    assert_ne!(hash(&alex, &wei, "s", "t"), hash(&definition("Wei"), &lead("Alex"), "s", "t"), "their names");
}
