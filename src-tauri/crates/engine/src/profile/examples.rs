//! The leads behind a line of the learned profile: some that were accepted and some that were not (`learning.md` 4.9).

use crate::Engine;
use crate::error::EngineError;
use crate::profile::CannotAnswer;
use crate::profile::view::{Example, ProfileExamples};
use autoreach_domain::decision::{Decision, Event, Stage};
use autoreach_domain::ids::{ItemId, WorkflowId};
use autoreach_domain::oversight::judgement::was_right;
use autoreach_store::journal;
use autoreach_store::tables::review_item;
use std::collections::BTreeMap;

/// Leads shown each way.
const EACH_WAY: usize = 3;
/// Decisions looked through, the latest; each gesture makes up to three.
const LOOKED_THROUGH: u64 = 3_000;

impl Engine {
    /// The latest leads a line of the profile is about, accepted and not. A line about a whole property (`head_count`) is about
    /// every lead that has it.
    pub async fn profile_examples(&self, workflow_id: WorkflowId, slot: &str) -> Result<ProfileExamples, EngineError> {
        let (feature, wanted) = slot.split_once('=').map_or((slot, None), |(feature, reading)| (feature, Some(reading)));
        let undone = crate::memory::undone_gestures(&self.store, workflow_id).await?;
        // Whoever is asked what they make of a lead must not read here what was said of it.
        let hidden = self.verdicts_hidden().await?;
        let entries = journal::latest_of_kind(self.store.read(), workflow_id, "decided", LOOKED_THROUGH).await?;
        let mut memory = self.memory.lock().await;
        let learner = memory.of(&self.store, workflow_id).await?.trust.on(Stage::Qualification).memory.learner();
        let mut accepted: Vec<(ItemId, String)> = Vec::new();
        let mut rejected = accepted.clone();
        for entry in entries.into_iter().rev() {
            let Event::Decided(decision) = entry.event else { continue };
            let Decision { stage: Stage::Qualification, gesture_id, item_id, .. } = *decision else { continue };
            let Some(reading) = learner.reading_of(&decision.features, feature) else { continue };
            if undone.contains(&gesture_id) || hidden.contains(&item_id) || wanted.is_some_and(|wanted| wanted != reading) {
                continue;
            }
            let side = if was_right(&decision) { &mut accepted } else { &mut rejected };
            if side.len() < EACH_WAY && side.iter().all(|(known, _)| *known != item_id) {
                side.push((item_id, autoreach_agents::adoption::slot_in_words(feature, reading)));
            }
        }
        if accepted.is_empty() && rejected.is_empty() {
            return Err(CannotAnswer::NoSuchFinding.into());
        }
        let ids: Vec<ItemId> = accepted.iter().chain(&rejected).map(|(item, _)| *item).collect();
        let rows = review_item::lines(self.store.read(), &ids).await?;
        let companies: BTreeMap<ItemId, String> = rows.into_iter().map(|row| (row.id, row.company)).collect();
        let named = |side: Vec<(ItemId, String)>| {
            let example = |(item, reads)| Example { company: companies.get(&item).cloned().unwrap_or_default(), item, reads };
            side.into_iter().map(example).collect()
        };
        Ok(ProfileExamples { accepted: named(accepted), rejected: named(rejected) })
    }
}
