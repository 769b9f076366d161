//! Keys while a thousand feeds are refreshed and indexed, beside the same keys at rest; and a reader that has nothing to
//! do. The real program in a terminal of its own, on a copy of a made library: what is kept is never touched.
//!
//! `cargo bench --bench reader -- busy` (10,000 articles; another size behind it) and `-- idle`. The terminal emulator, the
//! server and whoever measures run on the same processors as the program: what is printed is what a person would see on
//! a machine that is as busy as that. Machines whose only processors are taken by something else show that instead.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags, params};
use tempfile::TempDir;

use crate::library::{self, Made};
use crate::loopback::{Body, Page, Server};
use crate::prose::Writer;
use crate::pty::{ESCAPE, Launch, Session};
use crate::{PROGRAM, median, percentile};

const COLUMNS: u16 = 120;
const ROWS: u16 = 40;
/// Left of it is the tree, whose own cursor is of no interest here.
const LIST_FROM: usize = 20;
const ARTICLES: usize = 10_000;
const FEEDS: usize = 1_000;
const ARTICLES_A_FEED: usize = 20;
/// Between a frame and the next key: a key that is held down repeats 30 times a second.
const PAUSE: Duration = Duration::from_millis(33);
const ROUNDS_AT_REST: usize = 10;
const PHASES: [&str; 3] = ["at rest", "refreshing", "indexing"];
/// Below so many a p99 stands for a handful of keys.
const KEYS_WANTED: usize = 1_000;
const COPIES_MAX: usize = 25;
const IDLE: Duration = Duration::from_secs(300);
/// What a start leaves to be done is over by then.
const SETTLING: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// `USER_HZ`, which Linux fixes for whoever reads `/proc`.
const TICKS_A_SECOND: f64 = 100.0;
#[cfg(target_os = "linux")]
const SERVER_NICENESS: i32 = 10;
/// How every frame begins: a synchronized update.
const FRAME: &[u8] = b"\x1b[?2026h";

/// Waits by what was waited for.
type Waits = BTreeMap<&'static str, Vec<Duration>>;

/// A copy of a library.
struct Copy {
    folder: TempDir,
    articles: usize,
}

/// Prints the table of keys. `articles` says how large the library is. A refresh is over in seconds, in which a hand
/// presses few keys: fresh copies are refreshed until there are enough for a p99.
pub fn table(articles: Option<usize>) {
    let made = library::library(articles.unwrap_or(ARTICLES));
    let server = serve(made.articles);
    let mut waits = BTreeMap::from(PHASES.map(|it| (it, Waits::new())));
    let missing = |waits: &BTreeMap<&str, Waits>| PHASES.iter().any(|it| frame_waits(&waits[it]).len() < KEYS_WANTED);
    for _ in 0..COPIES_MAX {
        if missing(&waits) {
            refreshed(&copy_of(&made, &server), &mut waits);
        }
    }
    print_waits(&PHASES.map(|it| (it, &waits[it])));
    drop(server);
}

