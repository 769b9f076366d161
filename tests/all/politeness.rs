//! Thirty days of a publisher's log. The real client, pipeline and library run on a clock of their own against servers
//! that publish, move, fail, refuse and vanish; every request is held against what the server had said before.
//!
//! The rules are those that publishers ask of readers: Rachel Kroll's “feed reader score”, RFC 9110 and 9111, RSS 2.0.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use dateline::fetch::{Fetcher, Network, Proxy};
use dateline::news::{CleanText, Clock, FolderPath, Pause, Timestamp, Zone};
use dateline::refresh::{AddRequest, Cancel, Pipeline, Progress, RefreshRequest};
use dateline::store::{Answer, Ask, Library, Origin};

use crate::fetch::{Names, noon, quick, url};
use crate::hostd::PUBLIC;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
const DAYS: i64 = 30;
const STEP: i64 = HOUR / 2;

/// One request as the publisher's log has it.
#[derive(Clone, Debug)]
struct Line {
    at: i64,
    /// `host/path`.
    what: String,
    query: bool,
    method: String,
    headers: BTreeMap<String, String>,
    status: u16,
    /// Set where the request was before the moment that an earlier answer had allowed.
    early: bool,
    wrong_validators: bool,
    unconditional: bool,
}

/// What a server has said of one address.
#[derive(Clone, Debug, Default)]
struct Said {
    etag: Option<String>,
    last_modified: Option<String>,
    not_before: i64,
}

#[derive(Default)]
struct Publishers {
    now: Arc<AtomicI64>,
    said: BTreeMap<String, Said>,
    /// Hosts that answered 429.
    closed: BTreeMap<String, i64>,
    log: Vec<Line>,
}

struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Publishers {
    /// What the publisher of this address answers on this day.
    fn script(&self, what: &str, day: i64, asked_before: usize) -> Reply {
        let weak = |name: &str, version: i64| ("ETag", format!("W/\"{name} {version}\""));
        let date = |version: i64| ("Last-Modified", format!("day {version} of the simulation"));
        let feed = |extra: &str, articles: i64| {
            let mut items = String::new();
            for number in (0..articles).rev().take(10) {
                let at = noon().plus((number - 40) * DAY / 2);
                let moment = Zone::utc().format(at, "%a, %d %b %Y %H:%M:%S GMT");
                let _ = write!(
                    items,
                    "<item><title>{what} {number}</title><guid>{what}{number}</guid><pubDate>{moment}</pubDate>\
                     <description>Text {number}</description></item>"
                );
            }
            format!(
                "<rss version='2.0'><channel><title>{what}</title><link>http://{what}</link>{extra}{items}</channel></rss>"
            )
        };
        let ok = |headers: Vec<(&'static str, String)>, body: String| Reply { status: 200, headers, body };
        let status = |status: u16, headers: Vec<(&'static str, String)>| Reply { status, headers, body: String::new() };
        match what {
            "steady.test/feed" => ok(vec![weak("s", day), date(day)], feed("", 50 + day)),
            "quiet.test/feed" => ok(vec![weak("q", 0), date(0)], feed("", 3)),
            "bare.test/feed" => ok(vec![], feed("", 50 + day)),
            "dated.test/feed" => ok(vec![date(day / 3)], feed("", 50 + day / 3)),
            "fresh.test/feed" => {
                ok(vec![weak("f", day), ("Cache-Control", "max-age=43200".to_owned())], feed("", 50 + day))
            }
            "ttl.test/feed" => ok(vec![weak("t", day)], feed("<ttl>240</ttl>", 50 + 8 * day)),
            "night.test/feed" => {
                let hours: String = (0..6).map(|hour| format!("<hour>{hour}</hour>")).collect();
                ok(vec![weak("n", day)], feed(&format!("<skipHours>{hours}</skipHours>"), 50 + 8 * day))
            }
            "tired.test/one" | "tired.test/two" if day == 4 || day == 11 => {
                status(429, vec![("Retry-After", (10 * HOUR).to_string())])
            }
            "tired.test/one" | "tired.test/two" => ok(vec![weak("w", day)], feed("", 50 + 8 * day)),
            "broken.test/feed" if (2..20).contains(&day) => status(500, vec![]),
            "broken.test/feed" => ok(vec![weak("b", 0)], feed("", 60)),
            "gone.test/feed" if day >= 5 => status(410, vec![]),
            "gone.test/feed" => ok(vec![weak("g", 0)], feed("", 60)),
            "old.test/feed" if day >= 3 => status(301, vec![("Location", "/moved".to_owned())]),
            "old.test/feed" | "old.test/moved" => ok(vec![weak("m", 0)], feed("", 60 + asked_before as i64 / 1_000)),
            other => panic!("nobody publishes {other}"),
        }
    }

    fn answer(&mut self, what: &str, query: bool, method: &str, headers: BTreeMap<String, String>) -> Reply {
        let at = self.now.load(Ordering::SeqCst);
        let day = (at - noon().seconds()) / DAY;
        let asked_before = self.log.iter().filter(|it| it.what == what).count();
        let mut reply = self.script(what, day, asked_before);
        let host = what.split('/').next().unwrap().to_owned();
        let said = self.said.entry(what.to_owned()).or_default();
        let sent = |name: &str| headers.get(name).cloned();
        let conditional = (sent("if-none-match"), sent("if-modified-since"));
        let known = said.etag.is_some() || said.last_modified.is_some();
        let unconditional = conditional == (None, None);
        let wrong_validators = !unconditional && conditional != (said.etag.clone(), said.last_modified.clone());
        let closed = self.closed.get(&host).copied().unwrap_or(i64::MIN);
        // Two requests may be under way on one host: the second is not early because the first has just been refused.
        let early = at < said.not_before || (at < closed && at > closed - 10 * HOUR);
        let value = |reply: &Reply, name: &str| {
            reply.headers.iter().find(|(it, _)| *it == name).map(|(_, value)| value.clone())
        };
        let (etag, last_modified) = (value(&reply, "ETag"), value(&reply, "Last-Modified"));
        if reply.status == 200 && !unconditional && conditional == (etag.clone(), last_modified.clone()) {
            // Bare, as many servers send it: a 304 need not name the validators again.
            reply.status = 304;
            reply.headers.retain(|(name, _)| *name == "Cache-Control");
            reply.body.clear();
        }
        let allowed_after = match (reply.status, what) {
            (200 | 304, "fresh.test/feed") => 12 * HOUR,
            (200 | 304, "ttl.test/feed") => 4 * HOUR,
            (200, _) if etag.is_none() && last_modified.is_none() => 20 * HOUR,
            _ => 900,
        };
        said.not_before = at + allowed_after;
        if reply.status == 200 {
            (said.etag, said.last_modified) = (etag, last_modified);
        }
        if reply.status == 429 {
            self.closed.insert(host, at + 10 * HOUR);
        }
        let status = reply.status;
        self.log.push(Line {
            at,
            what: what.to_owned(),
            query,
            method: method.to_owned(),
            headers,
            status,
            early,
            wrong_validators,
            unconditional: unconditional && known && !matches!(status, 301),
        });
        reply
    }
}

fn serve(publishers: &Mutex<Publishers>, stream: TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        if line.trim().is_empty() {
            break;
        }
        lines.push(line.trim_end().to_owned());
    }
    let mut words = lines[0].split(' ');
    let (method, path) = (words.next().unwrap_or_default().to_owned(), words.next().unwrap_or_default().to_owned());
    let headers: BTreeMap<String, String> = lines[1..]
        .iter()
        .filter_map(|it| it.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let host = headers.get("host").cloned().unwrap_or_default();
    let (path, query) = path.split_once('?').map_or((path.as_str(), false), |(path, _)| (path, true));
    let what = format!("{}{path}", host.split(':').next().unwrap_or_default());
    let reply = publishers.lock().unwrap().answer(&what, query, &method, headers);
    let mut out = format!("HTTP/1.1 {} x\r\nConnection: close\r\n", reply.status);
    if reply.status != 304 {
        let _ = write!(out, "Content-Length: {}\r\nContent-Type: application/rss+xml\r\n", reply.body.len());
    }
    for (name, value) in &reply.headers {
        let _ = write!(out, "{name}: {value}\r\n");
    }
    let mut writer = stream;
    writer.write_all(format!("{out}\r\n{}", reply.body).as_bytes())
}

#[test]
fn thirty_days_of_requests_are_what_publishers_ask_for() {
    let listener = TcpListener::bind((PUBLIC, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let now = Arc::new(AtomicI64::new(noon().seconds()));
    let publishers = Arc::new(Mutex::new(Publishers { now: Arc::clone(&now), ..Publishers::default() }));
    let theirs = Arc::clone(&publishers);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let theirs = Arc::clone(&theirs);
            std::thread::spawn(move || drop(serve(&theirs, stream)));
        }
    });
    let names = Names::usual();
    let feeds = [
        "steady.test/feed",
        "quiet.test/feed",
        "bare.test/feed",
        "dated.test/feed",
        "fresh.test/feed",
        "ttl.test/feed",
        "night.test/feed",
        "tired.test/one",
        "tired.test/two",
        "broken.test/feed",
        "gone.test/feed",
        "old.test/feed",
    ];
    for feed in feeds {
        names.set(feed.split('/').next().unwrap(), [vec![PUBLIC]]);
    }
    let folder = tempfile::tempdir().unwrap();
    let ticking = Arc::clone(&now);
    let clock: Clock = Arc::new(move || Timestamp::from_seconds(ticking.load(Ordering::SeqCst)));
    let network = || Network { limits: quick(), proxy: Proxy::None, authorities: Vec::new() };
    // A program that is started anew has a fetcher that remembers nothing.
    let start = || Pipeline {
        library: Library::open(folder.path(), Arc::clone(&clock)).unwrap(),
        fetcher: Fetcher::start_with(Arc::clone(&clock), names.clone(), false, network()).unwrap(),
        clock: Arc::clone(&clock),
        zone: Zone::utc(),
    };
    let mut pipeline = start();
    for feed in feeds {
        let (host, path) = feed.split_once('/').unwrap();
        let request = AddRequest {
            url: url(&format!("http://{host}:{port}/{path}")),
            title: CleanText::default(),
            folder: FolderPath::default(),
            tags: Vec::new(),
            origin: Origin::CommandLine,
        };
        pipeline.add(&request).unwrap();
    }
    let mut moves = 0;
    for step in 1..=DAYS * DAY / STEP {
        now.fetch_add(STEP, Ordering::SeqCst);
        if step % 25 == 0 {
            drop(pipeline);
            pipeline = start();
        }
        let request = RefreshRequest { no_index: true, ..RefreshRequest::default() };
        let mut hear = |it: Progress| match it {
            Progress::Moved { .. } => moves += 1,
            // Nobody else refreshes this library, and the network is there: a step that is not taken skews the sheet.
            Progress::Busy | Progress::Offline => panic!("step {step} was not taken: {it:?}"),
            Progress::Started { .. }
            | Progress::FeedDone { .. }
            | Progress::Pages { .. }
            | Progress::Finished(_)
            | Progress::Indexing { .. } => {}
        };
        pipeline.refresh(&request, &Cancel::default(), &mut hear).unwrap();
    }
    let log = publishers.lock().unwrap().log.clone();
    println!("{}", score_sheet(&log));
    let total = |bad: fn(&Line) -> bool| -> Vec<&Line> { log.iter().filter(|it| bad(it)).collect() };
    for (what, bad) in [
        ("early", total(|it| it.early)),
        ("with the wrong validators", total(|it| it.wrong_validators)),
        ("unconditional though a condition was known", total(|it| it.unconditional)),
        ("with a cookie", total(|it| it.headers.contains_key("cookie"))),
        ("with a referrer", total(|it| it.headers.contains_key("referer"))),
        ("with a query", total(|it| it.query)),
        ("not GET", total(|it| it.method != "GET")),
        ("without a name", total(|it| !it.headers.get("user-agent").is_some_and(|it| it.starts_with("dateline/")))),
    ] {
        assert!(bad.is_empty(), "{} {what}: {:#?}", bad.len(), bad.first());
    }
    let count = |what: &str| log.iter().filter(|it| it.what == what).count();
    // An hour at the least, a day at the most.
    for feed in ["steady.test/feed", "dated.test/feed", "tired.test/one", "night.test/feed"] {
        assert!((25..=720).contains(&count(feed)), "{feed}: {}", count(feed));
    }
    assert!((25..=33).contains(&count("quiet.test/feed")), "{}", count("quiet.test/feed"));
    assert!((25..=37).contains(&count("bare.test/feed")), "{}", count("bare.test/feed"));
    assert!((50..=61).contains(&count("fresh.test/feed")), "{}", count("fresh.test/feed"));
    // Eighteen days of failures: each day once, after the first steps.
    let failures = log.iter().filter(|it| it.what == "broken.test/feed" && it.status == 500).count();
    assert!((18..=28).contains(&failures), "{failures}");
    assert_eq!(log.iter().filter(|it| it.what == "gone.test/feed" && it.status == 410).count(), 1);
    let night = log.iter().filter(|it| it.what == "night.test/feed" && it.at.rem_euclid(DAY) < 6 * HOUR).count();
    assert_eq!(night, 0, "it was asked at night");
    // Two days of being sent elsewhere, then it is asked there, and where it moved to never for the whole again.
    let sent_on: Vec<i64> = log.iter().filter(|it| it.status == 301).map(|it| it.at).collect();
    assert!(sent_on.len() >= 3 && sent_on.last().unwrap() - sent_on[0] >= 48 * HOUR, "{sent_on:?}");
    assert!(sent_on.last().unwrap() - sent_on[0] <= 96 * HOUR, "{sent_on:?}");
    assert_eq!(moves, 1);
    let Answer::Tree(tree) = pipeline.library.ask(Ask::Tree { today: noon() }).unwrap() else { panic!() };
    let paused: Vec<&str> =
        tree.feeds.iter().filter(|it| it.pause == Pause::Gone).map(|it| it.title.as_str()).collect();
    assert_eq!(paused, ["gone.test/feed"]);
}

/// A line for each address: what its publisher sees in thirty days.
fn score_sheet(log: &[Line]) -> String {
    let mut sheet =
        "address            requests  200  304 other  uncond. wrong early cookie referrer query\n".to_owned();
    let mut addresses: Vec<&str> = log.iter().map(|it| it.what.as_str()).collect();
    addresses.sort_unstable();
    addresses.dedup();
    for address in addresses {
        let of: Vec<&Line> = log.iter().filter(|it| it.what == address).collect();
        let count = |test: &dyn Fn(&Line) -> bool| of.iter().filter(|it| test(it)).count();
        let _ = writeln!(
            sheet,
            "{address:<18} {:>8} {:>4} {:>4} {:>5} {:>8} {:>5} {:>5} {:>6} {:>8} {:>5}",
            of.len(),
            count(&|it| it.status == 200),
            count(&|it| it.status == 304),
            count(&|it| !matches!(it.status, 200 | 304)),
            count(&|it| it.unconditional),
            count(&|it| it.wrong_validators),
            count(&|it| it.early),
            count(&|it| it.headers.contains_key("cookie")),
            count(&|it| it.headers.contains_key("referer")),
            count(&|it| it.query),
        );
    }
    sheet
}
