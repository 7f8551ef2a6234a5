//! Where a company works: its seat and its other places.
//!
//! A city counts only where the sentence speaks of a seat, an office or a plant, or in the address of an imprint. The
//! gazetteer is small; a city it does not know is taken only when the page names its country too. Deliberately absent:
//! places served, ports called at, and where goods come from.

use autoreach_domain::dossier::Fact;
use autoreach_domain::icp::Country;
use regex::Regex;
use std::sync::LazyLock;

use super::super::plan::PageKind;
use super::super::statements::{Page, Statement};
use super::gazetteer::{cities, country_of_city};
use super::labels::pairs;
use super::{Found, has_word};

/// Keywords of statements that may name a place of work; [`SEAT`] and [`WORKPLACE`] hold the words themselves.
pub(crate) const KEYWORDS: &str = r"headquarter|\bhq\b|head office|main office|hauptsitz|firmensitz|stammsitz|stammhaus|\bsitz |zentrale|based in|based at|offices?|branch|locations?|standort|niederlassung|büro|plants? |works in|werk|filiale|warehouse|depot|terminal|mill|yard in|hub in|lab in|studio|factory|dairy|roastery|stock house|smokehouse|pilot line|kühlhaus|head office is|siège|basée?s? à|installée?s? à|bureaux? (?:à|de)|usine|filiale|agence|atelier|implanté|sede|oficina|delegaci|planta en|fábrica|almacén|filial|con base|hoofdkantoor|gevestigd|kantoor|vestiging|fabriek|filiaal|magazijn|huvudkontor|säte|baserad|baserat|kontor|fabrik|lager i|butik i|verksamhet i|registered|straße|strasse|str\.|gasse|weg |allee|platz|vej|gade|kajen|gatan|vägen|street|road|address|\brue\b|quai|avenue|boulevard|calle|avenida|straat|gracht|a/s|gmbh|\bag\b|\bab\b|\bas\b|\bltd|b\.v\.|\bnv\b|\boy\b|aps|\bkg\b|\d{4,5} |[a-z]{1,2}\d{1,2} \d[a-z]{2}|people in|employees in|agencies in|at home in|team of|employ";

static COUNTRY_NAMES: LazyLock<Vec<(Country, String)>> =
    LazyLock::new(|| Country::spellings().filter(|(_, name)| name.len() > 3 && name != "island").collect());

/// Words that make a sentence speak of the seat.
const SEAT: [&str; 37] = [
    "headquarter",
    "(hq)",
    "head office",
    "registered office",
    "main office",
    "hauptsitz",
    "firmensitz",
    "stammsitz",
    "stammhaus",
    "stammwerk in",
    "sitz ist",
    "sitz der gesellschaft",
    "sitz in",
    "ihren sitz",
    "seinen sitz",
    "der sitz",
    "zentrale in",
    "zentrale ist",
    "zentrale:",
    "is based in",
    "are based in",
    "based in",
    "at home in",
    "siège",
    "basée à",
    "basé à",
    "basés à",
    "sede central",
    "su sede",
    "con sede",
    "la sede",
    "oficina central",
    "con base en",
    "hoofdkantoor",
    "gevestigd in",
    "huvudkontor",
    "säte",
];

/// Words that make a sentence speak of places of work.
const WORKPLACE: [&str; 84] = [
    "offices in",
    "offices:",
    "office in",
    "branch",
    "locations in",
    "standort",
    "niederlassung",
    "büro in",
    "büros in",
    "plants (",
    "plant in",
    "plant at",
    "werke stehen",
    "werk in",
    "werken in",
    "weitere mühlen",
    "warehouses:",
    "warehouses in",
    "warehouse in",
    "terminals in",
    "distribution:",
    "distribution centre in",
    "agencies in",
    "work in",
    "people in",
    "employees in",
    "mill are in",
    "packing plant in",
    "smokehouse is in",
    "zweites kühlhaus in",
    "stock house in",
    "roastery in",
    "pilot line in",
    "small office in",
    "depots in",
    "depot in",
    "yard in",
    "hub in",
    "lab in",
    "studio in",
    "studios in",
    "factory in",
    "factories in",
    "store in",
    "shop in",
    "dairy in",
    "filiale in",
    "filialen in",
    "betrieb in",
    "bureau à",
    "bureaux à",
    "bureau de",
    "usine à",
    "usine de",
    "filiale à",
    "agence de",
    "agences à",
    "atelier à",
    "ateliers à",
    "implantée à",
    "implanté à",
    "site de",
    "travaillent à",
    "oficina en",
    "oficinas en",
    "delegación",
    "delegaciones en",
    "planta en",
    "fábrica en",
    "almacén en",
    "filial en",
    "centros en",
    "kantoor in",
    "kantoren in",
    "vestiging",
    "fabriek in",
    "filiaal in",
    "magazijn in",
    "kontor i",
    "fabrik i",
    "filial i",
    "lager i",
    "butik i",
    "team of",
];

