//! The reader: one page in, facts with the place of their words out.
//!
//! The model proposes; code disposes. A quote that is not in the page, or a value that is not in its quote, is dropped
//! without a word, so that a page which talks a model into something gains nothing by it.

use super::{ModelFault, ModelHand, prompt};
use crate::rules::facts::{Found, industry};
use autoreach_domain::dossier::Fact;
use autoreach_domain::egress::ModelRole;
use autoreach_domain::icp::Industry;
use autoreach_llm::{ChatRequest, ReplySchema, structured};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;

/// Characters of a page that are shown to the model.
const LONGEST_PAGE: usize = 12_000;
/// Tokens of the longest answer: twelve facts with their quotes.
const LONGEST_ANSWER: u32 = 2_000;
/// Words of the longest name of a city, a technology and a role; more is a sentence.
const LONGEST_CITY: usize = 4;
const LONGEST_TECHNOLOGY: usize = 5;
const LONGEST_ROLE: usize = 8;
/// How plainly a model's facts say it, beside those of the built-in engine: first among the unsure ones.
const WEIGHT: u8 = 1;

/// The kinds of facts a model may propose. Mail addresses are not among them: a model names no recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    HeadCount,
    Industry,
    City,
    Founded,
    Technology,
    OpenRole,
    Funding,
    News,
    Layoffs,
    Product,
    Contact,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ProposedFact {
    kind: Kind,
    #[schemars(length(max = 120))]
    value: String,
    #[schemars(length(max = 120))]
    detail: String,
    #[schemars(length(max = 300))]
    quote: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PageReply {
    #[schemars(length(max = 12))]
    facts: Vec<ProposedFact>,
}

/// The facts a model finds in a page's text, and whether its answer had to be repaired.
pub(crate) async fn read_page(
    hand: ModelHand<'_>,
    title: &str,
    text: &str,
    published: Option<Date>,
) -> Result<(Vec<Found>, bool), ModelFault> {
    let shown: String = text.chars().take(LONGEST_PAGE).collect();
    let request = ChatRequest {
        system: prompt(ModelRole::Reader).words.to_owned(),
        user: format!("Title: {title}\n\nPage:\n{shown}"),
        schema: ReplySchema::of::<PageReply>().map_err(autoreach_llm::ChatError::from)?,
        max_output_tokens: LONGEST_ANSWER,
        temperature: 0.0,
    };
    let reply = structured::<PageReply>(hand.model, &request, hand.cancel).await?;
    let facts = reply.value.facts.iter().filter_map(|proposed| found(proposed, text, published)).collect();
    Ok((facts, reply.was_repaired))
}

/// The fact with the place of its quote, or nothing when the page does not say it.
fn found(proposed: &ProposedFact, text: &str, published: Option<Date>) -> Option<Found> {
    let quote = proposed.quote.trim();
    let start = (!quote.is_empty()).then(|| text.find(quote)).flatten()?;
    let fact = fact(proposed, quote)?;
    Some(Found { fact, start, end: start + quote.len(), published, weight: WEIGHT, is_unseen: false })
}

/// The typed fact, when its quote holds its value.
fn fact(proposed: &ProposedFact, quote: &str) -> Option<Fact> {
    let value = proposed.value.trim().to_owned();
    let says = |words: &str| !words.is_empty() && quote.to_lowercase().contains(&words.to_lowercase());
    let names = |most_words: usize| says(&value) && value.split_whitespace().count() <= most_words;
    let number = || value.parse::<u32>().ok().filter(|number| numbers_in(quote).contains(number));
    match proposed.kind {
        Kind::HeadCount => number().map(|people| Fact::HeadCount { low: people, high: people }),
        Kind::Founded => number()
            .and_then(|year| i16::try_from(year).ok())
            .filter(|year| (1600..2100).contains(year))
            .map(|year| Fact::FoundedYear { year }),
        Kind::Industry => {
            // The quote must name the trade too: a page's order to call it a good one does not.
            let named = value.to_lowercase().replace(' ', "_").parse::<Industry>().ok();
            named.filter(|named| industry::by_name(quote) == Some(*named)).map(|industry| Fact::Industry { industry })
        }
        Kind::City => names(LONGEST_CITY).then_some(Fact::Location { city: Some(value), country: None, headquarters: false }),
        Kind::Technology => names(LONGEST_TECHNOLOGY).then_some(Fact::Technology { name: value }),
        Kind::OpenRole => names(LONGEST_ROLE).then_some(Fact::Hiring { role: value, count: None, place: None }),
        Kind::Funding => says(&value).then_some(Fact::Funding { amount: value, round: None }),
        Kind::News => says(&value).then_some(Fact::News { headline: value }),
        Kind::Layoffs => Some(Fact::Layoffs { summary: quote.to_owned() }),
        Kind::Product => Some(Fact::Product { sentence: quote.to_owned() }),
        Kind::Contact => {
            let role = proposed.detail.trim().to_owned();
            (says(&value) && says(&role)).then_some(Fact::ContactRole { name: value, role, departed: false })
        }
    }
}

/// The whole numbers of a text; marks between groups of digits are left out, as in "1,200".
fn numbers_in(text: &str) -> Vec<u32> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, ',' | '.' | '\'' | '\u{202f}' | '\u{a0}');
    let digits = |part: &str| part.chars().filter(char::is_ascii_digit).collect::<String>();
    text.split(|c| !is_part(c)).filter_map(|part| digits(part).parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use autoreach_llm::scripted::{ScriptedModel, reply};
    use serde_json::json;
    use tokio_util::sync::CancellationToken;

    const PAGE: &str = "Orbital Freight ships along the Baltic coast. We employ 1,200 people in Aarhus. Now hiring: Freight planner.";

    async fn read(answer: serde_json::Value) -> Vec<Found> {
        let model = ScriptedModel::replying([Ok(reply(&answer.to_string()))]);
        let cancel = CancellationToken::new();
        let hand = ModelHand { model: &model, stamp: "scripted p1", cancel: &cancel };
        read_page(hand, "Orbital Freight", PAGE, None).await.expect("answers").0
    }

    fn proposed(kind: &str, value: &str, quote: &str) -> serde_json::Value {
        json!({ "kind": kind, "value": value, "detail": "", "quote": quote })
    }

    #[tokio::test]
    async fn a_fact_is_taken_with_the_place_of_its_words() {
        let quote = "We employ 1,200 people in Aarhus.";
        let facts = read(json!({ "facts": [proposed("head_count", "1200", quote)] })).await;
        assert_eq!(facts[0].fact, Fact::HeadCount { low: 1_200, high: 1_200 });
        assert_eq!(&PAGE[facts[0].start..facts[0].end], quote);
    }

    #[tokio::test]
    async fn what_the_page_does_not_say_is_dropped() {
        let invented = json!({ "facts": [
            proposed("head_count", "4000", "We employ 4,000 people in Aarhus."),
            proposed("head_count", "4000", "We employ 1,200 people in Aarhus."),
            proposed("technology", "SAP", "Now hiring: Freight planner."),
            proposed("open_role", "", "Now hiring: Freight planner."),
            proposed("news", "Award won", ""),
            proposed("industry", "software", "Now hiring: Freight planner."),
        ] });
        assert_eq!(read(invented).await, []);
    }

    #[tokio::test]
    async fn the_model_sees_this_page_and_nothing_else() {
        let model = ScriptedModel::replying([Ok(reply(r#"{"facts": []}"#))]);
        let cancel = CancellationToken::new();
        read_page(ModelHand { model: &model, stamp: "scripted p1", cancel: &cancel }, "Title", PAGE, None).await.expect("answers");
        let asked = &model.asked()[0];
        assert_eq!(asked.system, prompt(ModelRole::Reader).words, "instructions hold no text of a page");
        assert!(asked.user.ends_with(PAGE));
    }
}
