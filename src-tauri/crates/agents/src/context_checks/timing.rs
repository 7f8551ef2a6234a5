//! Whether this is the time to write: what happened at the company, and what the team notes about its market.

use autoreach_domain::dossier::{Dossier, Fact, Trouble};
use autoreach_domain::exception::{Exception, ExceptionKind};
use autoreach_domain::lead::Lead;
use autoreach_domain::market_note::MarketNote;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::qualify::{countries_of, industry_of};

/// Days for which layoffs and trouble make a mail ill-timed (`product.md` 19: the cool-off).
pub const COOL_OFF_DAYS: i32 = 30;

/// Layoffs or trouble within the cool-off, or without a date: the gravest one, named with its day.
pub(super) fn ill_timed(dossier: &Dossier, now: Timestamp) -> Option<Exception> {
    let today = now.to_zoned(TimeZone::UTC).date();
    let recent = dossier.findings.iter().filter_map(|finding| trouble_words(&finding.fact).map(|words| (finding, words)));
    let recent = recent.filter(|(finding, _)| finding.source.published.is_none_or(|date| days_between(date, today) <= COOL_OFF_DAYS));
    let (finding, words) = recent.max_by_key(|(finding, _)| finding.source.published)?;
    let reason = match finding.source.published {
        Some(date) => format!("{words} reported on {}, {}.", long_date(date), days_ago(days_between(date, today))),
        None => format!("{words} reported on {} without a date.", finding.source.url),
    };
    Some(Exception::new(ExceptionKind::IllTimed, reason).shown_by(finding.id))
}

/// The notes about this company's market that hold today, the one that ends first named first.
pub(super) fn market_note(lead: &Lead, dossier: &Dossier, notes: &[MarketNote], now: Timestamp) -> Option<Exception> {
    let today = now.to_zoned(TimeZone::UTC).date();
    let industries: Vec<_> = industry_of(lead, dossier).into_iter().map(|(industry, _)| industry).collect();
    let countries: Vec<_> = countries_of(lead, dossier).into_iter().map(|(country, _)| country).collect();
    let mut holding: Vec<&MarketNote> =
        notes.iter().filter(|note| note.holds_on(today) && note.is_about(&industries, &countries)).collect();
    holding.sort_by_key(|note| note.until);
    let (first, others) = holding.split_first()?;
    let more = match others.len() {
        0 => String::new(),
        1 => " One more note holds.".to_owned(),
        more => format!(" {more} more notes hold."),
    };
    let reason = format!("Your note about {}, until {}: \"{}\".{more}", first.market(), long_date(first.until), first.text);
    Some(Exception::new(ExceptionKind::MarketNote, reason))
}

fn trouble_words(fact: &Fact) -> Option<&'static str> {
    match fact {
        Fact::Layoffs { .. } => Some("Layoffs"),
        Fact::Trouble { trouble, .. } => Some(match trouble {
            Trouble::Insolvency => "Insolvency",
            Trouble::Merger => "A merger or take-over",
            Trouble::LeadershipChange => "A change at the top",
            Trouble::Breach => "A security breach",
            Trouble::Accident => "An accident",
            Trouble::Bereavement => "A death",
        }),
        _ => None,
    }
}

fn days_between(date: Date, today: Date) -> i32 {
    today.since(date).map_or(i32::MAX, |span| span.get_days())
}

fn days_ago(days: i32) -> String {
    match days {
        ..=0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }
}

fn long_date(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}