/// Labels of fact sheets for the seat and for other places, lower case.
const SEAT_LABELS: [&str; 28] = [
    "headquarters",
    "head office",
    "headquartered in",
    "hq",
    "based in",
    "main office",
    "registered office",
    "hauptsitz",
    "firmensitz",
    "sitz",
    "stammsitz",
    "zentrale",
    "standort",
    "siège",
    "siège social",
    "sede",
    "sede central",
    "oficina central",
    "domicilio social",
    "hoofdkantoor",
    "hoofdvestiging",
    "vestigingsplaats",
    "huvudkontor",
    "säte",
    "hovedkontor",
    "home base",
    "location",
    "ort",
];
const PLACE_LABELS: [&str; 25] = [
    "offices",
    "office",
    "other offices",
    "locations",
    "branches",
    "branch",
    "depots",
    "depot",
    "plants",
    "sites",
    "niederlassungen",
    "niederlassung",
    "standorte",
    "werke",
    "büros",
    "bureaux",
    "agences",
    "usines",
    "delegación",
    "delegaciones",
    "oficinas",
    "vestigingen",
    "kantoren",
    "kontor",
    "filialer",
];

/// Cities that go by two names, in English and at home.
const TWO_NAMES: [(&str, &str); 24] = [
    ("Gothenburg", "Göteborg"),
    ("Copenhagen", "København"),
    ("Aarhus", "Århus"),
    ("Munich", "München"),
    ("Cologne", "Köln"),
    ("Nuremberg", "Nürnberg"),
    ("Vienna", "Wien"),
    ("Zurich", "Zürich"),
    ("Geneva", "Genf"),
    ("Ghent", "Gent"),
    ("Antwerp", "Antwerpen"),
    ("Brussels", "Brussel"),
    ("Bruges", "Brugge"),
    ("Lisbon", "Lisboa"),
    ("Seville", "Sevilla"),
    ("Milan", "Milano"),
    ("Rome", "Roma"),
    ("Turin", "Torino"),
    ("Genoa", "Genova"),
    ("Florence", "Firenze"),
    ("Warsaw", "Warszawa"),
    ("Gdansk", "Gdańsk"),
    ("Prague", "Praha"),
    ("Pilsen", "Plzeň"),
];

/// Do two names mean one city?
pub(crate) fn same_city(a: &str, b: &str) -> bool {
    a == b || TWO_NAMES.iter().any(|pair| *pair == (a, b) || *pair == (b, a))
}

/// Reads the places of one statement.
pub(crate) fn read(page: &Page<'_>, index: usize, found: &mut Vec<Found>) {
    let statement = &page.statements[index];
    let is_story = page.kind == PageKind::News || statement.story_date.is_some();
    if is_story || matches!(page.kind, PageKind::Customers | PageKind::Careers | PageKind::Products) {
        return;
    }
    if SEAT.iter().chain(&WORKPLACE).any(|words| statement.lower.contains(words)) {
        said_places(page, statement, found);
    } else if is_address(page, statement) {
        address(page, statement, found);
    }
}

/// Cities in the clauses that speak of a seat or a workplace.
fn said_places(page: &Page<'_>, statement: &Statement<'_>, found: &mut Vec<Found>) {
    let mut clause_start = 0;
    let mut still_places = false;
    for clause in statement.text.split_inclusive([';', '.']) {
        let lower = clause.to_lowercase();
        let is_seat = SEAT.iter().any(|words| lower.contains(words));
        still_places = is_seat || WORKPLACE.iter().any(|words| lower.contains(words)) || (still_places && lower.contains(" in "));
        let is_served = [
            "serve ",
            "deliver to",
            "customers in",
            "sold to",
            "kunden in",
            "beliefern",
            "clients à",
            "clientes en",
            "klanten in",
            "kunder i",
        ]
        .iter()
        .any(|words| lower.contains(words));
        if still_places && (is_seat || !is_served) {
            clause_places(page, statement, (clause_start, clause), is_seat, found);
        }
        clause_start += clause.len();
    }
}

