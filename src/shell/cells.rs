//! Cells → bytes: how a frame reaches the terminal, in as few bytes as it takes. Over a slow line that is what a person
//! waits for.
//!
//! A frame is one write, an unchanged one none. What the terminal shows is known cell by cell, so that a few cells that
//! stay are sent again where that is shorter than going past them. Nothing here decides what is drawn.

use std::fmt::Write as _;
use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::{Cell, CellWidth};
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};

use crate::text::{may_fall_short, width};

/// No screen is wider or higher; what claims to be gets these cells and no more, or a frame would take gigabytes.
pub const COLUMNS_MAX: u16 = 1_000;
pub const LINES_MAX: u16 = 500;
/// From so many blank cells on at a line's end, erasing it is shorter than writing them.
const ERASED_MIN: usize = 4;

const FRAME_BEGINS: &[u8] = b"\x1b[?2026h";
const FRAME_ENDS: &[u8] = b"\x1b[?2026l";

pub struct Cells<W: Write> {
    to: W,
    /// The frame so far.
    out: String,
    /// What the terminal shows, row by row; what a wide letter covers counts as blank.
    shown: Vec<Cell>,
    size: Size,
    look: Look,
    /// Where the next letter goes, where that is known.
    at: Option<Position>,
    cursor: Cursor,
    /// Sent behind the next frame if that has so many bytes.
    question: Option<(&'static [u8], usize)>,
    /// How many bytes the last frame took, and whether the question was sent behind it.
    pub sent: usize,
    pub asked: bool,
}

struct Cursor {
    /// Where it shall be seen.
    wanted: Option<Position>,
    /// Where it is seen.
    seen: Option<Position>,
}

/// With what the next letter is drawn.
#[derive(Clone, Copy, PartialEq)]
struct Look {
    foreground: Color,
    background: Color,
    modifier: Modifier,
}

const PLAIN: Look = Look { foreground: Color::Reset, background: Color::Reset, modifier: Modifier::empty() };
/// What shows on a blank cell too.
const SHOWS_ON_BLANKS: Modifier = Modifier::UNDERLINED.union(Modifier::REVERSED).union(Modifier::CROSSED_OUT);

impl<W: Write> Cells<W> {
    /// For a screen that is blank and shows no cursor.
    pub fn new(to: W) -> Cells<W> {
        Cells {
            to,
            out: String::new(),
            shown: Vec::new(),
            size: Size::new(0, 0),
            look: PLAIN,
            at: None,
            cursor: Cursor { wanted: None, seen: None },
            question: None,
            sent: 0,
            asked: false,
        }
    }

    /// Puts a question behind the next frame, if that has `bytes_min` bytes or more.
    pub fn ask_behind(&mut self, question: &'static [u8], bytes_min: Option<usize>) {
        self.question = bytes_min.map(|it| (question, it));
    }

    /// The cursor was hidden by others.
    pub fn cursor_is_hidden(&mut self) {
        self.cursor.seen = None;
    }

    fn cell(&self, x: u16, y: u16) -> Option<&Cell> {
        self.shown.get(usize::from(y) * usize::from(self.size.width) + usize::from(x))
    }

    /// One row's changes, from left to right.
    fn row(&mut self, y: u16, changes: &[(u16, u16, &Cell)]) {
        let erased_from = self.blank_from(y);
        let erased = changes.iter().filter(|(x, ..)| *x >= erased_from).count();
        let kept = if erased >= ERASED_MIN { changes.len() - erased } else { changes.len() };
        for (x, _, cell) in &changes[..kept] {
            self.go(*x, y, look_of(cell));
            self.put(cell);
            self.cover_what_reaches_beyond(*x, y, cell);
        }
        if let Some((x, ..)) = changes.get(kept) {
            self.go(*x, y, PLAIN);
            self.become_like(PLAIN);
            self.out.push_str("\x1b[K");
        }
    }

    /// From which column on a row is blank, on the terminal's own background.
    fn blank_from(&self, y: u16) -> u16 {
        let mut from = self.size.width;
        while let Some(cell) = from.checked_sub(1).and_then(|x| self.cell(x, y)) {
            if cell.symbol() != " " || cell.bg != Color::Reset || cell.modifier.intersects(SHOWS_ON_BLANKS) {
                // The second half of a wide letter is no blank.
                return (from - 1).saturating_add(cell.cell_width().max(1)).min(self.size.width);
            }
            from -= 1;
        }
        from
    }

