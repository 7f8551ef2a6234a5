//! What a command answers: the same result twice, as words for a person and as one JSON object for a program.
//!
//! Commands build an [`Answer`] and never print; only this file writes to standard output. That keeps `--json` clean by
//! construction, and a reader that goes away early (`autoreach queue | head -1`) ends the program quietly.

use crate::error::CliError;
use serde::Serialize;
use serde_json::{Value, json};
use std::io::{self, Write};
use std::process::ExitCode;

/// Ended as wished.
const DONE: u8 = 0;
/// Something the caller can put right.
const CORRECTABLE: u8 = 1;
/// `verify` found something.
const FOUND: u8 = 3;

/// The result of a command.
#[derive(Debug)]
pub(crate) struct Answer {
    json: Value,
    text: String,
    code: u8,
}

impl Answer {
    /// A result in its two forms.
    pub(crate) fn new(result: &impl Serialize, text: impl Into<String>) -> Self {
        // Results are plain data; what cannot be JSON (a number that is not finite) is null.
        let json = serde_json::to_value(result).unwrap_or(Value::Null);
        Self { json, text: text.into(), code: DONE }
    }

    /// Nothing more to say: the command spoke for itself while it ran.
    pub(crate) fn silent() -> Self {
        Self { json: Value::Null, text: String::new(), code: DONE }
    }

    /// The same with a further part: `name` in the object, more lines after the text.
    pub(crate) fn with_more(mut self, name: &str, part: &Value, text: &str) -> Self {
        self.json[name] = part.clone();
        self.text = format!("{}\n\n{text}", self.text);
        self
    }

    /// The same with a further part in the object, which the words do not need.
    pub(crate) fn with_part(mut self, name: &str, part: &Value) -> Self {
        self.json[name] = part.clone();
        self
    }

    /// The same with the reports of the imports before it.
    pub(crate) fn with_imports(mut self, reports: &Value, texts: &[String]) -> Self {
        self.json["imports"] = reports.clone();
        self.text = format!("{}\n{}", texts.join("\n"), self.text);
        self
    }

    /// The same, but the command did not get where it wanted.
    pub(crate) fn unfinished(self) -> Self {
        Self { code: CORRECTABLE, ..self }
    }

    /// The same, with the exit code of a check that found something.
    pub(crate) fn with_findings(self) -> Self {
        Self { code: FOUND, ..self }
    }
}

/// Writes the answer or the error in the form that was asked for.
pub(crate) fn give(outcome: Result<Answer, CliError>, as_json: bool) -> ExitCode {
    let written = match &outcome {
        Ok(answer) => write_answer(answer, as_json),
        Err(error) if error.is_closed_pipe() => return ExitCode::SUCCESS,
        Err(error) => write_error(error, as_json),
    };
    match (outcome, written) {
        (Ok(answer), Ok(())) => ExitCode::from(answer.code),
        (Ok(answer), Err(cause)) if cause.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(answer.code),
        (Ok(_), Err(_)) | (Err(_), _) => ExitCode::from(CORRECTABLE),
    }
}

fn write_answer(answer: &Answer, as_json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if as_json && !answer.json.is_null() {
        writeln!(out, "{}", answer.json)?;
    } else if !as_json && !answer.text.is_empty() {
        writeln!(out, "{}", answer.text.trim_end_matches('\n'))?;
    }
    out.flush()
}

fn write_error(error: &CliError, as_json: bool) -> io::Result<()> {
    if as_json {
        let mut out = io::stdout().lock();
        writeln!(out, "{}", json!({ "error": { "code": error.code(), "message": error.to_string() } }))?;
        return out.flush();
    }
    writeln!(io::stderr().lock(), "autoreach: {error}")
}
