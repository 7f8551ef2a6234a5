//! What the agent may do alone: levels, the one routing function, and what keeps it honest.
//!
//! Reading order: [`level`] names the four levels, [`route`] says what each lets through and [`line`](mod@line) how certain the
//! agent must be, [`routing`] is the receipt of it. [`ladder`] is how a level is earned and lost: a fold over
//! [`judgement`]s and [`event`]s, with what each step asks for in [`steps`]. [`marks`] and [`audit`] draw what is checked,
//! [`bounds`] says what a count proves, [`floor`], [`segment`] and [`policy`] are parts of it, and [`override_`] is the
//! state beside the ladder. How alarms arise is the learning crate's business.

pub mod audit;
pub mod bounds;
pub mod event;
pub mod floor;
pub mod judgement;
pub mod ladder;
pub mod level;
pub mod line;
pub mod marks;
pub mod override_;
pub mod policy;
pub mod route;
pub mod routing;
pub mod segment;
pub mod steps;
