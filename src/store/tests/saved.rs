//! Saved searches: kept, renamed and deleted, each undoable; and counts that are always right.

use super::*;

fn saved(shelf: &Shelf) -> Vec<(String, String)> {
    shelf.tree().searches.iter().map(|it| (it.name.to_string(), it.query.to_string())).collect()
}

fn save(shelf: &Shelf, name: &str, query: &str) -> Done {
    shelf.done(Change::SaveSearch { name: clean(name), query: clean(query), origin: Origin::Reader })
}

fn pair(name: &str, query: &str) -> (String, String) {
    (name.to_owned(), query.to_owned())
}

#[test]
fn a_search_is_saved_changed_renamed_and_deleted_and_all_of_it_undone() {
    let shelf = shelf();
    assert!(matches!(save(&shelf, "Pagi", "unread"), Done::SearchSaved { new: true, .. }));
    let id = shelf.tree().searches[0].id;
    assert!(
        matches!(save(&shelf, "pagi", "unread #dunia"), Done::SearchSaved { new: false, search, .. } if search == id)
    );
    save(&shelf, "Alam", "gempa");
    shelf.done(Change::RenameSearch { search: id, name: clean("Morning"), origin: Origin::Reader });
    assert_eq!(saved(&shelf), [pair("Alam", "gempa"), pair("Morning", "unread #dunia")]);
    shelf.done(Change::DeleteSearch { search: id, origin: Origin::Reader });
    assert_eq!(saved(&shelf), [pair("Alam", "gempa")]);
    for _ in 0..4 {
        shelf.undo();
    }
    assert_eq!(saved(&shelf), [pair("Pagi", "unread")]);
    shelf.undo();
    assert_eq!(saved(&shelf), []);
    for _ in 0..5 {
        shelf.redo();
    }
    let shelf = shelf.reopen();
    assert_eq!(saved(&shelf), [pair("Alam", "gempa")]);
    assert_eq!(save(&shelf, "Alam", "gempa"), Done::Nothing);
}

#[test]
fn a_name_is_given_once_and_never_empty() {
    let shelf = shelf();
    save(&shelf, "One", "unread");
    save(&shelf, "Two", "starred");
    let search = shelf.tree().searches[1].id;
    let refused = shelf.library.change(Change::RenameSearch { search, name: clean("ONE"), origin: Origin::Reader });
    assert!(refused.unwrap_err().to_string().contains("called ONE already"));
    let nameless = Change::SaveSearch { name: clean(" "), query: clean("unread"), origin: Origin::Reader };
    assert!(shelf.library.change(nameless).unwrap_err().to_string().contains("needs a name"));
    assert_eq!(saved(&shelf).len(), 2);
}
