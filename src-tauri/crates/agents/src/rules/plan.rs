//! Chooses the pages worth reading: the home page, then the links on it that promise facts, best first.
//!
//! A link is judged by the words of its path and of its text in six languages. Only pages of the home page's own
//! registrable domain are planned; where the home page links to nothing useful, a few customary paths are tried.

use autoreach_domain::account::CompanyDomain;
use autoreach_domain::lead::{EmailAddress, Lead};
use autoreach_web::{Link, SitemapEntry};
use jiff::civil::Date;
use url::Url;

/// Most pages read of one company besides the home page and its list of pages; all of them together stay within the 30 pages of
/// a lead's budget.
pub(crate) const MOST_PAGES: usize = 26;

/// What a page is likely about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum PageKind {
    Home,
    About,
    Team,
    Careers,
    News,
    Imprint,
    Contact,
    Products,
    Customers,
}

/// A page to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Planned {
    pub(crate) url: Url,
    pub(crate) kind: PageKind,
    /// Nothing links there; the path is merely customary.
    pub(crate) is_guess: bool,
}

/// Words of paths and link texts by kind, in the order in which kinds are tried and pages are read.
const WORDS: [(PageKind, &[&str]); 8] = [
    (
        PageKind::Imprint,
        &[
            "impressum",
            "imprint",
            "legal-notice",
            "legal notice",
            "mentions-legales",
            "mentions légales",
            "aviso-legal",
            "aviso legal",
            "colofon",
            "anbieterkennzeichnung",
        ],
    ),
    (
        PageKind::Team,
        &[
            "team",
            "leadership",
            "management",
            "people",
            "leitung",
            "geschaeftsfuehrung",
            "geschäftsführung",
            "equipe",
            "équipe",
            "equipo",
            "directie",
            "ledning",
            "crew",
            "staff",
            "mitarbeiter",
            "menschen",
            "medarbetare",
            "ansprechpartner",
            "vorstand",
            "board",
            "ledelse",
            "mensen",
            "direction",
            "gouvernance",
            "direccion",
            "directivo",
            "organisatie",
            "bestuur",
            "organisation",
            "kontaktpersoner",
        ],
    ),
    (
        PageKind::Careers,
        &[
            "career",
            "careers",
            "jobs",
            "job",
            "karriere",
            "stellen",
            "vacancies",
            "vacancy",
            "join",
            "work-with-us",
            "work with us",
            "hiring",
            "recrutement",
            "emplois",
            "carrieres",
            "carrières",
            "empleo",
            "trabaja",
            "vacatures",
            "werken-bij",
            "banen",
            "lediga",
            "jobb",
            "jobba",
            "empleos",
            "offres",
            "recruiting",
            "bewerben",
            "stillinger",
            "rekrutering",
            "offene-stellen",
        ],
    ),
    (
        PageKind::News,
        &[
            "news",
            "newsroom",
            "press",
            "presse",
            "blog",
            "aktuelles",
            "neues",
            "neuigkeiten",
            "actualites",
            "actualités",
            "noticias",
            "nieuws",
            "nyheter",
            "nyheder",
            "pressmeddelanden",
            "media",
            "mitteilung",
            "mitteilungen",
            "meldungen",
            "announcement",
            "prensa",
            "updates",
            "insights",
            "stories",
            "actus",
            "actu",
            "aktuell",
            "pers",
            "persberichten",
            "nyhetsrum",
            "comunicados",
            "sala-de-prensa",
            "communiques",
            "medien",
            "novedades",
        ],
    ),
    (
        PageKind::About,
        &[
            "about",
            "about-us",
            "company",
            "unternehmen",
            "ueber-uns",
            "ueber",
            "über",
            "profil",
            "profile",
            "story",
            "history",
            "geschichte",
            "firma",
            "wir",
            "betrieb",
            "who-we-are",
            "a-propos",
            "qui-sommes-nous",
            "entreprise",
            "nosotros",
            "empresa",
            "quienes-somos",
            "over-ons",
            "over",
            "bedrijf",
            "om-oss",
            "om",
            "foretaget",
            "om-os",
            "hello",
            "welcome",
            "overview",
        ],
    ),
    (
        PageKind::Contact,
        &[
            "contact",
            "contact-us",
            "kontakt",
            "contacto",
            "contactez-nous",
            "contactez",
            "kontakta",
            "find-us",
            "standorte",
            "locations",
            "anfahrt",
            "offices",
        ],
    ),
    (
        PageKind::Products,
        &[
            "product",
            "products",
            "produkte",
            "services",
            "service",
            "leistungen",
            "loesungen",
            "lösungen",
            "solutions",
            "produits",
            "productos",
            "servicios",
            "producten",
            "diensten",
            "produkter",
            "tjanster",
            "tjänster",
            "sortiment",
            "technology",
            "technik",
            "platform",
            "what-we-do",
            "engineering",
            "systems",
            "tech",
            "tecnologia",
            "technologie",
            "teknik",
        ],
    ),
    (
        PageKind::Customers,
        &[
            "customers",
            "customer",
            "kunden",
            "referenzen",
            "references",
            "clients",
            "clientes",
            "klanten",
            "kunder",
            "case-studies",
            "projects",
            "projekte",
        ],
    ),
];

