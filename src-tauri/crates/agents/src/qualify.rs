//! Holds a dossier against the stated profile: one row per asked criterion, and what the learner sees of the lead.
//!
//! An answer comes from a finding where there is one, else from the lead file's own claim (then without a finding),
//! else it stays unknown. Nothing here judges: the score is the domain's arithmetic, the confidence the learner's.
//! The names in [`feature`] are stored in every decision; renaming one means raising the learner's schema version.

use autoreach_domain::confidence::Features;
use autoreach_domain::dossier::{Dossier, Fact, Finding};
use autoreach_domain::icp::{Country, Icp, Industry, Signal};
use autoreach_domain::ids::FindingId;
use autoreach_domain::lead::Lead;
use autoreach_domain::qualification::{Answer, Criterion, CriterionResult, FitScore, Qualification, ValueEstimate};
use autoreach_domain::workflow::WorkflowDefinition;

use crate::rules::facts::gazetteer;
use crate::rules::facts::industry;
use crate::rules::facts::technology;

/// Names of the properties the learner sees. Stable: they are stored in every decision.
pub mod feature {
    /// Number: people, the middle of the range that was found, else the lead file's claim.
    pub const HEAD_COUNT: &str = "head_count";
    /// Category: the industry group's stored text.
    pub const INDUSTRY: &str = "industry";
    /// Category: ISO code of the seat, else of any place, else the lead file's claim.
    pub const COUNTRY: &str = "country";
    /// Category: how high the contact stands (`c_level`, `vp`, `director`, `head`, `manager`, `other`).
    pub const ROLE_SENIORITY: &str = "role_seniority";
    /// Category: what the contact works on (`operations`, `sales`, ..., `other`).
    pub const ROLE_FUNCTION: &str = "role_function";
    /// Flag by wanted technology, `uses_` and its name in lower case; absent when not found, for absence proves nothing.
    pub const USES_PREFIX: &str = "uses_";
    /// Flag: open roles were found. Absent when no page could be read; so are the next two.
    pub const SIGNAL_HIRING: &str = "signal_hiring";
    /// Flag: money raised was found.
    pub const SIGNAL_FUNDING: &str = "signal_funding";
    /// Flag: a dated story of the last 180 days was found.
    pub const SIGNAL_NEWS: &str = "signal_news";
    /// Number: open roles, counted as far as the pages count them.
    pub const OPEN_ROLES: &str = "open_roles";
    /// Category: `1990s`.
    pub const FOUNDED: &str = "founded";
    /// Number: facts found.
    pub const FINDINGS: &str = "findings";
    /// Category: the language the company writes in.
    pub const LANGUAGE: &str = "language";
    /// Category by criterion, `icp_` and its stored text: `matched`, `missed` or `unknown`. Absent when not asked.
    pub const ICP_PREFIX: &str = "icp_";
    /// Flag: the lead has a mail address.
    pub const HAS_EMAIL: &str = "has_email";
    /// Flag: the lead has a person's name.
    pub const HAS_NAME: &str = "has_name";
    /// Flag: mail address and website belong to one domain. Absent unless both are known.
    pub const MAIL_MATCHES_DOMAIN: &str = "mail_matches_domain";
    /// Number: how well the lead fits in the eyes of a model, 0 to 100. Absent where no model scores leads.
    pub const LLM_SCORE: &str = "llm_score";
    /// Category: how the lead came in (`import`, `hand`).
    pub const SOURCE: &str = "source";
}

/// What a property of a lead says, in words for people: `icp_country` read as `matched` is "region as wanted".
pub fn in_words(name: &str, reading: &str) -> String {
    let asked = name.strip_prefix(feature::ICP_PREFIX).and_then(|criterion| criterion.parse::<Criterion>().ok());
    match (asked, reading.parse::<Answer>()) {
        (Some(Criterion::Exclusion), Ok(Answer::Missed)) => "an exclusion of yours applies".into(),
        (Some(Criterion::Exclusion), Ok(_)) => "none of your exclusions applies".into(),
        (Some(criterion), Ok(Answer::Matched)) => format!("{} as wanted", criterion.words().to_lowercase()),
        (Some(criterion), Ok(Answer::Missed)) => format!("{} not as wanted", criterion.words().to_lowercase()),
        _ if name == feature::LLM_SCORE => format!("the model's own score: {}", reading.trim_matches(['(', ')'])),
        (Some(criterion), Ok(Answer::Unknown)) => format!("{} not found", criterion.words().to_lowercase()),
        _ => format!("{}: {}", name.replace('_', " "), reading.trim_matches(['(', ')']).replace('_', " ")),
    }
}

