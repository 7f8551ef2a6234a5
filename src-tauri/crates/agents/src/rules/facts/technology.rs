//! The technologies a company says it runs.
//!
//! A known name counts only in a sentence that speaks of running, building on or planning in it, under a heading
//! about systems, or in an open role that works with it. Names are compared whole, so that "SAP" is not found in
//! "ASAP"; a name that is part of a longer known one ("SAP" in "SAP S/4HANA") is the longer one only.

use autoreach_domain::dossier::Fact;

use super::super::plan::PageKind;
use super::super::statements::{Page, Statement};
use super::{Found, find_word};
use std::sync::LazyLock;

/// Known names as companies write them; longer ones before those they contain.
const NAMES: [&str; 231] = [
    "Salesforce Marketing Cloud",
    "Azure DevOps",
    "SAP Transportation Management",
    "SAP Business ByDesign",
    "SAP Business One",
    "SAP S/4HANA Cloud",
    "SAP S/4HANA",
    "SAP S/4 HANA",
    "SAP Ariba",
    "SAP IBP",
    "SAP ECC",
    "SAP EWM",
    "SAP R/3",
    "SAP HANA",
    "SAP",
    "S/4HANA",
    "Oracle Transportation Management Cloud",
    "Oracle Transportation Management",
    "Oracle Fusion Cloud ERP",
    "Oracle Fusion",
    "Oracle NetSuite",
    "Oracle E-Business Suite",
    "Oracle",
    "NetSuite",
    "Microsoft Dynamics 365",
    "Microsoft Dynamics NAV",
    "Microsoft Dynamics AX",
    "Microsoft Dynamics",
    "Dynamics 365",
    "Business Central",
    "Navision",
    "Infor M3",
    "Infor LN",
    "Infor",
    "IFS Cloud",
    "IFS",
    "Sage X3",
    "Sage 100",
    "proALPHA",
    "abas ERP",
    "DATEV",
    "Odoo",
    "Epicor",
    "Workday",
    "Temenos",
    "IBM Maximo",
    "Maximo",
    "CargoWise",
    "Blue Yonder",
    "Manhattan Associates",
    "Transporeon",
    "project44",
    "FourKites",
    "Kinaxis",
    "Salesforce",
    "HubSpot",
    "Pipedrive",
    "Zendesk",
    "Intercom",
    "Marketo",
    "ServiceNow",
    "Jira",
    "Confluence",
    "Slack",
    "Shopify",
    "Magento",
    "Adobe Commerce",
    "WooCommerce",
    "Shopware",
    "WordPress",
    "TYPO3",
    "Contentful",
    "Kubernetes",
    "Docker",
    "Terraform",
    "AWS",
    "Microsoft Azure",
    "Azure",
    "Google Cloud",
    "Snowflake",
    "Databricks",
    "BigQuery",
    "PostgreSQL",
    "MySQL",
    "MongoDB",
    "Redis",
    "Kafka",
    "Elasticsearch",
    "Power BI",
    "Tableau",
    "Python",
    "TypeScript",
    "Kotlin",
    "React",
    "Rust",
    "Siemens NX",
    "SolidWorks",
    "AutoCAD",
    "Pyramid Business Studio",
    "Adobe Creative Cloud",
    "Siemens Teamcenter",
    "Siemens TIA Portal",
    "Microsoft Teams",
    "ActiveCampaign",
    "Autodesk Revit",
    "Windows Server",
    "Microsoft 365",
    "Ruby on Rails",
    "MicroStrategy",
    "Exact Online",
    "Spring Boot",
    "Esri ArcGIS",
    "Illustrator",
    "BigCommerce",
    "Monitor ERP",
    "SSI Schäfer",
    "Office 365",
    "SharePoint",
    "ClickHouse",
    "Freshworks",
    "Monday.com",
    "PrestaShop",
    "Lightspeed",
    "QuickBooks",
    "Cloudflare",
    "Prometheus",
    "Teamcenter",
    "TIA Portal",
    "Qlik Sense",
    "Optimizely",
    "Bitbucket",
    "Mailchimp",
    "Freshdesk",
    "Photoshop",
    "Twinfield",
    "SolidEdge",
    "Descartes",
    "Linnworks",
    "Episerver",
    "Fivetran",
    "Redshift",
    "RabbitMQ",
    "InDesign",
    "Personio",
    "BambooHR",
    "Autodesk",
    "PTC Creo",
    "Ignition",
    "Bluebeam",
    "Sitecore",
    "Proxmox",
    "Ansible",
    "Jenkins",
    "Airflow",
    "GraphQL",
    "Node.js",
    "Angular",
    "Laravel",
    "Klaviyo",
    "Webflow",
    "Fortnox",
    "Caspeco",
    "Planday",
    "Lexware",
    "sevDesk",
    "Datadog",
    "Grafana",
    "Trimble",
    "Procore",
    "Celonis",
    "Alteryx",
    "Jaggaer",
    "Anaplan",
    "Pimcore",
    "Umbraco",
    "Flutter",
    "VMware",
    "GitLab",
    "GitHub",
    "Looker",
    "Vue.js",
    "Django",
    "Golang",
    "ArcGIS",
    "Notion",
    "Trello",
    "Drupal",
    "Joomla",
    "Jeeves",
    "Quinyx",
    "Stripe",
    "Mollie",
    "Twilio",
    "Splunk",
    "Matlab",
    "UiPath",
    "Cognos",
    "Körber",
    "Akeneo",
    "Contao",
    "Pardot",
    "Eloqua",
    "ROS 2",
    "Brevo",
    "Asana",
    "Figma",
    "Exact",
    "Visma",
    "HiBob",
    "Cegid",
    "Silae",
    "Adyen",
    "Revit",
    "CATIA",
    "Ansys",
    "Coupa",
    "Linux",
    "Swift",
    "QGIS",
    "Zoho",
    "AFAS",
    "Sage",
    "Xero",
    "Okta",
    "Qlik",
    "Java",
    "dbt",
    "Wix",
    "C++",
    "o9",
    "Go",
];

