//! What people noted down from the recorded pages, and when a finding says the same.

use autoreach_domain::account::comparable_name;
use autoreach_domain::dossier::{Fact, Finding};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The two parts of the corpus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// May be looked at while the reader is improved.
    Tuning,
    /// Is only scored.
    HeldOut,
}

/// One recorded site with what is true of it.
pub(crate) struct Site {
    pub(crate) company: String,
    pub(crate) website: String,
    pub(crate) truths: Vec<Truth>,
    /// The recorded answers, each with its file name.
    pub(crate) files: Vec<(String, Vec<u8>)>,
}

/// One true fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Truth {
    /// The kind as [`Fact::kind`] calls it.
    pub(crate) kind: &'static str,
    /// May be found and need not be.
    pub(crate) is_optional: bool,
    parts: Vec<String>,
}

/// The keys of `facts.toml` and the kinds they stand for.
const KINDS: [(&str, &str); 14] = [
    ("registered_name", "registered name"),
    ("industry", "industry"),
    ("head_count", "head count"),
    ("location", "location"),
    ("founded", "founded"),
    ("technology", "technology"),
    ("hiring", "hiring"),
    ("funding", "funding"),
    ("layoffs", "layoffs"),
    ("trouble", "trouble"),
    ("news", "news"),
    ("contact", "contact"),
    ("mail", "mail address"),
    ("product", "product"),
];

/// The kinds in the order of the table.
pub(crate) fn kinds() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(_, kind)| *kind)
}

/// Every site of one part, by host.
pub(crate) fn sites(part: Part) -> Vec<Site> {
    let folder = match part {
        Part::Tuning => "tuning",
        Part::HeldOut => "held_out",
    };
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/facts_corpus").join(folder);
    let mut hosts: Vec<PathBuf> =
        std::fs::read_dir(root).expect("the corpus is part of the tree").map(|host| host.expect("readable").path()).collect();
    hosts.sort();
    hosts.iter().map(|host| site(host)).collect()
}

fn site(folder: &Path) -> Site {
    let text = std::fs::read_to_string(folder.join("facts.toml")).expect("every site has its truths");
    let table: toml::Table = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let word = |key: &str| table[key].as_str().expect("a text").to_owned();
    let mut truths: Vec<Truth> = Vec::new();
    for page in table.values().filter_map(toml::Value::as_table) {
        for (key, values) in page {
            let kind = KINDS.iter().find(|(known, _)| known == key).unwrap_or_else(|| panic!("{}: {key}", folder.display())).1;
            let stated = values.as_array().expect("a list").iter().map(|value| truth(kind, value));
            for truth in stated {
                if !truths.iter().any(|known| known.is_the_same_as(&truth)) {
                    truths.push(truth);
                }
            }
        }
    }
    // A company may be called what the lead file calls it.
    let company = word("company");
    truths.push(Truth { kind: "registered name", is_optional: true, parts: vec![company.clone()] });
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .expect("readable")
        .map(|file| file.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "http"))
        .map(|path| (path.display().to_string(), std::fs::read(&path).expect("readable")))
        .collect();
    files.sort();
    Site { company, website: word("website"), truths, files }
}

fn truth(kind: &'static str, value: &toml::Value) -> Truth {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let (text, is_optional) = text.strip_prefix('?').map_or((text.as_str(), false), |rest| (rest, true));
    let separator = if matches!(kind, "industry" | "product" | "registered name") { "\u{0}" } else { "|" };
    Truth { kind, is_optional, parts: text.split(separator).map(|part| part.trim().to_owned()).collect() }
}

impl Truth {
    fn part(&self, at: usize) -> &str {
        self.parts.get(at).map_or("", String::as_str)
    }

    /// Written twice: word for word, or one name with and without its legal form.
    fn is_the_same_as(&self, other: &Self) -> bool {
        self == other
            || (self.kind == "registered name"
                && other.kind == self.kind
                && comparable_name(self.part(0)) == comparable_name(other.part(0)))
    }

    /// The truth as one line.
    pub(crate) fn line(&self) -> String {
        self.parts.join(" | ")
    }

    /// Does the finding say this?
    pub(crate) fn is_said_by(&self, finding: &Finding) -> bool {
        self.kind == finding.fact.kind() && self.holds(finding)
    }