/// Does this property tell of the lead's record, how much was found and how it came in, rather than of the company or the
/// person? Of such a property nobody is asked, and it explains nothing to a person.
pub fn is_of_the_record(name: &str) -> bool {
    [feature::FINDINGS, feature::HAS_EMAIL, feature::HAS_NAME, feature::MAIL_MATCHES_DOMAIN, feature::SOURCE].contains(&name)
}

/// How far a stated criterion moves the learner before the first verdict, in logits (`learning.md` 4.3).
const STATED_EFFECT: f64 = 0.7;

/// The agent's view of one lead against the profile in `definition`.
pub fn qualify(lead: &Lead, dossier: &Dossier, definition: &WorkflowDefinition) -> Qualification {
    let dossier = &dossier.as_seen();
    let criteria = criteria(lead, dossier, &definition.icp);
    let features = features(lead, dossier, &definition.icp, &criteria);
    let head_count = head_count(lead, dossier).map(|(low, high, _)| (low, high));
    Qualification { fit: FitScore::of(&criteria), value: ValueEstimate::of(&definition.high_value, head_count), features, criteria }
}

/// What the team says of its ideal customer before the first verdict, as slots of the learner with their mean weight:
/// a matched criterion speaks for a lead, an exclusion that applies speaks against it. A missed criterion has no prior
/// weight of its own: how much it matters is what the verdicts teach.
pub fn prior(definition: &WorkflowDefinition) -> Vec<(String, f64)> {
    let asked = Criterion::ALL.iter().filter(|criterion| is_asked(**criterion, &definition.icp));
    asked
        .map(|criterion| match criterion {
            Criterion::Exclusion => (format!("{}={}", icp_feature(*criterion), Answer::Missed), -STATED_EFFECT),
            _ => (format!("{}={}", icp_feature(*criterion), Answer::Matched), STATED_EFFECT),
        })
        .collect()
}

fn icp_feature(criterion: Criterion) -> String {
    format!("{}{criterion}", feature::ICP_PREFIX)
}

/// Does the profile ask this?
pub(crate) fn is_asked(criterion: Criterion, icp: &Icp) -> bool {
    match criterion {
        Criterion::HeadCount => icp.head_count.is_some(),
        Criterion::Industry => !icp.industries.is_empty(),
        Criterion::Country => !icp.countries.is_empty(),
        Criterion::Technology => !icp.technologies.is_empty(),
        Criterion::Signal => !icp.signals.is_empty(),
        Criterion::Role => !icp.roles.is_empty(),
        Criterion::Exclusion => !icp.excluded_industries.is_empty() || !icp.excluded_countries.is_empty(),
    }
}

/// The asked rows, in the order people read them.
pub(crate) fn criteria(lead: &Lead, dossier: &Dossier, icp: &Icp) -> Vec<CriterionResult> {
    let asked = Criterion::ALL.iter().copied().filter(|criterion| is_asked(*criterion, icp));
    asked
        .map(|criterion| match criterion {
            Criterion::HeadCount => head_count_row(lead, dossier, icp),
            Criterion::Industry => industry_row(lead, dossier, icp),
            Criterion::Country => country_row(lead, dossier, icp),
            Criterion::Technology => technology_row(dossier, icp),
            Criterion::Signal => signal_row(dossier, icp),
            Criterion::Role => role_row(lead, icp),
            Criterion::Exclusion => exclusion_row(lead, dossier, icp),
        })
        .collect()
}

fn row(criterion: Criterion, wanted: String, found: Option<(String, bool, Option<FindingId>)>) -> CriterionResult {
    let Some((found, is_wanted, finding)) = found else {
        return CriterionResult { criterion, wanted, found: String::new(), answer: Answer::Unknown, finding: None };
    };
    let answer = if is_wanted { Answer::Matched } else { Answer::Missed };
    CriterionResult { criterion, wanted, found, answer, finding }
}

fn head_count_row(lead: &Lead, dossier: &Dossier, icp: &Icp) -> CriterionResult {
    let wanted = icp.head_count.map(|range| range.words()).unwrap_or_default();
    let found = head_count(lead, dossier).map(|(low, high, finding)| {
        let fact = Fact::HeadCount { low, high };
        (fact.value(), icp.head_count.is_some_and(|range| range.overlaps(low, high)), finding)
    });
    row(Criterion::HeadCount, wanted, found)
}

