//! Open roles: what a company is looking for, how many, and where.
//!
//! A role is taken from a sentence that says somebody is wanted, or from a list on a careers page. Every role must end
//! in a word that names a job, so that benefits and slogans of such lists stay out. Roles are kept as written.

use autoreach_domain::dossier::Fact;
use regex::Regex;
use std::sync::LazyLock;

use super::super::plan::PageKind;
use super::super::statements::{LONGEST_QUOTE, Page, Statement};
use super::gazetteer::cities;
use super::{Found, has_word, number};

/// Keywords of statements that may name open roles.
pub(crate) const KEYWORDS: &str = "recrutons|cherchons|recrute|buscamos|incorporamos|zoeken|söker|hiring|looking for|recruit|searching for|vacanc|open (?:now|roles|positions)|openings?|wanted|join|suchen|gesucht|stellen ein|offene stellen|we need|have room for|night-shift|in the office:| × ";

/// Most roles kept of one page.
const MOST_ROLES: usize = 8;

/// What announces a list of roles; the roles follow.
static ANNOUNCED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:we(?:'re| are)(?: currently| now)? (?:hiring|looking for|recruiting|searching for)|hiring|are (?:recruiting|searching for|looking for)|vacancies(?: this month| in [\p{L} ]+)?|open (?:now|roles|positions)|openings in [\p{L} ]+|wanted|we need|have room for|in the office:|wir suchen|suchen wir|nous (?:recrutons|cherchons|recherchons)|buscamos|incorporamos|(?:wij|we) zoeken|zoeken (?:wij|we)|vi söker|söker vi|gesucht|wir stellen ein|offene stellen)(?: ab sofort| derzeit| zurzeit| zum nächstmöglichen zeitpunkt)?:? ",
    )
    .expect("the pattern is a constant")
});

/// One role with its count and place.
static ROLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)^\s*(?:•\s*|-\s*|–\s*)?
        (?:(?P<times>\d{1,3})\s?(?:[×x]\s?|\s)|(?P<word>(?i:one|two|three|four|five|six|seven|eight|nine|ten|an?|ein|eine[nr]?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn))\s+)?
        (?P<role>[\p{L}][\p{L}\p{N}/&*:\-]*(?:\ [\p{L}\p{N}/&*:\-]+){0,6}?)
        (?:\s*\((?:m/w/d|w/m/d|m/f/d|f/m/d|m/f/x|d/m/w|gn|all\ genders)\))?
        (?:,?\s*\(?(?P<pct>\d+(?:[–-]\d+)?\s?%)\)?)?
        (?:\s*\((?P<paren>[\p{L}\ \-]{2,30})\)|(?:,|\s+in)\s+(?P<place>\p{Lu}[\p{L}\-]+))?
        \s*(?:[.;,!]|$|\s(?:are|is|wanted|from|ab|für|for|by|with)\b|\(|,)",
    )
    .expect("the pattern is a constant")
});

