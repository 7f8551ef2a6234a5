//! Builders, local servers and temporary encrypted stores for tests.
