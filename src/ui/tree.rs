//! The tree of feeds: names at the left, counts in one column at the right.

use ratatui::style::Modifier;

use crate::app::{App, Area, Failing, Fold, Node, Pane, TreeRow, number, truncate, width};
use crate::config::Role;
use crate::news::{CleanText, Limit};

use super::paint::Painter;

/// A name keeps so many cells before the reason of a failure is left out.
const NAME_WIDTH_MIN: u16 = 8;

pub fn draw(app: &App, area: Area, painter: &mut Painter<'_>) {
    let tree = app.tree();
    let counts = tree.rows.iter().filter(|it| it.count > 0).map(|it| width(&number(it.count)) as u16);
    let columns = Columns { count: counts.max().unwrap_or(0), focused: app.focus() == Pane::Feeds };
    let rows = tree.rows.iter().enumerate().skip(tree.top).take(usize::from(area.height));
    for (line, (index, row)) in rows.enumerate() {
        let row_area = Area { y: area.y + line as u16, height: 1, ..area };
        draw_row(row, index == tree.cursor, &columns, row_area, painter);
    }
    super::scroll_mark(area, tree.top, tree.rows.len(), usize::from(area.height), painter);
}

struct Columns {
    /// Cells of the widest count.
    count: u16,
    focused: bool,
}

fn draw_row(row: &TreeRow, selected: bool, columns: &Columns, area: Area, painter: &mut Painter<'_>) {
    let y = area.y;
    if selected {
        let bar = painter.style(if columns.focused { Role::Accent } else { Role::SelectedElsewhere });
        // In a theme without colour the bar alone says it; a reversed bar would be a hole.
        painter.own(area.x, y, 1, "▌", bar.remove_modifier(Modifier::REVERSED));
    }
    let indent = row.indent();
    let mark = match row.fold {
        Fold::Leaf => " ",
        Fold::Open => "▾",
        Fold::Closed => "▸",
    };
    let dim = painter.style(Role::Dim);
    painter.own(area.x + indent, y, 1, mark, dim);

    // Counts end one cell before the rule, all in one column, which no name enters.
    let right = area.right().saturating_sub(1);
    let mut name_right = right.saturating_sub(columns.count + u16::from(columns.count > 0));
    if row.count > 0 {
        let count = CleanText::line(&number(row.count), Limit::TOPIC);
        painter.text_right(right, y, columns.count, &count, painter.style(Role::Count));
    }
    let x = area.x + indent + 2;
    if let Some(failing) = row.failing {
        let why = failing_in_words(failing, name_right.saturating_sub(x));
        let style = painter.style(Role::Problem);
        name_right = painter.text_right(name_right, y, name_right.saturating_sub(x), &why, style).saturating_sub(1);
    }
    let room = name_right.saturating_sub(x);
    let mut style = match row.node {
        Node::Tags | Node::Searches => dim,
        Node::Search(_) | Node::All | Node::Today | Node::Starred | Node::Folder(_) | Node::Feed(_) | Node::Tag(_) => {
            painter.style(Role::Text)
        }
    };
    if selected && columns.focused {
        style = style.patch(painter.style(Role::Selected));
    }
    painter.text(x, y, room, &truncate(row.name.as_str(), usize::from(room)), style);
}

/// `✗ 503`, `✗ no answer`; where the name would lose too much by it, `✗`.
fn failing_in_words(failing: Failing, room: u16) -> CleanText {
    let words = match failing {
        Failing::Within | Failing::Because("") => "✗".to_owned(),
        Failing::Status(status) => format!("✗ {status}"),
        Failing::Because(why) => format!("✗ {why}"),
    };
    let fits = width(&words) as u16 + 1 + NAME_WIDTH_MIN <= room;
    CleanText::line(if fits { &words } else { "✗" }, Limit::TOPIC)
}
