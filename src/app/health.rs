//! How each feed does and what it is worth to its reader: a list over the panes, a row a feed, with what may be done
//! about it. It reckons with what the library has counted and changes nothing but through the journal.

use crate::command::{Command, Key, KeyCode};
use crate::news::{CleanText, FeedEdit, FeedId, FeedKind, FeedRow, FeedWorth, Now, Pause, Timestamp, WEEKS};
use crate::refresh::RefreshRequest;
use crate::store::{Ask, Change, Origin};

use super::feed_form::{self, FeedForm};
use super::measure::{ago, counted, date, date_and_time, number, words};
use super::moving::{self, Distance};
use super::reading::shown_address;
use super::{App, Area, Effect, Pane, Ticket, activity, marks, views};

/// A feed without news for so long is silent.
pub const SILENT_SECONDS: i64 = 28 * 86_400;
/// Lines at the foot that tell of the selected feed, at most.
const DETAIL_LINES_MAX: u16 = 10;
/// Complaints of the last parse that are told.
const COMPLAINTS_TOLD_MAX: usize = 3;

/// The list, and the form over it where a feed is being edited.
#[derive(Debug)]
pub struct Health {
    pub rows: Vec<HealthRow>,
    pub sort: HealthSort,
    pub cursor: usize,
    pub top: usize,
    pub form: Option<FeedForm>,
    /// `None` until the library has counted.
    worth: Option<Vec<FeedWorth>>,
    pub(super) ticket: Option<Ticket>,
    /// What is wrong with the last question.
    pub failed: Option<CleanText>,
}

/// A feed with what has been reckoned of it.
#[derive(Clone, Debug, PartialEq)]
pub struct HealthRow {
    pub feed: FeedRow,
    pub worth: FeedWorth,
    pub condition: Condition,
    /// Articles a week since its first of the last [`WEEKS`] weeks.
    pub posts_a_week: f64,
    /// Of its articles, in hundredths; `None` where there are none.
    pub read_percent: Option<i64>,
    pub starred_percent: Option<i64>,
    /// Of all that is unread.
    pub unread_percent: Option<i64>,
}

/// How a feed is, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    Failing,
    Gone,
    Paused,
    /// It says that it has moved, and is not believed yet.
    Moved,
    Silent,
    /// Not fetched yet.
    New,
    Fine,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HealthSort {
    Worst,
    Name,
    PostsAWeek,
    ShareRead,
}

impl Condition {
    pub fn word(self) -> &'static str {
        match self {
            Condition::Failing => "✗ failing",
            Condition::Gone => "✗ gone",
            Condition::Paused => "paused",
            Condition::Moved => "→ moved?",
            Condition::Silent => "silent",
            Condition::New => "new",
            Condition::Fine => "ok",
        }
    }

    fn of(feed: &FeedRow, worth: &FeedWorth, now: Timestamp) -> Condition {
        match feed.pause {
            Pause::Gone => return Condition::Gone,
            Pause::ByPerson => return Condition::Paused,
            Pause::No => {}
        }
        if feed.problem.is_some() {
            Condition::Failing
        } else if worth.moved_to.is_some() {
            Condition::Moved
        } else if worth.newest.is_some_and(|it| now.since(it) > SILENT_SECONDS) {
            Condition::Silent
        } else if feed.last_success.is_none() {
            Condition::New
        } else {
            Condition::Fine
        }
    }
}

impl HealthSort {
    const ALL: [HealthSort; 4] = [HealthSort::Worst, HealthSort::Name, HealthSort::PostsAWeek, HealthSort::ShareRead];

    pub fn words(self) -> &'static str {
        match self {
            HealthSort::Worst => "worst first",
            HealthSort::Name => "by name",
            HealthSort::PostsAWeek => "most articles a week first",
            HealthSort::ShareRead => "least read first",
        }
    }

    fn next(self) -> HealthSort {
        let at = HealthSort::ALL.iter().position(|it| *it == self).unwrap_or_default();
        HealthSort::ALL[(at + 1) % HealthSort::ALL.len()]
    }
}