/// Words that name a job, lower case, in six languages.
const JOBS: [&str; 317] = [
    "planner",
    "planners",
    "engineer",
    "engineers",
    "developer",
    "developers",
    "manager",
    "managers",
    "coordinator",
    "coordinators",
    "specialist",
    "specialists",
    "executive",
    "executives",
    "lead",
    "clerk",
    "clerks",
    "operator",
    "operators",
    "operative",
    "operatives",
    "technician",
    "technicians",
    "consultant",
    "consultants",
    "analyst",
    "analysts",
    "representative",
    "assistant",
    "accountant",
    "designer",
    "marketer",
    "scientist",
    "driver",
    "drivers",
    "declarant",
    "controller",
    "buyer",
    "buyers",
    "officer",
    "officers",
    "administrator",
    "architect",
    "director",
    "miller",
    "user",
    "disponent",
    "disponenten",
    "disponentin",
    "disponent/in",
    "planer",
    "planer/in",
    "berater",
    "berater/in",
    "entwickler",
    "entwickler/in",
    "entwicklerin",
    "ingenieur",
    "ingenieurin",
    "einkäufer",
    "einkäuferin",
    "schweißer",
    "techniker",
    "techniker/in",
    "leiter",
    "leiterin",
    "sachbearbeiter",
    "sachbearbeiterin",
    "leitung",
    "betreuer",
    "supervisor",
    "supervisors",
    "nurse",
    "nurses",
    "chef",
    "welder",
    "welders",
    "electrician",
    "electricians",
    "mechanic",
    "mechanics",
    "editor",
    "teacher",
    "teachers",
    "surveyor",
    "cleaner",
    "baker",
    "bakers",
    "cook",
    "waiter",
    "librarian",
    "pharmacist",
    "dentist",
    "trainer",
    "agent",
    "agents",
    "trader",
    "producer",
    "researcher",
    "intern",
    "apprentice",
    "trainee",
    "fitter",
    "plumber",
    "carpenter",
    "joiner",
    "machinist",
    "foreman",
    "receptionist",
    "secretary",
    "copywriter",
    "writer",
    "strategist",
    "recruiter",
    "counsel",
    "solicitor",
    "paralegal",
    "auditor",
    "actuary",
    "underwriter",
    "broker",
    "merchandiser",
    "stylist",
    "handler",
    "picker",
    "packer",
    "loader",
    "seaman",
    "deckhand",
    "bosun",
    "pilot",
    "captain",
    "mate",
    "programmer",
    "tester",
    "devops",
    "technikerin",
    "koch",
    "köchin",
    "verkäufer",
    "verkäuferin",
    "pfleger",
    "pflegerin",
    "erzieher",
    "erzieherin",
    "rezeptionist",
    "rezeptionistin",
    "auszubildende",
    "auszubildender",
    "auszubildenden",
    "azubi",
    "praktikant",
    "werkstudent",
    "referent",
    "referentin",
    "meister",
    "lehrer",
    "arzt",
    "ärztin",
    "helfer",
    "buchhalter",
    "buchhalterin",
    "konstrukteur",
    "monteur",
    "maurer",
    "maler",
    "bäcker",
    "metzger",
    "tischler",
    "zimmerer",
    "dachdecker",
    "lagerist",
    "staplerfahrer",
    "kraftfahrer",
    "assistent",
    "assistentin",
    "technicien",
    "technicienne",
    "ingénieur",
    "ingénieure",
    "commercial",
    "commerciale",
    "comptable",
    "assistante",
    "développeur",
    "développeuse",
    "opérateur",
    "opératrice",
    "conducteur",
    "conductrice",
    "soudeur",
    "chargé",
    "chargée",
    "gestionnaire",
    "juriste",
    "acheteur",
    "acheteuse",
    "apprenti",
    "apprentie",
    "stagiaire",
    "alternant",
    "chauffeur",
    "cariste",
    "magasinier",
    "vendeur",
    "vendeuse",
    "serveur",
    "serveuse",
    "cuisinier",
    "cuisinière",
    "infirmier",
    "infirmière",
    "aide-soignant",
    "électricien",
    "mécanicien",
    "menuisier",
    "préparateur",
    "responsable",
    "cheffe",
    "directeur",
    "directrice",
    "dessinateur",
    "conductor",
    "conductora",
    "jefe",
    "jefa",
    "técnico",
    "técnica",
    "comercial",
    "ingeniero",
    "ingeniera",
    "administrativo",
    "administrativa",
    "operario",
    "operaria",
    "mozo",
    "mecánico",
    "contable",
    "desarrollador",
    "desarrolladora",
    "camarero",
    "camarera",
    "cocinero",
    "cocinera",
    "enfermero",
    "enfermera",
    "gestor",
    "gestora",
    "auxiliar",
    "electricista",
    "soldador",
    "repartidor",
    "dependiente",
    "dependienta",
    "encargado",
    "encargada",
    "recepcionista",
    "analista",
    "programador",
    "delineante",
    "ontwikkelaar",
    "beheerder",
    "verpleegkundige",
    "wijkverpleegkundige",
    "verzorgende",
    "medewerker",
    "adviseur",
    "inkoper",
    "verkoper",
    "boekhouder",
    "docent",
    "kok",
    "ober",
    "lasser",
    "elektricien",
    "timmerman",
    "projectleider",
    "teamleider",
    "stagiair",
    "uitvoerder",
    "werkvoorbereider",
    "magazijnmedewerker",
    "begeleider",
    "redacteur",
    "vormgever",
    "tekniker",
    "ingenjör",
    "utvecklare",
    "säljare",
    "servitör",
    "servitris",
    "kock",
    "köksmästare",
    "styrman",
    "maskinist",
    "maskinchef",
    "snickare",
    "elektriker",
    "svetsare",
    "lärare",
    "sjuksköterska",
    "undersköterska",
    "ekonom",
    "handläggare",
    "projektledare",
    "chaufför",
    "lagerarbetare",
    "montör",
    "matros",
    "befäl",
    "butiksbiträde",
    "butikschef",
    "redovisningsekonom",
    "konsult",
    "maskinoperatör",
    "truckförare",
    "bagare",
];
/// More of them, for German compounds whose ending is not a word of its own.
const JOB_ENDINGS: [&str; 59] = [
    "disponent",
    "disponenten",
    "disponentin",
    "planer/in",
    "planer",
    "berater/in",
    "berater",
    "entwickler",
    "ingenieur",
    "techniker/in",
    "techniker",
    "leitung",
    "leiter",
    "betreuer",
    "fahrer",
    "mechaniker",
    "mechatroniker",
    "kaufmann",
    "kauffrau",
    "nautiker",
    "monteur",
    "elektroniker",
    "kraft",
    "fachkraft",
    "angestellte",
    "angestellter",
    "helfer",
    "arbeiter",
    "assistent",
    "assistentin",
    "administrator",
    "konstrukteur",
    "meister",
    "führer",
    "verkäufer",
    "pfleger",
    "assistenz",
    "schlosser",
    "bauer",
    "sachbearbeiter",
    "medewerker",
    "beheerder",
    "leider",
    "verpleegkundige",
    "ontwikkelaar",
    "adviseur",
    "chef",
    "tekniker",
    "ingenjör",
    "utvecklare",
    "säljare",
    "ledare",
    "mästare",
    "arbetare",
    "sköterska",
    "montör",
    "lärare",
    "operatör",
    "consultant",
];

