//! How long things take. Prints and promises nothing; run it with `--release --ignored --nocapture`.

use std::time::Instant;

use super::*;

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    println!("{what}: {:.1} ms", start.elapsed().as_secs_f64() * 1_000.0);
    done
}

#[test]
#[ignore = "prints figures; says little without --release"]
fn ten_thousand_articles() {
    let shelf = shelf();
    let words: Vec<String> = (0..700).map(|it| format!("kata{}", it * 7_919 % 5_000)).collect();
    let feeds: Vec<FeedId> = (0..100).map(|it| shelf.feed(&format!("https://{it}.example/feed"))).collect();
    let arrivals: Vec<Arrival> = feeds
        .iter()
        .map(|feed| {
            let mut articles = run_of(100);
            for (at, article) in articles.iter_mut().enumerate() {
                article.body = Html(format!("<p>{} berita{at}</p>", words[at..].join(" ")));
            }
            shelf.arrival(*feed, articles)
        })
        .collect();
    timed("10,000 articles arrive", || {
        for arrival in arrivals {
            shelf.done(Change::Arrive(Box::new(arrival)));
        }
    });
    timed("tree", || shelf.tree());
    let all = |words: &str| View { scope: Scope::All, unread_only: false, query: Query::parse(words).unwrap() };
    timed("200 rows", || shelf.rows_of_view(all(""), 200));
    let ids = timed("all ids", || shelf.ids(Scope::All));
    timed("index", || shelf.index("id"));
    for query in ["k*", "kata7*", "kata7 kata919", "berita55"] {
        timed(&format!("200 rows of {query}"), || shelf.rows_of_view(all(query), 200));
    }
    timed("mark 10,000 read", || shelf.read(&ids, true));
    timed("undo that", || shelf.undo());
    timed("star one", || shelf.star(&ids[..1], true));
    let health = shelf.health();
    println!(
        "file {} KB, bodies {} KB, index {} KB",
        health.file_bytes / 1_024,
        health.body_bytes / 1_024,
        health.index_bytes / 1_024
    );
}
