//! What indexing and enriching cost, beside the same tokens given to a bare FTS5 table of the same make, in the same
//! transactions, in the same run. Figures, not verdicts.
//!
//! `DATELINE_BENCH_FEEDS=DIR` reads the feeds of a folder in place of made-up ones.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use dateline::enrich::{self, Hints};
use dateline::feed::{self, Origin as FeedOrigin};
use dateline::news::{ArticleId, Because, CleanText, CleanUrl, FolderPath, Timestamp};
use dateline::store::{Answer, Arrival, Ask, Change, Done, Library, NewFeed, NextRequest, Origin};
use dateline::text::Document;
use dateline::words::Lexicon;

const FEEDS: usize = 100;
const ARTICLES_A_FEED: usize = 50;
const WORDS_AN_ARTICLE: usize = 850;
/// As many as the drain writes in one transaction.
const SLICE: usize = 256;
const HOUSEKEEPING: Duration = Duration::from_secs(7);
const NOON: i64 = 1_795_348_800;
/// `USER_HZ`, which Linux fixes for whoever reads `/proc`.
const TICKS_A_SECOND: f64 = 100.0;

/// Prints wall and processor time of the drain and of bare FTS5, and how the one stands to the other.
pub fn table() {
    let home = tempfile::tempdir_in(if Path::new("/dev/shm").is_dir() { "/dev/shm" } else { "." }).unwrap();
    let library = Library::open(&home.path().join("library"), clock()).unwrap();
    fill(&library);
    // The library keeps its house once nothing has come for two seconds; that is not what is measured here.
    std::thread::sleep(HOUSEKEEPING);
    let tokens = tokens_of_all(&library);
    let bare = timed(|| bare_index(&home.path().join("bare.db"), &tokens));
    let mut parts = Parts::default();
    let prepared = timed(|| drop(tokens_in_parts(&library, &mut parts)));
    let drained = timed(|| dateline::refresh::drain(&library, &Arc::new(AtomicBool::new(false)), &mut |_| {}).unwrap());
    let each = |time: Duration| time.as_secs_f64() * 1e6 / tokens.len() as f64;
    println!("index and metadata of {} articles, µs each: wall, processor", tokens.len());
    for (name, (wall, processor)) in [("bare FTS5", bare), ("prepared alone", prepared), ("the drain", drained)] {
        println!("{name:>16} {:>10.0} {:>10.0}", each(wall), each(processor));
    }
    let Parts { read, document, metadata, tokens: words } = parts;
    for (name, time) in [("· read", read), ("· document", document), ("· metadata", metadata), ("· tokens", words)]
    {
        println!("{name:>16} {:>10.0}", each(time));
    }
    let ratio = |one: Duration, other: Duration| one.as_secs_f64() / other.as_secs_f64();
    println!("{:>16} {:>10.2} {:>10.2}", "drain / bare", ratio(drained.0, bare.0), ratio(drained.1, bare.1));
}

fn clock() -> dateline::news::Clock {
    Arc::new(|| Timestamp::from_seconds(NOON))
}

/// Stores the feeds, unindexed.
fn fill(library: &Library) {
    for (number, body) in feeds().into_iter().enumerate() {
        let url = CleanUrl::parse(&format!("http://127.0.0.1/{number}")).unwrap();
        let new =
            NewFeed { url: url.clone(), title: CleanText::default(), folder: FolderPath::parse(""), tags: Vec::new() };
        let subscribed = library.change(Change::Subscribe { feeds: vec![new], origin: Origin::CommandLine }).unwrap();
        let Done::Subscribed { added, .. } = subscribed.done else { panic!("{subscribed:?}") };
        let from = FeedOrigin { url: Some(url.clone()), content_type: None };
        let (parsed, complaints) = feed::parse(&body, &from).unwrap();
        let (at, body_hash) = (Timestamp::from_seconds(NOON), [number as u8; 32]);
        let next = NextRequest { at: at.plus(3_600), because: Because::Usual };
        let (feed, answered_by, validators) = (added[0], url.clone(), None);
        let arrival =
            Arrival { feed, url, answered_by, parsed, pressed: None, complaints, validators, at, next, body_hash };
        library.change(Change::Arrive(Box::new(arrival))).unwrap();
    }
}

fn feeds() -> Vec<Vec<u8>> {
    let Some(folder) = std::env::var_os("DATELINE_BENCH_FEEDS") else { return (0..FEEDS).map(made_up).collect() };
    let files = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let mut files: Vec<_> = files.filter(|it| it.is_file()).collect();
    files.sort();
    files.iter().map(|it| std::fs::read(it).unwrap()).collect()
}

/// The tokens of every article that waits, as the drain makes them.
fn tokens_of_all(library: &Library) -> Vec<(i64, String)> {
    tokens_in_parts(library, &mut Parts::default())
}

