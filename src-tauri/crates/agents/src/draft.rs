//! Writes the first mail: greeting, at most three claims with their findings, the workflow's offer, one question.
//!
//! The mail hangs on one fact, chosen by the workflow's preference among those that are fresh. Wording comes from the
//! sentence bank by a seed. Every claim and the subject are held against the domain's own check before they are
//! taken, so this file has no second opinion about what is sourced. Layoffs and trouble are never mentioned. Where
//! nothing usable was found, or the site may be another company's, the mail makes no claim at all. What a person's style
//! changes stands in `styled`.

mod claims;
mod edges;
mod parts;
mod styled;

use autoreach_domain::dossier::{Dossier, Fact, Finding, Taint};
use autoreach_domain::draft::{BODY_WORDS, Draft, MAX_CLAIMS, Proof, Sentence, SentenceKind, check};
use autoreach_domain::icp::Country;
use autoreach_domain::ids::{DraftId, FindingId};
use autoreach_domain::lead::Lead;
use autoreach_domain::style::StyleGuide;
use autoreach_domain::text::{one_line, word_count};
use autoreach_domain::workflow::{Language, Messaging, Opener, WorkflowDefinition};
use jiff::Timestamp;
use minijinja::{Value, context};

use crate::rules::RULES_ENGINE;
use crate::rules::sentences::{Group, capitalised, variants};
use claims::Hook;
use parts::{is_sentence, offer_sentences, sounds_like};
use styled::{Asked, Closing};

/// Longest subject, in characters.
const LONGEST_SUBJECT: usize = 60;
/// Words a mail should have before it stops growing; a little above the least, so that an edit may take some away.
const COMFORTABLE_WORDS: usize = 54;

/// What draws the wording: any bytes, for instance the draft's id. Equal bytes give equal mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DraftSeed(pub [u8; 16]);

/// What a first mail is written from.
#[derive(Debug, Clone, Copy)]
pub struct Brief<'a> {
    /// Whom it is for.
    pub lead: &'a Lead,
    /// What was found.
    pub dossier: &'a Dossier,
    /// On whose behalf, with what offer.
    pub definition: &'a WorkflowDefinition,
    /// How the person who will judge it wants it to read.
    pub style: &'a StyleGuide,
}

/// What stands around the opening of a mail, whoever writes it: the workflow's own words, or a person's.
pub(crate) struct Frame {
    /// The language of the whole mail.
    pub(crate) language: Language,
    greeting: Sentence,
    offer: Vec<String>,
    question: String,
    /// The end of a mail whose opening asks.
    statement: Option<String>,
    most_words: usize,
    sign_off: Sentence,
    footer: Sentence,
}

impl Frame {
    /// Words that an opening may have.
    pub(crate) fn words_left(&self) -> usize {
        let end = word_count(&self.question).max(self.statement.as_deref().map_or(0, word_count));
        self.most_words.saturating_sub(self.offer.iter().map(|text| word_count(text)).sum::<usize>() + end)
    }

    /// May the opening ask the mail's one question?
    pub(crate) fn may_ask(&self) -> bool {
        self.statement.is_some()
    }

    /// The whole mail with this opening.
    pub(crate) fn around(self, opening: Vec<Sentence>) -> Vec<Sentence> {
        let plain = |text, kind, starts_paragraph| Sentence { text, kind, findings: Vec::new(), starts_paragraph };
        let has_asked = opening.iter().any(|sentence| sentence.text.contains('?'));
        let mut sentences = vec![self.greeting];
        sentences.extend(opening);
        let offer = self.offer.into_iter().enumerate();
        sentences.extend(offer.map(|(index, text)| plain(text, SentenceKind::Offer, index == 0)));
        sentences.push(match self.statement.filter(|_| has_asked) {
            Some(statement) => plain(statement, SentenceKind::Bridge, true),
            None => plain(self.question, SentenceKind::Question, true),
        });
        sentences.extend([self.sign_off, self.footer]);
        sentences
    }
}

