//! Leads changed by hand: corrected, tagged, put away and brought back. Who did what is kept beside the lead.
//!
//! What was approved stays what is sent: while a mail to the lead waits in the outbox, its lead cannot be edited. A card
//! that nobody decided yet was made from the old data, so it leaves the queue and comes back made anew.

use super::page::LeadDetail;
use crate::Engine;
use crate::error::EngineError;
use crate::pipeline::import::AccountDirectory;
use autoreach_domain::ids::LeadId;
use autoreach_domain::lead::{EmailAddress, Lead, Person};
use autoreach_domain::review::ItemState;
use autoreach_domain::sending::OutboxState;
use autoreach_domain::text::one_line;
use autoreach_import::web_address;
use autoreach_store::WriteTransaction;
use autoreach_store::tables::lead::{ChangeKind, ShelvedLead};
use autoreach_store::tables::review_item::{self, ItemProgress};
use autoreach_store::tables::{account, job, lead, outbox};
use serde::Deserialize;
use ts_rs::TS;

/// Most tags on one lead, and the longest tag in characters.
const MOST_TAGS: usize = 12;
const LONGEST_TAG: usize = 40;

/// Why a lead cannot be changed so, and what to write instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLeadChange {
    /// No company is named.
    #[error("a lead needs the name of its company")]
    NoCompany,
    /// The website is no web address.
    #[error("the website is no web address; write it like https://company.example, or leave it empty")]
    Website,
    /// The mail address is none.
    #[error("the mail address is none; write it like name@company.example, or leave it empty")]
    Email,
    /// A tag is too long.
    #[error("a tag has at most {LONGEST_TAG} characters")]
    TagTooLong,
    /// Too many tags.
    #[error("a lead has at most {MOST_TAGS} tags")]
    TooManyTags,
}

/// What a person changes of a lead: every field as it shall be.
#[derive(Debug, Clone, PartialEq, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LeadChange {
    /// The company's name.
    pub company: String,
    /// Its web address; empty or `None` = not known.
    pub website: Option<String>,
    /// Who it is about.
    pub person: PersonChange,
    /// Country.
    pub country: Option<String>,
    /// City.
    pub city: Option<String>,
}

/// The person of a lead as they shall be; empty = not given.
#[derive(Debug, Clone, PartialEq, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PersonChange {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Role or title at the company.
    pub role: String,
    /// Mail address, as typed.
    pub email: Option<String>,
}

impl LeadChange {
    /// A change that leaves the lead as it is, to be altered field by field.
    pub fn of(lead: &Lead) -> Self {
        let Lead { company, website, person, country, city, .. } = lead.clone();
        let Person { first_name, last_name, role, email } = person;
        let person = PersonChange { first_name, last_name, role, email: email.map(String::from) };
        Self { company, website, person, country, city }
    }

    /// The lead as it shall be, every text on one line.
    fn applied_to(self, lead: &Lead) -> Result<Lead, InvalidLeadChange> {
        let company = one_line(&self.company);
        if company.is_empty() {
            return Err(InvalidLeadChange::NoCompany);
        }
        let website = given(self.website).map(|text| web_address(&text)).transpose().map_err(|_| InvalidLeadChange::Website)?;
        let PersonChange { first_name, last_name, role, email } = self.person;
        let email = given(email).map(|text| EmailAddress::parse(&text)).transpose().map_err(|_| InvalidLeadChange::Email)?;
        let person = Person { first_name: one_line(&first_name), last_name: one_line(&last_name), role: one_line(&role), email };
        Ok(Lead { company, website, person, country: given(self.country), city: given(self.city), ..lead.clone() })
    }
}

/// A text that says something, on one line.
fn given(text: Option<String>) -> Option<String> {
    text.map(|text| one_line(&text)).filter(|text| !text.is_empty())
}

impl Engine {
    /// Corrects a lead. Refused while a mail to it waits in the outbox, because that mail was approved for the lead as it
    /// was. What was begun for it and not decided is made anew.
    pub async fn change_lead(&self, id: LeadId, change: LeadChange) -> Result<LeadDetail, EngineError> {
        let now = self.now();
        let tx = self.store.begin().await?;
        let before = lead::shelved(&*tx, id).await?;
        let changed = change.applied_to(&before.lead)?;
        if changed == before.lead {
            drop(tx);
            return self.lead_detail(id).await;
        }
        if !outbox::unsent_of_leads(&*tx, &[id]).await?.is_empty() {
            return Err(EngineError::MailWaits);
        }
        let mut directory = AccountDirectory::read(&tx).await?;
        let account_id = directory.find_or_add(self, changed.company_domain(), &changed.company, changed.country.as_deref())?;
        account::insert_all(&*tx, &directory.added, now).await?;
        let after = ShelvedLead { lead: Lead { account_id, ..changed }, ..before.clone() };
        lead::replace(&*tx, &after.lead).await?;
        lead::record_change(&*tx, ChangeKind::Edited, &before, &after, &self.reviewer(), now).await?;
        review_item::rename(&*tx, &after.lead).await?;
        if !after.is_archived {
            self.begin_anew(&tx, &after.lead, now).await?;
        }
        tx.commit().await?;
        self.lead_detail(id).await
    }

