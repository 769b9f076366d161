//! Programs that a person has put in a feed's way: one that prints a feed, one that rewrites what was fetched. Argument
//! vectors, never a shell; each with a limit of time and of output, in a process group of its own that ends with it.
//!
//! Nothing that came over the network, nor any imported list, ever names a program that is run here.

use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

/// What a program may cost.
pub(super) struct Bounds {
    pub time_max: Duration,
    pub output_bytes_max: u64,
}

impl Bounds {
    /// As much as a server may take and send.
    pub(super) const STANDARD: Bounds =
        Bounds { time_max: Duration::from_secs(30), output_bytes_max: 10 * 1_024 * 1_024 };
}

const LOOK_EVERY: Duration = Duration::from_millis(20);
/// What is kept of what a program says went wrong.
const ERRORS_BYTES_MAX: u64 = 4_096;
/// How long the rest of the output may take once the program has ended: whoever still holds the pipe was killed.
const LAST_OUTPUT_WITHIN: Duration = Duration::from_secs(2);

/// Runs a program and gives what it printed. `input` is its standard input, else it has none.
///
/// # Errors
/// A sentence's end: what went wrong, with the last line that the program itself wrote about it. It may hold anything
/// that the program printed there and must be cleaned before it is shown.
pub(super) fn run(
    command: &[String],
    input: Option<Vec<u8>>,
    bounds: &Bounds,
    ended: &AtomicBool,
) -> Result<Vec<u8>, String> {
    let Some((program, arguments)) = command.split_first() else { return Err("no program is named".to_owned()) };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .map_err(|error| format!("it did not start ({error})"))?;
    if let (Some(mut pipe), Some(input)) = (child.stdin.take(), input) {
        // A program may well stop reading early; that is its own affair.
        std::thread::spawn(move || drop(pipe.write_all(&input)));
    }
    let output = read_beside(child.stdout.take(), bounds.output_bytes_max + 1);
    let errors = read_beside(child.stderr.take(), ERRORS_BYTES_MAX);
    let waited = wait(&mut child, &output, bounds, ended);
    end(&mut child);
    let printed = waited?;
    let said = || last_line(&errors.recv_timeout(LAST_OUTPUT_WITHIN).unwrap_or_default());
    let status = child.wait().map_err(|error| format!("it failed ({error})"))?;
    if !status.success() {
        let how =
            status.code().map_or_else(|| "it was ended by a signal".to_owned(), |it| format!("it ended with {it}"));
        let said = said();
        return Err(if said.is_empty() { how } else { format!("{how}: {said}") });
    }
    match printed {
        Some(printed) => Ok(printed),
        None => output.recv_timeout(LAST_OUTPUT_WITHIN).map_err(|_| "it left its output open".to_owned()),
    }
    .and_then(|it| if it.len() as u64 > bounds.output_bytes_max { Err(too_much(bounds)) } else { Ok(it) })
}

/// Waits until the program has ended, or has cost too much. Gives the output where all of it has come by then.
fn wait(
    child: &mut Child,
    output: &Receiver<Vec<u8>>,
    bounds: &Bounds,
    ended: &AtomicBool,
) -> Result<Option<Vec<u8>>, String> {
    let begun = Instant::now();
    let mut printed = None;
    loop {
        match child.try_wait() {
            Ok(Some(_)) | Err(_) => return Ok(printed),
            Ok(None) if ended.load(Ordering::Relaxed) => return Err("the refresh was ended".to_owned()),
            Ok(None) if begun.elapsed() >= bounds.time_max => {
                return Err(format!("it did not end within {} s", bounds.time_max.as_secs().max(1)));
            }
            Ok(None) => {}
        }
        if printed.is_some() {
            std::thread::sleep(LOOK_EVERY);
            continue;
        }
        match output.recv_timeout(LOOK_EVERY) {
            Ok(it) if it.len() as u64 > bounds.output_bytes_max => return Err(too_much(bounds)),
            Ok(it) => printed = Some(it),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
    }
}

/// Ends the program with whatever it has started.
fn end(child: &mut Child) {
    // The group may be gone already. It can't be another's: its leader has not been waited for, or only just.
    let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    let _ = child.wait();
}

fn read_beside(pipe: Option<impl Read + Send + 'static>, bytes_max: u64) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // What came before a pipe broke is what there is.
        let _ = pipe.map(|it| it.take(bytes_max).read_to_end(&mut bytes));
        let _ = sender.send(bytes);
    });
    receiver
}

