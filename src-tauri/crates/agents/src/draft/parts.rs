//! Sentences held against each other, and texts cut into them.

use autoreach_domain::text::{one_line, word_count};

/// Do two sentences share an opening or closing word, or a turn of phrase that stands out when read twice?
pub(super) fn sounds_like(a: &str, b: &str) -> bool {
    let ends = |text: &str| {
        let words: Vec<String> =
            text.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()).collect();
        (words.first().cloned(), words.last().cloned())
    };
    let ((a_first, a_last), (b_first, b_last)) = (ends(a), ends(b));
    let turns = ["site", "Website", "came across", "caught my eye", "notice", "I read", "gestoßen", "gelesen", "aufgefallen"];
    a_first == b_first || a_last == b_last || turns.iter().any(|turn| a.contains(turn) && b.contains(turn))
}

/// An "always" phrase that can stand alone: it ends like a sentence and has at least three words.
pub(super) fn is_sentence(phrase: &str) -> bool {
    phrase.trim().ends_with(['.', '!']) && word_count(phrase) >= 3
}

/// The offer as written, cut at its sentence ends.
pub(super) fn offer_sentences(offer: &str) -> Vec<String> {
    let text = one_line(offer);
    let mut sentences: Vec<String> = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices(['.', '!', '?']) {
        let rest = &text[at + 1..];
        let is_end = rest.is_empty() || (rest.starts_with(' ') && rest.trim_start().starts_with(char::is_uppercase));
        if is_end && word_count(&text[start..=at]) >= 3 {
            sentences.push(text[start..=at].trim().to_owned());
            start = at + 1;
        }
    }
    let rest = text[start..].trim();
    match (rest.is_empty(), sentences.last_mut()) {
        (true, _) => {}
        (false, Some(last)) if word_count(rest) < 3 => last.push_str(&format!(" {rest}")),
        (false, _) => sentences.push(rest.to_owned()),
    }
    sentences
}
