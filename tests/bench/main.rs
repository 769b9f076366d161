//! Figures, not verdicts: how long a person waits, at 100 and at 10,000 articles, and how long a refresh takes.
//!
//! `cargo bench` runs the real program in a terminal of its own against a server on loopback, and prints a table. Times are
//! from the key to the screen that answers it; the terminal emulator that looks at the bytes is part of them.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod drain;
#[path = "../all/loopback.rs"]
#[allow(dead_code, unused_imports)]
mod loopback;
#[path = "../all/oracle.rs"]
#[allow(dead_code, unused_imports)]
mod oracle;
mod parse;
#[path = "../all/pty.rs"]
#[allow(dead_code, unused_imports)]
mod pty;

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use loopback::{Body, Page, Server};
use pty::{ENTER, Launch, Session};

const PROGRAM: &str = env!("CARGO_BIN_EXE_dateline");
const ARTICLES_A_FEED: usize = 50;
const MOVES: usize = 90;
const OPENINGS: usize = 20;
const SEARCHES: usize = 5;
const STARTS: usize = 5;
const COLUMNS: u16 = 120;
const ROWS: u16 = 40;

fn main() {
    if std::env::args().any(|it| it == "drain") {
        return drain::table();
    }
    // `cargo bench -- parse` prints this part alone.
    parse::figures();
    if std::env::args().any(|it| it == "parse") {
        return;
    }
    println!(
        "{:>8} {:>16} {:>12} {:>12} {:>12} {:>12} {:>12}",
        "articles", "first frame ms", "j ms", "j p99 ms", "open ms", "search ms", "file KB each"
    );
    for articles in [100, 10_000] {
        let (server, home) = library(articles);
        drop(server);
        let starts = times(STARTS, |_| first_frame(home.path(), articles));
        let mut session = start(home.path(), articles);
        let moves = times(MOVES, |_| moved(&mut session));
        session.send("gg");
        let top = format!("#{} ", articles - 1);
        session.wait_for("the top", |screen| selected(screen).is_some_and(|row| row.contains(&top)));
        let opened = times(OPENINGS, |_| opened(&mut session));
        let searches = times(SEARCHES, |number| searched(&mut session, articles / (number + 2)));
        session.send("Q");
        session.finish();
        let bytes = std::fs::metadata(home.path().join("library/library.db")).map_or(0, |it| it.len());
        println!(
            "{articles:>8} {:>16.1} {:>12.2} {:>12.2} {:>12.2} {:>12.2} {:>12.2}",
            median(&starts),
            median(&moves),
            percentile(&moves, 99),
            median(&opened),
            median(&searches),
            bytes as f64 / 1000.0 / articles as f64,
        );
    }
    refresh();
    drain::table();
}

/// A refresh of 100 feeds of 50 articles, cold, then again with nothing new.
fn refresh() {
    let feeds = 100;
    let server = serve(feeds);
    let home = tempfile::tempdir().unwrap();
    subscribe(home.path(), &server, feeds);
    for name in ["cold", "again"] {
        let start = Instant::now();
        let output = run(home.path(), &["refresh", "--all", "--no-index", "--json"]);
        let wall = start.elapsed();
        println!(
            "refresh of {feeds} × {ARTICLES_A_FEED} {name}: {:.2} s  {}",
            wall.as_secs_f64(),
            String::from_utf8_lossy(&output.stdout).trim()
        );
    }
    let start = Instant::now();
    run(home.path(), &["list", "nothing-answers-this"]);
    println!("index and metadata of {}: {:.2} s", feeds * ARTICLES_A_FEED, start.elapsed().as_secs_f64());
}

fn library(articles: usize) -> (Server, tempfile::TempDir) {
    let feeds = articles / ARTICLES_A_FEED;
    let server = serve(feeds);
    let home = tempfile::tempdir().unwrap();
    subscribe(home.path(), &server, feeds);
    run(home.path(), &["refresh", "--all"]);
    (server, home)
}

