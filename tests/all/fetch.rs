//! The network, against a server that lies.

use std::collections::HashMap;
use std::io::Write;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use dateline::fetch::{Expects, Fetcher, Limits, Network, Options, Outcome, Proxy, Request, Resolver, Response, Trust};
use dateline::news::{CleanUrl, Clock, Problem, Timestamp};
use dateline::store::Validators;

use crate::hostd::{Hold, Hostd, PRIVATE, PUBLIC, Reply};

/// Names of the tests' own. Any address but [`PUBLIC`] counts as the real classification says.
#[derive(Default)]
pub struct Names {
    names: Mutex<HashMap<String, Vec<Vec<IpAddr>>>>,
    pub lookups: AtomicUsize,
}

impl Names {
    /// `pub.test` and `other.test` are public, `priv.test`, `localhost` and `localhost.` private.
    pub fn usual() -> Arc<Names> {
        let names = Names::default();
        names.set("pub.test", [vec![PUBLIC]]);
        names.set("other.test", [vec![PUBLIC]]);
        for private in ["priv.test", "localhost", "localhost."] {
            names.set(private, [vec![PRIVATE]]);
        }
        Arc::new(names)
    }

    /// The answers of one lookup after the other; the last one stays.
    pub fn set(&self, name: &str, answers: impl IntoIterator<Item = Vec<IpAddr>>) {
        self.names.lock().unwrap().insert(name.to_owned(), answers.into_iter().collect());
    }
}

impl Resolver for Names {
    fn resolve(&self, host: &str) -> std::io::Result<Vec<IpAddr>> {
        self.lookups.fetch_add(1, Ordering::SeqCst);
        match self.names.lock().unwrap().get_mut(host) {
            Some(answers) if answers.len() > 1 => Ok(answers.remove(0)),
            Some(answers) => Ok(answers[0].clone()),
            None => Err(std::io::Error::other("no such name")),
        }
    }

    fn is_private(&self, address: IpAddr) -> bool {
        address != PUBLIC && dateline::fetch::is_private(address)
    }
}

pub fn noon() -> Timestamp {
    Timestamp::parse_rfc3339("2026-11-22T12:00:00Z").unwrap()
}

/// The real limits, with less patience between starts.
pub fn quick() -> Limits {
    Limits { host_gap: Duration::from_millis(1), host_gap_after_429: Duration::from_millis(2), ..Limits::STANDARD }
}

pub fn network(limits: Limits) -> Network {
    Network { limits, proxy: Proxy::None, authorities: Vec::new() }
}

pub fn fetcher_with(names: Arc<Names>, limits: Limits) -> Fetcher {
    let clock: Clock = Arc::new(noon);
    Fetcher::start_with(clock, names, false, network(limits)).unwrap()
}

pub fn fetcher() -> Fetcher {
    fetcher_with(Names::usual(), quick())
}

pub fn url(text: &str) -> CleanUrl {
    CleanUrl::parse(text).unwrap()
}

/// A request for a feed that nobody typed.
pub fn named(address: &str) -> Request {
    Request {
        url: url(address),
        validators: Validators::default(),
        validators_of: None,
        expects: Expects::Feed,
        trust: Trust::default(),
        options: Options::default(),
    }
}

/// A request for a feed whose address a person typed.
pub fn typed(address: &str) -> Request {
    Request { trust: Trust::in_host_of(&url(address)), ..named(address) }
}

pub fn page(address: &str) -> Request {
    Request { expects: Expects::Page, ..typed(address) }
}

#[track_caller]
pub fn body(response: &Response) -> &[u8] {
    match &response.outcome {
        Outcome::Fetched { body, .. } => body,
        other => panic!("a body was expected: {other:?}"),
    }
}

#[track_caller]
pub fn problem(response: &Response) -> &Problem {
    match &response.outcome {
        Outcome::Failed { problem, .. } => problem,
        other => panic!("a problem was expected: {other:?}"),
    }
}