fn industry_row(lead: &Lead, dossier: &Dossier, icp: &Icp) -> CriterionResult {
    let wanted = icp.industries.iter().map(|industry| industry.words()).collect::<Vec<_>>().join(", ");
    let found = industry_of(lead, dossier).map(|(industry, finding)| (industry.words(), icp.industries.contains(&industry), finding));
    row(Criterion::Industry, wanted, found)
}

/// Matched when any known place lies in a wanted country; the seat is what a missed row shows.
fn country_row(lead: &Lead, dossier: &Dossier, icp: &Icp) -> CriterionResult {
    let wanted = country_names(&icp.countries);
    let mut known = countries_of(lead, dossier);
    if known.iter().any(|(_, finding)| finding.is_some()) {
        known.retain(|(_, finding)| finding.is_some());
    }
    let best = known.iter().find(|(country, _)| icp.countries.contains(country)).or(known.first());
    let found = best.map(|(country, finding)| (country.name().to_owned(), icp.countries.contains(country), *finding));
    row(Criterion::Country, wanted, found)
}

/// Never missed: a page that does not name a technology does not say that it is absent.
fn technology_row(dossier: &Dossier, icp: &Icp) -> CriterionResult {
    let found = technologies(dossier).find(|(name, _)| icp.technologies.iter().any(|wanted| technology::same(wanted, name)));
    row(Criterion::Technology, icp.technologies.join(", "), found.map(|(name, finding)| (name.to_owned(), true, Some(finding.id))))
}

/// Missed only when pages were read: silence of an unread site says nothing.
fn signal_row(dossier: &Dossier, icp: &Icp) -> CriterionResult {
    let wanted = icp.signals.iter().map(|signal| signal.as_str()).collect::<Vec<_>>().join(", ");
    let hit = dossier.findings.iter().find(|finding| signal_at(finding, dossier).is_some_and(|signal| icp.signals.contains(&signal)));
    let found = match hit {
        Some(finding) => Some((finding.fact.value(), true, Some(finding.id))),
        None if dossier.pages.is_empty() => None,
        None => Some(("none on their pages".to_owned(), false, None)),
    };
    row(Criterion::Signal, wanted, found)
}

fn role_row(lead: &Lead, icp: &Icp) -> CriterionResult {
    let is_wanted = icp.roles.iter().any(|wanted| is_of_kind(&lead.person.role, wanted));
    let found = (!lead.person.role.trim().is_empty()).then(|| (lead.person.role.clone(), is_wanted, None));
    row(Criterion::Role, icp.roles.join(", "), found)
}

/// `Missed` means that an exclusion applies; `Unknown` that neither industry nor country is known.
fn exclusion_row(lead: &Lead, dossier: &Dossier, icp: &Icp) -> CriterionResult {
    let excluded = icp.excluded_industries.iter().map(|industry| industry.words());
    let wanted =
        format!("not {}", excluded.chain(icp.excluded_countries.iter().map(|c| c.name().to_owned())).collect::<Vec<_>>().join(", "));
    let industry = industry_of(lead, dossier).filter(|_| !icp.excluded_industries.is_empty());
    let country = seat_of(lead, dossier).filter(|_| !icp.excluded_countries.is_empty());
    let by_industry = industry.map(|(industry, finding)| (industry.words(), !icp.excluded_industries.contains(&industry), finding));
    let by_country = country.map(|(country, finding)| (country.name().to_owned(), !icp.excluded_countries.contains(&country), finding));
    let known: Vec<_> = [by_industry, by_country].into_iter().flatten().collect();
    let telling = known.iter().find(|(_, is_wanted, _)| !is_wanted).or(known.first());
    row(Criterion::Exclusion, wanted, telling.cloned())
}

fn country_names(countries: &[Country]) -> String {
    countries.iter().map(|country| country.name()).collect::<Vec<_>>().join(", ")
}

/// Head count by finding, else by the lead file.
pub(crate) fn head_count(lead: &Lead, dossier: &Dossier) -> Option<(u32, u32, Option<FindingId>)> {
    let found = dossier.first(|fact| match fact {
        Fact::HeadCount { low, high } => Some((*low, *high)),
        _ => None,
    });
    found.map(|(finding, (low, high))| (low, high, Some(finding.id))).or(lead.head_count.map(|count| (count, count, None)))
}

