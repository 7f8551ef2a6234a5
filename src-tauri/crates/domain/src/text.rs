//! Text from outside made safe to keep: one line, no control characters, no invisible ones, a bounded length.
//!
//! The same rule runs at import and again when a mail is composed (a display name with CR or LF makes mail libraries
//! panic or, worse, adds headers). Nothing here judges meaning.

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// Longest single-line field kept, in characters; longer text is cut with an ellipsis.
pub const LINE_CHARACTERS: usize = 500;
/// Longest multi-line text kept, in characters (a note, a mail body).
pub const TEXT_CHARACTERS: usize = 20_000;

/// `true` for characters that are drawn as nothing, or that turn the direction of the text around them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// One line of visible text: line breaks and tabs become spaces, control and invisible characters go, runs of spaces
/// fold, NFC, at most [`LINE_CHARACTERS`] characters. Applying it twice changes nothing.
pub fn one_line(text: &str) -> String {
    let visible: String =
        text.chars().map(|c| if c.is_whitespace() || c.is_control() { ' ' } else { c }).filter(|c| !is_invisible(*c)).nfc().collect();
    let folded = visible.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    cut(&folded, LINE_CHARACTERS)
}

/// Visible text of several lines: like [`one_line`] for each line, at most one blank line in a row, at most
/// [`TEXT_CHARACTERS`] characters. Line ends become `\n`.
pub fn paragraphs(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.replace("\r\n", "\n").split(['\n', '\r', '\u{2028}', '\u{2029}']) {
        let line = one_line(line);
        if !(line.is_empty() && lines.last().is_none_or(|last| last.is_empty())) {
            lines.push(line);
        }
    }
    cut(lines.join("\n").trim_end(), TEXT_CHARACTERS)
}

/// The first `limit` characters, whole graphemes only, with an ellipsis in place of what is missing.
fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut characters = 0;
    for grapheme in text.graphemes(true) {
        characters += grapheme.chars().count();
        if characters >= limit {
            break;
        }
        kept.push_str(grapheme);
    }
    format!("{}…", kept.trim_end())
}

/// Words as a person counts them: runs of characters between white space that hold a letter or a digit.
pub fn word_count(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_break_in_a_name_cannot_start_a_header() {
        assert_eq!(one_line("Wei\r\nBcc: all@acme.example"), "Wei Bcc: all@acme.example");
    }

    #[test]
    fn invisible_and_direction_changing_characters_go() {
        assert_eq!(one_line("A\u{200B}n\u{202E}a\u{E0041}\0"), "Ana");
    }

    #[test]
    fn paragraphs_keep_one_blank_line() {
        assert_eq!(paragraphs("Hi\r\n\r\n\r\nBest,\rAlex\n"), "Hi\n\nBest,\nAlex");
    }

    #[test]
    fn long_text_is_cut_visibly() {
        let cut = one_line(&"å".repeat(600));
        assert_eq!(cut.chars().count(), LINE_CHARACTERS);
        assert!(cut.ends_with('…'));
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing(text in "\\PC{0,80}|[\\x00-\\x7f]{0,80}") {
            let once = one_line(&text);
            prop_assert_eq!(one_line(&once), once.clone());
            prop_assert!(!once.contains(['\r', '\n', '\t', '\0']));
        }
    }
}
