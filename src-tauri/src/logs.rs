//! The log file of the open workspace: ids and counts only, one file a day, seven kept. Only our own crates are let in,
//! because what libraries log may quote what they work on.

use std::path::Path;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

/// Days kept.
const FILES_KEPT: usize = 7;

/// Begins to log into `logs` below the workspace's folder; does nothing where that is not possible.
pub(crate) fn begin(workspace: &Path) {
    let folder = workspace.join("logs");
    if std::fs::create_dir_all(&folder).is_err() {
        return;
    }
    let appender = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("autoreach-desktop")
        .filename_suffix("log")
        .max_log_files(FILES_KEPT)
        .build(folder);
    let Ok(appender) = appender else { return };
    let wanted = std::env::var("AUTOREACH_LOG").ok().and_then(|text| text.trim().parse().ok());
    let ours = Targets::new().with_target("autoreach", wanted.unwrap_or(LevelFilter::WARN));
    let file = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(appender);
    // A workspace opened later in the same process goes on in the first one's file: a process has one subscriber.
    let _ = tracing_subscriber::registry().with(file.with_filter(ours)).try_init();
}
