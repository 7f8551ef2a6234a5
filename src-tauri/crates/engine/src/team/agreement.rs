//! How well people agree with each other, and the agent with each of them: counted from the verdicts that hold.

use crate::Engine;
use crate::error::EngineError;
use crate::memory::fates;
use crate::team::known;
use crate::team::view::{AgreementLine, DisagreementLine, PairLine, PersonLine, TeamView};
use autoreach_domain::decision::{Decision, Stage};
use autoreach_domain::ids::{ItemId, WorkflowId};
use autoreach_domain::opinion::Opinion;
use autoreach_domain::oversight::judgement::was_right;
use autoreach_domain::reviewer::Reviewer;
use autoreach_learning::Learner;
use autoreach_learning::agreement::{Agreement, Rating, between_people, in_team, with_agent};
use autoreach_learning::trust::Fates;
use autoreach_store::tables::review_item;
use std::collections::{BTreeMap, BTreeSet};

/// Leads two must both have judged, and verdicts a person must have given, before a number says something (`learning.md`
/// 4.11: "over >= 30 pairs", "at >= 30 labels per reviewer").
const KNOWN_FROM: u64 = 30;
/// The name of the agent among the raters; no person can have it, because names are one line.
const AGENT: &str = "\n";
/// What the resampling behind an interval is drawn from: the same numbers at every look.
const SEED: u64 = 411;
/// Disagreements named.
const NAMED: usize = 50;

/// One person's verdict on one lead.
struct Said {
    item: String,
    by: String,
    accepts: bool,
}

impl Engine {
    /// How the people of a workflow agree.
    pub async fn team(&self, workflow_id: WorkflowId) -> Result<TeamView, EngineError> {
        let decisions = self.standing_decisions(workflow_id, Stage::Qualification).await?;
        let fates: Fates = fates(&self.store, workflow_id).await?;
        let opinions: Vec<&Opinion> = fates.opinions().collect();
        let said = said(&decisions, &opinions);
        let ratings: Vec<Rating<'_>> = said.iter().map(rating).collect();
        let agent: Vec<Said> = decisions.iter().map(agents).collect();
        let agent: Vec<Rating<'_>> = agent.iter().map(rating).collect();
        let mut names: Vec<String> = known(self.store.read()).await?.into_iter().map(String::from).collect();
        let active = self.reviewer().to_string();
        if !names.contains(&active) {
            names.push(active.clone());
        }
        let together = in_team(&ratings, SEED);
        let people = {
            let mut memory = self.memory.lock().await;
            let learner = memory.of(&self.store, workflow_id).await?.trust.on(Stage::Qualification).memory.learner();
            let is_senior = |name: &String| fates.seniors().iter().any(|senior| senior.is_same_person(&Reviewer::from(name.clone())));
            names.iter().map(|name| PersonLine { is_senior: is_senior(name), ..person(name, &said, &ratings, &agent, learner) }).collect()
        };
        let agreed = together.items - together.disagreements.len();
        Ok(TeamView {
            workflow: workflow_id,
            active,
            people,
            pairs: pairs(&names, &ratings),
            is_split: together.is_split,
            disagreements: self.by_company(&together.disagreements).await?,
            together: line(together.items, agreed, together.kappa),
            opinions_asked: self.opinions_asked().await?.len() as u64,
            settled: opinions.iter().map(|opinion| opinion.on).collect::<BTreeSet<_>>().len() as u64,
            settled_by_seniors: fates.settled_by_seniors() as u64,
        })
    }

    async fn by_company(
        &self,
        disagreements: &[autoreach_learning::agreement::Disagreement],
    ) -> Result<Vec<DisagreementLine>, EngineError> {
        // Whoever is asked to settle a lead must not read what the others said.
        let asked = self.verdicts_hidden().await?;
        let items = disagreements.iter().filter_map(|one| one.item.parse().ok()).filter(|item| !asked.contains(item));
        let items: Vec<ItemId> = items.collect();
        let rows = review_item::lines(self.store.read(), &items).await?;
        let companies: BTreeMap<ItemId, String> = rows.into_iter().map(|row| (row.id, row.company)).collect();
        let named = disagreements.iter().filter_map(|one| {
            let item: ItemId = one.item.parse().ok()?;
            Some(DisagreementLine {
                item,
                company: companies.get(&item)?.clone(),
                accepted_by: one.accepted_by.clone(),
                rejected_by: one.rejected_by.clone(),
            })
        });
        // Items are named by their ids, which sort by time: the latest first.
        let mut lines: Vec<DisagreementLine> = named.collect();
        lines.sort_by_key(|line| std::cmp::Reverse(line.item));
        lines.truncate(NAMED);
        Ok(lines)
    }
}

/// Everybody's last verdict on a lead counts, a decision or an opinion.
fn said(decisions: &[Decision], opinions: &[&Opinion]) -> Vec<Said> {
    let decided = decisions.iter().map(|decision| Said {
        item: decision.item_id.to_string(),
        by: decision.reviewer.to_string(),
        accepts: was_right(decision),
    });
    let opined = opinions.iter().map(|opinion| Said {
        item: opinion.item_id.to_string(),
        by: opinion.vote.reviewer.to_string(),
        accepts: opinion.vote.accepts,
    });
    decided.chain(opined).collect()
}

/// The agent's verdict, recorded before anybody saw the item.
fn agents(decision: &Decision) -> Said {
    Said { item: decision.item_id.to_string(), by: AGENT.to_owned(), accepts: decision.p_before > 0.5 }
}

fn rating(said: &Said) -> Rating<'_> {
    Rating { item: &said.item, rater: &said.by, accepted: said.accepts }
}

fn person(name: &str, said: &[Said], ratings: &[Rating<'_>], agent: &[Rating<'_>], learner: &Learner) -> PersonLine {
    let verdicts = said.iter().filter(|said| said.by == name).count() as u64;
    let accepted = said.iter().filter(|said| said.by == name && said.accepts).count() as u64;
    PersonLine {
        name: name.to_owned(),
        is_senior: false,
        verdicts,
        accepted,
        leniency: learner.leniency(name).filter(|_| verdicts >= KNOWN_FROM),
        verdicts_missing: KNOWN_FROM.saturating_sub(verdicts),
        with_agent: beside(&with_agent(agent, ratings, name, SEED)),
    }
}

fn pairs(names: &[String], ratings: &[Rating<'_>]) -> Vec<PairLine> {
    let each = names.iter().enumerate().flat_map(|(place, left)| names[place + 1..].iter().map(move |right| (left, right)));
    each.map(|(left, right)| PairLine {
        left: left.clone(),
        right: right.clone(),
        agreement: beside(&between_people(ratings, left, right, SEED)),
    })
    .collect()
}

fn beside(agreement: &Agreement) -> AgreementLine {
    line(agreement.items, agreement.agreed, agreement.kappa)
}

fn line(items: usize, agreed: usize, kappa: Option<autoreach_learning::agreement::Kappa>) -> AgreementLine {
    let items = items as u64;
    AgreementLine {
        items,
        agreed: agreed as u64,
        kappa: kappa.filter(|_| items >= KNOWN_FROM),
        items_missing: KNOWN_FROM.saturating_sub(items),
    }
}
