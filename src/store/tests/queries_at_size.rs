//! How long queries take where there is much: prints figures and asserts none.

use std::time::Instant;

use rusqlite::{Connection, params};

use super::*;

/// `DATELINE_ARTICLES` says how many; the figures mean little without --release.
const ARTICLES: i64 = 100_000;
const FEEDS: i64 = 300;

const QUERIES: [&str; 22] = [
    "everywhere",
    "e*",
    "seldom",
    "everywhere seldom",
    "w7 or seldom",
    "number",
    "everywhere -w1",
    "unread",
    "#rare",
    "#common",
    "#common unread",
    "#common everywhere",
    "#rare everywhere",
    "feed:17",
    "folder:folder3 w9",
    "starred",
    "author:lee",
    "place:jakarta",
    "words>2990",
    "@2026-10-01..2026-10-02",
    "everywhere @2026-10-01",
    "title:title -unread",
];

#[test]
#[ignore = "prints figures; says little without --release"]
fn first_rows_and_all_ids_of_queries() {
    let count = std::env::var("DATELINE_ARTICLES").ok().and_then(|it| it.parse().ok()).unwrap_or(ARTICLES);
    let shelf = shelf();
    fill(&shelf, count);
    eprintln!("{count} articles                first rows         all");
    for text in QUERIES {
        let query = Query::parse(text).unwrap().settled(&present(), &[]).unwrap();
        let view = View { scope: Scope::All, unread_only: false, query };
        let began = Instant::now();
        let first = shelf.rows_of_view(view.clone(), 200).len();
        let first_took = began.elapsed();
        let began = Instant::now();
        let all = match shelf.library.ask(Ask::Ids { view }).unwrap() {
            Answer::Ids(ids) | Answer::IdsSoFar(ids) => ids.len(),
            other => panic!("{other:?}"),
        };
        eprintln!("{text:28} {first:4} in {first_took:9.1?} {all:8} in {:9.1?}", began.elapsed());
    }
}

/// Straight into the tables: only what queries look at.
fn fill(shelf: &Shelf, count: i64) {
    let file = Connection::open(shelf.folder.path().join("library.db")).unwrap();
    file.execute_batch("PRAGMA synchronous = OFF; BEGIN").unwrap();
    for feed in 2..2 + FEEDS {
        file.execute(
            "INSERT INTO feed (id, kind, url, title_given, folder, articles) VALUES (?1, 0, ?2, ?3, ?4, ?5)",
            params![
                feed,
                format!("https://f{feed}.example/"),
                format!("Feed number {feed}"),
                format!("Folder{}", feed % 10),
                count / FEEDS
            ],
        )
        .unwrap();
    }
    file.execute(
        "INSERT INTO tag (id, name, articles) VALUES (1, 'rare', ?1), (2, 'common', ?2)",
        [count / 10_000, count / 3],
    )
    .unwrap();
    file.execute("INSERT INTO language (code) VALUES ('en')", []).unwrap();
    let (mut day, mut sequence) = (0, 0);
    for it in 0..count {
        let sort = noon().plus(-(count - it) * 120);
        sequence = if sort.utc_day() == day { sequence + 1 } else { 0 };
        day = sort.utc_day();
        let id = ArticleId::new(sort, sequence).0;
        let (feed, sort) = (2 + it % FEEDS, sort.seconds());
        // Common words are common, rare ones rare.
        let word = |salt: i64| 20_000 / (1 + (it * 7_919 + salt * 104_729) % 20_011);
        let mut tokens: Vec<String> = (0..50).map(|salt| format!("w{}", word(salt))).collect();
        tokens.extend(["everywhere", "title"].map(str::to_owned));
        tokens.extend((it % 10_000 == 0).then(|| "seldom".to_owned()));
        let author = if it % 1_000 == 0 { "Ada Lee" } else { "" };
        tokens.extend(author.split(' ').map(str::to_lowercase));
        let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
            file.prepare_cached(sql).unwrap().execute(values).unwrap();
        };
        run(
            "INSERT INTO article (id, feed, title, url, author, arrived, sort) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
            &[&id, &feed, &format!("Title {it}"), &format!("https://f{feed}.example/{it}"), &author, &sort],
        );
        run(
            "INSERT INTO state (article, feed, sort, unread, starred) VALUES (?1, ?2, ?3, ?4, ?5)",
            &[&id, &feed, &sort, &(it % 2), &(it % 5_000 == 0)],
        );
        let index_row = index_row(ArticleId(id));
        run("INSERT INTO search (rowid, tokens) VALUES (?1, ?2)", &[&index_row, &tokens.join(" ")]);
        for (tag, each) in [(1, 10_000), (2, 3)] {
            if it % each == 0 {
                run("INSERT INTO tagging VALUES (?1, ?2, ?3)", &[&tag, &sort, &id]);
            }
        }
        let place = if it % 2_000 == 0 { "\"JAKARTA\"" } else { "null" };
        let json = format!(r#"{{"language":"en","dateline":{place},"words":{},"links":3}}"#, 50 + it % 3_000);
        run("INSERT INTO metadata VALUES (?1, ?2)", &[&id, &json]);
    }
    file.execute_batch("COMMIT").unwrap();
}
