//! The list of articles, a line or two each: mark, title, age; then feed and tags.

use ratatui::style::{Modifier, Style};

use crate::app::{App, Area, ListLine, Pane, age, title_of, truncate, width, wrap};
use crate::config::Role;
use crate::news::{ArticleRow, CleanText, Limit, ReadingState};

use super::hits::{self, Hits};
use super::inset;
use super::paint::Painter;

/// A row on one line names its feed where the list is at least this wide.
const FEED_COLUMN_LIST_WIDTH_MIN: u16 = 72;
/// `now`, `11h`, `30 Jan`: ages of recent articles need no more, so that the column does not move.
const AGE_WIDTH_MIN: usize = 3;

/// Behind the bar and the state.
const TITLE_AT: u16 = 3;

pub fn draw(app: &App, area: Area, two_lines: bool, painter: &mut Painter<'_>) {
    let area = banner(app, area, painter);
    if let Some(sentences) = app.list_words() {
        draw_words(&sentences, area, painter);
        return;
    }
    let list = app.list();
    let height = if two_lines { 2 } else { 1 };
    let lines = app.list_lines(area);
    let positions = lines.iter().filter_map(|(_, it)| if let ListLine::Article(at) = it { Some(*at) } else { None });
    let ages = positions.clone().filter_map(|it| list.row(it)).map(|row| width(&age(app.now(), row.sort)));
    let widest = ages.max().unwrap_or(0).max(AGE_WIDTH_MIN) as u16;
    let feed_column = !two_lines && app.list_names_feeds() && area.width >= FEED_COLUMN_LIST_WIDTH_MIN;
    // While some are selected their marks have a column of their own, so that they touch neither state nor title.
    let title_at = if list.selection.is_empty() { TITLE_AT } else { TITLE_AT + 2 };
    let mut chosen = list.selected_among(list.top..list.top + positions.count()).into_iter();
    for (offset, line) in &lines {
        let y = area.y + offset;
        let position = match line {
            ListLine::Heading(heading) => {
                draw_heading(heading, y, area, painter);
                continue;
            }
            ListLine::Article(position) => *position,
        };
        let row_area = Area { y, height: height.min(area.bottom() - y), ..area };
        let look = Look { app, selected: position == list.cursor, focused: app.focus() == Pane::Articles, title_at };
        match list.row(position) {
            Some(row) => {
                let age = age(app.now(), row.sort);
                // Only where something stands in a column of its own must the ages leave it straight.
                let columns = if feed_column {
                    Columns { age: widest, feed: (area.width / 6).min(24) }
                } else {
                    Columns { age: width(&age).max(AGE_WIDTH_MIN) as u16, feed: 0 }
                };
                draw_first(row, &age, &look, &columns, row_area, painter);
                if row_area.height > 1 {
                    draw_second(row, app.list_names_feeds(), title_at, row_area, painter);
                }
            }
            None => {
                painter.own(area.x + 3, y, 1, "…", painter.style(Role::Dim));
            }
        }
        if chosen.next().unwrap_or(false) {
            painter.own(area.x + TITLE_AT, y, 1, "✓", painter.style(Role::Accent));
        }
        if look.selected {
            draw_bar(&look, row_area, painter);
        }
    }
    super::scroll_mark(area, list.top, list.ids.len(), app.list_page(), painter);
}

/// The day or the feed of what stands below.
fn draw_heading(heading: &CleanText, y: u16, area: Area, painter: &mut Painter<'_>) {
    let room = area.width.saturating_sub(4);
    let style = painter.style(Role::Dim);
    painter.text(area.x + 1, y, room, &truncate(heading.as_str(), usize::from(room)), style);
}

struct Columns {
    age: u16,
    feed: u16,
}

struct Look<'a> {
    app: &'a App,
    selected: bool,
    focused: bool,
    title_at: u16,
}

/// Why the feed in view fails stands over its articles. Gives what is left below.
fn banner(app: &App, area: Area, painter: &mut Painter<'_>) -> Area {
    let (lines, rest) = app.list_banner(area);
    let style = painter.style(Role::Problem);
    for (index, line) in lines.iter().enumerate() {
        painter.text(area.x + 1, area.y + index as u16, area.width.saturating_sub(2), line, style);
    }
    rest
}

fn draw_bar(look: &Look<'_>, area: Area, painter: &mut Painter<'_>) {
    let style = painter.style(if look.focused { Role::Accent } else { Role::SelectedElsewhere });
    for y in area.y..area.bottom() {
        painter.own(area.x, y, 1, "▌", style.remove_modifier(Modifier::REVERSED));
    }
}

