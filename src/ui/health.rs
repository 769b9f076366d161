//! The list of how each feed does, what is known about the selected one below it, and the form of what may be set about
//! a feed. Columns that the width has no room for are left out, the least telling first.

use ratatui::style::Style;

use crate::app::{
    App, Area, Condition, DetailKind, FeedField, FeedForm, Health, HealthRow, Rule, age, counted, health_areas,
    health_details, posts_in_words, sparkline, truncate, width, wrap,
};
use crate::config::Role;
use crate::news::{CleanText, Limit, Timestamp, WEEKS};

use super::paint::Painter;

#[derive(Clone, Copy, PartialEq)]
enum Column {
    Spark,
    Posts,
    Last,
    Read,
    Unread,
    Next,
    Starred,
    Why,
}

/// From the most telling on: heading, width.
const COLUMNS: &[(Column, &str, u16)] = &[
    (Column::Spark, "12 weeks", WEEKS as u16),
    (Column::Posts, "a week", 6),
    (Column::Last, "fetched", 7),
    (Column::Read, "read", 4),
    (Column::Unread, "unread", 6),
    (Column::Next, "next", 6),
    (Column::Starred, "starred", 7),
    (Column::Why, "because", 44),
];
const GAP: u16 = 2;
const CONDITION_WIDTH: u16 = 9;
const TITLE_WIDTH_MIN: u16 = 22;
const TITLE_WIDTH_MAX: u16 = 56;
const FORM_NAME_WIDTH: u16 = 13;

pub fn draw(app: &App, health: &Health, middle: Area, painter: &mut Painter<'_>) {
    if let Some(form) = &health.form {
        draw_form(app, form, middle, painter);
        return;
    }
    let (list, details) = health_areas(middle);
    draw_list(app, health, list, painter);
    if details.height == 0 {
        return;
    }
    super::rules(&[Rule::Across { x: details.x, y: details.y - 1, width: details.width }], painter);
    draw_details(app, details, painter);
}

fn draw_list(app: &App, health: &Health, area: Area, painter: &mut Painter<'_>) {
    let dim = painter.style(Role::Dim);
    if let Some(sentence) = words_for_nothing(health) {
        painter.text(area.x + 2, area.y + 1, area.width.saturating_sub(3), &sentence, dim);
        return;
    }
    let (columns, title_width) = columns_for(area.width);
    let title_at = area.x + 2 + CONDITION_WIDTH + 1;
    painter.text(area.x + 2, area.y, CONDITION_WIDTH + 1 + title_width, &heading(health), dim);
    let mut x = title_at + title_width + GAP;
    for (column, heading, cells) in &columns {
        match column {
            Column::Spark | Column::Why => painter.own(x, area.y, *cells, heading, dim),
            Column::Posts | Column::Last | Column::Read | Column::Unread | Column::Next | Column::Starred => {
                painter.text_right(x + cells, area.y, *cells, &CleanText::own(heading), dim)
            }
        };
        x += cells + GAP;
    }
    let rows = usize::from(area.height.saturating_sub(1));
    for (index, row) in health.rows.iter().skip(health.top).take(rows).enumerate() {
        let y = area.y + 1 + index as u16;
        let here = health.top + index == health.cursor;
        if here {
            painter.own(area.x, y, 1, "▌", painter.style(Role::Accent));
        }
        painter.own(area.x + 2, y, CONDITION_WIDTH, row.condition.word(), look(row.condition, painter));
        let mut style = painter.style(Role::Text);
        if here {
            style = style.patch(painter.style(Role::Selected));
        }
        let title = truncate(row.feed.title.as_str(), usize::from(title_width));
        painter.text(title_at, y, title_width, &title, style);
        let mut x = title_at + title_width + GAP;
        for (column, _, cells) in &columns {
            draw_cell(app, row, *column, (x, y, *cells), painter);
            x += cells + GAP;
        }
    }
}

pub(super) fn words_for_nothing(health: &Health) -> Option<CleanText> {
    if let Some(why) = &health.failed {
        return Some(why.clone());
    }
    match (health.is_loading(), health.rows.is_empty()) {
        (true, _) => Some(CleanText::own("Counting…")),
        (false, true) => Some(CleanText::own("No feeds yet. Go back, and the list says how to add one.")),
        (false, false) => None,
    }
}

pub(super) fn heading(health: &Health) -> CleanText {
    let feeds = counted(health.rows.len(), "feed", "feeds");
    CleanText::line(&format!("{feeds}, {}", health.sort.words()), Limit::SENTENCE)
}

