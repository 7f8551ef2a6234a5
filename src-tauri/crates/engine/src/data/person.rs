//! One person: what is held about them, as a file they can be given, and erasing them (`guarantees.md` 4.7, G14).
//!
//! Erasing takes the leads they are, everything made of these, and their name wherever else it stands; the journal keeps its
//! places and links and loses its words about them. A keyed code of the address stays, by which they are never written to
//! again. Backups taken before are not opened for it: they go by their age, and putting one back erases the person again.

use crate::Engine;
use crate::error::EngineError;
use autoreach_domain::ids::{LeadId, SuppressionId};
use autoreach_domain::lead::{EmailAddress, Lead};
use autoreach_domain::reviewer::Reviewer;
use autoreach_domain::sending::OutboxState;
use autoreach_store::personal::{self, ErasureCounts, Request, Subject};
use autoreach_store::tables::store_meta::person_key;
use autoreach_store::tables::{contact, job, lead, outbox};
use autoreach_store::{Erasure, OLDEST_KEPT_DAYS, StoreError, TableConnection, WriteTransaction, note_erasures, noted_erasures};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use ts_rs::TS;

/// Most people a search shows.
const MOST_FOUND: usize = 20;

/// Who is meant: a lead, or an address that need not be a lead's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "by", content = "value", rename_all = "snake_case")]
pub enum WhichPerson {
    /// The person a lead is, with all other leads of the same address.
    Lead(LeadId),
    /// Whoever has this address.
    Address(String),
}

/// One person found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct FoundPerson {
    /// How to ask for them.
    pub who: WhichPerson,
    /// Their name; may be empty.
    pub name: String,
    /// Their address; may be empty.
    pub email: String,
    /// Their company; may be empty.
    pub company: String,
}

/// How many rows of a table are about them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct HeldRows {
    /// What they are, in words.
    pub what: String,
    /// How many.
    #[ts(type = "number")]
    pub rows: u64,
}

/// What is held about a person, and what erasing them will do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct PersonHeld {
    /// The person.
    pub person: FoundPerson,
    /// What is held, most important first.
    pub held: Vec<HeldRows>,
    /// Mails to them that have not left and never will.
    #[ts(type = "number")]
    pub unsent: u64,
    /// Mails to them that have left: no program takes these back.
    #[ts(type = "number")]
    pub sent: u64,
    /// Backups in which they still are.
    #[ts(type = "number")]
    pub backups: u64,
    /// When the last of these is gone.
    pub gone_from_backups: Option<Timestamp>,
}

/// What erasing did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Erased {
    /// Rows that went.
    #[ts(type = "number")]
    pub rows: u64,
    /// Entries of the journal that were emptied.
    #[ts(type = "number")]
    pub journal: u64,
    /// Texts about others that lost the name.
    #[ts(type = "number")]
    pub mentions: u64,
    /// They are on the do-not-contact list, by a code.
    pub is_suppressed: bool,
}

/// Why somebody cannot be erased now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CannotErase {
    /// Nobody is known by this.
    #[error("nothing is held about anybody by this name or address")]
    Nobody,
    /// A mail to them is on its way.
    #[error("a mail to them is being handed over right now; try again in a minute, nothing was changed")]
    MailUnderWay,
    /// The agent works on a lead of theirs.
    #[error("the agent is working on this lead right now; pause it or try again in a minute, nothing was changed")]
    WorkUnderWay,
}

impl Engine {
    /// People whose name, address or company holds these letters.
    pub async fn find_people(&self, text: &str) -> Result<Vec<FoundPerson>, EngineError> {
        let wanted = text.trim().to_lowercase();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let mut found: Vec<FoundPerson> = Vec::new();
        for workflow in self.workflows().await? {
            for lead in lead::of_workflow(self.store.read(), workflow.id, lead::Shelf::All).await? {
                let person = found_lead(&lead);
                let is_meant = [&person.name, &person.email, &person.company].iter().any(|field| field.to_lowercase().contains(&wanted));
                let is_known = !person.email.is_empty() && found.iter().any(|known| known.email.eq_ignore_ascii_case(&person.email));
                if is_meant && !is_known {
                    found.push(person);
                }
            }
        }
        if found.is_empty()
            && let Ok(address) = EmailAddress::parse(text)
        {
            found.push(by_address(&address));
        }
        found.truncate(MOST_FOUND);
        Ok(found)
    }

