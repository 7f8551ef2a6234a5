//! "More like those I accept": what to search for, out of the stated profile and what the verdicts prove beside it.

use crate::Engine;
use crate::error::EngineError;
use autoreach_agents::adoption;
use autoreach_agents::qualify::feature;
use autoreach_domain::decision::Stage;
use autoreach_domain::discovery::{Accepted, SearchQuery, Sought, queries};
use autoreach_domain::icp::Country;
use autoreach_domain::ids::WorkflowId;
use autoreach_learning::learned_icp::{Criterion, Side, Standing, learned_icp};
use autoreach_store::tables::workflow;

impl Engine {
    /// Queries for a person to read, change and send. Nothing is sent here.
    pub async fn discovery_queries(&self, workflow_id: WorkflowId) -> Result<Vec<SearchQuery>, EngineError> {
        let icp = workflow::get(self.store.read(), workflow_id).await?.definition.icp;
        let named: Vec<(String, Side)> = adoption::named(&icp)
            .into_iter()
            .map(|(slot, is_wanted)| (slot, if is_wanted { Side::Wanted } else { Side::Unwanted }))
            .collect();
        let mut memory = self.memory.lock().await;
        let trust = &memory.of(&self.store, workflow_id).await?.trust;
        let criteria = learned_icp(trust.on(Stage::Qualification).memory.learner(), &named);
        let accepted: Vec<Accepted> = criteria.iter().filter(|criterion| is_proven(criterion)).filter_map(accepted).collect();
        Ok(queries(&icp, &accepted))
    }
}

/// Do the verdicts themselves speak for it? What is only stated needs no verdicts to be searched for.
fn is_proven(criterion: &Criterion) -> bool {
    let is_sure = matches!(criterion.standing, Standing::Confirmed | Standing::UnstatedButReal);
    is_sure && criterion.effect > 0.0 && criterion.count.judged > 0
}

fn accepted(criterion: &Criterion) -> Option<Accepted> {
    let Criterion { feature, reading, count, .. } = criterion;
    let what = match feature.as_str() {
        feature::INDUSTRY => Sought::Industry(reading.parse().ok()?),
        feature::COUNTRY => Sought::Country(Country::parse(reading).ok()?),
        name if reading == "true" => Sought::Technology(name.strip_prefix(feature::USES_PREFIX)?.to_owned()),
        _ => return None,
    };
    Some(Accepted { what, accepted: count.accepted, judged: count.judged })
}
