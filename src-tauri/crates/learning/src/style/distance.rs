//! How far a mail was changed: words and punctuation marks, counted by the least number of insertions, deletions and
//! replacements (`learning.md` 4.10). White space and invisible characters are no change.

use autoreach_domain::text::paragraphs;

/// How far two texts are apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Distance {
    /// Least number of tokens inserted, deleted or replaced.
    pub edits: usize,
    /// Tokens of the longer text.
    pub longest: usize,
}

impl Distance {
    /// D: 0 for equal texts, 1 where nothing is left.
    pub fn share(self) -> f64 {
        if self.longest == 0 { 0.0 } else { self.edits as f64 / self.longest as f64 }
    }
}

/// The distance between two texts. What lies beyond 20,000 characters is not looked at.
pub fn distance(before: &str, after: &str) -> Distance {
    let (before, after) = (paragraphs(before), paragraphs(after));
    let (before, after) = (tokens(&before), tokens(&after));
    Distance { edits: edits(&before, &after), longest: before.len().max(after.len()) }
}

/// Words (with inner apostrophes and hyphens) and single marks; white space is none.
pub(super) fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    for run in text.split_whitespace() {
        let mut rest = run;
        while let Some(first) = rest.chars().next() {
            let length = if first.is_alphanumeric() { word_length(rest) } else { first.len_utf8() };
            let (token, after) = rest.split_at(length);
            tokens.push(token);
            rest = after;
        }
    }
    tokens
}

/// Bytes of the word at the beginning of `text`, which begins with a letter or a digit.
fn word_length(text: &str) -> usize {
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let joins = matches!(c, '\'' | '’' | '-') && characters.peek().is_some_and(|(_, next)| next.is_alphanumeric());
        // Marks that belong to the letter before them (vowel signs, accents) are no punctuation.
        let is_mark = !c.is_alphanumeric() && !c.is_ascii() && !is_punctuation(c);
        if !(c.is_alphanumeric() || joins || is_mark) {
            return at;
        }
    }
    text.len()
}

/// General punctuation, symbols, arrows, CJK marks, emoji.
fn is_punctuation(c: char) -> bool {
    matches!(c, '\u{00A1}'..='\u{00BF}' | '\u{060C}' | '\u{061B}' | '\u{061F}' | '\u{066A}'..='\u{066D}' | '\u{06D4}' | '\u{0964}' | '\u{0965}'
        | '\u{05BE}' | '\u{2000}'..='\u{2BFF}' | '\u{3000}'..='\u{303F}' | '\u{FE00}'..='\u{FE6F}' | '\u{FF00}'..='\u{FF0F}'
        | '\u{FF1A}'..='\u{FF20}' | '\u{1F000}'..='\u{1FAFF}')
}

/// Levenshtein's distance with two rows; what both begin and end with is left out first.
fn edits(before: &[&str], after: &[&str]) -> usize {
    let same_start = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let (before, after) = (&before[same_start..], &after[same_start..]);
    let same_end = before.iter().rev().zip(after.iter().rev()).take_while(|(a, b)| a == b).count();
    let (before, after) = (&before[..before.len() - same_end], &after[..after.len() - same_end]);
    let mut above: Vec<usize> = (0..=after.len()).collect();
    let mut row = above.clone();
    for (line, old) in before.iter().enumerate() {
        row[0] = line + 1;
        for (column, new) in after.iter().enumerate() {
            let replaced = above[column] + usize::from(old != new);
            row[column + 1] = replaced.min(above[column + 1] + 1).min(row[column] + 1);
        }
        std::mem::swap(&mut above, &mut row);
    }
    above[after.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_and_marks_are_tokens() {
        assert_eq!(tokens("I'm re-planning, now!"), ["I'm", "re-planning", ",", "now", "!"]);
        assert_eq!(tokens("großartig 🎉🎉 مرحبا، नमस्ते"), ["großartig", "🎉", "🎉", "مرحبا", "،", "नमस्ते"]);
    }

    #[test]
    fn a_changed_word_among_five_is_a_fifth() {
        let apart = distance("one two three four five", "one two three four six");
        assert_eq!((apart.edits, apart.longest), (1, 5));
        assert!((apart.share() - 0.2).abs() < 1e-12);
    }

    #[test]
    fn space_alone_is_no_change_and_nothing_left_is_all_of_it() {
        assert_eq!(distance("Hi Wei,\n\nWorth a look?", "Hi  Wei,\r\n Worth\ta\u{200B} look? ").edits, 0);
        assert!((distance("Hi Wei,", "").share() - 1.0).abs() < 1e-12);
        assert_eq!(distance("", " \n").share(), 0.0);
    }

    proptest! {
        #[test]
        fn it_is_a_distance_whatever_the_script(a in "\\PC{0,60}", b in "[a-c ,🎉\u{202E}\u{0645}\n]{0,40}", c in "[a-c ,]{0,40}") {
            let between = |x: &str, y: &str| distance(x, y).edits;
            prop_assert_eq!(between(&a, &a), 0);
            prop_assert_eq!(between(&a, &b), between(&b, &a));
            prop_assert!(between(&a, &c) <= between(&a, &b) + between(&b, &c));
            prop_assert!((0.0..=1.0).contains(&distance(&a, &b).share()));
        }
    }
}
