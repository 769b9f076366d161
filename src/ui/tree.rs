//! The tree of feeds: names at the left, counts in one column at the right.

use ratatui::style::Modifier;

use crate::app::{App, Area, Fold, Node, Pane, TreeRow, number, truncate, width};
use crate::config::Role;
use crate::news::{CleanText, Limit};

use super::paint::Painter;

pub fn draw(app: &App, area: Area, painter: &mut Painter<'_>) {
    let tree = app.tree();
    let rows = tree.rows.iter().enumerate().skip(tree.top).take(usize::from(area.height));
    for (line, (index, row)) in rows.enumerate() {
        let selected = index == tree.cursor;
        draw_row(
            row,
            tree.is_exact(&row.node),
            selected,
            app.focus() == Pane::Feeds,
            Area { y: area.y + line as u16, height: 1, ..area },
            painter,
        );
    }
}

fn draw_row(row: &TreeRow, is_exact: bool, selected: bool, focused: bool, area: Area, painter: &mut Painter<'_>) {
    let y = area.y;
    if selected {
        let bar = painter.style(if focused { Role::Accent } else { Role::SelectedElsewhere });
        // In a theme without colour the bar alone says it; a reversed bar would be a hole.
        painter.own(area.x, y, 1, "▌", bar.remove_modifier(Modifier::REVERSED));
    }
    let indent = 1 + 2 * row.depth.min(6) as u16;
    let mark = match row.fold {
        Fold::Leaf => " ",
        Fold::Open => "▾",
        Fold::Closed => "▸",
    };
    let dim = painter.style(Role::Dim);
    painter.own(area.x + indent, y, 1, mark, dim);

    // What is not yet counted anew is fainter than what is.
    let count_style = painter.style(if is_exact { Role::Count } else { Role::SelectedElsewhere });
    // Counts end one cell before the rule, all in one column.
    let right = area.right().saturating_sub(1);
    let mut name_right = right;
    if row.count > 0 {
        let count = CleanText::line(&number(row.count), Limit::TOPIC);
        name_right = painter.text_right(right, y, 9, &count, count_style).saturating_sub(1);
    }
    if row.failing {
        let problem = painter.style(Role::Problem);
        name_right = name_right.saturating_sub(1);
        painter.own(name_right, y, 1, "✗", problem);
        name_right = name_right.saturating_sub(1);
    }
    let x = area.x + indent + 2;
    let room = name_right.saturating_sub(x);
    let mut style = match row.node {
        Node::Tags | Node::Searches => dim,
        Node::Search(_) | Node::All | Node::Today | Node::Starred | Node::Folder(_) | Node::Feed(_) | Node::Tag(_) => {
            painter.style(Role::Text)
        }
    };
    if selected && focused {
        style = style.patch(painter.style(Role::Selected));
    }
    let name = truncate(row.name.as_str(), usize::from(room));
    debug_assert!(width(name.as_str()) <= usize::from(room));
    painter.text(x, y, room, &name, style);
}
