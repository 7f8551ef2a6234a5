//! The promise about claims: every unsupported one is caught, and hardly a supported one is held up.
//!
//! Claims are put together from templates and facts; each planted one says something that its findings do not say.
#![expect(clippy::print_stdout, reason = "a suite prints its figures")]

use crate::builders::{definition, dossier, draft_id, lead, now};
use autoreach_domain::dossier::{Dossier, Fact};
use autoreach_domain::draft::{Draft, Proof, Sentence, SentenceKind, check};
use autoreach_domain::icp::Country;
use autoreach_domain::workflow::{Language, Opener};

/// product: "grounding catches 100 % of 300 planted unsupported claims and flags <= 3 % of supported ones".
const PLANTED: usize = 300;
const MOST_HELD_UP: f64 = 0.03;

/// A fact with its quote and date, its words in a sentence, and words that would be wrong there.
struct Case {
    fact: Fact,
    quote: &'static str,
    published: Option<&'static str>,
    /// What fills the templates of a claim, by key.
    values: &'static [(&'static str, &'static str)],
    /// The same keys with values that the quote does not hold.
    wrong: &'static [(&'static str, &'static str)],
}

fn hiring(role: &str, count: Option<u32>, place: &str) -> Fact {
    Fact::Hiring { role: role.into(), count, place: Some(place.into()) }
}

fn seat(city: &str, country: &str) -> Fact {
    Fact::Location { city: Some(city.into()), country: Country::parse(country).ok(), headquarters: true }
}