/// Without it a person would wait for every silent server until its time is up.
#[test]
fn who_waits_for_an_answer_may_leave() {
    let server = Hostd::start();
    server.on("/feed", [Reply::never()]);
    let cancel = Arc::new(AtomicBool::new(false));
    let waiting = fetcher().until(&cancel);
    let request = typed(&server.url("pub.test", "/feed"));
    let waits = std::thread::spawn(move || waiting.fetch_now(request));
    server.wait_for_hits(1);
    cancel.store(true, Ordering::Relaxed);
    assert_eq!(problem(&waits.join().unwrap()), &Problem::LeftOff);
}

#[test]
fn a_request_says_who_asks_and_nothing_else() {
    let server = Hostd::start();
    server.on("/feed?x=1", [Reply::feed("<rss/>")]);
    let response = fetcher().fetch_now(typed(&server.url("pub.test", "/feed?x=1")));
    assert_eq!(body(&response), b"<rss/>");
    assert_eq!(response.bytes, 6);
    let hits = server.hits();
    assert_eq!(hits.len(), 1, "one request, nothing besides");
    assert_eq!(hits[0].method, "GET");
    let mut names: Vec<&str> = hits[0].headers.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent"]);
    assert_eq!(hits[0].header("user-agent"), Some(dateline::fetch::USER_AGENT.as_bytes()));
}

#[test]
fn validators_go_back_byte_for_byte() {
    let server = Hostd::start();
    let odd: Vec<(&[u8], &[u8])> = vec![
        (b"\"abc\"", b"Mon, 30 Jan 2023 02:15:00 GMT"),
        (b"W/\"x, y\"", b"yesterday, or so"),
        (b"unquoted and spaced", b"Mon, 30 Jan 2023 02:15:00 GMT; length=5"),
        (b"\"\xe9\xff\"", b"2023-01-30"),
    ];
    for (etag, last_modified) in odd {
        server.on(
            "/feed",
            [Reply::feed("x").header("ETag", etag).header("Last-Modified", last_modified), Reply::status(304)],
        );
        let fetcher = fetcher();
        let request = typed(&server.url("pub.test", "/feed"));
        let Outcome::Fetched { validators, .. } = fetcher.fetch_now(request.clone()).outcome else { panic!() };
        let again = fetcher.fetch_now(Request { validators, ..request });
        assert!(matches!(again.outcome, Outcome::NotModified { validators: None }));
        let hit = server.hits().pop().unwrap();
        assert_eq!(hit.header("if-none-match"), Some(etag));
        assert_eq!(hit.header("if-modified-since"), Some(last_modified));
    }
}

#[test]
fn a_validator_that_is_too_long_is_not_kept() {
    let server = Hostd::start();
    server.on("/feed", [Reply::feed("x").header("ETag", vec![b'a'; 2_000]).header("Last-Modified", "Mon")]);
    let response = fetcher().fetch_now(typed(&server.url("pub.test", "/feed")));
    let Outcome::Fetched { validators, .. } = response.outcome else { panic!() };
    assert_eq!(validators, Validators { etag: None, last_modified: Some(b"Mon".to_vec()) });
}

#[test]
fn nothing_new_is_no_answer_to_a_request_without_conditions() {
    let server = Hostd::start();
    server.on("/feed", [Reply::status(304)]);
    let response = fetcher().fetch_now(typed(&server.url("pub.test", "/feed")));
    assert!(matches!(problem(&response), Problem::Status { status: 304, .. }));
}

#[test]
fn every_status_that_is_no_feed_is_told() {
    let server = Hostd::start();
    for status in [204, 206, 226, 300, 401, 403, 404, 410, 418, 500, 502] {
        server.on("/feed", [Reply::status(status)]);
        let response = fetcher().fetch_now(typed(&server.url("pub.test", "/feed")));
        assert_eq!(problem(&response), &Problem::Status { host: "pub.test".into(), status, retry_at: None });
    }
}

#[test]
fn retry_after_is_passed_on() {
    let server = Hostd::start();
    for (status, header, seconds) in [
        (429, "3600", Some(3_600)),
        (503, "Sun, 22 Nov 2026 13:00:00 GMT", Some(3_600)),
        (503, "999999999", Some(7 * 86_400)),
        // A host that does not say for how long is left alone for four hours.
        (429, "whenever", Some(4 * 3_600)),
        (503, "whenever", None),
        (500, "3600", None),
    ] {
        server.on("/feed", [Reply::status(status).header("Retry-After", header)]);
        let response = fetcher().fetch_now(typed(&server.url("pub.test", "/feed")));
        let Outcome::Failed { retry_at, .. } = response.outcome else { panic!() };
        assert_eq!(retry_at.map(|it| it.since(noon())), seconds, "{status} {header}");
    }
}

