//! Builds the tree of a page in small portions, and stops as soon as it grows too large or takes too long.
//!
//! The parser itself knows no caps. Feeding it a little at a time is what makes it stoppable: between two portions
//! we look at the tree and at the clock. The clock decides nothing but when to give up.

use std::time::Instant;

use dom_query::Document;
use html5ever::tendril::TendrilSink;
use html5ever::tokenizer::TokenizerOpts;
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{ParseOpts, parse_document};

use super::{LONGEST_PARSE, MOST_TAGS, TextError};

/// Bytes fed at once: few enough that even hostile markup cannot do much with them.
const PORTION: usize = 512;

/// Most nodes of a tree: two texts for each tag, and as many comments or repaired elements again.
const MOST_NODES: usize = 4 * MOST_TAGS;

/// Builds the tree of `html`, which has passed the caps of `scan`.
pub(super) fn build(html: &str) -> Result<Document, TextError> {
    let start = Instant::now();
    let mut parser = parse_document(Document::default(), options());
    for portion in portions(html) {
        parser.process(portion.into());
        let document = &parser.tokenizer.sink.sink;
        // Nobody reads the parser's complaints, and a hostile page causes millions.
        document.errors.borrow_mut().clear();
        if document.tree.len() > MOST_NODES {
            return Err(TextError::TooManyTags);
        }
        if start.elapsed() > LONGEST_PARSE {
            return Err(TextError::TooSlow);
        }
    }
    Ok(parser.finish())
}

/// Scripts do not run here, so `<noscript>` is parsed like a browser without scripts does.
fn options() -> ParseOpts {
    let tree_builder = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    ParseOpts { tokenizer: TokenizerOpts::default(), tree_builder }
}

fn portions(mut html: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let (portion, rest) = html.split_at(html.ceil_char_boundary(PORTION));
        html = rest;
        Some(portion).filter(|portion| !portion.is_empty())
    })
}
