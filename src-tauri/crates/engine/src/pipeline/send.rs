//! Hand-over to the mail server, once: offer, barrier, body, answer (`guarantees.md` 4.3).
//!
//! Up to the server's 354 nothing is at risk. The barrier is one transaction that checks everything again, marks the row
//! and writes the send ledger; only then does the body leave, in a task of its own that no cancel reaches. Whatever the
//! server does not answer is `uncertain` and is never sent again by itself.

use crate::Engine;
use crate::error::EngineError;
use crate::network::WAIT_FOR_NETWORK;
use crate::settings::dry_run_setting;
use autoreach_domain::sending::{BarrierFacts, BarrierRefusal, OutboxState, cross_barrier};
use autoreach_domain::suppression::Addressee;
use autoreach_mail::{Deferral, Envelope, FrozenMail, MessageId, Offered, Outcome, Reply, SmtpAccount, SmtpError, connect};
use autoreach_secrets::Secret;
use autoreach_store::tables::outbox::{self, AttemptEnd, OutboxMail};
use autoreach_store::tables::{lead, suppression, workflow};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use ts_rs::TS;

/// A deferred mail is tried again after this pause, doubled at each attempt, for [`MAX_ATTEMPTS`] attempts.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_mins(5);
/// Attempts after which a mail waits for a person.
const MAX_ATTEMPTS: u32 = 8;

/// What a sending run did.
#[derive(Debug, Clone, PartialEq, Default, Serialize, TS)]
pub struct SendReport {
    /// Nothing left, because this workspace is on dry run.
    pub is_dry_run: bool,
    /// Taken by the server, or (on dry run) what would be handed over.
    pub sent: Vec<SentLine>,
    /// Refused for now, to be tried again.
    pub deferred: Vec<SentLine>,
    /// Refused for good.
    pub bounced: Vec<SentLine>,
    /// Left without an answer: a person decides.
    pub uncertain: Vec<SentLine>,
    /// Kept here by a check, with the reason.
    pub kept: Vec<SentLine>,
    /// Still within their hold time, or held by a person.
    pub waiting: u64,
}

/// One mail of a report.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct SentLine {
    /// The outbox row.
    pub mail: i64,
    /// The company.
    pub company: String,
    /// What happened, in words.
    pub what: String,
}

/// The way a sending run takes.
struct Way {
    account: SmtpAccount,
    password: Secret,
    mode: SendMode,
}

/// How one attempt ended.
enum AttemptOutcome {
    /// The server, or the way to it, gave this end.
    Answered(AttemptEnd),
    /// The account does not work: every other mail would fail the same way.
    AccountFailed(AttemptEnd),
    /// A check of ours kept the mail here.
    Kept(BarrierRefusal),
}

/// Why an offer did not come about.
struct NotOffered {
    end: AttemptEnd,
    is_fault_of_account: bool,
}

/// Whether mails really leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendMode {
    /// As the workspace's dry run is set.
    AsSet,
    /// They do, whatever is set; the setting stays.
    Really,
    /// They do not: says what would be handed over.
    DryRun,
}

impl Engine {
    /// Hands over every mail whose time has come.
    pub async fn send_due(self: &Arc<Self>, mode: SendMode, cancel: &CancellationToken) -> Result<SendReport, EngineError> {
        let _turn = self.sending.lock().await;
        if mode == SendMode::DryRun || (mode == SendMode::AsSet && self.is_dry_run().await?) {
            return self.dry_run().await;
        }
        if self.store.is_ballast_spent() {
            return Err(EngineError::NoRoomToSend);
        }
        let account = self.mail_account().await?.ok_or(EngineError::NoMailAccount)?.to_transport();
        let password = self.mail_password(&account.username)?;
        self.queue_due().await?;
        let way = Way { account, password, mode };
        let mut report = SendReport::default();
        while !cancel.is_cancelled() {
            let Some(mail) = self.claim_mail().await? else { break };
            let outcome = self.attempt(&mail, &way, cancel).await?;
            let must_stop = note(&mut report, &mail, &outcome);
            if must_stop {
                break;
            }
        }
        report.waiting = count(&outbox::counts(self.store.read()).await?, OutboxState::Held);
        Ok(report)
    }

