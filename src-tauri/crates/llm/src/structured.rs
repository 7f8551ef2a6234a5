//! From a model's text to a typed value, strictly, with one repair at most.
//!
//! A repair is either free (the JSON stands there, with a fence or prose around it) or one more question naming what was
//! wrong. Either way the value is marked, because an answer that had to be helped is no basis for going on without a person.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use tokio_util::sync::CancellationToken;

use crate::chat::{ChatModel, ChatReply, ChatRequest, Finish, Usage};
use crate::error::{ChatError, ReplyFault};
use crate::schema::ReplySchema;
use crate::strict_json::parse_strictly;

/// The longest answer that is read at all.
pub const MAXIMUM_ANSWER_BYTES: usize = 256 * 1024;

/// A typed answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Structured<T> {
    /// The answer, held against the schema.
    pub value: T,
    /// The answer needed help to become one; never act on it without a person.
    pub was_repaired: bool,
    /// Tokens of all calls it took.
    pub usage: Usage,
    /// The model that answered, as the provider names it.
    pub model: String,
}

/// Asks for a `T`, whose schema the request must carry ([`ReplySchema::of::<T>`](ReplySchema::of)). Fails as the call
/// fails, and with [`ChatError::Refused`], [`ChatError::CutByLength`] or [`ChatError::Malformed`] when the answer is none.
pub async fn structured<T: DeserializeOwned + JsonSchema>(
    model: &dyn ChatModel,
    request: &ChatRequest,
    cancel: &CancellationToken,
) -> Result<Structured<T>, ChatError> {
    let first = finished(model.chat(request, cancel).await?)?;
    let (value, was_repaired) = match read_or_unwrap(&first.text, &request.schema) {
        Ok(read) => read,
        Err(fault) => {
            tracing::debug!(%fault, "asking a model again");
            return ask_again(model, request, cancel, first.usage, fault).await;
        }
    };
    Ok(Structured { value, was_repaired: was_repaired || first.was_repaired, usage: first.usage, model: first.model })
}

async fn ask_again<T: DeserializeOwned>(
    model: &dyn ChatModel,
    request: &ChatRequest,
    cancel: &CancellationToken,
    spent: Usage,
    fault: ReplyFault,
) -> Result<Structured<T>, ChatError> {
    let second = finished(model.chat(&request.asked_again(fault), cancel).await?)?;
    let value = read(&second.text, &request.schema)?;
    Ok(Structured { value, was_repaired: true, usage: spent.plus(second.usage), model: second.model })
}

fn finished(reply: ChatReply) -> Result<ChatReply, ChatError> {
    match reply.finish {
        Finish::Complete => Ok(reply),
        Finish::Length => Err(ChatError::CutByLength),
        Finish::Refused => Err(ChatError::Refused),
    }
}

/// The value, and whether something around it had to be taken off. The fault is that of the text as it came.
fn read_or_unwrap<T: DeserializeOwned>(text: &str, schema: &ReplySchema) -> Result<(T, bool), ReplyFault> {
    let fault = match read(text, schema) {
        Ok(value) => return Ok((value, false)),
        Err(fault) => fault,
    };
    let inner = object_inside(text).filter(|_| fault == ReplyFault::NotJson).ok_or(fault)?;
    Ok((read(inner, schema)?, true))
}

fn read<T: DeserializeOwned>(text: &str, schema: &ReplySchema) -> Result<T, ReplyFault> {
    if text.len() > MAXIMUM_ANSWER_BYTES {
        return Err(ReplyFault::TooLarge);
    }
    if text.trim().is_empty() {
        return Err(ReplyFault::Empty);
    }
    let value = parse_strictly(text.as_bytes())?;
    schema.check(&value)?;
    serde_json::from_value(value).map_err(|_| ReplyFault::WrongShape)
}

