//! Work is counted, not timed: what an index answers takes as many steps of SQLite's machine in a library ten times as
//! large, walks no table and sorts nothing.

use std::sync::atomic::{AtomicI64, Ordering};

use rusqlite::StatementStatus;
use rusqlite::trace::{TraceEvent, TraceEventCodes};

use super::*;

const FEW: i64 = 1_000;
const MANY: i64 = 10_000;
/// Steps that a deeper tree or a longer number may cost.
const STEPS_MORE_MAX: i64 = 200;
const LIMIT: usize = 50;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Work {
    steps: i64,
    /// Rows of a table or of an index that were walked without being looked for.
    walked: i64,
    sorted: i64,
    /// How often a statement was planned anew because another value was bound to it.
    planned_again: i64,
}

type Asks = Vec<(&'static str, Ask)>;

/// The tests of this file count one after the other: counting is the process's.
static COUNTING: std::sync::Mutex<()> = std::sync::Mutex::new(());
static STEPS: AtomicI64 = AtomicI64::new(0);
static WALKED: AtomicI64 = AtomicI64::new(0);
static SORTED: AtomicI64 = AtomicI64::new(0);
static PLANNED_AGAIN: AtomicI64 = AtomicI64::new(0);

/// What it takes to answer in a library of so many articles.
fn works(articles: i64, asks: fn(&[ArticleId]) -> Asks) -> Vec<(&'static str, Work)> {
    works_where("", articles, asks)
}

/// The same in a library that is first made otherwise.
fn works_where(otherwise: &str, articles: i64, asks: fn(&[ArticleId]) -> Asks) -> Vec<(&'static str, Work)> {
    let _one = COUNTING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let shelf = shelf();
    for number in 0..10 {
        shelf.feed_with(&format!("https://{number}.example/feed"), if number < 5 { "A/B" } else { "" }, &[]);
    }
    let path = shelf.folder.path().join("library.db");
    let filling = rusqlite::Connection::open(&path).unwrap();
    filling
        .execute_batch(&format!(
            "PRAGMA foreign_keys = off;
             CREATE TEMP TABLE n AS WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {articles})
                 SELECT i, 946684800 + i * 3600 AS sort, ((10957 + i / 24) << 20) | (i % 24) AS id, {articles} - i AS age FROM n;
             INSERT INTO article (id, feed, title, author, arrived, sort)
                 SELECT id, 2 + i % 10, 'Title ' || i, '', sort, sort FROM temp.n;
             INSERT INTO state (article, feed, sort, unread, starred, archived)
                 SELECT id, 2 + i % 10, sort, i % 2, age <= 60, i % 3 = 0 FROM temp.n;
             INSERT INTO tag (id, name) VALUES (1, 'later'), (2, 'later/soon');
             INSERT INTO tagging (tag, sort, article) SELECT 1 + i % 2, sort, id FROM temp.n WHERE i % 5 = 0;
             INSERT INTO search (rowid, tokens) SELECT ((id >> 20) << 10) | (id & 1023), 'berita n' || i FROM temp.n;
             UPDATE feed SET articles = (SELECT count(*) FROM state s WHERE s.feed = feed.id);
             UPDATE tag SET articles = (SELECT count(*) FROM tagging t WHERE t.tag = tag.id);
             {otherwise};
             PRAGMA optimize = 0x10002;"
        ))
        .unwrap();
    let newest: Vec<ArticleId> = shelf.rows_of_view(view(Scope::All, ""), LIMIT).into_iter().map(|it| it.id).collect();
    let mut reader = schema::open_reader(&path).unwrap();
    reader
        .progress_handler(
            1,
            Some(|| {
                STEPS.fetch_add(1, Ordering::Relaxed);
                false
            }),
        )
        .unwrap();
    reader
        .trace_v2(
            TraceEventCodes::SQLITE_TRACE_PROFILE,
            Some(|event: TraceEvent<'_>| {
                if let TraceEvent::Profile(statement, _) = event {
                    let count = |status| i64::from(statement.get_status(status));
                    WALKED.fetch_add(count(StatementStatus::FullscanStep), Ordering::Relaxed);
                    SORTED.fetch_add(count(StatementStatus::Sort), Ordering::Relaxed);
                    PLANNED_AGAIN.fetch_add(count(StatementStatus::RePrepare), Ordering::Relaxed);
                }
            }),
        )
        .unwrap();
    asks(&newest)
        .into_iter()
        .map(|(name, ask)| {
            for count in [&STEPS, &WALKED, &SORTED, &PLANNED_AGAIN] {
                count.store(0, Ordering::Relaxed);
            }
            super::super::answer::answer(&reader, &ask).unwrap();
            let [steps, walked, sorted, planned_again] =
                [&STEPS, &WALKED, &SORTED, &PLANNED_AGAIN].map(|it| it.load(Ordering::Relaxed));
            (name, Work { steps, walked, sorted, planned_again })
        })
        .collect()
}

fn view(scope: Scope, query: &str) -> View {
    View { scope, unread_only: false, query: Query::parse(query).unwrap() }
}

#[test]
fn what_an_index_answers_takes_no_more_work_in_a_library_ten_times_as_large() {
    let (few, many) = (works(FEW, asks), works(MANY, asks));
    let mut grown = Vec::new();
    for ((name, few), (_, many)) in few.iter().zip(&many) {
        println!("{name:<24} {few:?} {many:?}");
        if many.steps > few.steps + few.steps / 5 + STEPS_MORE_MAX
            || many.walked > few.walked
            || many.sorted > few.sorted
            || many.planned_again > 0
        {
            grown.push(format!("{name}: {few:?} at {FEW} articles, {many:?} at {MANY}"));
        }
    }
    assert!(grown.is_empty(), "{}", grown.join("\n"));
}

