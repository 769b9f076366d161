//! The reader as plain lines, for screen readers: one pane at a time over the whole width, a row a line, everything in
//! words, and what changes said in the last lines. Nothing here is drawn beside anything else.

use super::feed_form::FeedField;
use super::geometry::Shares;
use super::health::{HealthRow, posts_in_words};
use super::info::{self, PairKind};
use super::measure::{age, counted, number, words};
use super::reading::title_of;
use super::settings_view::SettingRow;
use super::tree::{Fold, TreeRow};
use super::{App, Area, Geometry, Pane, Size, Wanted};
use crate::command::Command;
use crate::config::Rows;
use crate::news::{ArticleRow, CleanText};

/// What has changed is said in this many lines above the last.
pub const ANNOUNCED_LINES: u16 = 2;
/// A screen of this width has one pane at a time.
const NARROW: u16 = 50;

/// One pane over the whole width; the lines of announcements are left free above the bottom line.
pub fn geometry(size: Size, focus: Pane) -> Geometry {
    let narrow = Size { width: size.width.min(NARROW), height: size.height.saturating_sub(ANNOUNCED_LINES) };
    let mut geometry =
        Geometry::of(narrow, Wanted { focus, info: false, zen: false, layout: None, shares: Shares::default() });
    let widen = |area: &mut Area| area.width = size.width;
    geometry.bottom.y += ANNOUNCED_LINES;
    for area in [&mut geometry.top, &mut geometry.bottom, &mut geometry.middle] {
        widen(area);
    }
    let panes = [&mut geometry.feeds, &mut geometry.articles, &mut geometry.text, &mut geometry.info];
    panes.into_iter().flatten().for_each(widen);
    geometry.rows = Rows::One;
    geometry
}

impl App {
    /// Whether the reader is drawn for a screen reader.
    pub fn linear(&self) -> bool {
        self.settings.linear()
    }

    /// Which pane, where, and how far: `Articles: World, unread. 3 of 120.`
    pub fn linear_top(&self) -> CleanText {
        let pane = match self.focus {
            Pane::Feeds => "Feeds",
            Pane::Articles => "Articles",
            Pane::Text => "Text",
            Pane::Info => "Info",
        };
        let top = self.top();
        let over = match (&self.help, &self.health, &self.settings_view) {
            (Some(help), _, _) => Some(help.title.to_string()),
            (None, Some(health), _) if health.form.is_some() => Some("Edit feed".to_owned()),
            (None, Some(_), _) => Some("Feed health".to_owned()),
            (None, None, Some(_)) => Some("Settings".to_owned()),
            (None, None, None) => None,
        };
        if let Some(over) = over {
            let position = self.bottom().position;
            let position =
                if self.help.is_some() || position.is_empty() { String::new() } else { format!(" {position}.") };
            return words(&format!("{over}.{position}"));
        }
        let place = top.place.iter().map(CleanText::as_str).collect::<Vec<_>>().join(", ");
        let mut line = format!("{pane}: {place}. {}.", self.bottom().position);
        for going_on in top.going_on {
            line.push_str(&format!(" {going_on}."));
        }
        words(&line)
    }

    /// `Failing. Gulf Wire. 18 articles a week, 17% of them read, 12 unread.`
    pub fn linear_health_line(&self, row: &HealthRow) -> CleanText {
        let condition = row.condition.word().trim_start_matches(['✗', '→', ' ']).trim_end_matches('?');
        let mut condition = condition.to_owned();
        condition[..1].make_ascii_uppercase();
        let read = row.read_percent.map(|it| format!(" {it}% of them read,")).unwrap_or_default();
        let posts = posts_in_words(row.posts_a_week);
        let unread = number(row.worth.unread);
        words(&format!("{condition}. {}. {posts} articles a week,{read} {unread} unread.", row.feed.title))
    }

    /// The form of a feed: `Folder: World.`, and for what is not set what may be.
    pub fn linear_form_lines(&self) -> Vec<CleanText> {
        let line = |field: &FeedField| {
            let value = self.feed_field(*field);
            let value = if value.is_empty() { format!("not set. {}", field.hint()) } else { value.to_string() };
            words(&format!("{}: {value}.", field.name()))
        };
        FeedField::ALL.iter().map(line).collect()
    }

