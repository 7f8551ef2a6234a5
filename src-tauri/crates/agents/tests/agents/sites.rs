//! Research over the recorded sites of the demo: what is found, what is refused, and that every quote is word for word.

use autoreach_agents::{Known, Research, exceptions, qualify, recipient_on_page, research};
use autoreach_domain::dossier::{Dossier, Fact, Taint};
use autoreach_domain::exception::ExceptionKind;
use autoreach_domain::lead::{EmailAddress, Lead, Person};
use autoreach_domain::workflow::WorkflowDefinition;
use autoreach_web::{Budget, RecordedSource};
use std::path::PathBuf;

use crate::builders::{ids, lead, now};

fn demo() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../demo")
}

fn web() -> RecordedSource {
    let hosts = std::fs::read_dir(demo().join("sites")).expect("the demo sites are part of the tree");
    let files = hosts.filter_map(Result::ok).flat_map(|host| std::fs::read_dir(host.path()).into_iter().flatten().filter_map(Result::ok));
    let files = files.map(|file| (file.path().display().to_string(), std::fs::read(file.path()).expect("readable")));
    RecordedSource::from_files(files.collect::<Vec<_>>()).expect("the recorded sites are well-formed")
}

fn workflow() -> WorkflowDefinition {
    toml::from_str(&std::fs::read_to_string(demo().join("workflow.toml")).expect("part of the tree")).expect("a valid workflow")
}

/// The demo's leads, read column by column; parsing lead files properly is another crate's business.
fn leads() -> Vec<Lead> {
    let mut rows = csv::Reader::from_path(demo().join("leads.csv")).expect("part of the tree");
    let rows: Vec<csv::StringRecord> = rows.records().collect::<Result<_, _>>().expect("well-formed");
    let text = |row: &csv::StringRecord, at: usize| row.get(at).filter(|text| !text.trim().is_empty()).map(str::to_owned);
    let read = |row: &csv::StringRecord| Lead {
        company: text(row, 0).unwrap_or_default(),
        website: text(row, 1),
        person: Person {
            first_name: text(row, 2).unwrap_or_default(),
            last_name: text(row, 3).unwrap_or_default(),
            role: text(row, 4).unwrap_or_default(),
            email: text(row, 5).and_then(|email| EmailAddress::parse(&email).ok()),
        },
        country: text(row, 6),
        city: text(row, 7),
        industry: text(row, 8),
        head_count: text(row, 9).and_then(|count| count.parse().ok()),
        ..lead()
    };
    rows.iter().map(read).collect()
}

fn lead_of(company: &str) -> Lead {
    leads().into_iter().find(|lead| lead.company.starts_with(company)).unwrap_or_else(|| panic!("{company} is in the demo"))
}

async fn researched(lead: &Lead) -> Research {
    research(&web(), lead, now(), &mut ids(), &Budget::per_lead(), None).await
}

fn values(dossier: &Dossier, kind: &str) -> Vec<String> {
    dossier.findings.iter().filter(|finding| finding.fact.kind() == kind).map(|finding| finding.fact.value()).collect()
}

async fn kinds(company: &str) -> Vec<ExceptionKind> {
    let lead = lead_of(company);
    let dossier = researched(&lead).await.dossier;
    let workflow = workflow();
    let qualification = qualify(&lead, &dossier, &workflow);
    exceptions(&lead, &dossier, &qualification, &workflow, &Known::default(), now()).into_iter().map(|exception| exception.kind).collect()
}

#[tokio::test]
async fn every_quote_of_every_site_stands_word_for_word_in_its_snapshot() {
    let mut findings = 0;
    for lead in leads() {
        let Research { dossier, snapshots, .. } = researched(&lead).await;
        for finding in &dossier.findings {
            let source = &finding.source;
            let snapshot = snapshots.iter().find(|snapshot| snapshot.url == source.url).expect("every source has its snapshot");
            let words = snapshot.text.get(source.offset..source.offset + source.quote.len());
            assert_eq!(words, Some(source.quote.as_str()), "{} {}", lead.company, source.url);
            assert!(source.quote.len() <= 240 && !source.snapshot.is_empty());
            findings += 1;
        }
    }
    assert!(findings > 300, "only {findings} findings on 40 sites");
}