/// Reads the roles a sentence announces.
pub(crate) fn read(page: &Page<'_>, index: usize, found: &mut Vec<Found>) {
    let statement = &page.statements[index];
    if matches!(page.kind, PageKind::News | PageKind::Customers) || says_no_roles(&statement.lower) {
        return;
    }
    let announced = ANNOUNCED.find(statement.text).map(|hit| hit.end());
    if let Some(from) = announced {
        pieces(statement.text, from).for_each(|(at, piece)| found.extend(role(page, statement, (at, piece), 7)));
    } else if statement.lower.contains("wanted") {
        pieces(statement.text, 0).for_each(|(at, piece)| found.extend(role(page, statement, (at, piece), 6)));
    }
    trim_roles(found);
}

fn says_no_roles(lower: &str) -> bool {
    [
        "no open",
        "no vacanc",
        "keine offenen",
        "not hiring",
        "not looking for",
        "currently not",
        "derzeit keine",
        "nothing open",
        "customers are hiring",
    ]
    .iter()
    .any(|words| lower.contains(words) && !lower.contains("searching for"))
}

/// Headings below which roles are listed, lower case, parts of words.
const HEADINGS: [&str; 20] = [
    "open roles",
    "open positions",
    "vacanc",
    "offene stellen",
    "stellenangebote",
    "jobs",
    "openings",
    "karriere",
    "career",
    "offres d'emploi",
    "postes ouverts",
    "nos offres",
    "ofertas de empleo",
    "vacantes",
    "empleo",
    "vacatures",
    "lediga",
    "jobba",
    "ledige stillinger",
    "we're hiring",
];

/// Reads list items, cards and table rows of a careers page, or below a heading about open roles.
pub(crate) fn listed(page: &Page<'_>, found: &mut Vec<Found>) {
    for (index, statement) in page.statements.iter().enumerate() {
        let is_here = page.kind == PageKind::Careers || statement.is_under(&HEADINGS);
        let is_counted = statement.text.starts_with(|c: char| c.is_ascii_digit());
        let is_line = statement.text.len() <= LONGEST_LINE && (is_counted || !statement.text.ends_with(['.', '!', '?']));
        let is_title = statement.is_heading() && page.kind != PageKind::Careers;
        if is_here && is_line && !is_title && !ANNOUNCED.is_match(statement.text) && !says_no_roles(&statement.lower) {
            found.extend(card(page, index));
        }
    }
    trim_roles(found);
}

