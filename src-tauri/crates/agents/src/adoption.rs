//! Where a finding of the learned profile has its place in the stated one.
//!
//! The slots are those of [`crate::qualify::feature`]. A finding becomes a wanted or an unwanted value; one against what is
//! stated takes the statement away. What the stated profile has no words for is refused, never bent into something near.

use crate::qualify::{feature, in_words, role_kind, role_words};
use crate::rules::facts::technology;
use autoreach_domain::icp::{Country, HeadCountRange, Icp, Industry, Signal};
use autoreach_domain::qualification::{Answer, Criterion};

/// The stated profile with a finding in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Adopted {
    /// The profile as it would be.
    pub icp: Icp,
    /// What that does, as an instruction: "rule out retail".
    pub words: String,
}

/// Why a finding cannot be adopted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoPlace {
    /// It is stated so already.
    #[error("your profile says so already")]
    SaysSo,
    /// The stated profile has no words for it.
    #[error("your profile has no place for this, so there is nothing to adopt")]
    NoWords,
}

/// The slots a profile names one by one, each with whether it is wanted.
pub fn named(icp: &Icp) -> Vec<(String, bool)> {
    let industries = |list: &[Industry]| list.iter().map(|one| slot(feature::INDUSTRY, one.as_str())).collect::<Vec<_>>();
    let countries = |list: &[Country]| list.iter().map(|one| slot(feature::COUNTRY, one.code())).collect::<Vec<_>>();
    let technologies = icp.technologies.iter().map(|one| format!("{}{}=true", feature::USES_PREFIX, one.trim().to_lowercase()));
    let signals = icp.signals.iter().map(|one| slot(signal_feature(*one), "true"));
    let roles = icp.roles.iter().filter_map(|words| role_kind(words)).map(|(name, kind)| slot(name, kind));
    let wanted = industries(&icp.industries).into_iter().chain(countries(&icp.countries)).chain(technologies).chain(signals).chain(roles);
    let unwanted = industries(&icp.excluded_industries).into_iter().chain(countries(&icp.excluded_countries));
    wanted.map(|slot| (slot, true)).chain(unwanted.map(|slot| (slot, false))).collect()
}

/// Is this a reading of a criterion the profile no longer asks for?
pub fn is_past(icp: &Icp, name: &str) -> bool {
    criterion_of(name).is_some_and(|criterion| !crate::qualify::is_asked(criterion, icp))
}

/// Does a statement say this already, only the other way round? That leads which are not as wanted are turned down, or that
/// those no exclusion applies to are taken, is no finding.
pub fn is_implied(name: &str, reading: &str, is_wanted: bool) -> bool {
    match criterion_of(name) {
        Some(Criterion::Exclusion) => reading == Answer::Matched.as_str() && is_wanted,
        Some(_) => reading == Answer::Missed.as_str() && !is_wanted,
        None => false,
    }
}

/// The slots that stay as stated when a person keeps one: the head count was stated as one range for all its readings.
pub fn kept_with(slot: &str) -> Vec<String> {
    let also = (slot == feature::HEAD_COUNT).then(|| format!("{}{}={}", feature::ICP_PREFIX, Criterion::HeadCount, Answer::Matched));
    also.into_iter().chain([slot.to_owned()]).collect()
}

/// The profile once a reading is wanted, or once it is not.
pub fn adopt(icp: &Icp, name: &str, reading: &str, is_wanted: bool) -> Result<Adopted, NoPlace> {
    let mut changed = icp.clone();
    let words = match name {
        feature::INDUSTRY => {
            let industry: Industry = reading.parse().map_err(|_| NoPlace::NoWords)?;
            move_value(&mut changed.industries, &mut changed.excluded_industries, industry, is_wanted)?.of(&industry.words())
        }
        feature::COUNTRY => {
            let country = Country::parse(reading).map_err(|_| NoPlace::NoWords)?;
            move_value(&mut changed.countries, &mut changed.excluded_countries, country, is_wanted)?.of(country.name())
        }
        feature::HEAD_COUNT if !is_wanted => without_size(&mut changed, reading)?,
        _ => adopt_other(&mut changed, name, reading, is_wanted)?,
    };
    Ok(Adopted { icp: changed, words })
}

/// The profile once what a person calls by its name is wanted, or is not: an industry or a country, and nothing near one.
pub fn adopt_words(icp: &Icp, words: &str, is_wanted: bool) -> Result<Adopted, NoPlace> {
    let words = words.trim().to_lowercase();
    let industry = Industry::ALL.iter().find(|industry| industry.words() == words || industry.as_str() == words);
    match (industry, Country::parse(&words)) {
        (Some(industry), _) => adopt(icp, feature::INDUSTRY, industry.as_str(), is_wanted),
        (None, Ok(country)) => adopt(icp, feature::COUNTRY, country.code(), is_wanted),
        (None, Err(_)) => Err(NoPlace::NoWords),
    }
}

