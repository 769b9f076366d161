//! Servers that mean harm, or are simply broken: each is bounded in time, bytes and slots, and is told in plain words.

use std::io::Write;
use std::net::{Ipv6Addr, TcpListener, TcpStream};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use dateline::fetch::{Limits, Outcome};
use dateline::news::{Problem, Zone};
use dateline::store::Validators;

use crate::fetch::{Names, body, fetcher, fetcher_with, named, page, problem, quick, typed};
use crate::hostd::{Hostd, PUBLIC, Reply};

/// As much as a bomb may unpack to in these tests: far beyond the cap, little enough for the test itself.
const BOMB_BYTES: usize = 48 << 20;
static BLOCK: [u8; 65_536] = [b' '; 65_536];

fn gzip_bomb() -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    (0..BOMB_BYTES / BLOCK.len()).for_each(|_| encoder.write_all(&BLOCK).unwrap());
    encoder.finish().unwrap()
}

fn zlib_bomb() -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    (0..BOMB_BYTES / BLOCK.len()).for_each(|_| encoder.write_all(&BLOCK).unwrap());
    encoder.finish().unwrap()
}

fn zstd_bomb() -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    (0..BOMB_BYTES / BLOCK.len()).for_each(|_| encoder.write_all(&BLOCK).unwrap());
    encoder.finish().unwrap()
}

fn brotli_bomb() -> Vec<u8> {
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4_096, 1, 22);
    (0..BOMB_BYTES / BLOCK.len()).for_each(|_| encoder.write_all(&BLOCK).unwrap());
    encoder.into_inner()
}

#[test]
fn a_bomb_of_any_kind_is_put_out_at_the_cap() {
    let server = Hostd::start();
    let twice = {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(&gzip_bomb()).unwrap();
        encoder.finish().unwrap()
    };
    let bombs = [("gzip", gzip_bomb()), ("deflate", zlib_bomb()), ("zstd", zstd_bomb()), ("br", brotli_bomb())];
    for (coding, bomb) in bombs {
        server.on("/bomb", [Reply::feed(bomb).header("Content-Encoding", coding)]);
        let begun = Instant::now();
        let response = fetcher().fetch_now(typed(&server.url("pub.test", "/bomb")));
        assert_eq!(problem(&response), &Problem::TooLarge { host: "pub.test".into(), bytes_max: 10 << 20 }, "{coding}");
        assert!(begun.elapsed() < Duration::from_secs(3), "{coding}: {:?}", begun.elapsed());
    }
    // Packed twice: nobody unpacks it to the end, and what is left is no feed.
    server.on("/twice", [Reply::feed(twice).header("Content-Encoding", "gzip, gzip")]);
    let response = fetcher().fetch_now(typed(&server.url("pub.test", "/twice")));
    assert!(response.bytes <= 10 << 20);
    if let Outcome::Fetched { body, .. } = &response.outcome {
        assert!(!body.starts_with(b"    "), "it was not unpacked at all");
    }
}

/// A slow loris (Hansen 2009), turned round: the server is the one that drips.
#[test]
fn a_server_that_drips_is_cut_off_while_others_are_served() {
    let slow = Hostd::start();
    let quick_server = Hostd::start();
    let dripping = Duration::from_millis(20);
    slow.on("/body", [Reply::feed(vec![b'x'; 100_000]).drip(dripping)]);
    slow.on(
        "/headers",
        [Reply::raw("HTTP/1.1 200 OK\r\n".to_owned() + &"X-More: and more\r\n".repeat(10_000)).drip(dripping)],
    );
    slow.on("/status", [Reply::raw("HTTP/1.1 200 O".to_owned() + &"k".repeat(10_000)).drip(dripping)]);
    quick_server.on("/feed", [Reply::feed("in time")]);
    let patience = Duration::from_millis(1_500);
    let limits = Limits { first_byte: patience, idle: patience, total_feed: patience, ..quick() };
    let fetcher = fetcher_with(Names::usual(), limits);
    let (sender, receiver) = mpsc::channel();
    let paths = ["/body", "/headers", "/status", "/body", "/headers", "/status"];
    for path in paths {
        let sender = sender.clone();
        fetcher.fetch(typed(&slow.url("pub.test", path)), move |it| sender.send(it).unwrap());
    }
    slow.wait_for_hits(2);
    let response = fetcher.fetch_now(typed(&quick_server.url("other.test", "/feed")));
    assert_eq!(body(&response), b"in time");
    assert!(receiver.try_recv().is_err(), "the slow ones are still under way");
    assert!(slow.peak() <= 2, "they hold their own host's two slots and nobody else's");
    for _ in paths {
        let response = receiver.recv_timeout(Duration::from_secs(30)).unwrap();
        assert_eq!(problem(&response), &Problem::TimedOut { host: "pub.test".into(), seconds: 1 });
    }
}

