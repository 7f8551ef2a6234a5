//! What the agent may do alone: levels, the one routing function, and the keyed draw of items that are checked.
//!
//! How a level is earned and lost is not here yet: every workflow starts, and in this part stays, at level 1.

pub mod level;
pub mod marks;
pub mod route;
