//! Dated stories: money raised, staff let go, trouble, and news.
//!
//! These decide whether a mail is timely or tactless, so trouble is read generously and money strictly. The date is
//! the one in the sentence, else the story's date line, else the page's; a story without any date stays undated and
//! is treated as recent by whoever asks.

use autoreach_domain::dossier::{Fact, Trouble};
use jiff::civil::Date;
use regex::{Regex, RegexSet};
use std::sync::LazyLock;

use super::super::plan::PageKind;
use super::super::statements::{Page, Statement, dates};
use super::Found;

/// Keywords of statements that may tell of money raised.
pub(crate) const FUNDING_KEYWORDS: &str =
    r"million|mio|miljo|millones|milliard|\d ?m\b|\d ?bn\b|\d ?k\b|series |seed|[€$£]|\beur\b|\busd\b|\bgbp\b|\bsek\b";

/// Most stories kept of one page.
const MOST_STORIES: usize = 6;

static AMOUNT: LazyLock<Regex> = LazyLock::new(|| {
    let big = r"(?:million|billion|mio\.?|mrd\.?|mn|m|bn|k|millionen|milliarden|millions|milliards|millones|miljoen|miljard|miljoner|miljarder|milj\.?|mkr|msek)";
    let currency = r"(?:€|\$|£|euros?|dollars?|pounds|EUR|USD|GBP|CHF|SEK|DKK|NOK|kronor|kroner|kr|francs|franken)";
    Regex::new(&format!(
        r"(?i)(?:[€$£]|EUR|USD|GBP|CHF|SEK|DKK|NOK)\s?\d+(?:[.,]\d+)*(?:\s?{big}\b)?|\d+(?:[.,]\d+)*\s?{big}\s?(?:d['’]|de )?{currency}|\d+(?:[.,]\d+)*\s?(?:mkr|msek)\b"
    ))
    .expect("the pattern is a constant")
});

static ROUND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:pre-)?seed|series [A-F]\b|s[eé]rie[- ][A-F]\b|ronda [A-F]\b|growth round|bridge round|amorçage")
        .expect("the pattern is a constant")
});

/// Words that say by themselves that money was raised, lower case.
const RAISED: [&str; 44] = [
    "raised",
    "raises",
    "raising",
    "funding round",
    "secured",
    "closed a",
    "in funding",
    " series ",
    "seed round",
    "eingesammelt",
    "sammelt",
    "finanzierungsrunde",
    "kapitalrunde",
    "wachstumskapital",
    "lève",
    "lèvent",
    "levé",
    "levée de fonds",
    "tour de table",
    "boucle",
    "ronda de",
    "cierra una ronda",
    "cerrado una ronda",
    "capta",
    "captado",
    "levanta",
    "recauda",
    "ampliación de capital",
    "haalt",
    "haalde",
    "opgehaald",
    "financieringsronde",
    "investeringsronde",
    "kapitaalronde",
    "tar in",
    "tagit in",
    "får in",
    "reser",
    "finansieringsrunda",
    "nyemission",
    "kapitalrunda",
    "henter",
    "rejser",
    "kapitalforhøjelse",
];

/// Words that say so only in the headline of a dated story, where an amount stands beside them; lower case.
const RAISED_IN_HEADLINE: [&str; 24] = [
    "secures",
    "closes",
    "bags",
    "lands",
    "nets",
    "attracts",
    "receives",
    "gets",
    "wins",
    "picks up",
    "erhält",
    "sichert sich",
    "bekommt",
    "schließt",
    "obtient",
    "reçoit",
    "sécurise",
    "obtiene",
    "recibe",
    "consigue",
    "ontvangt",
    "krijgt",
    "säkrar",
    "erhåller",
];

