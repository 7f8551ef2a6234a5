//! `discover`: companies that are no leads yet. Names and quotes come from strangers' pages and are made visible first.

use crate::answer::Answer;
use crate::args::{Asking, DiscoverCommand, SetupCommand, Taking};
use crate::error::CliError;
use crate::files;
use crate::prompt;
use crate::view::text::{fitted, visible};
use crate::view::words::counted;
use autoreach_engine::Engine;
use autoreach_engine::discovery::CannotDiscover;
use autoreach_engine::discovery::examples::{ExampleReport, with_statements};
use autoreach_engine::discovery::search::SearchView;
use autoreach_engine::discovery::view::{Added, ChosenCompany, DiscoveryReport, FoundLine, LeftOut};
use autoreach_engine::domain::discovery::SearchQuery;
use autoreach_engine::domain::icp::examples::{ExampleShare, ProposedStatement, Statement};
use autoreach_engine::domain::ids::WorkflowId;
use autoreach_engine::error::EngineError;
use serde_json::json;
use std::path::Path;

/// Looks for companies, and takes them where that is asked for.
pub(crate) async fn discover(engine: &Engine, command: DiscoverCommand) -> Result<Answer, CliError> {
    match command {
        DiscoverCommand::Page { url, taking } => {
            let workflow = workflow(engine, &taking).await?;
            told(engine, workflow, engine.discover_from_page(workflow, &url).await?, &taking).await
        }
        DiscoverCommand::Domains { file, taking } => {
            let workflow = workflow(engine, &taking).await?;
            let text = text_of(&file)?;
            let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            told(engine, workflow, engine.discover_from_domains(workflow, &name, &text).await?, &taking).await
        }
        DiscoverCommand::Search { query, asking } => searched(engine, &[query], &asking).await,
        DiscoverCommand::More { ask, asking } => more(engine, ask, &asking).await,
        DiscoverCommand::Profile { good, bad, apply, workflow } => profile(engine, &good, &bad, apply.then_some(workflow.as_deref())).await,
        DiscoverCommand::Setup { engine: None } => set_up(engine.search_view().await?),
        DiscoverCommand::Setup { engine: Some(SetupCommand::Searxng { url, remove: _ }) } => {
            set_up(engine.set_searxng(url.as_deref()).await?)
        }
        DiscoverCommand::Setup { engine: Some(SetupCommand::Brave { remove: true }) } => set_up(engine.set_brave_key(None).await?),
        DiscoverCommand::Setup { engine: Some(SetupCommand::Brave { remove: false }) } => {
            let key = prompt::ask_hidden_or_read("Key of Brave's search interface: ")?;
            set_up(engine.set_brave_key(Some(&key)).await?)
        }
    }
}

/// What sets good companies apart from bad ones; with a workflow, what is advised is stated in it.
async fn profile(engine: &Engine, good: &Path, bad: &Path, apply_to: Option<Option<&str>>) -> Result<Answer, CliError> {
    let (good, bad) = (text_of(good)?, text_of(bad)?);
    let report = engine.profile_from_examples(&good, &bad).await?;
    let mut text = profile_words(&report);
    let advised: Vec<Statement> = report.statements.iter().filter(|one| one.is_advised).map(|one| one.statement.clone()).collect();
    let set = match apply_to {
        Some(name) if !advised.is_empty() => {
            let mut definition = engine.workflow(name).await?.definition;
            definition.icp = with_statements(definition.icp, &advised);
            Some(engine.set_workflow(definition).await?.workflow)
        }
        Some(_) | None => None,
    };
    text.push_str(&match &set {
        Some(workflow) => format!("\nStated in version {} of {}.", workflow.version, visible(&workflow.definition.name)),
        None if advised.is_empty() => "\nNothing is advised; name more companies, or state the profile yourself.".to_owned(),
        None => "\nNothing was changed. State what is advised with --apply, or choose in the window under Workflows.".to_owned(),
    });
    Ok(Answer::new(&json!({ "report": report, "version": set.map(|workflow| workflow.version) }), text))
}

fn text_of(file: &Path) -> Result<String, CliError> {
    Ok(String::from_utf8_lossy(&files::read(file)?).into_owned())
}

fn profile_words(report: &ExampleReport) -> String {
    let share = |share: ExampleShare| format!("{} of {}", share.have, share.known);
    let line = |one: &ProposedStatement| {
        let mark = if one.is_advised { '+' } else { '?' };
        let such_as: Vec<String> = one.such_as.iter().map(|name| visible(name)).collect();
        let (good, bad) = (share(one.good), share(one.bad));
        format!("  {mark} {} good {good:<9} bad {bad:<9} such as {}", fitted(&visible(&one.words), 34), such_as.join(", "))
    };
    let unread = report.companies.iter().filter_map(|one| {
        one.problem
            .as_ref()
            .map(|problem| format!("  - {} {} {}", fitted(&visible(&one.name), 24), fitted(&one.domain, 28), visible(problem)))
    });
    let read = report.companies.iter().filter(|one| one.problem.is_none()).count();
    let head = format!("Read {read} of {}; counts are of those of which it is known", counted(report.companies.len() as u64, "site"));
    let mut lines = vec![head];
    lines.extend(report.statements.iter().map(line));
    if report.statements.iter().any(|one| !one.is_advised) {
        lines.push("  (? rules companies out, which is yours to say: state it with `autoreach workflow`)".to_owned());
    }
    lines.extend(unread);
    lines.extend(report.notes.iter().map(|note| visible(note)));
    lines.push(report.test.clone());
    lines.join("\n")
}