#[test]
fn redirects_are_followed_five_times_at_most() {
    let server = Hostd::start();
    for hop in 0..6 {
        server.on(&format!("/{hop}"), [Reply::redirect([301, 302, 303, 307, 308, 302][hop], &format!("/{}", hop + 1))]);
    }
    server.on("/6", [Reply::feed("there")]);
    let five = fetcher().fetch_now(typed(&server.url("pub.test", "/1")));
    assert_eq!(body(&five), b"there");
    assert!(five.url.as_str().ends_with("/6"));
    let six = fetcher().fetch_now(typed(&server.url("pub.test", "/0")));
    assert_eq!(problem(&six), &Problem::TooManyRedirects { redirects_max: 5 });
    server.on("/loop", [Reply::redirect(302, "/loop").header("Set-Cookie", "a=b")]);
    let looped = fetcher().fetch_now(typed(&server.url("pub.test", "/loop")));
    assert_eq!(problem(&looped), &Problem::TooManyRedirects { redirects_max: 5 });
    assert!(server.hits().iter().all(|it| it.header("cookie").is_none() && it.header("referer").is_none()));
}

/// miniflux GHSA-xwh2-742g-w3wp: a feed that redirects into the reader's own network.
#[test]
fn a_redirect_to_a_private_address_in_any_notation_is_refused_before_it_is_dialled() {
    let server = Hostd::start();
    for target in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.0.0.1.",
        "0.0.0.0",
        "169.254.169.254",
        "100.64.0.1",
        "10.0.0.1",
        "192.168.0.1",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[fd00::1]",
        "[fe80::1]",
        "[64:ff9b::7f00:1]",
        "localhost",
        "localhost.",
        "priv.test",
    ] {
        server.on("/feed", [Reply::redirect(302, &server.url(target, "/secret"))]);
        let response = fetcher().fetch_now(typed(&server.url("pub.test", "/feed")));
        assert!(matches!(problem(&response), Problem::PrivateAddress { .. }), "{target}: {:?}", response.outcome);
    }
    assert!(server.hits_of("/secret").is_empty(), "nothing private was asked");
}

#[test]
fn a_private_address_is_fetched_only_where_a_person_typed_its_host_and_port() {
    let server = Hostd::start();
    server.on("/feed", [Reply::redirect(302, "/moved")]);
    server.on("/moved", [Reply::feed("mine")]);
    for host in ["localhost", "priv.test", "127.0.0.1"] {
        let address = server.url(host, "/feed");
        assert_eq!(body(&fetcher().fetch_now(typed(&address))), b"mine", "{host} was typed");
        let hits = server.hits().len();
        let response = fetcher().fetch_now(named(&address));
        assert_eq!(problem(&response), &Problem::PrivateAddress { host: host.into() }, "{host} was only named");
        assert_eq!(server.hits().len(), hits);
        let elsewhere = Trust { hosts: vec![format!("{host}:1")] };
        let response = fetcher().fetch_now(Request { trust: elsewhere, ..named(&address) });
        assert_eq!(problem(&response), &Problem::PrivateAddress { host: host.into() }, "another port is another door");
    }
}

/// DNS rebinding: the name is public when it is looked at and private when it is dialled.
#[test]
fn the_address_that_is_checked_is_the_address_that_is_dialled() {
    let server = Hostd::start();
    server.on("/feed", [Reply::feed("public")]);
    let names = Names::usual();
    names.set("rebind.test", [vec![PUBLIC], vec![PRIVATE]]);
    names.set("both.test", [vec![PRIVATE, PUBLIC]]);
    let fetcher = fetcher_with(Arc::clone(&names), quick());
    assert_eq!(body(&fetcher.fetch_now(named(&server.url("rebind.test", "/feed")))), b"public");
    assert_eq!(names.lookups.load(Ordering::SeqCst), 1, "looked up once, dialled as looked up");
    let response = fetcher.fetch_now(named(&server.url("rebind.test", "/feed")));
    assert_eq!(problem(&response), &Problem::PrivateAddress { host: "rebind.test".into() });
    assert_eq!(server.hits().len(), 1);
    assert_eq!(body(&fetcher.fetch_now(named(&server.url("both.test", "/feed")))), b"public");
}

