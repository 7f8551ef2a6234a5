//! Turns facts into hooks: what a mail may open with, and the values its sentences are made of.
//!
//! A value is printed as a reader of the mail's language expects it, without changing what the quote says: digits stay
//! the digits of the quote, words of another language are quoted. Facts that would read badly in a first mail
//! (sad headlines, endless sentences) give no hook.

use autoreach_domain::dossier::{Dossier, Fact, Finding, Source};
use autoreach_domain::ids::FindingId;
use autoreach_domain::workflow::{Language, Opener};
use jiff::Timestamp;
use minijinja::{Value, context};
use regex::Regex;
use std::sync::LazyLock;

use crate::figures::thousands;
use crate::model::leads_elsewhere;

/// Most places named in one sentence.
const MOST_PLACES: usize = 3;
/// Longest product sentence that is quoted in a mail, in words.
const LONGEST_PRODUCT: usize = 18;
/// Longest role and headline that are quoted in a mail, in characters.
const LONGEST_ROLE: usize = 48;
const LONGEST_HEADLINE: usize = 80;

/// The order in which facts are tried when the workflow has no preference.
const ORDER: [Opener; 7] =
    [Opener::Hiring, Opener::Funding, Opener::News, Opener::Technology, Opener::Locations, Opener::HeadCount, Opener::Product];

/// A fact, or a few of one kind, that a sentence can say.
pub(super) struct Hook {
    pub(super) opener: Opener,
    pub(super) findings: Vec<FindingId>,
    pub(super) values: Value,
}

/// All hooks of a dossier with a fresh source, by preference, then by the usual order. Where no source is fresh the
/// stale ones are taken, without old news: the reviewer sees them marked.
pub(super) fn hooks(dossier: &Dossier, language: Language, preferred: &[Opener], now: Timestamp) -> Vec<Hook> {
    let fresh = hooks_of(dossier, language, preferred, |finding| !finding.source.is_stale(now));
    let is_timeless = |finding: &Finding| !matches!(finding.fact, Fact::News { .. } | Fact::Funding { .. });
    if fresh.is_empty() { hooks_of(dossier, language, preferred, is_timeless) } else { fresh }
}

fn hooks_of(dossier: &Dossier, language: Language, preferred: &[Opener], is_usable: impl Fn(&Finding) -> bool) -> Vec<Hook> {
    // What visitors do not see may only warn; a fact that leads somewhere must not carry its link or number into a mail.
    let may_be_said = |finding: &&Finding| !finding.source.unseen && is_usable(finding) && !leads_elsewhere(&finding.fact.value());
    let usable: Vec<&Finding> = dossier.findings.iter().filter(may_be_said).collect();
    let order = preferred.iter().chain(ORDER.iter().filter(|opener| !preferred.contains(opener)));
    let is_own_language = dossier.language == Some(language);
    order.flat_map(|opener| of_kind(*opener, &usable, language, is_own_language)).collect()
}

fn of_kind(opener: Opener, usable: &[&Finding], language: Language, is_own_language: bool) -> Vec<Hook> {
    if opener == Opener::Locations {
        return locations(usable, language).into_iter().collect();
    }
    let values = |finding: &&Finding| match (opener, &finding.fact) {
        (Opener::Hiring, Fact::Hiring { role, count, place }) => hiring(role, *count, place.as_deref(), language, is_own_language),
        (Opener::Funding, Fact::Funding { amount, round }) => {
            Some(context! { amount => money(amount, language), round => round.clone().unwrap_or_default() })
        }
        (Opener::News, Fact::News { headline }) => news(headline, &finding.source, language),
        (Opener::Technology, Fact::Technology { name }) => Some(context! { name }),
        (Opener::HeadCount, Fact::HeadCount { low, high }) => {
            Some(context! { count => people(*low, *high, &finding.source.quote, language) })
        }
        (Opener::Product, Fact::Product { sentence }) => product(sentence),
        _ => None,
    };
    usable.iter().filter_map(|finding| values(finding).map(|values| Hook { opener, findings: vec![finding.id], values })).collect()
}

fn hiring(role: &str, count: Option<u32>, place: Option<&str>, language: Language, is_own_language: bool) -> Option<Value> {
    if role.chars().count() > LONGEST_ROLE || role.contains(['?', '"', '“', '„']) {
        return None;
    }
    let count = count.filter(|count| *count > 1);
    let count_words = count.map(|count| count.to_string()).unwrap_or_default();
    let place = place.unwrap_or_default();
    Some(match language {
        Language::German => context! { role => format!("„{role}“"), count => count_words, place },
        Language::English => context! { role, roles => roles(role, count, is_own_language), count => count_words, place },
    })
}

