//! The core: the program minus I/O. `update` decides what a message means and what is to be done; nothing here opens a
//! file, reads a clock or touches a screen. The same messages give the same state.

mod act;
mod activity;
mod answers;
mod argv;
mod command_line;
mod feed_form;
mod finding;
mod geometry;
mod grouping;
mod health;
mod help;
mod history;
mod import;
mod info;
mod keys;
mod layout;
mod line_editor;
mod linear;
mod link_hints;
mod list;
mod marks;
mod measure;
mod mouse;
mod moving;
mod notice;
mod offer;
mod palette;
mod paths;
mod prompt;
mod prompting;
mod reading;
mod selection;
mod settings;
mod settings_view;
mod sorting;
mod status;
mod together;
mod tree;
mod views;

pub use activity::{Activity, Refreshing, Work, Writing};
pub use feed_form::{FeedField, FeedForm};
pub use finding::Echo;
pub use geometry::{Area, Arrangement, Border, Geometry, HEIGHT_MIN, Pane, Rule, Shares, WIDTH_MIN, Wanted};
pub use grouping::ListLine;
pub use health::{
    Condition, Detail, DetailKind, Health, HealthRow, HealthSort, areas as health_areas, details as health_details,
    percent, posts_a_week, posts_in_words, sparkline,
};
pub use help::{Help, HelpLine};
pub use history::History;
pub use import::{ListOfFeeds, Preview};
pub use info::{InfoLine, NAME_WIDTH as INFO_NAME_WIDTH, PairKind};
pub use keys::{Menu, WHICH_KEY_PAUSE};
pub use layout::Remembered;
pub use link_hints::{LinkHint, LinkHints};
pub use list::{Grouping, ListPane, ListState};
pub use measure::{age, counted, number, truncate, width, wrap};
pub use mouse::{Mouse, MouseKind};
pub use notice::{Notice, NoticeKind};
pub use offer::Offer;
pub use palette::{Choice, Palette, PaletteItem};
pub use prompt::{Prompt, PromptKind};
pub use reading::{
    Hit, Reading, ReadingPane, RemarkKeys, TextLine, Typeset, Typesetting, shown_address as address_to_show, title_of,
    typeset,
};
pub use settings::Settings;
pub use settings_view::{DETAIL_LINES, SettingDetail, SettingRow, SettingsView};
pub use status::{Bottom, Hint, NOTICE_LINES_MAX, Top, hints_width};
pub use tree::{Failing, Fold, Node, TreePane, TreeRow};

use crate::command::{Command, Key};
use crate::config::{Config, ConfigError, ReadOn, Rgb};
use crate::news::{ArticleId, CleanText, CleanUrl, Now, TagChanges, Timestamp};
use crate::query::Query;
use crate::refresh::{Added, FullText, Progress, RefreshRequest};
use crate::store::{Answer, Ask, Change, Changed, Order, Scope, Touched, View};
use crate::text::Arranging;

/// Which question or change an answer belongs to. Answers with an older ticket than the latest of their kind are stale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// The terminal's size in cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub width: u16,
    pub height: u16,
}

/// What has happened.
#[derive(Debug)]
pub enum Message {
    Key(Key),
    Mouse(Mouse),
    /// Bracketed paste; never runs commands.
    Paste(String),
    Resized(Size),
    Answered(Ticket, Result<Answer, CleanText>),
    /// A change of ours is on disk.
    Changed(Ticket, Changed),
    /// A change of ours was not made, and why.
    Refused(Ticket, CleanText),
    /// Something in the library changed that we did not ask for: arrivals, another program.
    LibraryChanged(Touched),
    Refresh(Progress),
    /// The refresh thread ended with this error.
    RefreshFailed(CleanText),
    FullText(ArticleId, Result<FullText, CleanText>),
    /// A large text is laid out.
    Typeset(Ticket, Box<Typeset>),
    Added(Result<Added, CleanText>),
    /// A file was read for the feeds in it, or could not be.
    ListRead(Result<ListOfFeeds, CleanText>),
    /// What a folder holds, folders with `/` at their end; nothing where it could not be read.
    FolderListed {
        folder: String,
        names: Vec<String>,
    },
    /// So many of so many articles have been written out.
    Written {
        done: usize,
        articles: usize,
    },
    /// An address led to no feed, and its page was kept as an article.
    PageSaved(CleanUrl),
    /// Opening, copying or suspending did not work, and why.
    Failed(CleanText),
    Opened(CleanUrl),
    /// Nobody has pressed a key for [`WHICH_KEY_PAUSE`] although a sequence is not complete.
    Paused,
    /// A program was given the text: what it wrote, or why it was not.
    Piped(CleanText, Result<Vec<CleanText>, CleanText>),
    /// The texts of so many articles stand in this file now, or why they don't.
    SavedTo(Result<(CleanText, usize), CleanText>),
    /// What came with so many articles of a selection is played or open; so many came with nothing.
    PlayedAll {
        played: usize,
        without: usize,
    },
    /// The next due moment has come (see [`App::next_wake`]).
    Woke,
    /// The person's settings were read again, or could not be taken and why.
    Configured(Result<Box<Config>, ConfigError>),
    /// What the terminal says its background is.
    Background(Rgb),
}

