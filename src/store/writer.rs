//! The one thread that writes. Each change is one transaction: made whole or not at all, and on disk before anybody is
//! told. A change that panics is refused like any other; the thread goes on.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread::JoinHandle;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::news::{Clock, Timestamp};
use crate::words;

use super::blob::Press;
use super::change::{Change, Changed, Done, Touched};
use super::refusal::Refusal;
use super::{arrive, edit, feeds, hosts, journal, marks, saved, schema, search, watch};

pub type ChangeReply = Box<dyn FnOnce(Result<Changed, Refusal>) + Send>;

/// The thread's handle. Dropping it lets the thread finish what it was given.
pub struct Writer {
    inbox: Option<mpsc::Sender<(Change, ChangeReply)>>,
    thread: Option<JoinHandle<()>>,
}

/// With the connection's own five seconds each: half a minute.
const BUSY_ATTEMPTS_MAX: usize = 6;
/// So many touched articles are listed; more are `many`.
const TOUCHED_LISTED_MAX: usize = 500;

impl Writer {
    pub fn start(connection: Connection, clock: Clock, program: i64) -> Result<Writer, Refusal> {
        connection.execute_batch("CREATE TEMP TABLE picked (article INTEGER PRIMARY KEY)")?;
        search::queue_all_where_words_changed(&connection, words::VERSION)?;
        let mut desk = Desk { connection, clock, program, press: Press::new()? };
        let (inbox, jobs) = mpsc::channel::<(Change, ChangeReply)>();
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                for (change, reply) in jobs {
                    let changed = contained(|| desk.make(change));
                    // A reply that panics is its owner's fault; the library must go on.
                    let _ = catch_unwind(AssertUnwindSafe(|| reply(changed)));
                }
            })
            .map_err(|it| Refusal::Contained { detail: it.to_string() })?;
        Ok(Writer { inbox: Some(inbox), thread: Some(thread) })
    }

    pub fn change_then(&self, change: Change, reply: ChangeReply) {
        let Some(inbox) = &self.inbox else { return reply(Err(Refusal::Closed)) };
        if let Err(mpsc::SendError((_, reply))) = inbox.send((change, reply)) {
            reply(Err(Refusal::Closed));
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.inbox = None;
        if let Some(thread) = self.thread.take()
            // The last clone may go in a reply, on the thread itself.
            && thread.thread().id() != std::thread::current().id()
        {
            let _ = thread.join();
        }
    }
}

/// Runs a piece of work; a panic in it becomes a refusal.
pub fn contained<T>(work: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let detail = panic
            .downcast_ref::<&str>()
            .map(|it| (*it).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "a panic".to_owned());
        Err(Refusal::Contained { detail })
    })
}

struct Desk {
    connection: Connection,
    clock: Clock,
    program: i64,
    press: Press,
}

impl Desk {
    fn make(&mut self, change: Change) -> Result<Changed, Refusal> {
        let now = (self.clock)();
        // What a person did must survive a power cut; what arrived can be fetched again.
        let synchronous = if is_a_persons(&change) { "FULL" } else { "NORMAL" };
        self.connection.pragma_update(None, "synchronous", synchronous)?;
        let transaction = begin(&self.connection)?;
        // Another program may have brought the library up to date while this one was running.
        if schema::version(&transaction)? != schema::MIGRATIONS.len() as i64 {
            return Err(Refusal::Updated);
        }
        let mut changed = apply(&transaction, &mut self.press, change, now)?;
        saved::recount_stale(&transaction)?;
        settle(&mut changed.touched);
        watch::note(&transaction, self.program, &changed.touched)?;
        transaction.commit()?;
        Ok(changed)
    }
}

/// Waits for another program to finish its own change; a person never hears of that unless it does not end.
fn begin(connection: &Connection) -> Result<Transaction<'_>, Refusal> {
    let mut attempts = 1;
    loop {
        // Only this thread has the connection, and it is in no transaction here.
        match Transaction::new_unchecked(connection, TransactionBehavior::Immediate).map_err(Refusal::from) {
            Err(Refusal::Busy) if attempts < BUSY_ATTEMPTS_MAX => attempts += 1,
            other => return other,
        }
    }
}

