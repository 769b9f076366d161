//! Plain lines for screen readers: no boxes, no rules, no marks, and the terminal's own cursor on the focused line.

use ratatui::layout::Position;

use crate::app::{
    App, Area, DETAIL_LINES, Geometry, Health, SettingsView, TextLine, health_areas, health_details, truncate, wrap,
};
use crate::config::Role;
use crate::news::{CleanText, Limit};

use super::health::{heading, words_for_nothing};
use super::paint::Painter;

/// Draws everything but prompts. Gives where the focused line begins.
pub fn draw(app: &App, geometry: &Geometry, painter: &mut Painter<'_>) -> Position {
    top(app, geometry, painter);
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

/// What is shown, where, and how far.
pub fn top(app: &App, geometry: &Geometry, painter: &mut Painter<'_>) {
    line(&app.linear_top(), geometry.top, 0, Role::Text, painter);
}

/// The list of feeds, a line each, and below it what there is to know about the selected one; or the form over it. Gives
/// where the focused line begins.
pub fn health(app: &App, health: &Health, geometry: &Geometry, painter: &mut Painter<'_>) -> Position {
    top(app, geometry, painter);
    let middle = geometry.middle;
    if let Some(form) = &health.form {
        let title = app.tree().feed(form.feed).map(|it| it.title.clone()).unwrap_or_default();
        line(&title, middle, 0, Role::Title, painter);
        let rows = usize::from(middle.height.saturating_sub(1)).max(1);
        let top = (form.cursor + 1).saturating_sub(rows);
        for (index, it) in app.linear_form_lines().iter().skip(top).take(rows).enumerate() {
            line(it, middle, index + 1, Role::Text, painter);
        }
        return Position { x: middle.x, y: middle.y + 1 + (form.cursor - top) as u16 };
    }
    let (list, details) = health_areas(middle);
    let said = words_for_nothing(health).unwrap_or_else(|| heading(health));
    line(&said, list, 0, Role::Text, painter);
    for (index, row) in health.rows.iter().skip(health.top).enumerate().take(usize::from(list.height.saturating_sub(1)))
    {
        line(&app.linear_health_line(row), list, index + 1, Role::Text, painter);
    }
    let about: Vec<CleanText> = health_details(app).into_iter().map(|it| it.text).collect();
    sentences(&about, details, painter);
    let row = 1 + health.cursor.saturating_sub(health.top) as u16;
    Position { x: list.x, y: list.y + row.min(list.height.saturating_sub(1)) }
}

/// The settings, a line each, and below them what the selected one does. Gives where the focused line begins.
pub fn settings(app: &App, view: &SettingsView, geometry: &Geometry, painter: &mut Painter<'_>) -> Position {
    top(app, geometry, painter);
    let middle = geometry.middle;
    let detail_height = DETAIL_LINES.min(middle.height.saturating_sub(2));
    let rows = usize::from(middle.height.saturating_sub(1 + detail_height));
    for (index, it) in app.linear_setting_lines().iter().skip(view.top).take(rows).enumerate() {
        line(it, middle, index, Role::Text, painter);
    }
    let about = app.setting_detail().map(|it| vec![it.doc, it.origin]).unwrap_or_default();
    let below = Area { y: middle.bottom() - detail_height, height: detail_height, ..middle };
    sentences(&about, below, painter);
    Position { x: middle.x, y: middle.y + view.cursor.saturating_sub(view.top) as u16 }
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

/// Sentences below each other, each over as many lines as it needs.
fn sentences(all: &[CleanText], area: Area, painter: &mut Painter<'_>) {
    let lines = all.iter().flat_map(|it| wrap(it.as_str(), usize::from(area.width.max(1))));
    for (index, it) in lines.take(usize::from(area.height)).enumerate() {
        line(&it, area, index, Role::Text, painter);
    }
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
