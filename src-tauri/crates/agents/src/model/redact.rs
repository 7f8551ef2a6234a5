//! Takes out of a text who a lead is, and puts it back into the answer.
//!
//! Each spelling that occurs gets a token of its own (`[[COMPANY-2]]`), so that an answer can be put back letter by letter and
//! a quote still stands in its page. What is taken out: the person's name, every mail address and phone number, the company
//! and its site. What stays is the material itself: roles, places, figures, and people the page names who are not the lead.

use autoreach_domain::lead::Lead;
use regex::{Regex, RegexBuilder};
use serde_json::Value;
use std::sync::LazyLock;

/// Mail addresses as pages write them.
static MAIL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9.\-]+\.[A-Za-z]{2,}").expect("the pattern is well formed"));
/// Phone numbers that say so: with a country code, after a word for telephone, or with an area code set apart. A bare row of
/// digits may be a year or a number of people and stays.
static PHONE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:\+|\b00)\d[\d ()/.\-]{5,}\d|(?i:\b(?:tel|telephone|telefon|phone|fon|mobile|mobil)\b\.?:? ?)[\d(+][\d ()/.\-]{4,}\d|\b0\d{2,4}[ /\-]\d[\d /\-]{3,}\d")
        .expect("the pattern is well formed")
});
/// What a token looks like, and what a careless answer makes of one.
static TOKEN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\[*\b(?:PERSON|MAIL|PHONE|COMPANY|SITE)-\d+\b\]*").expect("the pattern is well formed"));
/// The shortest name that is looked for by itself, in letters: shorter ones are words of their own too often.
const SHORTEST_NAME: usize = 2;
/// The shortest first label of a site (`orbital` of `orbital.example`) that is looked for by itself.
const SHORTEST_LABEL: usize = 4;

/// What kind of thing a token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Person,
    Mail,
    Phone,
    Company,
    Site,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Person => "PERSON",
            Self::Mail => "MAIL",
            Self::Phone => "PHONE",
            Self::Company => "COMPANY",
            Self::Site => "SITE",
        }
    }
}

/// A text was answered with a token that stands for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an answer names something that was not in the question")]
pub struct UnknownToken;

/// What was hidden in one question.
#[derive(Debug, Default)]
pub struct Redaction {
    patterns: Vec<(Kind, Regex)>,
    /// Each spelling with its token.
    hidden: Vec<(String, String)>,
}

impl Redaction {
    /// What would tell who this lead is.
    pub fn of(lead: &Lead) -> Self {
        let mut patterns = vec![(Kind::Mail, MAIL.clone()), (Kind::Phone, PHONE.clone())];
        let domain = lead.company_domain().map(|domain| domain.as_str().to_owned());
        if let Some(domain) = &domain {
            let host = format!(r"(?:https?://)?(?:[a-z0-9\-]+\.)*{}", regex::escape(domain));
            patterns.extend(whole_words(&host, true).map(|regex| (Kind::Site, regex)));
        }
        let whole = [lead.person.full_name()];
        patterns.extend(named(Kind::Person, &whole, true));
        let companies = [lead.company.clone(), without_legal_form(&lead.company)];
        patterns.extend(named(Kind::Company, &companies, true));
        let label = domain.as_deref().and_then(|domain| domain.split('.').next()).filter(|label| label.len() >= SHORTEST_LABEL);
        patterns.extend(named(Kind::Company, &label.map(str::to_owned).into_iter().collect::<Vec<_>>(), true));
        // A name in small letters may be a word ("will", "mark"), so single names are looked for as they are written.
        let (last, first) = (lead.person.last_name.clone(), lead.person.first_name.clone());
        let loud = [last.to_uppercase(), first.to_uppercase()];
        patterns.extend(named(Kind::Person, &[last, first], false));
        patterns.extend(named(Kind::Person, &loud, false));
        Self { patterns, hidden: Vec::new() }
    }

    /// The text without what tells who the lead is. JSON is walked value by value.
    pub fn hide(&mut self, text: &str) -> String {
        match serde_json::from_str::<Value>(text) {
            Ok(mut value @ (Value::Object(_) | Value::Array(_))) => {
                self.hide_in(&mut value);
                value.to_string()
            }
            Ok(_) | Err(_) => self.hide_words(text),
        }
    }

