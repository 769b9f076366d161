//! Which articles the list shows: opening a node of the tree, searching, reloading, and finding what is unread. A view
//! changes only because a person asked, or because there was nothing in it to be kept.

use crate::command::Command;
use crate::news::{ArticleId, FeedId};
use crate::query::{Query, QueryError};
use crate::store::{Ask, Order, Scope, View};

use super::finding::FoundKind;
use super::list::{After, Direction, FIRST_ROWS, Found};
use super::measure::counted;
use super::tree::Node;
use super::{App, Effect, ListPane, ListState, Pane, finding, linear, moving, sorting};

/// Shows the node under the tree's cursor.
pub fn show_node(app: &mut App) {
    let Some(node) = app.tree.node().cloned() else { return };
    let Some(scope) = scope_of(app, &node) else { return };
    if scope != app.list.view.scope || app.list.is_search() {
        open(app, scope, app.unread_only);
    }
}

/// Opens a view from its beginning.
pub fn open(app: &mut App, scope: Scope, unread_only: bool) {
    app.behind.clear();
    app.chosen = true;
    app.unread_only = unread_only;
    match query_of(app, &scope) {
        Ok(query) => {
            let unread_only = unread_only && narrows_to_unread(&scope);
            begin(app, View { scope, unread_only, query }, None);
        }
        Err(why) => {
            app.list = ListPane::new(View { scope, unread_only: false, query: Query::Everything });
            app.list.state = ListState::Failed(super::measure::words(&why.to_string()));
        }
    }
}

/// Whether a place shows what is unread alone where a person wants that. A saved search says itself what it wants. Stars
/// and tags are put mostly on what was read: all of those are shown, as many as the tree counts.
fn narrows_to_unread(scope: &Scope) -> bool {
    match scope {
        Scope::Search(_) | Scope::Starred | Scope::Tag(_) => false,
        Scope::All | Scope::Since(_) | Scope::Folder(_) | Scope::Feed(_) | Scope::Untagged => true,
    }
}

/// What a saved search asks for now; other places ask for all they hold.
fn query_of(app: &App, scope: &Scope) -> Result<Query, QueryError> {
    match scope {
        Scope::Search(id) => finding::query_of(app, *id),
        Scope::All
        | Scope::Since(_)
        | Scope::Starred
        | Scope::Folder(_)
        | Scope::Feed(_)
        | Scope::Tag(_)
        | Scope::Untagged => Ok(Query::Everything),
    }
}

/// The saved search that is shown now asks for something else: its list follows.
pub fn follow_search(app: &mut App) {
    let Scope::Search(id) = app.list.view.scope else { return };
    if app.list.is_search() {
        return;
    }
    match finding::query_of(app, id) {
        _ if app.tree.search(id).is_none() => go_home(app),
        Ok(query) if query.to_string() != app.list.view.query.to_string() => {
            app.list.view.query = query;
            reload(app);
        }
        Ok(_) | Err(_) => {}
    }
}

/// Where there is most to read: today, else what is unread, else everything.
pub fn choose_first(app: &mut App) {
    let counts = app.tree.tree.counts;
    let (node, scope, unread_only) = if counts.today_unread > 0 {
        (Node::Today, today(app), true)
    } else {
        (Node::All, Scope::All, counts.unread > 0)
    };
    app.tree.select(&node);
    app.home = Some(scope.clone());
    open(app, scope, unread_only);
    app.chosen = false;
    // Feeds that were never fetched have nothing of which that could be said.
    if counts.articles > 0 && counts.today_unread == 0 {
        app.tell(if counts.unread > 0 {
            "Nothing unread from today: this is all that is unread."
        } else {
            "Nothing is unread: these are all articles."
        });
    }
}

/// Goes to one of the places that are always there.
pub fn go_to(app: &mut App, node: &Node) {
    let Some(scope) = scope_of(app, node) else { return };
    app.tree.select(node);
    open(app, scope, app.unread_only);
    app.focus = Pane::Articles;
}

pub fn go_home(app: &mut App) {
    let node = match app.home {
        Some(Scope::Since(_)) => Node::Today,
        Some(
            Scope::All
            | Scope::Starred
            | Scope::Folder(_)
            | Scope::Feed(_)
            | Scope::Tag(_)
            | Scope::Untagged
            | Scope::Search(_),
        )
        | None => Node::All,
    };
    app.tree.select(&node);
    if let Some(scope) = scope_of(app, &node) {
        open(app, scope, app.unread_only);
    }
    app.focus = Pane::Articles;
}

/// Asks for the view's articles anew. What is shown stays until the answer is there, and the selected article stays
/// selected.
pub fn reload(app: &mut App) {
    if app.list.state == ListState::Loading {
        return;
    }
    if matches!(app.list.view.scope, Scope::Since(_)) {
        app.list.view.scope = today(app);
    }
    settle_again(app);
    app.list.reloading = true;
    app.list.window.stale = true;
    let ask = sorting::ids(app);
    app.list.ids_ticket = Some(app.ask(ask));
    app.unread_ticket = None;
    app.tree_stale = true;
}

