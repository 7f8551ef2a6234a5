//! The path of one lead: a file per arrow, in order. Each step is a job ([`crate::jobs`]); approving is a person's.

pub(crate) mod approve;
pub(crate) mod draft;
pub mod import;
pub(crate) mod qualify;
pub(crate) mod reroute;
pub(crate) mod research;
pub(crate) mod route;
pub mod send;
