//! How long a refresh takes: 100 feeds of 50 articles from a server on loopback, cold, then again with nothing new.

use std::path::Path;
use std::process::{Command, Output};
use std::time::Instant;

use crate::PROGRAM;
use crate::loopback::{Body, Page, Server};
use crate::prose::Writer;

const FEEDS: usize = 100;
const ARTICLES_A_FEED: usize = 50;

pub fn refresh() {
    let server = serve();
    let home = tempfile::tempdir().unwrap();
    subscribe(home.path(), &server);
    for name in ["cold", "again"] {
        let start = Instant::now();
        let output = run(home.path(), &["refresh", "--all", "--no-index", "--json"]);
        let wall = start.elapsed();
        println!(
            "refresh of {FEEDS} × {ARTICLES_A_FEED} {name}: {:.2} s  {}",
            wall.as_secs_f64(),
            String::from_utf8_lossy(&output.stdout).trim()
        );
    }
    let start = Instant::now();
    run(home.path(), &["list", "nothing-answers-this"]);
    println!("index and metadata of {}: {:.2} s", FEEDS * ARTICLES_A_FEED, start.elapsed().as_secs_f64());
}

fn serve() -> Server {
    let writer = Writer::new();
    let page = |number: usize| Page {
        path: Box::leak(format!("/{number}").into_boxed_str()),
        status: "200 OK",
        content_type: "application/rss+xml",
        body: Body::Bytes(feed(&writer, number).into_bytes()),
    };
    Server::start((0..FEEDS).map(page).collect())
}

fn subscribe(home: &Path, server: &Server) {
    let list: String =
        (0..FEEDS).map(|number| format!("{} \"~Feed {number}\"\n", server.url(&format!("/{number}")))).collect();
    let file = home.join("urls");
    std::fs::write(&file, list).unwrap();
    run(home, &["import", file.to_str().unwrap()]);
}

fn run(home: &Path, arguments: &[&str]) -> Output {
    let output = Command::new(PROGRAM).arg("--data").arg(home.join("library")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

fn feed(writer: &Writer, number: usize) -> String {
    let articles: String = (0..ARTICLES_A_FEED)
        .map(|index| {
            let article = number * ARTICLES_A_FEED + index;
            let when = dateline::news::Timestamp::from_seconds(1_700_000_000 + article as i64 * 60).rfc3339();
            let prose = writer.article(article, number);
            format!(
                "<item><guid>{article}</guid><title>{}</title><link>http://127.0.0.1/{article}</link>\
                 <dc:date>{when}</dc:date><description><![CDATA[{}]]></description></item>",
                prose.title, prose.html
            )
        })
        .collect();
    format!(
        "<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>Feed {number}</title>\
         {articles}</channel></rss>"
    )
}
