//! A real web server on loopback that is the site of many small invented companies, told apart by the `Host` header.
//!
//! The sites are generated: company `n` always has the same name, people and pages, so that a test can say what must be
//! found. Their sentences are plain ones that a rules engine understands; between them stands the small talk real pages
//! are full of. Only the date of the news follows the day of the server's start, because old news is no news. The server
//! runs in a thread of its own, so tests need no runtime. Deliberately absent: TLS, bodies in requests, anything hostile
//! (the tests of `autoreach-web` have servers for that).

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use jiff::civil::Date;
use jiff::{Span, Timestamp, tz::TimeZone};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// Syllables of company names: every pair is a company.
const BEGINNINGS: [&str; 32] = [
    "Alv", "Bryn", "Cald", "Dorn", "Elv", "Fenn", "Grav", "Hald", "Isk", "Jarn", "Kell", "Lom", "Marr", "Nesk", "Orv", "Pell", "Quar",
    "Rov", "Sund", "Torv", "Ulm", "Vess", "Wend", "Yrs", "Zell", "Arn", "Bor", "Dag", "Eid", "Frost", "Gil", "Hov",
];
const ENDINGS: [&str; 32] = [
    "mark", "sund", "vik", "holm", "dal", "rand", "stad", "mont", "brek", "lund", "fors", "gard", "nes", "moor", "wick", "ford", "haven",
    "berg", "strand", "skog", "torp", "bek", "ey", "krok", "rud", "set", "tun", "voll", "fell", "garth", "thwaite", "beck",
];
const FIRST_NAMES: [&str; 16] = [
    "Wei", "Saara", "Jonas", "Mette", "Ravi", "Lena", "Oskar", "Ines", "Tariq", "Freja", "Milan", "Greta", "Noor", "Emil", "Yara", "Anton",
];
const LAST_NAMES: [&str; 16] = [
    "Raovik",
    "Heinosten",
    "Ekstrell",
    "Damgren",
    "Petermoor",
    "Sandvall",
    "Lindqvall",
    "Osterby",
    "Kallweit",
    "Brunnhild",
    "Fossgren",
    "Tannvik",
    "Almkvist",
    "Norrwall",
    "Vestergrun",
    "Hagelund",
];
const ROLES: [&str; 8] = [
    "Head of Logistics",
    "Operations Manager",
    "Supply Chain Director",
    "Office Manager",
    "VP Operations",
    "Head of Planning",
    "Sales Director",
    "Purchasing Manager",
];
/// City and country of a company's seat.
const SEATS: [(&str, &str); 8] = [
    ("Aarhus", "Denmark"),
    ("Gothenburg", "Sweden"),
    ("Bergen", "Norway"),
    ("Turku", "Finland"),
    ("Hamburg", "Germany"),
    ("Rotterdam", "Netherlands"),
    ("Antwerp", "Belgium"),
    ("Manchester", "United Kingdom"),
];
/// What a company does: the last word of its name, the sentence that says so, and a role it hires for.
const TRADES: [(&str, &str, &str); 4] = [
    (
        "Freight",
        "We are a freight forwarder and move cargo, pallets and groupage shipments for importers across the Baltic.",
        "supply planner",
    ),
    (
        "Valves",
        "We are a manufacturing company and make stainless valves, flanges and hydraulic components for shipyards.",
        "production planner",
    ),
    ("Foods", "We are a food manufacturer and pack oats, flour and dried fruit for bakeries and retailers.", "logistics coordinator"),
    ("Ledger", "We are a software company and build accounting software for small firms, with an API for developers.", "backend engineer"),
];
const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
/// The pages a home page links to, in the order in which they are added: path and title.
const SUBPAGES: [(&str, &str); 8] = [
    ("/about", "About us"),
    ("/careers", "Careers"),
    ("/news", "News"),
    ("/contact", "Contact"),
    ("/imprint", "Imprint"),
    ("/team", "Team"),
    ("/products", "Products"),
    ("/customers", "Customers"),
];
/// Paragraphs of small talk on every page, which make it about as long as such pages are.
const SMALL_TALK: usize = 24;
/// Longest request head taken, in bytes.
const HEAD_BYTES: u64 = 16 * 1024;

/// What the server is to serve.
#[derive(Debug, Clone, Copy)]
pub struct Sites {
    /// How many companies have a site.
    pub companies: usize,
    /// Pages of each site, the home page included; at most nine.
    pub pages: usize,
    /// Time the server takes for each answer.
    pub latency: Duration,
}

