//! What a whole sequence means: tables of keys and of the mouse. Holds nothing and waits for nothing.
//!
//! Sources: xterm's control sequences ("PC-Style Function Keys", "VT220-Style Function Keys", "Mouse Tracking",
//! modifyOtherKeys), kitty's keyboard protocol, rxvt's reference of keys, console_codes(4).

use crate::app::{Mouse, MouseKind};
use crate::command::{Key, KeyCode};
use crate::config::Rgb;

use super::Heard;

/// What a control sequence means.
pub enum Means {
    Heard(Heard),
    /// A key that was let go, or that no keyboard map of ours names; a pointer that only moves.
    Nothing,
    Begins(Follows),
}

/// What goes on behind the end of a control sequence, as text that would be printed.
pub enum Follows {
    /// A function key of Linux's console.
    Console,
    /// A report of the mouse in three bytes.
    OldMouse,
    Paste,
}

/// The modifiers of a key. Super, hyper and meta, and the locks, change no key of ours.
#[derive(Clone, Copy, Default)]
struct Modifiers {
    shift: bool,
    alt: bool,
    control: bool,
    /// The key was let go.
    released: bool,
}

/// The key of a byte below 0x80. In raw mode the byte of line feeds is Ctrl-J.
pub fn typed(byte: u8, alt: bool) -> Key {
    let (code, control) = match byte {
        b'\r' => (KeyCode::Enter, false),
        b'\t' => (KeyCode::Tab, false),
        0x7f => (KeyCode::Backspace, false),
        0x1b => (KeyCode::Escape, false),
        0 => (KeyCode::Char(' '), true),
        1..=26 => (KeyCode::Char(char::from(byte - 1 + b'a')), true),
        // Ctrl-4 to Ctrl-7, as the keyboards of DEC's terminals have them.
        28..=31 => (KeyCode::Char(char::from(byte - 28 + b'4')), true),
        _ => (KeyCode::Char(char::from(byte)), false),
    };
    Key { code, control, alt, shift: false }
}

/// The key of a letter beyond ASCII.
pub fn letter(it: char, alt: bool) -> Key {
    Key { alt, ..Key::char(it) }
}

/// The key that `ESC O` and these bytes are; a modifier stands before the letter where a terminal sends one.
pub fn ss3(modifier: Option<u8>, last: u8) -> Option<Key> {
    let mut modifiers = Modifiers::of(modifier.map_or(0, |it| u32::from(it.saturating_sub(b'0'))));
    let code = match last {
        // rxvt's Ctrl.
        b'a'..=b'd' => {
            modifiers.control = true;
            cursor(last.to_ascii_uppercase())?
        }
        b'M' => KeyCode::Enter,
        b'I' => KeyCode::Tab,
        b' ' => KeyCode::Char(' '),
        b'X' => KeyCode::Char('='),
        // The keypad's * + , - . / and digits.
        b'j'..=b'y' => KeyCode::Char(char::from(last - b'j' + b'*')),
        b'R' => KeyCode::Function(3),
        _ => cursor(last)?,
    };
    Some(modifiers.key(code))
}

/// The function key of Linux's console that `ESC [ [` and this byte are.
pub fn console(last: u8) -> Option<Key> {
    matches!(last, b'A'..=b'E').then(|| Modifiers::default().key(KeyCode::Function(last - b'A' + 1)))
}

/// Whether these bytes and `$` are a key as rxvt sends it with Shift. In an answer they would be two numbers.
pub fn is_rxvt_key(held: &[u8]) -> bool {
    !held.is_empty() && std::str::from_utf8(held).ok().and_then(|it| it.parse().ok()).and_then(numbered).is_some()
}

