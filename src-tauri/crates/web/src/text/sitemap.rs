//! Reads the addresses out of a `sitemap.xml`: a list of strings between two tags, nothing else of XML.
//!
//! The file is a stranger's, so it is scanned once from front to back: no entities but the five that every XML has, no
//! nesting, no references to anything outside. Deliberately absent: following what it lists.

use jiff::civil::Date;

use super::data::day;

/// Most entries read of one sitemap; the format allows 50,000.
const MOST_ENTRIES: usize = 2_000;
/// Longest address, in bytes; longer ones are data or traps.
const LONGEST_ADDRESS: usize = 2_048;

/// One entry of a sitemap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitemapEntry {
    /// The address, as written.
    pub href: String,
    /// The day the page was last changed, if the sitemap says so.
    pub modified: Option<Date>,
    /// The entry leads to a further sitemap, not to a page.
    pub is_sitemap: bool,
}

/// The entries of a sitemap or of an index of sitemaps, in order, at most 2,000. Anything else holds none.
pub fn sitemap(xml: &str) -> Vec<SitemapEntry> {
    let mut entries = Vec::new();
    let mut rest = xml;
    while let Some((tag, after)) = next_entry(rest).filter(|_| entries.len() < MOST_ENTRIES) {
        let close = if tag == "sitemap" { "</sitemap>" } else { "</url>" };
        let (entry, next) = after.split_once(close).unwrap_or((after, ""));
        let href = content(entry, "loc").map(unescaped).filter(|href| !href.is_empty() && href.len() <= LONGEST_ADDRESS);
        let modified = content(entry, "lastmod").and_then(day);
        entries.extend(href.map(|href| SitemapEntry { href, modified, is_sitemap: tag == "sitemap" }));
        rest = next;
    }
    entries
}

/// What follows the next `<url>` or `<sitemap>`.
fn next_entry(xml: &str) -> Option<(&'static str, &str)> {
    let at = |tag: &str| xml.find(tag).map(|at| (at, at + tag.len()));
    let found = [("url", at("<url>")), ("sitemap", at("<sitemap>"))].into_iter().filter_map(|(tag, place)| place.map(|place| (tag, place)));
    found.min_by_key(|(_, (start, _))| *start).map(|(tag, (_, end))| (tag, &xml[end..]))
}

/// What stands between `<tag>` and `</tag>`.
fn content<'a>(entry: &'a str, tag: &str) -> Option<&'a str> {
    let (_, after) = entry.split_once(&format!("<{tag}>"))?;
    let (content, _) = after.split_once(&format!("</{tag}>"))?;
    let content = content.trim();
    Some(content.strip_prefix("<![CDATA[").and_then(|data| data.strip_suffix("]]>")).unwrap_or(content).trim())
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_further_sitemaps_are_listed_with_their_dates() {
        let xml = "<?xml version='1.0'?><urlset><url><loc> https://acme.example/a?b=1&amp;c=2 </loc><lastmod>2026-11-08T10:00:00Z</lastmod></url>\
                   <url><loc><![CDATA[https://acme.example/team]]></loc></url><url></url></urlset>";
        let found = sitemap(xml);
        assert_eq!(
            found[0],
            SitemapEntry {
                href: "https://acme.example/a?b=1&c=2".into(),
                modified: Some(jiff::civil::date(2026, 11, 8)),
                is_sitemap: false
            }
        );
        assert_eq!((found[1].href.as_str(), found.len()), ("https://acme.example/team", 2));
        let index = "<sitemapindex><sitemap><loc>https://acme.example/pages.xml</loc></sitemap></sitemapindex>";
        assert!(sitemap(index)[0].is_sitemap);
    }

    #[test]
    fn hostile_and_broken_ones_end_at_their_caps() {
        assert_eq!(sitemap(&"<url><loc>https://acme.example/</loc></url>".repeat(50_000)).len(), MOST_ENTRIES);
        assert!(sitemap(&format!("<url><loc>https://acme.example/{}</loc></url>", "x".repeat(3_000))).is_empty());
        let bomb = "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><urlset><url><loc>https://acme.example/&b;</loc></url></urlset>";
        assert_eq!(sitemap(bomb)[0].href, "https://acme.example/&b;", "entities are never expanded");
        for xml in ["", "<url>", "<url><loc>", "<html><p>Not found</p></html>", &"<url>".repeat(100_000)] {
            assert!(sitemap(xml).is_empty());
        }
    }
}
