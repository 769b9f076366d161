//! Questions: a few threads with read-only connections for the screen, and a few connections for whoever waits for the
//! answer. A question that nobody waits for any more is interrupted, and one that may take long never stands in the way of
//! one that does not; nothing here writes.

use std::collections::VecDeque;
use std::mem::{Discriminant, discriminant};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use rusqlite::Connection;

use super::ask::{Answer, Ask};
use super::refusal::Refusal;
use super::writer::contained;
use super::{answer, schema};

pub type AnswerReply = Box<dyn FnOnce(Result<Answer, Refusal>) + Send>;

pub struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    desk: Arc<Desk>,
    threads: Vec<JoinHandle<()>>,
}

/// What each thread may be asked, from its first to its last: one is always free for what is answered at once, and one
/// more for what somebody looks for.
const THREADS: [Lane; 3] = [Lane::AtOnce, Lane::Found, Lane::Whole];
/// Steps of SQLite's machine: a fraction of a millisecond.
const STEPS_BETWEEN_LOOKS: std::ffi::c_int = 1_000;
/// Connections kept for questions that are answered on the asker's own thread; more are opened and closed again.
const IDLE_MAX: usize = 4;

impl Readers {
    pub fn start(path: &Path) -> Result<Readers, Refusal> {
        let desk = Arc::new(Desk::default());
        let mut readers =
            Readers { path: path.to_owned(), idle: Mutex::default(), desk: Arc::clone(&desk), threads: Vec::new() };
        for number in 1..=THREADS.len() {
            let (desk, path) = (Arc::clone(&desk), path.to_owned());
            let thread = std::thread::Builder::new()
                .name(format!("store-reader-{number}"))
                .spawn(move || serve(&desk, number - 1, &path))
                .map_err(|it| Refusal::Contained { detail: it.to_string() })?;
            readers.threads.push(thread);
        }
        Ok(readers)
    }

    pub fn ask(&self, ask: &Ask) -> Result<Answer, Refusal> {
        self.on_a_connection(|connection| answer::answer(connection, ask))
    }

    /// Reads on the asker's own thread.
    pub fn on_a_connection<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Refusal>) -> Result<T, Refusal> {
        let idle = locked(&self.idle).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => schema::open_reader(&self.path)?,
        };
        let answer = contained(|| work(&connection));
        let mut idle = locked(&self.idle);
        if idle.len() < IDLE_MAX {
            idle.push(connection);
        }
        answer
    }

    pub fn ask_then(&self, ask: Ask, reply: AnswerReply) {
        let (kind, lane) = (discriminant(&ask), Lane::of(&ask));
        let mut superseded = Vec::new();
        let rung = {
            let mut state = locked(&self.desk.state);
            let waiting = std::mem::take(&mut state.waiting);
            for job in waiting {
                if discriminant(&job.0) == kind { superseded.push(job.1) } else { state.waiting.push_back(job) }
            }
            // Under the lock: a question marked as under way is still the one its thread works on.
            for running in state.running.iter_mut().filter(|it| it.kind == kind) {
                running.abandoned.store(true, Ordering::Relaxed);
                running.again = false;
            }
            if lane == Lane::Whole {
                // What nobody looks at makes room, and is taken up again afterwards.
                for running in state.running.iter_mut().filter(|it| it.lane == Lane::Aside) {
                    running.abandoned.store(true, Ordering::Relaxed);
                    running.again = running.kind != kind;
                }
            }
            state.waiting.push_back((ask, reply));
            // One thread is woken for one question. Where none is idle that takes it, the next that comes back does.
            let idle = (0..THREADS.len()).find(|it| state.idle[*it] && THREADS[*it].takes(lane));
            if let Some(thread) = idle {
                state.idle[thread] = false;
            }
            idle
        };
        if let Some(thread) = rung {
            self.desk.bells[thread].notify_one();
        }
        for reply in superseded {
            // As on a reader's own thread: a reply that panics is its owner's fault, not the asker's.
            let _ = catch_unwind(AssertUnwindSafe(|| reply(Err(Refusal::Superseded))));
        }
    }

    /// Nobody waits for a list any more.
    pub fn stop_finding(&self) {
        let stopped = locked(&self.desk.state).stop_finding();
        for reply in stopped {
            // As above.
            let _ = catch_unwind(AssertUnwindSafe(|| reply(Err(Refusal::Superseded))));
        }
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        {
            let mut state = locked(&self.desk.state);
            state.closing = true;
            for running in &mut state.running {
                running.abandoned.store(true, Ordering::Relaxed);
                running.again = false;
            }
        }
        self.desk.bells.iter().for_each(Condvar::notify_one);
        for thread in self.threads.drain(..) {
            // The last clone of the library may go in a reply, on a reader thread itself.
            if thread.thread().id() != std::thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}

#[derive(Default)]
struct Desk {
    state: Mutex<State>,
    /// One for each thread: on a machine with few processors, threads that are woken for nothing are in the way of the frame
    /// that is drawn just then.
    bells: [Condvar; THREADS.len()],
}

#[derive(Default)]
struct State {
    waiting: VecDeque<(Ask, AnswerReply)>,
    running: Vec<Running>,
    /// Which threads wait for their bell.
    idle: [bool; THREADS.len()],
    closing: bool,
}

struct Running {
    kind: Discriminant<Ask>,
    lane: Lane,
    of_a_list: bool,
    /// The thread's own; set where nobody waits for the answer any more.
    abandoned: Arc<AtomicBool>,
    /// It was abandoned only to make room.
    again: bool,
}

/// How long a question may take. In this order a thread takes those of its own lane and of all before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Lane {
    /// From an index and bounded: a millisecond.
    AtOnce,
    /// The first rows of a query. They are usually there as quickly; where few articles answer, all are looked at.
    Found,
    /// As much as there is.
    Whole,
    /// The same, and nobody waits for it: counts that are dim until they come.
    Aside,
}