/// Reads money raised: an amount beside a verb or noun that says it was raised by this company.
pub(crate) fn funding(page: &Page<'_>, index: usize, found: &mut Vec<Found>) {
    let statement = &page.statements[index];
    let lower = &statement.lower;
    let is_headline =
        headline(statement).is_some() && (statement.story_date.is_some() || page.dated.is_some()) && !statement.text.ends_with('.');
    let foreign = [
        "for charity",
        "donat",
        "spende",
        "customer",
        "kunde",
        "our fund",
        "portfolio",
        "raised beds",
        "raised from seed",
        "price",
        "revenue",
        "umsatz",
        "we helped",
        "for our clients",
        "charit",
        "hospiz",
        "contract",
        "auftrag",
        "contrat",
        "contrato",
        "opdracht",
        "turnover",
        "chiffre d'affaires",
        "facturación",
        "omzet",
        "omsättning",
        "listeners",
        "luisteraars",
        "kosten",
        "has invested",
        "déjà investi",
    ];
    let says_so = |words: &[&str]| words.iter().any(|words| starts_word(lower, words));
    let is_raised = says_so(&RAISED) || (is_headline && says_so(&RAISED_IN_HEADLINE));
    if !is_raised || foreign.iter().any(|words| lower.contains(words)) {
        return;
    }
    let Some(amount) = AMOUNT.find(statement.text) else { return };
    let round = ROUND.find(statement.text).map(|hit| hit.as_str().to_owned());
    let fact = Fact::Funding { amount: amount.as_str().trim().to_owned(), round };
    let mut story = Found::at(page, statement, (amount.start(), amount.end()), if statement.is_heading() { 5 } else { 8 }, fact);
    date_story(&mut story, page, statement);
    found.extend(story);
}

/// Does one of the words of `text` begin with `words`? Words that begin with a space are looked for as they are.
fn starts_word(text: &str, words: &str) -> bool {
    words.starts_with(' ') && text.contains(words)
        || text.match_indices(words).any(|(at, _)| !text[..at].chars().next_back().is_some_and(char::is_alphanumeric))
}

