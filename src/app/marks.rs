//! Read, star, tag: shown at once, put back where the library refuses, and claimed in words only once it is on disk.

use std::collections::HashSet;

use crate::command::Command;
use crate::config::ReadOn;
use crate::news::{ArticleId, ArticleRow, CleanText, TagChanges};
use crate::store::{Change, Changed, Done, Origin, Scope};

use super::list::{After, Which};
use super::notice::sentence_for;
use super::{App, Effect, ListPane, Ticket, answers};

/// What a person does to articles.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    Read(bool),
    Starred(bool),
    Archived(bool),
    Deleted,
    Tags(TagChanges),
}

/// A change that the library has not yet acknowledged.
#[derive(Debug)]
pub struct PendingChange {
    ticket: Ticket,
    /// `None` for undo, redo and whatever else can't be shown before it is done.
    shown: Option<Shown>,
    /// Opening an article marks it read without a word.
    silent: bool,
}

#[derive(Debug)]
struct Shown {
    mark: Mark,
    articles: Vec<ArticleId>,
    /// The rows as they were, as far as they were loaded.
    before: Vec<ArticleRow>,
}

/// Marks articles: on screen now, in the library as soon as it can.
pub fn mark(app: &mut App, mark: Mark, articles: Vec<ArticleId>, silent: bool) {
    let loaded = rows_mut(app).map(|it| it.id).collect();
    let marked = those_among(loaded, &articles);
    let mut before: Vec<ArticleRow> = Vec::new();
    for row in rows_mut(app).filter(|it| marked.binary_search(&it.id).is_ok()) {
        before.push(row.clone());
        apply(&mark, row);
    }
    if !silent {
        app.keyboard.mark_last = Some(mark.clone());
    }
    if leaves_the_list(app, &mark) {
        app.list.put_away(&articles);
    }
    // An article may stand in two lists and be open at once.
    before.sort_by_key(|it| it.id);
    before.dedup_by_key(|it| it.id);
    let origin = Origin::Reader;
    let kept = articles.clone();
    let change = match &mark {
        Mark::Read(read) => Change::SetRead { articles, read: *read, origin },
        Mark::Starred(starred) => Change::SetStarred { articles, starred: *starred, origin },
        Mark::Archived(archived) => Change::SetArchived { articles, archived: *archived, origin },
        Mark::Deleted => Change::SetDeleted { articles, deleted: true, origin },
        Mark::Tags(changes) => {
            app.tags_last = Some(changes.clone());
            Change::Tag { articles, add: changes.add.clone(), remove: changes.remove.clone(), origin }
        }
    };
    send(app, change, Some(Shown { mark, articles: kept, before }), silent);
}

/// Asks for a change that shows only once it is made.
pub fn change(app: &mut App, change: Change) {
    send(app, change, None, false);
}

/// Opening an article marks it read, unless a person wants to do that alone.
pub fn opened(app: &mut App) {
    if app.settings.config.settings.reader.read_on != ReadOn::Never {
        mark_selected_read(app);
    }
}

/// Marks the selected article read, and says nothing about it.
pub fn mark_selected_read(app: &mut App) {
    if let Some(row) = app.list.selected()
        && row.state.unread
    {
        let id = row.id;
        mark(app, Mark::Read(true), vec![id], true);
    }
}

/// Marks a part of the list read, or of what is selected in it; waits where the list does not yet know all its articles.
pub fn mark_read(app: &mut App, which: Which) {
    let chosen = !app.list.selection.is_empty();
    if !chosen && !app.list.is_settled() && which != Which::Above {
        app.list.after = After::MarkRead(which);
        return;
    }
    let list = &app.list;
    let cursor = list.cursor.min(list.ids.len());
    let part = match which {
        Which::All => 0..list.ids.len(),
        Which::Above => 0..cursor,
        Which::Below => (cursor + 1).min(list.ids.len())..list.ids.len(),
    };
    let articles = if chosen {
        let selected = list.selected_among(part.clone());
        let wanted: Vec<ArticleId> =
            list.ids[part].iter().zip(selected).filter(|(_, selected)| *selected).map(|(id, _)| *id).collect();
        not_known_read(list, &wanted)
    } else {
        not_known_read(list, &list.ids[part])
    };
    if articles.is_empty() {
        app.tell(match (which, chosen) {
            (Which::All, false) => "Everything here is read already.",
            (Which::Above, false) => "Everything above is read already.",
            (Which::Below, false) => "Everything below is read already.",
            (Which::All, true) => "Everything selected is read already.",
            (Which::Above, true) => "Everything selected above is read already.",
            (Which::Below, true) => "Everything selected below is read already.",
        });
        return;
    }
    mark(app, Mark::Read(true), articles, false);
}

/// What of the list may be unread: everything but the loaded rows that are read. Few are loaded and the list may hold a
/// million, so that these few are looked for by number; asking the rows for each number would hold up the next key.
fn not_known_read(list: &ListPane, part: &[ArticleId]) -> Vec<ArticleId> {
    let mut read: Vec<ArticleId> = list.rows.values().filter(|it| !it.state.unread).map(|it| it.id).collect();
    read.sort_unstable();
    let (Some(&first), Some(&last)) = (read.first(), read.last()) else { return part.to_vec() };
    let is_known = |id: &ArticleId| (first..=last).contains(id) && read.binary_search(id).is_ok();
    part.iter().filter(|id| !is_known(id)).copied().collect()
}

