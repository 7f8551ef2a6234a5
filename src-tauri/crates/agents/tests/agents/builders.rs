//! What the stories are made of: leads, workflows and dossiers that read like sentences.

use autoreach_domain::dossier::{Dossier, Fact, Finding, Source};
use autoreach_domain::icp::Icp;
use autoreach_domain::ids::{AccountId, DraftId, FindingId, LeadId, WorkflowId};
use autoreach_domain::lead::{EmailAddress, Lead, Person};
use autoreach_domain::workflow::{
    Formality, HighValueLine, Language, Localized, Messaging, QualityBar, Sender, SendingRules, WorkflowDefinition,
};
use jiff::Timestamp;

/// The day on which all stories play.
pub(crate) fn now() -> Timestamp {
    "2026-11-22T10:00:00Z".parse().expect("a timestamp")
}

/// Finding ids that count up from one.
pub(crate) fn ids() -> impl FnMut() -> FindingId + Send {
    let mut next = 0_u64;
    move || {
        next += 1;
        let mut random = [0; 10];
        random[2..].copy_from_slice(&next.to_be_bytes());
        FindingId::new(Timestamp::UNIX_EPOCH, random)
    }
}

pub(crate) fn draft_id() -> DraftId {
    DraftId::new(now(), [3; 10])
}

/// Wei Rao of Nordvimpel Freight, complete.
pub(crate) fn lead() -> Lead {
    Lead {
        id: LeadId::new(Timestamp::UNIX_EPOCH, [1; 10]),
        workflow_id: WorkflowId::new(Timestamp::UNIX_EPOCH, [2; 10]),
        account_id: AccountId::new(Timestamp::UNIX_EPOCH, [3; 10]),
        import_id: None,
        company: "Nordvimpel Freight A/S".into(),
        website: Some("https://nordvimpel.example".into()),
        person: Person {
            first_name: "Wei".into(),
            last_name: "Rao".into(),
            role: "VP Operations".into(),
            email: EmailAddress::parse("wei.rao@nordvimpel.example").ok(),
        },
        country: Some("Denmark".into()),
        city: Some("Aarhus".into()),
        industry: None,
        head_count: None,
        other_columns: Default::default(),
        created_at: now(),
    }
}

pub(crate) fn definition() -> WorkflowDefinition {
    WorkflowDefinition {
        name: "Nordic freight".into(),
        icp: Icp::default(),
        messaging: Messaging {
            formality: Formality::Neutral,
            offer: Localized {
                en: "Portwise re-plans shipments when ports are late, so planners confirm instead of re-booking by hand.".into(),
                de: "Portwise plant Sendungen neu, wenn Häfen sich verspäten, und Ihre Disposition bestätigt nur noch.".into(),
            },
            question: Localized {
                en: "Would 20 minutes next week be worth it?".into(),
                de: "Wären Ihnen 20 Minuten nächste Woche recht?".into(),
            },
            always: Vec::new(),
            never: vec!["synergy".into()],
            preferred_openers: Vec::new(),
        },
        sender: Sender {
            name: "Alex Berg".into(),
            email: EmailAddress::parse("alex@portwise.example").expect("valid"),
            company: "Portwise".into(),
            postal_address: "Havnegade 1, 8000 Aarhus".into(),
            opt_out: Localized {
                en: "Reply \"no\" and I will not write again.".into(),
                de: "Mit einem \"nein\" schreibe ich nicht wieder.".into(),
            },
        },
        quality_bar: QualityBar::default(),
        high_value: HighValueLine::default(),
        sending: SendingRules::default(),
    }
}

/// A dossier of facts with their quotes and story dates.
pub(crate) fn dossier(facts: &[(Fact, &str, Option<&str>)]) -> Dossier {
    let mut id = ids();
    let finding = |(fact, quote, published): &(Fact, &str, Option<&str>)| Finding {
        id: id(),
        fact: fact.clone(),
        source: Source {
            url: "https://nordvimpel.example/page".into(),
            title: "Nordvimpel".into(),
            snapshot: String::new(),
            quote: (*quote).into(),
            offset: 0,
            fetched_at: now(),
            published: published.map(|date| date.parse().expect("a date")),
            unseen: false,
        },
    };
    Dossier {
        lead_id: lead().id,
        findings: facts.iter().map(finding).collect(),
        pages: vec![autoreach_domain::dossier::PageRead {
            url: "https://nordvimpel.example/page".into(),
            title: String::new(),
            snapshot: String::new(),
            etag: None,
            last_modified: None,
        }],
        page_lists: Vec::new(),
        problems: Vec::new(),
        taints: Vec::new(),
        language: Some(Language::English),
        other_language: None,
        engine: "rules 1".into(),
        researched_at: now(),
    }
}