/// The frame of a mail.
pub(crate) fn frame(brief: Brief<'_>, now: Timestamp, seed: DraftSeed) -> Frame {
    let writer = Writer::new(brief, now, seed);
    Frame {
        language: writer.language,
        greeting: writer.greeting(),
        offer: offer_sentences(writer.messaging().offer.get(writer.language)),
        question: writer.closing(false).text,
        statement: writer.statement(),
        most_words: writer.most_words(),
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
    brief: Brief<'a>,
    language: Language,
    now: Timestamp,
    seed: DraftSeed,
}

/// What the body of a mail is put together from.
struct Parts {
    asked: Option<Asked>,
    claims: Vec<(String, Vec<FindingId>, Opener)>,
    lead_in: Option<String>,
    offer: Vec<String>,
    bridges: Vec<String>,
    closing: Closing,
}

/// Writes the first mail to a lead. Never fails: without usable findings it makes no claim.
pub fn draft(brief: Brief<'_>, now: Timestamp, id: DraftId, seed: DraftSeed) -> Draft {
    let writer = Writer::new(brief, now, seed);
    let hooks = writer.hooks();
    let body = writer.body(&hooks);
    let opener = body.iter().find(|(sentence, _)| sentence.kind == SentenceKind::Claim).map_or(Opener::None, |(_, opener)| *opener);
    let (subject, subject_findings) = writer.subject(&hooks, opener);
    let mut sentences = vec![writer.greeting()];
    sentences.extend(body.into_iter().map(|(sentence, _)| sentence));
    sentences.push(writer.sign_off());
    sentences.push(writer.footer());
    Draft { id, subject, subject_findings, sentences, opener, ..writer.shell(String::new(), Vec::new(), Vec::new()) }
}

/// The language of a first mail: German when the workflow writes German and the company does, by its site, else by its
/// country.
pub fn language_of(lead: &Lead, dossier: &Dossier, messaging: &Messaging) -> Language {
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

impl<'a> Writer<'a> {
    fn new(brief: Brief<'a>, now: Timestamp, seed: DraftSeed) -> Self {
        Self { brief, language: language_of(brief.lead, brief.dossier, &brief.definition.messaging), now, seed }
    }

    fn messaging(&self) -> &'a Messaging {
        &self.brief.definition.messaging
    }

    /// Facts the mail may hang on, best first: fresh ones by preference; stale ones only where nothing else is there.
    fn hooks(&self) -> Vec<Hook> {
        if self.brief.dossier.taints.iter().any(|(taint, _)| matches!(taint, Taint::WrongCompany | Taint::ParkedDomain)) {
            return Vec::new();
        }
        self.by_opening(claims::hooks(self.brief.dossier, self.language, &self.messaging().preferred_openers, self.now))
    }

    /// The sentences between greeting and sign-off, within the limits of words and claims.
    fn body(&self, hooks: &[Hook]) -> Vec<(Sentence, Opener)> {
        let asked = self.asked(hooks);
        let closing = self.closing(asked.is_some());
        let mut offer = offer_sentences(self.messaging().offer.get(self.language));
        let ends = word_count(&closing.text) + asked.as_ref().map_or(0, |asked| word_count(&asked.text));
        let mut room = BODY_WORDS.end().saturating_sub(ends);
        while offer.len() > 1 && offer.iter().map(|text| word_count(text)).sum::<usize>() > room {
            offer.pop();
        }
        room = room.saturating_sub(offer.iter().map(|text| word_count(text)).sum());
        let said = BODY_WORDS.end() - room;
        let claims = self.claims(hooks, asked.as_ref(), room, self.wanted_words().saturating_sub(said));
        let claimed: usize = claims.iter().map(|(text, ..)| word_count(text)).sum();
        let is_plain = claims.is_empty() && asked.is_none();
        let lead_in = self.lead_in(is_plain, room.saturating_sub(claimed), said + claimed);
        let filled = said + claimed + lead_in.as_deref().map_or(0, word_count);
        let bridges = self.bridges(filled, &closing.text, &offer);
        self.assemble(Parts { asked, claims, lead_in, offer, bridges, closing })
    }

    /// The opening claim, and further ones while the mail is short.
    fn claims(&self, hooks: &[Hook], asked: Option<&Asked>, room: usize, wanted: usize) -> Vec<(String, Vec<FindingId>, Opener)> {
        let mut claims: Vec<(String, Vec<FindingId>, Opener)> = Vec::new();
        let asked = asked.filter(|asked| !asked.findings.is_empty());
        let (mut words, before) = (0, usize::from(asked.is_some()));
        for hook in hooks.iter().filter(|_| !self.skips_claims()) {
            let made = claims.len() + before;
            let is_enough = made >= MAX_CLAIMS || (made > 0 && words >= wanted) || made >= 2;
            let is_said =
                claims.iter().any(|(_, _, opener)| *opener == hook.opener) || asked.is_some_and(|asked| asked.opener == hook.opener);
            if is_enough || is_said {
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
        let wordings = self.best_openings_first(variants(self.language, Group::Claim(hook.opener), &hook.values, &self.seed.0));
        let fits = |text: &String| word_count(text) <= room && self.may_say(text) && !text.contains('?');
        let proven: Vec<String> = wordings.into_iter().filter(fits).filter(|text| self.is_proven(text, &hook.findings)).collect();
        let other = proven.iter().find(|text| before.is_none_or(|before| !sounds_like(before, text)));
        other.or(proven.first()).cloned()
    }

    /// Does the domain's check call this sentence sourced? A stale source is the reviewer's business, not a refusal.
    fn is_proven(&self, text: &str, findings: &[FindingId]) -> bool {
        let sentence = Sentence { text: text.to_owned(), kind: SentenceKind::Claim, findings: findings.to_vec(), starts_paragraph: true };
        let checks = check(&self.shell(String::new(), Vec::new(), vec![sentence]), self.brief.dossier, self.messaging(), self.now);
        checks.claims.iter().all(|(_, proof)| *proof != Proof::Unsourced)
    }

    /// A draft with nothing but what is to be checked.
    fn shell(&self, subject: String, subject_findings: Vec<FindingId>, sentences: Vec<Sentence>) -> Draft {
        Draft {
            id: DraftId::new(self.now, [0; 10]),
            lead_id: self.brief.lead.id,
            subject,
            subject_findings,
            sentences,
            language: self.language,
            opener: Opener::None,
            engine: RULES_ENGINE.into(),
            stood_in_for: None,
            instruction: None,
            written_at: self.now,
        }
    }

    /// Holds `text` none of the workflow's "never" phrases?
    fn may_say(&self, text: &str) -> bool {
        let lower = text.to_lowercase();
        !self.messaging().never.iter().any(|phrase| !phrase.trim().is_empty() && lower.contains(&phrase.to_lowercase()))
    }

    /// A sentence that leads to the offer. A mail without a claim must begin with one, a mail with one may, unless a
    /// person wants it shorter.
    fn lead_in(&self, is_plain: bool, room: usize, filled: usize) -> Option<String> {
        let group = if is_plain { Group::LeadInPlain } else { Group::LeadIn };
        let is_long = self.brief.style.words.is_some() && filled >= self.wanted_words();
        let wordings = self.liked_first(variants(self.language, group, &Value::UNDEFINED, &self.seed.0));
        let fits = |text: &String| word_count(text) <= room && self.may_say(text) && (is_plain || self.dislike(text) == 0);
        wordings.into_iter().filter(|_| is_plain || !is_long).find(fits)
    }

    /// Sentences the workflow always wants, then bridges until the mail is long enough. What a person dislikes is taken
    /// only where the mail would be shorter than any first mail.
    fn bridges(&self, filled: usize, closing: &str, offer: &[String]) -> Vec<String> {
        let own = format!("{} {closing}", offer.join(" ")).to_lowercase();
        let is_missing = |phrase: &&String| is_sentence(phrase) && !own.contains(&phrase.to_lowercase());
        let mut bridges: Vec<String> = self.messaging().always.iter().filter(is_missing).map(|phrase| one_line(phrase)).collect();
        let mut words = filled + bridges.iter().map(|text| word_count(text)).sum::<usize>();
        let bank = self.liked_first(variants(self.language, Group::Bridge, &Value::UNDEFINED, &self.seed.0));
        let learned = self.learned_bridges().filter(|text| !own.contains(&text.trim_end_matches('.').to_lowercase()));
        let candidates: Vec<String> = learned.chain(bank).map(|text| capitalised(&text)).collect();
        let liked = |text: &String| self.dislike(text) == 0;
        let rounds = [(self.wanted_words(), self.most_words(), true), (*BODY_WORDS.start(), *BODY_WORDS.end(), false)];
        for (wanted, most, only_liked) in rounds {
            for text in candidates.iter().filter(|text| !only_liked || liked(text)) {
                let grown = words + word_count(text);
                if words < wanted && grown <= most && self.may_say(text) && !bridges.contains(text) {
                    words = grown;
                    bridges.push(text.clone());
                }
            }
        }
        bridges
    }

    /// Puts the sentences into paragraphs: what we saw, what we offer, what we ask.
    fn assemble(&self, parts: Parts) -> Vec<(Sentence, Opener)> {
        let Parts { asked, claims, lead_in, offer, bridges, closing } = parts;
        let (mut is_first, has_opening) = (true, asked.is_some() || !claims.is_empty());
        let mut body: Vec<(Sentence, Opener)> = asked.map(Asked::sentence).into_iter().collect();
        let mut add = |text: String, kind, findings, starts_paragraph, opener| {
            let text = if body.is_empty() { text } else { capitalised(&text) };
            body.push((Sentence { text, kind, findings, starts_paragraph }, opener));
        };
        for (text, findings, opener) in claims {
            let text = if self.language == Language::English { capitalised(&text) } else { text };
            add(text, SentenceKind::Claim, findings, is_first, opener);
            is_first = false;
        }
        let offer_starts = lead_in.is_none();
        lead_in.into_iter().for_each(|text| add(text, SentenceKind::Bridge, Vec::new(), true, Opener::None));
        for (index, text) in offer.into_iter().enumerate() {
            add(text, SentenceKind::Offer, Vec::new(), index == 0 && (offer_starts || !has_opening), Opener::None);
        }
        let closing_starts = bridges.is_empty();
        for (index, text) in bridges.into_iter().enumerate() {
            add(text, SentenceKind::Bridge, Vec::new(), index == 0, Opener::None);
        }
        add(closing.text, closing.kind, Vec::new(), closing_starts, Opener::None);
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
        let values = context! { company => self.brief.lead.company };
        let wordings = variants(self.language, Group::Subject(Opener::None), &values, &self.seed.0);
        let fitting = wordings.into_iter().map(|text| one_line(&text)).find(|text| self.is_subject(text, &[]));
        (fitting.unwrap_or_else(|| self.brief.definition.sender.company.clone()), Vec::new())
    }

    fn is_subject(&self, text: &str, findings: &[FindingId]) -> bool {
        let fits = text.chars().count() <= LONGEST_SUBJECT && self.may_say(text) && !text.contains('?');
        let shell = || self.shell(text.to_owned(), findings.to_vec(), Vec::new());
        fits && check(&shell(), self.brief.dossier, self.messaging(), self.now).subject.is_none_or(|proof| proof != Proof::Unsourced)
    }
}
