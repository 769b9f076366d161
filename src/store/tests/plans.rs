//! The ways that SQLite takes, as it states them itself (EXPLAIN QUERY PLAN): no question about a view walks a table from
//! end to end, nor sorts what an index has in order already. Newsboat walked all articles once a feed where statistics
//! were of an empty file; what is wrong at a hundred articles is only slow at a million.

use std::cell::RefCell;
use std::collections::BTreeSet;

use rusqlite::trace::{TraceEvent, TraceEventCodes};

use super::*;

/// Whole walks that are meant: tables with a row for each feed, tag or search, by name or as they are called in
/// statements, and what is walked in the order of its own number, as far as a limit.
const WALKED: [&str; 14] = [
    "feed",
    "f",
    "tag",
    "g",
    "feed_tag",
    "saved_search",
    "language",
    "host",
    "meta",
    "dictionary",
    "changes",
    "main.search_config",
    "journal",
    "q",
];
/// Sorts that are meant: the tags of one article, and all feeds.
const SORTED: [&str; 2] = ["WHERE t.article = ?1 ORDER BY g.name", "FROM feed WHERE"];

thread_local! {
    /// The statements that the traced connection has begun; SQLite calls back on the thread that asks.
    static BEGUN: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

/// What is wrong with the ways of a question: each with its statement.
fn faults(reader: &mut rusqlite::Connection, ask: &Ask) -> Vec<String> {
    BEGUN.with_borrow_mut(BTreeSet::clear);
    let code = TraceEventCodes::SQLITE_TRACE_STMT;
    reader
        .trace_v2(
            code,
            Some(|event: TraceEvent<'_>| {
                if let TraceEvent::Stmt(_, sql) = event {
                    BEGUN.with_borrow_mut(|it| it.insert(sql.to_owned()));
                }
            }),
        )
        .unwrap();
    super::super::answer::answer(reader, ask).unwrap();
    reader.trace_v2(code, None::<fn(TraceEvent<'_>)>).unwrap();
    let mut faults = Vec::new();
    for sql in BEGUN.take() {
        // Comments are what virtual tables run within; they have plans of their own.
        if sql.starts_with("--") || !sql.trim_start().to_ascii_uppercase().starts_with("SELECT") {
            continue;
        }
        faults.extend(
            ways(reader, &sql).into_iter().filter(|it| is_slow(it, &sql)).map(|it| format!("{it}\n    in {sql}")),
        );
    }
    faults
}

/// The lines of a statement's plan.
fn ways(reader: &rusqlite::Connection, sql: &str) -> Vec<String> {
    let mut statement = reader.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let unbound: Vec<Option<i64>> = vec![None; statement.parameter_count()];
    let rows = statement.query_map(rusqlite::params_from_iter(unbound), |row| row.get(3)).unwrap();
    rows.map(Result::unwrap).collect()
}

fn is_slow(way: &str, sql: &str) -> bool {
    if way.starts_with("USE TEMP B-TREE FOR ORDER BY") {
        return !SORTED.iter().any(|it| sql.contains(it));
    }
    let Some(scanned) = way.strip_prefix("SCAN ") else { return false };
    // In the order of an index, and only as far as the limit; or something that is no table at all.
    let bounded = ["USING INDEX state_", "USING COVERING INDEX state_", "VIRTUAL TABLE", "CONSTANT ROW", "(subquery"];
    let table = scanned.split(' ').next().unwrap_or_default();
    !WALKED.contains(&table) && !bounded.iter().any(|it| way.contains(it))
}

fn filled() -> Shelf {
    let shelf = shelf();
    let feeds = [("https://a.example/feed", "A/B"), ("https://b.example/feed", "A"), ("https://c.example/feed", "")];
    for (number, (address, folder)) in feeds.into_iter().enumerate() {
        let feed = shelf.feed_with(address, folder, &[]);
        let mut articles = run_of(60);
        for article in &mut articles {
            article.keys = Keys(vec![format!("{number}-{}", article.title)]);
        }
        shelf.arrive(feed, articles);
    }
    shelf.index("id");
    let ids = shelf.ids(Scope::All);
    shelf.star(&ids[..5], true);
    shelf.tag(&ids[5..20], &["later"], &[]);
    shelf.tag(&ids[20..30], &["later/soon"], &[]);
    shelf.read(&ids[..40], true);
    shelf.done(Change::SetArchived { articles: ids[40..50].to_vec(), archived: true, origin: Origin::Reader });
    shelf.done(Change::Unsubscribe { feed: FeedId(4), origin: Origin::Reader });
    let file = rusqlite::Connection::open(shelf.folder.path().join("library.db")).unwrap();
    file.execute_batch("PRAGMA optimize = 0x10002").unwrap();
    shelf
}

/// Every view, its rows and its ids, with and without a query, and what is asked beside.
fn questions(newest: &[ArticleId]) -> Vec<Ask> {
    let scopes = [
        Scope::All,
        Scope::Since(moment("2026-11-24T00:00:00Z")),
        Scope::Starred,
        Scope::Folder(FolderPath::parse("A")),
        Scope::Feed(FeedId(2)),
        Scope::Tag(tag("later")),
        Scope::Tag(tag("later/soon")),
        Scope::Untagged,
    ];
    let queries = [
        "",
        "title",
        "ti*",
        "\"title 7\"",
        "title or text",
        "title -text",
        "unread",
        "starred",
        "archived",
        "#later",
        "-#later",
        "title #later",
        "feed:kabar",
        "feed:kabar title",
        "folder:A unread",
        "@2026-11-24",
        "title @2026-11-01..2026-11-30",
    ];
    let mut questions = Vec::new();
    for scope in scopes {
        for unread_only in [false, true] {
            for text in queries {
                let query = Query::parse(text).unwrap().settled(&present(), &[]).unwrap();
                let view = View { scope: scope.clone(), unread_only, query };
                questions.push(Ask::Rows { view: view.clone(), limit: 50 });
                questions.push(Ask::Ids { view });
            }
        }
    }
    let everything = View { scope: Scope::All, unread_only: false, query: Query::Everything };
    for by in [SortBy::Title, SortBy::Feed, SortBy::Author, SortBy::Length, SortBy::Unread] {
        questions.push(Ask::IdsInOrder { view: everything.clone(), order: Order { by, reversed: false } });
    }
    let counted = Query::parse("title").unwrap().settled(&present(), &[]).unwrap();
    questions.extend([
        Ask::Tree { today: moment("2026-11-24T00:00:00Z") },
        Ask::RowsOf(newest.to_vec()),
        Ask::Article(newest[0]),
        Ask::SearchCounts { queries: vec![(SearchId(1), counted)] },
        Ask::Due { now: noon(), everything: false, only: None },
        Ask::Hosts,
        Ask::Journal { limit: 50 },
        Ask::Queue { after: None, limit: 50 },
        Ask::QueuedArticle(newest[0]),
    ]);
    questions
}

#[test]
fn no_question_about_a_view_walks_a_table_or_sorts() {
    let shelf = filled();
    let newest = shelf.ids(Scope::All);
    let mut reader = schema::open_reader(&shelf.folder.path().join("library.db")).unwrap();
    let mut found = Vec::new();
    for ask in questions(&newest[..20]) {
        found.extend(faults(&mut reader, &ask).into_iter().map(|it| format!("{ask:?}\n  {it}")));
    }
    assert!(found.is_empty(), "{} slow ways, the first:\n{}", found.len(), found[..found.len().min(5)].join("\n"));
}

/// The guard itself: it sees what it is there for.
#[test]
fn a_walk_and_a_sort_are_seen() {
    let shelf = filled();
    let reader = schema::open_reader(&shelf.folder.path().join("library.db")).unwrap();
    for (sql, slow) in [
        ("SELECT id FROM article WHERE title LIKE '%x%'", true),
        ("SELECT article FROM state ORDER BY unread", true),
        ("SELECT article FROM state INDEXED BY state_by_sort WHERE deleted = 0 ORDER BY sort DESC LIMIT 9", false),
        ("SELECT title FROM article WHERE id = ?1", false),
    ] {
        assert_eq!(ways(&reader, sql).iter().any(|it| is_slow(it, sql)), slow, "{sql}: {:?}", ways(&reader, sql));
    }
}
