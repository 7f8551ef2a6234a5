//! What each step up the ladder asks for, in one place (the table of `learning.md` 4.8).
//!
//! A step is granted when every requirement is met; the same list is what the window and the command line show as "what
//! the next level needs". The certificate is one of them, and is not computed here.

use super::bounds::{LADDER_RISK, lower_bound};
use super::judgement::Judgement;
use super::ladder::Ladder;
use super::level::Level;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use ts_rs::TS;

/// The agreement every level above the first promises (the owner: "consistent 80%+ agreement").
pub const LADDER_PROMISE: f64 = 0.80;
/// Verdicts that make a day an active one (`learning.md` 4.8).
pub const VERDICTS_OF_AN_ACTIVE_DAY: usize = 5;
/// Active days before level 2, and between two steps.
pub const ACTIVE_DAYS: usize = 5;
/// Kinds of accounts that must have been judged before level 2.
const SEGMENTS: usize = 3;
/// Days at level 2 before level 3.
const DAYS_AT_LEVEL_2: i64 = 14;
/// Marked items that agreement is proved by, and the blocks they are looked at in.
const MARKED: usize = 100;
const BLOCK: usize = 25;
/// Days without a red alarm before level 3 and before level 4.
const CALM_BEFORE_LEVEL_3: i64 = 14;
const CALM_BEFORE_LEVEL_4: i64 = 30;
/// The owner: "200+ successful lead reviews".
const SUCCESSFUL_REVIEWS: usize = 200;
/// Weekly audits that must be done, of the latest four.
const AUDITS_DONE: usize = 3;
const AUDITS_LOOKED_AT: usize = 4;

/// One thing a step asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Requirement {
    /// In words, with what there is and what is needed.
    pub words: String,
    /// What there is.
    pub have: f64,
    /// What is needed.
    pub need: f64,
    /// Is it met?
    pub is_met: bool,
}

impl Requirement {
    fn at_least(have: usize, need: usize, words: impl Fn(usize, usize) -> String) -> Self {
        Self { words: words(have, need), have: have as f64, need: need as f64, is_met: have >= need }
    }

    fn share(have: f64, need: f64, words: String) -> Self {
        Self { words, have, need, is_met: have >= need }
    }
}

/// What the step from `ladder`'s level to the next asks for, as it stood at `at`; empty at the highest level.
pub fn requirements(ladder: &Ladder, at: Timestamp) -> Vec<Requirement> {
    let evidence = Evidence::at(ladder, ladder.since(), at);
    let mut needed = match ladder.level() {
        Level::VerifyEverything => to_level_2(ladder, &evidence),
        Level::VerifyExceptions => to_level_3(ladder, &evidence, at),
        Level::PeriodicAudit => to_level_4(ladder, &evidence, at),
        Level::StrategicOversight => return Vec::new(),
    };
    needed.extend(cool_down(&evidence));
    needed
}

/// Do the verdicts a step rested on still stand? `entered` is the instant of the step, `from` that of the one before.
/// The certificate is not asked for again: it lives by its own rules.
pub(super) fn still_stands(ladder: &Ladder, to: Level, from: Option<Timestamp>, entered: Timestamp) -> bool {
    let evidence = Evidence::at(ladder, from, entered);
    let needed = match to {
        Level::VerifyEverything => return true,
        Level::VerifyExceptions => vec![reviews(ladder, &evidence)],
        Level::PeriodicAudit => vec![marked(&evidence), bound(&evidence)],
        Level::StrategicOversight => vec![successful(&evidence), bound(&evidence)],
    };
    needed.iter().all(|requirement| requirement.is_met)
}

/// The standing verdicts of this era up to an instant, and those since the level was entered.
struct Evidence<'a> {
    all: Vec<&'a Judgement>,
    since: Option<Timestamp>,
}

impl<'a> Evidence<'a> {
    fn at(ladder: &'a Ladder, since: Option<Timestamp>, at: Timestamp) -> Self {
        let is_of_this_era = |judgement: &&Judgement| ladder.era().is_none_or(|era| judgement.at > era);
        let standing = ladder.judgements().iter().filter(|judgement| !judgement.is_undone && judgement.at <= at);
        Self { all: standing.filter(is_of_this_era).collect(), since }
    }

    fn at_this_level(&self) -> impl DoubleEndedIterator<Item = &&'a Judgement> {
        self.all.iter().filter(|judgement| self.since.is_none_or(|since| judgement.at > since))
    }

    /// Whether the agent agreed in each of the latest marked items, oldest first, at most [`MARKED`].
    fn latest_marked(&self) -> Vec<bool> {
        let mut latest: Vec<bool> =
            self.all.iter().rev().filter(|judgement| judgement.mark).take(MARKED).map(|judgement| judgement.agreed).collect();
        latest.reverse();
        latest
    }
}

/// Days with enough verdicts to count, of those given after `since`.
fn active_days<'a>(judgements: impl Iterator<Item = &'a &'a Judgement>) -> BTreeSet<Date> {
    let mut verdicts: BTreeMap<Date, usize> = BTreeMap::new();
    judgements.for_each(|judgement| *verdicts.entry(judgement.day).or_default() += 1);
    verdicts.into_iter().filter(|(_, count)| *count >= VERDICTS_OF_AN_ACTIVE_DAY).map(|(day, _)| day).collect()
}

