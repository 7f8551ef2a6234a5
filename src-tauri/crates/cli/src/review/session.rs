//! One sitting at the queue: which card is up, what was done last, what is being typed about it.
//!
//! A method carries one action out and says in a line what came of it; a refusal by the engine is such a line too, and
//! the card stays. A decision is on disk before the next card is shown.

use super::pace::{Pace, Watch};
use crate::commands::parse_mail;
use crate::error::CliError;
use crate::view::card::proof_page;
use crate::view::proofs::proofs;
use crate::view::team::hint_words;
use crate::view::text::Page;
use crate::view::words::{clock_time, percent};
use autoreach_engine::Engine;
use autoreach_engine::domain::decision::Reason;
use autoreach_engine::domain::ids::{GestureId, ItemId, RunId, WorkflowId};
use autoreach_engine::domain::lead::Lead;
use autoreach_engine::domain::review::Gesture;
use autoreach_engine::error::EngineError;
use autoreach_engine::jobs::runner::RunProgress;
use autoreach_engine::review::decide::{DecideOutcome, DecideRequest};
use autoreach_engine::review::queue::{ItemView, PAGE_ROWS, QueueSplit};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// "Later" puts a card off for this long.
const LATER: SignedDuration = SignedDuration::from_hours(24);
/// How long a new draft is waited for before the next card is shown.
const REDRAFT_PATIENCE: Duration = Duration::from_millis(1_500);

/// What a person does to the card on screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    /// A verdict.
    Verdict(Gesture),
    /// The mail as edited, subject line first.
    Edit(String),
    /// Facts by the numbers of their proofs.
    FactsWrong(Vec<usize>),
    /// Another draft, with an instruction that may be empty.
    Redraft(String),
    /// A note for the next verdict on this card.
    Note(String),
    /// A reason for the last verdict, by number key.
    Reason(usize),
    /// Put off until tomorrow.
    Later,
    /// Take the last verdict back.
    Undo,
    /// Give it again.
    Redo,
    /// The card after this one.
    Next,
    /// The card before it.
    Previous,
    /// Stand in for unproven sentences, or not.
    ToggleVouching,
    /// Confirm the recipient found on their page, or not.
    ToggleRecipient,
    /// Never write to them again.
    Suppress(Scope, Whom),
    /// Name the source of the proof on screen.
    Source,
}

/// Who is never written to again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The mailbox.
    Person,
    /// Everybody at the company.
    Company,
}

/// Whose card a "do not contact" is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whom {
    /// The one on screen.
    OnScreen,
    /// The one decided last.
    DecidedLast,
}

/// What lies over the card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ShownProof {
    /// Its number.
    pub(crate) number: usize,
    /// Its page.
    pub(crate) page: Page,
    url: String,
}

/// The last verdict, for reasons given afterwards.
#[derive(Debug, Clone)]
struct LastVerdict {
    gesture: GestureId,
    workflow: WorkflowId,
    lead: Lead,
}

/// A sitting.
pub(crate) struct Session {
    engine: Arc<Engine>,
    items: Vec<ItemId>,
    at: usize,
    view: Option<ItemView>,
    proof: Option<ShownProof>,
    note: String,
    vouches: bool,
    confirms_recipient: bool,
    kept_edit: Option<(ItemId, String)>,
    last: Option<LastVerdict>,
    shown_at: Timestamp,
    watch: Watch,
    pace: Pace,
    left: u64,
    decided: u64,
    redrafting: Option<JoinHandle<Result<RunProgress, EngineError>>>,
}

impl Session {
    /// Begins at the most urgent card.
    pub(crate) async fn begin(engine: Arc<Engine>) -> Result<Self, CliError> {
        let shown_at = engine.now();
        let mut session = Self {
            engine,
            items: Vec::new(),
            at: 0,
            view: None,
            proof: None,
            note: String::new(),
            vouches: false,
            confirms_recipient: false,
            kept_edit: None,
            last: None,
            shown_at,
            watch: Watch::start(Instant::now()),
            pace: Pace::default(),
            left: 0,
            decided: 0,
            redrafting: None,
        };
        session.show().await?;
        Ok(session)
    }

