//! A day in the life of a reader that is never closed, on a clock of its own: a laptop that slept, and a refresh an hour.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use dateline::fetch::Fetcher;
use dateline::news::{CleanText, Clock, FolderPath, Timestamp, Zone};
use dateline::refresh::{Cancel, Pipeline, RefreshRequest, Summary};
use dateline::store::{Change, Library, NewFeed, Origin};

use super::fetch::{Names, network, noon, quick, url};
use super::hostd::{Hostd, Reply};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
const ASLEEP: i64 = 8 * HOUR;
const SLEEPERS: usize = 40;
/// The soak: `.ci/run` asks for more hours.
const FEEDS: usize = 200;
const HOURS: usize = 6;
const HOURS_VARIABLE: &str = "DATELINE_SOAK_HOURS";
/// Caches fill at first.
const WARM_UP_HOURS: usize = 4;
const GROWTH_KIB_MAX: u64 = 5 * 1024;
/// A thread that has done its work is gone long before.
const ENDING_MAX: Duration = Duration::from_secs(5);
/// Connections of the last refresh that are about to be closed, at either end.
const DESCRIPTORS_MORE_MAX: usize = 8;

struct Day {
    _folder: tempfile::TempDir,
    server: Hostd,
    seconds: Arc<AtomicI64>,
    pipeline: Pipeline,
}

impl Day {
    fn of(feeds: usize) -> Day {
        let folder = tempfile::tempdir().unwrap();
        let seconds = Arc::new(AtomicI64::new(noon().seconds()));
        let ticking = Arc::clone(&seconds);
        let clock: Clock = Arc::new(move || Timestamp::from_seconds(ticking.load(Ordering::SeqCst)));
        let library = Library::open(folder.path(), Arc::clone(&clock)).unwrap();
        let fetcher = Fetcher::start_with(Arc::clone(&clock), Names::usual(), false, network(quick())).unwrap();
        let server = Hostd::start();
        let feed = |number: usize| NewFeed {
            url: url(&server.url("127.0.0.1", &path(number))),
            title: CleanText::default(),
            folder: FolderPath::default(),
            tags: Vec::new(),
        };
        let feeds = (0..feeds).map(feed).collect();
        library.change(Change::Subscribe { feeds, origin: Origin::CommandLine }).unwrap();
        let pipeline = Pipeline { library, fetcher, clock, zone: Zone::utc() };
        Day { _folder: folder, server, seconds, pipeline }
    }

    fn publish(&self, feeds: usize, edition: usize, articles: usize) {
        for number in 0..feeds {
            let etag = format!("\"{edition}\"");
            self.server.on(&path(number), [Reply::feed(rss(number, edition, articles)).header("ETag", etag)]);
        }
    }

