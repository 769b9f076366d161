//! The one thread that writes. A change is made whole or not at all, and on disk before anybody is told: each that a
//! person makes in a transaction of its own, and before whatever else waits; what arrives from feeds at the same time in
//! one together. A change that panics is refused like any other; the thread goes on.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::news::{Clock, Timestamp};
use crate::words;

use super::blob::Press;
use super::change::{Change, Changed, Done, Touched};
use super::house::{self, Housework};
use super::log::Log;
use super::refusal::Refusal;
use super::{arrive, edit, feeds, hosts, journal, marks, saved, schema, search, watch};

pub type ChangeReply = Box<dyn FnOnce(Result<Changed, Refusal>) + Send>;

/// The thread's handle. Dropping it lets the thread finish what it was given.
pub struct Writer {
    inbox: Option<mpsc::Sender<(Change, ChangeReply)>>,
    thread: Option<JoinHandle<()>>,
    coming: Arc<AtomicUsize>,
}

/// Arrivals that somebody has said will come. What is left of them when this is dropped comes no more.
pub struct Coming {
    left: AtomicUsize,
    all: Arc<AtomicUsize>,
}

impl Coming {
    /// One is about to be handed over, or will not come.
    pub fn came(&self) {
        let was = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |it| it.checked_sub(1));
        if was.is_ok() {
            self.all.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Coming {
    fn drop(&mut self) {
        self.all.fetch_sub(*self.left.get_mut(), Ordering::Relaxed);
    }
}

/// With the connection's own five seconds each: half a minute.
const BUSY_ATTEMPTS_MAX: usize = 6;
/// Somebody who works with the keys is not to meet the housework.
const QUIET_BEFORE_HOUSEWORK: Duration = Duration::from_secs(2);
/// So many touched articles are listed; more are `many`.
const TOUCHED_LISTED_MAX: usize = 500;
/// Arrivals that wait at the same time share a transaction, up to a few dozen milliseconds of work: what a person does
/// waits for no more than that.
const GROUP_CHANGES_MAX: usize = 128;
/// Of the connection that writes, given back at leisure. With less than a group of arrivals touches, their pages are read
/// again and written out before their time.
const CACHE_KIB: i64 = 8 * 1_024;
/// What a person does goes through the library once, in order, however much it marks: more pages than these would not be
/// met again.
const CACHE_OF_A_PERSON_KIB: i64 = 2 * 1_024;
/// After so many pages the log of changes is copied into the file: a page written in several changes is copied once.
const CHECKPOINT_PAGES: i64 = 2_000;
const GROUP_ARTICLES_MAX: usize = 400;
/// While more is known to come, a group that is not full waits so long for the next: a page that many arrivals change is
/// written once for each group. Nothing is locked meanwhile, and what a person does ends the wait.
const GATHERING: Duration = Duration::from_millis(10);

impl Writer {
    pub fn start(connection: Connection, clock: Clock, program: i64) -> Result<Writer, Refusal> {
        connection.execute_batch("CREATE TEMP TABLE IF NOT EXISTS picked (article INTEGER PRIMARY KEY)")?;
        connection.pragma_update_and_check(None, "wal_autocheckpoint", CHECKPOINT_PAGES, |_| Ok(()))?;
        search::queue_all_where_words_changed(&connection, words::VERSION)?;
        let mut desk = Desk { connection, clock, program, press: None, has_changed: true };
        let (inbox, jobs) = mpsc::channel::<(Change, ChangeReply)>();
        let coming = Arc::new(AtomicUsize::new(0));
        let still_coming = Arc::clone(&coming);
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                let mut waiting = Waiting::default();
                let mut log = Log::of(&desk.connection);
                while let Some(group) = waiting.next(&jobs, &still_coming, |jobs| next(jobs, &mut desk)) {
                    let (changes, replies): (Vec<Change>, Vec<ChangeReply>) = group.into_iter().unzip();
                    for (changed, reply) in desk.make_all(&changes).into_iter().zip(replies) {
                        // A reply that panics is its owner's fault; the library must go on.
                        let _ = catch_unwind(AssertUnwindSafe(|| reply(changed)));
                    }
                    log.keep_short(&desk.connection);
                }
            })
            .map_err(|it| Refusal::Contained { detail: it.to_string() })?;
        Ok(Writer { inbox: Some(inbox), thread: Some(thread), coming })
    }

