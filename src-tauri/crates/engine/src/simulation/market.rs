//! An invented market: companies drawn from the seed, the row a lead file has of each, and its few recorded pages.
//!
//! Most are what an agent may be trusted with: a site that says who they are, a contact with an address. A few have no
//! address or let people go. Every host ends in the reserved `.example`, nobody in here exists.

use super::chance::Chance;
use super::persona::{Happening, Taste};
use crate::error::EngineError;
use autoreach_domain::icp::{Country, Industry};
use autoreach_domain::oversight::segment;
use autoreach_web::{Budget, FetchError, FetchedPage, PageSource, RecordedSource};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::sync::{Arc, PoisonError, RwLock};
use url::Url;

/// The bins head counts are drawn from and tastes speak of.
pub(crate) const HEAD_COUNT_BINS: [&str; 8] = segment::HEAD_COUNT_BINS;
/// What companies of this market run.
pub(crate) const TECHNOLOGIES: [&str; 6] = ["SAP", "Oracle", "Microsoft Dynamics", "Infor", "Odoo", "Salesforce"];

const INDUSTRIES: [(Industry, f64); 9] = [
    (Industry::Logistics, 0.28),
    (Industry::Manufacturing, 0.22),
    (Industry::Food, 0.16),
    (Industry::Retail, 0.08),
    (Industry::Software, 0.07),
    (Industry::Energy, 0.06),
    (Industry::Finance, 0.05),
    (Industry::ProfessionalServices, 0.05),
    (Industry::Media, 0.03),
];
/// Bins with their share and their ends.
const SIZES: [((u32, u32), f64); 7] = [
    ((4, 10), 0.06),
    ((11, 50), 0.18),
    ((51, 200), 0.34),
    ((201, 500), 0.22),
    ((501, 1_000), 0.10),
    ((1_001, 5_000), 0.07),
    ((10_001, 40_000), 0.03),
];
const PLACES: [(&str, &str, f64); 9] = [
    ("DK", "Aarhus", 0.22),
    ("SE", "Gothenburg", 0.17),
    ("NO", "Bergen", 0.11),
    ("FI", "Tampere", 0.10),
    ("DE", "Hamburg", 0.15),
    ("NL", "Rotterdam", 0.11),
    ("AT", "Graz", 0.04),
    ("BE", "Antwerp", 0.04),
    ("GB", "Leeds", 0.06),
];
const SYSTEMS: [(Option<&str>, f64); 7] = [
    (Some("SAP"), 0.20),
    (Some("Oracle"), 0.12),
    (Some("Microsoft Dynamics"), 0.13),
    (Some("Infor"), 0.08),
    (Some("Odoo"), 0.06),
    (Some("Salesforce"), 0.06),
    (None, 0.35),
];
const ROLES: [(&str, f64); 8] = [
    ("VP Operations", 0.16),
    ("Head of Supply Chain", 0.18),
    ("Logistics Manager", 0.18),
    ("Purchasing Director", 0.12),
    ("Head of Planning", 0.12),
    ("COO", 0.08),
    ("CFO", 0.08),
    ("Marketing Manager", 0.08),
];
const FIRST_NAMES: [&str; 16] =
    ["Wei", "Ada", "Jo", "Mira", "Lars", "Inka", "Tomas", "Elif", "Nils", "Saara", "Omar", "Greta", "Pavel", "Ines", "Rune", "Maud"];
const LAST_NAMES: [&str; 16] = [
    "Rao", "Costa", "Lind", "Ekberg", "Holm", "Varga", "Petersen", "Aydin", "Krogh", "Niemi", "Haddad", "Brandt", "Novak", "Moreau",
    "Solberg", "Visser",
];
const SYLLABLES: [&str; 24] = [
    "nor", "vim", "pel", "gra", "tal", "kvi", "sto", "bru", "hav", "lyn", "mar", "dok", "fje", "ros", "ulm", "kes", "tri", "wen", "cal",
    "zan", "oru", "bex", "pil", "dra",
];
const OPEN_ROLES: [&str; 5] =
    ["supply planner", "logistics coordinator", "warehouse supervisor", "purchasing manager", "customs specialist"];

