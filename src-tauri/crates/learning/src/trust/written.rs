//! What the journal tells of how mails should read: verdicts on them, and what people say of lessons.

use crate::style::{Command, EmailDecision, EmailVerdict, Mail, StyleEvent, Traits, Verification};
use autoreach_domain::decision::{Channel, Decision, Event, Stage, Verdict};
use autoreach_domain::style::LessonChange;

/// A journal entry as the style memory sees it; `None` where it says nothing of style. Whether the gesture was taken back is
/// the caller's to know.
pub fn style_event(event: &Event) -> Option<StyleEvent> {
    match event {
        Event::Decided(decision) => mail_verdict(decision).map(StyleEvent::Verdict),
        Event::Style { change, .. } => Some(of_lesson(change)),
        Event::ProfileStated { .. }
        | Event::Arrived { .. }
        | Event::Undone { .. }
        | Event::Redone { .. }
        | Event::Explained { .. }
        | Event::Routed(_)
        | Event::Oversight { .. }
        | Event::SecondOpinion(_)
        | Event::Unlearned { .. }
        | Event::Relearned { .. }
        | Event::ProfileAnswered { .. }
        | Event::EraBegun { .. }
        | Event::SeniorSet { .. }
        | Event::ExceptionMuted { .. }
        | Event::Erased { .. }
        | Event::Instructed { .. } => None,
    }
}

/// A verdict on a mail as the style memory sees it; `None` for other stages, and for mails of before this was kept.
fn mail_verdict(decision: &Decision) -> Option<EmailVerdict> {
    let context = decision.mail.as_ref().filter(|_| decision.stage == Stage::Email && decision.channel != Channel::Overrule)?;
    let draft = mail(&decision.draft_text);
    Some(EmailVerdict {
        item: decision.item_id.to_string(),
        reviewer: decision.reviewer.as_str().to_owned(),
        workflow: decision.workflow_id.to_string(),
        persona: context.role.clone(),
        language: context.language,
        about: context.about.clone(),
        traits: Traits::of(&draft),
        draft,
        decision: match decision.verdict {
            Verdict::Accept => EmailDecision::Accepted,
            Verdict::Edit => EmailDecision::Edited(mail(&decision.final_text)),
            Verdict::Reject => EmailDecision::Rejected,
        },
    })
}

/// A mail out of the journal's text: the subject, an empty line, the body.
fn mail(text: &str) -> Mail {
    let (subject, body) = text.split_once("\n\n").unwrap_or(("", text));
    Mail { subject: subject.to_owned(), body: body.to_owned() }
}

fn of_lesson(change: &LessonChange) -> StyleEvent {
    let command = match change.clone() {
        LessonChange::Pinned { lesson } => Command::Pin(lesson),
        LessonChange::Unpinned { lesson } => Command::Unpin(lesson),
        LessonChange::SwitchedOff { lesson } => Command::SwitchOff(lesson),
        LessonChange::SwitchedOn { lesson } => Command::SwitchOn(lesson),
        LessonChange::Forgotten { lesson } => Command::Forget(lesson),
        LessonChange::Reworded { lesson, text } => Command::Edit { lesson, text },
        LessonChange::Tried { lesson, without, with } => return StyleEvent::Verified(Verification { lesson, without, with }),
    };
    StyleEvent::Command(command)
}