    /// Replaces the tags of a lead: each once, on one line, at most twelve.
    pub async fn tag_lead(&self, id: LeadId, tags: &[String]) -> Result<LeadDetail, EngineError> {
        let mut kept: Vec<String> = Vec::new();
        for tag in tags.iter().map(|tag| one_line(tag)).filter(|tag| !tag.is_empty()) {
            if tag.chars().count() > LONGEST_TAG {
                return Err(InvalidLeadChange::TagTooLong.into());
            }
            if !kept.iter().any(|known| known.to_lowercase() == tag.to_lowercase()) {
                kept.push(tag);
            }
        }
        if kept.len() > MOST_TAGS {
            return Err(InvalidLeadChange::TooManyTags.into());
        }
        let tx = self.store.begin().await?;
        let before = lead::shelved(&*tx, id).await?;
        let after = ShelvedLead { tags: kept, ..before.clone() };
        lead::set_tags(&*tx, id, &after.tags).await?;
        lead::record_change(&*tx, ChangeKind::Tagged, &before, &after, &self.reviewer(), self.now()).await?;
        tx.commit().await?;
        self.lead_detail(id).await
    }

    /// Puts a lead away: nothing is done for it any more, its item leaves the queue, and a mail that has not left is taken
    /// back. Or brings it back: an undecided item returns to the queue; the mail stays taken back.
    pub async fn archive_lead(&self, id: LeadId, is_archived: bool) -> Result<LeadDetail, EngineError> {
        let now = self.now();
        let tx = self.store.begin().await?;
        let before = lead::shelved(&*tx, id).await?;
        if before.is_archived != is_archived {
            let after = ShelvedLead { is_archived, ..before.clone() };
            lead::set_archived(&*tx, id, is_archived.then_some(now)).await?;
            let kind = if is_archived { ChangeKind::Archived } else { ChangeKind::Restored };
            lead::record_change(&*tx, kind, &before, &after, &self.reviewer(), now).await?;
            if is_archived { put_away(&tx, id).await? } else { bring_back(&tx, id).await? }
        }
        tx.commit().await?;
        self.lead_detail(id).await
    }
}

async fn put_away(tx: &WriteTransaction, id: LeadId) -> Result<(), EngineError> {
    job::cancel_leads(&**tx, &[id]).await?;
    review_item::withdraw(&**tx, &[id]).await?;
    for mail in outbox::unsent_of_leads(&**tx, &[id]).await? {
        outbox::move_unsent(&**tx, mail, &OutboxState::RECALLABLE, OutboxState::Cancelled, None).await?;
    }
    Ok(())
}