/// Kinds of trouble with the words that tell of them, in six languages; the first is layoffs. Lower-case patterns on lower-case
/// text.
const TROUBLES: [(Option<Trouble>, &[&str]); 7] = [
    (
        None,
        &[
            r"layoffs?\b|\blay(?:s|ing)? off\b|laid off|job cuts|(?:to )?cuts? (?:about |around |up to )?\d[\d.,]* (?:jobs|positions|roles|employees|staff)|redundanc|lose their (?:jobs|positions)",
            r"\d (?:\w+ )?(?:staff|people|employees|workers|jobs|roles|positions) (?:are |were |will be )?(?:made )?redundant|(?:reduc|cut|shrink|downsiz)\w* (?:its |our |the |their )?(?:workforce|head ?count|staff)|let(?:s|ting)? go of \d|axes \d",
            r"stellenabbau|stellenstreichung|baut \d[\d.,]* (?:\p{L}+ )?stellen ab|streicht \d[\d.,]* (?:\p{L}+ )?(?:stellen|arbeitsplätze|jobs)|entlässt|entlassungen|betriebsbedingte kündigung|kurzarbeit|personalabbau|kündigt \d+ mitarbeit",
            r"suppr(?:ime|imer|ession) (?:de |d'environ |jusqu'à |près de )*\d*\s?(?:postes|emplois)|suppressions? (?:de|d') ?(?:postes|emplois)|licencie(?:ment|ments)?\b|plan social|plan de sauvegarde de l'emploi|chômage partiel",
            r"\bere\b|\berte\b|despid[eo]|despedir|recort\w+ (?:de )?(?:plantilla|\d+ (?:empleos|puestos))|suprime \d+ (?:puestos|empleos)",
            r"schrapt \d+|schrappen (?:van )?\d+|ontsla(?:at|an|g|gen)\b|massaontslag|(?:banen|arbeidsplaatsen) (?:verdwijnen|vervallen|geschrapt)|verliezen hun baan",
            r"varslar|\bvarsel|säger upp \d|sägs upp|uppsägning|tvingas gå|skär ned \d|opsiger \d|afskedige|fyrer \d",
        ],
    ),
    (
        Some(Trouble::Insolvency),
        &[
            r"insolven|bankrupt|enters? administration|in administration|appoints? administrators|chapter (?:11|7)\b|receivership|gläubigerschutz|liquidators",
            r"redressement judiciaire|liquidation judiciaire|dépôt de bilan|dépose le bilan|procédure de sauvegarde|concurso de acreedores|preconcurso|en quiebra|suspensión de pagos",
            r"failliet|faillissement|surseance|konkurs|företagsrekonstruktion|betalingsstandsning",
        ],
    ),
    (
        Some(Trouble::Merger),
        &[
            r"\bto merge\b|\bmerger\b|merges with|merged with|acquired by|acquisition of \p{L}+ by|bought by|taken over by|takeover of|takeover by|\bacquires\b|to acquire\b|agrees to buy|joins forces with .{2,40} group",
            r"übernahme durch|wird übernommen|wurde übernommen|von .{3,40} übernommen|fusion mit|fusionier|zusammenschluss mit|übernimmt (?:den |die |das |mehrheit |anteile )?(?:konkurrent|wettbewerber|mehrheit|anteile|\p{L}+ (?:gmbh|ag|verlag|gruppe))|(?:gruppe|holding|konzern|ag|gmbh) übernimmt",
            r"fusionne|rachet[eé]|rachète|rachat (?:de|par)|acquiert|acquise? par|absorb[eé]e? par|se fusiona|fusión (?:con|de)|adquiere|adquirid[ao] por|absorbe|compra de .{2,30} por",
            r"neemt .{2,40} over\b|overgenomen|overname (?:van|door)|fuseert|fusie (?:met|tussen)|köps upp|köper upp|förvärvar|förvärvas|uppköp|går samman|fusioneras|slås samman|opkøbes|overtager",
        ],
    ),
    (
        Some(Trouble::LeadershipChange),
        &[
            r"(?:ceo|chief executive|managing director|geschäftsführer(?:in)?|vorstandschef(?:in)?|vorstandsvorsitzende[rn]?) .{0,60}(?:steps? down|stepped down|resign|leaves|departs|tritt zurück|verlässt|scheidet aus)",
            r"(?:steps? down|resigns?|resigned) as (?:ceo|chief executive|managing director|chairman|chair)|(?:new|appoints?|appointed as|neuer|neue|names?) (?:its |our |a )?(?:new )?(?:ceo|chief executive|managing director|geschäftsführer(?:in)?|vorstandschef(?:in)?|vorstandsvorsitzende)|rücktritt (?:des|der|von)",
            r"(?:appointed|named|returns|promoted|joins|takes over|succeeds .{2,40}) (?:as |to )?(?:the |our |group |interim )*(?:ceo|chief executive|managing director|president)\b",
            r"(?:nouveau|nouvelle|nommée?|succède .{0,40}|prend la) (?:\w+ )?(?:directeur général|directrice générale|pdg|président|présidente|direction générale)\b",
            r"(?:nuev[oa]|nombra(?:mos|do|da)?|nombrad[oa]|dimite|releva) .{0,50}(?:consejer[oa] delegad[oa]|director(?:a)? general|president[ea]|ceo)\b",
            r"(?:nieuwe|benoemd tot|benoemt|wordt) .{0,30}(?:bestuurder|directeur|ceo)\b|(?:bestuurder|directeur|ceo) .{0,30}(?:vertrekt|stapt op|treedt af)",
            r"(?:ny|utses till|utsedd till|tillträder som|ny tillförordnad) (?:vd|verkställande direktör|koncernchef|ceo)\b|(?:vd|verkställande direktör)n? .{0,30}(?:avgår|lämnar|slutar)",
        ],
    ),
    (
        Some(Trouble::Breach),
        &[
            r"data breach|security breach|security incident|cyber ?-?(?:attack|incident)|ransomware|data leak|exposed in (?:a|the) breach|datenleck|hackerangriff|cyberangriff|cyber-angriff|datenpanne|it-sicherheitsvorfall",
            r"cyberattaque|cyber-attaque|fuite de données|violation de données|piratage|ciberataque|brecha de (?:datos|seguridad)|filtración de datos|hackeo|datalek|na hack\b|gehackt|cyberaanval|gijzelsoftware|dataintrång|cyberattack|dataläcka|it-attack|hackad",
        ],
    ),
    (
        Some(Trouble::Accident),
        &[
            r"(?:fatal|serious|tragic|workplace) accident|(?:killed|injured) (?:in|at|when|by)|people (?:were )?(?:killed|injured)|explosion (?:at|in)|fire (?:at|in|destroys) (?:our|the|a) (?:\w+ )?(?:plant|factory|warehouse|mill|depot|site)",
            r"schwerer unfall|tödlich|arbeitsunfall|(?:menschen|mitarbeiter|personen) .{0,30}verletzt|großbrand|brand (?:in|im) (?:unserem |unserer |der |dem )?(?:werk|halle|lager)|explosion (?:im|in)",
            r"incendie (?:dans|sur|à|de)|accident (?:mortel|grave|du travail)|\d+ blessés|un mort|incendio en|accidente (?:laboral|mortal|grave)|herid[oa]s?\b|fallecid[oa]s? en",
            r"brand (?:in|bij|i|på) .{2,40}(?:gewond|skada|fabriek|magazijn|loods|köket|lager|fabrik)|grote brand|storbrand|ongeval|dodelijk|gewonden?\b|olycka|skadade?s?\b.{0,20}(?:person|brand)|personer? (?:har )?skada|omkom",
        ],
    ),
    (
        Some(Trouble::Bereavement),
        &[
            r"passed away|we mourn|mourns|mourning|obituary|in memory of our|death of (?:our |its |the )?(?:founder|ceo|chairman|colleague)|trauert|wir trauern|in tiefer trauer|verstorben|nachruf",
            r"décès d[eu']|en deuil|nous a quittés|disparition de (?:notre|son)|fallece|fallecimiento|falleció|luto por|in memoriam|overleden|overlijden van|rouwen om|avlidit|avliden|gått bort|sörjer|minnesord|mindeord",
        ],
    ),
];

