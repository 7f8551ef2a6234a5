//! The command line as clap reads it: every command, every option, and the help a person sees.
//!
//! Only shapes live here. What a command does is in `commands`, one file per group; each help text ends with an example
//! that can be typed as it stands. Secrets have no option of their own: they come from a file, the environment or a
//! hidden prompt, because arguments are visible to every program on the computer.

mod context;
mod data;
mod discover;
mod egress;
mod limits;
mod schedule;
mod team;

pub(crate) use context::{ContactsCommand, ExceptionsCommand, NoteArgs, NotesCommand};
pub(crate) use data::{BackupCommand, EraseArgs};
pub(crate) use discover::{Asking, DiscoverCommand, SetupCommand, Taking};
pub(crate) use egress::{EgressArgs, EgressCommand, EstimateArgs};
pub(crate) use limits::{Amount, LimitArgs};
pub(crate) use schedule::{ScheduleArgs, ScheduleCommand, WorkerArgs};
pub(crate) use team::TeamCommand;

use autoreach_engine::domain::egress::ModelRole;
use autoreach_engine::domain::ids::ImportId;
use autoreach_engine::domain::oversight::level::Level;
use autoreach_engine::domain::review::Part;
use autoreach_engine::domain::reviewer::Reviewer;
use autoreach_engine::settings::AccountSecurity;
use autoreach_engine::settings::engine::EngineKind;
use autoreach_engine::simulation::{MOST_LEADS_PER_DAY, MOST_WEEKS};
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;
use std::num::NonZeroU8;
use std::path::PathBuf;

/// AutoReach researches leads, drafts first mails and learns from every verdict you give.
///
/// Nothing leaves this computer before you have accepted it. Start with `autoreach demo`, which needs no account and no
/// network, then `autoreach review`.
#[derive(Debug, Parser)]
#[command(name = "autoreach", version, propagate_version = true, arg_required_else_help = true)]
#[command(
    after_help = "Example:\n  autoreach demo\n  autoreach review\n\nExit codes: 0 done, 1 something to put right, 2 wrong usage, 3 `verify` found something.\nEnvironment: AUTOREACH_WORKSPACE, AUTOREACH_PASSPHRASE, AUTOREACH_MAIL_PASSWORD, AUTOREACH_LOG (off, error, warn, info, debug), NO_COLOR."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options that every command takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Global {
    /// Folder of the workspace [default: autoreach in your data folder]
    #[arg(long, global = true, value_name = "DIR", env = "AUTOREACH_WORKSPACE")]
    pub(crate) workspace: Option<PathBuf>,
    /// File whose first line is the passphrase; else AUTOREACH_PASSPHRASE, else the keychain, else a prompt
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// File whose first line is the recovery key, to open with it once
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) recovery_key_file: Option<PathBuf>,
    /// Name your verdicts are kept under [default: whoever `team use` chose, else your login name]
    #[arg(long, global = true, value_name = "NAME", value_parser = team::reviewer)]
    pub(crate) reviewer: Option<Reviewer>,
    /// The instant it is, such as 2026-03-02T09:00:00Z; only in a workspace made with `init --simulated`
    #[arg(long, global = true, value_name = "INSTANT")]
    pub(crate) at: Option<Timestamp>,
    /// Admits exactly this host, port and address although it is not public, as curl does; repeatable
    #[arg(long, global = true, value_name = "HOST:PORT:ADDRESS")]
    pub(crate) resolve: Vec<String>,
    /// File with one HOST:PORT:ADDRESS a line
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) resolve_file: Option<PathBuf>,
    /// Answers with one JSON object on standard output; errors too, as {"error":{"code","message"}}
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// No progress lines
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

