//! Cuts a page into statements: sentences, headings, list items and table cells, each with its place and its date.
//!
//! A statement is the unit that is quoted, so it never spans two blocks. A block in which the page speaks to a
//! machine is left out as a whole: the sentence beside an instruction was written by the same hand. The date of a
//! statement is the one its story carries (a short line that is little more than a date), else the page's own.

use autoreach_domain::account::CompanyDomain;
use autoreach_web::{BlockKind, PageText, Span, TimeMark};
use jiff::civil::Date;
use regex::Regex;
use std::sync::LazyLock;

use super::plan::PageKind;
use super::voices::{Voices, own_part};

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
    /// The name in the site's address, letters and digits only (`acmepumps` of `www.acme-pumps.example`).
    pub(crate) host_name: String,
}

impl Page<'_> {
    /// Is `name` what the site's address spells, in whole or from its beginning?
    pub(crate) fn is_own_name(&self, name: &str) -> bool {
        let words: Vec<String> = name.split([' ', '-', '/']).map(plain_letters).filter(|word| !word.is_empty()).collect();
        let joined = words.concat();
        let first = words.first().map(String::as_str).unwrap_or_default();
        let host = self.host_name.as_str();
        let is_long = |text: &str| text.len() >= SHORTEST_NAME;
        let is_spelled = is_long(&joined) && (host.starts_with(&joined) || (is_long(host) && joined.starts_with(host)));
        let begins_alike = is_long(first) && host.starts_with(first);
        let within = || words.iter().any(|word| word.len() >= 5 && host.contains(word.as_str()));
        is_spelled || begins_alike || within()
    }
}

/// A shorter name says nothing when it is found in an address.
const SHORTEST_NAME: usize = 3;

/// Lower-case letters and digits as addresses spell them.
pub(crate) fn plain_letters(text: &str) -> String {
    let folded: String = text
        .to_lowercase()
        .chars()
        .flat_map(|c| {
            let spelled = match c {
                'ä' | 'æ' => "ae",
                'ö' | 'ø' => "oe",
                'ü' => "ue",
                'ß' => "ss",
                'å' | 'á' | 'à' | 'â' => "a",
                'é' | 'è' | 'ê' | 'ë' => "e",
                'í' | 'î' | 'ï' => "i",
                'ó' | 'ô' => "o",
                'ú' | 'û' => "u",
                'ñ' => "n",
                'ç' => "c",
                _ => return vec![c],
            };
            spelled.chars().collect()
        })
        .collect();
    folded.chars().filter(char::is_ascii_alphanumeric).collect()
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
    /// The nearest heading of the first two levels above, which cards with headings of their own stand under.
    pub(crate) section: &'a str,
    /// The date line of its story.
    pub(crate) story_date: Option<Date>,
}

impl Statement<'_> {
    pub(crate) fn is_heading(&self) -> bool {
        matches!(self.kind, BlockKind::Heading { .. })
    }

    /// Is this, or the heading above, about one of `words` (lower case)?
    pub(crate) fn is_under(&self, words: &[&str]) -> bool {
        let (heading, section) = (self.heading.to_lowercase(), self.section.to_lowercase());
        words.iter().any(|word| heading.contains(word) || section.contains(word))
    }
}

/// Cuts `text` into statements as of `today`.
pub(crate) fn page<'a>(kind: PageKind, text: &'a PageText, today: Date) -> Page<'a> {
    let mut statements = Vec::new();
    let (mut heading, mut section) = ("", "");
    let mut voices = Voices::default();
    for (index, block) in text.blocks.iter().enumerate() {
        let is_within = |spans: &[Span]| spans.iter().any(|span| span.start < block.end && block.start < span.end);
        let Some(words) = text.text.get(block.start..block.end) else { continue };
        if is_within(&text.suspected_instructions) || voices.is_foreign(words, block.kind, is_within(&text.quoted)) {
            continue;
        }
        if statements.len() >= MOST_STATEMENTS {
            break;
        }
        if matches!(block.kind, BlockKind::Heading { .. }) {
            heading = words;
        }
        if matches!(block.kind, BlockKind::Heading { level: ..=2 }) {
            section = words;
        }
        for (offset, sentence) in sentences(words).into_iter().filter_map(|(offset, sentence)| own_part(sentence).map(|own| (offset, own)))
        {
            let start = block.start + offset;
            let lower = sentence.to_lowercase();
            statements.push(Statement { text: sentence, lower, start, block: index, kind: block.kind, heading, section, story_date: None });
        }
    }
    date_stories(&mut statements, &text.times, today);
    let dated = last_updated(&statements, today).or(text.modified).or(text.published);
    Page { kind, text, statements, today, dated, host_name: String::new() }
}

