//! The top line (where one is, what goes on) and the bottom line (what just happened, what may be done), and the line
//! being typed. A sentence that is too long for its line goes over up to three.

use ratatui::layout::Position;
use ratatui::style::Modifier;

use crate::app::{
    App, Area, Bottom, Hint, NOTICE_LINES_MAX, NoticeKind, Prompt, Rule, hints_width, truncate, width, wrap,
};
use crate::config::Role;
use crate::news::{CleanText, Limit};

use super::paint::Painter;

/// From this width on the bottom line draws how far the text is.
const PROGRESS_WIDTH_MIN: u16 = 110;
const PROGRESS_CELLS: usize = 7;
/// The place keeps this much before what goes on takes more.
const PLACE_WIDTH_MIN: usize = 16;
const GAP: u16 = 3;

pub fn top(app: &App, area: Area, painter: &mut Painter<'_>) {
    let words = app.top();
    let y = area.y;
    let name_end = painter.own(area.x + 1, y, area.width, "Dateline", painter.style(Role::Title));

    let dim = painter.style(Role::Dim);
    let mut parts: Vec<(CleanText, Role)> = words.clock.into_iter().map(|it| (it, Role::Dim)).collect();
    parts.extend(words.going_on.into_iter().rev().map(|it| (it, Role::Dim)));
    parts.extend(words.arrivals.into_iter().map(|it| (it, Role::Accent)));
    let room = usize::from(area.width).saturating_sub(usize::from(name_end) + PLACE_WIDTH_MIN + 1);
    while !parts.is_empty() && parts.iter().map(|it| width(it.0.as_str()) + usize::from(GAP)).sum::<usize>() > room {
        parts.remove(0);
    }
    let mut right = area.right().saturating_sub(1);
    for (text, role) in &parts {
        right = painter.text_right(right, y, right, text, painter.style(*role)).saturating_sub(GAP);
    }

    let mut x = name_end + GAP;
    for (index, part) in words.place.iter().enumerate() {
        if index > 0 {
            x = painter.own(x, y, right.saturating_sub(x), " ▸ ", dim);
        }
        let room = right.saturating_sub(x);
        x = painter.text(x, y, room, &truncate(part.as_str(), usize::from(room)), painter.style(Role::Text));
    }
}

/// Gives where the terminal's cursor stands, if a prompt is open.
pub fn bottom(app: &App, area: Area, middle: Area, painter: &mut Painter<'_>) -> Option<Position> {
    if let Some(prompt) = app.prompt() {
        if let Some(error) = &prompt.error {
            draw_over(error, Role::Problem, middle, painter);
        } else if let Some(echo) = app.echo() {
            let sentence = CleanText::line(&format!("{} · {}", echo.meaning, echo.count), Limit::SENTENCE);
            draw_over(&sentence, Role::Text, middle, painter);
        }
        return Some(draw_prompt(app, prompt, area, painter));
    }
    let words = app.bottom();
    let mut x = draw_position(&words, area, painter);
    if let Some((typed, follow)) = &words.pending {
        x = painter.text(x, area.y, area.right().saturating_sub(x), typed, painter.style(Role::Accent)) + 2;
        let room = area.right().saturating_sub(x + 1);
        if width(follow.as_str()) <= usize::from(room) {
            painter.text(x, area.y, room, follow, painter.style(Role::Dim));
        } else {
            draw_over(follow, Role::Dim, middle, painter);
        }
        return None;
    }
    let mut right = area.right().saturating_sub(1);
    if let Some(notice) = app.notice() {
        let role = match notice.kind {
            NoticeKind::Told => Role::Notice,
            NoticeKind::Problem => Role::Problem,
        };
        let room = right.saturating_sub(x);
        if width(notice.sentence.as_str()) <= usize::from(room) {
            let end = painter.text(x, area.y, room, &notice.sentence, painter.style(role));
            x = end + GAP;
        } else {
            draw_over(&notice.sentence, role, middle, painter);
        }
    }
    let hints = words.hints_within(usize::from(right.saturating_sub(x)));
    right = right.saturating_sub(hints_width(hints) as u16);
    draw_hints(hints, right, area.y, painter);
    None
}

/// Where one is in the list and in the text. Gives the column behind.
fn draw_position(words: &Bottom, area: Area, painter: &mut Painter<'_>) -> u16 {
    let dim = painter.style(Role::Dim);
    let mut x = painter.text(area.x + 1, area.y, area.width, &words.position, dim) + GAP;
    if let Some(percent) = words.percent {
        let mut text = String::new();
        if area.width >= PROGRESS_WIDTH_MIN {
            let full = (percent * PROGRESS_CELLS).div_ceil(100).min(PROGRESS_CELLS);
            text.push_str(&"▮".repeat(full));
            text.push_str(&"▯".repeat(PROGRESS_CELLS - full));
            text.push(' ');
        }
        text.push_str(&format!("{percent}%"));
        x = painter.text(x, area.y, area.width, &CleanText::line(&text, Limit::TOPIC), dim) + GAP;
    }
    x
}

