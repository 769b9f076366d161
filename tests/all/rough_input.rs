//! What comes in from a terminal and is no key: huge pastes, bytes that are no letters, halves of sequences, a mouse that
//! never rests, answers to questions that nobody asked. None of it runs a command, and the next key is heard.

use std::time::{Duration, Instant};

use super::loopback::{Body, Page, Server};
use super::pty::{ENTER, ESCAPE, Session};
use super::world::World;

const ARTICLES: usize = 60;
const PASTE_BYTES: usize = 10 * 1024 * 1024;
/// What a screen of any size may cost, and any paste.
const RESIDENT_KIB_MAX: u64 = 300 * 1024;
/// Fifty milliseconds are promised; a busy machine may take longer, and the best of several presses counts.
const ESCAPE_WITHIN: Duration = Duration::from_millis(250);
const ESCAPES: usize = 5;

pub fn library() -> World {
    let items: String = (0..ARTICLES)
        .map(|it| {
            format!(
                "<item><guid>{it}</guid><title>Article {it}.</title><pubDate>{:02} Jan 2023 12:00:00 GMT</pubDate>\
                 <description>Text.</description></item>",
                28 - it % 28
            )
        })
        .collect();
    let feed = format!("<rss version='2.0'><channel><title>Harbour Post</title>{items}</channel></rss>");
    let page = Page {
        path: "/feed",
        status: "200 OK",
        content_type: "application/rss+xml",
        body: Body::Bytes(feed.into_bytes()),
    };
    let server = Server::start(vec![page]);
    let world = World::new();
    world.done(&["add", &server.url("/feed")]);
    world
}

pub fn reader(world: &World) -> Session {
    let session = world.launch(&["--offline"]).size(120, 40).start();
    session.wait_for_text("1 of 60");
    session
}

/// Keys are keys again after what was sent.
fn goes_there_and_back(session: &mut Session, sent: &str) {
    session.send("G");
    session.wait_for(&format!("G after {sent:?}"), |screen| screen.contents().contains("60 of 60"));
    session.send("gg");
    session.wait_for_text("1 of 60");
}

/// A reader that has run a command by mistake is not where it was: each test ends with this.
pub fn quit(session: Session, world: &World) {
    session.quit();
    let all = world.objects(&["list", "--limit", "1000", "--json"]);
    let touched: Vec<_> = all
        .iter()
        .filter(|it| it["state"]["starred"] == true || it["tags"].as_array().is_some_and(|it| !it.is_empty()))
        .collect();
    assert_eq!((all.len(), touched.len()), (ARTICLES, 0), "a command ran: {touched:?}");
}

#[test]
fn a_paste_of_ten_megabytes_runs_no_command_and_is_forgotten() {
    let world = library();
    let mut session = reader(&world);
    let letters: Vec<u8> = b"Qs+evil\rdq:quit\n\x03\x1b[A".iter().copied().cycle().take(PASTE_BYTES).collect();
    for opened in ["", "/"] {
        session.send(opened);
        session.send("\x1b[200~");
        session.send_bytes(&letters);
        session.send("\x1b[201~");
        session.send(ESCAPE);
        session.send(ESCAPE);
        // Whatever a pasted line looked for, the reader goes on from where it is.
        session.send("gagg");
        session.wait_for_text("1 of 60");
        session.send("j");
        session.wait_for_text("2 of 60");
        session.send("k");
        session.wait_for_text("1 of 60");
    }
    let peak = session.resident_peak_kib();
    println!("{peak} KiB at most, with two pastes of 10 MiB");
    assert!(peak < RESIDENT_KIB_MAX, "{peak} KiB");
    quit(session, &world);
}

#[test]
fn bytes_that_are_no_letters_do_nothing_and_leave_the_next_key_alone() {
    let world = library();
    let mut session = reader(&world);
    let mut at = 1;
    for bytes in [
        &b"\xff"[..],
        b"\xfe\xff\xff",
        b"\xc3\x28",
        b"\x80\x81\x9b\x9d",
        b"\xf8\x88\x80\x80\x80",
        b"\xed\xa0\x80",
        b"\xc0\xaf",
        b"\x00",
    ] {
        session.send_bytes(bytes);
        session.wait_until_keys_are_taken();
        session.send("j");
        at += 1;
        session.wait_for_text(&format!("{at} of 60"));
    }
    // A letter that is cut in two is a letter once its rest has come, and takes no more than itself along if it never does.
    for bytes in [&b"\xe2\x82"[..], b"\xf0\x9f\x99"] {
        session.send_bytes(bytes);
        session.send("jj");
        session.wait_for("the next key", |screen| {
            [at + 1, at + 2].iter().any(|it| screen.contents().contains(&format!("{it} of 60")))
        });
        session.send("gg");
        session.wait_for_text("1 of 60");
        at = 1;
    }
    quit(session, &world);
}

