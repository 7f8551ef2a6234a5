//! A simulated reviewer: whom they really want, how they really write, how fast they read. Hidden from the agent, which
//! sees their verdicts and nothing else.
//!
//! `logit(accept) = bias + the weight of everything that holds + noise * N(0, 1)`; above 0 the reviewer accepts. What is
//! not named weighs nothing.

use super::market::{HEAD_COUNT_BINS, TECHNOLOGIES};
use crate::error::{EngineError, Wording};
use autoreach_domain::icp::{Country, Industry};
use autoreach_domain::workflow::Opener;
use include_dir::{Dir, include_dir};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The personas that ship with the program.
static SHIPPED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../demo/personas");

/// What is known to happen at a company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happening {
    /// They look for people.
    Hiring,
    /// They have news.
    News,
    /// They raised money.
    Funding,
    /// They let people go.
    Layoffs,
}

/// What speaks for and against a company, in logits.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Taste {
    /// By industry group.
    pub industry: BTreeMap<Industry, f64>,
    /// By head-count bin in words ("51-200").
    pub head_count: BTreeMap<String, f64>,
    /// By country, ISO code.
    pub country: BTreeMap<String, f64>,
    /// By technology.
    pub technology: BTreeMap<String, f64>,
    /// By what happens there.
    pub signal: BTreeMap<Happening, f64>,
}

/// How the reviewer wants their mails.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Style {
    /// The word before the name ("Hi"); empty = as it comes.
    pub greeting: String,
    /// What a mail may open with; empty = anything. Another opening is struck out.
    pub openers: Vec<Opener>,
    /// The question they ask; empty = the workflow's.
    pub question: String,
    /// Most words of the body; 0 = as it comes. What is too long loses its filling sentences.
    pub most_words: usize,
    /// A sentence of ours with one of these is struck out.
    pub struck_out: Vec<String>,
    /// Probability with which they change a mail that is not as they want it, 0 to 1.
    pub edits: f64,
}

/// A change of mind.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The first week it holds in, from 2.
    pub week: u32,
    /// What is said here replaces what was said of the same industry, head count, country, technology or signal.
    pub taste: Taste,
}

/// A simulated reviewer.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Persona {
    /// Their name.
    pub name: String,
    /// Who they are, in a sentence.
    #[serde(default)]
    pub about: String,
    /// What speaks for any lead, in logits.
    pub bias: f64,
    /// Standard deviation of their mood, in logits.
    pub noise: f64,
    /// Words they read in a minute.
    #[serde(default = "usual_reading_speed")]
    pub words_per_minute: f64,
    /// Whom they really want.
    pub taste: Taste,
    /// How they really write.
    #[serde(default)]
    pub style: Style,
    /// When and how they change their mind.
    pub change: Option<Change>,
}

/// Issue "Trust that is earned", point 9.
fn usual_reading_speed() -> f64 {
    240.0
}

impl Persona {
    /// Reads a persona file.
    pub fn parse(toml: &str) -> Result<Self, EngineError> {
        let persona: Self = toml::from_str(toml).map_err(|error| unreadable(error.to_string().trim_end()))?;
        persona.check()?;
        Ok(persona)
    }

    /// One of those that ship with the program, by the name of its file.
    pub fn shipped(name: &str) -> Option<Result<Self, EngineError>> {
        let file = SHIPPED.get_file(format!("{}.toml", name.to_lowercase()))?;
        file.contents_utf8().map(Self::parse)
    }

    /// The names of those that ship with the program.
    pub fn shipped_names() -> Vec<&'static str> {
        SHIPPED.files().filter_map(|file| file.path().file_stem().and_then(|stem| stem.to_str())).collect()
    }

    /// Their taste in a week, counted from 1.
    pub fn taste_in(&self, week: u32) -> Taste {
        let mut taste = self.taste.clone();
        if let Some(change) = self.change.as_ref().filter(|change| week >= change.week) {
            taste.industry.extend(change.taste.industry.clone());
            taste.head_count.extend(change.taste.head_count.clone());
            taste.country.extend(change.taste.country.clone());
            taste.technology.extend(change.taste.technology.clone());
            taste.signal.extend(change.taste.signal.clone());
        }
        taste
    }

    fn check(&self) -> Result<(), EngineError> {
        let is_within = |value: f64, low: f64, high: f64| (low..=high).contains(&value);
        if self.name.trim().is_empty() {
            return Err(unreadable("`name` is empty"));
        }
        if !is_within(self.bias, -20.0, 20.0) || !is_within(self.noise, 0.0, 20.0) {
            return Err(unreadable("`bias` is a number from -20 to 20 and `noise` one from 0 to 20"));
        }
        if !is_within(self.style.edits, 0.0, 1.0) {
            return Err(unreadable("`style.edits` is a probability from 0 to 1"));
        }
        if !is_within(self.words_per_minute, 50.0, 2_000.0) {
            return Err(unreadable("`words_per_minute` is a number from 50 to 2000"));
        }
        if self.change.as_ref().is_some_and(|change| change.week < 2) {
            return Err(unreadable("`change.week` is 2 or later: before that there is nothing to change"));
        }
        let changed = self.change.as_ref().map(|change| ("change.taste", &change.taste));
        [Some(("taste", &self.taste)), changed].into_iter().flatten().try_for_each(|(place, taste)| check_taste(place, taste))
    }
}