/// The order in which kinds are read, with the most pages of each kind. Facts that a mail or a floor needs come first.
const ORDER: [(PageKind, usize); 8] = [
    (PageKind::About, 4),
    (PageKind::Careers, 3),
    (PageKind::News, 6),
    (PageKind::Imprint, 1),
    (PageKind::Contact, 2),
    (PageKind::Team, 3),
    (PageKind::Products, 5),
    (PageKind::Customers, 2),
];

/// Paths tried when the home page links to nothing useful.
const CUSTOMARY: [(PageKind, &str); 5] = [
    (PageKind::About, "/about"),
    (PageKind::Contact, "/contact"),
    (PageKind::Careers, "/careers"),
    (PageKind::Imprint, "/impressum"),
    (PageKind::News, "/news"),
];

/// Files that are no pages.
const FILES: [&str; 12] = [".pdf", ".jpg", ".jpeg", ".png", ".gif", ".svg", ".zip", ".doc", ".docx", ".xlsx", ".mp4", ".xml"];

/// Where to begin: the lead's website, else the domain of its mail address; `None` when neither names a company.
pub(crate) fn home_page(lead: &Lead) -> Option<Url> {
    let by_website = lead.website.as_deref().and_then(as_url);
    by_website.or_else(|| {
        let domain = lead.person.email.as_ref().and_then(EmailAddress::company_domain)?;
        Url::parse(&format!("https://{domain}/")).ok()
    })
}

/// A web address as people write it, with `https` where no scheme is given.
fn as_url(text: &str) -> Option<Url> {
    let text = text.trim();
    let with_scheme = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    Url::parse(&with_scheme).ok().filter(|url| url.host_str().is_some() && matches!(url.scheme(), "http" | "https"))
}

/// The pages to read after the home page at `home`, best first, at most [`MOST_PAGES`].
pub(crate) fn pages(home: &Url, links: &[Link], listed: &[SitemapEntry]) -> Vec<Planned> {
    let mut candidates: Vec<(PageKind, usize, Url)> = Vec::new();
    for link in links {
        let Some(url) = own_page(home, &link.href) else { continue };
        let Some((kind, weight)) = judge(&url, &link.text) else { continue };
        if !candidates.iter().any(|(_, _, known)| same_page(known, &url)) {
            candidates.push((kind, weight, url));
        }
    }
    candidates.sort_by_key(|(_, weight, url)| (*weight, url.path().len()));
    for (kind, url) in in_list(home, listed) {
        if !candidates.iter().any(|(_, _, known)| same_page(known, &url)) {
            candidates.push((kind, 0, url));
        }
    }
    if candidates.is_empty() {
        return customary(home);
    }
    let of_kind = |kind, most| candidates.iter().filter(move |(k, ..)| *k == kind).take(most);
    let ordered = ORDER.iter().flat_map(|(kind, most)| of_kind(*kind, *most));
    ordered.map(|(kind, _, url)| Planned { url: url.clone(), kind: *kind, is_guess: false }).take(MOST_PAGES).collect()
}

/// The telling pages of the site's own list, those near the root first, stories by their last change. They come behind what the
/// home page links to.
fn in_list(home: &Url, listed: &[SitemapEntry]) -> Vec<(PageKind, Url)> {
    let mut found: Vec<(PageKind, usize, std::cmp::Reverse<Option<Date>>, Url)> = Vec::new();
    for entry in listed {
        let Some(url) = own_page(home, &entry.href) else { continue };
        let Some((kind, depth)) = judge(&url, "") else { continue };
        let depth = if kind == PageKind::News { 0 } else { depth };
        found.push((kind, depth, std::cmp::Reverse(entry.modified), url));
    }
    found.sort_by_key(|(_, depth, modified, url)| (*depth, *modified, url.path().len()));
    found.into_iter().map(|(kind, .., url)| (kind, url)).collect()
}

fn customary(home: &Url) -> Vec<Planned> {
    let planned = |(kind, path): &(PageKind, &str)| home.join(path).ok().map(|url| Planned { url, kind: *kind, is_guess: true });
    CUSTOMARY.iter().filter_map(planned).collect()
}

/// The page a link leads to, when it is another page of the same company.
fn own_page(home: &Url, href: &str) -> Option<Url> {
    let mut url = home.join(href).ok()?;
    url.set_fragment(None);
    let path = url.path().to_lowercase();
    let is_page = matches!(url.scheme(), "http" | "https") && !FILES.iter().any(|file| path.ends_with(file));
    (is_page && same_company(home, &url) && !same_page(home, &url)).then_some(url)
}

