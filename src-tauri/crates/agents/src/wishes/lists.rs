//! The words by which a wish is known, and the questions that can be asked instead of the workflow's own.

use super::Wish;
use autoreach_domain::draft::Sentence;
use autoreach_domain::style::{LearnedSentence, SentenceRole};
use autoreach_domain::workflow::Language;

/// Words of each wish in both languages, lower case. The first list that fits decides, so what is longer stands first
/// ("less formal" before "formal", "too short" before "short").
pub(super) const WORDS: [(&[&str], Wish); 14] = [
    (&["too short", "longer", "more detail", "more details", "zu kurz", "länger", "ausführlicher"], Wish::Longer),
    (
        &["too long", "shorter", "short", "shorten", "fewer words", "less text", "zu lang", "kürzer", "kurz", "kürzen", "knapper"],
        Wish::Shorter,
    ),
    (
        &[
            "no compliment",
            "no compliments",
            "without compliment",
            "without a compliment",
            "without compliments",
            "no praise",
            "without praise",
            "no flattery",
            "kein kompliment",
            "keine komplimente",
            "ohne kompliment",
            "ohne komplimente",
            "kein lob",
            "ohne lob",
        ],
        Wish::NoCompliment,
    ),
    (
        &[
            "question first",
            "start with a question",
            "open with a question",
            "begin with a question",
            "mit einer frage beginnen",
            "mit einer frage anfangen",
            "mit einer frage einsteigen",
            "frage zuerst",
            "frage am anfang",
        ],
        Wish::QuestionFirst,
    ),
    (
        &[
            "straight to the point",
            "to the point",
            "no small talk",
            "no opening",
            "no intro",
            "without an introduction",
            "direkt zur sache",
            "zur sache",
            "ohne einleitung",
            "keine einleitung",
        ],
        Wish::StraightToThePoint,
    ),
    (
        &[
            "other opening",
            "different opening",
            "another opening",
            "new opening",
            "other opener",
            "different opener",
            "another opener",
            "other hook",
            "different hook",
            "another hook",
            "another fact",
            "other fact",
            "different fact",
            "anderer einstieg",
            "anderen einstieg",
            "andere einleitung",
            "anderer anfang",
            "anderen anfang",
            "anderer aufhänger",
            "anderen aufhänger",
            "anderer fakt",
        ],
        Wish::OtherOpening,
    ),
    (
        &[
            "other question",
            "different question",
            "another question",
            "new question",
            "other cta",
            "different cta",
            "another cta",
            "other call to action",
            "different call to action",
            "andere frage",
            "neue frage",
        ],
        Wish::OtherQuestion,
    ),
    (
        &[
            "less formal",
            "more casual",
            "casual",
            "informal",
            "friendlier",
            "more friendly",
            "weniger förmlich",
            "weniger formell",
            "lockerer",
            "locker",
            "informeller",
            "freundlicher",
        ],
        Wish::LessFormal,
    ),
    (&["more formal", "formal", "more formally", "förmlicher", "förmlich", "formeller", "formell"], Wish::MoreFormal),
    (&["in german", "german", "auf deutsch", "deutsch"], Wish::InGerman),
    (&["in english", "english", "auf englisch", "englisch"], Wish::InEnglish),
    (&["per du", "duzen", "mit du", "say du", "du"], Wish::SayDu),
    (&["per sie", "siezen", "mit sie", "say sie", "sie"], Wish::SaySie),
    (
        &[
            "other words",
            "different words",
            "different wording",
            "other wording",
            "reword",
            "rephrase",
            "rewrite",
            "another version",
            "again",
            "anders formulieren",
            "andere worte",
            "andere wörter",
            "umformulieren",
            "nochmal",
            "noch einmal",
            "neu schreiben",
        ],
        Wish::OtherWords,
    ),
];

/// Words around a wish that change nothing about it.
const AROUND: [&str; 34] = [
    "please", "make", "it", "the", "mail", "email", "be", "a", "an", "bit", "little", "much", "way", "sound", "write", "this", "with",
    "use", "at", "all", "bitte", "mach", "mache", "es", "die", "etwas", "viel", "mehr", "ein", "eine", "einen", "einem", "wenig",
    "schreib",
];

/// Questions to ask instead of the workflow's own: they say nothing checkable and offer nothing.
pub(super) const QUESTIONS: [(Language, &[&str]); 2] = [
    (
        Language::English,
        &[
            "Is this something you are looking at this quarter?",
            "Who in your team would be the right person to ask?",
            "May I send you a short example?",
        ],
    ),
    (
        Language::German,
        &["Ist das bei Ihnen gerade ein Thema?", "Wer wäre dafür bei Ihnen zuständig?", "Darf ich Ihnen ein kurzes Beispiel schicken?"],
    ),
];

/// Is a part one of these wishes and nothing more? Words that only stand around it are left out; what else is there may turn
/// the meaning round, so that then nothing is understood.
pub(super) fn says(part: &str, words: &[&str]) -> bool {
    let bare: Vec<&str> = part.split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '\'')).filter(|word| !word.is_empty()).collect();
    words.iter().any(|wish| {
        let wished: Vec<&str> = wish.split(' ').collect();
        let place = bare.windows(wished.len()).position(|window| window == wished);
        place.is_some_and(|place| {
            let rest = bare[..place].iter().chain(&bare[place + wished.len()..]);
            rest.into_iter().all(|word| AROUND.contains(word))
        })
    })
}

/// The phrase of "without X", "don't mention X", "ohne X": in quotation marks, or the rest of a short part.
pub(super) fn phrase_to_avoid(part: &str) -> Option<String> {
    const BEFORE: [&str; 12] = [
        "without ",
        "do not mention ",
        "don't mention ",
        "don’t mention ",
        "leave out ",
        "do not say ",
        "don't say ",
        "don’t say ",
        "ohne ",
        "nicht ",
        "lass ",
        "no ",
    ];
    if WORDS.iter().any(|(words, _)| says(part, words)) {
        return None;
    }
    let (before, rest) = BEFORE.iter().find_map(|before| Some((*before, part.strip_prefix(before)?)))?;
    let quoted = between_marks(rest);
    // "no" and "not" before anything but a quoted phrase say too little to be sure.
    let is_plain = matches!(before, "do not mention " | "don't mention " | "don’t mention " | "leave out ") && rest.split(' ').count() <= 4;
    let phrase = quoted.or_else(|| is_plain.then(|| rest.to_owned()))?;
    let phrase = phrase.trim().to_owned();
    (phrase.chars().count() >= 2).then_some(phrase)
}

fn between_marks(text: &str) -> Option<String> {
    let is_mark = |c: char| matches!(c, '"' | '“' | '”' | '„' | '«' | '»');
    let start = text.find(is_mark)?;
    let after = &text[start + text[start..].chars().next()?.len_utf8()..];
    Some(after[..after.find(is_mark)?].to_owned())
}

/// A sentence that shall rather not be written again.
pub(super) fn as_disliked(sentence: Option<&Sentence>) -> Option<LearnedSentence> {
    let role = SentenceRole::Body;
    sentence.map(|sentence| LearnedSentence { text: sentence.text.clone(), role, language: Language::English, count: 1, weight: 0.0 })
}
