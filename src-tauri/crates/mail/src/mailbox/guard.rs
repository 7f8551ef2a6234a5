//! A reader that stops a server which says too much before the IMAP library believes it.
//!
//! The library grows its buffer to whatever size a literal announces, up to half a gigabyte, parses an endless line over
//! and over, and its parser recurses into the brackets of a BODYSTRUCTURE, for which we never ask. The guard follows the
//! few things of the protocol that matter for this (lines, `{n}` at their end, brackets) byte by byte and fails with a
//! typed [`Excess`] first. Brackets are counted within literals too, because a server can make the guard and the parser
//! disagree about where a literal is.

use super::error::Excess;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Deepest nesting of brackets after [`RECURSIVE`]: about two for each level of a mail.
const NESTING: usize = 32;
/// The one item whose brackets the library's parser recurses into.
const RECURSIVE: &[u8] = b"BODYSTRUCTURE";
/// Bytes of answer that come on top of the literals a command asked for; 2,000 folders have a third of it.
const ANSWER_OVERHEAD: u64 = 512 << 10;
/// Bytes of a search's answer: 400,000 numbers.
const SEARCH_BYTES: u64 = 4 << 20;

/// What one command's answer may hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Allowance {
    /// Largest single literal, in bytes.
    pub(super) literal: u64,
    /// All bytes of the answer.
    pub(super) answer: u64,
}

impl Allowance {
    /// An answer of lines, with short literals at most (folder names may be written as such).
    pub(super) fn lines() -> Self {
        Self { literal: 64 << 10, answer: ANSWER_OVERHEAD }
    }

    /// The numbers that a search found.
    pub(super) fn search() -> Self {
        Self { answer: SEARCH_BYTES, ..Self::lines() }
    }

    /// An answer with `count` literals of up to `bytes` each.
    pub(super) fn literals(count: usize, bytes: u32) -> Self {
        let (count, bytes) = (u64::try_from(count).unwrap_or(u64::MAX), u64::from(bytes));
        Self { literal: bytes, answer: bytes.saturating_mul(count).saturating_add(ANSWER_OVERHEAD) }
    }
}

/// Where in the server's talk the next byte belongs.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    /// Bytes of the literal still to come.
    literal_left: u64,
    /// Bytes of the current line.
    line: usize,
    /// What may be the `{n}` at the end of the line.
    announced: Announced,
}

/// How far the current line reads as `{n}` at its end.
#[derive(Debug, Clone, Copy, Default)]
enum Announced {
    #[default]
    Nothing,
    /// After `{` and its digits.
    Digits(u64),
    /// After the closing brace; only CR and LF may follow.
    Complete(u64),
}

/// The stream behind its limits.
#[derive(Debug)]
pub(super) struct Guarded<S> {
    inner: S,
    line_bytes: usize,
    allowance: Allowance,
    place: Place,
    brackets: Brackets,
}

/// Brackets open since [`RECURSIVE`] was said in this answer.
#[derive(Debug, Clone, Copy, Default)]
struct Brackets {
    /// Letters of [`RECURSIVE`] just seen; all of them = counting.
    letters: usize,
    open: usize,
}

impl Brackets {
    fn follow(&mut self, byte: u8) -> Result<(), Excess> {
        let Some(next) = RECURSIVE.get(self.letters) else {
            match byte {
                b'(' => self.open += 1,
                b')' => self.open = self.open.saturating_sub(1),
                _ => {}
            }
            return if self.open > NESTING { Err(Excess::Nesting) } else { Ok(()) };
        };
        // The word begins with its only B: a broken match can only begin anew there.
        self.letters = if byte.eq_ignore_ascii_case(next) { self.letters + 1 } else { usize::from(byte.eq_ignore_ascii_case(&b'B')) };
        Ok(())
    }
}

impl<S> Guarded<S> {
    pub(super) fn new(inner: S, line_bytes: usize) -> Self {
        Self { inner, line_bytes, allowance: Allowance::lines(), place: Place::default(), brackets: Brackets::default() }
    }

    /// Sets what the answer to the next command may hold.
    pub(super) fn allow(&mut self, allowance: Allowance) {
        self.allowance = allowance;
        self.brackets = Brackets::default();
    }

