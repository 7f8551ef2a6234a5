//! Words of a mail that need a person: what may hurt or sound out of place, and subjects a machine does not write about.
//!
//! The lists are files, one a language (`lexicons/`); adding a word needs no code. Only what the agent wrote by itself is read: offer,
//! question and footer are the workflow's own words, and names of the company, of its products and of places are not the agent's
//! either. Deliberately absent: judging a sense that no list of words can hold; that is a model's part, and a person's.

use autoreach_domain::draft::{Draft, SentenceKind};
use autoreach_domain::exception::{Exception, ExceptionKind};
use autoreach_domain::workflow::Language;
use regex::{Regex, RegexBuilder};
use std::sync::LazyLock;

static ENGLISH: LazyLock<Vec<Entry>> = LazyLock::new(|| entries(include_str!("../lexicons/tone.en.txt")));
static GERMAN: LazyLock<Vec<Entry>> = LazyLock::new(|| entries(include_str!("../lexicons/tone.de.txt")));

/// One line of a list.
#[derive(Debug)]
struct Entry {
    topic: Topic,
    words: Regex,
    what: &'static str,
}

/// What a word touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Topic {
    Tone,
    Crisis,
    Negotiation,
    Legal,
}

impl Topic {
    fn of(text: &str) -> Option<Self> {
        match text {
            "tone" => Some(Self::Tone),
            "crisis" => Some(Self::Crisis),
            "negotiation" => Some(Self::Negotiation),
            "legal" => Some(Self::Legal),
            _ => None,
        }
    }

    fn kind(self) -> ExceptionKind {
        match self {
            Self::Tone => ExceptionKind::ToneDeaf,
            Self::Crisis | Self::Negotiation | Self::Legal => ExceptionKind::SensitiveTopic,
        }
    }
}

/// The lines of a list that can be read; a test holds that all can.
fn entries(list: &'static str) -> Vec<Entry> {
    list.lines().filter(|line| is_entry(line)).filter_map(entry).collect()
}

fn is_entry(line: &str) -> bool {
    !line.trim().is_empty() && !line.starts_with('#')
}

fn entry(line: &'static str) -> Option<Entry> {
    let mut parts = line.splitn(3, '|').map(str::trim);
    let (topic, words, what) = (Topic::of(parts.next()?)?, parts.next()?, parts.next()?);
    let pattern = regex::escape(words).replace(r"\*", r"\w*").replace(' ', r"\s+");
    let words = RegexBuilder::new(&format!(r"\b{pattern}\b")).case_insensitive(true).build().ok()?;
    Some(Entry { topic, words, what })
}

/// What the agent's own words touch, once for each kind: the first hit with its words, and how many more there are. `names` are words
/// of the company itself (its name, products, places), which are not the agent's choice.
pub fn tone(draft: &Draft, names: &[&str]) -> Vec<Exception> {
    let list: &[Entry] = match draft.language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
    };
    let texts: Vec<String> = own_words(draft).map(|text| without(text, names)).collect();
    let hits: Vec<(ExceptionKind, String, &str)> = list
        .iter()
        .flat_map(|entry| {
            let found = texts.iter().filter_map(|text| entry.words.find(text));
            found.map(|found| (entry.topic.kind(), found.as_str().to_owned(), entry.what)).collect::<Vec<_>>()
        })
        .collect();
    [ExceptionKind::SensitiveTopic, ExceptionKind::ToneDeaf].into_iter().filter_map(|kind| exception(kind, &hits)).collect()
}

