//! What a company calls itself, when it was founded and what it makes.

use autoreach_domain::dossier::Fact;
use autoreach_web::BlockKind;
use regex::Regex;
use std::sync::LazyLock;

use super::super::plan::PageKind;
use super::super::statements::{LONGEST_QUOTE, Page, Statement};
use super::{Found, has_word};

/// Keywords of statements that may hold a registered name: the legal forms themselves.
pub(crate) const NAME_KEYWORDS: &str = r"gmbh|\bag\b|\bkg\b|\bse\b|\bltd\b|limited|\bllc\b|\binc\b|\bplc\b|a/s|\bas\b|\baps\b|\bab\b|\boyj?\b|b\.v\.|n\.v\.|\bbv\b|\bnv\b|\bs\.?a\.?s?\b|\bs\.?r\.?l\b|s\.p\.a|\bhb\b|\be\.k\.|\bug\b|\basa\b";
/// Keywords of statements that may hold a founding year.
pub(crate) const FOUNDED_KEYWORDS: &str = "found|establish|since|started|set up|formed|gegründet|gründung|seit|dates back|in business|opened|began|came into being|spun out|incorporated|trading|besteht|existence|created";

static NAME: LazyLock<Regex> = LazyLock::new(|| {
    let word = r"\p{Lu}[\p{L}\p{N}&'’\-]*";
    let joint = r"(?:&|und|and|of|de|van|\+)";
    let forms = r"GmbH(?: & Co\. ?KG(?:aA)?)?|AG(?: & Co\. ?KG)?|KG|SE|UG|e\.K\.|Ltd\.?|Limited|LLC|L\.L\.C\.|Inc\.?|PLC|plc|A/S|AS|ASA|ApS|AB|Oyj?|B\.V\.|BV|N\.V\.|NV|S\.A\.S?\.?|SAS|S\.r\.l\.|S\.p\.A\.|HB|SA";
    Regex::new(&format!(r"(?P<name>{word}(?: (?:{word}|{joint}(?: {word})))*? (?:{forms}))(?:[\s,;:·|)(–]|\.?$|\. )"))
        .expect("the pattern is a constant")
});

/// Reads the registered name where a page says who runs it: imprint, contact, copyright line.
pub(crate) fn registered_name(page: &Page<'_>, index: usize, found: &mut Vec<Found>) {
    let statement = &page.statements[index];
    let is_footer = statement.lower.contains('©') || statement.lower.contains("registered") || statement.lower.contains("trading as");
    let is_last = index + 4 >= page.statements.len();
    let tells = matches!(page.kind, PageKind::Imprint | PageKind::Contact) || is_footer || is_last;
    if !tells || statement.lower.contains("customer") || statement.lower.contains("kunde") {
        return;
    }
    let Some(groups) = NAME.captures(statement.text) else { return };
    let Some(name) = groups.name("name") else { return };
    let weight = match page.kind {
        PageKind::Imprint => 9,
        PageKind::Contact => 7,
        _ if is_footer => 6,
        _ => 4,
    };
    let fact = Fact::RegisteredName { name: name.as_str().to_owned() };
    found.extend(Found::at(page, statement, (name.start(), name.end()), weight, fact));
}

static FOUNDED: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let year = r"(?P<year>1[6-9]\d\d|20[0-4]\d)";
    [
        format!(r"(?i)(?:founded|established|incorporated|formed|set up|started|created|spun out of [^.]{{1,40}}?|came into being|dates back to|opened)(?: in| back in| as [^.,]{{1,40}}? in|:)? {year}"),
        format!(r"(?i)(?:gegründet|gründungsjahr|gründung|besteht)(?: wurde [^.,]{{1,40}}?| im jahre?| in| im| seit|:)* {year}"),
        format!(r"(?i){year} (?:gegründet|founded|established)"),
        format!(r"(?i)(?:wurde|was) (?:im jahre? |in )?{year} (?:von [^.]{{1,60}} )?(?:gegründet|founded)"),
        format!(r"(?i)(?:in business|trading|in existence|on the road|active|a family business|moving freight|family-owned|am markt|familienunternehmen|based in [^.]{{1,40}},) ?(?:since|seit) {year}"),
        format!(r"(?i)(?:has been|have been|is) [^.]{{1,40}} since {year}"),
        format!(r"(?i)^(?:seit|since) {year}\b"),
        format!(r"(?i)seit {year} (?:ist|sind|besteht|gibt|steht|klappert|familien)"),
        format!(r"(?i)(?:besteht|bestehen|existiert|existieren) (?:bereits )?seit {year}"),
        format!(r"(?i)(?:opened its (?:gates|doors)|opened) in {year}"),
    ]
    .iter()
    .map(|pattern| Regex::new(pattern).expect("the pattern is a constant"))
    .collect()
});

