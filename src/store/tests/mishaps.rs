//! A kill inside a migration, a library that somebody else holds, a reader that never ends: nothing is lost, nothing grows
//! without end.

use std::fs;

use rusqlite::fallible_iterator::FallibleIterator;
use rusqlite::{Batch, Connection};

use super::*;

/// A library of the first release with a person's work in it.
fn of_the_first_release(folder: &Path) {
    let (_, connection) = schema::open(folder, &schema::MIGRATIONS[..1]).unwrap();
    connection
        .execute_batch(
            "INSERT INTO feed (id, kind, url, title_own, articles, unread) VALUES (2, 0, 'https://kabar.example/feed', 'Kabar', 2, 1);
             INSERT INTO article (id, feed, title, author, arrived, sort)
                 VALUES (20000 << 20, 2, 'One', '', 1728000000, 1728000000), (20000 << 20 | 1, 2, 'Two', '', 1728000001, 1728000001);
             INSERT INTO state (article, feed, sort, unread, starred) VALUES (20000 << 20, 2, 1728000000, 0, 1), (20000 << 20 | 1, 2, 1728000001, 1, 0);
             INSERT INTO alias (feed, key, article, seen) VALUES (2, 'g:one', 20000 << 20, 0), (2, 'g:two', 20000 << 20 | 1, 0);
             INSERT INTO tag (id, name, articles, unread) VALUES (1, 'later', 1, 0);
             INSERT INTO tagging (tag, sort, article) VALUES (1, 1728000000, 20000 << 20);",
        )
        .unwrap();
}

fn assert_all_is_there(folder: &Path, when: &str) {
    let shelf = Shelf { library: opened(folder), folder: tempfile::tempdir().unwrap() };
    let rows = shelf.rows(Scope::All);
    let seen: Vec<(&str, bool, bool, usize)> =
        rows.iter().map(|it| (it.title.as_str(), it.state.unread, it.state.starred, it.tags.len())).collect();
    assert_eq!(seen, [("Two", true, false, 0), ("One", false, true, 1)], "{when}");
    assert_eq!(shelf.health().faults, [], "{when}");
    assert_eq!(shelf.health().schema_version, schema::MIGRATIONS.len() as i64, "{when}");
}

#[test]
fn a_kill_within_any_statement_of_a_migration_leaves_a_library_that_the_next_start_brings_up_to_date() {
    for (at, sql) in schema::MIGRATIONS.iter().enumerate().skip(1) {
        let mut statements_done = 0;
        loop {
            let folder = tempfile::tempdir().unwrap();
            of_the_first_release(folder.path());
            if at > 1 {
                drop(schema::open(folder.path(), &schema::MIGRATIONS[..at]).unwrap());
            }
            let mut connection = Connection::open(folder.path().join("library.db")).unwrap();
            // Small, so that pages of the unfinished transaction reach the disk.
            connection.execute_batch("PRAGMA cache_size = 1").unwrap();
            super::super::identity::register(&connection).unwrap();
            let tx = connection.transaction().unwrap();
            let mut batch = Batch::new(&tx, sql);
            let mut all_done = true;
            let mut left = statements_done;
            while let Some(mut statement) = batch.next().unwrap() {
                if left == 0 {
                    all_done = false;
                    break;
                }
                statement.execute([]).unwrap();
                left -= 1;
            }
            // What a killed process leaves is what its files hold now.
            let killed = tempfile::tempdir().unwrap();
            for file in fs::read_dir(folder.path()).unwrap() {
                let file = file.unwrap();
                if file.path().is_file() && !file.file_name().to_string_lossy().ends_with("-shm") {
                    fs::copy(file.path(), killed.path().join(file.file_name())).unwrap();
                }
            }
            assert_all_is_there(killed.path(), &format!("migration {} after {statements_done} statements", at + 1));
            let copies = fs::read_dir(killed.path().join("backup")).unwrap().count();
            assert!(copies > 0, "the file was not copied before migration {}", at + 1);
            if all_done {
                break;
            }
            statements_done += 1;
        }
        assert!(statements_done > 0);
    }
}

#[test]
fn a_change_waits_while_another_program_holds_the_library_and_is_then_made() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, run_of(1));
    let ids = shelf.ids(Scope::All);
    let holder = Connection::open(shelf.folder.path().join("library.db")).unwrap();
    holder.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let (sender, made) = std::sync::mpsc::channel();
    let change = Change::SetStarred { articles: ids, starred: true, origin: Origin::Reader };
    shelf.library.change_then(change, move |changed| sender.send(changed.unwrap().done).unwrap());
    // Meanwhile everything can be read.
    assert_eq!(shelf.rows(Scope::All).len(), 1);
    assert!(made.try_recv().is_err());
    holder.execute_batch("COMMIT").unwrap();
    assert_eq!(made.recv_timeout(std::time::Duration::from_secs(60)).unwrap(), Done::Starred { count: 1 });
    assert!(shelf.rows(Scope::All)[0].state.starred);
}

#[test]
fn reads_marks_and_a_changed_text_of_one_article_all_survive() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, run_of(1));
    let ids = shelf.ids(Scope::All);
    let other = opened(shelf.folder.path());
    shelf.read(&ids, true);
    other.change(Change::SetStarred { articles: ids.clone(), starred: true, origin: Origin::CommandLine }).unwrap();
    let mut edited = run_of(1);
    edited[0].body = Html("<p>Edited meanwhile</p>".to_owned());
    assert_eq!(shelf.arrive(feed, edited), (0, 1));
    let article = shelf.article(ids[0]);
    assert!(!article.row.state.unread && article.row.state.starred);
    assert_eq!(article.body.feed.0, "<p>Edited meanwhile</p>");
}