/// How often a company is not what an agent hopes for.
const WITHOUT_ADDRESS: f64 = 0.04;
const LAYING_OFF: f64 = 0.03;
/// What happens at companies.
const HIRING: f64 = 0.40;
const WITH_NEWS: f64 = 0.35;
const FUNDED: f64 = 0.06;
/// Rows of a lead file that say how many people work there.
const SIZE_IN_THE_FILE: f64 = 0.85;

/// One company of the market with the person to write to.
#[derive(Debug, Clone)]
pub(crate) struct Company {
    pub(crate) number: u64,
    pub(crate) name: String,
    pub(crate) host: String,
    pub(crate) industry: Industry,
    pub(crate) head_count: u32,
    pub(crate) country: &'static str,
    pub(crate) city: &'static str,
    pub(crate) technology: Option<&'static str>,
    pub(crate) happenings: Vec<Happening>,
    pub(crate) first_name: &'static str,
    pub(crate) last_name: &'static str,
    pub(crate) role: &'static str,
    pub(crate) has_address: bool,
    says_size: bool,
    founded: u32,
    openings: usize,
    days_since_news: i32,
}

impl Company {
    /// The company with a number.
    pub(crate) fn draw(seed: u64, number: u64) -> Self {
        let mut chance = Chance::of(seed, "company", number);
        let name = name(&mut chance, number);
        let host = format!("{}.example", name.to_lowercase());
        let (low, high) = chance.by_share(&SIZES);
        let ratio = f64::from(high) / f64::from(low);
        let head_count = (f64::from(low) * ratio.powf(chance.unit())).round() as u32;
        let (country, city) = chance.by_share(&PLACES.map(|(country, city, share)| ((country, city), share)));
        let happenings =
            [(Happening::Hiring, HIRING), (Happening::News, WITH_NEWS), (Happening::Funding, FUNDED), (Happening::Layoffs, LAYING_OFF)];
        Self {
            number,
            host,
            industry: chance.by_share(&INDUSTRIES),
            head_count,
            country,
            city,
            technology: chance.by_share(&SYSTEMS),
            happenings: happenings.into_iter().filter(|(_, share)| chance.happens(*share)).map(|(happening, _)| happening).collect(),
            first_name: chance.one_of(&FIRST_NAMES),
            last_name: chance.one_of(&LAST_NAMES),
            role: chance.by_share(&ROLES),
            has_address: !chance.happens(WITHOUT_ADDRESS),
            says_size: chance.happens(SIZE_IN_THE_FILE),
            founded: 1950 + chance.below(70) as u32,
            openings: 1 + chance.below(5),
            days_since_news: 3 + chance.below(25) as i32,
            name,
        }
    }

    pub(crate) fn has(&self, happening: Happening) -> bool {
        self.happenings.contains(&happening)
    }

