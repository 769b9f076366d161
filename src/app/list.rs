//! The list of articles: a snapshot of ids that changes only when somebody asks for it, and the rows around the cursor.
//! Reading, arrivals and other programs never move, add or remove what is under the cursor.

use std::collections::{HashMap, HashSet};

use crate::news::{ArticleId, ArticleRow, CleanText};
use crate::query::Query;
use crate::store::{Ask, Scope, View};

use super::Ticket;
use super::finding::FoundKind;
use super::selection::Selection;

/// The state of the pane.
#[derive(Debug)]
pub struct ListPane {
    pub view: View,
    /// What it was found by, where it covers another list.
    pub found: Option<Found>,
    /// As many texts were looked at as may be: there may be more than the list holds.
    pub may_be_more: bool,
    /// The snapshot, newest first; the first screenful until [`ListState::Whole`].
    pub ids: Vec<ArticleId>,
    pub rows: HashMap<ArticleId, ArticleRow>,
    pub cursor: usize,
    pub top: usize,
    pub state: ListState,
    /// What waits for the list to be there.
    pub after: After,
    /// How many articles the view's scope held when the snapshot was taken.
    pub articles_then: Option<i64>,
    pub rows_ticket: Option<Ticket>,
    pub ids_ticket: Option<Ticket>,
    /// Whether the ids that were asked for replace the snapshot on request, with the selection kept.
    pub reloading: bool,
    pub window: Window,
    pub selection: Selection,
    /// What was archived or deleted from this list, and where it stood, the latest last.
    pub put_away: Vec<PutAway>,
}

/// Articles that a change took out of the list. They come back to where they were if the change is undone.
#[derive(Clone, Debug, PartialEq)]
pub struct PutAway {
    /// Position and article, from the top.
    pub places: Vec<(usize, ArticleId)>,
    pub gone: bool,
}

/// By what the list is divided under headings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Grouping {
    #[default]
    Day,
    Feed,
    /// By the first of an article's tags.
    Tag,
    Nothing,
}

/// What a list that covers another was found by.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub kind: FoundKind,
    /// As typed.
    pub text: CleanText,
    pub query: Query,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ListState {
    Loading,
    /// The first rows are there, the ids of all not yet.
    Begun,
    Whole,
    Failed(CleanText),
}

/// What is to be done as soon as the list knows enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    Nothing,
    OpenSelected,
    OpenFirstUnread,
    MarkRead(Which),
    SelectAll,
    /// Somebody asked for the next unread article beyond what is loaded; `hop` goes on to the next feed.
    Unread {
        direction: Direction,
        hop: bool,
    },
}

/// Which articles of the list, seen from the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    All,
    Above,
    Below,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Down,
    Up,
}

/// The question for rows around the cursor that is under way.
#[derive(Debug, Default)]
pub struct Window {
    pub ticket: Option<Ticket>,
    asked: Vec<ArticleId>,
    /// Rows may have changed since they were loaded; they are asked for again without being taken away meanwhile.
    pub stale: bool,
    /// The last question failed; the next move of the cursor tries again.
    failed_at: Option<usize>,
}

/// Rows asked for at first: more than almost any screen shows. Each lies somewhere else in the file, so that more of them
/// are what a first look at a view would wait for.
pub const FIRST_ROWS: usize = 100;
/// Rows kept around the cursor, at each side.
const WINDOW_HALF: usize = 150;
/// Rows kept in all; those far from the cursor go first.
const ROWS_MAX: usize = 2_000;
/// Changes that took something out of the list and can be undone in place; older ones need a reload.
const PUT_AWAY_MAX: usize = 100;

impl ListPane {
    pub fn new(view: View) -> ListPane {
        ListPane {
            view,
            found: None,
            may_be_more: false,
            ids: Vec::new(),
            rows: HashMap::new(),
            cursor: 0,
            top: 0,
            state: ListState::Loading,
            after: After::Nothing,
            articles_then: None,
            rows_ticket: None,
            ids_ticket: None,
            reloading: false,
            window: Window::default(),
            selection: Selection::default(),
            put_away: Vec::new(),
        }
    }

    pub fn selected_id(&self) -> Option<ArticleId> {
        self.ids.get(self.cursor).copied()
    }

    pub fn selected(&self) -> Option<&ArticleRow> {
        self.row(self.cursor)
    }

    pub fn row(&self, position: usize) -> Option<&ArticleRow> {
        self.rows.get(self.ids.get(position)?)
    }

