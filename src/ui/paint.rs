//! The brush: puts clean text into cells, never beyond the room it is given and never across a rule. Nothing else in
//! the program writes a cell.

use std::borrow::Cow;
use std::num::NonZeroU16;

use ratatui::buffer::{Buffer, Cell, CellDiffOption, CellWidth};
use ratatui::layout::Rect;
use ratatui::style::{Color as ScreenColor, Modifier, Style as ScreenStyle};

use crate::app::{Area, width};
use crate::config::{Color, Rgb, Role, Style, Theme};
use crate::news::{CleanText, clusters};
use crate::text::{Arranging, may_fall_short, visual};

use super::symbols::{in_ascii, is_line};

pub struct Painter<'a> {
    buffer: &'a mut Buffer,
    theme: &'a Theme,
    symbols: Symbols,
    arranging: Arranging,
}

/// With which marks and lines is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbols {
    Unicode,
    Ascii,
    /// As ASCII, and without any line.
    Linear,
}

impl<'a> Painter<'a> {
    /// Begins a frame: all of it gets the theme's background, if it has one of its own.
    pub fn new(buffer: &'a mut Buffer, theme: &'a Theme, symbols: Symbols) -> Painter<'a> {
        let mut painter = Painter { buffer, theme, symbols, arranging: Arranging::Nothing };
        painter.clear_all(painter.buffer.area);
        painter
    }

    /// Puts right-to-left text in order, as far as the terminal does not.
    pub fn arranging(self, arranging: Arranging) -> Painter<'a> {
        Painter { arranging, ..self }
    }

    /// The cells themselves.
    pub fn buffer(&mut self) -> &mut Buffer {
        self.buffer
    }

    pub fn style(&self, role: Role) -> ScreenStyle {
        screen_style(self.theme.style(role))
    }

    /// The screen's width in cells.
    pub fn width(&self) -> u16 {
        self.buffer.area.width
    }

    /// Puts `text` at a cell, at most `room` cells of it. Gives the column behind it.
    pub fn text(&mut self, x: u16, y: u16, room: u16, text: &CleanText, style: ScreenStyle) -> u16 {
        self.put(x, y, room, &visual(text.as_str(), self.arranging), style)
    }

    /// The same for text that stands in its order already.
    pub fn laid(&mut self, x: u16, y: u16, room: u16, text: &CleanText, style: ScreenStyle) -> u16 {
        self.put(x, y, room, text.as_str(), style)
    }

    /// The same for words of the program's own.
    pub fn own(&mut self, x: u16, y: u16, room: u16, text: &'static str, style: ScreenStyle) -> u16 {
        self.put(x, y, room, text, style)
    }

    /// Puts `text` so that it ends before column `right`. Gives the column at which it begins.
    pub fn text_right(&mut self, right: u16, y: u16, room: u16, text: &CleanText, style: ScreenStyle) -> u16 {
        let cells = (width(text.as_str()).min(usize::from(room))) as u16;
        let x = right.saturating_sub(cells);
        self.text(x, y, cells, text, style);
        x
    }

    /// Makes an area blank.
    pub fn clear(&mut self, area: Area) {
        self.clear_all(Rect { x: area.x, y: area.y, width: area.width, height: area.height });
    }

    fn clear_all(&mut self, area: Rect) {
        let ground = self.theme.background().map(screen_color);
        let text = self.theme.style(Role::Text).foreground.map(screen_color);
        let mut blank = Cell::EMPTY;
        if let Some(ground) = ground {
            blank.set_bg(ground);
            // Letters without a colour of their own would have the terminal's, made for another background.
            blank.set_fg(text.unwrap_or(ScreenColor::Reset));
        }
        if area == self.buffer.area {
            self.buffer.content.fill(blank);
            return;
        }
        for position in area.intersection(self.buffer.area).positions() {
            self.buffer[position] = blank.clone();
        }
    }

    fn put(&mut self, x: u16, y: u16, room: u16, text: &str, style: ScreenStyle) -> u16 {
        let area = self.buffer.area;
        if room == 0 || x >= area.right() || y >= area.bottom() {
            return x;
        }
        let text = match self.symbols {
            Symbols::Unicode => Cow::Borrowed(text),
            Symbols::Ascii => in_ascii(text),
            Symbols::Linear if is_line(text) => return x.saturating_add(1),
            Symbols::Linear => in_ascii(text),
        };
        let end = x.saturating_add(room).min(area.right());
        let mut at = x;
        for grapheme in clusters(&text).filter(|it| !it.contains(char::is_control)) {
            let cells = width(grapheme) as u16;
            if cells == 0 {
                continue;
            }
            if cells > end - at {
                break;
            }
            self.place(at, y, grapheme, cells, style);
            at += cells;
        }
        at
    }

    /// Puts one grapheme into its cells. ratatui is told where it counts fewer of them than terminals do.
    ///
    /// Letters that terminals draw in two cells, one after the other (क and its ी), are one wide symbol to ratatui, whose
    /// second cell counts as blank. Where a narrow letter and a blank take their place it sends no blank, and the second
    /// half would stay. A look that only such cells have makes them differ from a blank; it is never sent while they last.
    fn place(&mut self, x: u16, y: u16, grapheme: &str, cells: u16, style: ScreenStyle) {
        let cell = &mut self.buffer[(x, y)];
        cell.set_symbol(grapheme).set_style(style).set_diff_option(CellDiffOption::None);
        // A letter of ASCII is one cell to everybody.
        if grapheme.len() > 1
            && let Some(forced) = NonZeroU16::new(cells)
            && cell.cell_width() != cells
        {
            cell.set_diff_option(CellDiffOption::ForcedWidth(forced));
        }
        let halves = cells > 1 && may_fall_short(grapheme);
        for second in x + 1..x + cells {
            let cell = &mut self.buffer[(second, y)];
            cell.reset();
            if halves {
                cell.modifier = Modifier::HIDDEN;
            }
        }
    }
}

