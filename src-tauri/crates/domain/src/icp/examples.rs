//! A first profile out of companies that a person calls good and companies they call bad.
//!
//! What good companies have more often than bad ones is proposed as a statement; a person ticks what they mean, and only that is
//! stated. With ten companies a side little is certain, so each proposal carries its counts, and the whole is put to a test:
//! two companies are left out, the rest proposes, and the two are ranked.

use super::{Country, HeadCountRange, Icp, Industry, Signal};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Fewest companies a side. With two, even a property that all good and no bad ones have says little.
pub const FEWEST_EXAMPLES: usize = 3;
/// Most companies a side.
pub const MOST_EXAMPLES: usize = 25;
/// Fewest companies that must have a property before it is proposed: one alone proves nothing.
const LEAST_SUPPORT: u32 = 2;
/// Fewest good companies whose size must be known before a range is proposed.
const LEAST_SIZES: usize = 3;
/// How likely it must be that the one side has a property more often than the other: four to one. A property of 5 in 10 against
/// 3 in 10 passes, 5 against 4 does not.
const SURE_ENOUGH: f64 = 0.8;

/// What is known of one company.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Traits {
    /// Its name.
    pub name: String,
    /// Its industry group; `None` = not found.
    pub industry: Option<Industry>,
    /// The countries it works from; empty = not found.
    pub countries: Vec<Country>,
    /// How many people work there, both ends; `None` = not found.
    pub head_count: Option<(u32, u32)>,
    /// Technologies it names.
    pub technologies: Vec<String>,
    /// Signals on its pages; `None` = no page was read.
    pub signals: Option<Vec<Signal>>,
}

/// One thing a profile can state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Statement {
    /// How many people.
    HeadCount {
        /// Both ends included.
        range: HeadCountRange,
    },
    /// An industry group, wanted or ruled out.
    Industry {
        /// Which.
        industry: Industry,
        /// `false` rules it out.
        is_wanted: bool,
    },
    /// A country, wanted or ruled out.
    Country {
        /// Which.
        country: Country,
        /// `false` rules it out.
        is_wanted: bool,
    },
    /// A technology, wanted.
    Technology {
        /// Its name.
        name: String,
    },
    /// A signal, wanted.
    Signal {
        /// Which.
        signal: Signal,
    },
}

impl Statement {
    /// "look for logistics", "rule out Germany", "look for 50-500 people".
    pub fn words(&self) -> String {
        let verb = |is_wanted: bool| if is_wanted { "look for" } else { "rule out" };
        match self {
            Self::HeadCount { range } => format!("look for {} people", range.words()),
            Self::Industry { industry, is_wanted } => format!("{} {}", verb(*is_wanted), industry.words()),
            Self::Country { country, is_wanted } => format!("{} {}", verb(*is_wanted), country.name()),
            Self::Technology { name } => format!("look for users of {name}"),
            Self::Signal { signal } => format!("look for the signal {signal}"),
        }
    }

    /// Is it one that makes the agent leave companies out?
    fn rules_out(&self) -> bool {
        matches!(self, Self::Industry { is_wanted: false, .. } | Self::Country { is_wanted: false, .. })
    }

    /// Does it hold of a company? `None` = not known. That a technology is not named says nothing.
    fn holds_of(&self, company: &Traits) -> Option<bool> {
        match self {
            Self::HeadCount { range } => company.head_count.map(|(low, high)| range.overlaps(low, high)),
            Self::Industry { industry, .. } => company.industry.map(|own| own == *industry),
            Self::Country { country, .. } => (!company.countries.is_empty()).then(|| company.countries.contains(country)),
            Self::Technology { name } => {
                company.signals.as_ref().map(|_| company.technologies.iter().any(|own| own.eq_ignore_ascii_case(name)))
            }
            Self::Signal { signal } => company.signals.as_ref().map(|own| own.contains(signal)),
        }
    }

