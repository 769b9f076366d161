//! TLS, HTTP/2, proxies, and what a person set for one feed: who is believed, and who is told a secret.

use std::io::Write;
use std::time::{Duration, Instant};

use dateline::fetch::{Fetcher, Limits, Network, Options, Outcome, Proxy, Request};
use dateline::news::{Problem, Zone};

use crate::fetch::{Names, body, named, noon, problem, quick, typed};
use crate::hostd::{Hostd, Reply};
use crate::tlsd::{
    Authority, CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, Identity, RST_STREAM, STATUS_200, Stream, Tlsd,
    frame,
};

/// A fetcher that trusts this authority beside the machine's own.
fn trusting(authority: &Authority, limits: Limits) -> Fetcher {
    let network = Network { limits, proxy: Proxy::None, authorities: vec![authority.der()] };
    Fetcher::start_with(std::sync::Arc::new(noon), Names::usual(), false, network).unwrap()
}

fn through(proxy: &str) -> Request {
    let options = Options { proxy: Some(proxy.to_owned()), ..Options::default() };
    Request { options, ..named("http://pub.test/feed") }
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

fn to(location: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
}

#[test]
fn a_certificate_that_proves_nothing_is_told_in_words_and_nothing_is_fetched() {
    let authority = Authority::named("the tests");
    let stranger = Authority::named("a stranger");
    let wrong: Vec<(Identity, &str)> = vec![
        (authority.identity("pub.test", 1990, 2020), "its certificate expired on 1 Jan 2020"),
        (authority.identity("pub.test", 3990, 4000), "its certificate is not valid before 1 Jan 3990"),
        (authority.identity("other.test", 2000, 4000), "its certificate is for another name"),
        (Identity::self_signed("pub.test"), "its certificate is from nobody that this machine trusts"),
        (stranger.identity("pub.test", 2000, 4000), "its certificate is from nobody that this machine trusts"),
    ];
    for (identity, words) in wrong {
        let server = Tlsd::start(&identity, |_| ok("secret"));
        let response = trusting(&authority, quick()).fetch_now(typed(&server.url("pub.test", "/feed")));
        assert_eq!(problem(&response), &Problem::Insecure { host: "pub.test".into(), detail: words.into() });
        assert!(server.heads().is_empty(), "nothing was asked: {words}");
        let sentence = problem(&response).sentence(&Zone::utc());
        assert!(sentence.as_str().contains(words) && sentence.as_str().contains("pub.test"), "{sentence}");
    }
    let server = Tlsd::start(&authority.identity("pub.test", 2000, 4000), |_| ok("<rss/>"));
    let response = trusting(&authority, quick()).fetch_now(typed(&server.url("pub.test", "/feed")));
    assert_eq!(body(&response), b"<rss/>");
}

#[test]
fn a_redirect_out_of_https_is_followed_flagged_and_never_with_a_secret() {
    let authority = Authority::named("the tests");
    let plain = Hostd::start();
    plain.on("/plain", [Reply::feed("<rss/>")]);
    let target = plain.url("pub.test", "/plain");
    let server = Tlsd::start(&authority.identity("pub.test", 2000, 4000), move |_| to(&target));
    let fetcher = trusting(&authority, quick());
    let address = server.url("pub.test", "/feed");
    let response = fetcher.fetch_now(typed(&address));
    assert_eq!(body(&response), b"<rss/>");
    assert!(response.downgraded);
    let secrets: Vec<(&str, Options)> = vec![
        ("a login", Options { password: Some("me:pw".into()), ..Options::default() }),
        ("a cookie", Options { cookie: Some("a=b".into()), ..Options::default() }),
        ("a header", Options { headers: vec![("X-Token".into(), "t".into())], ..Options::default() }),
    ];
    for (what, options) in secrets {
        let response = fetcher.fetch_now(Request { options, ..typed(&address) });
        assert_eq!(problem(&response), &Problem::RedirectScheme { scheme: "http".into() }, "{what}");
    }
    let response = fetcher.fetch_now(typed(&address.replace("https://", "https://me:pw@")));
    assert_eq!(problem(&response), &Problem::RedirectScheme { scheme: "http".into() });
    assert_eq!(plain.hits().len(), 1, "only the feed without a secret went on");
    assert!(plain.hits()[0].header("authorization").is_none());
}

#[test]
fn what_a_person_set_for_a_feed_is_sent_to_its_own_origin_alone() {
    let server = Hostd::start();
    let other = Hostd::start();
    server.on("/feed", [Reply::redirect(302, "/here")]);
    server.on("/here", [Reply::redirect(302, &other.url("pub.test", "/there"))]);
    other.on("/there", [Reply::redirect(302, &server.url("pub.test", "/back"))]);
    server.on("/back", [Reply::feed("x")]);
    let options = Options {
        headers: vec![("X-Token".into(), "hush".into()), ("Host".into(), "evil.test".into())],
        user_agent: Some("Curious/1.0".into()),
        cookie: Some("session=hush".into()),
        password: Some("me:hush".into()),
        proxy: None,
    };
    let fetcher = Fetcher::start_with(std::sync::Arc::new(noon), Names::usual(), false, network()).unwrap();
    let address = server.url("pub.test", "/feed").replace("http://", "http://old:password@");
    let response = fetcher.fetch_now(Request { options, ..typed(&address) });
    assert_eq!(body(&response), b"x");
    let sent = |hits: &[crate::hostd::Hit]| -> Vec<[bool; 3]> {
        let has = |hit: &crate::hostd::Hit| ["x-token", "cookie", "authorization"].map(|it| hit.header(it).is_some());
        hits.iter().map(has).collect()
    };
    assert_eq!(sent(&server.hits()), [[true; 3], [true; 3], [false; 3]], "not even when led back");
    assert_eq!(sent(&other.hits()), [[false; 3]]);
    let first = &server.hits()[0];
    assert_eq!(first.header("authorization"), Some(&b"Basic bWU6aHVzaA=="[..]), "what was set, not the address's");
    assert_eq!(first.headers.iter().filter(|(name, _)| name == "authorization").count(), 1);
    assert!(first.header("host").is_some_and(|it| it.starts_with(b"pub.test")));
    assert_eq!(other.hits()[0].header("user-agent"), Some(&b"Curious/1.0"[..]));
}

fn network() -> Network {
    Network { limits: quick(), proxy: Proxy::None, authorities: Vec::new() }
}

#[test]
fn a_proxy_is_asked_for_the_feed_and_named_when_it_fails() {
    let proxy = Hostd::start();
    let address = proxy.url("127.0.0.1", "").replace("http://", "http://me:secret@");
    let fetcher = Fetcher::start_with(std::sync::Arc::new(noon), Names::usual(), false, network()).unwrap();
    proxy.on("http://pub.test/feed", [Reply::feed("by way of it")]);
    assert_eq!(body(&fetcher.fetch_now(through(&address))), b"by way of it");
    let hit = &proxy.hits()[0];
    assert_eq!(hit.header("proxy-authorization"), Some(&b"Basic bWU6c2VjcmV0"[..]));
    assert!(hit.header("referer").is_none() && hit.header("cookie").is_none() && hit.header("authorization").is_none());

    let named = |detail: &str| Problem::Proxy { proxy: format!("127.0.0.1:{}", proxy.port), detail: detail.to_owned() };
    let secure = |request: Request| Request { url: crate::fetch::url("https://pub.test/feed"), ..request };
    for (status, detail) in [(403, "it will not connect to pub.test"), (407, "it wants a password")] {
        proxy.on("pub.test:443", [Reply::status(status)]);
        let response = fetcher.fetch_now(secure(through(&address)));
        assert_eq!(problem(&response), &named(detail), "{status}");
        assert!(!format!("{response:?}").contains("secret"));
    }
    // Nobody listens where it is said to be.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let response = fetcher.fetch_now(through(&format!("http://me:secret@127.0.0.1:{port}")));
    let unreachable = |proxy: String| Problem::Proxy { proxy, detail: "it can't be reached".into() };
    assert_eq!(problem(&response), &unreachable(format!("127.0.0.1:{port}")));
    assert!(problem(&response).sentence(&Zone::utc()).as_str().contains(&format!("127.0.0.1:{port}")));
    let unknown = fetcher.fetch_now(through("socks5h://nowhere.test:1080"));
    assert_eq!(problem(&unknown), &unreachable("nowhere.test:1080".into()));
}

/// A proxy is the person's own, but no feed may have it asked for what lies on it.
#[test]
fn a_feed_that_names_the_proxy_itself_is_refused() {
    let proxy = Hostd::start();
    let fetcher = Fetcher::start_with(std::sync::Arc::new(noon), Names::usual(), false, network()).unwrap();
    let address = proxy.url("127.0.0.1", "");
    proxy.on("http://pub.test/feed", [Reply::redirect(302, "http://127.0.0.1:1/admin")]);
    let response = fetcher.fetch_now(through(&address));
    assert_eq!(problem(&response), &Problem::PrivateAddress { host: "127.0.0.1".into() });
    assert_eq!(proxy.hits().len(), 1);
}

fn http2(answer: impl Fn(&mut Stream) + Send + Sync + 'static, total_feed: Duration) -> (Tlsd, Fetcher) {
    let authority = Authority::named("the tests");
    let server = Tlsd::start_http2(&authority.identity("pub.test", 2000, 4000), answer);
    let limits = Limits { total_feed, ..quick() };
    (server, trusting(&authority, limits))
}

#[test]
fn http2_is_spoken_where_the_server_speaks_it() {
    let answer = |stream: &mut Stream| {
        let mut answer = frame(HEADERS, END_HEADERS, 1, STATUS_200);
        answer.extend(frame(DATA, END_STREAM, 1, b"<rss/>"));
        let _ = stream.write_all(&answer).and_then(|()| stream.flush());
        let _ = std::io::copy(stream, &mut std::io::sink());
    };
    let (server, fetcher) = http2(answer, Limits::STANDARD.total_feed);
    assert_eq!(body(&fetcher.fetch_now(typed(&server.url("pub.test", "/feed")))), b"<rss/>");
    assert_eq!(server.heads(), ["HTTP/2"]);
}

/// The floods that servers and clients of HTTP/2 were taken down with (CVE-2019-9518, CVE-2023-44487, CVE-2024-27316).
#[test]
fn floods_of_http2_end_in_time_and_as_a_problem() {
    let empty_data: fn(&mut Stream) = |stream| {
        let _ = stream.write_all(&frame(HEADERS, END_HEADERS, 1, STATUS_200));
        let many: Vec<u8> = std::iter::repeat_n(frame(DATA, 0, 1, b""), 1_000).flatten().collect();
        while stream.write_all(&many).is_ok() {}
    };
    let reset: fn(&mut Stream) = |stream| {
        let _ = stream.write_all(&frame(RST_STREAM, 0, 1, &[0, 0, 0, 8])).and_then(|()| stream.flush());
        let _ = std::io::copy(stream, &mut std::io::sink());
    };
    let endless_headers: fn(&mut Stream) = |stream| {
        let _ = stream.write_all(&frame(HEADERS, 0, 1, STATUS_200));
        // A literal header that the client is to remember: `a: aaa…`.
        let mut header = vec![0x40, 1, b'a', 100];
        header.extend([b'a'; 100]);
        let block: Vec<u8> = std::iter::repeat_n(header, 100).flatten().collect();
        while stream.write_all(&frame(CONTINUATION, 0, 1, &block)).is_ok() {}
    };
    for (what, flood) in [("empty data", empty_data), ("a reset", reset), ("endless headers", endless_headers)] {
        let (server, fetcher) = http2(flood, Duration::from_millis(700));
        let begun = Instant::now();
        let response = fetcher.fetch_now(typed(&server.url("pub.test", "/feed")));
        assert!(matches!(response.outcome, Outcome::Failed { .. }), "{what}: {:?}", response.outcome);
        assert!(begun.elapsed() < Duration::from_secs(10), "{what}: {:?}", begun.elapsed());
        assert_eq!(server.heads().len(), 1, "{what}: asked once");
    }
}

#[test]
fn authorities_that_are_none_are_refused_in_words() {
    let network = Network { authorities: vec![b"not a certificate".to_vec()], ..network() };
    let fetcher = Fetcher::start_with(std::sync::Arc::new(noon), Names::usual(), false, network).unwrap();
    let response = fetcher.fetch_now(typed("https://pub.test/"));
    assert!(matches!(problem(&response), Problem::Insecure { .. }), "{:?}", response.outcome);
}
