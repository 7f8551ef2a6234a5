//! Writes visible text as it is met: single spaces, one block per line, offsets that hold.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, compose};

use super::{Block, BlockKind};

/// How many marks on one letter are put in order across the border of two elements. Real scripts use three.
const MOST_MARKS: usize = 16;

/// The text so far and its blocks.
#[derive(Debug, Default)]
pub(super) struct Writer {
    pub(super) text: String,
    pub(super) blocks: Vec<Block>,
    /// Where the open block began and what it is.
    open: Option<(usize, BlockKind)>,
    owes_space: bool,
}

impl Writer {
    /// Bytes written so far.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// Writes cleaned text into the open block, or begins a block of `kind` with it.
    pub(super) fn write(&mut self, cleaned: &str, kind: BlockKind) {
        if let Some(joined) = self.take_back(cleaned) {
            self.write_folded(&joined, kind);
        } else {
            self.write_folded(cleaned, kind);
        }
    }

    fn write_folded(&mut self, cleaned: &str, kind: BlockKind) {
        for c in cleaned.chars() {
            if c.is_whitespace() {
                self.owes_space = self.open.is_some();
            } else {
                self.push(c, kind);
            }
        }
    }

    fn push(&mut self, c: char, kind: BlockKind) {
        if self.open.is_none() {
            if !self.text.is_empty() {
                self.text.push('\n');
            }
            self.open = Some((self.text.len(), kind));
        } else if self.owes_space {
            self.text.push(' ');
        }
        self.owes_space = false;
        self.text.push(c);
    }

    /// Ends the open block, if anything was written into it.
    pub(super) fn end_block(&mut self) {
        self.owes_space = false;
        if let Some((start, kind)) = self.open.take() {
            self.blocks.push(Block { start, end: self.text.len(), kind });
        }
    }

    /// What was written from `start` on, without the white space around it.
    pub(super) fn trimmed(&self, start: usize) -> (usize, usize) {
        let written = self.text.get(start..).unwrap_or_default();
        let end = start + written.trim_end().len();
        (end.min(start + (written.len() - written.trim_start().len())), end)
    }

    /// A mark at the start of `cleaned` belongs to the letter written last, although an element ends in between.
    /// Takes that letter back and joins the two, so that the text as a whole is NFKC.
    fn take_back(&mut self, cleaned: &str) -> Option<String> {
        let first = cleaned.chars().next().filter(|_| !self.owes_space)?;
        let (start, _) = self.open?;
        let last = self.text[start..].chars().next_back()?;
        if canonical_combining_class(first) == 0 && compose(last, first).is_none() {
            return None;
        }
        let tail = self.tail_from(start);
        // The first letter of a block stays open for writing at the very place it had.
        let joined = format!("{}{cleaned}", &self.text[tail..]).nfkc().collect();
        self.text.truncate(tail);
        Some(joined)
    }

    /// Where the last letter with its marks begins.
    fn tail_from(&self, start: usize) -> usize {
        let mut at = self.text.len();
        for c in self.text[start..].chars().rev().take(MOST_MARKS) {
            at -= c.len_utf8();
            if canonical_combining_class(c) == 0 {
                break;
            }
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(pieces: &[&str]) -> Writer {
        let mut writer = Writer::default();
        for &piece in pieces {
            if piece == "|" { writer.end_block() } else { writer.write(piece, BlockKind::Other) }
        }
        writer.end_block();
        writer
    }

    #[test]
    fn white_space_is_folded_and_blocks_stand_on_lines_of_their_own() {
        let writer = written(&["  a \n", " b ", "|", "  ", "|", "c", "d"]);
        assert_eq!(writer.text, "a b\ncd");
        assert_eq!(writer.blocks.iter().map(|block| &writer.text[block.start..block.end]).collect::<Vec<_>>(), ["a b", "cd"]);
    }

    #[test]
    fn a_mark_joins_its_letter_across_elements() {
        assert_eq!(written(&["Mu", "\u{308}ller"]).text, "Müller");
        assert_eq!(written(&["u", "\u{308}", "|", "x"]).text, "ü\nx");
        assert_eq!(written(&["\u{1100}", "\u{1161}"]).text, "가");
        assert_eq!(written(&["u", " ", "\u{308}"]).text, "u \u{308}", "after a space it stands alone");
    }
}