fn too_much(bounds: &Bounds) -> String {
    format!("it printed more than {} MB", bounds.output_bytes_max / 1_048_576)
}

fn last_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.lines().rev().find(|it| !it.trim().is_empty()).unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(words: &[&str]) -> Vec<String> {
        words.iter().map(|it| (*it).to_owned()).collect()
    }

    fn ran(words: &[&str], input: Option<&[u8]>) -> Result<Vec<u8>, String> {
        run(&command(words), input.map(<[u8]>::to_vec), &Bounds::STANDARD, &AtomicBool::new(false))
    }

    #[test]
    fn what_a_program_prints_is_its_output_and_no_shell_reads_its_arguments() {
        assert_eq!(ran(&["printf", "%s", "a $(touch x) `y`; z"], None).unwrap(), b"a $(touch x) `y`; z");
        assert_eq!(ran(&["tr", "a-z", "A-Z"], Some(b"news")).unwrap(), b"NEWS");
        // Without input there is none to wait for.
        assert_eq!(ran(&["cat"], None).unwrap(), b"");
        let much = vec![b'x'; 3 << 20];
        assert_eq!(ran(&["cat"], Some(&much)).unwrap(), much);
        assert_eq!(ran(&["true"], Some(&much)).unwrap(), b"", "a program need not read");
    }

    #[test]
    fn a_failure_is_told_in_the_programs_own_last_words() {
        assert_eq!(ran(&["sh", "-c", "echo one >&2; echo two >&2; exit 3"], None).unwrap_err(), "it ended with 3: two");
        assert_eq!(ran(&["false"], None).unwrap_err(), "it ended with 1");
        assert!(ran(&["no-such-program-here"], None).unwrap_err().starts_with("it did not start"));
        assert_eq!(ran(&[], None).unwrap_err(), "no program is named");
    }

    #[test]
    fn time_and_output_have_limits_and_nothing_is_left_running() {
        let folder = tempfile::tempdir().unwrap();
        let marker = folder.path().join("left").to_string_lossy().into_owned();
        // Its child would outlive it, write the marker and hold the pipe.
        let script = format!("(sleep 1; touch {marker}) & sleep 60");
        let bounds = Bounds { time_max: Duration::from_millis(300), ..Bounds::STANDARD };
        let words = command(&["sh", "-c", &script]);
        let begun = Instant::now();
        let slow = run(&words, None, &bounds, &AtomicBool::new(false));
        assert_eq!(slow.unwrap_err(), "it did not end within 1 s");
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
        let endless = run(&command(&["yes"]), None, &Bounds::STANDARD, &AtomicBool::new(false));
        assert_eq!(endless.unwrap_err(), "it printed more than 10 MB");
        let cancelled = run(&command(&["sleep", "60"]), None, &Bounds::STANDARD, &AtomicBool::new(true));
        assert_eq!(cancelled.unwrap_err(), "the refresh was ended");
        // Whoever was left behind would have written by the time this one has.
        ran(&["sleep", "1.2"], None).unwrap();
        assert!(!std::path::Path::new(&marker).exists(), "the whole group was ended");
    }

    #[test]
    fn a_program_that_leaves_another_behind_is_not_waited_for() {
        let begun = Instant::now();
        assert_eq!(ran(&["sh", "-c", "sleep 60 & echo done"], None).unwrap(), b"done\n");
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    }
}
