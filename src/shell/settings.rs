//! The person's settings while the reader runs: a thread that waits for the file to be saved, reads it again, and writes
//! what is changed within the reader. One thread does both, so that no change is lost between reading and writing.
//!
//! Watches folders rather than the file: editors put a new file in its place.

use std::collections::BTreeSet;
use std::io;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::Inbound;
use crate::app::Message;
use crate::config::{self, Config, Value};
use crate::news::CleanText;

/// What the thread is asked for.
pub enum Wish {
    /// Something happened in a folder that is watched.
    Look,
    Write {
        name: &'static str,
        value: Option<Value>,
    },
}

/// An editor takes several steps to save a file; between them it may be empty or gone.
const QUIET: Duration = Duration::from_millis(60);

/// A folder in which something happens all the time is looked at all the same.
const EVENTS_MAX: usize = 200;
const WRITTEN: AccessKind = AccessKind::Close(AccessMode::Write);

/// Starts the thread. It ends with the process.
pub fn start(config: Config, inbox: Sender<Inbound>) -> io::Result<Sender<Wish>> {
    let (sender, wishes) = channel();
    let to_self = sender.clone();
    thread::Builder::new().name("settings".into()).spawn(move || {
        let Some(file) = config.file.clone() else {
            refuse(&wishes, &inbox);
            return;
        };
        let watching = notify::recommended_watcher(move |event: notify::Result<Event>| {
            // Looking opens folders, which is an event again.
            if event.is_ok_and(|it| matches!(it.kind, EventKind::Access(kind) if kind != WRITTEN)) {
                return;
            }
            // The thread may have ended; then nobody looks.
            let _ = to_self.send(Wish::Look);
        });
        if let Err(error) = &watching {
            tracing::warn!(%error, "settings are not watched; they are read at the next start");
        }
        // Never dropped: where no thread could be had for it, notify panics in its destructor, and that ends everything.
        let watcher = watching.ok().map(|it| &mut *Box::leak(Box::new(it)));
        let watch = Watch { watcher, watched: BTreeSet::new() };
        attend(&config, &file, &wishes, &inbox, watch);
    })?;
    Ok(sender)
}

fn attend(config: &Config, file: &Path, wishes: &Receiver<Wish>, inbox: &Sender<Inbound>, mut watch: Watch) {
    // What was saved between reading at the start and watching is seen by looking once.
    let mut seen = config.seen.clone();
    let mut first = Some(Wish::Look);
    watch.renew(file);
    while let Some(wish) = first.take().or_else(|| wishes.recv().ok()) {
        match wish {
            Wish::Write { name, value } => {
                if let Err(sentence) = config::write(file, name, value.as_ref()) {
                    let _ = inbox.send(Inbound::Message(Message::Failed(sentence)));
                }
            }
            Wish::Look => {
                if let Some(Wish::Write { name, value }) = wait_until_quiet(wishes)
                    && let Err(sentence) = config::write(file, name, value.as_ref())
                {
                    let _ = inbox.send(Inbound::Message(Message::Failed(sentence)));
                }
            }
        }
        watch.renew(file);
        let now = config::stamp(file);
        if now == seen {
            continue;
        }
        seen = now;
        if inbox.send(Inbound::Message(Message::Configured(config.again().map(Box::new)))).is_err() {
            return;
        }
    }
}

/// Waits for the end of a series of events; a wish to write ends it too.
fn wait_until_quiet(wishes: &Receiver<Wish>) -> Option<Wish> {
    for _ in 0..EVENTS_MAX {
        match wishes.recv_timeout(QUIET) {
            Ok(Wish::Look) => {}
            Ok(write) => return Some(write),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
        }
    }
    None
}

/// Without a home there is no file to write to.
fn refuse(wishes: &Receiver<Wish>, inbox: &Sender<Inbound>) {
    while wishes.recv().is_ok() {
        let sentence = "There is no home folder to keep settings in (HOME is not set). Start with --config FILE.";
        let _ = inbox.send(Inbound::Message(Message::Failed(CleanText::own(sentence))));
    }
}

struct Watch {
    watcher: Option<&'static mut RecommendedWatcher>,
    watched: BTreeSet<PathBuf>,
}

impl Watch {
    /// Watches the folders in which something may now happen: of the file, of what it is a link to, of the themes; where
    /// the file's own is not there yet, the nearest above it.
    ///
    /// A watcher that has no thread panics at whatever is asked of it; it is then done without.
    fn renew(&mut self, file: &Path) {
        let Some(watcher) = self.watcher.take() else { return };
        if std::panic::catch_unwind(AssertUnwindSafe(|| self.renew_with(watcher, file))).is_ok() {
            self.watcher = Some(watcher);
        }
    }

    fn renew_with(&mut self, watcher: &mut RecommendedWatcher, file: &Path) {
        let mut wanted = BTreeSet::new();
        wanted.extend(file.ancestors().skip(1).find(|it| it.is_dir()).map(Path::to_owned));
        wanted.extend(std::fs::canonicalize(file).ok().and_then(|it| it.parent().map(Path::to_owned)));
        wanted.extend(file.parent().map(|it| it.join("themes")).filter(|it| it.is_dir()));
        for gone in self.watched.difference(&wanted) {
            let _ = watcher.unwatch(gone);
        }
        for new in wanted.difference(&self.watched) {
            if let Err(error) = watcher.watch(new, RecursiveMode::NonRecursive) {
                tracing::warn!(%error, "a folder of settings is not watched");
            }
        }
        self.watched = wanted;
    }
}