fn cases() -> Vec<Case> {
    vec![
        Case {
            fact: hiring("supply planner", Some(4), "Aarhus"),
            quote: "4 × supply planner (Aarhus)",
            published: None,
            values: &[("count", "4"), ("role", "supply planner"), ("roles", "supply planners"), ("place", "Aarhus")],
            wrong: &[("count", "14"), ("role", "fleet manager"), ("roles", "fleet managers"), ("place", "Gothenburg")],
        },
        Case {
            fact: hiring("Disponent/in Seefracht", Some(3), "Hamburg"),
            quote: "3 × Disponent/in Seefracht (m/w/d), Hamburg",
            published: None,
            values: &[("count", "drei"), ("role", "Disponent/in Seefracht"), ("roles", "Disponenten Seefracht"), ("place", "Hamburg")],
            wrong: &[("count", "dreizehn"), ("role", "Leiter/in Einkauf"), ("roles", "Einkäufer"), ("place", "Bremen")],
        },
        Case {
            fact: hiring("warehouse supervisor", Some(2), "Leeds"),
            quote: "We are looking for two warehouse supervisors in Leeds.",
            published: Some("2026-11-02"),
            values: &[("count", "two"), ("role", "warehouse supervisor"), ("roles", "warehouse supervisors"), ("place", "Leeds")],
            wrong: &[("count", "twelve"), ("role", "forklift driver"), ("roles", "forklift drivers"), ("place", "York")],
        },
        Case {
            fact: Fact::Funding { amount: "€12 million".into(), round: Some("Series A".into()) },
            quote: "Acme raised €12 million Series A led by Fjällbäck Capital.",
            published: Some("2026-10-20"),
            values: &[("amount", "€12 million"), ("betrag", "12 Millionen Euro"), ("round", "Series A"), ("by", "Fjällbäck Capital")],
            wrong: &[("amount", "€12 billion"), ("betrag", "12 Milliarden Euro"), ("round", "Series C"), ("by", "Northwind Partners")],
        },
        Case {
            fact: Fact::Funding { amount: "4,5 Millionen Euro".into(), round: None },
            quote: "Acme hat 4,5 Millionen Euro in einer Finanzierungsrunde eingesammelt.",
            published: Some("2026-09-30"),
            values: &[("amount", "€4.5 million"), ("betrag", "4,5 Millionen Euro"), ("round", "Finanzierungsrunde"), ("by", "")],
            wrong: &[("amount", "€45 million"), ("betrag", "4,8 Millionen Euro"), ("round", "Serie B"), ("by", "Rheinfonds")],
        },
        Case {
            fact: Fact::Funding { amount: "$3.2m".into(), round: Some("seed".into()) },
            quote: "We secured $3.2m in a seed round.",
            published: Some("2026-11-10"),
            values: &[("amount", "$3.2m"), ("betrag", "$3.2m"), ("round", "seed"), ("by", "")],
            wrong: &[("amount", "£3.2m"), ("betrag", "$32m"), ("round", "Series B"), ("by", "Harbour Ventures")],
        },
        Case {
            fact: Fact::News { headline: "Third weekly call at Klaipėda".into() },
            quote: "Third weekly call at Klaipėda",
            published: Some("2026-10-14"),
            values: &[("headline", "Third weekly call at Klaipėda"), ("month", "October"), ("monat", "Oktober")],
            wrong: &[("headline", "Third weekly call at Gdynia"), ("month", "March"), ("monat", "März")],
        },
        Case {
            fact: Fact::News { headline: "Neue Montagehalle eingeweiht".into() },
            quote: "Neue Montagehalle eingeweiht",
            published: Some("2026-11-05"),
            values: &[("headline", "Neue Montagehalle eingeweiht"), ("month", "November"), ("monat", "November")],
            wrong: &[("headline", "Neue Zentrale eingeweiht"), ("month", "June"), ("monat", "Juni")],
        },
        Case {
            fact: Fact::Technology { name: "SAP S/4HANA".into() },
            quote: "Since the spring of 2024 we run on SAP S/4HANA for finance and order management.",
            published: None,
            values: &[("name", "SAP S/4HANA"), ("use", "finance"), ("since", "2024")],
            wrong: &[("name", "Oracle Fusion"), ("use", "payroll"), ("since", "2019")],
        },
        Case {
            fact: Fact::Technology { name: "Shopware".into() },
            quote: "Unser Shop läuft auf Shopware.",
            published: None,
            values: &[("name", "Shopware"), ("use", "Shop"), ("since", "")],
            wrong: &[("name", "Magento"), ("use", "Lager"), ("since", "2015")],
        },
        Case {
            fact: seat("Aarhus", "DK"),
            quote: "Our headquarters are in Aarhus, Denmark.",
            published: None,
            values: &[("city", "Aarhus"), ("country", "Denmark"), ("land", "Dänemark")],
            wrong: &[("city", "Odense"), ("country", "Norway"), ("land", "Norwegen")],
        },
        Case {
            fact: seat("Regensburg", "DE"),
            quote: "Stammsitz ist Regensburg.",
            published: None,
            values: &[("city", "Regensburg"), ("country", "Germany"), ("land", "Deutschland")],
            wrong: &[("city", "Augsburg"), ("country", "Austria"), ("land", "Österreich")],
        },
        Case {
            fact: Fact::HeadCount { low: 146, high: 146 },
            quote: "Nordvimpel employs 146 people.",
            published: None,
            values: &[("people", "146")],
            wrong: &[("people", "164")],
        },
        Case {
            fact: Fact::HeadCount { low: 1200, high: 1200 },
            quote: "1.200 Mitarbeiter in vier Werken",
            published: None,
            values: &[("people", "1,200")],
            wrong: &[("people", "12,000")],
        },
        Case {
            fact: Fact::Product { sentence: "Fjordbolt makes titanium fasteners for shipyards.".into() },
            quote: "Fjordbolt makes titanium fasteners for shipyards.",
            published: None,
            values: &[
                ("sentence", "Fjordbolt makes titanium fasteners for shipyards"),
                ("what", "titanium fasteners"),
                ("whom", "shipyards"),
            ],
            wrong: &[
                ("sentence", "Fjordbolt makes titanium fasteners for airlines"),
                ("what", "carbon masts"),
                ("whom", "aircraft makers"),
            ],
        },
        Case {
            fact: Fact::FoundedYear { year: 1987 },
            quote: "Nordvimpel has been moving freight since 1987.",
            published: None,
            values: &[("year", "1987")],
            wrong: &[("year", "1978")],
        },
    ]
}

