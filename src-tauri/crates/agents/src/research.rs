//! Reads a company's own pages into a dossier: a plan, one page after the other, facts with their quotes.
//!
//! The home page comes first; what it links to and what the site's own list of pages holds decide the rest, within the lead's
//! budget of pages and bytes. A page that fails becomes a problem with its cause
//! and never ends the research. Equal facts from several pages are kept once, with the plainest words. What the pages
//! try to tell a machine, or that the site is somebody else's, is kept as a taint, which can only lower trust.

use autoreach_domain::account::{CompanyDomain, comparable_name};
use autoreach_domain::dossier::{Dossier, Fact, Finding, PageProblem, PageRead, Source, Taint};
use autoreach_domain::ids::FindingId;
use autoreach_domain::lead::Lead;
use autoreach_domain::workflow::Language;
use autoreach_llm::ChatError;
use autoreach_web::{
    Budget, FetchError, FetchedPage, PageSnapshot, PageSource, PageText, PageVersion, SitemapEntry, TextError, content_hash, page_text,
    sitemap,
};
use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::sync::LazyLock;
use tokio::sync::Semaphore;
use url::Url;

mod again;

pub use again::research_again;

use crate::model::{self, ModelFault, ModelHand};
use crate::rules::RULES_ENGINE;
use crate::rules::data;
use crate::rules::facts::company::OWN_NAME_WEIGHT;
use crate::rules::facts::places::same_city;
use crate::rules::facts::{self, Found};
use crate::rules::plan::{self, PageKind};
use crate::rules::statements;

/// Most findings kept of one kind, so that a long list of open roles does not bury the rest.
const MOST_OF_A_KIND: usize = 8;
/// Pages a model reads of one company: home and the most telling ones, because each is a call that may be paid for.
const PAGES_FOR_A_MODEL: usize = 4;
/// Longest excerpt that explains a taint, in characters.
const LONGEST_EXCERPT: usize = 160;

/// Longest name of a page's version that is kept, in bytes: a tag is a hash of a few dozen, not a place to store things.
const LONGEST_VERSION: usize = 200;

/// What a research brings home.
#[derive(Debug, Clone)]
pub struct Research {
    /// The facts, each with its quote.
    pub dossier: Dossier,
    /// The pages they were read from, for reading offline.
    pub snapshots: Vec<PageSnapshot>,
    /// The caller ended the reading: what is here is not all there is.
    pub was_cancelled: bool,
    /// The home page did not answer for a reason that may pass: asking again later may bring more.
    pub may_answer_later: bool,
}

/// Why a page was not read.
#[derive(Debug, thiserror::Error)]
enum Unread {
    #[error("{0}")]
    Fetch(FetchError),
    #[error("The page's letters could not be decoded.")]
    Garbled,
    #[error("{0}")]
    Text(TextError),
    #[error("The page could not be read.")]
    ReaderDied,
    #[error("The page leads to another company's site.")]
    OtherCompany,
}

impl Unread {
    fn at(&self, url: &Url) -> PageProblem {
        PageProblem { url: url.to_string(), cause: self.to_string() }
    }
}

/// A page read: what was fetched, its text, and the facts on it.
struct ReadPage {
    url: Url,
    text: PageText,
    snapshot: PageSnapshot,
    facts: Vec<Found>,
    published: Option<Date>,
    version: PageVersion,
}

