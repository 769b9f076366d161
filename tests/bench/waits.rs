//! What a person waits for, in a terminal.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::library::Made;
use crate::pty::{ENTER, ESCAPE, Launch, Session};
use crate::{Figure, PROGRAM, median, percentile, times};

const COLUMNS: u16 = 120;
const ROWS: u16 = 40;
/// Left of it is the tree, whose own cursor is of no interest here.
const LIST_FROM: usize = 20;
const STARTS: usize = 7;
const MOVES: usize = 200;
const PREVIEWS: usize = 40;
const OPENINGS: usize = 40;
const SWITCHES: usize = 5;
/// What is typed key by key: what many articles have, and what few do.
const TYPED: [&str; 3] = ["ber", "kal", "zq77"];
/// A question that no index answers: all articles are looked at.
const NOWHERE: &str = "url:no-such-place";
const TAGGED: usize = 10_000;

/// A view: how its name begins in the top line, the keys that lead near it, and the last one.
type Way = (&'static str, &'static str, &'static str);

const ALL: Way = ("All", "", "1gg");

pub fn figures(made: &Made) -> Vec<Figure> {
    let mut figures = Vec::new();
    let mut add = |name, value| figures.push(Figure { name, value });
    // Once untimed, so that each size finds its file as warm as the other.
    drop(start(made));
    let starts: Vec<Duration> = (0..STARTS).map(|_| start(made).1).collect();
    add("first full frame, ms", median(&starts));
    add("first full frame, worst ms", percentile(&starts, 100));

    let (mut session, _) = start(made);
    add("memory at the start, MiB", memory(&session, "VmRSS"));
    session.send("gu");
    switch(&mut session, ALL);
    whole(&session, made);
    session.send("ga");
    let moves: Vec<Duration> = (0..MOVES.min(made.articles / 2)).map(|_| moved(&mut session)).collect();
    add("j until the row has moved, ms", median(&moves));
    add("j, p99 ms", percentile(&moves, 99));
    let previews = times(PREVIEWS.min(made.articles / 4), |_| text_changes(&mut session, "j"));
    add("j until the preview is there, ms", median(&previews));
    add("preview, p99 ms", percentile(&previews, 99));
    top(&mut session, made);
    let opened = times(OPENINGS.min(made.articles / 4), |_| text_changes(&mut session, "J"));
    add("open the next, ms", median(&opened));
    add("open, p99 ms", percentile(&opened, 99));

    unfold(&mut session);
    for (name, way) in [
        ("view Today, worst ms", ("Today", "", "2gg")),
        ("view Starred, worst ms", ("Starred", "", "3gg")),
        ("view of a saved search of marks, worst ms", ("Asia", "", "5gg")),
        ("view of a saved search of days, worst ms", ("Week", "", "7gg")),
        ("view of a folder, worst ms", ("Folder", "", "8gg")),
        ("view of a feed, worst ms", ("Feed", "", "9gg")),
        ("view of a tag and those below, worst ms", ("#dunia", "Gk", "k")),
        ("view of a tag, worst ms", ("#dunia/asia", "G", "k")),
    ] {
        add(name, worst_switch(&mut session, ALL, way));
    }
    add("view All, worst ms", worst_switch(&mut session, ("Starred", "", "3gg"), ALL));
    whole(&session, made);
    session.send("ga");
    for (name, worst, key) in [
        ("a key while searching, ms", "a key while searching, worst ms", "/"),
        ("a key while filtering, ms", "a key while filtering, worst ms", "\\"),
    ] {
        let keys: Vec<Duration> = TYPED.iter().flat_map(|words| typed(&mut session, key, words)).collect();
        add(name, median(&keys));
        add(worst, percentile(&keys, 100));
    }
    let (said, opened) = while_nothing_is_found(&mut session);
    add("a search that finds nothing, ms until it says so", said);
    add("meanwhile an article opened, ms", opened);
    let rare = times(SWITCHES, |number| searched(&mut session, &format!("zq{}", made.articles / (number + 2))));
    add("search for a rare word, ms", median(&rare));
    for (name, words) in [("search for a frequent word, ms", "be"), ("search for one letter, ms", "k")] {
        add(name, median(&times(SWITCHES, |_| searched(&mut session, words))));
    }
    add("memory while reading, MiB", memory(&session, "VmRSS"));
    add("memory while reading, peak MiB", memory(&session, "VmHWM"));

    // All that is unread at once, while somebody goes on looking.
    session.send("gugg");
    session.wait_for("the unread", |screen| {
        screen.rows(0, COLUMNS).next().is_some_and(|it| it.contains("unread")) && !bottom(screen).contains('…')
    });
    session.send("A");
    let (read, longest) = until_said(&mut session, "marked read");
    add("200,000 marked read, ms to the notice", read);
    add("meanwhile the longest j, ms", longest);
    session.send("u");
    let (undone, longest) = until_said(&mut session, "ndone");
    add("undo of that, ms to the notice", undone);
    add("during the undo the longest j, ms", longest);
    session.send("gu");
    whole(&session, made);
    let longest = while_tagged(&mut session, made);
    add("another program tags: the longest j, ms", longest);
    add("memory at the end, peak MiB", memory(&session, "VmHWM"));
    session.send("Q");
    session.finish();
    figures
}

/// A reader on the library, and how long it took from nothing to the newest article's row. How it ends is no part of that.
fn start(made: &Made) -> (Session, Duration) {
    let data = made.folder.to_str().unwrap();
    let start = Instant::now();
    let session = Launch::new(PROGRAM, made.folder.parent().unwrap())
        .args(["--data", data, "--offline"])
        .size(COLUMNS, ROWS)
        .start();
    session.wait_for("the newest article", |screen| cursor_row(screen).is_some_and(|it| it.contains(&newest(made))));
    (session, start.elapsed())
}

fn newest(made: &Made) -> String {
    format!("#{} ", made.articles - 1)
}

/// The list's row under the cursor.
fn cursor_row(screen: &vt100::Screen) -> Option<String> {
    cursor_line(&screen.contents())
}

fn cursor_line(contents: &str) -> Option<String> {
    contents.lines().map(|it| it.chars().skip(LIST_FROM).collect::<String>()).find(|it| it.contains('▌'))
}

/// The number of the article under the cursor, which stays the same whatever is done to the article.
fn cursor_number(contents: &str) -> Option<String> {
    let line = cursor_line(contents)?;
    Some(line.split('#').nth(1)?.chars().take_while(char::is_ascii_digit).collect())
}

fn bottom(screen: &vt100::Screen) -> String {
    screen.rows(0, COLUMNS).last().unwrap_or_default()
}

/// Goes to a view and waits for its first rows.
fn switch(session: &mut Session, (name, near, last): Way) {
    session.send(&format!("gf{near}{last}"));
    arrived(session, name);
}

/// Shows the feeds of the first folder; where there are many folders, they begin closed.
fn unfold(session: &mut Session) {
    switch(session, ("Folder 00", "", "8gg"));
    if session.screen().contains("▸ Folder 00") {
        session.send("l");
        session.wait_for_text("▾ Folder 00");
    }
}

fn arrived(session: &Session, name: &str) {
    session.wait_for(name, |screen| {
        let top = screen.rows(0, COLUMNS).next().unwrap_or_default();
        let place = top.trim_start().trim_start_matches("Dateline").trim_start();
        place.starts_with(name) && cursor_row(screen).is_some_and(|it| it.contains('#'))
    });
}

fn worst_switch(session: &mut Session, from: Way, (name, near, last): Way) -> f64 {
    let waits: Vec<Duration> = (0..SWITCHES)
        .map(|_| {
            switch(session, from);
            session.send(&format!("gf{near}"));
            let start = Instant::now();
            session.send(last);
            arrived(session, name);
            start.elapsed()
        })
        .collect();
    switch(session, ALL);
    percentile(&waits, 100)
}

/// Waits until the list knows all its articles.
fn whole(session: &Session, made: &Made) {
    session.wait_for("the whole list", |screen| {
        let said = bottom(screen).split(" of ").nth(1).unwrap_or_default().to_owned();
        let number: String = said.chars().take_while(|it| *it != ' ').filter(char::is_ascii_digit).collect();
        number.parse() == Ok(made.articles)
    });
}

fn top(session: &mut Session, made: &Made) {
    session.send("gg");
    session.wait_for("the top", |screen| cursor_row(screen).is_some_and(|it| it.contains(&newest(made))));
}

/// From the key to the row's having moved, whatever its text does.
fn moved(session: &mut Session) -> Duration {
    let before = cursor_number(&session.screen());
    let start = Instant::now();
    session.send("j");
    session.wait_for("the next row", |screen| cursor_number(&screen.contents()).is_some_and(|now| Some(now) != before));
    start.elapsed()
}

/// Types words key by key, each after the first hits of the one before, and takes them back. Gives each key's wait.
fn typed(session: &mut Session, key: &str, words: &str) -> Vec<Duration> {
    session.send(key);
    let mut waits = Vec::new();
    for end in 1..=words.len() {
        let said = format!("“{}", &words[..end]);
        let start = Instant::now();
        session.send(&words[end - 1..end]);
        session.wait_for("hits", |screen| {
            screen.rows(0, COLUMNS).next().is_some_and(|it| it.contains(&said))
                && cursor_row(screen).is_some_and(|it| it.contains('#'))
        });
        waits.push(start.elapsed());
    }
    session.send(ESCAPE);
    session.wait_for("the list again", |screen| !screen.contents().contains('“'));
    waits
}

/// Looks for what is nowhere, goes back before it is known, and opens an article. Gives the milliseconds until the search
/// is said to be under way, and those until the article is open.
fn while_nothing_is_found(session: &mut Session) -> (f64, f64) {
    let start = Instant::now();
    session.send(&format!("/{NOWHERE}{ENTER}"));
    session.wait_for("its being under way", |screen| {
        let contents = screen.contents();
        contents.contains("Searching…") || contents.contains("Nothing")
    });
    let said = milliseconds(start.elapsed());
    session.send("q");
    session.wait_for("the list again", |screen| !screen.contents().contains(NOWHERE));
    let start = Instant::now();
    text_changes(session, "J");
    (said, milliseconds(start.elapsed()))
}

/// Presses a key that shows another article and waits for a word that only its text has.
fn text_changes(session: &mut Session, key: &str) {
    let needle = |screen: &str| screen.split_whitespace().find(|it| it.starts_with("zq")).map(str::to_owned);
    let before = needle(&session.screen());
    session.send(key);
    session.wait_for("the next text", |screen| needle(&screen.contents()).is_some_and(|it| Some(it) != before));
}

/// Searches and waits for the first hits, then goes back.
fn searched(session: &mut Session, words: &str) {
    session.send(&format!("/{words}{ENTER}"));
    let said = format!("“{words}");
    session.wait_for("hits", |screen| {
        screen.rows(0, COLUMNS).next().is_some_and(|it| it.contains(&said))
            && cursor_row(screen).is_some_and(|it| it.contains('#'))
    });
    session.send("q");
    session.wait_for("the list again", |screen| !screen.contents().contains(&said));
}

/// Moves down and up until the words are said. Gives the milliseconds until then and the longest move meanwhile.
fn until_said(session: &mut Session, words: &str) -> (f64, f64) {
    // Whoever looks on begins at the top.
    let top_number = cursor_number(&session.screen());
    let start = Instant::now();
    let mut longest = Duration::ZERO;
    let mut is_said = false;
    let mut down = true;
    while !is_said {
        let before = cursor_number(&session.screen());
        let key = Instant::now();
        session.send(if down { "j" } else { "k" });
        session.wait_for("a move or the notice", |screen| {
            let contents = screen.contents();
            contents.contains(words) || cursor_number(&contents).is_some_and(|now| Some(now) != before)
        });
        is_said = session.screen().contains(words);
        longest = longest.max(key.elapsed());
        down = !down;
    }
    let said = start.elapsed();
    // The last key may still be on its way: with the next one, which takes it back, the row would seem not to move.
    session.wait_until_keys_are_taken();
    session.send("gg");
    session.wait_for("the top", |screen| cursor_number(&screen.contents()) == top_number);
    (milliseconds(said), milliseconds(longest))
}

/// Another program tags many articles and takes that back. Gives the longest move meanwhile.
fn while_tagged(session: &mut Session, made: &Made) -> f64 {
    let mut longest = Duration::ZERO;
    let data = made.folder.to_str().unwrap();
    // Not all carry it yet, so that the tag is put on many.
    for arguments in [&["tag", "+bench", "#be"][..], &["undo"][..]] {
        let mut child = Command::new(PROGRAM)
            .args(["--data", data])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while child.try_wait().unwrap().is_none() {
            longest = longest.max(moved(session));
        }
    }
    milliseconds(longest)
}

/// A figure of the kernel's about the program, in MiB.
fn memory(session: &Session, name: &str) -> f64 {
    let path = format!("/proc/{}/status", session.process().as_raw_nonzero());
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find(|it| it.starts_with(name)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|it| it.parse::<f64>().ok()).map_or(f64::NAN, |it| it / 1_024.0)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// So many are tagged in one go where there are as many.
pub fn tagged(made: &Made) -> usize {
    TAGGED.min(made.articles / 2)
}
