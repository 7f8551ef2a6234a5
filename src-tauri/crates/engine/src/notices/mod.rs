//! What a person is told of: items that wait, what is overdue, what happened to trust. The rules of when and in which words are
//! here; putting it on a screen is the caller's.

mod bell;
mod words;

pub use bell::{Arrivals, Bell, Ring};
pub use words::{Button, Words, batch_began};

use crate::Engine;
use crate::error::EngineError;
use crate::review::queue::{PAGE_ROWS, QueueLine, QueueSplit};
use crate::settings::preferences::QuietHours;
use crate::trust::TrustNews;
use autoreach_domain::exception::ExceptionKind;
use autoreach_domain::ids::ItemId;
use autoreach_domain::schedule::QuietSpan;
use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

/// What somebody is told.
#[derive(Debug, Clone, PartialEq)]
pub enum Occasion {
    /// Items wait for review.
    QueueReady {
        /// How many wait in all.
        waiting: u64,
        /// How many of those that came only a person can settle.
        exceptions: usize,
        /// Seconds they take; `None` when unknown.
        seconds: Option<f64>,
        /// The first.
        first: ItemId,
    },
    /// Items that only a person can settle, and nothing else.
    Exceptions {
        /// All of them, the gravest first.
        items: Vec<ItemId>,
        /// The company of the gravest.
        company: String,
        /// Why, in two or three words.
        why: &'static str,
    },
    /// Items that only a person can settle and nobody has looked at in time.
    Overdue {
        /// All of them, the longest overdue first.
        items: Vec<ItemId>,
        /// The company of the first.
        company: String,
    },
    /// Something happened to what the agent may do alone.
    Trust(TrustNews),
}

impl Occasion {
    /// The words in which the inbox keeps it, which is inside the program.
    pub fn words(&self) -> Words {
        words::words(self, true)
    }
}

impl Engine {
    /// The items that came since an instant. Those whose gravest exception is of no kind that is always waved through call for a
    /// person.
    pub async fn arrivals_since(&self, since: Timestamp) -> Result<Arrivals, EngineError> {
        let items: Vec<ItemId> = opened_since(self, QueueSplit::All, since).await?.into_iter().map(|line| line.item).collect();
        if items.is_empty() {
            return Ok(Arrivals::default());
        }
        let exceptions = loud(self, opened_since(self, QueueSplit::Exceptions, since).await?).await?;
        Ok(Arrivals { items, exceptions })
    }

    /// What of the arrivals still waits for a person; `None` when nothing does.
    pub async fn occasion(&self, arrivals: &Arrivals) -> Result<Option<Occasion>, EngineError> {
        // Told sooner, together with something that could not wait.
        if arrivals.items.is_empty() {
            return Ok(None);
        }
        let exceptions: Vec<_> = open_lines(self, QueueSplit::Exceptions).await?;
        let exceptions: Vec<_> = exceptions.into_iter().filter(|line| arrivals.exceptions.contains(&line.item)).collect();
        let has_others = arrivals.items.iter().any(|item| !arrivals.exceptions.contains(item));
        if !has_others && let Some(QueueLine { company, chip: Some(why), .. }) = exceptions.first() {
            let items = exceptions.iter().map(|line| line.item).collect();
            return Ok(Some(Occasion::Exceptions { items, company: company.clone(), why }));
        }
        let overview = self.overview().await?;
        let first = self.queue_page(QueueSplit::All, "", 0, 1).await?.lines.pop();
        Ok(first.map(|first| {
            let waiting = overview.counts.open;
            let seconds = overview.seconds_per_item.map(|seconds| seconds * waiting as f64);
            Occasion::QueueReady { waiting, exceptions: exceptions.len(), seconds, first: first.item }
        }))
    }

    /// What may stand on the screen now; `None` where its person wants none, or none at this hour.
    pub async fn notification(&self, occasion: &Occasion) -> Result<Option<Words>, EngineError> {
        let preferences = self.preferences().await?;
        let local = self.now().to_zoned(TimeZone::system()).time();
        let is_quiet = preferences.quiet_hours.as_ref().is_some_and(|hours| is_quiet(hours, local));
        let may_show = preferences.notifications && !is_quiet;
        Ok(may_show.then(|| words::words(occasion, preferences.names_in_notifications)))
    }
}

async fn opened_since(engine: &Engine, split: QueueSplit, since: Timestamp) -> Result<Vec<QueueLine>, EngineError> {
    let lines = open_lines(engine, split).await?;
    Ok(lines.into_iter().filter(|line| line.opened_at >= since).collect())
}

/// Those whose gravest exception is of no kind that is always waved through: these come with the others and call for nobody.
async fn loud(engine: &Engine, lines: Vec<QueueLine>) -> Result<Vec<ItemId>, EngineError> {
    let mut quiet = BTreeSet::new();
    for workflow in engine.workflows().await? {
        quiet.extend(engine.quiet_exceptions(workflow.id).await?.into_iter().map(ExceptionKind::words));
    }
    Ok(lines.into_iter().filter(|line| line.chip.is_none_or(|chip| !quiet.contains(chip))).map(|line| line.item).collect())
}

async fn open_lines(engine: &Engine, split: QueueSplit) -> Result<Vec<QueueLine>, EngineError> {
    let mut lines = Vec::new();
    loop {
        let page = engine.queue_page(split, "", lines.len() as u64, PAGE_ROWS).await?;
        let is_last = page.lines.is_empty();
        lines.extend(page.lines);
        if is_last || lines.len() as u64 >= page.total {
            return Ok(lines);
        }
    }
}

/// Hours that cannot be read keep nobody from being told.
fn is_quiet(hours: &QuietHours, now: Time) -> bool {
    let (Ok(from), Ok(to)) = (hours.from.parse(), hours.to.parse()) else { return false };
    QuietSpan { from, to }.holds(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_reach_over_midnight() {
        let night = QuietHours { from: "22:00".into(), to: "07:00".into() };
        let at = |hour| is_quiet(&night, Time::constant(hour, 30, 0, 0));
        assert!(at(23) && at(3) && !at(7) && !at(12));
        assert!(!is_quiet(&QuietHours { from: "late".into(), to: "07:00".into() }, Time::constant(3, 0, 0, 0)));
    }
}
