//! Weeks of work in minutes: the real engine in a simulated workspace, with a reviewer whose mind is known.
//!
//! Nothing of the engine is replaced. Leads come in as a file, pages are recorded answers, the run is the ordinary run, and
//! the persona does what a person does: decides what waits, looks at the checks and audits that are due, confirms in the
//! morning what was proposed the evening before. The clock is told how late it is, mails are handed to nobody
//! (its outbox stays in dry run), and every draw comes out of the seed, so that the same seed writes the same journal, byte for byte.
//!
//! How the leads of a day are found is said in [`discovery`], what a persona is in [`persona`], how long they read in
//! [`reviewer`], what counts as wrong in [`report`].

mod chance;
mod discovery;
mod market;
mod persona;
mod report;
mod reviewer;
mod tally;

pub use persona::{Change, Happening, Persona, Style, Taste};
pub use report::{Part, SimulationReport, StepKind, StepLine, WeekReport};

use crate::Engine;
use crate::error::EngineError;
use crate::pipeline::import::ImportRequest;
use crate::review::decide::DecideRequest;
use crate::review::queue::{PAGE_ROWS, QueueSplit};
use crate::workflows::parse_definition;
use crate::workspace::{Access, Opening, create};
use autoreach_domain::decision::Stage;
use autoreach_domain::ids::ItemId;
use autoreach_domain::review::{Gesture, ItemState, Part as CardPart};
use autoreach_domain::reviewer::Reviewer as ReviewerName;
use autoreach_domain::sending::OutboxState;
use autoreach_domain::workflow::{HighValueLine, Workflow};
use autoreach_secrets::Secret;
use autoreach_store::tables::lead::{self, Shelf};
use autoreach_store::tables::{outbox, review_item, workflow};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use market::{Company, MarketPages};
use reviewer::{Reaction, Reviewer};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use tally::Tally;
use tokio_util::sync::CancellationToken;

/// The workflow of the demo, which the personas review for.
const WORKFLOW: &str = include_str!("../../../../demo/workflow.toml");
/// What a simulated workspace is locked with. It holds nothing worth a secret.
pub const PASSPHRASE: &str = "simulated workspace";
/// The Monday a simulation begins on.
const FIRST_DAY: Date = date(2026, 8, 3);
/// Working days of a week.
const DAYS: u32 = 5;
/// The day's hours, UTC: when the leads are worked on, when the persona sits down, when what is approved leaves.
const RUN_AT: i8 = 4;
const REVIEW_AT: i8 = 7;
const POST_AT: i8 = 16;
/// How long an approved mail can be taken back; it leaves in the afternoon of its day.
const HOLD_MINUTES: u32 = 60;
/// Most leads of a day: their cards must fit the rows of one page of the queue.
pub const MOST_LEADS_PER_DAY: usize = 150;
/// Most weeks.
pub const MOST_WEEKS: u32 = 104;

/// What is to be simulated.
#[derive(Debug, Clone)]
pub struct SimulationRequest {
    /// The folder of the workspace that is made for it.
    pub dir: PathBuf,
    /// Who reviews.
    pub persona: Persona,
    /// How many weeks, 1 to [`MOST_WEEKS`].
    pub weeks: u32,
    /// Leads of a working day, 1 to [`MOST_LEADS_PER_DAY`].
    pub leads_per_day: usize,
    /// Everything is drawn out of it.
    pub seed: u64,
}

/// Simulates; `on_week` is told of each week when it is over.
pub async fn simulate(request: SimulationRequest, mut on_week: impl FnMut(&WeekReport)) -> Result<SimulationReport, EngineError> {
    let SimulationRequest { dir, persona, weeks, leads_per_day, seed } = request;
    let pages = Arc::new(MarketPages::empty()?);
    let opening = Opening {
        dir,
        access: Access::Passphrase(Secret::new(PASSPHRASE)),
        pages: pages.clone(),
        at: Some(instant(FIRST_DAY, 0)),
        reviewer: ReviewerName::from(persona.name.clone()),
    };
    let engine = create(opening, Some(seed)).await?.engine;
    engine.set_workflow(definition()?).await?;
    let workflow = engine.workflow(None).await?;
    let mut office = Office {
        engine: &engine,
        workflow,
        pages: &pages,
        reviewer: Reviewer::new(&persona, seed),
        seed,
        leads_per_day,
        tally: Tally::default(),
        proposed: BTreeSet::new(),
    };
    let mut reports = Vec::new();
    for week in 1..=weeks {
        let report = office.week(week).await?;
        on_week(&report);
        reports.push(report);
    }
    let steps = tally::steps(&engine, office.workflow.id, FIRST_DAY).await?;
    tally::note_steps(&steps, &mut reports);
    let receipts = office.receipts().await?;
    drop(office);
    let verified = engine.verify().await?;
    engine.close().await;
    Ok(SimulationReport {
        persona: persona.name,
        seed,
        leads_per_day,
        weeks: reports,
        steps,
        entries: verified.entries,
        head: verified.head.clone(),
        receipts,
        is_verified: verified.is_clean(),
    })
}