    /// `reader.measure: 80, yours.`
    pub fn linear_setting_lines(&self) -> Vec<CleanText> {
        let line = |row: SettingRow| {
            let yours = if row.as_shipped { "" } else { ", yours" };
            words(&format!("{}: {}{yours}.", row.name, row.value))
        };
        self.setting_rows().into_iter().map(line).collect()
    }

    /// What was said last, the newest at the end; it stays until something else is said.
    pub fn announced(&self) -> &[CleanText] {
        let from = self.announced.len().saturating_sub(usize::from(ANNOUNCED_LINES));
        &self.announced[from..]
    }

    /// `Level 2. Gulf Wire, 12 unread, failing.`
    pub fn linear_tree_line(&self, row: &TreeRow) -> CleanText {
        let mut parts = vec![row.name.to_string()];
        match row.fold {
            Fold::Leaf => {}
            Fold::Open => parts.push("open".to_owned()),
            Fold::Closed => parts.push("closed".to_owned()),
        }
        if row.count > 0 {
            parts.push(number(row.count));
        }
        if row.failing.is_some() {
            parts.push("failing".to_owned());
        }
        let level = if row.depth == 0 { String::new() } else { format!("Level {}. ", row.depth + 1) };
        words(&format!("{level}{}.", parts.join(", ")))
    }

    /// `Unread, starred. Title. Feed, 2h. Tags: dunia, later.`
    pub fn linear_list_line(&self, row: &ArticleRow) -> CleanText {
        let state = row.state;
        let mut states = Vec::new();
        states.push(if state.unread { "Unread" } else { "Read" });
        if state.starred {
            states.push("starred");
        }
        if row.changed {
            states.push("changed");
        }
        let mut line = format!("{}. {}.", states.join(", "), title_of(row));
        if self.list.names_feeds() {
            line.push_str(&format!(" {},", row.feed_title));
        }
        line.push_str(&format!(" {}.", age(&self.now, row.sort)));
        if !row.tags.is_empty() {
            let tags = row.tags.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            line.push_str(&format!(" Tags: {tags}."));
        }
        words(&line)
    }

    /// `Published: 22 Nov`, a line each.
    pub fn linear_info_lines(&self) -> Vec<CleanText> {
        let Some(article) = self.reading.article() else { return Vec::new() };
        let origin = self.reading.origin.unwrap_or(article.body.best_origin());
        let pairs = info::pairs(article, origin, &self.key_for(Command::FullText), &self.now);
        let pairs = pairs.iter().filter(|it| it.kind != PairKind::Gap);
        pairs.map(|it| words(&format!("{}: {}", it.name, it.value))).collect()
    }
}

/// Remembers what was said, for those who can't glance at it while it shows.
pub fn announce(app: &mut App, sentence: &CleanText) {
    if !app.linear() {
        return;
    }
    if app.announced.len() > usize::from(ANNOUNCED_LINES) {
        app.announced.remove(0);
    }
    app.announced.push(sentence.clone());
}

/// Says that articles have arrived, where more wait than `before`.
pub fn announce_arrivals(app: &mut App, before: i64) {
    let new = super::views::arrivals(app);
    if app.linear() && new > before {
        let key = app.key_for(crate::command::Command::ShowArrivals);
        let sentence = format!("{} new. {key} shows them.", counted(new as usize, "article", "articles"));
        announce(app, &words(&sentence));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pane_has_the_whole_width_and_the_announcements_have_lines_of_their_own() {
        for (width, height) in [(80, 24), (200, 50), (40, 10)] {
            for focus in [Pane::Feeds, Pane::Articles, Pane::Text, Pane::Info] {
                let geometry = geometry(Size { width, height }, focus);
                let area = geometry.area(focus).unwrap();
                assert_eq!((area.x, area.width), (0, width));
                assert_eq!(area.bottom() + ANNOUNCED_LINES + 1, height);
                assert_eq!(geometry.bottom.y, height - 1);
                assert!(geometry.rules.is_empty());
            }
        }
    }
}