fn is_a_persons(change: &Change) -> bool {
    match change {
        Change::SetRead { .. }
        | Change::SetStarred { .. }
        | Change::SetArchived { .. }
        | Change::SetDeleted { .. }
        | Change::Tag { .. }
        | Change::Subscribe { .. }
        | Change::Unsubscribe { .. }
        | Change::EditFeed { .. }
        | Change::Save { .. }
        | Change::SaveSearch { .. }
        | Change::RenameSearch { .. }
        | Change::DeleteSearch { .. }
        | Change::Undo { .. }
        | Change::Redo { .. } => true,
        Change::Arrive(_)
        | Change::NotModified { .. }
        | Change::FetchFailed { .. }
        | Change::Moved { .. }
        | Change::HostRefused { .. }
        | Change::HostServed { .. }
        | Change::StorePage(_)
        | Change::Enrich(_) => false,
    }
}

fn apply(tx: &Transaction<'_>, press: &mut Press, change: Change, now: Timestamp) -> Result<Changed, Refusal> {
    match change {
        Change::SetRead { articles, read, origin } => marks::set_read(tx, &articles, read, origin, now),
        Change::SetStarred { articles, starred, origin } => marks::set_starred(tx, &articles, starred, origin, now),
        Change::SetArchived { articles, archived, origin } => marks::set_archived(tx, &articles, archived, origin, now),
        Change::SetDeleted { articles, deleted, origin } => marks::set_deleted(tx, &articles, deleted, origin, now),
        Change::Tag { articles, add, remove, origin } => marks::tag(tx, &articles, add, remove, origin, now),
        Change::Subscribe { feeds, origin } => feeds::subscribe(tx, &feeds, origin, now),
        Change::Unsubscribe { feed, origin } => feeds::unsubscribe(tx, feed, origin, now),
        Change::EditFeed { feed, edit, origin } => edit::edit(tx, feed, &edit, origin, now),
        Change::Save { article, origin } => arrive::save(tx, press, &article, origin, now),
        Change::SaveSearch { name, query, origin } => saved::save(tx, &name, &query, origin, now),
        Change::RenameSearch { search, name, origin } => saved::rename(tx, search, &name, origin, now),
        Change::DeleteSearch { search, origin } => saved::delete(tx, search, origin, now),
        Change::Undo { origin } => journal::undo(tx, origin),
        Change::Redo { origin: _ } => journal::redo(tx),
        Change::Arrive(arrival) => arrive::arrive(tx, press, &arrival),
        Change::NotModified { feed, url, whole, validators, at, next } => {
            if whole {
                feeds::came_whole(tx, feed, at)?;
            }
            feeds::not_modified(tx, feed, &url, validators.as_ref(), at, next)
        }
        Change::FetchFailed { feed, problem, at, next } => feeds::fetch_failed(tx, feed, &problem, at, next),
        Change::Moved { feed, from, to, at } => edit::moved(tx, feed, &from, &to, at),
        Change::HostRefused { host, not_before } => hosts::refused(tx, &host, not_before),
        Change::HostServed { host } => hosts::served(tx, &host),
        Change::StorePage(page) => arrive::store_page(tx, press, &page),
        Change::Enrich(enriched) => search::enrich(tx, &enriched),
    }
}

impl Changed {
    pub fn nothing(done: Done) -> Changed {
        Changed { done, touched: Touched::default() }
    }
}

/// Lists each article once, or says that there are many.
fn settle(touched: &mut Touched) {
    touched.articles.sort_unstable();
    touched.articles.dedup();
    if touched.articles.len() > TOUCHED_LISTED_MAX {
        touched.articles = Vec::new();
        touched.many = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_refusal_in_words() {
        let refused = contained(|| -> Result<(), Refusal> { panic!("a bad body") }).unwrap_err();
        assert!(refused.to_string().contains("a bad body"), "{refused}");
    }

    #[test]
    fn many_touched_articles_are_not_listed() {
        let ids = |count: i64| (0..count).map(crate::news::ArticleId).collect();
        let mut few = Touched { articles: ids(500), ..Touched::default() };
        settle(&mut few);
        assert!(!few.many && few.articles.len() == 500);
        let mut many = Touched { articles: ids(501), ..Touched::default() };
        settle(&mut many);
        assert!(many.many && many.articles.is_empty());
    }
}
