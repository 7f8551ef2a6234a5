//! The industry group a company belongs to, by the words it uses about itself.
//!
//! Words are weighed over the pages where a company presents itself. A group is named only when it leads clearly;
//! a company between two groups stays without one. The quote is the sentence that weighs most, never metadata.

use autoreach_domain::dossier::Fact;
use autoreach_domain::icp::Industry;
use regex::{Regex, RegexSet};
use std::sync::LazyLock;

use super::super::plan::PageKind;
use super::super::statements::{Page, Statement};
use super::Found;

/// Points from which a group may be named at all: one plain phrase, or two telling words.
const ENOUGH: u32 = 4;
/// The leading group must have this many times the points of the next, in tenths.
const MARGIN: u32 = 13;
/// Points of a phrase by which a company names its own trade, and of a telling word.
const PHRASE_POINTS: u32 = 6;
const WORD_POINTS: u32 = 2;
/// Points that a title or description adds to a trade that the visible words name too.
const GUIDE_POINTS: u32 = 2;
/// A word repeated on one page adds nothing after this many statements.
const MOST_REPEATS: u32 = 2;

/// Phrases that name a trade (they weigh most) and words that go with it; lower-case patterns on lower-case text.
/// A "food manufacturer" counts as food: the letter before the space keeps it out of manufacturing.
const WORDS: [(Industry, &str, &str); 14] = [
    (
        Industry::Logistics,
        r"freight forwarder|logistics (?:company|provider)|third-party logistics|haulage|container carrier|shipping line|short[- ]sea carriers|spedition\b|logistikdienstleister|reederei|courier|contract logistics|temperature-controlled freight|carries (?:freight|containers)|moves? fresh|onward road transport|fuhrunternehmen|frachtf[uü]hrer|transport(?:amos|ons|eur|iste)\b|transporte (?:frigorífico|de mercancías)|transitaire|empresa de transporte|transportbedrijf|rederi(?:et)?\b|åkeri\b|speditör|kör (?:torrlast|gods)|vervoert|store and deliver|cold chain|fleet of|parcel (?:carrier|delivery)|fulfil+ment",
        r"freight|forwarding|forwarder|\bcargo|groupage|shipments|warehous|pallet|trailer|fracht|logisti|lagerung|transportunternehmen|seefracht|stückgut|containerverkehre|verschifft|lkw|\btrucks?\b|camiones|palés|palettes|entrepôt|almacén|vrachtwagens|lastbil|fartyg|frakt\b|transporte|vessels|delivery|haul|last(?:en)? i",
    ),
    (
        Industry::Manufacturing,
        r"manufacturing company|[^d] manufacturer\b|maschinenbau(?:er)?\b|we are a manufacturer|hersteller von|produziert transportverpackungen|zulieferer|makes? (?:stainless|anti-fouling|valves)|fertigungsunternehmen|machine builder|(?:entwickel\w+ und )?fertig(?:en|t)\b|stell(?:t|en) .{3,80} her\b|fabri(?:que|quons|ca|camos|kant)\b|manufactur(?:e|es|er|ers)\b|manufacture\b|tillverkar|produ(?:it|isons) des|builds? .{0,30}(?:robots|machines|drones|pumps|equipment)|usine\b|steenfabriek|produceert",
        r"valves|fasteners|castings|forging|machined?\b|machining|hydraulic|coatings|flansche|bolts|components|fertigt|fertigung|produktion|werk\b|anlagenteile|federn|wellpappe|verpackungen|steel|titanium|furnaces|schweißer|precision parts|maschinen\b|machines\b|robots?\b|drones?\b|rohre|edelstahl|tissus|tissage|verre\b|flacons|plåt|stenen|klei\b|montage|factory|furnace|oven\b|fours?\b|tisser|värmeverk|anlagen\b|legierung|kunststoff|plastics?\b|batter(?:y|ies)",
    ),
    (
        Industry::Food,
        r"food (?:manufacturer|producer|importer|trading|company)|seafood producer|lebensmittel(?:hersteller|unternehmen|produzent)|food ingredients|food producers in|brewery|brauerei gmbh|dairy|molkerei|bakery group|importer and packer|conserv(?:as|es|erie)|yoghurts?|yogurts?|bäckerei|\bbrot\b|boulangerie|panadería|bakkerij|bageri|bryggeri|brouwerij|brasserie artisanale|fromagerie|quesería|zuivel|mejeri|elabora(?:mos)? (?:conservas|vinos|quesos|aceite)|chocolat(?:ier|erie)|confectioner",
        r"\bfood\b|lebensmittel|seafood|salmon|\boats?\b|flour|mehl\b|bakeries|bäckereien|dried fruit|spices|pulses|starch|chicory|gurken|weizen|getränke|\bwine\b|chocolate|smoked|nuts and seeds|powidl|roastery|vegetales|tomate|huerta|verduras|fruit(?:s)?\b|légumes|groenten|grönsaker|vlees|kött\b|backstube|brezen|oats|dairies|milk|leche|lait\b|melk\b|ingredients",
    ),
    (
        Industry::Software,
        r"software company|saas\b|accounting software|software for|software (?:house|provider|vendor)|softwarehaus|softwareunternehmen|it services|it-dienstleister|cloud platform|our (?:app|api)\b|(?:planning|scheduling|analytics|payroll|hr|erp|crm)[- ](?:software|platform)|planningssoftware|software (?:voor|für|para|pour)|forecast(?:s|ing) (?:software|for)|éditeur de logiciels|logiciels? (?:pour|de)|plataforma (?:de|para)|mjukvara|betreut server|managed services|puzzle games|games? studio|video ?games|makes .{0,20}games|systemhaus|app for|platform that|turns .{3,40} into .{0,20}forecasts",
        r"software|\bapi\b|developers|platform|dashboard|integrations?\b|machine learning|automation|it-lösungen|entwickler|logiciel|aplicación|algorit|\bcloud\b|\bgames\b|server\b|netze\b|arbeitsplätze|programvara|\bit\b|forecasts?|data\b|applicatie|saas",
    ),
    (
        Industry::Healthcare,
        r"dental (?:laboratory|practices)|hospital group|medical devices?|medizintechnik|pharmaceutical|pharma(?:unternehmen)?\b|clinic\b|klinik|pflegedienst|health care provider|healthcare company|biotech|pflegeheim|pflegedienst|altenpflege|thuiszorg|zorginstelling|zorgorganisatie|ouderenzorg|clinique|hôpital|ehpad|hospitalario|clínica|vårdcentral|äldreomsorg|hemtjänst|care homes?|nursing homes?|bietet? .{0,20}pflege|biedt .{0,30}zorg",
        r"patients?|dentists?|hospitals?|clinical|crowns|aligners|therap|ärzte|krankenhaus|arznei|diagnostic|medical|pflege\b|zorg\b|bewohner|nurses?\b|soins|pacientes|salud\b|vård\b|cliënten|surgery|theatres?\b|ouderen|senioren",
    ),
    (
        Industry::Retail,
        r"online retailer|retail chain|retailer first|webshop for|onlineshop|online-shop|einzelhandel|sold online and|department store|supermarket chain|we sell|vi .{0,15}säljer|verkoopt .{3,60}(?:winkels|online)|vendons .{0,40}(?:boutique|en ligne)|vendemos .{0,40}(?:tienda|online)|webbutik|webwinkel|boutique en ligne|tienda online|online[- ]shop|bokhandel|möbelhaus|magasins?\b|tiendas\b|winkels\b|filialen verkaufen",
        r"\bshops?\b|\bstores?\b|bed linen|duvet|free shipping|basket|warenkorb|filialen|sold out|garden furniture|retail|fri frakt|jackets|boots|korting|rebajas|soldes|kassen|butik(?:er)?\b|price(?:s)?\b|collections?\b|möbel\b|mode\b|add to",
    ),
    (
        Industry::ProfessionalServices,
        r"management consultancy|consulting firm|law firm|accounting firm|kanzlei|unternehmensberatung|steuerberat|wirtschaftsprüf|advisory firm|agency for|werbeagentur|design agency|advice for boards|we advise|we are (?:lawyers|solicitors|accountants)|solicitors\b|wir beraten|cabinet (?:d'avocats|de conseil|comptable)|avocats\b|asesoría|consultoría|abogados|advocaten|advocatenkantoor|accountantskantoor|adviesbureau|notari|advokatbyrå|revisionsbyrå|konsultbolag|steuerberater|rechtsanwält|expert[s-]comptable",
        r"consultan|advisers|advisory|clients|mandanten|beratung|succession|board evaluation|audit|employment law|succession|lohn\b|jahresabschluss|steuerfragen|mandant|conseil\b|asesor|advies\b|rådgivning|family businesses",
    ),
    (
        Industry::Energy,
        r"renewable energy company|wind farms|solar parks|utility company|energieversorger|stadtwerke|power plants?|oil and gas|photovoltaik|energy company|windparks?\b|wind ?farms?|parques solares|parcs? (?:solaires?|éoliens?)|zonneparken|solparker|vindkraft|énergies? renouvelables?|energías? renovables?|high-voltage|power lines|energiegenossenschaft|renovables\b|fjärrvärme|stadtwerk",
        r"\benergy\b|turbines?|solar|windkraft|\bgrid\b|strom\b|energie\b|megawatt|\bmw\b|biogas|\bgw\b|éolien|solaire|hernieuwbare|stroom\b|volt|utilities|haushalte|turbinen|energi\b",
    ),
    (
        Industry::Media,
        r"media group|local newspapers|radio stations|publishing house|publisher of|verlag\b|broadcaster|zeitungsverlag|medienhaus|film production|publishes .{3,60}(?:writing|books|guides|magazines)|publisher|maison d'édition|éditions?\b .{0,20}livres|editorial\b .{0,30}libros|uitgeverij|bokförlag|förlag\b|podcasts?\b|documentaires|film(?:produktion|productie)|tv production|radiosender|produces .{0,20}(?:films|podcasts)|press agency",
        r"newspaper|radio|newsroom runs|readers|magazine|zeitung|redaktion|subscriptions|editorial|books?\b|field guides|luisteraars|listeners|libros|livres|omroepen|böcker|titel\b|autor(?:in|en)?\b|editors?\b|readers",
    ),
    (
        Industry::Finance,
        r"finance company|letters of credit|bank(?:haus)? ag|insurance company|insurer|versicherung(?:en|sgesellschaft)?\b|asset management|investment fund|leasinggesellschaft|factoring|private equity|credit union|affacturage|moves? (?:salaries|money|payments)|payments? (?:company|provider|institution)|zahlungsdienst|établissement de (?:paiement|crédit)|banque\b|entidad de pago|banco\b|betaal(?:dienst|instelling)|försäkringsbolag|sparbank|assureur|aseguradora|verzekeraar|fintech",
        r"\bbank\b|guarantees|loans?\b|insurance|kredit|vermögen|exporters|invoice discounting|fonds\b|salaries|currencies|factures\b|payments?\b|payday|crédit\b|crédito|lening|lån\b|kapital\b|pagos|paiement",
    ),
    (
        Industry::Construction,
        r"construction company|bauunternehmen|general contractor|real estate developer|architects?\b|architekturbüro|immobilien|hochbau|tiefbau|property developer|construi(?:mos|sons) .{0,60}(?:hospitales|colegios|viviendas|logements|écoles)|constructora|empresa constructora|entreprise (?:générale|du bâtiment)|agence d'architecture|architectes?\b|bouwbedrijf|aannemer|byggföretag|byggbolag|property (?:group|company|developer)|buy .{0,20}buildings|instala(?:mos)? y mant\w+|climatización|installateur|des écoles et des logements|developer of",
        r"construction|building sites|baustelle|wohnungsbau|renovation|concrete|beton\b|scaffold|dachdecker|viviendas|obras\b|logements|chantier|bois\b|workspace|tenants|gevel|bouwprojecten|renovering|hus\b|toiture|sq ft|hvac",
    ),
    (
        Industry::Education,
        r"\buniversity\b|hochschule|training provider|e-learning|language school|akademie\b|weiterbildung|business school|cursos de|imparte cursos|école de|cours de|escuela de|academia\b|taalschool|opleiding(?:en)?\b|utbildning(?:ar)?\b|folkhögskola|fahrschule|sprachschule|nachhilfe|language courses|teaches",
        r"students|courses|curriculum|studierende|schüler|lernen|teachers|campus|alumnos|élèves|leerlingen|elever|cursos\b|formation\b|profesores|lessons|kurse\b|docenten",
    ),
    (
        Industry::Hospitality,
        r"\bhotel\b|restaurant\b|travel agency|reiseveranstalter|tour operator|gasthof|catering company|berghotels?|hotels?\b|restaurang(?:er)?\b|hôtel|hostel|betreibt .{0,40}hotels|driver .{0,20}restauranger|restaurantes|camping\b|gîte|vakantiepark|pension\b|gastronomie|ferienhäuser|catering\b",
        r"guests|rooms|gäste|zimmer\b|booking your stay|menu\b|holiday|urlaub|maten\b|über(?:nachtung|nachten)|huéspedes|chambres|kamers|sauna|chef\b|reservations?\b|kök(?:et)?\b|tables?\b",
    ),
    (
        Industry::PublicSector,
        r"an association of|trade association|\bverband\b|\bverein\b|municipality|ministry|charity|stiftung\b|authority for|non-profit|behörde|gemeinnütziger verein|association loi 1901|vereniging van|brancheorganisatie|ideell förening|ayuntamiento|gemeente \p{L}+ (?:is|werkt)|kommun(?:en)? (?:är|erbjuder)|cámara de comercio|chambre de commerce",
        r"members|mitglieder|donations|spenden|citizens|bürger|volunteers|leden\b|medlemmar|socios\b|adhérents|beneficiarios",
    ),
];

