//! Review items: one card for one lead, the verdicts it still waits for, and which verdicts a gesture gives.
//!
//! [`plan`] is the only translation from "accept all" or "reject the lead" into verdicts per stage. A card holds all that
//! is shown, so that a queue can be read and decided without the network.

use crate::decision::{Stage, Verdict};
use crate::dossier::Dossier;
use crate::draft::{Draft, DraftChecks, Proof};
use crate::exception::Exception;
use crate::icp::text_enum;
use crate::ids::{FindingId, ItemId, LeadId, WorkflowId};
use crate::oversight::level::Level;
use crate::oversight::route::WhyReview;
use crate::oversight::routing::{Routing, StageRoute};
use crate::qualification::QualifiedLead;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemState {
    /// Waits for a person.
    Open,
    /// Waits until a later instant.
    Snoozed,
    /// The agent is writing a new draft.
    Redrafting,
    /// Every stage has its verdict, or the lead was rejected.
    Decided,
    /// The agent decided every stage alone.
    Released,
    /// Level 4, and not certain enough: nothing happens until somebody opens it.
    Parked,
    /// Taken away with its import.
    Withdrawn,
}

text_enum!(ItemState, "item state", {
    Open => "open", Snoozed => "snoozed", Redrafting => "redrafting", Decided => "decided", Released => "released",
    Parked => "parked", Withdrawn => "withdrawn",
});

/// The verdicts given so far; `None` is pending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
pub struct Verdicts {
    /// Are the facts right?
    pub research: Option<Verdict>,
    /// Is this a lead for us?
    pub qualification: Option<Verdict>,
    /// May this mail go out?
    pub email: Option<Verdict>,
}

impl Verdicts {
    /// The verdict on a stage.
    pub fn on(&self, stage: Stage) -> Option<Verdict> {
        match stage {
            Stage::Research => self.research,
            Stage::Qualification => self.qualification,
            Stage::Email => self.email,
        }
    }

    /// The same with one more verdict.
    pub fn with(mut self, stage: Stage, verdict: Verdict) -> Self {
        match stage {
            Stage::Research => self.research = Some(verdict),
            Stage::Qualification => self.qualification = Some(verdict),
            Stage::Email => self.email = Some(verdict),
        }
        self
    }

    /// Nothing is left to ask: the lead was rejected, or the mail has its verdict.
    pub fn are_final(&self) -> bool {
        self.qualification == Some(Verdict::Reject) || (self.qualification.is_some() && self.email.is_some())
    }
}

/// Everything a reviewer sees of one lead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Card {
    /// What was found out.
    pub dossier: Dossier,
    /// How it compares with the profile, and how sure the agent is.
    pub qualified: QualifiedLead,
    /// The mail; `None` when a floor excludes one.
    pub draft: Option<Draft>,
    /// What the checks say of the mail.
    pub checks: Option<DraftChecks>,
    /// Why a person must look, gravest first.
    pub exceptions: Vec<Exception>,
}

/// One card for one lead with its pending verdicts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ReviewItem {
    /// Its id.
    pub id: ItemId,
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// The workflow's version the card was made with.
    pub workflow_version: u32,
    /// The lead.
    pub lead_id: LeadId,
    /// The level in force when it was routed.
    pub level: Level,
    /// Why a person sees it.
    pub why: WhyReview,
    /// Drawn for a check on arrival.
    pub marked: bool,
    /// Score and verdict are hidden until decided.
    pub blind: bool,
    /// Where it stands.
    pub state: ItemState,
    /// When it comes back, for snoozed items.
    pub snoozed_until: Option<Timestamp>,
    /// The verdicts so far.
    pub verdicts: Verdicts,
    /// What is shown.
    pub card: Card,
    /// 1 for the first card, one more at each redraft.
    pub card_version: u32,
    /// When it entered the queue.
    pub opened_at: Timestamp,
    /// The receipt: what decided where it went, stage by stage. Items from before receipts were kept have none.
    #[serde(skip)]
    #[ts(skip)]
    pub routing: Option<Box<Routing>>,
}

