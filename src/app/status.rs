//! The words of the top and the bottom line, and of a pane that has nothing to show: where one is, what goes on, what
//! just happened, what may be done next.

use crate::command::Command;
use crate::news::CleanText;

use super::finding::FoundKind;
use super::list::Found;
use super::measure::{counted, number, width, words};
use super::reading::ReadingPane;
use super::tree::Node;
use super::{App, ListState, Pane, sorting, views};

/// A sentence over the foot of the panes has at most these lines.
pub const NOTICE_LINES_MAX: usize = 3;
/// What the place in the list and in the text takes of the bottom line, roughly.
const POSITION_WIDTH: usize = 18;

/// What the top line says.
#[derive(Debug, PartialEq)]
pub struct Top {
    /// `World`, `unread`: parts of where one is, the outermost first.
    pub place: Vec<CleanText>,
    /// What waits for a key: `12 new · g.`.
    pub arrivals: Option<CleanText>,
    /// What goes on, the most urgent first.
    pub going_on: Vec<CleanText>,
    pub clock: Option<CleanText>,
}

/// What the bottom line says.
#[derive(Debug, PartialEq)]
pub struct Bottom {
    /// `1 of 212`.
    pub position: CleanText,
    /// Of the text, where it is longer than its pane.
    pub percent: Option<usize>,
    /// The keys typed so far and what may follow.
    pub pending: Option<(CleanText, CleanText)>,
    pub hints: Vec<Hint>,
}

/// A key and what it does in a word.
#[derive(Debug, PartialEq)]
pub struct Hint {
    pub key: CleanText,
    pub word: &'static str,
}

/// From this width on the top line has room for the time.
const CLOCK_WIDTH_MIN: u16 = 110;

impl App {
    pub fn top(&self) -> Top {
        let view = &self.list.view;
        let mut place = vec![self.tree.scope_name(&view.scope)];
        if !self.tree.loaded {
            place.clear();
        } else if self.list.is_search() {
            place = self.found_words();
        }
        if let Some(health) = &self.health {
            place = vec![CleanText::own(if health.form.is_some() { "Edit feed" } else { "Feed health" })];
            let clock = self.shows_clock().then(|| words(&self.now.zone.format(self.now.utc, "%a %-d %b %H:%M")));
            return Top { place, arrivals: None, going_on: self.going_on(), clock };
        }
        if view.unread_only && self.tree.loaded {
            place.push(CleanText::own("unread"));
        }
        place.extend(sorting::in_words(self).map(|it| words(&it)));
        let new = views::arrivals(self);
        let key = self.key_for(Command::ShowArrivals);
        let arrivals = (new > 0).then(|| words(&format!("{} new · {key}", number(new))));
        let clock = self.shows_clock().then(|| words(&self.now.zone.format(self.now.utc, "%a %-d %b %H:%M")));
        Top { place, arrivals, going_on: self.going_on(), clock }
    }

    /// Where one is while lists cover each other: `World ▸ \rust`, or the search alone.
    fn found_words(&self) -> Vec<CleanText> {
        let lists = self.behind.iter().chain(std::iter::once(&self.list));
        let mut place = Vec::new();
        for list in lists {
            match &list.found {
                None => place.push(self.tree.scope_name(&list.view.scope)),
                Some(Found { kind: FoundKind::Search, text, .. }) => place = vec![words(&format!("“{text}”"))],
                Some(Found { kind: FoundKind::Filter, text, .. }) => place.push(words(&format!("“{text}”"))),
            }
        }
        place
    }

    pub fn shows_clock(&self) -> bool {
        self.size.width >= CLOCK_WIDTH_MIN
    }

