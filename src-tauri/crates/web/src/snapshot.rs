//! What is kept of a page for reading offline: its visible text and where and when it was read.
//!
//! The markup is not kept: quotes and offsets point into `text`, and nothing downstream may render a stranger's HTML.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::fetch::FetchedPage;
use crate::text::PageText;

/// A page as it was on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageSnapshot {
    /// The address that answered, after redirects.
    pub url: String,
    /// When it answered.
    pub fetched_at: Timestamp,
    /// SHA-256 of `text`: equal hashes mean that a later visit found nothing new.
    pub content_hash: [u8; 32],
    /// The page's own title; empty when it has none.
    pub title: String,
    /// The visible text, into which every quote's offsets point; below it the data that facts rest on, if any.
    pub text: String,
    /// The day the page says it was published, if it says so.
    pub published: Option<Date>,
    /// The language the page declares (`de`, `en-GB`), if it does.
    pub language: Option<String>,
}

impl PageSnapshot {
    /// Keeps what `text` holds of `page`.
    pub fn new(page: &FetchedPage, text: &PageText) -> Self {
        Self {
            url: page.url.to_string(),
            fetched_at: page.fetched_at,
            content_hash: content_hash(&text.text),
            title: text.title.clone(),
            text: text.text.clone(),
            published: text.published,
            language: text.language.clone().or_else(|| page.language.clone()),
        }
    }

    /// The same with `data` on lines of its own below the visible text: what the page says to machines only, as far as facts rest
    /// on it.
    #[must_use]
    pub fn with_data(mut self, data: &str) -> Self {
        if !data.is_empty() {
            self.text = format!("{}\n{data}", self.text);
            self.content_hash = content_hash(&self.text);
        }
        self
    }

    /// Whether the text is still the one that was hashed: false after any damage or edit.
    pub fn is_intact(&self) -> bool {
        content_hash(&self.text) == self.content_hash
    }
}

/// SHA-256 of a page's visible text.
pub fn content_hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(text: &str) -> PageSnapshot {
        PageSnapshot {
            url: "https://acme.example/".into(),
            fetched_at: Timestamp::UNIX_EPOCH,
            content_hash: content_hash(text),
            title: "Acme".into(),
            text: text.into(),
            published: Some(jiff::civil::date(2026, 10, 2)),
            language: None,
        }
    }

    #[test]
    fn a_snapshot_survives_storage_as_json() {
        let kept = snapshot("Wir bauen Pumpen.");
        let json = serde_json::to_string(&kept).unwrap();
        assert_eq!(serde_json::from_str::<PageSnapshot>(&json).unwrap(), kept);
    }

    #[test]
    fn a_snapshot_is_made_of_what_was_fetched_and_read() {
        let url: url::Url = "https://acme.example/de/".parse().unwrap();
        let page = FetchedPage {
            requested: url.clone(),
            url,
            status: 200,
            content_type: "text/html".into(),
            charset: "UTF-8",
            version: crate::fetch::PageVersion::default(),
            language: Some("de".into()),
            fetched_at: Timestamp::UNIX_EPOCH,
            body: "<title>Acme</title><p>Wir bauen Pumpen.".into(),
            replacement_ratio: 0.0,
            redirects: Vec::new(),
        };
        let kept = PageSnapshot::new(&page, &page.text().unwrap());
        assert_eq!((kept.url.as_str(), kept.title.as_str(), kept.text.as_str()), ("https://acme.example/de/", "Acme", "Wir bauen Pumpen."));
        assert_eq!(kept.language.as_deref(), Some("de"), "the header's word where the page is silent");
        assert!(kept.is_intact());
    }

    #[test]
    fn a_changed_letter_shows_in_the_hash() {
        let mut kept = snapshot("Acme has 40 employees.");
        assert!(kept.is_intact());
        kept.text = "Acme has 90 employees.".into();
        assert!(!kept.is_intact());
    }
}