#[test]
fn a_length_that_lies_is_found_out() {
    let server = Hostd::start();
    server.on("/less", [Reply::feed("12345").length(10).header("ETag", "\"a\"")]);
    server.on("/more", [Reply::feed("x".repeat(500)).length(5)]);
    let response = fetcher().fetch_now(typed(&server.url("pub.test", "/less")));
    assert_eq!(problem(&response), &Problem::ClosedEarly { host: "pub.test".into() });
    // What is beyond the length belongs to nobody: the message ends where it says (RFC 9112 section 6.3).
    let response = fetcher().fetch_now(typed(&server.url("pub.test", "/more")));
    assert_eq!(body(&response), b"xxxxx");
}

#[test]
fn what_is_hardly_http_is_told_so() {
    let server = Hostd::start();
    for (what, raw) in [
        ("HTTP/0.9", "<rss version='2.0'></rss>"),
        ("no number", "HTTP/1.1 fine\r\n\r\n"),
        ("no version", "200 OK\r\n\r\n"),
        ("another protocol", "ICY 200 OK\r\n\r\n"),
        ("two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\n123456789"),
        ("a length below nothing", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n1"),
        ("ESC in a header", "HTTP/1.1 200 OK\r\nX: \x1b[2J\r\n\r\n1"),
    ] {
        server.on("/raw", [Reply::raw(raw)]);
        let response = fetcher().fetch_now(typed(&server.url("pub.test", "/raw")));
        assert!(
            matches!(problem(&response), Problem::NotHttp { .. } | Problem::ClosedEarly { .. }),
            "{what}: {:?}",
            response.outcome
        );
    }
}

/// Every status a publisher may answer with has words of its own, and a next step.
#[test]
fn a_status_is_said_in_words() {
    let server = Hostd::start();
    for (status, words) in [
        (204, "an answer without a feed"),
        (206, "an answer without a feed"),
        (226, "an answer without a feed"),
        (300, "it sends on to nowhere"),
        (304, "nothing new, though nothing is stored here"),
        (401, "a password is needed"),
        (403, "forbidden"),
        (404, "not found"),
        (407, "the proxy wants a password"),
        (410, "gone"),
        (418, "it will not serve feeds"),
        (429, "too many requests"),
        (451, "withheld for legal reasons"),
        (500, "the server failed"),
        (503, "the server is busy or down"),
        (599, "an error"),
    ] {
        // A part of a feed, a validator that must not be kept: nothing of it is taken.
        server.on("/feed", [Reply::status(status).header("ETag", "\"part\"")]);
        let response = fetcher().fetch_now(typed(&server.url("pub.test", "/feed")));
        let sentence = problem(&response).sentence(&Zone::utc()).to_string();
        assert!(sentence.starts_with(&format!("pub.test answered {status} ({words}). ")), "{sentence}");
        assert!(sentence.ends_with('.'), "{sentence}");
    }
}

#[test]
fn a_validator_is_kept_only_where_it_can_be_sent_back() {
    let server = Hostd::start();
    let kept = |bytes: &[u8]| Some(bytes.to_vec());
    let odd = [
        ("64 KiB", vec![b'a'; 65_536], None),
        ("a KiB", vec![b'a'; 1_024], kept(&[b'a'; 1_024])),
        ("a byte more", vec![b'a'; 1_025], None),
        ("empty", b"".to_vec(), None),
        ("weak", b"W/\"x\"".to_vec(), kept(b"W/\"x\"")),
        ("no quotes", b"abc".to_vec(), kept(b"abc")),
        ("bytes beyond ASCII", b"\"\xe9\xff\"".to_vec(), kept(b"\"\xe9\xff\"")),
        ("another header behind a bare line end", b"\"a\"\nX-Y: z".to_vec(), kept(b"\"a\"")),
    ];
    for (what, sent, kept) in odd {
        server.on("/feed", [Reply::feed("x").header("ETag", sent), Reply::status(304)]);
        let (fetcher, request) = (fetcher(), typed(&server.url("pub.test", "/feed")));
        let response = fetcher.fetch_now(request.clone());
        let Outcome::Fetched { validators, .. } = response.outcome else { panic!("{what}: {:?}", response.outcome) };
        assert_eq!(validators, Validators { etag: kept.clone(), last_modified: None }, "{what}");
        fetcher.fetch_now(dateline::fetch::Request { validators, ..request });
        assert_eq!(server.hits().last().unwrap().header("if-none-match"), kept.as_deref(), "{what}");
    }
}

/// RUSTSEC-2025-0055 was a log that passed such bytes on.
#[test]
fn nothing_a_server_says_reaches_a_sentence_raw() {
    let server = Hostd::start();
    let nasty: &[u8] = b"text/\xc2\x9b2J\xe2\x80\xaehtml\x9b";
    let replies = [
        ("/type", Reply::ok("x").header("Content-Type", nasty)),
        ("/location", Reply::status(302).header("Location", &b"data\xc2\x9b2J:x"[..])),
        ("/elsewhere", Reply::status(302).header("Location", &b"http://\xe2\x80\xaegro.elpmaxe/"[..])),
        ("/scheme", Reply::redirect(302, "javascript:alert(1)")),
        ("/later", Reply::status(503).header("Retry-After", &b"\xc2\x9b2J"[..])),
    ];
    for (path, reply) in replies {
        server.on(path, [reply]);
        let response = fetcher().fetch_now(page(&server.url("pub.test", path)));
        let sentence = problem(&response).sentence(&Zone::utc());
        let raw = |it: char| it.is_control() || matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(!sentence.as_str().contains(raw), "{path}: {sentence:?}");
    }
}

/// RFC 8305: an address of the newer kind that leads nowhere is not waited for.
#[test]
fn a_black_hole_on_ipv6_is_walked_round() {
    let Some((hole, _filling)) = black_hole() else {
        println!("skipped: there is no IPv6 on this machine, or its queue can't be filled");
        return;
    };
    let port = hole.local_addr().unwrap().port();
    let Ok(listener) = TcpListener::bind((PUBLIC, port)) else {
        println!("skipped: the port is taken");
        return;
    };
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut buffer = [0; 4_096];
            let _ = std::io::Read::read(&mut stream, &mut buffer);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<rss/>");
        }
    });
    let names = Names::usual();
    names.set("both.test", [vec![Ipv6Addr::LOCALHOST.into(), PUBLIC]]);
    let begun = Instant::now();
    let response = fetcher_with(names, quick()).fetch_now(typed(&format!("http://both.test:{port}/feed")));
    assert_eq!(body(&response), b"<rss/>");
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
}

