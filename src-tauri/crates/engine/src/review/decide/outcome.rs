//! What becomes of an item by a gesture, and what is said about it.

use super::DecideRequest;
use autoreach_domain::decision::{Stage, Verdict};
use autoreach_domain::draft::Draft;
use autoreach_domain::exception::ExceptionKind;
use autoreach_domain::ids::FindingId;
use autoreach_domain::review::{Card, Gesture, ItemState, Part, ReviewItem, Verdicts};
use autoreach_store::tables::gesture::ItemMemento;
use autoreach_store::tables::review_item::ItemProgress;

/// Does the gesture ask for another mail? A lead that is accepted gets the mail a paid model was spared until then.
pub(super) fn asks_for_a_mail(item: &ReviewItem, gesture: &Gesture) -> bool {
    match gesture {
        Gesture::RemoveFacts(_) | Gesture::AskForRedraft => true,
        Gesture::Accept(Part::Lead) => item.card.draft.as_ref().is_some_and(Draft::is_spared),
        Gesture::Accept(Part::Research | Part::Email | Part::All) | Gesture::Reject(_) | Gesture::EditMail { .. } => false,
    }
}

/// The card as it was, kept only when the gesture replaces it.
pub(super) fn before_card(item: &ReviewItem, gesture: &Gesture) -> Option<(u32, Box<Card>)> {
    asks_for_a_mail(item, gesture).then(|| (item.card_version, Box::new(item.card.clone())))
}

/// The item after the gesture.
pub(super) fn after(item: &ReviewItem, request: &DecideRequest, planned: &[(Stage, Verdict)], mail_has_left: bool) -> ItemMemento {
    let verdicts = planned.iter().fold(item.verdicts, |verdicts: Verdicts, (stage, verdict)| verdicts.with(*stage, *verdict));
    let state = match &request.gesture {
        _ if mail_has_left => ItemState::Decided,
        gesture if asks_for_a_mail(item, gesture) => ItemState::Redrafting,
        _ if verdicts.are_final() || (verdicts.qualification.is_some() && item.card.draft.is_none()) => ItemState::Decided,
        _ => ItemState::Open,
    };
    let card = match &request.gesture {
        Gesture::RemoveFacts(facts) => Some((item.card_version, Box::new(without_facts(&item.card, facts)))),
        _ => None,
    };
    ItemMemento {
        progress: ItemProgress { state, snoozed_until: None, verdicts },
        card,
        confirmed_email: None,
        recalled: None,
        opinion_on: None,
    }
}

/// The card without the facts called wrong; until the new draft is there, every sentence that rested on them is unproven.
fn without_facts(card: &Card, facts: &[FindingId]) -> Card {
    let mut card = card.clone();
    card.dossier.findings.retain(|finding| !facts.contains(&finding.id));
    card.exceptions.retain(|exception| exception.kind != ExceptionKind::ConflictingFacts);
    card
}

pub(super) fn summary(gesture: &Gesture, company: &str) -> String {
    let what = match gesture {
        Gesture::Accept(Part::All) => "accepted",
        Gesture::Accept(Part::Lead) => "accepted the lead",
        Gesture::Accept(Part::Email) => "accepted the mail",
        Gesture::Accept(Part::Research) => "accepted the facts",
        Gesture::Reject(Part::Lead | Part::All) => "rejected the lead",
        Gesture::Reject(Part::Email) => "rejected the mail",
        Gesture::Reject(Part::Research) => "rejected the facts",
        Gesture::EditMail { .. } => "accepted with an edit",
        Gesture::RemoveFacts(_) => "removed wrong facts",
        Gesture::AskForRedraft => "asked for another draft",
    };
    format!("{company}: {what}")
}
