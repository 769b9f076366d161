//! A reader at rest does nothing: no byte to the terminal, and no thread that wakes more often than once a second.

use std::sync::mpsc;
use std::time::Duration;

use super::loopback::{Body, Page, Server};
use super::pty::Session;
use super::world::World;

/// How long the reader is watched, and how often again where something was still going on.
const WATCHED: Duration = Duration::from_secs(3);
const WATCHES_MAX: usize = 4;
/// One thread looks once a second whether another program wrote; the rest is the machine's own.
const WAKES_MAX: u64 = 2 * WATCHED.as_secs();

#[test]
fn at_rest_nothing_is_drawn_and_nobody_wakes() {
    let items: String = (0..40).map(|it| format!("<item><guid>{it}</guid><title>Title {it}</title></item>")).collect();
    let feed = format!("<rss version=\"2.0\"><channel><title>Still</title>{items}</channel></rss>");
    let server = Server::start(vec![Page {
        path: "/feed",
        status: "200 OK",
        content_type: "application/rss+xml",
        body: Body::Bytes(feed.into_bytes()),
    }]);
    let world = World::new();
    world.done(&["add", &server.url("/feed")]);
    let mut session = world.launch(&[]).start();
    session.wait_for_text("Title 7");
    session.send("jjl");
    let watches: Vec<(usize, u64)> = std::iter::repeat_with(|| watch(&session)).take(WATCHES_MAX).collect();
    // The minute may turn, and a notice may go, while we look; most of the time neither happens.
    let at_rest = |(bytes, wakes): &&(usize, u64)| *bytes == 0 && *wakes <= WAKES_MAX;
    assert!(watches.iter().any(|it| at_rest(&it)), "bytes drawn and wake-ups in {WATCHED:?}: {watches:?}");
    session.send("Q");
    session.finish();
}

/// How many bytes were drawn and how often a thread woke during one watch.
fn watch(session: &Session) -> (usize, u64) {
    let (bytes, wakes) = (session.bytes().len(), wakes_of(session));
    let (_kept, nobody) = mpsc::channel::<()>();
    let _ = nobody.recv_timeout(WATCHED);
    (session.bytes().len() - bytes, wakes_of(session) - wakes)
}

/// How often all threads of the reader have given their processor back to wait, which is once for each waking.
fn wakes_of(session: &Session) -> u64 {
    let tasks = format!("/proc/{}/task", session.process().as_raw_nonzero());
    let statuses = std::fs::read_dir(tasks).expect("the reader runs").filter_map(|it| {
        // A thread may end while we look.
        std::fs::read_to_string(it.ok()?.path().join("status")).ok()
    });
    let count = |status: String| -> Option<u64> {
        status.lines().find_map(|it| it.strip_prefix("voluntary_ctxt_switches:"))?.trim().parse().ok()
    };
    statuses.filter_map(count).sum()
}
