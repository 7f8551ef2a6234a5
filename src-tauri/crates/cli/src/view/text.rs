//! Text on a terminal: what is safe to show, how wide it is, where it wraps, and the few inks there are.
//!
//! Everything that came from a file or a page goes through [`visible`] first: a company name must not move the cursor,
//! colour the screen or turn the reading direction of what follows it. Widths are counted in columns, so that CJK names,
//! emoji and combining marks keep tables straight. Ink is never the only sign of anything.

use crossterm::style::{Attribute, SetAttribute};
use std::fmt::Write;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Narrowest terminal that is laid out for; below it lines are cut by the terminal.
const NARROWEST: usize = 20;
/// Columns beyond which prose is not stretched (`design`: 62-72 characters for reading).
pub(crate) const READING_WIDTH: usize = 76;

/// How a line is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    /// What is to be read.
    Plain,
    /// Names and numbers that decide.
    Strong,
    /// Labels and what was approved before.
    Quiet,
    /// The line the keys stand on.
    Bar,
}

/// Whether ink may be used on this output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Inks {
    /// A terminal, and nobody said NO_COLOR.
    Shown,
    /// A pipe, a file, or NO_COLOR.
    Left,
}

/// One paragraph of a page before it is wrapped.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Paragraph {
    ink: Ink,
    /// Columns before every line.
    indent: usize,
    /// Further columns before every line but the first.
    hanging: usize,
    text: String,
}

/// Text in paragraphs, laid out only when the width is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Page {
    paragraphs: Vec<Paragraph>,
}

impl Page {
    /// Adds a paragraph.
    pub(crate) fn add(&mut self, ink: Ink, text: &str) {
        self.add_indented(ink, 0, 0, text);
    }

    /// Adds a paragraph `indent` columns in, whose further lines stand `hanging` more columns in.
    pub(crate) fn add_indented(&mut self, ink: Ink, indent: usize, hanging: usize, text: &str) {
        self.paragraphs.push(Paragraph { ink, indent, hanging, text: visible(text) });
    }

    /// Adds an empty line.
    pub(crate) fn gap(&mut self) {
        self.add(Ink::Plain, "");
    }

    /// The lines at `width` columns.
    pub(crate) fn lines(&self, width: usize) -> Vec<(Ink, String)> {
        self.paragraphs.iter().flat_map(|paragraph| paragraph.lines(width.max(NARROWEST))).collect()
    }

    /// The whole page as one text.
    pub(crate) fn to_text(&self, width: usize, inks: Inks) -> String {
        let mut text = String::new();
        for (ink, line) in self.lines(width) {
            text.push_str(&inked(ink, &line, inks));
            text.push('\n');
        }
        text
    }
}

impl Paragraph {
    fn lines(&self, width: usize) -> Vec<(Ink, String)> {
        let room = width.saturating_sub(self.indent + self.hanging).max(NARROWEST / 2);
        let before = |index: usize| " ".repeat(self.indent + if index == 0 { 0 } else { self.hanging });
        let wrapped = wrap(&self.text, room + self.hanging, room);
        wrapped.into_iter().enumerate().map(|(index, line)| (self.ink, format!("{}{line}", before(index)).trim_end().to_owned())).collect()
    }
}

/// A line in its ink.
pub(crate) fn inked(ink: Ink, line: &str, inks: Inks) -> String {
    let attribute = match ink {
        Ink::Plain => return line.to_owned(),
        _ if inks == Inks::Left || line.is_empty() => return line.to_owned(),
        Ink::Strong => Attribute::Bold,
        Ink::Quiet => Attribute::Dim,
        Ink::Bar => Attribute::Reverse,
    };
    let mut text = String::new();
    // Writing into a String cannot fail.
    let _ = write!(text, "{}{line}{}", SetAttribute(attribute), SetAttribute(Attribute::Reset));
    text
}