/// Industry by finding, else by the lead file.
pub(crate) fn industry_of(lead: &Lead, dossier: &Dossier) -> Option<(Industry, Option<FindingId>)> {
    let found = dossier.first(|fact| match fact {
        Fact::Industry { industry } => Some(*industry),
        _ => None,
    });
    let claimed = || lead.industry.as_deref().and_then(industry::by_name).map(|industry| (industry, None));
    found.map(|(finding, industry)| (industry, Some(finding.id))).or_else(claimed)
}

/// Every country known of the company: the seat first, then other places, then the lead file's claim.
pub(crate) fn countries_of(lead: &Lead, dossier: &Dossier) -> Vec<(Country, Option<FindingId>)> {
    let mut places: Vec<_> = dossier.findings.iter().filter_map(place_of).collect();
    places.sort_by_key(|(_, headquarters, _)| !headquarters);
    let claimed = lead.country.as_deref().and_then(|text| Country::parse(text).ok());
    let claimed = claimed.or_else(|| lead.city.as_deref().and_then(gazetteer::country_of_city));
    places.into_iter().map(|(country, _, id)| (country, Some(id))).chain(claimed.map(|country| (country, None))).collect()
}

fn place_of(finding: &Finding) -> Option<(Country, bool, FindingId)> {
    match &finding.fact {
        Fact::Location { country: Some(country), headquarters, .. } => Some((*country, *headquarters, finding.id)),
        _ => None,
    }
}

/// The country of the seat where the page names one, else the lead file's claim, else the first place.
fn seat_of(lead: &Lead, dossier: &Dossier) -> Option<(Country, Option<FindingId>)> {
    let seat = dossier.findings.iter().filter_map(place_of).find(|(_, headquarters, _)| *headquarters);
    let known = countries_of(lead, dossier);
    let claimed = known.iter().find(|(_, finding)| finding.is_none()).copied();
    seat.map(|(country, _, id)| (country, Some(id))).or(claimed).or(known.first().copied())
}

pub(crate) fn technologies(dossier: &Dossier) -> impl Iterator<Item = (&str, &Finding)> {
    dossier.findings.iter().filter_map(|finding| match &finding.fact {
        Fact::Technology { name } => Some((name.as_str(), finding)),
        _ => None,
    })
}

/// The signal of a finding as of the day of research; old stories are no signal.
fn signal_at(finding: &Finding, dossier: &Dossier) -> Option<Signal> {
    finding.fact.signal().filter(|_| !finding.source.is_stale(dossier.researched_at))
}

/// The signals on their pages as of the day of research, each once.
pub(crate) fn signals_of(dossier: &Dossier) -> Vec<Signal> {
    let has = |wanted: &Signal| dossier.findings.iter().any(|finding| signal_at(finding, dossier) == Some(*wanted));
    Signal::ALL.iter().copied().filter(has).collect()
}

/// Exactly what the learner sees of this lead.
fn features(lead: &Lead, dossier: &Dossier, icp: &Icp, criteria: &[CriterionResult]) -> Features {
    let mut features = Features::default();
    company_features(&mut features, lead, dossier);
    signal_features(&mut features, dossier, icp);
    lead_features(&mut features, lead);
    for result in criteria {
        features.category(&icp_feature(result.criterion), result.answer.as_str());
    }
    features
}

fn company_features(features: &mut Features, lead: &Lead, dossier: &Dossier) {
    if let Some((low, high, _)) = head_count(lead, dossier) {
        features.number(feature::HEAD_COUNT, (f64::from(low) + f64::from(high)) / 2.0);
    }
    if let Some((industry, _)) = industry_of(lead, dossier) {
        features.category(feature::INDUSTRY, industry.as_str());
    }
    if let Some((country, _)) = seat_of(lead, dossier) {
        features.category(feature::COUNTRY, country.code());
    }
    let founded = dossier.first(|fact| match fact {
        Fact::FoundedYear { year } => Some(*year),
        _ => None,
    });
    if let Some((_, year)) = founded {
        features.category(feature::FOUNDED, format!("{}s", year / 10 * 10));
    }
    if let Some(language) = dossier.language {
        features.category(feature::LANGUAGE, language.as_str());
    }
    features.number(feature::FINDINGS, dossier.findings.len() as f64);
}

