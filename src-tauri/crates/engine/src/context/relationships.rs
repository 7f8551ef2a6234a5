//! How the team knows a lead already. The strongest tie is named, in one sentence; a person decides what follows from it.

use super::day;
use crate::Engine;
use crate::error::EngineError;
use autoreach_domain::account::{CompanyDomain, comparable_name};
use autoreach_domain::lead::Lead;
use autoreach_domain::workflow::{Sender, Workflow};
use autoreach_store::tables::contact::{self, Contact};
use autoreach_store::tables::outbox::{self, EarlierMail};
use autoreach_store::tables::{lead, workflow};
use jiff::{SignedDuration, Timestamp};

/// A mail to a colleague is remembered for this long: after it, nobody there speaks of it any more.
const COLLEAGUE_REMEMBERED: SignedDuration = SignedDuration::from_hours(180 * 24);
/// Contacts of one company that are looked through.
const MOST_CONTACTS: u64 = 200;

impl Engine {
    /// The strongest tie of the team to a lead: one of its own, an earlier mail, a contact, a lead of another workflow.
    pub(super) async fn relationship(&self, lead: &Lead, workflow: &Workflow) -> Result<Option<String>, EngineError> {
        if let Some(own) = teammate(lead, &workflow.definition.sender) {
            return Ok(Some(own));
        }
        if let Some(written) = self.earlier_mail(lead).await? {
            return Ok(Some(written));
        }
        let domains: Vec<CompanyDomain> = lead.company_domain().into_iter().collect();
        let contacts = contact::matching(self.store.read(), lead.person.email.as_ref(), &domains, MOST_CONTACTS).await?;
        if let Some(contact) = closest(lead, &contacts) {
            return Ok(Some(contact_words(contact)));
        }
        self.elsewhere(lead).await
    }

    /// A mail that left: to the same mailbox ever, to a colleague within half a year.
    async fn earlier_mail(&self, lead: &Lead) -> Result<Option<String>, EngineError> {
        if let Some(email) = &lead.person.email
            && let Some(mail) = outbox::last_to_mailbox(self.store.read(), email, lead.id).await?
        {
            return Ok(Some(format!("You wrote to this mailbox on {}.", day(mail.crossed_at))));
        }
        let Some(domain) = lead.company_domain() else { return Ok(None) };
        let mail = outbox::last_to_domain(self.store.read(), &domain, lead.id).await?;
        Ok(mail.filter(|mail| is_remembered(mail, self.now())).map(|mail| colleague_words(&mail)))
    }

    async fn elsewhere(&self, lead: &Lead) -> Result<Option<String>, EngineError> {
        let Some(other) = lead::elsewhere(self.store.read(), lead).await? else { return Ok(None) };
        let name = workflow::get(self.store.read(), other.workflow_id).await?.definition.name;
        let is_same = other.person.email.is_some() && other.person.email == lead.person.email;
        Ok(Some(if is_same {
            format!("The workflow '{name}' has this person too.")
        } else {
            format!("The workflow '{name}' has {} of the same company.", who(&other.person.full_name()))
        }))
    }
}

/// Somebody of the team's own company.
fn teammate(lead: &Lead, sender: &Sender) -> Option<String> {
    let own = sender.email.company_domain()?;
    let theirs = lead.person.email.as_ref()?.company_domain()?;
    (own == theirs).then(|| format!("The mail address is at {own}, as your own: this is a colleague."))
}

fn is_remembered(mail: &EarlierMail, now: Timestamp) -> bool {
    now.duration_since(mail.crossed_at) < COLLEAGUE_REMEMBERED
}

fn colleague_words(mail: &EarlierMail) -> String {
    format!("You wrote to {} of the same company on {}.", who(&mail.to_name), day(mail.crossed_at))
}

fn who(name: &str) -> &str {
    if name.trim().is_empty() { "somebody" } else { name }
}

/// The contact that is this person, else one that stands for the whole company, else a colleague.
fn closest<'a>(lead: &Lead, contacts: &'a [Contact]) -> Option<&'a Contact> {
    let name = comparable_name(&lead.person.full_name());
    let is_person = |contact: &&Contact| {
        let by_mail = contact.email.is_some()
            && contact.email.as_ref().map(|email| email.comparable()) == lead.person.email.as_ref().map(|email| email.comparable());
        by_mail || (!name.is_empty() && comparable_name(&contact.name) == name)
    };
    let person = contacts.iter().find(is_person);
    person.or_else(|| contacts.iter().find(|contact| contact.name.is_empty())).or(contacts.first())
}

fn contact_words(contact: &Contact) -> String {
    let company = if contact.company.is_empty() { "their company" } else { contact.company.as_str() };
    let whom = if contact.name.is_empty() { company.to_owned() } else { format!("{} ({company})", contact.name) };
    let note = if contact.note.is_empty() { String::new() } else { format!(": {}", contact.note) };
    format!("Among your contacts is {whom}{note}.")
}
