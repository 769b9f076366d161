//! An index whose rows are not the ids of articles, and keys that are kept as numbers: nobody can tell, neither in a new
//! library nor in one that was made before.

use super::*;

/// A library as it was before, with two articles that were indexed under their ids and tagged.
fn of_before(folder: &Path) {
    let (_, connection) = schema::open(folder, &schema::MIGRATIONS[..7]).unwrap();
    let text = |text: &str| zstd::bulk::compress(text.as_bytes(), 1).unwrap();
    connection
        .execute_batch(
            "INSERT INTO feed (id, kind, url, title_own, articles, unread) VALUES (2, 0, 'https://kabar.example/feed', 'Kabar', 2, 2);
             INSERT INTO article (id, feed, title, author, arrived, sort)
                 VALUES (20000 << 20, 2, 'One', '', 1728000000, 1728000000), (20000 << 20 | 1, 2, 'Two', '', 1728000001, 1728000001);
             INSERT INTO state (article, feed, sort) SELECT id, feed, sort FROM article;
             INSERT INTO alias (feed, key, article, seen) VALUES (2, 'g:one', 20000 << 20, 0), (2, 'g:two', 20000 << 20 | 1, 0);
             INSERT INTO search (rowid, tokens) VALUES (20000 << 20, 'one rain'), (20000 << 20 | 1, 'two sun');
             INSERT INTO tag (id, name, articles, unread, articles_within, unread_within) VALUES (1, 'later', 1, 1, 1, 1);
             INSERT INTO tagging (tag, sort, article) VALUES (1, 1728000000, 20000 << 20);
             UPDATE meta SET value = 1 WHERE name = 'words_version';",
        )
        .unwrap();
    for (sequence, words) in [(0, "<p>rain</p>"), (1, "<p>sun</p>")] {
        let id = (20_000_i64 << 20) | sequence;
        connection
            .execute("INSERT INTO body (article, html) VALUES (?1, ?2)", rusqlite::params![id, text(words)])
            .unwrap();
    }
}

#[test]
fn an_older_library_keeps_its_articles_waits_for_its_index_and_then_finds_as_before() {
    let folder = tempfile::tempdir().unwrap();
    of_before(folder.path());
    let shelf = Shelf { library: opened(folder.path()), folder };
    assert_eq!(shelf.health().waiting_for_index, 2, "and it says so");
    assert_eq!(shelf.found(""), ["Two", "One"]);
    assert_eq!(shelf.found("#later"), ["One"]);
    assert_eq!(shelf.article(ArticleId(20_000 << 20)).body.feed.0, "<p>rain</p>");
    assert_eq!(shelf.found("two"), ["Two"], "by its title while it waits");
    shelf.index("en");
    assert_eq!(shelf.found("rain"), ["One"]);
    assert_eq!(shelf.found("su*"), ["Two"]);
    // Its feed lists them again: they are known by the keys of before.
    let again = vec![parsed(&["g:two"], "Two", "<p>sun</p>"), parsed(&["g:one"], "One", "<p>rain</p>")];
    assert_eq!(shelf.arrive(FeedId(2), again).0, 0);
    assert_eq!(shelf.health().faults, []);
    let reopened = shelf.reopen();
    assert_eq!(reopened.health().waiting_for_index, 0, "once");
}

/// More articles on two days than have a place among the first of them.
#[test]
fn what_a_crowded_day_has_beyond_its_rows_is_found_in_its_order() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    let articles = (0..2_600).map(|it| {
        let mut article = parsed(&[&format!("k{it}")], &format!("Title {it}"), "<p>text</p>");
        let day =
            ["2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z"][it % 3 % (1 + it / 200).min(3)];
        article.published = Some(moment(day).plus((it as i64 * 7_919) % 80_000));
        article
    });
    shelf.arrive(feed, articles.collect());
    shelf.index("en");
    let file = schema::open_reader(&shelf.folder.path().join("library.db")).unwrap();
    let crowded: i64 =
        file.query_row("SELECT count(*) FROM search_docsize WHERE id > 1 << 44", [], |row| row.get(0)).unwrap();
    assert!(crowded > 0, "the second region has something");
    for (question, same) in
        [("title", ""), ("ti* text", ""), ("title @2026-11-22", "@2026-11-22"), ("title id:1 or title", "")]
    {
        let view = |text: &str| {
            let query = Query::parse(text).unwrap().settled(&present(), &[]).unwrap();
            View { scope: Scope::All, unread_only: false, query }
        };
        let ids = |text: &str| match shelf.library.ask(Ask::Ids { view: view(text) }).unwrap() {
            Answer::Ids(ids) => ids,
            other => panic!("{other:?}"),
        };
        assert!(!ids(same).is_empty());
        assert!(ids(question) == ids(same), "{question}: not the same, or not in the same order");
        let first = |text: &str| shelf.rows_of_view(view(text), 300).iter().map(|it| it.id).collect::<Vec<_>>();
        assert!(first(question) == first(same), "the first of {question}");
    }
    assert_eq!(shelf.health().faults, []);
}

#[test]
fn a_text_pressed_anew_leaves_no_empty_space_where_it_was() {
    use super::super::house::BODIES_TO_LEARN_FROM;
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    let mut articles = run_of(BODIES_TO_LEARN_FROM);
    for (at, article) in articles.iter_mut().enumerate() {
        let words: Vec<String> = (0..100).map(|it| format!("k{}", (at * 7 + it * it * 31) % 3_000)).collect();
        article.body = Html(format!("<p>{at} {}</p>", words.join(" ")));
    }
    shelf.arrive(feed, articles);
    shelf.index("id");
    let raw = schema::open_reader(&shelf.folder.path().join("library.db")).unwrap();
    let number = |sql: &str| raw.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let pages = "SELECT sum(pgsize) FROM dbstat WHERE aggregate = 1 AND name = 'body'";
    let frames = "SELECT sum(length(html)) FROM body";
    let (pages_before, frames_before) = (number(pages), number(frames));
    while shelf.done(Change::KeepHouse) == (Done::HouseKept { more: true }) {}
    assert_eq!(number("SELECT count(*) FROM loose"), 0);
    assert_eq!(number("SELECT count(*) FROM body WHERE at_leisure = 0"), 0);
    let (pages, frames) = (number(pages), number(frames));
    assert!(frames * 10 < frames_before * 9, "{frames_before} → {frames}");
    // The rest of a row is as large as before, so that the pages shrink a little less than what stands in them.
    let saved = frames_before - frames;
    assert!(pages < pages_before - saved * 8 / 10, "{pages_before} → {pages}, of frames {frames_before} → {frames}");
    assert_eq!(shelf.health().faults, []);
}
