//! What a lesson says, as a value: so that edits can be counted for and against it, the built-in engine can do it, and
//! a person can read it as a plain English sentence and write it as one.

use super::features::Feature;
use autoreach_domain::style::{CtaKind, OpeningKind, RULE_CHARACTERS};
use autoreach_domain::text::one_line;
use autoreach_domain::workflow::Language;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What a lesson is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LessonKind {
    /// How it sounds, greeting and sign-off among it.
    Tone,
    /// How it opens.
    Opening,
    /// What it asks for.
    Cta,
    /// How long it is.
    Length,
    /// How sentences are built.
    Structure,
    /// What is not written.
    Avoid,
    /// What is written.
    Phrase,
}

/// What a lesson says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// More or less of a number.
    Feature {
        /// Which.
        feature: Feature,
        /// More of it.
        more: bool,
    },
    /// A way to open that is wanted or not.
    Opening {
        /// The way.
        kind: OpeningKind,
        /// Wanted.
        wanted: bool,
    },
    /// A way to end.
    Cta(CtaKind),
    /// The word to greet with.
    Greeting {
        /// The word as written.
        word: String,
        /// In mails of this language.
        language: Language,
    },
    /// The line above the name.
    SignOff {
        /// The line as written.
        line: String,
        /// In mails of this language.
        language: Language,
    },
    /// A phrase in lower case that is taken out.
    Avoid(String),
    /// A phrase in lower case that is put in.
    Say(String),
    /// A rule in words that only a language model can follow.
    Words {
        /// The rule.
        text: String,
        /// What it is about.
        kind: LessonKind,
    },
}

/// Letters in a readable id before the rest becomes a hash.
const READABLE_ID: usize = 60;

impl Effect {
    /// A stable name: equal effects have equal names.
    pub fn id(&self) -> String {
        match self {
            Self::Feature { feature, more } => format!("{}-{}", if *more { "more" } else { "less" }, snake(feature)),
            Self::Opening { kind, wanted } => format!("opening-{kind}-{}", if *wanted { "wanted" } else { "unwanted" }),
            Self::Cta(kind) => format!("ending-{kind}"),
            Self::Greeting { word, language } => named(&format!("greeting-{language}"), &word.to_lowercase()),
            Self::SignOff { line, language } => named(&format!("sign-off-{language}"), &line.to_lowercase()),
            Self::Avoid(phrase) => named("avoid", phrase),
            Self::Say(phrase) => named("say", phrase),
            Self::Words { text, .. } => named("rule", &text.to_lowercase()),
        }
    }

    /// What it is about.
    pub fn kind(&self) -> LessonKind {
        match self {
            Self::Feature { feature, .. } => match feature {
                Feature::LogWords => LessonKind::Length,
                Feature::WordsPerSentence
                | Feature::SentenceSpread
                | Feature::Commas
                | Feature::Dashes
                | Feature::Questions
                | Feature::TypeTokenRatio
                | Feature::SubjectWords
                | Feature::Links => LessonKind::Structure,
                Feature::WordLength
                | Feature::Adverbs
                | Feature::Contractions
                | Feature::Exclamations
                | Feature::FirstPerson
                | Feature::SecondPerson
                | Feature::Formality
                | Feature::FirstName => LessonKind::Tone,
            },
            Self::Opening { .. } => LessonKind::Opening,
            Self::Cta(_) => LessonKind::Cta,
            Self::Greeting { .. } | Self::SignOff { .. } => LessonKind::Tone,
            Self::Avoid(_) => LessonKind::Avoid,
            Self::Say(_) => LessonKind::Phrase,
            Self::Words { kind, .. } => *kind,
        }
    }

    /// The lesson as a sentence without its full stop: "No compliment openings".
    pub fn sentence(&self) -> String {
        match self {
            Self::Feature { feature, more } => feature_sentence(*feature, *more).to_owned(),
            Self::Opening { kind, wanted } => opening_sentence(*kind, *wanted).to_owned(),
            Self::Cta(kind) => cta_sentence(*kind).to_owned(),
            Self::Greeting { word, language } => format!("{} \"{word}\"", greets(*language)),
            Self::SignOff { line, language } => format!("{} \"{line}\"", signs(*language)),
            Self::Avoid(phrase) => format!("Never write \"{phrase}\""),
            Self::Say(phrase) => format!("Write \"{phrase}\""),
            Self::Words { text, .. } => text.trim_end_matches('.').to_owned(),
        }
    }