    /// Waits for a draft that is still being written.
    pub(crate) async fn end(&mut self) {
        if let Some(writing) = self.redrafting.take() {
            // Its job is on disk; should it fail here, the next run writes the draft.
            let _ = writing.await;
        }
    }

    /// The card on screen; `None` when nothing waits.
    pub(crate) fn view(&self) -> Option<&ItemView> {
        self.view.as_ref()
    }

    /// The proof over it, if one was asked for.
    pub(crate) fn proof(&self) -> Option<&ShownProof> {
        self.proof.as_ref()
    }

    /// Back from the proof to the card.
    pub(crate) fn close_proof(&mut self) {
        self.proof = None;
    }

    /// Cards that wait.
    pub(crate) fn left(&self) -> u64 {
        self.left
    }

    /// Cards decided in this sitting.
    pub(crate) fn decided(&self) -> u64 {
        self.decided
    }

    /// Seconds the rest will take at this sitting's pace.
    pub(crate) fn seconds_left(&self) -> Option<f64> {
        self.pace.seconds_for(self.left)
    }

    /// Was a verdict given that a reason could be added to?
    pub(crate) fn has_last_verdict(&self) -> bool {
        self.last.is_some()
    }

    /// What goes along with the next verdict, in words; empty when nothing does.
    pub(crate) fn set_words(&self) -> String {
        let mut parts = Vec::new();
        if self.vouches {
            parts.push("you vouch".to_owned());
        }
        if self.confirms_recipient {
            parts.push("recipient confirmed".to_owned());
        }
        if !self.note.is_empty() {
            parts.push(format!("note: {}", self.note));
        }
        parts.join(" · ")
    }

    /// A key was pressed: the person is here.
    pub(crate) fn touch(&mut self) {
        self.watch.touch(Instant::now());
    }

    /// The mail as it would be edited, subject line first; an edit that was refused comes back as it was left.
    pub(crate) fn mail_to_edit(&self) -> Option<String> {
        let view = self.view.as_ref()?;
        if let Some((item, text)) = &self.kept_edit
            && *item == view.item.id
        {
            return Some(text.clone());
        }
        let draft = view.item.card.draft.as_ref()?;
        Some(format!("Subject: {}\n\n{}\n", draft.subject, draft.body()))
    }

    /// Was an edit of the card on screen refused, so that its text is still in hand?
    pub(crate) fn has_kept_edit(&self) -> bool {
        let on_screen = self.view.as_ref().map(|view| view.item.id);
        self.kept_edit.as_ref().is_some_and(|(item, _)| Some(*item) == on_screen)
    }

    /// Looks whether a draft that was being written has come; `true` = the queue changed.
    pub(crate) async fn look_around(&mut self) -> Result<bool, CliError> {
        if !self.redrafting.as_ref().is_some_and(JoinHandle::is_finished) {
            return Ok(false);
        }
        self.end().await;
        self.refill().await?;
        if self.view.is_none() {
            self.show().await?;
        }
        Ok(true)
    }

    /// Carries an action out and says what came of it.
    pub(crate) async fn act(&mut self, action: Action) -> Result<String, CliError> {
        match action {
            Action::Verdict(gesture) => self.decide(gesture, Vec::new()).await,
            Action::Edit(text) => self.edit(&text).await,
            Action::FactsWrong(numbers) => self.facts_wrong(&numbers).await,
            Action::Redraft(instruction) => {
                if !instruction.is_empty() {
                    self.note = instruction;
                }
                self.decide(Gesture::AskForRedraft, Vec::new()).await
            }
            Action::Note(note) => {
                self.note = note;
                Ok("The note goes along with your verdict.".into())
            }
            Action::Reason(number) => self.give_reason(number).await,
            Action::Later => self.put_off().await,
            Action::Undo => self.undo().await,
            Action::Redo => self.redo().await,
            Action::Next => self.go(1).await,
            Action::Previous => self.go(-1).await,
            Action::ToggleVouching => {
                self.vouches = !self.vouches;
                Ok(if self.vouches { "You vouch for the sentences without a fresh source." } else { "You no longer vouch." }.into())
            }
            Action::ToggleRecipient => Ok(self.toggle_recipient()),
            Action::Suppress(scope, whom) => self.suppress(scope, whom).await,
            Action::Source => Ok(self.source()),
        }
    }

