//! The same work on the same file in bare SQLite and through the library itself, in one process and one run.

use std::sync::Arc;
use std::time::Instant;

use dateline::news::{ArticleId, TagName, Timestamp};
use dateline::query::Query;
use dateline::store::{Answer, Ask, Change, Library, Origin, Scope, View};
use rusqlite::{Connection, params};

use crate::Figure;
use crate::library::{Made, UNREAD_MAX};
use crate::waits::tagged;

const ROUNDS: usize = 3;

pub fn figures(made: &Made) -> Vec<Figure> {
    let mut figures = Vec::new();
    let mut add = |name, value| figures.push(Figure { name, value });
    let path = made.folder.join("library.db");
    let bare = Connection::open(&path).unwrap();
    bare.execute_batch("PRAGMA synchronous = full; CREATE TEMP TABLE wanted (article INTEGER PRIMARY KEY)").unwrap();
    let present = Timestamp::from_seconds(4_000_000_000);
    let library = Library::open(&made.folder, Arc::new(move || present)).unwrap();

    let list = |sql: &str, count: usize| -> Vec<i64> {
        let mut statement = bare.prepare(sql).unwrap();
        statement.query_map([count as i64], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let wanted = |ids: &[i64]| {
        bare.execute_batch("BEGIN; DELETE FROM temp.wanted").unwrap();
        for id in ids {
            bare.prepare_cached("INSERT INTO temp.wanted VALUES (?1)").unwrap().execute([id]).unwrap();
        }
        bare.execute_batch("COMMIT").unwrap();
    };

    // Reading.
    let rows = "SELECT s.article, a.title, f.title_own FROM state s INDEXED BY state_by_sort
        JOIN article a ON a.id = s.article JOIN feed f ON f.id = s.feed
        WHERE s.deleted = 0 ORDER BY s.sort DESC, s.article DESC LIMIT ?1";
    let view = |query: &str| View { scope: Scope::All, unread_only: false, query: Query::parse(query).unwrap() };
    let bare_rows = best(|| drop(list(rows, 200)));
    let our_rows = best(|| drop(library.ask(Ask::Rows { view: view(""), limit: 200 }).unwrap()));
    add("200 rows, bare SQLite ms", bare_rows);
    add("200 rows, ours ms", our_rows);
    let ids = "SELECT s.article FROM state s INDEXED BY state_by_sort WHERE s.deleted = 0
        ORDER BY s.sort DESC, s.article DESC LIMIT ?1";
    add("all ids, bare SQLite ms", best(|| drop(list(ids, usize::MAX >> 1))));
    add("all ids, ours ms", best(|| drop(library.ask(Ask::Ids { view: view("") }).unwrap())));

    // Marking all that is unread.
    let unread =
        list("SELECT article FROM state INDEXED BY state_unread WHERE deleted = 0 AND unread = 1 LIMIT ?1", UNREAD_MAX);
    wanted(&unread);
    let set = |value: bool| {
        let sql = "UPDATE state SET unread = ?1 WHERE article IN (SELECT article FROM temp.wanted)";
        bare.execute(sql, [value]).unwrap();
    };
    let (mut read, mut unread_again, mut ours, mut undo) = (f64::MAX, f64::MAX, f64::MAX, f64::MAX);
    let articles: Vec<ArticleId> = unread.iter().map(|it| ArticleId(*it)).collect();
    for _ in 0..ROUNDS {
        read = read.min(timed(|| set(false)));
        unread_again = unread_again.min(timed(|| set(true)));
        let change = Change::SetRead { articles: articles.clone(), read: true, origin: Origin::Reader };
        ours = ours.min(timed(|| drop(library.change(change).unwrap())));
        undo = undo.min(timed(|| drop(library.change(Change::Undo { origin: Origin::Reader }).unwrap())));
    }
    add("mark 200,000 read, bare SQLite ms", read);
    add("mark 200,000 read, ours ms", ours);
    add("mark 200,000 read, ours ÷ bare", ours / read);
    add("mark 200,000 unread, bare SQLite ms", unread_again);
    add("undo of 200,000, ours ms", undo);
    add("undo of 200,000, ours ÷ bare", undo / unread_again);

    // Tagging.
    let newest = list(ids, tagged(made));
    wanted(&newest);
    bare.execute("INSERT OR IGNORE INTO tag (name) VALUES ('bare')", []).unwrap();
    let tag = |on: bool| {
        let sql = if on {
            "INSERT INTO tagging (tag, sort, article) SELECT (SELECT id FROM tag WHERE name = 'bare'), s.sort, s.article
             FROM temp.wanted w CROSS JOIN state s ON s.article = w.article"
        } else {
            "DELETE FROM tagging WHERE tag = (SELECT id FROM tag WHERE name = 'bare')"
        };
        bare.execute(sql, params![]).unwrap();
    };
    let (mut bare_tag, mut bare_untag, mut ours, mut undo) = (f64::MAX, f64::MAX, f64::MAX, f64::MAX);
    let (mut ours_below, mut undo_below) = (f64::MAX, f64::MAX);
    let articles: Vec<ArticleId> = newest.iter().map(|it| ArticleId(*it)).collect();
    for _ in 0..ROUNDS {
        bare_tag = bare_tag.min(timed(|| tag(true)));
        bare_untag = bare_untag.min(timed(|| tag(false)));
        let put_on = |name: &str| {
            let add = vec![TagName::parse(name).unwrap()];
            Change::Tag { articles: articles.clone(), add, remove: Vec::new(), origin: Origin::Reader }
        };
        let undone = || timed(|| drop(library.change(Change::Undo { origin: Origin::Reader }).unwrap()));
        ours = ours.min(timed(|| drop(library.change(put_on("bench")).unwrap())));
        undo = undo.min(undone());
        // Some of them carry a tag above or beside it already.
        ours_below = ours_below.min(timed(|| drop(library.change(put_on("dunia/bench")).unwrap())));
        undo_below = undo_below.min(undone());
    }
    add("tag 10,000, bare SQLite ms", bare_tag);
    add("tag 10,000, ours ms", ours);
    add("tag 10,000 below another tag, ours ms", ours_below);
    add("untag 10,000, bare SQLite ms", bare_untag);
    add("undo of tagging 10,000, ours ms", undo);
    add("undo of tagging 10,000 below another, ours ms", undo_below);
    bare.execute("DELETE FROM tag WHERE name = 'bare'", []).unwrap();

    let Answer::Health(health) = library.ask(Ask::Health).unwrap() else { unreachable!() };
    assert!(health.faults.is_empty(), "{:?}", health.faults);
    let each = |bytes: i64| bytes as f64 / made.articles as f64;
    add("file, bytes an article", each(health.file_bytes));
    add("· bodies, bytes an article", each(health.body_bytes));
    add("· index, bytes an article", each(health.index_bytes));
    add("· free, bytes an article", each(health.free_bytes));
    figures
}

fn timed(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64() * 1_000.0
}

fn best(mut work: impl FnMut()) -> f64 {
    (0..ROUNDS).map(|_| timed(&mut work)).fold(f64::MAX, f64::min)
}
