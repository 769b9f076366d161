//! Keys and signals → messages. Two threads that only wait: `input` on the terminal, `signals` on signals.
//!
//! They are two because decoding may block in the middle of a half-sent escape sequence, and a signal must be heard
//! even then. crossterm is let near the terminal only when there is something to read: at a hang-up it would spin.

use std::io;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

use crossterm::event::{
    Event, KeyCode as Code, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::Signals;

use super::Inbound;
use super::answer::{Answer, Question};
use super::stopping::OwnStop;
use crate::app::{Message, Mouse, MouseKind};
use crate::command::{Key, KeyCode};

/// Starts both threads. They end with the process. `question` says when the terminal was asked for its background, so that
/// an answer may come among the keys; `own_stop` which stop is our own.
pub fn listen(inbox: &Sender<Inbound>, question: Question, own_stop: OwnStop) -> io::Result<()> {
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
    thread::Builder::new().name("input".into()).spawn(move || read_terminal(&to_main, question))?;
    Ok(())
}

fn read_terminal(inbox: &Sender<Inbound>, question: Question) {
    let mut answer = Answer::new(question);
    loop {
        match wait_for_terminal(answer.wait()) {
            Ok(Waited::Readable) => {}
            Ok(Waited::Nothing) => {
                // What looked like the beginning of an answer was keys after all.
                let mut mender = Mender::default();
                let mut messages: Vec<Message> =
                    answer.give_up().into_iter().flat_map(|key| mender.take(Message::Key(key))).collect();
                messages.extend(mender.end());
                if messages.into_iter().any(|it| inbox.send(Inbound::Message(it)).is_err()) {
                    return;
                }
                continue;
            }
            Ok(Waited::HungUp) | Err(_) => {
                // Nobody listens any more: either main has ended, or it ends on this.
                let _ = inbox.send(Inbound::HungUp);
                return;
            }
        }
        let mut heard = false;
        let mut mender = Mender::default();
        let mut nothing = 0;
        loop {
            let patience = if mender.text.is_some() { PASTE_GOES_ON_WITHIN } else { Duration::ZERO };
            match crossterm::event::poll(patience) {
                Ok(true) => (heard, nothing) = (true, 0),
                // An answer that nobody waits for counts as nothing, and the key behind it lies within crossterm until
                // it is asked once more: the terminal itself has nothing left to say.
                Ok(false) if patience.is_zero() && nothing < ANSWERS_IN_A_ROW_MAX => {
                    nothing += 1;
                    continue;
                }
                // Told of a resize and of a key at once, crossterm hands on the resize and forgets the key's edge.
                // Setting the modes that are set already makes the terminal say once more that it can be read.
                Ok(false) if !heard || still_readable() => {
                    let stdin = io::stdin();
                    if let Ok(modes) = rustix::termios::tcgetattr(&stdin) {
                        let _ = rustix::termios::tcsetattr(&stdin, rustix::termios::OptionalActions::Now, &modes);
                    }
                    break;
                }
                Ok(false) => break,
                Err(_) => {
                    let _ = inbox.send(Inbound::HungUp);
                    return;
                }
            }
            let Ok(event) = crossterm::event::read() else { break };
            let Some(message) = message_of(event) else { continue };
            // What was asked for is taken out first; other answers, and torn pastes, are the mender's.
            let heard = match message {
                Message::Key(key) => answer.heard(key),
                other => vec![other],
            };
            let messages: Vec<Message> = heard.into_iter().flat_map(|it| mender.take(it)).collect();
            if messages.into_iter().any(|it| inbox.send(Inbound::Message(it)).is_err()) {
                return;
            }
        }
        if mender.end().into_iter().any(|it| inbox.send(Inbound::Message(it)).is_err()) {
            return;
        }
    }
}

/// Answers to what another program asked, one right behind the other.
const ANSWERS_IN_A_ROW_MAX: usize = 4;
/// What of a torn paste has not come after so long does not come.
const PASTE_GOES_ON_WITHIN: Duration = Duration::from_millis(200);
/// What follows the escape byte at the beginning of a paste.
const PASTE_BEGINS: &str = "[200~";
/// Bytes of a torn paste that are kept; no line takes more.
const TORN_BYTES_MAX: usize = 64 * 1024;

/// Answers to questions about colours and abilities (OSC, DCS, APC) that come late are no keys, though crossterm takes
/// their first byte for a key with Alt and the rest for letters.
fn begins_an_answer(message: &Message) -> bool {
    matches!(message, Message::Key(Key { code: KeyCode::Char(']' | 'P' | '_'), alt: true, control: false, .. }))
}

/// Where Esc is pressed right before a paste, both come in one piece: two escape bytes, of which crossterm makes one key
/// and forgets the other, so that the paste reads as keys. It is put together again, or its letters would run as
/// commands.
#[derive(Default)]
struct Mender {
    after_escape: bool,
    /// Keys that may be the beginning of a paste, or of an answer of the terminal's.
    held: Vec<Message>,
    text: Option<String>,
    in_answer: bool,
}

impl Mender {
    /// Takes what was heard, and gives what is to be passed on.
    fn take(&mut self, message: Message) -> Vec<Message> {
        let letter = if let Message::Key(Key { code: KeyCode::Char(it), control: false, alt: false, .. }) = &message {
            Some(*it)
        } else {
            matches!(message, Message::Key(Key { code: KeyCode::Enter, .. })).then_some('\n')
        };
        if self.in_answer {
            let ends = matches!(
                &message,
                Message::Key(
                    Key { code: KeyCode::Char('\\'), alt: true, .. }
                        | Key { code: KeyCode::Char('g'), control: true, .. }
                )
            );
            self.in_answer = !ends;
            return Vec::new();
        }
        if let Some(first) = self.held.first().filter(|it| begins_an_answer(it)) {
            // A picture's answer (kitty's graphics protocol) begins with a letter.
            let picture = matches!(first, Message::Key(Key { code: KeyCode::Char('_'), .. })) && letter == Some('G');
            if picture || letter.is_some_and(|it| it.is_ascii_digit() || matches!(it, '>' | '!')) {
                self.held.clear();
                self.in_answer = true;
                return Vec::new();
            }
        } else if begins_an_answer(&message) && self.held.is_empty() && self.text.is_none() {
            self.held.push(message);
            return Vec::new();
        }
        if let Some(text) = &mut self.text {
            text.extend(letter.filter(|_| text.len() < TORN_BYTES_MAX));
            return Vec::new();
        }
        let begun = self.after_escape && letter.is_some() && letter == PASTE_BEGINS.chars().nth(self.held.len());
        if begun {
            self.held.push(message);
            if self.held.len() == PASTE_BEGINS.len() {
                self.held.clear();
                self.text = Some(String::new());
            }
            return Vec::new();
        }
        self.after_escape = matches!(message, Message::Key(Key { code: KeyCode::Escape, .. }));
        let mut out = std::mem::take(&mut self.held);
        out.push(message);
        out
    }

    /// Nothing more has come.
    fn end(self) -> Vec<Message> {
        let mut out = self.held;
        out.extend(self.text.map(Message::Paste));
        out
    }
}

fn still_readable() -> bool {
    let stdin = io::stdin();
    let mut ready = [PollFd::new(&stdin, PollFlags::IN)];
    poll(&mut ready, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })).is_ok_and(|count| count > 0)
}

