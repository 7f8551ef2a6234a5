//! Which key means what, at the terminal and as a line from a pipe. No other file knows a key.
//!
//! A key with a stray modifier (Ctrl, Alt) means nothing, and neither does one that is not listed: a cat on the keyboard
//! must not approve mail.

use super::session::{Action, Scope, Whom};
use autoreach_engine::domain::review::{Gesture, Part};
use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// What a key asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    /// Something about the card.
    Act(Action),
    /// A question has to be answered first.
    Ask(Question),
    /// Open the mail in the editor.
    Edit,
    /// Walk the proofs: next, previous, or one by number.
    Proof(Option<usize>, isize),
    /// Scroll by pages, down when positive.
    Scroll(isize),
    /// To the mail, or back to the top.
    ToMail,
    /// All keys, or back to the card.
    Help,
    /// Back to the card.
    Close,
    /// Leave.
    Quit,
}

/// A question asked in the last line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Question {
    /// Which fact is wrong?
    WrongFacts,
    /// What is the note?
    Note,
    /// What should be different?
    Redraft,
    /// Person or company?
    Suppress(Whom),
    /// Sure?
    ConfirmSuppress(Scope, Whom),
}

/// What an answer leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answered {
    /// Do it.
    Act(Action),
    /// One more question.
    Ask(Question),
    /// Nothing: it was left, or not understood.
    Nothing,
}

impl Question {
    /// Its words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::WrongFacts => "Number of the proof whose fact is wrong (several with spaces), Enter: ",
            Self::Note => "Note, Enter: ",
            Self::Redraft => "What should be different? Enter: ",
            Self::Suppress(_) => "Do not contact: P this person, C the whole company, Esc nobody",
            Self::ConfirmSuppress(Scope::Person, _) => "Never write to this person again? Y yes, N no",
            Self::ConfirmSuppress(Scope::Company, _) => "Never write to anybody at this company again? Y yes, N no",
        }
    }

    /// Is one key the whole answer?
    pub(crate) fn takes_one_key(self) -> bool {
        matches!(self, Self::Suppress(_) | Self::ConfirmSuppress(..))
    }

    /// What the answer leads to.
    pub(crate) fn answered(self, text: &str) -> Answered {
        let text = text.trim();
        match self {
            Self::WrongFacts => numbers(text).map_or(Answered::Nothing, |numbers| Answered::Act(Action::FactsWrong(numbers))),
            Self::Note => Answered::Act(Action::Note(text.to_owned())),
            Self::Redraft => Answered::Act(Action::Redraft(text.to_owned())),
            Self::Suppress(whom) => match text.to_lowercase().as_str() {
                "p" => Answered::Ask(Self::ConfirmSuppress(Scope::Person, whom)),
                "c" => Answered::Ask(Self::ConfirmSuppress(Scope::Company, whom)),
                _ => Answered::Nothing,
            },
            Self::ConfirmSuppress(scope, whom) if text.eq_ignore_ascii_case("y") => Answered::Act(Action::Suppress(scope, whom)),
            Self::ConfirmSuppress(..) => Answered::Nothing,
        }
    }
}

/// Every key with its meaning, for the help.
pub(crate) const HELP: [(&str, &str); 27] = [
    ("A", "accept everything that is pending"),
    ("Shift+A", "accept the lead, ask for another draft"),
    ("X", "reject the lead (the draft is dropped)"),
    ("Shift+X", "reject the draft, keep the lead"),
    ("E", "edit the mail; saved = accepted with your edit"),
    ("R", "say what should be different and get another draft"),
    ("F", "a fact is wrong: it is removed and the mail written anew"),
    ("1-9", "reason for the last verdict:"),
    ("", "1 Not our ICP  2 Wrong person  3 Bad timing"),
    ("", "4 Facts wrong  5 In talks  6 Tone"),
    ("", "7 Too small or large  8 Competitor  9 Do not contact"),
    ("N", "note that goes along with your verdict"),
    ("V", "vouch for sentences without a fresh source"),
    ("Y", "confirm the recipient found on their page"),
    ("S", "later: comes back tomorrow"),
    ("B", "do not contact: person or company"),
    ("Z", "undo the last verdict"),
    ("Shift+Z", "redo it"),
    ("J, Down", "next card"),
    ("K, Up", "previous card"),
    ("Space", "next proof, in its page"),
    ("Shift+P", "previous proof"),
    ("O", "address of the source"),
    ("Tab", "to the mail, and back to the top"),
    ("PgDn PgUp", "scroll"),
    ("Esc", "back to the card"),
    ("Q", "leave; everything is saved"),
];

/// What a key at the terminal means.
pub(crate) fn command_of(key: KeyEvent) -> Option<Command> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let stray = key.modifiers - KeyModifiers::SHIFT;
    match key.code {
        KeyCode::Char('c') if key.modifiers == KeyModifiers::CONTROL => Some(Command::Quit),
        KeyCode::Char('z') if key.modifiers == KeyModifiers::CONTROL => Some(Command::Act(Action::Undo)),
        // Held down, a verdict key would decide card after card unseen.
        KeyCode::Char(_) if !stray.is_empty() || key.kind == KeyEventKind::Repeat => None,
        KeyCode::Char(' ') if key.modifiers.contains(KeyModifiers::SHIFT) => Some(Command::Proof(None, -1)),
        KeyCode::Char(letter) => command_of_letter(letter),
        KeyCode::Down => Some(Command::Act(Action::Next)),
        KeyCode::Up => Some(Command::Act(Action::Previous)),
        KeyCode::PageDown => Some(Command::Scroll(1)),
        KeyCode::PageUp => Some(Command::Scroll(-1)),
        KeyCode::Tab => Some(Command::ToMail),
        KeyCode::Esc => Some(Command::Close),
        _ => None,
    }
}