/// The commands. Their order in the help is that in which they are needed.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Try it: 40 invented companies, no account, no network
    #[command(display_order = 1, after_help = "Example:\n  autoreach demo --fresh")]
    Demo(DemoArgs),
    /// Create a workspace of your own
    #[command(display_order = 2, after_help = "Example:\n  autoreach init\n  autoreach init --passphrase-file ~/.autoreach-passphrase")]
    Init(InitArgs),
    /// Test or use the recovery key
    #[command(display_order = 3, subcommand)]
    Recovery(RecoveryCommand),
    /// Import leads, research, qualify and draft them; stop at review or go on to sending
    #[command(
        display_order = 5,
        after_help = "Example:\n  autoreach run leads.csv\n  autoreach run leads.xlsx --map \"Firma=company\" --to sent\n\nCtrl-C pauses the run cleanly (`autoreach resume` goes on); a second Ctrl-C stops at once. Nothing is lost either way."
    )]
    Run(RunArgs),
    /// Go on with the run
    #[command(display_order = 7, after_help = "Example:\n  autoreach resume")]
    Resume,
    /// Read the pages of a lead that waits for review again
    #[command(
        display_order = 7,
        after_help = "Example:\n  autoreach reread nordvimpel\n\nPages that have not changed are not read anew; their facts are dated today. The mail is written anew."
    )]
    Reread {
        /// Item by id, its beginning, or the beginning of the company's name
        item: String,
    },
    /// Work round the clock without a window: begin batches by their schedules, hand over mails, take backups
    #[command(
        display_order = 7,
        after_help = "Example:\n  autoreach schedule set\n  autoreach worker\n  autoreach worker --once\n\nIt works while this computer is on and awake. SIGTERM or Ctrl-C lets what is in hand end; a second one stops at once. Nothing is lost either way. Only one program can have a workspace open: quit the window (also in the tray) before, or let the window do the same work."
    )]
    Worker(WorkerArgs),
    /// Find companies that are no leads yet: on a page that lists them, with a search engine, in a list of domains
    #[command(display_order = 10, subcommand)]
    Discover(DiscoverCommand),
    /// Watch trust being earned: weeks of work with a reviewer whose mind is known, in minutes, without a network
    #[command(
        display_order = 30,
        after_help = "Example:\n  autoreach simulate --persona jonna --weeks 12 --leads-per-day 40 --seed 0\n  autoreach simulate --persona my-reviewer.toml --json\n\nShipped personas: jonna, aino, and matthis, who changes taste in week 8. Without --workspace nothing is kept."
    )]
    Simulate(SimulateArgs),
    /// Speak to the learner alone, one JSON request a line
    #[command(display_order = 29, after_help = "Example:\n  printf '{\"op\":\"hello\",\"protocol\":1}\\n' | autoreach learner --jsonl")]
    Learner {
        /// Requests on standard input, answers on standard output
        #[arg(long, required = true)]
        jsonl: bool,
    },
    /// Look at folder, keys, keychain, store, disk, account and run, with the next step for each
    #[command(display_order = 30, after_help = "Example:\n  autoreach doctor")]
    Doctor,
    /// List, take and check backups, or put one back
    #[command(display_order = 26, subcommand)]
    Backup(BackupCommand),
    #[command(flatten)]
    Offline(OfflineCommand),
}

