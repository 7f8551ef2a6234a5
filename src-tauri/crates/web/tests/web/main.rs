//! The fetcher against real sockets: hostile addresses, hostile servers, and pages built to break a parser.

mod bombs;
mod memory;
mod private_addresses;
mod searches;
mod server;
mod servers;
