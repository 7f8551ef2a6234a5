//! Kinds of exceptions that people always wave through: they need not interrupt anybody any more.
//!
//! A quiet kind still goes to a person and is still named on the card; it only no longer calls for one. The first time it is
//! not waved through it is loud again. Hard floors are never quiet.

use autoreach_domain::exception::ExceptionKind;
use std::collections::BTreeMap;

/// Times in a row a kind must have been waved through. None wrong of 20 still allows that one in seven mattered
/// (`learning.md` 4.6), which is why a quiet kind stays with people.
pub const QUIET_AFTER: u32 = 20;

/// One flag with its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// The kind.
    pub kind: ExceptionKind,
    /// What the agent had made was taken as it was, in spite of the flag.
    pub waved_through: bool,
}

/// The kinds that are quiet after these answers (oldest first), with how often in a row each was waved through.
pub fn quiet_kinds(answers: impl IntoIterator<Item = Answered>) -> BTreeMap<ExceptionKind, u32> {
    let mut in_a_row: BTreeMap<ExceptionKind, u32> = BTreeMap::new();
    for Answered { kind, waved_through } in answers {
        let run = in_a_row.entry(kind).or_default();
        *run = if waved_through { *run + 1 } else { 0 };
    }
    in_a_row.retain(|kind, run| *run >= QUIET_AFTER && !kind.is_hard_floor());
    in_a_row
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(kind: ExceptionKind, waved_through: impl IntoIterator<Item = bool>) -> Vec<Answered> {
        waved_through.into_iter().map(|waved_through| Answered { kind, waved_through }).collect()
    }

    #[test]
    fn a_kind_is_quiet_after_twenty_flags_in_a_row_were_waved_through() {
        let thin = |times| quiet_kinds(answers(ExceptionKind::ThinEvidence, vec![true; times]));
        assert!(thin(19).is_empty());
        assert_eq!(thin(20), BTreeMap::from([(ExceptionKind::ThinEvidence, 20)]));
    }

    #[test]
    fn one_flag_that_mattered_makes_its_kind_loud_again() {
        let mut given = vec![true; 30];
        given.push(false);
        given.extend([true; 19]);
        assert!(quiet_kinds(answers(ExceptionKind::IllTimed, given.clone())).is_empty());
        given.push(true);
        let mut answers = answers(ExceptionKind::IllTimed, given);
        answers.push(Answered { kind: ExceptionKind::ThinEvidence, waved_through: false });
        assert_eq!(quiet_kinds(answers), BTreeMap::from([(ExceptionKind::IllTimed, 20)]), "other kinds are none of its business");
    }

    #[test]
    fn a_hard_floor_is_never_quiet() {
        for kind in ExceptionKind::ALL.iter().copied().filter(|kind| kind.is_hard_floor()) {
            assert!(quiet_kinds(answers(kind, vec![true; 500])).is_empty(), "{kind}");
        }
    }
}
