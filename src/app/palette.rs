//! The palette: commands, feeds, tags and settings by some of their letters. Made from the table of commands and the tree, so that
//! it can't differ from either; it does nothing itself but hand over what was chosen.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::command::{Argument, COMMANDS, Command, Key, KeyCode, argument};
use crate::config::SETTINGS;
use crate::news::{CleanText, FeedId, TagName};
use crate::store::SearchId;

use super::line_editor::{Edit, LineEditor};
use super::measure::words;
use super::tree::Node;
use super::{App, Pane, PromptKind, act, finding, prompting, settings_view, views};

/// An open palette.
#[derive(Clone, Debug, PartialEq)]
pub struct Palette {
    pub line: LineEditor,
    /// What the typed letters match, the best first.
    pub shown: Vec<PaletteItem>,
    pub cursor: usize,
    pub top: usize,
    all: Vec<PaletteItem>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct PaletteItem {
    pub what: Choice,
    pub name: CleanText,
    pub doc: CleanText,
    /// The keys that ask for it, where there are any.
    pub keys: CleanText,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Choice {
    Command(Command),
    Feed(FeedId),
    Tag(TagName),
    Setting(&'static str),
    Search(SearchId),
}

/// Lines of the palette that are on screen, at most.
pub const PALETTE_ROWS_MAX: usize = 14;

pub fn open(app: &mut App) {
    let all = items(app);
    app.notice = None;
    app.palette = Some(Palette { line: LineEditor::default(), shown: all.clone(), cursor: 0, top: 0, all });
}

pub fn pressed(app: &mut App, key: Key) {
    let rows = rows(app);
    let Some(palette) = &mut app.palette else { return };
    let last = palette.shown.len().saturating_sub(1);
    match (key.code, key.control) {
        (KeyCode::Enter, false) | (KeyCode::Char('m'), true) => chosen(app),
        (KeyCode::Escape, _) | (KeyCode::Char('c' | 'g'), true) => app.palette = None,
        (KeyCode::Backspace, false) if palette.line.text().is_empty() => app.palette = None,
        (KeyCode::Down | KeyCode::Tab, false) if !key.shift => palette.go_to((palette.cursor + 1).min(last), rows),
        (KeyCode::Char('n' | 'j'), true) => palette.go_to((palette.cursor + 1).min(last), rows),
        (KeyCode::Up | KeyCode::Tab, false) => palette.go_to(palette.cursor.saturating_sub(1), rows),
        (KeyCode::Char('p' | 'k'), true) => palette.go_to(palette.cursor.saturating_sub(1), rows),
        (KeyCode::PageDown, false) => palette.go_to((palette.cursor + rows).min(last), rows),
        (KeyCode::PageUp, false) => palette.go_to(palette.cursor.saturating_sub(rows), rows),
        _ => {
            if palette.line.key(key) == Edit::Changed {
                palette.narrow();
            }
        }
    }
}

pub fn pasted(app: &mut App, text: &str) {
    if let Some(palette) = &mut app.palette {
        palette.line.insert(text);
        palette.narrow();
    }
}

/// Rows of the palette that fit the screen.
pub fn rows(app: &App) -> usize {
    usize::from(app.geometry().middle.height).saturating_sub(3).clamp(1, PALETTE_ROWS_MAX)
}

impl Palette {
    fn go_to(&mut self, position: usize, rows: usize) {
        self.cursor = position;
        self.top = super::tree::page_top(self.top, position, self.shown.len(), rows);
    }

    /// Keeps what has the typed letters in their order, the best first.
    fn narrow(&mut self) {
        self.cursor = 0;
        self.top = 0;
        let pattern = Pattern::parse(self.line.text(), CaseMatching::Smart, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut letters = Vec::new();
        let mut score = |item: &PaletteItem| {
            // A name says more than its explanation.
            let by_name = pattern.score(Utf32Str::new(item.name.as_str(), &mut letters), &mut matcher);
            let both = format!("{} {}", item.name, item.doc);
            let by_both = pattern.score(Utf32Str::new(&both, &mut letters), &mut matcher);
            by_name.map(|it| it.saturating_mul(2)).max(by_both)
        };
        let mut scored: Vec<(u32, &PaletteItem)> =
            self.all.iter().filter_map(|it| score(it).map(|score| (score, it))).collect();
        scored.sort_by(|(one, _), (other, _)| other.cmp(one));
        self.shown = scored.into_iter().map(|(_, it)| it.clone()).collect();
    }
}

/// Everything that can be chosen: commands in the table's order, then feeds, tags, settings.
fn items(app: &App) -> Vec<PaletteItem> {
    let commands = COMMANDS.iter().map(|entry| PaletteItem {
        what: Choice::Command(entry.command),
        name: CleanText::own(entry.name),
        doc: CleanText::own(entry.doc),
        keys: words(&app.settings.keys.keys_of(entry.command).join(" ")),
    });
    let feeds = app.tree.tree.feeds.iter().map(|feed| PaletteItem {
        what: Choice::Feed(feed.id),
        name: feed.title.clone(),
        doc: words(&if feed.folder.is_top() { "feed".to_owned() } else { format!("feed in {}", feed.folder) }),
        keys: CleanText::default(),
    });
    let tags = app.tree.tag_names().into_iter().map(|tag| PaletteItem {
        name: words(&format!("#{tag}")),
        doc: CleanText::own("tag"),
        keys: CleanText::default(),
        what: Choice::Tag(tag),
    });
    let settings = SETTINGS.iter().map(|setting| PaletteItem {
        what: Choice::Setting(setting.name),
        name: CleanText::own(setting.name),
        doc: CleanText::own("setting"),
        keys: CleanText::default(),
    });
    let searches = app.tree.tree.searches.iter().map(|search| PaletteItem {
        what: Choice::Search(search.id),
        name: search.name.clone(),
        doc: words(&format!("saved search: {}", search.query)),
        keys: CleanText::default(),
    });
    commands.chain(feeds).chain(tags).chain(searches).chain(settings).collect()
}

fn chosen(app: &mut App) {
    let Some(palette) = &app.palette else { return };
    let Some(item) = palette.shown.get(palette.cursor).cloned() else { return };
    app.palette = None;
    match item.what {
        // What can't be asked for without more words gets a line to say them in.
        Choice::Command(command) if argument(command) == Argument::Preset => {
            prompting::open(app, PromptKind::Command, &format!("{} ", command.name()));
        }
        Choice::Command(command) => act::perform(app, command, None),
        Choice::Feed(id) => {
            views::open_feed(app, id);
            app.focus = Pane::Articles;
        }
        Choice::Setting(name) => settings_view::open(app, Some(name)),
        Choice::Search(id) => {
            finding::open_search(app, id);
            app.focus = Pane::Articles;
        }
        Choice::Tag(name) => {
            app.tree.select(&Node::Tag(name.clone()));
            views::open(app, crate::store::Scope::Tag(name), app.unread_only);
            app.focus = Pane::Articles;
        }
    }
}
