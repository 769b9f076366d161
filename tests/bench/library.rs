//! Libraries of any size, made in minutes: the first articles come in through the store itself, so that everything is as it
//! makes it; the rest are rows like theirs, written in bulk. Kept in a folder of their own and made again when the schema, the
//! words or this file change, or when they have grown old.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use dateline::feed::{Keys, ParsedArticle, ParsedFeed};
use dateline::news::{
    ArticleId, Because, CleanText, CleanUrl, FeedId, FolderPath, Html, Limit, Metadata, TagName, Timestamp,
};
use dateline::store::{
    Arrival, Change, Done, Library, NewFeed, NextRequest, Origin, Validators, compressor_at_leisure, index_row,
    key_number,
};
use dateline::words;
use rusqlite::{Connection, params};

use crate::prose::{Numbers, Prose, Writer};

/// Counted up whenever what is made here changes.
const EDITION: usize = 4;
const FEEDS_MAX: usize = 1_000;
const FOLDERS: usize = 25;
/// So many are unread at most, spread over all.
pub const UNREAD_MAX: usize = 200_000;
/// The newest articles are of the days to come, so that there is a today for as long as the library is kept.
const COMING: usize = 500;
const KEPT: Duration = Duration::from_secs(5 * 86_400);
/// Ten years.
const SPAN_SECONDS: i64 = 3_650 * 86_400;
const LOOKS_MAX: usize = 3_000;
const BULK: usize = 512;
/// Articles that come in through the store itself.
const ARRIVING_MAX: usize = 2_500;

/// A library of more is made with the newest so many whole; of the older ones the index has the titles, and their bodies
/// are each other's. That takes minutes instead of half an hour, and only finding words in old texts is then cheaper.
const WHOLE_MAX: usize = 200_000;

/// A made library.
pub struct Made {
    /// The data folder.
    pub folder: PathBuf,
    pub articles: usize,
}

/// What an article's number says of it.
pub struct Plan {
    pub articles: usize,
    pub feeds: usize,
    newest: i64,
}

impl Plan {
    pub fn new(articles: usize, now: i64) -> Plan {
        Plan { articles, feeds: (articles / 50).clamp(2, FEEDS_MAX), newest: now }
    }

    pub fn feed(&self, number: usize) -> usize {
        Numbers::new(number as u64 ^ 0xfeed).next() as usize % self.feeds
    }

    pub fn is_unread(&self, number: usize) -> bool {
        (self.articles - 1 - number).is_multiple_of((self.articles / UNREAD_MAX).max(1))
    }

    fn is_starred(&self, number: usize) -> bool {
        number % 50 == 7
    }

    fn tags(&self, number: usize) -> &'static [&'static str] {
        match number % 100 {
            0..4 => &["dunia"],
            4 => &["dunia", "dunia/asia"],
            5 => &["dunia/asia"],
            6 => &["later"],
            _ => &[],
        }
    }

    fn moment(&self, number: usize) -> i64 {
        let coming = COMING.min(self.articles / 4);
        let past = self.articles - coming;
        if number >= past {
            self.newest + (number - past) as i64 * (KEPT.as_secs() as i64 / coming.max(1) as i64)
        } else {
            self.newest - ((past - number) as i64 * (SPAN_SECONDS / past.max(1) as i64).min(3_600))
        }
    }
}

/// The library of so many articles, from the folder where such are kept.
pub fn library(articles: usize) -> Made {
    let kept = std::env::var_os("DATELINE_BENCH_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench"), PathBuf::from);
    let key = format!("{articles}-schema{}-words{}-edition{EDITION}", schema_version(), words::VERSION);
    let folder = kept.join(key);
    let is_fresh = |it: fs::Metadata| it.modified().ok().and_then(|it| it.elapsed().ok()).is_none_or(|it| it < KEPT);
    if !fs::metadata(folder.join("made")).is_ok_and(is_fresh) {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&kept).expect("a folder for libraries");
        let start = SystemTime::now();
        make(&folder, articles);
        fs::write(folder.join("made"), "").expect("the folder can be written");
        let seconds = start.elapsed().map_or(0.0, |it| it.as_secs_f64());
        eprintln!("made a library of {articles} articles in {seconds:.0} s: {}", folder.display());
    }
    Made { folder, articles }
}

/// The schema's number, as a new library has it.
fn schema_version() -> i64 {
    let folder = tempfile::tempdir().expect("a temporary folder");
    drop(Library::open(folder.path(), Arc::new(|| Timestamp::from_seconds(0))).expect("a library"));
    let connection = Connection::open(folder.path().join("library.db")).expect("a library");
    connection.query_row("PRAGMA user_version", [], |row| row.get(0)).expect("a number")
}