/// The commands that work in an open workspace and never read a web page.
#[derive(Debug, Subcommand)]
pub(crate) enum OfflineCommand {
    /// Show or set a workflow: whom you look for and how you write
    #[command(display_order = 4, subcommand)]
    Workflow(WorkflowCommand),
    /// Pause the run: what is in hand ends, nothing new begins
    #[command(display_order = 6, after_help = "Example:\n  autoreach pause")]
    Pause,
    /// Show, set or end a workflow's schedule: when batches begin by themselves
    #[command(display_order = 7, subcommand)]
    Schedule(ScheduleCommand),
    /// End the run for good; leads and finished items stay
    #[command(display_order = 8, after_help = "Example:\n  autoreach cancel")]
    Cancel,
    /// Say where the run stands and what waits for you
    #[command(display_order = 9, after_help = "Example:\n  autoreach status --json")]
    Status,
    /// Import a file of leads (CSV or XLSX)
    #[command(
        display_order = 10,
        after_help = "Example:\n  autoreach import leads.csv --preview\n  autoreach import leads.csv --map \"Firma=company\" --map \"Notiz=ignore\""
    )]
    Import(ImportArgs),
    /// List the imports
    #[command(display_order = 11, after_help = "Example:\n  autoreach imports")]
    Imports,
    /// Take an import back with its leads, items and unsent mails
    #[command(display_order = 12, after_help = "Example:\n  autoreach import-undo 0192f0c1-7d3e-7a3b-8a55-0c7b7f2e9d10")]
    ImportUndo {
        /// Id as `autoreach imports` lists it
        id: ImportId,
    },
    /// List the leads
    #[command(display_order = 13, after_help = "Example:\n  autoreach leads --missing")]
    Leads(LeadsArgs),
    /// Say who is never written to
    #[command(display_order = 14, subcommand)]
    Suppress(SuppressCommand),
    /// List what waits for your review, most urgent first
    #[command(display_order = 15, after_help = "Example:\n  autoreach queue --limit 10")]
    Queue {
        /// Most items listed
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..))]
        limit: u64,
    },
    /// Show one item: why you see it, fit, proofs, mail, checks, confidence
    #[command(display_order = 16, after_help = "Example:\n  autoreach show nordvimpel\n  autoreach show nordvimpel --page 1")]
    Show(ShowArgs),
    /// Give a verdict on one item
    #[command(
        display_order = 17,
        after_help = "Example:\n  autoreach decide nordvimpel accept\n  autoreach decide nordvimpel reject --part lead --reason 3 --note \"ask again in May\"\n  autoreach decide nordvimpel edit --final mail.txt\n\nReasons: 1 Not our ICP, 2 Wrong person, 3 Bad timing, 4 Facts wrong, 5 In talks, 6 Tone, 7 Too small or large, 8 Competitor, 9 Do not contact.\nA mail file begins with `Subject: ...` and an empty line; without it the subject stays."
    )]
    Decide(DecideArgs),
    /// Have a mail written anew as you say; no verdict, and `undo` brings the old one back
    #[command(
        display_order = 17,
        after_help = "Example:\n  autoreach redraft nordvimpel \"shorter, no compliment\"\n  autoreach redraft nordvimpel \"other opening, more formal\"\n\nThe built-in engine understands: shorter, longer, no compliment, a question first, straight to the point, other opening, other words, other question, more formal, less formal, in German, in English, without \"a phrase\"; the same in German. A model is told your words as they are."
    )]
    Redraft {
        /// Item by id, its beginning, or the beginning of the company's name
        item: String,
        /// What shall be different
        instruction: String,
    },
    /// Take back the last verdict, or the last one on an item
    #[command(display_order = 18, after_help = "Example:\n  autoreach undo\n  autoreach undo nordvimpel")]
    Undo {
        /// Item by id, its beginning, or the beginning of the company's name
        item: Option<String>,
    },
    /// Give again what was taken back last
    #[command(display_order = 19, after_help = "Example:\n  autoreach redo")]
    Redo,
    /// List your last verdicts
    #[command(display_order = 20, after_help = "Example:\n  autoreach history --limit 5")]
    History {
        /// Most verdicts listed
        #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..))]
        limit: u64,
    },
    /// Review item after item with single keys (? lists them)
    #[command(
        display_order = 21,
        after_help = "Example:\n  autoreach review\n  printf 'a\\nz\\nq\\n' | autoreach review\n\nWithout a terminal, one command a line is read from standard input: the same letters, `f 2`, `n TEXT`, `b person`, `p 3`."
    )]
    Review,
    /// List approved mails, or hold, recall, release and resolve them
    #[command(
        display_order = 22,
        args_conflicts_with_subcommands = true,
        after_help = "Example:\n  autoreach outbox\n  autoreach outbox hold-all\n  autoreach outbox resolve 7 sent"
    )]
    Outbox {
        #[command(subcommand)]
        action: Option<OutboxAction>,
    },
    /// Hand over the mails whose hold time is over
    #[command(
        display_order = 23,
        after_help = "Example:\n  autoreach send --dry-run\n  autoreach send --really\n\nA new workspace is on dry run: `send` only says what would leave, until you type `autoreach dry-run off` or `send --really`."
    )]
    Send(SendArgs),
    /// Set, test or show the mail account
    #[command(display_order = 24, subcommand)]
    Account(AccountCommand),
    /// Choose who reads and writes: the built-in engine or a language model
    #[command(display_order = 25, subcommand)]
    Engine(EngineCommand),
    /// Show what left this computer: what was sent to whom, why, and at what cost; say how much models may be shown
    #[command(
        display_order = 25,
        args_conflicts_with_subcommands = true,
        after_help = "Example:\n  autoreach egress\n  autoreach egress --lead nordvimpel --since 2026-03-01\n  autoreach egress --left --models --json\n\nThe words sent to a model are kept for 30 days in the encrypted store; that they were sent, and their hash, for good."
    )]
    Egress(EgressArgs),
    /// Say what a run will take before it begins: calls to models, tokens, money
    #[command(display_order = 25, after_help = "Example:\n  autoreach estimate\n  autoreach estimate --leads 500")]
    Estimate(EstimateArgs),
    /// Switch dry run on or off: on, no mail leaves
    #[command(display_order = 26, after_help = "Example:\n  autoreach dry-run off")]
    DryRun {
        /// on or off
        state: Switch,
    },
    /// Show what the agent may do alone, what the next level needs and what happened; move a stage up, down, or set it
    #[command(
        display_order = 23,
        after_help = "Example:\n  autoreach trust\n  autoreach trust up leads\n  autoreach trust down mails\n  autoreach trust set leads --rejects-alone false"
    )]
    Trust {
        #[command(subcommand)]
        command: Option<TrustCommand>,
    },
    /// Release more than is certified, for a while and in the open
    #[command(
        display_order = 23,
        after_help = "Example:\n  autoreach override leads 85 --minutes 60\n  autoreach override leads 50 --confirm release\n  autoreach override leads --end"
    )]
    Override(OverrideArgs),
    /// Ask what another threshold would have released of your last decisions, the wrong ones by name
    #[command(
        display_order = 23,
        after_help = "Example:\n  autoreach replay --threshold 0.85 --last 200\n  autoreach replay --threshold 0.85 --level 3\n  autoreach replay --threshold 0.85 --profile narrower.toml"
    )]
    Replay(ReplayArgs),
    /// List what was released and is to be checked, blind
    #[command(display_order = 23, after_help = "Example:\n  autoreach audit")]
    Audit,
    /// List what your edits taught about mails; pin, switch off or forget a lesson
    #[command(display_order = 23, after_help = "Example:\n  autoreach lessons\n  autoreach lessons pin 3\n  autoreach lessons off 1")]
    Lessons {
        #[command(subcommand)]
        command: Option<LessonCommand>,
    },
    /// Show how it goes week by week, and whether the drafts learn from your edits
    #[command(display_order = 23, after_help = "Example:\n  autoreach insights\n  autoreach insights --json")]
    Insights,
    /// Show your profile beside what you really accept; adopt a finding, keep what you wrote, dismiss it, or put it off
    #[command(
        display_order = 23,
        after_help = "Example:\n  autoreach profile\n  autoreach profile adopt industry=retail\n  autoreach profile ask-again industry=retail"
    )]
    Profile {
        #[command(subcommand)]
        command: Option<ProfileCommand>,
    },
    /// Begin a new era after a change of market or product: earlier verdicts count less, and trust is earned anew
    #[command(
        display_order = 23,
        after_help = "Example:\n  autoreach era --why \"new price list\"\n  autoreach era --why \"we sell to hospitals now\" --old-weight 0.1"
    )]
    Era(EraArgs),
    /// Learn no longer from a day, or from a reviewer; what was decided stands
    #[command(display_order = 23, after_help = "Example:\n  autoreach unlearn --day 2026-03-02\n  autoreach unlearn --by Ana")]
    Unlearn(UnlearnArgs),
    /// Show how the people who review agree, with each other and with the agent; add somebody, or say whose turn it is
    #[command(
        display_order = 23,
        after_help = "Example:\n  autoreach team\n  autoreach team add Ben\n  autoreach team use Ben\n\nWith two people, one in twenty of the checked leads is judged by both; the second one sees it blind, and what was decided stands."
    )]
    Team {
        #[command(subcommand)]
        command: Option<TeamCommand>,
    },
    /// Show what stops the agent: what waits, what is overdue, what is muted; mute a kind for a while
    #[command(display_order = 22, after_help = "Example:\n  autoreach exceptions\n  autoreach exceptions mute thin_evidence --days 14")]
    Exceptions {
        #[command(subcommand)]
        command: Option<ExceptionsCommand>,
    },
    /// Show your notes about markets, add one or let one end; leads of a market with a note come to you
    #[command(
        display_order = 22,
        after_help = "Example:\n  autoreach notes\n  autoreach notes add \"Port strike\" --country DK --until 2026-12-31"
    )]
    Notes {
        #[command(subcommand)]
        command: Option<NotesCommand>,
    },
    /// Show whom you know already, or add an export of your address book; leads among them come to you
    #[command(display_order = 22, after_help = "Example:\n  autoreach contacts\n  autoreach contacts import address-book.csv")]
    Contacts {
        #[command(subcommand)]
        command: Option<ContactsCommand>,
    },
    /// Write leads, decisions or mails as files for other programs
    #[command(display_order = 27, subcommand)]
    Export(ExportCommand),
    /// Show what is held about a person, and erase it for good
    #[command(
        display_order = 26,
        after_help = "Example:\n  autoreach erase wei.rao@orbital.example --extract wei-rao.json\n  autoreach erase wei.rao@orbital.example\n  autoreach erase \"Wei Rao\" --yes\n\nWithout --yes it says what is held and asks. A keyed code of the address stays, so that they are never written to again. Backups taken before are not opened: they go within 35 days, and putting one back erases the person again."
    )]
    Erase(EraseArgs),
    /// Check that journal, database and learned state are what was written
    #[command(display_order = 28, after_help = "Example:\n  autoreach verify\n\nEnds with exit code 3 when something was found.")]
    Verify,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct DemoArgs {
    /// Begins anew: the demo workspace that is there is deleted (never one of your own)
    #[arg(long)]
    pub(crate) fresh: bool,
    /// Folder of the demo workspace [default: autoreach-demo in your data folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct SimulateArgs {
    /// A shipped persona by name, or a persona file (TOML)
    #[arg(long, value_name = "FILE")]
    pub(crate) persona: String,
    /// Weeks of five days
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_WEEKS)))]
    pub(crate) weeks: u32,
    /// Leads that come in on a day
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u16).range(1..=MOST_LEADS_PER_DAY as i64))]
    pub(crate) leads_per_day: u16,
    /// Everything is drawn out of it: the same seed gives the same journal
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,
}

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// Makes a workspace whose clock and draws can be replayed, from this seed
    #[arg(long, value_name = "SEED", num_args = 0..=1, default_missing_value = "1")]
    pub(crate) simulated: Option<u64>,
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum RecoveryCommand {
    /// Say whether the recovery key opens the workspace; changes nothing
    #[command(after_help = "Example:\n  autoreach recovery test")]
    Test,
    /// Open with the recovery key and store a new entry in the keychain, or set a new passphrase
    #[command(
        after_help = "Example:\n  autoreach recovery use\n  autoreach recovery use --recovery-key-file key.txt --passphrase-file new.txt"
    )]
    Use,
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum WorkflowCommand {
    /// Print a workflow as TOML, ready to be edited and set again
    #[command(after_help = "Example:\n  autoreach workflow show > workflow.toml")]
    Show {
        /// Its name [default: the first]
        name: Option<String>,
    },
    /// Add a workflow, or a new version of the one with its name, from a TOML or JSON file
    #[command(after_help = "Example:\n  autoreach workflow set workflow.toml")]
    Set {
        /// The file
        file: PathBuf,
    },
}

