//! How a workflow does: counted from the journal, with what each number was counted from.

pub mod view;