    /// Goes to a cell, by writing what stands between once more where that is shorter and looks as `look` does.
    fn go(&mut self, x: u16, y: u16, look: Look) {
        let to = Position { x, y };
        if self.at == Some(to) {
            return;
        }
        let moving = if self.at.is_some_and(|it| it.y == y) { format!("\x1b[{}G", x + 1) } else { place(to) };
        if let Some(at) = self.at.filter(|it| it.y == y && it.x < x) {
            let between: Option<String> = (at.x..x).map(|it| self.same_again(it, y, look)).collect();
            if let Some(text) = between.filter(|it| it.len() < moving.len()) {
                self.out.push_str(&text);
                self.at = Some(to);
                return;
            }
        }
        self.out.push_str(&moving);
        self.at = Some(to);
    }

    /// What stands in a cell, where sending it again costs a byte and no change of looks, neither now nor for what comes.
    fn same_again(&self, x: u16, y: u16, look: Look) -> Option<char> {
        let cell = self.cell(x, y)?;
        let letter = cell.symbol().chars().next()?;
        let one_byte = cell.symbol().len() == 1 && !letter.is_control();
        (one_byte && self.look == look && fits(cell, self.look)).then_some(letter)
    }

    fn put(&mut self, cell: &Cell) {
        if !fits(cell, self.look) {
            self.become_like(look_of(cell));
        }
        let cells = cell.cell_width();
        if let Some(at) = self.at.filter(|_| cells > 1 && may_fall_short(cell.symbol())) {
            // Some terminals draw it in fewer cells (क with its ी, two letters of a flag): nothing of what stood there
            // must be left where it falls short.
            self.out.push_str(&" ".repeat(usize::from(cells.min(self.size.width - at.x))));
            let _ = write!(self.out, "\x1b[{}G", at.x + 1);
        }
        self.out.push_str(cell.symbol());
        // Terminals disagree about how wide some letters are, and at the last column the cursor stays where it is.
        self.at = self.at.map(|it| Position { x: it.x + 1, ..it }).filter(|it| cells == 1 && it.x < self.size.width);
    }

    /// A terminal that knows no joined pictographs draws each of them beside the others, over cells that are not theirs: those
    /// are sent once more, or a piece would stay there when the letter is long gone.
    fn cover_what_reaches_beyond(&mut self, x: u16, y: u16, cell: &Cell) {
        if !may_reach_beyond(cell.symbol()) {
            return;
        }
        let apart: usize = cell.symbol().chars().map(|it| width(it.encode_utf8(&mut [0; 4]))).sum();
        let end = x.saturating_add(u16::try_from(apart).unwrap_or(u16::MAX)).min(self.size.width);
        let mut next = x.saturating_add(cell.cell_width().max(1));
        while next < end {
            let Some(covered) = self.cell(next, y).cloned() else { return };
            self.go(next, y, look_of(&covered));
            self.put(&covered);
            next = next.saturating_add(covered.cell_width().max(1));
        }
    }

