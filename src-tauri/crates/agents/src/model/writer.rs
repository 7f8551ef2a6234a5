//! The writer: verified facts in, subject and opening of a mail out, framed by code.
//!
//! The model never sees a page and never writes to somebody: greeting, offer, question, signature and footer are the
//! workflow's own words. A sentence it calls free of facts that holds a number or a name is taken as a claim all the same,
//! so that it cannot pass unproven.

use super::{ModelFault, ModelHand, prompt, restraint};
use crate::draft::{Brief, DraftSeed, Frame, frame, opener_of};
use autoreach_domain::dossier::{Dossier, Finding, Taint};
use autoreach_domain::draft::{Draft, MAX_CLAIMS, Sentence, SentenceKind};
use autoreach_domain::egress::ModelRole;
use autoreach_domain::ids::{DraftId, FindingId};
use autoreach_domain::lead::Lead;
use autoreach_domain::style::{MOST_EXAMPLES, StyleGuide};
use autoreach_domain::text::one_line;
use autoreach_domain::workflow::{Formality, Language, Opener, WorkflowDefinition};
use autoreach_llm::{ChatRequest, ReplySchema, structured};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

/// Facts shown to the writer, the most useful first.
const MOST_FACTS: usize = 12;
/// Tokens of the longest answer.
const LONGEST_ANSWER: u32 = 900;
/// Longest example of a finished mail, in characters.
const EXAMPLE_CHARACTERS: usize = 480;
/// A little freedom in wording; the facts leave none in content.
const TEMPERATURE: f32 = 0.4;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ProposedSentence {
    #[schemars(length(max = 300))]
    text: String,
    #[schemars(length(max = 3))]
    facts: Vec<FactNumber>,
}

#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(transparent)]
struct FactNumber(#[schemars(range(min = 1, max = 99))] usize);

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MailReply {
    #[schemars(length(max = 60))]
    subject: String,
    #[schemars(length(max = 3))]
    subject_facts: Vec<FactNumber>,
    #[schemars(length(max = 4))]
    sentences: Vec<ProposedSentence>,
}

/// What a model wrote.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// The mail, to be checked like any other.
    pub draft: Draft,
    /// Its answer had to be repaired: never without a person.
    pub was_repaired: bool,
}

/// What a person wants to be different from the mail they have read.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    /// In their words.
    pub instruction: &'a str,
    /// The mail they have read.
    pub draft: &'a Draft,
}

/// Writes the first mail to a lead with a model, or writes it anew as `change` asks. `None` where no verified fact is there to open with: the built-in
/// engine's plain mail serves. Fails when the model gave nothing usable.
pub async fn write(
    hand: ModelHand<'_>,
    brief: Brief<'_>,
    now: Timestamp,
    id: DraftId,
    seed: DraftSeed,
    change: Option<Change<'_>>,
) -> Result<Option<Written>, ModelFault> {
    let Brief { lead, dossier, definition, .. } = brief;
    let frame = frame(brief, now, seed);
    let facts = facts(dossier, now);
    if facts.is_empty() {
        return Ok(None);
    }
    let reply = structured::<MailReply>(hand.model, &request(brief, &frame, &facts, change)?, hand.cancel).await?;
    let numbered = |numbers: &[FactNumber]| named(numbers, &facts);
    let own_words = own_words(lead, definition, &frame);
    // Facts that a sentence calls its own without speaking of them do not prove it.
    let about = format!("{own_words} {}", lead.company.to_lowercase());
    let resting_on = |text: &str, numbers: &[FactNumber]| {
        let ids = numbered(numbers);
        let named: Vec<&Finding> = ids.iter().filter_map(|id| dossier.finding(*id)).collect();
        if restraint::speaks_of(text, &named, &about) { ids } else { Vec::new() }
    };
    let opening = opening(&reply.value, &own_words, resting_on)?;
    let subject = one_line(&reply.value.subject);
    let (subject, subject_findings) = if restraint::is_subject(&subject, &facts, &about) {
        (subject, numbered(&reply.value.subject_facts))
    } else {
        let built_in = crate::draft::draft(brief, now, id, seed);
        (built_in.subject, built_in.subject_findings)
    };
    let opener =
        opening.iter().flat_map(|sentence| &sentence.findings).next().and_then(|id| dossier.finding(*id)).map_or(Opener::None, opener_of);
    let draft = Draft {
        id,
        lead_id: lead.id,
        subject,
        subject_findings,
        language: frame.language,
        sentences: frame.around(opening),
        opener,
        engine: hand.stamp.to_owned(),
        stood_in_for: None,
        instruction: None,
        written_at: now,
    };
    Ok(Some(Written { draft, was_repaired: reply.was_repaired }))
}

