//! The real binary as a person or a script uses it: what it prints, how it ends, what it leaves behind.

mod demo;
mod egress;
mod engine;
mod program;
mod review;
mod team;
mod worker;
mod workspace;