    /// The shorter of changing what differs and of beginning anew.
    fn become_like(&mut self, look: Look) {
        if self.look == look {
            return;
        }
        let (changed, anew) = (codes(self.look, look), codes(PLAIN, look));
        let anew = if anew.is_empty() { String::new() } else { format!("0;{anew}") };
        let shorter = if changed.len() <= anew.len() { changed } else { anew };
        let _ = write!(self.out, "\x1b[{shorter}m");
        self.look = look;
    }
}

fn look_of(cell: &Cell) -> Look {
    Look { foreground: cell.fg, background: cell.bg, modifier: cell.modifier }
}

/// Whether a cell may be drawn with this look; a blank has no foreground.
fn fits(cell: &Cell, look: Look) -> bool {
    let blank = cell.symbol() == " " && !cell.modifier.union(look.modifier).intersects(SHOWS_ON_BLANKS);
    if blank { cell.bg == look.background } else { look_of(cell) == look }
}

fn place(Position { x, y }: Position) -> String {
    format!("\x1b[{};{}H", y + 1, x + 1)
}

/// The numbers of SGR (ECMA-48, 8.3.117) that lead from one look to another.
fn codes(from: Look, to: Look) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut kept = from.modifier;
    for (modifier, off) in [
        (Modifier::BOLD | Modifier::DIM, "22"),
        (Modifier::ITALIC, "23"),
        (Modifier::UNDERLINED, "24"),
        (Modifier::SLOW_BLINK | Modifier::RAPID_BLINK, "25"),
        (Modifier::REVERSED, "27"),
        (Modifier::HIDDEN, "28"),
        (Modifier::CROSSED_OUT, "29"),
    ] {
        if kept.difference(to.modifier).intersects(modifier) {
            kept.remove(modifier);
            out.push(off.to_owned());
        }
    }
    for (modifier, on) in [
        (Modifier::BOLD, "1"),
        (Modifier::DIM, "2"),
        (Modifier::ITALIC, "3"),
        (Modifier::UNDERLINED, "4"),
        (Modifier::SLOW_BLINK, "5"),
        (Modifier::RAPID_BLINK, "6"),
        (Modifier::REVERSED, "7"),
        (Modifier::HIDDEN, "8"),
        (Modifier::CROSSED_OUT, "9"),
    ] {
        if to.modifier.difference(kept).contains(modifier) {
            out.push(on.to_owned());
        }
    }
    if from.foreground != to.foreground {
        out.push(color('3', to.foreground));
    }
    if from.background != to.background {
        out.push(color('4', to.background));
    }
    out.join(";")
}

/// `34`, `38;5;123`, `48;2;1;2;3` or `39`; the ground is 3 for letters and 4 for what is behind them. The first sixteen have
/// numbers of their own (ECMA-48, aixterm), which terminals know that would take the 5 of `38;5;4` for “blink”.
fn color(ground: char, color: Color) -> String {
    let index = match color {
        Color::Reset => return format!("{ground}9"),
        Color::Rgb(red, green, blue) => return format!("{ground}8;2;{red};{green};{blue}"),
        Color::Indexed(index) => index,
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
    };
    match (index, ground) {
        (0..=7, _) => format!("{ground}{index}"),
        (8..=15, '3') => format!("9{}", index - 8),
        (8..=15, _) => format!("10{}", index - 8),
        (16..=255, _) => format!("{ground}8;5;{index}"),
    }
}

/// Whether it is made of several pictographs.
fn may_reach_beyond(symbol: &str) -> bool {
    symbol.len() > 4 && symbol.chars().filter(|it| matches!(it, '\u{1f000}'..='\u{1faff}')).nth(1).is_some()
}

impl<W: Write> Backend for Cells<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let changes: Vec<(u16, u16, &Cell)> =
            content.filter(|(x, y, _)| *x < self.size.width && *y < self.size.height).collect();
        for (x, y, cell) in &changes {
            let index = usize::from(*y) * usize::from(self.size.width) + usize::from(*x);
            self.shown[index] = (*cell).clone();
            // A wide letter takes what stood in its other cells away; once it goes, they are blank.
            for covered in 1..cell.cell_width().min(self.size.width - x) {
                self.shown[index + usize::from(covered)] = Cell::EMPTY;
            }
        }
        for row in changes.chunk_by(|one, next| one.1 == next.1) {
            self.row(row[0].1, row);
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.cursor.wanted = None;
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Asked by nothing that we use; the terminal is never asked for it, since its answer would come among the keys.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor.wanted.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.cursor.wanted = Some(position.into());
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.out.push_str("\x1b[m\x1b[2J");
        (self.look, self.at) = (PLAIN, None);
        self.size = self.size()?;
        self.shown.clear();
        self.shown.resize(usize::from(self.size.width) * usize::from(self.size.height), Cell::EMPTY);
        Ok(())
    }

    /// Only whole screens are cleared.
    fn clear_region(&mut self, _: ClearType) -> io::Result<()> {
        self.clear()
    }

    fn size(&self) -> io::Result<Size> {
        terminal_size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size()?, pixels: Size::new(0, 0) })
    }

    /// Sends the frame, as one update where the terminal knows how, unless there is nothing to send.
    fn flush(&mut self) -> io::Result<()> {
        (self.sent, self.asked) = (0, false);
        if self.out.is_empty() && self.cursor.wanted == self.cursor.seen {
            return Ok(());
        }
        self.become_like(PLAIN);
        match (self.cursor.wanted, self.cursor.seen) {
            (None, Some(_)) => self.out.push_str("\x1b[?25l"),
            (Some(position), seen) => {
                self.out.push_str(&place(position));
                if seen.is_none() {
                    self.out.push_str("\x1b[?25h");
                }
            }
            (None, None) => {}
        }
        self.cursor.seen = self.cursor.wanted;
        self.at = None;
        let question = self.question.take().filter(|(_, bytes_min)| self.out.len() >= *bytes_min);
        self.asked = question.is_some();
        let question = question.map_or(&b""[..], |(it, _)| it);
        let frame = [FRAME_BEGINS, self.out.as_bytes(), FRAME_ENDS, question].concat();
        self.out.clear();
        self.out.shrink_to(FRAME_BYTES);
        self.sent = frame.len();
        self.to.write_all(&frame)?;
        self.to.flush()
    }
}

