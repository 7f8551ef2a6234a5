//! Identifiers: one newtype per noun over a UUIDv7, so that a lead's id can never be passed for an item's.
//!
//! The instant and the random bytes come from outside (see the crate's doc): a simulated workspace draws them from a
//! seeded source and replays to the same ids.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::{Builder, Uuid};

/// The text was not the id of a UUID.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("this is not an id: ids look like 0192f0c1-7d3e-7a3b-8a55-0c7b7f2e9d10")]
pub struct InvalidId;

/// A UUIDv7 from an instant and 10 random bytes.
fn uuid_v7(now: Timestamp, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id; sorts by `now`, made unique by `random`.
            pub fn new(now: Timestamp, random: [u8; 10]) -> Self {
                Self(uuid_v7(now, random))
            }

            /// The 16 bytes, for keyed draws and hashes.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::parse_str(text.trim()).map(Self).map_err(|_| InvalidId)
            }
        }
    )*};
}

ids! {
    /// The store as a whole; names its entries in the keychain and seeds its Message-IDs.
    WorkspaceId;
    /// A workflow: one ICP, one voice, one trust ladder per stage.
    WorkflowId;
    /// One person at one account in one workflow.
    LeadId;
    /// A company.
    AccountId;
    /// One import of one file, the unit of "undo import".
    ImportId;
    /// A review item: one card for one lead.
    ItemId;
    /// One sourced fact of a dossier.
    FindingId;
    /// One version of a mail to one lead.
    DraftId;
    /// One verdict on one stage.
    DecisionId;
    /// One gesture of a person (one key); groups the verdicts that it gave and that its undo takes back.
    GestureId;
    /// One run of the pipeline.
    RunId;
    /// One entry of the suppression list.
    SuppressionId;
    /// One note of the team about a market.
    MarketNoteId;
    /// One person or company that the team knows already.
    ContactId;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_ids_sort_after_earlier_ones() {
        let earlier = LeadId::new(Timestamp::from_second(1_000).expect("in range"), [255; 10]);
        let later = LeadId::new(Timestamp::from_second(1_001).expect("in range"), [0; 10]);
        assert!(earlier < later);
    }

    #[test]
    fn an_id_survives_its_text_form() {
        let id = ItemId::new(Timestamp::UNIX_EPOCH, [7; 10]);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("Acme".parse::<ItemId>(), Err(InvalidId));
    }
}
