//! A draft: one mail in sentences, each of which says what kind it is and which findings prove it.
//!
//! [`check`] is the one place that says whether a draft may be trusted: the reviewer's checks line and the exceptions
//! both come from its answer, so that they can never disagree. Writing sentences is the agents' business.

use crate::dossier::{Dossier, Finding};
use crate::exception::{Exception, ExceptionKind};
use crate::grounding::{self, is_supported};
use crate::icp::text_enum;
use crate::ids::{DraftId, FindingId, LeadId};
use crate::text::word_count;
use crate::workflow::{Language, Messaging, Opener};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Words of the body of a first mail, greeting, sign-off and opt-out line left out (`experience.md` 2.2).
pub const BODY_WORDS: std::ops::RangeInclusive<usize> = 50..=90;
/// Most sourced claims in one mail.
pub const MAX_CLAIMS: usize = 3;

/// What a sentence does in a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SentenceKind {
    /// "Hi Wei,".
    Greeting,
    /// Says something about the reader's company: must rest on findings.
    Claim,
    /// Says what we offer: the workflow's own words.
    Offer,
    /// Bridges without saying anything checkable.
    Bridge,
    /// The one question.
    Question,
    /// "Best," and the name.
    SignOff,
    /// Postal address and how to be left alone.
    Footer,
}

text_enum!(SentenceKind, "sentence kind", {
    Greeting => "greeting", Claim => "claim", Offer => "offer", Bridge => "bridge", Question => "question", SignOff => "sign_off",
    Footer => "footer",
});

/// One sentence with its proof.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Sentence {
    /// The words; may hold line breaks (sign-off, footer).
    pub text: String,
    /// What it does.
    pub kind: SentenceKind,
    /// The findings it rests on; empty for sentences that claim nothing.
    pub findings: Vec<FindingId>,
    /// Starts a new paragraph.
    pub starts_paragraph: bool,
}

/// Why the built-in engine wrote a mail although a model was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StandInReason {
    /// The model could not be asked, or gave nothing usable; an exception names what happened.
    ModelTrouble,
    /// No verified fact was there to open with, so the model was not asked.
    NothingToOpenWith,
    /// Every mail by this model is paid for, and the agent would reject the lead: the model writes once a person accepts it.
    LeansToReject,
}

text_enum!(StandInReason, "reason to stand in", {
    ModelTrouble => "model_trouble", NothingToOpenWith => "nothing_to_open_with", LeansToReject => "leans_to_reject",
});

/// For whom the built-in engine stood in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StandIn {
    /// The model that was chosen, as people call it.
    pub model: String,
    /// Why it did not write.
    pub reason: StandInReason,
}

/// What a person wanted to be different from the mail before, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Instruction {
    /// In their words.
    pub text: String,
    /// Wishes that this mail fulfils, in words.
    pub done: Vec<String>,
    /// Wishes that it does not, each with the reason.
    pub not_done: Vec<String>,
    /// Parts that only the model was told, in the person's words: nothing here can tell whether it followed them.
    pub to_model: Vec<String>,
}

/// One mail as the agent would send it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Draft {
    /// Its id.
    pub id: DraftId,
    /// Whom it is for.
    pub lead_id: LeadId,
    /// The subject, one line.
    pub subject: String,
    /// The findings the subject rests on.
    pub subject_findings: Vec<FindingId>,
    /// The sentences in order.
    pub sentences: Vec<Sentence>,
    /// The language.
    pub language: Language,
    /// What the first claim hangs on.
    pub opener: Opener,
    /// The engine that wrote it, with its version.
    pub engine: String,
    /// The chosen model that did not write it; `None` when its own engine was the chosen one. Left out of the stored form
    /// then, so that drafts from before keep their bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub stood_in_for: Option<StandIn>,
    /// What a person asked for when this mail was written anew. Left out of the stored form where nobody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub instruction: Option<Instruction>,
    /// When.
    pub written_at: Timestamp,
}

