//! What a gesture writes into the journal: the verdict with everything around it.

use super::{DecideRequest, Sitting};
use crate::Engine;
use crate::error::EngineError;
use autoreach_domain::confidence::{Confidence, Features};
use autoreach_domain::decision::{Channel, Decision, MailContext, Stage, Verdict, edit_distance};
use autoreach_domain::ids::{DecisionId, FindingId, GestureId};
use autoreach_domain::oversight::level::Level;
use autoreach_domain::oversight::route::WhyReview;
use autoreach_domain::oversight::segment::Segment;
use autoreach_domain::review::{Gesture, ItemState, ReviewItem};
use autoreach_domain::text::{one_line, paragraphs};
use autoreach_learning::Trust;
use autoreach_learning::fold::FEATURE_SCHEMA_VERSION;
use autoreach_store::tables::artifact::hash_hex;
use jiff::Timestamp;

impl Engine {
    #[expect(clippy::too_many_arguments, reason = "a decision is kept with everything around it")]
    pub(super) fn decisions(
        &self,
        request: &DecideRequest,
        item: &ReviewItem,
        gesture_id: GestureId,
        verdicts: &[(Stage, Verdict)],
        sitting: &Sitting,
        trust: &Trust,
        mail: &MailContext,
        now: Timestamp,
    ) -> Result<Vec<Decision>, EngineError> {
        let reviewer = self.reviewer();
        let decision = |(stage, verdict): &(Stage, Verdict)| {
            let Outlook { features, feature_schema_version, confidence, memory_version, threshold, level } = outlook(item, *stage);
            let Seen { channel, propensity, after_release } = seen(item, *stage, trust);
            let (draft_text, final_text, distance) = texts(request, item, *stage, *verdict);
            Ok(Decision {
                id: self.id(DecisionId::new)?,
                gesture_id,
                workflow_id: item.workflow_id,
                lead_id: item.lead_id,
                item_id: item.id,
                stage: *stage,
                artifact_hash: artifact_hash(item, *stage),
                reviewer: reviewer.clone(),
                channel,
                verdict: *verdict,
                note: paragraphs(&request.note),
                reasons: request.reasons.clone(),
                features,
                feature_schema_version,
                p_before: confidence.p,
                p_cal_before: confidence.p_cal,
                threshold_used: threshold,
                level,
                model_version: item.card.dossier.engine.clone(),
                memory_version,
                propensity,
                mark: is_marked(item, *stage),
                blind: item.blind,
                draft_text,
                final_text,
                edit_distance: distance,
                wrong_facts: wrong_facts(&request.gesture, *stage),
                vouched: request.vouches && *stage == Stage::Email,
                shown_at: request.shown_at.unwrap_or(now),
                decided_at: now,
                active_ms: request.active_ms,
                sitting_id: sitting.id,
                position_in_sitting: sitting.position,
                tz_offset_minutes: request.tz_offset_minutes,
                after_release,
                segment: Some(Segment::of(&item.card.qualified.qualification.features)),
                mail: (*stage == Stage::Email).then(|| mail.clone()),
            })
        };
        verdicts.iter().map(decision).collect()
    }
}

/// What was shown for a stage, by hash.
fn artifact_hash(item: &ReviewItem, stage: Stage) -> String {
    let json = match stage {
        Stage::Research => serde_json::to_vec(&item.card.dossier),
        Stage::Qualification => serde_json::to_vec(&item.card.qualified.qualification),
        Stage::Email => serde_json::to_vec(&item.card.draft),
    };
    hash_hex(&json.expect("cards are plain data"))
}

/// What the agent believed of a stage before the verdict.
struct Outlook {
    features: Features,
    feature_schema_version: u32,
    confidence: Confidence,
    memory_version: u64,
    threshold: Option<f64>,
    level: Level,
}

/// As it was routed; for the lead as it was last looked at. Items from before receipts were kept know of the lead only.
fn outlook(item: &ReviewItem, stage: Stage) -> Outlook {
    let lead = &item.card.qualified;
    let route = item.routing.as_ref().and_then(|routing| routing.on(stage));
    let threshold = route.and_then(|route| route.line).map(|line| line.threshold);
    let level = route.map_or(item.level, |route| route.level);
    match route {
        Some(route) if stage != Stage::Qualification => Outlook {
            features: route.features.clone(),
            feature_schema_version: route.feature_schema_version,
            confidence: route.confidence,
            memory_version: route.memory_version,
            threshold,
            level,
        },
        Some(_) | None => Outlook {
            features: lead.qualification.features.clone(),
            feature_schema_version: if stage == Stage::Qualification { FEATURE_SCHEMA_VERSION } else { 0 },
            confidence: lead.confidence,
            memory_version: lead.memory_version,
            threshold,
            level,
        },
    }
}

/// How a stage came before the person, and with what probability.
struct Seen {
    channel: Channel,
    propensity: f64,
    after_release: bool,
}

fn seen(item: &ReviewItem, stage: Stage, trust: &Trust) -> Seen {
    let always = |channel| Seen { channel, propensity: 1.0, after_release: false };
    let Some(routing) = &item.routing else { return always(Channel::Review) };
    let Some(route) = routing.on(stage) else { return always(Channel::Review) };
    if !routing.needs_a_mark(stage) {
        let is_exception = matches!(route.why, Some(WhyReview::Exception { .. }));
        return always(if is_exception { Channel::Exception } else { Channel::Review });
    }
    let after_release = item.state == ItemState::Released;
    // Held back by its mark, or looked at for another stage while this one was drawn.
    let is_checked_now = routing.why() == Some(WhyReview::Marked) || item.is_drawn(stage);
    let audit = trust.on(stage).ladder.audits().iter().rev().find(|audit| audit.draw.items.contains(&item.id));
    match audit {
        Some(audit) if after_release => Seen { channel: Channel::Audit, propensity: audit.draw.propensity, after_release },
        Some(_) | None if is_checked_now || (after_release && routing.is_marked()) => {
            Seen { channel: Channel::Mark, propensity: routing.check_rate(), after_release }
        }
        Some(_) | None => Seen { after_release, ..always(Channel::Overrule) },
    }
}

/// Drawn for a check at this stage: the item as a whole is, when any stage's draw was low enough.
fn is_marked(item: &ReviewItem, stage: Stage) -> bool {
    item.routing.as_ref().and_then(|routing| routing.on(stage)).map_or(item.marked, |route| route.draw.is_marked())
}

/// The mail as shown, as approved, and how far they differ.
fn texts(request: &DecideRequest, item: &ReviewItem, stage: Stage, verdict: Verdict) -> (String, String, f64) {
    let Some(draft) = item.card.draft.as_ref().filter(|_| stage == Stage::Email) else {
        return (String::new(), String::new(), 0.0);
    };
    let shown = format!("{}\n\n{}", draft.subject, draft.body());
    match &request.gesture {
        Gesture::EditMail { subject, body } if verdict == Verdict::Edit => {
            let approved = format!("{}\n\n{}", one_line(subject), paragraphs(body));
            let distance = edit_distance(&shown, &approved);
            (shown, approved, distance)
        }
        _ => (shown, String::new(), 0.0),
    }
}

fn wrong_facts(gesture: &Gesture, stage: Stage) -> Vec<FindingId> {
    match gesture {
        Gesture::RemoveFacts(facts) if stage == Stage::Research => facts.clone(),
        _ => Vec::new(),
    }
}