/// "a supply planner", "4 supply planners", "someone for the role "Disponent/in"".
fn roles(role: &str, count: Option<u32>, is_own_language: bool) -> String {
    let is_plain = is_own_language && role.chars().all(|c| c.is_ascii_alphanumeric() || " -".contains(c));
    let role = &if is_plain { uncapitalised(role) } else { role.to_owned() };
    match (is_plain, count) {
        (true, Some(count)) => format!("{count} {}", plural(role)),
        (true, None) if is_plural(role) => role.clone(),
        (true, None) => format!("{} {role}", article(role)),
        (false, Some(count)) => format!("{count} people for the role \"{role}\""),
        (false, None) => format!("someone for the role \"{role}\""),
    }
}

/// A role in the middle of a sentence: "Logistics coordinator" becomes small, "SAP consultant" stays.
fn uncapitalised(role: &str) -> String {
    let mut characters = role.chars();
    let first = characters.next();
    let is_word = characters.clone().next().is_some_and(char::is_lowercase);
    match first {
        Some(first) if is_word => first.to_lowercase().chain(characters).collect(),
        _ => role.to_owned(),
    }
}

/// "wind technicians" is a plural, "account executive Nordics" is not: the word must name a job without its "s".
fn is_plural(role: &str) -> bool {
    let last = role.rsplit(' ').next().unwrap_or(role).to_lowercase();
    last.strip_suffix('s').is_some_and(names_job)
}

/// Does a word (lower case) end as English words for jobs do?
fn names_job(word: &str) -> bool {
    ["er", "or", "ist", "nt", "ian", "lead", "clerk", "ive", "man", "hand"].iter().any(|ending| word.ends_with(ending))
}

fn plural(role: &str) -> String {
    // The word that names the job stands last only in short roles; "planner night shift" is left as it is.
    let last = role.rsplit(' ').next().unwrap_or(role).to_lowercase();
    if is_plural(role) || !names_job(&last) {
        return role.to_owned();
    }
    if let Some(stem) = role.strip_suffix("man") { format!("{stem}men") } else { format!("{role}s") }
}

/// "a" or "an", by the sound of the first letter; abbreviations are spelled out when read.
fn article(role: &str) -> &'static str {
    let first = role.split([' ', '-']).next().unwrap_or_default();
    let is_abbreviation = first.len() > 1 && first.chars().all(|c| c.is_ascii_uppercase());
    let vowels = if is_abbreviation { "AEFHILMNORSX" } else { "AEIOaeio" };
    if first.starts_with(|c| vowels.contains(c)) { "an" } else { "a" }
}

/// Headlines that bring bad news or complaint open no mail; lower-case parts of words.
const SAD: [&str; 52] = [
    "late",
    "delay",
    "strike",
    "cost",
    "loss",
    "lose",
    "cut",
    "close",
    "closed",
    "closing",
    "end ",
    "ends",
    "ended",
    "gone",
    "shortage",
    "surcharge",
    "fire",
    "accident",
    "injur",
    "death",
    "mourn",
    "breach",
    "attack",
    "insolv",
    "layoff",
    "merge",
    "restrict",
    "recall",
    "lawsuit",
    "court",
    "fine ",
    "warning",
    "crisis",
    "decline",
    "falls",
    "drop",
    "spät",
    "verspät",
    "streik",
    "verlust",
    "schließ",
    "brand",
    "unfall",
    "krise",
    "trauer",
    "rückruf",
    "abbau",
    "entlass",
    "klage",
    "warnung",
    "mangel",
    "einbruch",
];

fn news(headline: &str, source: &Source, language: Language) -> Option<Value> {
    let lower = format!("{} ", headline.to_lowercase());
    let is_sad =
        SAD.iter().any(|word| lower.split(|c: char| !c.is_alphanumeric()).any(|w| w.starts_with(word.trim())) && lower.contains(word));
    if is_sad || headline.contains(['?', '"', '“', '„']) || headline.chars().count() > LONGEST_HEADLINE {
        return None;
    }
    let month = source.published.map(|date| month_name(date.month(), language)).unwrap_or_default();
    Some(context! { headline, month })
}

fn month_name(month: i8, language: Language) -> &'static str {
    const ENGLISH: [&str; 12] =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    const GERMAN: [&str; 12] =
        ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"];
    let names = match language {
        Language::English => ENGLISH,
        Language::German => GERMAN,
    };
    usize::try_from(month - 1).ok().and_then(|index| names.get(index).copied()).unwrap_or_default()
}

