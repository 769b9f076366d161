//! The bytes that a terminal sends → keys, the mouse, pasted text, and answers that nobody asked for.
//!
//! A state machine in the spirit of Paul Williams' parser for DEC's terminals (vt100.net/emu/dec_ansi_parser), turned
//! round: it hears what a terminal says. What the sequences are is told by ECMA-48, by xterm's control sequences
//! (invisible-island.net/xterm/ctlseqs) and by kitty's keyboard protocol (sw.kovidgoyal.net/kitty/keyboard-protocol).
//!
//! It never waits, reads no clock, and knows nothing of reads: only bytes and silences reach it. Bytes may be torn
//! anywhere and mean the same. A silence is one that was *seen*: whoever reads waits for as long as [`Decoder::wait`]
//! says and reports that nothing came. Moments compared afterwards would take a machine that was busy elsewhere for a
//! terminal that was silent. It holds no more than its bounds, whatever comes, and no state lasts through silence that
//! a key would not end.
//!
//! The rules where a sequence breaks off:
//! - A byte that can't be part of a sequence ends it, and is itself again: Esc, Ctrl-C, Enter, a letter beyond ASCII.
//! - Esc alone is a key after [`ESCAPE_BEGINS_WITHIN`]; a letter right behind it makes Alt only [`ALT_WITHIN`].
//! - A sequence that stands still for [`SEQUENCE_WITHIN`] is forgotten, and an answer (OSC, DCS, APC, PM, SOS) when the
//!   silences in it add up: a hand that types into one is heard after some letters, a line that only stutters is not
//!   taken for a hand.
//! - A paste that stands still for [`PASTE_STANDS_STILL`] is handed on as far as it has come; whether the line is slow or
//!   the end is lost can't be known then. What comes next is judged by its shape: one key, with silence before and
//!   behind it, is a hand's, and the paste is over. More than that at once is the rest of the paste, and never acts as
//!   keys.

mod meaning;

use std::time::Duration;

use meaning::{Follows, Means};

use crate::app::Mouse;
use crate::command::{Key, KeyCode};
use crate::config::Rgb;

/// What a terminal has said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    Key(Key),
    Mouse(Mouse),
    /// Pasted text, control characters and all; bytes that are no UTF-8 are U+FFFD. At most [`PASTE_BYTES_MAX`].
    Paste(String),
    FocusIn,
    FocusOut,
    /// The terminal's background (OSC 11).
    Background(Rgb),
    /// An answer to a question that is not ours.
    Answer,
}

/// So long a letter may come behind Esc and mean Alt: they are sent as one, and a serial line of 9600 baud needs a
/// millisecond for each. No two keys are pressed as fast, not by a program either that types.
const ALT_WITHIN: Duration = Duration::from_millis(3);
/// So long Esc may be the beginning of a sequence, in all; a serial adapter holds bytes back for up to 16 ms.
const ESCAPE_BEGINS_WITHIN: Duration = Duration::from_millis(20);
/// So long a sequence that has begun may stand still.
const SEQUENCE_WITHIN: Duration = Duration::from_millis(100);
/// A silence within an answer, and how many of them there may be in all, together or apart: 240 ms.
const ANSWER_SILENCE: Duration = Duration::from_millis(20);
const ANSWER_SILENCES_MAX: u8 = 12;
/// So long a paste may stand still before what came of it is handed on.
const PASTE_STANDS_STILL: Duration = Duration::from_millis(500);
/// After a paste that stood still: how long nothing comes behind a hand's key.
const HAND_SILENCE: Duration = Duration::from_millis(20);

/// Bytes of a paste that are kept; no line takes as many. The rest is passed over up to its end.
const PASTE_BYTES_MAX: usize = 64 * 1024;
/// Bytes between `CSI` and its end. The longest that are sent are attributes of devices, with some fifty.
const SEQUENCE_BYTES_MAX: usize = 256;
/// Bytes of an answer of which we look at the contents (OSC 11).
const ANSWER_BYTES_KEPT_MAX: usize = 64;
/// Bytes of an answer: a clipboard (OSC 52) may be large.
const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;
/// No key is longer, and no report of the mouse.
const HAND_BYTES_MAX: usize = 32;

