//! Cuts a page into statements: sentences, headings, list items and table cells, each with its place and its date.
//!
//! A statement is the unit that is quoted, so it never spans two blocks. A block in which the page speaks to a
//! machine is left out as a whole: the sentence beside an instruction was written by the same hand. The date of a
//! statement is the one its story carries (a short line that is little more than a date), else the page's own.

use autoreach_web::{BlockKind, PageText};
use jiff::civil::Date;
use regex::Regex;
use std::sync::LazyLock;

use super::plan::PageKind;

/// Longest quote kept, in bytes; a longer sentence is cut to the words around what was found.
pub(crate) const LONGEST_QUOTE: usize = 240;
/// Most statements read of one page; a long page has 500.
const MOST_STATEMENTS: usize = 4_000;
/// A line that holds a date and at most this many other characters is the date line of a story.
const DATE_LINE_REST: usize = 40;

/// A title with its date in brackets behind it is at most this long, in bytes.
const LONGEST_TITLE: usize = 110;

/// A page as the fact readers see it.
pub(crate) struct Page<'a> {
    pub(crate) kind: PageKind,
    pub(crate) text: &'a PageText,
    pub(crate) statements: Vec<Statement<'a>>,
    /// The day the page was read; later dates are plans, not stories.
    pub(crate) today: Date,
    /// The day the page as a whole says it is from.
    pub(crate) dated: Option<Date>,
}

/// One sentence, heading, list item or table cell.
pub(crate) struct Statement<'a> {
    pub(crate) text: &'a str,
    pub(crate) lower: String,
    /// Byte offset in the page's text.
    pub(crate) start: usize,
    pub(crate) block: usize,
    pub(crate) kind: BlockKind,
    /// The nearest heading above, empty when there is none.
    pub(crate) heading: &'a str,
    /// The date line of its story.
    pub(crate) story_date: Option<Date>,
}

impl Statement<'_> {
    pub(crate) fn is_heading(&self) -> bool {
        matches!(self.kind, BlockKind::Heading { .. })
    }

    /// Is this, or the heading above, about one of `words` (lower case)?
    pub(crate) fn is_under(&self, words: &[&str]) -> bool {
        let heading = self.heading.to_lowercase();
        words.iter().any(|word| heading.contains(word))
    }
}

/// Cuts `text` into statements as of `today`.
pub(crate) fn page<'a>(kind: PageKind, text: &'a PageText, today: Date) -> Page<'a> {
    let mut statements = Vec::new();
    let mut heading = "";
    for (index, block) in text.blocks.iter().enumerate() {
        let is_instruction = text.suspected_instructions.iter().any(|span| span.start < block.end && block.start < span.end);
        let Some(words) = text.text.get(block.start..block.end) else { continue };
        if is_instruction {
            continue;
        }
        if statements.len() >= MOST_STATEMENTS {
            break;
        }
        if matches!(block.kind, BlockKind::Heading { .. }) {
            heading = words;
        }
        for (offset, sentence) in sentences(words) {
            let start = block.start + offset;
            let lower = sentence.to_lowercase();
            statements.push(Statement { text: sentence, lower, start, block: index, kind: block.kind, heading, story_date: None });
        }
    }
    date_stories(&mut statements, today);
    let dated = last_updated(&statements, today).or(text.modified).or(text.published);
    Page { kind, text, statements, today, dated }
}

/// Sentences of one block with their byte offsets, white space trimmed off.
fn sentences(block: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, mark) in block.char_indices() {
        let end = at + mark.len_utf8();
        if end > start && (mark == '\n' || ends_sentence(block, start, at, mark)) {
            found.push((start, &block[start..end]));
            start = end;
        }
    }
    found.push((start, &block[start..]));
    let trimmed = found.into_iter().map(|(offset, text)| (offset + text.len() - text.trim_start().len(), text.trim()));
    trimmed.filter(|(_, text)| !text.is_empty()).collect()
}

/// Words before a full stop that do not end a sentence, lower case.
const ABBREVIATIONS: [&str; 39] = [
    "dr", "prof", "mr", "mrs", "ms", "st", "inc", "ltd", "co", "corp", "no", "nr", "ca", "approx", "bzw", "usw", "z.b", "e.g", "i.e",
    "mio", "mrd", "str", "tel", "vs", "jr", "sr", "inkl", "max", "min", "d.h", "u.a", "abs", "bio", "org", "evtl", "ggf", "c", "sep",
    "dept",
];

