//! The built-in reader against recorded pages whose facts people noted down.

pub(crate) mod score;
pub(crate) mod truths;
