//! Every noun of the product and every rule about it: pure values and pure functions.
//!
//! No IO, no async, no clock and no randomness of its own: whoever calls brings the instant and the random bytes, so
//! that every outcome can be replayed. `now()` and `async fn` do not occur in this crate.

pub mod account;
pub mod answers;
pub mod confidence;
pub mod decision;
pub mod discovery;
pub mod dossier;
pub mod draft;
pub mod egress;
pub mod exception;
pub mod grounding;
pub mod icp;
pub mod ids;
pub mod lead;
pub mod market_note;
pub mod mute;
pub mod opinion;
pub mod oversight;
pub mod qualification;
pub mod review;
pub mod reviewer;
pub mod schedule;
pub mod sending;
pub mod style;
pub mod suppression;
pub mod text;
pub mod workflow;