/// Sends keys at rest, while all feeds are refreshed, and while what came is indexed.
fn refreshed(copy: &Copy, waits: &mut BTreeMap<&'static str, Waits>) {
    let mut session = start(copy);
    // All articles, read or not: the reader begins with what is unread where there is much of it.
    let memory_at_start = memory(&session, "VmRSS");
    if top_of(&session).contains("unread") {
        session.send("gu");
        session.wait_for("what is read, too", |screen| !top(screen).contains("unread"));
    }
    session.send("gf1gg");
    arrived(&session, "All");
    session.send("ga");
    let mut round_in = |session: &mut Session, phase| {
        round(session, waits.entry(phase).or_default());
        frame_waits(&waits[phase]).len() >= KEYS_WANTED
    };
    for _ in 0..ROUNDS_AT_REST {
        if round_in(&mut session, "at rest") {
            break;
        }
    }
    let [rest_bytes, peak_at_rest] = [session.bytes().len() as f64, memory(&session, "VmHWM")];
    let library = Connection::open_with_flags(copy.file("library.db"), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let number = |sql: &str| library.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let (mut wal_peak, mut stored_after) = (0, None);
    let (begun, frames_before, processor_before) = (Instant::now(), frames(&session), processor_seconds(&session));
    session.send("R");
    loop {
        let is_enough = round_in(&mut session, if stored_after.is_some() { "indexing" } else { "refreshing" });
        wal_peak = wal_peak.max(std::fs::metadata(copy.file("library.db-wal")).map_or(0, |it| it.len()));
        if stored_after.is_none() {
            if !top_of(&session).contains('⟳') {
                stored_after = Some(begun.elapsed());
            }
        } else if is_enough || number("SELECT count(*) FROM queue") == 0 {
            break;
        }
    }
    let all_after = begun.elapsed();
    println!(
        "{} articles; {FEEDS} feeds of {ARTICLES_A_FEED} articles refreshed in {:.1} s, {} left to index after {:.1} s, {:.1} s of processor",
        copy.articles,
        stored_after.unwrap_or(all_after).as_secs_f64(),
        number("SELECT count(*) FROM queue"),
        all_after.as_secs_f64(),
        processor_seconds(&session) - processor_before,
    );
    let drawn = session.bytes().len() as f64 - rest_bytes;
    println!(
        "meanwhile {} frames, {:.0} KiB to the terminal, log of changes at most {:.1} MiB; memory {memory_at_start:.1} MiB at the start, peak {peak_at_rest:.1} at rest, {:.1} after",
        frames(&session) - frames_before,
        drawn / 1_024.0,
        wal_peak as f64 / 1_048_576.0,
        memory(&session, "VmHWM"),
    );
    session.send(&format!("{ESCAPE}Q"));
    session.finish();
}

/// Prints what a reader costs that has nothing to do, with feeds that are not due.
pub fn idle(articles: Option<usize>) {
    let made = library::library(articles.unwrap_or(ARTICLES));
    let server = serve(made.articles);
    let copy = copy_of(&made, &server);
    let session = start(&copy);
    pause(SETTLING);
    let before = (session.bytes().len(), frames(&session), threads(&session));
    let mut drawn = Vec::new();
    let begun = Instant::now();
    while let Some(left) = IDLE.checked_sub(begun.elapsed()) {
        let known = frames(&session);
        pause(left.min(LOOK_EVERY));
        if frames(&session) > known {
            drawn.push(begun.elapsed().as_secs());
        }
    }
    let seconds = IDLE.as_secs_f64();
    let now = threads(&session);
    let of_all = |threads: &BTreeMap<String, Thread>| threads.values().map(|it| it.processor).sum::<f64>();
    let processor = of_all(&now) - of_all(&before.2);
    println!(
        "{} articles, {FEEDS} feeds, none due, {seconds:.0} s at rest: {} frames (at second {drawn:?}), {} bytes to the terminal, {:.2} s of processor ({:.3} %)",
        copy.articles,
        frames(&session) - before.1,
        session.bytes().len() - before.0,
        processor,
        processor / seconds * 100.0
    );
    for (name, thread) in now {
        let then = before.2.get(&name).copied().unwrap_or_default();
        let (woken, processor) = (thread.woken - then.woken, thread.processor - then.processor);
        if woken > 0 {
            println!("{name:>24} woke {:.2} times a second, {processor:.2} s", woken as f64 / seconds);
        }
    }
    drop(session);
    drop(server);
}

fn print_waits(columns: &[(&str, &Waits)]) {
    println!("{:<34}{}", "ms from key to frame", columns.iter().map(|(it, _)| format!("{it:>38}")).collect::<String>());
    let heads = format!("{:>8}{:>10}{:>10}{:>10}", "keys", "median", "p99", "max");
    println!("{:<34}{}", "", heads.repeat(columns.len()));
    let line = |name: &str, cells: Vec<Vec<Duration>>| {
        let cell = |it: Vec<Duration>| match it.len() {
            0 => format!("{:>8}{:>10}{:>10}{:>10}", 0, "-", "-", "-"),
            many => {
                let (p99, max) = (percentile(&it, 99), percentile(&it, 100));
                format!("{many:>8}{:>10.2}{p99:>10.2}{max:>10.2}", median(&it))
            }
        };
        println!("{name:<34}{}", cells.into_iter().map(cell).collect::<String>());
    };
    for name in columns[0].1.keys() {
        line(name, columns.iter().map(|(_, it)| it.get(name).cloned().unwrap_or_default()).collect());
    }
    // What is said after a commit, or asks the whole library, is no frame that a key alone can make.
    line("all but those with a comma", columns.iter().map(|(_, it)| frame_waits(it)).collect());
}

/// The waits for frames that a key alone can make.
fn frame_waits(waits: &Waits) -> Vec<Duration> {
    waits.iter().filter(|(name, _)| !name.contains(", ")).flat_map(|(_, it)| it.clone()).collect()
}

impl Copy {
    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join("library").join(name)
    }
}

