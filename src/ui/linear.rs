//! Plain lines for screen readers: no boxes, no rules, no marks, and the terminal's own cursor on the focused line.

use ratatui::layout::Position;

use crate::app::{App, Area, Geometry, TextLine, truncate};
use crate::config::Role;
use crate::news::{CleanText, Limit};

use super::paint::Painter;

/// Draws everything but prompts. Gives where the focused line begins.
pub fn draw(app: &App, geometry: &Geometry, painter: &mut Painter<'_>) -> Position {
    line(&app.linear_top(), geometry.top, 0, Role::Text, painter);
    let mut row = 0;
    if let Some(area) = geometry.feeds {
        let tree = app.tree();
        row = tree.cursor.saturating_sub(tree.top);
        let rows = tree.rows.iter().skip(tree.top).take(usize::from(area.height));
        for (index, it) in rows.enumerate() {
            line(&app.linear_tree_line(it), area, index, Role::Text, painter);
        }
    }
    if let Some(area) = geometry.articles {
        row = articles(app, area, painter);
    }
    if let Some(area) = geometry.text {
        let reading = app.reading();
        if let Some(sentence) = app.text_words() {
            line(&sentence, area, 0, Role::Text, painter);
        }
        for (index, it) in reading.lines.iter().skip(reading.top).take(usize::from(area.height)).enumerate() {
            line(&text_of(it), area, index, role_of(it), painter);
        }
    }
    if let Some(area) = geometry.info {
        let pairs = app.linear_info_lines();
        for (index, it) in pairs.iter().skip(app.info_top()).take(usize::from(area.height)).enumerate() {
            line(it, area, index, Role::Text, painter);
        }
    }
    let y = geometry.middle.y + (row as u16).min(geometry.middle.height.saturating_sub(1));
    Position { x: geometry.middle.x, y }
}

/// What was said last, above the bottom line, which names the keys.
pub fn said(app: &App, geometry: &Geometry, painter: &mut Painter<'_>) {
    let announced = app.announced();
    for (index, sentence) in announced.iter().rev().enumerate() {
        let y = geometry.bottom.y.saturating_sub(1 + index as u16);
        line(sentence, Area { y, ..geometry.bottom }, 0, Role::Notice, painter);
    }
    let bottom = app.bottom();
    let keys: Vec<String> = bottom.hints.iter().map(|it| format!("{} {}", it.key, it.word)).collect();
    let pending = bottom.pending.map(|(typed, follow)| format!("{typed}: {follow}"));
    let text = pending.unwrap_or_else(|| format!("Keys: {}.", keys.join(", ")));
    line(&CleanText::line(&text, Limit::SENTENCE), geometry.bottom, 0, Role::Text, painter);
}

/// Gives the row of the cursor.
fn articles(app: &App, area: Area, painter: &mut Painter<'_>) -> usize {
    let (banner, rest) = app.list_banner(area);
    for (index, sentence) in banner.iter().enumerate() {
        line(sentence, area, index, Role::Problem, painter);
    }
    if let Some(sentences) = app.list_words() {
        for (index, sentence) in sentences.iter().enumerate() {
            line(sentence, rest, index, Role::Text, painter);
        }
        return banner.len();
    }
    let list = app.list();
    for (index, position) in (list.top..list.ids.len()).take(usize::from(rest.height)).enumerate() {
        let Some(row) = list.row(position) else { continue };
        let role = if row.state.unread { Role::UnreadTitle } else { Role::ReadTitle };
        line(&app.linear_list_line(row), rest, index, role, painter);
    }
    banner.len() + list.cursor.saturating_sub(list.top)
}

fn line(text: &CleanText, area: Area, index: usize, role: Role, painter: &mut Painter<'_>) {
    let y = area.y + index as u16;
    if y >= area.bottom() {
        return;
    }
    let style = painter.style(role);
    painter.text(area.x, y, area.width, &truncate(text.as_str(), usize::from(area.width)), style);
}

fn text_of(line: &TextLine) -> CleanText {
    match line {
        TextLine::Headline(text) | TextLine::Byline(text) | TextLine::Remark(text) => text.clone(),
        TextLine::Heading(text) => CleanText::own(text),
        TextLine::Link { number, address } => CleanText::line(&format!("{number} {address}"), Limit::SENTENCE),
        TextLine::Body(line) => {
            // The bar beside a quotation is a line; its words say enough.
            let whole: String = line.spans.iter().map(|it| it.text.as_str().replace('│', "")).collect();
            CleanText::preformatted(&whole, Limit::BLOCK)
        }
        TextLine::Blank => CleanText::default(),
    }
}

fn role_of(line: &TextLine) -> Role {
    match line {
        TextLine::Headline(_) | TextLine::Heading(_) => Role::Title,
        TextLine::Byline(_) | TextLine::Remark(_) | TextLine::Link { .. } | TextLine::Body(_) | TextLine::Blank => {
            Role::Text
        }
    }
}