    /// What is held about a person.
    pub async fn person_held(&self, who: &WhichPerson) -> Result<PersonHeld, EngineError> {
        let (person, subject) = self.subject(who).await?;
        let held = personal::held(self.store.read(), &subject).await?;
        if held.is_empty() {
            return Err(CannotErase::Nobody.into());
        }
        let mails = mails_to(self.store.read(), &subject).await?;
        let backups = self.store.backups()?;
        let kept = SignedDuration::from_hours(24 * OLDEST_KEPT_DAYS);
        let newest = backups.iter().map(|backup| backup.taken_at).max();
        Ok(PersonHeld {
            person,
            held: held.iter().map(|(table, rows)| HeldRows { what: words_of(table).to_owned(), rows: rows.len() as u64 }).collect(),
            unsent: mails.iter().filter(|mail| OutboxState::RECALLABLE.contains(&mail.state) && !mail.is_past_barrier).count() as u64,
            sent: mails.iter().filter(|mail| mail.is_past_barrier).count() as u64,
            backups: backups.len() as u64,
            gone_from_backups: newest.and_then(|at| at.checked_add(kept).ok()),
        })
    }

    /// Everything that is held about a person, as one JSON document they can be given.
    pub async fn person_extract(&self, who: &WhichPerson) -> Result<Vec<u8>, EngineError> {
        let (person, subject) = self.subject(who).await?;
        let held = personal::held(self.store.read(), &subject).await?;
        if held.is_empty() {
            return Err(CannotErase::Nobody.into());
        }
        let tables: Map<String, Value> = held.into_iter().map(|(table, rows)| (table.to_owned(), Value::Array(rows))).collect();
        let document = json!({
            "what_this_is": "Everything AutoReach holds about this person on this computer, table by table",
            "made_at": self.now(),
            "person": { "name": person.name, "email": person.email, "company": person.company },
            "held": tables,
        });
        Ok(serde_json::to_vec_pretty(&document).unwrap_or_default())
    }

    /// Erases a person.
    pub async fn erase_person(&self, who: &WhichPerson) -> Result<Erased, EngineError> {
        let (_, subject) = self.subject(who).await?;
        if personal::held(self.store.read(), &subject).await?.is_empty() {
            return Err(CannotErase::Nobody.into());
        }
        let mut memory = self.memory.lock().await;
        let _turn = self.sending.try_lock().map_err(|_| CannotErase::MailUnderWay)?;
        let tx = self.store.begin().await?;
        if job::is_running_for(&*tx, &subject.leads).await? {
            return Err(CannotErase::WorkUnderWay.into());
        }
        let by = By { id: self.id(SuppressionId::new)?, reviewer: self.reviewer(), now: self.now() };
        let (counts, noted) = erase_in(&tx, &subject, by).await?;
        tx.commit().await?;
        for workflow in self.workflows().await? {
            memory.forget(workflow.id);
        }
        note_erasures(self.dir(), &noted)?;
        self.store.empty_log().await?;
        tracing::info!(leads = subject.leads.len(), rows = counts.rows, "a person was erased");
        let ErasureCounts { rows, journal, mentions } = counts;
        Ok(Erased { rows, journal, mentions, is_suppressed: subject.address.is_some() })
    }

    async fn subject(&self, who: &WhichPerson) -> Result<(FoundPerson, Subject), EngineError> {
        let db = self.store.read();
        match who {
            WhichPerson::Lead(id) => {
                let lead = lead::get(db, *id).await?;
                Ok((found_lead(&lead), subject_of(db, &lead).await?))
            }
            WhichPerson::Address(text) => {
                let address = EmailAddress::parse(text).map_err(|_| CannotErase::Nobody)?;
                let leads = lead::with_address(db, &address).await?;
                let person = leads.first().map_or_else(|| by_address(&address), found_lead);
                Ok((person, of_leads(&leads, Some(address))))
            }
        }
    }
}

/// Who erases, when.
struct By {
    id: SuppressionId,
    reviewer: Reviewer,
    now: Timestamp,
}

async fn erase_in(tx: &WriteTransaction, subject: &Subject, by: By) -> Result<(ErasureCounts, Vec<Erasure>), EngineError> {
    let key = person_key(&**tx).await?;
    let code = subject.address.as_ref().map(|address| key.code(&address.comparable()));
    let noted = subject.leads.iter().map(|lead| Erasure { lead_id: *lead, code: code.clone().unwrap_or_default() }).collect();
    let By { id, reviewer, now } = by;
    let request = Request { subject, code, suppression_id: id, reviewer, now };
    Ok((personal::erase(tx, &request).await?, noted))
}