#[test]
fn only_the_web_is_redirected_to() {
    let server = Hostd::start();
    for scheme in ["file", "ftp", "data", "javascript"] {
        server.on("/feed", [Reply::redirect(302, &format!("{scheme}:///etc/passwd"))]);
        let response = fetcher().fetch_now(typed(&server.url("pub.test", "/feed")));
        assert_eq!(problem(&response), &Problem::RedirectScheme { scheme: scheme.into() });
    }
}

#[test]
fn a_password_is_sent_to_its_own_host_and_port_and_never_shown() {
    let server = Hostd::start();
    let other = Hostd::start();
    server.on("/feed", [Reply::redirect(302, "/here")]);
    server.on("/here", [Reply::redirect(302, &server.url("other.test", "/there"))]);
    server.on("/there", [Reply::redirect(302, &other.url("pub.test", "/port"))]);
    other.on("/port", [Reply::feed("x")]);
    let address = format!("http://me:p%40ss@pub.test:{}/feed", server.port);
    let response = fetcher().fetch_now(typed(&address));
    assert_eq!(body(&response), b"x");
    let sent: Vec<bool> = server.hits().iter().map(|it| it.header("authorization").is_some()).collect();
    assert_eq!(sent, [true, true, false], "the same origin, then another host");
    assert_eq!(server.hits()[0].header("authorization"), Some(&b"Basic bWU6cEBzcw=="[..]));
    assert!(other.hits()[0].header("authorization").is_none(), "another port");
    assert!(server.hits().iter().chain(&other.hits()).all(|it| it.header("referer").is_none()));
    assert!(!format!("{response:?}").contains("p%40ss"));
    let refused = fetcher().fetch_now(typed("http://me:secret@nowhere.test/feed"));
    assert!(!format!("{refused:?}").contains("secret"));
    assert_eq!(problem(&refused), &Problem::UnknownHost { host: "nowhere.test".into() });
}

pub fn gzip(bytes_of_zero: usize) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    for _ in 0..bytes_of_zero / 65_536 {
        encoder.write_all(&[b' '; 65_536]).unwrap();
    }
    encoder.finish().unwrap()
}

#[test]
fn a_bomb_is_put_out_at_the_cap() {
    let server = Hostd::start();
    server.on("/bomb", [Reply::feed(gzip(48 << 20)).header("Content-Encoding", "gzip")]);
    server.on("/fine", [Reply::feed(gzip(9 << 20)).header("Content-Encoding", "gzip")]);
    server.on("/long", [Reply::feed("x").length(11 << 20)]);
    let fetcher = fetcher();
    for path in ["/bomb", "/long"] {
        let response = fetcher.fetch_now(typed(&server.url("pub.test", path)));
        let expected = Problem::TooLarge { host: "pub.test".into(), bytes_max: 10 << 20 };
        assert_eq!(problem(&response), &expected);
    }
    assert_eq!(fetcher.fetch_now(typed(&server.url("pub.test", "/fine"))).bytes, 9 << 20);
}

#[test]
fn large_bodies_take_turns_and_all_arrive() {
    let server = Hostd::start();
    let (sender, receiver) = mpsc::channel();
    let fetcher = fetcher();
    for number in 0..100 {
        let path = format!("/{number}");
        server.on(&path, [Reply::feed(vec![b'x'; 700 << 10])]);
        let sender = sender.clone();
        fetcher.fetch(typed(&server.url("127.0.0.1", &path)), move |response| sender.send(response).unwrap());
    }
    for _ in 0..100 {
        let response = receiver.recv_timeout(Duration::from_secs(30)).unwrap();
        assert_eq!(response.bytes, 700 << 10);
    }
}