/// The profile once a range of head counts is not wanted: the stated one without it, where it lies at one end.
fn without_size(icp: &mut Icp, reading: &str) -> Result<String, NoPlace> {
    let stated = icp.head_count.ok_or(NoPlace::NoWords)?;
    let (least, most) = size_range(reading).ok_or(NoPlace::NoWords)?;
    if !stated.overlaps(least, most.unwrap_or(u32::MAX)) {
        return Err(NoPlace::SaysSo);
    }
    let reaches_above = most.is_some_and(|most| stated.max.is_none_or(|max| max > most));
    let range = match (stated.min < least, reaches_above, most) {
        (true, false, _) => HeadCountRange { min: stated.min, max: Some(least - 1) },
        (false, true, Some(most)) => HeadCountRange { min: most + 1, max: stated.max },
        (true, true, _) | (false, _, _) => return Err(NoPlace::NoWords),
    };
    icp.head_count = Some(range);
    Ok(format!("look for {} people", range.words()))
}

/// `201-500`, `10,001+`.
fn size_range(reading: &str) -> Option<(u32, Option<u32>)> {
    let plain = reading.replace(',', "");
    match plain.strip_suffix('+') {
        Some(least) => Some((least.parse().ok()?, None)),
        None => plain.split_once('-').and_then(|(least, most)| Some((least.parse().ok()?, Some(most.parse().ok()?)))),
    }
}

/// The profile once these head counts are the ones that are wanted; `words` = the range for people.
pub fn adopt_head_count(icp: &Icp, range: HeadCountRange, words: &str) -> Adopted {
    Adopted { icp: Icp { head_count: Some(range), ..icp.clone() }, words: format!("look for {words} people") }
}

fn adopt_other(icp: &mut Icp, name: &str, reading: &str, is_wanted: bool) -> Result<String, NoPlace> {
    if let Some(criterion) = criterion_of(name) {
        return clear(icp, criterion, reading, is_wanted).ok_or(NoPlace::NoWords);
    }
    if let Some(words) = role_words(name, reading) {
        let is_it = |one: &String| role_kind(one) == Some((name, reading));
        return Ok(move_wish(&mut icp.roles, is_it, words.to_owned(), is_wanted)?.of(&role_phrase(name, words)));
    }
    if reading != "true" {
        return Err(NoPlace::NoWords);
    }
    if let Some(signal) = Signal::ALL.iter().copied().find(|signal| signal_feature(*signal) == name) {
        return Ok(move_wish(&mut icp.signals, |one| *one == signal, signal, is_wanted)?.of(&format!("the signal {signal}")));
    }
    let technology = name.strip_prefix(feature::USES_PREFIX).ok_or(NoPlace::NoWords)?;
    let is_it = |one: &String| technology::same(one, technology);
    Ok(move_wish(&mut icp.technologies, is_it, technology.to_owned(), is_wanted)?.of(technology))
}

fn role_phrase(name: &str, words: &str) -> String {
    if name == feature::ROLE_FUNCTION { format!("roles in {words}") } else { format!("{words} roles") }
}

/// What was done to a list.
#[derive(Debug, Clone, Copy)]
enum Moved {
    Wanted,
    NoLongerWanted,
    RuledOut,
    NoLongerRuledOut,
}

impl Moved {
    fn of(self, what: &str) -> String {
        match self {
            Self::Wanted => format!("look for {what}"),
            Self::NoLongerWanted => format!("no longer look for {what}"),
            Self::RuledOut => format!("rule out {what}"),
            Self::NoLongerRuledOut => format!("no longer rule out {what}"),
        }
    }
}

/// A statement of the opposite is taken away; without one the value joins its list.
fn move_value<T: PartialEq>(wanted: &mut Vec<T>, unwanted: &mut Vec<T>, value: T, is_wanted: bool) -> Result<Moved, NoPlace> {
    let (to, from) = if is_wanted { (wanted, unwanted) } else { (unwanted, wanted) };
    if to.contains(&value) {
        return Err(NoPlace::SaysSo);
    }
    let before = from.len();
    from.retain(|one| *one != value);
    if from.len() < before {
        return Ok(if is_wanted { Moved::NoLongerRuledOut } else { Moved::NoLongerWanted });
    }
    to.push(value);
    Ok(if is_wanted { Moved::Wanted } else { Moved::RuledOut })
}