fn draw_hints(hints: &[Hint], mut x: u16, y: u16, painter: &mut Painter<'_>) {
    for (index, hint) in hints.iter().enumerate() {
        if index > 0 {
            x += 2;
        }
        x = painter.text(x, y, 12, &hint.key, painter.style(Role::Text)) + 1;
        x = painter.own(x, y, 20, hint.word, painter.style(Role::Dim));
    }
}

/// A sentence over the foot of the panes, under a rule of its own, so that all of it can be read.
fn draw_over(sentence: &CleanText, role: Role, middle: Area, painter: &mut Painter<'_>) {
    let room = middle.width.saturating_sub(2);
    let mut lines = wrap(sentence.as_str(), usize::from(room));
    if lines.len() > NOTICE_LINES_MAX {
        let rest: Vec<&str> = lines[NOTICE_LINES_MAX - 1..].iter().map(CleanText::as_str).collect();
        let last = truncate(&rest.join(" "), usize::from(room));
        lines.truncate(NOTICE_LINES_MAX - 1);
        lines.push(last);
    }
    let height = (lines.len() as u16 + 1).min(middle.height);
    let top = middle.bottom() - height;
    painter.clear(Area { y: top, height, ..middle });
    super::rules(&[Rule::Across { x: middle.x, y: top, width: middle.width }], painter);
    let style = painter.style(role);
    for (index, line) in lines.iter().enumerate() {
        painter.text(middle.x + 1, top + 1 + index as u16, room, line, style);
    }
}

/// `Tags: +later ` and what the word may become. The line scrolls so that the cursor is always seen.
fn draw_prompt(app: &App, prompt: &Prompt, area: Area, painter: &mut Painter<'_>) -> Position {
    let y = area.y;
    let dim = painter.style(Role::Dim);
    let mut x = painter.own(area.x + 1, y, area.width, prompt.label(), painter.style(Role::Accent)) + 2;
    let room = usize::from(area.right().saturating_sub(x + 1));
    let before = tail(prompt.line.before(), room);
    let text = painter.style(Role::Text);
    let start = x;
    painter.text(x, y, room as u16, &before, text);
    // Spaces at the end are cells without a letter: the cursor stands behind them.
    x += (width_of_line(prompt.line.before()).min(room)) as u16;
    let cursor = Position { x: x.min(area.right().saturating_sub(1)), y };
    let rest = CleanText::preformatted(prompt.line.after(), Limit::BLOCK);
    let mut end = painter.text(x, y, area.right().saturating_sub(x + 1), &rest, text);
    if let Some(pointed) = prompt.pointed {
        point_at(prompt, pointed, start, area, painter);
    }
    end = end.max(x) + GAP;
    let room = area.right().saturating_sub(end + 1);
    if prompt.line.text().is_empty() {
        painter.own(end, y, room, prompt.hint(), dim);
    } else {
        let candidates: Vec<String> = app.candidates().iter().take(8).map(ToString::to_string).collect();
        painter.text(end, y, room, &truncate(&candidates.join("  "), usize::from(room)), dim);
    }
    cursor
}

/// Draws the mistaken part of the line in the colour of problems, underlined for those who see none.
fn point_at(prompt: &Prompt, (from, length): (usize, usize), x: u16, area: Area, painter: &mut Painter<'_>) {
    let line = prompt.line.text();
    let shown = width_of_line(prompt.line.before());
    let room = usize::from(area.right().saturating_sub(x + 1));
    // The line is scrolled by what does not fit before the cursor.
    let scrolled = shown.saturating_sub(room);
    let before: String = line.chars().take(from).collect();
    let wrong: String = line.chars().skip(from).take(length).collect();
    let at = width_of_line(&before);
    if at < scrolled {
        return;
    }
    let x = x + (at - scrolled) as u16;
    let style = painter.style(Role::Problem).add_modifier(Modifier::UNDERLINED);
    let wrong = CleanText::preformatted(if wrong.is_empty() { " " } else { &wrong }, Limit::BLOCK);
    painter.text(x, area.y, area.right().saturating_sub(x + 1), &wrong, style);
}

/// The end of a typed text that fits into `room` cells.
fn tail(text: &str, room: usize) -> CleanText {
    let mut start = 0;
    while width_of_line(&text[start..]) > room {
        start += text[start..].chars().next().map_or(1, char::len_utf8);
    }
    CleanText::preformatted(&text[start..], Limit::BLOCK)
}

fn width_of_line(text: &str) -> usize {
    width(text)
}