/// Do two addresses belong to one registrable domain?
pub(crate) fn same_company(a: &Url, b: &Url) -> bool {
    match (a.host_str().map(CompanyDomain::parse), b.host_str().map(CompanyDomain::parse)) {
        (Some(Ok(a)), Some(Ok(b))) => a == b,
        _ => a.host_str() == b.host_str(),
    }
}

fn same_page(a: &Url, b: &Url) -> bool {
    a.path().trim_end_matches('/') == b.path().trim_end_matches('/') && a.query() == b.query()
}

/// What a page is likely about, and how deep it lies: words of the last path segment count before the link's text.
fn judge(url: &Url, text: &str) -> Option<(PageKind, usize)> {
    let path = url.path().to_lowercase();
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let last = segments.last().map(|segment| segment.split('.').next().unwrap_or(segment)).unwrap_or_default();
    let text = text.to_lowercase();
    let by_path = kind_of(last).or_else(|| kind_of_words(&text));
    let by_parent = || segments.iter().rev().skip(1).find_map(|segment| kind_of(segment));
    let kind = by_path.or_else(by_parent)?;
    Some((kind, segments.len()))
}

/// The kind whose word is the whole segment or one of its hyphenated parts.
fn kind_of(segment: &str) -> Option<PageKind> {
    let exact = WORDS.iter().find(|(_, words)| words.contains(&segment));
    let part = || WORDS.iter().find(|(_, words)| segment.split(['-', '_']).any(|part| part.len() > 3 && words.contains(&part)));
    exact.or_else(part).map(|(kind, _)| *kind)
}

fn kind_of_words(text: &str) -> Option<PageKind> {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|word| !word.is_empty()).collect();
    if words.is_empty() || words.len() > 6 {
        return None;
    }
    WORDS.iter().find(|(_, known)| known.iter().any(|word| text == *word || words.contains(word))).map(|(kind, _)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(href: &str, text: &str) -> Link {
        Link { text: text.into(), href: href.into(), ..Link::default() }
    }

    fn home() -> Url {
        Url::parse("https://www.acme.example/").expect("valid")
    }

    fn planned(links: &[Link]) -> Vec<(String, PageKind)> {
        pages(&home(), links, &[]).into_iter().map(|page| (page.url.path().to_owned(), page.kind)).collect()
    }

    #[test]
    fn telling_pages_come_first_and_in_six_languages() {
        let links = [
            link("/produkte", "Produkte"),
            link("/qui-sommes-nous", "Qui sommes-nous"),
            link("/vacatures", "Vacatures"),
            link("/noticias", "Noticias"),
            link("/om-oss", "Om oss"),
            link("/impressum.html", "Impressum"),
        ];
        let kinds: Vec<_> = planned(&links).into_iter().map(|(_, kind)| kind).collect();
        assert_eq!(
            kinds,
            [PageKind::About, PageKind::About, PageKind::Careers, PageKind::News, PageKind::Imprint, PageKind::Products],
            "two pages about the company, then jobs, news, imprint, products"
        );
    }

    #[test]
    fn foreign_sites_files_and_the_home_page_itself_are_left_out() {
        let links = [
            link("https://elsewhere.example/about", "About"),
            link("/about.pdf", "About"),
            link("mailto:a@acme.example", "Contact"),
            link("https://www.acme.example/#about", "About"),
            link("https://jobs.acme.example/", "Jobs"),
            link("/basket", "Basket"),
        ];
        assert_eq!(planned(&links[..4]), planned(&[]), "none of the four is worth a request");
        assert_eq!(planned(&[link("https://acme.example/about", "")]), [("/about".to_owned(), PageKind::About)], "with or without www");
    }

    #[test]
    fn without_useful_links_the_customary_paths_are_tried() {
        let paths: Vec<_> = planned(&[link("/x", "Enter")]).into_iter().map(|(path, _)| path).collect();
        assert_eq!(paths, ["/about", "/contact", "/careers", "/impressum", "/news"]);
    }

    #[test]
    fn the_sites_own_list_adds_what_the_home_page_does_not_link_to() {
        let entry = |href: &str, modified: Option<Date>| SitemapEntry { href: href.into(), modified, is_sitemap: false };
        let listed = [
            entry("https://acme.example/news/old", jiff::civil::date(2024, 1, 1).into()),
            entry("https://acme.example/news/fresh", jiff::civil::date(2026, 11, 1).into()),
            entry("https://acme.example/team", None),
            entry("https://acme.example/about", None),
            entry("https://elsewhere.example/about", None),
            entry("https://acme.example/basket", None),
        ];
        let paths: Vec<_> =
            pages(&home(), &[link("/about", "About")], &listed).into_iter().map(|page| page.url.path().to_owned()).collect();
        assert_eq!(paths, ["/about", "/news/fresh", "/news/old", "/team"]);
    }

    #[test]
    fn never_more_pages_than_planned_for_one_company() {
        let links: Vec<Link> =
            WORDS.iter().flat_map(|(_, words)| words.iter()).map(|word| link(&format!("/{}", word.replace(' ', "-")), word)).collect();
        assert_eq!(planned(&links).len(), MOST_PAGES);
    }
}
