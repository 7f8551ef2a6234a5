//! Where a company works: its seat and its other places.
//!
//! A city counts only where the sentence speaks of a seat, an office or a plant, or in the address of an imprint. The
//! gazetteer is small; a city it does not know is taken only when the page names its country too. Deliberately absent:
//! places served, ports called at, and where goods come from.

use autoreach_domain::dossier::Fact;
use autoreach_domain::icp::Country;
use regex::Regex;
use std::collections::HashMap;
use std::sync::LazyLock;

use super::super::plan::PageKind;
use super::super::statements::{Page, Statement};
use super::{Found, has_word};

/// Keywords of statements that may name a place of work.
pub(crate) const KEYWORDS: &str = "headquarter|head office|hauptsitz|firmensitz|stammsitz|sitz |zentrale|based in|based at|offices?|branch|locations?|standort|niederlassung|büro|plants? |works in|\
     werk|warehouse|terminal|mill|registered|straße|strasse|str\\.|weg |vej|gade|kajen|gatan|vägen|street|road|address|a/s|gmbh|\\bag\\b|\\bab\\b|\\bas\\b|\\bltd|b\\.v\\.|\\bnv\\b|\\boy\\b|aps|\\bkg\\b|\\d{4,5} \
     |people in|employees in|agencies in|at home in";

/// Cities by country code, as sites write them in English and in their own language.
const CITIES: [(&str, &str); 34] = [
    (
        "DE",
        "Berlin Hamburg München Munich Köln Cologne Frankfurt Stuttgart Düsseldorf Leipzig Dortmund Essen Bremen Dresden Hannover Nürnberg Nuremberg Duisburg Bochum Wuppertal Bielefeld Bonn \
       Münster Mannheim Karlsruhe Augsburg Wiesbaden Mönchengladbach Aachen Kiel Lübeck Rostock Bremerhaven Freiburg Mainz Kassel Regensburg Ulm Heilbronn Würzburg Ingolstadt Potsdam Osnabrück Erfurt Chemnitz \
       Braunschweig Magdeburg Wolfsburg Göttingen Paderborn Rheine Cham Darmstadt Jena Flensburg Wilhelmshaven",
    ),
    ("AT", "Wien Vienna Graz Linz Salzburg Innsbruck Klagenfurt Wels Dornbirn Bregenz"),
    ("CH", "Zürich Zurich Genf Geneva Genève Basel Bern Lausanne Winterthur Luzern Lugano Chur Zug Sargans Landquart"),
    (
        "DK",
        "Copenhagen København Aarhus Århus Odense Aalborg Esbjerg Randers Kolding Horsens Vejle Svendborg Hirtshals Skagen Frederikshavn Herning Fredericia",
    ),
    (
        "SE",
        "Stockholm Gothenburg Göteborg Malmö Uppsala Västerås Örebro Linköping Helsingborg Jönköping Norrköping Lund Umeå Gävle Borås Halmstad Eskilstuna Skellefteå Östersund Karlstad Sundsvall",
    ),
    ("NO", "Oslo Bergen Trondheim Stavanger Tromsø Kristiansand Drammen Ålesund Bodø Haugesund Sandnes Fredrikstad Kristiansund"),
    ("FI", "Helsinki Espoo Tampere Turku Oulu Vantaa Lahti Kuopio Vaasa Kotka"),
    ("IS", "Reykjavik Reykjavík Akureyri"),
    (
        "NL",
        "Amsterdam Rotterdam Utrecht Eindhoven Tilburg Groningen Almere Breda Nijmegen Haarlem Arnhem Delft Delfzijl Vlissingen Venlo Maastricht IJmuiden Zwolle Leiden",
    ),
    (
        "BE",
        "Brussels Brussel Bruxelles Antwerp Antwerpen Ghent Gent Bruges Brugge Leuven Liège Namur Zeebrugge Roeselare Kortrijk Mechelen",
    ),
    ("LU", "Esch-sur-Alzette"),
    ("FR", "Paris Lyon Marseille Toulouse Nice Nantes Strasbourg Montpellier Bordeaux Lille Rennes Grenoble Rouen"),
    ("ES", "Madrid Barcelona Valencia Seville Sevilla Zaragoza Málaga Bilbao Vigo Alicante"),
    ("PT", "Lisbon Lisboa Porto Braga Aveiro Coimbra"),
    ("IT", "Milan Milano Rome Roma Turin Torino Naples Napoli Genoa Genova Bologna Florence Firenze Verona Venice Trieste Triest"),
    (
        "GB",
        "London Manchester Birmingham Leeds Glasgow Edinburgh Liverpool Bristol Sheffield Cardiff Belfast Newcastle Nottingham Southampton Felixstowe Immingham Hull Cambridge Oxford Brighton Aberdeen",
    ),
    ("IE", "Dublin Cork Galway Limerick"),
    ("PL", "Warsaw Warszawa Kraków Krakow Łódź Wrocław Poznań Gdańsk Gdansk Danzig Gdynia Szczecin Katowice Lublin"),
    ("CZ", "Prague Praha Brno Ostrava Plzeň Pilsen Olomouc"),
    ("SK", "Bratislava Košice"),
    ("HU", "Budapest Debrecen Szeged Győr Raab"),
    ("RO", "Bucharest București Cluj Timișoara Iași"),
    ("GR", "Athens Thessaloniki Piraeus"),
    ("EE", "Tallinn Tartu"),
    ("LV", "Riga"),
    ("LT", "Vilnius Kaunas Klaipėda"),
    ("SI", "Ljubljana Maribor Koper"),
    ("TR", "Istanbul Ankara Izmir Mersin"),
    ("US", "Boston Chicago Houston Seattle Austin Atlanta Denver Miami Dallas Philadelphia"),
    ("CA", "Toronto Montreal Vancouver Calgary Ottawa"),
    ("IN", "Mumbai Bangalore Bengaluru Delhi Chennai Hyderabad Pune Mundra"),
    ("CN", "Shanghai Beijing Shenzhen Guangzhou Ningbo Qingdao"),
    ("JP", "Tokyo Osaka Yokohama"),
    ("AU", "Sydney Melbourne Brisbane Perth Adelaide"),
];