    /// Opens the next proof, or the one with a number.
    pub(crate) async fn show_proof(&mut self, number: Option<usize>, step: isize) -> Result<(), CliError> {
        let Some(view) = &self.view else { return Ok(()) };
        let findings = proofs(&view.item.card);
        if findings.is_empty() {
            return Err(CliError::NoSuchProof { number: 1, proofs: 0 });
        }
        let shown = self.proof.as_ref().map_or(0, |proof| proof.number);
        let wanted = number.unwrap_or_else(|| stepped(shown, step, findings.len()));
        let missing = CliError::NoSuchProof { number: wanted, proofs: findings.len() };
        let finding = wanted.checked_sub(1).and_then(|index| findings.get(index)).ok_or(missing)?;
        let text = self.engine.stored_page(&finding.source.snapshot).await.map(|page| page.text).unwrap_or_default();
        self.proof = Some(ShownProof { number: wanted, page: proof_page(wanted, finding, &text), url: finding.source.url.clone() });
        Ok(())
    }

    /// Shows the card at the current place, reading the queue again when it ran out.
    async fn show(&mut self) -> Result<(), CliError> {
        if self.at >= self.items.len() {
            self.refill().await?;
            self.at = if self.at >= self.items.len() { 0 } else { self.at };
        }
        self.left = self.engine.queue_counts().await?.open;
        self.view = match self.items.get(self.at) {
            Some(item) => Some(self.engine.item(*item).await?),
            None => None,
        };
        self.proof = None;
        self.note.clear();
        (self.vouches, self.confirms_recipient) = (false, false);
        self.shown_at = self.engine.now();
        self.watch = Watch::start(Instant::now());
        Ok(())
    }

    /// Adds what waits and is not in hand yet, in the queue's order.
    async fn refill(&mut self) -> Result<(), CliError> {
        let asked = self.engine.queue_page(QueueSplit::Opinions, "", 0, PAGE_ROWS).await?.lines;
        for line in self.engine.queue(0, PAGE_ROWS).await?.into_iter().chain(asked) {
            if !self.items.contains(&line.item) {
                self.items.push(line.item);
            }
        }
        Ok(())
    }

    async fn go(&mut self, step: isize) -> Result<String, CliError> {
        if self.items.is_empty() {
            return Ok(String::new());
        }
        self.at = if step > 0 && self.at + 1 == self.items.len() {
            self.refill().await?;
            (self.at + 1) % self.items.len()
        } else {
            stepped(self.at + 1, step, self.items.len()) - 1
        };
        self.show().await?;
        Ok(String::new())
    }

    async fn decide(&mut self, gesture: Gesture, reasons: Vec<Reason>) -> Result<String, CliError> {
        self.touch();
        let Some(view) = &self.view else { return Ok("Nothing is on screen.".into()) };
        let (item, workflow, lead) = (view.item.id, view.item.workflow_id, view.lead.clone());
        let outcome = self.engine.decide(self.request(item, gesture, reasons)).await?;
        self.last = Some(LastVerdict { gesture: outcome.gesture, workflow, lead });
        self.decided += 1;
        self.pace.add(self.watch.active());
        self.kept_edit = None;
        self.leave().await?;
        let mut said = outcome_words(&outcome);
        if let Some(run_id) = outcome.redraft {
            said.push_str(self.write_anew(run_id).await?);
        }
        if let Some(hint) = outcome.hint {
            said = format!("{said} {}", hint_words(hint));
        }
        Ok(said)
    }