    /// Follows `bytes` and fails at the first one too many.
    fn follow(&mut self, bytes: &[u8]) -> Result<(), Excess> {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.allowance.answer = self.allowance.answer.checked_sub(length).ok_or(Excess::Answer)?;
        bytes.iter().try_for_each(|&byte| self.brackets.follow(byte))?;
        let mut rest = bytes;
        while let Some((&byte, after)) = rest.split_first() {
            if self.place.literal_left == 0 {
                self.follow_line(byte)?;
                rest = after;
                continue;
            }
            let taken = rest.len().min(usize::try_from(self.place.literal_left).unwrap_or(usize::MAX));
            self.place.literal_left -= u64::try_from(taken).unwrap_or(u64::MAX);
            rest = rest.get(taken..).unwrap_or_default();
        }
        Ok(())
    }

    fn follow_line(&mut self, byte: u8) -> Result<(), Excess> {
        let place = &mut self.place;
        place.line += 1;
        if place.line > self.line_bytes {
            return Err(Excess::Line);
        }
        place.announced = match (place.announced, byte) {
            (_, b'{') => Announced::Digits(0),
            (Announced::Digits(n), b'0'..=b'9') => Announced::Digits(n.saturating_mul(10).saturating_add(u64::from(byte - b'0'))),
            (Announced::Digits(n), b'+') => Announced::Digits(n),
            (Announced::Digits(n), b'}') | (Announced::Complete(n), b'\r') => Announced::Complete(n),
            (Announced::Complete(n), b'\n') if n > self.allowance.literal => return Err(Excess::Literal),
            (Announced::Complete(n), b'\n') => {
                place.literal_left = n;
                Announced::Nothing
            }
            (_, b'\n') => {
                *place = Place::default();
                return Ok(());
            }
            _ => Announced::Nothing,
        };
        Ok(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guarded<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(cx, buf))?;
        let new = buf.filled().get(before..).unwrap_or_default();
        Poll::Ready(self.follow(new).map_err(io::Error::other))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guarded<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the guard says to `talk`, given in pieces of `piece` bytes.
    fn follow(talk: &[u8], piece: usize) -> Result<(), Excess> {
        let mut guarded = Guarded::new((), 1_000);
        guarded.allow(Allowance { literal: 100, answer: 10_000 });
        talk.chunks(piece).try_for_each(|bytes| guarded.follow(bytes))
    }

    fn check(talk: &str, expected: Result<(), Excess>) {
        for piece in [1, 3, 10_000] {
            assert_eq!(follow(talk.as_bytes(), piece), expected, "{talk:.60} in pieces of {piece}");
        }
    }

    #[test]
    fn honest_talk_passes() {
        check("* OK [CAPABILITY IMAP4rev1] hello {x} ((\r\n", Ok(()));
        check("* 1 FETCH (UID 7 BODY[] {100}\r\n", Ok(()));
        let long = format!("* 1 FETCH (UID 7 BODY[] {{12}}\r\n{}\r\n)\r\n", "{99999}\r\n(((");
        check(&format!("* OK {}\r\n", "(".repeat(500)), Ok(()));
        check(&long, Ok(()));
        check(&format!("* SEARCH{}\r\n", " 1".repeat(490)).repeat(3), Ok(()));
    }

    #[test]
    fn too_much_is_named() {
        check("* 1 FETCH (UID 7 BODY[] {101}\r\n", Err(Excess::Literal));
        check("* 1 FETCH (UID 7 BODY[] {99999999999999999999999999}\r\n", Err(Excess::Literal));
        check("* 1 FETCH (UID 7 BODY[] {4294967295+}\n", Err(Excess::Literal));
        check(&"x".repeat(1_001), Err(Excess::Line));
        check(&format!("* 1 FETCH (bbodystructure {}", "(".repeat(33)), Err(Excess::Nesting));
        check(&format!("* OK {{90}}\r\n* 1 FETCH (BODYSTRUCTURE {}", "(1 ".repeat(33)), Err(Excess::Nesting));
        check(&"* 1 EXISTS\r\n".repeat(1_000), Err(Excess::Answer));
    }
}