impl HealthRow {
    fn new(feed: &FeedRow, worth: &FeedWorth, unread_of_all: i64, now: Timestamp) -> HealthRow {
        HealthRow {
            condition: Condition::of(feed, worth, now),
            posts_a_week: posts_a_week(&worth.weeks),
            read_percent: percent(worth.articles - worth.unread, worth.articles),
            starred_percent: percent(worth.starred, worth.articles),
            unread_percent: percent(worth.unread, unread_of_all),
            feed: feed.clone(),
            worth: worth.clone(),
        }
    }
}

impl Health {
    pub fn is_loading(&self) -> bool {
        self.worth.is_none()
    }

    pub fn selected(&self) -> Option<&HealthRow> {
        self.rows.get(self.cursor)
    }

    /// The rows anew, the cursor still on its feed.
    fn reckon(&mut self, feeds: &[FeedRow], now: Timestamp) {
        let Some(worth) = &self.worth else { return };
        let before = self.selected().map(|it| it.feed.id);
        let unread: i64 = worth.iter().map(|it| it.unread).sum();
        let fetched = feeds.iter().filter(|it| it.kind == FeedKind::Fetched);
        self.rows = fetched
            .filter_map(|feed| Some((feed, worth.iter().find(|it| it.feed == feed.id)?)))
            .map(|(feed, worth)| HealthRow::new(feed, worth, unread, now))
            .collect();
        sort(&mut self.rows, self.sort);
        let found = before.and_then(|id| self.rows.iter().position(|it| it.feed.id == id));
        self.cursor = found.unwrap_or(self.cursor).min(self.rows.len().saturating_sub(1));
    }
}

/// In hundredths, rounded; `None` of nothing.
pub fn percent(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| (part.clamp(0, whole) * 200 + whole) / (whole * 2))
}

/// The mean since the first week that has any, so that a young feed is not reckoned slow.
pub fn posts_a_week(weeks: &[u32; WEEKS]) -> f64 {
    let since = weeks.iter().skip_while(|it| **it == 0);
    let count = since.clone().count().max(1);
    since.map(|it| f64::from(*it)).sum::<f64>() / count as f64
}

/// `0.3`, `12`: a figure below ten tells its tenths.
pub fn posts_in_words(posts: f64) -> String {
    if posts == 0.0 {
        "0".to_owned()
    } else if posts < 9.95 {
        format!("{posts:.1}")
    } else {
        format!("{posts:.0}")
    }
}

/// A bar a week, the fullest week the highest; a week without news lies on the ground. No bar fills its cell: those of one
/// feed would run into those of the feed below.
pub fn sparkline(weeks: &[u32; WEEKS]) -> String {
    const BARS: [char; 7] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇'];
    let most = u64::from(weeks.iter().copied().max().unwrap_or(0).max(1));
    let levels = BARS.len() as u64 - 1;
    weeks.iter().map(|it| BARS[(u64::from(*it) * levels).div_ceil(most) as usize]).collect()
}

fn sort(rows: &mut [HealthRow], by: HealthSort) {
    let name = |it: &HealthRow| it.feed.title.as_str().to_lowercase();
    rows.sort_by_key(name);
    match by {
        HealthSort::Name => {}
        HealthSort::Worst => rows.sort_by_key(|it| (it.condition, -it.worth.unread)),
        HealthSort::PostsAWeek => rows.sort_by(|one, other| other.posts_a_week.total_cmp(&one.posts_a_week)),
        HealthSort::ShareRead => rows.sort_by_key(|it| it.read_percent.unwrap_or(i64::MAX)),
    }
}

/// Opens the list, at the feed in view.
pub fn open(app: &mut App) {
    let at = feed_in_view(app);
    app.notice = None;
    app.health = Some(Health {
        rows: Vec::new(),
        sort: HealthSort::Worst,
        cursor: 0,
        top: 0,
        form: None,
        worth: None,
        ticket: None,
        failed: None,
    });
    // The cursor finds the feed in view once there are rows; a view of many feeds begins with the worst.
    if let (Some(id), Some(health)) = (at, &mut app.health) {
        health.rows.extend(app.tree.feed(id).map(placeholder));
    }
    ask(app);
}

