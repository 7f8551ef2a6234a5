//! People named with their role, and mail addresses printed on the page.
//!
//! A person needs a name of two to four capitalised words and a role that names a job. Whether somebody has left is
//! read from the same sentence. Deliberately absent: guessing addresses from names.

use autoreach_domain::dossier::Fact;
use autoreach_domain::lead::EmailAddress;
use regex::Regex;
use std::sync::LazyLock;

use super::super::plan::PageKind;
use super::super::statements::{Page, Statement};
use super::{Found, has_word};

/// Keywords of statements that may name a person with a role: every role, and words of leaving.
pub(crate) static KEYWORDS: LazyLock<String> = LazyLock::new(|| {
    let stems = ROLE_ENDINGS.iter().chain(&ROLES).map(|word| regex::escape(word));
    stems.chain(LEFT.iter().map(|word| regex::escape(word.trim()))).collect::<Vec<_>>().join("|")
});

/// Most people kept of one page.
const MOST_PEOPLE: usize = 12;

const NAME: &str = r"(?:(?:Dr|Prof|Mr|Ms|Mrs|Ing|Dipl)\.? )*\p{Lu}[\p{Ll}'’]+(?:-\p{Lu}[\p{Ll}]+)*(?: (?:(?:van|von|de|der|den|da|di|zu|af|la|le|el|ten|ter|del|du|des|bin|al|y|i|ap) )*(?:\p{Lu}\.|\p{Lu}[\p{L}'’]*(?:-\p{Lu}[\p{Ll}]+)*)){1,3}";

/// Words before a role that say that it is over.
const FORMER: &str = r"(?i:(?:our |the |unsere?r? |notre |nuestr[oa] |onze |vår )?(?:former|previous|until recently|ehemaliger?|bisheriger?|bisher|früherer?|ancien(?:ne)?|antigu[oa]|ex|voormalig|tidigare|f\.d\.)[ -])";

/// "Wei Rao, VP Operations", "Jeppe Skov-Lund – Chief Executive", "Cornelis Duyn (directeur)".
static NAME_THEN_ROLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(r"(?:^|[.:;,–—•] ?|” – |\) ?,? ?|(?:und|and|et|y|en|och) )(?P<name>{NAME})(?:, | – | — | - | \| | · |: | \()(?P<former>{FORMER})?(?P<role>[\p{{L}}][^.;,:()|–—·@]{{1,60}})"))
        .expect("the pattern is a constant")
});

/// "Geschäftsführer: Henning Lorbeer", "vertreten durch die Geschäftsführerin Dr. Wiebke Ahlers", "Directrice : Anne Ray, Luc Roy".
static ROLE_THEN_NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?P<role>(?i:geschäftsführ(?:er(?:innen|in)?|ung)|inhaber(?:in)?|vorstand|vorstandsvorsitzende[r]?|vorsitzende[r]? des (?:aufsichtsrats|vorstands)|aufsichtsratsvorsitzende[r]?|prokurist(?:in)?|[\p{{L}}]*leit(?:er|erin|ung)(?: \p{{Lu}}\p{{L}}+)?|managing directors?|ceo|owners?|general manager|head of \p{{L}}+|logistics|supply chain|purchasing(?: and freight)?|logistik|einkauf|gérante?|directeur général|directrice générale|président|administrador(?:a)?|gerente|director(?:a)? general|directeur|directie|bestuurder|eigenaar|verkställande direktör|vd|ägare)):? (?P<name>{NAME})(?P<more>(?:(?: \([^)]{{2,40}}\))?(?:, | und | and | et | y | en | och | & ){NAME}){{0,5}})"
    ))
    .expect("the pattern is a constant")
});

/// "Thijs Hofland, former VP Supply Chain, who left Marram".
static DEPARTED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(r"(?P<name>{NAME}),? {FORMER}(?P<role>[\p{{L}}][^.;,:()|–]{{2,50}})")).expect("the pattern is a constant")
});

static ANY_NAME: LazyLock<Regex> = LazyLock::new(|| Regex::new(NAME).expect("the pattern is a constant"));

/// A line that is a name and nothing else.
static ONLY_NAME: LazyLock<Regex> = LazyLock::new(|| Regex::new(&format!("^{NAME}$")).expect("the pattern is a constant"));