    /// States it in a profile. A statement of the opposite goes; the size that was stated is replaced.
    pub fn state_in(&self, icp: &mut Icp) {
        match self {
            Self::HeadCount { range } => icp.head_count = Some(*range),
            Self::Industry { industry, is_wanted } => put(*is_wanted, *industry, &mut icp.industries, &mut icp.excluded_industries),
            Self::Country { country, is_wanted } => put(*is_wanted, *country, &mut icp.countries, &mut icp.excluded_countries),
            Self::Technology { name } if icp.technologies.iter().all(|known| !known.eq_ignore_ascii_case(name)) => {
                icp.technologies.push(name.clone());
            }
            Self::Signal { signal } if !icp.signals.contains(signal) => icp.signals.push(*signal),
            Self::Technology { .. } | Self::Signal { .. } => {}
        }
    }
}

fn put<T: PartialEq>(is_wanted: bool, value: T, wanted: &mut Vec<T>, unwanted: &mut Vec<T>) {
    let (to, from) = if is_wanted { (wanted, unwanted) } else { (unwanted, wanted) };
    from.retain(|one| *one != value);
    if !to.contains(&value) {
        to.push(value);
    }
}

/// How many companies have a property, of those of which it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, TS)]
pub struct ExampleShare {
    /// Have it.
    pub have: u32,
    /// Are known to have it or not.
    pub known: u32,
}

impl ExampleShare {
    fn of(statement: &Statement, companies: &[&Traits]) -> Self {
        companies
            .iter()
            .filter_map(|company| statement.holds_of(company))
            .fold(Self::default(), |share, holds| Self { have: share.have + u32::from(holds), known: share.known + 1 })
    }
}

/// A statement that the examples propose.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ProposedStatement {
    /// What would be stated.
    pub statement: Statement,
    /// The same in words.
    pub words: String,
    /// Good companies that have it.
    pub good: ExampleShare,
    /// Bad companies that have it.
    pub bad: ExampleShare,
    /// Companies that have it and speak for the statement, for people to check.
    pub such_as: Vec<String>,
    /// Ticked unless a person takes it off. What rules companies out is not: that is a person's to say.
    pub is_advised: bool,
}

/// How a profile ranked companies it had not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct Ranking {
    /// Pairs of a good and a bad company.
    pub pairs: u32,
    /// Of these, the good one above the bad one.
    pub right: u32,
    /// Of these, neither above the other.
    pub level: u32,
}

/// What the examples propose, the surest first.
pub fn propose(good: &[&Traits], bad: &[&Traits]) -> Vec<ProposedStatement> {
    let mut proposed: Vec<(f64, ProposedStatement)> = Vec::new();
    for statement in candidates(good, bad) {
        let shares = (ExampleShare::of(&statement, good), ExampleShare::of(&statement, bad));
        let (side, (more, less)) = if statement.rules_out() { (bad, (shares.1, shares.0)) } else { (good, shares) };
        let chance = chance_of_more(more, less);
        let is_clean = !statement.rules_out() || less.have == 0;
        if more.have < LEAST_SUPPORT || !is_clean || chance < SURE_ENOUGH {
            continue;
        }
        let having = side.iter().filter(|company| statement.holds_of(company) == Some(true));
        let such_as = having.take(3).map(|company| company.name.clone()).collect();
        let (words, is_advised) = (statement.words(), !statement.rules_out());
        proposed.push((chance, ProposedStatement { statement, words, good: shares.0, bad: shares.1, such_as, is_advised }));
    }
    proposed.sort_by(|(one, a), (other, b)| b.is_advised.cmp(&a.is_advised).then(other.total_cmp(one)));
    proposed.into_iter().map(|(_, statement)| statement).collect()
}

/// The profile with what is advised, and nothing else.
pub fn advised(proposed: &[ProposedStatement]) -> Icp {
    let mut icp = Icp::default();
    proposed.iter().filter(|one| one.is_advised).for_each(|one| one.statement.state_in(&mut icp));
    icp
}

/// How well such a profile tells companies apart that it has not seen: each pair of a good and a bad one is left out in turn.
/// `score` holds a company, a good one or a bad one by its place, against a profile.
pub fn ranking(good: &[&Traits], bad: &[&Traits], score: impl Fn(&Icp, bool, usize) -> u8) -> Ranking {
    let mut ranking = Ranking { pairs: 0, right: 0, level: 0 };
    for left_out in 0..good.len() {
        let good = without(good, left_out);
        for place in 0..bad.len() {
            let icp = advised(&propose(&good, &without(bad, place)));
            let (above, below) = (score(&icp, true, left_out), score(&icp, false, place));
            ranking.pairs += 1;
            ranking.right += u32::from(above > below);
            ranking.level += u32::from(above == below);
        }
    }
    ranking
}

