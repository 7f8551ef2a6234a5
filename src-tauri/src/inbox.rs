//! The in-app inbox: every message that also goes to the system's notifications, so that nothing is lost where there is
//! no notification service, or where it was quiet.

use autoreach_engine::domain::ids::ItemId;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::VecDeque;
use ts_rs::TS;

/// Lines kept.
const KEPT: usize = 50;

/// A line of the inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub(crate) struct Notice {
    /// Its number.
    pub(crate) id: u64,
    /// What happened.
    pub(crate) title: String,
    /// More of it.
    pub(crate) body: String,
    /// The item it is about.
    pub(crate) item: Option<ItemId>,
    /// When.
    pub(crate) at: Timestamp,
}

/// The inbox.
#[derive(Default)]
pub(crate) struct Inbox {
    notices: VecDeque<Notice>,
    written_so_far: u64,
}

impl Inbox {
    /// Adds a line.
    pub(crate) fn add(&mut self, title: &str, body: &str, item: Option<ItemId>, at: Timestamp) -> Notice {
        self.written_so_far += 1;
        let notice = Notice { id: self.written_so_far, title: title.to_owned(), body: body.to_owned(), item, at };
        self.notices.push_front(notice.clone());
        self.notices.truncate(KEPT);
        notice
    }

    /// The lines, newest first.
    pub(crate) fn all(&self) -> Vec<Notice> {
        self.notices.iter().cloned().collect()
    }

    /// Empties it.
    pub(crate) fn clear(&mut self) {
        self.notices.clear();
    }
}