/// The first city of a seat clause is the seat; what follows a "with" or "and" is another place. In "Leeds (headquarters)" it
/// is the city before.
fn clause_places(page: &Page<'_>, statement: &Statement<'_>, (offset, clause): (usize, &str), is_seat: bool, found: &mut Vec<Found>) {
    let clause = clause.split(" serve ").next().unwrap_or(clause);
    let lower = clause.to_lowercase();
    // Letters may change their length with their case, so places in one are only hints in the other.
    let seat_at = SEAT.iter().filter_map(|words| lower.find(words)).min().unwrap_or(0);
    let is_in_brackets =
        lower.get(..seat_at).is_some_and(|before| before.ends_with('(')) || lower.get(seat_at..).is_some_and(|rest| rest.starts_with('('));
    let cities = cities(clause);
    let before = cities.iter().rev().find(|(at, ..)| *at < seat_at).filter(|_| is_in_brackets);
    let is_said_of = cities.iter().find(|(at, ..)| *at > seat_at && !is_in_brackets);
    let seat_city = before.or(is_said_of).or(cities.last().filter(|(at, ..)| *at < seat_at)).or(cities.first()).map(|(at, ..)| *at);
    for (at, city, country) in &cities {
        let headquarters = is_seat && Some(*at) == seat_city;
        let fact = Fact::Location { city: Some((*city).to_owned()), country: Some(*country), headquarters };
        found.extend(Found::at(page, statement, (offset + at, offset + at + city.len()), if headquarters { 8 } else { 5 }, fact));
    }
    if cities.is_empty() && is_seat {
        found.extend(unknown_city(page, statement, (offset, clause)));
    }
}

static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?:in|at|à|en|i|te|:|ist) (?P<city>\p{Lu}[\p{L}-]+(?: \p{Lu}[\p{L}-]+)?)(?:, (?:the )?(?P<country>\p{Lu}[\p{L} ]+?))?[.,;]?$",
    )
    .expect("the pattern is a constant")
});

/// A seat in a city the gazetteer does not know: believed when the clause ends with city and country.
fn unknown_city(page: &Page<'_>, statement: &Statement<'_>, (offset, clause): (usize, &str)) -> Option<Found> {
    let groups = NAMED.captures(clause.trim_end())?;
    let city = groups.name("city")?;
    let country = Country::parse(groups.name("country")?.as_str()).ok()?;
    let fact = Fact::Location { city: Some(city.as_str().to_owned()), country: Some(country), headquarters: true };
    Found::at(page, statement, (offset + city.start(), offset + city.end()), 7, fact)
}

/// Reads places off fact sheets: a label with one or more cities.
pub(crate) fn listed(page: &Page<'_>, found: &mut Vec<Found>) {
    if matches!(page.kind, PageKind::Customers | PageKind::Careers | PageKind::Products) {
        return;
    }
    for (labels, is_seat) in [(&SEAT_LABELS[..], true), (&PLACE_LABELS[..], false)] {
        for pair in pairs(page, labels) {
            let statement = &page.statements[pair.statement];
            if statement.story_date.is_some() {
                continue;
            }
            let mut places: Vec<(String, Option<Country>)> = cities(pair.value)
                .into_iter()
                .map(|(_, city, country)| (city.to_owned(), named_country(pair.value).or(Some(country))))
                .collect();
            if places.is_empty() {
                places.extend(plain_city(pair.value).map(|city| (city.to_owned(), named_country(pair.value))));
            }
            for (rank, (city, country)) in places.into_iter().enumerate() {
                // Several cities behind one label have their own countries.
                let country = if rank == 0 { country } else { country_of_city(&city) };
                let fact = Fact::Location { city: Some(city), country, headquarters: is_seat && rank == 0 };
                found.push(Found { fact, start: pair.start, end: pair.end, published: page.dated, weight: 8, is_unseen: false });
            }
        }
    }
}

