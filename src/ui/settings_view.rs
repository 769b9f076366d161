//! The settings: names and values in two columns, and below a rule what the selected one does.

use ratatui::layout::Position;

use crate::app::{App, Area, DETAIL_LINES, Rule, SettingsView, truncate, wrap};
use crate::config::Role;
use crate::news::CleanText;

use super::paint::Painter;

const NAMES_WIDTH: u16 = 22;

/// Gives where the selected row begins.
pub fn draw(app: &App, view: &SettingsView, area: Area, painter: &mut Painter<'_>) -> Position {
    let title = painter.style(Role::Title);
    painter.own(area.x + 1, area.y, area.width, "Settings", title);
    let file = app.settings_file();
    let room = area.width.saturating_sub(14);
    let dim = painter.style(Role::Dim);
    painter.text_right(area.right().saturating_sub(1), area.y, room, &truncate(file.as_str(), usize::from(room)), dim);

    let detail_height = DETAIL_LINES.min(area.height.saturating_sub(2));
    let rows_area = Area { y: area.y + 1, height: area.height.saturating_sub(1 + detail_height), ..area };
    let mut position = Position { x: rows_area.x, y: rows_area.y };
    let rows = app.setting_rows();
    for (line, (index, row)) in rows.iter().enumerate().skip(view.top).take(usize::from(rows_area.height)).enumerate() {
        let y = rows_area.y + line as u16;
        let selected = index == view.cursor;
        let mut name_style = painter.style(Role::Text);
        if selected {
            position.y = y;
            let bar = painter.style(Role::Accent);
            painter.own(area.x, y, 1, "▌", bar);
            name_style = name_style.patch(painter.style(Role::Selected));
        }
        painter.own(area.x + 2, y, NAMES_WIDTH, row.name, name_style);
        let x = area.x + 2 + NAMES_WIDTH;
        let room = area.right().saturating_sub(x + 1);
        // What a person has set stands out; a word beside it says so too.
        let style = painter.style(if row.as_shipped { Role::Dim } else { Role::UnreadTitle });
        let end = painter.text(x, y, room, &truncate(row.value.as_str(), usize::from(room)), style);
        if !row.as_shipped {
            painter.own(end + 2, y, area.right().saturating_sub(end + 3), "(yours)", painter.style(Role::Dim));
        }
    }
    draw_detail(app, Area { y: area.bottom() - detail_height, height: detail_height, ..area }, painter);
    position
}

fn draw_detail(app: &App, area: Area, painter: &mut Painter<'_>) {
    let Some(detail) = app.setting_detail().filter(|_| area.height > 1) else { return };
    super::rules(&[Rule::Across { x: area.x, y: area.y, width: area.width }], painter);
    let room = area.width.saturating_sub(4);
    let mut y = area.y + 1;
    let mut draw = |text: &CleanText, role: Role, lines_max: u16| {
        let style = painter.style(role);
        for line in wrap(text.as_str(), usize::from(room)).iter().take(usize::from(lines_max)) {
            if y < area.bottom() {
                painter.text(area.x + 2, y, room, line, style);
                y += 1;
            }
        }
    };
    draw(&detail.doc, Role::Text, area.height.saturating_sub(2));
    draw(&detail.origin, Role::Dim, 1);
}
