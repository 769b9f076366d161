//! What ratatui draws through: crossterm, and one thing more. A letter that some terminals draw in fewer cells than others
//! (क with its ी, two letters of a flag) has its cells emptied before it is drawn, so that nothing of what stood there is
//! left where it falls short. Decides nothing else about what is drawn.

use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::{Cell, CellWidth};
use ratatui::layout::{Position, Size};

use crate::text::may_fall_short;

pub struct Careful<W: Write> {
    inner: CrosstermBackend<W>,
}

impl<W: Write> Careful<W> {
    pub fn new(writer: W) -> Careful<W> {
        Careful { inner: CrosstermBackend::new(writer) }
    }
}

impl<W: Write> Write for Careful<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Write::flush(&mut self.inner)
    }
}

impl<W: Write> Backend for Careful<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let cells: Vec<(u16, u16, &Cell)> = content.collect();
        let blanks = emptied(&cells);
        if !blanks.is_empty() {
            self.inner.draw(blanks.iter().map(|(x, y, cell)| (*x, *y, cell)))?;
        }
        self.inner.draw(cells.into_iter())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.inner.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.inner.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.inner.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.inner.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.inner.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.inner.clear_region(clear_type)
    }

    fn append_lines(&mut self, lines: u16) -> io::Result<()> {
        self.inner.append_lines(lines)
    }

    fn size(&self) -> io::Result<Size> {
        self.inner.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.inner)
    }
}

/// The cells behind the first of each letter that may fall short, blank, on the same ground.
fn emptied(cells: &[(u16, u16, &Cell)]) -> Vec<(u16, u16, Cell)> {
    let mut out = Vec::new();
    for (x, y, cell) in cells {
        let width = cell.cell_width();
        if width < 2 || !may_fall_short(cell.symbol()) {
            continue;
        }
        for second in x + 1..x + width {
            let mut blank = Cell::EMPTY;
            blank.set_bg(cell.bg);
            out.push((second, *y, blank));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cells_of_a_letter_that_may_fall_short_are_emptied_before_it_is_drawn() {
        let mut written = Vec::new();
        let (vowel, plain) = (Cell::new("की"), Cell::new("北"));
        let mut backend = Careful::new(&mut written);
        backend.draw([(4, 0, &vowel), (6, 0, &plain)].into_iter()).unwrap();
        let written = String::from_utf8(written).unwrap();
        let (blank, letter) = (written.find("\x1b[1;6H").unwrap(), written.find("की").unwrap());
        assert!(blank < letter, "{written:?}");
        assert_eq!(
            written.matches('H').count(),
            3,
            "nothing is emptied for a letter that is wide everywhere: {written:?}"
        );
    }
}