/// Copies the library, gives its feeds to a server on loopback and subscribes to as many more as are missing. None is due.
fn copy_of(made: &Made, server: &Server) -> Copy {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("library");
    let copied = Command::new("cp").args(["-r", "--reflink=auto"]).arg(&made.folder).arg(&data).status().unwrap();
    assert!(copied.success());
    // How somebody left the screen is of no interest here.
    let _ = std::fs::remove_file(data.join("reader-state"));
    // The made library stands ten days in the future of its oldest part; what comes in is older than what it begins with.
    let list: String =
        (0..FEEDS).map(|it| format!("{} \"~More {it}\"\n", server.url(&format!("/more/{it}")))).collect();
    let file = folder.path().join("urls");
    std::fs::write(&file, list).unwrap();
    let imported = Command::new(PROGRAM).arg("--data").arg(&data).arg("import").arg(&file).output().unwrap();
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    take_over(&data, server);
    Copy { folder, articles: made.articles }
}

/// Exactly [`FEEDS`] feeds, each with an address of the server, none due for a day. The made ones were last asked in days to
/// come, which would pass for a clock that was set back, and make them due.
fn take_over(data: &Path, server: &Server) {
    let library = Connection::open(data.join("library.db")).unwrap();
    // Those that go have no articles; looking for some would walk all there are, once a feed.
    library.pragma_update(None, "foreign_keys", false).unwrap();
    let ids: Vec<i64> = library
        .prepare("SELECT id FROM feed WHERE kind = 0 AND removed_at IS NULL ORDER BY id")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let tx = library.unchecked_transaction().unwrap();
    for id in &ids[FEEDS..] {
        tx.execute("DELETE FROM feed_tag WHERE feed = ?1", [id]).unwrap();
        tx.execute("DELETE FROM feed WHERE id = ?1", [id]).unwrap();
    }
    for (place, id) in ids[..FEEDS].iter().enumerate() {
        tx.execute(
            "UPDATE feed SET url = ?2, etag = NULL, last_modified = NULL, body_hash = NULL,
                 next_due = unixepoch() + 86400, last_attempt = unixepoch(), last_success = unixepoch()
             WHERE id = ?1",
            params![id, server.url(&format!("/{place}"))],
        )
        .unwrap();
    }
    tx.commit().unwrap();
}