    pub fn bottom(&self) -> Bottom {
        if let Some(offer) = self.offer() {
            let count = number(offer.found.len() as i64);
            let position = words(&format!("{} of {count}", number(offer.cursor as i64 + 1)));
            return Bottom { position, percent: None, pending: None, hints: Vec::new() };
        }
        if let Some(health) = &self.health {
            let position = match (&health.form, health.rows.len()) {
                (Some(_), _) | (None, 0) => CleanText::default(),
                (None, count) => words(&format!("{} of {}", number(health.cursor as i64 + 1), number(count as i64))),
            };
            return Bottom { position, percent: None, pending: self.pending_words(), hints: self.hints() };
        }
        let total = self.list.ids.len();
        let selected = self.list.selected_count();
        let position = match &self.list.state {
            _ if self.settings_view.is_some() => self.settings_position(),
            _ if selected > 0 => words(&format!("{} selected", number(selected as i64))),
            ListState::Loading => CleanText::own("loading…"),
            ListState::Begun => words(&format!("{} of …", number(self.list.cursor as i64 + 1))),
            ListState::Whole if total > 0 => {
                let more = if self.list.may_be_more { "+" } else { "" };
                words(&format!("{} of {}{more}", number(self.list.cursor as i64 + 1), number(total as i64)))
            }
            ListState::Whole | ListState::Failed(_) => CleanText::own("no articles"),
        };
        let height = self.text_height();
        let shows_text = self.geometry().text.is_some() && self.reading.article().is_some();
        let percent = (shows_text && self.reading.lines.len() > height).then(|| self.reading.percent(height));
        Bottom { position, percent, pending: self.pending_words(), hints: self.hints() }
    }

    /// The lines at the foot of the panes that a sentence too long for the bottom line covers, its rule among them. Where
    /// it would just fit it may be said to cover some: then the cursor stands a little higher than it must.
    pub fn lines_covered(&self) -> u16 {
        let Some(notice) = self.notice.as_ref().filter(|_| self.prompt.is_none()) else { return 0 };
        let whole = usize::from(self.size.width);
        if width(notice.sentence.as_str()) + POSITION_WIDTH <= whole {
            return 0;
        }
        let lines = super::wrap(notice.sentence.as_str(), whole.saturating_sub(2)).len();
        lines.min(NOTICE_LINES_MAX) as u16 + 1
    }

    pub fn notice(&self) -> Option<&super::Notice> {
        self.notice.as_ref()
    }

    pub fn refreshing(&self) -> Option<&super::Refreshing> {
        self.activity.refresh.as_ref()
    }

    /// What an empty list says: what is so, and what may be done. `None` where there are rows.
    pub fn list_words(&self) -> Option<Vec<CleanText>> {
        if !self.list.ids.is_empty() {
            return None;
        }
        let key = |command| self.key_for(command);
        let sentences: Vec<String> = match &self.list.state {
            ListState::Loading if self.tree.loaded && self.list.is_search() => vec!["Searching…".to_owned()],
            ListState::Loading => vec!["Loading…".to_owned()],
            ListState::Failed(why) => vec![
                format!("The list could not be loaded. {why}"),
                format!("{} tries again.", key(Command::ShowArrivals)),
            ],
            ListState::Begun | ListState::Whole if self.list.is_search() => [
                format!("Nothing matches “{}”.", self.list.found.as_ref().map_or("", |it| it.text.as_str())),
                format!("It asks for: {}.", self.list.found.as_ref().map_or(String::new(), |it| it.query.in_words())),
                format!(
                    "{} goes back to {}. {} searches for something else.",
                    key(Command::Back),
                    self.behind.last().map_or(CleanText::own("all"), |it| self.tree.scope_name(&it.view.scope)),
                    key(Command::Search)
                ),
            ]
            .into_iter()
            .chain(self.not_indexed_in_words())
            .collect(),
            ListState::Begun | ListState::Whole if self.tree.is_empty() => vec![
                "No feeds yet. Three ways to begin:".to_owned(),
                format!("{} – paste the address of a feed, or of any page.", key(Command::Subscribe)),
                format!("{} – import from another reader: OPML, newsboat's urls.", key(Command::Import)),
                format!("{} – leave, and let `dateline demo` show a sample edition.", key(Command::Quit)),
            ],
            ListState::Begun | ListState::Whole if self.tree.tree.counts.articles == 0 && self.is_fetching() => vec![
                "The first articles are being fetched.".to_owned(),
                format!("They show as they come; {} stops.", key(Command::Cancel)),
            ],
            ListState::Begun | ListState::Whole if self.list.view.unread_only && self.tree.tree.counts.unread == 0 => {
                vec![
                    "Nothing is unread.".to_owned(),
                    format!(
                        "{} shows what is read, {} asks all feeds for more.",
                        key(Command::ToggleUnreadOnly),
                        key(Command::RefreshAll)
                    ),
                ]
            }
            ListState::Begun | ListState::Whole if self.list.view.unread_only => vec![
                format!("Nothing unread in {}.", self.tree.scope_name(&self.list.view.scope)),
                format!(
                    "{} shows what is read, {} goes to the next feed with unread articles.",
                    key(Command::ToggleUnreadOnly),
                    key(Command::NextFeedWithUnread)
                ),
            ],
            ListState::Begun | ListState::Whole => vec![
                format!("No articles in {}.", self.tree.scope_name(&self.list.view.scope)),
                format!("{} refreshes, {} goes to the feeds.", key(Command::RefreshAll), key(Command::FocusFeeds)),
            ],
        };
        Some(sentences.iter().map(|it| words(it)).collect())
    }