    fn pass(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    fn refresh(&self) -> Summary {
        self.refresh_with(&RefreshRequest::default())
    }

    fn refresh_with(&self, request: &RefreshRequest) -> Summary {
        self.pipeline.refresh(request, &Cancel::default(), &mut |_| {}).unwrap()
    }
}

fn path(number: usize) -> String {
    format!("/feed/{number}")
}

fn rss(feed: usize, edition: usize, articles: usize) -> String {
    let item = |number: usize| {
        let words: String = (0..60).map(|it| format!("word{} ", (it * 7 + number * 13 + feed) % 500)).collect();
        // Three an hour: whoever publishes so often is asked every hour.
        let date = Zone::utc().format(noon().plus(number as i64 * HOUR / 3 - DAY), "%a, %d %b %Y %H:%M:%S GMT");
        format!(
            "<item><guid>{feed}-{number}</guid><title>News {number}</title><pubDate>{date}</pubDate>\
             <description>{words}</description></item>"
        )
    };
    let items: String = (edition..edition + articles).map(item).collect();
    format!("<rss version='2.0'><channel><title>Feed {feed}</title>{items}</channel></rss>")
}

/// A publisher who sees a thousand laptops wake sees what their readers do then: each feed is asked once, two at a time on
/// one host, and from then on the feeds fall due apart again.
#[test]
fn after_hours_asleep_each_feed_is_asked_once_and_the_next_requests_lie_apart() {
    let day = Day::of(SLEEPERS);
    day.publish(SLEEPERS, 0, 60);
    assert_eq!(day.refresh().fetched, SLEEPERS);
    // Feeds do not stay in step: a few rounds bring them apart as in any library.
    for _ in 0..4 {
        day.pass(HOUR / 2);
        day.refresh();
    }
    day.publish(SLEEPERS, 1, 60);
    let before = day.server.hits().len();
    day.pass(ASLEEP);
    let woken = day.refresh();
    let asked: Vec<String> = day.server.hits()[before..].iter().map(|it| it.path.clone()).collect();
    let once: HashSet<&String> = asked.iter().collect();
    assert_eq!((asked.len(), once.len(), woken.fetched), (SLEEPERS, SLEEPERS, SLEEPERS));
    // Not a second time in the same moment, nor soon after, nor when the clock is put right by a little.
    let before = day.server.hits().len();
    for seconds in [0, 60, -30, 600] {
        day.pass(seconds);
        day.refresh();
    }
    assert_eq!(day.server.hits().len(), before, "a storm after waking");
    // Later they come again, but not all at one time.
    let mut minutes = Vec::new();
    for _ in 0..16 {
        let before = day.server.hits().len();
        day.pass(HOUR / 4);
        day.refresh();
        minutes.push(day.server.hits().len() - before);
    }
    let (most, all) = (minutes.iter().max().copied().unwrap_or_default(), minutes.iter().sum::<usize>());
    println!("requests in each quarter of an hour, after waking: {minutes:?}");
    assert!(all >= SLEEPERS && most < SLEEPERS * 2 / 3, "{minutes:?}");
}

/// A task, a connection or a page that each refresh leaves behind is nothing in an hour and everything in a month.
#[test]
fn a_day_of_refreshes_leaves_no_memory_no_descriptor_and_no_thread_behind() {
    let hours = std::env::var(HOURS_VARIABLE).ok().and_then(|it| it.parse().ok()).unwrap_or(HOURS);
    // Alone in a process, or what other tests hold would count.
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["long_days::the_soak", "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .env(HOURS_VARIABLE, hours.to_string())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}\n{errors}");
    assert!(said.contains("hours of 200 feeds"), "{said}");
    println!("{}", said.lines().find(|it| it.contains("hours of 200 feeds")).unwrap_or_default());
}

/// Not a test of its own: the process that the test above starts.
#[test]
#[ignore = "started in a process of its own by the test above"]
fn the_soak() {
    let hours: usize = std::env::var(HOURS_VARIABLE).ok().and_then(|it| it.parse().ok()).unwrap_or(HOURS);
    let day = Day::of(FEEDS);
    let indexed = AtomicUsize::new(0);
    let (mut after_warm_up, mut asked) = (None, 0);
    for hour in 0..hours + WARM_UP_HOURS {
        // Every fourth edition brings something new; the others find nothing new, as most requests do.
        day.publish(FEEDS, hour / 4, 5);
        day.pass(HOUR + HOUR / 5);
        let summary = day.refresh_with(&RefreshRequest { everything: true, ..RefreshRequest::default() });
        indexed.fetch_add(summary.articles_new, Ordering::Relaxed);
        assert!(summary.failed == 0, "{summary:?}");
        // What the server of the test remembers is not ours.
        asked += day.server.forget_hits();
        if hour + 1 == WARM_UP_HOURS {
            after_warm_up = Some(held());
        }
    }
    let (before, after) = (after_warm_up.unwrap(), held());
    println!(
        "{hours} hours of 200 feeds: {asked} requests, {} articles; held before and after: {before:?}, {after:?}",
        indexed.load(Ordering::Relaxed)
    );
    assert!(asked >= FEEDS * hours, "only {asked} requests");
    assert!(after.descriptors <= before.descriptors + DESCRIPTORS_MORE_MAX, "{before:?} {after:?}");
    assert_eq!(after.threads, before.threads, "{before:?} {after:?}");
    let grown = after.resident_kib.saturating_sub(before.resident_kib);
    assert!(grown < GROWTH_KIB_MAX, "{grown} KiB more in {hours} hours: {before:?} {after:?}");
}

#[derive(Debug)]
struct Held {
    resident_kib: u64,
    descriptors: usize,
    threads: BTreeMap<String, usize>,
}

/// What is held once the threads of the last refresh are gone: the last of them may be on its way out.
fn held() -> Held {
    let patience = Instant::now() + ENDING_MAX;
    while threads().keys().any(|it| it.starts_with("parse-")) && Instant::now() < patience {
        std::thread::yield_now();
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let number = |name: &str| -> u64 {
        let value = status.lines().find_map(|it| it.strip_prefix(name)).unwrap();
        value.trim().trim_end_matches(" kB").parse().unwrap()
    };
    Held {
        resident_kib: number("VmRSS:"),
        descriptors: std::fs::read_dir("/proc/self/fd").unwrap().count(),
        threads: threads(),
    }
}

/// How many threads of the program there are of each name (Linux, proc/task/comm). All of its own are named; the server of
/// the test has the name of the test, and one for each connection.
fn threads() -> BTreeMap<String, usize> {
    let this = std::fs::read_to_string("/proc/thread-self/comm").unwrap();
    let mut threads = BTreeMap::new();
    for task in std::fs::read_dir("/proc/self/task").unwrap() {
        // One that ends meanwhile has none.
        let name = std::fs::read_to_string(task.unwrap().path().join("comm"));
        if let Some(name) = name.ok().filter(|it| *it != this) {
            *threads.entry(name.trim().to_owned()).or_default() += 1;
        }
    }
    threads
}
