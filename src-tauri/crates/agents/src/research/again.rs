//! Reads a site that was read before. Where the site says, or its words show, that nothing has changed, the facts stand as they
//! were and are dated anew: no page is sent, and no model is asked, a second time.

use super::{Research, by_a_reader, hex, read_text, research};
use crate::model::ModelHand;
use crate::rules::RULES_ENGINE;
use crate::rules::plan::PageKind;
use autoreach_domain::dossier::{Dossier, PageRead, Taint};
use autoreach_domain::ids::FindingId;
use autoreach_domain::lead::Lead;
use autoreach_web::{Budget, FetchError, FetchedPage, PageSource, PageVersion, content_hash};
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use url::Url;

/// Researches `lead` once more, of whom `earlier` is known. The lead itself must be the one that `earlier` is about, unchanged;
/// what comes back is what [`research`] would have found.
pub async fn research_again(
    source: &dyn PageSource,
    lead: &Lead,
    earlier: &Dossier,
    now: Timestamp,
    ids: &mut (dyn FnMut() -> FindingId + Send),
    budget: &Budget,
    hand: Option<ModelHand<'_>>,
) -> Research {
    let engine = hand.as_ref().map_or(RULES_ENGINE, |hand| hand.stamp);
    let visit = Visit { source, at_hand: Mutex::default() };
    if was_read_whole(earlier, engine) && visit.is_unchanged(earlier, now, budget).await {
        tracing::debug!(lead = %lead.id, pages = earlier.pages.len(), "site unchanged");
        return Research { dossier: dated(earlier, now), snapshots: Vec::new(), was_cancelled: false, may_answer_later: false };
    }
    research(&visit, lead, now, ids, budget, hand).await
}

/// Is there nothing that another attempt or this engine could find on the same pages?
fn was_read_whole(earlier: &Dossier, engine: &str) -> bool {
    let is_passing = |taint: Taint| matches!(taint, Taint::RepairedReply | Taint::ModelTrouble | Taint::BudgetReached);
    let is_whole = !earlier.pages.is_empty() && earlier.problems.is_empty();
    is_whole && earlier.engine == engine && !earlier.taints.iter().any(|(taint, _)| is_passing(*taint))
}

fn dated(earlier: &Dossier, now: Timestamp) -> Dossier {
    let mut dossier = earlier.clone();
    dossier.researched_at = now;
    dossier.findings.iter_mut().for_each(|finding| finding.source.fetched_at = now);
    dossier
}

/// A visit to the site, with the pages it has sent so far at hand, so that each is sent once.
struct Visit<'a> {
    source: &'a dyn PageSource,
    at_hand: Mutex<HashMap<Url, FetchedPage>>,
}

impl Visit<'_> {
    /// Is every page and list of `earlier` the one it was? Ends at the first that is not.
    async fn is_unchanged(&self, earlier: &Dossier, now: Timestamp, budget: &Budget) -> bool {
        for page in &earlier.pages {
            if !self.is_same(page, budget, text_hash, now).await {
                return false;
            }
        }
        for list in &earlier.page_lists {
            if !self.is_same(list, budget, list_hash, now).await {
                return false;
            }
        }
        true
    }

    async fn is_same(
        &self,
        known: &PageRead,
        budget: &Budget,
        hash: fn(&FetchedPage, Timestamp) -> Option<String>,
        now: Timestamp,
    ) -> bool {
        let Ok(url) = Url::parse(&known.url) else { return false };
        let version = PageVersion { etag: known.etag.clone(), last_modified: known.last_modified.clone() };
        match self.source.get_if_changed(&url, &version, budget).await {
            Ok(None) => true,
            Ok(Some(page)) => {
                let Some((hash, page)) = by_a_reader(move || (hash(&page, now), page)).await else { return false };
                let is_same = page.url == url && hash.as_ref() == Some(&known.snapshot);
                self.at_hand.lock().unwrap_or_else(PoisonError::into_inner).insert(url, page);
                is_same
            }
            // Why it cannot be read is for the research to say.
            Err(_) => false,
        }
    }
}

/// The hash of a page's words. `None` where it cannot be read, and where it hides words for machines, which change no visible word.
fn text_hash(page: &FetchedPage, now: Timestamp) -> Option<String> {
    let page = read_text(page.clone(), PageKind::Home, now).ok().filter(|page| !page.text.hidden_instructions)?;
    Some(hex(&page.snapshot.content_hash))
}

fn list_hash(list: &FetchedPage, _: Timestamp) -> Option<String> {
    Some(hex(&content_hash(&list.body)))
}

#[async_trait::async_trait]
impl PageSource for Visit<'_> {
    async fn get(&self, url: &Url, budget: &Budget) -> Result<FetchedPage, FetchError> {
        let at_hand = self.at_hand.lock().unwrap_or_else(PoisonError::into_inner).remove(url);
        match at_hand {
            Some(page) => Ok(page),
            None => self.source.get(url, budget).await,
        }
    }

    fn has_network(&self) -> bool {
        self.source.has_network()
    }
}
