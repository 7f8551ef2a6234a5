//! The learner as a program.