const ESCAPE: u8 = 0x1b;
const BELL: u8 = 0x07;
const PASTE_BEGINS: &[u8] = b"\x1b[200~";
const PASTE_ENDS: &[u8] = b"\x1b[201~";

#[derive(Debug, Default)]
pub struct Decoder {
    state: State,
    /// What has come of a sequence, behind what introduced it.
    held: Vec<u8>,
    paste: Paste,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Ground,
    Escape(Escape),
    /// A letter of several bytes (UTF-8), of which some are held.
    Letter {
        bytes: usize,
        alt: bool,
    },
    /// `ESC O`: keys in application mode.
    Ss3(Begun),
    /// `ESC [`. `whole` until there was too much of it.
    Csi {
        begun: Begun,
        whole: bool,
    },
    /// `ESC [ [`: function keys of Linux's console.
    Console,
    /// `ESC [ M`: xterm's first mouse reports, three bytes.
    OldMouse,
    /// A string up to `ESC \` or BEL: OSC, DCS, APC, PM, SOS.
    Answer {
        begun: Begun,
        /// The byte that introduced it.
        kind: u8,
        silences: u8,
        bytes: usize,
    },
    Paste,
    /// A paste has stood still. What has come since is held.
    Doubt,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Escape {
    Fresh,
    /// A moment has gone by.
    Alone,
    /// It ended an answer; `\` belongs to it.
    EndsAnswer,
}

/// How a sequence began, which says what keys it was if nothing follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Begun {
    /// In one piece: Alt and a letter.
    AtOnce,
    /// Esc, and a moment later a letter.
    Torn,
}

#[derive(Debug, Default)]
struct Paste {
    text: Vec<u8>,
    /// How many bytes of it were kept in all.
    kept: usize,
    /// How many bytes of its end were seen.
    ending: usize,
    /// Whether some of it was handed on.
    told: bool,
}

impl Decoder {
    /// Takes bytes as they come, and puts what they mean into `heard`.
    pub fn take(&mut self, bytes: &[u8], heard: &mut Vec<Heard>) {
        let mut rest = bytes;
        while let [byte, after @ ..] = rest {
            match self.state {
                State::Paste => rest = &rest[self.take_pasted(rest, heard)..],
                State::Doubt => {
                    self.held.push(*byte);
                    rest = after;
                    if self.held.len() > HAND_BYTES_MAX {
                        self.paste_goes_on(heard);
                    }
                }
                State::Ground
                | State::Escape(_)
                | State::Letter { .. }
                | State::Ss3(_)
                | State::Csi { .. }
                | State::Console
                | State::OldMouse
                | State::Answer { .. } => {
                    self.take_byte(*byte, heard);
                    rest = after;
                }
            }
        }
    }

    /// How long to wait for more before [`Decoder::rested`]; `None` where silence means nothing.
    pub fn wait(&self) -> Option<Duration> {
        match self.state {
            State::Ground => None,
            State::Escape(Escape::Fresh) => Some(ALT_WITHIN),
            State::Escape(Escape::Alone) => Some(ESCAPE_BEGINS_WITHIN.saturating_sub(ALT_WITHIN)),
            State::Escape(Escape::EndsAnswer)
            | State::Letter { .. }
            | State::Ss3(_)
            | State::Csi { .. }
            | State::Console
            | State::OldMouse
            | State::Answer { bytes: 0, .. } => Some(SEQUENCE_WITHIN),
            State::Answer { .. } => Some(ANSWER_SILENCE),
            State::Paste => Some(PASTE_STANDS_STILL),
            State::Doubt if self.held.is_empty() => None,
            State::Doubt => Some(HAND_SILENCE),
        }
    }

