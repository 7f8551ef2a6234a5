//! The ladder as its users meet it: earned step by step, lost at once, and never raised without its evidence.

mod builders;
mod era;
mod laws;
mod pulling_back;
mod steps;