/// The terminal's size as it says now; of a larger one than any screen is, as much as is used. Asked before every frame,
/// and so of the terminal that is open already, where that can be.
pub fn terminal_size() -> io::Result<Size> {
    let (columns, lines) = match rustix::termios::tcgetwinsize(io::stdout()) {
        Ok(size) if size.ws_col > 0 && size.ws_row > 0 => (size.ws_col, size.ws_row),
        Ok(_) | Err(_) => crossterm::terminal::size()?,
    };
    Ok(Size::new(columns.min(COLUMNS_MAX), lines.min(LINES_MAX)))
}

/// Room that is kept from frame to frame.
const FRAME_BYTES: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    const WIDTH: u16 = 24;
    const HEIGHT: u16 = 3;

    /// What is sent to a screen of the tests' size for one frame after another.
    fn sent(frames: &[Buffer]) -> Vec<Vec<u8>> {
        let mut cells = Cells::new(Vec::new());
        cells.size = Size::new(WIDTH, HEIGHT);
        cells.shown.resize(usize::from(WIDTH) * usize::from(HEIGHT), Cell::EMPTY);
        let mut before = Buffer::empty(Rect::new(0, 0, WIDTH, HEIGHT));
        let mut out = Vec::new();
        for frame in frames {
            cells.draw(before.diff(frame).into_iter()).unwrap();
            cells.flush().unwrap();
            out.push(std::mem::take(&mut cells.to));
            before = frame.clone();
        }
        out
    }

    fn frame(lines: &[(&str, Style)]) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, WIDTH, HEIGHT));
        for (y, (text, style)) in lines.iter().enumerate() {
            buffer.set_stringn(0, y as u16, text, usize::from(WIDTH), *style);
        }
        buffer
    }

    fn plain(text: &str) -> Buffer {
        frame(&[(text, Style::default())])
    }

    fn shown(bytes: &[u8]) -> String {
        let body = bytes.strip_prefix(FRAME_BEGINS).unwrap().strip_suffix(FRAME_ENDS).unwrap();
        String::from_utf8_lossy(body).replace('\u{1b}', "^")
    }

    #[test]
    fn a_frame_that_changes_nothing_sends_nothing() {
        let sent = sent(&[plain("tide"), plain("tide")]);
        assert_eq!(shown(&sent[0]), "^[1;1Htide");
        assert!(sent[1].is_empty());
    }

    #[test]
    fn letters_that_stay_are_sent_again_where_that_is_shorter() {
        assert_eq!(shown(&sent(&[plain("abcdefgh"), plain("Abcdefgh")])[1]), "^[1;1HA");
        assert_eq!(shown(&sent(&[plain("abcdefgh"), plain("AbcDefgh")])[1]), "^[1;1HAbcD");
        let far = sent(&[plain("abcdefghijklmnop"), plain("AbcdefghijklmnoP")]);
        assert_eq!(shown(&far[1]), "^[1;1HA^[16GP");
    }

    #[test]
    fn the_end_of_a_line_is_erased_and_not_written_over() {
        assert_eq!(shown(&sent(&[plain("a long line of text"), plain("a long")])[1]), "^[1;8H^[K");
        let on_ground = Style::new().bg(Color::Rgb(1, 2, 3));
        let erased = sent(&[frame(&[("a long line", on_ground)]), frame(&[("a          ", on_ground)])]);
        assert!(!shown(&erased[1]).contains("^[K"), "terminals differ in the ground that they erase to");
    }

    #[test]
    fn a_look_is_changed_by_what_differs() {
        let (bold, dim) = (Style::new().bold().fg(Color::Rgb(1, 2, 3)), Style::new().dim());
        let mut both = frame(&[("ab", bold)]);
        both.set_string(2, 0, "cd", dim);
        assert_eq!(shown(&sent(&[both])[0]), "^[1;1H^[1;38;2;1;2;3mab^[0;2mcd^[m");
    }

    #[test]
    fn the_cells_of_a_letter_that_may_fall_short_are_emptied_before_it_is_drawn() {
        assert_eq!(shown(&sent(&[plain("xyz"), plain("कीz")])[1]), "^[1;1H  ^[1Gकी");
        assert_eq!(shown(&sent(&[plain("xyz"), plain("北z")])[1]), "^[1;1H北", "one that is wide everywhere");
    }

    /// xterm and older ones draw a family as its members, one beside the other.
    #[test]
    fn of_a_letter_that_is_drawn_in_more_cells_than_its_own_nothing_is_left_beyond_them() {
        let size = |it: u16| std::num::NonZeroU16::new(it).unwrap();
        let mut terminal = vt100::Parser::new(size(HEIGHT), size(WIDTH), 0);
        let frames = sent(&[plain("a👩‍👩‍👧 z 北 👩🏽‍🚀"), plain("a👩‍👩‍👧 z"), plain("b👩‍👩‍👧 y"), plain("")]);
        let mut rows = Vec::new();
        for frame in frames {
            terminal.process(&frame);
            rows.push(terminal.screen().rows(0, WIDTH).next().unwrap_or_default());
        }
        assert!(rows[0].contains(" z 北 ") && !rows[0].contains('👧'), "{rows:?}");
        assert!(rows[2].trim_end().ends_with(" y"), "{rows:?}");
        assert_eq!(rows[3].trim(), "", "{rows:?}");
    }

    /// Frames whose lines are like this, in one of so many looks.
    fn frames(lines: &'static str, looks: u8) -> impl Strategy<Value = Vec<Vec<(String, u8)>>> {
        prop::collection::vec(prop::collection::vec((lines, 0..looks), usize::from(HEIGHT)), 1..6)
    }

    proptest! {
        /// However it is shortened, a terminal shows in the end what it is meant to show. Wide letters have no looks here:
        /// terminals differ in what the other half of one that is overwritten looks like.
        #[test]
        fn a_terminal_shows_what_is_drawn(frames in prop_oneof![
            frames("[ab é]{0,24}", 6), frames("[ab 北]{0,24}", 1),
        ]) {
            let styles = [
                Style::new(), Style::new().bold(), Style::new().dim().italic(), Style::new().reversed(),
                Style::new().fg(Color::Red).bg(Color::Blue), Style::new().underlined().fg(Color::Rgb(9, 8, 7)),
            ];
            let drawn: Vec<Buffer> = frames.iter().map(|lines| {
                let lines: Vec<(&str, Style)> =
                    lines.iter().map(|(text, style)| (text.as_str(), styles[usize::from(*style)])).collect();
                frame(&lines)
            }).collect();
            let size = |it: u16| std::num::NonZeroU16::new(it).unwrap();
            let mut terminal = vt100::Parser::new(size(HEIGHT), size(WIDTH), 0);
            sent(&drawn).iter().for_each(|it| terminal.process(it));
            let last = drawn.last().unwrap();
            for y in 0..HEIGHT {
                let mut x = 0;
                while x < WIDTH {
                    let (wanted, seen) = (&last[(x, y)], terminal.screen().cell(y, x).unwrap());
                    let blank = wanted.symbol() == " ";
                    prop_assert_eq!(if seen.has_contents() { seen.contents() } else { " " }, wanted.symbol());
                    prop_assert_eq!(seen.inverse(), wanted.modifier.contains(Modifier::REVERSED));
                    prop_assert_eq!(seen.underline(), wanted.modifier.contains(Modifier::UNDERLINED));
                    prop_assert!(blank || seen.bold() == wanted.modifier.contains(Modifier::BOLD));
                    prop_assert_eq!(seen.bgcolor() == vt100::Color::Default, wanted.bg == Color::Reset);
                    x += wanted.cell_width().max(1);
                }
            }
        }
    }
}
