//! Stories of the built-in engine over whole sites, dossiers and mails: one binary for all of them.

mod again;
mod builders;
mod checks;
mod contacts;
mod discovery;
mod drafts;
mod facts;
mod facts_found;
mod grounding;
mod qualification;
mod sites;
mod styles;
