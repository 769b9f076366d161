//! A reader at rest does nothing: no byte to the terminal, no thread that wakes more often than once a second, and less than
//! a thousandth of a processor.

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
/// A thousandth of the time that it is watched.
const BUSY_MAX: Duration = Duration::from_millis(WATCHED.as_secs());

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
    // The minute may turn, and a notice may go, while we look; most of the time neither happens.
    let at_rest = |it: &Watch| it.bytes == 0 && it.wakes <= WAKES_MAX && it.busy <= BUSY_MAX;
    let mut watches = Vec::new();
    while !watches.iter().any(at_rest) && watches.len() < WATCHES_MAX {
        watches.push(watch(&session));
    }
    println!("at rest for {WATCHED:?}: {watches:?}");
    assert!(watches.iter().any(at_rest), "in {WATCHED:?}: {watches:?}");
    session.send("Q");
    session.finish();
}

/// What went on during one watch.
#[derive(Debug)]
struct Watch {
    bytes: usize,
    /// How often a thread woke.
    wakes: u64,
    /// How long threads were on a processor.
    busy: Duration,
}

fn watch(session: &Session) -> Watch {
    let (bytes, wakes, busy) = (session.bytes().len(), wakes_of(session), busy_of(session));
    let (_kept, nobody) = mpsc::channel::<()>();
    let _ = nobody.recv_timeout(WATCHED);
    Watch {
        bytes: session.bytes().len() - bytes,
        wakes: wakes_of(session) - wakes,
        busy: busy_of(session).saturating_sub(busy),
    }
}

/// How long the reader's threads have been on a processor (Linux, proc/schedstat); nothing where the kernel does not say.
fn busy_of(session: &Session) -> Duration {
    let tasks = format!("/proc/{}/task", session.process().as_raw_nonzero());
    let one = |it: std::io::Result<std::fs::DirEntry>| -> Option<u64> {
        let said = std::fs::read_to_string(it.ok()?.path().join("schedstat")).ok()?;
        said.split_whitespace().next()?.parse().ok()
    };
    Duration::from_nanos(std::fs::read_dir(tasks).expect("the reader runs").filter_map(one).sum())
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
