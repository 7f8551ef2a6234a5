//! Reviewing at the terminal: keys in, one card on screen.

use super::editor;
use super::keys::{Answered, Command, HELP, Question, command_of};
use super::screen::{Frame, Screen, give_back_on_signals};
use super::session::{Action, Session, Whom};
use crate::error::CliError;
use crate::view::card::{Detail, MAIL_HEADING, card_page};
use crate::view::text::{Ink, Page, READING_WIDTH, columns, visible};
use crate::view::words::about;
use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, poll, read};
use std::time::Duration;

/// How long a key is waited for before looking around.
const GLANCE: Duration = Duration::from_millis(250);
/// The keys that fit on one row of 80 columns.
const KEYS: &str = "A accept  X reject  E edit  S later  Z undo  Space proof  F fact  ? keys  Q quit";
/// The reasons that fit on one row of 80 columns.
const REASONS: &str = "Why? 1 ICP 2 person 3 timing 4 facts 5 talks 6 tone 7 size 8 rival 9 never";
/// The number key that also opens "do not contact".
const DO_NOT_CONTACT: usize = 9;

/// What is on screen besides the card.
#[derive(Default)]
struct Face {
    status: String,
    question: Option<(Question, String)>,
    shows_help: bool,
    scroll: usize,
}

/// Reviews until the person leaves.
pub(crate) async fn review(session: &mut Session) -> Result<(), CliError> {
    let mut screen = Screen::begin()?;
    let on_signals = give_back_on_signals()?;
    let outcome = keys(session, &mut screen).await;
    on_signals.abort();
    outcome
}

async fn keys(session: &mut Session, screen: &mut Screen) -> Result<(), CliError> {
    let mut face = Face::default();
    loop {
        draw(session, screen, &mut face)?;
        if !poll(GLANCE).map_err(CliError::Terminal)? {
            if session.look_around().await? {
                face.status = "The new draft is in the queue.".into();
            }
            continue;
        }
        let Event::Key(key) = read().map_err(CliError::Terminal)? else { continue };
        session.touch();
        if let Some((question, text)) = face.question.take() {
            answer(session, &mut face, question, text, key).await;
            continue;
        }
        match command_of(key) {
            Some(Command::Quit) => return Ok(()),
            Some(command) => carry_out(session, screen, &mut face, command).await?,
            None => {}
        }
    }
}

async fn carry_out(session: &mut Session, screen: &mut Screen, face: &mut Face, command: Command) -> Result<(), CliError> {
    match command {
        Command::Act(action) => act(session, face, action).await,
        Command::Ask(question) => face.question = Some((question, String::new())),
        Command::Edit => edit(session, screen, face).await?,
        Command::Proof(number, step) => {
            face.scroll = 0;
            if let Err(error) = session.show_proof(number, step).await {
                face.status = error.to_string();
            }
        }
        Command::Scroll(pages) => {
            let page = screen.room().1.saturating_sub(2).max(1);
            face.scroll = face.scroll.saturating_add_signed(pages * page as isize);
        }
        Command::ToMail => face.scroll = if face.scroll > 0 { 0 } else { line_of_the_mail(session, screen) },
        Command::Help => face.shows_help = !face.shows_help,
        Command::Close => {
            (face.shows_help, face.scroll) = (false, 0);
            session.close_proof();
        }
        Command::Quit => {}
    }
    Ok(())
}

/// The line of the card on which the mail begins; 0 when it has none.
fn line_of_the_mail(session: &Session, screen: &Screen) -> usize {
    let Some(view) = session.view() else { return 0 };
    let lines = card_page(view, Detail::ForAVerdict).lines(card_width(screen));
    lines.iter().position(|(_, line)| line.starts_with(MAIL_HEADING)).unwrap_or(0)
}

/// Columns the card is laid out in.
fn card_width(screen: &Screen) -> usize {
    screen.room().0.min(READING_WIDTH + 4)
}

async fn act(session: &mut Session, face: &mut Face, action: Action) {
    let opens_do_not_contact = action == Action::Reason(DO_NOT_CONTACT) && session.has_last_verdict();
    let before = session.view().map(|view| view.item.id);
    match session.act(action).await {
        Ok(said) => face.status = said,
        Err(error) => face.status = error.to_string(),
    }
    if session.view().map(|view| view.item.id) != before {
        (face.scroll, face.shows_help) = (0, false);
    }
    if opens_do_not_contact {
        face.question = Some((Question::Suppress(Whom::DecidedLast), String::new()));
    }
}

