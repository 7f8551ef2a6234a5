//! Whether a sentence says no more than the findings it names.
//!
//! The world is closed: a word of a claim is either in the words of its sources, or it is one that says nothing by itself
//! ("I read on your site that"), or it is how one speaks of that kind of fact ("you are looking for"). Any other word adds
//! something that no source says: an award, a city, a "not", a "doubled". So an unusual wording of something true may be held
//! up, which costs a glance of a person; something untrue is not let through because nobody had thought of it.
//!
//! A number must stand in a source together with what it counts, an amount in its unit and currency, a month in the date of
//! the story. "Recently" needs a date, "more than" needs a source that says so. Deliberately absent: judging whether the
//! source itself is right.

use crate::dossier::{Dossier, Fact, Finding};
use crate::icp::{Country, Industry};
use jiff::{Timestamp, tz::TimeZone};
use std::collections::HashSet;

mod words;
use words::{ASKING, COMPARING, CURRENCIES, MONTHS, NEUTRAL, NUMBER_WORDS, RECENT, UNITS};

/// A story is recent for this many days.
const RECENT_DAYS: i32 = 90;
/// How many words behind a number may name what it counts.
const COUNTED_WITHIN: usize = 3;
/// Words for the people of a company.
const PEOPLE: [&str; 8] = ["people", "persons", "employees", "colleagues", "menschen", "personen", "mitarbeiter", "mitarbeitende"];
/// Shortest beginning by which two forms of a word are told to be one.
const SHORTEST_STEM: usize = 4;

/// Does `text` say only what the findings `found` of `dossier` say, as of `now`?
pub fn is_supported(text: &str, found: &[&Finding], dossier: &Dossier, now: Timestamp) -> bool {
    let evidence: Vec<Evidence> = found.iter().map(|finding| Evidence::of(finding, now)).collect();
    let names = names(found, dossier);
    let words = words_of(text);
    // A question that names a fact asks whether it still holds; it claims no more than the fact.
    let asks = text.trim_end().ends_with('?');
    let is_known = |(index, word): (usize, &Word)| match word {
        Word::Number(number) => {
            evidence.iter().any(|source| source.numbers.contains(number) && source.counts(&words[index + 1..], &evidence))
        }
        Word::Text(word) => {
            names.contains(word) || (asks && ASKING.contains(&word.as_str())) || is_said(word, &words[index + 1..], &evidence)
        }
    };
    words.iter().enumerate().all(is_known)
}

/// Does a text hold a figure or a small number written as a word?
pub(crate) fn holds_number(text: &str) -> bool {
    words_of(text).iter().any(|word| matches!(word, Word::Number(_)))
}

/// One word of a text: digits as a number, all else in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    Number(String),
    Text(String),
}

/// What one finding proves.
struct Evidence {
    words: HashSet<String>,
    numbers: HashSet<String>,
    /// How one speaks of this kind of fact.
    manner: HashSet<&'static str>,
    is_recent: bool,
    /// The source itself says "more than" or "over".
    has_reserve: bool,
    /// It counts the people of the company.
    counts_people: bool,
}

impl Evidence {
    fn of(finding: &Finding, now: Timestamp) -> Self {
        let (source, fact) = (&finding.source, &finding.fact);
        let mut words = HashSet::new();
        let mut numbers = HashSet::new();
        for word in words_of(&source.quote).into_iter().chain(words_of(&fact.value())) {
            match word {
                Word::Number(number) => drop(numbers.insert(number)),
                Word::Text(word) => drop(words.insert(word)),
            }
        }
        if let Some(date) = source.published {
            let months = MONTHS.iter().filter(|(_, number)| *number == date.month()).map(|(name, _)| (*name).to_owned());
            words.extend(months);
            numbers.extend([date.year().to_string(), date.day().to_string()]);
        }
        words.extend(further_words(fact).flat_map(|text| words_of(&text)).filter_map(|word| match word {
            Word::Text(word) => Some(word),
            Word::Number(_) => None,
        }));
        let today = now.to_zoned(TimeZone::UTC).date();
        let age = source.published.and_then(|date| today.since(date).ok()).map(|span| span.get_days());
        let has_reserve = COMPARING.iter().any(|word| words.contains(*word)) || source.quote.contains('+');
        Self {
            words,
            numbers,
            manner: words::manner(fact).collect(),
            is_recent: age.is_some_and(|days| days <= RECENT_DAYS),
            has_reserve,
            counts_people: matches!(fact, Fact::HeadCount { .. }),
        }
    }