fn without<'a>(side: &[&'a Traits], place: usize) -> Vec<&'a Traits> {
    side.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, one)| *one).collect()
}

/// Everything that could be stated, each once.
fn candidates(good: &[&Traits], bad: &[&Traits]) -> Vec<Statement> {
    let mut found: Vec<Statement> = size(good, bad).into_iter().map(|range| Statement::HeadCount { range }).collect();
    let mut add = |statement: Statement| {
        if !found.contains(&statement) {
            found.push(statement);
        }
    };
    for (side, is_wanted) in [(good, true), (bad, false)] {
        for company in side {
            company.industry.into_iter().for_each(|industry| add(Statement::Industry { industry, is_wanted }));
            company.countries.iter().for_each(|country| add(Statement::Country { country: *country, is_wanted }));
        }
    }
    for company in good {
        company.technologies.iter().for_each(|name| add(Statement::Technology { name: name.clone() }));
        company.signals.iter().flatten().for_each(|signal| add(Statement::Signal { signal: *signal }));
    }
    found
}

/// The range that holds every good company whose size is known, in round numbers. An end beyond which no bad company lies is
/// left open, because nothing speaks for it.
fn size(good: &[&Traits], bad: &[&Traits]) -> Option<HeadCountRange> {
    let sizes: Vec<(u32, u32)> = good.iter().filter_map(|company| company.head_count).collect();
    if sizes.len() < LEAST_SIZES {
        return None;
    }
    let least = rounded_down(sizes.iter().map(|(low, _)| *low).min()?);
    let most = rounded_up(sizes.iter().map(|(_, high)| *high).max()?);
    let others = || bad.iter().filter_map(|company| company.head_count);
    let min = if others().any(|(_, high)| high < least) { least } else { 1 };
    let max = others().any(|(low, _)| low > most).then_some(most);
    (min > 1 || max.is_some()).then_some(HeadCountRange { min, max })
}

/// 1, 2, 5, 10, 20, 50 and so on, as people state sizes.
fn round_sizes() -> impl Iterator<Item = u32> {
    (0..9).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_u32.pow(power)))
}

fn rounded_down(count: u32) -> u32 {
    round_sizes().take_while(|size| *size <= count).last().unwrap_or(1)
}

fn rounded_up(count: u32) -> u32 {
    round_sizes().find(|size| *size >= count).unwrap_or(u32::MAX)
}

/// How likely it is that the first side has a property more often than the second, with nothing assumed about either: the
/// chance that one Beta(have + 1, lack + 1) draw exceeds the other, as the closed sum of E. Miller, "Formulas for Bayesian A/B
/// Testing" (2015).
fn chance_of_more(first: ExampleShare, second: ExampleShare) -> f64 {
    let (a, b) = (first.have + 1, first.known - first.have + 1);
    let (c, d) = (second.have + 1, second.known - second.have + 1);
    let term = |i: u32| (ln_beta(c + i, d + b) - f64::from(b + i).ln() - ln_beta(1 + i, b) - ln_beta(c, d)).exp();
    (0..a).map(term).sum::<f64>().clamp(0.0, 1.0)
}

