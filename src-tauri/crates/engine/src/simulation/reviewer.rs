//! What a persona does with a card: the verdict, the reason, the edit, and the time it takes.
//!
//! A persona's mind on a lead is a function of the seed, the company and the week, so that what they would have said of a
//! lead they never saw is known too. They read what is needed to decide, at their reading speed: all of a card where the
//! agent's view is hidden, unsure or not yet proven, and its short form where the agent is sure and has been right before.

use super::chance::Chance;
use super::market::Company;
use super::persona::{Happening, Persona, Style, Taste};
use autoreach_domain::decision::{Reason, Stage, edit_distance};
use autoreach_domain::draft::{Draft, SentenceKind};
use autoreach_domain::oversight::judgement::{MINOR_EDIT, changes_substance};
use autoreach_domain::review::{Card, Gesture, ItemState, Part, ReviewItem};
use autoreach_domain::text::word_count;
use autoreach_domain::workflow::Opener;

/// From this certainty on the agent is shown as "sure" (`learning.md` 4.4).
const SURE: f64 = 0.85;
/// Reviews after which a persona believes what is shown as sure.
const BELIEVES_AFTER: u64 = 50;
/// Of the latest verdicts on sure leads, the share that must have been the agent's.
const BELIEVES_FROM: f64 = 0.80;
/// The latest verdicts on sure leads a persona remembers.
const REMEMBERED: usize = 25;
/// Words of the line that names company, person and why the card is seen.
const HEAD_WORDS: usize = 14;
/// Words around each fact and each row of the profile.
const LABEL_WORDS: usize = 3;
/// Milliseconds of finding the key, whatever was read.
const KEY_MS: u64 = 800;
/// Typing, in milliseconds a word (40 words a minute).
const TYPING_MS: u64 = 1_500;

/// A persona in one week, with what they remember of the agent.
pub(crate) struct Reviewer<'a> {
    persona: &'a Persona,
    taste: Taste,
    week: u32,
    seed: u64,
    reviews: u64,
    sure_ones: Vec<bool>,
}

/// What a persona does to one card.
pub(crate) struct Reaction {
    pub(crate) gesture: Gesture,
    pub(crate) reasons: Vec<Reason>,
    pub(crate) active_ms: u64,
}

impl<'a> Reviewer<'a> {
    pub(crate) fn new(persona: &'a Persona, seed: u64) -> Self {
        Self { persona, taste: persona.taste_in(1), week: 1, seed, reviews: 0, sure_ones: Vec::new() }
    }

    /// A week, counted from 1, begins.
    pub(crate) fn begin_week(&mut self, week: u32) {
        (self.week, self.taste) = (week, self.persona.taste_in(week));
    }

    /// Would they take this lead?
    pub(crate) fn wants(&self, company: &Company) -> bool {
        let mood = self.persona.noise * Chance::of(self.seed, "mood", company.number).normal();
        self.persona.bias + company.appeal(&self.taste) + mood > 0.0
    }

    /// The mail as they would send it, where that is not as it is.
    pub(crate) fn edited(&self, company: &Company, draft: &Draft) -> Option<Draft> {
        let bothers = Chance::of(self.seed, "edit", company.number).happens(self.persona.style.edits);
        bothers.then(|| rewritten(&self.persona.style, draft)).filter(|edited| edited != draft)
    }

    /// Would they change so much of the mail, or such things, that it should not have gone out as it is?
    pub(crate) fn objects(&self, company: &Company, draft: &Draft) -> bool {
        let text = |draft: &Draft| format!("{}\n\n{}", draft.subject, draft.body());
        self.edited(company, draft).is_some_and(|edited| {
            let (before, after) = (text(draft), text(&edited));
            edit_distance(&before, &after) > MINOR_EDIT || changes_substance(&before, &after)
        })
    }

