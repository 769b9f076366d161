//! Feeds and lists of the corpus, damaged at random for as long as `DATELINE_MUTATION_SECONDS` says (5 if it says
//! nothing): no panic, no wait, the same keys twice, and a list that comes back as it was written. The same seed
//! damages the same way. For machines without a nightly compiler; the fuzz targets look deeper.

use std::panic::catch_unwind;
use std::path::Path;
use std::time::{Duration, Instant};

use dateline::feed::{Origin, ParsedFeed, dump, opml, parse};
use dateline::news::CleanUrl;

use super::corpus_feeds::{assert_survives_export, corpus, say};

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;
/// Larger documents are left to the other tests, so that there are many turns.
const DOCUMENT_BYTES_MAX: usize = 60_000;
const TURN_TIME_MAX: Duration = Duration::from_secs(2);
/// Unoptimised and beside other tests.
const SLOWER_UNOPTIMISED: u32 = 10;
/// What a parser of feeds has opinions on.
const PIECES: [&str; 24] = [
    "<item>",
    "</item>",
    "<entry>",
    "</channel>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "&",
    "&#x9b;",
    "&lt;",
    "xml:base='a/'",
    " type=\"xhtml\"",
    "\"",
    "'",
    "<",
    ">",
    "/>",
    "\u{feff}",
    "\u{1b}[2J",
    "<!DOCTYPE x [",
    "<outline xmlUrl='http://a.example/'>",
    "<media:group>",
    "\0",
];

#[test]
fn damaged_documents_of_the_corpus_never_break_the_reader() {
    let Some(folder) = corpus("") else { return };
    let seconds = std::env::var("DATELINE_MUTATION_SECONDS").ok().and_then(|it| it.parse().ok()).unwrap_or(5);
    let feeds = documents(&folder.join("feeds/files"));
    let lists = documents(&folder.join("opml/files"));
    let limit = if cfg!(debug_assertions) { TURN_TIME_MAX * SLOWER_UNOPTIMISED } else { TURN_TIME_MAX };
    let mut random = SEED;
    let (started, mut turns, mut read, mut slowest) = (Instant::now(), 0_u64, 0_u64, Duration::ZERO);
    while started.elapsed() < Duration::from_secs(seconds) {
        let of_feeds = !turns.is_multiple_of(5);
        let documents = if of_feeds { &feeds } else { &lists };
        let damaged = damaged(documents, &mut random);
        let turn = Instant::now();
        let outcome = catch_unwind(|| if of_feeds { look_at_feed(&damaged) } else { look_at_list(&damaged) });
        let took = turn.elapsed();
        if outcome.is_err() || took > limit {
            let kept = std::env::temp_dir().join(format!("dateline-mutation-{turns}"));
            std::fs::write(&kept, &damaged).unwrap();
            panic!("turn {turns} (kept as {}) took {took:?}, panicked: {}", kept.display(), outcome.is_err());
        }
        read += u64::from(outcome.unwrap_or(false));
        slowest = slowest.max(took);
        turns += 1;
    }
    say(&format!("{turns} damaged documents in {seconds} s, {read} read all the same, the slowest in {slowest:.0?}"));
}

fn look_at_feed(bytes: &[u8]) -> bool {
    let origin = Origin { url: CleanUrl::parse("https://kabar.example/a/feed").ok(), content_type: None };
    let parsed = parse(bytes, &origin);
    if let (Ok((once, _)), Ok((again, _))) = (&parsed, &parse(bytes, &origin)) {
        let keys = |feed: &ParsedFeed| feed.articles.iter().map(|it| it.keys.clone()).collect::<Vec<_>>();
        assert_eq!(keys(once), keys(again));
    }
    let _ = dump::dump(&parsed);
    parsed.is_ok()
}

fn look_at_list(bytes: &[u8]) -> bool {
    let list = opml::read(bytes);
    if let Ok(list) = &list {
        assert_survives_export(list, &serde_json::Value::Null);
    }
    list.is_ok()
}

fn documents(folder: &Path) -> Vec<Vec<u8>> {
    let mut paths = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { paths.push(path) }
        }
    }
    // The order of a folder is the machine's; that of the turns is not.
    paths.sort();
    let all = paths.iter().map(|it| std::fs::read(it).unwrap());
    all.filter(|it| !it.is_empty() && it.len() <= DOCUMENT_BYTES_MAX).collect()
}

/// A document with one to eight wounds.
fn damaged(documents: &[Vec<u8>], random: &mut u64) -> Vec<u8> {
    let mut bytes = documents[below(random, documents.len())].clone();
    for _ in 0..=below(random, 8) {
        let at = below(random, bytes.len() + 1);
        let end = (at + below(random, 200)).min(bytes.len());
        match below(random, 7) {
            0 if at < bytes.len() => bytes[at] = (next(random) & 0xff) as u8,
            1 => bytes.truncate(at),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            4 => {
                let other = &documents[below(random, documents.len())];
                let from = below(random, other.len());
                let piece = other[from..(from + 400).min(other.len())].to_vec();
                bytes.splice(at..end, piece);
            }
            _ => drop(bytes.splice(at..at, PIECES[below(random, PIECES.len())].bytes())),
        }
    }
    bytes
}

/// Xorshift (Marsaglia, 2003).
fn next(random: &mut u64) -> u64 {
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    *random
}

fn below(random: &mut u64, limit: usize) -> usize {
    (next(random) % limit.max(1) as u64) as usize
}
