//! What the writer does while nobody waits: nothing of it is seen but in the size of the file.

use rusqlite::Connection;

use super::super::blob::Press;
use super::super::house::{self, Housework};
use super::*;

/// Articles with words that come again, more than a dictionary needs.
fn alike() -> Vec<ParsedArticle> {
    let mut articles = run_of(house::BODIES_TO_LEARN_FROM + 100);
    for (at, article) in articles.iter_mut().enumerate() {
        let words: Vec<String> = (0..60).map(|it| format!("kata{}", (at * 31 + it * it) % 400)).collect();
        article.body = Html(format!("<p class=\"lead\">Berita {at}: {}</p>", words.join(" ")));
        if at % 7 == 0 {
            article.summary = Html(format!("<p>Ringkasan {at}: {}</p>", words[..9].join(" ")));
        }
    }
    articles
}

fn kept(connection: &Connection, press: &mut Press) {
    while house::keep(connection, press, noon()).unwrap() == Housework::More {}
}

fn connection(shelf: &Shelf) -> Connection {
    Connection::open(shelf.folder.path().join("library.db")).unwrap()
}

fn number(connection: &Connection, sql: &str) -> i64 {
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn texts_shrink_with_a_dictionary_of_their_own_and_say_the_same_as_before() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, alike());
    shelf.index("id");
    let ids = shelf.ids(Scope::All);
    let before: Vec<Article> = ids.iter().step_by(100).map(|it| shelf.article(*it)).collect();
    let raw = connection(&shelf);
    let sizes = "SELECT sum(length(html)) FROM body";
    let bytes_before = number(&raw, sizes);

    kept(&raw, &mut Press::new(&raw).unwrap());
    assert_eq!(number(&raw, "SELECT count(*) FROM dictionary"), 1);
    assert_eq!(number(&raw, "SELECT count(*) FROM body WHERE dictionary = 0"), 0);
    let bytes_after = number(&raw, sizes);
    assert!(bytes_after * 10 < bytes_before * 9, "{bytes_before} → {bytes_after}");

    // A library opened anew writes with it; what is stored is read by whoever has it open, then and now.
    let after: Vec<Article> = ids.iter().step_by(100).map(|it| shelf.article(*it)).collect();
    assert_eq!(after, before);
    let shelf = shelf.reopen();
    let mut edited = alike();
    edited[5].body = Html("<p>Another text altogether</p>".to_owned());
    assert_eq!(shelf.arrive(feed, edited), (0, 1));
    assert_eq!(number(&raw, "SELECT count(*) FROM body WHERE dictionary = 0"), 0);
    let texts = |sought: &str| ids.iter().filter(|it| shelf.article(**it).body.feed.0.contains(sought)).count();
    assert_eq!(texts("Another text altogether"), 1);
    assert_eq!(shelf.health().faults, []);
}

/// The command line ends long before anybody has been quiet for two seconds; a library that only cron fills was never
/// pressed.
#[test]
fn who_ends_early_can_have_the_house_kept_a_piece_at_a_time() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, alike());
    shelf.index("id");
    let raw = connection(&shelf);
    let mut pieces = 0;
    while shelf.done(Change::KeepHouse) == (Done::HouseKept { more: true }) {
        pieces += 1;
    }
    assert!(pieces > house::BODIES_TO_LEARN_FROM / 64, "{pieces}");
    assert_eq!(number(&raw, "SELECT count(*) FROM body WHERE dictionary = 0"), 0);
    assert_eq!(number(&raw, "SELECT count(*) FROM journal"), 1, "nothing but subscribing can be undone");
    assert_eq!(shelf.health().faults, []);
}

#[test]
fn two_libraries_have_dictionaries_of_their_own() {
    let mut first = Vec::new();
    for round in 0..2 {
        let shelf = shelf();
        let feed = shelf.feed("https://kabar.example/feed");
        let mut articles = alike();
        for article in &mut articles {
            article.body = Html(article.body.0.replace("kata", if round == 0 { "word" } else { "mot" }));
        }
        shelf.arrive(feed, articles);
        shelf.index("id");
        let raw = connection(&shelf);
        kept(&raw, &mut Press::new(&raw).unwrap());
        let id = shelf.ids(Scope::All)[0];
        // Read on one thread: what the thread remembers of the one library must not be taken for the other's.
        let text = shelf.article(id).body.feed.0;
        assert!(text.contains(if round == 0 { "word" } else { "mot" }), "{text}");
        first.push(number(&raw, "SELECT number FROM dictionary"));
    }
    assert_ne!(first[0], first[1]);
}

#[test]
fn a_small_library_has_no_dictionary_and_statistics_follow_its_growth() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, run_of(50));
    let raw = connection(&shelf);
    let mut press = Press::new(&raw).unwrap();
    kept(&raw, &mut press);
    let optimised = "SELECT value FROM meta WHERE name = 'optimised_at'";
    assert_eq!(number(&raw, optimised), 0, "statistics of next to nothing are worse than none");
    shelf.arrive(feed, run_of(150));
    kept(&raw, &mut press);
    assert_eq!(number(&raw, optimised), 150);
    assert!(number(&raw, "SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'state'") > 0);
    shelf.arrive(feed, run_of(200));
    kept(&raw, &mut press);
    assert_eq!(number(&raw, optimised), 150, "not for every few articles");
    assert_eq!(number(&raw, "SELECT count(*) FROM dictionary"), 0);
    assert!(!press.has_dictionary());
}

#[test]
fn pages_are_large_enough_for_several_texts() {
    assert_eq!(number(&connection(&shelf()), "PRAGMA page_size"), 8_192);
}