/// A theme's look as ratatui wants it.
pub fn screen_style(style: Style) -> ScreenStyle {
    let mut out = ScreenStyle::default();
    if let Some(color) = style.foreground {
        out = out.fg(screen_color(color));
    }
    if let Some(color) = style.background {
        out = out.bg(screen_color(color));
    }
    let modifiers = [
        (style.bold, Modifier::BOLD),
        (style.dim, Modifier::DIM),
        (style.italic, Modifier::ITALIC),
        (style.underline, Modifier::UNDERLINED),
        (style.reverse, Modifier::REVERSED),
    ];
    for (wanted, modifier) in modifiers {
        if wanted {
            out = out.add_modifier(modifier);
        }
    }
    out
}

fn screen_color(color: Color) -> ScreenColor {
    match color {
        Color::Black => ScreenColor::Black,
        Color::Red => ScreenColor::Red,
        Color::Green => ScreenColor::Green,
        Color::Yellow => ScreenColor::Yellow,
        Color::Blue => ScreenColor::Blue,
        Color::Magenta => ScreenColor::Magenta,
        Color::Cyan => ScreenColor::Cyan,
        Color::White => ScreenColor::Gray,
        Color::BrightBlack => ScreenColor::DarkGray,
        Color::BrightRed => ScreenColor::LightRed,
        Color::BrightGreen => ScreenColor::LightGreen,
        Color::BrightYellow => ScreenColor::LightYellow,
        Color::BrightBlue => ScreenColor::LightBlue,
        Color::BrightMagenta => ScreenColor::LightMagenta,
        Color::BrightCyan => ScreenColor::LightCyan,
        Color::BrightWhite => ScreenColor::White,
        Color::Indexed(index) => ScreenColor::Indexed(index),
        Color::Exact(Rgb(red, green, blue)) => ScreenColor::Rgb(red, green, blue),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_letter_never_reaches_into_the_cell_beyond_its_room() {
        let theme = Theme::terminal();
        let mut buffer = Buffer::empty(Rect { x: 0, y: 0, width: 6, height: 1 });
        let mut painter = Painter::new(&mut buffer, &theme, Symbols::Unicode);
        painter.own(3, 0, 1, "│", ScreenStyle::default());
        painter.text(0, 0, 3, &CleanText::own("北京"), ScreenStyle::default());
        assert_eq!(buffer[(3, 0)].symbol(), "│");
        assert_eq!(buffer[(2, 0)].symbol(), " ");
    }

    #[test]
    fn a_letter_drawn_in_two_cells_leaves_no_half_behind() {
        let theme = Theme::terminal();
        let area = Rect { x: 0, y: 0, width: 6, height: 1 };
        let drawn = |text: &'static str| {
            let mut buffer = Buffer::empty(area);
            Painter::new(&mut buffer, &theme, Symbols::Unicode).own(0, 0, 6, text, ScreenStyle::default());
            buffer
        };
        for wide in ["की", "ลำ", "गाँ", "দী", "নি", "টা", "ட்டி", "நா", "ಮೇ", "മാ", "ক্ষা"]
        {
            let sent: Vec<u16> = drawn(wide).diff(&drawn("a")).into_iter().map(|(x, _, _)| x).collect();
            assert_eq!(sent.len(), width(wide), "{wide}");
        }
    }

    #[test]
    fn a_vowel_sign_in_a_cell_of_its_own_is_not_written_over_by_the_next_letter() {
        let theme = Theme::terminal();
        let mut buffer = Buffer::empty(Rect { x: 0, y: 0, width: 8, height: 1 });
        let mut painter = Painter::new(&mut buffer, &theme, Symbols::Unicode);
        assert_eq!(painter.own(0, 0, 8, "টাx", ScreenStyle::default()), 3);
        assert_eq!(painter.own(4, 0, 1, "টা", ScreenStyle::default()), 4, "half of a letter is not drawn");
        assert_eq!((buffer[(0, 0)].symbol(), buffer[(2, 0)].symbol()), ("টা", "x"));
        let before = Buffer::empty(buffer.area);
        let sent: Vec<u16> = before.diff(&buffer).into_iter().map(|(x, _, _)| x).collect();
        assert_eq!(sent, [0, 2]);
    }

    #[test]
    fn nothing_is_drawn_beyond_the_screen() {
        let theme = Theme::terminal();
        let mut buffer = Buffer::empty(Rect { x: 0, y: 0, width: 2, height: 1 });
        let mut painter = Painter::new(&mut buffer, &theme, Symbols::Unicode);
        painter.own(9, 9, 10, "x", ScreenStyle::default());
        painter.clear(Area { x: 1, y: 0, width: 50, height: 50 });
    }
}
