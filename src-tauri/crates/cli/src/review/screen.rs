//! The terminal as a screen: taken over for the review, drawn row by row, given back on every way out.
//!
//! Given back means: on leaving, on an error, on a panic, and on a signal that ends the program. Only the rows that are
//! drawn are written, so nothing flickers.

use crate::error::CliError;
use crate::view::text::{Ink, Inks, cut, fitted, inked};
use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::style::Print;
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode, size,
};
use crossterm::{execute, queue};
use std::io::{self, Write};
use std::sync::Once;

/// Rows that are not the card: header, status, hint, keys.
const OTHER_ROWS: u16 = 4;

/// The terminal while it is taken over.
pub(crate) struct Screen {
    inks: Inks,
}

/// What is drawn at once.
pub(crate) struct Frame<'a> {
    /// The first row.
    pub(crate) header: &'a str,
    /// The card, already wrapped.
    pub(crate) body: &'a [(Ink, String)],
    /// Lines of the card above the screen.
    pub(crate) scroll: usize,
    /// What was done last.
    pub(crate) status: &'a str,
    /// What could be said about it, or a question with its answer so far.
    pub(crate) hint: &'a str,
    /// The keys.
    pub(crate) keys: &'a str,
}

impl Screen {
    /// Takes the terminal over.
    pub(crate) fn begin() -> Result<Self, CliError> {
        give_back_on_panic();
        let is_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        enable_raw_mode().map_err(CliError::Terminal)?;
        let screen = Self { inks: if is_plain { Inks::Left } else { Inks::Shown } };
        execute!(io::stdout(), EnterAlternateScreen, Hide).map_err(CliError::Terminal)?;
        Ok(screen)
    }

    /// Lends the terminal to another program, then takes it back.
    pub(crate) fn lend<T>(&mut self, work: impl FnOnce() -> T) -> Result<T, CliError> {
        give_back();
        let result = work();
        enable_raw_mode().map_err(CliError::Terminal)?;
        execute!(io::stdout(), EnterAlternateScreen, Hide, Clear(ClearType::All)).map_err(CliError::Terminal)?;
        Ok(result)
    }

    /// Columns, and rows there are for the card.
    pub(crate) fn room(&self) -> (usize, usize) {
        let (columns, rows) = size().unwrap_or((80, 24));
        (usize::from(columns), usize::from(rows.saturating_sub(OTHER_ROWS).max(1)))
    }

    /// Draws everything.
    pub(crate) fn draw(&self, frame: &Frame<'_>) -> Result<(), CliError> {
        self.try_draw(frame).map_err(CliError::Terminal)
    }

    fn try_draw(&self, frame: &Frame<'_>) -> io::Result<()> {
        let (columns, rows) = self.room();
        let mut out = io::stdout().lock();
        queue!(out, BeginSynchronizedUpdate)?;
        self.row(&mut out, 0, Ink::Bar, &fitted(frame.header, columns))?;
        for row in 0..rows {
            let (ink, line) = frame.body.get(frame.scroll + row).map_or((Ink::Plain, ""), |(ink, line)| (*ink, line));
            self.row(&mut out, row + 1, ink, &cut(line, columns))?;
        }
        self.row(&mut out, rows + 1, Ink::Strong, &cut(frame.status, columns))?;
        self.row(&mut out, rows + 2, Ink::Plain, &cut(frame.hint, columns))?;
        self.row(&mut out, rows + 3, Ink::Quiet, &cut(frame.keys, columns))?;
        queue!(out, EndSynchronizedUpdate)?;
        out.flush()
    }

    fn row(&self, out: &mut impl Write, row: usize, ink: Ink, text: &str) -> io::Result<()> {
        let row = u16::try_from(row).unwrap_or(u16::MAX);
        queue!(out, MoveTo(0, row), Clear(ClearType::UntilNewLine), Print(inked(ink, text, self.inks)))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

/// Puts the terminal back. Nothing can be done about one that does not let itself be put back.
fn give_back() {
    let _ = execute!(io::stdout(), Show, LeaveAlternateScreen);
    let _ = disable_raw_mode();
}

/// A panic's message belongs on the ordinary screen.
fn give_back_on_panic() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let earlier = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            give_back();
            earlier(panic);
        }));
    });
}

/// Puts the terminal back when the program is told to end; every verdict is on disk already.
#[cfg(unix)]
pub(crate) fn give_back_on_signals() -> Result<tokio::task::JoinHandle<()>, CliError> {
    use tokio::signal::unix::{SignalKind, signal};
    /// What a shell reports for a program ended by SIGTERM.
    const ENDED_BY_SIGNAL: i32 = 143;
    let mut terminate = signal(SignalKind::terminate()).map_err(CliError::Terminal)?;
    let mut hang_up = signal(SignalKind::hangup()).map_err(CliError::Terminal)?;
    Ok(tokio::spawn(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = hang_up.recv() => {} }
        give_back();
        std::process::exit(ENDED_BY_SIGNAL);
    }))
}

/// Elsewhere the console is put back by the system.
#[cfg(not(unix))]
pub(crate) fn give_back_on_signals() -> Result<tokio::task::JoinHandle<()>, CliError> {
    Ok(tokio::spawn(async {}))
}
