//! Edited mails most like one to be written, by the words they are about: BM25 (Robertson and Zaragoza 2009).

use super::letter::Letter;
use super::memory::{PastMail, StyleMemory};
use autoreach_domain::style::MOST_EXAMPLES;
use autoreach_domain::workflow::Language;
use std::collections::{BTreeMap, BTreeSet};

/// How soon a word that is said again stops counting.
const SATURATION: f64 = 1.2;
/// How much a long text is discounted.
const LENGTH_DISCOUNT: f64 = 0.75;
/// Mails in which a word must stand before an example may show it: what fewer hold is about one lead, and no prompt about a
/// lead tells of another (`guarantees.md` L5).
const MAILS_SHARING_A_WORD: usize = 3;
/// What stands in the place of such words.
const LEFT_OUT: &str = "\u{2026}";

impl StyleMemory {
    /// The two nearest edited mails of this reviewer in this language, else of the team; nearest first, the latest where
    /// two are equally near. Where nothing is alike the latest serve.
    pub fn nearest(&self, about: &str, reviewer: &str, language: Language) -> Vec<&PastMail> {
        let edited = || self.mails.iter().rev().filter(|past| past.is_edited && past.language == language);
        let own: Vec<&PastMail> = edited().filter(|past| past.reviewer == reviewer).collect();
        if own.len() >= MOST_EXAMPLES { ranked(about, own) } else { ranked(about, edited().collect()) }
    }

    /// Finished mails as examples of how somebody writes: without greeting and signature, and without the words that only
    /// few mails hold. A mail of which nothing is left is none.
    pub(super) fn examples(&self, mails: Vec<&PastMail>) -> Vec<String> {
        if mails.is_empty() {
            return Vec::new();
        }
        let shared = self.shared_words();
        mails.into_iter().filter_map(|past| example_text(past, &shared)).collect()
    }

    /// Words that stand in enough mails to be about none of them.
    fn shared_words(&self) -> BTreeSet<String> {
        let mut mails_with: BTreeMap<String, usize> = BTreeMap::new();
        for past in &self.mails {
            let said: BTreeSet<String> = parts(&past.finished.body).map(str::to_lowercase).collect();
            said.into_iter().for_each(|word| *mails_with.entry(word).or_default() += 1);
        }
        mails_with.into_iter().filter(|(_, mails)| *mails >= MAILS_SHARING_A_WORD).map(|(word, _)| word).collect()
    }
}

/// The sentences of a finished mail in words of `shared`; `None` where there are none.
fn example_text(past: &PastMail, shared: &BTreeSet<String>) -> Option<String> {
    let text = Letter::read_edit(&past.draft, &past.finished).1.sentences.join(" ");
    let mut shown: Vec<String> = Vec::new();
    let mut is_empty = true;
    for word in text.split_whitespace() {
        let is_shared = parts(word).all(|part| shared.contains(&part.to_lowercase()));
        is_empty &= !is_shared || parts(word).next().is_none();
        match shown.last_mut() {
            _ if is_shared => shown.push(word.to_owned()),
            Some(last) if last.starts_with(LEFT_OUT) => *last = left_out(word),
            Some(_) | None => shown.push(left_out(word)),
        }
    }
    (!is_empty).then(|| shown.join(" "))
}

/// The mark for a word, with the sign that ends its sentence.
fn left_out(word: &str) -> String {
    let end = word.chars().next_back().filter(|last| ".,;:!?".contains(*last)).map(String::from);
    format!("{LEFT_OUT}{}", end.unwrap_or_default())
}

/// The runs of letters and digits in a text.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty())
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