    /// What a person's sentence says: the effect whose own sentence it is, else a rule in words about `kind`. `None` for
    /// an empty one.
    pub fn from_sentence(text: &str, kind: LessonKind) -> Option<Self> {
        let text: String = one_line(text).chars().take(RULE_CHARACTERS).collect();
        if !text.chars().any(char::is_alphanumeric) {
            return None;
        }
        let bare = text.trim_end_matches('.').trim();
        let fixed = fixed_effects().find(|effect| effect.sentence().eq_ignore_ascii_case(bare));
        Some(fixed.or_else(|| quoted_effect(bare)).unwrap_or_else(|| Self::Words { text: text.clone(), kind }))
    }
}

/// Every effect without words of its own.
fn fixed_effects() -> impl Iterator<Item = Effect> {
    let sides = [true, false];
    let features = Feature::ALL.into_iter().flat_map(move |feature| sides.map(|more| Effect::Feature { feature, more }));
    let openings = OpeningKind::ALL.iter().flat_map(move |kind| sides.map(|wanted| Effect::Opening { kind: *kind, wanted }));
    features.chain(openings).chain(CtaKind::ALL.iter().map(|kind| Effect::Cta(*kind)))
}

/// An effect that quotes the words it is about.
fn quoted_effect(text: &str) -> Option<Effect> {
    let (head, rest) = text.split_once(['"', '“'])?;
    let words = rest.strip_suffix(['"', '”'])?.trim();
    let head = head.trim().to_lowercase();
    if words.is_empty() {
        return None;
    }
    for language in [Language::English, Language::German] {
        if head == greets(language).to_lowercase() {
            return Some(Effect::Greeting { word: words.to_owned(), language });
        }
        if head == signs(language).to_lowercase() {
            return Some(Effect::SignOff { line: words.to_owned(), language });
        }
    }
    match head.as_str() {
        "never write" | "avoid" | "do not write" | "don't write" => Some(Effect::Avoid(words.to_lowercase())),
        "write" => Some(Effect::Say(words.to_lowercase())),
        _ => None,
    }
}

fn greets(language: Language) -> &'static str {
    match language {
        Language::English => "Greet with",
        Language::German => "In German greet with",
    }
}

fn signs(language: Language) -> &'static str {
    match language {
        Language::English => "Sign off with",
        Language::German => "In German sign off with",
    }
}

fn feature_sentence(feature: Feature, more: bool) -> &'static str {
    match (feature, more) {
        (Feature::LogWords, true) => "Write longer mails",
        (Feature::LogWords, false) => "Write shorter mails",
        (Feature::WordsPerSentence, true) => "Write longer sentences",
        (Feature::WordsPerSentence, false) => "Write shorter sentences",
        (Feature::SentenceSpread, true) => "Mix short and long sentences",
        (Feature::SentenceSpread, false) => "Keep sentences about equally long",
        (Feature::WordLength, true) => "Prefer the more exact word, even if it is longer",
        (Feature::WordLength, false) => "Prefer short, plain words",
        (Feature::Adverbs, true) => "Adverbs are welcome",
        (Feature::Adverbs, false) => "Leave out adverbs",
        (Feature::Commas, true) => "Join thoughts with commas",
        (Feature::Commas, false) => "Use fewer commas",
        (Feature::Dashes, true) => "Dashes and colons are welcome",
        (Feature::Dashes, false) => "No dashes and colons",
        (Feature::Contractions, true) => "Use contractions",
        (Feature::Contractions, false) => "Write full forms, no contractions",
        (Feature::Exclamations, true) => "Exclamation marks are welcome",
        (Feature::Exclamations, false) => "No exclamation marks",
        (Feature::Questions, true) => "Ask more",
        (Feature::Questions, false) => "Ask fewer questions",
        (Feature::TypeTokenRatio, true) => "Repeat fewer words",
        (Feature::TypeTokenRatio, false) => "Repeating a word is fine",
        (Feature::FirstPerson, true) => "Speak more of us",
        (Feature::FirstPerson, false) => "Speak less of us",
        (Feature::SecondPerson, true) => "Speak more of the reader",
        (Feature::SecondPerson, false) => "Speak less of the reader",
        (Feature::SubjectWords, true) => "Write longer subjects",
        (Feature::SubjectWords, false) => "Write shorter subjects",
        (Feature::Formality, true) => "Sound more formal",
        (Feature::Formality, false) => "Sound more casual",
        (Feature::Links, true) => "Links are welcome",
        (Feature::Links, false) => "No links",
        (Feature::FirstName, true) => "Greet by the first name only",
        (Feature::FirstName, false) => "Greet by the full name",
    }
}

