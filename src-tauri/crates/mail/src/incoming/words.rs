//! Text as clauses of folded words, and phrases that are looked for in them.
//!
//! Folding makes `Löschen`, `loschen` and `LÖSCHEN` one word: small letters without accents, apostrophes as gaps except
//! in `don't`. A phrase is written in folded words: `a|b` is either, `ab*` any word that begins so, `_` up to three words
//! (never across a comma), `^` and `$` the clause's beginning and end.

use super::phrases::Phrases;
use std::ops::Range;

/// Words that `_` may stand for.
const GAP_WORDS: usize = 3;
/// A line shorter than this ends its clause: programs break long lines, people short ones.
const SHORT_LINE: usize = 50;
/// Most clauses, and most words in one; longer ones are cut into several.
const CLAUSES: usize = 200;
const CLAUSE_WORDS: usize = 60;

/// Words that turn what stands beside them into its opposite, folded.
const NEGATIONS: [&str; 23] = [
    "not", "dont", "never", "nicht", "kein", "keine", "nie", "pas", "ne", "no", "nunca", "niet", "geen", "inte", "ej", "ikke", "non",
    "nao", "ei", "cannot", "cant", "wont", "isnt",
];

/// One word as it stands and folded; a comma is a word of its own.
#[derive(Debug, Clone)]
pub(super) struct Word {
    place: Range<usize>,
    pub(super) folded: String,
}

/// A sentence, or a line that is one.
pub(super) type Clause = Vec<Word>;

/// Small letters without accents. Letters of other scripts stay as they are.
pub(super) fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).fold(String::with_capacity(text.len()), |mut folded, c| {
        match c {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ą' | 'ă' | 'ā' => folded.push('a'),
            'ç' | 'ć' | 'č' => folded.push('c'),
            'ď' | 'đ' => folded.push('d'),
            'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' | 'ē' => folded.push('e'),
            'ì' | 'í' | 'î' | 'ï' | 'ı' => folded.push('i'),
            'ł' => folded.push('l'),
            'ñ' | 'ń' | 'ň' => folded.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ő' => folded.push('o'),
            'ř' => folded.push('r'),
            'ś' | 'š' | 'ş' => folded.push('s'),
            'ß' => folded.push_str("ss"),
            'ť' | 'ţ' => folded.push('t'),
            'ù' | 'ú' | 'û' | 'ü' | 'ů' | 'ű' => folded.push('u'),
            'ý' | 'ÿ' => folded.push('y'),
            'ź' | 'ż' | 'ž' => folded.push('z'),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            // Combining accents: mail from a Mac writes `u` and two dots.
            '\u{300}'..='\u{36F}' => {}
            c => folded.push(c),
        }
        folded
    })
}

/// Cuts a text into clauses.
pub(super) fn clauses(text: &str) -> Vec<Clause> {
    let mut clauses: Vec<Clause> = Vec::new();
    let mut clause: Clause = Vec::new();
    let mut start: Option<usize> = None;
    let mut line_start = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let next = characters.peek().map(|&(_, next)| next);
        // `don't`, `can’t`: the apostrophe belongs to the word.
        let is_inner = matches!(c, '\'' | '\u{2019}') && matches!(next, Some('t' | 'T')) && start.is_some();
        if c.is_alphanumeric() || is_inner || matches!(c, '\u{300}'..='\u{36F}') {
            start.get_or_insert(at);
            continue;
        }
        if let Some(start) = start.take() {
            push(&mut clause, text, start..at);
        }
        let ends = match c {
            '.' | '!' | '?' => next.is_none_or(char::is_whitespace),
            ';' | ':' => true,
            '\n' => {
                let is_short = at - line_start < SHORT_LINE;
                line_start = at + 1;
                is_short || next == Some('\n')
            }
            ',' => {
                clause.push(Word { place: at..at + 1, folded: String::from(",") });
                false
            }
            _ => false,
        };
        if (ends || clause.len() >= CLAUSE_WORDS) && !clause.is_empty() {
            clauses.push(std::mem::take(&mut clause));
            if clauses.len() == CLAUSES {
                return clauses;
            }
        }
    }
    if let Some(start) = start {
        push(&mut clause, text, start..text.len());
    }
    if !clause.is_empty() {
        clauses.push(clause);
    }
    clauses
}

