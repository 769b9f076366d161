//! What each command does, in the order of the table. One arm a command; the work is in the file of what it works on.

use crate::command::Command;
use crate::news::{ArticleId, ArticleRow, CleanText, CleanUrl, FeedId, Limit, ReadingState, TagName, TextOrigin};
use crate::refresh::RefreshRequest;
use crate::store::{Change, Origin, Scope};

use super::feed_form::{self, FeedField};
use super::list::{After, Direction, Which};
use super::marks::{self, Mark};
use super::measure::{counted, words};
use super::moving::{self, Distance};
use super::prompt::PromptKind;
use super::reading::title_of;
use super::{
    App, Effect, Help, Node, Pane, Writing, activity, finding, grouping, health, help, import, keys, layout,
    link_hints, offer, palette, prompting, selection, settings_view, sorting, together, views,
};

/// Does what `command` asks for. `count` is the number typed before the keys.
pub fn perform(app: &mut App, command: Command, count: Option<usize>) {
    if app.preview.is_some() && !import::perform(app, command, count) {
        return;
    }
    if app.help.is_some() && !help::perform(app, command, count) {
        return;
    }
    if app.settings_view.is_some() && app.help.is_none() && !settings_view::perform(app, command, count) {
        return;
    }
    if app.health.is_some() && app.help.is_none() && !health::perform(app, command, count) {
        return;
    }
    let times = count.unwrap_or(1) as isize;
    match command {
        Command::Down => moving::by(app, Distance::Lines(times)),
        Command::Up => moving::by(app, Distance::Lines(-times)),
        Command::Top => moving::to(app, count.map_or(0, |it| it.saturating_sub(1))),
        Command::Bottom => moving::to(app, count.map_or(usize::MAX, |it| it.saturating_sub(1))),
        Command::HalfPageDown => moving::by(app, Distance::HalfPages(times)),
        Command::HalfPageUp => moving::by(app, Distance::HalfPages(-times)),
        Command::PageDown => moving::by(app, Distance::Pages(times)),
        Command::PageUp => moving::by(app, Distance::Pages(-times)),
        Command::NextArticle => moving::step_article(app, times),
        Command::PreviousArticle => moving::step_article(app, -times),
        Command::FocusLeft => moving::left(app),
        Command::FocusRight => moving::right(app),
        Command::NextPane => moving::next_pane(app, 1),
        Command::PreviousPane => moving::next_pane(app, -1),
        Command::FocusFeeds => moving::focus(app, Pane::Feeds),
        Command::FocusArticles => moving::focus(app, Pane::Articles),
        Command::FocusText => moving::focus(app, Pane::Text),
        Command::FocusInfo => moving::focus(app, Pane::Info),
        Command::Zen => zen(app),
        Command::ToggleInfo => moving::toggle_info(app),
        Command::NextLayout => layout::cycle(app),
        Command::PaneWider => layout::widen(app, times),
        Command::PaneNarrower => layout::widen(app, -times),
        Command::PaneTaller => layout::heighten(app, times),
        Command::PaneShorter => layout::heighten(app, -times),
        Command::PanesReset => layout::reset(app),
        Command::Open => moving::enter(app),
        Command::PageOn => page_on(app),
        Command::PageBack => page_back(app),
        Command::NextUnread if finding::step_match(app, true) => {}
        Command::NextFeedWithUnread if finding::step_match(app, false) => {}
        Command::NextUnread => views::next_unread(app, Direction::Down, false),
        Command::PreviousUnread => views::next_unread(app, Direction::Up, false),
        Command::NextFeedWithUnread => views::feed_with_unread(app, Direction::Down),
        Command::PreviousFeedWithUnread => views::feed_with_unread(app, Direction::Up),
        Command::ToggleUnreadOnly => views::toggle_unread_only(app),
        Command::ToggleRead => toggle(app, |it| it.unread, Mark::Read),
        Command::MarkRead => mark_targets(app, Mark::Read(true)),
        Command::MarkUnread => mark_targets(app, Mark::Read(false)),
        Command::ToggleStar => toggle(app, |it| !it.starred, Mark::Starred),
        Command::MarkAllRead => marks::mark_read(app, Which::All),
        Command::MarkAboveRead => marks::mark_read(app, Which::Above),
        Command::MarkBelowRead => marks::mark_read(app, Which::Below),
        Command::MarkEverythingRead => together::ask_everything(app),
        Command::MarkUnreadAndNext => {
            mark_targets(app, Mark::Read(false));
            views::next_unread(app, Direction::Down, true);
        }
        Command::MarkAllReadAndNext => together::read_all_and_go_on(app),
        Command::Archive => toggle(app, |it| !it.archived, Mark::Archived),
        Command::Delete => delete(app),
        Command::Tag => tag_prompt(app, ""),
        Command::TagAdd => tag_prompt(app, "+"),
        Command::TagRemove => tag_prompt(app, "-"),
        Command::RepeatTag => repeat_tag(app),
        Command::SelectOne => selection::one(app, count.unwrap_or(1)),
        Command::SelectRange => selection::range(app),
        Command::SelectAll => selection::all(app),
        Command::Search => prompting::open(app, PromptKind::Search, ""),
        Command::Filter => prompting::open(app, PromptKind::Filter, ""),
        Command::GoToTag => finding::go_to_tag(app),
        Command::GoToSearch => finding::go_to_search(app),
        Command::GoToToday => views::go_to(app, &Node::Today),
        Command::GoToAll => views::go_to(app, &Node::All),
        Command::GoToStarred => views::go_to(app, &Node::Starred),
        Command::SaveSearch => finding::save_prompt(app),
        Command::EditSearch => finding::edit_prompt(app),
        Command::RenameSearch => finding::rename_prompt(app),
        Command::DeleteSearch => finding::delete(app),
        Command::QueryHelp => app.help = Some(Help::of_language()),
        Command::LinkHints => link_hints::show(app),
        Command::Sort => keys::ask_order(app),
        Command::ReverseSort => sorting::reverse(app),
        Command::Group => grouping::cycle(app),
        Command::FullText => full_text(app),
        Command::NextHeading => heading(app, true),
        Command::PreviousHeading => heading(app, false),
        Command::Browser => browser(app, count),
        Command::BrowserAndRead => {
            let articles = app.list.targets();
            browser(app, None);
            mark_read_silently(app, articles);
        }
        Command::CopyUrl => copy(app, false),
        Command::CopyMarkdown => copy(app, true),
        Command::Enclosure => enclosure(app, count),
        Command::SaveToFile => save_prompt(app),
        Command::Pipe => pipe_prompt(app),
        Command::Subscribe => prompting::open(app, PromptKind::Subscribe, ""),
        Command::RefreshFeed => refresh_feed(app),
        Command::RefreshAll => refresh_all(app),
        Command::ShowArrivals => views::reload(app),
        Command::FeedHealth => health::open(app),
        Command::EditFeed => feed_form::open(app),
        Command::MoreFeeds => offer::open(app),
        Command::Rename => feed_form::ask(app, FeedField::Title),
        Command::Move => feed_form::ask(app, FeedField::Folder),
        Command::Pause => health::pause(app),
        Command::Unsubscribe => health::remove(app),
        Command::Import => prompting::open(app, PromptKind::Import, ""),
        Command::Undo => marks::change(app, Change::Undo { origin: Origin::Reader }),
        Command::Redo => marks::change(app, Change::Redo { origin: Origin::Reader }),
        Command::Repeat => repeat(app),
        Command::Macro => keys::macro_key(app, count),
        Command::CommandLine => prompting::open(app, PromptKind::Command, ""),
        Command::Palette => palette::open(app),
        Command::Preset => prompting::open(app, PromptKind::Command, "preset "),
        Command::Settings => settings_view::open(app, None),
        Command::Help => app.help = Some(Help::of(&app.settings.keys, help::place(app))),
        Command::Cancel => cancel(app),
        Command::Back => back(app),
        Command::Quit => app.outbox.push(Effect::Quit),
        Command::Suspend => app.outbox.push(Effect::Suspend),
        Command::Redraw => app.outbox.push(Effect::Redraw),
        Command::PauseIndexing => activity::pause_indexing(app),
    }
}

