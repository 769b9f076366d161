//! What goes wrong around a reader: it panics, it is killed in the middle of a refresh, another program works on its
//! library meanwhile.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dateline::app::Settings;
use dateline::config::{ColorWish, Config, TerminalKind};
use dateline::news::{Clock, Timestamp, Zone};
use dateline::shell::{self, Start};
use dateline::store::Library;
use rustix::process::Signal;

use super::loopback::{Body, Page, Server};
use super::pty::{Exit, Launch};
use super::world::World;

/// How often the present is asked for before the clock breaks: the reader is on screen by then.
const CLOCK_READS: usize = 4;

fn feed_of(articles: usize) -> Vec<u8> {
    let articles: String = (0..articles)
        .map(|it| format!("<item><guid>{it}</guid><title>Article {it}</title><description>Text.</description></item>"))
        .collect();
    format!("<rss version='2.0'><channel><title>Harbour Post</title>{articles}</channel></rss>").into_bytes()
}

fn page(path: &'static str, body: Body) -> Page {
    Page { path, status: "200 OK", content_type: "application/rss+xml", body }
}

/// Not a test of its own: the program that the next test starts in a terminal. It is the reader with a clock that
/// breaks, since the real program has no switch that makes it fail.
#[test]
#[ignore = "started in a terminal by the test below"]
fn a_reader_whose_clock_breaks() {
    let folder = tempfile::tempdir().unwrap();
    let sound: Clock = Arc::new(|| Timestamp::from_seconds(1_700_000_000));
    let library = Library::open(folder.path(), sound).unwrap();
    let reads = AtomicUsize::new(0);
    let breaking: Clock = Arc::new(move || {
        assert!(reads.fetch_add(1, Ordering::SeqCst) < CLOCK_READS, "the clock broke");
        Timestamp::from_seconds(1_700_000_000)
    });
    let settings =
        Settings { offline: true, ..Settings::new(Config::shipped(), TerminalKind::default(), ColorWish::Auto) };
    // Never returns: the clock breaks on the main thread.
    shell::run(Start { library, clock: breaking, zone: Zone::utc(), settings, memory: None, mouse: false }).unwrap();
}

/// In raw mode a message runs down the screen in steps, and on the alternate screen it is gone at once: the terminal
/// has to be back before anything is said.
#[test]
fn a_panic_gives_the_terminal_back_before_it_speaks() {
    let world = World::new();
    let this = std::env::current_exe().unwrap();
    let name = "mishaps::a_reader_whose_clock_breaks";
    let launch = Launch::new(Path::new(&this), world.home());
    let launch = launch.args([name, "--exact", "--ignored", "--nocapture", "--test-threads=1"]).size(100, 40);
    let mut session = launch.start();
    session.wait_for("the reader", |screen| screen.alternate_screen() && screen.contents().contains("Dateline"));
    // Each key asks for the present once.
    let _ = session.try_send("jjjjjjjj");
    let exit = session.wait_exit();
    assert_eq!(exit, Exit::Code(101));
    if let Err(left) = session.terminal_is_restored() {
        panic!("the terminal did not come back: {left}");
    }
    assert!(session.screen().contains("the clock broke"), "{}", session.screen());
    session.finish();
}

/// Newsboat left a stale lock file behind a crash and refused to start (newsboat#49).
#[test]
fn a_reader_killed_in_the_middle_of_a_refresh_leaves_no_lock() {
    let server = Server::start(vec![page("/feed", Body::Bytes(feed_of(3))), page("/silent", Body::Never)]);
    let world = World::new();
    let urls = world.home().join("urls");
    std::fs::write(&urls, format!("{}\n{}\n", server.url("/feed"), server.url("/silent"))).unwrap();
    world.done(&["import", &urls.to_string_lossy()]);
    let mut session = world.launch(&[]).start();
    server.wait_until_asked("/silent");
    session.signal(Signal::KILL);
    session.wait_exit();
    drop(session);
    let again = world.objects(&["refresh", "--all", "--json", &server.url("/feed")]);
    assert_eq!(again[0]["feeds"], 1, "{again:?}");
}

#[test]
fn a_refresh_beside_the_open_reader_is_announced_there() {
    let server = Server::start(vec![page("/feed", Body::Each(|asked| feed_of(3 + asked)))]);
    let world = World::new();
    world.done(&["add", &server.url("/feed")]);
    let session = world.launch(&["--offline"]).size(120, 40).start();
    session.wait_for_text("Article 0");
    world.done(&["refresh", "--all", "--json"]);
    session.wait_for_text("1 new · g.");
    let id = world.objects(&["list", "--json"])[0]["id"].to_string();
    world.done(&["tag", "later", &format!("id:{id}")]);
    session.wait_for_text("later");
    assert!(!session.screen().contains("locked"));
}