fn make(folder: &Path, articles: usize) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_secs() as i64);
    let plan = Plan::new(articles, now);
    let writer = Arc::new(Writer::new());
    // All that is to come has come by then.
    let clock = Timestamp::from_seconds(now + KEPT.as_secs() as i64);
    let library = Library::open(folder, Arc::new(move || clock)).expect("a new library");
    let feeds = subscribe(&library, &plan);
    let arriving = articles.min(ARRIVING_MAX);
    arrive(&library, &plan, &writer, &feeds, 0..arriving, clock);
    if arriving == ARRIVING_MAX {
        until(folder, "SELECT count(*) FROM dictionary");
    }
    drop(library);
    let mut connection = Connection::open(folder.join("library.db")).expect("the library");
    fill(&mut connection, &plan, &writer, &feeds, arriving, clock);
    settle(&connection);
    connection.close().expect("the library closes");
    searches(&Library::open(folder, Arc::new(move || clock)).expect("the library opens"));
    // As after an evening of reading: the store itself has had the library open and has tidied it.
    let library = Library::open(folder, Arc::new(move || clock)).expect("the library opens");
    until(folder, &format!("SELECT value >= {articles} FROM meta WHERE name = 'optimised_at'"));
    if arriving == ARRIVING_MAX {
        until(folder, "SELECT count(*) = 0 FROM loose");
    }
    drop(library);
}

/// Searches that a person saved: over marks, whose counts are kept, over what is known of a text, and over days.
fn searches(library: &Library) {
    for (name, query) in [("Asia", "#dunia/asia unread"), ("Long reads", "minutes:>=3 unread"), ("Week", "unread @7d")]
    {
        let [name, query] = [name, query].map(|it| CleanText::line(it, Limit::TITLE));
        library.change(Change::SaveSearch { name, query, origin: Origin::Reader }).expect("saved");
    }
}