    fn request(&self, item: ItemId, gesture: Gesture, reasons: Vec<Reason>) -> DecideRequest {
        DecideRequest {
            reasons,
            note: self.note.clone(),
            vouches: self.vouches,
            confirms_recipient: self.confirms_recipient,
            shown_at: Some(self.shown_at),
            active_ms: u64::try_from(self.watch.active().as_millis()).unwrap_or(u64::MAX),
            tz_offset_minutes: TimeZone::system().to_offset(self.shown_at).seconds() / 60,
            shown_card_version: self.view.as_ref().map(|view| view.item.card_version),
            ..DecideRequest::plain(item, gesture)
        }
    }

    /// Takes the card on screen out of hand and shows the one that moves up.
    async fn leave(&mut self) -> Result<(), CliError> {
        if self.at < self.items.len() {
            self.items.remove(self.at);
        }
        self.show().await
    }

    async fn edit(&mut self, text: &str) -> Result<String, CliError> {
        let Some(view) = &self.view else { return Ok("Nothing is on screen.".into()) };
        let item = view.item.id;
        let own_subject = view.item.card.draft.as_ref().map_or("", |draft| &draft.subject);
        let decided = match parse_mail(text, own_subject) {
            Ok((subject, body)) => self.decide(Gesture::EditMail { subject, body }, Vec::new()).await,
            Err(error) => Err(error),
        };
        if decided.is_err() {
            self.kept_edit = Some((item, text.to_owned()));
        }
        decided
    }

    async fn facts_wrong(&mut self, numbers: &[usize]) -> Result<String, CliError> {
        let Some(view) = &self.view else { return Ok("Nothing is on screen.".into()) };
        let findings = proofs(&view.item.card);
        let mut facts = Vec::new();
        for number in numbers {
            let finding = number.checked_sub(1).and_then(|index| findings.get(index));
            facts.push(finding.ok_or(CliError::NoSuchProof { number: *number, proofs: findings.len() })?.id);
        }
        self.decide(Gesture::RemoveFacts(facts), vec![Reason::FactsWrong]).await
    }

