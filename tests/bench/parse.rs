//! Parsing beside feed-rs alone, in the same run: megabytes a second of the same bytes, its cleaning off.
//!
//! The feeds of a corpus are read where `DATELINE_CORPUS` names one; the others are made here. Prints, judges nothing.

use std::panic::catch_unwind;
use std::path::Path;
use std::time::{Duration, Instant};

use dateline::feed::{Origin, parse};

/// The best of so many runs counts: what disturbs a run only ever makes it slower.
const RUNS: usize = 7;

/// A set of documents under one name.
struct Set {
    name: String,
    documents: Vec<Vec<u8>>,
}

pub fn figures() {
    println!(
        "{:<44} {:>6} {:>9} {:>14} {:>14} {:>8}",
        "parsing", "files", "MB", "feed-rs MB/s", "dateline MB/s", "× time"
    );
    for set in sets() {
        let bytes: usize = set.documents.iter().map(Vec::len).sum();
        let megabytes = bytes as f64 / 1e6;
        let (theirs, ours) = best(&set.documents);
        println!(
            "{:<44} {:>6} {megabytes:>9.2} {:>14.0} {:>14.0} {:>8.2}",
            set.name,
            set.documents.len(),
            megabytes / theirs.as_secs_f64(),
            megabytes / ours.as_secs_f64(),
            ours.as_secs_f64() / theirs.as_secs_f64(),
        );
    }
}

fn sets() -> Vec<Set> {
    let one = |name: &str, document: String| Set { name: name.to_owned(), documents: vec![document.into_bytes()] };
    let mut sets = vec![
        one("RSS, 1,000 short articles", rss(1_000, 40, false)),
        one("RSS, 200 long articles in CDATA", rss(200, 1_500, false)),
        one("RSS, 200 long articles, escaped", rss(200, 1_500, true)),
        one("Atom, 200 long articles, escaped", atom(200, 1_500)),
        one("RSS, 50,000 articles in one document", rss(50_000, 40, false)),
        Set {
            name: "RSS, 50,000 articles in 50 documents".to_owned(),
            documents: (0..50).map(|_| rss(1_000, 40, false).into_bytes()).collect(),
        },
    ];
    match std::env::var_os("DATELINE_CORPUS") {
        Some(folder) => sets.extend(corpus(&Path::new(&folder).join("feeds/files"))),
        None => println!("DATELINE_CORPUS is not set: no real feeds were parsed."),
    }
    sets
}

/// The corpus as a whole; its documents that feed-rs takes; and of those the large ones, which real sites wrote.
fn corpus(folder: &Path) -> Vec<Set> {
    const LARGE_BYTES: usize = 20_000;
    let mut all = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { all.push(std::fs::read(path).unwrap()) }
        }
    }
    let sound: Vec<Vec<u8>> = all.iter().filter(|it| feed_rs_takes(it)).cloned().collect();
    let large = sound.iter().filter(|it| it.len() >= LARGE_BYTES).cloned().collect();
    let set = |name: &str, documents| Set { name: name.to_owned(), documents };
    vec![
        set("corpus: every document, broken ones too", all),
        set("corpus: what feed-rs takes", sound),
        set("corpus: of those, over 20 KB", large),
    ]
}

fn feed_rs_takes(document: &[u8]) -> bool {
    catch_unwind(|| feed_rs_reads(document)).unwrap_or(false)
}

fn feed_rs_reads(document: &[u8]) -> bool {
    feed_rs::parser::Builder::new().sanitize_content(false).build().parse(document).is_ok()
}

/// Best time of feed-rs and of ours, taken in turn so that both have the same weather.
fn best(documents: &[Vec<u8>]) -> (Duration, Duration) {
    let origin = Origin::default();
    let (mut theirs, mut ours) = (Duration::MAX, Duration::MAX);
    let quiet = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    for _ in 0..RUNS {
        let start = Instant::now();
        for document in documents {
            std::hint::black_box(feed_rs_takes(document));
        }
        theirs = theirs.min(start.elapsed());
        let start = Instant::now();
        for document in documents {
            let _ = std::hint::black_box(parse(document, &origin));
        }
        ours = ours.min(start.elapsed());
    }
    std::panic::set_hook(quiet);
    (theirs, ours)
}

fn rss(articles: usize, words: usize, escaped: bool) -> String {
    let items: String = (0..articles)
        .map(|it| {
            let html = html(it, words);
            let text = if escaped { escape(&html) } else { format!("<![CDATA[{html}]]>") };
            format!(
                "<item>\n<title>{}</title>\n<link>https://news.example/{it}</link>\n<guid isPermaLink=\"true\">https://news.example/{it}</guid>\n\
                 <pubDate>Mon, 30 Jan 2023 09:15:00 +0700</pubDate>\n<dc:creator>Ann Example</dc:creator>\n<category>World</category>\n\
                 <description>{text}</description>\n</item>\n",
                nonsense(it, 8)
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel>\
         <title>News</title><link>https://news.example/</link><description>All of it</description>\n{items}</channel></rss>"
    )
}

fn atom(articles: usize, words: usize) -> String {
    let entries: String = (0..articles)
        .map(|it| {
            format!(
                "<entry>\n<id>tag:news.example,2023:{it}</id>\n<title>{}</title>\n<link href=\"https://news.example/{it}\"/>\n\
                 <updated>2023-01-30T09:15:00+07:00</updated>\n<author><name>Ann Example</name></author>\n\
                 <content type=\"html\">{}</content>\n</entry>\n",
                nonsense(it, 8),
                escape(&html(it, words))
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>News</title>\
         <id>https://news.example/</id><updated>2023-01-30T09:15:00+07:00</updated>\n{entries}</feed>"
    )
}

/// Paragraphs of sixty words, each with a link.
fn html(seed: usize, words: usize) -> String {
    (0..words.div_ceil(60))
        .map(|it| {
            let text = nonsense(seed * 31 + it, words.min(60));
            format!("<p>{text} <a href=\"https://news.example/{seed}/{it}?a=1&amp;b=2\">more</a> é “so”.</p>\n")
        })
        .collect()
}

fn escape(html: &str) -> String {
    html.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Words of no sense, the same for the same seed.
fn nonsense(seed: usize, count: usize) -> String {
    const WORDS: [&str; 24] = [
        "harbour", "winter", "council", "bridge", "paper", "letter", "garden", "market", "station", "river", "window",
        "evening", "signal", "voice", "engine", "summer", "border", "school", "island", "mirror", "ticket", "valley",
        "forest", "kitchen",
    ];
    let mut state = seed as u64 + 1;
    let word = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        WORDS[(state >> 33) as usize % WORDS.len()]
    };
    (0..count).map(word).collect::<Vec<_>>().join(" ")
}
