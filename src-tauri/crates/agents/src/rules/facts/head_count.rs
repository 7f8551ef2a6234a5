//! How many people work there, in the many ways companies say it.
//!
//! A number counts only directly before a word for people, behind a label ("Employees: 146") or in a phrase that
//! means the staff as a whole ("a team of 60"). Everything that counts somebody else's people, some of the people or
//! people of another time is refused: customers' staff, target groups, layoffs, new hires, visitors.

use autoreach_domain::dossier::Fact;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

use super::super::plan::PageKind;
use super::super::statements::{Page, dates};
use super::labels::pairs;
use super::timing::is_trouble;
use super::{Found, number};

/// Keywords of statements that may say a head count.
pub(crate) const KEYWORDS: &str = r"employ|people|staff|workforce|head ?count|team|colleague|co-?workers|mitarbeit|beschäftig|belegschaft|kolleg|menschen|köpfe|angestellte|personen|professionals|specialists|experts|advisers|advisors|consultants|technicians|medarbejder|medarbetare|anställda|ansatte|medewerkers|werknemers|collega|mensen|salarié|collaborat|personnes|effectif|équipe|emplead|trabajador|plantilla|personas|equipo|människor|personer|crew|ftes?|of us";

const NUMBER: &str = r"(?:\d{1,3}(?:[.,'’ ]\d{3})+|\d{1,6})";

/// Words that mean people who work here, whatever stands around them.
const STAFF: &str = r"(?:employees|staff(?: members)?|team ?members|co-?workers|FTEs?|full-time equivalents|Mitarbeiter(?:innen|:innen|\*innen|_innen|/-?innen)?|MitarbeiterInnen|Mitarbeitende[nr]?|Beschäftigte[nr]?|Angestellte[nr]?|medarbejdere|medarbetare|anställda|ansatte|medewerkers|werknemers|collega['’]s|salariée?s|collaborat(?:eur|rice)s|emplead[oa]s|trabajador[ea]s)";

/// Words for people in general: they need a phrase that says they work here.
const PEOPLE: &str = r"(?:people|colleagues|professionals|specialists|experts|advisers|advisors|consultants|technicians|Menschen|Kolleginnen und Kollegen|Kolleg(?:inn)?en|Köpfe|Personen|Leute|Fachkräfte|persons|personnes|personas|profesionales|mensen|personer|människor|kollegor)";

/// Adjectives that may stand between the number and the people.
const ADJECTIVES: &str = r"(?:(?:highly|very|full-time|permanent|our|of our|qualified|skilled|dedicated|committed|motivated|passionate|talented|experienced|engaged|loyal|great|bright|smart|friendly|hochqualifizierte[nr]?|qualifizierte[nr]?|motivierte[nr]?|engagierte[nr]?|erfahrene[nr]?|feste?|festangestellte[nr]?|fest angestellte[nr]?|kluge|tolle|vaste|betrokken|engagerade|kunniga|and|und) ){0,4}";

/// Words of approximation before a number.
const ABOUT: &str = r"(?:(?:about|around|some|nearly|almost|over|more than|now|today|currently|rund|etwa|circa|ca\.|ungefähr|über|mehr als|heute|aktuell|derzeit|inzwischen|insgesamt|environ|près de|plus de|aujourd'hui|actuellement|désormais|unos|unas|cerca de|más de|hoy|actualmente|ongeveer|ruim|zo'n|bijna|meer dan|nu|inmiddels|cirka|omkring|drygt|över|mer än|idag|i dag|nästan) ){0,3}";

/// Labels of fact sheets for the number of people, lower case.
const LABELS: [&str; 44] = [
    "employees",
    "number of employees",
    "staff",
    "headcount",
    "head count",
    "team",
    "team size",
    "people",
    "our people",
    "workforce",
    "company size",
    "mitarbeiter",
    "mitarbeiterinnen",
    "mitarbeitende",
    "mitarbeiterzahl",
    "anzahl mitarbeiter",
    "anzahl der mitarbeiter",
    "beschäftigte",
    "belegschaft",
    "teamgröße",
    "kolleginnen und kollegen",
    "effectif",
    "effectifs",
    "salariés",
    "collaborateurs",
    "nombre de salariés",
    "équipe",
    "empleados",
    "número de empleados",
    "plantilla",
    "trabajadores",
    "equipo",
    "medewerkers",
    "aantal medewerkers",
    "werknemers",
    "personeel",
    "team grootte",
    "anställda",
    "antal anställda",
    "medarbetare",
    "antal medarbetare",
    "medarbejdere",
    "ansatte",
    "personal",
];