fn to_level_2(ladder: &Ladder, evidence: &Evidence<'_>) -> Vec<Requirement> {
    let days = active_days(evidence.all.iter()).len();
    let segments = evidence.all.iter().map(|judgement| &judgement.segment).collect::<BTreeSet<_>>().len();
    vec![
        reviews(ladder, evidence),
        Requirement::at_least(days, ACTIVE_DAYS, |have, need| format!("Reviewed on {have} days (5 or more a day), {need} needed.")),
        Requirement::at_least(segments, SEGMENTS, |have, need| format!("{have} kinds of accounts reviewed, {need} needed.")),
        certified(ladder),
    ]
}

fn to_level_3(ladder: &Ladder, evidence: &Evidence<'_>, at: Timestamp) -> Vec<Requirement> {
    let days = ladder.since().map_or(0, |since| at.duration_since(since).as_hours() / 24);
    let days = usize::try_from(days).unwrap_or(0);
    let mut needed = vec![
        Requirement::at_least(days, DAYS_AT_LEVEL_2 as usize, |have, need| format!("{have} days at this level, {need} needed.")),
        marked(evidence),
        blocks(evidence),
        bound(evidence),
    ];
    needed.push(calm(ladder, at, CALM_BEFORE_LEVEL_3));
    needed
}

fn to_level_4(ladder: &Ladder, evidence: &Evidence<'_>, at: Timestamp) -> Vec<Requirement> {
    let audits = ladder.audits().iter().rev().take(AUDITS_LOOKED_AT).filter(|audit| audit.is_done()).count();
    vec![
        successful(evidence),
        Requirement::at_least(audits, AUDITS_DONE, |have, need| {
            format!("Weekly audit done in {have} of the last {AUDITS_LOOKED_AT} weeks, {need} needed.")
        }),
        bound(evidence),
        calm(ladder, at, CALM_BEFORE_LEVEL_4),
    ]
}

fn reviews(ladder: &Ladder, evidence: &Evidence<'_>) -> Requirement {
    let minimum = usize::try_from(ladder.policy().review_minimum).unwrap_or(usize::MAX);
    Requirement::at_least(evidence.all.len(), minimum, |have, need| format!("{have} reviews, {need} needed."))
}

fn successful(evidence: &Evidence<'_>) -> Requirement {
    let agreed = evidence.all.iter().filter(|judgement| judgement.agreed).count();
    Requirement::at_least(agreed, SUCCESSFUL_REVIEWS, |have, need| format!("{have} reviews in which you agreed, {need} needed."))
}

fn marked(evidence: &Evidence<'_>) -> Requirement {
    let marked = evidence.at_this_level().filter(|judgement| judgement.mark).count();
    Requirement::at_least(marked, MARKED, |have, need| format!("{have} spot checks at this level, {need} needed."))
}

fn blocks(evidence: &Evidence<'_>) -> Requirement {
    let latest = evidence.latest_marked();
    let shares = latest.chunks_exact(BLOCK).map(|block| block.iter().filter(|agreed| **agreed).count() as f64 / BLOCK as f64);
    let lowest = if latest.len() < MARKED { 0.0 } else { shares.fold(1.0, f64::min) };
    let words = if latest.len() < MARKED {
        format!("Agreement in each of the last 4 blocks of {BLOCK} spot checks: not known before {MARKED}.")
    } else {
        format!("Lowest agreement in the last 4 blocks of {BLOCK} spot checks: {:.0} %, 80 % needed.", 100.0 * lowest)
    };
    Requirement::share(lowest, LADDER_PROMISE, words)
}

fn bound(evidence: &Evidence<'_>) -> Requirement {
    let latest = evidence.latest_marked();
    let agreed = latest.iter().filter(|agreed| **agreed).count();
    let lower = if latest.len() < MARKED { 0.0 } else { lower_bound(agreed, latest.len(), LADDER_RISK) };
    let words = if latest.len() < MARKED {
        format!("{agreed} of {} spot checks agreed; {MARKED} are needed to say what that proves.", latest.len())
    } else {
        format!(
            "{agreed} of the last {MARKED} spot checks agreed, which proves {:.1} % (one-sided 90 % bound); 80 % needed.",
            100.0 * lower
        )
    };
    Requirement::share(lower, LADDER_PROMISE, words)
}

fn certified(ladder: &Ladder) -> Requirement {
    let certificate = ladder.certificate(LADDER_PROMISE);
    let words = certificate.map_or_else(
        || "The 80 % promise is not certified yet; the next look decides.".to_owned(),
        |held| format!("The 80 % promise is certified for {:.0} % of leads.", 100.0 * held.coverage),
    );
    Requirement::at_least(usize::from(certificate.is_some()), 1, |_, _| words.clone())
}

fn calm(ladder: &Ladder, at: Timestamp, days: i64) -> Requirement {
    let needed = SignedDuration::from_hours(24 * days);
    let since_red = ladder.last_red().map(|red| at.duration_since(red));
    let is_met = since_red.is_none_or(|since| since >= needed);
    let have = since_red.map_or(days, |since| (since.as_hours() / 24).clamp(0, days));
    let words = if is_met { format!("No alarm for {days} days.") } else { format!("{have} days since the last alarm, {days} needed.") };
    Requirement { words, have: have as f64, need: days as f64, is_met }
}

/// After any step: some days of use before the next.
fn cool_down(evidence: &Evidence<'_>) -> Option<Requirement> {
    evidence.since?;
    let days = active_days(evidence.at_this_level()).len();
    Some(Requirement::at_least(days, ACTIVE_DAYS, |have, need| format!("{have} active days since the last step, {need} needed.")))
}
