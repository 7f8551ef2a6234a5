//! `discover`: companies that are no leads yet.

use autoreach_engine::domain::discovery::SearchEngine;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum DiscoverCommand {
    /// Read a page that lists companies: exhibitors, members, a portfolio, a directory
    #[command(
        after_help = "Example:\n  autoreach discover page https://www.fair.example/exhibitors\n  autoreach discover page https://www.fair.example/exhibitors --add\n\nReads at most 40 pages in one go and 400 a day, at the site's pace, and obeys its robots.txt. In the demo: autoreach discover page https://www.baltic-freight-days.example/exhibitors"
    )]
    Page {
        /// The page's address
        url: String,
        #[command(flatten)]
        taking: Taking,
    },
    /// Ask a search engine; at most 10 requests in one go and 60 a day
    #[command(
        after_help = "Example:\n  autoreach discover search \"reefer warehouse Denmark\"\n  autoreach discover search \"Spedition Hamburg\" --engine brave --add\n\nSet one up first with `autoreach discover setup`."
    )]
    Search {
        /// The words, as you would type them there
        query: String,
        #[command(flatten)]
        asking: Asking,
    },
    /// Search for more companies like those you accept; without --ask the queries are only shown
    #[command(
        after_help = "Example:\n  autoreach discover more\n  autoreach discover more --ask --engine searxng\n  autoreach discover more --ask --add"
    )]
    More {
        /// Sends the queries
        #[arg(long)]
        ask: bool,
        #[command(flatten)]
        asking: Asking,
    },
    /// Read a list of domains, one a line, names and remarks allowed; nothing is fetched
    #[command(after_help = "Example:\n  autoreach discover domains wishes.txt\n  autoreach discover domains wishes.txt --add")]
    Domains {
        /// The file
        file: PathBuf,
        #[command(flatten)]
        taking: Taking,
    },
    /// Propose a profile from companies you call good and companies you call bad, by what their own pages say
    #[command(
        after_help = "Example:\n  autoreach discover profile --good good.txt --bad bad.txt\n  autoreach discover profile --good good.txt --bad bad.txt --apply\n\nOne company a line, by its domain; about ten in each file. Reads at most 6 pages of each with the built-in engine; no model is asked."
    )]
    Profile {
        /// File with companies you would want
        #[arg(long, value_name = "FILE")]
        good: PathBuf,
        /// File with companies you would not want
        #[arg(long, value_name = "FILE")]
        bad: PathBuf,
        /// States what is advised in the workflow, as a new version; without it nothing is changed
        #[arg(long)]
        apply: bool,
        /// The workflow [default: the only one]
        #[arg(long, value_name = "NAME")]
        workflow: Option<String>,
    },
    /// Set up a search engine, or show what is set up
    #[command(
        args_conflicts_with_subcommands = true,
        after_help = "Example:\n  autoreach discover setup\n  autoreach discover setup searxng http://127.0.0.1:8888\n  autoreach discover setup brave < key.txt"
    )]
    Setup {
        #[command(subcommand)]
        engine: Option<SetupCommand>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum SetupCommand {
    /// A SearXNG server of your own; http only on this computer or in your own network
    #[command(
        after_help = "Example:\n  autoreach discover setup searxng http://127.0.0.1:8888\n  autoreach discover setup searxng --remove"
    )]
    Searxng {
        /// Its address
        #[arg(required_unless_present = "remove")]
        url: Option<String>,
        /// Forgets the address
        #[arg(long, conflicts_with = "url")]
        remove: bool,
    },
    /// Brave's search interface; the key is asked for without echo, or read from standard input
    #[command(
        after_help = "Example:\n  autoreach discover setup brave\n  autoreach discover setup brave < key.txt\n  autoreach discover setup brave --remove"
    )]
    Brave {
        /// Forgets the key that is kept
        #[arg(long)]
        remove: bool,
    },
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Taking {
    /// Takes all that is new as leads; without it nothing is stored
    #[arg(long)]
    pub(crate) add: bool,
    /// The workflow they go to [default: the only one]
    #[arg(long, value_name = "NAME")]
    pub(crate) workflow: Option<String>,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Asking {
    /// searxng or brave [default: whichever is set up, your own server first]
    #[arg(long, value_name = "ENGINE")]
    pub(crate) engine: Option<SearchEngine>,
    #[command(flatten)]
    pub(crate) taking: Taking,
}