    /// Does what follows a number name the thing that this source counts? Only words that some source holds can tell.
    fn counts(&self, behind: &[Word], all: &[Self]) -> bool {
        let named = behind.iter().take(COUNTED_WITHIN).find_map(|word| match word {
            Word::Text(word) if !is_neutral(word) && all.iter().any(|source| source.holds(word)) => Some(word),
            _ => None,
        });
        // "4 people" beside a source that counts the people is about them, not about four open roles.
        let is_of_people = |word: &str| PEOPLE.contains(&word) && all.iter().any(|source| source.counts_people);
        named.is_none_or(|word| self.holds(word) && (self.counts_people || !is_of_people(word)))
    }

    fn holds(&self, word: &str) -> bool {
        self.manner.contains(word) || self.words.contains(word) || self.words.iter().any(|known| is_one_word(known, word))
    }
}

/// Is a word said by one of the sources, or does it say nothing by itself?
fn is_said(word: &str, behind: &[Word], evidence: &[Evidence]) -> bool {
    let is_before_number = matches!(behind.first(), Some(Word::Number(_)));
    // "Over" and "als" compare only right before a number.
    let compares = COMPARING.contains(&word) && (is_before_number || !["than", "over", "above", "up", "als", "über"].contains(&word));
    if compares {
        return evidence.iter().any(|source| source.has_reserve || source.manner.contains(word) || source.words.contains(word));
    }
    // "In one line" counts nothing, "one planner" does.
    if word == "one" {
        let counts_nothing = |next: &Word| matches!(next, Word::Text(next) if is_neutral(next));
        return behind.first().is_some_and(counts_nothing)
            || evidence.iter().any(|source| source.holds(word) || source.numbers.contains("1"));
    }
    if RECENT.contains(&word) {
        return evidence.iter().any(|source| source.is_recent || source.words.contains(word));
    }
    if let Some(group) = UNITS.iter().chain(CURRENCIES).find(|group| group.contains(&word)) {
        return evidence.iter().any(|source| group.iter().any(|other| source.words.contains(*other)));
    }
    is_neutral(word) || evidence.iter().any(|source| source.holds(word))
}

fn is_neutral(word: &str) -> bool {
    NEUTRAL.binary_search(&word).is_ok()
}

/// The company's own names: a claim may call it by them.
fn names(found: &[&Finding], dossier: &Dossier) -> HashSet<String> {
    let registered = dossier.findings.iter().filter(|finding| !finding.source.unseen).filter_map(|finding| match &finding.fact {
        Fact::RegisteredName { name } => Some(name.as_str()),
        _ => None,
    });
    let hosts = found.iter().filter_map(|finding| finding.source.url.split('/').nth(2)).filter_map(|host| {
        let host = host.strip_prefix("www.").unwrap_or(host);
        host.split('.').next()
    });
    let words = registered.chain(hosts).flat_map(words_of);
    words.filter_map(|word| if let Word::Text(word) = word { Some(word) } else { None }).collect()
}

/// Words in other languages for what a fact says.
fn further_words(fact: &Fact) -> impl Iterator<Item = String> {
    let country = match fact {
        Fact::Location { country, .. } => *country,
        _ => None,
    };
    let industry = match fact {
        Fact::Industry { industry } => Some(german(*industry).to_owned()),
        _ => None,
    };
    let spellings =
        country.into_iter().flat_map(|country| Country::spellings().filter(move |(known, _)| *known == country).map(|(_, name)| name));
    spellings.chain(industry)
}

