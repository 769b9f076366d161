//! The terminal, taken and given back. Whatever ends the program, the terminal is as it was before.
//!
//! Nothing here decides what is drawn. Nothing else in the program may write to the screen.

use std::io::{self, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossterm::clipboard::CopyToClipboard;
use crossterm::style::Print;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{cursor, execute};
use ratatui::Terminal;
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

use crate::app::{App, Size};
use crate::ui::Held;

use super::cells::{Cells, terminal_size};

/// A terminal in our hands. Dropping it gives it back.
pub struct Screen {
    terminal: Terminal<Cells<Stdout>>,
    before: Termios,
    /// The terminal's modes while it is ours.
    ours: Termios,
    /// Whether keys are told apart by the kitty keyboard protocol.
    keyboard: bool,
    /// What the last frame showed of an article.
    shown: Held,
}

/// What became of a frame.
pub struct Sent {
    pub bytes: usize,
    /// How long the terminal took to take it.
    pub took: Duration,
    /// Whether the question was sent behind it.
    pub asked: bool,
}

/// The terminal's background (OSC 11): what it answers is put to use, and that it answers at all says that it has all
/// that was sent before.
const QUESTION: &[u8] = b"\x1b]11;?\x1b\\";

/// What becomes of the text pane while its article's text is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextPane {
    Drawn,
    /// Its cells stay as they are.
    Left,
}

impl Screen {
    /// Takes the terminal: raw mode, the alternate screen, bracketed paste, and where it speaks it the kitty keyboard
    /// protocol. `mouse` asks for clicks, drags and the wheel too.
    pub fn take(keyboard: bool, mouse: bool) -> io::Result<Screen> {
        MOUSE.store(mouse, Ordering::SeqCst);
        let before = tcgetattr(io::stdin())?;
        enter(keyboard)?;
        let ours = tcgetattr(io::stdin())?;
        let terminal = Terminal::new(Cells::new(io::stdout()))?;
        let mut screen = Screen { terminal, before, ours, keyboard, shown: Held::default() };
        screen.forget()?;
        Ok(screen)
    }

    /// Asks for the terminal's background (OSC 11) and does not wait: the answer, if there ever is one, comes among the
    /// keys, where [`super::decode`] finds it.
    pub fn ask_background(&mut self) -> io::Result<()> {
        let mut stdout = io::stdout();
        stdout.write_all(QUESTION)?;
        stdout.flush()
    }

    /// Draws one frame. The question for the background is put behind one from so many bytes on.
    pub fn draw(&mut self, app: &App, text: TextPane, asks_from: Option<usize>) -> io::Result<Sent> {
        self.terminal.backend_mut().ask_behind(QUESTION, asks_from);
        let began = Instant::now();
        let before = std::mem::take(&mut self.shown);
        match text {
            TextPane::Drawn => {
                self.terminal.draw(|frame| self.shown = crate::ui::draw_but(&Held::default(), app, frame))?;
            }
            TextPane::Left => {
                self.terminal.draw(|frame| drop(crate::ui::draw_but(&before, app, frame)))?;
                self.shown = before;
            }
        }
        let cells = self.terminal.backend();
        Ok(Sent { bytes: cells.sent, took: began.elapsed(), asked: cells.asked })
    }

    /// Forgets what the screen shows, so that the next frame is drawn whole.
    pub fn forget(&mut self) -> io::Result<()> {
        // `Terminal::clear` would ask the terminal where its cursor is and wait for an answer that our input thread reads.
        let Size { width, height } = Screen::size()?;
        self.terminal.resize(ratatui::layout::Rect::new(0, 0, width, height))
    }

    /// The size in cells as the terminal says now; of a larger one than any screen is, as much as is used.
    pub fn size() -> io::Result<Size> {
        let ratatui::layout::Size { width, height } = terminal_size()?;
        Ok(Size { width, height })
    }