/// The seat first, then other cities, in one list.
fn locations(usable: &[&Finding], language: Language) -> Option<Hook> {
    let mut places: Vec<(&str, bool, FindingId)> = Vec::new();
    for finding in usable {
        if let Fact::Location { city: Some(city), headquarters, .. } = &finding.fact
            && !places.iter().any(|(known, ..)| known == city)
        {
            places.push((city, *headquarters, finding.id));
        }
    }
    places.sort_by_key(|(_, headquarters, _)| !headquarters);
    places.truncate(MOST_PLACES);
    let names: Vec<&str> = places.iter().map(|(city, ..)| *city).collect();
    let first_place = *names.first()?;
    let values = context! { places => list(&names, language), first_place };
    Some(Hook { opener: Opener::Locations, findings: places.iter().map(|(.., id)| *id).collect(), values })
}

fn list(names: &[&str], language: Language) -> String {
    let and = match language {
        Language::English => "and",
        Language::German => "und",
    };
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} {and} {last}", first.join(", ")),
    }
}

/// The head count with the page's own reserve ("more than", "around"); digits as in the quote.
fn people(low: u32, high: u32, quote: &str, language: Language) -> String {
    static AT_LEAST: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?i)(?:more than|over|mehr als|über) \d|\d ?\+").expect("the pattern is a constant"));
    static ABOUT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?i)(?:about|around|approx\.?|approximately|rund|etwa|ca\.) \d").expect("the pattern is a constant"));
    let (at_least, about) = (AT_LEAST.is_match(quote), ABOUT.is_match(quote));
    let (low_words, high_words) = (thousands(low, language), thousands(high, language));
    match (language, low == high) {
        (Language::English, false) => format!("between {low_words} and {high_words}"),
        (Language::German, false) => format!("zwischen {low_words} und {high_words}"),
        (Language::English, true) if at_least => format!("more than {low_words}"),
        (Language::German, true) if at_least => format!("mehr als {low_words}"),
        (Language::English, true) if about => format!("around {low_words}"),
        (Language::German, true) if about => format!("rund {low_words}"),
        (_, true) => low_words,
    }
}

/// An amount in the reader's language: "€12 million" and "12 Millionen Euro" say the same. An amount of another shape
/// stays as written.
fn money(amount: &str, language: Language) -> String {
    let lower = amount.to_lowercase();
    let number: String =
        amount.chars().skip_while(|c| !c.is_ascii_digit()).take_while(|c| c.is_ascii_digit() || ".,".contains(*c)).collect();
    let number = number.trim_end_matches(['.', ',']);
    let unit = lower[lower.find(number).map_or(0, |at| at + number.len())..].trim_start().to_owned();
    let is_billion = unit.starts_with("b") || unit.starts_with("mrd") || unit.starts_with("milliard");
    let is_million = !is_billion
        && (unit.starts_with("mil") || unit.starts_with("mio") || unit == "m" || unit.starts_with("m ") || unit.starts_with("m€"));
    let is_euro = lower.contains('€') || lower.contains("eur");
    let is_single = number == "1";
    match (language, is_euro, is_million, is_billion) {
        (Language::English, true, true, _) => format!("€{} million", number.replace(',', ".")),
        (Language::English, true, _, true) => format!("€{} billion", number.replace(',', ".")),
        (Language::German, true, true, _) if !is_single => format!("{} Millionen Euro", number.replace('.', ",")),
        (Language::German, true, _, true) if !is_single => format!("{} Milliarden Euro", number.replace('.', ",")),
        _ => amount.to_owned(),
    }
}