/// A row that only holds the cursor's place until the library has counted.
fn placeholder(feed: &FeedRow) -> HealthRow {
    let worth = FeedWorth {
        feed: feed.id,
        weeks: [0; WEEKS],
        newest: None,
        articles: feed.articles,
        unread: feed.unread,
        starred: 0,
        settings: Default::default(),
        last_attempt: None,
        moved_to: None,
    };
    HealthRow::new(feed, &worth, 0, Timestamp::default())
}

/// Asks the library to count.
pub fn ask(app: &mut App) {
    let now = app.now.utc;
    let ticket = app.ask(Ask::Worth { now });
    if let Some(health) = &mut app.health {
        health.ticket = Some(ticket);
        health.failed = None;
    }
}

/// The library has counted.
pub fn came(app: &mut App, worth: Vec<FeedWorth>) {
    if let Some(health) = &mut app.health {
        health.ticket = None;
        health.worth = Some(worth);
        health.reckon(&app.tree.tree.feeds, app.now.utc);
        feed_form::settle(health);
    }
}

/// The feeds were looked at anew: what was counted may have changed too.
pub fn tree_came(app: &mut App) {
    let now = app.now.utc;
    if let Some(health) = &mut app.health {
        health.reckon(&app.tree.tree.feeds, now);
        feed_form::settle(health);
        ask(app);
    }
}

/// The feed that a command without more words is about: that under the cursor, in view, or of the selected article.
pub fn feed_in_view(app: &App) -> Option<FeedId> {
    use super::Node;
    use crate::store::Scope;
    if let Some(health) = &app.health {
        return health.form.as_ref().map(|it| it.feed).or_else(|| health.selected().map(|it| it.feed.id));
    }
    match (app.focus, app.tree.node(), &app.list.view.scope) {
        (Pane::Feeds, Some(Node::Feed(id)), _) | (_, _, Scope::Feed(id)) => Some(*id),
        (Pane::Feeds, _, _) => None,
        (Pane::Articles | Pane::Text | Pane::Info, _, _) => app.list.selected().map(|it| it.feed),
    }
}

/// The same, told where there is none or it is the feed of saved pages.
pub fn feed_to_change(app: &mut App) -> Option<FeedId> {
    let found = feed_in_view(app);
    match found.and_then(|id| app.tree.feed(id)).map(|it| it.kind) {
        Some(FeedKind::Fetched) => found,
        Some(FeedKind::Saved) => {
            app.tell("What is saved is not fetched from anywhere; there is nothing to change about it.");
            None
        }
        None => {
            app.tell("No feed is selected. Go to one in the tree, or to an article of its.");
            None
        }
    }
}

/// Sends one change of a feed to the library.
pub fn edit(app: &mut App, feed: FeedId, edit: FeedEdit) {
    marks::change(app, Change::EditFeed { feed, edit, origin: Origin::Reader });
}

pub fn remove(app: &mut App) {
    if let Some(feed) = feed_to_change(app) {
        marks::change(app, Change::Unsubscribe { feed, origin: Origin::Reader });
    }
}

/// Pauses a feed, or fetches it again. One that is gone is tried again.
pub fn pause(app: &mut App) {
    let Some(feed) = feed_to_change(app) else { return };
    let paused = app.tree.feed(feed).is_some_and(|it| it.pause == Pause::No);
    edit(app, feed, FeedEdit::Paused(paused));
}

/// A key of the list's own. Whether it was one.
pub fn pressed(app: &mut App, key: Key) -> bool {
    let Some(health) = &app.health else { return false };
    if key.control || key.alt || health.form.is_some() || app.help.is_some() || !app.pending.is_empty() {
        return false;
    }
    match key.code {
        KeyCode::Char('p') => pause(app),
        KeyCode::Char('D') => remove(app),
        KeyCode::Char('m') => follow(app),
        KeyCode::Char('s') => sort_next(app),
        _ => return false,
    }
    app.count = None;
    true
}