/// Words of which a role must hold one, lower case, in six languages.
const ROLES: [&str; 148] = [
    "ceo",
    "coo",
    "cfo",
    "cto",
    "cio",
    "cmo",
    "chief",
    "founder",
    "co-founder",
    "owner",
    "president",
    "vp",
    "director",
    "manager",
    "managing",
    "head",
    "lead",
    "partner",
    "chair",
    "chairman",
    "chairwoman",
    "officer",
    "engineer",
    "planner",
    "supervisor",
    "coordinator",
    "analyst",
    "buyer",
    "controller",
    "quality",
    "logistics",
    "operations",
    "purchasing",
    "procurement",
    "sales",
    "marketing",
    "finance",
    "publisher",
    "editor",
    "secretary",
    "treasurer",
    "administrator",
    "consultant",
    "architect",
    "developer",
    "designer",
    "scientist",
    "producer",
    "solicitor",
    "counsel",
    "accountant",
    "leiter",
    "leiterin",
    "leitung",
    "geschäftsführer",
    "geschäftsführerin",
    "geschäftsführender",
    "geschäftsführung",
    "inhaber",
    "inhaberin",
    "vorstand",
    "vorständin",
    "vorsitzende",
    "vorsitzender",
    "aufsichtsrat",
    "prokurist",
    "prokuristin",
    "einkauf",
    "vertrieb",
    "logistik",
    "disposition",
    "werkleitung",
    "gesellschafter",
    "gesellschafterin",
    "gründer",
    "gründerin",
    "verleger",
    "verlegerin",
    "steuerberater",
    "steuerberaterin",
    "berater",
    "beraterin",
    "meister",
    "referent",
    "referentin",
    "ansprechpartner",
    "ansprechpartnerin",
    "finanzen",
    "agency",
    "directeur",
    "directrice",
    "président",
    "présidente",
    "gérant",
    "gérante",
    "responsable",
    "chef",
    "cheffe",
    "associé",
    "associée",
    "fondateur",
    "fondatrice",
    "architecte",
    "ingénieur",
    "ingénieure",
    "pdg",
    "secrétaire",
    "directora",
    "gerente",
    "jefe",
    "jefa",
    "presidente",
    "presidenta",
    "consejero",
    "consejera",
    "fundador",
    "fundadora",
    "socio",
    "socia",
    "coordinador",
    "coordinadora",
    "encargado",
    "encargada",
    "administrador",
    "administradora",
    "bestuurder",
    "oprichter",
    "hoofd",
    "leider",
    "eigenaar",
    "voorzitter",
    "redacteur",
    "adviseur",
    "inkoper",
    "accountmanager",
    "vd",
    "direktör",
    "ägare",
    "grundare",
    "ordförande",
    "ansvarig",
    "ledare",
    "säljare",
    "ekonom",
    "platschef",
    "inköpare",
    "direktør",
    "indehaver",
];

/// Endings of compound words that name a role ("Inköpschef", "Verkoopleider").
const ROLE_ENDINGS: [&str; 30] = [
    "chef",
    "chefen",
    "chefin",
    "leiter",
    "leiterin",
    "leider",
    "manager",
    "direktör",
    "direktor",
    "ansvarig",
    "ansvarlig",
    "ledare",
    "meister",
    "berater",
    "beraterin",
    "redacteur",
    "redaktör",
    "administrator",
    "administratorin",
    "hoofd",
    "adviseur",
    "architekt",
    "architektin",
    "ingenieur",
    "ingenieurin",
    "ledamot",
    "vorstand",
    "vorständin",
    "vorsitzender",
    "vorsitzende",
];

/// Words that are capitalised like names and are none.
const NOT_NAMES: [&str; 90] = [
    "the",
    "our",
    "your",
    "this",
    "about",
    "contact",
    "news",
    "home",
    "team",
    "head",
    "office",
    "managing",
    "chief",
    "general",
    "supply",
    "chain",
    "vice",
    "board",
    "company",
    "unser",
    "unsere",
    "der",
    "die",
    "das",
    "ihr",
    "wir",
    "kontakt",
    "warehouse",
    "director",
    "manager",
    "register",
    "amtsgericht",
    "telefon",
    "phone",
    "limited",
    "gmbh",
    "group",
    "customer",
    "senior",
    "account",
    "data",
    "read",
    "posted",
    "press",
    "new",
    "los",
    "san",
    "north",
    "south",
    "open",
    "job",
    "jobs",
    "unsere",
    "über",
    "impressum",
    "vertreten",
    "verantwortlich",
    "sitz",
    "notre",
    "nos",
    "équipe",
    "comité",
    "siège",
    "mentions",
    "contactez",
    "nuestro",
    "nuestra",
    "equipo",
    "sede",
    "aviso",
    "ons",
    "onze",
    "vacatures",
    "algemene",
    "vårt",
    "våra",
    "om",
    "lediga",
    "software",
    "product",
    "services",
    "project",
    "street",
    "straße",
    "park",
    "university",
    "hospital",
    "studios",
    "holding",
    "january",
];