static PHRASES: LazyLock<RegexSet> =
    LazyLock::new(|| RegexSet::new(WORDS.iter().map(|(_, phrases, _)| *phrases)).expect("the patterns are constants"));
static TELLING: LazyLock<RegexSet> =
    LazyLock::new(|| RegexSet::new(WORDS.iter().map(|(_, _, words)| *words)).expect("the patterns are constants"));
static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let of = |(_, phrases, words): &(Industry, &str, &str)| Regex::new(&format!("{phrases}|{words}")).expect("the patterns are constants");
    WORDS.iter().map(of).collect()
});

/// What one group has gathered.
#[derive(Default, Clone, Copy)]
struct Tally {
    points: u32,
    repeats: u32,
    best: u32,
    best_at: usize,
}

/// The industry group a page speaks for, with the sentence that weighs most.
pub(crate) fn read(page: &Page<'_>) -> Option<Found> {
    if !matches!(page.kind, PageKind::Home | PageKind::About | PageKind::Products) {
        return None;
    }
    let tallies = tallies(page);
    let (leader, leading) = tallies.iter().enumerate().max_by_key(|(_, tally)| tally.points)?;
    let next = tallies.iter().enumerate().filter(|(index, _)| *index != leader).map(|(_, tally)| tally.points).max().unwrap_or(0);
    if leading.points < ENOUGH || leading.points * 10 < next * MARGIN {
        return None;
    }
    let statement = &page.statements[leading.best_at];
    let place = PATTERNS[leader].find(&statement.lower).map_or((0, 1), |hit| (hit.start(), hit.end()));
    let place = if statement.lower.len() == statement.text.len() { place } else { (0, 1) };
    let weight = u8::try_from(leading.points.min(9)).unwrap_or(9).max(if page.kind == PageKind::Home { 6 } else { 1 });
    Found::at(page, statement, place, weight, Fact::Industry { industry: WORDS[leader].0 })
}

