//! What the agent may do alone: levels, the one routing function, and what keeps it honest.
//!
//! Reading order: [`level`] names the four levels, [`route`] says what each lets through, [`marks`] and [`audit`] draw
//! what is checked, [`bounds`] says what a count proves, [`segment`] names what is watched by itself, and [`override_`]
//! is the state beside the ladder. How a level is earned and lost is not here yet: every workflow stays at level 1.

pub mod audit;
pub mod bounds;
pub mod level;
pub mod marks;
pub mod override_;
pub mod route;
pub mod segment;
