//! Labels and their values: "Headquarters: Leeds", two table cells side by side, a figure above its caption.
//!
//! Fact sheets say more in fewer words than sentences do, in any language, and designs set them in any markup. A pair is
//! believed only when its label is one that a reader of facts knows.

use super::super::statements::Page;

/// Longest label, in bytes.
const LONGEST_LABEL: usize = 48;
/// Longest value, in bytes.
const LONGEST_VALUE: usize = 120;

/// A label with its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pair<'a> {
    /// The value as written.
    pub(crate) value: &'a str,
    /// The statement the value stands in.
    pub(crate) statement: usize,
    /// Byte offsets of label and value together in the page's text.
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Every pair of the page whose label is one of `labels` (lower case).
pub(crate) fn pairs<'a>(page: &'a Page<'a>, labels: &[&str]) -> Vec<Pair<'a>> {
    let known = |text: &str| labels.contains(&label_of(text).as_str());
    let mut found = Vec::new();
    for (index, statement) in page.statements.iter().enumerate() {
        let (start, end) = (statement.start, statement.start + statement.text.len());
        if let Some((label, value)) = statement.text.split_once(": ").or_else(|| statement.text.split_once(" : ")) {
            if label.len() <= LONGEST_LABEL && known(label) && value.len() <= LONGEST_VALUE {
                found.push(Pair { value: value.trim(), statement: index, start, end });
            }
            continue;
        }
        let Some(next) = page.statements.get(index + 1).filter(|next| next.block != statement.block) else { continue };
        if statement.text.len() <= LONGEST_LABEL && known(statement.text) && next.text.len() <= LONGEST_VALUE {
            found.push(Pair { value: next.text, statement: index + 1, start, end: next.start + next.text.len() });
        }
    }
    found
}

/// A label without its mark, in lower case.
fn label_of(text: &str) -> String {
    text.trim().trim_end_matches([':', '.', ' ', '\u{a0}']).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::super::super::plan::PageKind;
    use super::super::super::statements;
    use super::super::testing::{text, today};
    use super::*;

    #[test]
    fn a_value_is_found_beside_below_or_behind_its_label() {
        for lines in [&["Founded: 1921"][..], &["| Founded", "| 1921"], &["- Founded:", "- 1921"], &["Founded : 1921"]] {
            let text = text(lines);
            let page = statements::page(PageKind::About, &text, today());
            let found = pairs(&page, &["founded"]);
            assert_eq!(found.iter().map(|pair| pair.value).collect::<Vec<_>>(), ["1921"], "{lines:?}");
        }
    }

    #[test]
    fn an_unknown_label_is_no_label() {
        let text = text(&["Turnover: 312", "We were founded: 1921 was a hard year, and longer than any fact sheet would ever put it."]);
        let page = statements::page(PageKind::About, &text, today());
        assert!(pairs(&page, &["founded"]).is_empty());
    }
}
