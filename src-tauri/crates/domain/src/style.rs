//! How a person wants mails to read, as a plain value: what the style memory gives to whoever writes.
//!
//! A guide says nothing about recipients, facts or sources and cannot: it holds words and preferences, and a writer
//! checks what it takes from it like any sentence of its own. `StyleGuide::default()` changes nothing. Learning it is
//! the business of the learning crate; honouring it that of the agents. [`opening_kind`] and [`cta_kind`] live here
//! because the one counts by them and the other chooses by them, and they must never disagree.

mod kinds;
mod reuse;

pub use kinds::{CtaKind, OpeningKind, cta_kind, opening_kind};
pub use reuse::{NotReusable, may_be_reused};

use crate::icp::text_enum;
use crate::workflow::Language;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Most learned rules a prompt holds (`learning.md` 4.10).
pub const MOST_PROMPT_RULES: usize = 12;
/// Tokens that the rules of a prompt may take together (`learning.md` 4.10, "about 600").
pub const PROMPT_RULE_TOKENS: usize = 600;
/// Edited mails shown to a model as examples (`learning.md` 4.10).
pub const MOST_EXAMPLES: usize = 2;
/// Longest text of one rule, in characters: a rule is a sentence, not a document.
pub const RULE_CHARACTERS: usize = 200;

/// What happened to a lesson besides the edits it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum LessonChange {
    /// In force whatever edits say.
    Pinned {
        /// The lesson.
        lesson: String,
    },
    /// No longer pinned; still in force.
    Unpinned {
        /// The lesson.
        lesson: String,
    },
    /// Not in force, until switched on.
    SwitchedOff {
        /// The lesson.
        lesson: String,
    },
    /// In force.
    SwitchedOn {
        /// The lesson.
        lesson: String,
    },
    /// Its evidence so far does not count.
    Forgotten {
        /// The lesson.
        lesson: String,
    },
    /// Says something else from now on.
    Reworded {
        /// The lesson.
        lesson: String,
        /// Its new words.
        text: String,
    },
    /// Tried on past drafts: median distances to what the person made of them, written as now and written with it.
    Tried {
        /// The lesson.
        lesson: String,
        /// As now, 0 to 1.
        without: f64,
        /// With the lesson, 0 to 1.
        with: f64,
    },
}

/// What a writer is told of a person's style. The default changes nothing.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
pub struct StyleGuide {
    /// The word a mail greets with, without the name: "Hi".
    pub greeting: LearnedWords,
    /// The line above the name, as written: "Cheers,".
    pub sign_off: LearnedWords,
    /// How much each way of opening is wanted: 1 is neutral, 0 is never if there is another way, above 1 is preferred.
    /// Kinds that are not named are neutral.
    pub openings: Vec<OpeningWeight>,
    /// How a mail should end.
    pub cta: Option<CtaKind>,
    /// Words the body should have. The limits of every first mail stand above it.
    pub words: Option<LengthBand>,
    /// Phrases not to be written.
    pub banned: Vec<String>,
    /// Sentences a person wrote again and again, most often first.
    pub preferred: Vec<LearnedSentence>,
    /// Sentences a person keeps removing.
    pub disliked: Vec<LearnedSentence>,
    /// The lessons all this comes from, most useful first.
    pub rules: Vec<StyleRule>,
    /// Edited mails most like the one to write, as the person left them: nearest first.
    pub examples: Vec<String>,
    /// How many events the memory had folded; 0 = no memory.
    #[ts(type = "number")]
    pub memory_version: u64,
}

/// A word or line per language, where one was learned.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
pub struct LearnedWords {
    /// For English mails.
    pub en: Option<String>,
    /// For German mails.
    pub de: Option<String>,
}

impl LearnedWords {
    /// What was learned for `language`.
    pub fn get(&self, language: Language) -> Option<&str> {
        match language {
            Language::English => self.en.as_deref(),
            Language::German => self.de.as_deref(),
        }
    }

