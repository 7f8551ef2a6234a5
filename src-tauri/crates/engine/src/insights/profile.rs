//! The stated profile beside what is really accepted.

use crate::insights::view::{ProfileLine, ProfileVerdict};
use crate::trust::view::Share;
use autoreach_domain::confidence::Features;
use autoreach_domain::icp::Icp;
use autoreach_learning::fold::Learner;
use autoreach_learning::head_counts::head_counts;
use autoreach_learning::learned_icp::{Criterion, Side, Standing, learned_icp};

/// Lines shown.
const LINES: usize = 24;

/// The head count first, then every criterion that was stated or found.
pub(crate) fn lines(learner: &Learner, icp: &Icp, arrivals: &[Features]) -> Vec<ProfileLine> {
    let size = head_counts(learner, icp.head_count, arrivals).map(|boundary| {
        let count = boundary.accepted.as_ref().map(|range| range.count).unwrap_or_default();
        let is_other =
            boundary.accepted.as_ref().is_some_and(|accepted| icp.head_count.is_some_and(|stated| accepted.words != stated.words()));
        ProfileLine {
            criterion: "People".to_owned(),
            stated: icp.head_count.map(|range| range.words()).unwrap_or_default(),
            learned: boundary.sentence,
            verdict: match (&boundary.accepted, is_other) {
                (None, _) => ProfileVerdict::NotProven,
                (Some(_), true) => ProfileVerdict::Contradicted,
                (Some(_), false) if icp.head_count.is_none() => ProfileVerdict::Unstated,
                (Some(_), false) => ProfileVerdict::Confirmed,
            },
            accepted: Share::of(count.accepted as usize, count.judged as usize),
            reviews_needed: None,
        }
    });
    let shown = |criterion: &Criterion| {
        let is_size = criterion.feature == "head_count";
        let is_of_interest = criterion.stated.is_some() || !matches!(criterion.standing, Standing::NotProvenYet { .. });
        !is_size && is_of_interest
    };
    size.into_iter().chain(learned_icp(learner).iter().filter(|criterion| shown(criterion)).map(line)).take(LINES).collect()
}

fn line(criterion: &Criterion) -> ProfileLine {
    let words = autoreach_agents::qualify::in_words(&criterion.feature, &criterion.reading);
    let count = criterion.count;
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
    ProfileLine {
        criterion: words,
        stated: stated.to_owned(),
        learned,
        verdict,
        accepted: Share::of(count.accepted as usize, count.judged as usize),
        reviews_needed,
    }
}