/// Waits until the store has done what it does while nobody waits.
fn until(folder: &Path, sql: &str) {
    let connection = Connection::open(folder.join("library.db")).expect("the library");
    for _ in 0..LOOKS_MAX {
        if connection.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("an answer") > 0 {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("the store has not kept its house: {sql}");
}

fn feed_address(feed: usize) -> CleanUrl {
    CleanUrl::parse(&format!("https://site{feed}.example/feed.xml")).expect("an address")
}

pub fn subscribe(library: &Library, plan: &Plan) -> Vec<FeedId> {
    let feeds = (0..plan.feeds)
        .map(|feed| NewFeed {
            url: feed_address(feed),
            title: CleanText::line(&format!("Feed {feed}"), Limit::TITLE),
            folder: FolderPath::parse(&format!("Folder {:02}", feed % FOLDERS)),
            tags: Vec::new(),
        })
        .collect();
    match library.change(Change::Subscribe { feeds, origin: Origin::CommandLine }).expect("subscribed").done {
        Done::Subscribed { added, .. } => added,
        other => panic!("{other:?}"),
    }
}

/// Some articles, as a refresh brings them.
pub fn arrive(
    library: &Library,
    plan: &Plan,
    writer: &Writer,
    feeds: &[FeedId],
    numbers: std::ops::Range<usize>,
    at: Timestamp,
) {
    let mut of_feed: Vec<Vec<ParsedArticle>> = (0..plan.feeds).map(|_| Vec::new()).collect();
    let first = numbers.start;
    for number in numbers {
        let feed = plan.feed(number);
        let prose = writer.article(number, feed);
        of_feed[feed].push(ParsedArticle {
            keys: Keys(keys(number, feed)),
            title: CleanText::line(&prose.title, Limit::TITLE),
            url: CleanUrl::parse(&address(number, feed)).ok(),
            authors: vec![CleanText::line(&author(number), Limit::AUTHOR)],
            published: Some(Timestamp::from_seconds(plan.moment(number))),
            body: Html(prose.html),
            ..ParsedArticle::default()
        });
    }
    for (feed, articles) in of_feed.into_iter().enumerate().filter(|(_, it)| !it.is_empty()) {
        let arrival = Arrival {
            feed: feeds[feed],
            url: feed_address(feed),
            answered_by: feed_address(feed),
            parsed: ParsedFeed {
                title: CleanText::line(&format!("Feed {feed}"), Limit::TITLE),
                articles,
                ..ParsedFeed::default()
            },
            pressed: None,
            complaints: Vec::new(),
            validators: Some(Validators::default()),
            at,
            next: NextRequest { at, because: Because::Usual },
            // Another document each time, or the store would leave it at that.
            body_hash: *blake3::hash(format!("{feed} {first}").as_bytes()).as_bytes(),
        };
        library.change(Change::Arrive(Box::new(arrival))).expect("stored");
    }
}

fn keys(number: usize, feed: usize) -> Vec<String> {
    let guid = format!("site{feed}.example/?p={number}");
    let hash = blake3::hash(guid.as_bytes()).to_hex();
    vec![
        format!("gl:{}", &hash[..32]),
        format!("g:{guid}"),
        format!("l:{}", &address(number, feed)["https://".len()..]),
    ]
}

fn address(number: usize, feed: usize) -> String {
    format!("https://site{feed}.example/2026/01/30/an-article-of-this-site-{number}.html")
}

fn author(number: usize) -> String {
    format!("Author {}", number % 500)
}

/// What the connection of a bulk filling is told, and what it leaves as it was.
fn fill(
    connection: &mut Connection,
    plan: &Plan,
    writer: &Arc<Writer>,
    feeds: &[FeedId],
    arriving: usize,
    at: Timestamp,
) {
    let _: String = connection.query_row("PRAGMA journal_mode = off", [], |row| row.get(0)).expect("no journal");
    connection
        .execute_batch("PRAGMA synchronous = off; PRAGMA cache_size = -400000; PRAGMA foreign_keys = off; PRAGMA locking_mode = exclusive")
        .expect("pragmas");
    let hash_size = "INSERT INTO search (search, rank) VALUES ('hashsize', ?1)";
    connection.execute(hash_size, [256 * 1_048_576]).expect("fts5");
    // The dictionary that the store trained on the first articles.
    let dictionary: Option<(i64, Vec<u8>)> = connection
        .query_row("SELECT number, bytes FROM dictionary ORDER BY number DESC LIMIT 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .ok();
    let tx = connection.transaction().expect("a transaction");
    for name in ["dunia", "dunia/asia", "later"] {
        let name = TagName::parse(name).expect("a tag");
        tx.execute("INSERT INTO tag (name) VALUES (?1)", [name.as_str()]).expect("a tag");
    }
    // The first ones are in the library; they lack what follows an arrival.
    let mut sink = Sink { tx: &tx, plan, feeds, sequence: Sequence::default(), at };
    let mut first: Vec<(usize, i64)> = Vec::new();
    {
        let mut rows = tx.prepare("SELECT id, title FROM article ORDER BY id").expect("sql");
        let mut rows = rows.query([]).expect("sql");
        while let Some(row) = rows.next().expect("a row") {
            let title: String = row.get(1).expect("a title");
            let number = title[1..].split(' ').next().and_then(|it| it.parse().ok()).expect("its number");
            first.push((number, row.get(0).expect("an id")));
        }
    }
    for (number, id) in first {
        let prose = writer.article(number, plan.feed(number));
        sink.sequence.taken(id);
        sink.afterwards(number, id, &prose, writer.tongue(plan.feed(number)).code);
        tx.execute("INSERT INTO loose (article) VALUES (?1)", [id]).expect("a row");
    }
    let (sender, made) = mpsc::sync_channel::<Vec<(usize, Prose, Vec<u8>)>>(8);
    let producer = {
        let (writer, articles, feeds) = (Arc::clone(writer), plan.articles, plan.feeds);
        let dictionary = dictionary.clone();
        std::thread::spawn(move || {
            let plan = Plan { articles, feeds, newest: 0 };
            let mut press = match &dictionary {
                Some((_, bytes)) => compressor_at_leisure(bytes).expect("zstd"),
                None => zstd::bulk::Compressor::new(3).expect("zstd"),
            };
            let mut blob = Vec::new();
            let mut number = arriving;
            while number < articles {
                let last = (number + BULK).min(articles);
                let some = (number..last)
                    .map(|number| {
                        let mut prose = writer.article(number, plan.feed(number));
                        let is_whole = number + WHOLE_MAX >= articles;
                        if is_whole || number % 16 == 0 {
                            blob = press.compress(prose.html.as_bytes()).expect("zstd");
                        }
                        if !is_whole {
                            prose.tokens.truncate(prose.title_tokens_bytes);
                        }
                        (number, prose, blob.clone())
                    })
                    .collect();
                if sender.send(some).is_err() {
                    return;
                }
                number = last;
            }
        })
    };
    for some in made {
        for (number, prose, blob) in some {
            let id = sink.article(number, &prose, &blob, dictionary.as_ref().map_or(0, |it| it.0));
            let code = writer.tongue(plan.feed(number)).code;
            sink.afterwards(number, id, &prose, code);
        }
    }
    producer.join().expect("the producer");
    tx.execute("DELETE FROM queue", []).expect("sql");
    tx.commit().expect("committed");
    connection.execute(hash_size, [1_048_576]).expect("fts5");
    connection.execute("INSERT INTO search (search) VALUES ('optimize')", []).expect("fts5");
}

struct Sink<'a> {
    tx: &'a Connection,
    plan: &'a Plan,
    feeds: &'a [FeedId],
    sequence: Sequence,
    at: Timestamp,
}

/// The last number given on each day.
#[derive(Default)]
struct Sequence(std::collections::HashMap<i64, i64>);

impl Sequence {
    fn taken(&mut self, id: i64) {
        let last = self.0.entry(id >> 20).or_insert(-1);
        *last = (*last).max(id & 0xf_ffff);
    }

    fn next(&mut self, moment: i64) -> i64 {
        let last = self.0.entry(moment.div_euclid(86_400)).or_insert(-1);
        *last += 1;
        ArticleId::new(Timestamp::from_seconds(moment), *last).0
    }
}

impl Sink<'_> {
    /// The rows of an arrival, as the store writes them.
    fn article(&mut self, number: usize, prose: &Prose, blob: &[u8], dictionary: i64) -> i64 {
        let (place, moment) = (self.plan.feed(number), self.plan.moment(number));
        let (feed, id) = (self.feeds[place].0, self.sequence.next(moment));
        let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
            self.tx.prepare_cached(sql).and_then(|mut it| it.execute(values)).expect("a row");
        };
        let at = self.at.seconds();
        run(
            "INSERT INTO article (id, feed, title, url, author, published, arrived, sort) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?6)",
            params![id, feed, prose.title, address(number, place), author(number), moment, at],
        );
        run(
            "INSERT INTO state (article, feed, sort, unread, starred) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![id, feed, moment, self.plan.is_unread(number), self.plan.is_starred(number)],
        );
        run(
            "INSERT INTO body (article, dictionary, html, base, at_leisure) VALUES (?1, ?2, ?3, NULL, 1)",
            params![id, dictionary, blob],
        );
        for key in keys(number, place) {
            run(
                "INSERT INTO alias (feed, key, article, seen) VALUES (?1, ?2, ?3, ?4)",
                params![feed, key_number(&key), id, at],
            );
        }
        id
    }

    /// What comes after an arrival: index, metadata, and a person's tags.
    fn afterwards(&mut self, number: usize, id: i64, prose: &Prose, code: &str) {
        let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
            self.tx.prepare_cached(sql).and_then(|mut it| it.execute(values)).expect("a row");
        };
        let row = index_row(ArticleId(id));
        run("INSERT INTO search (rowid, tokens) VALUES (?1, ?2)", params![row, prose.tokens]);
        let words = prose.words as i64;
        let metadata =
            Metadata { language: Some(code.into()), words, minutes: words / 230, links: 2, ..Metadata::default() };
        let json = serde_json::to_string(&metadata).expect("json");
        run("INSERT OR REPLACE INTO metadata (article, json) VALUES (?1, ?2)", params![id, json]);
        run("INSERT OR IGNORE INTO language (code) VALUES (?1)", params![code]);
        run(
            "UPDATE state SET unread = ?2, starred = ?3 WHERE article = ?1 AND (unread <> ?2 OR starred <> ?3)",
            params![id, self.plan.is_unread(number), self.plan.is_starred(number)],
        );
        for tag in self.plan.tags(number) {
            run(
                "INSERT INTO tagging (tag, sort, article) SELECT t.id, s.sort, s.article FROM tag t, state s
                 WHERE t.name = ?2 AND s.article = ?1",
                params![id, tag],
            );
        }
    }
}

/// Counts, and a file as the store would leave it.
fn settle(connection: &Connection) {
    connection
        .execute_batch(
            "UPDATE feed SET
                 articles = (SELECT count(*) FROM state s WHERE s.feed = feed.id AND s.deleted = 0),
                 unread = (SELECT count(*) FROM state s WHERE s.feed = feed.id AND s.deleted = 0 AND s.unread = 1);
             UPDATE tag SET
                 articles = (SELECT count(*) FROM tagging t WHERE t.tag = tag.id),
                 unread = (SELECT count(*) FROM tagging t JOIN state s ON s.article = t.article
                           WHERE t.tag = tag.id AND s.unread = 1);
             UPDATE tag SET (articles_within, unread_within) = (
                 SELECT count(*), coalesce(sum(unread), 0) FROM (
                     SELECT DISTINCT s.article, s.unread
                     FROM tag below JOIN tagging t ON t.tag = below.id JOIN state s ON s.article = t.article
                     WHERE below.id = tag.id OR substr(below.name, 1, length(tag.name) + 1) = tag.name || '/'));
             PRAGMA locking_mode = normal;",
        )
        .expect("counts");
    let _: String = connection.query_row("PRAGMA journal_mode = wal", [], |row| row.get(0)).expect("a log");
}