/// The words of every trouble together: whether a statement is worth a closer look.
pub(crate) static TROUBLE_KEYWORDS: LazyLock<String> =
    LazyLock::new(|| TROUBLES.iter().flat_map(|(_, words)| words.iter().copied()).collect::<Vec<_>>().join("|"));

static TROUBLE: LazyLock<RegexSet> =
    LazyLock::new(|| RegexSet::new(TROUBLES.iter().map(|(_, words)| words.join("|"))).expect("the patterns are constants"));

/// Words that take the trouble away from this company, or out of the present.
const NOT_TROUBLE: [&str; 46] = [
    "avoid",
    "prevent",
    "protect against",
    "schutz vor",
    "schützt vor",
    "without layoffs",
    "no layoffs",
    "keine entlassungen",
    "insurance",
    "versicher",
    "insolvenzverwalter für",
    "insolvency law",
    "insolvenzrecht",
    "insolvenzberatung",
    "insolvency practitioners",
    "insolvency advice",
    "software for",
    "accident-free",
    "unfallfrei",
    "no accidents",
    "without accident",
    "zero accidents",
    "merge request",
    "merge cells",
    "mergers and acquisitions",
    "mergers & acquisitions",
    "advise",
    "beraten",
    "accident prevention",
    "unfallverhütung",
    "in case of",
    "im falle",
    "customer was",
    "merge the data",
    "éviter",
    "prévenir",
    "prévention",
    "assurance",
    "seguro",
    "evitar",
    "prevenir",
    "voorkom",
    "verzeker",
    "förebygg",
    "försäkring",
    "undvik",
];

/// Does a sentence (lower case) tell of trouble? Such a story is no news to congratulate on, and counts no staff.
pub(crate) fn is_trouble(lower: &str) -> bool {
    TROUBLE.is_match(lower) && !NOT_TROUBLE.iter().any(|words| lower.contains(words))
}

/// Reads staff let go and other trouble.
pub(crate) fn trouble(page: &Page<'_>, index: usize, found: &mut Vec<Found>) {
    let statement = &page.statements[index];
    let is_telling = matches!(page.kind, PageKind::Home | PageKind::News | PageKind::About) || statement.story_date.is_some();
    if !is_telling || !is_trouble(&statement.lower) {
        return;
    }
    let Some(hit) = TROUBLE.matches(&statement.lower).iter().next() else { return };
    let summary = statement.text.chars().take(super::super::statements::LONGEST_QUOTE).collect::<String>();
    let fact = match TROUBLES[hit].0 {
        None => Fact::Layoffs { summary },
        Some(trouble) => Fact::Trouble { trouble, summary },
    };
    let weight = if statement.is_heading() { 9 } else { 8 };
    let mut story = Found::whole(page, statement, weight, fact);
    date_story(&mut story, page, statement);
    found.extend(story);
}

/// What the headline of a dated story tells: trouble, money raised, or else news.
pub(crate) fn headline_facts(page: &Page<'_>, statement: Statement<'_>) -> Vec<Found> {
    let date = statement.story_date;
    let alone = Page {
        kind: PageKind::News,
        text: page.text,
        statements: vec![statement],
        today: page.today,
        dated: date,
        host_name: String::new(),
    };
    let mut found = Vec::new();
    trouble(&alone, 0, &mut found);
    funding(&alone, 0, &mut found);
    if found.is_empty() {
        news(&alone, &mut found);
    }
    found
}

/// The date in the sentence itself is nearer than the story's.
fn date_story(story: &mut Option<Found>, page: &Page<'_>, statement: &Statement<'_>) {
    let in_sentence: Option<Date> = dates(statement.text).into_iter().map(|written| written.date).filter(|date| *date <= page.today).max();
    if let (Some(story), Some(date)) = (story, in_sentence) {
        story.published = Some(date);
    }
}

