//! The people who review, and how well they agree, in plain lines.

use crate::view::words::percent;
use autoreach_engine::team::Reviewers;
use autoreach_engine::team::view::{AgreementLine, PaceView, PersonLine, SittingHint, TeamView};

/// Disagreements listed.
const DISAGREEMENTS: usize = 20;

/// Everybody, with a star before whoever decides at present.
pub(crate) fn reviewers_words(reviewers: &Reviewers) -> String {
    let line = |name: &String| {
        let senior = if reviewers.seniors.contains(name) { " (senior)" } else { "" };
        format!("{} {name}{senior}", if *name == reviewers.active { "*" } else { " " })
    };
    reviewers.names.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// How the team agrees, the worst news first.
pub(crate) fn team_words(view: &TeamView) -> String {
    let mut lines = Vec::new();
    if view.is_split {
        lines.push(
            "The team disagrees on what is qualified. Settle it with each other; until then the agent learns what most of you say, \
             and where as many say yes as no what a senior reviewer says (`autoreach team senior NAME`)."
                .to_owned(),
        );
        lines.push(String::new());
    }
    lines.push(format!("Deciding now: {}.", view.active));
    lines.extend(view.people.iter().flat_map(person));
    if view.people.len() < 2 {
        lines.push(
            "Add a second person with `autoreach team add NAME`: then one in twenty of the checked leads is judged by two.".to_owned(),
        );
        return lines.join("\n");
    }
    lines.push(String::new());
    lines.extend(view.pairs.iter().map(|pair| format!("{} and {}: {}", pair.left, pair.right, agreement(&pair.agreement))));
    if view.people.len() > 2 {
        lines.push(format!("All together: {}", agreement(&view.together)));
    }
    if view.settled > 0 {
        let by_seniors = match view.settled_by_seniors {
            0 => String::new(),
            settled => format!(" {settled} had no majority and went as a senior reviewer said."),
        };
        lines.push(format!("{} judged by several people; each teaches the agent as one verdict.{by_seniors}", leads(view.settled)));
    }
    if view.opinions_asked > 0 {
        lines.push(format!("{} for your second opinion; `autoreach queue` lists them.", waits(view.opinions_asked)));
    }
    if !view.disagreements.is_empty() {
        lines.push(String::new());
        lines.push("Judged both ways, the latest first:".to_owned());
        lines.extend(
            view.disagreements
                .iter()
                .take(DISAGREEMENTS)
                .map(|line| format!("  {:<36} yes: {}; no: {}", line.company, line.accepted_by.join(", "), line.rejected_by.join(", "))),
        );
    }
    lines.join("\n")
}

/// One person's habits.
pub(crate) fn pace_words(view: &PaceView) -> String {
    let learned = if view.is_batch_learned { "from your own sittings" } else { "the usual size, until three sittings are known" };
    let mut lines = vec![
        format!("{}, from {} decisions. Nobody else sees this.", view.reviewer, view.decisions),
        format!("A good sitting: {} items ({learned}).", view.batch),
    ];
    match (&view.busiest, view.busiest_share) {
        (Some(busiest), Some(share)) => lines.push(format!("You decide mostly {busiest} ({} of all).", percent(share))),
        _ => lines.push(format!("Your hours are not known yet: {} more decisions.", view.decisions_missing)),
    }
    if let Some(digest) = &view.digest_today {
        lines.push(format!("A batch that is ready before then is told at {digest} today; what only you can settle is told at once."));
    }
    if let Some(quiet) = &view.quiet {
        lines.push(format!(
            "Quiet hours worth having: {} to {}. {} Set them in Settings; nothing was changed.",
            quiet.from, quiet.to, quiet.evidence
        ));
    }
    lines.join("\n")
}

/// A private word after a verdict.
pub(crate) fn hint_words(hint: SittingHint) -> String {
    match hint {
        SittingHint::GoodPlaceToStop { decided } => format!("A good place to stop: {decided} in one sitting. The others wait."),
        SittingHint::Rushed => "The last ten were faster than anybody reads. Such verdicts teach half; only you see this.".to_owned(),
    }
}

fn person(person: &PersonLine) -> [String; 2] {
    let leniency = match person.leniency {
        Some(logits) if logits > 0.0 => format!("accepts more readily than the team ({logits:+.2})"),
        Some(logits) => format!("is stricter than the team ({logits:+.2})"),
        None if person.verdicts_missing > 0 => format!("strictness not known yet, {} to go", verdicts(person.verdicts_missing)),
        None => "strictness known once two people decide".to_owned(),
    };
    let senior = if person.is_senior { " (senior)" } else { "" };
    [
        format!("{}{senior}: {}, {} accepted; {leniency}", person.name, verdicts(person.verdicts), person.accepted),
        format!("  and the agent: {}", agreement(&person.with_agent)),
    ]
}

fn agreement(line: &AgreementLine) -> String {
    let agreed = format!("{} of {} agreed", line.agreed, line.items);
    match line.kappa {
        Some(kappa) => format!("kappa {:.2} ({:.2} to {:.2}, 95 %), {agreed}", kappa.value, kappa.low, kappa.high),
        None if line.items_missing > 0 => format!("not known yet, {} more to be judged by both; {agreed}", line.items_missing),
        None => format!("{agreed}; kappa needs both answers to occur"),
    }
}

fn verdicts(n: u64) -> String {
    if n == 1 { "1 verdict".to_owned() } else { format!("{n} verdicts") }
}

fn leads(n: u64) -> String {
    if n == 1 { "1 lead".to_owned() } else { format!("{n} leads") }
}

fn waits(n: u64) -> String {
    if n == 1 { "1 lead waits".to_owned() } else { format!("{n} leads wait") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use autoreach_engine::domain::ids::{ItemId, WorkflowId};
    use autoreach_engine::learning::agreement::Kappa;
    use autoreach_engine::team::view::{DisagreementLine, PairLine};

    fn line(items: u64, kappa: Option<f64>) -> AgreementLine {
        let kappa = kappa.map(|value| Kappa { value, low: value - 0.2, high: value + 0.2 });
        AgreementLine { items, agreed: items / 2, kappa, items_missing: 30_u64.saturating_sub(items) }
    }

    #[test]
    fn what_is_not_known_yet_says_how_much_is_missing() {
        assert_eq!(agreement(&line(12, None)), "not known yet, 18 more to be judged by both; 6 of 12 agreed");
        assert_eq!(agreement(&line(40, Some(0.5))), "kappa 0.50 (0.30 to 0.70, 95 %), 20 of 40 agreed");
        assert_eq!(agreement(&line(40, None)), "20 of 40 agreed; kappa needs both answers to occur");
    }

    fn person_line(name: &str, verdicts: u64, leniency: Option<f64>) -> PersonLine {
        let verdicts_missing = 30_u64.saturating_sub(verdicts);
        PersonLine {
            name: name.into(),
            is_senior: name == "Ana",
            verdicts,
            accepted: verdicts / 2,
            leniency,
            verdicts_missing,
            with_agent: line(verdicts, Some(0.6)),
        }
    }

    #[test]
    fn a_team_that_disagrees_is_told_so_first_and_sees_the_leads_by_name() {
        let epoch = jiff::Timestamp::UNIX_EPOCH;
        let disagreement = DisagreementLine {
            item: ItemId::new(epoch, [1; 10]),
            company: "Orbital Freight".into(),
            accepted_by: vec!["Ana".into()],
            rejected_by: vec!["Ben".into()],
        };
        let view = TeamView {
            workflow: WorkflowId::new(epoch, [1; 10]),
            active: "Ben".into(),
            people: vec![person_line("Ana", 90, Some(0.3)), person_line("Ben", 1, None)],
            pairs: vec![PairLine { left: "Ana".into(), right: "Ben".into(), agreement: line(31, Some(0.2)) }],
            together: line(31, Some(0.2)),
            is_split: true,
            disagreements: vec![disagreement],
            opinions_asked: 1,
            settled: 31,
            settled_by_seniors: 4,
        };
        let said = team_words(&view);
        assert!(said.starts_with("The team disagrees on what is qualified."), "{said}");
        for part in [
            "Ana (senior): 90 verdicts, 45 accepted; accepts more readily than the team (+0.30)",
            "Ben: 1 verdict, 0 accepted; strictness not known yet, 29 verdicts to go",
            "Ana and Ben: kappa 0.20",
            "1 lead waits for your second opinion",
            "4 had no majority and went as a senior reviewer said.",
            "yes: Ana; no: Ben",
        ] {
            assert!(said.contains(part), "{part} is missing from {said}");
        }
    }

    #[test]
    fn habits_that_are_not_known_yet_say_how_much_is_missing() {
        let view = PaceView {
            reviewer: "Ana".into(),
            decisions: 12,
            decisions_missing: 18,
            batch: 20,
            is_batch_learned: false,
            busiest: None,
            busiest_share: None,
            digest_today: None,
            quiet: None,
        };
        assert!(pace_words(&view).ends_with("Your hours are not known yet: 18 more decisions."));
    }

    #[test]
    fn the_star_stands_before_whoever_decides() {
        let reviewers = Reviewers { names: vec!["Ana".into(), "Ben".into()], active: "Ben".into(), seniors: vec!["Ana".into()] };
        assert_eq!(reviewers_words(&reviewers), "  Ana (senior)\n* Ben");
    }
}
