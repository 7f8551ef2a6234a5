//! Step 1: read the company's own pages and keep what they prove.

use crate::Engine;
use crate::egress;
use crate::error::EngineError;
use crate::jobs::job::{Step, Subject, new_job};
use crate::jobs::runner::StepEnd;
use crate::settings::asking::{Asking, Errand};
use crate::settings::at_work::Unready;
use autoreach_agents::Research;
use autoreach_domain::egress::ModelRole;
use autoreach_domain::ids::FindingId;
use autoreach_store::tables::artifact::{self, ArtifactKey};
use autoreach_store::tables::job::{self, ClaimedJob};
use autoreach_store::tables::{egress_call, lead, page_snapshot};
use autoreach_web::{Budget, PageSnapshot};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

/// Times a site that cannot be reached is asked again before the lead goes on without its pages.
const ATTEMPTS_TO_REACH: u32 = 3;

pub(crate) async fn run(engine: &Engine, job: &ClaimedJob, cancel: &CancellationToken) -> Result<StepEnd, EngineError> {
    let lead = lead::get(engine.store.read(), job.lead_id).await?;
    let mut ids = finding_ids(engine.now(), engine.randomness.bytes()?);
    let now = engine.now();
    let at_work = engine.model_at_work(ModelRole::Reader).await;
    let errand = Errand { lead: &lead, role: ModelRole::Reader, run_id: job.run_id };
    let asking = match at_work.as_ref().ok().and_then(Option::as_ref) {
        Some(at_work) => Some(Asking::about(engine, at_work, errand).await?),
        None => None,
    };
    let hand = asking.as_ref().map(|asking| asking.hand(cancel));
    let budget = Budget::per_lead();
    let pages = engine.pages.as_ref();
    let mut research = match engine.earlier_research(lead.id).await? {
        Some(earlier) => autoreach_agents::research_again(pages, &lead, &earlier, now, &mut ids, &budget, hand).await,
        None => autoreach_agents::research::research(pages, &lead, now, &mut ids, &budget, hand).await,
    };
    let calls = egress::pages(budget.take_asked(), Some((lead.id, job.run_id)), engine.is_simulated.then_some(now));
    if research.was_cancelled {
        engine.note_pages(&calls).await?;
        return Ok(StepEnd::PutOff);
    }
    if let Err(Unready { name, fault }) = &at_work {
        research.dossier.taints.push((fault.taint(), format!("{name} could not be asked. {fault} The built-in engine read their pages.")));
    }
    let research = if engine.is_simulated { read_at(research, now) } else { research };
    if research.may_answer_later && engine.offline_since().is_some() {
        engine.note_pages(&calls).await?;
        return Ok(StepEnd::PutOff);
    }
    if research.may_answer_later && job.attempts < ATTEMPTS_TO_REACH {
        engine.note_pages(&calls).await?;
        let cause = research.dossier.problems.first().map(|problem| problem.cause.clone());
        return Ok(StepEnd::TryAgain(cause.unwrap_or_default()));
    }
    let made_by = engine.made_by(Step::Qualify).await?;
    let pages: Vec<_> = research.snapshots.into_iter().map(stored).collect();
    let tx = engine.store.begin().await?;
    // Before the claim is looked at: what was asked was asked, whoever has the lead now.
    egress_call::append(&*tx, &calls).await?;
    if !job::finish(&*tx, job, &engine.instance).await? {
        tx.commit().await?;
        return Ok(StepEnd::Done);
    }
    page_snapshot::keep(&*tx, &pages).await?;
    let version = artifact::next_version(&*tx, job.lead_id, Step::Research.as_str()).await?;
    let key = ArtifactKey { workflow_id: job.workflow_id, lead_id: job.lead_id, step: Step::Research.as_str(), version };
    artifact::insert(&*tx, key, job.id, &research.dossier).await?;
    let subject = Subject { run_id: job.run_id, workflow_id: job.workflow_id, lead_id: job.lead_id };
    job::add(&*tx, &[new_job(subject, Step::Qualify, version, &made_by, b"", engine.now())]).await?;
    tx.commit().await?;
    Ok(StepEnd::Done)
}

/// A simulated workspace has read its pages at the instant it was given, so that a replay gives the same bytes.
pub(crate) fn read_at(mut research: Research, now: Timestamp) -> Research {
    research.dossier.findings.iter_mut().for_each(|finding| finding.source.fetched_at = now);
    research.snapshots.iter_mut().for_each(|page| page.fetched_at = now);
    research
}

/// Ids for the findings of one lead: a stream out of one draw, because extraction itself must not fail.
pub(crate) fn finding_ids(now: Timestamp, seed: [u8; 32]) -> impl FnMut() -> FindingId + Send {
    let mut drawn = 0_u64;
    move || {
        drawn += 1;
        let block = Sha256::new().chain_update(seed).chain_update(drawn.to_be_bytes()).finalize();
        let mut random = [0; 10];
        random.copy_from_slice(&block[..10]);
        FindingId::new(now, random)
    }
}

fn stored(page: PageSnapshot) -> page_snapshot::StoredPage {
    page_snapshot::StoredPage {
        hash: page.content_hash.iter().map(|byte| format!("{byte:02x}")).collect(),
        url: page.url,
        title: page.title,
        text: page.text,
        published: page.published,
        language: page.language,
        fetched_at: page.fetched_at,
    }
}
