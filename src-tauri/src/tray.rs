//! The tray: what waits, as text, and the few things one wants without the window. Nothing here decides about an item.

use crate::desk::Desk;
use crate::{events, window, worker};
use autoreach_engine::overview::Overview;
use autoreach_engine::review::queue::QueueSplit;
use autoreach_engine::schedule::view::Batches;
use jiff::civil::time;
use jiff::tz::TimeZone;
use jiff::{ToSpan, Zoned};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tauri::menu::{Menu, MenuBuilder, MenuItem, SubmenuBuilder};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, Manager, Wry};

/// The tray's id.
const TRAY: &str = "main";
/// When agents paused "until tomorrow" begin again.
const MORNING: jiff::civil::Time = time(7, 0, 0, 0);

/// What the tray shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Standing {
    /// Open items that only a person can settle.
    exceptions: u64,
    /// Open items.
    waiting: u64,
    /// Minutes they take; `None` when unknown.
    minutes: Option<u64>,
    /// Mails that have not left.
    mails: u64,
    /// Mails among them that a person holds.
    held: u64,
    agents: Agents,
    /// What begins by itself.
    batches: Batches,
}

/// Whether the agents work.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Agents {
    /// There is nothing to do for them.
    #[default]
    Idle,
    AtWork,
    Paused,
}

/// What the tray showed last, so that it is built anew only when something has changed.
#[derive(Default)]
struct Shown(Mutex<Standing>);

/// Builds the tray. A desktop without one is no failure.
pub(crate) fn build(app: &AppHandle) -> tauri::Result<()> {
    let menu = menu(app, &Standing::default())?;
    let mut tray =
        TrayIconBuilder::with_id(TRAY).tooltip("AutoReach").menu(&menu).on_menu_event(|app, event| chosen(app, event.id().as_ref()));
    if let Some(icon) = app.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    tray.build(app)?;
    app.manage(Shown::default());
    Ok(())
}

/// Brings it up to date, in the background.
pub(crate) fn refresh(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let Ok(engine) = app.state::<Desk>().engine() else { return };
        let (Ok(overview), Ok(held), Ok(batches)) = (engine.overview().await, engine.held_mails().await, engine.batches().await) else {
            return;
        };
        show(&app, standing(&overview, held, batches));
    });
}

fn standing(overview: &Overview, held: u64, batches: Batches) -> Standing {
    let waiting = overview.counts.open;
    Standing {
        exceptions: overview.splits.iter().find(|count| count.split == QueueSplit::Exceptions).map_or(0, |count| count.open),
        waiting,
        minutes: overview.seconds_per_item.map(|seconds| (seconds * waiting as f64 / 60.0).ceil() as u64),
        mails: overview.outbox_waiting,
        held,
        agents: match overview.run.as_ref().map(|run| run.state) {
            Some("running") => Agents::AtWork,
            Some("paused") => Agents::Paused,
            _ => Agents::Idle,
        },
        batches,
    }
}

fn show(app: &AppHandle, standing: Standing) {
    let (Some(shown), Some(tray)) = (app.try_state::<Shown>(), app.tray_by_id(TRAY)) else { return };
    let mut shown = shown.0.lock().unwrap_or_else(PoisonError::into_inner);
    if *shown == standing {
        return;
    }
    let written = menu(app, &standing).and_then(|menu| tray.set_menu(Some(menu))).and_then(|()| tray.set_title(badge(standing.waiting)));
    match written {
        Ok(()) => *shown = standing,
        Err(error) => tracing::warn!(%error, "the tray could not be brought up to date"),
    }
}

/// The menu of a standing: what holds is offered to be released, what rests to go on.
fn menu(app: &AppHandle, standing: &Standing) -> tauri::Result<Menu<Wry>> {
    let line = |id: &str, words: &str, is_on: bool| MenuItem::with_id(app, id, words, is_on, None::<&str>);
    let menu = MenuBuilder::new(app)
        .item(&line("exceptions", &exceptions_words(standing.exceptions), standing.exceptions > 0)?)
        .item(&line("review", &review_words(standing), true)?)
        .separator();
    let menu = match standing.held {
        0 => menu.item(&line("hold_all", "Hold all sending", standing.mails > 0)?),
        held => menu.item(&line("release_all", &release_words(held), true)?),
    };
    let menu = match standing.agents {
        Agents::Paused => menu.item(&line("resume", "Resume agents", true)?),
        Agents::Idle => menu.item(&line("pause_hour", "Pause agents", false)?),
        Agents::AtWork => menu.item(
            &SubmenuBuilder::new(app, "Pause agents").text("pause_hour", "For 1 hour").text("pause_tomorrow", "Until tomorrow").build()?,
        ),
    };
    let menu = match batches_words(&standing.batches) {
        None => menu,
        Some(words) => menu.separator().item(&line("next_batch", &words, false)?),
    };
    let menu = match standing.batches {
        Batches::Unscheduled => menu,
        Batches::Paused => menu.item(&line("resume_batches", "Resume batches", true)?),
        Batches::Next(_) | Batches::Never => menu.item(&line("pause_batches", "Pause batches", true)?),
    };
    menu.separator().text("open", "Open AutoReach").text("quit", "Quit").build()
}

