//! Asking a person at the terminal. Questions go to standard error, so that standard output stays what was asked for.
//!
//! What is typed hidden is kept in memory that is wiped; the terminal is put back on every way out.

use crate::error::CliError;
use autoreach_engine::secrets::Secret;
use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, read};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use std::io::{self, IsTerminal, Write};
use zeroize::Zeroizing;

/// Longest secret typed, in bytes; reserved at once, so that growing leaves no copies behind.
const LONGEST_SECRET: usize = 4096;

/// Is there somebody to ask?
pub(crate) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// A line as typed, shown while typing.
pub(crate) fn ask(question: &str) -> Result<Secret, CliError> {
    put(question)?;
    read_line()
}

fn read_line() -> Result<Secret, CliError> {
    let mut line = Zeroizing::new(String::with_capacity(LONGEST_SECRET));
    io::stdin().read_line(&mut line).map_err(CliError::Terminal)?;
    Ok(Secret::new(line.trim_end_matches(['\r', '\n'])))
}

/// A secret typed without echo where there is somebody to ask, else the first line of standard input; empty when there is none.
pub(crate) fn ask_hidden_or_read(question: &str) -> Result<Secret, CliError> {
    if can_ask() { ask_hidden(question) } else { read_line() }
}

/// Yes only when the person types y or yes.
pub(crate) fn ask_yes(question: &str) -> Result<bool, CliError> {
    let answer = ask(&format!("{question} [y/N] "))?;
    let said_yes = matches!(answer.expose(), b"y" | b"Y" | b"yes" | b"Yes");
    Ok(said_yes)
}

/// A line that is not shown while typing.
pub(crate) fn ask_hidden(question: &str) -> Result<Secret, CliError> {
    put(question)?;
    let typed = {
        let _raw = RawMode::begin()?;
        read_hidden_line()?
    };
    put("\n")?;
    Ok(Secret::new(typed.as_bytes()))
}

/// A new passphrase, typed twice, after saying `why` one is needed.
pub(crate) fn ask_new_passphrase(why: &str) -> Result<Secret, CliError> {
    put(&format!("{why}\n"))?;
    let first = ask_hidden("New passphrase (at least 8 characters; four unrelated words are good): ")?;
    let second = ask_hidden("Once more: ")?;
    if first.expose() == second.expose() { Ok(first) } else { Err(CliError::PassphrasesDiffer) }
}

fn put(text: &str) -> Result<(), CliError> {
    let mut terminal = io::stderr().lock();
    terminal.write_all(text.as_bytes()).and_then(|()| terminal.flush()).map_err(CliError::Terminal)
}

/// Raw mode while it lives.
struct RawMode;

impl RawMode {
    fn begin() -> Result<Self, CliError> {
        enable_raw_mode().map_err(CliError::Terminal)?;
        Ok(Self)
    }
}

impl Drop for RawMode {
    fn drop(&mut self) {
        // Nothing can be done about a terminal that does not come back.
        let _ = disable_raw_mode();
    }
}

fn read_hidden_line() -> Result<Zeroizing<String>, CliError> {
    let mut typed = Zeroizing::new(String::with_capacity(LONGEST_SECRET));
    loop {
        let Event::Key(key) = read().map_err(CliError::Terminal)? else { continue };
        if key.kind == KeyEventKind::Release {
            continue;
        }
        match hidden_key(key) {
            HiddenKey::Take(c) if typed.len() + c.len_utf8() <= LONGEST_SECRET => typed.push(c),
            HiddenKey::Back => drop(typed.pop()),
            HiddenKey::Clear => typed.clear(),
            HiddenKey::Enter => return Ok(typed),
            HiddenKey::GiveUp => return Err(CliError::Terminal(io::ErrorKind::Interrupted.into())),
            HiddenKey::Take(_) | HiddenKey::Ignore => {}
        }
    }
}

/// What a key means while something hidden is typed.
#[derive(Debug, PartialEq, Eq)]
enum HiddenKey {
    Take(char),
    Back,
    Clear,
    Enter,
    GiveUp,
    Ignore,
}

fn hidden_key(key: KeyEvent) -> HiddenKey {
    let with_control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Char('c' | 'd') if with_control => HiddenKey::GiveUp,
        KeyCode::Char('u') if with_control => HiddenKey::Clear,
        KeyCode::Char(_) if with_control => HiddenKey::Ignore,
        KeyCode::Char(c) => HiddenKey::Take(c),
        KeyCode::Backspace => HiddenKey::Back,
        KeyCode::Enter => HiddenKey::Enter,
        KeyCode::Esc => HiddenKey::GiveUp,
        _ => HiddenKey::Ignore,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_c_gives_up_and_other_control_keys_are_no_letters() {
        let key = |c, modifiers| hidden_key(KeyEvent::new(KeyCode::Char(c), modifiers));
        assert_eq!(key('c', KeyModifiers::CONTROL), HiddenKey::GiveUp);
        assert_eq!(key('a', KeyModifiers::CONTROL), HiddenKey::Ignore);
        assert_eq!(key('ß', KeyModifiers::NONE), HiddenKey::Take('ß'));
        assert_eq!(key('A', KeyModifiers::SHIFT), HiddenKey::Take('A'));
    }
}