    fn is_fetching(&self) -> bool {
        self.activity.refresh.as_ref().is_some_and(|it| !it.stopping)
    }

    /// What a search can't know yet.
    fn not_indexed_in_words(&self) -> Option<String> {
        let (left, waits) = (self.activity.indexing, self.activity.indexing_waits);
        let articles = counted(left, "article is", "articles are");
        let next = match waits {
            true => format!("{} lets indexing go on.", self.key_for(Command::PauseIndexing)),
            false => "Try again in a moment.".to_owned(),
        };
        (left > 0).then(|| format!("{articles} not indexed yet, and not found by their words. {next}"))
    }

    /// What the text pane says where it has no article to show.
    pub fn text_words(&self) -> Option<CleanText> {
        match &self.reading.state {
            ReadingPane::Nothing | ReadingPane::Loading | ReadingPane::Shown(_) => None,
            ReadingPane::Gone => Some(CleanText::own("This article is no longer in the library.")),
            ReadingPane::Failed(why) => Some(words(&format!("The article could not be loaded. {why}"))),
        }
    }

    fn going_on(&self) -> Vec<CleanText> {
        let mut parts = Vec::new();
        if let Some(letter) = self.recording() {
            parts.push(words(&format!("recording {letter}")));
        }
        let activity = &self.activity;
        match activity.pages.len() {
            0 => {}
            1 => parts.push(CleanText::own("fetching the page…")),
            count => parts.push(words(&format!("fetching {count} pages…"))),
        }
        if let Some(host) = &activity.adding {
            parts.push(words(&format!("looking at {host}…")));
        }
        if let Some(file) = &activity.reading_list {
            parts.push(words(&format!("reading {file}…")));
        }
        if let Some(writing) = &activity.writing {
            let (done, all) = (number(writing.done as i64), number(writing.articles as i64));
            parts.push(words(&match writing.articles {
                0 | 1 => format!("{}…", writing.what),
                _ => format!("{} {done}/{all}", writing.what),
            }));
        }
        match &activity.refresh {
            Some(running) if running.stopping => parts.push(CleanText::own("⟳ stopping…")),
            Some(running) if running.feeds > 0 => {
                parts.push(refreshing_in_words(running));
            }
            Some(_) | None => {}
        }
        if activity.offline {
            parts.push(CleanText::own("offline"));
        }
        if activity.indexing > 0 {
            let left = number(activity.indexing as i64);
            let what = if activity.indexing_waits { "not indexed" } else { "indexing" };
            parts.push(words(&format!("{what} {left}")));
        }
        if self.settings.demo {
            parts.push(CleanText::own("demo"));
        }
        parts
    }

    fn pending_words(&self) -> Option<(CleanText, CleanText)> {
        let typed = self.typed_so_far();
        (!typed.is_empty()).then_some((typed, CleanText::default()))
    }