fn signal_features(features: &mut Features, dossier: &Dossier, icp: &Icp) {
    for wanted in &icp.technologies {
        if technologies(dossier).any(|(name, _)| technology::same(wanted, name)) {
            features.flag(&format!("{}{}", feature::USES_PREFIX, wanted.trim().to_lowercase()), true);
        }
    }
    if dossier.pages.is_empty() {
        return;
    }
    let signals = signals_of(dossier);
    features.flag(feature::SIGNAL_HIRING, signals.contains(&Signal::Hiring));
    features.flag(feature::SIGNAL_FUNDING, signals.contains(&Signal::Funding));
    features.flag(feature::SIGNAL_NEWS, signals.contains(&Signal::News));
    features.number(feature::OPEN_ROLES, f64::from(open_roles(dossier)));
}

fn open_roles(dossier: &Dossier) -> u32 {
    let roles = dossier.findings.iter().map(|finding| match &finding.fact {
        Fact::Hiring { count, .. } => count.unwrap_or(1),
        _ => 0,
    });
    roles.fold(0, u32::saturating_add)
}

fn lead_features(features: &mut Features, lead: &Lead) {
    if !lead.person.role.trim().is_empty() {
        features.category(feature::ROLE_SENIORITY, seniority(&lead.person.role));
        features.category(feature::ROLE_FUNCTION, function(&lead.person.role));
    }
    features.flag(feature::HAS_EMAIL, lead.person.email.is_some());
    features.flag(feature::HAS_NAME, !lead.person.full_name().is_empty());
    features.category(feature::SOURCE, if lead.import_id.is_some() { "import" } else { "hand" });
    let by_mail = lead.person.email.as_ref().map(|email| email.company_domain());
    let by_website = lead.website.is_some().then(|| lead.company_domain()).flatten();
    if let (Some(mail), Some(website)) = (by_mail, by_website) {
        features.flag(feature::MAIL_MATCHES_DOMAIN, mail.as_ref() == Some(&website));
    }
}

/// Levels of responsibility, highest first, with the words that give them away in English and German.
const SENIORITY: [(&str, &[&str]); 5] = [
    (
        "c_level",
        &[
            "ceo",
            "coo",
            "cfo",
            "cto",
            "cio",
            "cmo",
            "cso",
            "cpo",
            "chief",
            "founder",
            "owner",
            "president",
            "managing director",
            "geschäftsführer",
            "geschäftsführung",
            "vorstand",
            "inhaber",
            "gründer",
            "general manager",
            "partner",
        ],
    ),
    ("vp", &["vp", "svp", "evp", "vice president"]),
    ("director", &["director", "direktor"]),
    ("head", &["head", "leiter", "leitung", "lead", "bereichsleit", "abteilungsleit", "prokurist"]),
    ("manager", &["manager", "supervisor", "coordinator", "koordinator", "team lead", "teamleit"]),
];

/// Fields of work with the words that give them away in English and German.
const FUNCTIONS: [(&str, &[&str]); 10] = [
    ("logistics", &["logisti", "supply", "freight", "warehouse", "lager", "transport", "fleet", "shipping", "spedition", "fuhrpark"]),
    ("operations", &["operation", "coo", "betrieb", "plant", "production", "produktion", "werk", "fertigung"]),
    ("purchasing", &["purchas", "procure", "einkauf", "sourcing", "beschaffung"]),
    (
        "technology",
        &["cto", "cio", "engineer", "technolog", "technical", "technik", "technisch", "software", "data", "entwicklung", "digital", "it"],
    ),
    ("sales", &["sales", "vertrieb", "account", "commercial", "revenue", "business development", "verkauf"]),
    ("marketing", &["marketing", "cmo", "brand", "communication", "kommunikation", "growth", "content"]),
    ("finance", &["financ", "cfo", "finanz", "controlling", "treasur", "buchhalt"]),
    ("people", &["people", "hr", "human", "talent", "personal", "recruit"]),
    ("product", &["product", "produkt", "cpo"]),
    ("general", &["ceo", "founder", "owner", "president", "managing director", "geschäftsführ", "inhaber", "vorstand", "general manager"]),
];

/// The field or the level under its name in a profile: `general` is a field that nobody would write so.
const NAMES: [(&str, &str); 2] = [("general", "general management"), ("c_level", "c level")];

