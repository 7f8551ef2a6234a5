//! The numbers a mail's style is measured by, and what an edit did to them (`learning.md` 4.10).

use super::distance::tokens;
use super::letter::Letter;
use autoreach_domain::text::word_count;
use serde::{Deserialize, Serialize};

/// Number of features.
pub(super) const FEATURES: usize = 17;

/// One number of a mail. Rates are per 100 words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// Natural logarithm of one more than the words of the body.
    LogWords,
    /// Mean words of a sentence.
    WordsPerSentence,
    /// Standard deviation of the words of sentences.
    SentenceSpread,
    /// Mean letters of a word.
    WordLength,
    /// Words that end in -ly, rate.
    Adverbs,
    /// Rate.
    Commas,
    /// Dashes and colons, rate.
    Dashes,
    /// Words with an apostrophe such as "I'm", rate.
    Contractions,
    /// Exclamation marks, count.
    Exclamations,
    /// Question marks, count.
    Questions,
    /// Different words by words.
    TypeTokenRatio,
    /// "I", "we", "our", rate.
    FirstPerson,
    /// "you", "your", rate.
    SecondPerson,
    /// Words of the subject.
    SubjectWords,
    /// -1 casual to +1 formal.
    Formality,
    /// Links, count.
    Links,
    /// 1 when the greeting says one name only.
    FirstName,
}

impl Feature {
    /// All, in the order of a mail's numbers.
    pub const ALL: [Self; FEATURES] = [
        Self::LogWords,
        Self::WordsPerSentence,
        Self::SentenceSpread,
        Self::WordLength,
        Self::Adverbs,
        Self::Commas,
        Self::Dashes,
        Self::Contractions,
        Self::Exclamations,
        Self::Questions,
        Self::TypeTokenRatio,
        Self::FirstPerson,
        Self::SecondPerson,
        Self::SubjectWords,
        Self::Formality,
        Self::Links,
        Self::FirstName,
    ];

    /// Least change that a reader would notice: what is smaller neither supports nor contradicts a lesson, and no
    /// spread is taken for less.
    pub(super) fn notable(self) -> f64 {
        match self {
            Self::LogWords => 0.08,
            Self::WordsPerSentence | Self::SentenceSpread => 1.0,
            Self::WordLength => 0.15,
            Self::Adverbs | Self::Dashes | Self::Contractions => 0.8,
            Self::Commas | Self::FirstPerson | Self::SecondPerson => 1.5,
            Self::Exclamations | Self::Questions | Self::SubjectWords | Self::Links | Self::FirstName => 0.5,
            Self::TypeTokenRatio => 0.05,
            Self::Formality => 0.2,
        }
    }
}

/// The numbers of one mail, or what an edit added to them, by [`Feature::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Numbers(pub(super) [f64; FEATURES]);

impl Numbers {
    /// The number of one feature.
    pub fn of(&self, feature: Feature) -> f64 {
        self.0[feature as usize]
    }

    /// What an edit did: final less draft.
    pub(super) fn change(before: &Letter, after: &Letter) -> Self {
        let (before, after) = (measure(before), measure(after));
        Self(std::array::from_fn(|index| after.0[index] - before.0[index]))
    }
}