/// The text with everything taken out that a terminal would obey: control characters become spaces, characters that
/// are not drawn or turn the reading direction go.
pub(crate) fn visible(text: &str) -> String {
    let is_hidden = |c: &char| matches!(c, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}');
    text.chars().filter(|c| !is_hidden(c)).map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect()
}

/// Columns a text takes.
pub(crate) fn columns(text: &str) -> usize {
    text.width()
}

/// The text in exactly `width` columns: cut with an ellipsis, or filled with spaces.
pub(crate) fn fitted(text: &str, width: usize) -> String {
    let text = cut(&visible(text), width);
    let missing = width.saturating_sub(columns(&text));
    format!("{text}{}", " ".repeat(missing))
}

/// The text in at most `width` columns, cut with an ellipsis.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for grapheme in text.graphemes(true) {
        if columns(&kept) + columns(grapheme) + 1 > width {
            break;
        }
        kept.push_str(grapheme);
    }
    if width > 0 {
        kept.push('…');
    }
    kept
}

/// Words on lines of at most `first` columns, then `rest`; a word wider than a line is broken between graphemes.
fn wrap(text: &str, first: usize, rest: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let room = if lines.len() == 1 { first } else { rest };
        let line = lines.last_mut().expect("begun with one line");
        let gap = usize::from(!line.is_empty());
        if columns(line) + gap + columns(word) <= room {
            line.push_str(&" ".repeat(gap));
            line.push_str(word);
        } else if columns(word) <= rest {
            lines.push(word.to_owned());
        } else {
            lines.extend(broken(word, rest));
        }
    }
    if lines.len() > 1 && lines[0].is_empty() {
        lines.remove(0);
    }
    lines
}

/// One long word in pieces of at most `width` columns.
fn broken(word: &str, width: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for grapheme in word.graphemes(true) {
        let piece = pieces.last_mut().expect("begun with one piece");
        if columns(piece) + columns(grapheme) > width && !piece.is_empty() {
            pieces.push(grapheme.to_owned());
        } else {
            piece.push_str(grapheme);
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Page {
        let mut page = Page::default();
        page.add_indented(Ink::Plain, 2, 2, text);
        page
    }

    /// Texts that have broken other programs.
    const NAUGHTY: [&str; 12] = [
        "",
        "\u{1b}[2J\u{1b}[31mred",
        "\u{202E}desrever",
        "日本語の会社名株式会社日本語の会社名株式会社",
        "شركة الشحن الدولية",
        "👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦 family",
        "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L",
        "a\r\nb\tc\0d",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "\u{2028}\u{2029}\u{FEFF}",
        "  two   spaces  ",
        "=cmd|' /C calc'!A0",
    ];

    #[test]
    fn nothing_a_terminal_would_obey_is_left() {
        for text in NAUGHTY {
            let shown = page(text).to_text(40, Inks::Left);
            assert!(shown.chars().all(|c| c == '\n' || !c.is_control()), "{shown:?}");
            assert!(!shown.contains('\u{202E}'));
        }
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for width in [20, 33, 80] {
            for text in NAUGHTY {
                assert!(page(text).lines(width).iter().all(|(_, line)| columns(line) <= width), "{text:?} at {width}");
            }
        }
    }

    #[test]
    fn wide_characters_take_two_columns_in_a_table() {
        for text in NAUGHTY {
            assert_eq!(columns(&fitted(text, 12)), 12, "{text:?}");
        }
        assert_eq!(fitted("日本語の会社", 6), "日本… ");
    }

    #[test]
    fn further_lines_hang() {
        let lines: Vec<_> = page("one two three four five").lines(20).into_iter().map(|(_, line)| line).collect();
        assert_eq!(lines, ["  one two three four", "    five"]);
    }

    #[test]
    fn without_ink_there_are_no_escapes() {
        assert_eq!(inked(Ink::Strong, "x", Inks::Left), "x");
        assert!(inked(Ink::Strong, "x", Inks::Shown).contains('\u{1b}'));
    }
}
