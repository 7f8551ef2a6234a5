//! What a company calls itself, when it was founded and what it makes.

use autoreach_domain::dossier::Fact;
use autoreach_web::BlockKind;
use regex::Regex;
use std::sync::LazyLock;

use super::super::plan::PageKind;
use super::super::statements::{LONGEST_QUOTE, Page, Statement};
use super::labels::pairs;
use super::{Found, find_word, has_word};

/// Keywords of statements that may hold a registered name: the legal forms themselves.
pub(crate) const NAME_KEYWORDS: &str = r"gmbh|\bag\b|\bkg\b|\bohg\b|\bgbr\b|mbb\b|\beg\b|\be\. ?v\.|\be\. ?k\.|\bse\b|\bug\b|\bltd\b|limited|\bllp\b|\bllc\b|\binc\b|\bcorp\b|\bplc\b|a/s|\bas\b|\baps\b|\bab\b|\boyj?\b|b\.v\.|n\.v\.|\bbv\b|\bnv\b|v\.o\.f|stichting|\bs\.?a\.?s?\b|sarl|sasu|\bs\.? ?l\.?u?\b|\bs\.?r\.?l\b|s\.p\.a|\bhb\b|\basa\b|s\. ?coop";
/// Keywords of statements that may hold a founding year.
pub(crate) const FOUNDED_KEYWORDS: &str = "found|establish|since|started|set up|formed|gegründet|gründe|gründung|seit|dates back|in business|opened|began|begann|came into being|spun out|incorporated|trading|besteht|existence|created|fondée?|créée?s?|création|née? en|depuis|fundad|fundó|cread[oa]|nació|desde|opgericht|begonnen|gestart|sinds|grundad|grundat|startade|sedan|bildades";

static NAME: LazyLock<Regex> = LazyLock::new(|| {
    let word = r"\p{Lu}[\p{L}\p{N}&'’\-]*";
    let joint = r"(?:&|und|and|et|y|e|en|och|of|de|del|des|du|la|van|\+)";
    let forms = r"gGmbH|GmbH(?: & Co\. ?KG(?:aA)?)?|AG(?: & Co\. ?KG)?|OHG|KG|GbR|eG|e\. ?V\.|SE|UG(?: \(haftungsbeschränkt\))?|e\. ?K\.|\p{L}+gesellschaft mbB|PartG mbB|Ltd\.?|Limited|LLP|LLC|L\.L\.C\.|,? Inc\.?|Corp\.?|PLC|plc|A/S|AS|ASA|ApS|AB|Oyj?|B\.V\.|BV|N\.V\.|NV|V\.O\.F\.|VOF|SARL|SASU|SAS|S\.A\.S\.|S\.A\.U\.|S\.A\.|SA|S\. ?Coop\.?|S\.L\.U\.?|S\.L\.|SLU|SL|S\.r\.l\.|S\.p\.A\.|HB";
    Regex::new(&format!(r"(?P<name>(?:{word}(?: (?:{word}|{joint}(?: (?:{joint} )?{word})))*?,? (?:{forms})|Stichting (?:{word} ?){{1,4}}))(?:[\s,;:·|)(–]|\.?$|\. )"))
        .expect("the pattern is a constant")
});

/// Reads the registered name where a page says who runs it: imprint, contact, copyright line, or a line of its own.
pub(crate) fn registered_name(page: &Page<'_>, index: usize, found: &mut Vec<Found>) {
    let statement = &page.statements[index];
    let is_footer = statement.lower.contains('©') || statement.lower.contains("registered") || statement.lower.contains("trading as");
    let is_last = index + 6 >= page.statements.len();
    let is_place = matches!(page.kind, PageKind::Imprint | PageKind::Contact);
    if statement.lower.contains("customer") || statement.lower.contains("kunde") || page.kind == PageKind::News {
        return;
    }
    let Some(groups) = NAME.captures(statement.text) else { return };
    let Some(name) = groups.name("name") else { return };
    let words = name.as_str().trim_end_matches([' ', ',']);
    // Elsewhere than in the usual places only a name that the page's own title or address knows is its own.
    let is_own = page.is_own_name(words);
    let begins = name.start() <= 2;
    if !(is_place || is_footer || is_last || (is_own && begins)) || is_authority(&statement.lower) {
        return;
    }
    let weight = match page.kind {
        PageKind::Imprint => 7,
        PageKind::Contact => 6,
        _ if is_footer => 5,
        _ => 4,
    };
    let fact = Fact::RegisteredName { name: words.to_owned() };
    found.extend(Found::at(page, statement, (name.start(), name.start() + words.len()), weight + if is_own { 2 } else { 0 }, fact));
}

