//! The other feeds of a page, to pick from: a mark, what it is called there, and its address.

use crate::app::{Area, Offer, address_to_show, truncate};
use crate::config::Role;
use crate::news::CleanText;

use super::paint::Painter;

const NAME_WIDTH_MAX: u16 = 40;

pub fn draw(offer: &Offer, area: Area, painter: &mut Painter<'_>) {
    let heading = "More feeds there   Space marks, Enter subscribes, Esc leaves";
    painter.own(area.x + 2, area.y, area.width.saturating_sub(3), heading, painter.style(Role::Dim));
    let rows = usize::from(area.height.saturating_sub(2));
    for (index, found) in offer.found.iter().skip(offer.top).take(rows).enumerate() {
        let (at, y) = (offer.top + index, area.y + 2 + index as u16);
        let here = at == offer.cursor;
        if here {
            painter.own(area.x, y, 1, "▌", painter.style(Role::Accent));
        }
        let mark = if offer.marked.contains(&at) { "✓" } else { "·" };
        painter.own(area.x + 2, y, 1, mark, painter.style(Role::Accent));
        let mut style = painter.style(Role::Text);
        if here {
            style = style.patch(painter.style(Role::Selected));
        }
        let room = NAME_WIDTH_MAX.min(area.width / 2);
        let name = if found.title.is_empty() { CleanText::own("(no name)") } else { found.title.clone() };
        painter.text(area.x + 4, y, room, &truncate(name.as_str(), usize::from(room)), style);
        let x = area.x + 4 + room + 2;
        let room = area.right().saturating_sub(x + 1);
        let address = truncate(&address_to_show(&found.url), usize::from(room));
        painter.text(x, y, room, &address, painter.style(Role::Dim));
    }
}