    fn holds(&self, finding: &Finding) -> bool {
        let dated =
            |at: usize| self.part(at).is_empty() || finding.source.published.map(|date| date.to_string()).as_deref() == Some(self.part(at));
        match &finding.fact {
            Fact::RegisteredName { name } => comparable_name(name) == comparable_name(self.part(0)),
            Fact::Industry { industry } => self.part(0).split('|').any(|group| group == industry.as_str()),
            Fact::HeadCount { low, high } => self.holds_count(*low, *high),
            Fact::Location { city, country, headquarters } => {
                city.as_deref().is_some_and(|city| same(city, self.part(0)))
                    && country.is_none_or(|country| country.code() == self.part(1))
                    && (!headquarters || self.part(2) == "hq")
            }
            Fact::FoundedYear { year } => year.to_string() == self.part(0),
            Fact::Technology { name } => overlap(name, self.part(0)),
            Fact::Hiring { role, count, place } => {
                let place_is_right = place.as_ref().is_none_or(|place| self.part(2).is_empty() || overlap(place, self.part(2)));
                let count_is_right = count.is_none_or(|count| count.to_string() == self.part(1) || (count == 1 && self.part(1).is_empty()));
                same(&plain_role(role), &plain_role(self.part(0))) && place_is_right && count_is_right
            }
            Fact::Funding { amount, round } => {
                let round_is_right = round.as_ref().is_none_or(|round| overlap(round, self.part(1)));
                digits(amount) == digits(self.part(0)) && round_is_right && dated(2)
            }
            Fact::Layoffs { summary } => dated(0) && (overlap(summary, self.part(1)) || !self.part(0).is_empty()),
            Fact::Trouble { trouble, .. } => trouble.as_str() == self.part(0) && dated(1),
            Fact::News { headline } => dated(0) && overlap(headline, self.part(1)),
            Fact::ContactRole { name, role, departed } => {
                let role_is_right = self.part(1).split(" / ").any(|wording| overlap(role, wording));
                same(name, self.part(0)) && role_is_right && *departed == (self.part(2) == "left")
            }
            Fact::MailAddress { address, .. } => same(&address.to_string(), self.part(0)),
            Fact::Product { sentence } => overlap(sentence, self.part(0)),
        }
    }

    /// A range is right to its ends; "over 500" is right by its lower end.
    fn holds_count(&self, low: u32, high: u32) -> bool {
        let text = self.part(0);
        if let Some(least) = text.strip_suffix('+') {
            return low.to_string() == least;
        }
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        low.to_string() == first && high.to_string() == last
    }

    /// A story told under another kind: its headline as news is neither asked for nor wrong.
    pub(crate) fn is_the_story_of(&self, finding: &Finding) -> bool {
        let headline_at = match self.kind {
            "funding" => 3,
            "layoffs" => 1,
            "trouble" => 2,
            _ => return false,
        };
        matches!(&finding.fact, Fact::News { headline } if overlap(headline, self.part(headline_at)))
    }
}

/// A finding that is right without saying one of the truths: a country alone.
pub(crate) fn is_vague(finding: &Finding, truths: &[Truth]) -> bool {
    matches!(&finding.fact, Fact::Location { city: None, country: Some(country), .. }
        if truths.iter().any(|truth| truth.kind == "location" && truth.part(1) == country.code()))
}

/// Truths of one kind of which a site is expected to give one answer.
pub(crate) fn is_one_of_many(kind: &str) -> bool {
    matches!(kind, "industry" | "product")
}

fn same(a: &str, b: &str) -> bool {
    folded(a) == folded(b)
}

fn overlap(a: &str, b: &str) -> bool {
    let (a, b) = (folded(a), folded(b));
    !a.is_empty() && !b.is_empty() && (a.contains(&b) || b.contains(&a))
}

/// Lower case letters and digits with single blanks.
fn folded(text: &str) -> String {
    let lower = text.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// A role without the notes on sex and the count's plural.
fn plain_role(role: &str) -> String {
    let role = role.split('(').next().unwrap_or_default().trim();
    role.strip_suffix('s').unwrap_or(role).to_owned()
}

/// The truths of a site by kind.
pub(crate) fn by_kind(truths: &[Truth]) -> BTreeMap<&'static str, Vec<&Truth>> {
    let mut kinds: BTreeMap<&'static str, Vec<&Truth>> = BTreeMap::new();
    for truth in truths {
        kinds.entry(truth.kind).or_default().push(truth);
    }
    kinds
}
