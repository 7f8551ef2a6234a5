//! What a person wants to be different in a mail, said in a few words: "shorter, no compliment", "förmlicher, andere Frage".
//!
//! [`Wishes::read`] understands a fixed set of wishes in both languages and says honestly which parts it does not.
//! [`Wishes::apply`] turns them into what a writer honours anyway: style, tone, language, the facts to choose from. Whether
//! a wish was fulfilled is looked up in the new mail ([`Wishes::outcome`]), not assumed. A wish can change wording and
//! nothing else: sources, recipient and the workflow's rules stand above it.

mod lists;

use autoreach_domain::dossier::Dossier;
use autoreach_domain::draft::{BODY_WORDS, Draft, Instruction, Sentence, SentenceKind};
use autoreach_domain::style::{LengthBand, OpeningKind, OpeningWeight, StyleGuide, opening_kind};
use autoreach_domain::text::one_line;
use autoreach_domain::workflow::{Formality, Language, WorkflowDefinition};
use lists::{QUESTIONS, WORDS};

/// How much shorter or longer a mail should become, as a share of its words: less is not noticed.
const STEP: f64 = 0.2;
/// How much more a wanted way of opening weighs than the others.
const WANTED: f64 = 3.0;
/// Longest instruction that is read, in characters.
const LONGEST: usize = 400;

/// One wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Fewer words.
    Shorter,
    /// More words.
    Longer,
    /// No praise at the beginning.
    NoCompliment,
    /// A question first.
    QuestionFirst,
    /// Nothing about the reader before the offer.
    StraightToThePoint,
    /// Another fact to open with.
    OtherOpening,
    /// The same in other words.
    OtherWords,
    /// Another question at the end.
    OtherQuestion,
    /// A more formal tone.
    MoreFormal,
    /// A less formal tone.
    LessFormal,
    /// In German.
    InGerman,
    /// In English.
    InEnglish,
    /// German with "du".
    SayDu,
    /// German with "Sie".
    SaySie,
}

impl Wish {
    /// The wish as people say it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Shorter => "shorter",
            Self::Longer => "longer",
            Self::NoCompliment => "no compliment",
            Self::QuestionFirst => "a question first",
            Self::StraightToThePoint => "straight to the point",
            Self::OtherOpening => "other opening",
            Self::OtherWords => "other words",
            Self::OtherQuestion => "other question",
            Self::MoreFormal => "more formal",
            Self::LessFormal => "less formal",
            Self::InGerman => "in German",
            Self::InEnglish => "in English",
            Self::SayDu => "du",
            Self::SaySie => "Sie",
        }
    }
}

/// What was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wishes {
    text: String,
    wishes: Vec<Wish>,
    /// Phrases that shall not occur.
    without: Vec<String>,
    unclear: Vec<String>,
}

/// What a writer works with besides the lead; wishes change copies of it.
#[derive(Debug, Clone)]
pub struct Workbench {
    /// How the person likes mails to read.
    pub style: StyleGuide,
    /// The workflow; never stored again.
    pub definition: WorkflowDefinition,
    /// The facts to choose from; the card's dossier stays whole.
    pub dossier: Dossier,
}

impl Wishes {
    /// Reads an instruction, part by part.
    pub fn read(text: &str) -> Self {
        let text: String = one_line(text).chars().take(LONGEST).collect();
        let mut read = Self { text: text.clone(), ..Self::default() };
        for part in parts(&text) {
            let lower = part.to_lowercase();
            if let Some(phrase) = lists::phrase_to_avoid(&lower) {
                read.without.push(phrase);
            } else if let Some((_, wish)) = WORDS.iter().find(|(words, _)| lists::says(&lower, words)) {
                if !read.wishes.contains(wish) {
                    read.wishes.push(*wish);
                }
            } else {
                read.unclear.push(part.to_owned());
            }
        }
        read
    }

    /// The instruction as it was said, on one line.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Was nothing understood?
    pub fn is_unclear(&self) -> bool {
        self.wishes.is_empty() && self.without.is_empty()
    }