fn serve(feeds: usize) -> Server {
    let page = |number: usize| Page {
        path: Box::leak(format!("/{number}").into_boxed_str()),
        status: "200 OK",
        content_type: "application/rss+xml",
        body: Body::Bytes(feed(number).into_bytes()),
    };
    Server::start((0..feeds).map(page).collect())
}

fn subscribe(home: &Path, server: &Server, feeds: usize) {
    let list: String =
        (0..feeds).map(|number| format!("{} \"~Feed {number}\"\n", server.url(&format!("/{number}")))).collect();
    let file = home.join("urls");
    std::fs::write(&file, list).unwrap();
    run(home, &["import", file.to_str().unwrap()]);
}

fn run(home: &Path, arguments: &[&str]) -> Output {
    let output = Command::new(PROGRAM).arg("--data").arg(home.join("library")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

fn start(home: &Path, articles: usize) -> Session {
    let data = home.join("library");
    let session =
        Launch::new(PROGRAM, home).args(["--data", data.to_str().unwrap(), "--offline"]).size(COLUMNS, ROWS).start();
    session.wait_for_text(&format!("#{} ", articles - 1));
    session
}

fn first_frame(home: &Path, articles: usize) {
    let mut session = start(home, articles);
    session.send("Q");
    // The frame is what is timed; ending is the session's own affair.
    drop(session);
}

fn selected(screen: &vt100::Screen) -> Option<String> {
    screen.rows(0, COLUMNS).find(|row| row.contains('▌'))
}

fn moved(session: &mut Session) {
    let before = session.screen();
    let before = before.lines().find(|row| row.contains('▌')).map(str::to_owned);
    session.send("j");
    session.wait_for("the next row", |screen| {
        let now = selected(screen);
        now.is_some() && now.as_deref().map(str::trim_end) != before.as_deref().map(str::trim_end)
    });
}

/// Opens the next article and waits for a word that only its text has.
fn opened(session: &mut Session) {
    let needles = |screen: &str| screen.split_whitespace().find(|it| it.starts_with("zq")).map(str::to_owned);
    let before = needles(&session.screen());
    session.send("J");
    session.wait_for("the next text", |screen| needles(&screen.contents()).is_some_and(|it| Some(it) != before));
}

fn searched(session: &mut Session, article: usize) {
    session.send(&format!("/zq{article}{ENTER}"));
    session.wait_for("the one hit", |screen| selected(screen).is_some_and(|row| row.contains(&format!("#{article} "))));
    session.send("q");
    session.wait_for("the list again", |screen| !screen.contents().contains("“zq"));
}

fn times(count: usize, mut act: impl FnMut(usize)) -> Vec<Duration> {
    (0..count)
        .map(|number| {
            let start = Instant::now();
            act(number);
            start.elapsed()
        })
        .collect()
}

fn percentile(times: &[Duration], percent: usize) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort();
    sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)].as_secs_f64() * 1000.0
}

fn median(times: &[Duration]) -> f64 {
    percentile(times, 50)
}

/// A feed of articles of about 5 KB in ordinary words, each with one word that no other has.
fn feed(number: usize) -> String {
    let articles: String = (0..ARTICLES_A_FEED)
        .map(|index| {
            let article = number * ARTICLES_A_FEED + index;
            // Newest last, so that the greatest number is the first row.
            let moment = 1_700_000_000 + article as i64 * 60;
            let when = dateline::news::Timestamp::from_seconds(moment).rfc3339();
            format!(
                "<item><guid>{article}</guid><title>#{article} {}</title><link>http://127.0.0.1/{article}</link>\
                 <dc:date>{when}</dc:date><description>&lt;p&gt;zq{article} {}&lt;/p&gt;</description></item>",
                words(article, 7),
                words(article + 1, 800)
            )
        })
        .collect();
    format!(
        "<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>Feed {number}</title>{articles}</channel></rss>"
    )
}

fn words(seed: usize, count: usize) -> String {
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