/// Words that say that the person named is no longer there.
const LEFT: [&str; 27] = [
    "former ",
    "ehemalig",
    "has left",
    "who left",
    "left the company",
    "left marram",
    "no longer with",
    "no longer works",
    "until recently",
    "ausgeschieden",
    "verlassen",
    "ist nicht mehr",
    "retired",
    "a quitté",
    "ont quitté",
    "n'est plus",
    "ha dejado",
    "dejó la",
    "dejó el",
    "ya no trabaja",
    "heeft ons verlaten",
    "is vertrokken",
    "werkt niet meer",
    "har lämnat",
    "har slutat",
    "slutade",
    "stepped down",
];

/// Reads people named with a role in one sentence.
pub(crate) fn read(page: &Page<'_>, index: usize, found: &mut Vec<Found>) {
    let statement = &page.statements[index];
    if page.kind == PageKind::Customers || people(found) >= MOST_PEOPLE {
        return;
    }
    let mut gone: Vec<String> = Vec::new();
    for groups in DEPARTED.captures_iter(statement.text) {
        gone.extend(groups.name("name").map(|name| name.as_str().to_owned()));
        found.extend(person(page, statement, &groups, true, 8));
    }
    let is_known = |groups: &regex::Captures<'_>| groups.name("name").is_some_and(|name| gone.iter().any(|gone| gone == name.as_str()));
    for groups in NAME_THEN_ROLE.captures_iter(statement.text).filter(|groups| !is_known(groups)) {
        let departed = groups.name("former").is_some() || (LEFT.iter().any(|words| statement.lower.contains(words)) && gone.is_empty());
        found.extend(person(page, statement, &groups, departed, 7));
    }
    if matches!(page.kind, PageKind::Imprint | PageKind::Contact | PageKind::Team | PageKind::Home) {
        let mut from = 0;
        while let Some(groups) = ROLE_THEN_NAME.captures_at(statement.text, from) {
            // What follows the first name may be the next role ("Lorbeer, Leiterin Logistik: Sandmann").
            from = groups.name("name").map_or(statement.text.len(), |name| name.end());
            found.extend(person(page, statement, &groups, false, 6));
            others(page, statement, &groups, found);
        }
    }
}

/// The further people behind a role that is said once for all of them. A name with a role of its own behind it ("Bo Ek, Steuerberater")
/// is read by that role.
fn others(page: &Page<'_>, statement: &Statement<'_>, groups: &regex::Captures<'_>, found: &mut Vec<Found>) {
    let (Some(role), Some(more)) = (groups.name("role"), groups.name("more")) else { return };
    for name in ANY_NAME.find_iter(more.as_str()) {
        let place = (more.start() + name.start(), more.start() + name.end());
        let is_known = found.iter().any(|known| matches!(&known.fact, Fact::ContactRole { name: known, .. } if known == name.as_str()));
        let fact = contact(name.as_str(), role.as_str(), false).filter(|_| !is_known);
        found.extend(fact.and_then(|fact| Found::at(page, statement, (role.start(), place.1), 6, fact)));
    }
}

fn people(found: &[Found]) -> usize {
    found.iter().filter(|found| matches!(found.fact, Fact::ContactRole { .. })).count()
}

fn person(page: &Page<'_>, statement: &Statement<'_>, groups: &regex::Captures<'_>, departed: bool, weight: u8) -> Option<Found> {
    let (name, role) = (groups.name("name")?, groups.name("role")?);
    // In "Lorbeer, Leiterin Logistik: Sandmann" the role belongs to whoever follows.
    if role.start() > name.start() && statement.text[role.end()..].starts_with(':') {
        return None;
    }
    let fact = contact(name.as_str(), role.as_str(), departed)?;
    Found::at(page, statement, (name.start().min(role.start()), name.end().max(role.end())), weight, fact)
}

/// A name with a role, each looking like what it should be.
pub(crate) fn contact(name: &str, role: &str, departed: bool) -> Option<Fact> {
    let role = role.trim();
    (is_name(name) && is_role(role)).then(|| Fact::ContactRole { name: name.trim().to_owned(), role: role.to_owned(), departed })
}

fn is_name(text: &str) -> bool {
    // Mail addresses and job titles are written like names too.
    if text.contains('@') || text.split(' ').count() > 5 {
        return false;
    }
    let words: Vec<String> = text.split([' ', '-']).map(str::to_lowercase).collect();
    !words.iter().any(|word| NOT_NAMES.contains(&word.as_str()) || ROLES.contains(&word.as_str()))
        && super::gazetteer::country_of_city(text).is_none()
}