/// Captions below a figure that make it a head count, lower case; the whole caption.
const CAPTIONS: [&str; 38] = [
    "employees",
    "people",
    "people on the team",
    "people on our team",
    "people in the team",
    "team members",
    "colleagues",
    "staff",
    "staff members",
    "experts",
    "specialists",
    "mitarbeiter",
    "mitarbeiterinnen",
    "mitarbeitende",
    "mitarbeiter:innen",
    "mitarbeiterinnen und mitarbeiter",
    "beschäftigte",
    "kolleginnen und kollegen",
    "köpfe im team",
    "menschen im team",
    "salariés",
    "collaborateurs",
    "personnes",
    "collaborateurs et collaboratrices",
    "talents",
    "empleados",
    "personas",
    "personas en el equipo",
    "profesionales",
    "trabajadores",
    "medewerkers",
    "collega's",
    "mensen",
    "anställda",
    "medarbetare",
    "kollegor",
    "medarbejdere",
    "ansatte",
];

static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let range = format!(r"(?P<low>{NUMBER})(?P<plus> ?\+)?(?: ?(?:-|–|—|to|bis|and|und) ?(?P<high>{NUMBER}))?");
    let pattern = |text: String, weight| Pattern { regex: Regex::new(&text).expect("the pattern is a constant"), weight };
    vec![
        // "Number of employees: 88", "Headcount: 430", "Mitarbeiterzahl: 120", and table cells read across.
        pattern(
            format!(
                r"(?i)(?:^|[.;,(|] ?)(?:number of (?:employees|staff)|employees|staff|head ?count|team size|workforce|mitarbeiter(?:innen|zahl|:innen)?|mitarbeitende|anzahl (?:der )?mitarbeite\w+|beschäftigte|belegschaft) ?[:\n–=] ?(?:ca\. |about |rund |approx\. |über |over |> ?)?{range}"
            ),
            9,
        ),
        // "146 employees", "zwischen 50 und 80 Beschäftigte".
        pattern(format!(r"(?i){range} {ADJECTIVES}{STAFF}"), 8),
        // "we employ 146", "beschäftigt rund 320", "a workforce of 260", "team of 60+".
        pattern(
            format!(
                r"(?i)(?:employs?|employing|beschäftig(?:t|en)|work ?force(?: of| counts| numbers| totals|: )|head ?count (?:of|is)|staff of|crew of|belegschaft von|team (?:of|von)|team aus|family of) (?:[a-zäöüß]+ ){{0,5}}{range}"
            ),
            7,
        ),
        pattern(format!(r"(?i){range} at (?:the )?last count"), 6),
        // "there are 130 of us", "wir sind 66", "we are 66 people".
        pattern(format!(r"(?i)there are (?:now |about |around |over )?{range} of us"), 7),
        pattern(format!(r"(?i)(?:we are|we're|wir sind)(?: a team of)? (?:[a-zäöüß]+ ){{0,3}}{range} (?:{ADJECTIVES}{PEOPLE})"), 7),
        // "133 people work for", "3 colleagues at the plant": people said to work here.
        pattern(
            format!(
                r"(?i){range} {ADJECTIVES}{PEOPLE} (?:(?:[a-zäöüß-]+ ){{0,2}}(?:work (?:for|at|here|with us|in|on|across)|working (?:for|at|here|with us|in|across)|on the payroll|on (?:our )?staff|are employed|make up|form our)|in \d+ (?:countries|offices|locations|sites|ländern|standorten)|at \d+ (?:sites|locations|offices)|an \d+ standorten|arbeiten (?:bei|für|an|in unser))"
            ),
            6,
        ),
        pattern(format!(r"(?i)(?:give|gives|giving) work to (?:[a-z]+ ){{0,2}}{range}"), 6),
        pattern(
            format!(
                r"(?i)(?:the lab|the company|the firm|the group|we|unternehmen|firma|gruppe)(?: now| today| currently| heute)? (?:has|have|hat|haben|counts?|zählt) (?:[a-zäöüß]+ ){{0,2}}{range} {ADJECTIVES}{PEOPLE}"
            ),
            6,
        ),
        pattern(format!(r"(?i)(?:bei uns|hier|in \p{{Lu}}[\p{{L}}-]+) arbeiten (?:[a-zäöüß]+ ){{0,3}}{range} (?:{ADJECTIVES}{PEOPLE})"), 6),
        pattern(
            format!(
                r"(?i)(?:arbeiten (?:heute |inzwischen |derzeit )?(?:bei uns|hier|im unternehmen|für uns)|sind bei uns) {ABOUT}{range} {ADJECTIVES}{PEOPLE}"
            ),
            6,
        ),
        // French: "emploie 540 personnes", "compte aujourd'hui 12 collaborateurs", "nous sommes 45", "une équipe de 12 personnes".
        pattern(format!(r"(?i)(?:emploie|emploient|compte|comptent|rassemble|réunit|regroupe) {ABOUT}{range} {ADJECTIVES}{PEOPLE}"), 7),
        pattern(format!(r"(?i)(?:nous sommes|nous voici|sommes) {ABOUT}{range}(?: {ADJECTIVES}{PEOPLE}|[.,;]|$)"), 6),
        pattern(
            format!(
                r"(?i)(?:équipe|effectif|equipo|plantilla)(?: actual| total)? (?:de|est de|es de|formad[oa] por|compuest[oa] por|la forman|la componen) {ABOUT}{range}"
            ),
            7,
        ),
        // Spanish: "somos 45 personas", "contamos con 80 profesionales", "trabajan 85 personas".
        pattern(
            format!(r"(?i)(?:somos|contamos con|trabajamos|trabajan(?: aquí)?|da empleo a|emplea a) {ABOUT}{range} {ADJECTIVES}{PEOPLE}"),
            7,
        ),
        // Dutch: "we zijn met 29 mensen", "een team van 45", "er werken 90 mensen".
        pattern(format!(r"(?i)(?:zijn|werken)(?: we| wij)?(?: hier| bij ons| nu)? (?:met )?{ABOUT}{range} {ADJECTIVES}{PEOPLE}"), 7),
        pattern(format!(r"(?i)(?:team van|ploeg van|gäng på|team på|lag på|grupp på) {ABOUT}{range}"), 7),
        // Swedish: "vi är 38", "sysselsätter 210 personer".
        pattern(
            format!(
                r"(?i)(?:vi är|sysselsätter|här jobbar|här arbetar|hos oss jobbar|hos oss arbetar) {ABOUT}{range}(?: {ADJECTIVES}{PEOPLE}|[.,;]|$)"
            ),
            7,
        ),
        // "More than 70 people look after our clients", "510 Kolleginnen und Kollegen kümmern sich".
        pattern(
            format!(
                r"(?i){range} {ADJECTIVES}{PEOPLE} (?:look after|care for|keep|run|build|make|design|develop|serve|support|kümmern sich|betreuen|bauen|entwickeln|sorgen|fertigen|zorgen|bouwen|staan klaar|s'occupent|travaillent|trabajan|arbetar)"
            ),
            5,
        ),
        // "Join 132 others", "eine von 210 Kolleginnen und Kollegen".
        pattern(format!(r"(?i)(?:join|eine[rs]? von|one of) (?:our |unseren |over |more than )?{range} (?:others|{PEOPLE})"), 5),
    ]
});

