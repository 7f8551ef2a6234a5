//! The checker: a mail's own words in, those that a person should look at out. It reads what the word lists of [`crate::tone()`] cannot
//! know, in a call of its own, and sees neither facts nor page. What it says can only stop a mail, never let one through.

use super::{ModelFault, ModelHand, leads_elsewhere, prompt};
use crate::tone::own_words;
use autoreach_domain::draft::Draft;
use autoreach_domain::egress::ModelRole;
use autoreach_domain::exception::{Exception, ExceptionKind};
use autoreach_domain::text::one_line;
use autoreach_llm::{ChatError, ChatRequest, ReplyFault, ReplySchema, structured};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

/// Tokens of the longest answer.
const LONGEST_ANSWER: u32 = 300;
/// Longest reason shown, in characters.
const LONGEST_WHY: usize = 80;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Tone,
    Sensitive,
}

impl Kind {
    fn exception(self) -> ExceptionKind {
        match self {
            Self::Tone => ExceptionKind::ToneDeaf,
            Self::Sensitive => ExceptionKind::SensitiveTopic,
        }
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NamedWords {
    #[schemars(length(max = 120))]
    words: String,
    kind: Kind,
    #[schemars(length(max = 80))]
    why: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CheckReply {
    #[schemars(length(max = 4))]
    found: Vec<NamedWords>,
}

/// What a model would have a person look at in the agent's own words of a mail: at most one reason of a kind. Fails where the
/// answer had to be repaired: half an answer that names nothing is no clean bill.
pub async fn check_words(hand: ModelHand<'_>, draft: &Draft) -> Result<Vec<Exception>, ModelFault> {
    let mail: Vec<&str> = own_words(draft).collect();
    let request = ChatRequest {
        system: prompt(ModelRole::Checker).words.to_owned(),
        user: json!({ "language": draft.language, "mail": mail }).to_string(),
        schema: ReplySchema::of::<CheckReply>().map_err(ChatError::from)?,
        max_output_tokens: LONGEST_ANSWER,
        temperature: 0.0,
    };
    let reply = structured::<CheckReply>(hand.model, &request, hand.cancel).await?;
    if reply.was_repaired {
        return Err(ChatError::from(ReplyFault::WrongShape).into());
    }
    let mut reasons: Vec<Exception> = Vec::new();
    for named in reply.value.found.iter().filter(|named| stands_in(&named.words, &mail)) {
        let kind = named.kind.exception();
        if !reasons.iter().any(|known| known.kind == kind) {
            reasons.push(
                Exception::new(kind, format!("\"{}\" {}.", named.words.trim(), why(&named.why))).about(named.words.trim().to_owned()),
            );
        }
    }
    Ok(reasons)
}

/// A model may not put words into a mail's mouth.
fn stands_in(words: &str, mail: &[&str]) -> bool {
    let words = words.trim().to_lowercase();
    !words.is_empty() && mail.iter().any(|text| text.to_lowercase().contains(&words))
}

/// The reason on one line, without a link or an address, which could only come out of a page.
fn why(said: &str) -> String {
    let said: String = one_line(said).trim_end_matches('.').chars().take(LONGEST_WHY).collect();
    if said.is_empty() || leads_elsewhere(&said) { "may be out of place".to_owned() } else { format!("({said})") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use autoreach_domain::draft::{Sentence, SentenceKind};
    use autoreach_domain::ids::{DraftId, LeadId};
    use autoreach_domain::workflow::{Language, Opener};
    use autoreach_llm::scripted::{ScriptedModel, reply};
    use jiff::Timestamp;
    use tokio_util::sync::CancellationToken;

    fn draft() -> Draft {
        let sentence = |kind, text: &str| Sentence { text: text.into(), kind, findings: Vec::new(), starts_paragraph: false };
        Draft {
            id: DraftId::new(Timestamp::UNIX_EPOCH, [1; 10]),
            lead_id: LeadId::new(Timestamp::UNIX_EPOCH, [2; 10]),
            subject: "Your yard".into(),
            subject_findings: Vec::new(),
            sentences: vec![
                sentence(SentenceKind::Greeting, "Hi Wei,"),
                sentence(SentenceKind::Bridge, "Sorry about the fire, it must have been quite a barbecue."),
                sentence(SentenceKind::Offer, "We plan shipments."),
            ],
            language: Language::English,
            opener: Opener::None,
            engine: "small writer p3".into(),
            stood_in_for: None,
            instruction: None,
            written_at: Timestamp::UNIX_EPOCH,
        }
    }

    async fn checked(said: &str) -> Result<Vec<Exception>, ModelFault> {
        let (model, cancel) = (ScriptedModel::replying([Ok(reply(said))]), CancellationToken::new());
        check_words(ModelHand { model: &model, stamp: "small checker p1", cancel: &cancel }, &draft()).await
    }

    #[tokio::test]
    async fn words_of_the_mail_become_a_reason_for_a_person_that_names_them() {
        let reply = r#"{"found":[{"words":"quite a barbecue","kind":"tone","why":"jokes about a fire."},{"words":"the fire","kind":"sensitive","why":"an accident"}]}"#;
        let reasons = checked(reply).await.expect("answers");
        let told: Vec<_> = reasons.iter().map(|reason| (reason.kind, reason.reason.as_str(), reason.phrase.as_deref())).collect();
        assert_eq!(
            told,
            [
                (ExceptionKind::ToneDeaf, "\"quite a barbecue\" (jokes about a fire).", Some("quite a barbecue")),
                (ExceptionKind::SensitiveTopic, "\"the fire\" (an accident).", Some("the fire")),
            ]
        );
    }

    #[tokio::test]
    async fn words_that_do_not_stand_in_the_agents_part_of_the_mail_are_dropped() {
        for words in ["a burning house", "We plan shipments", "", "  "] {
            let reply = json!({ "found": [{ "words": words, "kind": "tone", "why": "is rude" }] }).to_string();
            assert_eq!(checked(&reply).await, Ok(Vec::new()), "{words:?}");
        }
    }

    #[tokio::test]
    async fn a_reason_carries_no_address_out_of_a_page() {
        let reply = r#"{"found":[{"words":"barbecue","kind":"tone","why":"ask boss@evil.example"}]}"#;
        assert_eq!(checked(reply).await.expect("answers")[0].reason, "\"barbecue\" may be out of place.");
    }

    #[tokio::test]
    async fn an_answer_that_was_cut_or_has_another_shape_is_a_fault_and_no_clean_bill() {
        for reply in [r#"{"found":["#, r#"{"found":[],"approve":true}"#, r#"{"found":[{"words":"barbecue","kind":"funny","why":""}]}"#] {
            assert!(checked(reply).await.is_err(), "{reply}");
        }
    }
}