/// Every question that an index answers.
fn asks(newest: &[ArticleId]) -> Asks {
    let feed = FeedId(3);
    let rows = |scope: Scope, query: &str| Ask::Rows { view: view(scope, query), limit: LIMIT };
    let unread =
        |scope: Scope| Ask::Rows { view: View { scope, unread_only: true, query: Query::Everything }, limit: LIMIT };
    let recently = Timestamp::from_seconds((newest[0].0 >> 20) * 86_400);
    vec![
        ("all", rows(Scope::All, "")),
        ("all unread", unread(Scope::All)),
        ("since", rows(Scope::Since(recently), "")),
        ("starred", rows(Scope::Starred, "")),
        ("a feed", rows(Scope::Feed(feed), "")),
        ("a feed's unread", unread(Scope::Feed(feed))),
        ("a folder", rows(Scope::Folder(FolderPath::parse("A")), "")),
        ("a tag and those below", rows(Scope::Tag(tag("later")), "")),
        ("a tag", rows(Scope::Tag(tag("later/soon")), "")),
        ("untagged", rows(Scope::Untagged, "")),
        ("a frequent word", rows(Scope::All, "berita")),
        ("the beginning of a word", rows(Scope::All, "ber*")),
        ("a rare word", rows(Scope::All, "n777")),
        ("the archived", rows(Scope::All, "archived")),
        ("rows by id", Ask::RowsOf(newest.to_vec())),
        ("an article", Ask::Article(newest[0])),
        ("the tree", Ask::Tree { today: recently }),
        ("the journal", Ask::Journal { limit: LIMIT }),
        ("the queue", Ask::Queue { after: None, limit: LIMIT }),
        ("the queue's length", Ask::QueueLength),
    ]
}

#[test]
fn all_of_a_list_takes_a_few_steps_an_article_and_a_folder_little_more_than_a_feed() {
    // Nothing is archived and no feed removed, as in most libraries: nobody looks for such, article by article.
    let works = works_where("UPDATE state SET archived = 0", MANY, |_| {
        let whole = |scope: Scope| Ask::Ids { view: view(scope, "") };
        let rows = |scope: Scope| Ask::Rows { view: view(scope, ""), limit: LIMIT };
        vec![
            ("all", whole(Scope::All)),
            ("all of a folder", whole(Scope::Folder(FolderPath::parse("A")))),
            ("a feed", rows(Scope::Feed(FeedId(3)))),
            ("a folder", rows(Scope::Folder(FolderPath::parse("A")))),
        ]
    });
    println!("{works:?}");
    let steps = |name: &str| works.iter().find(|it| it.0 == name).unwrap().1.steps;
    assert!(steps("all") < 5 * MANY, "{}", steps("all"));
    assert!(steps("all of a folder") < 12 * MANY / 2, "{}", steps("all of a folder"));
    assert!(steps("a folder") < steps("a feed") * 3 / 2, "{} after {}", steps("a folder"), steps("a feed"));
}

/// A change of a few articles, on the writer's own connection.
fn change_works(articles: i64) -> (i64, i64) {
    let _one = COUNTING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let shelf = shelf();
    shelf.feed("https://kabar.example/feed");
    let path = shelf.folder.path().join("library.db");
    let mut connection = schema::open(shelf.folder.path(), schema::MIGRATIONS).unwrap().1;
    connection
        .execute_batch(&format!(
            "PRAGMA foreign_keys = off; CREATE TEMP TABLE picked (article INTEGER PRIMARY KEY);
             CREATE TEMP TABLE n AS WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {articles})
                 SELECT i FROM n;
             INSERT INTO state (article, feed, sort) SELECT i, 2, i FROM temp.n;
             INSERT INTO tag (id, name) VALUES (1, 'dunia'), (2, 'dunia/asia');
             INSERT INTO tagging (tag, sort, article) SELECT 1 + i % 2, i, i FROM temp.n;
             UPDATE tag SET (articles, articles_within) = ({articles} / 2, {articles} / (3 - 1 - (id = 1)));"
        ))
        .unwrap();
    STEPS.store(0, Ordering::Relaxed);
    let count = || {
        STEPS.fetch_add(1, Ordering::Relaxed);
        false
    };
    connection.progress_handler(1, Some(count)).unwrap();
    let few: Vec<ArticleId> = (0..20).map(ArticleId).collect();
    let tx = connection.transaction().unwrap();
    counts::set_tag(&tx, &tag("dunia/asia"), true, &few).unwrap();
    let tagged = STEPS.swap(0, Ordering::Relaxed);
    counts::set_flag(&tx, counts::Flag::Unread, false, &few).unwrap();
    drop((tx, path));
    (tagged, STEPS.load(Ordering::Relaxed))
}

#[test]
fn counting_a_tag_with_those_below_takes_no_more_work_in_a_library_ten_times_as_large() {
    let ((tagged_few, read_few), (tagged_many, read_many)) = (change_works(FEW), change_works(MANY));
    println!("tagged {tagged_few} {tagged_many}, read {read_few} {read_many}");
    assert!(tagged_many <= tagged_few + STEPS_MORE_MAX, "{tagged_few} {tagged_many}");
    assert!(read_many <= read_few + STEPS_MORE_MAX, "{read_few} {read_many}");
}
