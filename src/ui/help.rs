//! A page over the panes: keys and what they do, by group, in as many columns as the width has room for.

use crate::app::{Area, Help, HelpLine, truncate, wrap};
use crate::config::Role;
use crate::news::CleanText;

use super::paint::Painter;

const KEYS_WIDTH: u16 = 20;

pub fn draw(help: &Help, area: Area, painter: &mut Painter<'_>) {
    draw_title(help, area, painter);
    let area = Area { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    if area.height == 0 {
        return;
    }
    if help.lines.is_empty() {
        let sentence = "Nothing here has these words. Esc shows all again.";
        painter.own(area.x + 3, area.y + 1, area.width.saturating_sub(4), sentence, painter.style(Role::Dim));
        return;
    }
    let columns = help.columns(area.width);
    let column_width = area.width / columns;
    let is_output = help.is_output();
    let mut y_text = area.y;
    let placed = help.placed(columns, usize::from(area.height));
    for (line, (column, row)) in help.lines.iter().skip(help.top).zip(placed) {
        // Where lines may be longer than the page is wide, each stands below what came before it.
        let y = if is_output { y_text } else { area.y + row };
        let x = area.x + column * column_width + 3;
        let room = column_width.saturating_sub(4);
        match line {
            HelpLine::Part(part) => {
                painter.own(x - 1, y, room + 1, part, painter.style(Role::Title));
                y_text += u16::from(is_output);
            }
            HelpLine::Heading(heading) => {
                let role = if is_output { Role::Title } else { Role::Dim };
                painter.own(x, y, room, heading, painter.style(role));
                y_text += u16::from(is_output);
            }
            HelpLine::Command { keys, name: _, doc } => {
                let style = painter.style(Role::Accent);
                painter.text(x, y, KEYS_WIDTH - 1, &truncate(keys.as_str(), usize::from(KEYS_WIDTH - 1)), style);
                let room = room.saturating_sub(KEYS_WIDTH);
                let doc = truncate(CleanText::own(doc).as_str(), usize::from(room));
                painter.text(x + KEYS_WIDTH, y, room, &doc, painter.style(Role::Text));
            }
            // A program's own lines may be of any length: they go on below.
            HelpLine::Text(text) => {
                for part in wrap(text.as_str(), usize::from(room.max(1))) {
                    if y_text < area.bottom() {
                        painter.text(x, y_text, room, &part, painter.style(Role::Text));
                    }
                    y_text += 1;
                }
            }
            HelpLine::Blank => y_text += u16::from(is_output),
        }
        if y_text >= area.bottom() {
            break;
        }
    }
}

/// What the page is, and the words that are looked for in it.
fn draw_title(help: &Help, area: Area, painter: &mut Painter<'_>) {
    let dim = painter.style(Role::Dim);
    let mut x = painter.text(area.x + 3, area.y, area.width.saturating_sub(4), &help.title, dim) + 3;
    if let Some(line) = &help.search {
        x = painter.own(x, area.y, area.right().saturating_sub(x), "/ ", painter.style(Role::Accent));
        let cursor = if help.is_searching() { "▏" } else { "" };
        let room = area.right().saturating_sub(x + 1);
        let typed = truncate(line.text(), usize::from(room.saturating_sub(1)));
        x = painter.text(x, area.y, room, &typed, painter.style(Role::Text));
        painter.own(x, area.y, 1, cursor, painter.style(Role::Accent));
    }
}