/// Years that are about something else than the company.
const NOT_FOUNDING: [&str; 27] = [
    "run on",
    "we use",
    "since 2022 our",
    "customer",
    "kunde",
    "foundation",
    "stiftung",
    "subsidiary",
    "tochter",
    "branch",
    "filiale",
    "office opened",
    "was licensed",
    "certified",
    "licensed",
    "zertifiziert",
    "limited company since",
    "bookings",
    "member",
    "mitglied",
    "warehouse",
    "plant in",
    "werk in",
    "partner since",
    "sponsor",
    "our blog",
    "webshop",
];

/// Reads the year in which the company began.
pub(crate) fn founded(page: &Page<'_>, index: usize, found: &mut Vec<Found>) {
    let statement = &page.statements[index];
    let is_story = matches!(page.kind, PageKind::News | PageKind::Careers | PageKind::Customers) || statement.story_date.is_some();
    if is_story || !statement.text.contains(['1', '2']) {
        return;
    }
    let hit = FOUNDED.iter().enumerate().find_map(|(rank, pattern)| pattern.captures(statement.text).map(|groups| (rank, groups)));
    let Some((rank, groups)) = hit else { return };
    let (Some(whole), Some(year)) = (groups.get(0), groups.name("year")) else { return };
    let says_founded = ["found", "establish", "gegründet", "gründung"].iter().any(|word| whole.as_str().to_lowercase().contains(word));
    if !says_founded && NOT_FOUNDING.iter().any(|words| statement.lower.contains(words)) {
        return;
    }
    let Ok(year) = year.as_str().parse::<i16>() else { return };
    if year > page.today.year() {
        return;
    }
    let weight = if says_founded { 8 } else { 5 - u8::try_from(rank / 4).unwrap_or(0) };
    found.extend(Found::at(page, statement, (whole.start(), whole.end()), weight, Fact::FoundedYear { year }));
}

/// Verbs by which a company says what it does.
const MAKES: [&str; 64] = [
    "makes",
    "make",
    "builds",
    "build",
    "develops",
    "develop",
    "produces",
    "produce",
    "provides",
    "provide",
    "offers",
    "offer",
    "sells",
    "sell",
    "imports",
    "import",
    "designs",
    "design",
    "manufactures",
    "manufacture",
    "delivers",
    "deliver",
    "carries",
    "carry",
    "moves",
    "handles",
    "organises",
    "organizes",
    "publishes",
    "distributes",
    "extracts",
    "plans",
    "watches",
    "stores",
    "store",
    "mill",
    "is a",
    "is an",
    "are a",
    "helps",
    "buy",
    "fertigt",
    "fertigen",
    "baut",
    "bauen",
    "entwickelt",
    "entwickeln",
    "produziert",
    "produzieren",
    "liefert",
    "liefern",
    "bietet",
    "bieten",
    "organisiert",
    "verschifft",
    "vertreibt",
    "vertreiben",
    "mahlen",
    "handelt mit",
    "ist ein",
    "ist logistik",
    "herstellt",
    "stellt",
    "plant",
];

/// Words by which a sentence speaks of itself, a visitor or a page instead of a product.
const NOT_PRODUCT: [&str; 30] = [
    "cookie",
    "privacy",
    "datenschutz",
    "welcome",
    "willkommen",
    "click",
    "javascript",
    "browser",
    "newsletter",
    "job",
    "karriere",
    "career",
    "©",
    "employ",
    "mitarbeit",
    "people work",
    "team",
    "hiring",
    "suchen",
    "mistake",
    "website",
    "für sie da",
    "domain",
    "error",
    "apply",
    "bewerb",
    "years",
    "jahren",
    "tel.",
    "program reads",
];

/// What the company makes, in one sentence of its own from the home page's first lines.
pub(crate) fn product(page: &Page<'_>) -> Option<Found> {
    if !matches!(page.kind, PageKind::Home | PageKind::About) {
        return None;
    }
    let candidates = page.statements.iter().filter(|statement| is_product(statement)).take(12);
    let best = candidates.enumerate().max_by_key(|(rank, statement)| (plainness(statement), usize::MAX - rank))?.1;
    let weight = if page.kind == PageKind::Home { 6 } else { 3 };
    Found::at(page, best, (0, best.text.len()), weight, Fact::Product { sentence: best.text.to_owned() })
}

