//! Whom the team knows already: an export of an address book or a CRM, or single entries. Used for one thing only: a lead among them
//! goes to a person.

use crate::Engine;
use crate::error::EngineError;
use autoreach_domain::ids::ContactId;
use autoreach_domain::text::one_line;
use autoreach_import::{MappedLead, guess_mapping, map_rows, read_file};
use autoreach_store::tables::contact::{self, Contact};
use jiff::Timestamp;
use serde::Serialize;
use std::path::Path;
use ts_rs::TS;

/// Most contacts shown at once.
pub const CONTACTS_SHOWN: u64 = 200;

/// One contact as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ContactLine {
    /// Its id.
    pub id: ContactId,
    /// The person; empty where the whole company is meant.
    pub name: String,
    /// The company; may be empty.
    pub company: String,
    /// The mailbox, else the domain.
    pub address: String,
    /// How they are known; may be empty.
    pub note: String,
    /// Since when.
    pub added_at: Timestamp,
}

/// The contacts.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ContactList {
    /// The newest, at most [`CONTACTS_SHOWN`].
    pub lines: Vec<ContactLine>,
    /// How many there are.
    pub total: u64,
}

/// What became of the rows of a file of contacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct ContactsAdded {
    /// New ones.
    pub new: u64,
    /// Rows whose mailbox was there already.
    pub known: u64,
    /// Rows that name neither a mailbox nor a website, or that cannot be read.
    pub unusable: u64,
}

impl Engine {
    /// Adds the people and companies of a file (CSV or XLSX, with the columns of a lead file), all usable rows or none.
    pub async fn import_contacts(&self, bytes: &[u8], note: &str, parser: &Path) -> Result<ContactsAdded, EngineError> {
        let table = read_file(bytes, parser)?;
        let mapped = map_rows(&table, &guess_mapping(&table.header));
        let mut added = ContactsAdded { new: 0, known: 0, unusable: mapped.problems.len() as u64 };
        let tx = self.store.begin().await?;
        for row in &mapped.leads {
            match self.contact(row, note)? {
                Some(contact) if contact::add(&*tx, &contact).await? => added.new += 1,
                Some(_) => added.known += 1,
                None => added.unusable += 1,
            }
        }
        tx.commit().await?;
        Ok(added)
    }

    /// The contacts, newest first.
    pub async fn contacts(&self) -> Result<ContactList, EngineError> {
        let contacts = contact::newest(self.store.read(), CONTACTS_SHOWN).await?;
        Ok(ContactList { lines: contacts.into_iter().map(line).collect(), total: contact::count(self.store.read()).await? })
    }

    /// Takes a contact off the list. `false` when it was not there.
    pub async fn remove_contact(&self, id: ContactId) -> Result<bool, EngineError> {
        let tx = self.store.begin().await?;
        let was_there = contact::remove(&*tx, id).await?;
        tx.commit().await?;
        Ok(was_there)
    }

    /// A row as a contact; `None` when nothing in it could recognise anybody.
    fn contact(&self, row: &MappedLead, note: &str) -> Result<Option<Contact>, EngineError> {
        let (email, domain) = (row.person.email.clone(), row.company_domain());
        if email.is_none() && domain.is_none() {
            return Ok(None);
        }
        let id = self.id(ContactId::new)?;
        let (name, company) = (row.person.full_name(), row.company.clone());
        Ok(Some(Contact { id, name, company, email, domain, note: one_line(note), added_at: self.now() }))
    }
}

fn line(contact: Contact) -> ContactLine {
    let address = match (contact.email, contact.domain) {
        (Some(email), _) => email.to_string(),
        (None, Some(domain)) => domain.to_string(),
        (None, None) => String::new(),
    };
    ContactLine { id: contact.id, name: contact.name, company: contact.company, address, note: contact.note, added_at: contact.added_at }
}
