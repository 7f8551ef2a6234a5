//! The edges of a mail: greeting, sign-off, footer. A learned word is taken where it is nothing but a word.

use super::Writer;
use autoreach_domain::draft::{Sentence, SentenceKind};
use autoreach_domain::lead::Person;
use autoreach_domain::text::one_line;
use autoreach_domain::workflow::{Formality, Language};

/// Longest learned greeting and sign-off, in characters.
const LONGEST_EDGE: usize = 40;
/// Greetings that change with whom they greet; who that is, a name does not tell.
const INFLECTED: [&str; 4] = ["sehr geehrte", "sehr geehrter", "liebe", "lieber"];

impl Writer<'_> {
    pub(super) fn greeting(&self) -> Sentence {
        let name = name_for_greeting(&self.brief.lead.person, self.messaging().formality, self.language);
        let words: &[&str] = match (self.language, self.messaging().formality) {
            (Language::German, Formality::Casual) => &["Hallo", "Guten Tag"],
            (Language::German, Formality::Neutral | Formality::Formal) => &["Guten Tag", "Hallo"],
            (Language::English, Formality::Casual) => &["Hi", "Hello"],
            (Language::English, Formality::Neutral) => &["Hello", "Hi"],
            (Language::English, Formality::Formal) if name.is_empty() => &["Good day", "Hello"],
            (Language::English, Formality::Formal) => &["Dear", "Hello"],
        };
        let usual = words.iter().find(|word| self.may_say(word)).or(words.first()).copied().unwrap_or_default();
        let learned = self.learned_edge(self.brief.style.greeting.get(self.language));
        let word = learned.map(|word| word.trim_end_matches([',', '!', '.']).to_owned()).filter(|word| !is_inflected(word));
        let word = word.unwrap_or_else(|| usual.to_owned());
        let text = if name.is_empty() { format!("{word},") } else { format!("{word} {name},") };
        Sentence { text, kind: SentenceKind::Greeting, findings: Vec::new(), starts_paragraph: true }
    }

    pub(super) fn sign_off(&self) -> Sentence {
        let words: &[&str] = match (self.language, self.messaging().formality) {
            (Language::German, Formality::Formal) => &["Mit freundlichen Grüßen", "Freundliche Grüße"],
            (Language::German, Formality::Casual | Formality::Neutral) => &["Viele Grüße", "Freundliche Grüße"],
            (Language::English, Formality::Casual) => &["Best,", "Best regards,"],
            (Language::English, Formality::Neutral) => &["Best regards,", "Kind regards,"],
            (Language::English, Formality::Formal) => &["Kind regards,", "Best regards,"],
        };
        let usual = words.iter().find(|word| self.may_say(word)).or(words.first()).copied().unwrap_or_default();
        let word = self.learned_edge(self.brief.style.sign_off.get(self.language)).unwrap_or_else(|| usual.to_owned());
        let sender = &self.brief.definition.sender;
        let text = format!("{word}\n{}\n{}", one_line(&sender.name), one_line(&sender.company));
        Sentence { text, kind: SentenceKind::SignOff, findings: Vec::new(), starts_paragraph: true }
    }

    pub(super) fn footer(&self) -> Sentence {
        let sender = &self.brief.definition.sender;
        let lines = [one_line(&sender.postal_address), one_line(sender.opt_out.get(self.language))];
        let text = lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
        Sentence { text, kind: SentenceKind::Footer, findings: Vec::new(), starts_paragraph: true }
    }

    /// A learned greeting or sign-off that may be written: short, letters and plain marks only.
    fn learned_edge(&self, learned: Option<&str>) -> Option<String> {
        let text = one_line(learned?);
        let is_plain = text.chars().all(|c| c.is_alphabetic() || " ,.!-'’".contains(c)) && text.starts_with(char::is_alphabetic);
        (is_plain && text.chars().count() <= LONGEST_EDGE && self.may_say(&text)).then_some(text)
    }
}

fn is_inflected(greeting: &str) -> bool {
    INFLECTED.contains(&greeting.to_lowercase().as_str())
}

/// The name as a greeting says it: first name, or both where the tone or German wants it; empty when it is no name.
fn name_for_greeting(person: &Person, formality: Formality, language: Language) -> String {
    let full = person.full_name();
    let name = match (language, formality) {
        (Language::German, _) | (_, Formality::Formal) => full,
        (Language::English, _) if person.first_name.trim().is_empty() => full,
        (Language::English, _) => one_line(&person.first_name),
    };
    let is_name = name.chars().count() <= 60
        && name.chars().all(|c| c.is_alphabetic() || " -'’.".contains(c))
        && name.chars().any(char::is_alphabetic);
    if is_name { name } else { String::new() }
}