/// The same where a profile can only wish.
fn move_wish<T>(wanted: &mut Vec<T>, is_it: impl Fn(&T) -> bool, value: T, is_wanted: bool) -> Result<Moved, NoPlace> {
    match (wanted.iter().any(&is_it), is_wanted) {
        (true, true) => Err(NoPlace::SaysSo),
        (false, false) => Err(NoPlace::NoWords),
        (true, false) => {
            wanted.retain(|one| !is_it(one));
            Ok(Moved::NoLongerWanted)
        }
        (false, true) => {
            wanted.push(value);
            Ok(Moved::Wanted)
        }
    }
}

/// Takes a whole criterion out of the profile, where the verdicts say the opposite of it.
fn clear(icp: &mut Icp, criterion: Criterion, reading: &str, is_wanted: bool) -> Option<String> {
    let is_against = match criterion {
        Criterion::Exclusion => reading == Answer::Missed.as_str() && is_wanted,
        Criterion::HeadCount | Criterion::Industry | Criterion::Country | Criterion::Technology | Criterion::Signal | Criterion::Role => {
            reading == Answer::Matched.as_str() && !is_wanted
        }
    };
    if !is_against || !crate::qualify::is_asked(criterion, icp) {
        return None;
    }
    let what = match criterion {
        Criterion::HeadCount => {
            icp.head_count = None;
            "ask for a number of people"
        }
        Criterion::Industry => {
            icp.industries.clear();
            "ask for an industry"
        }
        Criterion::Country => {
            icp.countries.clear();
            "ask for a region"
        }
        Criterion::Technology => {
            icp.technologies.clear();
            "ask for a technology"
        }
        Criterion::Signal => {
            icp.signals.clear();
            "ask for a signal"
        }
        Criterion::Role => {
            icp.roles.clear();
            "ask for a role"
        }
        Criterion::Exclusion => {
            icp.excluded_industries.clear();
            icp.excluded_countries.clear();
            "rule out any industry or country"
        }
    };
    Some(format!("no longer {what}"))
}

/// What a slot is about, for people: `industry: retail`, a country by its name, `uses sap`, `signal: hiring`.
pub fn slot_in_words(name: &str, reading: &str) -> String {
    let has = |prefix| name.strip_prefix(prefix).filter(|_| reading == "true");
    match (name, Country::parse(reading), has(feature::USES_PREFIX), has("signal_")) {
        (feature::COUNTRY, Ok(country), ..) => format!("country: {}", country.name()),
        (_, _, Some(technology), _) => format!("uses {technology}"),
        (_, _, _, Some(signal)) => format!("signal: {signal}"),
        _ => in_words(name, reading),
    }
}

fn slot(name: &str, reading: &str) -> String {
    format!("{name}={reading}")
}

fn criterion_of(name: &str) -> Option<Criterion> {
    name.strip_prefix(feature::ICP_PREFIX).and_then(|criterion| criterion.parse().ok())
}