/// A value that is one capitalised name, perhaps with more behind a comma ("Dundee, Scotland").
fn plain_city(value: &str) -> Option<&str> {
    let first = value.split([',', '(', ';', '/']).next()?.trim().trim_end_matches('.');
    let is_name = first.split_whitespace().count() <= 3
        && first.starts_with(char::is_uppercase)
        && first.chars().all(|c| c.is_alphabetic() || " -'".contains(c));
    (is_name && first.chars().count() > 2 && Country::parse(first).is_err()).then_some(first)
}

/// The country a text names as a word of its own, when it names one only.
fn named_country(text: &str) -> Option<Country> {
    let lower = text.to_lowercase();
    let mut named = COUNTRY_NAMES.iter().filter(|(_, name)| has_word(&lower, name)).map(|(country, _)| *country);
    let first = named.next()?;
    named.all(|other| other == first).then_some(first)
}

/// Postal codes with what follows: "83022 Rosenheim", "A-6020 Innsbruck", "7202 AB Zutphen", "903 26 Umeå", "Kendal LA9 7AB".
static POSTAL_CITY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?:^|[\s,·|–—-])(?:(?:[A-Z]{1,2}-)?(?:\d{4} ?[A-Z]{2}|\d{4,5}|\d{3} \d{2}) (?P<city>\p{Lu}[\p{L}'-]+(?: (?:am|an der|im|de|la|del|sur|en) \p{Lu}?[\p{L}'-]+)?)|(?P<uk>\p{Lu}\p{L}+) [A-Z]{1,2}\d{1,2}[A-Z]? \d[A-Z]{2}\b|(?P<us>\p{Lu}\p{L}+(?: \p{Lu}\p{L}+)?), [A-Z]{2} \d{5})",
    )
    .expect("the pattern is a constant")
});

/// An address line on an imprint or contact page, in an address of its own elsewhere, or in the footer line that repeats it.
fn is_address(page: &Page<'_>, statement: &Statement<'_>) -> bool {
    static POSTAL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\b\d{4,5} \p{Lu}|\b\d{4} ?[A-Z]{2} \p{Lu}|\b\d{3} \d{2} \p{Lu}|\p{L}+ \d{1,3}[a-z]?, (?:\d{4,5} )?\p{Lu}|\d{1,3} \p{Lu}\p{L}+ (?:Row|Street|Road|Lane)|\p{Lu}\p{L}+ [A-Z]{1,2}\d{1,2}[A-Z]? \d[A-Z]{2}\b")
            .expect("the pattern is a constant")
    });
    let is_other_kind = [
        "amtsgericht",
        "landesgericht",
        "handelsregister",
        "registergericht",
        "geschäftsführer",
        "hrb",
        "hra",
        "tel",
        "fax",
        "kammer",
        "versicherung",
        "rcs",
        "greffe",
    ]
    .iter()
    .any(|word| statement.lower.starts_with(word) || has_word(&statement.lower, word) && statement.text.len() < 60);
    // "© 2026 Acme" is a year and a name, not a postal code and a town.
    if statement.text.contains('©') && !statement.text.contains(',') {
        return false;
    }
    let is_line = statement.text.len() < 60
        && POSTAL_CITY.captures(statement.text).is_some_and(|groups| groups.get(0).is_some_and(|hit| hit.start() <= 2));
    let on_page = matches!(page.kind, PageKind::Imprint | PageKind::Contact)
        || (statement.text.len() < 160 && (statement.text.contains(['·', '©', '|', '–', '—', '-', ','])))
        || is_line;
    on_page && !is_other_kind && statement.text.len() <= 300 && POSTAL.is_match(statement.text)
}

