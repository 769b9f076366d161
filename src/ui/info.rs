//! The metadata of an article: quiet pairs, names dim, values wrapped beside them.

use crate::app::{App, Area, Pair, PairKind, Pane, wrap};
use crate::config::Role;

use super::paint::Painter;

/// `Published` and a cell.
const NAME_WIDTH: u16 = 10;

pub fn draw(app: &App, area: Area, painter: &mut Painter<'_>) {
    let pairs = app.info_pairs();
    let mut y = area.y;
    if app.focus() == Pane::Info {
        let style = painter.style(Role::Accent);
        painter.own(area.x, y, 1, "▌", style);
    }
    for pair in pairs.iter().skip(app.info_top()) {
        if y >= area.bottom() {
            break;
        }
        y = draw_pair(pair, Area { y, height: area.bottom() - y, ..area }, painter);
    }
}

/// Gives the line behind the pair.
fn draw_pair(pair: &Pair, area: Area, painter: &mut Painter<'_>) -> u16 {
    if pair.kind == PairKind::Gap {
        return area.y + 1;
    }
    let x = area.x + 1;
    painter.own(x, area.y, NAME_WIDTH.min(area.width), pair.name, painter.style(Role::Dim));
    let value_x = x + NAME_WIDTH;
    let room = area.right().saturating_sub(value_x + 1);
    let style = painter.style(match pair.kind {
        PairKind::Plain | PairKind::Gap => Role::Text,
        PairKind::Tag => Role::Tag,
        PairKind::Address => Role::Dim,
    });
    let lines = wrap(pair.value.as_str(), usize::from(room));
    for (index, line) in lines.iter().take(usize::from(area.height)).enumerate() {
        painter.text(value_x, area.y + index as u16, room, line, style);
    }
    area.y + lines.len() as u16
}
