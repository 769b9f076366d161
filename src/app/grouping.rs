//! Which lines of the list stand where: articles of one or two lines under headings by day, feed or tag. The heading of
//! what is on top stays there while its articles scroll by. Adds headings only; never moves or hides an article.

use std::ops::Range;

use crate::news::{CleanText, FeedId, Now, TagName, Timestamp};
use crate::query::{self, SortKey};
use crate::store::{Order, Scope, SortBy};

use super::list::Grouping;
use super::measure::words;
use super::{App, Area, sorting};

/// A line of the list with the place of its first cell from the top of the rows.
#[derive(Clone, Debug, PartialEq)]
pub enum ListLine {
    Heading(CleanText),
    /// An article by its position. It may be cut where the pane ends.
    Article(usize),
}

/// In a pane with fewer lines articles are worth more than headings, unless the query asks for them.
const HEIGHT_MIN: u16 = 12;
const HEIGHT_ASKED_MIN: u16 = 4;
const DAY_SECONDS: i64 = 24 * 60 * 60;
/// A day of a week may have an hour more.
const WEEK_SECONDS: i64 = 7 * DAY_SECONDS + 2 * 60 * 60;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Group {
    Day(Timestamp),
    Feed(FeedId),
    /// The first of an article's tags, where it has any.
    Tag(Option<TagName>),
}

impl App {
    /// What the list shows within `area`, from the top, each with its offset in lines.
    pub fn list_lines(&self, area: Area) -> Vec<(u16, ListLine)> {
        let (heights, headed) = (self.geometry().lines_a_row() as u16, self.is_headed(area.height));
        let mut groups = Groups::of(self);
        let mut out = Vec::new();
        let mut y = 0;
        let mut position = self.list.top;
        while y < area.height && position < self.list.ids.len() {
            if headed && let Some(heading) = groups.heading_over(position) {
                out.push((y, ListLine::Heading(heading)));
                y += 1;
                if y >= area.height {
                    break;
                }
            }
            out.push((y, ListLine::Article(position)));
            y += heights;
            position += 1;
        }
        out
    }

    /// The last article that can be seen whole.
    pub(super) fn last_whole_article(&self, area: Area) -> usize {
        let (_, rows) = self.list_banner(area);
        let height = self.geometry().lines_a_row() as u16;
        let lines = self.list_lines(rows);
        let whole = lines.iter().rev().filter(|(y, _)| y + height <= rows.height);
        let articles = whole.filter_map(|(_, line)| if let ListLine::Article(at) = line { Some(*at) } else { None });
        articles.max().unwrap_or(self.list.top)
    }

    /// Whether each article must name its feed: where they come from several, and no heading says which.
    pub fn list_names_feeds(&self) -> bool {
        let said_above = self.grouping() == Grouping::Feed
            && self.geometry().articles.is_some_and(|it| self.is_headed(self.list_banner(it).1.height));
        self.list.names_feeds() && !said_above
    }

    /// How the list is divided now: as its query asks, else as a person has it.
    pub fn grouping(&self) -> Grouping {
        self.asked_grouping().unwrap_or(self.grouping)
    }

    fn asked_grouping(&self) -> Option<Grouping> {
        match self.list.view.query.wanted()?.group? {
            query::Grouping::Day => Some(Grouping::Day),
            query::Grouping::Feed => Some(Grouping::Feed),
            query::Grouping::Tag => Some(Grouping::Tag),
        }
    }

    /// By what the list is in order: what a person has chosen, else what its query asks for.
    fn sorted_by(&self) -> SortBy {
        let Some(wanted) = self.list.view.query.wanted().filter(|_| self.order == Order::default()) else {
            return self.order.by;
        };
        // Groups of feeds and of tags stand together, whatever the order within them.
        match (wanted.group, wanted.sort.map(|it| it.by)) {
            (Some(query::Grouping::Tag), _) => SortBy::Tag,
            (Some(query::Grouping::Feed), _) | (_, Some(SortKey::Feed)) => SortBy::Feed,
            (Some(query::Grouping::Day) | None, Some(SortKey::Date) | None) => SortBy::Date,
            (Some(query::Grouping::Day) | None, Some(SortKey::Title)) => SortBy::Title,
            (Some(query::Grouping::Day) | None, Some(SortKey::Author)) => SortBy::Author,
            (Some(query::Grouping::Day) | None, Some(SortKey::Length)) => SortBy::Length,
        }
    }

