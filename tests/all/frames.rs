//! What reaches a terminal, in bytes: how much a key costs, what becomes of frames that a slow line can't take, and
//! whether letters of every width leave the rules between panes where they are.

use super::loopback::{Body, Page, Server};
use super::pty::Session;
use super::world::World;

const ARTICLES: usize = 250;
/// What a key that moves the cursor may cost while it is held down, on a screen of 120×40.
const BYTES_A_KEY_MAX: usize = 1_024;
/// Two hundred frames of this screen would take more, were they kept.
const GROWTH_KIB_MAX: u64 = 4_096;
const FRAME_BEGINS: &[u8] = b"\x1b[?2026h";

/// Titles that are wider, narrower, or run the other way than they look.
const LIARS: [&str; 14] = [
    "北京：新线路今日开通，早高峰班次加密并延长运营时间",
    "👩‍👩‍👧‍👦 family 👨‍👩‍👧 and 🏳️‍🌈 flags 🇮🇩🇳🇱 in a row",
    "﷽ and its forty letters",
    "שלום עולם 42 (בדיקה) מהנמל הישן",
    "ميناء الصيد القديم يفتح أبوابه بعد عامين",
    "ﾊﾟﾋﾟ halfwidth ｶﾞ marks",
    "Z̸̢͓a̷l̶g̵o̴ combining marks pile up",
    "tab\there and\u{2028}line\u{2029}ends",
    "เช้าวันนี้แม่ค้าเปิดร้านริมคลองเหมือนทุกวัน",
    "①②③ ambiguous ■□▲△ §±×÷ widths",
    "नमस्ते हिन्दी समाचार क्षेत्रीय",
    "\u{200b}\u{200d}",
    "── Delete all? [y] │ │ │ ──",
    "e\u{301}\u{301}\u{301} and keycaps 1️⃣2️⃣#️⃣ ☎️ ☎",
];

fn feed(titles: impl Iterator<Item = String>) -> Vec<u8> {
    let mut out = String::from("<rss version='2.0'><channel><title>Harbour Post</title>");
    for (index, title) in titles.enumerate() {
        let (day, minute) = (1 + index / 60 % 28, index % 60);
        out.push_str(&format!(
            "<item><title>{title}</title><guid>g{index}</guid><pubDate>{day} Jan 2026 10:{minute:02}:00 GMT</pubDate>\
             <description>&lt;p&gt;{title}: a paragraph of number {index}, so that there is something to read, and it \
             goes on for a line or two beyond the first one.&lt;/p&gt;</description></item>"
        ));
    }
    out.push_str("</channel></rss>");
    out.into_bytes()
}

/// A library with the feed in it, and a reader on it that shows its list.
fn reader(body: Vec<u8>, columns: u16, rows: u16, first: &str) -> (World, Session) {
    let page = Page { path: "/feed", status: "200 OK", content_type: "application/rss+xml", body: Body::Bytes(body) };
    let server = Server::start(vec![page]);
    let world = World::new();
    world.done(&["add", &server.url("/feed")]);
    drop(server);
    let session = world.launch(&["--offline"]).size(columns, rows).start();
    session.wait_for_text(first);
    (world, session)
}

fn many() -> Vec<u8> {
    feed((0..ARTICLES).map(|it| format!("Article {it} of the long and windy harbour front")))
}

/// Alone, a key costs the letters of the text it brings besides; this is what it costs where texts are alike. Held down,
/// texts that are passed over are never sent.
#[test]
fn a_key_that_moves_costs_little_and_a_text_is_sent_once() {
    let (_world, mut session) = reader(many(), 120, 40, "1 of 250");
    let before = session.bytes().len();
    const KEYS: usize = 20;
    for key in 0..KEYS {
        session.send("j");
        session.wait_for_text(&format!("{} of 250", key + 2));
    }
    let bytes = (session.bytes().len() - before) / KEYS;
    println!("{bytes} bytes a key at 120×40, beside what differs between texts");
    assert!(bytes <= BYTES_A_KEY_MAX, "{bytes} bytes a key");
    let before = session.bytes().len();
    session.send(&"j".repeat(100));
    session.wait_for_text("121 of 250");
    let bytes = (session.bytes().len() - before) / 100;
    println!("{bytes} bytes a key typed ahead");
    assert!(bytes <= BYTES_A_KEY_MAX, "{bytes} bytes a key typed ahead");
    session.quit();
}

/// A terminal that takes nothing holds up drawing and nothing else: keys are heard, nothing is heaped up for it, and once
/// it takes bytes again it gets the newest frame, not all that were missed.
#[test]
fn frames_that_a_stopped_terminal_can_not_take_are_dropped() {
    let (_world, mut session) = reader(many(), 120, 40, "1 of 250");
    let resident_before = resident_kib(&session);
    session.hold();
    let before = session.bytes().len();
    const KEYS: usize = 200;
    for _ in 0..KEYS {
        session.send("j");
    }
    session.wait_until_keys_are_taken();
    let grown_kib = resident_kib(&session).saturating_sub(resident_before);
    assert!(grown_kib < GROWTH_KIB_MAX, "{grown_kib} KiB more for {KEYS} keys that could not be drawn");
    session.let_go();
    session.wait_for_text("201 of 250");
    let bytes = session.bytes()[before..].to_vec();
    let frames = bytes.windows(FRAME_BEGINS.len()).filter(|it| *it == FRAME_BEGINS).count();
    println!("{frames} frames, {} bytes for {KEYS} keys", bytes.len());
    assert!(frames < KEYS / 2, "{frames} frames for {KEYS} keys");
    session.quit();
}

/// The memory that the reader holds (proc(5), `VmRSS`).
fn resident_kib(session: &Session) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", session.process().as_raw_nonzero()));
    let status = status.expect("the reader runs");
    let resident = status.lines().find_map(|it| it.strip_prefix("VmRSS:")).expect("what it holds");
    resident.trim().trim_end_matches(" kB").parse().expect("a number")
}

/// A thousand sizes in a row: the last one is on the screen, whatever became of those between.
#[test]
fn a_storm_of_sizes_ends_at_the_last_one() {
    let (_world, session) = reader(many(), 120, 40, "1 of 250");
    for round in 0..1_000_u16 {
        session.resize(1 + round * 7 % 240, 1 + round * 5 % 70);
    }
    session.resize(100, 30);
    session.wait_for_frame("the reader at 100 columns", |screen| {
        let rows: Vec<String> = screen.rows(0, 100).collect();
        rows[0].contains("Dateline") && rows[29].contains("1 of 250")
    });
    session.quit();
}

#[test]
fn letters_of_every_width_leave_the_rules_where_they_are() {
    for (columns, rows) in [(120, 40), (160, 30), (200, 50)] {
        let (_world, mut session) = reader(feed(LIARS.iter().map(|it| (*it).to_owned())), columns, rows, "1 of 14");
        for position in 1..=LIARS.len() {
            session.wait_for_text(&format!("{position} of 14"));
            session.wait_for("a rule at the same column in every row", |screen| {
                let at = |row: u16, column: u16| screen.cell(row, column).map_or("", vt100::Cell::contents).to_owned();
                let is_rule = |text: &str| ["│", "┃"].contains(&text);
                let columns_of = |row: u16| (0..columns).filter(move |it| is_rule(&at(row, *it)));
                // Titles hold such lines too: what counts is that where most rows have one, all have.
                let rules: Vec<u16> = columns_of(rows - 3).collect();
                !rules.is_empty() && rules.iter().all(|rule| (1..rows - 1).all(|row| is_rule(&at(row, *rule))))
            });
            session.send("j");
        }
        session.quit();
    }
}
