//! What a page says about itself in its metadata. None of it is visible text, and it is kept apart from that text.

use jiff::civil::Date;
use serde_json::Value;

use super::normal::one_line;

/// Most JSON-LD blocks kept.
const MOST_JSON_LD: usize = 20;
/// Most bytes of one JSON-LD block.
const LARGEST_JSON_LD: usize = 64 * 1024;
/// Deepest nesting of one JSON-LD block.
const DEEPEST_JSON_LD: usize = 32;
/// Most characters kept of a title, name or description.
const LONGEST_VALUE: usize = 500;

/// The metadata as it is met, and the dates by how much each source is worth.
#[derive(Debug, Default)]
pub(super) struct PageData {
    pub(super) title: Option<String>,
    pub(super) language: Option<String>,
    pub(super) site_name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) canonical: Option<String>,
    pub(super) next: Option<String>,
    pub(super) json_ld: Vec<Value>,
    published: Dates,
    modified: Dates,
}

/// The first date of each source.
#[derive(Debug, Default)]
struct Dates {
    by_meta: Option<Date>,
    by_json_ld: Option<Date>,
    by_time_element: Option<Date>,
}

impl Dates {
    fn best(&self) -> Option<Date> {
        self.by_meta.or(self.by_json_ld).or(self.by_time_element)
    }
}

impl PageData {
    pub(super) fn published(&self) -> Option<Date> {
        self.published.best()
    }

    pub(super) fn modified(&self) -> Option<Date> {
        self.modified.best()
    }

    pub(super) fn title(&mut self, raw: &str) {
        keep_first(&mut self.title, raw);
    }

    pub(super) fn language(&mut self, raw: &str) {
        keep_first(&mut self.language, raw);
    }

    /// A `<meta>` by its name or property.
    pub(super) fn meta(&mut self, name: &str, content: &str) {
        match name.to_ascii_lowercase().as_str() {
            "og:site_name" | "application-name" => keep_first(&mut self.site_name, content),
            "description" | "og:description" => keep_first(&mut self.description, content),
            "article:published_time" | "datepublished" | "date" | "dc.date" | "dcterms.created" => {
                self.published.by_meta = self.published.by_meta.or_else(|| day(content));
            }
            "article:modified_time" | "datemodified" | "og:updated_time" | "last-modified" | "dcterms.modified" => {
                self.modified.by_meta = self.modified.by_meta.or_else(|| day(content));
            }
            _ => {}
        }
    }

    /// A `<link>`, or a visible `<a>`, by its relation.
    pub(super) fn link(&mut self, relation: &str, href: &str) {
        let says = |wanted: &str| relation.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case(wanted));
        if says("canonical") {
            self.canonical.get_or_insert_with(|| href.trim().to_owned());
        }
        if says("next") && !href.trim().is_empty() {
            self.next.get_or_insert_with(|| href.trim().to_owned());
        }
    }

    /// A `<time datetime>` a visitor sees.
    pub(super) fn time_element(&mut self, datetime: &str) {
        self.published.by_time_element = self.published.by_time_element.or_else(|| day(datetime));
    }

    /// The content of a JSON-LD script. Too many, too large, too deep or broken ones are left out.
    pub(super) fn json_ld(&mut self, raw: &str) {
        let raw = raw.trim();
        if self.json_ld.len() == MOST_JSON_LD || raw.len() > LARGEST_JSON_LD || depth(raw) > DEEPEST_JSON_LD {
            return;
        }
        let Ok(value) = serde_json::from_str(raw) else { return };
        let date = |name| day_in(&value, name);
        self.published.by_json_ld = self.published.by_json_ld.or_else(|| date("datePublished"));
        self.modified.by_json_ld = self.modified.by_json_ld.or_else(|| date("dateModified"));
        self.json_ld.push(value);
    }
}

fn keep_first(place: &mut Option<String>, raw: &str) {
    if place.is_none() {
        *place = Some(one_line(raw, LONGEST_VALUE)).filter(|value| !value.is_empty());
    }
}

/// The day of an ISO 8601 date or instant, as the page writes it.
pub(super) fn day(text: &str) -> Option<Date> {
    text.trim().get(..10)?.parse().ok()
}

/// How deep brackets nest outside strings.
fn depth(json: &str) -> usize {
    let (mut depth, mut deepest, mut in_string, mut is_escaped) = (0_usize, 0, false, false);
    for byte in json.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// The first date called `name` in an object that is the page itself; a review or an event on it has dates of its own.
fn day_in(value: &Value, name: &str) -> Option<Date> {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(members) => {
                let date = members.get(name).and_then(Value::as_str).filter(|_| is_page(members.get("@type")));
                if let Some(day) = date.and_then(day) {
                    return Some(day);
                }
                open.extend(members.values());
            }
            Value::Array(values) => open.extend(values),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    None
}

fn is_page(kind: Option<&Value>) -> bool {
    let is_page_name = |name: &str| ["Article", "Posting", "Page", "Report", "Release"].iter().any(|end| name.ends_with(end));
    match kind {
        Some(Value::String(name)) => is_page_name(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(is_page_name),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_meta_date_outweighs_json_ld_and_that_a_time_element() {
        let mut data = PageData::default();
        data.time_element("2026-03-03");
        assert_eq!(data.published(), Some(jiff::civil::date(2026, 3, 3)));
        data.json_ld(r#"{"@graph":[{"@type":"Review","datePublished":"2020-01-01"},{"@type":["NewsArticle"],"datePublished":"2026-02-02T10:00:00+02:00","dateModified":"2026-02-05"}]}"#);
        assert_eq!(data.published(), Some(jiff::civil::date(2026, 2, 2)));
        data.meta("article:published_time", "2026-01-01T23:00:00Z");
        assert_eq!(data.published(), Some(jiff::civil::date(2026, 1, 1)));
        assert_eq!(data.modified(), Some(jiff::civil::date(2026, 2, 5)));
    }

    #[test]
    fn no_date_is_made_up() {
        let mut data = PageData::default();
        for text in ["", "yesterday", "2026-13-40", "2026", "äöüäöüäöü"] {
            data.time_element(text);
            data.meta("date", text);
        }
        assert_eq!(data.published(), None);
    }

    #[test]
    fn json_ld_beyond_its_caps_is_left_out() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let mut data = PageData::default();
        data.json_ld(&nested(DEEPEST_JSON_LD));
        data.json_ld(&nested(DEEPEST_JSON_LD + 1));
        data.json_ld(&format!("\"{}\"", "x".repeat(LARGEST_JSON_LD)));
        data.json_ld("{broken");
        assert_eq!(data.json_ld.len(), 1);
        (0..50).for_each(|_| data.json_ld("{}"));
        assert_eq!(data.json_ld.len(), MOST_JSON_LD);
    }

    #[test]
    fn brackets_in_strings_do_not_nest() {
        assert_eq!(depth(r#"{"a":"[[[\"[[["}"#), 1);
    }
}
