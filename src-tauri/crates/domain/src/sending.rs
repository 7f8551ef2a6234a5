//! Sending: what may be handed to a mail server, and what is checked at the last instant before it is.
//!
//! Nothing is sent without an [`Approval`], which only a person's decision or a routing receipt can make. A
//! [`ClearedDraft`] is an approval joined with the recipient out of the lead record; the mail crate takes nothing else.
//! [`cross_barrier`] is the list of checks that run inside the fenced transaction before a body leaves.

use crate::decision::{Decision, Stage};
use crate::icp::text_enum;
use crate::ids::{DecisionId, ItemId, LeadId};
use crate::lead::{EmailAddress, Lead};
use crate::oversight::route::AutoReceipt;
use crate::text::{one_line, paragraphs};
use crate::workflow::{HARD_DAILY_CAP, Sender, WorkflowDefinition};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Where a mail stands after its approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutboxState {
    /// Approved; waits out its hold time, or was held by a person.
    Held,
    /// Its hold time is over; the next sending run takes it.
    Queued,
    /// A connection is being made for it.
    Sending,
    /// The server took it.
    Sent,
    /// Refused for now; will be tried again.
    Deferred,
    /// Refused for good.
    Bounced,
    /// The body left and no answer came: a person decides, it is never resent by itself.
    Uncertain,
    /// Taken back by a person or an undo.
    Cancelled,
    /// Its recipient is on the suppression list.
    Suppressed,
}

text_enum!(OutboxState, "outbox state", {
    Held => "held", Queued => "queued", Sending => "sending", Sent => "sent", Deferred => "deferred", Bounced => "bounced",
    Uncertain => "uncertain", Cancelled => "cancelled", Suppressed => "suppressed",
});

impl OutboxState {
    /// The states in which a person can still take a mail back: before the body may have left. A mail being handed over
    /// is among them as long as it has not crossed the barrier, which then refuses it.
    pub const RECALLABLE: [Self; 4] = [Self::Held, Self::Queued, Self::Sending, Self::Deferred];

    /// Does it wait for its time, so that an instant can be named?
    pub fn waits(self) -> bool {
        matches!(self, Self::Held | Self::Queued | Self::Deferred)
    }
}

/// On whose word a mail may go out.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "basis", rename_all = "snake_case")]
enum Basis {
    Person { decision_id: DecisionId },
    Policy { receipt: AutoReceipt },
}

/// Permission to send one mail to one lead; made by a person's decision or by a routing receipt, and in no other way.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Approval {
    item_id: ItemId,
    lead_id: LeadId,
    basis: Basis,
    approved_at: Timestamp,
}

impl Approval {
    /// By a person: `None` unless the decision accepts the mail, as it was or edited.
    pub fn by_person(decision: &Decision) -> Option<Self> {
        let accepts_the_mail = decision.stage == Stage::Email && decision.verdict.is_acceptance();
        accepts_the_mail.then_some(Self {
            item_id: decision.item_id,
            lead_id: decision.lead_id,
            basis: Basis::Person { decision_id: decision.id },
            approved_at: decision.decided_at,
        })
    }

    /// By policy: with the receipt of [`crate::oversight::route::route`].
    pub fn by_policy(item_id: ItemId, lead_id: LeadId, receipt: AutoReceipt, approved_at: Timestamp) -> Self {
        Self { item_id, lead_id, basis: Basis::Policy { receipt }, approved_at }
    }

    /// The lead it is about.
    pub fn lead_id(&self) -> LeadId {
        self.lead_id
    }

    /// The item it came from.
    pub fn item_id(&self) -> ItemId {
        self.item_id
    }

    /// Since when.
    pub fn approved_at(&self) -> Timestamp {
        self.approved_at
    }
}

/// Why an approved mail cannot be cleared, with what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotCleared {
    /// No recipient.
    #[error("nobody to write to: add a mail address to the lead, or confirm the one found on their page")]
    NoRecipient,
    /// On the suppression list.
    #[error("the recipient is on the suppression list and is never written to")]
    Suppressed,
    /// The mail to this lead has left already.
    #[error("this lead was written to already; reject the item, nothing is sent twice")]
    AlreadyWritten,
    /// No postal address or opt-out text.
    #[error("the law asks for a postal address and an opt-out line: add sender.postal_address and sender.opt_out to the workflow")]
    LawTexts,
    /// The opt-out line was edited away.
    #[error("the mail no longer holds your opt-out line or postal address: put them back")]
    OptOutRemoved,
    /// The approval is for another lead.
    #[error("this approval belongs to another lead")]
    OtherLead,
    /// Nothing to say.
    #[error("the mail needs a subject and a body")]
    Empty,
}

