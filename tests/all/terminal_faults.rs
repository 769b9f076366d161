//! What becomes of a terminal that others spoil, that is gone in the middle of work, that claims to be huge, or that is slow.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::loopback::{Body, Page, Server};
use super::pty::{ENTER, Exit, Session};
use super::world::World;

/// A reader whose terminal is gone must not linger.
const GONE_WITHIN: Duration = Duration::from_secs(2);
/// Two keys so near each other are pressed by a hand that does not rest; the reader takes 300 ms for a rest.
const RESTED_NOT_YET: Duration = Duration::from_millis(250);
/// What a screen of any size may cost.
const RESIDENT_KIB_MAX: u64 = 300 * 1024;

fn page(path: &'static str, body: Body) -> Page {
    Page { path, status: "200 OK", content_type: "application/rss+xml", body }
}

fn feed(articles: usize) -> Vec<u8> {
    let item = |it: usize| {
        let words: String = (0..400).map(|word| format!("{}x{} ", it * 7 % 13 + word, word * it % 17)).collect();
        format!(
            "<item><guid>{it}</guid><title>Article {it}</title><link>http://news.test/{it}</link>\
             <description>{words}</description></item>"
        )
    };
    let items: String = (0..articles).map(item).collect();
    format!("<rss version='2.0'><channel><title>Harbour Post</title>{items}</channel></rss>").into_bytes()
}

fn subscribed(articles: usize) -> World {
    let server = Server::start(vec![page("/feed", Body::Bytes(feed(articles)))]);
    let world = World::new();
    world.done(&["add", &server.url("/feed")]);
    world
}

fn drawn(session: &Session) {
    session.wait_for("the reader", |screen| screen.alternate_screen() && screen.contents().contains("Dateline"));
}

/// A shell that gets its prompt back sets modes of its own, and not every shell puts those of a job back; crossterm takes
/// raw mode for granted once it was entered.
#[test]
fn raw_mode_is_back_after_a_stop_that_nobody_hears_though_a_shell_took_it() {
    let world = World::new();
    let mut session = world.launch(&[]).start();
    drawn(&session);
    let raw = session.terminal_settings();
    session.signal(Signal::STOP);
    session.spoil();
    assert_ne!(session.terminal_settings(), raw);
    let sent = session.bytes().len();
    session.signal(Signal::CONT);
    session.wait_for_bytes("the screen again", |bytes| bytes[sent..].windows(8).any(|it| it == b"\x1b[?1049h"));
    session.wait_for_bytes("a frame", |bytes| bytes[sent..].windows(8).any(|it| it == b"Dateline"));
    assert_eq!(session.terminal_settings(), raw);
    // Without raw mode a key would wait for the end of its line.
    session.quit();
}

/// A browser or a program that dies in the middle of its work leaves the terminal as it had it.
#[test]
fn what_a_program_did_to_the_terminal_is_mended_when_it_ends() {
    let world = subscribed(3);
    let program = world.home().join("spoils");
    fs::write(&program, "#!/bin/sh\ntrap '' TTOU\nstty sane </dev/tty\necho \"$0\" >>\"$HOME/ran\"\nkill -9 $$\n")
        .unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let spoils = program.to_string_lossy().into_owned();
    let mut session = world.launch(&["--offline"]).variable("BROWSER", &spoils).size(120, 40).start();
    session.wait_for_text("Article 0");
    let raw = session.terminal_settings();
    for (keys, said) in [("o".to_owned(), "y copies the address"), (format!("|{spoils}{ENTER}"), "failed")] {
        let sent = session.bytes().len();
        session.send(&keys);
        session.wait_for_text(said);
        session.wait_for_bytes("the screen again", |bytes| bytes[sent..].windows(8).any(|it| it == b"\x1b[?1049h"));
        assert_eq!(session.terminal_settings(), raw, "{keys}");
    }
    assert_eq!(fs::read_to_string(world.home().join("ran")).unwrap().lines().count(), 2);
    session.quit();
}

