//! What the shell keeps while it runs: the open workspace or what stands in the way, files handed over and not yet
//! imported, the inbox, and where to go once the window is ready.

use crate::error::CommandError;
use crate::inbox::Inbox;
use crate::opening::Startup;
use crate::staging::StagedFiles;
use crate::worker::Worker;
use autoreach_engine::Engine;
use autoreach_engine::domain::ids::ItemId;
use autoreach_engine::notices::Bell;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// An open workspace, and whether its person wanted to look only.
#[derive(Clone)]
pub(crate) struct OpenWorkspace {
    /// The engine.
    pub(crate) engine: Arc<Engine>,
    /// Opened for reading only, by choice.
    pub(crate) is_for_reading: bool,
}

/// Where opening the workspace stands.
#[derive(Clone, Default)]
pub(crate) enum Door {
    /// Under way.
    #[default]
    Opening,
    /// Open.
    Open(OpenWorkspace),
    /// Shut, for this reason.
    Shut(Startup),
}

/// The shell's state.
#[derive(Default)]
pub(crate) struct Desk {
    door: watch::Sender<Door>,
    staged: Mutex<StagedFiles>,
    inbox: Mutex<Inbox>,
    bell: Mutex<Bell>,
    destination: Mutex<Option<ItemId>>,
    chosen_backup: Mutex<Option<PathBuf>>,
    is_page_listening: AtomicBool,
    /// The agent's work in the background.
    pub(crate) worker: Worker,
}

impl Desk {
    /// What the window shows first; waits while the workspace is being opened.
    pub(crate) async fn startup(&self) -> Startup {
        let mut door = self.door.subscribe();
        let settled = door.wait_for(|door| !matches!(door, Door::Opening)).await;
        match settled.as_deref() {
            Ok(Door::Shut(startup)) => startup.clone(),
            // The sender lives as long as this desk, so the wait cannot fail while somebody asks.
            Ok(Door::Open(_) | Door::Opening) | Err(_) => Startup::Ready,
        }
    }

    /// Notes where opening stands now.
    pub(crate) fn set_door(&self, door: Door) {
        self.door.send_replace(door);
    }

    /// The workspace, for questions.
    pub(crate) fn engine(&self) -> Result<Arc<Engine>, CommandError> {
        match &*self.door.borrow() {
            Door::Open(open) => Ok(Arc::clone(&open.engine)),
            Door::Opening | Door::Shut(_) => Err(CommandError::not_open()),
        }
    }

    /// The workspace, for what changes it.
    pub(crate) fn engine_to_change(&self) -> Result<Arc<Engine>, CommandError> {
        match &*self.door.borrow() {
            Door::Open(open) if open.is_for_reading => Err(CommandError::opened_for_reading()),
            Door::Open(open) => Ok(Arc::clone(&open.engine)),
            Door::Opening | Door::Shut(_) => Err(CommandError::not_open()),
        }
    }

    /// Was the workspace opened for reading only, by choice?
    pub(crate) fn is_for_reading(&self) -> bool {
        matches!(&*self.door.borrow(), Door::Open(open) if open.is_for_reading)
    }

    /// Files handed over and not yet imported.
    pub(crate) fn staged(&self) -> MutexGuard<'_, StagedFiles> {
        self.staged.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The in-app inbox.
    pub(crate) fn inbox(&self) -> MutexGuard<'_, Inbox> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What rang when.
    pub(crate) fn bell(&self) -> MutexGuard<'_, Bell> {
        self.bell.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the backup whose restore a person was shown.
    pub(crate) fn choose_backup(&self, backup: PathBuf) {
        *self.chosen_backup.lock().unwrap_or_else(PoisonError::into_inner) = Some(backup);
    }

    /// That backup.
    pub(crate) fn chosen_backup(&self) -> Option<PathBuf> {
        self.chosen_backup.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes the workspace away from everybody for a while; whoever does so gives it, or another, back.
    pub(crate) fn take_out(&self) -> Result<OpenWorkspace, CommandError> {
        match self.door.send_replace(Door::Opening) {
            Door::Open(open) => Ok(open),
            shut => {
                self.set_door(shut);
                Err(CommandError::not_open())
            }
        }
    }

    /// Notes the item that a link named before the window was ready.
    pub(crate) fn set_destination(&self, item: ItemId) {
        *self.destination.lock().unwrap_or_else(PoisonError::into_inner) = Some(item);
    }

    /// Has the page of an open workspace asked its first question? From then on it hears events.
    pub(crate) fn is_page_listening(&self) -> bool {
        self.is_page_listening.load(Ordering::Relaxed)
    }

    /// That item, once. Whoever asks listens.
    pub(crate) fn take_destination(&self) -> Option<ItemId> {
        self.is_page_listening.store(true, Ordering::Relaxed);
        self.destination.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
