//! Twice the articles in a document are about twice the work of storing it, counted in steps of SQLite's machine: when all
//! are new, when all are known, and when all have changed; in a library that holds much and in one that holds little.

use std::cell::Cell;

use super::super::blob::Press;
use super::super::{arrive, schema};
use super::*;

/// Quadratic growth would be four.
const RATIO_MAX: f64 = 2.5;
const ARTICLES: usize = 150;

thread_local! {
    static STEPS: Cell<u64> = const { Cell::new(0) };
}

/// The steps of storing a document of so many new, known and changed articles, beside so many that were there before.
fn steps(articles: usize, before: usize) -> [(&'static str, u64); 3] {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    let other = shelf.feed("https://b.example/feed");
    if before > 0 {
        shelf.arrive(other, run_of(before));
    }
    let new = shelf.arrival(feed, run_of(articles));
    let known = Arrival { body_hash: [1; 32], ..new.clone() };
    let mut changed = Arrival { body_hash: [2; 32], ..new.clone() };
    for article in &mut changed.parsed.articles {
        article.title = clean(&format!("{} again", article.title));
    }
    let Shelf { library, folder } = shelf;
    drop(library);
    let (_, mut connection) = schema::open(folder.path(), schema::MIGRATIONS).unwrap();
    let mut press = Press::new(&connection).unwrap();
    connection.execute_batch("CREATE TEMP TABLE IF NOT EXISTS picked (article INTEGER PRIMARY KEY)").unwrap();
    connection
        .progress_handler(
            1,
            Some(|| {
                STEPS.set(STEPS.get() + 1);
                false
            }),
        )
        .unwrap();
    [("new", new), ("known", known), ("changed", changed)].map(|(name, arrival)| {
        STEPS.set(0);
        let tx = connection.transaction().unwrap();
        arrive::arrive(&tx, &mut press, &arrival).unwrap();
        tx.commit().unwrap();
        (name, STEPS.get())
    })
}

#[test]
fn storing_grows_with_the_document_and_not_with_the_library() {
    let (once, twice, among_many) = (steps(ARTICLES, 0), steps(2 * ARTICLES, 0), steps(ARTICLES, 10 * ARTICLES));
    for ((name, once), ((_, twice), (_, among_many))) in once.into_iter().zip(twice.into_iter().zip(among_many)) {
        println!("{name:<8} {once} steps, {twice} for twice as many, {among_many} in a library of ten times as many");
        let ratio = twice as f64 / once as f64;
        assert!(ratio < RATIO_MAX, "{name}: twice the articles took {ratio:.1} times the steps");
        assert!(among_many < once + once / 5, "{name}: {once} steps, {among_many} where there was much already");
    }
}
