//! Streams as lines and events: NDJSON and server-sent events, whatever the chunks they arrive in.
//!
//! A line ends with LF or CRLF. The lone CR that the SSE standard also allows is written by no provider and is not a line
//! end here. Event names are ignored: every provider repeats the kind inside the data.

use crate::error::ReplyFault;

/// A line or event longer than this carries no honest answer.
const LONGEST: usize = 1024 * 1024;

/// More lines than the longest answer needs with a few characters in each event.
const MOST_LINES: usize = 300_000;

/// Cuts a stream of bytes into lines.
#[derive(Default)]
pub(crate) struct Lines {
    pending: Vec<u8>,
    /// Where the next line begins.
    start: usize,
    /// Up to where no line end was found, so that a long line is not searched again with every chunk.
    searched: usize,
    count: usize,
}

impl Lines {
    /// Takes the next bytes, cut anywhere, also inside a character.
    pub(crate) fn push(&mut self, chunk: &[u8]) {
        self.pending.drain(..self.start);
        self.searched -= self.start;
        self.start = 0;
        self.pending.extend_from_slice(chunk);
    }

    /// The next complete line without its end; `None` until more bytes come.
    pub(crate) fn next(&mut self) -> Result<Option<String>, ReplyFault> {
        let Some(distance) = self.pending[self.searched..].iter().position(|&byte| byte == b'\n') else {
            self.searched = self.pending.len();
            return if self.searched - self.start > LONGEST { Err(ReplyFault::TooLarge) } else { Ok(None) };
        };
        self.count += 1;
        if self.count > MOST_LINES {
            return Err(ReplyFault::TooLarge);
        }
        let end = self.searched + distance;
        let line = text(&self.pending[self.start..end])?;
        self.start = end + 1;
        self.searched = self.start;
        Ok(Some(line))
    }

    /// What stands after the last line end, when the stream is over.
    pub(crate) fn rest(&self) -> Result<String, ReplyFault> {
        text(&self.pending[self.start..])
    }
}

fn text(line: &[u8]) -> Result<String, ReplyFault> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = std::str::from_utf8(line).map_err(|_| ReplyFault::NotUtf8)?;
    Ok(line.to_owned())
}

/// Joins lines into the data of server-sent events.
#[derive(Default)]
pub(crate) struct Events {
    data: Option<String>,
}

impl Events {
    /// Takes a line; gives the data of the event it ends. An event the stream never ends is never given.
    pub(crate) fn take(&mut self, line: &str) -> Result<Option<String>, ReplyFault> {
        if line.is_empty() {
            return Ok(self.data.take());
        }
        let line = line.strip_prefix('\u{feff}').unwrap_or(line);
        let Some(value) = line.strip_prefix("data:") else { return Ok(None) };
        let value = value.strip_prefix(' ').unwrap_or(value);
        match &mut self.data {
            Some(data) if data.len() + value.len() > LONGEST => return Err(ReplyFault::TooLarge),
            Some(data) => {
                data.push('\n');
                data.push_str(value);
            }
            None => self.data = Some(value.to_owned()),
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn events(chunks: &[&[u8]]) -> Vec<String> {
        let (mut lines, mut events, mut found) = (Lines::default(), Events::default(), Vec::new());
        for chunk in chunks {
            lines.push(chunk);
            while let Some(line) = lines.next().expect("is text") {
                found.extend(events.take(&line).expect("is short"));
            }
        }
        found
    }

    #[test]
    fn comments_names_and_empty_events_are_skipped() {
        let stream = b": ping\n\nevent: message\ndata: one\nid: 7\n\ndata:two\r\ndata:  three\r\n\r\n\n";
        assert_eq!(events(&[stream]), ["one", "two\n three"]);
    }

    #[test]
    fn an_unfinished_event_is_not_an_event() {
        assert_eq!(events(&[b"data: one\n\ndata: cut"]), ["one"]);
        assert_eq!(events(&[b"data: one\n\ndata: cut\n"]), ["one"]);
    }

    #[test]
    fn a_line_without_end_is_refused_in_time() {
        let mut lines = Lines::default();
        lines.push(&vec![b'x'; LONGEST + 1]);
        assert_eq!(lines.next(), Err(ReplyFault::TooLarge));
    }

    #[test]
    fn more_lines_than_an_answer_needs_are_refused() {
        let mut lines = Lines::default();
        lines.push(&vec![b'\n'; MOST_LINES + 1]);
        let outcome = std::iter::repeat_with(|| lines.next()).find(|line| !matches!(line, Ok(Some(_))));
        assert_eq!(outcome, Some(Err(ReplyFault::TooLarge)));
    }

    proptest! {
        #[test]
        fn where_the_stream_is_cut_into_chunks_changes_nothing(cuts in proptest::collection::vec(0usize..60, 0..6)) {
            let stream = "data: {\"a\":\"é€😀\"}\r\n\r\ndata: two\ndata: lines\n\ndata: [DONE]\n\n".as_bytes();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(stream.len())).collect();
            cuts.sort_unstable();
            let mut chunks = Vec::new();
            let mut from = 0;
            for cut in cuts {
                chunks.push(&stream[from..cut]);
                from = cut;
            }
            chunks.push(&stream[from..]);
            prop_assert_eq!(events(&chunks), events(&[stream]));
        }
    }
}