async fn workflow(engine: &Engine, taking: &Taking) -> Result<WorkflowId, CliError> {
    Ok(engine.workflow(taking.workflow.as_deref()).await?.id)
}

async fn searched(engine: &Engine, queries: &[String], asking: &Asking) -> Result<Answer, CliError> {
    let workflow = workflow(engine, &asking.taking).await?;
    let report = engine.discover_by_search(workflow, queries, asking.engine).await?;
    told(engine, workflow, report, &asking.taking).await
}

async fn more(engine: &Engine, ask: bool, asking: &Asking) -> Result<Answer, CliError> {
    let queries = engine.discovery_queries(workflow(engine, &asking.taking).await?).await?;
    if queries.is_empty() {
        return Err(EngineError::from(CannotDiscover::NothingToSearchFor).into());
    }
    if ask {
        let words: Vec<String> = queries.into_iter().map(|query| query.words).collect();
        return searched(engine, &words, asking).await;
    }
    let line = |query: &SearchQuery| format!("{}\n    {}", visible(&query.words), visible(&query.because));
    let lines: Vec<String> = queries.iter().map(line).collect();
    let text =
        format!("{}\nNothing was sent. Send them with --ask, or one of your own with `autoreach discover search`.", lines.join("\n"));
    Ok(Answer::new(&json!({ "queries": queries }), text))
}

/// What was found, and what became of it.
async fn told(engine: &Engine, workflow: WorkflowId, report: DiscoveryReport, taking: &Taking) -> Result<Answer, CliError> {
    let mut text = report_words(&report);
    let added = if taking.add && !report.found.is_empty() {
        let chosen: Vec<ChosenCompany> = report.found.iter().map(ChosenCompany::from).collect();
        Some(engine.add_discovered(workflow, &report.source, &chosen).await?)
    } else {
        None
    };
    text.push_str(&match &added {
        Some(added) => added_words(added),
        None if report.found.is_empty() => "\nNothing new to take.".to_owned(),
        None => "\nNothing was stored. Take them all with --add; choose among them in the window.".to_owned(),
    });
    Ok(Answer::new(&json!({ "report": report, "added": added }), text))
}

fn report_words(report: &DiscoveryReport) -> String {
    let mut lines = vec![format!("{} new, {} left out, from {}", report.found.len(), report.left_out.len(), visible(&report.label))];
    lines.extend(report.found.iter().map(found_words));
    lines.extend(report.left_out.iter().map(left_out_words));
    lines.extend(report.notes.iter().map(|note| visible(note)));
    lines.join("\n")
}

fn found_words(line: &FoundLine) -> String {
    let quote: String = visible(&line.quote.replace('\n', " · ")).chars().take(70).collect();
    format!("  + {} {} {quote}", fitted(&visible(&line.name), 30), fitted(&visible(&line.domain), 28)).trim_end().to_owned()
}

fn left_out_words(left_out: &LeftOut) -> String {
    format!("  - {} {} {}", fitted(&visible(&left_out.name), 30), fitted(&visible(&left_out.domain), 28), visible(&left_out.words))
}

fn added_words(added: &Added) -> String {
    let undo = added.import.map(|import| format!(" Take them back with `autoreach import-undo {import}`.")).unwrap_or_default();
    format!(
        "\nAdded {}. None has a recipient yet: that is yours to name, in the review or with the lead.{undo}",
        counted(added.added as u64, "lead")
    )
}

fn set_up(view: SearchView) -> Result<Answer, CliError> {
    let searxng = view.searxng.as_deref().map_or_else(|| "none".to_owned(), visible);
    let brave = view.brave_key.as_deref().map_or_else(|| "none".to_owned(), |last| format!("…{}", visible(last)));
    let first = view
        .asked_first
        .map_or("No search engine is set up.".to_owned(), |engine| format!("Asked where none is named: {}.", engine.words()));
    let text = format!("SearXNG: {searxng}\nBrave key: {brave}\n{first}\nSearches left today: {}", view.left_today);
    Ok(Answer::new(&view, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stranger_named_a_company_cannot_reach_the_terminal() {
        let line = FoundLine {
            name: "\u{1b}[2JAcme".into(),
            website: "https://acme.example/".into(),
            domain: "acme.example".into(),
            page: String::new(),
            quote: "Acme\n\u{7}pumps".into(),
            basis: "words on the page",
        };
        let words = found_words(&line);
        assert!(words.contains("Acme") && !words.contains('\u{1b}') && !words.contains('\u{7}') && !words.contains('\n'));
    }
}
