//! What a simulation showed, week by week: the owner's four rows, and what stands behind them.
//!
//! A release is *wrong* when the persona would have decided otherwise in that week; the simulation knows, nobody else
//! does. What the persona found in checks and audits is the *sampled* share, which is what a team would see.

use autoreach_domain::decision::Stage;
use autoreach_domain::oversight::level::Level;
use jiff::civil::Date;
use serde::Serialize;
use std::fmt::Write as _;

/// So many of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Part {
    /// How many.
    pub count: u64,
    /// Of how many.
    pub of: u64,
}

impl Part {
    /// Counts one in.
    pub(crate) fn add(&mut self, is_one: bool) {
        self.count += u64::from(is_one);
        self.of += 1;
    }

    /// The share, 0 to 1; `None` of nothing.
    pub fn share(self) -> Option<f64> {
        (self.of > 0).then(|| self.count as f64 / self.of as f64)
    }

    fn plus(self, other: Self) -> Self {
        Self { count: self.count + other.count, of: self.of + other.of }
    }
}

/// One week of a simulation.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct WeekReport {
    /// From 1.
    pub week: u32,
    /// Leads that came in.
    pub leads: u64,
    /// Leads accepted, of all the agent proposed: those a person decided and those it accepted alone. One it accepted alone
    /// and wrongly counts as not accepted.
    pub accepted: Part,
    /// Mails that went out as drafted, of all that went out. One that left alone and would have been edited counts as
    /// edited.
    pub unedited: Part,
    /// A person's active seconds on the week's cards, over the week's leads.
    pub seconds_per_lead: f64,
    /// A person's active minutes on a working day.
    pub minutes_per_day: f64,
    /// Cards a person decided, checks and audits included.
    pub reviewed: u64,
    /// Leads the agent decided alone, of all that came in.
    pub leads_alone: Part,
    /// Mails the agent released alone, of all that went out.
    pub mails_alone: Part,
    /// Leads the agent decided alone and wrongly, of those it decided alone.
    pub wrong_leads: Part,
    /// Mails the agent released alone to leads the persona did not want, or that they would have changed by more than a
    /// minor edit, of those it released alone.
    pub wrong_mails: Part,
    /// Checks and audits of leads in which the persona disagreed.
    pub checks_wrong: Part,
    /// The promise in force for leads at the end of the week, 0 to 1.
    pub promise: f64,
    /// The levels of facts, leads and mails at the end of the week.
    pub levels: [Level; 3],
    /// Certainty from which on leads were decided alone at the end of the week, 0 to 1.
    pub line: Option<f64>,
    /// Steps up in the week, all stages.
    pub promotions: u32,
    /// Steps down in the week, all stages.
    pub pull_backs: u32,
}

/// What kind of step it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// A level up.
    Up,
    /// A level down.
    Down,
    /// An alarm was raised or ended.
    Alarm,
}

/// A step up or down, or an alarm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepLine {
    /// The week, from 1.
    pub week: u32,
    /// What kind.
    pub kind: StepKind,
    /// Of which stage.
    pub stage: Stage,
    /// The day.
    pub day: Date,
    /// Facts, leads or mails, and what happened.
    pub words: String,
}

/// A whole simulation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SimulationReport {
    /// The persona's name.
    pub persona: String,
    /// The seed.
    pub seed: u64,
    /// Leads of a day.
    pub leads_per_day: usize,
    /// Week by week.
    pub weeks: Vec<WeekReport>,
    /// Every step up and down.
    pub steps: Vec<StepLine>,
    /// Entries of the journal.
    pub entries: u64,
    /// The last link of the journal's chain.
    pub head: String,
    /// Receipts whose outcome follows from their own numbers, of all that were written.
    pub receipts: Part,
    /// Chain, database and learners are what was written.
    pub is_verified: bool,
}

const HEADER: &str =
    "week  accepted  unedited  s/lead  min/day  reviewed  leads alone  wrong  checks wrong  mails alone  wrong  line  levels";

impl SimulationReport {
    /// The table for people.
    pub fn table(&self) -> String {
        let mut text = format!("{}, seed {}, {} leads a day\n\n{HEADER}\n", self.persona, self.seed, self.leads_per_day);
        for week in &self.weeks {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{}", line(week));
        }
        let all = |part: fn(&WeekReport) -> Part| self.weeks.iter().map(part).fold(Part::default(), Part::plus);
        let _ = write!(
            text,
            "\nDecided alone: {} leads, {} wrong; {} mails, {} wrong. Found in checks: {} wrong of {}.\n",
            all(|week| week.leads_alone).count,
            all(|week| week.wrong_leads).count,
            all(|week| week.mails_alone).count,
            all(|week| week.wrong_mails).count,
            all(|week| week.checks_wrong).count,
            all(|week| week.checks_wrong).of,
        );
        for step in &self.steps {
            let _ = writeln!(text, "week {:>2}, {}  {}", step.week, step.day, step.words);
        }
        text
    }
}

fn line(week: &WeekReport) -> String {
    let levels: Vec<String> = week.levels.iter().map(|level| level.number().to_string()).collect();
    let columns = [
        (4, week.week.to_string()),
        (10, percent(week.accepted)),
        (10, percent(week.unedited)),
        (8, format!("{:.1}", week.seconds_per_lead)),
        (9, format!("{:.1}", week.minutes_per_day)),
        (10, week.reviewed.to_string()),
        (13, percent(week.leads_alone)),
        (7, percent(week.wrong_leads)),
        (14, counts(week.checks_wrong)),
        (13, percent(week.mails_alone)),
        (7, percent(week.wrong_mails)),
        (6, week.line.map_or_else(|| "-".to_owned(), |line| format!("{line:.2}"))),
        (8, levels.join("/")),
    ];
    columns.into_iter().map(|(width, cell)| format!("{cell:>width$}")).collect()
}

fn percent(part: Part) -> String {
    part.share().map_or_else(|| "-".to_owned(), |share| format!("{:.0} %", 100.0 * share))
}

fn counts(part: Part) -> String {
    if part.of == 0 { "-".to_owned() } else { format!("{}/{}", part.count, part.of) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_nothing_has_no_share() {
        let mut part = Part::default();
        assert_eq!((part.share(), percent(part).as_str()), (None, "-"));
        [true, false, true, true].into_iter().for_each(|is_one| part.add(is_one));
        assert_eq!((part.share(), percent(part).as_str()), (Some(0.75), "75 %"));
    }

    #[test]
    fn every_line_has_a_cell_under_every_heading() {
        let week = WeekReport { week: 12, line: Some(0.9), ..WeekReport::default() };
        assert_eq!(line(&week).chars().count(), HEADER.chars().count());
    }
}
