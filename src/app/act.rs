//! What each command does, in the order of the table. One arm a command; the work is in the file of what it works on.

use crate::command::Command;
use crate::news::{CleanText, CleanUrl, FeedId, Limit, TextOrigin};
use crate::refresh::RefreshRequest;
use crate::store::{Change, Origin, Scope};

use super::list::{After, Direction, Which};
use super::marks::{self, Mark};
use super::moving::{self, Distance};
use super::prompt::PromptKind;
use super::reading::title_of;
use super::{App, Effect, Help, Pane, activity, prompting, views};

/// Does what `command` asks for. `count` is the number typed before the keys.
pub fn perform(app: &mut App, command: Command, count: Option<usize>) {
    if app.help.is_some() && !in_help(app, command, count) {
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
        Command::Open => moving::enter(app),
        Command::PageOn => page_on(app),
        Command::PageBack => page_back(app),
        Command::NextUnread => views::next_unread(app, Direction::Down, false),
        Command::PreviousUnread => views::next_unread(app, Direction::Up, false),
        Command::NextFeedWithUnread => views::next_feed_with_unread(app),
        Command::ToggleUnreadOnly => views::toggle_unread_only(app),
        Command::ToggleRead => toggle(app, |unread, _| Mark::Read(unread)),
        Command::MarkRead => toggle(app, |_, _| Mark::Read(true)),
        Command::MarkUnread => toggle(app, |_, _| Mark::Read(false)),
        Command::ToggleStar => toggle(app, |_, starred| Mark::Starred(!starred)),
        Command::MarkAllRead => marks::mark_read(app, Which::All),
        Command::MarkAboveRead => marks::mark_read(app, Which::Above),
        Command::MarkBelowRead => marks::mark_read(app, Which::Below),
        Command::Tag => tag_prompt(app, ""),
        Command::TagAdd => tag_prompt(app, "+"),
        Command::TagRemove => tag_prompt(app, "-"),
        Command::RepeatTag => repeat_tag(app),
        Command::Search => prompting::open(app, PromptKind::Search, ""),
        Command::FullText => full_text(app),
        Command::NextHeading => heading(app, true),
        Command::PreviousHeading => heading(app, false),
        Command::Browser => browser(app, count),
        Command::BrowserAndRead => {
            browser(app, None);
            marks::mark_selected_read(app);
        }
        Command::CopyUrl => copy(app, false),
        Command::CopyMarkdown => copy(app, true),
        Command::Subscribe => prompting::open(app, PromptKind::Subscribe, ""),
        Command::RefreshFeed => refresh_feed(app),
        Command::RefreshAll => refresh_all(app),
        Command::ShowArrivals => views::reload(app),
        Command::Undo => marks::change(app, Change::Undo { origin: Origin::Reader }),
        Command::Redo => marks::change(app, Change::Redo { origin: Origin::Reader }),
        Command::Help => app.help = Some(Help::of(&app.settings.keys)),
        Command::Cancel => cancel(app),
        Command::Back => back(app),
        Command::Quit => app.outbox.push(Effect::Quit),
        Command::Suspend => app.outbox.push(Effect::Suspend),
        Command::Redraw => app.outbox.push(Effect::Redraw),
    }
}

