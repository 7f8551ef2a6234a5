//! What is asked of the bench program.

use std::path::PathBuf;

/// Shown when the arguments are not understood.
pub(crate) const USAGE: &str = "usage: bench [--quick] [--part pipeline|models|review|learner|window|size]...";

/// A group of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Leads through research, qualification and draft.
    Pipeline,
    /// Slow pages and a slow model side by side.
    Models,
    /// Reading, deciding and undoing with a long queue and a long journal.
    Review,
    /// The learner alone.
    Learner,
    /// The real window: start, keys, memory.
    Window,
    /// What is shipped.
    Size,
}

impl Part {
    const ALL: [Self; 6] = [Self::Pipeline, Self::Models, Self::Review, Self::Learner, Self::Window, Self::Size];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Pipeline => "pipeline",
            Self::Models => "models",
            Self::Review => "review",
            Self::Learner => "learner",
            Self::Window => "window",
            Self::Size => "size",
        }
    }
}

/// What to measure, and at what size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) parts: Vec<Part>,
    pub(crate) is_quick: bool,
    /// Leads whose sites are read.
    pub(crate) leads: usize,
    /// Items in the queue, and decisions in the journal.
    pub(crate) items: usize,
}

/// Why this process was started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Errand {
    /// By a person.
    Measure(Options),
    /// By itself, to read the sites listed in a folder.
    ReadSites { folder: PathBuf, leads: usize },
}

impl Errand {
    /// Reads the arguments.
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let (mut parts, mut is_quick) = (Vec::new(), false);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--quick" => is_quick = true,
                "--part" => parts.push(part(arguments.next())?),
                "--read-sites" => return read_sites(arguments.next(), arguments.next()),
                other => return Err(format!("'{other}' is not understood")),
            }
        }
        if parts.is_empty() {
            parts.extend(Part::ALL);
        }
        let (leads, items) = if is_quick { (100, 1_000) } else { (1_000, 10_000) };
        Ok(Self::Measure(Options { parts, is_quick, leads, items }))
    }
}

fn part(name: Option<String>) -> Result<Part, String> {
    let name = name.unwrap_or_default();
    Part::ALL.into_iter().find(|part| part.as_str() == name).ok_or_else(|| format!("there is no part '{name}'"))
}

fn read_sites(folder: Option<String>, leads: Option<String>) -> Result<Errand, String> {
    let leads = leads.and_then(|leads| leads.parse().ok());
    folder
        .map(PathBuf::from)
        .zip(leads)
        .map(|(folder, leads)| Errand::ReadSites { folder, leads })
        .ok_or_else(|| "--read-sites FOLDER LEADS".into())
}