struct Pattern {
    regex: Regex,
    weight: u8,
}

/// Words before the number, within the same clause, that make it somebody else's.
const FOREIGN_BEFORE: [&str; 60] = [
    "customer",
    "client",
    "kunde",
    "companies with",
    "businesses with",
    "firms with",
    "organisations with",
    "organizations with",
    "unternehmen mit",
    "firmen mit",
    "betriebe mit",
    "betrieben mit",
    "for teams",
    "für teams",
    "cut",
    "lay off",
    "laid off",
    "layoff",
    "dismiss",
    "redundan",
    "entlass",
    "abbau",
    "hired",
    "hire",
    "recruit",
    "new",
    "neue",
    "trained",
    "schul",
    "one of them",
    "maker with",
    "companies from",
    "unternehmen ab",
    "unternehmen von",
    "used by",
    "trusted by",
    "additional",
    "company of",
    "firm of",
    "business of",
    "employer of",
    "employers with",
    "arbeitgeber mit",
    "arbeitgeber ab",
    "entreprise de",
    "entreprises de",
    "pme de",
    "empresa de",
    "empresas de",
    "empresas con",
    "clientes con",
    "bedrijven met",
    "bedrijf met",
    "werkgevers met",
    "företag med",
    "kunder med",
    "darunter",
    "including",
    "dont",
    "waaronder",
];

