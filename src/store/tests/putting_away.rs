//! Archiving, deleting and other orders: what leaves a list, what finds it again, and that undoing is exact.

use super::*;

fn ids(rows: &[ArticleRow]) -> Vec<ArticleId> {
    rows.iter().map(|it| it.id).collect()
}

fn archive(articles: &[ArticleId], archived: bool) -> Change {
    Change::SetArchived { articles: articles.to_vec(), archived, origin: Origin::Reader }
}

fn delete(articles: &[ArticleId]) -> Change {
    Change::SetDeleted { articles: articles.to_vec(), deleted: true, origin: Origin::Reader }
}

#[test]
fn what_is_archived_is_read_and_leaves_the_lists_but_not_its_tag_nor_its_star() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, run_of(5));
    let all = ids(&shelf.rows(Scope::All));
    let later = tag("later");
    let change =
        Change::Tag { articles: vec![all[1]], add: vec![later.clone()], remove: vec![], origin: Origin::Reader };
    shelf.done(change);
    shelf.done(Change::SetStarred { articles: vec![all[2]], starred: true, origin: Origin::Reader });
    assert_eq!(shelf.done(archive(&all[1..3], true)), Done::Archived { count: 2 });
    assert_eq!(shelf.done(archive(&all[1..3], true)), Done::Nothing);
    let left = vec![all[0], all[3], all[4]];
    for scope in [Scope::All, Scope::Feed(feed), Scope::Since(Timestamp::default())] {
        assert_eq!(ids(&shelf.rows(scope.clone())), left, "{scope:?}");
    }
    let tagged = shelf.rows(Scope::Tag(later));
    assert_eq!(ids(&tagged), [all[1]]);
    assert!(tagged[0].state.archived && !tagged[0].state.unread);
    assert_eq!(ids(&shelf.rows(Scope::Starred)), [all[2]]);
    assert_eq!(shelf.tree().feeds.iter().find(|it| it.id == feed).unwrap().unread, 3);
    assert!(matches!(shelf.done(Change::Undo { origin: Origin::Reader }), Done::Undone { .. }));
    assert_eq!(ids(&shelf.rows(Scope::All)), all);
    assert_eq!(shelf.tree().feeds.iter().find(|it| it.id == feed).unwrap().unread, 5);
}

#[test]
fn what_is_deleted_is_nowhere_until_it_is_undone_across_a_restart() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, run_of(5));
    let all = ids(&shelf.rows(Scope::All));
    shelf.done(Change::SetStarred { articles: vec![all[2]], starred: true, origin: Origin::Reader });
    assert_eq!(shelf.done(delete(&all[1..4])), Done::Deleted { count: 3 });
    assert_eq!(ids(&shelf.rows(Scope::All)), [all[0], all[4]]);
    assert_eq!(ids(&shelf.rows(Scope::Starred)), []);
    // The feed still carries them; that does not bring them back.
    shelf.arrive(feed, run_of(5));
    assert_eq!(ids(&shelf.rows(Scope::All)), [all[0], all[4]]);
    let shelf = shelf.reopen();
    assert!(matches!(shelf.done(Change::Undo { origin: Origin::Reader }), Done::Undone { .. }));
    assert_eq!(ids(&shelf.rows(Scope::All)), all);
    assert_eq!(ids(&shelf.rows(Scope::Starred)), [all[2]]);
}

#[test]
fn another_order_holds_the_same_articles() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, run_of(12));
    let view = View { scope: Scope::All, unread_only: false, query: Query::Everything };
    let rows = shelf.rows(Scope::All);
    let read = rows[3].id;
    shelf.done(Change::SetRead { articles: vec![read], read: true, origin: Origin::Reader });
    let asked = |by, reversed| match shelf
        .library
        .ask(Ask::IdsInOrder { view: view.clone(), order: Order { by, reversed } })
        .unwrap()
    {
        Answer::Ids(ids) => ids,
        other => panic!("{other:?}"),
    };
    let mut backwards = ids(&rows);
    backwards.reverse();
    assert_eq!(asked(SortBy::Date, true), backwards);
    let mut by_title = rows.clone();
    by_title.sort_by_key(|it| it.title.as_str().to_lowercase());
    assert_eq!(asked(SortBy::Title, false), ids(&by_title));
    assert_eq!(asked(SortBy::Feed, false), ids(&rows));
    assert_eq!(asked(SortBy::Unread, false).last(), Some(&read));
    assert_eq!(asked(SortBy::Unread, true).first(), Some(&read));
    let tagged = |article, name: &str| Change::Tag {
        articles: vec![article],
        add: vec![tag(name)],
        remove: Vec::new(),
        origin: Origin::Reader,
    };
    for (article, name) in [(rows[1].id, "zebra"), (rows[2].id, "zebra"), (rows[2].id, "apple")] {
        shelf.done(tagged(article, name));
    }
    assert_eq!(asked(SortBy::Tag, false)[..3], [rows[2].id, rows[1].id, rows[0].id], "what has none comes last");
}

/// Makes a library of today one of the first release.
const FORGET_LATER_SCHEMAS: &str = "DROP INDEX state_archived; DROP TABLE host;
    DROP TRIGGER feed_searches; DROP TABLE saved_search;
    ALTER TABLE feed DROP COLUMN settings; ALTER TABLE feed DROP COLUMN paused; ALTER TABLE feed DROP COLUMN because;
    ALTER TABLE feed DROP COLUMN cadence; ALTER TABLE feed DROP COLUMN last_full; ALTER TABLE feed DROP COLUMN moved_to; ALTER TABLE feed DROP COLUMN answered_by;
    ALTER TABLE feed DROP COLUMN moved_times; ALTER TABLE feed DROP COLUMN moved_since;
    ALTER TABLE tag DROP COLUMN articles_within; ALTER TABLE tag DROP COLUMN unread_within;
    DROP TABLE dictionary; DELETE FROM meta WHERE name = 'optimised_at';
    DROP TABLE loose; ALTER TABLE body DROP COLUMN at_leisure; DROP TABLE alias;
    CREATE TABLE alias (feed INTEGER NOT NULL, key TEXT NOT NULL, article INTEGER NOT NULL, seen INTEGER NOT NULL,
        PRIMARY KEY (feed, key)) STRICT, WITHOUT ROWID;
    CREATE INDEX alias_by_article ON alias (article);
    DROP TRIGGER state_deleted; DROP TABLE deleted;
    PRAGMA user_version = 1; PRAGMA wal_checkpoint(TRUNCATE)";

#[test]
fn a_library_of_the_first_release_keeps_all_its_state_and_can_archive() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, run_of(5));
    let all = ids(&shelf.rows(Scope::All));
    shelf.done(Change::SetStarred { articles: vec![all[2]], starred: true, origin: Origin::Reader });
    shelf.done(Change::SetRead { articles: vec![all[1]], read: true, origin: Origin::Reader });
    let before = shelf.rows(Scope::All);
    let Shelf { library, folder } = shelf;
    drop(library);
    let file = rusqlite::Connection::open(folder.path().join("library.db")).unwrap();
    file.execute_batch(FORGET_LATER_SCHEMAS).unwrap();
    drop(file);
    let shelf = Shelf { library: opened(folder.path()), folder };
    assert_eq!(shelf.rows(Scope::All), before);
    assert_eq!(shelf.done(archive(&all[..1], true)), Done::Archived { count: 1 });
    assert_eq!(ids(&shelf.rows(Scope::All)), all[1..]);
}
