//! Questions: two threads with read-only connections for the screen, and a few connections for whoever waits for the
//! answer. A question that nobody waits for any more is interrupted; nothing here writes.

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

const THREADS: usize = 2;
/// Steps of SQLite's machine: a fraction of a millisecond.
const STEPS_BETWEEN_LOOKS: std::ffi::c_int = 1_000;
/// Connections kept for questions that are answered on the asker's own thread; more are opened and closed again.
const IDLE_MAX: usize = 4;

impl Readers {
    pub fn start(path: &Path) -> Result<Readers, Refusal> {
        let desk = Arc::new(Desk::default());
        let mut readers =
            Readers { path: path.to_owned(), idle: Mutex::default(), desk: Arc::clone(&desk), threads: Vec::new() };
        for number in 1..=THREADS {
            let mut connection = schema::open_reader(path)?;
            // Looked at while a statement runs. Unlike an interrupt from outside, it also holds between two statements.
            let abandoned = Arc::new(AtomicBool::new(false));
            let flag = Arc::clone(&abandoned);
            connection.progress_handler(STEPS_BETWEEN_LOOKS, Some(move || flag.load(Ordering::Relaxed)))?;
            let desk = Arc::clone(&desk);
            let thread = std::thread::Builder::new()
                .name(format!("store-reader-{number}"))
                .spawn(move || serve(&desk, &connection, &abandoned))
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
        let kind = discriminant(&ask);
        let mut superseded = Vec::new();
        {
            let mut state = locked(&self.desk.state);
            let waiting = std::mem::take(&mut state.waiting);
            for job in waiting {
                if discriminant(&job.0) == kind { superseded.push(job.1) } else { state.waiting.push_back(job) }
            }
            // Under the lock: a question marked as under way is still the one its thread works on.
            for running in state.running.iter().filter(|it| it.kind == kind) {
                running.abandoned.store(true, Ordering::Relaxed);
            }
            state.waiting.push_back((ask, reply));
        }
        self.desk.bell.notify_one();
        for reply in superseded {
            // As on a reader's own thread: a reply that panics is its owner's fault, not the asker's.
            let _ = catch_unwind(AssertUnwindSafe(|| reply(Err(Refusal::Superseded))));
        }
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        {
            let mut state = locked(&self.desk.state);
            state.closing = true;
            for running in &state.running {
                running.abandoned.store(true, Ordering::Relaxed);
            }
        }
        self.desk.bell.notify_all();
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
    bell: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<(Ask, AnswerReply)>,
    running: Vec<Running>,
    closing: bool,
}

struct Running {
    kind: Discriminant<Ask>,
    /// The thread's own; set where nobody waits for the answer any more.
    abandoned: Arc<AtomicBool>,
}

fn serve(desk: &Desk, connection: &Connection, abandoned: &Arc<AtomicBool>) {
    loop {
        let mut state = locked(&desk.state);
        let (ask, reply) = loop {
            if state.closing {
                return;
            }
            match state.waiting.pop_front() {
                Some(job) => break job,
                None => state = desk.bell.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        };
        abandoned.store(false, Ordering::Relaxed);
        state.running.push(Running { kind: discriminant(&ask), abandoned: Arc::clone(abandoned) });
        drop(state);
        let answer = contained(|| answer::answer(connection, &ask));
        locked(&desk.state).running.retain(|it| !Arc::ptr_eq(&it.abandoned, abandoned));
        let _ = catch_unwind(AssertUnwindSafe(|| reply(answer)));
    }
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