    /// Scrolls no further than it takes to have all of the selected article on screen, and leaves no gap at the end.
    pub(super) fn keep_list_visible(&mut self) {
        self.list.go_to(self.list.cursor);
        let geometry = self.geometry();
        let Some(area) = geometry.articles else { return };
        // What stands under a long sentence can't be seen.
        let covered = self.lines_covered_of(area, &geometry);
        let height = usize::from(self.list_banner(area).1.height.saturating_sub(covered).max(1));
        let cursor = self.list.cursor;
        let page = (height / geometry.lines_a_row()).max(1);
        let mut top = self.list.top.min(cursor).max((cursor + 1).saturating_sub(page));
        let mut groups = Groups::of(self);
        while top < cursor && groups.lines_between(top, cursor, height) > height {
            top += 1;
        }
        let last = self.list.ids.len().saturating_sub(1);
        while top > 0 && groups.lines_between(top - 1, last, height) <= height {
            top -= 1;
        }
        self.list.top = top;
    }

    /// Headings stand only where the order of the list keeps together what they name, and more than one can be.
    fn is_headed(&self, height: u16) -> bool {
        let asked = self.asked_grouping().is_some();
        let by = self.sorted_by();
        height >= if asked { HEIGHT_ASKED_MIN } else { HEIGHT_MIN }
            && match self.grouping() {
                Grouping::Day => by == SortBy::Date && (asked || !matches!(self.list.view.scope, Scope::Since(_))),
                Grouping::Feed => by == SortBy::Feed && self.list.names_feeds(),
                Grouping::Tag => by == SortBy::Tag,
                Grouping::Nothing => false,
            }
    }
}

/// The groups of the articles in the list, looked at one after the other. A month has many articles and the calendar is
/// slow, so that what is known of the last day holds for its neighbours.
struct Groups<'a> {
    app: &'a App,
    by: Grouping,
    /// A day or month with its beginning, up to a moment to which it is known to last.
    known: Option<Range<Timestamp>>,
}

impl Groups<'_> {
    fn of(app: &App) -> Groups<'_> {
        Groups { app, by: app.grouping(), known: None }
    }

    /// Lines that the articles from `top` to `last` take with their headings, counted no further than beyond `height`.
    fn lines_between(&mut self, top: usize, last: usize, height: usize) -> usize {
        let (lines_a_row, headed) = (self.app.geometry().lines_a_row(), self.app.is_headed(height as u16));
        let mut lines = 0;
        let mut before = None;
        for position in top..=last {
            lines += lines_a_row;
            if headed {
                let group = self.group(position);
                // The topmost has its heading above it, whether it is the first of its group or not.
                lines += usize::from(group.is_some() && (position == top || group != before));
                before = group;
            }
            if lines > height {
                break;
            }
        }
        lines
    }

    /// The heading above an article: that of its group at the top of the pane, else only above the first of a group.
    fn heading_over(&mut self, position: usize) -> Option<CleanText> {
        let group = self.group(position)?;
        if position > self.app.list.top && self.group(position - 1).as_ref() == Some(&group) {
            return None;
        }
        match group {
            Group::Day(day) => Some(day_in_words(&self.app.now, day)),
            Group::Tag(Some(tag)) => Some(words(&format!("#{tag}"))),
            Group::Tag(None) => Some(CleanText::own("Untagged")),
            Group::Feed(_) => self.app.list.row(position).map(|it| it.feed_title.clone()),
        }
    }

    fn group(&mut self, position: usize) -> Option<Group> {
        let row = self.app.list.row(position)?;
        match self.by {
            Grouping::Day => Some(Group::Day(self.day(row.sort))),
            Grouping::Feed => Some(Group::Feed(row.feed)),
            Grouping::Tag => Some(Group::Tag(row.tags.first().cloned())),
            Grouping::Nothing => None,
        }
    }

    fn day(&mut self, moment: Timestamp) -> Timestamp {
        if let Some(known) = self.known.as_ref().filter(|it| it.contains(&moment)) {
            return known.start;
        }
        let begin = days_begin(&self.app.now, moment);
        // The rest of its own day belongs to it too, and all between.
        self.known = Some(begin..days_end(&self.app.now, moment));
        begin
    }
}

