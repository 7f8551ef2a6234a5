//! From an accepted mail to a row of the outbox: the message is composed and frozen byte for byte, in the transaction of
//! the decision that approved it.

use crate::Engine;
use crate::error::EngineError;
use autoreach_domain::ids::{GestureId, WorkflowId};
use autoreach_domain::lead::Lead;
use autoreach_domain::sending::{Approval, ClearedDraft, MailContent, NotCleared, OutboxState};
use autoreach_domain::suppression::Addressee;
use autoreach_domain::workflow::Workflow;
use autoreach_mail::{compose, message_id};
use autoreach_store::WriteTransaction;
use autoreach_store::tables::outbox::{self, OutboxMail};
use autoreach_store::tables::suppression;
use jiff::{SignedDuration, Timestamp};

/// The first mail to a lead; follow-ups are a later part.
const FIRST_MAIL: u32 = 1;

/// Clears, composes and freezes an approved mail, and puts it into the outbox; its row id. `gesture_id` is the one that
/// approved it, `None` when the agent did so alone.
pub(crate) async fn approve(
    engine: &Engine,
    tx: &WriteTransaction,
    approval: Approval,
    gesture_id: Option<GestureId>,
    lead: &Lead,
    workflow: &Workflow,
    content: MailContent<'_>,
) -> Result<i64, EngineError> {
    // Only where a backup was put back: the store forgot the decision, the mail left all the same.
    if outbox::has_left(&**tx, workflow.id, lead.id, FIRST_MAIL).await? {
        return Err(NotCleared::AlreadyWritten.into());
    }
    let addressee = Addressee { email: lead.person.email.clone(), domain: lead.company_domain(), company: lead.company.clone() };
    let is_suppressed = suppression::covering(&**tx, &addressee).await?.is_some();
    let cleared = ClearedDraft::clear(approval, lead, &workflow.definition, content, is_suppressed)?;
    let mail = freeze(engine, &cleared, gesture_id, lead, workflow)?;
    Ok(outbox::insert(&**tx, &mail).await?)
}

fn freeze(
    engine: &Engine,
    cleared: &ClearedDraft,
    gesture_id: Option<GestureId>,
    lead: &Lead,
    workflow: &Workflow,
) -> Result<OutboxMail, EngineError> {
    let content_hash = cleared.content_hash();
    let id = message_id(&engine.mail_key.0, &message_seed(workflow.id, lead), FIRST_MAIL, &content_hash, &cleared.from().address);
    let frozen = compose(cleared, &id)?;
    Ok(OutboxMail {
        id: 0,
        workflow_id: workflow.id,
        lead_id: lead.id,
        item_id: cleared.approval().item_id(),
        gesture_id,
        sequence_step: FIRST_MAIL,
        approval: serde_json::to_string(cleared.approval()).expect("an approval is plain data"),
        content_hash,
        mime_hash: frozen.hash(),
        message_id: id.to_string(),
        mime: frozen.bytes().to_vec(),
        from: cleared.from().address.clone(),
        to: cleared.to().address.clone(),
        to_name: cleared.to().name.clone(),
        company: lead.company.clone(),
        subject: cleared.subject().to_owned(),
        body: cleared.body().to_owned(),
        state: OutboxState::Held,
        is_held_by_person: false,
        is_past_barrier: false,
        epoch: 0,
        not_before: match gesture_id {
            Some(_) => release_time(workflow, cleared.approval().approved_at()),
            None => alone_release_time(workflow, cleared.approval().approved_at()),
        },
        attempts: 0,
        smtp_code: None,
        smtp_text: None,
        approved_at: cleared.approval().approved_at(),
        crossed_at: None,
        ended_at: None,
    })
}

/// What a Message-ID is bound to besides the step and the content.
fn message_seed(workflow_id: WorkflowId, lead: &Lead) -> Vec<u8> {
    [&workflow_id.as_bytes()[..], &lead.id.as_bytes()[..]].concat()
}

/// The least time a mail the agent approved alone can be taken back (`experience.md` 2.4: never 0).
const SHORTEST_HOLD_ALONE: SignedDuration = SignedDuration::from_mins(10);

/// The same for a mail that no person has seen: there is always time to take it back.
fn alone_release_time(workflow: &Workflow, approved_at: Timestamp) -> Timestamp {
    let at_least = approved_at.checked_add(SHORTEST_HOLD_ALONE).unwrap_or(Timestamp::MAX);
    release_time(workflow, approved_at).max(at_least)
}

/// When the hold time of a mail approved at `approved_at` is over.
pub(crate) fn release_time(workflow: &Workflow, approved_at: Timestamp) -> Timestamp {
    let hold = SignedDuration::from_mins(i64::from(workflow.definition.sending.hold_minutes));
    approved_at.checked_add(hold).unwrap_or(Timestamp::MAX)
}
