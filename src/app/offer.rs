//! The other feeds of a page that was subscribed to, to pick from. Nothing is added that a person has not chosen here,
//! and each address can be read before.

use std::collections::BTreeSet;

use crate::command::{Command, Key, KeyCode};
use crate::news::{CleanText, FeedId, FolderPath};
use crate::refresh::{Found, RefreshRequest};
use crate::store::{Change, NewFeed, Origin};

use super::measure::counted;
use super::{App, activity, marks};

/// What was offered last, and the list over the panes while it is open.
#[derive(Debug, Default)]
pub struct Offer {
    pub found: Vec<Found>,
    pub open: bool,
    pub cursor: usize,
    pub top: usize,
    /// Positions that are marked.
    pub marked: BTreeSet<usize>,
    /// Feeds that are to be fetched once the present refresh has ended.
    waiting: Vec<FeedId>,
}

/// ` · 2 more feeds there: g+ picks`, or nothing. Remembers what there is.
pub fn made(app: &mut App, others: Vec<Found>) -> String {
    let sentence = match others.len() {
        0 => String::new(),
        count => {
            let feeds = counted(count, "more feed", "more feeds");
            format!(" · {feeds} there: {} picks", app.key_for(Command::MoreFeeds))
        }
    };
    let waiting = std::mem::take(&mut app.offer.waiting);
    app.offer = Offer { found: others, waiting, ..Offer::default() };
    sentence
}

pub fn open(app: &mut App) {
    let known: Vec<_> = app.tree.tree.feeds.iter().filter_map(|it| it.url.as_ref()).collect();
    app.offer.found.retain(|it| !known.contains(&&it.url));
    if app.offer.found.is_empty() {
        let key = app.key_for(Command::Subscribe);
        app.tell(&format!("No more feeds are offered. {key} on a page that names several offers the rest."));
        return;
    }
    app.notice = None;
    app.offer.open = true;
    app.offer.cursor = 0;
    app.offer.top = 0;
    app.offer.marked.clear();
}

/// A key while the list is open: it gets all of them.
pub fn pressed(app: &mut App, key: Key) {
    let page = rows(app);
    let offer = &mut app.offer;
    let last = offer.found.len().saturating_sub(1);
    let plain = !key.control && !key.alt;
    match key.code {
        KeyCode::Escape => offer.open = false,
        KeyCode::Char('q') if plain => offer.open = false,
        KeyCode::Char('c' | 'g') if key.control => offer.open = false,
        KeyCode::Char('j') | KeyCode::Down => offer.cursor = (offer.cursor + 1).min(last),
        KeyCode::Char('k') | KeyCode::Up => offer.cursor = offer.cursor.saturating_sub(1),
        KeyCode::Char('n') if key.control => offer.cursor = (offer.cursor + 1).min(last),
        KeyCode::Char('p') if key.control => offer.cursor = offer.cursor.saturating_sub(1),
        KeyCode::Char('g') | KeyCode::Home => offer.cursor = 0,
        KeyCode::Char('G') | KeyCode::End => offer.cursor = last,
        KeyCode::PageDown => offer.cursor = (offer.cursor + page).min(last),
        KeyCode::PageUp => offer.cursor = offer.cursor.saturating_sub(page),
        KeyCode::Char(' ') => {
            if !offer.marked.remove(&offer.cursor) {
                offer.marked.insert(offer.cursor);
            }
            offer.cursor = (offer.cursor + 1).min(last);
        }
        KeyCode::Char('*') => offer.marked = (0..offer.found.len()).collect(),
        KeyCode::Enter => take(app),
        _ => app.tell("Space marks, Enter subscribes to what is marked, Esc leaves."),
    }
    app.offer.top = super::tree::page_top(app.offer.top, app.offer.cursor, app.offer.found.len(), page);
}

/// Feeds that the list has room for.
pub fn rows(app: &App) -> usize {
    usize::from(app.geometry().middle.height).saturating_sub(2).max(1)
}

/// Subscribes to what is marked, or to the feed under the cursor.
fn take(app: &mut App) {
    let offer = &mut app.offer;
    if offer.marked.is_empty() {
        offer.marked.insert(offer.cursor);
    }
    let (marked, mut at) = (std::mem::take(&mut offer.marked), 0);
    let mut feeds = Vec::new();
    offer.found.retain(|it| {
        let chosen = marked.contains(&at);
        at += 1;
        if chosen {
            feeds.push(NewFeed {
                url: it.url.clone(),
                // It names itself once it is fetched: what a page calls its feed is often “RSS”.
                title: CleanText::default(),
                folder: FolderPath::default(),
                tags: Vec::new(),
            });
        }
        !chosen
    });
    offer.open = false;
    marks::change(app, Change::Subscribe { feeds, origin: Origin::Reader });
}

/// Feeds that came in without having been fetched are fetched now, or after what is being fetched.
pub fn subscribed(app: &mut App, added: &[FeedId]) {
    app.offer.waiting.extend(added);
    fetch_waiting(app);
}

pub fn fetch_waiting(app: &mut App) {
    if app.offer.waiting.is_empty() || app.activity.refresh.is_some() || app.settings.offline {
        return;
    }
    let only = Some(std::mem::take(&mut app.offer.waiting));
    let said = app.notice.as_ref().map(|it| it.sentence.clone());
    activity::refresh(app, RefreshRequest { only, ..RefreshRequest::default() }, false);
    if let Some(running) = &mut app.activity.refresh {
        running.after = said;
    }
}