/// The headlines of dated stories, newest first. On a news page every date line has its headline; elsewhere only
/// headings with a date line of their own count.
pub(crate) fn news(page: &Page<'_>, found: &mut Vec<Found>) {
    let mut stories: Vec<Found> = Vec::new();
    let mut told: Vec<Date> = Vec::new();
    for statement in &page.statements {
        let Some(date) = statement.story_date.filter(|date| !told.contains(date)) else { continue };
        if is_trouble(&statement.lower) || (statement.text.ends_with('.') && !statement.is_heading() && dates(statement.text).is_empty()) {
            told.push(date);
            continue;
        }
        let is_place = page.kind == PageKind::News || (statement.is_heading() && page.kind == PageKind::Home);
        let Some((start, end)) = headline(statement).filter(|_| is_place) else { continue };
        told.push(date);
        let headline = statement.text[start..end].to_owned();
        let story = Found::at(page, statement, (start, end), 6, Fact::News { headline });
        stories.extend(story.map(|story| Found { published: Some(date), ..story }));
    }
    stories.extend(article(page).filter(|_| stories.is_empty() && told.is_empty()));
    stories.sort_by_key(|story| std::cmp::Reverse(story.published));
    stories.truncate(MOST_STORIES);
    found.extend(stories);
}

/// The headline of a page that is one story: its first heading, dated by the page itself.
fn article(page: &Page<'_>) -> Option<Found> {
    let date = page.text.published.filter(|date| page.kind == PageKind::News && *date <= page.today)?;
    let title = page.statements.iter().find(|statement| statement.is_heading()).filter(|title| !is_trouble(&title.lower))?;
    let (start, end) = headline(title)?;
    let story = Found::at(page, title, (start, end), 6, Fact::News { headline: title.text[start..end].to_owned() })?;
    Some(Found { published: Some(date), ..story })
}

/// Titles of news pages, which are no headlines; lower case. Single words are too short for a headline anyway.
const PAGE_TITLES: [&str; 21] = [
    "press room",
    "press releases",
    "latest news",
    "our news",
    "company news",
    "news and press",
    "news & press",
    "aktuelle meldungen",
    "presse und neuigkeiten",
    "espace presse",
    "sala de prensa",
    "comunicados de prensa",
    "communiqués de presse",
    "news and insights",
    "in the news",
    "news & insights",
    "nyheter och press",
    "nieuws en pers",
    "media centre",
    "press kit",
    "contact presse",
];

/// The words of a headline beside its date: 2 to 14 words without the date; a line that is only a date has none.
fn headline(statement: &Statement<'_>) -> Option<(usize, usize)> {
    let text = statement.text;
    let first = dates(text).first().copied();
    let (start, end) = match first {
        Some(date) if date.start <= 12 => (date.end, text.len()),
        Some(date) => (0, date.start),
        None => (0, text.len()),
    };
    let part = &text[start..end];
    let trimmed = part.trim_matches(|c: char| c.is_whitespace() || "():–—-·|,.".contains(c));
    let start = start + part.find(trimmed).unwrap_or(0);
    let words = trimmed.split_whitespace().count();
    let is_label = [
        "posted on",
        "published",
        "veröffentlicht",
        "last updated",
        "stand",
        "by ",
        "publié",
        "publicado",
        "gepubliceerd",
        "publicerad",
        "von ",
        "par ",
        "door ",
    ]
    .iter()
    .any(|label| trimmed.to_lowercase().starts_with(label));
    let is_page_title = PAGE_TITLES.contains(&trimmed.to_lowercase().as_str());
    ((2..=14).contains(&words) && !is_label && !is_page_title && trimmed.len() <= 120).then_some((start, start + trimmed.len()))
}

#[cfg(test)]
mod tests {
    use super::super::testing::facts_on;
    use super::*;
    use jiff::civil::date;

    fn told(lines: &[&str]) -> Vec<(String, Option<Date>)> {
        let facts = facts_on(PageKind::News, lines);
        let kind = |found: &Found| match &found.fact {
            Fact::Layoffs { .. } => Some("layoffs".to_owned()),
            Fact::Trouble { trouble, .. } => Some(trouble.as_str().to_owned()),
            Fact::Funding { amount, round } => Some(format!("{amount} {}", round.clone().unwrap_or_default()).trim().to_owned()),
            _ => None,
        };
        facts.iter().filter_map(|found| kind(found).map(|kind| (kind, found.published))).collect()
    }