/// What a writer makes of a fact, by its kind.
fn wordings(kind: &str) -> &'static [&'static str] {
    match kind {
        "hiring" => &[
            "I saw that you are looking for {count} {roles} in {place}.",
            "You are hiring {count} {roles} in {place}.",
            "Your careers page lists {count} open roles for a {role} in {place}.",
            "On your site I noticed the opening for a {role} in {place}.",
            "You are currently recruiting {roles} for {place}.",
            "I came across your search for {count} {roles}.",
            "It caught my eye that your team in {place} needs {count} {roles}.",
            "Your job ad for a {role} in {place} is how I found you: you want to fill {count} positions.",
            "Sie suchen derzeit {count} {roles} in {place}.",
            "Auf Ihrer Karriereseite habe ich gelesen, dass Sie {roles} für {place} suchen.",
            "Ihre Ausschreibung für die Stelle {role} in {place} ist mir aufgefallen.",
            "Für den Standort {place} sind bei Ihnen {count} Stellen als {role} offen.",
            "Sie möchten in {place} die Position {role} besetzen.",
            "Mir ist aufgefallen, dass Sie Ihr Team in {place} um {roles} verstärken.",
        ],
        "funding" => &[
            "Congratulations on raising {amount} in your {round}.",
            "I read that you raised {amount}.",
            "You closed a round of {amount}, congratulations.",
            "The news about the {amount} you secured caught my eye.",
            "You recently raised {amount}.",
            "Your site says that the {round} brought in {amount} of new capital.",
            "I saw the announcement of your {round} worth {amount}.",
            "Herzlichen Glückwunsch zu den {betrag}, die Sie eingeworben haben.",
            "Ich habe gelesen, dass Sie {betrag} eingesammelt haben.",
            "Zu Ihrer Finanzierungsrunde über {betrag} gratuliere ich Ihnen.",
            "Sie haben kürzlich {betrag} aufgenommen.",
            "Ihre Meldung über die Finanzierung in Höhe von {betrag} ist mir aufgefallen.",
        ],
        "news" => &[
            "I read \"{headline}\" in your news from {month}.",
            "Your {month} news about \"{headline}\" caught my eye.",
            "Your headline \"{headline}\" stayed with me.",
            "On your news page I came across the story \"{headline}\", published in {month}.",
            "I saw your {month} post titled \"{headline}\".",
            "Ihre Meldung „{headline}“ aus dem {monat} ist mir aufgefallen.",
            "Im {monat} haben Sie „{headline}“ gemeldet.",
            "Unter Ihren Neuigkeiten habe ich den Beitrag „{headline}“ gelesen.",
            "Auf Ihrer Website steht die Nachricht „{headline}“ vom {monat}.",
        ],
        "technology" => &[
            "You work with {name}, as your site says.",
            "I read that you use {name}.",
            "Your site mentions that you run on {name} for {use}.",
            "{name} is part of how you work.",
            "I noticed that your systems are built on {name}.",
            "Sie arbeiten mit {name}.",
            "Bei Ihnen ist {name} im Einsatz.",
            "Auf Ihrer Website erwähnen Sie, dass Sie {name} nutzen.",
            "Wie ich gelesen habe, setzen Sie auf {name}.",
            "Ihr System {name} wird auf Ihrer Seite genannt.",
        ],
        "location" => &[
            "You are based in {city}.",
            "Your headquarters are in {city}, {country}.",
            "I read that you work from {city}.",
            "Your head office is in {city}.",
            "{city} is home to your company.",
            "I saw on your site that your team sits in {city}.",
            "Sie haben Ihren Sitz in {city}.",
            "Ihr Hauptsitz ist in {city} in {land}.",
            "Wie ich gelesen habe, arbeiten Sie in {city}.",
            "Sie sind in {city} zu Hause.",
            "Ihr Büro liegt in {city}, also in {land}.",
        ],
        "head count" => &[
            "You are {people} people, as your site says.",
            "I read that {people} people work with you.",
            "Your team counts {people} people.",
            "I learned that you are {people} employees strong.",
            "Your site speaks of {people} colleagues.",
            "You employ around {people} people.",
            "Bei Ihnen arbeiten {people} Menschen.",
            "Sie beschäftigen {people} Mitarbeiter.",
            "Ihr Team zählt {people} Personen, wie ich gelesen habe.",
            "Auf Ihrer Website ist von rund {people} Mitarbeitenden die Rede.",
        ],
        "product" => &[
            "\"{sentence}\" is how your site puts it.",
            "You make {what} for {whom}.",
            "I read that you offer {what}.",
            "Your company builds {what}, as your site says.",
            "Your site describes your work in one line: \"{sentence}\".",
            "Auf Ihrer Website heißt es: „{sentence}“.",
            "Dieser Satz auf Ihrer Seite ist mir aufgefallen: „{sentence}“.",
            "Sie beschreiben Ihre Arbeit so: „{sentence}“.",
        ],
        "founded" => &[
            "You were founded in {year}.",
            "Your company has been in business since {year}.",
            "I read that you started in {year}.",
            "Your history goes back to {year}.",
            "Ihr Unternehmen besteht seit {year}.",
            "Sie wurden {year} gegründet.",
            "Ihre Geschichte begann {year}, wie ich gelesen habe.",
        ],
        other => panic!("no wordings for {other}"),
    }
}