impl ReviewItem {
    /// Was the standing verdict on this stage given by the agent alone? A person may overrule it.
    pub fn is_by_agent(&self, stage: Stage) -> bool {
        let alone = self.routing.as_ref().and_then(|routing| routing.decided_alone().find(|(decided, _)| *decided == stage));
        alone.is_some_and(|(_, verdict)| self.verdicts.on(stage) == Some(verdict)) && self.state != ItemState::Decided
    }
}

impl ReviewItem {
    /// Did the agent decide this stage alone, and was the stage drawn for a check? Then a person who looks at the card for
    /// another stage is asked about this one too.
    pub fn is_drawn(&self, stage: Stage) -> bool {
        self.routing.as_ref().and_then(|routing| routing.on(stage)).is_some_and(StageRoute::is_to_be_checked)
    }
}

/// Which part of the card a gesture is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The facts.
    Research,
    /// The lead.
    Lead,
    /// The mail.
    Email,
    /// Everything still pending.
    All,
}

text_enum!(Part, "part", { Research => "research", Lead => "lead", Email => "email", All => "all" });

/// What a person does to a card with one key or command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gesture {
    /// Takes a part as it is.
    Accept(Part),
    /// Turns a part down.
    Reject(Part),
    /// Replaces the mail's subject and body.
    EditMail {
        /// The new subject.
        subject: String,
        /// The new body.
        body: String,
    },
    /// Calls facts wrong: they are removed and the mail is written anew.
    RemoveFacts(Vec<FindingId>),
    /// Accepts the lead and asks for another draft.
    AskForRedraft,
}

/// Why a gesture cannot be carried out, with what to do instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CannotDecide {
    /// Already decided.
    #[error("this item is already decided; undo the decision first")]
    AlreadyDecided,
    /// Being redrafted.
    #[error("the agent is writing a new draft for this item; it comes back to the queue")]
    Redrafting,
    /// Taken away with its import.
    #[error("this item was taken out of the queue with its lead or its import")]
    Withdrawn,
    /// A newer card is there than the one looked at.
    #[error("the agent has written a new card for this item since you looked; look at it first")]
    CardChanged,
    /// The stage has its verdict.
    #[error("this part already has its verdict; undo it first")]
    StageDecided,
    /// There is no mail.
    #[error("there is no mail on this card: accept or reject the lead")]
    NoDraft,
    /// The lead comes first.
    #[error("the lead itself is still undecided: decide the lead first, or all parts at once")]
    LeadUndecided,
    /// A fact is named that is not on the card.
    #[error("this fact is not on the card")]
    UnknownFact,
    /// The edit leaves nothing.
    #[error("the edited mail needs a subject and a body")]
    EmptyMail,
    /// A second opinion is about the lead alone.
    #[error("this is a second opinion on the lead: accept it or reject it; what was decided about the mail stands")]
    OnlyTheLead,
    /// Sentences without a fresh source.
    #[error("a sentence has no fresh source: edit or remove it, or vouch for it")]
    NeedsVouching,
}