    /// Whether the rows come from several feeds, so that each must name its own.
    pub fn names_feeds(&self) -> bool {
        !matches!(self.view.scope, Scope::Feed(_))
    }

    pub fn is_search(&self) -> bool {
        self.found.is_some()
    }

    pub fn is_settled(&self) -> bool {
        self.state == ListState::Whole && !self.reloading
    }

    pub fn go_to(&mut self, position: usize) {
        self.cursor = position.min(self.ids.len().saturating_sub(1));
    }

    /// The first rows of a new view. They are all there is where fewer came than were asked for.
    pub fn begin(&mut self, rows: Vec<ArticleRow>) {
        self.rows_ticket = None;
        self.state = if rows.len() < FIRST_ROWS { ListState::Whole } else { ListState::Begun };
        self.ids = rows.iter().map(|it| it.id).collect();
        self.rows.clear();
        self.take(rows);
        self.go_to(self.cursor);
    }

    /// Replaces the snapshot. The selected article stays selected; where it is no longer in the view, the next one of the
    /// old order that still is takes its place.
    pub fn replace_ids(&mut self, ids: Vec<ArticleId>) {
        self.ids_ticket = None;
        self.reloading = false;
        self.state = ListState::Whole;
        let offset = self.cursor.saturating_sub(self.top);
        let cursor = match self.selected_id().and_then(|id| ids.iter().position(|it| *it == id)) {
            Some(at) => at,
            None => {
                let mut sorted = ids.clone();
                sorted.sort_unstable();
                let stays = |id: &&ArticleId| sorted.binary_search(id).is_ok();
                let below = self.ids.iter().skip(self.cursor).find(stays);
                let nearest = below.or_else(|| self.ids.iter().take(self.cursor).rev().find(stays));
                nearest.and_then(|id| ids.iter().position(|it| it == id)).unwrap_or(0)
            }
        };
        self.ids = ids;
        self.put_away.clear();
        if !self.selection.is_empty() {
            let there: HashSet<ArticleId> = self.ids.iter().copied().collect();
            self.selection.retain(|it| there.contains(it));
        }
        self.go_to(cursor);
        self.top = self.cursor.saturating_sub(offset);
    }

    /// Takes rows into the cache.
    pub fn take(&mut self, rows: Vec<ArticleRow>) {
        self.rows.extend(rows.into_iter().map(|it| (it.id, it)));
        if self.rows.len() > ROWS_MAX {
            let near: HashSet<ArticleId> = self.ids[self.window_range()].iter().copied().collect();
            self.rows.retain(|id, _| near.contains(id));
        }
    }

    /// Rows by id have come. Articles that were asked for and are not among them no longer exist.
    pub fn take_window(&mut self, rows: Vec<ArticleRow>) {
        self.window.ticket = None;
        self.window.failed_at = None;
        let come: HashSet<ArticleId> = rows.iter().map(|it| it.id).collect();
        let gone: HashSet<ArticleId> =
            std::mem::take(&mut self.window.asked).into_iter().filter(|it| !come.contains(it)).collect();
        self.take(rows);
        if gone.is_empty() {
            return;
        }
        let above = self.ids.iter().take(self.cursor).filter(|it| gone.contains(it)).count();
        self.ids.retain(|it| !gone.contains(it));
        self.selection.retain(|it| !gone.contains(it));
        self.put_away.clear();
        self.rows.retain(|it, _| !gone.contains(it));
        self.go_to(self.cursor - above);
    }

    /// Takes articles out of the list; the cursor stays with what follows them.
    pub fn put_away(&mut self, articles: &[ArticleId]) {
        let gone: HashSet<ArticleId> = articles.iter().copied().collect();
        let places: Vec<(usize, ArticleId)> =
            self.ids.iter().enumerate().filter(|(_, id)| gone.contains(id)).map(|(at, id)| (at, *id)).collect();
        if places.is_empty() {
            return;
        }
        self.take_out(&places);
        self.put_away.push(PutAway { places, gone: true });
        if self.put_away.len() > PUT_AWAY_MAX {
            self.put_away.remove(0);
        }
    }

