//! Answers of the library, each taken only by whoever still waits for it, and news of changes that nobody here made.

use crate::news::{ArticleId, CleanText};
use crate::store::{Answer, Touched};

use super::list::After;
use super::reading::ReadingPane;
use super::{App, ListState, Ticket, act, finding, health, marks, moving, selection, together, views};

/// Takes an answer, or drops it where its question is no longer the latest of its kind.
pub fn answered(app: &mut App, ticket: Ticket, answer: Answer) {
    let ticket = Some(ticket);
    match answer {
        Answer::Tree(tree) if app.tree_ticket == ticket => {
            app.tree_ticket = None;
            app.tree.load(*tree);
            tree_came(app);
            views::follow_search(app);
            finding::ask_counts(app);
            health::tree_came(app);
            together::hop_when_read(app);
        }
        Answer::Rows { mut rows } if app.list.rows_ticket == ticket => {
            marks::lay_over(app, &mut rows);
            app.list.begin(rows);
            app.list.articles_then = app.tree.articles_in(&app.list.view.scope);
            if app.list.state == ListState::Begun {
                views::ask_whole(app);
            }
            go_on(app);
        }
        Answer::RowsSoFar { mut rows } if app.list.rows_ticket == ticket => {
            marks::lay_over(app, &mut rows);
            app.list.begin(rows);
            app.list.state = ListState::Begun;
            views::ask_whole(app);
            go_on(app);
        }
        Answer::IdsSoFar(ids) if app.list.ids_ticket == ticket => {
            app.list.replace_ids(ids);
            app.list.may_be_more = true;
            go_on(app);
        }
        Answer::SearchCounts(counts) if app.counts_ticket == ticket => finding::counts_came(app, Some(counts)),
        Answer::Rows { mut rows } if app.list.window.ticket == ticket => {
            marks::lay_over(app, &mut rows);
            app.list.take_window(rows);
        }
        Answer::Ids(ids) if app.list.ids_ticket == ticket => {
            let on_request = app.list.reloading || app.list.state == ListState::Loading;
            app.list.replace_ids(ids);
            app.list.may_be_more = false;
            if app.filling {
                app.list.go_to(0);
                app.list.top = 0;
            }
            if on_request {
                app.list.articles_then = app.tree.articles_in(&app.list.view.scope);
            }
            go_on(app);
        }
        Answer::Ids(unread) if app.unread_ticket == ticket => {
            app.unread_ticket = None;
            views::unread_came(app, unread);
        }
        Answer::Ids(unread) if app.keyboard.everything == ticket => together::everything_came(app, unread),
        Answer::Article(article) if app.reading.ticket == ticket => {
            app.reading.ticket = None;
            article_came(app, article);
        }
        Answer::Worth(worth) if app.health.as_ref().is_some_and(|it| it.ticket == ticket) => health::came(app, worth),
        // An answer that nobody waits for any more.
        Answer::Tree(_)
        | Answer::RowsSoFar { .. }
        | Answer::IdsSoFar(_)
        | Answer::SearchCounts(_)
        | Answer::Rows { .. }
        | Answer::Ids(_)
        | Answer::Article(_)
        | Answer::Due { .. }
        | Answer::Worth(_)
        | Answer::Hosts(_)
        | Answer::Journal(_)
        | Answer::Queue(_)
        | Answer::QueueLength(_)
        | Answer::Health(_) => {}
    }
}