/// What update wants done.
#[derive(Debug)]
pub enum Effect {
    Ask(Ticket, Ask),
    /// A list that was asked for is no longer wanted: whoever still looks for its articles may stop.
    StopFinding,
    Change(Ticket, Change),
    Refresh(RefreshRequest),
    /// Leave this off; what is stored by now is kept.
    Cancel(Work),
    /// Index what waits, now and whenever more does; or let it wait.
    Index {
        on: bool,
    },
    /// Read the names in a folder as it was typed; `Message::FolderListed` follows.
    ListFolder {
        folder: String,
    },
    /// Read a file for the feeds in it; `Message::ListRead` follows.
    ReadList {
        file: String,
    },
    FullText(ArticleId),
    /// Lay a large text out, beside the main thread; only the newest of these is still wanted.
    Typeset(Ticket, Box<Typesetting>),
    Add {
        address: CleanUrl,
    },
    OpenInBrowser(CleanUrl),
    /// Something to hear or see: in a player where there is one, else in the browser.
    Play(CleanUrl),
    /// The first thing that came with each of these articles: what can be heard or seen goes to one player.
    PlayAll {
        articles: Vec<ArticleId>,
    },
    /// The texts of these articles, one after the other, into a file that does not exist yet.
    Save {
        articles: Vec<ArticleId>,
        file: String,
    },
    /// The same, given to a program: its name and arguments, never through a shell.
    Pipe {
        articles: Vec<ArticleId>,
        program: Vec<String>,
    },
    Copy(CleanText),
    /// Keep this text for the next start: what [`Remembered`] says.
    Remember(String),
    /// Ctrl-Z: give the terminal back and stop until the shell continues us.
    Suspend,
    /// Ctrl-L: forget what is on the terminal and draw every cell anew.
    Redraw,
    /// Write one of the person's settings, or take it out so that it is as shipped; `Message::Configured` follows.
    WriteSetting {
        name: &'static str,
        value: Option<crate::config::Value>,
    },
    Quit,
}

/// The state of the reader.
pub struct App {
    settings: Settings,
    size: Size,
    /// The moment of the last message: ages on screen are told from here.
    now: Now,
    focus: Pane,
    zen: bool,
    /// Whether the metadata is shown where it has a place of its own.
    info_beside: bool,
    /// Whether it is shown where something else must give way.
    info_under: bool,
    info_top: usize,
    layout: Option<Arrangement>,
    shares: Shares,
    grouping: Grouping,
    /// The border that the pointer holds.
    dragging: Option<Border>,
    remembered_last: String,
    tree: TreePane,
    list: ListPane,
    /// The lists that searches and filters cover, the innermost last, with their cursors; leaving one uncovers the last.
    behind: Vec<ListPane>,
    reading: Reading,
    help: Option<Help>,
    /// What the page of `help` shows, where it asks to be entered.
    preview: Option<Preview>,
    settings_view: Option<SettingsView>,
    palette: Option<Palette>,
    health: Option<Health>,
    offer: Offer,
    link_hints: Option<LinkHints>,
    keyboard: keys::Keyboard,
    order: Order,
    prompt: Option<Prompt>,
    /// What the folder holds whose files are being named.
    folder: Option<paths::Folder>,
    /// The keys of a sequence that is not complete.
    pending: Vec<Key>,
    count: Option<usize>,
    notice: Option<Notice>,
    /// What was said last, for screen readers.
    announced: Vec<CleanText>,
    activity: Activity,
    unread_only: bool,
    /// The view that `q` goes back to before it quits.
    home: Option<Scope>,
    /// Whether a person has chosen what the list shows; until then it shows where there is most to read.
    chosen: bool,
    /// An empty library is being filled and nobody has touched a key yet: the list then follows what arrives, since
    /// there is no place in it to be kept.
    filling: bool,
    changes: Vec<marks::PendingChange>,
    tags_last: Option<TagChanges>,
    ticket_last: u64,
    tree_ticket: Option<Ticket>,
    tree_stale: bool,
    /// The beginning of the day that the tree's counts were asked for.
    tree_day: Timestamp,
    /// The question for the unread ids of the view, where the next unread article lies beyond what is loaded.
    unread_ticket: Option<Ticket>,
    /// The question for the counts of saved searches that nobody keeps.
    counts_ticket: Option<Ticket>,
    /// Something changed while that was under way.
    counts_again: bool,
    outbox: Vec<Effect>,
}