/// Longest line that is a role with its place and count, in bytes.
const LONGEST_LINE: usize = 110;
/// Lines below a role that may say its place and count.
const LINES_OF_A_CARD: usize = 3;

/// Marks that a role is open to all: "(m/w/d)", "(H/F)", "m/v".
static FOR_ALL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\s*\(?\b(?:[mwfdvxihg]\s?/\s?){1,3}[mwfdvxihg]\b\)?|\s*\((?:gn|all genders|alle)\)|:in\b")
        .expect("the pattern is a constant")
});

/// "6 vacantes", "2 Stellen", "5x", "(3)", "Anzahl: 3".
static COUNT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:anzahl|number|nombre|número|aantal|antal|positions?|plazas|vacantes)?:?\s?(?P<count>\d{1,3})\s?(?:x|×)?\s?(?:positions?|openings?|vacanc(?:y|ies)|roles?|stellen?|plätze|postes?|plazas?|vacantes?|puestos?|vacatures?|plaatsen|tjänster|platser|stillinger)?$")
        .expect("the pattern is a constant")
});

/// Parts of a line that says more than the role.
static PARTS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\s[–—|·-]\s|,\s|\s?[()]\s?|;\s").expect("the pattern is a constant"));

/// The role that a line names, with place and count from its further parts or from the lines below it.
fn card(page: &Page<'_>, index: usize) -> Option<Found> {
    let statement = &page.statements[index];
    let is_marked = FOR_ALL.is_match(statement.text);
    // What stands behind the mark is a place or a count, never a part of the role.
    let plain = FOR_ALL.replace_all(statement.text, " - ");
    let mut parts = PARTS.split(&plain).map(str::trim).filter(|part| !part.is_empty());
    let (counted, role) = leading_count(parts.next()?);
    let role = role.trim_end_matches([':', '/', '-']).trim();
    let named = names_job(role) || (is_marked && role.split(' ').count() <= 5);
    if role.len() > 60 || !named || !role.starts_with(char::is_alphabetic) {
        return None;
    }
    let rest: Vec<&str> = parts.collect();
    let (role, place_behind) = without_city(role);
    let (mut count, mut place) =
        (counted.or_else(|| rest.iter().find_map(|part| count_of(part))), place_behind.or_else(|| place_among(&rest)));
    let mut end = statement.start + statement.text.len();
    for line in page.statements.iter().skip(index + 1).take(LINES_OF_A_CARD) {
        let is_next_role = names_job(leading_count(PARTS.split(&line.lower).next().unwrap_or_default()).1) || FOR_ALL.is_match(line.text);
        if is_next_role || line.text.len() > 60 || line.is_heading() {
            break;
        }
        let parts: Vec<&str> = PARTS.split(line.text).map(|part| part.rsplit(": ").next().unwrap_or(part).trim()).collect();
        let (found_place, found_count) = (place_among(&parts), count_of(line.text));
        if (place.is_none() && found_place.is_some()) || (count.is_none() && found_count.is_some()) {
            end = line.start + line.text.len();
        }
        place = place.or(found_place);
        count = count.or(found_count);
    }
    let fact = Fact::Hiring { role: role.to_owned(), count, place };
    let is_quotable = end - statement.start <= LONGEST_QUOTE;
    let end = if is_quotable { end } else { statement.start + statement.text.len() };
    Some(Found { fact, start: statement.start, end, published: statement.story_date.or(page.dated), weight: 8, is_unseen: false })
}

/// A role and the city that stands behind it without a mark ("Monteur Groningen").
fn without_city(role: &str) -> (&str, Option<String>) {
    match cities(role).last() {
        Some((at, city, _)) if *at > 0 && at + city.len() == role.len() => {
            let before = role[..*at].trim_end();
            let before = [" in", " à", " en", " te", " i"].iter().find_map(|word| before.strip_suffix(word)).unwrap_or(before);
            (before.trim_end(), Some((*city).to_owned()))
        }
        _ => (role, None),
    }
}