impl Lane {
    /// Whether a thread of this lane takes a question of that one.
    fn takes(self, other: Lane) -> bool {
        other <= self || self == Lane::Whole
    }

    fn of(ask: &Ask) -> Lane {
        match ask {
            Ask::Tree { .. }
            | Ask::RowsOf(_)
            | Ask::Article(_)
            | Ask::Due { .. }
            | Ask::Hosts
            | Ask::Journal { .. }
            | Ask::QueuedArticle(_)
            | Ask::QueueLength => Lane::AtOnce,
            Ask::Rows { view, .. } => match view.query.wanted() {
                None => Lane::AtOnce,
                Some(_) => Lane::Found,
            },
            Ask::Ids { .. } | Ask::IdsInOrder { .. } | Ask::Worth { .. } | Ask::Queue { .. } | Ask::Health => {
                Lane::Whole
            }
            Ask::SearchCounts { .. } => Lane::Aside,
        }
    }
}

impl State {
    /// Takes the questions about lists away, and has those stop that are under way. Gives the replies of the former.
    fn stop_finding(&mut self) -> Vec<AnswerReply> {
        let mut stopped = Vec::new();
        for job in std::mem::take(&mut self.waiting) {
            if is_of_a_list(&job.0) { stopped.push(job.1) } else { self.waiting.push_back(job) }
        }
        for running in self.running.iter_mut().filter(|it| it.of_a_list) {
            running.abandoned.store(true, Ordering::Relaxed);
            running.again = false;
        }
        stopped
    }

    /// The first question that waits and that such a thread takes; what nobody waits for comes last.
    fn next(&mut self, takes: Lane) -> Option<(Ask, AnswerReply)> {
        let first = |lanes: std::ops::RangeInclusive<Lane>, state: &State| {
            state.waiting.iter().position(|it| lanes.contains(&Lane::of(&it.0)))
        };
        let aside = (takes == Lane::Whole).then_some(Lane::Aside);
        let at = first(Lane::AtOnce..=takes, self).or_else(|| first(aside?..=Lane::Aside, self))?;
        self.waiting.remove(at)
    }
}

