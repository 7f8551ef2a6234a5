//! Builders, local servers and temporary encrypted stores for tests.

pub mod smtp_server;