/// A listener whose queue is full: whoever dials it now gets no answer at all. The connections keep it so.
fn black_hole() -> Option<(TcpListener, Vec<TcpStream>)> {
    let listener = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).ok()?;
    rustix::net::listen(&listener, 0).ok()?;
    let address = listener.local_addr().ok()?;
    let mut filling = Vec::new();
    for _ in 0..8 {
        match TcpStream::connect_timeout(&address, Duration::from_millis(200)) {
            Ok(stream) => filling.push(stream),
            Err(_) => return Some((listener, filling)),
        }
    }
    None
}

#[test]
fn a_feed_on_this_machine_may_link_to_pages_on_its_own_host_and_port_only() {
    let server = Hostd::start();
    let other = Hostd::start();
    server.on("/feed", [Reply::redirect(301, "/real")]);
    server.on("/real", [Reply::feed("mine")]);
    server.on("/page", [Reply::page("<p>mine too")]);
    let trust = dateline::fetch::Trust::in_host_of(&crate::fetch::url(&server.url("localhost", "/feed")));
    let asked = |address: &str| {
        let request = dateline::fetch::Request { trust: trust.clone(), ..named(address) };
        fetcher().fetch_now(request)
    };
    assert_eq!(body(&asked(&server.url("localhost", "/feed"))), b"mine");
    assert_eq!(body(&asked(&server.url("localhost", "/page"))), b"<p>mine too");
    let elsewhere = asked(&other.url("localhost", "/page"));
    assert_eq!(problem(&elsewhere), &Problem::PrivateAddress { host: "localhost".into() });
    assert!(other.hits().is_empty());
}