/// Words right behind the number's people that make it somebody else's or only some.
const FOREIGN_AFTER: [&str; 44] = [
    "at our customer",
    "at a customer",
    "at customer",
    "of our customer",
    "at our client",
    "of our client",
    "at a client",
    "beim kunden",
    "bei unserem kunden",
    "unserer kunden",
    "unseres kunden",
    "bei kunden",
    "will lose",
    "were laid off",
    "laid off",
    "lose their",
    "left",
    "joined",
    "attended",
    "trained",
    "die stelle",
    "verlieren",
    "entlassen",
    "took part",
    "teilnehm",
    "will be affected",
    "affected",
    "use ",
    "uses ",
    "rely on",
    "trust us",
    "our buildings",
    "read our",
    "nutzen",
    "vertrauen",
    "utilisent",
    "usan ",
    "gebruiken",
    "använder",
    "sont formés",
    "could",
    "à former",
    "seront",
    "worden getroffen",
];

/// Reads the head counts of one statement. Stories
/// count people of their day or of a deal, so news pages are passed over.
pub(crate) fn read(page: &Page<'_>, index: usize, found: &mut Vec<Found>) {
    let statement = &page.statements[index];
    let asks_reader = statement.text.ends_with('?');
    if page.kind == PageKind::News || asks_reader || is_trouble(&statement.lower) {
        return;
    }
    let Some((place, low, high, weight)) = find(statement.text) else { return };
    let mut fact = Found::at(page, statement, (place.start, place.end), weight, Fact::HeadCount { low, high });
    if let (Some(fact), Some(as_of)) = (&mut fact, as_of(statement.text, page)) {
        fact.published = Some(as_of);
    }
    found.extend(fact);
}

/// "As of January 2019 we have 72 employees" is as old as it says.
fn as_of(text: &str, page: &Page<'_>) -> Option<jiff::civil::Date> {
    let lower = text.to_lowercase();
    let says_so = ["as of", "stand ", "per ", "zum "].iter().any(|words| lower.contains(words));
    dates(text).into_iter().map(|written| written.date).find(|date| says_so && *date <= page.today)
}

/// Reads head counts off fact sheets: a label with its number, a figure with its caption below or above.
pub(crate) fn listed(page: &Page<'_>, found: &mut Vec<Found>) {
    if page.kind == PageKind::Customers {
        return;
    }
    for pair in pairs(page, &LABELS) {
        let statement = &page.statements[pair.statement];
        let counted = count_of(pair.value).or_else(|| find(pair.value).map(|(_, low, high, _)| (low, high)));
        let fact = counted.map(|(low, high)| Fact::HeadCount { low, high });
        found.extend(fact.map(|fact| Found {
            fact,
            start: pair.start,
            end: pair.end,
            published: statement.story_date.or(page.dated),
            weight: 9,
            is_unseen: false,
        }));
    }
    for (index, two) in page.statements.windows(2).enumerate() {
        let [figure, caption] = two else { continue };
        let caption_words = caption.lower.trim_end_matches('.');
        let Some((low, high)) = count_of(figure.text).filter(|_| CAPTIONS.contains(&caption_words)) else { continue };
        if figure.block == caption.block || is_value_of_a_label(page, index) {
            continue;
        }
        let (start, end) = (figure.start, caption.start + caption.text.len());
        found.push(Found {
            fact: Fact::HeadCount { low, high },
            start,
            end,
            published: figure.story_date.or(page.dated),
            weight: 8,
            is_unseen: false,
        });
    }
}

/// In a row of labels and figures in turn, does the label stand before its figure? Told by what the row begins with.
fn is_value_of_a_label(page: &Page<'_>, figure: usize) -> bool {
    let kind = page.statements[figure + 1].kind;
    let is_figure = |at: usize| page.statements[at].text.starts_with(|c: char| c.is_ascii_digit());
    let is_label = |at: usize| {
        let statement = &page.statements[at];
        statement.kind == kind && statement.text.len() <= 40 && !statement.text.ends_with('.') && !is_figure(at)
    };
    let mut first = figure;
    while first >= 2 && is_figure(first - 2) && is_label(first - 1) {
        first -= 2;
    }
    first >= 1 && is_label(first - 1)
}