/// What a command means while the list covers the panes. `true` where it means what it always means.
pub fn perform(app: &mut App, command: Command, count: Option<usize>) -> bool {
    if app.health.as_ref().is_some_and(|it| it.form.is_some()) {
        return feed_form::perform(app, command, count);
    }
    let page = page(app);
    let Some(health) = &mut app.health else { return true };
    let last = health.rows.len().saturating_sub(1);
    if let Some(distance) = moving::distance_of(command, count.unwrap_or(1) as isize) {
        let step = match distance {
            Distance::Lines(lines) => lines,
            Distance::HalfPages(times) => times.saturating_mul((page / 2).max(1) as isize),
            Distance::Pages(times) => times.saturating_mul(page as isize),
        };
        health.cursor = health.cursor.saturating_add_signed(step).min(last);
        return false;
    }
    if command == Command::Top || (command == Command::Bottom && count.is_some()) {
        health.cursor = count.map_or(0, |it| it.saturating_sub(1)).min(last);
    } else if command == Command::Bottom {
        health.cursor = last;
    } else if matches!(command, Command::Back | Command::Cancel | Command::FeedHealth) {
        app.health = None;
    } else if command == Command::Sort {
        sort_next(app);
    } else if command == Command::Delete {
        remove(app);
    } else if command == Command::Browser {
        open_site(app);
    } else if command == Command::Open {
        show_articles(app);
    } else if command == Command::RefreshFeed {
        refresh(app);
    } else if command == Command::ShowArrivals {
        ask(app);
    } else if MEANT_AS_EVER.contains(&command) {
        return true;
    } else {
        let sentence = format!("{} closes this list.", app.key_for(Command::Back));
        app.tell(&sentence);
    }
    false
}

/// What means the same over the list as it does elsewhere.
const MEANT_AS_EVER: &[Command] = &[
    Command::Quit,
    Command::Suspend,
    Command::Redraw,
    Command::Help,
    Command::Undo,
    Command::Redo,
    Command::RefreshAll,
    Command::Subscribe,
    Command::MoreFeeds,
    Command::CommandLine,
    Command::Macro,
    Command::Preset,
    Command::EditFeed,
    Command::Rename,
    Command::Move,
    Command::Pause,
    Command::Unsubscribe,
];

fn selected_feed(app: &App) -> Option<&FeedRow> {
    Some(&app.health.as_ref()?.selected()?.feed)
}

fn show_articles(app: &mut App) {
    let Some(id) = selected_feed(app).map(|it| it.id) else { return };
    app.health = None;
    views::open_feed(app, id);
    app.focus = Pane::Articles;
}

fn open_site(app: &mut App) {
    let Some(feed) = selected_feed(app) else { return };
    match feed.site.clone() {
        Some(site) => app.outbox.push(Effect::OpenInBrowser(site)),
        None => app.tell("This feed names no site."),
    }
}

fn refresh(app: &mut App) {
    let Some(id) = selected_feed(app).map(|it| it.id) else { return };
    activity::refresh(app, RefreshRequest { only: Some(vec![id]), ..RefreshRequest::default() }, true);
}

/// Takes the address to which a feed says it has moved.
fn follow(app: &mut App) {
    let Some(row) = app.health.as_ref().and_then(|it| it.selected()) else { return };
    match (row.feed.id, row.worth.moved_to.clone()) {
        (id, Some(to)) => edit(app, id, FeedEdit::Address(to)),
        (_, None) => app.tell("This feed does not say that it has moved."),
    }
}

fn sort_next(app: &mut App) {
    let now = app.now.utc;
    if let Some(health) = &mut app.health {
        health.sort = health.sort.next();
        health.reckon(&app.tree.tree.feeds, now);
        health.cursor = 0;
    }
}

