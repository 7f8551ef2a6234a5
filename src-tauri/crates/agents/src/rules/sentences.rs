//! The sentence bank: what mails of the built-in engine are made of, one text file per language.
//!
//! The files say what each group is for. They are compiled once; a line that does not compile is a mistake in this
//! program and is found by its tests. Which line of a group is taken is drawn by a seed, so that two mails with equal
//! facts do not read equal and the same mail can be written again byte for byte.

use autoreach_domain::workflow::{Language, Opener};
use minijinja::{Environment, UndefinedBehavior, Value};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::LazyLock;

const ENGLISH: &str = include_str!("sentences.en.txt");
const GERMAN: &str = include_str!("sentences.de.txt");

/// What a sentence is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    /// A claim that hangs on this kind of fact.
    Claim(Opener),
    /// The subject of a mail that opens with this kind of fact.
    Subject(Opener),
    /// Leads from a claim to the offer.
    LeadIn,
    /// Opens a mail that makes no claim.
    LeadInPlain,
    /// Fills a short mail without saying anything checkable.
    Bridge,
    /// Asks about this kind of fact, to open a mail with.
    Question(Opener),
    /// Ends a mail that has asked already.
    SoftClosing,
    /// Ends a mail that has asked already, with an offer of time.
    TimeClosing,
}

impl Group {
    fn name(self) -> String {
        match self {
            Self::Claim(opener) => opener.as_str().to_owned(),
            Self::Subject(opener) => format!("subject_{opener}"),
            Self::LeadIn => "lead_in".to_owned(),
            Self::LeadInPlain => "lead_in_plain".to_owned(),
            Self::Bridge => "bridge".to_owned(),
            Self::Question(opener) => format!("question_{opener}"),
            Self::SoftClosing => "closing_soft".to_owned(),
            Self::TimeClosing => "closing_time_offer".to_owned(),
        }
    }
}

/// The compiled lines with their names, by language and group.
struct Bank {
    environment: Environment<'static>,
    groups: BTreeMap<(Language, String), Vec<String>>,
}

static BANK: LazyLock<Bank> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let mut groups: BTreeMap<(Language, String), Vec<String>> = BTreeMap::new();
    for (language, text) in [(Language::English, ENGLISH), (Language::German, GERMAN)] {
        for (group, line) in lines(text) {
            let names = groups.entry((language, group.to_owned())).or_default();
            let name = format!("{language}/{group}/{}", names.len());
            environment.add_template_owned(name.clone(), line.to_owned()).expect("the bank's lines are constants that its tests render");
            names.push(name);
        }
    }
    Bank { environment, groups }
});

/// The lines of a bank file with their group.
fn lines(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut group = "";
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).filter_map(move |line| {
        match line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(name) => {
                group = name;
                None
            }
            None => Some((group, line)),
        }
    })
}

/// The seed's order of a group's lines, rendered with `values`. A line that needs a value that is not there is left out.
pub(crate) fn variants(language: Language, group: Group, values: &Value, seed: &[u8]) -> Vec<String> {
    let bank = &*BANK;
    let Some(names) = bank.groups.get(&(language, group.name())) else { return Vec::new() };
    let mut order: Vec<&String> = names.iter().collect();
    order.sort_by_cached_key(|name| draw(seed, name));
    let render = |name: &&String| bank.environment.get_template(name).and_then(|line| line.render(values)).ok();
    order.iter().filter_map(render).collect()
}

/// A number that depends on nothing but the seed and the line's name.
fn draw(seed: &[u8], name: &str) -> [u8; 32] {
    Sha256::new().chain_update(seed).chain_update([0]).chain_update(name.as_bytes()).finalize().into()
}

/// The sentence as it stands anywhere but behind a German greeting: with a capital letter.
pub(crate) fn capitalised(sentence: &str) -> String {
    let mut characters = sentence.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use minijinja::context;

    fn values() -> Value {
        context! {
            roles => "a supply planner", role => "supply planner", count => "4", place => "Aarhus", amount => "€12 million", round => "Series A",
            headline => "A third weekly call", month => "October", name => "SAP", places => "Aarhus and Gdynia", first_place => "Aarhus",
            sentence => "We make bolts", company => "Nordvimpel",
        }
    }

    #[test]
    fn every_line_of_the_bank_renders_and_only_questions_ask() {
        for ((language, group), names) in &BANK.groups {
            for name in names {
                let line = BANK.environment.get_template(name).and_then(|line| line.render(values()));
                let line = line.unwrap_or_else(|error| panic!("{language} {group}: {error}"));
                let questions = usize::from(group.starts_with("question_"));
                assert!(line.matches('?').count() == questions && line.ends_with('?') == (questions == 1), "{line}");
                assert!(!line.contains("  ") && !line.contains("{{"), "{line}");
            }
        }
    }

    #[test]
    fn every_opener_has_at_least_five_wordings_in_both_languages() {
        let openers = Opener::ALL.iter().filter(|opener| **opener != Opener::None);
        for opener in openers {
            for language in [Language::English, Language::German] {
                assert!(variants(language, Group::Claim(*opener), &values(), &[1]).len() >= 5, "{language} {opener}");
                assert!(!variants(language, Group::Subject(*opener), &values(), &[1]).is_empty(), "{language} {opener}");
                assert!(variants(language, Group::Question(*opener), &values(), &[1]).len() >= 2, "{language} {opener}");
            }
        }
    }

    #[test]
    fn the_seed_changes_the_order_and_nothing_else() {
        let order = |seed| variants(Language::English, Group::Bridge, &values(), &[seed]);
        assert_eq!(order(1), order(1));
        assert!((2..20).any(|seed| order(seed)[0] != order(1)[0]));
        let sorted = |mut lines: Vec<String>| {
            lines.sort();
            lines
        };
        assert_eq!(sorted(order(1)), sorted(order(2)));
    }
}
