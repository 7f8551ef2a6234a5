//! Use cases, durable jobs, transactions, events: the only crate that sees all the others.
