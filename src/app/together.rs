//! Commands for a whole selection whose outcomes come one by one, or from elsewhere: they are told of together, once, and
//! never more at a time than a person can want.

use crate::command::Command;
use crate::news::{ArticleId, CleanText, FeedId};
use crate::query::Query;
use crate::refresh::FullText;
use crate::store::{Ask, Scope, View};

use super::list::{After, Direction, Which};
use super::marks::{self, Mark};
use super::measure::counted;
use super::{App, Effect, act, selection, views};

/// So many pages are fetched on one key; the rest stay selected for the next time.
const PAGES_AT_ONCE_MAX: usize = 100;

/// Pages that are fetched for a selection, and what became of those that have come.
#[derive(Debug, Default)]
pub struct Pages {
    waiting: Vec<ArticleId>,
    stored: usize,
    not_better: usize,
    failed: usize,
    why: CleanText,
}

/// Whether a command is for other articles than the one that is open: some are selected, and not that one alone.
pub fn is_asked(app: &App) -> bool {
    !app.list.selection.is_empty() && app.list.targets() != app.list.selected_id().as_slice()
}

/// Fetches the pages of the selected articles that have none yet.
pub fn fetch_pages(app: &mut App) {
    if app.settings.offline {
        app.tell("Started with --offline: no page is fetched. What is stored can be read.");
        return;
    }
    let lacks = |id: &ArticleId| app.list.rows.get(id).is_none_or(|row| !row.has_page && row.url.is_some());
    let under_way = |id: &ArticleId| app.activity.pages.contains(id);
    let all: Vec<ArticleId> = app.list.targets().into_iter().filter(|it| lacks(it) && !under_way(it)).collect();
    if all.is_empty() {
        app.tell("Nothing to fetch: these have their pages, wait for them, or name no address.");
        return;
    }
    let first = first_of(app, all, PAGES_AT_ONCE_MAX, Command::FullText, "Fetching the pages of");
    if app.keyboard.pages.waiting.is_empty() {
        app.keyboard.pages = Pages::default();
    }
    app.keyboard.pages.waiting.extend(&first);
    app.activity.pages.extend(&first);
    app.outbox.extend(first.into_iter().map(Effect::FullText));
}

/// A page has come, or not. Whether it was one of many: then it is told of once all have come.
pub fn page_came(app: &mut App, id: ArticleId, outcome: &Result<FullText, CleanText>) -> bool {
    let pages = &mut app.keyboard.pages;
    let Some(at) = pages.waiting.iter().position(|it| *it == id) else { return false };
    pages.waiting.swap_remove(at);
    match outcome {
        Ok(FullText::Stored { .. }) => pages.stored += 1,
        Ok(FullText::NotBetter { .. }) => pages.not_better += 1,
        Err(why) => {
            pages.failed += 1;
            pages.why = why.clone();
        }
    }
    if pages.waiting.is_empty() {
        let mut sentence = format!("Pages fetched: {} stored", counted(pages.stored, "text", "texts"));
        if pages.not_better > 0 {
            sentence.push_str(&format!(", {} no longer than the feed's", pages.not_better));
        }
        let end = if pages.failed > 0 { format!(", {} failed: {}", pages.failed, pages.why) } else { ".".to_owned() };
        sentence.push_str(&end);
        *pages = Pages::default();
        app.tell(&sentence);
    }
    true
}

/// Marks all of the list read, and goes to the next feed that has unread articles once they are.
pub fn read_all_and_go_on(app: &mut App) {
    marks::mark_read(app, Which::All);
    app.keyboard.hop_when_read = true;
    hop_when_read(app);
}

/// Goes on where somebody wanted to once all is read: not before the library has done it and counted anew.
pub fn hop_when_read(app: &mut App) {
    let waits = !app.changes.is_empty() || matches!(app.list.after, After::MarkRead(_));
    if app.keyboard.hop_when_read && !waits {
        app.keyboard.hop_when_read = false;
        let marked = app.notice.take().map(|it| it.sentence);
        views::feed_with_unread(app, Direction::Down);
        // How the marking is taken back must not go under in where one is now.
        if let (Some(marked), Some(now)) = (marked, app.notice.take().map(|it| it.sentence)) {
            let between = if marked.as_str().ends_with('.') { " " } else { " · " };
            app.tell(&format!("{marked}{between}{now}"));
        }
    }
}

/// Asks which articles of all feeds are unread, to mark them read.
pub fn ask_everything(app: &mut App) {
    let view = View { scope: Scope::All, unread_only: true, query: Query::Everything };
    app.keyboard.everything = Some(app.ask(Ask::Ids { view }));
}

/// Those are they.
pub fn everything_came(app: &mut App, unread: Vec<ArticleId>) {
    app.keyboard.everything = None;
    if unread.is_empty() {
        app.tell("Everything is read already.");
    } else {
        marks::mark(app, Mark::Read(true), unread, false);
    }
}

/// Plays or opens the first thing that came with each of the selected articles.
pub fn play(app: &mut App) {
    let all = app.list.targets();
    let articles = first_of(app, all, act::OPENED_AT_ONCE_MAX, Command::Enclosure, "Looking at what came with");
    app.outbox.push(Effect::PlayAll { articles });
}

/// So many are played or opened, and with so many others came nothing.
pub fn played(app: &mut App, played: usize, without: usize) {
    let others = match without {
        0 => String::new(),
        1 => " Nothing came with 1 other.".to_owned(),
        many => format!(" Nothing came with {many} others."),
    };
    app.tell(&match played {
        0 => "Nothing to hear, see or download came with these articles.".to_owned(),
        _ => format!("Playing or opening what came with {}.{others}", counted(played, "article", "articles")),
    });
}

/// The feeds of the selected articles, as far as they are loaded.
pub fn feeds(app: &App) -> Vec<FeedId> {
    let targets = app.list.targets();
    let mut feeds: Vec<FeedId> = targets.iter().filter_map(|id| app.list.rows.get(id)).map(|it| it.feed).collect();
    feeds.sort_unstable();
    feeds.dedup();
    feeds
}

/// As many as may be done at once. Those are no longer selected where more are left: the same key goes on with them.
fn first_of(
    app: &mut App,
    mut all: Vec<ArticleId>,
    at_once_max: usize,
    command: Command,
    doing: &str,
) -> Vec<ArticleId> {
    let left = all.len().saturating_sub(at_once_max);
    all.truncate(at_once_max);
    let articles = counted(all.len(), "article", "articles");
    if left > 0 {
        selection::release(app, &all);
        let key = app.key_for(command);
        app.tell(&format!("{doing} {articles}; {} still selected, and {key} goes on.", counted(left, "is", "are")));
    } else {
        app.tell(&format!("{doing} {articles}."));
    }
    all
}