    /// Nothing has come for as long as [`Decoder::wait`] said.
    pub fn rested(&mut self, heard: &mut Vec<Heard>) {
        match self.state {
            State::Ground => {}
            State::Escape(Escape::Fresh) => self.state = State::Escape(Escape::Alone),
            State::Escape(Escape::Alone) => {
                heard.push(escape());
                self.begin(State::Ground);
            }
            State::Ss3(begun) => self.sequence_rested(begun, b'O', heard),
            State::Csi { begun, .. } => self.sequence_rested(begun, b'[', heard),
            State::Answer { begun, kind, bytes: 0, .. } => self.sequence_rested(begun, kind, heard),
            State::Answer { silences, .. } if silences + 1 >= ANSWER_SILENCES_MAX => self.begin(State::Ground),
            State::Answer { begun, kind, silences, bytes } => {
                self.state = State::Answer { begun, kind, silences: silences + 1, bytes };
            }
            // The half of an end, of a letter, of a report: nothing.
            State::Escape(Escape::EndsAnswer) | State::Letter { .. } | State::Console | State::OldMouse => {
                self.begin(State::Ground);
            }
            State::Paste => {
                self.tell_paste(false, heard);
                self.begin(State::Doubt);
            }
            State::Doubt => self.judge(heard),
        }
    }

    fn begin(&mut self, state: State) {
        self.held.clear();
        self.state = state;
    }

    /// Takes a byte in any state but a paste's.
    fn take_byte(&mut self, byte: u8, heard: &mut Vec<Heard>) {
        match self.state {
            State::Ground | State::Paste | State::Doubt => self.at_ground(byte, false, heard),
            State::Escape(escape) => self.behind_escape(escape, byte, heard),
            State::Letter { bytes, alt } => self.in_letter(bytes, alt, byte, heard),
            State::Ss3(_) => match byte {
                b'0'..=b'9' if self.held.is_empty() => self.held.push(byte),
                b' '..=b'~' => {
                    heard.extend(meaning::ss3(self.held.first().copied(), byte).map(Heard::Key));
                    self.begin(State::Ground);
                }
                _ => self.at_ground(byte, false, heard),
            },
            State::Csi { begun, whole } => match byte {
                // rxvt's Shift, which ends in what is elsewhere the middle of a sequence.
                b'$' if meaning::is_rxvt_key(&self.held) => self.end_csi(whole, byte, heard),
                b' '..=b'?' if self.held.len() < SEQUENCE_BYTES_MAX => self.held.push(byte),
                b' '..=b'?' => self.state = State::Csi { begun, whole: false },
                b'@'..=b'~' => self.end_csi(whole, byte, heard),
                _ => self.at_ground(byte, false, heard),
            },
            State::Console => match byte {
                b' '..=b'~' => {
                    heard.extend(meaning::console(byte).map(Heard::Key));
                    self.begin(State::Ground);
                }
                _ => self.at_ground(byte, false, heard),
            },
            State::OldMouse => match byte {
                0..b' ' => self.at_ground(byte, false, heard),
                _ => {
                    self.held.push(byte);
                    if let [button, column, line] = self.held[..] {
                        heard.extend(meaning::old_mouse(button, column, line).map(Heard::Mouse));
                        self.begin(State::Ground);
                    }
                }
            },
            State::Answer { begun, kind, silences, bytes } => match byte {
                BELL => self.end_answer(kind, State::Ground, heard),
                ESCAPE => self.end_answer(kind, State::Escape(Escape::EndsAnswer), heard),
                0..b' ' => self.at_ground(byte, false, heard),
                _ if bytes >= ANSWER_BYTES_MAX => self.at_ground(byte, false, heard),
                _ => {
                    if self.held.len() < ANSWER_BYTES_KEPT_MAX {
                        self.held.push(byte);
                    }
                    self.state = State::Answer { begun, kind, silences, bytes: bytes + 1 };
                }
            },
        }
    }

    /// Takes a byte that begins something, with Alt or without. Whatever was before is over.
    fn at_ground(&mut self, byte: u8, alt: bool, heard: &mut Vec<Heard>) {
        self.begin(State::Ground);
        match byte {
            ESCAPE => self.state = State::Escape(Escape::Fresh),
            0..0x80 => heard.push(Heard::Key(meaning::typed(byte, alt))),
            // How many bytes a letter has stands in its first one (RFC 3629); others begin none, and are nothing.
            0xc2..=0xdf => self.begin_letter(byte, 2, alt),
            0xe0..=0xef => self.begin_letter(byte, 3, alt),
            0xf0..=0xf4 => self.begin_letter(byte, 4, alt),
            0x80..0xc2 | 0xf5..=0xff => {}
        }
    }