/// Decides what `message` means. Touches nothing but `app`.
pub fn update(app: &mut App, now: &Now, message: Message) -> Vec<Effect> {
    app.now = now.clone();
    if app.notice.as_ref().is_some_and(|it| it.expires <= now.utc) {
        app.notice = None;
    }
    if matches!(message, Message::Key(_) | Message::Mouse(_) | Message::Paste(_)) {
        app.filling = false;
    }
    let arrivals = views::arrivals(app);
    match message {
        Message::Key(key) => {
            let before = app.list.selected_id();
            keys::pressed(app, key);
            moved(app, before);
        }
        Message::Mouse(mouse) => {
            let before = app.list.selected_id();
            mouse::moved(app, mouse);
            moved(app, before);
        }
        Message::Paste(text) => prompting::pasted(app, &text),
        Message::Resized(size) => app.size = size,
        Message::Answered(ticket, Ok(answer)) => answers::answered(app, ticket, answer),
        Message::Answered(ticket, Err(why)) => answers::unanswered(app, ticket, &why),
        Message::Changed(ticket, changed) => marks::made(app, ticket, &changed),
        Message::Refused(ticket, why) => marks::refused(app, ticket, &why),
        Message::LibraryChanged(touched) => answers::touched(app, &touched),
        Message::Refresh(progress) => activity::progressed(app, progress),
        Message::RefreshFailed(why) => activity::refresh_failed(app, &why),
        Message::FullText(article, outcome) => activity::full_text_came(app, article, outcome),
        Message::Typeset(ticket, set) if app.reading.setting == Some(ticket) => answers::typeset_came(app, *set),
        Message::Typeset(..) => {}
        Message::Added(outcome) => activity::added(app, outcome),
        Message::PageSaved(url) => activity::page_saved(app, &url),
        Message::ListRead(outcome) => import::came(app, outcome),
        Message::FolderListed { folder, names } => paths::came(app, &folder, names),
        Message::Written { done, articles } => activity::written(app, done, articles),
        Message::Failed(why) => app.tell_problem(&why),
        Message::Opened(url) => act::opened(app, &url),
        Message::Paused => keys::paused(app),
        Message::Piped(program, outcome) => act::piped(app, &program, outcome),
        Message::SavedTo(outcome) => act::saved(app, outcome),
        Message::PlayedAll { played, without } => together::played(app, played, without),
        Message::Woke => {}
        Message::Configured(outcome) => settings::configured(app, outcome),
        Message::Background(rgb) => app.settings.background_is(rgb),
    }
    app.settle();
    linear::announce_arrivals(app, arrivals);
    app.remember();
    std::mem::take(&mut app.outbox)
}

/// Moving onto an article marks it read, where that is set. What is selected by itself was not moved onto.
fn moved(app: &mut App, before: Option<ArticleId>) {
    let wanted = app.settings.config.settings.reader.read_on == ReadOn::Cursor;
    if wanted && app.focus == Pane::Articles && app.list.selected_id() != before {
        marks::mark_selected_read(app);
    }
}

