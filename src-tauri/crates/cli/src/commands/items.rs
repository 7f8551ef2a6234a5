//! `queue`, `show` and `history`: reading what waits and what was decided. Blind items give no score away, in words or
//! in JSON.

use crate::answer::Answer;
use crate::args::ShowArgs;
use crate::error::CliError;
use crate::view::card::{Detail, card_page, proof_page};
use crate::view::lists;
use crate::view::proofs::proofs;
use crate::view::text::{Inks, READING_WIDTH};
use crate::view::trust::{neighbour_words, receipt_words};
use autoreach_engine::Engine;
use autoreach_engine::domain::ids::ItemId;
use autoreach_engine::review::queue::{ItemView, PAGE_ROWS, QueueSplit};
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use std::io::IsTerminal;

/// The open items, most urgent first.
pub(crate) async fn queue(engine: &Engine, limit: u64) -> Result<Answer, CliError> {
    let mut lines = Vec::new();
    while (lines.len() as u64) < limit {
        let page = engine.queue(lines.len() as u64, (limit - lines.len() as u64).min(PAGE_ROWS)).await?;
        if page.is_empty() {
            break;
        }
        lines.extend(page);
    }
    let counts = engine.queue_counts().await?;
    let answer = Answer::new(&json!({ "items": lines, "counts": counts }), lists::queue(&lines, &counts));
    let asked = engine.queue_page(QueueSplit::Opinions, "", 0, limit).await?.lines;
    Ok(match asked.is_empty() {
        true => answer,
        false => answer.with_more("second_opinions", &json!(asked), &lists::second_opinions(&asked)),
    })
}

/// One item, or the stored page around one of its proofs.
pub(crate) async fn show(engine: &Engine, args: &ShowArgs) -> Result<Answer, CliError> {
    let view = engine.item(find_item(engine, &args.item).await?).await?;
    let Some(number) = args.page else {
        let answer = Answer::new(&view_json(&view), card_page(&view, Detail::Everything).to_text(READING_WIDTH + 4, inks()));
        // What the agent made of a blind item stays hidden until it is decided.
        let receipt = if view.confidence_is_hidden { None } else { engine.receipt(view.item.id).await? };
        let answer = match engine.neighbour(view.item.id).await? {
            Some(neighbour) => answer.with_more("neighbour", &json!(neighbour), &neighbour_words(&neighbour)),
            None => answer,
        };
        return Ok(match receipt {
            Some(receipt) => answer.with_more("receipt", &json!(receipt), &receipt_words(&receipt)),
            None => answer,
        });
    };
    let findings = proofs(&view.item.card);
    let missing = CliError::NoSuchProof { number, proofs: findings.len() };
    let finding = number.checked_sub(1).and_then(|index| findings.get(index)).ok_or(missing)?;
    let page = engine.stored_page(&finding.source.snapshot).await?;
    let json = json!({ "proof": number, "finding": finding, "title": page.title, "url": page.url, "text": page.text });
    Ok(Answer::new(&json, proof_page(number, finding, &page.text).to_text(READING_WIDTH + 4, inks())))
}

/// The last verdicts that hold.
pub(crate) async fn history(engine: &Engine, limit: u64) -> Result<Answer, CliError> {
    let lines = engine.history(limit).await?;
    Ok(Answer::new(&json!({ "history": lines }), lists::history(&lines, &TimeZone::system())))
}

/// Verdicts looked through for an item named by the end of its id.
const RECENT_VERDICTS: u64 = 200;

/// The item a person means: by the company's name, an id, or the end of an id as the queue lists it.
pub(crate) async fn find_item(engine: &Engine, text: &str) -> Result<ItemId, CliError> {
    let error = match engine.find_item(text).await {
        Ok(item) => return Ok(item),
        Err(error) => error,
    };
    let queued = engine.queue(0, PAGE_ROWS).await?.into_iter().map(|line| line.item);
    let asked = engine.queue_page(QueueSplit::Opinions, "", 0, PAGE_ROWS).await?.lines.into_iter().map(|line| line.item);
    let decided = engine.history(RECENT_VERDICTS).await?.into_iter().map(|line| line.item);
    let mut meant: Vec<ItemId> = queued.chain(asked).chain(decided).filter(|item| ends_with(*item, text)).collect();
    meant.dedup();
    match meant.as_slice() {
        [only] => Ok(*only),
        _ => Err(error.into()),
    }
}

/// Is `text` the end of an id, as long as the queue shows it?
fn ends_with(item: ItemId, text: &str) -> bool {
    text.len() >= lists::SHORT_ID && item.to_string().ends_with(&text.to_lowercase())
}

/// Ink only on a terminal, and not against NO_COLOR.
fn inks() -> Inks {
    let is_unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if std::io::stdout().is_terminal() && !is_unwanted { Inks::Shown } else { Inks::Left }
}

/// The item as JSON with the numbers of its proofs; what is hidden is null.
fn view_json(view: &ItemView) -> Value {
    let mut json = json!(view);
    json["proofs"] = json!(proofs(&view.item.card).iter().map(|finding| finding.id).collect::<Vec<_>>());
    if view.confidence_is_hidden {
        let qualified = &mut json["item"]["card"]["qualified"];
        for hidden in ["confidence", "speaks_for", "speaks_against"] {
            qualified[hidden] = Value::Null;
        }
        qualified["qualification"]["fit"] = Value::Null;
    }
    json
}