/// One invented company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Company {
    /// Its name.
    pub name: String,
    /// The host of its site, below `.example`.
    pub host: String,
    /// First name of the contact.
    pub first_name: &'static str,
    /// Last name of the contact.
    pub last_name: &'static str,
    /// The contact's role.
    pub role: &'static str,
    /// The contact's mail address, at the host.
    pub email: String,
    /// Seat.
    pub city: &'static str,
    /// Country of the seat.
    pub country: &'static str,
    /// People who work there.
    pub head_count: usize,
    trade: usize,
    number: usize,
}

impl Company {
    /// Company `number`, from 0; always the same.
    pub fn number(number: usize) -> Self {
        let word = format!("{}{}", BEGINNINGS[number % 32], ENDINGS[number / 32 % 32]);
        let word = if number < 1_024 { word } else { format!("{word}{}", number / 1_024) };
        let trade = number % TRADES.len();
        let host = format!("{}.example", word.to_lowercase());
        let (first_name, last_name) = (FIRST_NAMES[number % 16], LAST_NAMES[number / 3 % 16]);
        let (city, country) = SEATS[number / 5 % SEATS.len()];
        Self {
            name: format!("{word} {}", TRADES[trade].0),
            email: format!("{}.{}@{host}", first_name.to_lowercase(), last_name.to_lowercase()),
            host,
            first_name,
            last_name,
            role: ROLES[number / 7 % ROLES.len()],
            city,
            country,
            head_count: 20 + number * 37 % 700,
            trade,
            number,
        }
    }
}

/// A running server; dropping it stops it.
pub struct SiteServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    companies: Vec<Company>,
    by_host: HashMap<String, usize>,
    pages: usize,
    latency: Duration,
    today: Date,
    requests: AtomicU64,
    pages_served: AtomicU64,
}

impl SiteServer {
    /// Serves the sites of `companies` companies with `pages` pages each, at once.
    pub fn start(companies: usize, pages: usize) -> io::Result<Self> {
        Self::start_with(Sites { companies, pages, latency: Duration::ZERO })
    }

    /// Serves `sites` on a free port of this computer.
    pub fn start_with(sites: Sites) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::new(sites));
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let serving = Arc::clone(&shared);
        let thread = thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = serve(listener, serving) => {}
                    _ = stopped => {}
                }
            });
        });
        Ok(Self { address, shared, stop: Some(stop), thread: Some(thread) })
    }

    /// The companies, in the order of the lead file.
    pub fn companies(&self) -> &[Company] {
        &self.shared.companies
    }

    /// Requests answered so far, `robots.txt` and missing pages included.
    pub fn requests(&self) -> u64 {
        self.shared.requests.load(Ordering::Relaxed)
    }

    /// Pages served so far.
    pub fn pages_served(&self) -> u64 {
        self.shared.pages_served.load(Ordering::Relaxed)
    }

    /// Every host as `HOST:PORT:ADDRESS`, a line each: what lets a fetcher reach this server.
    pub fn resolve_lines(&self) -> String {
        let (port, ip) = (self.address.port(), self.address.ip());
        self.shared.companies.iter().map(|company| format!("{}:{port}:{ip}\n", company.host)).collect()
    }

    /// The lead file: a header and a row per company.
    pub fn leads_csv(&self) -> String {
        let header = "Company,Website,First Name,Last Name,Title,Email,Country,City\n".to_owned();
        self.shared.companies.iter().fold(header, |mut file, company| {
            // Writing to a string cannot fail.
            let _ = writeln!(
                file,
                "{},http://{}:{}/,{},{},{},{},{},{}",
                company.name,
                company.host,
                self.address.port(),
                company.first_name,
                company.last_name,
                company.role,
                company.email,
                company.country,
                company.city
            );
            file
        })
    }
}

impl Drop for SiteServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn new(sites: Sites) -> Self {
        let companies: Vec<Company> = (0..sites.companies).map(Company::number).collect();
        let by_host = companies.iter().map(|company| (company.host.clone(), company.number)).collect();
        Self {
            companies,
            by_host,
            pages: sites.pages.clamp(1, SUBPAGES.len() + 1),
            latency: sites.latency,
            today: Timestamp::now().to_zoned(TimeZone::UTC).date(),
            requests: AtomicU64::new(0),
            pages_served: AtomicU64::new(0),
        }
    }

    /// The page at `path` of the site at `host`; `None` when there is none.
    fn page(&self, host: &str, path: &str) -> Option<String> {
        let name = host.split(':').next().unwrap_or_default();
        let company = &self.companies[*self.by_host.get(name)?];
        let subpages = &SUBPAGES[..self.pages - 1];
        let title = match path {
            "/" => "Home",
            _ => subpages.iter().find(|(known, _)| *known == path)?.1,
        };
        Some(page(company, title, &content(company, path, self.today), subpages))
    }
}

