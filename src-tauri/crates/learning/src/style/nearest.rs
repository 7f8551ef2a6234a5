//! Edited mails most like one to be written, by the words they are about: BM25 (Robertson and Zaragoza 2009).

use super::letter::Letter;
use super::memory::{PastMail, StyleMemory};
use autoreach_domain::style::MOST_EXAMPLES;
use autoreach_domain::workflow::Language;
use std::collections::BTreeMap;

/// How soon a word that is said again stops counting.
const SATURATION: f64 = 1.2;
/// How much a long text is discounted.
const LENGTH_DISCOUNT: f64 = 0.75;

impl StyleMemory {
    /// The two nearest edited mails of this reviewer in this language, else of the team; nearest first, the latest where
    /// two are equally near. Where nothing is alike the latest serve.
    pub fn nearest(&self, about: &str, reviewer: &str, language: Language) -> Vec<&PastMail> {
        let edited = || self.mails.iter().rev().filter(|past| past.is_edited && past.language == language);
        let own: Vec<&PastMail> = edited().filter(|past| past.reviewer == reviewer).collect();
        if own.len() >= MOST_EXAMPLES { ranked(about, own) } else { ranked(about, edited().collect()) }
    }
}

/// The words of a finished mail without greeting, names and signature.
pub(super) fn example_text(past: &PastMail) -> String {
    Letter::read_edit(&past.draft, &past.finished).1.sentences.join(" ")
}

fn ranked<'a>(about: &str, mails: Vec<&'a PastMail>) -> Vec<&'a PastMail> {
    let texts: Vec<Vec<String>> = mails.iter().map(|past| words(&past.about)).collect();
    let scores = scores(&words(about), &texts);
    let mut order: Vec<usize> = (0..mails.len()).collect();
    order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
    order.into_iter().take(MOST_EXAMPLES).map(|index| mails[index]).collect()
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 2).map(str::to_lowercase).collect()
}

fn scores(query: &[String], texts: &[Vec<String>]) -> Vec<f64> {
    let count = texts.len() as f64;
    let mean_length = texts.iter().map(Vec::len).sum::<usize>() as f64 / count.max(1.0);
    let mut holding: BTreeMap<&str, usize> = query.iter().map(|word| (word.as_str(), 0)).collect();
    for (word, texts_with_it) in &mut holding {
        *texts_with_it = texts.iter().filter(|text| text.iter().any(|other| other == word)).count();
    }
    let score = |text: &Vec<String>| {
        let length = 1.0 - LENGTH_DISCOUNT + LENGTH_DISCOUNT * text.len() as f64 / mean_length.max(1.0);
        let of_word = |(word, texts_with_it): (&&str, &usize)| {
            let times = text.iter().filter(|other| other == word).count() as f64;
            let rarity = libm::log(1.0 + (count - *texts_with_it as f64 + 0.5) / (*texts_with_it as f64 + 0.5));
            rarity * times * (SATURATION + 1.0) / (times + SATURATION * length)
        };
        holding.iter().map(of_word).sum()
    };
    texts.iter().map(score).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_words_in_common_bring_texts_nearest() {
        let texts: Vec<Vec<String>> = ["freight company port planners", "software company cloud", "company bakery"].map(words).to_vec();
        let of = |query: &str| scores(&words(query), &texts);
        assert!(of("freight company")[0] > of("freight company")[1]);
        assert!(of("cloud company")[1] > of("cloud company")[2]);
        assert_eq!(of("nothing"), [0.0, 0.0, 0.0]);
        assert_eq!(scores(&words("freight"), &[]), [] as [f64; 0]);
    }
}