/// City and country of an address; the registered seat when the page is the imprint.
fn address(page: &Page<'_>, statement: &Statement<'_>, found: &mut Vec<Found>) {
    let named = named_country(statement.text);
    let headquarters = page.kind == PageKind::Imprint;
    let by_code = POSTAL_CITY
        .captures_iter(statement.text)
        .find(|groups| !groups.get(0).is_some_and(|hit| statement.text[..hit.start()].trim_end().ends_with('©')));
    let by_code = by_code.and_then(|groups| ["city", "uk", "us"].iter().find_map(|name| groups.name(name)));
    let by_code = by_code.map(|city| {
        let place = (city.start(), city.end());
        match cities(city.as_str()).first() {
            Some((at, known, country)) => ((place.0 + at, place.0 + at + known.len()), (*known).to_owned(), Some(*country)),
            None => (place, city.as_str().to_owned(), None),
        }
    });
    let by_name = || cities(statement.text).last().map(|(at, city, country)| ((*at, at + city.len()), (*city).to_owned(), Some(*country)));
    match (by_code.or_else(by_name), named) {
        (Some((place, city, country)), named) => {
            let fact = Fact::Location { city: Some(city), country: named.or(country), headquarters };
            found.extend(Found::at(page, statement, place, 6, fact));
        }
        (None, Some(country)) => {
            let fact = Fact::Location { city: None, country: Some(country), headquarters };
            found.extend(Found::whole(page, statement, 3, fact));
        }
        (None, None) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts_on, picked};
    use super::*;

    fn places(line: &str) -> Vec<String> {
        picked(line, |fact| match fact {
            Fact::Location { city, country, headquarters } => {
                let seat = if *headquarters { "*" } else { "" };
                Some(format!("{seat}{} {}", city.clone().unwrap_or_default(), country.map(|c| c.code().to_owned()).unwrap_or_default()))
            }
            _ => None,
        })
    }

    #[test]
    fn seats_and_other_places_are_told_apart() {
        let cases: [(&str, &[&str]); 12] = [
            ("Our headquarters are in Aarhus, Denmark.", &["*Aarhus DK"]),
            ("Branch offices are in Gothenburg (2009) and Gdynia (2018).", &["Gothenburg SE", "Gdynia PL"]),
            ("Headquarters in Trondheim, Norway; terminals in Bodø and Östersund.", &["*Trondheim NO", "Bodø NO", "Östersund SE"]),
            ("Hauptsitz ist Hamburg.", &["*Hamburg DE"]),
            ("Headquartered in Bergen, with a stock house in Ålesund.", &["*Bergen NO", "Ålesund NO"]),
            ("Sitz der Gesellschaft ist Bremen; ein Büro in Turku betreut die finnischen Verlader.", &["*Bremen DE", "Turku FI"]),
            ("We are based in Leeds, United Kingdom, and serve the whole of London.", &["*Leeds GB"]),
            (
                "Stammsitz ist Regensburg, weitere Werke stehen in Cham, Pilsen und Raab.",
                &["*Regensburg DE", "Cham DE", "Pilsen CZ", "Raab HU"],
            ),
            ("Head office: Rotterdam (Merwehaven), agencies in Antwerp and Duisburg.", &["*Rotterdam NL", "Antwerp BE", "Duisburg DE"]),
            ("We have offices in London, Paris and Berlin.", &["London GB", "Paris FR", "Berlin DE"]),
            ("Our headquarters are in Smallville, Sweden.", &["*Smallville SE"]),
            ("Nordvimpel employs 146 people in Aarhus, Gothenburg and Gdynia.", &["Aarhus DK", "Gothenburg SE", "Gdynia PL"]),
        ];
        for (line, expected) in cases {
            assert_eq!(places(line), expected, "{line}");
        }
    }

    #[test]
    fn places_served_or_passed_are_not_places_of_work() {
        let cases = [
            "Waalkade carries containers between Rotterdam, Antwerp and Basel.",
            "We ship to Paris and Milan every week.",
            "Wire rod comes by sea from Finland and Spain.",
            "Daily departures to London.",
            "The Hamburg steak is a classic.",
            "Pfeffer kommt über Triest.",
        ];
        for line in cases {
            assert_eq!(places(line), Vec::<String>::new(), "{line}");
        }
    }

    #[test]
    fn an_imprint_address_is_the_registered_seat() {
        let facts = facts_on(PageKind::Imprint, &["Brunner Anlagenteile GmbH, Schlossergasse 1, 93047 Regensburg"]);
        let seat = Fact::Location { city: Some("Regensburg".into()), country: Country::parse("DE").ok(), headquarters: true };
        assert!(facts.iter().any(|found| found.fact == seat), "{facts:?}");
    }
}