fn check_taste(place: &str, taste: &Taste) -> Result<(), EngineError> {
    if let Some(unknown) = taste.head_count.keys().find(|bin| !HEAD_COUNT_BINS.contains(&bin.as_str())) {
        let known = HEAD_COUNT_BINS.join(", ");
        return Err(unreadable(&format!("`{place}.head_count`: '{unknown}' is no head-count bin; known are: {known}")));
    }
    if let Some(unknown) = taste.technology.keys().find(|name| !TECHNOLOGIES.contains(&name.as_str())) {
        let known = TECHNOLOGIES.join(", ");
        return Err(unreadable(&format!("`{place}.technology`: '{unknown}' is not used in this market; known are: {known}")));
    }
    if let Some(unknown) = taste.country.keys().find(|code| Country::parse(code).map_or(true, |country| country.code() != code.as_str())) {
        return Err(unreadable(&format!("`{place}.country`: '{unknown}' is no ISO country code such as DK or DE")));
    }
    let weights = taste.industry.values().chain(taste.head_count.values()).chain(taste.country.values());
    let mut weights = weights.chain(taste.technology.values()).chain(taste.signal.values());
    if weights.all(|weight| weight.is_finite()) { Ok(()) } else { Err(unreadable(&format!("a weight in `{place}` is no number"))) }
}

fn unreadable(words: &str) -> EngineError {
    EngineError::Persona(Wording(words.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "name = \"Ada\"\nbias = -1.0\nnoise = 0.3\n[taste.industry]\nlogistics = 1.5\n";

    fn words(toml: &str) -> String {
        Persona::parse(toml).expect_err("is refused").to_string()
    }

    #[test]
    fn three_personas_ship_and_one_of_them_changes_taste_in_week_eight() {
        let shipped: Vec<Persona> =
            Persona::shipped_names().into_iter().map(|name| Persona::shipped(name).expect("ships").expect("is well formed")).collect();
        assert_eq!(shipped.len(), 3);
        let changes: Vec<u32> = shipped.iter().filter_map(|persona| persona.change.as_ref()).map(|change| change.week).collect();
        assert_eq!(changes, [8]);
        assert!(shipped.iter().all(|persona| (persona.words_per_minute - 240.0).abs() < f64::EPSILON));
    }

    #[test]
    fn a_typo_is_refused_with_what_is_known() {
        assert!(words(&SMALL.replace("noise", "nois")).contains("unknown field `nois`"));
        let industry = words(&SMALL.replace("logistics", "logistik"));
        assert!(industry.contains("logistik") && industry.contains("manufacturing"), "{industry}");
        let bin = words(&format!("{SMALL}[taste.head_count]\n\"50-200\" = 1.0\n"));
        assert!(bin.contains("taste.head_count") && bin.contains("51-200"), "{bin}");
        let technology = words(&format!("{SMALL}[taste.technology]\nSAPP = 1.0\n"));
        assert!(technology.contains("SAPP") && technology.contains("Oracle"), "{technology}");
        assert!(words(&format!("{SMALL}[taste.country]\nDenmark = 1.0\n")).contains("ISO"));
        assert!(words(&format!("{SMALL}[style]\nedits = 1.5\n")).contains("probability"));
    }

    #[test]
    fn a_change_replaces_what_it_names_and_leaves_the_rest() {
        let changing = format!("{SMALL}food = 0.5\n[change]\nweek = 8\n[change.taste.industry]\nlogistics = -2.0\n");
        let persona = Persona::parse(&changing).expect("is well formed");
        let weight = |week, industry| persona.taste_in(week).industry.get(&industry).copied();
        assert_eq!((weight(7, Industry::Logistics), weight(8, Industry::Logistics)), (Some(1.5), Some(-2.0)));
        assert_eq!(weight(8, Industry::Food), Some(0.5));
    }
}