fn signal_feature(signal: Signal) -> &'static str {
    match signal {
        Signal::Hiring => feature::SIGNAL_HIRING,
        Signal::Funding => feature::SIGNAL_FUNDING,
        Signal::News => feature::SIGNAL_NEWS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated() -> Icp {
        Icp {
            industries: vec![Industry::Logistics, Industry::Food],
            excluded_countries: vec![Country::parse("DE").expect("known")],
            technologies: vec!["SAP".into()],
            signals: vec![Signal::Hiring],
            ..Icp::default()
        }
    }

    fn words(name: &str, reading: &str, is_wanted: bool) -> Result<String, NoPlace> {
        adopt(&stated(), name, reading, is_wanted).map(|adopted| adopted.words)
    }

    #[test]
    fn what_nobody_stated_becomes_wanted_or_ruled_out() {
        assert_eq!(words("industry", "retail", false).as_deref(), Ok("rule out retail"));
        assert_eq!(words("industry", "software", true).as_deref(), Ok("look for software"));
        assert_eq!(words("country", "DK", true).as_deref(), Ok("look for Denmark"));
        assert_eq!(words("signal_funding", "true", true).as_deref(), Ok("look for the signal funding"));
    }

    #[test]
    fn what_is_contradicted_leaves_the_profile() {
        let adopted = adopt(&stated(), "industry", "food", false).expect("it is stated");
        assert_eq!((adopted.words.as_str(), adopted.icp.industries), ("no longer look for food", vec![Industry::Logistics]));
        assert!(adopted.icp.excluded_industries.is_empty(), "that it is ruled out is another question");
        assert_eq!(words("country", "DE", true).as_deref(), Ok("no longer rule out Germany"));
        assert_eq!(words("uses_sap", "true", false).as_deref(), Ok("no longer look for sap"));
        assert_eq!(words("icp_industry", "matched", false).as_deref(), Ok("no longer ask for an industry"));
        assert_eq!(words("icp_exclusion", "missed", true).as_deref(), Ok("no longer rule out any industry or country"));
    }

    #[test]
    fn what_the_profile_has_no_words_for_is_refused() {
        for (name, reading, is_wanted) in [
            ("founded", "1990s", true),
            ("role_function", "other", true),
            ("role_seniority", "head", false),
            ("signal_news", "true", false),
            ("signal_hiring", "false", false),
            ("icp_industry", "missed", true),
            ("icp_country", "matched", false),
            ("industry", "(missing)", false),
        ] {
            assert_eq!(words(name, reading, is_wanted), Err(NoPlace::NoWords), "{name}={reading}");
        }
        assert_eq!(words("industry", "food", true), Err(NoPlace::SaysSo));
    }

    #[test]
    fn a_kind_of_role_that_is_accepted_joins_the_wanted_ones_and_leaves_them_again() {
        assert_eq!(words("role_function", "purchasing", true).as_deref(), Ok("look for roles in purchasing"));
        assert_eq!(words("role_seniority", "c_level", true).as_deref(), Ok("look for c level roles"));
        let adopted = adopt(&stated(), "role_function", "general", true).expect("has a place").icp;
        assert_eq!(adopted.roles, ["general management"]);
        assert!(named(&adopted).contains(&("role_function=general".to_owned(), true)), "it is stated from then on");
        assert_eq!(adopt(&adopted, "role_function", "general", true).map(|adopted| adopted.words), Err(NoPlace::SaysSo));
        let icp = Icp { roles: vec!["planner".into(), "Purchasing".into()], ..Icp::default() };
        let without = adopt(&icp, "role_function", "purchasing", false).expect("it is stated");
        assert_eq!((without.words.as_str(), without.icp.roles), ("no longer look for roles in purchasing", vec!["planner".to_owned()]));
    }

    #[test]
    fn a_size_that_is_not_wanted_shortens_the_stated_range_at_one_end() {
        let icp = Icp { head_count: Some(HeadCountRange { min: 50, max: Some(500) }), ..Icp::default() };
        let without = |reading| adopt(&icp, "head_count", reading, false).map(|adopted| adopted.words);
        assert_eq!(without("201-500").as_deref(), Ok("look for 50-200 people"));
        assert_eq!(without("11-50").as_deref(), Ok("look for 51-500 people"));
        assert_eq!(without("51-200"), Err(NoPlace::NoWords), "a range has no hole");
        assert_eq!(without("10,001+"), Err(NoPlace::SaysSo));
        assert_eq!(words("head_count", "1-10", false), Err(NoPlace::NoWords), "no size was stated");
    }

    #[test]
    fn a_name_is_an_industry_or_a_country_or_nothing() {
        let words = |name, is_wanted| adopt_words(&stated(), name, is_wanted).map(|adopted| adopted.words);
        assert_eq!(words("Retail", false).as_deref(), Ok("rule out retail"));
        assert_eq!(words("public sector", false).as_deref(), Ok("rule out public sector"));
        assert_eq!(words("denmark", true).as_deref(), Ok("look for Denmark"));
        assert_eq!(words("freight costs", false), Err(NoPlace::NoWords));
    }

    #[test]
    fn what_a_statement_implies_is_no_finding() {
        assert!(is_implied("icp_industry", "missed", false) && is_implied("icp_exclusion", "matched", true));
        assert!(!is_implied("icp_industry", "missed", true), "that leads are taken although they are not as wanted is one");
        assert!(!is_implied("icp_industry", "unknown", false) && !is_implied("industry", "missed", false));
    }

    #[test]
    fn slots_are_told_in_words() {
        assert_eq!(slot_in_words("country", "DK"), "country: Denmark");
        assert_eq!(slot_in_words("uses_sap", "true"), "uses sap");
        assert_eq!(slot_in_words("signal_hiring", "true"), "signal: hiring");
        assert_eq!(slot_in_words("signal_hiring", "false"), "signal hiring: false");
    }

    #[test]
    fn what_was_adopted_is_named_from_then_on() {
        let adopted = adopt(&stated(), "industry", "retail", false).expect("has a place");
        assert!(named(&adopted.icp).contains(&("industry=retail".to_owned(), false)));
        assert!(named(&stated()).contains(&("uses_sap=true".to_owned(), true)));
        assert!(is_past(&stated(), "icp_role") && !is_past(&stated(), "icp_industry") && !is_past(&stated(), "industry"));
    }
}