/// The facts a mail may open with: fresh, of a site that is the company's own. Layoffs, trouble and people are not among them.
fn facts(dossier: &Dossier, now: Timestamp) -> Vec<&Finding> {
    if dossier.taints.iter().any(|(taint, _)| matches!(taint, Taint::WrongCompany | Taint::ParkedDomain)) {
        return Vec::new();
    }
    let is_usable = |finding: &&Finding| {
        !finding.source.is_stale(now) && opener_of(finding) != Opener::None && !restraint::leads_elsewhere(&finding.fact.value())
    };
    dossier.findings.iter().filter(is_usable).take(MOST_FACTS).collect()
}

fn request(brief: Brief<'_>, frame: &Frame, facts: &[&Finding], change: Option<Change<'_>>) -> Result<ChatRequest, ModelFault> {
    let Brief { lead, definition, style, .. } = brief;
    let numbered: Vec<_> = facts
        .iter()
        .enumerate()
        .map(|(index, finding)| json!({ "number": index + 1, "kind": finding.fact.kind(), "says": finding.fact.value(), "words": finding.source.quote }))
        .collect();
    let mut work = json!({
        "company": lead.company,
        "reader_role": lead.person.role,
        "facts": numbered,
        "offer_that_follows": definition.messaging.offer.get(frame.language),
        "language": match frame.language { Language::English => "English", Language::German => "German" },
        "tone": match definition.messaging.formality { Formality::Casual => "casual", Formality::Neutral => "neutral", Formality::Formal => "formal" },
        "banned_phrases": definition.messaging.never.iter().chain(&style.banned).collect::<Vec<_>>(),
        "words_at_most": frame.words_left(),
        "may_ask": frame.may_ask(),
        "style": style_block(style),
    });
    if let Some(Change { instruction, draft }) = change {
        let opening = draft.sentences.iter().filter(|sentence| matches!(sentence.kind, SentenceKind::Claim | SentenceKind::Bridge));
        let opening: Vec<&str> = opening.map(|sentence| sentence.text.as_str()).collect();
        work["instruction"] = one_line(instruction).into();
        work["draft_so_far"] = json!({ "subject": draft.subject, "sentences": opening });
    }
    Ok(ChatRequest {
        system: prompt(ModelRole::Writer).words.to_owned(),
        user: work.to_string(),
        schema: ReplySchema::of::<MailReply>().map_err(autoreach_llm::ChatError::from)?,
        max_output_tokens: LONGEST_ANSWER,
        temperature: TEMPERATURE,
    })
}

/// How the person writes: learned rules and finished mails, as values in the same object as the facts, cut to a bounded
/// length. They stand beside the rules of the prompt and not among them.
fn style_block(style: &StyleGuide) -> Value {
    let examples =
        style.examples.iter().take(MOST_EXAMPLES).map(|text| one_line(&text.chars().take(EXAMPLE_CHARACTERS).collect::<String>()));
    json!({ "rules": style.prompt_rules(), "examples": examples.collect::<Vec<_>>() })
}