impl Draft {
    /// Was the mail left to the built-in engine because the agent would reject the lead? A paid model then writes it once a
    /// person accepts the lead.
    pub fn is_spared(&self) -> bool {
        self.stood_in_for.as_ref().is_some_and(|stand_in| stand_in.reason == StandInReason::LeansToReject)
    }

    /// The whole body as plain text: sentences joined by spaces, paragraphs by a blank line.
    pub fn body(&self) -> String {
        let mut body = String::new();
        for sentence in &self.sentences {
            if !body.is_empty() {
                body.push_str(if sentence.starts_paragraph { "\n\n" } else { " " });
            }
            body.push_str(&sentence.text);
        }
        body
    }

    /// Words between greeting and sign-off.
    pub fn body_words(&self) -> usize {
        let counted = |kind| !matches!(kind, SentenceKind::Greeting | SentenceKind::SignOff | SentenceKind::Footer);
        self.sentences.iter().filter(|sentence| counted(sentence.kind)).map(|sentence| word_count(&sentence.text)).sum()
    }

    /// The sentences that say something about the reader's company.
    pub fn claims(&self) -> impl Iterator<Item = &Sentence> {
        self.sentences.iter().filter(|sentence| sentence.kind == SentenceKind::Claim)
    }
}

/// How far a claim is proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Proof {
    /// Its findings exist, are fresh, and hold all that it says.
    Sourced,
    /// Its newest finding is older than 180 days.
    Stale,
    /// It names no finding, an unknown one, one that visitors do not see, or says something that none of them says.
    Unsourced,
}

text_enum!(Proof, "proof", { Sourced => "sourced", Stale => "stale", Unsourced => "unsourced" });

/// What [`check`] found: the one value behind the checks line, the highlights and the exceptions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct DraftChecks {
    /// Proof of every claim, by index into [`Draft::sentences`].
    pub claims: Vec<(usize, Proof)>,
    /// Proof of the subject; `None` when it claims nothing.
    pub subject: Option<Proof>,
    /// Words of the body.
    pub words: usize,
    /// Question marks outside the footer.
    pub questions: usize,
    /// "Never" phrases that occur.
    pub never_hit: Vec<String>,
    /// "Always" phrases that are missing.
    pub always_missing: Vec<String>,
    /// The opt-out line is there.
    pub has_opt_out: bool,
}

impl DraftChecks {
    /// Claims that are sourced, and claims in all.
    pub fn sourced(&self) -> (usize, usize) {
        (self.claims.iter().filter(|(_, proof)| *proof == Proof::Sourced).count(), self.claims.len())
    }

    /// The exceptions that follow.
    pub fn exceptions(&self) -> Vec<Exception> {
        let mut exceptions = Vec::new();
        let count = |wanted| self.claims.iter().map(|(_, proof)| *proof).chain(self.subject).filter(|proof| *proof == wanted).count();
        let sentences = |n: usize, what| format!("{n} {} {what}", if n == 1 { "sentence" } else { "sentences" });
        match count(Proof::Unsourced) {
            0 => {}
            n => exceptions.push(Exception::new(ExceptionKind::UnsourcedClaim, sentences(n, "without a source"))),
        }
        match count(Proof::Stale) {
            0 => {}
            n => exceptions.push(Exception::new(ExceptionKind::StaleClaim, sentences(n, "resting on a source older than 180 days"))),
        }
        let broken = self.broken_rules();
        if !broken.is_empty() {
            exceptions.push(Exception::new(ExceptionKind::DraftRule, broken.join("; ")));
        }
        exceptions
    }

    /// The workflow's rules that the draft breaks, one phrase each.
    fn broken_rules(&self) -> Vec<String> {
        let mut broken = Vec::new();
        if !BODY_WORDS.contains(&self.words) {
            broken.push(format!("{} words instead of {}-{}", self.words, BODY_WORDS.start(), BODY_WORDS.end()));
        }
        if self.questions != 1 {
            broken.push(format!("{} questions instead of one", self.questions));
        }
        if self.claims.len() > MAX_CLAIMS {
            broken.push(format!("{} claims, at most {MAX_CLAIMS}", self.claims.len()));
        }
        broken.extend(self.never_hit.iter().map(|phrase| format!("holds '{phrase}', which you never write")));
        broken.extend(self.always_missing.iter().map(|phrase| format!("lacks '{phrase}', which you always write")));
        if !self.has_opt_out {
            broken.push("has no opt-out line".into());
        }
        broken
    }
}

