//! Writes the first mail: greeting, at most three claims with their findings, the workflow's offer, one question.
//!
//! The mail hangs on one fact, chosen by the workflow's preference among those that are fresh. Wording comes from the
//! sentence bank by a seed. Every claim and the subject are held against the domain's own check before they are
//! taken, so this file has no second opinion about what is sourced. Layoffs and trouble are never mentioned. Where
//! nothing usable was found, or the site may be another company's, the mail makes no claim at all.

mod claims;

use autoreach_domain::dossier::{Dossier, Fact, Finding, Taint};
use autoreach_domain::draft::{BODY_WORDS, Draft, MAX_CLAIMS, Proof, Sentence, SentenceKind, check};
use autoreach_domain::icp::Country;
use autoreach_domain::ids::{DraftId, FindingId};
use autoreach_domain::lead::{Lead, Person};
use autoreach_domain::text::{one_line, word_count};
use autoreach_domain::workflow::{Formality, Language, Messaging, Opener, WorkflowDefinition};
use jiff::Timestamp;
use minijinja::{Value, context};

use crate::rules::RULES_ENGINE;
use crate::rules::sentences::{Group, capitalised, variants};
use claims::Hook;

/// Longest subject, in characters.
const LONGEST_SUBJECT: usize = 60;
/// Words a mail should have before it stops growing; a little above the least, so that an edit may take some away.
const COMFORTABLE_WORDS: usize = 54;

/// What draws the wording: any bytes, for instance the draft's id. Equal bytes give equal mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DraftSeed(pub [u8; 16]);

/// What stands around the opening of a mail, whoever writes it: all of it the workflow's own words.
pub(crate) struct Frame {
    /// The language of the whole mail.
    pub(crate) language: Language,
    greeting: Sentence,
    offer: Vec<String>,
    question: String,
    sign_off: Sentence,
    footer: Sentence,
}

impl Frame {
    /// Words that an opening may have.
    pub(crate) fn words_left(&self) -> usize {
        let said = self.offer.iter().map(|text| word_count(text)).sum::<usize>() + word_count(&self.question);
        BODY_WORDS.end().saturating_sub(said)
    }

    /// The whole mail with this opening.
    pub(crate) fn around(self, opening: Vec<Sentence>) -> Vec<Sentence> {
        let plain = |text, kind, starts_paragraph| Sentence { text, kind, findings: Vec::new(), starts_paragraph };
        let mut sentences = vec![self.greeting];
        sentences.extend(opening);
        let offer = self.offer.into_iter().enumerate();
        sentences.extend(offer.map(|(index, text)| plain(text, SentenceKind::Offer, index == 0)));
        sentences.push(plain(self.question, SentenceKind::Question, true));
        sentences.extend([self.sign_off, self.footer]);
        sentences
    }
}

/// The frame of a mail to `lead`.
pub(crate) fn frame(lead: &Lead, dossier: &Dossier, definition: &WorkflowDefinition, now: Timestamp, seed: DraftSeed) -> Frame {
    let language = language(lead, dossier, &definition.messaging);
    let writer = Writer { lead, dossier, definition, language, now, seed };
    Frame {
        language,
        greeting: writer.greeting(),
        offer: offer_sentences(definition.messaging.offer.get(language)),
        question: one_line(definition.messaging.question.get(language)),
        sign_off: writer.sign_off(),
        footer: writer.footer(),
    }
}

/// What a mail that opens with this finding hangs on.
pub(crate) fn opener_of(finding: &Finding) -> Opener {
    match finding.fact {
        Fact::Hiring { .. } => Opener::Hiring,
        Fact::Funding { .. } => Opener::Funding,
        Fact::News { .. } => Opener::News,
        Fact::Technology { .. } => Opener::Technology,
        Fact::Location { .. } => Opener::Locations,
        Fact::HeadCount { .. } => Opener::HeadCount,
        Fact::Product { .. } => Opener::Product,
        Fact::RegisteredName { .. }
        | Fact::Industry { .. }
        | Fact::FoundedYear { .. }
        | Fact::Layoffs { .. }
        | Fact::Trouble { .. }
        | Fact::ContactRole { .. }
        | Fact::MailAddress { .. } => Opener::None,
    }
}

/// Everything a mail is written with.
struct Writer<'a> {
    lead: &'a Lead,
    dossier: &'a Dossier,
    definition: &'a WorkflowDefinition,
    language: Language,
    now: Timestamp,
    seed: DraftSeed,
}