#[derive(Debug, Clone, Args)]
pub(crate) struct MappingArgs {
    /// Says what a column is, as "Header=field"; repeatable. `ignore` keeps a column out
    #[arg(long = "map", value_name = "HEADER=FIELD")]
    pub(crate) mapping: Vec<String>,
    /// Takes rows too that may be duplicates
    #[arg(long)]
    pub(crate) take_unsure: bool,
    /// The workflow the leads go to [default: the first]
    #[arg(long, value_name = "NAME")]
    pub(crate) workflow: Option<String>,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct ImportArgs {
    /// CSV or XLSX
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) mapping: MappingArgs,
    /// Says what would happen and stores nothing
    #[arg(long)]
    pub(crate) preview: bool,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct RunArgs {
    /// Files of leads to import first; none = the leads that are there
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) mapping: MappingArgs,
    /// Where to stop
    #[arg(long, value_enum, default_value_t = StopAt::Review)]
    pub(crate) to: StopAt,
    /// Hands mails over without asking first (only with --to sent)
    #[arg(long)]
    pub(crate) yes: bool,
    /// Says what the import would do and stops there
    #[arg(long)]
    pub(crate) dry_run_import: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StopAt {
    /// When everything waits for your review
    Review,
    /// After handing over the approved mails whose hold time is over
    Sent,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct LeadsArgs {
    /// Only leads that lack something
    #[arg(long)]
    pub(crate) missing: bool,
    /// The workflow [default: the first]
    #[arg(long, value_name = "NAME")]
    pub(crate) workflow: Option<String>,
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum SuppressCommand {
    /// Add mail addresses, domains or company names
    #[command(
        after_help = "Example:\n  autoreach suppress add wei.rao@orbital.example orbital.example --reason \"asked us to stop\"\n  autoreach suppress add --file do-not-contact.csv"
    )]
    Add(SuppressArgs),
    /// List who is never written to
    #[command(after_help = "Example:\n  autoreach suppress list")]
    List,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct SuppressArgs {
    /// Mail addresses, domains or company names
    #[arg(required_unless_present = "file")]
    pub(crate) entries: Vec<String>,
    /// A file with one entry a line, its reason after a comma
    #[arg(long, value_name = "CSV")]
    pub(crate) file: Option<PathBuf>,
    /// Why
    #[arg(long, default_value = "")]
    pub(crate) reason: String,
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum TrustCommand {
    /// Confirm the step up that is proposed
    #[command(after_help = "Example:\n  autoreach trust up leads")]
    Up {
        /// Which stage
        #[arg(value_enum)]
        stage: StageArg,
    },
    /// Go one level down and take back what has not left
    #[command(after_help = "Example:\n  autoreach trust down mails")]
    Down {
        /// Which stage
        #[arg(value_enum)]
        stage: StageArg,
    },
    /// Change the settings of a stage
    #[command(after_help = "Example:\n  autoreach trust set leads --reviews 80 --rejects-alone false")]
    Set(PolicyArgs),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StageArg {
    /// Are the facts right?
    Facts,
    /// Is this a lead for us?
    Leads,
    /// May this mail go out?
    Mails,
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum LessonCommand {
    /// In force whatever edits say
    #[command(after_help = "Example:\n  autoreach lessons pin 3")]
    Pin(LessonNumber),
    /// No longer pinned; still in force
    #[command(after_help = "Example:\n  autoreach lessons unpin 3")]
    Unpin(LessonNumber),
    /// Not in force, until switched on
    #[command(after_help = "Example:\n  autoreach lessons off 1")]
    Off(LessonNumber),
    /// In force
    #[command(after_help = "Example:\n  autoreach lessons on 1")]
    On(LessonNumber),
    /// The evidence so far does not count
    #[command(after_help = "Example:\n  autoreach lessons forget 2")]
    Forget(LessonNumber),
}

#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct LessonNumber {
    /// Number as `autoreach lessons` lists it
    pub(crate) number: usize,
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum ProfileCommand {
    /// Let it become part of your profile, as a new version of the workflow
    #[command(after_help = "Example:\n  autoreach profile adopt industry=retail")]
    Adopt(SlotArg),
    /// Keep what you wrote, whatever your verdicts say
    #[command(after_help = "Example:\n  autoreach profile keep head_count")]
    Keep(SlotArg),
    /// Put it aside until your verdicts say something else of it
    #[command(after_help = "Example:\n  autoreach profile dismiss country=DE")]
    Dismiss(SlotArg),
    /// Put it aside for 30 days
    #[command(after_help = "Example:\n  autoreach profile later country=DE")]
    Later(SlotArg),
    /// Show leads behind a line, accepted and not
    #[command(after_help = "Example:\n  autoreach profile examples industry=retail")]
    Examples(SlotArg),
    /// Take the answer back; what it adopted leaves your profile again
    #[command(after_help = "Example:\n  autoreach profile ask-again industry=retail")]
    AskAgain(SlotArg),
}

#[derive(Debug, Clone, Args)]
pub(crate) struct SlotArg {
    /// What is answered, as `autoreach profile` names it
    pub(crate) slot: String,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct EraArgs {
    /// What changed, in your words
    #[arg(long, value_name = "WORDS")]
    pub(crate) why: String,
    /// What a verdict from before counts of what it counted, 0 to 1 [default: 0.3]
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub(crate) old_weight: Option<f64>,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct PolicyArgs {
    /// Which stage
    #[arg(value_enum)]
    pub(crate) stage: StageArg,
    /// Reviews before level 2, 50 to 100
    #[arg(long, value_name = "N")]
    pub(crate) reviews: Option<u64>,
    /// Share of items drawn for a check, in percent
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(crate) mark_percent: Option<u8>,
    /// Items in a weekly audit, 10 to 20
    #[arg(long, value_name = "N")]
    pub(crate) audit: Option<usize>,
    /// May the agent turn leads down alone?
    #[arg(long, value_name = "true|false")]
    pub(crate) rejects_alone: Option<bool>,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct OverrideArgs {
    /// Which stage
    #[arg(value_enum)]
    pub(crate) stage: StageArg,
    /// Certainty in percent from which on everything is released
    #[arg(value_parser = clap::value_parser!(u8).range(0..=100), required_unless_present = "end")]
    pub(crate) threshold: Option<u8>,
    /// How long, at most 480
    #[arg(long, default_value_t = 60, value_name = "N")]
    pub(crate) minutes: u32,
    /// Until you end it
    #[arg(long, conflicts_with = "minutes")]
    pub(crate) until_ended: bool,
    /// The word that confirms it below 70 percent or without an end: release
    #[arg(long, value_name = "WORD")]
    pub(crate) confirm: Option<String>,
    /// End it
    #[arg(long, conflicts_with_all = ["threshold", "until_ended", "confirm"])]
    pub(crate) end: bool,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct ReplayArgs {
    /// Which stage
    #[arg(long, value_enum, default_value = "leads")]
    pub(crate) stage: StageArg,
    /// Certainty from which on the agent would have gone on alone, 0 to 1
    #[arg(long, value_parser = share)]
    pub(crate) threshold: f64,
    /// How many of the latest decisions
    #[arg(long, default_value_t = 200, value_name = "N")]
    pub(crate) last: u32,
    /// As if this level had been in force, 1 to 4
    #[arg(long, value_parser = level)]
    pub(crate) level: Option<Level>,
    /// As if this workflow file's profile had been in force (leads only)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["level", "stage"])]
    pub(crate) profile: Option<PathBuf>,
}

#[derive(Debug, Clone, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct UnlearnArgs {
    /// Everything decided on this day, such as 2026-03-02
    #[arg(long, value_name = "DATE")]
    pub(crate) day: Option<jiff::civil::Date>,
    /// Everything decided by this reviewer
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
}

/// What is no level.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("write a level from 1 to 4")]
struct NoLevel;

/// A level by its number.
fn level(text: &str) -> Result<Level, NoLevel> {
    let number = text.parse().ok();
    Level::ALL.iter().copied().find(|level| Some(level.number()) == number).ok_or(NoLevel)
}

/// What is not a share.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("write a number from 0 to 1, such as 0.85")]
struct NotAShare;

/// A share from 0 to 1.
fn share(text: &str) -> Result<f64, NotAShare> {
    text.parse().ok().filter(|share| (0.0..=1.0).contains(share)).ok_or(NotAShare)
}

#[derive(Debug, Clone, Args)]
pub(crate) struct ShowArgs {
    /// Item by id, its beginning, or the beginning of the company's name
    pub(crate) item: String,
    /// Shows the stored page around proof N instead
    #[arg(long, value_name = "N")]
    pub(crate) page: Option<usize>,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct DecideArgs {
    /// Item by id, its beginning, or the beginning of the company's name
    pub(crate) item: String,
    /// What you decide
    #[arg(value_enum)]
    pub(crate) verdict: VerdictArg,
    /// Which part: research, lead, email or all
    #[arg(long, default_value = "all")]
    pub(crate) part: Part,
    /// Reason by number, 1 to 9; repeatable
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=9))]
    pub(crate) reason: Vec<u8>,
    /// A note
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) note: String,
    /// The mail as you want it sent (`-` = standard input); for `edit`
    #[arg(long = "final", value_name = "FILE")]
    pub(crate) final_text: Option<PathBuf>,
    /// Number of a proof whose fact is wrong: it is removed and the mail written anew; repeatable
    #[arg(long, value_name = "N")]
    pub(crate) wrong_fact: Vec<usize>,
    /// You stand in for sentences without a fresh source
    #[arg(long)]
    pub(crate) vouch: bool,
    /// You confirm the mail address found on the company's own page
    #[arg(long)]
    pub(crate) confirm_recipient: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum VerdictArg {
    /// As it is
    Accept,
    /// Not at all
    Reject,
    /// With a change (--final FILE, or --wrong-fact N)
    Edit,
    /// The lead yes, the mail again
    Redraft,
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum OutboxAction {
    /// Hold every mail that has not left
    #[command(after_help = "Example:\n  autoreach outbox hold-all")]
    HoldAll,
    /// Let the held mails go on
    #[command(after_help = "Example:\n  autoreach outbox release-all")]
    ReleaseAll,
    /// Take one mail back for good
    #[command(after_help = "Example:\n  autoreach outbox recall 7")]
    Recall {
        /// Number as listed
        mail: i64,
    },
    /// End the hold time of one mail now
    #[command(after_help = "Example:\n  autoreach outbox release 7")]
    Release {
        /// Number as listed
        mail: i64,
    },
    /// Say whether a mail that left without an answer was sent
    #[command(after_help = "Example:\n  autoreach outbox resolve 7 not-sent")]
    Resolve {
        /// Number as listed
        mail: i64,
        /// What your Sent folder says
        #[arg(value_enum)]
        answer: ResolveAnswer,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ResolveAnswer {
    /// It arrived
    Sent,
    /// It did not: give it up
    NotSent,
}

#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct SendArgs {
    /// Hands over even though the workspace is on dry run, this once
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) really: bool,
    /// Only says what would leave
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum AccountCommand {
    /// Set the mail account; the password is asked for without echo
    #[command(
        after_help = "Example:\n  autoreach account set --host smtp.orbital.example --username wei\n  autoreach account set --host 127.0.0.1 --port 2525 --security none\n\nThe password comes from a prompt, --password-file or AUTOREACH_MAIL_PASSWORD and is kept in the keychain."
    )]
    Set(AccountArgs),
    /// Connect and log in as a mail would
    #[command(after_help = "Example:\n  autoreach account test")]
    Test,
    /// Show the account, without its password
    #[command(after_help = "Example:\n  autoreach account show")]
    Show,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct AccountArgs {
    /// SMTP server
    #[arg(long)]
    pub(crate) host: String,
    /// Its port [default: 465 for tls, 587 for starttls, 25 for none]
    #[arg(long)]
    pub(crate) port: Option<u16>,
    /// tls, starttls, or none (only to a server on this computer)
    #[arg(long, default_value = "tls")]
    pub(crate) security: AccountSecurity,
    /// Login name; leave out for a server that asks for none
    #[arg(long, default_value = "")]
    pub(crate) username: String,
    /// File whose first line is the password
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// Certificate (PEM) to trust besides the public ones
    #[arg(long, value_name = "FILE")]
    pub(crate) extra_root: Option<PathBuf>,
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum EngineCommand {
    /// Show the engine in use, the keys that are kept (their last four characters), and what models have cost
    #[command(after_help = "Example:\n  autoreach engine show")]
    Show,
    /// Look for model servers on this computer: Ollama, LM Studio, llama.cpp
    #[command(after_help = "Example:\n  autoreach engine detect")]
    Detect,
    /// Choose the engine; nothing is sent
    #[command(
        after_help = "Example:\n  autoreach engine set ollama --model llama3.2:3b\n  autoreach engine set anthropic\n  autoreach engine set openai-compatible --url http://127.0.0.1:1234 --model qwen2.5-7b\n  autoreach engine set rules\n  autoreach engine set ollama --model llama3.2:3b --for reader\n\n`rules` is the built-in engine. It does the model's part whenever a model fails, and the item says so."
    )]
    Set(EngineArgs),
    /// Let a part of the work follow the engine in use again; for scorer and checker, that none is asked
    #[command(after_help = "Example:\n  autoreach engine follow writer\n  autoreach engine follow scorer")]
    Follow {
        /// reader, scorer, writer or checker
        part: ModelRole,
    },
    /// Show or set what models may cost; at a limit they stop, and the built-in engine goes on
    #[command(
        after_help = "Example:\n  autoreach engine limits\n  autoreach engine limits --day 2.50 --run 0.50\n  autoreach engine limits --run none --day-tokens 500000\n\nA model whose price is not known is held by the token limits alone."
    )]
    Limits(LimitArgs),
    /// Keep a key in the keychain, or forget one; it is asked for without echo, or read from standard input
    #[command(
        after_help = "Example:\n  autoreach engine key\n  autoreach engine key anthropic < key.txt\n  autoreach engine key anthropic --remove\n\nWhich engine a key is for is seen by how it begins; name the engine where that tells nothing."
    )]
    Key {
        /// The engine it is for
        #[arg(value_enum)]
        kind: Option<KeyedEngine>,
        /// Forgets the key that is kept
        #[arg(long, requires = "kind")]
        remove: bool,
    },
    /// Ask an engine one small question; a paid one takes a fraction of a cent
    #[command(after_help = "Example:\n  autoreach engine test\n  autoreach engine test ollama --model llama3.2:3b")]
    Test {
        /// The engine [default: the one in use]
        #[arg(value_enum)]
        kind: Option<EngineArg>,
        #[command(flatten)]
        place: EnginePlace,
    },
}

#[derive(Debug, Clone, Args)]
pub(crate) struct EngineArgs {
    /// The engine
    #[arg(value_enum)]
    pub(crate) kind: EngineArg,
    /// Only for this part of the work: reader, scorer, writer or checker
    #[arg(long = "for", value_name = "PART")]
    pub(crate) part: Option<ModelRole>,
    #[command(flatten)]
    pub(crate) place: EnginePlace,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct EnginePlace {
    /// The model by its name there [default: a small one of the provider; Ollama has none]
    #[arg(long, value_name = "NAME", requires = "kind")]
    pub(crate) model: Option<String>,
    /// Where it answers: https, or http on this computer [default: the provider the key belongs to]
    #[arg(long, value_name = "URL", requires = "kind")]
    pub(crate) url: Option<String>,
    /// Most questions it is asked at once [default: 8; on this computer 2]
    #[arg(long, value_name = "N", requires = "kind")]
    pub(crate) at_once: Option<NonZeroU8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EngineArg {
    /// The built-in engine
    Rules,
    /// Ollama on this computer
    Ollama,
    /// OpenAI, or any server that speaks like it
    OpenaiCompatible,
    /// Anthropic
    Anthropic,
}

impl EngineArg {
    pub(crate) fn kind(self) -> EngineKind {
        match self {
            Self::Rules => EngineKind::Rules,
            Self::Ollama => EngineKind::Ollama,
            Self::OpenaiCompatible => EngineKind::OpenaiCompatible,
            Self::Anthropic => EngineKind::Anthropic,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeyedEngine {
    /// OpenAI, or any server that speaks like it
    OpenaiCompatible,
    /// Anthropic
    Anthropic,
}

impl KeyedEngine {
    pub(crate) fn kind(self) -> EngineKind {
        match self {
            Self::OpenaiCompatible => EngineKind::OpenaiCompatible,
            Self::Anthropic => EngineKind::Anthropic,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    /// No mail leaves
    On,
    /// Mails leave when you type `send`
    Off,
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum ExportCommand {
    /// The leads as CSV that no spreadsheet takes for formulas
    #[command(after_help = "Example:\n  autoreach export leads leads.csv")]
    Leads {
        /// The file to write (`-` = standard output)
        file: PathBuf,
        /// The workflow [default: the first]
        #[arg(long, value_name = "NAME")]
        workflow: Option<String>,
    },
    /// The journal as JSON lines with its hash chain
    #[command(after_help = "Example:\n  autoreach export decisions decisions.jsonl")]
    Decisions {
        /// The file to write (`-` = standard output)
        file: PathBuf,
    },
    /// Everything in the workspace, as files in a new folder
    #[command(after_help = "Example:\n  autoreach export all ~/Documents")]
    All {
        /// The folder to make it in
        dir: PathBuf,
    },
    /// What somebody who helps needs to know, without a name, an address or a word of a mail; read it before you pass it on
    #[command(after_help = "Example:\n  autoreach export diagnostics -")]
    Diagnostics {
        /// The file to write (`-` = standard output)
        file: PathBuf,
    },
    /// The unsent mails as .eml files, and every mail of the outbox as mails.csv
    #[command(after_help = "Example:\n  autoreach export mails ./mails")]
    Mails {
        /// The folder to write to; made when missing
        dir: PathBuf,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_holds_together() {
        Cli::command().debug_assert();
    }

    /// Every command that does something, by its full name.
    fn leaves(command: &clap::Command, path: &str) -> Vec<(String, clap::Command)> {
        let subcommands: Vec<_> = command.get_subcommands().filter(|sub| sub.get_name() != "help").collect();
        let own = (subcommands.is_empty()).then(|| (path.to_owned(), command.clone()));
        let below = subcommands.into_iter().flat_map(|sub| leaves(sub, &format!("{path} {}", sub.get_name())));
        own.into_iter().chain(below).collect()
    }

    #[test]
    fn every_command_says_what_it_does_with_an_example_that_parses() {
        for (path, command) in leaves(&Cli::command(), "autoreach") {
            assert!(command.get_about().is_some(), "{path} says nothing about itself");
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains(&path), "{path} has no example");
        }
    }

    #[test]
    fn no_option_takes_a_secret_as_its_value() {
        for (path, command) in leaves(&Cli::command(), "autoreach") {
            let takes = |name: &str| command.get_arguments().any(|argument| argument.get_long() == Some(name));
            assert!(!takes("password") && !takes("passphrase") && !takes("recovery-key") && !takes("key"), "{path}");
        }
    }

    #[test]
    fn a_reason_beyond_nine_is_wrong_usage() {
        assert!(Cli::try_parse_from(["autoreach", "decide", "acme", "reject", "--reason", "10"]).is_err());
        assert!(Cli::try_parse_from(["autoreach", "decide", "acme", "reject", "--reason", "9"]).is_ok());
    }

    #[test]
    fn simulated_takes_a_seed_or_none() {
        let seed = |arguments: &[&str]| match Cli::try_parse_from(arguments).map(|cli| cli.command) {
            Ok(Command::Init(args)) => args.simulated,
            _ => None,
        };
        assert_eq!(seed(&["autoreach", "init", "--simulated"]), Some(1));
        assert_eq!(seed(&["autoreach", "init", "--simulated", "7"]), Some(7));
        assert_eq!(seed(&["autoreach", "init"]), None);
    }
}