/// "4 × supply planner", "4 Field Technicians": the count, and the rest.
fn leading_count(part: &str) -> (Option<u32>, &str) {
    static LEADING: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:[•–-]\s*)?(?P<count>\d{1,3})\s?(?:[×x]\s?|\s)(?P<role>\p{L}.*)$").expect("the pattern is a constant")
    });
    let Some(groups) = LEADING.captures(part) else { return (None, part.trim_start_matches(['•', '-', '–', ' '])) };
    (groups.name("count").and_then(|count| number(count.as_str())), groups.name("role").map_or(part, |role| role.as_str()))
}

fn count_of(part: &str) -> Option<u32> {
    COUNT.captures(part.trim())?.name("count").and_then(|count| number(count.as_str())).filter(|count| *count > 0)
}

/// The first part that is a place: a known city, or words around one that are little more than it.
fn place_among(parts: &[&str]) -> Option<String> {
    parts
        .iter()
        .find_map(|part| cities(part).first().filter(|(_, city, _)| part.len() <= city.len() + 20).map(|(_, city, _)| (*city).to_owned()))
        .or_else(|| parts.iter().find(|part| is_remote(part)).map(|part| (*part).to_owned()))
}

fn is_remote(part: &str) -> bool {
    matches!(part.to_lowercase().as_str(), "remote" | "télétravail" | "remoto" | "thuiswerken" | "distans" | "hybrid")
}

/// Keeps each role once and at most [`MOST_ROLES`] of a page.
fn trim_roles(found: &mut Vec<Found>) {
    let mut seen: Vec<String> = Vec::new();
    found.retain(|found| {
        let Fact::Hiring { role, .. } = &found.fact else { return true };
        let is_new = !seen.contains(&role.to_lowercase()) && seen.len() < MOST_ROLES;
        seen.push(role.to_lowercase());
        is_new
    });
}

/// The parts of an enumeration from `from` on, with their offsets: split at commas, semicolons and "and".
fn pieces(text: &str, from: usize) -> impl Iterator<Item = (usize, &str)> {
    static JOINTS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r", (?:and |und )?|; | and | und | sowie | oder ").expect("the pattern is a constant"));
    let rest = &text[from..];
    let ends = JOINTS.find_iter(rest).map(|joint| (joint.start(), joint.end())).chain([(rest.len(), rest.len())]);
    let cut = ends.scan(0, move |start, (end, next)| {
        let piece = (from + *start, &rest[*start..end]);
        *start = next;
        Some(piece)
    });
    // "ein Disponent oder eine Disponentin" is one job in two forms: the first is taken.
    cut.filter(move |(at, _)| !text[..*at].ends_with(" oder "))
}

/// One open role out of a piece of text, when it ends in a word that names a job.
fn role(page: &Page<'_>, statement: &Statement<'_>, (at, piece): (usize, &str), weight: u8) -> Option<Found> {
    let groups = ROLE.captures(piece)?;
    let words = groups.name("role")?;
    let role = words.as_str().trim();
    let head = role.split([',', '(']).next().unwrap_or(role);
    if role.len() > 60 || !names_job(head) {
        return None;
    }
    let counted = groups.name("times").or(groups.name("word")).and_then(|count| number(count.as_str()));
    let explicit = groups.name("times").is_some() || counted.is_some_and(|count| count > 1);
    let place = groups
        .name("paren")
        .or(groups.name("place"))
        .map(|place| place.as_str().to_owned())
        .filter(|place| place.starts_with(char::is_uppercase));
    let fact = Fact::Hiring { role: role.to_owned(), count: counted.filter(|_| explicit), place };
    Found::at(page, statement, (at, at + piece.len()), weight, fact)
}