/// Courts, chambers, insurers and unions that imprints name beside the company.
fn is_authority(lower: &str) -> bool {
    const WORDS: [&str; 14] = [
        "kammer",
        "versicherung",
        "aufsicht",
        "verband",
        "registergericht",
        "hébergeur",
        "hosting",
        "bank",
        "registro mercantil",
        "inscrita en",
        "prüf",
        "agentur",
        "insured",
        "greffe",
    ];
    WORDS.iter().any(|word| lower.contains(word)) && !lower.starts_with("betreiber")
}

/// What the company calls itself where no legal form stands beside it: its site's name or a part of its title that its address
/// spells too, found in the visible words of its home page.
pub(crate) fn own_name(page: &Page<'_>) -> Option<Found> {
    if page.kind != PageKind::Home {
        return None;
    }
    let titles = TITLE_PARTS.split(&page.text.title);
    let named = page.text.site_name.as_deref().into_iter().chain(titles);
    let candidates = named.map(str::trim).filter(|name| (2..=60).contains(&name.len()) && page.is_own_name(name));
    candidates.filter_map(|name| said(page, name)).next()
}

static TITLE_PARTS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\s[|–—-]\s|: |, ").expect("the pattern is a constant"));

/// Where a name stands in the visible words, written the same way.
fn said(page: &Page<'_>, name: &str) -> Option<Found> {
    let hit = page.statements.iter().find_map(|statement| find_word(statement.text, name).map(|at| (statement, at)));
    let (statement, at) = hit?;
    Found::at(page, statement, (at, at + name.len()), OWN_NAME_WEIGHT, Fact::RegisteredName { name: name.to_owned() })
}

/// The weight of a name without a legal form, below that of every name with one.
pub(crate) const OWN_NAME_WEIGHT: u8 = 3;

/// Labels of fact sheets for the founding year, lower case.
const FOUNDED_LABELS: [&str; 27] = [
    "founded",
    "founded in",
    "established",
    "founding date",
    "founding year",
    "year founded",
    "since",
    "gegründet",
    "gründung",
    "gründungsjahr",
    "gründungsdatum",
    "fondée en",
    "fondé en",
    "création",
    "année de création",
    "date de création",
    "fundación",
    "año de fundación",
    "fundada en",
    "fundada",
    "opgericht",
    "oprichting",
    "oprichtingsjahr",
    "oprichtingsjaar",
    "grundat",
    "grundades",
    "grundat år",
];

static FOUNDED: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let year = r"(?P<year>1[6-9]\d\d|20[0-4]\d)";
    let place = r"(?: (?:in|à|en|i|te) \p{Lu}[\p{L}-]+)?";
    [
        format!(r"(?i)(?:founded|established|incorporated|formed|set up|started|created|spun out of [^.]{{1,40}}?|came into being|dates back to|opened){place}(?: in| back in| as [^.,]{{1,40}}? in|:)? {year}"),
        format!(r"(?i)(?:gegründet|gründungsjahr|gründung|besteht)(?: wurde [^.,]{{1,40}}?| im jahre?| in| im| seit|:)* {year}"),
        format!(r"(?i){year}{place} (?:von [^.]{{1,40}} )?(?:gegründet|founded|opgericht|gestart|fondée?|fundad[oa])"),
        format!(r"(?i)(?:wurde|was|werd|is) (?:im jahre? |in )?{year} (?:von [^.]{{1,60}} |door [^.]{{1,60}} )?(?:gegründet|founded|opgericht)"),
        format!(r"(?i)(?:in business|trading|in existence|on the road|active|a family business|moving freight|family-owned|am markt|familienunternehmen|based in [^.]{{1,40}},) ?(?:since|seit) {year}"),
        format!(r"(?i)(?:has been|have been|is) [^.]{{1,40}} since {year}"),
        format!(r"(?i)^(?:seit|since|depuis|desde|sinds|sedan) {year}\b"),
        format!(r"(?i)seit {year} (?:ist|sind|besteht|gibt|steht|klappert|familien)"),
        format!(r"(?i)(?:besteht|bestehen|existiert|existieren) (?:bereits )?seit {year}"),
        format!(r"(?i)(?:opened its (?:gates|doors)|opened) in {year}"),
        format!(r"(?i)(?:fondée?s?|créée?s?|née?s?|création|fundad[oa]s?|cread[oa]s?|nacid[oa]s?|nació|fundó|opgericht|gestart|begonnen){place} (?:le [^.,]{{1,20}} )?(?:en|in) {year}"),
        format!(r"(?i)(?:grundades|grundat|grundad|grundade|startades|bildades|startade)(?: \p{{Lu}}[\p{{L}}-]+)?(?: år)? {year}"),
        format!(r"(?i)^in {year},? [^.]{{0,60}}(?:founded|started|opened|set up|began|gegründet|gründete|gründeten|opgericht|richtten|startte|begon)"),
        format!(r"(?i)^en {year},? [^.]{{0,60}}(?:fond(?:e|ent|èrent|ait)|créen?t?|ouvre|fundó|fundaron|nació|abrió|abrieron)"),
        format!(r"(?i)^(?:was |im jahr )?{year} (?:als|mit|in) [^.]{{1,80}}(?:begann|gründe)"),
        format!(r"(?i)(?:depuis notre création|depuis sa création|desde nuestra fundación|desde su fundación) en {year}"),
    ]
    .iter()
    .map(|pattern| Regex::new(pattern).expect("the pattern is a constant"))
    .collect()
});

