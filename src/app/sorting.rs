//! The order of the list: by date unless a person asks for another, and then for every list until they ask again.

use crate::command::{Key, KeyCode};
use crate::store::{Ask, SortBy};

use super::{App, views};

/// What an order is called, the key that chooses it in the menu, and what it does.
pub const NAMES: &[(&str, char, SortBy, &str)] = &[
    ("date", 'd', SortBy::Date, "newest first"),
    ("title", 't', SortBy::Title, "by title"),
    ("feed", 'f', SortBy::Feed, "by feed"),
    ("author", 'a', SortBy::Author, "by author"),
    ("length", 'l', SortBy::Length, "longest first"),
    ("unread", 'u', SortBy::Unread, "unread first"),
    ("tag", 'g', SortBy::Tag, "by tag"),
];

pub fn named(name: &str) -> Option<SortBy> {
    NAMES.iter().find(|it| it.0 == name).map(|it| it.2)
}

/// The key that was pressed in the menu.
pub fn chosen(app: &mut App, key: Key) {
    match NAMES.iter().find(|it| KeyCode::Char(it.1) == key.code && !key.control && !key.alt) {
        Some((_, _, by, _)) => sort(app, *by),
        None if key.code == KeyCode::Escape => {}
        None => app.tell(&format!("{key} is no order: d date, t title, f feed, a author, l length, u unread, g tag.")),
    }
}

pub fn sort(app: &mut App, by: SortBy) {
    app.order.by = by;
    app.order.reversed = false;
    again(app);
}

pub fn reverse(app: &mut App) {
    app.order.reversed = !app.order.reversed;
    again(app);
}

/// The order in words, where it is not the usual one.
pub fn in_words(app: &App) -> Option<String> {
    let (name, _, by, _) = NAMES.iter().find(|it| it.2 == app.order.by)?;
    match (by, app.order.reversed) {
        (SortBy::Date, false) => None,
        (SortBy::Date, true) => Some("oldest first".to_owned()),
        (SortBy::Title | SortBy::Feed | SortBy::Author | SortBy::Length | SortBy::Unread | SortBy::Tag, false) => {
            Some(format!("by {name}"))
        }
        (SortBy::Title | SortBy::Feed | SortBy::Author | SortBy::Length | SortBy::Unread | SortBy::Tag, true) => {
            Some(format!("by {name}, reversed"))
        }
    }
}

/// The question for the ids of the list in its order.
pub fn ids(app: &App) -> Ask {
    let view = app.list.view.clone();
    if app.order == Default::default() { Ask::Ids { view } } else { Ask::IdsInOrder { view, order: app.order } }
}

fn again(app: &mut App) {
    views::ask_whole(app);
    let said = in_words(app).unwrap_or_else(|| "newest first".to_owned());
    app.tell(&format!("Sorted: {said}."));
}