#[tokio::test]
async fn a_rich_site_gives_a_rich_dossier() {
    let dossier = researched(&lead_of("Nordvimpel")).await.dossier;
    assert_eq!(values(&dossier, "head count"), ["146"]);
    assert_eq!(values(&dossier, "industry"), ["logistics"]);
    assert_eq!(values(&dossier, "founded"), ["1987"]);
    assert!(values(&dossier, "technology").contains(&"SAP S/4HANA".to_owned()));
    assert!(values(&dossier, "hiring").contains(&"4 × supply planner, Aarhus".to_owned()));
    assert!(values(&dossier, "news").contains(&"Third weekly call at Klaipėda".to_owned()));
    assert!(values(&dossier, "contact").iter().any(|contact| contact.starts_with("Wei Rao, VP Operations")));
    assert!(values(&dossier, "registered name").contains(&"Nordvimpel Freight A/S".to_owned()));
    assert!(values(&dossier, "location").contains(&"Aarhus, Denmark".to_owned()));
    assert!(dossier.taints.is_empty() && dossier.conflicts().is_empty());
}

#[tokio::test]
async fn a_german_site_is_read_in_german() {
    let dossier = researched(&lead_of("Ahlerskaje")).await.dossier;
    assert_eq!(dossier.language, Some(autoreach_domain::workflow::Language::German));
    assert_eq!(values(&dossier, "head count"), ["320"]);
    assert_eq!(values(&dossier, "founded"), ["1952"]);
    assert!(values(&dossier, "hiring").contains(&"3 × Disponent/in Seefracht, Hamburg".to_owned()));
    assert_eq!(values(&dossier, "industry"), ["logistics"]);
}

#[tokio::test]
async fn a_language_that_no_mail_is_written_in_is_named() {
    let cases = [
        ("<html lang=fr-BE><p>Bienvenue.", Some("fr")),
        (
            "<html><p>Nous transportons vos marchandises entre les ports du nord depuis 1987, avec nos propres navires et nos entrepôts frigorifiques.",
            Some("fr"),
        ),
        ("<html lang=sv><p>Välkommen.", Some("sv")),
        ("<html lang='{{'><p>Wir fahren seit 1987 Fracht zwischen den Häfen der Nordsee und lagern sie in eigenen Kühlhäusern.", None),
        ("<html lang=en><p>Welcome.", None),
    ];
    for (body, code) in cases {
        let page = format!("GET https://nordvimpel.example/\nHTTP/1.1 200 OK\ncontent-type: text/html; charset=utf-8\n\n{body}");
        let web = RecordedSource::from_files([("home.http", page)]).expect("well-formed");
        let dossier = research(&web, &lead(), now(), &mut ids(), &Budget::per_lead(), None).await.dossier;
        assert_eq!(dossier.other_language.as_deref(), code, "{body}");
        assert!(dossier.language.is_none() || code.is_none(), "one or the other: {body}");
    }
}

#[tokio::test]
async fn injected_text_taints_the_dossier_and_gives_no_fact() {
    for company in ["Coralpine", "Thistlebank"] {
        let Research { dossier, .. } = researched(&lead_of(company)).await;
        assert!(dossier.taints.iter().any(|(taint, _)| *taint == Taint::SuspectedInjection), "{company}");
        for finding in &dossier.findings {
            let source = &finding.source;
            assert!(!source.quote.contains("greyfunnel") && !source.quote.contains("9,000"), "{company}: {}", source.quote);
            assert!(!matches!(&finding.fact, Fact::MailAddress { address, .. } if address.domain().contains("greyfunnel")));
        }
        assert!(kinds(company).await.contains(&ExceptionKind::SuspectedInjection));
    }
}

#[tokio::test]
async fn a_site_of_another_company_is_named() {
    let found = kinds("Vantage Labs").await;
    assert!(found.contains(&ExceptionKind::WrongCompany), "{found:?}");
}