    /// Its head-count bin in words.
    pub(crate) fn bin(&self) -> &'static str {
        let people = f64::from(self.head_count);
        HEAD_COUNT_BINS[segment::HEAD_COUNT_EDGES.iter().take_while(|edge| people > **edge).count()]
    }

    /// What a taste makes of it, in logits, before bias and mood.
    pub(crate) fn appeal(&self, taste: &Taste) -> f64 {
        let industry = taste.industry.get(&self.industry);
        let others = [taste.head_count.get(self.bin()), taste.country.get(self.country)];
        let technology = self.technology.and_then(|name| taste.technology.get(name));
        let signals = self.happenings.iter().filter_map(|happening| taste.signal.get(happening));
        industry.into_iter().chain(others.into_iter().flatten()).chain(technology).chain(signals).sum()
    }

    /// The address the lead file has.
    pub(crate) fn address(&self) -> Option<String> {
        let local = format!("{}.{}", self.first_name, self.last_name).to_lowercase();
        self.has_address.then(|| format!("{local}@{}", self.host))
    }

    /// The head count the lead file has.
    pub(crate) fn listed_size(&self) -> Option<u32> {
        self.says_size.then_some(self.head_count)
    }

    /// Its row of a lead file.
    pub(crate) fn row(&self) -> String {
        let size = self.listed_size().map(|size| size.to_string()).unwrap_or_default();
        let cells = [
            self.name.clone(),
            format!("https://{}", self.host),
            self.first_name.to_owned(),
            self.last_name.to_owned(),
            self.role.to_owned(),
            self.address().unwrap_or_default(),
            self.country_name().to_owned(),
            self.city.to_owned(),
            self.industry.words().to_owned(),
            size,
        ];
        cells.join(",")
    }

    pub(crate) fn country_name(&self) -> &'static str {
        Country::parse(self.country).map_or("", |country| country.name())
    }

    /// Its pages as recorded answers, told around `now`.
    fn recordings(&self, now: Timestamp) -> Vec<(String, Vec<u8>)> {
        let mut pages = vec![("", self.home()), ("about", self.about())];
        if self.has(Happening::Hiring) {
            pages.push(("careers", self.careers()));
        }
        let news = self.news(now);
        if !news.is_empty() {
            pages.push(("news", news));
        }
        let links: String =
            pages.iter().filter(|(path, _)| !path.is_empty()).map(|(path, _)| format!("<li><a href='/{path}'>{path}</a></li>")).collect();
        pages.iter().map(|(path, body)| self.recording(path, &links, body)).collect()
    }

    fn recording(&self, path: &str, links: &str, body: &str) -> (String, Vec<u8>) {
        let Self { name, host, city, .. } = self;
        let answer = format!(
            "GET https://{host}/{path}\nHTTP/1.1 200 OK\ncontent-type: text/html; charset=utf-8\n\n<html lang=\"en\"><head><title>{name}</title></head>\
             <body><nav><ul>{links}</ul></nav><main>{body}</main><footer><p>© 2026 {name}, Main Street 9, {city}, {}</p></footer></body></html>",
            self.country_name()
        );
        (format!("{host}/{path}.http"), answer.into_bytes())
    }

    fn home(&self) -> String {
        let Self { name, head_count, city, .. } = self;
        format!(
            "<h1>{name}</h1><p>{name} is a {}.</p><p>{name} employs {head_count} people in {city}.</p>\
             <p>Write to us: <a href='mailto:info@{1}'>info@{1}</a></p>",
            trade(self.industry),
            self.host
        )
    }

    fn about(&self) -> String {
        let Self { name, city, founded, .. } = self;
        let system = self.technology.map(|system| format!("<h2>Systems</h2><p>We run on {system} for finance and order management.</p>"));
        format!(
            "<h1>About us</h1><p>{name} was founded in {founded}.</p><p>Our headquarters are in {city}, {}.</p>{}",
            self.country_name(),
            system.unwrap_or_default()
        )
    }

    fn careers(&self) -> String {
        let role = OPEN_ROLES[self.number as usize % OPEN_ROLES.len()];
        format!("<h1>Work with us</h1><p>We are hiring:</p><ul><li>{} × {role} ({})</li></ul>", self.openings, self.city)
    }

    fn news(&self, now: Timestamp) -> String {
        let day = now.to_zoned(TimeZone::UTC).date().saturating_sub(self.days_since_news.days());
        let story = |title: &str, text: &str| {
            format!("<article><h3>{title}</h3><p class=\"meta\"><time datetime=\"{day}\">{day}</time></p><p>{text}</p></article>")
        };
        let Self { name, city, .. } = self;
        let mut stories = String::new();
        if self.has(Happening::Layoffs) {
            let jobs = 2 + self.head_count / 20;
            let text =
                format!("{name} announced layoffs in {city}. {jobs} employees will lose their positions before the end of the year.");
            stories.push_str(&story(&format!("{name} to cut {jobs} jobs in {city}"), &text));
        }
        if self.has(Happening::Funding) {
            let text = format!("{name} raised €{} million in a growth round.", 3 + self.number % 20);
            stories.push_str(&story("A step ahead", &text));
        }
        if self.has(Happening::News) {
            stories.push_str(&story("Planning desk moves to one floor", "Our planners now sit in one room."));
        }
        if stories.is_empty() { stories } else { format!("<h1>News</h1>{stories}") }
    }
}