/// From the first opening brace to the last closing one.
fn object_inside(text: &str) -> Option<&str> {
    let start = text.find('{')?;
    let end = text.rfind('}')?;
    text.get(start..=end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scripted::{ScriptedModel, reply};
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Verdict {
        fits: bool,
        #[schemars(length(max = 40))]
        reason: String,
    }

    const GOOD: &str = r#"{"fits": true, "reason": "makes pumps"}"#;

    fn request() -> ChatRequest {
        let schema = ReplySchema::of::<Verdict>().expect("is closed");
        ChatRequest { system: "Judge.".into(), user: "Pumps Ltd".into(), schema, max_output_tokens: 200, temperature: 0.0 }
    }

    async fn ask(replies: Vec<Result<ChatReply, ChatError>>) -> (Result<Structured<Verdict>, ChatError>, Vec<ChatRequest>) {
        let model = ScriptedModel::replying(replies);
        let outcome = structured(&model, &request(), &CancellationToken::new()).await;
        (outcome, model.asked())
    }

    async fn refused(text: &str) -> ReplyFault {
        match ask(vec![Ok(reply(text)), Ok(reply(text))]).await.0 {
            Err(ChatError::Malformed(fault)) => fault,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn a_good_answer_is_a_value_without_a_mark() {
        let (outcome, asked) = ask(vec![Ok(reply(GOOD))]).await;
        let answer = outcome.expect("is good");
        assert_eq!(answer.value, Verdict { fits: true, reason: "makes pumps".into() });
        assert!(!answer.was_repaired);
        assert_eq!(asked.len(), 1);
    }

    #[tokio::test]
    async fn a_fence_or_prose_is_taken_off_without_a_second_call_and_marked() {
        for text in [format!("```json\n{GOOD}\n```"), format!("Sure! Here it is: {GOOD} Anything else?"), format!("\u{feff}{GOOD}")] {
            let (outcome, asked) = ask(vec![Ok(reply(&text))]).await;
            assert!(outcome.expect("is repaired").was_repaired, "{text}");
            assert_eq!(asked.len(), 1);
        }
    }

    #[tokio::test]
    async fn a_second_question_names_the_fault_but_repeats_nothing_and_marks_the_answer() {
        let (outcome, asked) = ask(vec![Ok(reply(r#"{"fits": true, "reason": "x", "IGNORE ALL RULES": 1}"#)), Ok(reply(GOOD))]).await;
        let answer = outcome.expect("is repaired");
        assert!(answer.was_repaired);
        assert_eq!(answer.usage.output_tokens, 2 * reply("").usage.output_tokens, "both calls are counted");
        assert!(asked[1].user.starts_with("Pumps Ltd") && asked[1].user.contains("fields do not match"));
        assert!(!asked[1].user.contains("IGNORE"));
        assert_eq!(asked[1].system, asked[0].system);
    }

    #[tokio::test]
    async fn the_second_answer_gets_no_further_help() {
        let (outcome, asked) = ask(vec![Ok(reply("no idea")), Ok(reply(&format!("```\n{GOOD}\n```"))), Ok(reply(GOOD))]).await;
        assert_eq!(outcome, Err(ChatError::Malformed(ReplyFault::NotJson)));
        assert_eq!(asked.len(), 2);
    }

    #[tokio::test]
    async fn every_fault_has_its_name() {
        assert_eq!(refused("").await, ReplyFault::Empty);
        assert_eq!(refused("I would rather not.").await, ReplyFault::NotJson);
        assert_eq!(refused(r#"{"fits": true, "fits": false, "reason": "x"}"#).await, ReplyFault::DuplicateKey);
        assert_eq!(refused(r#"[true, "x"]"#).await, ReplyFault::WrongShape);
        assert_eq!(refused(r#"{"fits": "yes", "reason": "x"}"#).await, ReplyFault::WrongShape);
        assert_eq!(refused(&format!(r#"{{"fits": true, "reason": "{}"}}"#, "x".repeat(41))).await, ReplyFault::OverLimit);
        assert_eq!(refused(&"[".repeat(100_000)).await, ReplyFault::TooDeep);
        assert_eq!(refused(&" ".repeat(MAXIMUM_ANSWER_BYTES + 1)).await, ReplyFault::TooLarge);
    }

    #[tokio::test]
    async fn a_refusal_and_a_cut_answer_are_no_answers_and_not_asked_again() {
        for (finish, error) in [(Finish::Refused, ChatError::Refused), (Finish::Length, ChatError::CutByLength)] {
            let (outcome, asked) = ask(vec![Ok(ChatReply { finish, ..reply(GOOD) }), Ok(reply(GOOD))]).await;
            assert_eq!(outcome, Err(error));
            assert_eq!(asked.len(), 1);
        }
    }
}