fn is_product(statement: &Statement<'_>) -> bool {
    let words = statement.text.split_whitespace().count();
    let is_sentence = statement.text.ends_with('.') && !matches!(statement.kind, BlockKind::TableCell) && !statement.is_heading();
    let speaks = MAKES.iter().any(|verb| has_word(&statement.lower, verb));
    let begins_large = statement.text.starts_with(char::is_uppercase);
    is_sentence
        && speaks
        && begins_large
        && (5..=32).contains(&words)
        && statement.text.len() <= LONGEST_QUOTE
        && !statement.text.contains('?')
        && statement.story_date.is_none()
        && !NOT_PRODUCT.iter().any(|word| statement.lower.contains(word))
}

/// A sentence that begins with the company's name or "we" says it most plainly.
fn plainness(statement: &Statement<'_>) -> u8 {
    let first = statement.lower.split_whitespace().next().unwrap_or_default();
    let verb = statement.lower.split_whitespace().take(4).any(|word| MAKES.contains(&word));
    u8::from(verb) * 2 + u8::from(["we", "wir"].contains(&first) || verb)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts_on, picked};
    use super::*;

    fn years(line: &str) -> Vec<i16> {
        picked(line, |fact| match fact {
            Fact::FoundedYear { year } => Some(*year),
            _ => None,
        })
    }

    #[test]
    fn the_founding_year_is_read_however_it_is_said() {
        let cases = [
            ("The company was founded in 1974 as a workshop for trawler repairs.", 1974),
            ("Gegründet wurde die Spedition 1952 von Kapitän Johann Ahlers.", 1952),
            ("Gegründet 1994 von den Schwestern Hermine und Grete.", 1994),
            ("Am Anfang stand eine Schlosserei: Seit 1931 ist Brunner ein Familienunternehmen.", 1931),
            ("Gründungsjahr: 2008.", 2008),
            ("Das Unternehmen wurde 1978 gegründet.", 1978),
            ("Die Reederei besteht seit 1906.", 1906),
            ("Seit 1899 klappert es in Chur.", 1899),
            ("Nordvimpel has been moving freight since 1987 and is still family-owned.", 1987),
            ("On the road since 1979, first as Nordlyst.", 1979),
            ("Trading since 2005 from Vlissingen.", 2005),
            ("Waalkade dates back to 1961, when the family bought a barge.", 1961),
            ("Group headquarters: Copenhagen. In business since 1911.", 1911),
            ("Brightleaf was set up in 1999 by Maureen.", 1999),
        ];
        for (line, expected) in cases {
            assert_eq!(years(line), [expected], "{line}");
        }
    }

    #[test]
    fn other_years_are_no_founding_year() {
        let cases = [
            "Since 2022 our bookings and invoices go through Oracle NetSuite.",
            "Since the spring of 2024 we run on SAP.",
            "Our Gdynia branch opened in 2018.",
            "Certified since 2011 by an independent body.",
            "We moved purchasing to a new system in 2023.",
            "A happy customer since 1999.",
        ];
        for line in cases {
            assert!(years(line).is_empty(), "{line}");
        }
    }

    fn names(kind: PageKind, line: &str) -> Vec<String> {
        let facts = facts_on(kind, &[line]);
        facts
            .into_iter()
            .filter_map(|found| match found.fact {
                Fact::RegisteredName { name } => Some(name),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn the_registered_name_is_read_with_its_legal_form() {
        let cases = [
            ("Ahlerskaje Spedition GmbH, Kaistraße 88, 20457 Hamburg", "Ahlerskaje Spedition GmbH"),
            ("Steinquell Verpackungen GmbH & Co. KG, Kartonweg 4", "Steinquell Verpackungen GmbH & Co. KG"),
            ("Nordvimpel Freight A/S, Sydkajen 41, 8000 Aarhus C, Denmark", "Nordvimpel Freight A/S"),
            ("Molarworks Dental Technik Ltd, trading as Vantage Dental Laboratories", "Molarworks Dental Technik Ltd"),
            ("Lykke & Lin ApS, Hørvævergade 5, Copenhagen.", "Lykke & Lin ApS"),
            ("Marram Coatings B.V., Helmgrasweg 18, Delfzijl", "Marram Coatings B.V."),
        ];
        for (line, expected) in cases {
            assert_eq!(names(PageKind::Imprint, line), [expected], "{line}");
        }
    }

    #[test]
    fn a_product_sentence_is_the_companys_own() {
        let facts = facts_on(
            PageKind::Home,
            &[
                "# Fasteners that outlive the hull",
                "We use cookies to make this website better.",
                "Fjordbolt makes stainless and titanium fasteners for shipyards and fish farms.",
            ],
        );
        let products: Vec<_> = facts.iter().filter(|found| matches!(found.fact, Fact::Product { .. })).collect();
        assert_eq!(products.len(), 1);
        assert!(matches!(&products[0].fact, Fact::Product { sentence } if sentence.starts_with("Fjordbolt makes")));
    }
}