/// Years that are about something else than the company.
const NOT_FOUNDING: [&str; 45] = [
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
    "made by",
    "supplier",
    "använder",
    "utilisons",
    "usamos",
    "utilizamos",
    "gebruiken",
    "nutzen",
    "setzen",
    "partenaire",
    "certifié",
    "certificad",
    "gecertificeerd",
    "certifierade",
    "klant",
    "client",
    "built",
    "gebaut",
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
    let says_founded = ["found", "establish", "gegründet", "gründ", "fond", "créé", "création", "fund", "opgericht", "grundad", "grundat"]
        .iter()
        .any(|word| whole.as_str().to_lowercase().contains(word));
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

/// Reads the founding year off fact sheets and timelines.
pub(crate) fn founded_listed(page: &Page<'_>, found: &mut Vec<Found>) {
    if matches!(page.kind, PageKind::Careers | PageKind::Customers) {
        return;
    }
    let mut add = |year: Option<i16>, start: usize, end: usize, weight: u8| {
        let year = year.filter(|year| *year <= page.today.year());
        found.extend(year.map(|year| Found {
            fact: Fact::FoundedYear { year },
            start,
            end,
            published: page.dated,
            weight,
            is_unseen: false,
        }));
    };
    for pair in pairs(page, &FOUNDED_LABELS) {
        add(only_year(pair.value), pair.start, pair.end, 9);
    }
    // A timeline whose first year tells of a beginning.
    let first = page.statements.windows(2).find(|two| only_year(two[0].text).is_some() && two[0].text.len() == 4);
    if let Some([year, event]) = first
        && ["found", "gründ", "fond", "créa", "fund", "opgericht", "richt", "grund", "start", "begin", "opens"]
            .iter()
            .any(|word| event.lower.contains(word))
    {
        add(only_year(year.text), year.start, event.start + event.text.len(), 6);
    }
}

/// The year of a value that is a year, or a month or day of one.
fn only_year(text: &str) -> Option<i16> {
    static YEAR: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:\p{L}+ |\d{1,2}[./-]\d{1,2}[./-]|\d{1,2}\.? \p{L}+ )?(?P<year>1[6-9]\d\d|20[0-4]\d)$")
            .expect("the pattern is a constant")
    });
    YEAR.captures(text.trim().trim_end_matches('.'))?.name("year")?.as_str().parse().ok()
}