async fn serve(listener: std::net::TcpListener, shared: Arc<Shared>) {
    let listener = TcpListener::from_std(listener).expect("the listener is non-blocking and inside a runtime");
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            // A client that goes away is its own business.
            let _ = answer_all(stream, &shared).await;
        });
    }
}

/// Answers request after request on one connection until the client closes it.
async fn answer_all(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    while let Some((path, host)) = read_request(&mut stream).await? {
        shared.requests.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(shared.latency).await;
        let answer = match shared.page(&host, &path) {
            Some(page) => {
                shared.pages_served.fetch_add(1, Ordering::Relaxed);
                http("200 OK", &page)
            }
            None => http("404 Not Found", "<!DOCTYPE html><title>Not found</title><p>There is no such page."),
        };
        stream.get_mut().write_all(answer.as_bytes()).await?;
    }
    Ok(())
}

/// Path and host of the next request; `None` at the end of the connection.
async fn read_request(stream: &mut BufReader<TcpStream>) -> io::Result<Option<(String, String)>> {
    let (mut path, mut host, mut taken) = (String::new(), String::new(), 0);
    loop {
        let mut line = String::new();
        taken += stream.read_line(&mut line).await? as u64;
        if line.is_empty() || taken > HEAD_BYTES {
            return Ok(None);
        }
        match line.trim_end() {
            "" => return Ok(Some((path, host))),
            first if path.is_empty() => path = first.split(' ').nth(1).unwrap_or("/").to_owned(),
            header => {
                let value = header.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("host"));
                host = value.map_or(host, |(_, value)| value.trim().to_owned());
            }
        }
    }
}

fn http(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

/// A whole page: head, navigation, the content, small talk, footer.
fn page(company: &Company, title: &str, content: &str, subpages: &[(&str, &str)]) -> String {
    let links: String = subpages.iter().map(|(path, title)| format!("<li><a href=\"{path}\">{title}</a></li>")).collect();
    let talk: String = (0..SMALL_TALK).map(|place| small_talk(company.number, place)).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} - {name}</title>\
         <style>body {{ font: 16px sans-serif }} nav li {{ display: inline }}</style></head>\n<body>\n\
         <header><a href=\"/\">{name}</a><nav><ul>{links}</ul></nav></header>\n<main><h1>{title}</h1>\n{content}\n{talk}</main>\n\
         <footer>{name}, {city}, {country}</footer>\n</body></html>\n",
        name = company.name,
        city = company.city,
        country = company.country,
    )
}

/// What a page says about its company.
fn content(company: &Company, path: &str, today: Date) -> String {
    let Company { name, city, country, head_count, number, .. } = company;
    let (_, trade, wanted) = TRADES[company.trade];
    match path {
        "/" => format!("<p>{trade}</p>\n<p>{name} has its head office in {city}, {country}.</p>"),
        "/about" => format!(
            "<p>{name} was founded in {year}. Today we employ {head_count} people in {city}, {country}.</p>\n<p>{trade}</p>\n\
             <p>Our planners work with {system}.</p>",
            year = 1950 + number % 60,
            system = ["SAP", "Oracle", "Microsoft Dynamics", "spreadsheets"][number % 4],
        ),
        "/careers" if number % 3 == 0 => "<p>There are no open roles at the moment.</p>".to_owned(),
        "/careers" => format!("<p>We are hiring {} {wanted}s in {city}.</p>", 2 + number % 5),
        "/news" => format!("<article><h2>{}</h2><p>{}</p><p>{}</p></article>", headline(*number), news_day(*number, today), story(*number)),
        "/contact" => {
            format!("<p>Write to <a href=\"mailto:info@{host}\">info@{host}</a> or call the desk in {city}.</p>", host = company.host)
        }
        "/imprint" => format!("<p>{name} Ltd, Quay Street {number}, {city}, {country}</p>"),
        "/team" => format!("<p>{} {}, {}</p>", company.first_name, company.last_name, company.role),
        _ => format!("<p>{trade}</p>"),
    }
}

