//! The scorer: verified facts and the stated profile in, one number out. The number is a property of the lead like any other:
//! how far it can be trusted is what verdicts teach (`learning.md` 4.2).

use super::{ModelFault, ModelHand, prompt};
use autoreach_domain::dossier::Dossier;
use autoreach_domain::egress::ModelRole;
use autoreach_domain::lead::Lead;
use autoreach_domain::workflow::WorkflowDefinition;
use autoreach_llm::{ChatError, ChatRequest, ReplySchema, structured};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

/// Facts shown to the scorer, in the order of the dossier.
const MOST_FACTS: usize = 24;
/// Tokens of the longest answer: one number in its braces.
const LONGEST_ANSWER: u32 = 60;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ScoreReply {
    #[schemars(range(min = 0, max = 100))]
    score: u8,
}

/// How well the lead fits in the eyes of a model, 0 to 100; `None` where there is no fact to judge by, or the answer had to be
/// repaired: a number picked out of a broken answer is no reading.
pub async fn score(hand: ModelHand<'_>, lead: &Lead, dossier: &Dossier, definition: &WorkflowDefinition) -> Result<Option<u8>, ModelFault> {
    if dossier.findings.is_empty() {
        return Ok(None);
    }
    let facts = dossier.findings.iter().take(MOST_FACTS);
    let facts: Vec<_> = facts.map(|finding| json!({ "kind": finding.fact.kind(), "says": finding.fact.value() })).collect();
    let work = json!({ "wanted": definition.icp, "role": lead.person.role, "country": lead.country, "facts": facts });
    let request = ChatRequest {
        system: prompt(ModelRole::Scorer).words.to_owned(),
        user: work.to_string(),
        schema: ReplySchema::of::<ScoreReply>().map_err(ChatError::from)?,
        max_output_tokens: LONGEST_ANSWER,
        temperature: 0.0,
    };
    let reply = structured::<ScoreReply>(hand.model, &request, hand.cancel).await?;
    Ok((!reply.was_repaired).then_some(reply.value.score))
}