/// What a profile calls a kind of role, by property and reading: the field "purchasing", the level "c level". `None` for what
/// is no kind of role, or one without a name.
pub(crate) fn role_words(name: &str, reading: &str) -> Option<&'static str> {
    let kinds: Vec<&'static str> = match name {
        feature::ROLE_FUNCTION => FUNCTIONS.iter().map(|(kind, _)| *kind).collect(),
        feature::ROLE_SENIORITY => SENIORITY.iter().map(|(kind, _)| *kind).collect(),
        _ => return None,
    };
    let kind = kinds.into_iter().find(|kind| *kind == reading)?;
    Some(NAMES.iter().find(|(of, _)| *of == kind).map_or(kind, |(_, words)| words))
}

/// The slot of the kind of role that a profile names, as property and reading; `None` for other words.
pub(crate) fn role_kind(words: &str) -> Option<(&'static str, &'static str)> {
    let words = words.trim().to_lowercase();
    let functions = FUNCTIONS.iter().map(|(kind, _)| (feature::ROLE_FUNCTION, *kind));
    let levels = SENIORITY.iter().map(|(kind, _)| (feature::ROLE_SENIORITY, *kind));
    functions.chain(levels).find(|(name, kind)| role_words(name, kind) == Some(words.as_str()))
}

/// Does a role hold the wanted word? A word that names a field or a level means every role of it: "Head of Procurement" is
/// one in "purchasing".
fn is_of_kind(role: &str, wanted: &str) -> bool {
    let word = wanted.trim().to_lowercase();
    if word.is_empty() || role.trim().is_empty() {
        return false;
    }
    let is_of = |(name, kind): (&str, &str)| kind == if name == feature::ROLE_FUNCTION { function(role) } else { seniority(role) };
    role.to_lowercase().contains(&word) || role_kind(&word).is_some_and(is_of)
}

fn seniority(role: &str) -> &'static str {
    category(role, &SENIORITY)
}

fn function(role: &str) -> &'static str {
    category(role, &FUNCTIONS)
}

/// The first row with a word of the role; words of up to three letters must stand alone ("it" is not in "unit").
fn category(role: &str, table: &[(&'static str, &[&str])]) -> &'static str {
    let role = role.to_lowercase();
    let words: Vec<&str> = role.split(|c: char| !c.is_alphanumeric()).collect();
    let holds = |word: &str| if word.len() <= 3 { words.contains(&word) } else { role.contains(word) };
    table.iter().find(|(_, spellings)| spellings.iter().any(|word| holds(word))).map_or("other", |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::{feature, in_words, is_of_kind, is_of_the_record, role_kind, role_words};

    #[test]
    fn a_word_that_names_a_field_or_a_level_means_every_role_of_it() {
        assert!(is_of_kind("Head of Procurement", "purchasing") && is_of_kind("Leiter Einkauf", "Purchasing "));
        assert!(is_of_kind("Chief Financial Officer", "c level") && is_of_kind("Inhaber", "general management"));
        assert!(is_of_kind("Fleet planner", "planner") && !is_of_kind("Fleet planner", "purchasing"));
        assert!(!is_of_kind("Head of Sales", " ") && !is_of_kind(" ", "sales"));
    }

    #[test]
    fn every_kind_of_role_is_found_again_under_its_name() {
        for (name, kind) in
            [(feature::ROLE_FUNCTION, "general"), (feature::ROLE_FUNCTION, "logistics"), (feature::ROLE_SENIORITY, "c_level")]
        {
            assert_eq!(role_words(name, kind).and_then(role_kind), Some((name, kind)));
        }
        assert_eq!((role_words(feature::ROLE_FUNCTION, "other"), role_kind("planner")), (None, None));
        assert_eq!(role_words(feature::INDUSTRY, "logistics"), None, "an industry is no role");
    }

    #[test]
    fn how_much_was_found_tells_of_the_record_and_what_was_found_of_the_company() {
        assert!(is_of_the_record("findings") && is_of_the_record("source"));
        assert!(!is_of_the_record("industry") && !is_of_the_record("role_function"));
    }

    #[test]
    fn properties_are_told_in_words() {
        assert_eq!(in_words("icp_country", "matched"), "region as wanted");
        assert_eq!(in_words("icp_exclusion", "missed"), "an exclusion of yours applies");
        assert_eq!(in_words("head_count", "51-200"), "head count: 51-200");
        assert_eq!(in_words("role_seniority", "c_level"), "role seniority: c level");
        assert_eq!(in_words("founded", "(missing)"), "founded: missing");
    }
}
