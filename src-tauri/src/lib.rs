//! The desktop shell: one window around the engine, with a tray, a menu, deep links and notifications.
//!
//! A command is a translation: request in, one engine call, view out. Everything the window may do is a command in
//! [`commands`] or an event in [`events`]; it has no file, network or process power of its own. Which workspace is open,
//! and what stands in the way of opening it, is the business of [`desk`]; the agent's work in the background that of
//! [`worker`]. Rules of the business are deliberately absent.

#[cfg(test)]
mod bindings;
mod commands;
mod deep_link;
mod desk;
mod error;
mod events;
mod inbox;
mod logs;
mod menu;
mod notifications;
mod opening;
mod pages;
mod staging;
mod tray;
mod window;
mod worker;

pub use autoreach_engine::{PARSER_ARGUMENT, parse_workbook_child};

use desk::Desk;
use std::process::ExitCode;
use tauri::Manager;
use tauri_plugin_window_state::StateFlags;

/// With this argument the demo workspace is opened, whatever else there is.
const DEMO_ARGUMENT: &str = "--demo";

/// Runs the program until its last window is closed or somebody quits.
pub fn run() -> ExitCode {
    #[cfg(target_os = "linux")]
    window::avoid_blank_windows();
    let built = builder().build(tauri::generate_context!());
    match built {
        Ok(app) => {
            app.run(|_, _| {});
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!(%error, "the window could not be started");
            ExitCode::FAILURE
        }
    }
}

/// Single instance comes first: a second start must end before anything else of it begins.
fn builder() -> tauri::Builder<tauri::Wry> {
    tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _, _| window::show(app)))
        .plugin(tauri_plugin_window_state::Builder::default().with_state_flags(StateFlags::all() - StateFlags::VISIBLE).build())
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .manage(Desk::default())
        .menu(menu::build)
        .on_menu_event(|app, event| menu::chosen(app, event.id().as_ref()))
        .invoke_handler(commands::handler())
        .setup(|app| {
            let app = app.handle();
            window::open(app)?;
            tray::build(app)?;
            deep_link::listen(app);
            worker::hire(app);
            match std::env::args().any(|argument| argument == DEMO_ARGUMENT) {
                true => opening::begin_demo(app),
                false => opening::begin(app),
            }
            Ok(())
        })
        .on_window_event(|window, event| {
            if matches!(event, tauri::WindowEvent::Destroyed) {
                worker::stop(window.app_handle());
            }
        })
}