/// The columns for which there is room beside the title, and the title's width.
fn columns_for(width: u16) -> (Vec<(Column, &'static str, u16)>, u16) {
    let mut room = width.saturating_sub(3 + CONDITION_WIDTH + 1);
    let mut columns = Vec::new();
    for (column, heading, cells) in COLUMNS {
        if room < TITLE_WIDTH_MIN + cells + GAP {
            break;
        }
        room -= cells + GAP;
        columns.push((*column, *heading, *cells));
    }
    (columns, room.min(TITLE_WIDTH_MAX))
}

fn draw_cell(app: &App, row: &HealthRow, column: Column, (x, y, cells): (u16, u16, u16), painter: &mut Painter<'_>) {
    let (text, dim) = (painter.style(Role::Text), painter.style(Role::Dim));
    let percent = |it: Option<i64>| it.map_or_else(|| "–".to_owned(), |it| format!("{it}%"));
    let until = |due: Timestamp| {
        // What is said of the past holds for the future: as far as that.
        let ahead = due.since(app.now().utc).max(0);
        if ahead == 0 { "now".to_owned() } else { age(app.now(), app.now().utc.plus(-ahead)) }
    };
    let (words, style) = match column {
        Column::Spark => {
            let style = painter.style(Role::Count);
            painter.text(x, y, cells, &CleanText::line(&sparkline(&row.worth.weeks), Limit::TOPIC), style);
            return;
        }
        Column::Why => {
            let because = if row.condition == Condition::Paused { "you paused it" } else { row.feed.because.words() };
            let why = truncate(because, usize::from(cells));
            painter.text(x, y, cells, &why, dim);
            return;
        }
        Column::Posts => (posts_in_words(row.posts_a_week), text),
        Column::Last => (row.feed.last_success.map_or_else(|| "never".to_owned(), |it| age(app.now(), it)), dim),
        Column::Read => (percent(row.read_percent), text),
        Column::Unread => (percent(row.unread_percent), text),
        Column::Next if row.condition == Condition::Paused => ("–".to_owned(), dim),
        Column::Next => (row.feed.next_due.map_or_else(|| "now".to_owned(), until), dim),
        Column::Starred => (percent(row.starred_percent), text),
    };
    painter.text_right(x + cells, y, cells, &CleanText::line(&words, Limit::TOPIC), style);
}

fn look(condition: Condition, painter: &Painter<'_>) -> Style {
    match condition {
        Condition::Failing | Condition::Gone => painter.style(Role::Problem),
        Condition::Moved | Condition::Silent => painter.style(Role::Accent),
        Condition::Paused | Condition::New | Condition::Fine => painter.style(Role::Dim),
    }
}

fn draw_details(app: &App, area: Area, painter: &mut Painter<'_>) {
    let room = area.width.saturating_sub(4).min(DETAIL_WIDTH_MAX);
    let mut y = area.y;
    for detail in health_details(app) {
        let style = match detail.kind {
            DetailKind::Title => painter.style(Role::Title),
            DetailKind::Problem => painter.style(Role::Problem),
            DetailKind::Plain => painter.style(Role::Text),
            DetailKind::Dim => painter.style(Role::Dim),
        };
        for line in wrap(detail.text.as_str(), usize::from(room.max(1))) {
            if y >= area.bottom() {
                return;
            }
            painter.text(area.x + 2, y, room, &line, style);
            y += 1;
        }
    }
}

/// Sentences are no easier to read on a wider screen.
const DETAIL_WIDTH_MAX: u16 = 110;

fn draw_form(app: &App, form: &FeedForm, area: Area, painter: &mut Painter<'_>) {
    let title = app.tree().feed(form.feed).map(|it| it.title.clone()).unwrap_or_default();
    painter.text(area.x + 2, area.y, area.width.saturating_sub(3), &title, painter.style(Role::Title));
    let rows = usize::from(area.height.saturating_sub(2)).max(1);
    let top = (form.cursor + 1).saturating_sub(rows);
    for (index, field) in FeedField::ALL.iter().enumerate().skip(top).take(rows) {
        let y = area.y + 2 + (index - top) as u16;
        let here = index == form.cursor;
        if here {
            painter.own(area.x, y, 1, "▌", painter.style(Role::Accent));
        }
        let mut style = painter.style(Role::Text);
        if here {
            style = style.patch(painter.style(Role::Selected));
        }
        painter.own(area.x + 2, y, FORM_NAME_WIDTH - 1, field.name(), style);
        let x = area.x + 2 + FORM_NAME_WIDTH;
        let room = area.right().saturating_sub(x + 1);
        let value = app.feed_field(*field);
        // The line one is on says what may be set there; so does one that has nothing.
        let end = painter.text(x, y, room, &truncate(value.as_str(), usize::from(room)), painter.style(Role::Accent));
        let hint = field.hint();
        let left = area.right().saturating_sub(end + 3);
        if value.is_empty() {
            painter.text(x, y, room, &truncate(hint, usize::from(room)), painter.style(Role::Dim));
        } else if here && width(hint) <= usize::from(left) {
            painter.text(end + 2, y, left, &CleanText::own(hint), painter.style(Role::Dim));
        }
    }
}