/// A short product sentence, quoted as it stands.
fn product(sentence: &str) -> Option<Value> {
    let sentence = sentence.trim().trim_end_matches('.');
    let is_short = sentence.split_whitespace().count() <= LONGEST_PRODUCT;
    (is_short && !sentence.contains(['?', '"', '“', '„', '!'])).then(|| context! { sentence })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::sentences::{Group, variants};
    use autoreach_domain::grounding::is_supported;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn found(facts: Vec<(Fact, &str, Option<&str>)>, language: Language) -> Dossier {
        let finding = |(number, (fact, quote, published)): (u8, (Fact, &str, Option<&str>))| Finding {
            id: FindingId::new(Timestamp::UNIX_EPOCH, [number; 10]),
            fact,
            source: Source {
                url: "https://nordvimpel.example/".into(),
                title: String::new(),
                snapshot: String::new(),
                quote: quote.into(),
                offset: 0,
                fetched_at: at("2026-11-20T10:00:00Z"),
                published: published.map(|date| date.parse().expect("a date")),
                unseen: false,
            },
        };
        Dossier {
            lead_id: autoreach_domain::ids::LeadId::new(Timestamp::UNIX_EPOCH, [1; 10]),
            findings: (1..).zip(facts).map(finding).collect(),
            pages: Vec::new(),
            page_lists: Vec::new(),
            problems: Vec::new(),
            taints: Vec::new(),
            language: Some(language),
            other_language: None,
            engine: "rules 2".into(),
            researched_at: at("2026-11-22T10:00:00Z"),
        }
    }

    #[test]
    fn every_wording_of_the_bank_says_no_more_than_its_fact() {
        let place = |city: &str, headquarters| Fact::Location { city: Some(city.into()), country: None, headquarters };
        let facts = || {
            vec![
                (
                    Fact::Hiring { role: "supply planner".into(), count: Some(4), place: Some("Aarhus".into()) },
                    "4 × supply planner (Aarhus)",
                    None,
                ),
                (
                    Fact::Hiring { role: "Disponent/in Seefracht".into(), count: Some(3), place: None },
                    "3 × Disponent/in Seefracht (m/w/d)",
                    None,
                ),
                (
                    Fact::Funding { amount: "€12 million".into(), round: Some("Series A".into()) },
                    "raised €12 million Series A",
                    Some("2026-11-03"),
                ),
                (
                    Fact::Funding { amount: "4,5 Millionen Euro".into(), round: None },
                    "hat 4,5 Millionen Euro eingesammelt",
                    Some("2026-11-03"),
                ),
                (
                    Fact::News { headline: "Mühlentag mit 1.800 Gästen".into() },
                    "5. Mai 2026 Mühlentag mit 1.800 Gästen",
                    Some("2026-10-05"),
                ),
                (Fact::Technology { name: "SAP S/4HANA".into() }, "we run on SAP S/4HANA for finance", None),
                (place("Aarhus", true), "Our headquarters are in Aarhus", None),
                (place("Gothenburg", false), "Branch offices are in Gothenburg", None),
                (Fact::HeadCount { low: 2300, high: 2300 }, "more than 2.300 Mitarbeiter", None),
                (Fact::HeadCount { low: 50, high: 80 }, "between 50 and 80 employees", None),
                (Fact::HeadCount { low: 230, high: 230 }, "rund 230 Beschäftigte", None),
                (Fact::Product { sentence: "We move pallets for 300 shippers.".into() }, "We move pallets for 300 shippers.", None),
            ]
        };
        let now = at("2026-11-22T10:00:00Z");
        let mut adding = Vec::new();
        for language in [Language::English, Language::German] {
            let dossier = found(facts(), language);
            for hook in hooks(&dossier, language, &[], now) {
                let cited: Vec<&Finding> = hook.findings.iter().filter_map(|id| dossier.finding(*id)).collect();
                for group in [Group::Claim(hook.opener), Group::Question(hook.opener), Group::Subject(hook.opener)] {
                    let wordings = variants(language, group, &hook.values, &[1]);
                    adding.extend(wordings.into_iter().filter(|text| !is_supported(text, &cited, &dossier, now)));
                }
            }
        }
        assert!(adding.is_empty(), "{adding:#?}");
    }

    #[test]
    fn roles_are_said_as_english_says_them() {
        assert_eq!(roles("supply planner", Some(4), true), "4 supply planners");
        assert_eq!(roles("export coordinator", None, true), "an export coordinator");
        assert_eq!(roles("SAP MM consultant", None, true), "an SAP MM consultant");
        assert_eq!(roles("wind technicians", Some(2), true), "2 wind technicians");
        assert_eq!(roles("Disponent/in Seefracht", Some(3), false), "3 people for the role \"Disponent/in Seefracht\"");
        assert_eq!(roles("stock planner", None, false), "someone for the role \"stock planner\"");
    }

    #[test]
    fn money_is_said_in_the_readers_language() {
        assert_eq!(money("€12 million", Language::German), "12 Millionen Euro");
        assert_eq!(money("4,5 Millionen Euro", Language::English), "€4.5 million");
        assert_eq!(money("$3.2m", Language::English), "$3.2m");
    }

    #[test]
    fn a_head_count_keeps_the_pages_reserve() {
        assert_eq!(people(2300, 2300, "More than 2,300 employees", Language::German), "mehr als 2.300");
        assert_eq!(people(50, 80, "between 50 and 80", Language::English), "between 50 and 80");
        assert_eq!(people(230, 230, "rund 230 Beschäftigte", Language::English), "around 230");
        assert_eq!(people(146, 146, "all over the town 146 people", Language::English), "146", "the reserve must stand before the number");
    }
}
