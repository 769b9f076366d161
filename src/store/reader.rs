//! Questions: two threads with read-only connections for the screen, and a few connections for whoever waits for the
//! answer. A question that nobody waits for any more is interrupted; nothing here writes.

use std::collections::VecDeque;
use std::mem::{Discriminant, discriminant};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use rusqlite::{Connection, InterruptHandle};

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
/// Connections kept for questions that are answered on the asker's own thread; more are opened and closed again.
const IDLE_MAX: usize = 4;

impl Readers {
    pub fn start(path: &Path) -> Result<Readers, Refusal> {
        let desk = Arc::new(Desk::default());
        let mut readers =
            Readers { path: path.to_owned(), idle: Mutex::default(), desk: Arc::clone(&desk), threads: Vec::new() };
        for number in 1..=THREADS {
            let connection = schema::open_reader(path)?;
            let desk = Arc::clone(&desk);
            let thread = std::thread::Builder::new()
                .name(format!("store-reader-{number}"))
                .spawn(move || serve(&desk, &connection))
                .map_err(|it| Refusal::Contained { detail: it.to_string() })?;
            readers.threads.push(thread);
        }
        Ok(readers)
    }

    pub fn ask(&self, ask: &Ask) -> Result<Answer, Refusal> {
        let idle = locked(&self.idle).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => schema::open_reader(&self.path)?,
        };
        let answer = contained(|| answer::answer(&connection, ask));
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
                running.interrupt.interrupt();
            }
            state.waiting.push_back((ask, reply));
        }
        self.desk.bell.notify_one();
        for reply in superseded {
            reply(Err(Refusal::Superseded));
        }
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        {
            let mut state = locked(&self.desk.state);
            state.closing = true;
            for running in &state.running {
                running.interrupt.interrupt();
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
    served: u64,
}

struct Running {
    number: u64,
    kind: Discriminant<Ask>,
    interrupt: InterruptHandle,
}

fn serve(desk: &Desk, connection: &Connection) {
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
        state.served += 1;
        let number = state.served;
        let interrupt = connection.get_interrupt_handle();
        state.running.push(Running { number, kind: discriminant(&ask), interrupt });
        drop(state);
        let answer = contained(|| answer::answer(connection, &ask));
        locked(&desk.state).running.retain(|it| it.number != number);
        let _ = catch_unwind(AssertUnwindSafe(|| reply(answer)));
    }
}

/// The lists behind these locks are whole after every statement, also where a thread panicked.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