/// Deletes what the focus is on: in the feeds a feed or a saved search, elsewhere articles. All of it comes back by undoing.
fn delete(app: &mut App) {
    if app.focus != Pane::Feeds || !app.list.selection.is_empty() {
        mark_targets(app, Mark::Deleted);
        return;
    }
    match app.tree.node().cloned() {
        Some(Node::Feed(_)) => health::remove(app),
        Some(Node::Search(search)) => marks::change(app, Change::DeleteSearch { search, origin: Origin::Reader }),
        Some(Node::Folder(_)) => app.tell("A folder is there as long as a feed is in it. Go to a feed to remove that."),
        Some(Node::All | Node::Today | Node::Starred | Node::Searches | Node::Tags | Node::Tag(_)) | None => {
            app.tell("Nothing to delete here: in the feeds it removes a feed or a search, in the list articles.");
        }
    }
}

fn zen(app: &mut App) {
    app.zen = !app.zen;
    app.focus = Pane::Text;
}

/// A page down in the text; at its end the next unread article, then the next feed that has one.
fn page_on(app: &mut App) {
    if app.list.selected_id().is_none() {
        views::next_unread(app, Direction::Down, true);
        return;
    }
    if app.geometry().text.is_none() {
        moving::open_selected(app);
        return;
    }
    marks::opened(app);
    if (app.reading.article().is_none() && app.reading.ticket.is_some()) || app.reading.is_being_set() {
        app.reading.page_on_after = true;
        return;
    }
    let height = app.text_height();
    if app.reading.at_end(height) {
        views::next_unread(app, Direction::Down, true);
    } else {
        app.reading.scroll(page_step(height), height);
    }
}