/// Researches the company of `lead` on its own pages. Never fails as a whole: what could not be read is named in the
/// dossier. `ids` names the findings, in their final order. With a `hand`, a model reads the first pages as well; what it
/// finds stands beside what the built-in engine finds. Dropping the future ends the research.
pub async fn research(
    source: &dyn PageSource,
    lead: &Lead,
    now: Timestamp,
    ids: &mut (dyn FnMut() -> FindingId + Send),
    budget: &Budget,
    hand: Option<ModelHand<'_>>,
) -> Research {
    let mut problems = Vec::new();
    let (mut pages, mut page_lists, mut may_answer_later) = (Vec::new(), Vec::new(), false);
    if let Some(home) = plan::home_page(lead) {
        match read_page(source, &home, PageKind::Home, now, budget).await {
            Ok(page) => (pages, page_lists) = read_site(source, page, now, budget, &mut problems).await,
            Err(unread) => {
                may_answer_later = matches!(&unread, Unread::Fetch(error) if error.may_pass());
                problems.push(unread.at(&home));
            }
        }
    }
    tracing::debug!(lead = %lead.id, pages = pages.len(), problems = problems.len(), "site read");
    let reading = match hand {
        Some(hand) => read_by_model(&mut pages, hand).await,
        None => ModelReading::default(),
    };
    let mut dossier = Dossier { page_lists, ..dossier(lead, &pages, problems, now, ids) };
    if let Some(stamp) = reading.stamp {
        dossier.engine = stamp;
    }
    if reading.was_repaired {
        dossier
            .taints
            .push((Taint::RepairedReply, "A model's answer about their pages was cut or malformed and had to be repaired.".into()));
    }
    let was_cancelled = matches!(reading.fault, Some(ModelFault::Call(ChatError::Cancelled)));
    if let Some(fault) = reading.fault.filter(|_| !was_cancelled) {
        dossier.taints.push((fault.taint(), format!("The model did not read all of their pages. {fault} The built-in engine read them.")));
    }
    Research { dossier, was_cancelled, snapshots: pages.into_iter().map(|page| page.snapshot).collect(), may_answer_later }
}

/// What became of a model's reading.
#[derive(Default)]
struct ModelReading {
    /// Its stamp, when it read a page.
    stamp: Option<String>,
    was_repaired: bool,
    fault: Option<ModelFault>,
}

/// Lets a model read the first pages and adds what it finds. The first fault ends it: the next page would meet the same.
async fn read_by_model(pages: &mut [ReadPage], hand: ModelHand<'_>) -> ModelReading {
    let mut reading = ModelReading::default();
    for page in pages.iter_mut().take(PAGES_FOR_A_MODEL) {
        match model::read_page(hand, &page.text.title, &page.text.text, page.published).await {
            Ok((facts, was_repaired)) => {
                page.facts.extend(facts);
                reading.was_repaired |= was_repaired;
                reading.stamp = Some(hand.stamp.to_owned());
            }
            Err(fault) => {
                reading.fault = Some(fault);
                break;
            }
        }
    }
    reading
}

/// The home page and what it leads to, each page once, one after the other: the site's own pace is the source's part.
async fn read_site(
    source: &dyn PageSource,
    home: ReadPage,
    now: Timestamp,
    budget: &Budget,
    problems: &mut Vec<PageProblem>,
) -> (Vec<ReadPage>, Vec<PageRead>) {
    let mut pages = vec![home];
    if parked(&pages[0].text).is_some() {
        return (pages, Vec::new());
    }
    let (listed, lists) = listed_pages(source, &pages[0].url, budget).await;
    for planned in plan::pages(&pages[0].url, &pages[0].text.links, &listed) {
        match read_page(source, &planned.url, planned.kind, now, budget).await {
            Ok(page) if pages.iter().any(|known| known.url == page.url) => {}
            Ok(page) if !plan::same_company(&pages[0].url, &page.url) => problems.push(Unread::OtherCompany.at(&planned.url)),
            Ok(page) => pages.push(page),
            // A customary path that is not there is no problem of the site.
            Err(_) if planned.is_guess => {}
            Err(unread) => problems.push(unread.at(&planned.url)),
        }
    }
    (pages, lists)
}

/// What the site's own list of pages holds, and the lists read. Most sites have none or a long one: its absence is no problem of
/// the site.
async fn listed_pages(source: &dyn PageSource, home: &Url, budget: &Budget) -> (Vec<SitemapEntry>, Vec<PageRead>) {
    let Some(address) = home.join("/sitemap.xml").ok() else { return (Vec::new(), Vec::new()) };
    let mut lists = Vec::new();
    let entries = sitemap_at(source, &address, budget, &mut lists).await;
    let first = entries.iter().find(|entry| entry.is_sitemap).and_then(|entry| home.join(&entry.href).ok());
    let Some(further) = first else { return (entries, lists) };
    // An index leads to lists by kind of page; the first is the one of ordinary pages, or as good as any.
    let named =
        entries.iter().filter(|entry| entry.is_sitemap && entry.href.contains("page")).find_map(|entry| home.join(&entry.href).ok());
    let further = named.unwrap_or(further);
    if !plan::same_company(home, &further) {
        return (Vec::new(), lists);
    }
    let pages = sitemap_at(source, &further, budget, &mut lists).await;
    (pages.into_iter().filter(|entry| !entry.is_sitemap).collect(), lists)
}