fn serve(first: usize) -> Server {
    let writer = Writer::new();
    let page = |feed: usize| Page {
        path: Box::leak(format!("/{feed}").into_boxed_str()),
        status: "200 OK",
        content_type: "application/rss+xml",
        body: Body::Bytes(feed_of(&writer, feed, first)),
    };
    let pages: Vec<Page> = (0..FEEDS).map(page).collect();
    // A person's servers are other machines: this one gives way, with all the threads that it starts.
    let starting = std::thread::spawn(move || {
        #[cfg(target_os = "linux")]
        rustix::process::setpriority_process(None, SERVER_NICENESS).unwrap();
        Server::start(pages)
    });
    starting.join().unwrap()
}

/// Articles whose numbers begin at `first`, older than the newest of the library.
fn feed_of(writer: &Writer, feed: usize, first: usize) -> Vec<u8> {
    let article = |index: usize| {
        let number = first + feed * ARTICLES_A_FEED + index;
        let when = dateline::news::Timestamp::from_seconds(1_700_000_000 + number as i64 * 60).rfc3339();
        let prose = writer.article(number, feed);
        format!(
            "<item><guid>{number}</guid><title>{}</title><link>http://127.0.0.1/{number}</link>\
             <dc:date>{when}</dc:date><description><![CDATA[{}]]></description></item>",
            prose.title, prose.html
        )
    };
    let articles: String = (0..ARTICLES_A_FEED).map(article).collect();
    format!(
        "<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>Feed {feed}</title>\
         {articles}</channel></rss>"
    )
    .into_bytes()
}

fn start(copy: &Copy) -> Session {
    let data = copy.folder.path().join("library");
    let session =
        Launch::new(PROGRAM, copy.folder.path()).args(["--data", data.to_str().unwrap()]).size(COLUMNS, ROWS).start();
    session.wait_for("the list", |screen| cursor_row(screen).is_some_and(|it| it.contains('#')));
    session
}

/// What somebody does in a few seconds: goes down and up, stars and takes the star away, narrows the list, looks elsewhere.
fn round(session: &mut Session, waits: &mut Waits) {
    for key in ["j", "j", "j", "j", "j", "k", "k"] {
        let before = cursor_line(&session.screen());
        timed(session, waits, if key == "j" { "j" } else { "k" }, key, |screen| {
            cursor_row(screen).is_some_and(|now| Some(now) != before)
        });
    }
    for said in ["article starred", "article unstarred"] {
        let before = cursor_line(&session.screen());
        let begun = pressed(session, waits, "s", "s", |screen| cursor_row(screen) != before);
        session.wait_for(said, |screen| bottom(screen).contains(said));
        waits.entry("s, until it is said to be kept").or_default().push(begun.elapsed());
        pause(PAUSE);
    }
    session.send("\\");
    session.wait_for("the prompt", |screen| bottom(screen).contains("Filter"));
    pause(PAUSE);
    let mut typed = String::new();
    for letter in ["b", "e"] {
        typed.push_str(letter);
        let begun = pressed(session, waits, "a letter of a filter", letter, |screen| {
            bottom(screen).trim_end().ends_with(&typed)
        });
        session.wait_for("hits", |screen| {
            top(screen).contains(&format!("“{typed}”")) && cursor_row(screen).is_some_and(|it| it.contains('#'))
        });
        waits.entry("a letter of a filter, first hits").or_default().push(begun.elapsed());
        pause(PAUSE);
    }
    session.send(ESCAPE);
    session.wait_for("the list again", |screen| !screen.contents().contains('“'));
    pause(PAUSE);
    for (name, keys) in [("Starred", "3gg"), ("Today", "2gg"), ("All", "1gg")] {
        session.send("gf");
        pause(PAUSE);
        timed(session, waits, "another view", keys, |screen| is_in(screen, name));
    }
    session.send("ga");
    pause(PAUSE);
}

/// Presses a key, waits for its frame, and for as long as a hand takes.
fn timed(
    session: &mut Session,
    waits: &mut Waits,
    name: &'static str,
    key: &str,
    wanted: impl Fn(&vt100::Screen) -> bool,
) {
    pressed(session, waits, name, key, wanted);
    pause(PAUSE);
}