/// What of the preparing takes how long.
#[derive(Default)]
struct Parts {
    read: Duration,
    document: Duration,
    metadata: Duration,
    tokens: Duration,
}

fn tokens_in_parts(library: &Library, parts: &mut Parts) -> Vec<(i64, String)> {
    let mut lexicon = Lexicon::default();
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let begun = Instant::now();
        let Answer::Queue(waiting) = library.ask(Ask::Queue { after, limit: SLICE }).unwrap() else { panic!() };
        parts.read += begun.elapsed();
        let Some(last) = waiting.last() else { return all };
        after = Some(last.article);
        for it in &waiting {
            let begun = Instant::now();
            let document = Document::from_html(&it.html, it.base.as_ref());
            parts.document += begun.elapsed();
            let begun = Instant::now();
            let hints = Hints { title: it.title.to_string(), language: it.language.clone(), ..Hints::default() };
            let language = enrich::metadata(&document, &hints).language;
            parts.metadata += begun.elapsed();
            let begun = Instant::now();
            let text = format!("{}\n{}\n{}", it.title, it.author, document.plain());
            all.push((it.article.0, lexicon.line(&text, language.as_deref())));
            parts.tokens += begun.elapsed();
        }
    }
}

/// FTS5 and nothing besides: the library's own table in a file of its own.
fn bare_index(path: &Path, tokens: &[(i64, String)]) {
    let mut connection = rusqlite::Connection::open(path).unwrap();
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(())).unwrap();
    connection.pragma_update(None, "synchronous", "NORMAL").unwrap();
    let schema = include_str!("../../assets/schema/0001_library.sql");
    let start = schema.find("CREATE VIRTUAL TABLE search").unwrap();
    let length = schema[start..].find(';').unwrap() + 1;
    connection.execute_batch(&schema[start..start + length]).unwrap();
    for slice in tokens.chunks(SLICE) {
        let transaction = connection.transaction().unwrap();
        let mut insert = transaction.prepare_cached("INSERT INTO search (rowid, tokens) VALUES (?1, ?2)").unwrap();
        for (article, tokens) in slice {
            insert.execute(rusqlite::params![dateline::store::index_row(ArticleId(*article)), tokens]).unwrap();
        }
        drop(insert);
        transaction.commit().unwrap();
    }
}

/// Wall time and the processor time of all our threads.
fn timed(work: impl FnOnce()) -> (Duration, Duration) {
    let (start, processor) = (Instant::now(), processor_time());
    work();
    (start.elapsed(), processor_time() - processor)
}

fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
    Duration::from_secs_f64(ticks / TICKS_A_SECOND)
}

/// A feed whose words fall off as those of languages do (Zipf), the commonest being English.
fn made_up(number: usize) -> Vec<u8> {
    let articles: String = (0..ARTICLES_A_FEED)
        .map(|index| {
            let article = number * ARTICLES_A_FEED + index;
            let when = Timestamp::from_seconds(NOON - article as i64 * 600).rfc3339();
            let paragraphs: String =
                (0..10).map(|it| format!("<p>{}.</p>", text(article * 10 + it, WORDS_AN_ARTICLE / 10))).collect();
            format!(
                "<entry><id>{article}</id><title>{}</title><updated>{when}</updated>\
                 <content type=\"html\">{}</content></entry>",
                text(article, 8),
                paragraphs.replace('<', "&lt;")
            )
        })
        .collect();
    format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\"><id>f{number}</id><title>F</title>{articles}</feed>"
    )
    .into_bytes()
}

pub fn text(seed: usize, count: usize) -> String {
    const COMMON: [&str; 32] = [
        "the", "of", "and", "to", "in", "a", "is", "that", "for", "it", "as", "was", "with", "be", "by", "on", "not",
        "he", "this", "are", "or", "his", "from", "at", "which", "but", "have", "an", "had", "they", "you", "said",
    ];
    const SYLLABLES: [&str; 20] = [
        "ba", "cor", "den", "fa", "gri", "hol", "in", "ka", "lum", "mar", "no", "or", "pes", "qui", "ra", "sten", "ti",
        "ul", "ver", "win",
    ];
    const VOCABULARY: f64 = 60_000.0;
    let mut state = seed as u64 + 1;
    let word = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // The logarithm of a Zipfian rank is evenly spread.
        let mut rank = VOCABULARY.powf((state >> 11) as f64 / (1_u64 << 53) as f64) as usize;
        if rank < COMMON.len() {
            return COMMON[rank].to_owned();
        }
        let mut word = String::new();
        while rank > 0 {
            word.push_str(SYLLABLES[rank % SYLLABLES.len()]);
            rank /= SYLLABLES.len();
        }
        word
    };
    (0..count).map(word).collect::<Vec<_>>().join(" ")
}
