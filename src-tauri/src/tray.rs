//! The tray: what waits, as text, and the few things one wants without the window. Nothing here decides about an item.

use crate::desk::Desk;
use crate::{events, window, worker};
use autoreach_engine::overview::Overview;
use autoreach_engine::review::queue::QueueSplit;
use jiff::civil::time;
use jiff::tz::TimeZone;
use jiff::{ToSpan, Zoned};
use std::time::Duration;
use tauri::menu::{MenuBuilder, MenuItem, SubmenuBuilder};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, Manager, Wry};

/// When agents paused "until tomorrow" begin again.
const MORNING: jiff::civil::Time = time(7, 0, 0, 0);

/// The lines whose words follow what waits.
struct TrayLines {
    exceptions: MenuItem<Wry>,
    review: MenuItem<Wry>,
}

/// Builds the tray. A desktop without one is no failure.
pub(crate) fn build(app: &AppHandle) -> tauri::Result<()> {
    let exceptions = MenuItem::with_id(app, "exceptions", "No exceptions", true, None::<&str>)?;
    let review = MenuItem::with_id(app, "review", "Start review", true, None::<&str>)?;
    let pause =
        SubmenuBuilder::new(app, "Pause agents").text("pause_hour", "For 1 hour").text("pause_tomorrow", "Until tomorrow").build()?;
    let menu = MenuBuilder::new(app)
        .items(&[&exceptions, &review])
        .separator()
        .text("hold_all", "Hold all sending")
        .item(&pause)
        .separator()
        .text("open", "Open AutoReach")
        .text("quit", "Quit")
        .build()?;
    let mut tray =
        TrayIconBuilder::with_id("main").tooltip("AutoReach").menu(&menu).on_menu_event(|app, event| chosen(app, event.id().as_ref()));
    if let Some(icon) = app.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    tray.build(app)?;
    app.manage(TrayLines { exceptions, review });
    Ok(())
}

/// Brings the words up to date, in the background.
pub(crate) fn refresh(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let Ok(engine) = app.state::<Desk>().engine() else { return };
        let Ok(overview) = engine.overview().await else { return };
        show(&app, &overview);
    });
}

fn show(app: &AppHandle, overview: &Overview) {
    let Some(lines) = app.try_state::<TrayLines>() else { return };
    let waiting = overview.counts.open;
    let written = lines
        .exceptions
        .set_text(exceptions_words(overview))
        .and_then(|()| lines.review.set_text(review_words(waiting, overview.seconds_per_item)))
        .and_then(|()| app.tray_by_id("main").map_or(Ok(()), |tray| tray.set_title(badge(waiting))));
    if let Err(error) = written {
        tracing::warn!(%error, "the tray could not be brought up to date");
    }
}

fn exceptions_words(overview: &Overview) -> String {
    let exceptions = overview.splits.iter().find(|count| count.split == QueueSplit::Exceptions).map_or(0, |count| count.open);
    match exceptions {
        0 => "No exceptions".to_owned(),
        1 => "1 exception".to_owned(),
        n => format!("{n} exceptions"),
    }
}

fn review_words(waiting: u64, seconds_per_item: Option<f64>) -> String {
    match (waiting, seconds_per_item) {
        (0, _) => "Nothing to review".to_owned(),
        (n, None) => format!("Start review ({n})"),
        (n, Some(seconds)) => format!("Start review ({n}, {} min)", (seconds * n as f64 / 60.0).ceil()),
    }
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
        "hold_all" => hold_all(app),
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

fn hold_all(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let Ok(engine) = app.state::<Desk>().engine_to_change() else { return };
        match engine.hold_all().await {
            Ok(mails) => {
                tracing::info!(mails, "held from the tray");
                events::outbox_changed(&app);
            }
            Err(error) => tracing::error!(code = error.code(), "mails could not be held"),
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tray_says_how_much_waits_and_how_long_it_takes() {
        assert_eq!(review_words(0, None), "Nothing to review");
        assert_eq!(review_words(12, None), "Start review (12)");
        assert_eq!(review_words(12, Some(28.0)), "Start review (12, 6 min)");
        assert_eq!((badge(0), badge(3)), (None, Some("3".to_owned())));
    }

    #[test]
    fn until_tomorrow_ends_in_the_morning() {
        let evening = jiff::civil::date(2026, 3, 2).at(22, 0, 0, 0).to_zoned(TimeZone::system()).expect("an ordinary evening");
        assert_eq!(until_morning(&evening), Duration::from_secs(9 * 3600));
    }
}
