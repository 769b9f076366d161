//! The palette over the top of the panes: the line that is typed, and what it matches with its keys.

use ratatui::layout::Position;

use crate::app::{App, Area, Palette, Rule, truncate, width};
use crate::config::Role;
use crate::news::{CleanText, Limit};

use super::paint::Painter;

const WIDTH_MAX: u16 = 92;

/// Gives where the terminal's cursor stands.
pub fn draw(app: &App, palette: &Palette, middle: Area, painter: &mut Painter<'_>) -> Position {
    let rows = app.palette_rows();
    let width_here = middle.width.min(WIDTH_MAX);
    let height = (rows as u16 + 2).min(middle.height);
    let area = Area { x: middle.x + (middle.width - width_here) / 2, width: width_here, height, ..middle };
    // One cell of air at both sides, so that it does not melt into what lies behind.
    let left = area.x.saturating_sub(1).max(middle.x);
    painter.clear(Area { x: left, width: (area.width + 2).min(middle.right() - left), ..area });
    let cursor = draw_line(palette, area, painter);
    for (index, item) in palette.shown.iter().skip(palette.top).take(rows).enumerate() {
        let y = area.y + 1 + index as u16;
        if y + 1 >= area.bottom() {
            break;
        }
        let here = palette.top + index == palette.cursor;
        if here {
            painter.own(area.x, y, 1, "▌", painter.style(Role::Accent));
        }
        let right = area.right().saturating_sub(1);
        let keys_at = painter.text_right(right, y, area.width / 4, &item.keys, painter.style(Role::Accent));
        let mut name_style = painter.style(Role::Text);
        if here {
            name_style = name_style.patch(painter.style(Role::Selected));
        }
        let room = keys_at.saturating_sub(area.x + 4);
        let name = truncate(item.name.as_str(), usize::from(room));
        let end = painter.text(area.x + 2, y, room, &name, name_style) + 2;
        let room = keys_at.saturating_sub(end + 2);
        painter.text(end, y, room, &truncate(item.doc.as_str(), usize::from(room)), painter.style(Role::Dim));
    }
    if palette.shown.is_empty() {
        painter.own(area.x + 2, area.y + 1, area.width, "Nothing has these letters.", painter.style(Role::Dim));
    }
    let rule = Rule::Across { x: area.x, y: area.bottom() - 1, width: area.width };
    super::rules(&[rule], painter);
    cursor
}

fn draw_line(palette: &Palette, area: Area, painter: &mut Painter<'_>) -> Position {
    let x = painter.own(area.x, area.y, area.width, "> ", painter.style(Role::Accent));
    let room = area.right().saturating_sub(x + 1);
    let typed = CleanText::preformatted(palette.line.text(), Limit::BLOCK);
    painter.text(x, area.y, room, &typed, painter.style(Role::Text));
    if palette.line.text().is_empty() {
        let hint = "a command, a feed or a tag by some of its letters";
        painter.own(x, area.y, room, hint, painter.style(Role::Dim));
    }
    let before = width(palette.line.before()).min(usize::from(room)) as u16;
    Position { x: x + before, y: area.y }
}