async fn sitemap_at(source: &dyn PageSource, address: &Url, budget: &Budget, lists: &mut Vec<PageRead>) -> Vec<SitemapEntry> {
    match source.get(address, budget).await {
        Ok(fetched) if plan::same_company(address, &fetched.url) => {
            let entries = sitemap(&fetched.body);
            let snapshot = hex(&content_hash(&fetched.body));
            lists.push(as_read(&fetched.url, String::new(), snapshot, fetched.version));
            entries
        }
        Ok(_) | Err(_) => Vec::new(),
    }
}

async fn read_page(source: &dyn PageSource, url: &Url, kind: PageKind, now: Timestamp, budget: &Budget) -> Result<ReadPage, Unread> {
    let fetched = source.get(url, budget).await.map_err(Unread::Fetch)?;
    if fetched.is_garbled() {
        return Err(Unread::Garbled);
    }
    by_a_reader(move || read_text(fetched, kind, now)).await.ok_or(Unread::ReaderDied)?.map_err(Unread::Text)
}

/// Pages read at the same time: more than there are processors takes no less time, and each keeps its own copy of what the
/// patterns remember.
static READERS: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(2, NonZeroUsize::get)));

/// Does processor work of up to a second on hostile pages, which must not hold up the fetches. `None` when it died.
async fn by_a_reader<T: Send + 'static>(read: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let _reader = READERS.acquire().await.ok()?;
    tokio::task::spawn_blocking(read).await.ok()
}

fn read_text(fetched: FetchedPage, kind: PageKind, now: Timestamp) -> Result<ReadPage, TextError> {
    let text = page_text(&fetched.body)?;
    let today = now.to_zoned(TimeZone::UTC).date();
    let host = fetched.url.host_str().and_then(|host| CompanyDomain::parse(host).ok());
    let page = statements::page_of(kind, &text, today, host.as_ref());
    let published = page.dated;
    let mut facts = facts::extract(&page);
    let told = data::read(&page);
    facts.extend(told.facts);
    facts.retain(|found| is_own_mailbox(&found.fact, host.as_ref()));
    let snapshot = PageSnapshot::new(&fetched, &text).with_data(&told.text);
    Ok(ReadPage { url: fetched.url, text, snapshot, facts, published, version: fetched.version })
}

/// A mail address of another domain on this page says nothing about this company's mailboxes.
fn is_own_mailbox(fact: &Fact, host: Option<&CompanyDomain>) -> bool {
    match fact {
        Fact::MailAddress { address, .. } => address.company_domain().as_ref() == host && host.is_some(),
        _ => true,
    }
}

fn dossier(
    lead: &Lead,
    pages: &[ReadPage],
    problems: Vec<PageProblem>,
    now: Timestamp,
    ids: &mut (dyn FnMut() -> FindingId + Send),
) -> Dossier {
    let is_parked = pages.first().is_some_and(|home| parked(&home.text).is_some());
    let findings = if is_parked { Vec::new() } else { findings(pages, ids) };
    let taints = taints(lead, pages, &findings);
    let (language, other_language) = languages(pages);
    Dossier {
        lead_id: lead.id,
        findings,
        pages: pages.iter().map(page_read).collect(),
        page_lists: Vec::new(),
        problems,
        taints,
        language,
        other_language,
        engine: RULES_ENGINE.into(),
        researched_at: now,
    }
}

fn page_read(page: &ReadPage) -> PageRead {
    as_read(&page.url, page.text.title.clone(), hex(&page.snapshot.content_hash), page.version.clone())
}

