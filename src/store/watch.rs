//! What other programs did to the library: noted in a bounded table by whoever writes, looked at once a second by
//! whoever watches. Nothing a library did itself is reported to it.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{Connection, Transaction, params};

use crate::news::ArticleId;

use super::change::Touched;
use super::refusal::Refusal;
use super::schema;

pub type WatchReply = Box<dyn Fn(Touched) + Send>;

pub struct Watchers {
    path: PathBuf,
    program: i64,
    /// The newest change when the library was opened.
    seen: i64,
    threads: Mutex<Vec<(mpsc::Sender<()>, JoinHandle<()>)>>,
}

const LOOK_EVERY: Duration = Duration::from_secs(1);
/// A program that was stopped for longer than this many changes is told that many things changed.
const CHANGES_KEPT: i64 = 1_000;

/// Writes down what a change touched.
pub fn note(tx: &Transaction<'_>, program: i64, touched: &Touched) -> Result<(), Refusal> {
    if *touched == Touched::default() {
        return Ok(());
    }
    let articles: Vec<i64> = touched.articles.iter().map(|it| it.0).collect();
    let text = serde_json::json!([articles, touched.many, touched.feeds, touched.tags]).to_string();
    tx.prepare_cached("INSERT INTO changes (program, touched) VALUES (?1, ?2)")?.execute(params![program, text])?;
    tx.prepare_cached("DELETE FROM changes WHERE number <= ?1")?
        .execute([tx.last_insert_rowid().saturating_sub(CHANGES_KEPT)])?;
    Ok(())
}

impl Watchers {
    /// Watchers of the library that `opened` is a connection to: every change from now on is reported.
    pub fn new(path: &Path, opened: &Connection, program: i64) -> Result<Watchers, Refusal> {
        Ok(Watchers { path: path.to_owned(), program, seen: newest(opened)?, threads: Mutex::default() })
    }

    pub fn watch(&self, reply: WatchReply) {
        let (stop, stopped) = mpsc::channel();
        let (path, program, seen) = (self.path.clone(), self.program, self.seen);
        let thread = std::thread::Builder::new().name("store-watch".to_owned()).spawn(move || {
            look_until_stopped(&path, seen, program, &stopped, &reply);
        });
        if let Ok(thread) = thread {
            self.threads.lock().unwrap_or_else(PoisonError::into_inner).push((stop, thread));
        }
    }
}

impl Drop for Watchers {
    fn drop(&mut self) {
        let threads = std::mem::take(self.threads.get_mut().unwrap_or_else(PoisonError::into_inner));
        for (stop, thread) in threads {
            drop(stop);
            if thread.thread().id() != std::thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}

fn look_until_stopped(path: &Path, mut seen: i64, program: i64, stopped: &mpsc::Receiver<()>, reply: &WatchReply) {
    let mut opened = None;
    let mut data_version = None;
    while stopped.recv_timeout(LOOK_EVERY) == Err(RecvTimeoutError::Timeout) {
        // A library that can't be opened or read now may be in a second. Not opened before: a start has better to do.
        let Some(connection) = opened.take().or_else(|| schema::open_reader(path).ok()) else { continue };
        let connection = opened.insert(connection);
        let Ok(version) = connection.query_row("PRAGMA data_version", [], |row| row.get::<_, i64>(0)) else {
            continue;
        };
        if data_version == Some(version) {
            continue;
        }
        if let Ok(touched) = foreign_since(connection, program, &mut seen) {
            data_version = Some(version);
            if touched != Touched::default() {
                reply(touched);
            }
        }
    }
}

fn newest(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("SELECT coalesce(max(number), 0) FROM changes", [], |row| row.get(0))
}

/// What programs other than this one did after the change numbered `seen`, which is moved on.
fn foreign_since(connection: &Connection, program: i64, seen: &mut i64) -> rusqlite::Result<Touched> {
    let mut touched = Touched::default();
    let mut statement =
        connection.prepare_cached("SELECT number, program, touched FROM changes WHERE number > ?1 ORDER BY number")?;
    let mut rows = statement.query([*seen])?;
    while let Some(row) = rows.next()? {
        let number: i64 = row.get(0)?;
        // Numbers are given without gaps: one that is missing was pruned before we looked.
        let missed = number > *seen + 1;
        *seen = number;
        if missed {
            touched = Touched { articles: Vec::new(), many: true, feeds: true, tags: true };
        }
        if row.get::<_, i64>(1)? == program {
            continue;
        }
        let text: String = row.get(2)?;
        match serde_json::from_str::<(Vec<i64>, bool, bool, bool)>(&text) {
            Ok((articles, many, feeds, tags)) => {
                touched.articles.extend(articles.into_iter().map(ArticleId));
                touched.many |= many;
                touched.feeds |= feeds;
                touched.tags |= tags;
            }
            // Written by another version: look at everything again.
            Err(_) => touched = Touched { articles: Vec::new(), many: true, feeds: true, tags: true },
        }
    }
    if touched.many {
        touched.articles = Vec::new();
    }
    touched.articles.sort_unstable();
    touched.articles.dedup();
    Ok(touched)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_away_for_too_long_is_told_to_look_at_everything() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(schema::MIGRATIONS[0]).unwrap();
        let tx = connection.transaction().unwrap();
        let one = |id: i64| Touched { articles: vec![ArticleId(id)], ..Touched::default() };
        note(&tx, 1, &one(7)).unwrap();
        note(&tx, 2, &one(8)).unwrap();
        note(&tx, 2, &Touched::default()).unwrap();
        let mut seen = 0;
        assert_eq!(foreign_since(&tx, 1, &mut seen).unwrap(), one(8));
        assert_eq!(foreign_since(&tx, 1, &mut seen).unwrap(), Touched::default());
        for id in 0..CHANGES_KEPT + 5 {
            note(&tx, 2, &one(id)).unwrap();
        }
        let kept: i64 = tx.query_row("SELECT count(*) FROM changes", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, CHANGES_KEPT);
        let told = foreign_since(&tx, 1, &mut seen).unwrap();
        assert!(told.many && told.feeds && told.tags && told.articles.is_empty());
    }
}
