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
use rustix::event::{PollFd, PollFlags, poll};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::Signals;

use super::Inbound;
use crate::app::{Message, Mouse, MouseKind};
use crate::command::{Key, KeyCode};

/// Starts both threads. They end with the process.
pub fn listen(inbox: &Sender<Inbound>) -> io::Result<()> {
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGCONT, SIGWINCH])?;
    let to_main = inbox.clone();
    thread::Builder::new().name("signals".into()).spawn(move || {
        for signal in signals.forever() {
            let heard = match signal {
                SIGWINCH => Inbound::SizeChanged,
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
    thread::Builder::new().name("input".into()).spawn(move || read_terminal(&to_main))?;
    Ok(())
}

fn read_terminal(inbox: &Sender<Inbound>) {
    loop {
        match wait_for_terminal() {
            Ok(Waited::Readable) => {}
            Ok(Waited::HungUp) | Err(_) => {
                // Nobody listens any more: either main has ended, or it ends on this.
                let _ = inbox.send(Inbound::HungUp);
                return;
            }
        }
        let mut heard = false;
        loop {
            match crossterm::event::poll(Duration::ZERO) {
                Ok(true) => heard = true,
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
            if let Some(message) = message_of(event)
                && inbox.send(Inbound::Message(message)).is_err()
            {
                return;
            }
        }
    }
}

fn still_readable() -> bool {
    let stdin = io::stdin();
    let mut ready = [PollFd::new(&stdin, PollFlags::IN)];
    poll(&mut ready, Some(&rustix::event::Timespec { tv_sec: 0, tv_nsec: 0 })).is_ok_and(|count| count > 0)
}

enum Waited {
    Readable,
    HungUp,
}

fn wait_for_terminal() -> io::Result<Waited> {
    let stdin = io::stdin();
    loop {
        let mut ready = [PollFd::new(&stdin, PollFlags::IN)];
        match poll(&mut ready, None) {
            Err(rustix::io::Errno::INTR) => continue,
            Err(error) => return Err(error.into()),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: Code, modifiers: KeyModifiers) -> Option<Key> {
        key_of(KeyEvent::new(code, modifiers))
    }

    #[test]
    fn shift_belongs_to_the_character() {
        assert_eq!(key(Code::Char('J'), KeyModifiers::SHIFT), Some(Key::char('J')));
        assert_eq!(key(Code::BackTab, KeyModifiers::SHIFT).map(|it| it.shift), Some(true));
    }

    #[test]
    fn a_released_key_is_no_key() {
        let mut event = KeyEvent::new(Code::Char('j'), KeyModifiers::NONE);
        event.kind = KeyEventKind::Release;
        assert_eq!(key_of(event), None);
    }
}