    pub fn coming(&self, arrivals: usize) -> Coming {
        self.coming.fetch_add(arrivals, Ordering::Relaxed);
        Coming { left: AtomicUsize::new(arrivals), all: Arc::clone(&self.coming) }
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

/// Waits for the next change. A moment after the last one the house is kept, a slice at a time, until all is done or a
/// change comes. `None` where nobody can send any more.
fn next(jobs: &mpsc::Receiver<(Change, ChangeReply)>, desk: &mut Desk) -> Option<(Change, ChangeReply)> {
    let mut wait = QUIET_BEFORE_HOUSEWORK;
    while std::mem::take(&mut desk.has_changed) {
        match jobs.recv_timeout(wait) {
            Ok(job) => return Some(job),
            Err(mpsc::RecvTimeoutError::Disconnected) => return None,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                wait = Duration::ZERO;
                // What fails is tried again after the next change.
                let kept = contained(|| desk.keep_house());
                desk.has_changed = matches!(kept, Ok(Housework::More));
                if !desk.has_changed {
                    // What is not given back now is given back after the next change.
                    let _ = desk.connection.release_memory();
                }
            }
        }
    }
    jobs.recv().ok()
}

/// What has been handed over and is not begun.
#[derive(Default)]
struct Waiting {
    of_persons: VecDeque<(Change, ChangeReply)>,
    others: VecDeque<(Change, ChangeReply)>,
}

impl Waiting {
    /// What is to be made next, in one transaction; waits for something to do. `None` once nobody can ask for more.
    fn next(
        &mut self,
        jobs: &mpsc::Receiver<(Change, ChangeReply)>,
        coming: &AtomicUsize,
        wait: impl FnOnce(&mpsc::Receiver<(Change, ChangeReply)>) -> Option<(Change, ChangeReply)>,
    ) -> Option<Vec<(Change, ChangeReply)>> {
        if self.of_persons.is_empty() && self.others.is_empty() {
            self.put(wait(jobs)?);
        }
        while let Ok(job) = jobs.try_recv() {
            self.put(job);
        }
        self.gather(jobs, coming, GATHERING);
        if let Some(job) = self.of_persons.pop_front() {
            return Some(vec![job]);
        }
        let mut group = vec![self.others.pop_front()?];
        let Some(mut articles) = articles_arriving(&group[0].0) else { return Some(group) };
        while group.len() < GROUP_CHANGES_MAX
            && articles < GROUP_ARTICLES_MAX
            && let Some(more) = self.others.front().and_then(|(change, _)| articles_arriving(change))
        {
            articles += more;
            group.extend(self.others.pop_front());
        }
        Some(group)
    }

    /// Waits for more to share a transaction, where all that waits are arrivals and more are to come.
    fn gather(&mut self, jobs: &mpsc::Receiver<(Change, ChangeReply)>, coming: &AtomicUsize, patience: Duration) {
        let mut looked_at = 0;
        let mut articles = 0;
        while self.of_persons.is_empty() {
            for (change, _) in self.others.range(looked_at..) {
                // Whoever tells of a failure waits for the answer.
                let waits = matches!(change, Change::FetchFailed { .. });
                let Some(more) = articles_arriving(change).filter(|_| !waits) else { return };
                articles += more;
            }
            looked_at = self.others.len();
            if looked_at >= GROUP_CHANGES_MAX || articles >= GROUP_ARTICLES_MAX || coming.load(Ordering::Relaxed) == 0 {
                return;
            }
            match jobs.recv_timeout(patience) {
                Ok(job) => self.put(job),
                Err(_) => return,
            }
        }
    }

    fn put(&mut self, job: (Change, ChangeReply)) {
        if is_a_persons(&job.0) { self.of_persons.push_back(job) } else { self.others.push_back(job) }
    }
}

struct Desk {
    connection: Connection,
    clock: Clock,
    program: i64,
    /// Made when it is first needed: reading the dictionary takes longer than most of what a start does.
    press: Option<Press>,
    /// Since the house was last kept.
    has_changed: bool,
}

/// Whose work a transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    APersons,
    Arriving,
}