static GAZETTEER: LazyLock<HashMap<&'static str, Country>> = LazyLock::new(|| {
    let of_country = |(code, cities): &(&str, &'static str)| {
        let country = Country::parse(code).ok();
        cities.split_whitespace().filter_map(move |city| country.map(|country| (city, country))).collect::<Vec<_>>()
    };
    CITIES.iter().flat_map(of_country).collect()
});

static COUNTRY_NAMES: LazyLock<Vec<(Country, String)>> =
    LazyLock::new(|| Country::spellings().filter(|(_, name)| name.len() > 3 && name != "island").collect());

/// Words that make a sentence speak of the seat.
const SEAT: [&str; 15] = [
    "headquarter",
    "head office",
    "hauptsitz",
    "firmensitz",
    "stammsitz",
    "sitz ist",
    "sitz der gesellschaft",
    "sitz in",
    "der sitz",
    "zentrale in",
    "is based in",
    "are based in",
    "based in",
    "at home in",
    "main office",
];

/// Words that make a sentence speak of places of work.
const WORKPLACE: [&str; 33] = [
    "offices in",
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
];

/// The country of a known city.
pub(crate) fn country_of_city(city: &str) -> Option<Country> {
    GAZETTEER.get(city.trim()).copied()
}

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
        let is_served =
            ["serve ", "deliver to", "customers in", "sold to", "kunden in", "beliefern"].iter().any(|words| lower.contains(words));
        if still_places && (is_seat || !is_served) {
            clause_places(page, statement, (clause_start, clause), is_seat, found);
        }
        clause_start += clause.len();
    }
}

/// The first city of a seat clause is the seat; what follows a "with" or "and" is another place.
fn clause_places(page: &Page<'_>, statement: &Statement<'_>, (offset, clause): (usize, &str), is_seat: bool, found: &mut Vec<Found>) {
    let clause = clause.split(" serve ").next().unwrap_or(clause);
    let seat_at = SEAT.iter().filter_map(|words| clause.to_lowercase().find(words)).min().unwrap_or(0);
    let cities = cities(clause);
    let seat_city = cities.iter().find(|(at, ..)| *at > seat_at).or(cities.first()).map(|(at, ..)| *at);
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
    Regex::new(r"(?:in|at|:|ist) (?P<city>\p{Lu}[\p{L}-]+(?: \p{Lu}[\p{L}-]+)?)(?:, (?:the )?(?P<country>\p{Lu}[\p{L} ]+?))?[.,;]?$")
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

/// Known cities in `text` with their places, whole words only.
fn cities(text: &str) -> Vec<(usize, &str, Country)> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (start, c.is_alphanumeric() || c == '-') {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                found.extend(known_city(&text[from..at]).map(|(city, country)| (from, city, country)));
                start = None;
            }
            _ => {}
        }
    }
    found
}

/// A word, or its part before a hyphen ("Düsseldorf-Hafen"), as a known city.
fn known_city(word: &str) -> Option<(&str, Country)> {
    let whole = GAZETTEER.get(word).map(|country| (word, *country));
    whole.or_else(|| word.split_once('-').and_then(|(city, _)| GAZETTEER.get(city).map(|country| (city, *country))))
}

/// An address line on an imprint or contact page, or in the footer line that repeats it.
fn is_address(page: &Page<'_>, statement: &Statement<'_>) -> bool {
    static POSTAL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\b\d{4,5} \p{Lu}|\p{L}+ \d{1,3}[a-z]?, (?:\d{4,5} )?\p{Lu}|\d{1,3} \p{Lu}\p{L}+ (?:Row|Street|Road|Lane)")
            .expect("the pattern is a constant")
    });
    let is_other_kind = ["amtsgericht", "landesgericht", "handelsregister", "registergericht", "geschäftsführer"]
        .iter()
        .any(|word| statement.lower.starts_with(word));
    let on_page = matches!(page.kind, PageKind::Imprint | PageKind::Contact)
        || (statement.text.len() < 160 && statement.text.contains(['·', '©', '|', '–', '—', '-']));
    on_page && !is_other_kind && statement.text.len() <= 300 && POSTAL.is_match(statement.text)
}

/// City and country of an address; the registered seat when the page is the imprint.
fn address(page: &Page<'_>, statement: &Statement<'_>, found: &mut Vec<Found>) {
    let cities = cities(statement.text);
    let named = COUNTRY_NAMES.iter().find(|(_, name)| has_word(&statement.lower, name)).map(|(country, _)| *country);
    let headquarters = page.kind == PageKind::Imprint;
    match (cities.last(), named) {
        (Some((at, city, country)), named) => {
            let fact = Fact::Location { city: Some((*city).to_owned()), country: Some(named.unwrap_or(*country)), headquarters };
            found.extend(Found::at(page, statement, (*at, at + city.len()), 6, fact));
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
