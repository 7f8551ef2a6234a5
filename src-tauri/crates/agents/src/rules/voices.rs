//! Whose words a block of a page holds: the company's own, or those of a customer, an agency, an authority.
//!
//! Facts are read from a company's own words only. What is said about the designer of the page, its host, the chamber in charge
//! or by a happy customer is true of somebody else. Deliberately absent: judging what is said.

use autoreach_web::BlockKind;
use regex::Regex;
use std::sync::LazyLock;

/// Headings below which a page speaks of others, lower case, from the start of a word.
const FOREIGN_HEADINGS: [&str; 54] = [
    "testimonial",
    r"what .{0,30}(?:say|think)\b",
    "customer (?:stories|voices)",
    r"reviews\b",
    "kundenstimmen",
    "kundenmeinung",
    "das sagen",
    "bewertungen",
    "ils (?:nous|en) ",
    "avis clients",
    "témoignage",
    "confían en nosotros",
    "opiniones",
    "nos recomiendan",
    "klanten over",
    "ervaringen",
    "omdömen",
    "vad .{0,20} tycker",
    "kundröster",
    "datenschutzbeauftragt",
    "data protection officer",
    "gestaltung",
    "webdesign",
    "umsetzung",
    "konzept",
    "bildnachweis",
    r"fotos?\b",
    "photo credits",
    "hosting",
    "hébergeu",
    "hébergement",
    "streitschlichtung",
    "streitbeilegung",
    "aufsichtsbehörde",
    "berufsbezeichnung",
    "unsere partner",
    "our partners",
    "nos partenaires",
    "nuestros (?:socios|partners)",
    "nuestros clientes",
    r"socios\b",
    "onze partners",
    "våra partners",
    "partner jobs",
    "our (?:clients|customers)",
    "unsere kunden",
    "referenzen",
    "nos clients",
    "onze klanten",
    "våra kunder",
    "trusted by",
    "press contact",
    "realisierung",
    "technische umsetzung",
];

static FOREIGN_HEADING: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(&format!(r"\b(?:{})", FOREIGN_HEADINGS.join("|"))).expect("the pattern is a constant"));

/// What begins a note on somebody who made, hosts or supervises the page or the trade; patterns, any case.
const CREDITS: [&str; 43] = [
    r"(?:web ?site|web|site|page|made|built|designed|design) by \p{L}",
    "web ?design(?: by|:)",
    "website(?: von| door|:)",
    "umsetzung:",
    "gestaltung:",
    "konzept(?: und|:)",
    "design:",
    "webdesign",
    "webagentur",
    "fotos?:",
    "photos?:",
    "bilder:",
    "crédits?(?: photo)?s? ?:",
    "réalisation ?:",
    "conception ?:",
    "diseño(?: web)?:",
    "desarrollo web:",
    "ontwerp:",
    "webbyrå",
    "produktion:",
    "hosting:",
    r"hébergeu\w+ ?:",
    "hébergé par",
    "hébergement ?:",
    r"zuständige \p{L}+:",
    "aufsichtsbehörde",
    "berufshaftpflicht",
    "haftpflichtversicherung",
    "prüfungsverband",
    "agréée? par",
    "authorised (?:and regulated )?by",
    "regulated by",
    "authorized by",
    "supervised by",
    "autorizada por",
    "supervisada por",
    "vergunning van",
    "tillstånd av",
    r"datenschutzbeauftragte\w*:",
    "klachtenfunctionaris",
    "media contact:",
    "pressekontakt:",
    "press enquiries:",
];

static CREDIT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(&format!(r"(?i)\b(?:{})", CREDITS.join("|"))).expect("the pattern is a constant"));

/// What has been heard so far on a page, from top to bottom.
#[derive(Debug, Default)]
pub(crate) struct Voices {
    is_below_foreign: bool,
    /// The block before was a quotation, so a name below it is the speaker's.
    follows_quotation: bool,
}

impl Voices {
    /// Does the next block hold somebody else's words? `is_marked` when the page's markup says that it is a quotation.
    pub(crate) fn is_foreign(&mut self, words: &str, kind: BlockKind, is_marked: bool) -> bool {
        if matches!(kind, BlockKind::Heading { .. }) {
            self.is_below_foreign = FOREIGN_HEADING.is_match(&words.to_lowercase());
        }
        let is_quotation = is_marked || is_in_quotation_marks(words);
        let is_speaker = self.follows_quotation && names_speaker(words);
        self.follows_quotation = is_quotation;
        self.is_below_foreign || is_quotation || is_speaker
    }
}

/// A block that is one quotation, perhaps with its speaker behind it.
fn is_in_quotation_marks(words: &str) -> bool {
    const MARKS: [char; 8] = ['"', '“', '”', '„', '«', '»', '‘', '’'];
    let words = words.trim_start_matches(['★', '☆', ' ']);
    let Some(rest) = words.strip_prefix(MARKS) else { return false };
    rest.rfind(MARKS).is_some_and(|at| rest[..at].split_whitespace().count() >= 3)
}

/// A short line such as "Marjorie Reeve, Head of Fresh, Harrow Stores" or "– Kerstin, Örebro".
fn names_speaker(words: &str) -> bool {
    let is_short = words.len() <= 120 && !words.ends_with('.') && !words.contains(|c: char| c.is_ascii_digit() || "@©:".contains(c));
    is_short
        && (words.starts_with(['–', '—', '-', '~']) || words.contains([',', '(', '–', '—', '|']) || words.split_whitespace().count() <= 4)
}

/// A sentence up to where it begins to credit somebody else; `None` when nothing is left of it.
pub(crate) fn own_part(sentence: &str) -> Option<&str> {
    let Some(credit) = CREDIT.find(sentence) else { return Some(sentence) };
    let own = sentence[..credit.start()].trim_end_matches([' ', '·', '|', '–', '-', ',', ';', '(']);
    (own.chars().count() >= SHORTEST_OWN_PART).then_some(own)
}

/// Shorter remains before a credit are words like "Our" that belong to it.
const SHORTEST_OWN_PART: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn own<'a>(blocks: &[(&'a str, BlockKind)]) -> Vec<&'a str> {
        let mut voices = Voices::default();
        blocks.iter().filter(|(words, kind)| !voices.is_foreign(words, *kind, false)).map(|(words, _)| *words).collect()
    }

    #[test]
    fn customers_and_agencies_are_not_the_companys_own_voice() {
        let (heading, text) = (BlockKind::Heading { level: 2 }, BlockKind::Paragraph);
        let blocks = [
            ("We build pumps.", text),
            ("\"The pumps paid for themselves in a year.\"", text),
            ("Ann Sand, Head of Works, Otherco", text),
            ("We also repair them.", text),
            ("What tenants say", heading),
            ("Bo Quist", text),
            ("Contact", heading),
            ("Kaistraße 8, 20457 Hamburg", text),
        ];
        assert_eq!(own(&blocks), ["We build pumps.", "We also repair them.", "Contact", "Kaistraße 8, 20457 Hamburg"]);
    }

    #[test]
    fn a_credit_ends_what_is_the_companys_own() {
        assert_eq!(own_part("Acme Ltd. Site by Gull Digital, Brighton"), Some("Acme Ltd."));
        assert_eq!(own_part("© 2026 Acme · Umsetzung: Webagentur Mühle, München"), Some("© 2026 Acme"));
        assert_eq!(own_part("Hosting: Nuage SAS, Roubaix"), None);
        assert_eq!(own_part("We build pumps."), Some("We build pumps."));
    }
}