/// What `CSI`, the bytes between (all of 0x20 to 0x3f) and the last one mean.
pub fn csi(held: &[u8], last: u8) -> Means {
    let text = std::str::from_utf8(held).unwrap_or("");
    // `<` is the mouse; `?`, `>` and `=` are only ever answers, and so is what has bytes before its last one.
    if let Some(report) = text.strip_prefix('<')
        && matches!(last, b'M' | b'm')
    {
        return mouse(report, 0, last == b'm').map_or(Means::Nothing, |it| Means::Heard(Heard::Mouse(it)));
    }
    let is_key = text.bytes().all(|it| it.is_ascii_digit() || matches!(it, b';' | b':'));
    if !is_key {
        return Means::Heard(Heard::Answer);
    }
    let mut parts = text.split(';');
    let (first, second) = (parts.next().unwrap_or(""), parts.next());
    let modifiers = match second {
        Some(it) => Modifiers::parse(it),
        // Old terminals put the modifier alone.
        None => Modifiers::of(first.parse::<u32>().unwrap_or(0) % 10),
    };
    let key = |modifiers: Modifiers, code: Option<KeyCode>| match code {
        Some(code) if !modifiers.released => Means::Heard(Heard::Key(modifiers.key(code))),
        Some(_) | None => Means::Nothing,
    };
    let number = first.parse().ok().and_then(numbered);
    let alone = Modifiers::default();
    match last {
        b'M' if text.is_empty() => Means::Begins(Follows::OldMouse),
        b'M' => mouse(text, OLD_MOUSE_OFFSET, false).map_or(Means::Nothing, |it| Means::Heard(Heard::Mouse(it))),
        b'[' if text.is_empty() => Means::Begins(Follows::Console),
        b'I' if text.is_empty() => Means::Heard(Heard::FocusIn),
        b'O' if text.is_empty() => Means::Heard(Heard::FocusOut),
        b'~' if first == "200" => Means::Begins(Follows::Paste),
        b'~' if first == "27" => other_key(modifiers, parts.next().and_then(|it| it.parse().ok())),
        b'~' => key(second.map_or(alone, |_| modifiers), number),
        // rxvt's Shift, Ctrl, and both.
        b'$' => key(Modifiers { shift: true, ..alone }, number),
        b'^' if second.is_none() => key(Modifiers { control: true, ..alone }, number),
        b'@' if second.is_none() => key(Modifiers { shift: true, control: true, ..alone }, number),
        b'a'..=b'd' if text.is_empty() => key(Modifiers { shift: true, ..alone }, cursor(last.to_ascii_uppercase())),
        b'u' if !text.is_empty() => kitty(first, second.map_or(alone, |_| modifiers)),
        b'Z' => key(Modifiers { shift: true, ..modifiers }, Some(KeyCode::Tab)),
        b'A'..=b'D' | b'F' | b'H' | b'P' | b'Q' | b'S' => key(modifiers, cursor(last)),
        // Reports of the cursor (`R`, which F3 would share), of the window (`t`), of devices (`c`, `n`, `x`, `y`).
        _ => Means::Heard(Heard::Answer),
    }
}

/// The background in what an OSC said.
pub fn background(held: &[u8]) -> Option<Rgb> {
    let text = std::str::from_utf8(held).ok()?.strip_prefix("11;")?;
    Rgb::of_answer(text)
}

/// A report in the three bytes behind `CSI M`.
pub fn old_mouse(button: u8, column: u8, line: u8) -> Option<Mouse> {
    let place = |it: u8| u16::from(it).checked_sub(u16::from(OLD_MOUSE_OFFSET) + 1);
    pointed(button.checked_sub(OLD_MOUSE_OFFSET)?, place(column)?, place(line)?, false)
}

/// What xterm's first reports, and rxvt's, add to every number, so that it can be printed.
const OLD_MOUSE_OFFSET: u8 = 32;

/// A report in numbers: button, column and line, both from 1.
fn mouse(report: &str, offset: u8, released: bool) -> Option<Mouse> {
    let mut parts = report.split(';');
    let button = parts.next()?.parse::<u8>().ok()?.checked_sub(offset)?;
    let mut place = || parts.next()?.parse::<u16>().ok()?.checked_sub(1);
    pointed(button, place()?, place()?, released)
}

/// The low two bits and the high two tell the button; 32 that the pointer moved; 4, 8 and 16 are modifiers.
fn pointed(button: u8, column: u16, line: u16, released: bool) -> Option<Mouse> {
    let moved = button & 32 != 0;
    let kind = match (button & 3 | (button & 0xc0) >> 4, moved) {
        (0, _) if released => MouseKind::Release,
        (0, false) => MouseKind::Press,
        (0, true) => MouseKind::Drag,
        // Without 1006 nothing tells which button was let go.
        (3, false) => MouseKind::Release,
        (4, false) => MouseKind::WheelUp,
        (5, false) => MouseKind::WheelDown,
        _ => return None,
    };
    Some(Mouse { kind, column, line })
}

fn cursor(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'P' => KeyCode::Function(1),
        b'Q' => KeyCode::Function(2),
        b'S' => KeyCode::Function(4),
        _ => return None,
    })
}