fn push(clause: &mut Clause, text: &str, place: Range<usize>) {
    let word = text.get(place.clone()).unwrap_or_default();
    let folded = fold(word).replace(['\'', '\u{2019}'], "");
    clause.push(Word { place, folded });
}

/// The first of `phrases` that stands in one of the clauses, as it is written there. A phrase that holds no negation
/// itself does not count where one stands within it or up to `look_back` words before it.
pub(super) fn find(text: &str, clauses: &[Clause], phrases: Phrases, look_back: usize) -> Option<String> {
    clauses.iter().find_map(|clause| phrases.iter().find_map(|phrase| find_in(text, clause, phrase, look_back)))
}

fn find_in(text: &str, clause: &[Word], phrase: &str, look_back: usize) -> Option<String> {
    let is_anchored = phrase.starts_with('^');
    let phrase = phrase.trim_start_matches('^');
    let tokens: Vec<&str> = phrase.trim_end_matches('$').split_whitespace().collect();
    let ends = phrase.ends_with('$');
    let starts = if is_anchored { 0..1 } else { 0..clause.len() };
    for start in starts {
        let Some(end) = matched_to(clause, start, &tokens, ends) else { continue };
        let is_negated = !tokens.iter().any(|token| token.split('|').any(|word| NEGATIONS.contains(&word)))
            && negated(clause.get(start.saturating_sub(look_back)..end).unwrap_or_default(), start.min(look_back));
        if !is_negated {
            let (first, last) = (clause.get(start)?, clause.get(end.checked_sub(1)?)?);
            return text.get(first.place.start..last.place.end).map(str::to_owned);
        }
    }
    None
}

/// `true` when a negation stands in `words`, of which the first `before` stand before the phrase: what is beyond a comma
/// there belongs to something else.
fn negated(words: &[Word], before: usize) -> bool {
    let comma = words.iter().take(before).rposition(|word| word.folded == ",").map_or(0, |at| at + 1);
    words.iter().skip(comma).any(|word| NEGATIONS.contains(&word.folded.as_str()))
}

/// Where the tokens, matched from `start`, end.
fn matched_to(clause: &[Word], start: usize, tokens: &[&str], ends: bool) -> Option<usize> {
    let Some((token, rest)) = tokens.split_first() else {
        return (!ends || start == clause.len()).then_some(start);
    };
    if *token == "_" {
        let furthest = (start + GAP_WORDS).min(clause.len());
        for next in start..=furthest {
            if clause.get(start..next).is_some_and(|gap| gap.iter().any(|word| word.folded == ",")) {
                return None;
            }
            if let Some(end) = matched_to(clause, next, rest, ends) {
                return Some(end);
            }
        }
        return None;
    }
    let word = clause.get(start)?;
    let fits = token.split('|').any(|known| match known.strip_suffix('*') {
        Some(beginning) => word.folded.starts_with(beginning),
        None => word.folded == known,
    });
    if fits { matched_to(clause, start + 1, rest, ends) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, phrase: &str, expected: Option<&str>) {
        let found = clauses(text).iter().find_map(|clause| find_in(text, clause, phrase, 1));
        assert_eq!(found.as_deref(), expected, "{phrase:?} in {text:?}");
    }

    #[test]
    fn phrases_are_found_as_they_are_written() {
        check("Bitte LÖSCHEN Sie meine Daten.", "loschen sie meine|unsere", Some("LÖSCHEN Sie meine"));
        check("Please don\u{2019}t email me", "dont email|mail me", Some("don\u{2019}t email me"));
        check("remove my old address", "remove _ address", Some("remove my old address"));
        check("remove it, and send the address", "remove _ address", None);
        check("Unsubscribe\nSent by hand", "^unsubscribe$", Some("Unsubscribe"));
        check("we cannot unsubscribe", "^unsubscribe$", None);
        check("abmelden", "abmeld*", Some("abmelden"));
    }

    #[test]
    fn a_negation_beside_a_phrase_takes_it_back() {
        check("Please do not remove me", "remove me", None);
        check("Nehmen Sie mich nicht aus dem Verteiler", "nehmen sie mich _ aus", None);
        check("No, remove me", "remove me", Some("remove me"));
        check("do not write", "not write", Some("not write"));
    }
}