/// Writes the first mail to `lead`. Never fails: without usable findings it makes no claim.
pub fn draft(lead: &Lead, dossier: &Dossier, definition: &WorkflowDefinition, now: Timestamp, id: DraftId, seed: DraftSeed) -> Draft {
    let language = language(lead, dossier, &definition.messaging);
    let writer = Writer { lead, dossier, definition, language, now, seed };
    let hooks = writer.hooks();
    let body = writer.body(&hooks);
    let opener = body.iter().find(|(sentence, _)| sentence.kind == SentenceKind::Claim).map_or(Opener::None, |(_, opener)| *opener);
    let (subject, subject_findings) = writer.subject(&hooks, opener);
    let mut sentences = vec![writer.greeting()];
    sentences.extend(body.into_iter().map(|(sentence, _)| sentence));
    sentences.push(writer.sign_off());
    sentences.push(writer.footer());
    Draft {
        id,
        lead_id: lead.id,
        subject,
        subject_findings,
        sentences,
        language,
        opener,
        engine: RULES_ENGINE.into(),
        stood_in_for: None,
        written_at: now,
    }
}

/// German when the workflow writes German and the company does: by its site, else by its country.
fn language(lead: &Lead, dossier: &Dossier, messaging: &Messaging) -> Language {
    let writes_german = !messaging.offer.de.trim().is_empty() && !messaging.question.de.trim().is_empty();
    let by_country = || {
        lead.country
            .as_deref()
            .and_then(|text| Country::parse(text).ok())
            .is_some_and(|country| ["DE", "AT", "CH"].contains(&country.code()))
    };
    let reads_german = dossier.language.map_or_else(by_country, |language| language == Language::German);
    if writes_german && reads_german { Language::German } else { Language::English }
}