/// The keys that are numbers: `CSI 5 ~`. Function keys count as the VT220's do, with its gaps.
fn numbered(number: u8) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => KeyCode::Function(number - 10),
        17..=21 => KeyCode::Function(number - 11),
        23..=26 => KeyCode::Function(number - 12),
        28 | 29 => KeyCode::Function(number - 13),
        31..=34 => KeyCode::Function(number - 14),
        _ => return None,
    })
}

/// `CSI code : shifted : base ; modifiers : event u`.
fn kitty(codes: &str, modifiers: Modifiers) -> Means {
    if modifiers.released {
        return Means::Nothing;
    }
    let mut codes = codes.split(':').map(|it| it.parse::<u32>().ok());
    let (Some(code), shifted) = (codes.next().flatten(), codes.next().flatten()) else { return Means::Nothing };
    let plain = match code {
        57_399..=57_408 => char::from_digit(code - 57_399, 10).map(KeyCode::Char),
        57_409 => Some(KeyCode::Char('.')),
        57_410 => Some(KeyCode::Char('/')),
        57_411 => Some(KeyCode::Char('*')),
        57_412 => Some(KeyCode::Char('-')),
        57_413 => Some(KeyCode::Char('+')),
        57_414 => Some(KeyCode::Enter),
        57_415 => Some(KeyCode::Char('=')),
        57_416 => Some(KeyCode::Char(',')),
        57_417 => Some(KeyCode::Left),
        57_418 => Some(KeyCode::Right),
        57_419 => Some(KeyCode::Up),
        57_420 => Some(KeyCode::Down),
        57_421 => Some(KeyCode::PageUp),
        57_422 => Some(KeyCode::PageDown),
        57_423 => Some(KeyCode::Home),
        57_424 => Some(KeyCode::End),
        57_425 => Some(KeyCode::Insert),
        57_426 => Some(KeyCode::Delete),
        57_376..=57_398 => u8::try_from(code - 57_376 + 13).ok().map(KeyCode::Function),
        // Locks, media keys, modifiers by themselves: a block of its own in Unicode's private use area.
        57_344..=63_743 => None,
        _ => return other_key(modifiers, Some(shifted.filter(|_| modifiers.shift).unwrap_or(code))),
    };
    plain.map_or(Means::Nothing, |it| Means::Heard(Heard::Key(modifiers.key(it))))
}

/// A key that is told by the number of its character (kitty's protocol, xterm's modifyOtherKeys).
fn other_key(modifiers: Modifiers, code: Option<u32>) -> Means {
    let Some(it) = code.and_then(char::from_u32) else { return Means::Nothing };
    let code = match it {
        '\r' => KeyCode::Enter,
        '\t' => KeyCode::Tab,
        '\u{1b}' => KeyCode::Escape,
        '\u{8}' | '\u{7f}' => KeyCode::Backspace,
        it if it.is_control() => return Means::Nothing,
        it => KeyCode::Char(it),
    };
    if modifiers.released { Means::Nothing } else { Means::Heard(Heard::Key(modifiers.key(code))) }
}

impl Modifiers {
    /// Of a number as terminals send it: one more than the sum of 1 (Shift), 2 (Alt) and 4 (Ctrl).
    fn of(number: u32) -> Modifiers {
        let bits = number.saturating_sub(1);
        Modifiers { shift: bits & 1 != 0, alt: bits & 2 != 0, control: bits & 4 != 0, released: false }
    }

    /// `5`, `5:1` (pressed), `5:2` (repeated), `5:3` (let go).
    fn parse(text: &str) -> Modifiers {
        let mut parts = text.split(':').map(|it| it.parse::<u32>().unwrap_or(0));
        let (number, event) = (parts.next().unwrap_or(0), parts.next());
        Modifiers { released: event == Some(3), ..Modifiers::of(number) }
    }

    /// Shift belongs to the character where there is one: terminals with a keyboard protocol name the key and say that
    /// Shift is held.
    fn key(self, code: KeyCode) -> Key {
        let (code, shift) = match code {
            KeyCode::Char(it) if self.shift && it.is_lowercase() => (KeyCode::Char(upper(it)), false),
            KeyCode::Char(it) => (KeyCode::Char(it), false),
            code => (code, self.shift),
        };
        Key { code, control: self.control, alt: self.alt, shift }
    }
}

fn upper(it: char) -> char {
    let mut all = it.to_uppercase();
    match (all.next(), all.next()) {
        (Some(upper), None) => upper,
        _ => it,
    }
}