    /// The same in the background: how many mails moved on. On dry run and without an account none does, and that is no failure.
    pub async fn hand_over_due(self: &Arc<Self>, cancel: &CancellationToken) -> Result<usize, EngineError> {
        if self.is_dry_run().await? {
            return Ok(0);
        }
        match self.send_due(SendMode::AsSet, cancel).await {
            Ok(report) => Ok(report.sent.len() + report.deferred.len() + report.bounced.len() + report.uncertain.len() + report.kept.len()),
            Err(EngineError::NoMailAccount | EngineError::NoMailPassword) => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// Puts in order what an attempt given up half-way left behind, then queues what is due. Only one sender runs at a time.
    async fn queue_due(&self) -> Result<(), EngineError> {
        let now = self.now();
        let tx = self.store.begin().await?;
        outbox::recover(&*tx, now).await?;
        outbox::queue_due(&*tx, now).await?;
        Ok(tx.commit().await?)
    }

    async fn dry_run(&self) -> Result<SendReport, EngineError> {
        let now = self.now();
        let open = outbox::in_states(self.store.read(), &OutboxState::RECALLABLE).await?;
        let (due, waiting): (Vec<_>, Vec<_>) = open.into_iter().partition(|mail| mail.not_before <= now && !mail.is_held_by_person);
        let line = |mail: &OutboxMail| sent_line(mail, format!("would be handed over to {}", mail.to));
        Ok(SendReport { is_dry_run: true, sent: due.iter().map(line).collect(), waiting: waiting.len() as u64, ..SendReport::default() })
    }

    async fn claim_mail(&self) -> Result<Option<OutboxMail>, EngineError> {
        let tx = self.store.begin().await?;
        let mail = outbox::claim_queued(&*tx, &self.instance).await?;
        tx.commit().await?;
        Ok(mail)
    }

    /// One attempt from connection to answer; its end is on disk when this returns.
    async fn attempt(self: &Arc<Self>, mail: &OutboxMail, way: &Way, cancel: &CancellationToken) -> Result<AttemptOutcome, EngineError> {
        let offered = tokio::select! {
            offered = offer(mail, way) => offered,
            () = cancel.cancelled() => Err(NotOffered { end: AttemptEnd { is_counted: false, ..safe_end(OutboxState::Queued, None, String::new()) }, is_fault_of_account: true }),
        };
        let offered = match offered {
            Ok(offered) => offered,
            Err(NotOffered { end, is_fault_of_account }) => {
                let end = AttemptEnd { is_counted: end.is_counted && !is_fault_of_account, ..end };
                let end = self.end(mail, self.timed(end, mail)).await?;
                return Ok(if is_fault_of_account { AttemptOutcome::AccountFailed(end) } else { AttemptOutcome::Answered(end) });
            }
        };
        if let Err(refusal) = self.cross(mail, way.mode).await? {
            offered.abort();
            return self.keep(mail, refusal).await;
        }
        // From here on the body may leave: nobody's cancel must stop the answer from being heard and noted.
        let (engine, mail) = (Arc::clone(self), mail.clone());
        let delivery = tokio::spawn(async move {
            let end = engine.timed(answered(offered.deliver().await), &mail);
            if !end.is_past_barrier {
                engine.ledger.append_refused(&mail.message_id)?;
            }
            engine.end(&mail, end).await.map(AttemptOutcome::Answered)
        });
        match delivery.await {
            Ok(outcome) => outcome,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// The barrier: every check inside one transaction, then the ledger, then the commit.
    async fn cross(&self, mail: &OutboxMail, mode: SendMode) -> Result<Result<(), BarrierRefusal>, EngineError> {
        let now = self.now();
        let tx = self.store.begin().await?;
        let Some(row) = outbox::held_by(&*tx, mail.id, &self.instance, mail.epoch).await? else { return Ok(Err(BarrierRefusal::NotOurs)) };
        let lead = lead::get(&*tx, row.lead_id).await?;
        let addressee = Addressee { email: Some(row.to.clone()), domain: lead.company_domain(), company: lead.company.clone() };
        let definition = workflow::get(&*tx, row.workflow_id).await?.definition;
        let facts = BarrierFacts {
            owner_is_ours: true,
            state: if row.is_held_by_person { OutboxState::Held } else { row.state },
            hash_matches: frozen(&row).is_some(),
            is_suppressed: suppression::covering(&*tx, &addressee).await?.is_some(),
            in_ledger: self.ledger.contains(&row.message_id),
            lead_is_withdrawn: lead::is_withdrawn(&*tx, row.lead_id).await?,
            is_dry_run: mode == SendMode::AsSet && dry_run_setting(&*tx).await?,
            sent_in_last_day: outbox::crossed_since(
                &*tx,
                &row.from,
                now.checked_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN),
            )
            .await?,
            daily_cap: definition.sending.daily_cap,
            now,
            latest_seen: outbox::latest_crossing(&*tx, &row.from).await?.unwrap_or(now),
            not_before: row.not_before,
        };
        if let Err(refusal) = cross_barrier(&facts) {
            return Ok(Err(refusal));
        }
        outbox::cross(&*tx, row.id, now).await?;
        self.ledger.append(&row.message_id)?;
        if let Err(error) = tx.commit().await {
            // Nothing left: the ledger must not keep this mail back at the next attempt.
            self.ledger.append_refused(&row.message_id)?;
            return Err(error.into());
        }
        Ok(Ok(()))
    }

    /// What becomes of a mail that a check kept here.
    async fn keep(&self, mail: &OutboxMail, refusal: BarrierRefusal) -> Result<AttemptOutcome, EngineError> {
        let state = match refusal {
            BarrierRefusal::NotOurs | BarrierRefusal::NotSending => return Ok(AttemptOutcome::Kept(refusal)),
            BarrierRefusal::Suppressed => OutboxState::Suppressed,
            BarrierRefusal::Withdrawn => OutboxState::Cancelled,
            BarrierRefusal::AlreadySent => OutboxState::Uncertain,
            BarrierRefusal::Changed
            | BarrierRefusal::DryRun
            | BarrierRefusal::CapReached
            | BarrierRefusal::NotDue
            | BarrierRefusal::ClockJumped => OutboxState::Held,
        };
        let not_before = (refusal == BarrierRefusal::CapReached).then(|| later(self.now(), SignedDuration::from_hours(1)));
        let end = AttemptEnd { not_before, is_counted: false, ..safe_end(state, None, refusal.to_string()) };
        self.end(mail, end).await?;
        Ok(AttemptOutcome::Kept(refusal))
    }

    async fn end(&self, mail: &OutboxMail, end: AttemptEnd) -> Result<AttemptEnd, EngineError> {
        let tx = self.store.begin().await?;
        outbox::end_attempt(&*tx, mail.id, mail.epoch, &end, self.now()).await?;
        tx.commit().await?;
        Ok(end)
    }

    /// Gives a deferred attempt its next time; one that was tried often enough waits for a person.
    fn timed(&self, end: AttemptEnd, mail: &OutboxMail) -> AttemptEnd {
        if end.state != OutboxState::Deferred {
            return end;
        }
        if end.is_counted && mail.attempts >= MAX_ATTEMPTS {
            let smtp_text = format!("given up after {} attempts: {}", mail.attempts, end.smtp_text);
            return AttemptEnd { state: OutboxState::Held, needs_person: true, smtp_text, ..end };
        }
        if self.offline_since().is_some() {
            return AttemptEnd { not_before: Some(later(self.now(), WAIT_FOR_NETWORK)), ..end };
        }
        let pause = FIRST_PAUSE.saturating_mul(1 << mail.attempts.saturating_sub(1).min(7));
        AttemptEnd { not_before: Some(later(self.now(), pause)), ..end }
    }
}

/// The frozen mail, if its bytes are still those that were approved.
fn frozen(mail: &OutboxMail) -> Option<FrozenMail> {
    let id = MessageId::parse(&mail.message_id).ok()?;
    let envelope = Envelope { from: mail.from.clone(), to: mail.to.clone() };
    FrozenMail::from_stored(mail.mime.clone(), mail.mime_hash, id, envelope).ok()
}

/// Up to the server's "go ahead"; every failure is safe.
async fn offer(mail: &OutboxMail, way: &Way) -> Result<Offered, NotOffered> {
    let changed = || safe_end(OutboxState::Held, None, BarrierRefusal::Changed.to_string());
    let frozen = frozen(mail).ok_or_else(|| NotOffered { end: changed(), is_fault_of_account: false })?;
    let session = connect(&way.account, way.password.expose_text().unwrap_or_default()).await.map_err(|error| refused(&error))?;
    session.offer(frozen).await.map_err(|error| refused(&error))
}

fn refused(error: &SmtpError) -> NotOffered {
    let (state, code, is_fault_of_account) = match error {
        SmtpError::Bounced(reply) => (OutboxState::Bounced, Some(reply.code), false),
        SmtpError::Deferred(Deferral::AskedToWait(reply)) => (OutboxState::Deferred, Some(reply.code), false),
        SmtpError::Deferred(Deferral::TimedOut | Deferral::ConnectionLost) => (OutboxState::Deferred, None, false),
        SmtpError::AuthRefused(reply) => (OutboxState::Deferred, Some(reply.code), true),
        SmtpError::Deferred(Deferral::Unreachable) | SmtpError::TlsRefused(_) | SmtpError::Misconfigured(_) => {
            (OutboxState::Deferred, None, true)
        }
    };
    NotOffered { end: safe_end(state, code, error.to_string()), is_fault_of_account }
}

fn safe_end(state: OutboxState, smtp_code: Option<u16>, smtp_text: String) -> AttemptEnd {
    AttemptEnd { state, is_past_barrier: false, smtp_code, smtp_text, not_before: None, is_counted: true, needs_person: false }
}

fn answered(outcome: Outcome) -> AttemptEnd {
    let end = |state, reply: Reply| safe_end(state, Some(reply.code), reply.text);
    match outcome {
        Outcome::Accepted(reply) => AttemptEnd { is_past_barrier: true, ..end(OutboxState::Sent, reply) },
        Outcome::RefusedForNow(reply) => end(OutboxState::Deferred, reply),
        Outcome::RefusedForGood(reply) => end(OutboxState::Bounced, reply),
        Outcome::NoReply => {
            let what = "the server took the mail but never answered".to_owned();
            AttemptEnd { is_past_barrier: true, ..safe_end(OutboxState::Uncertain, None, what) }
        }
    }
}

fn count(counts: &[(OutboxState, u64)], wanted: OutboxState) -> u64 {
    counts.iter().find(|(state, _)| *state == wanted).map_or(0, |(_, n)| *n)
}

fn later(now: Timestamp, pause: SignedDuration) -> Timestamp {
    now.checked_add(pause).unwrap_or(Timestamp::MAX)
}

fn sent_line(mail: &OutboxMail, what: String) -> SentLine {
    SentLine { mail: mail.id, company: mail.company.clone(), what }
}

/// Adds an attempt to the report. `true` = going on now would fail the same way.
fn note(report: &mut SendReport, mail: &OutboxMail, outcome: &AttemptOutcome) -> bool {
    match outcome {
        AttemptOutcome::Kept(refusal) => {
            report.kept.push(sent_line(mail, refusal.to_string()));
            matches!(refusal, BarrierRefusal::CapReached | BarrierRefusal::ClockJumped)
        }
        AttemptOutcome::Answered(end) | AttemptOutcome::AccountFailed(end) => {
            let line = sent_line(mail, end.smtp_text.clone());
            match end.state {
                OutboxState::Sent => report.sent.push(line),
                OutboxState::Bounced => report.bounced.push(line),
                OutboxState::Uncertain => report.uncertain.push(line),
                OutboxState::Deferred => report.deferred.push(line),
                _ => report.kept.push(line),
            }
            matches!(outcome, AttemptOutcome::AccountFailed(_))
        }
    }
}