impl Writer<'_> {
    fn messaging(&self) -> &Messaging {
        &self.definition.messaging
    }

    /// Facts the mail may hang on, best first: fresh ones by preference; stale ones only where nothing else is there.
    fn hooks(&self) -> Vec<Hook> {
        if self.dossier.taints.iter().any(|(taint, _)| matches!(taint, Taint::WrongCompany | Taint::ParkedDomain)) {
            return Vec::new();
        }
        claims::hooks(self.dossier, self.language, &self.messaging().preferred_openers, self.now)
    }

    /// The sentences between greeting and sign-off, within the limits of words and claims.
    fn body(&self, hooks: &[Hook]) -> Vec<(Sentence, Opener)> {
        let question = one_line(self.messaging().question.get(self.language));
        let mut offer = offer_sentences(self.messaging().offer.get(self.language));
        let mut room = BODY_WORDS.end().saturating_sub(word_count(&question));
        while offer.len() > 1 && offer.iter().map(|text| word_count(text)).sum::<usize>() > room {
            offer.pop();
        }
        room = room.saturating_sub(offer.iter().map(|text| word_count(text)).sum());
        let said = BODY_WORDS.end() - room;
        let claims = self.claims(hooks, room, COMFORTABLE_WORDS.saturating_sub(said));
        let claimed: usize = claims.iter().map(|(text, ..)| word_count(text)).sum();
        let lead_in = self.lead_in(claims.is_empty(), room.saturating_sub(claimed));
        let filled = said + claimed + lead_in.as_deref().map_or(0, word_count);
        let bridges = self.bridges(filled, &question, &offer);
        self.assemble(claims, lead_in, offer, bridges, question)
    }

    /// The opening claim, and further ones while the mail is short.
    fn claims(&self, hooks: &[Hook], room: usize, wanted: usize) -> Vec<(String, Vec<FindingId>, Opener)> {
        let mut claims: Vec<(String, Vec<FindingId>, Opener)> = Vec::new();
        let mut words = 0;
        for hook in hooks {
            let is_enough = claims.len() >= MAX_CLAIMS || (!claims.is_empty() && words >= wanted) || claims.len() >= 2;
            if is_enough || claims.iter().any(|(_, _, opener)| *opener == hook.opener) {
                continue;
            }
            if let Some(text) = self.claim(hook, room.saturating_sub(words), claims.last().map(|(text, ..)| text.as_str())) {
                words += word_count(&text);
                claims.push((text, hook.findings.clone(), hook.opener));
            }
        }
        claims
    }

    /// The first wording that is allowed, fits and is proven by the hook's findings; rather one that does not begin or
    /// end like the claim before it.
    fn claim(&self, hook: &Hook, room: usize, before: Option<&str>) -> Option<String> {
        let wordings = variants(self.language, Group::Claim(hook.opener), &hook.values, &self.seed.0);
        let fits = |text: &String| word_count(text) <= room && self.may_say(text) && !text.contains('?');
        let proven: Vec<String> = wordings.into_iter().filter(fits).filter(|text| self.is_proven(text, &hook.findings)).collect();
        let other = proven.iter().find(|text| before.is_none_or(|before| !sounds_like(before, text)));
        other.or(proven.first()).cloned()
    }

    /// Does the domain's check call this sentence sourced? A stale source is the reviewer's business, not a refusal.
    fn is_proven(&self, text: &str, findings: &[FindingId]) -> bool {
        let sentence = Sentence { text: text.to_owned(), kind: SentenceKind::Claim, findings: findings.to_vec(), starts_paragraph: true };
        let checks = check(&self.shell(String::new(), Vec::new(), vec![sentence]), self.dossier, self.messaging(), self.now);
        checks.claims.iter().all(|(_, proof)| *proof != Proof::Unsourced)
    }

    /// A draft with nothing but what is to be checked.
    fn shell(&self, subject: String, subject_findings: Vec<FindingId>, sentences: Vec<Sentence>) -> Draft {
        Draft {
            id: DraftId::new(self.now, [0; 10]),
            lead_id: self.lead.id,
            subject,
            subject_findings,
            sentences,
            language: self.language,
            opener: Opener::None,
            engine: RULES_ENGINE.into(),
            stood_in_for: None,
            written_at: self.now,
        }
    }

    /// Holds `text` none of the workflow's "never" phrases?
    fn may_say(&self, text: &str) -> bool {
        let lower = text.to_lowercase();
        !self.messaging().never.iter().any(|phrase| !phrase.trim().is_empty() && lower.contains(&phrase.to_lowercase()))
    }

    /// A sentence that leads to the offer. A mail without a claim must begin with one, a mail with one may.
    fn lead_in(&self, is_plain: bool, room: usize) -> Option<String> {
        let group = if is_plain { Group::LeadInPlain } else { Group::LeadIn };
        let wordings = variants(self.language, group, &Value::UNDEFINED, &self.seed.0);
        wordings.into_iter().find(|text| word_count(text) <= room && self.may_say(text))
    }

    /// Sentences the workflow always wants, then bridges until the mail is long enough.
    fn bridges(&self, filled: usize, question: &str, offer: &[String]) -> Vec<String> {
        let own = format!("{} {question}", offer.join(" ")).to_lowercase();
        let is_missing = |phrase: &&String| is_sentence(phrase) && !own.contains(&phrase.to_lowercase());
        let mut bridges: Vec<String> = self.messaging().always.iter().filter(is_missing).map(|phrase| one_line(phrase)).collect();
        let mut words = filled + bridges.iter().map(|text| word_count(text)).sum::<usize>();
        for text in variants(self.language, Group::Bridge, &Value::UNDEFINED, &self.seed.0) {
            let grown = words + word_count(&text);
            if words < COMFORTABLE_WORDS && grown <= *BODY_WORDS.end() && self.may_say(&text) {
                words = grown;
                bridges.push(capitalised(&text));
            }
        }
        bridges
    }

    /// Puts the sentences into paragraphs: what we saw, what we offer, what we ask.
    fn assemble(
        &self,
        claims: Vec<(String, Vec<FindingId>, Opener)>,
        lead_in: Option<String>,
        offer: Vec<String>,
        bridges: Vec<String>,
        question: String,
    ) -> Vec<(Sentence, Opener)> {
        let mut body: Vec<(Sentence, Opener)> = Vec::new();
        let mut add = |text: String, kind, findings, starts_paragraph, opener| {
            let text = if body.is_empty() { text } else { capitalised(&text) };
            body.push((Sentence { text, kind, findings, starts_paragraph }, opener));
        };
        let (mut is_first, has_claims) = (true, !claims.is_empty());
        for (text, findings, opener) in claims {
            let text = if self.language == Language::English { capitalised(&text) } else { text };
            add(text, SentenceKind::Claim, findings, is_first, opener);
            is_first = false;
        }
        let offer_starts = lead_in.is_none();
        lead_in.into_iter().for_each(|text| add(text, SentenceKind::Bridge, Vec::new(), true, Opener::None));
        for (index, text) in offer.into_iter().enumerate() {
            add(text, SentenceKind::Offer, Vec::new(), index == 0 && (offer_starts || !has_claims), Opener::None);
        }
        let question_starts = bridges.is_empty();
        for (index, text) in bridges.into_iter().enumerate() {
            add(text, SentenceKind::Bridge, Vec::new(), index == 0, Opener::None);
        }
        add(question, SentenceKind::Question, Vec::new(), question_starts, Opener::None);
        body
    }

    /// A subject that fits and is proven, by the opening fact where there is one.
    fn subject(&self, hooks: &[Hook], opener: Opener) -> (String, Vec<FindingId>) {
        if let Some(hook) = hooks.iter().find(|hook| hook.opener == opener) {
            let wordings = variants(self.language, Group::Subject(opener), &hook.values, &self.seed.0);
            let fitting = wordings.into_iter().map(|text| capitalised(&one_line(&text))).find(|text| self.is_subject(text, &hook.findings));
            if let Some(subject) = fitting {
                return (subject, hook.findings.clone());
            }
        }
        let values = context! { company => self.lead.company };
        let wordings = variants(self.language, Group::Subject(Opener::None), &values, &self.seed.0);
        let fitting = wordings.into_iter().map(|text| one_line(&text)).find(|text| self.is_subject(text, &[]));
        (fitting.unwrap_or_else(|| self.definition.sender.company.clone()), Vec::new())
    }

    fn is_subject(&self, text: &str, findings: &[FindingId]) -> bool {
        let fits = text.chars().count() <= LONGEST_SUBJECT && self.may_say(text) && !text.contains('?');
        let shell = || self.shell(text.to_owned(), findings.to_vec(), Vec::new());
        fits && check(&shell(), self.dossier, self.messaging(), self.now).subject.is_none_or(|proof| proof != Proof::Unsourced)
    }

    fn greeting(&self) -> Sentence {
        let name = name_for_greeting(&self.lead.person, self.messaging().formality, self.language);
        let words: &[&str] = match (self.language, self.messaging().formality) {
            (Language::German, Formality::Casual) => &["Hallo", "Guten Tag"],
            (Language::German, Formality::Neutral | Formality::Formal) => &["Guten Tag", "Hallo"],
            (Language::English, Formality::Casual) => &["Hi", "Hello"],
            (Language::English, Formality::Neutral) => &["Hello", "Hi"],
            (Language::English, Formality::Formal) if name.is_empty() => &["Good day", "Hello"],
            (Language::English, Formality::Formal) => &["Dear", "Hello"],
        };
        let word = words.iter().find(|word| self.may_say(word)).or(words.first()).copied().unwrap_or_default();
        let text = if name.is_empty() { format!("{word},") } else { format!("{word} {name},") };
        Sentence { text, kind: SentenceKind::Greeting, findings: Vec::new(), starts_paragraph: true }
    }

    fn sign_off(&self) -> Sentence {
        let words: &[&str] = match (self.language, self.messaging().formality) {
            (Language::German, Formality::Formal) => &["Mit freundlichen Grüßen", "Freundliche Grüße"],
            (Language::German, Formality::Casual | Formality::Neutral) => &["Viele Grüße", "Freundliche Grüße"],
            (Language::English, Formality::Casual) => &["Best,", "Best regards,"],
            (Language::English, Formality::Neutral) => &["Best regards,", "Kind regards,"],
            (Language::English, Formality::Formal) => &["Kind regards,", "Best regards,"],
        };
        let word = words.iter().find(|word| self.may_say(word)).or(words.first()).copied().unwrap_or_default();
        let sender = &self.definition.sender;
        let text = format!("{word}\n{}\n{}", one_line(&sender.name), one_line(&sender.company));
        Sentence { text, kind: SentenceKind::SignOff, findings: Vec::new(), starts_paragraph: true }
    }

    fn footer(&self) -> Sentence {
        let sender = &self.definition.sender;
        let lines = [one_line(&sender.postal_address), one_line(sender.opt_out.get(self.language))];
        let text = lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
        Sentence { text, kind: SentenceKind::Footer, findings: Vec::new(), starts_paragraph: true }
    }
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

