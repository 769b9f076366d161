//! What an article takes of the file, with nothing but the program's own work: articles arrive some thousand at a time, as
//! they do in the course of weeks, are indexed by the drain, and the house is kept until nothing is left to do. Printed
//! as they have just arrived, as they are indexed, and as they are after the housework.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use dateline::news::Timestamp;
use dateline::store::{Change, Done, Library};
use rusqlite::Connection;

use crate::library::{self, Plan};
use crate::prose::Writer;

const ARTICLES: usize = 20_000;
const ARRIVING: usize = 2_500;
const NOW: i64 = 1_795_348_800;
/// The parts that are told of, with the tables and indexes that they are made of.
const PARTS: [(&str, &str); 6] = [
    ("bodies", "'body', 'dictionary'"),
    ("index", "'search_data', 'search_idx', 'search_docsize', 'search_content', 'search_config'"),
    ("row", "'article', 'metadata'"),
    ("state", "'state', 'state_by_sort', 'state_by_feed', 'state_unread', 'state_unread_by_feed', 'state_starred'"),
    ("keys", "'alias'"),
    ("tags", "'tagging', 'tagging_by_article'"),
];

/// Prints bytes an article in a library of so many.
pub fn table(articles: Option<usize>) {
    let articles = articles.unwrap_or(ARTICLES);
    let home = tempfile::tempdir_in(if Path::new("/dev/shm").is_dir() { "/dev/shm" } else { "." }).unwrap();
    let now = Timestamp::from_seconds(NOW);
    let library = Library::open(home.path(), Arc::new(move || now)).unwrap();
    let (plan, writer) = (Plan::new(articles, NOW), Writer::new());
    let feeds = library::subscribe(&library, &plan);
    print!("{:<28}{:>8}", "bytes an article", "file");
    PARTS.iter().for_each(|(name, _)| print!("{name:>8}"));
    println!("{:>8}", "free");
    let raw = Connection::open(home.path().join("library.db")).unwrap();
    let (mut indexing, mut keeping) = (0.0, 0.0);
    for first in (0..articles).step_by(ARRIVING) {
        let last = (first + ARRIVING).min(articles);
        library::arrive(&library, &plan, &writer, &feeds, first..last, now);
        let is_told = last == articles || first == 0;
        if is_told {
            print_line(&format!("{last} arrived"), &raw, last);
        }
        let start = Instant::now();
        dateline::refresh::drain(&library, &Arc::new(AtomicBool::new(false)), &mut |_| {}).unwrap();
        indexing += start.elapsed().as_secs_f64();
        if is_told {
            print_line(&format!("{last} indexed"), &raw, last);
        }
        let start = Instant::now();
        while library.change(Change::KeepHouse).unwrap().done == (Done::HouseKept { more: true }) {}
        keeping += start.elapsed().as_secs_f64();
        if is_told {
            print_line(&format!("{last}, house kept"), &raw, last);
        }
    }
    let each = |seconds: f64| seconds * 1e6 / articles as f64;
    println!("µs an article: indexing {:.0}, keeping the house {:.0}", each(indexing), each(keeping));
}

fn print_line(name: &str, raw: &Connection, articles: usize) {
    let number = |sql: &str| raw.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap() as f64 / articles as f64;
    print!("{name:<28}{:>8.0}", number("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"));
    for (_, tables) in PARTS {
        let sql = format!("SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE aggregate = 1 AND name IN ({tables})");
        print!("{:>8.0}", number(&sql));
    }
    println!("{:>8.0}", number("SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size"));
}
