//! What a person's style changes in a mail of the built-in engine.
//!
//! Preferences decide among wordings that are allowed and proven anyway; they add no way around the check. A learned
//! sentence is taken only where it says nothing of any company, and the one question of a mail stays one: a mail that
//! opens with a question ends without. A default guide changes nothing, byte for byte.

use super::claims::Hook;
use super::{COMFORTABLE_WORDS, Writer};
use crate::rules::sentences::{Group, variants};
use autoreach_domain::draft::{BODY_WORDS, Sentence, SentenceKind};
use autoreach_domain::ids::FindingId;
use autoreach_domain::style::{CtaKind, OpeningKind, SentenceRole, cta_kind, may_be_reused, opening_kind};
use autoreach_domain::text::{one_line, word_count};
use autoreach_domain::workflow::Opener;
use minijinja::Value;

/// A question to open with: about a fact, or a person's own that is about none.
pub(super) struct Asked {
    pub(super) text: String,
    pub(super) findings: Vec<FindingId>,
    pub(super) opener: Opener,
}

impl Asked {
    pub(super) fn sentence(self) -> (Sentence, Opener) {
        let kind = if self.findings.is_empty() { SentenceKind::Bridge } else { SentenceKind::Claim };
        (Sentence { text: self.text, kind, findings: self.findings, starts_paragraph: true }, self.opener)
    }
}

/// What a mail ends with before the sign-off.
pub(super) struct Closing {
    pub(super) text: String,
    pub(super) kind: SentenceKind,
}