/// Keywords of statements that may name one of them: the names in lower case.
pub(crate) static KEYWORDS: LazyLock<String> =
    LazyLock::new(|| NAMES.iter().map(|name| regex::escape(&name.to_lowercase())).collect::<Vec<_>>().join("|"));

/// Names that are ordinary words too: they count only right behind words that introduce a tool ("written in Go").
const ORDINARY_WORDS: [&str; 12] =
    ["Go", "Exact", "Sage", "Notion", "Slack", "Swift", "Looker", "Ignition", "Brevo", "Infor", "Descartes", "Trimble"];

/// Words by which a company says that it runs something, lower case.
const RUNS: [&str; 115] = [
    "run on",
    "runs on",
    "running on",
    "we run",
    "we use",
    "uses",
    "using",
    "built on",
    "built with",
    "builds on",
    "powered by",
    "based on",
    "is on ",
    "sits on",
    "lives in",
    "live in",
    "managed in",
    "managed with",
    "planned in",
    "plan in",
    "we plan",
    "kept in",
    "done in",
    "handled with",
    "go through",
    "goes through",
    "goes out through",
    "portal on",
    "sell",
    "moved",
    "to microsoft",
    "chose",
    "stack",
    "our erp",
    "erp:",
    "erp is",
    "erp system",
    "tech",
    "like snowflake",
    "system",
    "im einsatz",
    "einsatz von",
    "setzen auf",
    "setzt auf",
    "setzen ein",
    "nutzen",
    "nutzt",
    "arbeitet mit",
    "arbeiten mit",
    "läuft auf",
    "läuft in",
    "laufen auf",
    "steuern wir",
    "auf basis",
    "warenwirtschaft",
    "wir verwenden",
    "plattform",
    "migrat",
    "written in",
    "described in",
    "live in ",
    "data lives",
    "on top of",
    "in all our",
    "to netsuite",
    "books to",
    "we work with",
    "digital mit",
    "gesetzt wird",
    "gesetzt mit",
    "verkauft über",
    "wir setzen",
    "auf basis von",
    "verwaltet in",
    "nous utilisons",
    "utilisons",
    "nos outils",
    "outils :",
    "travaillerez avec",
    "travaillons avec",
    "tourne sur",
    "repose sur",
    "gérons avec",
    "géré avec",
    "notre erp",
    "usamos",
    "utilizamos",
    "gestionamos",
    "trabajamos con",
    "trabajarás con",
    "analizamos",
    "atendemos",
    "funciona con",
    "nuestro erp",
    "nuestras herramientas",
    "draait op",
    "draaien op",
    "werken met",
    "werkt met",
    "gebruiken",
    "we gebruiken",
    "doen we in",
    "doen wij in",
    "boekhouding",
    "använder",
    "drivs på",
    "bygger på",
    "körs på",
    "kör på",
    "arbetar i",
    "arbetar med",
    "läggs i",
    "vårt affärssystem",
    "vi jobbar i",
    "tools:",
];