    /// Puts a text on the clipboard of whoever sits at the terminal (OSC 52), over ssh too.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(io::stdout(), CopyToClipboard::to_clipboard_from(text))
    }

    /// Gives the terminal back for a while; [`Screen::resume`] takes it again.
    pub fn give_back(&mut self) {
        leave();
        // The shell's own modes, should they differ from what raw mode remembered. A failure has no remedy here.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.before);
    }

    /// Takes the terminal again after [`Screen::give_back`] or after the process was stopped from outside.
    pub fn resume(&mut self) -> io::Result<()> {
        enter(self.keyboard)?;
        self.terminal.backend_mut().cursor_is_hidden();
        // Raw mode is entered once and then taken for granted; whoever had the terminal meanwhile may have left it.
        tcsetattr(io::stdin(), OptionalActions::Now, &self.ours)?;
        self.forget()
    }

    /// Takes the terminal again if a program that we started has changed its modes and not put them back.
    pub fn mend(&mut self) -> io::Result<()> {
        let modes = |it: &Termios| (it.input_modes, it.output_modes, it.control_modes, it.local_modes);
        if modes(&tcgetattr(io::stdin())?) == modes(&self.ours) {
            return Ok(());
        }
        self.resume()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.give_back();
    }
}

/// Whether the terminal is ours. Leaving the alternate screen twice would put the cursor back to where it was, on top
/// of what has been said since.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Whether the keyboard protocol is switched on.
static KEYBOARD: AtomicBool = AtomicBool::new(false);

/// Whether the mouse is asked for whenever the terminal is taken.
static MOUSE: AtomicBool = AtomicBool::new(false);

/// Buttons, the wheel and movement while a button is down (xterm's mode 1002), in coordinates without a limit (1006).
/// Movement without a button is not asked for: it would wake us at every step of the hand. With Shift held, terminals
/// select text themselves.
const MOUSE_ON: &str = "\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1002l";

/// Pasted text is told from typed text by what is put around it (xterm's mode 2004).
const PASTE_MARKED: &str = "\x1b[?2004h";
const PASTE_UNMARKED: &str = "\x1b[?2004l";

/// Keys that are one byte otherwise are told apart (kitty's keyboard protocol: the first of its flags, put on a stack and
/// taken off again).
const KEYBOARD_ON: &str = "\x1b[>1u";
const KEYBOARD_OFF: &str = "\x1b[<1u";

/// Cells stay where they are put: right-to-left text comes in its order already (ECMA-48's BDSM, reset: explicit mode;
/// what VTE does with it stands in the terminals working group's "BiDi in terminal emulators"). Where it is not known it
/// does nothing.
const ORDER_OURS: &str = "\x1b[8l";
const ORDER_THEIRS: &str = "\x1b[8h";

fn enter(keyboard: bool) -> io::Result<()> {
    TAKEN.store(true, Ordering::SeqCst);
    crossterm::terminal::enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen, Print(PASTE_MARKED), Print(ORDER_OURS), cursor::Hide)?;
    if MOUSE.load(Ordering::SeqCst) {
        execute!(io::stdout(), Print(MOUSE_ON))?;
    }
    if keyboard {
        // Each screen of the terminal has flags of its own, so they are set after the screen is changed.
        KEYBOARD.store(true, Ordering::SeqCst);
        execute!(io::stdout(), Print(KEYBOARD_ON))?;
    }
    Ok(())
}

/// Leaves raw mode and the alternate screen. Failures are passed over: the terminal may be gone.
fn leave() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    if KEYBOARD.swap(false, Ordering::SeqCst) {
        let _ = execute!(io::stdout(), Print(KEYBOARD_OFF));
    }
    if MOUSE.load(Ordering::SeqCst) {
        let _ = execute!(io::stdout(), Print(MOUSE_OFF));
    }
    let _ = execute!(io::stdout(), Print(ORDER_THEIRS), Print(PASTE_UNMARKED), LeaveAlternateScreen, cursor::Show);
    let _ = crossterm::terminal::disable_raw_mode();
}

/// Makes a panic of this thread, on which the loop runs, give the terminal back before its message is printed. Panics
/// of other threads are contained where they happen; they go to the log, never to the screen.
pub fn restore_on_panic() {
    let reader = std::thread::current().id();
    let earlier = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() == reader {
            leave();
            earlier(info);
        } else {
            tracing::error!(panic = %info, "a worker panicked and was contained");
        }
    }));
}