    /// What can be understood, for whoever was not.
    pub fn known() -> String {
        let all = [
            Wish::Shorter,
            Wish::Longer,
            Wish::NoCompliment,
            Wish::QuestionFirst,
            Wish::StraightToThePoint,
            Wish::OtherOpening,
            Wish::OtherWords,
            Wish::OtherQuestion,
            Wish::MoreFormal,
            Wish::LessFormal,
            Wish::InGerman,
            Wish::InEnglish,
        ];
        let words: Vec<&str> = all.iter().map(|wish| wish.words()).collect();
        format!("{}, without \"a phrase\"", words.join(", "))
    }

    /// Changes what the writer works with. `before` is the mail that was read.
    pub fn apply(&self, bench: &mut Workbench, before: &Draft) {
        for wish in &self.wishes {
            apply(*wish, bench, before);
        }
        bench.definition.messaging.never.extend(self.without.iter().cloned());
    }

    /// What became of the wishes in the new mail. With a model, what was not understood here was told to it all the same.
    pub fn outcome(&self, before: &Draft, after: &Draft, definition: &WorkflowDefinition, is_by_model: bool) -> Instruction {
        let (mut done, mut not_done) = (Vec::new(), Vec::new());
        for wish in &self.wishes {
            match missed(*wish, before, after, definition) {
                None => done.push(wish.words().to_owned()),
                Some(why) => not_done.push(format!("{}: {why}", wish.words())),
            }
        }
        let body = format!("{}\n{}", after.subject, after.body()).to_lowercase();
        for phrase in &self.without {
            match body.contains(&phrase.to_lowercase()) {
                false => done.push(format!("without \"{phrase}\"")),
                true => not_done.push(format!("without \"{phrase}\": the workflow's own words hold it")),
            }
        }
        let to_model = if is_by_model { self.unclear.clone() } else { Vec::new() };
        if !is_by_model {
            not_done.extend(self.unclear.iter().map(|part| format!("{part}: the built-in engine does not understand this")));
        }
        Instruction { text: self.text.clone(), done, not_done, to_model }
    }
}