/// What commands mean while help covers the panes. `true` where they mean what they always mean.
fn in_help(app: &mut App, command: Command, count: Option<usize>) -> bool {
    let height = app.geometry().middle.height as usize;
    let times = count.unwrap_or(1) as isize;
    let page = height.max(2) as isize - 1;
    let Some(help) = &mut app.help else { return true };
    match command {
        Command::Down => help.scroll(times, height),
        Command::Up => help.scroll(-times, height),
        Command::HalfPageDown => help.scroll(page / 2, height),
        Command::HalfPageUp => help.scroll(-page / 2, height),
        Command::PageDown | Command::PageOn => help.scroll(page, height),
        Command::PageUp | Command::PageBack => help.scroll(-page, height),
        Command::Top => help.scroll(isize::MIN, height),
        Command::Bottom => help.scroll(isize::MAX, height),
        Command::Help | Command::Back | Command::Cancel | Command::Open => app.help = None,
        Command::Quit | Command::Suspend | Command::Redraw => return true,
        Command::NextArticle
        | Command::PreviousArticle
        | Command::FocusLeft
        | Command::FocusRight
        | Command::NextPane
        | Command::PreviousPane
        | Command::FocusFeeds
        | Command::FocusArticles
        | Command::FocusText
        | Command::FocusInfo
        | Command::Zen
        | Command::ToggleInfo
        | Command::NextUnread
        | Command::PreviousUnread
        | Command::NextFeedWithUnread
        | Command::ToggleUnreadOnly
        | Command::ToggleRead
        | Command::MarkRead
        | Command::MarkUnread
        | Command::ToggleStar
        | Command::MarkAllRead
        | Command::MarkAboveRead
        | Command::MarkBelowRead
        | Command::Tag
        | Command::TagAdd
        | Command::TagRemove
        | Command::RepeatTag
        | Command::Search
        | Command::FullText
        | Command::NextHeading
        | Command::PreviousHeading
        | Command::Browser
        | Command::BrowserAndRead
        | Command::CopyUrl
        | Command::CopyMarkdown
        | Command::Subscribe
        | Command::RefreshFeed
        | Command::RefreshAll
        | Command::ShowArrivals
        | Command::Undo
        | Command::Redo => {
            let sentence = format!("{} closes help.", app.key_for(Command::Back));
            app.tell(&sentence);
        }
    }
    false
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
    if app.reading.article().is_none() && app.reading.ticket.is_some() {
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

fn toggle(app: &mut App, mark: fn(bool, bool) -> Mark) {
    let Some(row) = app.list.selected() else {
        app.tell("No article is selected.");
        return;
    };
    let mark = mark(row.state.unread, row.state.starred);
    let articles = vec![row.id];
    marks::mark(app, mark, articles, false);
}

pub const NOTHING_TO_TAG: &str = "No article is selected. Tags go on articles.";

fn tag_prompt(app: &mut App, text: &str) {
    let kind = match app.list.selected() {
        Some(row) => PromptKind::Tag { articles: vec![row.id], carried: row.tags.clone() },
        // Typed ahead of the list: the prompt opens all the same, or its letters would run as commands. What is
        // selected when it is entered gets the tags.
        None if app.list.state == super::ListState::Loading => {
            PromptKind::Tag { articles: Vec::new(), carried: Vec::new() }
        }
        None => {
            app.tell(NOTHING_TO_TAG);
            return;
        }
    };
    prompting::open(app, kind, text);
}

fn repeat_tag(app: &mut App) {
    match (app.tags_last.clone(), app.list.selected_id()) {
        (Some(changes), Some(id)) => marks::mark(app, Mark::Tags(changes), vec![id], false),
        (None, _) => {
            let sentence = format!("Nothing to repeat: {} tags an article first.", app.key_for(Command::Tag));
            app.tell(&sentence);
        }
        (Some(_), None) => app.tell(NOTHING_TO_TAG),
    }
}

fn full_text(app: &mut App) {
    let Some(article) = app.reading.article() else {
        app.tell("No article is open here.");
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
    } else if app.reading.fetching == Some(id) {
        app.tell("Its page is being fetched already.");
    } else {
        app.reading.fetching = Some(id);
        app.outbox.push(Effect::FullText(id));
    }
}

fn heading(app: &mut App, below: bool) {
    match app.reading.heading(below) {
        Some(line) => app.reading.top = line,
        None if below => app.tell("No heading below."),
        None => app.reading.top = 0,
    }
}

fn browser(app: &mut App, count: Option<usize>) {
    let url = match count {
        None => match app.list.selected() {
            Some(row) => row.url.clone().ok_or("This article names no address."),
            None => Err("No article is selected."),
        },
        Some(number) => match app.reading.link(number) {
            Some(Some(url)) => Ok(url.clone()),
            Some(None) => Err("That link leads to no web address and is not opened."),
            None => Err("The text has no link of that number; they are listed at its end."),
        },
    };
    match url {
        Ok(url) => app.outbox.push(Effect::OpenInBrowser(url)),
        Err(why) => app.tell(why),
    }
}

fn copy(app: &mut App, markdown: bool) {
    let Some(row) = app.list.selected() else {
        app.tell("No article is selected.");
        return;
    };
    let Some(url) = &row.url else {
        app.tell("This article names no address.");
        return;
    };
    let text = if markdown { markdown_link(title_of(row).as_str(), url) } else { url.to_string() };
    app.outbox.push(Effect::Copy(CleanText::line(&text, Limit::BLOCK)));
}

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
        (_, Some(row)) => vec![row.feed],
        (_, None) => Vec::new(),
    };
    if feeds.is_empty() {
        app.tell("No feed is selected.");
        return;
    }
    activity::refresh(app, RefreshRequest { only: Some(feeds), ..RefreshRequest::default() }, true);
}

fn refresh_all(app: &mut App) {
    activity::refresh(app, RefreshRequest { everything: true, ..RefreshRequest::default() }, true);
}

/// Esc takes back what is begun: a notice, what waits for the list, a search.
fn cancel(app: &mut App) {
    app.list.after = After::Nothing;
    app.unread_ticket = None;
    app.notice = None;
    if app.zen {
        app.zen = false;
    } else if app.list.is_search() {
        views::leave_search(app);
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
    fn a_markdown_link_survives_brackets() {
        let url = CleanUrl::parse("https://example.org/a_(b)").unwrap();
        assert_eq!(markdown_link("[x] *y*", &url), "[\\[x\\] \\*y\\*](https://example.org/a_%28b%29)");
    }
}
