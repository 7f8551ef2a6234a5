//! What the learners of the research and the email stage see: how facts were found, and how a mail is written.
//!
//! The lead stage's properties come from [`crate::qualify()`]. None of them holds text of a page or a person's name: a
//! property is a count, a kind, or one of the engine's own wordings.

use autoreach_domain::confidence::Features;
use autoreach_domain::dossier::Dossier;
use autoreach_domain::draft::{Draft, DraftChecks, SentenceKind};
use autoreach_domain::qualification::QualifiedLead;
use autoreach_domain::style::{cta_kind, opening_kind};
use autoreach_domain::text::word_count;
use std::collections::BTreeSet;

/// Properties of the lead that every stage is told, so that its segments are known.
const SEGMENT: [&str; 2] = ["industry", "head_count"];

/// Are these facts right? What speaks for and against it.
pub fn research_features(dossier: &Dossier, qualified: &QualifiedLead) -> Features {
    let mut features = segment(qualified);
    features.flag("facts_conflict", !dossier.conflicts().is_empty());
    let dossier = &dossier.as_seen();
    let kinds: BTreeSet<&str> = dossier.findings.iter().map(|finding| finding.fact.kind()).collect();
    features.number("facts", dossier.findings.len() as f64);
    features.number("kinds_of_facts", kinds.len() as f64);
    features.number("pages_read", dossier.pages.len() as f64);
    features.flag("pages_missing", !dossier.problems.is_empty());
    features.flag("stale_facts", dossier.findings.iter().any(|finding| finding.source.is_stale(dossier.researched_at)));
    features.flag("industry_known", kinds.contains("industry"));
    features.flag("head_count_known", kinds.contains("head count"));
    features.category("read_by", engine_name(&dossier.engine));
    if let Some(language) = dossier.language {
        features.category("language", language.as_str());
    }
    features
}

/// Will this mail go out without an edit? What speaks for and against it.
pub fn email_features(draft: &Draft, checks: &DraftChecks, qualified: &QualifiedLead) -> Features {
    let mut features = segment(qualified);
    let (sourced, claims) = checks.sourced();
    features.number("words", checks.words as f64);
    features.number("claims", claims as f64);
    features.number("questions", checks.questions as f64);
    features.number("subject_words", word_count(&draft.subject) as f64);
    features.number("grounded", if claims == 0 { 1.0 } else { sourced as f64 / claims as f64 });
    features.number("lead_confidence", qualified.confidence.p_cal);
    features.category("opener", draft.opener.as_str());
    features.category("language", draft.language.as_str());
    features.category("written_by", engine_name(&draft.engine));
    for (name, kind) in [("greeting", SentenceKind::Greeting), ("bridge", SentenceKind::Bridge), ("sign_off", SentenceKind::SignOff)] {
        let wording = draft.sentences.iter().find(|sentence| sentence.kind == kind).map(|sentence| opening_words(&sentence.text));
        features.category(name, wording.unwrap_or_else(|| "none".to_owned()));
    }
    let question = draft.sentences.iter().rev().find(|sentence| sentence.kind == SentenceKind::Question);
    features.category("asks", question.map_or("nothing", |sentence| cta_kind(&sentence.text).as_str()));
    let first = draft.sentences.iter().find(|sentence| sentence.kind != SentenceKind::Greeting);
    features.category("opens", first.map_or("nothing", |sentence| opening_kind(&sentence.text).as_str()));
    features
}

fn segment(qualified: &QualifiedLead) -> Features {
    let known = &qualified.qualification.features.0;
    Features(SEGMENT.iter().filter_map(|name| known.get(*name).map(|value| ((*name).to_owned(), value.clone()))).collect())
}

/// The engine without its version: a new version is still the same writer.
fn engine_name(engine: &str) -> String {
    engine.split_whitespace().next().unwrap_or("unknown").to_lowercase()
}

/// The first words of one of our own wordings, without the name that follows a greeting.
fn opening_words(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default().split([',', '!']).next().unwrap_or_default();
    let words: Vec<String> = first.split_whitespace().map(str::to_lowercase).collect();
    match words.as_slice() {
        [greeting, _name] => greeting.clone(),
        words => words.iter().take(3).cloned().collect::<Vec<_>>().join(" "),
    }
}
