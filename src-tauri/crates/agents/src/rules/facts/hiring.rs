//! Open roles: what a company is looking for, how many, and where.
//!
//! A role is taken from a sentence that says somebody is wanted, or from a list on a careers page. Every role must end
//! in a word that names a job, so that benefits and slogans of such lists stay out. Roles are kept as written.

use autoreach_domain::dossier::Fact;
use regex::Regex;
use std::sync::LazyLock;

use super::super::plan::PageKind;
use super::super::statements::{Page, Statement};
use super::{Found, has_word, number};

/// Keywords of statements that may name open roles.
pub(crate) const KEYWORDS: &str = "hiring|looking for|recruit|searching for|vacanc|open (?:now|roles|positions)|openings?|wanted|join|suchen|gesucht|stellen ein|offene stellen|we need|have room for|night-shift|in the office:| × ";

/// Most roles kept of one page.
const MOST_ROLES: usize = 8;

/// What announces a list of roles; the roles follow.
static ANNOUNCED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:we(?:'re| are)(?: currently| now)? (?:hiring|looking for|recruiting|searching for)|hiring|are (?:recruiting|searching for|looking for)|vacancies(?: this month| in [\p{L} ]+)?|open (?:now|roles|positions)|openings in [\p{L} ]+|wanted|we need|have room for|in the office:|wir suchen|suchen wir|gesucht|wir stellen ein|offene stellen)(?: ab sofort| derzeit| zurzeit| zum nächstmöglichen zeitpunkt)?:? ",
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

/// Endings of words that name a job, lower case, English and German.
const JOBS: [&str; 70] = [
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
];
/// More of them, for German compounds whose ending is not a word of its own.
const JOB_ENDINGS: [&str; 22] = [
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

/// Reads list items and short lines of a careers page, or below a heading about open roles.
pub(crate) fn listed(page: &Page<'_>, found: &mut Vec<Found>) {
    const HEADINGS: [&str; 9] =
        ["open roles", "open positions", "vacanc", "offene stellen", "stellenangebote", "jobs", "openings", "karriere", "career"];
    for statement in &page.statements {
        let is_here = page.kind == PageKind::Careers || statement.is_under(&HEADINGS);
        let is_counted = statement.text.starts_with(|c: char| c.is_ascii_digit());
        let is_line = !statement.is_heading() && statement.text.len() <= 110 && (is_counted || !statement.text.ends_with('.'));
        if is_here && is_line && !ANNOUNCED.is_match(statement.text) && !says_no_roles(&statement.lower) {
            found.extend(role(page, statement, (0, statement.text), 8));
        }
    }
    trim_roles(found);
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
    let too_long = words.len() > 6;
    // A menu's "Leitung" is a page, not a job on offer.
    let is_menu_word = ["leitung", "lead", "leiter", "leiterin", "manager", "managers", "director", "user", "users", "operations"]
        .contains(&lower.as_str());
    let ends_in_job = |word: &&str| JOBS.contains(word) || JOB_ENDINGS.iter().any(|ending| word.ends_with(ending));
    let speaks = ["we", "you", "our", "your", "wir", "sie", "are", "is", "have", "with", "who", "the", "all", "new", "their"]
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
