//! Where a list goes on: the page's own word, else links to the same page with another number.

use super::addresses::{Target, target};
use autoreach_web::PageText;
use regex::Regex;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use url::Url;

/// Most further pages taken from one page.
const MOST_NEXT: usize = 50;
/// Names under which programs that show lists count their pages.
const COUNTERS: [&str; 12] =
    ["page", "p", "pg", "paged", "pagina", "seite", "start", "offset", "pagenumber", "page_no", "currentpage", "list_page"];
/// Words of the link to the next page.
const NEXT_WORDS: [&str; 14] = [
    "next",
    "next page",
    "weiter",
    "nächste",
    "nächste seite",
    "mehr anzeigen",
    "show more",
    "load more",
    "»",
    "›",
    ">",
    "→",
    "older",
    "vor",
];

/// A counter in the path: `/exhibitors/page/2`.
static COUNTED_PATH: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)/(?:page|seite|p)[/-](\d{1,4})/?$").expect("a literal, covered by a test"));

/// The further pages of the list at `url`, in their order.
pub(super) fn next_pages(url: &Url, page: &PageText) -> Vec<Url> {
    let mut numbered: BTreeMap<u32, Url> = BTreeMap::new();
    let mut named = page.next.as_deref().and_then(|href| same_list(url, href));
    for link in &page.links {
        let Some(next) = same_list(url, &link.href) else { continue };
        if let Some(number) = number_of(&next) {
            numbered.entry(number).or_insert(next);
        } else if NEXT_WORDS.contains(&link.text.to_lowercase().as_str()) {
            named.get_or_insert(next);
        }
    }
    let current = number_of(url);
    let others = numbered.into_iter().filter(|(number, _)| Some(*number) != current).map(|(_, next)| next);
    let mut pages: Vec<Url> = Vec::new();
    for next in named.into_iter().chain(others).filter(|next| next != url) {
        if !pages.contains(&next) && pages.len() < MOST_NEXT {
            pages.push(next);
        }
    }
    pages
}

/// The address, when it is a page of the same list: same host, same path but for the counter.
fn same_list(url: &Url, href: &str) -> Option<Url> {
    let Target::Inside(next) = target(url, href) else { return None };
    let is_same = next.host_str() == url.host_str() && list_path(&next) == list_path(url);
    is_same.then_some(next)
}

fn list_path(url: &Url) -> String {
    COUNTED_PATH.replace(url.path(), "").trim_end_matches('/').to_owned()
}

fn number_of(url: &Url) -> Option<u32> {
    let in_query =
        url.query_pairs().find(|(name, _)| COUNTERS.contains(&name.to_lowercase().as_str())).and_then(|(_, value)| value.parse().ok());
    in_query.or_else(|| COUNTED_PATH.captures(url.path())?[1].parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use autoreach_web::page_text;

    fn next(url: &str, html: &str) -> Vec<String> {
        let page = page_text(html).expect("readable");
        next_pages(&Url::parse(url).expect("an address"), &page).iter().map(|url| url[url::Position::BeforePath..].to_owned()).collect()
    }

    #[test]
    fn a_list_goes_on_where_it_says_so_or_where_it_counts() {
        assert_eq!(next("https://f.example/list", "<link rel=next href='/list?after=acme'>"), ["/list?after=acme"]);
        let counted = "<a href='?page=2'>2</a><a href='?page=3'>3</a><a href='?sort=name'>A-Z</a><a href='/other?page=2'>x</a>";
        assert_eq!(next("https://f.example/list?page=2", counted), ["/list?page=3"]);
        assert_eq!(next("https://f.example/list/", "<a href='/list/page/2/'>2</a>"), ["/list/page/2/"]);
        assert_eq!(next("https://f.example/list", "<a href='/list?cursor=xyz'>Weiter</a>"), ["/list?cursor=xyz"]);
        assert!(next("https://f.example/list", "<a href='https://g.example/list?page=2'>2</a>").is_empty(), "another site");
    }
}