    fn hints(&self) -> Vec<Hint> {
        let hint = |command, word| Hint { key: words(&self.key_for(command)), word };
        let mut hints = match self.focus {
            _ if self.preview.is_some() => {
                return vec![hint(Command::Open, "imports"), hint(Command::Back, "leaves")];
            }
            _ if self.help.is_some() => vec![hint(Command::Search, "looks for words"), hint(Command::Back, "closes")],
            _ if self.health.as_ref().is_some_and(|it| it.form.is_some()) => {
                vec![hint(Command::Open, "changes"), hint(Command::Undo, "undo"), hint(Command::Back, "leaves")]
            }
            _ if self.health.is_some() => {
                let own = |key, word| Hint { key: CleanText::own(key), word };
                vec![
                    own("s", "order"),
                    hint(Command::Open, "articles"),
                    hint(Command::RefreshFeed, "refresh"),
                    own("p", "pause"),
                    own("D", "remove"),
                    hint(Command::EditFeed, "edit"),
                ]
            }
            _ if self.settings_view.is_some() => vec![
                hint(Command::FocusRight, "next"),
                hint(Command::Open, "changes"),
                hint(Command::TagRemove, "as shipped"),
                hint(Command::Undo, "puts back"),
                hint(Command::Back, "closes"),
            ],
            _ if self.link_hints.is_some() => {
                let own = |key, word| Hint { key: CleanText::own(key), word };
                return vec![own("letter", "or number opens a link"), own("<esc>", "leaves")];
            }
            Pane::Feeds => {
                let fold = match self.tree.node() {
                    Some(Node::Folder(_) | Node::Tags | Node::Searches) => "fold",
                    Some(Node::All | Node::Today | Node::Starred | Node::Feed(_) | Node::Tag(_) | Node::Search(_))
                    | None => "list",
                };
                vec![hint(Command::Open, fold), hint(Command::Subscribe, "add"), hint(Command::RefreshAll, "refresh")]
            }
            Pane::Articles if self.tree.loaded && self.tree.is_empty() => {
                vec![
                    hint(Command::Subscribe, "adds a feed"),
                    hint(Command::Import, "imports"),
                    hint(Command::Quit, "quits"),
                ]
            }
            Pane::Articles if self.list.ids.is_empty() => {
                vec![hint(Command::Search, "search"), hint(Command::Back, "back")]
            }
            Pane::Articles => {
                vec![hint(Command::Tag, "tag"), hint(Command::ToggleStar, "star"), hint(Command::Search, "search")]
            }
            Pane::Text => vec![
                hint(Command::PageOn, "page on"),
                hint(Command::FullText, "full text"),
                hint(Command::Tag, "tag"),
                hint(Command::Browser, "browser"),
            ],
            Pane::Info => vec![hint(Command::Tag, "tag"), hint(Command::CopyUrl, "copy address")],
        };
        if self.help.is_none() && self.settings_view.is_none() {
            hints.push(hint(Command::Help, "help"));
        }
        let starting = self.activity.refresh.as_ref().is_some_and(|it| it.feeds == 0);
        if self.activity.can_be_left() && !starting && self.health.is_none() && self.help.is_none() {
            hints.insert(0, hint(Command::Cancel, "stops"));
        }
        hints
    }
}

impl Bottom {
    /// The hints that fit into `room` cells, the last ones (help) first in importance.
    pub fn hints_within(&self, room: usize) -> &[Hint] {
        let mut start = 0;
        while start < self.hints.len() && hints_width(&self.hints[start..]) > room {
            start += 1;
        }
        &self.hints[start..]
    }
}

/// `t tag  s star`: two cells between.
pub fn hints_width(hints: &[Hint]) -> usize {
    let each: usize = hints.iter().map(|it| width(it.key.as_str()) + 1 + width(it.word)).sum();
    each + 2 * hints.len().saturating_sub(1)
}

/// `⟳ 212/1,000 · 34 new · 2 ✗`: how far it is and what has come of it.
fn refreshing_in_words(running: &super::Refreshing) -> CleanText {
    if let Some((done, pages)) = running.pages {
        return words(&format!("⟳ pages {}/{}", number(done as i64), number(pages as i64)));
    }
    let mut out = format!("⟳ {}/{}", number(running.done as i64), number(running.feeds as i64));
    if running.new > 0 {
        out.push_str(&format!(" · {} new", number(running.new as i64)));
    }
    if running.failed > 0 {
        out.push_str(&format!(" · {} ✗", number(running.failed as i64)));
    }
    words(&out)
}
