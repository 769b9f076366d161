//! The keys that may follow, over the foot of the panes.

use crate::app::{Area, Menu, Rule, truncate, width};
use crate::config::Role;

use super::paint::Painter;

const COLUMN_WIDTH_MIN: u16 = 30;
const GAP: u16 = 2;

pub fn draw(menu: &Menu, middle: Area, painter: &mut Painter<'_>) {
    let widest = menu.entries.iter().map(|(key, text)| width(key.as_str()) + 1 + width(text.as_str())).max();
    let column = (widest.unwrap_or(0) as u16 + GAP).max(COLUMN_WIDTH_MIN).min(middle.width.max(1));
    let columns = (middle.width / column).max(1);
    let rows = (menu.entries.len() as u16).div_ceil(columns);
    let height = (rows + 1).min(middle.height);
    let top = middle.bottom() - height;
    painter.clear(Area { y: top, height, ..middle });
    super::rules(&[Rule::Across { x: middle.x, y: top, width: middle.width }], painter);
    for (index, (key, text)) in menu.entries.iter().enumerate() {
        let (across, down) = (index as u16 / rows.max(1), index as u16 % rows.max(1));
        let (x, y) = (middle.x + 1 + across * column, top + 1 + down);
        if y >= middle.bottom() {
            continue;
        }
        let end = painter.text(x, y, column, key, painter.style(Role::Accent)) + 1;
        let room = (x + column).saturating_sub(end + GAP).min(middle.right().saturating_sub(end));
        painter.text(end, y, room, &truncate(text.as_str(), usize::from(room)), painter.style(Role::Text));
    }
}