impl App {
    /// The first state, and what is to be asked first. `demo` says so in the top line.
    pub fn start(size: Size, now: &Now, settings: Settings) -> (App, Vec<Effect>) {
        let view = View { scope: Scope::All, unread_only: false, query: Query::Everything };
        let remembered = settings.remembered.clone();
        let mut app = App {
            size,
            now: now.clone(),
            focus: if remembered.zen { Pane::Text } else { Pane::Articles },
            zen: remembered.zen,
            info_beside: remembered.info_beside.unwrap_or(settings.config.settings.layout.info),
            info_under: remembered.info_under,
            info_top: 0,
            layout: remembered.layout,
            shares: remembered.shares,
            grouping: remembered.grouping,
            dragging: None,
            remembered_last: remembered.to_text(),
            tree: TreePane::folded_as(remembered.closed, remembered.folded),
            list: ListPane::new(view),
            behind: Vec::new(),
            reading: Reading::ordered_by(settings.arranging),
            help: None,
            preview: None,
            settings_view: None,
            palette: None,
            health: None,
            offer: Offer::default(),
            link_hints: None,
            keyboard: keys::Keyboard::remembering(remembered.commands, remembered.searches),
            order: Order::default(),
            prompt: None,
            folder: None,
            pending: Vec::new(),
            count: None,
            notice: None,
            announced: Vec::new(),
            activity: Activity::new(settings.offline),
            unread_only: false,
            home: None,
            chosen: false,
            filling: true,
            changes: Vec::new(),
            tags_last: None,
            ticket_last: 0,
            tree_ticket: None,
            tree_stale: false,
            tree_day: Timestamp::default(),
            unread_ticket: None,
            counts_ticket: None,
            counts_again: false,
            outbox: Vec::new(),
            settings,
        };
        app.ask_tree();
        if !app.settings.offline && (app.settings.demo || app.settings.config.settings.fetch.on_start) {
            let everything = app.settings.demo;
            activity::refresh(&mut app, RefreshRequest { everything, ..RefreshRequest::default() }, false);
        }
        app.settle();
        let effects = std::mem::take(&mut app.outbox);
        (app, effects)
    }

    /// The moment at which `Message::Woke` is wanted, if any: a notice that expires, an age on screen that changes.
    pub fn next_wake(&self) -> Option<Timestamp> {
        let notice = self.notice.as_ref().map(|it| it.expires);
        let ages = self.visible_rows().filter_map(|position| self.list.row(position));
        let ages = ages.map(|it| measure::age_changes(&self.now, it.sort)).min();
        let minute = self.now.utc.plus(60 - self.now.utc.seconds().rem_euclid(60));
        let clock = self.shows_clock().then_some(minute);
        // Ages change together at the next full minute rather than each at its own second.
        let ages = ages.map(|it| it.max(minute));
        [notice, ages, clock].into_iter().flatten().min()
    }

    pub fn geometry(&self) -> Geometry {
        let info = match Geometry::arrangement(self.size, self.layout) {
            Arrangement::Four => self.info_beside,
            Arrangement::Three | Arrangement::Stacked => self.info_under,
            Arrangement::One | Arrangement::TooSmall => false,
        };
        let set = &self.settings.config.settings;
        if set.linear {
            return Geometry { measure_max: set.reader.measure, ..linear::geometry(self.size, self.focus) };
        }
        let wanted = Wanted { focus: self.focus, info, zen: self.zen, layout: self.layout, shares: self.shares };
        Geometry { measure_max: set.reader.measure, rows: set.list.rows, ..Geometry::of(self.size, wanted) }
    }

    /// How roomy the screen is; a screen reader has one pane at a time.
    fn arrangement(&self) -> Arrangement {
        match Geometry::arrangement(self.size, self.layout) {
            Arrangement::TooSmall => Arrangement::TooSmall,
            _ if self.linear() => Arrangement::One,
            arrangement => arrangement,
        }
    }

    pub fn theme(&self) -> &crate::config::Theme {
        &self.settings.theme
    }

    /// The file that the person's settings stand in, or may stand in.
    pub fn settings_file(&self) -> CleanText {
        let file = self.settings.config.file.as_ref();
        file.map_or_else(CleanText::default, |it| measure::words(&it.display().to_string()))
    }

