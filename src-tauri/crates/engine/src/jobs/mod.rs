//! Durable jobs: one row per step of a lead, and the runner that works them off.

pub mod job;
pub mod runner;