/// What a careless writer adds to a true sentence.
const ADDED: [&str; 36] = [
    ", and you won the Harbour Award for it",
    ", more than ever before",
    ", and your revenue doubled",
    ", unlike your competitors",
    " because your customers are leaving",
    ", which makes you the market leader",
    ", after you took over Brightline Ltd",
    ", as Marta Lindgren told me",
    " for the first time",
    " in record time",
    ", and you never did so before",
    ", although you are not profitable",
    ", so your costs exploded",
    " at all of your plants",
    ", thanks to your excellent management",
    ", and you plan an IPO",
    ", with 98 % satisfied clients",
    ", ahead of schedule",
    ", since demand is skyrocketing",
    ", and you dominate the region",
    ", und Sie haben dafür einen Preis gewonnen",
    ", obwohl Sie nicht profitabel sind",
    ", weil Ihre Kunden abwandern",
    ", was Sie zum Marktführer macht",
    ", nachdem Sie die Brandt GmbH übernommen haben",
    ", wie mir Frau Lindgren erzählt hat",
    ", zum ersten Mal überhaupt",
    ", und Ihr Umsatz hat sich verdoppelt",
    ", deshalb explodieren Ihre Kosten",
    ", an allen Werken gleichzeitig",
    ", dank Ihrer hervorragenden Führung",
    ", und planen den Börsengang",
    ", mit 98 % zufriedenen Kunden",
    ", früher als geplant",
    ", und kein Wettbewerber kann das",
    ", schneller als alle anderen",
];

/// Turns of a sentence that make it untrue.
const TURNED: [(&str, &str); 26] = [
    ("You are ", "You are not "),
    ("You are ", "You are no longer "),
    ("You are hiring", "You have dismissed"),
    ("looking for", "laying off"),
    ("You work with", "You replaced"),
    ("I read that you use", "I read that you stopped using"),
    ("I read that you raised", "I read that you lost"),
    ("I read that you raised", "I read that you failed to raise"),
    ("You closed a round", "You cancelled a round"),
    ("You are based", "You were formerly based"),
    ("Your headquarters are", "Your former headquarters were"),
    ("You employ around", "You employ more than"),
    ("Your team counts", "Your team grew to"),
    ("work with you", "left you"),
    ("You make", "You invented"),
    ("You were founded", "You went bankrupt"),
    ("Sie suchen derzeit", "Sie suchen nicht mehr"),
    ("Sie arbeiten mit", "Sie arbeiten nicht mit"),
    ("Sie haben Ihren Sitz", "Sie hatten früher Ihren Sitz"),
    ("Bei Ihnen arbeiten", "Bei Ihnen kündigten"),
    ("Sie beschäftigen", "Sie entlassen"),
    ("Sie wurden", "Sie wurden angeblich"),
    ("Ihr Unternehmen besteht seit", "Ihr Unternehmen ist insolvent seit"),
    ("im Einsatz", "nicht mehr im Einsatz"),
    ("caught my eye", "impressed the whole industry"),
    ("Your site says", "Your investors say"),
];

fn filled(template: &str, values: &[(&str, &str)]) -> Option<String> {
    let mut text = template.to_owned();
    for (key, value) in values {
        let slot = format!("{{{key}}}");
        if text.contains(&slot) && value.is_empty() {
            return None;
        }
        text = text.replace(&slot, value);
    }
    (!text.contains('{')).then_some(text)
}

/// Supported sentences with the findings they cite: of one fact, and of two facts in one sentence.
fn supported() -> Vec<(Vec<usize>, String)> {
    let cases = cases();
    let of = |index: usize| -> Vec<String> {
        let case = &cases[index];
        wordings(case.fact.kind()).iter().filter_map(|template| filled(template, case.values)).collect()
    };
    let alone = (0..cases.len()).flat_map(|index| of(index).into_iter().map(move |text| (vec![index], text)));
    let mut sentences: Vec<(Vec<usize>, String)> = alone.collect();
    for (index, step) in (0..cases.len()).flat_map(|index| [(index, 5), (index, 7)]) {
        let next = (index + step) % cases.len();
        for (one, other) in of(index).iter().zip(of(next)).filter(|(one, other)| is_german(one) == is_german(other)) {
            let joint = if is_german(one) { "und" } else { "and" };
            sentences.push((vec![index, next], format!("{} {joint} {other}", one.trim_end_matches('.'))));
        }
    }
    sentences
}

fn is_german(text: &str) -> bool {
    ["Ihr", "Sie ", "Ihnen", "Glückwunsch"].iter().any(|word| text.contains(word))
}