    /// Whether the text pane is about to be filled: its article has been asked for and not come yet.
    pub fn awaits_text(&self) -> bool {
        self.reading.ticket.is_some() && self.reading.article().is_none()
    }

    fn awaits_rows(&self) -> bool {
        self.list.state == ListState::Loading
    }

    /// What of right-to-left text is put in order before it is drawn.
    pub fn arranging(&self) -> Arranging {
        self.settings.arranging
    }

    /// Whether marks and lines are drawn in plain ASCII.
    pub fn ascii(&self) -> bool {
        self.settings.ascii()
    }

    pub fn now(&self) -> &Now {
        &self.now
    }

    pub fn focus(&self) -> Pane {
        self.focus
    }

    pub fn zen(&self) -> bool {
        self.zen
    }

    pub fn tree(&self) -> &TreePane {
        &self.tree
    }

    pub fn list(&self) -> &ListPane {
        &self.list
    }

    pub fn reading(&self) -> &Reading {
        &self.reading
    }

    pub fn help(&self) -> Option<&Help> {
        self.help.as_ref()
    }

    pub fn palette(&self) -> Option<&Palette> {
        self.palette.as_ref()
    }

    /// The list of how each feed does, while it covers the panes.
    pub fn health(&self) -> Option<&Health> {
        self.health.as_ref()
    }

    /// What is set on a line of the form that is open.
    pub fn feed_field(&self, field: FeedField) -> CleanText {
        feed_form::shown(self, field)
    }

    /// The feeds to pick from, while their list is open.
    pub fn offer(&self) -> Option<&Offer> {
        Some(&self.offer).filter(|it| it.open)
    }

    /// Rows of the palette that fit the screen.
    pub fn palette_rows(&self) -> usize {
        palette::rows(self)
    }

    pub fn link_hints(&self) -> Option<&LinkHints> {
        self.link_hints.as_ref()
    }

    /// What is said under a query that is being typed.
    pub fn echo(&self) -> Option<Echo> {
        finding::echo(self)
    }

    /// Where in a title the words stand that the list was found by, in bytes.
    pub fn marked_in(&self, title: &CleanText) -> Vec<std::ops::Range<usize>> {
        finding::marked_in(self, title)
    }

    /// What may stand in an open prompt instead of the word at its cursor.
    pub fn candidates(&self) -> Vec<CleanText> {
        self.prompt.as_ref().map(|it| it.candidates(&finding::names(self))).unwrap_or_default()
    }

    pub fn prompt(&self) -> Option<&Prompt> {
        self.prompt.as_ref()
    }

    pub fn info_top(&self) -> usize {
        self.info_top
    }

    /// What is known about the article in the text pane, in lines for a pane of this width.
    pub fn info_lines(&self, width: u16) -> Vec<InfoLine> {
        let Some(article) = self.reading.article() else { return Vec::new() };
        let origin = self.reading.origin.unwrap_or(article.body.best_origin());
        let key = self.key_for(Command::FullText);
        info::lines(&info::pairs(article, origin, &key, &self.now), usize::from(width))
    }

    /// Why the feed in view can't be fetched, where it can't.
    pub fn feed_problem(&self) -> Option<&CleanText> {
        match &self.list.view.scope {
            Scope::Feed(id) => self.tree.feed(*id)?.problem.as_ref(),
            Scope::All
            | Scope::Since(_)
            | Scope::Starred
            | Scope::Folder(_)
            | Scope::Tag(_)
            | Scope::Untagged
            | Scope::Search(_) => None,
        }
    }

    /// The sentence above the list, wrapped, and the cells of the list that are left for rows.
    pub fn list_banner(&self, area: Area) -> (Vec<CleanText>, Area) {
        let lines = self.feed_problem().map_or_else(Vec::new, |problem| {
            let problem = notice::with_keys(self, problem.as_str(), Command::RefreshFeed);
            let mut lines = wrap(&format!("✗ {problem}"), usize::from(area.width.saturating_sub(2)));
            lines.truncate(usize::from(area.height / 3));
            lines
        });
        let height = lines.len() as u16;
        (lines, Area { y: area.y + height, height: area.height - height, ..area })
    }