    fn begin_letter(&mut self, byte: u8, bytes: usize, alt: bool) {
        self.held.push(byte);
        self.state = State::Letter { bytes, alt };
    }

    fn in_letter(&mut self, bytes: usize, alt: bool, byte: u8, heard: &mut Vec<Heard>) {
        if !(0x80..0xc0).contains(&byte) {
            self.at_ground(byte, false, heard);
            return;
        }
        self.held.push(byte);
        if self.held.len() == bytes {
            let letter = std::str::from_utf8(&self.held).ok().and_then(|it| it.chars().next());
            heard.extend(letter.filter(|it| !it.is_control()).map(|it| Heard::Key(meaning::letter(it, alt))));
            self.begin(State::Ground);
        }
    }

    fn behind_escape(&mut self, escape_was: Escape, byte: u8, heard: &mut Vec<Heard>) {
        let begun = match escape_was {
            Escape::Fresh | Escape::EndsAnswer => Begun::AtOnce,
            Escape::Alone => Begun::Torn,
        };
        match (byte, escape_was) {
            (b'\\', Escape::EndsAnswer) => self.begin(State::Ground),
            (b'[', _) => self.begin(State::Csi { begun, whole: true }),
            (b'O', _) => self.begin(State::Ss3(begun)),
            (b']' | b'P' | b'_' | b'^' | b'X', _) => {
                self.begin(State::Answer { begun, kind: byte, silences: 0, bytes: 0 });
            }
            // Alt with Esc is Esc twice; and where Esc is pressed right before a paste, both come in one piece.
            (ESCAPE, Escape::Fresh) | (_, Escape::Alone) => {
                heard.push(escape());
                self.at_ground(byte, false, heard);
            }
            (ESCAPE, Escape::EndsAnswer) => self.at_ground(byte, false, heard),
            (_, Escape::Fresh | Escape::EndsAnswer) => self.at_ground(byte, true, heard),
        }
    }

    fn end_csi(&mut self, whole: bool, last: u8, heard: &mut Vec<Heard>) {
        let means = if whole { meaning::csi(&self.held, last) } else { Means::Heard(Heard::Answer) };
        self.begin(State::Ground);
        match means {
            Means::Heard(it) => heard.push(it),
            Means::Nothing => {}
            Means::Begins(Follows::Console) => self.begin(State::Console),
            Means::Begins(Follows::OldMouse) => self.begin(State::OldMouse),
            Means::Begins(Follows::Paste) => {
                self.paste = Paste::default();
                self.begin(State::Paste);
            }
        }
    }

    fn end_answer(&mut self, kind: u8, next: State, heard: &mut Vec<Heard>) {
        let background = if kind == b']' { meaning::background(&self.held) } else { None };
        heard.push(background.map_or(Heard::Answer, Heard::Background));
        self.begin(next);
    }

    /// Nothing has followed. Where nothing but the beginning had come, it was keys; with `[` and `O` it is rather half a
    /// key, unless a moment lay between.
    fn sequence_rested(&mut self, begun: Begun, introducer: u8, heard: &mut Vec<Heard>) {
        let half_a_key = matches!(introducer, b'[' | b'O');
        if self.held.is_empty() {
            match begun {
                Begun::AtOnce if half_a_key => {}
                Begun::AtOnce => heard.push(Heard::Key(meaning::typed(introducer, true))),
                Begun::Torn => heard.extend([escape(), Heard::Key(meaning::typed(introducer, false))]),
            }
        }
        self.begin(State::Ground);
    }

