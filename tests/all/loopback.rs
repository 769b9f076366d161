//! A small web server of the tests' own, on loopback: it serves what it is told byte for byte, lies included, and says
//! when somebody asked.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use super::pty::WAIT_MAX;

/// What is served under a path.
pub struct Page {
    pub path: &'static str,
    /// `200 OK`; whatever stands here is sent as it is.
    pub status: &'static str,
    pub content_type: &'static str,
    pub body: Body,
}

pub enum Body {
    Bytes(Vec<u8>),
    /// Another one for each request, from 0.
    Each(fn(usize) -> Vec<u8>),
    /// The request is heard and never answered.
    Never,
}

/// Serves until it is dropped.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    pages: Vec<(Page, AtomicUsize)>,
    asked: Mutex<Vec<String>>,
    changed: Condvar,
    over: AtomicBool,
}

const REQUEST_BYTES_MAX: usize = 64 * 1024;

impl Server {
    pub fn start(pages: Vec<Page>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its number");
        let shared = Arc::new(Shared {
            pages: pages.into_iter().map(|page| (page, AtomicUsize::new(0))).collect(),
            asked: Mutex::default(),
            changed: Condvar::new(),
            over: AtomicBool::new(false),
        });
        let serving = shared.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                if serving.over.load(Ordering::Relaxed) {
                    return;
                }
                let (Ok(stream), serving) = (stream, serving.clone()) else { continue };
                thread::spawn(move || serving.answer(stream));
            }
        });
        Server { address, shared }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Waits until somebody has asked for a path.
    pub fn wait_until_asked(&self, path: &str) {
        let asked = self.shared.asked.lock().expect("no panic");
        let missing = |asked: &mut Vec<String>| !asked.iter().any(|it| it == path);
        let (asked, _) = self.shared.changed.wait_timeout_while(asked, WAIT_MAX, missing).expect("no panic");
        assert!(asked.iter().any(|it| it == path), "nobody asked for {path}, only for {asked:?}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        self.shared.changed.notify_all();
        // Wakes the one that accepts. If that fails, it has ended already.
        drop(TcpStream::connect(self.address));
    }
}

impl Shared {
    fn answer(&self, mut stream: TcpStream) {
        let Some(path) = path_asked(&mut stream) else { return };
        self.asked.lock().expect("no panic").push(path.clone());
        self.changed.notify_all();
        let found = self.pages.iter().find(|(page, _)| page.path == path);
        let (status, content_type, body) = match found {
            None => ("404 Not Found", "text/plain", b"no such page".to_vec()),
            Some((page, count)) => match &page.body {
                Body::Bytes(bytes) => (page.status, page.content_type, bytes.clone()),
                Body::Each(body) => (page.status, page.content_type, body(count.fetch_add(1, Ordering::Relaxed))),
                Body::Never => {
                    let asked = self.asked.lock().expect("no panic");
                    let going_on = |_: &mut Vec<String>| !self.over.load(Ordering::Relaxed);
                    drop(self.changed.wait_timeout_while(asked, WAIT_MAX, going_on));
                    return;
                }
            },
        };
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        // Whoever asked may have gone; that is theirs to judge.
        let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
    }
}

/// The path of a request, once its head has come.
fn path_asked(stream: &mut TcpStream) -> Option<String> {
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    let mut head = Vec::new();
    let mut buffer = [0; 4096];
    while !head.windows(4).any(|it| it == b"\r\n\r\n") {
        let count = stream.read(&mut buffer).ok()?;
        if count == 0 || head.len() > REQUEST_BYTES_MAX {
            return None;
        }
        head.extend_from_slice(&buffer[..count]);
    }
    let head = String::from_utf8_lossy(&head);
    head.split(' ').nth(1).map(str::to_owned)
}

#[test]
fn it_serves_what_it_is_told_and_says_who_asked() {
    let server = Server::start(vec![
        Page { path: "/a", status: "200 OK", content_type: "text/plain", body: Body::Bytes(b"\x1ba".to_vec()) },
        Page { path: "/n", status: "200 OK", content_type: "text/plain", body: Body::Each(|it| vec![b'0' + it as u8]) },
    ]);
    let get = |path: &str| {
        let mut stream = TcpStream::connect(server.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    assert!(get("/a").ends_with("\r\n\r\n\x1ba"));
    assert!(get("/n").ends_with("\n0") && get("/n").ends_with("\n1"));
    assert!(get("/b").starts_with("HTTP/1.1 404 "));
    server.wait_until_asked("/b");
}