/// Do two sentences share an opening or closing word, or a turn of phrase that stands out when read twice?
fn sounds_like(a: &str, b: &str) -> bool {
    let ends = |text: &str| {
        let words: Vec<String> =
            text.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()).collect();
        (words.first().cloned(), words.last().cloned())
    };
    let ((a_first, a_last), (b_first, b_last)) = (ends(a), ends(b));
    let turns = ["site", "Website", "came across", "caught my eye", "notice", "I read", "gestoßen", "gelesen", "aufgefallen"];
    a_first == b_first || a_last == b_last || turns.iter().any(|turn| a.contains(turn) && b.contains(turn))
}

/// An "always" phrase that can stand alone: it ends like a sentence and has at least three words.
fn is_sentence(phrase: &str) -> bool {
    phrase.trim().ends_with(['.', '!']) && word_count(phrase) >= 3
}

/// The offer as written, cut at its sentence ends.
fn offer_sentences(offer: &str) -> Vec<String> {
    let text = one_line(offer);
    let mut sentences: Vec<String> = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices(['.', '!', '?']) {
        let rest = &text[at + 1..];
        let is_end = rest.is_empty() || (rest.starts_with(' ') && rest.trim_start().starts_with(char::is_uppercase));
        if is_end && word_count(&text[start..=at]) >= 3 {
            sentences.push(text[start..=at].trim().to_owned());
            start = at + 1;
        }
    }
    let rest = text[start..].trim();
    match (rest.is_empty(), sentences.last_mut()) {
        (true, _) => {}
        (false, Some(last)) if word_count(rest) < 3 => last.push_str(&format!(" {rest}")),
        (false, _) => sentences.push(rest.to_owned()),
    }
    sentences
}