/// A made-up name; the number makes it the only one of its kind.
fn name(chance: &mut Chance, number: u64) -> String {
    let mut name = String::new();
    for _ in 0..3 {
        name.push_str(chance.one_of(&SYLLABLES));
    }
    let mut left = number;
    for _ in 0..3 {
        name.push_str(SYLLABLES[(left % SYLLABLES.len() as u64) as usize]);
        left /= SYLLABLES.len() as u64;
    }
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// How a company of an industry says what it is.
fn trade(industry: Industry) -> &'static str {
    match industry {
        Industry::Logistics => "freight forwarder that moves pallets and containers for shippers",
        Industry::Manufacturing => "manufacturing company that makes valves and precision components",
        Industry::Food => "food producer that brings smoked salmon and flour to bakeries",
        Industry::Retail => "retail chain with stores in four towns",
        Industry::Software => "software company with a planning platform and an API for developers",
        Industry::Energy => "renewable energy company that runs wind farms and solar parks",
        Industry::Finance => "finance company that grants loans and guarantees to exporters",
        Industry::Media => "media group with local newspapers and radio stations",
        Industry::ProfessionalServices
        | Industry::Healthcare
        | Industry::Construction
        | Industry::Education
        | Industry::Hospitality
        | Industry::PublicSector => "management consultancy whose advisers work for the boards of their clients",
    }
}

/// A lead file of these companies.
pub(crate) fn lead_file(companies: &[Company]) -> String {
    let header = "Company,Website,First Name,Last Name,Title,Email,Country,City,Industry,Employees";
    std::iter::once(header.to_owned()).chain(companies.iter().map(Company::row)).collect::<Vec<_>>().join("\n")
}

/// The pages of the companies that are looked at on a day; the rest of the market answers nothing.
pub(crate) struct MarketPages {
    today: RwLock<Arc<RecordedSource>>,
}

impl MarketPages {
    /// A web without a page.
    pub(crate) fn empty() -> Result<Self, EngineError> {
        Ok(Self { today: RwLock::new(Arc::new(recorded(Vec::new(), Timestamp::UNIX_EPOCH)?)) })
    }

    /// Puts the pages of these companies up, told around `now`.
    pub(crate) fn put_up(&self, companies: &[Company], now: Timestamp) -> Result<(), EngineError> {
        let files = companies.iter().flat_map(|company| company.recordings(now)).collect();
        *self.today.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(recorded(files, now)?);
        Ok(())
    }
}

fn recorded(files: Vec<(String, Vec<u8>)>, now: Timestamp) -> Result<RecordedSource, EngineError> {
    RecordedSource::from_files_dated(files, now).map_err(|_| EngineError::DemoPages)
}

#[async_trait::async_trait]
impl PageSource for MarketPages {
    async fn get(&self, url: &Url, budget: &Budget) -> Result<FetchedPage, FetchError> {
        let today = Arc::clone(&self.today.read().unwrap_or_else(PoisonError::into_inner));
        today.get(url, budget).await
    }

    fn has_network(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_company_has_a_name_of_its_own() {
        let names: BTreeSet<String> = (0..5_000).map(|number| Company::draw(3, number).name).collect();
        assert_eq!(names.len(), 5_000);
    }

    #[test]
    fn most_of_the_market_is_what_an_agent_may_be_trusted_with() {
        let companies: Vec<Company> = (0..2_000).map(|number| Company::draw(1, number)).collect();
        let clean = companies.iter().filter(|company| company.has_address && !company.has(Happening::Layoffs)).count();
        assert!((1_800..1_920).contains(&clean), "{clean}");
    }

    #[test]
    fn a_taste_weighs_what_holds_and_nothing_else() {
        let company = Company { happenings: vec![Happening::Hiring], ..Company::draw(1, 1) };
        let mut taste = Taste::default();
        assert_eq!(company.appeal(&taste), 0.0);
        taste.industry.insert(company.industry, 1.5);
        taste.signal.insert(Happening::Hiring, 1.0);
        taste.signal.insert(Happening::Layoffs, -3.0);
        assert!((company.appeal(&taste) - 2.5).abs() < 1e-12);
    }
}