fn draw_first(row: &ArticleRow, age: &str, look: &Look<'_>, columns: &Columns, area: Area, painter: &mut Painter<'_>) {
    let y = area.y;
    let dim = painter.style(Role::Dim);
    let (mark, mark_style) = mark(row.state, painter);
    painter.own(area.x + 1, y, 1, mark, mark_style);

    let mut right = area.right().saturating_sub(1);
    painter.text_right(right, y, columns.age, &CleanText::line(age, Limit::TOPIC), dim);
    right = right.saturating_sub(columns.age + 1);
    if columns.feed > 0 {
        right = right.saturating_sub(columns.feed + 1);
        let feed = truncate(row.feed_title.as_str(), usize::from(columns.feed));
        painter.text(right + 1, y, columns.feed, &feed, dim);
        right = right.saturating_sub(1);
    } else if row.changed && area.height == 1 {
        right = right.saturating_sub(2);
        painter.own(right + 1, y, 1, "~", dim);
    }
    let x = area.x + look.title_at;
    let room = right.saturating_sub(x);
    let role = if row.state.unread { Role::UnreadTitle } else { Role::ReadTitle };
    let mut style = painter.style(role);
    if look.selected && look.focused {
        style = style.patch(painter.style(Role::Selected));
    }
    let title = truncate(title_of(row).as_str(), usize::from(room));
    let hits = Hits { all: look.app.marked_in(&title), gone_to: None };
    hits::text(x, y, room, &title, style, &hits, painter);
}

/// Feed at the left, tags and what else is to be known at the right.
fn draw_second(row: &ArticleRow, names_feeds: bool, title_at: u16, area: Area, painter: &mut Painter<'_>) {
    let y = area.y + 1;
    let dim = painter.style(Role::Dim);
    let right = area.right().saturating_sub(1);
    let x = area.x + title_at;
    let room = usize::from(right.saturating_sub(x));
    let mut left_right = right;
    if row.changed {
        left_right = painter.text_right(left_right, y, 9, &CleanText::own("~ changed"), dim).saturating_sub(2);
    }
    if !row.tags.is_empty() {
        let tags = tags_in(row, room * 3 / 5);
        let tag = painter.style(Role::Tag);
        left_right = painter.text_right(left_right, y, left_right.saturating_sub(x), &tags, tag).saturating_sub(2);
    }
    let left = if names_feeds { &row.feed_title } else { &row.author };
    let left_room = left_right.saturating_sub(x);
    painter.text(x, y, left_room, &truncate(left.as_str(), usize::from(left_room)), dim);
}

/// As many tags as fit, and how many more there are.
fn tags_in(row: &ArticleRow, room: usize) -> CleanText {
    let mut out = String::new();
    for (index, tag) in row.tags.iter().enumerate() {
        let more = row.tags.len() - index;
        let gap = if index == 0 { "" } else { "  " };
        let rest = if more > 1 { 4 } else { 0 };
        if width(&out) + gap.len() + width(tag.as_str()) + rest > room && index > 0 {
            out.push_str(&format!(" +{more}"));
            break;
        }
        out.push_str(gap);
        out.push_str(tag.as_str());
    }
    truncate(&out, room)
}

fn mark(state: ReadingState, painter: &Painter<'_>) -> (&'static str, Style) {
    match state {
        ReadingState { starred: true, unread, .. } => {
            ("★", painter.style(if unread { Role::UnreadTitle } else { Role::Text }))
        }
        ReadingState { unread: true, .. } => ("●", painter.style(Role::Text)),
        ReadingState { .. } => ("○", painter.style(Role::Dim)),
    }
}

/// What an empty list has to say: the first sentence plain, what may be done dim below it.
fn draw_words(sentences: &[CleanText], area: Area, painter: &mut Painter<'_>) {
    let area = inset(area, 3, 2);
    let mut y = area.y + (area.height / 6).min(4) + u16::from(area.height > 4);
    for (index, sentence) in sentences.iter().enumerate() {
        let style = painter.style(if index == 0 { Role::Text } else { Role::Dim });
        for line in wrap(sentence.as_str(), usize::from(area.width.min(60))) {
            if y < area.bottom() {
                painter.text(area.x, y, area.width, &line, style);
            }
            y += 1;
        }
    }
}