/// Is one of the role's words a job? German compounds are judged by their ending.
fn names_job(role: &str) -> bool {
    let lower = role.to_lowercase();
    let words: Vec<&str> = lower.split(' ').collect();
    let too_long = words.len() > 6 || lower.contains('@');
    // A menu's "Leitung" is a page, not a job on offer.
    let is_menu_word = [
        "leitung",
        "lead",
        "leiter",
        "leiterin",
        "manager",
        "managers",
        "director",
        "user",
        "users",
        "operations",
        "consultants",
        "chef",
        "responsable",
        "commercial",
        "agent",
        "agents",
        "captain",
        "mate",
        "producer",
        "trainer",
    ]
    .contains(&lower.as_str());
    let ends_in_job = |word: &&str| {
        // "Conductor/a", "Planer/in", "Infirmier·ère": the first form tells.
        let first = word.split(['/', '·', '*', ':']).next().unwrap_or(word);
        [*word, first].iter().any(|word| JOBS.contains(word) || JOB_ENDINGS.iter().any(|ending| word.ends_with(ending)))
    };
    let speaks = [
        "nous", "vous", "nos", "wij", "ons", "onze", "vi", "våra", "nuestro", "nuestra", "we", "you", "our", "your", "wir", "sie", "are",
        "is", "have", "with", "who", "the", "all", "new", "their",
    ]
    .iter()
    .any(|word| words.contains(word));
    !too_long && !speaks && !is_menu_word && (words.iter().any(ends_in_job) || has_word(&lower, "head of"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::facts_on;
    use super::*;

    fn roles(lines: &[&str]) -> Vec<String> {
        let facts = facts_on(PageKind::Careers, lines);
        facts.iter().filter(|found| matches!(found.fact, Fact::Hiring { .. })).map(|found| found.fact.value()).collect()
    }

    #[test]
    fn open_roles_are_read_with_count_and_place() {
        let cases: [(&str, &[&str]); 14] = [
            ("- 4 × supply planner (Aarhus)", &["4 × supply planner, Aarhus"]),
            ("- 1 × integration developer, remote within Sweden", &["1 × integration developer"]),
            ("- 3 × Disponent/in Seefracht (m/w/d), Hamburg", &["3 × Disponent/in Seefracht, Hamburg"]),
            ("- Tourenplaner/in (m/w/d), zwei Stellen", &["Tourenplaner/in"]),
            ("Gesucht: ein Disponent oder eine Disponentin (m/w/d) für Wareneingang.", &["Disponent"]),
            (
                "We're hiring: account executive DACH, senior Rust engineer, customer success manager.",
                &["account executive DACH", "senior Rust engineer", "customer success manager"],
            ),
            (
                "Vacancies this month: import coordinator, roastery operative (nights), 2 × stock planner.",
                &["import coordinator", "roastery operative", "2 × stock planner"],
            ),
            ("Offene Stellen: 6 × Schweißer (Cham), 2 × Einkäufer (Regensburg).", &["6 × Schweißer, Cham", "2 × Einkäufer, Regensburg"]),
            ("In the office: one night-shift traffic planner (Hirtshals).", &["night-shift traffic planner, Hirtshals"]),
            (
                "At the moment we are recruiting an export coordinator and a shift miller, both in Tampere.",
                &["export coordinator", "shift miller"],
            ),
            (
                "Open now: logistics coordinator (Haugesund), two wind technicians, one SAP MM consultant.",
                &["logistics coordinator, Haugesund", "2 × wind technicians", "SAP MM consultant"],
            ),
            ("In the office we are searching for a shipping coordinator from February.", &["shipping coordinator"]),
            (
                "We have room for a materials planner and a colour technician in Delfzijl.",
                &["materials planner", "colour technician, Delfzijl"],
            ),
            ("Wanted: 1 barge planner (Rotterdam), 2 deckhands.", &["1 × barge planner, Rotterdam"]),
        ];
        for (line, expected) in cases {
            assert_eq!(roles(&[line]), expected, "{line}");
        }
    }

    #[test]
    fn benefits_slogans_and_closed_doors_are_no_roles() {
        let cases = [
            "We have no open roles right now.",
            "- 30 days of holiday",
            "- Free coffee and fruit",
            "We are looking for colleagues who stay calm when a vessel does not.",
            "Applications go to jobs@nordvimpel.example.",
            "Derzeit keine offenen Stellen.",
            "We are looking for a new building.",
            "Our planners love what they do.",
            "- Leitung",
            "Drivers with ADR are always welcome.",
        ];
        for line in cases {
            assert_eq!(roles(&[line]), Vec::<String>::new(), "{line}");
        }
    }
}
