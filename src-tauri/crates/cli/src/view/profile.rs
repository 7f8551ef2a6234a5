//! The stated profile beside the learned one, in plain lines.

use autoreach_engine::profile::view::{ProfileLine, ProfileView};

/// Line by line: what was stated, what is accepted, what can be answered.
pub(crate) fn profile_words(view: &ProfileView) -> String {
    if view.lines.is_empty() {
        return "Nothing is known yet. After your first reviews each criterion of your profile stands here beside what you accept."
            .to_owned();
    }
    let mut lines = vec![format!("What you wrote (version {}), and what you accept", view.version)];
    lines.extend(view.lines.iter().flat_map(line_words));
    lines.join("\n")
}

fn line_words(line: &ProfileLine) -> Vec<String> {
    let stated = if line.stated.is_empty() { String::new() } else { format!(" (you wrote: {})", line.stated) };
    let more = line.reviews_needed.map(|more| format!(", about {more} more reviews")).unwrap_or_default();
    let mut lines = vec![
        format!("  {}{stated}: {}{more}", line.criterion, line.verdict.words()),
        format!("    {} {} of {}", line.learned, line.accepted.count, line.accepted.of),
    ];
    lines.extend(line.answered.as_ref().map(|given| format!("    {} ({}, {})", given.words, given.by, given.at.strftime("%Y-%m-%d"))));
    if line.is_asked {
        let adopt = line.adopt.as_ref().map(|adopt| format!("adopt {} ({adopt}) · ", line.slot)).unwrap_or_default();
        let why = line.no_place.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
        lines.push(format!("    autoreach profile {adopt}keep {slot} · dismiss {slot} · later {slot}{why}", slot = line.slot));
    } else if line.answered.is_some() {
        lines.push(format!("    autoreach profile ask-again {}", line.slot));
    }
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