fn opening_sentence(kind: OpeningKind, wanted: bool) -> &'static str {
    match (kind, wanted) {
        (OpeningKind::Question, true) => "Open with a question",
        (OpeningKind::Question, false) => "No question openings",
        (OpeningKind::Compliment, true) => "Open with a compliment",
        (OpeningKind::Compliment, false) => "No compliment openings",
        (OpeningKind::Trigger, true) => "Open with a recent event",
        (OpeningKind::Trigger, false) => "No openings with a recent event",
        (OpeningKind::Observation, true) => "Open with something you noticed",
        (OpeningKind::Observation, false) => "No openings with something you noticed",
        (OpeningKind::None, true) => "Come straight to the point",
        (OpeningKind::None, false) => "Open with something about the reader",
    }
}

fn cta_sentence(kind: CtaKind) -> &'static str {
    match kind {
        CtaKind::Link => "End with a link",
        CtaKind::TimeOffer => "End with an offer of time",
        CtaKind::Question => "End with a plain question",
        CtaKind::Soft => "End softly, without asking",
        CtaKind::None => "End without asking for anything",
    }
}

fn snake(feature: &Feature) -> String {
    serde_json::to_value(feature).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

fn named(prefix: &str, words: &str) -> String {
    let plain: String = words.chars().filter(|c| c.is_alphanumeric() || " '-,.".contains(*c)).take(READABLE_ID).collect();
    if plain == words {
        return format!("{prefix}-{plain}");
    }
    let hash = Sha256::digest(words.as_bytes());
    format!("{prefix}-{plain}-{:02x}{:02x}{:02x}{:02x}", hash[0], hash[1], hash[2], hash[3])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted() -> Vec<Effect> {
        vec![
            Effect::Greeting { word: "Hi".into(), language: Language::English },
            Effect::SignOff { line: "Cheers,".into(), language: Language::English },
            Effect::SignOff { line: "Beste Grüße".into(), language: Language::German },
            Effect::Avoid("long brochure".into()),
            Effect::Say("worth a look".into()),
        ]
    }

    #[test]
    fn every_lesson_can_be_read_and_written_back_as_its_sentence() {
        for effect in fixed_effects().chain(quoted()) {
            let sentence = format!("{}.", effect.sentence());
            assert_eq!(Effect::from_sentence(&sentence, LessonKind::Tone), Some(effect.clone()), "{sentence}");
        }
    }

    #[test]
    fn different_lessons_have_different_sentences_and_names() {
        let all: Vec<Effect> = fixed_effects().chain(quoted()).collect();
        let sentences: std::collections::BTreeSet<String> = all.iter().map(Effect::sentence).collect();
        let ids: std::collections::BTreeSet<String> = all.iter().map(Effect::id).collect();
        assert_eq!((sentences.len(), ids.len()), (all.len(), all.len()));
    }

    #[test]
    fn other_words_stay_words() {
        let rule = Effect::from_sentence("Mention the weather", LessonKind::Opening);
        assert_eq!(rule, Some(Effect::Words { text: "Mention the weather".into(), kind: LessonKind::Opening }));
        assert_eq!(Effect::from_sentence(" 🎉 ", LessonKind::Tone), None);
    }
}
