//! Drawing: `draw(&App, &mut Frame)`. Changes nothing, asks nothing, knows no geometry that `app` has not settled. Only
//! clean text, the program's own words and numbers reach a cell.

mod bars;
mod health;
mod held;
mod help;
mod hits;
mod info;
mod linear;
mod list;
mod offer;
mod paint;
mod palette;
mod settings_view;
mod symbols;
mod text;
mod tree;
mod which_key;

use ratatui::Frame;
use ratatui::layout::Position;

use crate::app::{App, Area, Arrangement, HEIGHT_MIN, Rule, WIDTH_MIN, wrap};
use crate::config::Role;

pub use held::Held;
use paint::{Painter, Symbols};

/// A heavier rule.
const SCROLL_MARK: &str = "┃";

/// Draws the whole screen.
pub fn draw(app: &App, frame: &mut Frame<'_>) {
    draw_but(&Held::default(), app, frame);
}

/// Draws the whole screen, but leaves what is held of the last frame's article where it stood. Gives what this frame shows
/// of an article, where nothing was held.
pub fn draw_but(held: &Held, app: &App, frame: &mut Frame<'_>) -> Held {
    let symbols = match (app.linear(), app.ascii()) {
        (true, _) => Symbols::Linear,
        (false, true) => Symbols::Ascii,
        (false, false) => Symbols::Unicode,
    };
    let mut painter = Painter::new(frame.buffer_mut(), app.theme(), symbols).arranging(app.arranging());
    let geometry = app.geometry();
    if geometry.arrangement == Arrangement::TooSmall {
        ask_for_room(&mut painter, geometry.middle.width);
        return Held::default();
    }
    let mut shown = Held::default();
    let mut row = None;
    if let Some(help) = app.help() {
        help::draw(help, geometry.middle, &mut painter);
        if app.linear() {
            linear::top(app, &geometry, &mut painter);
        }
        row = Some(Position { x: geometry.middle.x, y: geometry.middle.y });
    } else if let Some(offer) = app.offer() {
        offer::draw(offer, geometry.middle, &mut painter);
    } else if let Some(health) = app.health().filter(|_| app.linear()) {
        row = Some(linear::health(app, health, &geometry, &mut painter));
    } else if let Some(health) = app.health() {
        health::draw(app, health, geometry.middle, &mut painter);
    } else if let Some(view) = app.settings_view().filter(|_| app.linear()) {
        row = Some(linear::settings(app, view, &geometry, &mut painter));
    } else if let Some(view) = app.settings_view() {
        row = Some(settings_view::draw(app, view, geometry.middle, &mut painter));
    } else if app.linear() {
        row = Some(linear::draw(app, &geometry, &mut painter));
    } else {
        rules(&geometry.rules, &mut painter);
        if let Some(area) = geometry.feeds {
            tree::draw(app, area, &mut painter);
        }
        if let Some(area) = geometry.articles {
            list::draw(app, area, geometry.two_lines_a_row(), &mut painter);
        }
        if let Some(area) = geometry.text
            && !held.put_back(area, painter.buffer())
        {
            text::draw(app, area, geometry.measure(app.zen()), &mut painter);
        }
        if let Some(area) = geometry.info
            && !held.put_back(area, painter.buffer())
        {
            info::draw(app, area, &mut painter);
        }
        // Before anything is laid over them. What is put back is held already.
        if held.is_empty() {
            shown = Held::of(app, &geometry, painter.buffer());
        }
    }
    let mut cursor = if app.linear() && app.prompt().is_none() {
        linear::said(app, &geometry, &mut painter);
        row
    } else {
        bars::top(app, geometry.top, &mut painter);
        bars::bottom(app, geometry.bottom, geometry.middle, &mut painter)
    };
    if let Some(menu) = app.menu() {
        which_key::draw(&menu, geometry.middle, &mut painter);
    }
    if let Some(open) = app.palette() {
        cursor = Some(palette::draw(app, open, geometry.middle, &mut painter));
    }
    if let Some(position) = cursor {
        frame.set_cursor_position(position);
    }
    shown
}

/// One thin line between panes; where two meet they are one drawing.
fn rules(rules: &[Rule], painter: &mut Painter<'_>) {
    let style = painter.style(Role::Rule);
    for rule in rules {
        match *rule {
            Rule::Across { x, y, width } => {
                for at in x..x.saturating_add(width) {
                    painter.own(at, y, 1, "─", style);
                }
            }
            Rule::Down { x, y, height } => {
                for at in y..y.saturating_add(height) {
                    painter.own(x, at, 1, "│", style);
                }
            }
        }
    }
    for across in rules {
        let Rule::Across { x: start, y: line, width } = *across else { continue };
        for down in rules {
            let Rule::Down { x, y, height } = *down else { continue };
            if !(y..y.saturating_add(height)).contains(&line) {
                continue;
            }
            if x.checked_add(1) == Some(start) {
                painter.own(x, line, 1, "├", style);
            } else if x == start.saturating_add(width) {
                painter.own(x, line, 1, "┤", style);
            }
        }
    }
}

/// Where one is in what is longer than its pane: a heavier piece of the line at its right, or at the screen's edge.
/// Nothing is drawn where all can be seen.
fn scroll_mark(area: Area, top: usize, length: usize, page: usize, painter: &mut Painter<'_>) {
    if length <= page || area.height < 4 {
        return;
    }
    let height = usize::from(area.height);
    let cells = (page * height / length).clamp(1, height - 1);
    let way = length - page;
    // Only at the very top and the very end does it touch the pane's ends.
    let start = match top.min(way) {
        0 => 0,
        top if top == way => height - cells,
        top => (top * (height - cells) / way).clamp(1, (height - cells).saturating_sub(1).max(1)),
    };
    let x = if area.right() < painter.width() { area.right() } else { area.right().saturating_sub(1) };
    let style = painter.style(Role::Rule);
    for y in start..(start + cells).min(height) {
        painter.own(x, area.y + y as u16, 1, SCROLL_MARK, style);
    }
}

fn ask_for_room(painter: &mut Painter<'_>, width: u16) {
    let sentence = format!("Dateline needs {WIDTH_MIN}×{HEIGHT_MIN} cells. Please give it more room.");
    let style = painter.style(Role::Text);
    for (index, line) in wrap(&sentence, usize::from(width.max(1))).iter().enumerate() {
        painter.text(0, index as u16, width, line, style);
    }
}

/// The area without its outermost columns, for text that must not touch a rule.
fn inset(area: Area, left: u16, right: u16) -> Area {
    let left = left.min(area.width);
    Area { x: area.x + left, width: (area.width - left).saturating_sub(right), ..area }
}