fn tallies(page: &Page<'_>) -> [Tally; WORDS.len()] {
    let mut tallies = [Tally::default(); WORDS.len()];
    for (index, statement) in page.statements.iter().enumerate().filter(|(_, statement)| speaks_of_itself(statement)) {
        let own = own_trade(&statement.lower);
        for hit in PHRASES.matches(own).iter() {
            add(&mut tallies[hit], PHRASE_POINTS, index);
        }
        for hit in TELLING.matches(own).iter() {
            tallies[hit].repeats += 1;
            if tallies[hit].repeats <= MOST_REPEATS {
                add(&mut tallies[hit], WORD_POINTS, index);
            }
        }
    }
    guide(page, &mut tallies);
    tallies
}

/// A statement up to where it turns to whom the company works for: "machines for breweries" is no brewery. The rest counts where
/// nothing stands before it.
fn own_trade(lower: &str) -> &str {
    static PURPOSE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r" (?:for|für|pour|para|voor|till|åt|aan|to) ").expect("the pattern is a constant"));
    match PURPOSE.find(lower) {
        Some(turn) if lower[..turn.start()].split_whitespace().count() >= 3 => &lower[..turn.start()],
        _ => lower,
    }
}

/// The page's title and description point at a trade that a visible sentence already spoke of; alone they say nothing.
fn guide(page: &Page<'_>, tallies: &mut [Tally; WORDS.len()]) {
    for words in [Some(page.text.title.as_str()), page.text.description.as_deref()].into_iter().flatten() {
        let lower = words.to_lowercase();
        let own = own_trade(&lower);
        let hits: Vec<usize> = PHRASES.matches(own).iter().chain(TELLING.matches(own).iter()).collect();
        for hit in hits {
            let is_spoken_of = tallies[hit].points > 0;
            tallies[hit].points += if is_spoken_of { GUIDE_POINTS } else { 0 };
        }
    }
}