fn page_back(app: &mut App) {
    let height = app.text_height();
    app.reading.scroll(-page_step(height), height);
}

/// A page less the line that tells where one was.
pub fn page_step(height: usize) -> isize {
    (height.max(2) - 1) as isize
}

/// Gives all targets the mark where one of them lacks it, else takes it from all. What is not loaded counts as lacking.
fn toggle(app: &mut App, lacks: fn(&ReadingState) -> bool, mark: fn(bool) -> Mark) {
    let articles = app.list.targets();
    if articles.is_empty() {
        app.tell(NOTHING_SELECTED);
        return;
    }
    let any = articles.iter().any(|id| app.list.rows.get(id).is_none_or(|row| lacks(&row.state)));
    put(app, mark(any), articles);
}

fn mark_targets(app: &mut App, mark: Mark) {
    let articles = app.list.targets();
    if articles.is_empty() {
        app.tell(NOTHING_SELECTED);
        return;
    }
    put(app, mark, articles);
}

fn put(app: &mut App, mark: Mark, articles: Vec<ArticleId>) {
    marks::mark(app, mark, articles, false);
}

/// Makes the last change again, to what is selected now.
fn repeat(app: &mut App) {
    match app.keyboard.mark_last.clone() {
        Some(mark) => mark_targets(app, mark),
        None => app.tell("Nothing to repeat: nothing has been changed since the start."),
    }
}

fn mark_read_silently(app: &mut App, articles: Vec<ArticleId>) {
    let unread: Vec<ArticleId> = articles
        .into_iter()
        .take(OPENED_AT_ONCE_MAX)
        .filter(|id| app.list.rows.get(id).is_none_or(|row| row.state.unread))
        .collect();
    if !unread.is_empty() {
        marks::mark(app, Mark::Read(true), unread, true);
    }
}

const NOTHING_SELECTED: &str = "No article is selected. Go to one in the list first.";
pub const NOTHING_TO_TAG: &str = "No article is selected. Tags go on articles: go to one first.";

fn tag_prompt(app: &mut App, text: &str) {
    let articles = app.list.targets();
    let rows = articles.iter().filter_map(|id| app.list.rows.get(id));
    let mut carried: Vec<TagName> = rows.flat_map(|row| row.tags.iter().cloned()).collect();
    carried.sort();
    carried.dedup();
    if articles.is_empty() && app.list.state != super::ListState::Loading {
        app.tell(NOTHING_TO_TAG);
        return;
    }
    // Typed ahead of the list: the prompt opens all the same, or its letters would run as commands. What is selected
    // when it is entered gets the tags.
    prompting::open(app, PromptKind::Tag { articles, carried }, text);
}

fn repeat_tag(app: &mut App) {
    let articles = app.list.targets();
    match app.tags_last.clone() {
        Some(_) if articles.is_empty() => app.tell(NOTHING_TO_TAG),
        Some(changes) => put(app, Mark::Tags(changes), articles),
        None => {
            let sentence = format!("Nothing to repeat: {} tags an article first.", app.key_for(Command::Tag));
            app.tell(&sentence);
        }
    }
}