/// A connection that drops while feeds are fetched: the lock is let go of, and nothing half done is left.
#[test]
fn a_hang_up_in_the_middle_of_a_refresh_leaves_no_lock_and_no_half_work() {
    let server = Server::start(vec![page("/feed", Body::Bytes(feed(3))), page("/silent", Body::Never)]);
    let world = World::new();
    let urls = world.home().join("urls");
    fs::write(&urls, format!("{}\n{}\n", server.url("/feed"), server.url("/silent"))).unwrap();
    world.done(&["import", &urls.to_string_lossy()]);
    let mut session = world.launch(&[]).start();
    drawn(&session);
    server.wait_until_asked("/silent");
    session.hang_up();
    session.wait_exit_within(GONE_WITHIN);
    session.finish();
    let again = world.objects(&["refresh", "--all", "--json", &server.url("/feed")]);
    assert_eq!(again[0]["feeds"], 1, "{again:?}");
    world.done(&["doctor", "--json"]);
    assert_eq!(world.objects(&["list", "--json"]).len(), 3);
}

/// Two buffers of 10,000×10,000 cells would be gigabytes.
#[test]
fn a_terminal_that_claims_to_be_huge_costs_no_more_than_a_large_one() {
    let world = subscribed(3);
    let mut session = world.launch(&["--offline"]).size(120, 40).start();
    session.wait_for_text("Article 0");
    session.resize(10_000, 10_000);
    session.wait_for_frame("the reader", |screen| screen.contents().contains("Dateline"));
    let status = fs::read_to_string(format!("/proc/{}/status", session.process().as_raw_nonzero())).unwrap();
    let peak = status.lines().find_map(|it| it.strip_prefix("VmHWM:")).unwrap();
    let peak: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    println!("{peak} KiB at 10,000×10,000");
    assert!(peak < RESIDENT_KIB_MAX, "{peak} KiB");
    session.resize(100, 30);
    session.wait_for_frame("the last size", |screen| screen.contents().contains("1 of 3"));
    session.send("Q");
    assert_eq!(session.wait_exit(), Exit::Code(0));
    session.finish();
}

/// The terminal answers a question only once it has all that was sent before. Where that takes long, texts that the hand
/// passes on its way are not sent, and no frame is sent on top of one that is still under way.
#[test]
fn on_a_slow_line_texts_wait_until_the_hand_rests() {
    let world = subscribed(60);
    let mut session = world.launch(&["--offline"]).size(120, 40).start();
    session.wait_for_text("1 of 60");
    let asked = |bytes: &[u8]| bytes.windows(QUESTION.len()).filter(|it| *it == QUESTION).count();
    session.wait_for_bytes("the question", |bytes| asked(bytes) == 1);
    // The first answer comes at once, the second one long after a text was sent.
    session.send(ANSWER);
    session.send("j");
    session.wait_for_text("2 of 60");
    session.wait_for_bytes("a question behind the text", |bytes| asked(bytes) == 2);
    session.wait_a_second();
    session.send(ANSWER);
    const KEYS: usize = 10;
    let (mut counted, mut at) = (Vec::new(), 2);
    let (mut pressed_before, mut sent_before) = (Instant::now(), session.bytes().len());
    while counted.len() < KEYS && at < 59 {
        let pressed = Instant::now();
        session.send("j");
        at += 1;
        session.wait_for_text(&format!("{at} of 60"));
        let sent = session.bytes().len();
        // Where the machine keeps the program waiting, the hand has rested, and the text was due.
        if pressed_before.elapsed() < RESTED_NOT_YET {
            counted.push(sent - sent_before);
        }
        (pressed_before, sent_before) = (pressed, sent);
        session.send(ANSWER);
    }
    assert!(!counted.is_empty(), "no two keys came within {RESTED_NOT_YET:?}");
    let bytes = counted.iter().sum::<usize>() / counted.len();
    println!("{bytes} bytes a key on a slow line at 120×40");
    assert!(bytes <= 1_024, "{bytes} bytes a key");
    session.wait_for("the text once the hand rests", |screen| {
        screen.rows(0, 120).nth(1).is_some_and(|it| it.contains(&format!("Article {}", at - 1)))
    });
    session.send("Q");
    assert_eq!(session.wait_exit(), Exit::Code(0));
    session.finish();
}

const QUESTION: &[u8] = b"\x1b]11;?\x1b\\";
const ANSWER: &str = "\x1b]11;rgb:1616/1818/1d1d\x1b\\";