    /// Looks at a card and decides what is asked of it.
    pub(crate) fn react(&mut self, company: &Company, item: &ReviewItem) -> Reaction {
        let wants = self.wants(company);
        let edited = item.card.draft.as_ref().filter(|_| wants).and_then(|draft| self.edited(company, draft));
        let gesture = match (&item.card.draft, &edited) {
            _ if !wants => Gesture::Reject(Part::Lead),
            (Some(_), Some(edited)) => Gesture::EditMail { subject: edited.subject.clone(), body: edited.body() },
            _ => Gesture::Accept(Part::All),
        };
        let reading = self.reading_ms(item, wants);
        let typing = edited.as_ref().map_or(0, |edited| typing_ms(item.card.draft.as_ref(), edited));
        self.remember(item, wants);
        Reaction { gesture, reasons: if wants { Vec::new() } else { vec![self.reason(company)] }, active_ms: KEY_MS + reading + typing }
    }

    fn reading_ms(&self, item: &ReviewItem, wants: bool) -> u64 {
        let lead = if item.is_by_agent(Stage::Qualification) && item.state == ItemState::Open {
            0
        } else if self.skims(item) {
            item.card.qualified.speaks_for.iter().chain(&item.card.qualified.speaks_against).map(|words| word_count(words)).sum()
        } else {
            card_words(&item.card)
        };
        let mail = if wants { item.card.draft.as_ref().map_or(0, mail_words) } else { 0 };
        ((HEAD_WORDS + lead + mail) as f64 * 60_000.0 / self.persona.words_per_minute).round() as u64
    }

    /// Is the short form enough? Only where the agent shows its view, is sure, and has been right when it was.
    fn skims(&self, item: &ReviewItem) -> bool {
        let right = self.sure_ones.iter().filter(|right| **right).count() as f64;
        let is_believed = self.reviews >= BELIEVES_AFTER && right >= BELIEVES_FROM * self.sure_ones.len() as f64;
        !item.blind && is_believed && item.card.qualified.confidence.certainty() >= SURE
    }

    fn remember(&mut self, item: &ReviewItem, wants: bool) {
        self.reviews += 1;
        let confidence = item.card.qualified.confidence;
        if confidence.certainty() < SURE {
            return;
        }
        if self.sure_ones.len() == REMEMBERED {
            self.sure_ones.remove(0);
        }
        self.sure_ones.push(confidence.leans_to_accept() == wants);
    }

    /// What weighs most against the company.
    fn reason(&self, company: &Company) -> Reason {
        let size = self.taste.head_count.get(company.bin()).copied().unwrap_or(0.0);
        let industry = self.taste.industry.get(&company.industry).copied().unwrap_or(0.0);
        match () {
            () if company.has(Happening::Layoffs) => Reason::BadTiming,
            () if size < 0.0 && size < industry => Reason::WrongSize,
            () => Reason::NotOurIcp,
        }
    }
}

/// All there is to read about the lead.
fn card_words(card: &Card) -> usize {
    let facts = card.dossier.findings.iter().map(|finding| LABEL_WORDS + word_count(&finding.source.quote));
    let rows = card.qualified.qualification.criteria.iter().map(|row| LABEL_WORDS + word_count(&row.found));
    let exceptions = card.exceptions.iter().map(|exception| word_count(&exception.reason));
    facts.chain(rows).chain(exceptions).sum()
}

/// What is read of a mail: all but the footer, which never changes.
fn mail_words(draft: &Draft) -> usize {
    word_count(&draft.subject) + draft.body_words()
}

fn typing_ms(draft: Option<&Draft>, edited: &Draft) -> u64 {
    let Some(draft) = draft else { return 0 };
    let changed = edit_distance(&draft.body(), &edited.body()) * word_count(&draft.body()) as f64;
    // What is struck out is marked and deleted, not typed: half of the changed words.
    (changed / 2.0 * TYPING_MS as f64).round() as u64
}