fn as_read(url: &Url, title: String, snapshot: String, version: PageVersion) -> PageRead {
    let short = |name: Option<String>| name.filter(|name| name.len() <= LONGEST_VERSION);
    PageRead { url: url.to_string(), title, snapshot, etag: short(version.etag), last_modified: short(version.last_modified) }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The facts of all pages, each once, ordered by kind as people read them and by plainness within a kind.
fn findings(pages: &[ReadPage], ids: &mut (dyn FnMut() -> FindingId + Send)) -> Vec<Finding> {
    let mut all: Vec<(&ReadPage, &Found)> = pages.iter().flat_map(|page| page.facts.iter().map(move |found| (page, found))).collect();
    all.sort_by_key(|(_, found)| {
        (rank(&found.fact), std::cmp::Reverse(freshness(found)), found.is_unseen, std::cmp::Reverse(found.weight))
    });
    let mut kept: Vec<(&ReadPage, &Found)> = Vec::new();
    let has_legal_name = all.iter().any(|(_, found)| is_legal_name(found));
    for (page, found) in all.into_iter().filter(|(_, found)| !has_legal_name || !is_mere_name(found)) {
        let of_kind = kept.iter().filter(|(_, known)| rank(&known.fact) == rank(&found.fact)).count();
        if of_kind < MOST_OF_A_KIND && !kept.iter().any(|(_, known)| says_the_same(&known.fact, &found.fact) || is_one_story(known, found))
        {
            kept.push((page, found));
        }
    }
    kept.into_iter().map(|(page, found)| finding(page, found, ids())).collect()
}

fn is_legal_name(found: &Found) -> bool {
    matches!(found.fact, Fact::RegisteredName { .. }) && found.weight > OWN_NAME_WEIGHT && !found.is_unseen
}

/// What a site calls itself says nothing more where a name with its legal form is known.
fn is_mere_name(found: &Found) -> bool {
    matches!(found.fact, Fact::RegisteredName { .. }) && found.weight <= OWN_NAME_WEIGHT && !found.is_unseen
}

/// Stories are ordered by date first, everything else by plainness alone.
fn freshness(found: &Found) -> Option<jiff::civil::Date> {
    match found.fact {
        Fact::News { .. } | Fact::Funding { .. } | Fact::Layoffs { .. } | Fact::Trouble { .. } => found.published,
        _ => None,
    }
}

/// The order of kinds in a dossier: what warns first, then what a mail can hang on, then what the profile asks.
fn rank(fact: &Fact) -> u8 {
    match fact {
        Fact::Layoffs { .. } => 0,
        Fact::Trouble { .. } => 1,
        Fact::Hiring { .. } => 2,
        Fact::Funding { .. } => 3,
        Fact::News { .. } => 4,
        Fact::HeadCount { .. } => 5,
        Fact::Industry { .. } => 6,
        Fact::Location { .. } => 7,
        Fact::Technology { .. } => 8,
        Fact::Product { .. } => 9,
        Fact::FoundedYear { .. } => 10,
        Fact::ContactRole { .. } => 11,
        Fact::RegisteredName { .. } => 12,
        Fact::MailAddress { .. } => 13,
    }
}

/// Do two facts say the same, so that one of them is enough?
fn says_the_same(a: &Fact, b: &Fact) -> bool {
    match (a, b) {
        (Fact::Industry { .. }, Fact::Industry { .. }) | (Fact::Product { .. }, Fact::Product { .. }) => true,
        (Fact::Location { city: Some(a), .. }, Fact::Location { city: Some(b), .. }) => same_city(a, b),
        (Fact::Location { country: a, .. }, Fact::Location { city: None, country: b, .. }) => a == b,
        (Fact::Hiring { role: a, .. }, Fact::Hiring { role: b, .. }) => a.eq_ignore_ascii_case(b),
        (Fact::Funding { amount: a, .. }, Fact::Funding { amount: b, .. }) => a == b,
        (Fact::ContactRole { name: a, departed: c, .. }, Fact::ContactRole { name: b, departed: d, .. }) => a == b && c == d,
        (Fact::MailAddress { address: a, .. }, Fact::MailAddress { address: b, .. }) => a.comparable() == b.comparable(),
        (Fact::RegisteredName { name: a }, Fact::RegisteredName { name: b }) => comparable_name(a) == comparable_name(b),
        _ => a == b,
    }
}

/// A headline and the sentence below it tell one story: trouble of one kind on one day.
fn is_one_story(a: &Found, b: &Found) -> bool {
    let is_alike = match (&a.fact, &b.fact) {
        (Fact::Layoffs { .. }, Fact::Layoffs { .. }) => true,
        (Fact::Trouble { trouble: a, .. }, Fact::Trouble { trouble: b, .. }) => a == b,
        _ => false,
    };
    is_alike && a.published.is_some() && a.published == b.published
}

fn finding(page: &ReadPage, found: &Found, id: FindingId) -> Finding {
    let source = Source {
        url: page.url.to_string(),
        title: page.text.title.clone(),
        snapshot: hex(&page.snapshot.content_hash),
        quote: page.snapshot.text[found.start..found.end].to_owned(),
        offset: found.start,
        fetched_at: page.snapshot.fetched_at,
        published: found.published,
        unseen: found.is_unseen,
    };
    Finding { id, fact: found.fact.clone(), source }
}

/// Languages that a site is recognised to be in without its own word, with their ISO 639-1 codes. Longer texts of other languages
/// are recognised too, but are rarely those of a company that is written to in English or German.
const OTHER_LANGUAGES: [(whatlang::Lang, &str); 12] = [
    (whatlang::Lang::Fra, "fr"),
    (whatlang::Lang::Spa, "es"),
    (whatlang::Lang::Nld, "nl"),
    (whatlang::Lang::Swe, "sv"),
    (whatlang::Lang::Dan, "da"),
    (whatlang::Lang::Nob, "no"),
    (whatlang::Lang::Fin, "fi"),
    (whatlang::Lang::Ita, "it"),
    (whatlang::Lang::Por, "pt"),
    (whatlang::Lang::Pol, "pl"),
    (whatlang::Lang::Ces, "cs"),
    (whatlang::Lang::Hun, "hu"),
];

/// The language of the home page by its own word, else by its letters: one that mails are written in, or the code of another.
fn languages(pages: &[ReadPage]) -> (Option<Language>, Option<String>) {
    let Some(home) = pages.first() else { return (None, None) };
    let declared = home.snapshot.language.as_deref().and_then(|tag| tag.get(..2)).map(str::to_lowercase);
    match declared.as_deref() {
        Some("de") => return (Some(Language::German), None),
        Some("en") => return (Some(Language::English), None),
        _ => {}
    }
    let sample: String = pages.iter().flat_map(|page| page.text.text.chars().take(2_000)).take(4_000).collect();
    let detected = whatlang::detect(&sample).filter(whatlang::Info::is_reliable).map(|info| info.lang());
    match detected {
        Some(whatlang::Lang::Deu) => (Some(Language::German), None),
        Some(whatlang::Lang::Eng) => (Some(Language::English), None),
        other => {
            let by_letters = OTHER_LANGUAGES.iter().find(|(lang, _)| Some(*lang) == other).map(|(_, code)| (*code).to_owned());
            let by_word = declared.filter(|code| code.bytes().all(|byte| byte.is_ascii_lowercase()));
            (None, by_letters.or(by_word))
        }
    }
}

fn taints(lead: &Lead, pages: &[ReadPage], findings: &[Finding]) -> Vec<(Taint, String)> {
    let mut taints = Vec::new();
    taints.extend(pages.iter().find_map(|page| injection(&page.text)).map(|words| (Taint::SuspectedInjection, words)));
    let home = pages.first();
    let parked = home.and_then(|home| parked(&home.text));
    let wrong = home.filter(|_| parked.is_none()).and_then(|home| wrong_company(lead, home, findings));
    taints.extend(wrong.map(|words| (Taint::WrongCompany, words)));
    taints.extend(parked.map(|words| (Taint::ParkedDomain, words)));
    taints
}

/// Words of a page that address a machine.
fn injection(text: &PageText) -> Option<String> {
    let visible = text.suspected_instructions.first().and_then(|span| text.text.get(span.start..span.end));
    let hidden = || text.hidden_instructions.then(|| "A page hides words addressed to a machine.".to_owned());
    let excerpt = |words: &str| words.chars().take(LONGEST_EXCERPT).collect::<String>();
    visible.map(|words| format!("A page speaks to a machine: \"{}\"", excerpt(words.trim()))).or_else(hidden)
}

/// Phrases of parking services; lower case.
const PARKED: [&str; 11] = [
    "domain is for sale",
    "is for sale!",
    "buy this domain",
    "domain parking",
    "parking service",
    "this domain is parked",
    "domain may be for sale",
    "diese domain steht zum verkauf",
    "domain kaufen",
    "hier entsteht eine neue",
    "domain steht zum verkauf",
];

/// A short page that offers its own address for sale.
fn parked(text: &PageText) -> Option<String> {
    let lower = format!("{}\n{}", text.title, text.text).to_lowercase();
    let phrase = PARKED.iter().find(|phrase| lower.contains(**phrase))?;
    (text.text.len() < 3_000).then(|| format!("The page says \"{phrase}\"."))
}

/// Words of company names that many companies share and that therefore recognise none.
const COMMON_WORDS: [&str; 46] = [
    "logistics",
    "logistik",
    "freight",
    "cargo",
    "shipping",
    "foods",
    "food",
    "lebensmittel",
    "software",
    "systems",
    "solutions",
    "services",
    "consulting",
    "labs",
    "lab",
    "laboratories",
    "media",
    "energy",
    "energi",
    "international",
    "global",
    "trading",
    "handel",
    "maschinenbau",
    "technik",
    "technology",
    "technologies",
    "marine",
    "lines",
    "line",
    "transport",
    "spedition",
    "distribution",
    "components",
    "imports",
    "partners",
    "collective",
    "advisory",
    "coatings",
    "and",
    "the",
    "und",
    "home",
    "welcome",
    "startseite",
    "verpackungen",
];

/// Why the site seems to be another company's: the name it is registered under shares no telling word with the
/// lead's, or neither its titles nor its address do.
fn wrong_company(lead: &Lead, home: &ReadPage, findings: &[Finding]) -> Option<String> {
    let wanted = telling_words(&lead.company);
    if wanted.is_empty() {
        return None;
    }
    let mut seen = findings.iter().filter(|finding| !finding.source.unseen);
    let registered = seen.find_map(|finding| match &finding.fact {
        Fact::RegisteredName { name } => Some(name.as_str()),
        _ => None,
    });
    if let Some(name) = registered {
        let is_other = !shares_a_word(&wanted, name);
        return is_other.then(|| format!("The site belongs to {name}, the lead says {}.", lead.company));
    }
    let site_name = home.text.site_name.as_deref().unwrap_or_default();
    let is_named =
        [home.text.title.as_str(), site_name, home.url.host_str().unwrap_or_default()].iter().any(|name| shares_a_word(&wanted, name));
    (!is_named).then(|| format!("The site calls itself \"{}\", the lead says {}.", home.text.title, lead.company))
}

fn telling_words(name: &str) -> Vec<String> {
    let comparable = comparable_name(name);
    let all: Vec<String> = comparable.split(' ').filter(|word| word.chars().count() > 1).map(str::to_owned).collect();
    let telling: Vec<String> = all.iter().filter(|word| !COMMON_WORDS.contains(&word.as_str())).cloned().collect();
    if telling.is_empty() { all } else { telling }
}

/// Does `name` hold one of the words? Domains write them without spaces and umlauts.
fn shares_a_word(words: &[String], name: &str) -> bool {
    let name = folded(&comparable_name(name));
    words.iter().any(|word| name.contains(&folded(word)))
}

fn folded(text: &str) -> String {
    let plain = text
        .replace('ä', "ae")
        .replace('ö', "oe")
        .replace('ü', "ue")
        .replace('ß', "ss")
        .replace('å', "a")
        .replace('ø', "o")
        .replace('é', "e");
    plain.chars().filter(|c| c.is_alphanumeric()).collect()
}