fn ends_sentence(block: &str, start: usize, at: usize, mark: char) -> bool {
    if !matches!(mark, '.' | '!' | '?') {
        return false;
    }
    let rest = &block[at + mark.len_utf8()..];
    let next = rest.trim_start_matches(' ');
    let starts_anew = next.chars().next().is_some_and(|c| c.is_uppercase() || c.is_ascii_digit() || "“„\"»‘'(€".contains(c));
    if rest.len() == next.len() || !starts_anew {
        return false;
    }
    mark != '.' || !is_abbreviation(block[start..at].rsplit([' ', '(']).next().unwrap_or_default(), next)
}

/// `Dr`, `z.B`, initials, and the ordinals of German dates ("7. November").
fn is_abbreviation(word: &str, next: &str) -> bool {
    let lower = word.to_lowercase();
    let is_initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    let is_ordinal = !word.is_empty() && word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit());
    let names_month = MONTHS.iter().any(|(name, _)| next.to_lowercase().starts_with(name));
    is_initial || ABBREVIATIONS.contains(&lower.as_str()) || (is_ordinal && names_month)
}

/// Months by the first letters that tell them apart in English, German and the Nordic languages.
const MONTHS: [(&str, i8); 19] = [
    ("jan", 1),
    ("jän", 1),
    ("feb", 2),
    ("mar", 3),
    ("mär", 3),
    ("maj", 5),
    ("mai", 5),
    ("may", 5),
    ("apr", 4),
    ("jun", 6),
    ("jul", 7),
    ("aug", 8),
    ("sep", 9),
    ("oct", 10),
    ("okt", 10),
    ("nov", 11),
    ("dec", 12),
    ("dez", 12),
    ("mrz", 3),
];

static DATES: LazyLock<Regex> = LazyLock::new(|| {
    let month = "(?:Jan|Jän|Feb|Mar|Mär|Mrz|Apr|May|Mai|Maj|Jun|Jul|Aug|Sep|Oct|Okt|Nov|Dec|Dez)[a-zäöü]{0,6}";
    let patterns = [
        r"(?P<y1>(?:19|20)\d\d)-(?P<m1>\d\d)-(?P<d1>\d\d)".to_owned(),
        r"(?P<d2>\d\d?)[./-](?P<m2>\d\d?)[./-](?P<y2>(?:19|20)\d\d)".to_owned(),
        format!(r"(?i:(?P<d3>\d\d?)(?:\.|st|nd|rd|th)? ?(?P<m3>{month})\.?,? (?P<y3>(?:19|20)\d\d))"),
        format!(r"(?i:(?P<m4>{month})\.? (?P<d4>\d\d?)(?:st|nd|rd|th)?,? (?P<y4>(?:19|20)\d\d))"),
        format!(r"(?i:(?P<m5>{month}) (?P<y5>(?:19|20)\d\d))"),
    ];
    Regex::new(&patterns.join("|")).expect("the pattern is a constant")
});

/// A date written in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) date: Date,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// A month without a day ("November 2026") stands for its first day.
    pub(crate) has_day: bool,
}

/// The dates written in `text`, in order; impossible ones are passed over.
pub(crate) fn dates(text: &str) -> Vec<Written> {
    if !text.contains("19") && !text.contains("20") {
        return Vec::new();
    }
    let read = |groups: regex::Captures<'_>| {
        let whole = groups.get(0)?;
        let of = |name: &str, n: usize| groups.name(&format!("{name}{n}")).map(|m| m.as_str());
        let form = (1..=5).find(|n| of("y", *n).is_some())?;
        let day = of("d", form);
        let month = of("m", form)?;
        let month = month.parse().ok().or_else(|| month_number(month))?;
        let date = Date::new(of("y", form)?.parse().ok()?, month, day.map_or(Ok(1), str::parse).ok()?).ok()?;
        Some(Written { date, start: whole.start(), end: whole.end(), has_day: day.is_some() })
    };
    DATES.captures_iter(text).filter_map(read).collect()
}

fn month_number(name: &str) -> Option<i8> {
    let name = name.to_lowercase();
    MONTHS.iter().find(|(start, _)| name.starts_with(start)).map(|(_, number)| *number)
}

/// A past date in a statement that is little more than a date, begins with one, or has one in brackets behind its title.
fn date_line(statement: &Statement<'_>, today: Date) -> Option<Date> {
    if says_last_updated(statement) {
        return None;
    }
    let past = dates(statement.text).into_iter().find(|written| written.has_day && written.date <= today)?;
    let rest = statement.text.len() - (past.end - past.start);
    let is_in_brackets = past.start <= LONGEST_TITLE && statement.text[..past.start].ends_with('(');
    (past.start <= 1 || is_in_brackets || rest <= DATE_LINE_REST).then_some(past.date)
}

