//! The mouse: what lies under the pointer is selected, opened, followed, scrolled or moved. Looking is not reading here
//! either: a first click selects, one more on the same article opens it.

use crate::command::Command;

use super::geometry::Area;
use super::info::PairKind;
use super::reading::TextLine;
use super::tree::Fold;
use super::{App, ListLine, Pane, act, layout, moving, views};

/// Something the mouse did, at a cell of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    pub kind: MouseKind,
    pub column: u16,
    pub line: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MouseKind {
    /// The left button went down.
    Press,
    /// The pointer moved while it was down.
    Drag,
    Release,
    WheelUp,
    WheelDown,
}

/// Lines that one notch of the wheel is worth.
const WHEEL_LINES: isize = 3;

pub fn moved(app: &mut App, mouse: Mouse) {
    match mouse.kind {
        MouseKind::Press => pressed(app, mouse),
        MouseKind::Drag => {
            if let Some(border) = app.dragging {
                layout::drag(app, border, mouse.column, mouse.line);
            }
        }
        MouseKind::Release => app.dragging = None,
        MouseKind::WheelUp => wheel(app, mouse, -WHEEL_LINES),
        MouseKind::WheelDown => wheel(app, mouse, WHEEL_LINES),
    }
}

fn pressed(app: &mut App, mouse: Mouse) {
    app.dragging = None;
    app.pending.clear();
    app.count = None;
    if is_covered(app) {
        return;
    }
    let geometry = app.geometry();
    if let Some(border) = geometry.border_at(mouse.column, mouse.line) {
        app.dragging = Some(border);
        return;
    }
    let Some((pane, area)) = pane_at(app, mouse) else { return };
    let line = mouse.line - area.y;
    match pane {
        Pane::Feeds => press_tree(app, area, mouse.column, usize::from(line)),
        Pane::Articles => press_list(app, area, mouse.line),
        Pane::Text => {
            moving::focus_kept_zen(app, Pane::Text);
            if let Some(link) = link_at(app, area, mouse.column, usize::from(line)) {
                act::perform(app, Command::Browser, Some(link));
            }
        }
        Pane::Info => {
            app.focus = Pane::Info;
            let lines = app.info_lines(area.width);
            let hit = lines.get(app.info_top + usize::from(line));
            if hit.is_some_and(|it| it.kind == PairKind::Address) {
                act::perform(app, Command::Browser, None);
            }
        }
    }
}

fn press_tree(app: &mut App, area: Area, column: u16, line: usize) {
    let index = app.tree.top + line;
    let Some(row) = app.tree.rows.get(index) else { return };
    let (fold, mark) = (row.fold, area.x + row.indent());
    app.focus = Pane::Feeds;
    let again = app.tree.cursor == index;
    app.tree.cursor = index;
    let on_mark = column <= mark + 1;
    match fold {
        Fold::Open if on_mark || again => {
            app.tree.fold(false);
        }
        Fold::Closed if on_mark || again => {
            app.tree.fold(true);
        }
        Fold::Open | Fold::Closed | Fold::Leaf => {}
    }
    views::show_node(app);
}

fn press_list(app: &mut App, area: Area, line: u16) {
    app.focus = Pane::Articles;
    let (_, rows) = app.list_banner(area);
    let Some(offset) = line.checked_sub(rows.y) else { return };
    let lines = app.list_lines(rows);
    // The last line that begins at or above the pointer is the one it is on; below the last article is nothing.
    let height = app.geometry().lines_a_row() as u16;
    let hit = lines.iter().rev().find(|(y, _)| *y <= offset);
    let Some((y, ListLine::Article(position))) = hit else { return };
    if offset >= y + height {
        return;
    }
    if app.list.cursor == *position {
        moving::open_selected(app);
    } else {
        app.list.go_to(*position);
    }
}

/// The number of the link under the pointer.
fn link_at(app: &App, area: Area, column: u16, line: usize) -> Option<usize> {
    let (_, margin) = app.geometry().measure(app.zen);
    let at = usize::from(column.checked_sub(area.x + margin)?);
    match app.reading.lines.get(app.reading.top + line)? {
        TextLine::Body(line) => {
            let mut end = 0;
            line.spans.iter().find_map(|span| {
                end += crate::text::width(span.text.as_str());
                (at < end).then_some(span.link)
            })?
        }
        TextLine::Link { number, .. } => number.as_str().trim().parse().ok(),
        TextLine::Headline(_) | TextLine::Byline(_) | TextLine::Remark(_) | TextLine::Heading(_) | TextLine::Blank => {
            None
        }
    }
}

fn wheel(app: &mut App, mouse: Mouse, lines: isize) {
    if app.help.is_some() || (app.health.is_some() && !is_asking(app)) {
        act::perform(app, if lines > 0 { Command::Down } else { Command::Up }, Some(lines.unsigned_abs()));
        return;
    }
    if is_covered(app) {
        return;
    }
    let Some((pane, area)) = pane_at(app, mouse) else { return };
    let height = usize::from(area.height);
    match pane {
        Pane::Feeds => app.tree.look(lines, height),
        Pane::Articles => {
            let page = app.list_page();
            let last = app.list.ids.len().saturating_sub(page);
            let top = app.list.top.saturating_add_signed(lines).min(last);
            // The cursor is taken along only where it would be out of sight.
            let moved = top as isize - app.list.top as isize;
            app.list.top = top;
            let bottom = app.last_whole_article(area);
            if moved != 0 {
                app.list.go_to(app.list.cursor.max(top).min(bottom.max(top)));
            }
        }
        Pane::Text => app.reading.scroll(lines, height),
        Pane::Info => moving::scroll_info(app, lines),
    }
}

/// Whether something lies over the panes that the pointer must not reach through.
fn is_covered(app: &App) -> bool {
    app.help.is_some() || app.health.is_some() || app.settings_view.is_some() || is_asking(app)
}

/// Whether a line or a list waits for keys before anything else may be done.
fn is_asking(app: &App) -> bool {
    app.prompt.is_some() || app.palette.is_some() || app.menu().is_some() || app.offer.open
}

fn pane_at(app: &App, mouse: Mouse) -> Option<(Pane, Area)> {
    let geometry = app.geometry();
    [Pane::Feeds, Pane::Articles, Pane::Text, Pane::Info].into_iter().find_map(|pane| {
        let area = geometry.area(pane)?;
        let within = (area.x..area.right()).contains(&mouse.column) && (area.y..area.bottom()).contains(&mouse.line);
        within.then_some((pane, area))
    })
}
