//! The numbers of proofs: one order for the card, the keys and `--wrong-fact`, so that "2" means the same everywhere.
//!
//! What the mail cites comes first, in reading order; then what answers the profile; then the rest of the dossier.

use autoreach_engine::domain::dossier::Finding;
use autoreach_engine::domain::draft::Draft;
use autoreach_engine::domain::ids::FindingId;
use autoreach_engine::domain::review::Card;

/// The findings of a card in the order of their numbers; number 1 is the first.
pub(crate) fn proofs(card: &Card) -> Vec<&Finding> {
    let answering = card.qualified.qualification.criteria.iter().filter_map(|result| result.finding);
    let rest = card.dossier.findings.iter().map(|finding| finding.id);
    once_each(card, cited_ids(card).chain(answering).chain(rest))
}

/// How many of the first proofs the mail cites.
pub(crate) fn cited(card: &Card) -> usize {
    once_each(card, cited_ids(card)).len()
}

/// What the mail cites, in reading order.
fn cited_ids(card: &Card) -> impl Iterator<Item = FindingId> {
    let in_sentences = |draft: &Draft| draft.sentences.iter().flat_map(|sentence| sentence.findings.clone()).collect::<Vec<_>>();
    card.draft.iter().flat_map(move |draft| draft.subject_findings.iter().copied().chain(in_sentences(draft)))
}

fn once_each(card: &Card, ids: impl IntoIterator<Item = FindingId>) -> Vec<&Finding> {
    let mut ordered: Vec<&Finding> = Vec::new();
    for id in ids {
        let is_listed = ordered.iter().any(|finding| finding.id == id);
        if let Some(finding) = card.dossier.finding(id).filter(|_| !is_listed) {
            ordered.push(finding);
        }
    }
    ordered
}

/// The number of a finding among `proofs`; `None` when the dossier does not hold it any more.
pub(crate) fn number_of(proofs: &[&Finding], id: FindingId) -> Option<usize> {
    proofs.iter().position(|finding| finding.id == id).map(|index| index + 1)
}

/// The numbers of several findings as `[1]` or `[1,3]`; empty when there are none.
pub(crate) fn reference(proofs: &[&Finding], ids: &[FindingId]) -> String {
    let numbers: Vec<String> = ids.iter().filter_map(|id| number_of(proofs, *id)).map(|number| number.to_string()).collect();
    if numbers.is_empty() { String::new() } else { format!("[{}]", numbers.join(",")) }
}