fn full_text(app: &mut App) {
    if together::is_asked(app) {
        together::fetch_pages(app);
        return;
    }
    let Some(article) = app.reading.article() else {
        let sentence = format!("No article is open here. {} opens the one in the list.", app.key_for(Command::Open));
        app.tell(&sentence);
        return;
    };
    let id = article.row.id;
    if article.body.page.is_some() {
        let now = app.now.clone();
        match app.reading.switch_origin(&now) {
            Some(TextOrigin::Page) => app.tell("The page's text"),
            Some(TextOrigin::Feed) => app.tell("The feed's own text"),
            None => {}
        }
    } else if article.row.url.is_none() {
        app.tell("This article names no address. There is nothing to fetch.");
    } else if app.settings.offline {
        app.tell("Started with --offline: no page is fetched. What is stored can be read.");
    } else if app.activity.pages.insert(id) {
        app.outbox.push(Effect::FullText(id));
    } else {
        app.tell("Its page is being fetched already.");
    }
}

fn heading(app: &mut App, below: bool) {
    match app.reading.heading(below) {
        Some(line) => app.reading.top = line,
        None if below => app.tell("No heading below."),
        None => app.reading.top = 0,
    }
}

/// So many pages are given to the browser at once; the rest stay selected for the next time.
pub const OPENED_AT_ONCE_MAX: usize = 10;
/// So many articles are written to a file or given to a program at once.
const WRITTEN_AT_ONCE_MAX: usize = 1_000;

fn browser(app: &mut App, count: Option<usize>) {
    match count {
        Some(number) => open_link(app, number),
        None if app.list.selection.is_empty() => match app.list.selected() {
            Some(row) => match row.url.clone() {
                Some(url) => app.outbox.push(Effect::OpenInBrowser(url)),
                None => app.tell(NO_ADDRESS),
            },
            None => app.tell(NOTHING_SELECTED),
        },
        None => open_selection(app),
    }
}

fn open_selection(app: &mut App) {
    let articles = app.list.targets();
    let all = articles.len();
    let first: Vec<ArticleId> = articles.into_iter().take(OPENED_AT_ONCE_MAX).collect();
    if first.iter().any(|id| !app.list.rows.contains_key(id)) {
        app.list.go_to(app.list.ids.iter().position(|it| first.contains(it)).unwrap_or_default());
        let key = app.key_for(Command::Browser);
        app.tell(&format!("These are being loaded. {key} opens them then."));
        return;
    }
    let urls: Vec<CleanUrl> =
        first.iter().filter_map(|id| app.list.rows.get(id).and_then(|row| row.url.clone())).collect();
    if urls.is_empty() {
        app.tell("None of these articles names an address.");
        return;
    }
    if all > first.len() {
        // What is open is no longer selected: the same key goes on with the rest.
        selection::release(app, &first);
        let left = counted(all - first.len(), "is", "are");
        let key = app.key_for(Command::Browser);
        app.tell(&format!(
            "Opened the first {} of {all}; {left} still selected, and {key} opens the next.",
            urls.len()
        ));
        app.keyboard.opening_many += urls.len();
    }
    app.outbox.extend(urls.into_iter().map(Effect::OpenInBrowser));
}

/// A page is open in the browser. Where many were asked for, one sentence has said so already.
pub fn opened(app: &mut App, url: &CleanUrl) {
    if app.keyboard.opening_many > 0 {
        app.keyboard.opening_many -= 1;
    } else {
        app.tell(&format!("Opened {}", url.host()));
    }
}

/// Opens a link of the text by its number.
pub fn open_link(app: &mut App, number: usize) {
    match app.reading.link(number) {
        Some(Some(url)) => {
            let url = url.clone();
            app.outbox.push(Effect::OpenInBrowser(url));
        }
        Some(None) => app.tell("That link leads to no web address and is not opened."),
        None => app.tell("The text has no link of that number; they are listed at its end."),
    }
}

const NO_ADDRESS: &str = "This article names no address.";

fn copy(app: &mut App, markdown: bool) {
    let articles = app.list.targets();
    if articles.is_empty() {
        app.tell(NOTHING_SELECTED);
        return;
    }
    let rows: Vec<&ArticleRow> = articles.iter().filter_map(|id| app.list.rows.get(id)).collect();
    if rows.len() < articles.len() {
        app.tell("Not all of these are loaded. Select fewer at once.");
        return;
    }
    let line = |row: &ArticleRow| {
        let url = row.url.as_ref()?;
        Some(if markdown { markdown_link(title_of(row).as_str(), url) } else { url.to_string() })
    };
    let lines: Vec<String> = rows.into_iter().filter_map(line).collect();
    match lines.as_slice() {
        [] => app.tell(NO_ADDRESS),
        [one] => {
            // What is copied is whole; what is shown on screen has no password in it.
            let shown = CleanUrl::parse(one).map_or("a link".to_owned(), |it| it.without_secrets().to_string());
            app.tell(&format!("Copied {shown}"));
            app.outbox.push(Effect::Copy(CleanText::line(one, Limit::BLOCK)));
        }
        many => {
            app.tell(&format!("Copied {}", counted(many.len(), "address", "addresses")));
            app.outbox.push(Effect::Copy(CleanText::preformatted(&many.join("\n"), Limit::BLOCK)));
        }
    }
}

