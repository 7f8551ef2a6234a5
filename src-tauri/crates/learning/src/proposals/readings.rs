//! Readings that are turned down for one reason again and again.

use super::{FEWEST_GESTURES, Proposal, Rule, Said, notes_of, ranked};
use crate::bins::Bins;
use autoreach_domain::confidence::{FeatureValue, Features};
use autoreach_domain::decision::Reason;
use autoreach_domain::oversight::bounds::{LADDER_RISK, lower_bound};
use autoreach_domain::oversight::steps::LADDER_PROMISE;
use std::collections::BTreeMap;

/// What is known of one reading.
#[derive(Default)]
struct Tally {
    accepted: usize,
    rejected: usize,
    by_reason: BTreeMap<Reason, Vec<usize>>,
}

/// Readings rejected with the same fitting reason at least three times, and never accepted. Where some were accepted the
/// verdicts must prove what every step of trust must: that at least 80 % of such leads are turned down, by the one-sided 90 %
/// bound (`learning.md` 4.6, 4.8). Nothing is proposed before a lead without the reading was taken: where all is turned
/// down, it is not the reading.
pub(super) fn ruled_out(said: &[Said<'_>]) -> Vec<Proposal> {
    let mut tallies: BTreeMap<(String, String), Tally> = BTreeMap::new();
    let judged = said.iter().enumerate().filter_map(|(place, one)| Some((place, one, one.lead?)));
    for (place, one, is_accepted) in judged {
        for key in readings(one.features) {
            let reasons = one.reasons.iter().filter(|reason| fits(**reason, &key.0)).copied().collect::<Vec<_>>();
            let tally = tallies.entry(key).or_default();
            if is_accepted {
                tally.accepted += 1;
            } else {
                tally.rejected += 1;
                reasons.into_iter().for_each(|reason| tally.by_reason.entry(reason).or_default().push(place));
            }
        }
    }
    let accepted = said.iter().filter(|one| one.lead == Some(true)).count();
    let proposals = tallies.into_iter().filter(|(_, tally)| tally.accepted < accepted && tally.is_clear());
    ranked(proposals.filter_map(|(key, tally)| proposal(said, key, &tally)).collect())
}

impl Tally {
    fn is_clear(&self) -> bool {
        self.accepted == 0 || lower_bound(self.rejected, self.accepted + self.rejected, LADDER_RISK) >= LADDER_PROMISE
    }
}

/// The rule for the reason given most often.
fn proposal(said: &[Said<'_>], (feature, reading): (String, String), tally: &Tally) -> Option<Proposal> {
    let (reason, places) = tally.by_reason.iter().max_by_key(|(reason, places)| (places.len(), std::cmp::Reverse(**reason)))?;
    (places.len() >= FEWEST_GESTURES).then(|| Proposal {
        id: format!("reasons:{feature}={reading}"),
        gestures: places.len(),
        notes: notes_of(places.iter().map(|place| &said[*place])),
        rule: Rule::Unwanted { feature, reading, reason: *reason, rejected: places.len(), accepted: tally.accepted },
    })
}

/// What a lead has, as slots name it; numbers only where their bins mean something by themselves.
fn readings(features: &Features) -> Vec<(String, String)> {
    let reading = |(name, value): (&String, &FeatureValue)| match value {
        FeatureValue::Category(value) => Some((name.clone(), value.clone())),
        FeatureValue::Flag(true) => Some((name.clone(), "true".to_owned())),
        FeatureValue::Number(number) if matches!(Bins::of(name), Bins::HeadCount) => {
            Some((name.clone(), Bins::HeadCount.words(Bins::HeadCount.index(*number, 0.0)).to_owned()))
        }
        FeatureValue::Flag(false) | FeatureValue::Number(_) => None,
    };
    features.0.iter().filter_map(reading).collect()
}

/// Can a property be what a reason is about? Facts, tone and a running conversation are about one lead, not about its kind.
fn fits(reason: Reason, feature: &str) -> bool {
    let is_company = matches!(feature, "industry" | "country" | "head_count");
    match reason {
        Reason::NotOurIcp => is_company,
        Reason::WrongSize => feature == "head_count",
        Reason::BadTiming => is_company || feature.starts_with("signal_"),
        Reason::Competitor => feature == "industry" || feature.starts_with("uses_"),
        Reason::WrongPerson => feature.starts_with("role_"),
        Reason::FactsWrong | Reason::InTalks | Reason::Tone | Reason::DoNotContact => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lead(industry: &str, head_count: f64) -> Features {
        let mut features = Features::default();
        features.category("industry", industry);
        features.number("head_count", head_count);
        features
    }

    /// Verdicts on leads: what it is, whether it was taken, why not.
    fn rules(verdicts: &[(Features, bool, Vec<Reason>)]) -> Vec<Proposal> {
        let said = verdicts.iter().map(|(features, accepted, reasons)| Said {
            lead: Some(*accepted),
            is_untouched: *accepted,
            is_about_mail: false,
            reasons,
            note: "",
            features,
        });
        ruled_out(&said.collect::<Vec<_>>())
    }

    fn retail(rejected: usize, accepted: usize) -> Vec<(Features, bool, Vec<Reason>)> {
        let no = (0..rejected).map(|_| (lead("retail", 120.0), false, vec![Reason::NotOurIcp]));
        let yes = (0..accepted).map(|_| (lead("retail", 120.0), true, Vec::new()));
        no.chain(yes).chain([(lead("food", 120.0), true, Vec::new())]).collect()
    }

    #[test]
    fn three_rejections_for_one_reason_propose_to_rule_the_kind_out() {
        let proposed = rules(&retail(3, 0));
        assert_eq!(proposed.len(), 1, "the head count was accepted too: {proposed:?}");
        assert_eq!(proposed[0].id, "reasons:industry=retail");
        let rule =
            Rule::Unwanted { feature: "industry".into(), reading: "retail".into(), reason: Reason::NotOurIcp, rejected: 3, accepted: 0 };
        assert_eq!(proposed[0].rule, rule);
        assert!(rules(&retail(2, 0)).is_empty());
    }

    #[test]
    fn a_kind_that_is_sometimes_taken_must_be_turned_down_in_four_of_five_by_the_bound() {
        assert!(rules(&retail(10, 1)).is_empty(), "10 of 11 prove 69 %");
        assert_eq!(rules(&retail(18, 1)).len(), 1, "18 of 19 prove 81 %");
    }

    #[test]
    fn a_reason_speaks_only_of_what_it_can_be_about() {
        let small = |reason| {
            (0..3)
                .map(|_| (lead("retail", 4.0), false, vec![reason]))
                .chain([(lead("retail", 120.0), true, Vec::new())])
                .collect::<Vec<_>>()
        };
        assert_eq!(rules(&small(Reason::WrongSize))[0].id, "reasons:head_count=1-10");
        assert!(rules(&small(Reason::Tone)).is_empty());
    }

    #[test]
    fn where_nothing_was_taken_it_is_not_the_reading() {
        let verdicts: Vec<_> = (0..5).map(|_| (lead("retail", 120.0), false, vec![Reason::NotOurIcp])).collect();
        assert!(rules(&verdicts).is_empty());
    }

    proptest! {
        /// What is proposed has its three gestures and its bound, whatever the order of the verdicts.
        #[test]
        fn every_proposal_is_supported_and_none_depends_on_the_order(kinds in prop::collection::vec((0_usize..3, any::<bool>(), any::<bool>()), 0..60)) {
            let verdict = |(kind, accepted, is_reasoned): &(usize, bool, bool)| {
                let reasons = if *is_reasoned { vec![Reason::NotOurIcp] } else { Vec::new() };
                (lead(["retail", "food", "media"][*kind], 120.0), *accepted, reasons)
            };
            let forwards = rules(&kinds.iter().map(verdict).collect::<Vec<_>>());
            let backwards = rules(&kinds.iter().rev().map(verdict).collect::<Vec<_>>());
            prop_assert_eq!(&forwards, &backwards);
            for proposal in forwards {
                let Rule::Unwanted { reading, rejected, accepted, .. } = proposal.rule else { panic!("only readings are proposed here") };
                let of = |wanted: bool| kinds.iter().filter(|(kind, taken, _)| ["retail", "food", "media"][*kind] == reading && *taken == wanted).count();
                prop_assert!(rejected >= FEWEST_GESTURES && accepted == of(true));
                prop_assert!(accepted == 0 || lower_bound(of(false), of(false) + accepted, LADDER_RISK) >= LADDER_PROMISE);
            }
        }
    }
}