    /// Rows of the list that fit its pane.
    pub fn list_page(&self) -> usize {
        let geometry = self.geometry();
        let Some(area) = geometry.articles else { return 1 };
        (usize::from(self.list_banner(area).1.height) / geometry.lines_a_row()).max(1)
    }

    /// How much of a pane's foot a long sentence covers; a pane keeps two lines of its own.
    fn lines_covered_of(&self, area: Area, geometry: &Geometry) -> u16 {
        let free = geometry.middle.bottom().saturating_sub(area.bottom());
        self.lines_covered().saturating_sub(free).min(area.height.saturating_sub(2))
    }

    fn text_height(&self) -> usize {
        self.geometry().text.map_or(1, |it| usize::from(it.height)).max(1)
    }

    /// Positions of the list that are on screen.
    fn visible_rows(&self) -> std::ops::Range<usize> {
        if self.geometry().articles.is_none() {
            return 0..0;
        }
        self.list.top..(self.list.top + self.list_page()).min(self.list.ids.len())
    }

    /// Brings what follows from the state up to date after every message: scrolling, the preview, rows that are missing.
    fn settle(&mut self) {
        let geometry = self.geometry();
        if let Some(area) = geometry.feeds {
            let covered = self.lines_covered_of(area, &geometry);
            self.tree.keep_visible(usize::from(area.height - covered));
        }
        let page = self.list_page();
        self.keep_list_visible();
        let wanted = self.list.selected_id();
        if wanted != self.reading.wanted {
            self.reading.turn_to(wanted);
            self.info_top = 0;
            self.ask_article();
        }
        if geometry.text.is_some() {
            let (measure, _) = geometry.measure(self.zen);
            self.reading.keys =
                RemarkKeys { full_text: self.key_for(Command::FullText), browser: self.key_for(Command::Browser) };
            self.reading.set_width(measure, &self.now);
            if let Some(row) = self.list.selected() {
                self.reading.show_headline(row, &self.now);
            }
            self.reading.keep_visible(self.text_height());
        }
        health::settle(self);
        if let Some(job) = self.reading.to_be_set(&self.now) {
            self.ticket_last += 1;
            let ticket = Ticket(self.ticket_last);
            self.reading.setting = Some(ticket);
            self.outbox.push(Effect::Typeset(ticket, job));
        }
        let wanted = finding::looked_for(self);
        self.reading.look_for(wanted);
        let ticket = Ticket(self.ticket_last + 1);
        if let Some(ask) = self.list.wanted_rows(page, ticket) {
            self.ticket_last += 1;
            self.outbox.push(Effect::Ask(ticket, ask));
        }
        let new_day = self.now.zone.start_of_day(self.now.utc) != self.tree_day;
        if (self.tree_stale || new_day) && self.tree_ticket.is_none() {
            self.ask_tree();
        }
        if self.reading.stale && self.reading.ticket.is_none() {
            self.ask_article();
        }
        finding::counts_due(self);
        paths::settle(self);
    }

    fn ask(&mut self, ask: Ask) -> Ticket {
        self.ticket_last += 1;
        let ticket = Ticket(self.ticket_last);
        self.outbox.push(Effect::Ask(ticket, ask));
        ticket
    }

    fn ask_tree(&mut self) {
        self.tree_stale = false;
        let today = self.now.zone.start_of_day(self.now.utc);
        self.tree_day = today;
        self.tree_ticket = Some(self.ask(Ask::Tree { today }));
    }

    fn ask_article(&mut self) {
        self.reading.stale = false;
        self.reading.ticket = self.reading.wanted.map(|id| self.ask(Ask::Article(id)));
    }

    fn tell(&mut self, sentence: &str) {
        self.notice = Some(Notice::told(&self.now, sentence));
        linear::announce(self, &measure::words(sentence));
    }

    fn tell_problem(&mut self, sentence: &CleanText) {
        let sentence = measure::words(&notice::with_keys(self, sentence.as_str(), Command::RefreshAll));
        self.notice = Some(Notice::problem(&self.now, &sentence));
        linear::announce(self, &sentence);
    }

    /// The first key that asks for a command, or where none does what to type, for sentences that name it.
    fn key_for(&self, command: Command) -> String {
        self.settings.keys.first_key_of(command).unwrap_or_else(|| format!(":{}", command.name()))
    }
}
