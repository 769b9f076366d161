//! Help: every key and what it does, by group.

use crate::app::{Area, Help, HelpLine, truncate};
use crate::config::Role;
use crate::news::CleanText;

use super::paint::Painter;

const KEYS_WIDTH: u16 = 20;

pub fn draw(help: &Help, area: Area, painter: &mut Painter<'_>) {
    for (index, line) in help.lines.iter().skip(help.top).take(usize::from(area.height)).enumerate() {
        let y = area.y + index as u16;
        let x = area.x + 3;
        let room = area.width.saturating_sub(4);
        match line {
            HelpLine::Heading(heading) => {
                painter.own(x, y, room, heading, painter.style(Role::Title));
            }
            HelpLine::Command { keys, doc } => {
                painter.text(
                    x,
                    y,
                    KEYS_WIDTH - 1,
                    &truncate(keys.as_str(), usize::from(KEYS_WIDTH - 1)),
                    painter.style(Role::Accent),
                );
                let room = room.saturating_sub(KEYS_WIDTH);
                painter.text(
                    x + KEYS_WIDTH,
                    y,
                    room,
                    &truncate(CleanText::own(doc).as_str(), usize::from(room)),
                    painter.style(Role::Text),
                );
            }
            HelpLine::Blank => {}
        }
    }
}