/// Keeps the cursor on screen.
pub fn settle(app: &mut App) {
    let page = page(app);
    if let Some(health) = &mut app.health {
        health.top = super::tree::page_top(health.top, health.cursor, health.rows.len(), page);
    }
}

fn page(app: &App) -> usize {
    usize::from(areas(app.geometry().middle).0.height.saturating_sub(1)).max(1)
}

/// Where the list stands, its heading on its first line, and where the details.
pub fn areas(middle: Area) -> (Area, Area) {
    let details = (middle.height / 2).min(DETAIL_LINES_MAX);
    let list = Area { height: middle.height.saturating_sub(details + 1), ..middle };
    (list, Area { y: middle.y + middle.height - details, height: details, ..middle })
}

/// A line about the selected feed, and whether it is about what is wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Detail {
    pub text: CleanText,
    pub kind: DetailKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DetailKind {
    Title,
    Problem,
    Plain,
    Dim,
}

/// What there is to know about a feed, in plain words, the most urgent first.
pub fn details(app: &App) -> Vec<Detail> {
    let Some(row) = app.health.as_ref().and_then(|it| it.selected()) else { return Vec::new() };
    let (feed, worth, now) = (&row.feed, &row.worth, &app.now);
    let undo = app.key_for(Command::Undo);
    let mut out = vec![Detail { text: feed.title.clone(), kind: DetailKind::Title }];
    let mut say = |kind, text: String| out.push(Detail { text: words(&text), kind });
    let mut place: Vec<String> = match &worth.settings.source {
        Some(source) => vec![source.as_typed(feed.url.as_ref()).to_string()],
        None => feed.url.iter().map(shown_address).collect(),
    };
    if !feed.folder.is_top() {
        place.push(format!("in {}", feed.folder));
    }
    place.extend(feed.tags.iter().map(|it| format!("#{it}")));
    say(DetailKind::Dim, place.join(" · "));
    if let Some(problem) = &feed.problem {
        let since = feed.failing_since.map(|it| format!(" Failing since {}.", date(now, it))).unwrap_or_default();
        let problem = super::notice::with_keys(app, problem.as_str(), Command::RefreshFeed);
        say(DetailKind::Problem, format!("✗ {problem}{since}"));
    }
    match feed.pause {
        Pause::Gone => say(
            DetailKind::Problem,
            format!("Its publisher has removed it. D removes it here too ({undo} undoes); p tries it again."),
        ),
        Pause::ByPerson => say(DetailKind::Plain, "Paused: nothing is fetched until p resumes it.".to_owned()),
        Pause::No => {}
    }
    if let Some(to) = &worth.moved_to {
        let sentence = format!("It says that it has moved to {}. m takes that address.", shown_address(to));
        say(DetailKind::Plain, sentence);
    }
    say(DetailKind::Plain, when(row, now));
    let articles = counted(worth.articles.max(0) as usize, "article", "articles");
    say(
        DetailKind::Plain,
        format!(
            "{articles}, {} unread, {} starred; {} a week.",
            number(worth.unread),
            number(worth.starred),
            posts_in_words(row.posts_a_week)
        ),
    );
    let set = feed_form::in_words(&worth.settings);
    if !set.is_empty() {
        say(DetailKind::Plain, format!("You set: {}.", set.join(", ")));
    }
    if !feed.complaints.is_empty() {
        let told: Vec<&str> = feed.complaints.iter().take(COMPLAINTS_TOLD_MAX).map(CleanText::as_str).collect();
        let rest = feed.complaints.len().saturating_sub(told.len());
        let more = if rest > 0 { format!("; and {rest} more") } else { String::new() };
        say(DetailKind::Dim, format!("Mended at the last fetch: {}{more}.", told.join("; ")));
    }
    out
}