/// The demo's workflow without its named accounts and its line of value, which send every larger company to a person: what
/// an agent may be trusted with is to be seen here, not what is kept from it.
fn definition() -> Result<autoreach_domain::workflow::WorkflowDefinition, EngineError> {
    let mut definition = parse_definition(WORKFLOW)?;
    definition.high_value = HighValueLine::default();
    definition.sending.hold_minutes = HOLD_MINUTES;
    Ok(definition)
}

fn instant(day: Date, hour: i8) -> Timestamp {
    day.at(hour, 0, 0, 0).to_zoned(TimeZone::UTC).map_or(Timestamp::MIN, |zoned| zoned.timestamp())
}

/// The workspace with the persona who sits before it.
struct Office<'a> {
    engine: &'a Arc<Engine>,
    workflow: Workflow,
    pages: &'a MarketPages,
    reviewer: Reviewer<'a>,
    seed: u64,
    leads_per_day: usize,
    tally: Tally,
    /// Steps up that were proposed the evening before.
    proposed: BTreeSet<Stage>,
}

impl Office<'_> {
    async fn week(&mut self, week: u32) -> Result<WeekReport, EngineError> {
        self.reviewer.begin_week(week);
        self.tally.begin_week(week);
        for day in 0..DAYS {
            self.day(week, day).await?;
        }
        let mut memory = self.engine.memory.lock().await;
        let trust = &memory.of(&self.engine.store, self.workflow.id).await?.trust;
        Ok(self.tally.report(trust, self.engine.now(), DAYS))
    }

    async fn day(&mut self, week: u32, day: u32) -> Result<(), EngineError> {
        let date = FIRST_DAY.saturating_add((i64::from(week - 1) * 7 + i64::from(day)).days());
        self.wait_until(instant(date, RUN_AT)).await;
        self.take_in(u64::from((week - 1) * DAYS + day)).await?;
        self.wait_until(instant(date, REVIEW_AT)).await;
        self.confirm_proposals().await?;
        self.review_queue().await?;
        self.review_checks().await?;
        self.wait_until(instant(date, POST_AT)).await;
        self.post().await?;
        self.note_proposals().await
    }

    async fn wait_until(&self, at: Timestamp) {
        self.engine.clock.wait_for(at, std::time::Duration::ZERO).await;
    }

    /// The leads of a day come in and are worked on.
    async fn take_in(&mut self, day: u64) -> Result<(), EngineError> {
        let companies = discovery::choose(self.engine, &self.workflow, self.seed, day, self.leads_per_day).await?;
        self.pages.put_up(&companies, self.engine.now())?;
        let file = market::lead_file(&companies);
        let request = ImportRequest {
            workflow_id: self.workflow.id,
            file_name: "leads.csv",
            bytes: file.as_bytes(),
            overrides: &[],
            takes_unsure: true,
            parser: std::path::Path::new("none"),
        };
        self.engine.import(&request).await?;
        let run = self.engine.start_run(self.workflow.id).await?;
        self.engine.work(run, &CancellationToken::new()).await?;
        self.engine.settle_trust(self.workflow.id).await?;
        self.note_arrivals(companies).await
    }

    async fn note_arrivals(&mut self, companies: Vec<Company>) -> Result<(), EngineError> {
        let db = self.engine.store.read();
        let leads = lead::of_workflow(db, self.workflow.id, Shelf::Current).await?;
        for lead in leads.into_iter().rev().take(companies.len()) {
            let (Some(company), Some(item)) =
                (companies.iter().find(|company| company.name == lead.company), review_item::of_lead(db, lead.id).await?)
            else {
                continue;
            };
            self.tally.arrived(&self.reviewer, company, &item);
        }
        Ok(())
    }

    async fn confirm_proposals(&mut self) -> Result<(), EngineError> {
        for stage in std::mem::take(&mut self.proposed) {
            match self.engine.promote(self.workflow.id, stage).await {
                Ok((_, 0)) | Err(EngineError::NoStepUp) => {}
                Ok(_) => self.note_routed_again().await?,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn note_routed_again(&mut self) -> Result<(), EngineError> {
        for id in self.tally.waiting() {
            self.tally.routed_again(&review_item::get(self.engine.store.read(), id).await?);
        }
        Ok(())
    }

    async fn note_proposals(&mut self) -> Result<(), EngineError> {
        if self.engine.settle_trust(self.workflow.id).await? > 0 {
            self.note_routed_again().await?;
        }
        let mut memory = self.engine.memory.lock().await;
        let trust = &memory.of(&self.engine.store, self.workflow.id).await?.trust;
        let now = self.engine.now();
        self.proposed = Stage::ALL.iter().copied().filter(|stage| trust.on(*stage).ladder.proposal(now).is_some()).collect();
        Ok(())
    }

    /// Everything that waits, most urgent first; what a pull-back brings back in between comes last.
    async fn review_queue(&mut self) -> Result<(), EngineError> {
        loop {
            let page = self.engine.queue_page(QueueSplit::All, "", 0, PAGE_ROWS).await?;
            if page.lines.is_empty() {
                return Ok(());
            }
            for line in page.lines {
                self.decide(line.item).await?;
            }
        }
    }

    async fn review_checks(&mut self) -> Result<(), EngineError> {
        let view = self.engine.audit(self.workflow.id).await?;
        let due = view.checks.iter().chain(view.audits.iter().flat_map(|audit| &audit.items)).filter(|line| !line.is_done);
        let items: BTreeSet<ItemId> = due.map(|line| line.item).collect();
        for item in items {
            self.decide(item).await?;
        }
        Ok(())
    }

    async fn decide(&mut self, id: ItemId) -> Result<(), EngineError> {
        let view = self.engine.item(id).await?;
        let Some(company) = self.tally.company(id).filter(|_| view.item.state != ItemState::Decided) else { return Ok(()) };
        let shown_at = self.engine.now();
        let Reaction { mut gesture, reasons, active_ms } = self.reviewer.react(&company, &view.item);
        let has_nobody_to_write_to = view.lead.person.email.is_none() && view.recipient_to_confirm.is_none();
        if gesture != Gesture::Reject(CardPart::Lead) && has_nobody_to_write_to {
            gesture = Gesture::Reject(CardPart::Email);
        }
        let until = shown_at.saturating_add(SignedDuration::from_millis(i64::try_from(active_ms).unwrap_or(i64::MAX)));
        self.wait_until(until.unwrap_or(shown_at)).await;
        let request = DecideRequest {
            reasons,
            vouches: true,
            confirms_recipient: view.recipient_to_confirm.is_some(),
            shown_at: Some(shown_at),
            active_ms,
            shown_card_version: Some(view.item.card_version),
            ..DecideRequest::plain(id, gesture)
        };
        let outcome = self.engine.decide(request).await?;
        self.tally.decided(&view.item, &outcome.verdicts, active_ms);
        Ok(())
    }

    /// What was approved and is past its hold counts as having left. Nothing is handed to a server: a simulated workspace
    /// has none, and its mails are addressed to nobody who exists.
    async fn post(&self) -> Result<(), EngineError> {
        let now = self.engine.now();
        let tx = self.engine.store.begin().await?;
        for mail in outbox::in_states(&*tx, &[OutboxState::Held, OutboxState::Queued]).await? {
            if mail.not_before <= now {
                outbox::move_unsent(&*tx, mail.id, &OutboxState::RECALLABLE, OutboxState::Sent, None).await?;
            }
        }
        Ok(tx.commit().await?)
    }

    /// Holds every receipt against its own numbers and the key of the draws.
    async fn receipts(&self) -> Result<Part, EngineError> {
        let db = self.engine.store.read();
        let key = workflow::mark_key(db, self.workflow.id).await?;
        let rows = review_item::released_between(db, self.workflow.id, Timestamp::MIN, Timestamp::MAX).await?;
        let mut receipts = Part::default();
        rows.iter().for_each(|row| receipts.add(row.routing.contradiction(&key).is_none()));
        Ok(receipts)
    }
}
