//! The stated profile beside the learned one, and what reasons and notes propose, in plain lines.

use autoreach_engine::profile::view::{Answered, Example, ProfileExamples, ProfileLine, ProfileView, RuleLine};

/// Line by line: what was stated, what is accepted, what can be answered.
pub(crate) fn profile_words(view: &ProfileView) -> String {
    if view.lines.is_empty() && view.rules.is_empty() {
        return "Nothing is known yet. After your first reviews each criterion of your profile stands here beside what you accept."
            .to_owned();
    }
    let mut lines = vec![format!("What you wrote (version {}), and what you accept", view.version)];
    lines.extend(view.lines.iter().flat_map(line_words));
    if !view.rules.is_empty() {
        lines.push("Rules your reasons propose; none is in force before you adopt it".to_owned());
        lines.extend(view.rules.iter().flat_map(rule_words));
    }
    lines.join("\n")
}

fn rule_words(rule: &RuleLine) -> Vec<String> {
    let mut lines = vec![format!("  {}", rule.words)];
    lines.extend(rule.notes.iter().map(|note| format!("    \u{201c}{note}\u{201d}")));
    let asked = Asked {
        slot: &rule.slot,
        is_asked: rule.is_asked,
        adopt: rule.adopt.as_deref(),
        no_place: rule.no_place.as_deref(),
        can_keep: false,
    };
    lines.extend(asked.lines(rule.answered.as_ref()));
    lines
}

/// The commands that answer something.
struct Asked<'a> {
    slot: &'a str,
    is_asked: bool,
    adopt: Option<&'a str>,
    no_place: Option<&'a str>,
    can_keep: bool,
}

impl Asked<'_> {
    fn lines(&self, answered: Option<&Answered>) -> Vec<String> {
        let Self { slot, is_asked, adopt, no_place, can_keep } = self;
        // As it is typed: a name with spaces is one argument.
        let slot = if slot.contains(char::is_whitespace) { format!("'{slot}'") } else { (*slot).to_owned() };
        let mut lines: Vec<String> =
            answered.iter().map(|given| format!("    {} ({}, {})", given.words, given.by, given.at.strftime("%Y-%m-%d"))).collect();
        if *is_asked {
            let adopt = adopt.map(|adopt| format!("adopt {slot} ({adopt}) · ")).unwrap_or_default();
            let keep = if *can_keep { format!("keep {slot} · ") } else { String::new() };
            let why = no_place.map(|why| format!(" ({why})")).unwrap_or_default();
            lines.push(format!("    autoreach profile {adopt}{keep}dismiss {slot} · later {slot}{why}"));
        } else if answered.is_some() {
            lines.push(format!("    autoreach profile ask-again {slot}"));
        }
        lines
    }
}

/// Leads behind a line, accepted and not.
pub(crate) fn example_words(examples: &ProfileExamples) -> String {
    let side = |what: &str, leads: &[Example]| {
        let named = leads.iter().map(|lead| format!("  {:<40} {}", lead.company, lead.reads));
        let named: Vec<String> = named.collect();
        if named.is_empty() { format!("{what}: none") } else { format!("{what}:\n{}", named.join("\n")) }
    };
    format!("{}\n{}", side("Accepted", &examples.accepted), side("Not accepted", &examples.rejected))
}

fn line_words(line: &ProfileLine) -> Vec<String> {
    let stated = if line.stated.is_empty() { String::new() } else { format!(" (you wrote: {})", line.stated) };
    let more = line.reviews_needed.map(|more| format!(", about {more} more reviews")).unwrap_or_default();
    let mut lines = vec![format!("  {}{stated}: {}{more}", line.criterion, line.verdict.words()), format!("    {}", line.learned)];
    let asked = Asked {
        slot: &line.slot,
        is_asked: line.is_asked,
        adopt: line.adopt.as_deref(),
        no_place: line.no_place.as_deref(),
        can_keep: true,
    };
    lines.extend(asked.lines(line.answered.as_ref()));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use autoreach_engine::domain::answers::ProfileVerdict;
    use autoreach_engine::trust::view::Share;

    fn line() -> ProfileLine {
        ProfileLine {
            slot: "industry=retail".into(),
            criterion: "industry: retail".into(),
            stated: String::new(),
            learned: "You accepted 1 of 31.".into(),
            verdict: ProfileVerdict::Unstated,
            accepted: Share { count: 1, of: 31, low: 0.0, high: 0.2 },
            reviews_needed: None,
            is_asked: true,
            adopt: Some("rule out retail".into()),
            no_place: None,
            answered: None,
        }
    }

    #[test]
    fn a_question_names_the_commands_that_answer_it() {
        let said = line_words(&line()).join("\n");
        assert!(said.contains("adopt industry=retail (rule out retail)") && said.contains("keep industry=retail"), "{said}");
        let no_place = ProfileLine { adopt: None, no_place: Some("no place".into()), ..line() };
        let said = line_words(&no_place).join("\n");
        assert!(!said.contains("adopt") && said.ends_with("(no place)"), "{said}");
    }
}