/// A text that is a number, or two ends, and at most a word of approximation before it.
fn count_of(text: &str) -> Option<(u32, u32)> {
    static COUNT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(&format!(
            r"^(?i:{ABOUT}|[~>≈]\s?)(?P<low>{NUMBER})\s?\+?(?: ?(?:-|–|—|to|bis|à|a|tot|till) ?(?P<high>{NUMBER}))?(?: {STAFF}| {PEOPLE})?$"
        ))
        .expect("the pattern is a constant")
    });
    let groups = COUNT.captures(text.trim())?;
    let low = number(groups.name("low")?.as_str())?;
    let high = groups.name("high").map_or(Some(low), |high| number(high.as_str()))?;
    (low > 0 && low <= high && high <= MOST_PEOPLE).then_some((low, high))
}

/// No company employs more; larger numbers are something else.
pub(crate) const MOST_PEOPLE: u32 = 3_000_000;

/// The plainest head count of a sentence: place, ends, weight.
fn find(text: &str) -> Option<(Range<usize>, u32, u32, u8)> {
    for pattern in PATTERNS.iter() {
        for groups in pattern.regex.captures_iter(text) {
            let (Some(whole), Some(low_words)) = (groups.get(0), groups.name("low")) else { continue };
            let place = low_words.start()..whole.end();
            if is_foreign(text, &place) || !is_whole_number(text, low_words.start()) {
                continue;
            }
            let high_words = groups.name("high");
            if let Some((low, high)) = ends(text, low_words.as_str(), high_words.map(|m| m.as_str()), low_words.start()) {
                return Some((place, low, high, pattern.weight));
            }
        }
    }
    None
}

/// Both ends as numbers; a bare year and a nonsensical range are no head count.
fn ends(text: &str, low: &str, high: Option<&str>, at: usize) -> Option<(u32, u32)> {
    let low_value = number(low)?;
    let high_value = high.map_or(Some(low_value), number)?;
    let looks_like_year = low.len() == 4 && (1900..=2040).contains(&low_value) && !says_amount(&text[..at]);
    (low_value > 0 && low_value <= high_value && high_value <= MOST_PEOPLE && !looks_like_year).then_some((low_value, high_value))
}

/// Does the text before a number announce an amount, so that even "2019" is one?
fn says_amount(before: &str) -> bool {
    const WORDS: [&str; 17] = [
        "employ",
        "employs",
        "than",
        "over",
        "about",
        "around",
        "of",
        "with",
        "mit",
        "über",
        "rund",
        "etwa",
        "als",
        "beschäftigt",
        "beschäftigen",
        "have",
        "has",
    ];
    let last = before.trim_end().rsplit(' ').next().unwrap_or_default().to_lowercase();
    WORDS.contains(&last.as_str())
}

/// Not the tail of another number, a date or a word ("B2", "12.000", "3 000").
fn is_whole_number(text: &str, at: usize) -> bool {
    let before = text[..at].chars().next_back();
    let two_before = text[..at].chars().rev().nth(1);
    let continues = before.is_some_and(|c| c.is_alphanumeric() || c == '€' || c == '$');
    let groups = before.is_some_and(|c| ".,'’-–/".contains(c)) && two_before.is_some_and(|c| c.is_ascii_digit());
    !continues && !groups
}

fn is_foreign(text: &str, place: &Range<usize>) -> bool {
    let clause = text[..place.start].rfind([';', ':', '(']).map_or(0, |at| at + 1);
    let before = text[clause.min(place.start)..place.start].to_lowercase();
    let near = last_characters(&before, 48);
    let after = first_characters(&text[place.end..], 40).to_lowercase();
    FOREIGN_BEFORE.iter().any(|words| starts_a_word(near, words)) || FOREIGN_AFTER.iter().any(|words| after.contains(words))
}

/// Does one of the words of `text` begin with `words`?
fn starts_a_word(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| !text[..at].chars().next_back().is_some_and(char::is_alphanumeric))
}

fn last_characters(text: &str, count: usize) -> &str {
    text.char_indices().rev().nth(count.saturating_sub(1)).map_or(text, |(at, _)| &text[at..])
}

