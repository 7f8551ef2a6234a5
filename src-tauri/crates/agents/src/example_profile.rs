//! A first profile out of companies that a person calls good and companies they call bad: what their own pages prove of each, and
//! what sets the two apart (`domain::icp::examples`).

use crate::qualify::{countries_of, criteria, head_count, industry_of, signals_of, technologies};
use autoreach_domain::dossier::Dossier;
use autoreach_domain::icp::Icp;
use autoreach_domain::icp::examples::{ProposedStatement, Ranking, Traits, propose, ranking};
use autoreach_domain::lead::Lead;
use autoreach_domain::qualification::FitScore;

/// One company that a person judged.
#[derive(Debug, Clone)]
pub struct Example {
    /// The company, with nothing but its name and website.
    pub lead: Lead,
    /// What its pages prove.
    pub dossier: Dossier,
    /// Good, or bad.
    pub is_good: bool,
}

/// What the examples propose, and how well it tells companies apart that were left out.
pub fn example_profile(examples: &[Example]) -> (Vec<ProposedStatement>, Ranking) {
    let side = |is_good| examples.iter().filter(move |example| example.is_good == is_good).collect::<Vec<_>>();
    let (good, bad) = (side(true), side(false));
    let (good_traits, bad_traits): (Vec<Traits>, Vec<Traits>) = (good.iter().map(traits).collect(), bad.iter().map(traits).collect());
    let (on_good, on_bad): (Vec<&Traits>, Vec<&Traits>) = (good_traits.iter().collect(), bad_traits.iter().collect());
    let score = |icp: &Icp, is_good: bool, place: usize| {
        let example = if is_good { good[place] } else { bad[place] };
        FitScore::of(&criteria(&example.lead, &example.dossier.as_seen(), icp)).get()
    };
    (propose(&on_good, &on_bad), ranking(&on_good, &on_bad, score))
}

fn traits(example: &&Example) -> Traits {
    let Example { lead, dossier, .. } = example;
    let dossier = &dossier.as_seen();
    let mut countries: Vec<_> = countries_of(lead, dossier).into_iter().map(|(country, _)| country).collect();
    countries.sort_unstable();
    countries.dedup();
    Traits {
        name: lead.company.clone(),
        industry: industry_of(lead, dossier).map(|(industry, _)| industry),
        countries,
        head_count: head_count(lead, dossier).map(|(low, high, _)| (low, high)),
        technologies: technologies(dossier).map(|(name, _)| name.to_owned()).collect(),
        signals: (!dossier.pages.is_empty()).then(|| signals_of(dossier)),
    }
}