/// Words that make a known name somebody else's, a partner or a product on sale.
const NOT_RUNNING: [&str; 44] = [
    "customer",
    "kunden",
    "integrates with",
    "integration for",
    "integrations",
    "connector",
    "compatible",
    "schnittstelle zu",
    "partner of",
    "certified partner",
    "reseller",
    "alternative to",
    "instead of",
    "unlike",
    "webinar",
    "consulting for",
    "beratung für",
    "former",
    "replaced",
    "abgelöst",
    "no longer",
    "nicht mehr",
    "works with your",
    "selected sap for",
    "connect from",
    "connects to",
    "through our api",
    "our api",
    "export to",
    "import from",
    "clients utilisent",
    "vos outils",
    "votre",
    "compatible avec",
    "nuestros clientes us",
    "klanten gebruiken",
    "koppeling met",
    "kunder använder",
    "integreras med",
    "intègre",
    "se integra",
    "wünschenswert",
    "nice to have",
    "is a plus",
];

/// Reads the technologies of one statement.
pub(crate) fn read(page: &Page<'_>, index: usize, found: &mut Vec<Found>) {
    let statement = &page.statements[index];
    let Some(weight) = weight(page, statement) else { return };
    let mut taken: Vec<(usize, usize)> = Vec::new();
    for name in NAMES {
        let Some(at) = find_word(statement.text, name) else { continue };
        let place = (at, at + name.len());
        if ORDINARY_WORDS.contains(&name) && !is_introduced(&statement.text[..at]) {
            continue;
        }
        if taken.iter().any(|(start, end)| place.0 < *end && *start < place.1) {
            continue;
        }
        taken.push(place);
        found.extend(Found::at(page, statement, place, weight, Fact::Technology { name: name.to_owned() }));
    }
}

/// Do the words before a name introduce a tool, or list it among others?
fn is_introduced(before: &str) -> bool {
    const INTRODUCING: [&str; 22] = [
        "in",
        "with",
        "on",
        "use",
        "uses",
        "using",
        "run",
        "mit",
        "auf",
        "nutzen",
        "avec",
        "sur",
        "utilisons",
        "con",
        "usamos",
        "met",
        "op",
        "gebruiken",
        "med",
        "på",
        "använder",
        "to",
    ];
    let before = before.trim_end();
    let last = before.rsplit(' ').next().unwrap_or_default().to_lowercase();
    INTRODUCING.contains(&last.as_str()) || before.ends_with(',') || before.ends_with(':')
}

