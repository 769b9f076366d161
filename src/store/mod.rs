//! The library: one SQLite file. Everything that is asked of it is an [`Ask`], everything done to it a [`Change`].
//!
//! One writer thread owns the one writable connection; readers have connections of their own. The store does not know
//! that a screen or a network exists.

mod answer;
mod arrive;
mod ask;
mod blob;
mod change;
mod condition;
mod counts;
mod due;
mod edit;
mod feeds;
mod health;
mod hosts;
mod house;
mod identity;
mod index_row;
mod journal;
mod known;
mod list;
mod log;
mod marks;
mod matching;
mod purge;
mod queue;
mod reader;
mod refusal;
mod row;
mod saved;
mod schema;
mod search;
mod verify;
mod watch;
mod within;
mod worth;
mod writer;

#[cfg(test)]
mod tests;

pub use blob::{Press, Pressed, compressor_at_leisure};
pub use identity::key_number;
pub use index_row::of as index_row;

pub use ask::{
    Answer, Ask, Counts, Health, HeldHost, JournalStep, Order, Queued, SavedSearch, Scope, SearchCount, SearchId,
    SortBy, TagCount, Tree, View,
};
pub use change::{
    Arrival, Change, Changed, Done, Due, Enriched, NewFeed, NextRequest, Origin, PageArrival, SavedArticle, Touched,
    Validators,
};

use std::fs::TryLockError;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};

use crate::news::{CleanText, Clock};

pub use schema::Upgrade;

use reader::Readers;
use refusal::Refusal;
use watch::Watchers;
pub use writer::Coming;
use writer::Writer;

/// Why a library did not open, a question had no answer or a change was not made. `Display` is the sentence a person reads.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("{0}")]
    Words(CleanText),
}

/// An open library; cheap to clone, shared between threads. When the last clone goes, the changes already handed over
/// are made and the threads end.
#[derive(Clone)]
pub struct Library {
    inner: Arc<Inner>,
}

/// Fields are dropped in this order: nobody asks or watches any more when the writer ends.
struct Inner {
    watchers: Watchers,
    readers: Readers,
    writer: Writer,
    folder: PathBuf,
}

const LOCK_NAME: &str = "refresh.lock";

impl Library {
    /// Opens the library in `folder`, making folder (0700) and file (0600) where they are missing, and migrating an
    /// older one after a copy. `clock` gives the present for everything that is stored with a moment.
    ///
    /// # Errors
    /// The library is damaged, another program's or made by a newer Dateline (it is then left untouched), or the
    /// folder can't be used.
    pub fn open(folder: &Path, clock: Clock) -> Result<Library, StoreError> {
        Library::open_telling(folder, clock, &mut |_| {})
    }

    /// The same, and tells how far migrating is, where there is anything to migrate.
    pub fn open_telling(folder: &Path, clock: Clock, told: &mut dyn FnMut(Upgrade)) -> Result<Library, StoreError> {
        Ok(Library { inner: Arc::new(Inner::open(folder, clock, told)?) })
    }

    /// Answers on this thread, from a read-only connection of its own. For the command line and the pipeline.
    #[expect(clippy::needless_pass_by_value, reason = "a question is made where it is asked, as for `ask_then`")]
    pub fn ask(&self, ask: Ask) -> Result<Answer, StoreError> {
        Ok(self.inner.readers.ask(&ask)?)
    }

    /// Answers on a reader thread and calls `reply` there. A later question of the same `kind` interrupts an earlier
    /// one that is still under way (kinds are the `Ask`'s own discriminant); its reply is then an error.
    pub fn ask_then(&self, ask: Ask, reply: impl FnOnce(Result<Answer, StoreError>) + Send + 'static) {
        self.inner.readers.ask_then(ask, Box::new(|answer| reply(answer.map_err(StoreError::from))));
    }

    /// Interrupts the questions about lists that are under way or wait; their replies are errors.
    pub fn stop_finding(&self) {
        self.inner.readers.stop_finding();
    }

    /// What presses texts as the library stores them, for a thread that reads documents.
    pub fn press(&self) -> Result<Press, StoreError> {
        Ok(self.inner.readers.on_a_connection(Press::new)?)
    }

    /// Makes the change and waits until it is on disk. Never to be called in a reply: those run where changes are made.
    pub fn change(&self, change: Change) -> Result<Changed, StoreError> {
        let (sender, receiver) = mpsc::channel();
        self.change_then(change, move |changed| {
            let _ = sender.send(changed);
        });
        receiver.recv().unwrap_or_else(|_| Err(Refusal::Closed.into()))
    }

    /// Makes the change on the writer thread and calls `reply` there once it is on disk.
    pub fn change_then(&self, change: Change, reply: impl FnOnce(Result<Changed, StoreError>) + Send + 'static) {
        self.inner.writer.change_then(change, Box::new(|changed| reply(changed.map_err(StoreError::from))));
    }

    /// Says that so many arrivals will be handed over, so that those that come first wait a moment for company.
    pub fn coming(&self, arrivals: usize) -> Coming {
        self.inner.writer.coming(arrivals)
    }

    /// Calls `reply` on a thread of the store whenever another program changed the library, at most once a second.
    pub fn watch(&self, reply: impl Fn(Touched) + Send + 'static) {
        self.inner.watchers.watch(Box::new(reply));
    }

    /// Tries to become the one that refreshes. `None` while another program (or another part of this one) is.
    ///
    /// The kernel holds the lock, so that none is left over after a crash; what is written in the file is for people.
    pub fn refresh_lock(&self) -> Result<Option<RefreshLock>, StoreError> {
        let path = self.inner.folder.join(LOCK_NAME);
        let on_disk = |error: std::io::Error| StoreError::from(Refusal::folder(&path, &error));
        let mut file = schema::private_file(&path).map_err(on_disk)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(on_disk(error)),
        }
        // The lock holds whether or not this can be written.
        let _ = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{}", std::process::id()));
        Ok(Some(RefreshLock { file }))
    }
}

impl Inner {
    fn open(folder: &Path, clock: Clock, told: &mut dyn FnMut(Upgrade)) -> Result<Inner, Refusal> {
        let (path, connection) = schema::open_telling(folder, schema::MIGRATIONS, told)?;
        // Tells this library's changes from those of another program that has the same file open.
        let program = (random_number() >> 1) as i64;
        let watchers = Watchers::new(&path, &connection, program)?;
        Ok(Inner {
            watchers,
            readers: Readers::start(&path)?,
            writer: Writer::start(connection, clock, program)?,
            folder: folder.to_owned(),
        })
    }
}

/// Held while refreshing; the lock is gone when this is dropped or the process ends, however it ends.
pub struct RefreshLock {
    file: std::fs::File,
}

impl Drop for RefreshLock {
    fn drop(&mut self) {
        // Closing alone is not enough: a child that another thread is starting has this file too until it becomes
        // another program, and on a busy machine that takes long enough for the next refresh to find itself refused.
        let _ = self.file.unlock();
    }
}

/// A number that two programs will not share; not for secrets.
fn random_number() -> u64 {
    RandomState::new().build_hasher().finish()
}