fn exceptions_words(exceptions: u64) -> String {
    match exceptions {
        0 => "No exceptions".to_owned(),
        1 => "1 exception".to_owned(),
        n => format!("{n} exceptions"),
    }
}

fn review_words(standing: &Standing) -> String {
    match (standing.waiting, standing.minutes) {
        (0, _) => "Nothing to review".to_owned(),
        (n, None) => format!("Start review ({n})"),
        (n, Some(minutes)) => format!("Start review ({n}, {minutes} min)"),
    }
}

/// When the agent begins by itself; nothing where no schedule says so.
fn batches_words(batches: &Batches) -> Option<String> {
    match batches {
        Batches::Unscheduled => None,
        Batches::Paused => Some("Batches are paused".to_owned()),
        Batches::Next(when) => Some(format!("Next batch: {when}")),
        Batches::Never => Some("No batch: quiet hours fill its day".to_owned()),
    }
}

fn release_words(held: u64) -> String {
    if held == 1 { "Release 1 held mail".to_owned() } else { format!("Release {held} held mails") }
}

/// Beside the icon, as text: colour alone would tell some people nothing.
fn badge(waiting: u64) -> Option<String> {
    (waiting > 0).then(|| waiting.to_string())
}

fn chosen(app: &AppHandle, id: &str) {
    match id {
        "exceptions" | "review" => {
            window::show(app);
            events::open_screen(app, "review");
        }
        "hold_all" => set_held(app, true),
        "release_all" => set_held(app, false),
        "resume" => worker::resume(app),
        "pause_batches" => worker::pause_schedules(app, true),
        "resume_batches" => worker::pause_schedules(app, false),
        "pause_hour" => worker::pause_for(app, Duration::from_secs(3600)),
        "pause_tomorrow" => worker::pause_for(app, until_morning(&Zoned::now())),
        "open" => window::show(app),
        "quit" => app.exit(0),
        _ => {}
    }
}

/// Until seven in the morning of the next day.
fn until_morning(now: &Zoned) -> Duration {
    let tomorrow = now.date().saturating_add(1.day()).to_datetime(MORNING);
    let morning = tomorrow.to_zoned(TimeZone::system()).unwrap_or_else(|_| now.clone());
    Duration::try_from(morning.duration_since(now)).unwrap_or_default()
}

fn set_held(app: &AppHandle, is_held: bool) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let Ok(engine) = app.state::<Desk>().engine_to_change() else { return };
        let moved = if is_held { engine.hold_all().await } else { engine.release_all().await };
        match moved {
            Ok(mails) => {
                tracing::info!(mails, is_held, "held or released from the tray");
                events::outbox_changed(&app);
                refresh(&app);
            }
            Err(error) => tracing::error!(code = error.code(), "mails could not be held or released"),
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tray_says_how_much_waits_and_how_long_it_takes() {
        let words = |waiting, minutes| review_words(&Standing { waiting, minutes, ..Standing::default() });
        assert_eq!(words(0, None), "Nothing to review");
        assert_eq!(words(12, None), "Start review (12)");
        assert_eq!(words(12, Some(6)), "Start review (12, 6 min)");
        assert_eq!((badge(0), badge(3)), (None, Some("3".to_owned())));
        assert_eq!((release_words(1).as_str(), release_words(4).as_str()), ("Release 1 held mail", "Release 4 held mails"));
    }

    #[test]
    fn the_tray_says_when_the_agent_begins_by_itself() {
        assert_eq!(batches_words(&Batches::Unscheduled), None);
        assert_eq!(batches_words(&Batches::Paused).as_deref(), Some("Batches are paused"));
        assert_eq!(batches_words(&Batches::Next("Monday 07:40".into())).as_deref(), Some("Next batch: Monday 07:40"));
    }

    #[test]
    fn until_tomorrow_ends_in_the_morning() {
        let evening = jiff::civil::date(2026, 3, 2).at(22, 0, 0, 0).to_zoned(TimeZone::system()).expect("an ordinary evening");
        assert_eq!(until_morning(&evening), Duration::from_secs(9 * 3600));
    }
}
