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
pub(crate) const FUNDING_KEYWORDS: &str = "raised|raises|series |seed|funding|finanzierungsrunde|eingesammelt|kapitalrunde|wachstumskapital|investment round|closed a round|led by";
/// Keywords of statements that may tell of trouble.
pub(crate) const TROUBLE_KEYWORDS: &str = "layoff|lay off|laid off|laying off|job cuts|cut |cuts |redundan|lose their|will lose|stellenabbau|stellenstreichung|baut |abbau|entlass|kündigung|kurzarbeit|insolven|bankrupt|administration|\
     chapter 11|receivership|restructur|merge|acquired by|acquisition|takeover|take-over|übernahme|übernommen|fusion|zusammenschluss|steps down|step down|resign|new ceo|new chief executive|tritt zurück|rücktritt|\
     neuer geschäftsführer|neue geschäftsführerin|breach|cyber|ransomware|data leak|datenleck|hackerangriff|cyberangriff|accident|explosion|killed|injured|unglück|unfall|verletzt|brand in|fire at|fire in|passed away|mourn|obituary|\
     trauer|verstorben|nachruf|in memory of";

/// Most stories kept of one page.
const MOST_STORIES: usize = 4;

static AMOUNT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:[€$£]|EUR|USD|GBP|CHF|SEK|DKK|NOK)\s?\d+(?:[.,]\d+)*(?:\s?(?:million|billion|mio\.?|mrd\.?|m|bn|k|millionen|milliarden)\b)?|\d+(?:[.,]\d+)*\s?(?:million|billion|mio\.?|mrd\.?|m|bn|millionen|milliarden)\s?(?:€|\$|£|euros?|dollars?|pounds|EUR|USD|GBP|CHF|SEK|DKK|NOK|kronor|kroner)")
        .expect("the pattern is a constant")
});

static ROUND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:pre-)?seed|series [A-F]\b|serie[- ][A-F]\b|growth round|bridge round").expect("the pattern is a constant")
});

/// Reads money raised: an amount beside a verb or noun that says it was raised by this company.
pub(crate) fn funding(page: &Page<'_>, index: usize, found: &mut Vec<Found>) {
    let statement = &page.statements[index];
    let lower = &statement.lower;
    let raised = [
        "raised",
        "raises",
        "funding round",
        "secured",
        "closed a",
        "eingesammelt",
        "finanzierungsrunde",
        "kapitalrunde",
        "wachstumskapital",
        "in funding",
        " series ",
    ];
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
    ];
    if !raised.iter().any(|words| lower.contains(words)) || foreign.iter().any(|words| lower.contains(words)) {
        return;
    }
    let Some(amount) = AMOUNT.find(statement.text) else { return };
    let round = ROUND.find(statement.text).map(|hit| hit.as_str().to_owned());
    let fact = Fact::Funding { amount: amount.as_str().trim().to_owned(), round };
    let mut story = Found::at(page, statement, (amount.start(), amount.end()), if statement.is_heading() { 5 } else { 8 }, fact);
    date_story(&mut story, page, statement);
    found.extend(story);
}

/// Kinds of trouble with the words that tell of them; the first is layoffs. Lower-case patterns on lower-case text.
const TROUBLES: [(Option<Trouble>, &str); 7] = [
    (
        None,
        r"layoffs?\b|\blay(?:s|ing)? off\b|laid off|job cuts|(?:to )?cuts? (?:about |around |up to )?\d[\d.,]* (?:jobs|positions|roles|employees|staff)|redundanc|lose their (?:jobs|positions)|stellenabbau|stellenstreichung|baut \d[\d.,]* stellen ab|streicht \d[\d.,]* stellen|entlässt|entlassungen|betriebsbedingte kündigung|kurzarbeit|personalabbau",
    ),
    (Some(Trouble::Insolvency), r"insolven|bankrupt|enters? administration|in administration|chapter 11|receivership|gläubigerschutz"),
    (
        Some(Trouble::Merger),
        r"\bto merge\b|\bmerger\b|merges with|merged with|acquired by|acquisition of \p{L}+ by|taken over by|takeover of|takeover by|übernahme durch|wird übernommen|wurde übernommen|von .{3,40} übernommen|fusion mit|fusionier|zusammenschluss mit",
    ),
    (
        Some(Trouble::LeadershipChange),
        r"(?:ceo|chief executive|managing director|geschäftsführer(?:in)?|vorstandschef(?:in)?|vorstandsvorsitzende[rn]?) .{0,60}(?:steps? down|stepped down|resign|leaves|departs|tritt zurück|verlässt|scheidet aus)|(?:steps? down|resigns?|resigned) as (?:ceo|chief executive|managing director|chairman|chair)|(?:new|appoints?|appointed as|neuer|neue) (?:ceo|chief executive|managing director|geschäftsführer(?:in)?|vorstandschef(?:in)?)|rücktritt (?:des|der|von)",
    ),
    (
        Some(Trouble::Breach),
        r"data breach|security breach|security incident|cyber ?-?attack|ransomware|data leak|datenleck|hackerangriff|cyberangriff|cyber-angriff|datenpanne",
    ),
    (
        Some(Trouble::Accident),
        r"(?:fatal|serious|tragic|workplace) accident|(?:killed|injured) (?:in|at|when|by)|people (?:were )?(?:killed|injured)|explosion (?:at|in)|fire (?:at|in) (?:our|the) (?:plant|factory|warehouse|mill)|schwerer unfall|tödlich|arbeitsunfall|(?:menschen|mitarbeiter|personen) .{0,30}verletzt|großbrand|brand (?:in|im) (?:unserem |unserer |der |dem )?(?:werk|halle|lager)|explosion (?:im|in)",
    ),
    (
        Some(Trouble::Bereavement),
        r"passed away|we mourn|mourns|mourning|obituary|in memory of our|trauert|wir trauern|in tiefer trauer|verstorben|nachruf",
    ),
];

static TROUBLE: LazyLock<RegexSet> =
    LazyLock::new(|| RegexSet::new(TROUBLES.iter().map(|(_, words)| *words)).expect("the patterns are constants"));

/// Words that take the trouble away from this company, or out of the present.
const NOT_TROUBLE: [&str; 34] = [
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
        if is_trouble(&statement.lower) {
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
    stories.sort_by_key(|story| std::cmp::Reverse(story.published));
    stories.truncate(MOST_STORIES);
    found.extend(stories);
}

/// Titles of news pages, which are no headlines; lower case. Single words are too short for a headline anyway.
const PAGE_TITLES: [&str; 9] = [
    "press room",
    "press releases",
    "latest news",
    "our news",
    "company news",
    "news and press",
    "news & press",
    "aktuelle meldungen",
    "presse und neuigkeiten",
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
    let is_label = ["posted on", "published", "veröffentlicht", "last updated", "stand", "by "]
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