fn german(industry: Industry) -> &'static str {
    match industry {
        Industry::Logistics => "Logistik Logistikbranche Logistikunternehmen",
        Industry::Manufacturing => "Fertigung Industrie Industrieunternehmen Hersteller",
        Industry::Food => "Lebensmittel Lebensmittelbranche",
        Industry::Software => "Software Softwarebranche Softwareunternehmen",
        Industry::Healthcare => "Gesundheit Gesundheitswesen Pflege",
        Industry::Retail => "Handel Einzelhandel",
        Industry::ProfessionalServices => "Beratung Dienstleistungen",
        Industry::Energy => "Energie Energiebranche",
        Industry::Media => "Medien Medienbranche",
        Industry::Finance => "Finanzen Finanzbranche",
        Industry::Construction => "Bau Baubranche Immobilien",
        Industry::Education => "Bildung Bildungsbereich",
        Industry::Hospitality => "Gastgewerbe Hotellerie Gastronomie",
        Industry::PublicSector => "Verwaltung Verband",
    }
}

/// The words of a text in order. A figure with letters behind it ("12m") is two words, and so is a sign of currency.
fn words_of(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut open = String::new();
    let characters: Vec<char> = text.chars().collect();
    for (at, &c) in characters.iter().enumerate() {
        let last = open.chars().next_back();
        let is_joint =
            ".,".contains(c) && last.is_some_and(|c| c.is_ascii_digit()) && characters.get(at + 1).is_some_and(char::is_ascii_digit);
        let turns = last.is_some_and(|last| last.is_ascii_digit() && c.is_alphabetic());
        if turns || !(c.is_alphanumeric() || is_joint) {
            close(&mut open, &mut words);
        }
        if c.is_alphanumeric() || is_joint {
            open.push(c);
        } else if "€$£%".contains(c) {
            words.push(Word::Text(c.to_string()));
        }
    }
    close(&mut open, &mut words);
    words
}

fn close(open: &mut String, words: &mut Vec<Word>) {
    let word = std::mem::take(open);
    if word.is_empty() {
        return;
    }
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        words.push(Word::Number(plain_number(&word)));
        return;
    }
    let lower = word.to_lowercase();
    match NUMBER_WORDS.iter().find(|(name, _)| *name == lower) {
        Some((_, digits)) => words.push(Word::Number((*digits).to_owned())),
        None => words.push(Word::Text(lower)),
    }
}

/// "1,200" and "1.200" are 1200, "4,5" and "4.5" are 4.5.
fn plain_number(written: &str) -> String {
    let mut groups = written.split(['.', ',']);
    let mut plain = groups.next().unwrap_or_default().to_owned();
    for group in groups {
        if group.len() != 3 {
            plain.push('.');
        }
        plain.push_str(group);
    }
    plain
}

/// Are two words forms of one ("planner", "planners"; "Stelle", "Stellen")? Endings of English and German only.
fn is_one_word(a: &str, b: &str) -> bool {
    stem(a) == stem(b) && stem(a).chars().count() >= SHORTEST_STEM
}

/// A word without its endings, the last one first ("planners", "planner", "plann").
fn stem(word: &str) -> &str {
    const ENDINGS: [&str; 12] = ["innen", "ern", "ing", "en", "er", "es", "em", "ed", "in", "e", "n", "s"];
    let shorter = |word: &str| {
        let cut = ENDINGS.iter().find_map(|ending| word.strip_suffix(ending).filter(|stem| stem.chars().count() >= SHORTEST_STEM));
        cut.map(str::len)
    };
    let mut stem = word;
    while let Some(length) = shorter(stem) {
        stem = &stem[..length];
    }
    stem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neutral_words_are_in_order_so_that_they_are_found() {
        assert!(NEUTRAL.windows(2).all(|two| two[0] < two[1]), "{:?}", NEUTRAL.windows(2).find(|two| two[0] >= two[1]));
    }

    #[test]
    fn a_decimal_is_not_a_thousand() {
        assert_eq!(["1,200", "1.200", "4,5", "4.5", "1,200,000", "45"].map(plain_number), ["1200", "1200", "4.5", "4.5", "1200000", "45"]);
    }

    #[test]
    fn a_text_falls_into_words_and_numbers() {
        let text = |word: &str| Word::Text(word.into());
        let number = |word: &str| Word::Number(word.into());
        assert_eq!(
            words_of("You raised $3.2m, four times."),
            [text("you"), text("raised"), text("$"), number("3.2"), text("m"), number("4"), text("times")]
        );
    }
}