/// By day, by feed, by tag, not at all. The order follows, since headings need one that keeps their articles together.
pub fn cycle(app: &mut App) {
    if app.asked_grouping().is_some() {
        app.tell("The query says group: itself, so its headings stay. Take that word out of it for others.");
        return;
    }
    let (next, by, said) = match app.grouping {
        Grouping::Day => (Grouping::Feed, SortBy::Feed, "Grouped by feed."),
        Grouping::Feed => (Grouping::Tag, SortBy::Tag, "Grouped by tag."),
        Grouping::Tag => (Grouping::Nothing, SortBy::Date, "Not grouped."),
        Grouping::Nothing => (Grouping::Day, SortBy::Date, "Grouped by day."),
    };
    app.grouping = next;
    if app.order.by != by {
        sorting::sort(app, by);
    }
    app.tell(said);
}

/// The day of a moment; what is older than a week is told apart by month only, or old lists would be all headings.
fn days_begin(now: &Now, moment: Timestamp) -> Timestamp {
    let zone = &now.zone;
    let day = zone.start_of_day(moment);
    if zone.start_of_day(now.utc).since(day) <= WEEK_SECONDS {
        return day;
    }
    let day_of_month: i64 = zone.format(day, "%-d").parse().unwrap_or(1);
    // The middle of the month's first day, whatever became of the clocks in between.
    zone.start_of_day(day.plus(DAY_SECONDS / 2 - (day_of_month - 1) * DAY_SECONDS))
}

/// The end of the local day of a moment.
fn days_end(now: &Now, moment: Timestamp) -> Timestamp {
    // A day has 23 to 25 hours: half a day beyond the middle of the next is none too far.
    now.zone.start_of_day(now.zone.start_of_day(moment).plus(DAY_SECONDS * 3 / 2))
}

/// `Today`, `Yesterday`, `Friday 20 November`; what is older by its month: `October`, `October 2025`.
fn day_in_words(now: &Now, day: Timestamp) -> CleanText {
    let today = now.zone.start_of_day(now.utc);
    if day == today {
        return CleanText::own("Today");
    }
    // A day may have an hour more or less.
    if day == now.zone.start_of_day(today.plus(-DAY_SECONDS / 2)) {
        return CleanText::own("Yesterday");
    }
    if today.since(day) <= WEEK_SECONDS {
        return words(&now.zone.format(day, "%A %-d %B"));
    }
    let this_year = now.zone.format(day, "%Y") == now.zone.format(now.utc, "%Y");
    words(&now.zone.format(day, if this_year { "%B" } else { "%B %Y" }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::news::Zone;

    #[test]
    fn days_are_named_as_people_name_them() {
        let utc = Timestamp::parse_rfc3339("2026-11-22T09:14:00Z").unwrap();
        let now = Now { utc, zone: Zone::utc() };
        let named = |days: i64| day_in_words(&now, days_begin(&now, utc.plus(-days * DAY_SECONDS))).to_string();
        let told = ["Today", "Yesterday", "Friday 20 November", "Sunday 15 November", "October", "October 2025"];
        assert_eq!([0, 1, 2, 7, 30, 400].map(named), told);
    }

    #[test]
    fn what_is_known_of_a_day_holds_for_its_neighbours() {
        let utc = Timestamp::parse_rfc3339("2026-11-22T09:14:00Z").unwrap();
        for zone in ["Europe/Berlin", "America/Santiago", "Asia/Jakarta"] {
            let now = Now { utc, zone: Zone::named(zone).unwrap() };
            for hours in (0..24 * 400).step_by(5) {
                let moment = utc.plus(-hours * 3_600);
                let known = days_begin(&now, moment)..days_end(&now, moment);
                assert!(known.contains(&moment), "{moment}");
                for other in [known.start, moment.plus(-(moment.since(known.start) / 2)), known.end.plus(-1)] {
                    assert_eq!(days_begin(&now, other), known.start, "{moment} {other}");
                }
            }
        }
    }
}
