//! Long work on the command line: on a terminal a line that says how far it is and goes when it is done; elsewhere one
//! sentence, and only where it takes longer than anybody would like to wait without a word.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::app::{counted, number};
use crate::refresh::{Cancel, Progress, drain};
use crate::store::{Change, Done, Library, Upgrade};

use super::Failure;
use super::print::say;

/// Nobody minds waiting so long without being told why.
const QUIET_MAX: Duration = Duration::from_secs(1);
/// How often a line tells the seconds.
const TICK: Duration = Duration::from_millis(250);
/// Housework that a command does before it ends; the rest is left to the next one, or to the reader.
const HOUSEWORK_MAX: Duration = Duration::from_secs(10);

/// Work that may be long. Says nothing where nothing is told of it.
pub struct Waiting {
    /// What is said once where there is no terminal.
    sentence: &'static str,
    bar: Option<ProgressBar>,
    /// Dropped when the work is done: the sentence is then not needed.
    quiet: Option<Sender<()>>,
}

impl Waiting {
    pub fn new(sentence: &'static str) -> Waiting {
        Waiting { sentence, bar: None, quiet: None }
    }

    /// Says how far it is.
    pub fn tell(&mut self, line: String) {
        if !std::io::stderr().is_terminal() {
            self.say_later();
            return;
        }
        self.bar.get_or_insert_with(line_that_goes).set_message(line);
    }

    fn say_later(&mut self) {
        if self.quiet.is_some() {
            return;
        }
        let (quiet, done) = channel::<()>();
        let sentence = self.sentence;
        let waits = move || {
            if done.recv_timeout(QUIET_MAX) == Err(RecvTimeoutError::Timeout) {
                say(sentence);
            }
        };
        // Without a thread nothing is said, which is no reason not to work.
        if thread::Builder::new().name("waiting".into()).spawn(waits).is_ok() {
            self.quiet = Some(quiet);
        }
    }

    pub fn upgrade(&mut self, upgrade: Upgrade) {
        self.tell(match upgrade {
            Upgrade::Copying { done, bytes } => {
                format!("Bringing the library up to date: {} of {} copied first", megabytes(done), megabytes(bytes))
            }
            Upgrade::Step { number, steps } => {
                let left = steps - number;
                format!("Bringing the library up to date: step {number} of {steps}, {left} left. Ctrl-C loses nothing")
            }
        });
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Ctrl-C sets what is returned, once; pressed again it ends the program as ever.
pub fn interrupted() -> Cancel {
    let cancel: Cancel = Arc::new(AtomicBool::new(false));
    let signal = signal_hook::consts::SIGINT;
    // In this order: the first one ends the program where the second has set the flag before. Where signals can't be
    // had, Ctrl-C ends the program at once, which loses nothing either.
    let _ = signal_hook::flag::register_conditional_default(signal, cancel.clone());
    let _ = signal_hook::flag::register(signal, cancel.clone());
    cancel
}

/// Indexes what waits, and says how much is left.
pub fn index(library: &Library, cancel: &Cancel) -> Result<(), Failure> {
    let mut waiting = Waiting::new("Indexing what has arrived, so that it can be found by its words.");
    let mut told_last = None;
    drain(library, cancel, &mut |progress| {
        let Progress::Indexing { left } = progress else { return };
        if left > 0 && told_last.replace(left) != Some(left) {
            waiting.tell(format!("Indexing: {} left", counted(left, "article", "articles")));
        }
    })?;
    Ok(())
}

/// Does what is else done while the reader is at rest, for a while.
pub fn keep_house(library: &Library, cancel: &Cancel) -> Result<(), Failure> {
    let begun = Instant::now();
    let mut waiting = Waiting::new("Tidying the library up; this takes ten seconds at most.");
    let mut slices = 0;
    while !cancel.load(std::sync::atomic::Ordering::Relaxed) && begun.elapsed() < HOUSEWORK_MAX {
        let Done::HouseKept { more: true } = library.change(Change::KeepHouse)?.done else { break };
        slices += 1;
        waiting.tell(format!("Tidying the library up: {} done", counted(slices, "piece", "pieces")));
    }
    Ok(())
}

fn line_that_goes() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{wide_msg} {elapsed}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(TICK);
    bar
}

fn megabytes(bytes: u64) -> String {
    format!("{} MB", number(i64::try_from(bytes / 1_000_000).unwrap_or(i64::MAX)))
}
