//! What incoming mails are: mails of our own making in many languages, the mails of others, and bytes of no sense at all.

mod corpus;
mod goldens;
mod noise;