    /// Where it is kept for `language`.
    pub fn slot(&mut self, language: Language) -> &mut Option<String> {
        match language {
            Language::English => &mut self.en,
            Language::German => &mut self.de,
        }
    }
}

/// How much one way of opening is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct OpeningWeight {
    /// The way of opening.
    pub kind: OpeningKind,
    /// 1 is neutral.
    pub weight: f64,
}

/// Fewest and most words of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LengthBand {
    /// Fewest.
    pub low: u32,
    /// Most.
    pub high: u32,
}

/// Where a sentence stood between greeting and sign-off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SentenceRole {
    /// The first.
    Opening,
    /// Neither first nor last.
    Body,
    /// The last: what is asked of the reader.
    Closing,
}

text_enum!(SentenceRole, "sentence role", { Opening => "opening", Body => "body", Closing => "closing" });

/// A sentence with what persons did to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct LearnedSentence {
    /// The words.
    pub text: String,
    /// Where it stood.
    pub role: SentenceRole,
    /// The language of the mails it stood in.
    pub language: Language,
    /// Mails that back it: kept or written for preferred ones, removed from for disliked ones.
    pub count: u32,
    /// 0 to 1: share of the times it was left standing, drawn towards 1/2 while there are few.
    pub weight: f64,
}

/// A lesson as a writer is told it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StyleRule {
    /// Which lesson.
    pub id: String,
    /// The rule as an English sentence.
    pub text: String,
}

impl StyleGuide {
    /// How much a way of opening is wanted; 1 where nothing was learned.
    pub fn opening_weight(&self, kind: OpeningKind) -> f64 {
        self.openings.iter().find(|known| known.kind == kind).map_or(1.0, |known| known.weight)
    }

    /// The rules that fit a prompt: the first twelve, about 600 tokens, each cut to a sentence's length.
    pub fn prompt_rules(&self) -> Vec<String> {
        let mut left = PROMPT_RULE_TOKENS;
        let mut rules = Vec::new();
        for rule in self.rules.iter().take(MOST_PROMPT_RULES) {
            let text: String = crate::text::one_line(&rule.text).chars().take(RULE_CHARACTERS).collect();
            let cost = tokens(&text);
            if cost > left {
                break;
            }
            left -= cost;
            rules.push(text);
        }
        rules
    }
}

/// Tokens of a text as models count them, rounded up: about one for three and a half characters of English, fewer
/// characters in other scripts, so three are taken.
fn tokens(text: &str) -> usize {
    text.chars().count().div_ceil(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(text: String) -> StyleRule {
        StyleRule { id: "r".into(), text }
    }

    #[test]
    fn a_prompt_holds_twelve_rules_at_most() {
        let guide = StyleGuide { rules: (0..20).map(|n| rule(format!("Rule {n}."))).collect(), ..StyleGuide::default() };
        assert_eq!(guide.prompt_rules().len(), MOST_PROMPT_RULES);
        assert_eq!(guide.prompt_rules()[0], "Rule 0.");
    }

    #[test]
    fn long_rules_are_cut_and_together_stay_within_their_tokens() {
        let guide = StyleGuide { rules: (0..12).map(|_| rule("word ".repeat(100))).collect(), ..StyleGuide::default() };
        let rules = guide.prompt_rules();
        assert!(rules.iter().all(|text| text.chars().count() <= RULE_CHARACTERS), "{rules:?}");
        assert!(rules.len() > 5 && rules.iter().map(|text| tokens(text)).sum::<usize>() <= PROMPT_RULE_TOKENS, "{}", rules.len());
    }

    #[test]
    fn a_guide_of_nothing_reads_back_from_an_empty_object_and_is_neutral() {
        let guide: StyleGuide = serde_json::from_str("{}").expect("every field has a default");
        assert_eq!(guide, StyleGuide::default());
        assert!(OpeningKind::ALL.iter().all(|kind| (guide.opening_weight(*kind) - 1.0).abs() < f64::EPSILON));
    }
}
