//! What is in the workspace belongs to its person: copies of it, putting one back, taking it out.
//!
//! `backups` lists, takes and checks copies; `restore` says what putting one back would do and settles what must be settled
//! when a store was put here from elsewhere. Swapping the files is the store's business (`autoreach_store::restore`), closing
//! and opening around it that of `workspace`. `person` shows and erases what is held about one person, `export` writes everything
//! into a folder.

pub mod backups;
mod diagnostics;
pub mod export;
pub mod person;
pub mod restore;
