//! A terminal at the end of a line of one kibibyte a second: what is passed over is never sent, the last key's frame comes,
//! and everything else goes on.

use std::fs;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::hostd::{Hold, Hostd, Reply};
use super::pty::{Session, WAIT_MAX};
use super::world::World;

const BYTES_A_SECOND: usize = 1_024;
/// Of the first feed, which is there already; the other feeds bring one each.
const ARTICLES: usize = 80;
const FEEDS: usize = 20;
const KEYS: usize = 60;
/// Faster than frames of this line, slower than a machine that is busy.
const BETWEEN_KEYS: Duration = Duration::from_millis(80);
/// Whole frames, one a key, would be some 1,500 bytes each.
const BYTES_MAX: usize = 20 * 1_024;
/// From the last key to its frame, the one under way before it included.
const SETTLED_WITHIN: Duration = Duration::from_secs(8);
/// What the line takes while keys are pressed, and a little more.
const SMALL_BYTES_MAX: usize = 10 * 1_024;
const GROWTH_KIB_MAX: u64 = 8 * 1_024;

const QUESTION: &[u8] = b"\x1b]11;?\x1b\\";
const ANSWER: &str = "\x1b]11;rgb:1616/1818/1d1d\x1b\\";

fn feed(number: usize, articles: usize) -> String {
    let words = "The harbour wakes before the town does, and the ferry is late again. ".repeat(30);
    let item = |it: usize| {
        let title = format!("{number}, {it}: {}", words.split_at(it % 60).1.split_at(60).0);
        format!("<item><guid>{it}</guid><title>{title}</title><description>{words}</description></item>")
    };
    let items: String = (0..articles).map(item).collect();
    format!("<rss version='2.0'><channel><title>Post {number}</title>{items}</channel></rss>")
}

/// The terminal: it answers each question once it has read up to it.
fn answer(session: &mut Session, answered: &mut usize) {
    let asked = session.bytes().windows(QUESTION.len()).filter(|it| *it == QUESTION).count();
    while *answered < asked {
        session.send(ANSWER);
        *answered += 1;
    }
}

#[test]
fn over_a_line_of_a_kibibyte_a_second_the_last_key_counts_and_the_rest_goes_on() {
    let server = Hostd::start();
    let gate = Hold::default();
    let world = World::new();
    let mut urls = String::new();
    for number in 0..=FEEDS {
        let path = format!("/feed/{number}");
        let reply = if number == 0 { Reply::feed(feed(0, ARTICLES)) } else { Reply::feed(feed(number, 1)).held(&gate) };
        server.on(&path, [reply]);
        urls.push_str(&server.url("127.0.0.1", &path));
        urls.push('\n');
    }
    fs::write(world.home().join("urls"), urls).unwrap();
    world.done(&["import", "urls"]);
    world.done(&["refresh", &server.url("127.0.0.1", "/feed/0")]);
    let library = Connection::open(world.data().join("library.db")).unwrap();
    let stored = || -> i64 { library.query_row("SELECT count(*) FROM article", [], |row| row.get(0)).unwrap() };

    let mut session = world.launch(&[]).size(120, 40).start();
    let mut answered = 0;
    session.wait_for_text(&format!("1 of {ARTICLES}"));
    server.wait_for_hits(2);
    answer(&mut session, &mut answered);
    session.wait_a_second();
    answer(&mut session, &mut answered);
    session.slow_down(BYTES_A_SECOND);
    gate.release();
    let (sent, memory) = (session.bytes().len(), session.resident_kib());
    let settled = presses_and_waits(&mut session, &mut answered);
    // What came meanwhile is in the library, however little of it could be shown.
    let last = Instant::now();
    while stored() < (ARTICLES + FEEDS) as i64 {
        assert!(last.elapsed() < WAIT_MAX, "{} articles", stored());
        answer(&mut session, &mut answered);
        session.wait_a_moment();
    }
    let (bytes, grown) = (session.bytes().len() - sent, session.resident_kib().saturating_sub(memory));
    println!("{bytes} bytes for {KEYS} keys; the last one's frame after {settled:?}; {grown} KiB more");
    assert!(bytes < BYTES_MAX, "{bytes} bytes");
    assert!(settled < SETTLED_WITHIN, "{settled:?}");
    assert!(grown < GROWTH_KIB_MAX, "{grown} KiB");
    session.send("Q");
    session.finish();
}

/// No single frame is large enough to tell; all of them together are.
#[test]
fn small_frames_do_not_queue_on_a_slow_line_either() {
    let server = Hostd::start();
    server.on("/feed", [Reply::feed(feed(0, ARTICLES))]);
    let world = World::new();
    world.done(&["add", &server.url("127.0.0.1", "/feed")]);
    let mut session = world.launch(&["--offline"]).size(120, 40).start();
    let mut answered = 0;
    session.wait_for_text(&format!("1 of {ARTICLES}"));
    session.wait_a_second();
    answer(&mut session, &mut answered);
    session.wait_a_second();
    session.slow_down(BYTES_A_SECOND);
    let sent = session.bytes().len();
    let settled = presses_and_waits(&mut session, &mut answered);
    let bytes = session.bytes().len() - sent;
    println!("{bytes} bytes for {KEYS} keys; the last one's frame after {settled:?}");
    assert!(bytes < SMALL_BYTES_MAX, "{bytes} bytes");
    assert!(settled < SETTLED_WITHIN, "{settled:?}");
    session.send("Q");
    session.finish();
}

/// Presses key after key, and gives how long the last one's frame took.
fn presses_and_waits(session: &mut Session, answered: &mut usize) -> Duration {
    for _ in 0..KEYS {
        session.send("j");
        let next = Instant::now() + BETWEEN_KEYS;
        while Instant::now() < next {
            answer(session, answered);
            session.wait_a_moment();
        }
    }
    let last = Instant::now();
    while !session.screen().contains(&format!("{} of ", KEYS + 1)) {
        assert!(last.elapsed() < WAIT_MAX, "{}", session.screen());
        answer(session, answered);
        session.wait_a_moment();
    }
    last.elapsed()
}