/// [`page`], with the name in the site's address.
pub(crate) fn page_of<'a>(kind: PageKind, text: &'a PageText, today: Date, host: Option<&CompanyDomain>) -> Page<'a> {
    let name = host.map(|host| host.to_string()).unwrap_or_default();
    Page { host_name: plain_letters(name.split('.').next().unwrap_or_default()), ..page(kind, text, today) }
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
    // "S.L.", "B.V.", "z.B.": letters with stops between them.
    let is_dotted = word.contains('.') && word.split('.').all(|letter| letter.chars().count() == 1);
    is_initial || is_dotted || ABBREVIATIONS.contains(&lower.as_str()) || (is_ordinal && names_month)
}

/// Months by the first letters that tell them apart in English, German, French, Spanish, Dutch and the Nordic languages;
/// longer beginnings before those they contain.
const MONTHS: [(&str, i8); 35] = [
    ("janv", 1),
    ("jan", 1),
    ("jän", 1),
    ("ene", 1),
    ("feb", 2),
    ("fév", 2),
    ("fev", 2),
    ("febr", 2),
    ("mär", 3),
    ("mrz", 3),
    ("maar", 3),
    ("mrt", 3),
    ("mar", 3),
    ("apr", 4),
    ("avr", 4),
    ("abr", 4),
    ("mai", 5),
    ("maj", 5),
    ("may", 5),
    ("mei", 5),
    ("juin", 6),
    ("jun", 6),
    ("juil", 7),
    ("jul", 7),
    ("aug", 8),
    ("aoû", 8),
    ("aou", 8),
    ("ago", 8),
    ("sep", 9),
    ("oct", 10),
    ("okt", 10),
    ("nov", 11),
    ("dec", 12),
    ("déc", 12),
    ("dez", 12),
];

/// The months' names in full and as people shorten them.
const MONTH_NAMES: &str = "jan(?:uary|uar|uari|vier|v)?|jän(?:ner)?|ene(?:ro)?|feb(?:ruary|ruar|ruari|rero|r)?|fév(?:rier|r)?|fevrier|\
    mar(?:ch|s|zo)?|mär(?:z)?|mrz|maart|mrt|apr(?:il)?|avr(?:il)?|abr(?:il)?|ma[ijy]o?|mei|jun(?:e|i|io)?|juin|jul(?:y|i|io)?|juil(?:let)?|\
    aug(?:ust|usti|ustus)?|août|aout|ago(?:sto)?|sep(?:t|tember|tembre|tiembre)?|o[ck]t(?:ober|obre|ubre)?|nov(?:ember|embre|iembre)?|\
    d[eé][cz](?:ember|embre)?|dic(?:iembre)?";

