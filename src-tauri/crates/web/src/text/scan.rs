//! The caps a page must keep before a tree is built of it, checked in two linear passes over its bytes.
//!
//! The first pass counts what looks like a tag anywhere and cannot be led astray. The second follows tags, comments
//! and raw text the way a browser does and watches nesting and attributes; markup written to confuse it still meets
//! the first pass here and the caps on the growing tree in `tree`.

use super::{DEEPEST_NESTING, LARGEST_INPUT, LARGEST_TEXT, MOST_ATTRIBUTES, MOST_TAGS, TextError};

/// Most formatting tags left open. Each is copied into every later paragraph, which is how small pages grow large.
const MOST_OPEN_FORMATTING: usize = 1_000;

/// Elements that never hold anything.
const VOID: &[&str] = &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// Elements whose content is no markup.
const RAW: &[&str] = &["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "plaintext"];

/// Elements a browser opens again in the next paragraph when they were left open.
const FORMATTING: &[&str] = &["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// Elements that end an open paragraph.
const ENDS_PARAGRAPH: &[&str] = &[
    "p",
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "dd",
    "li",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "main",
    "menu",
    "nav",
    "ol",
    "pre",
    "section",
    "summary",
    "table",
    "ul",
];

/// Elements an open paragraph does not reach out of.
const PARAGRAPH_SCOPE: &[&str] =
    &["applet", "button", "caption", "html", "marquee", "object", "table", "td", "template", "th", "svg", "math"];

/// Fails at the first cap `html` breaks.
pub(super) fn check(html: &str) -> Result<(), TextError> {
    if html.len() > LARGEST_INPUT {
        return Err(TextError::TooLarge);
    }
    if html.len() + growth(html) > LARGEST_TEXT {
        return Err(TextError::TooLarge);
    }
    count_tags(html.as_bytes())?;
    Scanner { bytes: html.as_bytes(), at: 0, open: Vec::new() }.run()
}

/// Bytes that NFKC may add at most. Only two blocks of letters grow manyfold; a page of nothing else would be brought to ten times
/// its length before the cap on the text is looked at.
fn growth(html: &str) -> usize {
    let of_letter = |letter: char| match letter {
        '\u{3300}'..='\u{33FF}' => 15,
        '\u{FDF0}'..='\u{FDFF}' => 30,
        _ => 0,
    };
    if html.is_ascii() { 0 } else { html.chars().map(of_letter).sum() }
}

fn count_tags(bytes: &[u8]) -> Result<(), TextError> {
    let (mut tags, mut open_formatting) = (0_usize, 0_usize);
    for at in positions(bytes, b'<') {
        let is_end = bytes.get(at + 1) == Some(&b'/');
        let name = name_at(bytes, at + 1 + usize::from(is_end));
        tags += usize::from(!is_end && !name.is_empty());
        if is_one_of(name, FORMATTING) {
            open_formatting = if is_end { open_formatting.saturating_sub(1) } else { open_formatting + 1 };
        }
        if tags > MOST_TAGS {
            return Err(TextError::TooManyTags);
        }
        if open_formatting > MOST_OPEN_FORMATTING {
            return Err(TextError::TooDeep);
        }
    }
    Ok(())
}

fn positions(bytes: &[u8], wanted: u8) -> impl Iterator<Item = usize> {
    bytes.iter().enumerate().filter(move |&(_, &byte)| byte == wanted).map(|(at, _)| at)
}

/// The tag name that starts at `at`; empty when there is none. Longer names than any we look for are cut.
fn name_at(bytes: &[u8], at: usize) -> &[u8] {
    let rest = bytes.get(at..).unwrap_or_default();
    if !rest.first().is_some_and(u8::is_ascii_alphabetic) {
        return &[];
    }
    let end = rest.iter().take(32).position(|&byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'));
    &rest[..end.unwrap_or(rest.len().min(32))]
}

fn is_one_of(name: &[u8], names: &[&str]) -> bool {
    names.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}

/// Follows the markup and keeps the elements that are open.
struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    open: Vec<&'a [u8]>,
}

impl<'a> Scanner<'a> {
    fn run(mut self) -> Result<(), TextError> {
        while let Some(found) = self.bytes[self.at..].iter().position(|&byte| byte == b'<') {
            self.at += found;
            match self.bytes.get(self.at + 1) {
                Some(b'!' | b'?') => self.skip_declaration(),
                Some(b'/') => self.end_tag()?,
                Some(byte) if byte.is_ascii_alphabetic() => self.start_tag()?,
                _ => self.at += 1,
            }
        }
        Ok(())
    }

    /// Passes a comment, a doctype or a processing instruction.
    fn skip_declaration(&mut self) {
        let is_comment = self.bytes[self.at..].starts_with(b"<!--");
        // From the dashes on, because `<!-->` is a whole comment.
        self.skip_past(self.at + 2, if is_comment { b"-->" } else { b">" });
    }

    fn skip_past(&mut self, from: usize, end: &[u8]) {
        let found = self.bytes[from..].windows(end.len()).position(|window| window == end);
        self.at = found.map_or(self.bytes.len(), |found| from + found + end.len());
    }

    fn end_tag(&mut self) -> Result<(), TextError> {
        let name = name_at(self.bytes, self.at + 2);
        if name.is_empty() {
            self.skip_past(self.at + 2, b">");
            return Ok(());
        }
        self.at += 2 + name.len();
        self.attributes()?;
        if let Some(opened) = self.open.iter().rposition(|open| open.eq_ignore_ascii_case(name)) {
            self.close_down_to(opened);
        }
        Ok(())
    }

    fn start_tag(&mut self) -> Result<(), TextError> {
        let name = name_at(self.bytes, self.at + 1);
        self.at += 1 + name.len();
        let is_closed = self.attributes()?;
        self.close_implied(name);
        let is_foreign = self.open.iter().any(|open| is_one_of(open, &["svg", "math"]));
        if is_foreign && is_closed || is_one_of(name, VOID) {
            return Ok(());
        }
        if !is_foreign && is_one_of(name, RAW) {
            self.skip_raw(name);
            return Ok(());
        }
        self.open.push(name);
        if self.open.len() > DEEPEST_NESTING { Err(TextError::TooDeep) } else { Ok(()) }
    }

    /// Passes the attributes and the end of a tag. Says whether the tag closes itself.
    fn attributes(&mut self) -> Result<bool, TextError> {
        let mut count = 0;
        loop {
            self.skip_while(|byte| byte.is_ascii_whitespace() || byte == b'/');
            match self.bytes.get(self.at) {
                None => return Ok(false),
                Some(b'>') => {
                    let is_closed = self.bytes[self.at - 1] == b'/';
                    self.at += 1;
                    return Ok(is_closed);
                }
                Some(_) => self.attribute(),
            }
            count += 1;
            if count > MOST_ATTRIBUTES {
                return Err(TextError::TooManyAttributes);
            }
        }
    }

    fn attribute(&mut self) {
        // The first byte belongs to the name whatever it is, even an equals sign.
        self.at += 1;
        self.skip_while(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b'/' | b'>' | b'='));
        self.skip_while(|byte| byte.is_ascii_whitespace());
        if self.bytes.get(self.at) != Some(&b'=') {
            return;
        }
        self.at += 1;
        self.skip_while(|byte| byte.is_ascii_whitespace());
        match self.bytes.get(self.at) {
            Some(&quote @ (b'"' | b'\'')) => self.skip_past(self.at + 1, &[quote]),
            _ => self.skip_while(|byte| !byte.is_ascii_whitespace() && byte != b'>'),
        }
    }

    fn skip_while(&mut self, keep: impl Fn(u8) -> bool) {
        while self.bytes.get(self.at).is_some_and(|&byte| keep(byte)) {
            self.at += 1;
        }
    }

    /// Passes text that is no markup up to its end tag, or up to the end of the page.
    fn skip_raw(&mut self, name: &[u8]) {
        let rest = &self.bytes[self.at..];
        let is_end = |&at: &usize| rest.get(at + 1) == Some(&b'/') && name_at(rest, at + 2).eq_ignore_ascii_case(name);
        let end = positions(rest, b'<').find(is_end);
        self.at = end.map_or(self.bytes.len(), |end| self.at + end);
    }

    /// Closes what a browser closes by itself when `name` opens.
    fn close_implied(&mut self, name: &[u8]) {
        if is_one_of(name, ENDS_PARAGRAPH) {
            self.close_nearest(&["p"], PARAGRAPH_SCOPE);
        }
        if is_one_of(name, &["li"]) {
            self.close_nearest(&["li"], &["ul", "ol", "menu", "dir", "section", "article", "main", "table", "td", "th"]);
        } else if is_one_of(name, &["dt", "dd"]) {
            self.close_nearest(&["dt", "dd"], &["dl", "section", "article", "main", "table", "td", "th"]);
        } else if is_one_of(name, &["td", "th"]) {
            self.close_nearest(&["td", "th"], &["tr", "table"]);
        } else if is_one_of(name, &["tr"]) {
            self.close_nearest(&["tr"], &["tbody", "thead", "tfoot", "table"]);
        } else if is_one_of(name, &["tbody", "thead", "tfoot"]) {
            self.close_nearest(&["tbody", "thead", "tfoot", "colgroup", "caption"], &["table"]);
        } else if is_one_of(name, &["option", "optgroup"]) {
            self.close_nearest(&["option"], &["select", "datalist"]);
        } else if is_one_of(name, &["a"]) {
            self.close_nearest(&["a"], PARAGRAPH_SCOPE);
        }
    }

    /// Closes the innermost open element named in `names`, unless one of `stops` lies further in.
    fn close_nearest(&mut self, names: &[&str], stops: &[&str]) {
        let innermost = self.open.iter().rposition(|open| is_one_of(open, names) || is_one_of(open, stops));
        if let Some(place) = innermost.filter(|&place| is_one_of(self.open[place], names)) {
            self.close_down_to(place);
        }
    }

    /// Closes the element at `place` and all inside it. Formatting inside it stays open, as a browser opens it again.
    fn close_down_to(&mut self, place: usize) {
        let inside = self.open.split_off(place);
        self.open.extend(inside.into_iter().skip(1).filter(|open| is_one_of(open, FORMATTING)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_caps(html: &str, expected: Result<(), TextError>) {
        assert_eq!(check(html), expected, "{:.60}", html);
    }

    #[test]
    fn nesting_is_counted_by_what_is_open() {
        check_caps(&"<div>".repeat(DEEPEST_NESTING), Ok(()));
        check_caps(&"<div>".repeat(DEEPEST_NESTING + 1), Err(TextError::TooDeep));
        check_caps(&"<div></div>".repeat(10_000), Ok(()));
        check_caps(&"<br><img src=x><hr>".repeat(10_000), Ok(()));
    }

    #[test]
    fn end_tags_a_writer_may_leave_out_do_not_add_up() {
        check_caps(&"<p>text ".repeat(5_000), Ok(()));
        check_caps(&format!("<ul>{}", "<li>text <b>x</b>".repeat(5_000)), Ok(()));
        check_caps(&format!("<dl>{}", "<dt>a<dd>b".repeat(5_000)), Ok(()));
        check_caps(&format!("<table>{}", "<tr><td>a<td>b".repeat(5_000)), Ok(()));
        check_caps(&format!("<select>{}", "<option>a".repeat(5_000)), Ok(()));
    }

    #[test]
    fn paragraphs_do_not_hide_the_nesting_of_what_ends_them() {
        check_caps(&"<p><div>".repeat(DEEPEST_NESTING + 1), Err(TextError::TooDeep));
        check_caps(&"<b><p>".repeat(DEEPEST_NESTING + 1), Err(TextError::TooDeep));
    }

    #[test]
    fn attributes_are_counted_per_tag() {
        let tag = |count: usize| format!("<div{}>", (0..count).map(|n| format!(" a{n}='x > y'")).collect::<String>());
        check_caps(&tag(MOST_ATTRIBUTES), Ok(()));
        check_caps(&tag(MOST_ATTRIBUTES + 1), Err(TextError::TooManyAttributes));
        check_caps(&format!("<div {}", "x ".repeat(100_000)), Err(TextError::TooManyAttributes));
        check_caps(&format!("</div {}", "x ".repeat(100_000)), Err(TextError::TooManyAttributes));
    }

    #[test]
    fn tags_in_scripts_and_comments_do_not_nest() {
        check_caps(&format!("<script>{}</script>", "'<div>'".repeat(1_000)), Ok(()));
        check_caps(&format!("<!-- {} -->", "<div>".repeat(1_000)), Ok(()));
        check_caps(&format!("<!-->{}", "<div>".repeat(1_000)), Err(TextError::TooDeep));
        check_caps(&format!("<svg>{}</svg>", "<path d='M0'/>".repeat(1_000)), Ok(()));
    }

    #[test]
    fn the_number_of_tags_is_counted_even_where_they_are_no_markup() {
        check_caps(&"<i></i>".repeat(MOST_TAGS), Ok(()));
        check_caps(&"<i></i>".repeat(MOST_TAGS + 1), Err(TextError::TooManyTags));
        check_caps(&format!("<script>{}", "<i></i>".repeat(MOST_TAGS)), Err(TextError::TooManyTags));
    }

    #[test]
    fn a_page_over_the_size_is_not_looked_at() {
        check_caps(&"x".repeat(LARGEST_INPUT), Ok(()));
        check_caps(&"x".repeat(LARGEST_INPUT + 1), Err(TextError::TooLarge));
    }

    #[test]
    fn whatever_is_left_unclosed_ends_with_the_page() {
        for html in ["<", "</", "<!", "<!--", "<?", "<a", "<a b", "<a b=", "<a b='", "<script>", "<script></", "</ >", "<a/"] {
            check_caps(html, Ok(()));
        }
    }
}