/// "shorter, no compliment and a question first" in its three parts. Words between quotation marks are not cut.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut is_quoted) = (0, false);
    for (at, character) in text.char_indices() {
        match character {
            '"' | '“' | '”' | '„' | '«' | '»' => is_quoted = !is_quoted,
            ',' | ';' | '.' | '!' | '+' | '&' if !is_quoted => {
                parts.push(&text[start..at]);
                start = at + character.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    let joined = |part: &'_ str| part.contains(['"', '“', '„', '«']);
    let cut = parts.into_iter().flat_map(|part| if joined(part) { vec![part] } else { cut_at_joints(part) });
    cut.map(str::trim).filter(|part| !part.is_empty()).collect()
}

fn cut_at_joints(part: &str) -> Vec<&str> {
    const JOINTS: [&str; 5] = [" and ", " und ", " but ", " aber ", " then "];
    match JOINTS.iter().find_map(|joint| part.split_once(joint)) {
        Some((before, after)) => std::iter::once(before).chain(cut_at_joints(after)).collect(),
        None => vec![part],
    }
}

fn apply(wish: Wish, bench: &mut Workbench, before: &Draft) {
    let Workbench { style, definition, dossier } = bench;
    let messaging = &mut definition.messaging;
    let language = before.language;
    match wish {
        Wish::Shorter => style.words = Some(band(shorter(before.body_words()))),
        Wish::Longer => style.words = Some(band(longer(before.body_words()))),
        Wish::NoCompliment => weigh(style, OpeningKind::Compliment, 0.0),
        Wish::QuestionFirst => weigh(style, OpeningKind::Question, WANTED),
        Wish::StraightToThePoint => weigh(style, OpeningKind::None, WANTED),
        Wish::OtherOpening => {
            let used: Vec<_> = before.claims().flat_map(|claim| claim.findings.iter().copied()).collect();
            let others = dossier.findings.iter().filter(|finding| !used.contains(&finding.id)).count();
            if others > 0 {
                dossier.findings.retain(|finding| !used.contains(&finding.id));
            }
            style.disliked.extend(lists::as_disliked(opening_of(before)));
        }
        Wish::OtherWords => {
            let said = before.sentences.iter().filter(|sentence| matches!(sentence.kind, SentenceKind::Claim | SentenceKind::Bridge));
            style.disliked.extend(said.flat_map(|sentence| lists::as_disliked(Some(sentence))));
        }
        Wish::OtherQuestion => {
            let asked = before.sentences.iter().rev().find(|sentence| sentence.text.contains('?')).map(|sentence| sentence.text.as_str());
            let own = messaging.question.get(language).to_owned();
            let (_, bank) = QUESTIONS[usize::from(language == Language::German)];
            let candidates = std::iter::once(own.as_str()).chain(bank.iter().copied());
            let next = candidates.filter(|text| !text.trim().is_empty()).find(|text| Some(*text) != asked).map(str::to_owned);
            let slot = match language {
                Language::English => &mut messaging.question.en,
                Language::German => &mut messaging.question.de,
            };
            if let Some(next) = next {
                *slot = next;
            }
            style.preferred.retain(|known| known.text.contains('?') && Some(known.text.as_str()) != asked);
        }
        Wish::MoreFormal => {
            messaging.formality = match messaging.formality {
                Formality::Casual => Formality::Neutral,
                Formality::Neutral | Formality::Formal => Formality::Formal,
            };
            forget_edges(style, language);
        }
        Wish::LessFormal => {
            messaging.formality = match messaging.formality {
                Formality::Formal => Formality::Neutral,
                Formality::Neutral | Formality::Casual => Formality::Casual,
            };
            forget_edges(style, language);
        }
        Wish::InGerman => dossier.language = Some(Language::German),
        Wish::InEnglish => dossier.language = Some(Language::English),
        // The German sentences of the built-in engine say "Sie" anyway; a model is told in the person's words.
        Wish::SayDu | Wish::SaySie => {}
    }
}

/// A learned greeting would hide the tone that is asked for.
fn forget_edges(style: &mut StyleGuide, language: Language) {
    *style.greeting.slot(language) = None;
    *style.sign_off.slot(language) = None;
}

fn weigh(style: &mut StyleGuide, kind: OpeningKind, weight: f64) {
    style.openings.retain(|known| known.kind != kind);
    style.openings.push(OpeningWeight { kind, weight });
}

fn shorter(words: usize) -> usize {
    ((words as f64 * (1.0 - STEP)) as usize).max(*BODY_WORDS.start())
}

fn longer(words: usize) -> usize {
    ((words as f64 * (1.0 + STEP)).ceil() as usize).min(*BODY_WORDS.end())
}

fn band(words: usize) -> LengthBand {
    let words = u32::try_from(words).unwrap_or(u32::MAX);
    LengthBand { low: words, high: words }
}

/// The first sentence after the greeting.
fn opening_of(draft: &Draft) -> Option<&Sentence> {
    draft.sentences.iter().find(|sentence| sentence.kind != SentenceKind::Greeting)
}

/// Why a wish is not fulfilled; `None` when it is.
fn missed(wish: Wish, before: &Draft, after: &Draft, definition: &WorkflowDefinition) -> Option<String> {
    let opening = |draft: &Draft| opening_of(draft).map(|sentence| sentence.text.clone()).unwrap_or_default();
    let question =
        |draft: &Draft| draft.sentences.iter().rev().find(|sentence| sentence.text.contains('?')).map(|sentence| sentence.text.clone());
    let edges = |draft: &Draft| {
        let edge = |kind| draft.sentences.iter().find(|sentence| sentence.kind == kind).map(|sentence| sentence.text.clone());
        (edge(SentenceKind::Greeting), edge(SentenceKind::SignOff))
    };
    let (was, is) = (before.body_words(), after.body_words());
    let unless = |fulfilled: bool, why: String| (!fulfilled).then_some(why);
    match wish {
        Wish::Shorter => unless(is < was, format!("it has {is} words, and a first mail has {} or more", BODY_WORDS.start())),
        Wish::Longer => unless(is > was, format!("it has {is} words; there is no more to say that is proven")),
        Wish::NoCompliment => {
            unless(opening_kind(&opening(after)) != OpeningKind::Compliment, "no other way to open it was found".to_owned())
        }
        Wish::QuestionFirst => {
            unless(opening(after).ends_with('?'), "no fact is there to ask about, or the workflow's question must stay".to_owned())
        }
        Wish::StraightToThePoint => {
            let claims = after.claims().count();
            unless(claims == 0 || claims < before.claims().count(), "it still opens with a fact".to_owned())
        }
        Wish::OtherOpening => unless(opening(after) != opening(before), "no other fresh fact was found to open with".to_owned()),
        Wish::OtherWords => unless(after.body() != before.body(), "there are no other words for it".to_owned()),
        Wish::OtherQuestion => unless(question(after) != question(before), "the workflow's question must stay".to_owned()),
        Wish::MoreFormal | Wish::LessFormal => {
            unless(edges(after) != edges(before), "greeting and sign-off are there already in this tone".to_owned())
        }
        Wish::InGerman => {
            let has_words = !definition.messaging.offer.de.trim().is_empty();
            let why = if has_words { "the mail stayed in English" } else { "the workflow has no German offer and question" };
            unless(after.language == Language::German, why.to_owned())
        }
        Wish::InEnglish => unless(after.language == Language::English, "the mail stayed in German".to_owned()),
        Wish::SayDu => {
            let says_du = has_word(&after.body(), &["du", "dich", "dir", "dein", "deine", "ihr", "euch"]);
            unless(after.language == Language::German && says_du, "the built-in German sentences and the workflow's own say Sie".to_owned())
        }
        Wish::SaySie => unless(
            after.language == Language::German && has_word(&after.body(), &["Sie", "Ihnen", "Ihr", "Ihre", "Ihrer", "Ihren"]),
            "the mail is in English".to_owned(),
        ),
    }
}

fn has_word(text: &str, words: &[&str]) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<Wish>, Vec<String>, Vec<String>) {
        let Wishes { wishes, without, unclear, .. } = Wishes::read(text);
        (wishes, without, unclear)
    }

    #[test]
    fn an_instruction_is_read_part_by_part_in_both_languages() {
        use Wish::*;
        let cases: [(&str, &[Wish]); 16] = [
            ("shorter, no compliment", &[Shorter, NoCompliment]),
            ("Please make it shorter and start with a question", &[Shorter, QuestionFirst]),
            ("kürzer, kein Kompliment", &[Shorter, NoCompliment]),
            ("länger und förmlicher", &[Longer, MoreFormal]),
            ("too short", &[Longer]),
            ("zu lang", &[Shorter]),
            ("other opening", &[OtherOpening]),
            ("anderer Einstieg; andere Frage", &[OtherOpening, OtherQuestion]),
            ("another question", &[OtherQuestion]),
            ("less formal", &[LessFormal]),
            ("more formal", &[MoreFormal]),
            ("lockerer, per du", &[LessFormal, SayDu]),
            ("bitte siezen", &[SaySie]),
            ("auf Deutsch", &[InGerman]),
            ("straight to the point.", &[StraightToThePoint]),
            ("rephrase it", &[OtherWords]),
        ];
        for (text, wishes) in cases {
            assert_eq!(read(text), (wishes.to_vec(), vec![], vec![]), "{text}");
        }
    }

    #[test]
    fn a_phrase_that_shall_not_occur_is_taken_out_of_its_quotation_marks() {
        assert_eq!(read("without \"SAP, or so\"").1, ["sap, or so"]);
        assert_eq!(read("don't mention SAP").1, ["sap"]);
        assert_eq!(read("ohne „Planung“").1, ["planung"]);
    }

    #[test]
    fn what_is_not_understood_is_named_and_not_guessed() {
        let (wishes, _, unclear) = read("shorter, make it pop, mention our award");
        assert_eq!((wishes, unclear), (vec![Wish::Shorter], vec!["make it pop".to_owned(), "mention our award".to_owned()]));
        for text in ["", "  ", "make it pop", "write to boss@evil.example", "du bist toll"] {
            assert!(Wishes::read(text).is_unclear(), "{text}");
        }
    }

    #[test]
    fn a_mail_that_is_as_short_as_may_be_cannot_get_shorter() {
        assert_eq!((shorter(80), shorter(52), longer(60), longer(88)), (64, 50, 72, 90));
    }
}