    fn hide_in(&mut self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.hide_words(text),
            Value::Array(values) => values.iter_mut().for_each(|value| self.hide_in(value)),
            Value::Object(fields) => fields.values_mut().for_each(|value| self.hide_in(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn hide_words(&mut self, text: &str) -> String {
        // What looks like a token already must not be taken for one of ours later.
        let mut text = TOKEN.replace_all(text, "").into_owned();
        for index in 0..self.patterns.len() {
            let (kind, pattern) = self.patterns[index].clone();
            text = pattern.replace_all(&text, |found: &regex::Captures<'_>| self.token(kind, &found[0])).into_owned();
        }
        text
    }

    fn token(&mut self, kind: Kind, spelling: &str) -> String {
        if let Some((_, token)) = self.hidden.iter().find(|(known, _)| known == spelling) {
            return token.clone();
        }
        let token = format!("[[{}-{}]]", kind.word(), self.hidden.len() + 1);
        self.hidden.push((spelling.to_owned(), token.clone()));
        token
    }

    /// The answer, which is JSON, with everything put back. Fails on a token that stands for nothing.
    pub fn put_back(&self, answer: &str) -> Result<String, UnknownToken> {
        let mut answer = answer.to_owned();
        // Last hidden, first back: a name may have been found inside a token that was there before it.
        for (spelling, token) in self.hidden.iter().rev() {
            let quoted = Value::from(spelling.as_str()).to_string();
            answer = answer.replace(token, &quoted[1..quoted.len() - 1]);
        }
        if TOKEN.is_match(&answer) { Err(UnknownToken) } else { Ok(answer) }
    }
}

fn named(kind: Kind, names: &[String], ignores_case: bool) -> Vec<(Kind, Regex)> {
    let usable = names.iter().map(|name| name.trim()).filter(|name| name.chars().count() >= SHORTEST_NAME);
    let mut patterns: Vec<&str> = usable.collect();
    patterns.sort_by_key(|name| std::cmp::Reverse(name.len()));
    patterns.dedup();
    let spaced = |name: &str| name.split_whitespace().map(regex::escape).collect::<Vec<_>>().join(r"\s+");
    patterns.into_iter().filter_map(|name| whole_words(&spaced(name), ignores_case)).map(|regex| (kind, regex)).collect()
}

/// The pattern where no letter or digit stands before or after it, and no token is touched.
fn whole_words(pattern: &str, ignores_case: bool) -> Option<Regex> {
    let starts_with_letter = pattern.starts_with(|c: char| c.is_alphanumeric() || c == '(');
    let ends_with_letter = pattern.ends_with(char::is_alphanumeric);
    let (before, after) = (if starts_with_letter { r"\b" } else { "" }, if ends_with_letter { r"\b" } else { "" });
    RegexBuilder::new(&format!("{before}{pattern}{after}")).case_insensitive(ignores_case).build().ok()
}

/// "Orbital Freight A/S" as "Orbital Freight".
fn without_legal_form(company: &str) -> String {
    const FORMS: [&str; 18] =
        ["a/s", "aps", "gmbh", "ag", "kg", "se", "ltd", "ltd.", "limited", "llc", "inc", "inc.", "plc", "oy", "ab", "as", "bv", "b.v."];
    let words: Vec<&str> = company.split_whitespace().collect();
    let kept = words.iter().rposition(|word| !FORMS.contains(&word.trim_matches([',', '&']).to_lowercase().as_str()));
    kept.map(|last| words[..=last].join(" ").trim_end_matches([',', '&', ' ']).to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use autoreach_domain::ids::{AccountId, LeadId, WorkflowId};
    use autoreach_domain::lead::{EmailAddress, Person};
    use jiff::Timestamp;
    use proptest::prelude::*;

    fn lead() -> Lead {
        let at = Timestamp::UNIX_EPOCH;
        Lead {
            id: LeadId::new(at, [1; 10]),
            workflow_id: WorkflowId::new(at, [2; 10]),
            account_id: AccountId::new(at, [3; 10]),
            import_id: None,
            company: "Orbital Freight A/S".into(),
            website: Some("https://orbital.example".into()),
            person: Person {
                first_name: "Will".into(),
                last_name: "Rao".into(),
                role: "VP Operations".into(),
                email: EmailAddress::parse("will.rao@orbital.example").ok(),
            },
            country: None,
            city: None,
            industry: None,
            head_count: None,
            other_columns: std::collections::BTreeMap::default(),
            created_at: at,
        }
    }

    const PAGE: &str = "Orbital Freight A/S, ORBITAL FREIGHT or simply Orbital: we will ship. Will Rao (will.rao@orbital.example, \
        Tel. 89 12 34 56) leads 146 people since 1998. See www.orbital.example/jobs or call +45 70 20 30 40. Mr RAO signs. Info: info@orbital.example";

    #[test]
    fn nothing_that_tells_who_the_lead_is_stays_and_the_rest_does() {
        let hidden = Redaction::of(&lead()).hide(PAGE);
        for gone in ["Orbital", "ORBITAL", "Rao", "RAO", "orbital.example", "@", "89 12 34 56", "+45"] {
            assert!(!hidden.contains(gone), "{gone} in {hidden}");
        }
        for kept in ["we will ship", "leads 146 people since 1998", "signs"] {
            assert!(hidden.contains(kept), "{kept} in {hidden}");
        }
    }

    #[test]
    fn a_quote_comes_back_letter_by_letter() {
        let mut redaction = Redaction::of(&lead());
        let hidden = redaction.hide(PAGE);
        let answer = serde_json::json!({ "quote": hidden }).to_string();
        let back: Value = serde_json::from_str(&redaction.put_back(&answer).expect("knows all tokens")).expect("stays JSON");
        assert_eq!(back["quote"], PAGE);
    }

    #[test]
    fn a_token_that_was_never_given_is_refused_with_or_without_its_brackets() {
        let mut redaction = Redaction::of(&lead());
        redaction.hide(PAGE);
        for text in [r#"{"text":"Dear [[PERSON-99]]"}"#, r#"{"text":"COMPANY-1 plans"}"#] {
            assert_eq!(redaction.put_back(text), Err(UnknownToken), "{text}");
        }
        assert!(redaction.put_back(r#"{"text":"plain"}"#).is_ok());
    }

    #[test]
    fn a_page_that_writes_tokens_of_its_own_cannot_name_the_lead() {
        let mut redaction = Redaction::of(&lead());
        let hidden = redaction.hide("Mail [[PERSON-1]] at Orbital.");
        assert_eq!(hidden, "Mail  at [[COMPANY-1]].");
    }

    #[test]
    fn a_company_called_like_a_token_comes_back_too() {
        let odd = Lead { company: "Mail Person".into(), ..lead() };
        let mut redaction = Redaction::of(&odd);
        let hidden = redaction.hide("Mail Person answers at a@b.example.");
        assert_eq!(redaction.put_back(&Value::from(hidden).to_string()).as_deref(), Ok("\"Mail Person answers at a@b.example.\""));
    }

    #[test]
    fn a_name_with_a_quotation_mark_survives_json() {
        let odd = Lead { company: r#"The "Best" \ Freight"#.into(), ..lead() };
        let mut redaction = Redaction::of(&odd);
        let question = serde_json::json!({ "company": odd.company }).to_string();
        let hidden = redaction.hide(&question);
        assert!(!hidden.contains("Best"), "{hidden}");
        let back: Value = serde_json::from_str(&redaction.put_back(&hidden).expect("knows it")).expect("stays JSON");
        assert_eq!(back["company"], odd.company);
    }

    proptest! {
        #[test]
        fn whatever_the_page_says_it_comes_back_as_it_was(text in "[ -~äöüß\n]{0,200}", at in 0_usize..200) {
            let cut = text.char_indices().map(|(index, _)| index).nth(at).unwrap_or(text.len());
            let text = TOKEN.replace_all(&format!("{}Will Rao of Orbital Freight{}", &text[..cut], &text[cut..]), "").into_owned();
            let mut redaction = Redaction::of(&lead());
            let hidden = redaction.hide_words(&text);
            let answer = redaction.put_back(&Value::from(hidden).to_string());
            prop_assert_eq!(answer.ok().and_then(|text| serde_json::from_str::<String>(&text).ok()), Some(text));
        }
    }
}