fn exception(kind: ExceptionKind, hits: &[(ExceptionKind, String, &str)]) -> Option<Exception> {
    let of_kind: Vec<_> = hits.iter().filter(|(hit, ..)| *hit == kind).collect();
    let (_, words, what) = of_kind.first()?;
    let more = match of_kind.len() - 1 {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    Some(Exception::new(kind, format!("\"{words}\" {what}{more}.")).about(words.clone()))
}

/// What the agent wrote by itself.
pub(crate) fn own_words(draft: &Draft) -> impl Iterator<Item = &str> {
    let is_own = |kind| matches!(kind, SentenceKind::Claim | SentenceKind::Bridge | SentenceKind::Greeting);
    let sentences = draft.sentences.iter().filter(move |sentence| is_own(sentence.kind)).map(|sentence| sentence.text.as_str());
    std::iter::once(draft.subject.as_str()).chain(sentences)
}

/// The text with the names taken out, whatever their case.
fn without(text: &str, names: &[&str]) -> String {
    let lower = text.to_lowercase();
    // Making a pattern takes a thousand times as long as seeing that it is not needed.
    let named = names.iter().filter(|name| name.chars().count() >= 3 && lower.contains(&name.to_lowercase()));
    named.fold(text.to_owned(), |text, name| {
        let pattern = RegexBuilder::new(&regex::escape(name)).case_insensitive(true).build();
        pattern.map_or(text.clone(), |pattern| pattern.replace_all(&text, "…").into_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use autoreach_domain::draft::Sentence;
    use autoreach_domain::ids::{DraftId, LeadId};
    use autoreach_domain::workflow::Opener;
    use jiff::Timestamp;

    fn draft(language: Language, claim: &str, question: &str) -> Draft {
        let sentence = |text: &str, kind| Sentence { text: text.into(), kind, findings: Vec::new(), starts_paragraph: false };
        Draft {
            id: DraftId::new(Timestamp::UNIX_EPOCH, [0; 10]),
            lead_id: LeadId::new(Timestamp::UNIX_EPOCH, [0; 10]),
            subject: "Your planners".into(),
            subject_findings: Vec::new(),
            sentences: vec![sentence(claim, SentenceKind::Claim), sentence(question, SentenceKind::Question)],
            language,
            opener: Opener::None,
            engine: "rules 1".into(),
            stood_in_for: None,
            instruction: None,
            written_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn every_line_of_both_lists_is_read() {
        for (list, read) in [(include_str!("../lexicons/tone.en.txt"), &ENGLISH), (include_str!("../lexicons/tone.de.txt"), &GERMAN)] {
            assert_eq!(list.lines().filter(|line| is_entry(line)).count(), read.len());
        }
    }

    #[test]
    fn words_that_may_hurt_are_marked_and_subjects_for_people_are_floors() {
        let told = |claim| tone(&draft(Language::English, claim, "Worth a look?"), &[]);
        let hit = told("Your team is crushing the market, act now.");
        assert_eq!(hit.len(), 1);
        assert_eq!((hit[0].kind, hit[0].phrase.as_deref()), (ExceptionKind::ToneDeaf, Some("crushing")));
        assert_eq!(hit[0].reason, "\"crushing\" sounds violent, and 1 more.");
        let floor = told("After the layoffs in May we can offer a discount.");
        assert_eq!((floor.len(), floor[0].kind), (1, ExceptionKind::SensitiveTopic));
        assert!(floor[0].kind.is_hard_floor());
        assert_eq!(told("You run 14 trucks from Aarhus and plan them with SAP."), []);
    }

    #[test]
    fn each_language_has_its_own_list() {
        let told = |language, claim| tone(&draft(language, claim, "?"), &[]).into_iter().map(|told| told.kind).collect::<Vec<_>>();
        assert_eq!(told(Language::German, "Nach dem Stellenabbau im Mai hilft ein Rabatt."), [ExceptionKind::SensitiveTopic]);
        assert_eq!(told(Language::German, "Sie sollten dringend handeln."), [ExceptionKind::ToneDeaf]);
        assert_eq!(told(Language::English, "Rabatt"), []);
    }

    #[test]
    fn the_workflows_own_words_and_the_companys_name_are_not_the_agents() {
        let asked = draft(Language::English, "You run 14 trucks.", "May I offer a discount?");
        assert_eq!(tone(&asked, &[]), [], "a person wrote the question");
        let named = draft(Language::English, "Warcraft Battle Games hires two planners.", "?");
        assert_eq!(tone(&named, &["Warcraft Battle Games"]), []);
        assert_eq!(tone(&named, &[]).len(), 1);
    }

    #[test]
    fn a_word_is_found_whole_and_in_any_case() {
        let told = |claim| tone(&draft(Language::English, claim, "?"), &[]).len();
        assert_eq!((told("Issue tracking and warehouse"), told("ASAP")), (0, 1), "'sue' and 'war' stand in other words");
    }
}