/// The draft as a style wants it.
fn rewritten(style: &Style, draft: &Draft) -> Draft {
    let mut draft = draft.clone();
    if !style.openers.is_empty() && draft.opener != Opener::None && !style.openers.contains(&draft.opener) {
        draft.sentences.retain(|sentence| sentence.kind != SentenceKind::Claim);
    }
    let struck_out = |text: &str| style.struck_out.iter().any(|phrase| text.to_lowercase().contains(&phrase.to_lowercase()));
    draft.sentences.retain(|sentence| sentence.kind != SentenceKind::Bridge || !struck_out(&sentence.text));
    for sentence in &mut draft.sentences {
        match sentence.kind {
            SentenceKind::Greeting if !style.greeting.is_empty() => sentence.text = greeted(&style.greeting, &sentence.text),
            SentenceKind::Question if !style.question.is_empty() => sentence.text.clone_from(&style.question),
            _ => {}
        }
    }
    while style.most_words > 0 && draft.body_words() > style.most_words {
        let Some(filling) = draft.sentences.iter().rposition(|sentence| sentence.kind == SentenceKind::Bridge) else { break };
        draft.sentences.remove(filling);
    }
    draft
}

/// "Hello Wei," with another word before the name.
fn greeted(word: &str, text: &str) -> String {
    match text.split_once(' ') {
        Some((_, name)) => format!("{word} {name}"),
        None => format!("{word},"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use autoreach_domain::draft::Sentence;
    use autoreach_domain::ids::{DraftId, LeadId};
    use autoreach_domain::workflow::Language;
    use jiff::Timestamp;

    fn draft() -> Draft {
        let sentence = |kind, text: &str| Sentence { text: text.to_owned(), kind, findings: Vec::new(), starts_paragraph: true };
        Draft {
            id: DraftId::new(Timestamp::UNIX_EPOCH, [0; 10]),
            lead_id: LeadId::new(Timestamp::UNIX_EPOCH, [0; 10]),
            subject: "Your search".into(),
            subject_findings: Vec::new(),
            sentences: vec![
                sentence(SentenceKind::Greeting, "Hello Wei,"),
                sentence(SentenceKind::Claim, "You are looking for 4 supply planners."),
                sentence(SentenceKind::Bridge, "That made me think of what we do."),
                sentence(SentenceKind::Question, "Worth a look?"),
            ],
            language: Language::English,
            opener: Opener::Hiring,
            engine: "rules 1".into(),
            stood_in_for: None,
            instruction: None,
            written_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_mail_is_changed_where_the_style_says_so_and_nowhere_else() {
        assert_eq!(rewritten(&Style::default(), &draft()), draft());
        let style = Style { greeting: "Hi".into(), struck_out: vec!["made me think".into()], ..Style::default() };
        let body = rewritten(&style, &draft()).body();
        assert!(body.starts_with("Hi Wei,") && !body.contains("made me think") && body.contains("supply planners"), "{body}");
        let other_opener = Style { openers: vec![Opener::News], ..Style::default() };
        assert!(!rewritten(&other_opener, &draft()).body().contains("supply planners"));
    }

    #[test]
    fn a_mind_on_a_lead_does_not_depend_on_what_was_looked_at_before() {
        let persona = Persona::parse("name = \"Ada\"\nbias = 0.0\nnoise = 1.0\n[taste]\n").expect("is well formed");
        let (fresh, mut busy) = (Reviewer::new(&persona, 1), Reviewer::new(&persona, 1));
        busy.reviews = 300;
        let minds = |reviewer: &Reviewer<'_>| (0..200).map(|number| reviewer.wants(&Company::draw(1, number))).collect::<Vec<_>>();
        assert_eq!(minds(&fresh), minds(&busy));
        let taken = minds(&fresh).iter().filter(|wants| **wants).count();
        assert!((70..130).contains(&taken), "{taken} of 200 at even odds");
    }
}
