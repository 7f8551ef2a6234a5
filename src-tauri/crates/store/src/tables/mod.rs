//! The tables, one file per noun: row, conversion to the domain value, queries.
//!
//! Functions take a connection: [`crate::Store::read`] for reading, a [`crate::WriteTransaction`] for changing. They hold
//! no rule; a stored text that is not a value of its enumeration is [`TableError::Unreadable`], never a default.

pub mod account;
pub mod artifact;
pub mod contact;
pub mod egress_call;
pub mod gesture;
pub mod job;
pub mod lead;
pub mod lead_import;
pub mod lead_origin;
pub mod learner_checkpoint;
pub mod llm_call;
pub mod outbox;
pub mod page_snapshot;
pub mod review_item;
pub mod run;
pub mod setting;
pub mod store_meta;
pub mod suppression;
pub mod workflow;

use crate::StoreError;
use jiff::Timestamp;
use sea_orm::DbErr;
use std::str::FromStr;

/// Why a row could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A stored value is not what its column promises: the row was changed from outside, or a migration is wrong.
    #[error("a stored {column} cannot be read; run `autoreach verify`")]
    Unreadable {
        /// The column.
        column: &'static str,
    },
    /// The row asked for does not exist.
    #[error("there is no such {noun}")]
    NotFound {
        /// What was asked for.
        noun: &'static str,
    },
}

impl From<DbErr> for TableError {
    fn from(error: DbErr) -> Self {
        Self::Store(error.into())
    }
}

/// Reads a stored text as a domain value.
pub(crate) fn parsed<T: FromStr>(text: &str, column: &'static str) -> Result<T, TableError> {
    text.parse().map_err(|_| TableError::Unreadable { column })
}

/// Reads a stored JSON text.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(text: &str, column: &'static str) -> Result<T, TableError> {
    serde_json::from_str(text).map_err(|_| TableError::Unreadable { column })
}

/// Writes a value as JSON text.
pub(crate) fn to_json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("domain values have string keys and finite numbers")
}

/// Reads stored milliseconds.
fn instant(millis: i64, column: &'static str) -> Result<Timestamp, TableError> {
    Timestamp::from_millisecond(millis).map_err(|_| TableError::Unreadable { column })
}

/// Reads stored milliseconds that may be absent.
fn maybe_instant(millis: Option<i64>, column: &'static str) -> Result<Option<Timestamp>, TableError> {
    millis.map(|millis| instant(millis, column)).transpose()
}