#[test]
fn a_body_that_ends_early_is_no_body() {
    let server = Hostd::start();
    let early = Problem::ClosedEarly { host: "pub.test".into() };
    server.on("/short", [Reply::feed("12345").length(10)]);
    server.on("/gzip", [Reply::feed(&gzip(1 << 20)[..500]).header("Content-Encoding", "gzip")]);
    server.on("/chunks", [Reply::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n123")]);
    server
        .on("/bad-chunks", [Reply::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n123\r\n0\r\n\r\n")]);
    server.on("/nothing", [Reply::raw("")]);
    server.on("/half-head", [Reply::raw("HTTP/1.1 200 OK\r\nContent-Ty")]);
    for path in ["/short", "/gzip", "/chunks", "/bad-chunks", "/nothing", "/half-head"] {
        let response = fetcher().fetch_now(typed(&server.url("pub.test", path)));
        assert_eq!(problem(&response), &early, "{path}");
    }
}

#[test]
fn what_does_not_speak_http_is_told_so() {
    let server = Hostd::start();
    server.on("/ssh", [Reply::raw("SSH-2.0-OpenSSH_9.2\r\n")]);
    server.on("/headers", [Reply::raw(format!("HTTP/1.1 200 OK\r\n{}\r\n", "A: b\r\n".repeat(10_000)))]);
    server.on("/header", [Reply::raw(format!("HTTP/1.1 200 OK\r\nA: {}\r\n\r\n", "b".repeat(1 << 20)))]);
    server.on("/large", [Reply::raw(format!("HTTP/1.1 200 OK\r\nA: {}\r\n\r\n", "b".repeat(100 << 10)))]);
    server.on("/gzip", [Reply::feed("not gzip at all").header("Content-Encoding", "gzip")]);
    for path in ["/ssh", "/headers", "/header", "/large", "/gzip"] {
        let response = fetcher().fetch_now(typed(&server.url("pub.test", path)));
        assert_eq!(problem(&response), &Problem::NotHttp { host: "pub.test".into() }, "{path}");
    }
}

#[test]
fn a_closed_door_and_an_unknown_name_are_told_apart() {
    let port = std::net::TcpListener::bind((PUBLIC, 0)).unwrap().local_addr().unwrap().port();
    let closed = fetcher().fetch_now(typed(&format!("http://pub.test:{port}/")));
    assert_eq!(problem(&closed), &Problem::Refused { host: "pub.test".into() });
    let unknown = fetcher().fetch_now(typed("http://nowhere.test/"));
    assert_eq!(problem(&unknown), &Problem::UnknownHost { host: "nowhere.test".into() });
    let listener = std::net::TcpListener::bind((PUBLIC, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || listener.accept().unwrap().0.write_all(b"HTTP/1.1 400 Speak TLS\r\n\r\n").unwrap());
    let plain = fetcher().fetch_now(typed(&format!("https://pub.test:{port}/")));
    let detail = "the server does not speak TLS there".into();
    assert_eq!(problem(&plain), &Problem::Insecure { host: "pub.test".into(), detail });
}

#[test]
fn a_server_that_keeps_silent_is_left() {
    let server = Hostd::start();
    server.on("/silent", [Reply::never()]);
    server.on("/drip", [Reply::feed(vec![b'x'; 10_000]).drip(Duration::from_millis(10))]);
    server.on("/stuck", [Reply::feed(vec![b'x'; 10_000]).drip(Duration::from_secs(5))]);
    let limits = Limits {
        first_byte: Duration::from_millis(150),
        idle: Duration::from_millis(200),
        total_feed: Duration::from_millis(400),
        ..quick()
    };
    let fetcher = fetcher_with(Names::usual(), limits);
    for path in ["/silent", "/drip", "/stuck"] {
        let response = fetcher.fetch_now(typed(&server.url("pub.test", path)));
        assert_eq!(problem(&response), &Problem::TimedOut { host: "pub.test".into(), seconds: 1 }, "{path}");
    }
}

#[test]
fn a_page_that_is_none_is_left_at_its_headers() {
    let server = Hostd::start();
    server.on("/paper", [Reply::ok(vec![b'x'; 100]).header("Content-Type", "application/pdf").length(4 << 20)]);
    server.on("/page", [Reply::page("<p>hello")]);
    let response = fetcher().fetch_now(page(&server.url("pub.test", "/paper")));
    assert_eq!(problem(&response), &Problem::NotAPage { content_type: "application/pdf".into() });
    assert_eq!(body(&fetcher().fetch_now(page(&server.url("pub.test", "/page")))), b"<p>hello");
}

#[test]
fn a_cancelled_request_never_replies() {
    let server = Hostd::start();
    let hold = Hold::default();
    server.on("/slow", [Reply::feed("x").held(&hold)]);
    let (sender, receiver) = mpsc::channel();
    let fetcher = fetcher();
    let ticket = fetcher.fetch(typed(&server.url("pub.test", "/slow")), move |it| sender.send(it).unwrap());
    server.wait_for_hits(1);
    ticket.cancel();
    assert!(receiver.recv().is_err(), "the reply was dropped unused");
    hold.release();
}

#[test]
fn offline_is_said_without_asking() {
    let names = Names::usual();
    let clock: Clock = Arc::new(noon);
    let fetcher = Fetcher::start_with(clock, names.clone(), true, network(Limits::STANDARD)).unwrap();
    assert_eq!(problem(&fetcher.fetch_now(typed("http://pub.test/"))), &Problem::Offline);
    assert_eq!(names.lookups.load(Ordering::SeqCst), 0);
}

#[test]
fn a_host_is_asked_for_two_things_at_a_time_with_a_gap_between() {
    let server = Hostd::start();
    let gap = Duration::from_millis(20);
    let fetcher = fetcher_with(Names::usual(), Limits { host_gap: gap, ..Limits::STANDARD });
    let hold = Hold::default();
    let (sender, receiver) = mpsc::channel();
    for number in 0..6 {
        let path = format!("/{number}");
        server.on(&path, [Reply::feed("x").held(&hold)]);
        let sender = sender.clone();
        fetcher.fetch(typed(&server.url("pub.test", &path)), move |it| sender.send(it).unwrap());
    }
    server.wait_for_hits(2);
    hold.release();
    for _ in 0..6 {
        receiver.recv_timeout(Duration::from_secs(20)).unwrap();
    }
    assert_eq!(server.peak(), 2);
    let hits = server.hits();
    let took = hits[5].at - hits[0].at;
    // The first connection takes longer to open than the next, so the sum of the gaps is what is sure.
    assert!(took >= gap * 4, "{took:?}");
}

#[test]
fn a_private_host_that_a_person_subscribed_to_has_no_gaps() {
    let server = Hostd::start();
    let limits = Limits { host_gap: Duration::from_secs(60), ..Limits::STANDARD };
    let fetcher = fetcher_with(Names::usual(), limits);
    let hold = Hold::default();
    let (sender, receiver) = mpsc::channel();
    for number in 0..80 {
        let path = format!("/{number}");
        server.on(&path, [Reply::feed("x").held(&hold)]);
        let sender = sender.clone();
        let host = ["localhost", "127.0.0.1"][number % 2];
        fetcher.fetch(typed(&server.url(host, &path)), move |it| sender.send(it).unwrap());
    }
    server.wait_for_hits(64);
    assert_eq!(server.peak(), 64, "the limit in all holds");
    hold.release();
    for _ in 0..80 {
        receiver.recv_timeout(Duration::from_secs(20)).unwrap();
    }
    assert_eq!(server.peak(), 64);
}

#[test]
fn a_door_closed_on_its_own_thread_does_no_harm() {
    let server = Hostd::start();
    server.on("/feed", [Reply::feed("x")]);
    let (sender, receiver) = mpsc::channel();
    let fetcher = fetcher();
    let door = fetcher.clone();
    let hold = Hold::default();
    server.on("/feed", [Reply::feed("x").held(&hold)]);
    fetcher.fetch(typed(&server.url("pub.test", "/feed")), move |it| {
        drop(door);
        sender.send(it).unwrap();
    });
    drop(fetcher);
    hold.release();
    assert_eq!(body(&receiver.recv_timeout(Duration::from_secs(20)).unwrap()), b"x");
}