/// The verdicts a gesture gives, in order of the stages. `vouched` = the reviewer stands in for unproven sentences.
pub fn plan(item: &ReviewItem, gesture: &Gesture, vouched: bool) -> Result<Vec<(Stage, Verdict)>, CannotDecide> {
    check_open(item)?;
    let wanted: Vec<(Stage, Verdict)> = match gesture {
        Gesture::Accept(Part::Research) => vec![(Stage::Research, Verdict::Accept)],
        Gesture::Accept(Part::Lead) => vec![(Stage::Qualification, Verdict::Accept)],
        Gesture::Accept(Part::Email) => vec![(Stage::Email, Verdict::Accept)],
        Gesture::Accept(Part::All) if item.card.draft.is_none() => vec![(Stage::Qualification, Verdict::Accept)],
        Gesture::Accept(Part::All) => vec![(Stage::Qualification, Verdict::Accept), (Stage::Email, Verdict::Accept)],
        Gesture::Reject(Part::Research) => vec![(Stage::Research, Verdict::Reject)],
        Gesture::Reject(Part::Lead | Part::All) => vec![(Stage::Qualification, Verdict::Reject)],
        Gesture::Reject(Part::Email) => vec![(Stage::Qualification, Verdict::Accept), (Stage::Email, Verdict::Reject)],
        Gesture::EditMail { .. } => vec![(Stage::Qualification, Verdict::Accept), (Stage::Email, edit_verdict(item, gesture)?)],
        Gesture::RemoveFacts(facts) => {
            check_facts(item, facts)?;
            vec![(Stage::Research, Verdict::Edit)]
        }
        Gesture::AskForRedraft => vec![(Stage::Qualification, Verdict::Accept)],
    };
    check_mail(item, gesture, &wanted, vouched)?;
    pending(item, gesture, wanted)
}

/// May the item be put off? What the agent has released is looked at or not; it does not wait.
pub fn check_waits(item: &ReviewItem) -> Result<(), CannotDecide> {
    match item.state {
        ItemState::Released => Err(CannotDecide::AlreadyDecided),
        ItemState::Open | ItemState::Snoozed | ItemState::Redrafting | ItemState::Decided | ItemState::Parked | ItemState::Withdrawn => {
            check_open(item)
        }
    }
}

/// May verdicts be given on the item? Also on what the agent has released: that is a check.
pub fn check_open(item: &ReviewItem) -> Result<(), CannotDecide> {
    match item.state {
        ItemState::Open | ItemState::Snoozed | ItemState::Released | ItemState::Parked => Ok(()),
        ItemState::Redrafting => Err(CannotDecide::Redrafting),
        ItemState::Decided => Err(CannotDecide::AlreadyDecided),
        ItemState::Withdrawn => Err(CannotDecide::Withdrawn),
    }
}

fn check_facts(item: &ReviewItem, facts: &[FindingId]) -> Result<(), CannotDecide> {
    let all_known = !facts.is_empty() && facts.iter().all(|id| item.card.dossier.finding(*id).is_some());
    if all_known { Ok(()) } else { Err(CannotDecide::UnknownFact) }
}

/// An edit that changes nothing is an acceptance.
fn edit_verdict(item: &ReviewItem, gesture: &Gesture) -> Result<Verdict, CannotDecide> {
    let (Gesture::EditMail { subject, body }, Some(draft)) = (gesture, &item.card.draft) else {
        return Err(CannotDecide::NoDraft);
    };
    if subject.trim().is_empty() || body.trim().is_empty() {
        return Err(CannotDecide::EmptyMail);
    }
    let unchanged = subject == &draft.subject && body == &draft.body();
    Ok(if unchanged { Verdict::Accept } else { Verdict::Edit })
}

/// A mail verdict needs a mail; a sentence without a fresh source goes out only when the reviewer vouches for it, whether
/// they accept the mail as it is or leave the sentence standing in an edit.
fn check_mail(item: &ReviewItem, gesture: &Gesture, wanted: &[(Stage, Verdict)], vouched: bool) -> Result<(), CannotDecide> {
    let Some((_, verdict)) = wanted.iter().find(|(stage, _)| *stage == Stage::Email) else {
        return Ok(());
    };
    let (Some(draft), Some(checks)) = (&item.card.draft, &item.card.checks) else { return Err(CannotDecide::NoDraft) };
    if !verdict.is_acceptance() || vouched {
        return Ok(());
    }
    let unproven = checks.claims.iter().filter(|(_, proof)| *proof != Proof::Sourced);
    let sentences = unproven.filter_map(|(index, _)| draft.sentences.get(*index)).map(|sentence| sentence.text.as_str());
    let subject = checks.subject.filter(|proof| *proof != Proof::Sourced).map(|_| draft.subject.as_str());
    let still_says = |text: &str| match gesture {
        Gesture::EditMail { subject, body } => subject.contains(text) || body.contains(text),
        _ => true,
    };
    if sentences.chain(subject).any(still_says) { Err(CannotDecide::NeedsVouching) } else { Ok(()) }
}