/// The sentences before the offer. An unknown number proves nothing and is left out.
fn opening(
    reply: &MailReply,
    own_words: &str,
    resting_on: impl Fn(&str, &[FactNumber]) -> Vec<FindingId>,
) -> Result<Vec<Sentence>, ModelFault> {
    let mut sentences: Vec<Sentence> = Vec::new();
    for proposed in &reply.sentences {
        let text = one_line(&proposed.text);
        if text.is_empty() {
            continue;
        }
        let findings = resting_on(&text, &proposed.facts);
        let is_claim = !proposed.facts.is_empty() || says_something(&text, own_words) || !restraint::is_small_talk(&text, own_words);
        let kind = if is_claim { SentenceKind::Claim } else { SentenceKind::Bridge };
        sentences.push(Sentence { text, kind, findings, starts_paragraph: sentences.is_empty() });
    }
    let claims = sentences.iter().filter(|sentence| sentence.kind == SentenceKind::Claim).count();
    if claims == 0 || claims > MAX_CLAIMS {
        return Err(ModelFault::NothingToSay);
    }
    let texts = sentences.iter().map(|sentence| sentence.text.as_str()).chain([reply.subject.as_str()]);
    if texts.into_iter().any(restraint::leads_elsewhere) { Err(ModelFault::Address) } else { Ok(sentences) }
}

/// The findings behind numbers that were shown.
fn named(numbers: &[FactNumber], facts: &[&Finding]) -> Vec<FindingId> {
    numbers.iter().filter_map(|FactNumber(number)| facts.get(number.checked_sub(1)?)).map(|finding| finding.id).collect()
}

/// Words that a sentence without facts may hold: the workflow's own.
fn own_words(lead: &Lead, definition: &WorkflowDefinition, frame: &Frame) -> String {
    let sender = &definition.sender;
    let texts = [definition.messaging.offer.get(frame.language), &sender.company, &sender.name, &lead.person.role];
    texts.map(|text| text.to_lowercase()).join(" ")
}

/// Does a sentence hold a number, or a capitalised word that is neither its first nor the workflow's own? German nouns are
/// capitalised, so that there a sentence without facts is a claim more often than it need be: a person looks, nothing passes.
fn says_something(text: &str, own_words: &str) -> bool {
    let is_foreign_name = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.chars().count() > 1 && word.starts_with(char::is_uppercase) && !own_words.contains(&word.to_lowercase())
    };
    text.chars().any(|c| c.is_ascii_digit()) || text.split_whitespace().skip(1).any(is_foreign_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(sentences: serde_json::Value) -> MailReply {
        serde_json::from_value(json!({ "subject": "Your planners", "subject_facts": [], "sentences": sentences })).expect("is a reply")
    }

    fn kinds(sentences: serde_json::Value) -> Result<Vec<SentenceKind>, ModelFault> {
        let opened = opening(&reply(sentences), "we re-plan shipments portwise", |_, _| Vec::new());
        opened.map(|sentences| sentences.iter().map(|sentence| sentence.kind).collect())
    }

    #[test]
    fn a_sentence_that_names_something_is_a_claim_whatever_the_model_calls_it() {
        let said = json!([{ "text": "You run SAP in Aarhus.", "facts": [] }, { "text": "That is where we come in.", "facts": [] }]);
        assert_eq!(kinds(said), Ok(vec![SentenceKind::Claim, SentenceKind::Bridge]));
        let counted = json!([{ "text": "About 40 of your people plan by hand.", "facts": [] }]);
        assert_eq!(kinds(counted), Ok(vec![SentenceKind::Claim]), "a number is a claim");
        let own = json!([{ "text": "You are hiring planners.", "facts": [1] }, { "text": "At Portwise we help with that.", "facts": [] }]);
        assert_eq!(kinds(own), Ok(vec![SentenceKind::Claim, SentenceKind::Bridge]), "our own name is none");
    }

    #[test]
    fn nothing_that_leads_elsewhere_gets_into_a_mail() {
        for text in ["See https://evil.example/x.", "Write to boss@evil.example.", "It stands on evil.example.", "Look at www.evil.test"] {
            assert_eq!(kinds(json!([{ "text": text, "facts": [1] }])), Err(ModelFault::Address), "{text}");
        }
    }

    #[test]
    fn an_opening_without_a_claim_is_none() {
        assert_eq!(kinds(json!([])), Err(ModelFault::NothingToSay));
        assert_eq!(kinds(json!([{ "text": "That is where we come in.", "facts": [] }])), Err(ModelFault::NothingToSay));
    }
}
