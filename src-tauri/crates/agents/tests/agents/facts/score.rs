//! How many of the truths were found, and how many of the findings are true, per kind.

use autoreach_agents::research;
use autoreach_domain::dossier::{Dossier, Finding};
use autoreach_domain::ids::{AccountId, FindingId, LeadId, WorkflowId};
use autoreach_domain::lead::{Lead, Person};
use autoreach_web::{Budget, RecordedSource};
use jiff::Timestamp;
use std::collections::BTreeMap;

use super::truths::{Part, Site, Truth, by_kind, is_one_of_many, is_vague, kinds, sites};

/// What was counted of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Truths that a finding says.
    pub(crate) found: usize,
    /// Truths that no finding says, each with its site.
    pub(crate) missed: Vec<String>,
    /// Findings that say a truth no other finding said.
    pub(crate) right: usize,
    /// Findings that say no truth, or one said before, each with its site.
    pub(crate) wrong: Vec<String>,
}

impl Tally {
    /// Share of the findings that are true; 1 when there are none.
    pub(crate) fn precision(&self) -> f64 {
        share(self.right, self.right + self.wrong.len())
    }

    /// Share of the truths that were found; 1 when there are none.
    pub(crate) fn recall(&self) -> f64 {
        share(self.found, self.truths())
    }

    /// How many truths there are.
    pub(crate) fn truths(&self) -> usize {
        self.found + self.missed.len()
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// The tallies of one part of the corpus, by kind.
pub(crate) type Scores = BTreeMap<&'static str, Tally>;

/// Reads every site of the part and scores it.
pub(crate) async fn scores(part: Part) -> Scores {
    let mut scores: Scores = kinds().map(|kind| (kind, Tally::default())).collect();
    for site in sites(part) {
        let dossier = read(&site).await;
        add(&mut scores, &site, &dossier.findings);
    }
    scores
}

/// The dossier of one site as the built-in engine writes it.
pub(crate) async fn read(site: &Site) -> Dossier {
    let web = RecordedSource::from_files(site.files.clone()).expect("the recorded pages are well-formed");
    let mut next = 0_u8;
    let mut ids = || {
        next += 1;
        FindingId::new(Timestamp::UNIX_EPOCH, [next; 10])
    };
    research(&web, &lead(site), today(), &mut ids, &Budget::per_lead(), None).await.dossier
}

/// The day on which the pages were recorded.
fn today() -> Timestamp {
    "2026-11-22T10:00:00Z".parse().expect("an instant")
}

fn lead(site: &Site) -> Lead {
    Lead {
        id: LeadId::new(Timestamp::UNIX_EPOCH, [1; 10]),
        workflow_id: WorkflowId::new(Timestamp::UNIX_EPOCH, [2; 10]),
        account_id: AccountId::new(Timestamp::UNIX_EPOCH, [3; 10]),
        import_id: None,
        company: site.company.clone(),
        website: Some(site.website.clone()),
        person: Person { first_name: String::new(), last_name: String::new(), role: String::new(), email: None },
        country: None,
        city: None,
        industry: None,
        head_count: None,
        other_columns: Default::default(),
        created_at: today(),
    }
}

/// Adds one site's findings to the tallies.
pub(crate) fn add(scores: &mut Scores, site: &Site, findings: &[Finding]) {
    let mut said: Vec<&Truth> = Vec::new();
    for finding in findings {
        let tally = scores.entry(finding.fact.kind()).or_default();
        let story = site.truths.iter().any(|truth| truth.is_the_story_of(finding));
        match site.truths.iter().find(|truth| truth.is_said_by(finding) && !said.contains(truth)) {
            Some(truth) => {
                said.push(truth);
                tally.right += 1;
            }
            None if story || is_vague(finding, &site.truths) => {}
            None => tally.wrong.push(format!("{}: {} [{}]", site.company, finding.fact.value(), finding.source.quote)),
        }
    }
    for (kind, truths) in by_kind(&site.truths) {
        let tally = scores.entry(kind).or_default();
        let needed: Vec<&&Truth> = truths.iter().filter(|truth| !truth.is_optional).collect();
        if is_one_of_many(kind) {
            let is_found = truths.iter().any(|truth| said.contains(truth));
            tally.found += usize::from(is_found);
            tally.missed.extend((!is_found).then(|| format!("{}: {}", site.company, needed[0].line())));
            continue;
        }
        for truth in needed {
            match said.contains(truth) {
                true => tally.found += 1,
                false => tally.missed.push(format!("{}: {}", site.company, truth.line())),
            }
        }
    }
}

/// The table people read.
pub(crate) fn table(scores: &Scores) -> String {
    let mut lines = vec![format!("{:<16} {:>9} {:>7} {:>7} {:>9}", "kind", "precision", "recall", "truths", "findings")];
    lines.extend(kinds().map(|kind| {
        let tally = &scores[kind];
        let findings = tally.right + tally.wrong.len();
        format!("{kind:<16} {:>9.3} {:>7.3} {:>7} {:>9}", tally.precision(), tally.recall(), tally.truths(), findings)
    }));
    let sum = |count: fn(&Tally) -> usize| scores.values().map(count).sum::<usize>();
    let (right, wrong, found, missed) = (sum(|t| t.right), sum(|t| t.wrong.len()), sum(|t| t.found), sum(|t| t.missed.len()));
    lines.push(format!(
        "{:<16} {:>9.3} {:>7.3} {:>7} {:>9}",
        "all",
        share(right, right + wrong),
        share(found, found + missed),
        found + missed,
        right + wrong
    ));
    lines.join("\n")
}