impl Desk {
    fn keep_house(&mut self) -> Result<Housework, Refusal> {
        house::keep(&self.connection, pressing(&mut self.press, &self.connection)?, (self.clock)())
    }

    /// Makes each change; one that is refused leaves the others as they are.
    fn make_all(&mut self, changes: &[Change]) -> Vec<Result<Changed, Refusal>> {
        if changes.len() > 1
            && let Ok(all) = contained(|| self.make_together(changes))
        {
            return all;
        }
        changes.iter().map(|it| contained(|| self.make(it))).collect()
    }

    /// Several arrivals in one transaction. The error is that one was refused and therefore none was made. Something to
    /// go back to before each (a savepoint) would have SQLite copy every page aside that the next one changes.
    fn make_together(&mut self, changes: &[Change]) -> Result<Vec<Result<Changed, Refusal>>, Refusal> {
        let now = (self.clock)();
        self.has_changed = true;
        self.prepare_for(Whose::Arriving)?;
        let press = pressing(&mut self.press, &self.connection)?;
        let transaction = begin(&self.connection)?;
        if schema::version(&transaction)? != schema::MIGRATIONS.len() as i64 {
            return Err(Refusal::Updated);
        }
        let mut all = Vec::with_capacity(changes.len());
        for change in changes {
            let mut changed = apply(&transaction, press, change, now)?;
            settle(&mut changed.touched);
            watch::note(&transaction, self.program, &changed.touched)?;
            all.push(Ok(changed));
        }
        saved::recount_stale(&transaction)?;
        transaction.commit()?;
        Ok(all)
    }

    /// What a person did must survive a power cut; what arrived can be fetched again.
    fn prepare_for(&self, whose: Whose) -> rusqlite::Result<()> {
        let (synchronous, cache) = match whose {
            Whose::APersons => ("FULL", CACHE_OF_A_PERSON_KIB),
            Whose::Arriving => ("NORMAL", CACHE_KIB),
        };
        self.connection.pragma_update(None, "synchronous", synchronous)?;
        self.connection.pragma_update(None, "cache_size", -cache)
    }

    fn make(&mut self, change: &Change) -> Result<Changed, Refusal> {
        if matches!(change, Change::KeepHouse) {
            let kept = self.keep_house()?;
            return Ok(Changed::nothing(Done::HouseKept { more: kept == Housework::More }));
        }
        let now = (self.clock)();
        self.has_changed = true;
        self.prepare_for(if is_a_persons(change) { Whose::APersons } else { Whose::Arriving })?;
        let press = pressing(&mut self.press, &self.connection)?;
        let transaction = begin(&self.connection)?;
        // Another program may have brought the library up to date while this one was running.
        if schema::version(&transaction)? != schema::MIGRATIONS.len() as i64 {
            return Err(Refusal::Updated);
        }
        let mut changed = apply(&transaction, press, change, now)?;
        saved::recount_stale(&transaction)?;
        settle(&mut changed.touched);
        watch::note(&transaction, self.program, &changed.touched)?;
        transaction.commit()?;
        Ok(changed)
    }
}

fn pressing<'a>(held: &'a mut Option<Press>, connection: &Connection) -> Result<&'a mut Press, Refusal> {
    match held {
        Some(press) => Ok(press),
        None => Ok(held.insert(Press::new(connection)?)),
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
        | Change::Import { .. }
        | Change::SubscribeTo { .. }
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
        | Change::Enrich(_)
        | Change::KeepHouse => false,
    }
}

/// How many articles come with what may share a transaction; `None` for what is made alone.
fn articles_arriving(change: &Change) -> Option<usize> {
    match change {
        Change::Arrive(arrival) => Some(arrival.parsed.articles.len()),
        Change::NotModified { .. } | Change::FetchFailed { .. } => Some(0),
        Change::SetRead { .. }
        | Change::SetStarred { .. }
        | Change::SetArchived { .. }
        | Change::SetDeleted { .. }
        | Change::Tag { .. }
        | Change::Subscribe { .. }
        | Change::Import { .. }
        | Change::SubscribeTo { .. }
        | Change::Unsubscribe { .. }
        | Change::EditFeed { .. }
        | Change::Save { .. }
        | Change::SaveSearch { .. }
        | Change::RenameSearch { .. }
        | Change::DeleteSearch { .. }
        | Change::Undo { .. }
        | Change::Redo { .. }
        | Change::Moved { .. }
        | Change::HostRefused { .. }
        | Change::HostServed { .. }
        | Change::StorePage(_)
        | Change::Enrich(_)
        | Change::KeepHouse => None,
    }
}