/// One mail that may be composed and handed over: approved, with its recipient out of the lead record.
#[derive(Debug, Clone, PartialEq)]
pub struct ClearedDraft {
    approval: Approval,
    from: Mailbox,
    to: Mailbox,
    subject: String,
    body: String,
}

/// A name and an address, both safe for a header.
#[derive(Debug, Clone, PartialEq)]
pub struct Mailbox {
    /// The display name, one line; may be empty.
    pub name: String,
    /// The address.
    pub address: EmailAddress,
}

impl ClearedDraft {
    /// Joins approval, lead and workflow; `is_suppressed` is the answer of the list at this instant.
    pub fn clear(
        approval: Approval,
        lead: &Lead,
        definition: &WorkflowDefinition,
        content: MailContent<'_>,
        is_suppressed: bool,
    ) -> Result<Self, NotCleared> {
        if approval.lead_id != lead.id {
            return Err(NotCleared::OtherLead);
        }
        if is_suppressed {
            return Err(NotCleared::Suppressed);
        }
        if !definition.may_send() {
            return Err(NotCleared::LawTexts);
        }
        let recipient = lead.person.email.clone().ok_or(NotCleared::NoRecipient)?;
        let (subject, body) = (one_line(content.subject), paragraphs(content.body));
        if subject.is_empty() || body.is_empty() {
            return Err(NotCleared::Empty);
        }
        if !holds_law_texts(&body, &definition.sender) {
            return Err(NotCleared::OptOutRemoved);
        }
        let from = Mailbox { name: one_line(&definition.sender.name), address: definition.sender.email.clone() };
        let to = Mailbox { name: lead.person.full_name(), address: recipient };
        Ok(Self { approval, from, to, subject, body })
    }

    /// On whose word.
    pub fn approval(&self) -> &Approval {
        &self.approval
    }

    /// Who writes.
    pub fn from(&self) -> &Mailbox {
        &self.from
    }

    /// Who is written to.
    pub fn to(&self) -> &Mailbox {
        &self.to
    }

    /// The subject.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The body, plain text with `\n` line ends.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// SHA-256 over all that the approval binds: sender, recipient, subject and body.
    pub fn content_hash(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        for part in [self.from.address.as_str(), &self.from.name, self.to.address.as_str(), &self.to.name, &self.subject, &self.body] {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part.as_bytes());
        }
        hasher.finalize().into()
    }
}

/// Subject and body as approved.
#[derive(Debug, Clone, Copy)]
pub struct MailContent<'a> {
    /// The subject.
    pub subject: &'a str,
    /// The body.
    pub body: &'a str,
}

/// Does the body hold the postal address and one of the opt-out lines?
fn holds_law_texts(body: &str, sender: &Sender) -> bool {
    let flat = |text: &str| text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let body = flat(body);
    let opt_outs = [&sender.opt_out.en, &sender.opt_out.de];
    body.contains(&flat(&sender.postal_address)) && opt_outs.iter().any(|line| !line.trim().is_empty() && body.contains(&flat(line)))
}

/// What is true at the instant before the body leaves, read inside the barrier's transaction.
#[derive(Debug, Clone, Copy)]
pub struct BarrierFacts {
    /// The row still belongs to this sender and this attempt.
    pub owner_is_ours: bool,
    /// State of the row.
    pub state: OutboxState,
    /// Hash stored with the approval equals the hash of the frozen bytes.
    pub hash_matches: bool,
    /// The list covers the recipient now.
    pub is_suppressed: bool,
    /// The ledger says this Message-ID was handed over before.
    pub in_ledger: bool,
    /// The lead was taken back with its import.
    pub lead_is_withdrawn: bool,
    /// Nothing is handed over in this workspace now.
    pub is_dry_run: bool,
    /// Mails that crossed the barrier in the last 24 hours.
    pub sent_in_last_day: u32,
    /// The workflow's cap a day.
    pub daily_cap: u32,
    /// The wall clock.
    pub now: Timestamp,
    /// The latest instant at which a mail crossed the barrier.
    pub latest_seen: Timestamp,
    /// When the mail may leave.
    pub not_before: Timestamp,
}

