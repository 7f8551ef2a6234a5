//! The log file of a workspace: ids and counts only, one file a day, seven kept.
//!
//! Only our own crates are let in, because what libraries log may quote what they work on. Nothing goes to the terminal.
//! Without a workspace folder there is no log: a log must not be the reason why a folder exists.

use std::path::Path;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

/// Days kept.
const FILES_KEPT: usize = 7;

/// Begins to log into `logs` below the workspace folder; does nothing where that is not possible.
pub(crate) fn begin(workspace: &Path) {
    let folder = workspace.join("logs");
    // Made here: the appender would complain on the terminal about a folder that is not there.
    if std::fs::create_dir_all(&folder).is_err() {
        return;
    }
    let appender = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("autoreach")
        .filename_suffix("log")
        .max_log_files(FILES_KEPT)
        .build(folder);
    let Ok(appender) = appender else { return };
    let ours = Targets::new().with_target("autoreach", level(std::env::var("AUTOREACH_LOG").ok().as_deref()));
    let file = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(appender);
    // A second call in one process finds a subscriber in place, which is the one we want.
    let _ = tracing_subscriber::registry().with(file.with_filter(ours)).try_init();
}

/// The level asked for; warnings when nothing or nonsense was.
fn level(wanted: Option<&str>) -> LevelFilter {
    wanted.and_then(|text| text.trim().parse().ok()).unwrap_or(LevelFilter::WARN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_logs_warnings() {
        assert_eq!(level(None), LevelFilter::WARN);
        assert_eq!(level(Some("loud")), LevelFilter::WARN);
        assert_eq!(level(Some("debug")), LevelFilter::DEBUG);
        assert_eq!(level(Some("off")), LevelFilter::OFF);
    }
}