pub fn toggle_unread_only(app: &mut App) {
    if app.list.is_search() {
        app.list.view.unread_only = !app.list.view.unread_only;
    } else {
        app.unread_only = !app.list.view.unread_only;
        app.list.view.unread_only = app.unread_only;
    }
    app.chosen = true;
    // The top line says which; what was said of something else would seem to be about this.
    app.notice = None;
    let said = if app.list.view.unread_only { "Unread articles only." } else { "All articles, read and unread." };
    linear::announce(app, &super::measure::words(said));
    if app.list.state == ListState::Loading {
        begin_again(app);
    } else {
        reload(app);
    }
}

/// Shows what a query finds, in all articles or in the list that was there. That list waits behind it; another list that
/// was found in the same way goes.
pub fn find(app: &mut App, found: Found, settled: Query) {
    // A search looks through everything, whatever list it was begun in.
    let replaces = |it: &Found| it.kind == found.kind || found.kind == FoundKind::Search;
    let replaces_this = app.list.found.as_ref().is_some_and(replaces);
    let base = match app.behind.last() {
        Some(behind) if replaces_this => behind.view.clone(),
        Some(_) | None => app.list.view.clone(),
    };
    let view = match found.kind {
        FoundKind::Search => View { scope: Scope::All, unread_only: false, query: settled },
        FoundKind::Filter => View { query: finding::filtered(&base.query, &base.scope, &settled), ..base },
    };
    if replaces_this && app.list.view == view && app.list.found.as_ref().is_some_and(|it| it.kind == found.kind) {
        app.list.found = Some(found);
        return;
    }
    let before = std::mem::replace(&mut app.list, ListPane::new(view.clone()));
    if !replaces_this {
        app.behind.push(before);
    } else if found.kind == FoundKind::Search {
        app.behind.truncate(1);
    }
    begin(app, view, Some(found));
}

/// Uncovers the list that the search had covered, with its cursor.
pub fn leave_search(app: &mut App) {
    app.unread_ticket = None;
    if app.list.rows_ticket.is_some() || app.list.ids_ticket.is_some() {
        // It may go through the whole library for nobody.
        app.outbox.push(Effect::StopFinding);
    }
    match app.behind.pop() {
        Some(list) => {
            app.list = list;
            app.list.window.stale = true;
            app.list.window.ticket = None;
            // Answers that were under way when the search began came to nothing.
            match app.list.state {
                ListState::Loading => begin_again(app),
                ListState::Begun => ask_whole(app),
                ListState::Whole | ListState::Failed(_) if app.list.reloading => reload(app),
                ListState::Whole | ListState::Failed(_) => {}
            }
        }
        None => go_home(app),
    }
}

/// Asks for the ids of all articles in the view.
pub fn ask_whole(app: &mut App) {
    let ask = sorting::ids(app);
    app.list.ids_ticket = Some(app.ask(ask));
}

/// Goes to the nearest unread article in a direction and opens it; `hop` goes on to the next feed that has one.
pub fn next_unread(app: &mut App, direction: Direction, hop: bool) {
    match app.list.next_unread(direction) {
        Ok(Some(position)) => {
            app.list.after = After::Nothing;
            app.list.go_to(position);
            moving::show_opened(app);
        }
        Ok(None) => {
            app.list.after = After::Nothing;
            nothing_unread(app, direction, hop);
        }
        Err(_) => {
            app.list.after = match app.list.state {
                ListState::Loading => After::OpenFirstUnread,
                ListState::Begun | ListState::Whole | ListState::Failed(_) => After::Unread { direction, hop },
            };
            // Only one question for ids may be under way; the other follows it.
            if app.list.is_settled() && app.unread_ticket.is_none() {
                let view = View { unread_only: true, ..app.list.view.clone() };
                app.unread_ticket = Some(app.ask(Ask::Ids { view }));
            }
        }
    }
}

/// The unread ids of the view have come for somebody who asked for the next one.
pub fn unread_came(app: &mut App, mut unread: Vec<ArticleId>) {
    let After::Unread { direction, hop } = app.list.after else { return };
    app.list.after = After::Nothing;
    unread.sort_unstable();
    match app.list.next_unread_among(direction, &unread) {
        Some(position) => {
            app.list.go_to(position);
            moving::show_opened(app);
            if app.list.selected().is_none()
                && let Some(id) = app.list.selected_id()
            {
                // Its row is not here yet, so that opening could not see that it is unread.
                super::marks::mark(app, super::marks::Mark::Read(true), vec![id], true);
            }
        }
        None => nothing_unread(app, direction, hop),
    }
}

