//! The library: one SQLite file. Everything that is asked of it is an [`Ask`], everything done to it a [`Change`].
//!
//! One writer thread owns the one writable connection; readers have connections of their own. The store does not know
//! that a screen or a network exists.

mod ask;
mod change;

pub use ask::{Answer, Ask, Counts, Health, JournalStep, Queued, Scope, TagCount, Tree, View};
pub use change::{
    Arrival, Change, Changed, Done, Due, Enriched, NewFeed, Origin, PageArrival, SavedArticle, Touched, Validators,
};

use std::path::Path;
use std::sync::Arc;

use crate::news::{CleanText, Clock};

/// Why a library did not open, a question had no answer or a change was not made. `Display` is the sentence a person reads.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("{0}")]
    Words(CleanText),
}

/// An open library; cheap to clone, shared between threads.
#[derive(Clone)]
pub struct Library {
    inner: Arc<()>,
}

impl Library {
    /// Opens the library in `folder`, making folder (0700) and file (0600) where they are missing, and migrating an
    /// older one after a copy. `clock` gives the present for everything that is stored with a moment.
    pub fn open(_folder: &Path, _clock: Clock) -> Result<Library, StoreError> {
        todo!()
    }

    /// Answers on this thread, from a read-only connection of its own. For the command line and the pipeline.
    pub fn ask(&self, _ask: Ask) -> Result<Answer, StoreError> {
        todo!()
    }

    /// Answers on a reader thread and calls `reply` there. A later question of the same `kind` interrupts an earlier
    /// one that is still under way (kinds are the `Ask`'s own discriminant).
    pub fn ask_then(&self, _ask: Ask, _reply: impl FnOnce(Result<Answer, StoreError>) + Send + 'static) {
        todo!()
    }

    /// Makes the change and waits until it is on disk.
    pub fn change(&self, _change: Change) -> Result<Changed, StoreError> {
        todo!()
    }

    /// Makes the change on the writer thread and calls `reply` there once it is on disk.
    pub fn change_then(&self, _change: Change, _reply: impl FnOnce(Result<Changed, StoreError>) + Send + 'static) {
        todo!()
    }

    /// Calls `reply` on a thread of the store whenever another program changed the library, at most once a second.
    pub fn watch(&self, _reply: impl Fn(Touched) + Send + 'static) {
        todo!()
    }

    /// Tries to become the one that refreshes. `None` while another program (or another part of this one) is.
    pub fn refresh_lock(&self) -> Result<Option<RefreshLock>, StoreError> {
        todo!()
    }
}

/// Held while refreshing; the lock is gone when this is dropped or the process ends, however it ends.
pub struct RefreshLock {
    _file: std::fs::File,
}