/// Erases again, in a store that was put here from a backup, everybody who was erased since it was taken; how many.
pub(crate) async fn erase_again(
    tx: &WriteTransaction,
    dir: &std::path::Path,
    new_id: impl Fn() -> Result<SuppressionId, EngineError>,
    now: Timestamp,
) -> Result<u64, EngineError> {
    let noted = noted_erasures(dir)?;
    let key = person_key(&**tx).await?;
    let mut subjects = Vec::new();
    for erasure in &noted {
        match lead::get(&**tx, erasure.lead_id).await {
            Ok(lead) => subjects.push(subject_of(&**tx, &lead).await?),
            Err(autoreach_store::tables::TableError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    for contact in contact::newest(&**tx, u64::from(u32::MAX)).await? {
        let Some(address) = contact.email else { continue };
        if noted.iter().any(|erasure| erasure.code == key.code(&address.comparable())) {
            subjects.push(Subject { address: Some(address), ..Subject::default() });
        }
    }
    subjects.dedup();
    for subject in &subjects {
        let by = By { id: new_id()?, reviewer: Reviewer::from("restore".to_owned()), now };
        erase_in(tx, subject, by).await?;
    }
    Ok(subjects.len() as u64)
}

/// Writes erasures that the journal knows onto the list outside the database, where a crash came between.
pub(crate) async fn note_what_the_journal_knows(db: &impl TableConnection, dir: &std::path::Path) -> Result<(), EngineError> {
    let listed = noted_erasures(dir)?;
    let known = autoreach_store::journal::erased(db).await?.into_iter().flat_map(|event| match event {
        autoreach_domain::decision::Event::Erased { leads, .. } => leads,
        _ => Vec::new(),
    });
    let missing: Vec<Erasure> = known
        .filter(|lead| !listed.iter().any(|erasure| erasure.lead_id == *lead))
        .map(|lead_id| Erasure { lead_id, code: String::new() })
        .collect();
    note_erasures(dir, &missing).map_err(|error: StoreError| error.into())
}

async fn subject_of(db: &impl TableConnection, lead: &Lead) -> Result<Subject, EngineError> {
    let Some(address) = lead.person.email.clone() else { return Ok(of_leads(std::slice::from_ref(lead), None)) };
    let leads = lead::with_address(db, &address).await?;
    Ok(of_leads(&leads, Some(address)))
}

fn of_leads(leads: &[Lead], address: Option<EmailAddress>) -> Subject {
    let mut names: Vec<String> = leads.iter().map(|lead| full_name(lead)).filter(|name| !name.is_empty()).collect();
    names.dedup();
    Subject { leads: leads.iter().map(|lead| lead.id).collect(), address, names }
}

async fn mails_to(db: &impl TableConnection, subject: &Subject) -> Result<Vec<outbox::OutboxMail>, EngineError> {
    Ok(outbox::of_leads(db, &subject.leads).await?)
}

fn found_lead(lead: &Lead) -> FoundPerson {
    FoundPerson {
        who: WhichPerson::Lead(lead.id),
        name: full_name(lead),
        email: lead.person.email.as_ref().map(ToString::to_string).unwrap_or_default(),
        company: lead.company.clone(),
    }
}

fn by_address(address: &EmailAddress) -> FoundPerson {
    FoundPerson { who: WhichPerson::Address(address.to_string()), name: String::new(), email: address.to_string(), company: String::new() }
}

fn full_name(lead: &Lead) -> String {
    format!("{} {}", lead.person.first_name, lead.person.last_name).trim().to_owned()
}

/// What a table holds, in words a person can be shown.
fn words_of(table: &str) -> &'static str {
    match table {
        "lead" => "Lead: name, role, address, company",
        "lead_change" => "Changes people made to the lead",
        "lead_origin" => "Where the lead was found",
        "artifact" => "Findings with quotes, qualification and drafts",
        "review_item" => "Items in the queue",
        "review_card" => "Cards as shown",
        "gesture" => "Verdicts that can be undone",
        "journal" => "Journal entries",
        "outbox" => "Mails",
        "job" => "Steps of the agent's work",
        "llm_call" => "Answers of models",
        "egress_call" => "Calls to sites and models",
        "egress_text" => "Words that models were shown",
        "page_snapshot" => "Stored pages",
        "contact" => "Entry among the people you know",
        "suppression" => "Entry on the do-not-contact list",
        _ => "Other rows",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::decide::DecideRequest;
    use crate::testing::{Desk, noon};
    use crate::workspace;
    use autoreach_domain::decision::Reason;
    use autoreach_domain::review::{Gesture, Part};

    /// What nobody but the erased person brings: name, address, company, and the words of their page and mail.
    const TRACES: [&str; 6] = ["Wei", "Rao", "wei.rao", "orbital", "146 people", "a note about them"];

    fn wei() -> WhichPerson {
        WhichPerson::Address("Wei.Rao@orbital.example".into())
    }

    /// Everything the store holds, as one text. The workflow is the reader's own.
    async fn all_of(desk: &Desk) -> String {
        let tables = personal::everything(desk.engine.store.read()).await.expect("reads");
        let own = ["workflow", "workflow_version", "setting"];
        tables.into_iter().filter(|(table, _)| !own.contains(table)).map(|(table, rows)| format!("{table} {rows:?}\n")).collect()
    }

    /// Decided, noted, undone and decided again, with a mail that waits.
    async fn with_history() -> Desk {
        let desk = Desk::with_a_queue().await;
        let request = DecideRequest {
            reasons: vec![Reason::BadTiming],
            note: "a note about them, Wei Rao".to_owned(),
            ..DecideRequest::plain(desk.item_of("Orbital").await, Gesture::Reject(Part::Lead))
        };
        desk.engine.decide(request).await.expect("rejects");
        desk.engine.undo(None).await.expect("undoes");
        desk.decide("Orbital", Gesture::Accept(Part::All)).await.expect("accepts");
        desk.decide("Vantage", Gesture::Reject(Part::Lead)).await.expect("rejects");
        desk
    }

    #[tokio::test]
    async fn after_erasing_no_table_holds_a_trace_and_everything_else_still_works() {
        let desk = with_history().await;
        let before = all_of(&desk).await;
        assert!(TRACES.iter().all(|trace| before.contains(trace)), "the test would show nothing");
        let held = desk.engine.person_held(&wei()).await.expect("is known");
        assert_eq!((held.unsent, held.sent), (1, 0));
        let erased = desk.engine.erase_person(&wei()).await.expect("erases");
        assert!(erased.rows > 8 && erased.journal > 4 && erased.is_suppressed, "{erased:?}");
        let after = all_of(&desk).await.to_lowercase();
        for trace in TRACES {
            let without_calls: String = after.lines().filter(|line| !line.starts_with("egress_call")).collect();
            assert!(!without_calls.contains(&trace.to_lowercase()), "{trace} is left");
        }
        assert!(!after.contains("https://orbital.example"), "which pages were read is forgotten");
        assert!(matches!(desk.engine.person_held(&wei()).await, Err(EngineError::CannotErase(CannotErase::Nobody))));
        let report = desk.engine.verify().await.expect("verifies");
        assert!(report.is_clean(), "{report:?}");
        for_every_screen(&desk).await;
        desk.decide("Quanta", Gesture::Reject(Part::Lead)).await.expect("goes on");
        desk.engine.undo(None).await.expect("undo goes on");
        let desk = desk.reopen(noon() + SignedDuration::from_hours(2)).await;
        assert!(desk.engine.verify().await.expect("verifies").is_clean());
    }

    /// Reads what every screen shows.
    async fn for_every_screen(desk: &Desk) {
        let engine = &desk.engine;
        let workflow_id = engine.workflow(None).await.expect("there is one").id;
        engine.overview().await.expect("reads");
        engine.history(20).await.expect("reads");
        engine.queue(0, 20).await.expect("reads");
        engine.outbox().await.expect("reads");
        engine.trust(workflow_id).await.expect("reads");
        engine.insights(workflow_id).await.expect("reads");
        engine.style_proof(workflow_id).await.expect("reads");
        engine.audit(workflow_id).await.expect("reads");
        engine.team(workflow_id).await.expect("reads");
        engine.given_up().await.expect("reads");
        engine.diagnostics().await.expect("reads");
    }

    #[tokio::test]
    async fn what_was_learned_keeps_the_verdict_and_loses_the_words() {
        let desk = with_history().await;
        desk.engine.erase_person(&wei()).await.expect("erases");
        let workflow_id = desk.engine.workflow(None).await.expect("there is one").id;
        let memory = crate::memory::fold_from_nothing(&desk.engine.store, workflow_id).await.expect("folds");
        let snapshot = String::from_utf8_lossy(&memory.trust.to_snapshot()).to_lowercase();
        // A single word of theirs may be part of another, such as "weight".
        let found: Vec<&&str> = TRACES[2..].iter().filter(|trace| snapshot.contains(**trace)).collect();
        assert_eq!(found, Vec::<&&str>::new());
        assert_eq!(memory.trust.digest(), desk.learner_digest().await, "what is in use is what the journal gives");
    }

    #[tokio::test]
    async fn an_erased_person_is_never_imported_or_written_to_again_and_their_address_is_not_on_the_list() {
        let desk = with_history().await;
        desk.engine.suppress(&[("wei.rao@orbital.example".into(), "Wei asked".into())]).await.expect("blocks");
        desk.engine.erase_person(&wei()).await.expect("erases");
        let list = format!("{:?}", desk.engine.suppressions().await.expect("reads"));
        assert!(list.contains("Erased(") && !list.to_lowercase().contains("wei"), "{list}");
        let report = desk.import("Company,First Name,Last Name,Email\nElsewhere,Wei,Rao,WEI.RAO@orbital.example\n").await;
        assert_eq!((report.new, report.suppressed.len()), (0, 1));
    }

    #[tokio::test]
    async fn an_erasure_that_is_cut_short_leaves_everything_as_it_was() {
        let desk = with_history().await;
        let before = all_of(&desk).await;
        let (_, subject) = desk.engine.subject(&wei()).await.expect("is known");
        let tx = desk.engine.store.begin().await.expect("begins");
        let by = By { id: desk.engine.id(SuppressionId::new).expect("draws"), reviewer: desk.engine.reviewer(), now: noon() };
        erase_in(&tx, &subject, by).await.expect("erases");
        drop(tx);
        assert_eq!(all_of(&desk).await, before);
        assert!(desk.engine.verify().await.expect("verifies").is_clean());
        let tx = desk.engine.store.begin().await.expect("begins");
        let forced = autoreach_store::TableConnection::execute_unprepared(&*tx, "UPDATE journal SET event = '{}'").await;
        assert!(forced.is_err(), "the guard of the journal stands");
    }

    #[tokio::test]
    async fn a_name_in_what_was_found_about_others_is_taken_out_there() {
        let desk = Desk::with_a_queue().await;
        let (_, subject) = desk.engine.subject(&wei()).await.expect("is known");
        let tx = desk.engine.store.begin().await.expect("begins");
        let sql = "UPDATE review_card SET card = replace(card, 'Ada', 'Ada (for Wei Rao)') WHERE card LIKE '%Ada%'";
        autoreach_store::TableConnection::execute_unprepared(&*tx, sql).await.expect("ours");
        tx.commit().await.expect("commits");
        assert_eq!(subject.names, ["Wei Rao"]);
        let erased = desk.engine.erase_person(&wei()).await.expect("erases");
        assert!(erased.mentions > 0);
        assert!(!all_of(&desk).await.contains("Wei Rao"));
        assert_eq!(desk.engine.queue(0, 20).await.expect("reads").len(), 2, "the others' cards can still be read");
        desk.engine.item(desk.item_of("Vantage").await).await.expect("can be read");
    }

    #[tokio::test]
    async fn the_extract_holds_what_is_held_and_nothing_about_others() {
        let desk = with_history().await;
        let extract = String::from_utf8(desk.engine.person_extract(&wei()).await.expect("is made")).expect("is text");
        for held in ["Wei", "wei.rao@orbital.example", "We employ 146 people", "a note about them", "\"journal\"", "\"outbox\""] {
            assert!(extract.contains(held), "{held}");
        }
        assert!(!extract.contains("Vantage") && !extract.contains("Quanta"));
    }

    #[tokio::test]
    async fn people_are_found_by_name_company_or_address_and_once_each() {
        let desk = Desk::with_a_queue().await;
        for text in ["wei", "RAO", "orbital fr", "wei.rao@orbital.example"] {
            let found = desk.engine.find_people(text).await.expect("looks");
            assert_eq!(found.iter().map(|person| person.name.as_str()).collect::<Vec<_>>(), ["Wei Rao"], "{text}");
        }
        assert_eq!(desk.engine.find_people(" ").await.expect("looks"), []);
        let stranger = desk.engine.find_people("nobody@nowhere.example").await.expect("looks");
        assert!(matches!(&stranger[..], [FoundPerson { who: WhichPerson::Address(_), .. }]));
    }

    #[tokio::test]
    async fn a_backup_that_is_put_back_forgets_the_person_again() {
        let desk = with_history().await;
        let backup = desk.engine.back_up_now(None).await.expect("backs up").name;
        desk.engine.erase_person(&wei()).await.expect("erases");
        let file = crate::data::backups::file_of(desk.dir.path(), std::path::Path::new(&backup)).expect("is there");
        let Desk { engine, dir } = desk;
        let (engine, restored) = workspace::restore_open(engine, &file).await;
        restored.expect("restores");
        let desk = Desk { engine: engine.expect("opens"), dir };
        assert_eq!(desk.engine.restored.map(|settled| settled.erased_again), Some(1));
        assert!(!all_of(&desk).await.contains("wei.rao"));
        assert!(desk.engine.verify().await.expect("verifies").is_clean());
    }
}