/// Plays or opens what came with the article: its first enclosure, or that of the count.
fn enclosure(app: &mut App, count: Option<usize>) {
    if together::is_asked(app) {
        together::play(app);
        return;
    }
    let Some(article) = app.reading.article() else {
        let sentence = format!("No article is open here. {} opens the one in the list.", app.key_for(Command::Open));
        app.tell(&sentence);
        return;
    };
    let all = article.enclosures.len();
    let number = count.unwrap_or(1).max(1);
    let Some(enclosure) = article.enclosures.get(number - 1) else {
        let sentence = match all {
            0 => "Nothing to hear, see or download came with this article.".to_owned(),
            all => format!("Only {} came with this article.", counted(all, "file", "files")),
        };
        app.tell(&sentence);
        return;
    };
    let kind = enclosure.media_type.clone();
    let Ok(url) = CleanUrl::parse(&enclosure.url) else {
        app.tell("That file has no web address and is not opened.");
        return;
    };
    let plays = kind.starts_with("audio/") || kind.starts_with("video/");
    let key = app.key_for(Command::Enclosure);
    let next = if all > number { format!(" of {all}; {}{key} opens the next", number + 1) } else { String::new() };
    app.tell(&format!("File {number}{next}"));
    app.outbox.push(if plays { Effect::Play(url) } else { Effect::OpenInBrowser(url) });
}

fn save_prompt(app: &mut App) {
    let articles = app.list.targets();
    let title = match (articles.as_slice(), app.list.selected()) {
        ([], _) => {
            app.tell(NOTHING_SELECTED);
            return;
        }
        ([_], Some(row)) => file_name(title_of(row).as_str()),
        (many, _) => format!("{}-articles", many.len()),
    };
    prompting::open(app, PromptKind::SaveTo, &format!("{title}.md"));
}

fn pipe_prompt(app: &mut App) {
    if app.list.targets().is_empty() {
        app.tell(NOTHING_SELECTED);
    } else {
        prompting::open(app, PromptKind::Pipe, "");
    }
}

/// Saves the texts of the targets to a file.
///
/// # Errors
/// A sentence where there is nothing to save, or too much.
pub fn save_to(app: &mut App, file: &str) -> Result<(), CleanText> {
    let articles = to_be_written(app)?;
    app.activity.writing = Some(Writing { what: CleanText::own("saving"), done: 0, articles: articles.len() });
    app.outbox.push(Effect::Save { articles, file: file.to_owned() });
    Ok(())
}

/// Gives the texts of the targets to a program.
///
/// # Errors
/// As [`save_to`].
pub fn pipe_to(app: &mut App, program: Vec<String>) -> Result<(), CleanText> {
    let articles = to_be_written(app)?;
    let what = words(&format!("giving it to {}", program.first().map_or("", String::as_str)));
    app.activity.writing = Some(Writing { what, done: 0, articles: articles.len() });
    app.outbox.push(Effect::Pipe { articles, program });
    Ok(())
}

fn to_be_written(app: &App) -> Result<Vec<ArticleId>, CleanText> {
    let articles = app.list.targets();
    match articles.len() {
        0 => Err(CleanText::own(NOTHING_SELECTED)),
        count if count > WRITTEN_AT_ONCE_MAX => {
            let sentence = format!(
                "{} are too many at once. Select {} at most.",
                counted(count, "article", "articles"),
                counted(WRITTEN_AT_ONCE_MAX, "article", "articles")
            );
            Err(CleanText::line(&sentence, Limit::SENTENCE))
        }
        _ => Ok(articles),
    }
}

/// The texts are in a file, or why they are not.
pub fn saved(app: &mut App, outcome: Result<(CleanText, usize), CleanText>) {
    app.activity.writing = None;
    match outcome {
        Ok((file, count)) => app.tell(&format!("{} saved to {file}", counted(count, "article", "articles"))),
        Err(why) => app.tell_problem(&why),
    }
}