fn is_role(text: &str) -> bool {
    let lower = text.to_lowercase();
    let speaks =
        ["we ", "our ", " is ", " are ", " was ", "wir ", " ist ", "head office", "datenschutz", "data protection", " est ", " es un"]
            .iter()
            .any(|word| lower.contains(word));
    let short = text.split_whitespace().count() <= 8;
    let ends_in_role = || lower.split([' ', '-', '/']).any(|word| ROLE_ENDINGS.iter().any(|ending| word.ends_with(ending)));
    short && !speaks && (ROLES.iter().any(|role| has_word(&lower, role)) || ends_in_role())
}

/// Headings below which a page lists its people, lower case, parts of words.
const PEOPLE_HEADINGS: [&str; 24] = [
    "team",
    "people",
    "leadership",
    "management",
    "board",
    "who we are",
    "founders",
    "ansprechpartner",
    "geschäftsführung",
    "vorstand",
    "leitung",
    "menschen",
    "équipe",
    "direction",
    "équipe dirigeante",
    "equipo",
    "dirección",
    "quiénes somos",
    "directie",
    "bestuur",
    "medewerkers",
    "ledning",
    "medarbetare",
    "kontaktperson",
];

/// Reads lists, cards and tables of people: a line that is a name, and the line below it that is a role.
pub(crate) fn listed(page: &Page<'_>, found: &mut Vec<Found>) {
    let is_people_page = matches!(page.kind, PageKind::Team | PageKind::About | PageKind::Imprint | PageKind::Contact);
    if matches!(page.kind, PageKind::Customers | PageKind::Careers) {
        return;
    }
    for pair in page.statements.windows(2) {
        let [name, role] = pair else { continue };
        let is_here = is_people_page || name.is_under(&PEOPLE_HEADINGS) || (name.is_heading() && role.is_under(&PEOPLE_HEADINGS));
        let is_pair =
            is_here && name.block != role.block && ONLY_NAME.is_match(name.text) && role.text.len() <= 90 && is_role(first_part(role.text));
        if !is_pair || people(found) >= MOST_PEOPLE {
            continue;
        }
        if let Some(fact) = contact(name.text, first_part(role.text), false) {
            let end = role.start + role.text.len();
            found.push(Found { fact, start: name.start, end, published: name.story_date.or(page.dated), weight: 8, is_unseen: false });
        }
    }
    if is_people_page {
        page.statements.iter().for_each(|statement| found.extend(name_beside_role(page, statement)));
    }
}

/// A role up to what is said about it; "Partner, Employment" is one role.
fn first_part(text: &str) -> &str {
    text.split([',', '(', '.', '|', '·']).next().unwrap_or(text).trim()
}

/// "Egon Balle director", a list item without a comma between name and role.
fn name_beside_role(page: &Page<'_>, statement: &Statement<'_>) -> Option<Found> {
    static BESIDE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?P<name>\p{Lu}[\p{Ll}]+(?:-\p{Lu}\p{Ll}+)? \p{Lu}[\p{Ll}]+(?:-\p{Lu}\p{L}+)?) (?P<role>(?:\p{Ll}|Leitung|Leiter|Geschäftsf|Werkleitung|Head|VP|Director|Manager)[^,.;:]{2,60})$").expect("the pattern is a constant")
    });
    let is_here = page.kind == PageKind::Team && statement.text.len() <= 90;
    let groups = BESIDE.captures(statement.text).filter(|_| is_here)?;
    person(page, statement, &groups, false, 6)
}

/// Local parts of mailboxes that many people read.
const SHARED: [&str; 58] = [
    "info",
    "kontakt",
    "contact",
    "hello",
    "hi",
    "hej",
    "office",
    "mail",
    "post",
    "sales",
    "support",
    "jobs",
    "job",
    "jobb",
    "karriere",
    "career",
    "careers",
    "press",
    "presse",
    "booking",
    "bookings",
    "datenschutz",
    "privacy",
    "admin",
    "team",
    "service",
    "firmapost",
    "redaktion",
    "care",
    "trade",
    "supply",
    "planning",
    "reception",
    "buero",
    "büro",
    "versand",
    "stellen",
    "bewerbung",
    "hr",
    "marketing",
    "vertrieb",
    "einkauf",
    "logistik",
    "logistics",
    "orders",
    "invoice",
    "rechnung",
    "accounting",
    "webmaster",
    "noreply",
    "no-reply",
    "newsletter",
    "media",
    "general",
    "enquiries",
    "welcome",
    "zentrale",
    "empfang",
];

