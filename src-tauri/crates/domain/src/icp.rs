//! The ideal customer profile as stated by people: what a company should be, and what rules it out.
//!
//! One criterion is one question with three answers: matched, missed, unknown. An absent criterion is not asked.
//! What the team *really* accepts is learnt elsewhere and never written in here without a person's click.

pub mod examples;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is wanted of a company. Empty lists and absent ranges mean "not asked".
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
pub struct Icp {
    /// The profile in one sentence, for people.
    pub summary: String,
    /// Head count wanted, inclusive.
    pub head_count: Option<HeadCountRange>,
    /// Industry groups wanted (any of them).
    pub industries: Vec<Industry>,
    /// Industry groups that rule a company out.
    pub excluded_industries: Vec<Industry>,
    /// Countries wanted, ISO 3166-1 alpha-2.
    pub countries: Vec<Country>,
    /// Countries that rule a company out.
    pub excluded_countries: Vec<Country>,
    /// Technologies wanted (any of them), as people write them.
    pub technologies: Vec<String>,
    /// Signals wanted (any of them).
    pub signals: Vec<Signal>,
    /// Words of which the contact's role should hold one ("planner"); a field or a level by its name means all its roles
    /// ("purchasing", "c level").
    pub roles: Vec<String>,
    /// Names or domains of competitors: never written to by the agent alone.
    pub competitors: Vec<String>,
    /// Names or domains of existing customers: never written to by the agent alone.
    pub customers: Vec<String>,
}

/// Head counts wanted, both ends included; `max` absent = no upper end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct HeadCountRange {
    /// Fewest people.
    pub min: u32,
    /// Most people.
    pub max: Option<u32>,
}

impl HeadCountRange {
    /// Does any number of `low..=high` lie within?
    pub fn overlaps(self, low: u32, high: u32) -> bool {
        high >= self.min && self.max.is_none_or(|max| low <= max)
    }

    /// `50-500` or `50+`.
    pub fn words(self) -> String {
        self.max.map_or_else(|| format!("{}+", self.min), |max| format!("{}-{}", self.min, max))
    }
}

/// Text that is none of the values of an enumeration, with the values that are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not a known {noun}; known are: {known}")]
pub struct UnknownValue {
    /// What was to be read.
    pub noun: &'static str,
    /// The offending text.
    pub text: String,
    /// The values that would have been taken.
    pub known: String,
}