/// Gives each statement the date line of its story. A story begins at a heading below the first level, or at the date
/// line right above one; a line that begins or ends with a date is a story of its own.
fn date_stories(statements: &mut [Statement<'_>], today: Date) {
    let lines: Vec<Option<Date>> = statements.iter().map(|statement| date_line(statement, today)).collect();
    let starts: Vec<bool> = (0..statements.len()).map(|index| starts_story(statements, &lines, index)).collect();
    let mut index = 0;
    while index < statements.len() {
        let end = (index + 1..statements.len()).find(|next| starts[*next]).unwrap_or(statements.len());
        let first_line = (index..end).find(|at| lines[*at].is_some());
        for (at, statement) in statements.iter_mut().enumerate().take(end).skip(index) {
            let is_before_own_line = first_line.is_some_and(|line| at + 3 < line);
            statement.story_date = lines[at].or(first_line.and_then(|line| lines[line])).filter(|_| !is_before_own_line);
        }
        index = end;
    }
}

/// Does a story begin at `index`?
fn starts_story(statements: &[Statement<'_>], lines: &[Option<Date>], index: usize) -> bool {
    let is_title = |at: usize| matches!(statements.get(at), Some(Statement { kind: BlockKind::Heading { level: 2.. }, .. }));
    let same_block = |a: usize, b: usize| statements.get(a).map(|s| s.block) == statements.get(b).map(|s| s.block);
    let is_first_of_block = index == 0 || !same_block(index - 1, index);
    if lines[index].is_none() {
        let line_above = index > 0 && lines[index - 1].is_some();
        return is_title(index) && is_first_of_block && !line_above;
    }
    // A date line below a title belongs to that title; any other opens a story.
    let title_above = index > 0 && (is_title(index - 1) || is_short_title(statements, lines, index - 1));
    is_first_of_block && !title_above
}

/// A short undated line directly above a date line reads as its title even when it is no heading.
fn is_short_title(statements: &[Statement<'_>], lines: &[Option<Date>], index: usize) -> bool {
    let statement = &statements[index];
    lines[index].is_none() && statement.text.len() <= 80 && !statement.text.ends_with(['.', ':']) && !is_first_heading(statement)
}

fn is_first_heading(statement: &Statement<'_>) -> bool {
    matches!(statement.kind, BlockKind::Heading { level: 1 })
}

/// "Last updated 11 March 2021", "Stand: 3. Mai 2024".
fn last_updated(statements: &[Statement<'_>], today: Date) -> Option<Date> {
    let said = statements.iter().filter(|statement| says_last_updated(statement));
    said.flat_map(|statement| dates(statement.text)).map(|written| written.date).find(|date| *date <= today)
}

fn says_last_updated(statement: &Statement<'_>) -> bool {
    const WORDS: [&str; 6] = ["last updated", "last modified", "last changed", "zuletzt aktualisiert", "zuletzt geändert", "stand:"];
    WORDS.iter().any(|word| statement.lower.contains(word))
}

/// The statement as a quote of at most [`LONGEST_QUOTE`] bytes that holds `start..end` (offsets within the statement).
/// Returns offset and end in the page's text; `None` when what was found is itself too long.
pub(crate) fn quote(statement: &Statement<'_>, start: usize, end: usize) -> Option<(usize, usize)> {
    if statement.text.len() <= LONGEST_QUOTE {
        return Some((statement.start, statement.start + statement.text.len()));
    }
    let spare = LONGEST_QUOTE.checked_sub(end.checked_sub(start)?)? / 2;
    let from = word_start(statement.text, start.saturating_sub(spare), start);
    let to = word_end(statement.text, (end + spare).min(statement.text.len()), end);
    Some((statement.start + from, statement.start + to))
}

/// The first word that begins at or after `from`, at the latest at `limit`.
fn word_start(text: &str, from: usize, limit: usize) -> usize {
    if from == 0 {
        return 0;
    }
    let begins = text.char_indices().map(|(at, c)| (at, at + c.len_utf8(), c)).find(|(at, _, c)| *at >= from && *c == ' ');
    begins.map_or(limit, |(_, end, _)| end.min(limit))
}

/// The last word that ends at or before `to`, at the earliest at `limit`.
fn word_end(text: &str, to: usize, limit: usize) -> usize {
    if to == text.len() {
        return to;
    }
    let ends = text.char_indices().rev().find(|(at, c)| *at <= to && *c == ' ');
    ends.map_or(limit, |(at, _)| at.max(limit))
}
