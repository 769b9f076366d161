//! A web server for one newspaper on one machine: HTTP/1.1 over loopback, GET and HEAD, validators, nothing else.
//!
//! It binds to 127.0.0.1 alone, reads no more than a request's head, answers from memory and stops when dropped. Nothing a
//! client sends can end it.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use super::{Subscription, edition, page, render};
use crate::news::{CleanText, CleanUrl, FolderPath, Limit, TagName, Timestamp};

const REQUEST_BYTES_MAX: usize = 16 * 1024;
/// A head that comes in more pieces than this is not a browser's.
const READS_MAX: usize = 64;
const WAIT_MAX: Duration = Duration::from_secs(2);
/// Connections served at once; a further one is closed.
const CONNECTIONS_MAX: usize = 64;
/// What the overburdened feed asks for, in seconds.
const RETRY_AFTER_SECONDS: u32 = 7_200;

const SOUND_SAMPLES: usize = 16_000;
const SOUND_SAMPLES_A_SECOND: u32 = 8_000;
/// Length of the recording that comes with some articles.
pub(super) const SOUND_BYTES: usize = 44 + SOUND_SAMPLES;

/// The edition while it is being served; it is gone when this is dropped.
pub struct Server {
    address: SocketAddr,
    subscriptions: Vec<Subscription>,
    stopping: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// What lies under a path.
enum Answer {
    Found { body: Vec<u8>, content_type: &'static str, etag: String, last_modified: String },
    Overburdened,
}

/// Serves the edition, fresh for `now`, on a free port of 127.0.0.1.
///
/// # Errors
/// Where no port can be listened on, or no thread be started.
pub fn serve(now: Timestamp) -> std::io::Result<Server> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    let base = format!("http://{address}");
    let feeds = edition::feeds(now);
    let answers = Arc::new(answers(&feeds, &base));
    let subscriptions = feeds.iter().filter_map(|it| subscription(it, &base)).collect();
    let stopping = Arc::new(AtomicBool::new(false));
    let seen_by_thread = Arc::clone(&stopping);
    let thread = std::thread::Builder::new()
        .name("demo-server".to_owned())
        .spawn(move || listen(&listener, &answers, &seen_by_thread))?;
    Ok(Server { address, subscriptions, stopping, thread: Some(thread) })
}

impl Server {
    /// What to subscribe to.
    pub fn subscriptions(&self) -> Vec<Subscription> {
        self.subscriptions.clone()
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::SeqCst);
        // The thread waits for a connection; this is one. Where it fails, the listener is gone already.
        let _ = TcpStream::connect_timeout(&self.address, WAIT_MAX);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn subscription(feed: &edition::Feed, base: &str) -> Option<Subscription> {
    Some(Subscription {
        url: CleanUrl::parse(&format!("{base}{}", render::feed_path(feed))).ok()?,
        title: CleanText::line(&feed.title, Limit::TITLE),
        folder: FolderPath::parse(&feed.folder),
        tags: feed.tags.split(',').filter_map(|it| TagName::parse(it).ok()).collect(),
    })
}

fn answers(feeds: &[edition::Feed], base: &str) -> HashMap<String, Answer> {
    let mut answers = HashMap::new();
    for feed in feeds {
        if feed.fails {
            answers.insert(render::feed_path(feed), Answer::Overburdened);
            continue;
        }
        let newest = render::newest(feed);
        let (document, content_type) = render::feed(feed, base);
        answers.insert(render::feed_path(feed), found(document.into_bytes(), content_type, newest));
        let front = page::front(feed, base).into_bytes();
        answers.insert(format!("/{}/", feed.name), found(front, "text/html; charset=utf-8", newest));
        for article in &feed.articles {
            let path = format!("/{}/{}", feed.name, article.name);
            if article.picture.is_some() {
                let picture = page::picture(article).into_bytes();
                answers.insert(format!("{path}.svg"), found(picture, "image/svg+xml", article.at));
            }
            if article.sound {
                answers.insert(format!("{path}.wav"), found(fog_horn(), "audio/wav", article.at));
            }
            let html = page::article(feed, article, base).into_bytes();
            answers.insert(path, found(html, "text/html; charset=utf-8", article.at));
        }
    }
    answers
}

fn found(body: Vec<u8>, content_type: &'static str, changed: Timestamp) -> Answer {
    let etag = format!("\"{}\"", &blake3::hash(&body).to_hex()[..16]);
    Answer::Found { body, content_type, etag, last_modified: render::http_date(changed) }
}

fn listen(listener: &TcpListener, answers: &Arc<HashMap<String, Answer>>, stopping: &AtomicBool) {
    let open = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming() {
        if stopping.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        if open.fetch_add(1, Ordering::SeqCst) >= CONNECTIONS_MAX {
            open.fetch_sub(1, Ordering::SeqCst);
            continue;
        }
        let (answers, counted) = (Arc::clone(answers), Arc::clone(&open));
        // A thread a connection, so that a client that connects and says nothing keeps nobody waiting.
        let started = std::thread::Builder::new().name("demo-connection".to_owned()).spawn(move || {
            // A client that went away is no error of ours; a panic ends its connection alone.
            let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| converse(stream, &answers)));
            counted.fetch_sub(1, Ordering::SeqCst);
        });
        if started.is_err() {
            open.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

fn converse(mut stream: TcpStream, answers: &HashMap<String, Answer>) -> std::io::Result<()> {
    stream.set_read_timeout(Some(WAIT_MAX))?;
    stream.set_write_timeout(Some(WAIT_MAX))?;
    let answer = match read_head(&mut stream)? {
        Some(head) => answer_to(&head, answers),
        None => plain("431 Request Header Fields Too Large", "", false),
    };
    stream.write_all(&answer)?;
    stream.flush()
}

/// The request line and header fields. `None` where they exceed the limits.
fn read_head(stream: &mut TcpStream) -> std::io::Result<Option<String>> {
    let mut head = Vec::new();
    let mut piece = [0; 4_096];
    for _ in 0..READS_MAX {
        let count = stream.read(&mut piece)?;
        head.extend_from_slice(&piece[..count]);
        let end = head.windows(4).position(|it| it == b"\r\n\r\n");
        if let Some(end) = end.filter(|it| *it <= REQUEST_BYTES_MAX) {
            return Ok(Some(String::from_utf8_lossy(&head[..end]).into_owned()));
        }
        if count == 0 || head.len() > REQUEST_BYTES_MAX {
            return Ok(None);
        }
    }
    Ok(None)
}

fn answer_to(head: &str, answers: &HashMap<String, Answer>) -> Vec<u8> {
    let mut lines = head.split("\r\n");
    let mut request = lines.next().unwrap_or_default().split(' ');
    let (method, target) = (request.next().unwrap_or_default(), request.next().unwrap_or_default());
    let field = |name: &str| {
        head.split("\r\n")
            .skip(1)
            .filter_map(|it| it.split_once(':'))
            .find(|(it, _)| it.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    };
    let body_wanted = match method {
        "GET" => true,
        "HEAD" => false,
        _ => return plain("405 Method Not Allowed", "Allow: GET, HEAD\r\n", true),
    };
    let path = target.split(['?', '#']).next().unwrap_or_default();
    match answers.get(path) {
        None => plain("404 Not Found", "", body_wanted),
        Some(Answer::Overburdened) => {
            plain("503 Service Unavailable", &format!("Retry-After: {RETRY_AFTER_SECONDS}\r\n"), body_wanted)
        }
        Some(Answer::Found { body, content_type, etag, last_modified }) => {
            // If-None-Match wins over If-Modified-Since (RFC 9110, section 13.2.2).
            let unchanged = match field("if-none-match") {
                Some(known) => known.split(',').any(|it| matches!(it.trim(), tag if tag == etag || tag == "*")),
                None => field("if-modified-since").is_some_and(|it| it == last_modified),
            };
            let validators = format!("ETag: {etag}\r\nLast-Modified: {last_modified}\r\nCache-Control: max-age=60\r\n");
            if unchanged {
                return format!("HTTP/1.1 304 Not Modified\r\n{validators}Connection: close\r\n\r\n").into_bytes();
            }
            let mut out = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n{validators}Connection: close\r\n\r\n",
                body.len()
            )
            .into_bytes();
            if body_wanted {
                out.extend_from_slice(body);
            }
            out
        }
    }
}

/// An answer that is its own status.
fn plain(status: &str, fields: &str, body_wanted: bool) -> Vec<u8> {
    let length = status.len() + 1;
    let body = if body_wanted { format!("{status}\n") } else { String::new() };
    format!(
        "HTTP/1.1 {status}\r\n{fields}Content-Type: text/plain; charset=utf-8\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    )
    .into_bytes()
}

/// Two seconds of a fog horn, as a WAVE file of 8 bits.
fn fog_horn() -> Vec<u8> {
    let mut out = Vec::with_capacity(SOUND_BYTES);
    out.extend_from_slice(b"RIFF");
    out.extend_from_slice(&(36 + SOUND_SAMPLES as u32).to_le_bytes());
    out.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    out.extend_from_slice(&SOUND_SAMPLES_A_SECOND.to_le_bytes());
    out.extend_from_slice(&SOUND_SAMPLES_A_SECOND.to_le_bytes());
    out.extend_from_slice(b"\x01\0\x08\0data");
    out.extend_from_slice(&(SOUND_SAMPLES as u32).to_le_bytes());
    for index in 0..SOUND_SAMPLES {
        let second = index as f32 / SOUND_SAMPLES_A_SECOND as f32;
        let swell = (second * std::f32::consts::FRAC_PI_2).sin();
        let tone =
            (second * 110.0 * std::f32::consts::TAU).sin() + 0.5 * (second * 165.0 * std::f32::consts::TAU).sin();
        out.push((128.0 + 60.0 * swell * tone) as u8);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(server: &Server, path: &str, fields: &str) -> String {
        raw(server, &format!("GET {path} HTTP/1.1\r\nHost: {}\r\n{fields}\r\n", server.address()))
    }

    fn raw(server: &Server, request: &str) -> String {
        let mut stream = TcpStream::connect(server.address()).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut out = Vec::new();
        stream.read_to_end(&mut out).unwrap();
        String::from_utf8_lossy(&out).into_owned()
    }

    fn served() -> Server {
        serve(Timestamp::parse_rfc3339("2024-05-01T08:00:00Z").unwrap()).unwrap()
    }

    fn value<'a>(answer: &'a str, name: &str) -> &'a str {
        answer.lines().find_map(|it| it.strip_prefix(name)?.strip_prefix(": ")).unwrap()
    }

    #[test]
    fn a_feed_is_sent_once_and_then_is_unchanged() {
        let server = served();
        let answer = ask(&server, "/courier/rss.xml", "");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("<rss version"), "{answer}");
        let known = format!("If-None-Match: {}\r\n", value(&answer, "ETag"));
        assert!(ask(&server, "/courier/rss.xml", &known).starts_with("HTTP/1.1 304 "));
        let since = format!("If-Modified-Since: {}\r\n", value(&answer, "Last-Modified"));
        assert!(ask(&server, "/courier/rss.xml", &since).starts_with("HTTP/1.1 304 "));
        assert!(ask(&server, "/courier/rss.xml", "If-None-Match: \"other\"\r\n").starts_with("HTTP/1.1 200 "));
    }

    #[test]
    fn what_is_not_there_and_what_fails_say_so() {
        let server = served();
        assert!(ask(&server, "/nothing", "").starts_with("HTTP/1.1 404 "));
        assert!(ask(&server, "/../../etc/passwd", "").starts_with("HTTP/1.1 404 "));
        let failing = ask(&server, "/gazette/rss.xml", "");
        assert!(failing.starts_with("HTTP/1.1 503 ") && value(&failing, "Retry-After") == "7200");
        assert!(raw(&server, "POST /courier/ HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405 "));
        assert!(raw(&server, "\u{1b}\u{0}\r\n\r\n").starts_with("HTTP/1.1 405 "));
        let head = raw(&server, "HEAD /courier/rss.xml HTTP/1.1\r\n\r\n");
        assert!(head.starts_with("HTTP/1.1 200 ") && head.ends_with("\r\n\r\n"));
    }

    #[test]
    fn every_subscription_is_answered_and_every_link_leads_somewhere() {
        let server = served();
        let feeds = server.subscriptions();
        assert!(feeds.len() >= 9);
        let base = format!("http://{}", server.address());
        let mut seen = std::collections::BTreeSet::new();
        for feed in &feeds {
            assert!(!feed.folder.is_top(), "{}", feed.url);
            let path = feed.url.as_str().strip_prefix(&base).unwrap();
            let document = ask(&server, path, "");
            for link in document.split(&base).skip(1) {
                let end = link.find(['"', '<', '&', '\\', ' ', '\'']).unwrap_or(link.len());
                seen.insert(link[..end].to_owned());
            }
        }
        assert!(seen.len() > 40);
        for path in seen {
            assert!(ask(&server, &path, "").starts_with("HTTP/1.1 200 "), "{path}");
        }
    }

    #[test]
    fn a_page_has_the_whole_text_and_much_around_it() {
        let server = served();
        let feed = ask(&server, "/kabar/rss.xml", "");
        let page_path = feed.split("<link>").nth(2).and_then(|it| it.split("</link>").next()).unwrap();
        let path = page_path.split_once("//").unwrap().1.split_once('/').unwrap().1;
        let page = ask(&server, &format!("/{path}"), "");
        assert!(page.contains("<nav>") && page.contains("class=\"share") && page.contains("class=\"related\""));
        assert!(page.matches("<p>").count() > 3);
    }

    #[test]
    fn a_recording_is_as_long_as_its_feed_says() {
        assert_eq!(fog_horn().len(), SOUND_BYTES);
    }

    #[test]
    fn a_dropped_server_is_gone() {
        let server = served();
        let address = server.address();
        drop(server);
        assert!(TcpStream::connect(address).is_err());
    }

    #[test]
    fn an_endless_head_is_refused() {
        let server = served();
        let endless = format!("GET / HTTP/1.1\r\nX: {}", "x".repeat(REQUEST_BYTES_MAX + 100));
        let mut stream = TcpStream::connect(server.address()).unwrap();
        let _ = stream.write_all(endless.as_bytes());
        let mut out = Vec::new();
        let _ = stream.read_to_end(&mut out);
        assert!(out.is_empty() || out.starts_with(b"HTTP/1.1 431 "));
        assert!(ask(&server, "/courier/", "").starts_with("HTTP/1.1 200 "));
    }
}