/// The numbers of a mail.
pub(super) fn measure(letter: &Letter) -> Numbers {
    let text = letter.sentences.join(" ");
    let words: Vec<String> =
        tokens(&text).into_iter().filter(|token| token.starts_with(char::is_alphanumeric)).map(str::to_lowercase).collect();
    let total = words.len();
    let rate = |count: usize| if total == 0 { 0.0 } else { 100.0 * count as f64 / total as f64 };
    let marks = |wanted: &[char]| text.chars().filter(|c| wanted.contains(c)).count();
    let among = |list: &[&str]| words.iter().filter(|word| list.contains(&word.as_str())).count();
    let lengths: Vec<f64> = letter.sentences.iter().map(|sentence| word_count(sentence) as f64).collect();
    let mean_length = mean(&lengths);
    let variance = mean(&lengths.iter().map(|length| (length - mean_length) * (length - mean_length)).collect::<Vec<_>>());
    let letters: Vec<f64> = words.iter().map(|word| word.chars().count() as f64).collect();
    let different: std::collections::BTreeSet<&String> = words.iter().collect();
    let contractions = words.iter().filter(|word| word.contains(['\'', '’'])).count();
    let exclamations = marks(&['!', '！']);
    let adverbs = words.iter().filter(|word| word.len() > 4 && word.ends_with("ly")).count();
    let links = text.split_whitespace().filter(|word| word.contains("://") || word.starts_with("www.")).count();
    let ratio = if total == 0 { 0.0 } else { different.len() as f64 / total as f64 };
    let is_first_name = letter.greeted.split_whitespace().count() == 1;
    Numbers([
        libm::log(1.0 + total as f64),
        mean_length,
        variance.max(0.0).sqrt(),
        mean(&letters),
        rate(adverbs),
        rate(marks(&[',', '،', '，'])),
        rate(marks(&['–', '—', ':'])),
        rate(contractions),
        exclamations as f64,
        marks(&['?', '؟', '？']) as f64,
        ratio,
        rate(among(&["i", "we", "my", "our", "us", "me", "i'm", "we're", "ich", "wir", "mein", "unser", "uns", "mir"])),
        rate(among(&["you", "your", "yours", "you're", "sie", "ihr", "ihre", "ihnen", "ihrer"])),
        word_count(&letter.subject) as f64,
        formality(letter, contractions, exclamations),
        links as f64,
        f64::from(u8::from(is_first_name)),
    ])
}

fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

/// Greeting, sign-off, contractions and exclamation marks each say casual (-1), formal (+1) or nothing; their mean.
fn formality(letter: &Letter, contractions: usize, exclamations: usize) -> f64 {
    let said = |text: &str, casual: &[&str], formal: &[&str]| {
        let lower = text.to_lowercase();
        let is = |list: &[&str]| list.iter().any(|word| lower.starts_with(word));
        if is(casual) { -1.0 } else { f64::from(u8::from(is(formal))) }
    };
    let greeting = said(&letter.greeting, &["hi", "hey", "moin", "servus", "hallo", "morning"], &["dear", "sehr geehrt", "good day"]);
    let casual = ["cheers", "best,", "thanks", "talk soon", "take care", "lg", "vg", "liebe"];
    let sign_off = said(&letter.sign_off, &casual, &["kind regards", "yours", "sincerely", "mit freundlichen"]);
    let marks = -f64::from(u8::from(contractions > 0)) - f64::from(u8::from(exclamations > 0));
    (greeting + sign_off + marks) / 4.0
}

#[cfg(test)]
mod tests {
    use super::super::letter::Mail;
    use super::*;

    fn numbers(body: &str) -> Numbers {
        measure(&Letter::read(&Mail { subject: "Your four planners".into(), body: body.into() }))
    }

    #[test]
    fn each_number_says_what_its_name_says() {
        let casual = numbers("Hi Wei,\n\nI'm really glad! You plan, don't you? See https://x.example now.\n\nCheers,\nAlex");
        let formal = numbers("Dear Wei Rao,\n\nWe plan shipments: carefully planned ones.\n\nKind regards,\nAlex");
        let of = |feature| (casual.of(feature), formal.of(feature));
        assert_eq!(of(Feature::Exclamations), (1.0, 0.0));
        assert_eq!(of(Feature::Questions), (1.0, 0.0));
        assert_eq!(of(Feature::Links), (1.0, 0.0));
        assert_eq!(of(Feature::SubjectWords), (3.0, 3.0));
        assert_eq!(of(Feature::FirstName), (1.0, 0.0));
        assert_eq!(of(Feature::Formality), (-1.0, 0.5));
        assert!(casual.of(Feature::Contractions) > 0.0 && casual.of(Feature::Commas) > 0.0 && formal.of(Feature::Dashes) > 0.0);
        assert!(casual.of(Feature::Adverbs) > 0.0 && formal.of(Feature::Adverbs) > 0.0);
    }

    #[test]
    fn an_empty_mail_has_numbers_too() {
        assert!(numbers("").0.iter().all(|number| number.is_finite()));
        assert!(numbers("🎉🎉 !!! \u{202E}").0.iter().all(|number| number.is_finite()));
    }
}