/// Logarithm of the beta function of whole numbers from 1.
fn ln_beta(x: u32, y: u32) -> f64 {
    let ln_factorial = |n: u32| (2..=n).map(|k| f64::from(k).ln()).sum::<f64>();
    ln_factorial(x - 1) + ln_factorial(y - 1) - ln_factorial(x + y - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn company(industry: Industry, country: &str, people: u32) -> Traits {
        Traits {
            name: format!("{industry} {country} {people}"),
            industry: Some(industry),
            countries: vec![Country::parse(country).expect("a country")],
            head_count: Some((people, people)),
            technologies: Vec::new(),
            signals: Some(Vec::new()),
        }
    }

    /// Ten good and ten bad ones: freight between 60 and 450 people against shops and giants.
    fn lists() -> (Vec<Traits>, Vec<Traits>) {
        let good = (0..10)
            .map(|n| company(if n < 8 { Industry::Logistics } else { Industry::Manufacturing }, ["DK", "SE"][n % 2], 60 + 40 * n as u32));
        let bad =
            (0..10).map(|n| company(if n < 7 { Industry::Retail } else { Industry::Logistics }, ["DK", "DE"][n % 2], [5, 20_000][n % 2]));
        (good.collect(), bad.collect())
    }

    fn words(good: &[Traits], bad: &[Traits]) -> Vec<(String, bool)> {
        let proposed = propose(&good.iter().collect::<Vec<_>>(), &bad.iter().collect::<Vec<_>>());
        proposed.into_iter().map(|one| (one.words, one.is_advised)).collect()
    }

    #[test]
    fn what_good_companies_have_and_bad_ones_lack_is_advised_and_the_opposite_is_left_to_a_person() {
        let (good, bad) = lists();
        assert_eq!(
            words(&good, &bad),
            [
                ("look for 50-500 people".to_owned(), true),
                ("look for Sweden".to_owned(), true),
                ("look for logistics".to_owned(), true),
                ("look for manufacturing".to_owned(), true),
                ("rule out retail".to_owned(), false),
                ("rule out Germany".to_owned(), false),
            ]
        );
    }

    #[test]
    fn what_both_sides_have_alike_is_not_proposed() {
        let (good, _) = lists();
        assert_eq!(words(&good, &good), []);
    }

    #[test]
    fn nothing_follows_from_companies_of_which_nothing_is_known() {
        let unknown = vec![Traits::default(); 10];
        assert_eq!(words(&unknown, &unknown), []);
    }

    #[test]
    fn an_end_of_the_size_is_left_open_where_no_bad_company_lies_beyond_it() {
        let (good, bad) = lists();
        let small: Vec<Traits> = bad.into_iter().filter(|company| company.head_count == Some((5, 5))).collect();
        assert!(words(&good, &small).iter().any(|(words, _)| words == "look for 50+ people"));
    }

    #[test]
    fn a_profile_that_stands_on_the_examples_ranks_the_ones_left_out() {
        let (good, bad) = lists();
        let score = |icp: &Icp, is_good: bool, place: usize| {
            let company = if is_good { &good[place] } else { &bad[place] };
            let fits = [
                icp.industries.iter().any(|one| Some(*one) == company.industry),
                icp.head_count.zip(company.head_count).is_some_and(|(range, (low, high))| range.overlaps(low, high)),
            ];
            fits.iter().map(|fit| u8::from(*fit)).sum()
        };
        let ranking = ranking(&good.iter().collect::<Vec<_>>(), &bad.iter().collect::<Vec<_>>(), score);
        assert_eq!(ranking.pairs, 100);
        assert!(ranking.right >= 80, "{ranking:?}");
    }

    #[test]
    fn a_statement_takes_the_opposite_away_and_is_stated_once() {
        let mut icp = Icp { excluded_industries: vec![Industry::Retail], ..Icp::default() };
        let wanted = Statement::Industry { industry: Industry::Retail, is_wanted: true };
        wanted.state_in(&mut icp);
        wanted.state_in(&mut icp);
        assert_eq!((icp.industries.as_slice(), icp.excluded_industries.as_slice()), ([Industry::Retail].as_slice(), [].as_slice()));
    }

    #[test]
    fn one_of_one_against_none_of_one_is_five_to_one() {
        let chance = chance_of_more(ExampleShare { have: 1, known: 1 }, ExampleShare { have: 0, known: 1 });
        assert!((chance - 5.0 / 6.0).abs() < 1e-12, "{chance}");
    }

    #[test]
    fn five_of_ten_against_three_of_ten_passes_and_against_four_does_not() {
        let of_ten = |have| ExampleShare { have, known: 10 };
        assert!(chance_of_more(of_ten(5), of_ten(3)) >= SURE_ENOUGH);
        assert!(chance_of_more(of_ten(5), of_ten(4)) < SURE_ENOUGH);
    }

    proptest! {
        #[test]
        fn the_chances_of_both_sides_add_up_to_one(known in 0_u32..25, other in 0_u32..25, have in 0_u32..25, has in 0_u32..25) {
            let (first, second) = (ExampleShare { have: have.min(known), known }, ExampleShare { have: has.min(other), known: other });
            let sum = chance_of_more(first, second) + chance_of_more(second, first);
            prop_assert!((sum - 1.0).abs() < 1e-9, "{}", sum);
        }
    }
}
