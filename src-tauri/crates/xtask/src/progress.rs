//! Step headings with the time since the start, so that a long build is never a silent one.

use std::time::{Duration, Instant};

/// A fixed number of steps, announced as they begin.
pub(crate) struct Steps {
    total: usize,
    begun: usize,
    start: Instant,
}

impl Steps {
    /// Starts the clock.
    pub(crate) fn new(total: usize) -> Self {
        Self { total, begun: 0, start: Instant::now() }
    }

    /// Announces the next step: `[2/4] Building the tests (0:05)`.
    pub(crate) fn begin(&mut self, title: &str) {
        self.begun += 1;
        println!("{}", heading(self.begun, self.total, title, self.start.elapsed()));
    }

    /// Time since the first step.
    pub(crate) fn elapsed(&self) -> String {
        clock(self.start.elapsed())
    }
}

fn heading(step: usize, total: usize, title: &str, elapsed: Duration) -> String {
    match step {
        1 => format!("[{step}/{total}] {title}"),
        _ => format!("[{step}/{total}] {title} ({} so far)", clock(elapsed)),
    }
}

/// Minutes and seconds, hours only when there are any.
fn clock(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_counts_and_tells_the_time_once_there_is_any() {
        assert_eq!(heading(1, 4, "System packages", Duration::from_secs(3)), "[1/4] System packages");
        assert_eq!(heading(2, 4, "Tests", Duration::from_secs(65)), "[2/4] Tests (1:05 so far)");
    }

    #[test]
    fn the_clock_shows_hours_only_when_there_are_any() {
        assert_eq!(clock(Duration::from_secs(0)), "0:00");
        assert_eq!(clock(Duration::from_secs(3599)), "59:59");
        assert_eq!(clock(Duration::from_secs(3661)), "1:01:01");
    }
}
