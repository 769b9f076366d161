//! The metadata of an article: quiet pairs, names dim, values wrapped beside them.

use crate::app::{App, Area, INFO_NAME_WIDTH, PairKind, Pane};
use crate::config::Role;

use super::paint::Painter;

pub fn draw(app: &App, area: Area, painter: &mut Painter<'_>) {
    if app.focus() == Pane::Info {
        let style = painter.style(Role::Accent);
        painter.own(area.x, area.y, 1, "▌", style);
    }
    let lines = app.info_lines(area.width);
    for (index, line) in lines.iter().skip(app.info_top()).take(usize::from(area.height)).enumerate() {
        let (x, y) = (area.x + 1, area.y + index as u16);
        let names = INFO_NAME_WIDTH as u16;
        painter.own(x, y, names.min(area.width), line.name, painter.style(Role::Dim));
        let style = painter.style(match line.kind {
            PairKind::Plain | PairKind::Gap => Role::Text,
            PairKind::Tag => Role::Tag,
            PairKind::Address => Role::Link,
        });
        let room = area.right().saturating_sub(x + names + 1);
        painter.text(x + names, y, room, &line.value, style);
    }
    super::scroll_mark(area, app.info_top(), lines.len(), usize::from(area.height), painter);
}
