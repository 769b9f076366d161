//! Many feeds at once: whoever reads meanwhile keeps the article under the cursor and the order of the list, and a
//! machine that gives few file descriptors makes a refresh slower and loses nothing.

use std::process::Command;

use super::loopback::{Body, Page, Server};
use super::pty::{ENTER, ESCAPE, Session};
use super::world::{World, program};

const BUSY_FEEDS: usize = 500;
/// With few file descriptors each waits for its turn.
const FEEDS_OF_FEW_DESCRIPTORS: usize = 60;
/// New ones in each feed, at each request.
const NEW: usize = 2;
const STILL_ARTICLES: usize = 40;
const MOVES: usize = 24;

fn page(path: String, body: Body) -> Page {
    Page { path: Box::leak(path.into_boxed_str()), status: "200 OK", content_type: "application/rss+xml", body }
}

/// Articles of one day, the first number the newest.
fn feed(title: &str, day: usize, numbers: std::ops::Range<usize>) -> Vec<u8> {
    let article = |number: usize| {
        format!(
            "<item><title>{title}-{number}.</title><guid>{title}-{number}</guid><link>http://x.test/{title}/{number}</link>\
             <pubDate>{day:02} Jan 2023 {:02}:{:02}:00 GMT</pubDate><description>Text {number}.</description></item>",
            23 - number / 60 % 24,
            59 - number % 60
        )
    };
    let articles: String = numbers.map(article).collect();
    format!("<rss version=\"2.0\"><channel><title>{title}</title>{articles}</channel></rss>").into_bytes()
}

/// Older articles at first; with each further request some that are newer than all others.
fn busy(asked: usize) -> Vec<u8> {
    feed("Busy", if asked == 0 { 5 } else { 20 }, asked * NEW..(asked + 1) * NEW)
}

fn world_of_many(feeds: usize) -> (World, Server) {
    let mut pages = vec![page("/still".to_owned(), Body::Bytes(feed("Still", 10, 0..STILL_ARTICLES)))];
    pages.extend((0..feeds).map(|it| page(format!("/busy/{it}"), Body::Each(busy))));
    let server = Server::start(pages);
    let world = World::new();
    let urls: Vec<String> = (0..feeds).map(|it| server.url(&format!("/busy/{it}"))).collect();
    let list = world.home().join("urls");
    std::fs::write(&list, format!("{}\n{}\n", server.url("/still"), urls.join("\n"))).unwrap();
    world.done(&["import", list.to_str().unwrap()]);
    (world, server)
}

/// The articles of the still feed that the list shows, in order; the list stands between the tree and the text.
fn listed(screen: &str) -> Vec<usize> {
    screen.lines().filter_map(|row| number_in(row.split(['│', '┃']).nth(1)?)).collect()
}

fn selected(screen: &str) -> Option<usize> {
    screen.lines().filter_map(|row| row.split(['│', '┃']).nth(1)).find(|it| it.contains('▌')).and_then(number_in)
}

fn number_in(row: &str) -> Option<usize> {
    row.split_once("Still-")?.1.split_once('.')?.0.parse().ok()
}

fn wait_until_selected(session: &Session, number: usize) {
    session
        .wait_for(&format!("article {number} under the cursor"), |screen| selected(&screen.contents()) == Some(number));
    let rows = listed(&session.screen());
    assert!(rows.is_sorted(), "the list lost its order: {rows:?}");
}

#[test]
fn a_refresh_of_many_feeds_leaves_the_cursor_and_the_list_to_the_person() {
    let (world, _server) = world_of_many(BUSY_FEEDS);
    world.done(&["refresh", "--all"]);
    // Else R may find the refresh of the start under way, for which nothing is due.
    let settings = world.home().join(".config/dateline");
    std::fs::create_dir_all(&settings).unwrap();
    std::fs::write(settings.join("config.toml"), "[fetch]\non_start = false\n").unwrap();
    let mut session = world.launch(&[]).size(120, 30).start();
    session.wait_for("the list", |screen| selected(&screen.contents()) == Some(0));
    session.send("R");
    for number in 1..=MOVES {
        session.send("j");
        wait_until_selected(&session, number);
        match number % 4 {
            0 => session.send("s"),
            1 => {
                session.send("kj");
                wait_until_selected(&session, number);
            }
            2 => {
                session.send(&format!("/Still-{number}{ENTER}"));
                session.wait_for("the hit", |screen| {
                    let contents = screen.contents();
                    contents.contains('“') && selected(&contents) == Some(number)
                });
                session.send("q");
                wait_until_selected(&session, number);
            }
            _ => {}
        }
    }
    session.wait_for_text("1,000 new · g.");
    wait_until_selected(&session, MOVES);
    session.send(&format!("{ESCAPE}Q"));
    session.finish();
    // What came meanwhile is all there, each once, and so is what was starred.
    let all = world.objects(&["list", "--limit", "100000", "--json"]);
    assert_eq!(all.len(), STILL_ARTICLES + BUSY_FEEDS * 2 * NEW);
    let starred = all.iter().filter(|it| it["state"]["starred"] == true).count();
    assert_eq!(starred, MOVES / 4);
}

#[test]
fn few_file_descriptors_make_a_refresh_slower_and_lose_nothing() {
    let (world, _server) = world_of_many(FEEDS_OF_FEW_DESCRIPTORS);
    let output = Command::new("sh")
        .args(["-c", "ulimit -n 32; exec \"$0\" --data \"$1\" refresh --all --json"])
        .arg(program())
        .arg(world.data())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", world.home())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let summary: serde_json::Value = serde_json::from_str(said.lines().last().unwrap_or_default()).unwrap();
    assert_eq!(summary["fetched"], FEEDS_OF_FEW_DESCRIPTORS + 1, "{said}");
    assert_eq!(summary["articles_new"], STILL_ARTICLES + FEEDS_OF_FEW_DESCRIPTORS * NEW, "{said}");
}
