//! A tag counts what a tag below it is on, each article once, whatever changes.

use super::*;

/// Names with what the tree says of them: carried by itself, together with those below, and of these the unread.
fn counts(shelf: &Shelf) -> Vec<(String, i64, i64, i64)> {
    let tags = shelf.tree().tags;
    tags.iter().map(|it| (it.name.to_string(), it.articles, it.articles_within, it.unread_within)).collect()
}

fn of(name: &str, articles: i64, within: i64, unread: i64) -> (String, i64, i64, i64) {
    (name.to_owned(), articles, within, unread)
}

/// Six articles, newest first.
fn six() -> (Shelf, Vec<ArticleId>) {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, (0..6).map(|it| parsed(&[&format!("g{it}")], &format!("T {it}"), "<p>x</p>")).collect());
    let ids = shelf.ids(Scope::All);
    (shelf, ids)
}

#[test]
fn a_tag_counts_what_is_tagged_below_it_and_each_article_once() {
    let (shelf, ids) = six();
    shelf.tag(&ids[..2], &["dunia"], &[]);
    shelf.tag(&ids[1..3], &["dunia/asia"], &[]);
    shelf.tag(&ids[1..5], &["dunia/asia/timur"], &[]);
    // A neighbour by its letters alone.
    shelf.tag(&ids[5..], &["dunia-lain"], &[]);
    let all =
        [of("dunia", 2, 5, 5), of("dunia-lain", 1, 1, 1), of("dunia/asia", 2, 4, 4), of("dunia/asia/timur", 4, 4, 4)];
    assert_eq!(counts(&shelf), all);
    assert_eq!(shelf.ids(Scope::Tag(tag("dunia"))).len(), 5);

    shelf.read(&ids[..2], true);
    assert_eq!(counts(&shelf)[0], of("dunia", 2, 5, 3));
    assert_eq!(counts(&shelf)[2], of("dunia/asia", 2, 4, 3));
    shelf.done(Change::SetDeleted { articles: ids[1..4].to_vec(), deleted: true, origin: Origin::Reader });
    assert_eq!(counts(&shelf)[0], of("dunia", 1, 2, 1));
    // What is deleted can be given a tag, and counts once it is back.
    shelf.tag(&ids[3..4], &["dunia/eropa"], &[]);
    shelf.undo();
    shelf.undo();
    assert_eq!(counts(&shelf)[0], of("dunia", 2, 5, 3));
    shelf.tag(&ids[..3], &[], &["dunia/asia"]);
    assert_eq!(counts(&shelf)[0], of("dunia", 2, 5, 3));
    shelf.tag(&ids, &[], &["dunia/asia/timur"]);
    assert_eq!(counts(&shelf)[0], of("dunia", 2, 2, 0));
    assert_eq!(shelf.health().faults, vec![]);
}

#[test]
fn a_level_that_no_article_carries_itself_counts_what_is_below() {
    let (shelf, ids) = six();
    shelf.tag(&ids[..2], &["dunia/asia"], &[]);
    assert_eq!(counts(&shelf), [of("dunia", 0, 2, 2), of("dunia/asia", 2, 2, 2)]);
    shelf.undo();
    assert_eq!(counts(&shelf), []);
    let heir = shelf.feed_with("https://pagi.example/feed", "", &["pagi/rumah"]);
    shelf.arrive(heir, vec![parsed(&["h"], "H", "<p>x</p>")]);
    let (name, _, within, _) = counts(&shelf).remove(0);
    assert_eq!((name.as_str(), within), ("pagi", 1));
    assert_eq!(shelf.health().faults, vec![]);
}

#[test]
fn an_older_library_is_counted_when_it_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let (path, connection) = schema::open(folder.path(), &schema::MIGRATIONS[..1]).unwrap();
    connection
        .execute_batch(
            "INSERT INTO feed (id, kind, url) VALUES (2, 0, 'https://kabar.example/feed');
             INSERT INTO article (id, feed, title, author, arrived, sort)
                 VALUES (10, 2, 'A', '', 1, 1), (11, 2, 'B', '', 1, 1), (12, 2, 'C', '', 1, 1);
             INSERT INTO state (article, feed, sort, unread, deleted)
                 VALUES (10, 2, 1, 1, 0), (11, 2, 1, 0, 0), (12, 2, 1, 1, 1);
             INSERT INTO tag (id, name, articles, unread) VALUES (1, 'dunia', 1, 1), (2, 'dunia/asia/timur', 2, 1);
             INSERT INTO tagging (tag, sort, article) VALUES (1, 1, 10), (2, 1, 10), (2, 1, 11), (2, 1, 12);
             UPDATE feed SET articles = 2, unread = 1 WHERE id = 2;",
        )
        .unwrap();
    drop((path, connection));
    let shelf = Shelf { library: opened(folder.path()), folder };
    let all = [of("dunia", 1, 2, 1), of("dunia/asia", 0, 2, 1), of("dunia/asia/timur", 2, 2, 1)];
    assert_eq!(counts(&shelf), all);
    assert_eq!(shelf.rows(Scope::All).len(), 2);
    assert_eq!(shelf.health().faults, vec![]);
}