fn apply(tx: &Transaction<'_>, press: &mut Press, change: &Change, now: Timestamp) -> Result<Changed, Refusal> {
    match change {
        Change::SetRead { articles, read, origin } => marks::set_read(tx, articles, *read, *origin, now),
        Change::SetStarred { articles, starred, origin } => marks::set_starred(tx, articles, *starred, *origin, now),
        Change::SetArchived { articles, archived, origin } => {
            marks::set_archived(tx, articles, *archived, *origin, now)
        }
        Change::SetDeleted { articles, deleted, origin } => marks::set_deleted(tx, articles, *deleted, *origin, now),
        Change::Tag { articles, add, remove, origin } => {
            marks::tag(tx, articles, add.clone(), remove.clone(), *origin, now)
        }
        Change::Subscribe { feeds, origin } => feeds::subscribe(tx, feeds, *origin, now),
        Change::Import { feeds, searches, origin } => feeds::import(tx, feeds, searches, *origin, now),
        Change::SubscribeTo { feed, settings, origin } => feeds::subscribe_to(tx, feed.clone(), settings, *origin, now),
        Change::Unsubscribe { feed, origin } => feeds::unsubscribe(tx, *feed, *origin, now),
        Change::EditFeed { feed, edit, origin } => edit::edit(tx, *feed, edit, *origin, now),
        Change::Save { article, origin } => arrive::save(tx, press, article, *origin, now),
        Change::SaveSearch { name, query, origin } => saved::save(tx, name, query, *origin, now),
        Change::RenameSearch { search, name, origin } => saved::rename(tx, *search, name, *origin, now),
        Change::DeleteSearch { search, origin } => saved::delete(tx, *search, *origin, now),
        Change::Undo { origin } => journal::undo(tx, *origin),
        Change::Redo { origin: _ } => journal::redo(tx),
        Change::Arrive(arrival) => arrive::arrive(tx, press, arrival),
        Change::NotModified { feed, url, whole, answered_by, validators, at, next } => {
            if *whole {
                feeds::came_whole(tx, *feed, *at)?;
            }
            feeds::answered_by(tx, *feed, answered_by)?;
            feeds::not_modified(tx, *feed, url, validators.as_ref(), *at, *next)
        }
        Change::FetchFailed { feed, problem, at, next } => feeds::fetch_failed(tx, *feed, problem, *at, *next),
        Change::Moved { feed, from, to, at } => edit::moved(tx, *feed, from, to, *at),
        Change::HostRefused { host, not_before } => hosts::refused(tx, host, *not_before),
        Change::HostServed { host } => hosts::served(tx, host),
        Change::StorePage(page) => arrive::store_page(tx, press, page),
        Change::Enrich(enriched) => search::enrich(tx, enriched),
        // It makes transactions of its own.
        Change::KeepHouse => Ok(Changed::nothing(Done::Nothing)),
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
    fn a_library_that_another_program_never_lets_go_of_is_said_to_be_busy() {
        let folder = tempfile::tempdir().unwrap();
        let (path, connection) = schema::open(folder.path(), schema::MIGRATIONS).unwrap();
        let holder = Connection::open(&path).unwrap();
        holder.execute_batch("BEGIN EXCLUSIVE").unwrap();
        connection.busy_timeout(Duration::ZERO).unwrap();
        let refused = begin(&connection).err().unwrap().to_string();
        assert!(refused.contains("in use by another program") && refused.contains("Nothing was changed"), "{refused}");
        holder.execute_batch("COMMIT").unwrap();
        assert!(begin(&connection).is_ok());
    }

    #[test]
    fn what_a_person_does_comes_first_and_arrivals_together() {
        let (sender, jobs) = mpsc::channel::<(Change, ChangeReply)>();
        let feed = crate::news::FeedId(2);
        let failed = || {
            let (problem, at, next) = Default::default();
            Change::FetchFailed { feed, problem, at, next }
        };
        let undo = || Change::Undo { origin: super::super::Origin::Reader };
        for change in [failed(), failed(), Change::Enrich(Vec::new()), failed(), undo()] {
            sender.send((change, Box::new(|_| {}))).unwrap();
        }
        drop(sender);
        let mut waiting = Waiting::default();
        let groups: Vec<usize> = std::iter::from_fn(|| waiting.next(&jobs, &AtomicUsize::new(0), |it| it.recv().ok()))
            .map(|it| it.len())
            .collect();
        assert_eq!(groups, [1, 2, 1, 1]);
    }

    #[test]
    fn an_arrival_waits_for_those_known_to_come_but_nobody_waits_for_that() {
        let unmodified = || {
            let (answered_by, validators, at, next) = (
                crate::news::CleanUrl::parse("https://a.example/").unwrap(),
                None,
                Timestamp::default(),
                Default::default(),
            );
            let url = answered_by.clone();
            Change::NotModified { feed: crate::news::FeedId(2), url, whole: false, answered_by, validators, at, next }
        };
        let reply = || -> ChangeReply { Box::new(|_| {}) };
        let (sender, jobs) = mpsc::channel::<(Change, ChangeReply)>();
        let all = Arc::new(AtomicUsize::new(2));
        let coming = Coming { left: AtomicUsize::new(2), all: Arc::clone(&all) };
        let gathered = |waiting: &mut Waiting| {
            waiting.gather(&jobs, &all, Duration::from_secs(600));
            (waiting.of_persons.len(), waiting.others.len())
        };
        let mut waiting = Waiting::default();
        waiting.put((unmodified(), reply()));
        std::thread::scope(|scope| {
            let sender = sender.clone();
            scope.spawn(move || {
                for change in [unmodified(), Change::Undo { origin: super::super::Origin::Reader }] {
                    sender.send((change, reply())).unwrap();
                }
            });
            assert_eq!(gathered(&mut waiting), (1, 2), "what a person does ends the wait");
        });
        waiting.of_persons.clear();
        let (problem, at, next) = Default::default();
        waiting.put((Change::FetchFailed { feed: crate::news::FeedId(2), problem, at, next }, reply()));
        assert_eq!(gathered(&mut waiting), (0, 3), "somebody waits for the answer");
        waiting.others.truncate(2);
        coming.came();
        drop(coming);
        assert_eq!(all.load(Ordering::Relaxed), 0);
        assert_eq!(gathered(&mut waiting), (0, 2), "no more is to come");
    }

    #[test]
    fn an_arrival_that_is_refused_keeps_none_of_the_others_out() {
        let folder = tempfile::tempdir().unwrap();
        let (_, connection) = schema::open(folder.path(), schema::MIGRATIONS).unwrap();
        let feeds =
            "INSERT INTO feed (id, kind, url) VALUES (2, 0, 'https://a.example/'), (3, 0, 'https://b.example/'),
                         (4, 0, 'https://c.example/');
                     CREATE TRIGGER refused BEFORE UPDATE ON feed WHEN old.id = 3
                         BEGIN SELECT RAISE(ABORT, 'not this one'); END;";
        connection.execute_batch(feeds).unwrap();
        let clock: Clock = std::sync::Arc::new(Timestamp::default);
        let mut desk = Desk { connection, clock, program: 1, press: None, has_changed: false };
        let failed = |feed| {
            let (problem, at, next) = Default::default();
            Change::FetchFailed { feed: crate::news::FeedId(feed), problem, at, next }
        };
        let made: Vec<bool> = desk.make_all(&[failed(2), failed(3), failed(4)]).iter().map(|it| it.is_ok()).collect();
        assert_eq!(made, [true, false, true]);
        let failures: String = desk
            .connection
            .query_row("SELECT group_concat(failures) FROM feed WHERE kind = 0", [], |row| row.get(0))
            .unwrap();
        assert_eq!(failures, "1,0,1");
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