static DATES: LazyLock<Regex> = LazyLock::new(|| {
    let month = format!("(?:{MONTH_NAMES})");
    let patterns = [
        r"(?P<y1>(?:19|20)\d\d)-(?P<m1>\d\d)-(?P<d1>\d\d)".to_owned(),
        r"(?P<d2>\d\d?)[./-](?P<m2>\d\d?)[./-](?P<y2>(?:19|20)\d\d)".to_owned(),
        format!(r"(?i:\b(?P<d3>\d\d?)(?:\.|st|nd|rd|th|er|:e)? ?(?:de )?(?P<m3>{month})\b\.?,? (?:de )?(?P<y3>(?:19|20)\d\d))"),
        format!(r"(?i:\b(?P<m4>{month})\b\.? (?P<d4>\d\d?)(?:st|nd|rd|th)?,? (?P<y4>(?:19|20)\d\d))"),
        format!(r"(?i:\b(?P<m5>{month}) (?:de )?(?P<y5>(?:19|20)\d\d))"),
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
        let (year, day_number) = (of("y", form)?.parse().ok()?, day.map_or(Ok(1), str::parse).ok()?);
        // "10/19/2026" can only be an American date.
        let date = Date::new(year, month, day_number).or_else(|_| Date::new(year, day_number, month)).ok()?;
        Some(Written { date, start: whole.start(), end: whole.end(), has_day: day.is_some() })
    };
    DATES.captures_iter(text).filter_map(read).collect()
}

fn month_number(name: &str) -> Option<i8> {
    let name = name.to_lowercase();
    let by_start = MONTHS.iter().find(|(start, _)| name.starts_with(start)).map(|(_, number)| *number);
    by_start.or_else(|| name.starts_with("dic").then_some(12))
}

/// A past date in a statement that is little more than a date, begins or ends with one, or has one in brackets behind its
/// title; else the date that a `<time>` element gives to all of its words.
fn date_line(statement: &Statement<'_>, times: &[TimeMark], today: Date) -> Option<Date> {
    if says_last_updated(statement) {
        return None;
    }
    let end = statement.start + statement.text.len();
    let by_element = || {
        let whole = times.iter().find(|time| time.start <= statement.start + 2 && end <= time.end + 2 && time.start < end);
        whole.map(|time| time.date).filter(|date| *date <= today)
    };
    let Some(past) = dates(statement.text).into_iter().find(|written| written.has_day && written.date <= today) else {
        return by_element();
    };
    let before = statement.text[..past.start].trim_end();
    let is_short = before.len() <= LONGEST_TITLE;
    let is_behind_title = is_short && (before.ends_with('(') || (past.end + 2 >= statement.text.len() && before.ends_with(DIVIDERS)));
    let rest = statement.text.len() - (past.end - past.start);
    (past.start <= 1 || is_behind_title || rest <= DATE_LINE_REST).then_some(past.date)
}

/// Marks that divide a title from its date.
const DIVIDERS: [char; 7] = ['|', '–', '—', '-', '·', ',', ':'];

/// Gives each statement the date line of its story. A story begins at a heading below the first level, or at the date
/// line right above one; a line that begins or ends with a date is a story of its own.
fn date_stories(statements: &mut [Statement<'_>], times: &[TimeMark], today: Date) {
    let lines: Vec<Option<Date>> = statements.iter().map(|statement| date_line(statement, times, today)).collect();
    let order = Order::of(statements, &lines);
    let starts: Vec<bool> = (0..statements.len()).map(|index| starts_story(statements, &lines, order, index)).collect();
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

/// Whether a page sets its dates above the titles of its stories or below them; a page keeps to one order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    DateFirst,
    TitleFirst,
}

impl Order {
    /// The order of the first date line that stands alone.
    fn of(statements: &[Statement<'_>], lines: &[Option<Date>]) -> Self {
        let stands_alone = |at: &usize| {
            lines[*at].is_some()
                && dates(statements[*at].text)
                    .first()
                    .is_none_or(|date| statements[*at].text.len() - (date.end - date.start) <= DATE_LINE_REST / 2)
        };
        let first = (0..statements.len()).find(stands_alone);
        let has_title = |at: usize| is_title(&statements[at]) || is_short_title(statements, lines, at);
        match first {
            Some(at) if at > 0 && has_title(at - 1) => Self::TitleFirst,
            _ => Self::DateFirst,
        }
    }
}

fn is_title(statement: &Statement<'_>) -> bool {
    matches!(statement.kind, BlockKind::Heading { level: 2.. })
}

/// Does a story begin at `index`?
fn starts_story(statements: &[Statement<'_>], lines: &[Option<Date>], order: Order, index: usize) -> bool {
    let is_first_of_block = index == 0 || statements[index - 1].block != statements[index].block;
    let title_above = || index > 0 && (is_title(&statements[index - 1]) || is_short_title(statements, lines, index - 1));
    let line_above = || index > 0 && lines[index - 1].is_some();
    if lines[index].is_none() {
        return is_title(&statements[index]) && is_first_of_block && (order == Order::TitleFirst || !line_above());
    }
    // A date line below a title belongs to that title; any other opens a story.
    is_first_of_block && (order == Order::DateFirst || !title_above())
}

/// A short undated line directly above a date line reads as its title even when it is no heading.
fn is_short_title(statements: &[Statement<'_>], lines: &[Option<Date>], index: usize) -> bool {
    let statement = &statements[index];
    lines[index].is_none() && statement.text.len() <= LONGEST_TITLE && !statement.text.ends_with(['.', ':']) && !is_first_heading(statement)
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
