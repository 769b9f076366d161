//! Which articles a command is for: those that are selected, or else the one under the cursor.
//!
//! A selection belongs to its list and never holds what the list does not show; it says nothing of what is done with it.

use std::collections::HashSet;

use crate::news::ArticleId;

use super::{App, ListPane, ListState};

/// The selection of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    ids: HashSet<ArticleId>,
    /// Where a range that is being made begins; its other end is the cursor.
    anchor: Option<ArticleId>,
}

impl Selection {
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.anchor.is_none()
    }

    pub fn clear(&mut self) {
        *self = Selection::default();
    }

    pub fn in_range(&self) -> bool {
        self.anchor.is_some()
    }

    /// Forgets articles that the list no longer has.
    pub fn retain(&mut self, stays: impl Fn(&ArticleId) -> bool) {
        self.ids.retain(&stays);
        self.anchor = self.anchor.filter(stays);
    }
}

impl ListPane {
    /// Whether each position is selected: asked once for all rows that are drawn.
    pub fn selected_among(&self, positions: std::ops::Range<usize>) -> Vec<bool> {
        let range = self.selected_range();
        let chosen = |it: usize| {
            range.as_ref().is_some_and(|range| range.contains(&it))
                || self.ids.get(it).is_some_and(|id| self.selection.ids.contains(id))
        };
        positions.map(chosen).collect()
    }

    pub fn selected_count(&self) -> usize {
        if self.selection.is_empty() {
            return 0;
        }
        self.selected_among(0..self.ids.len()).into_iter().filter(|it| *it).count()
    }

    fn selected_range(&self) -> Option<std::ops::RangeInclusive<usize>> {
        let anchor = self.selection.anchor?;
        let at = self.ids.iter().position(|it| *it == anchor)?;
        Some(at.min(self.cursor)..=at.max(self.cursor))
    }

    /// What a command is for, in the order of the list.
    pub fn targets(&self) -> Vec<ArticleId> {
        if self.selection.is_empty() {
            return self.selected_id().into_iter().collect();
        }
        let chosen = self.selected_among(0..self.ids.len());
        self.ids.iter().zip(chosen).filter(|(_, chosen)| *chosen).map(|(id, _)| *id).collect()
    }
}

/// Selects the article under the cursor, or no longer, and goes on to the next.
pub fn one(app: &mut App, times: usize) {
    settle_range(app);
    for _ in 0..times.min(app.list.ids.len()) {
        let Some(id) = app.list.selected_id() else { return };
        if !app.list.selection.ids.remove(&id) {
            app.list.selection.ids.insert(id);
        }
        app.list.go_to(app.list.cursor + 1);
    }
}

/// Begins a range at the cursor, or ends the one that is being made: what it covers stays selected.
pub fn range(app: &mut App) {
    if app.list.selection.in_range() {
        settle_range(app);
    } else {
        app.list.selection.anchor = app.list.selected_id();
    }
}

/// Selects all of the list, as soon as the list knows all of its articles; where all are selected, none.
pub fn all(app: &mut App) {
    if app.list.state == ListState::Begun {
        app.list.after = super::list::After::SelectAll;
        return;
    }
    let list = &mut app.list;
    list.selection.anchor = None;
    if list.selection.ids.len() == list.ids.len() {
        list.selection.clear();
    } else {
        list.selection.ids = list.ids.iter().copied().collect();
    }
}

/// Takes articles out of the selection.
pub fn release(app: &mut App, articles: &[ArticleId]) {
    settle_range(app);
    for id in articles {
        app.list.selection.ids.remove(id);
    }
}

/// Makes a range part of the selection, so that moving no longer changes it.
fn settle_range(app: &mut App) {
    if let Some(range) = app.list.selected_range() {
        let covered = app.list.ids[range].to_vec();
        app.list.selection.ids.extend(covered);
    }
    app.list.selection.anchor = None;
}
