//! The log of changes (WAL) beside readers that never rest: SQLite begins it anew only at a moment at which nobody reads
//! from it (sqlite.org/wal.html, “checkpoint starvation”), so that two readers in turn could let it grow without end.

use std::sync::atomic::{AtomicBool, Ordering};

use super::*;

const LOG_BYTES_MAX: u64 = 64 * 1_048_576;
const ARTICLES_A_FEED: usize = 10;
/// Text that nothing makes smaller: what arrives is more than the log may hold.
const TEXT_BYTES: usize = 160 * 1_024;
const ROUNDS: usize = 75;

/// Text without repetitions, always another.
fn noise(number: usize) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&number.to_le_bytes());
    let mut bytes = vec![0; TEXT_BYTES];
    hasher.finalize_xof().fill(&mut bytes);
    // Six bits a letter, which zstd can do no better than to pack again.
    const LETTERS: &[u8; 64] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    bytes.iter().map(|it| char::from(LETTERS[usize::from(it % 64)])).collect()
}

fn log_bytes(shelf: &Shelf) -> u64 {
    std::fs::metadata(shelf.folder.path().join("library.db-wal")).map_or(0, |it| it.len())
}

fn articles(round: usize) -> Vec<ParsedArticle> {
    (0..ARTICLES_A_FEED)
        .map(|it| {
            let number = round * ARTICLES_A_FEED + it;
            parsed(&[&format!("guid-{number}")], &format!("Title {number}"), &noise(number))
        })
        .collect()
}

#[test]
fn readers_that_never_rest_do_not_let_the_log_grow_without_end() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, articles(0));
    let over = AtomicBool::new(false);
    let mut most = 0;
    let mut arrived = 0;
    std::thread::scope(|scope| {
        // Overlapping: whenever one ends its question another is in the middle of its own.
        for _ in 0..2 {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    shelf.ids(Scope::All);
                    shelf.tree();
                }
            });
        }
        for round in 1..ROUNDS {
            shelf.arrive(feed, articles(round));
            arrived += ARTICLES_A_FEED * TEXT_BYTES * 3 / 4;
            most = most.max(log_bytes(&shelf));
        }
        over.store(true, Ordering::Relaxed);
    });
    println!("{} MiB arrived, the log was {} MiB at most", arrived >> 20, most >> 20);
    assert!(arrived as u64 > LOG_BYTES_MAX && most <= LOG_BYTES_MAX, "{arrived} bytes arrived, {most} in the log");
}

#[test]
fn a_log_that_somebody_held_open_is_small_again_once_he_lets_go() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, articles(0));
    let holder = schema::open_reader(&shelf.folder.path().join("library.db")).unwrap();
    holder.execute_batch("BEGIN; SELECT count(*) FROM article").unwrap();
    for round in 1..30 {
        shelf.arrive(feed, articles(round));
    }
    let held = log_bytes(&shelf);
    holder.execute_batch("COMMIT").unwrap();
    for round in 30..34 {
        shelf.arrive(feed, articles(round));
    }
    let after = log_bytes(&shelf);
    assert!(after <= LOG_BYTES_MAX / 2 && after < held, "{held} bytes while it was held, {after} after");
}