/// Leaves out what already has its verdict and lets the facts count as accepted with the card.
fn pending(item: &ReviewItem, gesture: &Gesture, wanted: Vec<(Stage, Verdict)>) -> Result<Vec<(Stage, Verdict)>, CannotDecide> {
    let lead_is_pending = item.verdicts.qualification.is_none();
    let gives_lead = wanted.iter().any(|(stage, _)| *stage == Stage::Qualification);
    if lead_is_pending && !gives_lead && *gesture == Gesture::Accept(Part::Email) {
        return Err(CannotDecide::LeadUndecided);
    }
    let is_check = item.state == ItemState::Released;
    // Facts may be called wrong more than once: each redraft can show another. What the agent decided alone is asked again
    // when it was released, and may be overruled where it was not.
    let is_open = |(stage, verdict): &(Stage, Verdict)| match item.verdicts.on(*stage) {
        None => true,
        Some(_) if is_check || matches!(gesture, Gesture::RemoveFacts(_)) => true,
        Some(standing) => item.is_by_agent(*stage) && (standing != *verdict || item.is_drawn(*stage)),
    };
    let mut planned: Vec<_> = wanted.into_iter().filter(is_open).collect();
    if planned.is_empty() && *gesture != Gesture::AskForRedraft {
        return Err(CannotDecide::StageDecided);
    }
    let decides_the_lead = planned.iter().any(|(stage, _)| *stage == Stage::Qualification);
    if decides_the_lead && (is_check || item.verdicts.research.is_none() || item.is_drawn(Stage::Research)) {
        planned.insert(0, (Stage::Research, Verdict::Accept));
    }
    Ok(planned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::confidence::{Confidence, Features};
    use crate::qualification::{FitScore, Qualification};
    use crate::workflow::{Language, Opener};

    fn item() -> ReviewItem {
        let now = Timestamp::UNIX_EPOCH;
        let lead_id = LeadId::new(now, [1; 10]);
        let draft = Draft {
            id: crate::ids::DraftId::new(now, [1; 10]),
            lead_id,
            subject: "Planners".into(),
            subject_findings: Vec::new(),
            sentences: Vec::new(),
            language: Language::English,
            opener: Opener::None,
            engine: "rules 1".into(),
            stood_in_for: None,
            instruction: None,
            written_at: now,
        };
        let dossier = Dossier {
            lead_id,
            findings: Vec::new(),
            pages: Vec::new(),
            page_lists: Vec::new(),
            problems: Vec::new(),
            taints: Vec::new(),
            language: None,
            other_language: None,
            engine: "rules 1".into(),
            researched_at: now,
        };
        let qualification = Qualification { criteria: Vec::new(), fit: FitScore::of(&[]), value: None, features: Features::default() };
        let confidence = Confidence { p: 0.5, p_cal: 0.5, variance: 1.0, information: 0.2 };
        let qualified = QualifiedLead { qualification, confidence, speaks_for: Vec::new(), speaks_against: Vec::new(), memory_version: 0 };
        let checks = DraftChecks {
            claims: Vec::new(),
            subject: None,
            words: 60,
            questions: 1,
            never_hit: Vec::new(),
            always_missing: Vec::new(),
            has_opt_out: true,
        };
        ReviewItem {
            id: ItemId::new(now, [1; 10]),
            workflow_id: WorkflowId::new(now, [1; 10]),
            workflow_version: 1,
            lead_id,
            level: Level::VerifyEverything,
            why: WhyReview::VerifyEverything,
            marked: true,
            blind: false,
            state: ItemState::Open,
            snoozed_until: None,
            verdicts: Verdicts::default(),
            card: Card { dossier, qualified, draft: Some(draft), checks: Some(checks), exceptions: Vec::new() },
            card_version: 1,
            opened_at: now,
            routing: None,
        }
    }

    use Stage::{Email, Qualification as Lead, Research};
    use Verdict::{Accept, Edit, Reject};

    #[test]
    fn accept_all_gives_three_verdicts() {
        assert_eq!(plan(&item(), &Gesture::Accept(Part::All), false), Ok(vec![(Research, Accept), (Lead, Accept), (Email, Accept)]));
    }

    #[test]
    fn rejecting_the_lead_gives_no_mail_verdict() {
        assert_eq!(plan(&item(), &Gesture::Reject(Part::Lead), false), Ok(vec![(Research, Accept), (Lead, Reject)]));
    }

    #[test]
    fn rejecting_the_draft_keeps_the_lead() {
        assert_eq!(plan(&item(), &Gesture::Reject(Part::Email), false), Ok(vec![(Research, Accept), (Lead, Accept), (Email, Reject)]));
    }

    #[test]
    fn an_edit_that_changes_nothing_is_an_acceptance() {
        let edit = |subject: &str, body: &str| Gesture::EditMail { subject: subject.into(), body: body.into() };
        let mut with_body = item();
        let sentence = crate::draft::Sentence {
            text: "Hi.".into(),
            kind: crate::draft::SentenceKind::Greeting,
            findings: Vec::new(),
            starts_paragraph: true,
        };
        if let Some(draft) = &mut with_body.card.draft {
            draft.sentences.push(sentence);
        }
        assert_eq!(plan(&with_body, &edit("Planners", "Hi."), false).map(|p| p[2]), Ok((Email, Accept)));
        assert_eq!(plan(&with_body, &edit("Planners", "Hello."), false).map(|p| p[2]), Ok((Email, Edit)));
        assert_eq!(plan(&with_body, &edit(" ", "Hello."), false), Err(CannotDecide::EmptyMail));
    }

    #[test]
    fn a_mail_cannot_be_accepted_before_its_lead() {
        assert_eq!(plan(&item(), &Gesture::Accept(Part::Email), false), Err(CannotDecide::LeadUndecided));
        let mut accepted = item();
        accepted.verdicts = Verdicts { research: Some(Accept), qualification: Some(Accept), email: None };
        assert_eq!(plan(&accepted, &Gesture::Accept(Part::Email), false), Ok(vec![(Email, Accept)]));
        assert_eq!(plan(&accepted, &Gesture::Accept(Part::Lead), false), Err(CannotDecide::StageDecided));
    }

    #[test]
    fn an_unproven_sentence_needs_a_person_who_vouches() {
        let mut unproven = item();
        let claim = crate::draft::Sentence {
            text: "You have 40 people.".into(),
            kind: crate::draft::SentenceKind::Claim,
            findings: Vec::new(),
            starts_paragraph: true,
        };
        if let (Some(draft), Some(checks)) = (&mut unproven.card.draft, &mut unproven.card.checks) {
            draft.sentences.push(claim);
            checks.claims = vec![(0, Proof::Stale)];
        }
        let edit = |body: &str| Gesture::EditMail { subject: "Planners!".into(), body: body.into() };
        assert_eq!(plan(&unproven, &edit("You have 40 people. Shall we talk?"), false), Err(CannotDecide::NeedsVouching));
        assert!(plan(&unproven, &edit("Shall we talk?"), false).is_ok(), "the sentence is gone");
        assert_eq!(plan(&unproven, &Gesture::Accept(Part::All), false), Err(CannotDecide::NeedsVouching));
        assert!(plan(&unproven, &Gesture::Accept(Part::All), true).is_ok());
        assert!(plan(&unproven, &Gesture::Reject(Part::Lead), false).is_ok(), "a rejection needs no proof");
    }

    #[test]
    fn a_second_wrong_fact_can_be_removed() {
        let mut edited = item();
        let source = crate::dossier::Source {
            url: String::new(),
            title: String::new(),
            snapshot: String::new(),
            quote: "1987".into(),
            offset: 0,
            fetched_at: Timestamp::UNIX_EPOCH,
            published: None,
            unseen: false,
        };
        let id = FindingId::new(Timestamp::UNIX_EPOCH, [5; 10]);
        edited.card.dossier.findings.push(crate::dossier::Finding { id, fact: crate::dossier::Fact::FoundedYear { year: 1987 }, source });
        edited.verdicts.research = Some(Edit);
        assert_eq!(plan(&edited, &Gesture::RemoveFacts(vec![id]), false), Ok(vec![(Research, Edit)]));
    }

    #[test]
    fn without_a_mail_accept_all_is_about_the_lead() {
        let mut bare = item();
        bare.card.draft = None;
        bare.card.checks = None;
        assert_eq!(plan(&bare, &Gesture::Accept(Part::All), false), Ok(vec![(Research, Accept), (Lead, Accept)]));
        assert_eq!(plan(&bare, &Gesture::Reject(Part::Email), false), Err(CannotDecide::NoDraft));
    }

    /// As the agent would have left it: facts and lead accepted alone, the mail for a person.
    fn half_decided(state: ItemState) -> ReviewItem {
        let mut item = item();
        item.state = state;
        item.verdicts = Verdicts { research: Some(Accept), qualification: Some(Accept), email: None };
        let route = |stage, outcome| crate::oversight::routing::StageRoute {
            stage,
            outcome,
            why: None,
            level: Level::VerifyExceptions,
            confidence: Confidence { p: 0.97, p_cal: 0.97, variance: 0.1, information: 0.0 },
            line: None,
            exceptions: Vec::new(),
            is_segment_back: false,
            rejects_are_yours: false,
            draw: crate::oversight::marks::MarkDraw { unit: 0.5, rate: 0.15 },
            features: Features::default(),
            feature_schema_version: 2,
            memory_version: 0,
        };
        use crate::oversight::routing::Outcome;
        item.routing = Some(Box::new(Routing {
            workflow_id: item.workflow_id,
            lead_id: item.lead_id,
            item_id: item.id,
            segment: crate::oversight::segment::Segment::pooled(),
            engine: "rules 1".into(),
            card_version: 1,
            again: false,
            at: Timestamp::UNIX_EPOCH,
            stages: vec![route(Research, Outcome::Accepted), route(Lead, Outcome::Accepted), route(Email, Outcome::Review)],
        }));
        item
    }

    #[test]
    fn what_the_agent_decided_alone_is_not_asked_again_and_can_be_overruled() {
        let item = half_decided(ItemState::Open);
        assert_eq!(plan(&item, &Gesture::Accept(Part::All), false), Ok(vec![(Email, Accept)]));
        assert_eq!(plan(&item, &Gesture::Reject(Part::Lead), false), Ok(vec![(Lead, Reject)]));
    }

    #[test]
    fn a_check_of_something_released_asks_for_every_verdict() {
        let mut item = half_decided(ItemState::Released);
        item.verdicts.email = Some(Accept);
        assert_eq!(plan(&item, &Gesture::Accept(Part::All), false), Ok(vec![(Research, Accept), (Lead, Accept), (Email, Accept)]));
        assert_eq!(plan(&item, &Gesture::Reject(Part::Lead), false), Ok(vec![(Research, Accept), (Lead, Reject)]));
        assert_eq!(check_waits(&item), Err(CannotDecide::AlreadyDecided), "it cannot be put off");
    }

    #[test]
    fn a_decided_item_asks_for_an_undo_first() {
        let mut decided = item();
        decided.state = ItemState::Decided;
        assert_eq!(plan(&decided, &Gesture::Accept(Part::All), false), Err(CannotDecide::AlreadyDecided));
    }
}
