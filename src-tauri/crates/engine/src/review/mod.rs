//! The review queue: reading it, deciding, taking back. None of it touches the network.

pub mod decide;
pub mod instruct;
pub mod neighbour;
pub mod queue;
pub(crate) mod released;
pub mod undo;