/// Why the barrier did not open; the connection is closed without the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BarrierRefusal {
    /// Another attempt has taken over.
    #[error("another attempt has taken this mail over")]
    NotOurs,
    /// Recalled or held in the meantime.
    #[error("the mail was held or recalled")]
    NotSending,
    /// Its lead was taken back with its import.
    #[error("the lead was taken back with its import")]
    Withdrawn,
    /// Dry run was switched on.
    #[error("dry run is on: nothing is handed over")]
    DryRun,
    /// The frozen bytes are not what was approved.
    #[error("the mail is not what was approved; it stays here")]
    Changed,
    /// The recipient was suppressed in the meantime.
    #[error("the recipient is on the suppression list")]
    Suppressed,
    /// Handed over before.
    #[error("this mail was handed over before, as the send ledger shows")]
    AlreadySent,
    /// The cap of the day is used up.
    #[error("the daily cap is used up")]
    CapReached,
    /// Not due.
    #[error("the hold time is not over")]
    NotDue,
    /// The clock went backwards or jumped.
    #[error("the computer's clock jumped; sending waits until it is set right")]
    ClockJumped,
}

/// How far the clock may go backwards before sending pauses.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_mins(10);

/// The checks of the barrier, most severe first.
pub fn cross_barrier(facts: &BarrierFacts) -> Result<(), BarrierRefusal> {
    let refusals = [
        (!facts.owner_is_ours, BarrierRefusal::NotOurs),
        (facts.state != OutboxState::Sending, BarrierRefusal::NotSending),
        (facts.lead_is_withdrawn, BarrierRefusal::Withdrawn),
        (facts.is_dry_run, BarrierRefusal::DryRun),
        (!facts.hash_matches, BarrierRefusal::Changed),
        (facts.is_suppressed, BarrierRefusal::Suppressed),
        (facts.in_ledger, BarrierRefusal::AlreadySent),
        (facts.latest_seen.duration_since(facts.now) > CLOCK_SLACK, BarrierRefusal::ClockJumped),
        (facts.now < facts.not_before, BarrierRefusal::NotDue),
        (facts.sent_in_last_day >= facts.daily_cap.min(HARD_DAILY_CAP), BarrierRefusal::CapReached),
    ];
    refusals.into_iter().find(|(refused, _)| *refused).map_or(Ok(()), |(_, refusal)| Err(refusal))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("in range")
    }

    fn open() -> BarrierFacts {
        BarrierFacts {
            owner_is_ours: true,
            state: OutboxState::Sending,
            hash_matches: true,
            is_suppressed: false,
            in_ledger: false,
            lead_is_withdrawn: false,
            is_dry_run: false,
            sent_in_last_day: 49,
            daily_cap: 50,
            now: at(10_000),
            latest_seen: at(10_000),
            not_before: at(10_000),
        }
    }

    #[test]
    fn the_barrier_opens_when_all_is_well() {
        assert_eq!(cross_barrier(&open()), Ok(()));
    }

    #[test]
    fn each_fault_keeps_the_body_here() {
        let check = |change: fn(&mut BarrierFacts), refusal| {
            let mut facts = open();
            change(&mut facts);
            assert_eq!(cross_barrier(&facts), Err(refusal));
        };
        check(|f| f.owner_is_ours = false, BarrierRefusal::NotOurs);
        check(|f| f.state = OutboxState::Held, BarrierRefusal::NotSending);
        check(|f| f.hash_matches = false, BarrierRefusal::Changed);
        check(|f| f.is_suppressed = true, BarrierRefusal::Suppressed);
        check(|f| f.lead_is_withdrawn = true, BarrierRefusal::Withdrawn);
        check(|f| f.is_dry_run = true, BarrierRefusal::DryRun);
        check(|f| f.in_ledger = true, BarrierRefusal::AlreadySent);
        check(|f| f.latest_seen = at(10_601), BarrierRefusal::ClockJumped);
        check(|f| f.not_before = at(10_001), BarrierRefusal::NotDue);
        check(|f| f.sent_in_last_day = 50, BarrierRefusal::CapReached);
    }

    #[test]
    fn no_setting_lifts_the_hard_cap() {
        let facts = BarrierFacts { daily_cap: u32::MAX, sent_in_last_day: 2_000, ..open() };
        assert_eq!(cross_barrier(&facts), Err(BarrierRefusal::CapReached));
    }
}