/// When it was read, when it had news, when it is next asked and why then.
fn when(row: &HealthRow, now: &Now) -> String {
    let mut parts = vec![match row.feed.last_success {
        Some(at) => format!("Last fetched {}", ago(now, at)),
        None => "Never fetched".to_owned(),
    }];
    if let Some(newest) = row.worth.newest {
        let silent = now.utc.since(newest) > SILENT_SECONDS;
        parts.push(match silent {
            true => format!("silent since {}", date(now, newest)),
            false => format!("newest article {}", ago(now, newest)),
        });
    }
    if row.feed.pause != Pause::ByPerson
        && let Some(due) = row.feed.next_due
    {
        let at = if now.utc.since(due) > 0 { "now".to_owned() } else { due_in_words(now, due) };
        parts.push(format!("next due {at}, {}", row.feed.because.words()));
    }
    parts.join("; ") + "."
}

fn due_in_words(now: &Now, due: Timestamp) -> String {
    let same_day = now.zone.start_of_day(due) == now.zone.start_of_day(now.utc);
    if same_day { now.zone.format(due, "%H:%M") } else { date_and_time(now, due) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(title: &str, condition: Condition, unread: i64, weeks: u32, read: i64) -> HealthRow {
        let feed = FeedRow {
            id: FeedId(1),
            kind: FeedKind::Fetched,
            title: words(title),
            url: None,
            site: None,
            folder: Default::default(),
            tags: Vec::new(),
            unread,
            articles: 100,
            last_success: None,
            next_due: None,
            problem: None,
            failing_since: None,
            complaints: Vec::new(),
            pause: Pause::No,
            because: Default::default(),
        };
        let mut row = placeholder(&feed);
        row.condition = condition;
        row.posts_a_week = f64::from(weeks);
        row.read_percent = Some(read);
        row
    }

    fn sorted(by: HealthSort) -> String {
        let mut rows = vec![
            row("fine and full", Condition::Fine, 90, 9, 10),
            row("Silent", Condition::Silent, 0, 0, 100),
            row("fine", Condition::Fine, 3, 2, 50),
            row("paused", Condition::Paused, 0, 1, 70),
            row("broken", Condition::Failing, 0, 3, 30),
            row("gone", Condition::Gone, 0, 4, 20),
        ];
        sort(&mut rows, by);
        rows.iter().map(|it| it.feed.title.as_str()).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn the_worst_come_first_then_those_with_most_unread() {
        assert_eq!(sorted(HealthSort::Worst), "broken, gone, paused, Silent, fine and full, fine");
        assert_eq!(sorted(HealthSort::Name), "broken, fine, fine and full, gone, paused, Silent");
        assert_eq!(sorted(HealthSort::PostsAWeek), "fine and full, gone, broken, fine, paused, Silent");
        assert_eq!(sorted(HealthSort::ShareRead), "fine and full, gone, broken, fine, paused, Silent");
    }

    #[test]
    fn a_sparkline_has_a_bar_a_week_and_tells_one_from_none() {
        assert_eq!(sparkline(&[0; WEEKS]), "▁▁▁▁▁▁▁▁▁▁▁▁");
        assert_eq!(sparkline(&[0, 1, 2, 3, 4, 5, 6, 6, 0, 0, 6, 1]), "▁▂▃▄▅▆▇▇▁▁▇▂");
        assert_eq!(sparkline(&[1000, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 500]), "▇▂▁▁▁▁▁▁▁▁▁▄");
        assert_eq!(sparkline(&[u32::MAX; WEEKS]), "▇".repeat(WEEKS));
    }

    #[test]
    fn the_mean_of_a_young_feed_begins_with_its_first_week() {
        assert_eq!(posts_in_words(posts_a_week(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 2])), "3.0");
        assert_eq!(posts_in_words(posts_a_week(&[0; WEEKS])), "0");
        assert_eq!(posts_in_words(posts_a_week(&[100; WEEKS])), "100");
    }

    #[test]
    fn shares_are_rounded_and_of_nothing_there_are_none() {
        assert_eq!((percent(1, 3), percent(2, 3), percent(0, 0), percent(9, 3)), (Some(33), Some(67), None, Some(100)));
    }
}