enum Waited {
    Readable,
    /// The time is over.
    Nothing,
    HungUp,
}

/// Waits for as long as it takes, or for the time given.
fn wait_for_terminal(time: Option<Duration>) -> io::Result<Waited> {
    let time = time.map(|it| Timespec { tv_sec: 0, tv_nsec: i64::from(it.subsec_nanos()) });
    let stdin = io::stdin();
    loop {
        let mut ready = [PollFd::new(&stdin, PollFlags::IN)];
        match poll(&mut ready, time.as_ref()) {
            Err(rustix::io::Errno::INTR) => continue,
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

fn message_of(event: Event) -> Option<Message> {
    match event {
        Event::Key(key) => key_of(key).map(Message::Key),
        Event::Paste(text) => Some(Message::Paste(text)),
        // Sizes come by signal, so that the newest is asked for once; focus is not switched on.
        Event::Resize(..) | Event::FocusGained | Event::FocusLost => None,
        Event::Mouse(event) => mouse_of(event).map(Message::Mouse),
    }
}

fn mouse_of(event: MouseEvent) -> Option<Mouse> {
    let kind = match event.kind {
        MouseEventKind::Down(MouseButton::Left) => MouseKind::Press,
        MouseEventKind::Drag(MouseButton::Left) => MouseKind::Drag,
        MouseEventKind::Up(MouseButton::Left) => MouseKind::Release,
        MouseEventKind::ScrollUp => MouseKind::WheelUp,
        MouseEventKind::ScrollDown => MouseKind::WheelDown,
        MouseEventKind::Down(_)
        | MouseEventKind::Drag(_)
        | MouseEventKind::Up(_)
        | MouseEventKind::Moved
        | MouseEventKind::ScrollLeft
        | MouseEventKind::ScrollRight => return None,
    };
    Some(Mouse { kind, column: event.column, line: event.row })
}

fn key_of(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let shift_pressed = event.modifiers.contains(KeyModifiers::SHIFT);
    let (code, shift) = match event.code {
        // Shift is part of the character: `J`, `>`.
        // Terminals with a keyboard protocol name the key and say that Shift is held.
        Code::Char(it) if shift_pressed && it.is_lowercase() => (KeyCode::Char(upper(it)), false),
        Code::Char(it) => (KeyCode::Char(it), false),
        Code::Enter => (KeyCode::Enter, shift_pressed),
        Code::Esc => (KeyCode::Escape, shift_pressed),
        Code::Tab => (KeyCode::Tab, shift_pressed),
        Code::BackTab => (KeyCode::Tab, true),
        Code::Backspace => (KeyCode::Backspace, shift_pressed),
        Code::Delete => (KeyCode::Delete, shift_pressed),
        Code::Insert => (KeyCode::Insert, shift_pressed),
        Code::Up => (KeyCode::Up, shift_pressed),
        Code::Down => (KeyCode::Down, shift_pressed),
        Code::Left => (KeyCode::Left, shift_pressed),
        Code::Right => (KeyCode::Right, shift_pressed),
        Code::Home => (KeyCode::Home, shift_pressed),
        Code::End => (KeyCode::End, shift_pressed),
        Code::PageUp => (KeyCode::PageUp, shift_pressed),
        Code::PageDown => (KeyCode::PageDown, shift_pressed),
        Code::F(number) => (KeyCode::Function(number), shift_pressed),
        // Keys that no keyboard map of ours names.
        Code::Null
        | Code::CapsLock
        | Code::ScrollLock
        | Code::NumLock
        | Code::PrintScreen
        | Code::Pause
        | Code::Menu
        | Code::KeypadBegin
        | Code::Media(_)
        | Code::Modifier(_) => return None,
    };
    Some(Key {
        code,
        control: event.modifiers.contains(KeyModifiers::CONTROL),
        alt: event.modifiers.contains(KeyModifiers::ALT),
        shift,
    })
}

fn upper(it: char) -> char {
    let mut all = it.to_uppercase();
    match (all.next(), all.next()) {
        (Some(upper), None) => upper,
        _ => it,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: Code, modifiers: KeyModifiers) -> Option<Key> {
        key_of(KeyEvent::new(code, modifiers))
    }

    #[test]
    fn shift_belongs_to_the_character() {
        assert_eq!(key(Code::Char('J'), KeyModifiers::SHIFT), Some(Key::char('J')));
        assert_eq!(key(Code::Char('j'), KeyModifiers::SHIFT), Some(Key::char('J')));
        assert_eq!(key(Code::BackTab, KeyModifiers::SHIFT).map(|it| it.shift), Some(true));
    }

    #[test]
    fn a_late_answer_of_the_terminal_is_no_key() {
        let mut mender = Mender::default();
        let alt = |it| Message::Key(Key { alt: true, ..Key::char(it) });
        let mut out = mender.take(alt(']'));
        for it in "11;rgb:0000".chars() {
            out.extend(mender.take(Message::Key(Key::char(it))));
        }
        out.extend(mender.take(alt('\\')));
        assert!(out.is_empty(), "{out:?}");
        for it in [alt('_'), Message::Key(Key::char('G')), Message::Key(Key::char('i')), alt('\\')] {
            out.extend(mender.take(it));
        }
        assert!(out.is_empty(), "{out:?}");
        // A person's own Alt and what follows it is a person's.
        out.extend(mender.take(alt(']')));
        out.extend(mender.take(Message::Key(Key::char('j'))));
        out.extend(mender.end());
        assert_eq!(out.len(), 2, "{out:?}");
    }

    #[test]
    fn a_paste_right_after_escape_is_a_paste() {
        let mut mender = Mender::default();
        let typed = |it| Message::Key(Key::char(it));
        let escape = || Message::Key(key(Code::Esc, KeyModifiers::NONE).unwrap());
        let mut out = mender.take(escape());
        for it in "[200~Q:quit".chars() {
            out.extend(mender.take(typed(it)));
        }
        out.extend(mender.end());
        assert!(matches!(&out[..], [Message::Key(_), Message::Paste(text)] if text == "Q:quit"), "{out:?}");

        let mut mender = Mender::default();
        let mut out = mender.take(escape());
        for it in "[[20".chars() {
            out.extend(mender.take(typed(it)));
        }
        out.extend(mender.end());
        assert_eq!(out.len(), 5, "{out:?}");
    }

    #[test]
    fn a_released_key_is_no_key() {
        let mut event = KeyEvent::new(Code::Char('j'), KeyModifiers::NONE);
        event.kind = KeyEventKind::Release;
        assert_eq!(key_of(event), None);
    }
}
