//! Keys and signals → messages. Two threads that only wait: `input` on the terminal, `signals` on signals.
//!
//! They are two so that a signal is heard even while reading blocks: a program that we started may take the bytes that
//! were there a moment ago. What the bytes mean is the decoder's; nothing here looks into them.

use std::io;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::Signals;

use super::Inbound;
use super::decode::{Decoder, Heard};
use super::stopping::OwnStop;
use crate::app::Message;

/// What is read at once: a terminal in raw mode gives no more.
const READ_BYTES: usize = 4 * 1024;
/// A terminal that says so often in a row that there is something to read, and then gives nothing, is gone.
const EMPTY_READS_MAX: usize = 16;

/// Starts both threads. They end with the process. `asked` says whether the terminal is asked for its background, which is
/// then heard among the keys; `own_stop` which stop is our own.
pub fn listen(inbox: &Sender<Inbound>, asked: bool, own_stop: OwnStop) -> io::Result<()> {
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGCONT, SIGWINCH])?;
    let to_main = inbox.clone();
    thread::Builder::new().name("signals".into()).spawn(move || {
        for signal in signals.forever() {
            let heard = match signal {
                SIGWINCH => Inbound::SizeChanged,
                SIGTSTP if own_stop.is_echo() => continue,
                SIGTSTP => Inbound::Stop,
                SIGCONT => Inbound::Continued,
                _ => Inbound::End { signal },
            };
            if to_main.send(heard).is_err() {
                return;
            }
        }
    })?;
    let to_main = inbox.clone();
    thread::Builder::new().name("input".into()).spawn(move || read_terminal(&to_main, asked))?;
    Ok(())
}

fn read_terminal(inbox: &Sender<Inbound>, asked: bool) {
    let (mut decoder, mut heard) = (Decoder::default(), Vec::new());
    let mut buffer = [0; READ_BYTES];
    let mut empty_reads = 0;
    loop {
        match wait_for_terminal(decoder.wait()) {
            Ok(Waited::Readable) => match rustix::io::read(io::stdin(), &mut buffer) {
                Ok(0) => empty_reads += 1,
                Ok(count) => {
                    empty_reads = 0;
                    decoder.take(&buffer[..count], &mut heard);
                }
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(_) => empty_reads = EMPTY_READS_MAX,
            },
            Ok(Waited::Nothing) => decoder.rested(&mut heard),
            Ok(Waited::HungUp) | Err(_) => empty_reads = EMPTY_READS_MAX,
        }
        let gone = empty_reads >= EMPTY_READS_MAX;
        // Nothing more comes: what waited for more is what it is.
        while gone && decoder.wait().is_some() {
            decoder.rested(&mut heard);
        }
        let messages = heard.drain(..).filter_map(|it| message_of(it, asked));
        for message in messages {
            // Where it fails nobody listens any more: main has ended.
            if inbox.send(Inbound::Message(message)).is_err() {
                return;
            }
        }
        if gone {
            let _ = inbox.send(Inbound::HungUp);
            return;
        }
    }
}

fn message_of(heard: Heard, asked: bool) -> Option<Message> {
    match heard {
        Heard::Key(key) => Some(Message::Key(key)),
        Heard::Mouse(mouse) => Some(Message::Mouse(mouse)),
        Heard::Paste(text) => Some(Message::Paste(text)),
        Heard::Background(background) => asked.then_some(Message::Background(background)),
        // Focus is not switched on by us, and what we did not ask is not for us.
        Heard::FocusIn | Heard::FocusOut | Heard::Answer => None,
    }
}

enum Waited {
    Readable,
    /// The time is over.
    Nothing,
    HungUp,
}

/// Waits for as long as it takes, or for the time given.
fn wait_for_terminal(time: Option<Duration>) -> io::Result<Waited> {
    let time = time.and_then(|it| Timespec::try_from(it).ok());
    let stdin = io::stdin();
    loop {
        let mut ready = [PollFd::new(&stdin, PollFlags::IN)];
        match poll(&mut ready, time.as_ref()) {
            Err(Errno::INTR) => continue,
            Err(error) => return Err(error.into()),
            Ok(0) => return Ok(Waited::Nothing),
            Ok(_) => {}
        }
        let seen = ready[0].revents();
        if seen.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) {
            return Ok(Waited::HungUp);
        }
        if seen.contains(PollFlags::IN) {
            return Ok(Waited::Readable);
        }
    }
}
