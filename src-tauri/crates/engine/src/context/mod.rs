//! What only this workspace knows around a lead: whom the team knows already, its notes about markets, and which reasons to stop
//! people do not want to be stopped by for now. The checks themselves are `agents::context_checks`.

pub mod contacts;
pub mod exceptions;
pub mod notes;
mod relationships;
#[cfg(test)]
mod tests;

use crate::Engine;
use crate::error::EngineError;
use autoreach_agents::Known;
use autoreach_domain::lead::Lead;
use autoreach_domain::suppression::Addressee;
use autoreach_domain::workflow::Workflow;
use autoreach_store::tables::suppression;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

impl Engine {
    /// What the checks are told about a lead of a workflow.
    pub(crate) async fn known_about(&self, lead: &Lead, workflow: &Workflow) -> Result<Known, EngineError> {
        let addressee = Addressee { email: lead.person.email.clone(), domain: lead.company_domain(), company: lead.company.clone() };
        let covering = suppression::covering(self.store.read(), &addressee).await?;
        let suppressed = covering.map(|entry| format!("on the suppression list ({}) since {}", entry.scope.kind(), day(entry.added_at)));
        let known_contact = self.relationship(lead, workflow).await?;
        Ok(Known { suppressed, known_contact, market_notes: self.market_notes().await? })
    }
}

/// The calendar day of an instant, UTC.
fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}
