//! `suppress`: who is never written to.

use crate::answer::Answer;
use crate::args::{SuppressArgs, SuppressCommand};
use crate::error::CliError;
use crate::files;
use crate::view::lists;
use crate::view::words::counted;
use autoreach_engine::Engine;
use serde_json::json;

/// Adds to the list, or shows it.
pub(crate) async fn suppress(engine: &Engine, command: SuppressCommand) -> Result<Answer, CliError> {
    match command {
        SuppressCommand::Add(args) => add(engine, &args).await,
        SuppressCommand::List => {
            let entries = engine.suppressions().await?;
            Ok(Answer::new(&json!({ "suppressions": entries }), lists::suppressions(&entries)))
        }
    }
}

async fn add(engine: &Engine, args: &SuppressArgs) -> Result<Answer, CliError> {
    let mut entries: Vec<(String, String)> = args.entries.iter().map(|entry| (entry.clone(), args.reason.clone())).collect();
    if let Some(file) = &args.file {
        entries.extend(listed(&files::read_text(file)?, &args.reason));
    }
    let given = entries.len();
    let added = engine.suppress(&entries).await?;
    let text = format!(
        "Added {} of {given}; the others were on the list. Unsent mails to them stay here.",
        counted(added, "entry").replace("entrys", "entries")
    );
    Ok(Answer::new(&json!({ "given": given, "added": added }), text))
}

/// The entries of a file: first cell who, second cell why; a heading line is left out.
fn listed(text: &str, reason: &str) -> Vec<(String, String)> {
    let bare = |cell: &str| cell.trim().trim_matches('"').trim().to_owned();
    let entry = |line: &str| {
        let (who, why) = line.split_once([',', ';', '\t']).unwrap_or((line, ""));
        let why = bare(why);
        (bare(who), if why.is_empty() { reason.to_owned() } else { why })
    };
    let is_heading =
        |who: &str| matches!(who.to_lowercase().as_str(), "email" | "e-mail" | "entry" | "address" | "domain" | "company" | "");
    text.trim_start_matches('\u{FEFF}').lines().map(entry).filter(|(who, _)| !is_heading(who)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_have_a_heading_quotes_and_reasons() {
        let text = "\u{FEFF}entry,reason\n\"orbital.example\",asked to stop\nwei@acme.example\n\n";
        let wanted = [("orbital.example", "asked to stop"), ("wei@acme.example", "list")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(listed(text, "list"), wanted);
    }
}