/// A reader thread. The first opens its connection at once, beside whatever else is being opened; the others when they
/// are first asked, so that they take no processor from the first screen. Where that fails, the question is refused and
/// the next one tries anew.
fn serve(desk: &Desk, thread: usize, path: &Path) {
    // Looked at while a statement runs. Unlike an interrupt from outside, it also holds between two statements.
    let abandoned = &Arc::new(AtomicBool::new(false));
    let mut connection = None;
    if thread == 0 {
        connection = open_interruptible(path, abandoned).ok();
    }
    loop {
        let mut state = locked(&desk.state);
        let (ask, reply) = loop {
            if state.closing {
                return;
            }
            match state.next(THREADS[thread]) {
                Some(job) => break job,
                None => {
                    state.idle[thread] = true;
                    state = desk.bells[thread].wait(state).unwrap_or_else(PoisonError::into_inner);
                    state.idle[thread] = false;
                }
            }
        };
        abandoned.store(false, Ordering::Relaxed);
        let (kind, lane) = (discriminant(&ask), Lane::of(&ask));
        let of_a_list = is_of_a_list(&ask);
        state.running.push(Running { kind, lane, of_a_list, abandoned: Arc::clone(abandoned), again: false });
        drop(state);
        let opened = match connection.take() {
            Some(connection) => Ok(connection),
            None => open_interruptible(path, abandoned),
        };
        let answer = opened.and_then(|it| contained(|| answer::answer(connection.insert(it), &ask)));
        let mut state = locked(&desk.state);
        let at = state.running.iter().position(|it| Arc::ptr_eq(&it.abandoned, abandoned));
        let again = at.is_some_and(|at| state.running.swap_remove(at).again);
        if again && matches!(answer, Err(Refusal::Superseded)) {
            state.waiting.push_back((ask, reply));
            continue;
        }
        drop(state);
        let _ = catch_unwind(AssertUnwindSafe(|| reply(answer)));
    }
}

fn open_interruptible(path: &Path, abandoned: &Arc<AtomicBool>) -> Result<Connection, Refusal> {
    let mut connection = schema::open_reader(path)?;
    let flag = Arc::clone(abandoned);
    connection.progress_handler(STEPS_BETWEEN_LOOKS, Some(move || flag.load(Ordering::Relaxed)))?;
    Ok(connection)
}

fn is_of_a_list(ask: &Ask) -> bool {
    matches!(ask, Ask::Rows { .. } | Ask::Ids { .. } | Ask::IdsInOrder { .. })
}

