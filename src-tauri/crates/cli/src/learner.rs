//! `autoreach learner --jsonl`: the learner as a program, line by line.
//!
//! Only lines are handled here: what they mean is [`autoreach_engine::learning::protocol`]. Every line gets its answer at once,
//! in order, so that a client may wait for it. A line that is too long or not text is answered like any other bad
//! input; only a broken pipe ends the program early.

use autoreach_engine::learning::protocol::Session;
use std::io::{self, BufRead, Read, Write};

/// Longer lines are refused without being kept.
const LONGEST_LINE: u64 = 4 * 1024 * 1024;

/// Answers lines until `bye` or the end of the input.
pub(crate) fn run_jsonl(mut input: impl BufRead, mut output: impl Write) -> io::Result<()> {
    let mut session = Session::default();
    while !session.is_over() {
        let Some(line) = read_line(&mut input)? else { break };
        writeln!(output, "{}", session.handle(&line))?;
        output.flush()?;
    }
    Ok(())
}

/// The next line; `None` at the end of the input. What is too long or not text comes back empty, which is no request.
fn read_line(input: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    let read = input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)?;
    if read == 0 {
        return Ok(None);
    }
    if read as u64 == LONGEST_LINE && !line.ends_with(b"\n") {
        input.skip_until(b'\n')?;
        line.clear();
    }
    Ok(Some(String::from_utf8(line).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(input: &[u8]) -> Vec<String> {
        let mut output = Vec::new();
        run_jsonl(input, &mut output).expect("memory does not fail");
        String::from_utf8(output).expect("answers are text").lines().map(str::to_owned).collect()
    }

    #[test]
    fn every_line_gets_one_answer_in_order() {
        let answers = answers(b"{\"op\":\"hello\",\"protocol\":1}\n{\"op\":\"state\"}\n{\"op\":\"bye\"}\n");
        assert_eq!(answers.len(), 3);
        assert!(answers[0].contains("autoreach") && answers[1].contains("\"level\":1") && answers[2] == "{\"ok\":true}");
    }

    #[test]
    fn nothing_after_bye_is_answered() {
        assert_eq!(answers(b"{\"op\":\"bye\"}\n{\"op\":\"bye\"}\n").len(), 1);
    }

    #[test]
    fn bad_lines_are_answered_and_the_program_goes_on() {
        let answers = answers(b"\n\xff\xfe\nnull\n{\"op\":\"bye\"}");
        assert_eq!(answers.len(), 4);
        assert!(answers[..3].iter().all(|answer| answer.starts_with("{\"error\":")));
        assert_eq!(answers[3], "{\"ok\":true}");
    }

    #[test]
    fn a_line_without_end_is_refused_and_the_next_one_read() {
        let mut input = vec![b'x'; 2 * LONGEST_LINE as usize];
        input.extend(b"\n{\"op\":\"bye\"}\n");
        assert_eq!(answers(&input).len(), 2);
    }
}