    fn check(line: &str, expected: Option<&str>) {
        let kinds: Vec<_> = told(&[line]).into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, expected.map(str::to_owned).into_iter().collect::<Vec<_>>(), "{line}");
    }

    #[test]
    fn trouble_is_told_by_its_kind() {
        check("Havglimt to cut 34 jobs in Esbjerg", Some("layoffs"));
        check("Acme baut 120 Stellen ab.", Some("layoffs"));
        check("34 employees will lose their positions before the end of the year.", Some("layoffs"));
        check("Steinquell stellt Antrag auf Insolvenz", Some("insolvency"));
        check("Frostgaard and Polarvind to merge", Some("merger"));
        check("Acme wurde von der Beta-Gruppe übernommen.", Some("merger"));
        check("Our CEO Ida Holm steps down at the end of the month.", Some("leadership_change"));
        check("Neuer Geschäftsführer bei Acme", Some("leadership_change"));
        check("We informed customers of a data breach.", Some("breach"));
        check("Ein Hackerangriff hat unsere Systeme getroffen.", Some("breach"));
        check("Two people were injured in our warehouse.", Some("accident"));
        check("Wir trauern um unseren Gründer.", Some("bereavement"));
    }

    #[test]
    fn what_only_sounds_like_trouble_is_none() {
        for line in [
            "Our software helps you avoid layoffs.",
            "We protect against ransomware.",
            "The plant has been accident-free for 1,000 days.",
            "We advise on mergers and acquisitions.",
            "We cut steel to size.",
            "Fusion cuisine in our canteen.",
            "The wines merge fruit and spice.",
            "Unsere Kanzlei ist auf Insolvenzrecht spezialisiert.",
        ] {
            check(line, None);
        }
    }

    #[test]
    fn money_raised_is_read_with_amount_and_round() {
        check("Graphite Ledger raised €12 million Series A led by Fjällbäck Capital.", Some("€12 million Series A"));
        check("In June 2026 we raised €9 million in a Series A round.", Some("€9 million Series A"));
        check("Acme hat 4,5 Millionen Euro in einer Finanzierungsrunde eingesammelt.", Some("4,5 Millionen Euro"));
        check("We secured $3.2m in funding.", Some("$3.2m"));
        check("We raised €5,000 for charity.", None);
        check("Our revenue raised by €2 million.", None);
        check("Rund 4,5 Millionen Euro wurden investiert.", None);
        check("We raised the bar.", None);
    }

    #[test]
    fn a_story_has_the_date_nearest_to_it() {
        let page = [
            "# News",
            "## Havglimt to cut 34 jobs in Esbjerg",
            "Posted on November 7, 2026",
            "Havglimt announced layoffs on 6 November 2026. The union was told.",
            "## New crane on quay 4",
            "Posted on March 3, 2026",
            "A crane is now in service.",
        ];
        assert_eq!(told(&page), [("layoffs".to_owned(), Some(date(2026, 11, 7))), ("layoffs".to_owned(), Some(date(2026, 11, 6)))]);
    }

    #[test]
    fn headlines_are_read_from_every_usual_layout() {
        let layouts: [&[&str]; 5] = [
            &["# News", "## Third weekly call at Klaipėda", "2026-10-14", "From week 45 we offer more."],
            &["# News", "14 October 2026", "## Third weekly call at Klaipėda", "From week 45 we offer more."],
            &["# News", "Third weekly call at Klaipėda (14 October 2026) From week 45 we offer more."],
            &["# Aktuelles", "## 14. Oktober 2026 Third weekly call at Klaipėda", "Ab Woche 45."],
            &["# News", "- 14.10.2026 – Third weekly call at Klaipėda"],
        ];
        for lines in layouts {
            let facts = facts_on(PageKind::News, lines);
            let news: Vec<_> = facts.iter().filter(|found| matches!(found.fact, Fact::News { .. })).collect();
            assert_eq!(news.len(), 1, "{lines:?} {news:?}");
            assert_eq!(news[0].published, Some(date(2026, 10, 14)), "{lines:?}");
            assert!(matches!(&news[0].fact, Fact::News { headline } if headline.starts_with("Third weekly call")), "{lines:?} {news:?}");
        }
    }

    #[test]
    fn a_date_to_come_is_no_date_of_a_story() {
        assert_eq!(told(&["Acme will lay off staff on 1 March 2027."]), [("layoffs".to_owned(), None)]);
    }
}