    /// Has the new draft written at once. A slow one goes on in the background while the next card is looked at.
    async fn write_anew(&mut self, run_id: RunId) -> Result<&'static str, CliError> {
        let engine = Arc::clone(&self.engine);
        let mut writing = tokio::spawn(async move { engine.work(run_id, &CancellationToken::new()).await });
        match tokio::time::timeout(REDRAFT_PATIENCE, &mut writing).await {
            Ok(Ok(ended)) => {
                ended?;
                self.refill().await?;
                if self.view.is_none() {
                    self.show().await?;
                }
                Ok(" The new draft is in the queue.")
            }
            Ok(Err(_)) => Ok(" The new draft comes with the next run."),
            Err(_) => {
                self.redrafting = Some(writing);
                Ok(" The new draft is being written.")
            }
        }
    }

    async fn give_reason(&mut self, number: usize) -> Result<String, CliError> {
        let (Some(last), Some(reason)) = (&self.last, Reason::by_number(number)) else {
            return Ok("A reason belongs to a verdict: give one first.".into());
        };
        self.engine.explain(last.gesture, last.workflow, vec![reason], "").await?;
        Ok(format!("{}: {}.", last.lead.company, reason.words()))
    }

    async fn put_off(&mut self) -> Result<String, CliError> {
        let Some(view) = &self.view else { return Ok("Nothing is on screen.".into()) };
        let until = self.engine.now().checked_add(LATER).unwrap_or(Timestamp::MAX);
        let company = view.lead.company.clone();
        self.engine.snooze(view.item.id, until).await?;
        self.leave().await?;
        Ok(format!("{company}: put off until tomorrow."))
    }

    async fn undo(&mut self) -> Result<String, CliError> {
        let undone = self.engine.undo(None).await?;
        self.decided = self.decided.saturating_sub(1);
        self.last = None;
        self.show_item(undone.item).await?;
        Ok(format!("Taken back: {}. Shift+Z gives it again.", undone.summary))
    }

    async fn redo(&mut self) -> Result<String, CliError> {
        let redone = self.engine.redo().await?;
        self.decided += 1;
        self.items.retain(|item| *item != redone.item);
        self.at = self.at.min(self.items.len().saturating_sub(1));
        self.show().await?;
        Ok(format!("Given again: {}.", redone.summary))
    }

    /// Shows one item at the current place.
    async fn show_item(&mut self, item: ItemId) -> Result<(), CliError> {
        self.items.retain(|other| *other != item);
        self.at = self.at.min(self.items.len());
        self.items.insert(self.at, item);
        self.show().await
    }

    fn toggle_recipient(&mut self) -> String {
        let Some(address) = self.view.as_ref().and_then(|view| view.recipient_to_confirm.clone()) else {
            return "There is no address to confirm on this card.".into();
        };
        self.confirms_recipient = !self.confirms_recipient;
        if self.confirms_recipient { format!("Confirmed: the mail goes to {address}.") } else { "No longer confirmed.".into() }
    }

    async fn suppress(&mut self, scope: Scope, whom: Whom) -> Result<String, CliError> {
        let lead = match whom {
            Whom::OnScreen => self.view.as_ref().map(|view| view.lead.clone()),
            Whom::DecidedLast => self.last.as_ref().map(|last| last.lead.clone()),
        };
        let Some(lead) = lead else { return Ok("Nobody is meant: no card was decided yet.".into()) };
        let Some(entry) = suppression_entry(&lead, scope) else {
            return Ok("This lead has no mail address: choose the company.".into());
        };
        self.engine.suppress(&[(entry.clone(), "said so in review".to_owned())]).await?;
        if whom == Whom::OnScreen {
            self.decide(Gesture::Reject(autoreach_engine::domain::review::Part::Lead), vec![Reason::DoNotContact]).await?;
        }
        Ok(format!("{entry} is never written to again."))
    }

    fn source(&self) -> String {
        match (&self.proof, &self.view) {
            (Some(proof), _) => proof.url.clone(),
            (None, Some(view)) => view.lead.website.clone().unwrap_or_else(|| "This lead has no website.".into()),
            (None, None) => String::new(),
        }
    }
}

/// The number after `at` (from 1) going round `count`; 0 is "none yet".
fn stepped(at: usize, step: isize, count: usize) -> usize {
    let zero_based = at as isize - 1 + step;
    let from_none = if at == 0 && step < 0 { count as isize - 1 } else { zero_based };
    usize::try_from(from_none.rem_euclid(count as isize)).unwrap_or(0) + 1
}

/// What goes on the suppression list; `None` when the lead has no address.
fn suppression_entry(lead: &Lead, scope: Scope) -> Option<String> {
    match scope {
        Scope::Person => lead.person.email.as_ref().map(ToString::to_string),
        Scope::Company => Some(lead.company_domain().map_or_else(|| lead.company.clone(), |domain| domain.to_string())),
    }
}

fn outcome_words(outcome: &DecideOutcome) -> String {
    let mut said = format!("{}.", outcome.summary);
    if let Some((_, leaves)) = outcome.mail {
        said.push_str(&format!(" Held until {}.", clock_time(leaves, &TimeZone::system())));
    }
    if let Some((before, after)) = outcome.learned {
        said.push_str(&format!(" {} -> {}.", percent(before), percent(after)));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proofs_are_walked_in_a_circle() {
        assert_eq!([stepped(0, 1, 3), stepped(1, 1, 3), stepped(3, 1, 3)], [1, 2, 1]);
        assert_eq!([stepped(0, -1, 3), stepped(1, -1, 3), stepped(3, -1, 3)], [3, 3, 2]);
    }
}