/// Gives a fieldless enum its one pair of text conversions; an unknown text is an error, never a default.
macro_rules! text_enum {
    ($name:ident, $noun:literal, { $($variant:ident => $text:literal),+ $(,)? }) => {
        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stored text.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::icp::UnknownValue;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err($crate::icp::UnknownValue { noun: $noun, text: text.to_owned(), known: [$($text),+].join(", ") }),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        /// A union of the stored texts.
        impl ts_rs::TS for $name {
            type WithoutGenerics = Self;
            type OptionInnerType = Self;

            fn name(_: &ts_rs::Config) -> String {
                stringify!($name).to_owned()
            }

            fn inline(_: &ts_rs::Config) -> String {
                [$(concat!("\"", $text, "\"")),+].join(" | ")
            }

            fn decl(config: &ts_rs::Config) -> String {
                format!("type {} = {};", Self::name(config), Self::inline(config))
            }

            fn decl_concrete(config: &ts_rs::Config) -> String {
                Self::decl(config)
            }

            fn output_path() -> Option<std::path::PathBuf> {
                Some(concat!(stringify!($name), ".ts").into())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use text_enum;

/// Industry groups; coarse on purpose, so that a rep and the rules engine agree on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Industry {
    /// Freight, shipping, warehousing, forwarding.
    Logistics,
    /// Makers of physical goods.
    Manufacturing,
    /// Makers and sellers of food and drink.
    Food,
    /// Software and IT services.
    Software,
    /// Hospitals, medical devices, pharma, care.
    Healthcare,
    /// Shops, online and off.
    Retail,
    /// Consulting, law, accounting, agencies.
    ProfessionalServices,
    /// Power, utilities, renewables, oil and gas.
    Energy,
    /// Publishers, broadcasters, advertising.
    Media,
    /// Banks, insurers, funds.
    Finance,
    /// Builders, real estate, architecture.
    Construction,
    /// Schools, universities, training.
    Education,
    /// Hotels, restaurants, travel.
    Hospitality,
    /// Authorities, associations, charities.
    PublicSector,
}

text_enum!(Industry, "industry", {
    Logistics => "logistics", Manufacturing => "manufacturing", Food => "food", Software => "software", Healthcare => "healthcare",
    Retail => "retail", ProfessionalServices => "professional_services", Energy => "energy", Media => "media", Finance => "finance",
    Construction => "construction", Education => "education", Hospitality => "hospitality", PublicSector => "public_sector",
});

impl Industry {
    /// The name for people.
    pub fn words(self) -> String {
        self.as_str().replace('_', " ")
    }
}

/// Things a company's own pages say about its near past that make a mail timely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Signal {
    /// Open roles.
    Hiring,
    /// Money raised.
    Funding,
    /// A dated story of the last 180 days.
    News,
}

text_enum!(Signal, "signal", { Hiring => "hiring", Funding => "funding", News => "news" });

/// A country by its ISO 3166-1 alpha-2 code, upper case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(try_from = "String", into = "String")]
#[ts(as = "String")]
pub struct Country([u8; 2]);

/// Code, English name and further spellings (German, local, cities are not here) of the countries we can tell apart.
const COUNTRIES: [(&str, &str, &[&str]); 40] = [
    ("AT", "Austria", &["österreich", "oesterreich"]),
    ("AU", "Australia", &["australien"]),
    ("BE", "Belgium", &["belgien", "belgië", "belgique"]),
    ("BR", "Brazil", &["brasilien", "brasil"]),
    ("CA", "Canada", &["kanada"]),
    ("CH", "Switzerland", &["schweiz", "suisse", "svizzera"]),
    ("CN", "China", &[]),
    ("CZ", "Czechia", &["czech republic", "tschechien", "česko"]),
    ("DE", "Germany", &["deutschland"]),
    ("DK", "Denmark", &["dänemark", "danmark"]),
    ("EE", "Estonia", &["estland", "eesti"]),
    ("ES", "Spain", &["spanien", "españa"]),
    ("FI", "Finland", &["finnland", "suomi"]),
    ("FR", "France", &["frankreich"]),
    ("GB", "United Kingdom", &["uk", "great britain", "england", "scotland", "wales", "großbritannien", "vereinigtes königreich"]),
    ("GR", "Greece", &["griechenland"]),
    ("HU", "Hungary", &["ungarn", "magyarország"]),
    ("IE", "Ireland", &["irland"]),
    ("IN", "India", &["indien"]),
    ("IS", "Iceland", &["island"]),
    ("IT", "Italy", &["italien", "italia"]),
    ("JP", "Japan", &[]),
    ("LT", "Lithuania", &["litauen"]),
    ("LU", "Luxembourg", &["luxemburg"]),
    ("LV", "Latvia", &["lettland"]),
    ("MX", "Mexico", &["mexiko", "méxico"]),
    ("NL", "Netherlands", &["the netherlands", "holland", "niederlande", "nederland"]),
    ("NO", "Norway", &["norwegen", "norge"]),
    ("NZ", "New Zealand", &["neuseeland"]),
    ("PL", "Poland", &["polen", "polska"]),
    ("PT", "Portugal", &[]),
    ("RO", "Romania", &["rumänien"]),
    ("SE", "Sweden", &["schweden", "sverige"]),
    ("SG", "Singapore", &["singapur"]),
    ("SI", "Slovenia", &["slowenien"]),
    ("SK", "Slovakia", &["slowakei"]),
    ("TR", "Turkey", &["türkei", "türkiye"]),
    ("UA", "Ukraine", &[]),
    ("US", "United States", &["usa", "u.s.", "u.s.a.", "united states of america", "vereinigte staaten"]),
    ("ZA", "South Africa", &["südafrika"]),
];

impl Country {
    /// Reads a code or a name in English, German or the country's own language.
    pub fn parse(text: &str) -> Result<Self, UnknownValue> {
        let wanted = text.trim().to_lowercase();
        COUNTRIES
            .iter()
            .find(|(code, name, others)| {
                code.to_lowercase() == wanted || name.to_lowercase() == wanted || others.contains(&wanted.as_str())
            })
            .map(|(code, ..)| Self::from_code(code))
            .ok_or_else(|| UnknownValue { noun: "country", text: text.to_owned(), known: "ISO codes such as DE, DK, GB, US".into() })
    }

    fn from_code(code: &str) -> Self {
        let bytes = code.as_bytes();
        Self([bytes[0], bytes[1]])
    }

    /// The two-letter code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("built from ASCII codes only")
    }

    /// The English name.
    pub fn name(&self) -> &'static str {
        COUNTRIES.iter().find(|(code, ..)| *code == self.code()).map_or("", |(_, name, _)| name)
    }

    /// Every country with all its spellings, lower case, for finding them in text.
    pub fn spellings() -> impl Iterator<Item = (Self, String)> {
        COUNTRIES.iter().flat_map(|(code, name, others)| {
            let names = std::iter::once(name.to_lowercase()).chain(others.iter().map(|other| (*other).to_owned()));
            names.map(move |spelling| (Self::from_code(code), spelling))
        })
    }
}

impl TryFrom<String> for Country {
    type Error = UnknownValue;
    fn try_from(text: String) -> Result<Self, UnknownValue> {
        Self::parse(&text)
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.code().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_that_touches_the_range_is_within() {
        let wanted = HeadCountRange { min: 50, max: Some(500) };
        assert!(wanted.overlaps(40, 60));
        assert!(wanted.overlaps(500, 2_000));
        assert!(!wanted.overlaps(501, 501));
        assert!(HeadCountRange { min: 50, max: None }.overlaps(90_000, 90_000));
    }

    #[test]
    fn a_country_is_read_in_several_languages() {
        for text in ["DE", "de", "Germany", "Deutschland "] {
            assert_eq!(Country::parse(text).map(|c| c.name()), Ok("Germany"), "{text}");
        }
        assert!(Country::parse("Atlantis").is_err());
    }

    #[test]
    fn an_unknown_industry_is_an_error_that_names_the_known_ones() {
        let error = "shipbuilding?".parse::<Industry>().expect_err("unknown");
        assert!(error.to_string().contains("logistics"));
    }

    #[test]
    fn every_industry_survives_its_stored_text() {
        for industry in Industry::ALL {
            assert_eq!(industry.as_str().parse(), Ok(*industry));
        }
    }
}
