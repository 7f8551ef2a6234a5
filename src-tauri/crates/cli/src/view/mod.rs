//! What a person sees, as pure functions from the engine's views to text.
//!
//! [`text`] knows widths, wrapping and ink; [`words`] says numbers and times as people say them; the others lay out one
//! thing each. Nothing here reads a clock, a terminal or a file, so every screen can be tested as a string.

pub(crate) mod card;
pub(crate) mod context;
pub(crate) mod egress;
pub(crate) mod insights;
pub(crate) mod lists;
pub(crate) mod profile;
pub(crate) mod proofs;
pub(crate) mod team;
pub(crate) mod text;
pub(crate) mod trust;
pub(crate) mod words;