/// Claims that their finding does not support.
fn planted() -> Vec<(usize, String)> {
    let cases = cases();
    let mut sentences = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        for template in wordings(case.fact.kind()) {
            // One value is wrong, the others stay.
            for (key, value) in case.wrong {
                let used = template.contains(&format!("{{{key}}}")) && !value.is_empty();
                let values: Vec<(&str, &str)> = case.values.iter().map(|(k, v)| (*k, if k == key { *value } else { *v })).collect();
                sentences.extend(filled(template, &values).filter(|_| used).map(|text| (index, text)));
            }
            let Some(text) = filled(template, case.values) else { continue };
            let body = text.trim_end_matches('.');
            // The first twenty are English.
            let (english, german) = ADDED.split_at(20);
            let added = if is_german(&text) { german } else { english }.iter().enumerate();
            let added = added.filter(|(at, _)| (at + index + spread(&text)).is_multiple_of(6));
            sentences.extend(added.map(|(_, words)| (index, format!("{body}{words}."))));
            sentences.extend(TURNED.iter().filter(|(from, _)| text.contains(from)).map(|(from, to)| (index, text.replace(from, to))));
        }
        // What is true of another company or of another fact.
        let other = &cases[(index + 3) % cases.len()];
        if other.fact.kind() != case.fact.kind() || other.quote != case.quote {
            sentences.extend(
                wordings(other.fact.kind()).iter().take(4).filter_map(|template| filled(template, other.values)).map(|text| (index, text)),
            );
        }
    }
    sentences
}

/// Spreads the additions over the sentences.
fn spread(text: &str) -> usize {
    text.bytes().map(usize::from).sum()
}

fn proof(text: &str, found: &Dossier, cited: &[usize]) -> Proof {
    let sentence = Sentence {
        text: text.into(),
        kind: SentenceKind::Claim,
        findings: cited.iter().map(|index| found.findings[*index].id).collect(),
        starts_paragraph: true,
    };
    let draft = Draft {
        id: draft_id(),
        lead_id: lead().id,
        subject: String::new(),
        subject_findings: Vec::new(),
        sentences: vec![sentence],
        language: Language::English,
        opener: Opener::Hiring,
        engine: "a model writer p3".into(),
        stood_in_for: None,
        instruction: None,
        written_at: now(),
    };
    check(&draft, found, &definition().messaging, now()).claims[0].1
}

fn found() -> Dossier {
    let facts: Vec<_> = cases().into_iter().map(|case| (case.fact, case.quote, case.published)).collect();
    dossier(&facts)
}

#[test]
fn every_planted_claim_is_caught() {
    let (planted, found) = (planted(), found());
    assert!(planted.len() >= PLANTED, "{} planted claims", planted.len());
    let missed: Vec<&String> =
        planted.iter().filter(|(index, text)| proof(text, &found, &[*index]) == Proof::Sourced).map(|(_, text)| text).collect();
    println!("planted claims: {} of {} caught", planted.len() - missed.len(), planted.len());
    assert!(missed.is_empty(), "{} of {} were not caught: {missed:#?}", missed.len(), planted.len());
}

#[test]
fn hardly_a_supported_claim_is_held_up() {
    let (supported, found) = (supported(), found());
    assert!(supported.len() >= PLANTED, "{} supported claims", supported.len());
    let held: Vec<&String> =
        supported.iter().filter(|(cited, text)| proof(text, &found, cited) != Proof::Sourced).map(|(_, text)| text).collect();
    let share = held.len() as f64 / supported.len() as f64;
    println!("supported claims: {} of {} held up", held.len(), supported.len());
    assert!(share <= MOST_HELD_UP, "{} of {}: {held:#?}", held.len(), supported.len());
}

#[test]
fn a_number_counts_what_its_own_source_counts() {
    let found = found();
    let (planners, people) = (0, 12);
    assert_eq!(proof("You are 146 people and look for 4 supply planners.", &found, &[planners, people]), Proof::Sourced);
    assert_eq!(proof("You are looking for 146 supply planners.", &found, &[planners, people]), Proof::Unsourced);
    assert_eq!(proof("You are 4 people.", &found, &[planners, people]), Proof::Unsourced);
}

#[test]
fn what_visitors_do_not_see_carries_no_claim() {
    let mut found = found();
    found.findings[0].source.unseen = true;
    assert_eq!(proof("You are looking for 4 supply planners in Aarhus.", &found, &[0]), Proof::Unsourced);
}