/// A change is on disk: now it may be claimed.
pub fn made(app: &mut App, ticket: Ticket, changed: &Changed) {
    let pending = take(app, ticket);
    let silent = pending.as_ref().is_some_and(|it| it.silent);
    if !silent && let Some(sentence) = sentence_for(&changed.done, &app.key_for(Command::Undo)) {
        app.tell(&sentence);
    }
    if matches!(changed.done, Done::Undone { .. } | Done::Redone { .. }) {
        let undone = matches!(changed.done, Done::Undone { .. });
        app.list.put_back(undone, |id| changed.touched.many || changed.touched.articles.contains(id));
    }
    app.tree_stale = true;
    if let Done::Subscribed { added, .. } | Done::Imported { added, .. } = &changed.done {
        super::offer::subscribed(app, added);
    }
    let foretold = pending.is_some_and(|it| it.shown.is_some());
    let nothing = matches!(changed.done, Done::NothingToUndo | Done::NothingToRedo | Done::Nothing);
    if !foretold && !nothing {
        answers::touched(app, &changed.touched);
    }
}

/// A change was not made: what was shown is put back, and why is said. What was done to the same articles since is
/// laid over them again, as if the refused change had never been.
pub fn refused(app: &mut App, ticket: Ticket, why: &CleanText) {
    if let Some(Shown { before, mark, articles }) = take(app, ticket).and_then(|it| it.shown) {
        if matches!(mark, Mark::Archived(_) | Mark::Deleted) {
            let articles: HashSet<ArticleId> = articles.into_iter().collect();
            app.list.put_back(true, |id| articles.contains(id));
        }
        for old in before {
            let mut row = old;
            for later in app.changes.iter_mut().filter(|it| it.ticket > ticket).filter_map(|it| it.shown.as_mut()) {
                if let Some(its_before) = later.before.iter_mut().find(|it| it.id == row.id) {
                    its_before.state = row.state;
                    its_before.tags.clone_from(&row.tags);
                    apply(&later.mark, &mut row);
                }
            }
            for shown in rows_mut(app).filter(|it| it.id == row.id) {
                shown.state = row.state;
                shown.tags.clone_from(&row.tags);
            }
        }
        // The library knows best; it is asked again.
        app.list.window.stale = true;
    }
    app.tree_stale = true;
    app.tell_problem(why);
}

/// Rows from the library may be older than what a person has done since; that is laid over them.
pub fn lay_over(app: &App, rows: &mut [ArticleRow]) {
    for shown in app.changes.iter().filter_map(|it| it.shown.as_ref()) {
        let marked = those_among(rows.iter().map(|it| it.id).collect(), &shown.articles);
        for row in rows.iter_mut().filter(|it| marked.binary_search(&it.id).is_ok()) {
            apply(&shown.mark, row);
        }
    }
}

fn send(app: &mut App, change: Change, shown: Option<Shown>, silent: bool) {
    app.ticket_last += 1;
    let ticket = Ticket(app.ticket_last);
    app.changes.push(PendingChange { ticket, shown, silent });
    app.outbox.push(Effect::Change(ticket, change));
}

fn take(app: &mut App, ticket: Ticket) -> Option<PendingChange> {
    let at = app.changes.iter().position(|it| it.ticket == ticket)?;
    Some(app.changes.remove(at))
}

/// What is archived leaves the lists of feeds, folders and days; what is deleted leaves every list.
fn leaves_the_list(app: &App, mark: &Mark) -> bool {
    match mark {
        Mark::Deleted => true,
        Mark::Archived(archived) => {
            let kept = matches!(app.list.view.scope, Scope::Starred | Scope::Tag(_) | Scope::Untagged);
            *archived && !kept && !app.list.is_search()
        }
        Mark::Read(_) | Mark::Starred(_) | Mark::Tags(_) => false,
    }
}

/// Which of a few are among many, ascending. The many may be the whole library: sorting them would hold up the next key.
fn those_among(mut few: Vec<ArticleId>, many: &[ArticleId]) -> Vec<ArticleId> {
    few.sort_unstable();
    let (Some(&first), Some(&last)) = (few.first(), few.last()) else { return few };
    let mut found: Vec<ArticleId> =
        many.iter().filter(|id| (first..=last).contains(*id) && few.binary_search(id).is_ok()).copied().collect();
    found.sort_unstable();
    found
}

/// Every row that is loaded, wherever it is shown.
fn rows_mut(app: &mut App) -> impl Iterator<Item = &mut ArticleRow> {
    let lists = std::iter::once(&mut app.list).chain(app.behind.iter_mut());
    let open = app.reading.article_mut().map(|it| &mut it.row);
    lists.flat_map(|it| it.rows.values_mut()).chain(open)
}

fn apply(mark: &Mark, row: &mut ArticleRow) {
    match mark {
        Mark::Read(read) => row.state.unread = !read,
        Mark::Starred(starred) => row.state.starred = *starred,
        Mark::Archived(archived) => {
            row.state.archived = *archived;
            row.state.unread &= !archived;
        }
        // It leaves the list; its row is not shown.
        Mark::Deleted => {}
        Mark::Tags(changes) => {
            row.tags.retain(|it| !changes.remove.contains(it) && !changes.add.contains(it));
            row.tags.extend(changes.add.iter().cloned());
            row.tags.sort();
        }
    }
}
