//! The stated profile beside what is really accepted: what is asked, what was answered, and what adopting would change.

use crate::profile::Finding;
use crate::profile::answers::Given;
use crate::profile::view::ProfileLine;
use crate::trust::view::Share;
use autoreach_agents::adoption::{self, Adopted, NoPlace};
use autoreach_agents::qualify::{feature, is_of_the_record};
use autoreach_domain::answers::ProfileVerdict;
use autoreach_domain::confidence::Features;
use autoreach_domain::icp::Icp;
use autoreach_domain::workflow::WorkflowDefinition;
use autoreach_learning::fold::Learner;
use autoreach_learning::head_counts::{SizeBoundary, head_counts};
use autoreach_learning::learned_icp::{Criterion, Side, Standing, learned_icp};
use jiff::Timestamp;

/// Every criterion that was stated, found or answered: the head count first, then as the learner lists them.
pub(crate) fn findings(
    learner: &Learner,
    definition: &WorkflowDefinition,
    arrivals: &[Features],
    given: &Given,
    now: Timestamp,
) -> Vec<Finding> {
    let icp = &definition.icp;
    let size = head_counts(learner, icp.head_count, arrivals).map(|boundary| of_size(&boundary, icp));
    let named: Vec<(String, Side)> =
        adoption::named(icp).into_iter().map(|(slot, is_wanted)| (slot, if is_wanted { Side::Wanted } else { Side::Unwanted })).collect();
    let criteria = learned_icp(learner, &named);
    let is_told_elsewhere = |criterion: &Criterion| {
        let Criterion { feature, reading, .. } = criterion;
        feature == feature::HEAD_COUNT || adoption::is_implied(feature, reading, Side::of(criterion.effect) == Side::Wanted)
    };
    let others = criteria.iter().filter(|criterion| !is_told_elsewhere(criterion)).map(|criterion| of_criterion(criterion, icp));
    let of_interest = |line: &ProfileLine| {
        let is_known = !line.stated.is_empty() || line.verdict.is_finding();
        given.stands(&line.slot) || (is_known && is_about_customers(line) && !adoption::is_past(icp, feature_of(&line.slot)))
    };
    let lines = size.into_iter().chain(others).filter(|(line, _)| of_interest(line));
    lines.map(|(line, adopted)| answered(line, adopted, definition, given, now)).collect()
}

/// What is asked of a line, and what was answered.
fn answered(
    mut line: ProfileLine,
    adopted: Result<Adopted, NoPlace>,
    definition: &WorkflowDefinition,
    given: &Given,
    now: Timestamp,
) -> Finding {
    line.answered = given.answered(&line.slot, line.verdict, now);
    line.is_asked = line.verdict.is_finding() && line.answered.is_none() && !adoption::is_past(&definition.icp, feature_of(&line.slot));
    let definition = match adopted {
        Ok(Adopted { icp, words }) if line.is_asked => {
            line.adopt = Some(words);
            Some(WorkflowDefinition { icp, ..definition.clone() })
        }
        Err(cause) if line.is_asked => {
            line.no_place = Some(cause.to_string());
            None
        }
        Ok(_) | Err(_) => None,
    };
    Finding { line, definition }
}

/// Does it say what kind of company or person is wanted? How much was found, and how a lead came in, does not; that a stated
/// criterion was missed is the other half of what its own line says.
fn is_about_customers(line: &ProfileLine) -> bool {
    let feature = feature_of(&line.slot);
    let is_other_half = feature.starts_with(feature::ICP_PREFIX) && line.stated.is_empty();
    !is_of_the_record(feature) && !is_other_half
}

fn feature_of(slot: &str) -> &str {
    slot.split_once('=').map_or(slot, |(feature, _)| feature)
}

fn of_size(boundary: &SizeBoundary, icp: &Icp) -> (ProfileLine, Result<Adopted, NoPlace>) {
    let verdict = match (&boundary.accepted, icp.head_count) {
        (None, _) => ProfileVerdict::NotProven,
        (Some(_), None) => ProfileVerdict::Unstated,
        (Some(accepted), Some(stated)) if accepted.is_what_was_stated(stated) => ProfileVerdict::Confirmed,
        (Some(_), Some(_)) => ProfileVerdict::Contradicted,
    };
    let count = boundary.accepted.as_ref().map(|range| range.count).unwrap_or_default();
    let line = ProfileLine {
        slot: feature::HEAD_COUNT.to_owned(),
        criterion: "People".to_owned(),
        stated: icp.head_count.map(|range| range.words()).unwrap_or_default(),
        learned: boundary.sentence.clone(),
        verdict,
        accepted: Share::of(count.accepted as usize, count.judged as usize),
        reviews_needed: None,
        is_asked: false,
        adopt: None,
        no_place: None,
        answered: None,
    };
    let adopted = boundary.accepted.as_ref().ok_or(NoPlace::NoWords);
    (line, adopted.map(|range| adoption::adopt_head_count(icp, range.as_stated(), &range.words)))
}

fn of_criterion(criterion: &Criterion, icp: &Icp) -> (ProfileLine, Result<Adopted, NoPlace>) {
    let Criterion { feature, reading, count, .. } = criterion;
    let learned = match count.judged {
        0 => "None judged yet.".to_owned(),
        judged => format!("You accepted {} of {judged}.", count.accepted),
    };
    let stated = match criterion.stated {
        Some(Side::Wanted) => "wanted",
        Some(Side::Unwanted) => "ruled out",
        None => "",
    };
    let (verdict, reviews_needed) = match criterion.standing {
        Standing::Confirmed => (ProfileVerdict::Confirmed, None),
        Standing::Contradicted => (ProfileVerdict::Contradicted, None),
        Standing::UnstatedButReal => (ProfileVerdict::Unstated, None),
        Standing::NotProvenYet { more_reviews } => (ProfileVerdict::NotProven, more_reviews.map(u64::from)),
    };
    let line = ProfileLine {
        slot: format!("{feature}={reading}"),
        criterion: adoption::slot_in_words(feature, reading),
        stated: stated.to_owned(),
        learned,
        verdict,
        accepted: Share::of(count.accepted as usize, count.judged as usize),
        reviews_needed,
        is_asked: false,
        adopt: None,
        no_place: None,
        answered: None,
    };
    (line, adoption::adopt(icp, feature, reading, Side::of(criterion.effect) == Side::Wanted))
}