fn headline(number: usize) -> &'static str {
    ["A third weekly call from Gdynia", "New cold store opens", "Our new weighing line is running", "Second shift starts in the autumn"]
        [number % 4]
}

fn story(number: usize) -> &'static str {
    [
        "The new service begins this month.",
        "The store holds nine thousand pallets.",
        "It replaces a line from the nineties.",
        "The hall was full.",
    ][number % 4]
}

/// `14 October 2026`, within the last three months.
fn news_day(number: usize, today: Date) -> String {
    let days = i64::try_from(5 + number % 80).unwrap_or(5);
    let day = today.checked_sub(Span::new().days(days)).unwrap_or(today);
    let month = usize::try_from(day.month()).unwrap_or(1);
    format!("{} {} {}", day.day(), MONTHS[month - 1], day.year())
}

/// A paragraph that says nothing anybody could check.
fn small_talk(number: usize, place: usize) -> String {
    const SENTENCES: [&str; 12] = [
        "Good work begins with listening, and we like to listen before we talk.",
        "Our door is open on weekdays, and the coffee is better than it used to be.",
        "What we promise in the morning we want to have done by the evening.",
        "A question answered on the same day saves two on the next.",
        "We keep things simple where simple is enough.",
        "Mistakes happen, and we would rather hear of ours from you than not at all.",
        "Some of our oldest friends began as a phone call on a rainy Friday.",
        "We believe that a clear word is worth more than a long brochure.",
        "The harbour is close by, and on quiet days you hear the gulls.",
        "Whoever visits us gets a tour and a warm jacket.",
        "We do not chase every trend, but we do read about them.",
        "Thank you for taking the time to read this far.",
    ];
    let sentence = |shift: usize| SENTENCES[(number * 7 + place * 5 + shift) % SENTENCES.len()];
    format!("<div class=\"text\"><p>{} {} {}</p></div>\n", sentence(0), sentence(3), sentence(7))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::io::{Read, Write};

    fn ask(server: &SiteServer, requests: &str) -> String {
        let mut stream = std::net::TcpStream::connect(server.address).expect("the server listens");
        stream.write_all(requests.as_bytes()).expect("the server reads");
        stream.shutdown(std::net::Shutdown::Write).expect("the connection is open");
        let mut heard = String::new();
        stream.read_to_string(&mut heard).expect("the server answers and closes");
        heard
    }

    fn get(host: &str, path: &str) -> String {
        format!("GET {path} HTTP/1.1\r\nhost: {host}:80\r\n\r\n")
    }

    #[test]
    fn the_host_decides_whose_page_is_served_and_a_connection_serves_several() {
        let server = SiteServer::start(3, 5).expect("starts");
        let [first, second] = [0, 1].map(|number| server.companies()[number].clone());
        let heard = ask(&server, &(get(&first.host, "/about") + &get(&second.host, "/careers")));
        assert!(heard.contains(&format!("we employ {} people", first.head_count)), "{heard}");
        assert!(heard.contains("We are hiring 3 production planners"), "{heard}");
        assert_eq!((server.requests(), server.pages_served()), (2, 2));
    }

    #[test]
    fn a_site_has_as_many_pages_as_asked_for_and_strangers_none() {
        let server = SiteServer::start(1, 2).expect("starts");
        let host = server.companies()[0].host.clone();
        assert!(ask(&server, &get(&host, "/")).matches("<li>").count() == 1);
        assert!(ask(&server, &get(&host, "/careers")).starts_with("HTTP/1.1 404"));
        assert!(ask(&server, &get("stranger.example", "/")).starts_with("HTTP/1.1 404"));
        assert_eq!(server.pages_served(), 1);
    }

    #[test]
    fn no_two_companies_share_a_host_or_an_address() {
        let companies: Vec<Company> = (0..2_500).map(Company::number).collect();
        let hosts: HashSet<&str> = companies.iter().map(|company| company.host.as_str()).collect();
        assert_eq!(hosts.len(), companies.len());
    }

    #[test]
    fn the_lead_file_has_a_row_and_the_resolve_file_a_line_per_company() {
        let server = SiteServer::start(20, 5).expect("starts");
        assert_eq!(server.leads_csv().lines().count(), 21);
        assert!(server.resolve_lines().lines().all(|line| line.ends_with(":127.0.0.1") && line.contains(".example:")));
    }
}