/// Checks a draft against its sources and the workflow's rules.
pub fn check(draft: &Draft, dossier: &Dossier, messaging: &Messaging, now: Timestamp) -> DraftChecks {
    let body = draft.body();
    let lower = format!("{}\n{}", draft.subject, body).to_lowercase();
    let claims = draft.sentences.iter().enumerate().filter(|(_, sentence)| sentence.kind == SentenceKind::Claim);
    let said = draft.sentences.iter().filter(|sentence| sentence.kind != SentenceKind::Footer);
    let asked = |phrase: &&String| !phrase.trim().is_empty();
    DraftChecks {
        claims: claims.map(|(index, sentence)| (index, prove(&sentence.text, &sentence.findings, dossier, now))).collect(),
        subject: prove_subject(draft, dossier, now),
        words: draft.body_words(),
        questions: said.map(|sentence| sentence.text.matches('?').count()).sum(),
        never_hit: messaging.never.iter().filter(asked).filter(|phrase| lower.contains(&phrase.to_lowercase())).cloned().collect(),
        always_missing: messaging.always.iter().filter(asked).filter(|phrase| !lower.contains(&phrase.to_lowercase())).cloned().collect(),
        has_opt_out: draft.sentences.iter().any(|sentence| sentence.kind == SentenceKind::Footer && !sentence.text.trim().is_empty()),
    }
}

/// A subject claims something when it names findings or holds a number.
fn prove_subject(draft: &Draft, dossier: &Dossier, now: Timestamp) -> Option<Proof> {
    let claims = !draft.subject_findings.is_empty() || grounding::holds_number(&draft.subject);
    claims.then(|| prove(&draft.subject, &draft.subject_findings, dossier, now))
}