/// Goes to the nearest feed with unread articles in a direction of the tree, and opens the first of them.
pub fn feed_with_unread(app: &mut App, direction: Direction) {
    let here = match (&app.list.view.scope, app.list.selected()) {
        (Scope::Feed(id), _) => Some(*id),
        (Scope::Folder(_), Some(row)) => Some(row.feed),
        (_, _) => None,
    };
    let (found, word) = match direction {
        Direction::Down => (app.tree.next_feed_with_unread(here), "Next"),
        Direction::Up => (app.tree.previous_feed_with_unread(here), "Previous"),
    };
    match found.map(|it| (it.id, it.title.clone(), it.unread)) {
        Some((id, title, unread)) => {
            let unread = usize::try_from(unread).unwrap_or_default();
            app.tell(&format!("{word} feed: {title} · {}", counted(unread, "unread", "unread")));
            open_feed(app, id);
            app.list.after = After::OpenFirstUnread;
        }
        None => app.tell("No other feed has unread articles."),
    }
}

pub fn open_feed(app: &mut App, id: FeedId) {
    app.tree.select(&Node::Feed(id));
    open(app, Scope::Feed(id), app.unread_only);
}

/// Articles that came into the view since its snapshot was taken.
pub fn arrivals(app: &App) -> i64 {
    if app.list.is_search() {
        return 0;
    }
    match (app.tree.articles_in(&app.list.view.scope), app.list.articles_then) {
        (Some(now), Some(then)) => (now - then).max(0),
        (None, _) | (_, None) => 0,
    }
}

/// A day may have begun since the query of the list was read.
fn settle_again(app: &mut App) {
    let Some(found) = app.list.found.clone() else {
        if let (Scope::Search(id), true) = (&app.list.view.scope, app.tree.loaded)
            && let Ok(query) = finding::query_of(app, *id)
        {
            app.list.view.query = query;
        }
        return;
    };
    let Ok(settled) = finding::settled(app, &found.query) else { return };
    app.list.view.query = match (found.kind, app.behind.last()) {
        (FoundKind::Filter, Some(behind)) => finding::filtered(&behind.view.query, &behind.view.scope, &settled),
        (FoundKind::Search, _) | (FoundKind::Filter, None) => settled,
    };
}

fn begin_again(app: &mut App) {
    let (view, found) = (app.list.view.clone(), app.list.found.take());
    begin(app, view, found);
}

fn begin(app: &mut App, view: View, found: Option<Found>) {
    app.list = ListPane { found, ..ListPane::new(view.clone()) };
    app.unread_ticket = None;
    if app.order != Order::default() {
        // The first rows of another order are known only once all are.
        ask_whole(app);
        return;
    }
    app.list.rows_ticket = Some(app.ask(Ask::Rows { view, limit: FIRST_ROWS }));
}

fn nothing_unread(app: &mut App, direction: Direction, hop: bool) {
    if hop && !app.list.is_search() && app.tree.next_feed_with_unread(None).is_some() {
        let above = matches!(app.list.next_unread(Direction::Up), Ok(Some(_)));
        let here = match &app.list.view.scope {
            Scope::Feed(id) => Some(*id),
            Scope::All
            | Scope::Since(_)
            | Scope::Starred
            | Scope::Folder(_)
            | Scope::Tag(_)
            | Scope::Untagged
            | Scope::Search(_) => None,
        };
        if app.tree.next_feed_with_unread(here).is_some() && !(above && here.is_none()) {
            feed_with_unread(app, Direction::Down);
            return;
        }
    }
    let feed_key = app.key_for(Command::NextFeedWithUnread);
    let previous_key = app.key_for(Command::PreviousUnread);
    match direction {
        Direction::Down if matches!(app.list.next_unread(Direction::Up), Ok(Some(_))) => {
            app.tell(&format!("Nothing unread below; {previous_key} goes to what is unread above."));
        }
        Direction::Down => {
            app.tell(&format!("Nothing unread below; {feed_key} goes to the next feed with unread articles."));
        }
        Direction::Up => app.tell("Nothing unread above."),
    }
}

fn scope_of(app: &App, node: &Node) -> Option<Scope> {
    match node {
        Node::All => Some(Scope::All),
        Node::Today => Some(today(app)),
        Node::Starred => Some(Scope::Starred),
        Node::Folder(path) => Some(Scope::Folder(path.clone())),
        Node::Feed(id) => Some(Scope::Feed(*id)),
        Node::Tags | Node::Searches => None,
        Node::Search(id) => Some(Scope::Search(*id)),
        Node::Tag(name) => Some(Scope::Tag(name.clone())),
    }
}

fn today(app: &App) -> Scope {
    Scope::Since(app.now.zone.start_of_day(app.now.utc))
}