    /// Articles changed that somebody may have put away: where it was undone they are back where they stood, where it
    /// was done again they are gone again.
    pub fn put_back(&mut self, undone: bool, touched: impl Fn(&ArticleId) -> bool) {
        let concerned = |it: &PutAway| it.gone == undone && it.places.iter().all(|(_, id)| touched(id));
        let found = match undone {
            true => self.put_away.iter().rposition(concerned),
            false => self.put_away.iter().position(concerned),
        };
        let Some(at) = found else { return };
        let places = self.put_away[at].places.clone();
        if undone {
            for (position, id) in &places {
                self.ids.insert((*position).min(self.ids.len()), *id);
            }
            self.go_to(places.first().map_or(self.cursor, |it| it.0));
            self.window.stale = true;
        } else {
            self.take_out(&places);
        }
        self.put_away[at].gone = !undone;
    }

    fn take_out(&mut self, places: &[(usize, ArticleId)]) {
        let gone: HashSet<ArticleId> = places.iter().map(|it| it.1).collect();
        let above = places.iter().filter(|it| it.0 < self.cursor).count();
        self.ids.retain(|it| !gone.contains(it));
        self.selection.retain(|it| !gone.contains(it));
        self.go_to(self.cursor - above.min(self.cursor));
    }

    pub fn window_failed(&mut self) {
        self.window = Window { failed_at: Some(self.cursor), ..Window::default() };
    }

    /// What to ask for so that the rows on screen and around it are there and current.
    pub fn wanted_rows(&mut self, page: usize, ticket: Ticket) -> Option<Ask> {
        if self.window.ticket.is_some() || self.window.failed_at == Some(self.cursor) {
            return None;
        }
        // A page ahead, so that they are there when one comes to them. What was put away may have been all that stood from
        // here on; the top follows when the list is laid out.
        let last = (self.top + 2 * page).min(self.ids.len());
        let near = self.top.saturating_sub(page).min(last)..last;
        let missing = self.ids[near].iter().any(|id| !self.rows.contains_key(id));
        if !missing && !self.window.stale {
            return None;
        }
        let range = self.window_range();
        let stale = self.window.stale;
        if stale {
            // What is far away is loaded when it comes near.
            let near: HashSet<ArticleId> = self.ids[range.clone()].iter().copied().collect();
            self.rows.retain(|id, _| near.contains(id));
        }
        let asked: Vec<ArticleId> =
            self.ids[range].iter().copied().filter(|id| stale || !self.rows.contains_key(id)).collect();
        self.window.stale = false;
        if asked.is_empty() {
            return None;
        }
        self.window.ticket = Some(ticket);
        self.window.asked.clone_from(&asked);
        Some(Ask::RowsOf(asked))
    }

    /// The nearest article beyond the cursor that is known to be unread: `Err` where rows are met first that are not
    /// loaded, so that nobody knows.
    pub fn next_unread(&self, direction: Direction) -> Result<Option<usize>, NotLoaded> {
        let last = self.ids.len();
        let steps = match direction {
            Direction::Down => last.saturating_sub(self.cursor + 1),
            Direction::Up => self.cursor.min(last),
        };
        for step in 1..=steps {
            let position = match direction {
                Direction::Down => self.cursor + step,
                Direction::Up => self.cursor - step,
            };
            match self.row(position) {
                Some(row) if row.state.unread => return Ok(Some(position)),
                Some(_) => {}
                None => return Err(NotLoaded),
            }
        }
        let more_may_come = direction == Direction::Down && !self.is_settled();
        if more_may_come { Err(NotLoaded) } else { Ok(None) }
    }

    /// The same, where the unread ids of the view are at hand, ascending. What is loaded knows better: it has been read
    /// since.
    pub fn next_unread_among(&self, direction: Direction, unread: &[ArticleId]) -> Option<usize> {
        let is_unread = |position: &usize| match self.row(*position) {
            Some(row) => row.state.unread,
            None => unread.binary_search(&self.ids[*position]).is_ok(),
        };
        match direction {
            Direction::Down => (self.cursor + 1..self.ids.len()).find(is_unread),
            Direction::Up => (0..self.cursor.min(self.ids.len())).rev().find(is_unread),
        }
    }

    fn window_range(&self) -> std::ops::Range<usize> {
        let length = self.ids.len();
        self.cursor.saturating_sub(WINDOW_HALF).min(length)..(self.cursor + WINDOW_HALF).min(length)
    }
}

/// Rows that would have to be known are not loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotLoaded;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_was_emptied_while_scrolled_down_wants_no_rows() {
        let mut list = ListPane::new(View { scope: Scope::All, unread_only: false, query: Query::Everything });
        list.ids = (0..40).map(ArticleId).collect();
        (list.top, list.window.stale) = (29, true);
        list.put_away(&list.ids.clone());
        assert!(list.wanted_rows(20, Ticket::default()).is_none());
    }
}
