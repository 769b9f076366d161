//! Texts of what was deleted long ago are let go; nothing else ever is.

use rusqlite::Connection;

use super::super::blob::Press;
use super::super::house::{self, Housework};
use super::super::purge::{DAYS_KEPT, STEPS_KEPT};
use super::*;

fn connection(shelf: &Shelf) -> Connection {
    Connection::open(shelf.folder.path().join("library.db")).unwrap()
}

/// The housework of that day. Returns how many slices it was.
fn kept_after(shelf: &Shelf, days: i64) -> usize {
    let raw = connection(shelf);
    let mut press = Press::new(&raw).unwrap();
    let now = noon().plus(days * 86_400);
    let mut slices = 0;
    while house::keep(&raw, &mut press, now).unwrap() == Housework::More {
        slices += 1;
    }
    slices
}

fn delete(articles: &[ArticleId]) -> Change {
    Change::SetDeleted { articles: articles.to_vec(), deleted: true, origin: Origin::Reader }
}

/// What a person does after it: so much that nobody undoes all of it.
fn live_on(shelf: &Shelf, article: ArticleId) {
    for step in 0..STEPS_KEPT {
        let starred = step % 2 == 0;
        shelf.done(Change::SetStarred { articles: vec![article], starred, origin: Origin::Reader });
    }
}

fn texts(shelf: &Shelf, articles: &[ArticleId]) -> Vec<bool> {
    let raw = connection(shelf);
    let mut body = raw.prepare("SELECT 1 FROM body WHERE article = ?1").unwrap();
    articles.iter().map(|it| body.exists([it.0]).unwrap()).collect()
}

fn number(shelf: &Shelf, sql: &str) -> i64 {
    connection(shelf).query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn texts_of_what_was_deleted_are_let_go_once_nobody_would_undo_it_and_marked_ones_stay() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, run_of(6));
    shelf.index("en");
    let all = shelf.ids(Scope::All);
    let (starred, tagged, here) = (all[1], all[2], all[5]);
    shelf.done(Change::SetStarred { articles: vec![starred], starred: true, origin: Origin::Reader });
    let (add, remove) = (vec![tag("later")], Vec::new());
    shelf.done(Change::Tag { articles: vec![tagged], add, remove, origin: Origin::Reader });
    shelf.done(delete(&all[..4]));
    kept_after(&shelf, 0);
    assert_eq!(texts(&shelf, &all), [true; 6]);
    // A month alone is not enough: somebody may come home from a long journey and undo what they did before it.
    kept_after(&shelf, DAYS_KEPT + 1);
    assert_eq!(texts(&shelf, &all), [true; 6]);
    live_on(&shelf, here);
    kept_after(&shelf, DAYS_KEPT - 1);
    assert_eq!(texts(&shelf, &all), [true; 6]);
    let found_before = number(&shelf, "SELECT count(*) FROM search('title')");

    kept_after(&shelf, DAYS_KEPT + 1);
    assert_eq!(texts(&shelf, &all), [false, true, true, false, true, true]);
    assert_eq!(number(&shelf, "SELECT count(*) FROM search('title')"), found_before - 2);
    for table in ["metadata", "body"] {
        assert_eq!(number(&shelf, &format!("SELECT count(*) FROM {table}")), 4, "{table}");
    }
    assert_eq!(shelf.health().faults, []);
    assert_eq!(kept_after(&shelf, 400), 0, "once");

    // The feed still lists them: they stay where they are, and no text of theirs comes back.
    let mut again = run_of(6);
    again[0].body = Html("<p>Edited</p>".to_owned());
    shelf.arrive(feed, again);
    assert_eq!(shelf.ids(Scope::All), all[4..]);
    assert_eq!(texts(&shelf, &all[..1]), [false]);
}

#[test]
fn what_is_brought_back_after_all_has_its_text_again_as_soon_as_its_feed_carries_it() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, run_of(3));
    let all = shelf.ids(Scope::All);
    shelf.done(delete(&all[..1]));
    kept_after(&shelf, 0);
    live_on(&shelf, all[2]);
    kept_after(&shelf, DAYS_KEPT + 1);
    for _ in 0..=STEPS_KEPT {
        shelf.done(Change::Undo { origin: Origin::Reader });
    }
    assert_eq!(shelf.ids(Scope::All), all);
    assert_eq!(texts(&shelf, &all), [false, true, true]);
    // Its document as it was is not read again; with one article more it is.
    shelf.arrive(feed, run_of(4));
    let all = shelf.ids(Scope::All);
    assert!(shelf.article(all[0]).body.feed.0.contains("Text 0"));
    assert_eq!(texts(&shelf, &all), [true; 4]);
    // It is not deleted, and never let go again.
    kept_after(&shelf, 500);
    assert_eq!(texts(&shelf, &all), [true; 4]);
}

#[test]
fn letting_go_is_done_in_slices() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, run_of(200));
    let all = shelf.ids(Scope::All);
    shelf.done(delete(&all[1..]));
    assert!(kept_after(&shelf, 0) >= 4, "noting since when");
    live_on(&shelf, all[0]);
    assert!(kept_after(&shelf, DAYS_KEPT + 1) >= 4, "letting go");
    assert_eq!(number(&shelf, "SELECT count(*) FROM body"), 1);
}
