//! Builders, local servers and temporary encrypted stores for tests.

pub mod injected;
pub mod site_server;
pub mod smtp_server;
