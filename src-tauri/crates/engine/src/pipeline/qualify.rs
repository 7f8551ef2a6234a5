//! Step 2: compare the lead with the stated profile, let the learner see it, and ask how sure it is.
//!
//! The arrival is journaled in the same transaction, because the encoder's running means are part of what is learned.

use crate::Engine;
use crate::error::EngineError;
use crate::jobs::job::{Step, Subject, new_job};
use crate::jobs::runner::{StepEnd, result_of};
use autoreach_domain::decision::Event;
use autoreach_domain::dossier::Dossier;
use autoreach_domain::qualification::{Qualification, QualifiedLead};
use autoreach_learning::{Contribution, Prediction};
use autoreach_store::journal;
use autoreach_store::tables::artifact::{self, ArtifactKey};
use autoreach_store::tables::job::{self, ClaimedJob};
use autoreach_store::tables::{lead, workflow};

pub(crate) async fn run(engine: &Engine, job: &ClaimedJob) -> Result<StepEnd, EngineError> {
    let lead = lead::get(engine.store.read(), job.lead_id).await?;
    let workflow = workflow::get(engine.store.read(), job.workflow_id).await?;
    let (_, dossier): (u32, Dossier) = result_of(engine, job, Step::Research).await?;
    let qualification = autoreach_agents::qualify::qualify(&lead, &dossier, &workflow.definition);
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
    job::add(&*tx, &[new_job(subject, Step::Draft, version, b"", engine.now())]).await?;
    tx.commit().await?;
    memory.of(&engine.store, job.workflow_id).await?;
    Ok(StepEnd::Done)
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