/// Presses a key, waits for its frame, and says when it was pressed.
fn pressed(
    session: &mut Session,
    waits: &mut Waits,
    name: &'static str,
    key: &str,
    wanted: impl Fn(&vt100::Screen) -> bool,
) -> Instant {
    let begun = Instant::now();
    session.send(key);
    session.wait_for(name, wanted);
    waits.entry(name).or_default().push(begun.elapsed());
    begun
}

fn pause(time: Duration) {
    let (_kept, nobody) = mpsc::channel::<()>();
    let _ = nobody.recv_timeout(time);
}

/// The list's row under the cursor.
fn cursor_row(screen: &vt100::Screen) -> Option<String> {
    cursor_line(&screen.contents())
}

fn cursor_line(contents: &str) -> Option<String> {
    contents.lines().map(|it| it.chars().skip(LIST_FROM).collect::<String>()).find(|it| it.contains('▌'))
}

fn top(screen: &vt100::Screen) -> String {
    screen.rows(0, COLUMNS).next().unwrap_or_default()
}

fn bottom(screen: &vt100::Screen) -> String {
    screen.rows(0, COLUMNS).last().unwrap_or_default()
}

fn is_in(screen: &vt100::Screen, name: &str) -> bool {
    top(screen).trim_start().trim_start_matches("Dateline").trim_start().starts_with(name)
        && cursor_row(screen).is_some_and(|it| it.contains('#'))
}

fn arrived(session: &Session, name: &str) {
    session.wait_for(name, |screen| is_in(screen, name));
}

fn top_of(session: &Session) -> String {
    session.screen().lines().next().unwrap_or_default().to_owned()
}

fn frames(session: &Session) -> usize {
    session.bytes().windows(FRAME.len()).filter(|it| *it == FRAME).count()
}

/// A figure of the kernel's about the program, in MiB.
fn memory(session: &Session, name: &str) -> f64 {
    let path = format!("/proc/{}/status", session.process().as_raw_nonzero());
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find(|it| it.starts_with(name)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|it| it.parse::<f64>().ok()).map_or(f64::NAN, |it| it / 1_024.0)
}

/// What the program has used of the processors, in user and kernel mode.
fn processor_seconds(session: &Session) -> f64 {
    let path = format!("/proc/{}/stat", session.process().as_raw_nonzero());
    let text = std::fs::read_to_string(path).unwrap_or_default();
    // Behind the name, which may hold anything.
    let fields = text.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11);
    fields.take(2).filter_map(|it| it.parse::<f64>().ok()).sum::<f64>() / TICKS_A_SECOND
}

/// What a thread has done so far.
#[derive(Clone, Copy, Default)]
struct Thread {
    /// How often it has given its processor back to wait, which is once for each waking.
    woken: u64,
    /// Seconds on a processor.
    processor: f64,
}

/// The program's threads by name; those of one name together.
fn threads(session: &Session) -> BTreeMap<String, Thread> {
    let tasks = format!("/proc/{}/task", session.process().as_raw_nonzero());
    let mut threads: BTreeMap<String, Thread> = BTreeMap::new();
    for task in std::fs::read_dir(tasks).unwrap().flatten() {
        let read = |name: &str| std::fs::read_to_string(task.path().join(name)).unwrap_or_default();
        let (status, schedule) = (read("status"), read("schedstat"));
        let field = |name: &str| status.lines().find_map(|it| it.strip_prefix(name)).unwrap_or_default().trim();
        let thread = threads.entry(field("Name:").to_owned()).or_default();
        thread.woken += field("voluntary_ctxt_switches:").parse::<u64>().unwrap_or(0);
        // Nanoseconds (Linux, Documentation/scheduler/sched-stats.rst).
        thread.processor += schedule.split(' ').next().and_then(|it| it.parse::<f64>().ok()).unwrap_or(0.0) / 1e9;
    }
    threads
}