impl Writer<'_> {
    /// Words a body should reach: the middle of the learned band within what every first mail may have.
    pub(super) fn wanted_words(&self) -> usize {
        let Some(band) = self.brief.style.words else { return COMFORTABLE_WORDS };
        (u32::midpoint(band.low, band.high) as usize).clamp(*BODY_WORDS.start(), *BODY_WORDS.end())
    }

    /// Words a body should not exceed if it can be helped.
    pub(super) fn most_words(&self) -> usize {
        let most = *BODY_WORDS.end();
        self.brief.style.words.map_or(most, |band| (band.high as usize).clamp(self.wanted_words(), most))
    }

    /// How little a person wants to read this: banned phrases, and sentences that keep being taken out.
    pub(super) fn dislike(&self, text: &str) -> usize {
        let style = self.brief.style;
        let lower = text.to_lowercase();
        let banned = style.banned.iter().filter(|phrase| !phrase.trim().is_empty() && lower.contains(&phrase.to_lowercase())).count();
        let bare = |text: &str| text.trim_end_matches(['.', '!']).to_lowercase();
        2 * banned + usize::from(style.disliked.iter().any(|known| bare(&known.text) == bare(text)))
    }

    /// The seed's order, with what is disliked last.
    pub(super) fn liked_first(&self, mut wordings: Vec<String>) -> Vec<String> {
        wordings.sort_by_cached_key(|text| self.dislike(text));
        wordings
    }

    /// As [`Self::liked_first`], and among equals the preferred ways of opening first.
    pub(super) fn best_openings_first(&self, mut wordings: Vec<String>) -> Vec<String> {
        let weight = |text: &String| self.brief.style.opening_weight(opening_kind(text));
        wordings.sort_by(|a, b| self.dislike(a).cmp(&self.dislike(b)).then_with(|| weight(b).total_cmp(&weight(a))));
        wordings
    }

    /// Hooks that allow a preferred way of opening first. Facts that the workflow prefers stay first, unless all their
    /// wordings are of a kind that is not wanted.
    pub(super) fn by_opening(&self, mut hooks: Vec<Hook>) -> Vec<Hook> {
        let style = self.brief.style;
        if style.openings.is_empty() && style.banned.is_empty() {
            return hooks;
        }
        let most = if self.messaging().preferred_openers.is_empty() { f64::INFINITY } else { 1.0 };
        let best = |hook: &Hook| {
            let wordings = variants(self.language, Group::Claim(hook.opener), &hook.values, &self.seed.0);
            let liked = wordings.iter().filter(|text| self.dislike(text) == 0 && self.may_say(text));
            liked.map(|text| style.opening_weight(opening_kind(text)).min(most)).fold(0.0, f64::max)
        };
        hooks.sort_by(|a, b| best(b).total_cmp(&best(a)));
        hooks
    }

    /// A mail should come straight to the point: no other way of opening is wanted as much.
    pub(super) fn skips_claims(&self) -> bool {
        self.wants_most(OpeningKind::None)
    }

    fn wants_most(&self, kind: OpeningKind) -> bool {
        let weight = self.brief.style.opening_weight(kind);
        weight > 1.0 && OpeningKind::ALL.iter().all(|other| *other == kind || self.brief.style.opening_weight(*other) < weight)
    }

    /// A question to open with, where a person wants one and the mail can end without.
    pub(super) fn asked(&self, hooks: &[Hook]) -> Option<Asked> {
        self.statement()?;
        let learned = self.learned(SentenceRole::Opening, |text| text.ends_with('?')).next();
        learned.map(|text| Asked { text, findings: Vec::new(), opener: Opener::None }).or_else(|| self.asked_about_a_fact(hooks))
    }

    fn asked_about_a_fact(&self, hooks: &[Hook]) -> Option<Asked> {
        hooks.iter().find_map(|hook| {
            let wordings = self.liked_first(variants(self.language, Group::Question(hook.opener), &hook.values, &self.seed.0));
            let is_one = |text: &String| text.matches('?').count() == 1 && self.may_say(text) && self.is_proven(text, &hook.findings);
            let text = wordings.into_iter().find(is_one)?;
            Some(Asked { text, findings: hook.findings.clone(), opener: hook.opener })
        })
    }

    /// What a mail that opens with a question ends with. `None` where no question should open it, or the workflow's own
    /// question must stand.
    pub(super) fn statement(&self) -> Option<String> {
        if !self.wants_most(OpeningKind::Question) || self.must_ask() {
            return None;
        }
        let group = if self.brief.style.cta == Some(CtaKind::TimeOffer) { Group::TimeClosing } else { Group::SoftClosing };
        let bank = || self.liked_first(variants(self.language, group, &Value::UNDEFINED, &self.seed.0));
        let learned = self.learned(SentenceRole::Closing, |text| !text.ends_with('?') && self.ends_as_wanted(text)).next();
        learned.or_else(|| bank().into_iter().find(|text| self.may_say(text)))
    }

    /// The end of a mail: the workflow's question, or a question that a person keeps writing in its place.
    pub(super) fn closing(&self, has_asked: bool) -> Closing {
        if has_asked && let Some(text) = self.statement() {
            return Closing { text, kind: SentenceKind::Bridge };
        }
        let learned = || self.learned(SentenceRole::Closing, |text| text.ends_with('?') && self.ends_as_wanted(text)).next();
        let learned = if self.must_ask() { None } else { learned() };
        let text = learned.unwrap_or_else(|| one_line(self.messaging().question.get(self.language)));
        Closing { text, kind: SentenceKind::Question }
    }

    fn ends_as_wanted(&self, text: &str) -> bool {
        self.brief.style.cta.is_none_or(|wanted| wanted == cta_kind(text))
    }

    /// The workflow's question holds words that every mail must hold.
    fn must_ask(&self) -> bool {
        let question = self.messaging().question.get(self.language).to_lowercase();
        self.messaging().always.iter().any(|phrase| !phrase.trim().is_empty() && question.contains(&phrase.to_lowercase()))
    }

    /// Sentences a person keeps writing between the first and the last.
    pub(super) fn learned_bridges(&self) -> impl Iterator<Item = String> + '_ {
        self.learned(SentenceRole::Body, |text| !text.contains('?'))
    }

    /// Learned sentences for a place that may be written here: in this language, about no company, free of what is
    /// never said.
    fn learned<'b>(&'b self, role: SentenceRole, fits: impl Fn(&str) -> bool + 'b) -> impl Iterator<Item = String> + 'b {
        let known = self.brief.style.preferred.iter().filter(move |known| known.role == role && known.language == self.language);
        let texts = known.map(|known| one_line(&known.text));
        texts.filter(move |text| {
            let is_one_question = text.matches('?').count() == usize::from(text.ends_with('?'));
            let is_harmless = may_be_reused(text, |_| false).is_ok() && self.may_say(text) && self.dislike(text) == 0;
            fits(text) && is_one_question && is_harmless && word_count(text) > 0
        })
    }
}