fn add(tally: &mut Tally, points: u32, index: usize) {
    let here = points + if tally.best_at == index { tally.best } else { 0 };
    tally.points += points;
    if here > tally.best {
        (tally.best, tally.best_at) = (here, index);
    }
}

/// Menus, cookie notes and what is said about customers tell nothing of a company's own trade.
fn speaks_of_itself(statement: &Statement<'_>) -> bool {
    let is_menu = statement.text.split_whitespace().count() < 3 && !statement.is_heading();
    let foreign =
        ["cookie", "our customers are", "unsere kunden sind", "legal basis", "our erp", "webshop is", "shop is built", "newsletter"];
    !is_menu && statement.text.len() < 600 && !foreign.iter().any(|words| statement.lower.contains(words))
}

/// Further names of the groups as lead files spell them, lower case, parts of words.
const FILE_NAMES: [(Industry, &[&str]); 14] = [
    (
        Industry::Logistics,
        &["logisti", "transportation", "freight", "shipping", "maritime", "warehous", "trucking", "courier", "spedition", "supply chain"],
    ),
    (Industry::Food, &["food", "beverage", "lebensmittel", "dairy", "wine"]),
    (
        Industry::Manufacturing,
        &[
            "manufactur",
            "machinery",
            "maschinenbau",
            "automotive",
            "chemical",
            "packaging",
            "industrial",
            "production",
            "plastics",
            "electronics",
        ],
    ),
    (Industry::Software, &["software", "information technology", "internet", "saas", "it services", "computer"]),
    (Industry::Healthcare, &["health", "medical", "pharma", "hospital", "biotech", "life science", "gesundheit"]),
    (Industry::Retail, &["retail", "e-commerce", "ecommerce", "wholesale", "handel", "apparel"]),
    (Industry::ProfessionalServices, &["consult", "legal", "law ", "accounting", "professional services", "advisory", "staffing"]),
    (Industry::Energy, &["energy", "renewable", "utilities", "oil", "energie", "solar"]),
    (Industry::Media, &["media", "publishing", "advertising", "broadcast", "entertainment", "verlag", "newspaper"]),
    (Industry::Finance, &["financ", "bank", "insurance", "versicherung", "investment", "capital"]),
    (Industry::Construction, &["construction", "real estate", "architecture", "bau", "immobilien"]),
    (Industry::Education, &["education", "e-learning", "university", "training", "school"]),
    (Industry::Hospitality, &["hospitality", "hotel", "restaurant", "travel", "tourism", "leisure"]),
    (Industry::PublicSector, &["government", "public", "non-profit", "nonprofit", "association", "charity"]),
];