/// Lends the terminal to the editor; what comes back changed is accepted with the edit.
async fn edit(session: &mut Session, screen: &mut Screen, face: &mut Face) -> Result<(), CliError> {
    let Some(text) = session.mail_to_edit() else {
        face.status = "There is no mail on this card.".into();
        return Ok(());
    };
    match screen.lend(|| editor::edit(&text, true))? {
        Ok(Some(edited)) => {
            act(session, face, Action::Edit(edited)).await;
            if session.has_kept_edit() {
                face.status.push_str(" Your text is kept: E opens it again.");
            }
        }
        Ok(None) => face.status = "Nothing was changed, nothing was decided.".into(),
        Err(error) => face.status = error.to_string(),
    }
    Ok(())
}

/// One key of an answer.
async fn answer(session: &mut Session, face: &mut Face, question: Question, mut text: String, key: KeyEvent) {
    if key.kind == KeyEventKind::Release {
        face.question = Some((question, text));
        return;
    }
    let is_plain = (key.modifiers - KeyModifiers::SHIFT).is_empty();
    match key.code {
        KeyCode::Esc => return,
        KeyCode::Char('c') if key.modifiers == KeyModifiers::CONTROL => return,
        KeyCode::Char(c) if is_plain => text.push(c),
        KeyCode::Backspace => drop(text.pop()),
        _ => {}
    }
    let is_complete = key.code == KeyCode::Enter || (question.takes_one_key() && !text.is_empty());
    if !is_complete {
        face.question = Some((question, text));
        return;
    }
    match question.answered(&text) {
        Answered::Act(action) => act(session, face, action).await,
        Answered::Ask(next) => face.question = Some((next, String::new())),
        Answered::Nothing => face.status = "Left as it was.".into(),
    }
}

fn draw(session: &Session, screen: &Screen, face: &mut Face) -> Result<(), CliError> {
    let (width, rows) = screen.room();
    let body = body(session, face).lines(card_width(screen));
    // A card that ends on screen is not scrolled past.
    face.scroll = face.scroll.min(body.len().saturating_sub(rows));
    let (status, more_status) = two_rows(&visible(&face.status), width);
    let hint = if more_status.is_empty() || face.question.is_some() { hint(session, face, width) } else { more_status };
    let frame = Frame {
        header: &header(session, &body, face.scroll, rows),
        body: &body,
        scroll: face.scroll,
        status: &status,
        hint: &hint,
        keys: KEYS,
    };
    screen.draw(&frame)
}

/// A text on one row and what does not fit on it on another.
fn two_rows(text: &str, width: usize) -> (String, String) {
    let mut page = Page::default();
    page.add(Ink::Plain, text);
    let mut rows = page.lines(width).into_iter().map(|(_, line)| line);
    (rows.next().unwrap_or_default(), rows.collect::<Vec<_>>().join(" "))
}

fn body(session: &Session, face: &Face) -> Page {
    if face.shows_help {
        return help();
    }
    match (session.proof(), session.view()) {
        (Some(proof), _) => proof.page.clone(),
        (None, Some(view)) => card_page(view, Detail::ForAVerdict),
        (None, None) => nothing_left(session),
    }
}

fn help() -> Page {
    let mut page = Page::default();
    for (key, meaning) in HELP {
        page.add_indented(Ink::Plain, 2, 12, &format!("{key:<10}  {meaning}"));
    }
    page
}

fn nothing_left(session: &Session) -> Page {
    let mut page = Page::default();
    page.gap();
    page.add_indented(Ink::Strong, 2, 0, "Nothing to review.");
    page.add_indented(Ink::Plain, 2, 0, &format!("{} decided in this sitting. Z takes the last one back, Q leaves.", session.decided()));
    page.add_indented(Ink::Plain, 2, 0, "Next: `autoreach outbox` shows what waits to be sent; `autoreach run FILE` imports leads.");
    page
}

/// "AutoReach · 12 left, about 4 min · lines 1-20 of 48".
fn header(session: &Session, body: &[(Ink, String)], scroll: usize, rows: usize) -> String {
    let estimate = session.seconds_left().map_or_else(String::new, |seconds| format!(", {}", about(seconds)));
    let company = session.view().map_or_else(String::new, |view| format!(" · {}", view.lead.company));
    let more = if body.len() > rows {
        format!(" · {}-{} of {} lines, PgDn", scroll + 1, (scroll + rows).min(body.len()), body.len())
    } else {
        String::new()
    };
    format!(" {} left{estimate}{more}{company}", session.left())
}

/// The question with its answer so far, else what goes along with the next verdict, else the reasons.
fn hint(session: &Session, face: &Face, width: usize) -> String {
    if let Some((question, text)) = &face.question {
        let shown = format!("{}{text}", question.words());
        let too_wide = columns(&shown).saturating_sub(width.saturating_sub(2));
        // The end of what is typed is what is looked at.
        return format!("{}_", shown.chars().skip(too_wide).collect::<String>());
    }
    let set = visible(&session.set_words());
    match (set.is_empty(), session.has_last_verdict()) {
        (false, _) => set,
        (true, true) => REASONS.to_owned(),
        (true, false) => String::new(),
    }
}