/// How plainly a statement says that the company runs what it names; `None` when it does not say so.
fn weight(page: &Page<'_>, statement: &Statement<'_>) -> Option<u8> {
    if NOT_RUNNING.iter().any(|words| statement.lower.contains(words)) {
        return None;
    }
    let says_so = RUNS.iter().any(|words| statement.lower.contains(words));
    let under_systems = statement.is_under(&[
        "system",
        "technik",
        "technolog",
        "stack",
        "tools",
        "how we build",
        "engineering",
        "outils",
        "tecnolog",
        "herramientas",
        "verktyg",
        "teknik",
        "techniek",
    ]);
    match page.kind {
        PageKind::Customers => None,
        PageKind::News => (says_so && statement.lower.contains(" we ")).then_some(3),
        _ if says_so => Some(7),
        _ if under_systems => Some(5),
        PageKind::Careers => Some(4),
        _ => None,
    }
}

/// Do two names mean one technology, one of them possibly with an edition ("SAP" and "SAP S/4HANA")?
pub(crate) fn same(wanted: &str, found: &str) -> bool {
    let (wanted, found) = (wanted.trim().to_lowercase(), found.to_lowercase());
    !wanted.is_empty() && (found == wanted || super::has_word(&found, &wanted) || super::has_word(&wanted, &found))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts_on, picked};
    use super::*;

    fn names(line: &str) -> Vec<String> {
        picked(line, |fact| match fact {
            Fact::Technology { name } => Some(name.clone()),
            _ => None,
        })
    }

    #[test]
    fn what_a_company_says_it_runs_is_read() {
        let cases: [(&str, &[&str]); 13] = [
            ("Since the spring of 2024 we run on SAP S/4HANA for finance.", &["SAP S/4HANA"]),
            ("Order management runs on NetSuite; the trade webshop is built on Shopify.", &["NetSuite", "Shopify"]),
            ("Im Einsatz: SAP S/4HANA, SAP Ariba und ein eigenes Portal.", &["SAP S/4HANA", "SAP Ariba"]),
            ("Die Warenwirtschaft läuft auf Microsoft Dynamics.", &["Microsoft Dynamics"]),
            ("We plan in Oracle Transportation Management and drive our terminal from scanners.", &["Oracle Transportation Management"]),
            ("Maintenance and materials are planned in IFS; accounting is on SAP.", &["SAP", "IFS"]),
            ("Our stack: Kubernetes, PostgreSQL and a lot of data.", &["Kubernetes", "PostgreSQL"]),
            ("Wir arbeiten mit SAP Business One; unser Stahl kommt über Hamburg.", &["SAP Business One"]),
            ("Traffic planning runs on Infor; finance on SAP.", &["SAP", "Infor"]),
            ("Flotte und Aufträge steuern wir mit SAP.", &["SAP"]),
            ("Core banking sits on Temenos; customer service is elsewhere.", &[]),
            ("All goods are handled with the Navision system.", &["Navision"]),
            ("We chose Oracle Fusion Cloud ERP in 2025.", &["Oracle Fusion Cloud ERP"]),
        ];
        for (line, expected) in cases {
            assert_eq!(names(line), expected, "{line}");
        }
    }

    #[test]
    fn names_inside_words_and_other_peoples_systems_are_not_read() {
        let cases = [
            "Please answer ASAP, our system is waiting.",
            "Our product integrates with SAP and Salesforce.",
            "A customer runs on Oracle.",
            "We are a certified partner of SAP.",
            "Unsere Kunden nutzen SAP.",
            "The former system was Oracle.",
            "Rusty nails and reacting paints are what we use.",
            "Better than Excel, an alternative to SAP.",
        ];
        for line in cases {
            assert_eq!(names(line), Vec::<String>::new(), "{line}");
        }
    }

    #[test]
    fn an_open_role_tells_a_technology() {
        let facts = facts_on(PageKind::Careers, &["## Open roles", "- 1 × SAP key user, transport orders (Aarhus)"]);
        assert!(facts.iter().any(|found| found.fact == Fact::Technology { name: "SAP".into() }));
    }

    #[test]
    fn an_edition_is_the_same_technology() {
        assert!(same("SAP", "SAP S/4HANA") && same("sap", "SAP") && same("Oracle", "Oracle NetSuite"));
        assert!(!same("SAP", "Sapiens") && !same("Infor", "Informatica") && !same("", "SAP"));
    }
}