/// The group a lead file's own words name, if any.
pub(crate) fn by_name(text: &str) -> Option<Industry> {
    let text = text.trim().to_lowercase();
    let exact = Industry::ALL.iter().copied().find(|industry| industry.as_str() == text || industry.words() == text);
    let spelled = || FILE_NAMES.iter().find(|(_, names)| names.iter().any(|name| text.contains(name))).map(|(industry, _)| *industry);
    if text.is_empty() { None } else { exact.or_else(spelled) }
}

#[cfg(test)]
mod tests {
    use super::super::testing::facts_on;
    use super::*;

    fn industry(lines: &[&str]) -> Option<Industry> {
        facts_on(PageKind::Home, lines).into_iter().find_map(|found| match found.fact {
            Fact::Industry { industry } => Some(industry),
            _ => None,
        })
    }

    #[test]
    fn a_trade_is_read_from_the_companys_own_words() {
        let cases: [(&str, Industry); 14] = [
            ("Nordvimpel is a freight forwarder for shippers who move pallets, machines and food.", Industry::Logistics),
            ("Rheinbogen ist Logistikdienstleister für Tiefkühl- und Frischware.", Industry::Logistics),
            ("Järnvida Components is a manufacturing company.", Industry::Manufacturing),
            ("Als Maschinenbauer liefern wir in 60 Länder.", Industry::Manufacturing),
            ("Kuusimäki Foods is a food manufacturer for bakeries.", Industry::Food),
            ("Der Donauhof ist ein Lebensmittelhersteller mit einer Schwäche für Gurken.", Industry::Food),
            ("Graphite Ledger is accounting software for subscription businesses.", Industry::Software),
            ("We are a dental laboratory. Dentists send us scans.", Industry::Healthcare),
            ("We are an online retailer first.", Industry::Retail),
            ("Halden Brandt is a management consultancy for family-owned companies.", Industry::ProfessionalServices),
            ("Vindhall develops, builds and maintains wind farms on the Norwegian coast.", Industry::Energy),
            ("Tidevand publishes six local newspapers and runs two radio stations.", Industry::Media),
            ("Solvik is a finance company: letters of credit, guarantees and invoice discounting.", Industry::Finance),
            ("Wir sind ein Bauunternehmen aus Kassel.", Industry::Construction),
        ];
        for (line, expected) in cases {
            assert_eq!(industry(&[line]), Some(expected), "{line}");
        }
    }

    #[test]
    fn a_company_between_two_groups_and_one_that_says_nothing_stay_without() {
        assert_eq!(industry(&["We are a management consultancy and a renewable energy company."]), None);
        assert_eq!(industry(&["we make things feel like things."]), None);
        assert_eq!(industry(&["This site uses cookies for logistics software."]), None);
    }

    #[test]
    fn the_lead_files_own_words_are_understood() {
        assert_eq!(by_name("Transportation & Logistics"), Some(Industry::Logistics));
        assert_eq!(by_name("Maschinenbau"), Some(Industry::Manufacturing));
        assert_eq!(by_name("professional services"), Some(Industry::ProfessionalServices));
        assert_eq!(by_name(""), None);
    }
}