    /// Takes pasted bytes up to the end of the paste, if it is among them, and gives how many were taken.
    fn take_pasted(&mut self, bytes: &[u8], heard: &mut Vec<Heard>) -> usize {
        let mut taken = 0;
        while let Some(byte) = bytes.get(taken) {
            if *byte == PASTE_ENDS[self.paste.ending] {
                self.paste.ending += 1;
                taken += 1;
                if self.paste.ending == PASTE_ENDS.len() {
                    self.tell_paste(true, heard);
                    self.begin(State::Ground);
                    return taken;
                }
            } else if self.paste.ending > 0 {
                // It was no end. Its first byte stands nowhere else in it, so the search begins anew with this byte.
                let ending = std::mem::take(&mut self.paste.ending);
                self.paste.keep(&PASTE_ENDS[..ending]);
            } else {
                let text = &bytes[taken..];
                let text = &text[..text.iter().position(|it| *it == ESCAPE).unwrap_or(text.len())];
                self.paste.keep(text);
                taken += text.len();
            }
        }
        taken
    }

    fn tell_paste(&mut self, ended: bool, heard: &mut Vec<Heard>) {
        let paste = &mut self.paste;
        let mut text = std::mem::take(&mut paste.text);
        // A letter that is cut in two is told with its other half.
        if !ended
            && let Err(error) = std::str::from_utf8(&text)
            && error.error_len().is_none()
        {
            paste.text = text.split_off(error.valid_up_to());
        }
        if !text.is_empty() || ended && !paste.told {
            heard.push(Heard::Paste(String::from_utf8_lossy(&text).into_owned()));
            paste.told = true;
        }
    }

    /// What came after a paste stood still, and silence behind it: a hand, or the rest of the paste?
    fn judge(&mut self, heard: &mut Vec<Heard>) {
        if self.paste.ends_in(&self.held) {
            self.paste_goes_on(heard);
            return;
        }
        let (mut alone, mut said) = (Decoder::default(), Vec::new());
        alone.take(&self.held, &mut said);
        while alone.wait().is_some() {
            alone.rested(&mut said);
        }
        match said[..] {
            [Heard::Key(_)] if is_one_key(&self.held) => {
                heard.append(&mut said);
                self.begin(State::Ground);
            }
            // Neither is typed, and neither is pasted.
            [Heard::Mouse(_) | Heard::FocusIn | Heard::FocusOut | Heard::Background(_) | Heard::Answer, ..] => {
                said.retain(|it| !matches!(it, Heard::Key(_) | Heard::Paste(_)));
                heard.append(&mut said);
                self.held.clear();
            }
            [] | [Heard::Key(_), ..] | [Heard::Paste(_), ..] => self.paste_goes_on(heard),
        }
    }

    /// What is held belongs to the paste that stood still, or begins another one.
    fn paste_goes_on(&mut self, heard: &mut Vec<Heard>) {
        let held = std::mem::take(&mut self.held);
        self.state = if held.starts_with(PASTE_BEGINS) { State::Ground } else { State::Paste };
        self.take(&held, heard);
    }
}

impl Paste {
    fn keep(&mut self, bytes: &[u8]) {
        let bytes = &bytes[..bytes.len().min(PASTE_BYTES_MAX - self.kept)];
        self.text.extend_from_slice(bytes);
        self.kept += bytes.len();
    }

    /// Whether these bytes complete its end.
    fn ends_in(&self, bytes: &[u8]) -> bool {
        let begun = &PASTE_ENDS[..self.ending];
        [begun, bytes].concat().windows(PASTE_ENDS.len()).any(|it| it == PASTE_ENDS)
    }
}

/// Whether these bytes, which are heard as one key, are nothing else besides.
fn is_one_key(bytes: &[u8]) -> bool {
    let letters = |bytes: &[u8]| std::str::from_utf8(bytes).map_or(0, |it| it.chars().count());
    let sequence = bytes.strip_prefix(&[ESCAPE]);
    letters(bytes) == 1 || sequence.is_some_and(|it| letters(it) == 1 || it.iter().all(|it| (b' '..=b'~').contains(it)))
}

fn escape() -> Heard {
    Heard::Key(Key { code: KeyCode::Escape, control: false, alt: false, shift: false })
}

#[cfg(test)]
mod tests;
