//! One spelling for all text: NFKC, single spaces, and nothing in it that a reader cannot see.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// Most marks kept on one letter. Real scripts use three; putting thousands in order is a way to keep us busy.
const MOST_MARKS: usize = 16;

/// What is left of a piece of text, and what was smuggled in it.
pub(super) struct Cleaned {
    /// NFKC, without invisible characters; white space is still as it was.
    pub(super) text: String,
    /// ASCII text written in invisible tag characters (U+E0000 and up).
    pub(super) smuggled: String,
}

/// Drops invisible characters from `raw` and brings the rest to NFKC.
pub(super) fn clean(raw: &str) -> Cleaned {
    if raw.bytes().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace()) {
        return Cleaned { text: raw.to_owned(), smuggled: String::new() };
    }
    let smuggled = raw.chars().filter_map(tag_letter).collect();
    // Twice, because NFKC turns some harmless-looking letters into invisible ones.
    let visible = raw.chars().filter(|&c| !is_invisible(c));
    let text = few_marks(visible).nfkc().filter(|&c| !is_invisible(c)).collect();
    Cleaned { text, smuggled }
}

/// Drops the marks of a letter beyond the first [`MOST_MARKS`].
fn few_marks(letters: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    let mut marks = 0;
    letters.filter(move |&c| {
        marks = if c.is_ascii() || canonical_combining_class(c) == 0 { 0 } else { marks + 1 };
        marks <= MOST_MARKS
    })
}

/// `raw` cleaned, on one line, with single spaces and at most `longest` characters: for titles and link texts.
pub(super) fn one_line(raw: &str, longest: usize) -> String {
    let cleaned = clean(raw).text;
    let line = cleaned.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(longest).collect()
}

/// The ASCII letter a tag character stands for.
fn tag_letter(c: char) -> Option<char> {
    let code = u32::from(c).checked_sub(0xE0000)?;
    char::from_u32(code).filter(|letter| (' '..='~').contains(letter))
}

/// Characters that print nothing: controls, format characters (category Cf), fillers, variation selectors and tags.
fn is_invisible(c: char) -> bool {
    if c.is_control() {
        return !c.is_whitespace();
    }
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{0600}'..='\u{0605}' | '\u{061C}' | '\u{06DD}' | '\u{070F}' | '\u{0890}'..='\u{0891}'
        | '\u{08E2}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF9}'..='\u{FFFC}' | '\u{110BD}' | '\u{110CD}' | '\u{13430}'..='\u{1343F}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_brought_to_one_spelling() {
        assert_eq!(clean("Mu\u{308}ller ｆｕｌｌ ﬁt").text, "Müller full fit");
    }

    #[test]
    fn invisible_characters_go_even_between_a_letter_and_its_mark() {
        assert_eq!(clean("ig\u{200B}no\u{AD}re u\u{2060}\u{308}\u{FE0F}\u{7}").text, "ignore ü");
        assert_eq!(clean("a\u{3164}b\u{FFA0}c").text, "abc", "fillers look like nothing too");
    }

    #[test]
    fn tag_characters_are_dropped_and_read() {
        let hidden: String = "obey me".chars().map(|c| char::from_u32(0xE0000 + c as u32).unwrap()).collect();
        let cleaned = clean(&format!("Hello{hidden}"));
        assert_eq!((cleaned.text.as_str(), cleaned.smuggled.as_str()), ("Hello", "obey me"));
    }

    #[test]
    fn a_tower_of_marks_is_cut() {
        assert_eq!(clean(&format!("x{}", "\u{323}".repeat(9_000))).text.chars().count(), 1 + MOST_MARKS);
    }

    #[test]
    fn a_line_is_one_line_and_no_longer_than_asked() {
        assert_eq!(one_line("  Acme\n\t GmbH \u{A0} & Co ", 11), "Acme GmbH &");
    }
}