/// How far `text` is proven by the findings it names.
fn prove(text: &str, ids: &[FindingId], dossier: &Dossier, now: Timestamp) -> Proof {
    let found: Vec<&Finding> = ids.iter().filter_map(|id| dossier.finding(*id)).collect();
    if found.is_empty() || found.len() != ids.len() || found.iter().any(|finding| finding.source.unseen) {
        return Proof::Unsourced;
    }
    if !is_supported(text, &found, dossier, now) {
        return Proof::Unsourced;
    }
    if found.iter().any(|finding| finding.source.is_stale(now)) { Proof::Stale } else { Proof::Sourced }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::{Fact, Source};
    use crate::workflow::{Formality, Localized};

    fn now() -> Timestamp {
        "2026-11-22T10:00:00Z".parse().expect("a timestamp")
    }

    fn finding_id() -> FindingId {
        FindingId::new(Timestamp::UNIX_EPOCH, [1; 10])
    }

    fn lead_id() -> LeadId {
        LeadId::new(Timestamp::UNIX_EPOCH, [2; 10])
    }

    fn dossier(quote: &str, published: Option<&str>) -> Dossier {
        let source = Source {
            url: "https://orbital.example/careers".into(),
            title: String::new(),
            snapshot: String::new(),
            quote: quote.into(),
            offset: 0,
            fetched_at: now(),
            published: published.map(|date| date.parse().expect("a date")),
            unseen: false,
        };
        let fact = Fact::Hiring { role: "supply planner".into(), count: Some(4), place: None };
        Dossier {
            lead_id: lead_id(),
            findings: vec![Finding { id: finding_id(), fact, source }],
            pages: Vec::new(),
            page_lists: Vec::new(),
            problems: Vec::new(),
            taints: Vec::new(),
            language: None,
            other_language: None,
            engine: "rules 1".into(),
            researched_at: now(),
        }
    }

    fn messaging() -> Messaging {
        Messaging {
            formality: Formality::Neutral,
            offer: Localized::default(),
            question: Localized::default(),
            always: Vec::new(),
            never: vec!["synergy".into()],
            preferred_openers: Vec::new(),
        }
    }

    fn draft(claim: &str, findings: Vec<FindingId>) -> Draft {
        let sentence = |text: &str, kind, findings| Sentence { text: text.into(), kind, findings, starts_paragraph: true };
        Draft {
            id: DraftId::new(Timestamp::UNIX_EPOCH, [3; 10]),
            lead_id: lead_id(),
            subject: "Planners".into(),
            subject_findings: Vec::new(),
            sentences: vec![
                sentence("Hi Wei,", SentenceKind::Greeting, Vec::new()),
                sentence(claim, SentenceKind::Claim, findings),
                sentence(&"word ".repeat(50), SentenceKind::Offer, Vec::new()),
                sentence("Worth a look?", SentenceKind::Question, Vec::new()),
                sentence("Reply 'no' to opt out.", SentenceKind::Footer, Vec::new()),
            ],
            language: Language::English,
            opener: Opener::Hiring,
            engine: "rules 1".into(),
            stood_in_for: None,
            instruction: None,
            written_at: now(),
        }
    }

    fn proof(claim: &str, findings: Vec<FindingId>, dossier: &Dossier) -> Proof {
        check(&draft(claim, findings), dossier, &messaging(), now()).claims[0].1
    }

    #[test]
    fn a_claim_with_its_quote_is_sourced() {
        let dossier = dossier("Open roles: 4 × supply planner", None);
        assert_eq!(proof("You are hiring four supply planners.", vec![finding_id()], &dossier), Proof::Sourced);
    }

    #[test]
    fn a_number_that_stands_in_no_quote_is_unsourced() {
        let dossier = dossier("Open roles: 4 × supply planner", None);
        assert_eq!(proof("You are hiring 5 supply planners.", vec![finding_id()], &dossier), Proof::Unsourced);
    }

    #[test]
    fn a_claim_without_a_finding_or_with_an_unknown_one_is_unsourced() {
        let dossier = dossier("4 × supply planner", None);
        assert_eq!(proof("You are hiring.", Vec::new(), &dossier), Proof::Unsourced);
        assert_eq!(proof("You are hiring.", vec![FindingId::new(now(), [9; 10])], &dossier), Proof::Unsourced);
    }

    #[test]
    fn an_old_story_makes_a_stale_claim() {
        let dossier = dossier("4 × supply planner", Some("2025-01-10"));
        assert_eq!(proof("You are hiring four planners.", vec![finding_id()], &dossier), Proof::Stale);
    }

    #[test]
    fn the_checks_line_and_the_exceptions_come_from_one_value() {
        let dossier = dossier("4 × supply planner", None);
        let mut bad = draft("You are hiring 5 planners with synergy.", vec![finding_id()]);
        bad.sentences.pop();
        let checks = check(&bad, &dossier, &messaging(), now());
        assert_eq!(checks.sourced(), (0, 1));
        let kinds: Vec<_> = checks.exceptions().into_iter().map(|exception| exception.kind).collect();
        assert_eq!(kinds, [ExceptionKind::UnsourcedClaim, ExceptionKind::DraftRule]);
    }

    #[test]
    fn a_draft_from_before_stand_ins_were_named_reads_and_keeps_its_bytes() {
        let stored = serde_json::to_string(&draft("You are hiring.", Vec::new())).expect("is plain data");
        assert!(!stored.contains("stood_in_for"));
        let read: Draft = serde_json::from_str(&stored).expect("reads");
        assert_eq!((read.stood_in_for.clone(), serde_json::to_string(&read).expect("is plain data")), (None, stored));
        let stand_in = StandIn { model: "gpt-4o-mini".into(), reason: StandInReason::LeansToReject };
        let spared = Draft { stood_in_for: Some(stand_in), ..read };
        let again: Draft = serde_json::from_str(&serde_json::to_string(&spared).expect("is plain data")).expect("reads");
        assert!(again.is_spared() && again == spared);
    }

    #[test]
    fn paragraphs_are_kept_apart_in_the_body() {
        assert!(draft("You are hiring.", Vec::new()).body().starts_with("Hi Wei,\n\nYou are hiring.\n\n"));
    }
}