/// Reads the mail addresses printed on the page. Whether they are the company's own is for the caller to say, who
/// knows the page's address.
pub(crate) fn mail_addresses(page: &Page<'_>, found: &mut Vec<Found>) {
    for link in page.text.mail_addresses.iter().take(MOST_PEOPLE) {
        let Some(statement) = page.statements.iter().find(|s| s.start <= link.start && link.end <= s.start + s.text.len()) else {
            continue;
        };
        let is_printed = page.text.text.get(link.start..link.end).is_some_and(|words| words.contains('@'));
        let Ok(address) = EmailAddress::parse(&link.address) else { continue };
        if !is_printed {
            continue;
        }
        let shared = is_shared(address.as_str());
        let place = (link.start - statement.start, link.end - statement.start);
        found.extend(Found::at(page, statement, place, 7, Fact::MailAddress { address, shared }));
    }
}

/// A mailbox is a person's when its local part looks like first and last name; one-word local parts count as shared.
pub(crate) fn is_shared(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default().to_lowercase();
    let parts: Vec<&str> = local.split(['.', '_']).collect();
    let is_personal = parts.len() >= 2
        && parts.iter().all(|part| !part.is_empty() && !SHARED.contains(part) && part.chars().all(|c| c.is_alphabetic() || c == '-'));
    !is_personal
}

#[cfg(test)]
mod tests {
    use super::super::testing::facts_on;
    use super::*;

    fn people_on(kind: PageKind, lines: &[&str]) -> Vec<String> {
        let facts = facts_on(kind, lines);
        facts.iter().filter(|found| matches!(found.fact, Fact::ContactRole { .. })).map(|found| found.fact.value()).collect()
    }

    #[test]
    fn people_are_read_from_every_usual_layout() {
        let cases: [(&[&str], &[&str]); 11] = [
            (&["Piotr Wrona, production manager"], &["Piotr Wrona, production manager"]),
            (&["Jeppe Skov-Lund – Chief Executive"], &["Jeppe Skov-Lund, Chief Executive"]),
            (&["- Dr. Wiebke Ahlers", "- Geschäftsführerin"], &["Dr. Wiebke Ahlers, Geschäftsführerin"]),
            (&["| Wei Rao", "| VP Operations, responsible for planning"], &["Wei Rao, VP Operations"]),
            (&["Geschäftsführer: Henning Lorbeer."], &["Henning Lorbeer, Geschäftsführer"]),
            (&["Vertreten durch die Geschäftsführerin Dr. Wiebke Ahlers"], &["Dr. Wiebke Ahlers, Geschäftsführerin"]),
            (&["Noor Haddad, co-founder and CEO"], &["Noor Haddad, co-founder and CEO"]),
            (&["Rosalie van Eck, General Manager"], &["Rosalie van Eck, General Manager"]),
            (
                &["Geschäftsführer: Volker Tenhagen, Leiterin Logistik: Birte Sandmann"],
                &["Volker Tenhagen, Geschäftsführer", "Birte Sandmann, Leiterin Logistik"],
            ),
            (&["Egon Balle director"], &["Egon Balle, director"]),
            (&["Katharina Östreich Leitung Einkauf und Logistik"], &["Katharina Östreich, Leitung Einkauf und Logistik"]),
        ];
        for (lines, expected) in cases {
            assert_eq!(people_on(PageKind::Team, lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn who_has_left_is_said_so() {
        let line = "Ilse Brandsma succeeds Thijs Hofland, former VP Supply Chain, who left Marram at the end of August 2026.";
        assert_eq!(people_on(PageKind::Team, &[line]), ["Thijs Hofland, VP Supply Chain (has left)"]);
        assert_eq!(people_on(PageKind::Team, &["Ann Sand, former Head of Sales"]), ["Ann Sand, Head of Sales (has left)"]);
    }

    #[test]
    fn headings_slogans_and_cities_are_nobody() {
        for lines in [
            &["Managing Director"][..],
            &["Our Team, managers of change"],
            &["Warehouse Manager, Gothenburg"],
            &["New York, head office"],
            &["- Supply Chain", "- Director"],
            &["The four of them meet every Monday at seven."],
        ] {
            assert_eq!(people_on(PageKind::Team, lines), Vec::<String>::new(), "{lines:?}");
        }
    }

    #[test]
    fn a_shared_mailbox_is_told_from_a_persons() {
        for shared in ["info@acme.example", "post@acme.example", "elin@acme.example", "customer.service@acme.example"] {
            assert!(is_shared(shared), "{shared}");
        }
        for personal in ["linnea.strand@acme.example", "s.petersen-gross@acme.example"] {
            assert!(!is_shared(personal), "{personal}");
        }
    }
}
