//! The text pane as it was on the last frame. While the text of another article is on its way, for a few milliseconds at
//! most, its cells are left as they are rather than emptied and filled again. Never kept for longer than one frame.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Position;

use crate::app::{App, Area, Geometry};

/// Cells that a frame showed of an article, with the places they stood at.
#[derive(Debug, Default)]
pub struct Held {
    panes: Vec<(Area, Vec<Cell>)>,
}

impl Held {
    /// The panes that show an article, from a frame on which nothing has been laid over them; nothing where they show none.
    pub(super) fn of(app: &App, geometry: &Geometry, buffer: &Buffer) -> Held {
        if app.reading().article().is_none() {
            return Held::default();
        }
        let panes = [geometry.text, geometry.info].into_iter().flatten();
        Held { panes: panes.map(|area| (area, places(area, buffer).map(|it| buffer[it].clone()).collect())).collect() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.panes.is_empty()
    }

    /// Puts the cells of the pane back. `false` where it was not there, or another one.
    pub(super) fn put_back(&self, area: Area, buffer: &mut Buffer) -> bool {
        let Some((_, cells)) = self.panes.iter().find(|it| it.0 == area) else { return false };
        let places: Vec<Position> = places(area, buffer).collect();
        if places.len() != cells.len() {
            return false;
        }
        for (place, cell) in places.into_iter().zip(cells) {
            buffer[place] = cell.clone();
        }
        true
    }
}

/// The cells of a pane, with the line at its right: that shows how far one has come.
fn places(area: Area, buffer: &Buffer) -> impl Iterator<Item = Position> + use<> {
    let right = area.right().saturating_add(1).min(buffer.area.width);
    let bottom = area.y.saturating_add(area.height).min(buffer.area.height);
    (area.y..bottom).flat_map(move |y| (area.x..right).map(move |x| Position { x, y }))
}