#[tokio::test]
async fn layoffs_are_dated_and_make_a_mail_ill_timed() {
    let lead = lead_of("Havglimt");
    let dossier = researched(&lead).await.dossier;
    let layoffs = dossier.findings.iter().find(|finding| matches!(finding.fact, Fact::Layoffs { .. })).expect("the story is there");
    assert_eq!(layoffs.source.published, Some(jiff::civil::date(2026, 11, 7)));
    let workflow = workflow();
    let qualification = qualify(&lead, &dossier, &workflow);
    let exceptions = exceptions(&lead, &dossier, &qualification, &workflow, &Known::default(), now());
    let reason = exceptions.iter().find(|exception| exception.kind == ExceptionKind::IllTimed).map(|exception| exception.reason.as_str());
    assert_eq!(reason, Some("Layoffs reported on 7 November 2026, 15 days ago."));
}

#[tokio::test]
async fn each_trap_of_the_demo_has_its_exception() {
    let cases = [
        ("Steinquell", ExceptionKind::IllTimed),
        ("Frostgaard", ExceptionKind::IllTimed),
        ("Marram", ExceptionKind::ContactGone),
        ("Dockshift", ExceptionKind::Competitor),
        ("Sundbro", ExceptionKind::ExistingCustomer),
        ("Pelagrin", ExceptionKind::ParkedDomain),
        ("Umbra", ExceptionKind::ThinEvidence),
        ("Grimsund", ExceptionKind::ThinEvidence),
        ("Stillhamn", ExceptionKind::ThinEvidence),
        ("Ahlerskaje", ExceptionKind::HighValue),
        ("Järnvida", ExceptionKind::HighValue),
        ("Coralpine", ExceptionKind::RecipientToConfirm),
        ("Elbfeder", ExceptionKind::RecipientToConfirm),
        ("Kranichsund", ExceptionKind::NoRecipient),
    ];
    for (company, expected) in cases {
        let found = kinds(company).await;
        assert!(found.contains(&expected), "{company}: {found:?}");
    }
}

#[tokio::test]
async fn a_missing_recipient_is_proposed_from_the_companys_own_page_only() {
    let proposed = |company: &'static str| async move {
        let lead = lead_of(company);
        let dossier = researched(&lead).await.dossier;
        recipient_on_page(&lead, &dossier).map(|finding| finding.fact.value())
    };
    assert_eq!(proposed("Coralpine").await.as_deref(), Some("linnea.strand@coralpine.example"), "the person's own");
    assert_eq!(proposed("Kuusimäki").await.as_deref(), Some("saara.heinonen-ost@kuusimaki-foods.example"), "umlauts folded");
    assert_eq!(proposed("Elbfeder").await.as_deref(), Some("versand@elbfeder.example"), "else a shared one");
}

#[tokio::test]
async fn a_page_that_fails_is_named_with_its_cause() {
    let dossier = researched(&lead_of("Grimsund")).await.dossier;
    assert!(dossier.findings.is_empty() && dossier.pages.is_empty());
    assert_eq!(dossier.problems.len(), 1);
    assert!(dossier.problems[0].cause.ends_with('.'), "{}", dossier.problems[0].cause);
}

#[tokio::test]
async fn one_page_of_budget_reads_one_page() {
    let research = research(&web(), &lead_of("Nordvimpel"), now(), &mut ids(), &Budget::new(1, 1 << 20), None).await;
    assert_eq!(research.snapshots.len(), 1);
    assert!(!research.dossier.problems.is_empty());
}

#[test]
fn a_research_can_be_run_on_any_thread() {
    fn on_any_thread<T: Send>(_: T) {}
    let (web, lead, budget, mut ids) = (web(), lead(), Budget::per_lead(), ids());
    on_any_thread(research(&web, &lead, now(), &mut ids, &budget, None));
}

#[tokio::test]
async fn the_same_pages_give_the_same_dossier() {
    let lead = lead_of("Fjordbolt");
    assert_eq!(researched(&lead).await.dossier, researched(&lead).await.dossier);
}