/// A program has taken the text. A line of its own is a notice; more is a page.
pub fn piped(app: &mut App, program: &CleanText, outcome: Result<Vec<CleanText>, CleanText>) {
    app.activity.writing = None;
    match outcome {
        Err(why) => app.tell_problem(&why),
        Ok(lines) => match lines.as_slice() {
            [] => app.tell(&format!("{program} has taken it.")),
            [line] => app.tell(&format!("{program}: {line}")),
            _ => app.help = Some(Help::of_output(program.clone(), lines)),
        },
    }
}

/// A title as the name of a file: letters, numbers and hyphens, and never hidden.
fn file_name(title: &str) -> String {
    let mut name = String::new();
    for it in title.chars() {
        if it.is_alphanumeric() {
            name.extend(it.to_lowercase());
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
        if name.len() >= FILE_NAME_BYTES_MAX {
            break;
        }
    }
    let name = name.trim_end_matches('-');
    if name.is_empty() { "article".to_owned() } else { name.to_owned() }
}

/// With its ending far below what any file system allows.
const FILE_NAME_BYTES_MAX: usize = 80;

fn markdown_link(title: &str, url: &CleanUrl) -> String {
    let mut escaped = String::with_capacity(title.len());
    for it in title.chars() {
        if matches!(it, '\\' | '[' | ']' | '*' | '_' | '`' | '<') {
            escaped.push('\\');
        }
        escaped.push(it);
    }
    // A closing bracket in the address would end the link early.
    let address = url.as_str().replace('(', "%28").replace(')', "%29");
    format!("[{escaped}]({address})")
}

fn refresh_feed(app: &mut App) {
    let feeds: Vec<FeedId> = match (&app.list.view.scope, app.list.selected()) {
        (Scope::Feed(id), _) => vec![*id],
        (Scope::Folder(path), _) if app.focus == Pane::Feeds => {
            app.tree.tree.feeds.iter().filter(|it| it.folder.is_within(path)).map(|it| it.id).collect()
        }
        (_, Some(row)) if app.list.selection.is_empty() => vec![row.feed],
        (_, Some(_)) => together::feeds(app),
        (_, None) => Vec::new(),
    };
    if feeds.is_empty() {
        app.tell("No feed is selected. Go to one in the tree, or to an article of its.");
        return;
    }
    activity::refresh(app, RefreshRequest { only: Some(feeds), ..RefreshRequest::default() }, true);
}

fn refresh_all(app: &mut App) {
    activity::refresh(app, RefreshRequest { everything: true, ..RefreshRequest::default() }, true);
}

/// Esc takes back what is begun: a notice, what waits for the list, a search. Where nothing is, it leaves off what goes on.
fn cancel(app: &mut App) {
    app.list.after = After::Nothing;
    app.unread_ticket = None;
    app.notice = None;
    if !app.list.selection.is_empty() {
        app.list.selection.clear();
    } else if app.zen {
        app.zen = false;
    } else if app.list.is_search() {
        views::leave_search(app);
    } else {
        activity::cancel(app);
    }
}

/// One step out: zen, search, text, another view than the first; then the program.
fn back(app: &mut App) {
    if app.zen {
        app.zen = false;
        app.focus = Pane::Articles;
    } else if matches!(app.focus, Pane::Text | Pane::Info) {
        app.focus = Pane::Articles;
    } else if app.list.is_search() {
        views::leave_search(app);
    } else if app.home.as_ref().is_some_and(|home| !same_place(home, &app.list.view.scope)) {
        views::go_home(app);
    } else {
        app.outbox.push(Effect::Quit);
    }
}

/// Whether two scopes are the same node of the tree; today is today whenever it began.
fn same_place(one: &Scope, other: &Scope) -> bool {
    matches!((one, other), (Scope::Since(_), Scope::Since(_))) || one == other
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_makes_a_plain_file_name() {
        assert_eq!(file_name("What the tide: left/../behind?"), "what-the-tide-left-behind");
        assert_eq!(file_name("../.."), "article");
        assert_eq!(file_name("北京：新线路"), "北京-新线路");
        assert!(file_name(&"长".repeat(500)).len() < 100);
    }

    #[test]
    fn a_markdown_link_survives_brackets() {
        let url = CleanUrl::parse("https://example.org/a_(b)").unwrap();
        assert_eq!(markdown_link("[x] *y*", &url), "[\\[x\\] \\*y\\*](https://example.org/a_%28b%29)");
    }
}