/// The lists behind these locks are whole after every statement, also where a thread panicked.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    /// Readers of a library whose journal has no end.
    fn endless() -> (Readers, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let (path, connection) = schema::open(folder.path(), schema::MIGRATIONS).unwrap();
        connection
            .execute_batch(
                "DROP TABLE journal;
                 CREATE VIEW journal AS WITH RECURSIVE n (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM n)
                     SELECT number, 0 AS at, '' AS sentence, '' AS origin, 0 AS undone FROM n WHERE number < 0;",
            )
            .unwrap();
        (Readers::start(&path).unwrap(), folder)
    }

    fn rows(query: &str) -> Ask {
        let query = crate::query::Query::parse(query).unwrap();
        let view = super::super::View { scope: super::super::Scope::All, unread_only: false, query };
        Ask::Rows { view, limit: 10 }
    }

    #[test]
    fn a_question_is_refused_while_the_file_cannot_be_opened_and_answered_once_it_can() {
        let folder = tempfile::tempdir().unwrap();
        let readers = Readers::start(&folder.path().join("library.db")).unwrap();
        let asked = || {
            let (sender, told) = mpsc::channel();
            readers.ask_then(Ask::QueueLength, Box::new(move |it| sender.send(it.is_ok()).unwrap()));
            told.recv_timeout(LONG).unwrap()
        };
        assert!(!asked(), "there is no file");
        drop(schema::open(folder.path(), schema::MIGRATIONS).unwrap());
        assert!(asked());
    }

    #[test]
    fn what_takes_long_leaves_threads_for_what_does_not() {
        let whole = Ask::Ids {
            view: match rows("") {
                Ask::Rows { view, .. } => view,
                _ => unreachable!(),
            },
        };
        let mut state = State::default();
        let reply = || -> AnswerReply { Box::new(|_| ()) };
        let next = |state: &mut State, takes| state.next(takes).map(|it| it.0);
        for ask in [Ask::SearchCounts { queries: Vec::new() }, whole.clone(), rows("rare"), Ask::QueueLength] {
            state.waiting.push_back((ask, reply()));
        }
        assert_eq!(next(&mut state, Lane::AtOnce), Some(Ask::QueueLength));
        assert_eq!(next(&mut state, Lane::AtOnce), None);
        assert_eq!(next(&mut state, Lane::Found), Some(rows("rare")));
        assert_eq!(next(&mut state, Lane::Found), None);
        assert_eq!(next(&mut state, Lane::Whole), Some(whole));
        assert_eq!(next(&mut state, Lane::Whole), Some(Ask::SearchCounts { queries: Vec::new() }));
        assert_eq!(Lane::of(&rows("")), Lane::AtOnce);
    }

    #[test]
    fn looking_for_a_list_that_nobody_wants_any_more_ends() {
        let mut state = State::default();
        let (sender, told) = mpsc::channel();
        for ask in [rows("rare"), Ask::QueueLength] {
            let sender = sender.clone();
            state.waiting.push_back((ask, Box::new(move |it| drop(sender.send(it)))));
        }
        let flags = [rows("url:nowhere"), Ask::Journal { limit: 1 }].map(|ask| {
            let (kind, lane, of_a_list) = (discriminant(&ask), Lane::of(&ask), is_of_a_list(&ask));
            let abandoned = Arc::new(AtomicBool::new(false));
            state.running.push(Running { kind, lane, of_a_list, abandoned: Arc::clone(&abandoned), again: false });
            abandoned
        });
        state.stop_finding().into_iter().for_each(|reply| reply(Err(Refusal::Superseded)));
        assert_eq!(flags.map(|it| it.load(Ordering::Relaxed)), [true, false]);
        assert!(matches!(told.try_recv(), Ok(Err(Refusal::Superseded))) && told.try_recv().is_err());
        assert_eq!(state.waiting.len(), 1, "another question is still answered");
    }

    #[test]
    fn counts_that_nobody_waits_for_make_room_and_are_taken_up_again() {
        let folder = tempfile::tempdir().unwrap();
        let (path, connection) = schema::open(folder.path(), schema::MIGRATIONS).unwrap();
        // Statistics would tell the planner that there is nothing to be walked.
        connection
            .execute_batch(
                "INSERT INTO feed (id, kind, url) VALUES (2, 0, 'https://kabar.example/');
                 WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
                     INSERT INTO state (article, feed, sort) SELECT i, 2, i FROM n;",
            )
            .unwrap();
        let readers = Readers::start(&path).unwrap();
        let queries = vec![(super::super::SearchId(1), crate::query::Query::parse("minutes:>3").unwrap())];
        let counts = asked(&readers, Ask::SearchCounts { queries });
        let Ask::Rows { view, .. } = rows("") else { unreachable!() };
        let whole = asked(&readers, Ask::Ids { view });
        assert!(matches!(whole.recv_timeout(LONG).unwrap(), Ok(Answer::Ids(ids)) if ids.len() == 200_000));
        assert!(matches!(counts.recv_timeout(LONG).unwrap(), Ok(Answer::SearchCounts(counts)) if counts.len() == 1));
    }

    fn asked(readers: &Readers, ask: Ask) -> mpsc::Receiver<Result<Answer, Refusal>> {
        let (sender, receiver) = mpsc::channel();
        readers.ask_then(ask, Box::new(move |answer| drop(sender.send(answer))));
        receiver
    }

    #[test]
    fn a_later_question_of_its_kind_ends_one_that_is_under_way() {
        let (readers, _folder) = endless();
        let first = asked(&readers, Ask::Journal { limit: 1 });
        let second = asked(&readers, Ask::Journal { limit: 2 });
        assert!(matches!(first.recv_timeout(LONG).unwrap(), Err(Refusal::Superseded)));
        // Another kind is answered beside it.
        let other = asked(&readers, Ask::QueueLength);
        assert!(matches!(other.recv_timeout(LONG).unwrap(), Ok(Answer::QueueLength(0))));
        assert!(second.try_recv().is_err());
        // Closing waits for nobody's answer.
        drop(readers);
        assert!(matches!(second.recv_timeout(LONG).unwrap(), Err(Refusal::Superseded)));
    }
}
