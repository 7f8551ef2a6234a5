//! Telling Rust code from its comments, its text literals and its tests, well enough for textual rules.
//!
//! No parser: files are rustfmt's output, which fixes where braces stand, and a rule that is fooled by a macro can be
//! read and corrected. Line numbers survive: everything blanked out becomes spaces.

/// One Rust source file, split for the rules.
pub(crate) struct RustText {
    /// The file with comments and the insides of literals blanked.
    code: String,
    /// The file with everything but comments blanked.
    comments: String,
    is_test_line: Vec<bool>,
}

/// What a piece of source is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Comment,
    Literal,
}

impl RustText {
    pub(crate) fn new(text: &str) -> Self {
        let (mut code, mut comments) = (String::with_capacity(text.len()), String::with_capacity(text.len()));
        let mut rest = text;
        while let Some((kind, length)) = next_piece(rest) {
            let (piece, after) = rest.split_at(length);
            append(&mut code, piece, kind == Kind::Code);
            append(&mut comments, piece, kind == Kind::Comment);
            rest = after;
        }
        let is_test_line = test_lines(&code);
        Self { code, comments, is_test_line }
    }

    /// Numbered lines of code outside tests.
    pub(crate) fn product_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        numbered(&self.code).zip(&self.is_test_line).filter(|(_, is_test)| !**is_test).map(|(line, _)| line)
    }

    /// Numbered lines of code, tests included.
    pub(crate) fn code_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        numbered(&self.code)
    }

    /// Numbered lines with nothing left but comments.
    pub(crate) fn comment_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        numbered(&self.comments)
    }
}

fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(index, line)| (index + 1, line))
}

/// Does the line contain this word, not merely these letters?
pub(crate) fn has_word(line: &str, word: &str) -> bool {
    line.split(|letter: char| !is_name_letter(letter)).any(|found| found == word)
}

fn is_name_letter(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn append(view: &mut String, piece: &str, is_kept: bool) {
    if is_kept {
        view.push_str(piece);
        return;
    }
    view.extend(piece.chars().map(|letter| if letter == '\n' { '\n' } else { ' ' }));
}

fn next_piece(rest: &str) -> Option<(Kind, usize)> {
    let first = rest.chars().next()?;
    if rest.starts_with("//") {
        return Some((Kind::Comment, rest.find('\n').unwrap_or(rest.len())));
    }
    if rest.starts_with("/*") {
        return Some((Kind::Comment, block_comment_length(rest)));
    }
    if let Some(length) = raw_string_length(rest) {
        return Some((Kind::Literal, length));
    }
    match first {
        '"' => Some((Kind::Literal, string_length(rest))),
        '\'' => Some(character_length(rest).map_or((Kind::Code, 1), |length| (Kind::Literal, length))),
        _ if is_name_letter(first) => Some((Kind::Code, rest.find(|letter| !is_name_letter(letter)).unwrap_or(rest.len()))),
        _ => Some((Kind::Code, first.len_utf8())),
    }
}

fn block_comment_length(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut position = 0;
    while position < rest.len() {
        let ahead = &rest.as_bytes()[position..];
        if ahead.starts_with(b"/*") {
            depth += 1;
            position += 2;
        } else if ahead.starts_with(b"*/") {
            depth -= 1;
            position += 2;
        } else {
            position += 1;
        }
        if depth == 0 {
            return position;
        }
    }
    rest.len()
}

/// `r"…"`, `r#"…"#`, and the byte and C variants.
fn raw_string_length(rest: &str) -> Option<usize> {
    let after_prefix =
        ["r", "br", "cr"].iter().find_map(|prefix| rest.strip_prefix(prefix).filter(|after| after.starts_with(['"', '#'])))?;
    let hashes = after_prefix.len() - after_prefix.trim_start_matches('#').len();
    let body = after_prefix[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let inside = body.find(&end).map_or(body.len(), |position| position + end.len());
    Some(rest.len() - body.len() + inside)
}

fn string_length(rest: &str) -> usize {
    let mut is_escaped = false;
    for (position, letter) in rest.char_indices().skip(1) {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return position + 1,
            _ => {}
        }
    }
    rest.len()
}

/// A character literal's length; `None` for a lifetime.
fn character_length(rest: &str) -> Option<usize> {
    let inside = &rest[1..];
    if inside.starts_with('\\') {
        let end = inside.char_indices().skip(2).find(|(_, letter)| *letter == '\'')?.0;
        return Some(end + 2);
    }
    let letter = inside.chars().next()?;
    inside[letter.len_utf8()..].starts_with('\'').then_some(letter.len_utf8() + 2)
}

/// Marks each item under `#[cfg(test)]`: rustfmt closes it with a brace at the attribute's own indentation.
fn test_lines(code: &str) -> Vec<bool> {
    let mut marks = Vec::new();
    let mut closing: Option<String> = None;
    let mut is_announced = false;
    for line in code.lines() {
        let starts_test = closing.is_none() && line.trim() == "#[cfg(test)]";
        marks.push(closing.is_some() || is_announced || starts_test);
        if closing.as_deref() == Some(line.trim_end()) {
            closing = None;
        } else if starts_test {
            is_announced = true;
        } else if is_announced && !line.trim_start().starts_with("#[") {
            is_announced = false;
            closing = closing_line(line);
        }
    }
    marks
}

/// The line that ends the item begun here; `None` when it ends on this line already.
fn closing_line(line: &str) -> Option<String> {
    let indent = line.len() - line.trim_start().len();
    line.trim_end().ends_with('{').then(|| format!("{}}}", " ".repeat(indent)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        RustText::new(text).code
    }

    #[test]
    fn comments_and_literals_are_blanked_and_code_stays_in_its_column() {
        assert_eq!(code("a(); // b()\nc();"), "a();       \nc();");
        assert_eq!(code("a(\"b \\\" c\");"), "a(        );");
        assert_eq!(code("a(/* b /* c */ d */ e);"), "a(                  e);");
        assert_eq!(code("a(r#\"b \" c\"#, d);"), "a(          , d);");
        assert_eq!(code("a(b'\\'', '\"', d);"), "a(b    ,    , d);");
    }

    #[test]
    fn a_lifetime_does_not_open_a_literal() {
        assert_eq!(code("fn a<'b>(c: &'b str) {}"), "fn a<'b>(c: &'b str) {}");
    }

    #[test]
    fn a_name_that_ends_in_r_does_not_open_a_raw_literal() {
        assert_eq!(code("for_r#\"b\"#"), "for_r#   #", "the letters belong to the name");
        assert_eq!(code("r#type"), "r#type");
    }

    #[test]
    fn letters_outside_ascii_do_not_break_the_split() {
        assert_eq!(code("a('é', \"ü\"); // ö"), "a(   ,    );     ");
    }

    #[test]
    fn what_follows_a_test_module_is_product_again() {
        let text =
            "fn a() {}\n#[cfg(test)]\n#[allow(x)]\nmod tests {\n    fn b() {\n    }\n}\nfn c() {}\n#[cfg(test)]\nuse d;\nfn e() {}\n";
        let rust = RustText::new(text);
        let product: Vec<usize> = rust.product_lines().map(|(number, _)| number).collect();
        assert_eq!(product, [1, 8, 11]);
    }

    #[test]
    fn words_are_whole() {
        assert!(has_word("x.now()", "now") && has_word("// TODO: y", "TODO"));
        assert!(!has_word("known()", "now") && !has_word("asynchronous", "async"));
    }
}