/// A connection that stutters cuts sequences anywhere. What is lost is what was cut and the key that seems to end it.
#[test]
fn half_a_sequence_is_forgotten_and_the_next_keys_are_heard() {
    let world = library();
    let mut session = reader(&world);
    for half in ["\x1b[", "\x1bO", "\x1b[1;", "\x1b[1;5", "\x1b]11;rgb:12", "\x1bP>|x", "\x1b_Gi=1", "\x1b]"] {
        session.send(half);
        // What may be the answer that was asked for is waited for a moment.
        session.wait_until_keys_are_taken();
        session.wait_a_second();
        for key in ["j", ESCAPE, ESCAPE] {
            session.wait_until_keys_are_taken();
            session.send(key);
        }
        session.send("gg");
        goes_there_and_back(&mut session, half);
    }
    quit(session, &world);
}

/// Of a mouse and of a paste whose end is lost, the next one of its kind is the end.
#[test]
fn a_mouse_or_a_paste_without_its_end_lasts_no_longer_than_to_the_next_one() {
    let world = library();
    let mut session = reader(&world);
    for (half, next) in [("\x1b[<0;10", "\x1b[<35;1;1M"), ("\x1b[200~Qdq", "\x1b[200~Q\x1b[201~")] {
        session.send(half);
        session.wait_until_keys_are_taken();
        session.send(next);
        session.wait_until_keys_are_taken();
        session.send(ESCAPE);
        session.wait_until_keys_are_taken();
        goes_there_and_back(&mut session, half);
    }
    quit(session, &world);
}

#[test]
fn a_mouse_that_never_rests_holds_up_no_key() {
    let world = library();
    let settings = world.home().join(".config/dateline");
    std::fs::create_dir_all(&settings).unwrap();
    for mouse in ["false", "true"] {
        std::fs::write(settings.join("config.toml"), format!("mouse = {mouse}\n")).unwrap();
        let mut session = reader(&world);
        let mut flood = String::new();
        for step in 0..10_000 {
            let (column, line) = (1 + step * 7 % 120, 1 + step * 3 % 40);
            // Movement, with and without a button, of buttons that we do not know, and beyond the screen.
            flood.push_str(&format!("\x1b[<35;{column};{line}M\x1b[<130;9999;9999M\x1b[<66;1;1M"));
        }
        session.send(&flood);
        session.send("j");
        session.wait_for_text("2 of 60");
        for _ in 0..2_000 {
            session.send("\x1b[<65;40;20M\x1b[<64;40;20M");
        }
        session.send("gg");
        session.wait_for_text("1 of 60");
        quit(session, &world);
    }
}

/// Answers to questions that another program put before it died, or that the terminal gives unasked, come whenever they
/// like (xterm's control sequences: DA, DSR, DECRPM, window reports, focus).
#[test]
fn late_answers_and_changes_of_focus_are_no_keys() {
    let world = library();
    let mut session = reader(&world);
    let answers = [
        "\x1b[I",
        "\x1b[O",
        "\x1b[?62;c",
        "\x1b[?1;2c",
        "\x1b[24;80R",
        "\x1b[8;24;80t",
        "\x1b[?1u",
        "\x1b[?2026;2$y",
        "\x1b[>41;370;0c",
        "\x1b[?997;1n",
        "\x1b[48;24;80;480;800t",
        "\x1bP!|7E565445\x1b\\",
        "\x1b]52;c;UVFkcXN4\x1b\\",
        "\x1bP>|xterm(370)\x1b\\",
        "\x1bP1$r0m\x1b\\",
        "\x1b]10;rgb:ffff/ffff/ffff\x1b\\",
        "\x1b]11;rgb:0000/0000/0000\x07",
        "\x1b]4;1;rgb:cdcd/0000/0000\x1b\\",
        "\x1b_Gi=31;OK\x1b\\",
    ];
    for (steps, answer) in (1..).zip(answers) {
        // In one piece, as when both have waited: the key is heard without another one.
        session.send(&format!("{answer}j"));
        let at = steps + 1;
        session.wait_for(&format!("one step after {answer:?}"), |screen| {
            screen.contents().contains(&format!("{at} of 60"))
        });
    }
    quit(session, &world);
}

/// Esc is also how sequences begin: whoever waits for the rest of one makes it slow, or waits for the next key.
#[test]
fn esc_acts_by_itself_and_at_once() {
    let world = library();
    let mut session = reader(&world);
    let mut best = Duration::MAX;
    for _ in 0..ESCAPES {
        session.send("/tide");
        session.wait_for("the line", |screen| screen.contents().contains("Search  tide"));
        let pressed = Instant::now();
        session.send(ESCAPE);
        session.wait_for("the line is gone", |screen| !screen.contents().contains("Search  tide"));
        best = best.min(pressed.elapsed());
    }
    println!("Esc took {best:?}");
    assert!(best < ESCAPE_WITHIN, "Esc took {best:?}");
    session.send(&format!("/Article 7{ENTER}"));
    session.wait_for_text("“Article 7”");
    session.send(ESCAPE);
    session.wait_for_text("of 60");
    quit(session, &world);
}
