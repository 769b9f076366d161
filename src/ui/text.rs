//! The text of an article: headline, byline, body in its measure, links at the end.

use ratatui::style::{Modifier, Style};

use crate::app::{App, Area, TextLine, wrap};
use crate::config::Role;
use crate::news::{CleanText, Limit};
use crate::text::{Line, Role as TextRole, runs_right_to_left};

use super::paint::Painter;

pub fn draw(app: &App, area: Area, (measure, margin): (usize, u16), painter: &mut Painter<'_>) {
    let reading = app.reading();
    let x = area.x + margin;
    let room = area.right().saturating_sub(x).min(measure as u16);
    if let Some(sentence) = app.text_words() {
        let style = painter.style(Role::Dim);
        for (index, line) in wrap(sentence.as_str(), measure).iter().take(usize::from(area.height)).enumerate() {
            painter.text(x, area.y + index as u16, room, line, style);
        }
        return;
    }
    let lines = reading.lines.iter().skip(reading.top).take(usize::from(area.height));
    for (index, line) in lines.enumerate() {
        draw_line(line, x, area.y + index as u16, room, painter);
    }
    super::scroll_mark(area, reading.top, reading.lines.len(), usize::from(area.height), painter);
    draw_hints(app, Area { x, width: room, ..area }, painter);
}

/// Letters over the links, those that are typed already left out.
fn draw_hints(app: &App, area: Area, painter: &mut Painter<'_>) {
    let Some(hints) = app.link_hints() else { return };
    let style = painter.style(Role::Accent).add_modifier(Modifier::REVERSED | Modifier::BOLD);
    for hint in &hints.hints {
        let Some(rest) = hint.letters.strip_prefix(hints.typed.as_str()) else { continue };
        let line = hint.line.saturating_sub(app.reading().top) as u16;
        let room = area.width.saturating_sub(hint.column as u16);
        let letters = CleanText::line(rest, Limit::TOPIC);
        painter.text(area.x + hint.column as u16, area.y + line, room, &letters, style);
    }
}

fn draw_line(line: &TextLine, x: u16, y: u16, room: u16, painter: &mut Painter<'_>) {
    match line {
        TextLine::Headline(text) if runs_right_to_left(text.as_str()) => {
            painter.text_right(x + room, y, room, text, painter.style(Role::Title));
        }
        TextLine::Headline(text) => {
            painter.text(x, y, room, text, painter.style(Role::Title));
        }
        TextLine::Byline(text) | TextLine::Remark(text) => {
            painter.text(x, y, room, text, painter.style(Role::Dim));
        }
        TextLine::Heading(text) => {
            painter.own(x, y, room, text, painter.style(Role::Dim));
        }
        TextLine::Link { number, address } => {
            let end = painter.text(x, y, room, number, painter.style(Role::Dim));
            let room = (x + room).saturating_sub(end + 2);
            painter.text(end + 2, y, room, address, painter.style(Role::Link));
        }
        TextLine::Body(line) => draw_body(line, x, y, room, painter),
        TextLine::Blank => {}
    }
}

fn draw_body(line: &Line, x: u16, y: u16, room: u16, painter: &mut Painter<'_>) {
    let mut at = x;
    for span in &line.spans {
        let room = (x + room).saturating_sub(at);
        let style = look(span.role, painter);
        at = painter.laid(at, y, room, &span.text, style);
    }
}

fn look(role: TextRole, painter: &Painter<'_>) -> Style {
    match role {
        TextRole::Text => painter.style(Role::Text),
        TextRole::Heading => painter.style(Role::Title),
        TextRole::Strong => painter.style(Role::Text).add_modifier(Modifier::BOLD),
        TextRole::Emphasis => painter.style(Role::Text).add_modifier(Modifier::ITALIC),
        TextRole::Code => painter.style(Role::Code),
        TextRole::Quote => painter.style(Role::Quote),
        TextRole::Link => painter.style(Role::Link),
        TextRole::LinkNumber | TextRole::Dim => painter.style(Role::Dim),
    }
}
