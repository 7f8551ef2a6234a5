//! Step 2: compare the lead with the stated profile, let the learner see it, and ask how sure it is.
//!
//! The arrival is journaled in the same transaction, because the encoder's running means are part of what is learned. Where a
//! model scores leads, its number is one property among the others (`learning.md` 4.2).

use crate::Engine;
use crate::error::EngineError;
use crate::jobs::job::{Step, Subject, new_job};
use crate::jobs::runner::{StepEnd, result_of};
use crate::settings::asking::{Asking, Errand};
use autoreach_agents::qualify::feature;
use autoreach_agents::{ModelFault, model};
use autoreach_domain::decision::Event;
use autoreach_domain::dossier::Dossier;
use autoreach_domain::egress::ModelRole;
use autoreach_domain::lead::Lead;
use autoreach_domain::qualification::{Qualification, QualifiedLead};
use autoreach_domain::workflow::WorkflowDefinition;
use autoreach_learning::{Contribution, Prediction};
use autoreach_llm::ChatError;
use autoreach_store::journal;
use autoreach_store::tables::artifact::{self, ArtifactKey};
use autoreach_store::tables::job::{self, ClaimedJob};
use autoreach_store::tables::{lead, workflow};
use tokio_util::sync::CancellationToken;

pub(crate) async fn run(engine: &Engine, job: &ClaimedJob, cancel: &CancellationToken) -> Result<StepEnd, EngineError> {
    let lead = lead::get(engine.store.read(), job.lead_id).await?;
    let workflow = workflow::get(engine.store.read(), job.workflow_id).await?;
    let (_, dossier): (u32, Dossier) = result_of(engine, job, Step::Research).await?;
    let mut qualification = autoreach_agents::qualify::qualify(&lead, &dossier, &workflow.definition);
    match score(engine, job, &lead, &dossier, &workflow.definition, cancel).await? {
        Scored::By(score) => qualification.features.number(feature::LLM_SCORE, f64::from(score)),
        Scored::ByNobody => {}
        Scored::Cancelled => return Ok(StepEnd::PutOff),
    }
    let made_by = engine.made_by(Step::Draft).await?;
    let arrived = Event::Arrived { workflow_id: job.workflow_id, lead_id: job.lead_id, features: qualification.features.clone() };

    let mut memory = engine.memory.lock().await;
    let tx = engine.store.begin().await?;
    if !job::finish(&*tx, job, &engine.instance).await? {
        return Ok(StepEnd::Done);
    }
    journal::append(&*tx, &[arrived], engine.now()).await?;
    let version = artifact::next_version(&*tx, job.lead_id, Step::Qualify.as_str()).await?;
    let key = ArtifactKey { workflow_id: job.workflow_id, lead_id: job.lead_id, step: Step::Qualify.as_str(), version };
    artifact::insert(&*tx, key, job.id, &qualification).await?;
    let subject = Subject { run_id: job.run_id, workflow_id: job.workflow_id, lead_id: job.lead_id };
    job::add(&*tx, &[new_job(subject, Step::Draft, version, &made_by, b"", engine.now())]).await?;
    tx.commit().await?;
    memory.of(&engine.store, job.workflow_id).await?;
    Ok(StepEnd::Done)
}

/// What became of asking a model how well a lead fits.
enum Scored {
    By(u8),
    /// No scorer is chosen, it had nothing to judge by, or it failed: the property is not known, and the learner takes it so.
    ByNobody,
    Cancelled,
}

async fn score(
    engine: &Engine,
    job: &ClaimedJob,
    lead: &Lead,
    dossier: &Dossier,
    definition: &WorkflowDefinition,
    cancel: &CancellationToken,
) -> Result<Scored, EngineError> {
    let Ok(Some(at_work)) = engine.model_at_work(ModelRole::Scorer).await else { return Ok(Scored::ByNobody) };
    let asking = Asking::about(engine, &at_work, Errand { lead, role: ModelRole::Scorer, run_id: job.run_id }).await?;
    Ok(match model::score(asking.hand(cancel), lead, dossier, definition).await {
        Ok(score) => score.map_or(Scored::ByNobody, Scored::By),
        Err(ModelFault::Call(ChatError::Cancelled)) => Scored::Cancelled,
        Err(fault) => {
            tracing::info!(lead = %lead.id, %fault, "a lead was not scored by a model");
            Scored::ByNobody
        }
    })
}

/// A qualification with the learner's present view of it.
pub(crate) fn with_prediction(qualification: Qualification, prediction: &Prediction, memory_version: u64) -> QualifiedLead {
    QualifiedLead {
        confidence: prediction.confidence,
        speaks_for: prediction.in_favour.iter().map(in_words).collect(),
        speaks_against: prediction.against.iter().map(in_words).collect(),
        qualification,
        memory_version,
    }
}

fn in_words(contribution: &Contribution) -> String {
    autoreach_agents::qualify::in_words(&contribution.feature, &contribution.reading)
}