fn command_of_letter(letter: char) -> Option<Command> {
    let act = |action| Some(Command::Act(action));
    match letter {
        'a' => act(Action::Verdict(Gesture::Accept(Part::All))),
        'A' => act(Action::Redraft(String::new())),
        'x' => act(Action::Verdict(Gesture::Reject(Part::Lead))),
        'X' => act(Action::Verdict(Gesture::Reject(Part::Email))),
        's' => act(Action::Later),
        'z' => act(Action::Undo),
        'Z' => act(Action::Redo),
        'j' => act(Action::Next),
        'k' => act(Action::Previous),
        'v' => act(Action::ToggleVouching),
        'y' => act(Action::ToggleRecipient),
        'o' => act(Action::Source),
        '1'..='9' => act(Action::Reason(letter.to_digit(10).map_or(0, |digit| digit as usize))),
        'f' => Some(Command::Ask(Question::WrongFacts)),
        'n' => Some(Command::Ask(Question::Note)),
        'r' => Some(Command::Ask(Question::Redraft)),
        'b' => Some(Command::Ask(Question::Suppress(Whom::OnScreen))),
        'e' => Some(Command::Edit),
        ' ' => Some(Command::Proof(None, 1)),
        'P' => Some(Command::Proof(None, -1)),
        '?' => Some(Command::Help),
        'q' => Some(Command::Quit),
        _ => None,
    }
}

/// What a line from a pipe means: the same letters, with what a question would have asked behind them.
pub(crate) fn command_of_line(line: &str) -> Option<Command> {
    let line = line.trim();
    let (head, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    match (head, rest) {
        ("", _) => None,
        ("f", _) => numbers(rest).map(|numbers| Command::Act(Action::FactsWrong(numbers))),
        ("n", _) => Some(Command::Act(Action::Note(rest.to_owned()))),
        ("r", _) => Some(Command::Act(Action::Redraft(rest.to_owned()))),
        ("b", "person") => Some(Command::Act(Action::Suppress(Scope::Person, Whom::OnScreen))),
        ("b", "company") => Some(Command::Act(Action::Suppress(Scope::Company, Whom::OnScreen))),
        ("b", _) => None,
        ("p", "") => Some(Command::Proof(None, 1)),
        ("p", _) => rest.parse().ok().map(|number| Command::Proof(Some(number), 0)),
        ("e", "") => Some(Command::Edit),
        (_, "") if head.chars().count() == 1 => head.chars().next().and_then(command_of_letter),
        _ => None,
    }
}

/// One or several numbers; `None` when anything else was typed.
fn numbers(text: &str) -> Option<Vec<usize>> {
    let numbers: Option<Vec<usize>> = text.split([' ', ',']).filter(|part| !part.is_empty()).map(|part| part.parse().ok()).collect();
    numbers.filter(|numbers| !numbers.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressed(c: char, modifiers: KeyModifiers) -> Option<Command> {
        command_of(KeyEvent::new(KeyCode::Char(c), modifiers))
    }

    #[test]
    fn a_stray_modifier_decides_nothing() {
        assert_eq!(pressed('a', KeyModifiers::CONTROL), None);
        assert_eq!(pressed('x', KeyModifiers::ALT), None);
        assert_eq!(pressed('A', KeyModifiers::SHIFT), Some(Command::Act(Action::Redraft(String::new()))));
        assert_eq!(pressed('a', KeyModifiers::NONE), Some(Command::Act(Action::Verdict(Gesture::Accept(Part::All)))));
    }

    #[test]
    fn a_key_held_down_decides_once() {
        let held = KeyEvent { kind: KeyEventKind::Repeat, ..KeyEvent::new(KeyCode::Char('a'), KeyModifiers::NONE) };
        assert_eq!(command_of(held), None);
    }

    #[test]
    fn unknown_keys_and_lines_do_nothing() {
        for letter in "cdghilmtuw0!äß日".chars() {
            assert_eq!(command_of_letter(letter), None, "{letter}");
        }
        for line in ["", "accept", "aa", "f", "f x", "b", "b everybody", "e mail.txt extra", "10"] {
            assert_eq!(command_of_line(line), None, "{line}");
        }
    }

    #[test]
    fn a_line_carries_what_a_question_would_have_asked() {
        assert_eq!(command_of_line("f 2, 3"), Some(Command::Act(Action::FactsWrong(vec![2, 3]))));
        assert_eq!(command_of_line(" n ask in May "), Some(Command::Act(Action::Note("ask in May".into()))));
        assert_eq!(command_of_line("b person"), Some(Command::Act(Action::Suppress(Scope::Person, Whom::OnScreen))));
        assert_eq!(command_of_line("p 4"), Some(Command::Proof(Some(4), 0)));
    }

    #[test]
    fn do_not_contact_asks_twice() {
        let first = Question::Suppress(Whom::OnScreen).answered("p");
        assert_eq!(first, Answered::Ask(Question::ConfirmSuppress(Scope::Person, Whom::OnScreen)));
        assert_eq!(Question::ConfirmSuppress(Scope::Person, Whom::OnScreen).answered("n"), Answered::Nothing);
        assert_eq!(Question::Suppress(Whom::OnScreen).answered("a"), Answered::Nothing);
    }
}