fn first_characters(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or(text, |(at, _)| &text[..at])
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts_on, picked};
    use super::*;

    fn counts(line: &str) -> Vec<(u32, u32)> {
        picked(line, |fact| match fact {
            Fact::HeadCount { low, high } => Some((*low, *high)),
            _ => None,
        })
    }

    #[test]
    fn a_head_count_is_read_however_it_is_said() {
        let cases = [
            ("Nordvimpel employs 146 people in Aarhus.", (146, 146)),
            ("1.200 Mitarbeiter in vier Werken sorgen dafür, dass nichts tropft.", (1200, 1200)),
            ("A team of 60+ and an online retailer first.", (60, 60)),
            ("We are a team of 60+.", (60, 60)),
            ("There are between 50 and 80 employees here.", (50, 80)),
            ("Je nach Erntezeit sind bei uns zwischen 50 und 80 Beschäftigte im Einsatz.", (50, 80)),
            ("More than 2,300 employees worldwide.", (2300, 2300)),
            ("Heute beschäftigt das Unternehmen 320 Mitarbeiterinnen und Mitarbeiter an drei Standorten.", (320, 320)),
            ("133 people work for Auralink.", (133, 133)),
            ("There are 130 of us, split between two sites.", (130, 130)),
            ("Frostgaard is a cold-chain logistics company with 118 employees, 64 trailers and no warehouse.", (118, 118)),
            ("165 Mitarbeitende, drei Mühlen, ein Bahnanschluss.", (165, 165)),
            ("Headcount: 430 employees, two plants.", (430, 430)),
            ("Mit etwa 110 Beschäftigten und sechs Schiffen sind wir klein genug.", (110, 110)),
            ("Our workforce counts 260 people.", (260, 260)),
            ("Number of employees: 88", (88, 88)),
            ("In Rheine arbeiten rund 230 Beschäftigte an drei Anlagen.", (230, 230)),
            ("Unsere 140 Mitarbeiter bewegen täglich 1.100 Paletten.", (140, 140)),
            ("Solvik's 160 staff work in Oslo and Tromsø.", (160, 160)),
            ("There are 74 people on the payroll.", (74, 74)),
            ("The media group has 96 people on staff.", (96, 96)),
            ("The mill and the drying line give work to 240 people.", (240, 240)),
            ("Around 190 colleagues work at the plant in Ghent.", (190, 190)),
            ("We are 66 people in season and 52 in winter.", (66, 66)),
            ("With 146 employees we serve 2,000 customers in 14 countries.", (146, 146)),
            ("Mitarbeiterzahl: 1.450", (1450, 1450)),
            ("Wir sind ein Team von 45 Köpfen.", (45, 45)),
            ("We employ 2,019 people.", (2019, 2019)),
            ("Gegründet 1994 in Dresden, 85 Mitarbeiter, drei Schichten.", (85, 85)),
            ("We have 200-250 employees.", (200, 250)),
            ("About ninety-five people work here: 95 at the last count, nine of them apprentices.", (95, 95)),
        ];
        for (line, expected) in cases {
            assert_eq!(counts(line), [expected], "{line}");
        }
    }

    #[test]
    fn other_peoples_people_are_not_counted() {
        let cases = [
            "150 employees at our customer saved two hours a day.",
            "One of our customers has 9,500 employees and still sends faxes.",
            "Our customers are breweries. One of them has 9,500 employees.",
            "We help companies with 50 to 500 employees.",
            "Für Unternehmen mit 10 bis 250 Mitarbeitern.",
            "34 employees will lose their positions before the end of the year.",
            "We laid off 40 employees.",
            "Wir haben 30 neue Mitarbeiter eingestellt.",
            "Im Umfeld arbeiten über 3.000 Menschen in der Hafenlogistik.",
            "In 2019 employees moved into the new building.",
            "Founded in 1998, employees own the company.",
            "1,200 people attended our conference.",
            "Used by two navies with together more than 40,000 sailors.",
            "Our software is used by 10,000 employees every day.",
            "“They found 212 of our taps.” – purchasing manager at a bathroom maker with 700 employees",
            "We trained 200 employees of a bank.",
            "18.000 Palettenplätze, AEO-zertifiziert, 32 Rampen.",
            "Der Bus fasst 50 Personen.",
            "620 bookings, most of them multi-leg",
        ];
        for line in cases {
            assert!(counts(line).is_empty(), "{line} {:?}", counts(line));
        }
    }

    #[test]
    fn a_label_and_its_cell_are_read_together() {
        let found = facts_on(PageKind::About, &["| What", "| Figure", "| Employees", "| 146", "| Ports served", "| 11"]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].fact, Fact::HeadCount { low: 146, high: 146 });
    }

    #[test]
    fn a_count_as_of_a_date_is_as_old_as_it_says() {
        let found = facts_on(PageKind::About, &["As of January 2019 we have 72 employees and 21 lorries."]);
        assert_eq!(found[0].published, Some(jiff::civil::date(2019, 1, 1)));
    }
}