/// A lead taken back with its import stays away.
async fn bring_back(tx: &WriteTransaction, id: LeadId) -> Result<(), EngineError> {
    if lead::is_withdrawn(&**tx, id).await? {
        return Ok(());
    }
    let Some(item) = review_item::of_lead(&**tx, id).await?.filter(|item| item.state == ItemState::Withdrawn) else { return Ok(()) };
    let progress = ItemProgress { state: ItemState::Open, snoozed_until: None, verdicts: item.verdicts };
    Ok(review_item::set_progress(&**tx, item.id, &progress, None).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Desk;
    use autoreach_domain::review::{Gesture, Part};
    use tokio_util::sync::CancellationToken;

    async fn lead_of(desk: &Desk, company: &str) -> Lead {
        let workflow = desk.engine.workflow(None).await.expect("there is one");
        let page = desk.engine.lead_page(workflow.id, company, false, 0, 1).await.expect("reads");
        page.rows.into_iter().next().expect("is listed").line.lead
    }

    async fn open(desk: &Desk) -> u64 {
        desk.engine.queue_counts().await.expect("counts").open
    }

    async fn work_off(desk: &Desk) {
        while let Some(run) = desk.engine.redraft_to_write().await.expect("reads") {
            desk.engine.work(run, &CancellationToken::new()).await.expect("works");
        }
    }

    #[tokio::test]
    async fn a_corrected_website_is_researched_again_and_the_item_comes_back_once() {
        let desk = Desk::with_a_queue().await;
        let lead = lead_of(&desk, "Vantage").await;
        let change = LeadChange { website: Some("orbital.example".into()), ..LeadChange::of(&lead) };
        let detail = desk.engine.change_lead(lead.id, change).await.expect("changes");
        assert_eq!(detail.row.line.lead.website.as_deref(), Some("https://orbital.example"));
        assert_eq!(open(&desk).await, 2, "the old card is not decided any more");
        work_off(&desk).await;
        assert_eq!(open(&desk).await, 3);
        let item = desk.engine.item(desk.item_of("Vantage").await).await.expect("reads").item;
        assert!(item.card.dossier.pages.iter().all(|page| page.url.contains("orbital.example")), "{:?}", item.card.dossier.pages);
        assert_eq!(lead::changes_of(desk.engine.store.read(), lead.id).await.expect("counts"), 1);
        assert!(desk.engine.verify().await.expect("verifies").is_clean());
    }

    #[tokio::test]
    async fn two_corrections_in_a_row_leave_one_card_made_from_the_last() {
        let desk = Desk::with_a_queue().await;
        let lead = lead_of(&desk, "Vantage").await;
        for website in ["https://orbital.example", "https://quanta.example"] {
            let change = LeadChange { website: Some(website.into()), ..LeadChange::of(&lead) };
            desk.engine.change_lead(lead.id, change).await.expect("changes");
        }
        work_off(&desk).await;
        let item = desk.engine.item(desk.item_of("Vantage").await).await.expect("reads").item;
        assert!(item.card.dossier.pages.iter().all(|page| page.url.contains("quanta.example")));
        desk.work().await;
        assert_eq!(open(&desk).await, 3, "another run does not begin with it again");
    }

    #[tokio::test]
    async fn a_lead_whose_mail_is_approved_is_not_changed_under_it() {
        let desk = Desk::with_a_queue().await;
        desk.decide("Orbital", Gesture::Accept(Part::All)).await.expect("accepts");
        let lead = lead_of(&desk, "Orbital").await;
        let mut change = LeadChange::of(&lead);
        change.person.email = Some("someone.else@orbital.example".into());
        assert!(matches!(desk.engine.change_lead(lead.id, change.clone()).await, Err(EngineError::MailWaits)));
        desk.engine.undo(None).await.expect("undoes");
        desk.engine.change_lead(lead.id, change).await.expect("changes once the mail is taken back");
    }

    #[tokio::test]
    async fn what_names_nobody_is_refused_and_changes_nothing() {
        let desk = Desk::with_a_queue().await;
        let lead = lead_of(&desk, "Vantage").await;
        let nameless = LeadChange { company: " \n ".into(), ..LeadChange::of(&lead) };
        assert!(matches!(desk.engine.change_lead(lead.id, nameless).await, Err(EngineError::LeadChange(InvalidLeadChange::NoCompany))));
        let nowhere = LeadChange { website: Some("not a web address".into()), ..LeadChange::of(&lead) };
        assert!(matches!(desk.engine.change_lead(lead.id, nowhere).await, Err(EngineError::LeadChange(InvalidLeadChange::Website))));
        let mut nobody = LeadChange::of(&lead);
        nobody.person.email = Some("ada.costa".into());
        assert!(matches!(desk.engine.change_lead(lead.id, nobody).await, Err(EngineError::LeadChange(InvalidLeadChange::Email))));
        assert_eq!(lead_of(&desk, "Vantage").await, lead);
    }

    #[tokio::test]
    async fn an_archived_lead_leaves_the_queue_and_the_outbox_and_comes_back_undecided() {
        let desk = Desk::with_a_queue().await;
        desk.decide("Orbital", Gesture::Accept(Part::All)).await.expect("accepts");
        let (orbital, vantage) = (lead_of(&desk, "Orbital").await, lead_of(&desk, "Vantage").await);
        for lead in [&orbital, &vantage] {
            assert!(desk.engine.archive_lead(lead.id, true).await.expect("archives").row.is_archived);
        }
        assert_eq!(open(&desk).await, 1);
        assert_eq!(desk.engine.outbox().await.expect("reads")[0].state, OutboxState::Cancelled);
        desk.work().await;
        assert_eq!(open(&desk).await, 1, "a new run leaves it alone");
        let listed = desk.engine.lead_page(vantage.workflow_id, "", true, 0, 10).await.expect("reads");
        assert_eq!(listed.total, 2);
        desk.engine.archive_lead(vantage.id, false).await.expect("brings back");
        assert_eq!(open(&desk).await, 2);
    }

    #[tokio::test]
    async fn tags_are_kept_once_and_in_order() {
        let desk = Desk::with_a_queue().await;
        let lead = lead_of(&desk, "Vantage").await;
        let given = [" key account ", "Q1", "q1", ""].map(str::to_owned);
        let detail = desk.engine.tag_lead(lead.id, &given).await.expect("tags");
        assert_eq!(detail.row.tags, ["key account", "Q1"]);
        let long = ["x".repeat(LONGEST_TAG + 1)];
        assert!(matches!(desk.engine.tag_lead(lead.id, &long).await, Err(EngineError::LeadChange(InvalidLeadChange::TagTooLong))));
        let many: Vec<String> = (0..=MOST_TAGS).map(|n| format!("tag {n}")).collect();
        assert!(matches!(desk.engine.tag_lead(lead.id, &many).await, Err(EngineError::LeadChange(InvalidLeadChange::TooManyTags))));
    }
}