/// A question had no answer.
pub fn unanswered(app: &mut App, ticket: Ticket, why: &CleanText) {
    let ticket = Some(ticket);
    if app.tree_ticket == ticket {
        app.tree_ticket = None;
    } else if app.counts_ticket == ticket {
        // A newer question took its place, or it is asked again with the next change.
        finding::counts_came(app, None);
        return;
    } else if app.list.rows_ticket == ticket {
        app.list.rows_ticket = None;
        app.list.state = ListState::Failed(why.clone());
    } else if app.list.ids_ticket == ticket {
        app.list.ids_ticket = None;
        app.list.reloading = false;
        app.list.after = After::Nothing;
    } else if app.list.window.ticket == ticket {
        app.list.window_failed();
    } else if app.unread_ticket == ticket {
        app.unread_ticket = None;
        app.list.after = After::Nothing;
    } else if app.keyboard.everything == ticket {
        app.keyboard.everything = None;
    } else if let Some(health) = app.health.as_mut().filter(|it| it.ticket == ticket) {
        health.ticket = None;
        health.failed = Some(why.clone());
    } else if app.reading.ticket == ticket {
        app.reading.ticket = None;
        app.reading.state = ReadingPane::Failed(why.clone());
    } else {
        return;
    }
    app.tell_problem(why);
}

/// Something in the library changed. Counts, rows on screen and the open article are looked at again; the snapshot of
/// the list stays as it is.
pub fn touched(app: &mut App, touched: &Touched) {
    app.tree_stale = true;
    let concerns = |id: &ArticleId| touched.many || touched.articles.contains(id);
    if app.list.rows.keys().any(concerns) {
        app.list.window.stale = true;
    }
    if app.reading.wanted.as_ref().is_some_and(concerns) {
        app.reading.stale = true;
    }
}

fn tree_came(app: &mut App) {
    let empty = app.list.ids.is_empty();
    let settled = app.list.is_settled();
    let never_asked =
        app.list.state == ListState::Loading && app.list.rows_ticket.is_none() && app.list.ids_ticket.is_none();
    // Whatever was there at the start has its order, and that is a promise.
    app.filling &= !(never_asked && app.tree.tree.counts.articles > 0);
    if never_asked {
        views::choose_first(app);
    } else if !app.chosen && empty && settled && app.tree.tree.counts.articles > 0 {
        // The first articles of all, as after an import: the list follows until it is touched.
        app.filling = true;
        views::choose_first(app);
    } else if (empty || app.filling) && settled && views::arrivals(app) > 0 {
        // Nothing is under the cursor that could be moved, and a list that nobody has looked for is no promise.
        views::reload(app);
    }
}

/// Does what had to wait until the list knew its articles.
fn go_on(app: &mut App) {
    let after = app.list.after;
    match after {
        After::Nothing => {}
        After::OpenSelected => {
            app.list.after = After::Nothing;
            moving::open_selected(app);
        }
        After::OpenFirstUnread => {
            app.list.after = After::Nothing;
            if app.list.selected().is_some_and(|it| it.state.unread) {
                moving::show_opened(app);
            } else if !app.list.ids.is_empty() {
                views::next_unread(app, super::list::Direction::Down, false);
            }
        }
        After::MarkRead(which) if app.list.is_settled() => {
            app.list.after = After::Nothing;
            marks::mark_read(app, which);
        }
        After::Unread { direction, hop } if app.list.is_settled() => views::next_unread(app, direction, hop),
        After::SelectAll if app.list.is_settled() => {
            app.list.after = After::Nothing;
            selection::all(app);
        }
        After::MarkRead(_) | After::SelectAll | After::Unread { .. } => {}
    }
}

/// A large text has been laid out.
pub fn typeset_came(app: &mut App, set: super::Typeset) {
    app.reading.take_set(set);
    if std::mem::take(&mut app.reading.page_on_after) {
        act::perform(app, crate::command::Command::PageOn, None);
    }
}

fn article_came(app: &mut App, article: Option<Box<crate::news::Article>>) {
    let Some(mut article) = article else {
        app.reading.state = ReadingPane::Gone;
        app.reading.lines.clear();
        return;
    };
    if Some(article.row.id) != app.reading.wanted {
        return;
    }
    marks::lay_over(app, std::slice::from_mut(&mut article.row));
    let now = app.now.clone();
    app.reading.show(article, &now);
    if app.reading.is_being_set() {
        return;
    }
    if std::mem::take(&mut app.reading.page_on_after) {
        act::perform(app, crate::command::Command::PageOn, None);
    }
}