/// Verbs by which a company says what it does, in six languages.
const MAKES: [&str; 219] = [
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
    "turns",
    "turn",
    "recovers",
    "repairs",
    "repair",
    "inspects",
    "install",
    "installs",
    "runs",
    "run",
    "operates",
    "operate",
    "advise",
    "advises",
    "transforms",
    "supplies",
    "supply",
    "advances",
    "publish",
    "brew",
    "brews",
    "roasts",
    "grows",
    "finances",
    "connects",
    "protects",
    "teach",
    "teaches",
    "cares",
    "care",
    "recycles",
    "converts",
    "is the",
    "betreibt",
    "betreiben",
    "beraten",
    "berät",
    "betreut",
    "betreuen",
    "verkauft",
    "verkaufen",
    "veröffentlicht",
    "verlegt",
    "pflegen",
    "installieren",
    "planen",
    "backen",
    "brauen",
    "begleiten",
    "vermieten",
    "versorgen",
    "gestalten",
    "recyceln",
    "unterstützt",
    "unterstützen",
    "verbindet",
    "conçoit",
    "concevons",
    "fabrique",
    "fabriquons",
    "produit",
    "produisons",
    "propose",
    "proposons",
    "développe",
    "développons",
    "construit",
    "construisons",
    "édite",
    "éditons",
    "vend",
    "vendons",
    "transporte",
    "transportons",
    "avance",
    "offre",
    "offrons",
    "installe",
    "installons",
    "accompagne",
    "accompagnons",
    "crée",
    "créons",
    "exploite",
    "exploitons",
    "fabrica",
    "fabricamos",
    "elabora",
    "elaboramos",
    "producimos",
    "ofrece",
    "ofrecemos",
    "desarrolla",
    "desarrollamos",
    "construye",
    "construimos",
    "instala",
    "instalamos",
    "transporta",
    "transportamos",
    "imparte",
    "impartimos",
    "vende",
    "vendemos",
    "diseña",
    "diseñamos",
    "gestiona",
    "gestionamos",
    "distribuye",
    "distribuimos",
    "crea",
    "creamos",
    "cultiva",
    "cultivamos",
    "maakt",
    "maken",
    "bouwt",
    "bouwen",
    "bakt",
    "bakken",
    "levert",
    "leveren",
    "verkoopt",
    "verkopen",
    "biedt",
    "bieden",
    "ontwikkelt",
    "ontwikkelen",
    "ontwerpt",
    "ontwerpen",
    "produceert",
    "produceren",
    "vervoert",
    "vervoeren",
    "adviseert",
    "adviseren",
    "verzorgt",
    "verzorgen",
    "installeert",
    "tillverkar",
    "säljer",
    "driver",
    "bygger",
    "utvecklar",
    "erbjuder",
    "levererar",
    "designar",
    "kör",
    "producerar",
    "konstruerar",
    "transporterar",
    "hyr",
    "odlar",
    "förlägger",
    "hjälper",
];

/// Words by which a sentence speaks of itself, a visitor or a page instead of a product.
const NOT_PRODUCT: [&str; 47] = [
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
    "salarié",
    "collaborateurs",
    "équipe",
    "empleados",
    "personas",
    "equipo",
    "medewerkers",
    "mensen",
    "anställda",
    "medarbetare",
    "founded",
    "gegründet",
    "fondée",
    "fundada",
    "opgericht",
    "grundades",
    "depuis notre",
];

/// What the company makes, in one sentence of its own from the home page's first lines.
pub(crate) fn product(page: &Page<'_>) -> Option<Found> {
    if !matches!(page.kind, PageKind::Home | PageKind::About) {
        return None;
    }
    let candidates = page.statements.iter().filter(|statement| is_product(statement)).take(12);
    let best = candidates.enumerate().max_by_key(|(rank, statement)| (plainness(page, statement), usize::MAX - rank))?.1;
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

/// A sentence that begins with the company's name or "we" and soon comes to a verb says it most plainly.
fn plainness(page: &Page<'_>, statement: &Statement<'_>) -> u8 {
    let first = statement.lower.split_whitespace().next().unwrap_or_default();
    let speaks_of_us = ["we", "wir", "nous", "wij", "vi", "ons"].contains(&first) || is_we_form(first);
    let by_name = statement.text.split_whitespace().next().is_some_and(|word| page.is_own_name(word));
    let verb = statement.lower.split_whitespace().take(5).any(|word| MAKES.contains(&word));
    u8::from(verb) * 2 + u8::from(speaks_of_us || by_name || verb) + u8::from(verb && (speaks_of_us || by_name))
}

/// A Spanish verb that says "we" by its ending.
fn is_we_form(word: &str) -> bool {
    ["amos", "emos", "imos"].iter().any(|ending| word.ends_with(ending)) && MAKES.contains(&word)
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
